//! Bytes that a HEX file does not have, added to it as records.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::file::Hex;
use super::line::Lines;
use super::write::{Addressing, Style};
use crate::addr::Span;
use crate::image::add::{AddError, Growing, fits};
use crate::image::erased_map::ErasedMap;
use crate::image::line::kind;
use crate::image::text::BOM;
use crate::never::OrNever;

/// A place between two lines where records can go.
#[derive(Clone, Copy)]
struct Boundary {
    /// Where the next line begins.
    at: usize,
    /// What is added to addresses there.
    base: u32,
    /// Whether the next line sets the base anew, or is the last one.
    free: bool,
    /// Whether there is no next line.
    ends: bool,
}

impl<'t> Hex<'t> {
    /// The text with those bytes of `spans` that it lacks, erased; the same text if it lacks none. The
    /// new records are of the file's own length, letter case and line end. They lie in the order of
    /// addresses if those of the file do, else before the end-of-file record, with type 02 or 04
    /// records where they need them. Everything else stays as it is.
    ///
    /// ```
    /// use nameplate::{Span, image::{Erased, Hex}};
    ///
    /// let hex = Hex::parse(b":020000000102FB\n:020020000304D7\n:00000001FF\n")?;
    /// let text = hex.add_missing(&[Span::new(0x10, 2)?, Span::new(0x20, 2)?], Erased::default())?;
    /// assert_eq!(*text, *b":020000000102FB\n:02001000FFFFF0\n:020020000304D7\n:00000001FF\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When a span passes 4 GiB, the file has records of types that were not looked at, or the text
    /// would be longer than the limit.
    pub fn add_missing(&self, spans: &[Span], erased: impl Into<ErasedMap>) -> Result<Cow<'t, [u8]>, AddError> {
        let address = |span| AddError::Address { span, files: "HEX" };
        let missing = self.index.missing(spans).map_err(address)?;
        if missing.is_empty() {
            return Ok(Cow::Borrowed(self.text));
        }
        if self.opaque {
            return Err(AddError::Opaque { types: "types beyond 05" });
        }
        // A byte takes 15 characters at most, and a pair of base records.
        let _ = fits(&missing, self.text.len(), self.options.limits.text)?;
        Ok(Cow::Owned(self.insert(&missing, &erased.into())))
    }

    fn insert(&self, missing: &[Span], erased: &ErasedMap) -> Vec<u8> {
        let style = Style::of(self);
        let end = (!self.is_ordered()).then(|| self.boundary(None, 0));
        let mut out = Vec::with_capacity(self.text.len());
        // Up to where the text is copied; what is added to addresses there, behind the records added so far, and which
        // data follows in memory. The base need not be put back: without another base record between the data before
        // and behind a gap, that of the file covers all of it.
        let (mut copied, mut here) = (0, None);
        for chunk in missing.iter().flat_map(|span| style.records(*span)) {
            let next = self.index.from(chunk.start());
            let mut base = match here {
                // Behind the last one, without looking for the place again.
                Some((base, gap)) if gap == next && covers(base, chunk) => base,
                _ => {
                    let boundary = end.unwrap_or_else(|| self.boundary(Some(chunk), copied));
                    match here {
                        Some((base, _)) if boundary.at == copied => base,
                        _ => {
                            out.extend_from_slice(
                                self.text.get(copied..boundary.at).or_never("ascending places in the text"),
                            );
                            copied = boundary.at;
                            if boundary.ends && out.last().is_some_and(|last| !matches!(last, b'\r' | b'\n')) {
                                out.extend_from_slice(style.line_end.text());
                            }
                            boundary.base
                        }
                    }
                }
            };
            if !covers(base, chunk) {
                base = u32::try_from(chunk.start() & !0xFFFF).or_never("below 4 GiB");
                out.extend(style.base_line(base));
            }
            let bytes: Vec<u8> = erased.bytes(chunk);
            let field = u16::try_from(chunk.start() - u64::from(base)).or_never("within 64 KiB of the base");
            out.extend(style.line(kind::DATA, field, &bytes));
            here = Some((base, next));
        }
        out.extend_from_slice(self.text.get(copied..).or_never("ascending places in the text"));
        out
    }

    /// Whether the data records lie in the text in the order of their addresses.
    fn is_ordered(&self) -> bool {
        let runs = &self.index.runs;
        let follow = runs.windows(2).all(|pair| match pair {
            [one, two] => one.line(u64::from(one.records) - 1) < two.line(0),
            _ => true,
        });
        follow && runs.iter().all(|run| run.skip == 0) && self.index.copies(0, u64::MAX).next().is_none()
    }

    /// Where the record for `chunk`, which the file lacks, goes: between the data before and behind
    /// it; or before the end-of-file record, when there is no chunk to say more. Not before offset `from`.
    fn boundary(&self, chunk: Option<Span>, from: usize) -> Boundary {
        let next = chunk.map_or(0, |chunk| self.index.from(chunk.start()));
        let before = next.checked_sub(1).and_then(|last| self.index.runs.get(last));
        let after = self.index.runs.get(next).filter(|_| chunk.is_some()).map(|run| run.line(0));
        let mut base = 0;
        let mut lines = Lines { text: self.text, at: 0 };
        if let Some(run) = before {
            // From the line of the data before it on.
            lines.at = run.line(u64::from(run.records) - 1);
            let record = lines.clone().next().and_then(|(_, line)| line.record());
            let field = record.map(|record| record.address).or_never("a run consists of records");
            base = u32::try_from(run.end() - u64::from(run.len) - u64::from(field)).or_never("below 4 GiB");
            let _ = lines.next();
        }
        let mut found: Option<Boundary> = None;
        loop {
            let begin = lines.at;
            let line = lines.next();
            let record = line.and_then(|(_, line)| line.record());
            let sets = record.filter(|record| matches!(record.kind, kind::SEGMENT | kind::LINEAR));
            let eof = record.is_none_or(|record| record.kind == kind::EOF) && (record.is_some() || line.is_none());
            let last = eof || after.is_some_and(|after| line.is_some_and(|(at, line)| at + line.lead == after));
            let bom = if begin == 0 && self.text.starts_with(BOM) { BOM.len() } else { 0 };
            let this = Boundary { at: begin + bom, base, free: eof || sets.is_some(), ends: line.is_none() };
            let rank = |boundary: &Boundary| (chunk.is_some_and(|chunk| covers(boundary.base, chunk)), boundary.free);
            // Behind the data before it, or else as near as can be to the data behind it.
            let better = |old: Boundary| rank(&this) > rank(&old) || before.is_none() && rank(&this) == rank(&old);
            if last || this.at >= from {
                found = Some(found.filter(|old| chunk.is_some() && !better(*old)).unwrap_or(this));
            }
            if last {
                return found.unwrap_or(this);
            }
            if let Some(record) = sets {
                let bits = if record.kind == kind::SEGMENT { 4 } else { 16 };
                base = record.number() << bits;
            }
        }
    }
}

impl<'t> Growing<'t> for Hex<'t> {
    fn add_missing(&self, spans: &[Span], erased: &ErasedMap) -> Result<Cow<'t, [u8]>, AddError> {
        Hex::add_missing(self, spans, erased)
    }
}

/// Whether a record under `base` can hold `chunk`.
fn covers(base: u32, chunk: Span) -> bool {
    Span::new(base.into(), 0x1_0000).is_ok_and(|window| window.covers(chunk))
}

impl Style {
    /// `span` in parts for one record each.
    fn records(self, span: Span) -> impl Iterator<Item = Span> {
        let len = u64::from(self.record_len.max(1));
        let mut start = span.start();
        core::iter::from_fn(move || {
            let end = span.end().min(start - start % len + len).min((start | 0xFFFF) + 1);
            let part = Span::try_from(start..end).ok().filter(|part| !part.is_empty())?;
            start = end;
            Some(part)
        })
    }

    /// The line that makes `base`, whole 64 KiB, count: of type 02 where that is the style and reaches so far.
    fn base_line(self, base: u32) -> Vec<u8> {
        let (kind, bits) = match self.addressing {
            Addressing::Segment if base < 1 << 20 => (kind::SEGMENT, 4),
            _ => (kind::LINEAR, 16),
        };
        self.line(kind, 0, &u16::try_from(base >> bits).or_never("a base of 32 bits, or of 20").to_be_bytes())
    }
}
