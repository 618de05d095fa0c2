//! Why a text is not read as an SQTP file: where, what was found, what was expected.

use core::fmt;

use thiserror::Error;

use crate::addr::Address;
use crate::digits::Escaped;

/// What was tolerated, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileDiagnostic(pub(super) FileError);

/// Why a text is not read as an SQTP file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    line: usize,
    column: usize,
    kind: FileErrorKind,
}

/// What is wrong with an SQTP file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FileErrorKind {
    /// There is no unit.
    #[error("the file has no unit, expected at least one record of type 00")]
    Empty,
    /// More text than the 4 GiB that can be indexed.
    #[error("the text has {len} bytes, more than the limit of 4294967295")]
    TooLong {
        /// Its length.
        len: usize,
    },
    /// A line that begins neither with a colon nor with a semicolon.
    #[error("found `{}`, expected `:`, or `;` for a number that was used", Escaped(&[*.found]))]
    NoColon {
        /// The character.
        found: u8,
    },
    /// A character that is no digit.
    #[error("found `{}`, expected a hexadecimal digit", Escaped(&[*.found]))]
    Digit {
        /// The character.
        found: u8,
    },
    /// Digits that make no whole record.
    #[error("the record has {digits} digits, expected an even number, at least 10")]
    Digits {
        /// How many.
        digits: usize,
    },
    /// A length field that is not the length of the data.
    #[error("the record says {expected} data bytes and holds {found}")]
    Count {
        /// Data bytes in the line.
        found: usize,
        /// Data bytes by the length field.
        expected: u8,
    },
    /// A wrong record sum.
    #[error("record sum is {found:#04X}, expected {expected:#04X}")]
    Sum {
        /// The sum in the record.
        found: u8,
        /// The sum of its bytes.
        expected: u8,
    },
    /// A record type that SQTP files do not have.
    #[error("record type {found:#04X}, expected 0x00, 0x01 or 0x04{}", if matches!(.found, 2 | 3 | 5) { "; is this a firmware HEX file?" } else { "" })]
    Type {
        /// The type.
        found: u8,
    },
    /// A length that a record of its type does not have.
    #[error("record type {kind:#04X} with {found} data bytes, expected {expected}")]
    Len {
        /// The type.
        kind: u8,
        /// Its length.
        found: usize,
        /// The right length.
        expected: usize,
    },
    /// An address field where there is none.
    #[error("record type {kind:#04X} with address field {found:#06X}, expected 0x0000")]
    AddressField {
        /// The type.
        kind: u8,
        /// Its address field.
        found: u16,
    },
    /// A record that is no unit, marked as used.
    #[error("found `;` before a record of type {kind:#04X}, expected `:`; only units are marked as used")]
    Marked {
        /// The type.
        kind: u8,
    },
    /// Units that pass the 64 KiB that their address field can count.
    #[error("{len} bytes at record address {} pass the end of their 64 KiB block", Address(u64::from(*.record)))]
    Past64K {
        /// Their record address.
        record: u32,
        /// Their length.
        len: u8,
    },
    /// A unit at another address than the first one.
    #[error("record address {}, the first unit has {}{}", Address(u64::from(*.found)), Address(u64::from(*.expected)), if *.firmware { "; is this a firmware HEX file? in an SQTP file all records have one address" } else { "" })]
    Record {
        /// Its address.
        found: u32,
        /// The address of the first unit.
        expected: u32,
        /// It goes on where the unit before ends, as in a firmware.
        firmware: bool,
    },
    /// A unit of another length than the first one.
    #[error("{found} bytes, the first unit has {expected}")]
    Payload {
        /// Its length.
        found: usize,
        /// The length of the first unit.
        expected: u8,
    },
    /// A word that is no `RETLW` of the device's core.
    #[error("opcode {found:#04X}, expected the {expected:#04X} of `RETLW`")]
    Opcode {
        /// The byte in its place.
        found: u8,
        /// The opcode.
        expected: u8,
    },
    /// The text ends without its last record.
    #[error("no end-of-file record (`:00000001FF`): the file may have been cut off")]
    NoEof,
    /// Something follows the end-of-file record.
    #[error("found text after the end-of-file record, expected the end of the file")]
    AfterEof,
    /// A number that was used already.
    #[error("the number was used already")]
    Used,
    /// A payload of another length.
    #[error("a payload of {found} bytes, expected {expected}")]
    Value {
        /// Its length.
        found: usize,
        /// The length of the units.
        expected: u8,
    },
}

impl FileError {
    pub(super) fn new(line: usize, column: usize, kind: FileErrorKind) -> Self {
        Self { line, column, kind }
    }

    /// The line, counted from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column, in bytes counted from 1.
    pub fn column(&self) -> usize {
        self.column
    }

    /// What is wrong.
    pub fn kind(&self) -> &FileErrorKind {
        &self.kind
    }
}

impl core::error::Error for FileError {}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.kind)
    }
}

impl FileDiagnostic {
    /// The line, counted from 1.
    pub fn line(&self) -> usize {
        self.0.line
    }

    /// The column, in bytes counted from 1.
    pub fn column(&self) -> usize {
        self.0.column
    }

    /// What it is.
    pub fn kind(&self) -> &FileErrorKind {
        &self.0.kind
    }
}

impl fmt::Display for FileDiagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
