//! UIDs in fewer bits, and back: nothing is lost, and what would be is refused.
//!
//! A packed UID is a number: from its high end the lot, the wafer, the high coordinate, the low
//! one. A coordinate keeps its sign bit and fewer bits behind it. Each part has bits of its own and
//! stands for one thing, so different UIDs of one layout have different numbers.

use alloc::string::ToString;

use super::error::UidError;
use super::uid::{Die, Layout, Uid};
use crate::check::character::System;
use crate::digits::Escaped;
use crate::id::crockford::{self, Digits};
use crate::never::OrNever;
use crate::value::Value;

/// A way to pack a UID: how many bits each part has.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Packing {
    name: &'static str,
    alphabet: Alphabet,
    lot: u32,
    wafer: u32,
    coordinate: u32,
}

/// A UID without the four bits of each coordinate that are zero: 88 bits, any lot, coordinates up to ±2047.
pub const DROP88: &Packing = &Packing { name: "drop88", alphabet: Alphabet::Bytes, lot: 56, wafer: 8, coordinate: 12 };
/// A UID in 86 bits: a lot of printable ASCII, any wafer, any coordinates.
pub const PACK86: &Packing =
    &Packing { name: "pack86", alphabet: Alphabet::Printable, lot: 46, wafer: 8, coordinate: 16 };
/// A UID in 77 bits: a lot of digits, capital letters and spaces, any wafer, any coordinates.
pub const PACK77: &Packing = &Packing { name: "pack77", alphabet: Alphabet::Base37, lot: 37, wafer: 8, coordinate: 16 };
/// A UID in 64 bits: a lot of digits, capital letters and spaces, wafer up to 31, coordinates up to ±1023.
pub const PACK64: &Packing = &Packing { name: "pack64", alphabet: Alphabet::Base37, lot: 37, wafer: 5, coordinate: 11 };
/// A UID in 60 bits, 12 digits of base 32: as [`PACK64`], with coordinates up to ±255.
pub const PACK60: &Packing = &Packing { name: "pack60", alphabet: Alphabet::Base37, lot: 37, wafer: 5, coordinate: 9 };

/// All of them, the shortest first.
pub const PACKINGS: [&Packing; 5] = [PACK60, PACK64, PACK77, PACK86, DROP88];

/// What the seven characters of a lot may be: the digits of a number to that base.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Alphabet {
    /// Any byte: base 256.
    Bytes,
    /// Printable ASCII, from the space: base 95.
    Printable,
    /// Digits, capital letters and space: base 37.
    Base37,
}

impl Alphabet {
    const fn base(self) -> u128 {
        match self {
            Self::Bytes => 256,
            Self::Printable => 95,
            Self::Base37 => 37,
        }
    }

    const fn expected(self) -> &'static str {
        match self {
            Self::Bytes => "any byte",
            Self::Printable => "printable ASCII",
            Self::Base37 => "`0`–`9`, `A`–`Z` or a space",
        }
    }

    fn digit(self, c: u8) -> Option<u8> {
        match (self, c) {
            (Self::Bytes, _) => Some(c),
            (Self::Printable, b' '..=b'~') => Some(c - b' '),
            (Self::Base37, b'0'..=b'9') => Some(c - b'0'),
            (Self::Base37, b'A'..=b'Z') => Some(c - b'A' + 10),
            (Self::Base37, b' ') => Some(36),
            _ => None,
        }
    }

    fn character(self, digit: u8) -> u8 {
        match (self, digit) {
            (Self::Bytes, _) => digit,
            (Self::Printable, _) => digit + b' ',
            (Self::Base37, 0..10) => digit + b'0',
            (Self::Base37, 10..36) => digit - 10 + b'A',
            (Self::Base37, _) => b' ',
        }
    }
}

/// Sign and magnitude of a coordinate that is at most `most`.
pub(super) fn magnitude(what: &'static str, found: u16, most: u16) -> Result<(u16, u16), UidError> {
    let (sign, magnitude) = (found >> 15, found & 0x7FFF);
    if magnitude > most {
        return Err(UidError::Coordinate { what, found, most });
    }
    Ok((sign, magnitude))
}

impl Packing {
    /// The packing of that name, as `pack64`.
    pub fn from_name(name: &str) -> Option<&'static Self> {
        PACKINGS.into_iter().find(|packing| packing.name == name)
    }

    /// Its name, as `pack64`.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// How many bits a packed UID has.
    pub const fn bits(&self) -> u32 {
        self.lot + self.wafer + 2 * self.coordinate
    }

    /// A UID, packed.
    ///
    /// # Errors
    /// When a part of it does not fit: nothing is cut off.
    pub fn pack(&'static self, uid: Uid) -> Result<Packed, UidError> {
        let what = self.name;
        let Die { low, high, wafer, lot } = uid.die().ok_or(UidError::Opaque)?;
        let mut number = 0;
        for (at, &c) in lot.iter().enumerate() {
            let wrong = || UidError::lot(what, lot, at, self.alphabet.expected());
            number = number * self.alphabet.base() + u128::from(self.alphabet.digit(c).ok_or_else(wrong)?);
        }
        let most = u8::MAX >> (8 - self.wafer);
        if wafer > most {
            return Err(UidError::Wafer { what, found: wafer, least: 0, most });
        }
        number = number << self.wafer | u128::from(wafer);
        for coordinate in [high, low] {
            let (sign, magnitude) = magnitude(what, coordinate, u16::MAX >> (17 - self.coordinate))?;
            let coordinate = sign << (self.coordinate - 1) | magnitude;
            number = number << self.coordinate | u128::from(coordinate);
        }
        Ok(Packed { packing: self, number })
    }

    /// The packed UID of that number: lot, wafer, high and low coordinate, from the high end down.
    ///
    /// # Errors
    /// When no UID packs to it.
    pub fn packed(&'static self, number: u128) -> Result<Packed, UidError> {
        match self.unpack(number) {
            (_, 0) => Ok(Packed { packing: self, number }),
            _ => Err(UidError::Number { what: self.name, found: number }),
        }
    }

    /// Reads [`Packed::hex`], and nothing else.
    ///
    /// # Errors
    /// When the text is not so, and as [`packed`](Self::packed).
    pub fn parse_hex(&'static self, text: &str) -> Result<Packed, UidError> {
        self.parse(text, 4, "upper-case hexadecimal digits")
    }

    /// Reads [`Packed::crockford`], and nothing else: no lower case, no `O` for `0`.
    ///
    /// # Errors
    /// As [`parse_hex`](Self::parse_hex).
    pub fn parse_crockford(&'static self, text: &str) -> Result<Packed, UidError> {
        self.parse(text, 5, "digits of base 32")
    }

    /// Reads [`Packed::crockford_checked`], and nothing else.
    ///
    /// # Errors
    /// As [`parse_hex`](Self::parse_hex), and when the check character is wrong.
    pub fn parse_crockford_checked(&'static self, text: &str) -> Result<Packed, UidError> {
        let (text, check) = text.split_at_checked(text.len().saturating_sub(1)).unwrap_or((text, ""));
        let packed = self.parse(text, 5, "digits of base 32 and a check character")?;
        let expected = System::Crockford37.compute(text).ok().and_then(|check| check.as_str().chars().next());
        match (check.chars().next(), expected) {
            (Some(found), Some(expected)) if found != expected => {
                Err(UidError::Check { what: self.name, found, expected })
            }
            _ => Ok(packed),
        }
    }

    fn parse(&'static self, text: &str, bits: u32, digits: &'static str) -> Result<Packed, UidError> {
        let len = self.digits(bits);
        let wrong = || UidError::Digits { what: self.name, found: Escaped(text.as_bytes()).to_string(), len, digits };
        self.packed(crockford::parse(text, len, bits).ok_or_else(wrong)?)
    }

    /// What a number says, and what is left of it: zero if a UID packs to it.
    fn unpack(&self, mut rest: u128) -> (Die, u128) {
        // The lowest so many bits; at most 16, so they fit.
        let mut take = |bits: u32| {
            let part = u16::try_from(rest & ((1 << bits) - 1)).or_never("at most 16 bits");
            rest >>= bits;
            part
        };
        let mut coordinate = || {
            let part = take(self.coordinate);
            let sign = part >> (self.coordinate - 1);
            sign << 15 | part ^ sign << (self.coordinate - 1)
        };
        let (low, high) = (coordinate(), coordinate());
        let [wafer, _] = take(self.wafer).to_le_bytes();
        let mut lot = [0; 7];
        for c in lot.iter_mut().rev() {
            *c = self.alphabet.character(u8::try_from(rest % self.alphabet.base()).or_never("below the base"));
            rest /= self.alphabet.base();
        }
        (Die { low, high, wafer, lot }, rest)
    }

    /// How many digits of `bits` bits.
    fn digits(&self, bits: u32) -> usize {
        usize::try_from(self.bits().div_ceil(bits)).or_never("at most 128")
    }
}

/// A packed UID. As a [`Value`] it is an unsigned integer: the encoding says the byte order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Packed {
    packing: &'static Packing,
    number: u128,
}

impl Packed {
    /// How it was packed.
    pub const fn packing(self) -> &'static Packing {
        self.packing
    }

    /// The number: lot, wafer, high and low coordinate, from the high end down.
    pub const fn number(self) -> u128 {
        self.number
    }

    /// What it says about the die.
    pub fn die(self) -> Die {
        self.packing.unpack(self.number).0
    }

    /// The UID, which was of that layout.
    ///
    /// # Errors
    /// When a UID cannot be so: of an opaque layout, or blank.
    pub fn unpack(self, layout: Layout) -> Result<Uid, UidError> {
        Uid::from_die(self.die(), layout)
    }

    /// Upper-case hexadecimal digits, always as many.
    pub fn hex(self) -> Digits {
        Digits::new(self.number, self.packing.digits(4), 4)
    }

    /// Digits of base 32, always as many.
    pub fn crockford(self) -> Digits {
        Digits::new(self.number, self.packing.digits(5), 5)
    }

    /// The same with Crockford's check character behind, which may be one of `*~$=U` too.
    pub fn crockford_checked(self) -> Digits {
        self.crockford().checked()
    }
}

impl From<Packed> for Value<'static> {
    fn from(packed: Packed) -> Self {
        packed.number.into()
    }
}
