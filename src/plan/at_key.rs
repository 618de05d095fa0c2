//! A field at a key of an NVS partition.

use core::ops::Range;

use crate::addr::Span;
use crate::nvs_key::NvsKey;

/// A field at a key: which field it is, and which checksums are those of its entry.
#[derive(Clone, Debug)]
pub(super) struct AtKey {
    pub(super) field: usize,
    pub(super) key: NvsKey,
    /// Where its partition lies in the template.
    pub(super) partition: Span,
    pub(super) repairs: Range<usize>,
}
