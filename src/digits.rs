//! Hexadecimal and decimal digit kernels, and a wrapper that shows hostile bytes safely.

use crate::never::OrNever;
use core::fmt;

/// Marks a byte that is no hexadecimal digit in [`NIBBLE`].
pub(crate) const BAD: u8 = 0xFF;

/// The value of each byte as a hexadecimal digit of either case, or [`BAD`].
#[allow(
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "evaluated at compile time"
)]
const NIBBLE: [u8; 256] = {
    let mut table = [BAD; 256];
    let mut n = 0;
    while n < 10 {
        table[b'0' as usize + n] = n as u8;
        n += 1;
    }
    n = 0;
    while n < 6 {
        table[b'A' as usize + n] = 10 + n as u8;
        table[b'a' as usize + n] = 10 + n as u8;
        n += 1;
    }
    table
};

/// Letter case of hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// `0A`.
    Upper,
    /// `0a`.
    Lower,
}

#[allow(clippy::indexing_slicing, clippy::as_conversions, reason = "evaluated at compile time")]
const fn pairs(digits: &[u8; 16]) -> [[u8; 2]; 256] {
    let mut table = [[0; 2]; 256];
    let mut n = 0;
    while n < 256 {
        table[n] = [digits[n >> 4], digits[n & 15]];
        n += 1;
    }
    table
}

static UPPER: [[u8; 2]; 256] = pairs(b"0123456789ABCDEF");
static LOWER: [[u8; 2]; 256] = pairs(b"0123456789abcdef");

/// The value of one hexadecimal digit of either case, or [`BAD`].
#[inline]
pub(crate) fn nibble(digit: u8) -> u8 {
    // A byte cannot index past 256 entries; the bound check is optimised away.
    NIBBLE.get(usize::from(digit)).copied().unwrap_or(BAD)
}

/// The byte that two hexadecimal digits stand for.
#[inline]
pub(crate) fn byte([high, low]: [u8; 2]) -> Option<u8> {
    let (high, low) = (nibble(high), nibble(low));
    (high != BAD && low != BAD).then_some(high << 4 | low)
}

/// The byte that two characters stand for which are known to be digits.
#[inline]
pub(crate) fn value(pair: &[u8]) -> u8 {
    pair.try_into().ok().and_then(byte).or_never("two digits")
}

/// Bytes from characters that are known to be digits, as many as `out` has room for; how many. Written
/// so that compilers make vector code of it: the pair as one number, the high digit in its low byte.
#[inline]
pub(crate) fn decode(digits: &[u8], out: &mut [u8]) -> usize {
    for (to, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
        let pair = u16::from_le_bytes(pair.try_into().or_never("chunks of two"));
        let values = (pair & 0x0F0F) + (pair >> 6 & 0x0101) * 9;
        let [byte, _] = (values << 4 | values >> 8).to_le_bytes();
        *to = byte;
    }
    out.len().min(digits.len() / 2)
}

/// Two digits for each byte, into `out`, which has twice as many.
#[inline]
pub(crate) fn encode(bytes: &[u8], out: &mut [u8], case: Case) {
    let letter = match case {
        Case::Upper => 7,
        Case::Lower => 39,
    };
    for (to, &byte) in out.chunks_exact_mut(2).zip(bytes) {
        let values = u16::from(byte) >> 4 | u16::from(byte & 0xF) << 8;
        let letters = (values + 0x0606) >> 4 & 0x0101;
        to.copy_from_slice(&(values + 0x3030 + letters * letter).to_le_bytes());
    }
}

/// Which characters are hexadecimal digits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Alphabet {
    /// The value of each byte, or [`BAD`].
    nibbles: &'static [u8; 256],
    /// Clears what the two letter cases differ in, where both count.
    fold: u8,
    /// The digit with value ten.
    ten: u8,
}

/// Digits of either letter case.
pub(crate) static ANY: Alphabet = Alphabet { nibbles: &NIBBLE, fold: !0x20, ten: b'A' };
static UPPER_ONLY: Alphabet = Alphabet { nibbles: &without(b'a'), fold: !0, ten: b'A' };
static LOWER_ONLY: Alphabet = Alphabet { nibbles: &without(b'A'), fold: !0, ten: b'a' };

/// The table without the six letters from `first` on.
#[allow(clippy::indexing_slicing, clippy::as_conversions, reason = "evaluated at compile time")]
const fn without(first: u8) -> [u8; 256] {
    let mut table = NIBBLE;
    let mut n = 0;
    while n < 6 {
        table[first as usize + n] = BAD;
        n += 1;
    }
    table
}

impl Alphabet {
    /// Letters of one case only.
    pub(crate) fn of(case: Case) -> &'static Self {
        match case {
            Case::Upper => &UPPER_ONLY,
            Case::Lower => &LOWER_ONLY,
        }
    }

    /// The value of one digit, or [`BAD`].
    #[inline]
    pub(crate) fn nibble(&self, digit: u8) -> u8 {
        self.nibbles.get(usize::from(digit)).copied().unwrap_or(BAD)
    }
}

/// Adds up digits, sixteen at a time, those of the high nibbles in the even places. Written so that
/// compilers make vector code of it; an upper half of a lane's number is set when something was no digit.
#[derive(Clone, Copy, Default)]
pub(crate) struct Adder {
    values: [u8; 16],
    bad: [u8; 16],
}

impl Adder {
    /// Adds sixteen digits; only those count whose bits are set in `mask`.
    #[inline]
    pub(crate) fn add(&mut self, block: &[u8; 16], alphabet: &Alphabet, mask: &[u8; 16]) {
        for (((value, bad), &c), &mask) in self.values.iter_mut().zip(&mut self.bad).zip(block).zip(mask) {
            // Below 10 for numbers, 10 to 15 for letters, and beyond 15 for all else.
            let number = c.wrapping_add(0xFF - b'9').saturating_sub(6).wrapping_sub(0xF0);
            let letter = (c & alphabet.fold).wrapping_sub(alphabet.ten).saturating_add(10);
            let one = number.min(letter) & mask;
            *value = value.wrapping_add(one);
            *bad |= one;
        }
    }

    /// What the bytes add up to, if all was digits.
    #[inline]
    pub(crate) fn sum(&self) -> Option<u8> {
        if u128::from_le_bytes(self.bad) & u128::from_le_bytes([0xF0; 16]) != 0 {
            return None;
        }
        let (Some(&one), Some(&two)) = (self.values.first_chunk(), self.values.last_chunk()) else { return None };
        let (one, two) = (u64::from_le_bytes(one), u64::from_le_bytes(two));
        // In 16 bits each; the 32 blocks of the longest record do not fill them.
        let (high, low) = ((one & EVEN) + (two & EVEN), (one >> 8 & EVEN) + (two >> 8 & EVEN));
        let [sum, ..] = across((high << 4).wrapping_add(low)).to_le_bytes();
        Some(sum)
    }
}

/// The most digits whose places [`front`] tells apart.
const PLACES: usize = 144;

/// Places that count, and behind them as many that do not.
static FRONT: [u8; 2 * PLACES] = {
    let mut places = [0; 2 * PLACES];
    let (counting, _) = places.split_at_mut(PLACES);
    let mut at = counting;
    while let [first, rest @ ..] = at {
        *first = 0xFF;
        at = rest;
    }
    places
};

/// The first `count` of `MOST` places.
#[inline]
fn front<const MOST: usize>(count: u8) -> Option<&'static [u8; MOST]> {
    FRONT.get(PLACES.checked_sub(count.into())?..)?.first_chunk()
}

/// The last `count` places of a block.
pub(crate) fn last(count: u8) -> [u8; 16] {
    let mask = front(16_u8.saturating_sub(count)).map(|mask: &[u8; 16]| mask.map(|mask| !mask));
    mask.or_never("16 places are fewer than there are")
}

/// Whether the first `count` characters are digits of bytes that add up to zero with `sum`. All are
/// looked at, whatever the count, so that nothing waits for it.
#[allow(clippy::inline_always, reason = "its constants stay in registers from line to line")]
#[inline(always)]
pub(crate) fn adds_up<const MOST: usize>(text: &[u8; MOST], count: u8, sum: u8, alphabet: &Alphabet) -> bool {
    let Some(places) = front::<MOST>(count) else { return false };
    let mut adder = Adder::default();
    for (block, mask) in text.chunks_exact(16).zip(places.chunks_exact(16)) {
        let (Some(block), Some(mask)) = (block.first_chunk(), mask.first_chunk()) else { return false };
        adder.add(block, alphabet, mask);
    }
    adder.sum().is_some_and(|digits| digits.wrapping_add(sum) == 0)
}

/// Every second byte.
const EVEN: u64 = 0x00FF_00FF_00FF_00FF;

/// The sum of four 16-bit numbers.
#[inline]
fn across(numbers: u64) -> u64 {
    numbers.wrapping_mul(0x0001_0001_0001_0001) >> 48
}

/// The two digits of a byte.
#[inline]
pub(crate) fn pair(byte: u8, case: Case) -> [u8; 2] {
    let table = match case {
        Case::Upper => &UPPER,
        Case::Lower => &LOWER,
    };
    table.get(usize::from(byte)).copied().or_never("256 entries, one for each byte")
}

/// Fills `out` with the decimal digits of `n`, zeros in front; false when they do not fit.
#[cfg(feature = "id")]
#[inline]
pub(crate) fn decimal(mut n: u64, out: &mut [u8]) -> bool {
    let mut pairs = out.rchunks_exact_mut(2);
    for pair in &mut pairs {
        let [low, ..] = (n % 100).to_le_bytes();
        pair.copy_from_slice(&[b'0' + low / 10, b'0' + low % 10]);
        n /= 100;
    }
    for digit in pairs.into_remainder() {
        let [low, ..] = (n % 10).to_le_bytes();
        *digit = b'0' + low;
        n /= 10;
    }
    n == 0
}

/// The number that decimal digits stand for: digits only, at least one.
#[cfg(any(feature = "id", feature = "lists"))]
pub(crate) fn parse_decimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |n, &digit| {
        let digit = digit.checked_sub(b'0').filter(|&d| d < 10)?;
        n.checked_mul(10)?.checked_add(u64::from(digit))
    })
}

/// Shows bytes that may be anything: printable ASCII as it is, the rest as `\xNN`, at most 40 of them.
pub(crate) struct Escaped<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 40;
        for &byte in self.0.iter().take(MOST) {
            match byte {
                b'\\' | b'`' => write!(f, "\\{}", char::from(byte))?,
                b' '..=b'~' => write!(f, "{}", char::from(byte))?,
                _ => write!(f, "\\x{byte:02X}")?,
            }
        }
        if self.0.len() > MOST { f.write_str("...") } else { Ok(()) }
    }
}

/// Shows bytes as hexadecimal digits, `0x` in front, at most 16 of them.
pub(crate) struct Hexadecimal<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Hexadecimal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 16;
        f.write_str("0x")?;
        for byte in self.0.iter().take(MOST) {
            write!(f, "{byte:02X}")?;
        }
        if self.0.len() > MOST { f.write_str("...") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::prelude::v1::*;

    use super::*;

    #[test]
    fn all_digit_pairs() {
        for b in 0..=255_u8 {
            assert_eq!(pair(b, Case::Upper), *format!("{b:02X}").as_bytes());
            assert_eq!(pair(b, Case::Lower), *format!("{b:02x}").as_bytes());
            let (mut text, mut back) = ([0; 2], [0xA5; 2]);
            for case in [Case::Upper, Case::Lower] {
                encode(&[b], &mut text, case);
                assert_eq!(text, pair(b, case));
                assert_eq!((decode(&text, &mut back), back), (1, [b, 0xA5]));
            }
            assert_eq!(nibble(b), char::from(b).to_digit(16).map_or(BAD, |d| u8::try_from(d).unwrap_or(BAD)));
        }
        for (high, low) in (0..=255).flat_map(|h| (0..=255).map(move |l| (h, l))) {
            let text = [high, low];
            let expected = text
                .iter()
                .all(u8::is_ascii_hexdigit)
                .then(|| u8::from_str_radix(core::str::from_utf8(&text).unwrap_or(""), 16));
            assert_eq!(byte(text), expected.and_then(Result::ok));
        }
    }

    #[cfg(feature = "id")]
    #[test]
    fn decimal_both_ways() {
        let mut out = [0xA5; 4];
        for n in 0..=9999 {
            assert!(decimal(n, &mut out));
            assert_eq!(out, *format!("{n:04}").as_bytes());
            assert_eq!(parse_decimal(&out), Some(n));
        }
        assert!(!decimal(10_000, &mut out));
        assert_eq!((parse_decimal(b""), parse_decimal(b"1a"), parse_decimal(b"+1")), (None, None, None));
        assert_eq!(parse_decimal(b"18446744073709551615"), Some(u64::MAX));
        assert_eq!(parse_decimal(b"18446744073709551616"), None);
    }

    #[test]
    fn hostile_bytes_are_shown_harmless() {
        assert_eq!(Escaped(b"a\x1B[2J`\\\xFF").to_string(), "a\\x1B[2J\\`\\\\\\xFF");
        assert_eq!(Escaped(&[b'x'; 99]).to_string().len(), 43);
        assert_eq!(Hexadecimal(&[0xAB; 17]).to_string(), format!("0x{}...", "AB".repeat(16)));
    }
}
