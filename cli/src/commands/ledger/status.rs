//! `nameplate ledger status`: how a ledger stands, and what is open.

use nameplate_ledger::State;
use nameplate_ledger::sqlite::{Query, Status};
use serde_json::{Map, Value, json};

use super::access::Access;
use super::find::{line, object};
use super::recovered::{said, told};
use crate::commands::outcome::Outcome;
use crate::failure::Failure;

/// How many open units are shown.
const SHOWN: usize = 20;

/// Says how a ledger stands.
///
/// # Errors
/// When it cannot be read.
pub fn status(access: &Access) -> Result<Outcome, Failure> {
    let mut ledger = access.open()?;
    let status = ledger.status()?;
    let recoveries = ledger.recoveries()?;
    let mut lines: Vec<String> = status.closed.iter().map(|closed| format!("closed: {closed}")).collect();
    lines.extend(status.accounting().map(|pool| pool.to_string()));
    if status.pools.is_empty() {
        lines.push("no pool yet: `ledger pool add`".to_owned());
    }
    let open = ledger.open_units(0, SHOWN + 1)?;
    let mut units = Vec::new();
    for unit in open.iter().take(SHOWN) {
        for record in ledger.find(&Query::Unit(*unit))? {
            lines.push(line(&record));
            units.push(object(&record));
        }
    }
    if open.len() > SHOWN {
        lines.push("more units are open".to_owned());
    }
    lines.push(head(&status));
    lines.extend(recoveries.iter().filter_map(said));
    lines.extend(status.notes.iter().map(|note| format!("note: {note}")));
    let json = json(&status, &units);
    let recovered: Vec<Value> = recoveries.iter().map(told).collect();
    Ok(Outcome { text: lines.join("\n"), json, tolerated: Vec::new() }.with("recovered", recovered))
}

fn head(status: &Status) -> String {
    let mut text = format!("ledger {}: {} events, epoch {}", status.id, status.size, status.epoch);
    for (folder, known) in &status.anchors {
        let known = known.map_or("cannot be read".to_owned(), |known| format!("at {known}"));
        text = format!("{text}; anchor {} {known}", folder.display());
    }
    text
}

fn json(status: &Status, units: &[Value]) -> Value {
    let anchors: Vec<Value> = status
        .anchors
        .iter()
        .map(|(folder, known)| json!({ "folder": folder.to_string_lossy(), "size": known }))
        .collect();
    let pool = |pool: &nameplate_ledger::Pool| {
        let states: Map<String, Value> = State::ALL
            .into_iter()
            .filter(|state| pool.tally.of(*state) > 0)
            .map(|state| (state.name().to_owned(), json!(pool.tally.of(state))))
            .collect();
        json!({
            "first": pool.first, "last": pool.last, "next": pool.next, "free": pool.free(),
            "value": pool.template, "states": states, "adds_up": pool.adds_up(), "dropped": pool.is_dropped(),
        })
    };
    let pools: Map<String, Value> = status.pools.iter().map(|(name, row)| (name.clone(), pool(row))).collect();
    json!({
        "id": status.id, "epoch": status.epoch, "size": status.size, "root": status.root.to_string(),
        "closed": status.closed.as_ref().map(ToString::to_string),
        "closed_kind": status.closed.as_ref().map(nameplate_ledger::sqlite::Closed::name), "anchors": anchors, "pools": pools,
        "open": units, "notes": status.notes,
    })
}
