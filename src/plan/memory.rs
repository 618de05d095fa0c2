//! What of an ELF file is memory, where a field or a checksum depends on it.

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use super::error::{GapHint, Padding, PlanErrorKind};
use crate::addr::Span;
use crate::image::elf::{AddressUnit, Elf, Memory};
use crate::image::{Container, GapError};
use crate::repair::{Over, Repair, computed};

/// Whether what each checksum covers is the same memory for whoever writes it to the device, and is there at all;
/// `guessable` says that no value may be shown.
pub(super) fn agreed(repairs: &[Repair], image: &dyn Container, guessable: bool) -> Result<(), PlanErrorKind> {
    let mut others: Vec<&str> = repairs.iter().flat_map(Repair::over).filter_map(Over::image).collect();
    others.sort_unstable();
    others.dedup();
    for (name, other) in others.into_iter().filter_map(|name| Some((name, image.other(name)?))) {
        other.elf().map_or(Ok(()), |elf| of_elf(repairs, Some(name), elf, guessable))?;
    }
    for repair in repairs {
        for span in covered(repair, None).filter(|span| first(image, *span).is_none()) {
            if let Some(hint) = elsewhere(image, span, false) {
                return Err(PlanErrorKind::Elsewhere { check: repair.name().to_string(), span, hint: Box::new(hint) });
            }
        }
    }
    image.elf().map_or(Ok(()), |elf| of_elf(repairs, None, elf, guessable))
}

/// The ELF file is that of another image, if there is a name.
fn of_elf(repairs: &[Repair], name: Option<&str>, elf: &Elf<'_>, guessable: bool) -> Result<(), PlanErrorKind> {
    let conflicts: Vec<Span> = elf.conflicts().map(|(span, _)| span).collect();
    // For whom memory is what sections have, none of the rest counts.
    let of_loaders = elf.memory() != Some(Memory::Sections);
    let fronts = united(if of_loaders { elf.fronts() } else { Vec::new() });
    let padding = united(match elf.memory() {
        None => elf.padding().iter().map(|padding| padding.span).collect(),
        Some(_) => Vec::new(),
    });
    for repair in repairs {
        let check = || repair.name().to_string();
        let hit = |spans: &[Span]| covered(repair, name).find_map(|over| common(spans, over));
        if let Some((_, error)) = hit(&conflicts).and_then(|span| elf.conflict(span.start())) {
            return Err(PlanErrorKind::Conflict { check: check(), error: error.clone() });
        }
        if let Some(span) = hit(&fronts) {
            return Err(PlanErrorKind::Front { check: check(), span });
        }
        if let Some(span) = hit(&padding) {
            let value = |memory| {
                let elf = elf.clone().with_memory(memory);
                // Of several images it takes more than one.
                computed(repair, &elf).filter(|_| !guessable)
            };
            let (sections, segments) = (value(Memory::Sections), value(Memory::Segments));
            let padding = Padding { check: check(), span, sections, segments };
            return Err(PlanErrorKind::Padding(Box::new(padding)));
        }
    }
    Ok(())
}

/// What a checksum covers of its own image, or of another.
fn covered<'r>(repair: &'r Repair, image: Option<&'r str>) -> impl Iterator<Item = Span> + use<'r> {
    let ranges = repair.ranges().filter(move |(of, _)| *of == image);
    ranges.filter_map(|(_, range)| Span::try_from(range).ok())
}

/// The same addresses as ascending spans that are apart.
fn united(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    spans.dedup_by(|two, one| {
        let same = two.start() <= one.end();
        if same {
            *one = one.extended(two.end().saturating_sub(one.end()));
        }
        same
    });
    spans
}

/// What the first of `spans`, which ascend apart from each other, shares with `over`.
fn common(spans: &[Span], over: Span) -> Option<Span> {
    let next = spans.partition_point(|span| span.end() <= over.start());
    spans.get(next).and_then(|span| span.common(over))
}

/// The first address of `span` that the image has a byte at.
fn first(image: &dyn Container, span: Span) -> Option<u64> {
    let mut first = None;
    let _ = image.visit(span, &mut |address, _| {
        first = Some(address);
        ControlFlow::Break(())
    });
    first
}

/// Why `image` lacks a byte of `span`.
pub(super) fn hint(image: &dyn Container, span: Span, error: &GapError) -> Option<GapHint> {
    if let Some(elf) = image.elf() {
        let address = error.address();
        if let Some((_, error)) = elf.conflict(address) {
            return Some(GapHint::Conflict(error.clone()));
        }
        if let Some(padding) = elf.padding().into_iter().find(|padding| padding.span.contains(address)) {
            let span = padding.span;
            return Some(if padding.in_front { GapHint::Front(span) } else { GapHint::Padding(span) });
        }
    }
    elsewhere(image, span, true)
}

/// More than the flash of any PIC32 at one address.
const REGION: u64 = 0x40_0000;

/// Where the image has the bytes that `span` may mean: all of them, or any.
fn elsewhere(image: &dyn Container, span: Span, all: bool) -> Option<GapHint> {
    let has = |span: Span| if all { image.locate(span).ok().map(|_| span.start()) } else { first(image, span) };
    if let Some(elf) = image.elf() {
        let words = span.start().checked_mul(AddressUnit::Word16.bytes()).and_then(|at| Span::new(at, span.len()).ok());
        let words = words.filter(|_| elf.unit() == AddressUnit::Word16).and_then(has);
        return match words {
            Some(_) => Some(GapHint::Words(span.start())),
            None => Some(GapHint::RunTime(elf.vma(span).ok()?.start())),
        };
    }
    // The two views that a MIPS processor has of its memory, with cache and without.
    let views = Span::try_from(0x8000_0000..0xC000_0000).ok()?;
    let found = has(Span::new(span.start() & 0x1FFF_FFFF, span.len()).ok().filter(|_| views.covers(span))?)?;
    let region = |address: u64| address & !(REGION - 1);
    let from = Span::new(region(span.start()), REGION).ok()?;
    Some(GapHint::Physical { from, to: region(span.start() & 0x1FFF_FFFF), found })
}
