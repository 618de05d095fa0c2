//! Image files, read from the disk.

use std::fs;
use std::path::Path;

use nameplate::image::hex::Options;
pub use nameplate_job::image::{File, Found, Opened, by_kind, is_image_name, named};
use nameplate_job::job::Image;

use crate::failure::Failure;

/// Reads the file at `path`, a text file as `options` say; `job` may say its format and base address, `base` overrides
/// it.
///
/// # Errors
/// When it cannot be read, or its format is not supported or not known.
pub fn read_file(path: &Path, job: Option<&Image>, base: Option<u64>, options: Options) -> Result<File, Failure> {
    let bytes = fs::read(path).map_err(|error| Failure::reading(path, &error))?;
    Ok(File::new(path, bytes, job, base, options)?)
}
