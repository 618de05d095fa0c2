//! What is known: the rows that one command needs, or all of them.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use crate::key::{Key, Keys};
use crate::pool::{Pool, Range};
use crate::state::{Evidence, State};

/// How the ledger stands to its anchor. A store finds this out (see [`crate::anchor`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Standing {
    /// It extends the anchor.
    #[default]
    Open,
    /// The anchor knows more: numbers were issued that the ledger does not know.
    Recovering,
    /// Somebody else moved the anchor while this process ran.
    Fenced,
}

/// Rows of a ledger: those that one command needs ([`Facts::select`]), or all. Plain data; a store fills it in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// The ID of the ledger, 32 hexadecimal digits; empty before it was created.
    pub id: String,
    /// Rises by recovery, and by nothing else; from 1.
    pub epoch: u32,
    /// The number of events.
    pub size: u64,
    /// The last size that the anchor is known to have had.
    pub confirmed: u64,
    /// How the ledger stands to its anchor.
    pub standing: Standing,
    /// Units so far. The next one has the number after it.
    pub last_unit: u64,
    /// Pools by name.
    pub pools: BTreeMap<String, Pool>,
    /// Units by number.
    pub units: BTreeMap<u64, Unit>,
    /// Whose a key is.
    pub keys: BTreeMap<Key, u64>,
    /// Numbers that were drawn for a unit, by pool and number.
    pub numbers: BTreeMap<(String, u64), Number>,
    /// Which number a text is, by namespace and text.
    pub texts: BTreeMap<(String, String), (String, u64)>,
    /// Numbers without a unit.
    pub ranges: BTreeSet<Range>,
    /// IDs of requests that were done and must not be done twice.
    pub requests: BTreeSet<String>,
    /// The shipment that a unit left with, the last one.
    pub shipments: BTreeMap<u64, String>,
}

/// A board, by its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The living keys, one of each kind.
    pub keys: Keys,
    /// Its numbers. `None` if the ledger withdrew them in a recovery.
    pub issue: Option<Issue>,
    /// Attempts with earlier numbers: those of the issue count on, so that a late report is known as one.
    pub attempts: u32,
}

/// The numbers of a unit, one of each pool, drawn all or none. They share one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Number and text by pool.
    pub numbers: BTreeMap<String, (u64, String)>,
    /// The state of all of them.
    pub state: State,
    /// The attempt that is open, or was the last, from 1.
    pub attempt: u32,
    /// The station that has, or had, the ticket.
    pub station: Option<String>,
    /// What made it verified.
    pub evidence: Option<Evidence>,
    /// The event that drew the numbers.
    pub seq: u64,
}

/// A number that was drawn for a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// Its text.
    pub text: String,
    /// Its unit; `None` if it was withdrawn.
    pub unit: Option<u64>,
    /// Its state.
    pub state: State,
}

impl Facts {
    /// The state of a number: free is `None`.
    pub fn state(&self, pool: &str, number: u64) -> Option<State> {
        let row = self.numbers.get(&(pool.into(), number)).map(|row| row.state);
        row.or_else(|| self.range(pool, number).map(|range| range.state))
    }

    /// The range that a number without a unit lies in.
    pub fn range(&self, pool: &str, number: u64) -> Option<&Range> {
        self.ranges.iter().find(|range| range.contains(pool, number))
    }

    /// The units that these keys name.
    pub fn named(&self, keys: &Keys) -> Vec<u64> {
        let units: BTreeSet<u64> = keys.iter().filter_map(|key| self.keys.get(&key).copied()).collect();
        units.into_iter().collect()
    }
}

impl Issue {
    /// The text of a pool.
    pub fn text(&self, pool: &str) -> Option<&str> {
        self.numbers.get(pool).map(|(_, text)| text.as_str())
    }
}
