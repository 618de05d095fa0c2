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

/// Checks a log line by line, so that one of any length takes no memory.
#[derive(Debug, Clone, Default)]
pub struct Verifier {
    head: Head,
}

impl Verifier {
    /// Begins before the first line.
    pub fn new() -> Self {
        Self::default()
    }

    /// The head after the lines so far.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Takes the next line, without its line break, and the root after it, if that is known. Returns the event.
    ///
    /// # Errors
    /// The line is no event, it is not in its place, or the root is another.
    pub fn line(&mut self, line: &[u8], root: Option<Hash>) -> Result<Event, LogError> {
        let number = self.head.size().saturating_add(1);
        let event = event(number, line)?;
        self.head.append(leaf(line));
        let found = self.head.root();
        match root {
            Some(expected) if expected != found => Err(LogError { line: number, what: What::Root { found, expected } }),
            _ => Ok(event),
        }
    }

    /// Ends; `size` lines are expected, if that is known.
    ///
    /// # Errors
    /// There are fewer lines.
    pub fn end(self, size: Option<u64>) -> Result<Head, LogError> {
        match size {
            Some(size) if size > self.head.size() => {
                Err(LogError { line: self.head.size().saturating_add(1), what: What::Missing(size) })
            }
            _ => Ok(self.head),
        }
    }
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
    let mut verifier = Verifier::new();
    for line in lines(log) {
        let (number, line) = line?;
        let _: Event = verifier.line(line, roots.get(&number).copied())?;
    }
    verifier.end(roots.last_key_value().map(|(&size, _)| size))
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
