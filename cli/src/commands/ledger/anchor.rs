//! `nameplate ledger anchor move`: an anchor that is moved, added or left.

use std::path::PathBuf;

use nameplate_ledger::sqlite::{Closed, Place};
use serde_json::json;

use super::access::Access;
use super::journal::follow;
use super::recover::recover;
use crate::commands::outcome::Outcome;
use crate::failure::Failure;

/// What the command line says.
#[derive(Debug)]
pub struct MoveArgs {
    /// Where to; nothing to leave it.
    pub to: Option<PathBuf>,
    /// Whether the second one is meant.
    pub second: bool,
    /// Journals of stations, for a recovery if the old one died.
    pub journals: Vec<PathBuf>,
    /// Why.
    pub reason: String,
}

/// Moves, adds or leaves an anchor.
///
/// # Errors
/// When the ledger is behind it, or the folder cannot hold one.
pub fn move_anchor(access: &Access, args: &MoveArgs) -> Result<Outcome, Failure> {
    let mut ledger = access.open_to_write()?;
    let place = if args.second { Place::Second } else { Place::First };
    ledger.move_anchor(place, args.to.as_deref(), &args.reason)?;
    follow(&ledger)?;
    let mut recovered = None;
    if matches!(ledger.closed(), Some(Closed::Fenced)) {
        // No anchor is left that knows how far the ledger was: the journals may.
        drop(ledger);
        recovered = Some(recover(access, &args.journals, &args.reason)?);
        ledger = access.open_to_write()?;
    }
    let status = ledger.status()?;
    let anchors: Vec<String> = status.anchors.iter().map(|(folder, _)| folder.display().to_string()).collect();
    let mut lines = vec![match anchors.as_slice() {
        [] => "the ledger has no anchor".to_owned(),
        anchors => format!("anchor {}", anchors.join(" and ")),
    }];
    lines.extend(recovered.iter().map(|recovered| recovered.text.clone()));
    lines.extend(status.notes.iter().map(|note| format!("note: {note}")));
    lines.extend(status.closed.iter().map(|closed| format!("closed: {closed}")));
    Ok(Outcome {
        text: lines.join("\n"),
        json: json!({ "anchors": anchors, "notes": status.notes, "recovered": recovered.map(|recovered| recovered.json) }),
        tolerated: vec![],
    })
}
