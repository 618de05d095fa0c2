//! Eight hexadecimal digits at once, as one number.

use crate::never::OrNever;

/// Eight characters, the first in the lowest byte.
#[inline]
pub(super) fn word(text: &[u8]) -> u64 {
    u64::from_le_bytes(text.try_into().or_never("eight characters"))
}

/// One in each byte.
const ONES: u64 = 0x0101_0101_0101_0101;

/// Every second byte.
const EVEN: u64 = 0x00FF_00FF_00FF_00FF;

/// Eight zeros.
pub(super) const ZEROS: u64 = ONES * 0x30;

/// Bits that letters of the two cases differ in; digits have them set.
pub(super) const CASE: u64 = ONES << 5;

/// The four bytes that eight digits stand for, the first in the lowest 16 bits; nothing when a
/// character is no digit.
#[inline]
pub(super) fn bytes_of_word(word: u64) -> Option<u64> {
    // The highest bit of each byte says whether it is at least `c`, if it is ASCII.
    let at_least = |word: u64, c: u8| (word & (ONES * 0x7F)) + ONES * u64::from(0x80 - c);
    let upper = word & !CASE;
    let number = at_least(word, b'0') & !at_least(word, b'9' + 1);
    let letter = at_least(upper, b'A') & !at_least(upper, b'F' + 1);
    if (word | !(number | letter)) & (ONES << 7) != 0 {
        return None;
    }
    let values = (word & (ONES * 0xF)) + (word >> 6 & ONES) * 9;
    Some(((values & EVEN) << 4) + (values >> 8 & EVEN))
}

/// The sum of bytes in 16 bits each.
#[inline]
pub(super) fn sum_of_bytes(bytes: u64) -> u8 {
    let [sum, ..] = (bytes.wrapping_mul(0x0001_0001_0001_0001) >> 48).to_le_bytes();
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digits::byte;

    #[test]
    fn words_of_digits() {
        assert_eq!(bytes_of_word(word(b"FFab7f01")), Some(0x0001_007F_00AB_00FF));
        assert_eq!(sum_of_bytes(0x4001_007F_00AB_40FF), 0x2A);
        // Each character at each place, among digits of either kind.
        for (c, at) in (0..=255_u8).flat_map(|c| (0..8).map(move |at| (c, at))) {
            for filling in [b'0', b'F', b'9', b'a'] {
                let mut text = [filling; 8];
                text[at] = c;
                let mut bytes = text.rchunks_exact(2).map(|pair| byte(pair.try_into().unwrap()));
                let expected = bytes.try_fold(0, |all: u64, byte| Some(all << 16 | u64::from(byte?)));
                assert_eq!(bytes_of_word(word(&text)), expected, "{text:?}");
            }
        }
    }
}
