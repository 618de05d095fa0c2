//! Anchors that are moved, added, left.

use std::path::{Path, PathBuf};

use rusqlite::TransactionBehavior;

use super::closed::Closed;
use super::create::{absolute, prepare, put_folder};
use super::error::{Error, ErrorKind};
use super::head::{Stage, Top, root};
use super::ledger::Ledger;
use super::work::Work;
use crate::anchor::{Advance, Anchor, Confirmed};
use crate::command::{Command, Request};
use crate::folder::Folder;

/// Which of the anchors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The first one.
    First,
    /// The second one, on another disk.
    Second,
}

impl Place {
    const fn role(self) -> &'static str {
        match self {
            Self::First => "anchor",
            Self::Second => "second",
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }
}

impl Ledger {
    /// Moves an anchor to another folder, adds the second one, or leaves one (`to` is `None`). **A decision of a
    /// person**, with a reason, which is an event. The folder is new and empty, or it is that of the same anchor, as of
    /// a stick that is mounted elsewhere. The old folder stays as it is; if it can be reached, it is moved a last time,
    /// so that a copy of the ledger that still uses it is stopped.
    ///
    /// If the old one died and no other one is left, nobody knows whether the ledger is an old copy: it is closed then,
    /// until it is recovered with the journals.
    ///
    /// # Errors
    /// The ledger is behind the anchor that is to be moved, fenced or copied (recover first); the folder is in use or
    /// cannot hold an anchor; the second one is on the disk of the ledger.
    pub fn move_anchor(&mut self, place: Place, to: Option<&Path>, reason: &str) -> Result<(), Error> {
        self.move_anchor_by(place, to.map(absolute).as_deref(), reason).map_err(|kind| self.error(kind))
    }

    fn move_anchor_by(&mut self, place: Place, to: Option<&Path>, reason: &str) -> Result<(), ErrorKind> {
        self.same_file()?;
        self.compare()?;
        let old = self.folder_of(place)?;
        match self.closed() {
            // A dead anchor may be left, whatever the other one says.
            Some(closed)
                if closed.needs_recovery() && closed.folder().is_none_or(|folder| Some(folder) == old.as_deref()) =>
            {
                return Err(closed.clone().into());
            }
            _ => {}
        }
        let top = Top::read(&self.connection)?;
        let mine = Anchor::new(&top.facts(&self.connection)?.0, &top.head);
        let check = |folder: &Folder| self.one_anchor(folder, Advance::check(mine.clone()), &mine);
        let old = old.map(Folder::new);
        let alive = match old.as_ref().map(&check) {
            Some(Err(ErrorKind::Closed(closed @ Closed::Behind { .. }))) => return Err(closed.into()),
            Some(Ok(_)) => true,
            _ => false,
        };
        let other = self.folder_of(place.other())?.map(Folder::new);
        let mut known = alive
            || other.as_ref().map(&check).is_some_and(|found| match found {
                Err(ErrorKind::Closed(closed)) => !closed.may_pass(),
                found => found.is_ok(),
            });
        let is_there = |to: &&Path| alive && old.as_ref().is_some_and(|old| old.path() == *to);
        if let Some(to) = to.filter(|to| !is_there(to)) {
            let folder = Folder::new(to);
            let own = folder.newest()?.filter(|(_, anchor)| anchor.ledger == mine.ledger);
            let is_own = match &own {
                Some((_, anchor)) => root(&self.connection, anchor.size)? == Some(anchor.root),
                None => false,
            };
            let apart = self.path.parent().filter(|_| place == Place::Second);
            prepare(to, is_own, apart)?;
            known |= is_own;
            if !is_own {
                let _: Confirmed = self.one_anchor(&folder, Advance::init(mine.clone()), &mine)?;
            }
        }

        let mut folders = vec![];
        for (role, folder) in [Place::First, Place::Second].map(|place| (place, self.folder_of(place))) {
            let folder = if role == place { to.map(Path::to_owned) } else { folder? };
            folders.extend(folder.map(|path| path.to_string_lossy().into_owned()));
        }
        let request = Request::new(Command::Anchors { folders, reason: reason.into() }, self.by.clone());
        let confirmed = self.last_confirmed();
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut work = Work::begin(&transaction, confirmed)?;
        let _: crate::decide::Decision = work.decide(&request, &|_: &str, _| None)?;
        match to {
            Some(to) => put_folder(&transaction, place.role(), to)?,
            None => drop(transaction.execute("DELETE FROM folder WHERE role=?1", [place.role()])?),
        }
        if !known && old.is_some() {
            work.top.stage = Stage::Fenced;
        }
        let mine = work.end(true)?;
        transaction.commit()?;
        self.read_folders()?;
        if let Some(old) = old.filter(|old| alive && to != Some(old.path())) {
            drop(self.one_anchor(&old, Advance::bring(mine.clone()), &mine));
        }
        self.compare()?;
        if self.closed().is_none() {
            let _: Confirmed = self.bring(&mine)?;
        }
        self.record_home(&mine.ledger)
    }

    fn folder_of(&self, place: Place) -> Result<Option<PathBuf>, ErrorKind> {
        let mut folders = super::head::folders(&self.connection)?;
        Ok(folders.remove(place.role()).map(|bytes| crate::folder::path_of(&bytes)))
    }
}
