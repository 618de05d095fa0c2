//! ELF headers and tables as plain data. Nothing else knows the crate `object`, nor whether a file is of
//! 32 or 64 bits and in which byte order.

use alloc::string::ToString;
use alloc::vec::Vec;
use core::ops::Range;

use object::elf::{self, FileHeader32, FileHeader64};
use object::read::elf::{FileHeader, ProgramHeader, SectionHeader, Sym};
use object::{Endianness, FileKind};

use super::error::ElfError;
use crate::never::OrNever;
use crate::width;

/// What an ELF file is, and its segments and sections.
#[derive(Clone)]
pub(super) struct Tables<'f> {
    pub(super) bits: u32,
    pub(super) big: bool,
    pub(super) machine: u16,
    /// `EI_OSABI`, by which Microchip tells its families of 8 bits.
    pub(super) abi: u8,
    /// `e_flags`, by which it tells the others.
    pub(super) flags: u32,
    pub(super) relocatable: bool,
    pub(super) entry: u64,
    pub(super) segments: Vec<RawSegment>,
    pub(super) sections: Vec<RawSection<'f>>,
    /// Where the headers and their tables lie in the file.
    pub(super) headers: Vec<Range<u64>>,
}

/// The most bytes of a name; what is longer is no name. Names may share their bytes, so that without a limit a file
/// could have more of them than anyone can read.
const MOST_NAME: usize = 4096;

/// The most segments that are loaded. A linker makes one for each region of memory.
pub(super) const MOST_SEGMENTS: usize = 1024;

/// A `PT_LOAD` program header.
#[derive(Clone, Copy)]
pub(super) struct RawSegment {
    pub(super) at: u64,
    pub(super) vma: u64,
    pub(super) lma: u64,
    pub(super) len: u64,
    pub(super) memory: u64,
}

/// A section header.
#[derive(Clone, Copy)]
pub(super) struct RawSection<'f> {
    pub(super) name: &'f [u8],
    /// Whether the file has its bytes.
    pub(super) bits: bool,
    /// Whether it is part of memory.
    pub(super) alloc: bool,
    pub(super) compressed: bool,
    pub(super) vma: u64,
    pub(super) at: u64,
    pub(super) len: u64,
}

/// A symbol that has a name.
#[derive(Clone, Copy)]
pub(super) struct RawSymbol<'f> {
    pub(super) name: &'f [u8],
    /// The source file that it is local to.
    pub(super) file: Option<&'f [u8]>,
    pub(super) home: Home,
    /// An address, of a relocatable file an offset in the section.
    pub(super) value: u64,
    pub(super) len: u64,
    pub(super) data: bool,
}

/// What a symbol belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Home {
    Undefined,
    Absolute,
    Common,
    ThreadLocal,
    Section(usize),
    /// No section of the file.
    Nowhere,
}

fn damaged(error: object::read::Error) -> ElfError {
    ElfError::Damaged { what: error.to_string() }
}

impl<'f> Tables<'f> {
    pub(super) fn read(file: &'f [u8]) -> Result<Self, ElfError> {
        match FileKind::parse(file) {
            Ok(FileKind::Elf32) => tables::<FileHeader32<Endianness>>(file),
            Ok(FileKind::Elf64) => tables::<FileHeader64<Endianness>>(file),
            _ if file.starts_with(b"\x7FELF") => {
                Err(ElfError::Damaged { what: "the class is neither 32 nor 64 bits".into() })
            }
            _ => Err(ElfError::NotElf { found: file.iter().take(4).copied().collect() }),
        }
    }
}

/// Hands each symbol to `each`, in the order of the table; none when the file has no table.
pub(super) fn symbols<'f>(file: &'f [u8], bits: u32, each: &mut dyn FnMut(RawSymbol<'f>)) -> Result<(), ElfError> {
    match bits {
        32 => each_symbol::<FileHeader32<Endianness>>(file, each),
        _ => each_symbol::<FileHeader64<Endianness>>(file, each),
    }
}

fn tables<E: FileHeader<Endian = Endianness>>(file: &[u8]) -> Result<Tables<'_>, ElfError> {
    let header = E::parse(file).map_err(damaged)?;
    let order = header.endian().map_err(damaged)?;
    let programs = header.program_headers(order, file).map_err(damaged)?;
    let loads = programs.iter().filter(|program| program.p_type(order) == elf::PT_LOAD);
    let found = loads.clone().count();
    if found > MOST_SEGMENTS {
        return Err(ElfError::Segments { found, limit: MOST_SEGMENTS });
    }
    let segments = loads.map(|load| RawSegment {
        at: load.p_offset(order).into(),
        vma: load.p_vaddr(order).into(),
        lma: load.p_paddr(order).into(),
        len: load.p_filesz(order).into(),
        memory: load.p_memsz(order).into(),
    });
    let table = header.sections(order, file).map_err(damaged)?;
    // A file without sections has no names, nor has a section whose name lies elsewhere.
    let index = header.section_strings_index(order, file).ok();
    let strings = index.and_then(|index| table.section(index).ok()?.data(order, file).ok()).unwrap_or(b"");
    let sections = table.iter().map(|section| {
        let flags = section.sh_flags(order);
        let name = string(strings, section.sh_name(order)).unwrap_or(b"");
        RawSection {
            name,
            bits: section.sh_type(order) != elf::SHT_NOBITS && section.sh_type(order) != elf::SHT_NULL,
            alloc: flags.contains(elf::SHF_ALLOC),
            compressed: flags.contains(elf::SHF_COMPRESSED) || name.starts_with(b".zdebug"),
            vma: section.sh_addr(order).into(),
            at: section.sh_offset(order).into(),
            len: section.sh_size(order).into(),
        }
    });
    let part = |at: u64, entries: usize, entry: u16| {
        let len = width::wide(entries).saturating_mul(entry.into());
        at..at.saturating_add(len)
    };
    let headers = [
        // `e_ehsize` of a damaged file may say anything.
        0..if header.is_type_64() { 64 } else { 52 },
        part(header.e_phoff(order).into(), programs.len(), header.e_phentsize(order)),
        part(header.e_shoff(order).into(), table.len(), header.e_shentsize(order)),
    ];
    let mut headers: Vec<Range<u64>> = headers.into_iter().filter(|range| !range.is_empty()).collect();
    headers.sort_by_key(|range| range.start);
    Ok(Tables {
        bits: if header.is_type_64() { 64 } else { 32 },
        big: header.is_big_endian(),
        machine: header.e_machine(order).0,
        abi: file.get(7).copied().or_never("a header has more bytes"),
        flags: header.e_flags(order).0,
        relocatable: header.e_type(order) == elf::ET_REL,
        entry: header.e_entry(order).into(),
        segments: segments.collect(),
        sections: sections.collect(),
        headers,
    })
}

/// The string at `at` of a table.
fn string(strings: &[u8], at: u32) -> Option<&[u8]> {
    let rest = strings.get(usize::try_from(at).ok()?..)?;
    let len = rest.iter().take(MOST_NAME + 1).position(|&byte| byte == 0)?;
    rest.get(..len)
}

fn each_symbol<'f, E: FileHeader<Endian = Endianness>>(
    file: &'f [u8],
    each: &mut dyn FnMut(RawSymbol<'f>),
) -> Result<(), ElfError> {
    let header = E::parse(file).map_err(damaged)?;
    let order = header.endian().map_err(damaged)?;
    let sections = header.sections(order, file).map_err(damaged)?;
    let table = sections.symbols(order, file, elf::SHT_SYMTAB).map_err(damaged)?;
    // Where they lie elsewhere, no symbol has a name.
    let strings = sections.section(table.string_section()).and_then(|section| section.data(order, file)).unwrap_or(b"");
    let arm = header.e_machine(order) == elf::EM_ARM;
    let mut source = None;
    for (index, symbol) in table.enumerate().skip(1) {
        let kind = symbol.st_type();
        if kind == elf::STT_FILE {
            source = string(strings, symbol.st_name(order)).filter(|name| !name.is_empty());
            continue;
        }
        let Some(name @ [_, ..]) = string(strings, symbol.st_name(order)) else { continue };
        if kind == elf::STT_SECTION {
            continue;
        }
        let home = match symbol.st_shndx(order) {
            elf::SHN_UNDEF => Home::Undefined,
            elf::SHN_ABS => Home::Absolute,
            elf::SHN_COMMON => Home::Common,
            _ if kind == elf::STT_TLS => Home::ThreadLocal,
            _ => match table.symbol_section(order, symbol, index) {
                Ok(Some(section)) => Home::Section(section.0),
                _ => Home::Nowhere,
            },
        };
        let mut value: u64 = symbol.st_value(order).into();
        if arm && kind == elf::STT_FUNC {
            // The lowest bit says Thumb.
            value &= !1;
        }
        each(RawSymbol {
            name,
            file: source.filter(|_| symbol.is_local()),
            home,
            value,
            len: symbol.st_size(order).into(),
            data: kind == elf::STT_OBJECT,
        });
    }
    Ok(())
}
