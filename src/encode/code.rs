//! Values into the bytes of a field, and back.

use super::encoding::{Encoding, Shape};
use super::error::{DecodeError, EncodeError};
use super::fill::Side;
use super::{base32, bcd, blob, decimal, int, number, text, utf16};
use crate::never::OrNever;
use crate::value::{Value, ValueKind, View};

impl Encoding {
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
            (Shape::Ascii { pad: Some(pad), side: Side::Left, .. }, View::Text(text)) => {
                text::put_left(text, *pad, out, secret)
            }
            (Shape::Ascii { pad, .. }, View::Text(text)) => text::put(text, *pad, out, secret),
            (Shape::Decimal { fill, .. }, View::Uint(n)) => decimal::put(n, *fill, out, secret),
            (Shape::Base32 { padded, .. }, View::Bytes(bytes)) => base32::put(bytes, *padded, out),
            (Shape::Blob(layout), View::Bytes(bytes)) => blob::put(bytes, *layout, out),
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
                inner.encode(value, out.get_mut(..len).or_never("no wrapper makes a field shorter"), secret)?;
                wrap.wrap(len, out);
                wrap.judge(out, secret)
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
    /// When the bytes are none that this encoding writes, and when the encoding makes no sense: see
    /// [`check`](Self::check).
    pub fn decode<'b>(&self, bytes: &'b mut [u8]) -> Result<Value<'b>, DecodeError> {
        self.check()?;
        self.get(bytes)
    }

    /// The same of an encoding that was checked.
    fn get<'b>(&self, bytes: &'b mut [u8]) -> Result<Value<'b>, DecodeError> {
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
            Shape::Ascii { pad: Some(pad), side: Side::Left, .. } => text::get_left(bytes, *pad),
            Shape::Ascii { pad, .. } => text::get(bytes, *pad),
            Shape::Decimal { fill, .. } => decimal::get(bytes, *fill),
            Shape::Base32 { padded, .. } => base32::get(bytes, *padded),
            Shape::Blob(layout) => blob::get(bytes, *layout),
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
                inner.get(inside).map_err(|error| error.moved(|at| wrap.offset(at)))
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
