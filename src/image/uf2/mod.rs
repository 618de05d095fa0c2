//! UF2: blocks of 512 bytes that are copied to the drive which a board shows, as RP2040, RP2350, nRF52 and ESP32-S2 do.
//!
//! ```
//! use nameplate::image::uf2::{Family, Style};
//! use nameplate::image::{Container, Merge, Sparse, Uf2};
//! use nameplate::{At, Encoding, Field, Layout};
//!
//! # let erased = [0xFF; 4096];
//! # let memory = Sparse::from_pieces([(0x1003_F000, &erased[..])], Merge::Error)?;
//! # let firmware = Style::new(Family::RP2040).to_vec(&memory)?;
//! // The page of identity at the end of the flash of an RP2040.
//! let template = Uf2::parse(&firmware)?;
//! assert_eq!(template.family().to_string(), "RP2040 (0xE48BFF56)");
//! let layout = Layout::new().field(Field::new("serial", At::address(0x1003_F000), Encoding::ascii(16).pad(0x00)));
//! let plan = layout.compile(&template)?;
//! let mut unit = plan.stamper(&template)?;
//! let stamped = unit.stamp(&[("serial", "EUDV-00042".into())])?.bytes().to_vec();
//! assert_eq!(stamped[32..48], *b"EUDV-00042\0\0\0\0\0\0"); // the payload of the first block
//! let differ = stamped.iter().zip(&firmware).filter(|(one, two)| one != two).count();
//! assert_eq!((stamped.len(), differ), (firmware.len(), 16));
//! assert_eq!(unit.undo(), firmware);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A stamp changes bytes of payloads, and an MD5 over them. **Blocks are never added, dropped, sorted or numbered anew**:
//! boot loaders count them, and the boot ROM of RP2040 erases a sector of flash by the number of a block. So bytes that
//! the file does not have cannot be added to it: let the linker reserve the page of identity.
//!
//! | block | is |
//! |---|---|
//! | memory, flag 0x2000 | memory of the family that it names; with memory of two families one has to be chosen ([`Options::family`]) |
//! | memory without that flag | memory of no family, [`Family::NONE`] |
//! | not main flash, 0x0001 | kept |
//! | part of a file, 0x1000 | kept |
//! | 256 × EF, 0 of 2, family absolute | what tools put first for erratum E10 of RP2350: kept, of no family, not counted |
//! | with an MD5, 0x4000 | memory, whose MD5 is kept right: in the last 24 bytes of the data, or right behind a shorter payload, as esptool has it; needs the feature `md5` |
//! | with extension tags, 0x8000 | memory; the tags are kept |
//!
//! | refused | why |
//! |---|---|
//! | a block cut off, a wrong magic number, a payload over 476 bytes, a tag of less than 4 bytes or past the data | damaged, or another file |
//! | a number missing, above the total, or twice with other bytes; totals that differ | a cut or pasted file |
//! | two blocks with different bytes for one address | which one counts depends on the order of writing |
//! | an MD5 that is not of the block's own bytes | a stamp could not keep it right |
//! | a stamp of a sealed image: metadata of RP2350 with a hash or signature, the tag for a SHA-2 of the firmware | only its maker can seal it anew |
//!
//! Blocks may have any order, and a block may be there twice, with the same bytes: then all copies are stamped. Numbers
//! count for each family by itself, and may begin anew when all were there: files may be joined, of different families,
//! and esptool numbers each input by itself.
//!
//! Not promised: what a boot loader does with two copies, or with payloads that are no multiple of its page; updates
//! with a signature outside of the image.
//!
//! Source: microsoft/uf2, *USB Flashing Format*, 90e9741; picotool for E10; esptool 5.6 for its MD5; *RP2350 Datasheet*,
//! 5.9, for what seals an image.

mod block;
mod blocks;
mod error;
mod families;
mod family;
mod file;
mod flag;
mod index;
mod layout;
mod md5;
mod numbers;
mod picobin;
mod tags;
mod write;

pub use self::block::{Block, Role};
pub use self::blocks::{Blocks, Found};
pub use self::error::{Uf2Error, Uf2ErrorKind, WriteError};
pub use self::family::Family;
pub use self::file::{Options, Uf2};
pub use self::tags::{Tag, Tags};
pub use self::write::Style;
