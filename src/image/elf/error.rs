//! Why a file is no ELF image, and why a symbol or a section names no bytes of it.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use thiserror::Error;

use super::unit::AddressUnit;
use crate::addr::{Address, Span, SpanError};
use crate::digits::{Escaped, Hexadecimal};

/// Why a file is not read as ELF.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ElfError {
    /// It does not begin as ELF files do.
    #[error("no ELF file: it begins with {}, expected 7F454C46", Hexadecimal(.found))]
    NotElf {
        /// Its first bytes.
        found: Vec<u8>,
    },
    /// A header or a table is not what it should be.
    #[error("the ELF file is damaged: {what}")]
    Damaged {
        /// What is wrong.
        what: String,
    },
    /// A segment with bytes that the file does not have.
    #[error("{what} {index} at {} has {len} bytes from offset {at} on, the file has {file}: was it cut off?", Address(*.lma))]
    CutOff {
        /// A segment; in a file without any, a section.
        what: What,
        /// Which one of the loaded segments, counted from 1, or which section.
        index: u32,
        /// Its load address, as the file has it.
        lma: u64,
        /// Where its bytes begin.
        at: u64,
        /// How many it has.
        len: u64,
        /// How many bytes the file has.
        file: usize,
    },
    /// Too many segments that are loaded.
    #[error("{found} loaded segments, at most {limit} are read: a linker makes one for each region of memory")]
    Segments {
        /// How many there are.
        found: usize,
        /// How many are read.
        limit: usize,
    },
    /// A segment that passes the end of the address space.
    #[error("{what} {index}: {error}")]
    Span {
        /// A segment; in a file without any, a section.
        what: What,
        /// Which one of the loaded segments, counted from 1, or which section.
        index: u32,
        /// Its addresses.
        error: SpanError,
    },
    /// A segment of which only a part lies in a range that is remapped.
    #[error("{what} {index} at {span} lies only partly in {from}, which is remapped: say a range with all of it")]
    Remap {
        /// A segment; in a file without any, a section.
        what: What,
        /// Which one of the loaded segments, counted from 1, or which section.
        index: u32,
        /// Its load addresses.
        span: Span,
        /// What is remapped.
        from: Span,
    },
    /// A file of which it is not known what its addresses count.
    #[error(
        "machine {machine} with EI_OSABI {abi:#04X}: whether its addresses count bytes or 16-bit words is not known: say which (AddressUnit), or give the HEX file of the build"
    )]
    AddressUnit {
        /// The number of the machine.
        machine: u16,
        /// What the linker calls the family.
        abi: u8,
    },
    /// Two segments with the same load addresses and different bytes.
    #[error("two segments load {}: no flash can hold both", .unit.own(*.span))]
    Overlap {
        /// What they share, in bytes.
        span: Span,
        /// What addresses of the file count.
        unit: AddressUnit,
    },
    /// Bytes of the file that two segments load to different addresses.
    #[error("the byte at offset {at} of the file is loaded to {} and {}: a stamp at one address would change the other", Address(*.first), Address(*.second))]
    Shared {
        /// Where it lies in the file.
        at: usize,
        /// One load address, as the file counts.
        first: u64,
        /// The other.
        second: u64,
    },
    /// Several segments, all with load address zero.
    #[error(
        "all {segments} segments have load address (p_paddr) 0, of which GNU and LLVM tools make different images: say that the virtual addresses are meant (LoadAddress::Virtual), or mend the linker script"
    )]
    NoLoadAddresses {
        /// How many.
        segments: usize,
    },
}

/// What was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum What {
    /// A symbol.
    Symbol,
    /// A section.
    Section,
    /// A segment.
    Segment,
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Symbol => "symbol",
            Self::Section => "section",
            Self::Segment => "segment",
        })
    }
}

/// One of several of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Candidate {
    /// The source file that it is local to, if it is.
    pub file: Option<String>,
    /// Where it lies at run time.
    pub vma: u64,
    /// How many bytes it has.
    pub len: u64,
}

impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} bytes", Address(self.vma), self.len)?;
        match &self.file {
            Some(file) => write!(f, ", in {})", Escaped(file.as_bytes())),
            None => f.write_str(")"),
        }
    }
}

/// Why a symbol, a section or an address names no bytes of the file that could be stamped.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{what} `{}`: {kind}", Escaped(.name.as_bytes()))]
pub struct LookupError {
    what: What,
    name: String,
    kind: LookupErrorKind,
}

impl LookupError {
    pub(super) fn new(what: What, name: &[u8], kind: LookupErrorKind) -> Self {
        Self { what, name: String::from_utf8_lossy(name).into_owned(), kind }
    }

    /// The name that was looked for.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is wrong.
    pub fn kind(&self) -> &LookupErrorKind {
        &self.kind
    }
}

/// What is wrong with a symbol or a section.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LookupErrorKind {
    /// There is none.
    #[error("there is none{}{}", Near(.near), if *.stripped { "; the file has no symbol table: was it stripped?" } else { "; was it removed as unused (KEEP it in the linker script), or merged into another section?" })]
    NotFound {
        /// Names like it.
        near: Vec<String>,
        /// Whether the file has no symbols at all.
        stripped: bool,
    },
    /// There are several.
    #[error("there are several: {}{}; name the source file, or give the address", List(.candidates), if *.more { " and more" } else { "" })]
    Ambiguous {
        /// The first few of them.
        candidates: Vec<Candidate>,
        /// Whether there are others.
        more: bool,
    },
    /// It takes room in memory, and has no bytes in the file.
    #[error("it has no bytes in the file (section `{}` is NOBITS, as .bss is): give it an initial value in a section that is programmed", Escaped(.section.as_bytes()))]
    NoBits {
        /// Its section.
        section: String,
    },
    /// Its section is compressed.
    #[error("section `{}` is compressed: its bytes are not those of the image", Escaped(.section.as_bytes()))]
    Compressed {
        /// The section.
        section: String,
    },
    /// A symbol that this file does not define.
    #[error("it is undefined here: is this the linked image?")]
    Undefined,
    /// A common symbol: it gets its room when the file is linked.
    #[error(
        "it is a common symbol, without room before the file is linked: compile with -fno-common, or give the linked image"
    )]
    Common,
    /// A symbol that is a number.
    #[error("it is absolute: a number ({}), which is no bytes of the image; to stamp at that address, give the address", Address(*.value))]
    Absolute {
        /// The number.
        value: u64,
    },
    /// A thread-local symbol.
    #[error("it is thread-local: each thread has its own copy, made at run time")]
    ThreadLocal,
    /// A symbol or section of no bytes.
    #[error("it has size 0 (at {} when the program runs): give the section and an offset, or the load address", Address(*.vma))]
    ZeroSize {
        /// Where it lies.
        vma: u64,
    },
    /// Bytes that the file does not have.
    #[error("its bytes lie outside of the file: is it damaged or cut off?")]
    OutsideFile,
    /// A symbol that reaches over its section, or belongs to none.
    #[error("it does not lie within its section: is the file damaged?")]
    OutsideSection,
    /// Bytes that no segment loads.
    #[error("no segment loads it{}", if *.relocatable { ": this is an object file; give the linked image" } else { ", so that it never gets into the device" })]
    NotLoaded {
        /// Whether the file is still to be linked.
        relocatable: bool,
    },
    /// Bytes that the file loads to two addresses.
    #[error(transparent)]
    Conflict(ElfError),
    /// A field that is longer than what it lies in.
    #[error("it has {found} bytes, and the field needs {needed} from offset {offset} on")]
    TooShort {
        /// How many bytes it has.
        found: u64,
        /// Where the field begins.
        offset: u64,
        /// How many bytes the field has.
        needed: u64,
    },
    /// The table of symbols cannot be read.
    #[error(transparent)]
    Elf(#[from] ElfError),
}

/// Why a run-time address names no bytes of the file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VmaError {
    /// No segment has bytes there.
    #[error("no segment has bytes at run-time addresses {span}{}", if *.zeroed { ": they are zeroed when the program starts" } else { "" })]
    Unmapped {
        /// The addresses.
        span: Span,
        /// Whether a segment has room there, of zeros.
        zeroed: bool,
    },
    /// Several segments have, as overlays do.
    #[error("run-time addresses {span} are those of several segments, loaded to {} and {}: give the symbol or the load address", Address(*.first), Address(*.second))]
    Aliased {
        /// The addresses.
        span: Span,
        /// One load address.
        first: u64,
        /// Another.
        second: u64,
    },
}

struct Near<'n>(&'n [String]);

impl fmt::Display for Near<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.iter().enumerate() {
            write!(f, "{}`{}`", if index == 0 { "; there is " } else { ", " }, name)?;
        }
        Ok(())
    }
}

struct List<'c>(&'c [Candidate]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, candidate) in self.0.iter().enumerate() {
            write!(f, "{}{candidate}", if index == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}
