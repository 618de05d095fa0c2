//! Extension tags: what stands behind the payload of a block.

use core::ops::Range;

use super::layout::BLOCK;
use crate::never::OrNever;

/// An extension tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag<'f> {
    /// Its type, 24 bits.
    pub kind: u32,
    /// Its bytes.
    pub data: &'f [u8],
}

impl Tag<'_> {
    /// What its type stands for, if the specification says so.
    pub fn name(&self) -> Option<&'static str> {
        Some(match self.kind {
            0x9F_C7BC => "version",
            0x65_0D9D => "device",
            0x0B_E9F7 => "page size",
            0xB4_6DB0 => "SHA-2 of the firmware",
            0xC8_A729 => "device type",
            // Source: picotool, elf2uf2.
            0x99_57E3 => "RP2350: ignore this block",
            _ => return None,
        })
    }

    /// Whether it is a digest of the firmware, which a stamp makes stale.
    pub(super) fn is_digest(&self) -> bool {
        self.kind == 0xB4_6DB0
    }
}

/// The tags of a block, one after the other.
#[derive(Clone, Debug)]
pub struct Tags<'f> {
    bytes: &'f [u8; BLOCK],
    rest: Range<usize>,
}

/// A tag that is none: its offset in the block, and the length that it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WrongTag {
    pub(super) at: usize,
    pub(super) len: u8,
}

impl<'f> Tags<'f> {
    pub(super) fn new(bytes: &'f [u8; BLOCK], rest: Range<usize>) -> Self {
        Self { bytes, rest }
    }

    /// The next one: its length and type in 4 bytes, and its data. The last one is zeros or ones, as padding is.
    pub(super) fn step(&mut self) -> Result<Option<Tag<'f>>, WrongTag> {
        let at = self.rest.start;
        let rest = self.bytes.get(self.rest.clone()).or_never("the rest of the block");
        let (len, kind) = match rest.first_chunk() {
            None | Some([0, 0, 0, 0] | [0xFF, 0xFF, 0xFF, 0xFF]) => {
                self.rest.start = self.rest.end;
                return Ok(None);
            }
            Some(&[len, a, b, c]) => (len, u32::from_le_bytes([a, b, c, 0])),
        };
        let data = rest.get(4..usize::from(len)).ok_or(WrongTag { at, len })?;
        self.rest.start = (at + usize::from(len)).next_multiple_of(4).min(self.rest.end);
        Ok(Some(Tag { kind, data }))
    }
}

impl<'f> Iterator for Tags<'f> {
    type Item = Tag<'f>;

    fn next(&mut self) -> Option<Tag<'f>> {
        self.step().ok().flatten()
    }
}
