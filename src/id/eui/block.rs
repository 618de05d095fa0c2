//! Blocks of addresses that the IEEE assigns.

use alloc::string::ToString;
use core::fmt;

use super::{Eui48, Eui64, EuiError};
use crate::digits::{self, Escaped};

/// A block of EUI-48 and EUI-64 addresses that the IEEE assigned: MA-L, MA-M or MA-S; or a CID, which has none.
///
/// ```
/// use nameplate::id::eui::Block;
///
/// let block = Block::from_prefix("70B3D57ED")?; // MA-S: 4096 addresses
/// assert_eq!(block, Block::ma_s(0x7_0B3D_57ED)?);
/// let mac = block.eui48(4095)?;
/// assert_eq!(mac.colons().to_string(), "70:b3:d5:7e:df:ff");
/// assert_eq!(block.index_of(mac), Some(4095));
/// assert!(block.eui48(4096).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    prefix: u64,
    /// Bits of the prefix: 24, 28 or 36.
    bits: u32,
    is_cid: bool,
}

/// How many EUI-64 of a block begin as the mapping of an EUI-48 does, if any do.
const MAPPED: u64 = 1 << 25;

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

    /// How many EUI-48 there are in the block.
    pub const fn len(self) -> u64 {
        if self.is_cid { 0 } else { 1 << (48 - self.bits) }
    }

    /// How many EUI-64 there are in the block that may be used.
    pub const fn len64(self) -> u64 {
        let all = 1 << (64 - self.bits);
        // What the prefix has of the fourth and fifth octets.
        let beyond = 1_u64 << (self.bits - 24);
        match self.is_cid {
            true => 0,
            false if self.prefix & (beyond - 1) == beyond - 1 => all - MAPPED,
            false => all,
        }
    }

    /// Whether it has no EUI: a CID.
    pub const fn is_empty(self) -> bool {
        self.is_cid
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

    /// The number of an EUI-48 in the block; nothing when it is of another one.
    pub const fn index_of(self, eui: Eui48) -> Option<u64> {
        let n = eui.to_u64();
        if !self.is_cid && n >> (48 - self.bits) == self.prefix { Some(n & (self.len() - 1)) } else { None }
    }

    /// The number of an EUI-64 in the block; nothing when it is of another one, or not to be used.
    pub const fn index_of64(self, eui: Eui64) -> Option<u64> {
        let n = eui.to_u64();
        let index = n & ((1 << (64 - self.bits)) - 1);
        if n >> (64 - self.bits) == self.prefix && index < self.len64() { Some(index) } else { None }
    }

    /// The first EUI-48, as a number.
    pub(super) const fn first(self) -> u64 {
        self.prefix << (48 - self.bits)
    }

    /// Whether two blocks share addresses.
    pub(super) const fn overlaps(self, other: Self) -> bool {
        let bits = if self.bits < other.bits { self.bits } else { other.bits };
        self.prefix >> (self.bits - bits) == other.prefix >> (other.bits - bits)
    }
}

#[allow(clippy::as_conversions, reason = "widening, in a const function")]
const fn widen(prefix: u32) -> u64 {
    prefix as u64
}

/// `MA-S 70B3D57ED`.
impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.is_cid, self.bits) {
            (true, _) => write!(f, "CID {:06X}", self.prefix),
            (_, 24) => write!(f, "MA-L {:06X}", self.prefix),
            (_, 28) => write!(f, "MA-M {:07X}", self.prefix),
            _ => write!(f, "MA-S {:09X}", self.prefix),
        }
    }
}
