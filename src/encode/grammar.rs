//! The names of encodings in job files: `u32le`, `ascii:16:nul`, `with-crc:CRC-32/ISO-HDLC:le(u32le)`.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use core::fmt;
use core::str::FromStr;

use thiserror::Error;

use super::encoding::{Encoding, Shape};
use super::error::EncodingError;
use super::fill::{DecimalFill, Fill, PadNibble, Side};
use super::limits::MAX_WRAPPERS;
use super::wrap::{self, Wrap};
use crate::check::{Algorithm, NameError};
use crate::digits::{self, Escaped};
use crate::never::OrNever;
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

/// Names that stand for a signed integer or a float.
const SIGNED: [(&str, Encoding); 9] = [
    ("i8", Encoding::i8()),
    ("i16le", Encoding::i16_le()),
    ("i16be", Encoding::i16_be()),
    ("i32le", Encoding::i32_le()),
    ("i32be", Encoding::i32_be()),
    ("i64le", Encoding::i64_le()),
    ("i64be", Encoding::i64_be()),
    ("f32le", Encoding::f32_le()),
    ("f32be", Encoding::f32_be()),
];

/// What may follow the number of BCD digits.
const BCD: [(&str, PadNibble, ByteOrder); 6] = [
    ("", PadNibble::None, ByteOrder::Big),
    (":le", PadNibble::None, ByteOrder::Little),
    (":left0", PadNibble::Left0, ByteOrder::Big),
    (":left0:le", PadNibble::Left0, ByteOrder::Little),
    (":rightF", PadNibble::RightF, ByteOrder::Big),
    (":rightF:le", PadNibble::RightF, ByteOrder::Little),
];

/// What may follow the number of characters of a text.
const ASCII: [(&str, Option<u8>, Side); 5] = [
    ("exact", None, Side::Right),
    ("nul", Some(0), Side::Right),
    ("space", Some(b' '), Side::Right),
    ("left-space", Some(b' '), Side::Left),
    ("left-zero", Some(b'0'), Side::Left),
];

/// What may follow the number of characters of a decimal number.
const DECIMAL: [(&str, DecimalFill); 5] = [
    ("nul", DecimalFill::Nul),
    ("cstr", DecimalFill::CStr),
    ("space", DecimalFill::Space),
    ("left-space", DecimalFill::LeftSpace),
    ("left-zero", DecimalFill::LeftZero),
];

/// The names of a blob's length.
const PREFIXES: [(&str, usize, ByteOrder); 5] = [
    ("u8", 1, ByteOrder::Little),
    ("u16le", 2, ByteOrder::Little),
    ("u16be", 2, ByteOrder::Big),
    ("u32le", 4, ByteOrder::Little),
    ("u32be", 4, ByteOrder::Big),
];

/// What [`Wrap::Inverse`] was called, which checksums call the inverse alone.
const WAS_INVERTED: &str = "inverted";

/// All names, for suggestions.
const NAMES: [&str; 38] = [
    "u8",
    "u16le",
    "u16be",
    "u32le",
    "u32be",
    "u64le",
    "u64be",
    "uint:N:le",
    "uint:N:be",
    "i8",
    "i16le",
    "i16be",
    "i32le",
    "i32be",
    "i64le",
    "i64be",
    "f32le",
    "f32be",
    "bytes:N",
    "ascii:N:nul",
    "dec:N:nul",
    "cstr:N",
    "prefixed:N",
    "utf16le:N",
    "usb-string:N",
    "hex:N",
    "base32:N",
    "blob:N:u16le",
    "bcd:N",
    "retlw12(…)",
    "retlw14(…)",
    "retlw16(…)",
    "padded16(…)",
    "swap16(…)",
    "swap32(…)",
    "with-inverse(…)",
    "with-crc:NAME:le(…)",
    "check-crc:NAME:le(…)",
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
    if let Some((head, inner)) = text.strip_suffix(')').and_then(|text| text.split_once('(')) {
        let wrap = wrapper(head, text)?;
        // So hostile nesting ends here.
        let found = text.matches('(').count();
        if found > MAX_WRAPPERS {
            return Err(EncodingError::Deep { found }.into());
        }
        return Ok(Encoding(Shape::Wrapped(wrap, Box::new(parse(inner)?))));
    }
    if let Some(&(_, len, order)) = UINTS.iter().find(|(name, ..)| *name == text) {
        return Ok(Encoding::uint(len, order));
    }
    if let Some((_, encoding)) = SIGNED.into_iter().find(|(name, _)| *name == text) {
        return Ok(encoding);
    }
    let mut parts = text.split(':');
    let (name, len, option) = (parts.next().or_never("a text is one part at least"), parts.next(), parts.next());
    let wants = |form| GrammarError::Form { found: shown(text), form };
    let len = || len.and_then(|len| len.parse().ok().filter(|_| !len.starts_with('+')));
    if name == "bcd" {
        return bcd(text).ok_or_else(|| {
            wants(
                "`bcd:N` or `bcd:N:le`, with N digits; `bcd:N:left0` or `bcd:N:rightF` where N is odd, `:le` behind it",
            )
        });
    }
    if name == "blob" {
        return blob(text).ok_or_else(|| {
            wants(
                "`blob:N:u16le` (or `u8`, `u16be`, `u32le`, `u32be`), with N bytes, those of the length included; zeros follow the bytes, or what stands behind: `blob:N:u16le:FF`",
            )
        });
    }
    if parts.next().is_some() {
        return Err(unknown(text));
    }
    let encoding = match (name, len(), option) {
        ("uint", Some(len), Some("le")) => Encoding::uint(len, ByteOrder::Little),
        ("uint", Some(len), Some("be")) => Encoding::uint(len, ByteOrder::Big),
        ("uint", ..) => return Err(wants("`uint:N:le` or `uint:N:be`, with N bytes")),
        ("bytes", Some(len), None) => Encoding::bytes(len),
        ("bytes", Some(len), Some("reversed")) => Encoding::reversed_bytes(len),
        ("bytes", ..) => return Err(wants("`bytes:N` or `bytes:N:reversed`, with N bytes")),
        ("ascii", Some(len), Some(option)) if ASCII.iter().any(|(known, ..)| *known == option) => {
            let row = ASCII.iter().find(|(known, ..)| *known == option);
            let (pad, side) = row.map_or((None, Side::Right), |(_, pad, side)| (*pad, *side));
            Encoding(Shape::Ascii { len, pad, side })
        }
        ("ascii", ..) => {
            return Err(wants(
                "`ascii:N:nul`, `ascii:N:space` or `ascii:N:exact`, or `ascii:N:left-space`, `ascii:N:left-zero`: what fills up a short text has no default",
            ));
        }
        ("dec", Some(len), Some(option)) if DECIMAL.iter().any(|(known, _)| *known == option) => {
            let row = DECIMAL.iter().find(|(known, _)| *known == option);
            Encoding::decimal(len, row.map_or(DecimalFill::Nul, |(_, fill)| *fill))
        }
        ("dec", ..) => {
            return Err(wants(
                "`dec:N:nul`, `dec:N:cstr`, `dec:N:space`, `dec:N:left-space` or `dec:N:left-zero`, with N characters: what fills up a short number has no default",
            ));
        }
        ("base32", Some(len), None) => Encoding::base32(len),
        ("base32", Some(len), Some("padded")) => Encoding::base32_padded(len),
        ("base32", ..) => return Err(wants("`base32:N` or `base32:N:padded`, with N characters")),
        ("cstr", Some(len), None) => Encoding::cstr(len),
        ("cstr", ..) => return Err(wants("`cstr:N`, with N bytes")),
        ("prefixed", Some(len), None) => Encoding::prefixed(len),
        ("prefixed", ..) => return Err(wants("`prefixed:N`, with N bytes, the length byte included")),
        ("utf16le", Some(len), None) => Encoding::utf16_le(len, Fill::Exact),
        ("utf16le", Some(len), Some("nul")) => Encoding::utf16_le(len, Fill::Nul),
        ("utf16le", ..) => return Err(wants("`utf16le:N`, with exactly N characters, or `utf16le:N:nul`")),
        ("usb-string", Some(len), None) => Encoding::usb_string(len, Fill::Exact),
        ("usb-string", Some(len), Some("nul")) => Encoding::usb_string(len, Fill::Nul),
        ("usb-string", ..) => return Err(wants("`usb-string:N`, with exactly N characters, or `usb-string:N:nul`")),
        ("hex", Some(digits), None) => Encoding::hex(digits),
        ("hex", ..) => return Err(wants("`hex:N`, with N digits")),
        ("u16" | "u32" | "u64", None, None) => {
            return Err(wants("`u16le`, `u16be`, `u32le`, …: byte order has no default"));
        }
        ("i16" | "i32" | "i64" | "f32", None, None) => {
            return Err(wants("`i16le`, `i16be`, `f32le`, …: byte order has no default"));
        }
        _ if [wrap::WITH_CRC, wrap::CHECK_CRC, WAS_INVERTED].contains(&name)
            || wrap::NAMES.iter().any(|(known, _)| *known == name) =>
        {
            return Err(wants("an encoding in parentheses, as `retlw14(u32be)`"));
        }
        _ => return Err(unknown(text)),
    };
    Ok(encoding)
}

fn blob(text: &str) -> Option<Encoding> {
    let mut parts = text.strip_prefix("blob:")?.split(':');
    let len = parts.next().filter(|len| !len.starts_with('+'))?.parse().ok()?;
    let prefix = parts.next()?;
    let &(_, prefix, order) = PREFIXES.iter().find(|(name, ..)| *name == prefix)?;
    let fill = match parts.next().map(str::as_bytes) {
        None => 0,
        Some(&[high, low]) => digits::byte([high, low])?,
        Some(_) => return None,
    };
    parts.next().is_none().then(|| Encoding::blob(len, prefix, order, fill))
}

fn bcd(text: &str) -> Option<Encoding> {
    let rest = text.strip_prefix("bcd:")?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, behind) = rest.split_at_checked(end)?;
    let &(_, pad, order) = BCD.iter().find(|(name, ..)| *name == behind)?;
    Some(Encoding::bcd(digits.parse().ok()?, pad, order))
}

/// The wrapper that stands before the parenthesis of `text`.
fn wrapper(head: &str, text: &str) -> Result<Wrap, GrammarError> {
    if let Some((_, wrap)) = wrap::NAMES.iter().find(|(name, _)| *name == head) {
        return Ok(*wrap);
    }
    let form = GrammarError::Form {
        found: shown(text),
        form: if head.starts_with(wrap::CHECK_CRC) {
            "`check-crc:CRC-32/ISO-HDLC:le(…)` or `:be(…)`: byte order has no default; only a CRC of one byte goes without"
        } else {
            "`with-crc:CRC-32/ISO-HDLC:le(…)` or `:be(…)`: byte order has no default; only a CRC of one byte goes without"
        },
    };
    let mut parts = head.split(':');
    let (first, name, order) = (parts.next(), parts.next(), parts.next());
    let wrap = match first {
        Some(wrap::WITH_CRC) => Wrap::crc,
        Some(wrap::CHECK_CRC) => Wrap::own_crc,
        Some(WAS_INVERTED) if head == WAS_INVERTED => return Err(GrammarError::Inverted { found: shown(text) }),
        _ => return Err(unknown(text)),
    };
    let (Some(name), None) = (name, parts.next()) else { return Err(form) };
    let crc = match name.parse() {
        Ok(Algorithm::Crc(crc)) => crc,
        Ok(_) => return Err(GrammarError::NoCrc { found: shown(name) }),
        Err(error) => return Err(GrammarError::Name(error)),
    };
    match order {
        Some("le") => Ok(wrap(crc, ByteOrder::Little)),
        Some("be") => Ok(wrap(crc, ByteOrder::Big)),
        None if crc.width() <= 8 => Ok(wrap(crc, ByteOrder::Little)),
        _ => Err(form),
    }
}

fn shown(text: &str) -> String {
    Escaped(text.as_bytes()).to_string()
}

fn unknown(text: &str) -> GrammarError {
    GrammarError::Unknown { found: shown(text) }
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
    /// No CRC has this name, or several.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The name of another algorithm.
    #[error("`{found}` is no CRC, expected a name of the catalogue, as `CRC-32/ISO-HDLC`")]
    NoCrc {
        /// The name.
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
    /// The old name of a wrapper, which meant another thing beside `inverted` of a checksum's copies.
    #[error(
        "`{found}`: where `inverted` stands for the value and, behind it, its inverse, write `with-inverse(…)`; the inverse alone is for copies of checksums"
    )]
    Inverted {
        /// The text.
        found: String,
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

fn name(order: ByteOrder) -> &'static str {
    match order {
        ByteOrder::Little => "le",
        ByteOrder::Big => "be",
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Shape::Uint { len: 1, .. } => f.write_str("u8"),
            Shape::Int { len: 1, .. } => f.write_str("i8"),
            Shape::Uint { len: len @ (2 | 4 | 8), order } => write!(f, "u{}{}", len * 8, name(*order)),
            Shape::Uint { len, order } => write!(f, "uint:{len}:{}", name(*order)),
            Shape::Int { len, order } => write!(f, "i{}{}", len * 8, name(*order)),
            Shape::F32 { order } => write!(f, "f32{}", name(*order)),
            Shape::Bytes { len, reversed: false } => write!(f, "bytes:{len}"),
            Shape::Bytes { len, reversed: true } => write!(f, "bytes:{len}:reversed"),
            Shape::Ascii { len, pad, side } => {
                if let Some((name, ..)) = ASCII.iter().find(|(_, known, of)| known == pad && of == side) {
                    return write!(f, "ascii:{len}:{name}");
                }
                let side = if *side == Side::Left { "left-" } else { "" };
                write!(f, "ascii:{len}:{side}pad {:#04X}", pad.or_never("a text without padding has a name"))
            }
            Shape::Decimal { len, fill } => {
                let row = DECIMAL.iter().find(|(_, known)| known == fill);
                write!(f, "dec:{len}:{}", row.map_or("", |(name, _)| name))
            }
            Shape::Base32 { len, padded } => write!(f, "base32:{len}{}", if *padded { ":padded" } else { "" }),
            Shape::Blob(layout) => {
                let known = PREFIXES.iter().find(|(_, len, order)| *len == layout.prefix && *order == layout.order);
                write!(f, "blob:{}:{}", layout.len, known.map_or("", |(name, ..)| name))?;
                if layout.fill == 0 { Ok(()) } else { write!(f, ":{:02X}", layout.fill) }
            }
            Shape::CStr { len } => write!(f, "cstr:{len}"),
            Shape::Hex { digits } => write!(f, "hex:{digits}"),
            Shape::Prefixed { len } => write!(f, "prefixed:{len}"),
            Shape::Utf16 { len, fill: Fill::Exact } => write!(f, "utf16le:{len}"),
            Shape::Utf16 { len, fill: Fill::Nul } => write!(f, "utf16le:{len}:nul"),
            Shape::Usb { len, fill: Fill::Exact } => write!(f, "usb-string:{len}"),
            Shape::Usb { len, fill: Fill::Nul } => write!(f, "usb-string:{len}:nul"),
            Shape::Bcd(layout) => {
                let row = BCD.iter().find(|(_, pad, order)| *pad == layout.pad && *order == layout.order);
                write!(f, "bcd:{}{}", layout.digits, row.map_or("", |(name, ..)| name))
            }
            Shape::Wrapped(wrap, inner) => write!(f, "{wrap}({inner})"),
        }
    }
}
