//! The records of a CSV file, its lines and its header.

use std::collections::{HashMap, HashSet};

use csv_core::ReadRecordResult;
use zeroize::Zeroizing;

use super::cell::ColumnSpec;
use super::error::Wrong;
use crate::never::OrNever;
use crate::suggest::did_you_mean;

/// The line of a byte, counted from 1; lines end in LF, CR LF or CR.
pub(super) fn line_of(bytes: &[u8], at: usize) -> u64 {
    let next = bytes.iter().skip(1).chain([&0]);
    let ends = |&(&byte, &next): &(&u8, &u8)| byte == b'\n' || (byte == b'\r' && next != b'\n');
    u64::try_from(bytes.iter().zip(next).take(at).filter(ends).count() + 1).unwrap_or(u64::MAX)
}

/// The records of a CSV file. The buffer of their cells is wiped when dropped.
pub(super) struct Records<'b> {
    core: csv_core::Reader,
    bytes: &'b [u8],
    rest: &'b [u8],
    cells: Zeroizing<Vec<u8>>,
    ends: Vec<usize>,
    pub(super) len: usize,
}

impl<'b> Records<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        let cells = Zeroizing::new(vec![0; 1024]);
        Self { core: csv_core::Reader::new(), bytes, rest: bytes, cells, ends: vec![0; 64], len: 0 }
    }

    /// Reads the next record and gives its offset; nothing at the end.
    pub(super) fn next(&mut self) -> Option<usize> {
        while let [b'\r' | b'\n', rest @ ..] = self.rest {
            self.rest = rest;
        }
        let at = self.bytes.len() - self.rest.len();
        let mut written = 0;
        self.len = 0;
        loop {
            let cells = self.cells.get_mut(written..).or_never("no more than there is room for");
            let ends = self.ends.get_mut(self.len..).or_never("no more than there is room for");
            let (result, read, wrote, ended) = self.core.read_record(self.rest, cells, ends);
            self.rest = self.rest.get(read..).or_never("no more than there was to read");
            written += wrote;
            self.len += ended;
            match result {
                ReadRecordResult::Record => return Some(at),
                ReadRecordResult::OutputEndsFull => self.ends.resize(2 * self.ends.len(), 0),
                ReadRecordResult::OutputFull => {
                    // Not grown in place, which would leave a copy.
                    let mut larger = Zeroizing::new(vec![0; 2 * self.cells.len()]);
                    larger.get_mut(..written)?.copy_from_slice(self.cells.get(..written)?);
                    self.cells = larger;
                }
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::End => return None,
            }
        }
    }

    /// A cell of the record last read.
    pub(super) fn cell(&self, index: usize) -> &[u8] {
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(index).and_then(|&end| self.cells.get(start..end)).unwrap_or_default()
    }
}

/// Refuses what spreadsheets write in place of plain text.
pub(super) fn encoding(bytes: &[u8]) -> Result<(), Wrong> {
    let message = match bytes {
        [0xEF, 0xBB, 0xBF, ..] => {
            "the file begins with a UTF-8 byte order mark: save it as plain CSV, not as \"CSV UTF-8\""
        }
        [b'P', b'K', 3, 4, ..] => "the file is a spreadsheet (XLSX or ODS): save it as plain CSV",
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, ..] | [_, 0, ..] => "the file is UTF-16: save it as plain CSV",
        _ => return Ok(()),
    };
    Err(Wrong::new(0, message))
}

/// Where the columns stand.
pub(super) struct Header {
    pub(super) len: usize,
    /// Where the numbers stand; nothing where rows have none.
    pub(super) seq: Option<usize>,
    pub(super) columns: Vec<usize>,
}

impl Header {
    pub(super) fn new(
        records: &Records<'_>,
        at: usize,
        columns: &[ColumnSpec],
        is_numbered: bool,
    ) -> Result<Self, Wrong> {
        let names = (0..records.len).map(|index| String::from_utf8_lossy(records.cell(index)).into_owned());
        let names: Vec<String> = names.collect();
        let alone = if let [one] = names.as_slice() { one } else { "" };
        if let Some(separator) = alone.chars().find(|c| matches!(c, ';' | '\t')) {
            let name = if separator == ';' { "`;`" } else { "tabs" };
            return Err(Wrong::new(
                at,
                format!(
                    "the columns are separated by {name}, expected commas; a spreadsheet takes the list separator of the system"
                ),
            ));
        }
        let mut places = HashMap::new();
        for (place, name) in names.iter().enumerate() {
            let _ = places.entry(name.as_str()).or_insert(place);
        }
        let find = |wanted: &str| {
            places.get(wanted).copied().ok_or_else(|| {
                let hint = did_you_mean(wanted, names.iter().map(String::as_str));
                Wrong::new(at, format!("no column `{wanted}`{hint}"))
            })
        };
        // First of all: a file without a header has keys where the names would be.
        let seq = match is_numbered {
            true => Some(find("seq")?),
            false if places.contains_key("seq") => {
                return Err(Wrong::new(at, "column `seq`: the ledger gives the numbers; leave it out"));
            }
            false => None,
        };
        let columns = columns.iter().map(|column| find(&column.name)).collect::<Result<Vec<_>, _>>()?;
        let mut seen = HashSet::new();
        match names.iter().find(|&name| !seen.insert(name)) {
            Some(name) => Err(Wrong::new(at, format!("two columns are named `{}`", name.escape_debug()))),
            None => Ok(Self { len: names.len(), seq, columns }),
        }
    }
}
