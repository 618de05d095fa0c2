//! One run over the units of a job: which numbers, and every field's value for each.

use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;

use nameplate::Value;

use crate::error::JobError;
use crate::job::{Field, InputAs, Job, Unit, UuidName, ValueSpec};
use crate::rows::{ColumnSpec, Row, Rows};
use crate::source::{Source, check_last};

/// The units of one run.
#[derive(Debug)]
pub struct Run {
    first: u64,
    last: u64,
    sources: Vec<(String, Source)>,
    by_name: HashMap<String, usize>,
    rows: Option<Rows>,
}

impl Run {
    /// The units with these numbers, if the job has values for all of them; `rows` are of a job that takes values from
    /// an input.
    ///
    /// # Errors
    /// When a source is wrong, or a range of numbers is exhausted.
    pub fn new(job: &Job, numbers: RangeInclusive<u64>, rows: Option<Rows>) -> Result<Self, JobError> {
        let (sources, (first, last)) = (sources(job)?, numbers.into_inner());
        check_numbers(&job.unit, &sources, first, last)?;
        let by_name = sources.iter().map(|(name, _)| name.clone()).zip(0..).collect();
        Ok(Self { first, last, sources, by_name, rows })
    }

    /// The first number.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// The last number.
    pub fn last(&self) -> u64 {
        self.last
    }

    /// How many units.
    pub fn count(&self) -> u64 {
        self.last.checked_sub(self.first).map_or(0, |steps| steps.saturating_add(1))
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
    pub fn row(&self, seq: u64) -> Result<Option<Row<'_>>, JobError> {
        let Some(rows) = &self.rows else { return Ok(None) };
        match rows.get(seq) {
            Some(row) => Ok(Some(row)),
            None => Err(no_row(seq)),
        }
    }

    /// Every field's value for unit `seq`.
    ///
    /// # Errors
    /// When a number has no value, with the field named.
    pub fn values<'a>(&'a self, seq: u64, row: Option<&'a Row<'a>>) -> Result<Vec<(&'a str, Value<'a>)>, JobError> {
        values(&self.sources, seq, row)
    }

    /// One of `values` as a person reads it; nothing of a secret.
    pub fn text(&self, values: &[(&str, Value<'_>)], field: &str) -> Option<String> {
        let index = *self.by_name.get(field)?;
        let (_, source) = self.sources.get(index)?;
        let in_order = values.get(index).filter(|(name, _)| *name == field);
        let (_, value) = in_order.or_else(|| values.iter().find(|(name, _)| *name == field))?;
        Some(source.show(value.view()?))
    }
}

/// The input has no row for unit `seq`.
pub(crate) fn no_row(seq: u64) -> JobError {
    JobError::refused(format_args!("no row for unit {seq}"))
}

/// Whether a job has all numbers from `first` to `last`.
pub(crate) fn check_numbers(unit: &Unit, sources: &[(String, Source)], first: u64, last: u64) -> Result<(), JobError> {
    let begin = unit.first;
    if first < begin {
        let message = format_args!("the job's first number is {begin}, the first unit would be {first}");
        return Err(JobError::refused(message));
    }
    if let Some(end) = unit.last.filter(|&end| end < last) {
        let message = format_args!("the job's last number is {end}, the last unit would be {last}");
        return Err(JobError::exhausted(message));
    }
    sources.iter().try_for_each(|(name, source)| check_last(name, source, last))
}

/// Every field's value for unit `seq`.
pub(crate) fn values<'a>(
    sources: &'a [(String, Source)],
    seq: u64,
    row: Option<&'a Row<'a>>,
) -> Result<Vec<(&'a str, Value<'a>)>, JobError> {
    let one = |(name, source): &'a (String, Source)| {
        let value = source.value(seq, row).map_err(|error| error.about(format_args!("unit {seq}: field `{name}`")))?;
        Ok((name.as_str(), value))
    };
    sources.iter().map(one).collect()
}

/// The sources of a job's fields, by field.
///
/// # Errors
/// When one of them is wrong.
pub fn sources(job: &Job) -> Result<Vec<(String, Source)>, JobError> {
    job.fields.iter().map(|field| Ok((field.name.clone(), Source::new(field, &job.unit)?))).collect()
}

impl Job {
    /// The names of the fields, each with whether it is secret.
    pub fn shown(&self) -> BTreeMap<&str, bool> {
        self.fields.iter().map(|field| (field.name.as_str(), field.secret)).collect()
    }

    /// The columns of the input that fields take their values from.
    pub fn columns(&self) -> Vec<ColumnSpec> {
        let mut columns = Vec::new();
        for field in &self.fields {
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
            columns.push(ColumnSpec { name: column.clone(), as_, bytes, unique, secret: field.secret });
        }
        columns
    }

    /// The rows of an input, a CSV file.
    ///
    /// # Errors
    /// When it is wrong, or two units would have the same values in all fields.
    pub fn rows(&self, csv: &[u8]) -> Result<Rows, JobError> {
        let rows = Rows::parse(csv, &self.columns()).map_err(JobError::refused)?;
        // A value that does not go by the number of the unit.
        let is_given = |field: &Field| {
            let value = &field.value;
            matches!(value, ValueSpec::Input { .. } | ValueSpec::Hex(_) | ValueSpec::Text(_) | ValueSpec::Uint(_))
        };
        match rows.alike().filter(|_| self.fields.iter().all(is_given)) {
            Some((one, two)) => Err(JobError::refused(format_args!(
                "units {one} and {two} have the same values in all fields: one device twice"
            ))),
            None => Ok(rows),
        }
    }
}
