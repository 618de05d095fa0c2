//! The types of entries.

use core::fmt;

/// The type of an entry.
///
/// ```
/// use nameplate::image::nvs::Type;
///
/// assert_eq!((Type::I32.code(), Type::I32.number_len()), (0x14, Some(4)));
/// assert_eq!(Type::String.to_string(), "string");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Type {
    /// An integer of 8 bits.
    U8,
    /// An integer of 8 bits with a sign.
    I8,
    /// An integer of 16 bits.
    U16,
    /// An integer of 16 bits with a sign.
    I16,
    /// An integer of 32 bits.
    U32,
    /// An integer of 32 bits with a sign.
    I32,
    /// An integer of 64 bits.
    U64,
    /// An integer of 64 bits with a sign.
    I64,
    /// Text, a NUL at its end.
    String,
    /// Bytes: of a page of version 1, or all chunks together.
    Blob,
    /// A chunk of a blob.
    BlobData,
    /// How many bytes and chunks a blob has.
    BlobIndex,
}

/// Each type, what says it in an entry, and its name.
const TYPES: [(Type, u8, &str); 12] = [
    (Type::U8, 0x01, "u8"),
    (Type::I8, 0x11, "i8"),
    (Type::U16, 0x02, "u16"),
    (Type::I16, 0x12, "i16"),
    (Type::U32, 0x04, "u32"),
    (Type::I32, 0x14, "i32"),
    (Type::U64, 0x08, "u64"),
    (Type::I64, 0x18, "i64"),
    (Type::String, 0x21, "string"),
    (Type::Blob, 0x41, "blob"),
    (Type::BlobData, 0x42, "blob data"),
    (Type::BlobIndex, 0x48, "blob index"),
];

impl Type {
    /// The type that an entry says.
    pub fn from_code(code: u8) -> Option<Self> {
        TYPES.iter().find(|(_, own, _)| *own == code).map(|(kind, ..)| *kind)
    }

    /// What says it in an entry.
    pub fn code(self) -> u8 {
        TYPES.iter().find(|(kind, ..)| *kind == self).map_or(0, |(_, code, _)| *code)
    }

    /// Its name, as Espressif's generator has it where it has one.
    pub fn name(self) -> &'static str {
        TYPES.iter().find(|(kind, ..)| *kind == self).map_or("", |(.., name)| name)
    }

    /// How many bytes a number of this type has; nothing of a type that is no number.
    pub fn number_len(self) -> Option<usize> {
        match self {
            Self::U8 | Self::I8 => Some(1),
            Self::U16 | Self::I16 => Some(2),
            Self::U32 | Self::I32 => Some(4),
            Self::U64 | Self::I64 => Some(8),
            _ => None,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
