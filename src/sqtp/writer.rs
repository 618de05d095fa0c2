//! The lines of one SQTP file, and why none can be written.

use alloc::vec::Vec;

use thiserror::Error;

use super::length::{LengthError, What};
use super::profile::{Profile, Retlw};
use crate::addr::Address as Shown;
use crate::digits::{self, Case};
use crate::encode::{Encoding, EncodingError};
use crate::image::HEADER;

/// What ends an SQTP file.
pub const FOOTER: &[u8; 13] = b":00000001FF\r\n";

/// The most bytes that one device can have: the length field has one byte.
pub const MAX_PAYLOAD: usize = 255;

/// The digits of a line that are not its payload: `:LLAAAATT`, the sum, CR LF.
const OVERHEAD: usize = HEADER + 2 + 2;

/// Where the payload lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    /// At an address of the device, in its own units, as its data sheet gives it.
    Device(u64),
    /// At this address in the file: the type 04 record's half, then the data record's.
    Record(u32),
}

/// Writes the lines of one SQTP file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sqtp {
    /// `:LLAAAA00`.
    prefix: [u8; 9],
    /// What the digits of the prefix add to the sum.
    sum: u8,
    pub(super) record: u32,
    pub(super) len: usize,
    /// Of the fields, which lie end to end.
    pub(super) encodings: Vec<Encoding>,
}

impl Sqtp {
    /// For payloads of `encoding` at `address` of the memory that `profile` describes.
    ///
    /// # Errors
    /// When the profile's factor is not known and a device address is given, the address does not
    /// fit, or the memory does not take payloads of this encoding; also when the encoding makes no sense.
    pub fn new(profile: &Profile, address: Address, encoding: &Encoding) -> Result<Self, SqtpError> {
        Self::block(profile, address, core::slice::from_ref(encoding))
    }

    /// For payloads of several fields, end to end.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn block(profile: &Profile, address: Address, encodings: &[Encoding]) -> Result<Self, SqtpError> {
        let name = profile.name;
        let record = match (address, profile.factor) {
            (Address::Record(record), _) => record,
            (Address::Device(_), None) => return Err(SqtpError::Unverified { profile: name }),
            (Address::Device(device), Some(factor)) => {
                profile.record_address(device).ok_or(SqtpError::Address { device, factor })?
            }
        };
        let mut bytes = 0_usize;
        for encoding in encodings {
            match (encoding.retlw(), profile.retlw) {
                (Some(_), Retlw::MayNot) => return Err(SqtpError::Retlw { profile: name }),
                (Some(found), Retlw::May(expected)) if found != expected => {
                    return Err(SqtpError::Opcode { profile: name, found, expected });
                }
                (Some(_), _) if bytes % 2 == 1 => {
                    return Err(SqtpError::OddRetlw { offset: bytes });
                }
                _ => bytes = bytes.saturating_add(encoding.len()),
            }
        }
        let len = u8::try_from(bytes).ok().filter(|&len| len > 0).ok_or(SqtpError::Len { found: bytes })?;
        if bytes % profile.word != 0 {
            return Err(SqtpError::Word { found: bytes, profile: name, word: profile.word });
        }
        // Then each byte of a value has its place in the payload.
        encodings.iter().try_for_each(Encoding::check)?;
        let [_, _, a1, a0] = record.to_be_bytes();
        if u16::from_be_bytes([a1, a0]).checked_add(u16::from(len - 1)).is_none() {
            return Err(SqtpError::Past64K { record, len });
        }
        let mut prefix = *b":LLAAAA00";
        let [_, digits @ ..] = &mut prefix;
        put_digits(&[len, a1, a0], digits);
        let sum = len.wrapping_add(a1).wrapping_add(a0);
        Ok(Self { prefix, sum, record, len: bytes, encodings: encodings.to_vec() })
    }

    /// The first line: a type 04 record, CR LF.
    pub fn header(&self) -> [u8; 17] {
        let [high, low, ..] = self.record.to_be_bytes();
        let sum = 0_u8.wrapping_sub(6).wrapping_sub(high).wrapping_sub(low);
        let mut line = *b":02000004UUUUCC\r\n";
        let (_, digits) = line.split_at_mut(9);
        put_digits(&[high, low, sum], digits);
        line
    }

    /// The address of every record.
    pub fn record_address(&self) -> u32 {
        self.record
    }

    /// Bytes in a payload.
    pub fn payload_len(&self) -> usize {
        self.len
    }

    /// Characters in a line, CR LF included.
    pub fn line_len(&self) -> usize {
        2 * self.len + OVERHEAD
    }

    /// Writes one device's line. Allocates nothing.
    ///
    /// # Errors
    /// When `payload` and `line` have not just the lengths of [`payload_len`](Self::payload_len) and
    /// [`line_len`](Self::line_len). Nothing is written then.
    #[inline]
    pub fn line_into(&self, payload: &[u8], line: &mut [u8]) -> Result<(), LengthError> {
        What::Payload.exactly(payload.len(), self.len)?;
        let (found, expected) = (line.len(), self.line_len());
        What::Line.exactly(found, expected)?;
        let short = LengthError { what: What::Line, found, expected };
        let (prefix, rest) = line.split_first_chunk_mut::<9>().ok_or(short)?;
        let (data, tail) = rest.split_last_chunk_mut::<4>().ok_or(short)?;
        *prefix = self.prefix;
        let sum = payload.iter().fold(self.sum, |sum, &byte| sum.wrapping_add(byte));
        put_digits(payload, data);
        let [high, low] = digits::pair(0_u8.wrapping_sub(sum), Case::Upper);
        *tail = [high, low, b'\r', b'\n'];
        Ok(())
    }
}

#[inline]
fn put_digits(bytes: &[u8], out: &mut [u8]) {
    for (to, &byte) in out.chunks_exact_mut(2).zip(bytes) {
        to.copy_from_slice(&digits::pair(byte, Case::Upper));
    }
}

/// Why no SQTP file can be written so.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SqtpError {
    /// No file shows the profile's factor.
    #[error(
        "profile `{profile}`: no published file shows how its device addresses are written; give the record address from a file that MPLAB IPE made"
    )]
    Unverified {
        /// The profile.
        profile: &'static str,
    },
    /// An address beyond 32 bits.
    #[error("device address {}, times {factor}, does not fit the 32 bits of a record address", Shown(*.device))]
    Address {
        /// The device address.
        device: u64,
        /// The profile's factor.
        factor: u64,
    },
    /// `RETLW` words for a data memory.
    #[error("profile `{profile}` is data memory, which holds no `RETLW` words")]
    Retlw {
        /// The profile.
        profile: &'static str,
    },
    /// `RETLW` words of another core.
    #[error(
        "profile `{profile}` has `RETLW` words with opcode {expected:#04X}, not {found:#04X}: `retlw12`, `retlw14` and `retlw16` have 0x08, 0x34 and 0x0C"
    )]
    Opcode {
        /// The profile.
        profile: &'static str,
        /// The opcode of the encoding.
        found: u8,
        /// The opcode of the device's core.
        expected: u8,
    },
    /// Too many bytes, or none.
    #[error("{found} bytes in a line; 1 to {MAX_PAYLOAD} can be had")]
    Len {
        /// Bytes in the payload.
        found: usize,
    },
    /// Part of a word.
    #[error("{found} bytes in a line, expected a multiple of {word}, the word of profile `{profile}`")]
    Word {
        /// Bytes in the payload.
        found: usize,
        /// The profile.
        profile: &'static str,
        /// Bytes in a word.
        word: usize,
    },
    /// A `RETLW` word between two words.
    #[error(
        "a `RETLW` word would lie at byte {offset} of the line, expected an even offset; order the fields otherwise"
    )]
    OddRetlw {
        /// Bytes in front of it.
        offset: usize,
    },
    /// An encoding that makes no sense.
    #[error(transparent)]
    Encoding(#[from] EncodingError),
    /// A record that passes its 64 KiB.
    #[error("{len} bytes at record address {} pass the end of their 64 KiB block", Shown(u64::from(*.record)))]
    Past64K {
        /// The record address.
        record: u32,
        /// Bytes in the payload.
        len: u8,
    },
}

#[cfg(test)]
mod tests {
    use std::prelude::v1::*;

    use super::super::profile::PROFILES;
    use super::*;
    use crate::value::Value;

    /// Published files: profile, device address, encoding, value, header line, data line.
    #[rustfmt::skip]
    const FILES: [(&str, u64, &str, u128, &str, &str); 12] = [
        // DS50002539: PIC32 program, User ID and boot memory.
        ("pic32-program", 0x1D00_0000, "u32be", 0xBF70_87ED, ":020000047400", ":04000000BF7087ED59"),
        ("pic32-program", 0x1D00_0000, "u32be", 0x43BD_7F34, ":020000047400", ":0400000043BD7F3449"),
        ("pic32-userid", 0x1FC0_2FF0, "u32le", 0, ":020000047F00", ":04BFC000000000007D"),
        ("pic32-boot", 0x1FC0_0000, "u32le", 0xC78E_2639, ":020000047F00", ":0400000039268EC748"),
        // PIC12F529T39A flash data as IPE 2.26 writes it.
        ("pic12-flash-data", 0x600, "u16be", 0xF8D1, ":020000040000", ":020C0000F8D129"),
        // PIC12F1501 User ID, with the right sums.
        ("pic16-userid", 0x8000, "retlw14(u16le)", 0xCF7E, ":020000040001", ":040000007E34CF3447"),
        ("pic16-userid", 0x8000, "retlw14(u16le)", 0xC590, ":020000040001", ":040000009034C5343F"),
        // PIC12F1840 EEPROM, PIC18F1220 EEPROM.
        ("pic16-eeprom", 0xF000, "u16le", 1, ":020000040000", ":02F0000001000D"),
        ("pic18-eeprom", 0x00F0_0000, "u16le", 1, ":0200000400F0", ":020000000100FD"),
        // dsPIC33EP256MU806 auxiliary flash.
        ("dspic33-auxiliary", 0x007F_C000, "u32le", 1, ":0200000401FF", ":0400000001000000FB"),
        // blink(1) mk2, PIC16F1455, 4 bytes at word 0x1FF8.
        ("pic16-program", 0x1FF8, "retlw14(u32le)", 0x1234_ABCD, ":020000040000", ":083FF000CD34AB34343412343B"),
        // The published script's own example: DEADBEEF at word 0x8000.
        ("pic16-userid", 0x8000, "retlw14(u32be)", 0xDEAD_BEEF, ":020000040001", ":08000000DE34AD34BE34EF34F0"),
    ];

    #[test]
    fn published_files() {
        for (profile, device, encoding, value, header, line) in FILES {
            let encoding: Encoding = encoding.parse().unwrap();
            let sqtp = Sqtp::new(Profile::from_name(profile).unwrap(), Address::Device(device), &encoding).unwrap();
            let mut payload = vec![0xA5; sqtp.payload_len()];
            encoding.encode_into(&Value::from(value), &mut payload).unwrap();
            let mut out = vec![0xA5; sqtp.line_len()];
            sqtp.line_into(&payload, &mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), format!("{line}\r\n"));
            let first = sqtp.header();
            assert!(first.starts_with(header.as_bytes()) && first.ends_with(b"\r\n"), "{profile}");
            let bytes = |pair: &[u8]| digits::value(pair);
            assert_eq!(first[1..15].chunks(2).map(bytes).fold(0_u8, u8::wrapping_add), 0, "{profile}");
        }
    }

    /// A published script fails on the 16 sums below 0x10, which it writes with one digit.
    #[test]
    fn all_sums_have_two_digits() {
        let sqtp = Sqtp::new(Profile::from_name("raw").unwrap(), Address::Record(0), &Encoding::u8()).unwrap();
        for byte in 0..=255_u8 {
            let mut line = [0xA5; 15];
            sqtp.line_into(&[byte], &mut line).unwrap();
            let sum = 0_u8.wrapping_sub(1).wrapping_sub(byte);
            assert_eq!(String::from_utf8(line.to_vec()).unwrap(), format!(":01000000{byte:02X}{sum:02X}\r\n"));
        }
    }

    #[test]
    fn refusals() {
        let refuse = |profile, address, encoding: &str| {
            Sqtp::new(Profile::from_name(profile).unwrap(), address, &encoding.parse().unwrap())
                .unwrap_err()
                .to_string()
        };
        let device = Address::Device;
        assert_eq!(
            refuse("pic24-program", device(0), "u32le"),
            "profile `pic24-program`: no published file shows how its device addresses are written; give the record address from a file that MPLAB IPE made"
        );
        let pic18 = Profile::from_name("pic18-program").unwrap();
        assert!(Sqtp::new(pic18, Address::Record(0), &Encoding::u16_le()).is_ok());
        assert_eq!(
            refuse("pic32-boot", device(0x4000_0000), "u32le"),
            "device address 0x40000000, times 4, does not fit the 32 bits of a record address"
        );
        assert_eq!(
            refuse("pic16-eeprom", device(0xF000), "retlw14(u8)"),
            "profile `pic16-eeprom` is data memory, which holds no `RETLW` words"
        );
        assert_eq!(refuse("raw", device(0), "bytes:256"), "256 bytes in a line; 1 to 255 can be had");
        assert_eq!(
            refuse("pic32-boot", device(0), "u16le"),
            "2 bytes in a line, expected a multiple of 4, the word of profile `pic32-boot`"
        );
        assert_eq!(
            refuse("raw", device(0x1_FFFF), "u16le"),
            "2 bytes at record address 0x0001FFFF pass the end of their 64 KiB block"
        );
        let sqtp = Sqtp::new(pic18, Address::Record(0), &Encoding::u16_le()).unwrap();
        let refuse = |payload: &[u8], line: &mut [u8]| sqtp.line_into(payload, line).unwrap_err().to_string();
        assert_eq!(refuse(&[0], &mut [0; 17]), "found 1 bytes of payload, expected 2; nothing was written");
        let mut line = [0xA5; 16];
        assert_eq!(
            refuse(&[0; 2], &mut line),
            "found 16 characters in the buffer of a line, expected 17; nothing was written"
        );
        assert_eq!(line, [0xA5; 16]);
    }

    #[test]
    fn names_are_unique_and_sourced() {
        for (index, profile) in PROFILES.iter().enumerate() {
            assert_eq!(PROFILES.iter().position(|other| other.name == profile.name()), Some(index));
            assert!(!profile.source().is_empty());
        }
    }
}
