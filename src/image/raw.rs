//! Raw binaries: bytes, and the address of the first.

use core::fmt;
use core::ops::ControlFlow;

use super::container::{Container, GapError, Visitor};
use super::place::{Form, Piece, Place};
use crate::addr::{Span, SpanError};
use crate::never::OrNever;
use crate::width;

/// A raw binary: every byte from a base address on.
///
/// ```
/// use nameplate::image::{Container, Raw};
///
/// let dump = Raw::new(&[0xFF; 256], 0x0800_0000)?;
/// assert_eq!(dump.extent().unwrap().to_string(), "0x08000000..0x08000100");
/// # Ok::<(), nameplate::addr::SpanError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Raw<'a> {
    bytes: &'a [u8],
    span: Span,
}

impl<'a> Raw<'a> {
    /// `bytes` whose first lies at address `base`.
    ///
    /// # Errors
    /// When the last would lie beyond the 64-bit address space.
    pub fn new(bytes: &'a [u8], base: u64) -> Result<Self, SpanError> {
        Ok(Self { bytes, span: Span::new(base, width::wide(bytes.len()))? })
    }

    /// The offset in the file of the byte at `address`, which may be the end.
    fn offset(&self, address: u64) -> usize {
        let at = address.checked_sub(self.span.start()).and_then(|at| usize::try_from(at).ok());
        at.or_never("an address of the file, or its end")
    }
}

impl super::container::sealed::Sealed for Raw<'_> {}

impl Container for Raw<'_> {
    fn file(&self) -> &[u8] {
        self.bytes
    }

    fn extent(&self) -> Option<Span> {
        (!self.span.is_empty()).then_some(self.span)
    }

    fn locate(&self, span: Span) -> Result<Place, GapError> {
        if span.is_empty() {
            return Ok(Place::default());
        }
        if !self.span.covers(span) {
            let (start, end) = (self.span.start(), self.span.end());
            let low = span.start() < start;
            return Err(GapError::new(
                if low { span.start() } else { span.start().max(end) },
                (!low && !self.span.is_empty()).then_some(end),
                (low && !self.span.is_empty()).then_some(start),
            ));
        }
        let at = self.offset(span.start());
        let mut place = Place::default();
        place.push(Piece { at, from: 0, len: self.offset(span.end()) - at, form: Form::Bytes });
        Ok(place)
    }

    fn visit(&self, span: Span, each: &mut Visitor<'_>) -> ControlFlow<()> {
        match span.common(self.span) {
            Some(part) => {
                let range = self.offset(part.start())..self.offset(part.end());
                each(part.start(), self.bytes.get(range).or_never("it lies in the file"))
            }
            None => ControlFlow::Continue(()),
        }
    }
}

/// Where it lies, not what it holds.
impl fmt::Debug for Raw<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Raw({})", self.span)
    }
}
