//! `nameplate ledger recover`: going on after a restore.

use std::fs;
use std::path::{Path, PathBuf};

use nameplate_ledger::journal::{Journal, parse_journal};
use serde_json::json;

use super::access::Access;
use super::journal::follow;
use super::state::{home, journal};
use crate::commands::outcome::Outcome;
use crate::failure::Failure;

/// Recovers a ledger with what its anchors and the journals know; that of this PC is always read.
///
/// # Errors
/// When a journal or an anchor cannot be read, or there is nothing to recover from.
pub fn recover(access: &Access, journals: &[PathBuf], reason: &str) -> Result<Outcome, Failure> {
    let mut ledger = access.open_to_write()?;
    let id = ledger.status()?.id;
    let own = journal(&home()?, &id);
    let mut paths: Vec<&Path> = journals.iter().map(PathBuf::as_path).collect();
    if own.exists() && !paths.contains(&own.as_path()) {
        paths.push(&own);
    }
    let (mut found, mut lines) = (Vec::new(), Vec::new());
    for path in &paths {
        let bytes = fs::read(path).map_err(|error| Failure::reading(path, &error))?;
        let journal = parse_journal(&bytes, &id);
        lines.push(said(path, &journal));
        found.push((path.display().to_string(), journal.events));
    }
    let recovered = ledger.recover(found, reason)?;
    follow(&ledger)?;
    lines.extend(recovered.to_string().lines().map(str::to_owned));
    let lost: Vec<_> = recovered
        .lost
        .iter()
        .map(|(pool, first, last, lost)| json!({ "pool": pool, "first": first, "last": last, "lost": lost }))
        .collect();
    let json = json!({
        "epoch": recovered.epoch, "size": recovered.size, "lost": lost,
        "withdrawn": recovered.withdrawn, "adopted": recovered.adopted, "next": recovered.next,
        "told_again": recovered.again, "after": recovered.tail.after, "since": recovered.tail.since,
        "known": recovered.tail.known, "missing": recovered.tail.missing, "unplaced": recovered.tail.unplaced,
        "journals": paths.iter().map(|path| path.to_string_lossy()).collect::<Vec<_>>(),
    });
    Ok(Outcome { text: lines.join("\n"), json, tolerated: Vec::new() })
}

/// What a journal says.
fn said(path: &Path, found: &Journal) -> String {
    let mut text = format!("{}: {} lines of this ledger", path.display(), found.events.len());
    if let Some(line) = found.unread.first() {
        text = format!("{text}; {} lines that cannot be read, the first is line {line}", found.unread.len());
    }
    text
}
