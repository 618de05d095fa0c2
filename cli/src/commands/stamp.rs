//! `nameplate stamp`: one image per unit, and `units.jsonl`.

use std::fs;
use std::io::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

use nameplate::image::hex::{Options, Style};
use nameplate::image::{Container, Difference, Sparse, difference, flatten};
use nameplate::plan::{PlanErrorKind, Stamper};
use nameplate::writes::delta::{Delta, DeltaError, Extent};
use nameplate::{Plan, Span};
use nameplate_job::job::{Format, Image};
use nameplate_job::journal::{Line, Origin, sha256};
use nameplate_job::labels::Labels;
use nameplate_job::names::{NameTemplate, Names};
use nameplate_job::{JobError, Run};
use serde_json::json;

use super::outcome::Outcome;
use crate::failure::{Exit, Failure, folder};
use crate::image::{File, Opened};
use crate::run::{self, Choice, JobFile, progress, row};
use crate::template::{Compiled, Template, erased, image};

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
    /// What is written of each unit, in place of a file as the template.
    pub format: Option<Output>,
    /// The addresses that `--format bin` writes.
    pub window: Option<Range<u64>>,
    /// How HEX files are read.
    pub options: Options,
}

/// What is written of each unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// The whole image.
    Image(Format),
    /// HEX text of the bytes that the stamp touches.
    Delta,
    /// HEX text of the erase pages around those.
    Pages,
}

/// Stamps the units of a job into a new folder.
///
/// # Errors
/// When anything is wrong; then nothing is left behind.
pub fn run(args: &Args) -> Result<Outcome, Failure> {
    if args.window.is_some() && args.format != Some(Output::Image(Format::Bin)) {
        return Err(Failure::new(Exit::Usage, "--window goes with --format bin"));
    }
    let job = JobFile::read(&args.job)?;
    let image = image(&job)?;
    let run = run::run(&job.job, &args.choice)?;
    let template = Template::read(&job, args.options)?;
    let Compiled { opened, map, plan, tolerated } = template.compile(&job)?;

    let made = made(args, image, &template, opened.container())?;
    let made = made.as_ref().map(File::open).transpose()?;
    let out = match args.format {
        Some(Output::Image(Format::Elf)) => {
            [Some(&opened), map.as_ref()].into_iter().flatten().find(|file| matches!(file, Opened::Elf(_))).ok_or_else(
                || {
                    Failure::refused(
                        "units in ELF need the ELF file of the build: name it in [image], as `file` or as `map`",
                    )
                },
            )?
        }
        _ => made.as_ref().unwrap_or(&opened),
    };
    let delta = delta(args, image, &plan, &opened)?;
    let stamper = plan.stamper(out.container()).map_err(|error| {
        let differs = matches!(error.kind(), PlanErrorKind::Differs { .. });
        match first_difference(&plan, opened.container(), out.container()).filter(|_| differs) {
            Some(found) => Failure::refused(format_args!("{error} The first difference is {found}")),
            None => Failure::refused(error),
        }
    })?;
    let name = NameTemplate::of(&job.job)?;
    let extension = if delta.is_some() { "hex" } else { out.extension() };
    let labels = Labels::new(&job.job)?;

    let folder = Folder::create(&args.out)?;
    let origin = Origin { template_sha256: sha256(template.original().bytes()), job_sha256: job.job.sha256.clone() };
    Writer { run: &run, origin, name, extension, labels, folder: &folder }.write(stamper, delta)?;
    folder.keep()?;
    let text = summary(args, &run, &plan, template.path());
    let json =
        json!({ "units": run.count(), "first": run.first(), "last": run.last(), "out": args.out.to_string_lossy() });
    Ok(Outcome { text, json, tolerated })
}

/// The deltas of the units, when those are asked for.
fn delta(args: &Args, image: &Image, plan: &Plan, template: &Opened<'_>) -> Result<Option<Delta>, Failure> {
    let extent =
        match args.format {
            Some(Output::Delta) => match image.write_unit {
                Some(size) => Extent::WriteUnits { size, erased: erased(image) },
                None => Extent::Touched,
            },
            Some(Output::Pages) => Extent::Pages(image.erase.ok_or_else(|| {
                Failure::refused("--format pages needs `erase` in [image], the bytes of an erase page")
            })?),
            _ => return Ok(None),
        };
    let style = match template {
        Opened::Hex(hex) => Style::of(hex),
        Opened::Raw(_) | Opened::Elf(_) => Style::default(),
    };
    Delta::new(template.container(), plan.spans(), extent, style).map(Some).map_err(|error| match error {
        DeltaError::WriteUnit(_) => {
            Failure::refused(format_args!("{error}; --format pages is for a pass that erases first"))
        }
        _ => Failure::refused(error),
    })
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

/// Where two images first differ under the checksums.
fn first_difference(plan: &Plan, one: &dyn Container, two: &dyn Container) -> Option<Difference> {
    let covered = plan.checks().flat_map(|(repair, _)| repair.over());
    let first = |range: &Range<u64>| difference(one, two, Span::try_from(range.clone()).ok()?);
    covered.filter_map(first).min_by_key(|found| found.span)
}

/// The template in the format that the units are to have, where that is made of it.
fn made(args: &Args, image: &Image, template: &Template, container: &dyn Container) -> Result<Option<File>, Failure> {
    match args.format {
        Some(Output::Image(format)) if format == template.file().format() => Ok(None),
        Some(Output::Image(Format::Hex)) => {
            let text = Style::default().to_vec(&Sparse::new(container)).map_err(Failure::refused)?;
            Ok(Some(File::made(text, Format::Hex, 0)))
        }
        Some(Output::Image(Format::Bin)) => {
            let range = args.window.clone().ok_or_else(|| {
                let message = "--format bin needs --window START..END: a binary has no gaps and no addresses";
                Failure::new(Exit::Usage, message)
            })?;
            let window = Span::try_from(range).map_err(Failure::refused)?;
            let bytes = flatten(container, window, erased(image), FLAT_LIMIT).map_err(Failure::refused)?;
            Ok(Some(File::made(bytes, Format::Bin, window.start())))
        }
        // For ELF the file or the map, which is of the same build.
        _ => Ok(None),
    }
}

/// What all units of a run have in common.
struct Writer<'r> {
    run: &'r Run,
    origin: Origin,
    name: NameTemplate,
    extension: &'static str,
    labels: Labels,
    folder: &'r Folder,
}

impl Writer<'_> {
    /// Stamps each unit once: its file, its labels, its line in the journal. What is wrong with a late unit is found
    /// late; the folder then goes with all that was written.
    fn write(&self, mut stamper: Stamper<&Plan>, mut delta: Option<Delta>) -> Result<(), Failure> {
        let Self { run, labels, folder, .. } = self;
        let mut names = Names::default();
        let mut journal = std::io::BufWriter::new(folder.file("units.jsonl")?);
        let mut csv = if labels.is_empty() { None } else { Some(csv::Writer::from_writer(folder.file("labels.csv")?)) };
        let csv_fail = |error: csv::Error| Failure::io(&folder.path("labels.csv"), error);
        if let Some(csv) = &mut csv {
            csv.write_record(std::iter::once("seq").chain(labels.names())).map_err(csv_fail)?;
        }
        let fail = |error: std::io::Error| Failure::io(&folder.path("units.jsonl"), error);
        let bar = progress(run.count(), "stamping");
        for seq in run.numbers() {
            let row = row(run, seq)?;
            let values = run.values(seq, row.as_ref())?;
            let stamped = stamper.stamp(&values).map_err(|error| JobError::stamp(seq, &error))?;
            let name = self.name.expand(seq, |field| run.text(&values, field)).map_err(Failure::refused)?;
            let texts = labels.texts(seq, |field| run.text(&values, field))?;
            let name = format!("{name}.{}", self.extension);
            names.insert(&name, seq).map_err(Failure::refused)?;
            let bytes = match &mut delta {
                Some(delta) => delta.text(stamped.writes()),
                None => stamped.bytes(),
            };
            folder.file(&name)?.write_all(bytes).map_err(|error| Failure::io(&folder.path(&name), error))?;
            if let Some(csv) = &mut csv {
                let number = seq.to_string();
                let cells = labels.names().map(|name| texts.get(name).map_or("", String::as_str));
                csv.write_record(std::iter::once(number.as_str()).chain(cells)).map_err(csv_fail)?;
            }
            let line = Line::new(seq, &name, &stamped, texts, &self.origin, |field| run.text(&values, field));
            writeln!(journal, "{line}").map_err(fail)?;
            bar.inc(1);
        }
        bar.finish_and_clear();
        csv.map_or(Ok(()), |mut csv| csv.flush()).map_err(|error| Failure::io(&folder.path("labels.csv"), error))?;
        journal.flush().map_err(fail)
    }
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
