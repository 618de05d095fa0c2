//! What a command did.

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
