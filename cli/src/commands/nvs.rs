//! `nameplate feed --format espressif`: the values CSV of ESP-IDF's manufacturing utility, a row for each unit.

use std::path::Path;

use nameplate::lists::esp::{Column, Values};
use nameplate::plan::{NvsKey, nvs_type};
use nameplate::{At, Value};
use nameplate_job::job::{Field, Job};
use zeroize::{Zeroize as _, Zeroizing};

use super::outcome::Outcome;
use super::sqtp::encode;
use crate::failure::Failure;
use crate::output::{NewFile, Readers};
use crate::room;
use crate::run::{self, Choice, JobFile, check_last};

/// The column of the unit's number, which goes into no device.
const ID: &str = "id";

/// Writes the values of a job's units into `out`, and the configuration that goes with them into `config`, which says the
/// type of each key.
///
/// # Errors
/// When anything is wrong, or NVS does not take it; then no file is left behind.
pub(super) fn run(job: &Path, (out, config_out): (&Path, Option<&Path>), choice: &Choice) -> Result<Outcome, Failure> {
    let job = JobFile::read(job)?.dated(choice.date).job;
    let namespace = namespace(&job)?;
    run::without_ledger(&job)?;
    let run = run::run(&job, choice)?;
    let columns = job.fields.iter().map(column).collect::<Result<Vec<_>, _>>()?;
    let columns = std::iter::once(Column::metadata(ID)).chain(columns).collect();
    let list = Values::new(columns).map_err(Failure::refused)?;
    let mut config = String::new();
    list.config_into(&namespace, &mut config).map_err(Failure::refused)?;
    let row = |seq, values: run::Values<'_>, text: &mut String| {
        for (field, (_, value)) in job.fields.iter().zip(&values) {
            encode(field, seq, value, &mut Zeroizing::new(vec![0; field.encode.len()]))?;
        }
        let named = job.fields.iter().map(key).zip(values.into_iter().map(|(_, value)| value));
        let values: Vec<(&str, Value<'_>)> = named.chain([(ID, seq.into())]).collect();
        list.row_into(seq, &values, text).map_err(Failure::refused)
    };
    // It may hold keys: room for a row, so that it leaves no copy behind.
    let len: usize = job.fields.iter().map(|field| CELL + 2 * field.encode.len()).sum();
    let mut text = Zeroizing::new(String::with_capacity(CELL + len));
    check_last(&job, &run, |seq, values| {
        text.zeroize();
        row(seq, values, &mut text)
    })?;
    let mut header = String::new();
    list.header_into(&mut header);
    let mut values_file = NewFile::create(out, Readers::of(&job))?;
    values_file.write(header.as_bytes())?;
    let config_file = config_out.map(|path| {
        let mut file = NewFile::create(path, Readers::of(&job))?;
        file.write(config.as_bytes()).map(|()| file)
    });
    let config_file = config_file.transpose()?;
    run::each(&run, "writing", |seq, values| {
        text.zeroize();
        row(seq, values, &mut text)?;
        if seq == run.first() {
            room::check(out, run.count(), text.len().try_into().ok(), 1)?;
        }
        values_file.write(text.as_bytes())
    })?;
    NewFile::keep_all(std::iter::once(values_file).chain(config_file))?;
    let text = format!("wrote {} units ({} to {}) into {}", run.count(), run.first(), run.last(), out.display());
    let config = config_out.map(Path::to_string_lossy);
    Ok(Outcome::of_units(&run, out, text, Vec::new()).with("config", config))
}

/// Characters of a cell besides those of its field's bytes.
const CELL: usize = 64;

/// The key of a field: that which it lies at, else its name.
fn key(field: &Field) -> &str {
    field.at.as_ref().and_then(At::nvs_key).map_or(&field.name, NvsKey::key)
}

/// The namespace of all fields: that of the table [nvs], or of a partition that the job makes or stamps.
fn namespace(job: &Job) -> Result<String, Failure> {
    if let Some(nvs) = &job.nvs {
        return Ok(nvs.namespace.clone());
    }
    let mut first = None;
    for field in &job.fields {
        let Some(key) = field.at.as_ref().and_then(At::nvs_key) else {
            return Err(Failure::refused(
                "the job is for no NVS partition: fields at \"nvs:namespace/key\", or [nvs]; the other formats are for jobs with [image]",
            ));
        };
        let own = *first.get_or_insert(key.namespace());
        if own != key.namespace() {
            return Err(Failure::refused(format_args!(
                "field `{}` is in namespace \"{}\", and others in \"{own}\": the values CSV has one namespace; `nameplate stamp` makes the partitions",
                field.name,
                key.namespace()
            )));
        }
    }
    Ok(first.unwrap_or_default().to_owned())
}

/// The type that NVS has for a field.
fn column(field: &Field) -> Result<Column, Failure> {
    let kind = nvs_type(&field.encode);
    let kind = kind.map_err(|error| Failure::refused(format_args!("field `{}`: {error}", field.name)))?;
    Ok(Column::new(key(field), kind))
}
