//! The rows that changed, into tables.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::error::ErrorKind;
use super::table::{evidence_code, one, stored};
use crate::facts::{Facts, Number, Unit};
use crate::key::Key;
use crate::pool::{Pool, Range};
use crate::state::State;

/// Writes what differs between the rows as they were found and as they are. Adds new pools to `pools`.
pub(super) fn write(
    connection: &Connection,
    pools: &mut BTreeMap<String, i64>,
    (was, is): (&Facts, &Facts),
) -> Result<(), ErrorKind> {
    for (name, row) in is.pools.iter().filter(|(name, row)| was.pools.get(*name) != Some(row)) {
        pool(connection, pools, name, row)?;
    }
    for (&number, row) in is.units.iter().filter(|(number, row)| was.units.get(number) != Some(row)) {
        unit(connection, number, row, !was.units.contains_key(&number))?;
    }
    keys(connection, was, is)?;
    // Numbers that end first, then those that begin: a unit has one living number of a pool.
    let changed = || is.numbers.iter().filter(|(at, row)| was.numbers.get(*at) != Some(row));
    for ((pool, number), row) in changed().filter(|(at, _)| was.numbers.contains_key(*at)) {
        identity(connection, pools, is, (pool, *number), row, false)?;
    }
    for ((pool, number), row) in changed().filter(|(at, _)| !was.numbers.contains_key(*at)) {
        identity(connection, pools, is, (pool, *number), row, true)?;
    }
    for range in was.ranges.difference(&is.ranges) {
        let sql = "DELETE FROM range WHERE pool=?1 AND first=?2";
        let at = (pools.get(&range.pool), stored(range.first)?);
        one(connection.prepare_cached(sql)?.execute(at)?)?;
    }
    for range in is.ranges.difference(&was.ranges) {
        insert_range(connection, pools, range)?;
    }
    for request in is.requests.difference(&was.requests) {
        let sql = "INSERT INTO request(id) VALUES(?1)";
        one(connection.prepare_cached(sql)?.execute([request])?)?;
    }
    Ok(())
}

fn pool(connection: &Connection, pools: &mut BTreeMap<String, i64>, name: &str, row: &Pool) -> Result<(), ErrorKind> {
    let id = if let Some(&id) = pools.get(name) {
        id
    } else {
        let sql =
            "INSERT INTO pool(name,namespace,first,last,next,low,template,source) VALUES(?1,?2,?3,?4,?5,?6,?7,?8)";
        let Pool { namespace, first, last, next, low, template, source, .. } = row;
        let numbers = (stored(*first)?, stored(*last)?, stored(*next)?, stored(*low)?);
        let id = connection
            .prepare_cached(sql)?
            .insert((name, namespace, numbers.0, numbers.1, numbers.2, numbers.3, template, source))?;
        let _: Option<i64> = pools.insert(name.to_owned(), id);
        id
    };
    let sql = "UPDATE pool SET next=?2,reserved=?3,begun=?4,unknown=?5,verified=?6,quarantined=?7,retired=?8,void=?9,\
               lost=?10,leased=?11 WHERE id=?1";
    let mut values = vec![id, stored(row.next)?];
    for state in State::ALL {
        values.push(stored(row.tally.of(state))?);
    }
    one(connection.prepare_cached(sql)?.execute(rusqlite::params_from_iter(values))?)
}

fn unit(connection: &Connection, number: u64, row: &Unit, new: bool) -> Result<(), ErrorKind> {
    let sql = if new {
        "INSERT INTO unit(id,attempts,state,attempt,station,evidence,seq) VALUES(?1,?2,?3,?4,?5,?6,?7)"
    } else {
        "UPDATE unit SET attempts=?2,state=?3,attempt=?4,station=?5,evidence=?6,seq=?7 WHERE id=?1"
    };
    let issue = row.issue.as_ref();
    one(connection.prepare_cached(sql)?.execute((
        stored(number)?,
        row.attempts,
        issue.map(|issue| issue.state.code()),
        issue.map(|issue| issue.attempt),
        issue.and_then(|issue| issue.station.as_ref()),
        issue.and_then(|issue| issue.evidence).map(evidence_code),
        issue.map(|issue| stored(issue.seq)).transpose()?,
    ))?)
}

/// The keys of units, and whether each is theirs alone. What goes goes first, so that nobody has a key twice.
fn keys(connection: &Connection, was: &Facts, is: &Facts) -> Result<(), ErrorKind> {
    let owned = |facts: &Facts, unit: u64, key: &Key| facts.keys.get(key) == Some(&unit);
    let of = |facts: &Facts, unit: u64| -> BTreeMap<String, (String, bool)> {
        let keys = facts.units.get(&unit).into_iter().flat_map(|row| row.keys.iter());
        keys.map(|key| (key.kind().to_owned(), (key.value().to_owned(), owned(facts, unit, &key)))).collect()
    };
    let mut new = Vec::new();
    for &unit in is.units.keys() {
        let (before, after) = (of(was, unit), of(is, unit));
        if before == after {
            continue;
        }
        for (kind, (value, living)) in before.iter().filter(|(kind, value)| after.get(*kind) != Some(value)) {
            let sql = "DELETE FROM unit_key WHERE unit=?1 AND kind=?2";
            one(connection.prepare_cached(sql)?.execute((stored(unit)?, kind))?)?;
            if *living {
                let sql = "INSERT INTO former_key(kind,value,unit,seq) VALUES(?1,?2,?3,?4)";
                one(connection.prepare_cached(sql)?.execute((kind, value, stored(unit)?, stored(is.size)?))?)?;
            }
        }
        new.extend(after.into_iter().filter(|(kind, value)| before.get(kind) != Some(value)).map(|row| (unit, row)));
    }
    for (unit, (kind, (value, living))) in new {
        let sql = "INSERT INTO unit_key(unit,kind,value,living) VALUES(?1,?2,?3,?4)";
        one(connection.prepare_cached(sql)?.execute((stored(unit)?, kind, value, living))?)?;
    }
    Ok(())
}

fn identity(
    connection: &Connection,
    pools: &BTreeMap<String, i64>,
    is: &Facts,
    (pool, number): (&String, u64),
    row: &Number,
    new: bool,
) -> Result<(), ErrorKind> {
    // The event that gave it, if it is of the current issue of its unit; an earlier one keeps its own.
    let issue = row.unit.and_then(|unit| is.units.get(&unit)?.issue.as_ref());
    let issue = issue.filter(|issue| issue.numbers.get(pool).is_some_and(|(current, _)| *current == number));
    let seq = issue.map(|issue| stored(issue.seq)).transpose()?;
    let (id, unit) = (pools.get(pool), row.unit.map(stored).transpose()?);
    one(if new {
        let namespace = is.pools.get(pool).map(|pool| &pool.namespace);
        let sql = "INSERT INTO identity(pool,number,unit,namespace,value,state,seq) VALUES(?1,?2,?3,?4,?5,?6,?7)";
        connection.prepare_cached(sql)?.execute((
            id,
            stored(number)?,
            unit,
            namespace,
            &row.text,
            row.state.code(),
            seq,
        ))?
    } else {
        let sql = "UPDATE identity SET unit=?3,state=?4,seq=coalesce(?5,seq) WHERE pool=?1 AND number=?2";
        connection.prepare_cached(sql)?.execute((id, stored(number)?, unit, row.state.code(), seq))?
    })
}

fn insert_range(connection: &Connection, pools: &BTreeMap<String, i64>, range: &Range) -> Result<(), ErrorKind> {
    let sql = "INSERT INTO range(pool,first,last,state,seq) VALUES(?1,?2,?3,?4,?5)";
    one(connection.prepare_cached(sql)?.execute((
        pools.get(&range.pool),
        stored(range.first)?,
        stored(range.last)?,
        range.state.code(),
        stored(range.seq)?,
    ))?)
}
