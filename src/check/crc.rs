//! Cyclic redundancy checks: any row of the catalogue and any other, over whole data and from a change.
//!
//! Advice to the next person: a CRC is affine. With the register read as a polynomial over GF(2),
//! P = xʷ + poly, and D the difference between two messages of equal length,
//!
//! > CRC′ = CRC ⊕ ρ(D(x)·xʷ mod P), ρ = bit reflection if `refout`, else identity.
//!
//! Initial value, final XOR and every unchanged bit cancel. So each bit of each byte that can change
//! has one constant, and the CRC of a unit is the template's with those of the set bits added. The
//! bit fed `s`-th in byte `i` of `n` has the constant ρ(x^(8(n−1−i) + 7−s + w) mod P).

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::hash::{Hash, Hasher};

use super::feed::Feed;
use super::model::Parameters;
use crate::never::OrNever;
use crate::width;

/// One row of the catalogue, or a CRC that is in none.
///
/// ```
/// use nameplate::check::{CRC_32_ISO_HDLC, Crc};
///
/// // Parameters as a data sheet gives them: this one is in the catalogue.
/// let parameters = CRC_32_ISO_HDLC.parameters();
/// assert_eq!((parameters.poly, parameters.init, parameters.refin), (0x04C1_1DB7, 0xFFFF_FFFF, true));
/// assert_eq!(Crc::new(parameters)?.name(), "CRC-32/ISO-HDLC");
/// assert_eq!(CRC_32_ISO_HDLC.check(), 0xCBF4_3926); // over "123456789"
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Crc(pub(super) &'static str, pub(super) Row);

/// The row in the `crc` crate, whose tables and code are the independent way to a value.
#[derive(Clone, Copy)]
pub(super) enum Row {
    U8(&'static ::crc::Algorithm<u8>),
    U16(&'static ::crc::Algorithm<u16>),
    U32(&'static ::crc::Algorithm<u32>),
    U64(&'static ::crc::Algorithm<u64>),
    U128(&'static ::crc::Algorithm<u128>),
    /// Of parameters that no row has.
    Other(Parameters),
}

/// Does the same with a row whatever its word.
macro_rules! with {
    ($row:expr, $algorithm:ident => $do:expr, $parameters:ident => $or:expr) => {
        match $row {
            Row::U8($algorithm) => $do,
            Row::U16($algorithm) => $do,
            Row::U32($algorithm) => $do,
            Row::U64($algorithm) => $do,
            Row::U128($algorithm) => $do,
            Row::Other($parameters) => $or,
        }
    };
}

impl Crc {
    /// The name in the catalogue, as `CRC-32/ISO-HDLC`; `CRC` when it is in none.
    pub fn name(&self) -> &'static str {
        self.0
    }

    /// The width of the register, in bits.
    pub fn width(&self) -> u32 {
        with!(self.1, row => row.width.into(), parameters => parameters.width)
    }

    /// The parameters of the model.
    #[allow(clippy::useless_conversion, reason = "not useless for the narrower words")]
    pub fn parameters(&self) -> Parameters {
        with!(self.1, row => Parameters {
            width: row.width.into(),
            poly: row.poly.into(),
            init: row.init.into(),
            refin: row.refin,
            refout: row.refout,
            xorout: row.xorout.into(),
        }, parameters => parameters)
    }

    /// The check value of the nine bytes `123456789`: the catalogue's word for it.
    #[allow(clippy::useless_conversion, reason = "not useless for the narrower words")]
    pub fn check(&self) -> u128 {
        with!(self.1, row => row.check.into(), parameters => parameters.compute(&mut |take| take(b"123456789")))
    }

    /// The register behind any data and its own check value, before `xorout`: the catalogue's word
    /// for it. A device that runs its CRC over both compares with this.
    #[allow(clippy::useless_conversion, reason = "not useless for the narrower words")]
    pub fn residue(&self) -> u128 {
        with!(self.1, row => row.residue.into(), parameters => parameters.residue())
    }

    /// The value over everything that `feed` hands over, by the `crc` crate for rows of the catalogue.
    pub(super) fn compute(&self, feed: Feed<'_>) -> u128 {
        macro_rules! by {
            ($word:ty, $tables:literal, $row:ident) => {{
                let tables = ::crc::Crc::<$word, ::crc::Table<$tables>>::new($row);
                let mut digest = tables.digest();
                feed(&mut |bytes| digest.update(bytes));
                digest.finalize().into()
            }};
        }
        match self.1 {
            Row::U8(row) => by!(u8, 16, row),
            Row::U16(row) => by!(u16, 16, row),
            Row::U32(row) => by!(u32, 16, row),
            Row::U64(row) => by!(u64, 1, row),
            Row::U128(row) => by!(u128, 1, row),
            Row::Other(parameters) => parameters.compute(feed),
        }
    }

    /// The value of a few bytes, bit by bit: no table has to be made for them.
    #[allow(clippy::useless_conversion, reason = "not useless for the narrower words")]
    pub(crate) fn of(&self, bytes: &[u8]) -> u128 {
        macro_rules! by {
            ($word:ty, $row:ident) => {
                ::crc::Crc::<$word, ::crc::NoTable>::new($row).checksum(bytes).into()
            };
        }
        match self.1 {
            Row::U8(row) => by!(u8, row),
            Row::U16(row) => by!(u16, row),
            Row::U32(row) => by!(u32, row),
            Row::U64(row) => by!(u64, row),
            Row::U128(row) => by!(u128, row),
            Row::Other(parameters) => parameters.compute(&mut |take| take(bytes)),
        }
    }
}

impl PartialEq for Crc {
    fn eq(&self, other: &Self) -> bool {
        self.parameters() == other.parameters()
    }
}

impl Eq for Crc {}

impl Hash for Crc {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

/// The name in the catalogue, else the parameters.
impl fmt::Display for Crc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.1 {
            Row::Other(parameters) => parameters.fmt(f),
            _ => f.write_str(self.0),
        }
    }
}

impl fmt::Debug for Crc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The most powers of x that are cheaper stepped over than raised to: about those of a multiplication.
const NEAR: u128 = 128;

/// How many bytes are looked up whole: 8 to 32 KiB of tables. Fewer, as the word of one checksum under another, are
/// as fast by nibbles, of which hundreds of checksums take less memory.
const FEW: core::ops::RangeInclusive<usize> = 8..=32;

/// What the bytes that can change contribute.
#[derive(Clone, Debug)]
pub(super) enum Contributions {
    /// Of a few bytes and a register of at most 32 bits: for each byte, that of each of its values.
    Bytes(Vec<[u32; 256]>),
    /// Of any other: for each byte, those of its low and its high nibble.
    Nibbles {
        low: Vec<[u64; 32]>,
        /// The upper halves of registers wider than 64 bits.
        high: Vec<[u64; 32]>,
    },
}

impl Contributions {
    /// Of the bytes at `positions` in a stream of `len`.
    pub(super) fn new(crc: &Crc, len: u64, positions: &[u64]) -> Self {
        let model = crc.parameters();
        let mut tables = vec![[0; 32]; positions.len()];
        // From the last byte to the first, so that neighbours share the power of x.
        let mut last_first: Vec<(u64, usize)> = positions.iter().copied().zip(0..).collect();
        last_first.sort_unstable_by(|a, b| b.cmp(a));
        let (mut power, mut value) = (u128::MAX, 0_u128);
        for (position, index) in last_first {
            let wanted = u128::from(len - 1 - position) * 8 + u128::from(model.width);
            // Over a short gap step by step, else by squaring.
            match wanted.checked_sub(power) {
                Some(steps @ 0..=NEAR) => value = (0..steps).fold(value, |value, _| model.times_x(value)),
                _ => value = model.x_to(wanted),
            }
            power = wanted + 8;
            let mut bits = [0; 8];
            for bit in &mut bits {
                *bit = model.output(value);
                value = model.times_x(value);
            }
            if model.refin {
                bits.reverse();
            }
            if let Some(table) = tables.get_mut(index) {
                *table = nibbles(bits);
            }
        }
        if model.width <= 32 && FEW.contains(&positions.len()) {
            return Self::Bytes(tables.iter().map(whole).collect());
        }
        let high = if model.width > 64 { tables.as_slice() } else { &[] };
        Self::Nibbles {
            low: tables.iter().map(|table| table.map(width::low)).collect(),
            high: high.iter().map(|table| table.map(|value| width::low(value >> 64))).collect(),
        }
    }

    /// The sum of those of `bytes`.
    pub(super) fn sum(&self, bytes: impl Iterator<Item = u8> + Clone) -> u128 {
        match self {
            Self::Bytes(tables) => sum_of_bytes(tables, bytes).into(),
            Self::Nibbles { low, high } if high.is_empty() => sum_of_nibbles(low, bytes).into(),
            Self::Nibbles { low, high } => {
                u128::from(sum_of_nibbles(low, bytes.clone())) | u128::from(sum_of_nibbles(high, bytes)) << 64
            }
        }
    }
}

/// Each byte's contribution, of those of its nibbles.
fn whole(nibbles: &[u128; 32]) -> [u32; 256] {
    let mut table = [0; 256];
    let (low, high) = nibbles.split_at(16);
    for (to, value) in table.iter_mut().zip(high.iter().flat_map(|high| low.iter().map(move |low| low ^ high))) {
        // The register has at most 32 bits.
        *to = u32::try_from(value).or_never("at most 32 bits wide");
    }
    table
}

/// The sums of each subset of the low four bits, then of the high four.
fn nibbles(bits: [u128; 8]) -> [u128; 32] {
    let mut table = [0; 32];
    let (low, high) = bits.split_at(4);
    for (half, bits) in table.chunks_exact_mut(16).zip([low, high]) {
        for (n, sum) in half.iter_mut().enumerate() {
            *sum = bits.iter().enumerate().filter(|&(bit, _)| n >> bit & 1 == 1).fold(0, |sum, (_, value)| sum ^ value);
        }
    }
    table
}

/// The sum for a few bytes: so little code that it is inlined, and an iterator that holds its bytes not moved
/// about, which takes longer than this.
#[inline]
pub(super) fn sum_of_bytes(tables: &[[u32; 256]], mut bytes: impl Iterator<Item = u8>) -> u32 {
    let mut sum = 0;
    for table in tables {
        let Some(byte) = bytes.next() else { break };
        // A byte cannot index past 256 entries.
        sum ^= table.get(usize::from(byte)).copied().or_never("256 entries, one for each byte");
    }
    sum
}

/// The low and the high nibbles by themselves: neither waits for the other.
fn sum_of_nibbles(tables: &[[u64; 32]], bytes: impl Iterator<Item = u8>) -> u64 {
    let (low, high) = tables.iter().zip(bytes).fold((0, 0), |(low, high), (table, byte)| {
        // Both indices are below 32.
        let low_of = table.get(usize::from(byte & 15)).copied().or_never("below 16 of 32");
        let high_of = table.get(16 + usize::from(byte >> 4)).copied().or_never("from 16 on and below 32");
        (low ^ low_of, high ^ high_of)
    });
    low ^ high
}
