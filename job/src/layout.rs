//! Job to layout: the library's description of the same thing.

use std::fmt;

use nameplate::check::{Algorithm, NameError};
use nameplate::image::{Container, Elf, Erased, ErasedMap};
use nameplate::plan::{Gap, LocateError, PlanErrorKind};
use nameplate::repair::{Gaps, Template, preset};
use nameplate::{At, Field, Guard, Layout, Repair, Span};

use crate::error::JobError;
use crate::job;

/// The layout of a job, with the places that `map` has for symbols, sections and markers; the checksums of its
/// presets are found in `image`.
///
/// # Errors
/// When a place or a checksum's algorithm is not known, or a preset is not what the image holds.
pub fn layout(job: &job::Job, map: &dyn Container, image: &dyn Container) -> Result<Layout, JobError> {
    let known = known(job, map);
    let map = known.as_ref().map_or(map, |elf| elf);
    let erased = job.image.as_ref().map_or_else(ErasedMap::default, |image| image.erased.clone());
    let mut layout = Layout::new().erased(erased);
    if let Some(family) = job.image.as_ref().and_then(|image| image.family) {
        layout = layout.family(family);
    }
    if job.image.as_ref().is_some_and(|image| matches!(image.content, job::Content::Partition(_))) {
        layout = layout.from_nothing();
    }
    let partition = job.image.as_ref().and_then(|image| image.nvs_range);
    for field in &job.fields {
        layout = layout.field(one_field(field, partition)?);
    }
    for checksum in &job.checksums {
        layout = layout.repair(one_repair(checksum, map)?);
    }
    for preset in &job.presets {
        layout = of_preset(preset, map, image)?.into_iter().fold(layout, Layout::repair);
    }
    layout.located(map).map_err(|error| match error.kind() {
        PlanErrorKind::Locate { error: LocateError::NoSymbols, .. } => JobError::refused(format_args!("{error}{MAP}")),
        _ => JobError::refused(error),
    })
}

/// The map with the symbols of all checksums at hand; those of the fields are found together anyway.
fn known<'e>(job: &job::Job, map: &'e dyn Container) -> Option<Elf<'e>> {
    let over = |over: &'_ job::Over| [Some(over.start.clone()), over.end.clone()];
    let places = job.checksums.iter().flat_map(|checksum| {
        let stores = checksum.stores.iter().map(|stored| Some(stored.at.clone()));
        checksum.over.iter().flat_map(over).chain(stores)
    });
    let names: Vec<String> = places.flatten().filter_map(|at| at.symbol_name().map(str::to_owned)).collect();
    if names.len() < 2 {
        return None;
    }
    map.elf()?.clone().with_symbols(names).ok()
}

/// What to do about a job by symbols, of a template that has none.
const MAP: &str = ": name it in [image], as  map = \"firmware.elf\"";

fn one_field(field: &job::Field, partition: Option<Span>) -> Result<Field, JobError> {
    let at = field.at.clone().map(|at| partition.map_or(at.clone(), |partition| at.within(partition)));
    let Some(at) = at else {
        return Err(JobError::refused(format_args!("field `{}` has no `at`", field.name)));
    };
    let guard = match &field.expect {
        job::Expect::Erased => Guard::Erased,
        job::Expect::Any => Guard::Any,
        job::Expect::Hex(bytes) => Guard::Bytes(bytes.clone()),
    };
    let gap = if field.add { Gap::Add } else { Gap::Error };
    let compiled = Field::new(&*field.name, at, field.encode.clone()).expect(guard).gap(gap);
    let compiled = if field.lock_words { compiled.lock_words() } else { compiled };
    Ok(if field.secret { compiled.secret() } else { compiled })
}

fn one_repair(checksum: &job::Checksum, map: &dyn Container) -> Result<Repair, JobError> {
    let name = &checksum.name;
    let fail = |why: &str| JobError::refused(format_args!("checksum `{name}`: {why}"));
    let algorithm = match &checksum.algorithm {
        job::Algorithm::Crc(crc) => Algorithm::from(*crc),
        job::Algorithm::Name(text) => text.parse().map_err(|error: NameError| fail(&error.to_string()))?,
    };
    let over = checksum.over.iter().map(|over| over.range(map)).collect::<Result<Vec<_>, _>>();
    let mut ranges = over.map_err(|error| fail(&error))?.into_iter();
    let first = ranges.next().ok_or_else(|| fail("covers no byte"))?;
    let draft = ranges.fold(Repair::new(&**name, algorithm, first), nameplate::repair::Unplaced::and_over);
    let stores = checksum.stores.iter().map(|stored| stored.store(map)).collect::<Result<Vec<_>, _>>();
    let stores = stores.map_err(|error| fail(&unlocated(&error)))?;
    let mut stores = stores.into_iter();
    let store = stores.next().ok_or_else(|| fail("is stored nowhere"))?;
    let mut repair = draft.stored(store).fed(checksum.order).own(checksum.own).tail(checksum.tail);
    repair = stores.fold(repair, Repair::copied);
    repair = checksum.steps.iter().copied().fold(repair, Repair::step);
    let repair = repair.gaps(match checksum.gaps {
        job::Gaps::Error => Gaps::Error,
        job::Gaps::Skip => Gaps::Skip,
        job::Gaps::Fill(pattern) => Gaps::Pattern(pattern),
    });
    Ok(with_template(repair, &checksum.template))
}

fn of_preset(preset: &job::Preset, map: &dyn Container, image: &dyn Container) -> Result<Vec<Repair>, JobError> {
    use job::PresetKind::{
        DfuSuffix, Esp32Image, Esp8266Image, LpcVector, Mcuboot, Nrf52Settings, Srecord, Stm32Crc, UbootEnv, Uimage,
    };
    let name = &*preset.name;
    let fail = |why: &dyn fmt::Display| JobError::refused(format_args!("checksum `{name}`: {why}"));
    let address = |at: &At| at.span(0, map).map(Span::start).map_err(|error| fail(&unlocated(&error)));
    let range = |over: &job::Over| over.range(map).map_err(|error| fail(&error));
    let repairs = match &preset.kind {
        LpcVector(at) => Ok(vec![preset::lpc_vector(name, address(at)?)]),
        Esp8266Image(at) => preset::esp8266_image(name, image, address(at)?),
        Esp32Image(at) => preset::esp32_image(name, image, address(at)?),
        Mcuboot(at) => preset::mcuboot_unsigned(name, image, address(at)?).map(|repair| vec![repair]),
        Uimage(at) => preset::uimage(name, image, address(at)?),
        Nrf52Settings { at, app, backup } => {
            let backup = backup.as_ref().map(address).transpose()?;
            preset::nrf52_settings(name, image, address(app)?, address(at)?, backup)
        }
        DfuSuffix => preset::dfu_suffix(name, image).map(|repair| vec![repair]),
        Stm32Crc { at, over } => Ok(vec![preset::stm32_crc(name, range(over)?, address(at)?)]),
        UbootEnv { over, redundant, order } => Ok(vec![preset::uboot_env(name, range(over)?, *redundant, *order)]),
        Srecord { filter, over } => {
            let over = range(over)?;
            Ok(vec![preset::srecord(name, filter, over).map_err(|error| fail(&error))?])
        }
    };
    let repairs = repairs.map_err(|error| fail(&error))?;
    Ok(repairs.into_iter().map(|repair| with_template(repair, &preset.template)).collect())
}

/// Why a place is not known, and what to do about it.
fn unlocated(error: &LocateError) -> String {
    format!("{error}{}", if *error == LocateError::NoSymbols { MAP } else { "" })
}

fn with_template(repair: Repair, template: &job::Template) -> Repair {
    repair.template(match template {
        job::Template::Valid => Template::Valid,
        job::Template::Unknown => Template::Unknown,
        job::Template::Blank(None) => Template::Blank,
        job::Template::Blank(Some(byte)) => Template::Pattern(Erased::byte(*byte)),
    })
}
