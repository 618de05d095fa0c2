//! What is unusual about a HEX file though it is accepted.

use alloc::vec::Vec;
use core::fmt;

use thiserror::Error;

use super::record::{self, Record, kind};
use crate::addr::Address;

/// Something unusual, and the first line where it is so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Oddity {
    line: usize,
    kind: OddityKind,
}

impl Oddity {
    /// The line, counted from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// What is unusual.
    pub fn kind(&self) -> &OddityKind {
        &self.kind
    }
}

impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.kind)
    }
}

/// What can be unusual about an accepted HEX file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OddityKind {
    /// A line ends in another way than the first one.
    #[error("the line ends in {found}, the first one in {first}")]
    LineEnd {
        /// How it ends.
        found: &'static str,
        /// How the first line ends.
        first: &'static str,
    },
    /// The lines end in CR alone, which many tools do not read.
    #[error("lines end in CR alone; several tools do not read that")]
    CrOnly,
    /// A data record lies below the one before it.
    #[error("the record for {} comes after one at a higher address", Address(*.address))]
    OutOfOrder {
        /// Its address.
        address: u64,
    },
    /// Type 02 and type 04 records in one file.
    #[error("base records of types 02 and 04 in one file; the last one counts here, some tools add them")]
    MixedBase,
    /// A data record without data.
    #[error("a data record without data")]
    NoData,
    /// Records of type 03 and type 05 in one file.
    #[error("start addresses of types 03 and 05 in one file")]
    MixedStart,
    /// The end-of-file record has an address.
    #[error("the end-of-file record has address {address:#06X}, a start address of the 8-bit era")]
    EofAddress {
        /// Its address.
        address: u16,
    },
    /// Upper-case and lower-case digits in one file.
    #[error("digits of the other letter case than before")]
    MixedCase,
    /// The last line has no line end.
    #[error("no line end after the end-of-file record")]
    NoLastLineEnd,
    /// Something besides line ends follows the end-of-file record.
    #[error("Ctrl-Z or NUL bytes after the end-of-file record")]
    Padding,
}

/// Goes through the lines of an accepted text once more.
pub(super) fn oddities(text: &[u8]) -> Vec<Oddity> {
    let mut look = Look::default();
    let (mut at, mut line) = (0, 1);
    while let Some(record) = text.get(at..).and_then(record::read) {
        let rest = text.get(at + record.text_len()..).unwrap_or_default();
        let end = match rest {
            [b'\r', b'\n', ..] => "CR LF",
            [b'\r', ..] => "CR",
            [b'\n', ..] => "LF",
            _ => "",
        };
        look.at_record(line, record, text.get(at..at + record.text_len()).unwrap_or_default(), end);
        at += record.text_len() + if end == "CR LF" { 2 } else { end.len().min(1) };
        if record.kind == kind::EOF {
            if end.is_empty() {
                look.note(line, OddityKind::NoLastLineEnd);
            }
            if text.get(at..).unwrap_or_default().iter().any(|byte| matches!(byte, 0x1A | 0)) {
                look.note(line + 1, OddityKind::Padding);
            }
            break;
        }
        line += 1;
    }
    look.found
}

/// What has been seen so far.
#[derive(Default)]
#[allow(clippy::struct_excessive_bools, reason = "each notes that something was seen")]
struct Look {
    found: Vec<Oddity>,
    first_end: &'static str,
    base: u64,
    highest: u64,
    segment: bool,
    linear: bool,
    start_segment: bool,
    start_linear: bool,
    upper: bool,
    lower: bool,
}

impl Look {
    /// Notes the first of each kind.
    fn note(&mut self, line: usize, kind: OddityKind) {
        let same = core::mem::discriminant(&kind);
        if !self.found.iter().any(|odd| core::mem::discriminant(&odd.kind) == same) {
            self.found.push(Oddity { line, kind });
        }
    }

    fn at_record(&mut self, line: usize, record: Record<'_>, text: &[u8], end: &'static str) {
        if self.first_end.is_empty() {
            self.first_end = end;
            if end == "CR" {
                self.note(line, OddityKind::CrOnly);
            }
        } else if end != self.first_end && !end.is_empty() {
            self.note(line, OddityKind::LineEnd { found: end, first: self.first_end });
        }
        self.upper |= text.iter().any(u8::is_ascii_uppercase);
        self.lower |= text.iter().any(u8::is_ascii_lowercase);
        if self.upper && self.lower {
            self.note(line, OddityKind::MixedCase);
        }
        match record.kind {
            kind::DATA if record.len == 0 => self.note(line, OddityKind::NoData),
            kind::DATA => {
                let address = self.base + u64::from(record.address);
                if address < self.highest {
                    self.note(line, OddityKind::OutOfOrder { address });
                }
                self.highest = self.highest.max(address);
            }
            kind::SEGMENT => (self.segment, self.base) = (true, u64::from(record.number()) << 4),
            kind::LINEAR => (self.linear, self.base) = (true, u64::from(record.number()) << 16),
            kind::START_SEGMENT => self.start_segment = true,
            kind::START_LINEAR => self.start_linear = true,
            kind::EOF if record.address != 0 => {
                self.note(line, OddityKind::EofAddress { address: record.address });
            }
            _ => {}
        }
        if self.segment && self.linear {
            self.note(line, OddityKind::MixedBase);
        }
        if self.start_segment && self.start_linear {
            self.note(line, OddityKind::MixedStart);
        }
    }
}
