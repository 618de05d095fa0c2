//! The template of a job: the file that [image] names, and what is stamped in its place when fields lie
//! in gaps.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use nameplate::Layout;
use nameplate::image::Erased;
use nameplate::image::hex::Options;

use crate::failure::Failure;
use crate::image::{File, Opened};
use crate::job::Image;
use crate::layout::layout;
use crate::run::JobFile;

/// A template and its layout.
#[derive(Debug)]
pub struct Template {
    path: PathBuf,
    original: File,
    prepared: Option<File>,
    layout: Layout,
    tolerated: Vec<String>,
}

/// What [image] says; a job for SQTP has none.
///
/// # Errors
/// When the job has none.
pub fn image(job: &JobFile) -> Result<&Image, Failure> {
    let image = job.job.image.as_ref();
    image.ok_or_else(|| Failure::refused("the job has no [image]; an SQTP job is for `nameplate sqtp`"))
}

/// What blank memory reads as.
pub fn erased(image: &Image) -> Erased {
    Erased::pattern(&image.erased).unwrap_or_default()
}

impl Template {
    /// Reads the template of `job`, and adds to it what fields in gaps need.
    ///
    /// # Errors
    /// When it cannot be read or is wrong, or cannot be added to.
    pub fn read(job: &JobFile, options: Options) -> Result<Self, Failure> {
        let image = image(job)?;
        let path = job.path(&image.file);
        let original = File::read(&path, Some(image), None, options)?;
        let about = |failure: Failure| failure.about(path.display());
        let opened = original.open().map_err(about)?;
        let tolerated = opened.tolerated().into_iter().map(|found| format!("{}: {found}", path.display())).collect();
        let layout = layout(&job.job, opened.container())?;
        let added = match &opened {
            Opened::Hex(hex) => layout.add_missing(hex).map_err(|error| about(Failure::refused(error)))?,
            Opened::Raw(_) => Cow::Borrowed(original.bytes()),
        };
        let prepared = match added {
            Cow::Owned(text) => Some(original.with_bytes(text)),
            Cow::Borrowed(_) => None,
        };
        drop(opened);
        Ok(Self { path, original, prepared, layout, tolerated })
    }

    /// Where the file lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file as it was read.
    pub fn original(&self) -> &File {
        &self.original
    }

    /// What is stamped.
    pub fn file(&self) -> &File {
        self.prepared.as_ref().unwrap_or(&self.original)
    }

    /// The layout of the job.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// What was tolerated in the file.
    pub fn tolerated(&self) -> &[String] {
        &self.tolerated
    }

    /// What is stamped, as a container.
    ///
    /// # Errors
    /// When it is not what its format says.
    pub fn open(&self) -> Result<Opened<'_>, Failure> {
        self.file().open().map_err(|failure| failure.about(self.path.display()))
    }
}
