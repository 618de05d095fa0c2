//! The job file as plain data. [`Job::parse`] reads it and checks everything that needs no other file.

mod checksum;
mod error;
mod fields;
mod parse;
mod reader;
#[cfg(test)]
mod tests;

use std::ops::Range;

use nameplate::Encoding;
use nameplate::check::Crc;
use nameplate::image::Erased;
pub use nameplate::repair::{Order, Own, Step, Store, Tail};

pub use self::error::{JobError, JobErrorKind};
pub use self::reader::{parse_address, parse_range};

/// A job file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// `[image]`; a job for SQTP has none.
    pub image: Option<Image>,
    /// `[unit]`.
    pub unit: Unit,
    /// `[[field]]`, at least one.
    pub fields: Vec<Field>,
    /// `[[checksum]]`, those that are described.
    pub checksums: Vec<Checksum>,
    /// `[[checksum]]`, those of a preset.
    pub presets: Vec<Preset>,
    /// `[sqtp]`.
    pub sqtp: Option<Sqtp>,
}

/// `[image]`: the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Its file, relative to the job file.
    pub file: String,
    /// Its format; told by name or content when not said.
    pub format: Option<Format>,
    /// The address of the first byte of a raw binary.
    pub base: Option<u64>,
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
}

/// `[[field]]`: bytes that differ from unit to unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Where it lies; nothing in a job for SQTP.
    pub at: Option<u64>,
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
    /// How it is computed.
    pub algorithm: Algorithm,
    /// What it covers, half-open.
    pub over: Vec<Range<u64>>,
    /// In which order that is fed.
    pub order: Order,
    /// What missing bytes contribute.
    pub gaps: Gaps,
    /// What its own word contributes.
    pub own: Own,
    /// What becomes of a last word that is not whole.
    pub tail: Tail,
    /// What is done to it before it is stored.
    pub steps: Vec<Step>,
    /// Where it is stored, and how: `at` and `encode`, then `copies`.
    pub stores: Vec<Store>,
    /// What the template holds in its place.
    pub template: Template,
}

/// `[[checksum]]` with `preset`: the checksums of a well-known format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preset {
    /// Its name.
    pub name: String,
    /// Which format.
    pub kind: PresetKind,
    /// Where the format begins; a DFU file is the whole image.
    pub at: u64,
    /// What the template holds in the places of the checksums.
    pub template: Template,
}

/// A format whose checksums are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PresetKind {
    /// The vector table of an NXP LPC.
    LpcVector,
    /// An application for the ESP32 family.
    Esp32Image,
    /// An image for `MCUboot` that is not signed.
    Mcuboot,
    /// A legacy U-Boot image.
    Uimage,
    /// A USB DFU file.
    DfuSuffix,
    /// The settings page of Nordic's bootloader: where the application lies, and the backup page.
    Nrf52Settings(u64, Option<u64>),
}

/// How a checksum is computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// By this name.
    Name(String),
    /// A CRC by its parameters.
    Crc(Crc),
}

/// What missing bytes contribute to a checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gaps {
    /// They are an error.
    Error,
    /// Nothing.
    Skip,
    /// This pattern.
    Fill(Erased),
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

/// Where the lines of an SQTP file lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqtpAddress {
    /// At an address of the device, in its own units.
    Device(u64),
    /// At this address in the file.
    Record(u32),
}
