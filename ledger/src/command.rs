//! What can be asked of a ledger.

use alloc::string::String;
use alloc::vec::Vec;

use crate::anchor::Anchor;
use crate::by::By;
use crate::event::{Event, Witness};
use crate::key::Keys;
use crate::seen::{Found, Readings, Seen};
use crate::state::Evidence;

/// A command, and who gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What to do.
    pub command: Command,
    /// Who, where and when.
    pub by: By,
}

impl Request {
    /// A command of somebody.
    pub fn new(command: Command, by: By) -> Self {
        Self { command, by }
    }
}

/// Whether a board that reads blank may go on with the open ticket of a unit that only one key names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Retry {
    /// It may. Right where keys are unique, as the UIDs of most chips are.
    #[default]
    Blank,
    /// A person must say that it is the same board.
    Person,
}

/// Asks for the numbers of a unit: new ones the first time, the same ones afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub(crate) pools: Vec<String>,
    pub(crate) keys: Keys,
    pub(crate) found: Found,
    pub(crate) label: Option<Readings>,
    pub(crate) new: Option<String>,
    pub(crate) rework: Option<String>,
    pub(crate) retry: Retry,
}

impl Ask {
    /// Numbers of these pools, all or none, for the unit with these keys.
    pub fn new<'a>(pools: impl IntoIterator<Item = &'a str>, keys: Keys) -> Self {
        let pools = pools.into_iter().map(String::from).collect();
        Self { pools, keys, found: Found::Unread, label: None, new: None, rework: None, retry: Retry::Blank }
    }

    /// What the board shows. Not read, if this is not said.
    #[must_use]
    pub fn found(mut self, found: Found) -> Self {
        self.found = found;
        self
    }

    /// What the label of the board says.
    #[must_use]
    pub fn label(mut self, label: Readings) -> Self {
        self.label = Some(label);
        self
    }

    /// A person says why this blank board is a new one, although numbers were lost.
    #[must_use]
    pub fn fresh(mut self, reason: &str) -> Self {
        self.new = Some(reason.into());
        self
    }

    /// A person says why the unit is written again.
    #[must_use]
    pub fn rework(mut self, reason: &str) -> Self {
        self.rework = Some(reason.into());
        self
    }

    /// Whether one key is enough to go on with an open ticket.
    #[must_use]
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }
}

/// A pool to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPool {
    pub(crate) name: String,
    pub(crate) namespace: String,
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) low: u64,
    pub(crate) template: String,
    pub(crate) source: Option<String>,
}

impl NewPool {
    /// Numbers from `first` to `last`, written by `template`, in a namespace of their own.
    pub fn new(name: &str, first: u64, last: u64, template: &str) -> Self {
        Self { name: name.into(), namespace: name.into(), first, last, low: 0, template: template.into(), source: None }
    }

    /// In a namespace that it shares with other pools: texts are unique in it, and the ranges must not overlap.
    #[must_use]
    pub fn namespace(mut self, namespace: &str) -> Self {
        self.namespace = namespace.into();
        self
    }

    /// The number of free numbers below which a person is told.
    #[must_use]
    pub fn low(mut self, low: u64) -> Self {
        self.low = low;
        self
    }

    /// From a lease of a parent ledger.
    #[must_use]
    pub fn source(mut self, lease: &str) -> Self {
        self.source = Some(lease.into());
        self
    }
}

/// A unit: by its number, as a ticket knows it, or by its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// By number.
    Unit(u64),
    /// By keys.
    Keys(Keys),
}

/// What a recovery takes over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// The newest whole anchor.
    pub anchor: Anchor,
    /// Events that the journals of stations have and the ledger does not.
    pub journal: Vec<Event>,
    /// The journals, with the number of those events in each.
    pub sources: Vec<Witness>,
    /// The last event that the ledger and the history of the anchor share; all of the ledger's, if it is that many.
    pub shared: u64,
    /// The recoveries of the ledger, in order: the epoch that each began, and its event.
    pub ended: Vec<(u32, u64)>,
    /// When that was, as it says itself.
    pub since: Option<String>,
    /// Why, as a person says it.
    pub reason: String,
}

impl Recovery {
    /// With an anchor and the events of journals; all events of the ledger are shared.
    pub fn new(anchor: Anchor, journal: Vec<Event>, reason: &str) -> Self {
        Self {
            anchor,
            journal,
            sources: Vec::new(),
            shared: u64::MAX,
            ended: Vec::new(),
            since: None,
            reason: reason.into(),
        }
    }
}

/// What can be asked of a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Command {
    /// Create the ledger with this ID: 32 lower-case hexadecimal digits.
    Create {
        /// The ID: 32 lower-case hexadecimal digits.
        id: String,
    },
    /// Add a pool.
    Pool(NewPool),
    /// Ask for the numbers of a unit.
    Ask(Ask),
    /// The keys were read again, right before the write.
    Begin {
        /// The unit.
        unit: Target,
        /// The attempt, if the report knows it.
        attempt: Option<u32>,
        /// The keys, as read again.
        keys: Keys,
    },
    /// The board was read after the write; `weakest` is the weakest evidence that counts.
    Verified {
        /// The unit.
        unit: Target,
        /// The attempt, if the report knows it.
        attempt: Option<u32>,
        /// What was read, with the keys.
        seen: Seen,
        /// The weakest evidence that counts.
        weakest: Evidence,
    },
    /// The write may or may not have happened.
    Unknown {
        /// The unit.
        unit: Target,
        /// The attempt, if the report knows it.
        attempt: Option<u32>,
        /// Why, as a person says it.
        reason: String,
    },
    /// A person takes a unit out of quarantine.
    Release {
        /// The unit.
        unit: Target,
        /// Why, as a person says it.
        reason: String,
    },
    /// A person says that no board has the numbers of a unit.
    Void {
        /// The unit.
        unit: Target,
        /// Why, as a person says it.
        reason: String,
    },
    /// A person says that no board has these lost numbers.
    VoidLost {
        /// The pool.
        pool: String,
        /// The first number.
        first: u64,
        /// The last number.
        last: u64,
        /// Why, as a person says it.
        reason: String,
    },
    /// A person puts a unit out of use; with `replace`, an ID of the request, it gets other numbers.
    Retire {
        /// The unit.
        unit: Target,
        /// Why, as a person says it.
        reason: String,
        /// The ID of the request, if the unit gets other numbers.
        replace: Option<String>,
    },
    /// A part with a key was replaced.
    Rekey {
        /// The unit.
        unit: Target,
        /// The keys.
        keys: Keys,
        /// Why, as a person says it.
        reason: String,
    },
    /// Numbers for a child ledger.
    Lease {
        /// The pool.
        pool: String,
        /// How many numbers.
        count: u64,
        /// The child ledger.
        child: String,
        /// The ID of the request, which is done once.
        request: String,
    },
    /// Go on after a restore.
    Recover(Recovery),
    /// A person moves, adds or leaves anchors. The store does that; this records it.
    Anchors {
        /// The folders that count from here on.
        folders: Vec<String>,
        /// Why, as a person says it.
        reason: String,
    },
    /// Remember something about a unit.
    Note {
        /// The unit.
        unit: Target,
        /// Its name.
        name: String,
        /// Its value.
        value: String,
        /// The ID of the request, which is done once.
        request: String,
    },
    /// Units leave.
    Ship {
        /// The shipment.
        shipment: String,
        /// The units.
        units: Vec<u64>,
        /// The ID of the request, which is done once.
        request: String,
        /// Why units that are in another shipment move to this one, as a person says it.
        moved: Option<String>,
    },
    /// A person drops a pool that nobody was given a number of.
    DropPool {
        /// The pool.
        pool: String,
        /// Why, as a person says it.
        reason: String,
    },
}

impl Command {
    /// Create a ledger with this ID.
    pub fn create(id: &str) -> Self {
        Self::Create { id: id.into() }
    }
}
