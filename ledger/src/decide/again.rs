//! What journals knew of the events that a restore took away, told again.

use alloc::borrow::ToOwned as _;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use super::decision::Draft;
use super::person::all_lost;
use crate::by::By;
use crate::command::Recovery;
use crate::event::{Adoption, Body, Event};
use crate::evolve::evolve;
use crate::facts::{Facts, Unit};
use crate::key::Keys;
use crate::refusal::Refusal;
use crate::state::State;

type Numbers = BTreeMap<String, u64>;
type Values = BTreeMap<String, String>;

/// Tells events again, one after the other.
///
/// Who has which number is taken wherever nobody else has it. What a person decided, or a read-back stopped, is taken if it
/// is of the history that this ledger is an older copy of, so that nothing stands better than it is. That a board was
/// verified is not: it is read again.
pub(super) struct Again<'a> {
    draft: Draft<'a>,
    /// The facts after the events of the draft.
    facts: Facts,
    /// The epoch of the ledger before, and the last event that both histories have.
    epoch: u32,
    shared: u64,
    /// The recoveries of this ledger: the epoch that each began, and its event.
    ended: Vec<(u32, u64)>,
    /// The units that both histories have, by the same number.
    common: BTreeSet<u64>,
    /// The numbers by which a unit of the other history is known here.
    drawn: BTreeMap<u64, Vec<(String, u64, String)>>,
    /// Recoveries of the other histories: epoch, event, and the units whose numbers they took back.
    recoveries: Vec<(u32, u64, BTreeSet<u64>)>,
    /// Events that could not be told again.
    unplaced: BTreeSet<u64>,
}

impl<'a> Again<'a> {
    /// Begins with the event of the recovery.
    pub(super) fn new(facts: &Facts, draft: Draft<'a>, told: &Recovery) -> Result<Self, Refusal> {
        let Recovery { journal, ended, .. } = told;
        let (shared, ended) = (told.shared.min(facts.size), ended.clone());
        let recovery = |event: &Event| match &event.body {
            Body::Recovered { withdrawn, .. } if !withdrawn.is_empty() => {
                Some((event.epoch, event.seq, withdrawn.iter().copied().collect()))
            }
            _ => None,
        };
        let recoveries = journal.iter().filter_map(recovery).collect();
        let is_common = |(_, row): &(&u64, &Unit)| row.issue.as_ref().is_none_or(|issue| issue.seq <= shared);
        let common = facts.units.iter().filter(is_common).map(|(&unit, _)| unit).collect();
        let (epoch, drawn, unplaced) = (facts.epoch, BTreeMap::new(), BTreeSet::new());
        let mut this = Self { facts: facts.clone(), draft, epoch, shared, ended, common, drawn, recoveries, unplaced };
        this.follow()?;
        Ok(this)
    }

    /// The draft, and the events that could not be told again.
    pub(super) fn end(self) -> (Draft<'a>, BTreeSet<u64>) {
        (self.draft, self.unplaced)
    }

    fn follow(&mut self) -> Result<(), Refusal> {
        let Some(event) = self.draft.last() else { return Ok(()) };
        evolve(&mut self.facts, event).map_err(|error| Refusal::Damaged { what: error.what })
    }

    /// An event as somebody told it before.
    fn push(&mut self, body: Body, by: &By) -> Result<(), Refusal> {
        self.draft.push_by(body, by.clone());
        self.follow()
    }

    /// The unit of this ledger that is meant by a unit of the other history.
    fn unit(&self, other: u64) -> Option<u64> {
        let Some(numbers) = self.drawn.get(&other) else {
            // It was there before the two histories parted.
            return self.common.contains(&other).then_some(other);
        };
        let owner = |(pool, number, text): &(String, u64, String)| {
            let row = self.facts.numbers.get(&(pool.clone(), *number)).filter(|row| row.text == *text)?;
            row.unit
        };
        let mut owners = numbers.iter().map(owner);
        let first = owners.next()??;
        owners.all(|owner| owner == Some(first)).then_some(first)
    }

    fn row(&self, unit: u64) -> Option<&Unit> {
        self.facts.units.get(&unit)
    }

    fn state(&self, unit: u64) -> Option<State> {
        self.row(unit)?.issue.as_ref().map(|issue| issue.state)
    }

    fn attempt(&self, unit: u64) -> u32 {
        self.row(unit).and_then(|row| row.issue.as_ref()).map_or(1, |issue| issue.attempt)
    }

    /// Tells one event again.
    pub(super) fn tell(&mut self, event: &Event) -> Result<(), Refusal> {
        if let Body::Reserved { unit, keys, numbers, values, .. } | Body::Adopted { unit, keys, numbers, values, .. } =
            &event.body
        {
            if self.is_withdrawn(event, *unit) {
                let _: Option<Vec<_>> = self.drawn.insert(*unit, Vec::new());
                return Ok(());
            }
            self.draws(*unit, numbers, values);
            return self.adopt(keys, numbers, values);
        }
        // What is of an earlier epoch was told when that ended, unless this journal was not at hand then: what is done
        // once, however often it is told, is told now.
        if event.epoch < self.epoch {
            if self.is_done_once(event) {
                let _: bool = self.decided(event)?;
            }
            return Ok(());
        }
        let is_tail = event.epoch > self.epoch || event.seq > self.shared;
        let is_placed = if is_tail { self.decided(event)? } else { !decides(&event.body) };
        if !is_placed {
            let _: bool = self.unplaced.insert(event.seq);
        }
        Ok(())
    }

    /// Whether an event of an earlier epoch ends units, or is a request, and the units are known: by the numbers that the
    /// journal says were drawn for them, or drawn before the recovery that ended the epoch.
    fn is_done_once(&self, event: &Event) -> bool {
        let end = self.ended.iter().find(|(epoch, _)| *epoch > event.epoch).map_or(0, |&(_, seq)| seq);
        let is_known = |unit: &u64| {
            let issue = self.row(*unit).and_then(|row| row.issue.as_ref());
            self.drawn.contains_key(unit) || issue.is_some_and(|issue| issue.seq < end)
        };
        match &event.body {
            Body::Voided { unit, .. } | Body::Retired { unit, .. } | Body::Noted { unit, .. } => is_known(unit),
            Body::Shipped { units, .. } => units.iter().all(is_known),
            _ => false,
        }
    }

    /// Whether a later recovery took the numbers back that an event gave: the anchor never confirmed them, and somebody
    /// else may have them.
    fn is_withdrawn(&self, event: &Event, unit: u64) -> bool {
        let by = |(epoch, seq, units): &(u32, u64, BTreeSet<u64>)| {
            *epoch > event.epoch && *seq > event.seq && units.contains(&unit)
        };
        self.recoveries.iter().any(by)
    }

    fn draws(&mut self, unit: u64, numbers: &Numbers, values: &Values) {
        let each = numbers.iter().zip(values.values());
        let drawn = each.map(|((pool, &number), text)| (pool.clone(), number, text.clone())).collect();
        let _: Option<Vec<_>> = self.drawn.insert(unit, drawn);
    }

    /// Whether these are lost numbers, with the texts that they have.
    fn is_lost(&self, numbers: &Numbers, values: &Values) -> bool {
        let lost = |(pool, &number): (&String, &u64)| {
            let (Some(row), Some(text)) = (self.facts.pools.get(pool), values.get(pool)) else { return false };
            let at = (pool.clone(), number);
            let other = self.facts.texts.get(&(row.namespace.clone(), text.clone()));
            self.facts.state(pool, number) == Some(State::Lost)
                && self.facts.numbers.get(&at).is_none_or(|row| row.text == *text)
                && other.is_none_or(|other| *other == at)
        };
        !numbers.is_empty() && numbers.keys().eq(values.keys()) && numbers.iter().all(lost)
    }

    fn adopt(&mut self, keys: &Keys, numbers: &Numbers, values: &Values) -> Result<(), Refusal> {
        let unit = match self.facts.named(keys).as_slice() {
            [] => self.facts.last_unit.checked_add(1),
            &[unit] => Some(unit).filter(|&unit| {
                self.row(unit).is_some_and(|row| row.issue.is_none() && keys.conflict(&row.keys).is_none())
            }),
            _ => None,
        };
        let Some(unit) = unit.filter(|_| self.is_lost(numbers, values)) else {
            return Ok(()); // it stays lost, and the board shows what it has
        };
        let (numbers, values) = (numbers.clone(), values.clone());
        self.draft.push(Body::Adopted { unit, keys: keys.clone(), numbers, values, by: Adoption::Journal });
        self.follow()
    }

    /// Tells a decision again. Whether that could be done, or there was nothing to do.
    #[allow(clippy::too_many_lines)] // one arm for each kind of event
    fn decided(&mut self, event: &Event) -> Result<bool, Refusal> {
        let by = &event.by;
        match &event.body {
            Body::Keyed { unit, keys } => {
                let Some(unit) = self.unit(*unit) else { return Ok(false) };
                let Some(row) = self.row(unit) else { return Ok(false) };
                let Some(more) = keys.beyond(&row.keys) else { return Ok(true) };
                if keys.conflict(&row.keys).is_some() || !self.facts.named(&more).is_empty() {
                    return Ok(false);
                }
                self.push(Body::Keyed { unit, keys: more }, by)?;
            }
            Body::Rekeyed { unit, keys, reason } => {
                let Some(unit) = self.unit(*unit) else { return Ok(false) };
                let Some(row) = self.row(unit) else { return Ok(false) };
                if keys.conflict(&row.keys).is_none() && keys.beyond(&row.keys).is_none() {
                    return Ok(true);
                }
                let lives = |other: &u64| *other != unit && self.state(*other).is_none_or(State::is_living);
                if self.facts.named(keys).iter().any(lives) {
                    return Ok(false);
                }
                let replaced = keys.conflict(&row.keys).is_some();
                self.push(Body::Rekeyed { unit, keys: keys.clone(), reason: reason.clone() }, by)?;
                if replaced && self.state(unit) == Some(State::Verified) {
                    self.doubt(unit, reason, by)?;
                }
            }
            Body::Reissued { unit, reason, .. } => {
                let Some(unit) = self.unit(*unit) else { return Ok(false) };
                if self.state(unit) == Some(State::Verified) {
                    let attempt = self.attempt(unit).saturating_add(1);
                    self.push(Body::Reissued { unit, attempt, reason: reason.clone() }, by)?;
                    self.doubt(unit, reason.as_deref().unwrap_or("it was written again"), by)?;
                }
            }
            Body::Unknown { unit, reason, .. } => {
                let Some(unit) = self.unit(*unit) else { return Ok(false) };
                if matches!(self.state(unit), Some(State::Reserved | State::Begun | State::Verified)) {
                    self.doubt(unit, reason, by)?;
                }
            }
            Body::Quarantined { units, keys, shown } => {
                let here: Vec<u64> = units.iter().filter_map(|&unit| self.unit(unit)).collect();
                let all = here.len() == units.len();
                let lives = |unit: &u64| self.state(*unit).is_some_and(State::is_living);
                let here: Vec<u64> = here.into_iter().filter(lives).collect();
                if here.iter().any(|&unit| self.state(unit) != Some(State::Quarantined)) {
                    self.push(Body::Quarantined { units: here, keys: keys.clone(), shown: shown.clone() }, by)?;
                }
                return Ok(all);
            }
            Body::Released { unit, reason } => {
                let Some(unit) = self.unit(*unit) else { return Ok(false) };
                if self.state(unit) == Some(State::Quarantined) {
                    self.push(Body::Released { unit, reason: reason.clone() }, by)?;
                }
            }
            Body::Voided { unit, reason } => {
                let Some(unit) = self.unit(*unit) else { return Ok(false) };
                match self.state(unit) {
                    Some(State::Void) => {}
                    Some(state) if state.is_living() => {
                        if matches!(state, State::Begun | State::Verified) {
                            self.doubt(unit, reason, by)?;
                        }
                        self.push(Body::Voided { unit, reason: reason.clone() }, by)?;
                    }
                    _ => return Ok(false),
                }
            }
            Body::VoidedRange { pool, first, last, reason } => {
                if !all_lost(&self.facts, pool, *first, *last) {
                    return Ok(self.are_void(pool, *first, *last));
                }
                let (pool, first, last) = (pool.clone(), *first, *last);
                self.push(Body::VoidedRange { pool, first, last, reason: reason.clone() }, by)?;
            }
            Body::Retired { unit: other, reason, numbers, values, request } => {
                let Some(unit) = self.unit(*other) else { return Ok(false) };
                let is_withdrawn = self.is_withdrawn(event, *other);
                if !numbers.is_empty() && !is_withdrawn {
                    self.draws(*other, numbers, values);
                }
                let is_new = request.as_ref().is_none_or(|request| !self.facts.requests.contains(request));
                let lives = self.state(unit).is_some_and(State::is_living);
                if !is_new || !lives && request.is_none() {
                    return Ok(self.state(unit).is_some());
                }
                if self.state(unit).is_none() {
                    return Ok(false);
                }
                let (reason, request) = (reason.clone(), request.clone());
                let none = (Numbers::new(), Values::new());
                self.push(Body::Retired { unit, reason, numbers: none.0, values: none.1, request }, by)?;
                if !numbers.is_empty() && !is_withdrawn {
                    let Some(keys) = self.row(unit).map(|row| row.keys.clone()) else { return Ok(false) };
                    if !self.is_lost(numbers, values) {
                        return Ok(false);
                    }
                    let (numbers, values) = (numbers.clone(), values.clone());
                    let adopted = Body::Adopted { unit, keys, numbers, values, by: Adoption::Journal };
                    self.push(adopted, by)?;
                }
            }
            Body::Noted { unit, name, value, request } => {
                if self.facts.requests.contains(request) {
                    return Ok(true);
                }
                let Some(unit) = self.unit(*unit) else { return Ok(false) };
                let (name, value, request) = (name.clone(), value.clone(), request.clone());
                self.push(Body::Noted { unit, name, value, request }, by)?;
            }
            Body::Shipped { shipment, units, request, reason } => {
                if self.facts.requests.contains(request) {
                    return Ok(true);
                }
                let here: Vec<u64> = units.iter().filter_map(|&unit| self.unit(unit)).collect();
                let all = here.len() == units.len();
                if !here.is_empty() {
                    let (shipment, request, reason) = (shipment.clone(), request.clone(), reason.clone());
                    self.push(Body::Shipped { shipment, units: here, request, reason }, by)?;
                }
                return Ok(all);
            }
            Body::PoolDropped { pool, reason } => {
                let Some(row) = self.facts.pools.get(pool) else { return Ok(false) };
                // The anchor says that it has none to give: they are lost, and void now.
                let (pool, first, last, reason) = (pool.clone(), row.first, row.last, reason.clone());
                if row.is_unused() {
                    self.push(Body::PoolDropped { pool, reason }, by)?;
                } else if all_lost(&self.facts, &pool, first, last) {
                    self.push(Body::VoidedRange { pool, first, last, reason }, by)?;
                } else {
                    return Ok(self.are_void(&pool, first, last));
                }
            }
            // Numbers of a lease are lost, until a person says what became of them.
            Body::Leased { .. } => return Ok(false),
            _ => {}
        }
        Ok(true)
    }

    /// Nobody knows what the board of a unit shows.
    fn doubt(&mut self, unit: u64, reason: &str, by: &By) -> Result<(), Refusal> {
        let attempt = self.attempt(unit);
        self.push(Body::Unknown { unit, attempt, reason: reason.to_owned() }, by)
    }

    fn are_void(&self, pool: &str, first: u64, last: u64) -> bool {
        [first, last].iter().all(|&number| self.facts.state(pool, number) == Some(State::Void))
    }
}

/// Whether an event says more than what the board of a unit shows.
fn decides(body: &Body) -> bool {
    !matches!(
        body,
        Body::Created { .. }
            | Body::Pool { .. }
            | Body::Anchors { .. }
            | Body::Recovered { .. }
            | Body::Late { .. }
            | Body::Begun { .. }
            | Body::Verified { .. }
            | Body::Unknown { .. }
    )
}
