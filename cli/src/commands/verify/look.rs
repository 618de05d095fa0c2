//! One image by itself, without journals: what it holds, and what of it is not as the job says.

use std::path::Path;

use nameplate::Plan;
use nameplate::image::Container;
use nameplate::image::hex::Options;

use super::alike::Alike;
use super::journals::Journals;
use super::judge::Judge;
use super::reading::Reading;
use crate::failure::Failure;
use crate::image::File;
use crate::run::JobFile;
use crate::template::{Compiled, Template, image};

/// An image, and what it was compared with.
pub(crate) struct Looked<'l> {
    pub(crate) file: &'l File,
    pub(crate) plan: &'l Plan,
    pub(crate) template: &'l dyn Container,
    /// What is not as the job and its template say.
    pub(crate) wrong: Vec<String>,
}

/// Reads the image at `path` and hands it to `take`; what was tolerated in the template comes with the answer. `base` is
/// the address of the first byte of a raw image.
///
/// # Errors
/// When the job or the image is wrong, the image holds nothing of the job, or `take` fails.
pub(crate) fn look<T>(
    job: &JobFile,
    (path, base): (&Path, Option<u64>),
    options: Options,
    take: impl FnOnce(&Looked<'_>) -> Result<T, Failure>,
) -> Result<(Vec<String>, T), Failure> {
    let of_image = image(job)?;
    let template = Template::read(job, options)?;
    let Compiled { opened, plan, tolerated, .. } = template.compile(job)?;
    let journals = Journals::read(&job.job, None, "", &[])?;
    let judge = Judge::new(&plan, &job.job, &journals, (opened.container(), template.file().format()), false);
    let of_units = of_image.of_units();
    let reading = Reading { of_job: of_image, image: &of_units, base, options: template.original().options() };
    let file = reading.file(path, None)?;
    let paths = [path.to_owned()];
    let verdict = judge.judge(path, &file, &Alike::new(&journals, &paths))?;
    let looked = Looked { file: &file, plan: &plan, template: opened.container(), wrong: verdict.wrong };
    Ok((tolerated, take(&looked)?))
}
