//! Reading ahead, over lines that look alike: nearly all lines of nearly all files.
//!
//! Where the next line begins, what its header says and how many digits it has are known before it is looked at, so
//! nothing has to wait for the line before. A line that is not as expected ends it, and is left to the reader of single
//! lines.

use crate::digits::{self, Adder, Alphabet, Case};

/// What stands in front of the data of each record.
pub(super) trait Head {
    /// In characters.
    const LEN: usize;
    /// Where the addresses end that it can say.
    const END: u64;

    /// Whether `line` begins as the record for `address` does, and what that adds to the sum of its bytes; the sum of
    /// all is zero.
    fn begins(&self, line: &[u8], address: u32) -> (bool, u8);
}

/// What data records that follow each other in memory have in common.
pub(super) struct Alike<H> {
    head: H,
    case: Case,
    len: u8,
    /// Characters from one record's begin to the next one's.
    stride: usize,
    /// The last two characters: those that are looked at, and what they are.
    end: (u16, u16),
    /// Where the last sixteen digits begin, and which of them no other block has.
    tail: usize,
    mask: [u8; 16],
}

impl<H: Head> Alike<H> {
    /// Records of `len` bytes in lines of `stride` characters, the line end included. Nothing for those
    /// that are left to the reader of single lines: very short and very long ones, and lines that end in
    /// CR alone, which may be the first half of CR LF.
    pub(super) fn new(head: H, len: u8, stride: usize, crlf: bool, case: Case) -> Option<Self> {
        let text = H::LEN + 2 * usize::from(len) + 2;
        let (end, expected) = if crlf { (2, (0xFFFF, u16::from_le_bytes(*b"\r\n"))) } else { (1, (0xFF00, 0x0A00)) };
        if !reads(len) || text + end != stride {
            return None;
        }
        Some(Self { head, case, len, stride, end: expected, tail: text - 16, mask: digits::last((2 * len + 2) % 16) })
    }

    /// How many lines of `text`, at most `most`, hold what follows in memory the record at `address`.
    pub(super) fn following(&self, text: &[u8], address: u32, most: u16) -> u16 {
        // Those that do not pass the end of their addresses, but for the record that is there already.
        let fit = H::END.saturating_sub(address.into()) / u64::from(self.len);
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
    fn lines<const FULL: usize>(&self, text: &[u8], mut address: u32, most: u16) -> u16 {
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
    fn holds<const FULL: usize>(&self, line: &[u8], address: u32, alphabet: &Alphabet) -> bool {
        let (begins, sum) = self.head.begins(line, address);
        let (Some(data), Some(&end)) = (line.get(H::LEN..), line.last_chunk::<2>()) else { return false };
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
        begins
            && u16::from_le_bytes(end) & look == end_expected
            && adder.sum().is_some_and(|digits| digits.wrapping_add(sum) == 0)
    }
}

/// Whether records of this length are not left to the reader of single lines.
pub(super) fn reads(len: u8) -> bool {
    (SHORTEST..=LONGEST).contains(&len)
}

/// Data bytes of the shortest records that are read ahead: sixteen digits in front of the line end are all
/// of the record's.
const SHORTEST: u8 = 3;

/// Those of the longest ones.
const LONGEST: u8 = 70;
