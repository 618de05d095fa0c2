//! `nameplate feed --format espressif`: the values CSV of ESP-IDF's manufacturing utility, a row for each unit.

use std::path::{Path, PathBuf};

use nameplate::lists::esp::{Column, Kind, Values};
use nameplate_job::job::Field;
use serde_json::json;
use zeroize::Zeroizing;

use super::outcome::Outcome;
use super::sqtp::encode;
use crate::failure::Failure;
use crate::output::{NewFile, Readers};
use crate::run::{self, Choice, JobFile, progress, row};

/// The column of the unit's number, which goes into no device.
const ID: &str = "id";

/// What the command line says.
#[derive(Debug)]
pub struct Args {
    /// The job file.
    pub job: PathBuf,
    /// The values file to write.
    pub out: PathBuf,
    /// The configuration file to write, which says the type of each key.
    pub config: Option<PathBuf>,
    /// Which units.
    pub choice: Choice,
}

/// Writes the values of a job's units, and the configuration that goes with them.
///
/// # Errors
/// When anything is wrong, or NVS does not take it; then no file is left behind.
pub fn run(args: &Args) -> Result<Outcome, Failure> {
    let job = JobFile::read(&args.job)?.dated(args.choice.date).job;
    let nvs = job
        .nvs
        .as_ref()
        .ok_or_else(|| Failure::refused("the job has no [nvs]; the other formats are for jobs with [image]"))?;
    let run = run::run(&job, &args.choice)?;
    let columns = job.fields.iter().map(column).collect::<Result<Vec<_>, _>>()?;
    let columns = std::iter::once(Column::new(ID, Kind::Metadata)).chain(columns).collect();
    let list = Values::new(columns).map_err(Failure::refused)?;
    let mut config = String::new();
    list.config_into(&nvs.namespace, &mut config).map_err(Failure::refused)?;
    // It may hold keys.
    let mut text = Zeroizing::new(String::new());
    list.header_into(&mut text);
    let bar = progress(run.count(), "writing");
    for seq in run.numbers() {
        let row = row(&run, seq)?;
        let mut values = run.values(seq, row.as_ref())?;
        for (field, (_, value)) in job.fields.iter().zip(&values) {
            encode(field, seq, value, &mut Zeroizing::new(vec![0; field.encode.len()]))?;
        }
        values.push((ID, seq.into()));
        list.row_into(seq, &values, &mut text).map_err(Failure::refused)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    let config = args.config.as_ref().map(|path| (path, config.as_bytes()));
    let mut files = Vec::new();
    for (path, bytes) in std::iter::once((&args.out, text.as_bytes())).chain(config) {
        let mut file = NewFile::create(path, Readers::of(&job))?;
        file.write(bytes)?;
        files.push(file);
    }
    NewFile::keep_all(files)?;
    let said = format!("wrote {} units ({} to {}) into {}", run.count(), run.first(), run.last(), args.out.display());
    let json = json!({ "units": run.count(), "first": run.first(), "last": run.last(), "out": args.out.to_string_lossy(), "config": args.config.as_deref().map(Path::to_string_lossy) });
    Ok(Outcome { text: said, json, tolerated: Vec::new() })
}

/// The type that NVS has for a field.
fn column(field: &Field) -> Result<Column, Failure> {
    let encode = &field.encode;
    let kind = match encode.to_string().as_str() {
        "u8" => Kind::U8,
        "u16le" => Kind::U16,
        "u32le" => Kind::U32,
        name if name.starts_with("bytes:") && !name.ends_with("reversed") => Kind::Hex2Bin,
        name if name.starts_with("cstr:") => Kind::String,
        _ => {
            return Err(Failure::refused(format_args!(
                "field `{}`: NVS has no type for `{encode}`; it has u8, u16le, u32le, cstr:N and bytes:N",
                field.name
            )));
        }
    };
    Ok(Column::new(&field.name, kind))
}
