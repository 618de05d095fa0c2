//! ELF: the linked program as an image, and as the map of the HEX file and the binary made from it.
//!
//! ```
//! use nameplate::{At, Encoding, Field, Layout, image::{Elf, Hex}};
//!
//! let elf = Elf::parse(include_bytes!("../../../examples/firmware/firmware.elf"))?;
//! let hex = Hex::parse(include_bytes!("../../../examples/firmware/firmware.hex"))?;
//! let layout = Layout::new()
//!     .field(Field::new("serial", At::symbol("nameplate").plus(4), Encoding::ascii(16).pad(0x00)));
//! let plan = layout.compile(&elf)?;
//! // The same plan stamps each file of the build: all go by load address.
//! for mut unit in [plan.stamper(&elf)?, plan.stamper(&hex)?] {
//!     let _ = unit.stamp(&[("serial", "EUDV-00042".into())])?;
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | address | is |
//! |---|---|
//! | VMA, run-time address | where the program finds the bytes, what `nm` says |
//! | LMA, load address | where they lie in flash, in HEX files and binaries: `p_paddr` + (offset in the file − `p_offset`) |
//!
//! They differ for variables with an initial value, which the start-up code copies from flash to RAM; and
//! `const volatile` is such a variable for GCC, unless a section is given. All addresses of a
//! [`Container`](super::Container) are load addresses, so that one plan is for all files of a build.
//!
//! A stamp changes bytes in place: nothing moves, no header is touched, and headers and their tables are no
//! part of memory even when a segment loads them. 32 and 64 bits, both byte orders. A build id stays as it
//! is: it names the build, not the unit.
//!
//! At most 1024 segments are loaded, and a name has at most 4096 bytes, so that a hostile file costs no more than its length.
//!
//! Not promised: that the firmware reads what was stamped (a compiler may have folded a `const`
//! without `volatile` into the code); relocations, which in linked images are done; archives.
//!
//! Source: System V ABI, *Object Files* and *Program Loading*; the load address of bytes within a segment
//! as GNU and LLVM `objcopy` have it.

mod error;
pub(super) mod file;
mod known;
mod lookup;
mod places;
mod read;

pub use self::error::{Candidate, ElfError, LookupError, LookupErrorKind, VmaError, What};
pub use self::file::{Elf, LoadAddress, Segment};
pub use self::lookup::{Location, Section, Symbol};
