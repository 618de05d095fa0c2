//! Buffers and texts that have not the length that is written.

use thiserror::Error;

/// A buffer, or a text, of another length than what is written there. Nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("found {found} {}, expected {}{expected}; nothing was written", .what.name(), if *.what == What::Text { "at least " } else { "" })]
pub struct LengthError {
    pub(super) what: What,
    pub(super) found: usize,
    pub(super) expected: usize,
}

/// What has the wrong length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Payload,
    Line,
    /// The text of a file.
    Text,
}

impl What {
    fn name(self) -> &'static str {
        match self {
            Self::Payload => "bytes of payload",
            Self::Line => "characters in the buffer of a line",
            Self::Text => "characters of text",
        }
    }

    /// Refuses another length than `expected`.
    pub(super) fn exactly(self, found: usize, expected: usize) -> Result<(), LengthError> {
        if found == expected { Ok(()) } else { Err(LengthError { what: self, found, expected }) }
    }
}

impl LengthError {
    /// Bytes or characters that there are.
    pub fn found(&self) -> usize {
        self.found
    }

    /// Bytes or characters that there should be; of the text of a file, the least.
    pub fn expected(&self) -> usize {
        self.expected
    }
}
