//! What a programmer takes, as data.

use super::error::{FeedError, FeedErrorKind};
use super::unit::Unit;
use crate::addr::Span;

/// What a programmer takes of a unit, and who says so. Where no document names a limit, it is that
/// of the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The format.
    pub name: &'static str,
    /// The document.
    pub source: &'static str,
    /// The first number that a unit can have.
    pub first: u64,
    /// The last number that a unit can have.
    pub last: u64,
    /// The most places of a unit.
    pub places: usize,
    /// The most bytes of a place.
    pub bytes: usize,
    /// The most bytes of all places together.
    pub total: usize,
    /// The last address that a byte can have.
    pub last_address: u64,
}

impl Limits {
    /// A format of which nothing is limited.
    pub(super) const fn none(name: &'static str, source: &'static str) -> Self {
        Self {
            name,
            source,
            first: 0,
            last: u64::MAX,
            places: usize::MAX,
            bytes: usize::MAX,
            total: usize::MAX,
            last_address: u64::MAX,
        }
    }

    /// Why a unit, or the list as a whole, is refused.
    pub(super) fn error(&self, unit: Option<u64>, kind: FeedErrorKind) -> FeedError {
        FeedError { format: self.name, source: self.source, unit, kind }
    }

    /// Whether the programmer takes this unit.
    ///
    /// # Errors
    /// When it does not: what was found, what it takes, and the document that says so.
    pub fn check(&self, unit: &Unit<'_>) -> Result<(), FeedError> {
        self.cause(unit).map_or(Ok(()), |kind| Err(self.refuse(unit.number(), kind)))
    }

    fn cause(&self, unit: &Unit<'_>) -> Option<FeedErrorKind> {
        let found = unit.number();
        if found < self.first || found > self.last {
            return Some(FeedErrorKind::Number { found, first: self.first, last: self.last });
        }
        let places = unit.writes().len();
        if places > self.places {
            return Some(FeedErrorKind::Places { found: places, most: self.places });
        }
        if let Some((span, bytes)) = unit.writes().find(|(_, bytes)| bytes.len() > self.bytes) {
            return Some(FeedErrorKind::Bytes { span, found: bytes.len(), most: self.bytes });
        }
        let total = unit.writes().fold(0_usize, |total, (_, bytes)| total.saturating_add(bytes.len()));
        if total > self.total {
            return Some(FeedErrorKind::Total { found: total, most: self.total });
        }
        let beyond = |span: &Span| span.end() - 1 > self.last_address;
        let span = unit.writes().map(|(span, _)| span).find(beyond)?;
        Some(FeedErrorKind::Address { span, last: self.last_address })
    }

    /// Also: whether it is the one that comes next.
    pub(super) fn check_next(&self, unit: &Unit<'_>, next: Option<u64>) -> Result<(), FeedError> {
        self.check(unit)?;
        match next {
            Some(expected) if unit.number() != expected => {
                Err(self.refuse(unit.number(), FeedErrorKind::Order { expected }))
            }
            _ => Ok(()),
        }
    }

    /// Also: whether it comes after the one before.
    pub(super) fn check_after(&self, unit: &Unit<'_>, last: Option<u64>) -> Result<(), FeedError> {
        self.check(unit)?;
        match last {
            Some(last) if unit.number() <= last => Err(self.refuse(unit.number(), FeedErrorKind::NotAfter { last })),
            _ => Ok(()),
        }
    }

    /// Also: whether all of it is this place, end to end.
    pub(super) fn check_block(&self, unit: &Unit<'_>, next: Option<u64>, place: Span) -> Result<(), FeedError> {
        self.check_next(unit, next)?;
        if unit.block() == Some(place) {
            return Ok(());
        }
        Err(self.refuse(unit.number(), FeedErrorKind::Place { found: unit.block(), expected: place }))
    }

    /// A unit after the one with the last number of 64 bits.
    pub(super) fn past_last(&self, unit: u64) -> FeedError {
        self.refuse(unit, FeedErrorKind::Number { found: unit, first: self.first, last: self.last })
    }

    pub(super) fn refuse(&self, unit: u64, kind: FeedErrorKind) -> FeedError {
        self.error(Some(unit), kind)
    }
}
