//! Guides: where formats and tools disagree, what is decided here, and how to add to it.

#[doc = include_str!("adding.md")]
pub mod adding {}
#[doc = include_str!("deviations.md")]
pub mod deviations {}
#[doc = include_str!("divergence.md")]
pub mod divergence {}
#[doc = include_str!("images.md")]
pub mod images {}
#[doc = include_str!("ledger.md")]
pub mod ledger {}
#[doc = include_str!("memory.md")]
pub mod memory {}
#[doc = include_str!("output.md")]
pub mod output {}
#[cfg(feature = "nvs")]
#[doc = include_str!("nvs.md")]
pub mod nvs {}
#[doc = include_str!("recovery.md")]
pub mod recovery {}
#[doc = include_str!("sessions.md")]
pub mod sessions {}
#[doc = include_str!("srecords.md")]
pub mod srecords {}
#[doc = include_str!("systems.md")]
pub mod systems {}
#[doc = include_str!("uf2.md")]
pub mod uf2 {}
