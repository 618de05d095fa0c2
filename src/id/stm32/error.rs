//! Why something is no UID, or does not fit what it is packed into.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use thiserror::Error;

use super::order::Reading;
use crate::digits::Escaped;
use crate::never::OrNever;

/// Why bytes or text are no UID, or a UID does not fit what it is packed into.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UidError {
    /// All bits are equal.
    #[error("all words are 0x{word:08X}: the part was not read, or has no UID there")]
    Blank {
        /// Each of the words.
        word: u32,
    },
    /// Word 2 of an L0 or L1 was read in a wrong place.
    #[error("word 2 is 0x{found:08X}, as all STM32L0 and L1 have at +8; their word 2 lies at +0x14")]
    Place {
        /// The word.
        found: u32,
    },
    /// Memory of a wrong length.
    #[error("{found} bytes, expected the {expected} bytes from the UID's base address ({family})")]
    Length {
        /// How many bytes.
        found: usize,
        /// How many the family has from word 0 to the end of word 2.
        expected: usize,
        /// The family.
        family: &'static str,
    },
    /// Text that is no UID.
    #[error("found `{found}`, expected the 24 hexadecimal digits of a UID")]
    Text {
        /// The text.
        found: String,
    },
    /// Text that can be read in no way, or in several.
    #[error(
        "`{found}` {}: say the order and the layout",
        if .readings.is_empty() { "is no UID in any known order".to_string() } else { Readings(.readings).to_string() }
    )]
    Detect {
        /// The text.
        found: String,
        /// All ways to read it: none, or more than one.
        readings: Vec<Reading>,
    },
    /// A UID whose layout is not documented.
    #[error("the layout of this UID is not documented: it can be hashed, not packed")]
    Opaque,
    /// A character that such a lot does not have.
    #[error("lot `{lot}` has 0x{found:02X} at position {position}, expected {expected} ({what})")]
    Lot {
        /// What it was to be.
        what: &'static str,
        /// The lot, unprintable characters escaped.
        lot: String,
        /// The character.
        found: u8,
        /// Its place, from 1.
        position: usize,
        /// What may stand there.
        expected: &'static str,
    },
    /// A wafer number that is too large, or zero.
    #[error("wafer {found}, expected {least} to {most} ({what})")]
    Wafer {
        /// What it was to be.
        what: &'static str,
        /// The number.
        found: u8,
        /// The smallest allowed.
        least: u8,
        /// The largest allowed.
        most: u8,
    },
    /// A coordinate that is too large.
    #[error("coordinate 0x{found:04X}, expected at most 0x{most:04X} beside the sign ({what})")]
    Coordinate {
        /// What it was to be.
        what: &'static str,
        /// The coordinate, sign in the highest bit.
        found: u16,
        /// The largest, without the sign.
        most: u16,
    },
    /// A number that no UID packs to.
    #[error("0x{found:X} is no {what}: no UID packs to it")]
    Number {
        /// What it was to be.
        what: &'static str,
        /// The number.
        found: u128,
    },
    /// Text that is not in the form asked for.
    #[error("found `{found}`, expected {len} {digits} ({what})")]
    Digits {
        /// What it was to be.
        what: &'static str,
        /// The text.
        found: String,
        /// How many digits.
        len: usize,
        /// Which ones.
        digits: &'static str,
    },
    /// A check character that does not go with the digits before it.
    #[error("check character `{found}`, expected `{expected}`: the text was mistyped or misread ({what})")]
    Check {
        /// What it was to be.
        what: &'static str,
        /// The character.
        found: char,
        /// The right one.
        expected: char,
    },
    /// A UID64 that is not ST's.
    #[error("company number 0x{found:06X} in word 1, expected ST's 0x0080E1: nothing was read, or other words")]
    Company {
        /// The number in bits 31 to 8 of word 1.
        found: u32,
    },
    /// A UID64 without a number.
    #[error("device number 0xFFFFFFFF: the part has no UID64")]
    NoNumber,
}

impl UidError {
    /// The character at `at` of a lot is wrong.
    pub(super) fn lot(what: &'static str, lot: [u8; 7], at: usize, expected: &'static str) -> Self {
        let found = lot.get(at).copied().or_never("a place in the lot");
        Self::Lot { what, lot: Escaped(&lot).to_string(), found, position: at + 1, expected }
    }
}

/// `could be layout A in order Memory, or layout B in order MsbFirst`.
struct Readings<'a>(&'a [Reading]);

impl fmt::Display for Readings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("could be ")?;
        for (at, reading) in self.0.iter().enumerate() {
            let between = if at == 0 { "" } else { ", or " };
            write!(f, "{between}layout {:?} in order {:?}", reading.uid.layout(), reading.order)?;
        }
        Ok(())
    }
}
