//! What is known about a board, a number, a text.

use std::collections::BTreeMap;

use super::error::{Error, ErrorKind};
use super::head::{Top, event};
use super::ledger::Ledger;
use super::rows::Tables;
use super::side::history;
use super::statements::Statements;
use super::table::{natural, state, stored};
use crate::event::Event;
use crate::facts::{Facts, Issue};
use crate::key::{Key, Keys};
use crate::rows::Rows as _;
use crate::state::State;

/// Events about one unit that are shown, the newest ones, besides those that reserved its numbers.
const MOST: usize = 1_000;

/// What to look for. Each is one look-up by an index.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Query {
    /// A unit, by its number.
    Unit(u64),
    /// The unit that has a key, and those that had it.
    Key(Key),
    /// The unit that has a text, in any pool, as it stands on the device.
    Text(String),
    /// Whoever has a number of a pool.
    Number {
        /// The pool.
        pool: String,
        /// The number.
        number: u64,
    },
    /// The units with a note.
    Note {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
    },
    /// The units of a shipment.
    Shipment(String),
}

/// A number of a unit, or of nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The pool.
    pub pool: String,
    /// The number.
    pub number: u64,
    /// Its text; `None` for a number that this ledger never wrote: lost in a gap, leased.
    pub text: Option<String>,
    /// Its state.
    pub state: State,
}

/// What is known about a unit, or about numbers that have none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Record {
    /// The unit; `None` for numbers without one.
    pub unit: Option<u64>,
    /// Its living keys.
    pub keys: Option<Keys>,
    /// Keys that it had, of parts that were replaced.
    pub former_keys: Vec<Key>,
    /// Its numbers.
    pub issue: Option<Issue>,
    /// Numbers that it had, which are void or retired; or the numbers that have no unit.
    pub numbers: Vec<Held>,
    /// The events about it, in order: those that reserved its numbers, and the newest 1,000 others.
    pub history: Vec<Event>,
}

impl Record {
    /// The shipment that the unit left with, the last one.
    pub fn shipment(&self) -> Option<&String> {
        self.history.iter().rev().find_map(|event| match &event.body {
            crate::event::Body::Shipped { shipment, .. } => Some(shipment),
            _ => None,
        })
    }
}

impl Ledger {
    /// Looks something up: the units that it is about, or the number that nobody has. Nothing, if it is not known.
    ///
    /// # Errors
    /// It cannot be read, or is damaged.
    pub fn find(&self, query: &Query) -> Result<Vec<Record>, Error> {
        self.find_by(query).map_err(|kind| self.error(kind))
    }

    fn find_by(&self, query: &Query) -> Result<Vec<Record>, ErrorKind> {
        let transaction = self.connection.unchecked_transaction()?;
        let top = Top::read(&transaction)?;
        let (facts, pools) = top.facts(&transaction)?;
        let look = Look { sql: Statements::new(&transaction), pools: &pools };
        match query {
            Query::Unit(unit) => look.records(vec![*unit]),
            Query::Key(key) => {
                let sql = "SELECT unit FROM unit_key WHERE kind=?1 AND value=?2 AND living=1";
                let mut units = look.units(sql, &[&key.kind(), &key.value()])?;
                let sql = "SELECT unit FROM former_key WHERE kind=?1 AND value=?2";
                units.extend(look.units(sql, &[&key.kind(), &key.value()])?);
                look.records(units)
            }
            Query::Text(text) => {
                let mut found = Vec::new();
                let mut spaces: Vec<&String> = facts.pools.values().map(|pool| &pool.namespace).collect();
                spaces.sort_unstable();
                spaces.dedup();
                for space in spaces {
                    let mut known = Facts::default();
                    if let Some((pool, number)) = Tables::new(&look.sql, &pools, &mut known).text(space, text)? {
                        found.extend(look.number(&pool, number)?);
                    }
                }
                Ok(found)
            }
            Query::Number { pool, number } => look.number(pool, *number),
            Query::Note { name, value } => {
                let units = look.units("SELECT unit FROM note WHERE name=?1 AND value=?2", &[name, value])?;
                look.records(units)
            }
            Query::Shipment(name) => {
                let units = look.units("SELECT unit FROM shipment WHERE name=?1", &[name])?;
                let mut found = look.records(units)?;
                // What was moved to another one since is not in it any more.
                found.retain(|record| record.shipment() == Some(name));
                Ok(found)
            }
        }
    }
}

struct Look<'c> {
    sql: Statements<'c>,
    pools: &'c BTreeMap<String, i64>,
}

impl Look<'_> {
    fn units(&self, sql: &'static str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<u64>, ErrorKind> {
        self.sql.all(sql, values, |row| natural(row, 0))
    }

    fn records(&self, mut units: Vec<u64>) -> Result<Vec<Record>, ErrorKind> {
        units.sort_unstable();
        units.dedup();
        units.into_iter().filter_map(|unit| self.record(unit).transpose()).collect()
    }

    fn record(&self, unit: u64) -> Result<Option<Record>, ErrorKind> {
        let mut known = Facts::default();
        let Ok(id) = stored(unit) else { return Ok(None) };
        let Some(row) = Tables::new(&self.sql, self.pools, &mut known).unit(unit)? else { return Ok(None) };
        let mut record = Record { unit: Some(unit), keys: Some(row.keys), issue: row.issue, ..Record::default() };
        let seq = record.issue.as_ref().map(|issue| stored(issue.seq)).transpose()?;
        let held = |row: &rusqlite::Row<'_>| {
            let pool: i64 = row.get(0)?;
            let pool = self.pools.iter().find(|(_, number)| **number == pool).map(|(name, _)| name.clone());
            let pool = pool.ok_or_else(|| ErrorKind::Damaged(format!("unit {unit} has a number of no pool")))?;
            Ok(Held { pool, number: natural(row, 1)?, text: row.get(2)?, state: state(row, 3)? })
        };
        let ended = "SELECT pool,number,value,state FROM identity WHERE unit=?1 AND seq<>coalesce(?2,0) AND state>=6";
        record.numbers = self.sql.all(ended, (id, seq), held)?;
        let living = "SELECT pool,number,value,state FROM identity WHERE unit=?1 AND seq<>coalesce(?2,0) AND state<6";
        record.numbers.extend(self.sql.all(living, (id, seq), held)?);
        for seq in history(&self.sql, unit, MOST)? {
            let found = event(self.sql.connection(), seq)?.and_then(|(line, _)| Event::parse(line.as_bytes()).ok());
            record
                .history
                .push(found.ok_or_else(|| ErrorKind::Damaged(format!("event {seq} is missing, or no event")))?);
        }
        for found in &record.history {
            // What was a key and is not any more stands in the events that named it.
            if let crate::event::Body::Reserved { keys, .. }
            | crate::event::Body::Keyed { keys, .. }
            | crate::event::Body::Adopted { keys, .. }
            | crate::event::Body::Rekeyed { keys, .. } = &found.body
            {
                let gone =
                    |key: &Key| record.keys.as_ref().is_none_or(|living| living.get(key.kind()) != Some(key.value()));
                record.former_keys.extend(keys.iter().filter(gone));
            }
        }
        record.former_keys.sort_unstable();
        record.former_keys.dedup();
        Ok(Some(record))
    }

    /// Whoever has a number: a unit, or nobody, in which case the number itself is the record.
    fn number(&self, pool: &str, number: u64) -> Result<Vec<Record>, ErrorKind> {
        let mut known = Facts::default();
        let mut tables = Tables::new(&self.sql, self.pools, &mut known);
        let held = |text, state| Held { pool: pool.to_owned(), number, text, state };
        let held = match tables.number(pool, number)? {
            Some(row) => match row.unit {
                Some(unit) => return self.records(vec![unit]),
                None => Some(held(Some(row.text), row.state)),
            },
            None => tables.ranges(pool, number, number)?.first().map(|range| held(None, range.state)),
        };
        Ok(held.into_iter().map(|held| Record { numbers: vec![held], ..Record::default() }).collect())
    }
}
