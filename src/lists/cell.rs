//! Text and digits that go into a list.

use alloc::format;
use alloc::string::String;

use super::error::FeedErrorKind;
use crate::digits::{self, Case};

/// The digits of bytes, two each.
pub(super) fn push_hex(out: &mut String, bytes: &[u8], case: Case) {
    for &byte in bytes {
        out.extend(digits::pair(byte, case).map(char::from));
    }
}

/// What a text may be.
pub(super) struct Text {
    /// The most characters.
    pub(super) most: usize,
    /// Characters of printable ASCII that it may not have.
    pub(super) without: &'static str,
    /// The same in words.
    pub(super) expected: &'static str,
    /// Whether it goes where a spreadsheet may open it.
    pub(super) sheet: bool,
}

impl Text {
    /// Whether `text` may be written. `what` says what it is; of a secret nothing is shown.
    pub(super) fn check(&self, what: &dyn Fn() -> String, text: &str, secret: bool) -> Result<(), FeedErrorKind> {
        let shown = |c: char| (!secret).then_some(c);
        let Some(first) = text.chars().next() else { return Err(FeedErrorKind::Empty { what: what() }) };
        let bad = |c: char| !matches!(c, ' '..='~') || self.without.contains(c);
        if let Some((at, c)) = text.chars().enumerate().find(|&(_, c)| bad(c)) {
            return Err(FeedErrorKind::Character {
                what: what(),
                found: shown(c),
                at: at + 1,
                expected: self.expected,
            });
        }
        // All of it is ASCII.
        if text.len() > self.most {
            return Err(FeedErrorKind::TooLong { what: what(), found: text.len(), most: self.most });
        }
        if self.sheet && matches!(first, '=' | '+' | '-' | '@') {
            return Err(FeedErrorKind::Formula { what: what(), found: shown(first) });
        }
        let space = |at| FeedErrorKind::Character {
            what: what(),
            found: shown(' '),
            at,
            expected: "no space at either end: it may be lost",
        };
        match (text.starts_with(' '), text.ends_with(' ')) {
            (true, _) => Err(space(1)),
            (_, true) => Err(space(text.len())),
            _ => Ok(()),
        }
    }
}

/// The kind of a thing, and its name in backticks.
pub(super) fn named(kind: &str, name: &str) -> String {
    format!("{kind} `{}`", digits::Escaped(name.as_bytes()))
}
