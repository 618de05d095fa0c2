//! A TI-TXT file: its text, and where each address lies in it.

use core::fmt;
use core::ops::ControlFlow;

use super::error::TiTxtError;
use super::parse::{self, Parsed};
use crate::addr::Span;
use crate::digits::Case;
use crate::image::container::{Container, GapError, Visitor, sealed};
use crate::image::index::{Index, Part};
use crate::image::options::Options;
use crate::image::place::{Form, Place};
use crate::never::OrNever;

/// A TI-TXT file: its text, and where each address lies in it.
///
/// ```
/// use nameplate::image::TiTxt;
/// use nameplate::{At, Encoding, Field, Layout};
///
/// let template = b"@1000\r\nFF FF FF FF \r\nq\r\n";
/// let image = TiTxt::parse(template)?;
/// let plan = Layout::new().field(Field::new("number", At::address(0x1001), Encoding::u16_le())).compile(&image)?;
/// let mut unit = plan.stamper(&image)?;
/// let stamped = unit.stamp(&[("number", 0x12AB_u16.into())])?;
/// assert_eq!(stamped.bytes(), b"@1000\r\nFF AB 12 FF \r\nq\r\n"); // four digits
/// assert_eq!(unit.undo(), template);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct TiTxt<'t> {
    pub(super) text: &'t [u8],
    pub(super) options: Options,
    pub(super) index: Index,
    /// Where the `q` lies.
    pub(super) end: usize,
    /// The case of the first letter that is a digit.
    pub(super) case: Case,
    /// Whether there is nothing to tell of the text. May be false where there is not.
    pub(super) plain: bool,
}

impl<'t> TiTxt<'t> {
    /// Reads a TI-TXT file, strictly. One pass.
    ///
    /// # Errors
    /// At the first thing that is not as the [module](super) says.
    pub fn parse(text: &'t [u8]) -> Result<Self, TiTxtError> {
        Self::parse_with(text, &Options::strict())
    }

    /// Reads a TI-TXT file as `options` say. One pass.
    ///
    /// # Errors
    /// At the first thing that the options do not allow.
    pub fn parse_with(text: &'t [u8], options: &Options) -> Result<Self, TiTxtError> {
        let Parsed { index, end, case, plain } = parse::parse(text, options)?;
        Ok(Self { text, options: *options, index, end, case, plain })
    }

    /// The contiguous pieces of memory, in the order of their addresses.
    pub fn segments(&self) -> impl Iterator<Item = Span> + '_ {
        self.index.segments()
    }

    /// The letter case to write among the bytes at `from..to`: their own, else that of the file.
    fn case_of(&self, from: usize, to: usize) -> Case {
        let letter = self
            .text
            .get(from..to)
            .or_never("ascending places in the text")
            .iter()
            .find(|byte| byte.is_ascii_alphabetic());
        match letter {
            Some(letter) if letter.is_ascii_lowercase() => Case::Lower,
            Some(_) => Case::Upper,
            None => self.case,
        }
    }
}

impl sealed::Sealed for TiTxt<'_> {}

impl Container for TiTxt<'_> {
    fn file(&self) -> &[u8] {
        self.text
    }

    fn extent(&self) -> Option<Span> {
        self.index.extent()
    }

    fn locate(&self, span: Span) -> Result<Place, GapError> {
        let form = |part: Part| {
            let step = u8::try_from(part.step).unwrap_or(2);
            // Behind its last digits stand other lines, when the bytes are far apart.
            let end = (part.sum + 2).saturating_sub(part.step);
            Form::Spaced { step, case: self.case_of(part.line, end) }
        };
        self.index.locate(span, &form)
    }

    fn visit(&self, span: Span, each: &mut Visitor<'_>) -> ControlFlow<()> {
        self.index.visit(self.text, span, each)
    }
}

/// What it spans, not what it holds.
impl fmt::Debug for TiTxt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.segments()).finish()
    }
}
