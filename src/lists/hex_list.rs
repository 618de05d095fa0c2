//! Hexadecimal digits, one line for each device: SEGGER `SNList.txt`, and whatever reads lines.
//!
//! ```
//! use nameplate::addr::Span;
//! use nameplate::lists::{Unit, hex_list::HexList};
//!
//! let place = Span::new(0x0800_7F00, 4)?;
//! let mut list = HexList::segger(place, 0);
//! let mut text = String::new();
//! list.line_into(&Unit::new(0, [(place, &[1, 2, 3, 4][..])])?, &mut text)?;
//! list.line_into(&Unit::new(1, [(place, &[0x55, 0x66, 0x77, 0x88][..])])?, &mut text)?;
//! assert_eq!(text, "01020304\r\n55667788\r\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The bytes are in the order of addresses. Where they go, and how many there are, is set in the
//! programmer (for SEGGER: `SNAddr` and `SNLen` of the J-Flash project), so all lines have one place
//! and one length. A Flasher fills a line that is too short with zeros and ignores what is too long,
//! and says neither; both are refused here. Which line is next stands in `SERIAL.TXT`, counted from 0
//! in steps of `SNInc`, which has to be 1.
//!
//! Sources: SEGGER UM08035 *Flasher ATE*, chapter 4, *Serial number list file*. It does not say how
//! lines end, nor how long they may be: CR LF is written, LF read as well, no length is refused.
//! The plain list has LF. Not promised: Microchip FlashPro, which reads each line as a number, and
//! does not say at which address its first digit goes.

use alloc::string::String;

use super::cell::push_hex;
use super::error::{FeedError, ReadError, ReadErrorKind};
use super::limits::Limits;
use super::scan::Lines;
use super::unit::{Unit, UnitError};
use crate::addr::Span;
use crate::digits::Case;

/// What a line of `SNList.txt` can hold.
pub const SN_LIST: Limits = Limits {
    last_address: 0xFFFF_FFFF,
    ..Limits::none("SEGGER SNList.txt", "SEGGER UM08035, 4.1.3 Serial number list file")
};

/// What a line of a plain list can hold.
pub const PLAIN: Limits = Limits::none("hex list", "lines of digits, two a byte");

/// Writes and reads the lines of one list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HexList {
    limits: &'static Limits,
    place: Span,
    next: Option<u64>,
    end: &'static str,
}

impl HexList {
    /// An `SNList.txt` of bytes at `place`, whose first line is for unit `first`.
    pub const fn segger(place: Span, first: u64) -> Self {
        Self { limits: &SN_LIST, place, next: Some(first), end: "\r\n" }
    }

    /// A plain list of bytes at `place`, whose first line is for unit `first`; lines end in LF.
    pub const fn plain(place: Span, first: u64) -> Self {
        Self { limits: &PLAIN, place, next: Some(first), end: "\n" }
    }

    /// Characters in a line, its end included.
    pub fn line_len(&self) -> u64 {
        let end = u64::from(self.end == "\r\n") + 1;
        self.place.len().saturating_mul(2).saturating_add(end)
    }

    /// Appends the line of one unit.
    ///
    /// # Errors
    /// When it is not the next unit, or its bytes are not those of the list's place, all of it and
    /// without gaps. Nothing is appended then.
    pub fn line_into(&mut self, unit: &Unit<'_>, out: &mut String) -> Result<(), FeedError> {
        let next = self.next.ok_or_else(|| self.limits.past_last(unit.number()))?;
        self.limits.check_block(unit, Some(next), self.place)?;
        self.next = next.checked_add(1);
        for (_, bytes) in unit.writes() {
            push_hex(out, bytes, Case::Upper);
        }
        out.push_str(self.end);
        Ok(())
    }

    /// The units of a list, in order, up to the first error. A unit has one block.
    pub fn read(self, text: &[u8]) -> impl Iterator<Item = Result<Unit<'static>, ReadError>> {
        let Self { limits, place, mut next, .. } = self;
        Lines::new(text).read(move |line| {
            if line.peek().is_none() {
                return Err(line.error(ReadErrorKind::Blank { expected: "digits" }));
            }
            let mut at = line.clone();
            let bytes = at.bytes(place.len());
            at.end("a hexadecimal digit")?;
            let number = next.ok_or_else(|| line.unit(UnitError::Numbers))?;
            next = number.checked_add(1);
            let mut unit = Unit::open(number);
            unit.push(place, bytes?);
            let unit = unit.checked().map_err(|error| line.unit(error))?;
            limits.check(&unit).map_err(|error| line.limit(error))?;
            Ok(unit)
        })
    }
}
