//! Checksums over images: what is covered, where the result lies, and in what order several of them
//! are computed.
//!
//! ```
//! use nameplate::{check::CRC_32_ISO_HDLC, repair::{Gaps, Repair, Template}};
//!
//! let app = Repair::crc("app", CRC_32_ISO_HDLC, 0x0800_0000..0x0800_7FFC).stored_at(0x0800_7FFC).u32_le();
//! let page = Repair::crc("page", CRC_32_ISO_HDLC, 0x0800_7F00..0x0800_7F20)
//!     .stored_at(0x0800_7F20)
//!     .u32_le()
//!     .template(Template::Blank);
//! assert_eq!(app.name(), "app");
//! ```
//!
//! A [`Repair`] is a description; compiling it checks it against an image. One checksum may cover the
//! word of another, which is then computed first; a cycle is an error that names its members. A
//! checksum may not cover its own word, nor a byte twice.
//!
//! | part | choices | default |
//! |---|---|---|
//! | coverage | half-open ranges, fed in the order given | – |
//! | gaps in it | [`Gaps`]: an error, skipped, filled | error |
//! | after the check | [`Step`]s: not, negate, add | none |
//! | stored as | an integer of 1–16 bytes, byte order always said | – |
//! | the template's own | [`Template`]: valid, blank, unknown | valid |
//!
//! Sources: SRecord, IAR ielftool and the TI linker differ in what a gap contributes, so it has to
//! be said here; a template that is wrong before stamping shows a wrong description.

mod error;
mod graph;
mod stream;

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

pub use self::error::{RepairError, RepairErrorKind};
pub(crate) use self::graph::{Graph, Variable};
use crate::addr::{Span, SpanError};
use crate::check::{Algorithm, Crc};
use crate::value::ByteOrder;

/// What a byte that the image lacks contributes to a checksum that covers it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Gaps {
    /// It may not be: compiling fails.
    #[default]
    Error,
    /// Nothing; the bytes around it follow each other.
    Skip,
    /// This byte.
    Fill(u8),
}

/// A change to the check value before it is stored, modulo 2 to its width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Every bit inverted.
    Not,
    /// Two's complement.
    Negate,
    /// This number added.
    Add(u128),
}

/// What the template holds where the checksum will be stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Template {
    /// The right checksum of the template: a mistake in the description is found before any unit.
    #[default]
    Valid,
    /// Erased memory: the build leaves the word to be filled.
    Blank,
    /// These bytes.
    Bytes(Vec<u8>),
    /// Anything.
    Unknown,
}

/// A checksum to be repaired: a description, checked when it is compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    name: String,
    algorithm: Algorithm,
    over: Vec<Range<u64>>,
    gaps: Gaps,
    at: u64,
    len: usize,
    order: ByteOrder,
    steps: Vec<Step>,
    template: Template,
}

/// A checksum that does not yet say where it is stored.
#[derive(Clone, Debug)]
#[must_use = "say where it is stored: `.stored_at(address)`"]
pub struct Unplaced {
    name: String,
    algorithm: Algorithm,
    over: Vec<Range<u64>>,
}

/// A checksum that does not yet say how it is stored.
#[derive(Clone, Debug)]
#[must_use = "say how it is stored: `.u32_le()`, `.uint(len, order)`, …"]
pub struct Unsized {
    draft: Unplaced,
    at: u64,
}

impl Unplaced {
    /// Covers `range` too, behind what it covers already.
    pub fn and_over(mut self, range: Range<u64>) -> Self {
        self.over.push(range);
        self
    }

    /// Stored from `address` on.
    pub fn stored_at(self, address: u64) -> Unsized {
        Unsized { draft: self, at: address }
    }
}

macro_rules! store_names {
    ($($name:ident $len:literal $order:ident $doc:literal),* $(,)?) => {$(
        #[doc = $doc]
        pub fn $name(self) -> Repair {
            self.uint($len, ByteOrder::$order)
        }
    )*};
}

impl Unsized {
    /// Stored as an integer of `len` bytes.
    pub fn uint(self, len: usize, order: ByteOrder) -> Repair {
        let Unplaced { name, algorithm, over } = self.draft;
        let (gaps, steps, template) = (Gaps::default(), Vec::new(), Template::default());
        Repair { name, algorithm, over, gaps, at: self.at, len, order, steps, template }
    }

    store_names! {
        u8 1 Little "Stored as one byte.",
        u16_le 2 Little "Stored as two bytes, little-endian.",
        u16_be 2 Big "Stored as two bytes, big-endian.",
        u32_le 4 Little "Stored as four bytes, little-endian.",
        u32_be 4 Big "Stored as four bytes, big-endian.",
        u64_le 8 Little "Stored as eight bytes, little-endian.",
        u64_be 8 Big "Stored as eight bytes, big-endian.",
    }
}

impl Repair {
    /// The check `algorithm` over the bytes of `range`, half-open.
    #[allow(clippy::new_ret_no_self, reason = "a repair is said in three steps")]
    pub fn new(name: impl Into<String>, algorithm: Algorithm, range: Range<u64>) -> Unplaced {
        Unplaced { name: name.into(), algorithm, over: Vec::from([range]) }
    }

    /// A CRC of the catalogue over the bytes of `range`, half-open.
    pub fn crc(name: impl Into<String>, crc: Crc, range: Range<u64>) -> Unplaced {
        Self::new(name, Algorithm::Crc(crc), range)
    }

    /// What gaps contribute. The default is [`Gaps::Error`].
    #[must_use]
    pub fn gaps(mut self, gaps: Gaps) -> Self {
        self.gaps = gaps;
        self
    }

    /// One more step between the check and the stored word. The default is none.
    #[must_use]
    pub fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// What the template holds in the word. The default is [`Template::Valid`].
    #[must_use]
    pub fn template(mut self, template: Template) -> Self {
        self.template = template;
        self
    }

    /// The checksum's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How the check value is computed.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The ranges covered, in the order they are fed.
    pub fn over(&self) -> &[Range<u64>] {
        &self.over
    }

    /// Where the word lies.
    ///
    /// # Errors
    /// When it passes the end of the address space.
    pub fn span(&self) -> Result<Span, SpanError> {
        Span::new(self.at, u64::try_from(self.len).unwrap_or(u64::MAX))
    }

    /// The stored form of a check value: the steps done, modulo 2 to the width.
    fn finish(&self, value: u128) -> u128 {
        let unused = u128::BITS - self.algorithm.width();
        self.steps.iter().fold(value, |value, step| {
            let value = match step {
                Step::Not => !value,
                Step::Negate => value.wrapping_neg(),
                Step::Add(n) => value.wrapping_add(*n),
            };
            value << unused >> unused
        })
    }

    /// Writes the stored form of `value` into the word.
    fn put(&self, value: u128, word: &mut [u8]) {
        for (to, byte) in word.iter_mut().zip(self.finish(value).to_le_bytes()) {
            *to = byte;
        }
        if self.order == ByteOrder::Big {
            word.reverse();
        }
    }

    /// The number that the word holds.
    pub(crate) fn stored(&self, word: &[u8]) -> u128 {
        let add = |n: u128, byte: &u8| n << 8 | u128::from(*byte);
        match self.order {
            ByteOrder::Little => word.iter().rfold(0, add),
            ByteOrder::Big => word.iter().fold(0, add),
        }
    }
}
