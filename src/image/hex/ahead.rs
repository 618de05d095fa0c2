//! Reading ahead, over lines that look alike: nearly all lines of nearly all files.
//!
//! [`Alike`]: where the next line begins, what its header says and how many digits it has are known before it is
//! looked at, so nothing has to wait for the line before. A line that is not as expected ends it, and is
//! left to the reader of single lines. [`Short`] is for lines of any lengths: of three ranges of lengths, it looks
//! at as many digits as the longest has, so that what the processor guessed of the length hardly matters.

use super::line::End;
use crate::digits::{self, Adder, Alphabet, Case};
use crate::image::line::HEADER;

/// What data records that follow each other in memory have in common.
pub(super) struct Alike {
    /// The first eight characters of the header as a number, the address left out.
    header: u64,
    case: Case,
    len: u8,
    /// Characters from one record's colon to the next one's.
    stride: usize,
    /// The last two characters: those that are looked at, and what they are.
    end: (u16, u16),
    /// Where the last sixteen digits begin, and which of them no other block has.
    tail: usize,
    mask: [u8; 16],
}

impl Alike {
    /// Records of `len` bytes in lines of `stride` characters, the line end included. Nothing for those
    /// that are left to the reader of single lines: very short and very long ones, and lines that end in
    /// CR alone, which may be the first half of CR LF.
    pub(super) fn new(len: u8, stride: usize, crlf: bool, case: Case) -> Option<Self> {
        let text = HEADER + 2 * usize::from(len) + 2;
        let (end, expected) = if crlf { (2, (0xFFFF, u16::from_le_bytes(*b"\r\n"))) } else { (1, (0xFF00, 0x0A00)) };
        if !Self::reads(len) || text + end != stride {
            return None;
        }
        let [l1, l0] = digits::pair(len, case);
        Some(Self {
            header: u64::from_le_bytes([b':', l1, l0, 0, 0, 0, 0, b'0']),
            case,
            len,
            stride,
            end: expected,
            tail: text - 16,
            mask: digits::last((2 * len + 2) % 16),
        })
    }

    /// Whether records of this length are not left to the reader of single lines.
    pub(super) fn reads(len: u8) -> bool {
        (SHORTEST..=LONGEST).contains(&len)
    }

    /// How many lines of `text`, at most `most`, hold what follows in memory the record at `address`.
    pub(super) fn following(&self, text: &[u8], address: u16, most: u16) -> u16 {
        // Those that do not pass their 64 KiB, but for the record that is there already.
        let fit = (0xFFFF - u32::from(address) + 1) / u32::from(self.len);
        let most = most.min(u16::try_from(fit.saturating_sub(1)).unwrap_or(u16::MAX));
        match (2 * usize::from(self.len) + 2) / 16 {
            0 => self.lines::<0>(text, address, most),
            1 => self.lines::<16>(text, address, most),
            2 => self.lines::<32>(text, address, most),
            3 => self.lines::<48>(text, address, most),
            4 => self.lines::<64>(text, address, most),
            5 => self.lines::<80>(text, address, most),
            6 => self.lines::<96>(text, address, most),
            7 => self.lines::<112>(text, address, most),
            8 => self.lines::<128>(text, address, most),
            _ => 0,
        }
    }

    /// The same, `FULL` being the digits in whole blocks of sixteen.
    #[inline(never)]
    fn lines<const FULL: usize>(&self, text: &[u8], mut address: u16, most: u16) -> u16 {
        let alphabet = *Alphabet::of(self.case);
        let mut lines = 0;
        for line in text.chunks_exact(self.stride).take(most.into()) {
            address = address.wrapping_add(self.len.into());
            if !self.holds::<FULL>(line, address, &alphabet) {
                break;
            }
            lines += 1;
        }
        lines
    }

    #[inline]
    fn holds<const FULL: usize>(&self, line: &[u8], address: u16, alphabet: &Alphabet) -> bool {
        let [high, low] = address.to_be_bytes();
        let pair = |byte| u64::from(u16::from_le_bytes(digits::pair(byte, self.case)));
        let expected = self.header | pair(low) << 40 | pair(high) << 24;
        let (Some((&[c0, c1, c2, c3, c4, c5, c6, c7, c8], data)), Some(&end)) =
            (line.split_first_chunk::<HEADER>(), line.last_chunk::<2>())
        else {
            return false;
        };
        let header = u64::from_le_bytes([c0, c1, c2, c3, c4, c5, c6, c7]);
        let (look, end_expected) = self.end;
        let (Some(data), Some(tail)) =
            (data.first_chunk::<FULL>(), line.get(self.tail..).and_then(|tail| tail.first_chunk()))
        else {
            return false;
        };
        let mut adder = Adder::default();
        for block in data.chunks_exact(16) {
            let Some(block) = block.first_chunk() else { return false };
            adder.add(block, alphabet, &[0xFF; 16]);
        }
        adder.add(tail, alphabet, &self.mask);
        let sum = self.len.wrapping_add(high).wrapping_add(low);
        header == expected
            && c8 == b'0'
            && u16::from_le_bytes(end) & look == end_expected
            && adder.sum().is_some_and(|digits| digits.wrapping_add(sum) == 0)
    }
}

/// Data bytes of the shortest records that are read ahead: sixteen digits in front of the line end are all
/// of the record's.
const SHORTEST: u8 = 3;

/// Those of the longest ones.
const LONGEST: u8 = 70;

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
