//! The syntax of one record: `:LLAAAATT`, LL bytes of data, the record sum, two digits a byte.
//!
//! Advice to the next person: [`read`] says yes or no, and nothing more; why a
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
    let [l1, l0, a3, a2, a1, a0, t1, t0] = [l1, l0, a3, a2, a1, a0, t1, t0].map(digits::nibble);
    if colon != b':' || (l1 | l0 | a3 | a2 | a1 | a0 | t1 | t0) > 15 {
        return None;
    }
    let (len, high, low, kind) = (l1 << 4 | l0, a3 << 4 | a2, a1 << 4 | a0, t1 << 4 | t0);
    let sum = len.wrapping_add(high).wrapping_add(low).wrapping_add(kind);
    // The usual lengths at a known size, which compilers make vector code of.
    let digits = match len {
        2 => fixed::<6>(rest, sum)?,
        16 => fixed::<34>(rest, sum)?,
        32 => fixed::<66>(rest, sum)?,
        _ => {
            let data = rest.get(..usize::from(len) * 2 + 2)?;
            data.get(..usize::from(len) * 2).filter(|_| adds_up(data, sum))?
        }
    };
    Some(Record { kind, address: u16::from_be_bytes([high, low]), len, digits })
}

#[inline]
fn fixed<const DIGITS: usize>(rest: &[u8], sum: u8) -> Option<&[u8]> {
    let data = rest.first_chunk::<DIGITS>()?;
    data.get(..DIGITS - 2).filter(|_| digits::adds_up(data, sum))
}

fn adds_up(text: &[u8], mut sum: u8) -> bool {
    let mut bad = 0;
    for pair in text.chunks_exact(2) {
        let &[high, low] = pair else { return false };
        let (high, low) = (digits::nibble(high), digits::nibble(low));
        bad |= high | low;
        sum = sum.wrapping_add(high << 4 | low);
    }
    bad < 16 && sum == 0
}
