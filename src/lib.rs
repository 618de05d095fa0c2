//! Stamps per-unit identity into firmware images and repairs the checksums it broke.
#![no_std]

extern crate alloc;
#[cfg(test)]
#[macro_use]
extern crate std;

pub mod addr;
pub mod check;
mod digits;
pub mod encode;
pub mod image;
pub mod value;

pub use addr::Span;
pub use encode::Encoding;
pub use value::{ByteOrder, Source, Value};
