//! An NVS partition that is made of the fields at its keys, and made anew for a unit whose texts are shorter.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::error::{PlanError, PlanErrorKind};
use super::layout::{Guard, Layout, Made, Plan};
use super::made_error::MadeError;
use crate::encode::Encoding;
use crate::image::nvs::{Data, Type, Writer};
use crate::image::{Container, Raw};
use crate::nvs_key::nvs_type;

impl Layout {
    /// An NVS partition of `size` bytes, as Espressif's generator makes it, with the keys of all fields in their order:
    /// numbers and the bytes of blobs are 0, texts are digits `0` as many as the field has room for.
    ///
    /// ```
    /// use nameplate::image::Nvs;
    /// use nameplate::{At, Encoding, Field, Layout};
    ///
    /// let serial = Field::new("serial", At::nvs("factory", "serial"), Encoding::cstr(5));
    /// let partition = Layout::new().field(serial).partition(0x3000)?;
    /// assert_eq!(*Nvs::parse(&partition)?.get("factory", "serial").unwrap().bytes(), *b"0000\0");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When a field is at no key or of no type of NVS, a key is there twice, or the partition has no room.
    pub fn partition(&self, size: usize) -> Result<Vec<u8>, MadeError> {
        let mut writer = Writer::new(size).map_err(MadeError::Size)?;
        for field in &self.fields {
            let name = || field.name.clone();
            let key = field.at.nvs_key().ok_or_else(|| MadeError::NoKey { field: name() })?;
            let kind = nvs_type(&field.encoding).map_err(|error| MadeError::Type { field: name(), error })?;
            let len = field.encoding.len();
            let (text, bytes) = match kind {
                Type::String => ("0".repeat(len.saturating_sub(1)), Vec::new()),
                Type::Blob => (String::new(), vec![0; len]),
                _ => (String::new(), Vec::new()),
            };
            let data = match kind {
                Type::U8 => Data::U8(0),
                Type::I8 => Data::I8(0),
                Type::U16 => Data::U16(0),
                Type::I16 => Data::I16(0),
                Type::U32 => Data::U32(0),
                Type::I32 => Data::I32(0),
                Type::U64 => Data::U64(0),
                Type::I64 => Data::I64(0),
                Type::String => Data::String(&text),
                _ => Data::Blob(&bytes),
            };
            let put = writer.put(key.namespace(), key.key(), data);
            put.map_err(|error| MadeError::Write { field: name(), error })?;
        }
        Ok(writer.finish())
    }

    /// The template is the [`partition`](Self::partition) of this layout, and nothing else is in it. Then a text may be
    /// shorter than its field: the unit is what the generator makes of its values, entry for entry. Without this a text
    /// has the length that its entry has.
    ///
    /// ```
    /// use nameplate::image::nvs::{Data, Writer};
    /// use nameplate::image::Raw;
    /// use nameplate::{At, Encoding, Field, Guard, Layout};
    ///
    /// let serial = Field::new("serial", At::nvs("factory", "serial"), Encoding::cstr(64)).expect(Guard::Any);
    /// let layout = Layout::new().field(serial).from_nothing();
    /// let template = layout.partition(0x3000)?;
    /// let image = Raw::new(&template, 0x9000)?;
    /// let plan = layout.compile(&image)?;
    /// let mut unit = plan.stamper(&image)?;
    ///
    /// let mut generated = Writer::new(0x3000)?;
    /// generated.put("factory", "serial", Data::String("EU-1"))?;
    /// assert!(unit.stamp(&[("serial", "EU-1".into())])?.bytes() == generated.finish());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// Such a stamp makes a partition for each combination of lengths, the first time it comes; the entries behind a text
    /// that is shorter by a slot or more lie elsewhere, so [`Stamped::writes`](super::Stamped::writes) is all of the
    /// partition. [`Plan::read`] takes texts of any length that fits. The length of a secret text is no secret: the
    /// partition's layout shows it.
    #[must_use]
    pub fn from_nothing(mut self) -> Self {
        self.from_nothing = true;
        self
    }
}

impl Made {
    /// Of a layout whose template is made of its fields.
    pub(super) fn of(layout: &Layout, template: &dyn Container) -> Result<Option<Box<Self>>, PlanErrorKind> {
        if !layout.from_nothing {
            return Ok(None);
        }
        if let Some(repair) = layout.repairs.first() {
            return Err(MadeError::Check { check: repair.name().into() }.into());
        }
        let partition = template.extent().ok_or(MadeError::Other)?;
        let made = layout.partition(usize::try_from(partition.len()).unwrap_or(usize::MAX))?;
        let place = template.locate(partition).map_err(|_| MadeError::Other)?;
        let mut found = vec![0; made.len()];
        place.get(template.file(), &mut found);
        if found != made {
            return Err(MadeError::Other.into());
        }
        let layout = Layout { from_nothing: false, ..layout.clone() };
        Ok(Some(Box::new(Self { layout, partition, template: made })))
    }

    /// The partition for texts that have so many bytes, and its plan: `lens` has one for each field.
    pub(super) fn anew(&self, lens: &[usize]) -> Result<(Plan, Vec<u8>), PlanError> {
        let mut layout = self.layout.clone();
        for (field, len) in layout.fields.iter_mut().zip(lens) {
            // What the template has there was found when it was compiled.
            field.guard = Guard::Any;
            if field.is_nvs_text() {
                field.encoding = Encoding::cstr(*len);
            }
        }
        let bytes = layout.partition(self.template.len()).map_err(PlanErrorKind::from)?;
        let plan = layout.compile(&self.image(&bytes)?)?;
        Ok((plan, bytes))
    }

    /// A partition as an image: where the template lies.
    pub(super) fn image<'b>(&self, bytes: &'b [u8]) -> Result<Raw<'b>, PlanError> {
        Raw::new(bytes, self.partition.start()).map_err(|_| PlanErrorKind::from(MadeError::Other).into())
    }
}
