//! The units of a run, one after the other, in memory: all that `stamp` does but the writing. `plan` does the same for
//! a rehearsal.

use std::collections::BTreeMap;
use std::fmt;

use nameplate::image::hex::Style;
use nameplate::image::{Beside, Container, Difference, difference};
use nameplate::plan::{PlanErrorKind, Stamped, Stamper};
use nameplate::writes::delta::{Delta, DeltaError, Extent};
use nameplate::{Plan, Span, Value};
use nameplate_job::image::Memory;
use nameplate_job::images::Images;
use nameplate_job::job::{Content, Format, Image};
use nameplate_job::journal::{Line, Origin, Stamp};
use nameplate_job::labels::Labels;
use nameplate_job::names::{NameTemplate, Names};
use nameplate_job::sequence::Sequence;
use nameplate_job::{Job, Run};

use crate::failure::Failure;
pub use crate::form::{Form, Output};
use crate::image::{File, Opened};
use crate::run::{check_last, each};
use crate::template::{Compiled, about, erased};

/// The images of a run, each settled for its template.
pub struct Made<'m> {
    /// The images, in the order of the job.
    pub images: &'m Images,
    /// The same, compiled.
    pub compiled: &'m [Compiled<'m>],
    /// What their units are written as, where that is another file than the template.
    pub made: &'m [Option<(&'m File, &'m Opened<'m>)>],
}

fn not_compiled() -> Failure {
    Failure::refused("an image was not compiled")
}

impl Made<'_> {
    /// What the units are written as, of the image at that place.
    fn out(&self, form: &Form, index: usize) -> Result<&Opened<'_>, Failure> {
        let Compiled { opened, map, .. } = self.compiled.get(index).ok_or_else(not_compiled)?;
        if form.format == Some(Output::Image(Format::Elf)) {
            let files = [Some(opened), map.as_ref()].into_iter().flatten();
            return files.into_iter().find(|file| matches!(file, Opened::Elf(_))).ok_or_else(|| {
                Failure::refused(
                    "units in ELF need the ELF file of the build: name it in [image], as `file` or as `map`",
                )
            });
        }
        Ok(self.made.get(index).copied().flatten().map_or(opened, |(_, opened)| opened))
    }

    /// The memory of that.
    fn memory(&self, form: &Form, index: usize) -> Result<Memory<'_>, Failure> {
        let out = self.out(form, index)?;
        match self.made.get(index).copied().flatten() {
            Some((file, opened)) => Ok(file.memory(opened)?),
            None => Ok(Memory::Own(out)),
        }
    }
}

/// The units of a run: what they have in common.
pub struct Units<'r> {
    run: &'r Run,
    images: Vec<OneImage<'r>>,
    sequence: Sequence,
    is_several: bool,
    name: NameTemplate,
    labels: Labels,
}

/// What the units have in common of one image.
struct OneImage<'r> {
    name: Option<&'r str>,
    stamper: Stamper<&'r Plan>,
    delta: Option<Delta>,
    extension: &'static str,
    format: &'static str,
    /// What the files have of the memory, and the address they begin with.
    holds: (Option<Span>, Option<u64>),
}

/// One unit, made and not yet written.
pub struct Unit<'u> {
    /// Its number.
    pub seq: u64,
    /// The name of its file, or of the folder of its files.
    pub name: &'u str,
    /// Its files: one, or one for each image.
    pub files: Vec<UnitFile<'u>>,
    /// The texts of its label, by name.
    pub texts: BTreeMap<String, String>,
    run: &'u Run,
    values: &'u [(&'u str, Value<'u>)],
}

/// A file of a unit.
pub struct UnitFile<'u> {
    /// The image, of several.
    pub image: Option<&'u str>,
    /// The name of the file: in the folder of the unit, if there are several.
    pub name: String,
    /// What it holds.
    pub bytes: &'u [u8],
    stamped: &'u Stamped<'u>,
}

impl fmt::Debug for Made<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.compiled.iter().map(|compiled| &compiled.plan)).finish()
    }
}

impl fmt::Debug for Units<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} units from {}", self.run.count(), self.run.first())
    }
}

/// Without its values.
impl fmt::Debug for Unit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unit {} as {}", self.seq, self.name)
    }
}

/// Without its bytes.
impl fmt::Debug for UnitFile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Unit<'_> {
    /// Its line of the journal, kept as `name`; `origins` are those of its images.
    pub fn line(&self, name: &str, origins: &[Origin]) -> Line {
        let texts = self.texts.clone();
        let text = |field: &str| self.run.text(self.values, field);
        let paths: Vec<String> = self.files.iter().map(|file| format!("{name}/{}", file.name)).collect();
        let stamps =
            self.files.iter().zip(&paths).zip(origins).map(|((file, path), origin)| {
                Some(Stamp { name: file.image?, file: path, stamped: file.stamped, origin })
            });
        match (stamps.collect::<Option<Vec<_>>>(), self.files.first().zip(origins.first())) {
            (None, Some((file, origin))) => Line::new(self.seq, name, file.stamped, texts, origin, text),
            (stamps, _) => Line::of_images(self.seq, &stamps.unwrap_or_default(), texts, text),
        }
    }
}

impl<'r> Units<'r> {
    /// Binds a run to what was compiled.
    ///
    /// # Errors
    /// When the form does not suit an image, a name or a text names no field, or what is stamped is another image than
    /// the one that was compiled.
    pub fn new(form: &Form, job: &'r Job, run: &'r Run, made: &'r Made<'_>) -> Result<Self, Failure> {
        let all = || made.images.all().iter().enumerate();
        let memory = |(index, image)| made.memory(form, index).map_err(|failure| about(image, failure));
        let memories = all().map(memory).collect::<Result<Vec<_>, _>>()?;
        let one = |(index, image)| OneImage::new(form, made, &memories, index).map_err(|failure| about(image, failure));
        let images = all().map(one).collect::<Result<Vec<_>, _>>()?;
        let sequence = Sequence::new(made.images);
        let (name, labels) = (NameTemplate::of(job)?, Labels::new(job)?);
        let mut units = Self { run, images, sequence, is_several: job.has_images(), name, labels };
        check_last(job, run, |seq, mut values| {
            let stampers = units.images.iter_mut().map(|one| &mut one.stamper);
            Ok(units.sequence.stamp(stampers, seq, &mut values).map(drop)?)
        })?;
        Ok(units)
    }

    /// How many bytes the files of each unit have; nothing when that is known only when they are made.
    pub fn file_len(&self) -> Option<u64> {
        let len = |one: &OneImage<'_>| match one.delta {
            Some(_) => None,
            None => u64::try_from(one.stamper.bytes().len()).ok(),
        };
        self.images.iter().map(len).sum()
    }

    /// How many files, and folders, each unit has.
    pub fn files(&self) -> u64 {
        u64::try_from(self.images.len()).unwrap_or(u64::MAX).saturating_add(u64::from(self.is_several))
    }

    /// Whether each unit is a folder.
    pub fn is_several(&self) -> bool {
        self.is_several
    }

    /// What the units are made of, as the journal says it, by image.
    pub fn origins(&self, job: &Job, template_sha256: Vec<String>) -> Vec<Origin> {
        let one = |(image, template_sha256): (&OneImage<'_>, String)| {
            let (range, base) = image.holds;
            let (job_sha256, date) = (job.sha256.clone(), job.unit.date);
            Origin { template_sha256, job_sha256, format: image.format, range, base, date }
        };
        self.images.iter().zip(template_sha256).map(one).collect()
    }

    /// The names of the texts of labels.
    pub fn labels(&self) -> Vec<String> {
        self.labels.names().map(str::to_owned).collect()
    }

    /// Makes each unit once and hands it to `take`. What is wrong with a late unit is found late.
    ///
    /// # Errors
    /// When a unit cannot be made, or `take` fails.
    pub fn each(self, what: &str, mut take: impl FnMut(Unit<'_>) -> Result<(), Failure>) -> Result<(), Failure> {
        let Self { run, mut images, sequence, name: template, labels, .. } = self;
        let mut names = Names::default();
        each(run, what, |seq, mut values| {
            let (mut stampers, mut others) = (Vec::new(), Vec::new());
            for OneImage { name, stamper, delta, extension, .. } in &mut images {
                stampers.push(stamper);
                others.push((*name, delta, *extension));
            }
            let stamped = sequence.stamp(stampers, seq, &mut values)?;
            let name = template.expand(seq, |field| run.text(&values, field)).map_err(Failure::refused)?;
            let texts = labels.texts(seq, |field| run.text(&values, field))?;
            let name = match others.first() {
                Some((None, _, extension)) => format!("{name}.{extension}"),
                _ => name,
            };
            names.insert(&name, seq).map_err(Failure::refused)?;
            let file = |((image, delta, extension), stamped)| file(&name, (image, delta, extension), stamped);
            let files = others.into_iter().zip(&stamped).map(file).collect();
            take(Unit { seq, name: &name, files, texts, run, values: &values })
        })
    }
}

/// The file of an image of the unit of that name.
fn file<'u>(
    unit: &str,
    (image, delta, extension): (Option<&'u str>, &'u mut Option<Delta>, &str),
    stamped: &'u Stamped<'u>,
) -> UnitFile<'u> {
    let bytes = match delta {
        Some(delta) => delta.text(stamped.writes()),
        None => stamped.bytes(),
    };
    let name = image.map_or_else(|| unit.to_owned(), |image| format!("{image}.{extension}"));
    UnitFile { image, name, bytes, stamped }
}

impl<'r> OneImage<'r> {
    fn new(form: &Form, made: &'r Made<'_>, memories: &[Memory<'_>], index: usize) -> Result<Self, Failure> {
        let (Some(own), Some(Compiled { opened, plan, .. })) = (made.images.all().get(index), made.compiled.get(index))
        else {
            return Err(not_compiled());
        };
        let image = own.job.require_image()?;
        let written = made.made.get(index).copied().flatten();
        let out = made.out(form, index)?;
        let memory = memories.get(index).ok_or_else(not_compiled)?;
        let delta = delta(form.format, image, plan, opened)?;
        // As they are written: what is covered of them must be there.
        let others = made.images.beside(own, |other| memories.get(other).map(Memory::container));
        let stamper = plan.stamper(&Beside::new(memory.container(), &others)).map_err(|error| {
            let differs = matches!(error.kind(), PlanErrorKind::Differs { .. });
            match first_difference(plan, opened.container(), memory.container()).filter(|_| differs) {
                Some(found) => Failure::refused(format_args!("{error} The first difference is {found}")),
                None => Failure::refused(error),
            }
        })?;
        let (extension, format) = match form.format {
            Some(Output::Delta) => ("hex", "delta"),
            Some(Output::Pages) => ("hex", "pages"),
            _ => (out.extension(), out.format().name()),
        };
        let holds = written.and_then(|(file, _)| file.holds());
        let holds = (holds.map(|(range, _)| range), holds.and_then(|(_, base)| base));
        Ok(Self { name: own.name.as_deref(), stamper, delta, extension, format, holds })
    }
}

/// The deltas of the units, when those are asked for.
fn delta(format: Option<Output>, image: &Image, plan: &Plan, template: &Opened<'_>) -> Result<Option<Delta>, Failure> {
    let extent =
        match format {
            Some(Output::Delta) => match image.write_unit {
                Some(size) => Extent::WriteUnits { size, erased: erased(image).clone() },
                None => Extent::Touched,
            },
            Some(Output::Pages) => Extent::Pages(image.erase.ok_or_else(|| {
                Failure::refused("--format pages needs `erase` in [image], the bytes of an erase page")
            })?),
            _ => return Ok(None),
        };
    if matches!(image.content, Content::Partition(_)) {
        return Err(Failure::refused(
            "a partition that is made from nothing is written whole: no device has its template, which a delta would change",
        ));
    }
    let style = match template {
        Opened::Hex(hex) => Style::of(hex),
        Opened::Srec(..) | Opened::TiTxt(_) | Opened::Raw(_) | Opened::Elf(_) | Opened::Uf2(_) => Style::default(),
    };
    Delta::new(template.container(), plan.spans(), extent, style).map(Some).map_err(|error| match error {
        DeltaError::WriteUnit(_) => {
            Failure::refused(format_args!("{error}; --format pages is for a pass that erases first"))
        }
        _ => Failure::refused(error),
    })
}

/// Where two images first differ under the checksums.
fn first_difference(plan: &Plan, one: &dyn Container, two: &dyn Container) -> Option<Difference> {
    let covered = plan.checks().flat_map(|(repair, _)| repair.covered());
    covered.filter_map(|span| difference(one, two, span)).min_by_key(|found| found.span)
}
