//! What is looked up and decides nothing: which events are about a unit, notes, shipments.

use rusqlite::Connection;

use super::error::ErrorKind;
use super::table::{one, stored};
use crate::event::{Body, Event};

/// The units that an event is about.
fn units(event: &Event) -> Vec<u64> {
    match &event.body {
        Body::Reserved { unit, .. }
        | Body::Keyed { unit, .. }
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
        Body::Created { .. }
        | Body::Pool { .. }
        | Body::VoidedRange { .. }
        | Body::Leased { .. }
        | Body::Anchors { .. } => Vec::new(),
    }
}

/// Writes them. The rows of the units may follow.
pub(super) fn write(connection: &Connection, event: &Event) -> Result<(), ErrorKind> {
    let seq = stored(event.seq)?;
    let mut units = units(event);
    units.sort_unstable();
    units.dedup();
    for &unit in &units {
        let sql = "INSERT INTO history(unit,seq) VALUES(?1,?2)";
        one(connection.prepare_cached(sql)?.execute((stored(unit)?, seq))?)?;
    }
    match &event.body {
        Body::Noted { unit, name, value, .. } => {
            let sql = "INSERT INTO note(unit,name,value,seq) VALUES(?1,?2,?3,?4)";
            one(connection.prepare_cached(sql)?.execute((stored(*unit)?, name, value, seq))?)
        }
        Body::Shipped { shipment, .. } => units.iter().try_for_each(|&unit| {
            let sql = "INSERT INTO shipment(name,unit,seq) VALUES(?1,?2,?3)";
            one(connection.prepare_cached(sql)?.execute((shipment, stored(unit)?, seq))?)
        }),
        _ => Ok(()),
    }
}
