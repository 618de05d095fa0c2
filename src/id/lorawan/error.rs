//! Why something is no EUI, no key, or no label.

use alloc::string::String;

use thiserror::Error;

/// Why octets or text are no EUI.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LorawanError {
    /// All octets are equal.
    #[error("all octets of the {what} are 0x{octet:02X}, expected those of an EUI-64")]
    Blank {
        /// Of what.
        what: &'static str,
        /// The octet.
        octet: u8,
    },
    /// Text that is no EUI.
    #[error("found `{found}`, expected the 16 hexadecimal digits of a {what}")]
    Text {
        /// Of what.
        what: &'static str,
        /// The text.
        found: String,
    },
}

/// Why a key is refused. Never says what the key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Text that is no key.
    #[error("{found} characters, or one that is no digit; expected the 32 hexadecimal digits of a key")]
    Text {
        /// How many characters.
        found: usize,
    },
    /// All bytes are zero.
    #[error("all bytes of the key are zero: draw a random one")]
    Zero,
    /// All bytes are equal.
    #[error("all bytes of the key are equal: draw a random one")]
    Repeated,
    /// A key that everybody knows.
    #[error("this key is published ({place}): draw a random one")]
    Published {
        /// Where.
        place: &'static str,
    },
}

/// Why text is no label of TR005. Columns are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum QrError {
    /// A character that a label does not have.
    #[error("column {column}: found `{found}`, expected one of 0-9 A-Z $ % * + - . / :")]
    Character {
        /// Its place.
        column: usize,
        /// The character, escaped.
        found: String,
    },
    /// A part that is not what stands there.
    #[error("column {column}: found `{found}`, expected {expected}")]
    Part {
        /// Its place.
        column: usize,
        /// The part.
        found: String,
        /// What stands there.
        expected: &'static str,
    },
    /// An EUI that is none.
    #[error("column {column}: {error}")]
    Eui {
        /// Its place.
        column: usize,
        /// What is wrong.
        error: LorawanError,
    },
    /// Text for an extension that a label cannot hold.
    #[error("{what} `{found}`, expected at least one of 0-9 A-Z $ % * + - . / and nothing else")]
    Extension {
        /// Which.
        what: &'static str,
        /// The text.
        found: String,
    },
    /// A checksum that is not that of the text before it.
    #[error("checksum {found:04X}, expected {expected:04X}: the label was misread")]
    Checksum {
        /// That of the label.
        found: u16,
        /// That of the text.
        expected: u16,
    },
    /// No checksum where one must be.
    #[error("no checksum at the end: the label may have lost its end")]
    NoChecksum,
}
