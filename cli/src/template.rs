//! The template of a job: the files that [image] names, read from beside the job.

use std::path::Path;

use nameplate::image::Erased;
use nameplate::image::hex::Options;
pub use nameplate_job::files::Compiled;
use nameplate_job::files::Files;
use nameplate_job::job::Image;

use crate::failure::{Exit, Failure};
use crate::image::{File, read_file};
use crate::run::JobFile;

/// The files of a template.
#[derive(Debug)]
pub struct Template {
    files: Files,
}

/// What [image] says; a job for SQTP or for NVS has none.
///
/// # Errors
/// When the job has none.
pub fn image(job: &JobFile) -> Result<&Image, Failure> {
    Ok(job.job.require_image()?)
}

/// What blank memory reads as.
pub fn erased(image: &Image) -> Erased {
    image.blank()
}

impl Template {
    /// Reads the files that `job` names.
    ///
    /// # Errors
    /// When one cannot be read, or is of a format that is not supported.
    pub fn read(job: &JobFile, options: Options) -> Result<Self, Failure> {
        let image = image(job)?;
        if let Some(made) = job.job.made_template()? {
            return Ok(Self { files: Files::new(made, None) });
        }
        let template = read_file(&job.path(&image.file), Some(image), None, options);
        let template = template.map_err(|failure| match failure.exit() {
            Exit::Io => failure.about("`file` in [image], beside the job"),
            _ => failure,
        })?;
        let map = |name: &String| read_file(&job.path(name), Some(&image.of_map()), None, Options::strict());
        let map = image.map.as_ref().map(map).transpose()?;
        Ok(Self { files: Files::new(template, map) })
    }

    /// Where the file lies.
    pub fn path(&self) -> &Path {
        self.original().name()
    }

    /// The file as it was read.
    pub fn original(&self) -> &File {
        self.files.original()
    }

    /// What is stamped: the file as it was read, with what fields in gaps need once it is compiled.
    pub fn file(&self) -> &File {
        self.files.template()
    }

    /// Opens each file once, and checks the layout of the job against them.
    ///
    /// # Errors
    /// As [`Files::compile`].
    pub fn compile(&self, job: &JobFile) -> Result<Compiled<'_>, Failure> {
        Ok(self.files.compile(&job.job)?)
    }
}
