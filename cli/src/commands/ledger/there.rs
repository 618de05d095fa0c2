//! A file of a unit that is there already, or a folder of files: its own, or another one's.

use std::fs;
use std::path::Path;

use nameplate_ledger::Keys;
use nameplate_ledger::sqlite::{Ledger, Query, Record};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::units::Unit;

/// A file, or a folder, that is there already.
pub(super) struct There {
    /// What it shows, if it can be read.
    shown: Option<Vec<String>>,
}

impl There {
    /// Looks at a file that is there, before anything is asked: a unit that is verified gets none, and one that has its
    /// numbers gets the same file again, unless something is said of its board. Any other one is refused, and no number is
    /// drawn for it.
    ///
    /// # Errors
    /// With what the file shows, and what the unit has.
    pub(super) fn look(
        ledger: &Ledger,
        keys: &Keys,
        (path, is_said): (&Path, bool),
        shown: Option<Vec<String>>,
    ) -> Result<Self, Failure> {
        let this = Self { shown };
        let mut found: Vec<Record> = Vec::new();
        for key in keys.iter() {
            found.extend(ledger.find(&Query::Key(key))?);
        }
        let issue = found.iter().find_map(|record| record.issue.as_ref());
        match issue {
            // A ticket that is to be another one gets another file.
            Some(issue) if issue.state.is_living() && !is_said => Ok(this),
            Some(issue) => {
                let texts: Vec<&str> = issue.numbers.values().map(|(_, text)| text.as_str()).collect();
                Err(this.refused(path, &texts.join(", ")))
            }
            None => Err(this.refused(path, "")),
        }
    }

    /// Whether what is there is the unit that is to be made.
    ///
    /// # Errors
    /// When it is another one.
    pub(super) fn check(&self, path: &Path, unit: &Unit<'_>, texts: &str) -> Result<(), Failure> {
        for file in &unit.files {
            let path = if file.image.is_some() { &path.join(&file.name) } else { path };
            let own = match fs::read(path) {
                Err(error) if file.image.is_none() => return Err(Failure::reading(path, &error)),
                own => own.map(Zeroizing::new),
            };
            if !own.is_ok_and(|own| *own == file.bytes) {
                return Err(self.refused(path, texts));
            }
        }
        Ok(())
    }

    fn refused(&self, path: &Path, texts: &str) -> Failure {
        let own = match self.shown.as_deref() {
            Some(shown) if !texts.is_empty() && shown.join(", ") == texts => {
                let message = format_args!(
                    "exists already, and nothing is written over it: it shows {texts}, as this unit does, and was made for an attempt \
                     before, or differs elsewhere. Move it away, or give another --out"
                );
                return Failure::refused(message).about(path.display()).of_kind("exists");
            }
            None => "cannot be read as a unit's".to_owned(),
            Some([]) => "shows no number".to_owned(),
            Some(shown) => format!("shows {}", shown.join(", ")),
        };
        let unit =
            if texts.is_empty() { "this unit has no number yet".to_owned() } else { format!("this unit has {texts}") };
        let message = format_args!(
            "exists already, and nothing is written over it: it {own}, and {unit}. Move it away, or give another --out"
        );
        Failure::refused(message).about(path.display()).of_kind("exists")
    }
}
