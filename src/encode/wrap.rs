//! Wrappers: what becomes of the bytes of another encoding.

use core::fmt;

use super::error::{DecodeError, EncodeError};
use crate::check::Crc;
use crate::never::OrNever;
use crate::value::ByteOrder;

/// What a wrapper does with the bytes inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Wrap {
    /// Each byte is the operand of a `RETLW` word: the byte, then this opcode.
    Retlw(u8),
    /// Each byte has a 16-bit word: the byte, then zero.
    Padded16,
    /// The two bytes of each 16-bit word change places.
    Swap16,
    /// The four bytes of each 32-bit word in reverse.
    Swap32,
    /// The bytes, then the inverse of each.
    Inverse,
    /// The bytes, then their CRC, in as many bytes as it has.
    Crc(Crc, ByteOrder),
    /// The bytes, the last of which are the CRC of those before.
    OwnCrc(Crc, ByteOrder),
}

/// `RETLW` of 12-bit, 14-bit and 16-bit PICs.
pub(super) const RETLW12: Wrap = Wrap::Retlw(0x08);
pub(super) const RETLW14: Wrap = Wrap::Retlw(0x34);
pub(super) const RETLW16: Wrap = Wrap::Retlw(0x0C);

/// The names of [`Wrap::Crc`] and [`Wrap::OwnCrc`], which their algorithm and byte order follow.
pub(super) const WITH_CRC: &str = "with-crc";
pub(super) const CHECK_CRC: &str = "check-crc";

/// The other wrappers by name.
pub(super) const NAMES: [(&str, Wrap); 7] = [
    ("retlw12", RETLW12),
    ("retlw14", RETLW14),
    ("retlw16", RETLW16),
    ("padded16", Wrap::Padded16),
    ("swap16", Wrap::Swap16),
    ("swap32", Wrap::Swap32),
    ("with-inverse", Wrap::Inverse),
];

/// Bytes that a CRC takes.
pub(super) fn crc_len(crc: &Crc) -> usize {
    usize::try_from(crc.width().div_ceil(8)).or_never("a width is at most 128")
}

/// Writes the CRC of `bytes` to `out`, which has just its length.
fn put_crc(crc: &Crc, order: ByteOrder, bytes: &[u8], out: &mut [u8]) {
    for (to, byte) in out.iter_mut().zip(crc.of(bytes).to_le_bytes()) {
        *to = byte;
    }
    if order == ByteOrder::Big {
        out.reverse();
    }
}

/// The number that is stored in `bytes`.
fn number(bytes: &[u8], order: ByteOrder) -> u128 {
    let add = |n: u128, byte: &u8| n << 8 | u128::from(*byte);
    match order {
        ByteOrder::Little => bytes.iter().rev().fold(0, add),
        ByteOrder::Big => bytes.iter().fold(0, add),
    }
}

impl Wrap {
    /// The CRC wrapper. One byte has no order, so that there is one name for it.
    pub(super) fn crc(crc: Crc, order: ByteOrder) -> Self {
        Self::Crc(crc, if crc_len(&crc) == 1 { ByteOrder::Little } else { order })
    }

    /// The wrapper of a value that brings its CRC; otherwise as [`crc`](Self::crc).
    pub(super) fn own_crc(crc: Crc, order: ByteOrder) -> Self {
        Self::OwnCrc(crc, if crc_len(&crc) == 1 { ByteOrder::Little } else { order })
    }

    /// Its name, without parameters.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Crc(..) => WITH_CRC,
            Self::OwnCrc(..) => CHECK_CRC,
            _ => NAMES.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name),
        }
    }

    /// Of how many bytes the length must be a multiple.
    pub(super) fn unit(self) -> usize {
        match self {
            Self::Swap16 => 2,
            Self::Swap32 => 4,
            _ => 1,
        }
    }

    /// The second byte of each word, if it makes words of bytes.
    fn high(self) -> Option<u8> {
        match self {
            Self::Retlw(opcode) => Some(opcode),
            Self::Padded16 => Some(0),
            _ => None,
        }
    }

    /// Whether it makes words of bytes, which nothing goes around.
    pub(super) fn is_outermost(self) -> bool {
        self.high().is_some()
    }

    /// How many bytes it makes of `len`.
    pub(super) fn len(self, len: usize) -> usize {
        match self {
            Self::Retlw(_) | Self::Padded16 | Self::Inverse => len.saturating_mul(2),
            Self::Swap16 | Self::Swap32 | Self::OwnCrc(..) => len,
            Self::Crc(crc, _) => len.saturating_add(crc_len(&crc)),
        }
    }

    /// Where byte `at` inside comes to lie.
    pub(super) fn offset(self, at: usize) -> usize {
        match self {
            Self::Retlw(_) | Self::Padded16 => 2 * at,
            Self::Swap16 | Self::Swap32 => at ^ (self.unit() - 1),
            Self::Inverse | Self::Crc(..) | Self::OwnCrc(..) => at,
        }
    }

    /// Whether other bytes depend on a byte inside.
    #[cfg(feature = "sqtp")]
    pub(super) fn repeats(self) -> bool {
        matches!(self, Self::Inverse | Self::Crc(..) | Self::OwnCrc(..))
    }

    /// Wraps the first `len` bytes of `out`, so that they fill it.
    pub(super) fn wrap(self, len: usize, out: &mut [u8]) {
        if let Some(high) = self.high() {
            for at in (0..len).rev() {
                let byte = out.get(at).copied().or_never("before its half");
                out.get_mut(2 * at..2 * at + 2).or_never("two bytes for each").copy_from_slice(&[byte, high]);
            }
        }
        let Some((bytes, behind)) = out.split_at_mut_checked(len) else { return };
        match self {
            Self::Retlw(_) | Self::Padded16 | Self::OwnCrc(..) => {}
            Self::Swap16 | Self::Swap32 => bytes.chunks_exact_mut(self.unit()).for_each(<[u8]>::reverse),
            Self::Inverse => behind.iter_mut().zip(bytes).for_each(|(to, byte)| *to = !*byte),
            Self::Crc(crc, order) => put_crc(&crc, order, bytes, behind),
        }
    }

    /// Whether what it wrapped is what it takes.
    pub(super) fn judge(self, bytes: &[u8], secret: bool) -> Result<(), EncodeError> {
        let wrong = |numbers| {
            let crc = if let Self::OwnCrc(crc, _) = self { crc.name() } else { "" };
            EncodeError::OwnCrc { crc, numbers: Some(numbers).filter(|_| !secret) }
        };
        self.own(bytes).map_err(wrong)
    }

    /// Whether bytes that should end in their CRC do.
    ///
    /// # Errors
    /// With the CRC that they have, and the one that they should have.
    fn own(self, bytes: &[u8]) -> Result<(), (u128, u128)> {
        let Self::OwnCrc(crc, order) = self else { return Ok(()) };
        let (data, own) =
            bytes.split_at_checked(bytes.len().saturating_sub(crc_len(&crc))).or_never("no more than there are");
        let (found, expected) = (number(own, order), crc.of(data));
        if found == expected { Ok(()) } else { Err((found, expected)) }
    }

    /// The `len` bytes that are inside of `bytes`, gathered in its first part.
    pub(super) fn unwrap(self, len: usize, bytes: &mut [u8]) -> Result<&mut [u8], DecodeError> {
        if let Some(expected) = self.high() {
            for at in 0..len {
                let Some(&[low, found]) = bytes.get(2 * at..2 * at + 2) else { continue };
                let odd = 2 * at + 1;
                if found != expected {
                    return Err(match self {
                        Self::Padded16 => DecodeError::Byte { found, expected: "the padding 0x00", at: odd },
                        _ => DecodeError::Opcode { found, expected, at: odd },
                    });
                }
                if let Some(to) = bytes.get_mut(at) {
                    *to = low;
                }
            }
        }
        let (inside, behind) = bytes.split_at_mut_checked(len).or_never("what is inside is not longer");
        match self {
            Self::Retlw(_) | Self::Padded16 => {}
            Self::Swap16 | Self::Swap32 => inside.chunks_exact_mut(self.unit()).for_each(<[u8]>::reverse),
            Self::Inverse => {
                let mut pairs = inside.iter().map(|byte| !byte).zip(&*behind).enumerate();
                if let Some((at, (expected, &found))) = pairs.find(|(_, (expected, found))| expected != *found) {
                    return Err(DecodeError::Inverse { found, expected, at: len + at });
                }
            }
            Self::Crc(crc, order) => {
                let (found, expected) = (number(behind, order), crc.of(inside));
                if found != expected {
                    return Err(DecodeError::Crc { crc: crc.name(), found, expected });
                }
            }
            Self::OwnCrc(crc, _) => {
                if let Err((found, expected)) = self.own(inside) {
                    return Err(DecodeError::Crc { crc: crc.name(), found, expected });
                }
            }
        }
        Ok(inside)
    }
}

/// The name, as it stands before the parenthesis: `retlw14`, `with-crc:CRC-32/ISO-HDLC:le`.
impl fmt::Display for Wrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::Crc(crc, _) | Self::OwnCrc(crc, _) if crc_len(crc) == 1 => write!(f, ":{}", crc.name()),
            Self::Crc(crc, order) | Self::OwnCrc(crc, order) => {
                write!(f, ":{}:{}", crc.name(), if *order == ByteOrder::Little { "le" } else { "be" })
            }
            _ => Ok(()),
        }
    }
}
