//! What an address of an ELF file counts.

use core::fmt;

use crate::addr::{Address, Span};

/// What an address of the file counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddressUnit {
    /// Bytes.
    #[default]
    Byte,
    /// Words of 16 bits: program memory of TI C2000, Microchip dsPIC, PIC24 and PIC of 12 and 14 bits.
    Word16,
}

impl AddressUnit {
    /// How many bytes have one address.
    pub const fn bytes(self) -> u64 {
        match self {
            Self::Byte => 1,
            Self::Word16 => 2,
        }
    }

    /// Addresses in bytes as the file has them, and in bytes where those differ.
    ///
    /// ```
    /// use nameplate::Span;
    /// use nameplate::image::elf::AddressUnit;
    ///
    /// let span = Span::new(0x10_8020, 4)?;
    /// assert_eq!(AddressUnit::Byte.own(span).to_string(), "0x00108020..0x00108024");
    /// assert_eq!(
    ///     AddressUnit::Word16.own(span).to_string(),
    ///     "0x00084010..0x00084012 (in bytes 0x00108020..0x00108024)"
    /// );
    /// # Ok::<(), nameplate::addr::SpanError>(())
    /// ```
    pub const fn own(self, span: Span) -> Own {
        Own { unit: self, span }
    }
}

/// Addresses as a file has them; see [`AddressUnit::own`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Own {
    unit: AddressUnit,
    span: Span,
}

impl fmt::Display for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { unit, span } = *self;
        if unit == AddressUnit::Byte {
            return span.fmt(f);
        }
        let (start, end) = (span.start() / unit.bytes(), span.end().div_ceil(unit.bytes()));
        write!(f, "{}..{} (in bytes {span})", Address(start), Address(end))
    }
}
