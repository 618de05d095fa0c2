//! An ELF file: its segments, and where each load address lies in it.

use alloc::vec::Vec;
use core::cmp::Reverse;
use core::fmt;
use core::ops::Range;

use super::error::ElfError;
use super::known::Known;
use super::read::Tables;
use crate::addr::Span;

/// Where the load addresses come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadAddress {
    /// From `p_paddr`. Several segments that all have 0 there are refused.
    #[default]
    Physical,
    /// From `p_vaddr`: for files whose linker left `p_paddr` zero.
    Virtual,
}

/// An ELF file.
#[derive(Clone)]
pub struct Elf<'f> {
    pub(super) file: &'f [u8],
    pub(super) tables: Tables<'f>,
    pub(super) loads: Vec<Load>,
    pub(super) known: Known<'f>,
}

/// Bytes that are loaded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    /// Where they lie in the file.
    pub(super) at: usize,
    /// Where they are loaded to.
    pub(super) span: Span,
}

impl Load {
    pub(super) fn len(&self) -> usize {
        // They lie in the file.
        usize::try_from(self.span.len()).unwrap_or_default()
    }

    /// The load address of the byte at offset `at`, which is one of them.
    pub(super) fn address(&self, at: usize) -> u64 {
        self.span.start() + u64::try_from(at - self.at).unwrap_or_default()
    }

    /// Where `part` lies in the file.
    pub(super) fn file(&self, part: Span) -> Range<usize> {
        let at = self.at + usize::try_from(part.start() - self.span.start()).unwrap_or_default();
        at..at + usize::try_from(part.len()).unwrap_or_default()
    }
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

impl<'f> Elf<'f> {
    /// Reads the headers of an ELF file.
    ///
    /// # Errors
    /// When it is no ELF file, is damaged or cut off, has more than 1024 loaded segments, two of them fill the
    /// same addresses or load the same bytes of the file, or several all have the load address 0.
    pub fn parse(file: &'f [u8]) -> Result<Self, ElfError> {
        Self::parse_with(file, LoadAddress::default())
    }

    /// The same, with load addresses from where `addresses` says.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_with(file: &'f [u8], addresses: LoadAddress) -> Result<Self, ElfError> {
        let mut tables = Tables::read(file)?;
        let with_bytes = tables.segments.iter().filter(|segment| segment.len > 0);
        match addresses {
            LoadAddress::Physical => {
                let segments = with_bytes.clone().count();
                if segments > 1 && with_bytes.clone().all(|segment| segment.lma == 0) {
                    return Err(ElfError::NoLoadAddresses { segments });
                }
            }
            LoadAddress::Virtual => tables.segments.iter_mut().for_each(|segment| segment.lma = segment.vma),
        }
        let loads = loads(file.len(), &tables)?;
        Ok(Self { file, tables, loads, known: Known::default() })
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

    /// The segments that have bytes, in the order of the file.
    pub fn segments(&self) -> impl Iterator<Item = Segment> {
        let segments = self.tables.segments.iter().filter(|segment| segment.len > 0);
        segments.filter_map(|raw| {
            let span = Span::new(raw.lma, raw.len).ok()?;
            Some(Segment { vma: raw.vma, span, memory: raw.memory, at: raw.at })
        })
    }
}

/// The bytes of the segments without those of headers, by load address.
fn loads(file: usize, tables: &Tables<'_>) -> Result<Vec<Load>, ElfError> {
    let mut loads: Vec<Load> = Vec::new();
    for (segment, raw) in (1..).zip(tables.segments.iter().filter(|raw| raw.len > 0)) {
        let end = raw.at.checked_add(raw.len).filter(|&end| usize::try_from(end).is_ok_and(|end| end <= file));
        let end = end.ok_or(ElfError::CutOff { segment, lma: raw.lma, at: raw.at, len: raw.len, file })?;
        let _ = Span::new(raw.lma, raw.len).map_err(|error| ElfError::Span { segment, error })?;
        // What lies between the headers.
        let mut at = raw.at;
        let headers = tables.headers.iter().filter(|header| header.start < end);
        for header in headers.chain([&(end..end)]) {
            if let (true, Ok(offset)) = (at < header.start, usize::try_from(at)) {
                // Within the segment, whose addresses were checked.
                let span = Span::new(raw.lma + (at - raw.at), header.start - at);
                loads.extend(span.map(|span| Load { at: offset, span }));
            }
            at = at.max(header.end);
        }
    }
    loads.sort_by_key(|load| (load.span.start(), Reverse(load.span.end()), load.at));
    // The same bytes may be given twice.
    loads.dedup_by(|two, one| one.span.covers(two.span) && one.file(two.span) == (two.at..two.at + two.len()));
    for pair in loads.windows(2) {
        let [one, two] = pair else { continue };
        if let Some(span) = one.span.common(two.span) {
            return Err(ElfError::Overlap { span });
        }
    }
    let mut by_offset: Vec<&Load> = loads.iter().collect();
    by_offset.sort_by_key(|load| load.at);
    for pair in by_offset.windows(2) {
        let [one, two] = pair else { continue };
        // A stamp at one address would change the other too, which no checksum over that would know.
        if two.at < one.at + one.len() {
            return Err(ElfError::Shared { at: two.at, first: one.address(two.at), second: two.span.start() });
        }
    }
    Ok(loads)
}

/// What it is and what it loads, not what it holds.
impl fmt::Debug for Elf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let loads: Vec<Span> = self.loads.iter().map(|load| load.span).collect();
        write!(f, "Elf({} bits, machine {}, {loads:?})", self.tables.bits, self.tables.machine)
    }
}
