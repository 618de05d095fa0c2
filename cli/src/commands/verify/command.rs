//! The run over all images, and what is said of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use nameplate::Plan;
use nameplate::image::hex::Options;
use nameplate_job::journal::sha256;
use serde_json::json;

use super::alike::Alike;
use super::journals::Journals;
use super::judge::Judge;
use super::reading::Reading;
use super::verdict::Verdict;
use crate::failure::{Exit, Failure};
use crate::image::{File, Opened, is_image_name};
use crate::output::{NewFile, Readers};
use crate::report::Report;
use crate::run::{JobFile, progress};
use crate::template::{Compiled, Template, image};

/// What the command line says.
#[derive(Debug)]
pub struct Args {
    /// The job file.
    pub job: PathBuf,
    /// The address of the first byte of raw images; images are raw then.
    pub base: Option<u64>,
    /// The journals that the images must agree with.
    pub units: Vec<PathBuf>,
    /// Year, month and day that date tokens mean, in place of the job's.
    pub date: Option<(u16, u8, u8)>,
    /// Whether the memory outside of fields and checksums is that of another firmware.
    pub other_firmware: bool,
    /// Where the template is written to, which the one image was stamped from.
    pub undo: Option<PathBuf>,
    /// The images, or folders of them.
    pub images: Vec<PathBuf>,
    /// How HEX files are read.
    pub options: Options,
}

/// The images that are told of one by one, when all is right.
const MOST_SHOWN: usize = 20;

/// What was counted over all images.
#[derive(Default)]
struct Sum {
    images: usize,
    wrong: usize,
    /// Images that lack some of the template's memory, and how many bytes.
    partial: u64,
    lacks: u64,
    over_template: bool,
    /// Of which fields and checksums how many images had none.
    absent: BTreeMap<String, u64>,
    digests: usize,
}

impl Sum {
    fn add(&mut self, verdict: &Verdict) {
        self.images += 1;
        self.wrong += usize::from(!verdict.is_right());
        self.partial += u64::from(verdict.lacks > 0);
        self.lacks = self.lacks.saturating_add(verdict.lacks);
        self.over_template |= verdict.over_template;
        self.digests += usize::from(verdict.digest == Some(true));
        for name in &verdict.absent {
            *self.absent.entry(name.clone()).or_default() += 1;
        }
    }
}

/// Reads each image back.
///
/// # Errors
/// When an input is wrong, or holds nothing of the job. Images that fail are part of the report; the flag is then false.
pub fn run(args: &Args, report: &mut Report<'_>) -> Result<(Vec<String>, bool), Failure> {
    let job = JobFile::read(&args.job)?.dated(args.date);
    let of_image = image(&job)?;
    let template = Template::read(&job, args.options)?;
    let Compiled { opened, plan, tolerated, .. } = template.compile(&job)?;
    let journals = Journals::read(&job.job, &args.units)?;
    let template_sha256 = sha256(template.original().bytes());
    let format = template.file().format();
    let judge = Judge::new(
        &plan,
        &job.job,
        &journals,
        (opened.container(), format),
        template_sha256.clone(),
        args.other_firmware,
    );
    let reading = Reading { image: of_image, base: args.base, options: template.original().options() };
    let images = images(&args.images)?;
    if args.undo.is_some() && (images.len() != 1 || args.other_firmware) {
        let message =
            "--undo gives back the template of one image of this firmware: give one image, and not --other-firmware";
        return Err(Failure::new(Exit::Usage, message));
    }

    let mut alike = Alike::new(&journals);
    let mut seen = Seen::default();
    let (mut sum, mut text) = (Sum::default(), String::new());
    let mut undone = None;
    let bar = progress(u64::try_from(images.len()).unwrap_or(u64::MAX), "verifying");
    report.open("images");
    for path in &images {
        let line = journals.of_file(path).and_then(|(index, _)| journals.get(index));
        let file = reading.file(path, line.and_then(|unit| unit.line.format.as_deref()))?;
        let mut verdict = judge.judge(path, &file, &alike)?;
        let same = seen.insert(path, &mut verdict, &journals);
        alike.image(path, &mut verdict, same);
        if let Some(out) = args.undo.as_ref().filter(|_| verdict.is_right()) {
            if verdict.lacks > 0 {
                let message =
                    format_args!("--undo: {} bytes of the template's memory are not in the file", verdict.lacks);
                return Err(Failure::refused(message).about(path.display()));
            }
            undone = Some(undo(out, &file, &plan, &opened)?);
        }
        sum.add(&verdict);
        if !verdict.is_right() || images.len() <= MOST_SHOWN {
            let _ = writeln!(text, "{}", verdict.text(path));
        }
        report.item(|| verdict.json(path));
        bar.inc(1);
    }
    bar.finish_and_clear();
    let wrong = alike.wrong();
    for sentence in &wrong {
        let _ = writeln!(text, "{sentence}");
    }
    let is_right = sum.wrong == 0 && wrong.is_empty();
    let _ = write!(text, "{} of {} images verified", sum.images - sum.wrong, sum.images);
    if is_right {
        let _ = write!(text, ": {}", said(&sum, &seen, &alike, &plan, args.other_firmware));
    } else if args.other_firmware {
        let _ = write!(text, "{OTHER}");
    }
    if !journals.is_empty() && is_right {
        let _ = write!(text, "; as --units says, the digest of {} compared", sum.digests);
    }
    let missing = journals.units.len() - seen.lines.len();
    if missing > 0 {
        let _ = write!(text, "; {missing} more of --units have no image here");
    }
    // That may be meant: the ELF and the HEX file of one build are two templates.
    let others = journals.units.iter().filter(|unit| unit.line.template_sha256 != template_sha256).count();
    if others > 0 {
        let _ =
            write!(text, "; {others} of --units were stamped from another template than {}", template.path().display());
    }
    match (&args.undo, undone) {
        (Some(out), Some(what)) => write!(text, "; {} is {what}", out.display()),
        (Some(out), None) => write!(text, "; {} was not written", out.display()),
        (None, _) => Ok(()),
    }
    .unwrap_or_default();
    let (compared, units) = alike.counts();
    report.say(text);
    report.entry("missing", missing);
    report.entry("other_template", others);
    report.entry("wrong", wrong);
    report.entry(
        "compared",
        json!({
            "template": !args.other_firmware,
            "unique": compared,
            "units": units,
            "digests": sum.digests,
            "not_looked_at": sum.lacks,
        }),
    );
    Ok((tolerated, is_right))
}

const OTHER: &str = "; memory outside of fields and checksums was not compared (--other-firmware)";

/// What was compared, when all of it is right.
fn said(sum: &Sum, seen: &Seen<'_>, alike: &Alike<'_>, plan: &Plan, other_firmware: bool) -> String {
    let mut parts = Vec::new();
    if let Some((first, last)) = seen.first.zip(seen.last) {
        parts.push(format!("numbers {first} to {last}"));
    }
    parts.push(alike.text());
    let has = if sum.absent.is_empty() { "" } else { "that they have " };
    let over = if sum.over_template { ", over the template where they lack memory" } else { "" };
    if plan.checks().next().is_some() {
        parts.push(format!("all checksums {has}right{over}"));
    }
    if !other_firmware {
        parts.push(format!("all other memory {has}as in the template"));
    }
    let mut text = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    if other_firmware {
        text.push_str(OTHER);
    }
    if plan.checks().next().is_none() {
        text.push_str("; the job has no checksum");
    }
    if !sum.absent.is_empty() {
        let absent = sum.absent.iter().map(|(name, count)| match sum.images {
            1 => name.clone(),
            images => format!("{name} in {count} of {images}"),
        });
        let _ = write!(text, "; not in the dump: {}", absent.collect::<Vec<_>>().join(", "));
    }
    if sum.partial > 0 {
        let _ = write!(text, "; {} bytes of the template in {} images were not looked at", sum.lacks, sum.partial);
    }
    text
}

/// The units whose images were seen.
#[derive(Default)]
struct Seen<'p> {
    lines: BTreeMap<usize, &'p Path>,
    numbers: BTreeMap<u64, &'p Path>,
    first: Option<u64>,
    last: Option<u64>,
}

impl<'p> Seen<'p> {
    /// Notes the unit of an image. If it is not the first of that unit, that is wrong, and the first is returned.
    fn insert(&mut self, path: &'p Path, verdict: &mut Verdict, journals: &Journals) -> Option<&'p Path> {
        let seq = verdict.seq?;
        self.first = self.first.map_or(seq, |first| first.min(seq)).into();
        self.last = self.last.max(Some(seq));
        // Batches of two dates may have the same numbers.
        let other = match verdict.line.filter(|index| journals.get(*index).is_some()) {
            Some(line) => self.lines.insert(line, path),
            None => self.numbers.insert(seq, path),
        }?;
        verdict.wrong.push(format!("has number {seq}, and so has {}", other.display()));
        Some(other)
    }
}

/// Writes the template that the image was stamped from; what that is.
fn undo(out: &Path, file: &File, plan: &Plan, template: &Opened<'_>) -> Result<&'static str, Failure> {
    let opened = file.open()?;
    let undone = plan.undo(opened.container(), template.container()).map_err(Failure::refused)?;
    let mut new = NewFile::create(out, Readers::like(file.name()))?;
    new.write(&undone)?;
    new.keep()?;
    let same = **undone == *template.container().file();
    Ok(if same { "the template, byte for byte" } else { "the template's memory in a file as the image" })
}

/// The images, those in folders by name.
fn images(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut images = Vec::new();
    for path in paths {
        if !path.is_dir() {
            images.push(path.clone());
            continue;
        }
        let entries = fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let entries = entries.map_err(|error| Failure::io(path, error))?;
        let mut inside: Vec<PathBuf> =
            entries.iter().map(fs::DirEntry::path).filter(|path| is_image_name(path)).collect();
        if inside.is_empty() {
            return Err(Failure::refused("this folder has no file named .hex, .elf or .bin").about(path.display()));
        }
        inside.sort();
        images.append(&mut inside);
    }
    Ok(images)
}

/// The exit of a verification that failed.
pub fn failed() -> Failure {
    Failure::new(Exit::Verify, "verification failed")
}
