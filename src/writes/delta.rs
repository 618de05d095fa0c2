//! Delta HEX: of each unit only what its stamp touched, or the erase pages around that.
//!
//! ```
//! use nameplate::{At, Encoding, Field, Layout, Value};
//! use nameplate::writes::delta::{Delta, Extent};
//! use nameplate::image::{Hex, hex::Style};
//!
//! let firmware = Hex::parse(b":10010000214601360121470136007EFEFFFFFFFF39\n:00000001FF\n")?;
//! let layout = Layout::new().field(Field::new("serial", At::address(0x010C), Encoding::u16_be()));
//! let plan = layout.compile(&firmware)?;
//! let mut delta = Delta::new(&firmware, plan.spans(), Extent::Touched, Style::of(&firmware))?;
//! let mut unit = plan.stamper(&firmware)?;
//! let done = unit.stamp(&[("serial", Value::from(0x1234_u16))])?;
//! assert_eq!(delta.text(done.writes()), b":02010C001234AB\n:00000001FF\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The firmware is programmed once for all units, and each unit's delta in a second pass. With
//! [`Extent::Pages`] the pass may erase: all that the firmware has in the pages is in the delta.
//! With [`Extent::WriteUnits`] it is for flash with error correction, which programs whole units, once. Whether
//! a device lets a part of a page be programmed without erasing it is not known here.

use alloc::vec::Vec;
use core::fmt;

use thiserror::Error;
use zeroize::Zeroize;

use super::write_unit::{WriteUnitError, WriteUnits, blocks};
use crate::addr::Span;
use crate::image::hex::{HexError, Options, Style, WriteError};
use crate::image::{Container, ErasedMap, GapError, Hex, Merge, MergeError, Place, Sparse};

/// What a delta holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Extent {
    /// The bytes that a stamp touches.
    Touched,
    /// All bytes that the image has in the erase pages around those; the size of a page in bytes,
    /// pages lying at multiples of it.
    Pages(u64),
    /// The whole write units around those, which the image leaves erased.
    WriteUnits {
        /// Bytes in a unit.
        size: u64,
        /// What blank memory reads as.
        erased: ErasedMap,
    },
}

/// The delta of one unit after the other, in a buffer that is used again. Wiped when dropped.
pub struct Delta {
    text: Vec<u8>,
    template: Vec<u8>,
    places: Vec<Touched>,
}

/// What a stamp touches, and what the template holds there.
struct Touched {
    span: Span,
    place: Place,
    before: Vec<u8>,
}

/// Why there is no delta.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DeltaError {
    /// Pages of no bytes.
    #[error("a page of 0 bytes")]
    Page,
    /// The image lacks a byte that is touched.
    #[error(transparent)]
    Gap(#[from] GapError),
    /// A write unit that cannot be programmed.
    #[error(transparent)]
    WriteUnit(#[from] WriteUnitError),
    /// The delta cannot be written as HEX text.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// Two touched ranges share a byte.
    #[error(transparent)]
    Merge(#[from] MergeError),
    /// The delta is more than a HEX file may be.
    #[error(transparent)]
    Hex(#[from] HexError),
}

impl Delta {
    /// Prepares the deltas of a template whose stamps touch `spans`, written in `style`.
    ///
    /// # Errors
    /// When the template lacks one of the bytes, two of the ranges share one, or the text cannot be
    /// written.
    pub fn new(
        template: &dyn Container,
        spans: impl IntoIterator<Item = Span>,
        extent: Extent,
        style: Style,
    ) -> Result<Self, DeltaError> {
        let spans: Vec<Span> = spans.into_iter().collect();
        for span in &spans {
            let _ = template.locate(*span)?;
        }
        let of = |spans: &[Span]| {
            let parts: Vec<Sparse> = spans.iter().map(|span| Sparse::within(template, *span)).collect();
            let pieces = parts.iter().flat_map(Sparse::segments).map(|(span, bytes)| (span.start(), bytes));
            Sparse::from_pieces(pieces, Merge::Error)
        };
        let memory = match extent {
            Extent::Touched => of(&spans)?,
            Extent::Pages(0) => return Err(DeltaError::Page),
            Extent::Pages(size) => of(&blocks(&spans, size))?,
            Extent::WriteUnits { size, erased } => {
                // Two ranges that share a byte are refused as of the others.
                let _ = of(&spans)?;
                WriteUnits::new(template, spans.iter().copied(), size, erased)?.memory().clone()
            }
        };
        let text = style.to_vec(&memory)?;
        // Our own text, which may be without data.
        let hex = Hex::parse_with(&text, &Options::lenient())?;
        let touched = |span| {
            // Of no bytes there are none, wherever that is.
            let before = memory.get(span).unwrap_or(&[]).to_vec();
            Ok(Touched { span, place: hex.locate(span)?, before })
        };
        let places = spans.into_iter().map(touched).collect::<Result<Vec<_>, DeltaError>>()?;
        Ok(Self { template: text.clone(), text, places })
    }

    /// The HEX text of a unit, from what was written into it, in any order: to the spans that this was
    /// made for. What is missing there stays as in the template; writes to other spans are left out.
    pub fn text<'w>(&mut self, writes: impl IntoIterator<Item = (Span, &'w [u8])>) -> &[u8] {
        for Touched { place, .. } in &self.places {
            place.restore(&self.template, &mut self.text);
        }
        for (index, (span, after)) in writes.into_iter().enumerate() {
            let is = |place: &&Touched| place.span == span;
            // Most often they come in the order of the places.
            let touched = self.places.get(index).filter(is).or_else(|| self.places.iter().find(is));
            if let Some(Touched { place, before, .. }) = touched.filter(|touched| touched.before.len() == after.len()) {
                place.put(&mut self.text, before, after);
            }
        }
        &self.text
    }
}

impl Drop for Delta {
    fn drop(&mut self) {
        self.text.zeroize();
    }
}

/// What it touches.
impl fmt::Debug for Delta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.places.iter().map(|touched| touched.span)).finish()
    }
}
