//! Check characters: one or two characters behind a text that tell most mistakes of typing it.
//!
//! ```
//! use nameplate::check::character::System;
//!
//! let system = System::from_name("mod37-36").unwrap();
//! assert_eq!(system.compute("EUDV2407000123")?.as_str(), "K");
//! system.check("EUDV2407000123K")?;
//! let error = system.check("EUDV2407000132K").unwrap_err();
//! assert_eq!(error.to_string(), "check character `K`, expected `I` (mod37-36)");
//! # Ok::<(), nameplate::check::character::CharacterError>(())
//! ```
//!
//! | name | covers | check characters | wrong characters found | swapped neighbours found | source |
//! |---|---|---|---|---|---|
//! | `luhn` | digits | a digit | all | all but `09`/`90` | ISO/IEC 7812-1 annex B |
//! | `luhn-mod16`, `luhn-mod36`, `luhn-mod[ABCDEF]` | an alphabet of even size | one of it | all | all but first/last symbol | the same, to another base |
//! | `damm` | digits | a digit | all | all | H. M. Damm, 2004 |
//! | `verhoeff` | digits | a digit | all | all | J. Verhoeff, 1969 |
//! | `gs1` | digits | a digit | all | those that do not differ by 5 | GS1 General Specifications §7.9.1 |
//! | `mod11-2` | digits | a digit or `X` | all | all | ISO/IEC 7064 |
//! | `mod11-10` | digits | a digit | all | most | ISO/IEC 7064 |
//! | `mod37-2` | `0-9A-Z` | one of them or `*` | all | all | ISO/IEC 7064 |
//! | `mod37-36` | `0-9A-Z` | one of them | all | most | ISO/IEC 7064 |
//! | `mod97-10` | `0-9A-Z`, letters as 10 to 35 | two digits | all but some of a digit for a letter | all but some of a digit with a letter | ISO/IEC 7064 |
//! | `crockford37` | Crockford base 32 | one of it or `*~$=U` | all | all | D. Crockford, *Base 32* |
//!
//! Nothing is corrected: small letters, `O` for `0`, hyphens are characters that are not covered, and
//! an error with their position. For digits take `damm`; for labels of letters and digits `mod37-36`,
//! whose check character is a letter or digit too.

mod alphabet;
mod system;

use core::fmt;

use thiserror::Error;

pub use self::alphabet::{Alphabet, AlphabetError};
pub use self::system::System;
use crate::digits::Escaped;

/// One or two check characters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// The second is 0 where there is one only.
    pub(crate) symbols: [u8; 2],
}

impl Check {
    /// The characters.
    pub fn as_str(&self) -> &str {
        let [_, second] = self.symbols;
        let len = if second == 0 { 1 } else { 2 };
        core::str::from_utf8(self.symbols.get(..len).unwrap_or_default()).unwrap_or_default()
    }
}

impl AsRef<str> for Check {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
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
        let characters = [ends.next().unwrap_or_default(), ends.next().unwrap_or_default()];
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

/// Why a text has no check characters, or the wrong ones.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CharacterError {
    /// A character that the system does not cover.
    #[error("found `{}` at position {at}, expected one of {covers} ({system})", Shown(&[*.found]))]
    Character {
        /// The character.
        found: char,
        /// Its position, the first is 1.
        at: usize,
        /// The characters that it covers.
        covers: &'static str,
        /// The system's name.
        system: &'static str,
    },
    /// Other check characters than those of the text.
    #[error("check character{} `{}`, expected `{expected}` ({system})", Plural(.expected), Shown(.found))]
    Wrong {
        /// Those found; NUL for a second one that there is not.
        found: [char; 2],
        /// Those of the text.
        expected: Check,
        /// The system's name.
        system: &'static str,
    },
    /// No characters to cover.
    #[error("no characters to cover")]
    Empty,
}

/// Characters that may be anything, shown harmless.
struct Shown<'c>(&'c [char]);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut chars = self.0.iter().enumerate().filter(|(at, c)| *at == 0 || **c != '\0');
        chars.try_for_each(|(_, c)| Escaped(c.encode_utf8(&mut [0; 4]).as_bytes()).fmt(f))
    }
}

struct Plural<'c>(&'c Check);

impl fmt::Display for Plural<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.as_str().len() == 1 { "" } else { "s" })
    }
}
