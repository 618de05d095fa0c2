//! ELF: the linked program as an image, and as the map of the HEX file and the binary made from it.
//!
//! ```
//! use nameplate::{At, Encoding, Field, Layout, image::{Elf, Hex}};
//!
//! let elf = Elf::parse(include_bytes!("../../../examples/firmware/firmware.elf"))?;
//! let hex = Hex::parse(include_bytes!("../../../examples/firmware/firmware.hex"))?;
//! let layout = Layout::new()
//!     .field(Field::new("serial", At::symbol("nameplate").plus(4), Encoding::ascii(16).pad(0x00)));
//! let plan = layout.compile(&elf)?;
//! // The same plan stamps each file of the build: all go by load address.
//! for mut unit in [plan.stamper(&elf)?, plan.stamper(&hex)?] {
//!     let _ = unit.stamp(&[("serial", "EUDV-00042".into())])?;
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | address | is |
//! |---|---|
//! | VMA, run-time address | where the program finds the bytes, what `nm` says |
//! | LMA, load address | where they lie in flash, in HEX files and binaries: `p_paddr` + (offset in the file − `p_offset`) |
//!
//! They differ for variables with an initial value, which the start-up code copies from flash to RAM; and
//! `const volatile` is such a variable for GCC, unless a section is given. All addresses of a
//! [`Container`] are load addresses, so that one plan is for all files of a build.
//!
//! A stamp changes bytes in place: nothing moves, no header is touched, and headers and their tables are no
//! part of memory even when a segment loads them. 32 and 64 bits, both byte orders. A build id stays as it
//! is: it names the build, not the unit.
//!
//! At most 1024 segments are loaded, and a name has at most 4096 bytes, so that a hostile file costs no more than its length.
//!
//! Not promised: that the firmware reads what was stamped (a compiler may have folded a `const`
//! without `volatile` into the code); relocations, which in linked images are done; archives.
//!
//! Source: System V ABI, *Object Files* and *Program Loading*; the load address of bytes within a segment
//! as GNU and LLVM `objcopy` have it.

mod error;
mod lookup;
mod read;

use alloc::vec::Vec;
use core::cmp::Reverse;
use core::fmt;
use core::ops::{ControlFlow, Range};

pub use self::error::{Candidate, ElfError, LookupError, LookupErrorKind, VmaError, What};
pub use self::lookup::{Location, Section, Symbol};
use self::read::Tables;
use super::place::{Form, Piece};
use super::{Container, GapError, Place, Start, Visitor};
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
    file: &'f [u8],
    tables: Tables<'f>,
    loads: Vec<Load>,
}

/// Bytes that are loaded.
#[derive(Clone, Copy, Debug)]
struct Load {
    /// Where they lie in the file.
    at: usize,
    /// Where they are loaded to.
    span: Span,
}

impl Load {
    fn len(&self) -> usize {
        // They lie in the file.
        usize::try_from(self.span.len()).unwrap_or_default()
    }

    /// The load address of the byte at offset `at`, which is one of them.
    fn address(&self, at: usize) -> u64 {
        self.span.start() + u64::try_from(at - self.at).unwrap_or_default()
    }

    /// Where `part` lies in the file.
    fn file(&self, part: Span) -> Range<usize> {
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
        Ok(Self { file, tables, loads })
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

impl Container for Elf<'_> {
    fn file(&self) -> &[u8] {
        self.file
    }

    /// The entry point, if it fits 32 bits and is not 0.
    fn start(&self) -> Start {
        Start { segment: None, linear: u32::try_from(self.tables.entry).ok().filter(|&entry| entry != 0) }
    }

    fn extent(&self) -> Option<Span> {
        let (first, last) = (self.loads.first()?, self.loads.last()?);
        Span::try_from(first.span.start()..last.span.end()).ok()
    }

    fn locate(&self, span: Span) -> Result<Place, GapError> {
        let mut place = Place::default();
        let first = self.loads.partition_point(|load| load.span.end() <= span.start());
        let mut at = span.start();
        for load in self.loads.iter().skip(first) {
            let Some(part) = load.span.common(span).filter(|part| part.start() == at) else { break };
            let from = usize::try_from(at - span.start()).unwrap_or_default();
            let file = load.file(part);
            place.push(Piece { at: file.start, from, len: file.len(), form: Form::Bytes });
            at = part.end();
        }
        if at < span.end() {
            let next = self.loads.partition_point(|load| load.span.end() <= at);
            let before = next.checked_sub(1).and_then(|before| self.loads.get(before));
            return Err(GapError {
                address: at,
                before: before.map(|load| load.span.end()),
                after: self.loads.get(next).map(|load| load.span.start()),
            });
        }
        Ok(place)
    }

    fn visit(&self, span: Span, each: &mut Visitor<'_>) -> ControlFlow<()> {
        let first = self.loads.partition_point(|load| load.span.end() <= span.start());
        for load in self.loads.iter().skip(first) {
            let Some(part) = load.span.common(span) else { break };
            each(part.start(), self.file.get(load.file(part)).unwrap_or_default())?;
        }
        ControlFlow::Continue(())
    }

    fn elf(&self) -> Option<&Elf<'_>> {
        Some(self)
    }
}

/// What it is and what it loads, not what it holds.
impl fmt::Debug for Elf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let loads: Vec<Span> = self.loads.iter().map(|load| load.span).collect();
        write!(f, "Elf({} bits, machine {}, {loads:?})", self.tables.bits, self.tables.machine)
    }
}
