//! Numbers as fixed-width text: hexadecimal, and base 32 after Crockford.

use core::fmt;

use crate::check::character::System;
use crate::never::OrNever;
use crate::value::Value;

/// The digits of base 32; the first 16 are those of hexadecimal.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// 128 bits in hexadecimal.
const MOST: usize = 32;

/// A number in a fixed count of digits, zeros in front. As a [`Value`] it is text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digits {
    text: [u8; MOST],
    len: usize,
}

impl Digits {
    /// In `len` digits of `bits` bits each, 4 or 5; the number has no more.
    pub(super) fn new(mut number: u128, len: usize, bits: u32) -> Self {
        let mut text = [0; MOST];
        for digit in text.iter_mut().take(len).rev() {
            *digit = digit_of(number & ((1 << bits) - 1));
            number >>= bits;
        }
        Self { text, len }
    }

    /// Of base 32, with a check character behind.
    pub(super) fn checked(mut self) -> Self {
        let check = System::Crockford37.compute(self.as_str()).ok();
        if let (Some(last), Some([check])) =
            (self.text.get_mut(self.len), check.as_ref().map(|c| c.as_str().as_bytes()))
        {
            *last = *check;
            self.len += 1;
        }
        self
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        self.text.get(..self.len).and_then(|text| core::str::from_utf8(text).ok()).or_never("only digits")
    }
}

/// The number that exactly `len` digits of `bits` bits each stand for.
pub(super) fn parse(text: &str, len: usize, bits: u32) -> Option<u128> {
    if text.len() != len {
        return None;
    }
    text.bytes().try_fold(0_u128, |number, digit| {
        let value = DIGITS.iter().take(1 << bits).position(|&d| d == digit)?;
        number.checked_mul(1 << bits)?.checked_add(value.try_into().ok()?)
    })
}

fn digit_of(value: u128) -> u8 {
    usize::try_from(value).ok().and_then(|value| DIGITS.get(value)).copied().or_never("five bits, of 32 digits")
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl From<Digits> for Value<'static> {
    fn from(digits: Digits) -> Self {
        Value::from(digits.as_str()).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The 32 digits are the whole alphabet of <https://www.crockford.com/base32.html>: no I, L, O, U.
    #[test]
    fn digits_both_ways() {
        assert_eq!(Digits::new(1234, 3, 5).checked().as_str(), "16JD");
        assert_eq!(Digits::new(u128::MAX, 26, 5).as_str(), "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
        assert_eq!(parse("7ZZZZZZZZZZZZZZZZZZZZZZZZZ", 26, 5), Some(u128::MAX));
        assert_eq!(parse("8ZZZZZZZZZZZZZZZZZZZZZZZZZ", 26, 5), None);
        for (text, len, bits) in [("16J", 4, 5), ("16j", 3, 5), ("16I", 3, 5), ("16*", 3, 5), ("G", 1, 4), ("é", 1, 5)]
        {
            assert_eq!(parse(text, len, bits), None, "{text}");
        }
    }
}
