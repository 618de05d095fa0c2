//! Hashes. They have no algebra: a unit's hash is that of the template up to the first byte that
//! changes, kept, and then of everything behind it.
//!
//! None is there without a feature: `sha256` brings SHA-256 from the crate `sha2`. Not promised: that
//! its state, into which a secret went, is wiped.

#[cfg(feature = "sha256")]
use sha2::Digest;

/// A hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hash {
    /// SHA-256. Source: FIPS 180-4.
    #[cfg(feature = "sha256")]
    Sha256,
}

/// A hash of bytes so far.
#[derive(Clone)]
pub(crate) enum Hasher {
    #[cfg(feature = "sha256")]
    Sha256(sha2::Sha256),
    /// Of no hash. Without it, a library without hashes would be full of code that is never reached.
    #[allow(dead_code, reason = "it is never made")]
    Nothing,
}

impl Hash {
    /// The hashes that were compiled in.
    pub const ALL: &[Self] = &[
        #[cfg(feature = "sha256")]
        Self::Sha256,
    ];

    /// Its name, as `sha256`.
    pub fn name(self) -> &'static str {
        match self {
            #[cfg(feature = "sha256")]
            Self::Sha256 => "sha256",
        }
    }

    /// Bytes in the digest.
    pub const LEN: usize = 32;

    pub(crate) fn hasher(self) -> Hasher {
        match self {
            #[cfg(feature = "sha256")]
            Self::Sha256 => Hasher::Sha256(sha2::Sha256::new()),
        }
    }
}

impl Hasher {
    #[cfg_attr(not(feature = "sha256"), allow(unused_variables, reason = "there is no hash"))]
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self {
            #[cfg(feature = "sha256")]
            Self::Sha256(hasher) => hasher.update(bytes),
            Self::Nothing => {}
        }
    }

    pub(crate) fn finish(self) -> [u8; Hash::LEN] {
        match self {
            #[cfg(feature = "sha256")]
            Self::Sha256(hasher) => hasher.finalize().into(),
            Self::Nothing => [0; Hash::LEN],
        }
    }
}
