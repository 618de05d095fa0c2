//! SQTP files that exist already: what is in them, the next number, marks and values in place.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use nameplate::addr::Address;
use nameplate::image::hex::Options;
use nameplate::sqtp::{Change, File, Reading, Unit};
use serde_json::json;

use super::Outcome;
use crate::failure::{Exit, Failure};

/// What to do with a file.
#[derive(Debug)]
pub enum Action {
    /// Say the next unused number, and mark it as used if that is asked for.
    Next {
        /// Whether to mark it, durably, before it is said.
        mark: bool,
    },
    /// Mark a unit as used.
    Mark {
        /// Which one, counted from 0.
        unit: usize,
    },
    /// Give a unit another payload.
    Set {
        /// Which one, counted from 0.
        unit: usize,
        /// The payload.
        payload: Vec<u8>,
    },
}

/// How many duplicates are listed.
const SHOWN: usize = 10;

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::reading(path, &error))
}

/// Opens the file to be changed and reads it. Until it is closed, no other `nameplate` changes it: two stations
/// that ask at the same time get two numbers.
fn open(path: &Path) -> Result<(fs::File, Vec<u8>), Failure> {
    let open = fs::OpenOptions::new().read(true).write(true).open(path);
    let mut file = open.map_err(|error| Failure::reading(path, &error))?;
    file.lock().map_err(|error| Failure::io(path, format_args!("cannot be locked against other stations: {error}")))?;
    let mut text = Vec::new();
    let _ = file.read_to_end(&mut text).map_err(|error| Failure::io(path, error))?;
    Ok((file, text))
}

fn parse<'t>(path: &Path, text: &'t [u8], reading: Reading) -> Result<File<'t>, Failure> {
    File::parse_with(text, reading).map_err(|error| Failure::refused(error).about(path.display()))
}

/// Whether the name is one of an SQTP file.
pub fn is_num_name(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("num"))
}

/// Says how many units there are, how many were used, and what is wrong among them.
///
/// # Errors
/// When the file cannot be read, or is none.
pub fn inspect(path: &Path, options: Options) -> Result<Outcome, Failure> {
    let text = read(path)?;
    let reading = if options == Options::strict() { Reading::Strict } else { Reading::Lenient };
    let file = parse(path, &text, reading)?;
    let (used, len) = (file.used(), file.len());
    let address = Address(file.record_address().into()).to_string();
    let mut said =
        format!("{}: SQTP, {len} units of {} bytes at record address {address}", path.display(), file.payload_len());
    let _ = write!(said, "\n  {used} used, {} unused", len - used);
    if let Some(next) = file.next_unused() {
        let _ = write!(said, "; the next is unit {} in line {}", next.index(), next.line());
    }
    let duplicates = file.duplicates();
    for (again, first) in duplicates.iter().take(SHOWN) {
        let _ = write!(said, "\n  line {} has the number of line {}", again.line(), first.line());
    }
    if duplicates.len() > SHOWN {
        let _ = write!(said, "\n  {} more", duplicates.len() - SHOWN);
    }
    for found in file.diagnostics() {
        let _ = write!(said, "\n  tolerated: {found}");
    }
    let json = json!({
        "file": path,
        "format": "sqtp",
        "units": len,
        "bytes": file.payload_len(),
        "record_address": address,
        "used": used,
        "next": file.next_unused().map(|unit| unit.index()),
        "duplicates": duplicates.iter().map(|(again, first)| json!([again.line(), first.line()])).collect::<Vec<_>>(),
        "tolerated": file.diagnostics().iter().map(ToString::to_string).collect::<Vec<_>>(),
    });
    Ok(Outcome { text: said, json, tolerated: Vec::new() })
}

/// Does one thing with the file at `path`, which is read strictly.
///
/// # Errors
/// When the file is wrong, has no such unit, or none that is unused.
pub fn run(path: &Path, action: &Action) -> Result<Outcome, Failure> {
    let (mut locked, text) = match action {
        Action::Next { mark: false } => (None, read(path)?),
        _ => open(path).map(|(file, text)| (Some(file), text))?,
    };
    let file = parse(path, &text, Reading::Strict)?;
    let about = |failure: Failure| failure.about(path.display());
    let numbered = |index: usize| {
        let message = format!("there is no unit {index}, the last one is {}", file.len() - 1);
        file.unit(index).ok_or_else(|| about(Failure::refused(message)))
    };
    let (unit, change, what) = match action {
        Action::Next { mark } => {
            let none = || Failure::new(Exit::Exhausted, format_args!("all {} units were used", file.len()));
            let unit = file.next_unused().ok_or_else(|| about(none()))?;
            (unit, mark.then(|| unit.mark()), if *mark { "marked as used" } else { "the next unused" })
        }
        Action::Mark { unit } => {
            let unit = numbered(*unit)?;
            if unit.is_used() {
                let message = format_args!("unit {} in line {} is marked already", unit.index(), unit.line());
                return Err(about(Failure::refused(message)));
            }
            (unit, Some(unit.mark()), "marked as used")
        }
        Action::Set { unit, payload } => {
            let unit = numbered(*unit)?;
            let same = |other: &Unit<'_>| other.index() != unit.index() && other.payload() == *payload;
            if let Some(other) = file.units().find(same) {
                let (index, line) = (other.index(), other.line());
                return Err(about(Failure::refused(format_args!(
                    "unit {index} in line {line} has this payload already"
                ))));
            }
            let change = unit.replace(payload).map_err(|error| about(Failure::refused(error)))?;
            (unit, Some(change), "changed")
        }
    };
    if let Some((file, change)) = locked.as_mut().zip(change.as_ref()) {
        write(file, change).map_err(|error| Failure::io(path, error))?;
    }
    // Such a file does not say whether it holds keys: the payload is shown only where it is asked for.
    let payload = matches!(action, Action::Next { .. }).then(|| hex::encode_upper(unit.payload()));
    Ok(outcome(path, unit, payload, what))
}

fn outcome(path: &Path, unit: Unit<'_>, payload: Option<String>, what: &str) -> Outcome {
    let shown = payload.as_ref().map_or(String::new(), |payload| format!("{payload}, "));
    let text = format!("{}: unit {} in line {}: {shown}{what}", path.display(), unit.index(), unit.line());
    let mut json = json!({ "file": path, "unit": unit.index(), "line": unit.line(), "done": what });
    if let (Some(json), Some(payload)) = (json.as_object_mut(), payload) {
        let _ = json.insert("payload".to_owned(), payload.into());
    }
    Outcome { text, json, tolerated: Vec::new() }
}

/// Writes a few characters over others, durably.
fn write(file: &mut fs::File, change: &Change) -> std::io::Result<()> {
    let _ = file.seek(SeekFrom::Start(u64::try_from(change.offset()).unwrap_or(u64::MAX)))?;
    file.write_all(change.bytes())?;
    file.sync_all()
}
