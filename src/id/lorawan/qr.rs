//! The text of the QR code that a device is claimed with: TR005.
//!
//! `LW:D0:` JoinEUI `:` DevEUI `:` vendor and profile, 4 digits each, then `:O` owner token, `:S` serial
//! number, `:P` proprietary, each if there is one, and `:C` with the checksum: CRC-16/MODBUS over all
//! text before its colon. Which CRC that is was found from the example that is published with its
//! checksum; of all catalogued ones only this fits.

use alloc::string::{String, ToString};
use core::fmt;

use hex::FromHex;

use super::error::QrError;
use super::euis::{DevEui, JoinEui, OctetOrder};
use crate::check::CRC_16_MODBUS;
use crate::digits::Escaped;
use crate::never::OrNever;

/// What a label says. `Display` writes its text, with the checksum; keys are never in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qr {
    join_eui: JoinEui,
    dev_eui: DevEui,
    vendor: u16,
    profile: u16,
    owner_token: Option<String>,
    serial: Option<String>,
    proprietary: Option<String>,
}

impl Qr {
    /// A label without extensions. The vendor's number is given by the `LoRa` Alliance, 0 to who has none;
    /// that of the profile by the vendor.
    pub const fn new(join_eui: JoinEui, dev_eui: DevEui, vendor: u16, profile: u16) -> Self {
        Self { join_eui, dev_eui, vendor, profile, owner_token: None, serial: None, proprietary: None }
    }

    /// With an owner token.
    ///
    /// # Errors
    /// When it is empty, or has a character that a label does not have.
    pub fn owner_token(self, text: &str) -> Result<Self, QrError> {
        Ok(Self { owner_token: extension("owner token", text)?, ..self })
    }

    /// With a serial number.
    ///
    /// # Errors
    /// As [`owner_token`](Self::owner_token).
    pub fn serial(self, text: &str) -> Result<Self, QrError> {
        Ok(Self { serial: extension("serial number", text)?, ..self })
    }

    /// With proprietary text.
    ///
    /// # Errors
    /// As [`owner_token`](Self::owner_token).
    pub fn proprietary(self, text: &str) -> Result<Self, QrError> {
        Ok(Self { proprietary: extension("proprietary text", text)?, ..self })
    }

    /// The server's EUI.
    pub const fn join_eui(&self) -> JoinEui {
        self.join_eui
    }

    /// The device's EUI.
    pub const fn dev_eui(&self) -> DevEui {
        self.dev_eui
    }

    /// The numbers of vendor and profile.
    pub const fn profile(&self) -> (u16, u16) {
        (self.vendor, self.profile)
    }

    /// Owner token, serial number and proprietary text, as far as there are any.
    pub fn extensions(&self) -> [Option<&str>; 3] {
        [&self.owner_token, &self.serial, &self.proprietary].map(Option::as_deref)
    }

    /// The text without checksum, as some print it.
    pub const fn without_checksum(&self) -> WithoutChecksum<'_> {
        WithoutChecksum(self)
    }

    /// Reads a label whose checksum is there and right.
    ///
    /// # Errors
    /// With the column, when something else stands in a place than TR005 says: lower-case letters,
    /// extensions that are empty, repeated or in another order, too.
    pub fn parse(text: &str) -> Result<Self, QrError> {
        match parse(text)? {
            (qr, true) => Ok(qr),
            (_, false) => Err(QrError::NoChecksum),
        }
    }

    /// Reads a label that may have no checksum; one that is there must be right. A label that lost its
    /// end may be taken for a whole one.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_without_checksum(text: &str) -> Result<Self, QrError> {
        parse(text).map(|(qr, _)| qr)
    }
}

fn extension(what: &'static str, text: &str) -> Result<Option<String>, QrError> {
    if text.is_empty() || !text.bytes().all(|c| c != b':' && is_known(c)) {
        return Err(QrError::Extension { what, found: Escaped(text.as_bytes()).to_string() });
    }
    Ok(Some(text.into()))
}

/// Whether a label may have the character: those of QR codes in alphanumeric mode, but no space, which
/// forms cut off.
fn is_known(c: u8) -> bool {
    matches!(c, b'0'..=b'9' | b'A'..=b'Z' | b'$' | b'%' | b'*' | b'+' | b'-' | b'.' | b'/' | b':')
}

fn checksum(text: &str) -> u16 {
    u16::try_from(CRC_16_MODBUS.of(text.as_bytes())).or_never("16 bits wide")
}

/// The label, and whether it has a checksum.
fn parse(text: &str) -> Result<(Qr, bool), QrError> {
    if let Some((at, c)) = text.char_indices().find(|(_, c)| !u8::try_from(*c).is_ok_and(is_known)) {
        let found = Escaped(c.encode_utf8(&mut [0; 4]).as_bytes()).to_string();
        return Err(QrError::Character { column: at + 1, found });
    }
    let mut parts = Parts { text, at: 0 };
    for expected in ["LW", "D0"] {
        parts.next(expected, |part| (part == expected).then_some(()))?;
    }
    let column = parts.at + 1;
    let join_eui = match parts.next("the 16 digits of the JoinEUI", |part| <[u8; 8]>::from_hex(part).ok())? {
        [0, 0, 0, 0, 0, 0, 0, 0] => Ok(JoinEui::ZERO),
        octets => JoinEui::from_octets(octets, OctetOrder::MsbFirst),
    };
    let join_eui = join_eui.map_err(|error| QrError::Eui { column, error })?;
    let column = parts.at + 1;
    let octets = parts.next("the 16 digits of the DevEUI", |part| FromHex::from_hex(part).ok())?;
    let dev_eui = DevEui::from_octets(octets, OctetOrder::MsbFirst).map_err(|error| QrError::Eui { column, error })?;
    let [a, b, c, d] = parts.next("the 8 digits of vendor and profile", |part| FromHex::from_hex(part).ok())?;
    let mut qr = Qr::new(join_eui, dev_eui, u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    for (letter, extension) in [('O', &mut qr.owner_token), ('S', &mut qr.serial), ('P', &mut qr.proprietary)] {
        if parts.rest().starts_with(letter) {
            let value = |part: &str| part.get(1..).filter(|value| !value.is_empty()).map(Into::into);
            *extension = Some(parts.next("text behind the letter", value)?);
        }
    }
    let has_checksum = parts.rest().starts_with('C');
    if has_checksum {
        let expected = checksum(text.get(..parts.at - 1).or_never("in front of what starts there, and ASCII"));
        let found = parts.next("`C` and 4 digits", |part| FromHex::from_hex(part.as_bytes().get(1..)?).ok())?;
        let found = u16::from_be_bytes(found);
        if found != expected {
            return Err(QrError::Checksum { found, expected });
        }
    }
    if parts.at <= text.len() {
        return parts.next("the extensions O, S, P and the checksum C, each once, in this order", |_| None);
    }
    Ok((qr, has_checksum))
}

/// What stands between colons.
struct Parts<'a> {
    text: &'a str,
    /// Where the next part begins; beyond the end when there is none.
    at: usize,
}

impl<'a> Parts<'a> {
    /// All that has not been read: nothing beyond the end.
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn next<T>(&mut self, expected: &'static str, read: impl FnOnce(&str) -> Option<T>) -> Result<T, QrError> {
        let part = self.rest().split(':').next().or_never("a text is one part at least");
        let wrong = || QrError::Part { column: self.at + 1, found: Escaped(part.as_bytes()).to_string(), expected };
        let value = read(part).ok_or_else(wrong)?;
        self.at += part.len() + 1;
        Ok(value)
    }
}

/// Writes a label without its checksum.
#[derive(Clone, Copy, Debug)]
pub struct WithoutChecksum<'a>(&'a Qr);

impl fmt::Display for WithoutChecksum<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Qr { join_eui, dev_eui, vendor, profile, .. } = self.0;
        write!(f, "LW:D0:{join_eui}:{dev_eui}:{vendor:04X}{profile:04X}")?;
        for (letter, text) in ['O', 'S', 'P'].into_iter().zip(self.0.extensions()) {
            if let Some(text) = text {
                write!(f, ":{letter}{text}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Qr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.without_checksum().to_string();
        write!(f, "{text}:C{:04X}", checksum(&text))
    }
}
