//! New ledgers, and files that are none.

use std::fs;

use nameplate_ledger::folder::{Folder, Home};
use nameplate_ledger::sqlite::{Closed, ErrorKind, Ledger, NewLedger};
use nameplate_ledger::{Command, NewPool};

use crate::bench::{Bench, ID, Line as _, blank, naming};

const OTHER: &str = "00000000000000000000000000000001";

#[test]
fn a_new_ledger_has_an_anchor() {
    let bench = Bench::empty();
    let ledger = Ledger::create(bench.ledger(), NewLedger::new(ID).anchor(bench.anchor())).unwrap();
    assert_eq!(ledger.closed(), None);
    assert_eq!(bench.list("anchor"), ["1.anchor"]);
    let (_, anchor) = Folder::new(bench.anchor()).newest().unwrap().unwrap();
    assert_eq!((anchor.ledger.as_str(), anchor.size, anchor.epoch), (ID, 1, 1));
    assert_eq!(anchor.root.to_string(), "0b0e135e12cf155ac03c3400ecf5f01d18def499a026ca7fd86e8da9e5c2234e");
    // Neither over it, nor beside its anchor.
    let create =
        |path: &str, anchor: &str| Ledger::create(bench.path(path), NewLedger::new(ID).anchor(bench.path(anchor)));
    assert!(matches!(create("line.db", "other").unwrap_err().kind(), ErrorKind::Exists));
    let error = create("other.db", "anchor").unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Occupied { .. }));
    assert!(error.to_string().ends_with("is in use: give another folder, or `init --after` it if its ledger is gone"));
    assert_eq!(bench.list("."), ["anchor", "line.db", "line.db-journal"]);
    assert_eq!(fs::metadata(bench.path("line.db-journal")).unwrap().len(), 0);
}

#[test]
fn a_failed_init_leaves_nothing() {
    let bench = Bench::empty();
    fs::write(bench.path("file"), "").unwrap();
    for new in [
        NewLedger::new("5F").anchor(bench.anchor()),
        NewLedger::new(ID).anchor(bench.path("file")),
        NewLedger::new(ID).anchor(bench.path("file/anchor")),
        NewLedger::new(ID),
        NewLedger::new(ID).anchor(bench.path("Dropbox/anchor")),
        NewLedger::new(ID).anchor(bench.anchor()).second(bench.path("second")),
        NewLedger::after(bench.path("none")),
    ] {
        let error = Ledger::create(bench.ledger(), new).unwrap_err();
        assert!(!bench.ledger().exists(), "{error}");
    }
    fs::create_dir(bench.path("OneDrive - Works")).unwrap();
    let path = bench.path("OneDrive - Works/line.db");
    let error = Ledger::create(&path, NewLedger::new(ID).anchor(bench.anchor())).unwrap_err().to_string();
    assert!(
        error.ends_with(
            "is copied to other PCs by OneDrive - Works: two of them would issue the same numbers; take another folder"
        ),
        "{error}"
    );
    let error = Ledger::create(bench.path("no/folder/line.db"), NewLedger::new(ID).anchor(bench.anchor())).unwrap_err();
    assert!(error.to_string().contains("cannot make "), "{error}");
    assert!(Folder::new(bench.anchor()).newest().unwrap().is_none());
}

#[test]
fn at_home() {
    let bench = Bench::empty();
    let home = || Home::new(bench.path("state"));
    let create = |id| Ledger::create(bench.ledger(), NewLedger::new(id).home(home()));
    let mut ledger = create(ID).unwrap();
    ledger.run(Command::Pool(NewPool::new("p", 1, 999, "p")));
    assert_eq!(ledger.number("uid=u0"), 1);
    assert_eq!(bench.list("state"), [ID]);
    assert_eq!(bench.list(&format!("state/{ID}/anchor")), ["2.anchor", "3.anchor"]);
    // Delete and start over: the anchor still knows.
    drop(ledger);
    fs::remove_file(bench.ledger()).unwrap();
    let error = create(OTHER).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::WasHere { id, anchor } if id == ID && *anchor == home().anchor(ID)));
    assert!(
        error.to_string().contains("put it back, or `import` an export of it, or `init --after` that anchor"),
        "{error}"
    );
    // Another ledger, elsewhere, is nobody's business.
    Ledger::create(bench.path("second.db"), NewLedger::new(OTHER).home(home())).unwrap();
    // After its anchor: nothing is issued before the recovery.
    let mut ledger = Ledger::create(bench.ledger(), NewLedger::after(home().anchor(ID)).home(home())).unwrap();
    assert!(matches!(ledger.closed(), Some(Closed::Behind { known: 3, size: 1, .. })), "{:?}", ledger.closed());
    ledger.run(Command::Pool(NewPool::new("p", 1, 999, "p")));
    assert!(ledger.ask(blank("uid=u0"), &naming).unwrap_err().is_closed());
    // A ledger that moves on its disk is remembered where it is.
    drop(ledger);
    fs::rename(bench.path("second.db"), bench.path("third.db")).unwrap();
    assert_eq!(Ledger::open(bench.path("third.db")).unwrap().closed(), None);
    assert_eq!(home().find(&bench.path("second.db")).unwrap(), None);
    assert_eq!(home().find(&bench.path("third.db")).unwrap().unwrap().0, OTHER);
}

#[test]
fn a_second_anchor_is_on_another_disk() {
    let bench = Bench::empty();
    let Ok(shm) = tempfile::tempdir_in("/dev/shm") else { return };
    let second = shm.path().join("anchor");
    let create = |second: &std::path::Path| {
        Ledger::create(bench.ledger(), NewLedger::new(ID).anchor(bench.anchor()).second(second))
    };
    let error = create(&bench.path("second")).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::SameDisk { .. }), "{error}");
    let mut ledger = create(&second).unwrap();
    ledger.run(Command::Pool(NewPool::new("p", 1, 999, "p")));
    assert_eq!(ledger.number("uid=u0"), 1);
    assert_eq!(crate::bench::names(&second), ["2.anchor", "3.anchor"]);
    assert_eq!(bench.list("anchor"), ["2.anchor", "3.anchor"]);
    // Both must agree.
    fs::rename(&second, shm.path().join("away")).unwrap();
    assert!(ledger.ask(blank("uid=u1"), &naming).unwrap_err().is_closed());
    fs::rename(shm.path().join("away"), &second).unwrap();
    assert_eq!(ledger.number("uid=u1"), 2);
}

#[test]
fn files_that_are_no_ledger() {
    let bench = Bench::new();
    let open = |name: &str| Ledger::open(bench.path(name)).map(drop).unwrap_err().to_string();
    // Opening never creates.
    assert!(open("none.db").contains("unable to open database file"));
    assert!(!bench.path("none.db").exists());
    fs::write(bench.path("empty.db"), "").unwrap();
    assert!(open("empty.db").contains("this is no ledger: the file is empty"), "{}", open("empty.db"));
    assert_eq!(fs::metadata(bench.path("empty.db")).unwrap().len(), 0);
    fs::write(bench.path("text.db"), "number;uid\n".repeat(400)).unwrap();
    assert!(open("text.db").contains("this is no ledger: the file is no SQLite database"));
    fs::create_dir(bench.path("folder.db")).unwrap();
    assert!(open("folder.db").contains("unable to open database file"));
    for (sql, expected) in [
        ("PRAGMA application_id=1", "the file is another database"),
        ("PRAGMA user_version=2", "the ledger has schema 2, and this version knows up to 1: use a newer version"),
        ("PRAGMA user_version=0", "it has no version"),
        (
            "CREATE TRIGGER more AFTER INSERT ON identity BEGIN DELETE FROM range; END",
            "`more` in it is not as this version makes it",
        ),
        ("CREATE VIEW v AS SELECT 1", "`v` in it is not as this version makes it"),
        ("DROP INDEX identity_live", "tables are missing"),
        ("DROP TRIGGER event_kept", "tables are missing"),
        ("ALTER TABLE event ADD COLUMN more TEXT", "`event` in it is not as this version makes it"),
        ("DELETE FROM ledger", "its first row is missing"),
        ("UPDATE ledger SET size=2,range=zeroblob(32)", "its head is not that of its 2 events"),
        ("UPDATE ledger SET range=zeroblob(64)", "its head is not that of its 3 events"),
        ("UPDATE ledger SET range=zeroblob(96)", "the hashes of its head are not as many as its size needs"),
        ("INSERT INTO event VALUES(4,'',zeroblob(32))", "it counts 3 events, and its last one is 4"),
    ] {
        fs::copy(bench.ledger(), bench.path("copy.db")).unwrap();
        rusqlite::Connection::open(bench.path("copy.db")).unwrap().execute_batch(sql).unwrap();
        let said = open("copy.db");
        assert!(said.contains(expected), "{sql}: {said}");
    }
    // Cut anywhere.
    let whole = fs::read(bench.ledger()).unwrap();
    for end in (0..whole.len()).step_by(1021) {
        fs::write(bench.path("cut.db"), &whole[..end]).unwrap();
        assert!(Ledger::open(bench.path("cut.db")).is_err(), "{end}");
    }
    // What is written is never changed, whatever program tries.
    let connection = rusqlite::Connection::open(bench.ledger()).unwrap();
    for (sql, expected) in [
        ("UPDATE event SET line=''", "an event is never changed"),
        ("DELETE FROM event WHERE seq=3", "an event is never deleted"),
    ] {
        assert_eq!(connection.execute_batch(sql).unwrap_err().to_string(), expected);
    }
}
