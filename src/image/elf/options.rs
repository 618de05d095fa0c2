//! How an ELF file is read where its bytes alone do not say it.

use alloc::vec::Vec;

use super::error::{ElfError, What};
use super::unit::AddressUnit;
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

/// What of a segment is memory.
///
/// Linkers pad segments: between sections that are aligned, and from the begin of a page to the first section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Memory {
    /// What sections cover: padding is a gap. GNU and LLVM `objcopy` write that, and flashers that are given their files.
    Sections,
    /// All of its bytes from the first section on but those of headers, padding too. `OpenOCD`, probe-rs and other
    /// loaders write that, as they go by program headers.
    Segments,
}

/// Addresses of the file that are others in the device's own files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Remap {
    from: Span,
    to: u64,
}

/// How an ELF file is read.
///
/// ```
/// use nameplate::image::Elf;
/// use nameplate::image::elf::{Memory, Options};
///
/// let options = Options::new().memory(Memory::Sections);
/// let elf = Elf::parse_with(include_bytes!("../../../examples/firmware/firmware.elf"), &options)?;
/// assert_eq!(elf.memory(), Some(Memory::Sections));
/// # Ok::<(), nameplate::image::elf::ElfError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    pub(super) addresses: LoadAddress,
    pub(super) memory: Option<Memory>,
    pub(super) unit: Option<AddressUnit>,
    pub(super) remap: Vec<Remap>,
}

impl Options {
    /// Load addresses from `p_paddr`; memory is what sections cover, and a checksum over padding is refused.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where load addresses come from.
    #[must_use]
    pub fn addresses(mut self, addresses: LoadAddress) -> Self {
        self.addresses = addresses;
        self
    }

    /// What of a segment is memory. Not said, it is [`Memory::Sections`], and a checksum for which that makes a
    /// difference is refused.
    #[must_use]
    pub fn memory(mut self, memory: Memory) -> Self {
        self.memory = Some(memory);
        self
    }

    /// What an address of the file counts. The default is told by the machine.
    #[must_use]
    pub fn unit(mut self, unit: AddressUnit) -> Self {
        self.unit = Some(unit);
        self
    }

    /// Bytes that the file loads to `from` lie from `to` on: PIC32 programs have addresses from 0x9D000000 and 0xBFC00000
    /// on, of which HEX files have the physical ones, 0x1D000000 and 0x1FC00000. Of several that fit, the first counts.
    ///
    /// ```
    /// use nameplate::Span;
    /// use nameplate::image::elf::Options;
    ///
    /// let pic32 = Options::new()
    ///     .remap(Span::try_from(0x9D00_0000..0x9D08_0000)?, 0x1D00_0000)
    ///     .remap(Span::try_from(0xBFC0_0000..0xBFC0_3000)?, 0x1FC0_0000);
    /// # Ok::<(), nameplate::addr::SpanError>(())
    /// ```
    #[must_use]
    pub fn remap(mut self, from: Span, to: u64) -> Self {
        self.remap.push(Remap { from, to });
        self
    }
}

impl From<LoadAddress> for Options {
    fn from(addresses: LoadAddress) -> Self {
        Self::new().addresses(addresses)
    }
}

/// What addresses count: by the machine, by what XC8 writes as `EI_OSABI` for parts of 8 bits, and by what XC-DSC writes
/// as `e_flags` for dsPIC33A, which counts bytes where all dsPIC before it count words.
pub(super) fn unit_of(machine: u16, abi: u8, flags: u32) -> Result<AddressUnit, ElfError> {
    const DSPIC: u16 = 118;
    const DSPIC33A: u32 = 0x8000_0000;
    const C2000: u16 = 141;
    const PIC: u16 = 204;
    // Words of 32 bits; words in data and bytes in program memory; words of 16 bits, as no file at hand shows.
    const SHARC: u16 = 133;
    const C5500: u16 = 142;
    const DSC_56800EX: u16 = 200;
    match (machine, abi) {
        (DSPIC, _) if flags & DSPIC33A != 0 => Ok(AddressUnit::Byte),
        (DSPIC | C2000, _) | (PIC, 0x42 | 0x43 | 0x47) => Ok(AddressUnit::Word16),
        // PIC18, of which the second has newer parts.
        (PIC, 0x82 | 0x8E) => Ok(AddressUnit::Byte),
        (PIC | SHARC | C5500 | DSC_56800EX, _) => Err(ElfError::AddressUnit { machine, abi }),
        _ => Ok(AddressUnit::Byte),
    }
}

/// Where the bytes of `span` lie by `remap`.
pub(super) fn remapped(remap: &[Remap], span: Span, what: What, index: u32) -> Result<Span, ElfError> {
    let Some(&Remap { from, to }) = remap.iter().find(|remap| remap.from.common(span).is_some()) else {
        return Ok(span);
    };
    if !from.covers(span) {
        return Err(ElfError::Remap { what, index, span, from });
    }
    let start = to.saturating_add(span.start() - from.start());
    Span::new(start, span.len()).map_err(|error| ElfError::Span { what, index, error })
}
