//! Where a field or the word of a checksum lies: an address, or what has one.

#[cfg(feature = "nvs")]
use alloc::boxed::Box;
use alloc::string::String;

use thiserror::Error;

use crate::addr::{Span, SpanError};
use crate::image::elf::{Location, LookupError};
use crate::image::{Container, Marker, MarkerError};
#[cfg(feature = "nvs")]
use crate::nvs_key::{KeyError, NvsKey};
use crate::width;

/// Where a field or the word of a checksum lies, or where what it covers begins or ends.
///
/// ```
/// use nameplate::At;
/// use nameplate::image::Marker;
///
/// let flash = At::address(0x0800_7F00);
/// let symbol = At::symbol("g_nameplate").plus(4);
/// let local = At::symbol_in("id.c", "serial");
/// let section = At::section(".nameplate");
/// let marker = At::marker(Marker::new(b"NPLATE01")?).plus(8);
/// # Ok::<(), nameplate::image::MarkerError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    base: Base,
    offset: u64,
}

/// What a place is counted from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Base {
    /// A byte address.
    Address(u64),
    /// A symbol.
    Symbol {
        /// The source file that it is local to, if that is said.
        file: Option<String>,
        /// Its name.
        name: String,
    },
    /// A section.
    Section(String),
    /// Bytes that occur once.
    Marker(Marker),
    /// The value of a key in an NVS partition.
    #[cfg(feature = "nvs")]
    Nvs(NvsKey),
}

impl At {
    const fn new(base: Base) -> Self {
        Self { base, offset: 0 }
    }

    /// At a byte address: the load address, where the bytes lie in flash.
    pub const fn address(address: u64) -> Self {
        Self::new(Base::Address(address))
    }

    /// Where a symbol lies, by the ELF file.
    pub fn symbol(name: impl Into<String>) -> Self {
        Self::new(Base::Symbol { file: None, name: name.into() })
    }

    /// Where the symbol lies that is local to a source file.
    pub fn symbol_in(file: impl Into<String>, name: impl Into<String>) -> Self {
        Self::new(Base::Symbol { file: Some(file.into()), name: name.into() })
    }

    /// Where a section begins, by the ELF file.
    pub fn section(name: impl Into<String>) -> Self {
        Self::new(Base::Section(name.into()))
    }

    /// Where these bytes are, which occur exactly once.
    pub const fn marker(marker: Marker) -> Self {
        Self::new(Base::Marker(marker))
    }

    /// Where the value of a key lies in an NVS partition, which is all of the image or what
    /// [`within`](Self::within) says. Its CRCs are repaired with a field there: checksums named `field.data` and
    /// `field.entry`.
    ///
    /// ```
    /// use nameplate::image::nvs::{Data, Writer};
    /// use nameplate::image::{Nvs, Raw};
    /// use nameplate::{At, Encoding, Field, Guard, Layout};
    ///
    /// let mut writer = Writer::new(0x3000)?;
    /// writer.put("factory", "serial", Data::String("EUDV-00000"))?;
    /// let partition = writer.finish();
    /// let image = Raw::new(&partition, 0x9000)?;
    /// let serial = Field::new("serial", At::nvs("factory", "serial"), Encoding::cstr(11)).expect(Guard::Any);
    /// let plan = Layout::new().field(serial).compile(&image)?;
    /// let mut unit = plan.stamper(&image)?;
    /// let stamped = unit.stamp(&[("serial", "EUDV-00042".into())])?.bytes().to_vec();
    /// assert_eq!(*Nvs::parse(&stamped)?.get("factory", "serial").unwrap().bytes(), *b"EUDV-00042\0");
    /// assert!(plan.read(&Raw::new(&stamped, 0x9000)?)?.checks().all(|check| check.is_right()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "nvs")]
    pub fn nvs(namespace: impl Into<String>, key: impl Into<String>) -> Self {
        Self::new(Base::Nvs(NvsKey::new(namespace.into(), key.into())))
    }

    /// In the NVS partition that lies there; what is not counted from a key in one is as it was.
    #[cfg(feature = "nvs")]
    #[must_use]
    pub fn within(self, partition: Span) -> Self {
        match self.base {
            Base::Nvs(key) => Self { base: Base::Nvs(key.within(partition)), offset: self.offset },
            base => Self { base, offset: self.offset },
        }
    }

    /// The key in an NVS partition that it is counted from, if it is one.
    #[cfg(feature = "nvs")]
    pub fn nvs_key(&self) -> Option<&NvsKey> {
        match &self.base {
            Base::Nvs(key) => Some(key),
            _ => None,
        }
    }

    /// `offset` bytes further.
    #[must_use]
    pub fn plus(mut self, offset: u64) -> Self {
        self.offset = self.offset.saturating_add(offset);
        self
    }

    /// What it is counted from.
    pub fn base(&self) -> &Base {
        &self.base
    }

    /// The symbol that it is counted from, if it is one.
    pub fn symbol_name(&self) -> Option<&str> {
        match &self.base {
            Base::Symbol { name, .. } => Some(name),
            _ => None,
        }
    }

    /// How many bytes it lies behind that.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The address, if it is said as one.
    pub(crate) fn known(&self) -> Option<u64> {
        match self.base {
            Base::Address(address) => address.checked_add(self.offset),
            _ => None,
        }
    }

    /// The load addresses of the `len` bytes there. Of no byte, a symbol without a size does, as linker scripts define
    /// them.
    ///
    /// # Errors
    /// When `image` does not say where that is, or there are not so many bytes.
    pub fn span(&self, len: u64, image: &dyn Container) -> Result<Span, LocateError> {
        match &self.base {
            Base::Address(address) => self.at(*address, len),
            Base::Marker(marker) => self.at(marker.find(image)?, len),
            #[cfg(feature = "nvs")]
            Base::Nvs(key) => self.at(key.find(image)?.start(), len),
            // Where a range begins or ends, a symbol needs no size.
            Base::Symbol { file, name } if len == 0 => {
                let elf = image.elf().ok_or(LocateError::NoSymbols)?;
                let mark = elf.mark(name, file.as_deref())?;
                if mark.is_empty() { self.at(mark.span()?.start(), 0) } else { Ok(mark.part(self.offset, 0)?) }
            }
            _ => Ok(self.location(image)?.part(self.offset, len)?),
        }
    }

    /// The load addresses from there to the end of the symbol, the section or the marker; of an address,
    /// none.
    ///
    /// # Errors
    /// As [`span`](Self::span).
    pub fn rest(&self, image: &dyn Container) -> Result<Span, LocateError> {
        let len = match &self.base {
            Base::Address(_) => 0,
            Base::Marker(marker) => width::wide(marker.bytes().len()),
            #[cfg(feature = "nvs")]
            Base::Nvs(key) => key.find(image)?.len(),
            _ => width::wide(self.location(image)?.len()),
        };
        self.span(len.saturating_sub(self.offset), image)
    }

    /// The symbol or section.
    fn location(&self, image: &dyn Container) -> Result<Location, LocateError> {
        let elf = image.elf().ok_or(LocateError::NoSymbols)?;
        Ok(match &self.base {
            Base::Symbol { file: None, name } => elf.symbol(name)?,
            Base::Symbol { file: Some(file), name } => elf.symbol_in(file, name)?,
            Base::Section(name) => elf.section(name)?,
            _ => return Err(LocateError::NoSymbols),
        })
    }

    fn at(&self, address: u64, len: u64) -> Result<Span, LocateError> {
        let start = address.checked_add(self.offset).ok_or(SpanError::PastEnd { start: address, len: self.offset })?;
        Ok(Span::new(start, len)?)
    }
}

/// At a byte address.
impl From<u64> for At {
    fn from(address: u64) -> Self {
        Self::address(address)
    }
}

/// Why a place is not known.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LocateError {
    /// A symbol or section in an image without such names.
    #[error("the image has no symbols and sections; the ELF file of the same build says where they are")]
    NoSymbols,
    /// The symbol or section does not do.
    #[error(transparent)]
    Lookup(#[from] LookupError),
    /// The marker does not do.
    #[error(transparent)]
    Marker(#[from] MarkerError),
    /// The NVS partition, or the value in it, does not do.
    #[cfg(feature = "nvs")]
    #[error(transparent)]
    Nvs(#[from] Box<KeyError>),
    /// A checksum covers another image, which is not given.
    #[error("covers image `{name}`, which is not given")]
    NoImage {
        /// Its name.
        name: String,
    },
    /// It is not said by its address, and no image was asked.
    #[error("it is said by a symbol, a section or a marker: an image says at which address that is (`located`)")]
    Unlocated,
    /// It passes the end of the address space.
    #[error(transparent)]
    Span(#[from] SpanError),
}
