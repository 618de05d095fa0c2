//! Write units: the bytes that flash with error correction programs at once, 8, 16 or 32 of them.
//!
//! ```
//! use nameplate::{Span, writes::write_unit::WriteUnits};
//! use nameplate::image::{Erased, Hex};
//!
//! let firmware = Hex::parse(b":080000000102030405060708D4\n:06000800FFFFFFFFFFFFF8\n:00000001FF\n")?;
//! let units = WriteUnits::new(&firmware, [Span::new(0xA, 2)?], 8, Erased::default())?;
//! let whole = units.widen([(Span::new(0xA, 2)?, &[0x12, 0x34][..])]);
//! assert_eq!(whole[0].0, Span::new(8, 8)?);
//! assert_eq!(*whole[0].1, [0xFF, 0xFF, 0x12, 0x34, 0xFF, 0xFF, 0xFF, 0xFF]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Such a unit can be programmed once after each erase. What is programmed in a second pass has to be whole
//! units that the first pass left erased; one that holds anything is refused, as the part would refuse it
//! or hold wrong check bits. With its page erased first, all of the page has to be programmed again:
//! [`Extent::Pages`](super::delta::Extent::Pages).
//!
//! Not promised: that a first pass leaves bytes alone that are erased in its image. Some programmers
//! write them, and some parts then take them for programmed.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use thiserror::Error;
use zeroize::Zeroizing;

use crate::addr::{Address, Span};
use crate::image::{Container, ErasedMap, GapError, Merge, MergeError, Sparse};
use crate::width;

/// The most bytes in a unit.
const MOST: u64 = 65_536;

/// Whole write units around what a stamp touches, all of them erased in the template.
#[derive(Clone, Debug)]
pub struct WriteUnits {
    memory: Sparse,
}

/// Why there are no whole write units.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WriteUnitError {
    /// Units of no bytes, or of more than any flash has.
    #[error("a write unit of {found} bytes; 1 to {MOST} can be had")]
    Size {
        /// Bytes in a unit.
        found: u64,
    },
    /// The image lacks a byte that is touched.
    #[error(transparent)]
    Gap(#[from] GapError),
    /// A unit that the first pass programs.
    #[error("the write unit {span} is programmed already at {}: it cannot be programmed again before its page is erased", Address(*.address))]
    Programmed {
        /// The unit.
        span: Span,
        /// The first byte that is not erased.
        address: u64,
    },
    /// Two touched ranges share a byte.
    #[error(transparent)]
    Merge(#[from] MergeError),
}

impl WriteUnits {
    /// The units of `size` bytes, at multiples of it, around `spans` of a template.
    ///
    /// # Errors
    /// When `size` is not 1 to 65,536, the template lacks one of the bytes, or one in a unit is not erased.
    pub fn new(
        template: &dyn Container,
        spans: impl IntoIterator<Item = Span>,
        size: u64,
        erased: impl Into<ErasedMap>,
    ) -> Result<Self, WriteUnitError> {
        let erased = erased.into();
        if !(1..=MOST).contains(&size) {
            return Err(WriteUnitError::Size { found: size });
        }
        let spans: Vec<Span> = spans.into_iter().collect();
        for span in &spans {
            let _ = template.locate(*span)?;
        }
        let mut blank = Vec::new();
        for block in blocks(&spans, size) {
            let mut wrong = None;
            let _ = template.visit(block, &mut |address, bytes| {
                wrong = erased.first_other(address, bytes);
                if wrong.is_none() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            });
            if let Some(address) = wrong {
                let start = address - address % size;
                let span = Span::try_from(start..start.saturating_add(size)).unwrap_or(block);
                return Err(WriteUnitError::Programmed { span, address });
            }
            blank.push((block.start(), erased.bytes(block)));
        }
        let pieces = blank.iter().map(|(start, bytes)| (*start, bytes.as_slice()));
        Ok(Self { memory: Sparse::from_pieces(pieces, Merge::Error)? })
    }

    /// The units, erased.
    pub fn memory(&self) -> &Sparse {
        &self.memory
    }

    /// The units with `writes` in them, units that lie end to end as one. Writes elsewhere are left out. Wiped
    /// when dropped.
    pub fn widen<'w>(&self, writes: impl IntoIterator<Item = (Span, &'w [u8])>) -> Vec<(Span, Zeroizing<Vec<u8>>)> {
        let unit = |(span, bytes): (Span, &[u8])| (span, Zeroizing::new(bytes.to_vec()));
        let mut units: Vec<(Span, Zeroizing<Vec<u8>>)> = self.memory.segments().map(unit).collect();
        for (span, bytes) in writes {
            let Some((unit, memory)) = units.iter_mut().find(|(unit, _)| unit.covers(span)) else { continue };
            let at = width::index(span.start() - unit.start());
            if let Some(to) = memory.get_mut(at..).and_then(|rest| rest.get_mut(..bytes.len())) {
                to.copy_from_slice(bytes);
            }
        }
        units
    }
}

/// The blocks of `size` bytes around `spans`, each once.
pub(super) fn blocks(spans: &[Span], size: u64) -> Vec<Span> {
    let mut blocks: Vec<Span> = Vec::new();
    let mut sorted = spans.to_vec();
    sorted.sort_unstable();
    for span in sorted.iter().filter(|span| !span.is_empty()) {
        let start = (span.start() - span.start() % size).max(blocks.last().map_or(0, |block| block.end()));
        let end = span.end().checked_next_multiple_of(size).unwrap_or(u64::MAX);
        blocks.extend(Span::try_from(start..end).ok().filter(|block| !block.is_empty()));
    }
    blocks
}
