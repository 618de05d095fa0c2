//! `nameplate stamp`: one image per unit, and `units.jsonl`.

use std::fs;
use std::io::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use nameplate::encode::EncodeError;
use nameplate::image::{Erased, flatten};
use nameplate::plan::{StampError, StampErrorKind, Unit};
use nameplate::{Plan, Span};
use serde_json::json;

use super::Outcome;
use crate::failure::{Exit, Failure};
use crate::image::File;
use crate::job::{Format, Job};
use crate::journal::{Line, Number, entries};
use crate::layout::layout;
use crate::names::{NameTemplate, Names};
use crate::run::{Choice, JobFile, Run, progress, sha256};

/// The most bytes that `--format bin` writes for one unit.
const FLAT_LIMIT: u64 = 256 << 20;

/// What the command line says.
#[derive(Debug)]
pub struct Args {
    /// The job file.
    pub job: PathBuf,
    /// The folder to make.
    pub out: PathBuf,
    /// Which units.
    pub choice: Choice,
    /// The format of the units, in place of the template's.
    pub format: Option<Format>,
    /// The addresses that `--format bin` writes.
    pub window: Option<Range<u64>>,
}

/// Stamps the units of a job into a new folder.
///
/// # Errors
/// When anything is wrong; then nothing is left behind.
pub fn run(args: &Args) -> Result<Outcome, Failure> {
    let job = JobFile::read(&args.job)?;
    let image = job.job.image.as_ref();
    let image = image.ok_or_else(|| Failure::refused("the job has no [image]; an SQTP job is for `nameplate sqtp`"))?;
    let run = Run::new(&job.job, &args.choice)?;
    let path = job.path(&image.file);
    let about = |failure: Failure| failure.about(path.display());
    let template = File::read(&path, Some(image), None)?;
    let container = template.open().map_err(about)?;
    let plan = layout(&job.job)?.compile(&*container).map_err(Failure::refused)?;

    let flat = flat(args, &job.job, &template, &*container)?;
    let out = flat.as_ref().unwrap_or(&template);
    let out_container = out.open()?;
    let mut unit = plan.unit(&*out_container).map_err(Failure::refused)?;
    let names = names(&job.job, &run, &mut unit, out.extension())?;

    let folder = Folder::create(&args.out)?;
    write(&run, &job, &template, &names, &mut unit, &folder)?;
    folder.keep()?;
    let count = run.count();
    let text = summary(args, &run, &plan, &path);
    Ok(Outcome { text, json: json!({ "units": count, "first": run.first, "last": run.last, "out": args.out }) })
}

fn summary(args: &Args, run: &Run, plan: &Plan, template: &Path) -> String {
    let fields: Vec<&str> = plan.fields().map(|(name, ..)| name).collect();
    let checks: Vec<&str> = plan.checks().map(|(repair, _)| repair.name()).collect();
    let repaired = if checks.is_empty() { String::new() } else { format!(", repaired {}", checks.join(", ")) };
    format!(
        "stamped {} units ({} to {}) of {} into {}: {}{repaired}",
        run.count(),
        run.first,
        run.last,
        template.display(),
        args.out.display(),
        fields.join(", "),
    )
}

/// The template as a raw binary, when the units are to be binaries and the template is none.
fn flat(
    args: &Args,
    job: &Job,
    template: &File,
    container: &dyn nameplate::image::Container,
) -> Result<Option<File>, Failure> {
    match args.format {
        None => Ok(None),
        Some(format) if format == template.format() => Ok(None),
        Some(Format::Bin) => {
            let range = args.window.clone().ok_or_else(|| {
                Failure::new(
                    Exit::Usage,
                    "--format bin needs --window START..END: a binary has no gaps and no addresses",
                )
            })?;
            let window = Span::try_from(range).map_err(Failure::refused)?;
            let erased = job.image.as_ref().and_then(|image| Erased::pattern(&image.erased)).unwrap_or_default();
            let bytes = flatten(container, window, erased, FLAT_LIMIT).map_err(Failure::refused)?;
            Ok(Some(File::raw(bytes, window.start())))
        }
        Some(_) => Err(Failure::refused(
            "units in another format than the template's are not supported yet, except --format bin",
        )),
    }
}

/// Goes through all units without writing anything: every value fits, every name is a good one.
fn names(job: &Job, run: &Run, unit: &mut Unit<'_>, extension: &str) -> Result<Vec<String>, Failure> {
    let fields: Vec<(&str, bool)> = job.fields.iter().map(|field| (field.name.as_str(), field.secret)).collect();
    let template =
        NameTemplate::parse(job.unit.name.as_deref().unwrap_or("{seq}"), &fields).map_err(Failure::refused)?;
    let mut names = Names::default();
    let mut all = Vec::new();
    let bar = progress(run.count(), "checking");
    for seq in run.numbers() {
        let row = run.row(seq)?;
        let values = run.values(seq, row.as_ref())?;
        let _ = unit.stamp(&values).map_err(|error| stamp_failure(seq, &error))?;
        let name = template.expand(seq, |field| text(run, &values, field)).map_err(Failure::refused)?;
        let name = format!("{name}.{extension}");
        names.insert(&name, seq).map_err(Failure::refused)?;
        all.push(name);
        bar.inc(1);
    }
    let _ = unit.undo();
    bar.finish_and_clear();
    Ok(all)
}

/// A number that does not fit its field is the end of a range.
pub(super) fn stamp_failure(seq: u64, error: &StampError) -> Failure {
    let exit = match error.kind() {
        StampErrorKind::Encode(EncodeError::TooBig { .. }) => Exit::Exhausted,
        _ => Exit::Refused,
    };
    Failure::new(exit, format_args!("unit {seq}: {error}"))
}

fn text(run: &Run, values: &[(&str, nameplate::Value<'_>)], field: &str) -> Option<String> {
    let (_, value) = values.iter().find(|(name, _)| *name == field)?;
    let (_, source) = run.sources().iter().find(|(name, _)| name == field)?;
    Some(source.show(value.view()?))
}

fn write(
    run: &Run,
    job: &JobFile,
    template: &File,
    names: &[String],
    unit: &mut Unit<'_>,
    folder: &Folder,
) -> Result<(), Failure> {
    let template_sha256 = sha256(template.bytes());
    let mut journal = std::io::BufWriter::new(folder.file("units.jsonl")?);
    let fail = |error: std::io::Error| Failure::io(Path::new("units.jsonl"), error);
    let bar = progress(run.count(), "stamping");
    for (seq, name) in run.numbers().zip(names) {
        let row = run.row(seq)?;
        let values = run.values(seq, row.as_ref())?;
        let stamped = unit.stamp(&values).map_err(|error| stamp_failure(seq, &error))?;
        let mut file = folder.file(name)?;
        file.write_all(stamped.bytes()).map_err(|error| Failure::io(Path::new(name), error))?;
        let (fields, checksums) = entries(&stamped, |field| text(run, &values, field));
        let line = Line {
            seq: Number::from(seq),
            file: name.clone(),
            fields,
            checksums,
            template_sha256: template_sha256.clone(),
            image_sha256: sha256(&stamped.masked()),
            job_sha256: job.sha256.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        serde_json::to_writer(&mut journal, &line).map_err(|error| fail(error.into()))?;
        journal.write_all(b"\n").map_err(fail)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
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
            std::io::ErrorKind::AlreadyExists => Failure::refused(format_args!(
                "{}: exists already; units are never written over others",
                name.display()
            )),
            _ => Failure::io(name, error),
        })?;
        let parent = name.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
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
        fs::File::create_new(&path).map_err(|error| Failure::io(Path::new(name), error))
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
