//! What a file is: `--base`, then its name, then its journal, then the job, and its content last.

use std::path::Path;

use nameplate::Span;
use nameplate::image::hex::Options;
use nameplate::image::{Hex, Srec, TiTxt};
use nameplate_job::job::{Format, Image};
use nameplate_job::{parse_address, parse_range};

use crate::failure::Failure;
use crate::image::{File, named, read_file};

/// What is known of all files.
#[derive(Clone, Copy)]
pub(super) struct Reading<'j> {
    /// The job's image.
    pub(super) of_job: &'j Image,
    /// The same of the units' files.
    pub(super) image: &'j Image,
    pub(super) base: Option<u64>,
    pub(super) options: Options,
}

/// What a journal says that a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recorded {
    /// The whole image.
    Whole(Format),
    /// HEX text of what the stamp touched, or of the pages around that.
    Part,
}

impl Recorded {
    /// By its name in the journal.
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "delta" | "pages" => Self::Part,
            name => Self::Whole(Format::from_name(name)?),
        })
    }

    fn format(self) -> Format {
        match self {
            Self::Whole(format) => format,
            Self::Part => Format::Hex,
        }
    }
}

/// What a journal says of a file.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) format: Recorded,
    /// What it has of the memory, when not all, and the address it begins with, when that is another.
    holds: Option<(Span, Option<u64>)>,
}

impl Written {
    /// From the texts of the line.
    pub(super) fn new(format: Recorded, range: Option<&str>, base: Option<&str>) -> Result<Self, String> {
        let range = range.map(|range| Span::try_from(parse_range(range)?).map_err(|error| error.to_string()));
        let range = range.transpose().map_err(|error| format!("`range`: {error}"))?;
        let base = base.map(parse_address).transpose().map_err(|error| format!("`base`: {error}"))?;
        Ok(Self { format, holds: range.map(|range| (range, base)) })
    }
}

impl Reading<'_> {
    /// Reads the file at `path`; `journal` is what the journal says of it.
    pub(super) fn file(&self, path: &Path, journal: Option<&Written>) -> Result<File, Failure> {
        match journal.and_then(|journal| journal.holds) {
            // What the units of this journal were written as may be another thing than the job says.
            Some((range, base)) => {
                let image = Image { base: Some(range.start()), ..self.image.clone() };
                let reading = Reading { of_job: self.of_job, image: &image, base: self.base, options: self.options };
                let file = reading.plain(path, journal.map(|journal| journal.format))?;
                Ok(if base.is_some() { file.holding(range, base) } else { file })
            }
            None => Ok(self.of_job.held(self.plain(path, journal.map(|journal| journal.format))?)),
        }
    }

    fn plain(&self, path: &Path, journal: Option<Recorded>) -> Result<File, Failure> {
        let Self { image, options, .. } = *self;
        let name = named(path);
        let format = match (self.base, name) {
            (Some(_), _) => Some(Format::Bin),
            (None, Some(format)) => Some(format),
            (None, None) => {
                let of_job = image.format.filter(|format| *format == Format::Bin);
                journal.map(Recorded::format).or(of_job)
            }
        };
        let as_job = |file: File| file.with_elf(image.elf_options()).with_uf2(image.uf2_options());
        let known = |bytes, format, base| as_job(File::known(path, bytes, format, base, options));
        let refused = |message: &str| Err(Failure::refused(message).about(path.display()));
        match (format, self.base.or(image.base)) {
            (None, _) => Ok(as_job(read_file(path, None, None, options)?)),
            (Some(Format::Bin), None) => refused(NO_BASE),
            (Some(Format::Bin), Some(base)) if self.base.is_some() => {
                let bytes = read(path)?;
                match name {
                    // Of several formats, --base is for those that are raw.
                    Some(Format::Elf) if bytes.starts_with(ELF) => Ok(known(bytes, Format::Elf, 0)),
                    Some(Format::Uf2) if bytes.starts_with(UF2) => Ok(known(bytes, Format::Uf2, 0)),
                    Some(format) if reads_as_text(&bytes, options) == Some(format) => Ok(known(bytes, format, 0)),
                    None => match reads_as_text(&bytes, options) {
                        Some(format) => refused(&is_text(format)),
                        None => Ok(known(bytes, Format::Bin, base)),
                    },
                    _ => Ok(known(bytes, Format::Bin, base)),
                }
            }
            (Some(Format::Bin), Some(base)) if name == Some(Format::Bin) => {
                let bytes = read(path)?;
                match reads_as_text(&bytes, options) {
                    Some(format) => refused(&named_raw(format)),
                    None => Ok(known(bytes, Format::Bin, base)),
                }
            }
            (Some(Format::Bin), base) => {
                let raw = Image { format: Some(Format::Bin), ..image.clone() };
                read_file(path, Some(&raw), base, options)
            }
            (Some(format), _) => Ok(known(read(path)?, format, 0)),
        }
    }
}

const ELF: &[u8] = b"\x7FELF";

const UF2: &[u8] = b"UF2\n";

const NO_BASE: &str = "a raw binary needs the address of its first byte: --base (of units that were stamped as raw binaries, where --window began), or `format` and `base` in the job";

/// What every line is of a file of that format, and how such a file is named.
fn lines_of(format: Format) -> (&'static str, &'static str) {
    match format {
        Format::Srec => ("an S-record", ".s19"),
        Format::TiTxt => ("TI-TXT", ".txt"),
        _ => ("Intel HEX", ".hex"),
    }
}

fn named_raw(format: Format) -> String {
    let (lines, ending) = lines_of(format);
    format!("named as a raw binary, and every line of it is {lines}: give --base if it is raw, else name it {ending}")
}

fn is_text(format: Format) -> String {
    let (lines, ending) = lines_of(format);
    format!("every line of it is {lines}: leave out --base, which is for raw binaries, or name it {ending}")
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| Failure::reading(path, &error))
}

/// The format of text that all of a file is.
fn reads_as_text(bytes: &[u8], options: Options) -> Option<Format> {
    match bytes.first() {
        Some(b':') => Hex::parse_with(bytes, &options).is_ok().then_some(Format::Hex),
        Some(b'@') => TiTxt::parse_with(bytes, &options).is_ok().then_some(Format::TiTxt),
        Some(b'S') => Srec::parse_with(bytes, &options).is_ok().then_some(Format::Srec),
        _ => None,
    }
}
