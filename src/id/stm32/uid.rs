//! The unique ID of an STM32 part, as plain data.

use core::fmt;

/// What the 96 bits are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layout {
    /// Most families. Word 0: two coordinates on the wafer. Word 1: wafer number in the low byte, then
    /// three characters of the lot. Word 2: four more. The lot reads in the order of memory.
    A,
    /// STM32L0 and L1. Word 0: wafer number in the high byte, then three characters of the lot. Word 1:
    /// four more. Word 2: two coordinates. The lot reads from the high byte of a word down.
    B,
    /// Not documented (STM32F1, N6, MP1): 96 bits that are hashed, not packed.
    Opaque,
}

/// The unique ID of a part: its three words, as 32-bit loads read them, and their layout. Never blank.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uid {
    pub(super) words: [u32; 3],
    pub(super) layout: Layout,
}

/// What a UID of layout A or B says: the place on the wafer, the wafer, the lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Die {
    /// The low half of the word of coordinates, sign in the highest bit.
    pub low: u16,
    /// The high half of that word. Which half is X is documented nowhere.
    pub high: u16,
    /// The wafer number.
    pub wafer: u8,
    /// The lot, ASCII, spaces behind a short one.
    pub lot: [u8; 7],
}

impl Uid {
    /// Words 0, 1 and 2.
    pub const fn words(self) -> [u32; 3] {
        self.words
    }

    /// What they are made of.
    pub const fn layout(self) -> Layout {
        self.layout
    }

    /// What the UID says about the die; nothing when the layout is opaque.
    pub const fn die(self) -> Option<Die> {
        let [w0, w1, w2] = self.words;
        let (place, [wafer, a, b, c], [d, e, f, g]) = match self.layout {
            Layout::A => (w0, w1.to_le_bytes(), w2.to_le_bytes()),
            Layout::B => (w2, w0.to_be_bytes(), w1.to_be_bytes()),
            Layout::Opaque => return None,
        };
        let [l0, l1, h0, h1] = place.to_le_bytes();
        let (low, high) = (u16::from_le_bytes([l0, l1]), u16::from_le_bytes([h0, h1]));
        Some(Die { low, high, wafer, lot: [a, b, c, d, e, f, g] })
    }
}

/// `A 003B0023 324B500A 20323742`: the layout and words 0, 1, 2.
impl fmt::Debug for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [w0, w1, w2] = self.words;
        write!(f, "{:?} {w0:08X} {w1:08X} {w2:08X}", self.layout)
    }
}
