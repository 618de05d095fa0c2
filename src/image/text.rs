//! Lines of a text, places in it, and how two lines differ.

use core::fmt;

use crate::addr::Address;
use crate::never::OrNever;

/// A UTF-8 byte order mark.
pub(super) const BOM: &[u8] = b"\xEF\xBB\xBF";

/// How a line ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Not at all.
    Missing,
    Lf,
    CrLf,
    Cr,
}

impl End {
    /// The one that `text` begins with; nothing within a line.
    pub(super) fn of(text: &[u8]) -> Option<Self> {
        Some(match text {
            [b'\n', ..] => Self::Lf,
            [b'\r', b'\n', ..] => Self::CrLf,
            [b'\r', ..] => Self::Cr,
            [] => Self::Missing,
            _ => return None,
        })
    }

    /// In characters.
    pub(super) fn len(self) -> usize {
        match self {
            Self::Missing => 0,
            Self::Lf | Self::Cr => 1,
            Self::CrLf => 2,
        }
    }

    /// What it is called.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Missing => "nothing",
            Self::Lf => "LF",
            Self::CrLf => "CR LF",
            Self::Cr => "CR",
        }
    }
}

/// How the byte at an address differs between two lines, if it does: the address, the byte of the later line, that of
/// the earlier one.
pub(super) struct Differs(pub(super) Option<(u64, u8, u8)>);

impl fmt::Display for Differs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str("; both say the same, which lenient reading accepts"),
            Some((address, here, there)) => {
                let address = Address(address);
                write!(f, ", and it says something else: {address} is {here:#04X} here and {there:#04X} there")
            }
        }
    }
}

/// Space, tab, vertical tab, form feed.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0x0B | 0x0C)
}

/// Ctrl-Z and NUL, which tools of old systems leave at the end of a file.
pub(super) fn is_padding(byte: u8) -> bool {
    matches!(byte, 0x1A | 0)
}

/// The line that `text` begins with, and how it ends.
pub(super) fn first_line(text: &[u8]) -> (&[u8], End) {
    let len = text.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(text.len());
    let (line, rest) = text.split_at_checked(len).or_never("no more than there are");
    (line, End::of(rest).unwrap_or(End::Missing))
}

/// The lines of `text` with their ends, each with its offset.
pub(super) fn lines(text: &[u8]) -> impl Iterator<Item = (usize, &[u8], End)> {
    let mut at = 0;
    core::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let (line, end) = first_line(rest);
        let found = (at, line, end);
        at += line.len() + end.len();
        Some(found)
    })
}

/// The line and the column that an offset lies in, both counted from 1; CR, LF and CR LF all end a line.
pub(super) fn place(text: &[u8], offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let start = before.iter().rposition(|&byte| matches!(byte, b'\r' | b'\n')).map_or(0, |end| end + 1);
    (line_of(text, offset), before.len() - start + 1)
}

/// Finds the places of ascending offsets, each from the one before.
#[derive(Clone, Copy)]
pub(super) struct Cursor {
    at: usize,
    line: usize,
    /// Where that line begins.
    start: usize,
}

impl Default for Cursor {
    fn default() -> Self {
        Self { at: 0, line: 1, start: 0 }
    }
}

impl Cursor {
    /// As [`place`]; not before the offset asked for last.
    pub(super) fn place(&mut self, text: &[u8], offset: usize) -> (usize, usize) {
        // In front of the text, none.
        let before = self.at.checked_sub(1).and_then(|last| text.get(last)).copied().unwrap_or(0);
        let mut last = before;
        for (&byte, at) in
            text.get(self.at..offset).or_never("in the text, and not before the last one").iter().zip(self.at..)
        {
            if matches!(byte, b'\r' | b'\n') {
                self.start = at + 1;
                self.line += usize::from(byte == b'\r' || last != b'\r');
            }
            last = byte;
        }
        self.at = offset;
        (self.line, offset - self.start + 1)
    }
}

/// The line that an offset lies in.
pub(super) fn line_of(text: &[u8], offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    let mut last = 0;
    let mut line = 1;
    for &byte in before {
        line += usize::from(byte == b'\r' || byte == b'\n' && last != b'\r');
        last = byte;
    }
    line
}
