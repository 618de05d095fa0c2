//! The syntax of one record: `:LLAAAATT`, LL bytes of data, the record sum, two digits a byte. HEX and
//! SQTP files are made of such.
//!
//! Advice to the next person: [`read`] says yes or no, and nothing more; why a line is no record, [`Claims`]
//! tell, when it no longer matters how long that takes.

use crate::digits::{self, Adder, Alphabet};

/// Digits in front of the data, the colon included.
pub(crate) const HEADER: usize = 9;

/// Record types.
pub(crate) mod kind {
    pub(crate) const DATA: u8 = 0;
    pub(crate) const EOF: u8 = 1;
    pub(crate) const SEGMENT: u8 = 2;
    pub(crate) const START_SEGMENT: u8 = 3;
    pub(crate) const LINEAR: u8 = 4;
    pub(crate) const START_LINEAR: u8 = 5;
}

/// A record whose digits and sum are right.
#[derive(Clone, Copy)]
pub(crate) struct Record<'t> {
    pub(crate) kind: u8,
    pub(crate) address: u16,
    /// How many data bytes.
    pub(crate) len: u8,
    /// The digits of the data.
    pub(crate) digits: &'t [u8],
}

impl Record<'_> {
    /// How many characters the record has, from its colon to its sum.
    pub(crate) fn text_len(&self) -> usize {
        HEADER + self.digits.len() + 2
    }

    /// The data as a big-endian number, as record types 02–05 hold one.
    pub(crate) fn number(&self) -> u32 {
        self.digits.chunks_exact(2).fold(0, |n, pair| n << 8 | u32::from(digits::value(pair)))
    }
}

/// The record that `text` begins with, if it begins with one whose sum is right.
#[inline]
pub(crate) fn read(text: &[u8]) -> Option<Record<'_>> {
    read_in(text, &digits::ANY)
}

/// The same, with the digits of an alphabet only.
#[inline]
pub(crate) fn read_in<'t>(text: &'t [u8], alphabet: &Alphabet) -> Option<Record<'t>> {
    let (&[colon, l1, l0, a3, a2, a1, a0, t1, t0], rest) = text.split_first_chunk::<HEADER>()?;
    let [l1, l0, a3, a2, a1, a0, t1, t0] = [l1, l0, a3, a2, a1, a0, t1, t0].map(|digit| alphabet.nibble(digit));
    if colon != b':' || (l1 | l0 | a3 | a2 | a1 | a0 | t1 | t0) > 15 {
        return None;
    }
    let (len, high, low, kind) = (l1 << 4 | l0, a3 << 4 | a2, a1 << 4 | a0, t1 << 4 | t0);
    let sum = len.wrapping_add(high).wrapping_add(low).wrapping_add(kind);
    let digits = rest.get(..usize::from(len) * 2)?;
    // The usual lengths without a branch on the very length, if there is as much text.
    let right = match (rest.first_chunk::<80>(), rest.first_chunk::<144>()) {
        (Some(rest), _) if len < 40 => digits::adds_up(rest, len * 2 + 2, sum, alphabet),
        (_, Some(rest)) if len < 72 => digits::adds_up(rest, len * 2 + 2, sum, alphabet),
        _ => adds_up(rest.get(..usize::from(len) * 2 + 2)?, sum, alphabet),
    };
    right.then_some(Record { kind, address: u16::from_be_bytes([high, low]), len, digits })
}

/// What the digits of a line say, whether they are right or not.
#[derive(Clone, Copy)]
pub(crate) struct Claims<'t> {
    #[cfg_attr(not(feature = "sqtp"), expect(dead_code, reason = "HEX files read kind and address elsewhere"))]
    pub(crate) kind: u8,
    #[cfg_attr(not(feature = "sqtp"), expect(dead_code, reason = "HEX files read kind and address elsewhere"))]
    pub(crate) address: u16,
    /// The digits of the data that is there.
    pub(crate) digits: &'t [u8],
    /// How many data bytes there are said to be.
    pub(crate) len: u8,
    /// The record sum that is there.
    pub(crate) sum: u8,
    /// The one that would be right.
    pub(crate) right: u8,
}

impl<'t> Claims<'t> {
    /// What `digits` say, those behind the colon; nothing when they are too few or not two for each byte.
    pub(crate) fn of(digits: &'t [u8]) -> Option<Self> {
        let (body, &[s1, s0]) = digits.split_last_chunk::<2>()?;
        let (&[l1, l0, a3, a2, a1, a0, t1, t0], data) = body.split_first_chunk::<8>()?;
        if data.len() % 2 == 1 {
            return None;
        }
        let value = |high, low| digits::value(&[high, low]);
        Some(Self {
            kind: value(t1, t0),
            address: u16::from_be_bytes([value(a3, a2), value(a1, a0)]),
            digits: data,
            len: value(l1, l0),
            sum: value(s1, s0),
            right: body.chunks_exact(2).fold(0, |sum: u8, pair| sum.wrapping_sub(digits::value(pair))),
        })
    }

    /// How many data bytes there are.
    pub(crate) fn found(&self) -> usize {
        self.digits.len() / 2
    }
}

/// Whether digits of any number stand for bytes that add up to zero with `sum`.
pub(super) fn adds_up(text: &[u8], mut sum: u8, alphabet: &Alphabet) -> bool {
    let mut blocks = text.chunks_exact(16);
    let mut adder = Adder::default();
    for block in &mut blocks {
        let Some(block) = block.first_chunk() else { return false };
        adder.add(block, alphabet, &[0xFF; 16]);
    }
    let mut bad = 0;
    for pair in blocks.remainder().chunks_exact(2) {
        let &[high, low] = pair else { return false };
        let (high, low) = (alphabet.nibble(high), alphabet.nibble(low));
        bad |= high | low;
        sum = sum.wrapping_add(high << 4 | low);
    }
    bad < 16 && adder.sum().is_some_and(|digits| digits.wrapping_add(sum) == 0)
}
