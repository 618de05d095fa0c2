//! File names of units: from a template, and fit for every system.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use thiserror::Error;

use crate::error::JobError;
use crate::job::Job;
use crate::never::OrNever;
use crate::suggest::did_you_mean;

/// A template such as `{serial}` or `board-{seq:6}`.
#[derive(Clone, Debug)]
pub struct NameTemplate {
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Literal(String),
    Seq(usize),
    Field(String),
}

/// Why a unit's file has no good name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NameError {
    /// A brace alone.
    #[error("a `{{` without `}}`, or the other way round")]
    Brace,
    /// A token that is no field.
    #[error("no field is named `{found}`{hint}")]
    Unknown {
        /// The token.
        found: String,
        /// A field that is spelled almost so, in words.
        hint: String,
    },
    /// A secret field.
    #[error("field `{field}` is secret, so it cannot be in a text")]
    Secret {
        /// The field.
        field: String,
    },
    /// A name that some system does not take, or that leaves the folder.
    #[error("file name `{name}`: {why}")]
    Bad {
        /// The name.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Two units with one name.
    #[error("units {first} and {second} would both be `{name}`, as file names are compared without regard to case")]
    Same {
        /// The name.
        name: String,
        /// The first unit.
        first: u64,
        /// The second.
        second: u64,
    },
}

impl NameTemplate {
    /// The template of a job: `name` in `[unit]`, or the number alone.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn of(job: &Job) -> Result<Self, JobError> {
        Self::parse(job.unit.name.as_deref().unwrap_or("{seq}"), &job.shown())
            .map_err(|error| JobError::refused(error).about("`name` in [unit]"))
    }

    /// Reads a template; `fields` are their names, and whether they are secret.
    ///
    /// # Errors
    /// When it has a token that is neither `seq` nor a field that may be shown.
    pub fn parse(template: &str, fields: &BTreeMap<&str, bool>) -> Result<Self, NameError> {
        let mut parts = Vec::new();
        let mut rest = template;
        while let Some(at) = rest.find(['{', '}']) {
            let (literal, token) = rest.split_at(at);
            let (token, after) =
                token.strip_prefix('{').and_then(|token| token.split_once('}')).ok_or(NameError::Brace)?;
            parts.push(Part::Literal(literal.to_owned()));
            parts.push(Self::token(token, fields)?);
            rest = after;
        }
        parts.push(Part::Literal(rest.to_owned()));
        Ok(Self { parts })
    }

    fn token(token: &str, fields: &BTreeMap<&str, bool>) -> Result<Part, NameError> {
        let width = match token.strip_prefix("seq") {
            Some("") => Some(1),
            Some(rest) => rest.strip_prefix(':').and_then(|width| width.parse().ok()).filter(|&width| width <= 20),
            None => None,
        };
        if let Some(width) = width {
            return Ok(Part::Seq(width));
        }
        match fields.get(token) {
            Some(true) => Err(NameError::Secret { field: token.to_owned() }),
            Some(_) => Ok(Part::Field(token.to_owned())),
            None => {
                let hint = did_you_mean(token, fields.keys().copied().chain(["seq"]));
                Err(NameError::Unknown { found: token.escape_debug().to_string(), hint })
            }
        }
    }

    /// The name of unit `seq`, without extension; `field` gives a field's value as text.
    ///
    /// # Errors
    /// When the name is not fit for every system.
    pub fn expand(&self, seq: u64, field: impl Fn(&str) -> Option<String>) -> Result<String, NameError> {
        let name = self.text(seq, field);
        check(&name)?;
        Ok(name)
    }

    /// The same as a text for anything but a file name. Nothing stands for a value that `field` does not give.
    pub fn text(&self, seq: u64, field: impl Fn(&str) -> Option<String>) -> String {
        let mut name = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(text) => name.push_str(text),
                Part::Seq(width) => {
                    let _ = write!(name, "{seq:0width$}");
                }
                Part::Field(named) => name.push_str(&field(named).unwrap_or_default()),
            }
        }
        name
    }
}

/// Names that Windows keeps for devices, with any extension.
const DEVICES: [&str; 24] = [
    "CON", "CONIN$", "CONOUT$", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8",
    "COM9", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
];

/// Whether a name without extension is fit for every system and stays in its folder.
///
/// # Errors
/// When it is not.
pub fn check(name: &str) -> Result<(), NameError> {
    let stem = name.split('.').next().or_never("a text is one part at least").trim_end();
    let why = if name.is_empty() {
        "it is empty"
    } else if name.contains(['/', '\\']) {
        "`/` and `\\` lead out of the folder"
    } else if name.contains(['<', '>', ':', '"', '|', '?', '*']) {
        "one of <>:\"|?* cannot be in a file name everywhere"
    } else if !name.bytes().all(|c| (b' '..=b'~').contains(&c)) {
        "only printable ASCII is the same on every system"
    } else if name.starts_with(['.', ' ']) || name.ends_with(['.', ' ']) {
        "it begins or ends with a dot or a space"
    } else if DEVICES.iter().any(|device| stem.eq_ignore_ascii_case(device)) {
        "Windows keeps this name for a device"
    } else if name.len() > 200 {
        "it is longer than 200 characters"
    } else {
        return Ok(());
    };
    Err(NameError::Bad { name: name.escape_debug().to_string(), why })
}

/// The names of all units of a run.
#[derive(Debug)]
pub struct Names {
    seen: HashMap<String, Option<u64>>,
}

impl Default for Names {
    fn default() -> Self {
        // Beside the units lie the journal and the labels.
        Self { seen: HashMap::from(["units.jsonl", "labels.csv"].map(|name| (name.to_owned(), None))) }
    }
}

impl Names {
    /// Adds the name of unit `seq`, which may have it already.
    ///
    /// # Errors
    /// When another unit, or `units.jsonl`, has it.
    pub fn insert(&mut self, name: &str, seq: u64) -> Result<(), NameError> {
        match *self.seen.entry(name.to_ascii_lowercase()).or_insert(Some(seq)) {
            Some(first) if first == seq => Ok(()),
            Some(first) => Err(NameError::Same { name: name.to_owned(), first, second: seq }),
            None => Err(NameError::Bad { name: name.to_owned(), why: "the record of all units has this name" }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates() {
        let fields = BTreeMap::from([("serial", false), ("key", true)]);
        let name = |template: &str| NameTemplate::parse(template, &fields)?.expand(42, |_| Some("EU-1".to_owned()));
        assert_eq!(name("{serial}").as_deref(), Ok("EU-1"));
        assert_eq!(name("b-{seq}-{seq:6}").as_deref(), Ok("b-42-000042"));
        let message = |template: &str| name(template).unwrap_err().to_string();
        assert_eq!(message("{key}"), "field `key` is secret, so it cannot be in a text");
        assert_eq!(message("{serail}"), "no field is named `serail`; did you mean `serial`?");
        assert_eq!(message("{serial"), "a `{` without `}`, or the other way round");
        assert_eq!(
            message("../{serial}"),
            "file name `../EU-1`: `/` and `\\\\` lead out of the folder".replace("\\\\", "\\")
        );
    }

    #[test]
    fn names_for_every_system() {
        for good in ["a", "EUDV2407-000123", "70-B3-D5", "console", "COM10", "a.b", &"x".repeat(200)] {
            assert_eq!(check(good), Ok(()));
        }
        let (leaves, sign) =
            ("`/` and `\\` lead out of the folder", "one of <>:\"|?* cannot be in a file name everywhere");
        let (ascii, edge) =
            ("only printable ASCII is the same on every system", "it begins or ends with a dot or a space");
        let (device, long) = ("Windows keeps this name for a device", "it is longer than 200 characters");
        for (bad, shown, why) in [
            ("", "", "it is empty"),
            (".", ".", edge),
            ("..", "..", edge),
            ("a.", "a.", edge),
            (" a", " a", edge),
            ("a/b", "a/b", leaves),
            ("..\\a", "..\\\\a", leaves),
            ("C:a", "C:a", sign),
            ("a*", "a*", sign),
            ("é", "é", ascii),
            ("a\nb", "a\\nb", ascii),
            ("CON", "CON", device),
            ("nul.txt", "nul.txt", device),
            ("Aux .x", "Aux .x", device),
            ("com1", "com1", device),
            ("conin$", "conin$", device),
            (&"x".repeat(201), &"x".repeat(201), long),
        ] {
            assert_eq!(check(bad).unwrap_err().to_string(), format!("file name `{shown}`: {why}"));
        }
    }

    #[test]
    fn collisions() {
        let mut names = Names::default();
        assert_eq!(names.insert("ab.hex", 1), Ok(()));
        let same = "units 1 and 7 would both be `AB.hex`, as file names are compared without regard to case";
        assert_eq!(names.insert("AB.hex", 7).unwrap_err().to_string(), same);
        assert_eq!(names.insert("aB.hex", 1), Ok(()));
        let record = "file name `Units.JSONL`: the record of all units has this name";
        assert_eq!(names.insert("Units.JSONL", 8).unwrap_err().to_string(), record);
    }
}
