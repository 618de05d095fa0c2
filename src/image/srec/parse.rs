//! Text to index: which runs of records hold which addresses.

use super::ahead::Mark;
use super::error::{SrecError, SrecErrorKind, explain, overlap};
use super::line::{Content, Line};
use super::record::{Record, Role, read, read_in};
use super::tail::{self, Rest};
use crate::digits::{Alphabet, Case};
use crate::image::index::{Form, Index, Run};
use crate::image::options::{Options, Tolerance};
use crate::image::runs::{self, Runs, TooMany};
use crate::image::text::{End, line_of, lines};
use crate::never::OrNever;

/// What the text says.
pub(super) struct Parsed {
    pub(super) index: Index,
    /// The address in the last record; zero when there is none.
    pub(super) start: u32,
    /// Where the record lies that ends the file.
    pub(super) end: Option<usize>,
    /// Where the first header record lies.
    pub(super) header: Option<usize>,
    /// How many data records there are.
    pub(super) records: u64,
    /// Whether there are records of types that were not looked at.
    pub(super) opaque: bool,
    /// How many records were not read.
    pub(super) unread: usize,
    /// The case of the first letter that is a digit.
    pub(super) case: Case,
    /// Whether there is nothing to tell of the text. May be false where there is not.
    pub(super) plain: bool,
}

/// Reads the whole text.
pub(super) fn parse(text: &[u8], options: &Options) -> Result<Parsed, SrecError> {
    let limit = options.limits.text;
    if !u32::try_from(text.len()).is_ok_and(|len| len <= limit) {
        return Err(SrecError::at(text, 0, SrecErrorKind::TextTooLong { len: text.len(), limit }));
    }
    let mut parser = Parser::new(text, options);
    let end = match parser.records() {
        Ok(end) => end,
        Err(Some(kind)) => return Err(SrecError::at(text, parser.at, kind)),
        Err(None) => return Err(explain(text, parser.at, options)),
    };
    let Seen { start, header, records, opaque, unread, .. } = parser.seen;
    let copies = options.tolerates(Tolerance::Copies);
    let plain = parser.plain && parser.runs.sorted;
    let index =
        Index::new(text, parser.runs.list, parser.runs.sorted, copies).map_err(|clash| overlap(text, &clash))?;
    let start = start.unwrap_or(0);
    Ok(Parsed { index, start, end, header, records, opaque, unread, case: parser.case, plain })
}

struct Parser<'t> {
    text: &'t [u8],
    options: &'t Options,
    /// The line being read.
    at: usize,
    runs: Runs,
    /// Of the first letter that is a digit.
    case: Case,
    /// How the line before ends.
    end: End,
    /// Whether the line before is of a block of symbols.
    symbols: bool,
    /// Whether there is nothing to tell of the text. May be false where there is not.
    plain: bool,
    seen: Seen,
}

/// What the records had so far.
#[derive(Default)]
struct Seen {
    /// Any record.
    any: bool,
    opaque: bool,
    unread: usize,
    header: Option<usize>,
    /// Data records.
    records: u64,
    /// The type of the first of those.
    kind: Option<u8>,
    start: Option<u32>,
    /// Where the record lies that ends the file.
    end: usize,
}

/// What is wrong with the line at hand; nothing when its text is no record.
type Wrong = Option<SrecErrorKind>;

impl<'t> Parser<'t> {
    fn new(text: &'t [u8], options: &'t Options) -> Self {
        // Digits of the other case than this letter's are read as well, though not ahead.
        let records = lines(text).map(|(_, line, _)| line).filter(|line| matches!(line, [b'S' | b's', ..]));
        let letter =
            records.flat_map(|line| line.iter().skip(2)).find(|byte| matches!(byte, b'A'..=b'F' | b'a'..=b'f'));
        let case = if letter.is_some_and(u8::is_ascii_lowercase) { Case::Lower } else { Case::Upper };
        let (runs, seen) = (Runs::new(options.limits.runs), Seen::default());
        Self { text, options, at: 0, runs, case, end: End::Missing, symbols: false, plain: true, seen }
    }

    /// Reads all records; where the one lies that ends the file.
    fn records(&mut self) -> Result<Option<usize>, Wrong> {
        loop {
            let text: &'t [u8] = self.text.get(self.at..).or_never("never beyond the end");
            let (record, stride) = if let Some(found) = self.plain(text) {
                found
            } else {
                self.plain = false;
                match self.loose(text)? {
                    Some(found) => found,
                    None if text.is_empty() => return Ok(None),
                    None => continue,
                }
            };
            let mut extended = false;
            match record.role() {
                Role::End => return self.last(record).map(Some),
                Role::Data => extended = self.data(record)?,
                Role::Header => {
                    self.plain &= !self.seen.any && record.address == 0;
                    self.seen.header = self.seen.header.or(Some(self.at));
                }
                Role::Count => self.count(record)?,
                Role::Other => self.other(record.kind)?,
            }
            self.seen.any = true;
            self.at += stride;
            if extended {
                self.ahead(record, stride);
            }
        }
    }

    /// A line that is a record and nothing else, and the length of the line. Whatever follows the record that ends
    /// the file is not looked at.
    #[inline]
    fn plain(&mut self, text: &'t [u8]) -> Option<(Record<'t>, usize)> {
        let record = if let Some(record) = read_in(text, Alphabet::of(self.case)) {
            record
        } else {
            self.plain = false;
            read(text)?
        };
        let end = match End::of(text.get(record.text_len()..)?) {
            Some(end) => end,
            None if record.role() == Role::End => End::Missing,
            None => return None,
        };
        if end != self.end {
            self.plain &= self.end == End::Missing && end != End::Cr;
            self.end = end;
        }
        Some((record, record.text_len() + end.len()))
    }

    /// The record in a line that has more than that, where such lines are read, and the length of the line. Nothing
    /// for a line without one, which is passed.
    fn loose(&mut self, text: &'t [u8]) -> Result<Option<(Record<'t>, usize)>, Wrong> {
        if text.is_empty() {
            return if self.seen.any && self.options.tolerates(Tolerance::NoEof) {
                self.ends().map(|()| None)
            } else {
                Err(None)
            };
        }
        let line = Line::read(text, self.symbols).filter(|line| line.is_tolerated(self.options)).ok_or(None)?;
        match line.content {
            Content::Record(record, _) => return Ok(Some((record, line.stride()))),
            Content::Symbols(symbols) => self.symbols = symbols,
            Content::Blank | Content::Comment => {}
        }
        self.at += line.stride();
        Ok(None)
    }

    /// Whether the file may end here.
    fn ends(&mut self) -> Result<(), Wrong> {
        if self.runs.list.is_empty() && !self.options.tolerates(Tolerance::NoData) {
            return Err(Some(SrecErrorKind::NoData));
        }
        Ok(())
    }

    /// Adds a data record; whether it went to the last run.
    #[inline]
    fn data(&mut self, record: Record<'_>) -> Result<bool, Wrong> {
        self.seen.records += 1;
        self.plain &= *self.seen.kind.get_or_insert(record.kind) == record.kind;
        // Not beyond the limit on the text.
        let at = u32::try_from(self.at).unwrap_or(u32::MAX);
        let len = record.len();
        if len == 0 {
            self.plain = false;
            return Ok(false);
        }
        let (address, form) = (record.address, Form::dense(record.header()));
        let run = Run { at, address, records: 1, stride: 0, len, skip: 0, full: len, form };
        if run.end() > 1 << (8 * u32::from(record.width)) {
            return Err(Some(SrecErrorKind::PastEnd { kind: record.kind, address, len }));
        }
        let limit = self.runs.limit;
        self.runs.push(run).map_err(|TooMany| Some(SrecErrorKind::TooManyRuns { limit }))
    }

    /// Reads on while each line looks just as the one before, which was added to the last run.
    fn ahead(&mut self, record: Record<'_>, stride: usize) {
        let (kind, len, case) = (record.kind, record.len(), self.case);
        let line = runs::Line { len, address: record.address, stride, case };
        let more = match record.width {
            2 => Mark::<2>::new(kind, len, case).map(|head| self.runs.ahead(self.text, self.at, head, line)),
            3 => Mark::<3>::new(kind, len, case).map(|head| self.runs.ahead(self.text, self.at, head, line)),
            _ => Mark::<4>::new(kind, len, case).map(|head| self.runs.ahead(self.text, self.at, head, line)),
        };
        let more = more.unwrap_or(0);
        self.seen.records += u64::from(more);
        self.at += usize::from(more) * stride;
    }

    /// A record that says how many data records there are so far.
    fn count(&mut self, record: Record<'_>) -> Result<(), Wrong> {
        expect_no_data(record)?;
        let (found, expected) = (record.address, self.seen.records);
        if u64::from(found) != expected {
            self.plain = false;
            if !self.options.tolerates(Tolerance::Counts) {
                return Err(Some(SrecErrorKind::Records { kind: record.kind, found, expected }));
            }
        }
        Ok(())
    }

    /// A record of a type that is none.
    #[cold]
    fn other(&mut self, found: u8) -> Result<(), Wrong> {
        (self.seen.opaque, self.plain) = (true, false);
        self.seen.unread += 1;
        if self.options.tolerates(Tolerance::Types) {
            return Ok(());
        }
        self.at += 1;
        Err(Some(SrecErrorKind::Type { found }))
    }

    /// The record that ends the file, and what follows it.
    fn last(&mut self, record: Record<'_>) -> Result<usize, Wrong> {
        expect_no_data(record)?;
        self.ends()?;
        let (at, end) = (self.at, self.at + record.text_len());
        (self.seen.start, self.seen.end) = (Some(record.address), at);
        let tail = self.text.get(end..).or_never("the record was read");
        let ends = self.seen.kind.is_some_and(|kind| kind + record.kind == b'1' + b'9');
        self.plain &= ends && !tail.is_empty() && tail.iter().all(|byte| matches!(byte, b'\r' | b'\n'));
        for (offset, rest) in tail::parts(tail) {
            self.at = end + offset;
            self.rest(rest)?;
        }
        Ok(at)
    }

    /// A part of what follows the record that ends the file.
    fn rest(&mut self, rest: Rest<'_>) -> Result<(), Wrong> {
        let tolerated = |kind| self.options.tolerates(kind);
        let wrong = match rest {
            Rest::Record(record) if record.role() == Role::Count => return self.count(record),
            Rest::Record(record) if record.role() == Role::End => return self.again(record),
            Rest::Record(_) | Rest::Broken => SrecErrorKind::RecordAfterEnd,
            Rest::Digit => {
                SrecErrorKind::Behind { found: self.text.get(self.at).copied().or_never("a place in the text") }
            }
            Rest::Blanks if tolerated(Tolerance::Blanks) => return Ok(()),
            Rest::Behind if tolerated(Tolerance::TextBehind) => return Ok(()),
            Rest::Text if tolerated(Tolerance::AfterEof) => return Ok(()),
            Rest::Blanks | Rest::Behind | Rest::Text => SrecErrorKind::AfterEnd,
        };
        Err(Some(wrong))
    }

    /// Another record that ends the file: it must give the same start address, or else is the one that counts.
    fn again(&mut self, record: Record<'_>) -> Result<(), Wrong> {
        expect_no_data(record)?;
        let (found, expected) = (record.address, self.seen.start.replace(record.address).unwrap_or(record.address));
        if found != expected && !self.options.tolerates(Tolerance::Starts) {
            let line = line_of(self.text, self.seen.end);
            return Err(Some(SrecErrorKind::Start { found, expected, line }));
        }
        Ok(())
    }
}

fn expect_no_data(record: Record<'_>) -> Result<(), Wrong> {
    match record.len() {
        0 => Ok(()),
        found => Err(Some(SrecErrorKind::Len { kind: record.kind, found })),
    }
}

#[cfg(test)]
mod tests {
    use std::prelude::v1::*;

    use super::*;
    use crate::image::hex::LineEnd;
    use crate::image::srec::Style;

    /// Lines of 3 to 70 bytes are read ahead to the last address that their type has; without that they would be read
    /// as well, in several times the time.
    #[test]
    fn usual_lines_are_read_ahead() {
        let options = Options::strict();
        let ways = [(LineEnd::Lf, Case::Upper), (LineEnd::CrLf, Case::Lower)];
        for ((line_end, case), len) in ways.into_iter().flat_map(|way| (3..=70_u8).map(move |len| (way, len))) {
            for (kind, end) in [(b'1', 1_u64 << 16), (b'2', 1 << 24), (b'3', 1 << 32)] {
                let style = Style { line_end, case, ..Style::default() };
                let first = end - u64::from(len) * 300;
                let text: Vec<u8> = (0..300)
                    .map(|n| u32::try_from(first + n * u64::from(len)).unwrap())
                    .flat_map(|at| style.line(kind, at, &[0xAB].repeat(len.into())))
                    .collect();
                let mut parser = Parser::new(&text, &options);
                for _ in 0..2 {
                    let (record, stride) = parser.plain(&text[parser.at..]).unwrap();
                    let extended = parser.data(record).unwrap();
                    parser.at += stride;
                    if extended {
                        parser.ahead(record, stride);
                    }
                }
                let found = (parser.at, parser.runs.list.len(), parser.runs.high, parser.seen.records);
                assert_eq!(found, (text.len(), 1, end, 300), "{} {style:?}", char::from(kind));
            }
        }
    }
}
