//! Bytes that an S-record file does not have, added to it as records.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::ops::Range;

use super::file::Srec;
use super::line::Lines;
use super::record::{Record, Role};
use super::tail::{self, Rest};
use super::write::{Style, Width, count_kind};
use crate::addr::Span;
use crate::image::add::{AddError, Growing, fits};
use crate::image::erased_map::ErasedMap;
use crate::never::OrNever;

/// What the new records change in the text.
struct Places {
    /// Where the new records go.
    at: usize,
    /// The records that count all data records: where they lie, without their line ends.
    counts: Vec<Range<usize>>,
}

impl<'t> Srec<'t> {
    /// The text with those bytes of `spans` that it lacks, erased; the same text if it lacks none. The new records are
    /// of the file's own address width, length, letter case and line end, with a greater width where that is needed.
    /// They stand behind the last data record, before S5 and the end, and S5 and S6 behind them count them. Everything
    /// else stays as it is.
    ///
    /// ```
    /// use nameplate::{Span, image::{Erased, Srec}};
    ///
    /// let srec = Srec::parse(b"S10500000102F7\nS5030001FB\nS9030000FC\n")?;
    /// let text = srec.add_missing(&[Span::new(0x10, 2)?], Erased::default())?;
    /// assert_eq!(*text, *b"S10500000102F7\nS1050010FFFFEC\nS5030002FA\nS9030000FC\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When a span passes 4 GiB, the file has records of types that were not looked at, the text would be longer than
    /// the limit, or would have more records than S6 counts.
    pub fn add_missing(&self, spans: &[Span], erased: impl Into<ErasedMap>) -> Result<Cow<'t, [u8]>, AddError> {
        let address = |span| AddError::Address { span, files: "S-record" };
        let missing = self.index.missing(spans).map_err(address)?;
        if missing.is_empty() {
            return Ok(Cow::Borrowed(self.text));
        }
        if self.opaque {
            return Err(AddError::Opaque { types: "types that S-records do not have" });
        }
        let _ = fits(&missing, self.text.len(), self.options.limits.text)?;
        let (style, erased) = (Style::of(self), erased.into());
        let mut lines = Vec::new();
        let mut records = self.records;
        for chunk in missing.iter().flat_map(|span| chunks(*span, style.record_len)) {
            let width = Width::of(chunk.end()).unwrap_or(Width::S3).max(style.width);
            let bytes: Vec<u8> = erased.bytes(chunk);
            lines.extend(style.line(width.kinds().0, u32::try_from(chunk.start()).unwrap_or(u32::MAX), &bytes));
            records += 1;
        }
        let places = self.places();
        if !places.counts.is_empty() && records > 0xFF_FFFF {
            return Err(AddError::Records { records });
        }
        Ok(Cow::Owned(self.insert(&places, &lines, records, &style)))
    }

    /// Where the new records go, and which records count them.
    fn places(&self) -> Places {
        let mut places = Places { at: self.text.len(), counts: Vec::new() };
        let mut found = false;
        let mut note = |places: &mut Places, at: usize, record: &Record<'_>| {
            match record.role() {
                Role::Data => (found, places.at) = (false, self.text.len()),
                Role::Count | Role::End if !found => (found, places.at) = (true, at),
                _ => {}
            }
            if record.role() == Role::Count && u64::from(record.address) == self.records {
                places.counts.push(at..at + record.text_len());
            }
        };
        for (at, line) in Lines::new(self.text) {
            if let Some(record) = line.record() {
                note(&mut places, at, &record);
            }
        }
        if let Some(end) = self.end {
            // Records behind the end are whole lines.
            let from = end + self.end_len(end);
            for (offset, rest) in tail::parts(self.text.get(from..).or_never("whole lines of the text")) {
                if let Rest::Record(record) = rest {
                    note(&mut places, from + offset, &record);
                }
            }
        }
        let at = places.at;
        places.counts.retain(|count| count.start >= at);
        places
    }

    /// How long the record is that ends the file, without what follows it.
    fn end_len(&self, end: usize) -> usize {
        let record = Lines::at(self.text, end).next().and_then(|(_, line)| line.record());
        record.map_or(0, |record| record.text_len())
    }

    fn insert(&self, places: &Places, lines: &[u8], records: u64, style: &Style) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.text.len() + lines.len());
        let mut copied = places.at;
        out.extend_from_slice(self.text.get(..copied).or_never("ascending places in the text"));
        if out.last().is_some_and(|last| !matches!(last, b'\r' | b'\n')) {
            out.extend_from_slice(style.line_end.text());
        }
        out.extend_from_slice(lines);
        for count in &places.counts {
            out.extend_from_slice(self.text.get(copied..count.start).or_never("ascending places in the text"));
            let style = Style { case: self.case_of(count.start, count.end), ..*style };
            // An S6 stays one.
            let kind = self.text.get(count.start + 1).copied().or_never("a record has a type").max(count_kind(records));
            let line = style.line(kind, u32::try_from(records).unwrap_or(u32::MAX), &[]);
            let text = line.len().saturating_sub(style.line_end.text().len());
            let small = self.text.get(count.start).copied().unwrap_or(b'S');
            out.push(small);
            out.extend_from_slice(line.get(1..text).or_never("a line has its end"));
            copied = count.end;
        }
        out.extend_from_slice(self.text.get(copied..).or_never("ascending places in the text"));
        out
    }
}

impl<'t> Growing<'t> for Srec<'t> {
    fn add_missing(&self, spans: &[Span], erased: &ErasedMap) -> Result<Cow<'t, [u8]>, AddError> {
        Srec::add_missing(self, spans, erased)
    }
}

/// `span` in parts for one record each, which end at multiples of `len`.
fn chunks(span: Span, len: u8) -> impl Iterator<Item = Span> {
    let len = u64::from(len.max(1));
    let mut start = span.start();
    core::iter::from_fn(move || {
        let end = span.end().min(start - start % len + len);
        let part = Span::try_from(start..end).ok().filter(|part| !part.is_empty())?;
        start = end;
        Some(part)
    })
}
