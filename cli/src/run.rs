//! What the command line says of a run: the job file, the numbers and the input.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use nameplate::Value;
use nameplate_job::rows::ColumnSpec;
use nameplate_job::{Job, Rows, Run, parse_date, sources};

use crate::failure::{Exit, Failure};
use crate::hidden::Named;

/// A job file that was read.
#[derive(Debug)]
pub struct JobFile {
    /// The job.
    pub job: Job,
    folder: PathBuf,
}

impl JobFile {
    /// Reads and checks the job at `path`.
    ///
    /// # Errors
    /// When it cannot be read, or is wrong.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let bytes = fs::read(path).map_err(|error| Failure::reading(path, &error))?;
        let about = |error: &dyn std::fmt::Display| Failure::refused(format_args!("{}: {error}", path.display()));
        let text = std::str::from_utf8(&bytes).map_err(|error| about(&error))?;
        let job = Job::parse(text).map_err(|error| about(&error))?;
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        Ok(Self { job, folder })
    }

    /// The same job with another day for its date tokens, if one is given.
    #[must_use]
    pub fn dated(mut self, date: Option<(u16, u8, u8)>) -> Self {
        self.job.unit.date = date.or(self.job.unit.date);
        self
    }

    /// The job of one image, in the same folder.
    #[must_use]
    pub fn of_image(&self, job: Job) -> Self {
        Self { job, folder: self.folder.clone() }
    }

    /// A path in the job, which is relative to the job file.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// What the command line says about the units.
#[derive(Args, Clone, Debug, Default)]
pub struct Choice {
    /// How many units; up to the job's `last`, if not said
    #[arg(long)]
    pub count: Option<u64>,
    /// The number of the first unit; the job's `first`, if not said
    #[arg(long)]
    pub first: Option<u64>,
    /// The day that date tokens mean, as 2024-07-01; the job's `date`, if not said
    #[arg(long, value_parser = parse_date)]
    pub date: Option<(u16, u8, u8)>,
    /// A CSV file with a row for each unit, matched by its `seq` column
    #[arg(long)]
    pub input: Option<PathBuf>,
    /// The value of an input column, for one unit; others on the machine can see it, so not for keys
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<Named>,
}

impl Choice {
    /// What `--set` says: names and values.
    pub(crate) fn pairs(&self) -> Result<Vec<(&str, &str)>, Failure> {
        let pairs = self.set.iter().map(|pair| Some((pair.name.as_deref()?, &*pair.value))).collect::<Option<_>>();
        pairs.ok_or_else(|| Failure::new(Exit::Usage, "--set: expected NAME=VALUE, as --set label=EU-000001"))
    }
}

/// Refuses a job whose numbers a ledger gives, where none is named.
///
/// # Errors
/// When the job has `[ledger]`.
pub fn without_ledger(job: &Job) -> Result<(), Failure> {
    match &job.ledger {
        None => Ok(()),
        Some(ledger) => Err(Failure::new(
            Exit::Usage,
            format_args!(
                "the numbers of this job come from pool `{}` of a ledger: `stamp --ledger FILE` with --unit or --input; `plan` shows a unit without one",
                ledger.pool
            ),
        )),
    }
}

/// The units that `choice` asks for, if the job has numbers for all of them.
///
/// # Errors
/// When a source is wrong, the input is, or a range of numbers is exhausted.
pub fn run(job: &Job, choice: &Choice) -> Result<Run, Failure> {
    let _ = sources(job)?;
    let rows = input(job, choice, &choice.pairs()?)?;
    let first = choice.first.unwrap_or(job.unit.first);
    let count = match (choice.count, job.unit.last) {
        (Some(0), _) => return Err(Failure::new(Exit::Usage, "--count 0: there is nothing to do")),
        (Some(count), _) => count,
        (None, Some(last)) if last >= first => (last - first).saturating_add(1),
        (None, Some(last)) => {
            return Err(Failure::new(
                Exit::Exhausted,
                format_args!("--first {first} lies behind the job's last number {last}"),
            ));
        }
        (None, None) => {
            return Err(Failure::new(Exit::Usage, "how many units? say --count N, or `last` in [unit]"));
        }
    };
    let last = first.checked_add(count - 1).ok_or_else(|| {
        Failure::new(Exit::Exhausted, format_args!("{count} units from {first} pass the 64-bit numbers"))
    })?;
    if first < job.unit.first {
        return Err(Failure::refused(format_args!(
            "--first {first} lies before the job's first number {}",
            job.unit.first
        )));
    }
    Ok(Run::new(job, first..=last, rows)?)
}

/// The values of one unit, by field.
pub type Values<'v> = Vec<(&'v str, Value<'v>)>;

/// Hands the values of unit `seq` to `take`, those of an input from its row.
///
/// # Errors
/// When the input has no such row, a number has no value, or `take` fails.
pub fn one<T>(run: &Run, seq: u64, take: impl FnOnce(Values<'_>) -> Result<T, Failure>) -> Result<T, Failure> {
    let row = run.row(seq).map_err(|error| Failure::from(error).about("--input"))?;
    take(run.values(seq, row.as_ref())?)
}

/// Does the same with each unit, one after the other, and shows how far it is.
///
/// # Errors
/// At the first unit that fails.
pub fn each(
    run: &Run,
    what: &str,
    mut take: impl FnMut(u64, Values<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let bar = progress(run.count(), what);
    for seq in run.numbers() {
        one(run, seq, |values| take(seq, values))?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}

/// Refuses a run whose last numbers the fields do not hold, before anything is made of the first ones. What is wrong with
/// the first is found soon, and what with rows of an input when they are read.
///
/// # Errors
/// With what `check` says of the first number behind the last good one.
pub fn check_last(
    job: &Job,
    run: &Run,
    mut check: impl FnMut(u64, Values<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut check = |seq| one(run, seq, |values| check(seq, values));
    let (mut good, mut bad) = (run.first(), run.last());
    if !job.columns().is_empty() || run.is_drawn() {
        return Ok(());
    }
    let Err(mut wrong) = check(bad) else { return Ok(()) };
    if check(good).is_err() {
        return Ok(());
    }
    while bad - good > 1 {
        let middle = good + (bad - good) / 2;
        match check(middle) {
            Ok(()) => good = middle,
            Err(error) => (bad, wrong) = (middle, error),
        }
    }
    Err(wrong)
}

/// The rows of `--input`, or one made of `--set`; nothing when no field takes its value from there.
fn input(job: &Job, choice: &Choice, set: &[(&str, &str)]) -> Result<Option<Rows>, Failure> {
    let columns = job.columns();
    match (&choice.input, columns.is_empty(), set.is_empty()) {
        (None, true, true) => Ok(None),
        (Some(path), false, true) => {
            let bytes = zeroize::Zeroizing::new(fs::read(path).map_err(|error| Failure::reading(path, &error))?);
            job.rows(&bytes).map(Some).map_err(|error| Failure::from(error).about(path.display()))
        }
        (None, false, false) => one_row(choice, set, columns).map(Some),
        (Some(_), _, false) => Err(Failure::new(Exit::Usage, "--input and --set cannot be given together")),
        (_, true, _) => {
            Err(Failure::new(Exit::Usage, "--input or --set is given, but no field takes its value from there"))
        }
        (None, false, true) => {
            let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
            let message =
                format_args!("no value for `{}`: give --input units.csv or --set NAME=VALUE", names.join("`, `"));
            Err(Failure::refused(message))
        }
    }
}

/// `--set` as the one row of an input: the same checks for both.
pub(crate) fn one_row(choice: &Choice, set: &[(&str, &str)], columns: Vec<ColumnSpec>) -> Result<Rows, Failure> {
    let Some(first) = choice.first.filter(|_| choice.count == Some(1)) else {
        return Err(Failure::new(Exit::Usage, "--set is for one unit: give --first N --count 1 with it"));
    };
    let mut csv = zeroize::Zeroizing::new(Vec::new());
    let mut writer = csv::Writer::from_writer(&mut *csv);
    let names = std::iter::once("seq").chain(set.iter().map(|(name, _)| *name));
    let number = first.to_string();
    let cells = std::iter::once(number.as_str()).chain(set.iter().map(|(_, value)| *value));
    writer.write_record(names).and_then(|()| writer.write_record(cells)).map_err(Failure::refused)?;
    drop(writer);
    // One row is like no other.
    let columns: Vec<_> = columns.into_iter().map(|column| ColumnSpec { unique: false, ..column }).collect();
    Rows::parse(&csv, &columns).map_err(|error| Failure::refused(format_args!("--set: {}", error.message())))
}

/// A progress bar on a terminal, nothing elsewhere.
pub fn progress(len: u64, what: &str) -> ProgressBar {
    let bar = ProgressBar::new(len);
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_message(what.to_owned());
    bar
}
