//! What contradicts what, in words.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::recognise::Shown;
use crate::facts::{Facts, Issue};
use crate::key::Keys;
use crate::seen::Readings;

/// How the keys of a board differ from those of a unit, and whose they are.
pub(super) fn of_keys(facts: &Facts, unit: u64, keys: &Keys) -> String {
    let known = facts.units.get(&unit).map(|row| &row.keys);
    let mut parts = Vec::new();
    for key in keys.iter() {
        let (kind, value) = (key.kind(), key.value());
        let owner = facts.keys.get(&key).filter(|&&owner| owner != unit);
        let own = known.and_then(|known| known.get(kind)).filter(|own| *own != value);
        match (owner, own) {
            (Some(owner), Some(own)) => {
                parts
                    .push(format!("`{kind}` of this board is {value}, which is unit {owner}'s; unit {unit} has {own}"));
            }
            (Some(owner), None) => parts.push(format!("`{kind}` of this board is {value}, which is unit {owner}'s")),
            (None, Some(own)) => parts.push(format!("`{kind}` of this board is {value}, and unit {unit} has {own}")),
            (None, None) => {}
        }
    }
    parts.join("; ")
}

fn texts(readings: &Readings) -> String {
    let texts: Vec<String> = readings.values().map(|reading| format!("`{}`", reading.text)).collect();
    texts.join(", ")
}

/// What a board shows, and whose it is.
pub(super) fn of_shown(readings: &Readings, shown: &Shown) -> String {
    match shown {
        Shown::Whole(owner) | Shown::Part(owner) => {
            format!("this board shows {}, which is unit {owner}'s", texts(readings))
        }
        Shown::Former { unit, text, .. } => format!("this board shows `{text}`, which unit {unit} had before"),
        Shown::Lost(_) => format!("this board shows {}, which is lost", texts(readings)),
        Shown::Foreign { text, why, units } => {
            let owners: Vec<String> = units.iter().map(|unit| format!("unit {unit}")).collect();
            let owners =
                if owners.is_empty() { String::new() } else { format!("; it shows what {} has", owners.join(", ")) };
            format!("this board shows `{text}`: {why}{owners}")
        }
    }
}

/// What a board lacks of the issue of its unit.
pub(super) fn of_issue(unit: u64, issue: &Issue, readings: &Readings, shown: &Shown) -> String {
    if readings.is_empty() {
        return format!("this board is blank, and unit {unit} has {}", own(&issue.numbers));
    }
    if let Shown::Former { text, why, .. } = shown {
        let own = own(&issue.numbers);
        return format!(
            "this board shows `{text}`, which unit {unit} had before: {why}, {own}, and is to be written with it"
        );
    }
    let lacks = issue.numbers.iter().filter(|(pool, _)| !readings.contains_key(*pool));
    let lacks: Vec<String> = lacks.map(|(pool, (_, text))| format!("`{text}` of pool `{pool}`")).collect();
    format!("this board shows {} and not {}", texts(readings), lacks.join(", "))
}

fn own(numbers: &BTreeMap<String, (u64, String)>) -> String {
    let texts: Vec<String> = numbers.values().map(|(_, text)| format!("`{text}`")).collect();
    texts.join(", ")
}
