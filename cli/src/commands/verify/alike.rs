//! Values that no two units may have alike: serials, addresses, UIDs, keys. Of each only a digest is kept.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use nameplate_job::journal::{Line, sha256};
use nameplate_job::source::Source;
use zeroize::Zeroizing;

use super::journals::{Journals, Unit};
use super::verdict::Verdict;

/// The most messages about lines of journals.
const MOST: usize = 20;

/// Who has a value: the line of a journal, or an image, each by its place among all.
#[derive(Clone, Copy)]
enum Owner {
    Line(usize),
    Image(usize),
}

/// Who has which value.
pub(super) struct Alike<'j> {
    journals: &'j Journals,
    images: &'j [PathBuf],
    owners: HashMap<[u8; 32], Owner>,
    /// How many units' values were compared, by field; in the order of the job.
    compared: Vec<(String, u64)>,
    /// Units with a line or an image.
    units: u64,
    /// What is wrong with the journals.
    wrong: Vec<String>,
    more: u64,
}

/// What is kept of the bytes of a field.
pub(super) fn digest(field: &str, bytes: &[u8]) -> [u8; 32] {
    let whole = Zeroizing::new([field.as_bytes(), &[0], bytes].concat());
    let mut digest = [0; 32];
    let _ = hex::decode_to_slice(sha256(&whole), &mut digest);
    digest
}

impl<'j> Alike<'j> {
    /// The values of the journals' lines, compared with each other.
    pub(super) fn new(journals: &'j Journals, images: &'j [PathBuf]) -> Self {
        let unique = journals.sources(0).iter().filter(|(_, source)| source.is_unique());
        let compared = unique.map(|(name, _): &(String, Source)| (name.clone(), 0)).collect();
        let (owners, wrong) = (HashMap::new(), Vec::new());
        let mut this = Self { journals, images, owners, compared, units: 0, wrong, more: 0 };
        for (index, unit) in journals.units.iter().enumerate() {
            this.units += 1;
            if let Some(line) = journals.line(unit) {
                this.line(index, unit, &line);
            }
        }
        this
    }

    fn line(&mut self, index: usize, unit: &Unit, line: &Line) {
        let mut told = false;
        for (name, count) in &mut self.compared {
            let bytes = line.fields.get(name).and_then(|field| hex::decode(field.bytes.as_deref()?).ok());
            let Some(bytes) = bytes else { continue };
            *count += 1;
            let digest = digest(name, &bytes);
            match self.owners.get(&digest) {
                Some(Owner::Line(other)) if !told => {
                    told = true;
                    let Some(other) = self.journals.get(*other) else { continue };
                    let (path, theirs) = (self.journals.path(unit), self.journals.path(other));
                    if self.wrong.len() >= MOST {
                        self.more += 1;
                        continue;
                    }
                    self.wrong.push(format!(
                        "{}: unit {} has the same `{name}` as unit {} of {}",
                        path.display(),
                        unit.seq,
                        other.seq,
                        theirs.display()
                    ));
                }
                Some(_) => {}
                None => drop(self.owners.insert(digest, Owner::Line(index))),
            }
        }
    }

    /// What is wrong with the journals, a sentence each.
    pub(super) fn wrong(&self) -> Vec<String> {
        let more = (self.more > 0).then(|| format!("{} more units of --units are alike", self.more));
        self.wrong.iter().cloned().chain(more).collect()
    }

    /// Whether no two units may have the same value of that field.
    pub(super) fn is_unique(&self, field: &str) -> bool {
        self.compared.iter().any(|(name, _)| name == field)
    }

    /// The line that has that value.
    pub(super) fn owner(&self, digest: &[u8; 32]) -> Option<usize> {
        match self.owners.get(digest)? {
            Owner::Line(line) => Some(*line),
            Owner::Image(_) => None,
        }
    }

    /// Compares the values of the image at that place with those of all others, but for the image of the `same` unit,
    /// which was told.
    pub(super) fn image(&mut self, index: usize, verdict: &mut Verdict, same: Option<usize>) {
        let own = verdict.line;
        self.units += u64::from(own.is_none());
        for (name, digest) in std::mem::take(&mut verdict.unique) {
            let owner = self.owners.get(&digest).copied();
            let is_own = matches!(owner, Some(Owner::Line(line)) if Some(line) == own);
            let of_line = || own.is_some_and(|line| self.has_bytes(line, &name));
            let is_new = !is_own && !of_line();
            if let Some((_, count)) = self.compared.iter_mut().find(|(known, _)| *known == name).filter(|_| is_new) {
                *count += 1;
            }
            let other = match owner {
                None => {
                    let _ = self.owners.insert(digest, Owner::Image(index));
                    continue;
                }
                Some(Owner::Line(_)) if is_own => continue,
                Some(Owner::Image(other)) if same == Some(other) => continue,
                Some(Owner::Line(line)) => self.journals.get(line).map(|unit| {
                    let journal = self.journals.path(unit).display();
                    format!("unit {} of {journal}", unit.seq)
                }),
                Some(Owner::Image(other)) => self.images.get(other).map(|path| path.display().to_string()),
            };
            verdict.wrong.extend(other.map(|other| format!("has the same `{name}` as {other}")));
        }
    }

    /// Whether a line shows the bytes of that field, so that they were counted with it.
    fn has_bytes(&self, line: usize, field: &str) -> bool {
        let line = self.journals.get(line).and_then(|unit| self.journals.line(unit));
        line.is_some_and(|line| line.fields.get(field).is_some_and(|field| field.bytes.is_some()))
    }

    /// What was compared: "no two alike in serial, mac (key compared in 3 of 5 units)". Nothing of a single unit.
    pub(super) fn text(&self) -> String {
        if self.units < 2 {
            return String::new();
        }
        let (whole, some): (Vec<_>, Vec<_>) = self.compared.iter().partition(|(_, count)| *count == self.units);
        let whole: Vec<&str> = whole.iter().map(|(name, _)| name.as_str()).collect();
        let some: Vec<String> =
            some.iter().map(|(name, count)| format!("{name} compared in {count} of {} units", self.units)).collect();
        match (whole.join(", "), some.join(", ")) {
            (whole, some) if whole.is_empty() => some,
            (whole, some) if some.is_empty() => format!("no two alike in {whole}"),
            (whole, some) => format!("no two alike in {whole} ({some})"),
        }
    }

    /// The same for a script: how many units' values were compared, by field, and how many units there are.
    pub(super) fn counts(&self) -> (BTreeMap<&str, u64>, u64) {
        (self.compared.iter().map(|(name, count)| (name.as_str(), *count)).collect(), self.units)
    }
}
