//! `nameplate sqtp next`: the next unused number of an SQTP file of any size, which is read in pieces and never held.

use std::io::{self, Read, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::{fs, mem};

use memchr::memchr_iter;
use nameplate::sqtp::File;

use crate::failure::{Exit, Failure};
use crate::interrupt;

/// How many bytes are read at once.
const PIECE: u32 = 1 << 20;

/// How many of them at least stay for the last piece, so that it has units: many times the longest record.
const KEPT: usize = 1 << 12;

const END: &[u8] = b":00000001FF\n";

/// Characters of a record in front of its data.
const HEADER: usize = 9;

/// A unit of a file.
#[derive(Debug)]
pub(super) struct Number {
    /// Which one, counted from 0.
    pub(super) unit: usize,
    /// Its line, counted from 1.
    pub(super) line: usize,
    /// Its bytes, in the order of addresses.
    pub(super) payload: Vec<u8>,
    offset: usize,
}

/// The first unit of `file` that was not used. The whole file is checked, strictly.
///
/// # Errors
/// When the file is wrong, all its units were used, or a used one has the payload of that one.
pub(super) fn next(path: &Path, file: &mut fs::File) -> Result<Number, Failure> {
    let failed = |error| Failure::io(path, error);
    let mut scan = Scan::default();
    if !scan.pieces(file).map_err(failed)? {
        // In a file that is too unusual, or wrong: read whole, it says what.
        let mut text = Vec::new();
        let _ = file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_end(&mut text)).map_err(failed)?;
        scan = Scan::default();
        scan.add(&File::parse(&text).map_err(|error| Failure::refused(error).about(path.display()))?, 0);
    }
    let Scan { units, next, .. } = scan;
    let none = || Failure::new(Exit::Exhausted, format_args!("all {units} units were used")).about(path.display());
    let next = next.ok_or_else(none)?;
    let _ = file.seek(SeekFrom::Start(0)).map_err(failed)?;
    match used(file, &next.payload).map_err(failed)? {
        None => Ok(next),
        Some(line) => Err(Failure::refused(format_args!(
            "the next unused number, in line {}, was used before, in line {line}; take it out of the file, or make the file anew",
            next.line
        ))
        .about(path.display())),
    }
}

/// Puts `sign` in front of a unit, durably.
fn put(file: &mut fs::File, number: &Number, sign: u8) -> io::Result<()> {
    let _ = file.seek(SeekFrom::Start(u64::try_from(number.offset).map_err(io::Error::other)?))?;
    file.write_all(&[sign])?;
    file.sync_all()
}

/// A number that is marked as used. While it lives, no other station changes the file.
#[derive(Debug)]
pub struct Marked {
    file: fs::File,
    number: Number,
}

impl Marked {
    /// Marks `number` in its file, which is locked.
    pub(super) fn new(mut file: fs::File, number: Number) -> io::Result<Self> {
        interrupt::finish();
        put(&mut file, &number, b';')?;
        Ok(Self { file, number })
    }

    /// The number.
    pub(super) fn number(&self) -> &Number {
        &self.number
    }

    /// Takes the mark back: nobody heard of the number.
    ///
    /// # Errors
    /// When the file cannot be written; the number is then lost.
    pub fn take_back(mut self) -> io::Result<()> {
        put(&mut self.file, &self.number, b':')
    }
}

/// What the pieces have in common, and what was found in them.
#[derive(Default)]
struct Scan {
    /// What stands in front of the first unit: its extended address, if it has one.
    front: Vec<u8>,
    /// Record address and length of all units.
    shape: Option<(u32, usize)>,
    units: usize,
    lines: usize,
    next: Option<Number>,
}

impl Scan {
    /// Goes through the whole file; whether each piece of it was right.
    fn pieces(&mut self, file: &mut impl Read) -> io::Result<bool> {
        let (mut text, mut begin) = (Vec::new(), 0);
        loop {
            let last = more(file, &mut text)?;
            let cut = if last { text.len() } else { line_end(&text) };
            let rest = text.split_off(cut);
            let piece = mem::replace(&mut text, rest);
            if !self.piece(&piece, begin, last) {
                return Ok(false);
            }
            if last {
                return Ok(true);
            }
            begin += piece.len();
        }
    }

    /// One piece, which begins at `begin` of the file.
    fn piece(&mut self, piece: &[u8], begin: usize, last: bool) -> bool {
        let count = |end| memchr_iter(end, piece).count();
        let (lines, returns) = (count(b'\n'), count(b'\r'));
        // Blank lines may stand only at the begin of the file; where lines end in several ways, they are not counted here.
        let is_plain = matches!(piece.first(), Some(b':' | b';')) && (returns == 0 || returns == lines);
        let whole = [&*self.front, piece, if last { &[] } else { END }].concat();
        let Some(file) = File::parse(&whole).ok().filter(|_| is_plain) else { return false };
        let shape = (file.record_address(), file.payload_len());
        if *self.shape.get_or_insert(shape) != shape {
            return false;
        }
        self.add(&file, begin);
        self.lines += lines;
        if self.front.is_empty()
            && let Some(first) = file.unit(0)
        {
            self.front = whole.get(..first.mark().offset()).unwrap_or_default().to_vec();
        }
        true
    }

    /// Adds what `file` has, which begins at `begin`, behind the front.
    fn add(&mut self, file: &File<'_>, begin: usize) {
        if self.next.is_none()
            && let Some(unit) = file.next_unused()
        {
            let front_lines = memchr_iter(b'\n', &self.front).count();
            self.next = Some(Number {
                unit: self.units + unit.index(),
                line: self.lines + unit.line() - front_lines,
                payload: unit.payload(),
                offset: begin + unit.mark().offset() - self.front.len(),
            });
        }
        self.units += file.len();
    }
}

/// Reads one more piece behind `text`; whether it was the last one.
fn more(file: &mut impl Read, text: &mut Vec<u8>) -> io::Result<bool> {
    let read = file.by_ref().take(PIECE.into()).read_to_end(text)?;
    Ok(u32::try_from(read).is_ok_and(|read| read < PIECE))
}

/// Where the last line ends that leaves enough for another piece.
fn line_end(text: &[u8]) -> usize {
    let text = text.get(..text.len().saturating_sub(KEPT)).unwrap_or_default();
    text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1)
}

/// The line of a used unit that has this payload, in a file that was checked.
fn used(file: &mut impl Read, payload: &[u8]) -> io::Result<Option<usize>> {
    let digits = hex::encode_upper(payload);
    let same = |line: &[u8]| {
        let found = line.get(HEADER..HEADER + digits.len()).unwrap_or_default();
        line.first() == Some(&b';') && found.eq_ignore_ascii_case(digits.as_bytes())
    };
    let (mut text, mut lines) = (Vec::new(), 0);
    loop {
        let last = more(file, &mut text)?;
        let cut = if last { text.len() } else { line_end(&text) };
        let rest = text.split_off(cut);
        let piece = mem::replace(&mut text, rest);
        // Lines may also end with CR alone, or with both.
        for line in piece.split_inclusive(|byte| *byte == b'\n') {
            if let Some(inside) = line.split(|byte| *byte == b'\r').position(same) {
                return Ok(Some(lines + inside + 1));
            }
            lines += 1;
        }
        if last {
            return Ok(None);
        }
    }
}
