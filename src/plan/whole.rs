//! All of a unit's NVS partition, where it is another than the template's.

use crate::addr::Span;
use crate::image::Place;

/// A unit that was made anew.
#[derive(Clone, Copy)]
pub(super) struct Whole<'u> {
    /// Where its partition lies in the file.
    pub(super) place: &'u Place,
    pub(super) span: Span,
    pub(super) bytes: &'u [u8],
}

impl Whole<'_> {
    /// Puts another partition in its place.
    pub(super) fn replace(&self, file: &mut [u8], with: &[u8]) {
        self.place.put(file, self.bytes, with);
    }
}
