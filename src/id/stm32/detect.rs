//! The orders in which a UID is printed, and finding out which one it was.

use alloc::string::ToString;
use alloc::vec::Vec;

use hex::FromHex;

use super::error::UidError;
use super::order::{Order, Reading};
use super::pack::Pack77;
use super::uid::{Layout, Uid};
use crate::digits::Escaped;
use crate::never::OrNever;

impl Uid {
    /// Of twelve bytes in the order given. Of layout B, which does not lie in one piece, the bytes of
    /// the three words behind each other.
    ///
    /// # Errors
    /// As [`from_words`](Self::from_words).
    pub fn from_bytes(bytes: [u8; 12], order: Order, layout: Layout) -> Result<Self, UidError> {
        let (backwards, high_first) = order.is();
        let mut words = [0; 3];
        for (word, chunk) in words.iter_mut().zip(bytes.chunks_exact(4)) {
            let chunk = chunk.try_into().or_never("chunks of four");
            *word = if high_first { u32::from_be_bytes(chunk) } else { u32::from_le_bytes(chunk) };
        }
        if backwards {
            words.reverse();
        }
        Self::from_words(words, layout)
    }

    /// The twelve bytes in the order given: the inverse of [`from_bytes`](Self::from_bytes).
    ///
    /// A UID is no [`Value`](crate::value::Value) of itself, for none of the orders is the right one; these
    /// bytes are: `Value::from(&uid.bytes(Order::Memory))`.
    pub fn bytes(self, order: Order) -> [u8; 12] {
        let (backwards, high_first) = order.is();
        let mut words = self.words();
        if backwards {
            words.reverse();
        }
        let mut bytes = [0; 12];
        for (chunk, word) in bytes.chunks_exact_mut(4).zip(words) {
            chunk.copy_from_slice(&if high_first { word.to_be_bytes() } else { word.to_le_bytes() });
        }
        bytes
    }

    /// The 24 digits in the order given, upper case.
    pub fn text(self, order: Order) -> crate::id::crockford::Digits {
        let number = self.bytes(order).iter().fold(0, |number, &byte| number << 8 | u128::from(byte));
        crate::id::crockford::Digits::new(number, 24, 4)
    }

    /// Of exactly 24 hexadecimal digits, in either case, in the order given.
    ///
    /// # Errors
    /// When they are none, and as [`from_words`](Self::from_words).
    pub fn parse(text: &str, order: Order, layout: Layout) -> Result<Self, UidError> {
        Self::from_bytes(bytes_of(text)?, order, layout)
    }

    /// Of 24 hexadecimal digits in any order and of layout A or B, if only one of the eight ways gives
    /// a lot of `0`–`9`, `A`–`Z` and spaces, and it looks like that of a real part
    /// ([`lint`](Self::lint)).
    ///
    /// In a wrong order a zero of a coordinate, or a wafer number up to 25, takes the place of a
    /// character of the lot. A UID for which that is not so is refused, never guessed.
    ///
    /// # Errors
    /// With all ways to read it when there is not exactly one; and as [`parse`](Self::parse) and
    /// [`lint`](Self::lint).
    pub fn detect(text: &str) -> Result<Reading, UidError> {
        let bytes = bytes_of(text)?;
        let [first, rest @ ..] = bytes;
        if matches!(first, 0 | 0xFF) && rest.iter().all(|&byte| byte == first) {
            return Err(UidError::Blank { word: u32::from_le_bytes([first; 4]) });
        }
        let ways = Order::ALL.into_iter().flat_map(|order| [(order, Layout::A), (order, Layout::B)]);
        let readings: Vec<Reading> = ways
            .filter_map(|(order, layout)| Some(Reading { uid: Self::from_bytes(bytes, order, layout).ok()?, order }))
            .filter(|reading| Pack77::pack(reading.uid).is_ok())
            .collect();
        match readings.as_slice() {
            [reading] => reading.uid.lint().map(|()| *reading),
            _ => Err(UidError::Detect { found: Escaped(text.as_bytes()).to_string(), readings }),
        }
    }
}

fn bytes_of(text: &str) -> Result<[u8; 12], UidError> {
    let wrong = || UidError::Text { found: Escaped(text.as_bytes()).to_string() };
    FromHex::from_hex(text).map_err(|_| wrong())
}
