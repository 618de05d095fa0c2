//! Why a checksum cannot be repaired as described.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use thiserror::Error;

use super::explanation::Explanation;
use crate::addr::{Address, Span, SpanError};
use crate::check::CheckValue;
use crate::digits::Hexadecimal;
use crate::encode::{DecodeError, EncodingError};
use crate::image::GapError;

/// Why a checksum cannot be repaired as described.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepairError {
    name: String,
    kind: RepairErrorKind,
}

impl RepairError {
    pub(super) fn new(name: &str, kind: RepairErrorKind) -> Self {
        Self { name: name.into(), kind }
    }

    /// The checksum's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is wrong.
    pub fn kind(&self) -> &RepairErrorKind {
        &self.kind
    }

    /// The same, without numbers that a secret could be guessed from.
    pub(crate) fn without_numbers(mut self) -> Self {
        use RepairErrorKind::{Mismatch, NotBlank, NotForced, Unreadable};
        if matches!(self.kind, Mismatch(_) | NotForced { .. } | NotBlank { .. } | Unreadable { .. }) {
            self.kind = RepairErrorKind::Unexpected;
        }
        self
    }
}

impl core::error::Error for RepairError {}

impl fmt::Display for RepairError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "checksum `{}`: {}", self.name, self.kind)
    }
}

/// What is wrong with a checksum.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RepairErrorKind {
    /// A range that is none.
    #[error(transparent)]
    Span(#[from] SpanError),
    /// An image of which every byte is skipped or dropped.
    #[error("covers no byte")]
    Empty,
    /// A range without a byte.
    #[error("{0}..{0} holds no byte", Address(*.at))]
    EmptyRange {
        /// Where it begins and ends.
        at: u64,
    },
    /// Two ranges that share bytes, which would count twice.
    #[error("covers {0} twice")]
    Twice(Span),
    /// Its own word lies in what it covers.
    #[error("covers its own word at {0}")]
    CoversItself(Span),
    /// Bytes missing in what it covers.
    #[error("{0}; say what gaps contribute if that is meant")]
    Gap(GapError),
    /// Bytes missing in what it covers of another image.
    #[error("image `{image}`: {gap}; say what gaps contribute if that is meant")]
    GapOf {
        /// The image.
        image: String,
        /// The first of them.
        gap: GapError,
    },
    /// It covers another image, which is not given.
    #[error("covers image `{image}`, which is not given")]
    NoImage {
        /// The image.
        image: String,
    },
    /// So many bytes missing that filling them would take forever.
    #[error("more than {limit} missing bytes would be filled")]
    TooMuchFill {
        /// The most that are filled.
        limit: u64,
    },
    /// So many bytes that change under it and the checksums before it that their tables would take gigabytes.
    #[error(
        "with the checksums before it covers more than {limit} bytes that change: let fewer checksums cover the same fields and words"
    )]
    TooMuchChange {
        /// The most that all checksums together cover, a byte under two of them counted twice.
        limit: usize,
    },
    /// Words that do not divide what is covered.
    #[error("{span} does not begin and end at a multiple of {unit}, the bytes in a word")]
    Misaligned {
        /// A contiguous piece of the coverage.
        span: Span,
        /// Bytes in a word.
        unit: u64,
    },
    /// A word that has no room for the value.
    #[error("{width} bits do not fit a word of {len} bytes")]
    TooNarrow {
        /// Bits of the check.
        width: u32,
        /// Bytes of the word.
        len: usize,
    },
    /// A word longer than any integer.
    #[error("a word of {len} bytes; 1 to 16 can be had")]
    WordLen {
        /// Bytes of the word.
        len: usize,
    },
    /// A word that cannot hold a digest.
    #[error("a word of {len} bytes, expected {expected}, those of the digest")]
    DigestLen {
        /// Bytes of the word.
        len: usize,
        /// Bytes of the digest.
        expected: usize,
    },
    /// An encoding that makes no sense.
    #[error(transparent)]
    Encoding(#[from] EncodingError),
    /// An encoding that does not take each value.
    #[error("`{encoding}` does not take each value of {width} bits")]
    NotEach {
        /// Bits of the check.
        width: u32,
        /// The encoding's name.
        encoding: String,
    },
    /// The inverse of what is not a plain integer.
    #[error("the inverse of `{encoding}`: only a plain integer or the bytes of a digest are stored inverted")]
    InvertedEncoding {
        /// The encoding's name.
        encoding: String,
    },
    /// The template holds what its encoding does not write.
    #[error(
        "the template holds no `{encoding}`: {error}; if the build leaves the word to be filled, say that it is blank"
    )]
    Unreadable {
        /// The encoding's name.
        encoding: String,
        /// What is wrong with the bytes.
        error: Box<DecodeError>,
    },
    /// Steps behind a hash, which is no number.
    #[error("a digest is no number, so it takes no steps")]
    HashSteps,
    /// Own bytes that are to be left out, replaced or forced, but are not covered.
    #[error("says what becomes of its own word in what it covers, but the word does not lie in there")]
    NotInside,
    /// Several words, which cannot all be forced.
    #[error("a forced word has no copies")]
    ForcedCopies,
    /// Steps with a forced word.
    #[error("a forced word takes no steps: it is the check over everything that has a wanted value")]
    ForcedSteps,
    /// A forced word that is written in another way than as an integer.
    #[error("a forced word is a plain integer, found `{encoding}`")]
    ForcedEncoding {
        /// The encoding's name.
        encoding: String,
    },
    /// A word that cannot give every value.
    #[error(
        "its word cannot force that value of {algorithm}: the value must have no more bits than the check, the word all bits of it, and they must lie together"
    )]
    CannotForce {
        /// The check's name.
        algorithm: String,
    },
    /// A tail in units that make no sense.
    #[error("a tail in units of {found} bytes, expected a multiple of {unit} up to {most}")]
    TailUnit {
        /// Bytes in a unit of the tail.
        found: u64,
        /// Bytes in a word of the check, or of its feed order.
        unit: u64,
        /// The most bytes in a unit.
        most: u64,
    },
    /// A cycle of checksums that cover each other.
    #[error("covers itself by way of others: {}", Chain(.0))]
    Cycle(Vec<String>),
    /// The template's own checksum is wrong.
    #[error(transparent)]
    Mismatch(Box<Mismatch>),
    /// The template does not have the check value that its word is to force.
    #[error(
        "over the template the check gives {found:#X}, expected {target:#X}: wrong range, algorithm or byte order, or a template that was changed; if the build leaves the word to be filled, say that it is blank"
    )]
    NotForced {
        /// What the whole gives.
        found: u128,
        /// What it should give.
        target: u128,
    },
    /// The word is not what the description says the template has there.
    #[error("the template holds {}, expected {}", Hexadecimal(.found), Hexadecimal(.expected))]
    NotBlank {
        /// What the template holds.
        found: Vec<u8>,
        /// What it should hold.
        expected: Vec<u8>,
    },
    /// One of the two above, when the template may hold a secret.
    #[error("the template holds something else than expected; a field is secret, so neither is shown")]
    Unexpected,
}

/// A template whose own checksum is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the template holds {stored}, computed is {computed}: {}", Why(.explanation))]
pub struct Mismatch {
    pub(super) stored: CheckValue,
    pub(super) computed: CheckValue,
    pub(super) explanation: Option<Explanation>,
}

impl Mismatch {
    /// What the template holds.
    pub fn stored(&self) -> CheckValue {
        self.stored
    }

    /// What it should hold.
    pub fn computed(&self) -> CheckValue {
        self.computed
    }

    /// A usual mistake in the description that explains it: what to say instead.
    pub fn explanation(&self) -> Option<&Explanation> {
        self.explanation.as_ref()
    }
}

struct Why<'a>(&'a Option<Explanation>);

impl fmt::Display for Why<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(would) => write!(f, "it would be right {would}"),
            None => f.write_str(
                "wrong range, algorithm or byte order, or a template that was changed; if the build leaves the word to be filled, say that it is blank",
            ),
        }
    }
}

struct Chain<'a>(&'a [String]);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for name in self.0 {
            write!(f, "`{name}` covers ")?;
        }
        write!(f, "`{}`", self.0.first().map_or("", String::as_str))
    }
}
