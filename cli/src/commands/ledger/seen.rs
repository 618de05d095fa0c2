//! `nameplate verify --ledger --seen`: what was read back, reported or said by the programmer, and of which board.

use std::path::{Path, PathBuf};
use std::{fs, io};

use nameplate_job::Job;
use nameplate_job::ledger::Identity;
use nameplate_ledger::sqlite::{Ledger, Query, Record};
use nameplate_ledger::{Answer, Command, Evidence, Keys, Readings, State, Target};
use serde_json::{Value, json};

use super::access::Access;
use super::board::{Known, reported, shown};
use super::find::{by_text, line, object};
use super::issue::quarantined;
use super::journal::follow;
use super::made::files;
use super::pools::{check_kinds, identities, naming, of_job, weakest};
use super::state::home;
use super::unit::keys;
use crate::failure::Failure;
use crate::image::File;
use crate::unit_files::of_folder;
use crate::{leftover, sync};

/// What the command line says.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The ledger.
    pub access: Access,
    /// The keys as they were read from the board, `KIND=VALUE` each.
    pub seen: Vec<String>,
    /// How it is known what the board shows.
    pub evidence: Evidence,
    /// What its firmware reported.
    pub reported: Vec<String>,
}

/// What was read back of one board.
pub(crate) struct Back<'b> {
    /// Each image of the job, and its file, if it was read back.
    pub(crate) images: &'b [(Known<'b>, Option<&'b File>)],
    /// What is wrong with it, if anything is.
    pub(crate) wrong: &'b [String],
    /// The texts of its label that do not agree with it, each with a sentence that says so.
    pub(crate) label: Vec<(String, String)>,
    /// Its digest, secrets masked.
    pub(crate) digest: Option<String>,
}

/// What the ledger says of it.
pub(crate) struct Recorded {
    pub(crate) is_verified: bool,
    pub(crate) text: String,
    pub(crate) json: Value,
}

impl Seen {
    /// Records what was read back; the file of a unit that is verified goes, or its folder. `read` reads such a file, of the
    /// image at that place.
    ///
    /// # Errors
    /// A refusal, with the way on; the ledger is closed.
    pub(crate) fn record(
        &self,
        job: &Job,
        back: &Back<'_>,
        read: impl Fn(usize, &Path) -> Result<File, Failure>,
    ) -> Result<Recorded, Failure> {
        self.tell(job, back.images, Some(back), read)
    }

    /// Records what the firmware reported of a unit whose images are these.
    ///
    /// # Errors
    /// As [`record`](Self::record).
    pub(crate) fn report(
        &self,
        job: &Job,
        images: &[(Known<'_>, Option<&File>)],
        read: impl Fn(usize, &Path) -> Result<File, Failure>,
    ) -> Result<Recorded, Failure> {
        self.tell(job, images, None, read)
    }

    fn tell(
        &self,
        job: &Job,
        images: &[(Known<'_>, Option<&File>)],
        back: Option<&Back<'_>>,
        read: impl Fn(usize, &Path) -> Result<File, Failure>,
    ) -> Result<Recorded, Failure> {
        let of_ledger = of_job(job)?;
        let keys = keys(&self.seen)?;
        check_kinds(of_ledger, &keys)?;
        let mut ledger = self.access.open_to_write()?;
        let status = ledger.status()?;
        self.access.check_open(&status)?;
        let identities = identities(job, &status)?;
        let readings = match back {
            Some(_) => shown(&identities, images.iter().copied())?,
            None => reported(&ledger, &identities, &self.reported)?,
        };
        let known = of_keys(&ledger, &keys)?;
        let home = home()?;
        let stamped: Vec<Vec<PathBuf>> =
            known.iter().map(|record| files(&home, &status.id, record)).collect::<Result<_, _>>()?;
        let stamped: Vec<PathBuf> = stamped.into_iter().flatten().filter_map(|path| path.canonicalize().ok()).collect();
        // What the programmer wrote is that file.
        let read_back = images.iter().filter(|_| self.evidence == Evidence::Readback).filter_map(|(_, file)| *file);
        for path in read_back.map(File::name) {
            let Ok(whole) = path.canonicalize() else { continue };
            // The file itself, or one in the folder.
            if stamped.iter().any(|stamped| whole.starts_with(stamped)) {
                let why = "this is the file that was stamped, and says nothing of the board: give what was read back from it; where nothing \
                           can be read back, and the programmer verified what it wrote, `--programmer`";
                return Err(Failure::refused(why).about(path.display()));
            }
        }
        let (wrong, label) = back.map_or((&[][..], &[][..]), |back| (back.wrong, &back.label));
        let digest = back.and_then(|back| back.digest.as_ref());
        if known.is_empty() {
            return Err(stranger(&ledger, &keys, &readings)?);
        }
        let seen = nameplate_ledger::Seen::new(keys.clone(), self.evidence, readings.clone());
        let seen = digest.into_iter().fold(seen, |seen, digest| seen.image(digest));
        // It may show its numbers, and something else of it be wrong.
        let seen = wrong
            .iter()
            .chain(label.iter().map(|(_, why)| why))
            .take(1)
            .fold(seen, |seen, wrong| seen.wrong(&plain(wrong)));
        let weakest = weakest(of_ledger);
        let command = Command::Verified { unit: Target::Keys(keys.clone()), attempt: None, seen, weakest };
        let was = known.iter().find_map(|record| record.issue.as_ref()).map(|issue| issue.state);
        let answer = ledger.record(command, &naming(&identities));
        follow(&ledger)?;
        let answer = answer?;
        if let Answer::Quarantined { units, why, .. } = &answer {
            return Err(quarantined(units, why));
        }
        let is_verified = matches!(answer, Answer::Verified { .. });
        let records = of_keys(&ledger, &keys)?;
        let mut text: Vec<String> = records.iter().map(|record| format!("ledger: {}", line(record))).collect();
        let mut why = None;
        if let Answer::Mismatch { why: found, .. } = &answer {
            let was = if was == Some(State::Verified) { "it was verified, and is unknown from here on: " } else { "" };
            let is_label = |(_, why): &(String, String)| wrong.is_empty() && plain(why) == *found;
            let way = if label.first().is_some_and(is_label) {
                "Scan the label again, and verify with that; if it does say so, it is another board's: this one gets its own, and that \
                 is scanned"
            } else {
                "Read the board again, or write it again with `stamp --ledger`, and `--found FILE` or `--blank`"
            };
            text.push(format!("ledger: {was}{found}. {way}"));
            text.extend(owners(&ledger, label)?);
            why = Some(found.clone());
        }
        let (mut removed, mut left) = (Vec::new(), Vec::new());
        if let Answer::Verified { unit } = answer {
            let record = records.iter().find(|record| record.unit == Some(unit));
            let files = record.map(|record| files(&home, &status.id, record)).transpose()?.unwrap_or_default();
            for path in files.into_iter().filter(|path| path.exists()) {
                let is_same = is_same(&path, &read, images, &identities, &readings);
                if is_same && remove(&path).is_ok() {
                    sync::names(crate::failure::folder(&path))?;
                    text.push(format!("removed {}, which is not to be written again", path.display()));
                    removed.push(path);
                } else {
                    text.push(format!("left {}: it is not, or not only, the file of this unit", path.display()));
                    left.push(path);
                }
            }
        }
        let mut object = records.first().map(object).unwrap_or_default();
        if let Some(object) = object.as_object_mut() {
            let shown = |paths: &[PathBuf]| json!(paths.iter().map(|path| path.to_string_lossy()).collect::<Vec<_>>());
            let _ = object.insert("removed".to_owned(), shown(&removed));
            let _ = object.insert("left".to_owned(), shown(&left));
            let _ = object.insert("why".to_owned(), json!(why));
        }
        Ok(Recorded { is_verified, text: text.join("\n"), json: object })
    }
}

/// The units that these keys name.
fn of_keys(ledger: &Ledger, keys: &Keys) -> Result<Vec<Record>, Failure> {
    let mut found: Vec<Record> = Vec::new();
    for key in keys.iter() {
        for record in ledger.find(&Query::Key(key.clone()))? {
            let living = record.keys.as_ref().and_then(|keys| keys.get(key.kind())) == Some(key.value());
            if living && found.iter().all(|other| other.unit != record.unit) {
                found.push(record);
            }
        }
    }
    Ok(found)
}

/// Whose the texts of a label are.
fn owners(ledger: &Ledger, label: &[(String, String)]) -> Result<Vec<String>, Failure> {
    let mut lines = Vec::new();
    for (text, _) in label.iter().filter(|(text, _)| !text.contains('=')) {
        for record in by_text(ledger, text)? {
            lines.push(format!("ledger: the label is that of {}", line(&record)));
        }
    }
    Ok(lines)
}

/// A reason in one line.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(500).collect()
}

/// No unit has these keys: whose numbers the board shows.
fn stranger(ledger: &Ledger, keys: &Keys, readings: &Readings) -> Result<Failure, Failure> {
    let mut shown = Vec::new();
    for reading in readings.values() {
        let found = by_text(ledger, &reading.text)?;
        let whose = match found.iter().find_map(|record| Some((record.unit?, record.keys.as_ref()?))) {
            Some((unit, keys)) => format!("which is unit {unit}'s ({keys})"),
            None => "which is no unit's".to_owned(),
        };
        shown.push(format!("`{}`, {whose}", reading.text));
    }
    let shown = if shown.is_empty() { "it is blank".to_owned() } else { format!("it shows {}", shown.join("; ")) };
    Ok(Failure::refused(format_args!(
        "no unit has these keys ({keys}), and nothing was recorded of this board: {shown}. Scan the keys again; a board that the \
         ledger does not know asks with `stamp --ledger --found FILE`"
    ))
    .of_kind("unknown-unit"))
}

/// Whether the file, or the files of the folder, show just what was read back.
fn is_same(
    path: &Path,
    read: impl Fn(usize, &Path) -> Result<File, Failure>,
    images: &[(Known<'_>, Option<&File>)],
    identities: &[Identity],
    readings: &Readings,
) -> bool {
    let names: Vec<&str> = images.iter().filter_map(|(known, _)| known.name).collect();
    let all = || -> Result<Readings, Failure> {
        let (paths, entries) = if names.is_empty() {
            (vec![Some(path.to_owned())], 1)
        } else {
            let entries = fs::read_dir(path).map_err(|error| Failure::reading(path, &error))?.count();
            (of_folder(path, &names)?.files, entries)
        };
        if paths.iter().flatten().count() != entries {
            return Err(Failure::refused("something else lies in the folder").about(path.display()));
        }
        let read = |(place, path): (usize, &Option<PathBuf>)| path.as_deref().map(|path| read(place, path)).transpose();
        let files = paths.iter().enumerate().map(read).collect::<Result<Vec<Option<File>>, _>>()?;
        shown(identities, images.iter().zip(&files).map(|((known, _), file)| (*known, file.as_ref())))
    };
    all().is_ok_and(|shown| shown == *readings)
}

/// Removes a file, or a folder with its files: in one step, so that no part of a unit is left under its name.
fn remove(path: &Path) -> io::Result<()> {
    if !path.is_dir() {
        return fs::remove_file(path);
    }
    let temporary = tempfile::Builder::new().prefix(leftover::PREFIX).tempdir_in(crate::failure::folder(path))?;
    let to = temporary.path();
    // Renaming onto an empty folder is one step where the system has it.
    fs::rename(path, to).or_else(|_| fs::remove_dir(to).and_then(|()| fs::rename(path, to)))?;
    // What is left of it by a failure here is named to the next run.
    let _ = temporary.close();
    Ok(())
}
