//! The lists of programmers that serialize devices themselves: one entry for each unit.
//!
//! A list is no image: its entries are all for the same place, one for each device.
//!
//! ```
//! use nameplate::addr::Span;
//! use nameplate::lists::{Unit, segger::Patches};
//!
//! let (mac, key) = (Span::new(0x0800_7F10, 3)?, Span::new(0x0800_7F20, 2)?);
//! let mut patches = Patches::new(0);
//! let mut text = String::new();
//! // For each unit; `Stamped::writes` gives the same pairs.
//! patches.line_into(&Unit::new(0, [(mac, &[0xAA, 0xBB, 0xCC][..]), (key, &[0xDD, 0xEE][..])])?, &mut text)?;
//! assert_eq!(text, "2,8007F10,3:AABBCC,8007F20,2:DDEE\r\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | programmer | file | made of | module | read back |
//! |---|---|---|---|---|
//! | Microchip MPLAB IPE | SQTP `.num` | one block | [`sqtp`](crate::sqtp) | yes |
//! | Data I/O Serial2, Conitec GALEP | CSV | ≤ 8 places of ≤ 20 bytes, a label | [`index_csv`] | yes |
//! | SEGGER Flasher | `Patches.txt` | ≤ 4 places of ≤ 32 bytes | [`segger`] | yes |
//! | SEGGER Flasher, anything that reads lines | `SNList.txt`, hex digits | one block | [`hex_list`] | yes |
//! | Elnec PG4UW | from-file | ≤ 2 places of ≤ 64 bytes | [`elnec::from_file`] | |
//! | Elnec PG4UW | playlist | one file a unit | [`elnec::playlist`] | |
//! | Elnec PG4UW, Data I/O TaskLink | `SERIAL.DAT` | any places | [`serial_dat`] | |
//! | Renesas Flash Programmer | `.ruc` | one block | [`ruc`] | |
//! | Silicon Labs Simplicity Commander | token file | values | [`tokens`] | |
//! | Espressif `mfg_gen.py` | values CSV (feature `nvs`) | values | `esp` | |
//! | any, in a second pass | HEX of only what differs | any places | [`writes::delta`](crate::writes::delta) | |
//!
//! Every writer appends to a `String`, and checks all of a unit before it writes the first character:
//! on an error the text is as it was, and so is the writer. What a programmer takes stands in the
//! [`Limits`] of its module with the document that says so. Where documents are silent, the module
//! says so, and what they leave open is refused. Several fields that lie end to end may make one
//! block.
//!
//! The text holds the bytes of secret fields too, and is the caller's to wipe. A `String` that grows
//! leaves copies behind: reserve what it needs.
//!
//! Programmers keep how far they are in files of their own (`SERIAL.TXT`, a position file, used marks
//! in the list). A list that is copied is used twice: one list, one programmer, one range of
//! [`Numbers`](crate::range::Numbers).
//!
//! CSV is for the programmer, not for a spreadsheet, which takes zeros away and `12E4` for a number.
//! Text that one would take for a formula is refused; what it does to digits is found when the list
//! is read back.

mod cell;
mod error;
mod limits;
mod scan;
mod unit;

pub mod elnec;
#[cfg(feature = "nvs")]
pub mod esp;
pub mod hex_list;
pub mod index_csv;
pub mod ruc;
pub mod segger;
pub mod serial_dat;
pub mod tokens;

pub use self::error::{FeedError, FeedErrorKind, ReadError, ReadErrorKind};
pub use self::limits::Limits;
pub use self::unit::{Unit, UnitError};
