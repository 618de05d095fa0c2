//! The bytes that give data a wanted check value.

use alloc::vec;
use alloc::vec::Vec;

use super::algorithm::{Algorithm, Change};
use super::fletcher::Fletcher;
use super::words::Words;
use crate::width;

/// The bytes at some positions of a stream, chosen so that the whole has a wanted check value.
///
/// ```
/// use nameplate::check::{Algorithm, Force};
///
/// // The last word of the parameters of an Intel network adapter: all words add up to 0xBABA.
/// let sum = Algorithm::from_name("sum16le").unwrap();
/// let force = Force::new(sum, 8, &[6, 7], 0xBABA).unwrap();
/// let mut data = [0x00, 0x1B, 0x21, 0x01, 0x02, 0x03, 0, 0];
/// let mut word = [0; 2];
/// force.solve(sum.compute(|take| take(&data)).number().unwrap(), &mut word);
/// data[6..].copy_from_slice(&word);
/// assert_eq!(sum.compute(|take| take(&data)).number(), Some(0xBABA));
/// ```
///
/// A CRC can be forced wherever its bits can be reached: by as many bytes as it has, end to end, when
/// its polynomial is odd. A sum or XOR, rotated or not, by the bytes of one whole word of all its bits. Fletcher's
/// checks, by two words end to end. Adler-32 and hashes cannot.
#[derive(Clone, Debug)]
pub struct Force {
    target: u128,
    how: How,
}

#[derive(Clone, Debug)]
enum How {
    /// For each bit of the value, the bits of the bytes that change it alone.
    Bits(Vec<u128>),
    /// By how many bits each byte is shifted to its place in the sum.
    Sum(Words, Vec<u32>),
    /// Each byte's place: in the first word or the second, and its shift; and how often the second
    /// word counts.
    Fletcher(Fletcher, Vec<(bool, u32)>, u64),
}

impl Force {
    /// For bytes at `positions` in a stream of `len`. Nothing when the bytes there cannot give each
    /// value, or `target` has more bits than the check.
    pub fn new(algorithm: Algorithm, len: u64, positions: &[u64], target: u128) -> Option<Self> {
        if target.checked_shr(algorithm.width()).is_some_and(|above| above != 0) || positions.len() > 16 {
            return None;
        }
        // Whatever is wrong with the positions shows here; of linear checks, what each bit changes.
        let change = Change::new(algorithm, len, positions, 0, vec![0; positions.len()].into_iter())?;
        Some(match algorithm {
            Algorithm::Crc(_) | Algorithm::Xor(_) | Algorithm::Rotate(_) => {
                Self { target, how: How::Bits(invert(&change, positions.len(), algorithm.width())?) }
            }
            Algorithm::Sum(words) => Self { target, how: How::Sum(words, one_word(words, positions)?) },
            Algorithm::Fletcher(row) => {
                let (places, weight) = two_words(&row, len, positions)?;
                Self { target: row.normal(target), how: How::Fletcher(row, places, weight) }
            }
            Algorithm::Hash(_) => return None,
        })
    }

    /// The value that the whole gets, as the check shows it.
    pub fn target(&self) -> u128 {
        self.target
    }

    /// Writes the bytes into `bytes`, in the order of the positions; `value` is the check value with
    /// those bytes zero.
    pub fn solve(&self, value: u128, bytes: &mut [u8]) {
        let low = |n: u64| {
            let [low, ..] = n.to_le_bytes();
            low
        };
        match &self.how {
            How::Bits(masks) => {
                let change = value ^ self.target;
                let set = (0..).zip(masks).filter(|(bit, _)| change >> bit & 1 == 1);
                let word = set.fold(0, |word, (_, mask)| word ^ mask);
                bytes.iter_mut().zip(word.to_le_bytes()).for_each(|(to, byte)| *to = byte);
            }
            How::Sum(words, shifts) => {
                let missing = width::low(words.subtract(self.target, value));
                bytes.iter_mut().zip(shifts).for_each(|(to, shift)| *to = low(missing >> shift));
            }
            How::Fletcher(row, places, weight) => {
                let (first, second) = row.solve(value, self.target, *weight);
                for (to, (is_second, shift)) in bytes.iter_mut().zip(places) {
                    *to = low(if *is_second { second } else { first } >> shift);
                }
            }
        }
    }
}

/// For each of `width` bits of a linear check, which bits of `len` bytes change it alone.
fn invert(change: &Change, len: usize, width: u32) -> Option<Vec<u128>> {
    let mut basis: Vec<(u128, u128)> = Vec::new();
    let mut bytes = vec![0_u8; len];
    for bit in 0..8 * len {
        if let Some(byte) = bytes.get_mut(bit / 8) {
            *byte = 1 << (bit % 8);
        }
        let mut row = (change.value(bytes.iter().copied()), 1_u128 << bit);
        bytes.fill(0);
        let reduce = |row: &mut (u128, u128), by: (u128, u128)| {
            let pivot = u128::BITS - 1 - by.0.leading_zeros();
            if row.0 >> pivot & 1 == 1 {
                *row = (row.0 ^ by.0, row.1 ^ by.1);
            }
        };
        for &by in &basis {
            reduce(&mut row, by);
        }
        if row.0 != 0 {
            for other in &mut basis {
                reduce(other, row);
            }
            basis.push(row);
        }
    }
    // With as many rows as bits, each row has one bit left.
    let find = |bit: u32| basis.iter().find(|(value, _)| *value == 1 << bit).map(|(_, mask)| *mask);
    (0..width).map(find).collect()
}

/// The shifts of bytes that make one word of all bits of the sum.
fn one_word(words: Words, positions: &[u64]) -> Option<Vec<u32>> {
    let shifts = words.shifts(positions);
    let whole = positions.len() * 8 == usize::try_from(words.bits()).ok()?;
    let each = (0..words.bits()).step_by(8).all(|bits| shifts.contains(&bits));
    (whole && each).then_some(shifts)
}

/// The places of bytes that make two words end to end, and how often the second counts.
fn two_words(row: &Fletcher, len: u64, positions: &[u64]) -> Option<(Vec<(bool, u32)>, u64)> {
    let words = row.words();
    let unit = words.len();
    let first = positions.iter().min()? / unit;
    let whole = u64::try_from(positions.len()).ok()? == 2 * unit && positions.iter().max()? / unit == first + 1;
    let place = |&position: &u64| (position / unit != first, words.shift(position));
    let weight = (len.div_ceil(unit)).checked_sub(first + 1)?;
    (whole && row.fits_words()).then(|| (positions.iter().map(place).collect(), weight))
}
