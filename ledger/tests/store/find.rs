//! Looking things up, and that no look-up reads a whole table.

use nameplate_ledger::sqlite::{Held, Ledger, Query, Record};
use nameplate_ledger::{Command, Key, State, Target};

use crate::bench::{Bench, Line as _, keys, verified};

fn units(found: Vec<Record>) -> Vec<Option<u64>> {
    found.into_iter().map(|record| record.unit).collect()
}

#[test]
fn whose_is_it() {
    let bench = Bench::new();
    let mut ledger = bench.open();
    for unit in 0..3 {
        ledger.number(&format!("uid=u{unit} board=b{unit}"));
    }
    ledger.run(verified("uid=u0", "p-001"));
    ledger.run(Command::Retire { unit: Target::Unit(1), reason: "label lost".into(), replace: Some("r1".into()) });
    ledger.run(Command::Rekey { unit: Target::Unit(1), keys: keys("uid=v0"), reason: "chip died".into() });
    let note = Command::Note { unit: Target::Unit(2), name: "lot:U4".into(), value: "L1".into(), request: "n1".into() };
    ledger.run(note);
    ledger.run(Command::Lease { pool: "p".into(), count: 5, child: "cm".into(), request: "l1".into() });
    ledger.run(verified("uid=u2", "p-003"));
    ledger.run(Command::Ship { shipment: "S-17".into(), units: vec![3], request: "s1".into(), moved: None });

    let ledger = Ledger::open(bench.ledger()).unwrap();
    let find = |query: Query| ledger.find(&query).unwrap();
    let key = |kind: &str, value: &str| Query::Key(Key::new(kind, value).unwrap());
    let text = |text: &str| Query::Text(text.into());
    let number = |number| Query::Number { pool: "p".into(), number };
    assert_eq!(units(find(key("uid", "v0"))), [Some(1)]);
    // The chip that it had: still known.
    assert_eq!(units(find(key("uid", "u0"))), [Some(1)]);
    assert_eq!(units(find(text("p-001"))), [Some(1)]);
    assert_eq!(units(find(text("p-004"))), [Some(1)]);
    assert_eq!(units(find(number(2))), [Some(2)]);
    assert_eq!(units(find(Query::Note { name: "lot:U4".into(), value: "L1".into() })), [Some(2)]);
    assert_eq!(units(find(Query::Shipment("S-17".into()))), [Some(3)]);
    for none in [text("p-900"), key("uid", "u9"), number(900), number(u64::MAX), Query::Unit(9), Query::Unit(u64::MAX)]
    {
        assert_eq!(find(none), []);
    }
    // Nobody's.
    let leased = Held { pool: "p".into(), number: 7, text: None, state: State::Leased };
    let found = find(number(7));
    assert_eq!((found[0].unit, &found[0].numbers[..]), (None, &[leased][..]));

    let record = find(Query::Unit(1)).remove(0);
    assert_eq!(record.keys.unwrap().to_string(), "board=b0, uid=v0");
    assert_eq!(record.former_keys, [Key::new("uid", "u0").unwrap()]);
    assert_eq!(record.issue.unwrap().text("p"), Some("p-004"));
    assert_eq!(
        record.numbers,
        [Held { pool: "p".into(), number: 1, text: Some("p-001".into()), state: State::Retired }]
    );
    assert_eq!(record.history.iter().map(|event| event.seq).collect::<Vec<_>>(), [4, 7, 8, 9]);
    assert_eq!(ledger.open_units(0, 10).unwrap(), [1, 2]);
    assert_eq!(ledger.open_units(1, 10).unwrap(), [2]);
    assert_eq!(ledger.open_units(0, 1).unwrap(), [1]);
}

/// The event that reserved a number is known of its unit, even when a recovery took the number away.
#[test]
fn what_was_withdrawn() {
    let bench = Bench::new();
    let mut ledger = bench.open();
    assert_eq!([ledger.number("uid=u0"), ledger.number("uid=u1")], [1, 2]);
    std::fs::copy(bench.ledger(), bench.path("backup.db")).unwrap();
    assert_eq!(ledger.number("uid=u2"), 3);
    drop(ledger);
    std::fs::copy(bench.path("backup.db"), bench.ledger()).unwrap();
    let mut ledger = bench.open();
    assert_eq!(ledger.recover(vec![], "the disk died").unwrap().withdrawn, [2]);
    let record = ledger.find(&Query::Unit(2)).unwrap().remove(0);
    assert_eq!((record.issue, record.numbers), (None, vec![]));
    assert_eq!(record.history.iter().map(|event| event.seq).collect::<Vec<_>>(), [5, 6]);
    ledger.check(bench.folder.path()).unwrap();
}

/// A shipment is known, however much happened to the unit before.
#[test]
fn the_newest_of_many_events() {
    let bench = Bench::fast();
    let mut ledger = bench.open();
    ledger.number("uid=u0");
    for number in 0..1_000 {
        let (name, value, request) = ("n".to_owned(), number.to_string(), number.to_string());
        ledger.run(Command::Note { unit: Target::Unit(1), name, value, request });
    }
    ledger.run(verified("uid=u0", "p-001"));
    ledger.run(Command::Ship { shipment: "S-17".into(), units: vec![1], request: "s".into(), moved: None });
    let record = ledger.find(&Query::Shipment("S-17".into())).unwrap().remove(0);
    assert_eq!((record.history.len(), record.history[0].seq, record.history[1].seq), (1_001, 4, 7));
    assert_eq!(record.shipment().map(String::as_str), Some("S-17"));
}

#[test]
fn status_in_a_glance() {
    let bench = Bench::new();
    let mut ledger = bench.open();
    ledger.run(Command::Pool(nameplate_ledger::NewPool::new("small", 1, 5, "s").low(5)));
    ledger.run(Command::Lease { pool: "small".into(), count: 1, child: "cm".into(), request: "l1".into() });
    let status = ledger.status().unwrap();
    assert_eq!((status.size, status.epoch, status.id.as_str(), status.closed.clone()), (5, 1, crate::bench::ID, None));
    assert_eq!(status.anchors, [(bench.anchor(), Some(5))]);
    assert_eq!(
        status.accounting().map(|line| line.to_string()).collect::<Vec<_>>(),
        ["mac 100..199: 100 free", "p 1..999: 999 free", "small 1..5: 1 leased, 4 free"]
    );
    assert!(status.notes[0].starts_with("the anchor is on the disk of the ledger"));
    assert_eq!(status.notes[1], "pool `small`: 4 numbers are free, fewer than 5");
}
