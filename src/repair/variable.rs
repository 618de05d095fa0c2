//! The bytes of a unit that differ from the template.

use core::ops::Range;

use crate::addr::Span;

/// Bytes that differ from unit to unit: a field, or the word of a checksum.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    pub(crate) span: Span,
    /// Where its bytes lie among those of all variables.
    pub(crate) at: Range<usize>,
}
