//! An Intel HEX file: its text, and where each address lies in it.

use core::fmt;
use core::ops::ControlFlow;

use super::error::HexError;
use super::parse::{self, Parsed};
use crate::addr::Span;
use crate::digits::Case;
use crate::image::container::{Container, GapError, Start, Visitor};
use crate::image::index::{Index, Part};
use crate::image::options::Options;
use crate::image::place::{Form, Place};
use crate::never::OrNever;

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
        self.index.segments()
    }

    /// The letter case to write into the record at `line..end`: its own, else that of the
    /// end-of-file record, whose sum has letters.
    pub(super) fn case(&self, line: usize, end: usize) -> Case {
        let letters = |range: &[u8]| range.iter().copied().find(u8::is_ascii_alphabetic);
        let own = letters(self.text.get(line..end).or_never("the record was read"));
        let letter = own.or_else(|| letters(self.text.get(self.eof?..)?));
        if letter.is_some_and(|letter| letter.is_ascii_lowercase()) { Case::Lower } else { Case::Upper }
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
        self.index.extent()
    }

    fn locate(&self, span: Span) -> Result<Place, GapError> {
        let form = |part: Part| {
            // A record has at most 255 bytes.
            let sum = u16::try_from(part.sum - part.at).unwrap_or(u16::MAX);
            Form::Digits { sum, case: self.case(part.line, part.sum + 2) }
        };
        self.index.locate(span, &form).map_err(|error| error.with_unread(self.unread))
    }

    fn visit(&self, span: Span, each: &mut Visitor<'_>) -> ControlFlow<()> {
        self.index.visit(self.text, span, each)
    }
}

/// What it spans, not what it holds.
impl fmt::Debug for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.segments()).finish()
    }
}
