//! What a ledger that was recovered does not know any more, in words and for a script.

use nameplate_ledger::sqlite::Record;
use nameplate_ledger::{Body, Event, Tail};
use serde_json::{Value, json};

/// The events of before that nobody knows any more: `events 40 to 45, 51`, or `event 51`.
fn stretches(tail: &Tail) -> String {
    let one = |&(first, last): &(u64, u64)| {
        if first == last { first.to_string() } else { format!("{first} to {last}") }
    };
    let unplaced = tail.unplaced.iter().map(ToString::to_string);
    let all: Vec<String> = tail.missing.iter().map(one).chain(unplaced).collect();
    let what = if matches!(all.as_slice(), [one] if !one.contains(' ')) { "event" } else { "events" };
    format!("{what} {}", all.join(", "))
}

/// What a recovery lost; nothing, if journals knew all.
pub(super) fn said(event: &Event) -> Option<String> {
    let Body::Recovered { tail, .. } = &event.body else { return None };
    let at = event.by.at.as_ref().map(|at| format!(" ({at})")).unwrap_or_default();
    let seq = event.seq;
    match tail {
        None => Some(format!(
            "recovered at event {seq}{at}: what was reported between the older copy and the loss may lack"
        )),
        Some(tail) if tail.lacks() => {
            let since = tail.since.as_ref().map(|since| format!(" (they are since {since})")).unwrap_or_default();
            Some(format!(
                "recovered at event {seq}{at}: what {} of before told of units is lost, but for what was told again{since}",
                stretches(tail)
            ))
        }
        Some(_) => None,
    }
}

/// A recovery for a script.
pub(super) fn told(event: &Event) -> Value {
    let tail = if let Body::Recovered { tail, .. } = &event.body { tail.as_ref() } else { None };
    json!({ "event": event.seq, "epoch": event.epoch, "at": event.by.at, "tail": tail })
}

/// The recoveries that may have lost something of a unit: those after it was there.
pub(super) fn of_unit<'e>(record: &Record, recoveries: &'e [Event]) -> Vec<&'e Event> {
    let Some(first) = record.history.first().map(|event| event.seq) else { return Vec::new() };
    recoveries.iter().filter(|event| event.seq > first && said(event).is_some()).collect()
}

/// What is said of a unit that stood before a recovery.
pub(super) fn of_record(record: &Record, recoveries: &[Event]) -> Vec<String> {
    let one = |event: &&Event| {
        let Body::Recovered { tail, .. } = &event.body else { return None };
        let seq = event.seq;
        Some(match tail {
            Some(tail) => format!(
                "  the ledger was recovered at event {seq}: what was reported of this unit in {} of before is lost",
                stretches(tail)
            ),
            None => format!(
                "  the ledger was recovered at event {seq}: what was reported of this unit between the older copy and the loss may lack"
            ),
        })
    };
    of_unit(record, recoveries).iter().filter_map(one).collect()
}
