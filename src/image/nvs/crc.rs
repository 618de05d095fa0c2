//! The CRC of pages, entries and data.

use crate::check::{CRC_32_NVS, Crc};

/// As CRC-32/ISO-HDLC, but begun with 0: zlib's `crc32` started with 0xFFFFFFFF.
static ROW: crc::Algorithm<u32> = crc::Algorithm {
    width: 32,
    poly: 0x04C1_1DB7,
    init: 0,
    refin: true,
    refout: true,
    xorout: 0xFFFF_FFFF,
    check: 0xD202_D277,
    residue: 0xDEBB_20E3,
};

static TABLES: crc::Crc<u32> = crc::Crc::<u32>::new(&ROW);

/// The CRC by which NVS covers headers of pages, entries and data. It is in no catalogue.
///
/// ```
/// assert_eq!(nameplate::image::nvs::crc().check(), 0xD202_D277); // over "123456789"
/// ```
pub fn crc() -> Crc {
    CRC_32_NVS
}

/// Over several parts.
pub(super) fn over(parts: &[&[u8]]) -> u32 {
    let mut digest = TABLES.digest();
    for part in parts {
        digest.update(part);
    }
    digest.finalize()
}
