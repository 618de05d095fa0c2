//! The log: one event a line. The export of a ledger is this, byte for byte.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::event::{Event, LineError};
use crate::evolve::{Inconsistent, evolve};
use crate::facts::Facts;
use crate::tree::{Hash, Head, leaf};

/// The first line that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct LogError {
    line: u64,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum What {
    #[error("it is cut: no line break")]
    Cut,
    #[error("{0}")]
    Line(LineError),
    #[error("its number is {0}: a line was added, removed or moved")]
    Number(u64),
    #[error("the root after it is {found}, expected {expected}")]
    Root { found: Hash, expected: Hash },
    #[error("it is missing: {0} lines are expected")]
    Missing(u64),
    #[error("{0}")]
    Inconsistent(Inconsistent),
}

impl LogError {
    /// The number of the line, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }
}

/// The lines of a log, with their numbers, without line breaks.
fn lines(log: &[u8]) -> impl Iterator<Item = Result<(u64, &[u8]), LogError>> {
    let numbered = log.split_inclusive(|&byte| byte == b'\n').zip(1..);
    numbered.map(|(line, number)| match line.split_last() {
        Some((b'\n', line)) => Ok((number, line)),
        _ => Err(LogError { line: number, what: What::Cut }),
    })
}

fn event(number: u64, line: &[u8]) -> Result<Event, LogError> {
    let wrong = |what| LogError { line: number, what };
    let event = Event::parse(line).map_err(|error| wrong(What::Line(error)))?;
    if event.seq == number { Ok(event) } else { Err(wrong(What::Number(event.seq))) }
}

/// Reads a log.
///
/// # Errors
/// The first line that is cut, no event, or not in its place.
pub fn parse_log(log: &[u8]) -> Result<Vec<Event>, LogError> {
    lines(log).map(|line| line.and_then(|(number, line)| event(number, line))).collect()
}

/// Checks a log against roots that are known by size: those that the ledger keeps beside its events, or those of
/// anchors. Returns its head.
///
/// With the root of each size, one flipped bit, one line added, removed or moved, and a cut are named by the number of
/// the line. With fewer roots, what does not show in the lines themselves is named by the next size that is known.
///
/// # Errors
/// The first line that is wrong, or missing.
pub fn verify(log: &[u8], roots: &BTreeMap<u64, Hash>) -> Result<Head, LogError> {
    let mut head = Head::new();
    for line in lines(log) {
        let (number, line) = line?;
        let _: Event = event(number, line)?;
        head.append(leaf(line));
        let found = head.root();
        match roots.get(&number) {
            Some(&expected) if expected != found => {
                return Err(LogError { line: number, what: What::Root { found, expected } });
            }
            _ => {}
        }
    }
    match roots.last_key_value() {
        Some((&size, _)) if size > head.size() => Err(LogError { line: head.size() + 1, what: What::Missing(size) }),
        _ => Ok(head),
    }
}

/// The facts that events lead to, from nothing.
///
/// # Errors
/// The first event that cannot follow from those before.
pub fn replay<'a>(events: impl IntoIterator<Item = &'a Event>) -> Result<Facts, LogError> {
    let mut facts = Facts::default();
    for event in events {
        let line = facts.size.saturating_add(1);
        evolve(&mut facts, event).map_err(|error| LogError { line, what: What::Inconsistent(error) })?;
    }
    Ok(facts)
}
