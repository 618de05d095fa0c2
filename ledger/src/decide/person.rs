//! What a person decides, each with a reason; and what is only remembered.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::ask::draw;
use super::decision::{Answer, Decision, Draft, name, reason, unit};
use super::naming::Naming;
use super::report::{find, issue};
use crate::command::Target;
use crate::event::Body;
use crate::facts::Facts;
use crate::key::Keys;
use crate::refusal::Refusal;
use crate::state::State;

pub(super) fn release(facts: &Facts, draft: Draft<'_>, target: &Target, why: &str) -> Result<Decision, Refusal> {
    reason(why)?;
    let unit = find(facts, target)?;
    match issue(facts, unit)?.state {
        State::Quarantined => Ok(draft.record(Body::Released { unit, reason: why.into() })),
        state => Err(Refusal::State { unit, state, way: "only what is quarantined is released" }),
    }
}

pub(super) fn void(facts: &Facts, draft: Draft<'_>, target: &Target, why: &str) -> Result<Decision, Refusal> {
    reason(why)?;
    let unit = find(facts, target)?;
    match issue(facts, unit)?.state {
        State::Reserved | State::Unknown | State::Quarantined => {
            Ok(draft.record(Body::Voided { unit, reason: why.into() }))
        }
        State::Void => Ok(draft.answer(Answer::Recorded)),
        state @ State::Begun => Err(Refusal::State { unit, state, way: "report first that its write is unknown" }),
        state => Err(Refusal::State { unit, state, way: "what was verified is retired" }),
    }
}

pub(super) fn void_lost(
    facts: &Facts,
    draft: Draft<'_>,
    pool: &str,
    first: u64,
    last: u64,
    why: &str,
) -> Result<Decision, Refusal> {
    reason(why)?;
    if !facts.pools.contains_key(pool) {
        return Err(Refusal::NoPool { pool: pool.into() });
    }
    if !all_lost(facts, pool, first, last) {
        return Err(Refusal::Malformed { what: "not all of these numbers are lost" });
    }
    Ok(draft.record(Body::VoidedRange { pool: pool.into(), first, last, reason: why.into() }))
}

/// Whether all of these numbers are lost.
pub(super) fn all_lost(facts: &Facts, pool: &str, first: u64, last: u64) -> bool {
    let Some(row) = facts.pools.get(pool).filter(|_| first <= last) else { return false };
    let rows = facts
        .numbers
        .iter()
        .filter(|((name, number), row)| name == pool && (first..=last).contains(number) && row.state == State::Lost);
    let ranges = facts.ranges.iter().filter(|range| range.pool == pool && range.state == State::Lost);
    let inside = ranges.filter(|range| range.first <= last && first <= range.last);
    let part =
        |range: &crate::pool::Range| range.last.min(last).saturating_sub(range.first.max(first)).saturating_add(1);
    let count = inside.map(part).fold(0, u64::saturating_add);
    let count = count.saturating_add(u64::try_from(rows.count()).unwrap_or(u64::MAX));
    first >= row.first && last <= row.last && last.saturating_sub(first).saturating_add(1) == count
}

pub(super) fn retire(
    facts: &Facts,
    mut draft: Draft<'_>,
    target: &Target,
    why: &str,
    replace: Option<&str>,
    naming: &dyn Naming,
) -> Result<Decision, Refusal> {
    reason(why)?;
    let number = find(facts, target)?;
    if let Some(request) = replace {
        name(request)?;
        if facts.requests.contains(request) {
            return Ok(draft.answer(Answer::Recorded));
        }
    }
    let old = issue(facts, number)?;
    match (old.state, replace) {
        (State::Verified | State::Quarantined, _) | (State::Void | State::Retired, Some(_)) => {}
        (State::Retired, None) => return Ok(draft.answer(Answer::Recorded)),
        (state, _) => {
            return Err(Refusal::State {
                unit: number,
                state,
                way: "only what was verified is retired; what no board has is voided",
            });
        }
    }
    let pools: Vec<String> = old.numbers.keys().cloned().collect();
    let drawn = if replace.is_some() { draw(facts, &pools, naming)? } else { BTreeMap::new() };
    draft.push(Body::Retired {
        unit: number,
        reason: why.into(),
        numbers: drawn.iter().map(|(pool, (number, _))| (pool.clone(), *number)).collect(),
        values: drawn.iter().map(|(pool, (_, text))| (pool.clone(), text.clone())).collect(),
        request: replace.map(Into::into),
    });
    Ok(draft.answer(Answer::Recorded))
}

pub(super) fn rekey(
    facts: &Facts,
    draft: Draft<'_>,
    target: &Target,
    keys: &Keys,
    why: &str,
) -> Result<Decision, Refusal> {
    reason(why)?;
    let number = find(facts, target)?;
    let row = unit(facts, number)?;
    for key in keys.iter() {
        if let Some(&other) = facts.keys.get(&key).filter(|&&other| other != number) {
            let from = unit(facts, other)?;
            if from.issue.as_ref().is_none_or(|issue| issue.state.is_living()) {
                return Err(Refusal::TwoUnits { one: number, two: other });
            }
        }
    }
    if keys.conflict(&row.keys).is_none() && keys.beyond(&row.keys).is_none() {
        return Ok(draft.answer(Answer::Recorded));
    }
    let mut draft = draft;
    draft.push(Body::Rekeyed { unit: number, keys: keys.clone(), reason: why.into() });
    // The new part was never read back.
    let verified = row.issue.as_ref().filter(|issue| issue.state == State::Verified);
    if let (Some(issue), Some((kind, _))) = (verified, keys.conflict(&row.keys)) {
        let reason = format!("the part with `{kind}` was replaced, and nothing was read back since");
        draft.push(Body::Unknown { unit: number, attempt: issue.attempt, reason });
    }
    Ok(draft.answer(Answer::Recorded))
}

pub(super) fn anchors(draft: Draft<'_>, folders: &[String], why: &str) -> Result<Decision, Refusal> {
    reason(why)?;
    Ok(draft.record(Body::Anchors { folders: folders.to_vec(), reason: why.into() }))
}

/// Whether a request was done before.
fn done(facts: &Facts, request: &str) -> Result<bool, Refusal> {
    name(request)?;
    Ok(facts.requests.contains(request))
}

pub(super) fn lease(
    facts: &Facts,
    draft: Draft<'_>,
    pool: &str,
    count: u64,
    child: &str,
    request: &str,
) -> Result<Decision, Refusal> {
    name(child)?;
    if done(facts, request)? {
        return Ok(draft.answer(Answer::Recorded));
    }
    let row = facts.pools.get(pool).ok_or_else(|| Refusal::NoPool { pool: pool.into() })?;
    if count == 0 {
        return Err(Refusal::Malformed { what: "a lease has numbers" });
    }
    if count > row.free() {
        return Err(Refusal::Exhausted { pool: pool.into(), last: row.last });
    }
    let (first, last) = (row.next, row.next.saturating_add(count.saturating_sub(1)));
    Ok(draft.record(Body::Leased { pool: pool.into(), first, last, child: child.into(), request: request.into() }))
}

pub(super) fn note(
    facts: &Facts,
    draft: Draft<'_>,
    target: &Target,
    key: &str,
    value: &str,
    request: &str,
) -> Result<Decision, Refusal> {
    name(key)?;
    let unit = find(facts, target)?;
    if done(facts, request)? {
        return Ok(draft.answer(Answer::Recorded));
    }
    Ok(draft.record(Body::Noted { unit, name: key.into(), value: value.into(), request: request.into() }))
}

pub(super) fn ship(
    facts: &Facts,
    draft: Draft<'_>,
    shipment: &str,
    units: &[u64],
    (request, moved): (&str, Option<&str>),
) -> Result<Decision, Refusal> {
    name(shipment)?;
    moved.map_or(Ok(()), reason)?;
    if done(facts, request)? {
        return Ok(draft.answer(Answer::Recorded));
    }
    let mut moves = false;
    for &unit in units {
        if !facts.units.contains_key(&unit) {
            return Err(Refusal::NoUnit);
        }
        let state = issue(facts, unit)?.state;
        if state != State::Verified {
            return Err(Refusal::State { unit, state, way: "only what is verified is shipped" });
        }
        if let Some(other) = facts.shipments.get(&unit).filter(|other| *other != shipment) {
            if moved.is_none() {
                return Err(Refusal::Shipped { unit, shipment: other.clone() });
            }
            moves = true;
        }
    }
    let (units, reason) = (units.to_vec(), moved.filter(|_| moves).map(Into::into));
    Ok(draft.record(Body::Shipped { shipment: shipment.into(), units, request: request.into(), reason }))
}

pub(super) fn drop_pool(facts: &Facts, draft: Draft<'_>, pool: &str, why: &str) -> Result<Decision, Refusal> {
    reason(why)?;
    let row = facts.pools.get(pool).ok_or_else(|| Refusal::NoPool { pool: pool.into() })?;
    if row.is_dropped() {
        return Ok(draft.answer(Answer::Recorded));
    }
    if row.is_unused() {
        return Ok(draft.record(Body::PoolDropped { pool: pool.into(), reason: why.into() }));
    }
    Err(Refusal::Used { pool: pool.into(), count: row.next.saturating_sub(row.first) })
}
