//! Why a unit does not go into a list, and why a text is no list.

use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use thiserror::Error;

use super::unit::UnitError;
use crate::addr::{Address, Span};
use crate::digits::Escaped;
use crate::value::ValueKind;

/// Why a unit does not go into a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedError {
    pub(super) format: &'static str,
    pub(super) source: &'static str,
    pub(super) unit: Option<u64>,
    pub(super) kind: FeedErrorKind,
}

impl FeedError {
    /// The format.
    pub fn format(&self) -> &'static str {
        self.format
    }

    /// The document that the format's limits are from.
    pub fn document(&self) -> &'static str {
        self.source
    }

    /// The unit's number; nothing when the list as a whole is refused.
    pub fn unit(&self) -> Option<u64> {
        self.unit
    }

    /// What is wrong.
    pub fn kind(&self) -> &FeedErrorKind {
        &self.kind
    }
}

impl core::error::Error for FeedError {}

/// `SEGGER Patches.txt, unit 7: 5 places, expected 1 to 4 (SEGGER wiki, Flasher Hub - Patch data)`.
impl fmt::Display for FeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.format)?;
        if let Some(unit) = self.unit {
            write!(f, ", unit {unit}")?;
        }
        write!(f, ": {}", self.kind)?;
        if self.kind.is_limit() { write!(f, " ({})", self.source) } else { Ok(()) }
    }
}

/// What is wrong with a unit.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FeedErrorKind {
    /// A number that the format cannot have.
    #[error("number {found}, expected {first} to {last}")]
    Number {
        /// The unit's number.
        found: u64,
        /// The first.
        first: u64,
        /// The last.
        last: u64,
    },
    /// A number that is not the next.
    #[error("expected unit {expected} next: units go in the order of their numbers, and none is left out")]
    Order {
        /// The next.
        expected: u64,
    },
    /// A number that does not come after those before it.
    #[error("expected a unit after {last}: units go in the order of their numbers")]
    NotAfter {
        /// The unit before it.
        last: u64,
    },
    /// Too many places.
    #[error("{found} places, expected 1 to {most}")]
    Places {
        /// How many.
        found: usize,
        /// The most.
        most: usize,
    },
    /// Too many bytes at one place.
    #[error("{found} bytes at {}, expected 1 to {most}", Address(.span.start()))]
    Bytes {
        /// The place.
        span: Span,
        /// How many.
        found: usize,
        /// The most.
        most: usize,
    },
    /// Too many bytes.
    #[error("{found} bytes, expected at most {most} at all places together")]
    Total {
        /// How many.
        found: usize,
        /// The most.
        most: usize,
    },
    /// An address that the format cannot have.
    #[error("bytes at {span}, expected none beyond {}", Address(*.last))]
    Address {
        /// The place.
        span: Span,
        /// The last address.
        last: u64,
    },
    /// A place that is not the list's.
    #[error("{}, expected {expected} without gaps: all units of the list have one place", Block(*.found))]
    Place {
        /// Where the unit is written; nothing when its places do not lie end to end.
        found: Option<Span>,
        /// The list's place.
        expected: Span,
    },
    /// Text without a character.
    #[error("{what} is empty")]
    Empty {
        /// What the text is.
        what: String,
    },
    /// Too long a text.
    #[error("{what} has {found} characters, expected at most {most}")]
    TooLong {
        /// What the text is.
        what: String,
        /// How many it has.
        found: usize,
        /// The most.
        most: usize,
    },
    /// A character that cannot stand there.
    #[error("{what} has {} at position {at}, expected {expected}", Shown(*.found))]
    Character {
        /// What the text is.
        what: String,
        /// The character; nothing when the text is secret.
        found: Option<char>,
        /// Its position, counted from 1.
        at: usize,
        /// What can stand there.
        expected: &'static str,
    },
    /// Text that a spreadsheet would compute.
    #[error("{what} begins with {}: a spreadsheet would take it for a formula", Shown(*.found))]
    Formula {
        /// What the text is.
        what: String,
        /// The character; nothing when the text is secret.
        found: Option<char>,
    },
    /// The same text twice.
    #[error("{what} is that of an earlier unit too; letter case makes no difference")]
    Repeated {
        /// What the text is.
        what: String,
    },
    /// A value that is the name of a column.
    #[error("the value of {what} is the name of a column; mfg_gen.py would take its value for that column's")]
    ValueIsName {
        /// The column.
        what: String,
    },
    /// A name that means something else.
    #[error("{what} cannot be had: {why}")]
    Reserved {
        /// The name.
        what: String,
        /// What it means.
        why: &'static str,
    },
    /// No columns, no tokens.
    #[error("no {what}, expected at least one")]
    Nothing {
        /// What there is none of.
        what: &'static str,
    },
    /// A value is missing.
    #[error("no value for {what}")]
    Missing {
        /// The column or token.
        what: String,
    },
    /// A value is given twice.
    #[error("a second value for {what}")]
    Twice {
        /// The column or token.
        what: String,
    },
    /// A value that nothing takes.
    #[error("a value for {what}, which the list does not have")]
    Unknown {
        /// The name given.
        what: String,
    },
    /// The wrong kind of value.
    #[error("{what} is {found}, expected {expected}")]
    Kind {
        /// The column or token.
        what: String,
        /// The kind given.
        found: ValueKind,
        /// What is taken.
        expected: &'static str,
    },
    /// Too great an integer.
    #[error("the value of {what} is too great, expected at most {most}")]
    TooGreat {
        /// The column or token.
        what: String,
        /// The greatest.
        most: u128,
    },
    /// The wrong number of bytes.
    #[error("{what} has {found} bytes, expected {expected}")]
    Length {
        /// The column or token.
        what: String,
        /// How many.
        found: usize,
        /// How many it has to have.
        expected: usize,
    },
    /// An integer of no bytes, or of too many.
    #[error("{what} has {found} bytes, expected 1 to {most}")]
    Width {
        /// The token.
        what: String,
        /// How many.
        found: usize,
        /// The most.
        most: usize,
    },
    /// Numbers that do not lead on.
    #[error("{what}")]
    Serial {
        /// What is wrong with them.
        what: &'static str,
    },
}

impl FeedErrorKind {
    /// Whether a document of the programmer's maker says so.
    fn is_limit(&self) -> bool {
        matches!(
            self,
            Self::Number { .. }
                | Self::Places { .. }
                | Self::Bytes { .. }
                | Self::Total { .. }
                | Self::Address { .. }
                | Self::TooLong { .. }
                | Self::TooGreat { .. }
        )
    }
}

struct Block(Option<Span>);

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(span) => write!(f, "bytes at {span}"),
            None => f.write_str("bytes at places apart"),
        }
    }
}

struct Shown(Option<char>);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(c) => write!(f, "`{}`", Escaped(c.encode_utf8(&mut [0; 4]).as_bytes())),
            None => f.write_str("a character"),
        }
    }
}

/// Why a text is no list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    line: usize,
    column: usize,
    kind: ReadErrorKind,
}

impl ReadError {
    pub(super) fn new(line: usize, column: usize, kind: ReadErrorKind) -> Self {
        Self { line, column, kind }
    }

    /// The line, counted from 1; LF and CR LF end one.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column, in bytes counted from 1.
    pub fn column(&self) -> usize {
        self.column
    }

    /// What is wrong.
    pub fn kind(&self) -> &ReadErrorKind {
        &self.kind
    }
}

impl core::error::Error for ReadError {}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.kind)
    }
}

/// What is wrong with a text that is no list.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReadErrorKind {
    /// A character that cannot stand there.
    #[error("found {}, expected {expected}", Byte(*.found))]
    Found {
        /// The character; nothing at the end of the line.
        found: Option<u8>,
        /// What can stand there.
        expected: &'static str,
    },
    /// A line with nothing in it.
    #[error("the line is blank, expected {expected}: the programmer counts lines")]
    Blank {
        /// What belongs there.
        expected: &'static str,
    },
    /// A number that does not fit.
    #[error("the number has more than {bits} bits")]
    TooGreat {
        /// How many it can have.
        bits: u8,
    },
    /// Not the digits that the length asks for. Programmers fill what is short with zeros and drop
    /// what is too long, and a spreadsheet takes zeros away.
    #[error("{found} digits, expected {expected}: the programmer would not say so; did a spreadsheet take zeros away?")]
    Digits {
        /// How many there are.
        found: usize,
        /// How many there should be.
        expected: u64,
    },
    /// Not as many patches as the line says.
    #[error("{found} patches, expected {expected}, as the line says")]
    Count {
        /// How many there are.
        found: u64,
        /// How many the line says.
        expected: u64,
    },
    /// A second label.
    #[error("a second label for unit {unit}, expected at most one")]
    Label {
        /// The unit.
        unit: u64,
    },
    /// Bytes that make no unit.
    #[error("{0}")]
    Unit(UnitError),
    /// A unit that the programmer does not take.
    #[error("{0}")]
    Limit(Box<FeedError>),
}

struct Byte(Option<u8>);

impl fmt::Display for Byte {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(byte) => write!(f, "`{}`", Escaped(&[byte])),
            None => f.write_str("the end of the line"),
        }
    }
}
