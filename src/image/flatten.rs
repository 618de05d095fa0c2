//! Sparse memory to a flat binary, on request only: a window has to be named.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use thiserror::Error;

use super::container::Container;
use super::erased_map::ErasedMap;
use crate::addr::Span;
use crate::width;

/// The bytes of `window`, gaps erased, as a raw binary whose first byte lies at the window's start.
///
/// ```
/// use nameplate::{Span, image::{Erased, Hex, flatten}};
///
/// let hex = Hex::parse(b":0100000001FE\n:01000300EE0E\n:00000001FF\n")?;
/// let flat = flatten(&hex, Span::new(0, 4)?, Erased::default(), 1 << 20)?;
/// assert_eq!(flat, [0x01, 0xFF, 0xFF, 0xEE]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the window is longer than `limit` bytes, or the image has bytes outside of it, which would
/// be lost.
pub fn flatten(
    image: &dyn Container,
    window: Span,
    erased: impl Into<ErasedMap>,
    limit: u64,
) -> Result<Vec<u8>, FlattenError> {
    let len = usize::try_from(window.len()).ok().filter(|_| window.len() <= limit);
    let len = len.ok_or(FlattenError::TooLong { window, limit })?;
    if let Some(extent) = image.extent().filter(|extent| !window.covers(*extent)) {
        return Err(FlattenError::Outside { window, extent });
    }
    let mut flat = vec![0; len];
    erased.into().bytes_into(window.start(), &mut flat);
    let _ = image.visit(window, &mut |address, bytes| {
        let at = width::index(address - window.start());
        if let Some(to) = flat.get_mut(at..).and_then(|rest| rest.get_mut(..bytes.len())) {
            to.copy_from_slice(bytes);
        }
        ControlFlow::Continue(())
    });
    Ok(flat)
}

/// Why memory is not written as a flat binary.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FlattenError {
    /// The window is too long.
    #[error("window {window} has {} bytes, more than the limit of {limit}", .window.len())]
    TooLong {
        /// The window.
        window: Span,
        /// The most that is written.
        limit: u64,
    },
    /// Bytes outside of the window.
    #[error("the image spans {extent}, more than window {window}: bytes outside of it would be lost")]
    Outside {
        /// The window.
        window: Span,
        /// From the lowest byte to behind the highest.
        extent: Span,
    },
}
