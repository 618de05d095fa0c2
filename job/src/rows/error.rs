//! Why an input is refused.

use std::fmt;

/// Why an input is refused: the line, and one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowsError {
    pub(super) line: u64,
    pub(super) message: String,
}

impl RowsError {
    /// The line, counted from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The sentence, without the line.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for RowsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for RowsError {}

/// The same, with the place as an offset; it is counted in lines once.
pub(super) struct Wrong {
    pub(super) at: usize,
    pub(super) message: String,
}

impl Wrong {
    pub(super) fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }
}
