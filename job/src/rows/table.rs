//! All rows, in less memory than their text takes.

use std::collections::{HashMap, HashSet};
use std::fmt;

use zeroize::Zeroizing;

use super::cell::{ColumnSpec, cell, seq};
use super::csv::{Header, Records, encoding, line_of};
use super::error::{RowsError, Wrong};
use super::packed::{high, index, length, low, number, offset, pairs};
use crate::job::InputAs;
use crate::never::OrNever;

/// The most bytes of an input.
const MOST: usize = 1 << 31;

/// The rows of an input, kept in less memory than their text takes: all cells lie in one buffer, which is wiped when
/// dropped, as is that of the CSV reader.
pub struct Rows {
    /// What is kept of each row, in this order.
    kept: Vec<Kept>,
    by_name: HashMap<String, usize>,
    /// By number: its upper and its lower half, and where the cells begin.
    units: Vec<[u32; 3]>,
    /// The cells of each row end to end, each behind its length.
    cells: Zeroizing<Vec<u8>>,
}

/// A column that is kept.
#[derive(Clone)]
struct Kept {
    name: String,
    as_: InputAs,
    unique: bool,
}

/// One row.
#[derive(Clone)]
pub struct Row<'r> {
    pub(crate) seq: u64,
    rows: &'r Rows,
    /// Where the cells lie, in the order of the columns.
    cells: Vec<&'r [u8]>,
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

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows of {:?}", self.units.len(), self.names())
    }
}

impl fmt::Debug for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row of {:?}", self.rows.names())
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
        let index = *self.rows.by_name.get(column)?;
        let cell = *self.cells.get(index)?;
        let text = || std::str::from_utf8(cell).ok();
        Some(match self.rows.kept.get(index)?.as_ {
            InputAs::Hex => Cell::Bytes(cell),
            InputAs::Text => Cell::Text(text()?),
            InputAs::Uint => Cell::Uint(text()?.parse().ok()?),
        })
    }
}

impl Rows {
    /// Reads a CSV file: a header with `seq` and all of `columns`, then a row for each unit.
    ///
    /// # Errors
    /// With the line of the first thing that is wrong, most of which spreadsheets do.
    pub fn parse(bytes: &[u8], columns: &[ColumnSpec]) -> Result<Self, RowsError> {
        Self::read(bytes, columns, true)
            .map_err(|Wrong { at, message }| RowsError { line: line_of(bytes, at), message })
    }

    /// Reads a CSV file without `seq`: the number of a row is its place, from 1.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn in_order(bytes: &[u8], columns: &[ColumnSpec]) -> Result<Self, RowsError> {
        Self::read(bytes, columns, false)
            .map_err(|Wrong { at, message }| RowsError { line: line_of(bytes, at), message })
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.units.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    fn read(bytes: &[u8], columns: &[ColumnSpec], is_numbered: bool) -> Result<Self, Wrong> {
        encoding(bytes)?;
        if bytes.len() > MOST {
            return Err(Wrong::new(0, format!("the file has {} bytes, at most {MOST} are read", bytes.len())));
        }
        let mut records = Records::new(bytes);
        let at = records.next().ok_or_else(|| Wrong::new(0, "the file is empty, expected a header with `seq`"))?;
        let header = Header::new(&records, at, columns, is_numbered)?;
        let mut rows = Self::new(columns, bytes.len());
        let read = rows.read_all(&mut records, &header, columns);
        // Of two mistakes, the one that stands first.
        let (most, wrong) = read.map_or_else(|(step, wrong)| (step, Some(wrong)), |()| ((usize::MAX, 0), None));
        match rows.twice().filter(|(step, ..)| *step < most) {
            Some(((row, step), first)) => Err(rows.same(bytes, (row, step), first)),
            None => wrong.map_or(Ok(()), Err),
        }?;
        rows.units.sort_unstable();
        Ok(rows)
    }

    /// Room for the cells of a text of `len` bytes: a cell takes a byte more than it has there at most, as its separator
    /// does, and one for each 128.
    fn new(columns: &[ColumnSpec], len: usize) -> Self {
        let (mut kept, mut by_name) = (Vec::<Kept>::new(), HashMap::new());
        for ColumnSpec { name, as_, unique, .. } in columns {
            let index = *by_name.entry(name.clone()).or_insert(kept.len());
            match kept.get_mut(index) {
                Some(known) => known.unique |= unique,
                None => kept.push(Kept { name: name.clone(), as_: *as_, unique: *unique }),
            }
        }
        let cells = Zeroizing::new(Vec::with_capacity(len + len / 64 + 16));
        Self { kept, by_name, units: Vec::new(), cells }
    }

    fn names(&self) -> Vec<&str> {
        self.kept.iter().map(|kept| kept.name.as_str()).collect()
    }

    /// Reads all rows, in the order of the file; at a mistake, its row and how many cells of it were read.
    fn read_all(
        &mut self,
        records: &mut Records<'_>,
        header: &Header,
        columns: &[ColumnSpec],
    ) -> Result<(), (Step, Wrong)> {
        // A comma too many or too few puts a key into the next column.
        let secret = columns.iter().any(|column| column.secret);
        let mut names = HashSet::new();
        let fresh: Vec<bool> = columns.iter().map(|column| names.insert(&column.name)).collect();
        while let Some(at) = records.next() {
            let row = self.units.len();
            if records.len != header.len {
                let message = format!("{} cells, expected {} as in the header", records.len, header.len);
                return Err(((row, 0), Wrong::new(at, message)));
            }
            let seq = match header.seq {
                Some(place) => seq(records.cell(place), secret)
                    .map_err(|what| ((row, 0), Wrong::new(at, format!("column `seq`: {what}"))))?,
                None => u64::from(offset(row)).saturating_add(1),
            };
            self.units.push([high(seq), low(seq), offset(self.cells.len())]);
            let mut read = 0;
            for ((column, &index), &fresh) in columns.iter().zip(&header.columns).zip(&fresh) {
                let known = self.cells.len();
                cell(records.cell(index), column, secret, &mut self.cells)
                    .map_err(|what| ((row, read + 1), Wrong::new(at, format!("column `{}`: {what}", column.name))))?;
                if fresh {
                    read += 1;
                } else {
                    // It is kept already.
                    self.cells.truncate(known);
                }
            }
        }
        Ok(())
    }

    /// The first row that has the number of another, or the value of another in a column where none may be twice: the
    /// row, how many of its cells are no such, and the other. Rows are in the order of the file; the last may lack cells.
    fn twice(&self) -> Option<(Step, usize)> {
        let start = |row: u32| self.units.get(index(row)).map(|[.., start]| *start).or_never("one of the rows");
        let seq = |row: u32| self.units.get(index(row)).map(|[high, low, _]| (*high, *low));
        let mut order: Vec<u32> = (0..offset(self.units.len())).collect();
        order.sort_unstable_by_key(|&row| (seq(row), row));
        let mut first = pairs(&order, |one, two| seq(one) == seq(two)).map(|(one, two)| ((two, 0), one)).min();
        // Where the cell lies in each row, and not which row it is: rows lie in the order of the file.
        let mut places: Vec<u32> = (0..offset(self.units.len())).map(start).collect();
        for (column, kept) in self.kept.iter().enumerate() {
            places.retain(|&at| index(at) < self.cells.len());
            if kept.unique {
                places.sort_unstable_by_key(|&at| (self.cell(at).0, at));
                let same = pairs(&places, |one, two| self.cell(one).0 == self.cell(two).0);
                if let Some((two, one)) = same.map(|(one, two)| (two, one)).min() {
                    let row =
                        |at: u32| offset(self.units.partition_point(|[.., start]| *start <= at).saturating_sub(1));
                    let found = ((row(two), offset(column + 1)), row(one));
                    first = Some(first.map_or(found, |first| first.min(found)));
                }
            }
            for at in &mut places {
                *at = self.cell(*at).1;
            }
        }
        first.map(|((row, step), other)| ((index(row), index(step)), index(other)))
    }

    /// What is wrong with a row that [`twice`](Self::twice) found; its line is counted now.
    fn same(&self, bytes: &[u8], (row, step): Step, first: usize) -> Wrong {
        let mut records = Records::new(bytes);
        let mut at = |row: usize| (0..=row).fold(None, |_, _| records.next()).or_never("the row was read before");
        // Behind the header; the second is counted from behind the first.
        let first_at = at(first + 1);
        let second_at = at(row - first - 1);
        let line = line_of(bytes, first_at);
        let column = step.checked_sub(1).and_then(|column| self.kept.get(column));
        let message = column.map_or_else(
            || {
                format!(
                    "unit {} a second time, first in line {line}",
                    self.units.get(row).map(number).or_never("one of the rows")
                )
            },
            |Kept { name, .. }| format!("column `{name}` has the same value as line {line}"),
        );
        Wrong::new(second_at, message)
    }

    /// The cell that begins at `at`, and where the next one does. Of a last row with a mistake it may not be there.
    fn cell(&self, at: u32) -> (&[u8], u32) {
        let rest = self.cells.get(index(at)..).unwrap_or(&[]);
        let (len, prefix) = length(rest);
        (rest.get(prefix..prefix + len).unwrap_or(&[]), offset(index(at) + prefix + len))
    }

    /// All cells of a row, with their lengths.
    fn whole(&self, &[.., start]: &[u32; 3]) -> &[u8] {
        let end = self.kept.iter().fold(start, |at, _| self.cell(at).1);
        self.cells.get(index(start)..index(end)).or_never("the cells of one of the rows")
    }

    /// Two units whose rows are the same.
    pub fn alike(&self) -> Option<(u64, u64)> {
        let nth = |row: u32| self.units.get(index(row)).map(|row| self.whole(row));
        let mut order: Vec<u32> = (0..offset(self.units.len())).collect();
        order.sort_unstable_by_key(|&row| (nth(row), row));
        let (second, first) = pairs(&order, |one, two| nth(one) == nth(two)).map(|(one, two)| (two, one)).min()?;
        let seq = |row: u32| self.units.get(index(row)).map(number);
        Some((seq(first)?, seq(second)?))
    }

    /// The row of unit `seq`.
    pub fn get(&self, seq: u64) -> Option<Row<'_>> {
        let found = self.units.binary_search_by_key(&seq, number).ok()?;
        let &[.., mut at] = self.units.get(found)?;
        let mut next = |_: &Kept| {
            let (cell, end) = self.cell(at);
            at = end;
            cell
        };
        Some(Row { seq, rows: self, cells: self.kept.iter().map(&mut next).collect() })
    }
}

/// A row, and how far into it: 0 at its number, 1 at its first cell.
type Step = (usize, usize);
