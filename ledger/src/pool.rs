//! Pools of numbers, and the line that accounts for each number.

use alloc::string::{String, ToString as _};
use core::fmt;

use crate::never::OrNever;
use crate::state::State;

/// A pool: a range of numbers, and how far they are used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// Texts are unique in a namespace, over its pools.
    pub namespace: String,
    /// The first number.
    pub first: u64,
    /// The last number; below 2⁶³.
    pub last: u64,
    /// The number that the next unit gets; `last + 1` if the pool is used up.
    pub next: u64,
    /// The number of free numbers below which a person is told; 0 if never.
    pub low: u64,
    /// How a number is written, such as `EUDV{YY}{MM}-{seq:6}`.
    pub template: String,
    /// The lease that the pool of a child ledger came from.
    pub source: Option<String>,
    /// How many numbers are in each state.
    pub tally: Tally,
}

/// How the namespace of a pool begins that was dropped; no other one has a space.
pub(crate) const DROPPED: &str = "dropped ";

/// Numbers of a pool in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally([u64; State::ALL.len()]);

impl Tally {
    /// The numbers in a state.
    pub fn of(&self, state: State) -> u64 {
        self.0.get(usize::from(state.code()).wrapping_sub(1)).copied().or_never("each state has its place")
    }

    /// The numbers in any state.
    pub fn total(&self) -> u64 {
        self.0.iter().copied().fold(0, u64::saturating_add)
    }

    /// Adds numbers to a state. `None` if that overflows.
    #[must_use]
    pub fn add(&mut self, state: State, count: u64) -> Option<()> {
        let row = self.0.get_mut(usize::from(state.code()).wrapping_sub(1))?;
        *row = row.checked_add(count)?;
        Some(())
    }

    /// Takes numbers from a state. `None` if it has fewer.
    #[must_use]
    pub fn take(&mut self, state: State, count: u64) -> Option<()> {
        let row = self.0.get_mut(usize::from(state.code()).wrapping_sub(1))?;
        *row = row.checked_sub(count)?;
        Some(())
    }
}

/// Numbers of a pool that have no unit: lost, leased or void, from `first` to `last`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    /// The pool.
    pub pool: String,
    /// The first number.
    pub first: u64,
    /// The last number.
    pub last: u64,
    /// The state of all of them.
    pub state: State,
    /// The event that made it so.
    pub seq: u64,
}

impl Range {
    /// How many numbers.
    pub fn count(&self) -> u64 {
        self.last.saturating_sub(self.first).saturating_add(1)
    }

    /// Whether a number of a pool is in it.
    pub fn contains(&self, pool: &str, number: u64) -> bool {
        self.pool == pool && (self.first..=self.last).contains(&number)
    }
}

impl Pool {
    /// How many numbers the pool has.
    pub fn capacity(&self) -> u64 {
        self.last.saturating_sub(self.first).saturating_add(1)
    }

    /// How many numbers nobody has.
    pub fn free(&self) -> u64 {
        self.last.saturating_add(1).saturating_sub(self.next)
    }

    /// Whether fewer numbers are free than a person wants to know of.
    pub fn is_low(&self) -> bool {
        self.free() < self.low && !self.is_dropped()
    }

    /// Whether nobody was ever given one of its numbers, as far as is known.
    pub fn is_unused(&self) -> bool {
        self.next == self.first && self.tally.total() == 0
    }

    /// Whether a person dropped it: nobody was given one of its numbers, and nobody will be.
    pub fn is_dropped(&self) -> bool {
        self.namespace.starts_with(DROPPED)
    }

    /// Whether each number of the pool is in exactly one state.
    pub fn adds_up(&self) -> bool {
        self.first <= self.next
            && self.free() <= self.capacity()
            && self.free().checked_add(self.tally.total()) == Some(self.capacity())
    }

    /// The line that accounts for each number.
    pub fn accounting(&self, name: &str) -> Accounting {
        Accounting {
            name: name.to_string(),
            first: self.first,
            last: self.last,
            free: self.free(),
            tally: self.tally,
            adds_up: self.adds_up(),
            is_dropped: self.is_dropped(),
        }
    }
}

/// The line that accounts for each number of a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accounting {
    name: String,
    first: u64,
    last: u64,
    free: u64,
    tally: Tally,
    adds_up: bool,
    is_dropped: bool,
}

impl fmt::Display for Accounting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}..{}: ", self.name, self.first, self.last)?;
        for state in State::ALL {
            let count = self.tally.of(state);
            if count > 0 {
                write!(f, "{count} {state}, ")?;
            }
        }
        write!(f, "{} free{}", self.free, if self.is_dropped { ", dropped" } else { "" })?;
        if self.adds_up { Ok(()) } else { f.write_str(" (does not add up)") }
    }
}
