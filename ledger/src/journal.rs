//! Journals of stations: who was given which number, as a restored ledger may not know any more.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Deserialize;

use crate::event::Event;

/// What a journal says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Journal {
    /// Events of the ledger, in the order of the journal.
    pub events: Vec<Event>,
    /// Lines of other ledgers, or of units without one, that were passed over.
    pub others: u64,
    /// The numbers of lines, from 1, that could not be read. The last one may have been cut by a kill.
    pub unread: Vec<u64>,
}

/// A line of `units.jsonl`: of its keys, this one counts here.
#[derive(Deserialize)]
struct Line {
    ledger: Option<Origin>,
}

#[derive(Deserialize)]
struct Origin {
    id: String,
    event: String,
}

/// Reads the journal of a station: lines of the log itself, as in an export, or objects as in `units.jsonl`, whose
/// `ledger` has the `id` of the ledger and, as a text, the line of the `event`.
///
/// Nothing is proven by a journal. What it says is taken by a recovery only where nobody else has the number.
///
/// ```
/// let line = r#"{"seq":3,"kind":"reserved","unit":1,"keys":{"uid":"34"},"numbers":{"p":1},"values":{"p":"p-1"}}"#;
/// let unit = format!(r#"{{"seq":1,"ledger":{{"id":"{}","event":{line:?}}}}}"#, "1".repeat(32));
/// let journal = nameplate_ledger::journal::parse_journal(format!("{unit}\n{line}\n{{\"se").as_bytes(), &"1".repeat(32));
/// assert_eq!((journal.events.len(), journal.unread), (2, vec![3]));
/// ```
pub fn parse_journal(journal: &[u8], ledger: &str) -> Journal {
    let mut read = Journal::default();
    let lines = journal.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    for (number, line) in (1..).zip(lines) {
        if line.is_empty() {
            continue;
        }
        if let Ok(event) = Event::parse(line) {
            read.events.push(event);
            continue;
        }
        match serde_json::from_slice::<Line>(line) {
            Ok(Line { ledger: Some(Origin { id, event }) }) if id == ledger => match Event::parse(event.as_bytes()) {
                Ok(event) => read.events.push(event),
                Err(_) => read.unread.push(number),
            },
            Ok(_) => read.others = read.others.saturating_add(1),
            Err(_) => read.unread.push(number),
        }
    }
    read
}
