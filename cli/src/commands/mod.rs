//! The commands: each reads files, calls the library, writes files, and says what it did.

pub mod convert;
pub mod feed;
pub mod header;
pub mod id;
pub mod inspect;
#[cfg(feature = "ledger")]
pub mod ledger;
mod next;
pub mod num;
mod nvs;
mod outcome;
mod padding;
mod partition;
pub mod plan;
mod readback;
mod records;
pub mod sqtp;
pub mod stamp;
mod uf2;
pub mod verify;

pub use self::next::Marked;
pub use self::outcome::Outcome;
