//! Where each family keeps its UID, and what it is made of.
//!
//! Sources: the CMSIS device headers and the `*_ll_system.h` files of ST (`UID_BASE`,
//! `LL_GetUID_Word0` to `Word2`), and the reference manuals.

use super::error::UidError;
use super::uid::{Layout, Uid};

/// A family of parts, or those of a family, that keep their UID in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family {
    name: &'static str,
    base: u64,
    layout: Layout,
}

const fn family(name: &'static str, base: u64, layout: Layout) -> Family {
    Family { name, base, layout }
}

/// All families with a UID of 96 bits.
pub const FAMILIES: &[Family] = &[
    family("STM32C0", 0x1FFF_7550, Layout::A),
    family("STM32C5", 0x08FF_F800, Layout::A),
    family("STM32F0", 0x1FFF_F7AC, Layout::A),
    family("STM32F1", 0x1FFF_F7E8, Layout::Opaque),
    family("STM32F2", 0x1FFF_7A10, Layout::A),
    family("STM32F3", 0x1FFF_F7AC, Layout::A),
    family("STM32F4", 0x1FFF_7A10, Layout::A),
    family("STM32F72x", 0x1FF0_7A10, Layout::A),
    family("STM32F73x", 0x1FF0_7A10, Layout::A),
    family("STM32F74x", 0x1FF0_F420, Layout::A),
    family("STM32F75x", 0x1FF0_F420, Layout::A),
    family("STM32F76x", 0x1FF0_F420, Layout::A),
    family("STM32F77x", 0x1FF0_F420, Layout::A),
    family("STM32G0", 0x1FFF_7590, Layout::A),
    family("STM32G4", 0x1FFF_7590, Layout::A),
    family("STM32H5", 0x08FF_F800, Layout::A),
    family("STM32H72x", 0x1FF1_E800, Layout::A),
    family("STM32H73x", 0x1FF1_E800, Layout::A),
    family("STM32H74x", 0x1FF1_E800, Layout::A),
    family("STM32H75x", 0x1FF1_E800, Layout::A),
    family("STM32H7A3", 0x08FF_F800, Layout::A),
    family("STM32H7B0", 0x08FF_F800, Layout::A),
    family("STM32H7B3", 0x08FF_F800, Layout::A),
    family("STM32H7R", 0x08FF_F800, Layout::A),
    family("STM32H7S", 0x08FF_F800, Layout::A),
    family("STM32L0", 0x1FF8_0050, Layout::B),
    // Device IDs 0x416 and 0x429.
    family("STM32L1 category 1, 2", 0x1FF8_0050, Layout::B),
    // Device IDs 0x427, 0x436 and 0x437.
    family("STM32L1 category 3 to 6", 0x1FF8_00D0, Layout::B),
    // L4+ too.
    family("STM32L4", 0x1FFF_7590, Layout::A),
    family("STM32L5", 0x0BFA_0590, Layout::A),
    // In the one-time programmable memory of the BSEC.
    family("STM32MP15", 0x5C00_5234, Layout::Opaque),
    family("STM32N6", 0x4600_9014, Layout::Opaque),
    family("STM32U031", 0x1FFF_3E50, Layout::A),
    family("STM32U073", 0x1FFF_6E50, Layout::A),
    family("STM32U083", 0x1FFF_6E50, Layout::A),
    family("STM32U3", 0x0BFA_0700, Layout::A),
    family("STM32U5", 0x0BFA_0700, Layout::A),
    family("STM32WB", 0x1FFF_7590, Layout::A),
    family("STM32WBA5", 0x0BF9_0700, Layout::A),
    family("STM32WBA6", 0x0BFA_0700, Layout::A),
    family("STM32WL", 0x1FFF_7590, Layout::A),
];

impl Family {
    /// The family of that name, as [`FAMILIES`] has it; letter case does not matter.
    pub fn from_name(name: &str) -> Option<&'static Self> {
        FAMILIES.iter().find(|family| family.name.eq_ignore_ascii_case(name))
    }

    /// Its name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What its UIDs are made of.
    pub const fn layout(&self) -> Layout {
        self.layout
    }

    /// The addresses of words 0, 1 and 2. Between words 1 and 2 of L0 and L1 lie 12 bytes of something
    /// else.
    pub const fn addresses(&self) -> [u64; 3] {
        let word_2 = if matches!(self.layout, Layout::B) { 0x14 } else { 8 };
        [self.base, self.base + 4, self.base + word_2]
    }

    /// How many bytes there are from the first of word 0 to the last of word 2: 12, or 24 on L0 and L1.
    pub const fn memory_len(&self) -> usize {
        match self.layout {
            Layout::B => 24,
            Layout::A | Layout::Opaque => 12,
        }
    }

    /// The UID in the [bytes](Self::memory_len) from word 0 to word 2, first byte first.
    ///
    /// ```
    /// use nameplate::id::stm32::Family;
    ///
    /// // An STM32L151: 12 bytes lie between words 1 and 2, and belong to neither.
    /// let memory = b"\x33\x32\x47\x0E\x33\x34\x34\x30************\x31\x00\x29\x00";
    /// let uid = Family::from_name("STM32L1 category 1, 2").unwrap().uid(memory)?;
    /// assert_eq!(uid.words(), [0x0E47_3233, 0x3034_3433, 0x0029_0031]);
    /// assert_eq!(&uid.die().unwrap().lot, b"G230443");
    /// # Ok::<(), nameplate::id::stm32::UidError>(())
    /// ```
    ///
    /// # Errors
    /// When there are other than as many bytes, and as [`Uid::from_words`].
    pub fn uid(&self, memory: &[u8]) -> Result<Uid, UidError> {
        let (found, expected) = (memory.len(), self.memory_len());
        let wrong = UidError::Length { found, expected, family: self.name };
        let (Some(&[a, b, c, d, e, f, g, h]), Some(&last)) = (memory.first_chunk(), memory.last_chunk()) else {
            return Err(wrong);
        };
        if found != expected {
            return Err(wrong);
        }
        let words = [[a, b, c, d], [e, f, g, h], last].map(u32::from_le_bytes);
        Uid::from_words(words, self.layout)
    }
}
