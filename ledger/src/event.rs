//! Events: one line of JSON each, hashed as it is stored.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::by::By;
use crate::key::Keys;
use crate::seen::Readings;
use crate::state::Evidence;

/// Bytes that a line may have.
pub(crate) const LONGEST: usize = 1 << 20;

/// Something that happened.
///
/// ```
/// use nameplate_ledger::Event;
///
/// let line = r#"{"seq":1,"kind":"created","ledger":"5f1c0a7e9b3d4c21a8e64b0f2d7c9e13","version":1}"#;
/// assert_eq!(Event::parse(line.as_bytes())?.line(), line);
/// # Ok::<(), nameplate_ledger::LineError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its place in the log, from 1.
    pub seq: u64,
    /// What happened.
    #[serde(flatten)]
    pub body: Body,
    /// The epoch of the ledger. The first one, 1, is not written.
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub epoch: u32,
    /// Who, where and when.
    #[serde(flatten)]
    pub by: By,
}

fn first() -> u32 {
    1
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as serde calls it
fn is_first(epoch: &u32) -> bool {
    *epoch == 1
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as serde calls it
fn is_zero(low: &u64) -> bool {
    *low == 0
}

fn none<K, V>(map: &BTreeMap<K, V>) -> bool {
    map.is_empty()
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Body {
    /// The ledger was created: its ID, and the version of the format.
    Created {
        /// The ID of the ledger.
        ledger: String,
        /// The version of the format.
        version: u32,
    },
    /// A pool was added: its namespace, its numbers, how they are written (`value`), and the lease they came from.
    Pool {
        /// The pool.
        pool: String,
        /// The namespace in which texts are unique.
        namespace: String,
        /// The first number.
        first: u64,
        /// The last number.
        last: u64,
        /// The number of free numbers below which a person is told. 0, never, is not written.
        #[serde(default, skip_serializing_if = "is_zero")]
        low: u64,
        /// How the numbers are written.
        value: String,
        /// The lease of a parent ledger that the numbers came from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<String>,
    },
    /// Numbers were drawn for a new unit, or for one whose numbers were lost. Its first ticket is open.
    Reserved {
        /// The unit.
        unit: u64,
        /// The keys.
        keys: Keys,
        /// The number of each pool.
        numbers: BTreeMap<String, u64>,
        /// The text of each pool.
        values: BTreeMap<String, String>,
        /// Why, as a person says it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A unit got keys of kinds that it did not have.
    Keyed {
        /// The unit.
        unit: u64,
        /// The keys.
        keys: Keys,
    },
    /// The next ticket of a unit, with the numbers that it has: a board that reads blank or shows them, or a rework.
    Reissued {
        /// The unit.
        unit: u64,
        /// The attempt.
        attempt: u32,
        /// Why, as a person says it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// The keys were read again, and the write begins.
    Begun {
        /// The unit.
        unit: u64,
        /// The attempt.
        attempt: u32,
        /// The keys, as read again.
        keys: Keys,
    },
    /// The board shows its issue.
    Verified {
        /// The unit.
        unit: u64,
        /// The attempt, if the report knows it.
        attempt: u32,
        /// How it was read.
        evidence: Evidence,
        /// The keys.
        keys: Keys,
        /// The text of each pool.
        values: BTreeMap<String, String>,
        /// The digest of what was read, secrets masked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        image: Option<String>,
    },
    /// The write may or may not have happened.
    Unknown {
        /// The unit.
        unit: u64,
        /// The attempt, if the report knows it.
        attempt: u32,
        /// Why, as a person says it.
        reason: String,
    },
    /// A report of an attempt that is over. It changes nothing.
    Late {
        /// The unit.
        unit: u64,
        /// The attempt.
        attempt: u32,
        /// What was reported.
        report: String,
    },
    /// Units that may have each other's numbers: the keys and identities that one board showed.
    Quarantined {
        /// The units.
        units: Vec<u64>,
        /// The keys.
        keys: Keys,
        /// What the board shows.
        shown: Readings,
    },
    /// A person took a unit out of quarantine; its board must be read.
    Released {
        /// The unit.
        unit: u64,
        /// Why, as a person says it.
        reason: String,
    },
    /// A person said that no board has the numbers of a unit.
    Voided {
        /// The unit.
        unit: u64,
        /// Why, as a person says it.
        reason: String,
    },
    /// A person said that no board has these lost numbers.
    VoidedRange {
        /// The pool.
        pool: String,
        /// The first number.
        first: u64,
        /// The last number.
        last: u64,
        /// Why, as a person says it.
        reason: String,
    },
    /// A unit is out of use. With `numbers`, it got others in place of its own.
    Retired {
        /// The unit.
        unit: u64,
        /// Why, as a person says it.
        reason: String,
        /// The number of each pool.
        #[serde(default, skip_serializing_if = "none")]
        numbers: BTreeMap<String, u64>,
        /// The text of each pool.
        #[serde(default, skip_serializing_if = "none")]
        values: BTreeMap<String, String>,
        /// The ID of the request, which is done once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        request: Option<String>,
    },
    /// Parts were replaced: keys that take the place of those of the same kinds.
    Rekeyed {
        /// The unit.
        unit: u64,
        /// The keys.
        keys: Keys,
        /// Why, as a person says it.
        reason: String,
    },
    /// A board, a label or a journal shows lost numbers: they are this unit's again.
    Adopted {
        /// The unit.
        unit: u64,
        /// The keys.
        keys: Keys,
        /// The number of each pool.
        numbers: BTreeMap<String, u64>,
        /// The text of each pool.
        values: BTreeMap<String, String>,
        /// What showed it.
        by: Adoption,
    },
    /// Numbers that now belong to a child ledger.
    Leased {
        /// The pool.
        pool: String,
        /// The first number.
        first: u64,
        /// The last number.
        last: u64,
        /// The child ledger.
        child: String,
        /// The ID of the request, which is done once.
        request: String,
    },
    /// The anchor's history was taken over: the next number of each pool, the units whose numbers were withdrawn.
    /// Numbers that were skipped are lost. What journals knew of the events that are lost follows, told again.
    Recovered {
        /// Why, as a person says it.
        reason: String,
        /// The next number of each pool.
        next: BTreeMap<String, u64>,
        /// The units whose numbers are lost.
        withdrawn: Vec<u64>,
        /// What is known of the events that the ledger lacks. Earlier versions did not say it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tail: Option<Tail>,
    },
    /// A person moved, added or left anchors: the folders that count from here on.
    Anchors {
        /// The folders.
        folders: Vec<String>,
        /// Why, as a person says it.
        reason: String,
    },
    /// Something to remember about a unit.
    Noted {
        /// The unit.
        unit: u64,
        /// Its name.
        name: String,
        /// Its value.
        value: String,
        /// The ID of the request, which is done once.
        request: String,
    },
    /// Units that left.
    Shipped {
        /// The shipment.
        shipment: String,
        /// The units.
        units: Vec<u64>,
        /// The ID of the request, which is done once.
        request: String,
        /// Why some of them leave another shipment for this one, as a person says it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A pool that nobody was given a number of gives none. Its name stays its own; its texts are free for another one.
    PoolDropped {
        /// The pool.
        pool: String,
        /// Why, as a person says it.
        reason: String,
    },
}

/// What a recovery knows of the events that a restore took away.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tail {
    /// The last event that is known to be of both histories: those after it are the ones that were taken away.
    pub after: u64,
    /// When that was, as it says itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// The last event that an anchor or a journal knew; `after`, if nothing was taken away.
    pub known: u64,
    /// The journals that were read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub journals: Vec<Witness>,
    /// The first and the last of each stretch of events that no journal has. Nobody knows what they told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<(u64, u64)>,
    /// Events that a journal has, and that could not be told again as they stand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unplaced: Vec<u64>,
}

impl Tail {
    /// Whether something that was told may be lost.
    pub fn lacks(&self) -> bool {
        !self.missing.is_empty() || !self.unplaced.is_empty()
    }
}

/// A journal that a recovery read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witness {
    /// Its name, as a path.
    pub name: String,
    /// How many events it has that the ledger lacks.
    pub events: u64,
}

/// What showed that a lost number is a unit's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Adoption {
    /// The board.
    Board,
    /// Its label.
    Label,
    /// The journal of a station.
    Journal,
}

/// A line that is no event of this version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", if *.known { "the line is not written as this version writes it" } else { "the line is no event" })]
pub struct LineError {
    known: bool,
}

impl Event {
    /// Reads a line, without its line break.
    ///
    /// # Errors
    /// The line is no event, or it is not byte for byte as [`Event::line`] writes it.
    pub fn parse(line: &[u8]) -> Result<Self, LineError> {
        if line.len() > LONGEST {
            return Err(LineError { known: false });
        }
        let event: Self = serde_json::from_slice(line).map_err(|_| LineError { known: false })?;
        if event.line().as_bytes() == line { Ok(event) } else { Err(LineError { known: true }) }
    }

    /// The line, without a line break. What is hashed is these bytes.
    pub fn line(&self) -> String {
        let line = serde_json::to_string(self);
        debug_assert!(line.is_ok(), "strings, integers, and maps with string keys: nothing that JSON cannot say");
        line.unwrap_or_default()
    }
}
