//! What is said of a unit besides its bytes: the values of its fields, its name, the texts of its label.

use std::collections::BTreeMap;

use nameplate::Value;

use crate::error::JobError;
use crate::job::{Job, Unit};
use crate::labels::Labels;
use crate::names::{NameTemplate, Names};
use crate::rows::Row;
use crate::run::{check_numbers, no_row, values};
use crate::source::Source;

/// What makes the values, the names and the texts of units.
pub(crate) struct Sayings {
    unit: Unit,
    sources: Vec<(String, Source)>,
    /// Whether fields take their values from an input.
    input: bool,
    name: NameTemplate,
    labels: Labels,
}

/// What is said of one unit.
pub(crate) struct About {
    pub(crate) seq: u64,
    pub(crate) name: String,
    pub(crate) texts: BTreeMap<String, String>,
    /// The values of fields that are not secret, as a person reads them.
    pub(crate) values: BTreeMap<String, String>,
}

impl Sayings {
    /// Those of a job with these sources.
    pub(crate) fn new(job: &Job, sources: Vec<(String, Source)>) -> Result<Self, JobError> {
        Ok(Self {
            unit: job.unit.clone(),
            sources,
            input: !job.columns().is_empty(),
            name: NameTemplate::of(job)?,
            labels: Labels::new(job)?,
        })
    }

    /// The values of unit `seq`, if the job has such a number, and `row` is its row.
    pub(crate) fn values<'a>(
        &'a self,
        seq: u64,
        row: Option<&'a Row<'a>>,
    ) -> Result<Vec<(&'a str, Value<'a>)>, JobError> {
        let of_pool = |(name, source): &'a (String, Source)| source.pool().map(|pool| (name, pool));
        if let Some((name, pool)) = self.sources.iter().find_map(of_pool) {
            return Err(JobError::refused(format_args!(
                "field `{name}`: a ledger hands out the numbers of pool `{pool}`: `nameplate stamp --ledger` asks it; a program gives what it was answered to `Run::drawn`"
            )));
        }
        check_numbers(&self.unit, &self.sources, seq, seq)?;
        match row.map(|row| row.seq) {
            None if self.input => return Err(no_row(seq)),
            Some(other) if other != seq => {
                return Err(JobError::refused(format_args!("the row of unit {other} is given for unit {seq}")));
            }
            _ => {}
        }
        values(&self.sources, seq, None, row)
    }

    /// The name and the texts of unit `seq`, whose values are in the order that [`values`](Self::values) gives; the name has
    /// this extension, if it is that of a file.
    pub(crate) fn about(
        &self,
        seq: u64,
        values: &[(&str, Value<'_>)],
        extension: Option<&str>,
        names: &mut Names,
    ) -> Result<About, JobError> {
        // In the order of the sources; a secret is not shown.
        let shown = self.sources.iter().zip(values);
        let shown = shown.filter_map(|((name, source), (_, value))| Some((name.clone(), source.show(value.view()?))));
        let values: BTreeMap<String, String> = shown.collect();
        let text = |field: &str| values.get(field).cloned();
        let name = self.name.expand(seq, text).map_err(JobError::refused)?;
        let texts = self.labels.texts(seq, text)?;
        let name = match extension {
            Some(extension) => format!("{name}.{extension}"),
            None => name,
        };
        names.insert(&name, seq).map_err(JobError::refused)?;
        Ok(About { seq, name, texts, values })
    }
}
