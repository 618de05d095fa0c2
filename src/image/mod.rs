//! Files whose bytes are found by address: Intel HEX, S-record and TI-TXT text, ELF and UF2 files, raw binaries, and sparse
//! memory of no file.
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

mod add;
mod ahead;
mod beside;
mod compare;
mod container;
pub mod elf;
mod erased;
mod erased_map;
mod flatten;
mod foreign;
pub mod hex;
mod index;
mod indexed;
mod line;
mod located;
mod marker;
mod md5;
mod moved;
#[cfg(feature = "nvs")]
pub mod nvs;
mod options;
mod place;
mod raw;
mod runs;
pub mod sparse;
#[cfg(feature = "srec")]
pub mod srec;
#[cfg_attr(not(all(feature = "srec", feature = "ti-txt")), allow(dead_code, reason = "what formats share"))]
mod text;
#[cfg(feature = "ti-txt")]
pub mod ti_txt;
#[cfg(feature = "uf2")]
pub mod uf2;

pub use self::add::{AddError, Growing};
pub use self::beside::Beside;
pub use self::compare::{Difference, difference, differences};
pub use self::container::{Container, GapError, Seal, Start, Visitor};
pub use self::elf::Elf;
pub use self::erased::Erased;
pub use self::erased_map::{ErasedMap, RegionError};
pub use self::flatten::{FlattenError, flatten};
pub use self::foreign::is_coff;
pub use self::hex::Hex;
#[cfg(feature = "sqtp")]
pub(crate) use self::line::{Claims, HEADER};
pub use self::located::Located;
pub use self::marker::{Marker, MarkerError};
pub use self::moved::Moved;
#[cfg(feature = "nvs")]
pub use self::nvs::Nvs;
pub use self::place::Place;
pub use self::raw::Raw;
pub use self::sparse::{Merge, MergeError, Sparse};
#[cfg(feature = "srec")]
pub use self::srec::Srec;
#[cfg(feature = "ti-txt")]
pub use self::ti_txt::TiTxt;
#[cfg(feature = "uf2")]
pub use self::uf2::Uf2;
