//! Anchors and logs of ledgers.

use nameplate_ledger::anchor::{Anchor, parse_anchor as parse};
use nameplate_ledger::journal::parse_journal;
use nameplate_ledger::log::{parse_log as parse_lines, replay, verify};
use nameplate_ledger::tree::Head;
use nameplate_ledger::{Event, Facts, State, evolve};

/// Any bytes as an anchor: an error, or an anchor that is written as these bytes, and is none if it is cut anywhere.
pub fn parse_anchor(text: &[u8]) {
    let Ok(anchor) = parse(text) else { return };
    assert_eq!(anchor.to_string().as_bytes(), text);
    for end in 0..text.len() {
        assert!(parse(&text[..end]).is_err(), "cut at {end}");
    }
}

/// Any bytes as a log: an error with a line that there is, or events that are written as these bytes, each in its place.
/// What can be replayed adds up after each event, and has an anchor that can be read.
pub fn parse_log(text: &[u8]) {
    let lines = text.split(|&byte| byte == b'\n').count() as u64;
    let journal = parse_journal(text, "5f1c0a7e9b3d4c21a8e64b0f2d7c9e13");
    let events = match parse_lines(text) {
        Ok(events) => events,
        Err(error) => {
            assert!((1..=lines).contains(&error.line()), "{error}");
            assert!(verify(text, &Default::default()).is_err());
            return;
        }
    };
    let written: String = events.iter().map(|event| event.line() + "\n").collect();
    assert_eq!(written.as_bytes(), text);
    assert!((1..).zip(&events).all(|(number, event)| event.seq == number));
    // An export is a journal too.
    assert_eq!((&journal.events, journal.others, journal.unread.len()), (&events, 0, 0));
    let head: Head = verify(text, &Default::default()).unwrap();
    assert_eq!(head.size(), events.len() as u64);
    let Some(facts) = each(&events) else { return };
    assert_eq!(facts.size, head.size());
    if facts != Facts::default() {
        let anchor = Anchor::new(&facts, &head);
        // Names of pools in a log may have line breaks, which no anchor has.
        if anchor.next.keys().all(|pool| !pool.contains(char::is_whitespace)) {
            assert_eq!(parse(anchor.to_string().as_bytes()).as_ref(), Ok(&anchor));
        }
    }
}

/// The facts that events lead to, if they follow from each other.
fn each(events: &[Event]) -> Option<Facts> {
    let (mut facts, mut follow) = (Facts::default(), true);
    for event in events {
        let before = facts.clone();
        follow = evolve(&mut facts, event).is_ok();
        if !follow {
            break;
        }
        assert_eq!(facts.audit(), Ok(()), "{}", event.line());
        goes_on(&before, &facts);
    }
    let replayed = replay(events);
    assert_eq!(replayed.is_ok(), follow);
    replayed.ok().inspect(|replayed| assert_eq!(*replayed, facts))
}

/// What never falls has not fallen, what is final has not changed, and no number went from one unit to another.
fn goes_on(before: &Facts, after: &Facts) {
    assert!(after.epoch >= before.epoch && after.size == before.size + 1 && after.last_unit >= before.last_unit);
    for (name, old) in &before.pools {
        let new = &after.pools[name];
        assert!(new.next >= old.next && (new.first, new.last) == (old.first, old.last), "pool {name}");
    }
    for (place, old) in &before.numbers {
        let new = &after.numbers[place];
        let is_final = matches!(old.state, State::Void | State::Retired);
        assert!(new.text == old.text && (!is_final || new.state == old.state), "{place:?}");
        assert!(old.unit == new.unit || old.unit.is_none() || new.unit.is_none(), "{place:?}");
    }
    assert!(before.units.keys().all(|unit| after.units.contains_key(unit)));
    assert!(before.requests.is_subset(&after.requests));
}
