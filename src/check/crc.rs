//! Cyclic redundancy checks: any row of the catalogue, over whole data and from a change.
//!
//! Advice to the next person: a CRC is affine. With the register read as a polynomial over GF(2),
//! P = xʷ + poly, and D the difference between two messages of equal length,
//!
//! > CRC′ = CRC ⊕ ρ(D(x)·xʷ mod P), ρ = bit reflection if `refout`, else identity.
//!
//! Initial value, final XOR and every unchanged bit cancel. So each bit of each byte that can change
//! has one constant, and the CRC of a unit is the template's with those of the set bits added. The
//! bit fed `s`-th in byte `i` of `n` has the constant ρ(x^(8(n−1−i) + 7−s + w) mod P).

use alloc::vec::Vec;
use core::fmt;
use core::hash::{Hash, Hasher};

use super::Feed;

/// One row of the catalogue.
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
}

/// Does the same with a row whatever its word.
macro_rules! with {
    ($row:expr, $algorithm:ident => $do:expr) => {
        match $row {
            Row::U8($algorithm) => $do,
            Row::U16($algorithm) => $do,
            Row::U32($algorithm) => $do,
            Row::U64($algorithm) => $do,
            Row::U128($algorithm) => $do,
        }
    };
}

impl Crc {
    /// The name in the catalogue, as `CRC-32/ISO-HDLC`.
    pub fn name(&self) -> &'static str {
        self.0
    }

    /// The width of the register, in bits.
    pub fn width(&self) -> u32 {
        with!(self.1, row => row.width.into())
    }

    /// The check value of the nine bytes `123456789`.
    #[allow(clippy::useless_conversion, reason = "not useless for the narrower words")]
    pub fn check(&self) -> u128 {
        with!(self.1, row => row.check.into())
    }

    /// The value over everything that `feed` hands over, by the `crc` crate.
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
        }
    }

    #[allow(clippy::useless_conversion, reason = "not useless for the narrower words")]
    fn model(&self) -> Model {
        with!(self.1, row => Model {
            width: row.width.into(),
            poly: row.poly.into(),
            refin: row.refin,
            refout: row.refout,
        })
    }
}

impl PartialEq for Crc {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Crc {}

impl Hash for Crc {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl fmt::Debug for Crc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What of a CRC matters for a change.
struct Model {
    width: u32,
    poly: u128,
    refin: bool,
    refout: bool,
}

impl Model {
    /// `v`·x mod P.
    fn times_x(&self, v: u128) -> u128 {
        let top = 1 << (self.width - 1);
        let shifted = (v & !top) << 1;
        if v & top == 0 { shifted } else { shifted ^ self.poly }
    }

    /// `a`·`b` mod P.
    fn times(&self, a: u128, b: u128) -> u128 {
        (0..self.width).rev().fold(0, |sum, bit| self.times_x(sum) ^ if b >> bit & 1 == 1 { a } else { 0 })
    }

    /// xⁿ mod P.
    fn x_to(&self, n: u128) -> u128 {
        let bits = u128::BITS - n.leading_zeros();
        (0..bits).rev().fold(1, |power, bit| {
            let square = self.times(power, power);
            if n >> bit & 1 == 1 { self.times_x(square) } else { square }
        })
    }

    /// ρ.
    fn output(&self, v: u128) -> u128 {
        if self.refout { v.reverse_bits() >> (u128::BITS - self.width) } else { v }
    }
}

/// What the bytes that can change contribute: for each, the values of its low and its high nibble.
#[derive(Clone, Debug)]
pub(super) struct Contributions {
    low: Vec<[u64; 32]>,
    /// The upper halves of registers wider than 64 bits.
    high: Vec<[u64; 32]>,
}

impl Contributions {
    /// Of the bytes at `positions` in a stream of `len`.
    pub(super) fn new(crc: &Crc, len: u64, positions: &[u64]) -> Self {
        let model = crc.model();
        let mut this = Self { low: Vec::with_capacity(positions.len()), high: Vec::new() };
        // From the last byte to the first, so that neighbours share the power of x.
        let (mut power, mut value) = (u128::MAX, 0);
        for &position in positions.iter().rev() {
            let wanted = u128::from(len - 1 - position) * 8 + u128::from(model.width);
            if wanted != power {
                value = model.x_to(wanted);
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
            let table = nibbles(bits);
            this.low.push(table.map(low_half));
            if model.width > 64 {
                this.high.push(table.map(|value| low_half(value >> 64)));
            }
        }
        this.low.reverse();
        this.high.reverse();
        this
    }

    /// Adds the contributions of `bytes` to `value`.
    pub(super) fn add(&self, value: u128, bytes: impl Iterator<Item = u8> + Clone) -> u128 {
        let low = sum(&self.low, bytes.clone());
        let high = if self.high.is_empty() { 0 } else { sum(&self.high, bytes) };
        value ^ u128::from(low) ^ u128::from(high) << 64
    }
}

fn low_half(value: u128) -> u64 {
    u64::try_from(value & u128::from(u64::MAX)).unwrap_or_default()
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

#[inline]
fn sum(tables: &[[u64; 32]], bytes: impl Iterator<Item = u8>) -> u64 {
    tables.iter().zip(bytes).fold(0, |sum, (table, byte)| {
        // Both indices are below 32.
        let low = table.get(usize::from(byte & 15)).copied().unwrap_or_default();
        let high = table.get(16 + usize::from(byte >> 4)).copied().unwrap_or_default();
        sum ^ low ^ high
    })
}
