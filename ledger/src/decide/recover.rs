//! Going on after a restore.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use super::again::Again;
use super::decision::{Answer, Decision, Draft, reason};
use crate::anchor::Anchor;
use crate::command::Recovery;
use crate::event::{Body, Event, Tail};
use crate::facts::Facts;
use crate::pool::Pool;
use crate::refusal::Refusal;

/// Stretches of missing events that are told apart.
const STRETCHES: usize = 100;

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
    let Recovery { anchor, journal, reason: why, .. } = recovery;
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

    overlap(facts, anchor)?;

    // What the anchor never confirmed may have been issued to somebody else too.
    let open = |issue: &crate::facts::Issue| issue.seq > facts.confirmed && issue.state.is_open();
    let withdrawn: BTreeSet<u64> = facts
        .units
        .iter()
        .filter(|(_, unit)| unit.issue.as_ref().is_some_and(open))
        .map(|(&number, _)| number)
        .collect();
    let withdrawn = withdrawn.into_iter().collect();
    draft.push(Body::Recovered { reason: why.clone(), next, withdrawn, tail: None });

    // The journals of stations say who has some of the lost numbers, and what was decided since.
    let mut again = Again::new(facts, draft, recovery)?;
    let mut events: Vec<&Event> = journal.iter().collect();
    // In the order of each history; the stable sort keeps that of the journals where two contradict each other.
    events.sort_by_key(|event| (event.epoch, event.seq));
    for event in events {
        again.tell(event)?;
    }
    let (mut draft, unplaced) = again.end();
    let found = tail(facts, recovery, unplaced);
    if let Some(Body::Recovered { tail, .. }) = draft.first() {
        *tail = Some(found);
    }
    Ok(draft.answer(Answer::Recorded))
}

/// Two pools that overlap were added while the ledger was behind: the anchor must know that one of them gives nothing.
fn overlap(facts: &Facts, anchor: &Anchor) -> Result<(), Refusal> {
    let is_over =
        |name: &String, pool: &Pool| pool.is_unused() && anchor.next.get(name) == Some(&pool.last.saturating_add(1));
    for (at, (one, first)) in facts.pools.iter().enumerate() {
        for (two, second) in facts.pools.iter().skip(at.saturating_add(1)) {
            let meet = first.namespace == second.namespace && first.first <= second.last && second.first <= first.last;
            if meet && !is_over(one, first) && !is_over(two, second) {
                return Err(Refusal::BothGive { one: one.clone(), two: two.clone() });
            }
        }
    }
    Ok(())
}

/// What is known of the events that the ledger lacks.
fn tail(facts: &Facts, recovery: &Recovery, unplaced: BTreeSet<u64>) -> Tail {
    let after = recovery.shared.min(facts.size);
    let has = |event: &&Event| event.epoch >= facts.epoch && event.seq > after;
    let told: BTreeSet<u64> = recovery.journal.iter().filter(has).map(|event| event.seq).collect();
    let known = told.last().copied().unwrap_or_default().max(recovery.anchor.size).max(after);
    let mut missing: Vec<(u64, u64)> = Vec::new();
    let mut from = after.saturating_add(1);
    for seq in told.iter().copied().chain([known.saturating_add(1)]) {
        if from < seq {
            let end = seq.saturating_sub(1);
            missing.push((from, end));
        }
        from = seq.saturating_add(1);
    }
    if let Some(&(_, end)) = missing.last().filter(|_| missing.len() > STRETCHES) {
        missing.truncate(STRETCHES);
        missing.last_mut().into_iter().for_each(|last| last.1 = end);
    }
    let since = recovery.since.clone().filter(|_| known > after);
    let journals = recovery.sources.clone();
    Tail { after, since, known, journals, missing, unplaced: unplaced.into_iter().take(1000).collect() }
}
