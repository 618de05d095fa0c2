//! What blank memory reads as, where regions of a part differ.

use alloc::vec;
use alloc::vec::Vec;

use thiserror::Error;

use super::erased::Erased;
use crate::addr::Span;
use crate::width;

/// What blank memory reads as, by region: a pattern for each, and one for all other addresses. An [`Erased`] is one
/// for all addresses.
///
/// ```
/// use nameplate::Span;
/// use nameplate::image::{Erased, ErasedMap};
///
/// // A 14-bit PIC in bytes: program words, then EEPROM whose words have one byte.
/// let word = |bytes| Erased::pattern(bytes).unwrap();
/// let pic = ErasedMap::default()
///     .region(Span::new(0, 0x1E000)?, word(&[0xFF, 0x3F]))?
///     .region(Span::new(0x1E000, 0x200)?, word(&[0xFF, 0x00]))?;
/// let mut blank = [0; 4];
/// pic.bytes_into(0x1DFFE, &mut blank);
/// assert_eq!(blank, [0xFF, 0x3F, 0xFF, 0x00]);
/// assert_eq!(pic.at(0x20000), 0xFF); // outside of all regions, as `Erased::default`
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErasedMap {
    rest: Erased,
    /// Ascending, none over another.
    regions: Vec<(Span, Erased)>,
}

/// Two regions that share a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{common} lies in two regions: what it reads as when erased is said twice")]
pub struct RegionError {
    /// What they share.
    pub common: Span,
}

impl ErasedMap {
    /// The same with another pattern within `span`, its phase by address, as that of every region; a span without a
    /// byte changes nothing.
    ///
    /// # Errors
    /// When a region has one of its addresses already.
    pub fn region(mut self, span: Span, erased: Erased) -> Result<Self, RegionError> {
        if span.is_empty() {
            return Ok(self);
        }
        let at = self.place(span.start());
        if let Some(common) = self.regions.get(at).and_then(|(other, _)| other.common(span)) {
            return Err(RegionError { common });
        }
        self.regions.insert(at, (span, erased));
        Ok(self)
    }

    /// The regions, in the order of their addresses.
    pub fn regions(&self) -> impl Iterator<Item = (Span, Erased)> {
        self.regions.iter().copied()
    }

    /// What blank memory reads as outside of all regions.
    pub fn rest(&self) -> Erased {
        self.rest
    }

    /// The index of the first region that ends behind `address`.
    fn place(&self, address: u64) -> usize {
        self.regions.partition_point(|(span, _)| span.end() <= address)
    }

    /// What counts at `address`, and the address behind it at which something else may.
    fn piece(&self, address: u64) -> (Erased, u64) {
        match self.regions.get(self.place(address)) {
            Some((span, erased)) if span.contains(address) => (*erased, span.end()),
            Some((span, _)) => (self.rest, span.start()),
            None => (self.rest, u64::MAX),
        }
    }

    /// What the byte at `address` reads as when it is blank.
    pub fn at(&self, address: u64) -> u8 {
        self.piece(address).0.at(address)
    }

    /// Writes into `out` what blank memory reads as from `address` on.
    pub fn bytes_into(&self, address: u64, out: &mut [u8]) {
        let (mut address, mut out) = (address, out);
        while !out.is_empty() {
            let (erased, end) = self.piece(address);
            // At the end of the address space at least a byte.
            let len = width::index(end.saturating_sub(address).max(1)).min(out.len());
            let (here, behind) = core::mem::take(&mut out).split_at_mut(len);
            for (to, at) in here.iter_mut().zip(address..=u64::MAX) {
                *to = erased.at(at);
            }
            address = address.saturating_add(width::wide(len));
            out = behind;
        }
    }

    /// What `span` reads as when it is blank.
    pub(crate) fn bytes(&self, span: Span) -> Vec<u8> {
        let mut bytes = vec![0; width::index(span.len())];
        self.bytes_into(span.start(), &mut bytes);
        bytes
    }

    /// Where the first of `bytes`, which lie from `address` on, is not blank; nothing when all are.
    pub fn first_other(&self, address: u64, bytes: &[u8]) -> Option<u64> {
        let (mut address, mut bytes) = (address, bytes);
        while !bytes.is_empty() {
            let (erased, end) = self.piece(address);
            let len = width::index(end.saturating_sub(address).max(1)).min(bytes.len());
            let (here, behind) = bytes.split_at_checked(len).unwrap_or((bytes, &[]));
            if let Some((_, at)) = here.iter().zip(address..=u64::MAX).find(|&(&byte, at)| erased.at(at) != byte) {
                return Some(at);
            }
            address = address.saturating_add(width::wide(len));
            bytes = behind;
        }
        None
    }

    /// Whether `bytes`, the first at `address`, are all blank.
    pub fn matches(&self, address: u64, bytes: &[u8]) -> bool {
        self.first_other(address, bytes).is_none()
    }
}

impl From<Erased> for ErasedMap {
    fn from(rest: Erased) -> Self {
        Self { rest, regions: Vec::new() }
    }
}

impl From<&ErasedMap> for ErasedMap {
    fn from(map: &ErasedMap) -> Self {
        map.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::{ErasedMap, RegionError};
    use crate::addr::Span;
    use crate::image::erased::Erased;

    fn span(start: u64, len: u64) -> Span {
        Span::new(start, len).unwrap()
    }

    #[test]
    fn regions_by_address_whatever_their_order() -> Result<(), RegionError> {
        let odd = Erased::pattern(&[1, 2, 3]).unwrap_or_default();
        let map = ErasedMap::from(Erased::byte(9)).region(span(10, 4), Erased::byte(0))?.region(span(4, 3), odd)?;
        let all = map.bytes(span(2, 14));
        assert_eq!(all, [9, 9, 2, 3, 1, 9, 9, 9, 0, 0, 0, 0, 9, 9]);
        for (at, byte) in (2..).zip(&all) {
            assert_eq!(map.at(at), *byte);
            assert_eq!(map.bytes(span(at, 1)), [*byte]);
        }
        assert!(map.matches(2, &all) && map.matches(0, &[]));
        assert_eq!(map.first_other(2, &[9, 9, 2, 3, 2]), Some(6));
        assert_eq!(map.regions().map(|(span, _)| span.start()).collect::<alloc::vec::Vec<_>>(), [4, 10]);
        Ok(())
    }

    #[test]
    fn no_byte_lies_in_two_regions() -> Result<(), RegionError> {
        let map = ErasedMap::default().region(span(4, 4), Erased::byte(0))?;
        for (start, len, common) in [(0, 5, span(4, 1)), (7, 9, span(7, 1)), (5, 1, span(5, 1)), (0, 20, span(4, 4))] {
            assert_eq!(map.clone().region(span(start, len), Erased::byte(0)), Err(RegionError { common }));
        }
        assert!(
            map.clone().region(span(8, 1), Erased::byte(0)).is_ok()
                && map.clone().region(span(3, 1), Erased::byte(0)).is_ok()
        );
        assert_eq!(map.clone().region(span(5, 0), Erased::byte(0)), Ok(map));
        Ok(())
    }

    #[test]
    fn the_end_of_the_address_space() -> Result<(), RegionError> {
        let map = ErasedMap::default().region(span(u64::MAX - 2, 2), Erased::byte(0))?;
        assert_eq!(map.bytes(span(u64::MAX - 4, 4)), [0xFF, 0xFF, 0, 0]);
        let mut last = [7; 2];
        map.bytes_into(u64::MAX - 1, &mut last);
        assert_eq!((last, map.at(u64::MAX)), ([0, 0xFF], 0xFF));
        assert!(map.matches(u64::MAX, &[0xFF]));
        Ok(())
    }
}
