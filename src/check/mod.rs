//! Checks over bytes: bytes in, check value out; what they cover and where the value is kept is not
//! known here.
//!
//! ```
//! use nameplate::check::{Algorithm, CRC_32_ISO_HDLC};
//!
//! let crc = Algorithm::from(CRC_32_ISO_HDLC);
//! assert_eq!(crc.compute(|take| take(b"123456789")), 0xCBF4_3926);
//! assert_eq!(Algorithm::from_name("CRC-16/IBM-3740").unwrap().width(), 16);
//! ```
//!
//! | name | what | width |
//! |---|---|---|
//! | `CRC-…` | a row of the CRC [`CATALOGUE`], as `CRC-32/ISO-HDLC` | 3–82 bits |
//! | `sum8`, `sum16le`, `sum16be`, … `sum64be` | sum of words of that size and byte order, modulo 2 to its bits | 8–64 bits |
//! | `xor8`, `xor16le`, … `xor64be` | exclusive or of the same words | 8–64 bits |
//!
//! [`Change`] is the check value of data of which a few bytes change, at the cost of those bytes.
//!
//! [`character`] has the check characters of texts.
//!
//! Not promised: any protection against an attacker. A check finds accidents.

mod catalog;
pub mod character;
mod crc;
mod words;

use alloc::vec::Vec;
use core::fmt;
use core::ops::BitXor;

pub use self::catalog::*;
pub use self::crc::Crc;
pub use self::words::Words;
use crate::value::ByteOrder;

/// Hands bytes, piece by piece, to the function it is given.
pub type Feed<'f> = &'f mut dyn FnMut(&mut dyn FnMut(&[u8]));

/// How a check value is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Algorithm {
    /// A CRC of the catalogue.
    Crc(Crc),
    /// The sum of words, modulo 2 to the bits of a word.
    Sum(Words),
    /// The exclusive or of words.
    Xor(Words),
}

/// Names of sums: the word, and what comes behind `sum` or `xor`.
const WORDS: [(&str, Words); 7] = [
    ("8", Words::BYTES),
    ("16le", Words::of_2(ByteOrder::Little)),
    ("16be", Words::of_2(ByteOrder::Big)),
    ("32le", Words::of_4(ByteOrder::Little)),
    ("32be", Words::of_4(ByteOrder::Big)),
    ("64le", Words::of_8(ByteOrder::Little)),
    ("64be", Words::of_8(ByteOrder::Big)),
];

impl Algorithm {
    /// The algorithm of that name; letter case does not matter.
    pub fn from_name(name: &str) -> Option<Self> {
        let crc = || CATALOGUE.iter().find(|crc| crc.name().eq_ignore_ascii_case(name));
        let words = |kind: &str| {
            let (head, tail) = name.split_at_checked(kind.len())?;
            let words = WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(tail))?;
            head.eq_ignore_ascii_case(kind).then_some(words.1)
        };
        crc().map(|&crc| Self::Crc(crc)).or_else(|| words("sum").map(Self::Sum)).or_else(|| words("xor").map(Self::Xor))
    }

    /// The names of all algorithms, for a suggestion to whoever mistyped one.
    pub fn names() -> impl Iterator<Item = Self> {
        let words = WORDS.iter().flat_map(|&(_, words)| [Self::Sum(words), Self::Xor(words)]);
        CATALOGUE.iter().map(|&crc| Self::Crc(crc)).chain(words)
    }

    /// The width of the check value, in bits.
    pub fn width(&self) -> u32 {
        match self {
            Self::Crc(crc) => crc.width(),
            Self::Sum(words) | Self::Xor(words) => u32::try_from(words.len() * 8).unwrap_or_default(),
        }
    }

    /// Of how many bytes the data must be a multiple.
    pub fn unit(&self) -> u64 {
        match self {
            Self::Crc(_) => 1,
            Self::Sum(words) | Self::Xor(words) => words.len(),
        }
    }

    /// The check value over everything that `feed` hands over. CRCs are computed by the `crc` crate,
    /// which shares no code with [`Change`].
    pub fn compute(&self, mut feed: impl FnMut(&mut dyn FnMut(&[u8]))) -> u128 {
        match self {
            Self::Crc(crc) => crc.compute(&mut feed),
            Self::Sum(words) => words.compute(u64::wrapping_add, &mut feed),
            Self::Xor(words) => words.compute(u64::bitxor, &mut feed),
        }
    }
}

impl From<Crc> for Algorithm {
    fn from(crc: Crc) -> Self {
        Self::Crc(crc)
    }
}

/// The name that [`Algorithm::from_name`] reads.
impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, words) = match self {
            Self::Crc(crc) => return f.write_str(crc.name()),
            Self::Sum(words) => ("sum", words),
            Self::Xor(words) => ("xor", words),
        };
        let name = WORDS.iter().find(|(_, row)| row == words).map_or("", |(name, _)| name);
        write!(f, "{kind}{name}")
    }
}

/// The check value of data of which some bytes change, from those bytes alone.
///
/// ```
/// use nameplate::check::{Algorithm, Change, CRC_32_ISO_HDLC};
///
/// let crc = Algorithm::from(CRC_32_ISO_HDLC);
/// let template = crc.compute(|take| take(b"serial ....."));
/// let change = Change::new(crc, 12, &[7, 8, 9, 10, 11], template, b".....".iter().copied()).unwrap();
/// assert_eq!(change.value(b"00042".iter().copied()), crc.compute(|take| take(b"serial 00042")));
/// ```
#[derive(Clone, Debug)]
pub struct Change {
    kind: Kind,
    /// The check value with all bytes that change at zero.
    base: u128,
}

#[derive(Clone, Debug)]
enum Kind {
    Crc(crc::Contributions),
    Sum(Words, Vec<u32>),
    Xor(Words, Vec<u32>),
}

impl Change {
    /// Of the bytes at ascending `positions` in a stream of `len` bytes, which has the check value
    /// `value` when those bytes are `bytes`. Nothing when the positions do not ascend, or not all lie
    /// in the stream.
    pub fn new(
        algorithm: Algorithm,
        len: u64,
        positions: &[u64],
        value: u128,
        bytes: impl Iterator<Item = u8> + Clone,
    ) -> Option<Self> {
        if !positions.is_sorted_by(|a, b| a < b) || positions.last().is_some_and(|&last| last >= len) {
            return None;
        }
        let kind = match algorithm {
            Algorithm::Crc(crc) => Kind::Crc(crc::Contributions::new(&crc, len, positions)),
            Algorithm::Sum(words) => Kind::Sum(words, words.shifts(positions)),
            Algorithm::Xor(words) => Kind::Xor(words, words.shifts(positions)),
        };
        let mut change = Self { kind, base: 0 };
        let part = change.value(bytes);
        change.base = change.without(value, part);
        Some(change)
    }

    /// The check value with all bytes that change at zero: the same for every file of one template.
    pub fn base(&self) -> u128 {
        self.base
    }

    /// The check value when the bytes that change are `bytes`.
    #[inline]
    pub fn value(&self, bytes: impl Iterator<Item = u8> + Clone) -> u128 {
        match &self.kind {
            Kind::Crc(contributions) => contributions.add(self.base, bytes),
            Kind::Sum(words, shifts) => words.add(u64::wrapping_add, self.base, shifts, bytes),
            Kind::Xor(words, shifts) => words.add(u64::bitxor, self.base, shifts, bytes),
        }
    }

    /// `value` without the contribution `part`.
    fn without(&self, value: u128, part: u128) -> u128 {
        match &self.kind {
            Kind::Crc(_) | Kind::Xor(..) => value ^ part,
            Kind::Sum(words, _) => words.subtract(value, part),
        }
    }
}
