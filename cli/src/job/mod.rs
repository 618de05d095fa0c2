//! The job file as plain data. [`Job::parse`] reads it and checks everything that needs no other file.

mod error;
mod fields;
mod parse;
mod reader;
#[cfg(test)]
mod tests;

use std::ops::Range;

use nameplate::addr::Address;
use nameplate::id::uuid::{Order, Uuid};
use nameplate::image::Container;
use nameplate::plan::Family;
use nameplate::{At, Encoding};

pub use self::error::{JobError, JobErrorKind};
pub use self::reader::{parse_address, parse_range};

/// A job file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// `[image]`; a job for SQTP or for NVS has none.
    pub image: Option<Image>,
    /// `[unit]`.
    pub unit: Unit,
    /// `[[field]]`, at least one.
    pub fields: Vec<Field>,
    /// `[[checksum]]`.
    pub checksums: Vec<Checksum>,
    /// `[[text]]`.
    pub texts: Vec<Text>,
    /// `[sqtp]`.
    pub sqtp: Option<Sqtp>,
    /// `[nvs]`.
    pub nvs: Option<Nvs>,
}

/// `[image]`: the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Its file, relative to the job file.
    pub file: String,
    /// Its format; told by name or content when not said.
    pub format: Option<Format>,
    /// The ELF file of the same build, which says where symbols and sections are.
    pub map: Option<String>,
    /// Whether the load addresses of ELF files are their run-time addresses.
    pub virtual_addresses: bool,
    /// The address of the first byte of a raw binary.
    pub base: Option<u64>,
    /// The family of the part.
    pub family: Option<&'static Family>,
    /// What blank memory reads as: 1 to 4 bytes.
    pub erased: Vec<u8>,
    /// Bytes in an erase page.
    pub erase: Option<u64>,
    /// Bytes that are programmed at once.
    pub write_unit: Option<u64>,
}

/// The format of an image file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Intel HEX.
    Hex,
    /// A raw binary.
    Bin,
    /// ELF.
    Elf,
}

/// `[unit]`: the numbers of the units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The first number.
    pub first: u64,
    /// The last number that may be used.
    pub last: Option<u64>,
    /// Year, month and day that date tokens mean.
    pub date: Option<(u16, u8, u8)>,
    /// The file name of a unit, without extension.
    pub name: Option<String>,
    /// What `{station:N}`, `{product:N}` and `{CC}` mean.
    pub given: Given,
}

/// What tokens of templates stand for that are the same for all units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// `{station:N}`.
    pub station: Option<String>,
    /// `{product:N}`.
    pub product: Option<String>,
    /// `{CC}`.
    pub country: Option<String>,
}

/// `[[field]]`: bytes that differ from unit to unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Where it lies; nothing in a job without an image.
    pub at: Option<At>,
    /// How its value lies there.
    pub encode: Encoding,
    /// Where its value comes from.
    pub value: ValueSpec,
    /// What it expects to find.
    pub expect: Expect,
    /// Whether bytes that the image does not have are added to it.
    pub add: bool,
    /// Whether it is secret.
    pub secret: bool,
    /// Whether it may lie over words that lock the part.
    pub lock_words: bool,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueSpec {
    /// Text with tokens; `{seq}` alone is the number.
    Template(String),
    /// An address of the blocks with these prefixes.
    Eui48 {
        /// 6, 7 or 9 hexadecimal digits each.
        prefixes: Vec<String>,
        /// Addresses for each unit.
        stride: u64,
        /// The number that has the first address.
        seq0: u64,
    },
    /// The same of EUI-64.
    Eui64 {
        /// 6, 7 or 9 hexadecimal digits each.
        prefixes: Vec<String>,
        /// Addresses for each unit.
        stride: u64,
        /// The number that has the first address.
        seq0: u64,
    },
    /// The UID of an STM32 in a column of the input.
    Stm32 {
        /// The column, of 24 hexadecimal digits in any order that is told by itself.
        column: String,
        /// What becomes of it.
        form: UidForm,
    },
    /// A UUID of version 5.
    Uuid5 {
        /// Its namespace.
        namespace: Uuid,
        /// Where its name comes from: a template, or a column of the input.
        name: UuidName,
        /// The order of its octets.
        order: Order,
    },
    /// A serial number that was printed before and is scanned: a column of the input that the scheme must have
    /// made.
    Scan {
        /// The column.
        column: String,
        /// The scheme.
        template: String,
    },
    /// Constant bytes.
    Hex(Vec<u8>),
    /// Constant text.
    Text(String),
    /// A constant integer.
    Uint(u128),
    /// A column of the input.
    Input {
        /// Its name.
        column: String,
        /// What its cells are.
        as_: InputAs,
        /// Whether no two units may have the same.
        unique: bool,
    },
}

/// What becomes of a UID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UidForm {
    /// Twelve bytes, as memory holds them.
    Memory,
    /// An integer of 60 bits.
    Pack60,
    /// An integer of 64 bits.
    Pack64,
    /// An integer of 77 bits.
    Pack77,
    /// An integer of 86 bits.
    Pack86,
    /// An integer of 88 bits.
    Drop88,
}

/// Where the name of a UUID comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UuidName {
    /// A template.
    Template(String),
    /// A column of the input.
    Column(String),
}

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputAs {
    /// Bytes, as hexadecimal digits.
    Hex,
    /// Text.
    Text,
    /// A decimal integer.
    Uint,
}

/// What a field expects to find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Erased memory.
    Erased,
    /// Anything.
    Any,
    /// These bytes.
    Hex(Vec<u8>),
}

/// `[[checksum]]`: a checksum to repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checksum {
    /// Its name.
    pub name: String,
    /// The name of its algorithm.
    pub algorithm: String,
    /// What it covers.
    pub over: Vec<Over>,
    /// Where it is stored.
    pub at: At,
    /// How it is stored: an integer encoding.
    pub encode: Encoding,
    /// What missing bytes contribute.
    pub gaps: Gaps,
    /// What is done to it before it is stored.
    pub steps: Vec<Step>,
    /// What the template holds in its place.
    pub template: Template,
}

/// A range that a checksum covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Over {
    /// Where it begins.
    pub start: At,
    /// Where it ends; with the symbol or section, when not said.
    pub end: Option<At>,
}

impl Over {
    /// Its addresses, symbols and sections by `map`.
    ///
    /// # Errors
    /// When `map` does not know it, or it holds no byte.
    pub fn range(&self, map: &dyn Container) -> Result<Range<u64>, String> {
        let range = match &self.end {
            None => self.start.rest(map).map(|span| span.start()..span.end()),
            Some(end) => self.start.span(0, map).and_then(|start| Ok(start.start()..end.span(0, map)?.start())),
        };
        let range = range.map_err(|error| error.to_string())?;
        let (start, end) = (Address(range.start), Address(range.end));
        if range.is_empty() { Err(format!("{start}..{end} holds no byte")) } else { Ok(range) }
    }
}

/// What missing bytes contribute to a checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gaps {
    /// They are an error.
    Error,
    /// Nothing.
    Skip,
    /// This byte each.
    Fill(u8),
}

/// What is done to a check value before it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Every bit inverted.
    Not,
    /// Two's complement.
    Negate,
    /// This number added.
    Add(u128),
}

/// What the template holds in place of a checksum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Template {
    /// The right one.
    Valid,
    /// Erased memory, or one byte over and over.
    Blank(Option<u8>),
    /// Anything.
    Unknown,
}

/// `[[text]]`: text for a unit's label, which goes into no image. Values have the unit's fields and `{seq}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: TextKind,
}

/// What the text of a label is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextKind {
    /// A text.
    Plain(String),
    /// A GS1 element string: application identifiers and values.
    Gs1(Vec<(String, String)>),
    /// ISO/IEC 15434, format 06: data identifiers and values.
    Envelope(Vec<(String, String)>),
}

/// `[sqtp]`: one line per unit for a Microchip programmer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sqtp {
    /// The fields that the lines hold, end to end; at least one.
    pub fields: Vec<String>,
    /// The name of the profile.
    pub profile: String,
    /// Where it lies.
    pub address: SqtpAddress,
}

/// `[nvs]`: values for the NVS partition of an Espressif chip, each field under its name as key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nvs {
    /// The namespace of the keys.
    pub namespace: String,
}

/// Where the lines of an SQTP file lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqtpAddress {
    /// At an address of the device, in its own units.
    Device(u64),
    /// At this address in the file.
    Record(u32),
}
