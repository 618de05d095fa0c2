//! `nameplate stamp`: one image per unit, and `units.jsonl`.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use nameplate::Plan;
use nameplate::image::hex::Options;
use nameplate_job::Run;
use nameplate_job::journal::{Line, Origin};

use super::outcome::Outcome;
use crate::failure::Failure;
use crate::folder::Folder;
use crate::image::File;
use crate::output::Readers;
use crate::room;
use crate::run::{self, Choice, JobFile};
use crate::template::{Template, image};
use crate::units::{Form, Units};

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
    let image = image(&job)?;
    run::without_ledger(&job.job)?;
    let run = run::run(&job.job, &args.choice)?;
    let template = Template::read(&job, options)?;
    let compiled = template.compile(&job)?;
    let made = args.form.made(image, &compiled)?;
    let opened = made.as_ref().map(File::open).transpose()?;
    let made = made.as_ref().zip(opened.as_ref());
    let units = Units::new(&args.form, (&job.job, image), &run, &compiled, made)?;

    room::check(&args.out, run.count(), units.file_len(), run.count())?;
    let folder = Folder::create(&args.out, Readers::of(&job.job))?;
    let origin = units.origin(&job.job, template.sha256(image, &compiled)?);
    write(units, &origin, &folder)?;
    folder.keep()?;
    let text = summary(args, &run, &compiled.plan, template.path());
    Ok(Outcome::of_units(&run, &args.out, text, compiled.tolerated))
}

fn summary(args: &Args, run: &Run, plan: &Plan, template: &Path) -> String {
    let fields: Vec<&str> = plan.fields().map(|(name, ..)| name).collect();
    let checks: Vec<&str> = plan.checks().map(|(repair, _)| repair.name()).collect();
    let repaired = if checks.is_empty() { String::new() } else { format!(", repaired {}", checks.join(", ")) };
    format!(
        "stamped {} units ({} to {}) of {} into {}: {}{repaired}",
        run.count(),
        run.first(),
        run.last(),
        template.display(),
        args.out.display(),
        fields.join(", "),
    )
}

/// Writes each unit's file, its labels and its line in the journal. What is wrong with a late unit is found late; the
/// folder then goes with all that was written.
fn write(units: Units<'_>, origin: &Origin, folder: &Folder) -> Result<(), Failure> {
    let labels = units.labels();
    let mut journal = std::io::BufWriter::new(folder.file("units.jsonl")?);
    let mut csv = if labels.is_empty() { None } else { Some(csv::Writer::from_writer(folder.file("labels.csv")?)) };
    let csv_fail = |error: csv::Error| Failure::io(&folder.path("labels.csv"), error);
    if let Some(csv) = &mut csv {
        csv.write_record(std::iter::once("seq").chain(labels.iter().map(String::as_str))).map_err(csv_fail)?;
    }
    let fail = |error: std::io::Error| Failure::io(&folder.path("units.jsonl"), error);
    units.each("stamping", |mut unit| {
        let (seq, name, texts) = (unit.seq, unit.name, std::mem::take(&mut unit.texts));
        folder.file(name)?.write_all(unit.bytes).map_err(|error| Failure::io(&folder.path(name), error))?;
        if let Some(csv) = &mut csv {
            let number = seq.to_string();
            let cells = labels.iter().map(|name| texts.get(name).map_or("", String::as_str));
            csv.write_record(std::iter::once(number.as_str()).chain(cells)).map_err(csv_fail)?;
        }
        let line = Line::new(seq, name, unit.stamped, texts, origin, |field| unit.text(field));
        writeln!(journal, "{line}").map_err(fail)
    })?;
    csv.map_or(Ok(()), |mut csv| csv.flush()).map_err(|error| Failure::io(&folder.path("labels.csv"), error))?;
    journal.flush().map_err(fail)
}
