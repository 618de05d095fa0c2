//! The template of a job: the files that [image] names, read from beside the job.

use std::path::Path;

use nameplate::image::ErasedMap;
use nameplate::image::hex::Options;
pub use nameplate_job::files::Compiled;
use nameplate_job::files::Files;
use nameplate_job::job::Image;
use nameplate_job::merge::template;
use nameplate_job::output::template_sha256;

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
pub fn erased(image: &Image) -> &ErasedMap {
    &image.erased
}

impl Template {
    /// Reads the files that `job` names.
    ///
    /// # Errors
    /// When one cannot be read, or is of a format that is not supported.
    pub fn read(job: &JobFile, options: Options) -> Result<Self, Failure> {
        let image = image(job)?;
        let template = template(image, &job.job.fields, |name, image| {
            read_file(&job.path(name), Some(image), None, options).map_err(|failure| match failure.exit() {
                Exit::Io => failure.about("`file` in [image], beside the job"),
                _ => failure,
            })
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

    /// The digest that journals have of it.
    ///
    /// # Errors
    /// As [`template_sha256`].
    pub fn sha256(&self, image: &Image, compiled: &Compiled<'_>) -> Result<String, Failure> {
        Ok(template_sha256(image, self.original(), compiled)?)
    }

    /// Opens each file once, and checks the layout of the job against them.
    ///
    /// # Errors
    /// As [`Files::compile`].
    pub fn compile(&self, job: &JobFile) -> Result<Compiled<'_>, Failure> {
        Ok(self.files.compile(&job.job)?)
    }
}
