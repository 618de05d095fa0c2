//! Renesas Flash Programmer unique code file (`.ruc`): one code for each device, all at one address.
//!
//! ```
//! use nameplate::addr::Span;
//! use nameplate::lists::{Unit, ruc::Ruc};
//!
//! let place = Span::new(0xF000, 6)?;
//! let mut ruc = Ruc::new(place)?;
//! let mut text = String::new();
//! ruc.header_into(&mut text);
//! ruc.line_into(&Unit::new(1, [(place, &[0xAB, 0xCD, 0xEF, 0, 0, 1][..])])?, &mut text)?;
//! assert_eq!(
//!     text,
//!     "format hex\r\narea user flash\r\naddress 0xf000\r\nsize 6\r\nindex data\r\n000001 abcdef000001\r\n"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The five lines of the header have this order. The programmer goes on to the next index when it has
//! programmed a device; a list of bare codes renamed to `.ruc` is error E0000302.
//!
//! Source: Renesas, *RL78 Unique ID Programming Function*, whose example is above. It does not say which
//! other formats and areas there are, how long a code may be, how many digits an index may have (six are
//! written, decimal, from 1 on), nor how lines end (CR LF is written). Other areas than user flash are
//! not promised.

use alloc::string::String;
use core::fmt::Write;

use super::cell::push_hex;
use super::error::{FeedError, FeedErrorKind};
use super::limits::Limits;
use super::unit::Unit;
use crate::addr::Span;
use crate::digits::Case;

/// What a line can hold.
pub const RUC: Limits = Limits {
    first: 1,
    last: 999_999,
    last_address: 0xFFFF_FFFF,
    ..Limits::none("Renesas .ruc", "Renesas, RL78 Unique ID Programming Function")
};

/// Writes one file of codes for the user flash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruc {
    place: Span,
    next: Option<u64>,
}

impl Ruc {
    /// For codes at `place`. The unit that is written first may have any index.
    ///
    /// # Errors
    /// When the place is empty or beyond 32 bits.
    pub fn new(place: Span) -> Result<Self, FeedError> {
        let refuse = |kind| Err(RUC.error(None, kind));
        if place.is_empty() {
            return refuse(FeedErrorKind::Nothing { what: "byte in the place of the code" });
        }
        if place.end() - 1 > RUC.last_address {
            return refuse(FeedErrorKind::Address { span: place, last: RUC.last_address });
        }
        Ok(Self { place, next: None })
    }

    /// Appends the five lines that a file begins with.
    pub fn header_into(&self, out: &mut String) {
        let (start, len) = (self.place.start(), self.place.len());
        // Writing to a `String` cannot fail.
        let _ = write!(out, "format hex\r\narea user flash\r\naddress {start:#x}\r\nsize {len}\r\nindex data\r\n");
    }

    /// Characters in a line, CR LF included.
    pub fn line_len(&self) -> u64 {
        self.place.len().saturating_mul(2).saturating_add(9)
    }

    /// Appends the line of one unit.
    ///
    /// # Errors
    /// When it is not the next unit, its bytes are not those of the file's place, all of it and without
    /// gaps, or it is not within [`RUC`]. Nothing is appended then.
    pub fn line_into(&mut self, unit: &Unit<'_>, out: &mut String) -> Result<(), FeedError> {
        RUC.check_block(unit, self.next, self.place)?;
        self.next = unit.number().checked_add(1);
        let _ = write!(out, "{:06} ", unit.number());
        for (_, bytes) in unit.writes() {
            push_hex(out, bytes, Case::Lower);
        }
        out.push_str("\r\n");
        Ok(())
    }
}
