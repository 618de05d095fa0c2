//! `nameplate ledger note` and `nameplate ledger ship`: what is remembered of units, and gives no number.

use nameplate_job::journal::sha256;
use nameplate_ledger::sqlite::{Ledger, Query};
use nameplate_ledger::{Command, Target};

use super::access::Access;
use super::decisions::{records, stands};
use super::find::by_text;
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
    let command = Command::Note { unit, name: name.clone(), value: value.clone(), request };
    let _ = ledger.record(command, &|_: &str, _| None)?;
    Ok(stands(&found, &[]))
}

/// Ships verified units, once.
///
/// # Errors
/// When one is not known, or not verified; or the ledger is closed.
pub fn ship(access: &Access, shipment: &str, texts: &[String], request: Option<&str>) -> Result<Outcome, Failure> {
    let mut ledger = access.open_to_write()?;
    let mut units = texts.iter().map(|text| named(&ledger, text)).collect::<Result<Vec<u64>, _>>()?;
    units.sort_unstable();
    if let Some(pair) = units.windows(2).find(|pair| pair.first() == pair.last()) {
        return Err(Failure::refused(format_args!(
            "unit {} is named twice",
            pair.first().copied().unwrap_or_default()
        )));
    }
    let request = request.map_or_else(|| once(&["ship", shipment, &format!("{units:?}")]), str::to_owned);
    let command = Command::Ship { shipment: shipment.to_owned(), units: units.clone(), request };
    let _ = ledger.record(command, &|_: &str, _| None)?;
    let mut found = Vec::new();
    for unit in units {
        found.extend(ledger.find(&Query::Unit(unit))?);
    }
    let said = format!("shipment {shipment}: {} units", found.len());
    Ok(stands(&found, &[&said]).with("shipment", shipment))
}

/// The one unit that a text names.
fn named(ledger: &Ledger, text: &str) -> Result<u64, Failure> {
    match by_text(ledger, text)?.as_slice() {
        [one] if one.unit.is_some() => Ok(one.unit.unwrap_or_default()),
        [] | [_] => Err(Failure::refused(format_args!("`{text}`: no unit has that"))),
        _ => Err(Failure::refused(format_args!("`{text}` is of several units: give a key of the one"))),
    }
}

/// An ID of what is asked for: the same one when it is asked for again, as by a command that was killed.
fn once(parts: &[&str]) -> String {
    sha256(format!("{parts:?}").as_bytes())
}
