//! The orders in which programs show a UID.

use super::uid::Uid;

/// The order in which the twelve bytes of a UID are printed or kept. The example is one and the same
/// part, with the words `003B0023`, `324B500A`, `20323742`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UidOrder {
    /// `23003B000A504B3242373220`: words 0, 1, 2, the low byte of each first, as memory holds them.
    /// MicroPython `machine.unique_id()`, embassy `uid_hex()`, RIOT `cpuid_get`, Zephyr before 2.3.
    Memory,
    /// `20323742324B500A003B0023`: words 2, 1, 0, the high byte of each first. Zephyr `hwinfo` since 2.3.
    MsbFirst,
    /// `003B0023324B500A20323742`: words 0, 1, 2, the high byte of each first: `%08X%08X%08X`.
    Words,
    /// `423732200A504B3223003B00`: words 2, 1, 0, the low byte of each first. libopencm3
    /// `desig_get_unique_id_as_string`.
    WordsBackwards,
}

impl UidOrder {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Memory, Self::MsbFirst, Self::Words, Self::WordsBackwards];

    /// Whether word 2 comes first, and whether the high byte of each word does.
    pub(super) const fn is(self) -> (bool, bool) {
        match self {
            Self::Memory => (false, false),
            Self::MsbFirst => (true, true),
            Self::Words => (false, true),
            Self::WordsBackwards => (true, false),
        }
    }
}

/// A UID and the order in which it stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Detected {
    /// The UID, with its layout.
    pub uid: Uid,
    /// The order of the text.
    pub order: UidOrder,
}
