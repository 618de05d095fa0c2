//! What of an ELF file is memory, where a field or a checksum depends on it.

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;

use super::error::{GapHint, Padding, PlanErrorKind};
use crate::addr::Span;
use crate::image::elf::{Elf, Memory};
use crate::image::{Container, GapError};
use crate::repair::{Repair, computed};

/// Whether what each checksum covers is the same memory for whoever writes it to the device; `guessable` says that no
/// value may be shown.
pub(super) fn agreed(repairs: &[Repair], image: &dyn Container, guessable: bool) -> Result<(), PlanErrorKind> {
    let Some(elf) = image.elf() else { return Ok(()) };
    let covered = |repair: &Repair| -> Vec<Span> {
        repair.over().iter().filter_map(|range| Span::try_from(range.clone()).ok()).collect()
    };
    for repair in repairs {
        let covered = covered(repair);
        let hit = |(span, error)| covered.iter().any(|over: &Span| over.common(span).is_some()).then_some(error);
        if let Some(error) = elf.conflicts().find_map(hit) {
            return Err(PlanErrorKind::Conflict { check: repair.name().to_string(), error: error.clone() });
        }
    }
    if elf.memory() != Some(Memory::Sections) {
        let headers = elf.loaded_headers();
        for repair in repairs {
            let hit = |over: &Span| headers.iter().find_map(|span| span.common(*over));
            if let Some(span) = covered(repair).iter().find_map(hit) {
                return Err(PlanErrorKind::Headers { check: repair.name().to_string(), span });
            }
        }
    }
    if elf.memory().is_some() || repairs.is_empty() {
        return Ok(());
    }
    let padding = elf.padding();
    for repair in repairs {
        let first = |over: Span| {
            let next = padding.partition_point(|span| span.end() <= over.start());
            padding.get(next).and_then(|span| span.common(over))
        };
        let Some(span) = covered(repair).into_iter().find_map(first) else { continue };
        let value = |memory| {
            let elf = elf.clone().with_memory(memory);
            computed(repair, &elf).filter(|_| !guessable)
        };
        let (sections, segments) = (value(Memory::Sections), value(Memory::Segments));
        let padding = Padding { check: repair.name().to_string(), span, sections, segments };
        return Err(PlanErrorKind::Padding(Box::new(padding)));
    }
    Ok(())
}

/// More than the flash of any PIC32 at one address.
const REGION: u64 = 0x40_0000;

/// Why `image` lacks a byte of `span`.
pub(super) fn hint(image: &dyn Container, span: Span, error: &GapError) -> Option<GapHint> {
    if let Some(elf) = image.elf() {
        return of_elf(elf, span, error.address());
    }
    // The two views that a MIPS processor has of its memory, with cache and without.
    let views = Span::try_from(0x8000_0000..0xC000_0000).ok()?;
    let physical = Span::new(span.start() & 0x1FFF_FFFF, span.len()).ok()?;
    let region = |address: u64| address & !(REGION - 1);
    let from = Span::new(region(span.start()), REGION).ok()?;
    let found = views.covers(span) && image.locate(physical).is_ok();
    found.then(|| GapHint::Physical { from, to: region(physical.start()), found: physical.start() })
}

fn of_elf(elf: &Elf<'_>, span: Span, address: u64) -> Option<GapHint> {
    if let Some((_, error)) = elf.conflicts().find(|(conflict, _)| conflict.contains(address)) {
        return Some(GapHint::Conflict(error.clone()));
    }
    if let Some(padding) = elf.padding().into_iter().find(|padding| padding.contains(address)) {
        return Some(GapHint::Padding(padding));
    }
    Some(GapHint::RunTime(elf.vma(span).ok()?.start()))
}
