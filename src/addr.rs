//! Addresses and the ranges between them, in arithmetic that cannot wrap.
//!
//! ```
//! use nameplate::addr::Span;
//!
//! let page = Span::new(0x0800_7F00, 0x100)?;
//! assert_eq!(page.to_string(), "0x08007F00..0x08008000");
//! assert_eq!(page.end(), 0x0800_8000);
//! assert!(Span::new(u64::MAX, 2).is_err());
//! # Ok::<(), nameplate::addr::SpanError>(())
//! ```
//!
//! All addresses are byte addresses. A part that counts in words is converted where its addresses
//! enter. Not promised: the last byte of a 64-bit address space, whose half-open end needs 65 bits.

use core::fmt;
use core::ops::Range;

use thiserror::Error;

/// A half-open range of byte addresses, `start..end`, with `start <= end`.
///
/// ```
/// use nameplate::Span;
///
/// let page = Span::new(0x0800_1800, 0x800)?; // start and length
/// assert_eq!(page, Span::try_from(0x0800_1800..0x0800_2000)?);
/// assert_eq!(page.to_string(), "0x08001800..0x08002000");
/// assert!(page.contains(0x0800_1FFF) && !page.contains(page.end()));
/// assert!(Span::new(u64::MAX, 2).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    start: u64,
    end: u64,
}

impl Span {
    /// The `len` bytes from `start`.
    ///
    /// # Errors
    /// When the end does not fit 64 bits.
    pub const fn new(start: u64, len: u64) -> Result<Self, SpanError> {
        match start.checked_add(len) {
            Some(end) => Ok(Self { start, end }),
            None => Err(SpanError::PastEnd { start, len }),
        }
    }

    /// The address of the first byte.
    pub const fn start(self) -> u64 {
        self.start
    }

    /// The address after the last byte.
    pub const fn end(self) -> u64 {
        self.end
    }

    /// How many bytes.
    pub const fn len(self) -> u64 {
        self.end - self.start
    }

    /// Whether there is no byte in it.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `address` is one of its bytes.
    pub const fn contains(self, address: u64) -> bool {
        self.start <= address && address < self.end
    }

    /// Whether every byte of `other` is one of its bytes.
    pub const fn covers(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The same start and `more` bytes; no further than the addresses go.
    pub(crate) const fn extended(self, more: u64) -> Self {
        Self { start: self.start, end: self.end.saturating_add(more) }
    }

    /// The bytes that both have, if there are any.
    pub fn common(self, other: Self) -> Option<Self> {
        let (start, end) = (self.start.max(other.start), self.end.min(other.end));
        (start < end).then_some(Self { start, end })
    }
}

impl TryFrom<Range<u64>> for Span {
    type Error = SpanError;

    fn try_from(range: Range<u64>) -> Result<Self, SpanError> {
        if range.start > range.end {
            return Err(SpanError::Reversed { start: range.start, end: range.end });
        }
        Ok(Self { start: range.start, end: range.end })
    }
}

/// `0x08007F00..0x08008000`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", Address(self.start), Address(self.end))
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Shows an address the way every message of this crate does: `0x08007F00`, at least eight digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address(pub u64);

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#010X}", self.0)
    }
}

/// Two numbers that are no [`Span`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SpanError {
    /// The end lies before the start.
    #[error("range {}..{} ends before it starts", Address(*.start), Address(*.end))]
    Reversed {
        /// The first address given.
        start: u64,
        /// The end given.
        end: u64,
    },
    /// The end does not fit 64 bits.
    #[error("{len} bytes from {} pass the end of the 64-bit address space", Address(*.start))]
    PastEnd {
        /// The first address given.
        start: u64,
        /// The length given, in bytes.
        len: u64,
    },
}

#[cfg(test)]
mod tests {
    use std::prelude::v1::*;

    use super::*;

    fn span(start: u64, end: u64) -> Span {
        Span { start, end }
    }

    #[test]
    fn ends_are_exact() {
        let s = span(4, 8);
        assert_eq!(
            (s.len(), s.contains(3), s.contains(4), s.contains(7), s.contains(8)),
            (4, false, true, true, false)
        );
        assert!(!s.is_empty() && span(4, 4).is_empty());
        assert_eq!(
            format!("{s} {s:?} {}", Address(0x1_2345_6789)),
            "0x00000004..0x00000008 0x00000004..0x00000008 0x123456789"
        );
        assert_eq!(Span::new(u64::MAX, 0), Ok(span(u64::MAX, u64::MAX)));
        assert_eq!(Span::new(u64::MAX - 1, 1), Ok(span(u64::MAX - 1, u64::MAX)));
        assert_eq!(Span::new(u64::MAX, 1), Err(SpanError::PastEnd { start: u64::MAX, len: 1 }));
    }

    #[test]
    fn every_pair_of_small_spans() {
        let all: Vec<Span> = (0..6).flat_map(|a| (a..6).map(move |b| span(a, b))).collect();
        for &a in &all {
            for &b in &all {
                let both: Vec<u64> = (0..6).filter(|&x| a.contains(x) && b.contains(x)).collect();
                let common = a.common(b).map(|c| (c.start..c.end).collect::<Vec<_>>());
                assert_eq!(common.unwrap_or_default(), both, "{a} {b}");
                if !b.is_empty() {
                    assert_eq!(a.covers(b), (b.start..b.end).all(|x| a.contains(x)), "{a} {b}");
                }
            }
        }
    }
}
