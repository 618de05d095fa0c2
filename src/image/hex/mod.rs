//! Intel HEX, lossless: the text stays as it is, and an index says where each address lies in it.
//!
//! ```
//! use nameplate::image::{Container, Hex};
//!
//! let text = b":020000040800F2\n:10010000214601360121470136007EFE09D2190140\n:00000001FF\n";
//! let hex = Hex::parse(text)?;
//! assert_eq!(hex.extent().unwrap().to_string(), "0x08000100..0x08000110");
//!
//! let error = Hex::parse(b":00000001FE").unwrap_err();
//! assert_eq!(error.to_string(), "line 1, column 10: record sum is 0xFE, expected 0xFF");
//! # Ok::<(), nameplate::image::hex::HexError>(())
//! ```
//!
//! Reading is strict. Accepted: either letter case, line ends CR, LF and CR LF, records of 0–255
//! bytes in any order, an address in the end-of-file record, equal start records, and after the
//! end-of-file record blank lines, Ctrl-Z and NUL bytes. Everything else is a [`HexError`] with line
//! and column. Of two base records (types 02 and 04) the last one counts.
//!
//! Memory: 24 bytes for each run of evenly spaced records; a file as linkers write it has one run
//! for each 64 KiB or segment.
//!
//! Source: Intel, *Hexadecimal Object File Format Specification*, revision A, 1988.

mod diagnose;
mod error;
mod parse;
mod record;

use alloc::vec::Vec;
use core::fmt;
use core::ops::ControlFlow;

pub use self::diagnose::{Oddity, OddityKind};
pub use self::error::{HexError, HexErrorKind};
use self::parse::{Parsed, Run};
use self::record::HEADER;
use super::place::{Form, Piece};
use super::{Container, GapError, Place, Visitor};
use crate::addr::Span;
use crate::digits::{self, Case};

/// An Intel HEX file: its text, and where each address lies in it.
#[derive(Clone)]
pub struct Hex<'t> {
    text: &'t [u8],
    /// In the order of addresses, none overlapping.
    runs: Vec<Run>,
    start: Start,
    eof: usize,
}

/// The start addresses that a HEX file can give.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Start {
    /// CS:IP of the type 03 record, CS in the upper half.
    pub segment: Option<u32>,
    /// The address of the type 05 record.
    pub linear: Option<u32>,
}

impl<'t> Hex<'t> {
    /// Reads a HEX file, strictly, and checks every record sum. One pass.
    ///
    /// # Errors
    /// At the first thing that is not as the [module](self) says.
    pub fn parse(text: &'t [u8]) -> Result<Self, HexError> {
        let Parsed { runs, start_segment, start_linear, eof } = parse::parse(text)?;
        let start = Start { segment: start_segment.map(|(n, _)| n), linear: start_linear.map(|(n, _)| n) };
        Ok(Self { text, runs, start, eof })
    }

    /// The start addresses of type 03 and 05 records.
    pub fn start(&self) -> Start {
        self.start
    }

    /// The contiguous pieces of memory, in the order of their addresses.
    pub fn segments(&self) -> impl Iterator<Item = Span> + '_ {
        let mut runs = self.runs.iter().peekable();
        core::iter::from_fn(move || {
            let first = runs.next()?;
            let mut end = first.end();
            while let Some(run) = runs.next_if(|run| run.start() == end) {
                end = run.end();
            }
            Span::try_from(first.start()..end).ok()
        })
    }

    /// What is unusual about the file though allowed, each with its first line; not on any fast path.
    pub fn oddities(&self) -> Vec<Oddity> {
        diagnose::oddities(self.text)
    }

    /// The index of the first run that ends behind `address`.
    fn run_from(&self, address: u64) -> usize {
        self.runs.partition_point(|run| run.end() <= address)
    }

    /// The part of one record that lies in `address..end`.
    fn part(run: &Run, address: u64, end: u64) -> Part {
        let len = u64::from(run.len);
        let offset = address - run.start();
        let (index, within) = (offset / len, offset % len);
        let size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        let line = run.at + size(index) * usize::from(run.stride);
        let sum = line + HEADER + 2 * usize::from(run.len);
        Part { line, at: line + HEADER + 2 * size(within), len: size((len - within).min(end - address)), sum }
    }

    /// The letter case to write into the record at `line..end`: its own, else that of the
    /// end-of-file record, whose sum has letters.
    fn case(&self, line: usize, end: usize) -> Case {
        let letters = |range: &[u8]| range.iter().copied().find(u8::is_ascii_alphabetic);
        let own = letters(self.text.get(line..end).unwrap_or_default());
        let letter = own.or_else(|| letters(self.text.get(self.eof..).unwrap_or_default()));
        if letter.is_some_and(|letter| letter.is_ascii_lowercase()) { Case::Lower } else { Case::Upper }
    }
}

impl Container for Hex<'_> {
    fn file(&self) -> &[u8] {
        self.text
    }

    fn extent(&self) -> Option<Span> {
        Span::try_from(self.runs.first()?.start()..self.runs.last()?.end()).ok()
    }

    fn locate(&self, span: Span) -> Result<Place, GapError> {
        let mut place = Place::default();
        let mut address = span.start();
        let first = self.run_from(address);
        for run in self.runs.get(first..).unwrap_or_default() {
            if address >= span.end() || address < run.start() {
                break;
            }
            let end = run.end().min(span.end());
            while address < end {
                let part = Self::part(run, address, end);
                let case = self.case(part.line, part.sum + 2);
                place.push(Piece { at: part.at, len: part.len, form: Form::Digits { sum: part.sum, case } });
                address += u64::try_from(part.len).unwrap_or(u64::MAX);
            }
        }
        if address < span.end() {
            let next = self.run_from(address);
            let before = next.checked_sub(1).and_then(|last| self.runs.get(last)).map(Run::end);
            return Err(GapError { address, before, after: self.runs.get(next).map(Run::start) });
        }
        Ok(place)
    }

    fn visit(&self, span: Span, each: &mut Visitor<'_>) -> ControlFlow<()> {
        let mut buffer = Buffer { bytes: [0; BUFFER], len: 0, address: span.start() };
        let first = self.run_from(span.start());
        for run in self.runs.get(first..).unwrap_or_default() {
            let (mut address, end) = (run.start().max(span.start()), run.end().min(span.end()));
            if address >= end {
                break;
            }
            while address < end {
                let part = Self::part(run, address, end);
                if buffer.end() != address || buffer.len + part.len > BUFFER {
                    buffer.flush(each)?;
                    buffer.address = address;
                }
                buffer.push(self.text.get(part.at..part.at + 2 * part.len).unwrap_or_default());
                address = buffer.end();
            }
        }
        buffer.flush(each)
    }
}

/// Where a part of one record lies in the text.
struct Part {
    /// Offset of the record's colon.
    line: usize,
    /// Offset of the first digit.
    at: usize,
    /// How many bytes.
    len: usize,
    /// Offset of the record sum.
    sum: usize,
}

/// How many bytes are decoded before they are handed on; at least the longest record.
const BUFFER: usize = 4096;

/// Decoded bytes that follow each other in memory.
struct Buffer {
    bytes: [u8; BUFFER],
    len: usize,
    address: u64,
}

impl Buffer {
    fn end(&self) -> u64 {
        self.address + u64::try_from(self.len).unwrap_or(u64::MAX)
    }

    fn push(&mut self, digits: &[u8]) {
        let to = self.bytes.get_mut(self.len..).unwrap_or_default();
        for (to, pair) in to.iter_mut().zip(digits.chunks_exact(2)) {
            *to = digits::value(pair);
            self.len += 1;
        }
    }

    fn flush(&mut self, each: &mut Visitor<'_>) -> ControlFlow<()> {
        let bytes = self.bytes.get(..self.len).unwrap_or_default();
        self.len = 0;
        if bytes.is_empty() { ControlFlow::Continue(()) } else { each(self.address, bytes) }
    }
}

/// What it spans, not what it holds.
impl fmt::Debug for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.segments()).finish()
    }
}
