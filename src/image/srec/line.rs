//! A line as lenient reading sees it, and the lines of a text that was accepted.

use super::record::{Record, Role, looks_like, read};
use crate::image::options::{Options, Tolerance};
use crate::image::text::{End, first_line, is_blank};
use crate::never::OrNever;

/// A line, and what stands behind its record.
#[derive(Clone, Copy)]
pub(super) struct Line<'t> {
    pub(super) content: Content<'t>,
    /// All of it, without its end.
    pub(super) text: &'t [u8],
    pub(super) end: End,
}

#[derive(Clone, Copy)]
pub(super) enum Content<'t> {
    /// A record, and what stands behind it.
    Record(Record<'t>, &'t [u8]),
    /// Nothing, or blanks.
    Blank,
    Comment,
    /// A line of symbols, and whether others may follow.
    Symbols(bool),
}

impl<'t> Line<'t> {
    /// The line that `text` begins with, `symbols` when it may be one of a block of symbols. Nothing when it is none
    /// of those.
    pub(super) fn read(text: &'t [u8], symbols: bool) -> Option<Self> {
        let (text, end) = first_line(text);
        let blank = |byte: &u8| is_blank(*byte);
        let content = match text {
            _ if text.iter().all(blank) => Content::Blank,
            [b'$', b'$', ..] => Content::Symbols(!symbols),
            [first, ..] if symbols && is_blank(*first) => Content::Symbols(true),
            [b';' | b'#', ..] | [b'/', b'/', ..] => Content::Comment,
            _ => {
                let record = if text.first() == Some(&b's') { small(text) } else { read(text) }?;
                let rest = text.get(record.text_len()..)?;
                let more = rest.first().is_some_and(|byte| !is_blank(*byte)) || holds_record(rest);
                (!more).then_some(Content::Record(record, rest))?
            }
        };
        Some(Self { content, text, end })
    }

    /// Whether all that is unusual about it is tolerated.
    pub(super) fn is_tolerated(&self, options: &Options) -> bool {
        let blanks = |text: &[u8]| text.iter().all(|byte| is_blank(*byte));
        let needs = match self.content {
            Content::Record(_, []) => None,
            Content::Record(_, rest) if blanks(rest) => Some(Tolerance::Blanks),
            Content::Record(..) => Some(Tolerance::TextBehind),
            Content::Blank => (!self.text.is_empty()).then_some(Tolerance::Blanks),
            Content::Comment => Some(Tolerance::Comments),
            Content::Symbols(_) => Some(Tolerance::Symbols),
        };
        needs.is_none_or(|needs| options.tolerates(needs)) && (!self.is_small() || options.tolerates(Tolerance::SmallS))
    }

    /// Whether its record begins with a small letter.
    pub(super) fn is_small(&self) -> bool {
        matches!(self.content, Content::Record(..)) && self.text.first() == Some(&b's')
    }

    /// How many bytes from this line to the next.
    pub(super) fn stride(&self) -> usize {
        self.text.len() + self.end.len()
    }

    /// Its record, if it has one.
    pub(super) fn record(&self) -> Option<Record<'t>> {
        match self.content {
            Content::Record(record, _) => Some(record),
            _ => None,
        }
    }
}

/// The record of a text that begins with `s`.
pub(super) fn small(text: &[u8]) -> Option<Record<'_>> {
    // The longest record has 514 characters.
    let mut line = [0; 514];
    let len = text.len().min(line.len());
    line.get_mut(..len)?.copy_from_slice(text.get(..len)?);
    *line.first_mut()? = b'S';
    let Record { kind, address, width, digits } = read(line.get(..len)?)?;
    let from = super::record::MARK + 2 * usize::from(width);
    Some(Record { kind, address, width, digits: text.get(from..from + digits.len())? })
}

/// Whether there is anything in `text` that looks like a record.
pub(super) fn holds_record(text: &[u8]) -> bool {
    text.iter().zip(0..).any(|(byte, at)| {
        byte.eq_ignore_ascii_case(&b'S') && looks_like(text.get(at..).or_never("a place in the text"))
    })
}

/// The lines of an accepted text, up to the record that ends it, each with its offset.
#[derive(Clone)]
pub(super) struct Lines<'t> {
    text: &'t [u8],
    /// Where the next line begins.
    pub(super) at: usize,
    symbols: bool,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self { text, at: 0, symbols: false }
    }

    /// Those from the one on that begins at an offset and is none of symbols.
    pub(super) fn at(text: &'t [u8], at: usize) -> Self {
        Self { at, ..Self::new(text) }
    }
}

impl<'t> Iterator for Lines<'t> {
    type Item = (usize, Line<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let at = self.at;
        // Padding may follow the last record at once.
        let end = |record: &Record<'_>| record.role() == Role::End;
        let line = match read(rest).filter(end) {
            Some(record) => {
                let text = rest.get(..record.text_len())?;
                let end = rest.get(record.text_len()..).and_then(End::of).unwrap_or(End::Missing);
                Line { content: Content::Record(record, b""), text, end }
            }
            None => Line::read(rest, self.symbols)?,
        };
        if let Content::Symbols(symbols) = line.content {
            self.symbols = symbols;
        }
        let last = line.record().is_some_and(|record| end(&record));
        self.at = if last { self.text.len() } else { at + line.stride() };
        Some((at, line))
    }
}
