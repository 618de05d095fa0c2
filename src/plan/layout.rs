//! Fields and checksums as they are described, and what is compiled of them.

use alloc::borrow::Cow;
#[cfg(feature = "nvs")]
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

#[cfg(feature = "nvs")]
use super::at_key::AtKey;
use super::lock::Family;
use crate::addr::Span;
use crate::at::At;
use crate::encode::Encoding;
use crate::image::{AddError, ErasedMap, Growing};
use crate::record::Slot;
use crate::repair::{Graph, Repair, Variable};

/// What a field expects to find where it is stamped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Guard {
    /// Erased memory. A value that is itself the erased pattern is refused: stamped would look
    /// blank, and the guard would let a second stamp through.
    #[default]
    Erased,
    /// These bytes.
    Bytes(Vec<u8>),
    /// Anything.
    Any,
}

/// What becomes of a field whose bytes the file does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Gap {
    /// It is an error.
    #[default]
    Error,
    /// [`Layout::add_missing`] adds them, erased: user rows, option bytes and EEPROM that the linker
    /// left out.
    Add,
}

/// Bytes that differ from unit to unit: a description, checked when it is compiled.
///
/// ```
/// use nameplate::plan::{At, Field, Gap, Guard};
/// use nameplate::Encoding;
///
/// // Blank flash is expected, unless said otherwise.
/// let serial = Field::new("serial", At::address(0x0800_7F00), Encoding::ascii(16).pad(0x00));
/// // Over a placeholder of the firmware; 128 bits that no error, record or `Debug` shows.
/// let key = Field::new("key", At::symbol("g_key"), Encoding::bytes(16)).expect(Guard::Bytes(vec![0xA5; 16])).secret();
/// // In user rows that the HEX file leaves out.
/// let user = Field::new("user", At::address(0x1000_1080), Encoding::u32_le()).gap(Gap::Add);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Field {
    pub(super) name: String,
    pub(super) at: At,
    pub(super) encoding: Encoding,
    pub(super) guard: Guard,
    pub(super) gap: Gap,
    pub(super) secret: bool,
    pub(super) lock_words: bool,
}

impl Field {
    /// A field that expects erased memory and is not secret.
    pub fn new(name: impl Into<String>, at: At, encoding: Encoding) -> Self {
        Self {
            name: name.into(),
            at,
            encoding,
            guard: Guard::default(),
            gap: Gap::Error,
            secret: false,
            lock_words: false,
        }
    }

    /// What the field expects to find. The default is [`Guard::Erased`].
    #[must_use]
    pub fn expect(mut self, guard: Guard) -> Self {
        self.guard = guard;
        self
    }

    /// What becomes of the field if the file does not have its bytes. The default is [`Gap::Error`].
    #[must_use]
    pub fn gap(mut self, gap: Gap) -> Self {
        self.gap = gap;
        self
    }

    /// The field may lie over words that lock the part, of the layout's [family](Layout::family).
    #[must_use]
    pub fn lock_words(mut self) -> Self {
        self.lock_words = true;
        self
    }

    /// The field holds a secret: its bytes appear in no record, error or `Debug`, and are wiped. The
    /// default is that it does not.
    #[must_use]
    pub fn secret(mut self) -> Self {
        self.secret = true;
        self
    }
}

/// Of a secret field, not the bytes it expects.
impl core::fmt::Debug for Field {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let mut shown = f.debug_struct("Field");
        let _ = shown.field("name", &self.name).field("at", &self.at).field("encoding", &self.encoding);
        let _ = match &self.guard {
            Guard::Bytes(bytes) if self.secret => shown.field("guard", &format_args!("Bytes({} bytes)", bytes.len())),
            guard => shown.field("guard", guard),
        };
        let _ = shown.field("gap", &self.gap).field("secret", &self.secret);
        shown.field("lock_words", &self.lock_words).finish()
    }
}

/// What differs between units, and which checksums that breaks: a description, checked when it is
/// compiled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    pub(super) fields: Vec<Field>,
    pub(super) repairs: Vec<Repair>,
    pub(super) erased: ErasedMap,
    pub(super) family: Option<&'static Family>,
    /// Whether the template is the NVS partition of the fields.
    #[cfg(feature = "nvs")]
    pub(super) from_nothing: bool,
    /// The other images of the unit.
    pub(super) others: Vec<Other>,
}

impl Layout {
    /// No fields, no checksums, erased memory reads 0xFF.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more field.
    #[must_use]
    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    /// One more checksum to repair.
    #[must_use]
    pub fn repair(mut self, repair: Repair) -> Self {
        self.repairs.push(repair);
        self
    }

    /// Another image of the unit, as the checksums name it that cover it, and its plan: which of its bytes differ from
    /// unit to unit. The layout is then compiled for a [`Beside`](crate::image::Beside), and each unit is stamped
    /// [beside](super::Stamper::stamp_beside) the stamped others, in the order in which they are given here.
    #[must_use]
    pub fn beside(mut self, image: impl Into<String>, plan: &Plan) -> Self {
        let image = image.into();
        let named = |slot: &Slot| Slot { name: [&*image, &*slot.name].join(":"), ..slot.clone() };
        let slots = plan.slots().map(named).collect();
        self.others.push(Other { slots, guessable: plan.guessable, image });
        self
    }

    /// The text of `image` with the bytes it lacks of fields that say [`Gap::Add`], erased: the template
    /// to compile for. The same text, if it lacks none.
    ///
    /// ```
    /// use nameplate::{At, Encoding, Field, Layout, Value, image::Hex, plan::Gap};
    ///
    /// let firmware = Hex::parse(b":0400000001020304F2\n:00000001FF\n")?;
    /// let layout = Layout::new()
    ///     .field(Field::new("uicr", At::address(0x1000_1080), Encoding::u32_le()).gap(Gap::Add));
    /// let text = layout.add_missing(&firmware)?;
    /// let template = Hex::parse(&text)?;
    /// let plan = layout.compile(&template)?;
    /// let mut unit = plan.stamper(&template)?;
    /// assert_eq!(
    ///     unit.stamp(&[("uicr", Value::from(42_u32))])?.bytes(),
    ///     b":0400000001020304F2\n:020000041000EA\n:041080002A00000042\n:00000001FF\n",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Growing::add_missing`].
    pub fn add_missing<'t>(&self, image: &impl Growing<'t>) -> Result<Cow<'t, [u8]>, AddError> {
        let spans = self.fields.iter().filter(|field| field.gap == Gap::Add).filter_map(|field| {
            // What is wrong with a field is for `compile` to say.
            Span::new(field.at.known()?, u64::try_from(field.encoding.len()).ok()?).ok()
        });
        image.add_missing(&spans.collect::<Vec<_>>(), &self.erased)
    }

    /// The family of the part, whose words that can lock or brick it are refused to fields. The default is
    /// none, and nothing is refused.
    #[must_use]
    pub fn family(mut self, family: &'static Family) -> Self {
        self.family = Some(family);
        self
    }

    /// What blank memory reads as: an [`Erased`](crate::image::Erased), or one for each region. The default is 0xFF.
    #[must_use]
    pub fn erased(mut self, erased: impl Into<ErasedMap>) -> Self {
        self.erased = erased.into();
        self
    }
}

/// A [`Layout`] that was checked against a template. Knows addresses only, borrows nothing, and can
/// be shared between threads.
///
/// ```
/// use nameplate::image::{Hex, Raw};
/// use nameplate::{At, Encoding, Field, Layout};
///
/// let hex = Hex::parse(b":04001000FFFFFFFFF0\n:00000001FF\n")?;
/// let plan = Layout::new().field(Field::new("number", At::address(0x11), Encoding::u16_be())).compile(&hex)?;
/// let (name, span, encoding) = plan.fields().next().unwrap();
/// assert_eq!(format!("{name} {span} {encoding}"), "number 0x00000011..0x00000013 u16be");
///
/// // One plan for the HEX file and the binary of a build.
/// let raw = Raw::new(&[0xFF; 4], 0x10)?;
/// let (mut text, mut binary) = (plan.stamper(&hex)?, plan.stamper(&raw)?);
/// assert_eq!(text.stamp(&[("number", 0x1234_u16.into())])?.bytes(), b":04001000FF1234FFA8\n:00000001FF\n");
/// assert_eq!(binary.stamp(&[("number", 0x1234_u16.into())])?.bytes(), [0xFF, 0x12, 0x34, 0xFF]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Plan {
    pub(super) fields: Vec<Compiled>,
    pub(super) repairs: Vec<Repair>,
    /// Where the fields lie, in the order of `fields`.
    pub(super) field_slots: Vec<Slot>,
    /// The fields, by name.
    pub(super) by_name: Vec<usize>,
    /// Where the words lie, in the order of `repairs` and their stores.
    pub(super) check_slots: Vec<Slot>,
    /// The other images of the unit.
    pub(super) others: Vec<Other>,
    /// The slots of the other images, the fields and the words, as the repairs see them.
    pub(super) variables: Vec<Variable>,
    pub(super) graph: Graph,
    /// Bytes by which checksums of formats were found: of which, where, and what they are.
    pub(super) reads: Vec<(usize, Span, Vec<u8>)>,
    pub(super) erased: ErasedMap,
    /// How many bytes all slots have together.
    pub(super) len: usize,
    pub(super) secret: bool,
    /// Whether an image may hold a secret behind its guard, so that numbers of checksums say something of it. Without a
    /// guard that says otherwise the field is blank there.
    pub(super) guessable: bool,
    /// The fields at keys of NVS partitions.
    #[cfg(feature = "nvs")]
    pub(super) nvs: Vec<AtKey>,
    /// How the template is made, when it is an NVS partition of the fields.
    #[cfg(feature = "nvs")]
    pub(super) made: Option<Box<Made>>,
    /// Of 0x00 and 0xFF, those that every byte of a unit may read.
    pub(super) uniform: Vec<u8>,
}

/// An NVS partition that is made of the fields of a layout.
#[cfg(feature = "nvs")]
#[derive(Clone, Debug)]
pub(super) struct Made {
    /// Without word of that.
    pub(super) layout: Layout,
    pub(super) partition: Span,
    pub(super) template: Vec<u8>,
}

/// What a checksum may cover of another image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Other {
    /// Its name.
    pub(super) image: String,
    /// What differs between units there: in the order of its plan's slots, each named behind its image.
    pub(super) slots: Vec<Slot>,
    /// Whether its template may hold a secret.
    pub(super) guessable: bool,
}

/// What stamping and reading need to know of a field besides its slot.
#[derive(Clone, Debug)]
pub(super) struct Compiled {
    pub(super) encoding: Encoding,
    pub(super) guard: Guard,
    /// Whether it is text of an NVS entry, which fills all of it but its NUL where it cannot be made anew.
    pub(super) full: bool,
}

impl Plan {
    /// The fields: name, place and encoding, in the order of the layout.
    pub fn fields(&self) -> impl Iterator<Item = (&str, Span, &Encoding)> {
        self.field_slots.iter().zip(&self.fields).map(|(slot, field)| (&*slot.name, slot.span, &field.encoding))
    }

    /// The checksums and where their first words lie, in the order they are repaired.
    pub fn checks(&self) -> impl Iterator<Item = (&Repair, Span)> {
        self.graph.order().filter_map(|index| {
            let repair = self.repairs.get(index)?;
            Some((repair, repair.span().ok()?))
        })
    }

    /// What a checksum covers of what differs between units: fields, and words of other checksums, by
    /// name; the second word of `app` is `app.2`, one of another image `boot:app`. Nothing when there is no such checksum.
    pub fn covered(&self, checksum: &str) -> impl Iterator<Item = &str> {
        let repair = self.repairs.iter().position(|repair| repair.name() == checksum);
        let covered = repair.map_or(Vec::new(), |repair| self.graph.covered(repair));
        let others = || self.others.iter().flat_map(|other| &other.slots);
        covered.into_iter().filter_map(move |variable| Some(&*others().chain(self.slots()).nth(variable)?.name))
    }

    /// The names of the words of the checksums, in the order of the layout: that of the second word of `app` is `app.2`.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.check_slots.iter().map(|slot| &*slot.name)
    }

    /// Where a stamp writes: the fields, then the words, as [`Stamped::writes`](super::Stamped::writes) has them.
    pub fn spans(&self) -> impl Iterator<Item = Span> {
        self.slots().map(|slot| slot.span)
    }

    /// The names of the other images that checksums may cover.
    pub fn others(&self) -> impl Iterator<Item = &str> {
        self.others.iter().map(|other| other.image.as_str())
    }

    /// Whether a field is secret, or one of another image.
    pub fn has_secret(&self) -> bool {
        self.secret
    }

    /// Which field has that name.
    pub(super) fn index(&self, name: &str) -> Option<usize> {
        let slot = |index: &usize| self.field_slots.get(*index).map(|slot| &*slot.name);
        let found = self.by_name.binary_search_by(|index| slot(index).cmp(&Some(name))).ok()?;
        self.by_name.get(found).copied()
    }

    pub(super) fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.field_slots.iter().chain(&self.check_slots)
    }
}

impl core::fmt::Debug for Plan {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_map().entries(self.slots().map(|slot| (&slot.name, slot.span))).finish()
    }
}
