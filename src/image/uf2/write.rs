//! Memory as a UF2 file.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::error::WriteError;
use super::family::Family;
use super::flag;
use super::layout::{BLOCK, END, HEADER, MAGICS};
use crate::addr::Span;
use crate::image::container::Container as _;
use crate::image::erased_map::ErasedMap;
use crate::image::sparse::Sparse;
use crate::never::OrNever;

/// Bytes of a payload, and what its address is a multiple of: the size that every boot loader takes.
const PAGE: u64 = 256;

/// The flash of RP2040 and RP2350, and its sectors.
const FLASH: core::ops::Range<u64> = 0x1000_0000..0x2000_0000;
const SECTOR: u64 = 4096;

/// How memory is written as UF2: blocks of 256 bytes at multiples of 256, in the order of addresses, gaps within them
/// erased.
///
/// The flash of Raspberry Pi's families is written in whole sectors of 4096 bytes, as the boot ROM of RP2040 erases a
/// sector by the number of its first block. The block for erratum E10 of RP2350 is not written; picotool can add it.
///
/// ```
/// use nameplate::image::uf2::{Family, Style, Uf2};
/// use nameplate::image::{Container, Merge, Sparse};
///
/// let memory = Sparse::from_pieces([(0x2_6010, &[1, 2, 3][..])], Merge::Error)?;
/// let style = Style::new(Family::from_name("nrf52840").unwrap());
/// let file = style.to_vec(&memory)?;
/// assert_eq!((file.len(), style.filled(&memory)?), (512, 253));
/// assert_eq!(Uf2::parse(&file)?.extent().unwrap().to_string(), "0x00026000..0x00026100");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    family: Family,
    erased: ErasedMap,
}

impl Style {
    /// For this family, gaps as 0xFF.
    pub fn new(family: Family) -> Self {
        Self { family, erased: ErasedMap::default() }
    }

    /// What gaps within blocks are written as.
    #[must_use]
    pub fn erased(self, erased: impl Into<ErasedMap>) -> Self {
        Self { erased: erased.into(), ..self }
    }

    /// What a piece of memory that has a byte at `address` is written with: a page or a sector.
    fn unit(&self, address: u64) -> u64 {
        let is_ours = matches!(self.family.id(), Some(0xE48B_FF56..=0xE48B_FF5B));
        if is_ours && FLASH.contains(&address) { SECTOR } else { PAGE }
    }

    /// The pages that are written, as ascending ranges that are apart.
    fn ranges(&self, memory: &Sparse) -> Result<Vec<(u64, u64)>, WriteError> {
        let extent = memory.extent().ok_or(WriteError::Empty)?;
        if extent.end() > 1 << 32 {
            return Err(WriteError::Address { end: extent.end() });
        }
        let mut ranges: Vec<(u64, u64)> = Vec::new();
        for (span, _) in memory.segments() {
            let (first, last) = (span.start(), span.end() - 1);
            let (down, up) = (self.unit(first), self.unit(last));
            let (start, end) = (first - first % down, last - last % up + up);
            match ranges.last_mut() {
                Some((_, before)) if start <= *before => *before = end.max(*before),
                _ => ranges.push((start, end)),
            }
        }
        Ok(ranges)
    }

    fn blocks(&self, memory: &Sparse) -> Result<u64, WriteError> {
        Ok(self.ranges(memory)?.iter().map(|(start, end)| (end - start) / PAGE).sum())
    }

    /// How many bytes of gaps are written as erased.
    ///
    /// # Errors
    /// When the memory cannot be written.
    pub fn filled(&self, memory: &Sparse) -> Result<u64, WriteError> {
        let held: u64 = memory.segments().map(|(span, _)| span.len()).sum();
        Ok(self.blocks(memory)? * PAGE - held)
    }

    /// How long the file is.
    ///
    /// # Errors
    /// When there is no memory, or it passes 32-bit addresses.
    pub fn file_len(&self, memory: &Sparse) -> Result<usize, WriteError> {
        let blocks = usize::try_from(self.blocks(memory)?).ok();
        blocks.and_then(|blocks| blocks.checked_mul(BLOCK)).ok_or(WriteError::TooLong)
    }

    /// Writes the file to the begin of `out`; how long it is.
    ///
    /// # Errors
    /// When the memory cannot be written, or `out` is shorter; `out` is then as it was.
    pub fn write_into(&self, memory: &Sparse, out: &mut [u8]) -> Result<usize, WriteError> {
        let (expected, found) = (self.file_len(memory)?, out.len());
        let Some(out) = out.get_mut(..expected) else { return Err(WriteError::Buffer { found, expected }) };
        let total = u32::try_from(expected / BLOCK).map_err(|_| WriteError::TooLong)?;
        let pages = self
            .ranges(memory)?
            .into_iter()
            .flat_map(|(start, end)| (0..(end - start) / PAGE).map(move |n| start + n * PAGE));
        for ((block, address), number) in out.chunks_exact_mut(BLOCK).zip(pages).zip(0..) {
            self.block(memory, (address, number, total), block);
        }
        Ok(expected)
    }

    /// One block.
    fn block(&self, memory: &Sparse, (address, number, total): (u64, u32, u32), block: &mut [u8]) {
        block.fill(0);
        let family = self.family.id();
        let flags = if family.is_some() { flag::FAMILY } else { 0 };
        // The page begins below 4 GiB.
        let start = u32::try_from(address).or_never("the page begins below 4 GiB");
        let words = [flags, start, 256, number, total, family.unwrap_or(0)];
        let fields = MAGICS.into_iter().chain((8..).step_by(4).zip(words));
        for (at, word) in fields {
            if let Some(to) = block.get_mut(at..at + 4) {
                to.copy_from_slice(&word.to_le_bytes());
            }
        }
        // What lies behind the page stays 0.
        let data =
            block.get_mut(HEADER..END).and_then(|data| data.get_mut(..256)).or_never("a block has room for a page");
        self.erased.bytes_into(address, data);
        let Ok(page) = Span::new(address, PAGE) else { return };
        let _ = memory.visit(page, &mut |from, bytes| {
            let at = usize::try_from(from - address).unwrap_or(usize::MAX);
            if let Some(to) = data.get_mut(at..).and_then(|rest| rest.get_mut(..bytes.len())) {
                to.copy_from_slice(bytes);
            }
            ControlFlow::Continue(())
        });
    }

    /// The file.
    ///
    /// # Errors
    /// When there is no memory, or it passes 32-bit addresses.
    pub fn to_vec(&self, memory: &Sparse) -> Result<Vec<u8>, WriteError> {
        let mut out = vec![0; self.file_len(memory)?];
        self.write_into(memory, &mut out).map(|_| out)
    }
}
