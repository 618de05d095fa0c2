//! `nameplate sqtp next`: the next unused number of an SQTP file of any size, which is read in pieces and never held.

use std::fs;
use std::io::{self, Read, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use memchr::{memchr, memchr_iter};
use nameplate::sqtp::{File, Unit};

use crate::failure::{Exit, Failure};
use crate::interrupt;

/// How many bytes are read at once.
const PIECE: u32 = 1 << 20;

/// How many of them at least wait for the next piece, so that the last one has units: many times the longest record.
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
    if scan.pieces(file).map_err(failed)? {
        if let Some(next) = &scan.next {
            scan.used = earlier(file, next).map_err(failed)?.or(scan.used);
        }
    } else {
        // In a file that is too unusual, or wrong: read whole, it says what.
        let mut text = Vec::new();
        let _ = file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_end(&mut text)).map_err(failed)?;
        scan = Scan::default();
        scan.whole(&File::parse(&text).map_err(|error| Failure::refused(error).about(path.display()))?);
    }
    let Scan { units, next, used, .. } = scan;
    let none = || Failure::new(Exit::Exhausted, format_args!("all {units} units were used")).about(path.display());
    let next = next.ok_or_else(none)?;
    match used {
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
    /// The line of a used unit with the payload of that one.
    used: Option<usize>,
}

impl Scan {
    /// Goes through the whole file; whether each piece of it was right. Used units in front of the next one were not
    /// compared with it.
    fn pieces(&mut self, file: &mut impl Read) -> io::Result<bool> {
        let (mut text, mut begin) = (Vec::new(), 0);
        loop {
            let last = more(file, &mut text)?;
            let front = self.front.len();
            let cut = if last { text.len() } else { line_end(&text).max(front) };
            let rest = text.get(cut..).unwrap_or_default().to_vec();
            text.truncate(cut);
            if !self.piece(&mut text, front, begin, last) {
                return Ok(false);
            }
            if last {
                return Ok(true);
            }
            begin += cut - front;
            text.clear();
            text.extend_from_slice(&self.front);
            text.extend_from_slice(&rest);
        }
    }

    /// One piece, which begins at `begin` of the file, and in `text` behind the front.
    fn piece(&mut self, text: &mut Vec<u8>, front: usize, begin: usize, last: bool) -> bool {
        let len = text.len();
        let piece = text.get(front..).unwrap_or_default();
        let (lines, returns) = (memchr_iter(b'\n', piece).count(), memchr_iter(b'\r', piece).count());
        // Blank lines may stand only at the begin of the file; where lines end in several ways, they are not counted here.
        let is_plain = matches!(piece.first(), Some(b':' | b';')) && (returns == 0 || returns == lines);
        text.extend_from_slice(if last { &[] } else { END });
        let Some(file) = File::parse(text).ok().filter(|_| is_plain) else { return false };
        let shape = (file.record_address(), file.payload_len());
        if *self.shape.get_or_insert(shape) != shape {
            return false;
        }
        let first = file.unit(0).map_or(0, |unit| unit.mark().offset());
        if self.next.is_none()
            && let Some(unit) = file.next_unused()
        {
            let front_lines = memchr_iter(b'\n', &self.front).count();
            let (units, lines) = (self.units, self.lines);
            self.next = Some(Number {
                unit: units + unit.index(),
                line: lines + unit.line() - front_lines,
                payload: unit.payload(),
                offset: begin + unit.mark().offset() - front,
            });
        }
        if let Some(next) = self.next.as_ref().filter(|_| self.used.is_none()) {
            let from = next.offset.saturating_sub(begin) + front;
            let behind = text.get(from..len).unwrap_or_default();
            let lines = self.lines + memchr_iter(b'\n', text.get(front..from).unwrap_or_default()).count();
            self.used = used(behind, &next.payload).map(|line| lines + line);
        }
        self.units += file.len();
        self.lines += lines;
        if self.front.is_empty() {
            self.front = text.get(..first).unwrap_or_default().to_vec();
        }
        true
    }

    /// A file that was read whole.
    fn whole(&mut self, file: &File<'_>) {
        self.units = file.len();
        let Some(unit) = file.next_unused() else { return };
        let payload = unit.payload();
        let same = |other: &Unit<'_>| other.is_used() && other.payload() == payload;
        self.used = file.units().find(same).map(|unit| unit.line());
        let (unit, line, offset) = (unit.index(), unit.line(), unit.mark().offset());
        self.next = Some(Number { unit, line, payload, offset });
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

/// The line of a used unit in front of `next` that has its payload, in a file that was checked.
fn earlier(file: &mut (impl Read + io::Seek), next: &Number) -> io::Result<Option<usize>> {
    let _ = file.seek(SeekFrom::Start(0))?;
    let mut file = file.take(u64::try_from(next.offset).map_err(io::Error::other)?);
    let (mut text, mut lines) = (Vec::new(), 0);
    loop {
        let last = more(&mut file, &mut text)?;
        let cut = if last { text.len() } else { line_end(&text) };
        let piece = text.get(..cut).unwrap_or_default();
        if let Some(line) = used(piece, &next.payload) {
            return Ok(Some(lines + line));
        }
        if last {
            return Ok(None);
        }
        lines += memchr_iter(b'\n', piece).count();
        drop(text.drain(..cut));
    }
}

/// The line, counted from 1, of a used unit in `text` that has this payload.
fn used(text: &[u8], payload: &[u8]) -> Option<usize> {
    // Most files have none behind the first unused one.
    let first = memchr(b';', text)?;
    let digits = hex::encode_upper(payload);
    let mut lines = memchr_iter(b'\n', text.get(..first).unwrap_or_default()).count();
    let mut begin = first;
    while let Some(line) = text.get(begin..).filter(|rest| !rest.is_empty()) {
        lines += 1;
        let found = line.get(HEADER..HEADER + digits.len()).unwrap_or_default();
        if line.first() == Some(&b';') && found.eq_ignore_ascii_case(digits.as_bytes()) {
            return Some(lines);
        }
        begin += memchr(b'\n', line)? + 1;
    }
    None
}
