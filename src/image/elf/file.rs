//! An ELF file: its segments, and where each load address lies in it.

use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use super::error::{ElfError, What};
use super::headers::{self, Loading};
use super::known::Known;
use super::loads::{self, Load, Loaded, Shared};
use super::options::{LoadAddress, Memory, Options, Remap, remapped, unit_of};
use super::read::{RawSegment, Tables};
use super::unit::AddressUnit;
use crate::addr::Span;
use crate::never::OrNever;

/// An ELF file.
#[derive(Clone)]
pub struct Elf<'f> {
    pub(super) file: &'f [u8],
    pub(super) tables: Tables<'f>,
    pub(super) unit: AddressUnit,
    memory: Option<Memory>,
    remap: Vec<Remap>,
    /// What the segments load, padding and headers too, by offset in the file.
    pub(super) parts: Vec<Load>,
    pub(super) shared: Vec<Shared>,
    pub(super) loaded: Loaded,
    pub(super) known: Known<'f>,
}

/// A segment that is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Where it lies at run time.
    pub vma: u64,
    /// Where its bytes are loaded to.
    pub span: Span,
    /// Bytes that it has at run time, zeros behind those of the file included.
    pub memory: u64,
    /// Where its bytes begin in the file.
    pub at: u64,
}

/// Bytes of a segment that no section has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Padding {
    /// Where they are loaded to.
    pub span: Span,
    /// Whether they lie in front of the first section of their segment, which begins with a page: then they are never
    /// memory. Others are for [`Memory::Segments`].
    pub in_front: bool,
    /// Whether all of them are zero.
    pub zero: bool,
}

impl<'f> Elf<'f> {
    /// Reads the headers of an ELF file.
    ///
    /// # Errors
    /// When it is no ELF file, is damaged or cut off, has more than 1024 loaded segments, several all have the load
    /// address 0, or it is not known whether its addresses count bytes.
    pub fn parse(file: &'f [u8]) -> Result<Self, ElfError> {
        Self::parse_with(file, &Options::default())
    }

    /// The same, as `options` say.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), and when a segment lies in a range that is remapped with a part only.
    pub fn parse_with(file: &'f [u8], options: &Options) -> Result<Self, ElfError> {
        let mut tables = Tables::read(file)?;
        let unit = options.unit.map_or_else(|| unit_of(tables.machine, tables.abi, tables.flags), Ok)?;
        tables.segments.retain(|segment| segment.len > 0 || segment.memory > 0);
        let with_bytes = tables.segments.iter().filter(|segment| segment.len > 0);
        match options.addresses {
            LoadAddress::Physical => {
                // With room for zeros only, one more is enough for GNU tools to go by the virtual addresses.
                let segments = tables.segments.iter().filter(|segment| segment.memory > 0).count();
                let zero = tables.segments.iter().all(|segment| segment.lma == 0);
                if segments > 1 && zero && with_bytes.clone().any(|segment| segment.vma != 0) {
                    return Err(ElfError::NoLoadAddresses { segments });
                }
            }
            LoadAddress::Virtual => tables.segments.iter_mut().for_each(|segment| segment.lma = segment.vma),
        }
        let mut elf = Self {
            file,
            tables,
            unit,
            memory: options.memory,
            remap: options.remap.clone(),
            parts: Vec::new(),
            shared: Vec::new(),
            loaded: Loaded { loads: Vec::new(), conflicts: Vec::new() },
            known: Known::default(),
        };
        (elf.parts, elf.shared) = loads::parts(elf.all_loads()?, unit);
        elf.loaded = loads::loads(&elf.parts, &elf.ranges(), &elf.shared, unit);
        Ok(elf)
    }

    /// The same file with other bytes of its segments as memory.
    #[must_use]
    pub fn with_memory(mut self, memory: Memory) -> Self {
        self.memory = Some(memory);
        self.loaded = loads::loads(&self.parts, &self.ranges(), &self.shared, self.unit);
        self
    }

    /// 32 or 64.
    pub fn bits(&self) -> u32 {
        self.tables.bits
    }

    /// Whether it is big-endian.
    pub fn is_big_endian(&self) -> bool {
        self.tables.big
    }

    /// The number of the machine, `e_machine`: 40 is Arm, 83 AVR, 243 RISC-V.
    pub fn machine(&self) -> u16 {
        self.tables.machine
    }

    /// What its addresses count. Those of a [`Span`] are bytes, as everywhere: of words, twice the file's.
    pub fn unit(&self) -> AddressUnit {
        self.unit
    }

    /// What of its segments is memory, if that was said.
    pub fn memory(&self) -> Option<Memory> {
        self.memory
    }

    /// Whether it has no segments with bytes, so that its sections are loaded, each to its own address.
    pub fn is_by_sections(&self) -> bool {
        headers::by_sections(&self.tables)
    }

    /// The segments that have bytes, in the order of the file.
    pub fn segments(&self) -> impl Iterator<Item = Segment> {
        self.tables.segments.iter().filter(|segment| segment.len > 0).filter_map(|raw| {
            // What was checked once.
            let span = self.load_span(raw, What::Segment, 0).ok()?;
            Some(Segment { vma: raw.vma, span, memory: raw.memory, at: raw.at })
        })
    }

    /// Padding: bytes of segments that no section has, by load address; none when the file has no sections.
    ///
    /// ```
    /// use nameplate::image::Elf;
    ///
    /// let elf = Elf::parse(include_bytes!("../../../examples/firmware/firmware.elf"))?;
    /// assert!(elf.padding().is_empty());
    /// # Ok::<(), nameplate::image::elf::ElfError>(())
    /// ```
    pub fn padding(&self) -> Vec<Padding> {
        let file = self.file.len();
        let Some(covered) = loads::covered(file, &self.tables) else { return Vec::new() };
        let all = loads::all(file, &self.tables);
        let front = loads::without(&loads::without_headers(file, &self.tables), &all);
        let of = |ranges: &[Range<usize>], in_front| {
            loads::pieces(&self.parts, ranges).into_iter().map(move |load| Padding {
                span: load.span,
                in_front,
                zero: self.file.get(load.at..load.end()).or_never("it lies in the file").iter().all(|&byte| byte == 0),
            })
        };
        let mut padding: Vec<Padding> = of(&front, true).chain(of(&loads::without(&all, &covered), false)).collect();
        padding.sort_unstable_by_key(|padding| padding.span);
        padding
    }

    /// Where segments load what is never memory here, and loaders write it: headers, their tables, and padding in front
    /// of the first section.
    pub(crate) fn fronts(&self) -> Vec<Span> {
        let file = self.file.len();
        let fronts = loads::without(core::slice::from_ref(&(0..file)), &loads::all(file, &self.tables));
        loads::pieces(&self.parts, &fronts).iter().map(|load| load.span).collect()
    }

    /// Addresses that the file contradicts itself about, in ascending order and apart from each other, and why: two segments load different bytes there,
    /// or the bytes there are loaded to another address too. They are no memory.
    pub fn conflicts(&self) -> impl Iterator<Item = (Span, &ElfError)> {
        self.loaded.conflicts.iter().map(|(span, error)| (*span, error))
    }

    /// What the file contradicts itself about at `address`.
    pub(crate) fn conflict(&self, address: u64) -> Option<(Span, &ElfError)> {
        let next = self.loaded.conflicts.partition_point(|(span, _)| span.end() <= address);
        let (span, error) = self.loaded.conflicts.get(next)?;
        span.contains(address).then_some((*span, error))
    }

    /// The bytes of the file that are memory.
    fn ranges(&self) -> Vec<Range<usize>> {
        let covered = match self.memory {
            Some(Memory::Segments) => None,
            Some(Memory::Sections) | None => loads::covered(self.file.len(), &self.tables),
        };
        covered.unwrap_or_else(|| loads::all(self.file.len(), &self.tables))
    }

    /// What is loaded, each in the file, padding and headers too.
    fn all_loads(&self) -> Result<Vec<Load>, ElfError> {
        let file = self.file.len();
        let load = |Loading { raw, what, index }| {
            let end = raw.at.checked_add(raw.len).filter(|&end| usize::try_from(end).is_ok_and(|end| end <= file));
            let at = end.and_then(|_| usize::try_from(raw.at).ok());
            let at = at.ok_or(ElfError::CutOff { what, index, lma: raw.lma, at: raw.at, len: raw.len, file })?;
            Ok(Load { at, span: self.load_span(&raw, what, index)? })
        };
        headers::loadings(&self.tables, self.unit).into_iter().map(load).collect()
    }

    fn load_span(&self, raw: &RawSegment, what: What, index: u32) -> Result<Span, ElfError> {
        let start = raw.lma.saturating_mul(self.unit.bytes());
        let span = Span::new(start, raw.len).map_err(|error| ElfError::Span { what, index, error })?;
        remapped(&self.remap, span, what, index)
    }
}

/// What it is and what it loads, not what it holds.
impl fmt::Debug for Elf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let loads: Vec<Span> = self.loaded.loads.iter().map(|load| load.span).collect();
        write!(f, "Elf({} bits, machine {}, {loads:?})", self.tables.bits, self.tables.machine)
    }
}
