//! Every algorithm under one roof, and the change of its value with single bytes.

use alloc::vec::Vec;
use core::fmt;
use core::ops::BitXor;

use zeroize::Zeroize;

use super::catalog::CATALOGUE;
use super::crc::{Contributions, Crc, sum_of_bytes};
use super::fletcher::{FLETCHERS, Fletcher};
use super::hash::{Digest, Hash};
use super::rotate::{ROTATES, Rotate};
use super::words::Words;
use crate::never::OrNever;
use crate::value::ByteOrder;

/// How a check value is computed.
///
/// ```
/// use nameplate::check::Algorithm;
///
/// let sum = Algorithm::from_name("sum16le").unwrap();
/// let value = sum.compute(|feed| feed(&[0x34, 0x12, 0x01, 0x00]));
/// assert_eq!((sum.width(), value.number()), (16, Some(0x1235)));
/// assert_eq!(Algorithm::from_name("crc32"), None); // there are several: CRC-32/ISO-HDLC, CRC-32/MPEG-2, …
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Algorithm {
    /// A CRC.
    Crc(Crc),
    /// The sum of words.
    Sum(Words),
    /// The exclusive or of words, whose own bits it has.
    Xor(Words),
    /// Two sums at once.
    Fletcher(Fletcher),
    /// The exclusive or of words, rotated after each.
    Rotate(Rotate),
    /// A hash.
    Hash(Hash),
}

/// A check value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "a number, or too long for one")]
pub enum CheckValue {
    /// A number of as many bits as the algorithm's width.
    Number(u128),
    /// Those of a hash.
    Digest(Digest),
}

impl CheckValue {
    /// The number; nothing when it is a digest.
    pub fn number(self) -> Option<u128> {
        match self {
            Self::Number(n) => Some(n),
            Self::Digest(_) => None,
        }
    }

    /// Overwrites it: a short secret could be guessed from it.
    pub(crate) fn wipe(&mut self) {
        match self {
            Self::Number(n) => n.zeroize(),
            Self::Digest(digest) => digest.wipe(),
        }
    }
}

/// `0x1F41880F`; a digest with all its digits.
impl fmt::Display for CheckValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(n) => write!(f, "{n:#X}"),
            Self::Digest(digest) => digest.fmt(f),
        }
    }
}

/// Names of words, and what comes behind `sum` or `xor`.
const WORDS: [(&str, Words); 7] = [
    ("8", Words::BYTES),
    ("16le", Words::of_2(ByteOrder::Little)),
    ("16be", Words::of_2(ByteOrder::Big)),
    ("32le", Words::of_4(ByteOrder::Little)),
    ("32be", Words::of_4(ByteOrder::Big)),
    ("64le", Words::of_8(ByteOrder::Little)),
    ("64be", Words::of_8(ByteOrder::Big)),
];

/// All sums: each of the words, and modulo 2 to each other number of bits.
fn sums() -> impl Iterator<Item = Words> {
    let wide = |words: Words| [8, 16, 24, 32, 64].into_iter().filter_map(move |bits| words.modulo(bits));
    let others = WORDS.into_iter().flat_map(move |(_, words)| wide(words).filter(|words| !words.is_plain()));
    WORDS.into_iter().map(|(_, words)| words).chain(others)
}

impl Algorithm {
    /// All algorithms that have a name, each under the one that `Display` writes.
    pub fn names() -> impl Iterator<Item = Self> {
        let xors = WORDS.into_iter().map(|(_, words)| Self::Xor(words));
        let crcs = CATALOGUE.iter().map(|&crc| Self::Crc(crc));
        let fletchers = FLETCHERS.iter().map(|&row| Self::Fletcher(row));
        let rotates = ROTATES.iter().map(|&row| Self::Rotate(row));
        let hashes = Hash::ALL.iter().map(|&hash| Self::Hash(hash));
        crcs.chain(sums().map(Self::Sum)).chain(xors).chain(fletchers).chain(rotates).chain(hashes)
    }

    /// The width of the check value, in bits.
    pub fn width(&self) -> u32 {
        match self {
            Self::Crc(crc) => crc.width(),
            Self::Sum(words) => words.bits(),
            Self::Xor(words) => u32::from(words.word_bits()),
            Self::Fletcher(row) => row.width(),
            Self::Rotate(_) => 16,
            Self::Hash(hash) => u32::try_from(hash.digest_len() * 8).or_never("a digest has at most 32 bytes"),
        }
    }

    /// Of how many bytes the data must be a multiple.
    pub fn unit(&self) -> u64 {
        match self {
            Self::Crc(_) | Self::Hash(_) => 1,
            Self::Sum(words) | Self::Xor(words) => words.len(),
            Self::Fletcher(row) => row.words().len(),
            Self::Rotate(row) => row.words().len(),
        }
    }

    /// The check value over everything that `feed` hands over, computed in a way that shares no code
    /// with [`Change`]; CRCs of the catalogue by the `crc` crate. A last word that is not whole has
    /// zeros behind it.
    pub fn compute(&self, mut feed: impl FnMut(&mut dyn FnMut(&[u8]))) -> CheckValue {
        CheckValue::Number(match self {
            Self::Crc(crc) => crc.compute(&mut feed),
            Self::Sum(words) => words.compute(u64::wrapping_add, &mut feed),
            Self::Xor(words) => words.compute(u64::bitxor, &mut feed),
            Self::Fletcher(row) => row.compute(&mut feed),
            Self::Rotate(row) => row.compute(&mut feed),
            Self::Hash(hash) => {
                let mut hasher = hash.hasher();
                feed(&mut |bytes| hasher.update(bytes));
                return CheckValue::Digest(hasher.finish());
            }
        })
    }
}

impl From<Crc> for Algorithm {
    fn from(crc: Crc) -> Self {
        Self::Crc(crc)
    }
}

impl From<Rotate> for Algorithm {
    fn from(row: Rotate) -> Self {
        Self::Rotate(row)
    }
}

impl From<Fletcher> for Algorithm {
    fn from(row: Fletcher) -> Self {
        Self::Fletcher(row)
    }
}

/// The name that [`Algorithm::from_name`] reads; of a CRC that has none, its parameters; of sums with other seeds, those too.
impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |words: &Words| {
            let plain = words.modulo(words.word_bits());
            WORDS.iter().find(|(_, row)| Some(*row) == plain).map_or("", |(name, _)| name)
        };
        match self {
            Self::Crc(crc) => crc.fmt(f),
            Self::Sum(words) if words.is_plain() => write!(f, "sum{}", name(words)),
            Self::Sum(words) => write!(f, "sum{}/{}", name(words), words.bits()),
            Self::Xor(words) => write!(f, "xor{}", name(words)),
            Self::Fletcher(row) => row.fmt(f),
            Self::Rotate(row) => f.write_str(row.name()),
            Self::Hash(hash) => f.write_str(hash.name()),
        }
    }
}

/// The check value of data of which some bytes change, from those bytes alone.
///
/// ```
/// use nameplate::check::{Algorithm, Change, CRC_32_ISO_HDLC};
///
/// let crc = Algorithm::from(CRC_32_ISO_HDLC);
/// let template = crc.compute(|take| take(b"serial .....")).number().unwrap();
/// let change = Change::new(crc, 12, &[7, 8, 9, 10, 11], template, b".....".iter().copied()).unwrap();
/// assert_eq!(Some(change.value(b"00042".iter().copied())), crc.compute(|take| take(b"serial 00042")).number());
/// ```
#[derive(Clone, Debug)]
pub struct Change {
    kind: Kind,
    /// The check value with all bytes that change at zero.
    base: u128,
}

#[derive(Clone, Debug)]
enum Kind {
    Crc(Contributions),
    Sum(Words, Vec<u32>),
    Xor(Words, Vec<u32>),
    Fletcher(Fletcher, Vec<(u64, u64)>),
    Rotate(Vec<u32>),
}

impl Change {
    /// Of the bytes at `positions` in a stream of `len` bytes, which has the check value `value` when
    /// those bytes are `bytes`. Nothing when two positions are one, not all lie in the stream, or the
    /// algorithm is a hash: of that nothing can be said without the bytes behind.
    pub fn new(
        algorithm: Algorithm,
        len: u64,
        positions: &[u64],
        value: u128,
        bytes: impl Iterator<Item = u8> + Clone,
    ) -> Option<Self> {
        let mut sorted = positions.to_vec();
        sorted.sort_unstable();
        if !sorted.is_sorted_by(|a, b| a < b) || sorted.last().is_some_and(|&last| last >= len) {
            return None;
        }
        let kind = match algorithm {
            Algorithm::Crc(crc) => Kind::Crc(Contributions::new(&crc, len, positions)),
            Algorithm::Sum(words) => Kind::Sum(words, words.shifts(positions)),
            Algorithm::Xor(words) => Kind::Xor(words, words.shifts(positions)),
            Algorithm::Fletcher(row) => Kind::Fletcher(row, row.weights(len, positions)),
            Algorithm::Rotate(row) => Kind::Rotate(row.turns(len, positions)),
            Algorithm::Hash(_) => return None,
        };
        let mut change = Self { kind, base: 0 };
        change.base = change.without(value, bytes);
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
            Kind::Crc(Contributions::Bytes(tables)) => self.base ^ u128::from(sum_of_bytes(tables, bytes)),
            _ => self.any(bytes),
        }
    }

    /// The same, of any kind.
    #[inline(never)]
    fn any(&self, bytes: impl Iterator<Item = u8> + Clone) -> u128 {
        match &self.kind {
            Kind::Crc(contributions) => self.base ^ contributions.sum(bytes),
            Kind::Sum(words, shifts) => words.add(u64::wrapping_add, self.base, shifts, bytes),
            Kind::Xor(words, shifts) => words.add(u64::bitxor, self.base, shifts, bytes),
            Kind::Fletcher(row, weights) => row.add(self.base, weights, bytes),
            Kind::Rotate(turns) => Rotate::add(self.base, turns, bytes),
        }
    }

    /// `value` without what `bytes` contribute; the base is still zero.
    fn without(&self, value: u128, bytes: impl Iterator<Item = u8> + Clone) -> u128 {
        match &self.kind {
            Kind::Crc(_) | Kind::Xor(..) | Kind::Rotate(_) => value ^ self.value(bytes),
            Kind::Sum(words, _) => words.subtract(value, self.value(bytes)),
            Kind::Fletcher(row, weights) => row.without(value, weights, bytes),
        }
    }
}
