//! The symbols that stand for the numbers from 0.

use alloc::string::{String, ToString};
use core::fmt;

use thiserror::Error;

use crate::digits::Escaped;
use crate::never::OrNever;

/// The most symbols: all there are, each letter in one case.
const MOST: usize = 68;
/// Marks a character that is no symbol.
const NONE: u8 = 0xFF;
/// The first character that can be a symbol, and how many from there to the last.
const FIRST: u8 = b'!';
const SPAN: usize = 94;

/// Symbols in the order of the numbers that they stand for, the first for 0.
///
/// ```
/// use nameplate::check::character::Alphabet;
///
/// let alphabet = Alphabet::from_ranges("2-9A-HJ-NP-Z")?;
/// assert_eq!((alphabet.len(), alphabet.symbol(8), alphabet.value('A')), (32, Some('A'), Some(8)));
/// assert_eq!(alphabet.to_string(), "2-9A-HJ-NP-Z");
/// assert!(Alphabet::new("ABCa").is_err());
/// # Ok::<(), nameplate::check::character::AlphabetError>(())
/// ```
///
/// Symbols are printable ASCII but for space and ``-:[]{}``, 2 to 68 of them, all different, and no
/// letter in both cases: texts are read aloud, and scanned by what knows one case. `Display` writes
/// what [`from_ranges`](Self::from_ranges) reads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Alphabet {
    symbols: [u8; MOST],
    len: u8,
    /// The number of each character from [`FIRST`] on, or [`NONE`].
    values: [u8; SPAN],
}

impl Alphabet {
    /// `0-9`.
    pub const DECIMAL: Self = Self::constant(b"0123456789");
    /// `0-9A-F`.
    pub const HEX: Self = Self::constant(b"0123456789ABCDEF");
    /// `0-9A-Z`.
    pub const BASE36: Self = Self::constant(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    /// Digits and letters without `I`, `L`, `O` and `U`. Source: D. Crockford, *Base 32*.
    pub const CROCKFORD32: Self = Self::constant(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ");

    /// Of these symbols.
    ///
    /// # Errors
    /// As said [above](Self), with the position.
    pub fn new(symbols: &str) -> Result<Self, AlphabetError> {
        let mut alphabet = Self::EMPTY;
        for (at, symbol) in symbols.chars().enumerate() {
            alphabet.push(symbol, at + 1)?;
        }
        alphabet.whole()
    }

    /// Of symbols and ranges of digits or of letters, as `2-9A-HJ-NP-Z`.
    ///
    /// # Errors
    /// As [`new`](Self::new), and when a range has no end or runs backwards or from one kind to another.
    pub fn from_ranges(ranges: &str) -> Result<Self, AlphabetError> {
        let mut alphabet = Self::EMPTY;
        let mut chars = ranges.chars().enumerate().map(|(at, symbol)| (at + 1, symbol)).peekable();
        while let Some((at, symbol)) = chars.next() {
            alphabet.push(symbol, at)?;
            if chars.next_if(|(_, dash)| *dash == '-').is_none() {
                continue;
            }
            let end =
                chars.next().map(|(_, end)| end).filter(|end| kind(symbol).is_some_and(|of| kind(*end) == Some(of)));
            let Some(end) = end.filter(|end| *end > symbol) else { return Err(AlphabetError::Range { at }) };
            for symbol in (symbol..=end).skip(1) {
                alphabet.push(symbol, at)?;
            }
        }
        alphabet.whole()
    }

    const EMPTY: Self = Self { symbols: [0; MOST], len: 0, values: [NONE; SPAN] };

    #[allow(
        clippy::indexing_slicing,
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        reason = "evaluated at compile time"
    )]
    const fn constant(symbols: &[u8]) -> Self {
        let mut alphabet = Self::EMPTY;
        while (alphabet.len as usize) < symbols.len() {
            let symbol = symbols[alphabet.len as usize];
            alphabet.symbols[alphabet.len as usize] = symbol;
            alphabet.values[(symbol - FIRST) as usize] = alphabet.len;
            alphabet.len += 1;
        }
        alphabet
    }

    fn push(&mut self, symbol: char, at: usize) -> Result<(), AlphabetError> {
        if !matches!(symbol, '!'..='~') || matches!(symbol, '-' | ':' | '[' | ']' | '{' | '}') {
            let found = Escaped(symbol.encode_utf8(&mut [0; 4]).as_bytes()).to_string();
            return Err(AlphabetError::Symbol { found, at });
        }
        if self.value(symbol).is_some() {
            return Err(AlphabetError::Twice { found: symbol, at });
        }
        let other = if symbol.is_ascii_lowercase() { symbol.to_ascii_uppercase() } else { symbol.to_ascii_lowercase() };
        if self.value(other).is_some() {
            return Err(AlphabetError::BothCases { one: other, two: symbol, at });
        }
        let byte = u8::try_from(symbol).or_never("printable ASCII");
        let value = self.values.get_mut(usize::from(byte.wrapping_sub(FIRST)));
        if let (Some(to), Some(value)) = (self.symbols.get_mut(usize::from(self.len)), value) {
            (*to, *value) = (byte, self.len);
            self.len += 1;
        }
        Ok(())
    }

    fn whole(self) -> Result<Self, AlphabetError> {
        if self.len < 2 { Err(AlphabetError::Few { found: self.len }) } else { Ok(self) }
    }

    /// How many symbols.
    pub fn len(&self) -> usize {
        self.len.into()
    }

    /// Never: there are at least two symbols.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The symbols, that for 0 first.
    pub fn as_str(&self) -> &str {
        // Only ever printable ASCII.
        core::str::from_utf8(self.as_bytes()).or_never("only printable ASCII")
    }

    #[inline]
    pub(crate) fn size(&self) -> u8 {
        self.len
    }

    #[inline]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.symbols.get(..self.len()).or_never("each of the symbols has a place")
    }

    /// The symbol for a number; nothing when there is none.
    pub fn symbol(&self, value: usize) -> Option<char> {
        self.as_bytes().get(value).copied().map(char::from)
    }

    /// The number that a symbol stands for; nothing when it is none. Letter case matters.
    pub fn value(&self, symbol: char) -> Option<u8> {
        u8::try_from(symbol).ok().and_then(|symbol| self.value_of(symbol))
    }

    #[inline]
    pub(crate) fn value_of(&self, symbol: u8) -> Option<u8> {
        self.values.get(usize::from(symbol.wrapping_sub(FIRST))).copied().filter(|value| *value != NONE)
    }
}

/// Digits, capitals, small letters: what a range may run over.
fn kind(symbol: char) -> Option<u8> {
    match symbol {
        '0'..='9' => Some(0),
        'A'..='Z' => Some(1),
        'a'..='z' => Some(2),
        _ => None,
    }
}

/// As [`Alphabet::from_ranges`] reads it.
impl fmt::Display for Alphabet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.as_bytes();
        while let Some(&first) = rest.first() {
            let follows = |(n, symbol): &(u8, &u8)| {
                first.checked_add(*n) == Some(**symbol) && kind((**symbol).into()) == kind(first.into())
            };
            let len = match kind(first.into()) {
                Some(_) => (0..).zip(rest).take_while(follows).count(),
                None => 1,
            };
            let (run, after) = rest.split_at(if len > 2 { len } else { 1 });
            match run {
                [first, .., last] => write!(f, "{}-{}", char::from(*first), char::from(*last))?,
                _ => write!(f, "{}", char::from(first))?,
            }
            rest = after;
        }
        Ok(())
    }
}

impl fmt::Debug for Alphabet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{self}]")
    }
}

/// Why symbols are no alphabet.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AlphabetError {
    /// A character that no alphabet has.
    #[error("found `{found}` at position {at}, expected printable ASCII but for space and -:[]{{}}")]
    Symbol {
        /// The character.
        found: String,
        /// Its position, the first is 1.
        at: usize,
    },
    /// A symbol given twice.
    #[error("found a second `{found}` at position {at}")]
    Twice {
        /// The symbol.
        found: char,
        /// Its position.
        at: usize,
    },
    /// A letter in both cases.
    #[error(
        "found `{two}` at position {at} beside `{one}`, expected letters of one case: not every reader tells them apart"
    )]
    BothCases {
        /// The first.
        one: char,
        /// The second.
        two: char,
        /// Its position.
        at: usize,
    },
    /// A range that is none.
    #[error("a range at position {at} that does not ascend from a digit or letter to one of its kind, as `2-9` does")]
    Range {
        /// The position of its first character.
        at: usize,
    },
    /// Fewer than two symbols.
    #[error("{found} symbols, expected at least 2")]
    Few {
        /// How many.
        found: u8,
    },
}
