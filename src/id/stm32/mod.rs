//! Unique IDs of STM32 microcontrollers: read, recognised, packed without loss, hashed.
//!
//! ```
//! use nameplate::id::stm32::{Layout, UidOrder, PACK64, Uid};
//!
//! // As MicroPython and embassy print it; `detect` finds that out.
//! let found = Uid::detect("23003B000A504B3242373220")?;
//! assert_eq!((found.order, found.uid.layout()), (UidOrder::Memory, Layout::A));
//! assert_eq!(found.uid, Uid::from_words([0x003B_0023, 0x324B_500A, 0x2032_3742], Layout::A)?);
//!
//! let id = PACK64.pack(found.uid)?; // 96 bits into 64, nothing lost
//! assert_eq!(id.crockford_checked().as_str(), "7M49Q4GD83P137");
//! assert_eq!(id.unpack(Layout::A)?, found.uid);
//! # Ok::<(), nameplate::id::stm32::UidError>(())
//! ```
//!
//! | what | bits | text | a UID must have |
//! |---|---|---|---|
//! | [`Uid`] | 96 | 24 hex digits, in an [`UidOrder`] by name | words that are not blank |
//! | [`DROP88`] | 88 | 22 hex, 18 base 32 | coordinates up to ±2047 |
//! | [`PACK86`] | 86 | 22 hex, 18 base 32 | a lot of printable ASCII |
//! | [`PACK77`] | 77 | 20 hex, 16 base 32 | a lot of `0`–`9`, `A`–`Z` and space |
//! | [`PACK64`] | 64 | 16 hex, 13 base 32 | the same, coordinates up to ±1023, wafer up to 31 |
//! | [`PACK60`] | 60 | 15 hex, 12 base 32 | the same, coordinates up to ±255, wafer up to 31 |
//! | `Hashing` (feature `sha256`) | 1–128 | hex, base 32 | nothing more; a fleet small enough for the bits |
//! | [`Uid64`] | 64 | EUI-64 | ST's company number; WB, WL, WBA, U3, WL3 |
//! | [`compat`] | | | forms that other firmware shows; **not unique**, no identities |
//!
//! Packing keeps every UID apart from every other **of the same layout**: products that mix
//! families of layout A and B put a mark of the family beside it. Base 32 is Crockford's (no I, L, O,
//! U), upper case only.
//!
//! Sources: "unique device ID register" in ST's reference manuals (RM0394, RM0432, RM0456 and others for
//! layout A; RM0451 §25.2 and RM0038 for B), and UIDs of real parts, where the manuals are silent (F2,
//! F4, H7, C0). Manuals that say "X and Y in BCD" (RM0434, RM0453) are wrong: parts have `0x002A`. Not
//! promised: that UIDs are unique; clones of STM32 are known to repeat them.

#![allow(clippy::many_single_char_names, reason = "the bytes of words, in their order")]

pub mod compat;
mod detect;
mod error;
mod family;
#[cfg(feature = "sha256")]
mod hashed;
mod order;
mod pack;
mod uid;
mod uid64;
mod words;

pub use self::error::UidError;
pub use self::family::{FAMILIES, Family};
#[cfg(feature = "sha256")]
pub use self::hashed::{HashedId, Hashing, HashingError, collisions_one_in};
pub use self::order::{Detected, UidOrder};
pub use self::pack::{DROP88, PACK60, PACK64, PACK77, PACK86, PACKINGS, Packed, Packing};
pub use self::uid::{Die, Layout, Uid};
pub use self::uid64::{UID64_ADDRESSES, Uid64};
pub use super::crockford::Digits;
