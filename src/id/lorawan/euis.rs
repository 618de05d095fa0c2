//! DevEUI and `JoinEUI`, and the order in which each firmware keeps their octets.

use alloc::string::ToString;
use core::fmt;
use core::str::FromStr;

use hex::FromHex;

use super::error::LorawanError;
use crate::digits::Escaped;
use crate::id::eui::Eui64;
use crate::id::stm32::Uid64;

/// The order of an EUI's octets in memory. The example is `70-B3-D5-7E-D0-00-00-01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OctetOrder {
    /// `70 B3 D5 7E D0 00 00 01`: as it is written.
    MsbFirst,
    /// `01 00 00 D0 7E D5 B3 70`: backwards, as it is sent.
    LsbFirst,
}

/// A LoRaWAN firmware, and how it keeps EUIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stack {
    /// Its name.
    pub name: &'static str,
    /// The order of both EUIs.
    pub euis: OctetOrder,
    /// Who says so.
    pub source: &'static str,
}

/// Firmware whose order is known. The LR1110's is not: its manual calls EUIs little-endian, but shows
/// them with the highest octet first (UM.LR1110.W.APP §13.2); try one device.
pub const STACKS: &[Stack] = &[
    Stack { name: "LMIC", euis: OctetOrder::LsbFirst, source: "arduino-lmic, comments of ttn-otaa.ino" },
    Stack { name: "lora-rs", euis: OctetOrder::LsbFirst, source: "lora-rs issue 364" },
    Stack { name: "ST", euis: OctetOrder::MsbFirst, source: "STM32CubeWL se-identity.h: `IEEE EUI (big endian)`" },
    Stack { name: "Zephyr", euis: OctetOrder::MsbFirst, source: "Zephyr lorawan_join_config, on LoRaMac-node" },
];

impl Stack {
    /// The firmware of that name; letter case does not matter.
    pub fn from_name(name: &str) -> Option<&'static Self> {
        STACKS.iter().find(|stack| stack.name.eq_ignore_ascii_case(name))
    }
}

macro_rules! euis {
    ($($name:ident $doc:literal)*) => {$(
        #[doc = $doc]
        ///
        /// `Display` writes 16 upper-case digits, the form that is [read](FromStr) back, in either letter
        /// case. It is no [`Value`](crate::value::Value) of itself, for the order in memory depends on the
        /// firmware; its [`octets`](Self::octets) are.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; 8]);

        impl $name {
            /// Of eight octets in the order given.
            ///
            /// # Errors
            /// When all are 0x00 or all 0xFF.
            pub fn from_octets(mut octets: [u8; 8], order: OctetOrder) -> Result<Self, LorawanError> {
                let [first, rest @ ..] = octets;
                if matches!(first, 0 | 0xFF) && rest.iter().all(|&octet| octet == first) {
                    return Err(LorawanError::Blank { what: stringify!($name), octet: first });
                }
                if order == OctetOrder::LsbFirst {
                    octets.reverse();
                }
                Ok(Self(octets))
            }

            /// The EUI-64.
            pub const fn eui64(self) -> Eui64 {
                Eui64::new(self.0)
            }

            /// The eight octets in the order given.
            pub fn octets(self, order: OctetOrder) -> [u8; 8] {
                let mut octets = self.0;
                if order == OctetOrder::LsbFirst {
                    octets.reverse();
                }
                octets
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:016X}", u64::from_be_bytes(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl TryFrom<Eui64> for $name {
            type Error = LorawanError;

            fn try_from(eui: Eui64) -> Result<Self, LorawanError> {
                Self::from_octets(eui.octets(), OctetOrder::MsbFirst)
            }
        }

        impl FromStr for $name {
            type Err = LorawanError;

            fn from_str(text: &str) -> Result<Self, LorawanError> {
                let wrong = || LorawanError::Text { what: stringify!($name), found: Escaped(text.as_bytes()).to_string() };
                Self::from_octets(FromHex::from_hex(text).map_err(|_| wrong())?, OctetOrder::MsbFirst)
            }
        }
    )*};
}

euis! {
    DevEui "The EUI-64 of a device."
    JoinEui "The EUI-64 of the server that a device joins with; AppEUI until LoRaWAN 1.0.3."
}

impl JoinEui {
    /// All zero, for servers that do not look at it. TR007 wants a real one.
    pub const ZERO: Self = Self([0; 8]);
}

/// As ST's LoRaWAN firmware does it.
impl From<Uid64> for DevEui {
    fn from(uid: Uid64) -> Self {
        Self(uid.eui64().octets())
    }
}
