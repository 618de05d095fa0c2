//! `nameplate plan`: what would change, with everything that `stamp` would refuse; writes nothing.

use std::fmt;
use std::ops::ControlFlow;
use std::path::PathBuf;

use nameplate::addr::Address;
use nameplate::image::elf::{AddressUnit, Own, Symbol};
use nameplate::image::hex::Options;
use nameplate::image::{Elf, ErasedMap};
use nameplate::repair::Store;
use nameplate::{Encoding, Plan, Repair, Span};
use nameplate_job::images::OneImage;
use nameplate_job::job::Field;
use nameplate_job::source::Source;
use nameplate_job::{Job, Run, sources};
use serde::Serialize;
use serde_json::json;

use super::padding::{padding_len, padding_of};
use crate::failure::Failure;
use crate::image::Opened;
use crate::report::Report;
use crate::run::{self, Choice, JobFile};
use crate::template::{Compiled, Template, Templates, erased, image, opened, pairs};
use crate::units::{Form, Made, Units};

/// What the command line says.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The job file
    #[arg(long)]
    pub job: PathBuf,
    /// Which units; all of the job, or its first, when nothing is said.
    #[command(flatten)]
    pub choice: Choice,
    /// What would be written of each unit.
    #[command(flatten)]
    pub form: Form,
}

/// Says which bytes a unit's stamp would change, and in which order checksums are repaired, after it made all units
/// as `stamp` does, but for their files.
///
/// # Errors
/// When anything is wrong, as `stamp` would say.
pub fn run(args: &Args, options: Options, report: &mut Report<'_>) -> Result<Vec<String>, Failure> {
    args.form.check()?;
    let job = JobFile::read(&args.job)?.dated(args.choice.date);
    if job.job.has_images() {
        args.form.check_several()?;
    } else {
        let _ = image(&job)?;
    }
    let (run, tried) = units(&job.job, &args.choice)?;
    let templates = Templates::read(&job, options)?;
    let compiled = templates.compile()?;
    let made = templates.made(&args.form, &compiled)?;
    let written = opened(&made)?;
    let made = pairs(&made, &written);
    let made = Made { images: &templates.images, compiled: &compiled, made: &made };
    let rehearsed = Units::new(&args.form, &job.job, &run, &made)?;
    if tried {
        rehearsed.each("checking", |_| Ok(()))?;
    } else {
        drop(rehearsed);
    }
    let all: Vec<(&OneImage, &Template, &Compiled<'_>)> = templates
        .images
        .in_order()
        .filter_map(|(index, image)| Some((image, templates.all().get(index)?, compiled.get(index)?)))
        .collect();
    let sources = all.iter().map(|(image, ..)| sources(&image.job)).collect::<Result<Vec<_>, _>>()?;
    let erase = all.iter().map(|(image, _, compiled)| Erase::new(&image.job, &compiled.opened, compiled.map.as_ref()));
    let erase = erase.collect::<Result<Vec<_>, _>>()?;

    if let [(_, template, compiled)] = all.as_slice() {
        say_template(None, template, compiled, report);
        report.entry("template", template.path().to_string_lossy());
        if let Some(elf) = compiled.opened.container().elf() {
            report.entry("padding", padding_len(&elf.padding()));
        }
    } else {
        for (image, template, compiled) in &all {
            say_template(image.name.as_deref(), template, compiled, report);
        }
        let images = all
            .iter()
            .map(|(image, template, _)| json!({ "name": image.name, "template": template.path().to_string_lossy() }));
        report.values("images", images);
    }
    let fields = all.iter().zip(&sources).flat_map(|((image, _, compiled), sources)| {
        let fields = compiled.plan.fields().zip(&image.job.fields).zip(sources);
        let name = image.name.as_deref();
        fields.map(move |((field, job), (_, source))| FieldPlan::new(name, field, job, source, &compiled.opened))
    });
    report.list("fields", fields);
    // Images come behind those that they cover, so this is the order of all checksums.
    let mut turn = 1..;
    let checks = all.iter().flat_map(|(image, _, compiled)| {
        let unit = unit(&compiled.opened);
        let name = image.name.as_deref();
        compiled.plan.checks().map(move |check| (name, &compiled.plan, check, unit))
    });
    let checks = checks
        .map(|(name, plan, check, unit)| CheckPlan::new(name, plan, turn.next().unwrap_or_default(), check, unit));
    report.list("checksums", checks);
    let erase = erase.iter().zip(&all).filter_map(|(erase, (_, _, compiled))| Some((erase.as_ref()?, compiled)));
    report.list("erase_units", erase.flat_map(|(erase, compiled)| erase.units(&compiled.plan)));
    report.say(verdict(&run, tried));
    report.entry("tried", if tried { run.count() } else { 0 });
    report.entry("written", false);
    Ok(compiled.iter().flat_map(|compiled| compiled.tolerated.clone()).collect())
}

/// The file of a template, of the image of that name.
fn say_template(image: Option<&str>, template: &Template, compiled: &Compiled<'_>, report: &mut Report<'_>) {
    let (path, len) = (template.path(), template.original().bytes().len());
    let of = image.map_or(String::new(), |image| format!("image {image}: "));
    report.say(format_args!("{of}template {}, {len} bytes", path.display()));
    if template.file().bytes() != template.original().bytes() {
        let more = template.file().bytes().len() - len;
        report.say(format_args!("  {more} characters of new records, for fields in gaps"));
    }
    let elf = compiled.opened.container().elf();
    if let Some(said) = elf.and_then(|elf| padding_of(elf, &elf.padding())) {
        report.say(format_args!("  {said}"));
    }
}

/// What addresses of the template count.
fn unit(opened: &Opened<'_>) -> AddressUnit {
    opened.container().elf().map_or(AddressUnit::Byte, Elf::unit)
}

/// A field, and what its place holds now.
#[derive(Serialize)]
struct FieldPlan<'p> {
    name: &'p str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'p str>,
    address: String,
    length: u64,
    encoding: String,
    before: String,
    secret: bool,
    #[serde(skip)]
    place: Own,
    #[serde(skip)]
    last: Option<u64>,
}

impl<'p> FieldPlan<'p> {
    fn new(
        of: Option<&'p str>,
        (name, span, encoding): (&'p str, Span, &Encoding),
        job: &Field,
        source: &Source,
        image: &Opened<'_>,
    ) -> Self {
        let mut bytes = Vec::new();
        if !job.secret {
            let _ = image.container().visit(span, &mut |_, part| {
                bytes.extend_from_slice(part);
                ControlFlow::Continue(())
            });
        }
        Self {
            name,
            image: of,
            address: Address(span.start()).to_string(),
            length: span.len(),
            encoding: encoding.to_string(),
            before: if job.secret { "secret".to_owned() } else { hex::encode_upper(&bytes) },
            secret: job.secret,
            place: unit(image).own(span),
            last: source.last(),
        }
    }
}

impl fmt::Display for FieldPlan<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, image, length, encoding, before, place, .. } = self;
        let of = image.map_or(String::new(), |image| format!(" in image {image}"));
        write!(f, "field {name}{of}: {place}, {length} bytes as {encoding}")?;
        self.last.map_or(Ok(()), |last| write!(f, ", numbers to {last}"))?;
        write!(f, "\n  now {before}")
    }
}

/// A checksum, and when it is repaired.
#[derive(Serialize)]
struct CheckPlan<'p> {
    name: &'p str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'p str>,
    algorithm: String,
    over: Vec<String>,
    covers: Vec<&'p str>,
    address: String,
    length: u64,
    /// How it is written, when that is no plain integer.
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<String>,
    #[serde(skip)]
    turn: usize,
    #[serde(skip)]
    repair: &'p Repair,
    #[serde(skip)]
    span: Span,
    #[serde(skip)]
    unit: AddressUnit,
}

impl<'p> CheckPlan<'p> {
    fn new(
        image: Option<&'p str>,
        plan: &'p Plan,
        turn: usize,
        (repair, span): (&'p Repair, Span),
        unit: AddressUnit,
    ) -> Self {
        let over = repair.ranges().map(|(other, range)| {
            let of = other.map_or(String::new(), |other| format!("{other}:"));
            format!("{of}{}..{}", Address(range.start), Address(range.end))
        });
        Self {
            name: repair.name(),
            image,
            algorithm: repair.algorithm().to_string(),
            over: over.collect(),
            covers: plan.covered(repair.name()).collect(),
            address: Address(span.start()).to_string(),
            length: span.len(),
            encoding: repair.stores().first().and_then(Store::encoding).map(ToString::to_string),
            turn,
            repair,
            span,
            unit,
        }
    }
}

impl fmt::Display for CheckPlan<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, image, algorithm, turn, unit, .. } = self;
        let of = image.map_or(String::new(), |image| format!(" in image {image}"));
        let spans = self.repair.ranges().filter_map(|(other, range)| Some((other, Span::try_from(range).ok()?)));
        let one = |(other, span): (Option<&str>, Span)| match other {
            Some(other) => format!("{span} of image {other}"),
            None => unit.own(span).to_string(),
        };
        let over = spans.map(one).collect::<Vec<_>>().join(" and ");
        let form = |store: &Store| store.encoding().map_or(String::new(), |encoding| format!(" as {encoding}"));
        let first = self.repair.stores().first().map_or(String::new(), form);
        write!(
            f,
            "checksum {name}{of}: {algorithm} over {over}, stored{first} at {}, repaired {turn}.",
            unit.own(self.span)
        )?;
        for copy in self.repair.stores().iter().skip(1) {
            let place = copy.span().map_or(String::new(), |span| unit.own(span).to_string());
            write!(f, "\n  {}{} at {place}", if copy.is_inverted() { "inverted" } else { "again" }, form(copy))?;
        }
        let covers = if self.covers.is_empty() { "nothing that changes".to_owned() } else { self.covers.join(", ") };
        write!(f, "\n  covers {covers}")
    }
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
#[derive(Serialize)]
struct EraseUnit<'e> {
    address: String,
    length: u64,
    other_bytes: u64,
    #[serde(skip)]
    span: Span,
    #[serde(skip)]
    names: Vec<&'e str>,
    #[serde(skip)]
    more: usize,
}

impl fmt::Display for EraseUnit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "erase unit {}: {} other programmed bytes", self.span, self.other_bytes)?;
        if !self.names.is_empty() {
            write!(f, "; symbols {}", self.names.join(", "))?;
        }
        if self.more > 0 { write!(f, " and {} more", self.more) } else { Ok(()) }
    }
}

/// How many symbols are named of an erase unit.
const SHOWN: usize = 5;

/// The erase units around what is stamped, and what else they hold, if the job says how long they are.
struct Erase<'e> {
    size: u64,
    erased: ErasedMap,
    image: &'e Opened<'e>,
    /// By address, each with the last end of all up to it.
    symbols: Vec<(Symbol<'e>, u64)>,
}

impl<'e> Erase<'e> {
    fn new(job: &Job, image: &'e Opened<'_>, map: Option<&'e Opened<'_>>) -> Result<Option<Self>, Failure> {
        let Some((size, erased)) = job.image.as_ref().and_then(|image| Some((image.erase?, erased(image).clone())))
        else {
            return Ok(None);
        };
        let elf = [Some(image), map].into_iter().flatten().find_map(|opened| opened.container().elf());
        let mut symbols = elf.map(Elf::symbols).transpose().map_err(Failure::refused)?.unwrap_or_default();
        symbols.sort_by_key(|symbol| symbol.span);
        let mut last = 0;
        let with_end = |symbol: Symbol<'e>| {
            last = last.max(symbol.span.end());
            (symbol, last)
        };
        Ok(Some(Self { size, erased, image, symbols: symbols.into_iter().map(with_end).collect() }))
    }

    fn units(&self, plan: &Plan) -> impl Iterator<Item = EraseUnit<'_>> {
        let size = self.size;
        let mut slots: Vec<Span> = plan.spans().collect();
        slots.sort_unstable();
        let units = |slot: &Span| (slot.start() / size..=(slot.end().saturating_sub(1)) / size).map(|unit| unit * size);
        let mut starts: Vec<u64> = slots.iter().flat_map(units).collect();
        starts.dedup();
        starts.into_iter().filter_map(move |start| self.unit(start, &slots))
    }

    /// How many bytes are programmed.
    fn programmed(&self, span: Span) -> u64 {
        let mut count = 0;
        let _ = self.image.container().visit(span, &mut |address, bytes| {
            count += (address..).zip(bytes).map(|(at, byte)| u64::from(*byte != self.erased.at(at))).sum::<u64>();
            ControlFlow::Continue(())
        });
        count
    }

    fn unit(&self, start: u64, slots: &[Span]) -> Option<EraseUnit<'_>> {
        let span = Span::try_from(start..start.saturating_add(self.size)).ok()?;
        // No slot overlaps another.
        let inside = slots.get(slots.partition_point(|slot| slot.end() <= start)..).unwrap_or_default();
        let own = inside.iter().map_while(|slot| slot.common(span)).map(|part| self.programmed(part)).sum::<u64>();
        let behind = self.symbols.partition_point(|(symbol, _)| symbol.span.start() < span.end());
        let until = self.symbols.get(..behind).unwrap_or_default();
        let inside = until.iter().rev().take_while(|(_, last)| *last > start).filter(|(one, _)| one.span.end() > start);
        let mut names: Vec<&str> = inside.map(|(symbol, _)| symbol.name).collect();
        names.reverse();
        let more = names.len().saturating_sub(SHOWN);
        names.truncate(SHOWN);
        let (address, length) = (Address(start).to_string(), self.size);
        Some(EraseUnit { address, length, other_bytes: self.programmed(span) - own, span, names, more })
    }
}
