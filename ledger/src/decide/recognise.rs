//! Whose identities a board or a label shows.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::naming::Naming;
use crate::facts::Facts;
use crate::seen::Readings;
use crate::state::State;

/// Whose identities these are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shown {
    /// All numbers of a unit.
    Whole(u64),
    /// Some numbers of a unit.
    Part(u64),
    /// Numbers that a unit had before its own, which are void or retired: its board, not yet written again.
    Former { unit: u64, text: String, why: &'static str },
    /// Lost numbers, by pool with their texts.
    Lost(BTreeMap<String, (u64, String)>),
    /// Anything else: the units that have some of them, and the first text that is not to be there.
    Foreign { units: Vec<u64>, text: String, why: &'static str },
}

pub(super) fn recognise(facts: &Facts, readings: &Readings, naming: &dyn Naming) -> Shown {
    let (mut units, mut lost, mut wrong, mut former) = (Vec::new(), BTreeMap::new(), None, Vec::new());
    for (pool, reading) in readings {
        let mut foreign = |why| wrong = wrong.take().or(Some((reading.text.clone(), why)));
        let Some(row) = facts.pools.get(pool) else {
            foreign("there is no such pool");
            continue;
        };
        let named = facts.texts.get(&(row.namespace.clone(), reading.text.clone()));
        let number = match named {
            Some((other, _)) if other != pool => {
                foreign("it is of another pool");
                continue;
            }
            Some((_, number)) => Some(*number),
            // Numbers of a gap have no text in the ledger: the scheme proves which one it is.
            None => reading.number.filter(|&number| naming.text(pool, number).as_deref() == Some(&reading.text)),
        };
        let Some(number) = number else {
            foreign("the ledger never wrote it");
            continue;
        };
        let owner = facts.numbers.get(&(pool.clone(), number)).and_then(|row| row.unit);
        match (owner, facts.state(pool, number)) {
            (Some(unit), _) => {
                let issue = facts.units.get(&unit).and_then(|unit| unit.issue.as_ref());
                if issue.and_then(|issue| issue.numbers.get(pool)).is_some_and(|(current, _)| *current == number) {
                    units.push(unit);
                } else {
                    former.push((unit, reading.text.clone()));
                }
            }
            (None, Some(State::Lost)) => {
                let _: Option<(u64, String)> = lost.insert(pool.clone(), (number, reading.text.clone()));
            }
            (None, Some(State::Leased)) => foreign("it belongs to a child ledger"),
            (None, Some(_)) => foreign("it is void"),
            (None, None) => foreign("nobody was given it"),
        }
    }
    units.sort_unstable();
    units.dedup();
    if let Some((unit, text)) = former.first().cloned() {
        let why = "its unit was given another one";
        let is_own = former.iter().all(|(owner, _)| *owner == unit) && units.iter().all(|owner| *owner == unit);
        if is_own && wrong.is_none() && lost.is_empty() {
            return Shown::Former { unit, text, why };
        }
        wrong = wrong.or(Some((text, why)));
    }
    match (units.as_slice(), wrong) {
        ([], None) if !lost.is_empty() => Shown::Lost(lost),
        (&[unit], None) if lost.is_empty() => {
            let issue = facts.units.get(&unit).and_then(|unit| unit.issue.as_ref());
            let whole = issue.is_some_and(|issue| issue.numbers.keys().eq(readings.keys()));
            if whole { Shown::Whole(unit) } else { Shown::Part(unit) }
        }
        (_, Some((text, why))) => Shown::Foreign { units, text, why },
        (_, None) => {
            // A blank board shows nothing.
            let text = readings.values().next().map_or_else(String::new, |reading| reading.text.clone());
            Shown::Foreign { units, text, why: "it shows numbers of several units" }
        }
    }
}
