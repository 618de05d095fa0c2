//! `nameplate ledger backup`, `export` and `import`.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use nameplate_ledger::sqlite::{Ledger, NewLedger};
use serde_json::json;

use super::access::Access;
use super::journal::follow;
use super::state::{absolute, home};
use crate::commands::outcome::Outcome;
use crate::failure::Failure;
use crate::interrupt;
use crate::output::{NewFile, Readers};

/// Copies a ledger, which may be in use, into a new file.
///
/// # Errors
/// When the file exists, or cannot be written. Nothing is left then.
pub fn backup(access: &Access, to: &Path) -> Result<Outcome, Failure> {
    let mut ledger = access.open_to_write()?;
    // A copy of an older copy would pass for the newest one.
    access.check_newest(&ledger.status()?)?;
    let size = ledger.backup(to)?;
    let text =
        format!("{}: {size} events; as soon as the ledger goes on, it is put back with `ledger recover`", to.display());
    Ok(Outcome { text, json: json!({ "out": to.to_string_lossy(), "size": size }), tolerated: Vec::new() })
}

/// Writes what is given into a new file.
struct Into<'f>(&'f mut NewFile, Option<Failure>);

impl Write for Into<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(failure) => {
                self.1 = Some(failure);
                Err(io::ErrorKind::Other.into())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes the log, one event a line: into a new file, or to standard output, where nothing else is said.
///
/// # Errors
/// When the ledger is damaged, or the file cannot be written.
pub fn export(access: &Access, after: u64, out: Option<&Path>) -> Result<Option<Outcome>, Failure> {
    let ledger = access.open()?;
    if let (Some(closed), None) = (ledger.closed(), out) {
        let _ = writeln!(io::stderr(), "nameplate: closed: {closed}");
    }
    let Some(path) = out else {
        let _: u64 = ledger.export(after, &mut BufWriter::new(io::stdout().lock()))?;
        return Ok(None);
    };
    let mut file = NewFile::create(path, Readers::Usual)?;
    let mut into = Into(&mut file, None);
    let size = ledger.export(after, &mut into);
    let failed = into.1.take();
    let size = failed.map_or_else(|| size.map_err(Failure::from), Err)?;
    file.keep()?;
    let closed = ledger.closed().map(ToString::to_string);
    let mut lines: Vec<String> = closed.iter().map(|closed| format!("closed: {closed}")).collect();
    lines.push(format!("{}: events {} to {size}", path.display(), after.saturating_add(1)));
    let json = json!({ "out": path.to_string_lossy(), "size": size, "closed": closed });
    Ok(Some(Outcome { text: lines.join("\n"), json, tolerated: Vec::new() }))
}

/// Takes the lines of an export that the ledger lacks; where there is no ledger, it is made of them.
///
/// # Errors
/// When the log has another history, or does not lead to the anchor.
pub fn import(access: &Access, log: &Path, after: Option<PathBuf>) -> Result<Outcome, Failure> {
    let file = File::open(log).map_err(|error| Failure::reading(log, &error))?;
    let mut reader = BufReader::new(file);
    let exists = access.file.exists();
    interrupt::finish();
    let (mut ledger, mut lines) = if exists {
        let mut ledger = access.open()?;
        let imported = ledger.import(&mut reader)?;
        (ledger, vec![format!("{}: {} events were known, {} are new", log.display(), imported.known, imported.new)])
    } else {
        let home = home()?;
        let found =
            home.find(&absolute(&access.file)).map_err(|error| Failure::new(crate::failure::Exit::Io, error))?;
        let anchor = after.or_else(|| found.and_then(|(_, anchors)| anchors.into_iter().next()));
        let anchor = anchor.ok_or_else(|| {
            Failure::refused(format_args!(
                "{}: there is no ledger, and none was here: to make it again, name the folder of its anchor with --after",
                access.file.display()
            ))
        })?;
        let new = NewLedger::after(anchor).home(home).by(access.by());
        let ledger = Ledger::create_from(&access.file, new, &mut reader)?.signed(access.by());
        (ledger, vec![format!("created {} out of {}", access.file.display(), log.display())])
    };
    follow(&ledger)?;
    let status = ledger.status()?;
    lines.push(format!("{} events, epoch {}", status.size, status.epoch));
    lines.extend(status.closed.iter().map(|closed| format!("closed: {closed}")));
    let json = json!({ "size": status.size, "closed": status.closed.map(|closed| closed.to_string()) });
    Ok(Outcome { text: lines.join("\n"), json, tolerated: Vec::new() })
}
