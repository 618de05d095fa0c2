//! Signed integers and floats. A value has no such kind, so it is decimal text: `-12`, `0.5`.

use alloc::string::{String, ToString};
use core::fmt::{self, Display, Write};

use zeroize::Zeroizing;

use super::error::{DecodeError, EncodeError};
use super::int;
use crate::digits::Escaped;
use crate::never::OrNever;
use crate::value::{ByteOrder, INLINE, Value};

/// The ranges of integers of 1, 2, 4 and 8 bytes.
const RANGES: [(usize, &str); 4] = [
    (1, "-128 to 127"),
    (2, "-32768 to 32767"),
    (4, "-2147483648 to 2147483647"),
    (8, "-9223372036854775808 to 9223372036854775807"),
];

/// A number as text, on the stack; no integer of 8 bytes or float of 4 has more characters.
struct Decimal {
    text: Zeroizing<[u8; INLINE]>,
    len: usize,
}

impl Decimal {
    fn new(number: impl Display) -> Self {
        let mut this = Self { text: Zeroizing::new([0; INLINE]), len: 0 };
        let _ = write!(this, "{number}");
        this
    }

    fn as_str(&self) -> &str {
        // Only made from `str`s, so the conversion cannot fail.
        self.text.get(..self.len).and_then(|text| core::str::from_utf8(text).ok()).or_never("only made of `str`s")
    }

    fn value<'v>(&self) -> Result<Value<'v>, DecodeError> {
        Value::text(self.as_str()).ok_or(DecodeError::Empty)
    }
}

impl Write for Decimal {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let to = self.text.get_mut(self.len..self.len + text.len()).ok_or(fmt::Error)?;
        to.copy_from_slice(text.as_bytes());
        self.len += text.len();
        Ok(())
    }
}

fn shown(text: &str, secret: bool) -> Option<String> {
    (!secret).then(|| Escaped(text.as_bytes()).to_string())
}

/// Whether `text` is decimal digits, no zero in front of others.
fn whole(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit()) && (text == "0" || !text.starts_with('0'))
}

/// Writes the lowest bytes of `n`, which are those of a negative number in two's complement.
fn put(n: u128, order: ByteOrder, out: &mut [u8]) {
    for (to, byte) in out.iter_mut().zip(n.to_le_bytes()) {
        *to = byte;
    }
    if order == ByteOrder::Big {
        out.reverse();
    }
}

/// The greatest signed integer of so many bytes.
fn greatest(len: usize) -> u128 {
    int::greatest(len * 8) >> 1
}

/// A signed integer that is given without a sign.
pub(super) fn put_uint(n: u128, order: ByteOrder, out: &mut [u8], secret: bool) -> Result<(), EncodeError> {
    let greatest = greatest(out.len());
    if n > greatest {
        return Err(EncodeError::TooBig { found: (!secret).then_some(n), greatest });
    }
    put(n, order, out);
    Ok(())
}

/// A signed integer in decimal text.
pub(super) fn put_int(text: &str, order: ByteOrder, out: &mut [u8], secret: bool) -> Result<(), EncodeError> {
    let magnitude = text.strip_prefix('-').unwrap_or(text);
    if !whole(magnitude) || text == "-0" {
        let expected = "a whole number, as -12: digits without zeros in front, no plus sign";
        return Err(EncodeError::NotNumber { found: shown(text, secret), expected });
    }
    let negative = magnitude.len() != text.len();
    let room = greatest(out.len()) + u128::from(negative);
    let Some(n) = magnitude.parse::<u128>().ok().filter(|n| *n <= room) else {
        let range = RANGES.iter().find(|(len, _)| *len == out.len()).map_or("", |(_, range)| range);
        return Err(EncodeError::OutOfRange { found: shown(text, secret), range });
    };
    put(if negative { n.wrapping_neg() } else { n }, order, out);
    Ok(())
}

pub(super) fn get_int<'b>(bytes: &mut [u8], order: ByteOrder) -> Result<Value<'b>, DecodeError> {
    if order == ByteOrder::Big {
        bytes.reverse();
    }
    let negative = bytes.last().is_some_and(|byte| *byte >= 0x80);
    let mut all = [if negative { 0xFF } else { 0 }; 16];
    all.iter_mut().zip(bytes).for_each(|(to, byte)| *to = *byte);
    Decimal::new(i128::from_le_bytes(all)).value()
}

/// The digits of a decimal number, and those of its exponent, if it is one in either form.
fn parts(text: &str) -> Option<(&str, Option<&str>)> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    let (number, exponent) =
        text.split_once(['e', 'E']).map_or((text, None), |(number, exponent)| (number, Some(exponent)));
    let magnitude = number.strip_prefix('-').unwrap_or(number);
    let (before, behind) = magnitude.split_once('.').unwrap_or((magnitude, "0"));
    let right = exponent.is_none_or(|exponent| digits(exponent.strip_prefix('-').unwrap_or(exponent)));
    (digits(before) && digits(behind) && right).then_some((number, exponent))
}

/// IEEE 754 binary32. The text must be the shortest that stands for its bits, with an exponent or without: what
/// is longer says more than the field keeps.
pub(super) fn put_f32(text: &str, order: ByteOrder, out: &mut [u8], secret: bool) -> Result<(), EncodeError> {
    let Some(((digits, exponent), number)) = parts(text).and_then(|parts| Some((parts, text.parse::<f32>().ok()?)))
    else {
        let expected =
            "a decimal number, as -0.5 or -5e-1: digits, at most one point, at most one exponent, no plus sign";
        return Err(EncodeError::NotNumber { found: shown(text, secret), expected });
    };
    if !number.is_finite() {
        return Err(EncodeError::OutOfRange { found: shown(text, secret), range: "-3.4028235E38 to 3.4028235E38" });
    }
    let (nearest, same) = match exponent {
        None => {
            let nearest = Decimal::new(number);
            let same = nearest.as_str() == text;
            (nearest, same)
        }
        Some(exponent) => {
            let nearest = Decimal::new(format_args!("{number:e}"));
            let same = nearest.as_str().split_once('e') == Some((digits, exponent));
            (nearest, same)
        }
    };
    if !same {
        let nearest = shown(nearest.as_str(), secret);
        return Err(EncodeError::Inexact { found: shown(text, secret), nearest });
    }
    out.copy_from_slice(&match order {
        ByteOrder::Little => number.to_le_bytes(),
        ByteOrder::Big => number.to_be_bytes(),
    });
    Ok(())
}

pub(super) fn get_f32<'b>(bytes: &[u8], order: ByteOrder) -> Result<Value<'b>, DecodeError> {
    let bytes = bytes.try_into().map_err(|_| DecodeError::Length { found: bytes.len(), expected: 4 })?;
    let number = match order {
        ByteOrder::Little => f32::from_le_bytes(bytes),
        ByteOrder::Big => f32::from_be_bytes(bytes),
    };
    if !number.is_finite() {
        return Err(DecodeError::NotFinite { bits: number.to_bits() });
    }
    Decimal::new(number).value()
}
