//! MD5 in a file, beside the bytes that it covers: where it lies, and how it is kept right.

use core::ops::Range;

#[cfg(feature = "md5")]
use md5::Digest as _;

/// Bytes of an MD5.
pub(super) const MD5: usize = 16;

/// An MD5 in a file: what it covers, and where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Md5At {
    covers: Range<usize>,
    at: usize,
}

impl Md5At {
    #[cfg_attr(not(feature = "uf2"), allow(dead_code, reason = "other formats have none"))]
    pub(super) fn new(covers: Range<usize>, at: usize) -> Self {
        Self { covers, at }
    }

    /// Where its bytes lie.
    pub(super) fn place(&self) -> Range<usize> {
        self.at..self.at + MD5
    }

    /// Makes it right.
    pub(super) fn mend(&self, file: &mut [u8]) {
        let Some(digest) = file.get(self.covers.clone()).and_then(md5) else { return };
        if let Some(to) = file.get_mut(self.place()) {
            to.copy_from_slice(&digest);
        }
    }
}

/// The MD5 of some bytes, where it is computed. Source: RFC 1321.
#[cfg(feature = "md5")]
#[expect(clippy::unnecessary_wraps, reason = "without the feature there is none")]
pub(super) fn md5(bytes: &[u8]) -> Option<[u8; MD5]> {
    Some(md5::Md5::digest(bytes).into())
}

#[cfg(not(feature = "md5"))]
pub(super) fn md5(_: &[u8]) -> Option<[u8; MD5]> {
    None
}
