//! FTDI's check over the EEPROM of its USB bridges: the exclusive or of words, rotated after each.
//!
//! Advice to the next person: it is linear. A word that differs by d changes the value by d, rotated once for each word
//! from it on. Rotations of 16 bits repeat after 16 words, so it does not find words that change places at that distance.

use alloc::vec::Vec;

use super::feed::Feed;
use super::words::Words;
use crate::never::OrNever;
use crate::value::ByteOrder;

/// The exclusive or of words, rotated left by one bit after each: a row of parameters.
///
/// ```
/// use nameplate::check::{Algorithm, FTDI_16};
///
/// let value = Algorithm::Rotate(FTDI_16).compute(|feed| feed(b"123456789"));
/// assert_eq!(value.number(), Some(FTDI_16.check()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotate {
    name: &'static str,
    words: Words,
    init: u16,
    check: u16,
}

/// `ftdi16`: little-endian words of two bytes from 0xAAAA on, over the EEPROM of FT232R, FT2232H, FT4232H and
/// FT-X, but its last word, which holds it, little-endian. FT-X leave out their user area: bytes 0x24 to 0x7F. An odd
/// byte at the end has a zero behind it, in its check value too.
///
/// Source: libftdi 1.5, `ftdi_eeprom_build`.
pub const FTDI_16: Rotate =
    Rotate { name: "ftdi16", words: Words::of_2(ByteOrder::Little), init: 0xAAAA, check: 0x0147 };

/// All rows of this page.
pub const ROTATES: &[Rotate] = &[FTDI_16];

impl Rotate {
    /// Its name, as `ftdi16`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The check value of the nine bytes `123456789`.
    pub fn check(&self) -> u128 {
        self.check.into()
    }

    /// The words that are summed.
    pub(super) fn words(&self) -> Words {
        self.words
    }

    /// The value over everything that `feed` hands over, word by word.
    pub(super) fn compute(&self, feed: Feed<'_>) -> u128 {
        let mut value = self.init;
        self.words
            .each(feed, |word| value = (value ^ u16::try_from(word).or_never("words of two bytes")).rotate_left(1));
        value.into()
    }

    /// By how many bits the byte at each of `positions` in a stream of `len` comes to lie rotated.
    pub(super) fn turns(&self, len: u64, positions: &[u64]) -> Vec<u32> {
        let words = self.words;
        let turn = |&position: &u64| {
            let behind = len.div_ceil(words.len()) - position / words.len();
            // Below 16.
            u32::try_from((behind + u64::from(words.shift(position))) % 16).or_never("below 16")
        };
        positions.iter().map(turn).collect()
    }

    /// `value` with `bytes` added.
    pub(super) fn add(value: u128, turns: &[u32], bytes: impl Iterator<Item = u8>) -> u128 {
        let sum = turns.iter().zip(bytes).fold(0, |sum, (turn, byte)| sum ^ u16::from(byte).rotate_left(*turn));
        value ^ u128::from(sum)
    }
}
