//! Why no NVS partition is made of the fields of a layout.

use alloc::string::String;

use thiserror::Error;

use crate::image::nvs::WriteError;
use crate::nvs_key::NvsTypeError;

/// Why no NVS partition is made of the fields of a layout.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MadeError {
    /// A size that no partition has.
    #[error(transparent)]
    Size(WriteError),
    /// A field that is at no key.
    #[error("field `{field}`: it lies at no key, and a partition that is made of fields has keys only")]
    NoKey {
        /// The field.
        field: String,
    },
    /// A field whose encoding no type of NVS has.
    #[error("field `{field}`: {error}")]
    Type {
        /// The field.
        field: String,
        /// What is wrong with it.
        error: NvsTypeError,
    },
    /// A field whose key is there already, or has no room.
    #[error("field `{field}`: {error}")]
    Write {
        /// The field.
        field: String,
        /// What is wrong with it.
        error: WriteError,
    },
    /// Another partition than the one that is made of the fields.
    #[error("the template is not the NVS partition that is made of the fields")]
    Other,
    /// A checksum besides those of the entries.
    #[error("checksum `{check}`: a partition that is made of fields has those of its entries, and no other")]
    Check {
        /// The checksum.
        check: String,
    },
}
