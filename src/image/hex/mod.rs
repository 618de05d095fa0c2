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
//! [`Hex::parse`] is strict. Accepted: either letter case, line ends CR, LF and CR LF, records of
//! 0–255 bytes in any order, an address in the end-of-file record, equal start records, and after the
//! end-of-file record blank lines, Ctrl-Z and NUL bytes. Everything else is a [`HexError`] with line
//! and column. Of two base records (types 02 and 04) the last one counts; without any, a record may
//! pass the first 64 KiB.
//!
//! [`Hex::parse_with`] takes [`Options`]: lenient ones, or single policies by name. What was
//! tolerated, and what is unusual though allowed, [`Hex::diagnostics`] tells.
//!
//! ```
//! use nameplate::image::hex::{Hex, Options};
//!
//! let text = b"; build 7\n:0100000001FE ; the answer\n:00000001FF\n";
//! let hex = Hex::parse_with(text, &Options::lenient())?;
//! let told: Vec<String> = hex.diagnostics().map(|found| found.to_string()).collect();
//! assert_eq!(told, [
//!     "line 1, column 1: a comment",
//!     "line 2, column 14: text behind the record",
//! ]);
//! # Ok::<(), nameplate::image::hex::HexError>(())
//! ```
//!
//! Memory: 16 bytes for each run of evenly spaced records; a file as linkers write it has one run
//! for each 64 KiB or segment. [`Limits`] bounds it.
//!
//! Source: Intel, *Hexadecimal Object File Format Specification*, revision A, 1988. Where tools
//! disagree about it, and what is decided here: [`guide::divergence`](crate::guide::divergence).

mod add;
mod diagnose;
mod error;
mod index;
#[cfg(feature = "ihex")]
mod interchange;
mod line;
mod options;
mod parse;
mod record;
mod write;

use core::fmt;
use core::ops::ControlFlow;

use zeroize::Zeroize;

pub use self::add::AddError;
pub use self::diagnose::{Diagnostic, DiagnosticKind, Diagnostics};
pub use self::error::{HexError, HexErrorKind};
use self::index::{Index, Part, Run};
#[cfg(feature = "ihex")]
pub use self::interchange::{IhexError, from_ihex};
pub use self::options::{Crossing, Limits, MissingEof, Options, Overlap, Text, Unknown};
use self::parse::Parsed;
pub use self::write::{Addressing, LineEnd, Style, WriteError};
use super::place::{Form, Piece};
use super::{Container, GapError, Place, Start, Visitor};
use crate::addr::Span;
use crate::digits;
pub use crate::digits::Case;

/// An Intel HEX file: its text, and where each address lies in it.
#[derive(Clone)]
pub struct Hex<'t> {
    text: &'t [u8],
    options: Options,
    index: Index,
    start: Start,
    eof: Option<usize>,
    opaque: bool,
}

impl<'t> Hex<'t> {
    /// Reads a HEX file, strictly, and checks every record sum. One pass.
    ///
    /// # Errors
    /// At the first thing that is not as the [module](self) says.
    pub fn parse(text: &'t [u8]) -> Result<Self, HexError> {
        Self::parse_with(text, &Options::strict())
    }

    /// Reads a HEX file as `options` say, and checks every record sum. One pass.
    ///
    /// # Errors
    /// At the first thing that the options do not allow.
    pub fn parse_with(text: &'t [u8], options: &Options) -> Result<Self, HexError> {
        let Parsed { index, start, eof, opaque } = parse::parse(text, options)?;
        Ok(Self { text, options: *options, index, start, eof, opaque })
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

    /// What was tolerated, and what is unusual though allowed, line by line; not on any fast path.
    pub fn diagnostics(&self) -> Diagnostics<'_> {
        Diagnostics::new(self)
    }

    /// The letter case to write into the record at `line..end`: its own, else that of the
    /// end-of-file record, whose sum has letters.
    fn case(&self, line: usize, end: usize) -> Case {
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

impl Container for Hex<'_> {
    fn file(&self) -> &[u8] {
        self.text
    }

    /// Of several start addresses of one type, the last one.
    fn start(&self) -> Start {
        self.start
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
            return Err(GapError { address, before, after: self.index.runs.get(next).map(Run::start) });
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
