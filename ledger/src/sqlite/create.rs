//! A new ledger.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Transaction;

use super::error::{Error, ErrorKind};
use super::fingerprint::{disk, fingerprint};
use super::head::{Stage, Top};
use super::ledger::{Ledger, with_suffix};
use super::open::create;
use super::table::{one, stored};
use crate::anchor::Anchor;
use crate::by::By;
use crate::command::{Command, Request};
use crate::decide::decide;
use crate::event::{Body, Event};
use crate::evolve::evolve;
use crate::facts::Facts;
use crate::folder::{self, Folder, FolderError, Home};
use crate::never::OrNever;
use crate::refusal::Refusal;
use crate::tree::{Head, leaf};

/// Where the anchor of a new ledger lies.
#[derive(Debug, Clone, PartialEq, Eq)]
enum First {
    Home,
    Folder(PathBuf),
    None,
}

/// A ledger to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLedger {
    id: Option<String>,
    home: Option<Home>,
    first: First,
    second: Option<PathBuf>,
    by: By,
}

impl NewLedger {
    /// With this ID: 32 lower-case hexadecimal digits, drawn at random by the caller. It needs a [`home`](Self::home),
    /// an [`anchor`](Self::anchor), or to be [`without_anchor`](Self::without_anchor).
    pub fn new(id: &str) -> Self {
        Self { id: Some(id.into()), home: None, first: First::Home, second: None, by: By::default() }
    }

    /// In place of one that is gone, whose anchor still stands in this folder: it keeps the ID. The pools are added
    /// again, with their old numbers; then a recovery takes over what the anchor knows. If there is an export, see
    /// [`Ledger::create_from`].
    pub fn after(anchor: impl Into<PathBuf>) -> Self {
        Self { id: None, home: None, first: First::Folder(anchor.into()), second: None, by: By::default() }
    }

    /// The folder of the user's state. The path of the ledger is remembered there; and its anchor lies there, if no
    /// other folder is named.
    #[must_use]
    pub fn home(mut self, home: Home) -> Self {
        self.home = Some(home);
        self
    }

    /// The folder of the anchor. It is made; no other ledger may use it.
    #[must_use]
    pub fn anchor(mut self, folder: impl Into<PathBuf>) -> Self {
        self.first = First::Folder(folder.into());
        self
    }

    /// The folder of a second anchor, on another disk than the ledger.
    #[must_use]
    pub fn second(mut self, folder: impl Into<PathBuf>) -> Self {
        self.second = Some(folder.into());
        self
    }

    /// No anchor. **Restored from a backup, such a ledger issues numbers again.**
    #[must_use]
    pub fn without_anchor(mut self) -> Self {
        self.first = First::None;
        self
    }

    /// Who creates it, where and when.
    #[must_use]
    pub fn by(mut self, by: By) -> Self {
        self.by = by;
        self
    }
}

impl Ledger {
    /// Creates a ledger, in a file that must not exist, and its first anchor.
    ///
    /// # Errors
    /// The file exists, or a ledger was there before; the folder of the anchor is in use, cannot hold one, is copied to
    /// other PCs by a service, or is not there. Nothing is left then.
    pub fn create(path: impl AsRef<Path>, new: NewLedger) -> Result<Self, Error> {
        let path = path.as_ref();
        make(path, new, None).map_err(|kind| Error::new(path, kind))
    }
}

/// A ledger with the first event of a log.
pub(super) fn from_log(path: &Path, new: NewLedger, first: Event) -> Result<Ledger, ErrorKind> {
    make(path, new, Some(first))
}

fn make(path: &Path, new: NewLedger, first: Option<Event>) -> Result<Ledger, ErrorKind> {
    let path = absolute(path);
    if fs::symlink_metadata(&path).is_ok() {
        return Err(ErrorKind::Exists);
    }
    let parent = path.parent().unwrap_or(Path::new("/"));
    if let Some(service) = folder::synchronised_by(parent) {
        return Err(ErrorKind::Synchronised { folder: parent.to_owned(), service });
    }
    let is_after = new.id.is_none() || first.is_some();
    let logged = match first.as_ref().map(|event| &event.body) {
        Some(Body::Created { ledger, .. }) => Some(ledger),
        Some(_) => return Err(ErrorKind::Foreign("line 1 of the log does not create a ledger".into())),
        None => None,
    };
    let id = match (&new.id, &new.first) {
        (Some(id), _) => id.clone(),
        (None, First::None) if logged.is_some() => logged.cloned().or_never("the log was read"),
        (None, First::Folder(folder)) => {
            let found = Folder::new(absolute(folder)).newest()?;
            let found = found.ok_or_else(|| super::closed::Closed::Missing { folder: folder.clone() })?;
            found.1.ledger
        }
        (None, _) => return Err(Refusal::Malformed { what: "a ledger after another one needs its anchor" }.into()),
    };
    if logged.is_some_and(|logged| *logged != id) {
        return Err(ErrorKind::Foreign("the log is of another ledger".into()));
    }
    if let Some((known, anchors)) = new.home.as_ref().map(|home| home.find(&path)).transpose()?.flatten() {
        if !is_after || known != id {
            let anchor = anchors.into_iter().next().unwrap_or_default();
            return Err(ErrorKind::WasHere { id: known, anchor });
        }
    }
    let mut folders: Vec<PathBuf> = match (new.first, &new.home) {
        (First::None, _) => Vec::new(),
        (First::Folder(folder), _) => vec![absolute(&folder)],
        (First::Home, Some(home)) => vec![absolute(&home.anchor(&id))],
        (First::Home, None) => {
            return Err(Refusal::Malformed { what: "a new ledger needs a folder for its anchor" }.into());
        }
    };
    folders.extend(new.second.as_deref().map(absolute));
    let create_it = Request::new(Command::create(&id), new.by);
    let events = match first {
        Some(event) => vec![event],
        None => decide(&Facts::default(), &create_it, &|_: &str, _| None)?.events,
    };
    for (place, folder) in folders.iter().enumerate() {
        prepare(folder, is_after && place == 0, (place == 1).then_some(parent))?;
    }

    // From here on something is left, which a failure removes.
    match OpenOptions::new().write(true).create_new(true).open(&path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(ErrorKind::Exists),
        made => drop(made.map_err(|error| FolderError::new("make", &path, error))?),
    }
    let fill = |transaction: &Transaction<'_>| -> Result<(), ErrorKind> {
        let (mut facts, mut head) = (Facts::default(), Head::new());
        for event in &events {
            evolve(&mut facts, event).map_err(|error| ErrorKind::Damaged(error.to_string()))?;
            let line = event.line();
            head.append(leaf(line.as_bytes()));
            let sql = "INSERT INTO event(seq,line,root) VALUES(?1,?2,?3)";
            one(transaction.execute(sql, (stored(event.seq)?, line, head.root().0))?)?;
        }
        let roles: BTreeMap<&str, PathBuf> = ["anchor", "second"].into_iter().zip(folders.iter().cloned()).collect();
        let home = new.home.iter().map(|home| ("home", absolute(home.path())));
        for (role, path) in roles.into_iter().chain(home) {
            put_folder(transaction, role, &path)?;
        }
        let stage = if is_after { Stage::Open } else { Stage::Making };
        let (epoch, fingerprint) = (facts.epoch, fingerprint(&path));
        Top { id: facts.id, epoch, head, confirmed: 0, last_unit: 0, stage, fingerprint }.insert(transaction)
    };
    let finish = || -> Result<Ledger, ErrorKind> {
        let connection = create(&path, fill)?;
        folder::sync(parent)?;
        let mut ledger = Ledger::of(connection, &path)?;
        if is_after {
            ledger.begin_second()?;
        }
        ledger.compare()?;
        if is_after {
            ledger.record_home(&id)?;
        }
        Ok(ledger)
    };
    finish().inspect_err(|_| {
        for file in [path.clone(), with_suffix(&path, "-journal")] {
            drop(fs::remove_file(file));
        }
        let new = folders.iter().skip(usize::from(is_after));
        for folder in new.map(Folder::new) {
            folder.clear();
        }
    })
}

impl Ledger {
    /// Where the ledger is after another one, only its second anchor is new.
    fn begin_second(&self) -> Result<(), ErrorKind> {
        let Some(second) = self.anchors.get(1) else { return Ok(()) };
        let top = Top::read(&self.connection)?;
        let mine = Anchor::new(&top.facts(&self.connection)?.0, &top.head);
        self.one_anchor(second, crate::anchor::Advance::init(mine.clone()), &mine).map(drop)
    }
}

/// Whether a folder can be the one of an anchor; it is made.
pub(super) fn prepare(path: &Path, is_used: bool, apart_from: Option<&Path>) -> Result<(), ErrorKind> {
    if let Some(service) = folder::synchronised_by(path) {
        return Err(ErrorKind::Synchronised { folder: path.to_owned(), service });
    }
    if !is_used && !Folder::new(path).list()?.is_empty() {
        return Err(ErrorKind::Occupied { folder: path.to_owned() });
    }
    folder::probe(path)?;
    match apart_from.map(|other| (disk(other), disk(path))) {
        Some((Some(one), Some(two))) if one == two => Err(ErrorKind::SameDisk { folder: path.to_owned() }),
        _ => Ok(()),
    }
}

/// Writes where a folder is.
pub(super) fn put_folder(connection: &rusqlite::Connection, role: &str, path: &Path) -> Result<(), ErrorKind> {
    let sql = "INSERT INTO folder(role,path) VALUES(?1,?2) ON CONFLICT(role) DO UPDATE SET path=excluded.path";
    one(connection.execute(sql, (role, folder::bytes(path)))?)
}

/// A path that stays right when the working folder changes.
pub(super) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
