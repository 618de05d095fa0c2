//! A day of work: ask, write, read back; and what goes wrong.

use nameplate_ledger::sqlite::Grant;
use nameplate_ledger::{Answer, Ask, By, Command, Evidence, Found, Target};

use crate::bench::{Bench, Line as _, blank, by_keys, keys, naming, seen, shows, verified};

#[test]
fn ask_write_read_back() {
    let bench = Bench::new();
    let mut ledger = bench.open();
    let ask = Ask::new(["p", "mac"], keys("uid=u0 board=b0")).found(Found::Blank);
    let (ticket, entry) = ledger.ticket(ask.clone());
    assert_eq!((ticket.text("p"), ticket.number("mac"), ticket.attempt()), (Some("p-001"), Some(100), 1));
    assert_eq!(
        entry.line,
        r#"{"seq":4,"kind":"reserved","unit":1,"keys":{"board":"b0","uid":"u0"},"numbers":{"mac":100,"p":1},"values":{"mac":"mac-100","p":"p-001"},"station":"s0"}"#
    );
    assert_eq!((entry.seq, entry.ledger.as_str()), (4, crate::bench::ID));
    drop(ticket);
    // The process ends, and asks again: the same numbers, and no event.
    let mut ledger = bench.open();
    let (ticket, again) = ledger.ticket(ask);
    assert_eq!((ticket.text("p"), ticket.attempt(), again), (Some("p-001"), 1, entry));
    let burn = ticket.begin(&keys("uid=u0")).unwrap();
    assert_eq!(ledger.run(burn.begun()), Answer::Recorded);
    assert_eq!(
        ledger.run(burn.verified(seen("uid=u0", "p-001 mac-100"), Evidence::Readback)),
        Answer::Verified { unit: 1 }
    );
    // A verified unit is an answer, and no error.
    assert!(matches!(ledger.ask(Ask::new(["p"], keys("board=b0")), &naming), Ok(Grant::Verified { unit: 1 })));
    assert_eq!(ledger.number("uid=u1"), 2);
}

#[test]
fn so_many_at_once() {
    let bench = Bench::new();
    let mut ledger = bench.open();
    let error = ledger.ask_all(vec![blank("uid=u0"); 100_001], &naming).unwrap_err();
    assert!(error.is_refused() && error.to_string().contains("make several inputs of them"), "{error}");
    // What could not be read again is not written.
    let mut ledger = ledger.signed(By::station(&"s".repeat(1 << 20)));
    let error = ledger.ask(blank("uid=u0"), &naming).unwrap_err();
    assert!(error.is_refused() && error.to_string().contains("has more than 1 MiB"), "{error}");
    assert_eq!(bench.open().number("uid=u1"), 1);
}

#[test]
fn reports() {
    let bench = Bench::new();
    let mut ledger = bench.open();
    assert_eq!([ledger.number("uid=u0"), ledger.number("uid=u1")], [1, 2]);
    // Blank after the write: unknown. The board is read, and goes on with the same number.
    assert!(matches!(ledger.run(verified("uid=u0", "")), Answer::Mismatch { unit: 1, .. }));
    assert_eq!(
        ledger.ask(Ask::new(["p"], keys("uid=u0")), &naming).unwrap_err().to_string(),
        "unit 1 is unknown: read the board, and give what it shows (`--found FILE`), or say that it is blank (`--blank`); what \
         is written already is read back with `verify --seen`"
    );
    let (ticket, _) = ledger.ticket(blank("uid=u0"));
    assert_eq!((ticket.number("p"), ticket.attempt()), (Some(1), 2));
    // A report of the attempt before changes nothing.
    let late = Command::Unknown { unit: Target::Unit(1), attempt: Some(1), reason: "contact".into() };
    assert_eq!(ledger.run(late), Answer::Late { unit: 1 });
    let unknown = Command::Unknown { unit: Target::Unit(1), attempt: Some(2), reason: "contact".into() };
    assert_eq!(ledger.run(unknown), Answer::Recorded);
    assert_eq!(ledger.run(verified("uid=u0", "p-001")), Answer::Verified { unit: 1 });
    // Another station reads the other unit's number: both are quarantined, and a person decides.
    let mut other = bench.open().signed(By::station("s1"));
    let grant = other.ask(Ask::new(["p"], keys("uid=u1")).found(Found::Shows(shows("p-001"))), &naming);
    assert!(matches!(grant, Ok(Grant::Quarantined { units, .. }) if units == [1, 2]));
    for unit in [1, 2] {
        other.run(Command::Release { unit: Target::Unit(unit), reason: "the label was read".into() });
    }
    assert_eq!(other.run(verified("uid=u0", "p-001")), Answer::Verified { unit: 1 });
    assert_eq!(other.run(verified("uid=u1", "p-002")), Answer::Verified { unit: 2 });
}

#[test]
fn persons_decide() {
    let bench = Bench::new();
    let mut ledger = bench.open();
    assert_eq!([ledger.number("uid=u0"), ledger.number("uid=u1"), ledger.number("uid=u2")], [1, 2, 3]);
    let void = |unit| Command::Void { unit, reason: "the board broke".into() };
    ledger.run(void(by_keys("uid=u1")));
    ledger.run(verified("uid=u0", "p-001"));
    assert_eq!(ledger.refused(void(Target::Unit(1))), "unit 1 is verified: what was verified is retired");
    let retire = |replace: Option<&str>| Command::Retire {
        unit: Target::Unit(1),
        reason: "label lost".into(),
        replace: replace.map(Into::into),
    };
    ledger.run(retire(Some("r-1")));
    // The same request, again: one number.
    ledger.run(retire(Some("r-1")));
    let (ticket, entry) = ledger.ticket(blank("uid=u0"));
    assert_eq!((ticket.number("p"), ticket.attempt()), (Some(4), 2));
    assert!(entry.line.contains(r#""kind":"retired","unit":1,"reason":"label lost","numbers":{"p":4}"#));
    ledger.run(verified("uid=u0", "p-004"));
    ledger.run(retire(None));
    // Its chip goes to another board.
    ledger.run(Command::Rekey { unit: Target::Unit(3), keys: keys("uid=u0"), reason: "chip moved".into() });
    assert_eq!(ledger.ticket(blank("uid=u0")).0.number("p"), Some(3));
    assert_eq!(ledger.number("uid=u2"), 5);
    // Its own again.
    ledger.run(Command::Rekey { unit: Target::Unit(3), keys: keys("uid=u9"), reason: "chip back".into() });
    assert_eq!(ledger.ticket(blank("uid=u9")).0.number("p"), Some(3));
}

#[test]
fn all_or_none() {
    let bench = Bench::new();
    let mut ledger = bench.open();
    let batch = |count: u64| (0..count).map(|unit| blank(&format!("uid=u{unit}"))).collect::<Vec<_>>();
    let numbers = |grants: Vec<Grant>| -> Vec<u64> {
        let number = |grant| match grant {
            Grant::Ticket(ticket, entry) => {
                assert!(entry.line.contains(&format!("\"{}\"", ticket.text("p").unwrap())));
                ticket.number("p").unwrap()
            }
            other => panic!("{other:?}"),
        };
        grants.into_iter().map(number).collect()
    };
    assert_eq!(numbers(ledger.ask_all(batch(500), &naming).unwrap()), (1..=500).collect::<Vec<_>>());
    assert_eq!(numbers(ledger.ask_all(batch(600), &naming).unwrap()), (1..=600).collect::<Vec<_>>());
    // A row that is refused, the second one of a unit, a pool that ends: nothing of it happens.
    let twice = [batch(601), vec![blank("uid=u3")]].concat();
    assert_eq!(
        ledger.ask_all(twice, &naming).unwrap_err().to_string().split(": ").last(),
        Some("row 602 names the unit of row 4")
    );
    let error = ledger.ask_all(batch(1000), &naming).unwrap_err();
    assert_eq!(
        (error.to_string().as_str(), error.is_exhausted()),
        ("row 1000: pool `p` is used up: 999 was its last number", true)
    );
    // What a board shows is remembered though.
    let shown = Ask::new(["p"], keys("uid=x")).found(Found::Shows(shows("p-007")));
    let error = ledger.ask_all([batch(602), vec![shown]].concat(), &naming).unwrap_err();
    assert_eq!(
        error.to_string(),
        "row 603: this board shows `p-007`, which is unit 7's, and its keys are not; units [7] are quarantined"
    );
    assert_eq!(
        ledger.ask(blank("uid=u6"), &naming).unwrap_err().to_string(),
        "unit 7 is quarantined: find the boards, then release the right one with a reason and read it"
    );
    assert_eq!(ledger.number("uid=u600"), 601);
}
