//! Stamps per-unit identity into firmware images and repairs the checksums it broke.
#![no_std]

extern crate alloc;
#[cfg(test)]
#[macro_use]
extern crate std;

pub mod addr;
mod digits;
pub mod encode;
pub mod value;

pub use addr::Span;
pub use encode::{ByteOrder, Encoding};
pub use value::{Source, Value};
