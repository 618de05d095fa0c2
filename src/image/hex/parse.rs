//! Text to index: which runs of records hold which addresses.

use alloc::vec::Vec;

use super::error::{HexError, HexErrorKind, explain};
use super::record::{self, HEADER, Record, kind};
use crate::digits::{self, Case};

/// Data records of one length that follow each other in the text, evenly spaced, and in memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    /// Offset of the first record's colon.
    pub(super) at: usize,
    /// Address of the first byte; HEX addresses have 32 bits.
    pub(super) address: u32,
    /// How many records.
    pub(super) records: u32,
    /// Characters from one record's colon to the next one's.
    pub(super) stride: u16,
    /// Data bytes in each record; not zero.
    pub(super) len: u8,
}

impl Run {
    pub(super) fn start(&self) -> u64 {
        u64::from(self.address)
    }

    pub(super) fn end(&self) -> u64 {
        self.start() + u64::from(self.records) * u64::from(self.len)
    }
}

/// What the text says, apart from its data.
#[derive(Default)]
pub(super) struct Parsed {
    /// In the order of addresses, none overlapping.
    pub(super) runs: Vec<Run>,
    /// The CS:IP of the type 03 record.
    pub(super) start_segment: Option<(u32, usize)>,
    /// The address of the type 05 record.
    pub(super) start_linear: Option<(u32, usize)>,
    /// Where the end-of-file record lies.
    pub(super) eof: usize,
}

/// Reads the whole text, strictly.
pub(super) fn parse(text: &[u8]) -> Result<Parsed, HexError> {
    let mut parser = Parser { text, at: 0, base: 0, parsed: Parsed::default() };
    match parser.records() {
        Ok(()) => {}
        Err(Some(kind)) => return Err(HexError::at(text, parser.at, kind)),
        Err(None) => return Err(explain(text, parser.at)),
    }
    let mut parsed = parser.parsed;
    order(text, &mut parsed.runs)?;
    Ok(parsed)
}

struct Parser<'t> {
    text: &'t [u8],
    /// The line being read.
    at: usize,
    /// What the last type 02 or 04 record adds to addresses.
    base: u32,
    parsed: Parsed,
}

/// What is wrong with the line at hand; nothing when its text is no record.
type Wrong = Option<HexErrorKind>;

impl<'t> Parser<'t> {
    fn records(&mut self) -> Result<(), Wrong> {
        loop {
            let text: &'t [u8] = self.text.get(self.at..).unwrap_or_default();
            let record = record::read(text).ok_or(None)?;
            if record.kind == kind::EOF {
                expect_len(record, 0)?;
                self.parsed.eof = self.at;
                return self.tail(record.text_len());
            }
            let eol = line_end(text.get(record.text_len()..).unwrap_or_default()).ok_or(None)?;
            let stride = record.text_len() + eol;
            match record.kind {
                kind::DATA => self.data(record, stride)?,
                kind::SEGMENT => self.base = base(record)? << 4,
                kind::LINEAR => self.base = base(record)? << 16,
                kind::START_SEGMENT => start(record, self.text, self.at, &mut self.parsed.start_segment)?,
                kind::START_LINEAR => start(record, self.text, self.at, &mut self.parsed.start_linear)?,
                found => return Err(Some(HexErrorKind::Type { found })),
            }
            self.at += stride;
            if record.kind == kind::DATA && eol != 0 {
                match record.len {
                    16 => self.ahead::<34>(record, stride),
                    32 => self.ahead::<66>(record, stride),
                    _ => {}
                }
            }
        }
    }

    /// Adds a data record to the run that it continues, or begins one.
    fn data(&mut self, record: Record<'_>, stride: usize) -> Result<(), Wrong> {
        let Some(last) = record.len.checked_sub(1) else { return Ok(()) };
        if record.address.checked_add(u16::from(last)).is_none() {
            let address = u64::from(self.base) + u64::from(record.address);
            return Err(Some(HexErrorKind::Past64K { address, len: record.len }));
        }
        // Neither sum can wrap: the base leaves room for 16 bits.
        let address = self.base.wrapping_add(u32::from(record.address));
        let stride = u16::try_from(stride).unwrap_or(u16::MAX);
        match self.parsed.runs.last_mut() {
            Some(run)
                if run.len == record.len
                    && run.stride == stride
                    && run.end() == u64::from(address)
                    && run.text_end() == self.at =>
            {
                run.records += 1;
            }
            _ => self.parsed.runs.push(Run { at: self.at, address, records: 1, stride, len: record.len }),
        }
        Ok(())
    }

    /// Reads on while each line looks just as the one before, at the next address. What does not is
    /// left to `records`.
    fn ahead<const DIGITS: usize>(&mut self, record: Record<'_>, stride: usize) {
        let Some(line) = self.at.checked_sub(stride).and_then(|at| self.text.get(at..self.at)) else { return };
        let Some((&first, _)) = line.split_first_chunk::<HEADER>() else { return };
        let eol = line.get(HEADER + DIGITS..).unwrap_or_default();
        // Of a later line, CR may be the first half of CR LF.
        if eol == b"\r" {
            return;
        }
        // The case of the header decides which digits are looked for; the other one is read slowly.
        let case = if first.iter().any(u8::is_ascii_lowercase) { Case::Lower } else { Case::Upper };
        let mut address = record.address;
        let mut records = 0;
        for line in self.text.get(self.at..).unwrap_or_default().chunks_exact(stride) {
            // The last byte may not pass 0xFFFF either.
            let Some(next) = address.checked_add(u16::from(record.len)) else { break };
            if next.checked_add(u16::from(record.len - 1)).is_none() {
                break;
            }
            let [high, low] = next.to_be_bytes();
            let ([a3, a2], [a1, a0]) = (digits::pair(high, case), digits::pair(low, case));
            let [colon, l1, l0, _, _, _, _, t1, t0] = first;
            let Some((header, rest)) = line.split_first_chunk::<HEADER>() else { break };
            let Some((data, end)) = rest.split_first_chunk::<DIGITS>() else { break };
            let sum = record.len.wrapping_add(high).wrapping_add(low);
            if *header != [colon, l1, l0, a3, a2, a1, a0, t1, t0] || end != eol || !record::continues(data, sum) {
                break;
            }
            address = next;
            records += 1;
        }
        if let Some(run) = self.parsed.runs.last_mut() {
            run.records += records;
        }
        self.at += usize::try_from(records).unwrap_or_default() * stride;
    }

    /// What follows the end-of-file record: blank lines, Ctrl-Z and NUL padding, nothing else.
    fn tail(&mut self, len: usize) -> Result<(), Wrong> {
        let tail = self.text.get(self.at + len..).unwrap_or_default();
        match tail.iter().position(|byte| !matches!(byte, b'\r' | b'\n' | 0x1A | 0)) {
            Some(found) => {
                self.at += len + found;
                Err(Some(HexErrorKind::AfterEof))
            }
            None => Ok(()),
        }
    }
}

impl Run {
    /// Where the line after the run's last begins.
    fn text_end(&self) -> usize {
        let records = usize::try_from(self.records).unwrap_or(usize::MAX);
        self.at.saturating_add(records.saturating_mul(usize::from(self.stride)))
    }
}

/// The length of the line ending that `text` begins with; zero at the end of the text.
fn line_end(text: &[u8]) -> Option<usize> {
    match text {
        [b'\r', b'\n', ..] => Some(2),
        [b'\n' | b'\r', ..] => Some(1),
        [] => Some(0),
        _ => None,
    }
}

fn expect_len(record: Record<'_>, expected: u8) -> Result<(), Wrong> {
    if record.len != expected {
        return Err(Some(HexErrorKind::Len { kind: record.kind, found: record.len, expected }));
    }
    Ok(())
}

fn expect_no_address(record: Record<'_>) -> Result<(), Wrong> {
    if record.address != 0 {
        return Err(Some(HexErrorKind::AddressField { kind: record.kind, found: record.address }));
    }
    Ok(())
}

/// The number in a type 02 or 04 record.
fn base(record: Record<'_>) -> Result<u32, Wrong> {
    expect_len(record, 2)?;
    expect_no_address(record)?;
    Ok(record.number())
}

/// Notes a start address; a second one must be the same.
fn start(record: Record<'_>, text: &[u8], at: usize, noted: &mut Option<(u32, usize)>) -> Result<(), Wrong> {
    expect_len(record, 4)?;
    expect_no_address(record)?;
    let found = record.number();
    match *noted {
        Some((expected, first)) if expected != found => {
            let line = HexError::line_of(text, first);
            Err(Some(HexErrorKind::Start { found, expected, line }))
        }
        Some(_) => Ok(()),
        None => {
            *noted = Some((found, at));
            Ok(())
        }
    }
}

/// Sorts runs by address and refuses two that share a byte.
fn order(text: &[u8], runs: &mut [Run]) -> Result<(), HexError> {
    if !runs.is_sorted_by_key(|run| run.address) {
        runs.sort_unstable_by_key(|run| (run.address, run.at));
    }
    for (&one, &two) in runs.iter().zip(runs.iter().skip(1)) {
        if two.start() < one.end() {
            return Err(overlap(text, one, two));
        }
    }
    Ok(())
}

/// The error of the record that comes second in the text.
fn overlap(text: &[u8], one: Run, two: Run) -> HexError {
    let (first, second) = if one.at < two.at { (one, two) } else { (two, one) };
    let address = one.start().max(two.start());
    let line_at = |run: Run, address: u64| {
        let index = address.saturating_sub(run.start()) / u64::from(run.len.max(1));
        run.at + usize::try_from(index).unwrap_or_default() * usize::from(run.stride)
    };
    let at = line_at(second, address);
    let line = HexError::line_of(text, line_at(first, address));
    let sqtp = first.address == second.address && first.len == second.len;
    HexError::at(text, at, HexErrorKind::Overlap { address, line, sqtp })
}
