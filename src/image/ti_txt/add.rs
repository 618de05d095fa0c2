//! Bytes that a TI-TXT file does not have, added to it as lines.

use alloc::borrow::Cow;
use alloc::vec;
use alloc::vec::Vec;

use super::file::TiTxt;
use super::write::Style;
use crate::addr::Span;
use crate::image::add::{AddError, Growing, fits};
use crate::image::erased_map::ErasedMap;
use crate::never::OrNever;

impl<'t> TiTxt<'t> {
    /// The text with those bytes of `spans` that it lacks, erased; the same text if it lacks none. The new lines are of
    /// the file's own length, letter case and line end, each piece under an address of its own, in front of the `q`.
    /// Everything else stays as it is.
    ///
    /// ```
    /// use nameplate::{Span, image::{Erased, TiTxt}};
    ///
    /// let image = TiTxt::parse(b"@F000\n31 40\nq\n")?;
    /// let text = image.add_missing(&[Span::new(0x1800, 2)?], Erased::default())?;
    /// assert_eq!(*text, *b"@F000\n31 40\n@1800\nFF FF\nq\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When a span passes 4 GiB, or the text would be longer than the limit.
    pub fn add_missing(&self, spans: &[Span], erased: impl Into<ErasedMap>) -> Result<Cow<'t, [u8]>, AddError> {
        let address = |span| AddError::Address { span, files: "TI-TXT" };
        let missing = self.index.missing(spans).map_err(address)?;
        if missing.is_empty() {
            return Ok(Cow::Borrowed(self.text));
        }
        let _ = fits(&missing, self.text.len(), self.options.limits.text)?;
        let (style, erased) = (Style::of(self), erased.into());
        // The line of the `q`, with blanks that stand in front of it.
        let before = self.text.get(..self.end).or_never("the `q` was read");
        let line = before.iter().rposition(|byte| matches!(byte, b'\r' | b'\n')).map_or(0, |end| end + 1);
        let (before, after) = self.text.split_at_checked(line).or_never("a place in the text");
        let mut out = Vec::with_capacity(self.text.len());
        out.extend_from_slice(before);
        for span in missing {
            let bytes: Vec<u8> = erased.bytes(span);
            let mut lines = vec![0; usize::try_from(style.segment_len(span)).or_never("no more than may be added")];
            style.segment(&mut lines, span.start(), &bytes);
            out.extend(lines);
        }
        out.extend_from_slice(after);
        Ok(Cow::Owned(out))
    }
}

impl<'t> Growing<'t> for TiTxt<'t> {
    fn add_missing(&self, spans: &[Span], erased: &ErasedMap) -> Result<Cow<'t, [u8]>, AddError> {
        TiTxt::add_missing(self, spans, erased)
    }
}
