//! Asking for the numbers of a unit.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::clash;
use super::decision::{Answer, Decision, Draft, name, quarantine, reason};
use super::naming::Naming;
use super::recognise::{Shown, recognise};
use crate::command::{Ask, Request, Retry};
use crate::event::{Adoption, Body};
use crate::facts::{Facts, Issue};
use crate::key::Keys;
use crate::never::OrNever;
use crate::refusal::Refusal;
use crate::seen::{Found, Readings};
use crate::state::State;
use crate::ticket::Offer;

type Numbers = BTreeMap<String, (u64, String)>;

pub(super) fn ask(
    facts: &Facts,
    draft: Draft<'_>,
    asked: &Ask,
    request: &Request,
    naming: &dyn Naming,
) -> Result<Decision, Refusal> {
    if asked.pools.is_empty() {
        return Err(Refusal::Malformed { what: "an ask names a pool" });
    }
    for pool in &asked.pools {
        name(pool)?;
        let _: &crate::pool::Pool = facts.pools.get(pool).ok_or_else(|| Refusal::NoPool { pool: pool.clone() })?;
    }
    for text in [&asked.new, &asked.rework].into_iter().flatten() {
        reason(text)?;
    }
    let unit = match facts.named(&asked.keys).as_slice() {
        [] => None,
        &[unit] => Some(unit),
        &[one, two, ..] => return Err(Refusal::TwoUnits { one, two }),
    };
    if let Some((number, row)) = unit.and_then(|unit| Some((unit, facts.units.get(&unit)?))) {
        if let Some((kind, known)) = asked.keys.conflict(&row.keys) {
            return Err(Refusal::OtherKey { unit: number, kind: kind.into(), known: known.into() });
        }
    }
    let shown = match &asked.found {
        Found::Shows(readings) => Some((readings, recognise(facts, readings, naming))),
        Found::Unread | Found::Blank => None,
    };
    let issue = unit.and_then(|unit| facts.units.get(&unit)?.issue.as_ref());
    match (unit, issue) {
        (Some(unit), Some(issue)) => again(facts, draft, asked, request, (unit, issue), shown.as_ref(), naming),
        _ => first(facts, draft, asked, unit, shown, naming),
    }
}

/// The unit has its numbers: it gets the same, or none.
fn again(
    facts: &Facts,
    mut draft: Draft<'_>,
    asked: &Ask,
    request: &Request,
    (unit, issue): (u64, &Issue),
    shown: Option<&(&Readings, Shown)>,
    naming: &dyn Naming,
) -> Result<Decision, Refusal> {
    let state = issue.state;
    let refuse = |way| Err(Refusal::State { unit, state, way });
    match state {
        State::Void | State::Retired => {
            return refuse("retire it with a replacement to give this board another number");
        }
        State::Quarantined => return refuse("find the boards, then release the right one with a reason and read it"),
        _ => {}
    }
    if let Some(pool) = asked.pools.iter().find(|pool| !issue.numbers.contains_key(*pool)) {
        return Err(Refusal::OtherPools { unit, pool: pool.clone() });
    }
    let whole = match shown {
        None => false,
        Some((_, Shown::Whole(owner))) if *owner == unit => true,
        Some((_, Shown::Part(owner) | Shown::Former { unit: owner, .. })) if *owner == unit => false,
        Some((readings, shown)) => {
            let others = match shown {
                Shown::Whole(owner) | Shown::Part(owner) => vec![*owner],
                Shown::Foreign { units, .. } => units.clone(),
                Shown::Lost(_) | Shown::Former { .. } => vec![],
            };
            let units = [others.as_slice(), &[unit]].concat();
            let why = format!("{}, and its keys are unit {unit}'s", clash::of_shown(readings, shown));
            return Ok(quarantine(facts, draft, &units, &asked.keys, (readings, why)));
        }
    };
    let labelled = match asked.label.as_ref().map(|label| recognise(facts, label, naming)) {
        None => false,
        Some(Shown::Whole(owner) | Shown::Part(owner)) if owner == unit => true,
        Some(_) => {
            let text = asked.label.iter().flat_map(BTreeMap::values).map(|reading| reading.text.clone()).next();
            return Err(Refusal::Foreign {
                text: text.or_never("a label shows a text"),
                why: "the label is another unit's",
            });
        }
    };
    let read = shown.is_some() || asked.found == Found::Blank;
    if state == State::Verified {
        match &asked.rework {
            Some(_) if read || labelled => {}
            Some(_) => return Err(Refusal::Unread { unit, state }),
            None if asked.found == Found::Blank || shown.is_some() && !whole => {
                return refuse("its board does not show that: give the reason for a rework (`--rework`)");
            }
            None => return Ok(draft.answer(Answer::Verified { unit })),
        }
    } else {
        // The ticket is open, or nobody knows what came of it.
        let same = request.by.station == issue.station;
        let row = facts.units.get(&unit).ok_or(Refusal::Damaged { what: "a unit is missing" })?;
        let sure = asked.retry == Retry::Blank || row.keys.shared(&asked.keys) > 1 || asked.rework.is_some();
        if !read && !same {
            let station = issue.station.clone().unwrap_or_default();
            return Err(Refusal::Elsewhere { unit, station, attempt: issue.attempt });
        }
        if !read && state != State::Reserved {
            return Err(Refusal::Unread { unit, state });
        }
        if !whole && !sure {
            return Err(Refusal::Person { unit, state });
        }
        if same && state == State::Reserved && asked.rework.is_none() {
            keyed(facts, &mut draft, unit, &asked.keys);
            return Ok(offer(facts, draft, unit, issue.attempt, &asked.keys, issue.numbers.clone()));
        }
    }
    keyed(facts, &mut draft, unit, &asked.keys);
    let attempt = issue.attempt.checked_add(1).ok_or(Refusal::Damaged { what: "too many attempts" })?;
    draft.push(Body::Reissued { unit, attempt, reason: asked.rework.clone() });
    Ok(offer(facts, draft, unit, attempt, &asked.keys, issue.numbers.clone()))
}

/// The unit has no numbers: what it shows is adopted, or it gets new ones.
fn first(
    facts: &Facts,
    mut draft: Draft<'_>,
    asked: &Ask,
    unit: Option<u64>,
    shown: Option<(&Readings, Shown)>,
    naming: &dyn Naming,
) -> Result<Decision, Refusal> {
    let number = unit.or(facts.last_unit.checked_add(1)).ok_or(Refusal::Damaged { what: "too many units" })?;
    let before = facts.units.get(&number).map_or(0, |row| row.attempts);
    let attempt = before.checked_add(1).ok_or(Refusal::Damaged { what: "too many attempts" })?;
    match shown {
        Some((_, Shown::Lost(numbers))) => {
            adopt(&mut draft, asked, number, &numbers, Adoption::Board)?;
            return Ok(draft.answer(Answer::Adopted { unit: number }));
        }
        Some((readings, shown @ (Shown::Whole(owner) | Shown::Part(owner)))) => {
            let why = format!("{}, and its keys are not", clash::of_shown(readings, &shown));
            return Ok(quarantine(facts, draft, &[owner], &asked.keys, (readings, why)));
        }
        Some((_, Shown::Former { text, why, .. })) => return Err(Refusal::Foreign { text, why }),
        Some((_, Shown::Foreign { text, why, units })) if units.is_empty() => {
            return Err(Refusal::Foreign { text, why });
        }
        Some((readings, shown)) => {
            let why = clash::of_shown(readings, &shown);
            let units = if let Shown::Foreign { units, .. } = shown { units } else { vec![] };
            return Ok(quarantine(facts, draft, &units, &asked.keys, (readings, why)));
        }
        None => {}
    }
    if let Some(label) = &asked.label {
        let Shown::Lost(numbers) = recognise(facts, label, naming) else {
            let text = label.values().map(|reading| reading.text.clone()).next().or_never("a label shows a text");
            return Err(Refusal::Foreign { text, why: "the label does not show a lost number" });
        };
        adopt(&mut draft, asked, number, &numbers, Adoption::Label)?;
        return Ok(offer(facts, draft, number, attempt, &asked.keys, numbers));
    }
    let lost = |pool: &&String| facts.pools.get(*pool).is_some_and(|row| row.tally.of(State::Lost) > 0);
    if let Some(pool) = asked.pools.iter().find(lost) {
        if asked.new.is_none() || asked.found != Found::Blank {
            return Err(Refusal::MayBeLost { pool: pool.clone() });
        }
    }
    let numbers = draw(facts, &asked.pools, naming)?;
    let (counted, values) = split(&numbers);
    draft.push(Body::Reserved {
        unit: number,
        keys: asked.keys.clone(),
        numbers: counted,
        values,
        reason: asked.new.clone(),
    });
    Ok(offer(facts, draft, number, attempt, &asked.keys, numbers))
}

fn adopt(draft: &mut Draft<'_>, asked: &Ask, unit: u64, found: &Numbers, by: Adoption) -> Result<(), Refusal> {
    if let Some(pool) = asked.pools.iter().find(|pool| !found.contains_key(*pool)) {
        return Err(Refusal::OtherPools { unit, pool: pool.clone() });
    }
    let (numbers, values) = split(found);
    draft.push(Body::Adopted { unit, keys: asked.keys.clone(), numbers, values, by });
    Ok(())
}

fn split(numbers: &Numbers) -> (BTreeMap<String, u64>, BTreeMap<String, String>) {
    let each = numbers.iter().map(|(pool, (number, text))| ((pool.clone(), *number), (pool.clone(), text.clone())));
    each.unzip()
}

/// The next number of each pool, with its text.
pub(super) fn draw(facts: &Facts, pools: &[String], naming: &dyn Naming) -> Result<Numbers, Refusal> {
    let mut drawn = Numbers::new();
    let mut texts = Vec::new();
    for pool in pools {
        let row = facts.pools.get(pool).ok_or_else(|| Refusal::NoPool { pool: pool.clone() })?;
        let number = row.next;
        if number > row.last {
            return Err(Refusal::Exhausted { pool: pool.clone(), last: row.last });
        }
        if facts.state(pool, number).is_some() {
            return Err(Refusal::Damaged { what: "the next number of a pool is used" });
        }
        let text = naming.text(pool, number).filter(|text| !text.is_empty());
        let text = text.ok_or_else(|| Refusal::Text { pool: pool.clone(), number })?;
        let named = (row.namespace.clone(), text.clone());
        if facts.texts.contains_key(&named) || texts.contains(&named) {
            return Err(Refusal::Text { pool: pool.clone(), number });
        }
        texts.push(named);
        let _: Option<(u64, String)> = drawn.insert(pool.clone(), (number, text));
    }
    Ok(drawn)
}

/// Records keys of kinds that the unit did not have.
fn keyed(facts: &Facts, draft: &mut Draft<'_>, unit: u64, keys: &Keys) {
    if let Some(keys) = facts.units.get(&unit).and_then(|row| keys.beyond(&row.keys)) {
        draft.push(Body::Keyed { unit, keys });
    }
}

fn offer(facts: &Facts, draft: Draft<'_>, unit: u64, attempt: u32, keys: &Keys, numbers: Numbers) -> Decision {
    let known = facts.units.get(&unit).map(|row| row.keys.clone());
    let keys = known.map_or_else(|| keys.clone(), |known| known.with(keys));
    let seq = draft.size();
    draft.answer(Answer::Offer(Offer { unit, attempt, keys, numbers, seq }))
}
