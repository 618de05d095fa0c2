//! What a command did.

use serde_json::Value;

use crate::report::Report;

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

impl Outcome {
    /// Says it, and gives what was tolerated.
    pub fn tell(self, report: &mut Report<'_>) -> Vec<String> {
        report.say(self.text);
        report.entries(&self.json);
        self.tolerated
    }
}
