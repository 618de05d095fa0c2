//! Reading ahead, in HEX files: [`Colon`] is what lines that look alike have in front of their data. [`Short`] is for
//! lines of any lengths: of three ranges of lengths, it looks at as many digits as the longest has, so that what the
//! processor guessed of the length hardly matters.

use crate::digits::{self, Alphabet, Case};
use crate::image::ahead::Head;
use crate::image::line::HEADER;
use crate::image::text::End;

/// The header of a data record.
#[derive(Clone, Copy)]
pub(super) struct Colon {
    /// Its first eight characters as a number, the address left out.
    header: u64,
    case: Case,
    len: u8,
}

impl Colon {
    /// That of records of `len` bytes.
    pub(super) fn new(len: u8, case: Case) -> Self {
        let [l1, l0] = digits::pair(len, case);
        Self { header: u64::from_le_bytes([b':', l1, l0, 0, 0, 0, 0, b'0']), case, len }
    }
}

impl Head for Colon {
    const LEN: usize = HEADER;
    const END: u64 = 0x1_0000;

    #[inline]
    fn begins(&self, line: &[u8], address: u32) -> (bool, u8) {
        let [_, _, high, low] = address.to_be_bytes();
        let pair = |byte| u64::from(u16::from_le_bytes(digits::pair(byte, self.case)));
        let expected = self.header | pair(low) << 40 | pair(high) << 24;
        let Some(&[c0, c1, c2, c3, c4, c5, c6, c7, c8]) = line.first_chunk::<HEADER>() else { return (false, 0) };
        let header = u64::from_le_bytes([c0, c1, c2, c3, c4, c5, c6, c7]);
        (header == expected && c8 == b'0', self.len.wrapping_add(high).wrapping_add(low))
    }
}

/// What data records of 1 to 67 bytes have in common.
pub(super) struct Short {
    alphabet: &'static Alphabet,
    /// The last two characters of a line: those that are looked at, and what they are.
    end: (u16, u16),
    /// Characters in front of the data, with the record sum and the line end.
    around: usize,
}

/// Digits of records of up to 19, 35 and 67 bytes, in whole blocks.
const FEW: usize = 48;
const SOME: usize = 80;
const MANY: usize = 144;

impl Short {
    /// Lines that end so. Nothing for CR alone, which may be the first half of CR LF.
    pub(super) fn new(case: Case, end: End) -> Option<Self> {
        let expected = match end {
            End::Lf => (0xFF00, 0x0A00),
            End::CrLf => (0xFFFF, u16::from_le_bytes(*b"\r\n")),
            End::Cr | End::Missing => return None,
        };
        Some(Self { alphabet: Alphabet::of(case), end: expected, around: HEADER + 2 + end.len() })
    }

    /// The address and length of the record that is the first line of `text`, and how long the line is.
    /// Nothing if it is another one, or passes its 64 KiB; or where there is less text than is looked at.
    #[inline]
    pub(super) fn read(&self, text: &[u8]) -> Option<(u16, u8, usize)> {
        let &[_, l1, l0] = text.first_chunk()?;
        // What is no digit is found with the others.
        let len = self.alphabet.nibble(l1) << 4 | self.alphabet.nibble(l0);
        match len {
            1..=19 => self.record(text.first_chunk::<{ FEW + 3 }>()?, text.get(1..)?.first_chunk::<FEW>()?, len),
            20..=35 => self.record(text.first_chunk::<{ SOME + 3 }>()?, text.get(1..)?.first_chunk::<SOME>()?, len),
            36..=67 => self.record(text.first_chunk::<{ MANY + 3 }>()?, text.get(1..)?.first_chunk::<MANY>()?, len),
            _ => None,
        }
    }

    /// The same, of a line whose record has `len` bytes; `digits` are all that it may have.
    #[allow(clippy::inline_always, reason = "a call for each line would take a third of the time")]
    #[inline(always)]
    fn record<const LINE: usize, const MOST: usize>(
        &self,
        line: &[u8; LINE],
        digits: &[u8; MOST],
        len: u8,
    ) -> Option<(u16, u8, usize)> {
        let &[colon, _, _, a3, a2, a1, a0, t1, t0] = line.first_chunk()?;
        let stride = self.around + 2 * usize::from(len);
        let (_, &end) = line.get(..stride)?.split_last_chunk()?;
        let (look, expected) = self.end;
        let ends = u16::from_le_bytes(end) & look == expected;
        let kind = [colon, t1, t0] == *b":00";
        let value = |high, low| self.alphabet.nibble(high) << 4 | self.alphabet.nibble(low);
        let address = u16::from_be_bytes([value(a3, a2), value(a1, a0)]);
        let fits = u32::from(address) + u32::from(len) <= 0x1_0000;
        let right = digits::adds_up(digits, 10 + 2 * len, 0, self.alphabet);
        (kind && ends && fits && right).then_some((address, len, stride))
    }
}
