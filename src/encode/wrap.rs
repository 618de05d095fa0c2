//! Wrappers: what becomes of the bytes of another encoding.

use super::DecodeError;

/// What a wrapper does with the bytes inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Wrap {
    /// Each byte is the operand of a `RETLW` word: the byte, then this opcode.
    Retlw(u8),
    /// The two bytes of each 16-bit word change places.
    Swap16,
}

/// `RETLW` of 12-bit, 14-bit and 16-bit PICs.
pub(super) const RETLW12: Wrap = Wrap::Retlw(0x08);
pub(super) const RETLW14: Wrap = Wrap::Retlw(0x34);
pub(super) const RETLW16: Wrap = Wrap::Retlw(0x0C);

/// The wrappers by name.
pub(super) const NAMES: [(&str, Wrap); 4] =
    [("retlw12", RETLW12), ("retlw14", RETLW14), ("retlw16", RETLW16), ("swap16", Wrap::Swap16)];

impl Wrap {
    /// How many bytes it makes of `len`.
    pub(super) fn len(self, len: usize) -> usize {
        match self {
            Self::Retlw(_) => len.saturating_mul(2),
            Self::Swap16 => len,
        }
    }

    /// Where byte `at` inside comes to lie.
    pub(super) fn place(self, at: usize) -> usize {
        match self {
            Self::Retlw(_) => 2 * at,
            Self::Swap16 => at ^ 1,
        }
    }

    /// Wraps the first bytes of `out`, so that they fill it.
    pub(super) fn wrap(self, out: &mut [u8]) {
        match self {
            Self::Retlw(opcode) => {
                for at in (0..out.len() / 2).rev() {
                    let byte = out.get(at).copied().unwrap_or_default();
                    if let Some([low, high]) = out.get_mut(2 * at..2 * at + 2) {
                        (*low, *high) = (byte, opcode);
                    }
                }
            }
            Self::Swap16 => out.chunks_exact_mut(2).for_each(<[u8]>::reverse),
        }
    }

    /// What is inside of `bytes`, gathered in its first part.
    pub(super) fn unwrap(self, bytes: &mut [u8]) -> Result<&mut [u8], DecodeError> {
        let expected = match self {
            Self::Retlw(opcode) => opcode,
            Self::Swap16 => {
                self.wrap(bytes);
                return Ok(bytes);
            }
        };
        let words = bytes.len() / 2;
        for at in 0..words {
            let Some(&[low, high]) = bytes.get(2 * at..2 * at + 2) else { continue };
            if high != expected {
                return Err(DecodeError::Opcode { found: high, expected, at: 2 * at + 1 });
            }
            if let Some(to) = bytes.get_mut(at) {
                *to = low;
            }
        }
        Ok(bytes.get_mut(..words).unwrap_or_default())
    }
}
