//! One run over the units of a job: which numbers, and every field's value for each.

use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;

use nameplate::Value;

use crate::error::JobError;
use crate::job::{Field, InputAs, Job, Unit, UuidName, ValueSpec};
use crate::rows::{ColumnSpec, Row, Rows};
use crate::source::{Source, check_last};

/// What a ledger gave a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draw {
    /// The number of the unit.
    pub seq: u64,
    /// Its numbers of other pools, by pool.
    pub pools: BTreeMap<String, u64>,
    /// The number of its row in the input.
    pub row: u64,
}

/// The units of one run.
#[derive(Debug)]
pub struct Run {
    first: u64,
    last: u64,
    /// What a ledger gave each unit, in place of all numbers from the first to the last.
    drawn: Option<BTreeMap<u64, Draw>>,
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
        Ok(Self { first, last, drawn: None, sources, by_name, rows })
    }

    /// The units that a ledger gave numbers, if the job has values for all of them.
    ///
    /// # Errors
    /// When there are none, a source is wrong, or a range of numbers is exhausted.
    pub fn drawn(job: &Job, draws: impl IntoIterator<Item = Draw>, rows: Option<Rows>) -> Result<Self, JobError> {
        let drawn: BTreeMap<u64, Draw> = draws.into_iter().map(|draw| (draw.seq, draw)).collect();
        let (Some(&first), Some(&last)) = (drawn.keys().next(), drawn.keys().next_back()) else {
            return Err(JobError::refused("no unit was given a number"));
        };
        Ok(Self { drawn: Some(drawn), ..Self::new(job, first..=last, rows)? })
    }

    /// The rows again, for another run.
    pub fn into_rows(self) -> Option<Rows> {
        self.rows
    }

    /// Whether its numbers are those that a ledger gave.
    pub fn is_drawn(&self) -> bool {
        self.drawn.is_some()
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
        match &self.drawn {
            Some(drawn) => u64::try_from(drawn.len()).unwrap_or(u64::MAX),
            None => self.last.checked_sub(self.first).map_or(0, |steps| steps.saturating_add(1)),
        }
    }

    /// The numbers of all units.
    pub fn numbers(&self) -> impl Iterator<Item = u64> + use<> {
        let drawn = self.drawn.as_ref().map(|drawn| drawn.keys().copied().collect::<Vec<u64>>());
        let range = if drawn.is_some() { None } else { Some(self.first..=self.last) };
        range.into_iter().flatten().chain(drawn.into_iter().flatten())
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
        let number = self.drawn.as_ref().and_then(|drawn| drawn.get(&seq)).map_or(seq, |draw| draw.row);
        match rows.get(number) {
            Some(row) => Ok(Some(row)),
            None => Err(no_row(seq)),
        }
    }

    /// Every field's value for unit `seq`.
    ///
    /// # Errors
    /// When a number has no value, with the field named.
    pub fn values<'a>(&'a self, seq: u64, row: Option<&'a Row<'a>>) -> Result<Vec<(&'a str, Value<'a>)>, JobError> {
        let draw = self.drawn.as_ref().and_then(|drawn| drawn.get(&seq));
        values(&self.sources, seq, draw.map(|draw| &draw.pools), row)
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

fn no_number(field: &str, pool: &str) -> JobError {
    JobError::refused(format_args!("field `{field}`: the ledger gave no number of pool `{pool}`"))
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
    let own = sources.iter().filter(|(_, source)| source.pool().is_none());
    own.into_iter().try_for_each(|(name, source)| check_last(name, source, last))
}

/// Every field's value for unit `seq`. Where no ledger gave numbers of `pools`, as in a rehearsal, they are the unit's.
pub(crate) fn values<'a>(
    sources: &'a [(String, Source)],
    seq: u64,
    pools: Option<&BTreeMap<String, u64>>,
    row: Option<&'a Row<'a>>,
) -> Result<Vec<(&'a str, Value<'a>)>, JobError> {
    let one = |(name, source): &'a (String, Source)| {
        let number = match (source.pool(), pools) {
            (Some(pool), Some(pools)) => pools.get(pool).copied().ok_or_else(|| no_number(name, pool))?,
            _ => seq,
        };
        let value =
            source.value(number, row).map_err(|error| error.about(format_args!("unit {seq}: field `{name}`")))?;
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

    /// The rows of an input without numbers, which a ledger will give; until then a row has its place, from 1.
    ///
    /// # Errors
    /// As [`rows`](Self::rows).
    pub fn rows_in_order(&self, csv: &[u8]) -> Result<Rows, JobError> {
        Rows::in_order(csv, &self.columns()).map_err(JobError::refused)
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
