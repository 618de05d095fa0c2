//! `nameplate stamp`: one image per unit, and `units.jsonl`.

use std::io::Write as _;
use std::path::PathBuf;

use nameplate::image::hex::Options;
use nameplate_job::Run;
use nameplate_job::journal::Origin;

use super::outcome::Outcome;
use crate::failure::Failure;
use crate::folder::Folder;
use crate::output::Readers;
use crate::room;
use crate::run::{self, Choice, JobFile};
use crate::template::{Compiled, Templates, image, opened, pairs};
use crate::units::{Form, Made, Units};

/// What the command line says.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The job file
    #[arg(long)]
    pub job: PathBuf,
    /// The folder to make; it must not exist yet
    #[arg(long)]
    pub out: PathBuf,
    /// Which units.
    #[command(flatten)]
    pub choice: Choice,
    /// What is written of each unit.
    #[command(flatten)]
    pub form: Form,
}

/// Stamps the units of a job into a new folder.
///
/// # Errors
/// When anything is wrong; then nothing is left behind.
pub fn run(args: &Args, options: Options) -> Result<Outcome, Failure> {
    args.form.check()?;
    let job = JobFile::read(&args.job)?.dated(args.choice.date);
    if job.job.has_images() {
        args.form.check_several()?;
    } else {
        let _ = image(&job)?;
    }
    run::without_ledger(&job.job)?;
    let run = run::run(&job.job, &args.choice)?;
    let templates = Templates::read(&job, options)?;
    let compiled = templates.compile()?;
    let made = templates.made(&args.form, &compiled)?;
    let opened = opened(&made)?;
    let made = pairs(&made, &opened);
    let made = Made { images: &templates.images, compiled: &compiled, made: &made };
    let units = Units::new(&args.form, &job.job, &run, &made)?;

    room::check(&args.out, run.count(), units.file_len(), run.count().saturating_mul(units.files()))?;
    let folder = Folder::create(&args.out, Readers::of(&job.job))?;
    let origins = units.origins(&job.job, templates.sha256(&compiled)?);
    write(units, &origins, &folder)?;
    folder.keep()?;
    let text = summary(args, &run, &compiled, &templates.paths());
    let tolerated = compiled.into_iter().flat_map(|compiled| compiled.tolerated).collect();
    Ok(Outcome::of_units(&run, &args.out, text, tolerated))
}

fn summary(args: &Args, run: &Run, compiled: &[Compiled<'_>], template: &str) -> String {
    let fields: Vec<&str> = compiled.iter().flat_map(|one| one.plan.fields()).map(|(name, ..)| name).collect();
    let checks: Vec<&str> =
        compiled.iter().flat_map(|one| one.plan.checks()).map(|(repair, _)| repair.name()).collect();
    let repaired = if checks.is_empty() { String::new() } else { format!(", repaired {}", checks.join(", ")) };
    format!(
        "stamped {} units ({} to {}) of {} into {}: {}{repaired}",
        run.count(),
        run.first(),
        run.last(),
        template,
        args.out.display(),
        fields.join(", "),
    )
}

/// Writes each unit's file, its labels and its line in the journal. What is wrong with a late unit is found late; the
/// folder then goes with all that was written.
fn write(units: Units<'_>, origins: &[Origin], folder: &Folder) -> Result<(), Failure> {
    let labels = units.labels();
    let mut journal = std::io::BufWriter::new(folder.file("units.jsonl")?);
    let mut csv = if labels.is_empty() { None } else { Some(csv::Writer::from_writer(folder.file("labels.csv")?)) };
    let csv_fail = |error: csv::Error| Failure::io(&folder.path("labels.csv"), error);
    if let Some(csv) = &mut csv {
        csv.write_record(std::iter::once("seq").chain(labels.iter().map(String::as_str))).map_err(csv_fail)?;
    }
    let fail = |error: std::io::Error| Failure::io(&folder.path("units.jsonl"), error);
    let is_several = units.is_several();
    units.each("stamping", |unit| {
        if is_several {
            folder.folder(unit.name)?;
        }
        for file in &unit.files {
            let name = if is_several { &format!("{}/{}", unit.name, file.name) } else { &file.name };
            folder.file(name)?.write_all(file.bytes).map_err(|error| Failure::io(&folder.path(name), error))?;
        }
        if let Some(csv) = &mut csv {
            let number = unit.seq.to_string();
            let cells = labels.iter().map(|name| unit.texts.get(name).map_or("", String::as_str));
            csv.write_record(std::iter::once(number.as_str()).chain(cells)).map_err(csv_fail)?;
        }
        writeln!(journal, "{}", unit.line(unit.name, origins)).map_err(fail)
    })?;
    csv.map_or(Ok(()), |mut csv| csv.flush()).map_err(|error| Failure::io(&folder.path("labels.csv"), error))?;
    journal.flush().map_err(fail)
}
