//! Going on after a restore, or with one of two copies.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use rusqlite::TransactionBehavior;

use super::closed::Closed;
use super::error::{Error, ErrorKind};
use super::fingerprint::fingerprint;
use super::head::{Stage, event, root};
use super::ledger::{Ledger, unreachable};
use super::work::Work;
use crate::anchor::{Advance, Anchor};
use crate::command::{Command, Recovery, Request};
use crate::event::{Body, Event};
use crate::facts::Facts;

/// What a recovery found and did. It is one event of the log, and one for each unit that journals gave back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recovered {
    /// The epoch from here on.
    pub epoch: u32,
    /// The events of the ledger before.
    pub size: u64,
    /// The anchors, and the events that each knew.
    pub anchors: Vec<(PathBuf, u64)>,
    /// For each pool with numbers that nobody can place now: the first and the last that this ledger did not know of
    /// (empty if the first is greater), and how many are lost in all.
    pub lost: Vec<(String, u64, u64, u64)>,
    /// Units whose numbers the anchor never confirmed: they were taken back, and are lost.
    pub withdrawn: Vec<u64>,
    /// Units that journals know: their boards must be read.
    pub adopted: Vec<u64>,
}

impl fmt::Display for Recovered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "recovered: epoch {}. The ledger had {} events", self.epoch, self.size)?;
        for (folder, known) in &self.anchors {
            write!(f, ", its anchor `{}` knew {known}", folder.display())?;
        }
        f.write_str(".\n")?;
        for (pool, first, last, lost) in &self.lost {
            if first <= last {
                write!(f, "pool `{pool}`: {first}..{last} had been issued, which this ledger did not know; ")?;
            } else {
                write!(f, "pool `{pool}`: ")?;
            }
            writeln!(f, "{lost} lost in all.")?;
        }
        list(f, "Their numbers were never confirmed, and are lost: units", &self.withdrawn)?;
        list(f, "Given back by journals, to be read: units", &self.adopted)?;
        if self.lost.is_empty() {
            f.write_str("No number is known to be lost.\n")
        } else {
            f.write_str(
                "A board that shows a lost number keeps it: read it, or scan its label. Until none is lost, a blank \
                 board needs its label, or a person's reason why it is new. What no board has, a person makes void.\n",
            )
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, what: &str, units: &[u64]) -> fmt::Result {
    let Some((first, rest)) = units.split_first() else { return Ok(()) };
    write!(f, "{what} {first}")?;
    rest.iter().take(19).try_for_each(|unit| write!(f, ", {unit}"))?;
    if rest.len() > 19 {
        write!(f, " and {} more", rest.len().saturating_sub(19))?;
    }
    f.write_str(".\n")
}

impl Ledger {
    /// Goes on after a restore, or with one of two copies. **A decision of a person**, with a reason: what another copy
    /// of the ledger is doing ends, since the anchor is moved over it.
    ///
    /// The next number of each pool is beyond all that this ledger, its anchors and the journals know. What was issued
    /// and is not known here is lost, unless a journal says whose it is; what the anchor never confirmed is taken back.
    /// The epoch rises. Afterwards a board that shows a lost number keeps it.
    ///
    /// # Errors
    /// An anchor is not there, or not whole (move it first); it knows a pool that the ledger does not (add it first); it
    /// was moved meanwhile (recover again); or the disk.
    pub fn recover(&mut self, journal: Vec<Event>, reason: &str) -> Result<Recovered, Error> {
        self.recover_by(journal, reason).map_err(|kind| self.error(kind))
    }

    fn recover_by(&mut self, journal: Vec<Event>, reason: &str) -> Result<Recovered, ErrorKind> {
        self.same_file()?;
        let sound: String = self.connection.query_row("PRAGMA quick_check(1)", (), |row| row.get(0))?;
        if sound != "ok" {
            return Err(ErrorKind::Damaged(sound));
        }
        let mut taken = Vec::new();
        for folder in &self.anchors {
            let path = folder.path().to_owned();
            match (folder.newest(), folder.list()) {
                (Ok(Some((file, anchor))), _) => taken.push((path, file, anchor)),
                (Ok(None), Ok(files)) if files.is_empty() => return Err(Closed::Missing { folder: path }.into()),
                (Ok(None), Ok(_)) => return Err(Closed::Torn { folder: path }.into()),
                (Err(error), _) | (_, Err(error)) => return Err(unreachable(folder, &error)),
            }
        }

        let is_anchored = !self.anchors.is_empty();
        let confirmed = self.last_confirmed();
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut work = Work::begin(&transaction, confirmed)?;
        if !is_anchored {
            work.confirm_all();
        }
        // Where all anchors are of this history, what they know was confirmed, even if that was not written down.
        let mut agreed = Vec::new();
        for (_, _, anchor) in &taken {
            if root(&transaction, anchor.size)? == Some(anchor.root) {
                agreed.push(anchor.size);
            }
        }
        if agreed.len() == taken.len() {
            agreed.into_iter().min().into_iter().for_each(|size| work.confirm(size));
        }
        let before = (work.facts.size, work.facts.pools.clone());
        let own = Anchor::new(&work.facts, &work.top.head);
        if let Some((folder, _, _)) = taken.iter().find(|(_, _, anchor)| anchor.ledger != own.ledger) {
            return Err(Closed::OtherLedger { folder: folder.clone() }.into());
        }
        let anchor = taken.iter().map(|(_, _, anchor)| anchor).fold(own, furthest);
        let mut unknown = Vec::new();
        for found in journal {
            if event(&transaction, found.seq)?.is_none_or(|(line, _)| line != found.line()) {
                unknown.push(found);
            }
        }
        let recovery = Recovery { anchor, journal: unknown, reason: reason.into() };
        let request = Request::new(Command::Recover(recovery), self.by.clone());
        let events = work.decide(&request, &|_: &str, _| None)?.events;
        let done = summary(&before, &work.facts, &events, &taken);
        // What was fenced is not any more; that the anchor is of another history still closes it.
        work.top.stage = Stage::Open;
        work.top.fingerprint = fingerprint(&self.path);
        let mine = work.end(true)?;
        transaction.commit()?;

        let over = |place: usize| Advance::over(mine.clone(), taken.get(place).map_or(0, |(_, file, _)| *file));
        match self.each_anchor(over, &mine) {
            Ok(confirmed) => self.reopen(&confirmed)?,
            Err(error) => {
                self.compare()?;
                return Err(error);
            }
        }
        Ok(done)
    }
}

/// An anchor that knows what both know.
fn furthest(mut one: Anchor, two: &Anchor) -> Anchor {
    one.epoch = one.epoch.max(two.epoch);
    for (pool, &next) in &two.next {
        let known = one.next.entry(pool.clone()).or_default();
        *known = (*known).max(next);
    }
    if two.size > one.size {
        (one.size, one.root) = (two.size, two.root);
    }
    one
}

fn summary(
    (size, pools): &(u64, BTreeMap<String, crate::pool::Pool>),
    after: &Facts,
    events: &[Event],
    taken: &[(PathBuf, u64, Anchor)],
) -> Recovered {
    let (mut withdrawn, mut adopted) = (Vec::new(), Vec::new());
    for event in events {
        match &event.body {
            Body::Recovered { withdrawn: units, .. } => withdrawn.extend(units),
            Body::Adopted { unit, .. } => adopted.push(*unit),
            _ => {}
        }
    }
    withdrawn.retain(|unit| !adopted.contains(unit));
    let lost = after.pools.iter().filter_map(|(name, pool)| {
        let first = pools.get(name).map_or(pool.first, |pool| pool.next);
        let lost = pool.tally.of(crate::state::State::Lost);
        (lost > 0).then(|| (name.clone(), first, pool.next.saturating_sub(1), lost))
    });
    Recovered {
        epoch: after.epoch,
        size: *size,
        anchors: taken.iter().map(|(folder, _, anchor)| (folder.clone(), anchor.size)).collect(),
        lost: lost.collect(),
        withdrawn,
        adopted,
    }
}
