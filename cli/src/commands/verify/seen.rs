//! The units whose images were seen.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::verdict::Verdict;

/// The units whose images were seen, each with the place of its image among all.
pub(super) struct Seen<'p> {
    images: &'p [PathBuf],
    lines: BTreeMap<usize, usize>,
    numbers: BTreeMap<u64, usize>,
    range: Option<(u64, u64)>,
}

impl<'p> Seen<'p> {
    pub(super) fn new(images: &'p [PathBuf]) -> Self {
        Self { images, lines: BTreeMap::new(), numbers: BTreeMap::new(), range: None }
    }

    /// Notes the unit of an image. If it is not the first of that unit, that is wrong, and the first is returned.
    pub(super) fn insert(&mut self, image: usize, verdict: &mut Verdict) -> Option<usize> {
        let seq = verdict.seq?;
        let (first, last) = self.range.unwrap_or((seq, seq));
        self.range = Some((first.min(seq), last.max(seq)));
        // Batches of two dates may have the same numbers.
        let other = match verdict.line {
            Some(line) => self.lines.insert(line, image),
            None => self.numbers.insert(seq, image),
        }?;
        let path = self.images.get(other).map(|path| path.display());
        verdict.wrong.extend(path.map(|path| format!("has number {seq}, and so has {path}")));
        Some(other)
    }

    /// The first and the last number.
    pub(super) fn range(&self) -> Option<(u64, u64)> {
        self.range
    }

    /// How many lines of journals have an image.
    pub(super) fn lines(&self) -> usize {
        self.lines.len()
    }
}
