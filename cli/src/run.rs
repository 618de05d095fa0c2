//! One run over the units of a job: which numbers, and every field's value for each.

use std::fs;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use nameplate::Value;
use sha2::{Digest, Sha256};

use crate::failure::{Exit, Failure};
use crate::job::{Field, InputAs, Job, UuidName, ValueSpec};
use crate::source::{Source, check_last};
use crate::units::{ColumnSpec, Row, Units};

/// A job file that was read.
#[derive(Debug)]
pub struct JobFile {
    /// The job.
    pub job: Job,
    /// SHA-256 of the file.
    pub sha256: String,
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
        Ok(Self { job, sha256: sha256(&bytes), folder })
    }

    /// A path in the job, which is relative to the job file.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// SHA-256 of `bytes`, in lower-case digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// What the command line says about the units.
#[derive(Clone, Default)]
pub struct Choice {
    /// How many; to the job's last one, when not said.
    pub count: Option<u64>,
    /// The first number, in place of the job's.
    pub first: Option<u64>,
    /// The `--input` file.
    pub input: Option<PathBuf>,
    /// The `--set name=value` options.
    pub set: Vec<(String, String)>,
}

/// Without the values of `--set`.
impl std::fmt::Debug for Choice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let set: Vec<&String> = self.set.iter().map(|(name, _)| name).collect();
        let Self { count, first, input, .. } = self;
        write!(f, "Choice {{ count: {count:?}, first: {first:?}, input: {input:?}, set: {set:?} }}")
    }
}

/// The units of one run.
#[derive(Debug)]
pub struct Run {
    /// The first number.
    pub first: u64,
    /// The last number.
    pub last: u64,
    sources: Vec<(String, Source)>,
    units: Option<Units>,
}

impl Run {
    /// The units that `choice` asks for, if the job has numbers for all of them.
    ///
    /// # Errors
    /// When a source is wrong, the input is, or a range of numbers is exhausted.
    pub fn new(job: &Job, choice: &Choice) -> Result<Self, Failure> {
        let sources = sources(job)?;
        let units = input(job, choice)?;
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
        if let Some(end) = job.unit.last.filter(|&end| end < last) {
            let message = format_args!("the job's last number is {end}, the last unit would be {last}");
            return Err(Failure::new(Exit::Exhausted, message));
        }
        for (name, source) in &sources {
            check_last(name, source, last)?;
        }
        Ok(Self { first, last, sources, units })
    }

    /// How many units.
    pub fn count(&self) -> u64 {
        (self.last - self.first).saturating_add(1)
    }

    /// The numbers of all units.
    pub fn numbers(&self) -> impl Iterator<Item = u64> + use<> {
        self.first..=self.last
    }

    /// The sources by field.
    pub fn sources(&self) -> &[(String, Source)] {
        &self.sources
    }

    /// The row of unit `seq` in the input, if there is an input.
    ///
    /// # Errors
    /// When the input has no such row.
    pub fn row(&self, seq: u64) -> Result<Option<Row<'_>>, Failure> {
        match &self.units {
            None => Ok(None),
            Some(units) => match units.row(seq) {
                Some(row) => Ok(Some(row)),
                None => Err(Failure::refused(format_args!("--input: no row for unit {seq}"))),
            },
        }
    }

    /// Every field's value for unit `seq`.
    ///
    /// # Errors
    /// When a number has no value, with the field named.
    pub fn values<'a>(&'a self, seq: u64, row: Option<&'a Row<'a>>) -> Result<Vec<(&'a str, Value<'a>)>, Failure> {
        let one = |(name, source): &'a (String, Source)| {
            let value =
                source.value(seq, row).map_err(|failure| failure.about(format_args!("unit {seq}: field `{name}`")))?;
            Ok((name.as_str(), value))
        };
        self.sources.iter().map(one).collect()
    }
}

/// The sources of a job's fields, by field.
///
/// # Errors
/// When one of them is wrong.
pub fn sources(job: &Job) -> Result<Vec<(String, Source)>, Failure> {
    job.fields.iter().map(|field| Ok((field.name.clone(), Source::new(field, &job.unit)?))).collect()
}

/// The rows of `--input`, or one made of `--set`; nothing when no field takes its value from there.
fn input(job: &Job, choice: &Choice) -> Result<Option<Units>, Failure> {
    let mut columns = Vec::new();
    for field in &job.fields {
        let (column, as_, unique) = match &field.value {
            ValueSpec::Input { column, as_, unique } => (column, *as_, *unique),
            // Two units of one chip or one label would be one device.
            ValueSpec::Stm32 { column, .. }
            | ValueSpec::Scan { column, .. }
            | ValueSpec::Uuid5 { name: UuidName::Column(column), .. } => (column, InputAs::Text, true),
            _ => continue,
        };
        let bytes = match as_ {
            InputAs::Hex => field.encode.value_bytes(),
            _ => None,
        };
        let unique = unique && choice.set.is_empty();
        columns.push(ColumnSpec { name: column.clone(), as_, bytes, unique, secret: field.secret });
    }
    match (&choice.input, columns.is_empty(), choice.set.is_empty()) {
        (None, true, true) => Ok(None),
        (Some(path), false, true) => {
            let bytes = zeroize::Zeroizing::new(fs::read(path).map_err(|error| Failure::reading(path, &error))?);
            let refused = |what: &dyn std::fmt::Display| Failure::refused(format_args!("{}: {what}", path.display()));
            let units = Units::parse(&bytes, &columns).map_err(|error| refused(&error))?;
            // A value that does not go by the number of the unit.
            let is_given = |field: &Field| {
                let value = &field.value;
                matches!(value, ValueSpec::Input { .. } | ValueSpec::Hex(_) | ValueSpec::Text(_) | ValueSpec::Uint(_))
            };
            if job.fields.iter().all(is_given)
                && let Some((one, two)) = units.alike()
            {
                let message =
                    format_args!("units {one} and {two} have the same values in all fields: one device twice");
                return Err(refused(&message));
            }
            Ok(Some(units))
        }
        (None, false, false) => set(choice, &columns).map(Some),
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
fn set(choice: &Choice, columns: &[ColumnSpec]) -> Result<Units, Failure> {
    let Some(first) = choice.first.filter(|_| choice.count == Some(1)) else {
        return Err(Failure::new(Exit::Usage, "--set is for one unit: give --first N --count 1 with it"));
    };
    let mut csv = zeroize::Zeroizing::new(Vec::new());
    let mut writer = csv::Writer::from_writer(&mut *csv);
    let names = std::iter::once("seq").chain(choice.set.iter().map(|(name, _)| name.as_str()));
    let number = first.to_string();
    let cells = std::iter::once(number.as_str()).chain(choice.set.iter().map(|(_, value)| value.as_str()));
    writer.write_record(names).and_then(|()| writer.write_record(cells)).map_err(Failure::refused)?;
    drop(writer);
    Units::parse(&csv, columns).map_err(|error| Failure::refused(format_args!("--set: {}", error.message())))
}

/// A progress bar on a terminal, nothing elsewhere.
pub fn progress(len: u64, what: &str) -> ProgressBar {
    let bar = ProgressBar::new(len);
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_message(what.to_owned());
    bar
}
