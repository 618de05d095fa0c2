//! `nameplate ledger note` and `nameplate ledger ship`: what is remembered of units, and gives no number.

use nameplate_job::journal::sha256;
use nameplate_ledger::sqlite::{Ledger, Query};
use nameplate_ledger::{Body, Command, Target};

use super::access::Access;
use super::decisions::{of_request, records, stands};
use super::find::by_text;
use super::journal::follow;
use super::unit::target;
use crate::commands::outcome::Outcome;
use crate::failure::Failure;

/// Something to remember about a unit.
#[derive(Debug)]
pub struct NoteArgs {
    /// What it is.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The ID of the request; one of unit, name and value, if there is none.
    pub request: Option<String>,
}

/// Notes something about a unit, once.
///
/// # Errors
/// When there is no such unit, or the ledger is closed.
pub fn note(access: &Access, unit: &[String], args: &NoteArgs) -> Result<Outcome, Failure> {
    let mut ledger = access.open_to_write()?;
    let named = target(&mut ledger, unit)?;
    // Keys are replaced, the number of a unit is not.
    let found = records(&ledger, &named)?;
    let unit = found.first().and_then(|record| record.unit).map_or(named, Target::Unit);
    let NoteArgs { name, value, request } = args;
    let request = request.clone().unwrap_or_else(|| once(&["note", &format!("{unit:?}"), name, value]));
    let command =
        Command::Note { unit: unit.clone(), name: name.clone(), value: value.clone(), request: request.clone() };
    let _ = ledger.record(command, &|_: &str, _| None)?;
    follow(&ledger)?;
    let found = records(&ledger, &unit)?;
    of_request(&found, &request)?;
    Ok(stands(&found, &[]))
}

/// What is shipped.
#[derive(Debug)]
pub struct ShipArgs {
    /// The shipment.
    pub shipment: String,
    /// The units, each by a text.
    pub units: Vec<String>,
    /// The ID of the request; one of the shipment and its units, if there is none.
    pub request: Option<String>,
    /// Why units leave another shipment for this one.
    pub moved: Option<String>,
}

/// Ships verified units, once.
///
/// # Errors
/// When one is not known, not verified, or in another shipment; or the ledger is closed.
pub fn ship(access: &Access, args: &ShipArgs) -> Result<Outcome, Failure> {
    let ShipArgs { shipment, units: texts, request, moved } = args;
    let mut ledger = access.open_to_write()?;
    let mut units = texts.iter().map(|text| named(&ledger, text)).collect::<Result<Vec<u64>, _>>()?;
    units.sort_unstable();
    if let Some(pair) = units.windows(2).find(|pair| pair.first() == pair.last()) {
        return Err(Failure::refused(format_args!(
            "unit {} is named twice",
            pair.first().copied().unwrap_or_default()
        )));
    }
    // A unit that was moved away may come back: then its last event is another one.
    let of_request = |request: &String| of_shipment(&ledger, shipment, &units, request);
    let request = match request {
        Some(request) => request.clone(),
        None => of_request(&once(&["ship", shipment, &format!("{units:?}")]))?,
    };
    let (shipment, moved) = (shipment.clone(), moved.clone());
    let command = Command::Ship { shipment, units: units.clone(), request: request.clone(), moved };
    let size = ledger.size()?;
    let _ = ledger.record(command, &|_: &str, _| None)?;
    let is_new = ledger.size()? > size;
    follow(&ledger)?;
    let mut found = Vec::new();
    for unit in units {
        found.extend(ledger.find(&Query::Unit(unit))?);
    }
    super::decisions::of_request(&found, &request)?;
    let all = ledger.find(&Query::Shipment(args.shipment.clone()))?.len();
    let (count, shipment) = (counted(found.len()), &args.shipment);
    let said = if is_new {
        format!("shipment {shipment}: {count}, {all} in it now")
    } else {
        format!("shipment {shipment}: {count} as before, {all} in it")
    };
    Ok(stands(&found, &[&said]).with("shipment", shipment).with("shipped", found.len()).with("in_shipment", all))
}

fn counted(count: usize) -> String {
    if count == 1 { "1 unit".to_owned() } else { format!("{count} units") }
}

/// The ID of a request that has none: another one, if what was asked for by this was undone by a move since.
fn of_shipment(ledger: &Ledger, shipment: &str, units: &[u64], request: &str) -> Result<String, Failure> {
    let mut away = 0;
    for unit in units {
        let found = ledger.find(&Query::Unit(*unit))?;
        let events = found.iter().flat_map(|record| &record.history);
        let left = events.filter(|event| matches!(&event.body, Body::Shipped { shipment: of, .. } if of != shipment));
        away = left.map(|event| event.seq).fold(away, u64::max);
    }
    Ok(if away == 0 { request.to_owned() } else { once(&[request, &away.to_string()]) })
}

/// The one unit that a text names.
fn named(ledger: &Ledger, text: &str) -> Result<u64, Failure> {
    match by_text(ledger, text)?.as_slice() {
        [one] if one.unit.is_some() => Ok(one.unit.unwrap_or_default()),
        [] | [_] => Err(Failure::refused(format_args!("`{text}`: no unit has that")).of_kind("unknown-unit")),
        _ => Err(Failure::refused(format_args!("`{text}` is of several units: give a key of the one"))),
    }
}

/// An ID of what is asked for: the same one when it is asked for again, as by a command that was killed.
fn once(parts: &[&str]) -> String {
    sha256(format!("{parts:?}").as_bytes())
}
