//! `nameplate verify --ledger --seen`: what was read back, reported or said by the programmer, and of which board.

use std::fs;
use std::path::{Path, PathBuf};

use nameplate::Plan;
use nameplate::image::Container;
use nameplate_job::Job;
use nameplate_job::ledger::Identity;
use nameplate_ledger::sqlite::{Ledger, Query, Record};
use nameplate_ledger::{Answer, Command, Evidence, Keys, Readings, State, Target};
use serde_json::{Value, json};

use super::access::Access;
use super::board::{reported, shown};
use super::find::{by_text, line, object};
use super::issue::quarantined;
use super::journal::follow;
use super::made::files;
use super::pools::{check_kinds, identities, naming, of_job, weakest};
use super::state::home;
use super::unit::keys;
use crate::failure::Failure;
use crate::image::File;
use crate::sync;

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
    pub(crate) file: &'b File,
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
    /// Records what was read back; the file of a unit that is verified goes. `read` reads that file.
    ///
    /// # Errors
    /// A refusal, with the way on; the ledger is closed.
    pub(crate) fn record(
        &self,
        job: &Job,
        of_job: (&Plan, &dyn Container),
        back: &Back<'_>,
        read: impl Fn(&Path) -> Result<File, Failure>,
    ) -> Result<Recorded, Failure> {
        let read_back = |identities: &[Identity], _: &Ledger| shown(identities, of_job.0, of_job.1, back.file);
        self.tell(job, of_job, read_back, Some(back), read)
    }

    /// Records what the firmware reported.
    ///
    /// # Errors
    /// As [`record`](Self::record).
    pub(crate) fn report(
        &self,
        job: &Job,
        of_job: (&Plan, &dyn Container),
        read: impl Fn(&Path) -> Result<File, Failure>,
    ) -> Result<Recorded, Failure> {
        let reported = |identities: &[Identity], ledger: &Ledger| reported(ledger, identities, &self.reported);
        self.tell(job, of_job, reported, None, read)
    }

    fn tell(
        &self,
        job: &Job,
        (plan, template): (&Plan, &dyn Container),
        readings: impl FnOnce(&[Identity], &Ledger) -> Result<Readings, Failure>,
        back: Option<&Back<'_>>,
        read: impl Fn(&Path) -> Result<File, Failure>,
    ) -> Result<Recorded, Failure> {
        let of_ledger = of_job(job)?;
        let keys = keys(&self.seen)?;
        check_kinds(of_ledger, &keys)?;
        let mut ledger = self.access.open_to_write()?;
        let status = ledger.status()?;
        self.access.check_open(&status)?;
        let identities = identities(job, &status)?;
        let readings = readings(&identities, &ledger)?;
        let known = of_keys(&ledger, &keys)?;
        let home = home()?;
        // What the programmer wrote is that file.
        let file = back.filter(|_| self.evidence == Evidence::Readback).map(|back| back.file.name());
        let own = file.and_then(|file| file.canonicalize().ok());
        let stamped: Vec<Vec<PathBuf>> =
            known.iter().map(|record| files(&home, &status.id, record)).collect::<Result<_, _>>()?;
        if own.is_some() && stamped.into_iter().flatten().any(|path| path.canonicalize().ok() == own) {
            let why = "this is the file that was stamped, and says nothing of the board: give what was read back from it; where nothing \
                       can be read back, and the programmer verified what it wrote, `--programmer`";
            return Err(Failure::refused(why).about(file.unwrap_or(Path::new("")).display()));
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
                if is_same(&path, &read, (plan, template), &identities, &readings) && fs::remove_file(&path).is_ok() {
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

/// Whether the file shows just what was read back.
fn is_same(
    path: &Path,
    read: impl Fn(&Path) -> Result<File, Failure>,
    (plan, template): (&Plan, &dyn Container),
    identities: &[Identity],
    readings: &Readings,
) -> bool {
    let read = read(path).and_then(|file| shown(identities, plan, template, &file));
    read.is_ok_and(|shown| shown == *readings)
}
