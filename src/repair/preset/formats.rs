//! Checksums of published formats.

use alloc::string::String;
use alloc::vec::Vec;
use core::cell::RefCell;
use core::ops::Range;

use thiserror::Error;

use crate::addr::{Address, Span, SpanError};
use crate::check::{Algorithm, CRC_32_ISO_HDLC, CRC_32_JAMCRC, CRC_32_MPEG_2, Words};
use crate::image::{Container, GapError};
use crate::never::OrNever;
use crate::repair::choices::{Order, Own, Step};
use crate::repair::description::{Repair, Unplaced};
use crate::repair::reads::Reads;
#[cfg(feature = "sha256")]
use crate::repair::store::Store;
use crate::value::ByteOrder;
use crate::width;

/// Why an image has not the checksums of a preset.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PresetError {
    /// Part of what the format needs is missing.
    #[error("no {format}: {error}")]
    Missing {
        /// The format.
        format: &'static str,
        /// The first byte that is missing.
        error: GapError,
    },
    /// A length in the image passes the end of the address space.
    #[error("no {format}: {error}")]
    Length {
        /// The format.
        format: &'static str,
        /// The range.
        error: SpanError,
    },
    /// It is another format.
    #[error("no {format}: {what} at {} is {found:#X}, expected {expected:#X}", Address(*.at))]
    Not {
        /// The format.
        format: &'static str,
        /// What is wrong.
        what: &'static str,
        /// Where it lies.
        at: u64,
        /// What is there.
        found: u64,
        /// What should be there.
        expected: u64,
    },
    /// The image is signed, encrypted or compressed.
    #[error(
        "{format}: {what} ({found:#X}) at {}: sign after stamping, or keep the identity outside of what is covered", Address(*.at)
    )]
    Sealed {
        /// The format.
        format: &'static str,
        /// What shows that.
        what: &'static str,
        /// Where it lies.
        at: u64,
        /// What is there.
        found: u64,
    },
    /// The checksum is not there, or one that is not repaired here.
    #[error("{format}: {what} at {}", Address(*.at))]
    None {
        /// The format.
        format: &'static str,
        /// What is missing.
        what: &'static str,
        /// Where it should lie.
        at: u64,
    },
}

/// A CRC as the CRC unit of an STM32 computes it in its default setting, over words of four bytes.
pub fn stm32_crc(name: impl Into<String>, over: Range<u64>, at: u64) -> Repair {
    Repair::crc(name, CRC_32_MPEG_2, over).stored_at(at).u32_le().fed(Order::Swap32)
}

/// The checksum in the vector table at `base`: the first eight words add up to zero.
pub fn lpc_vector(name: impl Into<String>, base: u64) -> Repair {
    let sum = Algorithm::Sum(Words::of_4(ByteOrder::Little));
    let at = base.saturating_add(0x1C);
    Repair::new(name, sum, base..at).stored_at(at).u32_le().step(Step::Negate)
}

/// The CRC of a U-Boot environment that fills `range`; a redundant one has a flag behind the CRC,
/// which is not covered. The byte order is that of the device.
pub fn uboot_env(name: impl Into<String>, range: Range<u64>, redundant: bool, order: ByteOrder) -> Repair {
    let start = range.start.saturating_add(if redundant { 5 } else { 4 });
    Repair::crc(name, CRC_32_ISO_HDLC, start..range.end).stored_at(range.start).uint(4, order)
}

/// Both CRCs of the legacy U-Boot image at `base`: `name.data` and `name.header`.
///
/// # Errors
/// When there is no such image.
pub fn uimage(name: &str, image: &dyn Container, base: u64) -> Result<Vec<Repair>, PresetError> {
    let read = Reader::new(image, base, "U-Boot image");
    read.expect("the magic number", 0, 4, ByteOrder::Big, 0x2705_1956)?;
    let size = read.uint(12, 4, ByteOrder::Big)?;
    let data = read.span(64, size)?;
    let header = Repair::crc(joined(name, "header"), CRC_32_ISO_HDLC, base..data.start);
    let data = Repair::crc(joined(name, "data"), CRC_32_ISO_HDLC, data);
    Ok(read.found(Vec::from([
        data.stored_at(base.saturating_add(24)).u32_be(),
        header.stored_at(base.saturating_add(4)).u32_be().own(Own::Fill(0)),
    ])))
}

/// The CRC at the end of a USB DFU file, which the image is, from its first byte to its last.
///
/// # Errors
/// When there is no such suffix.
pub fn dfu_suffix(name: impl Into<String>, image: &dyn Container) -> Result<Repair, PresetError> {
    let format = "DFU suffix";
    let extent = image.extent().unwrap_or(Span::new(0, 0).map_err(|error| PresetError::Length { format, error })?);
    let Some(base) = extent.end().checked_sub(16).filter(|base| *base >= extent.start()) else {
        return Err(PresetError::None { format, what: "fewer than 16 bytes", at: extent.start() });
    };
    let read = Reader::new(image, base, format);
    read.expect("the signature", 8, 3, ByteOrder::Big, 0x55_4644)?;
    read.expect("the length", 11, 1, ByteOrder::Big, 16)?;
    let at = extent.end() - 4;
    Ok(read.one(Repair::crc(name, CRC_32_JAMCRC, extent.start()..at).stored_at(at).u32_le()))
}

/// The XOR of the application for the ESP8266 at `base`, `name.xor`; of version 2, which begins with
/// 0xEA, the CRC behind it too, `name.crc`.
///
/// # Errors
/// When there is no such image.
pub fn esp8266_image(name: &str, image: &dyn Container, base: u64) -> Result<Vec<Repair>, PresetError> {
    let little = ByteOrder::Little;
    let read = Reader::new(image, base, "ESP8266 image");
    let second = read.uint(0, 1, little)? == 0xEA;
    // Version 2 has one segment that the XOR does not cover, and a header of version 1 behind it.
    let header = if second { read.span(16, read.uint(12, 4, little)?)?.end - base } else { 0 };
    read.expect("the magic number", header, 1, little, 0xE9)?;
    let (xor, end) = esp_xor(name, &read, header, header.saturating_add(8))?;
    let mut repairs = Vec::from([xor]);
    if second {
        let crc = Repair::crc(joined(name, "crc"), CRC_32_ISO_HDLC, base..end);
        repairs.push(crc.stored_at(end).u32_le().step(Step::Esp8266));
    }
    Ok(read.found(repairs))
}

/// The XOR of the application for the ESP32 family at `base`, and its SHA-256 if the header says that
/// there is one: `name.xor` and `name.sha256`.
///
/// # Errors
/// When there is no such image, or it is signed for secure boot.
#[cfg(feature = "sha256")]
pub fn esp32_image(name: &str, image: &dyn Container, base: u64) -> Result<Vec<Repair>, PresetError> {
    let little = ByteOrder::Little;
    let read = Reader::new(image, base, "ESP32 image");
    read.expect("the magic number", 0, 1, little, 0xE9)?;
    let hashed = read.uint(23, 1, little)?;
    let (xor, end) = esp_xor(name, &read, 0, 24)?;
    let mut repairs = Vec::from([xor]);
    if hashed == 1 {
        let hash = Algorithm::Hash(crate::check::Hash::Sha256);
        repairs.push(Repair::new(joined(name, "sha256"), hash, base..end).stored_at(end).digest());
    }
    let signed = (end.saturating_add(if hashed == 1 { 32 } else { 0 }) - base).next_multiple_of(4096);
    match read.peek(signed, 4, little) {
        // The magic number and the version of a signature block.
        Ok(found @ (0x0000_02E7 | 0x0000_03E7)) => Err(read.sealed("a signature block", signed, found)),
        _ => Ok(read.found(repairs)),
    }
}

/// The XOR over the segments of an image of Espressif, whose number is in the header at offset `header`,
/// and which begin at offset `at`; and where the image ends, behind that XOR.
fn esp_xor(name: &str, read: &Reader<'_>, header: u64, mut at: u64) -> Result<(Repair, u64), PresetError> {
    let little = ByteOrder::Little;
    let mut payloads = Vec::new();
    for _ in 0..read.uint(header.saturating_add(1), 1, little)? {
        let payload = read.span(at.saturating_add(8), read.uint(at.saturating_add(4), 4, little)?)?;
        at = payload.end - read.base;
        payloads.extend((!payload.is_empty()).then_some(payload));
    }
    // The last byte of the next 16 that has room for it.
    let end = read.base.saturating_add((at / 16).saturating_add(1).saturating_mul(16));
    let mut payloads = payloads.into_iter();
    let Some(first) = payloads.next() else {
        return Err(PresetError::None { format: read.format, what: "no segment has data", at: read.base });
    };
    let xor = payloads.fold(Repair::new(joined(name, "xor"), Algorithm::Xor(Words::BYTES), first), Unplaced::and_over);
    Ok((xor.stored_at(end - 1).u8().step(Step::Xor(0xEF)), end))
}

/// The SHA-256 of the image for `MCUboot` at `base`, which must have one and no signature.
///
/// # Errors
/// When there is no such image; when it is signed, encrypted or compressed; when its hash is another.
#[cfg(feature = "sha256")]
pub fn mcuboot_unsigned(name: impl Into<String>, image: &dyn Container, base: u64) -> Result<Repair, PresetError> {
    let little = ByteOrder::Little;
    let read = Reader::new(image, base, "MCUboot image");
    read.expect("the magic number", 0, 4, little, 0x96F3_B83D)?;
    let (header, protected) = (read.uint(8, 2, little)?, read.uint(10, 2, little)?);
    let (size, flags) = (read.uint(12, 4, little)?, read.uint(16, 4, little)?);
    if flags & 0x0E0C != 0 {
        return Err(read.sealed("flags of an encrypted or compressed image", 16, flags));
    }
    let covered = header + size + protected;
    read.expect("the magic number of the entries", covered, 2, little, 0x6907)?;
    let end = covered + read.uint(covered + 2, 2, little)?;
    let (mut at, mut hash) = (covered + 4, None);
    while at < end {
        let (kind, len) = (read.uint(at, 2, little)?, read.uint(at + 2, 2, little)?);
        match kind {
            0x10 => hash = Some(at + 4),
            0x01 | 0x02 | 0x20..=0x25 => return Err(read.sealed("an entry of a signature", at, kind)),
            0x30..=0x34 => return Err(read.sealed("an entry of an encryption", at, kind)),
            _ => {}
        }
        at += 4 + len;
    }
    let at = base.saturating_add(covered);
    let hash =
        hash.ok_or(PresetError::None { format: read.format, what: "no entry with a SHA-256 in the list", at })?;
    let covered = read.span(0, covered)?;
    let sha256 = Algorithm::Hash(crate::check::Hash::Sha256);
    Ok(read.one(Repair::new(name, sha256, covered).stored_at(base.saturating_add(hash)).digest()))
}

/// The checksums in the settings page of Nordic's bootloader for the nRF52, version 2: of the
/// application at `app` (`name.app`, and `name.sha256` where it is validated by that), of the
/// validation (`name.boot`), and of the settings (`name.settings`). A backup page is a copy of them.
///
/// # Errors
/// When there is no such page, or the application is validated by a signature.
#[cfg(feature = "sha256")]
pub fn nrf52_settings(
    name: &str,
    image: &dyn Container,
    app: u64,
    page: u64,
    backup: Option<u64>,
) -> Result<Vec<Repair>, PresetError> {
    nrf52(name, image, (None, app), page, backup)
}

/// The same of an application that is another image of the unit: the name that the checksums have for it, and its
/// address.
///
/// # Errors
/// As [`nrf52_settings`].
#[cfg(feature = "sha256")]
pub fn nrf52_settings_of(
    name: &str,
    image: &dyn Container,
    (other, app): (&str, u64),
    page: u64,
    backup: Option<u64>,
) -> Result<Vec<Repair>, PresetError> {
    nrf52(name, image, (Some(other), app), page, backup)
}

#[cfg(feature = "sha256")]
fn nrf52(
    name: &str,
    image: &dyn Container,
    (other, app): (Option<&str>, u64),
    page: u64,
    backup: Option<u64>,
) -> Result<Vec<Repair>, PresetError> {
    let little = ByteOrder::Little;
    let read = Reader::new(image, page, "nRF52 bootloader settings");
    read.expect("the version", 4, 4, little, 2)?;
    let code = Reader::new(image, app, read.format).span(0, read.uint(0x18, 4, little)?)?;
    // The last of what is written to a page.
    let _ = read.peek(0x322, 1, little)?;
    let validation = read.uint(0x2A1, 1, little)?;
    let stored = |draft: Unplaced, offsets: &[u64], len: usize, order| {
        let pages = core::iter::once(page).chain(backup);
        let places = pages.flat_map(|page| offsets.iter().map(move |offset| page.saturating_add(*offset)));
        let mut stores = places.map(|at| Store::new(at, len, order));
        let first = stores.next().unwrap_or(Store::new(page, len, order));
        stores.fold(draft.stored(first), Repair::copied)
    };
    let crc = |part, over| Repair::crc(joined(name, part), CRC_32_ISO_HDLC, over);
    let over_app = |part, algorithm| match other {
        None => Repair::new(joined(name, part), algorithm, code.clone()),
        Some(other) => Repair::over_image(joined(name, part), algorithm, other, code.clone()),
    };
    let (mut repairs, mut places) = (Vec::new(), Vec::from([0x1C]));
    match validation {
        1 => places.push(0x2A2),
        2 => {
            let hash = Algorithm::Hash(crate::check::Hash::Sha256);
            repairs.push(stored(over_app("sha256", hash), &[0x2A2], 32, ByteOrder::Big));
        }
        3 => return Err(read.sealed("the application is validated by a signature", 0x2A1, validation)),
        _ => {}
    }
    repairs.push(stored(over_app("app", CRC_32_ISO_HDLC.into()), &places, 4, little));
    repairs.push(stored(crc("boot", read.span(0x260, 0xC3)?), &[0x25C], 4, little));
    repairs.push(stored(crc("settings", read.span(4, 0x58)?), &[0], 4, little));
    Ok(read.found(repairs))
}

fn joined(name: &str, part: &str) -> String {
    [name, part].join(".")
}

/// Reads numbers of a format at offsets from its start.
struct Reader<'i> {
    image: &'i dyn Container,
    base: u64,
    format: &'static str,
    /// What was read.
    seen: RefCell<Vec<Span>>,
}

impl<'i> Reader<'i> {
    fn new(image: &'i dyn Container, base: u64, format: &'static str) -> Self {
        Self { image, base, format, seen: RefCell::default() }
    }

    /// The checksum that was found by what was read.
    fn one(self, repair: Repair) -> Repair {
        repair.found_by(Reads::new(self.format, self.seen.into_inner()))
    }

    /// The same of several.
    fn found(self, repairs: Vec<Repair>) -> Vec<Repair> {
        let reads = Reads::new(self.format, self.seen.into_inner());
        repairs.into_iter().map(|repair| repair.found_by(reads.clone())).collect()
    }

    fn span(&self, offset: u64, len: u64) -> Result<Range<u64>, PresetError> {
        let span = Span::new(self.base.saturating_add(offset), len);
        let span = span.map_err(|error| PresetError::Length { format: self.format, error })?;
        Ok(span.start()..span.end())
    }

    /// A number that says where the checksums lie.
    fn uint(&self, offset: u64, len: usize, order: ByteOrder) -> Result<u64, PresetError> {
        let number = self.peek(offset, len, order)?;
        let range = self.span(offset, width::wide(len))?;
        self.seen.borrow_mut().extend(Span::try_from(range).ok());
        Ok(number)
    }

    /// A number that says no such thing.
    fn peek(&self, offset: u64, len: usize, order: ByteOrder) -> Result<u64, PresetError> {
        let range = self.span(offset, width::wide(len))?;
        let place = Span::try_from(range).map_err(|error| PresetError::Length { format: self.format, error })?;
        let place = self.image.locate(place).map_err(|error| PresetError::Missing { format: self.format, error })?;
        let mut number = [0; 8];
        let bytes = number.get_mut(..len).or_never("at most eight bytes");
        place.get(self.image.file(), bytes);
        if order == ByteOrder::Big {
            bytes.reverse();
        }
        Ok(u64::from_le_bytes(number))
    }

    fn expect(
        &self,
        what: &'static str,
        offset: u64,
        len: usize,
        order: ByteOrder,
        expected: u64,
    ) -> Result<(), PresetError> {
        let found = self.uint(offset, len, order)?;
        let at = self.base.saturating_add(offset);
        let wrong = PresetError::Not { format: self.format, what, at, found, expected };
        if found == expected { Ok(()) } else { Err(wrong) }
    }

    #[cfg(feature = "sha256")]
    fn sealed(&self, what: &'static str, offset: u64, found: u64) -> PresetError {
        PresetError::Sealed { format: self.format, what, at: self.base.saturating_add(offset), found }
    }
}
