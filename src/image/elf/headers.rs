//! What the headers say is loaded, and to where: segments, or sections where there are none or these know better.

use alloc::vec;
use alloc::vec::Vec;

use super::error::What;
use super::read::{RawSection, RawSegment, Tables};
use super::unit::AddressUnit;
use crate::never::OrNever;

/// What a header says is loaded.
pub(super) struct Loading {
    pub(super) raw: RawSegment,
    /// Whose header that is.
    pub(super) what: What,
    pub(super) index: u32,
}

/// Whether sections are loaded, as there are no segments with bytes.
pub(super) fn by_sections(tables: &Tables<'_>) -> bool {
    !tables.relocatable && tables.segments.iter().all(|segment| segment.len == 0)
}

/// All that is loaded.
pub(super) fn loadings(tables: &Tables<'_>, unit: AddressUnit) -> Vec<Loading> {
    if by_sections(tables) {
        return sections(tables).map(|(index, section)| of_section(index, section, section.vma)).collect();
    }
    let segments: Vec<&RawSegment> = tables.segments.iter().filter(|raw| raw.len > 0).collect();
    let astray =
        if unit == AddressUnit::Byte { vec![Vec::new(); segments.len()] } else { astray(tables, unit, &segments) };
    let mut loadings = Vec::with_capacity(segments.len());
    for ((index, &&raw), sections) in (1..).zip(&segments).zip(astray) {
        if sections.is_empty() {
            loadings.push(Loading { raw, what: What::Segment, index });
        }
        let lma = |section: &RawSection<'_>| raw.lma.wrapping_add(section.vma.wrapping_sub(raw.vma));
        loadings.extend(sections.into_iter().map(|(index, section)| of_section(index, section, lma(section))));
    }
    loadings
}

/// Of each segment the sections, if any of them has another address than its place in the segment gives: the linker
/// for dsPIC puts configuration words end to end in the file that do not lie so in memory. The HEX files of those
/// builds have them at the addresses of the sections.
fn astray<'t, 'f>(
    tables: &'t Tables<'f>,
    unit: AddressUnit,
    segments: &[&RawSegment],
) -> Vec<Vec<(u32, &'t RawSection<'f>)>> {
    let of =
        |index: usize| segments.get(index).copied().map(|segment| (segment.at, segment.at.saturating_add(segment.len)));
    let range = |index: usize| of(index).or_never("one of the segments");
    let (at, end) = (|index| range(index).0, |index| range(index).1);
    let mut order: Vec<usize> = (0..segments.len()).collect();
    order.sort_by_key(|&index| at(index));
    // Of bytes that two segments have it is not known whose the section is.
    let (mut alone, mut reach) = (vec![true; segments.len()], None::<(usize, u64)>);
    for &index in &order {
        if let Some((last, _)) = reach.filter(|(_, reach)| *reach > at(index)) {
            for index in [last, index] {
                if let Some(alone) = alone.get_mut(index) {
                    *alone = false;
                }
            }
        }
        if reach.is_none_or(|(_, reach)| end(index) > reach) {
            reach = Some((index, end(index)));
        }
    }
    let mut found = vec![(Vec::new(), false); segments.len()];
    for (number, section) in sections(tables) {
        let behind = order.partition_point(|&index| at(index) <= section.at);
        let index = behind.checked_sub(1).and_then(|last| order.get(last).copied());
        let Some(index) = index.filter(|&index| alone.get(index) == Some(&true)) else { continue };
        let (Some(segment), Some((sections, astray))) = (segments.get(index), found.get_mut(index)) else { continue };
        let offset = section.at - segment.at;
        if offset.checked_add(section.len).is_some_and(|end| end <= segment.len) {
            sections.push((number, section));
            *astray |= section.vma.wrapping_sub(segment.vma).wrapping_mul(unit.bytes()) != offset;
        }
    }
    found.into_iter().map(|(sections, astray)| if astray { sections } else { Vec::new() }).collect()
}

/// Sections that are part of memory, with bytes, and their numbers.
fn sections<'t, 'f>(tables: &'t Tables<'f>) -> impl Iterator<Item = (u32, &'t RawSection<'f>)> {
    (0..).zip(&tables.sections).filter(|(_, section)| section.alloc && section.bits && section.len > 0)
}

fn of_section(index: u32, section: &RawSection<'_>, lma: u64) -> Loading {
    let &RawSection { at, vma, len, .. } = section;
    Loading { raw: RawSegment { at, vma, lma, len, memory: len }, what: What::Section, index }
}
