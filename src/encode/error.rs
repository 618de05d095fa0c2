//! What is wrong with an encoding, a value, or the bytes of a field.

use alloc::string::String;

use thiserror::Error;

use super::limits::{MAX_BCD, MAX_LEN, MAX_USB, MAX_WRAPPERS};
use crate::value::ValueKind;

/// A description of an encoding that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncodingError {
    /// No bytes, or too many.
    #[error("a field of {len} bytes; 1 to {MAX_LEN} can be had")]
    Len {
        /// The length asked for.
        len: usize,
    },
    /// An integer that is too wide.
    #[error("an integer of {len} bytes; 1 to 16 can be had")]
    UintLen {
        /// The length asked for.
        len: usize,
    },
    /// A C string without room for text.
    #[error("a C string of 1 byte has room for its NUL only; 2 bytes or more can be had")]
    CStrLen,
    /// An odd number of digits, too many for an integer.
    #[error("{digits} hexadecimal digits are too many for an integer and odd, so no bytes either")]
    HexLen {
        /// The number of digits asked for.
        digits: usize,
    },
    /// A padding that looks like text.
    #[error("padding `{}` is a character of text; a NUL, a space or a byte that is not printable can be had", char::from(*.pad))]
    Pad {
        /// The padding asked for.
        pad: u8,
    },
    /// A BCD number that is too long.
    #[error("a BCD number of {digits} digits; 1 to {MAX_BCD} can be had")]
    BcdLen {
        /// The number of digits asked for.
        digits: usize,
    },
    /// An odd number of BCD digits, and nothing said about the nibble that is left.
    #[error("{digits} BCD digits leave half a byte over: say what it holds, with `left0` or `rightF`")]
    BcdOdd {
        /// The number of digits asked for.
        digits: usize,
    },
    /// An even number of BCD digits, and a nibble to pad.
    #[error("{digits} BCD digits fill whole bytes, so there is no half of one to pad")]
    BcdEven {
        /// The number of digits asked for.
        digits: usize,
    },
    /// A field that no length byte is right for.
    #[error("length-prefixed text in {len} bytes; 2 to 256 can be had, the length byte included")]
    PrefixedLen {
        /// The length asked for.
        len: usize,
    },
    /// A string that no descriptor can hold.
    #[error("a USB string of {len} characters; 1 to {MAX_USB} can be had")]
    UsbLen {
        /// The number of characters asked for.
        len: usize,
    },
    /// Something around words that a device reads one by one.
    #[error("`{inner}` inside of `{outer}`: it makes words of single bytes, so nothing goes around it")]
    Outermost {
        /// The wrapper that makes words.
        inner: &'static str,
        /// The one around it.
        outer: &'static str,
    },
    /// A wrapper a second time.
    #[error("`{wrapper}` twice: each wrapper goes around a value once")]
    Twice {
        /// The wrapper.
        wrapper: &'static str,
    },
    /// More wrappers than there are.
    #[error("{found} wrappers, one inside of the other; at most {MAX_WRAPPERS} can be had")]
    Deep {
        /// How many.
        found: usize,
    },
    /// Bytes that make no whole words.
    #[error("`{wrapper}` around {len} bytes, expected a multiple of {unit}")]
    Ragged {
        /// The wrapper that turns the bytes of words.
        wrapper: &'static str,
        /// How many bytes.
        len: usize,
        /// Bytes in a word.
        unit: usize,
    },
    /// A value that has no byte besides its own CRC.
    #[error("`check-crc` around {len} bytes, of which the CRC takes {crc}: nothing is left that it could be of")]
    NoRoomForCrc {
        /// How many bytes the value has, its CRC included.
        len: usize,
        /// How many bytes the CRC has.
        crc: usize,
    },
    /// Characters of base 32 that no bytes make.
    #[error("{len} characters of base 32, {}", Characters(*.padded))]
    Base32Len {
        /// The number of characters asked for.
        len: usize,
        /// Whether they are padded.
        padded: bool,
    },
    /// A length of a blob that is no integer of the usual sizes.
    #[error("a blob behind a length of {prefix} bytes; 1, 2 and 4 can be had")]
    BlobPrefix {
        /// Bytes of the length.
        prefix: usize,
    },
    /// A blob that holds nothing besides its length.
    #[error("a blob of {len} bytes, of which its length takes {prefix}: no byte is left")]
    BlobLen {
        /// Bytes of the field.
        len: usize,
        /// Bytes of the length.
        prefix: usize,
    },
    /// A blob that has more room than its length counts.
    #[error("a blob with room for {room} bytes behind a length that counts to {most}")]
    BlobRoom {
        /// Bytes behind the length.
        room: usize,
        /// The greatest length.
        most: usize,
    },
}

struct Characters(bool);

impl core::fmt::Display for Characters {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(if self.0 {
            "padded; a multiple of 8 can be had"
        } else {
            "not padded: no bytes make so many, as the last group has 2, 4, 5, 7 or 8"
        })
    }
}

/// Why a value does not go into a field.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The encoding makes no sense.
    #[error(transparent)]
    Encoding(#[from] EncodingError),
    /// The output is not as long as the field.
    #[error("a buffer of {found} bytes, expected {expected}")]
    Buffer {
        /// Its length.
        found: usize,
        /// The field's length.
        expected: usize,
    },
    /// A value of another kind.
    #[error("the value is {found}, expected {encoding}")]
    Kind {
        /// What was given.
        found: ValueKind,
        /// What the encoding takes, in words.
        encoding: &'static str,
    },
    /// An integer above the greatest one.
    #[error("{} does not fit; the greatest is {greatest}", Shown(.found, "the number"))]
    TooBig {
        /// The integer; nothing when it is secret.
        found: Option<u128>,
        /// The greatest that fits.
        greatest: u128,
    },
    /// Too few or too many bytes.
    #[error("{found} bytes given, exactly {expected} expected")]
    Length {
        /// How many were given.
        found: usize,
        /// How many are expected.
        expected: usize,
    },
    /// More characters than fit.
    #[error("{found} characters do not fit {room}")]
    TooLong {
        /// How many were given.
        found: usize,
        /// How many fit.
        room: usize,
    },
    /// Fewer characters than an exact field has.
    #[error("{found} characters given, exactly {expected} expected")]
    NotExact {
        /// How many were given.
        found: usize,
        /// How many are expected.
        expected: usize,
    },
    /// No character at all.
    #[error("the text is empty")]
    Empty,
    /// A character that the field cannot hold.
    #[error("{} at position {at} is not {expected}", ShownChar(.found))]
    Character {
        /// The character; nothing when it is secret.
        found: Option<char>,
        /// What it should be.
        expected: &'static str,
        /// Its position in the text, the first is 1.
        at: usize,
    },
    /// Text that ends in the padding.
    #[error("the text ends in the padding byte {pad:#04X}, so it would not read back the same")]
    EndsInPad {
        /// The padding.
        pad: u8,
    },
    /// Text that begins with the padding.
    #[error("the text begins with the padding byte {pad:#04X}, so it would not read back the same")]
    BeginsWithPad {
        /// The padding.
        pad: u8,
    },
    /// No byte at all.
    #[error("no byte is given")]
    NoBytes,
    /// More bytes than fit.
    #[error("{found} bytes do not fit {room}")]
    TooManyBytes {
        /// How many were given.
        found: usize,
        /// How many fit.
        room: usize,
    },
    /// Another number of bytes than the field can show.
    #[error("{found} bytes given, {least} to {most} expected")]
    BytesBetween {
        /// How many were given.
        found: usize,
        /// The fewest.
        least: usize,
        /// The most.
        most: usize,
    },
    /// A value that does not end in the CRC of its other bytes.
    #[error("the value's own {crc} {}", OwnCrc(.numbers))]
    OwnCrc {
        /// The algorithm.
        crc: &'static str,
        /// What the value has, and what it should have; nothing when it is secret.
        numbers: Option<(u128, u128)>,
    },
    /// Text that is no number.
    #[error("{} is not {expected}", ShownText(.found))]
    NotNumber {
        /// The text; nothing when it is secret.
        found: Option<String>,
        /// What it should be.
        expected: &'static str,
    },
    /// A number outside of the range.
    #[error("{} does not fit; {range} can be had", ShownText(.found))]
    OutOfRange {
        /// The number; nothing when it is secret.
        found: Option<String>,
        /// The range, in words.
        range: &'static str,
    },
    /// A number that would not read back as it is written.
    #[error("{} would read back as {}; if that is meant, write that", ShownText(.found), Nearest(.nearest))]
    Inexact {
        /// The number; nothing when it is secret.
        found: Option<String>,
        /// As it would read back; nothing when it is secret.
        nearest: Option<String>,
    },
}

struct OwnCrc<'a>(&'a Option<(u128, u128)>);

impl core::fmt::Display for OwnCrc<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.0 {
            Some((found, expected)) => write!(f, "is {found:#X}, computed is {expected:#X}")?,
            None => f.write_str("is not that of the bytes before it")?,
        }
        f.write_str(": a digit was mistyped, or it is another CRC or byte order")
    }
}

struct ShownText<'a>(&'a Option<String>);

impl core::fmt::Display for ShownText<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.0 {
            Some(text) => write!(f, "`{text}`"),
            None => f.write_str("the text"),
        }
    }
}

struct Nearest<'a>(&'a Option<String>);

impl core::fmt::Display for Nearest<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.0 {
            Some(text) => write!(f, "`{text}`"),
            None => f.write_str("another one"),
        }
    }
}

struct Shown<'a>(&'a Option<u128>, &'static str);

impl core::fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.0 {
            Some(n) => n.fmt(f),
            None => f.write_str(self.1),
        }
    }
}

struct ShownChar<'a>(&'a Option<char>);

impl core::fmt::Display for ShownChar<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.0 {
            Some(c) => write!(f, "character U+{:04X}", u32::from(*c)),
            None => f.write_str("the character"),
        }
    }
}

/// Why bytes are none that an encoding writes.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The encoding makes no sense.
    #[error(transparent)]
    Encoding(#[from] EncodingError),
    /// Too few or too many bytes.
    #[error("{found} bytes given, exactly {expected} expected")]
    Length {
        /// How many were given.
        found: usize,
        /// The field's length.
        expected: usize,
    },
    /// A byte that is no character.
    #[error("byte {found:#04X} at offset {at} is not {expected}")]
    Byte {
        /// The byte.
        found: u8,
        /// What it should be.
        expected: &'static str,
        /// Its offset in the field.
        at: usize,
    },
    /// The field holds no text.
    #[error("the text is empty")]
    Empty,
    /// A C string without its end.
    #[error("no NUL ends the text")]
    Unterminated,
    /// A number without a digit.
    #[error("there is no digit")]
    NoDigits,
    /// A number of more bits than any value has.
    #[error("the number has more than 128 bits")]
    Wide,
    /// A length of bytes that the field cannot hold.
    #[error("the length is {found}, expected 1 to {room}")]
    BlobLength {
        /// The length.
        found: u64,
        /// The most bytes.
        room: usize,
    },
    /// Another instruction.
    #[error("opcode {found:#04X} at offset {at}, expected {expected:#04X}")]
    Opcode {
        /// The opcode byte.
        found: u8,
        /// The one expected.
        expected: u8,
        /// Its offset in the field.
        at: usize,
    },
    /// Two bytes that are no character.
    #[error("code unit {found:#06X} at offset {at} is not {expected}")]
    CodeUnit {
        /// The code unit.
        found: u16,
        /// What it should be.
        expected: &'static str,
        /// The offset of its first byte in the field.
        at: usize,
    },
    /// Not a number, or infinite.
    #[error("the bits {bits:#010X} are no finite number")]
    NotFinite {
        /// The bits.
        bits: u32,
    },
    /// A byte that is not the inverse of its partner.
    #[error("byte {found:#04X} at offset {at}, expected {expected:#04X}, the inverse of the byte it repeats")]
    Inverse {
        /// The byte.
        found: u8,
        /// The inverse of its partner.
        expected: u8,
        /// Its offset in the field.
        at: usize,
    },
    /// Another CRC.
    #[error("the {crc} is {found:#X}, expected {expected:#X}")]
    Crc {
        /// The algorithm.
        crc: &'static str,
        /// What is stored.
        found: u128,
        /// The CRC of the bytes before it.
        expected: u128,
    },
}

impl DecodeError {
    /// The same, of what lies elsewhere.
    pub(super) fn moved(mut self, place: impl Fn(usize) -> usize) -> Self {
        match &mut self {
            Self::Byte { at, .. } | Self::Opcode { at, .. } | Self::CodeUnit { at, .. } | Self::Inverse { at, .. } => {
                *at = place(*at);
            }
            _ => {}
        }
        self
    }
}
