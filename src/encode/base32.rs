//! Base 32. Source: RFC 4648, section 6.

use super::error::{DecodeError, EncodeError};
use crate::never::OrNever;
use crate::value::Value;

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const EXPECTED: &str = "one of A to Z and 2 to 7";

/// How many bytes `len` characters without padding stand for; nothing when none make so many.
pub(super) fn bytes(len: usize) -> Option<usize> {
    let rest = match len % 8 {
        0 => 0,
        2 => 1,
        4 => 2,
        5 => 3,
        7 => 4,
        _ => return None,
    };
    Some(len / 8 * 5 + rest)
}

/// How many characters `bytes` make, padding left out.
fn characters(bytes: usize) -> usize {
    bytes.saturating_mul(8).div_ceil(5)
}

pub(super) fn put(bytes: &[u8], padded: bool, out: &mut [u8]) -> Result<(), EncodeError> {
    let characters = characters(bytes.len());
    if padded {
        let most = out.len() / 8 * 5;
        let least = most.saturating_sub(4);
        if !(least..=most).contains(&bytes.len()) {
            return Err(EncodeError::BytesBetween { found: bytes.len(), least, most });
        }
    } else if characters != out.len() {
        return Err(EncodeError::Length {
            found: bytes.len(),
            expected: self::bytes(out.len()).or_never("the length was judged with the encoding"),
        });
    }
    let (mut held, mut bits) = (0_u16, 0);
    let mut more = bytes.iter();
    for to in &mut *out {
        if bits < 5 {
            if let Some(byte) = more.next() {
                held = held << 8 | u16::from(*byte);
                bits += 8;
            } else if bits > 0 {
                // The last character has zeros in the bits that are left.
                held <<= 5 - bits;
                bits = 5;
            } else {
                *to = b'=';
                continue;
            }
        }
        bits -= 5;
        *to = ALPHABET.get(usize::from(held >> bits & 0x1F)).copied().or_never("five bits, of 32 characters");
        held &= (1 << bits) - 1;
    }
    Ok(())
}

/// Gathered in place.
pub(super) fn get(text: &mut [u8], padded: bool) -> Result<Value<'_>, DecodeError> {
    let wrong = |text: &[u8], at: usize, expected| {
        let found = text.get(at).copied().or_never("a place in the text");
        Err(DecodeError::Byte { found, expected, at })
    };
    let end = if padded { text.iter().position(|c| *c == b'=').unwrap_or(text.len()) } else { text.len() };
    if let Some(at) = text.iter().skip(end).position(|c| *c != b'=') {
        return wrong(text, end + at, "`=`, as is all behind the first one");
    }
    let Some(len) = bytes(end).filter(|_| text.len() - end < 8) else {
        return wrong(text, end, EXPECTED);
    };
    let (mut held, mut bits, mut made) = (0_u16, 0, 0);
    for at in 0..end {
        let c = text.get(at).copied().or_never("before its end");
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'2'..=b'7' => c - b'2' + 26,
            _ => return wrong(text, at, EXPECTED),
        };
        held = held << 5 | u16::from(value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            let [byte, _] = (held >> bits).to_le_bytes();
            if let Some(to) = text.get_mut(made) {
                *to = byte;
            }
            made += 1;
            held &= (1 << bits) - 1;
        }
    }
    if held != 0 {
        return wrong(text, end.saturating_sub(1), "a last character whose bits behind the last byte are zeros");
    }
    Ok(Value::from(&*text.get_mut(..len).or_never("fewer bytes than characters")))
}
