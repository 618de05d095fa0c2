//! Taking a stamp back out of a file: the template again, or what of a unit may be shown.

#[cfg(feature = "nvs")]
use alloc::vec;
use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::compile::locate;
use super::error::PlanError;
#[cfg(feature = "nvs")]
use super::layout::Made;
use super::layout::Plan;
use super::slots::Slots;
use crate::image::Container;
use crate::record::Slot;

/// A partition that was made anew in place of the template, and its plan.
#[cfg(feature = "nvs")]
struct Other<'p> {
    made: &'p Made,
    plan: Plan,
    bytes: Vec<u8>,
}

impl Plan {
    /// The file of `image`, a stamped unit, with its fields and words as `template` has them. If both files have one
    /// layout that is the template to the letter; else it is the template's memory in the layout of `image`.
    ///
    /// Nothing else is compared or changed: where `image` is of another build, so is what is returned. It is wiped when
    /// dropped.
    ///
    /// ```
    /// use nameplate::image::Hex;
    /// use nameplate::{At, Encoding, Field, Layout};
    ///
    /// let template = Hex::parse(b":04001000ffffffffF0\n:00000001FF\n")?;
    /// let plan = Layout::new().field(Field::new("n", At::address(0x11), Encoding::u16_be())).compile(&template)?;
    /// let unit = plan.stamper(&template)?.stamp(&[("n", 42_u16.into())])?.bytes().to_vec();
    /// assert_eq!(unit, b":04001000ff002affc4\n:00000001FF\n");
    /// assert_eq!(*plan.undo(&Hex::parse(&unit)?, &template)?, *b":04001000ffffffffF0\n:00000001FF\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When one of the two lacks a field or a word.
    pub fn undo(&self, image: &dyn Container, template: &dyn Container) -> Result<Zeroizing<Vec<u8>>, PlanError> {
        #[cfg(feature = "nvs")]
        if let Some(file) = self.undone(image, template)? {
            return Ok(file);
        }
        let mut file = self.with_template(image, template, |_| true)?;
        let slots = Slots::found(self, image)?;
        let (places, _) = locate(&slots.fields, &slots.checks, self.len, image)?;
        let (others, _) = locate(&self.field_slots, &self.check_slots, self.len, template)?;
        if image.file().len() == template.file().len() {
            let same = places.iter().zip(&others).filter(|(place, other)| place == other);
            same.for_each(|(place, _)| place.respell(template.file(), &mut file));
        }
        Ok(file)
    }

    /// The file of `image`, a stamped unit, as it may be shown or digested: secret fields and the words of checksums
    /// that cover one as in `template`, record sums mended. The same as [`Stamped::masked`](super::Stamped::masked),
    /// from the file alone.
    ///
    /// ```
    /// use nameplate::image::Raw;
    /// use nameplate::{At, Encoding, Field, Layout, Value};
    ///
    /// let template = Raw::new(&[0xFF; 4], 0)?;
    /// let plan = Layout::new()
    ///     .field(Field::new("number", At::address(0), Encoding::u16_be()))
    ///     .field(Field::new("key", At::address(2), Encoding::bytes(2)).secret())
    ///     .compile(&template)?;
    /// let unit = Raw::new(&[0x00, 0x2A, 0xCA, 0xFE], 0)?;
    /// assert_eq!(*plan.masked(&unit, &template)?, [0x00, 0x2A, 0xFF, 0xFF]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When one of the two lacks a field or a word.
    pub fn masked(&self, image: &dyn Container, template: &dyn Container) -> Result<Zeroizing<Vec<u8>>, PlanError> {
        #[cfg(feature = "nvs")]
        if let Some(Other { made, plan, bytes }) = self.anew(image)? {
            return plan.masked(image, &made.image(&bytes)?);
        }
        self.with_template(image, template, |slot| slot.secret)
    }

    /// The file of `template` with the fields and words of `part`, which need not have more memory than these, as a
    /// delta: what [`masked`](Self::masked) gives for the whole file of that unit.
    ///
    /// ```
    /// use nameplate::image::Raw;
    /// use nameplate::{At, Encoding, Field, Layout};
    ///
    /// let template = Raw::new(&[0xFF; 4], 0)?;
    /// let plan = Layout::new().field(Field::new("n", At::address(2), Encoding::u16_be())).compile(&template)?;
    /// let part = Raw::new(&[0x00, 0x2A], 2)?;
    /// assert_eq!(*plan.masked_over(&part, &template)?, [0xFF, 0xFF, 0x00, 0x2A]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`masked`](Self::masked).
    pub fn masked_over(&self, part: &dyn Container, template: &dyn Container) -> Result<Zeroizing<Vec<u8>>, PlanError> {
        self.with_template(template, part, |slot| !slot.secret)
    }

    /// A unit for which the NVS partition was made anew: with the template's in its place, if nothing else was changed
    /// there. Nothing of another unit.
    #[cfg(feature = "nvs")]
    fn undone(&self, image: &dyn Container, template: &dyn Container) -> Result<Option<Zeroizing<Vec<u8>>>, PlanError> {
        let Some(Other { made, plan, bytes }) = self.anew(image)? else { return Ok(None) };
        let mut file = plan.undo(image, &made.image(&bytes)?)?;
        let mut found = Zeroizing::new(vec![0; bytes.len()]);
        if let Ok(place) = image.locate(made.partition) {
            place.get(&file, &mut found);
            if *found == bytes {
                place.put(&mut file, &bytes, &made.template);
                if file.len() == template.file().len() {
                    place.respell(template.file(), &mut file);
                }
            }
        }
        Ok(Some(file))
    }

    /// The partition that was made for the texts that `image` has, and its plan, if they are shorter than their fields.
    #[cfg(feature = "nvs")]
    fn anew(&self, image: &dyn Container) -> Result<Option<Other<'_>>, PlanError> {
        let Some(made) = &self.made else { return Ok(None) };
        let slots = Slots::found(self, image)?;
        let lens = || slots.fields.iter().map(|slot| slot.at.len());
        if lens().eq(self.field_slots.iter().map(|slot| slot.at.len())) {
            return Ok(None);
        }
        let (plan, bytes) = made.anew(&lens().collect::<Vec<_>>())?;
        Ok(Some(Other { made, plan, bytes }))
    }

    /// The file of `image` with what `template` holds in the slots that `which` chooses.
    fn with_template(
        &self,
        image: &dyn Container,
        template: &dyn Container,
        which: impl Fn(&Slot) -> bool,
    ) -> Result<Zeroizing<Vec<u8>>, PlanError> {
        let slots = Slots::found(self, image)?;
        let (places, found) = locate(&slots.fields, &slots.checks, self.len, image)?;
        let (_, before) = locate(&self.field_slots, &self.check_slots, self.len, template)?;
        let mut file = Zeroizing::new(image.file().to_vec());
        for (slot, place) in self.slots().zip(&places).filter(|(slot, _)| which(slot)) {
            place.put(&mut file, slot.of(&found), slot.of(&before));
        }
        Ok(file)
    }
}
