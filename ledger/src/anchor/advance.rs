//! Moving the anchor by compare-and-swap, one file operation after the other.
//!
//! The rules (`tests/search/` and `tests/anchor.rs` show what happens without them):
//! files are numbered by moves; a new one is made exclusively; what is compared is the root, in the own log; the
//! folder is listed again after the move; old files are removed only then. A file that was cut counts as moved: who
//! wrote it was not granted anything, but may still be about to. So it is read again after the next file was made and
//! **before** that is written: who ends it later lists the next file and is not granted either, and a file that is
//! whole never stands above one of another history that was granted.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::text::{Anchor, parse_anchor};
use crate::facts::Facts;
use crate::never::OrNever;
use crate::tree::Hash;

/// Proof that the anchor stands at or above a size of the ledger. Only [`Advance`] makes it, or a ledger without anchor.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Confirmed {
    size: u64,
}

impl Confirmed {
    /// The size that the anchor has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// For a ledger that was made without an anchor. **Restored from a backup, it issues numbers again.**
    pub fn without_anchor(facts: &Facts) -> Self {
        Self { size: facts.size }
    }
}

/// Why nothing may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Fence {
    /// There is no anchor. A ledger that was made with one does not issue without it.
    #[error("the anchor is missing")]
    Missing,
    /// The folder has an anchor, and a new ledger wants one.
    #[error("the folder of the anchor is in use")]
    Occupied,
    /// The anchor is of another ledger.
    #[error("the anchor is of another ledger")]
    OtherLedger,
    /// The anchor knows events that this ledger does not have.
    #[error("the anchor knows events that this ledger does not have")]
    OtherHistory,
    /// The anchor was moved while a recovery was made.
    #[error("the anchor was moved meanwhile: recover again")]
    Moved,
    /// No file of the anchor is whole.
    #[error("no file of the anchor is whole")]
    Damaged,
}

/// An operation on the folder of the anchor, or a look into the own log.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Operation {
    /// List the numbers of the files. Answer: [`Outcome::Names`].
    List,
    /// Read a file. Answer: [`Outcome::Text`], or [`Outcome::Missing`].
    Read(u64),
    /// The root of the own log at a size, as the database has it now. Answer: [`Outcome::Root`].
    Root(u64),
    /// Make a file exclusively. Answer: [`Outcome::Done`], or [`Outcome::Exists`].
    Create(u64),
    /// Write the text into the file just made, sync the file, sync the folder. Answer: [`Outcome::Done`].
    Write(u64, String),
    /// Remove a file. Answer: [`Outcome::Done`], also if it is not there.
    Remove(u64),
}

/// What came of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The numbers of the files, in any order.
    Names(Vec<u64>),
    /// The bytes of a file.
    Text(Vec<u8>),
    /// No such file.
    Missing,
    /// The root of the own log at the size, if it is that long.
    Root(Option<Hash>),
    /// It was done.
    Done,
    /// The file exists.
    Exists,
}

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// Do this, and tell what came of it.
    Do(Operation),
    /// The anchor stands at or above the own head: what was committed may leave.
    Confirmed(Confirmed),
    /// Nothing may leave.
    Fenced(Fence),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Mode {
    Init,
    Bring,
    Check,
    /// The file that the recovery took over.
    Over(u64),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Phase {
    List,
    Read(u64),
    /// The anchor that was read is looked up in the own log.
    Root(u64),
    Create(u64),
    Write(u64),
    Relist(u64),
    /// The own file is made and empty; those that were cut are read again before it is written.
    Again {
        own: u64,
        at: usize,
    },
    AgainRoot {
        own: u64,
        at: usize,
    },
    Remove {
        left: Vec<u64>,
        size: u64,
    },
    Confirmed(u64),
    Fenced(Fence),
}

/// One move of the anchor.
///
/// ```
/// use nameplate_ledger::anchor::{Advance, Operation, Outcome, Step, parse_anchor};
///
/// let text = "nameplate.ledger/5f1c0a7e9b3d4c21a8e64b0f2d7c9e13\n3\nWF3J1vtY9z63qzZge5wu28SlLMfENo81yZ/DGMLbLrk=\nepoch 1\n\n";
/// let mut advance = Advance::bring(parse_anchor(text.as_bytes())?);
/// // Another process, or another copy, has moved it to where nobody knows.
/// assert_eq!(advance.step(), Step::Do(Operation::List));
/// advance.done(Outcome::Names(vec![7]));
/// assert_eq!(advance.step(), Step::Do(Operation::Read(7)));
/// advance.done(Outcome::Text(text.replace("\n3\n", "\n9\n").into_bytes()));
/// assert_eq!(advance.step(), Step::Do(Operation::Root(9)));
/// advance.done(Outcome::Root(None));
/// assert!(matches!(advance.step(), Step::Fenced(_)));
/// # Ok::<(), nameplate_ledger::anchor::AnchorError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Advance {
    mine: Anchor,
    mode: Mode,
    /// Newer files that were cut.
    cut: Vec<u64>,
    /// The anchor that was read and is looked up.
    found: Option<Anchor>,
    names: Vec<u64>,
    phase: Phase,
}

impl Advance {
    /// The first anchor of a new ledger: the folder must be empty.
    pub fn init(mine: Anchor) -> Self {
        Self::new(mine, Mode::Init)
    }

    /// Brings the anchor up to the own head, as committed.
    pub fn bring(mine: Anchor) -> Self {
        Self::new(mine, Mode::Bring)
    }

    /// Checks, when a ledger is opened, that it extends the anchor; moves nothing.
    pub fn check(mine: Anchor) -> Self {
        Self::new(mine, Mode::Check)
    }

    /// Moves the anchor after a recovery, over the file `taken`: the newest whole one, with which the recovery was
    /// made. **A decision of a person.** Where a newer file is whole by now, it is [`Fence::Moved`]: recover again.
    pub fn over(mine: Anchor, taken: u64) -> Self {
        Self::new(mine, Mode::Over(taken))
    }

    fn new(mine: Anchor, mode: Mode) -> Self {
        Self { mine, mode, cut: Vec::new(), found: None, names: Vec::new(), phase: Phase::List }
    }

    /// What comes next.
    pub fn step(&self) -> Step {
        Step::Do(match &self.phase {
            Phase::List | Phase::Relist(_) => Operation::List,
            Phase::Read(file) => Operation::Read(*file),
            Phase::Root(_) | Phase::AgainRoot { .. } => {
                Operation::Root(self.found.as_ref().map_or(0, |anchor| anchor.size))
            }
            Phase::Create(file) => Operation::Create(*file),
            Phase::Write(file) => Operation::Write(*file, self.mine.to_string()),
            Phase::Again { at, .. } => Operation::Read(self.cut.get(*at).copied().or_never("one is left to read")),
            Phase::Remove { left, .. } => Operation::Remove(left.first().copied().or_never("one is left to remove")),
            Phase::Confirmed(size) => return Step::Confirmed(Confirmed { size: *size }),
            Phase::Fenced(fence) => return Step::Fenced(*fence),
        })
    }

    /// Takes what came of the operation of [`Advance::step`]. An outcome that does not fit fences.
    pub fn done(&mut self, outcome: Outcome) {
        let phase = core::mem::replace(&mut self.phase, Phase::Fenced(Fence::Damaged));
        self.phase = match (phase, outcome) {
            (Phase::List, Outcome::Names(names)) => self.listed(names),
            (Phase::Read(file), Outcome::Text(text)) => self.read(file, &text),
            (Phase::Root(file), Outcome::Root(root)) => self.compared(file, root),
            (Phase::Create(file), Outcome::Done) => self.next_cut(file, 0),
            (Phase::Create(_), Outcome::Exists) if self.is_over() => Phase::Fenced(Fence::Moved),
            (Phase::Read(_), Outcome::Missing) | (Phase::Create(_), Outcome::Exists) => Phase::List,
            (Phase::Write(file), Outcome::Done) => Phase::Relist(file),
            (Phase::Relist(file), Outcome::Names(names)) => self.relisted(file, names),
            (Phase::Again { own, at }, outcome) => self.again(own, at, &outcome),
            (Phase::AgainRoot { own, at }, Outcome::Root(root)) => {
                if self.is_own(root) {
                    self.next_cut(own, at + 1)
                } else {
                    Phase::Fenced(Fence::OtherHistory)
                }
            }
            (Phase::Remove { mut left, size }, Outcome::Done) => {
                let _: u64 = left.remove(0);
                if left.is_empty() { Phase::Confirmed(size) } else { Phase::Remove { left, size } }
            }
            (ended @ (Phase::Confirmed(_) | Phase::Fenced(_)), _) => ended,
            _ => Phase::Fenced(Fence::Damaged),
        };
    }

    fn listed(&mut self, mut names: Vec<u64>) -> Phase {
        names.sort_unstable();
        self.cut.clear();
        self.names = names;
        match (self.mode, self.names.last()) {
            (Mode::Init, None) => Phase::Create(1),
            (Mode::Init, Some(_)) => Phase::Fenced(Fence::Occupied),
            (_, None) => Phase::Fenced(Fence::Missing),
            (Mode::Over(taken), Some(&newest)) => {
                self.cut = self.names.iter().copied().filter(|&name| name > taken).collect();
                newest.checked_add(1).map_or(Phase::Fenced(Fence::Damaged), Phase::Create)
            }
            (_, Some(&newest)) => Phase::Read(newest),
        }
    }

    fn read(&mut self, file: u64, text: &[u8]) -> Phase {
        match parse_anchor(text) {
            Ok(anchor) if anchor.ledger != self.mine.ledger => Phase::Fenced(Fence::OtherLedger),
            Ok(anchor) => {
                self.found = Some(anchor);
                Phase::Root(file)
            }
            Err(_) => {
                self.cut.push(file);
                match self.names.iter().rev().find(|&&name| name < file) {
                    Some(&older) => Phase::Read(older),
                    None => Phase::Fenced(Fence::Damaged),
                }
            }
        }
    }

    fn is_over(&self) -> bool {
        matches!(self.mode, Mode::Over(_))
    }

    /// Whether the anchor that was read is of the own history. If it is further than the own head, as of a sibling,
    /// it is what is written: an anchor never falls.
    fn is_own(&mut self, root: Option<Hash>) -> bool {
        let Some(found) = self.found.take().filter(|found| Some(found.root) == root) else { return false };
        if found.size > self.mine.size {
            self.mine = found;
        }
        true
    }

    fn compared(&mut self, file: u64, root: Option<Hash>) -> Phase {
        let size = self.found.as_ref().map_or(0, |found| found.size);
        let reached = self.cut.is_empty() && size >= self.mine.size;
        if !self.is_own(root) {
            return Phase::Fenced(Fence::OtherHistory);
        }
        if reached || self.mode == Mode::Check {
            return Phase::Confirmed(size);
        }
        let newest = self.cut.first().copied().unwrap_or(file);
        newest.checked_add(1).map_or(Phase::Fenced(Fence::Damaged), Phase::Create)
    }

    /// Looks again at a file that was cut: whoever wrote it may have ended in between. Whoever ends later lists the
    /// own file and knows.
    fn again(&mut self, own: u64, at: usize, outcome: &Outcome) -> Phase {
        match outcome {
            // Somebody moved on, and removed it.
            Outcome::Missing if self.is_over() => Phase::Fenced(Fence::Moved),
            Outcome::Missing => Phase::List,
            Outcome::Text(text) => match parse_anchor(text) {
                Err(_) => self.next_cut(own, at + 1),
                Ok(_) if self.is_over() => Phase::Fenced(Fence::Moved),
                Ok(anchor) if anchor.ledger != self.mine.ledger => Phase::Fenced(Fence::OtherLedger),
                Ok(anchor) => {
                    self.found = Some(anchor);
                    Phase::AgainRoot { own, at }
                }
            },
            _ => Phase::Fenced(Fence::Damaged),
        }
    }

    fn next_cut(&self, own: u64, at: usize) -> Phase {
        if at < self.cut.len() { Phase::Again { own, at } } else { Phase::Write(own) }
    }

    fn relisted(&mut self, own: u64, mut names: Vec<u64>) -> Phase {
        names.sort_unstable();
        self.names = names;
        match self.names.last() {
            Some(&newest) if newest > own && self.is_over() => Phase::Fenced(Fence::Moved),
            Some(&newest) if newest > own => {
                self.cut.clear();
                Phase::Read(newest)
            }
            Some(&newest) if newest == own => {
                let left: Vec<u64> = self.names.iter().copied().filter(|&name| name.saturating_add(1) < own).collect();
                let size = self.mine.size;
                if left.is_empty() { Phase::Confirmed(size) } else { Phase::Remove { left, size } }
            }
            _ => Phase::Fenced(Fence::Missing),
        }
    }
}
