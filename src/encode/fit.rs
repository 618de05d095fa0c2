//! What an encoding takes, how long its field is, and whether it makes sense.

use super::encoding::{Encoding, Shape};
use super::error::EncodingError;
use super::fill::{DecimalFill, PadNibble, Side};
use super::limits::{MAX_BCD, MAX_LEN, MAX_USB};
use super::wrap::Wrap;
use super::{base32, bcd, decimal, int, wrap};
use crate::value::{ByteOrder, ValueKind};

impl Encoding {
    /// The length of the field, in bytes.
    pub fn len(&self) -> usize {
        match &self.0 {
            Shape::Uint { len, .. }
            | Shape::Int { len, .. }
            | Shape::Bytes { len, .. }
            | Shape::Ascii { len, .. }
            | Shape::CStr { len }
            | Shape::Decimal { len, .. }
            | Shape::Base32 { len, .. }
            | Shape::Prefixed { len } => *len,
            Shape::F32 { .. } => 4,
            Shape::Utf16 { len, .. } => len.saturating_mul(2),
            Shape::Usb { len, .. } => len.saturating_mul(2).saturating_add(2),
            Shape::Hex { digits } => *digits,
            Shape::Bcd(layout) => layout.digits.div_ceil(2),
            Shape::Blob(layout) => layout.len,
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

    /// How many bytes a value of bytes must have; nothing when the encoding takes no bytes, or not always as many.
    pub fn value_bytes(&self) -> Option<usize> {
        match &self.0 {
            Shape::Bytes { len, .. } => Some(*len),
            Shape::Hex { digits } if digits % 2 == 0 => Some(digits / 2),
            Shape::Base32 { len, padded: false } => base32::bytes(*len),
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

    /// The number of bytes, and whether they lie reversed, of an encoding that writes bytes as they are.
    pub(crate) fn as_bytes(&self) -> Option<(usize, bool)> {
        match self.0 {
            Shape::Bytes { len, reversed } => Some((len, reversed)),
            _ => None,
        }
    }

    /// Whether it takes each value of `len` bytes.
    pub(crate) fn takes_each_of(&self, len: usize) -> bool {
        match &self.0 {
            Shape::Wrapped(Wrap::OwnCrc(..), _) => false,
            Shape::Wrapped(_, inner) => inner.takes_each_of(len),
            Shape::Base32 { len: characters, padded: true } => len.div_ceil(5) * 8 == *characters,
            Shape::Blob(layout) => layout.len - layout.prefix >= len,
            _ => self.value_bytes() == Some(len),
        }
    }

    /// The greatest unsigned integer, all up to which it takes; nothing when it takes none, or not each.
    pub(crate) fn greatest_uint(&self) -> Option<u128> {
        match &self.0 {
            Shape::Uint { len, .. } => Some(int::greatest(len.saturating_mul(8))),
            Shape::Int { len, .. } => Some(int::greatest(len.saturating_mul(8)) >> 1),
            Shape::Hex { digits } => Some(int::greatest(digits.saturating_mul(4))),
            Shape::Bcd(layout) => Some(decimal::greatest(layout.digits)),
            Shape::Decimal { len, fill } => Some(decimal::greatest(fill.room(*len))),
            Shape::Wrapped(Wrap::OwnCrc(..), _) => None,
            Shape::Wrapped(_, inner) => inner.greatest_uint(),
            _ => None,
        }
    }

    /// Whether the description makes sense.
    ///
    /// # Errors
    /// A length of zero or above [`MAX_LEN`], an integer of more than 16 bytes, a C string with no
    /// room for a character, an odd number of hexadecimal digits in more than 32, an odd number of BCD
    /// digits without a pad nibble, more than [`MAX_BCD`] of them or [`MAX_USB`] characters, a number of
    /// characters that base 32 does not make, a blob without room for its length or a byte, or with more room
    /// than its length counts, bytes to swap that are no whole words, a value without room for its own CRC, a
    /// wrapper twice, a wrapper around `retlw…` or `padded16`.
    pub fn check(&self) -> Result<(), EncodingError> {
        let len = self.len();
        if len == 0 || len > MAX_LEN {
            return Err(EncodingError::Len { len });
        }
        match &self.0 {
            Shape::Uint { len: 17.., .. } => Err(EncodingError::UintLen { len }),
            Shape::CStr { len: 1 } | Shape::Decimal { len: 1, fill: DecimalFill::CStr } => Err(EncodingError::CStrLen),
            Shape::Hex { digits: 33.. } if len % 2 == 1 => Err(EncodingError::HexLen { digits: len }),
            Shape::Ascii { pad: Some(b'0'), side: Side::Left, .. } => Ok(()),
            Shape::Ascii { pad: Some(pad), .. } if (b'!'..=b'~').contains(pad) => Err(EncodingError::Pad { pad: *pad }),
            Shape::Base32 { padded: true, .. } if len % 8 != 0 => Err(EncodingError::Base32Len { len, padded: true }),
            Shape::Base32 { padded: false, .. } if base32::bytes(len).is_none() => {
                Err(EncodingError::Base32Len { len, padded: false })
            }
            Shape::Blob(layout) => layout.check(),
            Shape::Prefixed { len: 1 | 257.. } => Err(EncodingError::PrefixedLen { len }),
            &Shape::Usb { len, .. } if !(1..=MAX_USB).contains(&len) => Err(EncodingError::UsbLen { len }),
            &Shape::Bcd(bcd::Layout { digits, pad, .. }) => match (digits % 2 == 1, pad) {
                _ if digits > MAX_BCD => Err(EncodingError::BcdLen { digits }),
                (true, PadNibble::None) => Err(EncodingError::BcdOdd { digits }),
                (false, PadNibble::Left0 | PadNibble::RightF) => Err(EncodingError::BcdEven { digits }),
                _ => Ok(()),
            },
            Shape::Wrapped(wrap, inner) => {
                if len % wrap.unit() != 0 {
                    return Err(EncodingError::Ragged { wrapper: wrap.name(), len, unit: wrap.unit() });
                }
                if let Wrap::OwnCrc(crc, _) = wrap {
                    let own = wrap::crc_len(crc);
                    if own >= inner.len() {
                        return Err(EncodingError::NoRoomForCrc { len: inner.len(), crc: own });
                    }
                }
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
            Shape::Uint { .. } | Shape::Decimal { .. } => kind == ValueKind::Uint,
            Shape::Bytes { .. } | Shape::Base32 { .. } | Shape::Blob(_) => kind == ValueKind::Bytes,
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
    pub(super) fn takes(&self) -> &'static str {
        match &self.0 {
            Shape::Uint { .. } | Shape::Decimal { .. } => "an unsigned integer",
            Shape::Hex { digits } if digits % 2 == 1 => "an unsigned integer",
            Shape::Bytes { .. } | Shape::Base32 { .. } | Shape::Blob(_) => "bytes",
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
}
