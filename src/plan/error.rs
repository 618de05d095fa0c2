//! Why a layout does not compile or bind, a unit is not stamped, an image is not read.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use thiserror::Error;

#[cfg(feature = "nvs")]
use super::made_error::MadeError;
use crate::addr::{Address, Span, SpanError};
use crate::at::LocateError;
use crate::check::CheckValue;
use crate::digits::Hexadecimal;
use crate::encode::{EncodeError, EncodingError};
use crate::image::elf::ElfError;
use crate::image::{GapError, Seal};
#[cfg(feature = "nvs")]
use crate::nvs_key::KeyError;
use crate::repair::RepairError;

/// Why a layout does not compile against a template, or a plan does not bind to an image.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{kind}")]
pub struct PlanError {
    kind: PlanErrorKind,
}

impl PlanError {
    /// What is wrong.
    pub fn kind(&self) -> &PlanErrorKind {
        &self.kind
    }
}

impl<K: Into<PlanErrorKind>> From<K> for PlanError {
    fn from(kind: K) -> Self {
        Self { kind: kind.into() }
    }
}

/// What is wrong with a layout, or with an image that a plan is bound to.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PlanErrorKind {
    /// Two fields or two checksums of one name.
    #[error("two {what} are named `{name}`")]
    SameName {
        /// Fields or checksums.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A field whose encoding makes no sense.
    #[error("field `{field}`: {error}")]
    Encoding {
        /// The field.
        field: String,
        /// What is wrong with it.
        error: EncodingError,
    },
    /// A field or a word that passes the end of the address space.
    #[error("{slot}: {error}")]
    Span {
        /// The field or checksum.
        slot: SlotName,
        /// Its addresses.
        error: SpanError,
    },
    /// A field or a checksum whose place is not known.
    #[error("{}: {error}", Whose(.slot))]
    Locate {
        /// The field.
        slot: SlotName,
        /// Why.
        error: LocateError,
    },
    /// A field or a word that the image lacks.
    #[error("{slot} at {span}: {error}{}", Shown(.hint))]
    Gap {
        /// The field or checksum.
        slot: SlotName,
        /// Where it lies.
        span: Span,
        /// The first byte that is missing.
        error: GapError,
        /// Where else the image has bytes that may be meant.
        hint: Option<Box<GapHint>>,
    },
    /// An image that nobody but its maker may change.
    #[error(transparent)]
    Sealed(#[from] Seal),
    /// Two fields, or words, or one of each, that share a byte.
    #[error("{first} and {second} share {span}")]
    Overlap {
        /// The one at the lower address.
        first: SlotName,
        /// The other.
        second: SlotName,
        /// What they share.
        span: Span,
    },
    /// A field or a word over one that can lock or brick the part.
    #[error(
        "`{name}` lies over the {what} of family `{family}`, {span}: a wrong value there locks the part ({reference}); a field that is to be there says so (`lock_words`)"
    )]
    LockWord {
        /// The field or checksum.
        name: String,
        /// The family.
        family: &'static str,
        /// Where the word lies.
        span: Span,
        /// What it is.
        what: &'static str,
        /// Who says so.
        reference: &'static str,
    },
    /// A guard of another length than its field.
    #[error("field `{field}` expects to find {found} bytes, but has {expected}")]
    GuardLen {
        /// The field.
        field: String,
        /// Bytes in the guard.
        found: usize,
        /// Bytes in the field.
        expected: usize,
    },
    /// A field that does not find what it expects.
    #[error("field `{field}` at {span}: found {}, expected {}{}; {}", Found(.found), Expected(.expected), Blank(*.erased), Guess(*.stamped))]
    Guard {
        /// The field.
        field: String,
        /// Where it lies.
        span: Span,
        /// What is there; nothing when the field is secret.
        found: Option<Vec<u8>>,
        /// What should be there; nothing when the field is secret.
        expected: Option<Vec<u8>>,
        /// Whether erased memory should be there.
        erased: bool,
        /// Whether this is a stamped unit: no field finds what it expects, and each holds what its
        /// encoding could have written. Nothing when the encodings of all could have written anything.
        stamped: Option<bool>,
    },
    /// A checksum that cannot be repaired as described.
    #[error(transparent)]
    Repair(#[from] RepairError),
    /// A field or a word over bytes by which the checksums of a format are found.
    #[error(
        "`{name}` lies over {span}, by which checksum `{check}` is found ({format}): with other bytes there it would lie elsewhere or cover other bytes; give the field another place, or put those bytes into the template"
    )]
    Reads {
        /// The field or checksum.
        name: String,
        /// The checksum of the format.
        check: String,
        /// The format.
        format: &'static str,
        /// The bytes.
        span: Span,
    },
    /// A checksum over padding of an ELF file, of which flashers make different memory.
    #[error(transparent)]
    Padding(Box<Padding>),
    /// A checksum over headers of an ELF file, or over padding in front of its first section.
    #[error(
        "checksum `{check}` covers {span}, where the segment has headers of the ELF file or padding in front of its first section: loaders that go by program headers write that, objcopy leaves it out, and nothing else than ELF files is made with it; let the checksum begin at the first section, or say  memory = \"sections\"  in [image.elf]"
    )]
    Front {
        /// The checksum.
        check: String,
        /// Where they are loaded to.
        span: Span,
    },
    /// A checksum over addresses that an ELF file contradicts itself about.
    #[error("checksum `{check}`: {error}")]
    Conflict {
        /// The checksum.
        check: String,
        /// What is wrong.
        error: ElfError,
    },
    /// A checksum over addresses at which the image has nothing, and that mean others.
    #[error("checksum `{check}` covers {span}, and the image has no byte there; {hint}")]
    Elsewhere {
        /// The checksum.
        check: String,
        /// What it covers.
        span: Span,
        /// Where the image has bytes that may be meant.
        hint: Box<GapHint>,
    },
    /// An image that is not of the build that was compiled.
    #[error(
        "under checksum `{check}` the image differs from the one the plan was compiled for: is it of another build, or are gaps filled in another way?"
    )]
    Differs {
        /// The checksum.
        check: String,
    },
    /// A partition that is not made of the fields.
    #[cfg(feature = "nvs")]
    #[error(transparent)]
    Made(#[from] MadeError),
    /// A buffer that is not as long as the file.
    #[error("a buffer of {found} bytes, expected {expected}, as long as the file")]
    Buffer {
        /// Its length.
        found: usize,
        /// The file's length.
        expected: usize,
    },
}

/// A field or a checksum, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SlotName {
    /// A field.
    Field(String),
    /// The word of a checksum.
    Check(String),
}

/// The field, or all of the checksum, not only its word.
struct Whose<'a>(&'a SlotName);

impl fmt::Display for Whose<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            SlotName::Field(_) => self.0.fmt(f),
            SlotName::Check(name) => write!(f, "checksum `{name}`"),
        }
    }
}

impl fmt::Display for SlotName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(f, "field `{name}`"),
            Self::Check(name) => write!(f, "the word of checksum `{name}`"),
        }
    }
}

struct Found<'a>(&'a Option<Vec<u8>>);

impl fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(bytes) => Hexadecimal(bytes).fmt(f),
            None => f.write_str("something else"),
        }
    }
}

struct Expected<'a>(&'a Option<Vec<u8>>);

impl fmt::Display for Expected<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(bytes) => Hexadecimal(bytes).fmt(f),
            None => f.write_str("what its guard says"),
        }
    }
}

/// Why an image may lack a byte that seems to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GapHint {
    /// It is an address at run time, of bytes that are loaded to this one.
    RunTime(u64),
    /// It is padding of an ELF segment.
    Padding(Span),
    /// It is padding of an ELF segment in front of its first section, which is never memory.
    Front(Span),
    /// It is a word address of an ELF file that counts words of 16 bits.
    Words(u64),
    /// The ELF file contradicts itself about it.
    Conflict(ElfError),
    /// It is an address of a MIPS program, as of PIC32, and the image has bytes at the physical one.
    Physical {
        /// The region of memory, as the program has it.
        from: Span,
        /// Where it begins for the image.
        to: u64,
        /// The physical address.
        found: u64,
    },
}

impl fmt::Display for GapHint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RunTime(load) => write!(
                f,
                "when the program runs that is the byte loaded to {}: give that address, or the symbol",
                Address(*load)
            ),
            Self::Padding(span) => write!(
                f,
                "{span} of the segment belongs to no section: it is padding, which is memory only with  memory = \"segments\"  in [image.elf]"
            ),
            Self::Front(span) => write!(
                f,
                "{span} is padding in front of the first section of its segment, which is no memory: something else may lie there"
            ),
            Self::Words(word) => write!(
                f,
                "the addresses of this file count words of 16 bits, those of jobs bytes: the word there is  word:{word:#X}"
            ),
            Self::Conflict(error) => error.fmt(f),
            Self::Physical { from, to, found } => write!(
                f,
                "the image has bytes at {}, the physical address (PIC32): give that, or for addresses of an ELF file say  remap = [{{ from = \"{from}\", to = \"{}\" }}]  in [image]",
                Address(*found),
                Address(*to)
            ),
        }
    }
}

struct Shown<'a>(&'a Option<Box<GapHint>>);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}

/// What a checksum over padding of an ELF file would be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "checksum `{check}` covers {span}, which is padding of a segment that no section has: objcopy leaves it out, loaders that go by program headers write it, so say what the device gets, as  memory = \"sections\"  or  \"segments\"  in [image.elf]{}", Values(.sections, .segments)
)]
#[non_exhaustive]
pub struct Padding {
    /// The checksum.
    pub check: String,
    /// The first padding.
    pub span: Span,
    /// What it is without the padding, if it can be computed then, and may be shown.
    pub sections: Option<CheckValue>,
    /// What it is with the padding, likewise.
    pub segments: Option<CheckValue>,
}

struct Values<'a>(&'a Option<CheckValue>, &'a Option<CheckValue>);

impl fmt::Display for Values<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_none() && self.1.is_none() {
            return Ok(());
        }
        let one = |value: &Option<CheckValue>| {
            value.map_or("no value, as gaps are refused".to_string(), |value| value.to_string())
        };
        write!(f, ": over this template \"sections\" gives {}, and \"segments\" {}", one(self.0), one(self.1))
    }
}

struct Blank(bool);

impl fmt::Display for Blank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0 {
            " as erased memory (`erased` says what that reads as, `expect` what else may be there)"
        } else {
            ""
        })
    }
}

struct Guess(Option<bool>);

impl fmt::Display for Guess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Some(true) => "all fields hold values: this looks like a unit that was stamped already",
            Some(false) => "this is no stamped unit either: is it the right place, in the right build?",
            None => "was it stamped already, or is this the wrong place?",
        })
    }
}

/// Why a unit is not stamped. The unit holds the plain template.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{} `{field}`: {kind}", if matches!(.kind, StampErrorKind::Image | StampErrorKind::Anew) { "image" } else { "field" })]
pub struct StampError {
    field: String,
    kind: StampErrorKind,
}

impl StampError {
    pub(super) fn new(field: &str, kind: StampErrorKind) -> Self {
        Self { field: field.into(), kind }
    }

    /// The field's name; of [`StampErrorKind::Image`] and [`StampErrorKind::Anew`] that of the image.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// What is wrong.
    pub fn kind(&self) -> &StampErrorKind {
        &self.kind
    }
}

/// What is wrong with the value of a field.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum StampErrorKind {
    /// No field has this name.
    #[error("there is no such field")]
    Unknown,
    /// It was given before.
    #[error("a value is given twice")]
    Twice,
    /// It was not given.
    #[error("no value is given")]
    Missing,
    /// A secret for a field that is not secret.
    #[error("the value is secret and the field is not")]
    Secret,
    /// It does not fit.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// Text in NVS that is shorter than the entry of the template.
    #[error(
        "text of {}{expected} bytes is wanted, as long as the entry in NVS: another length would move what lies behind it", Fewer(*.found)
    )]
    Short {
        /// How many bytes it has; nothing of a secret.
        found: Option<usize>,
        /// How many it should have.
        expected: usize,
    },
    /// Text for which the partition is not made anew: what is wrong with the one that has it.
    #[cfg(feature = "nvs")]
    #[error("with a text of that length, {0}")]
    Made(Box<PlanError>),
    /// Another image of the unit, which checksums cover, is missing.
    #[error("checksums cover it: stamp it first, by the plan that the layout was given, and give it here")]
    Image,
    /// Another image, which checksums cover, is an NVS partition that was made anew.
    #[error(
        "a text is shorter than its field, so that other entries lie elsewhere, and checksums of another image cover them: give it the length of its field"
    )]
    Anew,
    /// It is what erased memory looks like.
    #[error("the value looks like erased memory, so the unit would look blank")]
    LooksErased,
}

/// Why an image or a dump is not read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// A field or a word is missing.
    #[error("{slot} at {span}: {error}")]
    Gap {
        /// The field or checksum.
        slot: SlotName,
        /// Where it should lie.
        span: Span,
        /// The first byte that is missing.
        error: GapError,
    },
    /// Every byte is the same: that is no image.
    #[error("every byte reads {byte:#04X}: is read protection on, or was nothing programmed?")]
    Uniform {
        /// The byte.
        byte: u8,
    },
    /// Other bytes than the template's where they say where the checksums of a format lie.
    #[error(
        "checksum `{check}` ({format}): at {span} found {}, and the template has {}: its checksums are not where those of the template are", Hexadecimal(.found), Hexadecimal(.expected)
    )]
    Reads {
        /// The checksum.
        check: String,
        /// The format.
        format: &'static str,
        /// The bytes.
        span: Span,
        /// What is there.
        found: Vec<u8>,
        /// What the template has.
        expected: Vec<u8>,
    },
    /// An NVS partition without the value of a field, or a damaged one.
    #[cfg(feature = "nvs")]
    #[error("field `{field}`: {error}")]
    Nvs {
        /// The field.
        field: String,
        /// What is wrong.
        error: Box<KeyError>,
    },
    /// A checksum cannot be computed.
    #[error(transparent)]
    Repair(#[from] RepairError),
}

struct Fewer(Option<usize>);

impl fmt::Display for Fewer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |found| write!(f, "{found} bytes, where one of "))
    }
}
