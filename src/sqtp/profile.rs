//! Which memories there are, and how their addresses are written.

use crate::addr::Span;

/// A memory of a device family: how its addresses are written, and what it may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    pub(super) name: &'static str,
    pub(super) factor: Option<u64>,
    pub(super) word: usize,
    pub(super) retlw: Retlw,
    hex: Hex,
    source: &'static str,
}

/// Where a HEX file of the same memory has a device address, if published files show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hex {
    /// At the device address times this.
    Times(u64),
    /// At the device address times two, a zero byte after each byte.
    Padded,
    Unknown,
}

/// Whether the payload is made of `RETLW` words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Retlw {
    /// Of any core, or not.
    Any,
    /// With this opcode byte, or not.
    May(u8),
    /// It is data memory: no.
    MayNot,
}

/// The profiles: memory, factor from device to record address, bytes in a word, place in a HEX file,
/// source.
#[rustfmt::skip]
pub const PROFILES: [Profile; 14] = [
    row("raw", Some(1), 1, Retlw::Any, Hex::Unknown, "the address is the record's own"),
    row("pic10-program", None, 2, Retlw::May(0x08), Hex::Times(2), "no sample"),
    row("pic12-flash-data", Some(2), 1, Retlw::MayNot, Hex::Unknown, "PIC12F529T39A, IPE 2.26 and later"),
    row("pic12-flash-data-2.25", Some(2), 2, Retlw::May(0x08), Hex::Unknown, "PIC12F529T39A, IPE 2.25"),
    row("pic16-program", Some(2), 2, Retlw::May(0x34), Hex::Times(2), "PIC16F1454/5: sqtp-numgen, blink(1) mk2"),
    row("pic16-userid", Some(2), 2, Retlw::May(0x34), Hex::Times(2), "PIC12F1501 sample"),
    row("pic16-eeprom", Some(1), 1, Retlw::MayNot, Hex::Padded, "PIC12F1840 sample"),
    row("pic18-program", None, 2, Retlw::May(0x0C), Hex::Times(1), "one sample, at address 0: any factor fits it"),
    row("pic18-eeprom", Some(1), 1, Retlw::MayNot, Hex::Times(1), "PIC18F1220 sample"),
    row("pic24-program", None, 4, Retlw::MayNot, Hex::Times(2), "no sample"),
    row("pic32-program", Some(4), 4, Retlw::MayNot, Hex::Times(1), "PIC32MX360F512L sample"),
    row("pic32-userid", Some(4), 4, Retlw::MayNot, Hex::Times(1), "PIC32MX360F512L sample"),
    row("pic32-boot", Some(4), 4, Retlw::MayNot, Hex::Times(1), "PIC32MX110F016B sample"),
    row("dspic33-auxiliary", Some(4), 4, Retlw::MayNot, Hex::Times(2), "dsPIC33EP256MU806 sample"),
];

const fn row(
    name: &'static str,
    factor: Option<u64>,
    word: usize,
    retlw: Retlw,
    hex: Hex,
    source: &'static str,
) -> Profile {
    Profile { name, factor, word, retlw, hex, source }
}

impl Profile {
    /// The profile of that name.
    pub fn from_name(name: &str) -> Option<&'static Self> {
        PROFILES.iter().find(|profile| profile.name == name)
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What shows its factor.
    pub fn source(&self) -> &'static str {
        self.source
    }

    /// Where a HEX file of the same memory has the `len` bytes at a device address; nothing when no
    /// published file shows that.
    pub fn hex_span(&self, device: u64, len: u64) -> Option<Span> {
        match self.hex {
            Hex::Times(factor) => Span::new(device.checked_mul(factor)?, len).ok(),
            Hex::Padded => Span::new(device.checked_mul(2)?, len.checked_mul(2)?).ok(),
            Hex::Unknown => None,
        }
    }

    /// The record address of a device address; nothing when no file shows how they relate, or it
    /// does not fit 32 bits.
    pub(super) fn record_address(&self, device: u64) -> Option<u32> {
        u32::try_from(device.checked_mul(self.factor?)?).ok()
    }
}
