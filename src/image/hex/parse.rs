//! Text to index: which runs of records hold which addresses.

use super::ahead::{Colon, Short};
use super::error::{HexError, HexErrorKind, explain, overlap};
use super::line::{Content, Line, line_end};
use super::tail::{self, Odd};
use crate::digits::{self, Alphabet, BAD, Case};
use crate::image::ahead;
use crate::image::container::Start;
use crate::image::index::{Form, Index, Run};
use crate::image::line::{Record, kind, read, read_in};
use crate::image::options::{Crossing, Options, Tolerance};
use crate::image::runs::{self, Runs, TooMany};
use crate::image::text::{self, BOM, End};
use crate::never::OrNever;
use crate::width;

/// What the text says.
pub(super) struct Parsed {
    pub(super) index: Index,
    pub(super) start: Start,
    /// Where the end-of-file record lies.
    pub(super) eof: Option<usize>,
    /// Whether there are records of types that were not looked at.
    pub(super) opaque: bool,
    /// How many records were not read: of other types, or after the end-of-file record.
    pub(super) unread: usize,
    /// Whether there is nothing to tell of the text. May be false where there is not.
    pub(super) plain: bool,
}

/// Reads the whole text.
pub(super) fn parse(text: &[u8], options: &Options) -> Result<Parsed, HexError> {
    let limit = options.limits.text;
    if !u32::try_from(text.len()).is_ok_and(|len| len <= limit) {
        return Err(HexError::at(text, 0, HexErrorKind::TextTooLong { len: text.len(), limit }));
    }
    let mut parser = Parser::new(text, options);
    let eof = match parser.records() {
        Ok(eof) => eof,
        Err(Some(kind)) => return Err(HexError::at(text, parser.at, kind)),
        Err(None) => return Err(explain(text, parser.at, options)),
    };
    let Seen { segment, linear, opaque, unread, .. } = parser.seen;
    let start = Start { segment: segment.map(|(n, _)| n), linear: linear.map(|(n, _)| n) };
    let copies = options.tolerates(Tolerance::Copies);
    let index =
        Index::new(text, parser.runs.list, parser.runs.sorted, copies).map_err(|clash| overlap(text, &clash))?;
    let plain = parser.plain && parser.runs.sorted && segment.and(linear).is_none();
    Ok(Parsed { index, start, eof, opaque, unread, plain })
}

/// How records are written, from their colon on.
const FORM: Form = Form::dense(9);

struct Parser<'t> {
    text: &'t [u8],
    options: &'t Options,
    /// The line being read.
    at: usize,
    /// What the last type 02 or 04 record adds to addresses.
    base: u32,
    /// The type of that record, if there was one.
    base_kind: Option<u8>,
    runs: Runs,
    /// Of the first letter that may be a digit.
    case: Case,
    /// How the line before ends.
    end: End,
    /// Whether there is nothing to tell of the text. May be false where there is not.
    plain: bool,
    seen: Seen,
}

/// What the records had so far besides data.
#[derive(Default)]
struct Seen {
    /// Any record.
    any: bool,
    opaque: bool,
    unread: usize,
    /// The CS:IP of the type 03 record, and where it lies.
    segment: Option<(u32, usize)>,
    /// The address of the type 05 record, and where it lies.
    linear: Option<(u32, usize)>,
}

/// What is wrong with the line at hand; nothing when its text is no record.
type Wrong = Option<HexErrorKind>;

impl<'t> Parser<'t> {
    fn new(text: &'t [u8], options: &'t Options) -> Self {
        // Digits of the other case than this letter's are read as well, though not ahead.
        let letter = text.iter().find(|byte| matches!(byte, b'A'..=b'F' | b'a'..=b'f'));
        let case = if letter.is_some_and(u8::is_ascii_lowercase) { Case::Lower } else { Case::Upper };
        let (runs, seen) = (Runs::new(options.limits.runs), Seen::default());
        let end = End::Missing;
        Self { text, options, at: 0, base: 0, base_kind: None, runs, case, end, plain: true, seen }
    }

    /// Reads all records; where the end-of-file record lies.
    fn records(&mut self) -> Result<Option<usize>, Wrong> {
        loop {
            let text: &'t [u8] = self.text.get(self.at..).or_never("never beyond the end");
            let (record, lead, stride) = if let Some((record, stride)) = self.plain(text) {
                (record, 0, stride)
            } else {
                self.plain = false;
                match self.loose(text)? {
                    Some(found) => found,
                    None if text.is_empty() => return Ok(None),
                    None => continue,
                }
            };
            if record.kind == kind::EOF {
                return self.eof(record, lead).map(Some);
            }
            self.seen.any = true;
            let mut extended = false;
            match record.kind {
                kind::DATA => extended = self.data(record, self.at + lead)?,
                kind::SEGMENT => self.base(self.base_of(record)? << 4, record.kind),
                kind::LINEAR => self.base(self.base_of(record)? << 16, record.kind),
                kind::START_SEGMENT | kind::START_LINEAR => self.start(record)?,
                found => self.other(found)?,
            }
            self.plain &= record.kind == kind::DATA || record.address == 0;
            self.at += stride;
            if extended {
                self.ahead(record, stride);
            } else if record.kind == kind::DATA {
                self.singles();
            }
        }
    }

    /// A line that is a record and nothing else, and the length of the line. Whatever follows an
    /// end-of-file record is not looked at.
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
            None if record.kind == kind::EOF => End::Missing,
            None => return None,
        };
        if end != self.end {
            self.plain &= self.end == End::Missing && end != End::Cr;
            self.end = end;
        }
        let end = if record.kind == kind::EOF { 0 } else { end.len() };
        Some((record, record.text_len() + end))
    }

    /// What is added to addresses from here on.
    fn base(&mut self, base: u32, kind: u8) {
        self.plain &= self.base_kind.is_none_or(|before| before == kind);
        (self.base, self.base_kind) = (base, Some(kind));
    }

    /// The record in a line that has more than that, where such lines are read: the record, what is
    /// in front of it, and the length of the line. Nothing for a line without one, which is passed.
    fn loose(&mut self, text: &'t [u8]) -> Result<Option<(Record<'t>, usize, usize)>, Wrong> {
        if text.is_empty() {
            return if self.seen.any && self.options.tolerates(Tolerance::NoEof) { Ok(None) } else { Err(None) };
        }
        if let Some(end) = line_end(text) {
            self.at += end.len();
            return Ok(None);
        }
        let bom = self.at == 0 && text.starts_with(BOM);
        let line = Line::read(text, self.at == 0).ok_or(None)?;
        if !line.is_tolerated(bom, self.options) {
            return Err(None);
        }
        match line.content {
            Content::Record(record, _) => Ok(Some((record, line.lead, line.stride()))),
            Content::Blank | Content::Comment => {
                self.at += line.stride();
                Ok(None)
            }
        }
    }

    /// Adds a data record, whose colon lies at `at`; whether it went to the last run.
    #[inline]
    fn data(&mut self, record: Record<'_>, at: usize) -> Result<bool, Wrong> {
        // Not beyond the limit on the text.
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        let (base, full) = (self.base, record.len);
        let Some(last) = full.checked_sub(1) else {
            self.plain = false;
            return Ok(false);
        };
        // Cannot wrap: a base leaves room for 16 bits.
        let address = base.wrapping_add(u32::from(record.address));
        let whole = Run { at, address, records: 1, stride: 0, len: full, skip: 0, full, form: FORM };
        if record.address.checked_add(u16::from(last)).is_some() {
            return self.push(whole);
        }
        self.crossing(record, whole)
    }

    /// Adds a data record that passes its 64 KiB.
    #[cold]
    fn crossing(&mut self, record: Record<'_>, whole: Run) -> Result<bool, Wrong> {
        self.plain = false;
        let (address, full) = (whole.start(), whole.full);
        let crossing = match self.base_kind {
            Some(kind::SEGMENT) => self.options.crossing,
            _ => Crossing::Linear,
        };
        match crossing {
            Crossing::Reject => Err(Some(HexErrorKind::Past64K { address, len: full })),
            Crossing::Linear if whole.end() > 1 << 32 => Err(Some(HexErrorKind::Past4G { address, len: full })),
            Crossing::Linear => self.push(whole).map(|_| false),
            Crossing::Wrap => {
                // What fits below the end of the segment: less than the record has.
                let len = u8::try_from(0x1_0000 - u32::from(record.address)).unwrap_or(full);
                let _ = self.push(Run { len, ..whole })?;
                self.push(Run { address: self.base, len: full - len, skip: len, ..whole }).map(|_| false)
            }
        }
    }

    /// Adds a run of one record; whether it went to the last one.
    #[inline]
    fn push(&mut self, run: Run) -> Result<bool, Wrong> {
        let limit = self.runs.limit;
        self.runs.push(run).map_err(|TooMany| Some(HexErrorKind::TooManyRuns { limit }))
    }

    /// Reads on while each line looks just as the one before, which was added to the last run.
    fn ahead(&mut self, record: Record<'_>, stride: usize) {
        let line = runs::Line { len: record.len, address: record.address.into(), stride, case: self.case };
        let more = self.runs.ahead(self.text, self.at, Colon::new(record.len, self.case), line);
        self.at += usize::from(more) * stride;
    }

    /// Reads on while each line is a data record of its own length, behind all data so far, that ends as
    /// the line before.
    #[inline(never)]
    fn singles(&mut self) {
        let Some(short) = Short::new(self.case, self.end).filter(|_| self.runs.sorted) else { return };
        let limit = width::index(self.options.limits.runs.into());
        let (base, mut high) = (u64::from(self.base), self.runs.high);
        // Not beyond the limit on the text.
        let mut at = u32::try_from(self.at).unwrap_or(u32::MAX);
        let mut rest: &'t [u8] = self.text.get(self.at..).or_never("never beyond the end");
        while let Some((address, len, stride)) = short.read(rest) {
            let start = base + u64::from(address);
            if start < high || self.runs.list.len() >= limit {
                break;
            }
            let Some(next) = rest.get(stride..) else { break };
            let address = self.base.wrapping_add(address.into());
            let run = Run { at, address, records: 1, stride: 0, len, skip: 0, full: len, form: FORM };
            match self.runs.list.last_mut() {
                Some(last) if start == high && last.full == len => {
                    // Many of a length: these are read ahead.
                    if last.records >= 16 && ahead::reads(len) {
                        break;
                    }
                    if !last.extend(run) {
                        self.runs.list.push(run);
                    }
                }
                _ => {
                    if self.runs.list.len() == self.runs.list.capacity() {
                        self.reserve();
                    }
                    self.runs.list.push(run);
                }
            }
            high = start + u64::from(len);
            at = at.wrapping_add(u32::try_from(stride).or_never("the longest line is shorter"));
            rest = next;
        }
        self.runs.high = high;
        self.at = self.text.len() - rest.len();
    }

    /// Makes room for as many runs as there will be if the text goes on as it was.
    #[cold]
    fn reserve(&mut self) {
        let read = self.runs.list.last().map_or(1, |run| run.line(1).max(1));
        let (runs, left) = (self.runs.list.len(), self.text.len().saturating_sub(read));
        let more = runs.saturating_mul(left / read + 1);
        // The shortest records have 13 characters and a line end.
        let most = width::index(self.options.limits.runs.into()).saturating_sub(runs);
        self.runs.list.reserve_exact(more.min(left / 14).max(4).min(most));
    }

    /// The end-of-file record, and what follows it: empty lines, lines of `;` text, Ctrl-Z and NUL padding;
    /// else anything, where that is read, but no digit at once and no colon in the same line.
    fn eof(&mut self, record: Record<'_>, lead: usize) -> Result<usize, Wrong> {
        expect_len(record, 0)?;
        let (at, end) = (self.at + lead, self.at + lead + record.text_len());
        let tail = self.text.get(end..).or_never("the record was read");
        let line_ends = tail.iter().all(|byte| matches!(byte, b'\r' | b'\n'));
        self.plain &= record.address == 0 && !self.runs.list.is_empty() && !tail.is_empty() && line_ends;
        let odd = tail::odd(tail, self.options.tolerates(Tolerance::Blanks));
        let (found, kind) = match odd {
            None => (None, HexErrorKind::AfterEof),
            Some(_) if self.options.tolerates(Tolerance::AfterEof) => {
                self.seen.unread += tail::records(tail);
                let more = tail.first().is_some_and(|&c| digits::nibble(c) != BAD);
                let line = tail.iter().take_while(|byte| !matches!(byte, b'\r' | b'\n'));
                let found = if more { Some(0) } else { line.clone().position(|&c| c == b':') };
                (found, HexErrorKind::AfterEof)
            }
            Some(Odd::Record(found)) => (Some(found), HexErrorKind::RecordAfterEof),
            Some(Odd::UsedSqtp(found)) => (Some(found), HexErrorKind::UsedSqtp),
            Some(Odd::Other(found)) => (Some(found), HexErrorKind::AfterEof),
        };
        if let Some(found) = found {
            self.at = end + found;
            return Err(Some(kind));
        }
        if self.runs.list.is_empty() && !self.options.tolerates(Tolerance::NoData) {
            self.at = at;
            return Err(Some(HexErrorKind::NoData { only_eof: !self.seen.any }));
        }
        Ok(at)
    }

    /// A record of a type that is not of Intel HEX.
    #[cold]
    fn other(&mut self, found: u8) -> Result<(), Wrong> {
        (self.seen.opaque, self.plain) = (true, false);
        self.seen.unread += 1;
        match found {
            0x0A..=0x0E => Err(Some(HexErrorKind::UniversalHex { found })),
            _ if self.options.tolerates(Tolerance::Types) => Ok(()),
            _ => Err(Some(HexErrorKind::Type { found })),
        }
    }

    fn expect_no_address(&self, record: Record<'_>) -> Result<(), Wrong> {
        if record.address != 0 && !self.options.tolerates(Tolerance::AddressFields) {
            return Err(Some(HexErrorKind::AddressField { kind: record.kind, found: record.address }));
        }
        Ok(())
    }

    /// The number in a type 02 or 04 record.
    fn base_of(&self, record: Record<'_>) -> Result<u32, Wrong> {
        expect_len(record, 2)?;
        self.expect_no_address(record)?;
        Ok(record.number())
    }

    /// Notes a start address; a second one must be the same, or else is the one that counts.
    fn start(&mut self, record: Record<'_>) -> Result<(), Wrong> {
        expect_len(record, 4)?;
        self.expect_no_address(record)?;
        let noted = if record.kind == kind::START_LINEAR { &mut self.seen.linear } else { &mut self.seen.segment };
        let found = record.number();
        match *noted {
            Some((expected, first)) if expected != found && !self.options.tolerates(Tolerance::Starts) => {
                let line = text::line_of(self.text, first);
                Err(Some(HexErrorKind::Start { found, expected, line }))
            }
            Some((expected, _)) if expected == found => Ok(()),
            before => {
                self.plain &= before.is_none();
                *noted = Some((found, self.at));
                Ok(())
            }
        }
    }
}

fn expect_len(record: Record<'_>, expected: u8) -> Result<(), Wrong> {
    if record.len != expected {
        return Err(Some(HexErrorKind::Len { kind: record.kind, found: record.len, expected }));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::prelude::v1::*;

    use super::*;
    use crate::image::hex::{LineEnd, Style};

    /// Each character of a line in turn is another one: read ahead or not, the file is what a reader makes of it
    /// that takes digit by digit. Lines of all lengths that are read ahead and some beyond, among their like and
    /// among others.
    #[test]
    fn one_wrong_character() {
        let options = Options::strict();
        let value = |c: u8| char::from(c).to_digit(16);
        for (len, among) in (1_u8..=80).flat_map(|len| [(len, len), (len, len % 7 + 1)]) {
            let style = Style { line_end: if len % 2 == 0 { LineEnd::Lf } else { LineEnd::CrLf }, ..Style::default() };
            let (mut text, mut address, mut lines) = (Vec::new(), 0x1000, Vec::new());
            for (n, len) in [len, among].into_iter().cycle().take(22).enumerate() {
                lines.push(text.len());
                text.extend(style.line(kind::DATA, address, &[u8::try_from(n).unwrap() * 11].repeat(len.into())));
                address += u16::from(len);
            }
            text.extend(b":00000001FF\r\n");
            let right = parse(&text, &options).unwrap();
            assert!(
                right.index.runs.iter().map(|run| run.end() - run.start()).sum::<u64>() == u64::from(address) - 0x1000
            );
            for (at, other) in (lines[18]..lines[19]).flat_map(|at| b"/09:@AFG`afg\0\x10\xFF".map(|other| (at, other)))
            {
                let mut wrong = text.clone();
                let before = core::mem::replace(&mut wrong[at], other);
                let same = before == other || value(before).is_some() && value(before) == value(other);
                assert_eq!(parse(&wrong, &options).is_ok(), same, "{len} {among}: {}", String::from_utf8_lossy(&wrong));
            }
        }
    }

    /// Lines of 3 to 70 bytes are read ahead to the last one of each 64 KiB; without that they would be
    /// read as well, in several times the time.
    #[test]
    fn usual_lines_are_read_ahead() {
        let options = Options::strict();
        for (len, (line_end, case)) in (3..=70).flat_map(|len| {
            let ends = [LineEnd::Lf, LineEnd::CrLf].into_iter();
            ends.flat_map(|end| [(end, Case::Upper), (end, Case::Lower)]).map(move |way| (len, way))
        }) {
            let style = Style { record_len: len, line_end, case, ..Style::default() };
            let addresses = (0x1000_u16..0xFFFF - u16::from(len)).step_by(len.into());
            let text: Vec<u8> =
                addresses.flat_map(|at| style.line(kind::DATA, at, &[0xAB].repeat(len.into()))).collect();
            let mut parser = Parser::new(&text, &options);
            for _ in 0..2 {
                let (record, stride) = parser.plain(&text[parser.at..]).unwrap();
                let extended = parser.data(record, parser.at).unwrap();
                parser.at += stride;
                if extended {
                    parser.ahead(record, stride);
                }
            }
            assert_eq!((parser.at, parser.runs.list.len()), (text.len(), 1), "{style:?}");
        }
    }

    /// Lines of 1 to 67 bytes are read at once, whatever their neighbours' lengths, if they end below their 64 KiB and
    /// enough text follows; others are left to the reader of single records. So are the lines of a whole file.
    #[test]
    fn lines_of_any_length_are_read_ahead() {
        let options = Options::strict();
        for ((line_end, end), case) in [(LineEnd::Lf, End::Lf), (LineEnd::CrLf, End::CrLf)]
            .into_iter()
            .flat_map(|end| [(end, Case::Upper), (end, Case::Lower)])
        {
            let style = Style { line_end, case, ..Style::default() };
            let line = |at: u16, len: u8| style.line(kind::DATA, at, &[0xBE ^ len].repeat(len.into()));
            let short = Short::new(case, end).unwrap();
            for len in 0..=80_u8 {
                for (from_end, fits) in [(0x1_0000 - 0x5A5B, true), (0, true), (1, true), (-1, false)] {
                    let Ok(address) = u16::try_from(0x1_0000 - i32::from(len) - from_end) else { continue };
                    let mut text = line(address, len);
                    let stride = text.len();
                    text.extend(line(address, 72));
                    let expected = (fits && (1..=67).contains(&len)).then_some((address, len, stride));
                    assert_eq!(short.read(&text), expected, "{style:?}");
                    text[stride - 1] ^= 1;
                    assert_eq!(short.read(&text), None, "{style:?}");
                }
            }
            // No two of a length, so that each is a run of its own; one place in the middle is left out.
            let (mut text, mut at, mut lines) = (Vec::new(), 0x1000_u16, 0);
            for len in [20, 35, 19, 36, 67, 1, 4].into_iter().cycle().take(1100) {
                text.extend(line(at, len));
                at += u16::from(len) + u16::from(lines == 550);
                lines += 1;
            }
            let data = text.len();
            text.extend(style.line(kind::EOF, 0, &[]));
            text.extend(style.line(kind::DATA, 0, &[0; 72]));
            let mut parser = Parser::new(&text, &options);
            let (record, stride) = parser.plain(&text).unwrap();
            assert!(!parser.data(record, 0).unwrap());
            parser.at += stride;
            parser.singles();
            assert_eq!(
                (parser.at, parser.runs.list.len(), parser.runs.high),
                (data, lines, u64::from(at)),
                "{style:?}"
            );
            // Room was made once, for as many as there are.
            let room = parser.runs.list.capacity();
            assert!((lines..lines * 3 / 2).contains(&room), "{room} for {lines}");
        }
    }
}
