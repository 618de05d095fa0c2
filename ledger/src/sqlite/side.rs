//! What is looked up and decides nothing: which events are about a unit, notes, shipments.

use super::error::ErrorKind;
use super::statements::Statements;
use super::table::stored;
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
        | Body::PoolDropped { .. }
        | Body::VoidedRange { .. }
        | Body::Leased { .. }
        | Body::Anchors { .. } => Vec::new(),
    }
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
