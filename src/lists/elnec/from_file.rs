//! Elnec from-file serialization: one line for each device, bytes at one or two addresses.
//!
//! ```
//! use nameplate::addr::Span;
//! use nameplate::lists::{Unit, elnec::from_file::FromFile};
//!
//! let mut list = FromFile::new();
//! let mut text = String::new();
//! let unit = Unit::new(1, [(Span::new(0xA7890, 6)?, &[0x78, 0x89, 0x56, 0x02, 0xAB, 0xCD][..])])?;
//! list.line_into(&unit, "nav1", &mut text)?;
//! assert_eq!(text, "[nav1] A7890 78 89 56 02 AB CD\r\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A line is `[label] address bytes [, address bytes]`, all numbers hexadecimal; PG4UW reads a semicolon
//! as the beginning of a comment. The list is not SQTP, and PG4UW reads no SQTP file.
//!
//! Source: PG4UW manual, *Classic From-file mode*. Only for devices whose buffer is organised in bytes:
//! where it is wider, addresses count words, and how bytes fill a word is not said. That lines end in
//! CR LF is not said either. Addresses outside of the device turn the serialization off; which ones
//! those are only PG4UW knows.

use alloc::string::String;
use core::fmt::Write;

use super::own::{LABEL, Seen};
use crate::addr::Span;
use crate::digits::{Case, pair};
use crate::lists::error::FeedError;
use crate::lists::limits::Limits;
use crate::lists::unit::Unit;

/// What a line can hold: with two places, 80 bytes.
pub const FROM_FILE: Limits = Limits {
    places: 2,
    bytes: 64,
    total: 80,
    last_address: 0xFFFF_FFFF,
    ..Limits::none("Elnec from-file", "PG4UW manual, Classic From-file mode")
};

/// Writes the lines of one list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FromFile {
    labels: Seen,
}

impl FromFile {
    /// An empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends the line of one unit, CR LF included.
    ///
    /// # Errors
    /// When the label is empty, not printable ASCII, has brackets, a semicolon or spaces at its ends, or
    /// is that of an earlier unit; or the unit is not within [`FROM_FILE`]. Nothing is appended then.
    pub fn line_into(&mut self, unit: &Unit<'_>, label: &str, out: &mut String) -> Result<(), FeedError> {
        FROM_FILE.check(unit)?;
        LABEL
            .check(&|| "the label".into(), label, false)
            .and_then(|()| self.labels.check("the label", label))
            .map_err(|kind| FROM_FILE.refuse(unit.number(), kind))?;
        self.labels.insert(label);
        // Writing to a `String` cannot fail.
        let _ = write!(out, "[{label}]");
        for (index, (span, bytes)) in unit.writes().enumerate() {
            out.push_str(if index == 0 { " " } else { " , " });
            put(span, bytes, out);
        }
        out.push_str("\r\n");
        Ok(())
    }
}

fn put(span: Span, bytes: &[u8], out: &mut String) {
    let _ = write!(out, "{:X}", span.start());
    for &byte in bytes {
        out.push(' ');
        out.extend(pair(byte, Case::Upper).map(char::from));
    }
}
