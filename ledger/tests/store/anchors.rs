//! Anchors that are moved, added, left.

use std::fs;

use nameplate_ledger::folder::Folder;
use nameplate_ledger::sqlite::{Closed, ErrorKind, Ledger, NewLedger, Place};

use crate::bench::{Bench, ID, Line as _, blank, names, naming};

#[test]
fn moved_with_a_reason() {
    let bench = Bench::new();
    let mut ledger = bench.open();
    assert_eq!(ledger.number("uid=u0"), 1);
    fs::copy(bench.ledger(), bench.path("copy.db")).unwrap();
    let new = bench.path("new/anchor");
    assert!(ledger.move_anchor(Place::First, Some(&new), "").unwrap_err().to_string().contains("a reason is needed"));
    ledger.move_anchor(Place::First, Some(&new), "a stick of its own").unwrap();
    assert_eq!(names(&new), ["1.anchor", "2.anchor"]);
    let last = ledger.find(&nameplate_ledger::sqlite::Query::Unit(1)).unwrap();
    assert_eq!(last.len(), 1);
    let mut log = Vec::new();
    ledger.export(4, &mut log).unwrap();
    assert_eq!(
        String::from_utf8(log).unwrap(),
        format!(
            "{{\"seq\":5,\"kind\":\"anchors\",\"folders\":[{:?}],\"reason\":\"a stick of its own\",\"station\":\"s0\"}}\n",
            new.display().to_string()
        )
    );
    assert_eq!(bench.open().number("uid=u1"), 2);
    // The old one was moved a last time: a copy that still uses it stops there.
    assert_eq!(Folder::new(bench.anchor()).newest().unwrap().unwrap().1.size, 5);
    let copy = Ledger::open(bench.path("copy.db")).unwrap();
    assert!(matches!(copy.closed(), Some(Closed::Behind { known: 5, size: 4, .. })), "{:?}", copy.closed());
    // And nobody begins there.
    let error = Ledger::create(bench.path("o.db"), NewLedger::new(&"1".repeat(32)).anchor(bench.anchor())).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Occupied { .. }));
    // Nor is an anchor moved into another ledger's.
    Ledger::create(bench.path("o.db"), NewLedger::new(&"1".repeat(32)).anchor(bench.path("o"))).unwrap();
    let error = ledger.move_anchor(Place::First, Some(&bench.path("o")), "a mistake").unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Occupied { .. }), "{error}");
    assert_eq!(ledger.number("uid=u2"), 3);
    ledger.check(bench.folder.path()).unwrap();
}

#[test]
fn the_stick_died() {
    let bench = Bench::new();
    let mut ledger = bench.open();
    assert_eq!(ledger.number("uid=u0"), 1);
    fs::remove_dir_all(bench.anchor()).unwrap();
    assert!(ledger.ask(blank("uid=u1"), &naming).unwrap_err().is_closed());
    // Nobody knows whether this is the newest copy.
    ledger.move_anchor(Place::First, Some(&bench.path("new")), "the stick died").unwrap();
    assert_eq!(ledger.closed(), Some(&Closed::Fenced));
    assert!(ledger.ask(blank("uid=u1"), &naming).unwrap_err().is_closed());
    assert_eq!(bench.open().closed(), Some(&Closed::Fenced));
    ledger.recover(vec![], "the stick died").unwrap();
    // Numbers that were committed and did not leave come out now.
    assert_eq!(ledger.number("uid=u1"), 2);
    // Mounted elsewhere, the anchor is the same.
    fs::rename(bench.path("new"), bench.path("elsewhere")).unwrap();
    let mut ledger = bench.open();
    assert!(matches!(ledger.closed(), Some(Closed::Missing { .. })));
    ledger.move_anchor(Place::First, Some(&bench.path("elsewhere")), "another letter").unwrap();
    assert_eq!(ledger.number("uid=u2"), 3);
    // In its own place again, after it was torn.
    for file in names(&bench.path("elsewhere")) {
        fs::write(bench.path("elsewhere").join(file), "").unwrap();
    }
    let mut ledger = bench.open();
    assert!(matches!(ledger.closed(), Some(Closed::Torn { .. })));
    assert!(ledger.move_anchor(Place::First, Some(&bench.path("elsewhere")), "same").is_err());
    ledger.move_anchor(Place::First, Some(&bench.path("last")), "torn").unwrap();
    assert_eq!(ledger.closed(), Some(&Closed::Fenced));
    ledger.recover(vec![], "torn").unwrap();
    assert_eq!(bench.open().number("uid=u3"), 4);
}

#[test]
fn a_ledger_that_is_behind_is_recovered_first() {
    let bench = Bench::new();
    let mut ledger = bench.open();
    ledger.backup(bench.path("backup.db")).unwrap();
    assert_eq!(ledger.number("uid=u0"), 1);
    fs::rename(bench.path("backup.db"), bench.ledger()).unwrap();
    let mut ledger = bench.open();
    for to in [Some(bench.path("new")), None] {
        let error = ledger.move_anchor(Place::First, to.as_deref(), "get rid of it").unwrap_err();
        assert!(error.is_closed(), "{error}");
    }
    assert!(!bench.path("new").exists());
}

#[test]
fn a_second_one_and_none() {
    let bench = Bench::new();
    let mut ledger = bench.open();
    let error = ledger.move_anchor(Place::Second, Some(&bench.path("second")), "safer").unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::SameDisk { .. }), "{error}");
    assert_eq!(ledger.status().unwrap().notes.len(), 1);
    if let Ok(shm) = tempfile::tempdir_in("/dev/shm") {
        let second = shm.path().join("second");
        ledger.move_anchor(Place::Second, Some(&second), "safer").unwrap();
        assert_eq!(ledger.number("uid=u0"), 1);
        let status = ledger.status().unwrap();
        assert_eq!(status.anchors, [(bench.anchor(), Some(5)), (second.clone(), Some(5))]);
        assert_eq!(status.notes, Vec::<String>::new());
        // The second one dies while the ledger is an old copy: it is left first, then the ledger is recovered.
        ledger.backup(bench.path("backup.db")).unwrap();
        assert_eq!(ledger.number("uid=u1"), 2);
        drop(ledger);
        fs::rename(bench.path("backup.db"), bench.ledger()).unwrap();
        fs::remove_dir_all(&second).unwrap();
        let mut ledger = bench.open();
        assert!(ledger.recover(vec![], "the disk died").unwrap_err().is_closed());
        ledger.move_anchor(Place::Second, None, "the stick died").unwrap();
        assert!(ledger.closed().unwrap().needs_recovery());
        ledger.recover(vec![], "the disk died").unwrap();
        assert_eq!(ledger.ticket(blank("uid=u2").fresh("new")).0.number("p"), Some(3));
    }
    let mut ledger = bench.open();
    ledger.move_anchor(Place::First, None, "no stick").unwrap();
    assert_eq!(ledger.status().unwrap().notes, ["no anchor: a backup that is put back would issue numbers again"]);
    assert!(ledger.ask(blank("uid=u0"), &naming).is_ok());
    assert_eq!(ID.len(), 32);
}

#[test]
fn without_an_anchor_a_backup_issues_again_as_it_says() {
    let bench = Bench::empty();
    let mut ledger = Ledger::create(bench.ledger(), NewLedger::new(ID).without_anchor()).unwrap();
    ledger.run(nameplate_ledger::Command::Pool(nameplate_ledger::NewPool::new("p", 1, 9, "p")));
    ledger.backup(bench.path("backup.db")).unwrap();
    assert_eq!(ledger.number("uid=u0"), 1);
    drop(ledger);
    // Its file tells it though.
    fs::rename(bench.path("backup.db"), bench.ledger()).unwrap();
    assert!(matches!(bench.open().closed(), Some(Closed::Copied { .. })));
    bench.open().recover(vec![], "I know").unwrap();
    assert_eq!(bench.open().number("uid=u1"), 1);
}
