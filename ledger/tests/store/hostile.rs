//! A store with rows and bytes of anybody: errors, or the right answer; never a number that another unit has.

use std::collections::BTreeMap;
use std::fs;

use nameplate_ledger::sqlite::{Grant, Ledger, Query};
use nameplate_ledger::{Command, Target};
use proptest::prelude::*;

use crate::bench::{Bench, Line as _, blank, keys, naming, verified};

/// A ledger with all kinds of rows; who has which number.
fn sound() -> (Bench, BTreeMap<u64, String>) {
    let bench = Bench::fast();
    let mut ledger = bench.open();
    let mut owners = BTreeMap::new();
    for unit in 0..8 {
        let named = format!("uid=u{unit}");
        owners.insert(ledger.number(&named), named);
    }
    ledger.run(verified("uid=u0", "p-001"));
    ledger.run(verified("uid=u1", "p-002"));
    ledger.run(Command::Void { unit: Target::Unit(8), reason: "broke".into() });
    ledger.run(Command::Retire { unit: Target::Unit(1), reason: "label".into(), replace: Some("r".into()) });
    owners.insert(9, "uid=u0".into());
    ledger.run(Command::Lease { pool: "p".into(), count: 3, child: "cm".into(), request: "l".into() });
    for number in 10..13 {
        owners.insert(number, "another ledger".into());
    }
    (bench, owners)
}

/// What may be written into a cell.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        (0..20_i64).prop_map(|n| n.to_string()),
        any::<i64>().prop_map(|n| n.to_string()),
        Just("NULL".to_owned()),
        "[a-z]{1,3}-00[0-9]|u[0-9]|open|uid|p".prop_map(|text| format!("'{text}'")),
        (0..70_usize).prop_map(|len| format!("zeroblob({len})")),
        Just("randomblob(32)".to_owned()),
    ]
}

fn damage() -> impl Strategy<Value = String> {
    let tables: [(&str, &[&str]); 8] = [
        ("ledger", &["id", "epoch", "size", "range", "confirmed", "last_unit", "state"]),
        ("event", &["line", "root", "seq"]),
        (
            "pool",
            &["name", "namespace", "first", "last", "next", "reserved", "verified", "void", "lost", "leased", "id"],
        ),
        ("unit", &["state", "attempt", "attempts", "evidence", "seq", "station", "id"]),
        ("unit_key", &["unit", "kind", "value", "living"]),
        ("identity", &["pool", "number", "unit", "namespace", "value", "state", "seq"]),
        ("range", &["pool", "first", "last", "state"]),
        ("folder", &["role", "path"]),
    ];
    (0..tables.len(), any::<usize>(), cell(), 0..9_u8, 0..10_u8).prop_map(move |(table, column, cell, row, whole)| {
        let (name, columns) = tables[table];
        let column = columns[column % columns.len()];
        let pick = match name {
            "unit_key" => format!("unit={row}"),
            "identity" => format!("number={row}"),
            "range" | "folder" => "1".to_owned(),
            _ => format!("rowid={row}"),
        };
        if whole == 0 {
            format!("DELETE FROM {name} WHERE {pick}")
        } else {
            format!("UPDATE {name} SET {column}={cell} WHERE {pick}")
        }
    })
}

/// Asks for known units and new ones, and reports: whatever comes out is right.
fn ask_around(bench: &Bench, owners: &BTreeMap<u64, String>) {
    let Ok(mut ledger) = Ledger::open(bench.path("copy.db")) else { return };
    let mut given = BTreeMap::new();
    for named in (0..10).map(|unit| format!("uid=u{unit}")) {
        let Ok(Grant::Ticket(ticket, _)) = ledger.ask(blank(&named), &naming) else { continue };
        let number = ticket.number("p").unwrap();
        assert!((1..=999).contains(&number), "{named} is given {number}");
        assert_eq!(ticket.text("p").map(Into::into), naming("p", number), "{named}");
        let owner = owners.get(&number);
        assert!(owner.is_none_or(|owner| *owner == named), "{named} is given {number}, which is of {owner:?}");
        let twice = given.insert(number, named.clone());
        assert_eq!(twice, None, "{named} is given {number}");
    }
    drop(ledger.record(verified("uid=u2", "p-003"), &naming));
    drop(ledger.record(Command::Rekey { unit: Target::Unit(3), keys: keys("uid=w"), reason: "r".into() }, &naming));
    drop(ledger.find(&Query::Unit(3)));
    drop(ledger.find(&Query::Text("p-003".into())));
    drop(ledger.status());
    drop(ledger.audit(&[]));
    drop(ledger.recover(vec![], "damaged"));
    let mut log = Vec::new();
    drop(ledger.export(0, &mut log));
    drop(ledger.import(&mut &log[..]));
}

/// What the copy would be told by, or kept from: its file, and the anchor, which the damage must not move.
fn copy(bench: &Bench, bytes: &[u8]) {
    let anchor = bench.path("copied");
    drop(fs::remove_dir_all(&anchor));
    fs::create_dir(&anchor).unwrap();
    for name in bench.list("anchor") {
        fs::copy(bench.anchor().join(&name), anchor.join(&name)).unwrap();
    }
    // Over its bytes: its file number stays.
    fs::write(bench.path("copy.db"), bytes).unwrap();
    drop(fs::remove_file(bench.path("copy.db-journal")));
}

/// The ledger as a copy that believes to be the only one, with an anchor of its own.
fn adopted(bench: &Bench) -> Vec<u8> {
    copy(bench, &fs::read(bench.ledger()).unwrap());
    let connection = rusqlite::Connection::open(bench.path("copy.db")).unwrap();
    let inode = |name: &str| std::os::unix::fs::MetadataExt::ino(&fs::metadata(bench.path(name)).unwrap());
    let sql = format!(
        "UPDATE ledger SET fingerprint=replace(fingerprint,'file {}','file {}'); UPDATE folder SET path=CAST('{}' AS BLOB) WHERE role='anchor'",
        inode("line.db"),
        inode("copy.db"),
        bench.path("copied").display()
    );
    connection.execute_batch(&sql).unwrap();
    drop(connection);
    assert_eq!(Ledger::open(bench.path("copy.db")).unwrap().closed(), None);
    fs::read(bench.path("copy.db")).unwrap()
}

/// A table says that a number is of a board to which the log never gave it.
#[test]
fn a_key_that_no_event_gave() {
    let (bench, _) = sound();
    let whole = adopted(&bench);
    copy(&bench, &whole);
    let connection = rusqlite::Connection::open(bench.path("copy.db")).unwrap();
    connection.execute_batch("UPDATE unit_key SET value='u9' WHERE unit=4").unwrap();
    drop(connection);
    let mut ledger = Ledger::open(bench.path("copy.db")).unwrap();
    let error = ledger.ask(blank("uid=u9"), &naming).unwrap_err().to_string();
    assert!(error.contains("no event gave unit 4 the key uid=u9 that it has"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rows_of_anybody(damage in proptest::collection::vec(proptest::collection::vec(damage(), 1..4), 250)) {
        let (bench, owners) = sound();
        let whole = adopted(&bench);
        for sql in damage {
            copy(&bench, &whole);
            let connection = rusqlite::Connection::open(bench.path("copy.db")).unwrap();
            connection.execute_batch("PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON; PRAGMA synchronous=OFF").unwrap();
            let triggers: Vec<(String, String)> = connection
                .prepare("SELECT name,sql FROM sqlite_schema WHERE type='trigger'").unwrap()
                .query_map((), |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
                .map(Result::unwrap).collect();
            for (name, _) in &triggers {
                connection.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
            }
            for sql in &sql {
                drop(connection.execute_batch(sql));
            }
            for (_, sql) in &triggers {
                connection.execute_batch(sql).unwrap();
            }
            drop(connection);
            ask_around(&bench, &owners);
        }
    }

    #[test]
    fn bytes_of_anybody(damage in proptest::collection::vec(proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), 250)) {
        let (bench, owners) = sound();
        let whole = adopted(&bench);
        for edits in damage {
            let mut bytes = whole.clone();
            for (at, byte) in edits {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            copy(&bench, &bytes);
            ask_around(&bench, &owners);
        }
    }
}
