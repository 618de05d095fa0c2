//! Identity of one unit: a number in, the serial text or the EUI of that unit out, and back.
//!
//! ```
//! use nameplate::id::{eui::Block, serial::{Date, Scheme}};
//!
//! let serials = Scheme::parse("EUDV{YY}{MM}-{seq:6}")?.dated(Date::new(2024, 7, 1)?);
//! let macs = Block::ma_s(0x70B3_D57E_D)?;
//!
//! assert_eq!(serials.nth(123)?.as_str(), "EUDV2407-000123");
//! assert_eq!(macs.eui48(123)?.hyphens().to_string(), "70-B3-D5-7E-D0-7B");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | module | number 123 becomes | capacity |
//! |---|---|---|
//! | [`serial`] | `EUDV2407-000123`, `07-0003FZ` | what the digits of `{seq:N}` hold |
//! | [`eui`] | `70-B3-D5-7E-D0-7B`, `70-B3-D5-7E-D0-00-00-7B` | what is left of the blocks after the prefix |
//! | [`label`] | `(01)09520123456788(21)EUDV2407-000123` | as the serial |
//!
//! All are arithmetic on the number alone: the same number gives the same identity, different
//! numbers give different ones, and a number without one is an error. Not promised: that a number
//! is handed out once. Whoever counts remembers how far.
//!
//! | module | made of | identity |
//! |---|---|---|
//! | [`stm32`] | the unique ID of the part | itself, packed without loss, or hashed |
//! | [`chip`] | the ID of another chip on the board | an EUI, a 1-Wire ROM code |
//! | `uuid` (feature `uuid`) | random bytes, a name, the ID of the part | a UUID |
//! | [`lorawan`] | EUIs, a random key | DevEUI, root keys, the QR code of the label |

pub mod chip;
mod crockford;
mod date;
pub mod eui;
pub mod label;
pub mod lorawan;
pub mod serial;
pub mod stm32;
#[cfg(feature = "uuid")]
pub mod uuid;
