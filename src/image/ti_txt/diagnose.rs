//! What was tolerated in a TI-TXT file, and what is unusual about it though allowed.

use alloc::collections::VecDeque;
use core::fmt;

use thiserror::Error;

use super::file::TiTxt;
use super::line::{Content, Rest, Tokens, parts};
use super::parse::USUAL;
use crate::addr::Address;
use crate::image::located::Located;
use crate::image::options::Tolerance;
use crate::image::text::{End, first_line, is_blank, is_padding};
use crate::never::OrNever;

/// Something that was tolerated, or is unusual, and where.
pub type Diagnostic = Located<DiagnosticKind>;

/// What can be unusual about an accepted TI-TXT file. The kinds that strict reading refuses say so.
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
    /// Bytes lie below those before them.
    #[error("the bytes for {} come after some at a higher address", Address(*.address))]
    OutOfOrder {
        /// The address of the first one.
        address: u64,
    },
    /// An odd address.
    #[error("an odd address, which TI's text does not allow and all tools read")]
    OddAddress,
    /// A line of more than 16 bytes.
    #[error("a line of {found} bytes, more than the 16 of TI's text; some tools do not read that")]
    Long {
        /// How many there are.
        found: usize,
    },
    /// Something else than one space between two bytes.
    #[error("something else than one space between bytes; some tools do not read that")]
    Spacing,
    /// A digit of another letter case than the first letter of the file.
    #[error("digits of the other letter case than before")]
    MixedCase,
    /// The last line has no line end.
    #[error("no line end after `q`")]
    NoLastLineEnd,
    /// A great letter at the end.
    #[error("the file ends in `Q`, where some tools know `q` only")]
    GreatQ,
    /// Ctrl-Z or NUL bytes follow the `q`.
    #[error("Ctrl-Z or NUL bytes after `q`")]
    Padding,
    /// Text follows the `q`.
    #[error("text after `q`, kept and not read")]
    TailText,
    /// An empty line.
    #[error("a blank line")]
    Blank,
    /// Tolerated: blanks at the begin of a line.
    #[error("blanks at the begin of the line")]
    Blanks,
    /// Tolerated: bytes without a blank between them.
    #[error("bytes without a blank between them")]
    Unspaced,
    /// Tolerated: bytes that say again what others say.
    #[error("data for {} again, the same as elsewhere", Address(*.address))]
    Copy {
        /// The address of the first of them.
        address: u64,
    },
    /// Tolerated: a file without data.
    #[error("the file has no data")]
    Empty,
}

impl DiagnosticKind {
    /// What strict reading would have to be told to accept it; nothing when it does.
    pub fn tolerance(&self) -> Option<Tolerance> {
        Some(match self {
            Self::Blanks => Tolerance::Blanks,
            Self::Unspaced => Tolerance::Unspaced,
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

/// What was tolerated or is unusual, in the order of the lines. Made by [`TiTxt::diagnostics`].
#[derive(Clone)]
pub struct Diagnostics<'s> {
    image: &'s TiTxt<'s>,
    /// Where the next line begins.
    at: usize,
    /// Of the line at hand, not handed out yet.
    found: VecDeque<Diagnostic>,
    /// The number of that line.
    line: usize,
    first_end: Option<End>,
    /// Of the byte that comes next.
    address: u64,
    highest: u64,
    /// The first letter.
    letter: Option<u8>,
}

impl TiTxt<'_> {
    /// What was tolerated, and what is unusual though allowed. Costs nothing where parsing found nothing of
    /// the kind; else it looks at each line again.
    pub fn diagnostics(&self) -> Diagnostics<'_> {
        // Parsing knows whether there is anything to look for.
        let at = if self.plain { self.text.len() } else { 0 };
        let found = VecDeque::new();
        Diagnostics { image: self, at, found, line: 0, first_end: None, address: 0, highest: 0, letter: None }
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
        self.found.push_back(Diagnostic::at(self.image.text, offset, kind));
    }

    /// Looks at the next line; whether there was one.
    fn advance(&mut self) -> bool {
        let image = self.image;
        let Some(rest) = image.text.get(self.at..).filter(|rest| !rest.is_empty()) else { return false };
        let ((line, end), at) = (first_line(rest), self.at);
        self.line += 1;
        self.at += line.len() + end.len();
        self.line_end(line, end);
        let Ok(content) = Content::of(line) else { return false };
        if line.first().is_some_and(|byte| is_blank(*byte)) {
            self.note(0, DiagnosticKind::Blanks);
        }
        match content {
            Content::Blank if line.is_empty() => self.note(0, DiagnosticKind::Blank),
            Content::Blank => {}
            Content::Address(address) => {
                self.letters(line);
                if address % 2 == 1 {
                    self.note(0, DiagnosticKind::OddAddress);
                }
                self.address = address.into();
            }
            Content::Bytes(from) => {
                self.letters(line);
                self.bytes(line, from, at);
            }
            Content::End => {
                self.end();
                self.at = image.text.len();
            }
        }
        true
    }

    fn line_end(&mut self, line: &[u8], end: End) {
        if end == End::Missing {
            return;
        }
        let first = *self.first_end.get_or_insert(end);
        if self.line == 1 && end == End::Cr {
            self.note(line.len(), DiagnosticKind::CrOnly);
        } else if end != first {
            let (found, first) = (end.name(), first.name());
            self.note(line.len(), DiagnosticKind::LineEnd { found, first });
        }
    }

    /// Digits of the other case than the first letter.
    fn letters(&mut self, line: &[u8]) {
        for (offset, &letter) in line.iter().enumerate().filter(|(_, byte)| byte.is_ascii_alphabetic()) {
            let first = *self.letter.get_or_insert(letter);
            if first.is_ascii_lowercase() != letter.is_ascii_lowercase() {
                return self.note(offset, DiagnosticKind::MixedCase);
            }
        }
    }

    /// A line of bytes, which begins at offset `at` of the text and has the first byte at `from`.
    fn bytes(&mut self, line: &[u8], from: usize, at: usize) {
        let (mut len, mut next, mut unspaced, mut spacing, mut copy) = (0, from, None, None, None);
        for (token, bytes) in Tokens::new(line, from).flatten() {
            let joint = token.checked_sub(1).filter(|blank| *blank >= from);
            if token != next || joint.is_some_and(|blank| line.get(blank) != Some(&b' ')) {
                let _ = spacing.get_or_insert(next.min(token));
            }
            if bytes > 1 {
                let _ = unspaced.get_or_insert(token + 2);
            }
            for n in 0..bytes {
                let address = self.address + u64::try_from(len + n).unwrap_or(0);
                let offset = at + token + 2 * n;
                if self.image.index.part(address).is_none_or(|part| part.at != offset) {
                    let _ = copy.get_or_insert((token + 2 * n, address));
                }
            }
            len += bytes;
            next = token + 2 * bytes + 1;
        }
        let address = self.address;
        if address < self.highest {
            self.note(from, DiagnosticKind::OutOfOrder { address });
        }
        if len > USUAL {
            self.note(from, DiagnosticKind::Long { found: len });
        }
        if let Some(offset) = unspaced {
            self.note(offset, DiagnosticKind::Unspaced);
        } else if let Some(offset) = spacing {
            self.note(offset, DiagnosticKind::Spacing);
        }
        if let Some((offset, address)) = copy {
            self.note(offset, DiagnosticKind::Copy { address });
        }
        self.address += u64::try_from(len).unwrap_or(0);
        self.highest = self.highest.max(self.address);
    }

    /// The `q`, and what follows it.
    fn end(&mut self) {
        let (text, end) = (self.image.text, self.image.end);
        if self.image.index.runs.is_empty() {
            self.tell(end, DiagnosticKind::Empty);
        }
        if text.get(end) == Some(&b'Q') {
            self.tell(end, DiagnosticKind::GreatQ);
        }
        let tail = text.get(end + 1..).or_never("the `q` was read");
        if tail.is_empty() {
            self.tell(end + 1, DiagnosticKind::NoLastLineEnd);
        }
        if let Some(offset) = tail.iter().position(|byte| is_padding(*byte)) {
            self.tell(end + 1 + offset, DiagnosticKind::Padding);
        }
        if let Some((offset, Rest::Text)) = parts(tail).next() {
            self.tell(end + 1 + offset, DiagnosticKind::TailText);
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
