//! UTF-16, little-endian: plain, and as a USB string descriptor.

use alloc::string::String;

use zeroize::Zeroizing;

use super::error::{DecodeError, EncodeError};
use super::fill::Fill;
use super::limits::MAX_USB;
use crate::never::OrNever;
use crate::value::Value;

/// What a field may hold, in words.
const EXPECTED: &str = "a printable character of the Basic Multilingual Plane";

/// The type of a USB string descriptor.
const STRING: u8 = 3;

/// The code unit of a character: one that is no control character, no surrogate, no noncharacter.
fn unit(c: char) -> Option<u16> {
    let unit = u16::try_from(u32::from(c)).ok()?;
    (!c.is_control() && !matches!(unit, 0xFDD0..=0xFDEF | 0xFFFE..)).then_some(unit)
}

/// How many characters `text` has, when all are such and `room` can hold them.
fn check(text: &str, room: usize, fill: Fill, secret: bool) -> Result<usize, EncodeError> {
    if text.is_empty() {
        return Err(EncodeError::Empty);
    }
    if let Some((at, c)) = text.chars().enumerate().find(|(_, c)| unit(*c).is_none()) {
        return Err(EncodeError::Character { found: (!secret).then_some(c), expected: EXPECTED, at: at + 1 });
    }
    match text.chars().count() {
        found if found > room => Err(EncodeError::TooLong { found, room }),
        found if found < room && fill == Fill::Exact => Err(EncodeError::NotExact { found, expected: room }),
        found => Ok(found),
    }
}

pub(super) fn put(text: &str, fill: Fill, out: &mut [u8], secret: bool) -> Result<(), EncodeError> {
    let _ = check(text, out.len() / 2, fill, secret)?;
    let units = text.chars().map(|c| unit(c).or_never("each has one unit")).chain(core::iter::repeat(0));
    out.chunks_exact_mut(2).zip(units).for_each(|(to, unit)| to.copy_from_slice(&unit.to_le_bytes()));
    Ok(())
}

pub(super) fn get<'b>(bytes: &[u8], fill: Fill) -> Result<Value<'b>, DecodeError> {
    let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes(pair.try_into().or_never("chunks of two")));
    let len = match fill {
        Fill::Exact => units.len(),
        Fill::Nul => units.clone().rposition(|unit| unit != 0).map_or(0, |last| last + 1),
    };
    // Enough for all, so that no copy is left behind.
    let mut text = Zeroizing::new(String::with_capacity(3 * len));
    for (index, found) in units.take(len).enumerate() {
        match char::from_u32(found.into()).filter(|c| unit(*c).is_some()) {
            Some(c) => text.push(c),
            None => return Err(DecodeError::CodeUnit { found, expected: EXPECTED, at: 2 * index }),
        }
    }
    if text.is_empty() { Err(DecodeError::Empty) } else { Ok(Value::from(&**text).into_owned()) }
}

/// `bLength`, `bDescriptorType`, the text; zeros to the end.
pub(super) fn put_usb(text: &str, fill: Fill, out: &mut [u8], secret: bool) -> Result<(), EncodeError> {
    let Some(([length, kind], rest)) = out.split_first_chunk_mut() else { return Ok(()) };
    let characters = check(text, (rest.len() / 2).min(MAX_USB), fill, secret)?;
    (*length, *kind) = (u8::try_from(2 + 2 * characters).or_never("at most 254"), STRING);
    put(text, fill, rest, secret)
}

pub(super) fn get_usb<'b>(bytes: &[u8], fill: Fill) -> Result<Value<'b>, DecodeError> {
    let Some(&[length, kind]) = bytes.first_chunk() else { return Err(DecodeError::Empty) };
    let wrong = |found, expected, at| Err(DecodeError::Byte { found, expected, at });
    if kind != STRING {
        return wrong(kind, "0x03, the type of a string descriptor", 1);
    }
    let len = usize::from(length);
    if len < 4 || len % 2 == 1 || len > bytes.len() || (fill == Fill::Exact && len != bytes.len()) {
        return wrong(length, "the length of a string that the field can hold", 0);
    }
    let (text, behind) = bytes.split_at_checked(len).or_never("no more than there are");
    if let Some((at, &found)) = behind.iter().enumerate().find(|(_, byte)| **byte != 0) {
        return wrong(found, "0x00, as is all behind the string", len + at);
    }
    get(text.get(2..).or_never("at least four bytes"), Fill::Exact).map_err(|error| error.moved(|at| 2 + at))
}
