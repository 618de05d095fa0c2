//! The 64-bit unique ID of STM32 parts with a radio.

use super::compat::BdAddr;
use super::error::UidError;
use crate::id::eui::Eui64;
use crate::value::Value;

/// ST's company number: an OUI.
const ST: u32 = 0x00_80E1;

/// Families, and the address of the two words of their UID64.
///
/// Sources: `stm32wbxx_ll_system.h`, `stm32wlxx_ll_system.h` and their relatives.
pub const UID64_ADDRESSES: &[(&str, u64)] = &[
    ("STM32U3", 0x0BFA_0A00),
    ("STM32WB", 0x1FFF_7580),
    ("STM32WB0", 0x1000_1EF0),
    ("STM32WBA5", 0x0BF9_0A00),
    ("STM32WBA6", 0x0BFA_0A00),
    ("STM32WL", 0x1FFF_7580),
    ("STM32WL3", 0x1000_1EF0),
];

/// The UID64: a device number, a type of device, and ST's company number. It is an EUI-64.
///
/// ```
/// use nameplate::id::stm32::Uid64;
///
/// let uid = Uid64::from_words([0x0017_C722, 0x0080_E115])?;
/// assert_eq!(uid.eui64().hyphens().to_string(), "00-80-E1-15-00-17-C7-22");
/// # Ok::<(), nameplate::id::stm32::UidError>(())
/// ```
///
/// As a [`Value`] it is the eight octets of the EUI-64, in the order they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uid64 {
    number: u32,
    word_1: u32,
}

impl Uid64 {
    /// Of words 0 and 1, as 32-bit loads read them: the device number; company and device type.
    ///
    /// # Errors
    /// When the company is not ST, or the number is blank.
    pub const fn from_words(words: [u32; 2]) -> Result<Self, UidError> {
        let [number, word_1] = words;
        if word_1 >> 8 != ST {
            return Err(UidError::Company { found: word_1 >> 8 });
        }
        if number == u32::MAX {
            return Err(UidError::NoNumber);
        }
        Ok(Self { number, word_1 })
    }

    /// Of the EUI-64: the inverse of [`eui64`](Self::eui64).
    ///
    /// # Errors
    /// As [`from_words`](Self::from_words).
    pub const fn from_eui64(eui: Eui64) -> Result<Self, UidError> {
        let [a, b, c, d, e, f, g, h] = eui.octets();
        Self::from_words([u32::from_be_bytes([e, f, g, h]), u32::from_be_bytes([a, b, c, d])])
    }

    /// The EUI-64: company, device type, number. ST's LoRaWAN firmware uses it as DevEUI.
    pub const fn eui64(self) -> Eui64 {
        let ([a, b, c, d], [e, f, g, h]) = (self.word_1.to_be_bytes(), self.number.to_be_bytes());
        Eui64::new([a, b, c, d, e, f, g, h])
    }

    /// The device number.
    pub const fn number(self) -> u32 {
        self.number
    }

    /// The type of device: 0x15 of WL, 0x26 of WB55.
    pub const fn device(self) -> u8 {
        let [device, ..] = self.word_1.to_le_bytes();
        device
    }

    /// The address that ST's Bluetooth examples make of it. **Not unique.**
    pub fn bd_addr(self) -> BdAddr {
        let [a, b, c, d, _, _, e, f] = self.eui64().octets();
        BdAddr([a, b, c, d, e, f])
    }
}

impl From<Uid64> for Value<'static> {
    fn from(uid: Uid64) -> Self {
        Value::from(uid.eui64())
    }
}
