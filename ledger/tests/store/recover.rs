//! Going on after a restore: what was issued is lost, and nothing comes out twice.

use std::fmt::Write as _;
use std::fs;

use nameplate_ledger::folder::Home;
use nameplate_ledger::journal::parse_journal;
use nameplate_ledger::sqlite::{Closed, Entry, Ledger, NewLedger};
use nameplate_ledger::{Answer, Command, NewPool, Target};

use crate::bench::{Bench, ID, Line as _, blank, keys, naming, shows, verified};

/// Backed up with 2 numbers, of which one is verified; then 3 and 4 were given. Also: what the stations wrote down.
fn restored() -> (Bench, Vec<Entry>) {
    let bench = Bench::new();
    let mut ledger = bench.open();
    let mut entries = vec![ledger.ticket(blank("uid=u0")).1, ledger.ticket(blank("uid=u1")).1];
    ledger.run(verified("uid=u0", "p-001"));
    ledger.backup(bench.path("backup.db")).unwrap();
    entries.extend([ledger.ticket(blank("uid=u2")).1, ledger.ticket(blank("uid=u3")).1]);
    ledger.run(verified("uid=u2", "p-003"));
    drop(ledger);
    fs::rename(bench.path("backup.db"), bench.ledger()).unwrap();
    (bench, entries)
}

fn accounting(ledger: &mut Ledger) -> String {
    ledger.status().unwrap().accounting().last().unwrap().to_string()
}

#[test]
fn what_was_issued_after_the_backup_is_lost() {
    let (bench, _) = restored();
    let mut ledger = bench.open();
    assert!(ledger.recover(vec![], " ").unwrap_err().to_string().ends_with("a reason is needed"));
    let done = ledger.recover(vec![], "the disk died").unwrap();
    assert_eq!(
        done.to_string().replace(bench.anchor().to_str().unwrap(), "anchor"),
        "recovered: epoch 2. The ledger had 6 events, its anchor `anchor` knew 9.\n\
         pool `p`: 3..4 had been issued, which this ledger did not know; 2 lost in all.\n\
         pool `mac`: 100 is the next number; none is lost.\n\
         It lacked events 7 to 9 of before; 0 were told again.\n\
         No journal has events 7 to 9: notes, shipments, retirements, quarantines, voids and read-backs among them are lost, \
         and the units stand as before. Tell them again: `retire`, `void`, `rekey`, `note`, `ship`; read a board that is in \
         doubt.\n\
         A board that shows a lost number keeps it: read it, or scan its label. Until none is lost, a blank board needs \
         its label, or a person's reason why it is new. What no board has, a person makes void.\n"
    );
    assert_eq!(accounting(&mut ledger), "p 1..999: 1 reserved, 1 verified, 2 lost, 995 free");
    // It is one event, and the next process goes on.
    let mut ledger = bench.open();
    assert_eq!(ledger.closed(), None);
    // The good boards stay good: those the ledger knew, and those it did not.
    assert_eq!(ledger.number("uid=u1"), 2);
    let shown = blank("uid=u2").found(nameplate_ledger::Found::Shows(shows("p-003")));
    assert!(matches!(ledger.ask(shown, &naming), Ok(nameplate_ledger::sqlite::Grant::Adopted { unit: 3 })));
    assert_eq!(ledger.run(verified("uid=u2", "p-003")), Answer::Verified { unit: 3 });
    // A blank board is asked about.
    let said = ledger.ask(blank("uid=u3"), &naming).unwrap_err();
    assert!(said.to_string().contains("has lost numbers: scan the label of this board (`--label TEXT`)"), "{said}");
    assert_eq!(ledger.ticket(blank("uid=u3").fresh("from the tray")).0.number("p"), Some(5));
    // What no board has, a person makes void; then all is as before.
    ledger.run(Command::VoidLost { pool: "p".into(), first: 4, last: 4, reason: "the board broke".into() });
    assert_eq!(accounting(&mut ledger), "p 1..999: 2 reserved, 2 verified, 1 void, 994 free");
    assert_eq!(ledger.number("uid=u4"), 6);
    ledger.check(bench.folder.path()).unwrap();
}

#[test]
fn journals_give_back() {
    let (bench, entries) = restored();
    let mut journal = String::new();
    for Entry { ledger, line, .. } in &entries {
        writeln!(journal, "{{\"seq\":1,\"file\":\"x\",\"ledger\":{{\"id\":{ledger:?},\"event\":{line:?}}}}}\r")
            .unwrap();
    }
    let journal = parse_journal(format!("{journal}{{\"fields\":{{}}}}\n{{\"led").as_bytes(), ID);
    assert_eq!((journal.events.len(), journal.others, &journal.unread[..]), (4, 1, &[6][..]));
    let mut ledger = bench.open();
    let done = ledger.recover(vec![("units.jsonl".into(), journal.events)], "the disk died").unwrap();
    assert_eq!((done.adopted, done.lost), (vec![3, 4], vec![]));
    assert_eq!(accounting(&mut ledger), "p 1..999: 1 reserved, 2 unknown, 1 verified, 995 free");
    // No number is lost: blank boards are new ones again.
    assert_eq!(ledger.number("uid=u9"), 5);
    assert_eq!(ledger.run(verified("uid=u2", "p-003")), Answer::Verified { unit: 3 });
    assert_eq!(ledger.ticket(blank("uid=u3")).0.number("p"), Some(4));
    ledger.check(bench.folder.path()).unwrap();
}

#[test]
fn what_the_anchor_never_confirmed_is_taken_back() {
    let (bench, _) = restored();
    // A process that was at work before the restore (over the bytes, so that it does not see it) commits a number of the
    // old copy, and the anchor does not let it out.
    let other = Bench::new();
    let mut running = other.open();
    assert_eq!(running.number("uid=u0"), 1);
    running.backup(other.path("backup")).unwrap();
    assert_eq!(running.number("uid=u1"), 2);
    fs::write(other.ledger(), fs::read(other.path("backup")).unwrap()).unwrap();
    assert!(running.ask(blank("uid=u2"), &naming).unwrap_err().is_closed());
    drop(running);
    let mut ledger = other.open();
    let done = ledger.recover(vec![], "the disk died").unwrap();
    assert_eq!((done.withdrawn, done.lost), (vec![2], vec![("p".to_owned(), 3, 2, 1)]));
    assert_eq!(ledger.ticket(blank("uid=u2").fresh("new")).0.number("p"), Some(3));
    ledger.check(other.folder.path()).unwrap();
    // Nothing of that here.
    assert_eq!(bench.open().recover(vec![], "the disk died").unwrap().withdrawn, Vec::<u64>::new());
}

#[test]
fn the_copy_that_is_recovered_goes_on_alone() {
    let bench = Bench::new();
    let mut ledger = bench.open();
    assert_eq!(ledger.number("uid=u0"), 1);
    ledger.backup(bench.path("copy.db")).unwrap();
    let mut copy = Ledger::open(bench.path("copy.db")).unwrap();
    assert!(matches!(copy.closed(), Some(Closed::Copied { .. })));
    assert_eq!(ledger.number("uid=u1"), 2);
    let done = copy.recover(vec![], "the PC was replaced").unwrap();
    assert_eq!((done.epoch, &done.lost[..]), (2, &[("p".to_owned(), 2, 2, 1)][..]));
    assert_eq!(copy.ticket(blank("uid=u2").fresh("new")).0.number("p"), Some(3));
    // The other one is fenced at its next number, which does not leave, and after that at once.
    let said = ledger.ask(blank("uid=u3"), &naming).unwrap_err();
    assert!(said.to_string().contains("is of the other one. Nothing was issued."), "{said}");
    drop(ledger);
    let mut ledger = bench.open();
    assert!(ledger.closed().unwrap().needs_recovery());
    // It may take over again: what it issued and nobody confirmed is taken back.
    let done = ledger.recover(vec![], "the old PC is in use again").unwrap();
    assert_eq!((done.epoch, done.withdrawn), (3, vec![3]));
    assert_eq!(accounting(&mut ledger), "p 1..999: 2 reserved, 1 lost, 996 free");
    assert_eq!(ledger.ticket(blank("uid=u4").fresh("new")).0.number("p"), Some(4));
    assert!(copy.ask(blank("uid=u5").fresh("new"), &naming).unwrap_err().is_closed());
    ledger.check(bench.folder.path()).unwrap();
}

#[test]
fn the_database_is_gone() {
    let bench = Bench::empty();
    let home = || Home::new(bench.path("state"));
    let pool = || Command::Pool(NewPool::new("p", 1, 999, "p-{seq:3}"));
    {
        let mut ledger = Ledger::create(bench.ledger(), NewLedger::new(ID).home(home())).unwrap();
        ledger.run(pool());
        assert_eq!([ledger.number("uid=u0"), ledger.number("uid=u1")], [1, 2]);
    }
    fs::remove_file(bench.ledger()).unwrap();
    let new = NewLedger::after(home().anchor(ID)).home(home());
    let mut ledger = Ledger::create(bench.ledger(), new).unwrap();
    // The anchor knows a pool that the new ledger does not.
    let said = ledger.recover(vec![], "the disk died").unwrap_err().to_string();
    assert!(said.contains("add it again, with its old numbers, then recover"), "{said}");
    ledger.run(pool());
    let done = ledger.recover(vec![], "the disk died").unwrap();
    assert_eq!(done.lost, [("p".to_owned(), 1, 2, 2)]);
    assert_eq!(ledger.ticket(blank("uid=u2").fresh("new")).0.number("p"), Some(3));
    let label = nameplate_ledger::Ask::new(["p"], keys("uid=u1")).label(shows("p-002"));
    assert_eq!(ledger.ticket(label).0.number("p"), Some(2));
    assert_eq!(bench.open().closed(), None);
    // A pool that cannot have been that one.
    drop(ledger);
    fs::remove_file(bench.ledger()).unwrap();
    let mut ledger = Ledger::create(bench.ledger(), NewLedger::after(home().anchor(ID)).home(home())).unwrap();
    ledger.run(Command::Pool(NewPool::new("p", 1, 2, "p")));
    assert!(ledger.recover(vec![], "the disk died").unwrap_err().to_string().contains("says what cannot be"));
}

#[test]
fn moved_meanwhile() {
    let (bench, _) = restored();
    // A recovery that is done twice at once: whoever is second is told.
    let (mut one, mut two) = (bench.open(), bench.open());
    one.recover(vec![], "the disk died").unwrap();
    // This one read nothing yet: it takes over what the first one did.
    let done = two.recover(vec![], "the disk died").unwrap();
    assert_eq!(done.epoch, 3);
    assert_eq!(one.ticket(blank("uid=u7").fresh("new")).0.number("p"), Some(5));
    assert_eq!(two.ticket(blank("uid=u7")).0.number("p"), Some(5));
    assert_eq!(
        two.run(Command::Void { unit: Target::Keys(keys("uid=u7")), reason: "a drill".into() }),
        Answer::Recorded
    );
}

#[test]
fn damage_is_found_before_anything_is_recovered() {
    let (bench, _) = restored();
    let mut bytes = fs::read(bench.ledger()).unwrap();
    // An index page, somewhere in the middle.
    let page = bytes.chunks(4096).position(|page| page[0] == 10).unwrap() * 4096;
    bytes[page + 3] ^= 0x55;
    fs::write(bench.ledger(), bytes).unwrap();
    let said = Ledger::open(bench.ledger()).and_then(|mut ledger| ledger.recover(vec![], "the disk died")).unwrap_err();
    assert!(said.to_string().contains("the ledger is damaged"), "{said}");
}
