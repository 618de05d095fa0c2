//! The syntax of one record: `S`, its type, the count of the bytes that follow, an address, data, and the sum. Two
//! digits a byte. The sum is what makes all bytes add up to 0xFF.

use crate::digits::{self, ANY, Alphabet};
use crate::image::line::adds_up;

/// Characters in front of the address: `S`, the type, the count.
pub(super) const MARK: usize = 4;

/// How many bytes the address of a type has; nothing for S4 and what is no type.
pub(super) const fn width(kind: u8) -> Option<u8> {
    match kind {
        b'0' | b'1' | b'5' | b'9' => Some(2),
        b'2' | b'6' | b'8' => Some(3),
        b'3' | b'7' => Some(4),
        _ => None,
    }
}

/// What a record is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// S0.
    Header,
    /// S1, S2, S3.
    Data,
    /// S5, S6.
    Count,
    /// S7, S8, S9.
    End,
    /// S4, and what is no type.
    Other,
}

/// A record whose digits and sum are right.
#[derive(Clone, Copy)]
pub(super) struct Record<'t> {
    /// The character of the type.
    pub(super) kind: u8,
    pub(super) address: u32,
    /// How many bytes the address has.
    pub(super) width: u8,
    /// The digits of the data.
    pub(super) digits: &'t [u8],
}

impl Record<'_> {
    pub(super) fn role(&self) -> Role {
        match self.kind {
            b'0' => Role::Header,
            b'1'..=b'3' => Role::Data,
            b'5' | b'6' => Role::Count,
            b'7'..=b'9' => Role::End,
            _ => Role::Other,
        }
    }

    /// How many characters stand in front of the data.
    pub(super) fn header(&self) -> u8 {
        4 + 2 * self.width
    }

    /// How many data bytes.
    pub(super) fn len(&self) -> u8 {
        // A count of one byte covers them.
        u8::try_from(self.digits.len() / 2).unwrap_or(u8::MAX)
    }

    /// How many characters the record has, from its S to its sum.
    pub(super) fn text_len(&self) -> usize {
        usize::from(self.header()) + self.digits.len() + 2
    }
}

/// The record that `text` begins with, if it begins with one whose sum is right.
pub(super) fn read(text: &[u8]) -> Option<Record<'_>> {
    read_in(text, &ANY)
}

/// The same, with the digits of an alphabet only.
#[inline]
pub(super) fn read_in<'t>(text: &'t [u8], alphabet: &Alphabet) -> Option<Record<'t>> {
    let (&[mark, kind, c1, c0], rest) = text.split_first_chunk::<MARK>()?;
    let (c1, c0) = (alphabet.nibble(c1), alphabet.nibble(c0));
    if mark != b'S' || !kind.is_ascii_alphanumeric() || (c1 | c0) > 15 {
        return None;
    }
    let count = c1 << 4 | c0;
    let digits = rest.get(..2 * usize::from(count))?;
    // With one more, all add up to zero.
    let sum = count.wrapping_add(1);
    // The usual lengths without a branch on the very length, if there is as much text.
    let right = match (rest.first_chunk::<80>(), rest.first_chunk::<144>()) {
        (Some(rest), _) if count <= 40 => digits::adds_up(rest, 2 * count, sum, alphabet),
        (_, Some(rest)) if count <= 72 => digits::adds_up(rest, 2 * count, sum, alphabet),
        _ => adds_up(digits, sum, alphabet),
    };
    let (body, _) = digits.split_last_chunk::<2>().filter(|_| right)?;
    let width = width(kind).unwrap_or(0);
    let (address, digits) = body.split_at_checked(2 * usize::from(width))?;
    Some(Record { kind, address: number(address), width, digits })
}

/// The number that digits stand for.
fn number(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |n, &digit| n << 4 | u32::from(digits::nibble(digit)))
}

/// Whether `text` begins as a record of a known type does, right or not: with a count and an address behind it.
pub(super) fn looks_like(text: &[u8]) -> bool {
    let Some((&[mark, kind], rest)) = text.split_first_chunk::<2>() else { return false };
    let digits = rest.get(..8).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
    mark.eq_ignore_ascii_case(&b'S') && kind.is_ascii_digit() && digits
}
