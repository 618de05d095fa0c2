//! Where the rows of a ledger are found.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;
use core::convert::Infallible;

use crate::facts::{Facts, Number, Unit};
use crate::key::Key;
use crate::pool::Range;

/// The rows of a ledger, one look-up each. A store has them in tables; [`Facts`] has them in memory.
///
/// [`Facts::load`] asks for those that one command needs.
pub trait Rows {
    /// Why a row could not be read.
    type Error;

    /// A unit, with its living keys and its issue.
    fn unit(&mut self, unit: u64) -> Result<Option<Unit>, Self::Error>;
    /// The unit that has a key.
    fn key(&mut self, key: &Key) -> Result<Option<u64>, Self::Error>;
    /// A number that was drawn for a unit.
    fn number(&mut self, pool: &str, number: u64) -> Result<Option<Number>, Self::Error>;
    /// Pool and number of a text.
    fn text(&mut self, namespace: &str, text: &str) -> Result<Option<(String, u64)>, Self::Error>;
    /// All numbers from `first` to `last` that were drawn for a unit.
    fn numbers(&mut self, pool: &str, first: u64, last: u64) -> Result<Vec<(u64, Number)>, Self::Error>;
    /// All ranges that have a number from `first` to `last`.
    fn ranges(&mut self, pool: &str, first: u64, last: u64) -> Result<Vec<Range>, Self::Error>;
    /// Whether a request was done.
    fn request(&mut self, request: &str) -> Result<bool, Self::Error>;
    /// The shipment that a unit left with, the last one.
    fn shipment(&mut self, unit: u64) -> Result<Option<String>, Self::Error>;
    /// The units whose issue was drawn or adopted by an event after `seq`.
    fn drawn_after(&mut self, seq: u64) -> Result<Vec<u64>, Self::Error>;
}

impl Rows for &Facts {
    type Error = Infallible;

    fn unit(&mut self, unit: u64) -> Result<Option<Unit>, Infallible> {
        Ok(self.units.get(&unit).cloned())
    }

    fn key(&mut self, key: &Key) -> Result<Option<u64>, Infallible> {
        Ok(self.keys.get(key).copied())
    }

    fn number(&mut self, pool: &str, number: u64) -> Result<Option<Number>, Infallible> {
        Ok(self.numbers.get(&(pool.to_owned(), number)).cloned())
    }

    fn text(&mut self, namespace: &str, text: &str) -> Result<Option<(String, u64)>, Infallible> {
        Ok(self.texts.get(&(namespace.to_owned(), text.to_owned())).cloned())
    }

    fn numbers(&mut self, pool: &str, first: u64, last: u64) -> Result<Vec<(u64, Number)>, Infallible> {
        if first > last {
            return Ok(Vec::new());
        }
        let rows = self.numbers.range((pool.to_owned(), first)..=(pool.to_owned(), last));
        Ok(rows.map(|((_, number), row)| (*number, row.clone())).collect())
    }

    fn ranges(&mut self, pool: &str, first: u64, last: u64) -> Result<Vec<Range>, Infallible> {
        let inside = |range: &&Range| range.pool == pool && range.first <= last && first <= range.last;
        Ok(self.ranges.iter().filter(inside).cloned().collect())
    }

    fn request(&mut self, request: &str) -> Result<bool, Infallible> {
        Ok(self.requests.contains(request))
    }

    fn shipment(&mut self, unit: u64) -> Result<Option<String>, Infallible> {
        Ok(self.shipments.get(&unit).cloned())
    }

    fn drawn_after(&mut self, seq: u64) -> Result<Vec<u64>, Infallible> {
        let after = |(_, unit): &(&u64, &Unit)| unit.issue.as_ref().is_some_and(|issue| issue.seq > seq);
        Ok(self.units.iter().filter(after).map(|(&unit, _)| unit).collect())
    }
}
