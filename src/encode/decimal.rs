//! Decimal ASCII digits of an unsigned integer.

use super::error::{DecodeError, EncodeError};
use super::fill::DecimalFill;
use crate::never::OrNever;
use crate::value::Value;

/// More digits than any integer of 128 bits has.
const MOST: usize = 39;

/// The greatest integer of so many digits.
pub(super) fn greatest(digits: usize) -> u128 {
    if digits >= MOST { u128::MAX } else { (0..digits).fold(0, |n, _| n * 10 + 9) }
}

/// The digits of `n` into the end of `digits`; how many there are.
fn digits(n: u128, digits: &mut [u8; MOST]) -> usize {
    let (mut rest, mut count) = (n, 0);
    for to in digits.iter_mut().rev() {
        let [digit, ..] = (rest % 10).to_le_bytes();
        *to = b'0' + digit;
        rest /= 10;
        count += 1;
        if rest == 0 {
            break;
        }
    }
    count
}

pub(super) fn put(n: u128, fill: DecimalFill, out: &mut [u8], secret: bool) -> Result<(), EncodeError> {
    let greatest = greatest(fill.room(out.len()));
    if n > greatest {
        return Err(EncodeError::TooBig { found: (!secret).then_some(n), greatest });
    }
    let mut all = zeroize::Zeroizing::new([b'0'; MOST]);
    let count = digits(n, &mut all);
    let number = all.get(MOST - count..).or_never("at most `MOST` digits");
    out.fill(fill.byte());
    let at = if fill.is_left() { out.len().saturating_sub(count) } else { 0 };
    if let Some(to) = out.get_mut(at..at + count) {
        to.copy_from_slice(number);
    }
    Ok(())
}

pub(super) fn get<'b>(bytes: &[u8], fill: DecimalFill) -> Result<Value<'b>, DecodeError> {
    let wrong = |at: usize, expected| {
        let found = bytes.get(at).copied().or_never("a place in the field");
        Err(DecodeError::Byte { found, expected, at })
    };
    let is_fill = |byte: &u8| *byte == fill.byte();
    let (start, end) = if fill.is_left() {
        // Of zeros in front of a zero, the last one is the number.
        (bytes.iter().position(|byte| !is_fill(byte)).unwrap_or(bytes.len().saturating_sub(1)), bytes.len())
    } else {
        (0, bytes.iter().position(is_fill).unwrap_or(bytes.len()))
    };
    if end > fill.room(bytes.len()) {
        return Err(DecodeError::Unterminated);
    }
    if let Some(at) = bytes.get(end..).and_then(|behind| behind.iter().position(|byte| !is_fill(byte))) {
        return wrong(end + at, fill.expected());
    }
    let number = bytes.get(start..end).or_never("it starts before it ends, in the field");
    if number.is_empty() {
        return Err(DecodeError::NoDigits);
    }
    if let Some(at) = number.iter().position(|byte| !byte.is_ascii_digit()) {
        return wrong(start + at, "a decimal digit");
    }
    if number.len() > 1 && number.first() == Some(&b'0') {
        return wrong(start, "a digit other than 0, as no zero stands in front");
    }
    let n = number.iter().try_fold(0_u128, |n, digit| n.checked_mul(10)?.checked_add(u128::from(digit - b'0')));
    n.map(Value::from).ok_or(DecodeError::Wide)
}
