//! What was tolerated in an S-record file, and what is unusual about it though allowed.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::fmt;

use thiserror::Error;

use super::file::Srec;
use super::line::{Content, Line, Lines};
use super::record::{Record, Role};
use super::tail::{self, Rest};
use crate::addr::Address;
use crate::digits::Escaped;
use crate::image::located::Located;
use crate::image::options::Tolerance;
use crate::image::text::{Cursor, End, is_blank, is_padding};
use crate::never::OrNever;

/// Something that was tolerated, or is unusual, and where.
pub type Diagnostic = Located<DiagnosticKind>;

/// What can be unusual about an accepted S-record file. The kinds that strict reading refuses say so.
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
    #[error("lines end in CR alone; several tools read no byte of such a file, and say nothing")]
    CrOnly,
    /// A data record lies below the one before it.
    #[error("the record for {} comes after one at a higher address", Address(*.address))]
    OutOfOrder {
        /// Its address.
        address: u64,
    },
    /// A data record without data.
    #[error("a data record without data")]
    NoData,
    /// A data record of another address width than the first one.
    #[error("an S{} record, where the first data record is S{}", char::from(*.found), char::from(*.first))]
    MixedWidth {
        /// The character of its type.
        found: u8,
        /// That of the first data record.
        first: u8,
    },
    /// The record that ends the file has another address width than the first data record.
    #[error("the file ends in S{}, where its first data record is S{}", char::from(*.found), char::from(*.first))]
    EndWidth {
        /// The character of its type.
        found: u8,
        /// That of the first data record.
        first: u8,
    },
    /// A header record that is not the first record.
    #[error("a header record (S0) that is not the first record")]
    Header,
    /// A header record with an address.
    #[error("the header record has address {address:#06X}, by custom it is 0x0000")]
    HeaderAddress {
        /// Its address.
        address: u32,
    },
    /// A digit of another letter case than the first letter of the file.
    #[error("digits of the other letter case than before")]
    MixedCase,
    /// The last line has no line end.
    #[error("no line end after the record that ends the file")]
    NoLastLineEnd,
    /// A record of numbers, or that ends the file, after the one that ends it.
    #[error("an S{} record after the one that ends the file", char::from(*.found))]
    AfterRecord {
        /// The character of its type.
        found: u8,
    },
    /// Ctrl-Z or NUL bytes follow the record that ends the file.
    #[error("Ctrl-Z or NUL bytes after the record that ends the file")]
    Padding,
    /// An empty line.
    #[error("a blank line")]
    Blank,
    /// Tolerated: a line of nothing but blanks.
    #[error("a line of nothing but blanks")]
    OnlyBlanks,
    /// Tolerated: a comment.
    #[error("a comment")]
    Comment,
    /// Tolerated: a line of symbols.
    #[error("a line of symbols, kept and not read")]
    Symbols,
    /// Tolerated: blanks behind a record.
    #[error("blanks behind the record")]
    Blanks,
    /// Tolerated: other text behind a record.
    #[error("text behind the record")]
    TextBehind,
    /// Tolerated: a record that begins with a small letter.
    #[error("the record begins with a small `s`, which most tools do not read")]
    SmallS,
    /// Tolerated: a number of data records that is not right.
    #[error("the S{} record counts {found} data records, and {expected} stand before it", char::from(*.kind))]
    Count {
        /// The character of its type.
        kind: u8,
        /// What it says.
        found: u32,
        /// How many there are.
        expected: u64,
    },
    /// Tolerated: another start address than the one before, which no longer counts.
    #[error("start address {}, before {}; the last one counts", Address(u64::from(*.found)), Address(u64::from(*.before)))]
    Start {
        /// This one.
        found: u32,
        /// The one before.
        before: u32,
    },
    /// Tolerated: a record of a type that there is not.
    #[error("record type `S{}`, kept and not looked at", Escaped(&[*.found]))]
    Opaque {
        /// The character of its type.
        found: u8,
    },
    /// Tolerated: a record that says again, in part or whole, what another record says.
    #[error("data for {} again, the same as elsewhere", Address(*.address))]
    Copy {
        /// The address of the record's first byte.
        address: u64,
    },
    /// Tolerated: no record that ends the file.
    #[error("no record that ends the file (S7, S8 or S9): it may have been cut off")]
    NoEnd,
    /// Tolerated: text after the record that ends the file, which is kept and not read.
    #[error("text after the record that ends the file, kept and not read")]
    AfterEnd,
    /// Tolerated: a file without data.
    #[error("the file has no data")]
    Empty,
}

impl DiagnosticKind {
    /// What strict reading would have to be told to accept it; nothing when it does.
    pub fn tolerance(&self) -> Option<Tolerance> {
        Some(match self {
            Self::NoEnd => Tolerance::NoEof,
            Self::AfterEnd => Tolerance::AfterEof,
            Self::Comment => Tolerance::Comments,
            Self::Symbols => Tolerance::Symbols,
            Self::Blanks | Self::OnlyBlanks => Tolerance::Blanks,
            Self::TextBehind => Tolerance::TextBehind,
            Self::SmallS => Tolerance::SmallS,
            Self::Count { .. } => Tolerance::Counts,
            Self::Start { .. } => Tolerance::Starts,
            Self::Opaque { .. } => Tolerance::Types,
            Self::Copy { .. } => Tolerance::Copies,
            Self::Empty => Tolerance::NoData,
            _ => return None,
        })
    }

    /// Whether strict reading refuses it.
    pub fn is_tolerated(&self) -> bool {
        self.tolerance().is_some()
    }
}

/// What was tolerated or is unusual, in the order of the lines. Made by [`Srec::diagnostics`].
#[derive(Clone)]
pub struct Diagnostics<'s> {
    srec: &'s Srec<'s>,
    lines: Lines<'s>,
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
    first_end: Option<End>,
    highest: u32,
    /// Data records, and the type of the first.
    records: u64,
    kind: Option<u8>,
    start: Option<u32>,
    /// The first letter.
    letter: Option<u8>,
}

impl Srec<'_> {
    /// What was tolerated, and what is unusual though allowed. Costs nothing where parsing found nothing of
    /// the kind; else it looks at each line again.
    pub fn diagnostics(&self) -> Diagnostics<'_> {
        // Parsing knows whether there is anything to look for.
        let lines = Lines::new(if self.plain { b"" } else { self.text });
        let ended = self.plain;
        Diagnostics { srec: self, lines, found: VecDeque::new(), line: 0, seen: Seen::default(), ended }
    }

    /// What was tolerated, of [`diagnostics`](Self::diagnostics). Costs nothing after strict reading, which tolerates
    /// nothing.
    pub fn tolerated(&self) -> impl Iterator<Item = Diagnostic> + '_ {
        let found = (!self.options.is_strict()).then(|| self.diagnostics());
        found.into_iter().flatten().filter(|found| found.kind().is_tolerated())
    }
}

impl Diagnostics<'_> {
    fn note(&mut self, offset: usize, kind: DiagnosticKind) {
        self.found.push_back(Diagnostic { line: self.line, column: offset + 1, kind });
    }

    /// Notes what lies at an offset of the text, perhaps in another line.
    fn tell(&mut self, offset: usize, kind: DiagnosticKind) {
        self.found.push_back(Diagnostic::at(self.srec.text, offset, kind));
    }

    /// Looks at the next line; whether there was one.
    fn advance(&mut self) -> bool {
        let Some((at, line)) = self.lines.next() else {
            if core::mem::replace(&mut self.ended, true) || self.srec.end.is_some() {
                return false;
            }
            self.empty(self.srec.text.len());
            self.tell(self.srec.text.len(), DiagnosticKind::NoEnd);
            return true;
        };
        self.line += 1;
        self.line_end(&line);
        match line.content {
            Content::Blank if line.text.is_empty() => self.note(0, DiagnosticKind::Blank),
            Content::Blank => self.note(0, DiagnosticKind::OnlyBlanks),
            Content::Comment => self.note(0, DiagnosticKind::Comment),
            Content::Symbols(_) => self.note(0, DiagnosticKind::Symbols),
            Content::Record(record, rest) => {
                if line.is_small() {
                    self.note(0, DiagnosticKind::SmallS);
                }
                let len = record.text_len();
                if record.role() != Role::End && !rest.is_empty() {
                    let blanks = rest.iter().all(|byte| is_blank(*byte));
                    self.note(len, if blanks { DiagnosticKind::Blanks } else { DiagnosticKind::TextBehind });
                }
                self.letters(line.text.get(..len).or_never("the record was read"));
                self.record(record, at);
                self.seen.any = true;
            }
        }
        true
    }

    fn line_end(&mut self, line: &Line<'_>) {
        if line.end == End::Missing {
            return;
        }
        let first = *self.seen.first_end.get_or_insert(line.end);
        if self.line == 1 && first == End::Cr {
            self.note(line.text.len(), DiagnosticKind::CrOnly);
        } else if line.end != first {
            let (found, first) = (line.end.name(), first.name());
            self.note(line.text.len(), DiagnosticKind::LineEnd { found, first });
        }
    }

    /// Digits of the other case than the first letter.
    fn letters(&mut self, text: &[u8]) {
        for (offset, &letter) in text.iter().enumerate().skip(2).filter(|(_, byte)| byte.is_ascii_alphabetic()) {
            let first = *self.seen.letter.get_or_insert(letter);
            if first.is_ascii_lowercase() != letter.is_ascii_lowercase() {
                return self.note(offset, DiagnosticKind::MixedCase);
            }
        }
    }

    fn record(&mut self, record: Record<'_>, at: usize) {
        match record.role() {
            Role::Header => {
                if self.seen.any {
                    self.note(0, DiagnosticKind::Header);
                }
                if record.address != 0 {
                    self.note(4, DiagnosticKind::HeaderAddress { address: record.address });
                }
            }
            Role::Data => self.data(record, at),
            Role::Count => {
                let kind = self.counted(record);
                self.found.extend(kind.map(|kind| Diagnostic { line: self.line, column: 1, kind }));
            }
            Role::End => self.end(record, at),
            Role::Other => self.note(0, DiagnosticKind::Opaque { found: record.kind }),
        }
    }

    fn data(&mut self, record: Record<'_>, at: usize) {
        self.seen.records += 1;
        let first = *self.seen.kind.get_or_insert(record.kind);
        if record.kind != first {
            self.note(0, DiagnosticKind::MixedWidth { found: record.kind, first });
        }
        let address = record.address;
        if record.len() == 0 {
            return self.note(0, DiagnosticKind::NoData);
        }
        if address < self.seen.highest {
            self.note(0, DiagnosticKind::OutOfOrder { address: address.into() });
        }
        self.seen.highest = address.max(self.seen.highest);
        if self.srec.index.part(address.into()).is_none_or(|part| part.line != at) {
            self.note(0, DiagnosticKind::Copy { address: address.into() });
        }
    }

    /// What is wrong with a number of data records, if anything is.
    fn counted(&self, record: Record<'_>) -> Option<DiagnosticKind> {
        let (kind, found, expected) = (record.kind, record.address, self.seen.records);
        (u64::from(found) != expected).then_some(DiagnosticKind::Count { kind, found, expected })
    }

    fn empty(&mut self, at: usize) {
        if self.srec.index.runs.is_empty() {
            self.tell(at, DiagnosticKind::Empty);
        }
    }

    /// The record at `at` that ends the file, and what follows it.
    fn end(&mut self, record: Record<'_>, at: usize) {
        self.empty(at);
        if let Some(first) = self.seen.kind.filter(|kind| kind + record.kind != b'1' + b'9') {
            self.note(0, DiagnosticKind::EndWidth { found: record.kind, first });
        }
        let end = at + record.text_len();
        let tail = self.srec.text.get(end..).or_never("the record was read");
        if tail.is_empty() {
            self.note(record.text_len(), DiagnosticKind::NoLastLineEnd);
        }
        if let Some(offset) = tail.iter().position(|byte| is_padding(*byte)) {
            self.tell(end + offset, DiagnosticKind::Padding);
        }
        self.seen.start = Some(record.address);
        // The first of each kind: there may be many.
        let mut told = Vec::new();
        let mut cursor = Cursor::default();
        for (offset, rest) in tail::parts(tail) {
            let kind = match rest {
                Rest::Record(record) if record.role() == Role::Count => self.counted(record),
                Rest::Record(record) => {
                    let before = self.seen.start.replace(record.address).filter(|before| *before != record.address);
                    before.map(|before| DiagnosticKind::Start { found: record.address, before })
                }
                Rest::Behind => Some(DiagnosticKind::TextBehind),
                Rest::Blanks => Some(DiagnosticKind::Blanks),
                _ => Some(DiagnosticKind::AfterEnd),
            };
            let kind = match (kind, rest) {
                (None, Rest::Record(record)) => DiagnosticKind::AfterRecord { found: record.kind },
                (Some(kind), _) => kind,
                (None, _) => continue,
            };
            let which = core::mem::discriminant(&kind);
            if told.contains(&which) {
                continue;
            }
            told.push(which);
            let (line, column) = cursor.place(self.srec.text, end + offset);
            self.found.push_back(Diagnostic { line, column, kind });
        }
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
