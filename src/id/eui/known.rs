//! Addresses that many devices have already, because they stood in an example.

use super::address::{Eui48, Eui64};

/// EUI-48 that are placeholders, and where. They are never handed out; a prefix is never refused for being
/// that of an example.
pub const KNOWN_EUI48: [(Eui48, &str); 7] = [
    (Eui48::new([0; 6]), "all zeros: not set"),
    (Eui48::new([0xFF; 6]), "broadcast: erased memory"),
    (Eui48::new([0x00, 0x80, 0xE1, 0x00, 0x00, 0x00]), "STM32CubeMX: what it generates for every project"),
    (
        Eui48::new([0x00, 0x03, 0x7F, 0x11, 0x23, 0xC6]),
        "Qualcomm Atheros: built into the chip's bit stream, seen on GL-AR300M routers",
    ),
    (
        Eui48::new([0x00, 0x02, 0x03, 0x04, 0x05, 0x06]),
        "Atheros: radios without calibration data, seen on LibreRouter boards",
    ),
    (Eui48::new([0x00, 0x04, 0xA3, 0x12, 0x34, 0x56]), "Microchip DS20002124: the data sheet's example"),
    (Eui48::new([0x00, 0x00, 0x5E, 0x00, 0x53, 0x2A]), "RFC 7043: the example of the EUI48 record"),
];

/// EUI-64 that are placeholders, and where. They are never handed out.
pub const KNOWN_EUI64: [(Eui64, &str); 4] = [
    (Eui64::new([0; 8]), "all zeros: not set"),
    (Eui64::new([0xFF; 8]), "all ones: erased memory"),
    (
        Eui64::new([0x00, 0x80, 0xE1, 0x15, 0x00, 0x17, 0xC7, 0x22]),
        "Seeed LoRaWan-E5-Node: se-identity.h of the example",
    ),
    (Eui64::new([0x00, 0x00, 0x5E, 0xEF, 0x10, 0x00, 0x00, 0x2A]), "RFC 7043: the example of the EUI64 record"),
];

/// Where such an EUI-48 is known from.
const fn of_48(eui: Eui48) -> Option<&'static str> {
    let mut rest = KNOWN_EUI48.as_slice();
    while let [(known, from), after @ ..] = rest {
        if known.to_u64() == eui.to_u64() {
            return Some(*from);
        }
        rest = after;
    }
    None
}

/// Where such an EUI-64 is known from.
const fn of_64(eui: Eui64) -> Option<&'static str> {
    let mut rest = KNOWN_EUI64.as_slice();
    while let [(known, from), after @ ..] = rest {
        if known.to_u64() == eui.to_u64() {
            return Some(*from);
        }
        rest = after;
    }
    None
}

impl Eui48 {
    /// Where it is known from as a placeholder; nothing when it is none of [`KNOWN_EUI48`](super::KNOWN_EUI48).
    pub const fn placeholder(self) -> Option<&'static str> {
        of_48(self)
    }
}

impl Eui64 {
    /// Where it is known from as a placeholder; nothing when it is none of [`KNOWN_EUI64`](super::KNOWN_EUI64).
    pub const fn placeholder(self) -> Option<&'static str> {
        of_64(self)
    }
}
