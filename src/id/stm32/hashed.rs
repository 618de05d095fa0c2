//! UIDs as hashes of fewer bits, as many as the fleet needs.

use alloc::string::{String, ToString};
use core::fmt;

use sha2::{Digest, Sha256};
use thiserror::Error;

use super::order::Order;
use super::uid::Uid;
use crate::digits::Escaped;
use crate::id::crockford::{self, Digits};
use crate::never::OrNever;
use crate::value::Value;

/// How UIDs are hashed: the first bits of SHA-256 over a domain and the twelve bytes of the UID, words
/// 0, 1, 2, the low byte of each first ([`Order::Memory`]).
///
/// ```
/// use nameplate::id::stm32::{Hashing, Order, Layout, Uid};
///
/// // A million devices, a chance of one in a million that any two share an ID.
/// let hashing = Hashing::new("acme/sensor/v1", 60, 1_000_000, 1_000_000)?;
/// let uid = Uid::parse("23003B000A504B3242373220", Order::Memory, Layout::A)?;
/// assert_eq!(hashing.id(uid).crockford().as_str().len(), 12);
/// assert!(Hashing::new("acme/sensor/v1", 40, 1_000_000, 1_000_000).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The domain keeps IDs of different products apart; put a version in it. It is hashed as it is,
/// nothing between it and the UID.
///
/// Not promised: that no two UIDs share an ID, only how improbable it is. Who keeps a list of all IDs
/// finds out when the second one is stamped. Nor that an ID says nothing about the UID: there are few
/// enough UIDs to try them all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hashing {
    domain: String,
    bits: u32,
}

impl Hashing {
    /// IDs of `bits` bits for a fleet of `fleet` devices, of which at most one fleet in `one_in` may have
    /// two with the same ID.
    ///
    /// # Errors
    /// When the bits are too few for that, none, or more than 128; when there is no fleet, or any is to
    /// have a collision.
    pub fn new(domain: &str, bits: u32, fleet: u64, one_in: u64) -> Result<Self, HashingError> {
        if bits == 0 || bits > 128 {
            return Err(HashingError::Bits { found: bits });
        }
        if fleet < 2 || one_in < 2 {
            return Err(HashingError::Budget { fleet, one_in });
        }
        let found = collisions_one_in(bits, fleet);
        if found < u128::from(one_in) {
            let needed = (bits..=128).find(|&bits| collisions_one_in(bits, fleet) >= u128::from(one_in));
            return Err(HashingError::Fleet { bits, fleet, one_in, found, needed });
        }
        Ok(Self { domain: domain.into(), bits })
    }

    /// The ID of a part.
    pub fn id(&self, uid: Uid) -> HashedId {
        let digest = Sha256::new().chain_update(&self.domain).chain_update(uid.bytes(Order::Memory)).finalize();
        let first = u128::from_be_bytes(digest.first_chunk().copied().or_never("32 bytes"));
        HashedId { number: first >> (128 - self.bits), bits: self.bits }
    }

    /// Reads [`HashedId::hex`] of so many bits, and nothing else. Whose ID it is cannot be told.
    ///
    /// # Errors
    /// When the text is not so.
    pub fn from_hex(&self, text: &str) -> Result<HashedId, HashingError> {
        self.parse(text, 4, "upper-case hexadecimal digits")
    }

    /// Reads [`HashedId::crockford`] of so many bits, and nothing else.
    ///
    /// # Errors
    /// As [`from_hex`](Self::from_hex).
    pub fn from_crockford(&self, text: &str) -> Result<HashedId, HashingError> {
        self.parse(text, 5, "digits of base 32")
    }

    fn parse(&self, text: &str, digit: u32, digits: &'static str) -> Result<HashedId, HashingError> {
        let (bits, len) = (self.bits, digits_of(self.bits, digit));
        let fits = |number: &u128| number.checked_shr(bits).is_none_or(|above| above == 0);
        let wrong = || HashingError::Text { found: Escaped(text.as_bytes()).to_string(), bits, len, digits };
        let number = crockford::parse(text, len, digit).filter(fits).ok_or_else(wrong)?;
        Ok(HashedId { number, bits })
    }
}

/// In how many digits of `digit` bits each so many bits are written.
fn digits_of(bits: u32, digit: u32) -> usize {
    usize::try_from(bits.div_ceil(digit)).or_never("at most 128")
}

/// One in how many fleets of `fleet` devices has two with the same ID of `bits` bits, at the worst:
/// 2 to the bits, divided by the pairs of devices. At 0 or 1 nothing is promised; `u128::MAX` for a
/// fleet of one.
///
/// ```
/// // 64 bits, ten million devices: not even one in 300,000.
/// assert_eq!(nameplate::id::stm32::collisions_one_in(64, 10_000_000), 368_934);
/// ```
///
/// That the chance is at most pairs / 2ᵇ holds for any fleet (Boole's inequality); for small ones it is
/// nearly that.
pub fn collisions_one_in(bits: u32, fleet: u64) -> u128 {
    let fleet = u128::from(fleet);
    let pairs = fleet * fleet.saturating_sub(1) / 2;
    // 2¹²⁸ does not fit; one less is at most one less after the division.
    let values = 1_u128.checked_shl(bits).unwrap_or(u128::MAX);
    values.checked_div(pairs).unwrap_or(u128::MAX)
}

/// The first bits of a hash, as a number. As a [`Value`] it is an unsigned integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HashedId {
    number: u128,
    bits: u32,
}

impl HashedId {
    /// The number: the first bit of the hash is the highest.
    pub const fn number(self) -> u128 {
        self.number
    }

    /// How many bits it has.
    pub const fn bits(self) -> u32 {
        self.bits
    }

    /// Upper-case hexadecimal digits, zeros in front, always as many.
    pub fn hex(self) -> Digits {
        Digits::new(self.number, digits_of(self.bits, 4), 4)
    }

    /// Digits of Crockford's base 32, zeros in front, always as many.
    pub fn crockford(self) -> Digits {
        Digits::new(self.number, digits_of(self.bits, 5), 5)
    }
}

impl From<HashedId> for Value<'static> {
    fn from(id: HashedId) -> Self {
        id.number.into()
    }
}

/// Why hashes of so many bits are not made, or text is none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum HashingError {
    /// No bits, or more than 128.
    #[error("{found} bits, expected 1 to 128")]
    Bits {
        /// How many.
        found: u32,
    },
    /// No fleet, or no limit.
    #[error("{fleet} devices and a collision in one fleet of {one_in}, expected at least 2 and 2")]
    Budget {
        /// How many devices.
        fleet: u64,
        /// In one fleet of how many there may be a collision.
        one_in: u64,
    },
    /// Too few bits for the fleet.
    #[error(
        "{bits} bits are too few for {fleet} devices: {} may have two with the same ID, expected one in {one_in}; {}",
        Fleets(*.found),
        Needed(*.needed)
    )]
    Fleet {
        /// How many bits.
        bits: u32,
        /// How many devices.
        fleet: u64,
        /// What was to be the case.
        one_in: u64,
        /// One fleet in how many may have a collision with those bits.
        found: u128,
        /// How many bits would be enough, if any.
        needed: Option<u32>,
    },
    /// Text that is no such ID.
    #[error("found `{found}`, expected an ID of {bits} bits in {len} {digits}")]
    Text {
        /// The text.
        found: String,
        /// How many bits.
        bits: u32,
        /// How many digits.
        len: usize,
        /// Which ones.
        digits: &'static str,
    },
}

struct Fleets(u128);

impl fmt::Display for Fleets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 | 1 => f.write_str("any fleet"),
            one_in => write!(f, "one fleet in {one_in}"),
        }
    }
}

struct Needed(Option<u32>);

impl fmt::Display for Needed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(bits) => write!(f, "{bits} bits are enough"),
            None => f.write_str("not even 128 bits are enough"),
        }
    }
}
