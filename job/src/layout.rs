//! Job to layout: the library's description of the same thing.

use std::fmt;

use nameplate::check::{Algorithm, NameError};
use nameplate::image::{Beside, Container, Erased, ErasedMap};
use nameplate::plan::{Gap, LocateError, PlanErrorKind};
use nameplate::repair::{Draft, Gaps, Over, Template, preset};
use nameplate::{At, Field, Guard, Layout, Plan, Repair, Span};

use crate::compiled::Compiled;
use crate::error::JobError;
use crate::image::Opened;
use crate::job;

/// The layout of a job, with the places that `map` has for symbols, sections and markers; the checksums of its
/// presets are found in `image`.
///
/// # Errors
/// When a place or a checksum's algorithm is not known, or a preset is not what the image holds.
pub fn layout(job: &job::Job, map: &dyn Container, image: &dyn Container) -> Result<Layout, JobError> {
    layout_beside(job, map, image, &[])
}

/// Another image of the unit, which was compiled before.
#[derive(Clone, Copy)]
pub struct Other<'o> {
    name: &'o str,
    map: &'o dyn Container,
    image: &'o dyn Container,
    plan: &'o Plan,
}

impl<'o> Other<'o> {
    /// The image of that name, as it was compiled.
    pub fn new(name: &'o str, compiled: &'o Compiled<'_>) -> Self {
        let image = compiled.opened.container();
        let map = compiled.map.as_ref().map_or(image, Opened::container);
        Self { name, map, image, plan: &compiled.plan }
    }

    /// Its name and its memory, for a container.
    pub fn container(&self) -> (&'o str, &'o dyn Container) {
        (self.name, self.image)
    }
}

/// Its name and its plan.
impl fmt::Debug for Other<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Other").field("name", &self.name).field("plan", self.plan).finish_non_exhaustive()
    }
}

/// The same of one of several images, whose checksums cover `others`.
///
/// # Errors
/// As [`layout`].
pub fn layout_beside(
    job: &job::Job,
    map: &dyn Container,
    image: &dyn Container,
    others: &[Other<'_>],
) -> Result<Layout, JobError> {
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
        layout = layout.repair(one_repair(checksum)?);
    }
    for preset in &job.presets {
        layout = of_preset(preset, map, image, others)?.into_iter().fold(layout, Layout::repair);
    }
    for other in others {
        layout = layout.beside(other.name, other.plan);
    }
    let maps: Vec<(&str, &dyn Container)> = others.iter().map(|other| (other.name, other.map)).collect();
    layout.located(&Beside::new(map, &maps)).map_err(|error| match error.kind() {
        PlanErrorKind::Locate { error: LocateError::NoSymbols, .. } => JobError::refused(format_args!("{error}{MAP}")),
        _ => JobError::refused(error),
    })
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

/// The map of an image: of that name among `others`, or `own`.
fn map_of<'m>(
    image: Option<&String>,
    own: &'m dyn Container,
    others: &[Other<'m>],
) -> Result<&'m dyn Container, String> {
    let Some(name) = image else { return Ok(own) };
    let other = others.iter().find(|other| other.name == name);
    other.map(|other| other.map).ok_or_else(|| format!("covers image `{name}`, which the job does not have"))
}

fn one_repair(checksum: &job::Checksum) -> Result<Repair, JobError> {
    let name = &checksum.name;
    let fail = |why: &str| JobError::refused(format_args!("checksum `{name}`: {why}"));
    let algorithm = match &checksum.algorithm {
        job::Algorithm::Crc(crc) => Algorithm::from(*crc),
        job::Algorithm::Name(text) => text.parse().map_err(|error: NameError| fail(&error.to_string()))?,
    };
    let mut over = checksum.over.iter().cloned();
    let first = over.next().ok_or_else(|| fail("covers no byte"))?;
    let draft = over.fold(Repair::new(&**name, algorithm, first), Draft::and_over);
    let mut stores = checksum.stores.iter().map(job::Stored::store);
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

fn of_preset(
    preset: &job::Preset,
    map: &dyn Container,
    image: &dyn Container,
    others: &[Other<'_>],
) -> Result<Vec<Repair>, JobError> {
    use job::PresetKind::{
        DfuSuffix, Esp32Image, Esp8266Image, LpcVector, Mcuboot, Nrf52Settings, Srecord, Stm32Crc, UbootEnv, Uimage,
    };
    let name = &*preset.name;
    let fail = |why: &dyn fmt::Display| JobError::refused(format_args!("checksum `{name}`: {why}"));
    let address = |at: &At| at.span(0, map).map(Span::start).map_err(|error| fail(&unlocated(&error)));
    let range = |over: &Over| {
        let over = over.located(map).map_err(|error| fail(&unlocated(&error)))?;
        over.range().ok_or_else(|| fail(&"covers no byte"))
    };
    let repairs = match &preset.kind {
        LpcVector(at) => Ok(vec![preset::lpc_vector(name, address(at)?)]),
        Esp8266Image(at) => preset::esp8266_image(name, image, address(at)?),
        Esp32Image(at) => preset::esp32_image(name, image, address(at)?),
        Mcuboot(at) => preset::mcuboot_unsigned(name, image, address(at)?).map(|repair| vec![repair]),
        Uimage(at) => preset::uimage(name, image, address(at)?),
        Nrf52Settings { at, app_image, app, backup } => {
            let backup = backup.as_ref().map(address).transpose()?;
            let map = map_of(app_image.as_ref(), map, others).map_err(|error| fail(&error))?;
            let app = app.span(0, map).map(Span::start).map_err(|error| fail(&unlocated(&error)))?;
            match app_image {
                None => preset::nrf52_settings(name, image, app, address(at)?, backup),
                Some(other) => preset::nrf52_settings_of(name, image, (other, app), address(at)?, backup),
            }
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
