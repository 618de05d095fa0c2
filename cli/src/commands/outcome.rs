//! What a command did.

use std::path::Path;

use nameplate_job::Run;
use nameplate_job::journal::Number;
use serde::Serialize;
use serde_json::{Value, json};

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
    /// That the units of a run were written into `out`.
    pub(crate) fn of_units(run: &Run, out: &Path, text: String, tolerated: Vec<String>) -> Self {
        let [units, first, last] = [run.count(), run.first(), run.last()].map(Number::from);
        let json = json!({ "units": units, "first": first, "last": last, "out": out.to_string_lossy() });
        Self { text, json, tolerated }
    }

    /// The same with another key for a script.
    #[must_use]
    pub(crate) fn with(mut self, key: &str, value: impl Serialize) -> Self {
        if let Some(object) = self.json.as_object_mut() {
            let _ = object.insert(key.to_owned(), json!(value));
        }
        self
    }

    /// Says it, and gives what was tolerated.
    pub fn tell(self, report: &mut Report<'_>) -> Vec<String> {
        report.say(self.text);
        report.entries(&self.json);
        self.tolerated
    }
}
