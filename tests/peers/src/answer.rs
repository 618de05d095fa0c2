//! What a reader makes of one file, and what that is worth.

use crate::cases::{Case, Verdict};
use crate::memory::Memory;

/// What a reader makes of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Read { memory: Memory, warned: bool },
    Refused,
    Crashed(String),
}

impl Answer {
    pub fn memory(&self) -> Option<&Memory> {
        match self {
            Self::Read { memory, .. } => Some(memory),
            Self::Refused | Self::Crashed(_) => None,
        }
    }

    /// The sign in the table, beside the memory that is the right one.
    pub fn sign(&self, right: Option<&Memory>) -> String {
        match self {
            Self::Read { memory, warned } => {
                let sign = match right {
                    Some(right) if memory == right => '✓',
                    Some(_) => '≠',
                    None => '○',
                };
                format!("{sign}{}", if *warned { " w" } else { "" })
            }
            Self::Refused => "✗".to_owned(),
            Self::Crashed(_) => "!".to_owned(),
        }
    }
}

/// The memory that answers are compared with: what the case expects, or else what most of `answers`
/// read, two of them at least; of several that equally many read, the one read first.
pub fn right(case: &Case, answers: &[&Answer]) -> Option<Memory> {
    for verdict in [&case.lenient, &case.strict] {
        if let Verdict::Memory(segments) = verdict {
            return Some(Memory::of(segments.iter().map(|(address, bytes)| (*address, bytes.as_slice()))));
        }
    }
    let read: Vec<&Memory> = answers.iter().filter_map(|answer| answer.memory()).collect();
    let votes = |memory: &Memory| read.iter().filter(|other| **other == memory).count();
    // `max_by_key` takes the last of several.
    read.iter()
        .rev()
        .max_by_key(|memory| votes(memory))
        .filter(|memory| votes(memory) > 1)
        .map(|memory| (*memory).clone())
}
