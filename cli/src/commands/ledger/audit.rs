//! `nameplate ledger audit` and `check`: whether a ledger is what was written.

use std::fs;
use std::path::PathBuf;

use nameplate_ledger::anchor::parse_anchor;
use nameplate_ledger::folder::Folder;
use nameplate_ledger::sqlite::{Audit, Closed};
use serde_json::json;

use super::access::Access;
use crate::commands::outcome::Outcome;
use crate::failure::{Exit, Failure};

/// Reads the whole log and checks it against its roots and against these anchors: files, or folders of them. Those of
/// the ledger are among them.
///
/// # Errors
/// With the first event that is wrong, or an anchor that the log does not lead to.
pub fn audit(access: &Access, anchors: &[PathBuf]) -> Result<Outcome, Failure> {
    let mut ledger = access.open()?;
    let (mut found, mut shown) = (Vec::new(), Vec::new());
    let status = ledger.status()?;
    access.check_newest(&status)?;
    let own: Vec<PathBuf> = status.anchors.into_iter().map(|(folder, _)| folder).collect();
    for path in anchors.iter().chain(&own) {
        let anchor = if path.is_dir() {
            let newest = Folder::new(path).newest().map_err(|error| Failure::new(Exit::Io, error))?;
            newest.map(|(_, anchor)| anchor)
        } else if path.exists() || anchors.contains(path) {
            let bytes = fs::read(path).map_err(|error| Failure::reading(path, &error))?;
            Some(parse_anchor(&bytes).map_err(|error| Failure::refused(error).about(path.display()))?)
        } else {
            None
        };
        match anchor {
            Some(anchor) => {
                shown.push(format!("the log leads to the anchor {} (size {})", path.display(), anchor.size));
                found.push(anchor);
            }
            None => shown.push(format!("there is no anchor in {}", path.display())),
        }
    }
    let audit = ledger.audit(&found)?;
    Ok(outcome(&audit, status.closed.as_ref(), shown))
}

/// Makes the tables again out of the log, and compares them.
///
/// # Errors
/// With the first row that is not what the log says.
pub fn check(access: &Access) -> Result<Outcome, Failure> {
    let mut ledger = access.open()?;
    let scratch = tempfile::tempdir().map_err(|error| Failure::new(Exit::Io, error))?;
    let audit = ledger.check(scratch.path())?;
    let status = ledger.status()?;
    let said = "the tables are what the log says";
    access.check_newest(&status).map_err(|failure| failure.about(format_args!("{said}, and it is not the newest")))?;
    Ok(outcome(&audit, status.closed.as_ref(), vec![said.to_owned()]))
}

fn outcome(audit: &Audit, closed: Option<&Closed>, shown: Vec<String>) -> Outcome {
    let closed = closed.map(ToString::to_string);
    let mut lines: Vec<String> = closed.iter().map(|closed| format!("closed: {closed}")).collect();
    lines.push(format!("{} events, root {}", audit.size, audit.root));
    lines.extend(shown);
    let pools: Vec<String> = audit.pools.iter().map(ToString::to_string).collect();
    lines.extend(pools.iter().cloned());
    let json = json!({ "size": audit.size, "root": audit.root.to_string(), "pools": pools, "closed": closed });
    Outcome { text: lines.join("\n"), json, tolerated: Vec::new() }
}
