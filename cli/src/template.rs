//! The template of a job: the files that [image] names, read from beside the job.

use std::path::Path;

use nameplate::image::ErasedMap;
use nameplate::image::hex::Options;
pub use nameplate_job::files::Compiled;
use nameplate_job::files::Files;
use nameplate_job::images::{Images, OneImage};
use nameplate_job::job::Image;
use nameplate_job::merge::template;
use nameplate_job::output::template_sha256;

use crate::failure::{Exit, Failure};
use crate::form::Form;
use crate::image::{File, Opened, read_file};
use crate::run::JobFile;

/// The files of a template.
#[derive(Debug)]
pub struct Template {
    files: Files,
}

/// The templates of all images of a job, in the order of the job.
#[derive(Debug)]
pub struct Templates {
    /// The images.
    pub images: Images,
    all: Vec<Template>,
}

impl Templates {
    /// Reads the files that `job` names.
    ///
    /// # Errors
    /// As [`Template::read`].
    pub fn read(job: &JobFile, options: Options) -> Result<Self, Failure> {
        let images = job.job.of_images()?;
        let one = |image: &OneImage| {
            Template::read(&job.of_image(image.job.clone()), options).map_err(|failure| about(image, failure))
        };
        let all = images.all().iter().map(one).collect::<Result<_, _>>()?;
        Ok(Self { images, all })
    }

    /// All of them.
    pub fn all(&self) -> &[Template] {
        &self.all
    }

    /// Their paths, as a summary has them.
    pub fn paths(&self) -> String {
        self.all.iter().map(|template| template.path().display().to_string()).collect::<Vec<_>>().join(", ")
    }

    /// Opens all files once, and checks the layout of the job against them.
    ///
    /// # Errors
    /// As [`Images::compile`].
    pub fn compile(&self) -> Result<Vec<Compiled<'_>>, Failure> {
        let files: Vec<&Files> = self.all.iter().map(|template| &template.files).collect();
        Ok(self.images.compile(&files)?)
    }

    /// The files that units are written as, where those are others than the templates.
    ///
    /// # Errors
    /// When one cannot be made.
    pub fn made(&self, form: &Form, compiled: &[Compiled<'_>]) -> Result<Vec<Option<File>>, Failure> {
        let one = |(image, compiled): (&OneImage, &Compiled<'_>)| {
            form.made(image.job.require_image()?, compiled).map_err(|failure| about(image, failure))
        };
        self.images.all().iter().zip(compiled).map(one).collect()
    }

    /// The digests that journals have of them.
    ///
    /// # Errors
    /// As [`Template::sha256`].
    pub fn sha256(&self, compiled: &[Compiled<'_>]) -> Result<Vec<String>, Failure> {
        let all = self.images.all().iter().zip(&self.all).zip(compiled);
        all.map(|((image, template), compiled)| template.sha256(image.job.require_image()?, compiled)).collect()
    }
}

/// The files that units are written as, opened.
///
/// # Errors
/// When one is not what was written.
pub fn opened(made: &[Option<File>]) -> Result<Vec<Option<Opened<'_>>>, Failure> {
    made.iter().map(|file| Ok(file.as_ref().map(File::open).transpose()?)).collect()
}

/// The same, each with its file.
pub fn pairs<'m>(
    made: &'m [Option<File>],
    opened: &'m [Option<Opened<'m>>],
) -> Vec<Option<(&'m File, &'m Opened<'m>)>> {
    made.iter().zip(opened).map(|(file, opened)| file.as_ref().zip(opened.as_ref())).collect()
}

/// A failure, with the image in front if there are several.
pub(crate) fn about(image: &OneImage, failure: Failure) -> Failure {
    match &image.name {
        Some(name) => failure.about(format_args!("image `{name}`")),
        None => failure,
    }
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
