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
//! Program memory of TI C2000 (machine 141), Microchip dsPIC and PIC24 (118) and PIC of 12 and 14 bits (204, by
//! `EI_OSABI`) counts words of 16 bits, while sizes count bytes: [`AddressUnit`]. A [`Span`](crate::Span) counts bytes
//! there too, twice the file's addresses, as the HEX files of those parts do; a [`Location::vma`] is as the file has it,
//! and [`AddressUnit::own`] shows any span so. Other families of machine 204, and a few processors that do not count
//! bytes everywhere (SHARC, C5500, 56800EX), are refused until [`Options::unit`] says what they count.
//!
//! | of a segment | `Memory::Sections` | `Memory::Segments` |
//! |---|---|---|
//! | bytes that a section has which is allocated | memory | memory |
//! | other bytes: padding | a gap: `objcopy` leaves them out | memory: loaders that go by program headers write them |
//! | padding in front of its first section | a gap | a gap: nothing is written over what lies there, as a bootloader |
//! | headers and their tables | a gap | a gap |
//!
//! The first is the default; a checksum over padding is refused until [`Options::memory`] says which, and one over the
//! last two, which loaders do write, unless that says sections. A file without
//! sections has no padding; one without segments that have bytes has the sections as memory, each at its own address.
//! A section is loaded as its segment says, though it has another address itself (armlink's do); only in files of words,
//! of which the HEX files of the build show it, by its own (configuration words of dsPIC).
//! Where two segments load different bytes to one address, or one byte to two, that is no memory ([`Elf::conflicts`]),
//! and the rest of the file is as if it were alone.
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
//! as GNU and LLVM `objcopy` have it; word addresses and byte sizes of C28x: TI, *C28x Embedded ABI* (SPRAC71B), 11.1;
//! those of the others as 247 public files have them.

mod error;
pub(super) mod file;
mod headers;
mod known;
mod loads;
mod lookup;
mod options;
mod places;
mod read;
mod unit;

pub use self::error::{Candidate, ElfError, LookupError, LookupErrorKind, VmaError, What};
pub use self::file::{Elf, Padding, Segment};
pub use self::lookup::{Location, Section, Symbol};
pub use self::options::{LoadAddress, Memory, Options};
pub use self::unit::{AddressUnit, Own};
