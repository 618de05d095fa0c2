//! Backups put back, copies in use, anchors that are gone.

use std::fs;
use std::path::Path;

use nameplate_ledger::anchor::Anchor;
use nameplate_ledger::folder::Folder;
use nameplate_ledger::sqlite::{Closed, Grant, Ledger, Place};
use nameplate_ledger::{By, Found};

use crate::bench::{Bench, Line as _, blank, naming};

/// A ledger that gave 1 and 2 before the backup, 3 after it.
fn worked() -> Bench {
    let bench = Bench::new();
    let mut ledger = bench.open();
    assert_eq!([ledger.number("uid=u0"), ledger.number("uid=u1")], [1, 2]);
    fs::copy(bench.ledger(), bench.path("backup.db")).unwrap();
    assert_eq!(ledger.number("uid=u2"), 3);
    bench
}

fn anchor(bench: &Bench) -> Anchor {
    Folder::new(bench.anchor()).newest().unwrap().unwrap().1
}

/// Nothing is issued, and the anchor stays where it is.
#[track_caller]
fn refuses(bench: &Bench, mut ledger: Ledger) -> String {
    let before = anchor(bench);
    let said = ledger.ask(blank("uid=u9"), &naming).unwrap_err();
    assert!(said.is_closed(), "{said}");
    let again = bench.open().ask(blank("uid=u9"), &naming).unwrap_err();
    assert!(again.is_closed(), "{again}");
    assert_eq!(anchor(bench), before);
    said.to_string()
}

#[test]
fn an_older_copy_is_refused() {
    let by_copy: fn(&Path, &Path) = |from, to| assert!(fs::copy(from, to).unwrap() > 0);
    let by_name: fn(&Path, &Path) = |from, to| fs::rename(from, to).unwrap();
    let by_vacuum: fn(&Path, &Path) = |from, to| {
        fs::remove_file(to).unwrap();
        let sql = format!("VACUUM INTO '{}'", to.display());
        rusqlite::Connection::open(from).unwrap().execute_batch(&sql).unwrap();
    };
    for restore in [by_copy, by_name, by_vacuum] {
        let bench = worked();
        restore(&bench.path("backup.db"), &bench.ledger());
        let ledger = bench.open();
        let next = vec![("p".to_owned(), 4, 3)];
        let expected = Closed::Behind { folder: bench.anchor(), known: 6, size: 5, next };
        assert_eq!(ledger.closed(), Some(&expected));
        assert!(ledger.closed().unwrap().needs_recovery());
        let said = refuses(&bench, ledger);
        assert!(said.contains("this is an older copy of the ledger: it has 5 events, and its anchor"), "{said}");
        assert!(said.contains("knows 6; pool `p`: 4 is the next number there, 3 here. Nothing was issued."), "{said}");
    }
}

#[test]
fn a_file_that_is_replaced_while_it_is_open() {
    // By name: the process sees that its file is gone.
    let bench = worked();
    let mut ledger = bench.open();
    assert_eq!(ledger.number("uid=u0"), 1);
    fs::rename(bench.path("backup.db"), bench.ledger()).unwrap();
    let said = refuses(&bench, ledger);
    assert!(said.ends_with("the file was replaced while it was open. Nothing was issued. Run this again"), "{said}");
    // Over its bytes: what was committed does not leave, and what was confirmed is not believed of the copy.
    let bench = worked();
    let mut ledger = bench.open();
    assert_eq!(ledger.number("uid=u0"), 1);
    fs::copy(bench.path("backup.db"), bench.ledger()).unwrap();
    let said = refuses(&bench, ledger);
    assert!(said.contains("this is a copy of the ledger that went its own way"), "{said}");
    assert!(matches!(bench.open().closed(), Some(Closed::Behind { .. })));
}

#[test]
fn two_copies_in_use() {
    let bench = worked();
    fs::copy(bench.ledger(), bench.path("copy.db")).unwrap();
    // The copy is told by its file.
    let copy = Ledger::open(bench.path("copy.db")).unwrap();
    assert!(matches!(copy.closed(), Some(Closed::Copied { .. })), "{:?}", copy.closed());
    // Where it cannot be told, the anchor tells: whoever is second is fenced, and stays fenced.
    let inode = |name: &str| std::os::unix::fs::MetadataExt::ino(&fs::metadata(bench.path(name)).unwrap());
    let sql = format!(
        "UPDATE ledger SET fingerprint=replace(fingerprint,'file {}','file {}')",
        inode("line.db"),
        inode("copy.db")
    );
    rusqlite::Connection::open(bench.path("copy.db")).unwrap().execute_batch(&sql).unwrap();
    let mut copy = Ledger::open(bench.path("copy.db")).unwrap();
    assert_eq!(copy.closed(), None);
    assert_eq!(bench.open().number("uid=u3"), 4);
    let said = copy.ask(blank("uid=u4"), &naming).unwrap_err();
    assert!(said.is_closed() && said.to_string().contains("went its own way"), "{said}");
    assert_eq!(bench.open().number("uid=u5"), 5);
    drop(copy);
    assert!(Ledger::open(bench.path("copy.db")).unwrap().closed().unwrap().needs_recovery());
    // Even if the anchor were put back to where they agree.
    let folder = Folder::new(bench.anchor());
    let newest = folder.newest().unwrap().unwrap().0;
    for number in folder.list().unwrap() {
        fs::remove_file(bench.anchor().join(format!("{number}.anchor"))).unwrap();
    }
    let (size, root): (i64, [u8; 32]) = rusqlite::Connection::open(bench.path("copy.db"))
        .unwrap()
        .query_row("SELECT seq,root FROM event WHERE seq=6", (), |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    let old = Anchor {
        ledger: crate::bench::ID.into(),
        size: u64::try_from(size).unwrap(),
        root: nameplate_ledger::tree::Hash(root),
        epoch: 1,
        next: [("p".to_owned(), 4), ("mac".to_owned(), 100)].into(),
    };
    fs::write(bench.anchor().join(format!("{newest}.anchor")), old.to_string()).unwrap();
    assert_eq!(Ledger::open(bench.path("copy.db")).unwrap().closed(), Some(&Closed::Fenced));
    assert_eq!(bench.open().closed(), None);
}

#[test]
fn processes_of_one_ledger_do_not_fence_each_other() {
    let bench = Bench::new();
    let mut ledgers = [bench.open(), bench.open(), bench.open()];
    for round in 0..60 {
        let unit = format!("uid=u{round}");
        assert_eq!(ledgers[round * 7 % 3].number(&unit), u64::try_from(round).unwrap() + 1);
        assert_eq!(bench.list("anchor").len(), 2);
    }
}

#[test]
fn an_anchor_that_is_gone_and_comes_back() {
    let bench = worked();
    let mut ledger = bench.open();
    fs::rename(bench.anchor(), bench.path("pulled")).unwrap();
    for mut ledger in [bench.open(), Ledger::open(bench.ledger()).unwrap()] {
        let said = ledger.ask(blank("uid=u9"), &naming).unwrap_err();
        assert!(said.is_closed());
        assert!(said.to_string().contains("is missing. Nothing was issued. Put it back (plug in the stick"), "{said}");
    }
    // It was there when this process began: what it commits does not leave.
    assert!(ledger.ask(blank("uid=u3"), &naming).unwrap_err().is_closed());
    assert_eq!(bench.list("."), ["backup.db", "line.db", "line.db-journal", "pulled"]);
    fs::rename(bench.path("pulled"), bench.anchor()).unwrap();
    // The same process, and the same unit.
    assert_eq!(ledger.number("uid=u3"), 4);
    assert_eq!(bench.open().number("uid=u9"), 5);
}

#[test]
fn anchors_that_are_torn_or_of_others() {
    let bench = worked();
    let newest = || Folder::new(bench.anchor()).list().unwrap().pop().unwrap();
    let file = |number: u64| bench.anchor().join(format!("{number}.anchor"));
    // Cut at each byte: the one before admits the ledger, and the next one is written.
    let whole = fs::read(file(newest())).unwrap();
    for end in (0..whole.len()).step_by(23) {
        let torn = newest() + 1;
        fs::write(file(torn), &whole[..end]).unwrap();
        assert_eq!(bench.open().number("uid=u2"), 3);
        assert_eq!(newest(), torn + 1);
    }
    // All of them cut.
    let files = Folder::new(bench.anchor()).list().unwrap();
    let texts: Vec<Vec<u8>> = files.iter().map(|&number| fs::read(file(number)).unwrap()).collect();
    for &number in &files {
        fs::write(file(number), "nameplate.ledger/").unwrap();
    }
    let said = refuses_without_anchor(&bench);
    assert!(said.contains("no file of the anchor") && said.contains("run `anchor move` with a reason"), "{said}");
    // Of another ledger.
    for (number, text) in files.iter().zip(&texts) {
        let text = String::from_utf8(text.clone()).unwrap().replace(crate::bench::ID, &"1".repeat(32));
        fs::write(file(*number), text).unwrap();
    }
    assert!(refuses_without_anchor(&bench).contains("has the anchor of another ledger"));
    // A folder in place of a file, a link to nowhere.
    for &number in &files {
        fs::remove_file(file(number)).unwrap();
    }
    fs::create_dir(file(99)).unwrap();
    assert!(refuses_without_anchor(&bench).contains("cannot be used: cannot read"));
    fs::remove_dir(file(99)).unwrap();
    std::os::unix::fs::symlink("nowhere", file(99)).unwrap();
    assert!(refuses_without_anchor(&bench).contains("its files do not stand still"));
    fs::remove_file(file(99)).unwrap();
    // The right ones again.
    for (number, text) in files.iter().zip(&texts) {
        fs::write(file(*number), text).unwrap();
    }
    assert_eq!(bench.open().number("uid=u7"), 4);
}

#[track_caller]
fn refuses_without_anchor(bench: &Bench) -> String {
    let said = bench.open().ask(blank("uid=u9"), &naming).unwrap_err();
    assert!(said.is_closed(), "{said}");
    said.to_string()
}

#[test]
fn a_copy_without_its_journal() {
    // At rest, the file is whole by itself: the journal is empty.
    let bench = worked();
    assert_eq!(fs::metadata(bench.path("line.db-journal")).unwrap().len(), 0);
    let before = fs::read(bench.ledger()).unwrap();
    fs::remove_file(bench.path("line.db-journal")).unwrap();
    assert_eq!(bench.open().number("uid=u2"), 3);
    assert_eq!(fs::read(bench.ledger()).unwrap(), before);
}

#[test]
fn a_clone_of_ledger_and_anchor() {
    // Elsewhere on this PC: it still names the anchor of the other one, and its file is another.
    let bench = worked();
    let clone = Bench::empty();
    copy_all(&bench, clone.folder.path());
    let mut ledger = Ledger::open(clone.ledger()).unwrap();
    assert!(matches!(ledger.closed(), Some(Closed::Copied { .. })));
    assert!(ledger.ask(blank("uid=u9"), &naming).unwrap_err().is_closed());
    let error = ledger.move_anchor(Place::First, Some(&clone.anchor()), "its own").unwrap_err();
    assert!(error.is_closed(), "{error}");
    // At the same place, as on a PC that was set up from the image of another one's disk.
    let away = Bench::empty();
    let original = away.path("original");
    fs::rename(bench.folder.path(), &original).unwrap();
    fs::create_dir(bench.folder.path()).unwrap();
    copy_all(&clone, bench.folder.path());
    assert!(matches!(bench.open().closed(), Some(Closed::Copied { .. })));
    assert!(
        bench.open().ask(blank("uid=u9"), &naming).unwrap_err().to_string().contains("this ledger was moved or copied")
    );
    // Another machine with the same numbers of files.
    fs::remove_dir_all(bench.folder.path()).unwrap();
    fs::rename(&original, bench.folder.path()).unwrap();
    assert_eq!(bench.open().closed(), None);
    let sql = "UPDATE ledger SET fingerprint=fingerprint||'0'";
    rusqlite::Connection::open(bench.ledger()).unwrap().execute_batch(sql).unwrap();
    assert!(matches!(bench.open().closed(), Some(Closed::Copied { .. })));
    // A person says that it is the only one.
    bench.open().recover(vec![], "the PC was replaced").unwrap();
    assert_eq!(bench.open().number("uid=u2"), 3);
}

fn copy_all(from: &Bench, to: &Path) {
    fs::create_dir_all(to.join("anchor")).unwrap();
    for name in
        ["line.db".to_owned()].into_iter().chain(from.list("anchor").into_iter().map(|name| format!("anchor/{name}")))
    {
        fs::copy(from.path(&name), to.join(&name)).unwrap();
    }
}

#[test]
fn two_ledgers_for_one_pool() {
    // They do not know of each other: that is the limit. A board of the one is a stranger to the other though, and the
    // anchor of one is nobody else's.
    let (one, two) = (Bench::new(), Bench::new());
    assert_eq!((one.open().number("uid=u0"), two.open().number("uid=u1")), (1, 1));
    let shown = |number: u64| blank("uid=u0").found(Found::Shows(crate::bench::shows(&format!("p-{number:03}"))));
    assert_eq!(one.open().number("uid=u2"), 2);
    let said = two.open().ask(shown(2), &naming).unwrap_err().to_string();
    assert_eq!(said, "`p-002` is not what this board may show: nobody was given it");
    // With a number that both gave: the key tells.
    let shown = two.open().ask(shown(1), &naming);
    assert!(matches!(shown, Ok(Grant::Quarantined { units, .. }) if units == [1]));
}

#[test]
fn the_clock_decides_nothing() {
    let bench = Bench::new();
    let mut ledger = bench.open();
    for (unit, at) in
        ["2034-01-01T00:00:00Z", "2014-06-30T12:00:00+02:00", "2024-02-30T25:61:61Z", ""].iter().enumerate()
    {
        ledger.sign(By { at: Some((*at).into()), ..By::station("s0") });
        assert_eq!(ledger.number(&format!("uid=u{unit}")), u64::try_from(unit).unwrap() + 1);
        assert_eq!(ledger.number("uid=u0"), 1);
    }
    assert!(ledger.audit(&[]).is_ok());
}
