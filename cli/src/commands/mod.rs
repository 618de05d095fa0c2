//! The commands: each reads files, calls the library, writes files, and says what it did.

pub mod convert;
pub mod feed;
pub mod header;
pub mod id;
pub mod inspect;
pub mod next;
pub mod num;
pub mod nvs;
pub mod plan;
pub mod readback;
pub mod sqtp;
pub mod stamp;
pub mod verify;

use serde_json::Value;

/// What a command did: for a person, and for a script.
#[derive(Debug)]
pub struct Outcome {
    /// Lines for a person.
    pub text: String,
    /// The same for a script.
    pub json: Value,
    /// What was tolerated in files that were read.
    pub tolerated: Vec<String>,
}
