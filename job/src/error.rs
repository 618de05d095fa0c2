//! Why a job file is refused, and why a run over its units is.

use std::fmt;

use nameplate::encode::EncodeError;
use nameplate::plan::{StampError, StampErrorKind};

/// Why a job file is refused: the line, and one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    line: usize,
    kind: ParseErrorKind,
    message: String,
}

/// What is wrong with a job file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseErrorKind {
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

impl ParseError {
    pub(crate) fn new(line: usize, kind: ParseErrorKind, message: impl Into<String>) -> Self {
        Self { line, kind, message: message.into() }
    }

    /// The line, counted from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// What is wrong.
    pub fn kind(&self) -> ParseErrorKind {
        self.kind
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for ParseError {}

/// Why a job, or a run over its units, is refused: one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobError {
    kind: JobErrorKind,
    message: String,
}

/// Whose fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JobErrorKind {
    /// The job or what it is given is wrong.
    Refused,
    /// A range of numbers is exhausted.
    Exhausted,
}

impl JobError {
    /// The job or what it is given is wrong.
    pub(crate) fn refused(message: impl fmt::Display) -> Self {
        Self { kind: JobErrorKind::Refused, message: message.to_string() }
    }

    /// A range of numbers is exhausted.
    pub(crate) fn exhausted(message: impl fmt::Display) -> Self {
        Self { kind: JobErrorKind::Exhausted, message: message.to_string() }
    }

    /// Unit `seq` cannot be stamped; a number that does not fit its field is the end of a range.
    pub fn stamp(seq: u64, error: &StampError) -> Self {
        let message = format_args!("unit {seq}: {error}");
        match error.kind() {
            StampErrorKind::Encode(EncodeError::TooBig { .. }) => Self::exhausted(message),
            _ => Self::refused(message),
        }
    }

    /// Whose fault it is.
    pub fn kind(&self) -> JobErrorKind {
        self.kind
    }

    /// The same, with what it is about in front.
    #[must_use]
    pub fn about(self, what: impl fmt::Display) -> Self {
        Self { message: format!("{what}: {}", self.message), ..self }
    }
}

impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for JobError {}

impl From<ParseError> for JobError {
    fn from(error: ParseError) -> Self {
        Self::refused(error)
    }
}
