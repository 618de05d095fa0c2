//! SEGGER Flasher `Patches.txt`: one line for each device, up to four places of up to 32 bytes.
//!
//! ```
//! use nameplate::addr::Span;
//! use nameplate::lists::{Unit, segger::Patches};
//!
//! let text = b"3,100025,3:AABBCC,100063,2:DDEE,100078,1:FF\r\n";
//! let units: Vec<Unit> = Patches::new(0).read(text).collect::<Result<_, _>>()?;
//! assert!(units[0].writes().eq([
//!     (Span::new(0x10_0025, 3)?, &[0xAA, 0xBB, 0xCC][..]),
//!     (Span::new(0x10_0063, 2)?, &[0xDD, 0xEE]),
//!     (Span::new(0x10_0078, 1)?, &[0xFF]),
//! ]));
//!
//! let mut again = String::new();
//! Patches::new(0).line_into(&units[0], &mut again)?;
//! assert_eq!(again.as_bytes(), text);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A line is `<patches>,<address>,<bytes>:<data>[,<address>,<bytes>:<data>]…`, all of it hexadecimal.
//! The Flasher takes the line whose index, counted from 0, stands as a decimal number in
//! `SERIAL.TXT`, and counts that up after each device that succeeded, and also when serial numbers
//! are off. So the units of a list have consecutive numbers, and line 0 has the first; `SERIAL.TXT`
//! is `0` for a new list.
//!
//! Source: SEGGER wiki, *Flasher Hub - Patch data*. It does not say how lines end: CR LF is written,
//! LF read as well; nor how wide an address may be: 32 bits are taken. Only the digits are checked
//! of a list that is read: spaces, blank lines and comments, of which the document knows nothing,
//! are refused. The list of bare numbers, `SNList.txt`, is a [`HexList`](super::hex_list::HexList).

use alloc::string::String;
use core::fmt::Write;

use super::cell::push_hex;
use super::error::{FeedError, ReadError, ReadErrorKind};
use super::limits::Limits;
use super::scan::{Line, Lines};
use super::unit::{Unit, UnitError};
use crate::addr::Span;
use crate::digits::Case;

/// What a line can hold.
pub const PATCHES: Limits = Limits {
    places: 4,
    bytes: 0x20,
    last_address: 0xFFFF_FFFF,
    ..Limits::none("SEGGER Patches.txt", "SEGGER wiki, Flasher Hub - Patch data")
};

/// Writes and reads the lines of one `Patches.txt`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patches {
    next: Option<u64>,
}

impl Patches {
    /// A list whose first line is for unit `first`.
    pub const fn new(first: u64) -> Self {
        Self { next: Some(first) }
    }

    /// Appends the line of one unit, CR LF included.
    ///
    /// # Errors
    /// When it is not the next unit, or has more places, longer ones or higher addresses than
    /// [`PATCHES`]. Nothing is appended then.
    pub fn line_into(&mut self, unit: &Unit<'_>, out: &mut String) -> Result<(), FeedError> {
        let next = self.next.ok_or_else(|| PATCHES.past_last(unit.number()))?;
        PATCHES.check_next(unit, Some(next))?;
        self.next = next.checked_add(1);
        // Writing to a `String` cannot fail.
        let _ = write!(out, "{:X}", unit.writes().len());
        for (span, bytes) in unit.writes() {
            let _ = write!(out, ",{:X},{:X}:", span.start(), bytes.len());
            push_hex(out, bytes, Case::Upper);
        }
        out.push_str("\r\n");
        Ok(())
    }

    /// The units of a list, in order, up to the first error.
    pub fn read(self, text: &[u8]) -> impl Iterator<Item = Result<Unit<'static>, ReadError>> {
        let mut next = self.next;
        Lines::new(text).read(move |line| {
            let number = next.ok_or_else(|| line.unit(UnitError::Numbers))?;
            next = number.checked_add(1);
            read(&line, number)
        })
    }
}

fn read(line: &Line<'_>, number: u64) -> Result<Unit<'static>, ReadError> {
    let mut at = line.clone();
    if at.peek().is_none() {
        return Err(at.error(ReadErrorKind::Blank { expected: "patches" }));
    }
    let expected = at.hex("the number of patches")?;
    let mut unit = Unit::open(number);
    let mut found = 0_u64;
    while at.peek().is_some() {
        at.expect(b',', "`,` and an address")?;
        let address = at.hex("an address")?;
        at.expect(b',', "`,` and the number of bytes")?;
        let place = at.clone();
        let count = at.hex("the number of bytes")?;
        at.expect(b':', "`:` and the data")?;
        let bytes = at.bytes(count)?;
        let span = Span::new(address, count).map_err(|error| place.unit(UnitError::Span(error)))?;
        unit.push(span, bytes);
        found += 1;
    }
    if found != expected {
        return Err(line.error(ReadErrorKind::Count { found, expected }));
    }
    let unit = unit.checked().map_err(|error| line.unit(error))?;
    PATCHES.check(&unit).map_err(|error| line.limit(error))?;
    Ok(unit)
}
