//! Encodings as they are described.

use alloc::boxed::Box;

use super::fill::{DecimalFill, Fill, PadNibble, Side};
use super::wrap::Wrap;
use super::{bcd, blob, wrap};
use crate::check::Crc;
use crate::value::ByteOrder;

/// How a value lies in a field. See the [module](super) for the table of all of them.
///
/// `Display` and `FromStr` use the names of the job file: `u32le`, `ascii:16:nul`, `retlw14(u32be)`.
/// Paddings of text other than NUL, space and, on the left, zero have no name there; they are shown, and not read.
///
/// ```
/// use nameplate::{Encoding, Value};
///
/// let encoding: Encoding = "ascii:8:nul".parse()?;
/// assert_eq!(encoding, Encoding::ascii(8).pad(0x00));
/// let mut field = [0xFF; 8];
/// encoding.encode_into(&Value::from("EU-42"), &mut field)?;
/// assert_eq!(&field, b"EU-42\0\0\0");
///
/// // What does not fit is an error, and the field stays as it was.
/// let error = encoding.encode_into(&Value::from("EU-000042"), &mut field).unwrap_err();
/// assert_eq!(error.to_string(), "9 characters do not fit 8");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Encoding(pub(super) Shape);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Shape {
    Uint { len: usize, order: ByteOrder },
    Int { len: usize, order: ByteOrder },
    F32 { order: ByteOrder },
    Bytes { len: usize, reversed: bool },
    Ascii { len: usize, pad: Option<u8>, side: Side },
    Decimal { len: usize, fill: DecimalFill },
    CStr { len: usize },
    Prefixed { len: usize },
    Utf16 { len: usize, fill: Fill },
    Usb { len: usize, fill: Fill },
    Hex { digits: usize },
    Base32 { len: usize, padded: bool },
    Blob(blob::Layout),
    Bcd(bcd::Layout),
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
        Encoding(Shape::Ascii { len: self.len, pad: Some(byte), side: Side::Right })
    }

    /// Short text stands at the field's end, `byte` in front of it: a space, or the digit `0`. Text may not begin with
    /// that, so that it reads back the same.
    pub const fn pad_left(self, byte: u8) -> Encoding {
        Encoding(Shape::Ascii { len: self.len, pad: Some(byte), side: Side::Left })
    }

    /// Text has exactly the field's length.
    pub const fn exact(self) -> Encoding {
        Encoding(Shape::Ascii { len: self.len, pad: None, side: Side::Right })
    }
}

macro_rules! int_names {
    ($shape:ident: $($name:ident $len:literal $order:ident $doc:literal),* $(,)?) => {$(
        #[doc = $doc]
        pub const fn $name() -> Self {
            Self(Shape::$shape { len: $len, order: ByteOrder::$order })
        }
    )*};
}

impl Encoding {
    /// An unsigned integer of 1–16 bytes.
    pub const fn uint(len: usize, order: ByteOrder) -> Self {
        // One byte has no order, so that there is one `u8`.
        Self(Shape::Uint { len, order: if len == 1 { ByteOrder::Little } else { order } })
    }

    int_names! { Uint:
        u8 1 Little "An unsigned integer of one byte.",
        u16_le 2 Little "Two bytes, little-endian.",
        u16_be 2 Big "Two bytes, big-endian.",
        u32_le 4 Little "Four bytes, little-endian.",
        u32_be 4 Big "Four bytes, big-endian.",
        u64_le 8 Little "Eight bytes, little-endian.",
        u64_be 8 Big "Eight bytes, big-endian.",
    }

    int_names! { Int:
        i8 1 Little "A signed integer of one byte, two's complement. Its value is decimal text, as `-12`, or an unsigned integer.",
        i16_le 2 Little "A signed integer of two bytes, little-endian; otherwise as [`i8`](Self::i8).",
        i16_be 2 Big "A signed integer of two bytes, big-endian; otherwise as [`i8`](Self::i8).",
        i32_le 4 Little "A signed integer of four bytes, little-endian; otherwise as [`i8`](Self::i8).",
        i32_be 4 Big "A signed integer of four bytes, big-endian; otherwise as [`i8`](Self::i8).",
        i64_le 8 Little "A signed integer of eight bytes, little-endian; otherwise as [`i8`](Self::i8).",
        i64_be 8 Big "A signed integer of eight bytes, big-endian; otherwise as [`i8`](Self::i8).",
    }

    /// An IEEE 754 binary32 number, little-endian. Its value is decimal text, the shortest that stands
    /// for its bits, with an exponent or without: `0.1` or `1e-1`, not `0.10`. It reads back without. Infinities and
    /// NaN are refused.
    pub const fn f32_le() -> Self {
        Self(Shape::F32 { order: ByteOrder::Little })
    }

    /// The same, big-endian.
    pub const fn f32_be() -> Self {
        Self(Shape::F32 { order: ByteOrder::Big })
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

    /// One byte with the number of characters, printable ASCII of at most `len - 1` characters, NUL to
    /// the end.
    pub const fn prefixed(len: usize) -> Self {
        Self(Shape::Prefixed { len })
    }

    /// UTF-16, little-endian, in `len` code units of two bytes. Each character is one code unit:
    /// printable, of the Basic Multilingual Plane. Text is not normalised.
    pub const fn utf16_le(len: usize, fill: Fill) -> Self {
        Self(Shape::Utf16 { len, fill })
    }

    /// A USB string descriptor with room for `len` characters (USB 2.0, table 9-16): `bLength`, which
    /// counts this string's descriptor only, 0x03, then UTF-16 as in [`utf16_le`](Self::utf16_le).
    /// Two bytes and two for each character.
    pub const fn usb_string(len: usize, fill: Fill) -> Self {
        Self(Shape::Usb { len, fill })
    }

    /// An unsigned integer as decimal ASCII digits, as many as it has: none of the zeros in front that
    /// [`hex`](Self::hex) and [`bcd`](Self::bcd) have, unless `fill` says so, which says what the rest of the `len`
    /// bytes holds.
    pub const fn decimal(len: usize, fill: DecimalFill) -> Self {
        Self(Shape::Decimal { len, fill })
    }

    /// Bytes as `len` characters of base 32 (RFC 4648, section 6) without padding: five bytes make eight characters,
    /// one to four at the end 2, 4, 5 or 7. The key of an authenticator app, as people type it.
    pub const fn base32(len: usize) -> Self {
        Self(Shape::Base32 { len, padded: false })
    }

    /// The same with `=` up to a multiple of eight characters: of bytes, as many as make `len` characters.
    pub const fn base32_padded(len: usize) -> Self {
        Self(Shape::Base32 { len, padded: true })
    }

    /// Bytes of any number, at least one, behind that number: a field of `len` bytes, of which the first `prefix` are
    /// the number in that byte order, and those behind the bytes hold `fill`. Certificates.
    pub const fn blob(len: usize, prefix: usize, order: ByteOrder, fill: u8) -> Self {
        // One byte has no order, so that there is one `u8`.
        let order = if prefix == 1 { ByteOrder::Little } else { order };
        Self(Shape::Blob(blob::Layout { len, prefix, order, fill }))
    }

    /// `digits` packed BCD digits: an integer filled with zeros in front, or a text of exactly these
    /// digits. With [`ByteOrder::Big`] the most significant pair is at the lowest address, with
    /// [`ByteOrder::Little`] the same bytes lie the other way round. An odd number of digits leaves a
    /// nibble, and says what it holds.
    pub const fn bcd(digits: usize, pad: PadNibble, order: ByteOrder) -> Self {
        Self(Shape::Bcd(bcd::Layout { digits, pad, order }))
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

    /// Each byte of `inner` in a 16-bit word: the byte, then 0x00, as HEX files have the EEPROM of
    /// PICs of the 14-bit core. Twice as long as `inner`.
    pub fn padded16(inner: Self) -> Self {
        Self(Shape::Wrapped(Wrap::Padded16, Box::new(inner)))
    }

    /// The bytes of `inner`, the two of each 16-bit word in the other order. `inner` has an even length.
    pub fn swap16(inner: Self) -> Self {
        Self(Shape::Wrapped(Wrap::Swap16, Box::new(inner)))
    }

    /// The bytes of `inner`, the four of each 32-bit word in reverse. The length of `inner` is a multiple of four.
    pub fn swap32(inner: Self) -> Self {
        Self(Shape::Wrapped(Wrap::Swap32, Box::new(inner)))
    }

    /// The bytes of `inner`, then the inverse of each, in the same order. Twice as long as `inner`.
    pub fn with_inverse(inner: Self) -> Self {
        Self(Shape::Wrapped(Wrap::Inverse, Box::new(inner)))
    }

    /// The bytes of `inner`, then their CRC in that byte order, in as many bytes as its width needs,
    /// zeros in its highest bits.
    pub fn with_crc(inner: Self, crc: Crc, order: ByteOrder) -> Self {
        Self(Shape::Wrapped(Wrap::crc(crc, order), Box::new(inner)))
    }

    /// The bytes of `inner`, whose last ones are the CRC of those before, in that byte order: it comes with the value, as
    /// the column of a supplier has it, and is checked, not computed anew. As long as `inner`.
    pub fn check_crc(inner: Self, crc: Crc, order: ByteOrder) -> Self {
        Self(Shape::Wrapped(Wrap::own_crc(crc, order), Box::new(inner)))
    }
}
