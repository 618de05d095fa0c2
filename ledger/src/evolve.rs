//! The facts after an event.

use alloc::borrow::ToOwned as _;
use alloc::collections::BTreeMap;
use alloc::string::String;

use crate::event::{Body, Event};
use crate::facts::{Facts, Issue, Number, Unit};
use crate::key::{Key, Keys};
use crate::pool::{DROPPED, Pool, Range, Tally};
use crate::state::State;

/// An event that cannot follow from these facts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {seq} cannot be: {what}")]
pub struct Inconsistent {
    /// The place of the event.
    pub seq: u64,
    /// What contradicts it.
    pub what: &'static str,
}

type Done = Result<(), &'static str>;

/// Changes the facts to those after the event.
///
/// # Errors
/// The event does not follow from the facts: a number twice, a transition that is none, an unknown unit. The facts
/// are then of no use.
pub fn evolve(facts: &mut Facts, event: &Event) -> Result<(), Inconsistent> {
    apply(facts, event).map_err(|what| Inconsistent { seq: event.seq, what })
}

fn apply(facts: &mut Facts, event: &Event) -> Done {
    if facts.size.checked_add(1) != Some(event.seq) {
        return Err("its number is not the next");
    }
    match &event.body {
        Body::Created { .. } if event.epoch != 1 => return Err("a ledger begins with epoch 1"),
        Body::Recovered { .. } if event.epoch <= facts.epoch => return Err("a recovery raises the epoch"),
        Body::Created { .. } | Body::Recovered { .. } => {}
        _ if facts.id.is_empty() => return Err("the ledger was not created"),
        _ if event.epoch != facts.epoch => return Err("its epoch is another"),
        _ => {}
    }
    body(facts, event)?;
    facts.size = event.seq;
    Ok(())
}

#[allow(clippy::too_many_lines)] // one arm for each kind of event
fn body(facts: &mut Facts, event: &Event) -> Done {
    match &event.body {
        Body::Created { ledger, version } => created(facts, ledger, *version),
        Body::Pool { pool, namespace, first, last, low, value, source } => {
            if *first > *last || *last > Facts::LAST || facts.pools.contains_key(pool) {
                return Err("the pool exists, or has no numbers");
            }
            let row = Pool {
                namespace: namespace.clone(),
                first: *first,
                last: *last,
                next: *first,
                low: *low,
                template: value.clone(),
                source: source.clone(),
                tally: Tally::default(),
            };
            let _: Option<Pool> = facts.pools.insert(pool.clone(), row);
            Ok(())
        }
        Body::Reserved { unit, keys, numbers, values, .. } => {
            name(facts, *unit, keys)?;
            draw(facts, *unit, numbers, values)?;
            give(facts, event, *unit, numbers, values, State::Reserved)
        }
        Body::Keyed { unit, keys } => name(facts, *unit, keys),
        Body::Reissued { unit, attempt, .. } => {
            let issue = issue(facts, *unit)?;
            if !issue.state.is_living() || issue.attempt.checked_add(1) != Some(*attempt) {
                return Err("the ticket is not the next one");
            }
            issue.attempt = *attempt;
            issue.station.clone_from(&event.by.station);
            turn(facts, *unit, State::Reserved)
        }
        Body::Begun { unit, attempt, .. } => {
            let issue = at(facts, *unit, *attempt)?;
            if issue.state != State::Reserved {
                return Err("only what is reserved begins");
            }
            issue.station.clone_from(&event.by.station);
            turn(facts, *unit, State::Begun)
        }
        Body::Verified { unit, attempt, evidence, values, .. } => {
            let issue = at(facts, *unit, *attempt)?;
            let same = issue.numbers.iter().map(|(pool, (_, text))| (pool, text)).eq(values);
            if !issue.state.is_open() || !same {
                return Err("what is verified is not open, or shows another identity");
            }
            issue.evidence = Some(*evidence);
            turn(facts, *unit, State::Verified)
        }
        Body::Unknown { unit, attempt, .. } => {
            let issue = at(facts, *unit, *attempt)?;
            if !issue.state.is_open() && issue.state != State::Verified {
                return Err("only what is open or verified becomes unknown");
            }
            turn(facts, *unit, State::Unknown)
        }
        Body::Late { unit, .. } | Body::Noted { unit, .. } if !facts.units.contains_key(unit) => Err("no such unit"),
        Body::Late { .. } | Body::Anchors { .. } => Ok(()),
        Body::Quarantined { units, .. } => {
            for unit in units {
                if !issue(facts, *unit)?.state.is_living() {
                    return Err("only what lives is quarantined");
                }
                turn(facts, *unit, State::Quarantined)?;
            }
            Ok(())
        }
        Body::Released { unit, .. } => {
            if issue(facts, *unit)?.state != State::Quarantined {
                return Err("only what is quarantined is released");
            }
            turn(facts, *unit, State::Unknown)
        }
        Body::Voided { unit, .. } => {
            if !matches!(issue(facts, *unit)?.state, State::Reserved | State::Unknown | State::Quarantined) {
                return Err("this cannot become void");
            }
            turn(facts, *unit, State::Void)
        }
        Body::VoidedRange { pool, first, last, .. } => voided(facts, pool, *first, *last, event.seq),
        Body::Retired { unit, numbers, values, request, .. } => {
            let state = issue(facts, *unit)?.state;
            match state {
                // What was verified; after a recovery that is known of a journal only.
                _ if state.is_living() => turn(facts, *unit, State::Retired)?,
                State::Void | State::Retired if !numbers.is_empty() || request.is_some() => {}
                _ => return Err("this cannot be retired"),
            }
            if let Some(request) = request {
                once(facts, request)?;
            }
            if numbers.is_empty() {
                return Ok(());
            }
            draw(facts, *unit, numbers, values)?;
            give(facts, event, *unit, numbers, values, State::Reserved)
        }
        Body::Rekeyed { unit, keys, .. } => rekeyed(facts, *unit, keys),
        Body::Adopted { unit, keys, numbers, values, by } => {
            name(facts, *unit, keys)?;
            adopt(facts, *unit, numbers, values)?;
            let state = if *by == crate::event::Adoption::Label { State::Reserved } else { State::Unknown };
            give(facts, event, *unit, numbers, values, state)
        }
        Body::Leased { pool, first, last, request, .. } => {
            let row = facts.pools.get_mut(pool).ok_or("no such pool")?;
            if *first != row.next || *last < *first || *last > row.last {
                return Err("the lease is not at the front of what is free");
            }
            let range = Range { pool: pool.clone(), first: *first, last: *last, state: State::Leased, seq: event.seq };
            row.next = last.checked_add(1).ok_or("too many")?;
            row.tally.add(State::Leased, range.count()).ok_or("too many")?;
            let _: bool = facts.ranges.insert(range);
            once(facts, request)
        }
        Body::Recovered { next, withdrawn, .. } => recovered(facts, event, next, withdrawn),
        Body::Noted { request, .. } => once(facts, request),
        Body::Shipped { shipment, units, request, .. } => {
            if units.iter().any(|unit| !facts.units.contains_key(unit)) {
                return Err("no such unit");
            }
            facts.shipments.extend(units.iter().map(|unit| (*unit, shipment.clone())));
            once(facts, request)
        }
        Body::PoolDropped { pool, .. } => dropped(facts, pool, event.seq),
    }
}

impl Facts {
    /// The greatest number a pool may have: stores keep signed 64 bits, and `next` is one more.
    pub const LAST: u64 = (1 << 63) - 2;
}

fn created(facts: &mut Facts, ledger: &str, version: u32) -> Done {
    if !facts.id.is_empty()
        || version != 1
        || ledger.len() != 32
        || !ledger.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    {
        return Err("the ledger exists, or its ID or version is unknown");
    }
    ledger.clone_into(&mut facts.id);
    facts.epoch = 1;
    Ok(())
}

fn once(facts: &mut Facts, request: &str) -> Done {
    if facts.requests.insert(request.to_owned()) { Ok(()) } else { Err("the request was done before") }
}

fn issue(facts: &mut Facts, unit: u64) -> Result<&mut Issue, &'static str> {
    facts.units.get_mut(&unit).and_then(|unit| unit.issue.as_mut()).ok_or("the unit has no number")
}

fn at(facts: &mut Facts, unit: u64, attempt: u32) -> Result<&mut Issue, &'static str> {
    let issue = issue(facts, unit)?;
    if issue.attempt == attempt { Ok(issue) } else { Err("its attempt is over, or never was") }
}

/// Gives a unit keys; it may be new.
fn name(facts: &mut Facts, unit: u64, keys: &Keys) -> Done {
    if let Some(row) = facts.units.get_mut(&unit) {
        if keys.conflict(&row.keys).is_some() {
            return Err("the unit has another key of this kind");
        }
        row.keys = row.keys.clone().with(keys);
    } else {
        if facts.last_unit.checked_add(1) != Some(unit) {
            return Err("the unit is not the next one");
        }
        facts.last_unit = unit;
        let _: Option<Unit> = facts.units.insert(unit, Unit { keys: keys.clone(), issue: None, attempts: 0 });
    }
    for key in keys.iter() {
        if facts.keys.insert(key, unit).is_some_and(|other| other != unit) {
            return Err("the key is another unit's");
        }
    }
    Ok(())
}

fn rekeyed(facts: &mut Facts, unit: u64, keys: &Keys) -> Done {
    let old = facts.units.get(&unit).ok_or("no such unit")?.keys.clone();
    for key in keys.iter() {
        if let Some(other) = facts.keys.get(&key).copied().filter(|&other| other != unit) {
            let from = facts.units.get_mut(&other).ok_or("no such unit")?;
            if from.issue.as_ref().is_some_and(|issue| issue.state.is_living()) {
                return Err("the key is a living unit's");
            }
            let moved = Keys::new([key.clone()]).map_err(|_| "no key")?;
            if let Some(rest) = from.keys.without(&moved) {
                from.keys = rest;
            }
        }
        if let Some(Ok(closed)) = old.get(key.kind()).map(|value| Key::as_written(key.kind(), value)) {
            let _: Option<u64> = facts.keys.remove(&closed);
        }
        let _: Option<u64> = facts.keys.insert(key, unit);
    }
    if let Some(row) = facts.units.get_mut(&unit) {
        row.keys = old.with(keys);
    }
    Ok(())
}

/// Draws the next numbers of pools.
fn draw(facts: &mut Facts, unit: u64, numbers: &BTreeMap<String, u64>, values: &BTreeMap<String, String>) -> Done {
    if numbers.is_empty() || !numbers.keys().eq(values.keys()) {
        return Err("numbers and values differ");
    }
    for ((pool, &number), text) in numbers.iter().zip(values.values()) {
        let row = facts.pools.get_mut(pool).ok_or("no such pool")?;
        if number != row.next || number > row.last {
            return Err("the number is not the next of its pool");
        }
        row.next = number.checked_add(1).ok_or("too many")?;
        row.tally.add(State::Reserved, 1).ok_or("too many")?;
        if facts.texts.insert((row.namespace.clone(), text.clone()), (pool.clone(), number)).is_some() {
            return Err("another number is written the same way");
        }
        let drawn = Number { text: text.clone(), unit: Some(unit), state: State::Reserved };
        let _: Option<Number> = facts.numbers.insert((pool.clone(), number), drawn);
    }
    Ok(())
}

/// Takes lost numbers back.
fn adopt(facts: &mut Facts, unit: u64, numbers: &BTreeMap<String, u64>, values: &BTreeMap<String, String>) -> Done {
    if numbers.is_empty() || !numbers.keys().eq(values.keys()) {
        return Err("numbers and values differ");
    }
    for ((pool, &number), text) in numbers.iter().zip(values.values()) {
        let row = facts.pools.get_mut(pool).ok_or("no such pool")?;
        let named = facts.texts.insert((row.namespace.clone(), text.clone()), (pool.clone(), number));
        if named.is_some_and(|named| named != (pool.clone(), number)) {
            return Err("another number is written the same way");
        }
        if let Some(known) = facts.numbers.get(&(pool.clone(), number)) {
            if known.state != State::Lost || known.text != *text {
                return Err("the number is not lost");
            }
        } else {
            let range = facts.ranges.iter().find(|range| range.state == State::Lost && range.contains(pool, number));
            let range = range.cloned().ok_or("the number is not lost")?;
            cut(facts, &range, number, number);
        }
        let row = facts.pools.get_mut(pool).ok_or("no such pool")?;
        row.tally.take(State::Lost, 1).and_then(|()| row.tally.add(State::Unknown, 1)).ok_or("the tally is wrong")?;
        let back = Number { text: text.clone(), unit: Some(unit), state: State::Unknown };
        let _: Option<Number> = facts.numbers.insert((pool.clone(), number), back);
    }
    Ok(())
}

/// Takes numbers out of a range.
fn cut(facts: &mut Facts, range: &Range, first: u64, last: u64) {
    let _: bool = facts.ranges.remove(range);
    if range.first < first {
        let _: bool = facts.ranges.insert(Range { last: first.saturating_sub(1), ..range.clone() });
    }
    if last < range.last {
        let _: bool = facts.ranges.insert(Range { first: last.saturating_add(1), ..range.clone() });
    }
}

/// Gives a unit its issue, whose numbers were drawn or adopted.
fn give(
    facts: &mut Facts,
    event: &Event,
    unit: u64,
    numbers: &BTreeMap<String, u64>,
    values: &BTreeMap<String, String>,
    state: State,
) -> Done {
    let row = facts.units.get_mut(&unit).ok_or("no such unit")?;
    if row.issue.as_ref().is_some_and(|issue| issue.state.is_living()) {
        return Err("the unit has a living number");
    }
    let numbers = numbers
        .iter()
        .zip(values.values())
        .map(|((pool, &number), text)| (pool.clone(), (number, text.clone())))
        .collect();
    let current = if matches!(event.body, Body::Adopted { .. }) { State::Unknown } else { State::Reserved };
    row.attempts = row.issue.as_ref().map_or(row.attempts, |issue| issue.attempt);
    let attempt = row.attempts.checked_add(1).ok_or("too many attempts")?;
    row.issue = Some(Issue {
        numbers,
        state: current,
        attempt,
        station: event.by.station.clone(),
        evidence: None,
        seq: event.seq,
    });
    turn(facts, unit, state)
}

/// Turns all numbers of a unit to a state.
fn turn(facts: &mut Facts, unit: u64, state: State) -> Done {
    let Facts { units, pools, numbers, .. } = facts;
    let issue = units.get_mut(&unit).and_then(|unit| unit.issue.as_mut()).ok_or("the unit has no number")?;
    for (pool, (number, _)) in &issue.numbers {
        let row = pools.get_mut(pool).ok_or("no such pool")?;
        row.tally.take(issue.state, 1).and_then(|()| row.tally.add(state, 1)).ok_or("the tally is wrong")?;
        numbers.get_mut(&(pool.clone(), *number)).ok_or("no such number")?.state = state;
    }
    issue.state = state;
    Ok(())
}

/// A pool that nobody used has no numbers to give, and keeps its name; its texts are free for another one.
fn dropped(facts: &mut Facts, pool: &str, seq: u64) -> Done {
    let row = facts.pools.get_mut(pool).filter(|row| row.is_unused());
    let row = row.ok_or("only a pool of which nobody has a number is dropped")?;
    let range = Range { pool: pool.to_owned(), first: row.first, last: row.last, state: State::Void, seq };
    row.next = row.last.checked_add(1).ok_or("too many")?;
    row.tally.add(State::Void, range.count()).ok_or("too many")?;
    row.namespace = [DROPPED, pool].concat();
    let _: bool = facts.ranges.insert(range);
    Ok(())
}

fn voided(facts: &mut Facts, pool: &str, first: u64, last: u64, seq: u64) -> Done {
    if last < first {
        return Err("the range is empty");
    }
    // Withdrawn numbers are rows, gaps are ranges: both may lie between `first` and `last`.
    let mut count = 0_u64;
    let rows = facts.numbers.range_mut((pool.to_owned(), first)..=(pool.to_owned(), last));
    for (_, row) in rows {
        if row.state != State::Lost {
            return Err("the number is not lost");
        }
        row.state = State::Void;
        count = count.saturating_add(1);
    }
    let inside = |range: &&Range| range.pool == pool && range.first <= last && first <= range.last;
    let ranges: alloc::vec::Vec<Range> = facts.ranges.iter().filter(inside).cloned().collect();
    for range in ranges {
        if range.state != State::Lost {
            return Err("the number is not lost");
        }
        let part = Range {
            first: range.first.max(first),
            last: range.last.min(last),
            state: State::Void,
            seq,
            ..range.clone()
        };
        cut(facts, &range, part.first, part.last);
        count = count.saturating_add(part.count());
        let _: bool = facts.ranges.insert(part);
    }
    if last.abs_diff(first).checked_add(1) != Some(count) {
        return Err("the number is not lost");
    }
    let row = facts.pools.get_mut(pool).ok_or("no such pool")?;
    row.tally.take(State::Lost, count).and_then(|()| row.tally.add(State::Void, count)).ok_or("the tally is wrong")
}

fn recovered(facts: &mut Facts, event: &Event, next: &BTreeMap<String, u64>, withdrawn: &[u64]) -> Done {
    if facts.id.is_empty() {
        return Err("the ledger was not created");
    }
    for (pool, &next) in next {
        let row = facts.pools.get_mut(pool).ok_or("no such pool")?;
        if next < row.next || next > row.last.saturating_add(1) {
            return Err("the next number falls, or is beyond the pool");
        }
        if next > row.next {
            let gap = Range {
                pool: pool.clone(),
                first: row.next,
                last: next.saturating_sub(1),
                state: State::Lost,
                seq: event.seq,
            };
            row.tally.add(State::Lost, gap.count()).ok_or("too many")?;
            row.next = next;
            let _: bool = facts.ranges.insert(gap);
        }
    }
    for &unit in withdrawn {
        if !issue(facts, unit)?.state.is_open() {
            return Err("only what is open is withdrawn");
        }
        turn(facts, unit, State::Lost)?;
        let row = facts.units.get_mut(&unit).ok_or("no such unit")?;
        row.attempts = row.issue.as_ref().map_or(row.attempts, |issue| issue.attempt);
        for (pool, (number, _)) in row.issue.take().into_iter().flat_map(|issue| issue.numbers) {
            if let Some(row) = facts.numbers.get_mut(&(pool, number)) {
                row.unit = None;
            }
        }
    }
    facts.epoch = event.epoch;
    Ok(())
}
