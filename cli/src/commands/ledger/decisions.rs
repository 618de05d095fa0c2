//! Reports and decisions about one unit; a person's have a reason.

use nameplate_ledger::sqlite::{Ledger, Query, Record};
use nameplate_ledger::{Answer, Body, Command, Event, Keys, State, Target};
use serde_json::json;

use super::access::Access;
use super::find::{line, object};
use super::journal::follow;
use super::unit::{keys, target};
use crate::commands::outcome::Outcome;
use crate::failure::Failure;

/// What becomes of a unit.
#[derive(Debug)]
pub enum Decision {
    /// Its keys were read again, right before the write.
    Begin(Vec<String>),
    /// The write may or may not have happened.
    Unknown(String),
    /// No board has its numbers.
    Void(String),
    /// It is out of use.
    Retire(String),
    /// A part with a key was replaced.
    Rekey(Vec<String>, String),
    /// It is out of quarantine.
    Release(String),
}

/// Records what becomes of a unit, and says how it stands then.
///
/// # Errors
/// A refusal, with the way on; or the ledger is closed.
pub fn decide(access: &Access, unit: &[String], decision: &Decision) -> Result<Outcome, Failure> {
    let mut ledger = access.open_to_write()?;
    // The keys of the board are what it is known by, if nothing else is said.
    let named = match decision {
        Decision::Begin(seen) if unit.is_empty() => seen,
        _ => unit,
    };
    let unit = target(&mut ledger, named)?;
    let numbered = unit.clone();
    let attempt = None;
    let command = match decision {
        Decision::Begin(seen) => Command::Begin { unit, attempt, keys: keys(seen)? },
        Decision::Unknown(reason) => Command::Unknown { unit, attempt, reason: reason.clone() },
        Decision::Void(reason) => Command::Void { unit, reason: reason.clone() },
        Decision::Retire(reason) => Command::Retire { unit, reason: reason.clone(), replace: None },
        Decision::Rekey(new, reason) => {
            let new = keys(new)?;
            check_known(&ledger, &unit, &new)?;
            Command::Rekey { unit, keys: new, reason: reason.clone() }
        }
        Decision::Release(reason) => Command::Release { unit, reason: reason.clone() },
    };
    let answer = ledger.record(command, &|_: &str, _| None)?;
    follow(&ledger)?;
    let mut found = records(&ledger, &numbered)?;
    if let (true, Decision::Rekey(new, _)) = (found.is_empty(), decision) {
        // By the key that it had it is not found any more.
        found = records(&ledger, &Target::Keys(keys(new)?))?;
    }
    let more: &[&str] = match decision {
        _ if matches!(answer, Answer::Late { .. }) => &["it is of an attempt that is over"],
        Decision::Rekey(..) if is_in(&found, State::Unknown) => {
            &["nothing was read back of the new part: `verify --seen` with the keys as they are now"]
        }
        _ => &[],
    };
    Ok(stands(&found, more))
}

fn is_in(found: &[Record], state: State) -> bool {
    found.iter().filter_map(|record| record.issue.as_ref()).any(|issue| issue.state == state)
}

/// Refuses a key of a kind that no unit has: it was mistyped.
fn check_known(ledger: &Ledger, unit: &Target, new: &Keys) -> Result<(), Failure> {
    let own: Vec<Keys> = records(ledger, unit)?.into_iter().filter_map(|record| record.keys).collect();
    for key in new.iter() {
        let kind = key.kind();
        if own.is_empty() || own.iter().any(|own| own.get(kind).is_some()) || ledger.knows_kind(kind)? {
            continue;
        }
        let known: Vec<String> = own.iter().flat_map(Keys::iter).map(|key| key.kind().to_owned()).collect();
        let hint = nameplate_job::did_you_mean(kind, known.iter().map(String::as_str));
        return Err(Failure::refused(format_args!(
            "no unit has a key of kind `{kind}`{hint}: this one has {}; a new kind comes with `keys` in [ledger] of the job, and \
             `stamp`",
            known.join(", ")
        ))
        .of_kind("unknown-kind"));
    }
    Ok(())
}

/// A unit, with all that is known of it.
///
/// # Errors
/// When the ledger cannot be read.
pub(super) fn records(ledger: &Ledger, unit: &Target) -> Result<Vec<Record>, Failure> {
    let queries = match unit {
        Target::Unit(number) => vec![Query::Unit(*number)],
        Target::Keys(keys) => keys.iter().map(Query::Key).collect(),
    };
    for query in &queries {
        let found = ledger.find(query)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// How units stand, and what else is to be said.
pub(super) fn stands(found: &[Record], more: &[&str]) -> Outcome {
    let lines: Vec<String> = found.iter().map(line).chain(more.iter().map(|&text| text.to_owned())).collect();
    let json = json!({ "units": found.iter().map(object).collect::<Vec<_>>() });
    Outcome { text: lines.join("\n"), json, tolerated: Vec::new() }
}

/// Refuses the ID of a request that was another one: nothing was done for it.
///
/// # Errors
/// When one of the units has no event of that request.
pub(super) fn of_request(found: &[Record], request: &str) -> Result<(), Failure> {
    let is_of = |event: &Event| match &event.body {
        Body::Noted { request: of, .. } | Body::Shipped { request: of, .. } => of == request,
        Body::Retired { request: of, .. } => of.as_deref() == Some(request),
        _ => false,
    };
    if found.iter().all(|record| record.history.iter().any(is_of)) {
        return Ok(());
    }
    Err(Failure::refused(format_args!(
        "request `{request}` was done for something else, so nothing was done: give an ID that no other request had"
    ))
    .of_kind("request"))
}

/// Makes lost numbers void, which no board has.
///
/// # Errors
/// When one of them is not lost; or the ledger is closed.
pub fn void_lost(access: &Access, pool: &str, (first, last): (u64, u64), reason: &str) -> Result<Outcome, Failure> {
    let mut ledger = access.open_to_write()?;
    let (name, reason) = (pool.to_owned(), reason.to_owned());
    let _ = ledger.record(Command::VoidLost { pool: name, first, last, reason }, &|_: &str, _| None)?;
    follow(&ledger)?;
    let text = format!("pool {pool}: {first} to {last} are void");
    Ok(Outcome { text, json: json!({ "pool": pool, "first": first, "last": last }), tolerated: Vec::new() })
}
