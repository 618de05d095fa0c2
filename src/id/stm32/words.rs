//! UIDs of the words that a part has, or of what they say; whether they look like those of a real part.

use super::error::UidError;
use super::pack;
use super::uid::{Die, Layout, Uid};

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
