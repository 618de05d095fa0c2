//! The journal of this PC: a line for each file that was made for a unit of a ledger, and for each event of its log, on the
//! disk before it is said. After a restore it knows who has which number, and what was decided. Beside the file of one unit,
//! or its folder, lies its own line.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use nameplate_job::journal::{self, Entry, Line, Number};
use nameplate_ledger::Event;
use nameplate_ledger::folder::Home;
use nameplate_ledger::sqlite::{self, Ledger};
use serde_json::Value;

use super::back::{BLOCK, back};
use super::state::{home, journal};
use crate::failure::{Failure, folder};
use crate::output::Readers;
use crate::{leftover, sync};

/// Bytes of lines at the end of a journal that are looked at: more than the longest line has.
const LOOKED_AT: usize = 1 << 22;
/// So begins the line of an event behind lines that are not of the log: what lies before it may be of another history, or the
/// same events once more.
pub(super) const AGAIN: &str = "{\"again\":true,";
/// Events of the log that a journal begins with where none is.
const NEWEST: u64 = 1_000;

/// The place in the ledger, as it stands in a line.
pub(super) fn entry(entry: &sqlite::Entry) -> Entry {
    let sqlite::Entry { ledger, seq, line, root } = entry.clone();
    Entry { id: ledger, event: line, seq: Number::from(seq), root: root.to_string() }
}

/// Adds lines to the journal of this PC: those of files, each with the event that gave the numbers and its path, and each
/// event of the log that the journal lacks, in order. What a person decided is there too before it is said.
///
/// # Errors
/// When they cannot be written.
pub(super) fn add(home: &Home, ledger: &Ledger, files: &[(u64, PathBuf, String)]) -> Result<(), Failure> {
    let id = ledger.id()?;
    let path = journal(home, &id);
    let failed = |error: io::Error| {
        let way = "it is in the ledger, and not yet in this journal: put that right, and run the same again";
        Failure::io(&path, format_args!("{error}; {way}"))
    };
    let is_new = !path.exists();
    let mut file = open(&path).map_err(failed)?;
    let (known, is_again) = known(&mut file, ledger, &id).map_err(failed)?;
    let (mut lines, mut text) = (BTreeMap::new(), String::new());
    let after = match known {
        Some(known) => known,
        None => begin(ledger)?,
    };
    // What the anchor did not confirm may be taken back, and somebody else be given it.
    let size = ledger.confirmed();
    let mut log = Vec::new();
    let _: u64 = ledger.export(after, &mut log)?;
    for (seq, file, line) in files {
        let file = Value::from(file.to_string_lossy().into_owned());
        let rest = line.strip_prefix('{').unwrap_or(line);
        let line = format!("{{\"path\":{file},{rest}");
        if *seq <= after {
            let _ = writeln!(text, "{line}");
        } else {
            let _ = lines.insert(*seq, line);
        }
    }
    let is_behind = !text.is_empty() && after >= size;
    if is_behind {
        // The last line is of the newest event, so that the next one knows where to go on.
        log.clear();
        let _: u64 = ledger.export(after.saturating_sub(1), &mut log)?;
    }
    let first = if is_behind { after } else { after.saturating_add(1) };
    let last = size.max(after);
    for (seq, event) in (first..=last).zip(String::from_utf8_lossy(&log).lines()) {
        let _ = lines.entry(seq).or_insert_with(|| {
            let (id, event) = (Value::from(id.as_str()), Value::from(event));
            let begin = if is_again { AGAIN } else { "{" };
            format!("{begin}\"ledger\":{{\"id\":{id},\"event\":{event},\"seq\":{seq}}}}}")
        });
    }
    for line in lines.values() {
        let _ = writeln!(text, "{line}");
    }
    if text.is_empty() {
        return Ok(());
    }
    let mut write = || -> io::Result<()> {
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
        file.sync_all()
    };
    write().map_err(failed)?;
    if is_new { sync::names(folder(&path)) } else { Ok(()) }
}

/// Opens the journal to add to it. Until it is closed, no other process does: events lie in it in the order of the log.
fn open(path: &Path) -> io::Result<File> {
    fs::create_dir_all(folder(path))?;
    let mut options = OpenOptions::new();
    let _ = options.read(true).append(true).create(true);
    #[cfg(unix)]
    let _ = std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    // Where a file system has no locks, the order is not certain, and whoever reads it back knows that.
    let _ = file.lock();
    Ok(file)
}

/// Brings the journal of this PC up to the log.
///
/// # Errors
/// When it cannot be written.
pub(super) fn follow(ledger: &Ledger) -> Result<(), Failure> {
    add(&home()?, ledger, &[])
}

/// The newest event of the log that the journal has, by its last lines; nothing, if none of them is of this log. Also:
/// whether lines lie behind it that are not of this log.
fn known(file: &mut File, ledger: &Ledger, id: &str) -> io::Result<(Option<u64>, bool)> {
    let event = |line: &str| {
        let line: Value = serde_json::from_str(line).ok()?;
        let entry = line.get("ledger").filter(|entry| entry.get("id").and_then(Value::as_str) == Some(id))?;
        let event = Event::parse(entry.get("event")?.as_str()?.as_bytes()).ok()?;
        let mut own = First(Vec::new());
        // What is written ends behind the first line.
        let _ = ledger.export(event.seq.checked_sub(1)?, &mut own);
        (own.0 == event.line().as_bytes()).then_some(event.seq)
    };
    let (mut known, mut is_other, mut looked_at) = (None, false, 0_usize);
    back(file, BLOCK, |line| {
        known = event(line);
        is_other |= known.is_none() && !line.is_empty();
        looked_at = looked_at.saturating_add(line.len());
        if known.is_some() || looked_at > LOOKED_AT { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    Ok((known, is_other))
}

/// Takes one line.
struct First(Vec<u8>);

impl io::Write for First {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes == b"\n" {
            return Err(io::ErrorKind::Other.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Where a journal begins that has no line of the log: with what a recovery told last, or with the newest events.
fn begin(ledger: &Ledger) -> Result<u64, Failure> {
    if let Some(last) = ledger.recoveries()?.last() {
        return Ok(last.seq.saturating_sub(1));
    }
    Ok(ledger.size()?.saturating_sub(NEWEST))
}

/// The journal beside the file of one unit, or beside its folder.
pub(super) fn beside(out: &Path) -> PathBuf {
    // A folder may be said with a slash behind it.
    let mut name = out.components().collect::<PathBuf>().into_os_string();
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
