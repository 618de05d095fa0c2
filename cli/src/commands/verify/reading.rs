//! What a file is: `--base`, then its name, then its journal, then the job, and its content last.

use std::path::Path;

use nameplate::image::Hex;
use nameplate::image::hex::Options;
use nameplate_job::job::{Format, Image};

use crate::failure::Failure;
use crate::image::{File, is_hex_name, read_file};

/// What is known of all files.
#[derive(Clone, Copy)]
pub(super) struct Reading<'j> {
    pub(super) image: &'j Image,
    pub(super) base: Option<u64>,
    pub(super) options: Options,
}

/// The format that a name says.
fn named(path: &Path) -> Option<Format> {
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    match () {
        () if is_hex_name(path) => Some(Format::Hex),
        () if ending == "elf" || ending == "axf" => Some(Format::Elf),
        () if ending == "bin" => Some(Format::Bin),
        () => None,
    }
}

/// The format of a file of the journal; deltas and pages are HEX text.
fn recorded(format: &str) -> Option<Format> {
    match format {
        "hex" | "delta" | "pages" => Some(Format::Hex),
        "elf" => Some(Format::Elf),
        "bin" => Some(Format::Bin),
        _ => None,
    }
}

impl Reading<'_> {
    /// Reads the file at `path`; `journal` is what the journal calls its format.
    pub(super) fn file(&self, path: &Path, journal: Option<&str>) -> Result<File, Failure> {
        let Self { image, options, .. } = *self;
        let name = named(path);
        let format = match (self.base, name) {
            // Of a folder of several formats, --base is for those that are raw.
            (Some(_), Some(Format::Hex | Format::Elf)) if is_as_named(path, name)? => name,
            (Some(_), _) => Some(Format::Bin),
            (None, Some(format)) => Some(format),
            (None, None) => {
                let of_job = image.format.filter(|format| *format == Format::Bin);
                journal.and_then(recorded).or(of_job)
            }
        };
        let is_virtual = image.virtual_addresses;
        match format {
            None => read_file(path, None, None, options),
            Some(Format::Bin) => {
                let base = self.base.or(image.base).ok_or_else(|| {
                    let message =
                        "a raw binary needs the address of its first byte: --base, or `format` and `base` in the job";
                    Failure::refused(message).about(path.display())
                })?;
                if name != Some(Format::Bin) {
                    let raw = Image { format: Some(Format::Bin), ..image.clone() };
                    return read_file(path, Some(&raw), Some(base), options);
                }
                let bytes = read(path)?;
                if self.base.is_none() && reads_as_hex(&bytes, options) {
                    let message = "named as a raw binary, and every line of it is Intel HEX: give --base if it is raw, else name it .hex";
                    return Err(Failure::refused(message).about(path.display()));
                }
                Ok(File::known(path, bytes, Format::Bin, base, is_virtual, options))
            }
            Some(format) => Ok(File::known(path, read(path)?, format, 0, is_virtual, options)),
        }
    }
}

/// Whether the content begins as the name says.
fn is_as_named(path: &Path, name: Option<Format>) -> Result<bool, Failure> {
    let bytes = read(path)?;
    Ok(match name {
        Some(Format::Elf) => bytes.starts_with(b"\x7FELF"),
        _ => bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':'),
    })
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| Failure::reading(path, &error))
}

fn reads_as_hex(bytes: &[u8], options: Options) -> bool {
    bytes.first() == Some(&b':') && Hex::parse_with(bytes, &options).is_ok()
}
