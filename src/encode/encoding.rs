//! Encodings, and the bytes that they make of values.

use alloc::boxed::Box;

use super::error::{DecodeError, EncodeError, EncodingError};
use super::fill::{Fill, PadNibble};
use super::limits::{MAX_BCD, MAX_LEN, MAX_USB};
use super::wrap::Wrap;
use super::{bcd, int, number, text, utf16, wrap};
use crate::check::Crc;
use crate::value::{ByteOrder, Value, ValueKind, View};

/// How a value lies in a field. See the [module](super) for the table of all of them.
///
/// `Display` and `FromStr` use the names of the job file: `u32le`, `ascii:16:nul`, `retlw14(u32be)`.
/// Paddings other than NUL and space have no name there; they are shown, and not read.
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
    Ascii { len: usize, pad: Option<u8> },
    CStr { len: usize },
    Prefixed { len: usize },
    Utf16 { len: usize, fill: Fill },
    Usb { len: usize, fill: Fill },
    Hex { digits: usize },
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
        Encoding(Shape::Ascii { len: self.len, pad: Some(byte) })
    }

    /// Text has exactly the field's length.
    pub const fn exact(self) -> Encoding {
        Encoding(Shape::Ascii { len: self.len, pad: None })
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
    /// for its bits: `0.1`, not `0.10`. Infinities and NaN are refused.
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

    /// The bytes of `inner`, then the inverse of each, in the same order. Twice as long as `inner`.
    pub fn inverted(inner: Self) -> Self {
        Self(Shape::Wrapped(Wrap::Inverted, Box::new(inner)))
    }

    /// The bytes of `inner`, then their CRC in that byte order, in as many bytes as its width needs,
    /// zeros in its highest bits.
    pub fn with_crc(inner: Self, crc: Crc, order: ByteOrder) -> Self {
        Self(Shape::Wrapped(Wrap::crc(crc, order), Box::new(inner)))
    }

    /// The length of the field, in bytes.
    pub fn len(&self) -> usize {
        match &self.0 {
            Shape::Uint { len, .. }
            | Shape::Int { len, .. }
            | Shape::Bytes { len, .. }
            | Shape::Ascii { len, .. }
            | Shape::CStr { len }
            | Shape::Prefixed { len } => *len,
            Shape::F32 { .. } => 4,
            Shape::Utf16 { len, .. } => len.saturating_mul(2),
            Shape::Usb { len, .. } => len.saturating_mul(2).saturating_add(2),
            Shape::Hex { digits } => *digits,
            Shape::Bcd(layout) => layout.digits.div_ceil(2),
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
    /// when the encoding is another, or more bytes depend on it.
    pub(crate) fn place_of_byte(&self, at: usize) -> Option<usize> {
        match &self.0 {
            // Integers of both kinds, as long as no negative one is given.
            Shape::Uint { len, order } | Shape::Int { len, order } => {
                let from_end = len.checked_sub(at + 1)?;
                Some(if *order == ByteOrder::Little { at } else { from_end })
            }
            Shape::Wrapped(wrap, _) if wrap.repeats() => None,
            Shape::Wrapped(wrap, inner) => inner.place_of_byte(at).map(|at| wrap.offset(at)),
            _ => None,
        }
    }

    /// Where byte `at` of a value of text or bytes lies; nothing when it does not lie in one place as
    /// it is, or more bytes depend on it.
    pub(crate) fn place_of(&self, at: usize) -> Option<usize> {
        match &self.0 {
            Shape::Bytes { len, reversed: true } => len.checked_sub(at + 1),
            Shape::Bytes { len, .. } | Shape::Ascii { len, .. } | Shape::CStr { len } => (at < *len).then_some(at),
            Shape::Prefixed { len } => (at + 1 < *len).then_some(at + 1),
            Shape::Wrapped(wrap, _) if wrap.repeats() => None,
            Shape::Wrapped(wrap, inner) => inner.place_of(at).map(|at| wrap.offset(at)),
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
    /// room for a character, an odd number of hexadecimal digits in more than 32, an odd number of BCD
    /// digits without a pad nibble, more than [`MAX_BCD`] of them or [`MAX_USB`] characters, an odd
    /// number of bytes to swap, a wrapper twice, a wrapper around `retlw…` or `padded16`.
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
            Shape::Prefixed { len: 1 | 257.. } => Err(EncodingError::PrefixedLen { len }),
            &Shape::Usb { len, .. } if !(1..=MAX_USB).contains(&len) => Err(EncodingError::UsbLen { len }),
            &Shape::Bcd(bcd::Layout { digits, pad, .. }) => match (digits % 2 == 1, pad) {
                _ if digits > MAX_BCD => Err(EncodingError::BcdLen { digits }),
                (true, PadNibble::None) => Err(EncodingError::BcdOdd { digits }),
                (false, PadNibble::Left0 | PadNibble::RightF) => Err(EncodingError::BcdEven { digits }),
                _ => Ok(()),
            },
            Shape::Wrapped(Wrap::Swap16, inner) if len % 2 == 1 => Err(EncodingError::Odd { len: inner.len() }),
            Shape::Wrapped(wrap, inner) => {
                for other in inner.wrappers() {
                    if other.is_outermost() {
                        return Err(EncodingError::Outermost { inner: other.name(), outer: wrap.name() });
                    }
                    if other.name() == wrap.name() {
                        return Err(EncodingError::Twice { wrapper: other.name() });
                    }
                }
                inner.check()
            }
            _ => Ok(()),
        }
    }

    /// Its wrappers, the outermost first.
    fn wrappers(&self) -> impl Iterator<Item = Wrap> {
        let mut rest = self;
        core::iter::from_fn(move || {
            let Shape::Wrapped(wrap, inner) = &rest.0 else { return None };
            rest = inner;
            Some(*wrap)
        })
    }

    /// Whether values of `kind` go into this encoding.
    pub fn accepts(&self, kind: ValueKind) -> bool {
        match &self.0 {
            Shape::Uint { .. } => kind == ValueKind::Uint,
            Shape::Bytes { .. } => kind == ValueKind::Bytes,
            Shape::Ascii { .. }
            | Shape::CStr { .. }
            | Shape::Prefixed { .. }
            | Shape::Utf16 { .. }
            | Shape::Usb { .. }
            | Shape::F32 { .. } => kind == ValueKind::Text,
            Shape::Int { .. } | Shape::Bcd(_) => kind == ValueKind::Uint || kind == ValueKind::Text,
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
            Shape::Ascii { .. }
            | Shape::CStr { .. }
            | Shape::Prefixed { .. }
            | Shape::Utf16 { .. }
            | Shape::Usb { .. } => "text",
            Shape::F32 { .. } => "text of a decimal number",
            Shape::Int { .. } | Shape::Bcd(_) => "an unsigned integer or text of decimal digits",
            Shape::Hex { .. } => "an unsigned integer or bytes",
            Shape::Wrapped(_, inner) => inner.takes(),
        }
    }

    /// Writes `value` into `out`, which must be exactly [`len`](Self::len) bytes.
    ///
    /// # Errors
    /// When the value is of another kind or does not fit, and when the encoding makes no sense: see
    /// [`check`](Self::check). What `out` then holds is not said.
    pub fn encode_into(&self, value: &Value<'_>, out: &mut [u8]) -> Result<(), EncodeError> {
        self.check()?;
        self.encode(value, out, value.is_secret())
    }

    /// The same of an encoding that was checked; errors show nothing of the value when it or its field is `secret`.
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
            (Shape::Prefixed { .. }, View::Text(text)) => text::put_prefixed(text, out, secret),
            (Shape::Utf16 { fill, .. }, View::Text(text)) => utf16::put(text, *fill, out, secret),
            (Shape::Usb { fill, .. }, View::Text(text)) => utf16::put_usb(text, *fill, out, secret),
            (Shape::F32 { order }, View::Text(text)) => number::put_f32(text, *order, out, secret),
            (Shape::Int { order, .. }, View::Uint(n)) => number::put_uint(n, *order, out, secret),
            (Shape::Int { order, .. }, View::Text(text)) => number::put_int(text, *order, out, secret),
            (Shape::Bcd(layout), View::Uint(n)) => bcd::put_uint(n, *layout, out, secret),
            (Shape::Bcd(layout), View::Text(text)) => bcd::put_text(text, *layout, out, secret),
            (Shape::Hex { .. }, View::Uint(n)) => int::put_hex(n, out, secret),
            (Shape::Hex { .. }, View::Bytes(bytes)) => text::put_hex(bytes, out),
            (Shape::Wrapped(wrap, inner), _) => {
                let len = inner.len();
                inner.encode(value, out.get_mut(..len).unwrap_or_default(), secret)?;
                wrap.wrap(len, out);
                Ok(())
            }
            // `accepts` has refused every other pair.
            (_, view) => Err(EncodeError::Kind { found: kind_of(view), encoding: self.takes() }),
        }
    }

    /// The value that a field's bytes stand for: the inverse of [`encode_into`](Self::encode_into),
    /// which refuses bytes that it would not have written. The bytes are rearranged in place, and
    /// the value may borrow them. Hexadecimal digits come back as an integer up to 32 digits, else
    /// as bytes; BCD as text of all its digits; signed integers and floats as decimal text.
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
            Shape::Prefixed { .. } => text::get_prefixed(bytes),
            Shape::Utf16 { fill, .. } => utf16::get(bytes, *fill),
            Shape::Usb { fill, .. } => utf16::get_usb(bytes, *fill),
            Shape::F32 { order } => number::get_f32(bytes, *order),
            Shape::Int { order, .. } => number::get_int(bytes, *order),
            Shape::Bcd(layout) => bcd::get(bytes, *layout),
            Shape::Hex { .. } => text::get_hex(bytes),
            Shape::Wrapped(wrap, inner) => {
                let inside = wrap.unwrap(inner.len(), bytes)?;
                inner.decode(inside).map_err(|error| error.moved(|at| wrap.offset(at)))
            }
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
