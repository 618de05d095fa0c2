//! Reading back: what an image or a flash dump holds, and whether its checksums are right.

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroize;

use super::error::{ReadError, SlotName};
use super::layout::{Compiled, Plan};
use super::reads;
use super::slots::Slots;
use crate::addr::Span;
use crate::check::CheckValue;
use crate::encode::DecodeError;
use crate::image::{Container, ErasedMap};
use crate::never::OrNever;
use crate::record::Slot;
use crate::repair::{Repair, Store, Verdict};
use crate::value::Value;

impl Plan {
    /// Reads the fields out of `image` and computes every checksum anew, by a way that shares
    /// nothing with the repair of a stamp. Nothing is compared with the template: the image may be a
    /// dump of a device.
    ///
    /// # Errors
    /// When a field or a covered byte is missing, when the bytes by which the checksums of a format were found are
    /// others than in the template, or every byte of the image is the same 0x00 or
    /// 0xFF: that is what a device with read protection gives. A unit may be so where all other memory
    /// of the template is, and its fields do not expect erased memory; then it is read.
    pub fn read(&self, image: &dyn Container) -> Result<Reading<'_>, ReadError> {
        let unlike = |byte: &u8| matches!(byte, 0x00 | 0xFF) && !self.uniform.contains(byte);
        if let Some(byte) = image.uniform().filter(unlike) {
            return Err(ReadError::Uniform { byte });
        }
        let slots = Slots::read(self, image)?;
        reads::same(&self.reads, &slots, image)?;
        let blank = Verdict { found: None, right: CheckValue::Number(0) };
        let verdicts = vec![blank; self.repairs.len()];
        let mut reading = Reading { plan: self, slots, bytes: vec![0; self.len], verdicts };
        for (index, slot) in reading.slots.all().enumerate() {
            let place = image.locate(slot.span).map_err(|error| {
                let name = slot.name.clone();
                let is_field = index < self.field_slots.len();
                let slot_name = if is_field { SlotName::Field(name) } else { SlotName::Check(name) };
                ReadError::Gap { slot: slot_name, span: slot.span, error }
            })?;
            place.get(image.file(), reading.bytes.get_mut(slot.at.clone()).or_never("each slot has its bytes"));
        }
        for (index, fresh) in self.graph.recompute(&reading.slots.repairs, &reading.slots.own, image)? {
            if let Some(verdict) = reading.verdicts.get_mut(index) {
                *verdict = fresh;
            }
        }
        Ok(reading)
    }
}

/// What an image holds. Wiped when dropped, if a field is secret.
///
/// ```
/// use nameplate::image::Raw;
/// use nameplate::{At, Encoding, Field, Layout};
///
/// let blank = [0xFF; 8];
/// let plan = Layout::new()
///     .field(Field::new("number", At::address(0), Encoding::u16_le()))
///     .field(Field::new("station", At::address(4), Encoding::uint(1, nameplate::ByteOrder::Little)))
///     .compile(&Raw::new(&blank, 0)?)?;
///
/// let dump = [0x2A, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
/// let reading = plan.read(&Raw::new(&dump, 0)?)?;
/// let number = reading.field("number").unwrap();
/// assert!(number.matches(&42_u16.into()));
/// assert_eq!(number.bytes(), Some(&[0x2A, 0x00][..]));
/// assert!(reading.field("station").unwrap().is_erased());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Reading<'p> {
    plan: &'p Plan,
    /// Where the image has them.
    slots: Slots<'p>,
    bytes: Vec<u8>,
    verdicts: Vec<Verdict>,
}

impl Reading<'_> {
    /// The fields, in the order of the layout.
    pub fn fields(&self) -> impl Iterator<Item = FieldReading<'_>> {
        (0..self.plan.fields.len()).filter_map(|index| self.nth(index))
    }

    fn nth(&self, index: usize) -> Option<FieldReading<'_>> {
        let (slot, field) = (self.slots.fields.get(index)?, self.plan.fields.get(index)?);
        Some(FieldReading { slot, field, erased: &self.plan.erased, bytes: slot.of(&self.bytes) })
    }

    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<FieldReading<'_>> {
        self.nth(self.plan.index(name)?)
    }

    /// The words of the checksums, in the order of the layout.
    pub fn checks(&self) -> impl Iterator<Item = CheckReading<'_>> {
        let repairs = self.slots.repairs.iter().zip(&self.verdicts);
        let stores = repairs.flat_map(|(repair, verdict)| repair.stores().iter().map(move |s| (s, repair, verdict)));
        self.slots.checks.iter().zip(stores).map(|(slot, (store, repair, verdict))| {
            let word = slot.of(&self.bytes);
            let stored = verdict.found.or_else(|| store.get(word, repair.algorithm()).ok());
            CheckReading { slot, word, repair, store, stored, computed: verdict.right }
        })
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        if self.plan.secret {
            self.bytes.zeroize();
            for verdict in &mut self.verdicts {
                let found = verdict.found.as_mut();
                found.into_iter().chain([&mut verdict.right]).for_each(CheckValue::wipe);
            }
        }
    }
}

impl fmt::Debug for Reading<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.fields()).entries(self.checks()).finish()
    }
}

/// What a field holds.
#[derive(Clone, Copy)]
pub struct FieldReading<'r> {
    slot: &'r Slot,
    field: &'r Compiled,
    erased: &'r ErasedMap,
    bytes: &'r [u8],
}

impl<'r> FieldReading<'r> {
    /// The field's name.
    pub fn name(&self) -> &'r str {
        &self.slot.name
    }

    /// Where it lies.
    pub fn span(&self) -> Span {
        self.slot.span
    }

    /// Whether the field is secret.
    pub fn is_secret(&self) -> bool {
        self.slot.secret
    }

    /// Whether it is erased memory.
    pub fn is_erased(&self) -> bool {
        self.erased.matches(self.slot.span.start(), self.bytes)
    }

    /// Its bytes, in the order of addresses; nothing when it is secret.
    pub fn bytes(&self) -> Option<&'r [u8]> {
        (!self.slot.secret).then_some(self.bytes)
    }

    /// Its bytes, of a secret field too.
    pub fn expose(&self) -> &'r [u8] {
        self.bytes
    }

    /// Its bytes, as many as the field has: those of a shorter text with NULs behind them.
    fn padded(&self) -> Vec<u8> {
        let mut padded = vec![0; self.bytes.len().max(self.field.encoding.len())];
        padded.iter_mut().zip(self.bytes).for_each(|(to, byte)| *to = *byte);
        padded
    }

    /// The value it stands for; secret when the field is.
    ///
    /// # Errors
    /// When its bytes are none that the field's encoding writes. The error of a secret field would
    /// show a byte of it, so it has none: its value is the bytes as they are.
    pub fn value(&self) -> Result<Value<'static>, DecodeError> {
        let mut copy = self.padded();
        // A secret before it is copied, so that no copy is left behind.
        let own = |value: Value<'_>| if self.slot.secret { value.into_secret() } else { value }.into_owned();
        let value = self.field.encoding.decode(&mut copy).map(own);
        if !self.slot.secret {
            return value;
        }
        copy.zeroize();
        Ok(value.unwrap_or_else(|_| Value::from(self.bytes).into_owned()).into_secret())
    }

    /// Whether it holds `value`, compared in constant time; not when the value does not fit it.
    pub fn matches(&self, value: &Value<'_>) -> bool {
        let mut found = self.padded();
        let mut expected = vec![0; found.len()];
        let fits = self.field.encoding.encode(value, &mut expected, true).is_ok();
        let differ = expected.iter().zip(&found).fold(0, |differ, (a, b)| differ | (a ^ b));
        expected.zeroize();
        found.zeroize();
        fits && differ == 0
    }
}

impl fmt::Debug for FieldReading<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.bytes() {
            Some(bytes) => write!(f, "{} at {}: {bytes:02X?}", self.slot.name, self.slot.span),
            None => write!(f, "{} at {}: secret", self.slot.name, self.slot.span),
        }
    }
}

/// What a checksum's word holds, and what it should.
#[derive(Clone, Copy)]
pub struct CheckReading<'r> {
    slot: &'r Slot,
    word: &'r [u8],
    repair: &'r Repair,
    store: &'r Store,
    /// Nothing when the bytes are none that the encoding writes.
    stored: Option<CheckValue>,
    computed: CheckValue,
}

impl<'r> CheckReading<'r> {
    /// The checksum's name; that of its second word is `app.2`.
    pub fn name(&self) -> &'r str {
        &self.slot.name
    }

    /// Where its word lies.
    pub fn span(&self) -> Span {
        self.slot.span
    }

    /// Whether the word is right.
    pub fn is_right(&self) -> bool {
        self.stored == Some(self.computed)
    }

    /// The word's bytes, in the order of addresses; nothing when the checksum covers a secret.
    pub fn bytes(&self) -> Option<&'r [u8]> {
        (!self.slot.secret).then_some(self.word)
    }

    /// What the word holds, and what it should; of a forced word, what the check over everything gives,
    /// and what it should. Nothing when the checksum covers a secret, or the word holds no number: then
    /// [`unreadable`](Self::unreadable) says why.
    pub fn numbers(&self) -> Option<(CheckValue, CheckValue)> {
        self.stored.filter(|_| !self.slot.secret).map(|stored| (stored, self.computed))
    }

    /// What is wrong with bytes that the word's encoding does not write; nothing when it would, or the checksum covers a
    /// secret.
    pub fn unreadable(&self) -> Option<DecodeError> {
        let unread = self.stored.is_none() && !self.slot.secret;
        unread.then(|| self.store.get(self.word, self.repair.algorithm()).err()).flatten()
    }
}

impl fmt::Debug for CheckReading<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.is_right() { "right" } else { "wrong" };
        write!(f, "{} at {}: {verdict}", self.slot.name, self.slot.span)
    }
}
