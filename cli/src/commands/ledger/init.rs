//! `nameplate ledger init`: a new ledger.

use std::path::PathBuf;

use nameplate_ledger::sqlite::{Ledger, NewLedger};
use serde_json::json;

use super::access::Access;
use super::state::home;
use crate::commands::outcome::Outcome;
use crate::failure::{Exit, Failure};
use crate::interrupt;

/// Where the first anchor lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anchors {
    /// In the folder of the user's state.
    Usual,
    /// In this folder.
    Folder(PathBuf),
    /// Nowhere.
    None,
    /// It stands in this folder, of a ledger that is gone.
    After(PathBuf),
}

/// What the command line says.
#[derive(Debug)]
pub struct InitArgs {
    /// Where the first anchor lies.
    pub first: Anchors,
    /// The folder of the second one.
    pub second: Option<PathBuf>,
}

/// A new ID: 32 digits.
///
/// # Errors
/// When the system has no random numbers.
pub(crate) fn random_id() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Failure::new(Exit::Io, error).about("random numbers of the system"))?;
    Ok(hex::encode(bytes))
}

/// Creates a ledger.
///
/// # Errors
/// When something lies there, or lay there; when an anchor cannot be made. Nothing is left then.
pub fn init(access: &Access, args: &InitArgs) -> Result<Outcome, Failure> {
    let home = home()?;
    let new = match &args.first {
        Anchors::After(folder) => NewLedger::after(folder),
        first => {
            let new = NewLedger::new(&random_id()?);
            match first {
                Anchors::Folder(folder) => new.anchor(folder),
                Anchors::None => new.without_anchor(),
                Anchors::Usual | Anchors::After(_) => new,
            }
        }
    };
    let new = args.second.iter().fold(new.home(home).by(access.by()), NewLedger::second);
    interrupt::finish();
    let mut ledger = Ledger::create(&access.file, new)?;
    let status = ledger.status()?;
    let anchors: Vec<String> = status.anchors.iter().map(|(folder, _)| folder.display().to_string()).collect();
    let file = access.file.display();
    let mut text = match anchors.as_slice() {
        [] => format!("created {file}, ledger {}, without an anchor", status.id),
        anchors => format!("created {file}, ledger {}; anchor {}", status.id, anchors.join(" and ")),
    };
    for note in &status.notes {
        text = format!("{text}\nnote: {note}");
    }
    if matches!(args.first, Anchors::After(_)) {
        text.push_str(
            "\nnext: `ledger pool add` each pool with the numbers that it had, then `ledger recover --reason …`",
        );
    } else {
        text.push_str("\nnext: `ledger pool add NAME --first A --last B --value TEMPLATE`");
    }
    let json =
        json!({ "ledger": access.file.to_string_lossy(), "id": status.id, "anchors": anchors, "notes": status.notes });
    Ok(Outcome { text, json, tolerated: Vec::new() })
}
