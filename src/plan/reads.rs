//! Bytes by which the checksums of a format were found: no field may lie over them, and an image that has others there
//! has other checksums.

use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;

use super::error::{PlanErrorKind, ReadError, SlotName};
use super::slots::Slots;
use crate::addr::Span;
use crate::image::{Container, GapError};
use crate::never::OrNever;
use crate::record::Slot;
use crate::repair::Repair;

/// Bytes of a checksum, by its index: where they lie, and what they are.
pub(super) type Read = (usize, Span, Vec<u8>);

/// What `image` holds in the bytes by which `repairs` were found; no slot lies over them.
pub(super) fn compile(
    repairs: &[Repair],
    fields: &[Slot],
    checks: &[Slot],
    image: &dyn Container,
) -> Result<Vec<Read>, PlanErrorKind> {
    let mut reads = Vec::new();
    for (index, repair) in repairs.iter().enumerate() {
        let spans = &repair.reads().spans;
        for slot in fields.iter().chain(checks) {
            let next = spans.partition_point(|span| span.end() <= slot.span.start());
            if let Some(span) = spans.get(next).and_then(|span| span.common(slot.span)) {
                let (name, check) = (slot.name.clone(), repair.name().to_string());
                return Err(PlanErrorKind::Reads { name, check, format: repair.reads().format, span });
            }
        }
        for &span in spans {
            let name = || SlotName::Check(repair.name().to_string());
            let bytes =
                bytes(image, span).map_err(|error| PlanErrorKind::Gap { slot: name(), span, error, hint: None })?;
            reads.push((index, span, bytes));
        }
    }
    Ok(reads)
}

/// The first checksum of which `image` has other bytes there than those that were compiled.
pub(super) fn differs(reads: &[Read], image: &dyn Container) -> Option<usize> {
    let other = reads.iter().find(|(_, span, expected)| bytes(image, *span).as_ref() != Ok(expected));
    other.map(|(index, ..)| *index)
}

/// Whether `image` has the bytes that were compiled.
pub(super) fn same(reads: &[Read], slots: &Slots<'_>, image: &dyn Container) -> Result<(), ReadError> {
    // What lies elsewhere was found anew.
    for (index, span, expected) in reads.iter().filter(|(index, ..)| !slots.own.contains(index)) {
        let Some(repair) = slots.repairs.get(*index) else { continue };
        let check = repair.name().to_string();
        let slot = SlotName::Check(check.clone());
        let found = bytes(image, *span).map_err(|error| ReadError::Gap { slot, span: *span, error })?;
        if found != *expected {
            let (format, span, expected) = (repair.reads().format, *span, expected.clone());
            return Err(ReadError::Reads { check, format, span, found, expected });
        }
    }
    Ok(())
}

fn bytes(image: &dyn Container, span: Span) -> Result<Vec<u8>, GapError> {
    let place = image.locate(span)?;
    let mut bytes = vec![0; usize::try_from(span.len()).or_never("what has a place lies in memory")];
    place.get(image.file(), &mut bytes);
    Ok(bytes)
}
