//! Bytes of any number behind that number.

use super::error::{DecodeError, EncodeError, EncodingError};
use crate::never::OrNever;
use crate::value::{ByteOrder, Value};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Layout {
    /// Bytes of the field.
    pub(super) len: usize,
    /// Bytes of the number.
    pub(super) prefix: usize,
    pub(super) order: ByteOrder,
    /// What the bytes behind hold.
    pub(super) fill: u8,
}

impl Layout {
    pub(super) fn check(self) -> Result<(), EncodingError> {
        let Self { len, prefix, .. } = self;
        if !matches!(prefix, 1 | 2 | 4) {
            return Err(EncodingError::BlobPrefix { prefix });
        }
        let most = if prefix == 4 { usize::MAX } else { (1 << (8 * prefix)) - 1 };
        match len.checked_sub(prefix) {
            None | Some(0) => Err(EncodingError::BlobLen { len, prefix }),
            Some(room) if room > most => Err(EncodingError::BlobRoom { room, most }),
            Some(_) => Ok(()),
        }
    }
}

pub(super) fn put(bytes: &[u8], layout: Layout, out: &mut [u8]) -> Result<(), EncodeError> {
    let (number, room) = out.split_at_mut_checked(layout.prefix).or_never("the field is longer than its length");
    if bytes.is_empty() {
        return Err(EncodeError::NoBytes);
    }
    let Some((inside, behind)) = room.split_at_mut_checked(bytes.len()) else {
        return Err(EncodeError::TooManyBytes { found: bytes.len(), room: room.len() });
    };
    inside.copy_from_slice(bytes);
    behind.fill(layout.fill);
    for (to, byte) in number.iter_mut().zip(bytes.len().to_le_bytes()) {
        *to = byte;
    }
    if layout.order == ByteOrder::Big {
        number.reverse();
    }
    Ok(())
}

pub(super) fn get(bytes: &[u8], layout: Layout) -> Result<Value<'_>, DecodeError> {
    let (number, room) = bytes.split_at_checked(layout.prefix).or_never("the field is longer than its length");
    let add = |n: u64, byte: &u8| n << 8 | u64::from(*byte);
    let found = match layout.order {
        ByteOrder::Little => number.iter().rev().fold(0, add),
        ByteOrder::Big => number.iter().fold(0, add),
    };
    let wrong = DecodeError::BlobLength { found, room: room.len() };
    let len = usize::try_from(found).ok().filter(|len| *len > 0).ok_or(wrong.clone())?;
    let (inside, behind) = room.split_at_checked(len).ok_or(wrong)?;
    match behind.iter().enumerate().find(|(_, byte)| **byte != layout.fill) {
        None => Ok(Value::from(inside)),
        Some((at, &found)) => {
            Err(DecodeError::Byte { found, expected: "the byte that fills the rest", at: layout.prefix + len + at })
        }
    }
}
