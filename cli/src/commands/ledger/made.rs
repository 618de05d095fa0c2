//! Which files were made for a unit, or folders of files, by the journal of this PC.
//!
//! It has each event, in the order of the log, and the line of a file stands where its event is or after it. So what
//! is before the first event of a unit says nothing of the unit, and need not be read.

use std::fs::File;
use std::io;
use std::ops::ControlFlow;
use std::path::PathBuf;

use nameplate_ledger::folder::Home;
use nameplate_ledger::sqlite::Record;
use nameplate_ledger::{Body, Event};
use serde_json::Value;

use super::back::{BLOCK, back};
use super::journal::AGAIN;
use super::state::journal;
use crate::failure::Failure;

/// With so many events, the first ones of a unit may not be known.
const MANY: usize = 1_000;

/// Epoch and number of an event.
type Place = (u32, u64);

/// The files, or the folders, that were made for a unit, as this PC knows.
///
/// # Errors
/// When the journal cannot be read.
pub(super) fn files(home: &Home, id: &str, record: &Record) -> Result<Vec<PathBuf>, Failure> {
    let Some(unit) = record.unit else { return Ok(Vec::new()) };
    let path = journal(home, id);
    let fail = |error| Failure::io(&path, error);
    let mut file = match File::open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        file => file.map_err(fail)?,
    };
    let is_locked = file.lock_shared().is_ok();
    let mut first = first(record).filter(|_| is_locked);
    // As it stands in the text of an event, inside of a text.
    let named = format!("\\\"unit\\\":{unit}");
    let mut files = Vec::new();
    let look = |line: &str| {
        if line.starts_with("{\"path\":") {
            if line.contains(&named) {
                files.extend(of_unit(line, id, unit));
            }
        } else if line.starts_with(AGAIN) {
            first = None;
        } else if first.is_some_and(|first| place(line, id).is_some_and(|place| place < first)) {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    };
    back(&mut file, BLOCK, look).map_err(fail)?;
    files.sort();
    files.dedup();
    Ok(files)
}

/// The first event of a unit. Nothing, if another history may have had it before: that of an adopted one had it at
/// another place.
fn first(record: &Record) -> Option<Place> {
    let is_adopted = |event: &Event| matches!(event.body, Body::Adopted { .. });
    let first = record.history.first()?;
    let is_known = record.history.len() < MANY && !record.history.iter().any(is_adopted);
    is_known.then_some((first.epoch, first.seq))
}

/// The file of a line, if it is of the unit.
fn of_unit(line: &str, id: &str, unit: u64) -> Option<PathBuf> {
    let line: Value = serde_json::from_str(line).ok()?;
    let entry = line.get("ledger")?;
    let event: Value = serde_json::from_str(entry.get("event")?.as_str()?).ok()?;
    let same = entry.get("id")?.as_str()? == id && event.get("unit")?.as_u64()? == unit;
    same.then(|| line.get("path")?.as_str().map(PathBuf::from)).flatten()
}

/// The place of the event of a line, which is of no file.
fn place(line: &str, id: &str) -> Option<Place> {
    let line: Value = serde_json::from_str(line).ok()?;
    let entry = line.get("ledger").filter(|entry| entry.get("id").and_then(Value::as_str) == Some(id))?;
    let event = Event::parse(entry.get("event")?.as_str()?.as_bytes()).ok()?;
    Some((event.epoch, event.seq))
}
