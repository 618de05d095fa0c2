//! Additive and XOR sums over words of 1, 2, 4 or 8 bytes.

use alloc::vec::Vec;

use super::Feed;
use crate::value::ByteOrder;

/// The words that a sum is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// Bytes in a word: 1, 2, 4 or 8.
    bytes: u64,
    order: ByteOrder,
}

impl Words {
    /// Single bytes.
    pub const BYTES: Self = Self { bytes: 1, order: ByteOrder::Little };

    /// Words of two bytes.
    pub const fn of_2(order: ByteOrder) -> Self {
        Self { bytes: 2, order }
    }

    /// Words of four bytes.
    pub const fn of_4(order: ByteOrder) -> Self {
        Self { bytes: 4, order }
    }

    /// Words of eight bytes.
    pub const fn of_8(order: ByteOrder) -> Self {
        Self { bytes: 8, order }
    }

    /// Bytes in a word.
    pub fn len(self) -> u64 {
        self.bytes
    }

    /// Never: a word has at least one byte.
    pub fn is_empty(self) -> bool {
        false
    }

    /// By how many bits the byte at `position` in the stream is shifted to its place in the sum.
    fn shift(self, position: u64) -> u32 {
        let lane = position % self.bytes;
        let lane = match self.order {
            ByteOrder::Little => lane,
            ByteOrder::Big => self.bytes - 1 - lane,
        };
        // Below 64.
        u32::try_from(lane * 8).unwrap_or_default()
    }

    /// The sum over everything that `feed` hands over, `combine`d byte by byte.
    pub(super) fn compute(self, combine: fn(u64, u64) -> u64, feed: Feed<'_>) -> u128 {
        let (mut sum, mut position) = (0, 0);
        feed(&mut |bytes| {
            for &byte in bytes {
                sum = combine(sum, u64::from(byte) << self.shift(position));
                position += 1;
            }
        });
        u128::from(self.wrap(sum))
    }

    /// `sum` modulo 2 to the bits of a word.
    fn wrap(self, sum: u64) -> u64 {
        let unused = u64::BITS.saturating_sub(u32::try_from(self.bytes * 8).unwrap_or(u64::BITS));
        sum << unused >> unused
    }

    /// `value` without `part`.
    pub(super) fn subtract(self, value: u128, part: u128) -> u128 {
        let [value, part] = [value, part].map(|sum| u64::try_from(sum).unwrap_or_default());
        u128::from(self.wrap(value.wrapping_sub(part)))
    }

    /// The shifts of the bytes at `positions`.
    pub(super) fn shifts(self, positions: &[u64]) -> Vec<u32> {
        positions.iter().map(|&position| self.shift(position)).collect()
    }

    /// `value` with `bytes` combined into it.
    pub(super) fn add(
        self,
        combine: fn(u64, u64) -> u64,
        value: u128,
        shifts: &[u32],
        bytes: impl Iterator<Item = u8>,
    ) -> u128 {
        let value = u64::try_from(value).unwrap_or_default();
        let sum = shifts.iter().zip(bytes).fold(value, |sum, (shift, byte)| combine(sum, u64::from(byte) << shift));
        u128::from(self.wrap(sum))
    }
}
