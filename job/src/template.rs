//! `[image]` and `[output]` as plain data: the template, and what is written of it.

use nameplate::Span;
use nameplate::image::elf::{AddressUnit, LoadAddress, Memory, Options};
use nameplate::image::hex::{Crossing, Tolerance};
use nameplate::image::{ErasedMap, uf2};
use nameplate::plan::Family;

/// `[image]`: the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// What it is made of.
    pub content: Content,
    /// Its format; told by name or content when not said.
    pub format: Option<Format>,
    /// The ELF file of the same build, which says where symbols and sections are.
    pub map: Option<String>,
    /// Whether the load addresses of ELF files are their run-time addresses.
    pub virtual_addresses: bool,
    /// What of an ELF file is memory, if that is said.
    pub memory: Option<Memory>,
    /// What an address of an ELF file counts, if that is said.
    pub address_unit: Option<AddressUnit>,
    /// Load addresses of ELF files that are others in the template: from where, and to where.
    pub remap: Vec<(Span, u64)>,
    /// Of a UF2 file for several families the one that is meant, and what units in UF2 are for.
    pub uf2_family: Option<uf2::Family>,
    /// Where the NVS partition lies that fields are in; all of the image, when not said.
    pub nvs_range: Option<Span>,
    /// What is read of a HEX file though strict reading refuses it.
    pub tolerate: Vec<Tolerance>,
    /// Where the rest goes of a record of a HEX file that passes the end of its segment.
    pub crossing: Option<Crossing>,
    /// The address of the first byte of a raw binary.
    pub base: Option<u64>,
    /// The family of the part.
    pub family: Option<&'static Family>,
    /// What blank memory reads as.
    pub erased: ErasedMap,
    /// Bytes in an erase page.
    pub erase: Option<u64>,
    /// Bytes that are programmed at once.
    pub write_unit: Option<u64>,
    /// `[output]`: what is written of it.
    pub output: Output,
}

/// `[[image]]`: one of several images of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedImage {
    /// Its name, which is the name of its file in a unit's folder too.
    pub name: String,
    /// The template.
    pub image: Image,
}

impl Image {
    /// A template of which nothing else is said.
    pub(crate) fn new(content: Content) -> Self {
        Self {
            content,
            format: None,
            map: None,
            virtual_addresses: false,
            memory: None,
            address_unit: None,
            remap: Vec::new(),
            uf2_family: None,
            nvs_range: None,
            tolerate: Vec::new(),
            crossing: None,
            base: None,
            family: None,
            erased: ErasedMap::default(),
            erase: None,
            write_unit: None,
            output: Output::default(),
        }
    }

    /// How ELF files are read.
    pub fn elf_options(&self) -> Options {
        let addresses = if self.virtual_addresses { LoadAddress::Virtual } else { LoadAddress::Physical };
        let options = Options::from(addresses);
        let options = self.memory.map_or(options.clone(), |memory| options.memory(memory));
        let options = self.address_unit.map_or(options.clone(), |unit| options.unit(unit));
        self.remap.iter().fold(options, |options, (from, to)| options.remap(*from, *to))
    }

    /// How UF2 files are read.
    pub fn uf2_options(&self) -> uf2::Options {
        self.uf2_family.map_or_else(uf2::Options::new, |family| uf2::Options::new().family(family))
    }

    /// What it says that is for ELF files only, if it says any.
    pub fn for_elf(&self) -> Option<&'static str> {
        if !self.remap.is_empty() {
            return Some("`remap`");
        }
        (self.memory.is_some() || self.address_unit.is_some()).then_some("[image.elf]")
    }
}

/// What a template is made of. Names of files are relative to the job file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// One file, as it is.
    File(String),
    /// The memory of several files.
    Merged(Vec<Part>),
    /// Erased memory, of no file.
    Created(Span),
    /// An NVS partition of so many bytes, of no file.
    Partition(u64),
}

/// One of several files that are merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// The address of its first byte, which makes it a raw binary.
    pub base: Option<u64>,
}

impl Content {
    /// The names of its files.
    pub fn files(&self) -> impl Iterator<Item = &String> {
        let (one, parts): (_, &[Part]) = match self {
            Self::File(name) => (Some(name), &[]),
            Self::Merged(parts) => (None, parts),
            Self::Created(_) | Self::Partition(_) => (None, &[]),
        };
        one.into_iter().chain(parts.iter().map(|part| &part.name))
    }
}

/// `[output]`: what is written of the memory of each unit. What is not said is as in the template.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// The format of a unit's file.
    pub format: Option<Format>,
    /// The addresses that are written.
    pub range: Option<Span>,
    /// The address at which the file begins, in place of where `range` does.
    pub base: Option<u64>,
}

/// The format of an image file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Intel HEX.
    Hex,
    /// Motorola S-records.
    Srec,
    /// TI-TXT.
    TiTxt,
    /// A raw binary.
    Bin,
    /// ELF.
    Elf,
    /// UF2.
    Uf2,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Hex, Self::Srec, Self::TiTxt, Self::Bin, Self::Elf, Self::Uf2];

    /// Its name in jobs, journals and commands.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hex => "hex",
            Self::Srec => "srec",
            Self::TiTxt => "ti-txt",
            Self::Bin => "bin",
            Self::Elf => "elf",
            Self::Uf2 => "uf2",
        }
    }

    /// The one of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Whether its files are text, which is read strictly or with tolerances.
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Hex | Self::Srec | Self::TiTxt)
    }
}
