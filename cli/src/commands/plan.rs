//! `nameplate plan`: what would change, with everything that `stamp` would refuse; writes nothing.

use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::PathBuf;

use nameplate::addr::Address;
use nameplate::image::Elf;
use nameplate::{Plan, Span};
use nameplate_job::{Job, Run, sources};
use serde_json::json;

use super::inspect::padding_of;
use super::outcome::Outcome;
use crate::failure::Failure;
use crate::image::{File, Opened};
use crate::run::{self, Choice, JobFile};
use crate::template::{Compiled, Template, erased, image};
use crate::units::{Form, Units};

/// What the command line says.
#[derive(Debug)]
pub struct Args {
    /// The job file.
    pub job: PathBuf,
    /// Which units; all of the job, or its first, when nothing is said.
    pub choice: Choice,
    /// What would be written of each unit.
    pub form: Form,
}

/// Says which bytes a unit's stamp would change, and in which order checksums are repaired, after it made all units
/// as `stamp` does, but for their files.
///
/// # Errors
/// When anything is wrong, as `stamp` would say.
pub fn run(args: &Args) -> Result<Outcome, Failure> {
    args.form.check()?;
    let job = JobFile::read(&args.job)?.dated(args.choice.date);
    let image = image(&job)?;
    let (run, tried) = units(&job.job, &args.choice)?;
    let template = Template::read(&job, args.form.options)?;
    let compiled = template.compile(&job)?;
    let made = args.form.made(image, &template, &compiled)?;
    let made = made.as_ref().map(File::open).transpose()?;
    let rehearsed = Units::new(&args.form, (&job.job, image), &run, &compiled, made.as_ref())?;
    if tried {
        rehearsed.each("checking", |_| Ok(()))?;
    } else {
        drop(rehearsed);
    }
    let Compiled { opened, map, plan, .. } = &compiled;
    let container = opened.container();
    let sources = sources(&job.job)?;

    let mut text = format!("template {}, {} bytes\n", template.path().display(), template.original().bytes().len());
    if template.file().bytes() != template.original().bytes() {
        let more = template.file().bytes().len() - template.original().bytes().len();
        let _ = writeln!(text, "  {more} characters of new records, for fields in gaps");
    }
    if let Some(said) = container.elf().and_then(|elf| padding_of(elf, &elf.padding())) {
        let _ = writeln!(text, "  {said}");
    }
    let mut fields = Vec::new();
    for ((name, span, encoding), job) in plan.fields().zip(&job.job.fields) {
        let found = {
            let mut bytes = Vec::new();
            let _ = container.visit(span, &mut |_, part| {
                bytes.extend_from_slice(part);
                std::ops::ControlFlow::Continue(())
            });
            if job.secret { "secret".to_owned() } else { hex::encode_upper(&bytes) }
        };
        let last = sources.iter().find(|(field, _)| field == name).and_then(|(_, source)| source.last());
        let last = last.map_or(String::new(), |last| format!(", numbers to {last}"));
        let _ = writeln!(text, "field {name}: {span}, {} bytes as {encoding}{last}\n  now {found}", span.len());
        fields.push(json!({
            "name": name,
            "address": Address(span.start()).to_string(),
            "length": span.len(),
            "encoding": encoding.to_string(),
            "before": found,
            "secret": job.secret,
        }));
    }
    let mut checksums = Vec::new();
    for (order, (repair, span)) in plan.checks().enumerate() {
        let over: Vec<String> =
            repair.over().iter().map(|range| format!("{}..{}", Address(range.start), Address(range.end))).collect();
        let covers: Vec<&str> = plan.covered(repair.name()).collect();
        let _ = writeln!(
            text,
            "checksum {}: {} over {}, stored at {span}, repaired {}.",
            repair.name(),
            repair.algorithm(),
            over.join(" and "),
            order + 1
        );
        for copy in repair.stores().iter().skip(1) {
            let place = copy.span().map_or(String::new(), |span| span.to_string());
            let _ = writeln!(text, "  {} at {place}", if copy.is_inverted() { "inverted" } else { "again" });
        }
        let _ = writeln!(
            text,
            "  covers {}",
            if covers.is_empty() { "nothing that changes".to_owned() } else { covers.join(", ") }
        );
        checksums.push(json!({
            "name": repair.name(),
            "algorithm": repair.algorithm().to_string(),
            "over": over,
            "covers": covers,
            "address": Address(span.start()).to_string(),
            "length": span.len(),
        }));
    }
    let units = erase_units(&job.job, plan, opened, map.as_ref())?;
    for unit in &units {
        let _ = writeln!(text, "{}", unit.text);
    }
    let units: Vec<_> = units.into_iter().map(|unit| unit.json).collect();
    text.push_str(&verdict(&run, tried));
    let units_tried = if tried { run.count() } else { 0 };
    Ok(Outcome {
        text,
        json: json!({
            "template": template.path().to_string_lossy(),
            "fields": fields,
            "checksums": checksums,
            "erase_units": units,
            "tried": units_tried,
            "written": false,
        }),
        tolerated: compiled.tolerated,
    })
}

/// What became of the units.
fn verdict(run: &Run, tried: bool) -> String {
    let (first, last) = (run.first(), run.last());
    match (tried, run.count()) {
        (false, _) => "no unit was tried, as their values come from --input; nothing was written".to_owned(),
        (true, 1) => format!("unit {first} was tried and can be stamped; nothing was written"),
        (true, _) => format!("units {first} to {last} were tried and can be stamped; nothing was written"),
    }
}

/// The units to try, and whether they can be: of a job that takes values from an input, only with that.
fn units(job: &Job, choice: &Choice) -> Result<(Run, bool), Failure> {
    let unsaid = choice.count.is_none() && choice.first.is_none() && choice.input.is_none() && choice.set.is_empty();
    let tried = !unsaid || job.columns().is_empty();
    if !tried {
        let first = job.unit.first;
        return Ok((Run::new(job, first..=job.unit.last.unwrap_or(first), None)?, tried));
    }
    let first = Choice { count: Some(1), ..choice.clone() };
    Ok((run::run(job, if unsaid && job.unit.last.is_none() { &first } else { choice })?, tried))
}

/// An erase unit that a stamp writes into.
struct EraseUnit {
    text: String,
    json: serde_json::Value,
}

/// How many symbols are named of an erase unit.
const SHOWN: usize = 5;

/// The erase units around what is stamped, and what else they hold, if the job says how long they are.
fn erase_units(
    job: &Job,
    plan: &Plan,
    image: &Opened<'_>,
    map: Option<&Opened<'_>>,
) -> Result<Vec<EraseUnit>, Failure> {
    let Some((size, erased)) = job.image.as_ref().and_then(|image| Some((image.erase?, erased(image)))) else {
        return Ok(Vec::new());
    };
    let elf = [Some(image), map].into_iter().flatten().find_map(|opened| opened.container().elf());
    let mut symbols = elf.map(Elf::symbols).transpose().map_err(Failure::refused)?.unwrap_or_default();
    symbols.sort_by_key(|symbol| symbol.span);
    let slots: Vec<Span> = plan.spans().collect();
    let mut starts: Vec<u64> = slots
        .iter()
        .flat_map(|slot| (slot.start() / size..=(slot.end().saturating_sub(1)) / size).map(|unit| unit * size))
        .collect();
    starts.sort_unstable();
    starts.dedup();
    let unit = |start: u64| {
        let span = Span::try_from(start..start.saturating_add(size)).ok()?;
        let mut others = 0_u64;
        let _ = image.container().visit(span, &mut |address, bytes| {
            let other =
                |&(at, byte): &(u64, &u8)| *byte != erased.at(at) && !slots.iter().any(|slot| slot.contains(at));
            others += u64::try_from((address..).zip(bytes).filter(other).count()).unwrap_or_default();
            ControlFlow::Continue(())
        });
        let inside = symbols.iter().filter(|symbol| symbol.span.common(span).is_some());
        let mut names: Vec<&str> = inside.map(|symbol| symbol.name).collect();
        let more = names.len().saturating_sub(SHOWN);
        names.truncate(SHOWN);
        let mut text = format!("erase unit {span}: {others} other programmed bytes");
        if !names.is_empty() {
            let _ = write!(text, "; symbols {}", names.join(", "));
            let _ = if more > 0 { write!(text, " and {more} more") } else { Ok(()) };
        }
        let json = json!({ "address": Address(start).to_string(), "length": size, "other_bytes": others });
        Some(EraseUnit { text, json })
    };
    Ok(starts.into_iter().filter_map(unit).collect())
}
