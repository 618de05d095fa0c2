//! The readers that are libraries of this program.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use bin_file::BinFile;
use nameplate::Span;
use nameplate::image::Container;
use nameplate::image::hex::{Hex, Options};

use crate::memory::Memory;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Library {
    Strict,
    Lenient,
    Ihex,
    BinFile,
}

/// What was read, and warnings; or else why nothing was.
type Read = Result<(Memory, Vec<String>), String>;

impl Library {
    pub fn name(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Lenient => "lenient",
            Self::Ihex => "ihex",
            Self::BinFile => "bin_file",
        }
    }

    pub fn by_name(name: &str) -> Option<Self> {
        [Self::Strict, Self::Lenient, Self::Ihex, Self::BinFile].into_iter().find(|library| library.name() == name)
    }

    pub fn read(self, file: &Path) -> Read {
        match self {
            Self::Strict => nameplate(file, Options::strict()),
            Self::Lenient => nameplate(file, Options::lenient()),
            Self::Ihex => ihex(file),
            Self::BinFile => bin_file(file),
        }
    }
}

fn nameplate(file: &Path, options: Options) -> Read {
    let text = fs::read(file).map_err(|error| error.to_string())?;
    let hex = Hex::parse_with(&text, &options).map_err(|error| error.to_string())?;
    let all = Span::try_from(0..u64::MAX).map_err(|error| error.to_string())?;
    let mut memory = Memory::default();
    let _ = hex.visit(all, &mut |address, bytes| {
        memory.put(address, bytes);
        ControlFlow::Continue(())
    });
    Ok((memory, hex.diagnostics().map(|found| found.to_string()).collect()))
}

/// The crate reads records only: what memory they make is decided here, in the simplest way. The last
/// base counts, addresses go on where a record passes its 64 KiB, later bytes replace earlier ones.
fn ihex(file: &Path) -> Read {
    let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
    let (mut memory, mut base) = (Memory::default(), 0);
    for record in ihex::Reader::new(&text) {
        match record.map_err(|error| error.to_string())? {
            ihex::Record::Data { offset, value } => memory.put(base + u64::from(offset), &value),
            ihex::Record::ExtendedSegmentAddress(segment) => base = u64::from(segment) << 4,
            ihex::Record::ExtendedLinearAddress(upper) => base = u64::from(upper) << 16,
            _ => {}
        }
    }
    Ok((memory, Vec::new()))
}

fn bin_file(file: &Path) -> Read {
    let mut read = BinFile::new();
    read.add_ihex_file(file, false).map_err(|error| error.to_string())?;
    let mut memory = Memory::default();
    for (address, bytes) in read.segments_list() {
        memory.put(u64::try_from(address).map_err(|error| error.to_string())?, &bytes);
    }
    Ok((memory, Vec::new()))
}
