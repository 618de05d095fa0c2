//! Text to [`Parsed`]: where each unit lies, and what was tolerated.

use alloc::vec;
use alloc::vec::Vec;

use super::ahead::Alike;
use super::error::{FileDiagnostic, FileError, FileErrorKind};
use super::order::Order;
use super::runs::{Payloads, Runs};
use crate::digits::{self, BAD, nibble};
use crate::image::{Claims, HEADER};
use crate::never::OrNever;

/// How strictly an SQTP file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reading {
    /// Everything has to be right.
    Strict,
    /// What does not hide a unit is told: wrong sums, wrong counts, a missing end-of-file record, what
    /// else [`File`](super::File) names.
    Lenient,
}

/// What a text was read as.
#[derive(Clone)]
pub(super) struct Parsed<'t> {
    pub(super) payloads: Payloads<'t>,
    /// Where they lie.
    pub(super) record: u32,
    pub(super) found: Vec<FileDiagnostic>,
    pub(super) order: Order,
}

/// Reads an SQTP file.
pub(super) fn read(text: &[u8], reading: Reading) -> Result<Parsed<'_>, FileError> {
    if u32::try_from(text.len()).is_err() {
        return Err(FileError::new(1, 1, FileErrorKind::TooLong { len: text.len() }));
    }
    let payloads = Payloads { text, runs: Runs::default(), len: 0 };
    let parsed = Parsed { payloads, record: 0, found: Vec::new(), order: Order::default() };
    let mut reader = Reader { parsed, reading, upper: 0, number: 0, before: Vec::new() };
    reader.read()?;
    Ok(reader.parsed)
}

/// The lines of a text and where they begin; CR, LF and CR LF all end one.
struct Lines<'t> {
    text: &'t [u8],
    at: usize,
}

impl<'t> Iterator for Lines<'t> {
    type Item = (usize, &'t [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let len = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(rest.len());
        let (line, end) = rest.split_at_checked(len)?;
        let begin = self.at;
        self.at += len + if end.starts_with(b"\r\n") { 2 } else { end.len().min(1) };
        Some((begin, line))
    }
}

struct Reader<'t> {
    parsed: Parsed<'t>,
    reading: Reading,
    upper: u32,
    /// Of the line at hand.
    number: usize,
    /// The payload before.
    before: Vec<u8>,
}

impl<'t> Reader<'t> {
    fn error(&self, offset: usize, kind: FileErrorKind) -> FileError {
        FileError::new(self.number, offset + 1, kind)
    }

    /// An error that lenient reading only tells.
    fn tolerate(&mut self, offset: usize, kind: FileErrorKind) -> Result<(), FileError> {
        let error = self.error(offset, kind);
        if self.reading == Reading::Strict {
            return Err(error);
        }
        self.parsed.found.push(FileDiagnostic(error));
        Ok(())
    }

    fn read(&mut self) -> Result<(), FileError> {
        let text = self.parsed.payloads.text;
        let mut ended = false;
        let mut lines = Lines { text, at: 0 };
        while let Some((at, line)) = lines.next() {
            self.number += 1;
            if ended {
                if let Some(offset) = line.iter().position(|byte| !matches!(byte, 0x1A | 0)) {
                    self.tolerate(offset, FileErrorKind::AfterEof)?;
                    break;
                }
                continue;
            }
            if line.is_empty() && self.parsed.payloads.is_empty() {
                continue;
            }
            let (kind, field, data) = self.record(line)?;
            if kind != 0 && line.first() == Some(&b';') {
                self.tolerate(0, FileErrorKind::Marked { kind })?;
            }
            if matches!(kind, 1 | 4) && field != 0 {
                self.tolerate(3, FileErrorKind::AddressField { kind, found: field })?;
            }
            match kind {
                0 => {
                    self.unit(at, lines.at, field, data)?;
                    lines.at = self.ahead(at, lines.at);
                }
                1 if data.is_empty() => ended = true,
                4 if data.len() == 4 => {
                    let bytes = data.chunks_exact(2).map(digits::value);
                    self.upper = bytes.fold(0, |upper, byte| upper << 8 | u32::from(byte)) << 16;
                }
                1 | 4 => {
                    let (found, expected) = (data.len() / 2, if kind == 1 { 0 } else { 2 });
                    return Err(self.error(0, FileErrorKind::Len { kind, found, expected }));
                }
                found => return Err(self.error(7, FileErrorKind::Type { found })),
            }
        }
        if self.parsed.payloads.is_empty() {
            return Err(FileError::new(1, 1, FileErrorKind::Empty));
        }
        if !ended {
            self.number += 1;
            self.tolerate(0, FileErrorKind::NoEof)?;
        }
        Ok(())
    }

    /// Reads on behind the unit at `at`, whose line ends at `next`, while each line looks just as that
    /// one but for its payload; where what does not begins.
    fn ahead(&mut self, at: usize, next: usize) -> usize {
        let Parsed { payloads: Payloads { text, runs, len }, order, .. } = &mut self.parsed;
        let (Some(line), Some(rest)) = (text.get(at..next), text.get(next..)) else { return next };
        let Some(alike) = Alike::new(line, *len) else { return next };
        let read = alike.count(line, rest, order);
        runs.push(next, self.number + 1, line.len(), read);
        self.number += read;
        let end = next + read * line.len();
        let last = text.get(end - line.len() + HEADER..).or_never("these lines were read");
        let _ = digits::decode(last, &mut self.before);
        end
    }

    /// The type, the address field and the digits of the data of a line.
    fn record(&mut self, line: &'t [u8]) -> Result<(u8, u16, &'t [u8]), FileError> {
        let digits = match line.split_first() {
            Some((b':' | b';', digits)) => digits,
            found => {
                let found = found.map_or(b' ', |(found, _)| *found);
                return Err(self.error(0, FileErrorKind::NoColon { found }));
            }
        };
        if let Some((at, &found)) = digits.iter().enumerate().find(|(_, c)| nibble(**c) == BAD) {
            // Padding may follow the last record at once.
            let padded = digits.iter().skip(at).all(|byte| matches!(byte, 0x1A | 0));
            let last = digits.get(..at).filter(|digits| padded && digits.get(6..8) == Some(b"01"));
            if last.is_some() {
                return self.record(line.get(..=at).or_never("behind the mark"));
            }
            return Err(self.error(at + 1, FileErrorKind::Digit { found }));
        }
        let Some(claims) = Claims::of(digits) else {
            return Err(self.error(line.len(), FileErrorKind::Digits { digits: digits.len() }));
        };
        let Claims { kind, address, digits: data, len, sum, right } = claims;
        if claims.found() != usize::from(len) {
            self.tolerate(1, FileErrorKind::Count { found: claims.found(), expected: len })?;
        }
        if sum != right {
            self.tolerate(line.len() - 2, FileErrorKind::Sum { found: sum, expected: right })?;
        }
        Ok((kind, address, data))
    }

    /// Notes a unit, which lies where the first one does, its line at `at`, the one behind at `next`.
    fn unit(&mut self, at: usize, next: usize, field: u16, data: &[u8]) -> Result<(), FileError> {
        let (found, len) = (self.upper | u32::from(field), data.len() / 2);
        let (record, first) = (self.parsed.record, self.parsed.payloads.len);
        if self.parsed.payloads.is_empty() {
            let Some(len) = u8::try_from(len).ok().filter(|len| *len > 0) else {
                return Err(self.error(1, FileErrorKind::Len { kind: 0, found: len, expected: 1 }));
            };
            (self.parsed.record, self.parsed.payloads.len) = (found, len);
            self.parsed.order.varied = vec![0; len.into()];
            if field.checked_add(u16::from(len - 1)).is_none() {
                self.tolerate(3, FileErrorKind::Past64K { record: found, len })?;
            }
        } else if found != record {
            let firmware = found == record.wrapping_add(first.into());
            return Err(self.error(3, FileErrorKind::Record { found, expected: record, firmware }));
        } else if len != usize::from(first) {
            return Err(self.error(1, FileErrorKind::Payload { found: len, expected: first }));
        }
        let mut bytes = [0; 255];
        let _ = digits::decode(data, &mut bytes);
        let bytes = bytes.get(..len).or_never("at most 255 bytes");
        if !self.parsed.payloads.is_empty() {
            self.parsed.order.note(&self.before, bytes);
        }
        self.before.clear();
        self.before.extend_from_slice(bytes);
        self.parsed.payloads.runs.push(at, self.number, next - at, 1);
        Ok(())
    }
}
