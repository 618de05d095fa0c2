//! Which ledger is meant, who asks, and what its errors mean.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use nameplate_ledger::By;
use nameplate_ledger::sqlite::{Closed, Error, Ledger, Status};

use super::state::{absolute, home};
use crate::failure::{Exit, Failure, folder};
use crate::interrupt;

/// How many names of a folder are looked at.
const MOST_NAMES: usize = 10_000;

/// Who asks.
#[derive(Clone, Debug, Default)]
pub struct Signed {
    /// The station.
    pub station: Option<String>,
    /// A reference to the operator, such as a badge number.
    pub operator: Option<String>,
}

/// A ledger, and who asks.
#[derive(Clone, Debug)]
pub struct Access {
    /// Its file.
    pub file: PathBuf,
    /// Who asks.
    pub signed: Signed,
}

impl Access {
    /// Opens the ledger; a restored or copied one too, which issues nothing.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub(crate) fn open(&self) -> Result<Ledger, Failure> {
        if !self.file.exists() {
            return Err(missing(&self.file).of_kind("no-ledger"));
        }
        Ok(Ledger::open(&self.file)?.signed(self.by()))
    }

    /// The same, to change it. From here on a signal comes too late: what is done is said.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub(crate) fn open_to_write(&self) -> Result<Ledger, Failure> {
        // What it says is in the journal of this PC too.
        let _ = home()?;
        let ledger = self.open()?;
        interrupt::finish();
        Ok(ledger)
    }

    /// Refuses a ledger that issues nothing, whatever else is wrong.
    ///
    /// # Errors
    /// With why, and the way on.
    pub(crate) fn check_open(&self, status: &Status) -> Result<(), Failure> {
        let file = std::path::absolute(&self.file).unwrap_or_else(|_| self.file.clone());
        let closed = |why: &Closed| Failure::new(Exit::Closed, why).about(file.display()).of_kind(why.name());
        status.closed.as_ref().map_or(Ok(()), |why| Err(closed(why)))
    }

    /// Refuses a ledger that is an older copy, or was left behind by another one: what it says is not to be trusted.
    ///
    /// # Errors
    /// With why, and the way on.
    pub(crate) fn check_newest(&self, status: &Status) -> Result<(), Failure> {
        match &status.closed {
            Some(Closed::Behind { .. } | Closed::Fenced) => self.check_open(status),
            _ => Ok(()),
        }
    }

    /// Who asks, and when.
    pub(crate) fn by(&self) -> By {
        let Signed { station, operator } = self.signed.clone();
        By { at: now(), station, operator }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let exit = match () {
            () if error.is_closed() => Exit::Closed,
            () if error.is_exhausted() => Exit::Exhausted,
            () if error.is_refused() => Exit::Refused,
            () => Exit::Io,
        };
        let kind = error.name();
        Self::new(exit, error).of_kind(kind)
    }
}

/// Why there is no ledger at a path, and which one may be meant.
fn missing(file: &Path) -> Failure {
    let (place, folder) = (absolute(file), folder(file));
    let here = home().ok().and_then(|home| home.find(&place).ok()?);
    if let Some((id, _)) = here {
        return Failure::io(
            file,
            format_args!(
                "there is no ledger, and one lay here ({id}): put it back, or `ledger import` an export of it, or `ledger init \
                 --after` its anchor"
            ),
        );
    }
    if !folder.is_dir() {
        return Failure::io(file, format_args!("there is no ledger, as there is no folder `{}`", folder.display()));
    }
    let entries = fs::read_dir(folder).into_iter().flatten().take(MOST_NAMES).filter_map(Result::ok);
    let names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    let mut ledgers: Vec<&str> =
        names.iter().map(String::as_str).filter(|name| is_ledger(&folder.join(name))).collect();
    ledgers.sort_unstable();
    let hint = match ledgers.as_slice() {
        [] => "; `ledger init` makes one".to_owned(),
        ledgers => {
            let shown: Vec<&str> = ledgers.iter().take(5).copied().collect();
            format!("; in that folder lies `{}`. A new one is made with `ledger init`", shown.join("`, `"))
        }
    };
    Failure::io(file, format_args!("there is no ledger at this path{hint}"))
}

/// Whether a file begins as a ledger does: as an SQLite database, with the mark of the ledger in it.
fn is_ledger(path: &Path) -> bool {
    let mut head = [0; 72];
    let read = fs::File::open(path).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && head.starts_with(b"SQLite format 3\0") && head.ends_with(b"NPLG")
}

/// The time in UTC, as 2024-07-01T08:12:44Z; nothing when the clock stands before 1970.
fn now() -> Option<String> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    Some(utc(seconds))
}

fn utc(seconds: u64) -> String {
    const DAY: u64 = 86_400;
    // Years from March, in eras of 400: <https://howardhinnant.github.io/date_algorithms.html>, civil_from_days.
    let (days, rest) = (seconds / DAY + 719_468, seconds % DAY);
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = 400 * era + year + u64::from(month <= 2);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `date -u -d @N +%FT%TZ` says.
    #[test]
    fn times() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(utc(seconds), expected);
        }
    }
}
