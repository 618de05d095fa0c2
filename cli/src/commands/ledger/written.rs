//! The files of units that a ledger gave numbers, and what the journals have of them.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use nameplate_job::journal::Origin;
use nameplate_job::ledger::Identity;
use nameplate_ledger::folder::Home;
use nameplate_ledger::sqlite::{Entry, Ledger};
use nameplate_ledger::{Keys, Ticket};
use serde_json::{Value, json};

use super::journal::{add, beside, entry, replace};
use super::state::absolute;
use super::there::There;
use crate::failure::{Failure, folder};
use crate::folder::Folder;
use crate::output::{NewFile, Readers};
use crate::sync;
use crate::units::{Unit, Units};

/// A unit that may be written.
pub(super) struct Given {
    pub(super) keys: Keys,
    pub(super) ticket: Ticket,
    pub(super) entry: Entry,
}

/// Where the files go.
pub(super) enum Out {
    /// The file of one unit.
    File(NewFile),
    /// The folder of one unit with several images.
    Unit(Folder),
    /// The folder of several units.
    Folder(Folder),
    /// The file, or the folder, of one unit is there already.
    There(There),
}

impl Out {
    /// Writes the files of a unit; the path of the file or of the folder, and its name in a journal.
    fn put(&mut self, out: &Path, unit: &Unit<'_>, texts: &str) -> Result<(PathBuf, String), Failure> {
        let write = |folder: &Folder, name: &str, bytes: &[u8]| {
            folder.file(name)?.write_all(bytes).map_err(|error| Failure::io(&folder.path(name), error))
        };
        match self {
            Self::File(file) => unit.files.iter().try_for_each(|own| file.write(own.bytes))?,
            Self::There(there) => there.check(out, unit, texts)?,
            Self::Unit(folder) => unit.files.iter().try_for_each(|file| write(folder, &file.name, file.bytes))?,
            Self::Folder(folder) => {
                for file in &unit.files {
                    match file.image {
                        Some(_) => write(folder, &format!("{}/{}", unit.name, file.name), file.bytes)?,
                        None => write(folder, unit.name, file.bytes)?,
                    }
                }
                return Ok((out.join(unit.name), unit.name.to_owned()));
            }
        }
        Ok((out.to_owned(), out.file_name().unwrap_or_default().to_string_lossy().into_owned()))
    }
}

/// How the files of units are written.
pub(super) struct Written<'w> {
    pub(super) out: &'w Path,
    pub(super) home: &'w Home,
    pub(super) ledger: &'w Ledger,
    pub(super) identities: &'w [Identity],
    pub(super) given: &'w BTreeMap<u64, Given>,
    pub(super) readers: Readers,
}

impl Written<'_> {
    fn given(&self, seq: u64) -> Result<&Given, Failure> {
        self.given.get(&seq).ok_or_else(|| Failure::refused(format_args!("unit {seq} was given no number")))
    }

    /// Writes the files; what is said of each unit. Journals are on the disk before a file has its name.
    pub(super) fn write(
        &self,
        units: Units<'_>,
        origins: &[Origin],
        mut out: Out,
    ) -> Result<Vec<(String, Value)>, Failure> {
        let (mut lines, mut said) = (Vec::new(), Vec::new());
        let is_several = units.is_several();
        units.each("stamping", |unit| {
            let Given { keys, ticket, entry: event } = self.given(unit.seq)?;
            let shown: Vec<&str> = self.identities.iter().filter_map(|identity| ticket.text(identity.pool())).collect();
            if let (true, Out::Folder(folder)) = (is_several, &out) {
                folder.folder(unit.name)?;
            }
            let (path, name) = out.put(self.out, &unit, &shown.join(", "))?;
            let line = unit.line(&name, origins).of_ledger(entry(event));
            let attempt = ticket.attempt();
            let keys: serde_json::Map<String, Value> =
                keys.iter().map(|key| (key.kind().to_owned(), json!(key.value()))).collect();
            let mut object = json!({
                "state": "open", "keys": keys, "attempt": attempt, "seq": line.seq, "file": path.to_string_lossy(),
                "fields": line.fields, "texts": line.texts,
            });
            if let (true, Some(object)) = (is_several, object.as_object_mut()) {
                let _ = object.insert("images".to_owned(), json!(line.images));
            }
            let there = if matches!(out, Out::There(_)) { "  (there already, with the same bytes)" } else { "" };
            said.push((format!("{}  attempt {attempt}  {}{there}", shown.join("  "), path.display()), object));
            lines.push((event.seq, absolute(&path), line.to_string()));
            Ok(())
        })?;
        if let Out::Folder(folder) = &out {
            let path = folder.path("units.jsonl");
            let text: String = lines.iter().flat_map(|(_, _, line)| [line.as_str(), "\n"]).collect();
            folder.file("units.jsonl")?.write_all(text.as_bytes()).map_err(|error| Failure::io(&path, error))?;
        }
        add(self.home, self.ledger, &lines)?;
        let own = || {
            let line = lines.first().map(|(_, _, line)| line.as_str()).unwrap_or_default();
            replace(&beside(self.out), line, self.readers)
        };
        match out {
            Out::File(file) => {
                own()?;
                file.keep()?;
            }
            Out::Unit(folder) => {
                own()?;
                folder.keep()?;
            }
            Out::Folder(folder) => folder.keep()?,
            // Whoever made it may have died before its name was on the disk.
            Out::There(_) => sync::names(folder(self.out))?,
        }
        Ok(said)
    }
}
