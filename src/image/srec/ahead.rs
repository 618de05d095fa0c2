//! Reading ahead: what data records that follow each other have in front of their data.

use super::record::MARK;
use crate::digits::{self, Case};
use crate::image::ahead::Head;

/// The header of data records whose address has `WIDTH` bytes.
#[derive(Clone, Copy)]
pub(super) struct Mark<const WIDTH: usize> {
    /// `S`, the type and the count.
    begin: [u8; MARK],
    count: u8,
    case: Case,
}

impl<const WIDTH: usize> Mark<WIDTH> {
    /// That of records of `len` bytes.
    pub(super) fn new(kind: u8, len: u8, case: Case) -> Option<Self> {
        let count = len.checked_add(u8::try_from(WIDTH).ok()? + 1)?;
        let [c1, c0] = digits::pair(count, case);
        Some(Self { begin: [b'S', kind, c1, c0], count, case })
    }

    /// Whether `line` begins so, with this address behind it; what they add to the sum, and one more.
    #[allow(clippy::inline_always, reason = "its constants stay in registers from line to line")]
    #[inline(always)]
    fn is_at(self, line: &[u8], address: [u8; WIDTH]) -> (bool, u8) {
        let Some((mark, rest)) = line.split_first_chunk::<MARK>() else { return (false, 0) };
        let Some((digits, _)) = rest.split_at_checked(2 * WIDTH) else { return (false, 0) };
        let mut same = *mark == self.begin;
        let mut sum = self.count.wrapping_add(1);
        for (byte, pair) in address.into_iter().zip(digits.chunks_exact(2)) {
            same &= pair == digits::pair(byte, self.case);
            sum = sum.wrapping_add(byte);
        }
        (same, sum)
    }
}

impl Head for Mark<2> {
    const LEN: usize = MARK + 4;
    const END: u64 = 1 << 16;

    #[inline]
    fn begins(&self, line: &[u8], address: u32) -> (bool, u8) {
        let [_, _, one, two] = address.to_be_bytes();
        self.is_at(line, [one, two])
    }
}

impl Head for Mark<3> {
    const LEN: usize = MARK + 6;
    const END: u64 = 1 << 24;

    #[inline]
    fn begins(&self, line: &[u8], address: u32) -> (bool, u8) {
        let [_, one, two, three] = address.to_be_bytes();
        self.is_at(line, [one, two, three])
    }
}

impl Head for Mark<4> {
    const LEN: usize = MARK + 8;
    const END: u64 = 1 << 32;

    #[inline]
    fn begins(&self, line: &[u8], address: u32) -> (bool, u8) {
        self.is_at(line, address.to_be_bytes())
    }
}
