//! What was tolerated in a HEX file, and what is unusual about it though allowed.

use alloc::collections::VecDeque;
use core::fmt;

use thiserror::Error;

use super::file::Hex;
use super::line::{Content, Line, Lines};
use super::tail::{self, Odd};
use crate::addr::Address;
use crate::image::line::{Record, kind, read};
use crate::image::located::Located;
use crate::image::options::{Crossing, Tolerance};
use crate::image::text::{BOM, is_blank};
use crate::never::OrNever;

/// Something that was tolerated, or is unusual, and where.
pub type Diagnostic = Located<DiagnosticKind>;

/// What can be unusual about an accepted HEX file. The kinds that strict reading refuses say so.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DiagnosticKind {
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
    /// A base record of another type than the one before: 02 after 04, or the other way round.
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
    /// A digit of another letter case than the first letter of the file.
    #[error("digits of the other letter case than before")]
    MixedCase,
    /// The last line has no line end.
    #[error("no line end after the end-of-file record")]
    NoLastLineEnd,
    /// Ctrl-Z or NUL bytes follow the end-of-file record.
    #[error("Ctrl-Z or NUL bytes after the end-of-file record")]
    Padding,
    /// Tolerated: a byte order mark.
    #[error("a UTF-8 byte order mark")]
    ByteOrderMark,
    /// An empty line.
    #[error("a blank line")]
    Blank,
    /// Tolerated: a line of nothing but blanks.
    #[error("a line of nothing but blanks")]
    OnlyBlanks,
    /// Tolerated: a comment.
    #[error("a comment")]
    Comment,
    /// Tolerated: blanks in front of or behind a record.
    #[error("blanks around the record")]
    Blanks,
    /// Tolerated: other text behind a record.
    #[error("text behind the record")]
    TextBehind,
    /// Tolerated: an address field where there is none.
    #[error("record type {kind:#04X} with address field {found:#06X}, kept and not used")]
    AddressField {
        /// The type.
        kind: u8,
        /// Its address field.
        found: u16,
    },
    /// Tolerated: another start address than the one before, which no longer counts.
    #[error("start address {}, before {}; the last one counts", Address(u64::from(*.found)), Address(u64::from(*.before)))]
    Start {
        /// This one.
        found: u32,
        /// The one before.
        before: u32,
    },
    /// Tolerated: a record of a type that is not of Intel HEX.
    #[error("record type {found:#04X}, kept and not looked at")]
    Opaque {
        /// The type.
        found: u8,
    },
    /// A record that passes the end of its 64 KiB. Strict reading refuses it under a type 02 base.
    #[error("{len} data bytes from {} pass the end of their 64 KiB block, and {}", Address(*.address), if *.wraps { "wrap to its begin" } else { "go on behind it" })]
    Past64K {
        /// The address of the first byte.
        address: u64,
        /// How many bytes.
        len: u8,
        /// Whether the base is of type 02.
        segmented: bool,
        /// Whether the rest lies at the begin of the segment.
        wraps: bool,
    },
    /// Tolerated: a record that says again, in part or whole, what another record says.
    #[error("data for {} again, the same as elsewhere", Address(*.address))]
    Copy {
        /// The address of the record's first byte.
        address: u64,
    },
    /// Tolerated: no end-of-file record.
    #[error("no end-of-file record: the file may have been cut off")]
    NoEof,
    /// Tolerated: something after the end-of-file record, which is kept and not read.
    #[error("text after the end-of-file record, kept and not read; {records} of its lines begin as records do")]
    AfterEof {
        /// How many lines begin with a colon.
        records: usize,
    },
    /// Lines that begin with `;` after the end-of-file record.
    #[error("{lines} lines of text after the end-of-file record, kept and not read")]
    TailText {
        /// How many.
        lines: usize,
    },
    /// A line of those that names a checksum, as the CCS compiler writes it.
    #[error("a checksum in the text after the end-of-file record, which a stamp does not change: it may be stale then")]
    TailSum,
    /// Tolerated: a file without data.
    #[error("the file has no data")]
    Empty,
}

impl DiagnosticKind {
    /// What strict reading would have to be told to accept it; nothing when it does, and where a record passes
    /// its segment, which is another policy.
    pub fn tolerance(&self) -> Option<Tolerance> {
        Some(match self {
            Self::NoEof => Tolerance::NoEof,
            Self::AfterEof { .. } => Tolerance::AfterEof,
            Self::Comment => Tolerance::Comments,
            Self::Blanks | Self::OnlyBlanks => Tolerance::Blanks,
            Self::TextBehind => Tolerance::TextBehind,
            Self::ByteOrderMark => Tolerance::ByteOrderMark,
            Self::AddressField { .. } => Tolerance::AddressFields,
            Self::Start { .. } => Tolerance::Starts,
            Self::Opaque { .. } => Tolerance::Types,
            Self::Copy { .. } => Tolerance::Copies,
            Self::Empty => Tolerance::NoData,
            _ => return None,
        })
    }

    /// Whether strict reading refuses it.
    pub fn is_tolerated(&self) -> bool {
        self.tolerance().is_some() || matches!(self, Self::Past64K { segmented: true, .. })
    }
}

/// What was tolerated or is unusual, in the order of the lines. Made by [`Hex::diagnostics`].
#[derive(Clone)]
pub struct Diagnostics<'h> {
    hex: &'h Hex<'h>,
    lines: Lines<'h>,
    /// Of the line at hand, not handed out yet.
    found: VecDeque<Diagnostic>,
    /// The number of that line.
    line: usize,
    seen: Seen,
    ended: bool,
}

/// What the lines had so far.
#[derive(Clone, Default)]
struct Seen {
    /// Any record.
    any: bool,
    first_end: &'static str,
    /// What the last base record adds, and its type.
    base: u64,
    base_kind: Option<u8>,
    highest: u64,
    start: [Option<u32>; 2],
    /// The first letter.
    letter: Option<u8>,
}

impl Hex<'_> {
    /// What was tolerated, and what is unusual though allowed. Costs nothing where parsing found nothing of
    /// the kind; else it looks at each line again.
    pub fn diagnostics(&self) -> Diagnostics<'_> {
        Diagnostics::new(self)
    }

    /// What was tolerated, of [`diagnostics`](Self::diagnostics). Costs nothing after strict reading, which tolerates
    /// nothing.
    pub fn tolerated(&self) -> impl Iterator<Item = Diagnostic> + '_ {
        let found = (!self.options.is_strict()).then(|| self.diagnostics());
        found.into_iter().flatten().filter(|found| found.kind().is_tolerated())
    }

    /// A line of text after the end-of-file record that names a checksum, which a stamp does not change: a
    /// diagnostic of the kind [`TailSum`](DiagnosticKind::TailSum).
    pub fn tail_sum(&self) -> Option<Diagnostic> {
        let eof = self.eof.filter(|_| !self.plain)?;
        let end = eof + read(self.text.get(eof..)?)?.text_len();
        let (offset, _) = tail::comments(self.text.get(end..)?).find(|(_, line)| tail::is_sum(line))?;
        Some(Diagnostic::at(self.text, end + offset, DiagnosticKind::TailSum))
    }
}

impl<'h> Diagnostics<'h> {
    pub(super) fn new(hex: &'h Hex<'h>) -> Self {
        // Parsing knows whether there is anything to look for.
        let lines = Lines { text: hex.text, at: if hex.plain { hex.text.len() } else { 0 } };
        Self { hex, lines, found: VecDeque::new(), line: 0, seen: Seen::default(), ended: false }
    }

    fn note(&mut self, offset: usize, kind: DiagnosticKind) {
        self.found.push_back(Diagnostic { line: self.line, column: offset + 1, kind });
    }

    /// Looks at the next line; whether there was one.
    fn advance(&mut self) -> bool {
        let Some((at, line)) = self.lines.next() else {
            if !core::mem::replace(&mut self.ended, true) && self.hex.eof.is_none() {
                self.tell(self.hex.text.len(), DiagnosticKind::NoEof);
                return true;
            }
            return false;
        };
        self.line += 1;
        let text = self.hex.text.get(at..).or_never("a place in the text");
        self.end(&line);
        if at == 0 && text.starts_with(BOM) {
            self.note(0, DiagnosticKind::ByteOrderMark);
        }
        match line.content {
            Content::Blank if line.lead == 0 => self.note(0, DiagnosticKind::Blank),
            Content::Blank => self.note(0, DiagnosticKind::OnlyBlanks),
            Content::Comment => self.note(line.lead, DiagnosticKind::Comment),
            Content::Record(record, rest) => {
                let end = line.lead + record.text_len();
                self.around(&line, rest, end);
                self.letters(text.get(line.lead..end).or_never("the record was read"), line.lead);
                if record.kind == kind::EOF {
                    self.eof(record, at + line.lead, &line);
                } else {
                    self.record(record, line.lead, at + line.lead);
                    self.seen.any = true;
                }
            }
        }
        true
    }

    fn end(&mut self, line: &Line<'_>) {
        let found = match line.end {
            b"\r\n" => "CR LF",
            b"\r" => "CR",
            b"\n" => "LF",
            _ => return,
        };
        let first = self.seen.first_end;
        if first.is_empty() {
            self.seen.first_end = found;
            if found == "CR" {
                self.note(line.len, DiagnosticKind::CrOnly);
            }
        } else if found != first {
            self.note(line.len, DiagnosticKind::LineEnd { found, first });
        }
    }

    /// What stands around a record.
    fn around(&mut self, line: &Line<'_>, rest: &[u8], end: usize) {
        let bom = if self.line == 1 && self.hex.text.starts_with(BOM) { BOM.len() } else { 0 };
        if line.lead > bom {
            self.note(bom, DiagnosticKind::Blanks);
        }
        if rest.iter().any(|byte| !is_blank(*byte)) {
            self.note(end, DiagnosticKind::TextBehind);
        } else if !rest.is_empty() {
            self.note(end, DiagnosticKind::Blanks);
        }
    }

    /// Digits of the other case than the first letter.
    fn letters(&mut self, text: &[u8], lead: usize) {
        for (offset, &letter) in text.iter().enumerate().filter(|(_, byte)| byte.is_ascii_alphabetic()) {
            let first = *self.seen.letter.get_or_insert(letter);
            if first.is_ascii_lowercase() != letter.is_ascii_lowercase() {
                return self.note(lead + offset, DiagnosticKind::MixedCase);
            }
        }
    }

    fn record(&mut self, record: Record<'_>, column: usize, at: usize) {
        if !matches!(record.kind, kind::DATA) && record.kind <= kind::START_LINEAR && record.address != 0 {
            self.note(column + 3, DiagnosticKind::AddressField { kind: record.kind, found: record.address });
        }
        match record.kind {
            kind::DATA => self.data(record, column, at),
            kind::SEGMENT | kind::LINEAR => {
                let bits = if record.kind == kind::SEGMENT { 4 } else { 16 };
                self.seen.base = u64::from(record.number()) << bits;
                let before = self.seen.base_kind.replace(record.kind);
                if before.is_some_and(|before| before != record.kind) {
                    self.note(column, DiagnosticKind::MixedBase);
                }
            }
            kind::START_SEGMENT | kind::START_LINEAR => {
                let [segment, linear] = &mut self.seen.start;
                let (this, other) =
                    if record.kind == kind::START_SEGMENT { (segment, linear) } else { (linear, segment) };
                let (found, mixed) = (record.number(), other.is_some());
                let before = this.replace(found);
                if mixed {
                    self.note(column, DiagnosticKind::MixedStart);
                }
                if let Some(before) = before.filter(|before| *before != found) {
                    self.note(column, DiagnosticKind::Start { found, before });
                }
            }
            found => self.note(column, DiagnosticKind::Opaque { found }),
        }
    }

    fn data(&mut self, record: Record<'_>, column: usize, at: usize) {
        let len = record.len;
        if len == 0 {
            return self.note(column, DiagnosticKind::NoData);
        }
        let address = self.seen.base + u64::from(record.address);
        if address < self.seen.highest {
            self.note(column, DiagnosticKind::OutOfOrder { address });
        }
        self.seen.highest = address.max(self.seen.highest);
        let first = |address: u64| self.hex.index.part(address).is_some_and(|part| part.line == at);
        let mut copy = !first(address);
        if u64::from(record.address) + u64::from(len) > 0x1_0000 {
            let segmented = self.seen.base_kind == Some(kind::SEGMENT);
            let wraps = segmented && self.hex.options.crossing == Crossing::Wrap;
            copy |= wraps && !first(self.seen.base);
            self.note(column, DiagnosticKind::Past64K { address, len, segmented, wraps });
        }
        if copy {
            self.note(column, DiagnosticKind::Copy { address });
        }
    }

    /// The end-of-file record at `at`, and what follows it.
    fn eof(&mut self, record: Record<'_>, at: usize, line: &Line<'_>) {
        if self.hex.index.runs.is_empty() {
            self.note(line.lead, DiagnosticKind::Empty);
        }
        if record.address != 0 {
            self.note(line.lead + 3, DiagnosticKind::EofAddress { address: record.address });
        }
        let text = self.hex.text;
        let tail = text.get(at + record.text_len()..).or_never("the record was read");
        if tail.is_empty() {
            self.note(line.len, DiagnosticKind::NoLastLineEnd);
        }
        let end = at + record.text_len();
        let blank = tail.iter().position(|byte| is_blank(*byte));
        let padding = tail.iter().position(|byte| matches!(byte, 0x1A | 0));
        let first = |wanted: Option<Odd>| match wanted {
            Some(Odd::Record(at) | Odd::UsedSqtp(at) | Odd::Other(at)) => Some(at),
            None => None,
        };
        if let Some(offset) = first(tail::odd(tail, true)) {
            self.tell(end + offset, DiagnosticKind::AfterEof { records: tail::records(tail) });
        } else if let Some(offset) = first(tail::odd(tail, false)).and(blank) {
            self.tell(end + offset, DiagnosticKind::Blanks);
        } else if let (Some(offset), None) = (padding, tail::comments(tail).next()) {
            self.tell(end + offset, DiagnosticKind::Padding);
        }
        if first(tail::odd(tail, true)).is_none() {
            let mut lines = tail::comments(tail).map(|(offset, _)| offset);
            if let Some(offset) = lines.next() {
                self.tell(end + offset, DiagnosticKind::TailText { lines: 1 + lines.count() });
            }
        }
        self.found.extend(self.hex.tail_sum());
    }

    /// Notes what lies at an offset of the text, perhaps in another line.
    fn tell(&mut self, offset: usize, kind: DiagnosticKind) {
        self.found.push_back(Diagnostic::at(self.hex.text, offset, kind));
    }
}

impl Iterator for Diagnostics<'_> {
    type Item = Diagnostic;

    fn next(&mut self) -> Option<Diagnostic> {
        while self.found.is_empty() && self.advance() {}
        self.found.pop_front()
    }
}

impl fmt::Debug for Diagnostics<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}
