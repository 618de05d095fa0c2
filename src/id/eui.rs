//! EUI-48 addresses (MAC addresses): the nth of a block, text forms, pools of blocks.
//!
//! ```
//! use nameplate::id::eui::{Block, Eui48, Pool};
//!
//! let block = Block::from_prefix("70B3D57ED")?;
//! let mac = block.eui48(4095)?;
//! assert_eq!(mac.hyphens().to_string(), "70-B3-D5-7E-DF-FF");
//! assert_eq!(mac.colons().to_string(), "70:b3:d5:7e:df:ff");
//! assert!(block.eui48(4096).is_err());
//!
//! // Two addresses for each unit, the first unit is number 1.
//! let pool = Pool::new(&[block], 2, 1)?;
//! assert_eq!(pool.eui48(2)?, "70-B3-D5-7E-D0-02".parse::<Eui48>()?);
//! # Ok::<(), nameplate::id::eui::EuiError>(())
//! ```
//!
//! | block | prefix | EUI-48 addresses |
//! |---|---|---|
//! | MA-L (an OUI) | 24 bits, 6 digits | 16,777,216 |
//! | MA-M | 28 bits, 7 digits | 1,048,576 |
//! | MA-S | 36 bits, 9 digits | 4,096 |
//!
//! | form | example | as written by |
//! |---|---|---|
//! | [`hyphens`](Eui48::hyphens) | `34-56-78-9A-BC-DE` | IEEE |
//! | [`colons`](Eui48::colons) | `34:56:78:9a:bc:de` | IETF |
//! | [`dots`](Eui48::dots) | `3456.789a.bcde` | Cisco |
//! | [`bare`](Eui48::bare) | `3456789ABCDE` | labels |
//!
//! A block's prefix has the I/G bit (group) and the U/L bit (local) at zero. Octets are kept in the
//! order they are written and sent, the first first. Sources: IEEE Registration Authority,
//! *Guidelines for Use of EUI, OUI, and CID*; IEEE 802 clause 8. Not promised: that a block is yours.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use thiserror::Error;

use crate::digits::{self, Case, Escaped};
use crate::value::{INLINE, Source, Value, ValueKind, View};

/// Bits of an EUI-48.
const BITS: u32 = 48;

/// A 48-bit extended unique identifier.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Eui48([u8; 6]);

impl Eui48 {
    /// Of six octets, in the order they are written.
    pub const fn new(octets: [u8; 6]) -> Self {
        Self(octets)
    }

    /// Of a number whose most significant octet is the first.
    ///
    /// # Errors
    /// When it has more than 48 bits.
    pub const fn from_u64(n: u64) -> Result<Self, EuiError> {
        match n.to_be_bytes() {
            [0, 0, octets @ ..] => Ok(Self(octets)),
            _ => Err(EuiError::Wide { n }),
        }
    }

    /// The octets, in the order they are written.
    pub const fn octets(self) -> [u8; 6] {
        self.0
    }

    /// The number whose most significant octet is the first.
    pub const fn to_u64(self) -> u64 {
        let octets = self.0;
        u64::from_be_bytes([0, 0, octets[0], octets[1], octets[2], octets[3], octets[4], octets[5]])
    }

    /// Whether it addresses a group: the I/G bit.
    pub const fn is_group(self) -> bool {
        self.0[0] & 1 == 1
    }

    /// Whether it is administered locally: the U/L bit.
    pub const fn is_local(self) -> bool {
        self.0[0] & 2 == 2
    }

    /// As IEEE writes it: `34-56-78-9A-BC-DE`.
    pub const fn hyphens(self) -> Hyphens {
        Hyphens(self)
    }

    /// As the IETF writes it: `34:56:78:9a:bc:de`.
    pub const fn colons(self) -> Colons {
        Colons(self)
    }

    /// As Cisco writes it: `3456.789a.bcde`.
    pub const fn dots(self) -> Dots {
        Dots(self)
    }

    /// Digits alone: `3456789ABCDE`.
    pub const fn bare(self) -> Bare {
        Bare(self)
    }
}

macro_rules! forms {
    ($($name:ident $doc:literal $group:literal $separator:literal $case:ident),* $(,)?) => {$(
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name(Eui48);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                for (at, group) in self.0.0.chunks($group).enumerate() {
                    f.write_str(if at == 0 { "" } else { $separator })?;
                    for &octet in group {
                        let [high, low] = digits::pair(octet, Case::$case);
                        write!(f, "{}{}", char::from(high), char::from(low))?;
                    }
                }
                Ok(())
            }
        }
    )*};
}

forms! {
    Hyphens "Writes an EUI-48 as `34-56-78-9A-BC-DE`." 1 "-" Upper,
    Colons "Writes an EUI-48 as `34:56:78:9a:bc:de`." 1 ":" Lower,
    Dots "Writes an EUI-48 as `3456.789a.bcde`." 2 "." Lower,
    Bare "Writes an EUI-48 as `3456789ABCDE`." 1 "" Upper,
}

impl fmt::Debug for Eui48 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.hyphens(), f)
    }
}

/// Reads the four forms of the [module](self), in either letter case, and nothing else.
impl FromStr for Eui48 {
    type Err = EuiError;

    fn from_str(text: &str) -> Result<Self, EuiError> {
        let bytes = text.as_bytes();
        let (group, separator) = match bytes.len() {
            17 => (2, bytes.get(2).copied().filter(|c| matches!(c, b'-' | b':'))),
            14 => (4, Some(b'.')),
            12 => (12, Some(0)),
            _ => (0, None),
        };
        let wrong = || EuiError::Text { found: Escaped(bytes).to_string() };
        let separator = separator.ok_or_else(wrong)?;
        let mut octets = [0; 6];
        let mut to = octets.iter_mut();
        for chunk in bytes.chunks(group + 1) {
            let (digits, end) = chunk.split_at_checked(group).unwrap_or((chunk, &[]));
            if digits.len() != group || end.iter().any(|&c| c != separator) {
                return Err(wrong());
            }
            for (octet, pair) in to.by_ref().zip(digits.chunks_exact(2)).take(group / 2) {
                *octet = pair.try_into().ok().and_then(digits::byte).ok_or_else(wrong)?;
            }
        }
        Ok(Self(octets))
    }
}

impl From<Eui48> for Value<'_> {
    fn from(eui: Eui48) -> Self {
        Value::from(&eui.0)
    }
}

/// A block of EUI-48 addresses that the IEEE assigned: MA-L, MA-M or MA-S.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    prefix: u64,
    /// Bits of the prefix: 24, 28 or 36.
    bits: u32,
}

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
        Ok(Self { prefix, bits })
    }

    /// How many addresses there are in the block.
    pub const fn len(self) -> u64 {
        1 << (BITS - self.bits)
    }

    /// Never: a block has at least 4,096 addresses.
    pub const fn is_empty(self) -> bool {
        false
    }

    /// Address number `index` of the block, counted from 0.
    ///
    /// # Errors
    /// When the block has no such address.
    pub const fn eui48(self, index: u64) -> Result<Eui48, EuiError> {
        if index >= self.len() {
            return Err(EuiError::Index { index, block: self });
        }
        Eui48::from_u64(self.first() | index)
    }

    /// The number of an address in the block; nothing when it is of another one.
    pub const fn index_of(self, eui: Eui48) -> Option<u64> {
        let n = eui.to_u64();
        if n >> (BITS - self.bits) == self.prefix { Some(n & (self.len() - 1)) } else { None }
    }

    /// The first address, as a number.
    const fn first(self) -> u64 {
        self.prefix << (BITS - self.bits)
    }
}

#[allow(clippy::as_conversions, reason = "widening, in a const function")]
const fn widen(prefix: u32) -> u64 {
    prefix as u64
}

/// `MA-S 70B3D57ED`.
impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.bits {
            24 => write!(f, "MA-L {:06X}", self.prefix),
            28 => write!(f, "MA-M {:07X}", self.prefix),
            _ => write!(f, "MA-S {:09X}", self.prefix),
        }
    }
}

/// Blocks in order, from which each unit takes the same number of consecutive addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    blocks: Vec<Block>,
    stride: u64,
    first: u64,
    units: u64,
}

impl Pool {
    /// Unit number `first` gets the first `stride` addresses of the first block. A unit's addresses
    /// are aligned to `stride` and lie in one block; what is left at a block's end is not used.
    ///
    /// # Errors
    /// When there is no block, two share addresses, or `stride` is zero or longer than a block.
    pub fn new(blocks: &[Block], stride: u64, first: u64) -> Result<Self, EuiError> {
        if let Some(&block) = blocks.iter().find(|block| stride == 0 || stride > block.len()) {
            return Err(EuiError::Stride { stride, block });
        }
        let mut sorted = blocks.to_vec();
        sorted.sort_by_key(|block| (block.first(), block.bits));
        for (&one, &two) in sorted.iter().zip(sorted.iter().skip(1)) {
            if two.first() - one.first() < one.len() {
                return Err(EuiError::Overlap { one, two });
            }
        }
        let units: u64 = blocks.iter().map(|block| block.len() / stride.max(1)).sum();
        if units == 0 {
            return Err(EuiError::NoBlock);
        }
        if first.checked_add(units - 1).is_none() {
            return Err(EuiError::First { first });
        }
        Ok(Self { blocks: blocks.to_vec(), stride, first, units })
    }

    /// How many units there are addresses for.
    pub fn units(&self) -> u64 {
        self.units
    }

    /// The first address of unit number `n`.
    ///
    /// # Errors
    /// When `n` lies before the first number or behind the last.
    pub fn eui48(&self, n: u64) -> Result<Eui48, EuiError> {
        let mut index = n.checked_sub(self.first).ok_or(EuiError::Before { n, first: self.first })?;
        for block in &self.blocks {
            let here = block.len() / self.stride;
            if index < here {
                return block.eui48(index * self.stride);
            }
            index -= here;
        }
        Err(EuiError::Exhausted { n, last: Source::last(self) })
    }
}

impl Source for Pool {
    type Error = EuiError;

    fn value(&self, n: u64) -> Result<Value<'static>, EuiError> {
        self.eui48(n).map(Value::from)
    }

    fn run_into(&self, first: u64, out: &mut [[u8; INLINE]]) -> Option<(ValueKind, usize)> {
        for (to, n) in out.iter_mut().zip(first..) {
            *to.first_chunk_mut()? = self.eui48(n).ok()?.octets();
        }
        Some((ValueKind::Bytes, 6))
    }

    fn number(&self, value: View<'_>) -> Option<u64> {
        let View::Bytes(bytes) = value else { return None };
        let eui = Eui48::new(bytes.try_into().ok()?);
        let mut before = 0;
        for block in &self.blocks {
            let here = block.len() / self.stride;
            if let Some(index) = block.index_of(eui) {
                let whole = index % self.stride == 0 && index / self.stride < here;
                return whole.then(|| self.first + before + index / self.stride);
            }
            before += here;
        }
        None
    }

    fn last(&self) -> u64 {
        self.first + (self.units - 1)
    }
}

/// Why there is no such address, block or pool.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EuiError {
    /// A number of more than 48 bits.
    #[error("{n:#X} has more than the 48 bits of an EUI-48")]
    Wide {
        /// The number.
        n: u64,
    },
    /// Text that is none of the four forms.
    #[error(
        "found `{found}`, expected an EUI-48 as 34-56-78-9A-BC-DE, 34:56:78:9a:bc:de, 3456.789a.bcde or 3456789ABCDE"
    )]
    Text {
        /// The text.
        found: String,
    },
    /// Text that is no prefix.
    #[error("found prefix `{found}`, expected 6 (MA-L), 7 (MA-M) or 9 (MA-S) hexadecimal digits")]
    Prefix {
        /// The text.
        found: String,
    },
    /// A prefix with too many bits.
    #[error("prefix {prefix:#X} has more than {bits} bits")]
    PrefixWide {
        /// The prefix.
        prefix: u64,
        /// The bits of such a prefix.
        bits: u32,
    },
    /// A prefix of group addresses.
    #[error("the prefix has the I/G bit set: its addresses would be those of groups, not of devices")]
    Group,
    /// A prefix of local addresses.
    #[error("the prefix has the U/L bit set: its addresses are administered locally, and not unique")]
    Local,
    /// An address behind the block's last.
    #[error("{block} has {} addresses, none with index {index}", .block.len())]
    Index {
        /// The index.
        index: u64,
        /// The block.
        block: Block,
    },
    /// Two blocks with the same addresses.
    #[error("{one} and {two} share addresses")]
    Overlap {
        /// The first.
        one: Block,
        /// The second.
        two: Block,
    },
    /// A stride that no unit can have.
    #[error("{stride} addresses for each unit, {block} allows 1 to {}", .block.len())]
    Stride {
        /// The stride.
        stride: u64,
        /// The block.
        block: Block,
    },
    /// A pool without blocks.
    #[error("no block of addresses")]
    NoBlock,
    /// A first number so large that the last would not be one.
    #[error("first number {first} leaves no numbers for all addresses")]
    First {
        /// The first number.
        first: u64,
    },
    /// A number below the first.
    #[error("number {n} lies before {first}, which has the first address")]
    Before {
        /// The number.
        n: u64,
        /// The first number.
        first: u64,
    },
    /// A number behind the last.
    #[error("number {n} has no address; the last that has one is {last}")]
    Exhausted {
        /// The number.
        n: u64,
        /// The last that has one.
        last: u64,
    },
}
