//! The rows that changed, into tables.

use std::collections::BTreeMap;

use super::error::ErrorKind;
use super::side;
use super::statements::Statements;
use super::table::{evidence_code, stored};
use crate::facts::{Facts, Number, Unit};
use crate::key::Key;
use crate::pool::{Pool, Range};
use crate::state::State;

/// Writes what differs between the rows as they were found and as they are. Adds new pools to `pools`.
pub(super) fn write(
    sql: &Statements<'_>,
    pools: &mut BTreeMap<String, i64>,
    (was, is): (&Facts, &Facts),
) -> Result<(), ErrorKind> {
    for (name, row) in is.pools.iter().filter(|(name, row)| was.pools.get(*name) != Some(row)) {
        pool(sql, pools, name, row)?;
    }
    for (name, row) in is.pools.iter().filter(|(_, row)| row.is_dropped()) {
        if was.pools.get(name).is_some_and(|old| old.namespace != row.namespace) {
            sql.change("UPDATE pool SET namespace=?2 WHERE id=?1", (pools.get(name), &row.namespace))?;
        }
    }
    for (&number, row) in &is.units {
        match was.units.get(&number) {
            Some(old) if old == row => {}
            old => unit(sql, number, row, old.is_none())?,
        }
    }
    keys(sql, was, is)?;
    // Numbers that end first, then those that begin: a unit has one living number of a pool.
    let mut new = Vec::with_capacity(is.numbers.len());
    for (at, row) in &is.numbers {
        match was.numbers.get(at) {
            Some(old) if old == row => {}
            Some(old) => {
                if old.unit.is_some() && old.unit != row.unit {
                    side::keep(sql, pools.get(&at.0), stored(at.1)?)?;
                }
                identity(sql, pools, is, (at, row), false)?;
            }
            None => new.push((at, row)),
        }
    }
    for row in new {
        identity(sql, pools, is, row, true)?;
    }
    for Range { pool, first, .. } in was.ranges.difference(&is.ranges) {
        sql.change("DELETE FROM range WHERE pool=?1 AND first=?2", (pools.get(pool), stored(*first)?))?;
    }
    for Range { pool, first, last, state, seq } in is.ranges.difference(&was.ranges) {
        let row = (pools.get(pool), stored(*first)?, stored(*last)?, state.code(), stored(*seq)?);
        sql.change("INSERT INTO range(pool,first,last,state,seq) VALUES(?1,?2,?3,?4,?5)", row)?;
    }
    for request in is.requests.difference(&was.requests) {
        sql.change("INSERT INTO request(id) VALUES(?1)", [request])?;
    }
    Ok(())
}

fn pool(sql: &Statements<'_>, pools: &mut BTreeMap<String, i64>, name: &str, row: &Pool) -> Result<(), ErrorKind> {
    let id = if let Some(&id) = pools.get(name) {
        id
    } else {
        let Pool { namespace, first, last, next, low, template, source, .. } = row;
        let numbers = (stored(*first)?, stored(*last)?, stored(*next)?, stored(*low)?);
        sql.change(
            "INSERT INTO pool(name,namespace,first,last,next,low,template,source) VALUES(?1,?2,?3,?4,?5,?6,?7,?8)",
            (name, namespace, numbers.0, numbers.1, numbers.2, numbers.3, template, source),
        )?;
        let id = sql.connection().last_insert_rowid();
        let _: Option<i64> = pools.insert(name.to_owned(), id);
        id
    };
    let mut values = vec![id, stored(row.next)?];
    for state in State::ALL {
        values.push(stored(row.tally.of(state))?);
    }
    sql.change(
        "UPDATE pool SET next=?2,reserved=?3,begun=?4,unknown=?5,verified=?6,quarantined=?7,retired=?8,void=?9,\
         lost=?10,leased=?11 WHERE id=?1",
        rusqlite::params_from_iter(values),
    )
}

fn unit(sql: &Statements<'_>, number: u64, row: &Unit, is_new: bool) -> Result<(), ErrorKind> {
    let text = if is_new {
        "INSERT INTO unit(id,attempts,state,attempt,station,evidence,seq) VALUES(?1,?2,?3,?4,?5,?6,?7)"
    } else {
        "UPDATE unit SET attempts=?2,state=?3,attempt=?4,station=?5,evidence=?6,seq=?7 WHERE id=?1"
    };
    let issue = row.issue.as_ref();
    let values = (
        stored(number)?,
        row.attempts,
        issue.map(|issue| issue.state.code()),
        issue.map(|issue| issue.attempt),
        issue.and_then(|issue| issue.station.as_ref()),
        issue.and_then(|issue| issue.evidence).map(evidence_code),
        issue.map(|issue| stored(issue.seq)).transpose()?,
    );
    sql.change(text, values)
}

/// The keys of units, and whether each is still theirs. What goes goes first, so that nobody has a key twice.
fn keys(sql: &Statements<'_>, was: &Facts, is: &Facts) -> Result<(), ErrorKind> {
    let of = |facts: &Facts, unit: u64| -> Vec<(Key, bool)> {
        let keys = facts.units.get(&unit).into_iter().flat_map(|row| row.keys.iter());
        keys.map(|key| (facts.keys.get(&key) == Some(&unit), key)).map(|(living, key)| (key, living)).collect()
    };
    let mut new = Vec::with_capacity(is.units.len());
    for &unit in is.units.keys() {
        let after = of(is, unit);
        if !was.units.contains_key(&unit) {
            new.extend(after.into_iter().map(|key| (unit, key)));
            continue;
        }
        let before = of(was, unit);
        for (key, living) in before.iter().filter(|key| !after.contains(key)) {
            sql.change("DELETE FROM unit_key WHERE unit=?1 AND kind=?2", (stored(unit)?, key.kind()))?;
            if *living {
                let row = (key.kind(), key.value(), stored(unit)?, stored(is.size)?);
                sql.change("INSERT INTO former_key(kind,value,unit,seq) VALUES(?1,?2,?3,?4)", row)?;
            }
        }
        new.extend(after.into_iter().filter(|key| !before.contains(key)).map(|key| (unit, key)));
    }
    for (unit, (key, living)) in new {
        let row = (stored(unit)?, key.kind(), key.value(), living);
        sql.change("INSERT INTO unit_key(unit,kind,value,living) VALUES(?1,?2,?3,?4)", row)?;
    }
    Ok(())
}

fn identity(
    sql: &Statements<'_>,
    pools: &BTreeMap<String, i64>,
    is: &Facts,
    ((pool, number), row): (&(String, u64), &Number),
    is_new: bool,
) -> Result<(), ErrorKind> {
    // The event that gave it, if it is of the current issue of its unit; an earlier one keeps its own.
    let issue = row.unit.and_then(|unit| is.units.get(&unit)?.issue.as_ref());
    let issue = issue.filter(|issue| issue.numbers.get(pool).is_some_and(|(current, _)| current == number));
    let seq = issue.map(|issue| stored(issue.seq)).transpose()?;
    let (id, number, unit) = (pools.get(pool), stored(*number)?, row.unit.map(stored).transpose()?);
    if is_new {
        let namespace = is.pools.get(pool).map(|pool| &pool.namespace);
        let values = (id, number, unit, namespace, &row.text, row.state.code(), seq);
        sql.change(
            "INSERT INTO identity(pool,number,unit,namespace,value,state,seq) VALUES(?1,?2,?3,?4,?5,?6,?7)",
            values,
        )
    } else {
        let values = (id, number, unit, row.state.code(), seq);
        sql.change("UPDATE identity SET unit=?3,state=?4,seq=coalesce(?5,seq) WHERE pool=?1 AND number=?2", values)
    }
}
