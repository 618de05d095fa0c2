//! The syntax of one record: `:LLAAAATT`, LL bytes of data, the record sum, two digits a byte.
//!
//! Advice to the next person: [`read`] and [`continues`] say yes or no, and nothing more; why a
//! line is no record is for `explain` to find out, when it no longer matters how long that takes.

use crate::digits;

/// Digits in front of the data, the colon included.
pub(super) const HEADER: usize = 9;

/// Record types.
pub(super) mod kind {
    pub(crate) const DATA: u8 = 0;
    pub(crate) const EOF: u8 = 1;
    pub(crate) const SEGMENT: u8 = 2;
    pub(crate) const START_SEGMENT: u8 = 3;
    pub(crate) const LINEAR: u8 = 4;
    pub(crate) const START_LINEAR: u8 = 5;
}

/// A record whose digits and sum are right.
#[derive(Clone, Copy)]
pub(super) struct Record<'t> {
    pub(super) kind: u8,
    pub(super) address: u16,
    /// How many data bytes.
    pub(super) len: u8,
    /// The digits of the data.
    pub(super) digits: &'t [u8],
}

impl Record<'_> {
    /// How many characters the record has, from its colon to its sum.
    pub(super) fn text_len(&self) -> usize {
        HEADER + self.digits.len() + 2
    }

    /// The data as a big-endian number, as record types 02–05 hold one.
    pub(super) fn number(&self) -> u32 {
        self.digits.chunks_exact(2).fold(0, |n, pair| n << 8 | u32::from(digits::value(pair)))
    }
}

/// The record that `text` begins with, if it begins with one whose sum is right.
#[inline]
pub(super) fn read(text: &[u8]) -> Option<Record<'_>> {
    let (&[colon, l1, l0, a3, a2, a1, a0, t1, t0], rest) = text.split_first_chunk::<HEADER>()?;
    if colon != b':' {
        return None;
    }
    let len = digits::byte([l1, l0])?;
    let (high, low) = (digits::byte([a3, a2])?, digits::byte([a1, a0])?);
    let kind = digits::byte([t1, t0])?;
    let (data, rest) = rest.split_at_checked(usize::from(len) * 2)?;
    let mut sum = len.wrapping_add(high).wrapping_add(low).wrapping_add(kind);
    let mut bad = 0;
    for pair in data.chunks_exact(2) {
        let &[high, low] = pair else { return None };
        let (high, low) = (digits::nibble(high), digits::nibble(low));
        bad |= high | low;
        sum = sum.wrapping_add(high << 4 | low);
    }
    let (&check, _) = rest.split_first_chunk::<2>()?;
    sum = sum.wrapping_add(digits::byte(check)?);
    (bad < 16 && sum == 0).then_some(Record { kind, address: u16::from_be_bytes([high, low]), len, digits: data })
}

/// Whether all of `text` is digits of bytes that add up to zero with `sum`: the data and the sum of
/// a record whose header is known. Written so that compilers make vector code of it.
#[inline]
pub(super) fn continues<const DIGITS: usize>(text: &[u8; DIGITS], sum: u8) -> bool {
    let mut values = [0_u8; DIGITS];
    let mut bad = 0_u8;
    for (value, &c) in values.iter_mut().zip(text) {
        let number = c.wrapping_sub(b'0');
        let letter = (c | 0x20).wrapping_sub(b'a');
        let (is_number, is_letter) = (number < 10, letter < 6);
        *value = if is_number { number } else { letter.wrapping_add(10) };
        bad |= u8::from(!(is_number | is_letter));
    }
    let (mut high, mut low) = (0_u8, sum);
    for pair in values.chunks_exact(2) {
        if let &[h, l] = pair {
            high = high.wrapping_add(h);
            low = low.wrapping_add(l);
        }
    }
    bad == 0 && low.wrapping_add(high << 4) == 0
}
