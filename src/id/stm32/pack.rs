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

/// How many bits each part has.
struct Form {
    name: &'static str,
    alphabet: Alphabet,
    lot: u32,
    wafer: u32,
    coordinate: u32,
}

/// What the seven characters of a lot may be: the digits of a number to that base.
#[derive(Clone, Copy)]
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

impl Form {
    const fn bits(&self) -> u32 {
        self.lot + self.wafer + 2 * self.coordinate
    }

    fn pack(&self, uid: Uid) -> Result<u128, UidError> {
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
        Ok(number)
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

    fn check(&self, found: u128) -> Result<u128, UidError> {
        match self.unpack(found) {
            (_, 0) => Ok(found),
            _ => Err(UidError::Number { what: self.name, found }),
        }
    }

    /// How many digits of `bits` bits.
    fn digits(&self, bits: u32) -> usize {
        usize::try_from(self.bits().div_ceil(bits)).or_never("at most 128")
    }

    fn parse(&self, text: &str, bits: u32, digits: &'static str) -> Result<u128, UidError> {
        let len = self.digits(bits);
        let wrong = || UidError::Digits { what: self.name, found: Escaped(text.as_bytes()).to_string(), len, digits };
        self.check(crockford::parse(text, len, bits).ok_or_else(wrong)?)
    }

    fn parse_checked(&self, text: &str) -> Result<u128, UidError> {
        let (text, check) = text.split_at_checked(text.len().saturating_sub(1)).unwrap_or((text, ""));
        let number = self.parse(text, 5, "digits of base 32 and a check character")?;
        let expected = System::Crockford37.compute(text).ok().and_then(|check| check.as_str().chars().next());
        match (check.chars().next(), expected) {
            (Some(found), Some(expected)) if found != expected => {
                Err(UidError::Check { what: self.name, found, expected })
            }
            _ => Ok(number),
        }
    }
}

macro_rules! packs {
    ($($name:ident $uint:ident $alphabet:ident $lot:literal $wafer:literal $coordinate:literal $doc:literal;)*) => {$(
        #[doc = $doc]
        ///
        /// As a [`Value`] it is an unsigned integer: the encoding says the byte order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name($uint);

        impl $name {
            const FORM: Form = Form {
                name: stringify!($name),
                alphabet: Alphabet::$alphabet,
                lot: $lot,
                wafer: $wafer,
                coordinate: $coordinate,
            };

            /// How many bits it has.
            pub const BITS: u32 = Self::FORM.bits();

            /// Of a UID.
            ///
            /// # Errors
            /// When a part of it does not fit: nothing is cut off.
            pub fn pack(uid: Uid) -> Result<Self, UidError> {
                Self::FORM.pack(uid).map(Self::of)
            }

            /// The UID, which was of that layout.
            ///
            /// # Errors
            /// When a UID cannot be so: of an opaque layout, or blank.
            pub fn unpack(self, layout: Layout) -> Result<Uid, UidError> {
                Uid::from_die(self.die(), layout)
            }

            /// What it says about the die.
            pub fn die(self) -> Die {
                Self::FORM.unpack(self.0.into()).0
            }

            /// Of its number.
            ///
            /// # Errors
            /// When no UID packs to it.
            pub fn from_number(number: $uint) -> Result<Self, UidError> {
                Self::FORM.check(number.into()).map(Self::of)
            }

            /// The number: lot, wafer, high and low coordinate, from the high end down.
            pub const fn number(self) -> $uint {
                self.0
            }

            /// Upper-case hexadecimal digits, always as many.
            pub fn hex(self) -> Digits {
                Digits::new(self.0.into(), Self::FORM.digits(4), 4)
            }

            /// Digits of base 32, always as many.
            pub fn crockford(self) -> Digits {
                Digits::new(self.0.into(), Self::FORM.digits(5), 5)
            }

            /// The same with Crockford's check character behind, which may be one of `*~$=U` too.
            pub fn crockford_checked(self) -> Digits {
                self.crockford().checked()
            }

            /// Reads [`hex`](Self::hex), and nothing else.
            ///
            /// # Errors
            /// When the text is not so, and as [`from_number`](Self::from_number).
            pub fn from_hex(text: &str) -> Result<Self, UidError> {
                Self::FORM.parse(text, 4, "upper-case hexadecimal digits").map(Self::of)
            }

            /// Reads [`crockford`](Self::crockford), and nothing else: no lower case, no `O` for `0`.
            ///
            /// # Errors
            /// As [`from_hex`](Self::from_hex).
            pub fn from_crockford(text: &str) -> Result<Self, UidError> {
                Self::FORM.parse(text, 5, "digits of base 32").map(Self::of)
            }

            /// Reads [`crockford_checked`](Self::crockford_checked), and nothing else.
            ///
            /// # Errors
            /// As [`from_hex`](Self::from_hex), and when the check character is wrong.
            pub fn from_crockford_checked(text: &str) -> Result<Self, UidError> {
                Self::FORM.parse_checked(text).map(Self::of)
            }

            /// Of a number that was checked, so it fits.
            fn of(number: u128) -> Self {
                Self($uint::try_from(number).or_never("the number was checked"))
            }
        }

        impl From<$name> for Value<'static> {
            fn from(id: $name) -> Self {
                id.0.into()
            }
        }
    )*};
}

packs! {
    Drop88 u128 Bytes 56 8 12 "A UID without the four bits of each coordinate that are zero: 88 bits, any lot, coordinates up to ±2047.";
    Pack86 u128 Printable 46 8 16 "A UID in 86 bits: a lot of printable ASCII, any wafer, any coordinates.";
    Pack77 u128 Base37 37 8 16 "A UID in 77 bits: a lot of digits, capital letters and spaces, any wafer, any coordinates.";
    Pack64 u64 Base37 37 5 11 "A UID in 64 bits: a lot of digits, capital letters and spaces, wafer up to 31, coordinates up to ±1023.";
    Pack60 u64 Base37 37 5 9 "A UID in 60 bits, 12 digits of base 32: as [`Pack64`], with coordinates up to ±255.";
}
