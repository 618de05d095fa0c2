//! Espressif values CSV (`mfg_gen.py`): one row for each device, one column for each NVS key.
//!
//! ```
//! use nameplate::image::nvs::Type;
//! use nameplate::lists::esp::{Column, Values};
//!
//! let values = Values::new(vec![
//!     Column::metadata("id"),
//!     Column::new("firmware_key", Type::Blob),
//!     Column::new("serial_no", Type::String),
//!     Column::new("device_no", Type::I32),
//! ])?;
//! let (mut config, mut text) = (String::new(), String::new());
//! values.config_into("app", &mut config)?;
//! values.header_into(&mut text);
//! values.row_into(1, &[
//!     ("id", 1_u8.into()),
//!     ("firmware_key", (&[0x1A, 0x2B, 0x3C, 0x4D, 0x5E, 0x6F, 0xAA, 0xBB]).into()),
//!     ("serial_no", "A1".into()),
//!     ("device_no", 101_u8.into()),
//! ], &mut text)?;
//! assert_eq!(config, "app,namespace,\nfirmware_key,data,hex2bin\nserial_no,data,string\ndevice_no,data,i32\n");
//! assert_eq!(text, "id,firmware_key,serial_no,device_no\n1,1a2b3c4d5e6faabb,A1,101\n");
//! # Ok::<(), nameplate::lists::FeedError>(())
//! ```
//!
//! `mfg_gen.py` makes one NVS partition image of each row, with the types of the
//! [configuration](Values::config_into). Columns of [metadata](Column::metadata) go into no image.
//!
//! | type | takes | written |
//! |---|---|---|
//! | `U8`, `U16`, `U32`, `U64` | an integer | decimal |
//! | `I8`, `I16`, `I32`, `I64` | an integer of one bit less, or decimal text, which may be negative | decimal |
//! | `String` | printable ASCII without comma, at most 3967 characters | as it is; in quotation marks when it has a quotation mark |
//! | `Blob` | bytes | digits, two each, lower case, as `hex2bin` |
//! | metadata | an integer or text | as above |
//!
//! Refused: a comma in text, as whoever takes rows apart at commas would make two cells of it; because the script takes
//! them for something else without a word, the keys `namespace` and `REPEAT`, and a value that is the name of a column
//! (the script looks for the name in both); and text that begins like a formula, in case a spreadsheet opens the file, or
//! with `#`, with which samples of the script begin comments.
//!
//! Sources: ESP-IDF, *Manufacturing Utility* and `tools/mass_mfg/mfg_gen.py`; *NVS* for the 15
//! characters of keys; the generator for the 3968 bytes of strings, a NUL included. Not promised: `REPEAT` (earlier
//! versions of the script repeat whole rows), `base64`, `binary`, files, several namespaces; and that every version
//! of the script takes integers of 16 bits with a sign or of 64 bits, which NVS has: it refused them up to 2023 at least.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt::Write;

use super::cell::{Text, named, push_hex};
use super::error::{FeedError, FeedErrorKind};
use super::limits::Limits;
use crate::digits::Case;
use crate::image::nvs::Type;
use crate::never::OrNever;
use crate::value::{Value, View};

/// The format; its limits are those of NVS.
pub const VALUES: Limits = Limits::none("Espressif values CSV", "ESP-IDF, Non-Volatile Storage Library");

/// The most characters of a key.
const KEY: usize = 15;

/// What names of keys may be.
const NAME: Text = Text {
    most: KEY,
    without: ",\" ",
    expected: "printable ASCII without comma, quotation mark and space",
    sheet: true,
};

/// What strings may be.
const STRING: Text = Text { most: 3967, without: ",", expected: "printable ASCII without comma", sheet: true };

/// What a type of NVS takes, and what the configuration calls it.
trait InValues {
    fn name_in_config(self) -> &'static str;
    fn greatest(self) -> Option<u128>;
    fn is_signed(&self) -> bool;
    fn expected(self) -> &'static str;
}

impl InValues for Type {
    fn name_in_config(self) -> &'static str {
        if self == Self::Blob { "hex2bin" } else { self.name() }
    }

    /// The greatest integer, if it takes integers.
    fn greatest(self) -> Option<u128> {
        let bits = 8 * u32::try_from(self.number_len()?).ok()?;
        Some((1 << (bits - u32::from(self.is_signed()))) - 1)
    }

    /// Whether it takes numbers below zero, as decimal text.
    fn is_signed(&self) -> bool {
        matches!(self, Self::I8 | Self::I16 | Self::I32 | Self::I64)
    }

    fn expected(self) -> &'static str {
        match self {
            Self::String => "text",
            signed if signed.is_signed() => "an integer: unsigned, or decimal text of this type's range",
            number if number.number_len().is_some() => "an unsigned integer",
            _ => "bytes",
        }
    }
}

/// A column: its key, and what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    key: String,
    /// Nothing of what goes into no device.
    kind: Option<Type>,
}

impl Column {
    /// A column of that key, whose values have this type in the device.
    pub fn new(key: &str, kind: Type) -> Self {
        Self { key: key.into(), kind: Some(kind) }
    }

    /// A column of metadata: integers or texts that no device has.
    pub fn metadata(key: &str) -> Self {
        Self { key: key.into(), kind: None }
    }

    fn what(&self) -> String {
        named("column", &self.key)
    }

    fn check(&self) -> Result<(), FeedErrorKind> {
        if matches!(&*self.key, "namespace" | "REPEAT") {
            let why = "mfg_gen.py takes a line with that word for something else";
            return Err(FeedErrorKind::Reserved { what: self.what(), why });
        }
        if matches!(self.kind, Some(Type::BlobData | Type::BlobIndex)) {
            let why = "it is a part of a blob, whose type is `Type::Blob`";
            return Err(FeedErrorKind::Reserved { what: self.what(), why });
        }
        let most = if self.kind.is_none() { usize::MAX } else { KEY };
        Text { most, ..NAME }.check(&|| self.what(), &self.key, false)?;
        self.no_comment(&self.key, false)
    }

    fn no_comment(&self, text: &str, secret: bool) -> Result<(), FeedErrorKind> {
        if !text.starts_with('#') {
            return Ok(());
        }
        let expected = "another character in front: that one begins a comment";
        Err(FeedErrorKind::Character { what: self.what(), found: (!secret).then_some('#'), at: 1, expected })
    }

    fn takes(&self, value: &Value<'_>) -> Result<(), FeedErrorKind> {
        let expected = self.kind.map_or("an unsigned integer or text", InValues::expected);
        let kind = || FeedErrorKind::Kind { what: self.what(), found: value.kind(), expected };
        match (self.kind, value.expose()) {
            (Some(number), View::Uint(n)) => match number.greatest() {
                Some(most) if n > most => Err(FeedErrorKind::TooGreat { what: self.what(), most }),
                Some(_) => Ok(()),
                None => Err(kind()),
            },
            (Some(signed), View::Text(text)) if signed.is_signed() => {
                let most = signed.greatest().and_then(|most| i128::try_from(most).ok()).or_never("a number, signed");
                let number = text.parse::<i128>().ok().filter(|number| (-most - 1..=most).contains(number));
                // As it will be written, so that nobody reads another number into it.
                let plain = number.filter(|number| number.to_string() == text);
                plain.map(drop).ok_or_else(kind)
            }
            (Some(Type::Blob), View::Bytes([])) => Err(FeedErrorKind::Empty { what: self.what() }),
            (None, View::Uint(_)) | (Some(Type::Blob), View::Bytes(_)) => Ok(()),
            (Some(Type::String) | None, View::Text(text)) => {
                STRING.check(&|| self.what(), text, value.is_secret())?;
                self.no_comment(text, value.is_secret())
            }
            _ => Err(kind()),
        }
    }

    /// Whether the cell of this value reads like the key.
    fn is_key(&self, value: &Value<'_>) -> bool {
        match value.expose() {
            View::Uint(n) => self.key.parse() == Ok(n),
            View::Text(text) => self.key == text,
            View::Bytes(bytes) => hex::decode(&self.key).is_ok_and(|key| key == bytes),
        }
    }
}

fn put(value: &Value<'_>, out: &mut String) {
    match value.expose() {
        // Writing to a `String` cannot fail.
        View::Uint(n) => drop(write!(out, "{n}")),
        View::Bytes(bytes) => push_hex(out, bytes, Case::Lower),
        View::Text(text) => put_text(text, out),
    }
}

/// A cell as Python's `csv` reads it.
fn put_text(text: &str, out: &mut String) {
    if !text.contains([',', '"']) {
        return out.push_str(text);
    }
    out.push('"');
    for c in text.chars() {
        out.push_str(if c == '"' { "\"" } else { "" });
        out.push(c);
    }
    out.push('"');
}

/// Writes one values file, and its configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values(Vec<Column>);

impl Values {
    /// A file with these columns.
    ///
    /// # Errors
    /// When none goes into the device, a key is empty, too long, twice there, or has characters that it
    /// cannot have.
    pub fn new(columns: Vec<Column>) -> Result<Self, FeedError> {
        let refuse = |kind| VALUES.error(None, kind);
        if columns.iter().all(|column| column.kind.is_none()) {
            return Err(refuse(FeedErrorKind::Nothing { what: "column that goes into the device" }));
        }
        let mut keys: Vec<&str> = Vec::with_capacity(columns.len());
        for column in &columns {
            column.check().map_err(refuse)?;
            keys.push(&column.key);
        }
        keys.sort_unstable();
        if let Some([key, _]) = keys.windows(2).find(|pair| matches!(pair, [a, b] if a == b)) {
            return Err(refuse(FeedErrorKind::Twice { what: named("column", key) }));
        }
        Ok(Self(columns))
    }

    /// Appends the configuration, which says what type each key has.
    ///
    /// # Errors
    /// When the namespace is no key.
    pub fn config_into(&self, namespace: &str, out: &mut String) -> Result<(), FeedError> {
        NAME.check(&|| "the namespace".into(), namespace, false).map_err(|kind| VALUES.error(None, kind))?;
        // Writing to a `String` cannot fail.
        let _ = writeln!(out, "{namespace},namespace,");
        for (key, kind) in self.0.iter().filter_map(|column| Some((&column.key, column.kind?))) {
            let _ = writeln!(out, "{key},data,{}", kind.name_in_config());
        }
        Ok(())
    }

    /// Appends the row of keys.
    pub fn header_into(&self, out: &mut String) {
        for (index, column) in self.0.iter().enumerate() {
            out.push_str(if index == 0 { "" } else { "," });
            out.push_str(&column.key);
        }
        out.push('\n');
    }

    /// Appends the row of unit `number`: a value for each column by key, each exactly once, in any order.
    ///
    /// # Errors
    /// When a value is unknown, given twice or not at all, or does not fit. Nothing is appended then.
    pub fn row_into(&self, number: u64, values: &[(&str, Value<'_>)], out: &mut String) -> Result<(), FeedError> {
        self.check(values).map_err(|kind| VALUES.refuse(number, kind))?;
        for (index, column) in self.0.iter().enumerate() {
            out.push_str(if index == 0 { "" } else { "," });
            if let Some((_, value)) = values.iter().find(|(key, _)| *key == column.key) {
                put(value, out);
            }
        }
        out.push('\n');
        Ok(())
    }

    fn check(&self, values: &[(&str, Value<'_>)]) -> Result<(), FeedErrorKind> {
        for (key, _) in values {
            if !self.0.iter().any(|column| column.key == *key) {
                return Err(FeedErrorKind::Unknown { what: named("column", key) });
            }
        }
        for column in &self.0 {
            let mut given = values.iter().filter(|(key, _)| *key == column.key);
            let value = match (given.next(), given.next()) {
                (Some((_, value)), None) => value,
                (None, _) => return Err(FeedErrorKind::Missing { what: column.what() }),
                (Some(_), Some(_)) => return Err(FeedErrorKind::Twice { what: column.what() }),
            };
            column.takes(value)?;
            if self.0.iter().any(|other| other.is_key(value)) {
                return Err(FeedErrorKind::ValueIsName { what: column.what() });
            }
        }
        Ok(())
    }
}
