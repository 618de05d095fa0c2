//! A unit that is another partition than the template: what its stamper needs.

use alloc::vec;
use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::copies::{copied, restore};
use super::layout::Made;
use super::whole::Whole;
use crate::addr::Span;
use crate::image::{Container, Place};
use crate::never::OrNever;

/// The most combinations of lengths whose stampers are kept.
const MOST: usize = 32;

/// What a stamper needs to make partitions anew: for each combination of lengths of texts a stamper `S` of its own.
pub(super) struct Anew<S> {
    place: Place,
    span: Span,
    before: Vec<u8>,
    /// What the template's file has there, and the sums over it.
    text: Zeroizing<Vec<u8>>,
    sums: Zeroizing<Vec<u8>>,
    /// The one that was used last is the last.
    kept: Vec<(Vec<usize>, S)>,
    /// Whether the file holds a unit of that.
    is_in: bool,
}

impl<S> Anew<S> {
    /// Nothing when the image has not all of the partition as the template has it: then texts fill their fields.
    pub(super) fn of(made: &Made, image: &dyn Container) -> Option<Self> {
        let place = image.locate(made.partition).ok()?;
        let mut before = vec![0; made.template.len()];
        place.get(image.file(), &mut before);
        if before != made.template {
            return None;
        }
        let text = copied(image.file(), || place.text());
        let sums = copied(image.file(), || place.sums());
        Some(Self { place, span: made.partition, before, text, sums, kept: Vec::new(), is_in: false })
    }

    /// Makes `file` the template again, if it is a unit of another partition: whose stamper that is.
    pub(super) fn leave(&mut self, file: &mut [u8]) -> Option<&mut S> {
        if !core::mem::take(&mut self.is_in) {
            return None;
        }
        restore(file, self.place.text(), &self.text);
        restore(file, self.place.sums(), &self.sums);
        self.kept.last_mut().map(|(_, stamper)| stamper)
    }

    /// The stamper for texts of these lengths; `new` makes it, if there is none yet.
    pub(super) fn stamper<E>(&mut self, lens: &[usize], new: impl FnOnce() -> Result<S, E>) -> Result<(), E> {
        if let Some(index) = self.kept.iter().position(|(own, _)| own == lens) {
            self.kept.get_mut(index..).or_never("the place of one of them").rotate_left(1);
            return Ok(());
        }
        let stamper = new()?;
        if self.kept.len() >= MOST {
            drop(self.kept.remove(0));
        }
        self.kept.push((lens.to_vec(), stamper));
        Ok(())
    }

    /// That stamper, and where its units go.
    pub(super) fn last(&mut self) -> Option<(&mut S, Target<'_>)> {
        let Self { place, span, before, kept, is_in, .. } = self;
        let (_, stamper) = kept.last_mut()?;
        Some((stamper, Target { place, span: *span, before, is_in }))
    }
}

/// Where a unit goes: into a file that is the template.
pub(super) struct Target<'a> {
    place: &'a Place,
    span: Span,
    before: &'a [u8],
    is_in: &'a mut bool,
}

impl<'a> Target<'a> {
    pub(super) fn put<'u>(self, file: &mut [u8], bytes: &'u [u8]) -> Whole<'u>
    where
        'a: 'u,
    {
        *self.is_in = true;
        self.place.put(file, self.before, bytes);
        Whole { place: self.place, span: self.span, bytes }
    }
}
