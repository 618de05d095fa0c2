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
    /// How far the letters lie behind the digit that they would be if digits went on.
    letters: u64,
}

impl<const WIDTH: usize> Mark<WIDTH> {
    /// That of records of `len` bytes.
    pub(super) fn new(kind: u8, len: u8, case: Case) -> Option<Self> {
        let count = len.checked_add(u8::try_from(WIDTH).ok()? + 1)?;
        let [c1, c0] = digits::pair(count, case);
        let letters = u64::from(digits::pair(10, case)[1] - b'0' - 10);
        Some(Self { begin: [b'S', kind, c1, c0], count, letters })
    }

    /// Whether `line` begins so, with this address behind it; what they add to the sum, and one more.
    #[allow(clippy::inline_always, reason = "its constants stay in registers from line to line")]
    #[inline(always)]
    fn is_at(self, line: &[u8], address: u32) -> (bool, u8) {
        let Some((mark, rest)) = line.split_first_chunk::<MARK>() else { return (false, 0) };
        let mut found = [b'0'; 8];
        let (Some(to), Some(from)) = (found.get_mut(8 - 2 * WIDTH..), rest.get(..2 * WIDTH)) else { return (false, 0) };
        to.copy_from_slice(from);
        let same = *mark == self.begin && u64::from_be_bytes(found) == self.digits(address);
        let [one, two, three, four] = address.to_be_bytes();
        let sum = one.wrapping_add(two).wrapping_add(three).wrapping_add(four);
        (same, self.count.wrapping_add(1).wrapping_add(sum))
    }

    /// All eight digits of an address, the first one in the highest byte, at once.
    #[inline]
    fn digits(self, address: u32) -> u64 {
        let mut nibbles = u64::from(address);
        for (shift, mask) in [(16, 0x0000_FFFF_0000_FFFF), (8, 0x00FF_00FF_00FF_00FF), (4, 0x0F0F_0F0F_0F0F_0F0F)] {
            nibbles = (nibbles | nibbles << shift) & mask;
        }
        let above_nine = (nibbles + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101;
        nibbles + 0x3030_3030_3030_3030 + above_nine * self.letters
    }
}

impl Head for Mark<2> {
    const LEN: usize = MARK + 4;
    const END: u64 = 1 << 16;

    #[inline]
    fn begins(&self, line: &[u8], address: u32) -> (bool, u8) {
        self.is_at(line, address)
    }
}

impl Head for Mark<3> {
    const LEN: usize = MARK + 6;
    const END: u64 = 1 << 24;

    #[inline]
    fn begins(&self, line: &[u8], address: u32) -> (bool, u8) {
        self.is_at(line, address)
    }
}

impl Head for Mark<4> {
    const LEN: usize = MARK + 8;
    const END: u64 = 1 << 32;

    #[inline]
    fn begins(&self, line: &[u8], address: u32) -> (bool, u8) {
        self.is_at(line, address)
    }
}
