//! SQTP files read, checked, marked and patched in place.

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use super::duplicates;
use super::error::{FileDiagnostic, FileError, FileErrorKind};
use super::length::{LengthError, What};
use super::read::{Parsed, Reading, read};
use super::writer::Sqtp;
use crate::addr::Address;
use crate::digits::{self, Case};
use crate::image::HEADER;
use crate::never::OrNever;

/// An SQTP file: its text, and where each unit lies in it.
///
/// ```
/// use nameplate::sqtp::File;
///
/// let mut text = b";0200000000AA54\n:0200000000BB43\n:00000001FF\n".to_vec();
/// let file = File::parse(&text)?;
/// assert_eq!((file.len(), file.used()), (2, 1));
/// let next = file.next_unused().unwrap();
/// assert_eq!((next.index(), next.line(), next.payload()), (1, 2, vec![0x00, 0xBB]));
/// let mark = next.mark();
/// mark.apply(&mut text)?; // and make that durable, before the device is written
/// assert_eq!(text, b";0200000000AA54\n;0200000000BB43\n:00000001FF\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Reading is strict: every sum is checked, all units have one address and one length, the
/// end-of-file record is there, and other record types are errors.
/// [Lenient](Reading::Lenient) reading takes wrong sums, wrong counts and a missing end-of-file
/// record, as published examples have them; also an address in the first or the last record, a mark
/// before them, units that pass their 64 KiB block, and text after the end. It tells each.
#[derive(Clone)]
pub struct File<'t> {
    parsed: Parsed<'t>,
}

impl<'t> File<'t> {
    /// Reads an SQTP file, strictly.
    ///
    /// # Errors
    /// At the first thing that is wrong.
    pub fn parse(text: &'t [u8]) -> Result<Self, FileError> {
        Self::parse_with(text, Reading::Strict)
    }

    /// Reads an SQTP file.
    ///
    /// # Errors
    /// At the first thing that is wrong, and not tolerated.
    pub fn parse_with(text: &'t [u8], reading: Reading) -> Result<Self, FileError> {
        read(text, reading).map(|parsed| Self { parsed })
    }

    /// The text, every character of it.
    pub fn text(&self) -> &'t [u8] {
        self.parsed.payloads.text
    }

    /// How many units there are.
    pub fn len(&self) -> usize {
        self.parsed.payloads.runs.len()
    }

    /// Whether there is no unit; an accepted file has one.
    pub fn is_empty(&self) -> bool {
        self.parsed.payloads.runs.len() == 0
    }

    /// The record address of all units.
    pub fn record_address(&self) -> u32 {
        self.parsed.record
    }

    /// The bytes of each unit.
    pub fn payload_len(&self) -> usize {
        self.parsed.payloads.len.into()
    }

    /// What was tolerated.
    pub fn diagnostics(&self) -> &[FileDiagnostic] {
        &self.parsed.found
    }

    /// Unit `index`, counted from 0.
    pub fn unit(&self, index: usize) -> Option<Unit<'_>> {
        let (at, line) = self.parsed.payloads.runs.place(index)?;
        Some(Unit { file: self, index, at, line })
    }

    /// All units, in the order of the file.
    pub fn units(&self) -> impl Iterator<Item = Unit<'_>> {
        (0..self.len()).filter_map(|index| self.unit(index))
    }

    /// How many units were used.
    pub fn used(&self) -> usize {
        self.units().filter(Unit::is_used).count()
    }

    /// The first unit that was not used.
    pub fn next_unused(&self) -> Option<Unit<'_>> {
        self.units().find(|unit| !unit.is_used())
    }

    /// Units with the payload of another one, and the first one with it.
    pub fn duplicates(&self) -> Vec<(Unit<'_>, Unit<'_>)> {
        if !self.parsed.order.big || !self.parsed.order.little {
            return Vec::new();
        }
        let found = duplicates::search(&self.parsed.payloads);
        let mut pairs = Vec::with_capacity(found.len());
        pairs.extend(found.into_iter().filter_map(|(unit, first)| Some((self.unit(unit)?, self.unit(first)?))));
        pairs
    }

    /// Whether the file is one that `sqtp` would write: its address, its length, its opcodes.
    ///
    /// # Errors
    /// At the first unit that is not.
    pub fn check(&self, sqtp: &Sqtp) -> Result<(), FileError> {
        let error = |unit: &Unit<'_>, offset, kind| Err(FileError::new(unit.line(), offset + 1, kind));
        let Some(first) = self.unit(0) else { return Ok(()) };
        if self.parsed.record != sqtp.record {
            let kind = FileErrorKind::Record { found: self.parsed.record, expected: sqtp.record, firmware: false };
            return error(&first, 3, kind);
        }
        if self.payload_len() != sqtp.len {
            let expected = u8::try_from(sqtp.len).or_never("a record has at most 255 bytes");
            return error(&first, 1, FileErrorKind::Payload { found: self.payload_len(), expected });
        }
        let mut at = 0;
        let fields = sqtp.encodings.iter().map(|encoding| {
            at += encoding.len();
            (at - encoding.len()..at, encoding.retlw())
        });
        let retlw: Vec<(Range<usize>, u8)> = fields.filter_map(|(field, opcode)| Some((field, opcode?))).collect();
        // Where opcodes are the same in all units, they are right in all or in none.
        let varied = |field: &Range<usize>| {
            self.parsed.order.varied.get(field.clone()).or_never("the payload has the length of all fields")
        };
        let varied = retlw.iter().any(|(field, _)| varied(field).chunks(2).any(|word| word.last() != Some(&0)));
        for unit in self.units().take(if varied { self.len() } else { 1 }) {
            for (field, expected) in &retlw {
                let digits = unit
                    .digits()
                    .get(2 * field.start..2 * field.end)
                    .or_never("the payload has the length of all fields");
                let right = [digits::pair(*expected, Case::Upper), digits::pair(*expected, Case::Lower)];
                let wrong = |word: &[u8]| !right.iter().any(|opcode| word.ends_with(opcode));
                if let Some(word) = digits.chunks_exact(4).position(wrong) {
                    let found = digits::value(digits.get(4 * word + 2..4 * word + 4).or_never("words of four digits"));
                    let kind = FileErrorKind::Opcode { found, expected: *expected };
                    return error(&unit, HEADER + 2 * field.start + 4 * word + 2, kind);
                }
            }
        }
        Ok(())
    }
}

impl fmt::Debug for File<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = Address(self.parsed.record.into());
        write!(f, "{} units of {} bytes at record address {address}", self.len(), self.payload_len())
    }
}

/// One line of an SQTP file: one device.
#[derive(Clone, Copy)]
pub struct Unit<'f> {
    file: &'f File<'f>,
    index: usize,
    at: usize,
    line: usize,
}

impl<'f> Unit<'f> {
    /// Which unit it is, counted from 0.
    pub fn index(&self) -> usize {
        self.index
    }

    /// Its line, counted from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// Whether its number was used.
    pub fn is_used(&self) -> bool {
        self.file.text().get(self.at) == Some(&b';')
    }

    /// The digits of its payload.
    fn digits(&self) -> &'f [u8] {
        let at = self.at + HEADER;
        self.file.text().get(at..at + 2 * self.file.payload_len()).or_never("the line was read")
    }

    /// Its payload, in the order of addresses.
    pub fn payload(&self) -> Vec<u8> {
        let mut payload = vec![0; self.file.payload_len()];
        let _ = digits::decode(self.digits(), &mut payload);
        payload
    }

    /// What marks it as used: the colon becomes a semicolon.
    pub fn mark(&self) -> Change {
        Change { at: self.at, bytes: vec![b';'] }
    }

    /// What gives it another payload: its digits and its sum, in the letter case of its line.
    ///
    /// # Errors
    /// When its number was used, or the payload has another length.
    pub fn replace(&self, payload: &[u8]) -> Result<Change, FileError> {
        let expected = self.file.parsed.payloads.len;
        let error = |kind| Err(FileError::new(self.line(), 1, kind));
        if self.is_used() {
            return error(FileErrorKind::Used);
        }
        if payload.len() != usize::from(expected) {
            return error(FileErrorKind::Value { found: payload.len(), expected });
        }
        let line =
            self.file.text().get(self.at..self.at + HEADER + self.digits().len() + 2).or_never("the line was read");
        let lower = line.iter().any(u8::is_ascii_lowercase);
        let case = if lower { Case::Lower } else { Case::Upper };
        let header = line.get(1..HEADER).or_never("the line was read").chunks_exact(2).map(digits::value);
        let sum = header.chain(payload.iter().copied()).fold(0_u8, u8::wrapping_sub);
        let mut bytes = vec![0; 2 * payload.len()];
        digits::encode(payload, &mut bytes, case);
        bytes.extend(digits::pair(sum, case));
        Ok(Change { at: self.at + HEADER, bytes })
    }
}

/// Its place, not its payload.
impl fmt::Debug for Unit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unit {}, {}", self.index, if self.is_used() { "used" } else { "unused" })
    }
}

/// Characters to be written over others. Whoever writes them decides when they are durable.
#[derive(Clone, PartialEq, Eq)]
pub struct Change {
    at: usize,
    bytes: Vec<u8>,
}

impl Change {
    /// Where the first one goes.
    pub fn offset(&self) -> usize {
        self.at
    }

    /// The characters.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Writes them into the text.
    ///
    /// # Errors
    /// When the text ends before them. Nothing is written then.
    pub fn apply(&self, text: &mut [u8]) -> Result<(), LengthError> {
        let (found, expected) = (text.len(), self.at + self.bytes.len());
        let to = text.get_mut(self.at..expected).ok_or(LengthError { what: What::Text, found, expected })?;
        to.copy_from_slice(&self.bytes);
        Ok(())
    }
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} characters at offset {}", self.bytes.len(), self.at)
    }
}
