//! One image: its fields, its checksums, its memory, its line in the journals.

use std::collections::BTreeMap;
use std::path::Path;

use nameplate::image::{Beside, Container, Merge, Sparse};
use nameplate::plan::{FieldReading, ReadError, Reading};
use nameplate::{Plan, Repair, Span};
use nameplate_job::Job;
use nameplate_job::job::{Expect, Format};
use nameplate_job::journal::{Line, sha256};
use nameplate_job::source::Source;
use serde_json::{Value, json};

use super::alike::{Alike, digest};
use super::compare::{Memory, slots};
use super::journals::{Journals, Unit};
use super::reading::Recorded;
use super::verdict::{Found, Verdict};
use crate::failure::Failure;
use crate::image::File;

/// What images are judged by.
pub(super) struct Judge<'a> {
    pub(super) plan: &'a Plan,
    pub(super) job: &'a Job,
    pub(super) journals: &'a Journals,
    /// What was stamped.
    pub(super) template: &'a dyn Container,
    pub(super) template_format: Format,
    pub(super) other_firmware: bool,
    slots: Vec<Span>,
    /// The checksum of each word.
    repairs: BTreeMap<Span, &'a Repair>,
}

/// What is known of a unit from its other images.
#[derive(Clone, Copy, Default)]
pub(super) struct OfUnit<'u> {
    /// The images that the checksums cover, each with its name.
    pub(super) others: &'u [(&'u str, &'u dyn Container)],
    /// The line of the unit, as the fields of others say.
    pub(super) line: Option<usize>,
}

/// An image and what is known of it.
struct Image<'i> {
    container: &'i dyn Container,
    memory: Memory,
    /// Only what was touched was written of it.
    is_part: bool,
    /// Partitions in which values may have moved.
    settings: Vec<Span>,
}

impl Image<'_> {
    /// Whether what lies there may have been elsewhere.
    fn may_move(&self, span: Span) -> bool {
        self.settings.iter().any(|partition| partition.covers(span))
    }

    fn has(&self, span: Span) -> bool {
        self.container.locate(span).is_ok()
    }
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        job: &'a Job,
        journals: &'a Journals,
        (template, template_format): (&'a dyn Container, Format),
        other_firmware: bool,
    ) -> Self {
        let words = |repair: &'a Repair| {
            repair.stores().iter().filter_map(|store| store.span().ok()).map(move |span| (span, repair))
        };
        let repairs = plan.checks().flat_map(|(repair, _)| words(repair)).collect();
        let slots = slots(plan);
        Self { plan, job, journals, template, template_format, other_firmware, slots, repairs }
    }

    /// What is said of `file`, which was read from `path`.
    ///
    /// # Errors
    /// When it holds nothing of the job.
    pub(super) fn judge(&self, path: &Path, file: &File, alike: &Alike<'_>) -> Result<Verdict, Failure> {
        self.judge_beside(path, file, alike, &OfUnit::default())
    }

    /// The same of one of several images.
    ///
    /// # Errors
    /// As [`judge`](Self::judge).
    pub(super) fn judge_beside(
        &self,
        path: &Path,
        file: &File,
        alike: &Alike<'_>,
        unit: &OfUnit<'_>,
    ) -> Result<Verdict, Failure> {
        let named = self.journals.of_file(path);
        let is_part = named
            .and_then(|(index, _)| self.journals.get(index))
            .is_some_and(|unit| unit.recorded() == Some(Recorded::Part));
        let opened = match file.open() {
            Ok(opened) => opened,
            Err(failure) => return Ok(Verdict::wrong(&failure)),
        };
        let held = match file.memory(&opened) {
            Ok(held) => held,
            Err(failure) => return Ok(Verdict::wrong(&failure)),
        };
        let container = held.container();
        // A device writes to its settings, which are read by key.
        let settings = self.plan.partitions(container);
        let other = |slot: &&Span| !settings.iter().any(|partition| partition.covers(**slot));
        let mut apart: Vec<Span> = self.slots.iter().filter(other).chain(&settings).copied().collect();
        apart.sort_unstable();
        let memory = Memory::compare(self.template, container, &apart);
        let image = Image { container, memory, is_part, settings };
        if !self.slots.is_empty() && !self.slots.iter().any(|slot| image.has(*slot)) {
            return Err(self.nothing(container).about(path.display()));
        }
        // Firmware of another build may be shorter; of a dump, the rest is as in the template.
        let alone = image.memory.lacks() == 0
            || self.other_firmware && self.plan.read(&Beside::new(container, unit.others)).is_ok();
        // Of a whole image, the plan knows whether it may be so.
        if let Some(byte @ (0x00 | 0xFF)) = container.uniform().filter(|_| !alone && !self.may_be_uniform(&image)) {
            let why = ReadError::Uniform { byte };
            return Ok(Verdict::wrong(&format_args!("{why} A part of a unit that is so is verified with --units")));
        }
        let whole;
        let read = if alone {
            container
        } else {
            let merged = Sparse::new(self.template).merge(&Sparse::new(container), Merge::PreferOverlay);
            whole = merged.map_err(Failure::refused)?;
            &whole
        };
        let mut verdict = Verdict { lacks: image.memory.lacks(), ..Verdict::default() };
        let reading = match self.plan.read(&Beside::new(read, unit.others)) {
            Ok(reading) => reading,
            Err(error) => return Ok(Verdict::wrong(&error)),
        };
        self.unique(&image, &reading, alike, &mut verdict);
        self.fields(&image, &reading, named.map(|(index, _)| index), &mut verdict);
        self.checks(&image, &reading, alone, &mut verdict);
        verdict.line = verdict.line.or(unit.line);
        if !self.other_firmware {
            self.memory(&image, &mut verdict);
        }
        if !self.journals.is_empty() {
            let unit = verdict.line.and_then(|index| self.journals.get(index));
            let line = unit.and_then(|unit| Some((unit, self.journals.line(unit)?)));
            self.line(&image, &reading, (line.as_ref(), named.map(|(index, _)| index)), &mut verdict);
            let own = named.is_some_and(|(index, beside)| beside && verdict.line == Some(index));
            if let Some((unit, line)) = &line {
                self.digest(&image, file, (unit, line, own), &mut verdict);
            }
        }
        Ok(verdict)
    }

    /// The memory of one of several images for the checksums of others: all of the template's, as the file has it; nothing
    /// when the file lacks a field or a word, or cannot be read.
    pub(super) fn whole(&self, file: &File) -> Option<Sparse> {
        let opened = file.open().ok()?;
        let held = file.memory(&opened).ok()?;
        let container = held.container();
        if self.slots.iter().any(|slot| container.locate(*slot).is_err()) {
            return None;
        }
        Sparse::new(self.template).merge(&Sparse::new(container), Merge::PreferOverlay).ok()
    }

    /// Of a file without a field or a word.
    fn nothing(&self, container: &dyn Container) -> Failure {
        let has = container.extent().map_or("no byte".to_owned(), |extent| format!("memory within {extent}"));
        let first = self.slots.first().map_or(String::new(), |slot| format!(", the first lies at {slot}"));
        Failure::refused(format_args!(
            "holds no field and no checksum of the job: it has {has}{first}; is --base, or the job, of another memory?"
        ))
    }

    /// Whether all bytes of a part may be alike: of one that was written so, or where no field of it must have been
    /// written over.
    fn may_be_uniform(&self, image: &Image<'_>) -> bool {
        let mut fields = self.job.fields.iter().zip(self.plan.fields());
        image.is_part || fields.all(|(field, (_, span, _))| field.expect != Expect::Erased || !image.has(span))
    }

    /// Finds the line that the values of the fields are of.
    fn unique(&self, image: &Image<'_>, reading: &Reading<'_>, alike: &Alike<'_>, verdict: &mut Verdict) {
        for (field, of_job) in reading.fields().zip(&self.job.fields) {
            let is_blank = field.is_erased() && of_job.expect == Expect::Erased;
            if !alike.is_unique(field.name()) || is_blank || !image.has(field.span()) {
                continue;
            }
            let digest = digest(field.name(), field.expose());
            verdict.line = verdict.line.or_else(|| alike.owner(&digest));
            verdict.unique.push((field.name().to_owned(), digest));
        }
    }

    /// The sources of the date that the unit was stamped with: its line's, or those that made its values.
    fn dated(&self, reading: &Reading<'_>, image: &Image<'_>, line: Option<usize>) -> usize {
        if let Some(unit) = line.and_then(|index| self.journals.get(index)) {
            return unit.dated;
        }
        let makes = |(field, (_, source)): (FieldReading<'_>, &(String, Source))| {
            let value = field.value().ok().filter(|_| image.has(field.span()));
            value.is_none_or(|value| source.number(value.expose()) != Some(None))
        };
        self.journals.dates().position(|sources| reading.fields().zip(sources).all(makes)).unwrap_or_default()
    }

    /// Decodes the fields; all made from the unit's number must agree on one.
    fn fields(&self, image: &Image<'_>, reading: &Reading<'_>, named: Option<usize>, verdict: &mut Verdict) {
        let dated = self.dated(reading, image, verdict.line.or(named));
        let mut first: Option<(u64, &str)> = None;
        let fields = reading.fields().zip(self.journals.sources(dated)).zip(&self.job.fields);
        for ((field, (name, source)), of_job) in fields {
            let (mut found, mut shown) = (Found::Absent, Value::Null);
            if image.has(field.span()) {
                let before = verdict.wrong.len();
                shown = one_field(field, (name, source), of_job.expect == Expect::Erased, &mut first, verdict);
                found = if verdict.wrong.len() > before { Found::Wrong } else { Found::Right };
            } else {
                verdict.shown.push(format!("{name} not in the dump"));
                verdict.absent.push(format!("field {name}"));
            }
            let _ = verdict.found.insert(name.clone(), json!(found.word()));
            let _ = verdict.fields.insert(name.clone(), shown);
        }
        verdict.seq = first.map(|(seq, _)| seq);
        let by_number = |seq| self.journals.of_number(seq, dated);
        verdict.line = verdict.line.or_else(|| verdict.seq.and_then(by_number));
        // A key alone does not say whose it is, so a name does not either.
        if reading.fields().any(|field| !field.is_secret() && image.has(field.span())) {
            verdict.line = verdict.line.or(named);
        }
        let line = verdict.line.and_then(|index| self.journals.get(index));
        verdict.seq = verdict.seq.or(line.map(|unit| unit.seq));
    }

    /// Judges every checksum that the file has the word of, and what it covers of the unit; of one that covers a
    /// secret, only whether it is right.
    fn checks(&self, image: &Image<'_>, reading: &Reading<'_>, alone: bool, verdict: &mut Verdict) {
        for check in reading.checks() {
            let (name, over) = (check.name(), self.over(check.span()));
            let lacks = over.iter().any(|span| image.memory.lacks_within(*span));
            let within = |slot: &&Span| over.iter().any(|span| span.common(**slot).is_some());
            let unknown = || self.slots.iter().filter(within).any(|slot| !image.has(*slot));
            if !image.has(check.span()) || lacks && !alone && (self.other_firmware || unknown()) {
                let _ = verdict.checks.insert(name.to_owned(), json!({ "ok": null, "verdict": Found::Absent.word() }));
                verdict.shown.push(format!("checksum {name} not in the dump"));
                verdict.absent.push(format!("checksum {name}"));
                continue;
            }
            verdict.judged += 1;
            let right = check.is_right();
            let found = if right { Found::Right } else { Found::Wrong };
            let mut entry = json!({ "ok": right, "verdict": found.word() });
            let mut numbers = String::new();
            if let (Some((stored, computed)), Some(entry)) = (check.numbers(), entry.as_object_mut()) {
                let _ = entry.insert("stored".to_owned(), json!(stored.to_string()));
                let _ = entry.insert("computed".to_owned(), json!(computed.to_string()));
                numbers = format!(": the image holds {stored}, computed is {computed}");
            } else if let (Some(error), Some(entry)) = (check.unreadable(), entry.as_object_mut()) {
                numbers = format!(": {error}");
                let _ = entry.insert("error".to_owned(), json!(error.to_string()));
            }
            let by_template = if lacks && !alone { " over the template" } else { "" };
            if let Some(entry) = entry.as_object_mut().filter(|_| lacks && !alone) {
                let _ = entry.insert("over".to_owned(), json!("template"));
                verdict.over_template = true;
            }
            let _ = verdict.checks.insert(name.to_owned(), entry);
            if right {
                verdict.shown.push(format!("checksum {name} right{by_template}"));
            } else {
                verdict.wrong.push(format!("checksum `{name}` is wrong{by_template}{numbers}"));
            }
        }
    }

    /// What the checksum covers whose word lies there.
    fn over(&self, word: Span) -> Vec<Span> {
        self.repairs.get(&word).into_iter().flat_map(|repair| repair.covered()).collect()
    }

    /// Compares the memory outside of fields and words with the template's, and the start address.
    fn memory(&self, image: &Image<'_>, verdict: &mut Verdict) {
        if let Some(first) = image.memory.first {
            let bytes = if image.memory.differ == 1 { "byte" } else { "bytes" };
            verdict.wrong.push(format!(
                "{} {bytes} outside of fields and checksums differ from the template, the first at {}; --other-firmware does not compare them",
                image.memory.differ,
                nameplate::addr::Address(first)
            ));
        }
        let (here, there) = (image.container.start(), self.template.start());
        let differ = |one: Option<u32>, two: Option<u32>| one.zip(two).is_some_and(|(one, two)| one != two);
        if differ(here.linear, there.linear) || differ(here.segment, there.segment) {
            verdict.wrong.push("the start address is not the template's".to_owned());
        }
    }

    /// The image must hold what the line of its unit says, and be the one that is named there.
    fn line(
        &self,
        image: &Image<'_>,
        reading: &Reading<'_>,
        (line, named): (Option<&(&Unit, Line)>, Option<usize>),
        verdict: &mut Verdict,
    ) {
        let Some((unit, Line { fields, checksums, .. })) = line else {
            let open = reading.fields().any(|field| !field.is_secret() && image.has(field.span()));
            let why = if open { "" } else { ": all its fields are secret, so nothing says which unit it is" };
            verdict.wrong.push(format!("is of no unit in --units{why}"));
            return;
        };
        if let Some(other) =
            named.filter(|index| Some(*index) != verdict.line).and_then(|index| self.journals.get(index))
        {
            verdict.wrong.push(format!("is named as unit {} in --units, and holds unit {}", other.seq, unit.seq));
        }
        let address = |span: Span| nameplate::addr::Address(span.start()).to_string();
        for field in reading.fields().filter(|field| image.has(field.span())) {
            let (name, expected) = (field.name(), fields.get(field.name()));
            let differs = match (field.bytes(), expected) {
                (Some(bytes), Some(expected)) => expected.bytes.as_deref() != Some(&hex::encode_upper(bytes)),
                (None, Some(expected)) => !expected.secret,
                (_, None) => true,
            };
            if differs {
                verdict.wrong.push(format!("field `{name}` is not what --units says"));
                let _ = verdict.found.insert(name.to_owned(), json!(Found::Wrong.word()));
            }
            let expected = expected.filter(|_| !image.may_move(field.span()));
            if let Some(other) = expected.filter(|expected| expected.address != address(field.span())) {
                verdict.wrong.push(moved("field", name, &address(field.span()), &other.address));
            }
        }
        // Right by itself, but over other bytes: a unit of another build.
        for check in reading.checks().filter(|check| image.has(check.span())) {
            let (name, expected) = (check.name(), checksums.get(check.name()));
            let elsewhere = expected.is_some_and(|expected| expected.address != address(check.span()));
            if elsewhere && image.may_move(check.span()) {
                continue;
            }
            if expected.map(|checksum| checksum.after.as_deref())
                != Some(check.bytes().map(hex::encode_upper).as_deref())
            {
                verdict.wrong.push(format!("checksum `{name}` is not what --units says"));
            }
            if let Some(other) = expected.filter(|expected| expected.address != address(check.span())) {
                verdict.wrong.push(moved("checksum", name, &address(check.span()), &other.address));
            }
        }
    }

    /// The digest of a file that was stamped: one that lies beside its journal, or is the template to the letter once
    /// the stamp is taken out. The text of a dump may be any. Of a delta or of pages, that of the whole image, as the
    /// journal has it.
    fn digest(&self, image: &Image<'_>, file: &File, (unit, line, own): (&Unit, &Line, bool), verdict: &mut Verdict) {
        let is_whole = self.slots.iter().all(|slot| image.has(*slot));
        // A secret is masked by what the template has in its place.
        let masks = !self.plan.has_secret() || unit.of_template;
        if !is_whole || !masks {
            return;
        }
        let is_stamped = || {
            let undone = self.plan.undo(image.container, self.template);
            file.format() == self.template_format && undone.is_ok_and(|file| *file == self.template.file())
        };
        let masked = match unit.recorded() {
            Some(Recorded::Part) if image.is_part && unit.of_template => {
                self.plan.masked_over(image.container, self.template)
            }
            Some(Recorded::Whole(format)) if format == file.format() => {
                self.plan.masked(image.container, self.template)
            }
            _ => return,
        };
        let Ok(masked) = masked else { return };
        let same = sha256(&masked) == line.image_sha256;
        if same || own || image.is_part || is_stamped() {
            verdict.digest = Some(same);
        }
        if verdict.digest == Some(false) {
            verdict.wrong.push("the digest of the file is not the one in --units".to_owned());
        }
    }
}

/// Judges one field; what it holds, for a script.
fn one_field<'s>(
    field: FieldReading<'_>,
    (name, source): (&'s String, &Source),
    expects_erased: bool,
    first: &mut Option<(u64, &'s str)>,
    verdict: &mut Verdict,
) -> Value {
    // A value that reads as blank is refused by a stamp of such a field only.
    if expects_erased && field.is_erased() {
        verdict.wrong.push(format!("field `{name}` at {} is erased", field.span()));
        return Value::Null;
    }
    let value = match field.value() {
        Ok(value) => value,
        Err(error) => {
            verdict.wrong.push(format!("field `{name}` at {}: {error}", field.span()));
            return Value::Null;
        }
    };
    let shown = value.view().map_or("secret".to_owned(), |view| source.show(view));
    if source.constant().is_some_and(|constant| !field.matches(&constant)) {
        verdict.wrong.push(format!("field `{name}` is {shown}, which is not the job's constant"));
    }
    match source.number(value.expose()) {
        Some(None) => verdict.wrong.push(format!("field `{name}` is {shown}, which the job does not make")),
        // The number of a pool of its own is not the unit's.
        Some(Some(_)) if source.pool().is_some() => {}
        Some(Some(seq)) => match *first {
            Some((other, by)) if other != seq => {
                verdict.wrong.push(format!("field `{name}` is of unit {seq}, field `{by}` of unit {other}"));
            }
            _ => *first = Some((seq, name)),
        },
        None => {}
    }
    verdict.shown.push(format!("{name} {shown}"));
    json!(shown)
}

fn moved(what: &str, name: &str, here: &str, there: &str) -> String {
    format!("{what} `{name}` lies at {here} by the job, and at {there} in --units")
}
