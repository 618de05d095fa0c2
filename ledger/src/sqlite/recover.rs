//! Going on after a restore, or with one of two copies.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use rusqlite::{Connection, TransactionBehavior};

use super::closed::Closed;
use super::error::{Error, ErrorKind};
use super::fingerprint::fingerprint;
use super::head::{Stage, event, root};
use super::itself::recoveries;
use super::ledger::{Ledger, unreachable};
use super::work::Work;
use crate::anchor::{Advance, Anchor};
use crate::command::{Command, Recovery, Request};
use crate::event::{Body, Event, Tail, Witness};
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
    /// What is known of the events that this ledger lacked.
    pub tail: Tail,
    /// How many decisions, notes and shipments were told again out of journals.
    pub again: usize,
    /// Each pool, with its next number.
    pub next: BTreeMap<String, u64>,
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
        for (pool, next) in &self.next {
            if self.lost.iter().all(|(other, ..)| other != pool) {
                writeln!(f, "pool `{pool}`: {next} is the next number; none is lost.")?;
            }
        }
        list(f, "Their numbers were never confirmed, and are lost: units", &self.withdrawn)?;
        list(f, "Given back by journals, to be read: units", &self.adopted)?;
        self.told(f)?;
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

impl Recovered {
    /// Where the events came from that this ledger lacked, and which nobody knows any more.
    fn told(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tail { after, since, known, journals, missing, unplaced } = &self.tail;
        for journal in journals.iter().filter(|journal| journal.events > 0) {
            writeln!(f, "Taken from journal `{}`: {} events that this ledger lacked.", journal.name, journal.events)?;
        }
        let since = since.as_ref().map(|since| format!(", since {since}")).unwrap_or_default();
        if known > after {
            let first = after.saturating_add(1);
            writeln!(f, "It lacked events {first} to {known} of before{since}; {} were told again.", self.again)?;
        } else if journals.iter().any(|journal| journal.events > 0) {
            writeln!(
                f,
                "Of these {} were told again; quarantines, releases and new keys of before an earlier recovery are not: look \
                 them up there, and tell them by hand.",
                self.again
            )?;
        }
        if !missing.is_empty() {
            let shown: Vec<String> = missing.iter().take(20).map(|&(first, last)| stretch(first, last)).collect();
            let more = if missing.len() > shown.len() { " and more" } else { "" };
            writeln!(
                f,
                "No journal has {}{more}: notes, shipments, retirements, quarantines, voids and read-backs among them are \
                 lost{since}, and the units stand as before. Tell them again: `retire`, `void`, `rekey`, `note`, `ship`; read \
                 a board that is in doubt.",
                shown.join(", ")
            )?;
        }
        if !unplaced.is_empty() {
            let shown: Vec<String> = unplaced.iter().take(20).map(ToString::to_string).collect();
            let more = if unplaced.len() > shown.len() { " and more" } else { "" };
            writeln!(
                f,
                "The journals have events {}{more}, which cannot be told again as they stand: look them up there, and tell \
                 them by hand.",
                shown.join(", ")
            )?;
        }
        Ok(())
    }
}

fn stretch(first: u64, last: u64) -> String {
    if first == last { format!("event {first}") } else { format!("events {first} to {last}") }
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
    /// The epoch rises. Afterwards a board that shows a lost number keeps it. What journals (each with a name) say of the
    /// events that this ledger lacks is told again: who has which number, decisions of persons, quarantines, notes,
    /// shipments. That a board was verified is not: it is read again.
    ///
    /// # Errors
    /// An anchor is not there, or not whole (move it first); it knows a pool that the ledger does not (add it first); it
    /// was moved meanwhile (recover again); or the disk.
    pub fn recover(&mut self, journals: Vec<(String, Vec<Event>)>, reason: &str) -> Result<Recovered, Error> {
        self.recover_by(journals, reason).map_err(|kind| self.error(kind))
    }

    fn recover_by(&mut self, journals: Vec<(String, Vec<Event>)>, reason: &str) -> Result<Recovered, ErrorKind> {
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
        let is_own = agreed.len() == taken.len();
        if is_own {
            agreed.into_iter().min().into_iter().for_each(|size| work.confirm(size));
        }
        let before = (work.facts.size, work.facts.pools.clone());
        let own = Anchor::new(&work.facts, &work.top.head);
        if let Some((folder, _, _)) = taken.iter().find(|(_, _, anchor)| anchor.ledger != own.ledger) {
            return Err(Closed::OtherLedger { folder: folder.clone() }.into());
        }
        let anchor = taken.iter().map(|(_, _, anchor)| anchor).fold(own, furthest);
        let shared = match (is_own, anchor.size > before.0) {
            (true, _) => before.0,
            (false, true) => shared(&transaction, before.0, work.facts.confirmed)?,
            // A copy that went its own way shares what was confirmed.
            (false, false) => work.facts.confirmed,
        };
        let since = event(&transaction, shared)?.and_then(|(line, _)| Event::parse(line.as_bytes()).ok()?.by.at);
        let (mut unknown, mut sources) = (Vec::new(), Vec::new());
        for (name, journal) in journals {
            let known = unknown.len();
            for found in journal {
                if event(&transaction, found.seq)?.is_none_or(|(line, _)| line != found.line()) {
                    unknown.push(found);
                }
            }
            let events = u64::try_from(unknown.len().saturating_sub(known)).unwrap_or(u64::MAX);
            sources.push(Witness { name, events });
        }
        let ended = recoveries(&transaction)?.iter().map(|event| (event.epoch, event.seq)).collect();
        let recovery = Recovery { anchor, journal: unknown, sources, shared, ended, since, reason: reason.into() };
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

/// What an older copy shares with the history that it was taken from: all that it has, but for pools and anchors that were
/// added since it was put back.
fn shared(connection: &Connection, size: u64, confirmed: u64) -> Result<u64, ErrorKind> {
    let mut last = size;
    while last > confirmed {
        let found = event(connection, last)?.and_then(|(line, _)| Event::parse(line.as_bytes()).ok());
        if !found.is_some_and(|event| matches!(event.body, Body::Pool { .. } | Body::Anchors { .. })) {
            break;
        }
        last = last.saturating_sub(1);
    }
    Ok(last)
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
    let (mut withdrawn, mut adopted, mut found, mut again) = (Vec::new(), Vec::new(), Tail::default(), 0_usize);
    for event in events {
        match &event.body {
            Body::Recovered { withdrawn: units, tail, .. } => {
                withdrawn.extend(units);
                found = tail.clone().unwrap_or_default();
            }
            Body::Adopted { unit, .. } => adopted.push(*unit),
            _ => again = again.saturating_add(1),
        }
    }
    adopted.dedup();
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
        tail: found,
        again,
        next: after.pools.iter().map(|(name, pool)| (name.clone(), pool.next)).collect(),
    }
}
