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
pub mod feed;
pub mod id;
pub mod image;
pub mod plan;
pub mod record;
pub mod repair;
pub mod value;

pub use addr::Span;
pub use encode::Encoding;
pub use plan::{At, Field, Guard, Layout, Plan};
pub use repair::Repair;
pub use value::{ByteOrder, Source, Value};
