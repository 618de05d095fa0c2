//! What of an ELF file is memory: its bytes by load address, and where the file contradicts itself.

use alloc::vec::Vec;
use core::cmp::Reverse;
use core::ops::Range;

use super::error::ElfError;
use super::read::Tables;
use super::unit::AddressUnit;
use crate::addr::Span;
use crate::never::OrNever;
use crate::width;

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
        usize::try_from(self.span.len()).or_never("they lie in the file")
    }

    pub(super) fn end(&self) -> usize {
        self.at + self.len()
    }

    /// The load address of the byte at offset `at`, which is one of them.
    pub(super) fn address(&self, at: usize) -> u64 {
        self.span.start() + width::wide(at - self.at)
    }

    /// Where `part` lies in the file.
    pub(super) fn file(&self, part: Span) -> Range<usize> {
        let at = self.at + usize::try_from(part.start() - self.span.start()).or_never("it lies in the file");
        at..at + usize::try_from(part.len()).or_never("it lies in the file")
    }

    /// Those of the file's bytes `range` that are among them.
    fn within(&self, range: &Range<usize>) -> Option<Self> {
        let (at, end) = (self.at.max(range.start), self.end().min(range.end));
        let len = u64::try_from(end.checked_sub(at).filter(|&len| len > 0)?).ok()?;
        Some(Self { at, span: Span::new(self.address(at), len).ok()? })
    }
}

/// Addresses of which the file does not say what lies there, and why.
pub(super) type Conflict = (Span, ElfError);

/// What is loaded.
#[derive(Clone)]
pub(super) struct Loaded {
    /// By load address; no two share one, nor a byte of the file.
    pub(super) loads: Vec<Load>,
    pub(super) conflicts: Vec<Conflict>,
}

/// Bytes of the file that are loaded to two addresses.
#[derive(Clone)]
pub(super) struct Shared {
    /// To one of the addresses.
    pub(super) load: Load,
    pub(super) error: ElfError,
}

/// One for each byte of the file that is loaded to one address, by offset in the file, and those that are loaded to
/// several.
pub(super) fn parts(mut segments: Vec<Load>, unit: AddressUnit) -> (Vec<Load>, Vec<Shared>) {
    // The same bytes may be given twice.
    let delta = |load: &Load| load.span.start().wrapping_sub(width::wide(load.at));
    segments.sort_unstable_by_key(|load| (delta(load), load.at, Reverse(load.end())));
    segments.dedup_by(|two, one| {
        let more = two.end().saturating_sub(one.end());
        let same = delta(one) == delta(two) && two.at < one.end();
        if same {
            one.span = one.span.extended(width::wide(more));
        }
        same
    });
    segments.sort_unstable_by_key(|load| (load.at, load.span));
    let mut parts = Vec::with_capacity(segments.len());
    let mut shared: Vec<(Range<usize>, usize, usize)> = Vec::new();
    alone(
        segments.iter().map(|load| load.at..load.end()),
        |index, range| parts.extend(segments.get(index).and_then(|load| load.within(&range))),
        |range, first, second| shared.push((range, first, second)),
    );
    let mut conflicts = Vec::new();
    for load in segments.iter().filter(|_| !shared.is_empty()) {
        let first = shared.partition_point(|(range, ..)| range.end <= load.at);
        let behind = shared.partition_point(|(range, ..)| range.start < load.end());
        let Some([(from, one, two), ..]) = shared.get(first..behind) else { continue };
        let until = shared.get(behind - 1).map_or(from.end, |(range, ..)| range.end);
        let byte = |index: &usize| segments.get(*index).map(|load| load.address(from.start));
        let address = |index: &usize| byte(index).or_never("one of the segments") / unit.bytes();
        // A stamp at one address would change the other too, which no checksum over that would know.
        let error = ElfError::Shared { at: from.start, first: address(one), second: address(two) };
        conflicts.extend(load.within(&(from.start..until)).map(|load| Shared { load, error }));
    }
    (parts, conflicts)
}

/// The bytes of `parts` that `memory` has, ranges of the file in ascending order, by load address.
pub(super) fn loads(parts: &[Load], memory: &[Range<usize>], shared: &[Shared], unit: AddressUnit) -> Loaded {
    let is_memory = |load: &Load| {
        let range = memory.get(memory.partition_point(|range| range.end <= load.at));
        range.is_some_and(|range| range.start < load.end())
    };
    let shared = shared.iter().filter(|shared| is_memory(&shared.load));
    let mut conflicts: Vec<Conflict> = shared.map(|shared| (shared.load.span, shared.error.clone())).collect();
    let mut pieces = pieces(parts, memory);
    pieces.sort_unstable_by_key(|load| (load.span.start(), Reverse(load.span.end()), load.at));
    let mut loads = Vec::with_capacity(pieces.len());
    alone(
        pieces.iter().map(|load| load.span.start()..load.span.end()),
        |index, range| {
            let part = pieces.get(index).zip(Span::try_from(range).ok());
            loads.extend(part.map(|(load, span)| Load { at: load.file(span).start, span }));
        },
        |range, _, _| conflicts.extend(Span::try_from(range).ok().map(|span| (span, ElfError::Overlap { span, unit }))),
    );
    let conflicts = apart(conflicts);
    Loaded { loads: without_conflicts(&loads, &conflicts), conflicts }
}

/// `loads` without the addresses of `conflicts`; both ascend, each apart from the next. What is loaded to an address by
/// one segment is none of its memory when another loads bytes there that it has no right to.
fn without_conflicts(loads: &[Load], conflicts: &[Conflict]) -> Vec<Load> {
    let mut rest = Vec::with_capacity(loads.len());
    let mut first = 0;
    for load in loads {
        while conflicts.get(first).is_some_and(|(span, _)| span.end() <= load.span.start()) {
            first += 1;
        }
        let mut keep = |from: u64, to: u64| {
            let span = Span::try_from(from..to).ok().filter(|span| !span.is_empty());
            rest.extend(span.map(|span| Load { at: load.file(span).start, span }));
        };
        let mut at = load.span.start();
        let cut = conflicts.iter().skip(first).map(|(span, _)| *span);
        for span in cut.take_while(|span| span.start() < load.span.end()) {
            keep(at, span.start());
            at = at.max(span.end());
        }
        keep(at, load.span.end());
    }
    rest
}

/// The same conflicts, each address once.
fn apart(mut conflicts: Vec<Conflict>) -> Vec<Conflict> {
    conflicts.sort_by_key(|(span, _)| (span.start(), Reverse(span.end())));
    let mut end = 0;
    conflicts.retain_mut(|(span, _)| {
        let rest = Span::try_from(span.start().max(end)..span.end()).ok().filter(|rest| !rest.is_empty());
        end = end.max(span.end());
        *span = rest.unwrap_or(*span);
        rest.is_some()
    });
    conflicts
}

/// The bytes of `parts` that `memory` has; both ascend in the file.
pub(super) fn pieces(parts: &[Load], memory: &[Range<usize>]) -> Vec<Load> {
    let mut pieces = Vec::with_capacity(parts.len());
    let mut first = 0;
    for load in parts {
        while memory.get(first).is_some_and(|range| range.end <= load.at) {
            first += 1;
        }
        let ranges = memory.iter().skip(first).take_while(|range| range.start < load.end());
        pieces.extend(ranges.filter_map(|range| load.within(range)));
    }
    pieces
}

/// Of `ranges`, which ascend by start, hands to `one` what only one has, and to `several` what more than one has, with
/// two of those.
fn alone<T: Copy + Ord>(
    ranges: impl Iterator<Item = Range<T>>,
    mut one: impl FnMut(usize, Range<T>),
    mut several: impl FnMut(Range<T>, usize, usize),
) {
    // The one that reaches furthest, what of it is not told yet, and what several have, likewise.
    let mut open: Option<(usize, Range<T>)> = None;
    let mut shared: Option<(Range<T>, usize, usize)> = None;
    for (index, range) in ranges.enumerate() {
        let Some((last, rest)) = &mut open else {
            open = Some((index, range));
            continue;
        };
        if range.start >= rest.end {
            if rest.start < rest.end {
                one(*last, rest.clone());
            }
            open = Some((index, range));
            continue;
        }
        if rest.start < range.start {
            one(*last, rest.start..range.start);
        }
        let both = range.start..range.end.min(rest.end);
        match &mut shared {
            Some((shared, ..)) if both.start <= shared.end => shared.end = shared.end.max(both.end),
            _ => {
                if let Some((range, first, second)) = shared.replace((both.clone(), *last, index)) {
                    several(range, first, second);
                }
            }
        }
        if range.end > rest.end {
            (*last, *rest) = (index, rest.end..range.end);
        } else {
            rest.start = rest.start.max(range.end);
        }
    }
    if let Some((last, rest)) = open.filter(|(_, rest)| rest.start < rest.end) {
        one(last, rest);
    }
    if let Some((range, first, second)) = shared {
        several(range, first, second);
    }
}

/// Bytes of the file that sections of memory have, without headers; nothing when there is no such section.
pub(super) fn covered(file: usize, tables: &Tables<'_>) -> Option<Vec<Range<usize>>> {
    let ranges = sections(file, tables);
    (!ranges.is_empty()).then(|| without(&ranges, &headers(file, tables)))
}

/// All bytes of the file but those of headers and their tables, and those that a segment has in front of its first
/// section: linkers put them there to begin with a page.
pub(super) fn all(file: usize, tables: &Tables<'_>) -> Vec<Range<usize>> {
    let (mut others, sections) = (headers(file, tables), sections(file, tables));
    others.extend(tables.segments.iter().filter_map(|segment| {
        let start = size(segment.at, file);
        let first = sections.get(sections.partition_point(|section| section.end <= start))?;
        let end = size(segment.at.saturating_add(segment.len), file);
        (start < first.start && first.start < end).then_some(start..first.start)
    }));
    without(core::slice::from_ref(&(0..file)), &united(others))
}

/// All bytes of the file but those of headers and their tables.
pub(super) fn without_headers(file: usize, tables: &Tables<'_>) -> Vec<Range<usize>> {
    without(core::slice::from_ref(&(0..file)), &headers(file, tables))
}

/// An offset in a file of so many bytes.
fn size(n: u64, file: usize) -> usize {
    width::index(n).min(file)
}

/// Bytes of the file that sections of memory have.
fn sections(file: usize, tables: &Tables<'_>) -> Vec<Range<usize>> {
    let sections = tables.sections.iter().filter(|section| section.alloc && section.bits);
    let ranges = sections.map(|section| size(section.at, file)..size(section.at.saturating_add(section.len), file));
    united(ranges.collect())
}

/// Headers and their tables.
fn headers(file: usize, tables: &Tables<'_>) -> Vec<Range<usize>> {
    united(tables.headers.iter().map(|range| size(range.start, file)..size(range.end, file)).collect())
}

/// The same bytes as ascending ranges that are apart.
fn united(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.retain(|range| !range.is_empty());
    ranges.sort_unstable_by_key(|range| range.start);
    ranges.dedup_by(|two, one| {
        let same = two.start <= one.end;
        if same {
            one.end = one.end.max(two.end);
        }
        same
    });
    ranges
}

/// `ranges` without `others`; both ascend, each apart from the next.
pub(super) fn without(ranges: &[Range<usize>], others: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut rest = Vec::with_capacity(ranges.len());
    let mut first = 0;
    for range in ranges {
        let mut at = range.start;
        while others.get(first).is_some_and(|other| other.end <= range.start) {
            first += 1;
        }
        let cut = others.iter().skip(first).take_while(|other| other.start < range.end);
        for other in cut.chain([&(range.end..range.end)]) {
            if at < other.start {
                rest.push(at..other.start);
            }
            at = at.max(other.end);
        }
    }
    rest
}
