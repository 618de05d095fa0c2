//! `--input units.csv`: a row for each unit, found by its number, never by its position.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use zeroize::Zeroize;

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
pub struct Units {
    columns: Vec<String>,
    rows: BTreeMap<u64, Vec<Owned>>,
}

/// One row.
#[derive(Clone, Copy)]
pub struct Row<'u> {
    columns: &'u [String],
    cells: &'u [Owned],
}

/// One cell.
#[derive(Clone, Copy)]
pub enum Cell<'u> {
    /// Bytes.
    Bytes(&'u [u8]),
    /// Text.
    Text(&'u str),
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

impl fmt::Debug for Units {
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

impl<'u> Row<'u> {
    /// The cell of a column.
    pub fn get(&self, column: &str) -> Option<Cell<'u>> {
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
pub struct UnitsError {
    line: u64,
    message: String,
}

impl UnitsError {
    fn new(line: u64, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }

    /// The line, counted from 1.
    pub fn line(&self) -> u64 {
        self.line
    }
}

impl fmt::Display for UnitsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for UnitsError {}

impl Units {
    /// Reads a CSV file: a header with `seq` and all of `columns`, then a row for each unit.
    ///
    /// # Errors
    /// With the line of the first thing that is wrong, most of which spreadsheets do.
    pub fn parse(bytes: &[u8], columns: &[ColumnSpec]) -> Result<Self, UnitsError> {
        encoding(bytes)?;
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
        let mut record = csv::ByteRecord::new();
        let fail = |error: &csv::Error| UnitsError::new(error.position().map_or(1, csv::Position::line), "not CSV");
        if !reader.read_byte_record(&mut record).map_err(|error| fail(&error))? {
            return Err(UnitsError::new(1, "the file is empty, expected a header with `seq`"));
        }
        let header = Header::new(&record, columns)?;
        let mut units =
            Self { columns: columns.iter().map(|column| column.name.clone()).collect(), rows: BTreeMap::new() };
        let mut lines: BTreeMap<u64, u64> = BTreeMap::new();
        let mut seen: Vec<HashMap<Owned, u64>> = columns.iter().map(|_| HashMap::new()).collect();
        while reader.read_byte_record(&mut record).map_err(|error| fail(&error))? {
            let line = record.position().map_or(0, csv::Position::line);
            if record.len() != header.len {
                let message = format!("{} cells, expected {} as in the header", record.len(), header.len);
                return Err(UnitsError::new(line, message));
            }
            let seq = seq(record.get(header.seq).unwrap_or_default(), line)?;
            if let Some(other) = lines.insert(seq, line) {
                return Err(UnitsError::new(line, format!("unit {seq} a second time, first in line {other}")));
            }
            let mut cells = Vec::with_capacity(columns.len());
            for ((column, &index), seen) in columns.iter().zip(&header.columns).zip(&mut seen) {
                let cell = cell(record.get(index).unwrap_or_default(), column, line)?;
                if let Some(other) = column.unique.then(|| seen.insert(cell.clone(), line)).flatten() {
                    let message = format!("column `{}` has the same value as line {other}", column.name);
                    return Err(UnitsError::new(line, message));
                }
                cells.push(cell);
            }
            let _ = units.rows.insert(seq, cells);
        }
        Ok(units)
    }

    /// The row of unit `seq`.
    pub fn row(&self, seq: u64) -> Option<Row<'_>> {
        self.rows.get(&seq).map(|cells| Row { columns: &self.columns, cells })
    }
}

/// Refuses what spreadsheets write in place of plain text.
fn encoding(bytes: &[u8]) -> Result<(), UnitsError> {
    let message = match bytes {
        [0xEF, 0xBB, 0xBF, ..] => {
            "the file begins with a UTF-8 byte order mark: save it as plain CSV, not as \"CSV UTF-8\""
        }
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => "the file is UTF-16: save it as plain CSV",
        _ => return Ok(()),
    };
    Err(UnitsError::new(1, message))
}

/// Where the columns stand.
struct Header {
    len: usize,
    seq: usize,
    columns: Vec<usize>,
}

impl Header {
    fn new(record: &csv::ByteRecord, columns: &[ColumnSpec]) -> Result<Self, UnitsError> {
        let names: Vec<String> = record.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        if let [one] = names.as_slice()
            && let Some(separator) = one.chars().find(|c| matches!(c, ';' | '\t'))
        {
            let name = if separator == ';' { "`;`" } else { "tabs" };
            return Err(UnitsError::new(1, format!("the columns are separated by {name}, expected commas")));
        }
        for (index, name) in names.iter().enumerate() {
            if names.iter().take(index).any(|other| other == name) {
                return Err(UnitsError::new(1, format!("two columns are named `{}`", name.escape_debug())));
            }
        }
        let find = |wanted: &str| {
            names.iter().position(|name| name == wanted).ok_or_else(|| {
                let hint = did_you_mean(wanted, names.iter().map(String::as_str));
                UnitsError::new(1, format!("no column `{wanted}`{hint}"))
            })
        };
        let seq = find("seq")?;
        let columns = columns.iter().map(|column| find(&column.name)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { len: names.len(), seq, columns })
    }
}

fn seq(cell: &[u8], line: u64) -> Result<u64, UnitsError> {
    match uint(cell) {
        Some(Ok(n)) => u64::try_from(n).map_err(|_| UnitsError::new(line, "column `seq`: more than 64 bits")),
        Some(Err(what)) => Err(UnitsError::new(line, format!("column `seq`: {what}"))),
        None => Err(UnitsError::new(line, format!("column `seq`: found `{}`, expected a number", cell.escape_ascii()))),
    }
}

/// A decimal integer; or what a spreadsheet made of one.
fn uint(cell: &[u8]) -> Option<Result<u128, String>> {
    let text = std::str::from_utf8(cell).ok()?;
    if let Some(what) = spreadsheet(text) {
        return Some(Err(what.to_owned()));
    }
    let plain = !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if plain { text.parse().ok().map(Ok) } else { None }
}

/// Whether a number was written by a spreadsheet.
fn spreadsheet(text: &str) -> Option<&'static str> {
    let number = |text: &str| text.bytes().all(|c| c.is_ascii_digit() || matches!(c, b'.' | b',')) && !text.is_empty();
    if let Some((mantissa, exponent)) = text.split_once(['E', 'e']) {
        let signed = exponent.strip_prefix(['+', '-']);
        if number(mantissa) && signed.is_some_and(number) {
            return Some("found a number like 1.23E+15: a spreadsheet rounded it, and the digits are lost");
        }
    }
    let fraction = text.contains(['.', ',']) && number(text);
    fraction.then_some("found a number with a fraction: was the column saved by a spreadsheet?")
}

fn cell(cell: &[u8], column: &ColumnSpec, line: u64) -> Result<Owned, UnitsError> {
    let fail = |message: String| UnitsError::new(line, format!("column `{}`: {message}", column.name));
    let shown = || if column.secret { "something else".to_owned() } else { format!("`{}`", cell.escape_ascii()) };
    if cell.is_empty() {
        return Err(fail("the cell is empty".to_owned()));
    }
    if cell.first().is_some_and(u8::is_ascii_whitespace) || cell.last().is_some_and(u8::is_ascii_whitespace) {
        return Err(fail("the cell begins or ends with a space".to_owned()));
    }
    let text = std::str::from_utf8(cell).map_err(|_| fail("the cell is not UTF-8 text".to_owned()))?;
    match column.as_ {
        InputAs::Text => Ok(Owned::Text(text.to_owned())),
        InputAs::Uint => match uint(cell) {
            Some(Ok(n)) => Ok(Owned::Uint(n)),
            Some(Err(what)) => Err(fail(what)),
            None => Err(fail(format!("found {}, expected decimal digits without zeros in front", shown()))),
        },
        InputAs::Hex => {
            if let Some(what) = spreadsheet(text) {
                return Err(fail(what.to_owned()));
            }
            if !text.bytes().all(|c| c.is_ascii_hexdigit()) {
                return Err(fail(format!("found {}, expected hexadecimal digits only", shown())));
            }
            if let Some(expected) = column.bytes.map(|bytes| bytes * 2).filter(|&expected| expected != text.len()) {
                let hint = if text.len() < expected { "; did a spreadsheet drop zeros in front?" } else { "" };
                return Err(fail(format!("{} digits, expected {expected}{hint}", text.len())));
            }
            if text.len() % 2 == 1 {
                return Err(fail(format!("{} digits, expected two for each byte", text.len())));
            }
            let bytes = hex::decode(cell);
            bytes.map(Owned::Bytes).map_err(|_| fail(format!("found {}, expected hexadecimal digits", shown())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(name: &str, as_: InputAs, secret: bool) -> ColumnSpec {
        ColumnSpec { name: name.to_owned(), as_, bytes: Some(4), unique: secret, secret }
    }

    fn columns() -> Vec<ColumnSpec> {
        vec![spec("key", InputAs::Hex, true), spec("label", InputAs::Text, false), spec("build", InputAs::Uint, false)]
    }

    #[test]
    fn rows_are_found_by_number() {
        let csv = b"build,seq,key,label,ignored\r\n7,12,00112233,A,x\r\n8,3,AABBCCDD,\"B,b\",y\r\n";
        let units = Units::parse(csv, &columns()).unwrap();
        let row = units.row(3).unwrap();
        assert!(matches!(row.get("key"), Some(Cell::Bytes([0xAA, 0xBB, 0xCC, 0xDD]))));
        assert!(matches!(row.get("label"), Some(Cell::Text("B,b"))));
        assert!(matches!(row.get("build"), Some(Cell::Uint(8))));
        assert!(units.row(12).is_some() && units.row(1).is_none() && row.get("ignored").is_none());
    }

    #[test]
    fn what_is_refused() {
        let row = |row: &str| format!("seq,key,label,build\n1,00112233,a,1\n{row}\n");
        for (csv, expected) in [
            (String::new(), "line 1: the file is empty, expected a header with `seq`"),
            (
                "\u{FEFF}seq,key\n".to_owned(),
                "line 1: the file begins with a UTF-8 byte order mark: save it as plain CSV, not as \"CSV UTF-8\"",
            ),
            ("seq;key;label;build\n".to_owned(), "line 1: the columns are separated by `;`, expected commas"),
            ("seq,keys,label,build\n".to_owned(), "line 1: no column `key`; did you mean `keys`?"),
            ("seq,key,key\n".to_owned(), "line 1: two columns are named `key`"),
            ("key,label,build\n".to_owned(), "line 1: no column `seq`"),
            (row("1,00112234,a,1"), "line 3: unit 1 a second time, first in line 2"),
            (row("2,00112234,a"), "line 3: 3 cells, expected 4 as in the header"),
            (
                row("2.0,00112234,a,1"),
                "line 3: column `seq`: found a number with a fraction: was the column saved by a spreadsheet?",
            ),
            (row("x,00112234,a,1"), "line 3: column `seq`: found `x`, expected a number"),
            (row("2,112234,a,1"), "line 3: column `key`: 6 digits, expected 8; did a spreadsheet drop zeros in front?"),
            (row("2,001122334,a,1"), "line 3: column `key`: 9 digits, expected 8"),
            (
                row("2,1.23E+15,a,1"),
                "line 3: column `key`: found a number like 1.23E+15: a spreadsheet rounded it, and the digits are lost",
            ),
            (row("2,0011223G,a,1"), "line 3: column `key`: found something else, expected hexadecimal digits only"),
            (row("2,00112233,a,1"), "line 3: column `key` has the same value as line 2"),
            (row("2,00112234,,1"), "line 3: column `label`: the cell is empty"),
            (row("2,00112234, a,1"), "line 3: column `label`: the cell begins or ends with a space"),
            (
                row("2,00112234,a,1E+03"),
                "line 3: column `build`: found a number like 1.23E+15: a spreadsheet rounded it, and the digits are lost",
            ),
            (
                row("2,00112234,a,007"),
                "line 3: column `build`: found `007`, expected decimal digits without zeros in front",
            ),
            (
                row("2,00112234,a,-7"),
                "line 3: column `build`: found `-7`, expected decimal digits without zeros in front",
            ),
        ] {
            assert_eq!(Units::parse(csv.as_bytes(), &columns()).unwrap_err().to_string(), expected, "{csv}");
        }
    }
}
