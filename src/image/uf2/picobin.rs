//! Metadata blocks of RP2350 images: whether one of them seals the image with a hash or a signature.
//!
//! Source: *RP2350 Datasheet*, 5.9; `picobin.h` of the Pico SDK.

/// What a block begins with.
pub(super) const START: [u8; 4] = 0xFFFF_DED3_u32.to_le_bytes();
const END: [u8; 4] = 0xAB12_3579_u32.to_le_bytes();

/// The most bytes of a block.
pub(super) const MOST: usize = 0x280;

/// Types of items.
const SIGNATURE: u8 = 0x09;
const HASH_VALUE: u8 = 0x4B;
const LAST: u8 = 0xFF;

/// What of an image its maker alone can make anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    Hash,
    Signature,
}

/// What seals the image, of the block that these bytes begin with.
pub(super) fn seal(bytes: &[u8]) -> Option<Item> {
    let word = |at: usize| bytes.get(at..).and_then(<[u8]>::first_chunk::<4>);
    let (mut at, mut found) = (4, None);
    loop {
        let &[kind, low, high, _] = word(at)?;
        // The upper bit says that the size has two bytes.
        let words = if kind & 0x80 == 0 { usize::from(low) } else { usize::from(u16::from_le_bytes([low, high])) };
        match kind {
            // The link to the next block stands between.
            LAST => return found.filter(|_| word(at + 8) == Some(&END)),
            SIGNATURE => found = Some(Item::Signature),
            HASH_VALUE => found = found.or(Some(Item::Hash)),
            _ => {}
        }
        at += 4 * words;
        if words == 0 || at >= MOST {
            return None;
        }
    }
}
