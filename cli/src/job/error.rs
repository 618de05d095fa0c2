//! Why a job file is refused.

use std::fmt;

/// Why a job file is refused: the line, and one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobError {
    line: usize,
    kind: JobErrorKind,
    message: String,
}

/// What is wrong with a job file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JobErrorKind {
    /// It is not TOML.
    Syntax,
    /// A key or table that there is not.
    Unknown,
    /// A key or table is missing.
    Missing,
    /// A value of another type, or one that makes no sense.
    Value,
    /// Something of a later version.
    Unsupported,
}

impl JobError {
    pub(super) fn new(line: usize, kind: JobErrorKind, message: impl Into<String>) -> Self {
        Self { line, kind, message: message.into() }
    }

    /// The line, counted from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// What is wrong.
    pub fn kind(&self) -> JobErrorKind {
        self.kind
    }
}

impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for JobError {}
