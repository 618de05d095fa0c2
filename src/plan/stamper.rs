//! A plan bound to an image: stamps one unit after the other, and undoes it.

use alloc::borrow::Cow;
#[cfg(feature = "nvs")]
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::borrow::Borrow;
use core::fmt;

use zeroize::{Zeroize, Zeroizing};

#[cfg(feature = "nvs")]
use super::anew::Anew;
use super::compile::{fill_others, guards, locate, unsealed};
use super::copies::{copied, restore};
use super::error::{PlanError, PlanErrorKind, StampError, StampErrorKind};
#[cfg(feature = "nvs")]
use super::layout::Compiled;
use super::layout::{Guard, Other, Plan};
use super::reads;
use super::whole::Whole;
use crate::addr::Span;
use crate::image::{Container, Place};
use crate::never::OrNever;
use crate::record::Record;
#[cfg(feature = "nvs")]
use crate::record::Slot;
use crate::value::Value;

/// A plan bound to an image: stamps one unit after the other into a buffer, which holds the template or
/// a stamped copy of it.
///
/// `P` is the plan, owned or borrowed (`Plan`, `&Plan`, `Arc<Plan>`); `B` is the buffer, owned or
/// borrowed (`&mut [u8]`, `[u8; N]`). The image is not borrowed: what undoing needs of it is kept. So
/// `Stamper` alone is a type without lifetimes, for a struct of a flasher that moves to a thread:
///
/// ```
/// use nameplate::image::{Container, Raw};
/// use nameplate::plan::{PlanError, StampError, Stamper};
/// use nameplate::{At, Encoding, Field, Layout};
///
/// struct Flasher {
///     firmware: Vec<u8>, // to program a board without an identity
///     stamper: Stamper,  // with its plan
/// }
///
/// impl Flasher {
///     fn new(firmware: Vec<u8>) -> Result<Self, Box<dyn std::error::Error>> {
///         let template = Raw::new(&firmware, 0x0800_0000)?;
///         let serial = Field::new("serial", At::address(0x0800_0004), Encoding::u32_le());
///         let stamper = Layout::new().field(serial).compile(&template)?.into_stamper(&template)?;
///         Ok(Self { firmware, stamper })
///     }
///
///     fn image(&mut self, serial: u32) -> Result<&[u8], StampError> {
///         Ok(self.stamper.stamp(&[("serial", serial.into())])?.bytes())
///     }
/// }
///
/// let mut flasher = Flasher::new(vec![0xFF; 8])?;
/// std::thread::spawn(move || {
///     assert_eq!(flasher.image(42).unwrap(), [0xFF, 0xFF, 0xFF, 0xFF, 42, 0, 0, 0]);
///     let (name, span, _) = flasher.stamper.plan().fields().next().unwrap();
///     assert_eq!((name, span.start()), ("serial", 0x0800_0004));
///     assert_eq!(flasher.stamper.undo(), flasher.firmware);
/// })
/// .join()
/// .unwrap();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A buffer of its own is wiped when it is dropped, and so are the values and what is kept of the
/// image.
pub struct Stamper<P = Plan, B = Zeroizing<Vec<u8>>>
where
    P: Borrow<Plan>,
    B: AsRef<[u8]> + AsMut<[u8]>,
{
    plan: P,
    file: B,
    places: Vec<Place>,
    /// What the template holds in the slots.
    before: Zeroizing<Vec<u8>>,
    /// What the unit gets there.
    after: Vec<u8>,
    given: Vec<bool>,
    /// The same as `before` as the template's file has it, to the letter: digits of either case.
    text: Zeroizing<Vec<u8>>,
    /// The record sums of the template.
    sums: Zeroizing<Vec<u8>>,
    /// For units that are another NVS partition than the template.
    #[cfg(feature = "nvs")]
    anew: Option<Box<Anew<Stamper>>>,
}

impl Plan {
    /// Binds the plan to an image, with a buffer of its own. The image may be the template, or the
    /// same build in another format.
    ///
    /// # Errors
    /// When the image lacks a field or word, a field does not find what it expects, the bytes under a
    /// checksum are not those that were compiled, or its word is not what its description says.
    pub fn stamper(&self, image: &dyn Container) -> Result<Stamper<&Self>, PlanError> {
        Stamper::bind(self, image, Zeroizing::new(image.file().to_vec()))
    }

    /// The same, with the caller's buffer, which must be as long as the image's file. A buffer that
    /// holds secrets is the caller's to wipe.
    ///
    /// # Errors
    /// As [`stamper`](Self::stamper), and when the buffer has another length.
    pub fn stamper_in<B>(&self, image: &dyn Container, buffer: B) -> Result<Stamper<&Self, B>, PlanError>
    where
        B: AsRef<[u8]> + AsMut<[u8]>,
    {
        Stamper::new(self, image, buffer)
    }

    /// The same as [`stamper`](Self::stamper), with the plan in it: a stamper that borrows nothing.
    ///
    /// # Errors
    /// As [`stamper`](Self::stamper).
    pub fn into_stamper(self, image: &dyn Container) -> Result<Stamper, PlanError> {
        Stamper::bind(self, image, Zeroizing::new(image.file().to_vec()))
    }

    /// Encodes the values of a unit, each field's exactly once, into the bytes of all slots.
    /// Texts of NVS entries have to fill them, unless `may_be_short`.
    fn encode(
        &self,
        values: &[(&str, Value<'_>)],
        (after, given): (&mut [u8], &mut [bool]),
        may_be_short: bool,
    ) -> Result<(), StampError> {
        given.fill(false);
        for (name, value) in values {
            let fail = |kind| StampError::new(name, kind);
            let index = self.index(name).ok_or_else(|| fail(StampErrorKind::Unknown))?;
            let (Some(slot), Some(field), Some(given)) =
                (self.field_slots.get(index), self.fields.get(index), given.get_mut(index))
            else {
                return Err(fail(StampErrorKind::Unknown));
            };
            if core::mem::replace(given, true) {
                return Err(fail(StampErrorKind::Twice));
            }
            if value.is_secret() && !slot.secret {
                return Err(fail(StampErrorKind::Secret));
            }
            let bytes = after.get_mut(slot.at.clone()).or_never("each slot has its bytes");
            let secret = slot.secret || value.is_secret();
            field.encoding.encode(value, bytes, secret).map_err(|error| fail(error.into()))?;
            if field.full && !may_be_short {
                // With its NUL, which the encoding guarantees.
                let (len, expected) = (bytes.iter().position(|byte| *byte == 0), bytes.len().saturating_sub(1));
                if let Some(len) = len.filter(|len| *len < expected) {
                    return Err(fail(StampErrorKind::Short { found: (!secret).then_some(len), expected }));
                }
            }
            if field.guard == Guard::Erased && self.erased.matches(slot.span.start(), bytes) {
                return Err(fail(StampErrorKind::LooksErased));
            }
        }
        match given.iter().position(|given| !given).and_then(|index| self.field_slots.get(index)) {
            Some(slot) => Err(StampError::new(&slot.name, StampErrorKind::Missing)),
            None => Ok(()),
        }
    }
}

impl Plan {
    /// Takes what the stamped other images have in their slots.
    fn beside(&self, others: &[&Stamped<'_>], after: &mut [u8]) -> Result<(), StampError> {
        if let Some((other, _)) = self.others.iter().zip(others).find(|(_, stamped)| stamped.whole.is_some()) {
            return Err(StampError::new(&other.image, StampErrorKind::Anew));
        }
        let same = |(other, stamped): (&Other, &&Stamped<'_>)| {
            let slots = || stamped.plan.slots().map(|slot| (slot.span, slot.at.len()));
            other.slots.iter().map(|slot| (slot.span, slot.at.len())).eq(slots())
        };
        let wrong = self.others.iter().zip(others).find(|pair| !same((pair.0, pair.1))).map(|(other, _)| other);
        if let Some(other) = wrong.or(self.others.get(others.len())) {
            return Err(StampError::new(&other.image, StampErrorKind::Image));
        }
        for (other, stamped) in self.others.iter().zip(others) {
            for (slot, (_, bytes)) in other.slots.iter().zip(stamped.writes()) {
                if let Some(to) = after.get_mut(slot.at.clone()).filter(|to| to.len() == bytes.len()) {
                    to.copy_from_slice(bytes);
                }
            }
        }
        Ok(())
    }
}

impl<P, B> Stamper<P, B>
where
    P: Borrow<Plan>,
    B: AsRef<[u8]> + AsMut<[u8]>,
{
    /// Binds any plan to an image, with any buffer, which must be as long as the image's file. A buffer
    /// that holds secrets is the caller's to wipe; in `Zeroizing` it wipes itself.
    ///
    /// ```
    /// use nameplate::image::Raw;
    /// use nameplate::plan::Stamper;
    /// use nameplate::{At, Encoding, Field, Layout};
    ///
    /// let template = Raw::new(&[0xFF; 4], 0)?;
    /// let plan = Layout::new().field(Field::new("n", At::address(2), Encoding::u16_be())).compile(&template)?;
    /// let mut stamper = Stamper::new(plan, &template, [0; 4])?; // owned, and no heap for the file
    /// assert_eq!(stamper.stamp(&[("n", 42_u16.into())])?.bytes(), [0xFF, 0xFF, 0, 42]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Plan::stamper`], and when the buffer has another length.
    pub fn new(plan: P, image: &dyn Container, mut buffer: B) -> Result<Self, PlanError> {
        let file = buffer.as_mut();
        let (found, expected) = (file.len(), image.file().len());
        if found != expected {
            return Err(PlanErrorKind::Buffer { found, expected }.into());
        }
        file.copy_from_slice(image.file());
        Self::bind(plan, image, buffer)
    }

    /// `file` is a copy of the image's.
    fn bind(plan: P, image: &dyn Container, file: B) -> Result<Self, PlanError> {
        let of: &Plan = plan.borrow();
        unsealed(image)?;
        let (places, mut before) = locate(&of.field_slots, &of.check_slots, of.len, image)?;
        fill_others(&of.others, image, &mut before);
        guards(&of.fields, &of.field_slots, &before, &of.erased)?;
        let found = reads::differs(&of.reads, image);
        let differs = of.graph.differs(&of.repairs, &of.variables, &before, image, &of.erased);
        if let Some(index) =
            differs.map_err(|error| if of.guessable { error.without_numbers() } else { error })?.or(found)
        {
            let check = of.repairs.get(index).map_or("", |repair| repair.name()).into();
            return Err(PlanErrorKind::Differs { check }.into());
        }
        let (after, given) = (vec![0; of.len], vec![false; of.fields.len()]);
        let text = copied(image.file(), || places.iter().flat_map(Place::text));
        let sums = copied(image.file(), || places.iter().flat_map(Place::sums));
        #[cfg(feature = "nvs")]
        let anew = of.made.as_ref().and_then(|made| Anew::of(made, image)).map(Box::new);
        Ok(Self {
            plan,
            file,
            places,
            before,
            after,
            given,
            text,
            sums,
            #[cfg(feature = "nvs")]
            anew,
        })
    }

    /// Stamps one unit: each field's value by name, each exactly once, in any order. All values are
    /// encoded and checked, and all checksums computed, before the first byte is written; whatever
    /// was stamped before is gone.
    ///
    /// # Errors
    /// When a field is unknown, given twice or not at all, or its value does not fit. The stamper then
    /// holds the plain template.
    pub fn stamp(&mut self, values: &[(&str, Value<'_>)]) -> Result<Stamped<'_>, StampError> {
        self.stamp_beside(values, &[])
    }

    /// The same, of a plan whose checksums cover [other images](super::Layout::beside): those of this unit are given, in
    /// the order of the layout, stamped by their own plans. Each example of [`Beside`](crate::image::Beside) does so.
    ///
    /// # Errors
    /// As [`stamp`](Self::stamp), and when another image is missing or stamped by another plan.
    pub fn stamp_beside(
        &mut self,
        values: &[(&str, Value<'_>)],
        others: &[&Stamped<'_>],
    ) -> Result<Stamped<'_>, StampError> {
        #[cfg(feature = "nvs")]
        self.leave();
        #[cfg(feature = "nvs")]
        let may_be_short = self.anew.is_some();
        #[cfg(not(feature = "nvs"))]
        let may_be_short = false;
        let encoded = self.plan.borrow().encode(values, (&mut self.after, &mut self.given), may_be_short);
        if let Err(error) = encoded.and_then(|()| self.plan.borrow().beside(others, &mut self.after)) {
            let _ = self.undo();
            return Err(error);
        }
        #[cfg(feature = "nvs")]
        if let Some(lens) = self.shorter() {
            return self.stamp_anew(values, &lens);
        }
        let plan: &Plan = self.plan.borrow();
        plan.graph.run(&plan.repairs, &mut self.after);
        let file = self.file.as_mut();
        // Sums are mended from the template's, so that a unit does not depend on the one before it.
        restore(file, self.places.iter().flat_map(Place::sums), &self.sums);
        for (slot, place) in plan.slots().zip(&self.places) {
            place.put(file, slot.of(&self.before), slot.of(&self.after));
        }
        Ok(Stamped {
            file: self.file.as_ref(),
            record: Record::new(&plan.field_slots, &plan.check_slots, &self.before, &self.after),
            plan,
            places: &self.places,
            before: &self.before,
            after: &self.after,
            whole: None,
        })
    }

    /// Makes the file the template again, if it is a unit of another partition.
    #[cfg(feature = "nvs")]
    fn leave(&mut self) {
        if let Some(stamper) = self.anew.as_mut().and_then(|anew| anew.leave(self.file.as_mut())) {
            let _ = stamper.undo();
        }
    }

    /// How many bytes each field has, its NUL counted, if a text that was encoded is shorter than its field.
    #[cfg(feature = "nvs")]
    fn shorter(&self) -> Option<Vec<usize>> {
        let _ = self.anew.as_ref()?;
        let plan: &Plan = self.plan.borrow();
        let len = |(field, slot): (&Compiled, &Slot)| {
            let bytes = slot.of(&self.after);
            let nul = bytes.iter().position(|byte| *byte == 0).filter(|_| field.full);
            nul.map_or(bytes.len(), |nul| nul + 1)
        };
        let fields = || plan.fields.iter().zip(&plan.field_slots);
        let is_short = fields().any(|(field, slot)| len((field, slot)) < slot.at.len());
        is_short.then(|| fields().map(len).collect())
    }

    /// Stamps a unit whose texts are shorter: another partition, in place of the template's.
    #[cfg(feature = "nvs")]
    fn stamp_anew(&mut self, values: &[(&str, Value<'_>)], lens: &[usize]) -> Result<Stamped<'_>, StampError> {
        // The template, whose own stamp was for the lengths alone.
        let _ = self.undo();
        let plan: &Plan = self.plan.borrow();
        let (Some(anew), Some(made)) = (self.anew.as_mut(), plan.made.as_ref()) else {
            return Err(StampError::new("", StampErrorKind::Unknown));
        };
        let new = || {
            let (plan, bytes) = made.anew(lens)?;
            plan.into_stamper(&made.image(&bytes)?)
        };
        anew.stamper(lens, new).map_err(|error| {
            let short = plan.fields.iter().zip(&plan.field_slots).zip(lens);
            let short = short.filter(|((field, slot), len)| field.full && **len < slot.at.len());
            let name =
                short.map(|((_, slot), _)| &*slot.name).next().or_never("a text is shorter, or nothing is made anew");
            StampError::new(name, StampErrorKind::Made(Box::new(error)))
        })?;
        let Some((stamper, target)) = anew.last() else {
            return Err(StampError::new("", StampErrorKind::Unknown));
        };
        let unit = stamper.stamp(values)?;
        let whole = target.put(self.file.as_mut(), unit.file);
        Ok(Stamped { file: self.file.as_ref(), whole: Some(whole), ..unit })
    }

    /// Makes the file the template again, to the letter, and returns it.
    pub fn undo(&mut self) -> &[u8] {
        #[cfg(feature = "nvs")]
        self.leave();
        self.wipe();
        let file = self.file.as_mut();
        restore(file, self.places.iter().flat_map(Place::text), &self.text);
        restore(file, self.places.iter().flat_map(Place::sums), &self.sums);
        self.file.as_ref()
    }

    /// The file as it is: the template, or the unit stamped last.
    pub fn bytes(&self) -> &[u8] {
        self.file.as_ref()
    }

    /// The plan, to read back what was stamped.
    pub fn plan(&self) -> &Plan {
        self.plan.borrow()
    }

    fn wipe(&mut self) {
        if self.plan.borrow().secret {
            self.after.as_mut_slice().zeroize();
        }
    }
}

impl<P, B> Drop for Stamper<P, B>
where
    P: Borrow<Plan>,
    B: AsRef<[u8]> + AsMut<[u8]>,
{
    fn drop(&mut self) {
        self.wipe();
    }
}

impl<P, B> fmt::Debug for Stamper<P, B>
where
    P: Borrow<Plan>,
    B: AsRef<[u8]> + AsMut<[u8]>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stamper").field("plan", self.plan.borrow()).finish_non_exhaustive()
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
/// let mut unit = plan.stamper(&template)?;
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
    /// All of the NVS partition, when it is another than the template's: the places are those in its bytes.
    whole: Option<Whole<'u>>,
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
        let mask = |file: &mut [u8]| {
            for (slot, place) in self.plan.slots().zip(self.places).filter(|(slot, _)| slot.secret) {
                place.put(file, slot.of(self.after), slot.of(self.before));
            }
        };
        let mut file = self.file.to_vec();
        match self.whole {
            None => mask(&mut file),
            Some(whole) => {
                let mut partition = whole.bytes.to_vec();
                mask(&mut partition);
                whole.replace(&mut file, &partition);
            }
        }
        Cow::Owned(file)
    }

    /// The memory that differs from the template, secret fields included: fields, then words. Of a unit for which an NVS
    /// partition was made anew ([`Layout::from_nothing`](super::Layout::from_nothing)), all of that.
    pub fn writes(&self) -> impl Iterator<Item = (Span, &'u [u8])> + use<'u> {
        let after = self.after;
        let whole = self.whole.map(|whole| (whole.span, whole.bytes));
        let slots = if whole.is_some() { None } else { Some(self.plan.slots()) };
        whole.into_iter().chain(slots.into_iter().flatten().map(move |slot| (slot.span, slot.of(after))))
    }
}

impl fmt::Debug for Stamped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.record.fmt(f)
    }
}
