//! The run over all images, and what is said of it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use nameplate::Plan;
#[cfg(feature = "ledger")]
use nameplate::image::Container;
use nameplate::image::hex::Options;
use nameplate_job::job::Format;
#[cfg(feature = "ledger")]
use nameplate_job::journal::sha256;
use serde_json::json;

use super::alike::Alike;
use super::args::{Args, MOST_SHOWN};
use super::journals::Journals;
use super::judge::Judge;
use super::reading::Reading;
use super::scan::{Scanned, scan};
use super::seen::Seen;
use super::several;
use super::total::{OTHER_FIRMWARE, Total};
#[cfg(feature = "ledger")]
use crate::commands::ledger::{Back, Known, Recorded};
use crate::commands::readback;
use crate::failure::{Exit, Failure};
use crate::image::{File, Opened, is_image_name, named};
use crate::output::{NewFile, Readers};
use crate::report::Report;
use crate::run::{JobFile, progress};
use crate::template::{Compiled, Template, image};

/// Reads each image back.
///
/// # Errors
/// When an input is wrong, or holds nothing of the job. Images that fail are part of the report; the flag is then false.
pub fn run(args: &Args, options: Options, report: &mut Report<'_>) -> Result<(Vec<String>, bool), Failure> {
    if args.sqtp {
        let (outcome, right) = readback::run(&args.job, &args.images, options)?;
        return Ok((outcome.tell(report), right));
    }
    let job = JobFile::read(&args.job)?.dated(args.date);
    #[cfg(feature = "ledger")]
    if let Some(seen) = args.ledger.as_ref().filter(|seen| !seen.reported.is_empty()) {
        return reported(seen, &job, options, report);
    }
    if job.job.has_images() { several::run(args, &job, options, report) } else { one(args, &job, options, report) }
}

/// Reads each image back, of a job with one.
fn one(args: &Args, job: &JobFile, options: Options, report: &mut Report<'_>) -> Result<(Vec<String>, bool), Failure> {
    let of_image = image(job)?;
    let template = Template::read(job, options)?;
    let compiled = template.compile(job)?;
    let journals = Journals::read(&job.job, None, &template.sha256(of_image, &compiled)?, &args.units)?;
    let Compiled { opened, plan, tolerated, .. } = compiled;
    let format = template.file().format();
    let judge = Judge::new(&plan, &job.job, &journals, (opened.container(), format), args.other_firmware);
    let of_units = of_image.of_units();
    let reading =
        Reading { of_job: of_image, image: &of_units, base: args.base, options: template.original().options() };
    let images = images(&args.images, of_image.output.format.unwrap_or(format))?;
    check_one(args, images.len())?;

    #[cfg(feature = "ledger")]
    let mut recorded = None;
    let (mut alike, mut seen) = (Alike::new(&journals, &images), Seen::new(&images));
    let (mut total, mut text) = (Total::default(), String::new());
    let (mut undone, mut scanned) = (None, Vec::new());
    let bar = progress(u64::try_from(images.len()).unwrap_or(u64::MAX), "verifying");
    report.open("images");
    for (index, path) in images.iter().enumerate() {
        let unit = journals.of_file(path).and_then(|(index, _)| journals.get(index));
        let file = reading.file(path, unit.and_then(|unit| unit.written.as_ref()))?;
        let mut verdict = judge.judge(path, &file, &alike)?;
        scanned = scan(&job.job, journals.sources(0), &verdict, &args.scan)?;
        let same = seen.insert(index, &mut verdict);
        alike.image(index, &mut verdict, same);
        if let Some(out) = args.undo.as_ref().filter(|_| verdict.is_right()) {
            if verdict.lacks > 0 {
                let message =
                    format_args!("--undo: {} bytes of the template's memory are not in the file", verdict.lacks);
                return Err(Failure::refused(message).about(path.display()));
            }
            undone = Some(undo(out, &file, &plan, &opened)?);
        }
        #[cfg(feature = "ledger")]
        if let Some(seen) = &args.ledger {
            let label = scanned.iter().filter_map(Scanned::other).collect();
            let wrong = (verdict.wrong.as_slice(), label);
            recorded = Some(told(seen, &job.job, (&plan, opened.container()), (&reading, &file), wrong)?);
        }
        verdict.wrong.extend(scanned.iter().filter_map(Scanned::wrong).cloned());
        verdict.shown.extend(scanned.iter().filter_map(Scanned::shown));
        total.add(&verdict);
        if !verdict.is_right() || images.len() <= MOST_SHOWN {
            let _ = writeln!(text, "{}", verdict.text(path));
        }
        report.item(|| verdict.json(path));
        bar.inc(1);
    }
    bar.finish_and_clear();

    let wrong = alike.wrong();
    let is_right = total.wrong == 0 && wrong.is_empty();
    for sentence in &wrong {
        let _ = writeln!(text, "{sentence}");
    }
    let _ = write!(text, "{} of {} images verified", total.images - total.wrong, total.images);
    if is_right {
        let has_checksum = plan.checks().next().is_some();
        let _ = write!(text, ": {}", total.text(&seen, &alike, has_checksum, args.other_firmware));
    } else if args.other_firmware {
        text.push_str(OTHER_FIRMWARE);
    }
    if !journals.is_empty() && is_right {
        let _ = write!(text, "; as --units says, the digest of {} compared", total.digests);
    }
    let (missing, others) = unmatched(&journals, &seen, template.path(), &mut text);
    if let Some(out) = &args.undo {
        let _ = write!(text, "; {} {}", out.display(), undone.unwrap_or("was not written"));
    }
    #[cfg(feature = "ledger")]
    let is_right = if let Some(recorded) = &recorded {
        let _ = write!(text, "\n{}", recorded.text);
        report.entry("ledger", &recorded.json);
        is_right && recorded.is_verified
    } else {
        is_right
    };
    report.say(text);
    if !args.scan.is_empty() {
        report.entry("scanned", scanned.iter().map(Scanned::json).collect::<Vec<_>>());
    }
    report.entry("missing", missing);
    report.entry("other_template", others);
    report.entry("wrong", wrong);
    let (unique, units) = alike.counts();
    report.entry(
        "compared",
        json!({
            "template": !args.other_firmware,
            "unique": unique,
            "units": units,
            "digests": total.digests,
            "not_looked_at": total.lacks,
        }),
    );
    Ok((tolerated, is_right))
}

/// Tells the ledger what the firmware of a board reported; its memory was not read.
#[cfg(feature = "ledger")]
fn reported(
    seen: &crate::commands::ledger::Seen,
    job: &JobFile,
    options: Options,
    report: &mut Report<'_>,
) -> Result<(Vec<String>, bool), Failure> {
    if job.job.has_images() {
        let message = "--reported is for a job with one image so far, and this job has several";
        return Err(Failure::new(Exit::Usage, message));
    }
    let of_image = image(job)?;
    let template = Template::read(job, options)?;
    let Compiled { opened, plan, tolerated, .. } = template.compile(job)?;
    let of_units = of_image.of_units();
    let options = template.original().options();
    let reading = Reading { of_job: of_image, image: &of_units, base: None, options };
    let images = [(Known { name: None, plan: &plan, template: opened.container() }, None)];
    let recorded = seen.report(&job.job, &images, |_, path| reading.file(path, None))?;
    report.say(&recorded.text);
    report.entry("ledger", &recorded.json);
    Ok((tolerated, recorded.is_verified))
}

/// Tells the ledger what was read back, and what is wrong with it: by itself, and on its label.
#[cfg(feature = "ledger")]
fn told(
    seen: &crate::commands::ledger::Seen,
    job: &nameplate_job::Job,
    (plan, template): (&Plan, &dyn Container),
    (reading, file): (&Reading<'_>, &File),
    (wrong, label): (&[String], Vec<(String, String)>),
) -> Result<Recorded, Failure> {
    let back = file.open().ok();
    let memory = back.as_ref().and_then(|back| file.memory(back).ok());
    let digest = memory.and_then(|memory| plan.masked(memory.container(), template).ok());
    let digest = digest.map(|masked| sha256(&masked));
    let images = [(Known { name: None, plan, template }, Some(file))];
    seen.record(job, &Back { images: &images, wrong, label, digest }, |_, path| reading.file(path, None))
}

/// What is of one image is given one.
fn check_one(args: &Args, images: usize) -> Result<(), Failure> {
    let usage = |message: &str| Err(Failure::new(Exit::Usage, message));
    #[cfg(feature = "ledger")]
    if args.ledger.is_some() && images != 1 {
        return usage("--seen names one board: give the one image that was read back from it");
    }
    if !args.scan.is_empty() && images != 1 {
        return usage("--scan is of the label of one board: give the one image that was read back from it");
    }
    if args.undo.is_some() && (images != 1 || args.other_firmware) {
        return usage(
            "--undo gives back the template of one image of this firmware: give one image, and not --other-firmware",
        );
    }
    Ok(())
}

/// How many lines have no image, and how many are of another template; both are said.
fn unmatched(journals: &Journals, seen: &Seen<'_>, template: &Path, text: &mut String) -> (usize, usize) {
    let missing = journals.units.len() - seen.lines();
    if missing > 0 {
        let _ = write!(text, "; {missing} more of --units have no image here");
    }
    // That may be meant: the ELF and the HEX file of one build are two templates.
    let others = journals.units.iter().filter(|unit| !unit.of_template).count();
    if others > 0 {
        let path = template.display();
        let _ = write!(text, "; {others} of --units were stamped from another template than {path}");
    }
    (missing, others)
}

/// Writes the template that the image was stamped from; what is to be said of that.
fn undo(out: &Path, file: &File, plan: &Plan, template: &Opened<'_>) -> Result<&'static str, Failure> {
    let opened = file.open()?;
    let memory = file.memory(&opened)?;
    let undone = plan.undo(memory.container(), template.container()).map_err(Failure::refused)?;
    let mut new = NewFile::create(out, Readers::like(file.name()))?;
    new.write(&undone)?;
    new.keep()?;
    let same = **undone == *template.container().file();
    Ok(if same { "is the template, byte for byte" } else { "is the template's memory in a file as the image" })
}

/// The images, those in folders by name; text files are images where the template is TI-TXT.
fn images(paths: &[PathBuf], format: Format) -> Result<Vec<PathBuf>, Failure> {
    let mut images = Vec::new();
    let is_image = |path: &Path| is_image_name(path) || format == Format::TiTxt && named(path) == Some(format);
    for path in paths {
        if !path.is_dir() {
            images.push(path.clone());
            continue;
        }
        let entries = fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let entries = entries.map_err(|error| Failure::io(path, error))?;
        let mut inside: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).filter(|path| is_image(path)).collect();
        if inside.is_empty() {
            return Err(Failure::refused("this folder has no file named .hex, .s19, .elf, .uf2, .bin or the like")
                .about(path.display()));
        }
        inside.sort();
        images.append(&mut inside);
    }
    Ok(images)
}
