//! What is told after a restore that was told before it: decisions in the journals, moves, pools, read-backs that contradict.

use std::fs;

use nameplate_ledger::log::parse_log;
use nameplate_ledger::sqlite::{Ledger, Query};
use nameplate_ledger::{Answer, Ask, Body, Command, Event, Found, NewPool, State, Tail, Target, Witness};

use crate::bench::{Bench, Line as _, blank, by_keys, keys, naming, seen, shows, verified};

fn events(ledger: &Ledger) -> Vec<Event> {
    let mut log = Vec::new();
    ledger.export(0, &mut log).unwrap();
    parse_log(&log).unwrap()
}

fn state(ledger: &Ledger, unit: u64) -> Option<State> {
    ledger.find(&Query::Unit(unit)).unwrap()[0].issue.as_ref().map(|issue| issue.state)
}

fn ship(shipment: &str, unit: u64, request: &str, moved: Option<&str>) -> Command {
    let (shipment, request) = (shipment.into(), request.into());
    Command::Ship { shipment, units: vec![unit], request, moved: moved.map(Into::into) }
}

/// Six units, verified, are in a backup; then one of each kind of decision. What the journal has of that.
fn decided(bench: &Bench) -> Vec<Event> {
    let reason = || String::from("decided");
    let mut ledger = bench.open();
    for unit in 0..7 {
        ledger.number(&format!("uid=u{unit} board=b{unit}"));
        if unit < 6 {
            ledger.run(verified(&format!("uid=u{unit} board=b{unit}"), &format!("p-{:03}", unit + 1)));
        }
    }
    ledger.backup(bench.path("backup.db")).unwrap();
    ledger.run(Command::Retire { unit: Target::Unit(1), reason: reason(), replace: None });
    ledger.run(Command::Retire { unit: Target::Unit(2), reason: reason(), replace: Some("r1".into()) });
    // The board of unit 3 shows what unit 4 has.
    assert!(matches!(ledger.run(verified("uid=u2 board=b2", "p-004")), Answer::Quarantined { .. }));
    ledger.run(Command::Release { unit: Target::Unit(4), reason: reason() });
    ledger.run(Command::Rekey { unit: Target::Unit(5), keys: keys("uid=v5"), reason: reason() });
    ledger.run(ship("BOX", 6, "s1", None));
    let (name, value) = ("lot".into(), "L1".into());
    ledger.run(Command::Note { unit: by_keys("uid=u5"), name, value, request: "n1".into() });
    ledger.run(Command::Void { unit: Target::Unit(7), reason: reason() });
    // Drawn, verified and out of use since the backup.
    ledger.number("uid=u9 board=b9");
    ledger.run(verified("uid=u9 board=b9", "p-009"));
    ledger.run(Command::Retire { unit: by_keys("uid=u9"), reason: reason(), replace: None });
    let all = events(&ledger);
    drop(ledger);
    fs::rename(bench.path("backup.db"), bench.ledger()).unwrap();
    all
}

#[test]
fn decisions_are_told_again() {
    let bench = Bench::new();
    let journal = decided(&bench);
    let mut ledger = bench.open();
    let before = ledger.size().unwrap();
    let known = journal.last().unwrap().seq;
    let done = ledger.recover(vec![("j".into(), journal.clone())], "the disk died").unwrap();
    let events_of_tail = known - before;
    let expected = Tail {
        after: before,
        since: None,
        known,
        journals: vec![Witness { name: "j".into(), events: events_of_tail }],
        missing: vec![],
        unplaced: vec![],
    };
    assert_eq!(done.tail, expected);
    assert_eq!((done.adopted.as_slice(), &done.lost[..]), (&[2, 8][..], &[][..]));
    let states: Vec<_> = (1..=8).map(|unit| state(&ledger, unit).unwrap().name()).collect();
    assert_eq!(states, ["retired", "unknown", "quarantined", "unknown", "unknown", "verified", "void", "retired"]);
    let issue = ledger.find(&Query::Unit(2)).unwrap()[0].issue.clone().unwrap();
    assert_eq!(issue.text("p"), Some("p-008"));
    assert_eq!(ledger.find(&Query::Shipment("BOX".into())).unwrap()[0].unit, Some(6));
    let noted = ledger.find(&Query::Note { name: "lot".into(), value: "L1".into() }).unwrap();
    assert_eq!(noted[0].unit, Some(6));
    assert_eq!(ledger.find(&Query::Unit(5)).unwrap()[0].keys, Some(keys("uid=v5 board=b4")));
    // Requests are known to be done, so that nothing is drawn twice.
    let again = Command::Retire { unit: Target::Unit(2), reason: "again".into(), replace: Some("r1".into()) };
    assert_eq!(ledger.run(again), Answer::Recorded);
    assert_eq!(ledger.number("uid=u8 board=b8"), 10);
    assert!(ledger.refused(verified("uid=u0 board=b0", "p-001")).contains("unit 1 is retired"));
    assert_eq!(ledger.recoveries().unwrap().len(), 1);
    ledger.check(bench.folder.path()).unwrap();

    // The same journal, and what was written since, for the same backup once more: nothing is told twice.
    let mut both = journal;
    both.extend(events(&ledger));
    let (size, sum) = (ledger.size().unwrap(), |ledger: &mut Ledger| {
        ledger.status().unwrap().accounting().last().unwrap().to_string()
    });
    let stood = sum(&mut ledger);
    ledger.backup(bench.path("newer.db")).unwrap();
    ledger.number("uid=u11 board=b11");
    drop(ledger);
    fs::rename(bench.path("newer.db"), bench.ledger()).unwrap();
    let mut ledger = bench.open();
    let done = ledger.recover(vec![("j".into(), both)], "once more").unwrap();
    assert_eq!((done.again, done.tail.missing), (0, vec![(size + 1, size + 1)]));
    assert_eq!(sum(&mut ledger), stood.replace("989 free", "988 free").replace("1 void", "1 void, 1 lost"));
    let found: Vec<u64> = ledger.recoveries().unwrap().iter().map(|event| event.seq).collect();
    assert_eq!(found, [before + 1, size + 1]);
    ledger.check(bench.folder.path()).unwrap();
}

/// The journal turns up when the ledger went on without it: what ends a unit, and what is known to be asked once, is told
/// then; a void number is not given back to its board. In between one of the boards was read back.
#[test]
fn a_journal_that_is_found_later() {
    let bench = Bench::new();
    let journal = decided(&bench);
    let mut ledger = bench.open();
    drop(ledger.recover(vec![], "the disk died").unwrap());
    let states = |ledger: &Ledger| [1, 2, 6, 7].map(|unit| state(ledger, unit).unwrap().name());
    assert_eq!(states(&ledger), ["verified", "verified", "verified", "reserved"]);
    ledger.run(verified("uid=u0 board=b0", "p-001"));
    let done = ledger.recover(vec![("j".into(), journal.clone())], "the journal was found").unwrap();
    assert_eq!(states(&ledger), ["retired", "unknown", "verified", "void"]);
    assert_eq!(done.adopted, [2, 8]);
    assert!(done.to_string().contains("were told again"), "{done}");
    assert!(ledger.refused(verified("uid=u6 board=b6", "p-007")).contains("unit 7 is void"));
    assert_eq!(ledger.find(&Query::Shipment("BOX".into())).unwrap()[0].unit, Some(6));
    let noted = ledger.find(&Query::Note { name: "lot".into(), value: "L1".into() }).unwrap();
    assert_eq!(noted[0].unit, Some(6));
    let done = ledger.recover(vec![("j".into(), journal)], "once more").unwrap();
    assert_eq!((done.again, done.adopted), (0, vec![]));
    ledger.check(bench.folder.path()).unwrap();
}

/// What no journal has is named; so is what cannot be told again.
#[test]
fn what_is_lost_is_named() {
    let bench = Bench::new();
    let mut journal = decided(&bench);
    let mut ledger = bench.open();
    let size = ledger.size().unwrap();
    // One decision is in no journal, and the unit of another one was never heard of.
    let lost = journal.iter().position(|event| matches!(event.body, Body::Voided { .. })).unwrap();
    let lost = journal.remove(lost).seq;
    journal.retain(|event| event.seq <= size || !matches!(event.body, Body::Reserved { .. }));
    let retired = journal.last().unwrap().seq;
    let done = ledger.recover(vec![("j".into(), journal)], "the disk died").unwrap();
    // The draw of number 9 is missing too: event `retired` is of a unit that nobody knows.
    assert_eq!(done.tail.missing, [(lost, lost + 1)]);
    assert_eq!(done.tail.unplaced, [retired]);
    let said = done.to_string();
    assert!(said.contains(&format!("No journal has events {lost} to {}: notes, shipments", lost + 1)), "{said}");
    assert!(said.contains(&format!("The journals have events {retired}, which cannot be told again")), "{said}");
    assert_eq!(state(&ledger, 7), Some(State::Reserved));
    let Body::Recovered { tail: Some(tail), .. } = &ledger.recoveries().unwrap()[0].body else { panic!("no tail") };
    assert!(tail.lacks());
    ledger.check(bench.folder.path()).unwrap();
}

#[test]
fn a_new_part_is_read_back() {
    let bench = Bench::new();
    let mut ledger = bench.open();
    ledger.number("uid=u0 board=b0");
    ledger.run(verified("uid=u0 board=b0", "p-001"));
    let rekey = |named: &str| Command::Rekey { unit: Target::Unit(1), keys: keys(named), reason: "chip".into() };
    // A key of a kind that it did not have says nothing of the parts.
    ledger.run(rekey("label=l0"));
    assert_eq!(state(&ledger, 1), Some(State::Verified));
    ledger.run(rekey("uid=v0"));
    assert_eq!(state(&ledger, 1), Some(State::Unknown));
    let last = events(&ledger).pop().unwrap();
    let expected = format!(
        r#"{{"seq":{},"kind":"unknown","unit":1,"attempt":1,"reason":"the part with `uid` was replaced, and nothing was read back since","station":"s0"}}"#,
        last.seq
    );
    assert_eq!(last.line(), expected);
    assert!(ledger.refused(ship("BOX", 1, "s", None)).contains("only what is verified is shipped"));
    ledger.run(verified("uid=v0 board=b0", "p-001"));
    assert_eq!(state(&ledger, 1), Some(State::Verified));
    ledger.check(bench.folder.path()).unwrap();
}

#[test]
fn a_reading_that_contradicts_a_verified_unit() {
    let bench = Bench::new();
    let mut ledger = bench.open();
    ledger.number("uid=u0");
    ledger.run(verified("uid=u0", "p-001"));
    let read = |seen| Command::Verified {
        unit: by_keys("uid=u0"),
        attempt: None,
        seen,
        weakest: nameplate_ledger::Evidence::Readback,
    };
    for (seen, shown, expected) in [
        (seen("uid=u0", ""), shows(""), "this board is blank, and unit 1 has `p-001`"),
        (seen("uid=u0", "p-001").wrong("checksum `image` is wrong"), shows("p-001"), "checksum `image` is wrong"),
    ] {
        let size = ledger.size().unwrap();
        let answer = ledger.run(read(seen.clone()));
        assert_eq!(answer, Answer::Mismatch { unit: 1, shown, why: expected.into() });
        assert_eq!((state(&ledger, 1), ledger.size().unwrap()), (Some(State::Unknown), size + 1));
        // Said again, it is the same answer, and no event.
        assert_eq!(ledger.run(read(seen)), answer);
        assert_eq!(ledger.size().unwrap(), size + 1);
        assert_eq!(ledger.run(verified("uid=u0", "p-001")), Answer::Verified { unit: 1 });
    }
    ledger.check(bench.folder.path()).unwrap();
}

#[test]
fn a_unit_is_in_one_shipment() {
    let bench = Bench::new();
    let mut ledger = bench.open();
    ledger.number("uid=u0");
    ledger.run(verified("uid=u0", "p-001"));
    ledger.run(ship("BOX-1", 1, "s1", None));
    ledger.run(ship("BOX-1", 1, "s2", None));
    let said = ledger.refused(ship("BOX-2", 1, "s3", None));
    assert_eq!(said, "unit 1 left with shipment `BOX-1`: say `--move` with a reason if it leaves with another one");
    assert_eq!(ledger.refused(ship("BOX-2", 1, "s3", Some(" "))), "a reason is needed");
    ledger.run(ship("BOX-2", 1, "s3", Some("repacked")));
    let moved = events(&ledger).pop().unwrap().line();
    assert!(moved.contains(r#""shipment":"BOX-2","units":[1],"request":"s3","reason":"repacked""#), "{moved}");
    let units = |ledger: &Ledger, name: &str| ledger.find(&Query::Shipment(name.into())).unwrap().len();
    assert_eq!((units(&ledger, "BOX-1"), units(&ledger, "BOX-2")), (0, 1));
    ledger.check(bench.folder.path()).unwrap();
}

#[test]
fn a_pool_that_nobody_used_is_dropped() {
    let bench = Bench::new();
    let mut ledger = bench.open();
    ledger.number("uid=u0");
    let drop_pool = |pool: &str| Command::DropPool { pool: pool.into(), reason: "mistyped".into() };
    assert_eq!(ledger.refused(drop_pool("q")), "no pool `q`");
    let said = ledger.refused(drop_pool("p"));
    assert!(
        said.starts_with("pool `p` gave 1 numbers, and is not dropped: what it gave must not be given again"),
        "{said}"
    );
    let said = ledger.refused(Command::Pool(NewPool::new("mac", 1, 9, "m")));
    assert!(
        said.starts_with("pool `mac` exists already, 100 to 199, as `mac`: give the new one another name"),
        "{said}"
    );
    ledger.backup(bench.path("backup.db")).unwrap();
    ledger.run(drop_pool("mac"));
    assert!(
        events(&ledger).pop().unwrap().line().contains(r#""kind":"pool_dropped","pool":"mac","reason":"mistyped""#)
    );
    assert_eq!(ledger.run(drop_pool("mac")), Answer::Recorded);
    let accounting =
        |ledger: &mut Ledger| ledger.status().unwrap().accounting().map(|line| line.to_string()).collect::<Vec<_>>();
    assert_eq!(accounting(&mut ledger)[0], "mac 100..199: 100 void, 0 free, dropped");
    let said = ledger.refused(Command::Pool(NewPool::new("mac", 1, 9, "m")));
    assert!(said.starts_with("pool `mac` was dropped, and its name stays its own"), "{said}");
    assert!(ledger.ask(Ask::new(["mac"], keys("uid=u1")), &naming).unwrap_err().is_exhausted());
    // Its texts are free for another one.
    let again = || Command::Pool(NewPool::new("macs", 100, 999, "mac").namespace("mac"));
    ledger.run(again());
    assert_eq!(ledger.ticket(Ask::new(["macs"], keys("uid=u1")).found(Found::Blank)).0.number("macs"), Some(100));
    ledger.check(bench.folder.path()).unwrap();
    let log = events(&ledger);
    // An older copy does not drop it: nobody there knows whether it gave numbers since. It takes the other one back, though
    // they overlap, as the anchor knows that the first one gives nothing; and nothing comes twice, with a journal or without.
    drop(ledger);
    fs::copy(bench.path("backup.db"), bench.path("second.db")).unwrap();
    for (journal, expected) in [
        (vec![], ["mac 100..199: 100 lost, 0 free", "macs 100..999: 1 lost, 899 free"]),
        (vec![("j".to_owned(), log)], ["mac 100..199: 100 void, 0 free", "macs 100..999: 1 unknown, 899 free"]),
    ] {
        fs::rename(bench.path("backup.db"), bench.ledger()).unwrap();
        let mut ledger = bench.open();
        assert!(ledger.record(drop_pool("mac"), &naming).unwrap_err().is_closed());
        let said = ledger.recover(journal.clone(), "the disk died").unwrap_err().to_string();
        assert!(said.contains("the anchor knows a pool that the ledger lost: add it again"), "{said}");
        ledger.run(again());
        ledger.recover(journal, "the disk died").unwrap();
        assert_eq!(accounting(&mut ledger)[..2], expected);
        ledger.check(bench.folder.path()).unwrap();
        drop(ledger);
        let _ = fs::rename(bench.path("second.db"), bench.path("backup.db"));
    }
}

/// While a ledger is behind, a pool may be added that overlaps an unused one: but for a recovery one of them must be over.
#[test]
fn a_pool_that_overlaps_after_a_restore() {
    let bench = Bench::new();
    let mut ledger = bench.open();
    ledger.backup(bench.path("backup.db")).unwrap();
    assert_eq!(ledger.number("uid=u0"), 1);
    drop(ledger);
    fs::rename(bench.path("backup.db"), bench.ledger()).unwrap();
    let mut ledger = bench.open();
    ledger.run(Command::Pool(NewPool::new("again", 1, 99, "p").namespace("p")));
    let said = ledger.recover(vec![], "the disk died").unwrap_err().to_string();
    assert!(said.contains("pools `again` and `p` overlap, and the anchor does not say"), "{said}");
}

/// However a key is typed, it is the same board.
#[test]
fn one_board_however_its_keys_are_typed() {
    let bench = Bench::new();
    let mut ledger = bench.open();
    assert_eq!(ledger.number("uid=70b3d57ed00a board=B-1"), 1);
    for named in ["uid=0x70B3D57ED00A", "uid=70:b3:d5:7e:d0:0a", "uid=70-B3-D5-7E-D0-0A", "board=B-1"] {
        assert_eq!(ledger.number(named), 1, "{named}");
    }
    assert_eq!(ledger.find(&Query::Unit(1)).unwrap()[0].keys, Some(keys("uid=70B3D57ED00A board=B-1")));
    assert_eq!(ledger.number("uid=u1 board=b-1"), 2);
    ledger.check(bench.folder.path()).unwrap();
    // Of a ledger that an earlier version wrote with small letters: refused, and not another board.
    drop(ledger);
    let connection = rusqlite::Connection::open(bench.ledger()).unwrap();
    connection.execute_batch("UPDATE unit_key SET value='70b3d57ed00a' WHERE kind='uid' AND unit=1").unwrap();
    drop(connection);
    let mut ledger = bench.open();
    let said = ledger.ask(blank("uid=70b3d57ed00a").found(Found::Blank), &naming).unwrap_err().to_string();
    assert!(said.starts_with("unit 1 has another `uid` (70b3d57ed00a)"), "{said}");
}

/// What a recovery took back, since the anchor never confirmed it, no journal gives back: somebody else may have the number.
#[test]
fn what_was_taken_back_is_not_given_back() {
    let bench = Bench::new();
    let mut running = bench.open();
    running.backup(bench.path("old.db")).unwrap();
    let restore = || fs::write(bench.ledger(), fs::read(bench.path("old.db")).unwrap()).unwrap();
    assert_eq!(running.number("uid=u0"), 1);
    // The process is at work while the older copy is put back: it commits number 1 again, and does not let it out.
    restore();
    assert!(running.ask(blank("uid=u1"), &naming).unwrap_err().is_closed());
    drop(running);
    let mut ledger = bench.open();
    assert_eq!(ledger.recover(vec![], "the disk died").unwrap().withdrawn, [1]);
    let journal = events(&ledger);
    let gave = |event: &Event| matches!(&event.body, Body::Reserved { keys: named, .. } if *named == keys("uid=u1"));
    assert!(journal.iter().any(gave));
    drop(ledger);
    restore();
    let mut ledger = bench.open();
    let done = ledger.recover(vec![("j".into(), journal)], "once more").unwrap();
    assert_eq!((done.adopted, done.lost), (vec![], vec![("p".to_owned(), 1, 1, 1)]));
    let shown = blank("uid=u0").found(Found::Shows(shows("p-001")));
    assert!(matches!(ledger.ask(shown, &naming), Ok(nameplate_ledger::sqlite::Grant::Adopted { unit: 1 })));
    ledger.check(bench.folder.path()).unwrap();
}
