//! Image files: which format they are of, and the same bytes as a container. Nothing is read here: the caller has the
//! bytes, and the name is for the format and for messages.
//!
//! ```
//! use nameplate_job::image::File;
//!
//! let file = File::new("dump.hex", b":0100000042BD\n:00000001FF\n".to_vec(), None, None, Default::default())?;
//! assert_eq!(file.open()?.extension(), "hex");
//! # Ok::<(), nameplate_job::JobError>(())
//! ```
//!
//! | bytes | format |
//! |---|---|
//! | beginning with the magic of ELF | ELF |
//! | beginning with the magic of UF2, or named `.uf2` | UF2 |
//! | named `.hex`, `.ihx`, `.ihex`, `.mcs`, `.eep`, or with `:` as their first character that is no blank | Intel HEX |
//! | named `.s19`, `.s28`, `.s37`, `.srec`, `.mot`, `.mhx`, `.sx`, or beginning with an S-record | Motorola S-records |
//! | named `.txt`, or beginning with a line of `@` and an address | TI-TXT |
//! | any other, when a base address is given | a raw binary |
//! | any other | refused |
//!
//! A job that says the format of its image has the last word. TI COFF is recognised, and refused.

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use nameplate::Span;
use nameplate::image::elf::{self, ElfError};
use nameplate::image::hex::{Crossing, Options, Tolerance};
use nameplate::image::srec::Srec;
use nameplate::image::ti_txt::TiTxt;
use nameplate::image::uf2::{self, Uf2ErrorKind};
use nameplate::image::{Container, Elf, Hex, Moved, Raw, Uf2, is_coff};

pub use crate::diagnostics::{Diagnostic, Found, Told, by_kind};
use crate::error::JobError;
use crate::job::{Format, Image};

/// An image file.
#[derive(Clone, Debug)]
pub struct File {
    name: PathBuf,
    bytes: Vec<u8>,
    format: Format,
    base: u64,
    elf: elf::Options,
    uf2: uf2::Options,
    options: Options,
    /// The memory that is in it, and the address it begins with in the file, where that is another.
    holds: Option<(Span, Option<u64>)>,
    /// The ending of S-records that were made of a file with that ending.
    ending: Option<&'static str>,
    /// Of files that were merged.
    parts: Option<Parts>,
}

/// What is known of the files that a file was merged of.
#[derive(Clone, Debug)]
struct Parts {
    tolerated: Vec<String>,
    elf: bool,
}

/// The memory that a file has, by the addresses of the device.
#[derive(Debug)]
pub enum Memory<'o> {
    /// By its own addresses.
    Own(&'o Opened<'o>),
    /// By others than in the file.
    Moved(Moved<'o>),
}

impl Memory<'_> {
    /// The container.
    pub fn container(&self) -> &dyn Container {
        match self {
            Self::Own(opened) => opened.container(),
            Self::Moved(moved) => moved,
        }
    }
}

/// An image file as the container it is.
#[derive(Debug)]
pub enum Opened<'f> {
    /// Intel HEX.
    Hex(Hex<'f>),
    /// Motorola S-records, and the ending of their file's name.
    Srec(Srec<'f>, &'static str),
    /// TI-TXT.
    TiTxt(TiTxt<'f>),
    /// A raw binary.
    Raw(Raw<'f>),
    /// ELF.
    Elf(Elf<'f>),
    /// UF2.
    Uf2(Uf2<'f>),
}

impl Opened<'_> {
    /// The container.
    pub fn container(&self) -> &dyn Container {
        match self {
            Self::Hex(hex) => hex,
            Self::Srec(srec, _) => srec,
            Self::TiTxt(image) => image,
            Self::Raw(raw) => raw,
            Self::Elf(elf) => elf,
            Self::Uf2(uf2) => uf2,
        }
    }

    /// The format.
    pub fn format(&self) -> Format {
        match self {
            Self::Hex(_) => Format::Hex,
            Self::Srec(..) => Format::Srec,
            Self::TiTxt(_) => Format::TiTxt,
            Self::Raw(_) => Format::Bin,
            Self::Elf(_) => Format::Elf,
            Self::Uf2(_) => Format::Uf2,
        }
    }

    /// The file's ending in outputs.
    pub fn extension(&self) -> &'static str {
        match self {
            Self::Hex(_) => "hex",
            Self::Srec(_, ending) => ending,
            Self::TiTxt(_) => "txt",
            Self::Raw(_) => "bin",
            Self::Elf(_) => "elf",
            Self::Uf2(_) => "uf2",
        }
    }

    /// Whether its memory can be written as a file of `format`: all of it is known, and means the same there.
    ///
    /// # Errors
    /// When it has none, contradicts itself, or others read such a file in another way.
    pub fn writable_as(&self, format: Format) -> Result<(), JobError> {
        let empty = self.container().extent().is_none();
        if empty && (format.is_text() || format == Format::Uf2 || matches!(self, Self::Elf(_))) {
            return Err(JobError::refused("the image has no bytes of memory, so there is nothing to write"));
        }
        let Self::Elf(elf) = self else { return Ok(()) };
        if let Some((_, error)) = elf.conflicts().next() {
            return Err(JobError::refused(error));
        }
        if elf.machine() == C2000 && format.is_text() {
            return Err(JobError::refused(
                "the addresses of a C2000 count words, and tools for it read and write them so in HEX files, where others count bytes: write a binary, or make the HEX file with hex2000 of the stamped ELF file",
            ));
        }
        Ok(())
    }

    /// What was tolerated in it, and what a stamp may make stale: a sentence for each kind.
    pub fn tolerated(&self) -> Vec<String> {
        let found = match self {
            Self::Hex(hex) => by_kind(hex.tolerated().chain(hex.tail_sum())),
            Self::Srec(srec, _) => by_kind(srec.tolerated()),
            Self::TiTxt(image) => by_kind(image.tolerated()),
            Self::Raw(_) | Self::Elf(_) | Self::Uf2(_) => Vec::new(),
        };
        found.iter().map(ToString::to_string).collect()
    }
}

/// TI C2000, as `e_machine` of ELF has it.
pub(crate) const C2000: u16 = 141;

impl File {
    /// A file of these bytes, a text file as `options` say; `job` may say its format and base address, `base` overrides
    /// it.
    ///
    /// # Errors
    /// When its format is not supported or not known, with the name in front.
    pub fn new(
        name: impl Into<PathBuf>,
        bytes: Vec<u8>,
        job: Option<&Image>,
        base: Option<u64>,
        options: Options,
    ) -> Result<Self, JobError> {
        let name = name.into();
        let format = match format_of(&name, &bytes, job, base) {
            Ok(format) => format,
            Err(why) => return Err(JobError::refused(why).about(name.display())),
        };
        let base = base.or(job.and_then(|image| image.base)).unwrap_or(0);
        let options = job.map_or(options, |image| image.reading(options));
        let elf = job.map_or_else(Default::default, Image::elf_options);
        let uf2 = job.map_or_else(Default::default, Image::uf2_options);
        Ok(Self { name, bytes, format, base, elf, uf2, options, holds: None, ending: None, parts: None })
    }

    /// A text file, raw binary or UF2 file that was made from another image.
    pub fn made(bytes: Vec<u8>, format: Format, base: u64) -> Self {
        Self::known(PathBuf::new(), bytes, format, base, Options::strict())
    }

    /// The same file, read as `elf` says if it is ELF.
    #[must_use]
    pub fn with_elf(self, elf: elf::Options) -> Self {
        Self { elf, ..self }
    }

    /// The same file, read as `uf2` says if it is UF2.
    #[must_use]
    pub fn with_uf2(self, uf2: uf2::Options) -> Self {
        Self { uf2, ..self }
    }

    /// A file whose format is known, whatever it begins with.
    pub fn known(name: impl Into<PathBuf>, bytes: Vec<u8>, format: Format, base: u64, options: Options) -> Self {
        let (elf, uf2) = (elf::Options::default(), uf2::Options::new());
        Self { name: name.into(), bytes, format, base, elf, uf2, options, holds: None, ending: None, parts: None }
    }

    /// The same file, which has the memory within `range` of what is stamped; in the file it begins with the address
    /// `base`, if that is given.
    #[must_use]
    pub fn holding(self, range: Span, base: Option<u64>) -> Self {
        Self { holds: Some((range, base)), ..self }
    }

    /// The same file, of which that is not said.
    #[must_use]
    pub fn holding_all(self) -> Self {
        Self { holds: None, ..self }
    }

    /// What was given to [`holding`](Self::holding).
    pub fn holds(&self) -> Option<(Span, Option<u64>)> {
        self.holds
    }

    /// The same file by another name.
    #[must_use]
    pub(crate) fn named(self, name: impl Into<PathBuf>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// The same file, named as `like` if that is of the same format.
    #[must_use]
    pub(crate) fn like(self, like: Option<&Opened<'_>>) -> Self {
        let ending = if let Some(Opened::Srec(_, ending)) = like { Some(*ending) } else { None };
        Self { ending: ending.filter(|_| self.format == Format::Srec), ..self }
    }

    /// The same file, which was merged of others: what was tolerated in those, and whether one is an ELF file.
    #[must_use]
    pub(crate) fn of_parts(self, tolerated: Vec<String>, elf: bool) -> Self {
        Self { parts: Some(Parts { tolerated, elf }), ..self }
    }

    /// What was tolerated in the files that it was merged of.
    pub(crate) fn tolerated(&self) -> &[String] {
        self.parts.as_ref().map_or(&[], |parts| &parts.tolerated)
    }

    /// Whether it is an ELF file, or was merged with one.
    pub(crate) fn has_elf(&self) -> bool {
        self.format == Format::Elf || self.parts.as_ref().is_some_and(|parts| parts.elf)
    }

    /// The memory of this file, which was [opened](Self::open), by the addresses of the device.
    ///
    /// # Errors
    /// When they pass the end of the address space.
    pub fn memory<'o>(&self, opened: &'o Opened<'o>) -> Result<Memory<'o>, JobError> {
        match self.holds {
            // A raw binary has no addresses of its own.
            Some((range, Some(base))) if self.format != Format::Bin => {
                Moved::new(opened.container(), range, base).map(Memory::Moved).map_err(JobError::refused)
            }
            _ => Ok(Memory::Own(opened)),
        }
    }

    /// The same file with another text.
    #[must_use]
    pub fn with_bytes(&self, bytes: Vec<u8>) -> Self {
        Self { bytes, ..self.clone() }
    }

    /// Its name, as messages have it.
    pub fn name(&self) -> &Path {
        &self.name
    }

    /// The file as it is.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// How text files are read: as the caller says, and the job.
    pub fn options(&self) -> Options {
        self.options
    }

    /// What is told of the file that strict reading refuses, when it is read so; nothing when it cannot be.
    fn told(&self, options: &Options) -> Option<Vec<Tolerance>> {
        Some(match self.format {
            Format::Hex => {
                let hex = Hex::parse_with(&self.bytes, options).ok()?;
                hex.diagnostics().filter_map(|found| found.kind().tolerance()).collect()
            }
            Format::Srec => {
                let srec = Srec::parse_with(&self.bytes, options).ok()?;
                srec.diagnostics().filter_map(|found| found.kind().tolerance()).collect()
            }
            Format::TiTxt => {
                let image = TiTxt::parse_with(&self.bytes, options).ok()?;
                image.diagnostics().filter_map(|found| found.kind().tolerance()).collect()
            }
            Format::Bin | Format::Elf | Format::Uf2 => return None,
        })
    }

    /// What else has to be said for the file to be read, if it can be read so: what to tolerate, and whether records
    /// pass the end of their segment.
    fn missing(&self) -> Option<(Vec<Tolerance>, bool)> {
        let all = Tolerance::ALL.into_iter().fold(self.options, Options::tolerate);
        [all, all.crossing(Crossing::Linear)].into_iter().find_map(|options| {
            let mut kinds = Vec::new();
            for kind in self.told(&options)? {
                if !self.options.tolerates(kind) && !kinds.contains(&kind) {
                    kinds.push(kind);
                }
            }
            (options != all || !kinds.is_empty()).then_some((kinds, options != all))
        })
    }

    /// How to have the file read, as the end of a sentence; nothing when it cannot be.
    fn remedy(&self) -> String {
        let Some((kinds, crosses)) = self.missing() else { return String::new() };
        let (mut flags, mut keys) = (String::new(), Vec::new());
        for kind in &kinds {
            let _ = write!(flags, " --tolerate {}", kind.name());
        }
        if !kinds.is_empty() {
            let names: Vec<String> = kinds.iter().map(|kind| format!("\"{}\"", kind.name())).collect();
            keys.push(format!("tolerate = [{}]", names.join(", ")));
        }
        if crosses {
            flags.push_str(" --crossing linear (or wrap)");
            keys.push("crossing = \"linear\" (or \"wrap\")".to_owned());
        }
        format!(";{flags} reads the file, or  {}  in [image]", keys.join(", "))
    }

    /// The file as a container.
    ///
    /// # Errors
    /// When it is not what its format says.
    pub fn open(&self) -> Result<Opened<'_>, JobError> {
        match self.format {
            Format::Hex => {
                let hex = Hex::parse_with(&self.bytes, &self.options);
                let hex = hex.map_err(|error| JobError::refused(format_args!("{error}{}", self.remedy())));
                Ok(Opened::Hex(hex?))
            }
            Format::Srec => {
                let srec = Srec::parse_with(&self.bytes, &self.options);
                let srec = srec.map_err(|error| JobError::refused(format_args!("{error}{}", self.remedy())));
                Ok(Opened::Srec(srec?, self.ending.or_else(|| srec_ending(&self.name)).unwrap_or("srec")))
            }
            Format::TiTxt => {
                let image = TiTxt::parse_with(&self.bytes, &self.options);
                let image = image.map_err(|error| JobError::refused(format_args!("{error}{}", self.remedy())));
                Ok(Opened::TiTxt(image?))
            }
            Format::Bin => Ok(Opened::Raw(Raw::new(&self.bytes, self.base).map_err(JobError::refused)?)),
            Format::Elf => Ok(Opened::Elf(Elf::parse_with(&self.bytes, &self.elf).map_err(|error| match error {
                ElfError::NoLoadAddresses { segments } => JobError::refused(format_args!(
                    "all {segments} segments have load address (p_paddr) 0, of which GNU and LLVM tools make different images: if the virtual addresses are meant, say  load = \"virtual\"  in [image]; else mend the linker script"
                )),
                ElfError::AddressUnit { machine, abi } => JobError::refused(format_args!(
                    "machine {machine} with EI_OSABI {abi:#04X}: whether its addresses count bytes or 16-bit words is not known: say  words = true  or  words = false  in [image.elf] (--words), or give the HEX file of the build"
                )),
                error => JobError::refused(error),
            })?)),
            Format::Uf2 => Ok(Opened::Uf2(Uf2::parse_with(&self.bytes, &self.uf2).map_err(|error| match error.kind() {
                Uf2ErrorKind::Families { .. } => JobError::refused(format_args!(
                    "{error}, as  family = \"rp2040\"  in [image.uf2], or --family where it is converted"
                )),
                _ => JobError::refused(error),
            })?)),
        }
    }
}

impl Image {
    /// How text files are read: as `options` say, and the job. A crossing that `options` say overrides the job's.
    pub fn reading(&self, options: Options) -> Options {
        let options = self.tolerate.iter().fold(options, |options, kind| options.tolerate(*kind));
        let unsaid = options == options.crossing(Crossing::Reject);
        self.crossing.filter(|_| unsaid).map_or(options, |crossing| options.crossing(crossing))
    }
}

/// The format of a file, or why it is none.
fn format_of(name: &Path, bytes: &[u8], job: Option<&Image>, base: Option<u64>) -> Result<Format, String> {
    let format = job.and_then(|image| image.format).or_else(|| detect(name, bytes, base.is_some()));
    if let (None | Some(Format::Bin), Some(other)) = (format, other_format(bytes)) {
        return Err(format!("this is {other}, which is not read: convert it to Intel HEX"));
    }
    match format {
        Some(Format::Bin) if is_elf(bytes) => {
            Err("this is an ELF file, not a raw binary; ELF needs neither `format` nor `base`".to_owned())
        }
        Some(Format::Bin) if is_uf2(bytes) => {
            Err("this is a UF2 file, not a raw binary; UF2 needs neither `format` nor `base`".to_owned())
        }
        None => Err("neither HEX, S-records, TI-TXT, ELF nor UF2; a raw binary needs the address of its first byte: --base, or format = \"bin\" and base in the job".to_owned()),
        Some(Format::Bin) if is_hex_text(bytes) => {
            Err("this is Intel HEX, not a raw binary; HEX needs neither `format` nor `base`".to_owned())
        }
        Some(Format::Bin) if is_srec_text(bytes) => {
            Err("this is a Motorola S-record file, not a raw binary; S-records need neither `format` nor `base`".to_owned())
        }
        Some(Format::Bin) if is_ti_text(bytes) => {
            Err("this is a TI-TXT file, not a raw binary; TI-TXT needs neither `format` nor `base`".to_owned())
        }
        Some(format) => Ok(format),
    }
}

/// The ending of a name in small letters; nothing where there is none.
fn ending_of(path: &Path) -> OsString {
    path.extension().map_or_else(OsString::new, OsStr::to_ascii_lowercase)
}

/// Whether the name is one of a HEX file.
pub fn is_hex_name(path: &Path) -> bool {
    let ending = ending_of(path);
    ["hex", "ihx", "ihex", "mcs", "eep"].iter().any(|name| ending == *name)
}

/// Whether the name is one of a UF2 file.
pub fn is_uf2_name(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("uf2"))
}

/// The ending of a name that is one of an S-record file, in small letters.
fn srec_ending(path: &Path) -> Option<&'static str> {
    let ending = ending_of(path);
    ["s19", "s28", "s37", "srec", "mot", "mhx", "sx"].into_iter().find(|name| ending == *name)
}

/// Whether the name is one of an S-record file.
pub fn is_srec_name(path: &Path) -> bool {
    srec_ending(path).is_some()
}

/// The format that a name says.
pub fn named(path: &Path) -> Option<Format> {
    let ending = ending_of(path);
    match () {
        () if is_hex_name(path) => Some(Format::Hex),
        () if is_srec_name(path) => Some(Format::Srec),
        () if ending == "txt" => Some(Format::TiTxt),
        () if ending == "elf" || ending == "axf" => Some(Format::Elf),
        () if is_uf2_name(path) => Some(Format::Uf2),
        () if ending == "bin" => Some(Format::Bin),
        () => None,
    }
}

/// Whether the name is one of an image that `stamp` writes, or of a dump.
pub fn is_image_name(path: &Path) -> bool {
    let ending = ending_of(path);
    is_hex_name(path) || is_srec_name(path) || is_uf2_name(path) || ending == "elf" || ending == "bin"
}

/// Whether the first record is one of a HEX file, as no firmware begins.
fn is_hex_text(bytes: &[u8]) -> bool {
    bytes.split_first_chunk().is_some_and(|([mark, record @ ..], _): (&[u8; 11], _)| {
        *mark == b':' && record.iter().all(u8::is_ascii_hexdigit)
    })
}

/// Whether the first record is one of an S-record file, as no firmware begins.
fn is_srec_text(bytes: &[u8]) -> bool {
    bytes.split_first_chunk().is_some_and(|([mark, kind, digits @ ..], _): (&[u8; 10], _)| {
        *mark == b'S' && kind.is_ascii_digit() && digits.iter().all(u8::is_ascii_hexdigit)
    })
}

/// Whether the first line is an address of TI-TXT, as no firmware begins.
fn is_ti_text(bytes: &[u8]) -> bool {
    let (line, rest) =
        bytes.split_at(bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(bytes.len()));
    let Some(digits) = line.strip_prefix(b"@").map(<[u8]>::trim_ascii_end) else { return false };
    (1..=8).contains(&digits.len()) && digits.iter().all(u8::is_ascii_hexdigit) && !rest.is_empty()
}

/// Whether the first bytes are those of an ELF file: magic, class, byte order and version.
fn is_elf(bytes: &[u8]) -> bool {
    matches!(bytes, [0x7F, b'E', b'L', b'F', 1 | 2, 1 | 2, 1, ..])
}

/// Whether the first bytes are the two magic numbers of UF2.
fn is_uf2(bytes: &[u8]) -> bool {
    bytes.starts_with(b"UF2\n\x57\x51\x5D\x9E")
}

/// What a file is that would pass for a raw binary, as the first bytes of no firmware say.
fn other_format(bytes: &[u8]) -> Option<&'static str> {
    match () {
        () if bytes.starts_with(b"DfuSe\x01") => Some("a DfuSe file of ST"),
        () if is_coff(bytes) => Some("a TI COFF file"),
        () => None,
    }
}

/// ELF by its magic, UF2 by magic or name, HEX by name or first character, S-records by name or first record, TI-TXT by name or first line; a raw binary only when a base address says so.
fn detect(path: &Path, bytes: &[u8], has_base: bool) -> Option<Format> {
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if bytes.starts_with(b"\x7FELF") {
        Some(Format::Elf)
    } else if is_uf2(bytes) || is_uf2_name(path) {
        Some(Format::Uf2)
    } else if is_hex_name(path) || first == Some(&b':') {
        Some(Format::Hex)
    } else if is_srec_name(path) || is_srec_text(bytes.trim_ascii_start()) {
        Some(Format::Srec)
    } else if named(path) == Some(Format::TiTxt) || is_ti_text(bytes) {
        Some(Format::TiTxt)
    } else {
        has_base.then_some(Format::Bin)
    }
}
