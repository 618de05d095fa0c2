//! Where a check value is kept, and in what form.

use alloc::vec::Vec;

use super::error::RepairErrorKind;
use crate::addr::{Span, SpanError};
use crate::check::{Algorithm, CheckValue, Hash};
use crate::value::ByteOrder;

/// A word that holds a checksum: its address, length, byte order, and whether its bits are inverted.
///
/// ```
/// use nameplate::repair::Store;
/// use nameplate::{ByteOrder, Repair, check::CRC_16_MODBUS};
///
/// // The checksum, and behind it its complement.
/// let word = Store::new(0x1FC, 2, ByteOrder::Little);
/// let repair = Repair::crc("page", CRC_16_MODBUS, 0..0x1FC)
///     .stored(word)
///     .copied(Store::new(0x1FE, 2, ByteOrder::Little).inverted());
/// assert_eq!(repair.stores().len(), 2);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Store {
    at: u64,
    len: usize,
    order: ByteOrder,
    inverted: bool,
}

impl Store {
    /// `len` bytes from `address` on: an integer in that byte order, or a digest, big-endian as its
    /// standard writes it.
    pub fn new(address: u64, len: usize, order: ByteOrder) -> Self {
        Self { at: address, len, order, inverted: false }
    }

    /// The complement: every bit of the word inverted.
    #[must_use]
    pub fn inverted(mut self) -> Self {
        self.inverted = !self.inverted;
        self
    }

    /// Where it lies.
    ///
    /// # Errors
    /// When it passes the end of the address space.
    pub fn span(&self) -> Result<Span, SpanError> {
        Span::new(self.at, u64::try_from(self.len).unwrap_or(u64::MAX))
    }

    /// How many bytes.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether that is none, which is refused.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The order of its bytes.
    pub fn order(&self) -> ByteOrder {
        self.order
    }

    /// Whether its bits are inverted.
    pub fn is_inverted(&self) -> bool {
        self.inverted
    }

    /// The same in the other byte order.
    pub(super) fn turned(self) -> Self {
        let order = match self.order {
            ByteOrder::Little => ByteOrder::Big,
            ByteOrder::Big => ByteOrder::Little,
        };
        Self { order, ..self }
    }

    /// Whether it has room for the value of `algorithm`.
    pub(super) fn check(&self, algorithm: Algorithm) -> Result<(), RepairErrorKind> {
        let (len, width) = (self.len, algorithm.width());
        match algorithm {
            Algorithm::Hash(_) if len == Hash::LEN => Ok(()),
            Algorithm::Hash(_) => Err(RepairErrorKind::DigestLen { len, expected: Hash::LEN }),
            _ if !(1..=16).contains(&len) => Err(RepairErrorKind::WordLen { len }),
            _ if usize::try_from(width).unwrap_or(usize::MAX) > len * 8 => {
                Err(RepairErrorKind::TooNarrow { width, len })
            }
            _ => Ok(()),
        }
    }

    /// Writes a number into `word`.
    #[inline]
    pub(super) fn put(&self, n: u128, word: &mut [u8]) {
        self.put_bytes(n.to_le_bytes().into_iter(), word);
    }

    /// Writes a digest into `word`.
    pub(super) fn put_digest(&self, digest: [u8; Hash::LEN], word: &mut [u8]) {
        self.put_bytes(digest.into_iter().rev(), word);
    }

    /// Writes bytes, the lowest first.
    #[inline]
    fn put_bytes(&self, bytes: impl Iterator<Item = u8>, word: &mut [u8]) {
        word.iter_mut().zip(bytes).for_each(|(to, byte)| *to = byte);
        if self.order == ByteOrder::Big {
            word.reverse();
        }
        if self.inverted {
            for byte in word {
                *byte = !*byte;
            }
        }
    }

    /// The value that `word` holds.
    pub(crate) fn get(&self, word: &[u8], algorithm: Algorithm) -> CheckValue {
        let mut bytes: Vec<u8> = word.iter().map(|byte| if self.inverted { !byte } else { *byte }).collect();
        if self.order == ByteOrder::Little {
            bytes.reverse();
        }
        match algorithm {
            Algorithm::Hash(_) => {
                let mut digest = [0; Hash::LEN];
                digest.iter_mut().zip(bytes).for_each(|(to, byte)| *to = byte);
                CheckValue::Digest(digest)
            }
            _ => CheckValue::Number(bytes.iter().fold(0, |n, byte| n << 8 | u128::from(*byte))),
        }
    }
}
