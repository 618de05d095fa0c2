//! What of an image says where the checksums of a format lie, and how far they reach.

use alloc::vec::Vec;

use crate::addr::Span;

/// Bytes that were read to find the checksums of a format: with others there they would be other checksums.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reads {
    /// The format.
    pub(crate) format: &'static str,
    /// The bytes, in ascending order, apart from each other.
    pub(crate) spans: Vec<Span>,
}

impl Reads {
    pub(super) fn new(format: &'static str, mut spans: Vec<Span>) -> Self {
        spans.sort_unstable();
        spans.dedup_by(|two, one| {
            let same = two.start() <= one.end();
            if same {
                *one = one.extended(two.end().saturating_sub(one.end()));
            }
            same
        });
        Self { format, spans }
    }
}
