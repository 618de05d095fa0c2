//! Which unit is meant: by its keys, or by a text of a pool.

use nameplate_ledger::sqlite::Ledger;
use nameplate_ledger::{Key, Keys, Target};

use super::find::{by_text, key};
use crate::failure::{Exit, Failure};

/// `KIND=VALUE`.
fn pair(text: &str) -> Result<(&str, &str), Failure> {
    let wrong = || Failure::new(Exit::Usage, format_args!("`{text}`: expected KIND=VALUE, as uid=3400210011513730"));
    text.split_once('=').filter(|(kind, value)| !kind.is_empty() && !value.is_empty()).ok_or_else(wrong)
}

/// Keys as `KIND=VALUE` each.
///
/// # Errors
/// When one is none, or none is given.
pub(crate) fn keys(texts: &[String]) -> Result<Keys, Failure> {
    let keys = texts.iter().map(|text| pair(text).and_then(|(kind, value)| key(kind, value)));
    let keys = keys.collect::<Result<Vec<Key>, _>>()?;
    Keys::new(keys).map_err(|error| Failure::new(Exit::Refused, error).of_kind("bad-key"))
}

/// The unit that is meant. In place of keys the name of a pool may stand, with the text on the device.
///
/// # Errors
/// When it is none, or more than one.
pub(super) fn target(ledger: &mut Ledger, texts: &[String]) -> Result<Target, Failure> {
    let pools = ledger.status()?.pools;
    let is_text = |text: &&String| text.split_once('=').is_some_and(|(kind, _)| pools.contains_key(kind));
    let Some(text) = texts.iter().find(is_text) else { return keys(texts).map(Target::Keys) };
    if texts.len() > 1 {
        return Err(Failure::new(Exit::Usage, format_args!("`{text}` names a unit by itself: give it alone")));
    }
    let found = by_text(ledger, text)?;
    match found.as_slice() {
        [one] if one.unit.is_some() => Ok(Target::Unit(one.unit.unwrap_or_default())),
        [] | [_] => Err(Failure::refused(format_args!("`{text}`: no unit has that")).of_kind("unknown-unit")),
        _ => Err(Failure::refused(format_args!("`{text}` is of several units: give their keys"))),
    }
}
