//! What a station holds between asking and reporting.

use alloc::collections::BTreeMap;
use alloc::string::String;

use crate::anchor::Confirmed;
use crate::command::{Command, Target};
use crate::key::Keys;
use crate::refusal::Refusal;
use crate::seen::Seen;
use crate::state::Evidence;

/// Numbers that were decided. They may not leave before the anchor stands above them: see [`Ticket::new`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The unit.
    pub unit: u64,
    /// The attempt.
    pub attempt: u32,
    /// The keys of the unit.
    pub keys: Keys,
    /// Number and text by pool.
    pub numbers: BTreeMap<String, (u64, String)>,
    /// The size that the log must have in the anchor.
    pub seq: u64,
}

impl Offer {
    /// The text of a pool.
    pub fn value(&self, pool: &str) -> Option<&str> {
        self.numbers.get(pool).map(|(_, text)| text.as_str())
    }
}

/// The right to write the numbers of a unit into its board. It cannot be cloned.
///
/// ```compile_fail,E0599
/// # fn f(ticket: nameplate_ledger::Ticket) {
/// let two = (ticket.clone(), ticket);
/// # }
/// ```
///
/// Only what was begun can be reported:
///
/// ```compile_fail,E0599
/// # fn f(ticket: nameplate_ledger::Ticket, seen: nameplate_ledger::Seen) {
/// let report = ticket.verified(seen, nameplate_ledger::Evidence::Readback);
/// # }
/// ```
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a ticket that is dropped stays open until the unit asks again"]
pub struct Ticket(Offer);

impl Ticket {
    /// A ticket, of an offer whose events the anchor confirmed. `None` if the anchor stands below them.
    pub fn new(offer: Offer, confirmed: &Confirmed) -> Option<Self> {
        (confirmed.size() >= offer.seq).then_some(Self(offer))
    }

    /// The number of a pool.
    pub fn number(&self, pool: &str) -> Option<u64> {
        self.0.numbers.get(pool).map(|&(number, _)| number)
    }

    /// The text of a pool.
    pub fn text(&self, pool: &str) -> Option<&str> {
        self.0.value(pool)
    }

    /// The attempt.
    pub fn attempt(&self) -> u32 {
        self.0.attempt
    }

    /// The last look at the board before the write: its keys, read again.
    ///
    /// # Errors
    /// They are another unit's, or none of them is the unit's. The ticket is given back.
    #[allow(clippy::result_large_err)] // the ticket must not be lost
    pub fn begin(self, keys: &Keys) -> Result<Burn, (Self, Refusal)> {
        let unit = self.0.unit;
        if let Some((kind, known)) = keys.conflict(&self.0.keys) {
            let (kind, known) = (kind.into(), known.into());
            return Err((self, Refusal::OtherKey { unit, kind, known }));
        }
        if keys.shared(&self.0.keys) == 0 {
            Err((self, Refusal::NoUnit))
        } else {
            Ok(Burn { offer: self.0, keys: keys.clone() })
        }
    }
}

/// A write that is under way. It ends with a report; without one the unit is asked for again.
///
/// Only a reading with the keys seen makes a unit verified:
///
/// ```compile_fail,E0308
/// # fn f(burn: nameplate_ledger::Burn) {
/// let report = burn.verified("EUDV2407-000001", nameplate_ledger::Evidence::Readback);
/// # }
/// ```
///
/// and only once:
///
/// ```compile_fail,E0382
/// # fn f(burn: nameplate_ledger::Burn, seen: nameplate_ledger::Seen) {
/// let reports = (burn.unknown("contact"), burn.verified(seen, nameplate_ledger::Evidence::Readback));
/// # }
/// ```
#[derive(Debug, PartialEq, Eq)]
#[must_use = "report what became of it"]
pub struct Burn {
    offer: Offer,
    keys: Keys,
}

impl Burn {
    /// What is to be written.
    pub fn offer(&self) -> &Offer {
        &self.offer
    }

    /// The command that records the begin, where the station can send it before the write.
    pub fn begun(&self) -> Command {
        Command::Begin { unit: self.unit(), attempt: Some(self.offer.attempt), keys: self.keys.clone() }
    }

    /// The report that the board was read back.
    pub fn verified(self, seen: Seen, weakest: Evidence) -> Command {
        Command::Verified { unit: self.unit(), attempt: Some(self.offer.attempt), seen, weakest }
    }

    /// The report that the write may or may not have happened.
    pub fn unknown(self, reason: &str) -> Command {
        Command::Unknown { unit: self.unit(), attempt: Some(self.offer.attempt), reason: reason.into() }
    }

    fn unit(&self) -> Target {
        Target::Unit(self.offer.unit)
    }
}
