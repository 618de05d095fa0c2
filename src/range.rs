//! Numbers that are never used twice, as plain data: how many there are, who gets which, what is
//! left.
//!
//! ```
//! use nameplate::range::{Numbers, disjoint};
//!
//! let lot = Numbers::of(0x2000_A000, 10_000)?; // 10,000 units: the last is 0x2000_C70F
//! assert_eq!(lot.last(), Some(0x2000_C70F));
//!
//! // Three stations, 3334 + 3333 + 3333 numbers; none lost, none twice.
//! let stations: Vec<Numbers> = lot.split(3)?.collect();
//! disjoint(&[("a", stations[0]), ("b", stations[1]), ("c", stations[2])])?;
//!
//! // One station: before a run, the numbers of all its units, or none.
//! let mut supply = stations[0].supply();
//! let run = supply.take(1000)?;
//! assert_eq!((run.first(), run.len(), supply.remaining()), (Some(0x2000_A000), 1000, 2334));
//! // What has to be remembered is `supply.next()`, made durable before the first device is written.
//! # Ok::<(), nameplate::range::RangeError>(())
//! ```
//!
//! Ranges are half-open and arithmetic is checked: nothing wraps. A file exported for a programmer is
//! one range, and goes to one programmer. Numbers that were taken are never given back: a device of
//! which nobody knows whether it was written has used its number.
//!
//! Not promised: that two programs with a copy of the same [`Supply`] do not hand out the same
//! numbers (whoever keeps it sees to that), and 2¹²⁸ − 1, whose half-open end needs 129 bits.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use thiserror::Error;

/// The numbers `start`, `start + step`, … below `end`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Numbers {
    start: u128,
    end: u128,
    step: u128,
}

impl Numbers {
    /// All numbers of `start..end`.
    ///
    /// # Errors
    /// When the end lies before the start.
    pub const fn new(start: u128, end: u128) -> Result<Self, RangeError> {
        if start > end {
            return Err(RangeError::Reversed { start, end });
        }
        Ok(Self { start, end, step: 1 })
    }

    /// `count` numbers from `start` on.
    ///
    /// # Errors
    /// When the end does not fit 128 bits.
    pub const fn of(start: u128, count: u128) -> Result<Self, RangeError> {
        match start.checked_add(count) {
            Some(end) => Ok(Self { start, end, step: 1 }),
            None => Err(RangeError::PastEnd { start, count }),
        }
    }

    /// From the first number to the last, both included, as people write them down. There are
    /// `last - first + 1`; [`holding`](Self::holding) says how many there should be.
    ///
    /// # Errors
    /// When the last lies before the first, or is 2¹²⁸ − 1.
    pub const fn inclusive(first: u128, last: u128) -> Result<Self, RangeError> {
        if first > last {
            return Err(RangeError::Reversed { start: first, end: last });
        }
        match last.checked_add(1) {
            Some(end) => Ok(Self { start: first, end, step: 1 }),
            None => Err(RangeError::PastEnd { start: last, count: 1 }),
        }
    }

    /// Every `step`-th of these numbers, beginning with the first.
    ///
    /// # Errors
    /// When the step is 0, or does not fit 128 bits together with the step there is.
    pub const fn step_by(self, step: u128) -> Result<Self, RangeError> {
        match self.step.checked_mul(step) {
            Some(step) if step > 0 => Ok(Self { step, ..self }),
            _ => Err(RangeError::Step { step }),
        }
    }

    /// The same, if there are just `count`.
    ///
    /// # Errors
    /// When there are more or fewer.
    pub fn holding(self, count: u128) -> Result<Self, RangeError> {
        match self.len() {
            found if found == count => Ok(self),
            found => Err(RangeError::Count { numbers: self, found, expected: count }),
        }
    }

    /// The same, if there is none beyond `last`: the last number that a serial scheme or a block of
    /// EUIs has a value for.
    ///
    /// # Errors
    /// When the last number is greater.
    pub fn within(self, last: u128) -> Result<Self, RangeError> {
        match self.last() {
            Some(found) if found > last => Err(RangeError::Beyond { found, last }),
            _ => Ok(self),
        }
    }

    /// Where they start: the first number, if there is one.
    pub const fn start(self) -> u128 {
        self.start
    }

    /// Where they end: all are below.
    pub const fn end(self) -> u128 {
        self.end
    }

    /// From one to the next; at least 1.
    pub const fn step(self) -> u128 {
        self.step
    }

    /// How many there are.
    pub const fn len(self) -> u128 {
        (self.end - self.start).div_ceil(self.step)
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Number `index`, counted from 0.
    pub fn nth(self, index: u128) -> Option<u128> {
        (index < self.len()).then(|| self.start + index * self.step)
    }

    /// The first.
    pub fn first(self) -> Option<u128> {
        self.nth(0)
    }

    /// The last.
    pub fn last(self) -> Option<u128> {
        self.nth(self.len().checked_sub(1)?)
    }

    /// Whether `number` is one of them.
    pub const fn contains(self, number: u128) -> bool {
        self.start <= number && number < self.end && (number - self.start) % self.step == 0
    }

    /// All of them, in order.
    pub fn iter(self) -> impl Iterator<Item = u128> {
        let mut index = 0;
        core::iter::from_fn(move || {
            let number = self.nth(index)?;
            index += 1;
            Some(number)
        })
    }

    /// Among `stations`, evenly: consecutive pieces whose lengths differ by at most one, the longer
    /// ones first.
    ///
    /// # Errors
    /// When a station would get none.
    pub fn split(self, stations: u128) -> Result<Pieces, RangeError> {
        let len = self.len();
        if stations == 0 || stations > len {
            return Err(RangeError::Stations { numbers: len, stations });
        }
        Ok(Pieces { numbers: self, each: len / stations, longer: len % stations, at: 0 })
    }

    /// In consecutive pieces of `count`; the last may be shorter.
    ///
    /// # Errors
    /// When the count is 0.
    pub fn pieces_of(self, count: u128) -> Result<Pieces, RangeError> {
        if count == 0 {
            return Err(RangeError::Pieces);
        }
        Ok(Pieces { numbers: self, each: count, longer: 0, at: 0 })
    }

    /// To hand out from the first on.
    pub const fn supply(self) -> Supply {
        Supply { numbers: self, next: self.start }
    }

    /// The numbers that both have, if there are any.
    pub fn common(self, other: Self) -> Option<Self> {
        let (low, high) = if self.start <= other.start { (self, other) } else { (other, self) };
        let end = low.end.min(high.end);
        // A common number is high.start + k · high.step, with k · high.step ≡ -distance modulo low.step.
        let distance = high.start - low.start;
        let divisor = gcd(low.step, high.step);
        if distance % divisor != 0 {
            return None;
        }
        let modulus = low.step / divisor;
        let behind = (distance / divisor) % modulus;
        let ahead = if behind == 0 { 0 } else { modulus - behind };
        let k = mul_mod(ahead, inverse((high.step / divisor) % modulus, modulus), modulus);
        let start = high.start.checked_add(k.checked_mul(high.step)?).filter(|&start| start < end)?;
        // Without a least common multiple in 128 bits there is one common number.
        match modulus.checked_mul(high.step) {
            Some(step) if step < end - start => Some(Self { start, end, step }),
            _ => Some(Self { start, end: start + 1, step: 1 }),
        }
    }

    /// The `count` numbers from number `index` on, up to the end where it is reached.
    fn part(self, index: u128, count: u128) -> Self {
        let start = self.nth(index).unwrap_or(self.end);
        let end = index.checked_add(count).and_then(|after| self.nth(after)).unwrap_or(self.end);
        Self { start, end, ..self }
    }
}

/// `536911872..536921872`; `0..10 step 2`.
impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)?;
        if self.step == 1 { Ok(()) } else { write!(f, " step {}", self.step) }
    }
}

impl fmt::Debug for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Consecutive pieces of a range: together they have all of its numbers, each once.
#[derive(Clone, Debug)]
pub struct Pieces {
    numbers: Numbers,
    each: u128,
    /// How many of the pieces have one more.
    longer: u128,
    /// The index of the next piece's first number.
    at: u128,
}

impl Iterator for Pieces {
    type Item = Numbers;

    fn next(&mut self) -> Option<Numbers> {
        let len = self.numbers.len();
        if self.at >= len {
            return None;
        }
        let extra = u128::from(self.longer > 0);
        self.longer -= extra;
        let piece = self.numbers.part(self.at, self.each.saturating_add(extra));
        self.at += piece.len();
        Some(piece)
    }
}

/// Numbers to hand out, and the next of them. It is not `Clone`: a copy would hand them out again.
#[derive(Debug, PartialEq, Eq)]
pub struct Supply {
    numbers: Numbers,
    next: u128,
}

impl Supply {
    /// Goes on at `next`, as [`next`](Self::next) gave it.
    ///
    /// # Errors
    /// When `next` is neither one of the numbers nor their end.
    pub const fn resume(numbers: Numbers, next: u128) -> Result<Self, RangeError> {
        if next == numbers.end || numbers.contains(next) {
            return Ok(Self { numbers, next });
        }
        Err(RangeError::Next { numbers, next })
    }

    /// All numbers, those handed out too.
    pub const fn numbers(&self) -> Numbers {
        self.numbers
    }

    /// The next number, or the end when there is none left: all that has to be remembered.
    pub const fn next(&self) -> u128 {
        self.next
    }

    /// How many are left.
    pub const fn remaining(&self) -> u128 {
        self.rest().len()
    }

    /// Whether `mark` or fewer are left: time to ask for more.
    pub const fn is_low(&self, mark: u128) -> bool {
        self.remaining() <= mark
    }

    /// Hands out the next `count` numbers, all or none.
    ///
    /// # Errors
    /// When fewer are left. Nothing is taken then.
    pub fn take(&mut self, count: u128) -> Result<Numbers, RangeError> {
        let rest = self.rest();
        let left = rest.len();
        if count > left {
            return Err(RangeError::Exhausted { numbers: self.numbers, asked: count, left });
        }
        let taken = rest.part(0, count);
        self.next = taken.end;
        Ok(taken)
    }

    const fn rest(&self) -> Numbers {
        Numbers { start: self.next, ..self.numbers }
    }
}

/// Whether no number is in two of the ranges, each given with the name of whoever has it.
///
/// Costs a sort, and one comparison for each pair whose ends overlap.
///
/// # Errors
/// When two have numbers in common: their names, and the numbers.
pub fn disjoint(ranges: &[(&str, Numbers)]) -> Result<(), RangeError> {
    let mut sorted: Vec<&(&str, Numbers)> = ranges.iter().filter(|(_, numbers)| !numbers.is_empty()).collect();
    sorted.sort_by_key(|(_, numbers)| numbers.start);
    let mut rest = sorted.as_slice();
    while let [(first, numbers), after @ ..] = rest {
        rest = after;
        for (second, other) in after.iter().take_while(|(_, other)| other.start < numbers.end) {
            if let Some(common) = numbers.common(*other) {
                return Err(RangeError::Collision { first: (*first).into(), second: (*second).into(), common });
            }
        }
    }
    Ok(())
}

const fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// `a · b` modulo `modulus`; both are below it.
fn mul_mod(mut a: u128, mut b: u128, modulus: u128) -> u128 {
    if let Some(product) = a.checked_mul(b) {
        return product % modulus;
    }
    let mut product = 0;
    while b > 0 {
        if b & 1 == 1 {
            product = add_mod(product, a, modulus);
        }
        a = add_mod(a, a, modulus);
        b >>= 1;
    }
    product
}

/// `a + b` modulo `modulus`; both are below it.
const fn add_mod(a: u128, b: u128, modulus: u128) -> u128 {
    let room = modulus - b;
    if a >= room { a - room } else { a + b }
}

/// The number that times `a` is 1 modulo `modulus`; they have no common divisor.
fn inverse(a: u128, modulus: u128) -> u128 {
    let (mut old, mut new) = (modulus, a);
    let (mut old_factor, mut factor) = (0, 1 % modulus);
    while new != 0 {
        let quotient = old / new;
        (old, new) = (new, old % new);
        let product = mul_mod(quotient % modulus, factor, modulus);
        let less = if product == 0 { 0 } else { modulus - product };
        (old_factor, factor) = (factor, add_mod(old_factor, less, modulus));
    }
    old_factor
}

/// Why there are no such numbers.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RangeError {
    /// The end lies before the start.
    #[error("numbers from {start} to {end} end before they start")]
    Reversed {
        /// The start.
        start: u128,
        /// The end.
        end: u128,
    },
    /// The end does not fit 128 bits.
    #[error("{count} numbers from {start} pass the end of 128 bits")]
    PastEnd {
        /// The start.
        start: u128,
        /// How many.
        count: u128,
    },
    /// A step that does not lead on.
    #[error("step {step}, expected at least 1 and no more than 128 bits together with the step there is")]
    Step {
        /// The step.
        step: u128,
    },
    /// More or fewer numbers than there should be.
    #[error("{numbers} has {found} numbers, expected {expected}")]
    Count {
        /// The range.
        numbers: Numbers,
        /// How many it has.
        found: u128,
        /// How many it should have.
        expected: u128,
    },
    /// A number that nothing can be made of.
    #[error("the last number is {found}, expected at most {last}")]
    Beyond {
        /// The last number of the range.
        found: u128,
        /// The last that there is a value for.
        last: u128,
    },
    /// More stations than numbers, or none.
    #[error("{numbers} numbers cannot be split among {stations} stations so that each has one")]
    Stations {
        /// How many numbers there are.
        numbers: u128,
        /// How many stations.
        stations: u128,
    },
    /// Pieces of nothing.
    #[error("pieces of 0 numbers, expected at least 1")]
    Pieces,
    /// A place to go on at that is none.
    #[error("next number {next}, expected one of {numbers}, or their end")]
    Next {
        /// The range.
        numbers: Numbers,
        /// The number to go on at.
        next: u128,
    },
    /// Fewer are left than are asked for.
    #[error("{asked} numbers asked for, {left} left of {numbers}; none was taken")]
    Exhausted {
        /// The range.
        numbers: Numbers,
        /// How many were asked for.
        asked: u128,
        /// How many are left.
        left: u128,
    },
    /// Two ranges with numbers in common.
    #[error("`{first}` and `{second}` have {} numbers in common: {common}", .common.len())]
    Collision {
        /// The name of one.
        first: String,
        /// The name of the other.
        second: String,
        /// The numbers that both have.
        common: Numbers,
    },
}
