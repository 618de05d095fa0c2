//! The rows of the core, out of tables. Each question is one look-up by an index.

use std::collections::BTreeMap;

use rusqlite::Row;

use super::ahead::Ahead;
use super::error::ErrorKind;
use super::statements::Statements;
use super::table::{evidence, natural, small, state, stored};
use crate::event::{Body, Event};
use crate::facts::{Facts, Issue, Number, Unit};
use crate::key::{Key, Keys};
use crate::pool::Range;
use crate::rows::Rows;
use crate::state::State;

/// The tables, in one transaction; it keeps what it found, so that what changed can be told.
#[derive(Debug)]
pub(super) struct Tables<'a, 'c> {
    sql: &'a Statements<'c>,
    /// The numbers of pools in tables.
    pools: &'a BTreeMap<String, i64>,
    found: &'a mut Facts,
    ahead: Option<&'a mut Ahead>,
}

impl<'a, 'c> Tables<'a, 'c> {
    pub(super) fn new(sql: &'a Statements<'c>, pools: &'a BTreeMap<String, i64>, found: &'a mut Facts) -> Self {
        Self { sql, pools, found, ahead: None }
    }

    /// With what is known to be free ahead of the numbers that were drawn.
    pub(super) fn ahead(self, ahead: &'a mut Ahead) -> Self {
        Self { ahead: Some(ahead), ..self }
    }

    /// Whether the tables are known to have nothing of a number.
    fn is_free(&mut self, pool: i64, number: i64) -> bool {
        self.ahead.as_mut().is_some_and(|ahead| ahead.is_number_free(pool, number))
    }

    /// A number that no table has. If the one before it was none either, more may follow.
    fn missed(&mut self, pool: i64, number: i64) -> Result<(), ErrorKind> {
        let Some(ahead) = &mut self.ahead else { return Ok(()) };
        if !ahead.misses_number(pool, number) {
            return Ok(());
        }
        let before = "SELECT last FROM range WHERE pool=+?1 AND first<=+?2 ORDER BY first DESC LIMIT 1";
        let before: Option<i64> = self.sql.first(before, [pool, number], |row| Ok(row.get(0)?))?;
        if before.is_some_and(|last| last >= number) {
            return Ok(());
        }
        let after = "SELECT first FROM range WHERE pool=+?1 AND first>+?2 ORDER BY first LIMIT 1";
        let drawn = "SELECT number FROM identity WHERE pool=+?1 AND number>+?2 ORDER BY number LIMIT 1";
        let after: Option<i64> = self.sql.first(after, [pool, number], |row| Ok(row.get(0)?))?;
        let drawn: Option<i64> = self.sql.first(drawn, [pool, number], |row| Ok(row.get(0)?))?;
        let end = after.into_iter().chain(drawn).min().unwrap_or(i64::MAX);
        ahead.free_numbers(pool, number, end);
        Ok(())
    }

    fn name(&self, pool: i64) -> Result<String, ErrorKind> {
        let named = self.pools.iter().find(|(_, number)| **number == pool);
        named.map(|(name, _)| name.clone()).ok_or_else(|| ErrorKind::Damaged(format!("there is no pool {pool}")))
    }

    fn keys(&self, unit: i64) -> Result<Keys, ErrorKind> {
        let keys = self.sql.all("SELECT kind,value FROM unit_key WHERE unit=?1", [unit], |row| {
            let (kind, value) = (row.get_ref(0)?.as_str(), row.get_ref(1)?.as_str());
            let (Ok(kind), Ok(value)) = (kind, value) else {
                return Err(ErrorKind::Damaged(format!("unit {unit} has a key that is no text")));
            };
            Key::as_written(kind, value).map_err(|error| ErrorKind::Damaged(error.to_string()))
        })?;
        Keys::new(keys).map_err(|error| ErrorKind::Damaged(format!("unit {unit}: {error}")))
    }

    /// The numbers that an event gave to a unit.
    fn issued(&self, unit: i64, seq: i64, expected: State) -> Result<BTreeMap<String, (u64, String)>, ErrorKind> {
        let sql = if expected.is_living() {
            "SELECT pool,number,value,state FROM identity WHERE unit=?1 AND seq=?2 AND state<6"
        } else {
            "SELECT pool,number,value,state FROM identity WHERE unit=?1 AND seq=?2 AND state>=6"
        };
        let rows = self.sql.all(sql, [unit, seq], |row| {
            let found = state(row, 3)?;
            if found != expected {
                return Err(ErrorKind::Damaged(format!("unit {unit} is {expected}, and its number is {found}")));
            }
            Ok((self.name(row.get(0)?)?, (natural(row, 1)?, row.get(2)?)))
        })?;
        let count = rows.len();
        let numbers: BTreeMap<_, _> = rows.into_iter().collect();
        if numbers.is_empty() || numbers.len() != count {
            return Err(ErrorKind::Damaged(format!("unit {unit} is {expected} and has {count} numbers")));
        }
        Ok(numbers)
    }

    fn drawn(row: &Row<'_>) -> Result<Number, ErrorKind> {
        let unit: Option<i64> = row.get(1)?;
        let unit = unit.map(u64::try_from).transpose();
        let unit = unit.map_err(|_| ErrorKind::Damaged("a number has a unit that is none".into()))?;
        Ok(Number { text: row.get(0)?, unit, state: state(row, 2)? })
    }

    fn range(pool: &str, row: &Row<'_>) -> Result<Range, ErrorKind> {
        Ok(Range {
            pool: pool.to_owned(),
            first: natural(row, 0)?,
            last: natural(row, 1)?,
            state: state(row, 2)?,
            seq: natural(row, 3)?,
        })
    }
}

impl Rows for Tables<'_, '_> {
    type Error = ErrorKind;

    fn unit(&mut self, unit: u64) -> Result<Option<Unit>, ErrorKind> {
        let id = stored(unit)?;
        let sql = "SELECT attempts,state,attempt,station,evidence,seq FROM unit WHERE id=?1";
        let found = self.sql.first(sql, [id], |row| {
            let issue = if row.get::<_, Option<u8>>(1)?.is_some() {
                let state = state(row, 1)?;
                Some(Issue {
                    numbers: self.issued(id, row.get(5)?, state)?,
                    state,
                    attempt: small(row, 2)?,
                    station: row.get(3)?,
                    evidence: evidence(row.get(4)?)?,
                    seq: natural(row, 5)?,
                })
            } else {
                None
            };
            Ok(Unit { keys: self.keys(id)?, issue, attempts: small(row, 0)? })
        })?;
        if let Some(row) = &found {
            let _: Option<Unit> = self.found.units.insert(unit, row.clone());
        }
        Ok(found)
    }

    fn key(&mut self, key: &Key) -> Result<Option<u64>, ErrorKind> {
        let sql = "SELECT unit FROM unit_key WHERE kind=?1 AND value=?2 AND living=1";
        let mut unit = self.sql.first(sql, [key.kind(), key.value()], |row| natural(row, 0))?;
        // Earlier versions kept digits in small letters as they were typed: that is the same board.
        if unit.is_none() && key.is_folded() {
            unit = self.sql.first(sql, [key.kind(), &key.value().to_ascii_lowercase()], |row| natural(row, 0))?;
        }
        if let Some(unit) = unit {
            let _: Option<u64> = self.found.keys.insert(key.clone(), unit);
        }
        Ok(unit)
    }

    fn number(&mut self, pool: &str, number: u64) -> Result<Option<Number>, ErrorKind> {
        let Some(&id) = self.pools.get(pool) else { return Ok(None) };
        // A number that no table can hold is nobody's.
        let Ok(at) = i64::try_from(number) else { return Ok(None) };
        let sql = "SELECT value,unit,state FROM identity WHERE pool=?1 AND number=?2";
        if self.is_free(id, at) {
            return Ok(None);
        }
        let found = self.sql.first(sql, [id, at], Self::drawn)?;
        if found.is_none() {
            self.missed(id, at)?;
        }
        if let Some(row) = &found {
            let _: Option<Number> = self.found.numbers.insert((pool.to_owned(), number), row.clone());
        }
        Ok(found)
    }

    fn text(&mut self, namespace: &str, text: &str) -> Result<Option<(String, u64)>, ErrorKind> {
        if self.ahead.as_mut().is_some_and(|ahead| ahead.is_text_free(namespace, text)) {
            return Ok(None);
        }
        let sql = "SELECT pool,number FROM identity WHERE namespace=?1 AND value=?2";
        let found = self.sql.first(sql, [namespace, text], |row| Ok((self.name(row.get(0)?)?, natural(row, 1)?)))?;
        if let Some(ahead) = self.ahead.as_mut().filter(|_| found.is_none()) {
            if ahead.misses_text(namespace, text) {
                let after = "SELECT value FROM identity WHERE namespace=+?1 AND value>+?2 ORDER BY value LIMIT 1";
                ahead.free_texts(namespace, self.sql.first(after, [namespace, text], |row| Ok(row.get(0)?))?);
            }
        }
        Ok(found)
    }

    fn numbers(&mut self, pool: &str, first: u64, last: u64) -> Result<Vec<(u64, Number)>, ErrorKind> {
        let (Some(&id), Ok(first)) = (self.pools.get(pool), i64::try_from(first)) else { return Ok(Vec::new()) };
        let last = i64::try_from(last).unwrap_or(i64::MAX);
        let sql = "SELECT value,unit,state,number FROM identity WHERE pool=?1 AND number BETWEEN ?2 AND ?3";
        let numbers = self.sql.all(sql, [id, first, last], |row| Ok((natural(row, 3)?, Self::drawn(row)?)))?;
        let rows = numbers.iter().cloned().map(|(number, row)| ((pool.to_owned(), number), row));
        self.found.numbers.extend(rows);
        Ok(numbers)
    }

    fn ranges(&mut self, pool: &str, first: u64, last: u64) -> Result<Vec<Range>, ErrorKind> {
        let (Some(&id), Ok(first)) = (self.pools.get(pool), i64::try_from(first)) else { return Ok(Vec::new()) };
        let last = i64::try_from(last).unwrap_or(i64::MAX);
        if first == last && self.is_free(id, first) {
            return Ok(Vec::new());
        }
        // The one that begins at or before the first number, if it reaches it, and those that begin after it. (Without
        // the plus signs, SQLite makes a new plan for each number.)
        let before = "SELECT first,last,state,seq FROM range WHERE pool=+?1 AND first<=+?2 ORDER BY first DESC LIMIT 1";
        let after = "SELECT first,last,state,seq FROM range WHERE pool=+?1 AND first>+?2 AND first<=+?3";
        let found = self.sql.first(before, [id, first], |row| Self::range(pool, row))?;
        let mut ranges: Vec<Range> =
            found.into_iter().filter(|range| stored(range.last).is_ok_and(|end| end >= first)).collect();
        if last > first {
            ranges.extend(self.sql.all(after, [id, first, last], |row| Self::range(pool, row))?);
        }
        self.found.ranges.extend(ranges.iter().cloned());
        Ok(ranges)
    }

    fn request(&mut self, request: &str) -> Result<bool, ErrorKind> {
        let found = self.sql.first("SELECT 1 FROM request WHERE id=?1", [request], |_| Ok(()))?.is_some();
        if found {
            let _: bool = self.found.requests.insert(request.to_owned());
        }
        Ok(found)
    }

    fn shipment(&mut self, unit: u64) -> Result<Option<String>, ErrorKind> {
        let sql = "SELECT event.line FROM history CROSS JOIN event ON event.seq=history.seq WHERE history.unit=+?1 ORDER BY history.seq DESC";
        let found = self.sql.all(sql, [stored(unit)?], |row| {
            let line: String = row.get(0)?;
            let event = Event::parse(line.as_bytes()).map_err(|error| ErrorKind::Damaged(error.to_string()))?;
            Ok(if let Body::Shipped { shipment, .. } = event.body { Some(shipment) } else { None })
        })?;
        let last = found.into_iter().flatten().next();
        if let Some(shipment) = &last {
            let _: Option<String> = self.found.shipments.insert(unit, shipment.clone());
        }
        Ok(last)
    }

    fn drawn_after(&mut self, seq: u64) -> Result<Vec<u64>, ErrorKind> {
        // What an anchor did not confirm is a few events; all of them say whose numbers they draw.
        let found = self.sql.all("SELECT line FROM event WHERE seq>?1", [stored(seq)?], |row| {
            let line: String = row.get(0)?;
            let event = Event::parse(line.as_bytes()).map_err(|error| ErrorKind::Damaged(error.to_string()))?;
            Ok(match event.body {
                Body::Reserved { unit, .. } | Body::Retired { unit, .. } | Body::Adopted { unit, .. } => Some(unit),
                _ => None,
            })
        })?;
        let mut units: Vec<u64> = found.into_iter().flatten().collect();
        units.sort_unstable();
        units.dedup();
        Ok(units)
    }
}
