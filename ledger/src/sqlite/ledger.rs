//! A ledger in use: what stands between a request and its answer.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};

use super::closed::Closed;
use super::error::{Error, ErrorKind};
use super::fingerprint::{file, fingerprint};
use super::head::{Stage, Top, folders, root};
use super::open::open;
use super::work::Work;
use crate::anchor::{Advance, Anchor, Confirmed, Fence};
use crate::by::By;
use crate::facts::Facts;
use crate::folder::{Folder, FolderError, Home, path_of};
use crate::key::KeyError;
use crate::tree::Hash;

/// A ledger in an SQLite file.
///
/// It is `Send`; several processes, and several of these, may use one file at once.
#[derive(Debug)]
pub struct Ledger {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    /// The number of the file when it was opened.
    file: Option<u64>,
    pub(super) by: By,
    pub(super) home: Option<Home>,
    pub(super) anchors: Vec<Folder>,
    closed: Option<Closed>,
    /// The last size and root that the anchor is known to have had.
    confirmed: Option<(u64, Hash)>,
}

impl Ledger {
    /// Opens a ledger that is there; nothing is ever created. It is compared with its anchor: a restored or copied one
    /// is opened too, since it can be read and recovered, and issues nothing ([`Ledger::closed`]).
    ///
    /// # Errors
    /// There is no such file, or it is no ledger of this version; it cannot be read, or is damaged.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let open = || {
            let connection = open(path)?;
            let mut ledger = Self::of(connection, path)?;
            ledger.compare()?;
            Ok(ledger)
        };
        open().map_err(|kind| Error::new(path, kind))
    }

    /// A ledger that was opened, before it is compared with its anchor.
    pub(super) fn of(connection: Connection, path: &Path) -> Result<Self, ErrorKind> {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let mut ledger = Self {
            file: file(&path),
            connection,
            path,
            by: By::default(),
            home: None,
            anchors: Vec::new(),
            closed: None,
            confirmed: None,
        };
        ledger.read_folders()?;
        Ok(ledger)
    }

    pub(super) fn read_folders(&mut self) -> Result<(), ErrorKind> {
        let mut found = folders(&self.connection)?;
        let mut folder = |role: &str| found.remove(role).map(|bytes| path_of(&bytes));
        self.home = folder("home").map(Home::new);
        self.anchors = ["anchor", "second"].into_iter().filter_map(folder).map(Folder::new).collect();
        Ok(())
    }

    /// Finds out how the ledger stands: to its file, and to its anchors.
    pub(super) fn compare(&mut self) -> Result<(), ErrorKind> {
        // A reader sees the row and the events of one moment.
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
        let top = Top::read(&transaction)?;
        let (facts, _) = top.facts(&transaction)?;
        drop(transaction);
        if top.stage == Stage::Making {
            return self.begin_anchors(&Anchor::new(&facts, &top.head));
        }
        let (is, mine) = (fingerprint(&self.path), Anchor::new(&facts, &top.head));
        self.closed = match self.each_anchor(|_| Advance::check(mine.clone()), &mine) {
            Ok(_) if top.stage == Stage::Fenced => Some(Closed::Fenced),
            Ok(_) if is != top.fingerprint => Some(Closed::Copied { was: top.fingerprint, is }),
            Ok(confirmed) => {
                self.confirm(&confirmed)?;
                None
            }
            Err(ErrorKind::Closed(closed)) => Some(closed),
            Err(error) => return Err(error),
        };
        if self.closed.is_none() {
            // It may have been moved on its disk. That it is remembered where it was costs no number.
            drop(self.record_home(&facts.id));
        }
        Ok(())
    }

    /// The first anchors of a new ledger, and then its first confirmed size: before that, nothing can be issued.
    pub(super) fn begin_anchors(&mut self, mine: &Anchor) -> Result<(), ErrorKind> {
        let mut least = None;
        for folder in &self.anchors {
            let mut made = self.one_anchor(folder, Advance::init(mine.clone()), mine);
            // An earlier process, or another one, made it, or was killed while it did.
            if matches!(made, Err(ErrorKind::Occupied { .. })) {
                made = self.one_anchor(folder, Advance::check(mine.clone()), mine);
            }
            if matches!(made, Err(ErrorKind::Closed(Closed::Torn { .. }))) {
                made = self.one_anchor(folder, Advance::over(mine.clone(), 0), mine);
            }
            least = lesser(least, made?);
        }
        self.record_home(&mine.ledger)?;
        self.reopen(&least.unwrap_or_else(|| without(mine)))
    }

    /// Moves or checks all anchors. All of them must agree; the least of their sizes counts.
    pub(super) fn each_anchor(
        &self,
        advance: impl Fn(usize) -> Advance,
        mine: &Anchor,
    ) -> Result<Confirmed, ErrorKind> {
        let mut least = None;
        for (place, folder) in self.anchors.iter().enumerate() {
            least = lesser(least, self.one_anchor(folder, advance(place), mine)?);
        }
        Ok(least.unwrap_or_else(|| without(mine)))
    }

    pub(super) fn one_anchor(&self, folder: &Folder, advance: Advance, mine: &Anchor) -> Result<Confirmed, ErrorKind> {
        match folder.carry_out(advance, |size| root(&self.connection, size)) {
            Ok(Ok(confirmed)) => Ok(confirmed),
            Ok(Err(fence)) => Err(fenced(fence, folder, mine)),
            Err(ErrorKind::Folder(error)) => Err(unreachable(folder, &error)),
            Err(error) => Err(error),
        }
    }

    /// Remembers a size that the anchor had.
    fn confirm(&mut self, confirmed: &Confirmed) -> Result<(), ErrorKind> {
        let size = confirmed.size();
        self.confirmed = root(&self.connection, size)?.map(|root| (size, root));
        Ok(())
    }

    pub(super) fn record_home(&self, id: &str) -> Result<(), ErrorKind> {
        let Some(home) = &self.home else { return Ok(()) };
        let anchors: Vec<&Path> = self.anchors.iter().map(Folder::path).collect();
        Ok(home.record(id, &self.path, &anchors)?)
    }

    /// Signs all requests from here on: who asks, where and when.
    pub fn sign(&mut self, by: By) {
        self.by = by;
    }

    /// The same, for a ledger that was just opened.
    #[must_use]
    pub fn signed(mut self, by: By) -> Self {
        self.sign(by);
        self
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Why nothing is issued, if so, as it was found when the ledger was opened or last used.
    pub fn closed(&self) -> Option<&Closed> {
        self.closed.as_ref()
    }

    pub(super) fn error(&self, kind: ErrorKind) -> Error {
        Error::new(&self.path, kind)
    }

    /// Whether the file is the one that was opened.
    pub(super) fn same_file(&self) -> Result<(), ErrorKind> {
        if file(&self.path) == self.file { Ok(()) } else { Err(Closed::Replaced.into()) }
    }

    pub(super) fn last_confirmed(&self) -> Option<(u64, Hash)> {
        self.confirmed
    }

    /// Removes the file, of a ledger that was not made after all.
    pub(super) fn remove(self) {
        let journal = with_suffix(&self.path, "-journal");
        drop(self.connection);
        for file in [&self.path, &journal] {
            drop(std::fs::remove_file(file));
        }
    }

    /// Whether a request may be made.
    pub(super) fn stand(&mut self) -> Result<(), ErrorKind> {
        self.same_file()?;
        if self.closed.as_ref().is_some_and(Closed::may_pass) {
            self.compare()?;
        }
        self.closed.clone().map_or(Ok(()), |closed| Err(closed.into()))
    }

    /// One transaction: what it leads to, and the anchor that must stand before that leaves.
    pub(super) fn transact<T>(
        &mut self,
        work: impl FnOnce(&mut Work<'_>) -> Result<T, ErrorKind>,
    ) -> Result<(T, Anchor), ErrorKind> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut begun = Work::begin(&transaction, self.confirmed)?;
        if self.anchors.is_empty() {
            begun.confirm_all();
        }
        let result = work(&mut begun)?;
        let mine = begun.end(false)?;
        transaction.commit()?;
        Ok((result, mine))
    }

    /// Brings the anchors up to what was committed. Only then may it leave.
    pub(super) fn bring(&mut self, mine: &Anchor) -> Result<Confirmed, ErrorKind> {
        match self.each_anchor(|_| Advance::bring(mine.clone()), mine) {
            Ok(confirmed) => {
                if confirmed.size() == mine.size {
                    self.confirmed = Some((mine.size, mine.root));
                } else {
                    self.confirm(&confirmed)?;
                }
                Ok(confirmed)
            }
            Err(ErrorKind::Closed(closed)) => {
                if matches!(closed, Closed::Behind { .. }) {
                    // It became so while this ledger was in use, and stays so for all processes.
                    self.set_stage(Stage::Fenced, None)?;
                }
                self.closed = Some(closed.clone());
                Err(closed.into())
            }
            Err(error) => Err(error),
        }
    }

    /// Writes how the ledger is left, and the file that it is.
    fn set_stage(&mut self, stage: Stage, fingerprint: Option<String>) -> Result<(), ErrorKind> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut work = Work::begin(&transaction, self.confirmed)?;
        work.top.stage = stage;
        if let Some(fingerprint) = fingerprint {
            work.top.fingerprint = fingerprint;
        }
        let _: Anchor = work.end(true)?;
        Ok(transaction.commit()?)
    }

    /// Writes down what the anchor has confirmed, which else waits for the next event: a copy that is made now knows it,
    /// and takes nothing back if it is recovered.
    pub(super) fn settle(&mut self) -> Result<(), ErrorKind> {
        self.compare()?;
        if self.closed.is_some() || self.connection.is_readonly("main")? {
            return Ok(());
        }
        self.set_stage(Stage::Open, None)
    }

    /// Goes on, after the anchors were made or a recovery moved them.
    pub(super) fn reopen(&mut self, confirmed: &Confirmed) -> Result<(), ErrorKind> {
        self.confirm(confirmed)?;
        self.set_stage(Stage::Open, Some(fingerprint(&self.path)))?;
        self.closed = None;
        Ok(())
    }
}

pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The one of two that says less.
fn lesser(one: Option<Confirmed>, two: Confirmed) -> Option<Confirmed> {
    one.filter(|one| one.size() <= two.size()).or(Some(two))
}

/// What a ledger without an anchor has in place of it.
fn without(mine: &Anchor) -> Confirmed {
    Confirmed::without_anchor(&Facts { size: mine.size, ..Facts::default() })
}

pub(super) fn unreachable(folder: &Folder, error: &FolderError) -> ErrorKind {
    Closed::Unreachable { folder: folder.path().to_owned(), why: error.to_string() }.into()
}

/// What a fence means for the ledger.
fn fenced(fence: Fence, folder: &Folder, mine: &Anchor) -> ErrorKind {
    let path = folder.path().to_owned();
    match fence {
        Fence::Missing => Closed::Missing { folder: path }.into(),
        Fence::OtherLedger => Closed::OtherLedger { folder: path }.into(),
        Fence::OtherHistory | Fence::Moved => match folder.newest() {
            Ok(Some((_, anchor))) => {
                let further = |(pool, &next): (&String, &u64)| {
                    let own = mine.next.get(pool).copied().unwrap_or_default();
                    (next > own).then(|| (pool.clone(), next, own))
                };
                let next = anchor.next.iter().filter_map(further).collect();
                Closed::Behind { folder: path, known: anchor.size, size: mine.size, next }.into()
            }
            Ok(None) => Closed::Torn { folder: path }.into(),
            Err(error) => unreachable(folder, &error),
        },
        Fence::Occupied => ErrorKind::Occupied { folder: path },
        Fence::Damaged => Closed::Torn { folder: path }.into(),
    }
}

impl From<KeyError> for ErrorKind {
    fn from(error: KeyError) -> Self {
        Self::Refused(error.into())
    }
}
