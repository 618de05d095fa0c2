//! One block of a UF2 file: where its fields lie, and what it is for.

use core::fmt;

use super::family::Family;
use super::flag;
use super::layout::{BLOCK, END, HEADER};
use super::tags::Tags;
use crate::never::OrNever;

/// A block of a UF2 file.
#[derive(Clone, Copy)]
pub struct Block<'f> {
    bytes: &'f [u8; BLOCK],
    index: usize,
}

/// What a block is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// Memory of its family.
    Memory,
    /// Not main flash: sources, debug information, comments. Boot loaders skip it.
    Comment,
    /// A part of a file, for boot loaders with a file system.
    Container,
    /// The block that tools put first for erratum E10 of RP2350: it is for no family, and numbered by itself.
    Absolute,
}

impl<'f> Block<'f> {
    pub(super) fn new(bytes: &'f [u8; BLOCK], index: usize) -> Self {
        Self { bytes, index }
    }

    pub(super) fn word(&self, at: usize) -> u32 {
        self.bytes
            .get(at..at + 4)
            .and_then(|word| word.try_into().ok())
            .map(u32::from_le_bytes)
            .or_never("a word of the block")
    }

    /// Which block of the file it is, counted from 0.
    pub fn index(&self) -> usize {
        self.index
    }

    /// Where it begins in the file.
    pub fn offset(&self) -> usize {
        self.index * BLOCK
    }

    /// Its flags.
    pub fn flags(&self) -> u32 {
        self.word(8)
    }

    pub(super) fn has(&self, flag: u32) -> bool {
        self.flags() & flag != 0
    }

    /// The address of the first byte of its payload; in a file container the offset in the file.
    pub fn address(&self) -> u32 {
        self.word(12)
    }

    /// Bytes of its payload, as it says.
    pub(super) fn len(&self) -> usize {
        usize::try_from(self.word(16)).unwrap_or(usize::MAX)
    }

    /// Its number, counted from 0.
    pub fn number(&self) -> u32 {
        self.word(20)
    }

    /// How many blocks are numbered with it.
    pub fn total(&self) -> u32 {
        self.word(24)
    }

    /// Its family.
    pub fn family(&self) -> Family {
        if self.has(flag::FAMILY) && !self.has(flag::CONTAINER) { Family::new(self.word(28)) } else { Family::NONE }
    }

    /// Its payload.
    pub fn payload(&self) -> &'f [u8] {
        self.bytes.get(HEADER..HEADER.saturating_add(self.len())).or_never("the length was checked")
    }

    /// The whole block.
    pub fn bytes(&self) -> &'f [u8; BLOCK] {
        self.bytes
    }

    /// What it is for.
    pub fn role(&self) -> Role {
        if self.has(flag::CONTAINER) {
            Role::Container
        } else if self.has(flag::NOT_MAIN_FLASH) {
            Role::Comment
        } else if self.is_absolute() {
            Role::Absolute
        } else {
            Role::Memory
        }
    }

    /// Whether it is the block for erratum E10 of RP2350, as picotool knows it.
    fn is_absolute(&self) -> bool {
        self.flags() & !flag::TAGS == flag::FAMILY
            && self.family() == Family::ABSOLUTE
            && (self.number(), self.total()) == (0, 2)
            && *self.payload() == [0xEF; 256]
    }

    /// The name of the file that it is a part of, up to its NUL.
    pub fn file_name(&self) -> Option<&'f [u8]> {
        let rest = self.bytes.get(HEADER.saturating_add(self.len())..END).filter(|_| self.has(flag::CONTAINER))?;
        rest.split(|&byte| byte == 0).next()
    }

    /// Its extension tags.
    pub fn tags(&self) -> Tags<'f> {
        let begin = HEADER.saturating_add(self.payload().len()).next_multiple_of(4);
        let tags = if self.has(flag::TAGS) && !self.has(flag::CONTAINER) { begin..END } else { END..END };
        Tags::new(self.bytes, tags)
    }
}

/// What it says of itself, not what it holds.
impl fmt::Debug for Block<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, total, len) = (self.number(), self.total(), self.len());
        write!(f, "{number} of {total}: {:?}, {}, {len} bytes at {:#010X}", self.role(), self.family(), self.address())
    }
}
