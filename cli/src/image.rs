//! Image files: which format they are of, and their containers.

use std::fs;
use std::path::Path;

use nameplate::image::{Container, Hex, Raw};

use crate::failure::Failure;
use crate::job::{Format, Image};

/// An image file that was read.
#[derive(Debug)]
pub struct File {
    bytes: Vec<u8>,
    format: Format,
    base: u64,
}

impl File {
    /// Reads the file at `path`; `job` may say its format and base address, `base` overrides it.
    ///
    /// # Errors
    /// When it cannot be read, or its format is not supported or not known.
    pub fn read(path: &Path, job: Option<&Image>, base: Option<u64>) -> Result<Self, Failure> {
        let bytes = fs::read(path).map_err(|error| Failure::io(path, error))?;
        let about = |failure: Failure| failure.about(path.display());
        let format = match job.and_then(|image| image.format) {
            Some(format) => format,
            None => detect(path, &bytes, base.is_some()).map_err(about)?,
        };
        let base = base.or(job.and_then(|image| image.base)).unwrap_or_default();
        Ok(Self { bytes, format, base })
    }

    /// A raw binary that was made from another image.
    pub fn raw(bytes: Vec<u8>, base: u64) -> Self {
        Self { bytes, format: Format::Bin, base }
    }

    /// The file as it is.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The file's ending in outputs.
    pub fn extension(&self) -> &'static str {
        match self.format {
            Format::Hex => "hex",
            Format::Bin => "bin",
            Format::Elf => "elf",
        }
    }

    /// The file as a container.
    ///
    /// # Errors
    /// When it is not what its format says.
    pub fn open(&self) -> Result<Box<dyn Container + '_>, Failure> {
        match self.format {
            Format::Hex => Ok(Box::new(Hex::parse(&self.bytes).map_err(Failure::refused)?)),
            Format::Bin => Ok(Box::new(Raw::new(&self.bytes, self.base).map_err(Failure::refused)?)),
            Format::Elf => Err(Failure::refused("ELF files are not supported yet; use the HEX file of the same build")),
        }
    }
}

/// ELF by its magic, HEX by name or first character; a raw binary only when a base address says so.
fn detect(path: &Path, bytes: &[u8], has_base: bool) -> Result<Format, Failure> {
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if bytes.starts_with(b"\x7FELF") {
        Ok(Format::Elf)
    } else if ["hex", "ihx", "ihex", "mcs"].iter().any(|name| ending == *name) || first == Some(&b':') {
        Ok(Format::Hex)
    } else if has_base {
        Ok(Format::Bin)
    } else {
        Err(Failure::refused(
            "neither HEX nor ELF; a raw binary needs the address of its first byte: --base, or format = \"bin\" and base in the job",
        ))
    }
}
