//! What a command leads to.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt::Write as _;

use crate::by::By;
use crate::command::Request;
use crate::event::{Body, Event};
use crate::facts::{Facts, Unit};
use crate::refusal::Refusal;
use crate::seen::Readings;
use crate::state::State;
use crate::ticket::Offer;

/// Events to append in one transaction, and what to answer after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The events; none if the command repeats what is done.
    pub events: Vec<Event>,
    /// The answer.
    pub answer: Answer,
}

/// What is answered, after the events are durable.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// It is recorded.
    Recorded,
    /// Numbers for the unit. They leave with a [`Ticket`](crate::Ticket) only.
    Offer(Offer),
    /// The unit is verified: nothing is to be written.
    Verified {
        /// The unit.
        unit: u64,
    },
    /// The board shows a number that was lost; it is the unit's again, and waits for its read-back.
    Adopted {
        /// The unit.
        unit: u64,
    },
    /// The report is of an attempt that is over. It is recorded and changes nothing.
    Late {
        /// The unit.
        unit: u64,
    },
    /// The board does not show its issue: it is blank, shows a part of it, or something else of it is wrong. The unit is
    /// `unknown`, even if it was verified.
    Mismatch {
        /// The unit.
        unit: u64,
        /// What the board shows.
        shown: Readings,
        /// What contradicts, in words.
        why: String,
    },
    /// The board shows another unit's identity, or another unit's keys. These units are quarantined.
    Quarantined {
        /// The units; none, if all that it is about are retired or void.
        units: Vec<u64>,
        /// What the board shows.
        shown: Readings,
        /// What contradicts, in words: the keys or identities that differ, both values of each.
        why: String,
    },
}

/// The events of one command, as they come.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    request: &'a Request,
    epoch: u32,
    next: u64,
    events: Vec<Event>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(facts: &Facts, request: &'a Request) -> Self {
        Self { request, epoch: facts.epoch.max(1), next: facts.size.saturating_add(1), events: vec![] }
    }

    /// The draft of an epoch.
    pub(super) fn of_epoch(mut self, epoch: u32) -> Self {
        self.epoch = epoch;
        self
    }

    /// Adds an event of whoever asks.
    pub(super) fn push(&mut self, body: Body) {
        self.push_by(body, self.request.by.clone());
    }

    /// Adds an event of somebody else, which is told again.
    pub(super) fn push_by(&mut self, body: Body, by: By) {
        self.events.push(Event { seq: self.next, body, epoch: self.epoch, by });
        self.next = self.next.saturating_add(1);
    }

    /// The last event so far.
    pub(super) fn last(&self) -> Option<&Event> {
        self.events.last()
    }

    /// What the first event says.
    pub(super) fn first(&mut self) -> Option<&mut Body> {
        self.events.first_mut().map(|event| &mut event.body)
    }

    /// The size of the log after the events so far.
    pub(super) fn size(&self) -> u64 {
        self.next.saturating_sub(1)
    }

    pub(super) fn answer(self, answer: Answer) -> Decision {
        Decision { events: self.events, answer }
    }

    /// One event, recorded.
    pub(super) fn record(mut self, body: Body) -> Decision {
        self.push(body);
        self.answer(Answer::Recorded)
    }
}

/// Quarantines those of the units that live. What ended stays ended.
pub(super) fn quarantine(
    facts: &Facts,
    mut draft: Draft<'_>,
    units: &[u64],
    keys: &crate::key::Keys,
    (shown, mut why): (&Readings, String),
) -> Decision {
    let mut units = units.to_vec();
    units.sort_unstable();
    units.dedup();
    let state = |unit: &u64| facts.units.get(unit).and_then(|row| row.issue.as_ref()).map(|issue| issue.state);
    let (living, ended): (Vec<u64>, Vec<u64>) =
        units.into_iter().partition(|unit| state(unit).is_some_and(State::is_living));
    for unit in ended {
        let is = state(&unit).map_or("without a number", State::name);
        let _ = write!(why, "; unit {unit} is {is}");
    }
    if living.iter().any(|unit| state(unit) != Some(State::Quarantined)) {
        draft.push(Body::Quarantined { units: living.clone(), keys: keys.clone(), shown: shown.clone() });
    }
    draft.answer(Answer::Quarantined { units: living, shown: shown.clone(), why })
}

/// A unit of the facts.
pub(super) fn unit(facts: &Facts, number: u64) -> Result<&Unit, Refusal> {
    facts.units.get(&number).ok_or(Refusal::Damaged { what: "a unit is missing" })
}

/// A reason of a person.
pub(super) fn reason(reason: &str) -> Result<(), Refusal> {
    let plain = !reason.trim().is_empty() && !reason.chars().any(char::is_control);
    if plain { Ok(()) } else { Err(Refusal::Reason) }
}

/// A name, which may stand in a line of an anchor.
pub(super) fn name(name: &str) -> Result<(), Refusal> {
    let plain = (1..=100).contains(&name.len()) && !name.chars().any(|c| c.is_control() || c.is_whitespace());
    if plain { Ok(()) } else { Err(Refusal::Malformed { what: "a name has 1 to 100 characters without spaces" }) }
}
