//! Job to layout: the library's description of the same thing.

use nameplate::check::Algorithm;
use nameplate::image::{Container, Erased};
use nameplate::plan::{Gap, LocateError, PlanErrorKind};
use nameplate::repair::{Gaps, Step, Template};
use nameplate::{Field, Guard, Layout, Repair};

use crate::failure::Failure;
use crate::job;
use crate::suggest::did_you_mean;

/// The layout of a job, with the places that `map` has for symbols, sections and markers.
///
/// # Errors
/// When a place or a checksum's algorithm is not known.
pub fn layout(job: &job::Job, map: &dyn Container) -> Result<Layout, Failure> {
    let erased = job.image.as_ref().and_then(|image| Erased::pattern(&image.erased)).unwrap_or_default();
    let mut layout = Layout::new().erased(erased);
    if let Some(family) = job.image.as_ref().and_then(|image| image.family) {
        layout = layout.family(family);
    }
    for field in &job.fields {
        layout = layout.field(one_field(field)?);
    }
    for checksum in &job.checksums {
        layout = layout.repair(one_repair(checksum, map)?);
    }
    layout.located(map).map_err(|error| match error.kind() {
        PlanErrorKind::Locate { error: LocateError::NoSymbols, .. } => Failure::refused(format_args!("{error}{MAP}")),
        _ => Failure::refused(error),
    })
}

/// What to do about a job by symbols, of a template that has none.
const MAP: &str = ": name it in [image], as  map = \"firmware.elf\"";

fn one_field(field: &job::Field) -> Result<Field, Failure> {
    let Some(at) = &field.at else {
        return Err(Failure::refused(format_args!("field `{}` has no `at`", field.name)));
    };
    let guard = match &field.expect {
        job::Expect::Erased => Guard::Erased,
        job::Expect::Any => Guard::Any,
        job::Expect::Hex(bytes) => Guard::Bytes(bytes.clone()),
    };
    let gap = if field.add { Gap::Add } else { Gap::Error };
    let compiled = Field::new(&*field.name, at.clone(), field.encode.clone()).expect(guard).gap(gap);
    let compiled = if field.lock_words { compiled.lock_words() } else { compiled };
    Ok(if field.secret { compiled.secret() } else { compiled })
}

fn one_repair(checksum: &job::Checksum, map: &dyn Container) -> Result<Repair, Failure> {
    let name = &checksum.name;
    let algorithm = Algorithm::from_name(&checksum.algorithm).ok_or_else(|| {
        let names: Vec<String> = Algorithm::names().map(|algorithm| algorithm.to_string()).collect();
        let hint = did_you_mean(&checksum.algorithm, names.iter().map(String::as_str));
        Failure::refused(format_args!("checksum `{name}`: unknown algorithm `{}`{hint}", checksum.algorithm))
    })?;
    let over = checksum.over.iter().map(|over| over.range(map)).collect::<Result<Vec<_>, _>>();
    let mut ranges = over.map_err(|error| Failure::refused(format_args!("checksum `{name}`: {error}")))?.into_iter();
    let first = ranges.next().ok_or_else(|| Failure::refused(format_args!("checksum `{name}`: covers no byte")))?;
    let draft = ranges.fold(Repair::new(&**name, algorithm, first), nameplate::repair::Unplaced::and_over);
    let (len, order) = checksum
        .encode
        .as_uint()
        .ok_or_else(|| Failure::refused(format_args!("checksum `{name}`: `{}` is no integer", checksum.encode)))?;
    let at = checksum.at.span(u64::try_from(len).unwrap_or(u64::MAX), map);
    let at = at.map_err(|error| {
        let hint = if error == LocateError::NoSymbols { MAP } else { "" };
        Failure::refused(format_args!("checksum `{name}`: {error}{hint}"))
    })?;
    let repair = draft.stored_at(at.start()).uint(len, order).gaps(match checksum.gaps {
        job::Gaps::Error => Gaps::Error,
        job::Gaps::Skip => Gaps::Skip,
        job::Gaps::Fill(byte) => Gaps::Fill(byte),
    });
    let steps = checksum.steps.iter().map(|step| match step {
        job::Step::Not => Step::Not,
        job::Step::Negate => Step::Negate,
        job::Step::Add(n) => Step::Add(*n),
    });
    let repair = steps.fold(repair, Repair::step);
    Ok(repair.template(match &checksum.template {
        job::Template::Valid => Template::Valid,
        job::Template::Unknown => Template::Unknown,
        job::Template::Blank(None) => Template::Blank,
        job::Template::Blank(Some(byte)) => Template::Bytes(vec![*byte; len]),
    }))
}
