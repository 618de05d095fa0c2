//! Fletcher's checks and Adler's: two sums at once, the second over what the first was at each word.
//!
//! Advice to the next person: with N words, a word that grows by d makes the first sum larger by d,
//! and the second by (N − i)·d, i counted from 0, both modulo m. Initial values only shift both.

use alloc::vec::Vec;
use core::fmt;

use super::feed::Feed;
use super::words::Words;
use crate::value::ByteOrder;
use crate::width;

/// Two sums at once: a row of parameters.
///
/// ```
/// use nameplate::check::{Algorithm, FLETCHER_16};
///
/// let value = Algorithm::Fletcher(FLETCHER_16).compute(|feed| feed(b"123456789"));
/// assert_eq!(value.number(), Some(FLETCHER_16.check()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fletcher {
    name: &'static str,
    words: Words,
    /// Bits of each sum.
    half: u32,
    modulus: u32,
    /// Both sums at the start.
    init: (u32, u32),
    /// A sum of 0 is shown as the modulus, as arithmetic of one's complement does that began there.
    full_zero: bool,
    /// The first sum is the upper half of the check value.
    first_above: bool,
    check: u32,
}

/// `fletcher16`: two sums of bytes modulo 255, the second in the upper half.
///
/// Source: J. Fletcher, *An Arithmetic Checksum for Serial Transmissions*, 1982; RFC 1146.
pub const FLETCHER_16: Fletcher = Fletcher {
    name: "fletcher16",
    words: Words::BYTES,
    half: 8,
    modulus: 255,
    init: (0, 0),
    full_zero: false,
    first_above: false,
    check: 0x1EDE,
};

/// `fletcher32le`: two sums of little-endian words of two bytes modulo 65535, the second in the upper
/// half. An odd byte at the end has a zero behind it, in its check value too.
pub const FLETCHER_32_LE: Fletcher = Fletcher {
    name: "fletcher32le",
    words: Words::of_2(ByteOrder::Little),
    half: 16,
    modulus: 65535,
    check: 0xDF09_D509,
    ..FLETCHER_16
};

/// `fletcher32be`: the same of big-endian words.
pub const FLETCHER_32_BE: Fletcher =
    Fletcher { name: "fletcher32be", words: Words::of_2(ByteOrder::Big), check: 0x09DF_09D5, ..FLETCHER_32_LE };

/// `adler32`: two sums of bytes modulo 65521, the first from 1, the second in the upper half.
///
/// Source: RFC 1950, section 8.2.
pub const ADLER_32: Fletcher =
    Fletcher { name: "adler32", half: 16, modulus: 65521, init: (1, 0), check: 0x091E_01DE, ..FLETCHER_16 };

/// `srecord-fletcher16`: as SRecord has it, 255 in place of 0, with the first sum in the upper half.
///
/// Source: SRecord 1.64, `-fletcher-16-b-e`. Of bytes that are all zero SRecord stores zeros; this is 0xFFFF then too.
pub const SRECORD_FLETCHER_16: Fletcher =
    Fletcher { name: "srecord-fletcher16", full_zero: true, first_above: true, check: 0xDE1E, ..FLETCHER_16 };

/// `srecord-fletcher32`: as SRecord has it, over bytes and not words, 65535 in place of 0.
///
/// Source: SRecord 1.64, `-fletcher-32-b-e`.
pub const SRECORD_FLETCHER_32: Fletcher = Fletcher {
    name: "srecord-fletcher32",
    half: 16,
    modulus: 65535,
    full_zero: true,
    check: 0x0915_01DD,
    ..FLETCHER_16
};

/// `srecord-adler16`: SRecord's own, modulo 251.
///
/// Source: SRecord 1.64, `-adler-16-b-e`.
pub const SRECORD_ADLER_16: Fletcher =
    Fletcher { name: "srecord-adler16", modulus: 251, init: (1, 0), check: 0x4BE3, ..FLETCHER_16 };

/// All rows of this page.
pub const FLETCHERS: &[Fletcher] = &[
    FLETCHER_16,
    FLETCHER_32_LE,
    FLETCHER_32_BE,
    ADLER_32,
    SRECORD_FLETCHER_16,
    SRECORD_FLETCHER_32,
    SRECORD_ADLER_16,
];

/// Its name, and its seeds when they are not those of that name.
impl fmt::Display for Fletcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        if FLETCHERS.contains(self) {
            return Ok(());
        }
        let (first, second) = self.init;
        write!(f, " (seeds {first:#X}, {second:#X})")
    }
}

impl Fletcher {
    /// Its name, as `fletcher16`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The same, but for what the sums are at the start. Nothing when a seed is more than a sum can be.
    ///
    /// ```
    /// use nameplate::check::{Algorithm, SRECORD_FLETCHER_16};
    ///
    /// // srec_cat … -fletcher-16-b-e 0x9 1 2
    /// let seeded = Algorithm::from(SRECORD_FLETCHER_16.seeded(1, 2).unwrap());
    /// assert_eq!(seeded.compute(|feed| feed(b"123456789")).number(), Some(0xDF29));
    /// assert_eq!(seeded.to_string(), "srecord-fletcher16 (seeds 0x1, 0x2)");
    /// ```
    #[must_use]
    pub fn seeded(self, first: u32, second: u32) -> Option<Self> {
        let most = u32::MAX >> (u32::BITS - self.half);
        let mut row = Self { init: (first, second), ..self };
        row.check = u32::try_from(row.compute(&mut |take| take(b"123456789"))).ok()?;
        (first <= most && second <= most).then_some(row)
    }

    /// The width of the check value, in bits.
    pub fn width(&self) -> u32 {
        2 * self.half
    }

    /// The check value of the nine bytes `123456789`.
    pub fn check(&self) -> u128 {
        self.check.into()
    }

    /// The words that are summed.
    pub(super) fn words(&self) -> Words {
        self.words
    }

    /// The check value of two sums.
    fn join(&self, first: u64, second: u64) -> u128 {
        let modulus = u64::from(self.modulus);
        let [first, second] =
            [first % modulus, second % modulus].map(|sum| if self.full_zero && sum == 0 { modulus } else { sum });
        let (above, below) = if self.first_above { (first, second) } else { (second, first) };
        u128::from(above << self.half | below)
    }

    /// The two sums of a check value.
    fn split(&self, value: u128) -> (u64, u64) {
        let value = width::low(value);
        let (above, below) = (value >> self.half, value & ((1 << self.half) - 1));
        let (first, second) = if self.first_above { (above, below) } else { (below, above) };
        (first % u64::from(self.modulus), second % u64::from(self.modulus))
    }

    /// The value over everything that `feed` hands over, word by word.
    pub(super) fn compute(&self, feed: Feed<'_>) -> u128 {
        let modulus = u64::from(self.modulus);
        let (mut first, mut second) = (u64::from(self.init.0), u64::from(self.init.1));
        self.words.each(feed, |word| {
            first = (first + word) % modulus;
            // 2⁴⁸ words would have to follow before that is too much.
            second += first;
        });
        self.join(first, second)
    }

    /// How much of each sum a byte is at each of `positions` in a stream of `len`.
    pub(super) fn weights(&self, len: u64, positions: &[u64]) -> Vec<(u64, u64)> {
        let modulus = u64::from(self.modulus);
        let words = len.div_ceil(self.words.len());
        let weight = |&position: &u64| {
            let first = (1 << self.words.shift(position)) % modulus;
            (first, (words - position / self.words.len()) % modulus * first % modulus)
        };
        positions.iter().map(weight).collect()
    }

    /// `value` with `bytes` added.
    pub(super) fn add(&self, value: u128, weights: &[(u64, u64)], bytes: impl Iterator<Item = u8>) -> u128 {
        let (first, second) = weights.iter().zip(bytes).fold(self.split(value), |sums, (weights, byte)| {
            (sums.0 + weights.0 * u64::from(byte), sums.1 + weights.1 * u64::from(byte))
        });
        self.join(first, second)
    }

    /// `value` without what `bytes` add to it.
    pub(super) fn without(&self, value: u128, weights: &[(u64, u64)], bytes: impl Iterator<Item = u8>) -> u128 {
        let modulus = u64::from(self.modulus);
        let negative: Vec<(u64, u64)> = weights.iter().map(|w| (modulus - w.0, modulus - w.1)).collect();
        self.add(value, &negative, bytes)
    }

    /// A value as this check shows it: one of its two zeros.
    pub(super) fn normal(&self, value: u128) -> u128 {
        let (first, second) = self.split(value);
        self.join(first, second)
    }

    /// Whether a word can hold every value of a sum.
    pub(super) fn fits_words(&self) -> bool {
        u64::from(self.modulus) <= 1 << (8 * self.words.len())
    }

    /// Two words end to end that turn `value` into `target`; the second counts `weight` times.
    pub(super) fn solve(&self, value: u128, target: u128, weight: u64) -> (u64, u64) {
        let modulus = u64::from(self.modulus);
        let ((from1, from2), (to1, to2)) = (self.split(value), self.split(target));
        let (sum1, sum2) = (to1 + modulus - from1, to2 + modulus - from2);
        let first = (sum2 + (modulus - weight % modulus) * sum1) % modulus;
        (first, (sum1 + modulus - first) % modulus)
    }
}
