//! A line as lenient reading sees it, and the lines of a text that was accepted.

use crate::digits::{BAD, nibble};
use crate::image::line::{Record, kind, read};
use crate::image::options::{Options, Tolerance};
use crate::image::text::{BOM, is_blank};
use crate::never::OrNever;

/// A line, and what stands around its record.
#[derive(Clone, Copy)]
pub(super) struct Line<'t> {
    pub(super) content: Content<'t>,
    /// How many bytes stand in front of the content: blanks, a byte order mark.
    pub(super) lead: usize,
    /// How many bytes the line has, without its end.
    pub(super) len: usize,
    /// CR, LF, CR LF; nothing at the end of the text.
    pub(super) end: &'t [u8],
}

#[derive(Clone, Copy)]
pub(super) enum Content<'t> {
    /// A record, and what stands behind it.
    Record(Record<'t>, &'t [u8]),
    Blank,
    Comment,
}

/// The line end that `text` begins with; empty at the end of the text, nothing within a line.
pub(super) fn line_end(text: &[u8]) -> Option<&[u8]> {
    match text {
        [b'\r', b'\n', ..] => text.get(..2),
        [b'\n' | b'\r', ..] => text.get(..1),
        [] => Some(text),
        _ => None,
    }
}

impl<'t> Line<'t> {
    /// The line that `text` begins with; `first` when that is where the file begins. Nothing when
    /// it is neither a record nor blank nor comment.
    pub(super) fn read(text: &'t [u8], first: bool) -> Option<Self> {
        let len = text.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(text.len());
        let (line, rest) = text.split_at_checked(len)?;
        let bom = if first && line.starts_with(BOM) { BOM.len() } else { 0 };
        let lead = line.iter().skip(bom).take_while(|byte| is_blank(**byte)).count() + bom;
        let content = content(line.get(lead..)?)?;
        Some(Self { content, lead, len, end: line_end(rest)? })
    }

    /// Whether all that stands beside its record is tolerated.
    pub(super) fn is_tolerated(&self, bom: bool, options: &Options) -> bool {
        let blanks = if bom { self.lead - BOM.len() } else { self.lead };
        let rest = match self.content {
            Content::Record(_, rest) if !rest.is_empty() && rest.iter().all(|byte| is_blank(*byte)) => {
                Some(Tolerance::Blanks)
            }
            Content::Record(_, rest) if !rest.is_empty() => Some(Tolerance::TextBehind),
            Content::Comment => Some(Tolerance::Comments),
            Content::Record(..) | Content::Blank => None,
        };
        rest.is_none_or(|rest| options.tolerates(rest))
            && (!bom || options.tolerates(Tolerance::ByteOrderMark))
            && (blanks == 0 || options.tolerates(Tolerance::Blanks))
    }

    /// How many bytes from this line to the next.
    pub(super) fn stride(&self) -> usize {
        self.len + self.end.len()
    }

    /// Its record, if it has one.
    pub(super) fn record(&self) -> Option<Record<'t>> {
        match self.content {
            Content::Record(record, _) => Some(record),
            Content::Blank | Content::Comment => None,
        }
    }
}

fn content(text: &[u8]) -> Option<Content<'_>> {
    match text {
        [] => Some(Content::Blank),
        [b';', used @ ..] if is_used(used) => None,
        [b';' | b'#', ..] | [b'/', b'/', ..] => Some(Content::Comment),
        _ => {
            let record = read(text)?;
            let rest = text.get(record.text_len()..)?;
            let more = rest.first().is_some_and(|&c| nibble(c) != BAD) || rest.contains(&b':');
            (!more).then_some(Content::Record(record, rest))
        }
    }
}

/// Whether what stands behind a semicolon is a record without its colon, or with it: a number of an
/// SQTP file that was used.
pub(super) fn is_used(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b":").unwrap_or(text);
    // The longest record has 520 digits.
    let len = digits.iter().take(521).take_while(|&&c| nibble(c) != BAD).count();
    let mut line = [b':'; 521];
    match (line.get_mut(1..=len), digits.get(..len)) {
        (Some(to), Some(from)) => to.copy_from_slice(from),
        _ => return false,
    }
    read(line.get(..=len).or_never("no more than there is room for")).is_some_and(|record| record.text_len() == len + 1)
}

/// The lines of an accepted text, up to the end-of-file record, each with its offset.
#[derive(Clone)]
pub(super) struct Lines<'t> {
    pub(super) text: &'t [u8],
    pub(super) at: usize,
}

impl<'t> Iterator for Lines<'t> {
    type Item = (usize, Line<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.text.get(self.at..).filter(|text| !text.is_empty())?;
        let at = self.at;
        // Padding may follow the last record at once.
        let eof = |record: &Record<'_>| record.kind == kind::EOF;
        let line = match read(text).filter(eof) {
            Some(record) => {
                let end = text.get(record.text_len()..).and_then(line_end).unwrap_or(b"");
                Line { content: Content::Record(record, b""), lead: 0, len: record.text_len(), end }
            }
            None => Line::read(text, at == 0)?,
        };
        let last = line.record().is_some_and(|record| eof(&record));
        self.at = if last { self.text.len() } else { at + line.stride() };
        Some((at, line))
    }
}
