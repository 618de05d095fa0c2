//! What is said of one image.

use std::path::Path;

use nameplate_job::journal::Number;
use serde_json::{Map, Value, json};

/// How a field or a checksum was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Right,
    Wrong,
    /// The file lacks it, or what it is to be judged by.
    Absent,
}

impl Found {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
            Self::Absent => "not in the dump",
        }
    }
}

/// What is said of one image.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    /// The unit's number.
    pub(super) seq: Option<u64>,
    /// Its line in the journals.
    pub(super) line: Option<usize>,
    /// Fields and checksums for a person.
    pub(super) shown: Vec<String>,
    /// What the fields hold, for a script.
    pub(super) fields: Map<String, Value>,
    /// How they were found.
    pub(super) found: Map<String, Value>,
    pub(super) checks: Map<String, Value>,
    /// How many checksums were judged.
    pub(super) judged: usize,
    pub(super) wrong: Vec<String>,
    /// Fields and checksums that were not judged.
    pub(super) absent: Vec<String>,
    /// Bytes of the template's memory that the file lacks.
    pub(super) lacks: u64,
    /// Whether a checksum was judged by the template's memory where the file has none.
    pub(super) over_template: bool,
    /// Whether the digest is the one of the journal; nothing when it was not compared.
    pub(super) digest: Option<bool>,
    /// Digests of the values that no two units may have alike, by field.
    pub(super) unique: Vec<(String, [u8; 32])>,
}

impl Verdict {
    /// An image of which nothing more can be said.
    pub(super) fn wrong(why: &dyn std::fmt::Display) -> Self {
        Self { wrong: vec![why.to_string()], ..Self::default() }
    }

    pub(super) fn is_right(&self) -> bool {
        self.wrong.is_empty()
    }

    /// A line for a person.
    pub(super) fn text(&self, path: &Path) -> String {
        if !self.is_right() {
            return format!("{}: {}", path.display(), self.wrong.join("; "));
        }
        let lacks = match self.lacks {
            0 => String::new(),
            lacks => format!("; {lacks} bytes of the template's memory are not in the file"),
        };
        format!("{}: ok, {}{lacks}", path.display(), self.shown.join(", "))
    }

    /// The same for a script.
    pub(super) fn json(self, path: &Path) -> Value {
        json!({
            "file": path.to_string_lossy(),
            "ok": self.is_right(),
            "seq": self.seq.map(Number::from),
            "fields": self.fields,
            "verdicts": self.found,
            "checksums": self.checks,
            "digest": self.digest,
            "not_looked_at": self.lacks,
            "wrong": self.wrong,
        })
    }
}
