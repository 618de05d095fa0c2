//! UUIDs of units: from random bytes, or from a name or a chip's unique ID; in memory in three orders.
//!
//! ```
//! use nameplate::id::uuid::{UuidOrder, Uuid};
//!
//! let products = Uuid::v5(Uuid::DNS, b"nameplate.example");
//! let unit = Uuid::v5(products, b"EUDV2407-000123");
//! assert_eq!(unit, unit.to_string().parse()?);
//! assert_eq!(unit, Uuid::from_octets(unit.octets(UuidOrder::Microsoft), UuidOrder::Microsoft)?);
//! # Ok::<(), nameplate::id::uuid::UuidError>(())
//! ```
//!
//! | made by | from | two units have the same |
//! |---|---|---|
//! | [`v4`](Uuid::v4) | 16 random bytes of the caller's | when its random numbers are bad |
//! | [`v5`](Uuid::v5), [`v8`](Uuid::v8) | a namespace and a name, by SHA-1, SHA-256 | when they have the same name |
//! | [`v5_of_chip`](Uuid::v5_of_chip), [`v8_of_chip`](Uuid::v8_of_chip) | a namespace and an STM32's UID | when the chips have the same |
//!
//! | text | form | as written by |
//! |---|---|---|
//! | `Display`, [`hyphens`](Uuid::hyphens) | `2ed6657d-e927-568b-95e1-2665a8aea6a2` | RFC 9562 §4 |
//! | [`bare`](Uuid::bare) | `2ed6657de927568b95e12665a8aea6a2` | labels |
//! | [`braces`](Uuid::braces) | `{2ed6657d-e927-568b-95e1-2665a8aea6a2}` | Microsoft |
//! | [`urn`](Uuid::urn) | `urn:uuid:2ed6657d-e927-568b-95e1-2665a8aea6a2` | RFC 9562 §4 |
//!
//! Source: RFC 9562. Not made here: versions 1, 2, 6 and 7, which need a clock. Not promised: that
//! nobody guesses a UUID made from a name.

use alloc::string::{String, ToString};
use core::fmt;
use core::str::FromStr;

use ::uuid::fmt::{Braced, Hyphenated, Simple, Urn};
use hex::FromHex;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::stm32;
use crate::digits::Escaped;

/// The order of a UUID's octets in memory. The example is `00112233-4455-6677-8899-aabbccddeeff`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UuidOrder {
    /// `00112233445566778899AABBCCDDEEFF`: as it is written (RFC 9562 §4).
    Rfc,
    /// `33221100554477668899AABBCCDDEEFF`: the first three groups as little-endian numbers (Microsoft
    /// GUID, UEFI, GPT).
    Microsoft,
    /// `FFEEDDCCBBAA99887766554433221100`: backwards (Bluetooth LE).
    Reversed,
}

/// A UUID of version 1 to 8 and of the variant of RFC 9562; never nil, never max.
///
/// It is no [`Value`](crate::value::Value) of itself, for none of the orders is the right one; its
/// octets are: `Value::from(&uuid.octets(UuidOrder::Rfc))`.
///
/// ```
/// use nameplate::id::uuid::{UuidOrder, Uuid};
///
/// let dns: Uuid = "6ba7b810-9dad-11d1-80b4-00c04fd430c8".parse()?;
/// let uuid = Uuid::v5(dns, b"python.org");
/// assert_eq!(uuid.hyphens().to_string(), "886313e1-3b8a-5372-9b90-0c9aee199e5d");
/// assert_eq!(uuid.octets(UuidOrder::Rfc)[..4], [0x88, 0x63, 0x13, 0xE1]);
/// assert_eq!(uuid.octets(UuidOrder::Microsoft)[..4], [0xE1, 0x13, 0x63, 0x88]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uuid(::uuid::Uuid);

impl Uuid {
    /// The namespace of domain names (RFC 9562 §6.6).
    pub const DNS: Self = Self(::uuid::Uuid::NAMESPACE_DNS);
    /// The namespace of URLs.
    pub const URL: Self = Self(::uuid::Uuid::NAMESPACE_URL);
    /// The namespace of object identifiers.
    pub const OID: Self = Self(::uuid::Uuid::NAMESPACE_OID);

    /// Version 4, of 16 random bytes; 122 of their bits are kept.
    ///
    /// # Errors
    /// When all bytes are equal: whatever they came from, it was not random.
    pub fn v4(random: [u8; 16]) -> Result<Self, UuidError> {
        let [first, rest @ ..] = random;
        if rest.iter().all(|&byte| byte == first) {
            return Err(UuidError::Random);
        }
        Ok(Self(::uuid::Builder::from_random_bytes(random).into_uuid()))
    }

    /// Version 5: of SHA-1 over the namespace and a name. The name's bytes are hashed as they are.
    pub fn v5(namespace: Self, name: &[u8]) -> Self {
        Self(::uuid::Uuid::new_v5(&namespace.0, name))
    }

    /// Version 8: of SHA-256 over the namespace and a name (RFC 9562 §B.2).
    pub fn v8(namespace: Self, name: &[u8]) -> Self {
        let digest = Sha256::new().chain_update(namespace.0.as_bytes()).chain_update(name).finalize();
        let mut first = [0; 16];
        for (to, from) in first.iter_mut().zip(digest) {
            *to = from;
        }
        Self(::uuid::Uuid::new_v8(first))
    }

    /// Version 5, whose name is the chip's UID: its 24 digits in [`stm32::UidOrder::Memory`], upper case.
    pub fn v5_of_chip(namespace: Self, uid: stm32::Uid) -> Self {
        Self::v5(namespace, uid.text(stm32::UidOrder::Memory).as_str().as_bytes())
    }

    /// Version 8, whose name is the same.
    pub fn v8_of_chip(namespace: Self, uid: stm32::Uid) -> Self {
        Self::v8(namespace, uid.text(stm32::UidOrder::Memory).as_str().as_bytes())
    }

    /// Of 16 octets in the order given.
    ///
    /// # Errors
    /// When the version is not 1 to 8 or the variant another: often so when the order is wrong.
    pub fn from_octets(octets: [u8; 16], order: UuidOrder) -> Result<Self, UuidError> {
        let uuid = match order {
            UuidOrder::Rfc => ::uuid::Uuid::from_bytes(octets),
            UuidOrder::Microsoft => ::uuid::Uuid::from_bytes_le(octets),
            UuidOrder::Reversed => ::uuid::Uuid::from_u128(u128::from_le_bytes(octets)),
        };
        uuid.try_into()
    }

    /// The 16 octets in the order given.
    pub const fn octets(self, order: UuidOrder) -> [u8; 16] {
        match order {
            UuidOrder::Rfc => *self.0.as_bytes(),
            UuidOrder::Microsoft => self.0.to_bytes_le(),
            UuidOrder::Reversed => self.0.as_u128().to_le_bytes(),
        }
    }

    /// The version, 1 to 8.
    pub const fn version(self) -> usize {
        self.0.get_version_num()
    }

    /// `2ed6657d-e927-568b-95e1-2665a8aea6a2`; upper case with `{:X}`.
    pub const fn hyphens(self) -> Hyphenated {
        self.0.hyphenated()
    }

    /// `2ed6657de927568b95e12665a8aea6a2`.
    pub const fn bare(self) -> Simple {
        self.0.simple()
    }

    /// `{2ed6657d-e927-568b-95e1-2665a8aea6a2}`.
    pub const fn braces(self) -> Braced {
        self.0.braced()
    }

    /// `urn:uuid:2ed6657d-e927-568b-95e1-2665a8aea6a2`.
    pub const fn urn(self) -> Urn {
        self.0.urn()
    }
}

/// As [`hyphens`](Uuid::hyphens).
impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.hyphens(), f)
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Reads the four forms of the [module](self), digits in either letter case, and nothing else.
impl FromStr for Uuid {
    type Err = UuidError;

    fn from_str(text: &str) -> Result<Self, UuidError> {
        let wrong = || UuidError::Text { found: Escaped(text.as_bytes()).to_string() };
        let inner = text.strip_prefix("urn:uuid:");
        let inner = inner.or_else(|| text.strip_prefix('{').and_then(|text| text.strip_suffix('}')));
        let mut digits = [0; 32];
        match inner.unwrap_or(text).as_bytes() {
            bare if inner.is_none() && bare.len() == 32 => digits.copy_from_slice(bare),
            bytes if bytes.len() == 36 => {
                let mut to = digits.iter_mut();
                for (at, &c) in bytes.iter().enumerate() {
                    match (at, c) {
                        (8 | 13 | 18 | 23, b'-') => {}
                        _ => *to.next().ok_or_else(wrong)? = c,
                    }
                }
            }
            _ => return Err(wrong()),
        }
        let octets = FromHex::from_hex(digits).map_err(|_| wrong())?;
        Self::from_octets(octets, UuidOrder::Rfc)
    }
}

impl From<Uuid> for ::uuid::Uuid {
    fn from(uuid: Uuid) -> Self {
        uuid.0
    }
}

impl TryFrom<::uuid::Uuid> for Uuid {
    type Error = UuidError;

    fn try_from(uuid: ::uuid::Uuid) -> Result<Self, UuidError> {
        let version = uuid.get_version_num();
        if !(1..=8).contains(&version) || uuid.get_variant() != ::uuid::Variant::RFC4122 {
            return Err(UuidError::Version { found: uuid.hyphenated().to_string(), version });
        }
        Ok(Self(uuid))
    }
}

/// Why there is no such UUID.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UuidError {
    /// Random bytes that are not.
    #[error("all 16 random bytes are equal: no source of random numbers gives that")]
    Random,
    /// 16 octets that are no UUID.
    #[error(
        "`{found}` has version {version} or another variant, expected version 1 to 8 of RFC 9562: is the order of the octets right?"
    )]
    Version {
        /// What it would be, as text.
        found: String,
        /// Its version.
        version: usize,
    },
    /// Text in none of the four forms.
    #[error(
        "found `{found}`, expected a UUID as 2ed6657d-e927-568b-95e1-2665a8aea6a2, the same without hyphens, in braces, or after `urn:uuid:`"
    )]
    Text {
        /// The text.
        found: String,
    },
}
