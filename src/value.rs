//! What one unit's field is to hold, between the scheme that made it and the encoding that lays it
//! out: an unsigned integer, bytes, or text.
//!
//! ```
//! use nameplate::Value;
//!
//! let serial = Value::from("EUDV2407-000123");
//! let number = Value::from(123_u32);
//! let key = Value::from(&[0x2B, 0x7E, 0x15, 0x16]).into_secret();
//! assert_eq!(format!("{serial:?} {number:?} {key:?}"), "text(15 bytes) uint(..) secret bytes(4 bytes)");
//! ```
//!
//! A value has no sign and no fraction: where a field holds those, its value is decimal text, as `-12` or `0.5`.
//!
//! A value has no `Display`, and `Debug` shows its kind and length only, so that a key cannot reach
//! a log by way of the value that carries it. Values made from arrays are owned and inline, up to
//! 64 bytes; values made from slices and strings borrow. A secret value wipes the bytes it owns when
//! dropped.

use alloc::string::String;
use alloc::vec::Vec;
use core::error::Error;
use core::fmt;

use crate::never::OrNever;
use zeroize::Zeroize;

/// The most bytes that a value carries without borrowing.
pub const INLINE: usize = 64;

/// An unsigned integer, bytes or text, and whether it is secret.
///
/// ```
/// use nameplate::value::{Value, View};
///
/// let (number, text, bytes) = (Value::from(42_u16), Value::from("EU-42"), Value::from(&[0xCA, 0xFE]));
/// assert_eq!((number.as_uint(), text.as_text(), bytes.as_bytes()), (Some(42), Some("EU-42"), Some(&[0xCA, 0xFE][..])));
/// assert_eq!(Value::from(vec![1, 2]).view(), Some(View::Bytes(&[1, 2])));
///
/// // A key goes into secret fields only, is never shown, and is wiped.
/// let key = bytes.into_secret();
/// assert!(key.is_secret() && key.as_bytes().is_none());
/// assert_eq!(format!("{key:?}"), "secret bytes(2 bytes)");
/// ```
pub struct Value<'a> {
    content: Content<'a>,
    secret: bool,
}

enum Content<'a> {
    Uint(u128),
    Bytes(Inline),
    Text(Inline),
    LongBytes(&'a [u8]),
    LongText(&'a str),
    HeapBytes(Vec<u8>),
    HeapText(String),
}

struct Inline {
    len: u8,
    bytes: [u8; INLINE],
}

impl Inline {
    fn new(bytes: &[u8]) -> Option<Self> {
        let mut inline = Self { len: u8::try_from(bytes.len()).ok()?, bytes: [0; INLINE] };
        inline.bytes.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(inline)
    }

    fn as_slice(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).or_never("no more bytes than there is room for")
    }
}

/// The content of a value, in the open.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum View<'v> {
    /// An unsigned integer.
    Uint(u128),
    /// Bytes, first byte first.
    Bytes(&'v [u8]),
    /// Text.
    Text(&'v str),
}

/// The three kinds of value; what an encoding accepts is said in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValueKind {
    /// An unsigned integer.
    Uint,
    /// Bytes.
    Bytes,
    /// Text.
    Text,
}

/// `an unsigned integer`, `bytes`, `text`.
impl fmt::Display for ValueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Uint => "an unsigned integer",
            Self::Bytes => "bytes",
            Self::Text => "text",
        })
    }
}

impl Value<'_> {
    /// Owned text of at most [`INLINE`] bytes, without allocation; nothing when it is longer. `Value::from` borrows a
    /// `&str`, and takes a `String`.
    pub fn inline_text(text: &str) -> Option<Self> {
        Inline::new(text.as_bytes()).map(|inline| Content::Text(inline).into())
    }

    /// Owned bytes, at most [`INLINE`], without allocation; nothing when there are more. `Value::from` borrows a
    /// `&[u8]`, and takes a `Vec<u8>`.
    pub fn inline_bytes(bytes: &[u8]) -> Option<Self> {
        Inline::new(bytes).map(|inline| Content::Bytes(inline).into())
    }

    /// The same value, secret from here on: stamping it into a field that is not secret is an
    /// error, and the bytes it owns are wiped when it is dropped. Borrowed bytes are the owner's to
    /// wipe.
    #[must_use]
    pub fn into_secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// Whether the value is secret.
    pub fn is_secret(&self) -> bool {
        self.secret
    }

    /// Integer, bytes or text.
    pub fn kind(&self) -> ValueKind {
        match self.content {
            Content::Uint(_) => ValueKind::Uint,
            Content::Bytes(_) | Content::LongBytes(_) | Content::HeapBytes(_) => ValueKind::Bytes,
            Content::Text(_) | Content::LongText(_) | Content::HeapText(_) => ValueKind::Text,
        }
    }

    /// The content; nothing when the value is secret.
    pub fn view(&self) -> Option<View<'_>> {
        (!self.secret).then(|| self.expose())
    }

    /// The content, of a secret value too.
    pub fn expose(&self) -> View<'_> {
        match &self.content {
            Content::Uint(n) => View::Uint(*n),
            Content::Bytes(inline) => View::Bytes(inline.as_slice()),
            Content::LongBytes(bytes) => View::Bytes(bytes),
            Content::HeapBytes(bytes) => View::Bytes(bytes),
            // Only made from a `str`, so the conversion cannot fail.
            Content::Text(inline) => {
                View::Text(core::str::from_utf8(inline.as_slice()).or_never("only made of a `str`"))
            }
            Content::LongText(text) => View::Text(text),
            Content::HeapText(text) => View::Text(text),
        }
    }

    /// The number, of one that is not secret.
    pub fn as_uint(&self) -> Option<u128> {
        match self.view()? {
            View::Uint(n) => Some(n),
            View::Bytes(_) | View::Text(_) => None,
        }
    }

    /// The bytes, of some that are not secret.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self.view()? {
            View::Bytes(bytes) => Some(bytes),
            View::Uint(_) | View::Text(_) => None,
        }
    }

    /// The text, of one that is not secret.
    pub fn as_text(&self) -> Option<&str> {
        match self.view()? {
            View::Text(text) => Some(text),
            View::Uint(_) | View::Bytes(_) => None,
        }
    }

    /// The same value, borrowing nothing; more than [`INLINE`] bytes are copied to the heap.
    #[must_use]
    pub fn into_owned(self) -> Value<'static> {
        let content = match self.expose() {
            View::Uint(n) => Content::Uint(n),
            View::Bytes(bytes) => Inline::new(bytes).map_or_else(|| Content::HeapBytes(bytes.to_vec()), Content::Bytes),
            View::Text(text) => {
                Inline::new(text.as_bytes()).map_or_else(|| Content::HeapText(text.into()), Content::Text)
            }
        };
        Value { content, secret: self.secret }
    }
}

impl<'a> From<Content<'a>> for Value<'a> {
    fn from(content: Content<'a>) -> Self {
        Self { content, secret: false }
    }
}

impl<const N: usize> From<&[u8; N]> for Value<'_> {
    fn from(bytes: &[u8; N]) -> Self {
        const { assert!(N <= INLINE, "an array of more than 64 bytes is borrowed as a slice") };
        let mut inline = Inline { len: 0, bytes: [0; INLINE] };
        for (to, from) in inline.bytes.iter_mut().zip(bytes) {
            *to = *from;
            inline.len += 1;
        }
        Content::Bytes(inline).into()
    }
}

impl<const N: usize> From<[u8; N]> for Value<'_> {
    fn from(bytes: [u8; N]) -> Self {
        Self::from(&bytes)
    }
}

impl From<Vec<u8>> for Value<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Content::HeapBytes(bytes).into()
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Content::HeapText(text).into()
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Content::LongBytes(bytes).into()
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Content::LongText(text).into()
    }
}

impl<'a> From<&'a Vec<u8>> for Value<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Content::LongBytes(bytes).into()
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Content::LongText(text).into()
    }
}

macro_rules! from_uint {
    ($($uint:ty),*) => {$(
        impl From<$uint> for Value<'_> {
            fn from(n: $uint) -> Self {
                Content::Uint(n.into()).into()
            }
        }
    )*};
}
from_uint!(u8, u16, u32, u64, u128);

impl Drop for Value<'_> {
    fn drop(&mut self) {
        if !self.secret {
            return;
        }
        match &mut self.content {
            Content::Uint(n) => n.zeroize(),
            Content::Bytes(inline) | Content::Text(inline) => inline.bytes.zeroize(),
            Content::HeapBytes(bytes) => bytes.zeroize(),
            Content::HeapText(text) => text.zeroize(),
            Content::LongBytes(_) | Content::LongText(_) => {}
        }
    }
}

/// Kind and length, never the content.
impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.secret {
            f.write_str("secret ")?;
        }
        match self.expose() {
            View::Uint(_) => f.write_str("uint(..)"),
            View::Bytes(bytes) => write!(f, "bytes({} bytes)", bytes.len()),
            View::Text(text) => write!(f, "text({} bytes)", text.len()),
        }
    }
}

/// Kind and length, never the content.
impl fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            View::Uint(_) => f.write_str("Uint(..)"),
            View::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
            View::Text(text) => write!(f, "Text({} bytes)", text.len()),
        }
    }
}

/// Byte order of an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ByteOrder {
    /// Least significant byte at the lowest address.
    Little,
    /// Most significant byte at the lowest address.
    Big,
}

/// Turns a number into a value: a serial scheme, a block of EUIs. Different numbers give different
/// values.
///
/// ```
/// use nameplate::id::serial::Scheme;
/// use nameplate::value::{Source, View};
///
/// let serials = Scheme::parse("EU-{seq:4}")?.undated()?;
/// let serial = serials.value(42)?;
/// assert_eq!(serial.expose(), View::Text("EU-0042"));
/// assert_eq!(serials.number(serial.expose()), Some(42));
/// assert_eq!(serials.last(), 9999);
/// assert!(serials.value(10_000).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Source {
    /// Why a number has no value.
    type Error: Error;

    /// The value of number `n`.
    ///
    /// # Errors
    /// When `n` is outside the source's capacity.
    fn value(&self, n: u64) -> Result<Value<'static>, Self::Error>;

    /// The text or the bytes of the values of `first`, `first + 1`, …, each at the begin of an array of
    /// `out`; which of the two they are, and how many bytes each has. For many numbers in a row this is
    /// faster than a [`Value`] for each.
    ///
    /// Nothing when the source has no such way, not all have a value, or they differ in length: then
    /// [`value`](Self::value) says. A source of secrets has no such way.
    fn run_into(&self, first: u64, out: &mut [[u8; INLINE]]) -> Option<(ValueKind, usize)> {
        let _ = (first, out);
        None
    }

    /// The number behind a value: the inverse of [`value`](Self::value); nothing when the source
    /// did not make it.
    fn number(&self, value: View<'_>) -> Option<u64>;

    /// The last number that has a value.
    fn last(&self) -> u64;
}

#[cfg(test)]
mod tests {
    use std::prelude::v1::*;

    use super::*;

    #[test]
    fn what_people_have_becomes_a_value() {
        let (long, two) = (vec![7; INLINE + 1], vec![1, 2]);
        let bytes = [
            Value::from([1, 2]),
            Value::from(&[1, 2]),
            Value::from(&[1, 2][..]),
            Value::from(vec![1, 2]),
            Value::from(&two),
        ];
        assert!(bytes.iter().all(|value| value.view() == Some(View::Bytes(&[1, 2]))));
        assert_eq!(Value::from(long.clone()).into_owned().as_bytes(), Some(&*long));
        let own = String::from("é");
        let texts = [Value::from("é"), Value::from(&own), Value::from(own.clone())];
        assert!(texts.iter().all(|value| value.as_text() == Some("é") && value.as_bytes().is_none()));
        assert_eq!((Value::from(7_u8).as_uint(), Value::from(7_u8).as_text()), (Some(7), None));
        let secrets = [Value::from([1]), Value::from(String::from("a")), Value::from(1_u8)].map(Value::into_secret);
        assert!(secrets.iter().all(|v| (v.as_bytes(), v.as_text(), v.as_uint()) == (None, None, None)));
    }

    #[test]
    fn inline_holds_exactly_64_bytes() {
        let bytes: Vec<u8> = (0..64).collect();
        assert!(matches!(Value::inline_bytes(&bytes).map(|v| v.kind()), Some(ValueKind::Bytes)));
        assert!(Value::inline_bytes(&bytes).is_some_and(|v| v.expose() == View::Bytes(&bytes)));
        assert!(Value::inline_bytes(&[0; 65]).is_none());
        assert!(Value::inline_text(&"x".repeat(65)).is_none());
        assert!(Value::inline_text("déjà").is_some_and(|v| v.expose() == View::Text("déjà")));
        assert!(Value::from(&[1, 2, 3]).expose() == View::Bytes(&[1, 2, 3]));
    }

    #[test]
    fn a_secret_is_shown_to_nobody_who_does_not_ask() {
        let v = Value::from("hunter2").into_secret();
        assert!(v.is_secret() && v.view().is_none());
        assert_eq!(format!("{v:?} {:?}", v.expose()), "secret text(7 bytes) Text(7 bytes)");
        assert_eq!(format!("{:?}", Value::from(7_u8).into_secret()), "secret uint(..)");
    }
}
