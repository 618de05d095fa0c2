//! Files whose bytes are found by address: Intel HEX text, ELF files, raw binaries, and sparse memory of no file.
//!
//! ```
//! use nameplate::{Span, image::{Container, Hex, Raw}};
//!
//! let hex = Hex::parse(b":0400100001020304E2\r\n:00000001FF\r\n")?;
//! let raw = Raw::new(&[1, 2, 3, 4], 0x10)?;
//! assert_eq!(hex.extent(), raw.extent());
//! assert!(hex.locate(Span::new(0x12, 2)?).is_ok());
//! assert_eq!(
//!     hex.locate(Span::new(0x12, 3)?).unwrap_err().to_string(),
//!     "no byte at 0x00000014: the data before it ends at 0x00000014, and none follows",
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A container knows where the bytes of an address range lie in its file, as a [`Place`]: in a raw
//! binary the bytes themselves; in HEX text the digits, and the record sum that covers them. A place
//! is found once and used for every unit; using it changes nothing else in the file.

mod compare;
pub mod elf;
mod erased;
mod flatten;
pub mod hex;
mod marker;
mod place;
mod raw;
pub mod sparse;

use core::ops::ControlFlow;

use thiserror::Error;

pub use self::compare::{Difference, difference, differences};
pub use self::elf::Elf;
pub use self::erased::Erased;
pub use self::flatten::{FlattenError, flatten};
pub use self::hex::Hex;
pub use self::marker::{Marker, MarkerError};
pub use self::place::Place;
pub use self::raw::Raw;
pub use self::sparse::{Merge, MergeError, Sparse};
use crate::addr::{Address, Span};

mod sealed {
    #[allow(unnameable_types, reason = "that is what seals it")]
    pub trait Sealed {}
    impl Sealed for super::Hex<'_> {}
    impl Sealed for super::Elf<'_> {}
    impl Sealed for super::Raw<'_> {}
    impl Sealed for super::Sparse {}
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

    /// The file as ELF, whose symbols and sections have names; nothing when it is of another format.
    fn elf(&self) -> Option<&Elf<'_>> {
        None
    }

    /// The byte that all of the file's memory holds, if it holds one only.
    fn uniform(&self) -> Option<u8> {
        let mut found = None;
        let all = self.visit(self.extent()?, &mut |_, bytes| {
            let first = *found.get_or_insert(bytes.first().copied().unwrap_or_default());
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

/// What [`Container::visit`] hands bytes to: the address of the first, and the bytes.
pub type Visitor<'v> = dyn FnMut(u64, &[u8]) -> ControlFlow<()> + 'v;

/// A byte that a file does not have.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("no byte at {}: {}", Address(*.address), Around(.before, .after))]
pub struct GapError {
    address: u64,
    before: Option<u64>,
    after: Option<u64>,
}

impl GapError {
    /// The lowest address asked for that has no byte.
    pub fn address(&self) -> u64 {
        self.address
    }
}

struct Around<'a>(&'a Option<u64>, &'a Option<u64>);

impl core::fmt::Display for Around<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match (self.0.map(Address), self.1.map(Address)) {
            (Some(end), Some(next)) => write!(f, "the data before it ends at {end}, the next begins at {next}"),
            (Some(end), None) => write!(f, "the data before it ends at {end}, and none follows"),
            (None, Some(next)) => write!(f, "the first data begins at {next}"),
            (None, None) => f.write_str("the image is empty"),
        }
    }
}
