//! Blocks of addresses that the IEEE assigns.

use core::fmt;

use super::address::{Eui48, Eui64};

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
    pub(super) prefix: u64,
    /// Bits of the prefix: 24, 28 or 36.
    pub(super) bits: u32,
    pub(super) is_cid: bool,
}

/// How many EUI-64 of a block begin as the mapping of an EUI-48 does, if any do.
const MAPPED: u64 = 1 << 25;

impl Block {
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
