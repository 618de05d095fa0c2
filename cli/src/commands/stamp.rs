//! `nameplate stamp`: one image per unit, and `units.jsonl`.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use nameplate::Plan;
use nameplate_job::Run;
use nameplate_job::journal::{Line, Origin, sha256};
use serde_json::json;

use super::outcome::Outcome;
use crate::failure::{Failure, folder};
use crate::image::File;
use crate::run::{self, Choice, JobFile};
use crate::template::{Template, image};
use crate::units::{Form, Units};

/// What the command line says.
#[derive(Debug)]
pub struct Args {
    /// The job file.
    pub job: PathBuf,
    /// The folder to make.
    pub out: PathBuf,
    /// Which units.
    pub choice: Choice,
    /// What is written of each unit.
    pub form: Form,
}

/// Stamps the units of a job into a new folder.
///
/// # Errors
/// When anything is wrong; then nothing is left behind.
pub fn run(args: &Args) -> Result<Outcome, Failure> {
    args.form.check()?;
    let job = JobFile::read(&args.job)?.dated(args.choice.date);
    let image = image(&job)?;
    let run = run::run(&job.job, &args.choice)?;
    let template = Template::read(&job, args.form.options)?;
    let compiled = template.compile(&job)?;
    let made = args.form.made(image, &template, &compiled)?;
    let made = made.as_ref().map(File::open).transpose()?;
    let units = Units::new(&args.form, (&job.job, image), &run, &compiled, made.as_ref())?;

    let folder = Folder::create(&args.out)?;
    let origin = Origin {
        template_sha256: sha256(template.original().bytes()),
        job_sha256: job.sha256.clone(),
        format: units.format(),
        date: job.job.unit.date,
    };
    write(units, &origin, &folder)?;
    folder.keep()?;
    let text = summary(args, &run, &compiled.plan, template.path());
    let json =
        json!({ "units": run.count(), "first": run.first(), "last": run.last(), "out": args.out.to_string_lossy() });
    Ok(Outcome { text, json, tolerated: compiled.tolerated })
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
        csv.write_record(std::iter::once("seq").chain(labels.iter().copied())).map_err(csv_fail)?;
    }
    let fail = |error: std::io::Error| Failure::io(&folder.path("units.jsonl"), error);
    units.each("stamping", |mut unit| {
        let (seq, name, texts) = (unit.seq, unit.name, std::mem::take(&mut unit.texts));
        folder.file(name)?.write_all(unit.bytes).map_err(|error| Failure::io(&folder.path(name), error))?;
        if let Some(csv) = &mut csv {
            let number = seq.to_string();
            let cells = labels.iter().map(|name| texts.get(*name).map_or("", String::as_str));
            csv.write_record(std::iter::once(number.as_str()).chain(cells)).map_err(csv_fail)?;
        }
        let line = Line::new(seq, name, unit.stamped, texts, origin, |field| unit.text(field));
        writeln!(journal, "{line}").map_err(fail)
    })?;
    csv.map_or(Ok(()), |mut csv| csv.flush()).map_err(|error| Failure::io(&folder.path("labels.csv"), error))?;
    journal.flush().map_err(fail)
}

/// A new folder, made under a temporary name beside the one it will have.
struct Folder {
    temporary: tempfile::TempDir,
    name: PathBuf,
    reserved: bool,
}

impl Folder {
    /// Reserves the name, which may not exist yet.
    fn create(name: &Path) -> Result<Self, Failure> {
        fs::create_dir(name).map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => {
                let empty = fs::read_dir(name).is_ok_and(|mut entries| entries.next().is_none());
                let why = if empty {
                    "exists already, and is empty: another run is at work, or one was interrupted; if none is at work, delete it, and the folder .nameplate-… beside it, which may hold keys"
                } else {
                    "exists already; units are never written over others"
                };
                Failure::refused(why).about(name.display())
            }
            _ => Failure::making(name, &error),
        })?;
        let parent = folder(name);
        let temporary = tempfile::Builder::new().prefix(".nameplate-").tempdir_in(parent);
        match temporary {
            Ok(temporary) => {
                // A temporary folder is its maker's alone; this one is to be like any new folder.
                if let Ok(reserved) = fs::metadata(name) {
                    let _ = fs::set_permissions(temporary.path(), reserved.permissions());
                }
                Ok(Self { temporary, name: name.to_owned(), reserved: true })
            }
            Err(error) => {
                let _ = fs::remove_dir(name);
                Err(Failure::io(parent, error))
            }
        }
    }

    /// A new file in the folder.
    fn file(&self, name: &str) -> Result<fs::File, Failure> {
        let path = self.temporary.path().join(name);
        fs::File::create_new(&path).map_err(|error| Failure::io(&self.path(name), error))
    }

    /// Where a file of the folder will lie, for messages.
    fn path(&self, name: &str) -> PathBuf {
        self.name.join(name)
    }

    /// Gives the folder its name.
    fn keep(mut self) -> Result<(), Failure> {
        let from = self.temporary.path();
        // Renaming onto an empty folder is one step where the system has it.
        let renamed = fs::rename(from, &self.name)
            .or_else(|_| fs::remove_dir(&self.name).and_then(|()| fs::rename(from, &self.name)));
        renamed.map_err(|error| Failure::io(&self.name, error))?;
        self.reserved = false;
        self.temporary.disable_cleanup(true);
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.reserved {
            let _ = fs::remove_dir(&self.name);
        }
    }
}
