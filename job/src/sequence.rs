//! The images of a unit, stamped one after the other: each behind those that its checksums cover, with its own values.

use std::borrow::Borrow;
use std::collections::HashMap;

use nameplate::plan::{Stamped, Stamper};
use nameplate::{Plan, Value};

use crate::error::JobError;
use crate::images::Images;

/// The order in which the images of a unit are stamped, and which of its values are theirs.
#[derive(Clone, Debug)]
pub struct Sequence {
    order: Vec<usize>,
    /// What the checksums of each image cover.
    covers: Vec<Vec<usize>>,
    /// The image that each field lies in.
    places: HashMap<String, usize>,
}

fn lacks() -> JobError {
    JobError::refused("an image was not compiled")
}

impl Sequence {
    /// That of these images.
    pub fn new(images: &Images) -> Self {
        let all = || images.all().iter().enumerate();
        Self {
            order: images.in_order().map(|(index, _)| index).collect(),
            covers: all().map(|(_, image)| image.covers.clone()).collect(),
            places: all()
                .flat_map(|(index, image)| image.job.fields.iter().map(move |field| (field.name.clone(), index)))
                .collect(),
        }
    }

    /// Stamps unit `seq`. The stampers are in the order of the job, and so is what is made; `values` are those of all
    /// fields, and sorted here by image.
    ///
    /// # Errors
    /// When there is not a stamper for each image, or a value does not fit. Stampers of images that were stamped before
    /// then hold this unit: nothing of it is to be used.
    pub fn stamp<'s, P: Borrow<Plan> + 's>(
        &self,
        stampers: impl IntoIterator<Item = &'s mut Stamper<P>>,
        seq: u64,
        values: &mut [(&str, Value<'_>)],
    ) -> Result<Vec<Stamped<'s>>, JobError> {
        let mut left: Vec<Option<&'s mut Stamper<P>>> = stampers.into_iter().map(Some).collect();
        let count = left.len();
        let place = |name: &str| self.places.get(name).copied().unwrap_or(count);
        if count > 1 {
            values.sort_by_cached_key(|(name, _)| place(name));
        }
        let part = |index: usize| {
            if count == 1 {
                return &*values;
            }
            let begin = values.partition_point(|(name, _)| place(name) < index);
            let end = values.partition_point(|(name, _)| place(name) <= index);
            values.get(begin..end).unwrap_or_default()
        };
        let mut done: Vec<Option<Stamped<'s>>> = (0..count).map(|_| None).collect();
        for &index in &self.order {
            let stamper = left.get_mut(index).and_then(Option::take).ok_or_else(lacks)?;
            let covers = self.covers.get(index).map(Vec::as_slice).unwrap_or_default();
            let others: Vec<&Stamped<'_>> =
                covers.iter().filter_map(|other| done.get(*other).and_then(Option::as_ref)).collect();
            let stamped = stamper.stamp_beside(part(index), &others).map_err(|error| JobError::stamp(seq, &error))?;
            if let Some(to) = done.get_mut(index) {
                *to = Some(stamped);
            }
        }
        done.into_iter().collect::<Option<_>>().ok_or_else(lacks)
    }
}
