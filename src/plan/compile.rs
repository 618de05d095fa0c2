//! Layout to plan: everything that can be wrong with the description is found here.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;
use alloc::{format, vec};
use core::iter;
use core::ops::ControlFlow;

use zeroize::Zeroizing;

use super::error::{PlanError, PlanErrorKind, SlotName};
#[cfg(feature = "nvs")]
use super::layout::Made;
use super::layout::{Compiled, Field, Guard, Layout, Other, Plan};
use super::lock::Family;
use super::{memory, reads};
use crate::addr::Span;
use crate::at::{At, LocateError};
use crate::image::{Container, Elf, ErasedMap, Place};
use crate::never::OrNever;
use crate::record::Slot;
use crate::repair::{Graph, Repair, Variable};
use crate::value::ValueKind;
use crate::width;

impl Layout {
    /// Checks the layout against itself and against `template`, and settles all that a stamp needs.
    /// One pass over the bytes under each checksum.
    ///
    /// # Errors
    /// At the first thing that is wrong: a name used twice, a field the template lacks, two that
    /// share a byte, a guard that does not find what it expects, a checksum that covers itself or is
    /// wrong before stamping, and everything else in [`PlanErrorKind`].
    pub fn compile(&self, template: &dyn Container) -> Result<Plan, PlanError> {
        #[cfg(feature = "nvs")]
        let made = Made::of(self, template)?;
        #[cfg(feature = "nvs")]
        let (layout, nvs) = super::nvs::resolve(self, template)?;
        #[cfg(feature = "nvs")]
        let full: Vec<bool> = self.fields.iter().map(Field::is_nvs_text).collect();
        #[cfg(not(feature = "nvs"))]
        let (layout, full) = (self, Vec::new());
        names("fields", layout.fields.iter().map(|field| &*field.name))?;
        names("checksums", layout.repairs.iter().map(Repair::name))?;
        let mut slots = Slots::default();
        let known = layout.known(template);
        let own: &dyn Container = known.as_ref().map_or(template, |elf| elf);
        for field in &layout.fields {
            slots.push_field(field, own)?;
        }
        let repairs = layout.checks(own, template)?;
        for repair in &*repairs {
            slots.push_check(repair)?;
        }
        names("other images", layout.others.iter().map(|other| other.image.as_str()))?;
        let others: Vec<Other> = layout.others.iter().map(|other| slots.beside(other)).collect();
        let Slots { fields: field_slots, checks: check_slots, len } = slots;
        // The second word of `app` is `app.2`, as another checksum may be.
        names("checksums", check_slots.iter().map(|slot| &*slot.name))?;
        disjoint(&field_slots, &check_slots)?;
        let allowed = layout.fields.iter().map(|field| field.lock_words).chain(iter::repeat(false));
        locks(layout.family, field_slots.iter().chain(&check_slots).zip(allowed))?;
        let variable = |image: Option<&str>, slot: &Slot| Variable {
            image: image.map(ToString::to_string),
            span: slot.span,
            at: slot.at.clone(),
        };
        let of_others =
            others.iter().flat_map(|other| other.slots.iter().map(|slot| variable(Some(&other.image), slot)));
        let own = field_slots.iter().chain(&check_slots).map(|slot| variable(None, slot));
        let variables: Vec<Variable> = of_others.chain(own).collect();
        let fields: Vec<Compiled> = self
            .fields
            .iter()
            .zip(full.into_iter().chain(iter::repeat(false)))
            .map(|(field, full)| Compiled { encoding: field.encoding.clone(), guard: field.guard.clone(), full })
            .collect();

        let reads = reads::compile(&repairs, &field_slots, &check_slots, template)?;
        unsealed(template)?;
        let (_, mut bytes) = locate(&field_slots, &check_slots, len, template)?;
        fill_others(&others, template, &mut bytes);
        guards(&fields, &field_slots, &bytes, &layout.erased)?;
        let guessable = layout.fields.iter().any(|field| field.secret && field.guard != Guard::Erased)
            || others.iter().any(|other| other.guessable);
        memory::agreed(&repairs, template, guessable)?;
        let graph = Graph::compile(&repairs, &variables, &bytes, template, &layout.erased);
        let graph = graph.map_err(|error| if guessable { error.without_numbers() } else { error })?;

        let all = || others.iter().flat_map(|other| &other.slots).chain(&field_slots).chain(&check_slots);
        let mut marked: Vec<bool> = all().map(|slot| slot.secret).collect();
        let secret = marked.contains(&true);
        graph.spread(&mut marked);
        let words = marked.len() - check_slots.len();
        let mut check_slots = check_slots;
        for (slot, secret) in check_slots.iter_mut().zip(marked.iter().skip(words)) {
            slot.secret = *secret;
        }
        let mut by_name: Vec<usize> = (0..field_slots.len()).collect();
        by_name.sort_unstable_by_key(|&index| field_slots.get(index).map(|slot| &*slot.name));
        let own = field_slots.iter().chain(&check_slots).map(|slot| slot.span).collect();
        let uniform = uniform(template, (&fields, &field_slots), own, &layout.erased);
        Ok(Plan {
            by_name,
            uniform,
            secret,
            others,
            guessable,
            fields,
            repairs: repairs.into_owned(),
            field_slots,
            check_slots,
            variables,
            graph,
            reads,
            #[cfg(feature = "nvs")]
            nvs,
            #[cfg(feature = "nvs")]
            made,
            erased: layout.erased.clone(),
            len,
        })
    }
}

/// Slots, and the room they take together.
#[derive(Default)]
struct Slots {
    fields: Vec<Slot>,
    checks: Vec<Slot>,
    len: usize,
}

impl Slots {
    fn slot(&mut self, name: &str, span: Span, len: usize, secret: bool) -> Slot {
        let at = self.len..self.len + len;
        self.len = at.end;
        Slot { name: name.to_string(), span, at, secret }
    }

    fn push_field(&mut self, field: &Field, template: &dyn Container) -> Result<(), PlanError> {
        let name = &field.name;
        field.encoding.check().map_err(|error| PlanErrorKind::Encoding { field: name.clone(), error })?;
        let len = field.encoding.len();
        let span = field.span(template)?;
        match &field.guard {
            Guard::Bytes(bytes) if bytes.len() != len => {
                Err(PlanErrorKind::GuardLen { field: name.clone(), found: bytes.len(), expected: len }.into())
            }
            _ => {
                let slot = self.slot(name, span, len, field.secret);
                self.fields.push(slot);
                Ok(())
            }
        }
    }

    /// Another image, with room for what its slots hold.
    fn beside(&mut self, other: &Other) -> Other {
        let slot = |slot: &Slot| self.slot(&slot.name, slot.span, slot.at.len(), slot.secret);
        Other { slots: other.slots.iter().map(slot).collect(), ..other.clone() }
    }

    fn push_check(&mut self, repair: &Repair) -> Result<(), PlanError> {
        let name = repair.name();
        for (n, store) in repair.stores().iter().enumerate() {
            let span = store.span().map_err(|error| located(SlotName::Check(name.to_string()), error))?;
            // A word of a wrong length is refused with the rest of the checksum.
            let len = store.room();
            let slot = match n {
                0 => self.slot(name, span, len, false),
                // `app.2` is the second word of `app`.
                _ => self.slot(&format!("{name}.{}", n + 1), span, len, false),
            };
            self.checks.push(slot);
        }
        Ok(())
    }
}

fn names<'n>(what: &'static str, names: impl Iterator<Item = &'n str>) -> Result<(), PlanError> {
    let mut sorted: Vec<&str> = names.collect();
    sorted.sort_unstable();
    for (name, next) in sorted.iter().zip(sorted.iter().skip(1)) {
        if name == next {
            return Err(PlanErrorKind::SameName { what, name: (*name).to_string() }.into());
        }
    }
    Ok(())
}

fn disjoint(fields: &[Slot], checks: &[Slot]) -> Result<(), PlanError> {
    let name = |slot: &Slot| SlotName::Field(slot.name.clone());
    let check = |slot: &Slot| SlotName::Check(slot.name.clone());
    let mut all: Vec<(Span, SlotName)> = fields.iter().map(|slot| (slot.span, name(slot))).collect();
    all.extend(checks.iter().map(|slot| (slot.span, check(slot))));
    all.sort_by_key(|(span, _)| *span);
    for pair in all.windows(2) {
        let [(a, first), (b, second)] = pair else { continue };
        if let Some(span) = a.common(*b) {
            return Err(PlanErrorKind::Overlap { first: first.clone(), second: second.clone(), span }.into());
        }
    }
    Ok(())
}

/// Whether no slot lies over a word of the family that locks the part, unless that is allowed.
fn locks<'s>(family: Option<&Family>, slots: impl Iterator<Item = (&'s Slot, bool)>) -> Result<(), PlanError> {
    let Some(family) = family else { return Ok(()) };
    for (slot, _) in slots.filter(|(_, allowed)| !allowed) {
        if let Some((span, what, reference)) = family.words().find(|(span, ..)| span.common(slot.span).is_some()) {
            let name = slot.name.clone();
            return Err(PlanErrorKind::LockWord { name, family: family.name(), span, what, reference }.into());
        }
    }
    Ok(())
}

/// Whether a stamp breaks no seal of `image`.
pub(super) fn unsealed(image: &dyn Container) -> Result<(), PlanError> {
    image.seal().map_or(Ok(()), |seal| Err(seal.into()))
}

/// Where the slots lie in `image`, and what it holds there: of one that was stamped, secrets.
pub(super) fn locate(
    fields: &[Slot],
    checks: &[Slot],
    len: usize,
    image: &dyn Container,
) -> Result<(Vec<Place>, Zeroizing<Vec<u8>>), PlanError> {
    let mut bytes = Zeroizing::new(vec![0; len]);
    let mut places = Vec::with_capacity(fields.len() + checks.len());
    let named = fields.iter().map(|slot| (slot, true)).chain(checks.iter().map(|slot| (slot, false)));
    for (slot, is_field) in named {
        let place = image.locate(slot.span).map_err(|error| {
            let name = slot.name.clone();
            let name = if is_field { SlotName::Field(name) } else { SlotName::Check(name) };
            let hint = memory::hint(image, slot.span, &error).map(Box::new);
            PlanErrorKind::Gap { slot: name, span: slot.span, error, hint }
        })?;
        place.get(image.file(), bytes.get_mut(slot.at.clone()).or_never("each slot has its bytes"));
        places.push(place);
    }
    Ok((places, bytes))
}

/// What the other images beside `image` hold in their slots. Whether they are there, and all of what is covered, is for the
/// checksums to say.
pub(super) fn fill_others(others: &[Other], image: &dyn Container, bytes: &mut [u8]) {
    for other in others {
        let Some(image) = image.other(&other.image) else { continue };
        for slot in &other.slots {
            let Ok(place) = image.locate(slot.span) else { continue };
            place.get(image.file(), bytes.get_mut(slot.at.clone()).or_never("each slot has its bytes"));
        }
    }
}

/// Whether each field finds what it expects.
pub(super) fn guards(fields: &[Compiled], slots: &[Slot], bytes: &[u8], erased: &ErasedMap) -> Result<(), PlanError> {
    let expected = |field: &Compiled, slot: &Slot| match &field.guard {
        Guard::Any => None,
        Guard::Bytes(expected) => Some(expected.clone()),
        Guard::Erased => Some(erased.bytes(slot.span)),
    };
    let guarded: Vec<(&Compiled, &Slot, Vec<u8>)> =
        fields.iter().zip(slots).filter_map(|(field, slot)| Some((field, slot, expected(field, slot)?))).collect();
    let Some((field, slot, expected)) = guarded.iter().find(|(_, slot, expected)| slot.of(bytes) != expected) else {
        return Ok(());
    };
    let has_value = |(field, slot, expected): &(&Compiled, &Slot, Vec<u8>)| {
        let mut copy = Zeroizing::new(slot.of(bytes).to_vec());
        *copy != *expected && field.encoding.decode(&mut copy).is_ok()
    };
    // Any bytes are some integer.
    let says = guarded.iter().any(|(field, ..)| field.encoding.accepts(ValueKind::Text));
    let shown = |bytes: &[u8]| (!slot.secret).then(|| bytes.to_vec());
    Err(PlanErrorKind::Guard {
        field: slot.name.clone(),
        span: slot.span,
        found: shown(slot.of(bytes)),
        expected: shown(expected),
        erased: field.guard == Guard::Erased,
        stamped: (!guarded.iter().all(has_value)).then_some(false).or(says.then_some(true)),
    }
    .into())
}

/// Which of 0x00 and 0xFF all bytes of a unit may read: all other memory of the template reads that, and no field that
/// expects erased memory would still be erased. With such a field and no other memory nothing tells a unit from a device
/// with read protection.
fn uniform(
    template: &dyn Container,
    (fields, field_slots): (&[Compiled], &[Slot]),
    mut own: Vec<Span>,
    erased: &ErasedMap,
) -> Vec<u8> {
    own.sort_unstable();
    let begins = iter::once(0).chain(own.iter().map(|span| span.end()));
    let ends = own.iter().map(|span| span.start()).chain(template.extent().map(Span::end));
    let mut other = None;
    for gap in begins.zip(ends).filter_map(|(begin, end)| Span::try_from(begin..end).ok()) {
        let all = template.visit(gap, &mut |_, bytes| {
            let Some(first) = bytes.first() else { return ControlFlow::Continue(()) };
            let first = *other.get_or_insert(*first);
            if bytes.iter().all(|byte| *byte == first) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        if all.is_break() {
            return Vec::new();
        }
    }
    let may = |byte: u8| {
        let blank = |slot: &Slot| (slot.span.start()..slot.span.end()).all(|at| erased.at(at) == byte);
        let written =
            |(field, slot): (&Compiled, &Slot)| field.guard != Guard::Erased || other.is_some() && !blank(slot);
        other.is_none_or(|other| other == byte) && fields.iter().zip(field_slots).all(written)
    };
    [0x00, 0xFF].into_iter().filter(|byte| may(*byte)).collect()
}

impl Layout {
    /// The same layout with the addresses that `map` has for its symbols, sections and markers: to compile
    /// it for the HEX file or the binary of the build, which has no names.
    ///
    /// ```
    /// use nameplate::{At, Encoding, Field, Layout, image::{Elf, Raw}};
    ///
    /// let elf = Elf::parse(include_bytes!("../../examples/firmware/firmware.elf"))?;
    /// let bin = Raw::new(include_bytes!("../../examples/firmware/firmware.bin"), 0x0800_0000)?;
    /// let mac = Field::new("mac", At::section(".nameplate").plus(20), Encoding::bytes(6));
    /// let plan = Layout::new().field(mac).located(&elf)?.compile(&bin)?;
    /// assert_eq!(plan.spans().next().unwrap().start(), 0x0800_1F14);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When `map` does not say where a field or a checksum lies.
    pub fn located(&self, map: &dyn Container) -> Result<Self, PlanError> {
        let known = self.known(map);
        let own: &dyn Container = known.as_ref().map_or(map, |elf| elf);
        let located = |field: &Field| {
            // A map has no values.
            #[cfg(feature = "nvs")]
            if field.at.nvs_key().is_some() {
                return Ok(field.clone());
            }
            let span = field.span(own)?;
            Ok(Field { at: At::address(span.start()), ..field.clone() })
        };
        let fields = self.fields.iter().map(located).collect::<Result<Vec<_>, PlanError>>()?;
        let repairs = self.checks(own, map)?.into_owned();
        Ok(Self { fields, repairs, ..self.clone() })
    }

    /// The checksums by address.
    fn checks(&self, own: &dyn Container, image: &dyn Container) -> Result<Cow<'_, [Repair]>, PlanError> {
        if self.repairs.iter().all(Repair::is_located) {
            return Ok(Cow::Borrowed(&self.repairs));
        }
        let located = |repair: &Repair| {
            let slot = || SlotName::Check(repair.name().to_string());
            repair.located_by(own, image).map_err(|error| located(slot(), error))
        };
        self.repairs.iter().map(located).collect::<Result<_, _>>().map(Cow::Owned)
    }

    /// The ELF file with the symbols of all fields and checksums at hand, where there are several. A table that cannot
    /// be read is for the first of them to say.
    fn known<'e>(&self, image: &'e dyn Container) -> Option<Elf<'e>> {
        let fields = self.fields.iter().map(|field| &field.at);
        let places = fields.chain(self.repairs.iter().flat_map(Repair::places));
        let symbols: Vec<&str> = places.filter_map(At::symbol_name).collect();
        let _ = symbols.get(1)?;
        image.elf()?.clone().with_symbols(symbols).ok()
    }
}

impl Field {
    /// Where the field lies in `image`.
    pub(super) fn span(&self, image: &dyn Container) -> Result<Span, PlanError> {
        let len = width::wide(self.encoding.len());
        self.at.span(len, image).map_err(|error| located(SlotName::Field(self.name.clone()), error))
    }
}

/// Why a field or a checksum is not located.
fn located(slot: SlotName, error: LocateError) -> PlanError {
    match error {
        LocateError::Span(error) => PlanErrorKind::Span { slot, error }.into(),
        error => PlanErrorKind::Locate { slot, error }.into(),
    }
}
