//! What is said of a text, and where.

use core::fmt;

use super::text::place;

/// Something that is said of a text, and where: an error, or what is unusual.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<K> {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) kind: K,
}

impl<K> Located<K> {
    /// The line, counted from 1; CR, LF and CR LF all end one.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column, in bytes counted from 1.
    pub fn column(&self) -> usize {
        self.column
    }

    /// What it is.
    pub fn kind(&self) -> &K {
        &self.kind
    }

    /// At an offset in the text.
    pub(super) fn at(text: &[u8], offset: usize, kind: K) -> Self {
        let (line, column) = place(text, offset);
        Self { line, column, kind }
    }
}

impl<K: fmt::Debug + fmt::Display> core::error::Error for Located<K> {}

impl<K: fmt::Display> fmt::Display for Located<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.kind)
    }
}
