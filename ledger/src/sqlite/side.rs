//! What is looked up and decides nothing: which events are about a unit, notes, shipments.
//!
//! The event that reserves numbers is found by these, in `identity`: a row less for each unit.

use std::collections::BTreeSet;

use super::error::ErrorKind;
use super::statements::Statements;
use super::table::{natural, stored};
use crate::event::{Body, Event};

/// The units that an event is about, but for one that reserves.
fn units(event: &Event) -> Vec<u64> {
    match &event.body {
        Body::Keyed { unit, .. }
        | Body::Reissued { unit, .. }
        | Body::Begun { unit, .. }
        | Body::Verified { unit, .. }
        | Body::Unknown { unit, .. }
        | Body::Late { unit, .. }
        | Body::Released { unit, .. }
        | Body::Voided { unit, .. }
        | Body::Retired { unit, .. }
        | Body::Rekeyed { unit, .. }
        | Body::Adopted { unit, .. }
        | Body::Noted { unit, .. } => vec![*unit],
        Body::Quarantined { units, .. } | Body::Shipped { units, .. } => units.clone(),
        Body::Recovered { withdrawn, .. } => withdrawn.clone(),
        Body::Reserved { .. }
        | Body::Created { .. }
        | Body::Pool { .. }
        | Body::PoolDropped { .. }
        | Body::VoidedRange { .. }
        | Body::Leased { .. }
        | Body::Anchors { .. } => Vec::new(),
    }
}

/// The events about a unit: those that reserved its numbers, and the newest `most` others.
pub(super) fn history(sql: &Statements<'_>, unit: u64, most: usize) -> Result<BTreeSet<u64>, ErrorKind> {
    let (id, most) = (stored(unit)?, i64::try_from(most).unwrap_or(i64::MAX));
    let read = |row: &rusqlite::Row<'_>| natural(row, 0);
    let mut found = sql.all("SELECT seq FROM history WHERE unit=+?1 ORDER BY seq DESC LIMIT +?2", (id, most), read)?;
    found.extend(sql.all("SELECT seq FROM identity WHERE unit=?1 AND state<6", [id], read)?);
    found.extend(sql.all("SELECT seq FROM identity WHERE unit=?1 AND state>=6", [id], read)?);
    Ok(found.into_iter().collect())
}

/// Keeps the event that reserved a number, before the number is taken from its unit.
pub(super) fn keep(sql: &Statements<'_>, pool: Option<&i64>, number: i64) -> Result<(), ErrorKind> {
    let text = "INSERT OR IGNORE INTO history(unit,seq) SELECT unit,seq FROM identity WHERE pool=?1 AND number=?2";
    sql.add(text, (pool, number))
}

/// Writes them. The rows of the units may follow.
pub(super) fn write(sql: &Statements<'_>, event: &Event) -> Result<(), ErrorKind> {
    let seq = stored(event.seq)?;
    let mut units = units(event);
    units.sort_unstable();
    units.dedup();
    for &unit in &units {
        sql.change("INSERT INTO history(unit,seq) VALUES(?1,?2)", (stored(unit)?, seq))?;
    }
    match &event.body {
        Body::Noted { unit, name, value, .. } => {
            let row = (stored(*unit)?, name, value, seq);
            sql.change("INSERT INTO note(unit,name,value,seq) VALUES(?1,?2,?3,?4)", row)
        }
        Body::Shipped { shipment, .. } => units.iter().try_for_each(|&unit| {
            let row = (shipment, stored(unit)?, seq);
            sql.change("INSERT INTO shipment(name,unit,seq) VALUES(?1,?2,?3)", row)
        }),
        _ => Ok(()),
    }
}
