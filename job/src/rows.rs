//! `--input units.csv`: a row for each unit, found by its number, never by its position.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use csv_core::ReadRecordResult;
use zeroize::{Zeroize, Zeroizing};

use crate::job::InputAs;
use crate::suggest::did_you_mean;

/// A column that a job takes values from.
#[derive(Clone, Debug)]
pub struct ColumnSpec {
    /// Its name.
    pub name: String,
    /// What its cells are.
    pub as_: InputAs,
    /// How many bytes each cell of hexadecimal digits has, when that is known.
    pub bytes: Option<usize>,
    /// Whether no two units may have the same.
    pub unique: bool,
    /// Whether its cells may not be shown.
    pub secret: bool,
}

/// The rows of an input. Cells are wiped when dropped; what the CSV reader buffered is not.
pub struct Rows {
    columns: Vec<String>,
    rows: BTreeMap<u64, Vec<Owned>>,
}

/// One row.
#[derive(Clone, Copy)]
pub struct Row<'r> {
    pub(crate) seq: u64,
    columns: &'r [String],
    cells: &'r [Owned],
}

/// One cell.
#[derive(Clone, Copy)]
pub enum Cell<'r> {
    /// Bytes.
    Bytes(&'r [u8]),
    /// Text.
    Text(&'r str),
    /// An integer.
    Uint(u128),
}

#[derive(PartialEq, Eq, Hash, Clone)]
enum Owned {
    Bytes(Vec<u8>),
    Text(String),
    Uint(u128),
}

impl Drop for Owned {
    fn drop(&mut self) {
        match self {
            Self::Bytes(bytes) => bytes.zeroize(),
            Self::Text(text) => text.zeroize(),
            Self::Uint(n) => n.zeroize(),
        }
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows of {:?}", self.rows.len(), self.columns)
    }
}

impl fmt::Debug for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row of {:?}", self.columns)
    }
}

impl fmt::Debug for Cell<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bytes(_) => "bytes",
            Self::Text(_) => "text",
            Self::Uint(_) => "uint",
        })
    }
}

impl<'r> Row<'r> {
    /// The cell of a column.
    pub fn get(&self, column: &str) -> Option<Cell<'r>> {
        let index = self.columns.iter().position(|name| name == column)?;
        Some(match self.cells.get(index)? {
            Owned::Bytes(bytes) => Cell::Bytes(bytes),
            Owned::Text(text) => Cell::Text(text),
            Owned::Uint(n) => Cell::Uint(*n),
        })
    }
}

/// Why an input is refused: the line, and one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowsError {
    line: u64,
    message: String,
}

impl RowsError {
    /// The line, counted from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The sentence, without the line.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for RowsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for RowsError {}

/// The same, with the place as an offset; it is counted in lines once.
struct Wrong {
    at: usize,
    message: String,
}

impl Wrong {
    fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }
}

/// The line of a byte, counted from 1; lines end in LF, CR LF or CR.
fn line_of(bytes: &[u8], at: usize) -> u64 {
    let next = bytes.iter().skip(1).chain([&0]);
    let ends = |&(&byte, &next): &(&u8, &u8)| byte == b'\n' || (byte == b'\r' && next != b'\n');
    u64::try_from(bytes.iter().zip(next).take(at).filter(ends).count() + 1).unwrap_or(u64::MAX)
}

/// The records of a CSV file. The buffer of their cells is wiped when dropped.
struct Records<'b> {
    core: csv_core::Reader,
    bytes: &'b [u8],
    rest: &'b [u8],
    cells: Zeroizing<Vec<u8>>,
    ends: Vec<usize>,
    len: usize,
}

impl<'b> Records<'b> {
    fn new(bytes: &'b [u8]) -> Self {
        // No record is longer than the file, so this buffer is never full.
        let cells = Zeroizing::new(vec![0; bytes.len() + 1]);
        Self { core: csv_core::Reader::new(), bytes, rest: bytes, cells, ends: vec![0; 64], len: 0 }
    }

    /// Reads the next record and gives its offset; nothing at the end.
    fn next(&mut self) -> Option<usize> {
        while let [b'\r' | b'\n', rest @ ..] = self.rest {
            self.rest = rest;
        }
        let at = self.bytes.len() - self.rest.len();
        let mut written = 0;
        self.len = 0;
        loop {
            let cells = self.cells.get_mut(written..).unwrap_or_default();
            let ends = self.ends.get_mut(self.len..).unwrap_or_default();
            let (result, read, wrote, ended) = self.core.read_record(self.rest, cells, ends);
            self.rest = self.rest.get(read..).unwrap_or_default();
            written += wrote;
            self.len += ended;
            match result {
                ReadRecordResult::Record => return Some(at),
                ReadRecordResult::OutputEndsFull => self.ends.resize(2 * self.ends.len(), 0),
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull | ReadRecordResult::End => return None,
            }
        }
    }

    /// A cell of the record last read.
    fn cell(&self, index: usize) -> &[u8] {
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(index).and_then(|&end| self.cells.get(start..end)).unwrap_or_default()
    }
}

impl Rows {
    /// Reads a CSV file: a header with `seq` and all of `columns`, then a row for each unit.
    ///
    /// # Errors
    /// With the line of the first thing that is wrong, most of which spreadsheets do.
    pub fn parse(bytes: &[u8], columns: &[ColumnSpec]) -> Result<Self, RowsError> {
        Self::read(bytes, columns).map_err(|Wrong { at, message }| RowsError { line: line_of(bytes, at), message })
    }

    fn read(bytes: &[u8], columns: &[ColumnSpec]) -> Result<Self, Wrong> {
        encoding(bytes)?;
        let mut records = Records::new(bytes);
        let at = records.next().ok_or_else(|| Wrong::new(0, "the file is empty, expected a header with `seq`"))?;
        let header = Header::new(&records, at, columns)?;
        // A comma too many or too few puts a key into the next column.
        let secret = columns.iter().any(|column| column.secret);
        let mut rows =
            Self { columns: columns.iter().map(|column| column.name.clone()).collect(), rows: BTreeMap::new() };
        let mut places: BTreeMap<u64, usize> = BTreeMap::new();
        let mut seen: Vec<HashMap<Owned, usize>> = columns.iter().map(|_| HashMap::new()).collect();
        while let Some(at) = records.next() {
            if records.len != header.len {
                let message = format!("{} cells, expected {} as in the header", records.len, header.len);
                return Err(Wrong::new(at, message));
            }
            let seq = seq(records.cell(header.seq), secret)
                .map_err(|what| Wrong::new(at, format!("column `seq`: {what}")))?;
            if let Some(other) = places.insert(seq, at) {
                let other = line_of(bytes, other);
                return Err(Wrong::new(at, format!("unit {seq} a second time, first in line {other}")));
            }
            let mut cells = Vec::with_capacity(columns.len());
            for ((column, &index), seen) in columns.iter().zip(&header.columns).zip(&mut seen) {
                let wrong = |what| Wrong::new(at, format!("column `{}`: {what}", column.name));
                let cell = cell(records.cell(index), column, secret).map_err(wrong)?;
                if let Some(other) = column.unique.then(|| seen.insert(cell.clone(), at)).flatten() {
                    let (name, other) = (&column.name, line_of(bytes, other));
                    return Err(Wrong::new(at, format!("column `{name}` has the same value as line {other}")));
                }
                cells.push(cell);
            }
            let _ = rows.rows.insert(seq, cells);
        }
        Ok(rows)
    }

    /// Two units whose rows are the same.
    pub fn alike(&self) -> Option<(u64, u64)> {
        let mut seen = HashMap::new();
        self.rows.iter().find_map(|(&seq, cells)| seen.insert(cells, seq).map(|first| (first, seq)))
    }

    /// The row of unit `seq`.
    pub fn get(&self, seq: u64) -> Option<Row<'_>> {
        self.rows.get(&seq).map(|cells| Row { seq, columns: &self.columns, cells })
    }
}

/// Refuses what spreadsheets write in place of plain text.
fn encoding(bytes: &[u8]) -> Result<(), Wrong> {
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
struct Header {
    len: usize,
    seq: usize,
    columns: Vec<usize>,
}

impl Header {
    fn new(records: &Records<'_>, at: usize, columns: &[ColumnSpec]) -> Result<Self, Wrong> {
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
        let find = |wanted: &str| {
            names.iter().position(|name| name == wanted).ok_or_else(|| {
                let hint = did_you_mean(wanted, names.iter().map(String::as_str));
                Wrong::new(at, format!("no column `{wanted}`{hint}"))
            })
        };
        // First of all: a file without a header has keys where the names would be.
        let seq = find("seq")?;
        let columns = columns.iter().map(|column| find(&column.name)).collect::<Result<Vec<_>, _>>()?;
        let mut seen = HashSet::new();
        match names.iter().find(|&name| !seen.insert(name)) {
            Some(name) => Err(Wrong::new(at, format!("two columns are named `{}`", name.escape_debug()))),
            None => Ok(Self { len: names.len(), seq, columns }),
        }
    }
}

fn seq(cell: &[u8], secret: bool) -> Result<u64, String> {
    u64::try_from(uint(plain(cell)?, secret)?).map_err(|_| "the number has more than 64 bits".to_owned())
}

/// A decimal integer.
fn uint(text: &str, secret: bool) -> Result<u128, String> {
    if let Some(what) = spreadsheet(text) {
        return Err(what.to_owned());
    }
    if !text.bytes().all(|c| c.is_ascii_digit()) || (text.starts_with('0') && text != "0") {
        return Err(format!("found {}, expected decimal digits without zeros in front", shown(text, secret)));
    }
    text.parse().map_err(|_| "the number has more than 128 bits".to_owned())
}

/// A cell in a message; nothing of it when the file has secrets.
fn shown(text: &str, secret: bool) -> String {
    if secret || text.len() > 40 { "something else".to_owned() } else { format!("`{}`", text.escape_debug()) }
}

/// The text of a cell, when there is some, in one line, and no space around it.
fn plain(cell: &[u8]) -> Result<&str, String> {
    let text = std::str::from_utf8(cell)
        .map_err(|_| "the cell is not UTF-8 text: save the file as UTF-8 without a byte order mark, as editors can")?;
    if text.is_empty() {
        return Err("the cell is empty".to_owned());
    }
    // A quote without its end takes the rows below, keys and all, into one cell.
    if text.contains(char::is_control) {
        return Err("the cell has a line end or another control character; is a quote not closed?".to_owned());
    }
    if text.trim() != text {
        return Err("the cell begins or ends with a space".to_owned());
    }
    Ok(text)
}

const ROUNDED: &str = "found a number like 1.23E+15: a spreadsheet rounded it, and the digits are lost";

/// Whether a number was written by a spreadsheet.
fn spreadsheet(text: &str) -> Option<&'static str> {
    let number = |text: &str| text.bytes().all(|c| c.is_ascii_digit() || matches!(c, b'.' | b',')) && !text.is_empty();
    if let Some((mantissa, exponent)) = text.split_once(['E', 'e']) {
        let signed = exponent.strip_prefix(['+', '-']);
        if number(mantissa) && signed.is_some_and(number) {
            return Some(ROUNDED);
        }
    }
    let fraction = text.contains(['.', ',']) && number(text);
    fraction.then_some("found a number with a fraction: was the column saved by a spreadsheet?")
}

/// What a spreadsheet makes of text that looks like a number, or of a formula: 123456789012 is saved as 1.23457E+11.
fn damaged(text: &str) -> Option<&'static str> {
    const ERRORS: [&str; 7] = ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"];
    if ERRORS.contains(&text) {
        return Some("found the error value of a spreadsheet's formula");
    }
    let (mantissa, exponent) = text.split_once("E+")?;
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    let rounded = whole.len() == 1 && exponent.len() >= 2 && [whole, fraction, exponent].into_iter().all(digits);
    rounded.then_some(ROUNDED)
}

fn cell(cell: &[u8], column: &ColumnSpec, secret: bool) -> Result<Owned, String> {
    let text = plain(cell)?;
    match column.as_ {
        InputAs::Text => match damaged(text) {
            Some(what) => Err(what.to_owned()),
            None => Ok(Owned::Text(text.to_owned())),
        },
        InputAs::Uint => uint(text, secret).map(Owned::Uint),
        InputAs::Hex => bytes(text, column.bytes, secret).map(Owned::Bytes),
    }
}

/// Bytes from hexadecimal digits.
fn bytes(text: &str, len: Option<usize>, secret: bool) -> Result<Vec<u8>, String> {
    if let Some(what) = spreadsheet(text) {
        return Err(what.to_owned());
    }
    if !text.bytes().all(|c| c.is_ascii_hexdigit()) {
        return Err(format!("found {}, expected hexadecimal digits only", shown(text, secret)));
    }
    if let Some(expected) = len.map(|len| len.saturating_mul(2)).filter(|&expected| expected != text.len()) {
        let hint = if text.len() < expected { "; did a spreadsheet drop zeros in front?" } else { "" };
        return Err(format!("{} digits, expected {expected}{hint}", text.len()));
    }
    hex::decode(text).map_err(|_| format!("{} digits, expected two for each byte", text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(name: &str, as_: InputAs, secret: bool) -> ColumnSpec {
        ColumnSpec { name: name.to_owned(), as_, bytes: Some(4), unique: secret, secret }
    }

    /// Without a secret, messages show what they found.
    fn open_columns() -> Vec<ColumnSpec> {
        let open = |column| ColumnSpec { secret: false, ..column };
        columns().into_iter().map(open).collect()
    }

    fn columns() -> Vec<ColumnSpec> {
        vec![spec("key", InputAs::Hex, true), spec("label", InputAs::Text, false), spec("build", InputAs::Uint, false)]
    }

    #[test]
    fn rows_are_found_by_number() {
        let csv = b"build,seq,key,label,ignored\r\n7,12,00112233,A,x\r\n8,3,AABBCCDD,\"B,b\",y\r\n";
        let rows = Rows::parse(csv, &columns()).unwrap();
        let row = rows.get(3).unwrap();
        assert!(matches!(row.get("key"), Some(Cell::Bytes([0xAA, 0xBB, 0xCC, 0xDD]))));
        assert!(matches!(row.get("label"), Some(Cell::Text("B,b"))));
        assert!(matches!(row.get("build"), Some(Cell::Uint(8))));
        assert!(rows.get(12).is_some() && rows.get(1).is_none() && row.get("ignored").is_none());
    }

    const UTF16: &str = "line 1: the file is UTF-16: save it as plain CSV";
    const OPEN_QUOTE: &str = "the cell has a line end or another control character; is a quote not closed?";

    #[test]
    fn files_that_are_refused() {
        for (csv, expected) in [
            ("", "line 1: the file is empty, expected a header with `seq`"),
            (
                "\u{FEFF}seq,key\n",
                "line 1: the file begins with a UTF-8 byte order mark: save it as plain CSV, not as \"CSV UTF-8\"",
            ),
            ("s\0e\0q\0,\0", UTF16),
            ("\0s\0e\0q\0,", UTF16),
            (
                "seq;key;label;build\n",
                "line 1: the columns are separated by `;`, expected commas; a spreadsheet takes the list separator of the system",
            ),
            (
                "seq\tkey\tlabel\n",
                "line 1: the columns are separated by tabs, expected commas; a spreadsheet takes the list separator of the system",
            ),
            ("seq,keys,label,build\n", "line 1: no column `key`; did you mean `keys`?"),
            ("seq,Key,label,build\n", "line 1: no column `key`; did you mean `Key`?"),
            ("key,label,build\n", "line 1: no column `seq`"),
            ("seq,key,label,build,key\n", "line 1: two columns are named `key`"),
            ("00112233,00112233,a,1\n", "line 1: no column `seq`"),
        ] {
            assert_eq!(Rows::parse(csv.as_bytes(), &columns()).unwrap_err().to_string(), expected, "{csv}");
        }
        let xlsx = Rows::parse(b"PK\x03\x04\x14\0\x06\0", &columns()).unwrap_err().to_string();
        assert_eq!(xlsx, "line 1: the file is a spreadsheet (XLSX or ODS): save it as plain CSV");
        for bytes in [b"\xFF\xFEs\0", b"\xFE\xFF\0s"] {
            assert_eq!(Rows::parse(bytes, &columns()).unwrap_err().to_string(), UTF16);
        }
    }

    #[test]
    fn texts_that_only_look_like_numbers() {
        for text in ["12E+03", "1E+3", "1e+03", "1.2.3E+04", "1E03", "E+03", "1.E+03", "#N", "1.5", "AE+03"] {
            let csv = format!("seq,label\n1,{text}\n");
            let rows = Rows::parse(csv.as_bytes(), &columns()[1..2]).unwrap();
            assert!(matches!(rows.get(1).unwrap().get("label"), Some(Cell::Text(found)) if found == text), "{text}");
        }
    }

    #[test]
    fn rows_that_are_refused() {
        for (row, expected) in [
            ("1,00112234,a,1", "unit 1 a second time, first in line 2"),
            ("2,00112234,a", "3 cells, expected 4 as in the header"),
            ("2,00112234,a,1,", "5 cells, expected 4 as in the header"),
            (
                "2.0,00112234,a,1",
                "column `seq`: found a number with a fraction: was the column saved by a spreadsheet?",
            ),
            ("x,00112234,a,1", "column `seq`: found `x`, expected decimal digits without zeros in front"),
            ("02,00112234,a,1", "column `seq`: found `02`, expected decimal digits without zeros in front"),
            (" 2,00112234,a,1", "column `seq`: the cell begins or ends with a space"),
            ("18446744073709551616,00112234,a,1", "column `seq`: the number has more than 64 bits"),
            ("2,112234,a,1", "column `key`: 6 digits, expected 8; did a spreadsheet drop zeros in front?"),
            ("2,001122334,a,1", "column `key`: 9 digits, expected 8"),
            ("2,1.23E+15,a,1", &format!("column `key`: {ROUNDED}")),
            ("2,\"1,23E+15\",a,1", &format!("column `key`: {ROUNDED}")),
            ("2,0011223G,a,1", "column `key`: found `0011223G`, expected hexadecimal digits only"),
            ("2,=1122334,a,1", "column `key`: found `=1122334`, expected hexadecimal digits only"),
            ("2,00112233,a,1", "column `key` has the same value as line 2"),
            ("2,00112234,,1", "column `label`: the cell is empty"),
            ("2,00112234, a,1", "column `label`: the cell begins or ends with a space"),
            ("2,00112234,a\u{A0},1", "column `label`: the cell begins or ends with a space"),
            ("2,00112234,\"a\nb\",1", &format!("column `label`: {OPEN_QUOTE}")),
            ("2,00112234,1.23457E+11,1", &format!("column `label`: {ROUNDED}")),
            ("2,00112234,1E+11,1", &format!("column `label`: {ROUNDED}")),
            ("2,00112234,\"1,2E+11\",1", &format!("column `label`: {ROUNDED}")),
            ("2,00112234,#N/A,1", "column `label`: found the error value of a spreadsheet's formula"),
            ("2,00112234,a,1E+03", &format!("column `build`: {ROUNDED}")),
            ("2,00112234,a,007", "column `build`: found `007`, expected decimal digits without zeros in front"),
            ("2,00112234,a,-7", "column `build`: found `-7`, expected decimal digits without zeros in front"),
            ("2,00112234,a,+7", "column `build`: found `+7`, expected decimal digits without zeros in front"),
            ("2,00112234,a,=7", "column `build`: found `=7`, expected decimal digits without zeros in front"),
            ("2,00112234,a,@7", "column `build`: found `@7`, expected decimal digits without zeros in front"),
            (
                "2,00112234,a,340282366920938463463374607431768211456",
                "column `build`: the number has more than 128 bits",
            ),
        ] {
            for end in ["\n", "\r\n", "\r"] {
                let csv = format!("seq,key,label,build\n1,00112233,a,1\n{row}\n").replace('\n', end);
                let message = Rows::parse(csv.as_bytes(), &open_columns()).unwrap_err().to_string();
                assert_eq!(message, format!("line 3: {expected}"), "{csv:?}");
            }
        }
        let odd = ColumnSpec { bytes: None, ..spec("key", InputAs::Hex, true) };
        let message = Rows::parse(b"seq,key\n1,001\n", &[odd]).unwrap_err().to_string();
        assert_eq!(message, "line 2: column `key`: 3 digits, expected two for each byte");
        let message = Rows::parse(b"seq,label\n1,\xFF\n", &columns()[1..2]).unwrap_err().to_string();
        assert_eq!(
            message,
            "line 2: column `label`: the cell is not UTF-8 text: save the file as UTF-8 without a byte order mark, as editors can"
        );
    }

    /// Empty lines count, and so do those in a quoted cell of a column that nobody asks for.
    #[test]
    fn lines_are_those_of_an_editor() {
        let csv = "\nseq,note\n\n1,\"a\nb\"\n\nx,c\n";
        let error = Rows::parse(csv.as_bytes(), &[]).unwrap_err();
        assert_eq!(error.line(), 7);
        assert_eq!(Rows::parse(csv.replace('\n', "\r\n").as_bytes(), &[]).unwrap_err().line(), 7);
    }

    /// Behind a quote that is not closed stand the keys of other units.
    #[test]
    fn keys_are_not_shown() {
        for csv in ["key,seq\n00112233,\"1\nAABBCCDD,2", "key,seq\nAABBCCDD,\"AABBCCDD,2\n"] {
            let message = Rows::parse(csv.as_bytes(), &columns()[..1]).unwrap_err().to_string();
            assert_eq!(message, format!("line 2: column `seq`: {OPEN_QUOTE}"));
        }
        for (row, column, expected) in [
            ("AABBCCDD,00000001,a,7", "seq", "decimal digits without zeros in front"),
            ("1,AABBCCDG,a,7", "key", "hexadecimal digits only"),
            ("1,00000001,a,AABBCCDD", "build", "decimal digits without zeros in front"),
        ] {
            let message = Rows::parse(format!("seq,key,label,build\n{row}").as_bytes(), &columns()).unwrap_err();
            assert_eq!(
                message.to_string(),
                format!("line 2: column `{column}`: found something else, expected {expected}")
            );
        }
        let rows = Rows::parse(b"seq,key\n1,AABBCCDD\n", &columns()[..1]).unwrap();
        let row = rows.get(1).unwrap();
        assert_eq!(
            format!("{rows:?}; {row:?}; {:?}", row.get("key")),
            "1 rows of [\"key\"]; row of [\"key\"]; Some(bytes)"
        );
    }

    /// The same for damage of any kind: bytes taken out, put in, changed, or the end cut off.
    #[test]
    fn keys_are_not_shown_whatever_happens() {
        let good = b"seq,key,label,build\r\n1,00112233,\"a,b\",7\r\n2,44556677,c,8\r\n3,8899AABB,d,9\r\n";
        assert!(Rows::parse(good, &columns()).is_ok());
        let mut state = 1_u64;
        let mut below = |end: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap() % end
        };
        for _ in 0..20_000 {
            let mut csv = good.to_vec();
            for _ in 0..=below(3) {
                let (at, new) = (below(csv.len()), b"\"'\r\n,;= 019AFx\xC3"[below(15)]);
                match below(8) {
                    0 => csv.truncate(at + 1),
                    1 | 2 if at > 0 => drop(csv.remove(at)),
                    3..6 => csv.insert(at, new),
                    _ => csv[at] = new,
                }
            }
            if let Err(error) = Rows::parse(&csv, &columns()) {
                let message = error.to_string();
                assert!(!["00112233", "44556677", "8899AABB"].iter().any(|key| message.contains(key)), "{message}");
            }
        }
    }

    #[test]
    fn large_files_take_no_time() {
        let header = (0..50_000).fold("seq".to_owned(), |header, n| header + &format!(",c{n}"));
        assert!(Rows::parse(header.as_bytes(), &[]).is_ok());
        let row = |rows: String, n| rows + &format!("{n},{n:08X},a,1\n");
        let csv = (1..50_000).fold("seq,key,label,build\n".to_owned(), row);
        let rows = Rows::parse(csv.as_bytes(), &columns()).unwrap();
        assert!(matches!(rows.get(49_999).unwrap().get("key"), Some(Cell::Bytes([0, 0, 0xC3, 0x4F]))));
    }
}
