//! Where the parts of a block lie. All numbers of a block are little-endian words.

/// Bytes of a block.
pub(super) const BLOCK: usize = 512;
/// Bytes of its header.
pub(super) const HEADER: usize = 32;
/// The most bytes of its payload, all of `data[]`.
pub(super) const DATA: usize = 476;
/// Where `data[]` ends, and the last magic number begins.
pub(super) const END: usize = HEADER + DATA;

/// The magic numbers, and where they lie.
pub(super) const MAGICS: [(usize, u32); 3] = [(0, 0x0A32_4655), (4, 0x9E5D_5157), (END, 0x0AB1_6F30)];
