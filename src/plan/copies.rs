//! Parts of a file that are kept, to be put back.

use alloc::vec::Vec;
use core::ops::Range;

use zeroize::Zeroizing;

use crate::never::OrNever;

/// What `file` has in these ranges, one behind the other. It is allocated once: growing would leave copies.
pub(super) fn copied<R: Iterator<Item = Range<usize>>>(file: &[u8], ranges: impl Fn() -> R) -> Zeroizing<Vec<u8>> {
    let mut kept = Zeroizing::new(Vec::with_capacity(ranges().map(|range| range.len()).sum()));
    for range in ranges() {
        kept.extend_from_slice(file.get(range).or_never("the places lie in the file"));
    }
    kept
}

/// Puts back what was copied.
pub(super) fn restore(file: &mut [u8], ranges: impl Iterator<Item = Range<usize>>, mut kept: &[u8]) {
    for range in ranges {
        let Some((from, rest)) = kept.split_at_checked(range.len()) else { return };
        if let Some(to) = file.get_mut(range) {
            to.copy_from_slice(from);
        }
        kept = rest;
    }
}
