//! The job file as plain data. [`Job::parse`] reads it and checks everything that needs no other file.

use nameplate::check::{self, Crc};
use nameplate::id::stm32::Packing;
use nameplate::id::uuid::{Uuid, UuidOrder};
use nameplate::image::Erased;
use nameplate::repair::{FeedOrder, Over, Own, Step, Store, Tail};
use nameplate::{At, ByteOrder, Encoding};

pub use crate::template::{Content, Format, Image, NamedImage, Output, Part};

/// A job file. Two are equal when they say the same, however they are written.
#[derive(Clone, Debug)]
pub struct Job {
    /// `[image]`; a job for SQTP or for NVS has none, nor one with several.
    pub image: Option<Image>,
    /// `[[image]]`: each unit has a file of each of them.
    pub images: Vec<NamedImage>,
    /// `[unit]`.
    pub unit: Unit,
    /// `[[field]]`, at least one.
    pub fields: Vec<Field>,
    /// `[[checksum]]`, those that are described.
    pub checksums: Vec<Checksum>,
    /// `[[checksum]]`, those of a preset.
    pub presets: Vec<Preset>,
    /// `[[text]]`.
    pub texts: Vec<Text>,
    /// `[sqtp]`.
    pub sqtp: Option<Sqtp>,
    /// `[nvs]`.
    pub nvs: Option<Nvs>,
    /// `[ledger]`.
    pub ledger: Option<Ledger>,
    /// SHA-256 of the text that it was read from, in lower-case digits: the journal names the job by it.
    pub sha256: String,
}

/// But for the text that it was read from.
impl PartialEq for Job {
    fn eq(&self, other: &Self) -> bool {
        let Self { image, images, unit, fields, checksums, presets, texts, sqtp, nvs, ledger, sha256: _ } = self;
        (image, images, unit) == (&other.image, &other.images, &other.unit)
            && (fields, checksums) == (&other.fields, &other.checksums)
            && (presets, texts, sqtp, nvs) == (&other.presets, &other.texts, &other.sqtp, &other.nvs)
            && *ledger == other.ledger
    }
}

impl Eq for Job {}

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
#[derive(Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Which of several images it lies in.
    pub image: Option<String>,
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

/// Of a secret field, neither a constant nor what it expects to find.
impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, at, encode, value, expect, secret, .. } = self;
        write!(f, "field {name} at {at:?} as {encode}: ")?;
        if *secret { f.write_str("secret") } else { write!(f, "{value:?}, expects {expect:?}") }
    }
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
        /// The number that has the first address; of a pool, 0.
        seq0: u64,
        /// The pool of a ledger that the number is from; that of the unit, when not said.
        pool: Option<String>,
    },
    /// The same of EUI-64.
    Eui64 {
        /// 6, 7 or 9 hexadecimal digits each.
        prefixes: Vec<String>,
        /// Addresses for each unit.
        stride: u64,
        /// The number that has the first address; of a pool, 0.
        seq0: u64,
        /// The pool of a ledger that the number is from; that of the unit, when not said.
        pool: Option<String>,
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
        order: UuidOrder,
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
    /// An integer.
    Packed(&'static Packing),
}

impl UidForm {
    /// As jobs call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Packed(packing) => packing.name(),
        }
    }
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
    /// Which of several images it is stored in.
    pub image: Option<String>,
    /// How it is computed.
    pub algorithm: Algorithm,
    /// What it covers.
    pub over: Vec<Over>,
    /// In which order that is fed.
    pub order: FeedOrder,
    /// What missing bytes contribute.
    pub gaps: Gaps,
    /// What its own word contributes.
    pub own: Own,
    /// What becomes of a last word that is not whole.
    pub tail: Tail,
    /// What is done to it before it is stored.
    pub steps: Vec<Step>,
    /// Where it is stored, and how: `at` and `encode`, then `copies`.
    pub stores: Vec<Stored>,
    /// What the template holds in its place.
    pub template: Template,
}

/// Where and how a checksum is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Where it lies.
    pub at: At,
    /// How its value lies there: an unsigned integer, or bytes of a digest.
    pub encode: Encoding,
    /// Whether every bit is inverted.
    pub inverted: bool,
}

impl Stored {
    /// The same, as the library has it.
    pub fn store(&self) -> Store {
        let store = Store::encoded(self.at.clone(), self.encode.clone());
        if self.inverted { store.inverted() } else { store }
    }
}

/// `[[checksum]]` with `preset`: the checksums of a well-known format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preset {
    /// Its name.
    pub name: String,
    /// Which of several images it lies in.
    pub image: Option<String>,
    /// Which format, and where.
    pub kind: PresetKind,
    /// What the template holds in the places of the checksums.
    pub template: Template,
}

/// A format whose checksums are known, and where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PresetKind {
    /// The vector table of an NXP LPC.
    LpcVector(At),
    /// An application for the ESP8266.
    Esp8266Image(At),
    /// An application for the ESP32 family.
    Esp32Image(At),
    /// An image for `MCUboot` that is not signed.
    Mcuboot(At),
    /// A legacy U-Boot image.
    Uimage(At),
    /// A USB DFU file: the whole image.
    DfuSuffix,
    /// The settings page of Nordic's bootloader.
    Nrf52Settings {
        /// Where the page lies.
        at: At,
        /// The image that the application is in, when that is another than the page's.
        app_image: Option<String>,
        /// Where the application lies.
        app: At,
        /// Where the backup page lies.
        backup: Option<At>,
    },
    /// A CRC as the CRC unit of an STM32 computes it.
    Stm32Crc {
        /// Where it is stored.
        at: At,
        /// What it covers.
        over: Over,
    },
    /// An environment of U-Boot.
    UbootEnv {
        /// All of it, from its CRC on.
        over: Over,
        /// Whether it has a flag behind the CRC, as where there are two of them.
        redundant: bool,
        /// The byte order of the device.
        order: ByteOrder,
    },
    /// A filter of `srec_cat`.
    Srecord {
        /// As in its command.
        filter: String,
        /// What it covers.
        over: Over,
    },
}

/// How a checksum is computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// By this name.
    Name(String),
    /// A CRC by its parameters.
    Crc(Crc),
}

impl Algorithm {
    /// How many bytes its digest has; nothing when it makes a number, or nobody knows it.
    pub(crate) fn digest_len(&self) -> Option<usize> {
        match self {
            Self::Name(name) => match name.parse() {
                Ok(check::Algorithm::Hash(hash)) => Some(hash.digest_len()),
                _ => None,
            },
            Self::Crc(_) => None,
        }
    }
}

/// The name, or the parameters.
impl std::fmt::Display for Algorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Crc(crc) => crc.fmt(f),
        }
    }
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

/// `[ledger]`: what a ledger gives the units, and what names them there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// The pool of the units' numbers.
    pub pool: String,
    /// The kinds of keys that name a unit, such as `uid`; at least one.
    pub keys: Vec<String>,
    /// The weakest evidence that makes a unit verified.
    pub evidence: Evidence,
    /// Whether a board that reads blank goes on with an open ticket that only one key names.
    pub retry: Retry,
}

/// How it is known what a board holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Evidence {
    /// The memory was read back.
    #[default]
    Readback,
    /// The firmware reported it.
    Reported,
    /// The programmer's log says so.
    Programmer,
}

/// Whether a board that reads blank goes on with the open ticket of its unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Retry {
    /// It does.
    #[default]
    Blank,
    /// A person says that it is the same board.
    Person,
}

/// Where the lines of an SQTP file lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqtpAddress {
    /// At an address of the device, in its own units.
    Device(u64),
    /// At this address in the file.
    Record(u32),
}
