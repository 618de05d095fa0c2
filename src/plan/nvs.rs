//! Fields at keys of NVS partitions: where they lie in the template, with the CRCs over them; and where a device has
//! moved them.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem;

use super::at_key::AtKey;
use super::error::{PlanErrorKind, SlotName};
use super::layout::{Field, Layout, Plan};
use super::slots::Slots;
use crate::addr::Span;
use crate::at::{At, LocateError};
use crate::image::{Container, Nvs};
use crate::nvs_key::{KeyError, NvsKey, bytes, span};
use crate::record::Slot;
use crate::repair::preset;

/// What is wrong with which field.
type Fail = (usize, Box<KeyError>);

/// A layout with addresses in place of the keys that its fields lie at, and with the CRCs over them.
pub(super) fn resolve<'l>(
    layout: &'l Layout,
    template: &dyn Container,
) -> Result<(Cow<'l, Layout>, Vec<AtKey>), PlanErrorKind> {
    let keys: Vec<(usize, &NvsKey)> =
        layout.fields.iter().enumerate().filter_map(|(n, field)| Some((n, field.at.nvs_key()?))).collect();
    if keys.is_empty() {
        return Ok((Cow::Borrowed(layout), Vec::new()));
    }
    let (mut resolved, mut found) = (layout.clone(), Vec::with_capacity(keys.len()));
    let put = |field: usize, partition: Span, nvs: &Nvs<'_>, key: &NvsKey| {
        let Some(own) = resolved.fields.get_mut(field) else { return Ok(()) };
        let item = key.item(nvs)?;
        key.fits(&item, &own.encoding, false)?;
        let part = key.part(&item)?;
        if own.at.offset() > 0 {
            return Err(KeyError::Offset { offset: own.at.offset() });
        }
        own.at = At::address(span(partition, &part).start());
        let first = resolved.repairs.len();
        resolved.repairs.extend(preset::nvs_item(&own.name, &item, partition.start()));
        found.push(AtKey { field, key: key.clone(), partition, repairs: first..resolved.repairs.len() });
        Ok(())
    };
    each(&keys, template, true, put).map_err(|(field, error)| {
        let name = layout.fields.get(field).map_or("", |field| &field.name).into();
        PlanErrorKind::Locate { slot: SlotName::Field(name), error: LocateError::Nvs(error) }
    })?;
    Ok((Cow::Owned(resolved), found))
}

/// Reads each partition once, and hands it over with each of its keys.
fn each(
    keys: &[(usize, &NvsKey)],
    image: &dyn Container,
    strict: bool,
    mut with: impl FnMut(usize, Span, &Nvs<'_>, &NvsKey) -> Result<(), KeyError>,
) -> Result<(), Fail> {
    let mut partitions: BTreeMap<Span, Vec<(usize, &NvsKey)>> = BTreeMap::new();
    for (field, key) in keys {
        let partition = key.partition_of(image).map_err(|error| (*field, Box::new(error)))?;
        partitions.entry(partition).or_default().push((*field, key));
    }
    for (partition, keys) in partitions {
        let Some((first, key)) = keys.first() else { continue };
        let bytes = bytes(partition, image).map_err(|error| (*first, Box::new(error)))?;
        let nvs = if strict { Nvs::parse(&bytes) } else { Nvs::scan(&bytes) };
        let nvs = nvs.map_err(|error| (*first, Box::new(key.about(partition, error))))?;
        for (field, key) in keys {
            with(field, partition, &nvs, key).map_err(|error| (field, Box::new(error)))?;
        }
    }
    Ok(())
}

impl Field {
    /// Whether its value is text in an entry that is as long as that.
    pub(super) fn is_nvs_text(&self) -> bool {
        let is_text = crate::nvs_key::nvs_type(&self.encoding) == Ok(crate::image::nvs::Type::String);
        is_text && self.at.nvs_key().is_some()
    }
}

/// The slots of a plan where `image`, which may be the dump of a device, has them: by key. An entry that is damaged so
/// that its key is not found is taken where the template has it.
pub(super) fn moved<'p>(plan: &'p Plan, image: &dyn Container) -> Result<Slots<'p>, (String, Box<KeyError>)> {
    if plan.nvs.is_empty() {
        return Ok(Slots::of(plan));
    }
    let mut slots = Slots::of(plan);
    // Where one checksum has several words, the index of a word is not that of its checksum.
    let words = plan.repairs.iter().scan(0, |next, repair| Some(mem::replace(next, *next + repair.stores().len())));
    let words: Vec<usize> = words.collect();
    let keys: Vec<(usize, &NvsKey)> = plan.nvs.iter().zip(0..).map(|(own, n)| (n, &own.key)).collect();
    let put = |n: usize, partition: Span, nvs: &Nvs<'_>, key: &NvsKey| {
        let Some(own) = plan.nvs.get(n) else { return Ok(()) };
        let (Some(slot), Some(field)) = (plan.field_slots.get(own.field), plan.fields.get(own.field)) else {
            return Ok(());
        };
        let item = match key.item(nvs) {
            Err(KeyError::NoKey { .. } | KeyError::NoNamespace { .. }) if plan.is_entry_of(own, image) => {
                return Ok(());
            }
            item => item?,
        };
        key.fits(&item, &field.encoding, plan.made.is_some())?;
        let part = key.part(&item)?;
        set(slots.fields.to_mut(), own.field, span(partition, &part));
        for (repair, fresh) in own.repairs.clone().zip(preset::nvs_item(&slot.name, &item, partition.start())) {
            if let (Ok(span), Some(&word)) = (fresh.span(), words.get(repair)) {
                set(slots.checks.to_mut(), word, span);
            }
            slots.repairs.to_mut().get_mut(repair).into_iter().for_each(|to| *to = fresh.clone());
            let _: bool = slots.own.insert(repair);
        }
        Ok(())
    };
    let name = |n: usize| {
        let slot = plan.nvs.get(n).and_then(|own| plan.field_slots.get(own.field));
        slot.map_or(String::new(), |slot| slot.name.clone())
    };
    match each(&keys, image, false, put) {
        // A part of a unit, as a delta is.
        Err((_, error)) if matches!(*error, KeyError::Gap { .. } | KeyError::Empty) => Ok(Slots::of(plan)),
        Err((n, error)) => Err((name(n), error)),
        Ok(()) => Ok(slots),
    }
}

fn set(slots: &mut [Slot], index: usize, span: Span) {
    if let Some(slot) = slots.get_mut(index) {
        slot.span = span;
        // Text may be shorter than its field, and nothing longer.
        let len = usize::try_from(span.len()).unwrap_or(usize::MAX).min(slot.at.len());
        slot.at.end = slot.at.start + len;
    }
}

impl Plan {
    /// The NVS partitions that fields are in and that `image` has without damage, ascending: a device writes to them, so
    /// other bytes than the template's are no mistake there. The fields are read by key.
    ///
    /// ```
    /// # use nameplate::image::nvs::{Data, Writer};
    /// # use nameplate::image::Raw;
    /// # use nameplate::{At, Encoding, Field, Guard, Layout};
    /// # let mut writer = Writer::new(0x3000)?;
    /// # writer.put("factory", "n", Data::U8(0))?;
    /// # let file = writer.finish();
    /// let image = Raw::new(&file, 0x9000)?;
    /// let n = Field::new("n", At::nvs("factory", "n"), "u8".parse()?).expect(Guard::Any);
    /// let plan = Layout::new().field(n).compile(&image)?;
    /// assert_eq!(plan.partitions(&image)[0].to_string(), "0x00009000..0x0000C000");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn partitions(&self, image: &dyn Container) -> Vec<Span> {
        let mut partitions: Vec<Span> = self.nvs.iter().map(|own| own.partition).collect();
        partitions.sort_unstable();
        partitions.dedup();
        partitions.retain(|partition| bytes(*partition, image).is_ok_and(|bytes| Nvs::parse(&bytes).is_ok()));
        partitions
    }

    /// Whether `image` has the entry where the template has it.
    fn is_entry_of(&self, own: &AtKey, image: &dyn Container) -> bool {
        let reads = self.reads.iter().filter(|(repair, ..)| own.repairs.contains(repair));
        let same =
            |(_, span, expected): &(usize, Span, Vec<u8>)| bytes(*span, image).is_ok_and(|found| *found == *expected);
        reads.clone().next().is_some() && reads.into_iter().all(same)
    }
}
