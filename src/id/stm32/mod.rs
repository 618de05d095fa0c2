//! Unique IDs of STM32 microcontrollers: read, recognised, packed without loss, hashed.
//!
//! ```
//! use nameplate::id::stm32::{Layout, Order, Pack64, Uid};
//!
//! // As MicroPython and embassy print it; `detect` finds that out.
//! let found = Uid::detect("23003B000A504B3242373220")?;
//! assert_eq!((found.order, found.uid.layout()), (Order::Memory, Layout::A));
//! assert_eq!(found.uid, Uid::from_words([0x003B_0023, 0x324B_500A, 0x2032_3742], Layout::A)?);
//!
//! let id = Pack64::pack(found.uid)?; // 96 bits into 64, nothing lost
//! assert_eq!(id.crockford_checked().as_str(), "7M49Q4GD83P137");
//! assert_eq!(id.unpack(Layout::A)?, found.uid);
//! # Ok::<(), nameplate::id::stm32::UidError>(())
//! ```
//!
//! | what | bits | text | a UID must have |
//! |---|---|---|---|
//! | [`Uid`] | 96 | 24 hex digits, in an [`Order`] by name | words that are not blank |
//! | [`Drop88`] | 88 | 22 hex, 18 base 32 | coordinates up to ±2047 |
//! | [`Pack86`] | 86 | 22 hex, 18 base 32 | a lot of printable ASCII |
//! | [`Pack77`] | 77 | 20 hex, 16 base 32 | a lot of `0`–`9`, `A`–`Z` and space |
//! | [`Pack64`] | 64 | 16 hex, 13 base 32 | the same, coordinates up to ±1023, wafer up to 31 |
//! | [`Pack60`] | 60 | 15 hex, 12 base 32 | the same, coordinates up to ±255, wafer up to 31 |
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
mod pack;
mod uid64;

use core::fmt;

pub use self::detect::{Order, Reading};
pub use self::error::UidError;
pub use self::family::{FAMILIES, Family};
#[cfg(feature = "sha256")]
pub use self::hashed::{HashedId, Hashing, HashingError, collisions_one_in};
pub use self::pack::{Drop88, Pack60, Pack64, Pack77, Pack86};
pub use self::uid64::{UID64_ADDRESSES, Uid64};
pub use super::crockford::Digits;

/// What the 96 bits are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layout {
    /// Most families. Word 0: two coordinates on the wafer. Word 1: wafer number in the low byte, then
    /// three characters of the lot. Word 2: four more. The lot reads in the order of memory.
    A,
    /// STM32L0 and L1. Word 0: wafer number in the high byte, then three characters of the lot. Word 1:
    /// four more. Word 2: two coordinates. The lot reads from the high byte of a word down.
    B,
    /// Not documented (STM32F1, N6, MP1): 96 bits that are hashed, not packed.
    Opaque,
}

/// The unique ID of a part: its three words, as 32-bit loads read them, and their layout. Never blank.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uid {
    words: [u32; 3],
    layout: Layout,
}

/// What a UID of layout A or B says: the place on the wafer, the wafer, the lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Die {
    /// The low half of the word of coordinates, sign in the highest bit.
    pub low: u16,
    /// The high half of that word. Which half is X is documented nowhere.
    pub high: u16,
    /// The wafer number.
    pub wafer: u8,
    /// The lot, ASCII, spaces behind a short one.
    pub lot: [u8; 7],
}

/// What STM32L0 and L1 have at +8, where other families have word 2.
const AT_PLUS_8: [u32; 2] = [0x0000_0011, 0x7B74_7800];

impl Uid {
    /// Of words 0, 1 and 2, as 32-bit loads read them.
    ///
    /// # Errors
    /// When all bits are equal, or word 2 of layout B is what such parts have in another place.
    pub const fn from_words(words: [u32; 3], layout: Layout) -> Result<Self, UidError> {
        let [word, _, w2] = words;
        if matches!(words, [0, 0, 0] | [u32::MAX, u32::MAX, u32::MAX]) {
            return Err(UidError::Blank { word });
        }
        let [one, two] = AT_PLUS_8;
        if matches!(layout, Layout::B) && (w2 == one || w2 == two) {
            return Err(UidError::Place { found: w2 });
        }
        Ok(Self { words, layout })
    }

    /// Of the die's place, wafer and lot: the inverse of [`die`](Self::die).
    ///
    /// # Errors
    /// When the layout is opaque, and as [`from_words`](Self::from_words).
    pub const fn from_die(die: Die, layout: Layout) -> Result<Self, UidError> {
        let Die { low, high, wafer, lot: [a, b, c, d, e, f, g] } = die;
        let ([l0, l1], [h0, h1]) = (low.to_le_bytes(), high.to_le_bytes());
        let place = u32::from_le_bytes([l0, l1, h0, h1]);
        let words = match layout {
            Layout::A => [place, u32::from_le_bytes([wafer, a, b, c]), u32::from_le_bytes([d, e, f, g])],
            Layout::B => [u32::from_be_bytes([wafer, a, b, c]), u32::from_be_bytes([d, e, f, g]), place],
            Layout::Opaque => return Err(UidError::Opaque),
        };
        Self::from_words(words, layout)
    }

    /// Words 0, 1 and 2.
    pub const fn words(self) -> [u32; 3] {
        self.words
    }

    /// What they are made of.
    pub const fn layout(self) -> Layout {
        self.layout
    }

    /// What the UID says about the die; nothing when the layout is opaque.
    pub const fn die(self) -> Option<Die> {
        let [w0, w1, w2] = self.words;
        let (place, [wafer, a, b, c], [d, e, f, g]) = match self.layout {
            Layout::A => (w0, w1.to_le_bytes(), w2.to_le_bytes()),
            Layout::B => (w2, w0.to_be_bytes(), w1.to_be_bytes()),
            Layout::Opaque => return None,
        };
        let [l0, l1, h0, h1] = place.to_le_bytes();
        let (low, high) = (u16::from_le_bytes([l0, l1]), u16::from_le_bytes([h0, h1]));
        Some(Die { low, high, wafer, lot: [a, b, c, d, e, f, g] })
    }

    /// Whether the UID looks like that of a real part: a lot of letters and digits with spaces only
    /// behind, wafer 1 to 25 (a cassette holds 25), coordinates up to ±1023. What was read at a wrong
    /// address, or in a wrong order, does not.
    ///
    /// # Errors
    /// With what does not look so. An opaque UID says nothing that could be judged.
    pub fn lint(self) -> Result<(), UidError> {
        let what = "a real part";
        let Some(die) = self.die() else { return Ok(()) };
        let name = die.lot.trim_ascii_end();
        if let Some(at) = name.iter().position(|c| !(c.is_ascii_uppercase() || c.is_ascii_digit())) {
            return Err(UidError::lot(what, die.lot, at, "a letter `A`–`Z` or a digit, spaces only at the end"));
        }
        if name.is_empty() {
            return Err(UidError::lot(what, die.lot, 0, "a letter `A`–`Z` or a digit"));
        }
        if die.wafer == 0 || die.wafer > 25 {
            return Err(UidError::Wafer { what, found: die.wafer, least: 1, most: 25 });
        }
        [die.low, die.high].into_iter().try_for_each(|found| pack::magnitude(what, found, 1023).map(|_| ()))
    }
}

/// `A 003B0023 324B500A 20323742`: the layout and words 0, 1, 2.
impl fmt::Debug for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [w0, w1, w2] = self.words;
        write!(f, "{:?} {w0:08X} {w1:08X} {w2:08X}", self.layout)
    }
}
