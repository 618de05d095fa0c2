//! What all images have in common: bytes that are found by address.

use core::num::NonZeroU64;
use core::ops::ControlFlow;

use thiserror::Error;

use super::elf::file::Elf;
use super::place::Place;
use crate::addr::{Address, Span};

pub(super) mod sealed {
    #[allow(unnameable_types, reason = "that is what seals it")]
    pub trait Sealed {}
}

/// A file whose bytes are found by address. Sealed: the formats are this crate's.
///
/// ```
/// use core::ops::ControlFlow;
/// use nameplate::Span;
/// use nameplate::image::{Container, Hex};
///
/// let hex = Hex::parse(b":0400100001020304E2\n:00000001FF\n")?;
/// assert!(hex.locate(Span::new(0x11, 2)?).is_ok());
/// let mut bytes = Vec::new();
/// let _ = hex.visit(Span::new(0x11, 2)?, &mut |_, part| {
///     bytes.extend_from_slice(part);
///     ControlFlow::Continue(())
/// });
/// assert_eq!(bytes, [2, 3]);
/// let error = hex.locate(Span::new(0x13, 2)?).unwrap_err();
/// assert_eq!(error.address(), 0x14); // the first byte that is not there
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Container: sealed::Sealed {
    /// The file as it is, every byte of it.
    fn file(&self) -> &[u8];

    /// The start addresses it gives.
    fn start(&self) -> Start {
        Start::default()
    }

    /// From the lowest address that has a byte to behind the highest; nothing when there is none.
    fn extent(&self) -> Option<Span>;

    /// Where the bytes of `span` lie in the file.
    ///
    /// # Errors
    /// When the file lacks one of them.
    fn locate(&self, span: Span) -> Result<Place, GapError>;

    /// Hands the bytes that the file has within `span` to `each`, with the address of the first, in
    /// ascending order and in pieces of any size, until `each` breaks.
    fn visit(&self, span: Span, each: &mut Visitor<'_>) -> ControlFlow<()>;

    /// How many records of a HEX file were tolerated and not read: those of other types, and after the end-of-file
    /// record. What is missed may be in them.
    fn unread(&self) -> usize {
        0
    }

    /// The file as ELF, whose symbols and sections have names; nothing when it is of another format.
    fn elf(&self) -> Option<&Elf<'_>> {
        None
    }

    /// Another image of the same unit, by its name, for checksums that cover it; nothing when none is given: an image
    /// has others only in a [`Beside`](super::Beside).
    fn other(&self, name: &str) -> Option<&dyn Container> {
        let _ = name;
        None
    }

    /// What seals the image, which a stamp would break; nothing when nobody knows of any.
    fn seal(&self) -> Option<Seal> {
        None
    }

    /// The byte that all of the file's memory holds, if it holds one only.
    fn uniform(&self) -> Option<u8> {
        let mut found = None;
        let all = self.visit(self.extent()?, &mut |_, bytes| {
            let Some(first) = bytes.first() else { return ControlFlow::Continue(()) };
            let first = *found.get_or_insert(*first);
            if bytes.iter().all(|&byte| byte == first) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        found.filter(|_| all.is_continue())
    }
}

/// The start addresses that a file can give.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// CS:IP, CS in the upper half: type 03 of Intel HEX.
    pub segment: Option<u32>,
    /// An address: type 05 of Intel HEX.
    pub linear: Option<u32>,
}

/// What only the maker of an image can make anew once a byte of it is another.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Seal {
    /// Metadata of RP2350 with a hash or a signature.
    #[error(
        "the image is sealed: the metadata at {} have a {} of it (RP2350); stamp the image first, and seal each unit", Address(*.address), if *.signed { "signature" } else { "hash" }
    )]
    Rp2350 {
        /// Where the metadata begin.
        address: u64,
        /// Whether it is a signature.
        signed: bool,
    },
    /// An extension tag of UF2.
    #[error(
        "block {block} of the file has a SHA-2 of the firmware (tag 0xB46DB0), which nothing says how to make: stamp the image before that tag is added"
    )]
    Digest {
        /// Which block has the tag.
        block: usize,
    },
}

/// What [`Container::visit`] hands bytes to: the address of the first, and the bytes.
pub type Visitor<'v> = dyn FnMut(u64, &[u8]) -> ControlFlow<()> + 'v;

/// A byte that a file does not have.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("no byte at {}: {}{}", Address(*.address), Around(.before, .after), Unread(*.unread, "; "))]
pub struct GapError {
    address: u64,
    before: Option<NonZeroU64>,
    after: Option<u64>,
    /// How many records of a HEX file were not read, and may have it.
    unread: u32,
}

impl GapError {
    /// No byte at `address`; where the data before it ends, and the next begins.
    pub(super) fn new(address: u64, before: Option<u64>, after: Option<u64>) -> Self {
        // No data ends at 0.
        Self { address, before: before.and_then(NonZeroU64::new), after, unread: 0 }
    }

    /// The same, in a file with so many records that were not read.
    pub(super) fn with_unread(self, records: usize) -> Self {
        Self { unread: u32::try_from(records).unwrap_or(u32::MAX), ..self }
    }

    /// The same by other addresses; those that `to` does not know are not told.
    pub(super) fn moved(self, to: impl Fn(u64) -> Option<u64>) -> Self {
        Self {
            address: to(self.address).unwrap_or(self.address),
            before: self.before.and_then(|end| to(end.get())).and_then(NonZeroU64::new),
            after: self.after.and_then(&to),
            unread: self.unread,
        }
    }

    /// The lowest address asked for that has no byte.
    pub fn address(&self) -> u64 {
        self.address
    }
}

/// What is said where something was missed, behind which mark: nothing of 0 records.
pub(super) struct Unread(pub(super) u32, pub(super) &'static str);

impl core::fmt::Display for Unread {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.0 {
            0 => Ok(()),
            n => write!(f, "{}{n} records were not read, after the end-of-file record or of other types", self.1),
        }
    }
}

struct Around<'a>(&'a Option<NonZeroU64>, &'a Option<u64>);

impl core::fmt::Display for Around<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match (self.0.map(|end| Address(end.get())), self.1.map(Address)) {
            (Some(end), Some(next)) => write!(f, "the data before it ends at {end}, the next begins at {next}"),
            (Some(end), None) => write!(f, "the data before it ends at {end}, and none follows"),
            (None, Some(next)) => write!(f, "the first data begins at {next}"),
            (None, None) => f.write_str("the image is empty"),
        }
    }
}
