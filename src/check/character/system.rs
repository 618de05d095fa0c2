//! The systems: each a state that goes from character to character.

use core::fmt;

use super::alphabet::Alphabet;
use super::check::{CharacterError, Check};
use crate::never::OrNever;

/// How check characters are computed. `Display` writes the name that [`from_name`](Self::from_name)
/// reads; the [module](super) has the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum System {
    /// Luhn, modulo 10.
    Luhn,
    /// Luhn, modulo the size of an alphabet. With an odd size two characters can be confused without
    /// its being found.
    LuhnMod(Alphabet),
    /// Damm.
    Damm,
    /// Verhoeff.
    Verhoeff,
    /// GS1, modulo 10 with weights 3 and 1: GTIN, SSCC.
    Gs1,
    /// ISO/IEC 7064, MOD 11-2.
    Mod11_2,
    /// ISO/IEC 7064, MOD 11,10.
    Mod11_10,
    /// ISO/IEC 7064, MOD 37-2.
    Mod37_2,
    /// ISO/IEC 7064, MOD 37,36.
    Mod37_36,
    /// ISO/IEC 7064, MOD 97-10.
    Mod97_10,
    /// Crockford's base 32, modulo 37.
    Crockford37,
}

const CROCKFORD37: &[u8; 37] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";
const MOD37_2: &[u8; 37] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*";
const DECIMAL: &Alphabet = &Alphabet::DECIMAL;
const BASE36: &Alphabet = &Alphabet::BASE36;

/// The names of those without a parameter, and two of those with one.
const NAMES: [(&str, System); 12] = [
    ("luhn", System::Luhn),
    ("luhn-mod16", System::LuhnMod(Alphabet::HEX)),
    ("luhn-mod36", System::LuhnMod(Alphabet::BASE36)),
    ("damm", System::Damm),
    ("verhoeff", System::Verhoeff),
    ("gs1", System::Gs1),
    ("mod11-2", System::Mod11_2),
    ("mod11-10", System::Mod11_10),
    ("mod37-2", System::Mod37_2),
    ("mod37-36", System::Mod37_36),
    ("mod97-10", System::Mod97_10),
    ("crockford37", System::Crockford37),
];

impl System {
    /// The system of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        let known = NAMES.iter().find(|(known, _)| *known == name).map(|(_, system)| *system);
        known.or_else(|| {
            let ranges = name.strip_prefix("luhn-mod[")?.strip_suffix(']')?;
            Alphabet::from_ranges(ranges).ok().map(Self::LuhnMod)
        })
    }

    /// The names of all systems but those of one's own alphabet, for a suggestion to whoever mistyped one.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }

    /// The characters it covers.
    pub fn covers(&self) -> &Alphabet {
        match self {
            Self::LuhnMod(alphabet) => alphabet,
            Self::Mod37_2 | Self::Mod37_36 | Self::Mod97_10 => BASE36,
            Self::Crockford37 => &Alphabet::CROCKFORD32,
            _ => DECIMAL,
        }
    }

    /// The name in errors, which allocate nothing.
    pub(super) fn label(&self) -> &'static str {
        NAMES.iter().find(|(_, known)| known == self).map_or("luhn-mod[…]", |(name, _)| name)
    }

    /// What it covers, in errors.
    pub(super) fn ranges(&self) -> &'static str {
        match self {
            Self::LuhnMod(alphabet) if *alphabet == Alphabet::HEX => "0-9A-F",
            Self::LuhnMod(alphabet) if *alphabet != Alphabet::BASE36 => "its alphabet",
            Self::LuhnMod(_) | Self::Mod37_2 | Self::Mod37_36 | Self::Mod97_10 => "0-9A-Z",
            Self::Crockford37 => "0-9A-HJKMNP-TV-Z",
            _ => "0-9",
        }
    }

    /// How many check characters: 1, or 2 of `mod97-10`.
    pub fn check_len(&self) -> usize {
        if matches!(self, Self::Mod97_10) { 2 } else { 1 }
    }

    /// Every state is below this.
    #[cfg(feature = "id")]
    pub(crate) fn states(&self) -> usize {
        match self {
            Self::Luhn | Self::Damm | Self::Verhoeff | Self::Gs1 => 10,
            Self::LuhnMod(alphabet) => alphabet.len(),
            Self::Mod11_2 | Self::Mod11_10 => 11,
            Self::Mod37_2 | Self::Mod37_36 | Self::Crockford37 => 37,
            Self::Mod97_10 => 97,
        }
    }

    /// The state behind a character of that value with `right` more covered ones behind it. That before
    /// the first character is 0.
    #[inline]
    pub(crate) fn step(&self, state: u8, value: u8, right: usize) -> u8 {
        match self {
            Self::Luhn => (state + luhn(value, right, 10)) % 10,
            Self::LuhnMod(alphabet) => {
                // At most 68 symbols: two numbers below that do not pass a byte.
                let sum = state + luhn(value, right, alphabet.size());
                sum.checked_sub(alphabet.size()).unwrap_or(sum)
            }
            Self::Damm => DAMM
                .get(usize::from(state))
                .and_then(|row| row.get(usize::from(value)))
                .copied()
                .or_never("states and values are digits"),
            Self::Verhoeff => times(permuted(value, right + 1), state),
            Self::Gs1 => (state + if right % 2 == 0 { 3 * value } else { value }) % 10,
            Self::Mod11_2 => (state + value) * 2 % 11,
            Self::Mod11_10 => hybrid(state, value, 10),
            Self::Mod37_2 => (state + value) * 2 % 37,
            Self::Mod37_36 => hybrid(state, value, 36),
            Self::Mod97_10 => {
                let shift = if value < 10 { 10 } else { 100 };
                let [state, _] = ((u16::from(state) * shift + u16::from(value)) % 97).to_le_bytes();
                state
            }
            Self::Crockford37 => {
                let [state, _] = ((u16::from(state) * 32 + u16::from(value)) % 37).to_le_bytes();
                state
            }
        }
    }

    /// The check characters of a text with that state behind its last character.
    pub(crate) fn finish(&self, state: u8) -> Check {
        let digit = |digit: u8| b'0' + digit % 10;
        let of =
            |symbols: &[u8], value: u8| symbols.get(usize::from(value)).copied().or_never("as many symbols as values");
        let one = |symbol| Check { symbols: [symbol, 0] };
        match self {
            Self::Luhn | Self::Gs1 => one(digit(10 - state)),
            Self::LuhnMod(alphabet) => {
                one(of(alphabet.as_bytes(), alphabet.size().wrapping_sub(state) % alphabet.size()))
            }
            Self::Damm => one(digit(state)),
            // Of ten elements of a group one is the inverse.
            Self::Verhoeff => one(digit(
                (0..10).find(|check| times(*check, state) == 0).or_never("each element of a group has an inverse"),
            )),
            Self::Mod11_2 => one(of(b"0123456789X", (12 - state) % 11)),
            Self::Mod11_10 => one(digit(11 - state)),
            Self::Mod37_2 => one(of(MOD37_2, (38 - state) % 37)),
            Self::Mod37_36 => one(of(BASE36.as_bytes(), (37 - state) % 36)),
            Self::Mod97_10 => {
                let [check, _] = (98 - u16::from(state) * 100 % 97).to_le_bytes();
                Check { symbols: [digit(check / 10), digit(check)] }
            }
            Self::Crockford37 => one(of(CROCKFORD37, state)),
        }
    }
}

/// What a character adds: every second one doubled, from the last on, and the digits of that added up.
#[inline]
fn luhn(value: u8, right: usize, base: u8) -> u8 {
    match right % 2 {
        0 if value * 2 < base => value * 2,
        0 => value * 2 - base + 1,
        _ => value,
    }
}

/// A step of a hybrid system, MOD `base` + 1, `base`.
#[inline]
fn hybrid(state: u8, value: u8, base: u8) -> u8 {
    let double = match (state + value) % base {
        0 => base * 2,
        sum => sum * 2,
    };
    if double > base { double - base - 1 } else { double }
}

/// H. M. Damm, *Total anti-symmetrische Quasigruppen*, the table of order 10.
static DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// The product in the dihedral group of order 10: rotations are 0 to 4, reflections 5 to 9.
#[inline]
fn times(one: u8, two: u8) -> u8 {
    match (one < 5, two < 5) {
        (true, true) => (one + two) % 5,
        (true, false) => 5 + (one + two) % 5,
        (false, true) => 5 + (one + 5 - two) % 5,
        (false, false) => (one + 5 - two) % 5,
    }
}

/// Verhoeff's permutation of a digit, as often as the place from the right says.
#[inline]
fn permuted(digit: u8, times: usize) -> u8 {
    static POWERS: [[u8; 10]; 8] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
        [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
        [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
        [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
        [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
        [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
        [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
    ];
    POWERS.get(times % 8).and_then(|row| row.get(usize::from(digit))).copied().or_never("a digit has a column")
}

/// The name.
impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (NAMES.iter().find(|(_, known)| known == self), self) {
            (Some((name, _)), _) => f.write_str(name),
            (None, Self::LuhnMod(alphabet)) => write!(f, "luhn-mod[{alphabet}]"),
            (None, _) => Ok(()),
        }
    }
}

impl System {
    /// The check characters of `text`, which stand behind it. Allocates nothing.
    ///
    /// # Errors
    /// With the first character that the system does not cover, and when there is none at all.
    pub fn compute(&self, text: &str) -> Result<Check, CharacterError> {
        let len = text.chars().count();
        if len == 0 {
            return Err(CharacterError::Empty);
        }
        let mut state = 0;
        for (at, found) in text.chars().enumerate() {
            let value = self.covers().value(found);
            let value = value.ok_or_else(|| CharacterError::Character {
                found,
                at: at + 1,
                covers: self.ranges(),
                system: self.label(),
            })?;
            state = self.step(state, value, len - at - 1);
        }
        Ok(self.finish(state))
    }

    /// Whether `text` ends in the check characters of what stands before them.
    ///
    /// # Errors
    /// When it does not, and as [`compute`](Self::compute).
    pub fn check(&self, text: &str) -> Result<(), CharacterError> {
        let (body, found) = self.split(text)?;
        let expected = self.compute(body)?;
        let mut ends = found.chars();
        // A second one is 0 where there is one only.
        let characters = [(); 2].map(|()| ends.next().unwrap_or('\0'));
        if found == expected.as_str() {
            Ok(())
        } else {
            Err(CharacterError::Wrong { found: characters, expected, system: self.label() })
        }
    }

    /// What is covered, and the check characters behind it.
    fn split<'t>(&self, text: &'t str) -> Result<(&'t str, &'t str), CharacterError> {
        let (at, _) = text.char_indices().rev().nth(self.check_len() - 1).ok_or(CharacterError::Empty)?;
        text.split_at_checked(at).ok_or(CharacterError::Empty)
    }
}
