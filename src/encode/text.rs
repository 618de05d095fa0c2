//! Printable ASCII, padded, exact, NUL-terminated or length-prefixed, and hexadecimal digits of bytes.

use super::error::{DecodeError, EncodeError};
use crate::digits::{self, BAD, Case};
use crate::never::OrNever;
use crate::value::Value;

/// What an ASCII field may hold.
const PRINTABLE: core::ops::RangeInclusive<u8> = b' '..=b'~';

/// The same, in words.
const PRINTABLE_WORDS: &str = "printable ASCII";

fn check(text: &str, room: usize, secret: bool) -> Result<(), EncodeError> {
    if text.is_empty() {
        return Err(EncodeError::Empty);
    }
    if let Some((at, c)) = text.chars().enumerate().find(|(_, c)| !matches!(c, ' '..='~')) {
        return Err(EncodeError::Character { found: (!secret).then_some(c), expected: PRINTABLE_WORDS, at: at + 1 });
    }
    if text.len() > room {
        return Err(EncodeError::TooLong { found: text.len(), room });
    }
    Ok(())
}

/// Copies `text` to the front of `out` and fills the rest.
fn fill(text: &str, pad: u8, out: &mut [u8]) {
    if let Some((front, rest)) = out.split_at_mut_checked(text.len()) {
        front.copy_from_slice(text.as_bytes());
        rest.fill(pad);
    }
}

pub(super) fn put(text: &str, pad: Option<u8>, out: &mut [u8], secret: bool) -> Result<(), EncodeError> {
    check(text, out.len(), secret)?;
    match pad {
        Some(pad) if text.as_bytes().ends_with(&[pad]) => return Err(EncodeError::EndsInPad { pad }),
        None if text.len() != out.len() => {
            return Err(EncodeError::NotExact { found: text.len(), expected: out.len() });
        }
        Some(pad) => fill(text, pad, out),
        // It fills the field.
        None => fill(text, 0, out),
    }
    Ok(())
}

/// The text at the end, the padding in front.
pub(super) fn put_left(text: &str, pad: u8, out: &mut [u8], secret: bool) -> Result<(), EncodeError> {
    check(text, out.len(), secret)?;
    if text.as_bytes().starts_with(&[pad]) {
        return Err(EncodeError::BeginsWithPad { pad });
    }
    let (front, rest) =
        out.split_at_mut_checked(out.len() - text.len()).or_never("the text is no longer than the field");
    front.fill(pad);
    rest.copy_from_slice(text.as_bytes());
    Ok(())
}

pub(super) fn put_cstr(text: &str, out: &mut [u8], secret: bool) -> Result<(), EncodeError> {
    check(text, out.len().saturating_sub(1), secret)?;
    fill(text, 0, out);
    Ok(())
}

/// The number of characters, the text, NUL to the end.
pub(super) fn put_prefixed(text: &str, out: &mut [u8], secret: bool) -> Result<(), EncodeError> {
    let Some((length, rest)) = out.split_first_mut() else { return Ok(()) };
    check(text, rest.len().min(255), secret)?;
    *length = u8::try_from(text.len()).or_never("at most 255");
    fill(text, 0, rest);
    Ok(())
}

pub(super) fn put_hex(bytes: &[u8], out: &mut [u8]) -> Result<(), EncodeError> {
    if bytes.len() * 2 != out.len() {
        return Err(EncodeError::Length { found: bytes.len(), expected: out.len() / 2 });
    }
    for (to, &byte) in out.chunks_exact_mut(2).zip(bytes) {
        to.copy_from_slice(&digits::pair(byte, Case::Upper));
    }
    Ok(())
}

fn printable(bytes: &[u8]) -> Result<Value<'_>, DecodeError> {
    if bytes.is_empty() {
        return Err(DecodeError::Empty);
    }
    match bytes.iter().enumerate().find(|(_, byte)| !PRINTABLE.contains(byte)) {
        Some((at, &found)) => Err(DecodeError::Byte { found, expected: PRINTABLE_WORDS, at }),
        None => Ok(Value::from(core::str::from_utf8(bytes).or_never("printable ASCII"))),
    }
}

pub(super) fn get(bytes: &[u8], pad: Option<u8>) -> Result<Value<'_>, DecodeError> {
    let end = match pad {
        Some(pad) => bytes.iter().rposition(|&byte| byte != pad).map_or(0, |last| last + 1),
        None => bytes.len(),
    };
    printable(bytes.get(..end).or_never("an end in the field"))
}

pub(super) fn get_left(bytes: &[u8], pad: u8) -> Result<Value<'_>, DecodeError> {
    let start = bytes.iter().position(|&byte| byte != pad).unwrap_or(bytes.len());
    let text = bytes.get(start..).or_never("a start in the field");
    printable(text).map_err(|error| error.moved(|at| start + at))
}

pub(super) fn get_cstr(bytes: &[u8]) -> Result<Value<'_>, DecodeError> {
    if bytes.last() != Some(&0) {
        return Err(DecodeError::Unterminated);
    }
    get(bytes, Some(0))
}

pub(super) fn get_prefixed(bytes: &[u8]) -> Result<Value<'_>, DecodeError> {
    let (&length, rest) = bytes.split_first().ok_or(DecodeError::Empty)?;
    let wrong = |found, expected, at| DecodeError::Byte { found, expected, at };
    let split = rest.split_at_checked(length.into());
    let (text, behind) = split.ok_or(wrong(length, "the length of a text that the field can hold", 0))?;
    match behind.iter().enumerate().find(|(_, byte)| **byte != 0) {
        Some((at, &found)) => Err(wrong(found, "0x00, as is all behind the text", 1 + text.len() + at)),
        None => printable(text).map_err(|error| error.moved(|at| 1 + at)),
    }
}

/// Up to 32 digits as an integer, more as bytes, gathered in place.
pub(super) fn get_hex(text: &mut [u8]) -> Result<Value<'_>, DecodeError> {
    let mut n: u128 = 0;
    for (at, &digit) in text.iter().enumerate() {
        let value = digits::nibble(digit);
        if value == BAD || digit.is_ascii_lowercase() {
            return Err(DecodeError::Byte { found: digit, expected: "an upper-case hexadecimal digit", at });
        }
        n = n << 4 | u128::from(value);
    }
    if text.len() <= 32 {
        return Ok(Value::from(n));
    }
    let len = text.len() / 2;
    for at in 0..len {
        let byte = text.get(2 * at..2 * at + 2).and_then(|pair| digits::byte(pair.try_into().ok()?));
        if let (Some(to), Some(byte)) = (text.get_mut(at), byte) {
            *to = byte;
        }
    }
    Ok(Value::from(&*text.get_mut(..len).or_never("fewer bytes than characters")))
}
