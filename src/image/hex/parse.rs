//! Text to index: which runs of records hold which addresses.

use alloc::vec::Vec;

use super::error::{HexError, HexErrorKind, explain};
use super::index::{Clash, Index, Run};
use super::line::{Content, Line, line_end};
use super::options::{Crossing, MissingEof, Options, Overlap, Unknown};
use crate::digits::{self, BAD, Case};
use crate::image::container::Start;
use crate::image::line::{HEADER, Record, kind, read};

/// What the text says.
pub(super) struct Parsed {
    pub(super) index: Index,
    pub(super) start: Start,
    /// Where the end-of-file record lies.
    pub(super) eof: Option<usize>,
    /// Whether there are records of types that were not looked at.
    pub(super) opaque: bool,
}

/// Reads the whole text.
pub(super) fn parse(text: &[u8], options: &Options) -> Result<Parsed, HexError> {
    let limit = options.limits.text;
    if !u32::try_from(text.len()).is_ok_and(|len| len <= limit) {
        return Err(HexError::at(text, 0, HexErrorKind::TextTooLong { len: text.len(), limit }));
    }
    let mut parser = Parser { text, options, at: 0, base: 0, base_kind: None, runs: Vec::new(), seen: Seen::default() };
    let eof = match parser.records() {
        Ok(eof) => eof,
        Err(Some(kind)) => return Err(HexError::at(text, parser.at, kind)),
        Err(None) => return Err(explain(text, parser.at, options)),
    };
    let Seen { segment, linear, opaque, .. } = parser.seen;
    let start = Start { segment: segment.map(|(n, _)| n), linear: linear.map(|(n, _)| n) };
    let copies = options.overlap == Overlap::Equal;
    let index = Index::new(text, parser.runs, copies).map_err(|clash| overlap(text, &clash))?;
    Ok(Parsed { index, start, eof, opaque })
}

/// The error of the record that comes second in the text.
fn overlap(text: &[u8], clash: &Clash) -> HexError {
    let line = HexError::line_of(text, clash.first.line);
    let &Clash { address, equal, alike, .. } = clash;
    HexError::at(text, clash.second.line, HexErrorKind::Overlap { address, line, equal, sqtp: alike && !equal })
}

struct Parser<'t> {
    text: &'t [u8],
    options: &'t Options,
    /// The line being read.
    at: usize,
    /// What the last type 02 or 04 record adds to addresses.
    base: u32,
    /// The type of that record, if there was one.
    base_kind: Option<u8>,
    /// In the order of the text.
    runs: Vec<Run>,
    seen: Seen,
}

/// What the records had so far besides data.
#[derive(Default)]
struct Seen {
    /// Any record.
    any: bool,
    opaque: bool,
    /// The CS:IP of the type 03 record, and where it lies.
    segment: Option<(u32, usize)>,
    /// The address of the type 05 record, and where it lies.
    linear: Option<(u32, usize)>,
}

/// What is wrong with the line at hand; nothing when its text is no record.
type Wrong = Option<HexErrorKind>;

impl<'t> Parser<'t> {
    /// Reads all records; where the end-of-file record lies.
    fn records(&mut self) -> Result<Option<usize>, Wrong> {
        loop {
            let text: &'t [u8] = self.text.get(self.at..).unwrap_or_default();
            let Some((record, lead, stride)) = plain(text).map_or_else(|| self.loose(text), |plain| Ok(Some(plain)))?
            else {
                if text.is_empty() {
                    return Ok(None);
                }
                continue;
            };
            if record.kind == kind::EOF {
                return self.eof(record, lead).map(Some);
            }
            self.seen.any = true;
            match record.kind {
                kind::DATA => self.data(record, self.at + lead)?,
                kind::SEGMENT => (self.base, self.base_kind) = (self.base_of(record)? << 4, Some(record.kind)),
                kind::LINEAR => (self.base, self.base_kind) = (self.base_of(record)? << 16, Some(record.kind)),
                kind::START_SEGMENT | kind::START_LINEAR => self.start(record)?,
                found if self.options.unknown == Unknown::Error => return Err(Some(HexErrorKind::Type { found })),
                _ => self.seen.opaque = true,
            }
            self.at += stride;
            if record.kind == kind::DATA {
                self.ahead(record, stride);
            }
        }
    }

    /// The record in a line that has more than that, where such lines are read: the record, what is
    /// in front of it, and the length of the line. Nothing for a line without one, which is passed.
    fn loose(&mut self, text: &'t [u8]) -> Result<Option<(Record<'t>, usize, usize)>, Wrong> {
        if text.is_empty() && self.seen.any && self.options.eof == MissingEof::Accept {
            return Ok(None);
        }
        if !self.options.is_lenient() || text.is_empty() {
            return Err(None);
        }
        let line = Line::read(text, self.at == 0).ok_or(None)?;
        match line.content {
            Content::Record(record, _) => Ok(Some((record, line.lead, line.stride()))),
            Content::Blank | Content::Comment => {
                self.at += line.stride();
                Ok(None)
            }
        }
    }

    /// Adds a data record, whose colon lies at `at`.
    fn data(&mut self, record: Record<'_>, at: usize) -> Result<(), Wrong> {
        // Not beyond the limit on the text.
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        let (base, full) = (self.base, record.len);
        let Some(last) = full.checked_sub(1) else { return Ok(()) };
        let whole = Run { at, address: 0, records: 1, stride: 0, len: full, skip: 0, full };
        if record.address.checked_add(u16::from(last)).is_some() {
            // Cannot wrap: a base leaves room for 16 bits.
            return self.push(Run { address: base.wrapping_add(u32::from(record.address)), ..whole });
        }
        let address = u64::from(base) + u64::from(record.address);
        let crossing = match self.base_kind {
            Some(kind::SEGMENT) => self.options.crossing,
            Some(_) if !self.options.is_lenient() => Crossing::Reject,
            _ => Crossing::Linear,
        };
        match crossing {
            Crossing::Reject => Err(Some(HexErrorKind::Past64K { address, len: full })),
            Crossing::Linear => match u32::try_from(address + u64::from(last)) {
                Ok(_) => self.push(Run { address: base.wrapping_add(u32::from(record.address)), ..whole }),
                Err(_) => Err(Some(HexErrorKind::Past4G { address, len: full })),
            },
            Crossing::Wrap => {
                // What fits below the end of the segment: less than the record has.
                let len = u8::try_from(0x1_0000 - u32::from(record.address)).unwrap_or(last);
                self.push(Run { address: base.wrapping_add(u32::from(record.address)), len, ..whole })?;
                self.push(Run { address: base, len: full - len, skip: len, ..whole })
            }
        }
    }

    /// Adds a run of one record to the one that it continues, or as a new one. Of two regions that
    /// take turns, both are looked at.
    #[inline]
    fn push(&mut self, run: Run) -> Result<(), Wrong> {
        if let Some(last) = self.runs.last_mut() {
            if last.extend(run) {
                return Ok(());
            }
        }
        if let [.., other, last] = self.runs.as_mut_slice() {
            if other.extend(run) {
                core::mem::swap(other, last);
                return Ok(());
            }
        }
        let limit = self.options.limits.runs;
        if !u32::try_from(self.runs.len()).is_ok_and(|runs| runs < limit) {
            return Err(Some(HexErrorKind::TooManyRuns { limit }));
        }
        self.runs.push(run);
        Ok(())
    }

    /// Reads on while lines are of the same usual length.
    #[inline]
    fn ahead(&mut self, record: Record<'_>, stride: usize) {
        match (record.len, stride) {
            (16, 44) => self.lines::<34, 44>(record),
            (16, 45) => self.lines::<34, 45>(record),
            (32, 76) => self.lines::<66, 76>(record),
            (32, 77) => self.lines::<66, 77>(record),
            _ => {}
        }
    }

    /// Reads on while each line looks just as the one before, but for its address and data, or is a
    /// type 04 record. What is not is left to `records`. `LINE` is all of a line: its header, `DIGITS`,
    /// and LF or CR LF.
    #[inline(never)]
    fn lines<const DIGITS: usize, const LINE: usize>(&mut self, record: Record<'_>) {
        let text: &'t [u8] = self.text.get(self.at - LINE..).unwrap_or_default();
        let Some((first, mut text)) = text.split_first_chunk::<LINE>().filter(|(line, _)| eol::<DIGITS, LINE>(line))
        else {
            return;
        };
        let (Some(mut run), Ok(stride)) = (self.runs.pop(), u16::try_from(LINE)) else { return };
        if run.len != run.full {
            return self.runs.push(run);
        }
        if run.records == 1 {
            run.stride = stride;
        }
        let shape = Shape::<DIGITS, LINE>::of(first, record.len);
        let limit = usize::try_from(self.options.limits.runs).unwrap_or(usize::MAX).saturating_sub(1);
        let (mut address, mut at, mut moved) = (record.address, self.at, false);
        loop {
            if run.stride == stride && !moved {
                let more = shape.following(text, address, u16::MAX - run.records);
                let len = usize::from(more) * LINE;
                run.records += more;
                address = address.wrapping_add(more.wrapping_mul(record.len.into()));
                (text, at) = (text.get(len..).unwrap_or_default(), at + len);
            }
            let Some((line, rest)) = text.split_first_chunk::<LINE>() else { break };
            if let Some(next) = shape.address(line) {
                if !shape.holds(line, next) {
                    break;
                }
                let from = self.base.wrapping_add(u32::from(next));
                let begin = u32::try_from(at).unwrap_or(u32::MAX);
                let new = Run { at: begin, address: from, records: 1, stride, ..run };
                // Of two regions that take turns, the other one may go on.
                if let Some(other) = self.runs.last_mut().filter(|other| other.end() == new.start()) {
                    if other.extend(new) {
                        core::mem::swap(other, &mut run);
                        (text, at, address, moved) = (rest, at + LINE, next, false);
                        continue;
                    }
                }
                if self.runs.len() >= limit {
                    break;
                }
                self.runs.push(core::mem::replace(&mut run, new));
                (text, at, address, moved) = (rest, at + LINE, next, false);
            } else if let Some((base, len)) = linear(text) {
                (self.base, self.base_kind, moved) = (base, Some(kind::LINEAR), true);
                (text, at) = (text.get(len..).unwrap_or_default(), at + len);
            } else {
                break;
            }
        }
        self.at = at;
        self.runs.push(run);
    }

    /// The end-of-file record, and what follows it: blank lines, Ctrl-Z and NUL padding; else
    /// anything, where that is read, but no digit at once and no colon in the same line.
    fn eof(&mut self, record: Record<'_>, lead: usize) -> Result<usize, Wrong> {
        expect_len(record, 0)?;
        if !self.seen.any && !self.options.is_lenient() {
            return Err(Some(HexErrorKind::NoData));
        }
        let (at, end) = (self.at + lead, self.at + lead + record.text_len());
        let tail = self.text.get(end..).unwrap_or_default();
        let found = if self.options.is_lenient() {
            let more = tail.first().is_some_and(|&c| digits::nibble(c) != BAD);
            let line = tail.iter().take_while(|byte| !matches!(byte, b'\r' | b'\n'));
            if more { Some(0) } else { line.clone().position(|&c| c == b':') }
        } else {
            tail.iter().position(|byte| !matches!(byte, b'\r' | b'\n' | 0x1A | 0))
        };
        match found {
            Some(found) => {
                self.at = end + found;
                Err(Some(HexErrorKind::AfterEof))
            }
            None => Ok(at),
        }
    }

    fn expect_no_address(&self, record: Record<'_>) -> Result<(), Wrong> {
        if record.address != 0 && !self.options.is_lenient() {
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
            Some((expected, first)) if expected != found && !self.options.is_lenient() => {
                let line = HexError::line_of(self.text, first);
                Err(Some(HexErrorKind::Start { found, expected, line }))
            }
            Some((expected, _)) if expected == found => Ok(()),
            _ => {
                *noted = Some((found, self.at));
                Ok(())
            }
        }
    }
}

/// Whether a line of `LINE` characters ends as its length says, in LF or CR LF. CR alone is left to
/// others: of the next line, it may be the first half of CR LF.
#[inline]
fn eol<const DIGITS: usize, const LINE: usize>(line: &[u8; LINE]) -> bool {
    let cr = LINE == HEADER + DIGITS + 1 || line.get(LINE - 2) == Some(&b'\r');
    cr && line.last() == Some(&b'\n')
}

/// What lines of one length have in common: header but for the address, letter case, line end.
struct Shape<const DIGITS: usize, const LINE: usize> {
    /// The first eight characters of the header as a number, the address left out; and the last one.
    like: (u64, u8),
    /// Which digits are looked for; the others are read slowly.
    case: Case,
    len: u8,
}

/// The address digits of a header.
const ADDRESS: u64 = 0x00FF_FFFF_FF00_0000;

/// The header of a record: its first eight characters as a number, and the last one.
#[inline]
fn header<const LINE: usize>(line: &[u8; LINE]) -> (u64, u8) {
    match line.first_chunk::<HEADER>() {
        Some(&[c0, c1, c2, c3, c4, c5, c6, c7, c8]) => (u64::from_le_bytes([c0, c1, c2, c3, c4, c5, c6, c7]), c8),
        None => (0, 0),
    }
}

impl<const DIGITS: usize, const LINE: usize> Shape<DIGITS, LINE> {
    fn of(line: &[u8; LINE], len: u8) -> Self {
        let lower = line.iter().take(HEADER).any(u8::is_ascii_lowercase);
        let (header, kind) = header(line);
        Self { like: (header & !ADDRESS, kind), case: if lower { Case::Lower } else { Case::Upper }, len }
    }

    /// How many lines of `text`, at most `most`, hold what follows in memory the record at `address`.
    #[inline]
    fn following(&self, text: &[u8], mut address: u16, most: u16) -> u16 {
        let mut lines = 0;
        for line in text.chunks_exact(LINE) {
            let (Some(line), Some(next)) = (line.first_chunk::<LINE>(), address.checked_add(self.len.into())) else {
                break;
            };
            let [high, low] = next.to_be_bytes();
            let expected = self.like.0
                | u64::from(u16::from_le_bytes(digits::pair(low, self.case))) << 40
                | u64::from(u16::from_le_bytes(digits::pair(high, self.case))) << 24;
            if header(line) != (expected, self.like.1) || lines == most || !self.holds(line, next) {
                break;
            }
            address = next;
            lines += 1;
        }
        lines
    }

    /// The address in a line whose header is like this one but for that.
    #[inline]
    fn address(&self, line: &[u8; LINE]) -> Option<u16> {
        let (header, kind) = header(line);
        if (header & !ADDRESS, kind) != self.like {
            return None;
        }
        let [_, _, _, a3, a2, a1, a0, _] = header.to_le_bytes();
        Some(u16::from_be_bytes([digits::byte([a3, a2])?, digits::byte([a1, a0])?]))
    }

    /// Whether a line whose header is right and says `address` is a record that does not pass its
    /// 64 KiB, and ends as it should.
    #[inline]
    fn holds(&self, line: &[u8; LINE], address: u16) -> bool {
        let [high, low] = address.to_be_bytes();
        let sum = self.len.wrapping_add(high).wrapping_add(low);
        let data = line.get(HEADER..).and_then(|data| data.first_chunk::<DIGITS>());
        let fits = address <= u16::MAX - u16::from(self.len) + 1;
        fits && eol::<DIGITS, LINE>(line) && data.is_some_and(|data| digits::adds_up(data, sum))
    }
}

/// The base of the type 04 record that is the first line of `text`, and the length of the line.
fn linear(text: &[u8]) -> Option<(u32, usize)> {
    let (record, _, stride) = plain(text)?;
    let linear = record.kind == kind::LINEAR && record.len == 2 && record.address == 0;
    linear.then(|| (record.number() << 16, stride))
}

/// A line that is a record and nothing else: the record, what is in front of it, the length of the
/// line. Whatever follows an end-of-file record is not looked at.
#[inline]
fn plain(text: &[u8]) -> Option<(Record<'_>, usize, usize)> {
    let record = read(text)?;
    let rest = text.get(record.text_len()..)?;
    let end = if record.kind == kind::EOF { 0 } else { line_end(rest)?.len() };
    Some((record, 0, record.text_len() + end))
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
    use crate::digits::Case;
    use crate::image::hex::{LineEnd, Style};

    /// The lines that linkers write are read ahead to the last one, over gaps, changes of the base and
    /// regions that take turns; without that they would be read as well, in several times the time.
    #[test]
    fn usual_lines_are_read_ahead() {
        let options = Options::strict();
        for len in [16, 32] {
            for (line_end, case) in
                [LineEnd::Lf, LineEnd::CrLf].map(|end| [(end, Case::Upper), (end, Case::Lower)]).as_flattened()
            {
                let style = Style { record_len: len, line_end: *line_end, case: *case, ..Style::default() };
                let mut text = Vec::new();
                let record = |at: u16| style.line(kind::DATA, at, &[0xAB].repeat(len.into()));
                for upper in [0x0800_u16, 0x080A] {
                    text.extend(style.line(kind::LINEAR, 0, &upper.to_be_bytes()));
                    for at in (0xA000..0xAFFF).step_by(0x40) {
                        text.extend([record(at), record(at + (0x5040 - u16::from(len)))].concat());
                    }
                }
                let first = style.line(kind::LINEAR, 0, &[0; 2]).len();
                let mut parser = Parser {
                    text: &text,
                    options: &options,
                    at: first,
                    base: 0,
                    base_kind: None,
                    runs: Vec::new(),
                    seen: Seen::default(),
                };
                let (record, _, stride) = plain(&text[first..]).unwrap();
                parser.data(record, first).unwrap();
                parser.at += stride;
                parser.ahead(record, stride);
                assert_eq!(parser.at, text.len(), "{style:?}");
            }
        }
    }
}
