//! One transaction: rows are loaded, the core decides, events and rows are written.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::ahead::Ahead;
use super::error::ErrorKind;
use super::head::{Stage, Top, root};
use super::rows::Tables;
use super::statements::Statements;
use super::table::{natural, stored};
use super::{side, write};
use crate::anchor::Anchor;
use crate::command::Request;
use crate::decide::{Decision, Naming, decide, fits};
use crate::event::{Body, Event};
use crate::evolve::evolve;
use crate::facts::{Facts, Standing};
use crate::tree::{Hash, leaf};

/// Units in memory, in a long batch, before their rows are written. Of 16 to 64 a batch takes as long; of 256 a tenth longer.
const MOST: usize = 32;

/// What is known inside of a transaction.
#[derive(Debug)]
pub(super) struct Work<'t> {
    sql: Statements<'t>,
    pub(super) top: Top,
    pub(super) facts: Facts,
    /// The rows as the tables have them.
    found: Facts,
    ahead: Ahead,
    pools: BTreeMap<String, i64>,
    /// The size at the beginning.
    begun_at: u64,
    /// Number, line and root of the events of the last request.
    lines: Vec<(u64, String, Hash)>,
}

impl<'t> Work<'t> {
    /// Begins, with a size and a root that the anchor is known to have had.
    pub(super) fn begin(connection: &'t Connection, confirmed: Option<(u64, Hash)>) -> Result<Self, ErrorKind> {
        let mut top = Top::read(connection)?;
        // Of this history: the file may have been replaced by an older copy meanwhile.
        match confirmed {
            Some((size, known)) if size > top.confirmed && root(connection, size)? == Some(known) => {
                top.confirmed = size;
            }
            _ => {}
        }
        let (mut facts, pools) = top.facts(connection)?;
        if top.stage == Stage::Fenced {
            facts.standing = Standing::Fenced;
        }
        let found = Facts { pools: facts.pools.clone(), ..Facts::default() };
        let begun_at = top.head.size();
        let (sql, ahead) = (Statements::new(connection), Ahead::default());
        Ok(Self { sql, top, facts, found, ahead, pools, begun_at, lines: Vec::new() })
    }

    /// Takes a size for confirmed, whose root an anchor has.
    pub(super) fn confirm(&mut self, size: u64) {
        self.top.confirmed = self.top.confirmed.max(size).min(self.top.head.size());
        self.facts.confirmed = self.top.confirmed;
    }

    /// All of it counts as confirmed: without an anchor, there is nothing that could say more than the ledger itself.
    pub(super) fn confirm_all(&mut self) {
        self.confirm(u64::MAX);
    }

    pub(super) fn connection(&self) -> &'t Connection {
        self.sql.connection()
    }

    pub(super) fn statements(&self) -> &Statements<'t> {
        &self.sql
    }

    /// What a request leads to; its events are appended.
    pub(super) fn decide(&mut self, request: &Request, naming: &dyn Naming) -> Result<Decision, ErrorKind> {
        self.facts.load(
            request,
            naming,
            &mut Tables::new(&self.sql, &self.pools, &mut self.found).ahead(&mut self.ahead),
        )?;
        let decision = decide(&self.facts, request, naming)?;
        self.lines.clear();
        let mut is_flushed = false;
        for event in &decision.events {
            if is_flushed {
                let _: Hash = self.follow_on(event)?;
            } else {
                is_flushed = self.append(event)?;
            }
        }
        Ok(decision)
    }

    /// Appends an event of a log that is there already. Returns the root after it.
    pub(super) fn follow(&mut self, event: &Event) -> Result<Hash, ErrorKind> {
        self.lines.clear();
        self.follow_on(event)
    }

    fn follow_on(&mut self, event: &Event) -> Result<Hash, ErrorKind> {
        // What an event takes away must have been written: who had a key, for which issue a number was drawn.
        if takes_away(event) || matches!(event.body, Body::Retired { .. }) {
            self.flush()?;
        }
        self.facts
            .load_event(event, &mut Tables::new(&self.sql, &self.pools, &mut self.found).ahead(&mut self.ahead))?;
        let _: bool = self.append(event)?;
        Ok(self.top.head.root())
    }

    /// Appends an event whose rows are loaded. Whether rows were forgotten.
    fn append(&mut self, event: &Event) -> Result<bool, ErrorKind> {
        evolve(&mut self.facts, event).map_err(|error| ErrorKind::Damaged(error.to_string()))?;
        let line = event.line();
        fits(&line)?;
        self.top.head.append(leaf(line.as_bytes()));
        let root = self.top.head.root();
        let row = (stored(event.seq)?, &line, root.0);
        self.sql.change("INSERT INTO event(seq,line,root) VALUES(?1,?2,?3)", row)?;
        self.lines.push((event.seq, line, root));
        side::write(&self.sql, event)?;
        // Rows that went must not be found again in the tables; and pools are numbered as they come.
        let is_pool = matches!(event.body, Body::Pool { .. } | Body::PoolDropped { .. });
        let is_full = takes_away(event) || is_pool || self.facts.units.len() > MOST;
        if is_full {
            self.flush()?;
        }
        Ok(is_full)
    }

    /// Writes the rows that changed, and forgets them.
    fn flush(&mut self) -> Result<(), ErrorKind> {
        write::write(&self.sql, &mut self.pools, (&self.found, &self.facts))?;
        self.found = Facts { pools: self.facts.pools.clone(), ..Facts::default() };
        self.ahead.forget();
        let Facts { units, keys, numbers, texts, ranges, requests, shipments, .. } = &mut self.facts;
        units.clear();
        keys.clear();
        numbers.clear();
        texts.clear();
        ranges.clear();
        requests.clear();
        shipments.clear();
        Ok(())
    }

    /// The event that drew the numbers of a unit.
    pub(super) fn drawn_by(&self, unit: u64) -> Result<u64, ErrorKind> {
        if let Some(issue) = self.facts.units.get(&unit).and_then(|row| row.issue.as_ref()) {
            return Ok(issue.seq);
        }
        let found = self.sql.first("SELECT seq FROM unit WHERE id=?1", [stored(unit)?], |row| natural(row, 0))?;
        found.ok_or_else(|| ErrorKind::Damaged(format!("unit {unit} is missing")))
    }

    /// The line and the root of an event that the last request led to.
    pub(super) fn take_line(&mut self, seq: u64) -> Option<(String, Hash)> {
        let at = self.lines.iter().position(|(number, _, _)| *number == seq)?;
        let (_, line, root) = self.lines.swap_remove(at);
        Some((line, root))
    }

    /// Whether there are new events.
    pub(super) fn is_longer(&self) -> bool {
        self.facts.size > self.begun_at
    }

    /// Writes all that changed; `top` too, if `always` or if there are events. Returns the anchor that must stand
    /// before anything leaves.
    pub(super) fn end(mut self, always: bool) -> Result<Anchor, ErrorKind> {
        if self.is_longer() {
            self.flush()?;
        }
        if self.is_longer() || always {
            self.top.epoch = self.facts.epoch;
            self.top.last_unit = self.facts.last_unit;
            self.top.update(self.sql.connection())?;
        }
        Ok(Anchor::new(&self.facts, &self.top.head))
    }
}

/// Whether rows go, or are another one's after the event.
fn takes_away(event: &Event) -> bool {
    matches!(
        event.body,
        Body::Rekeyed { .. } | Body::Adopted { .. } | Body::VoidedRange { .. } | Body::Recovered { .. }
    )
}
