//! What a list has of one unit: its number, and bytes at addresses.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

use thiserror::Error;
use zeroize::Zeroize;

use crate::addr::{Span, SpanError};

/// One unit: its number, and what is written where, in the order of addresses.
///
/// Bytes that it owns are wiped when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Unit<'u> {
    number: u64,
    writes: Vec<(Span, Cow<'u, [u8]>)>,
}

impl<'u> Unit<'u> {
    /// A unit of these writes, in any order, as `Stamped::writes` gives them.
    ///
    /// # Errors
    /// When there is none, one is empty or not as long as its span, or two overlap.
    pub fn new(number: u64, writes: impl IntoIterator<Item = (Span, &'u [u8])>) -> Result<Self, UnitError> {
        let writes = writes.into_iter().map(|(span, bytes)| (span, Cow::Borrowed(bytes)));
        Self { number, writes: writes.collect() }.checked()
    }

    /// A unit to be read, of which nothing is known yet.
    pub(super) fn open(number: u64) -> Unit<'static> {
        Unit { number, writes: Vec::new() }
    }

    pub(super) fn push(&mut self, span: Span, bytes: Vec<u8>) {
        self.writes.push((span, Cow::Owned(bytes)));
    }

    pub(super) fn checked(mut self) -> Result<Self, UnitError> {
        self.writes.sort_by_key(|(span, _)| *span);
        if self.writes.is_empty() {
            return Err(UnitError::Nothing);
        }
        for (span, bytes) in &self.writes {
            if bytes.is_empty() || u64::try_from(bytes.len()) != Ok(span.len()) {
                return Err(UnitError::Len { found: bytes.len(), span: *span });
            }
        }
        for pair in self.writes.windows(2) {
            if let [(first, _), (second, _)] = pair {
                if first.common(*second).is_some() {
                    return Err(UnitError::Overlap { first: *first, second: *second });
                }
            }
        }
        Ok(self)
    }

    /// Its number.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// What is written where, in the order of addresses.
    pub fn writes(&self) -> impl ExactSizeIterator<Item = (Span, &[u8])> {
        self.writes.iter().map(|(span, bytes)| (*span, &**bytes))
    }

    /// Where it is written, if that is one place: all of it lies end to end.
    pub fn block(&self) -> Option<Span> {
        let (first, _) = self.writes.first()?;
        let (last, _) = self.writes.last()?;
        let apart = self.writes.windows(2).any(|pair| matches!(pair, [(a, _), (b, _)] if a.end() != b.start()));
        if apart { None } else { Span::try_from(first.start()..last.end()).ok() }
    }
}

impl Drop for Unit<'_> {
    fn drop(&mut self) {
        for (_, bytes) in &mut self.writes {
            if let Cow::Owned(bytes) = bytes {
                bytes.zeroize();
            }
        }
    }
}

/// `unit 7 at 0x00001000..0x00001004`: places, never bytes.
impl fmt::Debug for Unit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unit {} at", self.number)?;
        self.writes().try_for_each(|(span, _)| write!(f, " {span}"))
    }
}

/// Why writes make no unit.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UnitError {
    /// There is none.
    #[error("nothing is written, expected at least one byte")]
    Nothing,
    /// Not as many bytes as the place has, or none.
    #[error("{found} bytes for {span}, expected {}, and at least 1", .span.len())]
    Len {
        /// How many bytes.
        found: usize,
        /// The place.
        span: Span,
    },
    /// Two writes to one address.
    #[error("{first} and {second} overlap")]
    Overlap {
        /// One place.
        first: Span,
        /// The other.
        second: Span,
    },
    /// A place past the end of the address space.
    #[error("{0}")]
    Span(SpanError),
    /// A unit whose number would be beyond 64 bits.
    #[error("its number would have more than 64 bits")]
    Numbers,
}
