//! Flags of a block.

/// It is no memory.
pub(super) const NOT_MAIN_FLASH: u32 = 0x0001;
/// It is a part of a file; the field of the family holds its size.
pub(super) const CONTAINER: u32 = 0x1000;
/// It says its family.
pub(super) const FAMILY: u32 = 0x2000;
/// It has an MD5 of memory.
pub(super) const MD5: u32 = 0x4000;
/// Tags follow its payload.
pub(super) const TAGS: u32 = 0x8000;
