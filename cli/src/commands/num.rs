//! SQTP files that exist already: what is in them, the next number, marks and values in place.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use clap::Subcommand;
use nameplate::addr::Address;
use nameplate::image::hex::{Options, Tolerance};
use nameplate::sqtp::{Change, File, Reading, Unit};
use serde_json::json;
use zeroize::Zeroizing;

use super::next::{self, Marked, Number};
use super::outcome::Outcome;
use super::readback;
use crate::failure::{Exit, Failure};
use crate::hidden::Hidden;
use crate::interrupt;

/// What to do with a file.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Say the next unused number of an SQTP file; not for files of keys, as it is shown
    Next {
        /// The file.
        #[command(flatten)]
        file: FileArgs,
        /// Mark it as used, durably, before it is said; what cannot be said is not marked
        #[arg(long)]
        mark: bool,
        /// The job of the file, which says what the number means
        #[arg(long)]
        job: Option<PathBuf>,
    },
    /// Mark a unit as used
    Mark {
        /// The file.
        #[command(flatten)]
        file: FileArgs,
        /// The unit's line, counted from 1, as `next` and `inspect` say it
        #[arg(long)]
        line: usize,
    },
    /// Give an unused unit another payload
    Set {
        /// The file.
        #[command(flatten)]
        file: FileArgs,
        /// The unit's line, counted from 1, as `next` and `inspect` say it
        #[arg(long)]
        line: usize,
        /// The payload as digits, in the order of addresses; others on the machine can see it
        #[arg(long, value_name = "DIGITS")]
        hex: Hidden,
    },
}

/// A file that stations share.
#[derive(Clone, Debug, clap::Args)]
pub struct FileArgs {
    /// The file
    #[arg(value_name = "FILE")]
    path: PathBuf,
    /// How many seconds to wait for another station that has the file
    #[arg(long, value_name = "SECONDS", default_value = "10")]
    wait: u16,
}

/// How many duplicates are listed.
const SHOWN: usize = 10;

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::reading(path, &error))
}

/// How long a station sleeps before it tries the lock again.
const STEP: Duration = Duration::from_millis(20);

/// Opens the file to be changed. Until it is closed, no other `nameplate` changes it: two stations
/// that ask at the same time get two numbers.
fn open(FileArgs { path, wait }: &FileArgs) -> Result<fs::File, Failure> {
    let open = fs::OpenOptions::new().read(true).write(true).open(path);
    let file = open.map_err(|error| Failure::reading(path, &error))?;
    let wait = Duration::from_secs((*wait).into());
    let mut waited = Duration::ZERO;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(fs::TryLockError::WouldBlock) if waited < wait => {
                if waited.is_zero() {
                    let most = wait.as_secs();
                    let _ = writeln!(
                        std::io::stderr(),
                        "nameplate: {}: waiting for another station, at most {most} s",
                        path.display()
                    );
                }
                sleep(STEP);
                waited += STEP;
            }
            Err(fs::TryLockError::WouldBlock) => {
                let message =
                    format_args!("another station has held it for {} s; --wait says how long to wait", wait.as_secs());
                return Err(Failure::io(path, message));
            }
            Err(fs::TryLockError::Error(error)) => {
                return Err(Failure::io(path, format_args!("cannot be locked against other stations: {error}")));
            }
        }
    }
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
    // Tolerances of one kind are of firmware.
    let is_lenient = Tolerance::ALL.into_iter().all(|kind| options.tolerates(kind));
    let reading = if is_lenient { Reading::Lenient } else { Reading::Strict };
    let file = parse(path, &text, reading)?;
    let (used, len) = (file.used(), file.len());
    let address = Address(file.record_address().into()).to_string();
    let mut said =
        format!("{}: SQTP, {len} units of {} bytes at record address {address}", path.display(), file.payload_len());
    let _ = write!(said, "\n  {used} used, {} unused", len - used);
    if let Some(next) = file.next_unused() {
        let _ = write!(said, "; the next is in line {}", next.line());
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
        "file": path.to_string_lossy(),
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

/// Does one thing with a file, which is read strictly. What is marked for [`Action::Next`] can be
/// taken back if it cannot be said.
///
/// # Errors
/// When the file is wrong, has no such unit, or none that is unused, or another station holds it for too long.
pub fn run(action: &Action) -> Result<(Outcome, Option<Marked>), Failure> {
    match action {
        Action::Next { file, mark, job } => next(file, *mark, job.as_deref()),
        Action::Mark { file, line } => change(file, *line, None).map(|outcome| (outcome, None)),
        Action::Set { file, line, hex } => {
            let wrong = |_| Failure::new(Exit::Usage, "--hex: expected hexadecimal digits, two for each byte");
            let payload = Zeroizing::new(hex::decode(&**hex).map_err(wrong)?);
            change(file, *line, Some(&payload)).map(|outcome| (outcome, None))
        }
    }
}

/// Says the next unused number, and marks it first if that is asked for; `job` says what it means.
fn next(file: &FileArgs, mark: bool, job: Option<&Path>) -> Result<(Outcome, Option<Marked>), Failure> {
    let path = &file.path;
    let meaning = job.map(readback::Meaning::read).transpose()?;
    let mut opened =
        if mark { open(file)? } else { fs::File::open(path).map_err(|error| Failure::reading(path, &error))? };
    let number = next::next(path, &mut opened)?;
    let meant = meaning.map(|meaning| meaning.of(&number.payload)).transpose();
    let meant =
        meant.map_err(|wrong| Failure::refused(format_args!("line {}: {wrong}", number.line)).about(path.display()))?;
    if !mark {
        return Ok((said(path, &number, meant.as_deref(), "the next unused"), None));
    }
    if is_deaf() {
        let message = "standard output is closed, so that nobody would hear the number: it is not marked; `sqtp mark` marks one that is known";
        return Err(Failure::new(Exit::Io, message).about(path.display()));
    }
    let marked = Marked::new(opened, number).map_err(|error| Failure::io(path, error))?;
    Ok((said(path, marked.number(), meant.as_deref(), "marked as used"), Some(marked)))
}

/// Whether standard output was closed when the run began: in its place Rust has /dev/null, open in both directions.
fn is_deaf() -> bool {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::fs::MetadataExt as _;

        let out = std::io::stdout();
        let both = rustix::fs::fcntl_getfl(&out).is_ok_and(|flags| flags.contains(rustix::fs::OFlags::RDWR));
        let null = fs::metadata("/dev/null").map(|null| null.rdev());
        let own = rustix::fs::fstat(&out).map(|own| own.st_rdev);
        both && null.is_ok_and(|null| own == Ok(null))
    }
    #[cfg(not(target_os = "linux"))]
    false
}

/// Marks the unit in `line`, or gives it another payload.
fn change(file: &FileArgs, line: usize, payload: Option<&[u8]>) -> Result<Outcome, Failure> {
    let path = &file.path;
    let mut locked = open(file)?;
    let mut text = Vec::new();
    let _ = locked.read_to_end(&mut text).map_err(|error| Failure::io(path, error))?;
    let file = parse(path, &text, Reading::Strict)?;
    let refused = |what: &dyn std::fmt::Display| Failure::refused(what).about(path.display());
    let unit = file.units().find(|unit| unit.line() == line);
    let (first, last) = (file.unit(0), file.unit(file.len() - 1));
    let lines = [first, last].map(|unit| unit.map_or(0, |unit| unit.line()));
    let unit = unit.ok_or_else(|| {
        refused(&format_args!("there is no unit in line {line}; they are in lines {} to {}", lines[0], lines[1]))
    })?;
    let (change, what) = match payload {
        None if unit.is_used() => return Err(refused(&format_args!("line {line} is marked already"))),
        None => (unit.mark(), "marked as used"),
        Some(payload) => {
            let same = |other: &Unit<'_>| other.index() != unit.index() && other.payload() == *payload;
            if let Some(other) = file.units().find(same) {
                return Err(refused(&format_args!("line {} has this payload already", other.line())));
            }
            (unit.replace(payload).map_err(|error| refused(&error))?, "changed")
        }
    };
    interrupt::finish();
    write(&mut locked, &change).map_err(|error| Failure::io(path, error))?;
    // Such a file does not say whether it holds keys: no payload is shown.
    let text = format!("{}: line {line}: {what}", path.display());
    let json = json!({ "file": path.to_string_lossy(), "line": line, "unit": unit.index(), "done": what });
    Ok(Outcome { text, json, tolerated: Vec::new() })
}

/// A number, for whoever asked for it.
fn said(path: &Path, number: &Number, meant: Option<&str>, what: &str) -> Outcome {
    let (line, payload) = (number.line, hex::encode_upper(&number.payload));
    let value = meant.map_or(String::new(), |meant| format!("{meant}, "));
    let text = format!("{}: line {line}: {payload}, {value}{what}", path.display());
    let file = path.to_string_lossy();
    let json =
        json!({ "file": file, "line": line, "unit": number.unit, "payload": payload, "fields": meant, "done": what });
    Outcome { text, json, tolerated: Vec::new() }
}

/// Writes a few characters over others, durably.
fn write(file: &mut fs::File, change: &Change) -> std::io::Result<()> {
    let _ = file.seek(SeekFrom::Start(u64::try_from(change.offset()).unwrap_or(u64::MAX)))?;
    file.write_all(change.bytes())?;
    file.sync_all()
}
