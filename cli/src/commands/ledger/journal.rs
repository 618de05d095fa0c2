//! The journal of this PC: a line for each file that was made for a unit of a ledger, on the disk before it is said. After
//! a restore it knows who has which number. Beside the file of one unit lies its own line.

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use nameplate_job::journal::{self, Entry, Line, Number};
use nameplate_ledger::folder::Home;
use nameplate_ledger::sqlite;
use serde_json::Value;

use super::state::journal;
use crate::failure::{Failure, folder};
use crate::output::Readers;
use crate::{leftover, sync};

/// The place in the ledger, as it stands in a line.
pub(super) fn entry(entry: &sqlite::Entry) -> Entry {
    let sqlite::Entry { ledger, seq, line, root } = entry.clone();
    Entry { id: ledger, event: line, seq: Number::from(seq), root: root.to_string() }
}

/// Adds lines to the journal of this PC, each with the path of its file.
///
/// # Errors
/// When they cannot be written.
pub(super) fn add(home: &Home, id: &str, lines: &[(PathBuf, String)]) -> Result<(), Failure> {
    let path = journal(home, id);
    let mut text = String::new();
    for (file, line) in lines {
        let file = Value::from(file.to_string_lossy().into_owned());
        let rest = line.strip_prefix('{').unwrap_or(line);
        let _ = writeln!(text, "{{\"path\":{file},{rest}");
    }
    let write = || -> io::Result<bool> {
        fs::create_dir_all(folder(&path))?;
        let is_new = !path.exists();
        let mut options = OpenOptions::new();
        let _ = options.read(true).append(true).create(true);
        #[cfg(unix)]
        let _ = std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path)?;
        // The last line may have been cut by a kill.
        let mut last = [b'\n'];
        if file.seek(SeekFrom::End(0))? > 0 {
            let _ = file.seek(SeekFrom::End(-1))?;
            file.read_exact(&mut last)?;
        }
        if last != [b'\n'] {
            text.insert(0, '\n');
        }
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        Ok(is_new)
    };
    let mut write = write;
    if write().map_err(|error| Failure::io(&path, error))? { sync::names(folder(&path)) } else { Ok(()) }
}

/// The files that were made for a unit, as this PC knows.
pub(super) fn files(home: &Home, id: &str, unit: u64) -> Vec<PathBuf> {
    let Ok(text) = fs::read_to_string(journal(home, id)) else { return Vec::new() };
    let of_unit = |line: &str| {
        let line: Value = serde_json::from_str(line).ok()?;
        let entry = line.get("ledger")?;
        let event: Value = serde_json::from_str(entry.get("event")?.as_str()?).ok()?;
        let same = entry.get("id")?.as_str()? == id && event.get("unit")?.as_u64()? == unit;
        same.then(|| line.get("path")?.as_str().map(PathBuf::from)).flatten()
    };
    let mut files: Vec<PathBuf> = text.lines().filter_map(of_unit).collect();
    files.sort();
    files.dedup();
    files
}

/// The journal beside the file of one unit.
pub(super) fn beside(out: &Path) -> PathBuf {
    let mut name = out.as_os_str().to_owned();
    name.push(".units.jsonl");
    name.into()
}

/// Refuses what lies in the place of that journal and is none.
///
/// # Errors
/// When it is none of a ledger.
pub(super) fn check_beside(path: &Path) -> Result<(), Failure> {
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        text => text.map_err(|error| Failure::io(path, error))?,
    };
    let is_ours = |line: Result<(u64, Line, &str), _>| line.is_ok_and(|(_, line, _)| line.ledger.is_some());
    if journal::lines(&text).all(is_ours) {
        return Ok(());
    }
    Err(Failure::refused("exists already, and is not the journal of a unit's file: move it away").about(path.display()))
}

/// Writes the line of a unit into the journal beside its file, in place of that of a unit before.
///
/// # Errors
/// When it cannot be written; then it is as it was.
pub(super) fn replace(path: &Path, line: &str, readers: Readers) -> Result<(), Failure> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    let _ = builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(readers.mode()));
    #[cfg(not(unix))]
    let _ = readers;
    let fail = |error: &io::Error| Failure::making(path, error);
    let mut file =
        builder.prefix(leftover::PREFIX).tempfile_in(folder(path)).map_err(|error| Failure::making(path, &error))?;
    let written = file.write_all(line.as_bytes()).and_then(|()| file.write_all(b"\n"));
    written.and_then(|()| file.as_file().sync_all()).map_err(|error| fail(&error))?;
    let _ = file.persist(path).map_err(|error| fail(&error.error))?;
    sync::names(folder(path))
}
