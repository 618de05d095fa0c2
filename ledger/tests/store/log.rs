//! The log as a file: export, import, audit, the verifier of the guide.

use std::fs;
use std::io::Write as _;
use std::process::{Command as Process, Stdio};

use nameplate_ledger::folder::Folder;
use nameplate_ledger::log::{parse_log, replay};
use nameplate_ledger::sqlite::{Imported, Ledger, NewLedger};
use nameplate_ledger::{Command, Target};

use crate::bench::{Bench, Line as _, blank, keys, naming, verified};

/// A day of all kinds of events.
fn busy() -> Bench {
    let bench = Bench::new();
    let mut ledger = bench.open();
    for unit in 0..12 {
        ledger.number(&format!("uid=u{unit}"));
    }
    for unit in 0..8 {
        ledger.run(verified(&format!("uid=u{unit}"), &format!("p-{:03}", unit + 1)));
    }
    ledger.run(Command::Void { unit: Target::Unit(12), reason: "broke".into() });
    ledger.run(Command::Retire { unit: Target::Unit(1), reason: "label".into(), replace: Some("r1".into()) });
    ledger.run(Command::Rekey { unit: Target::Unit(2), keys: keys("uid=v2 board=b2"), reason: "chip".into() });
    let note = |name: &str, value: &str, request: &str| Command::Note {
        unit: Target::Unit(3),
        name: name.into(),
        value: value.into(),
        request: request.into(),
    };
    ledger.run(note("lot:U4", "LOT-8891", "n1"));
    ledger.run(note("test:fct", "{\"v\":3.3}", "n2"));
    ledger.run(Command::Ship { shipment: "S-17".into(), units: vec![3, 4], request: "s1".into(), moved: None });
    ledger.run(Command::Lease { pool: "p".into(), count: 10, child: "cm".into(), request: "l1".into() });
    ledger.number("uid=u20");
    bench
}

fn export(ledger: &Ledger) -> Vec<u8> {
    let mut log = Vec::new();
    ledger.export(0, &mut log).unwrap();
    log
}

#[test]
fn the_export_is_the_log() {
    let bench = busy();
    let mut ledger = bench.open();
    let log = export(&ledger);
    let facts = replay(&parse_log(&log).unwrap()).unwrap();
    facts.audit().unwrap();
    let audit = ledger.check(bench.folder.path()).unwrap();
    assert_eq!(audit.size, facts.size);
    assert_eq!(
        audit.pools.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "mac 100..199: 100 free",
            "p 1..999: 5 reserved, 1 unknown, 6 verified, 1 retired, 1 void, 10 leased, 975 free"
        ]
    );
    assert_eq!(bench.list("."), ["anchor", "line.db", "line.db-journal"]);
    // A part of it.
    let mut rest = Vec::new();
    assert_eq!(ledger.export(20, &mut rest).unwrap(), audit.size);
    assert!(log.ends_with(&rest) && rest.starts_with(b"{\"seq\":21,"));
    let mut none = Vec::new();
    ledger.export(u64::MAX, &mut none).unwrap();
    assert_eq!(none, b"");
    // Anchors of any time belong to it; others do not.
    let anchor = Folder::new(bench.anchor()).newest().unwrap().unwrap().1;
    ledger.audit(std::slice::from_ref(&anchor)).unwrap();
    let mut other = anchor.clone();
    other.root.0[0] ^= 1;
    let said = ledger.audit(&[other]).unwrap_err().to_string();
    assert!(said.ends_with("epoch 1 is of another history than this ledger"), "{said}");
    let mut more = anchor;
    more.size += 1;
    assert!(ledger.audit(&[more]).unwrap_err().to_string().contains("knows more than this ledger"));
}

/// Writes into the database as an attacker or a failing disk would, past all triggers.
fn tamper(bench: &Bench, sql: &str) -> String {
    fs::copy(bench.ledger(), bench.path("copy.db")).unwrap();
    let connection = rusqlite::Connection::open(bench.path("copy.db")).unwrap();
    let triggers: Vec<(String, String)> = connection
        .prepare("SELECT name,sql FROM sqlite_schema WHERE type='trigger'")
        .unwrap()
        .query_map((), |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for (name, _) in &triggers {
        connection.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
    }
    connection.execute_batch(&format!("PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON; {sql}")).unwrap();
    for (_, sql) in &triggers {
        connection.execute_batch(sql).unwrap();
    }
    drop(connection);
    let said = Ledger::open(bench.path("copy.db")).and_then(|mut ledger| ledger.check(bench.folder.path()).map(drop));
    said.map_or_else(|error| error.to_string(), |()| "nothing".into())
}

#[test]
fn what_is_changed_is_named() {
    let bench = busy();
    assert_eq!(tamper(&bench, "SELECT 1"), "nothing");
    for seq in [1, 2, 3, 7, 19, 29] {
        for sql in [
            format!("UPDATE event SET line=replace(line,'\"','“') WHERE seq={seq}"),
            format!("UPDATE event SET line=line||' ' WHERE seq={seq}"),
            format!("UPDATE event SET root=zeroblob(32) WHERE seq={seq}"),
            format!("DELETE FROM event WHERE seq={seq}"),
        ] {
            let said = tamper(&bench, &sql);
            assert!(said.contains(&format!("event {seq}")) || said.contains(&format!("line {seq}:")), "{sql}: {said}");
        }
        let next = seq + 1;
        let said = tamper(
            &bench,
            &format!(
                "CREATE TEMP TABLE t AS SELECT * FROM event WHERE seq IN({seq},{next}); \
                 UPDATE event SET line=(SELECT line FROM t WHERE t.seq={seq}+{next}-event.seq) WHERE seq IN({seq},{next})"
            ),
        );
        assert!(said.contains(&format!("event {seq}:")), "{said}");
    }
    // Rows that the log does not lead to.
    for (sql, expected) in [
        ("UPDATE identity SET state=2 WHERE number=9", "number of pool 1: its state is 2, by its events it is 1"),
        (
            "UPDATE identity SET value='p-999' WHERE number=9",
            "number of pool 1: its value is p-999, by its events it is p-009",
        ),
        ("DELETE FROM identity WHERE number=9", "number of pool 1: its number is 10, by its events it is 9"),
        ("UPDATE pool SET next=next+1,reserved=reserved+1 WHERE id=1", "pool 1: its next is"),
        ("UPDATE pool SET void=void+1 WHERE id=1", "(does not add up)"),
        ("UPDATE unit SET attempt=7 WHERE id=3", "unit 3: its attempt is 7, by its events it is 1"),
        ("UPDATE unit_key SET value='u999' WHERE unit=3", "key of unit 3: its value is u999, by its events it is u2"),
        ("DELETE FROM request WHERE id='n1'", "request n2: its id is n2, by its events it is n1"),
        ("INSERT INTO range VALUES(1,500,600,8,1)", "range of pool 1: no event leads to it"),
        ("DELETE FROM former_key", "is missing, to which its events lead"),
        ("UPDATE ledger SET last_unit=99", "its last_unit is 99, by its events it is 13"),
    ] {
        let said = tamper(&bench, sql);
        assert!(said.contains(expected), "{sql}: {said}");
    }
}

#[test]
fn an_import_makes_up_for_a_backup() {
    let bench = busy();
    let whole = export(&bench.open());
    // The same log again changes nothing.
    let mut ledger = bench.open();
    let known = ledger.status().unwrap().size;
    assert_eq!(ledger.import(&mut &whole[..]).unwrap(), Imported { known, new: 0 });
    ledger.backup(bench.path("backup.db")).unwrap();
    for unit in 30..40 {
        ledger.number(&format!("uid=u{unit}"));
    }
    let whole = export(&ledger);
    let size = ledger.status().unwrap().size;
    drop(ledger);
    fs::rename(bench.path("backup.db"), bench.ledger()).unwrap();
    let mut ledger = bench.open();
    assert!(ledger.closed().unwrap().needs_recovery());
    // Cut, of another ledger, with a line that is not one, with one that cannot follow: nothing is taken.
    let text = String::from_utf8(whole.clone()).unwrap();
    for (log, expected) in [
        (text[..text.len() - 1].to_owned(), format!("line {size} of the log is cut after")),
        (text.replacen("s0", "s1", 1), "is not event 4 of this ledger".to_owned()),
        (text.replace("u35", "u3"), "another unit's".to_owned()),
        (
            text.replace("\"seq\":39", "\"seq\":40"),
            "line 39 of the log is event 40: a line was added, removed or moved".into(),
        ),
        (
            text.replace("\"uid\":\"u38\"", "\"uid\":\"x38\""),
            format!("the log does not lead to the anchor `{}`", bench.anchor().display()),
        ),
    ] {
        let said = ledger.import(&mut log.as_bytes()).unwrap_err().to_string();
        assert!(said.contains(&expected), "{said}");
        assert_eq!(bench.open().status().unwrap().size, known);
    }
    // A part brings it nearer, the whole all the way: nothing was lost.
    let part =
        text.lines().take(usize::try_from(known).unwrap() + 3).fold(String::new(), |text, line| text + line + "\n");
    assert_eq!(ledger.import(&mut part.as_bytes()).unwrap(), Imported { known, new: 3 });
    assert!(ledger.ask(blank("uid=u99"), &naming).unwrap_err().is_closed());
    assert_eq!(ledger.import(&mut &whole[..]).unwrap(), Imported { known: known + 3, new: 7 });
    assert_eq!(ledger.closed(), None);
    assert_eq!(export(&ledger), whole);
    ledger.check(bench.folder.path()).unwrap();
    assert_eq!(bench.open().number("uid=u99"), 35);
    // More lines than the anchor knows of are of another copy.
    let mut ledger = bench.open();
    let more = [export(&ledger), b"{\"seq\":99}\n".to_vec()].concat();
    let said = ledger.import(&mut &more[..]).unwrap_err().to_string();
    assert!(said.ends_with("its anchor knows of no such event: it is of another copy"), "{said}");
}

#[test]
fn a_ledger_out_of_its_log() {
    let bench = busy();
    let log = export(&bench.open());
    fs::remove_file(bench.ledger()).unwrap();
    let create = |new: NewLedger, mut log: &[u8]| Ledger::create_from(bench.ledger(), new, &mut log);
    for (log, expected) in [
        (&b""[..], "the log is empty"),
        (&log[200..], "line 1 of the log: the line is no event"),
        (&log[..log.len() - 2], "is cut"),
    ] {
        let said = create(NewLedger::after(bench.anchor()), log).unwrap_err().to_string();
        assert!(said.contains(expected), "{said}");
        assert!(!bench.ledger().exists());
    }
    let mut ledger = create(NewLedger::after(bench.anchor()), &log).unwrap();
    assert_eq!(ledger.closed(), None);
    assert_eq!(export(&ledger), log);
    ledger.check(bench.folder.path()).unwrap();
    assert_eq!(bench.open().number("uid=u99"), 25);
    // An older log is behind the anchor, and recovered.
    fs::remove_file(bench.ledger()).unwrap();
    let mut ledger = create(NewLedger::after(bench.anchor()), &log).unwrap();
    assert!(ledger.closed().unwrap().needs_recovery());
    let done = ledger.recover(vec![], "the disk died").unwrap();
    // What was open in it nobody confirms any more: it is taken back, and its boards show what they have.
    assert_eq!((done.lost, done.withdrawn.len()), (vec![("p".to_owned(), 25, 25, 7)], 6));
}

/// As it stands in the guide.
const VERIFIER: &str = r#"
import hashlib, sys
H = lambda b: hashlib.sha256(b).digest()
stack, n = [], 0
for line in sys.stdin.buffer:
    assert line.endswith(b"\n"), f"line {n + 1} is cut"
    h, k = H(b"\0" + line[:-1]), n
    while k & 1:
        h, k = H(b"\1" + stack.pop() + h), k >> 1
    stack.append(h)
    n += 1
root = stack.pop() if stack else H(b"")
while stack:
    root = H(b"\1" + stack.pop() + root)
print(n, root.hex())
"#;

fn python(script: &str, input: &[u8]) -> (bool, String) {
    let mut python = Process::new("python3")
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    python.stdin.take().unwrap().write_all(input).unwrap();
    let said = python.wait_with_output().unwrap();
    (said.status.success(), String::from_utf8(said.stdout).unwrap().trim().to_owned())
}

#[test]
#[ignore = "needs python3"]
fn the_verifier_of_the_guide_agrees() {
    let bench = busy();
    let log = export(&bench.open());
    let lines: Vec<&[u8]> = log.split_inclusive(|byte| *byte == b'\n').collect();
    let audit = bench.open().audit(&[]).unwrap();
    assert_eq!(python(VERIFIER, &log), (true, format!("{} {}", audit.size, audit.root)));
    for count in 0..lines.len() {
        let mut head = nameplate_ledger::tree::Head::new();
        for line in &lines[..count] {
            head.append(nameplate_ledger::tree::leaf(line.strip_suffix(b"\n").unwrap()));
        }
        assert_eq!(python(VERIFIER, &lines[..count].concat()), (true, format!("{count} {}", head.root())));
    }
    assert!(!python(VERIFIER, &log[..log.len() - 1]).0);
}
