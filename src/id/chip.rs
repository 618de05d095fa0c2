//! IDs that chips beside the microcontroller were made with, checked as they were read.
//!
//! ```
//! use nameplate::id::chip::{OneWire, microchip_eui48};
//!
//! // A 24AA025E48, its bytes at 0xFA to 0xFF.
//! let mac = microchip_eui48([0x00, 0x04, 0xA3, 0x12, 0x34, 0x56])?;
//! assert_eq!(mac.hyphens().to_string(), "00-04-A3-12-34-56");
//!
//! // A 1-Wire chip: family, serial number with its low byte first, CRC.
//! let rom = OneWire::from_bytes([0x02, 0x1C, 0xB8, 0x01, 0x00, 0x00, 0x00, 0xA2])?;
//! assert_eq!(rom.to_string(), "02-00000001b81c"); // as Linux names it
//! # Ok::<(), nameplate::id::chip::ChipError>(())
//! ```
//!
//! | chip | read | checked |
//! |---|---|---|
//! | Microchip 24AAxxxE48, 25AAxxxE48 | 6 bytes at 0xFA | not blank; I/G and U/L bit zero |
//! | Microchip 24AAxxxE64, 25AAxxxE64 | 8 bytes at 0xF8 | the same |
//! | 1-Wire (Maxim) | 8 bytes of `READ ROM` | not blank; CRC-8/MAXIM-DOW |
//! | nRF5x | `DEVICEID[0]`, `DEVICEID[1]` | not blank |
//! | RP2040 | 8 bytes of `pico_get_unique_board_id` | not blank; not what boards without flash have |
//!
//! Sources: Microchip DS20002124; Maxim application note 27. Microchip says that its company numbers
//! (00-04-A3, 00-1E-C0, D8-80-39, 54-10-EC) will change, so they are not checked. Not promised: that a
//! chip is what it says.

use alloc::string::{String, ToString};
use core::fmt;
use core::str::FromStr;

use hex::FromHex;
use thiserror::Error;

use super::eui::{Eui48, Eui64};
use crate::check::CRC_8_MAXIM_DOW;
use crate::digits::Escaped;
use crate::never::OrNever;
use crate::value::Value;

/// The EUI-48 of a Microchip memory, of its bytes at 0xFA to 0xFF.
///
/// # Errors
/// When it is blank, or no device's: I/G or U/L bit set.
pub fn microchip_eui48(bytes: [u8; 6]) -> Result<Eui48, ChipError> {
    of_a_device(bytes).map(Eui48::new)
}

/// The EUI-64 of a Microchip memory, of its bytes at 0xF8 to 0xFF.
///
/// # Errors
/// As [`microchip_eui48`].
pub fn microchip_eui64(bytes: [u8; 8]) -> Result<Eui64, ChipError> {
    of_a_device(bytes).map(Eui64::new)
}

/// The 64-bit ID of an nRF5x, of `FICR.DEVICEID[0]` and `[1]`, as 32-bit loads read them. The second has
/// the high bits; Zephyr's `hwinfo` shows the same number.
///
/// # Errors
/// When it is blank.
pub fn nrf_device_id([low, high]: [u32; 2]) -> Result<u64, ChipError> {
    let id = u64::from(high) << 32 | u64::from(low);
    not_blank(id.to_be_bytes()).map(u64::from_be_bytes)
}

/// The ID of an RP2040's flash memory, of the 8 bytes that `pico_get_unique_board_id` gives, in the same
/// order. It is the memory's, not the RP2040's, which has none.
///
/// # Errors
/// When it is blank, or what a program built without flash gives: `EE` eight times.
pub fn rp2040_flash_id(bytes: [u8; 8]) -> Result<[u8; 8], ChipError> {
    if bytes == [0xEE; 8] {
        return Err(ChipError::Blank { byte: 0xEE });
    }
    not_blank(bytes)
}

fn not_blank<const N: usize>(bytes: [u8; N]) -> Result<[u8; N], ChipError> {
    for byte in [0, 0xFF] {
        if bytes == [byte; N] {
            return Err(ChipError::Blank { byte });
        }
    }
    Ok(bytes)
}

fn of_a_device<const N: usize>(bytes: [u8; N]) -> Result<[u8; N], ChipError> {
    let bytes = not_blank(bytes)?;
    match bytes.first() {
        Some(&octet) if octet & 3 != 0 => Err(ChipError::NoDevice { octet }),
        _ => Ok(bytes),
    }
}

/// The ROM code of a 1-Wire chip.
///
/// `Display` writes it as Linux does, family and serial number with its high byte first; this is also
/// what is [read](FromStr) back. As a [`Value`] it is the eight bytes, in the order the chip sends them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OneWire([u8; 8]);

impl OneWire {
    /// Of the eight bytes, in the order the chip sends them.
    ///
    /// # Errors
    /// When they are blank, or the CRC, which is the last, is not that of the others. (It is of eight
    /// zeros.)
    pub fn from_bytes(bytes: [u8; 8]) -> Result<Self, ChipError> {
        let [head @ .., found] = not_blank(bytes)?;
        let expected = crc(&head);
        if found != expected {
            return Err(ChipError::Crc { found, expected });
        }
        Ok(Self(bytes))
    }

    /// The eight bytes, in the order the chip sends them.
    pub const fn bytes(self) -> [u8; 8] {
        self.0
    }

    /// The family code.
    pub const fn family(self) -> u8 {
        self.0[0]
    }

    /// The serial number, 48 bits.
    pub const fn serial(self) -> u64 {
        u64::from_le_bytes(self.0) >> 8 & 0xFFFF_FFFF_FFFF
    }
}

fn crc(bytes: &[u8]) -> u8 {
    u8::try_from(CRC_8_MAXIM_DOW.of(bytes)).or_never("eight bits wide")
}

impl fmt::Display for OneWire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02x}-{:012x}", self.family(), self.serial())
    }
}

impl FromStr for OneWire {
    type Err = ChipError;

    fn from_str(text: &str) -> Result<Self, ChipError> {
        let wrong = || ChipError::Text { found: Escaped(text.as_bytes()).to_string() };
        let (family, serial) = text.split_once('-').ok_or_else(wrong)?;
        let lower = !text.bytes().any(|c| c.is_ascii_uppercase());
        let parts = FromHex::from_hex(family).ok().zip(FromHex::from_hex(serial).ok()).filter(|_| lower);
        let ([family], serial): ([u8; 1], [u8; 6]) = parts.ok_or_else(wrong)?;
        let mut bytes = [family; 8];
        for (to, from) in bytes.iter_mut().skip(1).zip(serial.iter().rev()) {
            *to = *from;
        }
        let [head @ .., last] = &mut bytes;
        *last = crc(head);
        Self::from_bytes(bytes)
    }
}

impl From<OneWire> for Value<'static> {
    fn from(rom: OneWire) -> Self {
        Value::from(&rom.0)
    }
}

/// Why bytes are no ID of such a chip.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ChipError {
    /// All bytes are equal.
    #[error("all bytes are 0x{byte:02X}: the chip was not read, or is not there")]
    Blank {
        /// The byte.
        byte: u8,
    },
    /// The I/G or the U/L bit is set.
    #[error(
        "the first octet is 0x{octet:02X}, expected the I/G and U/L bits (its lowest two) to be zero: were the bytes read in another order or place?"
    )]
    NoDevice {
        /// The octet.
        octet: u8,
    },
    /// A CRC that is not that of the other bytes.
    #[error("CRC 0x{found:02X}, expected 0x{expected:02X}: the chip was misread")]
    Crc {
        /// The CRC read.
        found: u8,
        /// That of the other bytes.
        expected: u8,
    },
    /// Text that is no ROM code.
    #[error("found `{found}`, expected a ROM code as 02-00000001b81c")]
    Text {
        /// The text.
        found: String,
    },
}
