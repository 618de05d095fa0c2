//! NVS: the partition of the ESP32 family in which keys have values.
//!
//! ```
//! use nameplate::image::Nvs;
//! use nameplate::image::nvs::{Data, Type, Writer};
//!
//! let mut writer = Writer::new(0x6000)?;
//! writer.put("factory", "serial", Data::String("EUDV2407-000123"))?;
//! writer.put("factory", "mac", Data::Blob(&[0x00, 0x80, 0xE1, 0x00, 0x00, 0x2A]))?;
//! let partition = writer.finish(); // as Espressif's generator makes it
//!
//! let nvs = Nvs::parse(&partition)?;
//! let shown: Vec<String> = nvs.items().map(|item| format!("{item:?}")).collect();
//! assert_eq!(shown, ["factory/mac: blob, 6 bytes", "factory/serial: string, 16 bytes"]);
//!
//! // A bit of the text flips: a device would not find the key.
//! let mut damaged = partition.clone();
//! damaged[0x80] ^= 1;
//! assert_eq!(
//!     Nvs::parse(&damaged).unwrap_err().to_string(),
//!     "page 0, entry 1 (offset 0x00000060): the CRC over its 16 bytes of data is 0x51E6073E, expected 0xFF8E96AF",
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | part | is |
//! |---|---|
//! | page, 4096 bytes | a header with state, sequence number, version and CRC; two bits of state for each slot; 126 slots of 32 bytes |
//! | entry, a slot | the number of its namespace, type, how many slots, chunk, CRC over the rest, key, a number or what is said of the data behind it |
//! | namespace | an entry of namespace 0 whose key is its name, and whose value its number |
//! | text, blob of version 1 | an entry with size and CRC, and the data in the slots behind it; text has a NUL at its end |
//! | blob of version 2 | chunks like that, on any pages, and an entry that counts them |
//!
//! All CRCs are [`crc()`]. A device appends: a value that changes is written anew, and the old entry is erased. So
//! [`Nvs::get`] finds a key wherever it is, the newest if there are several: by the sequence number of the page, then by
//! the slot.
//!
//! [`Nvs::parse`] is for what is stamped, and refuses a partition with any [damage](Nvs::damage), which a device might
//! repair by dropping a key without a word. [`Nvs::scan`] is for what was read back from a device.
//!
//! An encrypted partition has right headers and no right entry, and is refused.
//!
//! [`Writer`] refuses what Espressif's generator takes: a key twice, no namespace, characters beyond ASCII in keys, sizes
//! of fewer than three pages. It takes a text of at most 3,967 characters, as that does. A namespace may be used again
//! after another; the generator then puts the key into the other one. Not promised: the entries that the generator adds by
//! itself to the keys `sta.ssid`, `sta.pswd` and `ap.passwd`; encryption.
//!
//! Sources: Espressif, *Non-Volatile Storage Library*, and `esp-idf-nvs-partition-gen` 0.3.0.

mod crc;
mod entry;
mod error;
mod file;
mod kind;
mod layout;
mod name;
mod page;
mod walk;
mod write;

pub use self::crc::crc;
pub use self::entry::Entry;
pub use self::error::{EntryAt, NvsError, NvsErrorKind};
pub use self::file::{Item, Nvs, Part};
pub use self::kind::Type;
pub use self::name::is_name;
pub use self::page::{Page, SlotState, State};
pub use self::write::{Data, MOST_BLOB, MOST_TEXT, WriteError, Writer};
