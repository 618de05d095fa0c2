//! The commands: each reads files, calls the library, writes files, and says what it did.

pub mod convert;
pub mod feed;
pub mod header;
pub mod id;
pub mod inspect;
#[cfg(feature = "ledger")]
pub mod ledger;
pub mod next;
pub mod num;
pub mod nvs;
mod outcome;
mod padding;
pub mod plan;
pub mod readback;
pub mod sqtp;
pub mod stamp;
pub mod verify;

pub use self::outcome::Outcome;
