//! Hashes. They have no algebra: a unit's hash is that of the template up to the first byte that
//! changes, kept, and then of everything behind it.
//!
//! None is there without a feature: `sha256` brings SHA-256 from the crate `sha2`, `md5` MD5 from `md-5`. Not
//! promised: that its state, into which a secret went, is wiped; and of MD5, anything but that it finds accidents.

use core::fmt;

use crate::never::OrNever;
#[cfg(all(feature = "md5", not(feature = "sha256")))]
use md5::Digest as _;
#[cfg(feature = "sha256")]
use sha2::Digest as _;
use zeroize::Zeroize;

/// A hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hash {
    /// SHA-256. Source: FIPS 180-4.
    #[cfg(feature = "sha256")]
    Sha256,
    /// MD5, which boot loaders and EEPROM formats of old devices ask for. Source: RFC 1321.
    #[cfg(feature = "md5")]
    Md5,
}

/// The most bytes that a digest has.
const MOST: usize = 32;

/// The bytes of a hash, in the order its standard writes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest {
    len: usize,
    bytes: [u8; MOST],
}

impl Digest {
    /// The digest that these bytes are; nothing when there are more than any hash has.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let mut digest = Self { len: bytes.len(), bytes: [0; MOST] };
        digest.bytes.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(digest)
    }

    /// Its bytes, the first one first.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).or_never("no more bytes than there is room for")
    }

    pub(super) fn wipe(&mut self) {
        self.bytes.zeroize();
    }
}

/// `0x900150983CD24FB0D6963F7D28E17F72`.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("0x")?;
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

/// A hash of bytes so far.
#[derive(Clone)]
pub(crate) enum Hasher {
    #[cfg(feature = "sha256")]
    Sha256(sha2::Sha256),
    #[cfg(feature = "md5")]
    Md5(md5::Md5),
    /// Of no hash. Without it, a library without hashes would be full of code that is never reached.
    #[allow(dead_code, reason = "it is never made")]
    Nothing,
}

impl Hash {
    /// The hashes that were compiled in.
    pub const ALL: &[Self] = &[
        #[cfg(feature = "sha256")]
        Self::Sha256,
        #[cfg(feature = "md5")]
        Self::Md5,
    ];

    /// Its name, as `sha256`.
    pub fn name(self) -> &'static str {
        match self {
            #[cfg(feature = "sha256")]
            Self::Sha256 => "sha256",
            #[cfg(feature = "md5")]
            Self::Md5 => "md5",
        }
    }

    /// Bytes in its digest.
    pub fn digest_len(self) -> usize {
        match self {
            #[cfg(feature = "sha256")]
            Self::Sha256 => 32,
            #[cfg(feature = "md5")]
            Self::Md5 => 16,
        }
    }

    pub(crate) fn hasher(self) -> Hasher {
        match self {
            #[cfg(feature = "sha256")]
            Self::Sha256 => Hasher::Sha256(sha2::Sha256::new()),
            #[cfg(feature = "md5")]
            Self::Md5 => Hasher::Md5(md5::Md5::new()),
        }
    }
}

impl Hasher {
    #[cfg_attr(not(any(feature = "sha256", feature = "md5")), allow(unused_variables, reason = "there is no hash"))]
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self {
            #[cfg(feature = "sha256")]
            Self::Sha256(hasher) => hasher.update(bytes),
            #[cfg(feature = "md5")]
            Self::Md5(hasher) => hasher.update(bytes),
            Self::Nothing => {}
        }
    }

    pub(crate) fn finish(self) -> Digest {
        match self {
            #[cfg(feature = "sha256")]
            Self::Sha256(hasher) => Digest { len: 32, bytes: hasher.finalize().into() },
            #[cfg(feature = "md5")]
            Self::Md5(hasher) => {
                let mut digest = Digest { len: 16, bytes: [0; MOST] };
                digest.bytes.iter_mut().zip(hasher.finalize()).for_each(|(to, byte)| *to = byte);
                digest
            }
            Self::Nothing => Digest { len: 0, bytes: [0; MOST] },
        }
    }
}
