//! Going on after a restore.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;

use super::decision::{Answer, Decision, Draft, reason};
use crate::command::Recovery;
use crate::event::{Adoption, Body, Event};
use crate::facts::Facts;
use crate::key::Keys;
use crate::refusal::Refusal;
use crate::state::State;

/// The numbers of one journal event, whose.
struct Found<'a> {
    keys: &'a Keys,
    numbers: &'a BTreeMap<String, u64>,
    values: &'a BTreeMap<String, String>,
}

fn found(event: &Event) -> Option<Found<'_>> {
    match &event.body {
        Body::Reserved { keys, numbers, values, .. } | Body::Adopted { keys, numbers, values, .. } => {
            Some(Found { keys, numbers, values })
        }
        _ => None,
    }
}

/// The number after those of a pool that an event gave away.
fn beyond(event: &Event, pool: &str) -> Option<u64> {
    match &event.body {
        Body::Reserved { numbers, .. } | Body::Adopted { numbers, .. } | Body::Retired { numbers, .. } => {
            numbers.get(pool)?.checked_add(1)
        }
        Body::Leased { pool: leased, last, .. } if leased == pool => last.checked_add(1),
        Body::Recovered { next, .. } => next.get(pool).copied(),
        _ => None,
    }
}

pub(super) fn recover(facts: &Facts, draft: Draft<'_>, recovery: &Recovery) -> Result<Decision, Refusal> {
    let Recovery { anchor, journal, reason: why } = recovery;
    reason(why)?;
    if anchor.ledger != facts.id {
        return Err(Refusal::Anchor);
    }
    let epoch = journal.iter().map(|event| event.epoch).fold(facts.epoch.max(anchor.epoch), u32::max);
    let epoch = epoch.checked_add(1).ok_or(Refusal::Anchor)?;
    let mut draft = draft.of_epoch(epoch);

    // Nothing is issued twice: the next numbers are beyond all that anybody knows of.
    let mut next = BTreeMap::new();
    for (name, pool) in &facts.pools {
        let anchored = anchor.next.get(name).copied().unwrap_or_default();
        let beyond = journal.iter().filter_map(|event| beyond(event, name));
        let furthest = beyond.fold(pool.next.max(anchored), u64::max);
        if furthest > pool.last.saturating_add(1) {
            return Err(Refusal::Anchor);
        }
        let _: Option<u64> = next.insert(name.clone(), furthest);
    }
    if anchor.next.keys().any(|pool| !facts.pools.contains_key(pool)) {
        return Err(Refusal::Malformed {
            what: "the anchor knows a pool that the ledger lost: add it again, with its old numbers, then recover",
        });
    }

    // What the anchor never confirmed may have been issued to somebody else too.
    let open = |issue: &crate::facts::Issue| issue.seq > facts.confirmed && issue.state.is_open();
    let withdrawn: BTreeSet<u64> = facts
        .units
        .iter()
        .filter(|(_, unit)| unit.issue.as_ref().is_some_and(open))
        .map(|(&number, _)| number)
        .collect();
    draft.push(Body::Recovered { reason: why.clone(), next, withdrawn: withdrawn.iter().copied().collect() });

    // The journals of stations say who has some of the lost numbers.
    let mut last = facts.last_unit;
    let mut given: BTreeSet<(String, u64)> = BTreeSet::new();
    let mut named: BTreeSet<crate::key::Key> = BTreeSet::new();
    for found in journal.iter().filter_map(found) {
        let gap = |(pool, &number): (&String, &u64)| {
            let Some(row) = facts.pools.get(pool) else { return false };
            let withdrawn = facts.numbers.get(&(pool.clone(), number)).is_some_and(|number| {
                number.unit.is_some_and(|unit| withdrawn.contains(&unit))
                    || number.unit.is_none() && number.state == State::Lost
            });
            let text = found.values.get(pool);
            let known = facts.numbers.get(&(pool.clone(), number)).is_none_or(|row| Some(&row.text) == text);
            let other = text.and_then(|text| facts.texts.get(&(row.namespace.clone(), text.clone())));
            let lost = facts.range(pool, number).is_some_and(|range| range.state == State::Lost);
            (number >= row.next || withdrawn || lost)
                && number >= row.first
                && known
                && text.is_some()
                && other.is_none_or(|other| *other == (pool.clone(), number))
                && !given.contains(&(pool.clone(), number))
        };
        let unit = match facts.named(found.keys).as_slice() {
            [] if found.keys.iter().all(|key| !named.contains(&key)) => last.checked_add(1),
            &[unit] => Some(unit).filter(|unit| {
                let row = facts.units.get(unit);
                row.is_some_and(|row| {
                    (row.issue.is_none() || withdrawn.contains(unit)) && found.keys.conflict(&row.keys).is_none()
                })
            }),
            _ => None,
        };
        let Some(unit) = unit.filter(|_| {
            !found.numbers.is_empty() && found.numbers.keys().eq(found.values.keys()) && found.numbers.iter().all(gap)
        }) else {
            continue; // it stays lost, and the board shows what it has
        };
        if found.keys.iter().any(|key| named.contains(&key)) {
            continue;
        }
        last = last.max(unit);
        given.extend(found.numbers.iter().map(|(pool, &number)| (pool.clone(), number)));
        named.extend(found.keys.iter());
        let (numbers, values) = (found.numbers.clone(), found.values.clone());
        draft.push(Body::Adopted { unit, keys: found.keys.clone(), numbers, values, by: Adoption::Journal });
    }
    Ok(draft.answer(Answer::Recorded))
}
