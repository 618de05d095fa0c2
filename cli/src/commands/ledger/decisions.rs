//! Reports and decisions about one unit; a person's have a reason.

use nameplate_ledger::sqlite::{Ledger, Query, Record};
use nameplate_ledger::{Answer, Command, Target};
use serde_json::json;

use super::access::Access;
use super::find::{line, object};
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
        Decision::Rekey(new, reason) => Command::Rekey { unit, keys: keys(new)?, reason: reason.clone() },
        Decision::Release(reason) => Command::Release { unit, reason: reason.clone() },
    };
    let answer = ledger.record(command, &|_: &str, _| None)?;
    let found = records(&ledger, &numbered)?;
    let late =
        if matches!(answer, Answer::Late { .. }) { ["it is of an attempt that is over"].as_slice() } else { &[] };
    Ok(stands(&found, late))
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

/// Makes lost numbers void, which no board has.
///
/// # Errors
/// When one of them is not lost; or the ledger is closed.
pub fn void_lost(access: &Access, pool: &str, (first, last): (u64, u64), reason: &str) -> Result<Outcome, Failure> {
    let mut ledger = access.open_to_write()?;
    let (name, reason) = (pool.to_owned(), reason.to_owned());
    let _ = ledger.record(Command::VoidLost { pool: name, first, last, reason }, &|_: &str, _| None)?;
    let text = format!("pool {pool}: {first} to {last} are void");
    Ok(Outcome { text, json: json!({ "pool": pool, "first": first, "last": last }), tolerated: Vec::new() })
}
