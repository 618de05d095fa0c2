//! Unsigned integers of 1–16 bytes, and as hexadecimal digits.

use super::error::{DecodeError, EncodeError};
use crate::digits::{self, Case};
use crate::value::{ByteOrder, Value};

/// The greatest integer of `bits` bits.
pub(super) fn greatest(bits: usize) -> u128 {
    u32::try_from(bits).ok().and_then(|bits| u128::MAX.checked_shr(128_u32.checked_sub(bits)?)).unwrap_or(u128::MAX)
}

fn fits(n: u128, bits: usize, secret: bool) -> Result<(), EncodeError> {
    let greatest = greatest(bits);
    if n > greatest {
        return Err(EncodeError::TooBig { found: (!secret).then_some(n), greatest });
    }
    Ok(())
}

pub(super) fn put(n: u128, order: ByteOrder, out: &mut [u8], secret: bool) -> Result<(), EncodeError> {
    fits(n, out.len() * 8, secret)?;
    for (to, byte) in out.iter_mut().zip(n.to_le_bytes()) {
        *to = byte;
    }
    if order == ByteOrder::Big {
        out.reverse();
    }
    Ok(())
}

pub(super) fn get<'b>(bytes: &mut [u8], order: ByteOrder) -> Result<Value<'b>, DecodeError> {
    if order == ByteOrder::Big {
        bytes.reverse();
    }
    let mut all = [0; 16];
    match all.get_mut(..bytes.len()) {
        Some(low) => low.copy_from_slice(bytes),
        None => return Err(DecodeError::Length { found: bytes.len(), expected: 16 }),
    }
    Ok(Value::from(u128::from_le_bytes(all)))
}

/// The digits of `n`, most significant first, zeros in front.
pub(super) fn put_hex(n: u128, out: &mut [u8], secret: bool) -> Result<(), EncodeError> {
    fits(n, out.len().saturating_mul(4), secret)?;
    let bytes = n.to_le_bytes().into_iter().chain(core::iter::repeat(0));
    for (to, byte) in out.rchunks_mut(2).zip(bytes) {
        let digits = digits::pair(byte, Case::Upper);
        let (_, low) = digits.split_at(2 - to.len());
        to.copy_from_slice(low);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::greatest;

    #[test]
    fn greatest_of_every_width() {
        assert_eq!((greatest(4), greatest(8), greatest(64)), (15, 255, u64::MAX.into()));
        assert_eq!((greatest(127), greatest(128), greatest(132)), (u128::MAX >> 1, u128::MAX, u128::MAX));
    }
}
