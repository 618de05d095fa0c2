//! Why a file is not read as UF2, or memory not written as such.

use alloc::vec::Vec;
use core::fmt;

use thiserror::Error;

use super::family::Family;
use super::layout::{BLOCK, DATA};
use crate::addr::Address;
use crate::digits::Hexadecimal;

/// Why a file is not read as UF2: in which block, and what is wrong.
///
/// `block 3 (offset 0x00000600): the magic number at 508 is 0x00000000, expected 0x0AB16F30`
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}{kind}", Place(*.block))]
pub struct Uf2Error {
    block: Option<usize>,
    kind: Uf2ErrorKind,
}

impl Uf2Error {
    pub(super) fn at(block: usize, kind: Uf2ErrorKind) -> Self {
        Self { block: Some(block), kind }
    }

    pub(super) fn of_file(kind: Uf2ErrorKind) -> Self {
        Self { block: None, kind }
    }

    /// Which block of the file it is, counted from 0; nothing when it is about the whole file.
    pub fn block(&self) -> Option<usize> {
        self.block
    }

    /// What is wrong.
    pub fn kind(&self) -> &Uf2ErrorKind {
        &self.kind
    }
}

struct Place(Option<usize>);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(block) => write!(f, "block {block} (offset {:#X}): ", block.saturating_mul(BLOCK)),
            None => Ok(()),
        }
    }
}

/// What is wrong with a UF2 file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Uf2ErrorKind {
    /// It does not begin as UF2 files do.
    #[error("no UF2 file: it begins with {}, expected 0x5546320A57515D9E", Hexadecimal(.found))]
    NotUf2 {
        /// Its first bytes.
        found: Vec<u8>,
    },
    /// A last block that is not whole.
    #[error("{found} bytes, expected {BLOCK}: was the file cut off, or is something else behind it?")]
    Cut {
        /// How many bytes there are.
        found: usize,
    },
    /// A magic number that is none.
    #[error("the magic number at {at} is {found:#010X}, expected {expected:#010X}")]
    Magic {
        /// Where it lies in the block.
        at: usize,
        /// What is there.
        found: u32,
        /// What should be.
        expected: u32,
    },
    /// A payload of more bytes than a block has room for.
    #[error("a payload of {found} bytes, at most {DATA} are possible")]
    Payload {
        /// How many bytes it has, as the block says.
        found: u32,
    },
    /// Memory that passes the end of 32-bit addresses.
    #[error("{len} bytes from {} pass the end of the 32-bit address space", Address(u64::from(*.address)))]
    Address {
        /// The address of the first byte.
        address: u32,
        /// How many bytes.
        len: u32,
    },
    /// A number that is not below the number of blocks.
    #[error("its number is {number}, and there are {total} blocks, whose numbers begin with 0")]
    Number {
        /// Its number.
        number: u32,
        /// How many blocks there are, as it says.
        total: u32,
    },
    /// A block that says another number of blocks than those before it, which are not complete.
    #[error(
        "it is one of {total} blocks, and those of its family before it are of {expected}, of which number {missing} is missing"
    )]
    Total {
        /// How many blocks there are, as it says.
        total: u32,
        /// How many there are, as those before it say.
        expected: u32,
        /// The first of them that is missing.
        missing: u32,
    },
    /// Two blocks of one number, which differ.
    #[error("its number, {number} of {total}, is that of block {first}, and what they hold differs")]
    Repeated {
        /// The number.
        number: u32,
        /// How many blocks there are, as both say.
        total: u32,
        /// Which block of the file has the same number.
        first: usize,
    },
    /// A block that is not there.
    #[error("block number {number} of {total} is missing (family {family}): is the file cut off?")]
    Missing {
        /// Its family.
        family: Family,
        /// The first number that is missing.
        number: u32,
        /// How many blocks there are, as the others say.
        total: u32,
    },
    /// Two blocks that have different bytes for one address.
    #[error("block {first} has {:#04X} at {}, and this one {:#04X}", .found.0, Address(*.address), .found.1)]
    Conflict {
        /// The other block.
        first: usize,
        /// The lowest address about which they differ.
        address: u64,
        /// What they have there.
        found: (u8, u8),
    },
    /// An extension tag that is too short, or passes the end of its block.
    #[error("the tag at {at} of the block says that it has {len} bytes: it has 4 or more, and ends within the data")]
    Tag {
        /// Where it begins in the block.
        at: usize,
        /// The length that it says.
        len: u8,
    },
    /// An MD5 which is not that of the block's own bytes, in none of the two places where it may be.
    #[error(
        "it has an MD5 (flag 0x4000), and neither behind its payload nor in the last 24 bytes of its data is one of its own {len} bytes at {}: a stamp could not keep it right", Address(u64::from(*.address))
    )]
    Md5 {
        /// The address of its payload.
        address: u32,
        /// How many bytes the payload has.
        len: u32,
    },
    /// An MD5, which nobody computes here.
    #[error("it has an MD5 (flag 0x4000), which is computed with the feature `md5` only")]
    NoMd5,
    /// Blocks of several families.
    #[error("the file has images of {} families: {}; say which one is meant", .families.len(), Families(.families))]
    Families {
        /// The first few of them.
        families: Vec<Family>,
    },
    /// A family that the file has no memory of.
    #[error("the file has no memory for family {asked}; it is for {}", Families(.families))]
    NoFamily {
        /// The family asked for.
        asked: Family,
        /// The first few that it has memory of.
        families: Vec<Family>,
    },
    /// A file without memory.
    #[error("the file has no data: none of its {blocks} blocks is memory")]
    NoData {
        /// How many blocks it has.
        blocks: usize,
    },
}

/// How many families a message names.
const SHOWN: usize = 8;

struct Families<'a>(&'a [Family]);

impl fmt::Display for Families<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, family) in self.0.iter().take(SHOWN).enumerate() {
            write!(f, "{}{family}", if index == 0 { "" } else { ", " })?;
        }
        f.write_str(if self.0.len() > SHOWN { ", …" } else { "" })
    }
}

/// Why memory is not written as UF2.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// Memory past 32-bit addresses.
    #[error("the memory ends at {}, and UF2 has 32-bit addresses", Address(*.end))]
    Address {
        /// Where it ends.
        end: u64,
    },
    /// No memory: no block says so.
    #[error("there are no bytes of memory, so there is nothing to write")]
    Empty,
    /// A buffer that is too short.
    #[error("{found} bytes of buffer, expected {expected}")]
    Buffer {
        /// Bytes in the buffer.
        found: usize,
        /// How long the file is.
        expected: usize,
    },
    /// More bytes than can be addressed here.
    #[error("the file would be longer than this machine can address")]
    TooLong,
}
