//! A check character: an alphabet and a system over it.

use core::fmt;
use core::slice;

use thiserror::Error;

use crate::digits::Escaped;
use crate::never::OrNever;

/// One or two check characters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// The second is 0 where there is one only.
    pub(crate) symbols: [u8; 2],
}

impl Check {
    /// The characters.
    pub fn as_str(&self) -> &str {
        let symbols = match &self.symbols {
            [first, 0] => slice::from_ref(first),
            both => both,
        };
        core::str::from_utf8(symbols).or_never("digits, letters and signs of ASCII")
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
