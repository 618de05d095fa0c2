//! `nameplate stamp`: one image per unit, and `units.jsonl`.

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
use crate::failure::{Exit, Failure};
use crate::folder::Folder;
use crate::image::{File, Opened};
use crate::output::Readers;
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
    let fields: Vec<(&str, bool)> = job.job.fields.iter().map(|field| (field.name.as_str(), field.secret)).collect();
    let name = NameTemplate::parse(job.job.unit.name.as_deref().unwrap_or("{seq}"), &fields)
        .map_err(|error| Failure::refused(error).about("`name` in [unit]"))?;
    let extension = if delta.is_some() { "hex" } else { out.extension() };
    let labels = Labels::new(&job.job)?;

    let folder = Folder::create(&args.out, Readers::of(&job.job))?;
    let origin = Origin { template_sha256: sha256(template.original().bytes()), job_sha256: job.sha256.clone() };
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
    labels: Labels<'r>,
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
