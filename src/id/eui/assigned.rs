//! Blocks by the prefixes that the IEEE assigned, and their addresses one by one.

use alloc::string::ToString;

use super::address::{Eui48, Eui64};
use super::block::Block;
use super::error::EuiError;
use crate::digits::{self, Escaped};

impl Block {
    /// An MA-L block, by its 24 bits: an OUI.
    ///
    /// # Errors
    /// When the prefix is wider, or its I/G or U/L bit is set.
    pub const fn ma_l(prefix: u32) -> Result<Self, EuiError> {
        Self::new(widen(prefix), 24)
    }

    /// An MA-M block, by its 28 bits.
    ///
    /// # Errors
    /// As [`ma_l`](Self::ma_l).
    pub const fn ma_m(prefix: u32) -> Result<Self, EuiError> {
        Self::new(widen(prefix), 28)
    }

    /// An MA-S block, by its 36 bits.
    ///
    /// # Errors
    /// As [`ma_l`](Self::ma_l).
    pub const fn ma_s(prefix: u64) -> Result<Self, EuiError> {
        Self::new(prefix, 36)
    }

    /// A company ID, by its 24 bits. It has no EUI at all, and makes [local addresses](Self::local48) only.
    ///
    /// # Errors
    /// When the prefix is wider, or its second digit is not `A`, as that of every CID is.
    pub const fn cid(prefix: u32) -> Result<Self, EuiError> {
        match widen(prefix) {
            prefix if prefix >> 24 != 0 => Err(EuiError::PrefixWide { prefix, bits: 24 }),
            prefix if prefix >> 16 & 0xF != 0xA => Err(EuiError::NoCid { prefix }),
            prefix => Ok(Self { prefix, bits: 24, is_cid: true }),
        }
    }

    /// A block by the digits of its prefix: 6 for MA-L, 7 for MA-M, 9 for MA-S.
    ///
    /// # Errors
    /// When there are other than 6, 7 or 9 hexadecimal digits, and as [`ma_l`](Self::ma_l).
    pub fn from_prefix(digits: &str) -> Result<Self, EuiError> {
        let wrong = || EuiError::Prefix { found: Escaped(digits.as_bytes()).to_string() };
        let bits = match digits.len() {
            6 => 24,
            7 => 28,
            9 => 36,
            _ => return Err(wrong()),
        };
        let prefix = digits.bytes().try_fold(0, |prefix, digit| {
            let value = digits::nibble(digit);
            (value != digits::BAD).then_some(prefix << 4 | u64::from(value))
        });
        Self::new(prefix.ok_or_else(wrong)?, bits)
    }

    const fn new(prefix: u64, bits: u32) -> Result<Self, EuiError> {
        if prefix >> bits != 0 {
            return Err(EuiError::PrefixWide { prefix, bits });
        }
        let first = prefix >> (bits - 8);
        if first & 1 != 0 {
            return Err(EuiError::Group);
        }
        if first & 2 != 0 {
            return Err(EuiError::Local);
        }
        Ok(Self { prefix, bits, is_cid: false })
    }

    /// EUI-48 number `index` of the block, counted from 0.
    ///
    /// # Errors
    /// When the block has no such address, or it is a [known placeholder](super::KNOWN_EUI48).
    pub const fn eui48(self, index: u64) -> Result<Eui48, EuiError> {
        if self.is_cid {
            return Err(EuiError::Cid { block: self });
        }
        if index >= self.len() {
            return Err(EuiError::Index { index, block: self });
        }
        let [_, _, octets @ ..] = (self.first() + index).to_be_bytes();
        let eui = Eui48::new(octets);
        match eui.placeholder() {
            Some(known) => Err(EuiError::Placeholder48 { eui, known }),
            None => Ok(eui),
        }
    }

    /// EUI-64 number `index` of the block, counted from 0.
    ///
    /// # Errors
    /// When the block has no such address, it is one that a mapping of an EUI-48 makes, or it is a
    /// [known placeholder](super::KNOWN_EUI64).
    pub const fn eui64(self, index: u64) -> Result<Eui64, EuiError> {
        if self.is_cid {
            return Err(EuiError::Cid { block: self });
        }
        if index >> (64 - self.bits) != 0 {
            return Err(EuiError::Index64 { index, block: self });
        }
        let eui = Eui64::from_u64((self.prefix << (64 - self.bits)) + index);
        if eui.is_mapped() {
            return Err(EuiError::Mapped { eui });
        }
        match eui.placeholder() {
            Some(known) => Err(EuiError::Placeholder64 { eui, known }),
            None => Ok(eui),
        }
    }

    /// Local address number `index` of a CID, counted from 0: an *extended local identifier* of IEEE 802c.
    /// It is unique among those who keep to their CID, and no EUI.
    ///
    /// # Errors
    /// When the block is no CID, or `index` has more than 24 bits.
    pub const fn local48(self, index: u64) -> Result<Eui48, EuiError> {
        if !self.is_cid {
            return Err(EuiError::NoCid { prefix: self.prefix });
        }
        if index >> 24 != 0 {
            return Err(EuiError::Index { index, block: self });
        }
        Eui48::from_u64(self.first() + index)
    }
}

#[allow(clippy::as_conversions, reason = "widening, in a const function")]
const fn widen(prefix: u32) -> u64 {
    prefix as u64
}
