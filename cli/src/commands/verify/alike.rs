//! Values that no two units may have alike: serials, addresses, UIDs, keys. Of each only a digest is kept.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use nameplate_job::journal::sha256;
use nameplate_job::source::Source;
use zeroize::Zeroizing;

use super::journals::{Journals, Unit};
use super::verdict::Verdict;

/// The most messages about lines of journals.
const MOST: usize = 20;

enum Owner {
    Line(usize),
    Image(PathBuf),
}

/// Who has which value.
pub(super) struct Alike<'j> {
    journals: &'j Journals,
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
    pub(super) fn new(journals: &'j Journals) -> Self {
        let unique = journals.sources(0).iter().filter(|(_, source)| source.is_unique());
        let compared = unique.map(|(name, _): &(String, Source)| (name.clone(), 0)).collect();
        let mut this = Self { journals, owners: HashMap::new(), compared, units: 0, wrong: Vec::new(), more: 0 };
        for (index, unit) in journals.units.iter().enumerate() {
            this.units += 1;
            this.line(index, unit);
        }
        this
    }

    fn line(&mut self, index: usize, unit: &Unit) {
        let mut told = false;
        for (name, count) in &mut self.compared {
            let bytes = unit.line.fields.get(name).and_then(|field| hex::decode(field.bytes.as_deref()?).ok());
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
            Owner::Line(index) => Some(*index),
            Owner::Image(_) => None,
        }
    }

    /// Compares the values of an image with those of all others, but for the image of the `same` unit, which was told.
    pub(super) fn image(&mut self, path: &Path, verdict: &mut Verdict, same: Option<&Path>) {
        let own = verdict.line;
        self.units += u64::from(own.is_none());
        for (name, digest) in std::mem::take(&mut verdict.unique) {
            let of_line = own.and_then(|index| self.journals.get(index)?.line.fields.get(&name)?.bytes.as_ref());
            let count = self.compared.iter_mut().find(|(known, _)| *known == name);
            if let Some((_, count)) = count.filter(|_| of_line.is_none()) {
                *count += 1;
            }
            match self.owners.get(&digest) {
                None => drop(self.owners.insert(digest, Owner::Image(path.to_owned()))),
                Some(Owner::Line(index)) if Some(*index) == own => {}
                Some(Owner::Line(index)) => {
                    let Some(unit) = self.journals.get(*index) else { continue };
                    let (seq, journal) = (unit.seq, self.journals.path(unit).display());
                    verdict.wrong.push(format!("has the same `{name}` as unit {seq} of {journal}"));
                }
                Some(Owner::Image(other)) if same == Some(other) => {}
                Some(Owner::Image(other)) => {
                    verdict.wrong.push(format!("has the same `{name}` as {}", other.display()));
                }
            }
        }
    }

    /// What was compared: "no two alike in serial, mac; key compared in 3 of 5 units". Nothing of a single unit.
    pub(super) fn text(&self) -> String {
        let whole: Vec<&str> =
            self.compared.iter().filter(|(_, count)| *count == self.units).map(|(name, _)| name.as_str()).collect();
        let mut text = Vec::new();
        if self.units > 1 && !whole.is_empty() {
            text.push(format!("no two alike in {}", whole.join(", ")));
        }
        for (name, count) in self.compared.iter().filter(|(_, count)| *count < self.units && self.units > 1) {
            text.push(format!("{name} compared in {count} of {} units", self.units));
        }
        text.join(", ")
    }

    /// The same for a script: how many units' values were compared, by field, and how many units there are.
    pub(super) fn counts(&self) -> (BTreeMap<&str, u64>, u64) {
        (self.compared.iter().map(|(name, count)| (name.as_str(), *count)).collect(), self.units)
    }
}
