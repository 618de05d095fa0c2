//! What was stamped into one unit, as plain data.
//!
//! A [`Record`] borrows from the unit that was stamped; [`Record::to_owned`] keeps it. The bytes of a
//! secret field are not in it, nor the values of a checksum that covers one: a short secret could be
//! guessed from those.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use crate::addr::Span;
use crate::digits::Hexadecimal;
use crate::never::OrNever;

/// What was stamped into one unit.
///
/// ```
/// use nameplate::image::Raw;
/// use nameplate::repair::Template;
/// use nameplate::{At, Encoding, Field, Layout, Repair, check::CRC_16_MODBUS};
///
/// let template = Raw::new(&[0xFF; 8], 0)?;
/// let sum = Repair::crc("sum", CRC_16_MODBUS, 0..6).stored_at(6).u16_le().template(Template::Blank);
/// let number = Field::new("number", At::address(0), Encoding::u16_be());
/// let plan = Layout::new().field(number).repair(sum).compile(&template)?;
/// let mut unit = plan.stamper(&template)?;
/// let record = unit.stamp(&[("number", 42_u16.into())])?.record().to_owned(); // kept beyond the next stamp
///
/// let field = &record.fields[0];
/// assert_eq!((&*field.name, field.span.start(), field.bytes.as_deref()), ("number", 0, Some(&[0x00, 0x2A][..])));
/// assert_eq!(record.checks[0].before.as_deref(), Some(&[0xFF, 0xFF][..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Record<'u> {
    fields: &'u [Slot],
    checks: &'u [Slot],
    before: &'u [u8],
    after: &'u [u8],
}

/// Where a field or the word of a checksum lies: in memory, and among the bytes of all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) at: Range<usize>,
    pub(crate) secret: bool,
}

impl Slot {
    /// Its part of the bytes of all slots.
    pub(crate) fn of<'b>(&self, bytes: &'b [u8]) -> &'b [u8] {
        bytes.get(self.at.clone()).or_never("all slots lie in the bytes")
    }
}

/// One field of a record.
#[derive(Clone, PartialEq, Eq)]
pub struct FieldRecord<'u> {
    /// The field's name.
    pub name: Cow<'u, str>,
    /// Where it lies.
    pub span: Span,
    /// What was stamped, in the order of addresses; nothing when the field is secret.
    pub bytes: Option<Cow<'u, [u8]>>,
}

/// One checksum of a record.
#[derive(Clone, PartialEq, Eq)]
pub struct CheckRecord<'u> {
    /// The checksum's name.
    pub name: Cow<'u, str>,
    /// Where its word lies.
    pub span: Span,
    /// The word's bytes in the template, in the order of addresses; nothing when the checksum covers
    /// a secret.
    pub before: Option<Cow<'u, [u8]>>,
    /// The word's bytes in the unit; nothing when the checksum covers a secret.
    pub after: Option<Cow<'u, [u8]>>,
}

/// A [`Record`] that borrows nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitRecord {
    /// The fields, in the order of the layout.
    pub fields: Vec<FieldRecord<'static>>,
    /// The checksums, in the order of the layout.
    pub checks: Vec<CheckRecord<'static>>,
}

impl<'u> Record<'u> {
    pub(crate) fn new(fields: &'u [Slot], checks: &'u [Slot], before: &'u [u8], after: &'u [u8]) -> Self {
        Self { fields, checks, before, after }
    }

    /// The fields, in the order of the layout.
    pub fn fields(&self) -> impl Iterator<Item = FieldRecord<'u>> + use<'u> {
        let after = self.after;
        self.fields.iter().map(move |slot| FieldRecord {
            name: Cow::Borrowed(&slot.name),
            span: slot.span,
            bytes: (!slot.secret).then(|| Cow::Borrowed(slot.of(after))),
        })
    }

    /// The checksums, in the order of the layout.
    pub fn checks(&self) -> impl Iterator<Item = CheckRecord<'u>> + use<'u> {
        let (before, after) = (self.before, self.after);
        self.checks.iter().map(move |slot| CheckRecord {
            name: Cow::Borrowed(&slot.name),
            span: slot.span,
            before: (!slot.secret).then(|| Cow::Borrowed(slot.of(before))),
            after: (!slot.secret).then(|| Cow::Borrowed(slot.of(after))),
        })
    }

    /// The same, borrowing nothing.
    pub fn to_owned(&self) -> UnitRecord {
        let own = |bytes: Cow<'_, [u8]>| Cow::Owned(bytes.into_owned());
        let name = |name: Cow<'_, str>| Cow::Owned(name.into_owned());
        UnitRecord {
            fields: self
                .fields()
                .map(|field| FieldRecord { name: name(field.name), span: field.span, bytes: field.bytes.map(own) })
                .collect(),
            checks: self
                .checks()
                .map(|check| CheckRecord {
                    name: name(check.name),
                    span: check.span,
                    before: check.before.map(own),
                    after: check.after.map(own),
                })
                .collect(),
        }
    }
}

impl fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.fields()).entries(self.checks()).finish()
    }
}

/// `serial at 0x08007F00..0x08007F10: 0x45554456…`.
impl fmt::Debug for FieldRecord<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.bytes {
            Some(bytes) => write!(f, "{} at {}: {}", self.name, self.span, Hexadecimal(bytes)),
            None => write!(f, "{} at {}: secret", self.name, self.span),
        }
    }
}

/// `app at 0x08007FFC..0x08008000: 0xFFFFFFFF -> 0x1F41880F`, the bytes in the order of addresses.
impl fmt::Debug for CheckRecord<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => {
                write!(f, "{} at {}: {} -> {}", self.name, self.span, Hexadecimal(before), Hexadecimal(after))
            }
            _ => write!(f, "{} at {}: covers a secret", self.name, self.span),
        }
    }
}
