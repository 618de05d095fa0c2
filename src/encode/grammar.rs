//! The names of encodings in job files: `u32le`, `ascii:16:nul`, `retlw14(u32be)`.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use core::fmt;
use core::str::FromStr;

use thiserror::Error;

use super::{Encoding, EncodingError, Shape, wrap};
use crate::digits::Escaped;
use crate::value::ByteOrder;

/// Names that stand for an integer of fixed width.
const UINTS: [(&str, usize, ByteOrder); 7] = [
    ("u8", 1, ByteOrder::Little),
    ("u16le", 2, ByteOrder::Little),
    ("u16be", 2, ByteOrder::Big),
    ("u32le", 4, ByteOrder::Little),
    ("u32be", 4, ByteOrder::Big),
    ("u64le", 8, ByteOrder::Little),
    ("u64be", 8, ByteOrder::Big),
];

/// Names of encodings that are planned, so that they are told apart from mistyped ones.
const PLANNED: [&str; 17] = [
    "bcd",
    "utf16le",
    "usb-string",
    "i8",
    "i16le",
    "i16be",
    "i32le",
    "i32be",
    "i64le",
    "i64be",
    "f32le",
    "f32be",
    "padded16",
    "inverted",
    "i16",
    "i32",
    "i64",
];

/// All names, for suggestions.
const NAMES: [&str; 17] = [
    "u8",
    "u16le",
    "u16be",
    "u32le",
    "u32be",
    "u64le",
    "u64be",
    "uint:N:le",
    "uint:N:be",
    "bytes:N",
    "ascii:N:nul",
    "cstr:N",
    "hex:N",
    "retlw12(…)",
    "retlw14(…)",
    "retlw16(…)",
    "swap16(…)",
];

impl FromStr for Encoding {
    type Err = GrammarError;

    fn from_str(text: &str) -> Result<Self, GrammarError> {
        let encoding = parse(text)?;
        encoding.check()?;
        Ok(encoding)
    }
}

fn parse(text: &str) -> Result<Encoding, GrammarError> {
    if let Some((name, inner)) = text.strip_suffix(')').and_then(|text| text.split_once('(')) {
        let wrap = wrap::NAMES.iter().find(|(known, _)| *known == name).ok_or_else(|| unknown(name, text))?.1;
        // Two wrappers at most, so hostile nesting ends here.
        if inner.matches('(').count() > 1 {
            return Err(EncodingError::Nested.into());
        }
        return Ok(Encoding(Shape::Wrapped(wrap, Box::new(parse(inner)?))));
    }
    if let Some(&(_, len, order)) = UINTS.iter().find(|(name, ..)| *name == text) {
        return Ok(Encoding::uint(len, order));
    }
    let mut parts = text.split(':');
    let (name, len, option) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    let wants = |form| GrammarError::Form { found: shown(text), form };
    let len = || len.and_then(|len| len.parse().ok().filter(|_| !len.starts_with('+')));
    if parts.next().is_some() {
        return Err(unknown(name, text));
    }
    let encoding = match (name, len(), option) {
        ("uint", Some(len), Some("le")) => Encoding::uint(len, ByteOrder::Little),
        ("uint", Some(len), Some("be")) => Encoding::uint(len, ByteOrder::Big),
        ("uint", ..) => return Err(wants("`uint:N:le` or `uint:N:be`, with N bytes")),
        ("bytes", Some(len), None) => Encoding::bytes(len),
        ("bytes", Some(len), Some("reversed")) => Encoding::reversed_bytes(len),
        ("bytes", ..) => return Err(wants("`bytes:N` or `bytes:N:reversed`, with N bytes")),
        ("ascii", Some(len), Some("nul")) => Encoding::ascii(len).pad(0),
        ("ascii", Some(len), Some("space")) => Encoding::ascii(len).pad(b' '),
        ("ascii", Some(len), Some("exact")) => Encoding::ascii(len).exact(),
        ("ascii", ..) => {
            return Err(wants(
                "`ascii:N:nul`, `ascii:N:space` or `ascii:N:exact`: what follows a short text has no default",
            ));
        }
        ("cstr", Some(len), None) => Encoding::cstr(len),
        ("cstr", ..) => return Err(wants("`cstr:N`, with N bytes")),
        ("hex", Some(digits), None) => Encoding::hex(digits),
        ("hex", ..) => return Err(wants("`hex:N`, with N digits")),
        ("u16" | "u32" | "u64", None, None) => {
            return Err(wants("`u16le`, `u16be`, `u32le`, …: byte order has no default"));
        }
        _ if wrap::NAMES.iter().any(|(known, _)| *known == name) => {
            return Err(wants("an encoding in parentheses, as `retlw14(u32be)`"));
        }
        _ => return Err(unknown(name, text)),
    };
    Ok(encoding)
}

fn shown(text: &str) -> String {
    Escaped(text.as_bytes()).to_string()
}

fn unknown(name: &str, text: &str) -> GrammarError {
    if PLANNED.contains(&name) {
        GrammarError::Unsupported { found: shown(text) }
    } else {
        GrammarError::Unknown { found: shown(text) }
    }
}

/// Why a text names no encoding.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum GrammarError {
    /// No encoding has this name.
    #[error("unknown encoding `{found}`")]
    Unknown {
        /// The text.
        found: String,
    },
    /// An encoding of a later version.
    #[error("encoding `{found}` is not supported yet")]
    Unsupported {
        /// The text.
        found: String,
    },
    /// The name is right, what follows it is not.
    #[error("`{found}` is incomplete, expected {form}")]
    Form {
        /// The text.
        found: String,
        /// The right form.
        form: &'static str,
    },
    /// The encoding makes no sense.
    #[error(transparent)]
    Encoding(#[from] EncodingError),
}

impl Encoding {
    /// The names that a text can have, for a suggestion to whoever mistyped one.
    pub fn names() -> &'static [&'static str] {
        &NAMES
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Shape::Uint { len: 1, .. } => f.write_str("u8"),
            Shape::Uint { len, order } => {
                let order = match order {
                    ByteOrder::Little => "le",
                    ByteOrder::Big => "be",
                };
                match len {
                    2 | 4 | 8 => write!(f, "u{}{order}", len * 8),
                    _ => write!(f, "uint:{len}:{order}"),
                }
            }
            Shape::Bytes { len, reversed: false } => write!(f, "bytes:{len}"),
            Shape::Bytes { len, reversed: true } => write!(f, "bytes:{len}:reversed"),
            Shape::Ascii { len, pad: None } => write!(f, "ascii:{len}:exact"),
            Shape::Ascii { len, pad: Some(0) } => write!(f, "ascii:{len}:nul"),
            Shape::Ascii { len, pad: Some(b' ') } => write!(f, "ascii:{len}:space"),
            Shape::Ascii { len, pad: Some(pad) } => write!(f, "ascii:{len}:pad {pad:#04X}"),
            Shape::CStr { len } => write!(f, "cstr:{len}"),
            Shape::Hex { digits } => write!(f, "hex:{digits}"),
            Shape::Wrapped(wrap, inner) => {
                let name = wrap::NAMES.iter().find(|(_, known)| known == wrap).map_or("", |(name, _)| name);
                write!(f, "{name}({inner})")
            }
        }
    }
}
