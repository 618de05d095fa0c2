//! Reports of stations: begun, verified, unknown.

use alloc::format;
use alloc::vec;

use super::clash;
use super::decision::{Answer, Decision, Draft, quarantine, reason, unit};
use super::naming::Naming;
use super::recognise::{Shown, recognise};
use crate::command::Target;
use crate::event::Body;
use crate::facts::{Facts, Issue};
use crate::key::Keys;
use crate::refusal::Refusal;
use crate::seen::Seen;
use crate::state::{Evidence, State};

/// The unit that is meant.
pub(super) fn find(facts: &Facts, target: &Target) -> Result<u64, Refusal> {
    match target {
        Target::Unit(unit) if facts.units.contains_key(unit) => Ok(*unit),
        Target::Unit(_) => Err(Refusal::NoUnit),
        Target::Keys(keys) => match facts.named(keys).as_slice() {
            [] => Err(Refusal::NoUnit),
            &[unit] => Ok(unit),
            &[one, two, ..] => Err(Refusal::TwoUnits { one, two }),
        },
    }
}

/// The issue of a unit.
pub(super) fn issue(facts: &Facts, number: u64) -> Result<&Issue, Refusal> {
    unit(facts, number)?.issue.as_ref().ok_or(Refusal::NoIssue { unit: number })
}

/// The attempt of a report, if it is over.
fn late(unit: u64, issue: &Issue, attempt: Option<u32>) -> Result<Option<u32>, Refusal> {
    match attempt {
        Some(found) if found > issue.attempt => Err(Refusal::Attempt { unit, found, expected: issue.attempt }),
        attempt => Ok(attempt.filter(|found| *found < issue.attempt)),
    }
}

/// The other units, if these keys are not the unit's alone.
fn others(facts: &Facts, number: u64, keys: &Keys) -> Result<Option<alloc::vec::Vec<u64>>, Refusal> {
    let row = unit(facts, number)?;
    let named: alloc::vec::Vec<u64> = facts.named(keys).into_iter().filter(|&other| other != number).collect();
    if !named.is_empty() || keys.conflict(&row.keys).is_some() {
        return Ok(Some(named));
    }
    if keys.shared(&row.keys) == 0 { Err(Refusal::NoUnit) } else { Ok(None) }
}

pub(super) fn begin(
    facts: &Facts,
    mut draft: Draft<'_>,
    target: &Target,
    attempt: Option<u32>,
    keys: &Keys,
) -> Result<Decision, Refusal> {
    let number = find(facts, target)?;
    let row = unit(facts, number)?;
    let issue = issue(facts, number)?;
    if let Some(found) = late(number, issue, attempt)? {
        return Err(Refusal::Attempt { unit: number, found, expected: issue.attempt });
    }
    // Nothing is written yet: another board on the fixture is refused, and nobody is quarantined.
    if let Some((kind, known)) = keys.conflict(&row.keys) {
        return Err(Refusal::OtherKey { unit: number, kind: kind.into(), known: known.into() });
    }
    if let Some(&two) = others(facts, number, keys)?.unwrap_or_default().first() {
        return Err(Refusal::TwoUnits { one: number, two });
    }
    match issue.state {
        State::Reserved => {
            draft.push(Body::Begun { unit: number, attempt: issue.attempt, keys: keys.clone() });
        }
        State::Begun => {}
        state => return Err(Refusal::State { unit: number, state, way: "ask again" }),
    }
    Ok(draft.answer(Answer::Recorded))
}

pub(super) fn verified(
    facts: &Facts,
    mut draft: Draft<'_>,
    target: &Target,
    attempt: Option<u32>,
    seen: &Seen,
    weakest: Evidence,
    naming: &dyn Naming,
) -> Result<Decision, Refusal> {
    let number = find(facts, target)?;
    let issue = issue(facts, number)?;
    let shown = seen.readings();
    if let Some(mut units) = others(facts, number, seen.keys())? {
        // This board is not the one that the file was made for.
        units.push(number);
        let why = clash::of_keys(facts, number, seen.keys());
        return Ok(quarantine(facts, draft, &units, seen.keys(), (shown, why)));
    }
    if let Some(attempt) = late(number, issue, attempt)? {
        let report = alloc::string::String::from("verified");
        draft.push(Body::Late { unit: number, attempt, report });
        return Ok(draft.answer(Answer::Late { unit: number }));
    }
    if seen.evidence() < weakest {
        return Err(Refusal::Evidence { found: seen.evidence(), expected: weakest });
    }
    let found = recognise(facts, shown, naming);
    let others = match &found {
        _ if shown.is_empty() => None,
        Shown::Whole(owner) | Shown::Part(owner) | Shown::Former { unit: owner, .. } if *owner == number => None,
        Shown::Whole(owner) | Shown::Part(owner) => Some(vec![*owner, number]),
        Shown::Foreign { units, .. } => Some([units.as_slice(), &[number]].concat()),
        Shown::Lost(_) | Shown::Former { .. } => Some(vec![number]),
    };
    if let Some(units) = others {
        let why = format!("{}, and its keys are unit {number}'s", clash::of_shown(shown, &found));
        return Ok(quarantine(facts, draft, &units, seen.keys(), (shown, why)));
    }
    let whole = !shown.is_empty() && matches!(found, Shown::Whole(_));
    // Something else of it may be wrong, as a checksum.
    let wrong = match seen.is_wrong() {
        wrong @ Some(_) if whole => wrong.map(Into::into),
        _ => (!whole).then(|| clash::of_issue(number, issue, shown, &found)),
    };
    match (issue.state, wrong) {
        (State::Verified, None) => {}
        (state, None) if state.is_open() => {
            draft.push(Body::Verified {
                unit: number,
                attempt: issue.attempt,
                evidence: seen.evidence(),
                keys: seen.keys().clone(),
                values: issue.numbers.iter().map(|(pool, (_, text))| (pool.clone(), text.clone())).collect(),
                image: seen.digest().map(Into::into),
            });
        }
        // Whoever was verified is not any more: its board is to be looked at, and read again.
        (state, Some(why)) if state.is_open() || state == State::Verified => {
            if state != State::Unknown {
                draft.push(Body::Unknown { unit: number, attempt: issue.attempt, reason: why.clone() });
            }
            return Ok(draft.answer(Answer::Mismatch { unit: number, shown: shown.clone(), why }));
        }
        (state @ State::Quarantined, _) => {
            return Err(Refusal::State {
                unit: number,
                state,
                way: "find the boards, then release the right one with a reason and read it",
            });
        }
        (state, _) => {
            return Err(Refusal::State { unit: number, state, way: "this board must not leave with that number" });
        }
    }
    Ok(draft.answer(Answer::Verified { unit: number }))
}

pub(super) fn unknown(
    facts: &Facts,
    mut draft: Draft<'_>,
    target: &Target,
    attempt: Option<u32>,
    why: &str,
) -> Result<Decision, Refusal> {
    reason(why)?;
    let number = find(facts, target)?;
    let issue = issue(facts, number)?;
    if let Some(attempt) = late(number, issue, attempt)? {
        draft.push(Body::Late { unit: number, attempt, report: "unknown".into() });
        return Ok(draft.answer(Answer::Late { unit: number }));
    }
    match issue.state {
        State::Reserved | State::Begun => {
            draft.push(Body::Unknown { unit: number, attempt: issue.attempt, reason: why.into() });
        }
        State::Unknown => {}
        state => return Err(Refusal::State { unit: number, state, way: "only an open ticket can be unknown" }),
    }
    Ok(draft.answer(Answer::Recorded))
}
