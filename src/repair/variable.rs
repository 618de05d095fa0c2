//! The bytes of a unit that differ from the template.

use alloc::string::String;
use core::ops::Range;

use crate::addr::Span;

/// Bytes that differ from unit to unit: a field, or the word of a checksum.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    /// The name of the other image that it lies in; nothing when it is of the image itself.
    pub(crate) image: Option<String>,
    pub(crate) span: Span,
    /// Where its bytes lie among those of all variables.
    pub(crate) at: Range<usize>,
}
