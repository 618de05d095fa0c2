//! From a command to its rules.

use alloc::borrow::ToOwned as _;
use alloc::string::String;

use super::decision::{Answer, Decision, Draft, name};
use super::naming::Naming;
use super::{ask, person, recover, report};
use crate::command::{Command, NewPool, Request};
use crate::event::{Body, LONGEST};
use crate::facts::{Facts, Standing};
use crate::pool::Pool;
use crate::refusal::Refusal;

/// What a command leads to. Pure: the same facts and request give the same decision.
///
/// `facts` are at least those of [`Facts::select`] for this request; more change nothing. `naming` writes numbers.
///
/// # Errors
/// A [`Refusal`], with the way on. Nothing happened then.
pub fn decide(facts: &Facts, request: &Request, naming: &dyn Naming) -> Result<Decision, Refusal> {
    let decision = decided(facts, request, naming)?;
    // What is written must be read again. An ask is short, and there are many: the store looks at its line.
    if !matches!(request.command, Command::Ask(_)) {
        decision.events.iter().try_for_each(|event| fits(&event.line()))?;
    }
    Ok(decision)
}

/// Refuses a line that could not be read again.
pub(crate) fn fits(line: &str) -> Result<(), Refusal> {
    let what = "the event has more than 1 MiB: say less, or of fewer units at once";
    if line.len() > LONGEST { Err(Refusal::Malformed { what }) } else { Ok(()) }
}

fn decided(facts: &Facts, request: &Request, naming: &dyn Naming) -> Result<Decision, Refusal> {
    let draft = Draft::new(facts, request);
    if let Command::Create { id } = &request.command {
        return create(facts, draft, id);
    }
    if facts.id.is_empty() {
        return Err(Refusal::Created { exists: false });
    }
    sound(facts)?;
    match (&request.command, facts.standing) {
        (Command::Recover(recovery), _) => return recover::recover(facts, draft, recovery),
        // Neither issues anything, and both may be what a recovery waits for: a pool that the restore took away, an
        // anchor that is gone.
        (Command::Pool(_) | Command::Anchors { .. }, _) | (_, Standing::Open) => {}
        (_, Standing::Recovering) => return Err(Refusal::Closed { what: "recovering" }),
        (_, Standing::Fenced) => return Err(Refusal::Closed { what: "fenced" }),
    }
    match &request.command {
        Command::Create { .. } | Command::Recover(_) => Err(Refusal::Damaged { what: "a command was missed" }),
        Command::Pool(pool) => add(facts, draft, pool),
        Command::Ask(asked) => ask::ask(facts, draft, asked, request, naming),
        Command::Begin { unit, attempt, keys } => report::begin(facts, draft, unit, *attempt, keys),
        Command::Verified { unit, attempt, seen, weakest } => {
            report::verified(facts, draft, unit, *attempt, seen, *weakest, naming)
        }
        Command::Unknown { unit, attempt, reason } => report::unknown(facts, draft, unit, *attempt, reason),
        Command::Release { unit, reason } => person::release(facts, draft, unit, reason),
        Command::Void { unit, reason } => person::void(facts, draft, unit, reason),
        Command::VoidLost { pool, first, last, reason } => person::void_lost(facts, draft, pool, *first, *last, reason),
        Command::Retire { unit, reason, replace } => {
            person::retire(facts, draft, unit, reason, replace.as_deref(), naming)
        }
        Command::Rekey { unit, keys, reason } => person::rekey(facts, draft, unit, keys, reason),
        Command::Lease { pool, count, child, request } => person::lease(facts, draft, pool, *count, child, request),
        Command::Anchors { folders, reason } => person::anchors(draft, folders, reason),
        Command::Note { unit, name, value, request } => person::note(facts, draft, unit, name, value, request),
        Command::Ship { shipment, units, request, moved } => {
            person::ship(facts, draft, shipment, units, (request, moved.as_deref()))
        }
        Command::DropPool { pool, reason } => person::drop_pool(facts, draft, pool, reason),
    }
}

/// Whether the pools and ranges can be: a damaged store answers with an error, never with a number.
fn sound(facts: &Facts) -> Result<(), Refusal> {
    if facts.pools.values().any(|pool| !pool.adds_up() || pool.last > Facts::LAST) {
        return Err(Refusal::Damaged { what: "the numbers of a pool do not add up" });
    }
    let inside = |range: &crate::pool::Range| {
        let pool = facts.pools.get(&range.pool);
        range.first <= range.last && pool.is_some_and(|pool| pool.first <= range.first && range.last < pool.next)
    };
    if facts.ranges.iter().all(inside) {
        Ok(())
    } else {
        Err(Refusal::Damaged { what: "a range lies outside of its pool" })
    }
}

fn create(facts: &Facts, draft: Draft<'_>, id: &str) -> Result<Decision, Refusal> {
    if !facts.id.is_empty() || facts.size > 0 {
        return Err(Refusal::Created { exists: true });
    }
    if id.len() != 32 || !id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(Refusal::Malformed { what: "the ID of a ledger has 32 lower-case hexadecimal digits" });
    }
    Ok(draft.record(Body::Created { ledger: id.to_owned(), version: 1 }))
}

fn add(facts: &Facts, draft: Draft<'_>, pool: &NewPool) -> Result<Decision, Refusal> {
    name(&pool.name)?;
    name(&pool.namespace)?;
    if pool.first > pool.last || pool.last > Facts::LAST {
        return Err(Refusal::Malformed { what: "a pool goes from its first number to its last, below 2^63 - 1" });
    }
    if let Some(known) = facts.pools.get(&pool.name) {
        if known.is_dropped() {
            return Err(Refusal::Dropped { pool: pool.name.clone() });
        }
        let Pool { first, last, template, .. } = known;
        let (first, last) = (*first, *last);
        return Err(Refusal::PoolExists { pool: pool.name.clone(), first, last, template: template.clone() });
    }
    // One that the history dropped which a restore took away; the recovery looks whether it did.
    let may_be_dropped = |other: &Pool| facts.standing == Standing::Recovering && other.is_unused();
    let overlaps = |(name, other): (&String, &Pool)| {
        let meet = other.namespace == pool.namespace && other.first <= pool.last && pool.first <= other.last;
        (meet && !may_be_dropped(other)).then(|| name.clone())
    };
    if let Some(other) = facts.pools.iter().find_map(overlaps) {
        return Err(Refusal::Overlap { pool: pool.name.clone(), other });
    }
    let NewPool { name, namespace, first, last, low, template, source } = pool.clone();
    let mut draft = draft;
    draft.push(Body::Pool { pool: name, namespace, first, last, low, value: template, source });
    Ok(draft.answer(Answer::Recorded))
}
