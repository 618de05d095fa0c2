//! The template of a job: the file that [image] names, and what is stamped in its place when fields lie
//! in gaps.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use nameplate::image::hex::Options;
use nameplate::image::{Container, Difference, Erased, differences};
use nameplate::{Plan, Span};
use nameplate_job::job::{Format, Image};
use nameplate_job::layout::layout;

use crate::failure::{Exit, Failure};
use crate::image::{File, Opened};
use crate::run::JobFile;

/// The files of a template.
#[derive(Debug)]
pub struct Template {
    path: PathBuf,
    original: File,
    prepared: OnceCell<File>,
    map: Option<(PathBuf, File)>,
}

/// A template that was opened, and the plan of the job for it.
#[derive(Debug)]
pub struct Compiled<'t> {
    /// What is stamped, as a container.
    pub opened: Opened<'t>,
    /// The ELF file that says where symbols and sections are, if the job names one.
    pub map: Option<Opened<'t>>,
    /// The layout of the job, checked against the template and the map.
    pub plan: Plan,
    /// What was tolerated in the file.
    pub tolerated: Vec<String>,
}

/// What [image] says; a job for SQTP or for NVS has none.
///
/// # Errors
/// When the job has none.
pub fn image(job: &JobFile) -> Result<&Image, Failure> {
    let image = job.job.image.as_ref();
    image.ok_or_else(|| Failure::refused("the job has no [image]; one with [sqtp] is for `nameplate sqtp`, one with [nvs] for `nameplate feed --format espressif`"))
}

/// What blank memory reads as.
pub fn erased(image: &Image) -> Erased {
    Erased::pattern(&image.erased).unwrap_or_default()
}

impl Template {
    /// Reads the files that `job` names.
    ///
    /// # Errors
    /// When one cannot be read, or is of a format that is not supported.
    pub fn read(job: &JobFile, options: Options) -> Result<Self, Failure> {
        let image = image(job)?;
        let path = job.path(&image.file);
        let original = File::read(&path, Some(image), None, options).map_err(|failure| match failure.exit() {
            Exit::Io => failure.about("`file` in [image], beside the job"),
            _ => failure,
        })?;
        let map = image.map.as_ref().map(|name| map(job, image, name)).transpose()?;
        Ok(Self { path, original, prepared: OnceCell::new(), map })
    }

    /// Where the file lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file as it was read.
    pub fn original(&self) -> &File {
        &self.original
    }

    /// What is stamped: the file as it was read, with what fields in gaps need once it is compiled.
    pub fn file(&self) -> &File {
        self.prepared.get().unwrap_or(&self.original)
    }

    /// Opens each file once, and checks the layout of the job against them. What is added for fields in
    /// gaps makes another text, which is opened in place of the first.
    ///
    /// # Errors
    /// When a file is not what its format says, bytes cannot be added, the layout does not compile, or the
    /// map is of another build.
    pub fn compile(&self, job: &JobFile) -> Result<Compiled<'_>, Failure> {
        let about = |failure: Failure| failure.about(self.path.display());
        let original = self.original.open().map_err(about)?;
        let map = self.map.as_ref().map(|(path, file)| -> Result<_, Failure> {
            Ok((path, file.open().map_err(|failure| failure.about(path.display()))?))
        });
        let map = map.transpose()?;
        let layout = match &map {
            None => layout(&job.job, original.container(), original.container())?,
            Some((path, map)) => layout(&job.job, map.container(), original.container())
                .map_err(|error| Failure::from(error).about(path.display()))?,
        };
        let tolerated = original.tolerated().into_iter().map(|found| format!("{}: {found}", self.path.display()));
        let tolerated = tolerated.collect();
        let added = match &original {
            Opened::Hex(hex) => layout.add_missing(hex).map_err(|error| about(Failure::refused(error)))?,
            Opened::Raw(_) | Opened::Elf(_) => Cow::Borrowed(self.original.bytes()),
        };
        let opened = match added {
            Cow::Borrowed(_) => original,
            Cow::Owned(text) => self.prepared.get_or_init(|| self.original.with_bytes(text)).open().map_err(about)?,
        };
        let plan = layout.compile(opened.container()).map_err(Failure::refused)?;
        if let Some((path, map)) = &map {
            agree(&plan, map.container(), opened.container()).map_err(|found| {
                Failure::refused(format_args!(
                    "{} and {} differ {found}: are they of one build, and are gaps filled in one way?",
                    path.display(),
                    self.path.display()
                ))
            })?;
        }
        Ok(Compiled { opened, map: map.map(|(_, map)| map), plan, tolerated })
    }
}

/// The ELF file that [image] names as the map.
fn map(job: &JobFile, image: &Image, name: &str) -> Result<(PathBuf, File), Failure> {
    let path = job.path(name);
    let as_elf = Image { format: Some(Format::Elf), ..image.clone() };
    let file = File::read(&path, Some(&as_elf), None, Options::strict())?;
    Ok((path, file))
}

/// Whether the image has every byte that the map has under the fields and the checksums. Words of checksums
/// do not count: they are often put into the HEX file or the binary only.
fn agree(plan: &Plan, map: &dyn Container, image: &dyn Container) -> Result<(), Difference> {
    let words: Vec<Span> = plan.checks().map(|(_, word)| word).collect();
    let fields = plan.fields().map(|(_, span, _)| span);
    let covered =
        plan.checks().flat_map(|(repair, _)| repair.over()).filter_map(|range| Span::try_from(range.clone()).ok());
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
