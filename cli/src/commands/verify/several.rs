//! Units with several images: the files of each are judged together.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use nameplate::image::hex::Options;
use nameplate::image::{Container, Sparse};
#[cfg(feature = "ledger")]
use nameplate_job::Job;
use nameplate_job::images::OneImage;
use nameplate_job::job::Image;
#[cfg(feature = "ledger")]
use nameplate_job::journal::sha256;
use serde_json::json;

use super::alike::Alike;
use super::args::{Args, MOST_SHOWN};
use super::journals::Journals;
use super::judge::{Judge, OfUnit};
use super::reading::Reading;
use super::seen::Seen;
use super::total::{OTHER_FIRMWARE, Total};
use super::verdict::Verdict;
#[cfg(feature = "ledger")]
use crate::commands::ledger;
use crate::failure::{Exit, Failure};
use crate::image::File;
use crate::report::Report;
use crate::run::{JobFile, progress};
use crate::template::Templates;
use crate::unit_files::{UnitFiles, units};

/// What was read of one unit.
#[cfg_attr(not(feature = "ledger"), expect(dead_code, reason = "a ledger is told of it"))]
struct Read {
    /// By image.
    files: Vec<Option<File>>,
    /// What is wrong with them.
    wrong: Vec<String>,
}

/// What one image of all units is judged by.
struct One<'a> {
    image: &'a OneImage,
    judge: Judge<'a>,
    reading: Reading<'a>,
    alike: Alike<'a>,
    seen: Seen<'a>,
}

impl<'a> One<'a> {
    fn name(&self) -> &'a str {
        self.image.name.as_deref().unwrap_or_default()
    }

    /// The file at `path`, as its journal says.
    fn file(&self, path: &Path) -> Result<File, Failure> {
        let journals = self.judge.journals;
        let unit = journals.of_file(path).and_then(|(index, _)| journals.get(index));
        self.reading.file(path, unit.and_then(|unit| unit.written.as_ref()))
    }
}

/// Reads each unit back.
///
/// # Errors
/// When an input is wrong. Units that fail are part of the report; the flag is then false.
pub(super) fn run(
    args: &Args,
    job: &JobFile,
    options: Options,
    report: &mut Report<'_>,
) -> Result<(Vec<String>, bool), Failure> {
    check(args)?;
    let templates = Templates::read(job, options)?;
    let compiled = templates.compile()?;
    let images = templates.images.all();
    let names: Vec<&str> = images.iter().filter_map(|image| image.name.as_deref()).collect();
    let sha256 = templates.sha256(&compiled)?;
    let journals = images
        .iter()
        .zip(&sha256)
        .map(|(image, sha256)| Journals::read(&image.job, image.name.as_deref(), sha256, &args.units));
    let journals = journals.collect::<Result<Vec<_>, _>>()?;
    let of_units = images.iter().map(|image| Ok(image.job.require_image()?.of_units()));
    let of_units = of_units.collect::<Result<Vec<Image>, Failure>>()?;
    let units = units(&args.images, &names)?;
    let paths: Vec<Vec<PathBuf>> = (0..images.len())
        .map(|index| units.iter().map(|unit| unit.files.get(index).cloned().flatten().unwrap_or_default()).collect())
        .collect();
    let mut ones = Vec::new();
    let parts = images.iter().zip(&compiled).zip(templates.all()).zip(&journals).zip(&of_units).zip(&paths);
    for (((((image, compiled), template), journals), of_units), paths) in parts {
        let own = (compiled.opened.container(), template.file().format());
        ones.push(One {
            image,
            judge: Judge::new(&compiled.plan, &image.job, journals, own, args.other_firmware),
            reading: Reading {
                of_job: image.job.require_image()?,
                image: of_units,
                base: None,
                options: template.original().options(),
            },
            alike: Alike::new(journals, paths),
            seen: Seen::new(paths),
        });
    }
    #[cfg(feature = "ledger")]
    let mut recorded = None;
    #[cfg(feature = "ledger")]
    check_seen(args, &ones, &units)?;
    let mut all = All::new(ones, &units);
    let bar = progress(u64::try_from(units.len()).unwrap_or(u64::MAX), "verifying");
    report.open("images");
    for (index, unit) in units.iter().enumerate() {
        let read = all.unit(index, unit, report)?;
        #[cfg(feature = "ledger")]
        if let Some(seen) = &args.ledger {
            recorded = Some(all.record(seen, &job.job, &read)?);
        }
        drop(read);
        bar.inc(1);
    }
    bar.finish_and_clear();
    #[cfg(feature = "ledger")]
    if let Some(recorded) = &recorded {
        report.entry("ledger", &recorded.json);
    }
    let is_right = all.summary(args, &templates.paths(), report);
    #[cfg(feature = "ledger")]
    let is_right = match recorded {
        Some(recorded) => {
            report.say(recorded.text);
            is_right && recorded.is_verified
        }
        None => is_right,
    };
    Ok((compiled.iter().flat_map(|compiled| compiled.tolerated.clone()).collect(), is_right))
}

/// All images of all units, and what is said of them.
struct All<'a> {
    ones: Vec<One<'a>>,
    /// What has no field is of the unit that the others are of, so it comes last.
    order: Vec<usize>,
    /// The images that checksums of others cover.
    covered: BTreeSet<usize>,
    units: usize,
    total: Total,
    text: String,
}

impl<'a> All<'a> {
    fn new(ones: Vec<One<'a>>, units: &[UnitFiles]) -> Self {
        let mut order: Vec<usize> = (0..ones.len()).collect();
        order.sort_by_key(|index| ones.get(*index).is_none_or(|one| one.image.job.fields.is_empty()));
        let covered = ones.iter().flat_map(|one| one.image.covers.iter().copied()).collect();
        Self { ones, order, covered, units: units.len(), total: Total::default(), text: String::new() }
    }

    /// The memory of the images of a unit that checksums of others cover.
    fn wholes(&self, files: &[Option<File>]) -> Vec<Option<Sparse>> {
        let whole = |(place, file): (usize, &Option<File>)| {
            let one = self.ones.get(place).filter(|_| self.covered.contains(&place))?;
            one.judge.whole(file.as_ref()?)
        };
        files.iter().enumerate().map(whole).collect()
    }

    /// Judges the files of one unit.
    fn unit(&mut self, index: usize, unit: &UnitFiles, report: &mut Report<'_>) -> Result<Read, Failure> {
        let mut wrong = Vec::new();
        let one = |(one, path): (&One<'_>, &Option<PathBuf>)| path.as_deref().map(|path| one.file(path)).transpose();
        let files = self.ones.iter().zip(&unit.files).map(one).collect::<Result<Vec<Option<File>>, _>>()?;
        let wholes = self.wholes(&files);
        let names: Vec<String> = self.ones.iter().map(|one| one.name().to_owned()).collect();
        let mut of_unit: Option<OfOthers> = None;
        for place in &self.order {
            let (Some(one), Some(path), Some(file)) =
                (self.ones.get_mut(*place), unit.files.get(*place), files.get(*place))
            else {
                continue;
            };
            let (Some(path), Some(file)) = (path, file) else {
                if unit.is_folder {
                    let verdict = Verdict::wrong(&format_args!("the folder has no file of image `{}`", one.name()));
                    self.total.add(&verdict);
                    let _ = writeln!(self.text, "{}", verdict.text(&unit.path));
                    wrong.extend(verdict.wrong.iter().cloned());
                    report.item(|| verdict.json(&unit.path));
                }
                continue;
            };
            let other = |other: &usize| {
                let memory: &dyn Container = wholes.get(*other)?.as_ref()?;
                Some((names.get(*other)?.as_str(), memory))
            };
            let others: Vec<(&str, &dyn Container)> = one.image.covers.iter().filter_map(other).collect();
            let line = of_unit.as_ref().and_then(|others| others.line);
            let beside = OfUnit { others: &others, line };
            let mut verdict = one.judge.judge_beside(path, file, &one.alike, &beside)?;
            agree(&mut of_unit, one.name(), &mut verdict);
            let same = one.seen.insert(index, &mut verdict);
            one.alike.image(index, &mut verdict, same);
            self.total.add(&verdict);
            wrong.extend(verdict.wrong.iter().map(|wrong| format!("image `{}`: {wrong}", one.name())));
            if !verdict.is_right() || self.units <= MOST_SHOWN {
                let _ = writeln!(self.text, "{}", verdict.text(path));
            }
            report.item(|| verdict.json(path));
        }
        Ok(Read { files, wrong })
    }

    /// Tells the ledger what was read back of one unit.
    #[cfg(feature = "ledger")]
    fn record(&self, seen: &ledger::Seen, job: &Job, read: &Read) -> Result<ledger::Recorded, Failure> {
        let known = |one: &One<'a>| ledger::Known {
            name: Some(one.name()),
            plan: one.judge.plan,
            template: one.judge.template,
        };
        let images: Vec<(ledger::Known<'_>, Option<&File>)> =
            self.ones.iter().map(known).zip(read.files.iter().map(Option::as_ref)).collect();
        let back = ledger::Back { images: &images, wrong: &read.wrong, label: Vec::new(), digest: digest(&images) };
        let file = |place: usize, path: &Path| match self.ones.get(place) {
            Some(one) => one.reading.file(path, None),
            None => Err(Failure::refused("the job has no such image")),
        };
        seen.record(job, &back, file)
    }

    /// Says what was found of all; whether all is right.
    fn summary(mut self, args: &Args, templates: &str, report: &mut Report<'_>) -> bool {
        let Self { ones, total, text, units, .. } = &mut self;
        let wrong: Vec<String> = ones.iter().flat_map(|one| one.alike.wrong()).collect();
        let is_right = total.wrong == 0 && wrong.is_empty();
        for sentence in &wrong {
            let _ = writeln!(text, "{sentence}");
        }
        let (good, count) = (total.images - total.wrong, total.images);
        let _ = write!(text, "{good} of {count} images of {units} units verified");
        if args.other_firmware {
            text.push_str(OTHER_FIRMWARE);
        } else if let Some(first) = ones.first().filter(|_| is_right) {
            let has_checksum = ones.iter().any(|one| one.judge.plan.checks().next().is_some());
            let _ = write!(text, ": {}", total.text(&first.seen, &first.alike, has_checksum, false));
            for more in ones.iter().skip(1).map(|one| one.alike.text()).filter(|text| !text.is_empty()) {
                let _ = write!(text, "; {more}");
            }
        }
        let journals = |one: &One<'_>| one.judge.journals.units.len();
        let missing = ones.iter().map(|one| journals(one) - one.seen.lines()).max().unwrap_or_default();
        if is_right && !args.units.is_empty() {
            let _ = write!(text, "; as --units says, the digest of {} compared", total.digests);
        }
        if missing > 0 {
            let _ = write!(text, "; {missing} more of --units have no image here");
        }
        let others = |one: &One<'_>| one.judge.journals.units.iter().filter(|unit| !unit.of_template).count();
        let others = ones.iter().map(others).max().unwrap_or_default();
        if others > 0 {
            let _ = write!(text, "; {others} of --units were stamped from other templates than {templates}");
        }
        report.say(&*text);
        report.entry("missing", missing);
        report.entry("other_template", others);
        report.entry("wrong", wrong);
        report.entry(
            "compared",
            json!({
                "template": !args.other_firmware,
                "units": units,
                "digests": total.digests,
                "not_looked_at": total.lacks,
            }),
        );
        is_right
    }
}

/// The unit that images are of, as those before say.
struct OfOthers {
    line: Option<usize>,
    seq: Option<u64>,
    /// The image that says so.
    image: String,
}

/// Whether an image is of the unit that those before it are of.
fn agree(of_unit: &mut Option<OfOthers>, name: &str, verdict: &mut Verdict) {
    let Some(OfOthers { line, seq, image }) = of_unit else {
        if verdict.seq.is_some() || verdict.line.is_some() {
            *of_unit = Some(OfOthers { line: verdict.line, seq: verdict.seq, image: name.to_owned() });
        }
        return;
    };
    match (*seq, verdict.seq) {
        (Some(one), Some(two)) if one != two => {
            verdict.wrong.push(format!("is of unit {two}, and image `{image}` of unit {one}"));
        }
        _ if line.is_some() && verdict.line.is_some() && *line != verdict.line => {
            verdict.wrong.push(format!("is of another line of --units than image `{image}`"));
        }
        _ => {}
    }
    verdict.seq = verdict.seq.or(*seq);
}

/// The digest of all images of a unit, secrets masked: that of the lines that `sha256sum` writes of files named as the images.
#[cfg(feature = "ledger")]
fn digest(images: &[(ledger::Known<'_>, Option<&File>)]) -> Option<String> {
    let mut lines = String::new();
    for (known, file) in images {
        let Some(file) = file else { continue };
        let opened = file.open().ok()?;
        let memory = file.memory(&opened).ok()?;
        let masked = known.plan.masked(memory.container(), known.template).ok()?;
        let _ = writeln!(lines, "{}  {}", sha256(&masked), known.name.unwrap_or_default());
    }
    Some(sha256(lines.as_bytes()))
}

/// A ledger is told of one unit, all of whose fields were read back.
#[cfg(feature = "ledger")]
fn check_seen(args: &Args, ones: &[One<'_>], units: &[UnitFiles]) -> Result<(), Failure> {
    let usage = |message: &dyn std::fmt::Display| Err(Failure::new(Exit::Usage, message));
    let unit = match units {
        _ if args.ledger.is_none() => return Ok(()),
        [unit] => unit,
        _ => return usage(&"--seen names one board: give the images of one unit, that were read back from it"),
    };
    let lacks = |(one, file): &(&One<'_>, &Option<PathBuf>)| file.is_none() && one.judge.plan.spans().next().is_some();
    match ones.iter().zip(&unit.files).find(lacks) {
        Some((one, _)) => {
            let name = one.name();
            usage(&format_args!(
                "--seen is of a board that was read back whole, and image `{name}`, which has fields or checksums, is not given: {name}=FILE"
            ))
        }
        None => Ok(()),
    }
}

/// Refuses what is for one image.
fn check(args: &Args) -> Result<(), Failure> {
    let usage = |message: &str| Err(Failure::new(Exit::Usage, message));
    #[cfg(feature = "ledger")]
    if args.ledger.as_ref().is_some_and(|seen| !seen.reported.is_empty()) {
        return usage("--reported is for a job with one image so far, and this job has several");
    }
    if !args.scan.is_empty() {
        return usage("--scan is for a job with one image so far, and this job has several");
    }
    match (args.base, &args.undo) {
        (Some(_), _) => usage("--base is for one image, and the job has several: say `base` under each [[image]]"),
        (_, Some(_)) => {
            usage("--undo is for one image, and the job has several: each template is the file of its [[image]]")
        }
        _ => Ok(()),
    }
}
