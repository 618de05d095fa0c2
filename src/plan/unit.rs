//! A plan bound to an image: stamp one unit after the other, undo.

use alloc::borrow::Cow;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use zeroize::{Zeroize, Zeroizing};

use super::compile::{guards, locate};
use super::error::{PlanError, PlanErrorKind, StampError, StampErrorKind};
use super::layout::{Guard, Plan};
use crate::addr::Span;
use crate::image::{Container, Place};
use crate::record::Record;
use crate::value::Value;

/// One unit at a time: a buffer that holds the template or a stamped copy of it.
pub struct Unit<'p> {
    plan: &'p Plan,
    template: &'p [u8],
    file: Buffer<'p>,
    places: Vec<Place>,
    /// What the template holds in the slots.
    before: Zeroizing<Vec<u8>>,
    /// What the unit gets there.
    after: Vec<u8>,
    given: Vec<bool>,
}

enum Buffer<'p> {
    Owned(Vec<u8>),
    Borrowed(&'p mut [u8]),
}

impl Buffer<'_> {
    fn get(&self) -> &[u8] {
        match self {
            Self::Owned(bytes) => bytes,
            Self::Borrowed(bytes) => bytes,
        }
    }

    fn get_mut(&mut self) -> &mut [u8] {
        match self {
            Self::Owned(bytes) => bytes,
            Self::Borrowed(bytes) => bytes,
        }
    }
}

impl Plan {
    /// Binds the plan to an image, with a buffer of its own. The image may be the template, or the
    /// same build in another format.
    ///
    /// # Errors
    /// When the image lacks a field or word, a field does not find what it expects, the bytes under a
    /// checksum are not those that were compiled, or its word is not what its description says.
    pub fn unit<'p>(&'p self, image: &'p dyn Container) -> Result<Unit<'p>, PlanError> {
        self.bind(image, Buffer::Owned(image.file().to_vec()))
    }

    /// The same, with the caller's buffer, which must be as long as the image's file. A buffer that
    /// holds secrets is the caller's to wipe.
    ///
    /// # Errors
    /// As [`unit`](Self::unit), and when the buffer has another length.
    pub fn unit_in<'p>(&'p self, image: &'p dyn Container, buffer: &'p mut [u8]) -> Result<Unit<'p>, PlanError> {
        let (found, expected) = (buffer.len(), image.file().len());
        if found != expected {
            return Err(PlanErrorKind::Buffer { found, expected }.into());
        }
        buffer.copy_from_slice(image.file());
        self.bind(image, Buffer::Borrowed(buffer))
    }

    fn bind<'p>(&'p self, image: &'p dyn Container, file: Buffer<'p>) -> Result<Unit<'p>, PlanError> {
        let (places, before) = locate(&self.field_slots, &self.check_slots, self.len, image)?;
        guards(&self.fields, &self.field_slots, &before, self.erased)?;
        let differs = self.graph.differs(&self.repairs, &self.variables, &before, image, self.erased);
        if let Some(index) = differs.map_err(|error| if self.guessable { error.without_numbers() } else { error })? {
            let check = self.repairs.get(index).map_or("", |repair| repair.name()).into();
            return Err(PlanErrorKind::Differs { check }.into());
        }
        let (after, given) = (vec![0; self.len], vec![false; self.fields.len()]);
        Ok(Unit { plan: self, template: image.file(), file, places, before, after, given })
    }
}

impl Unit<'_> {
    /// Stamps one unit: each field's value by name, each exactly once, in any order. All values are
    /// encoded and checked, and all checksums computed, before the first byte is written; whatever
    /// was stamped before is gone.
    ///
    /// # Errors
    /// When a field is unknown, given twice or not at all, or its value does not fit. The unit then
    /// holds the plain template.
    pub fn stamp(&mut self, values: &[(&str, Value<'_>)]) -> Result<Stamped<'_>, StampError> {
        if let Err(error) = self.encode(values) {
            let _ = self.undo();
            return Err(error);
        }
        self.plan.graph.run(&self.plan.repairs, &mut self.after);
        let file = self.file.get_mut();
        // Sums are mended from the template's, so that a unit does not depend on the one before it.
        for place in &self.places {
            place.restore_sums(self.template, file);
        }
        for (slot, place) in self.plan.slots().zip(&self.places) {
            place.put(file, slot.of(&self.before), slot.of(&self.after));
        }
        let Plan { field_slots, check_slots, .. } = self.plan;
        let record = Record::new(field_slots, check_slots, &self.before, &self.after);
        Ok(Stamped {
            file: self.file.get(),
            record,
            plan: self.plan,
            places: &self.places,
            before: &self.before,
            after: &self.after,
        })
    }

    /// Encodes all values; nothing is written into the file.
    fn encode(&mut self, values: &[(&str, Value<'_>)]) -> Result<(), StampError> {
        self.given.fill(false);
        for (name, value) in values {
            let fail = |kind| StampError::new(name, kind);
            let index = self.plan.index(name).ok_or_else(|| fail(StampErrorKind::Unknown))?;
            let (Some(slot), Some(field), Some(given)) =
                (self.plan.field_slots.get(index), self.plan.fields.get(index), self.given.get_mut(index))
            else {
                return Err(fail(StampErrorKind::Unknown));
            };
            if core::mem::replace(given, true) {
                return Err(fail(StampErrorKind::Twice));
            }
            if value.is_secret() && !slot.secret {
                return Err(fail(StampErrorKind::Secret));
            }
            let bytes = self.after.get_mut(slot.at.clone()).unwrap_or_default();
            let secret = slot.secret || value.is_secret();
            field.encoding.encode(value, bytes, secret).map_err(|error| fail(error.into()))?;
            if field.guard == Guard::Erased && self.plan.erased.matches(slot.span.start(), bytes) {
                return Err(fail(StampErrorKind::LooksErased));
            }
        }
        match self.given.iter().position(|given| !given).and_then(|index| self.plan.field_slots.get(index)) {
            Some(slot) => Err(StampError::new(&slot.name, StampErrorKind::Missing)),
            None => Ok(()),
        }
    }

    /// Makes the unit the template again, to the letter, and returns it.
    pub fn undo(&mut self) -> &[u8] {
        self.wipe();
        let file = self.file.get_mut();
        for place in &self.places {
            place.restore(self.template, file);
        }
        self.file.get()
    }

    /// The file as it is: the template, or the unit stamped last.
    pub fn bytes(&self) -> &[u8] {
        self.file.get()
    }

    fn wipe(&mut self) {
        if self.plan.secret {
            self.after.as_mut_slice().zeroize();
        }
    }
}

impl Drop for Unit<'_> {
    fn drop(&mut self) {
        self.wipe();
        if let (true, Buffer::Owned(file)) = (self.plan.secret, &mut self.file) {
            file.zeroize();
        }
    }
}

impl fmt::Debug for Unit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unit").field("plan", self.plan).finish_non_exhaustive()
    }
}

/// A unit that was stamped.
///
/// ```
/// use nameplate::image::Raw;
/// use nameplate::{At, Encoding, Field, Layout, Value};
///
/// let template = Raw::new(&[0xFF; 6], 0)?;
/// let plan = Layout::new()
///     .field(Field::new("number", At::address(0), Encoding::u16_be()))
///     .field(Field::new("key", At::address(2), Encoding::bytes(2)).secret())
///     .compile(&template)?;
/// let mut unit = plan.unit(&template)?;
/// let key = Value::from(&[0xCA, 0xFE]).into_secret();
/// let stamped = unit.stamp(&[("number", 42_u16.into()), ("key", key)])?;
/// assert_eq!(stamped.bytes(), [0x00, 0x2A, 0xCA, 0xFE, 0xFF, 0xFF]); // for the device
/// assert_eq!(*stamped.masked(), [0x00, 0x2A, 0xFF, 0xFF, 0xFF, 0xFF]); // for a log
/// assert_eq!(stamped.writes().count(), 2); // for a programmer that takes patches, keys included
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "the stamped bytes are in it"]
pub struct Stamped<'u> {
    file: &'u [u8],
    record: Record<'u>,
    plan: &'u Plan,
    places: &'u [Place],
    before: &'u [u8],
    after: &'u [u8],
}

impl<'u> Stamped<'u> {
    /// The complete file of this unit.
    pub fn bytes(&self) -> &'u [u8] {
        self.file
    }

    /// What was stamped.
    pub fn record(&self) -> &Record<'u> {
        &self.record
    }

    /// The file as it may be shown or digested: in a copy, secret fields and the words of checksums
    /// that cover one hold what the template does, record sums mended. Nothing is copied when there
    /// is no secret.
    pub fn masked(&self) -> Cow<'u, [u8]> {
        if !self.plan.secret {
            return Cow::Borrowed(self.file);
        }
        let mut file = self.file.to_vec();
        for (slot, place) in self.plan.slots().zip(self.places).filter(|(slot, _)| slot.secret) {
            place.put(&mut file, slot.of(self.after), slot.of(self.before));
        }
        Cow::Owned(file)
    }

    /// The memory that differs from the template, secret fields included: fields, then words.
    pub fn writes(&self) -> impl Iterator<Item = (Span, &'u [u8])> + use<'u> {
        let after = self.after;
        self.plan.slots().map(move |slot| (slot.span, slot.of(after)))
    }
}

impl fmt::Debug for Stamped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.record.fmt(f)
    }
}
