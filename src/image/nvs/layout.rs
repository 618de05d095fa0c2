//! Where the parts of a partition lie. All numbers are little-endian.

use crate::never::OrNever;

/// Bytes of a page.
pub(super) const PAGE: usize = 4096;
/// Bytes of a slot: an entry, or data of one.
pub(super) const SLOT: usize = 32;
/// Slots of a page.
pub(super) const SLOTS: usize = 126;
/// Where the bits of the slots' states begin in a page, two a slot.
pub(super) const STATES: usize = 32;
/// Where the first slot begins in a page.
pub(super) const FIRST: usize = 64;

/// Where the CRC of an entry lies in it; it covers the rest.
pub(super) const ENTRY_CRC: usize = 4;
/// Where the key of an entry begins in it.
pub(super) const KEY: usize = 8;
/// Bytes of a key, its NUL included.
pub(super) const KEY_LEN: usize = 16;
/// Where a number lies in its entry, and the size of a text or blob.
pub(super) const DATA: usize = 24;
/// Where the CRC over a text or blob lies in its entry.
pub(super) const DATA_CRC: usize = 28;

/// The chunk of an entry that is no part of a blob.
pub(super) const NO_CHUNK: u8 = 0xFF;

/// A page that was never used.
pub(super) const BLANK: u32 = 0xFFFF_FFFF;
/// The page that is written to.
pub(super) const ACTIVE: u32 = 0xFFFF_FFFE;
/// A page that has no room left.
pub(super) const FULL: u32 = 0xFFFF_FFFC;
/// A page whose entries are being moved.
pub(super) const FREEING: u32 = 0xFFFF_FFF8;
/// A page that the device gave up.
pub(super) const CORRUPT: u32 = 0xFFFF_FFF0;

/// The version of pages that may have blobs over several pages.
pub(super) const VERSION_2: u8 = 0xFE;
/// The version of those before.
pub(super) const VERSION_1: u8 = 0xFF;

/// A little-endian word.
pub(super) fn word(bytes: &[u8], at: usize) -> u32 {
    bytes
        .get(at..)
        .and_then(<[u8]>::first_chunk)
        .copied()
        .map(u32::from_le_bytes)
        .or_never("a header or a slot is that long")
}

/// How many slots hold `len` bytes.
pub(super) const fn slots(len: usize) -> usize {
    len.div_ceil(SLOT)
}
