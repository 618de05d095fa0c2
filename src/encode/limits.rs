//! How much there can be.

/// The longest field, in bytes.
pub const MAX_LEN: usize = 65_536;

/// The most digits of a BCD number: all of them fit 128 bits.
pub const MAX_BCD: usize = 38;

/// The most characters of a USB string: the length of its descriptor has one byte, and is even.
pub const MAX_USB: usize = 126;

/// The most wrappers around a value.
pub(super) const MAX_WRAPPERS: usize = 4;
