//! `SERIAL.DAT` of Elnec PG4UW and Data I/O TaskLink: what a serialization program leaves for one device.
//!
//! ```
//! use nameplate::addr::Span;
//! use nameplate::lists::{Unit, serial_dat::{SerialDat, Second}};
//!
//! let unit = Unit::new(5, [(Span::new(0xC, 2)?, &[0x5A, 0x01][..])])?;
//! let mut text = String::new();
//! SerialDat::new("000005", Second::Next("000006"))?.file_into(&unit, &mut text)?;
//! assert_eq!(text, "T01:000005\r\nT02:000006\r\nT03:99\r\nT04:\r\n:02000C005A0197\r\n:00000001FF\r\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The programmer runs a program before each device, with the serial number in `-N`, and reads the file
//! that it leaves: `T01` the number it was given, `T02` the one to be given next, `T03:99` for Intel HEX,
//! `T04` and the data. Each place of the unit is written as records of up to 16 bytes.
//!
//! Source: PG4UW manual, *Serialization .dat file format*. Its editions differ in what `T02` is: the next
//! number (newer), or the ending one that was given in `-E` (older, and the explanation of the example);
//! [`Second`] says which is meant. How lines end is not said: CR LF is written. Not promised: messages
//! (`T05`, `T06`, `T11`), and what else Data I/O may write, whose help shows no example.

use alloc::string::String;
use core::fmt::Write;

use super::cell::push_hex;
use super::error::{FeedError, FeedErrorKind};
use super::limits::Limits;
use super::unit::Unit;
use crate::addr::Span;
use crate::digits::Case;
use crate::never::OrNever;

/// What a unit can have: addresses of Intel HEX.
pub const SERIAL_DAT: Limits =
    Limits { last_address: 0xFFFF_FFFF, ..Limits::none("SERIAL.DAT", "PG4UW manual, Serialization .dat file format") };

/// Bytes in a record.
const RECORD: usize = 16;

/// What stands in `T02`, as the programmer's edition has it. Hexadecimal, as many digits as the
/// current number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Second<'t> {
    /// The number of the next device: newer editions of PG4UW.
    Next(&'t str),
    /// The last number, as given in `-E`: older editions.
    Ending(&'t str),
}

/// The file of one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SerialDat<'t> {
    current: &'t str,
    second: &'t str,
}

impl<'t> SerialDat<'t> {
    /// For the number `current`, hexadecimal, as it was given in `-N`.
    ///
    /// # Errors
    /// When a number is not hexadecimal, they do not have equally many digits, the next number is not
    /// greater than the current one, or the current one is greater than the ending one.
    pub fn new(current: &'t str, second: Second<'t>) -> Result<Self, FeedError> {
        let refuse = |kind| Err(SERIAL_DAT.error(None, kind));
        let (Second::Next(other) | Second::Ending(other)) = second;
        for (what, text) in [("T01", current), ("T02", other)] {
            if text.is_empty() {
                return refuse(FeedErrorKind::Empty { what: what.into() });
            }
            if let Some((at, c)) = text.chars().enumerate().find(|(_, c)| !c.is_ascii_hexdigit()) {
                let expected = "a hexadecimal digit";
                return refuse(FeedErrorKind::Character { what: what.into(), found: Some(c), at: at + 1, expected });
            }
        }
        if current.len() != other.len() {
            return refuse(FeedErrorKind::Serial { what: "T01 and T02 do not have equally many digits" });
        }
        let order = current.to_ascii_uppercase().cmp(&other.to_ascii_uppercase());
        match second {
            Second::Next(_) if order.is_ge() => {
                refuse(FeedErrorKind::Serial { what: "the next number is not greater than the current one" })
            }
            Second::Ending(_) if order.is_gt() => {
                refuse(FeedErrorKind::Serial { what: "the current number is greater than the ending one" })
            }
            _ => Ok(Self { current, second: other }),
        }
    }

    /// Appends the whole file.
    ///
    /// # Errors
    /// When the unit is not within [`SERIAL_DAT`]. Nothing is appended then.
    pub fn file_into(&self, unit: &Unit<'_>, out: &mut String) -> Result<(), FeedError> {
        SERIAL_DAT.check(unit)?;
        // Writing to a `String` cannot fail.
        let _ = write!(out, "T01:{}\r\nT02:{}\r\nT03:99\r\nT04:\r\n", self.current, self.second);
        let mut upper = 0;
        for (span, bytes) in unit.writes() {
            put(span, bytes, &mut upper, out);
        }
        out.push_str(":00000001FF\r\n");
        Ok(())
    }
}

/// The records of one place. A type 04 record comes before the first of another 64 KiB block.
fn put(span: Span, mut bytes: &[u8], upper: &mut u16, out: &mut String) {
    // The unit is within 32 bits.
    let mut address = u32::try_from(span.start()).or_never("the unit is within 32 bits");
    while !bytes.is_empty() {
        let [a3, a2, a1, a0] = address.to_be_bytes();
        let (block, low) = (u16::from_be_bytes([a3, a2]), u16::from_be_bytes([a1, a0]));
        if block != *upper {
            *upper = block;
            record([2, 0, 0, 4], &[a3, a2], out);
        }
        let room = usize::from(u16::MAX - low).saturating_add(1).min(RECORD);
        let (now, later) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
        let len = u8::try_from(now.len()).or_never("at most `RECORD`");
        record([len, a1, a0, 0], now, out);
        bytes = later;
        address = address.wrapping_add(u32::from(len));
    }
}

fn record(header: [u8; 4], data: &[u8], out: &mut String) {
    let sum = header.iter().chain(data).fold(0_u8, |sum, &byte| sum.wrapping_sub(byte));
    out.push(':');
    push_hex(out, &header, Case::Upper);
    push_hex(out, data, Case::Upper);
    push_hex(out, &[sum], Case::Upper);
    out.push_str("\r\n");
}
