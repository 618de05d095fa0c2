//! Why a command fails: one sentence for a person, and the exit code for a script.

use std::fmt;
use std::path::Path;

/// What the exit code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 1: a file could not be read or written.
    Io = 1,
    /// 2: wrong usage.
    Usage = 2,
    /// 3: the input or the job is wrong; nothing was written.
    Refused = 3,
    /// 4: verification failed.
    Verify = 4,
    /// 5: a range of numbers is exhausted; nothing was written.
    Exhausted = 5,
}

/// Why a command fails.
#[derive(Debug)]
pub struct Failure {
    exit: Exit,
    message: String,
}

impl Failure {
    /// A failure with a message of one sentence.
    pub fn new(exit: Exit, message: impl fmt::Display) -> Self {
        Self { exit, message: message.to_string() }
    }

    /// The input or the job is wrong.
    pub fn refused(message: impl fmt::Display) -> Self {
        Self::new(Exit::Refused, message)
    }

    /// A file could not be read or written.
    pub fn io(path: &Path, error: impl fmt::Display) -> Self {
        Self::new(Exit::Io, format_args!("{}: {error}", path.display()))
    }

    /// What the exit code says.
    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// The same, with what it is about in front.
    #[must_use]
    pub fn about(self, what: impl fmt::Display) -> Self {
        Self { exit: self.exit, message: format!("{what}: {}", self.message) }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}
