//! What can be said of a checksum besides its algorithm and its place.

use alloc::vec::Vec;

use crate::image::Erased;

/// What a byte that the image lacks contributes to a checksum that covers it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Gaps {
    /// It may not be: compiling fails.
    #[default]
    Error,
    /// Nothing; the bytes around it follow each other.
    Skip,
    /// This byte.
    Fill(u8),
    /// Erased memory, a pattern by address.
    Pattern(Erased),
}

/// In which order the bytes that are covered are fed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum FeedOrder {
    /// By address.
    #[default]
    Forward,
    /// The two bytes of each word in reverse.
    Swap16,
    /// The four bytes of each word in reverse: little-endian words into a check that takes the most
    /// significant byte first, as the CRC unit of an STM32.
    Swap32,
    /// The eight bytes of each word in reverse.
    Swap64,
    /// All from the last to the first.
    Backwards,
}

impl FeedOrder {
    /// Bytes that are turned together.
    pub(super) fn unit(self) -> u64 {
        match self {
            Self::Forward | Self::Backwards => 1,
            Self::Swap16 => 2,
            Self::Swap32 => 4,
            Self::Swap64 => 8,
        }
    }

    /// Where the byte at `position` of `len` is fed.
    pub(super) fn place(self, position: u64, len: u64) -> u64 {
        match self {
            Self::Backwards => len - 1 - position,
            // Units are powers of two.
            _ => position ^ (self.unit() - 1),
        }
    }
}

/// What a checksum's own word contributes where it lies in what is covered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Own {
    /// It may not lie there: compiling fails.
    #[default]
    Outside,
    /// Nothing; the bytes around it follow each other.
    Skip,
    /// This byte for each of its own.
    Fill(u8),
    /// Itself: the word is chosen so that the check over everything has this value.
    Force(u128),
}

/// What becomes of the last bytes when they are not a whole word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tail {
    /// There may be none: compiling fails.
    #[default]
    Error,
    /// Zeros are fed behind them, up to a multiple of so many bytes.
    Zeros(u64),
    /// The bytes behind the last multiple of so many are not fed.
    Drop(u64),
}

/// A change to the check value before it is stored, modulo 2 to its width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Every bit inverted.
    Not,
    /// Two's complement.
    Negate,
    /// This number added.
    Add(u128),
    /// The value subtracted from this number.
    SubtractFrom(u128),
    /// The bits of this number inverted: an exclusive or that does not begin at zero.
    Xor(u128),
    /// The bits in reverse.
    Mirror,
    /// What the ESP8266 second-stage loader stores: as it is with one added, or inverted when the
    /// highest bit is set.
    Esp8266,
}

/// What the template holds where the checksum will be stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Template {
    /// The right checksum of the template: a mistake in the description is found before any unit.
    #[default]
    Valid,
    /// Erased memory: the build leaves the word to be filled.
    Blank,
    /// These bytes, in its word and in each copy: all must be as long.
    Bytes(Vec<u8>),
    /// Memory that reads as this pattern, its word and its copies however long they are.
    Pattern(Erased),
    /// Anything.
    Unknown,
}
