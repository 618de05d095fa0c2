//! Bytes that a file does not have, added to it as records.

use alloc::borrow::Cow;

use thiserror::Error;

use super::container::Container;
use super::erased_map::ErasedMap;
use crate::addr::Span;
use crate::width;

/// A text file to which records can be added. Sealed, as [`Container`] is.
pub trait Growing<'t>: Container {
    /// The text with those bytes of `spans` that it lacks, erased; the same text if it lacks none. Everything else
    /// stays as it is, but for records that count others.
    ///
    /// # Errors
    /// When the format has no such addresses, records that were not looked at may make them mean something else, or
    /// the text would be longer than the limit.
    fn add_missing(&self, spans: &[Span], erased: &ErasedMap) -> Result<Cow<'t, [u8]>, AddError>;
}

/// Why bytes are not added to a file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AddError {
    /// Addresses that such a file does not have.
    #[error("{span} passes the end of the 4 GiB that {files} files address")]
    Address {
        /// The bytes asked for.
        span: Span,
        /// The format: `HEX`.
        files: &'static str,
    },
    /// The file has records of types that were not looked at, and new ones may be wrong among them.
    #[error("the file has records of {types}, among which a new record may mean something else")]
    Opaque {
        /// Which: `types beyond 05`.
        types: &'static str,
    },
    /// More data records than a record that counts them can say.
    #[error("the file would have {records} data records, more than the 16,777,215 that an S6 record can count")]
    Records {
        /// How many there would be.
        records: u64,
    },
    /// More text than the limit.
    #[error("{bytes} bytes to add, more than fit the limit of {limit} bytes of text")]
    TooLong {
        /// How many bytes.
        bytes: u64,
        /// The limit of the options that the file was read with.
        limit: u32,
    },
}

/// How many bytes `missing` has, unless they may not fit the limit on a text that has `len` bytes: at most 64
/// characters for each.
pub(super) fn fits(missing: &[Span], len: usize, limit: u32) -> Result<u64, AddError> {
    let bytes = missing.iter().map(|span| span.len()).fold(0, u64::saturating_add);
    let text = width::wide(len);
    if bytes.saturating_mul(64).saturating_add(text) > u64::from(limit) {
        return Err(AddError::TooLong { bytes, limit });
    }
    Ok(bytes)
}
