//! The image files that a job names: the template, and the map that says where symbols and sections lie. Together
//! they settle the plan of the job.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::sync::OnceLock;

use nameplate::image::{Beside, Container, Difference, differences};
use nameplate::{Plan, Span};

pub use crate::compiled::Compiled;
use crate::error::JobError;
use crate::image::{C2000, File, Opened};
use crate::job::{Format, Image, Job};
use crate::layout::{Other, layout_beside};

/// The template of a job, and its map.
#[derive(Debug)]
pub struct Files {
    template: File,
    prepared: OnceLock<File>,
    map: Option<File>,
}

impl Job {
    /// What `[image]` says.
    ///
    /// # Errors
    /// When the job has none: then it is for SQTP or for NVS.
    pub fn require_image(&self) -> Result<&Image, JobError> {
        self.image.as_ref().ok_or_else(|| {
            JobError::refused(if self.images.is_empty() {
                "the job has no [image]; one with [sqtp] is for `nameplate sqtp`, one with [nvs] for `nameplate feed --format espressif`"
            } else {
                "the job has several images, each under [[image]], and this is for one: `stamp`, `plan` and `verify` take them all, and a program has `Job::open_images`"
            })
        })
    }
}

impl Image {
    /// What is said of the file that is the map: it is an ELF file.
    #[must_use]
    pub fn of_map(&self) -> Self {
        Self { format: Some(Format::Elf), ..self.clone() }
    }
}

impl Files {
    /// The files of one job.
    pub fn new(template: File, map: Option<File>) -> Self {
        Self { template, prepared: OnceLock::new(), map }
    }

    /// The template as it was given.
    pub fn original(&self) -> &File {
        &self.template
    }

    /// What is stamped: the template, with what fields in gaps need once it is compiled.
    pub fn template(&self) -> &File {
        self.prepared.get().unwrap_or(&self.template)
    }

    /// Opens each file once, and checks the layout of the job against them. What is added for fields in
    /// gaps makes another text, which is opened in place of the first.
    ///
    /// # Errors
    /// When a file is not what its format says, bytes cannot be added, the layout does not compile, or the
    /// map is of another build.
    pub fn compile(&self, job: &Job) -> Result<Compiled<'_>, JobError> {
        self.compile_beside(job, &[])
    }

    /// The same of one of several images, whose checksums cover `others`.
    ///
    /// # Errors
    /// As [`compile`](Self::compile).
    pub fn compile_beside(&self, job: &Job, others: &[Other<'_>]) -> Result<Compiled<'_>, JobError> {
        let name = self.template.name().display();
        let about = |error: JobError| error.about(&name);
        let original = self.template.open().map_err(about)?;
        let map = self.map.as_ref().map(|file| -> Result<_, JobError> {
            let name = file.name().display();
            Ok((file.open().map_err(|error| error.about(&name))?, name))
        });
        let map = map.transpose()?;
        let has_elf = self.template.has_elf() || map.is_some();
        let without = job.image.as_ref().and_then(Image::for_elf).filter(|_| !has_elf);
        if let Some(key) = without {
            return Err(about(JobError::refused(format_args!("{key} is about an ELF file, and the job has none"))));
        }
        if let Some((map, _)) = &map {
            counts_bytes(map, &original).map_err(about)?;
        }
        let layout = match &map {
            None => layout_beside(job, original.container(), original.container(), others)?,
            Some((map, name)) => {
                layout_beside(job, map.container(), original.container(), others).map_err(|error| error.about(name))?
            }
        };
        let tolerated = original.tolerated().into_iter().map(|found| format!("{name}: {found}"));
        let tolerated = self.template.tolerated().iter().cloned().chain(tolerated).collect();
        let added = match &original {
            Opened::Hex(hex) => layout.add_missing(hex).map_err(|error| about(JobError::refused(error)))?,
            Opened::Srec(srec, _) => layout.add_missing(srec).map_err(|error| about(JobError::refused(error)))?,
            Opened::TiTxt(image) => layout.add_missing(image).map_err(|error| about(JobError::refused(error)))?,
            Opened::Uf2(_) => match job.fields.iter().find(|field| field.add) {
                Some(field) => {
                    return Err(about(JobError::refused(format_args!("field `{}`: {NO_BLOCKS}", field.name))));
                }
                None => Cow::Borrowed(self.template.bytes()),
            },
            Opened::Raw(_) | Opened::Elf(_) => Cow::Borrowed(self.template.bytes()),
        };
        let opened = match added {
            Cow::Borrowed(_) => original,
            Cow::Owned(text) => self.prepared.get_or_init(|| self.template.with_bytes(text)).open().map_err(about)?,
        };
        let beside: Vec<_> = others.iter().map(Other::container).collect();
        let plan = layout.compile(&Beside::new(opened.container(), &beside)).map_err(JobError::refused)?;
        if let Some((map, map_name)) = &map {
            agree(&plan, map.container(), opened.container()).map_err(|found| {
                JobError::refused(format_args!(
                    "{map_name} and {name} differ {found}: are they of one build, and are gaps filled in one way?"
                ))
            })?;
        }
        Ok(Compiled { opened, map: map.map(|(map, _)| map), plan, tolerated })
    }
}

const NO_BLOCKS: &str = "gap = \"add\" is not for UF2: no blocks are added to such a file, as boot loaders count them, and the boot ROM of RP2040 erases flash by their numbers; let the linker reserve the bytes";

/// Whether a HEX file of a C2000 has the addresses of its map in bytes.
fn counts_bytes(map: &Opened<'_>, image: &Opened<'_>) -> Result<(), JobError> {
    let (Opened::Elf(map), Opened::Hex(hex)) = (map, image) else { return Ok(()) };
    let whole = |span: Span| hex.locate(span).is_ok();
    if map.machine() != C2000 || map.segments().all(|segment| whole(segment.span)) {
        return Ok(());
    }
    Err(JobError::refused(
        "this HEX file has not the bytes of the map at twice its addresses, which count words: hex2000 writes them as they are, where HEX files count bytes; stamp the ELF file, and make the HEX file of that",
    ))
}

/// Whether the image has every byte that the map has under the fields and the checksums. Words of checksums
/// do not count: they are often put into the HEX file or the binary only.
fn agree(plan: &Plan, map: &dyn Container, image: &dyn Container) -> Result<(), Difference> {
    let words: Vec<Span> = plan.checks().map(|(_, word)| word).collect();
    let fields = plan.fields().map(|(_, span, _)| span);
    let covered = plan.checks().flat_map(|(repair, _)| repair.covered());
    let mut wrong = None;
    for span in fields.chain(covered) {
        let _ = differences(map, image, span, &mut |found| {
            let word = words.iter().any(|word| word.covers(found.span));
            if found.first.is_none() || word {
                return ControlFlow::Continue(());
            }
            wrong = Some(found);
            ControlFlow::Break(())
        });
    }
    wrong.map_or(Ok(()), Err)
}
