//! The files of a job, as a program gives them.

use std::sync::Arc;

use nameplate::Plan;
use nameplate::image::hex::Options;

use crate::error::JobError;
use crate::files::{Compiled, Files};
use crate::image::File;
use crate::job::Job;
use crate::journal::Origin;
use crate::merge::template;
use crate::output::template_sha256;

/// The files of the one image of `job`: `file` gives the bytes of each.
pub(crate) fn given<B: AsRef<[u8]>>(
    job: &Job,
    options: Options,
    file: &mut impl FnMut(&str) -> Option<B>,
) -> Result<Files, JobError> {
    let image = job.require_image()?;
    let mut bytes = |key: &str, name: &str| match file(name) {
        Some(bytes) => Ok(bytes.as_ref().to_vec()),
        None => Err(JobError::refused(format_args!("`{key}` in [image]: {name}: there is no such file"))),
    };
    let read = |name: &str, image: &_| File::new(name, bytes("file", name)?, Some(image), None, options);
    let template = template(image, &job.fields, read)?;
    let map = image
        .map
        .as_ref()
        .map(|name| File::new(name, bytes("map", name)?, Some(&image.of_map()), None, Options::strict()));
    Ok(Files::new(template, map.transpose()?))
}

/// The files of one image, and what units are written as, if that is another file than the template.
pub(crate) struct Written {
    files: Files,
    made: Option<File>,
}

impl Written {
    pub(crate) fn new(files: Files, made: Option<File>) -> Self {
        Self { files, made }
    }

    /// What units are written as.
    pub(crate) fn file(&self) -> &File {
        self.made.as_ref().unwrap_or(self.files.template())
    }
}

/// What all units have in common of one image.
pub(crate) struct One {
    pub(crate) plan: Arc<Plan>,
    pub(crate) extension: &'static str,
    pub(crate) origin: Origin,
}

/// What units have in common of the one image of `job`, what they are written as, and what was tolerated.
pub(crate) fn settled(
    job: &Job,
    files: &Files,
    compiled: Compiled<'_>,
) -> Result<(One, Option<File>, Vec<String>), JobError> {
    let image = job.require_image()?;
    let made = image.output.made(image, &compiled)?;
    let template_sha256 = template_sha256(image, files.original(), &compiled)?;
    let Compiled { opened, plan, tolerated, .. } = compiled;
    let written = made.as_ref().map(File::open).transpose()?;
    let written = written.as_ref().unwrap_or(&opened);
    let holds = made.as_ref().and_then(File::holds);
    let origin = Origin {
        template_sha256,
        job_sha256: job.sha256.clone(),
        format: written.format().name(),
        range: holds.map(|(range, _)| range),
        base: holds.and_then(|(_, base)| base),
        date: job.unit.date,
    };
    let one = One { plan: Arc::new(plan), extension: written.extension(), origin };
    Ok((one, made, tolerated))
}
