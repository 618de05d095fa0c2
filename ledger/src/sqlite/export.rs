//! The log as a file, and a file of it as a ledger.

use std::io::{BufRead, Read as _, Write};
use std::path::Path;

use rusqlite::TransactionBehavior;

use super::closed::Closed;
use super::create::{NewLedger, from_log};
use super::error::{Error, ErrorKind};
use super::fingerprint::fingerprint;
use super::head::{Stage, Top, event, root};
use super::ledger::Ledger;
use super::pages::each_line;
use super::work::Work;
use crate::event::Event;
use crate::tree::Hash;

/// Bytes that a line of a log may have, with its line break.
const LONGEST: u64 = (1 << 20) + 1;

/// What an import found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Imported {
    /// Lines that the ledger had.
    pub known: u64,
    /// Lines that it had not, and has now.
    pub new: u64,
}

impl Ledger {
    /// Writes the log: one event a line, byte for byte what was hashed, beginning after the event `after` (0: all).
    /// Returns the number of the last event.
    ///
    /// # Errors
    /// The ledger is damaged, or `out` does not take it.
    pub fn export(&self, after: u64, out: &mut dyn Write) -> Result<u64, Error> {
        let mut export = || {
            let size = Top::read(&self.connection)?.head.size();
            each_line(&self.connection, after.min(size), size, |line| {
                let written = out.write_all(line.text.as_bytes()).and_then(|()| out.write_all(b"\n"));
                written.map_err(ErrorKind::Output)
            })?;
            out.flush().map_err(ErrorKind::Output)?;
            Ok(size)
        };
        export().map_err(|kind| self.error(kind))
    }

    /// Takes the lines of a log that this ledger does not have: after a backup was put back, the export that was made
    /// later, or the log of the copy that goes on. Its beginning must be the log of this ledger, to the byte. The same
    /// log again changes nothing.
    ///
    /// If the anchor knows no more than the log, nothing was lost, and the ledger goes on; else [`Ledger::recover`].
    ///
    /// # Errors
    /// The log has another history: the first line that differs is named. It does not lead to the anchor. The ledger is
    /// not behind its anchor, so that the lines can only be of another copy. Nothing is taken then.
    pub fn import(&mut self, log: &mut dyn BufRead) -> Result<Imported, Error> {
        self.import_by(log).map_err(|kind| self.error(kind))
    }

    /// Makes a ledger of a log, where none is left: as [`Ledger::create`] with [`NewLedger::after`] (or without an
    /// anchor), with all that the log knows.
    ///
    /// # Errors
    /// As for [`Ledger::create`] and [`Ledger::import`]. Nothing is left then.
    pub fn create_from(path: impl AsRef<Path>, new: NewLedger, log: &mut dyn BufRead) -> Result<Self, Error> {
        let path = path.as_ref();
        let make = || {
            let first = line(log, 1)?.ok_or_else(|| ErrorKind::Foreign("the log is empty".into()))?;
            let mut ledger = from_log(path, new, parse_line(&first, 1)?)?;
            match ledger.extend(log, 1, true) {
                Ok(_) => Ok(ledger),
                Err(error) => {
                    ledger.remove();
                    Err(error)
                }
            }
        };
        make().map_err(|kind| Error::new(path, kind))
    }

    fn import_by(&mut self, log: &mut dyn BufRead) -> Result<Imported, ErrorKind> {
        self.same_file()?;
        self.compare()?;
        let size = Top::read(&self.connection)?.head.size();
        let mut known = 0_u64;
        while known < size {
            let number = known.saturating_add(1);
            let Some(text) = line(log, number)? else { return Ok(Imported { known, new: 0 }) };
            if event(&self.connection, number)?.is_none_or(|(own, _)| own.as_bytes() != text) {
                return Err(ErrorKind::Foreign(format!(
                    "line {number} of the log is not event {number} of this ledger: it is of another ledger, of another \
                     copy, or damaged"
                )));
            }
            known = number;
        }
        let is_behind = matches!(self.closed(), Some(Closed::Behind { .. } | Closed::Fenced | Closed::Copied { .. }));
        let new = self.extend(log, known, is_behind || self.anchors.is_empty())?;
        Ok(Imported { known, new })
    }

    /// Appends the rest of a log, of which `known` lines were read.
    fn extend(&mut self, log: &mut dyn BufRead, known: u64, may_extend: bool) -> Result<u64, ErrorKind> {
        let confirmed = self.last_confirmed();
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut work = Work::begin(&transaction, confirmed)?;
        if work.top.head.size() != known {
            return Err(ErrorKind::Busy);
        }
        let mut new = 0_u64;
        loop {
            let number = known.saturating_add(new).saturating_add(1);
            let Some(text) = line(log, number)? else { break };
            if !may_extend {
                return Err(ErrorKind::Foreign(format!(
                    "line {number} of the log is more than this ledger has, and its anchor knows of no such event: it is \
                     of another copy"
                )));
            }
            let found = parse_line(&text, number)?;
            let _: Hash = work.follow(&found).map_err(|kind| match kind {
                ErrorKind::Damaged(what) => ErrorKind::Foreign(format!("line {number} of the log: {what}")),
                other => other,
            })?;
            new = new.saturating_add(1);
        }
        if new == 0 {
            return Ok(0);
        }
        // It has what the copy has that goes on; where not, the anchor says so.
        work.top.stage = Stage::Open;
        work.top.fingerprint = fingerprint(&self.path);
        let mine = work.end(true)?;
        for folder in &self.anchors {
            let Some((_, anchor)) = folder.newest()? else { continue };
            if anchor.size <= mine.size && root(&transaction, anchor.size)? != Some(anchor.root) {
                return Err(ErrorKind::Foreign(format!(
                    "the log does not lead to the anchor `{}`: line {} is not the one that it knows",
                    folder.path().display(),
                    anchor.size
                )));
            }
        }
        transaction.commit()?;
        self.compare()?;
        Ok(new)
    }
}

/// The next line of a log, without its line break.
fn line(log: &mut dyn BufRead, number: u64) -> Result<Option<Vec<u8>>, ErrorKind> {
    let mut text = Vec::new();
    let read = log.take(LONGEST).read_until(b'\n', &mut text).map_err(ErrorKind::Input)?;
    match text.pop() {
        None => Ok(None),
        Some(b'\n') => Ok(Some(text)),
        Some(_) => {
            Err(ErrorKind::Foreign(format!("line {number} of the log is cut after {read} bytes: no line break")))
        }
    }
}

fn parse_line(text: &[u8], number: u64) -> Result<Event, ErrorKind> {
    let event = Event::parse(text).map_err(|error| ErrorKind::Foreign(format!("line {number} of the log: {error}")))?;
    if event.seq == number {
        Ok(event)
    } else {
        let what = format!("line {number} of the log is event {}: a line was added, removed or moved", event.seq);
        Err(ErrorKind::Foreign(what))
    }
}
