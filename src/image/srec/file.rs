//! An S-record file: its text, and where each address lies in it.

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::ops::ControlFlow;

use super::error::SrecError;
use super::line::small;
use super::parse::{self, Parsed};
use super::record::{Record, read};
use crate::addr::Span;
use crate::digits::{self, Case};
use crate::image::container::{Container, GapError, Start, Visitor, sealed};
use crate::image::index::{Index, Part};
use crate::image::options::Options;
use crate::image::place::{Form, Place};
use crate::never::OrNever;

/// A Motorola S-record file: its text, and where each address lies in it.
///
/// ```
/// use nameplate::image::Srec;
/// use nameplate::{At, Encoding, Field, Layout};
///
/// let template = b"S1070010FFFFFFFFEC\r\nS9030000FC\r\n";
/// let srec = Srec::parse(template)?;
/// let plan = Layout::new().field(Field::new("number", At::address(0x11), Encoding::u16_be())).compile(&srec)?;
/// let mut unit = plan.stamper(&srec)?;
/// let stamped = unit.stamp(&[("number", 0x1234_u16.into())])?;
/// assert_eq!(stamped.bytes(), b"S1070010FF1234FFA4\r\nS9030000FC\r\n"); // four digits, and the sum
/// assert_eq!(unit.undo(), template);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Srec<'t> {
    pub(super) text: &'t [u8],
    pub(super) options: Options,
    pub(super) index: Index,
    start: u32,
    /// Where the record lies that ends the file.
    pub(super) end: Option<usize>,
    header: Option<usize>,
    /// How many data records there are.
    pub(super) records: u64,
    pub(super) opaque: bool,
    /// How many records were not read.
    unread: usize,
    /// The case of the first letter that is a digit.
    pub(super) case: Case,
    /// Whether there is nothing to tell of the text. May be false where there is not.
    pub(super) plain: bool,
}

impl<'t> Srec<'t> {
    /// Reads an S-record file, strictly, and checks every record sum. One pass.
    ///
    /// # Errors
    /// At the first thing that is not as the [module](super) says.
    pub fn parse(text: &'t [u8]) -> Result<Self, SrecError> {
        Self::parse_with(text, &Options::strict())
    }

    /// Reads an S-record file as `options` say, and checks every record sum. One pass.
    ///
    /// # Errors
    /// At the first thing that the options do not allow.
    pub fn parse_with(text: &'t [u8], options: &Options) -> Result<Self, SrecError> {
        let Parsed { index, start, end, header, records, opaque, unread, case, plain } = parse::parse(text, options)?;
        Ok(Self { text, options: *options, index, start, end, header, records, opaque, unread, case, plain })
    }

    /// The contiguous pieces of memory, in the order of their addresses.
    pub fn segments(&self) -> impl Iterator<Item = Span> + '_ {
        self.index.segments()
    }

    /// What the first S0 record says: any bytes, often a name. Nothing when there is none.
    pub fn header(&self) -> Option<Vec<u8>> {
        let text = self.text.get(self.header?..)?;
        let Record { digits, .. } = read(text).or_else(|| small(text))?;
        let mut bytes = vec![0; digits.len() / 2];
        let _ = digits::decode(digits, &mut bytes);
        Some(bytes)
    }

    /// The letter case to write into the record at `line..end`: its own, else that of the file.
    pub(super) fn case_of(&self, line: usize, end: usize) -> Case {
        let letter =
            self.text.get(line + 2..end).or_never("the record was read").iter().find(|byte| byte.is_ascii_alphabetic());
        match letter {
            Some(letter) if letter.is_ascii_lowercase() => Case::Lower,
            Some(_) => Case::Upper,
            None => self.case,
        }
    }
}

impl sealed::Sealed for Srec<'_> {}

impl Container for Srec<'_> {
    fn file(&self) -> &[u8] {
        self.text
    }

    /// The address in the record that ends the file; of several the last one. Nothing where that is 0.
    fn start(&self) -> Start {
        Start { segment: None, linear: Some(self.start).filter(|start| *start != 0) }
    }

    fn unread(&self) -> usize {
        self.unread
    }

    fn extent(&self) -> Option<Span> {
        self.index.extent()
    }

    fn locate(&self, span: Span) -> Result<Place, GapError> {
        let form = |part: Part| {
            // A record has at most 252 bytes.
            let sum = u16::try_from(part.sum - part.at).unwrap_or(u16::MAX);
            Form::Digits { sum, case: self.case_of(part.line, part.sum + 2) }
        };
        self.index.locate(span, &form).map_err(|error| error.with_unread(self.unread))
    }

    fn visit(&self, span: Span, each: &mut Visitor<'_>) -> ControlFlow<()> {
        self.index.visit(self.text, span, each)
    }
}

/// What it spans, not what it holds.
impl fmt::Debug for Srec<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.segments()).finish()
    }
}
