//! Guides: where formats and tools disagree, and what is decided here.

#[doc = include_str!("deviations.md")]
pub mod deviations {}
#[doc = include_str!("divergence.md")]
pub mod divergence {}
