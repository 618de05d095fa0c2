//! Image files, read from the disk.

use std::fs;
use std::path::Path;

use nameplate::image::hex::Options;
pub use nameplate_job::image::{File, Found, Opened, by_kind, is_image_name, named};
use nameplate_job::job::{Format, Image};

use crate::failure::{Exit, Failure};

/// Refuses a file name that says another format than what is written.
///
/// # Errors
/// When it does; a name that says nothing is for any format.
pub fn named_as(path: &Path, written: Format) -> Result<(), Failure> {
    match named(path) {
        Some(name) if name != written => Err(Failure::new(
            Exit::Usage,
            format_args!(
                "{} is the name of a file in {}, and what is written is {}: give it another name",
                path.display(),
                name.name(),
                written.name()
            ),
        )),
        _ => Ok(()),
    }
}

/// Reads the file at `path`, a text file as `options` say; `job` may say its format and base address, `base` overrides
/// it.
///
/// # Errors
/// When it cannot be read, or its format is not supported or not known.
pub fn read_file(path: &Path, job: Option<&Image>, base: Option<u64>, options: Options) -> Result<File, Failure> {
    let bytes = fs::read(path).map_err(|error| Failure::reading(path, &error))?;
    Ok(File::new(path, bytes, job, base, options)?)
}
