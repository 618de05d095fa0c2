//! Silicon Labs Simplicity Commander token file: the manufacturing tokens of one device.
//!
//! ```
//! use nameplate::Value;
//! use nameplate::lists::tokens::{Token, Tokens};
//!
//! let tokens = Tokens::new(vec![
//!     Token::bytes("MFG_CUSTOM_EUI_64", 8),
//!     Token::integer("MFG_MANUF_ID", 2),
//!     Token::text("MFG_STRING", 16),
//!     Token::erased("MFG_BOARD_NAME"),
//! ])?;
//! let mut text = String::new();
//! tokens.file_into(1, &[
//!     ("MFG_CUSTOM_EUI_64", (&[0x00, 0x0D, 0x6F, 0x00, 0x12, 0x34, 0x56, 0x78]).into()),
//!     ("MFG_MANUF_ID", 0x110C_u16.into()),
//!     ("MFG_STRING", "IKEA of Sweden".into()),
//! ], &mut text)?;
//! assert_eq!(text, "\
//! MFG_CUSTOM_EUI_64 : 000D6F0012345678
//! MFG_MANUF_ID : 0x110C
//! MFG_STRING : \"IKEA of Sweden\"
//! MFG_BOARD_NAME : !ERASE!
//! ");
//! # Ok::<(), nameplate::lists::FeedError>(())
//! ```
//!
//! | token | takes | written |
//! |---|---|---|
//! | [`bytes`](Token::bytes) | bytes, just as many | digits, two each |
//! | [`integer`](Token::integer) | an integer | `0x`, all digits, most significant first; Commander knows the token's byte order |
//! | [`text`](Token::text) | printable ASCII, not empty | in quotation marks |
//! | [`erased`](Token::erased) | nothing | `!ERASE!`, all bytes FF |
//!
//! Tokens that are not named are left as they are. `commander flash --tokengroup znet --tokenfile …` reads
//! the file, `commander convert` patches an image with it. A text that fills its token has no NUL at
//! its end, of which Commander warns. What a token is, and how long, only Commander's definitions say; a
//! wrong length is an error there.
//!
//! Source: the comments at the head of a file that `commander tokendump` writes. They do not say how a
//! quotation mark or backslash stands in a text: both are refused. Lines end in LF.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

use super::cell::{Text, named, push_hex};
use super::error::{FeedError, FeedErrorKind};
use super::limits::Limits;
use crate::digits::Case;
use crate::value::{Value, View};

/// The format; its limits are those of the tokens.
pub const TOKENS: Limits = Limits::none("token file", "head of a file written by commander tokendump");

/// Integers have at most this many bytes.
const INTEGER: usize = 16;

/// A token: its name, and what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    name: String,
    shape: Shape,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Bytes(usize),
    Integer(usize),
    Text(usize),
    Erased,
}

impl Token {
    /// `len` bytes, in the order of addresses.
    pub fn bytes(name: &str, len: usize) -> Self {
        Self { name: name.into(), shape: Shape::Bytes(len) }
    }

    /// An unsigned integer of `len` bytes, 1 to 16.
    pub fn integer(name: &str, len: usize) -> Self {
        Self { name: name.into(), shape: Shape::Integer(len) }
    }

    /// Text of at most `len` characters.
    pub fn text(name: &str, len: usize) -> Self {
        Self { name: name.into(), shape: Shape::Text(len) }
    }

    /// Erased in every unit.
    pub fn erased(name: &str) -> Self {
        Self { name: name.into(), shape: Shape::Erased }
    }

    fn what(&self) -> String {
        named("token", &self.name)
    }

    fn check(&self) -> Result<(), FeedErrorKind> {
        let expected = "a letter, digit or `_`";
        if self.name.is_empty() {
            return Err(FeedErrorKind::Empty { what: "the name of a token".into() });
        }
        let bad = |&(_, c): &(usize, char)| !(c.is_ascii_alphanumeric() || c == '_');
        if let Some((at, c)) = self.name.chars().enumerate().find(bad) {
            return Err(FeedErrorKind::Character { what: self.what(), found: Some(c), at: at + 1, expected });
        }
        match self.shape {
            Shape::Bytes(0) | Shape::Text(0) => Err(FeedErrorKind::Empty { what: self.what() }),
            Shape::Integer(found) if found == 0 || found > INTEGER => {
                Err(FeedErrorKind::Width { what: self.what(), found, most: INTEGER })
            }
            _ => Ok(()),
        }
    }

    fn takes(&self, value: &Value<'_>) -> Result<(), FeedErrorKind> {
        let kind = |expected| FeedErrorKind::Kind { what: self.what(), found: value.kind(), expected };
        match (self.shape, value.expose()) {
            (Shape::Bytes(expected), View::Bytes(bytes)) if bytes.len() != expected => {
                Err(FeedErrorKind::Length { what: self.what(), found: bytes.len(), expected })
            }
            (Shape::Integer(len), View::Uint(n)) if n > greatest(len) => {
                Err(FeedErrorKind::TooGreat { what: self.what(), most: greatest(len) })
            }
            (Shape::Text(most), View::Text(text)) => {
                let rule = Text {
                    most,
                    without: "\"\\",
                    expected: "printable ASCII without quotation mark and backslash",
                    sheet: false,
                };
                rule.check(&|| self.what(), text, value.is_secret())
            }
            (Shape::Bytes(_), View::Bytes(_)) | (Shape::Integer(_), View::Uint(_)) => Ok(()),
            (Shape::Bytes(_), _) => Err(kind("bytes")),
            (Shape::Integer(_), _) => Err(kind("an unsigned integer")),
            (Shape::Text(_), _) => Err(kind("text")),
            (Shape::Erased, _) => Err(FeedErrorKind::Unknown { what: self.what() }),
        }
    }

    fn put(&self, value: Option<&Value<'_>>, out: &mut String) {
        // Writing to a `String` cannot fail.
        let _ = write!(out, "{} : ", self.name);
        match (self.shape, value.map(Value::expose)) {
            (Shape::Integer(len), Some(View::Uint(n))) => {
                let _ = write!(out, "0x{n:0digits$X}", digits = 2 * len);
            }
            (_, Some(View::Bytes(bytes))) => push_hex(out, bytes, Case::Upper),
            (_, Some(View::Text(text))) => {
                let _ = write!(out, "\"{text}\"");
            }
            _ => out.push_str("!ERASE!"),
        }
        out.push('\n');
    }
}

/// The greatest integer of `len` bytes.
fn greatest(len: usize) -> u128 {
    let bits = u32::try_from(len).ok().and_then(|len| len.checked_mul(8)).unwrap_or(u128::BITS);
    // Of no bits, 0.
    u128::MAX.checked_shr(u128::BITS.saturating_sub(bits)).unwrap_or(0)
}

/// Writes token files, each of one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens(Vec<Token>);

impl Tokens {
    /// Files with these tokens, in this order.
    ///
    /// # Errors
    /// When there is none, a name is not of letters, digits and `_`, or stands there twice (letter case
    /// makes no difference), or a length is 0 or, of an integer, more than 16.
    pub fn new(tokens: Vec<Token>) -> Result<Self, FeedError> {
        let refuse = |kind| TOKENS.error(None, kind);
        if tokens.is_empty() {
            return Err(refuse(FeedErrorKind::Nothing { what: "token" }));
        }
        let mut names: Vec<String> = Vec::with_capacity(tokens.len());
        for token in &tokens {
            token.check().map_err(refuse)?;
            names.push(token.name.to_ascii_lowercase());
        }
        names.sort_unstable();
        if let Some([name, _]) = names.windows(2).find(|pair| matches!(pair, [a, b] if a == b)) {
            return Err(refuse(FeedErrorKind::Twice { what: named("token", name) }));
        }
        Ok(Self(tokens))
    }

    /// Appends the whole file of unit `number`: a value for each token by name, each exactly once, in any
    /// order; none for those that are erased.
    ///
    /// # Errors
    /// When a value is unknown, given twice or not at all, or does not fit. Nothing is appended then.
    pub fn file_into(&self, number: u64, values: &[(&str, Value<'_>)], out: &mut String) -> Result<(), FeedError> {
        self.check(values).map_err(|kind| TOKENS.refuse(number, kind))?;
        for token in &self.0 {
            token.put(values.iter().find(|(name, _)| *name == token.name).map(|(_, value)| value), out);
        }
        Ok(())
    }

    fn check(&self, values: &[(&str, Value<'_>)]) -> Result<(), FeedErrorKind> {
        for (name, _) in values {
            if !self.0.iter().any(|token| token.name == *name) {
                return Err(FeedErrorKind::Unknown { what: named("token", name) });
            }
        }
        for token in &self.0 {
            let mut given = values.iter().filter(|(name, _)| *name == token.name);
            match (given.next(), given.next()) {
                (None, _) if token.shape == Shape::Erased => {}
                (None, _) => return Err(FeedErrorKind::Missing { what: token.what() }),
                (Some(_), Some(_)) => return Err(FeedErrorKind::Twice { what: token.what() }),
                (Some((_, value)), None) => token.takes(value)?,
            }
        }
        Ok(())
    }
}
