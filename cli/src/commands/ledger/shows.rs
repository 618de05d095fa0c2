//! `nameplate ledger find --read`: which board this is, by what its memory shows, and what differs.

use nameplate::Plan;
use nameplate::image::Container;
use nameplate_job::Job;
use nameplate_job::ledger::Identity;
use nameplate_ledger::sqlite::{Held, Ledger, Query, Record};
use nameplate_ledger::{Reading, State};
use serde_json::{Map, Value, json};

use super::access::Access;
use super::board::{Known, shown};
use super::find::{Told, nothing};
use super::pools::identities;
use crate::commands::outcome::Outcome;
use crate::failure::Failure;
use crate::image::File;

/// What was read from the board, and what it was compared with.
pub(crate) struct Looked<'l> {
    pub(crate) file: &'l File,
    pub(crate) plan: &'l Plan,
    pub(crate) template: &'l dyn Container,
    /// What is not as the job and its template say.
    pub(crate) wrong: &'l [String],
}

/// A ledger in which boards are looked up by their memory.
pub(crate) struct Boards {
    ledger: Ledger,
    identities: Vec<Identity>,
}

/// An identity that the board shows, and what the ledger has of it.
struct Shows<'s> {
    pool: &'s str,
    reading: &'s Reading,
    record: Option<Record>,
}

impl Boards {
    /// Opens the ledger, for boards of this job.
    ///
    /// # Errors
    /// When it cannot be read, or the job does not agree with it.
    pub(crate) fn open(access: &Access, job: &Job) -> Result<Self, Failure> {
        let mut ledger = access.open()?;
        let status = ledger.status()?;
        Ok(Self { identities: identities(job, &status)?, ledger })
    }

    /// Who a board is, by its memory. The flag is whether it shows what the ledger has of it, whole and verified.
    ///
    /// # Errors
    /// When the board is blank, or nothing is known of what it shows.
    pub(crate) fn said(&self, looked: &Looked<'_>) -> Result<(Outcome, bool), Failure> {
        said(&self.ledger, &self.identities, looked)
    }
}

fn said(ledger: &Ledger, identities: &[Identity], looked: &Looked<'_>) -> Result<(Outcome, bool), Failure> {
    let file = looked.file.name().display();
    let readings =
        shown(identities, [(Known { name: None, plan: looked.plan, template: looked.template }, Some(looked.file))])?;
    if readings.is_empty() {
        let why =
            "this board is blank, so nothing in it says whose it is: look it up by its keys, `ledger find KIND=VALUE`";
        return Err(Failure::refused(why).about(file).of_kind("unknown-unit"));
    }
    let mut all = Vec::new();
    for identity in identities {
        let pool = identity.pool();
        let Some(reading) = readings.get(pool) else { continue };
        all.push(Shows { pool, reading, record: whose(ledger, identity, reading)? });
    }
    let texts: Vec<String> = all.iter().map(|shows| format!("{} {}", shows.pool, shows.reading.text)).collect();
    let texts = texts.join(", ");
    let mut records: Vec<Record> = Vec::new();
    for record in all.iter().filter_map(|shows| shows.record.as_ref()) {
        if !records.contains(record) {
            records.push(record.clone());
        }
    }
    if records.is_empty() {
        let why = format!("it shows {texts}, and the ledger gave none of that to anyone");
        return Err(nothing(ledger, &why).about(file));
    }
    let differs = differences(identities, &all, &records);
    let told = Told::new(ledger, &records)?;
    let mut lines = vec![format!("{file}: {texts}")];
    lines.extend(told.lines);
    lines.extend(differs.iter().map(|what| format!("differs: {what}")));
    lines.extend(looked.wrong.iter().map(|what| format!("not as the job: {what}")));
    if differs.is_empty() {
        let job = if looked.wrong.is_empty() { ", and all else is as the job has it" } else { "" };
        lines.push(format!("it shows what the ledger has{job}"));
    }
    let shows: Map<String, Value> =
        all.iter().map(|shows| (shows.pool.to_owned(), json!(shows.reading.text))).collect();
    let mut json = told.json;
    if let Some(object) = json.as_object_mut() {
        let _ = object.insert("file".to_owned(), json!(looked.file.name().to_string_lossy()));
        let _ = object.insert("shows".to_owned(), json!(shows));
        let _ = object.insert("differs".to_owned(), json!(differs));
        let _ = object.insert("not_as_the_job".to_owned(), json!(looked.wrong));
    }
    Ok((Outcome { text: lines.join("\n"), json, tolerated: Vec::new() }, differs.is_empty()))
}

/// Whose a text of a pool is. A number of a gap has no text in the ledger: the scheme says which one it is.
fn whose(ledger: &Ledger, identity: &Identity, reading: &Reading) -> Result<Option<Record>, Failure> {
    let pool = identity.pool();
    let mut found = ledger.find(&Query::Text(reading.text.clone()))?;
    found.retain(|record| {
        now(record, pool) == Some(&*reading.text)
            || record.numbers.iter().any(|held| held.pool == pool && held.text.as_ref() == Some(&reading.text))
    });
    if found.is_empty() {
        let number = reading.number.filter(|number| identity.text(*number).as_ref() == Some(&reading.text));
        if let Some(number) = number {
            found = ledger.find(&Query::Number { pool: pool.to_owned(), number })?;
        }
    }
    Ok(found.into_iter().next())
}

/// The text that a unit has of a pool.
fn now<'r>(record: &'r Record, pool: &str) -> Option<&'r str> {
    record.issue.as_ref()?.text(pool)
}

/// What the board shows, and the ledger has otherwise, a sentence each.
fn differences(identities: &[Identity], all: &[Shows<'_>], records: &[Record]) -> Vec<String> {
    let mut differs = Vec::new();
    let mut owners: Vec<(u64, &str)> = Vec::new();
    for Shows { pool, reading, record } in all {
        let text = &reading.text;
        let Some(record) = record else {
            differs.push(format!("`{text}` of pool `{pool}` was given to nobody"));
            continue;
        };
        if let Some(unit) = record.unit.filter(|_| now(record, pool) == Some(text)) {
            owners.push((unit, text));
            continue;
        }
        let is_it = |held: &&Held| {
            held.pool == *pool && (held.text.as_ref() == Some(text) || reading.number == Some(held.number))
        };
        let state = record.numbers.iter().find(is_it).map_or("not given any more", |held| held.state.name());
        let owner = match (record.unit, now(record, pool)) {
            (Some(unit), Some(now)) => format!("; unit {unit}, which had it, has `{now}` now"),
            (Some(unit), None) => format!("; unit {unit} had it"),
            (None, _) => "; no unit has it".to_owned(),
        };
        differs.push(format!("`{text}` of pool `{pool}` is {state}{owner}"));
    }
    if owners.iter().any(|(unit, _)| owners.first().is_some_and(|(first, _)| first != unit)) {
        let owners: Vec<String> =
            owners.iter().map(|(unit, text)| format!("`{text}`, which is unit {unit}'s")).collect();
        differs.push(format!("it shows {}: two boards may have one number", owners.join(", and ")));
    }
    for record in records {
        let (Some(unit), Some(issue)) = (record.unit, &record.issue) else { continue };
        // What it shows of other units was said.
        let lacks = issue.numbers.iter().filter(|(pool, _)| {
            let is_of_job = identities.iter().any(|identity| identity.pool() == *pool);
            is_of_job && all.iter().all(|shows| shows.pool != *pool)
        });
        differs.extend(
            lacks.map(|(pool, (_, text))| format!("unit {unit} has `{text}` of pool `{pool}`, and it is blank there")),
        );
        let way = match issue.state {
            State::Verified => continue,
            state if state.is_open() => ": nothing was read back of it yet; `verify --ledger --seen` does that",
            State::Quarantined => ": two boards may have its number; `ledger release` the right one with a reason",
            _ => ": no board may have its number",
        };
        differs.push(format!("unit {unit} is {}{way}", issue.state));
    }
    differs
}
