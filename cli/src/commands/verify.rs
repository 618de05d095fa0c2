//! `nameplate verify`: decodes stamped images or dumps read back, and checks them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use nameplate::Plan;
use nameplate::image::hex::Options;
use nameplate::plan::{FieldReading, Reading};
use nameplate_job::journal::{self, Line, sha256};
use nameplate_job::source::Source;
use nameplate_job::sources;
use serde_json::{Value, json};

use super::outcome::Outcome;
use crate::failure::{Exit, Failure};
use crate::image::{File, is_image_name};
use crate::run::{JobFile, progress};
use crate::template::{Compiled, Template, image};

/// What the command line says.
#[derive(Debug)]
pub struct Args {
    /// The job file.
    pub job: PathBuf,
    /// The address of the first byte of raw images.
    pub base: Option<u64>,
    /// The `units.jsonl` that the images must agree with.
    pub units: Option<PathBuf>,
    /// The images, or folders of them.
    pub images: Vec<PathBuf>,
    /// How HEX files are read.
    pub options: Options,
}

/// Reads each image back.
///
/// # Errors
/// When an input is wrong. Images that fail are part of the outcome, whose flag is then false.
pub fn run(args: &Args) -> Result<(Outcome, bool), Failure> {
    let job = JobFile::read(&args.job)?;
    let image = image(&job)?;
    let template = Template::read(&job, args.options)?;
    let Compiled { plan, tolerated, .. } = template.compile(&job)?;
    let units = args.units.as_ref().map(|path| -> Result<_, Failure> {
        let text = fs::read_to_string(path).map_err(|error| Failure::reading(path, &error))?;
        journal::parse(&text).map(Units::new).map_err(|error| Failure::from(error).about(path.display()))
    });
    let check = Check { plan: &plan, sources: sources(&job.job)?, units: units.transpose()? };

    let images = images(&args.images)?;
    let mut seen: BTreeMap<u64, &Path> = BTreeMap::new();
    let (mut wrong, mut text, mut lines) = (0, String::new(), Vec::new());
    let bar = progress(u64::try_from(images.len()).unwrap_or(u64::MAX), "verifying");
    for path in &images {
        let base = args.base.or(image.base);
        // A dump may be of another format than the template: its own name and content say which.
        let file = File::read(path, None, base, template.original().options())?;
        let mut verdict = check.image(&file);
        if let Some(other) = verdict.seq.and_then(|seq| seen.insert(seq, path)) {
            let seq = verdict.seq.unwrap_or_default();
            verdict.wrong.push(format!("has number {seq}, and so has {}", other.display()));
        }
        if !verdict.wrong.is_empty() {
            wrong += 1;
            let _ = writeln!(text, "{}: {}", path.display(), verdict.wrong.join("; "));
        } else if images.len() <= 20 {
            let _ = writeln!(text, "{}: ok, {}", path.display(), verdict.fields.join(", "));
        }
        lines.push(json!({
            "file": path.to_string_lossy(),
            "ok": verdict.wrong.is_empty(),
            "seq": verdict.seq.map(journal::Number::from),
            "fields": verdict.json,
            "checksums": verdict.checks,
            "wrong": verdict.wrong,
        }));
        bar.inc(1);
    }
    bar.finish_and_clear();
    let right = images.len() - wrong;
    let _ = write!(text, "{right} of {} images verified", images.len());
    let numbers = seen.keys().next().zip(seen.keys().next_back());
    if let Some((first, last)) = numbers.filter(|_| wrong == 0) {
        let checks = if plan.checks().next().is_none() {
            "; the job has no checksum: only its fields were looked at"
        } else {
            ", all checksums right"
        };
        let _ = write!(text, ": numbers {first} to {last}, no two alike{checks}");
    }
    let lines_of_units = || check.units.iter().flat_map(|units| &units.lines);
    let missing = lines_of_units().filter(|(seq, _)| !seen.contains_key(seq)).count();
    if missing > 0 {
        let _ = write!(text, "; {missing} more of --units have no image here");
    }
    // That may be meant: the ELF and the HEX file of one build are two templates.
    let template_sha256 = sha256(template.original().bytes());
    let others = lines_of_units().filter(|(_, line)| line.template_sha256 != template_sha256).count();
    if others > 0 {
        let _ =
            write!(text, "; {others} of --units were stamped from another template than {}", template.path().display());
    }
    let json = json!({ "ok": wrong == 0, "images": lines, "missing": missing, "other_template": others });
    Ok((Outcome { text, json, tolerated }, wrong == 0))
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

struct Check<'p> {
    plan: &'p Plan,
    sources: Vec<(String, Source)>,
    units: Option<Units>,
}

/// What the fields that are not secret hold, as digits, by name.
type Open = BTreeMap<String, String>;

/// The lines of `--units`.
struct Units {
    lines: BTreeMap<u64, Line>,
    /// Their numbers by what the unit's fields hold, for jobs whose fields say no number; nothing where two have the same.
    by_fields: BTreeMap<Open, Option<u64>>,
}

impl Units {
    fn new(lines: BTreeMap<u64, Line>) -> Self {
        let mut by_fields = BTreeMap::new();
        for (seq, line) in &lines {
            let open = line.fields.iter().filter_map(|(name, field)| Some((name.clone(), field.bytes.clone()?)));
            let _ = by_fields.entry(open.collect()).and_modify(|seq| *seq = None).or_insert(Some(*seq));
        }
        Self { lines, by_fields }
    }

    /// The number of the unit whose fields hold what the image's do, if any may be looked at.
    fn number(&self, reading: &Reading<'_>) -> Option<u64> {
        let open = |field: FieldReading<'_>| Some((field.name().to_owned(), hex::encode_upper(field.bytes()?)));
        let open: Open = reading.fields().filter_map(open).collect();
        self.by_fields.get(&open).copied().flatten().filter(|_| !open.is_empty())
    }
}

#[derive(Default)]
struct Verdict {
    seq: Option<u64>,
    fields: Vec<String>,
    json: serde_json::Map<String, Value>,
    checks: serde_json::Map<String, Value>,
    wrong: Vec<String>,
}

/// Judges every checksum; of one that covers a secret, only whether it is right.
fn checks(reading: &Reading<'_>, verdict: &mut Verdict) {
    for check in reading.checks() {
        let (name, right) = (check.name(), check.is_right());
        let mut entry = json!({ "ok": right });
        let mut numbers = String::new();
        if let Some((stored, computed)) = check.numbers() {
            entry = json!({ "ok": right, "stored": stored.to_string(), "computed": computed.to_string() });
            numbers = format!(": the image holds {stored}, computed is {computed}");
        }
        let _ = verdict.checks.insert(name.to_owned(), entry);
        if right {
            verdict.fields.push(format!("checksum {name} right"));
        } else {
            verdict.wrong.push(format!("checksum `{name}` is wrong{numbers}"));
        }
    }
}

impl Check<'_> {
    fn image(&self, file: &File) -> Verdict {
        let mut verdict = Verdict::default();
        let opened = match file.open() {
            Ok(opened) => opened,
            Err(failure) => {
                verdict.wrong.push(failure.to_string());
                return verdict;
            }
        };
        match self.plan.read(opened.container()) {
            Ok(reading) => {
                self.fields(&reading, &mut verdict);
                checks(&reading, &mut verdict);
                self.compare(&reading, &mut verdict);
            }
            Err(error) => verdict.wrong.push(error.to_string()),
        }
        verdict
    }

    /// Decodes the fields; all made from the unit's number must agree on one.
    fn fields(&self, reading: &Reading<'_>, verdict: &mut Verdict) {
        let mut first: Option<(u64, &str)> = None;
        for (field, (name, source)) in reading.fields().zip(&self.sources) {
            if field.is_erased() {
                verdict.wrong.push(format!("field `{name}` at {} is erased", field.span()));
                continue;
            }
            let value = match field.value() {
                Ok(value) => value,
                Err(error) => {
                    verdict.wrong.push(format!("field `{name}` at {}: {error}", field.span()));
                    continue;
                }
            };
            let shown = value.view().map_or("secret".to_owned(), |view| source.show(view));
            if source.constant().is_some_and(|constant| !field.matches(&constant)) {
                verdict.wrong.push(format!("field `{name}` is {shown}, which is not the job's constant"));
            }
            match source.number(value.expose()) {
                Some(None) => verdict.wrong.push(format!("field `{name}` is {shown}, which the job does not make")),
                Some(Some(seq)) => match first {
                    Some((other, by)) if other != seq => {
                        verdict.wrong.push(format!("field `{name}` is of unit {seq}, field `{by}` of unit {other}"));
                    }
                    _ => first = Some((seq, name)),
                },
                None => {}
            }
            let _ = verdict.json.insert(name.clone(), json!(shown));
            verdict.fields.push(format!("{name} {shown}"));
        }
        verdict.seq = first.map(|(seq, _)| seq);
    }

    /// The image must hold what the line of its unit says.
    fn compare(&self, reading: &Reading<'_>, verdict: &mut Verdict) {
        let Some(units) = &self.units else { return };
        verdict.seq = verdict.seq.or_else(|| units.number(reading));
        let Some(line) = verdict.seq.and_then(|seq| units.lines.get(&seq)) else {
            let open = reading.fields().any(|field| !field.is_secret());
            let why = if open { "" } else { ": all its fields are secret, so nothing says which unit it is" };
            verdict.wrong.push(format!("is of no unit in --units{why}"));
            return;
        };
        for field in reading.fields() {
            let expected = line.fields.get(field.name());
            let differs = match (field.bytes(), expected) {
                (Some(bytes), Some(expected)) => expected.bytes.as_deref() != Some(&hex::encode_upper(bytes)),
                (None, Some(expected)) => !expected.secret,
                (_, None) => true,
            };
            if differs {
                verdict.wrong.push(format!("field `{}` is not what --units says", field.name()));
            }
        }
        // Right by itself, but over other bytes: a unit of another build.
        for check in reading.checks() {
            let expected = line.checksums.get(check.name()).map(|checksum| checksum.after.as_deref());
            if expected != Some(check.bytes().map(hex::encode_upper).as_deref()) {
                verdict.wrong.push(format!("checksum `{}` is not what --units says", check.name()));
            }
        }
    }
}
