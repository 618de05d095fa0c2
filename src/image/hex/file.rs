//! An Intel HEX file: its text, and where each address lies in it.

use core::fmt;
use core::ops::ControlFlow;

use zeroize::Zeroize;

use super::error::HexError;
use super::index::{Index, Part, Run};
use super::options::Options;
use super::parse::{self, Parsed};
use crate::addr::Span;
use crate::digits::{self, Case};
use crate::image::container::{Container, GapError, Start, Visitor};
use crate::image::place::{Form, Piece, Place};

/// An Intel HEX file: its text, and where each address lies in it.
#[derive(Clone)]
pub struct Hex<'t> {
    pub(super) text: &'t [u8],
    pub(super) options: Options,
    pub(super) index: Index,
    pub(super) start: Start,
    pub(super) eof: Option<usize>,
    pub(super) opaque: bool,
    /// How many records were not read.
    unread: usize,
    /// Whether there is nothing to tell of the text. May be false where there is not.
    pub(super) plain: bool,
}

impl<'t> Hex<'t> {
    /// Reads a HEX file, strictly, and checks every record sum. One pass.
    ///
    /// # Errors
    /// At the first thing that is not as the [module](super) says.
    pub fn parse(text: &'t [u8]) -> Result<Self, HexError> {
        Self::parse_with(text, &Options::strict())
    }

    /// Reads a HEX file as `options` say, and checks every record sum. One pass.
    ///
    /// # Errors
    /// At the first thing that the options do not allow.
    pub fn parse_with(text: &'t [u8], options: &Options) -> Result<Self, HexError> {
        let Parsed { index, start, eof, opaque, unread, plain } = parse::parse(text, options)?;
        Ok(Self { text, options: *options, index, start, eof, opaque, unread, plain })
    }

    /// The contiguous pieces of memory, in the order of their addresses.
    pub fn segments(&self) -> impl Iterator<Item = Span> + '_ {
        let mut runs = self.index.runs.iter().peekable();
        core::iter::from_fn(move || {
            let first = runs.next()?;
            let mut end = first.end();
            while let Some(run) = runs.next_if(|run| run.start() == end) {
                end = run.end();
            }
            Span::try_from(first.start()..end).ok()
        })
    }

    /// The letter case to write into the record at `line..end`: its own, else that of the
    /// end-of-file record, whose sum has letters.
    pub(super) fn case(&self, line: usize, end: usize) -> Case {
        let letters = |range: &[u8]| range.iter().copied().find(u8::is_ascii_alphabetic);
        let own = letters(self.text.get(line..end).unwrap_or_default());
        let letter = own.or_else(|| letters(self.text.get(self.eof?..)?));
        if letter.is_some_and(|letter| letter.is_ascii_lowercase()) { Case::Lower } else { Case::Upper }
    }
}

impl Hex<'_> {
    /// Adds to `place` where `run` has the bytes of `span` from `address` on; where that ends.
    fn pieces(&self, place: &mut Place, run: &Run, span: Span, mut address: u64) -> u64 {
        for Part { line, at, len, sum } in run.parts(address, span.end()) {
            let case = self.case(line, sum + 2);
            let from = usize::try_from(address - span.start()).unwrap_or(usize::MAX);
            // A record has at most 255 bytes.
            let sum = u16::try_from(sum - at).unwrap_or(u16::MAX);
            place.push(Piece { at, from, len, form: Form::Digits { sum, case } });
            address += u64::try_from(len).unwrap_or(u64::MAX);
        }
        address
    }
}

impl crate::image::container::sealed::Sealed for Hex<'_> {}

impl Container for Hex<'_> {
    fn file(&self) -> &[u8] {
        self.text
    }

    /// Of several start addresses of one type, the last one.
    fn start(&self) -> Start {
        self.start
    }

    fn unread(&self) -> usize {
        self.unread
    }

    fn extent(&self) -> Option<Span> {
        Span::try_from(self.index.runs.first()?.start()..self.index.runs.last()?.end()).ok()
    }

    fn locate(&self, span: Span) -> Result<Place, GapError> {
        let mut place = Place::default();
        let mut address = span.start();
        for run in self.index.runs_from(address) {
            if address >= span.end() || address < run.start() {
                break;
            }
            address = self.pieces(&mut place, run, span, address);
        }
        if address < span.end() {
            let next = self.index.from(address);
            let before = next.checked_sub(1).and_then(|last| self.index.runs.get(last)).map(Run::end);
            let after = self.index.runs.get(next).map(Run::start);
            return Err(GapError::new(address, before, after).with_unread(self.unread));
        }
        for copy in self.index.copies(span.start(), span.end()) {
            let _ = self.pieces(&mut place, copy, span, span.start().max(copy.start()));
        }
        Ok(place)
    }

    fn visit(&self, span: Span, each: &mut Visitor<'_>) -> ControlFlow<()> {
        let mut buffer = Buffer { bytes: [0; BUFFER], len: 0, address: span.start() };
        for run in self.index.runs_from(span.start()) {
            let (address, end) = (run.start().max(span.start()), run.end().min(span.end()));
            if address >= end {
                break;
            }
            if buffer.end() != address {
                buffer.flush(each)?;
                buffer.address = address;
            }
            for Part { at, len, .. } in run.parts(address, end) {
                if buffer.len + len > BUFFER {
                    let next = buffer.end();
                    buffer.flush(each)?;
                    buffer.address = next;
                }
                buffer.push(self.text.get(at..at + 2 * len).unwrap_or_default());
            }
        }
        buffer.flush(each)
    }
}

/// How many bytes are decoded before they are handed on; at least the longest record.
const BUFFER: usize = 4096;

/// Decoded bytes that follow each other in memory. Wiped when dropped: they may be a unit's.
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
        self.len += digits::decode(digits, self.bytes.get_mut(self.len..).unwrap_or_default());
    }

    fn flush(&mut self, each: &mut Visitor<'_>) -> ControlFlow<()> {
        let bytes = self.bytes.get(..self.len).unwrap_or_default();
        self.len = 0;
        if bytes.is_empty() { ControlFlow::Continue(()) } else { each(self.address, bytes) }
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

/// What it spans, not what it holds.
impl fmt::Debug for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.segments()).finish()
    }
}
