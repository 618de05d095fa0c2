//! Root keys: secret, wiped, and none that everybody knows.

use core::fmt;

use hex::FromHex;
use zeroize::{Zeroize, Zeroizing};

use super::error::KeyError;
use crate::value::Value;

/// A key that is printed somewhere, so that it is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PublishedKey {
    /// Its bytes, as written.
    pub bytes: [u8; 16],
    /// Where.
    pub source: &'static str,
}

const fn published(key: u128, source: &'static str) -> PublishedKey {
    PublishedKey { bytes: key.to_be_bytes(), source }
}

/// Keys that are refused, as they are and backwards.
pub const PUBLISHED_KEYS: &[PublishedKey] = &[
    published(0x2B7E_1516_28AE_D2A6_ABF7_1588_09CF_4F3C, "RFC 4493; default of ST's, Zephyr's and other examples"),
    published(0x0001_0203_0405_0607_0809_0A0B_0C0D_0E0F, "FIPS 197 appendix C.1"),
    published(0x0011_2233_4455_6677_8899_AABB_CCDD_EEFF, "FIPS 197 appendix C.1, the plaintext"),
    published(0x0123_4567_89AB_CDEF_0123_4567_89AB_CDEF, "End-node examples for the ST LoRa Discovery kit"),
    published(0x74D6_6E63_4582_4827_FEC5_B770_BA2B_5045, "LoRaWan_APP examples of Heltec"),
];

macro_rules! keys {
    ($($name:ident $doc:literal)*) => {$(
        #[doc = $doc]
        ///
        /// Wiped when dropped; no `Clone`, no `Display`, and `Debug` does not show it. As a [`Value`] it is
        /// secret, 16 bytes in the order they are written.
        pub struct $name([u8; 16]);

        impl $name {
            /// Of 16 bytes, in the order they are written. The caller's bytes are the caller's to wipe.
            ///
            /// # Errors
            /// When all bytes are equal, or the key is one of [`PUBLISHED_KEYS`].
            pub fn new(bytes: &[u8; 16]) -> Result<Self, KeyError> {
                check(bytes)?;
                Ok(Self(*bytes))
            }

            /// Of exactly 32 hexadecimal digits, in either letter case.
            ///
            /// # Errors
            /// When they are none, and as [`new`](Self::new). The error does not show them.
            pub fn parse(text: &str) -> Result<Self, KeyError> {
                let wrong = |_| KeyError::Text { found: text.chars().count() };
                Self::new(&*<[u8; 16]>::from_hex(text).map(Zeroizing::new).map_err(wrong)?)
            }

            /// The bytes, in the order they are written.
            pub const fn expose(&self) -> &[u8; 16] {
                &self.0
            }

            /// Whether the key is that; takes as long whatever the bytes are.
            pub fn matches(&self, bytes: &[u8; 16]) -> bool {
                core::hint::black_box(self.0.iter().zip(bytes).fold(0, |differ, (a, b)| differ | (a ^ b))) == 0
            }
        }

        impl Drop for $name {
            fn drop(&mut self) {
                self.0.zeroize();
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(secret)"))
            }
        }

        impl From<&$name> for Value<'static> {
            fn from(key: &$name) -> Self {
                Value::from(&key.0).into_secret()
            }
        }
    )*};
}

keys! {
    AppKey "The root key AppKey."
    NwkKey "The root key NwkKey of LoRaWAN 1.1."
}

fn check(bytes: &[u8; 16]) -> Result<(), KeyError> {
    let [first, rest @ ..] = bytes;
    if rest.iter().all(|byte| byte == first) {
        return Err(if *first == 0 { KeyError::Zero } else { KeyError::Repeated });
    }
    let is = |key: &&PublishedKey| key.bytes == *bytes || key.bytes.iter().rev().eq(bytes);
    match PUBLISHED_KEYS.iter().find(is) {
        Some(key) => Err(KeyError::Published { place: key.source }),
        None => Ok(()),
    }
}
