//! `nameplate ledger find`: whose a board, a number, a text is.

use nameplate::id::eui::{Eui48, Eui64};
use nameplate_ledger::sqlite::{Ledger, Query, Record};
use nameplate_ledger::{Evidence, Key, State};
use serde_json::{Map, Value, json};

use super::access::Access;
use super::recovered::{of_record, of_unit, told};
use crate::commands::outcome::Outcome;
use crate::failure::{Exit, Failure};

/// What is looked for.
#[derive(Debug)]
pub enum Sought {
    /// A text as on the device or its label; an address in any form; `KIND=VALUE`.
    Text(String),
    /// A number of a pool.
    Number(String, u64),
    /// A unit, by its number in the ledger.
    Unit(u64),
    /// The units with a note: its name and value.
    Note(String, String),
    /// The units of a shipment.
    Shipment(String),
}

/// Looks something up, with all that happened to it.
///
/// # Errors
/// When nothing is known of it, or the ledger cannot be read.
pub fn find(access: &Access, sought: &Sought) -> Result<Outcome, Failure> {
    let ledger = access.open()?;
    let records = match sought {
        Sought::Text(text) => by_text(&ledger, text)?,
        Sought::Number(pool, number) => ledger.find(&Query::Number { pool: pool.clone(), number: *number })?,
        Sought::Unit(unit) => ledger.find(&Query::Unit(*unit))?,
        Sought::Note(name, value) => ledger.find(&Query::Note { name: name.clone(), value: value.clone() })?,
        Sought::Shipment(name) => ledger.find(&Query::Shipment(name.clone()))?,
    };
    let told = Told::new(&ledger, &records)?;
    if records.is_empty() {
        let why = "nothing is known of that: it is no text, key, number, note or shipment of this ledger";
        return Err(nothing(&ledger, why));
    }
    Ok(Outcome { text: told.lines.join("\n"), json: told.json, tolerated: Vec::new() })
}

/// What is said of units: how each of them stands, and all that happened to it.
pub(super) struct Told {
    /// For a person.
    pub(super) lines: Vec<String>,
    /// For a script.
    pub(super) json: Value,
}

impl Told {
    /// What the ledger knows of them.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn new(ledger: &Ledger, records: &[Record]) -> Result<Self, Failure> {
        let (closed, recoveries) = (ledger.closed(), ledger.recoveries()?);
        let mut lines: Vec<String> = closed.iter().map(|closed| format!("closed: {closed}")).collect();
        let mut objects = Vec::new();
        for record in records {
            lines.push(line(record));
            lines.extend(of_record(record, &recoveries));
            lines.extend(record.history.iter().map(|event| format!("  {}", event.line())));
            let mut found = object(record);
            if let Some(found) = found.as_object_mut() {
                let events = record.history.iter().filter_map(|event| serde_json::from_str(&event.line()).ok());
                let _ = found.insert("history".to_owned(), json!(events.collect::<Vec<Value>>()));
                let recovered: Vec<Value> = of_unit(record, &recoveries).into_iter().map(told).collect();
                let _ = found.insert("recovered".to_owned(), json!(recovered));
            }
            objects.push(found);
        }
        let json = json!({ "found": objects, "closed": closed.map(ToString::to_string) });
        Ok(Self { lines, json })
    }
}

/// Nothing is known of what was looked for. An older copy may not know what the newest one does.
pub(super) fn nothing(ledger: &Ledger, why: &str) -> Failure {
    match ledger.closed().filter(|closed| closed.needs_recovery()) {
        Some(closed) => {
            let failure = Failure::new(Exit::Closed, format_args!("nothing is known of that here, and {closed}"));
            failure.of_kind(closed.name())
        }
        None => Failure::refused(why).of_kind("unknown-unit"),
    }
}

/// The units with a text as it stands on the device, an address in any form, or a key.
pub(super) fn by_text(ledger: &Ledger, text: &str) -> Result<Vec<Record>, Failure> {
    let mut found = ledger.find(&Query::Text(text.to_owned()))?;
    if let Some(address) = address(text).filter(|address| found.is_empty() && *address != text) {
        found = ledger.find(&Query::Text(address))?;
    }
    if let Some((kind, value)) = text.split_once('=').filter(|_| found.is_empty()) {
        found = ledger.find(&Query::Key(key(kind, value)?))?;
        if found.is_empty() {
            // The name of a pool in place of the kind of a key.
            let shown = address(value).unwrap_or_else(|| value.to_owned());
            let mut of_pool = ledger.find(&Query::Text(value.to_owned()))?;
            if of_pool.is_empty() {
                of_pool = ledger.find(&Query::Text(shown))?;
            }
            let has = |record: &Record| {
                record.issue.iter().any(|issue| issue.numbers.contains_key(kind))
                    || record.numbers.iter().any(|held| held.pool == kind)
            };
            of_pool.retain(has);
            found = of_pool;
        }
    }
    Ok(found)
}

/// An address as the ledger writes it.
pub(super) fn address(text: &str) -> Option<String> {
    let short = text.parse::<Eui48>().ok().map(|address| address.hyphens().to_string());
    short.or_else(|| text.parse::<Eui64>().ok().map(|address| address.hyphens().to_string()))
}

/// A key, if it is one.
pub(super) fn key(kind: &str, value: &str) -> Result<Key, Failure> {
    Key::new(kind, value).map_err(|error| Failure::new(Exit::Refused, error).of_kind("bad-key"))
}

/// A record as a line.
pub(super) fn line(record: &Record) -> String {
    let mut parts = Vec::new();
    parts.extend(record.keys.iter().map(ToString::to_string));
    if let Some(issue) = &record.issue {
        parts.extend(issue.numbers.iter().map(|(pool, (number, text))| format!("{pool} {number} {text}")));
        let at = issue.station.as_ref().map(|station| format!(" at station {station}")).unwrap_or_default();
        // A read-back is what a person expects.
        let weak = issue.evidence.filter(|evidence| issue.state == State::Verified && *evidence != Evidence::Readback);
        let weak = weak.map(|evidence| format!(" ({evidence})")).unwrap_or_default();
        parts.push(format!("{}{weak}, attempt {}{at}", issue.state, issue.attempt));
    }
    parts.extend(record.numbers.iter().map(|held| {
        let text = held.text.as_ref().map(|text| format!(" {text}")).unwrap_or_default();
        format!("{} {}{text} is {}", held.pool, held.number, held.state)
    }));
    parts.extend(record.former_keys.iter().map(|key| format!("had {key}")));
    match record.unit {
        Some(unit) => format!("unit {unit}: {}", parts.join("; ")),
        None => parts.join("; "),
    }
}

/// The same for a script.
pub(super) fn object(record: &Record) -> Value {
    let keys: Map<String, Value> = record
        .keys
        .iter()
        .flat_map(nameplate_ledger::Keys::iter)
        .map(|key| (key.kind().to_owned(), json!(key.value())))
        .collect();
    let texts: Map<String, Value> = record
        .issue
        .iter()
        .flat_map(|issue| &issue.numbers)
        .map(|(pool, (number, text))| (pool.clone(), json!({ "number": number, "text": text })))
        .collect();
    let held: Vec<Value> = record
        .numbers
        .iter()
        .map(|held| json!({ "pool": held.pool, "number": held.number, "text": held.text, "state": held.state.name() }))
        .collect();
    json!({
        "unit": record.unit,
        "keys": keys,
        "numbers": texts,
        "state": record.issue.as_ref().map(|issue| issue.state.name()),
        "evidence": record.issue.as_ref().and_then(|issue| issue.evidence).map(|evidence| evidence.to_string()),
        "attempt": record.issue.as_ref().map(|issue| issue.attempt),
        "station": record.issue.as_ref().and_then(|issue| issue.station.clone()),
        "former_keys": record.former_keys.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "others": held,
    })
}
