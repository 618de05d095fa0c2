//! How a value lies in a field: value in, exactly the field's bytes out.
//!
//! ```
//! use nameplate::{Encoding, Value};
//!
//! let mut field = [0xA5; 6];
//! let encoding = Encoding::ascii(6).pad(0x00);
//! encoding.encode_into(&Value::from("EU-42"), &mut field)?;
//! assert_eq!(&field, b"EU-42\0");
//! # Ok::<(), nameplate::encode::EncodeError>(())
//! ```
//!
//! | encoding | in a job file | takes | example | bytes |
//! |---|---|---|---|---|
//! | [`uint`](Encoding::uint), [`u32_le`](Encoding::u32_le), … | `u8`, `u16le` … `u64be`, `uint:3:be` | integer | 123, `u32le` | `7B 00 00 00` |
//! | [`bytes`](Encoding::bytes) | `bytes:6`, `bytes:6:reversed` | bytes | `0080E1`, reversed | `E1 80 00` |
//! | [`ascii`](Encoding::ascii) | `ascii:6:nul`, `:space`, `:exact` | text | `EU-42`, nul | `45 55 2D 34 32 00` |
//! | [`cstr`](Encoding::cstr) | `cstr:6` | text, at most 5 | `EU-42` | `45 55 2D 34 32 00` |
//! | [`hex`](Encoding::hex) | `hex:4` | integer, bytes | 0xAB | `30 30 41 42` |
//! | [`retlw14`](Encoding::retlw14), `retlw12`, `retlw16` | `retlw14(u16be)` | as the inner one | 0xA1 | `00 34 A1 34` |
//! | [`swap16`](Encoding::swap16) | `swap16(u32be)` | as the inner one | 0x00112233 | `11 00 33 22` |
//!
//! A value that does not fit is an error; nothing is truncated, wrapped, or padded unless the
//! encoding says with what. No byte order is assumed. Text is printable ASCII (0x20–0x7E), at least
//! one character, and may not end in the padding, so that it reads back the same.
//!
//! Wrappers nest, two deep at most: `retlw14(swap16(u32be))`.
//!
//! Sources: Microchip DS50002539 §"RETLW" for the low byte first, opcode second order of RETLW words;
//! the opcodes from the instruction sets of the 12-bit (0x8kk), 14-bit (0x34kk) and 16-bit (0x0Ckk) cores.

mod grammar;
mod int;
mod text;
mod wrap;

use alloc::boxed::Box;

use thiserror::Error;

pub use self::grammar::GrammarError;
use self::wrap::Wrap;
use crate::value::{ByteOrder, Value, ValueKind, View};

/// The longest field, in bytes.
pub const MAX_LEN: usize = 65_536;

/// How a value lies in a field. See the [module](self) for the table of all of them.
///
/// `Display` and `FromStr` use the names of the job file: `u32le`, `ascii:16:nul`, `retlw14(u32be)`.
/// Paddings other than NUL and space have no name there; they are shown, and not read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Encoding(Shape);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Shape {
    Uint { len: usize, order: ByteOrder },
    Bytes { len: usize, reversed: bool },
    Ascii { len: usize, pad: Option<u8> },
    CStr { len: usize },
    Hex { digits: usize },
    Wrapped(Wrap, Box<Encoding>),
}

/// An ASCII encoding that does not yet say what follows a short text.
#[derive(Clone, Copy, Debug)]
#[must_use = "say how short text is filled: `.pad(byte)` or `.exact()`"]
pub struct Ascii {
    len: usize,
}

impl Ascii {
    /// Short text is followed by `byte` up to the field's end; it may fill the field completely.
    pub const fn pad(self, byte: u8) -> Encoding {
        Encoding(Shape::Ascii { len: self.len, pad: Some(byte) })
    }

    /// Text has exactly the field's length.
    pub const fn exact(self) -> Encoding {
        Encoding(Shape::Ascii { len: self.len, pad: None })
    }
}

macro_rules! uint_names {
    ($($name:ident $len:literal $order:ident $doc:literal),* $(,)?) => {$(
        #[doc = $doc]
        pub const fn $name() -> Self {
            Self::uint($len, ByteOrder::$order)
        }
    )*};
}

impl Encoding {
    /// An unsigned integer of 1–16 bytes.
    pub const fn uint(len: usize, order: ByteOrder) -> Self {
        // One byte has no order, so that there is one `u8`.
        Self(Shape::Uint { len, order: if len == 1 { ByteOrder::Little } else { order } })
    }

    uint_names! {
        u8 1 Little "An unsigned integer of one byte.",
        u16_le 2 Little "Two bytes, little-endian.",
        u16_be 2 Big "Two bytes, big-endian.",
        u32_le 4 Little "Four bytes, little-endian.",
        u32_be 4 Big "Four bytes, big-endian.",
        u64_le 8 Little "Eight bytes, little-endian.",
        u64_be 8 Big "Eight bytes, big-endian.",
    }

    /// Exactly `len` bytes, first byte at the lowest address.
    pub const fn bytes(len: usize) -> Self {
        Self(Shape::Bytes { len, reversed: false })
    }

    /// Exactly `len` bytes, last byte at the lowest address: an EUI least significant byte first.
    pub const fn reversed_bytes(len: usize) -> Self {
        Self(Shape::Bytes { len, reversed: true })
    }

    /// Printable ASCII in `len` bytes; say next how short text is filled.
    pub const fn ascii(len: usize) -> Ascii {
        Ascii { len }
    }

    /// Printable ASCII of at most `len - 1` characters, NUL to the end: at least one NUL.
    pub const fn cstr(len: usize) -> Self {
        Self(Shape::CStr { len })
    }

    /// `digits` upper-case hexadecimal ASCII digits, most significant first: an integer filled with
    /// zeros in front, or exactly `digits / 2` bytes.
    pub const fn hex(digits: usize) -> Self {
        Self(Shape::Hex { digits })
    }

    /// Each byte of `inner` as the operand of a `RETLW` word of the 12-bit core (PIC10, PIC12, PIC16C5x):
    /// the byte, then 0x08. Twice as long as `inner`.
    pub fn retlw12(inner: Self) -> Self {
        Self(Shape::Wrapped(wrap::RETLW12, Box::new(inner)))
    }

    /// Each byte of `inner` as the operand of a `RETLW` word of the 14-bit core (PIC12, PIC16): the
    /// byte, then 0x34. Twice as long as `inner`.
    pub fn retlw14(inner: Self) -> Self {
        Self(Shape::Wrapped(wrap::RETLW14, Box::new(inner)))
    }

    /// Each byte of `inner` as the operand of a `RETLW` word of the 16-bit core (PIC18): the byte, then
    /// 0x0C. Twice as long as `inner`.
    pub fn retlw16(inner: Self) -> Self {
        Self(Shape::Wrapped(wrap::RETLW16, Box::new(inner)))
    }

    /// The bytes of `inner`, the two of each 16-bit word in the other order. `inner` has an even length.
    pub fn swap16(inner: Self) -> Self {
        Self(Shape::Wrapped(Wrap::Swap16, Box::new(inner)))
    }

    /// The field's length, in bytes.
    pub fn len(&self) -> usize {
        match &self.0 {
            Shape::Uint { len, .. } | Shape::Bytes { len, .. } | Shape::Ascii { len, .. } | Shape::CStr { len } => *len,
            Shape::Hex { digits } => *digits,
            Shape::Wrapped(wrap, inner) => wrap.len(inner.len()),
        }
    }

    /// Whether the field has no byte; [`check`](Self::check) refuses that.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The opcode byte of the `RETLW` words that the field is made of; nothing when it is not.
    pub fn retlw(&self) -> Option<u8> {
        match self.0 {
            Shape::Wrapped(Wrap::Retlw(opcode), _) => Some(opcode),
            _ => None,
        }
    }

    /// Where byte `at` of an unsigned integer lies, counted from the least significant one; nothing
    /// when the encoding is another.
    pub(crate) fn place_of_byte(&self, at: usize) -> Option<usize> {
        match &self.0 {
            Shape::Uint { len, order } => {
                let from_end = len.checked_sub(at + 1)?;
                Some(if *order == ByteOrder::Little { at } else { from_end })
            }
            Shape::Wrapped(wrap, inner) => inner.place_of_byte(at).map(|at| wrap.place(at)),
            _ => None,
        }
    }

    /// Where byte `at` of a value of text or bytes lies; nothing when it does not lie in one place as
    /// it is.
    pub(crate) fn place_of(&self, at: usize) -> Option<usize> {
        match &self.0 {
            Shape::Bytes { len, reversed: true } => len.checked_sub(at + 1),
            Shape::Bytes { len, .. } | Shape::Ascii { len, .. } | Shape::CStr { len } => (at < *len).then_some(at),
            Shape::Wrapped(wrap, inner) => inner.place_of(at).map(|at| wrap.place(at)),
            _ => None,
        }
    }

    /// How many bytes a value of bytes must have; nothing when the encoding takes no bytes.
    pub fn value_bytes(&self) -> Option<usize> {
        match &self.0 {
            Shape::Bytes { len, .. } => Some(*len),
            Shape::Hex { digits } if digits % 2 == 0 => Some(digits / 2),
            Shape::Wrapped(_, inner) => inner.value_bytes(),
            _ => None,
        }
    }

    /// Bytes and byte order of an unsigned integer; nothing when the encoding is another.
    pub fn as_uint(&self) -> Option<(usize, ByteOrder)> {
        match self.0 {
            Shape::Uint { len, order } => Some((len, order)),
            _ => None,
        }
    }

    /// Whether the description makes sense.
    ///
    /// # Errors
    /// A length of zero or above [`MAX_LEN`], an integer of more than 16 bytes, a C string with no
    /// room for a character, an odd number of hexadecimal digits in more than 32, wrappers around
    /// others, an odd number of bytes to swap.
    pub fn check(&self) -> Result<(), EncodingError> {
        let len = self.len();
        if len == 0 || len > MAX_LEN {
            return Err(EncodingError::Len { len });
        }
        match &self.0 {
            Shape::Uint { len: 17.., .. } => Err(EncodingError::UintLen { len }),
            Shape::CStr { len: 1 } => Err(EncodingError::CStrLen),
            Shape::Hex { digits: 33.. } if len % 2 == 1 => Err(EncodingError::HexLen { digits: len }),
            Shape::Ascii { pad: Some(pad), .. } if (b'!'..=b'~').contains(pad) => Err(EncodingError::Pad { pad: *pad }),
            Shape::Wrapped(Wrap::Swap16, inner) if len % 2 == 1 => Err(EncodingError::Odd { len: inner.len() }),
            Shape::Wrapped(Wrap::Swap16, inner) if matches!(inner.0, Shape::Wrapped(..)) => Err(EncodingError::Nested),
            Shape::Wrapped(_, inner) => match &inner.0 {
                Shape::Wrapped(Wrap::Retlw(_), _) => Err(EncodingError::Nested),
                _ => inner.check(),
            },
            _ => Ok(()),
        }
    }

    /// Whether values of `kind` go into this encoding.
    pub fn accepts(&self, kind: ValueKind) -> bool {
        match &self.0 {
            Shape::Uint { .. } => kind == ValueKind::Uint,
            Shape::Bytes { .. } => kind == ValueKind::Bytes,
            Shape::Ascii { .. } | Shape::CStr { .. } => kind == ValueKind::Text,
            // An odd number of digits is no whole number of bytes.
            Shape::Hex { digits } => kind == ValueKind::Uint || kind == ValueKind::Bytes && digits % 2 == 0,
            Shape::Wrapped(_, inner) => inner.accepts(kind),
        }
    }

    /// What [`accepts`](Self::accepts) says, in words.
    fn takes(&self) -> &'static str {
        match &self.0 {
            Shape::Uint { .. } => "an unsigned integer",
            Shape::Hex { digits } if digits % 2 == 1 => "an unsigned integer",
            Shape::Bytes { .. } => "bytes",
            Shape::Ascii { .. } | Shape::CStr { .. } => "text",
            Shape::Hex { .. } => "an unsigned integer or bytes",
            Shape::Wrapped(_, inner) => inner.takes(),
        }
    }

    /// Writes `value` into `out`, which must be exactly [`len`](Self::len) bytes.
    ///
    /// # Errors
    /// When the value is of another kind or does not fit. What `out` then holds is not said.
    pub fn encode_into(&self, value: &Value<'_>, out: &mut [u8]) -> Result<(), EncodeError> {
        self.encode(value, out, value.is_secret())
    }

    /// The same; errors show nothing of the value when it or its field is `secret`.
    pub(crate) fn encode(&self, value: &Value<'_>, out: &mut [u8], secret: bool) -> Result<(), EncodeError> {
        if out.len() != self.len() {
            return Err(EncodeError::Buffer { found: out.len(), expected: self.len() });
        }
        if !self.accepts(value.kind()) {
            return Err(EncodeError::Kind { found: value.kind(), encoding: self.takes() });
        }
        match (&self.0, value.expose()) {
            (Shape::Uint { order, .. }, View::Uint(n)) => int::put(n, *order, out, secret),
            (Shape::Bytes { reversed, .. }, View::Bytes(bytes)) => {
                if bytes.len() != out.len() {
                    return Err(EncodeError::Length { found: bytes.len(), expected: out.len() });
                }
                out.copy_from_slice(bytes);
                if *reversed {
                    out.reverse();
                }
                Ok(())
            }
            (Shape::Ascii { pad, .. }, View::Text(text)) => text::put(text, *pad, out, secret),
            (Shape::CStr { .. }, View::Text(text)) => text::put_cstr(text, out, secret),
            (Shape::Hex { .. }, View::Uint(n)) => int::put_hex(n, out, secret),
            (Shape::Hex { .. }, View::Bytes(bytes)) => text::put_hex(bytes, out),
            (Shape::Wrapped(wrap, inner), _) => {
                let bytes = out.get_mut(..inner.len()).unwrap_or_default();
                inner.encode(value, bytes, secret)?;
                wrap.wrap(out);
                Ok(())
            }
            // `accepts` has refused every other pair.
            (_, view) => Err(EncodeError::Kind { found: kind_of(view), encoding: self.takes() }),
        }
    }

    /// The value that a field's bytes stand for: the inverse of [`encode_into`](Self::encode_into),
    /// which refuses bytes that it would not have written. The bytes are rearranged in place, and
    /// the value may borrow them. Hexadecimal digits come back as an integer up to 32 digits, else
    /// as bytes.
    ///
    /// # Errors
    /// When the bytes are none that this encoding writes.
    pub fn decode<'b>(&self, bytes: &'b mut [u8]) -> Result<Value<'b>, DecodeError> {
        if bytes.len() != self.len() {
            return Err(DecodeError::Length { found: bytes.len(), expected: self.len() });
        }
        match &self.0 {
            Shape::Uint { order, .. } => int::get(bytes, *order),
            Shape::Bytes { reversed, .. } => {
                if *reversed {
                    bytes.reverse();
                }
                Ok(Value::from(&*bytes))
            }
            Shape::Ascii { pad, .. } => text::get(bytes, *pad),
            Shape::CStr { .. } => text::get_cstr(bytes),
            Shape::Hex { .. } => text::get_hex(bytes),
            Shape::Wrapped(wrap, inner) => inner.decode(wrap.unwrap(bytes)?),
        }
    }
}

fn kind_of(view: View<'_>) -> ValueKind {
    match view {
        View::Uint(_) => ValueKind::Uint,
        View::Bytes(_) => ValueKind::Bytes,
        View::Text(_) => ValueKind::Text,
    }
}

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
    /// A wrapper around a wrapper.
    #[error("a wrapper goes around a plain encoding; only `swap16` may stand inside of `retlw…`")]
    Nested,
    /// Bytes that make no whole 16-bit words.
    #[error("`swap16` around {len} bytes, expected an even number")]
    Odd {
        /// How many bytes.
        len: usize,
    },
}

/// Why a value does not go into a field.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncodeError {
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
    /// A character that is not printable ASCII.
    #[error("{} at position {at} is not printable ASCII", ShownChar(.found))]
    Character {
        /// The character; nothing when it is secret.
        found: Option<char>,
        /// Its position in the text, the first is 1.
        at: usize,
    },
    /// Text that ends in the padding.
    #[error("the text ends in the padding byte {pad:#04X}, so it would not read back the same")]
    EndsInPad {
        /// The padding.
        pad: u8,
    },
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
}
