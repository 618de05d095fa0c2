//! Index CSV of Data I/O Serial2 and Conitec GALEP: one line for each place of each device.
//!
//! ```
//! use nameplate::addr::Span;
//! use nameplate::lists::{Unit, index_csv::IndexCsv};
//!
//! let mut csv = IndexCsv::galep();
//! let mut text = String::new();
//! let unit = Unit::new(1, [(Span::new(0x7AA, 2)?, &[0x00, 0x01][..]), (Span::new(0x7BB, 2)?, &[0x00, 0x11])])?;
//! csv.labelled_into(&unit, "1_7AA_7BB", &mut text)?;
//! assert_eq!(text, "1, 0001, 7AA, 2, R\r\n1, 0011, 7BB, 2, R\r\n1, 1_7AA_7BB, , , L\r\n");
//!
//! let entries: Vec<_> = IndexCsv::galep().read(text.as_bytes()).collect::<Result<_, _>>()?;
//! assert_eq!((&entries[0].unit, entries[0].label.as_deref()), (&unit, Some("1_7AA_7BB")));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A line is `index, data, address, length, type[, status]`: index and length decimal, data and address
//! hexadecimal. Lines with one index are for one device. Type `R` is data for the device, `L` a label, `B`
//! both: it is read as data.
//!
//! | | Data I/O | GALEP |
//! |---|---|---|
//! | index | 1 to 4294967295, consecutive | the same, ascending (only "ordinal number" is said) |
//! | places of a device | 1 to 8 | any number |
//! | bytes of a place | 1 to 20 | 1 to 20 |
//! | addresses | to FFFFFFFE | to FFFFFFFE |
//! | label | refused: its type letter is not published | up to 20 characters |
//! | comments, status | none | read: `//` to the end of the line; `p`, `f`, `u` |
//!
//! Both programmers fill data that is shorter than its length with zeros, and do not agree on which
//! side, or say. So data is always written with all of its digits, and other data is not read: that
//! also finds zeros which a spreadsheet took away.
//!
//! Sources: Data I/O TaskLink help, *Using Serial2.exe*: index, data, places, no headers, no comments;
//! that its columns have the order of GALEP's, its type the letter `R`, and its addresses 32 bits, is not
//! verified. GALEP-5 manual, *Using Serial Numbers*. Neither says how lines end: CR LF is written, LF
//! read as well.

use alloc::string::String;
use core::fmt::Write;
use core::iter::Peekable;

use super::cell::{Text, push_hex};
use super::error::{FeedError, FeedErrorKind, ReadError, ReadErrorKind};
use super::limits::Limits;
use super::scan::{Line, Lines};
use super::unit::{Unit, UnitError};
use crate::addr::Span;
use crate::digits::{BAD, Case, nibble};

/// What a unit can have on GALEP programmers.
pub const GALEP: Limits = Limits {
    first: 1,
    last: 0xFFFF_FFFF,
    bytes: 20,
    last_address: 0xFFFF_FFFE,
    ..Limits::none("GALEP CSV", "GALEP-5 manual, Using Serial Numbers")
};

/// What a unit can have on Data I/O programmers.
pub const DATA_IO: Limits =
    Limits { places: 8, name: "Data I/O Serial2 CSV", source: "Data I/O TaskLink help, Using Serial2.exe", ..GALEP };

/// Labels, on GALEP programmers.
const LABEL: Text = Text {
    most: 20,
    without: ",\"/",
    expected: "printable ASCII without comma, quotation mark and slash",
    sheet: true,
};

/// Writes and reads one list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexCsv {
    limits: &'static Limits,
    last: Option<u64>,
}

/// What is read of one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The unit.
    pub unit: Unit<'static>,
    /// Its label.
    pub label: Option<String>,
    /// Whether GALEP noted that it was used, in any of the unit's lines.
    pub used: bool,
}

impl IndexCsv {
    /// For Conitec GALEP. The units' indices ascend.
    pub const fn galep() -> Self {
        Self { limits: &GALEP, last: None }
    }

    /// For Data I/O Serial2. The first unit may have any index, the others follow on it.
    pub const fn data_io() -> Self {
        Self { limits: &DATA_IO, last: None }
    }

    /// Appends the lines of one unit.
    ///
    /// # Errors
    /// When it is not the next unit (GALEP: a later one), or not within [`GALEP`] or [`DATA_IO`]. Nothing is appended then.
    pub fn unit_into(&mut self, unit: &Unit<'_>, out: &mut String) -> Result<(), FeedError> {
        self.put(unit, None, out)
    }

    /// Appends the lines of one unit, and one with the text of its label.
    ///
    /// # Errors
    /// As [`unit_into`](Self::unit_into); when the label has more than 20 characters, one that is not
    /// printable ASCII or that separates, or the beginning of a formula; and for Data I/O.
    pub fn labelled_into(&mut self, unit: &Unit<'_>, label: &str, out: &mut String) -> Result<(), FeedError> {
        self.put(unit, Some(label), out)
    }

    fn put(&mut self, unit: &Unit<'_>, label: Option<&str>, out: &mut String) -> Result<(), FeedError> {
        self.check(unit)?;
        let index = unit.number();
        if let Some(label) = label {
            self.check_label(label).map_err(|kind| self.limits.refuse(index, kind))?;
        }
        self.last = Some(index);
        let comma = self.comma();
        for (span, bytes) in unit.writes() {
            // Writing to a `String` cannot fail.
            let _ = write!(out, "{index}{comma}");
            push_hex(out, bytes, Case::Upper);
            let _ = write!(out, "{comma}{:X}{comma}{}{comma}R\r\n", span.start(), bytes.len());
        }
        if let Some(label) = label {
            let _ = write!(out, "{index}{comma}{label}{comma}{comma}{comma}L\r\n");
        }
        Ok(())
    }

    fn check(&self, unit: &Unit<'_>) -> Result<(), FeedError> {
        if self.is_galep() {
            return self.limits.check_after(unit, self.last);
        }
        self.limits.check_next(unit, self.last.and_then(|last| last.checked_add(1)))
    }

    fn is_galep(&self) -> bool {
        self.limits.name == GALEP.name
    }

    fn comma(&self) -> &'static str {
        if self.is_galep() { ", " } else { "," }
    }

    fn check_label(&self, label: &str) -> Result<(), FeedErrorKind> {
        if !self.is_galep() {
            let why = "the letter that marks one in this dialect is not published";
            return Err(FeedErrorKind::Reserved { what: "a label".into(), why });
        }
        LABEL.check(&|| "the label".into(), label, false)
    }

    /// The units of a list, in order, up to the first error.
    pub fn read(self, text: &[u8]) -> impl Iterator<Item = Result<Entry, ReadError>> {
        let galep = self.is_galep();
        let filled = move |line: &Line<'_>| !trimmed(line, galep).is_empty();
        let mut lines = Lines::new(text).filter(filled).peekable();
        let (mut csv, mut failed) = (self, false);
        core::iter::from_fn(move || {
            let entry = (!failed).then(|| csv.entry(&mut lines))??;
            failed = entry.is_err();
            Some(entry)
        })
    }

    /// All lines with the index of the next one.
    fn entry<'t>(&mut self, lines: &mut Peekable<impl Iterator<Item = Line<'t>>>) -> Option<Result<Entry, ReadError>> {
        let first = lines.peek()?.clone();
        Some(self.lines(lines, &first))
    }

    fn lines<'t>(
        &mut self,
        lines: &mut Peekable<impl Iterator<Item = Line<'t>>>,
        first: &Line<'t>,
    ) -> Result<Entry, ReadError> {
        let galep = self.is_galep();
        let index = Row::index(&mut first.clone())?;
        let mut unit = Unit::open(index);
        let (mut label, mut used) = (None, false);
        while let Some(line) = lines.next_if(|line| Row::index(&mut line.clone()) == Ok(index)) {
            let row = Row::read(line.clone(), galep)?;
            used |= row.used;
            if let Some((span, bytes)) = row.write {
                unit.push(span, bytes);
            }
            if row.label.is_some() && label.is_some() {
                return Err(line.error(ReadErrorKind::Label { unit: index }));
            }
            label = label.or(row.label);
        }
        let unit = unit.checked().map_err(|error| first.unit(error))?;
        self.check(&unit).map_err(|error| first.limit(error))?;
        self.last = Some(index);
        Ok(Entry { unit, label, used })
    }
}

/// What a line has, without spaces at its ends and its comment.
fn trimmed<'t>(line: &Line<'t>, galep: bool) -> &'t [u8] {
    let rest = line.rest();
    let comment = rest.windows(2).position(|pair| pair == b"//").filter(|_| galep);
    comment.and_then(|at| rest.get(..at)).unwrap_or(rest).trim_ascii()
}

struct Row {
    write: Option<(Span, alloc::vec::Vec<u8>)>,
    label: Option<String>,
    used: bool,
}

impl Row {
    fn index(line: &mut Line<'_>) -> Result<u64, ReadError> {
        spaces(line);
        line.decimal("an index, decimal")
    }

    fn read(mut line: Line<'_>, galep: bool) -> Result<Self, ReadError> {
        let _ = Self::index(&mut line)?;
        comma(&mut line, "`,` and the data")?;
        let data = line.clone();
        let text = line.take_while(|byte| byte != b',').trim_ascii_end();
        comma(&mut line, "`,` and the address")?;
        let place = line.clone();
        let address = line.take_while(|byte| byte != b',').trim_ascii_end();
        comma(&mut line, "`,` and the length")?;
        let length = line.clone();
        let _ = line.take_while(|byte| byte != b',');
        comma(&mut line, "`,` and the type")?;
        let kind = line.clone();
        let letters = line.take(1);
        let used = Self::rest(&mut line, galep)?;
        let (write, label) = match (letters, galep) {
            (b"R", _) | (b"B", true) => (Some(Self::write(data, text, place, address, length)?), None),
            (b"L", true) => (None, Some(Self::label(&data, text)?)),
            (_, true) => return Err(kind.found("`R`, `L` or `B`")),
            (_, false) => return Err(kind.found("`R`")),
        };
        Ok(Self { write, label, used })
    }

    /// Status and comment; whether the status says that it was used.
    fn rest(line: &mut Line<'_>, galep: bool) -> Result<bool, ReadError> {
        spaces(line);
        let mut used = false;
        if galep && line.eat(b',') {
            spaces(line);
            used = line.take_while(|byte| matches!(byte, b'p' | b'f' | b'u')).contains(&b'u');
            spaces(line);
        }
        if galep && line.rest().starts_with(b"//") {
            return Ok(used);
        }
        line.end("the end of the line")?;
        Ok(used)
    }

    fn write(
        mut data: Line<'_>,
        text: &[u8],
        mut place: Line<'_>,
        address: &[u8],
        mut length: Line<'_>,
    ) -> Result<(Span, alloc::vec::Vec<u8>), ReadError> {
        let count = length.decimal("a length, decimal")?;
        spaces(&mut length);
        if length.peek() != Some(b',') {
            return Err(length.found("a length, decimal"));
        }
        if let Some(bad) = address.iter().position(|&byte| nibble(byte) == BAD) {
            let _ = place.take(bad);
            return Err(place.found("an address, hexadecimal"));
        }
        let start = place.clone().hex("an address, hexadecimal")?;
        if let Some(bad) = text.iter().position(|&byte| nibble(byte) == BAD) {
            let _ = data.take(bad);
            return Err(data.found("data, hexadecimal"));
        }
        let bytes = data.data(text, count)?;
        let span = Span::new(start, count).map_err(|error| place.unit(UnitError::Span(error)))?;
        Ok((span, bytes))
    }

    fn label(data: &Line<'_>, text: &[u8]) -> Result<String, ReadError> {
        let wrong = |text: &str| LABEL.check(&|| "the label".into(), text, false).err();
        let text = core::str::from_utf8(text).map_err(|_| data.found("a label of printable ASCII"))?;
        match wrong(text) {
            None => Ok(text.into()),
            Some(kind) => Err(data.limit(GALEP.error(None, kind))),
        }
    }
}

fn spaces(line: &mut Line<'_>) {
    let _ = line.take_while(|byte| byte == b' ');
}

fn comma(line: &mut Line<'_>, expected: &'static str) -> Result<(), ReadError> {
    spaces(line);
    line.expect(b',', expected)?;
    spaces(line);
    Ok(())
}
