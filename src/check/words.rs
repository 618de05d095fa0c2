//! Additive and XOR sums over words of 1, 2, 4 or 8 bytes.

use alloc::vec::Vec;

use super::feed::Feed;
use crate::never::OrNever;
use crate::value::ByteOrder;
use crate::width;

/// The words that a sum is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// Bytes in a word: 1, 2, 4 or 8.
    bytes: u8,
    order: ByteOrder,
    /// Bits of the sum: 8, 16, 24, 32 or 64.
    bits: u8,
}

impl Words {
    /// Single bytes.
    pub const BYTES: Self = Self::new(1, ByteOrder::Little);

    const fn new(bytes: u8, order: ByteOrder) -> Self {
        Self { bytes, order, bits: bytes * 8 }
    }

    /// Words of two bytes.
    pub const fn of_2(order: ByteOrder) -> Self {
        Self::new(2, order)
    }

    /// Words of four bytes.
    pub const fn of_4(order: ByteOrder) -> Self {
        Self::new(4, order)
    }

    /// Words of eight bytes.
    pub const fn of_8(order: ByteOrder) -> Self {
        Self::new(8, order)
    }

    /// The same words, their sum kept modulo 2 to `bits`: more than a word has, or fewer. Nothing
    /// unless that is 8, 16, 24, 32 or 64. Without it a sum has the bits of a word.
    #[must_use]
    pub const fn modulo(self, bits: u8) -> Option<Self> {
        match bits {
            8 | 16 | 24 | 32 | 64 => Some(Self { bits, ..self }),
            _ => None,
        }
    }

    /// Bytes in a word.
    pub fn len(self) -> u64 {
        u64::from(self.bytes)
    }

    /// Never: a word has at least one byte.
    pub fn is_empty(self) -> bool {
        false
    }

    /// Bits of the sum.
    pub fn bits(self) -> u32 {
        u32::from(self.bits)
    }

    /// Bits of a word.
    pub(super) fn word_bits(self) -> u8 {
        self.bytes * 8
    }

    /// Whether the sum has as many bits as a word.
    pub(super) fn is_plain(self) -> bool {
        self.bits == self.word_bits()
    }

    /// By how many bits the byte at `position` in the stream is shifted to its place in the sum.
    pub(super) fn shift(self, position: u64) -> u32 {
        let lane = position % self.len();
        let lane = match self.order {
            ByteOrder::Little => lane,
            ByteOrder::Big => self.len() - 1 - lane,
        };
        // Below 64.
        u32::try_from(lane * 8).or_never("below 64")
    }

    /// Hands each word of everything that `feed` hands over to `each`; a last one that is not whole
    /// has zeros behind it.
    pub(super) fn each(self, feed: Feed<'_>, mut each: impl FnMut(u64)) {
        let (mut word, mut filled) = (0_u64, 0);
        let mut push = |byte: u8| {
            word = match self.order {
                ByteOrder::Little => word | u64::from(byte) << (8 * filled),
                ByteOrder::Big => word << 8 | u64::from(byte),
            };
            filled += 1;
            if filled == self.bytes {
                each(word);
                (word, filled) = (0, 0);
            }
            filled == 0
        };
        let mut whole = true;
        feed(&mut |bytes| bytes.iter().for_each(|&byte| whole = push(byte)));
        while !whole {
            whole = push(0);
        }
    }

    /// The sum over everything that `feed` hands over, `combine`d word by word.
    pub(super) fn compute(self, combine: fn(u64, u64) -> u64, feed: Feed<'_>) -> u128 {
        let mut sum = 0;
        self.each(feed, |word| sum = combine(sum, word));
        u128::from(self.wrap(sum))
    }

    /// `sum` modulo 2 to its bits.
    fn wrap(self, sum: u64) -> u64 {
        let unused = u64::BITS.saturating_sub(self.bits());
        sum << unused >> unused
    }

    /// `value` without `part`.
    pub(super) fn subtract(self, value: u128, part: u128) -> u128 {
        u128::from(self.wrap(width::low(value.wrapping_sub(part))))
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
        let value = width::low(value);
        let sum = shifts.iter().zip(bytes).fold(value, |sum, (shift, byte)| combine(sum, u64::from(byte) << shift));
        u128::from(self.wrap(sum))
    }
}
