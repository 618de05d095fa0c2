//! What a board shows.

use alloc::collections::BTreeMap;
use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::key::Keys;
use crate::state::Evidence;

/// One identity as read: its text, and the number that its scheme makes of the text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Reading {
    /// The text, exactly as in the device and on the label.
    pub text: String,
    /// The number, if the text has the form of the pool. It is checked, not believed.
    pub number: Option<u64>,
}

/// Identities as read, by pool.
pub type Readings = BTreeMap<String, Reading>;

/// What the board showed when the station asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Found {
    /// It was not read.
    #[default]
    Unread,
    /// Its fields are erased.
    Blank,
    /// It shows identities.
    Shows(Readings),
}

/// What was read from a board after the write, **with the keys that were read from the same board**.
///
/// Only this makes an issue verified.
///
/// ```compile_fail
/// # use nameplate_ledger::{Evidence, Readings, Seen};
/// // No keys, no reading.
/// let seen = Seen::new(Evidence::Readback, Readings::new());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seen {
    keys: Keys,
    evidence: Evidence,
    readings: Readings,
    image: Option<String>,
    wrong: Option<String>,
}

impl Seen {
    /// A reading: the keys read from the board with it, how, and the identities; none if the board is blank.
    pub fn new(keys: Keys, evidence: Evidence, readings: Readings) -> Self {
        Self { keys, evidence, readings, image: None, wrong: None }
    }

    /// With the digest of what was read, secrets masked.
    #[must_use]
    pub fn image(mut self, digest: &str) -> Self {
        self.image = Some(digest.into());
        self
    }

    /// With what else is wrong, as a checksum: that makes nothing verified.
    #[must_use]
    pub fn wrong(mut self, what: &str) -> Self {
        self.wrong = Some(what.into());
        self
    }

    /// What else is wrong.
    pub fn is_wrong(&self) -> Option<&str> {
        self.wrong.as_deref()
    }

    /// The keys.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// How it was read.
    pub fn evidence(&self) -> Evidence {
        self.evidence
    }

    /// The identities.
    pub fn readings(&self) -> &Readings {
        &self.readings
    }

    /// The digest of what was read.
    pub fn digest(&self) -> Option<&str> {
        self.image.as_deref()
    }
}
