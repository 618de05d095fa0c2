//! Stamps per-unit identity into firmware images, and repairs the checksums that breaks.
//!
//! A factory flashes one firmware into ten thousand boards, and each board must differ in a few
//! bytes: serial number, MAC address, keys. This crate writes those bytes into Intel HEX files, Motorola
//! S-records, TI-TXT, ELF files, UF2 files and raw binaries, leaves every other character of the file as it is, and repairs the checksums that
//! cover them. Bytes in, bytes out: it does no input or output, reads no clock, draws no random
//! numbers.
//!
//! ```
//! use nameplate::id::{eui::Block, serial::{Date, Scheme}};
//! use nameplate::image::Hex;
//! use nameplate::repair::Template;
//! use nameplate::{At, Encoding, Field, Layout, Repair, check::CRC_32_ISO_HDLC};
//!
//! // Once per firmware build.
//! let firmware = include_bytes!("../examples/firmware/firmware.hex");
//! let template = Hex::parse(firmware)?;
//! let layout = Layout::new()
//!     .field(Field::new("serial", At::address(0x0800_1F04), Encoding::ascii(16).pad(0x00)))
//!     .field(Field::new("mac", At::address(0x0800_1F14), Encoding::bytes(6)))
//!     .repair(Repair::crc("identity", CRC_32_ISO_HDLC, 0x0800_1F00..0x0800_1F1C)
//!         .stored_at(0x0800_1F1C).u32_le().template(Template::Blank))
//!     .repair(Repair::crc("image", CRC_32_ISO_HDLC, 0x0800_0000..0x0800_1FFC).stored_at(0x0800_1FFC).u32_le());
//! let plan = layout.compile(&template)?; // every address, width, overlap, guard and order is settled here
//! let serials = Scheme::parse("EUDV{YY}{MM}-{seq:6}")?.dated(Date::new(2024, 7, 1)?);
//! let macs = Block::from_prefix("70B3D57ED")?;
//!
//! // Once per device: in place, no allocation, no pass over the image.
//! let mut unit = plan.stamper(&template)?;
//! for n in 1..=1000 {
//!     let done = unit.stamp(&[("serial", serials.nth(n)?.into()), ("mac", macs.eui48(n - 1)?.into())])?;
//!     assert_eq!(done.bytes().len(), firmware.len()); // the complete HEX file of this unit
//!     assert_eq!(done.record().fields().count(), 2);  // what was stamped, for a journal
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The house
//!
//! ```text
//! numbers ──▶ id ──Value──▶ encode ──bytes──▶ image ──bytes──▶ repair ──▶ stamped bytes + record
//!                    plan = all addresses, widths, overlaps and orders settled once
//! ```
//!
//! | I have … | I want … | module |
//! |---|---|---|
//! | a firmware and a description of what differs | stamped images, and to read them back | [`plan`] |
//! | a number | a serial number, an EUI-48 or EUI-64, the text of a label | [`id`] |
//! | the unique ID of a chip | it recognised, packed, hashed, as UUID or DevEUI | [`id::stm32`], [`id`] |
//! | a text | its check character | [`check::character`] |
//! | a value | the bytes of a field | [`encode`] |
//! | a HEX file or a binary | the bytes at an address, in place | [`image`] |
//! | a HEX file that is unusual | it read all the same, and what is unusual told | [`image::hex`] |
//! | S-records, TI-TXT | the same of them | [`image::srec`], [`image::ti_txt`] |
//! | the ELF file of the build | places by symbol or section, in all files of the build | [`image::elf`] |
//! | a UF2 file (RP2040, RP2350, nRF52, ESP32-S2) | the bytes of one family stamped in place, no block moved | [`image::uf2`] |
//! | an NVS partition (ESP32) | the values of its keys, stamped with their CRCs; a partition from nothing | [`image::nvs`] |
//! | pieces of memory | them merged, cropped, filled, written as HEX | [`image::sparse`] |
//! | a checksum over the image | it repaired, in the right order | [`repair`], [`check`] |
//! | a second flashing pass | only what differs, as HEX | [`writes::delta`] |
//! | a programmer that serializes itself | its list: SQTP, CSV, `Patches.txt`, … | [`sqtp`], [`lists`] |
//! | a block of numbers, several stations | who gets which, and what is left | [`range`] |
//! | a stamped unit | what to write into a journal | [`record`] |
//!
//! # What is promised
//!
//! * A stamped file differs from its template only in the digits or bytes of the fields, the repaired
//!   checksums, and the record sums over them. Undoing gives back the template to the letter.
//! * All or nothing: on an error the unit holds the plain template.
//! * Nothing is truncated, wrapped, widened or padded silently; no byte order is assumed.
//! * The same input gives the same bytes on every target. No `unsafe`; no panic on any input.
//! * A stamp costs the bytes it changes, whatever the image's size, and allocates nothing.
//!
//! Not promised: constant time (but [`FieldReading::matches`](plan::FieldReading::matches) is),
//! uniqueness of numbers (whoever counts remembers how far), signing.
//!
//! | feature | adds |
//! |---|---|
//! | `id`, by default | serial schemes, EUIs, chip IDs, labels |
//! | `lists`, by default | other programmers' lists |
//! | `nvs`, by default | NVS partitions of the ESP32 family |
//! | `sqtp`, by default | SQTP files |
//! | `srec`, by default | Motorola S-record files |
//! | `ti-txt`, by default | TI-TXT files |
//! | `uf2`, by default | UF2 files |
//! | `md5` | MD5 as a checksum, UF2 files whose blocks have one |
//! | `sha256` | SHA-256 as a checksum, IDs that are hashes of chip IDs |
//! | `uuid` | UUIDs; brings in `id` and `sha256` |
//! | `ihex` | records as those of the crate `ihex`, which needs std |
//!
//! `no_std` with `alloc`. Minimum Rust version 1.85; raising it is a minor release.

#![no_std]

extern crate alloc;
#[cfg(test)]
#[macro_use]
extern crate std;

pub mod addr;
pub mod check;
mod digits;
pub mod encode;
pub mod guide;
#[cfg(feature = "id")]
pub mod id;
pub mod image;
#[cfg(feature = "lists")]
pub mod lists;
mod never;
pub mod plan;
pub mod range;
pub mod record;
pub mod repair;
#[cfg(feature = "sqtp")]
pub mod sqtp;
pub mod value;
mod width;
pub mod writes;

pub use addr::Span;
pub use encode::Encoding;
pub use plan::{At, Field, Guard, Layout, Plan};
pub use repair::Repair;
pub use value::{ByteOrder, Source, Value};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
