//! The power fails in a command that asks a ledger, tells it, or recovers it: after each call that changes files, with all
//! that was not synced lost, or some of it. Then the boards come again. What counts is what lies in them: no number twice,
//! none that the ledger does not account for, and what was said is there.
//!
//! A command runs once; `tests/disk` writes its calls down, and each beginning of that is a time at which the power fails.
#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::disk::{Tree, shim, tree};
use crate::ledger::Line;
use crate::replay::{Disk, Lost};

/// What the disk has after a cut.
struct Cut {
    at: String,
    left: Tree,
    /// The command had said that it was done.
    is_said: bool,
}

fn root(line: &Line) -> PathBuf {
    line.bench.folder.path().canonicalize().unwrap()
}

/// What a power cut in a command may leave, each state once; and the number of calls.
fn cuts(line: &Line, args: &str) -> (Vec<Cut>, usize) {
    let (root, logs) = (root(line), tempfile::tempdir().unwrap());
    let before = Disk::of(&root);
    let mut command = line.command(args);
    command.env("LD_PRELOAD", shim()).env("NAMEPLATE_DISK_ROOT", &root);
    let output = command.env("NAMEPLATE_DISK_LOG", logs.path().join("log")).output().unwrap();
    assert!(output.status.success(), "{args}: {output:?}");
    let log = fs::read_to_string(logs.path().join("log")).unwrap();
    let calls: Vec<&str> = log.lines().collect();
    // Without its syncs nothing would be left of it.
    let unsynced: Vec<&str> = calls.iter().filter(|call| !call.contains(" sync")).copied().collect();
    let folder = tempfile::tempdir().unwrap();
    before.clone().replay(&unsynced.join("\n")).leave(folder.path(), Lost::Unsynced);
    assert_ne!(tree(folder.path()), tree(&root), "{args}");
    let (mut found, mut known) = (Vec::new(), BTreeSet::new());
    for n in 0..=calls.len() {
        let disk = before.clone().replay(&calls[..n].join("\n"));
        for lost in [Lost::Unsynced, Lost::Bytes, Lost::Inside] {
            let folder = tempfile::tempdir().unwrap();
            disk.leave(folder.path(), lost);
            let (left, is_said) = (tree(folder.path()), n == calls.len());
            if known.insert((left.clone(), is_said)) {
                found.push(Cut { at: format!("{args}: after {n} of {} calls, {lost:?}", calls.len()), left, is_said });
            }
        }
    }
    // A disk that looks at nothing would find nothing.
    assert!(calls.len() >= 10, "{args}: {} calls", calls.len());
    (found, calls.len())
}

/// Makes the folder what the disk has. Files that are there stay the same ones.
fn put_back(line: &Line, left: &Tree) {
    let root = root(line);
    for (path, bytes) in tree(&root).into_iter().rev().filter(|(path, _)| !left.contains_key(path)) {
        let path = root.join(path);
        if bytes.is_some() { fs::remove_file(path) } else { fs::remove_dir(path) }.unwrap();
    }
    for (path, bytes) in left {
        match bytes {
            Some(bytes) => fs::write(root.join(path), bytes),
            None => fs::create_dir_all(root.join(path)),
        }
        .unwrap();
    }
}

/// The power fails at each call of a command; `after` goes on, `count` boards in all, in two ways.
fn each_cut(mut line: Line, args: &str, count: u32, after: impl Fn(&mut Line, &Cut, bool)) {
    let (cuts, calls) = cuts(&line, args);
    let boards = line.boards.clone();
    for cut in &cuts {
        for way in [false, true] {
            put_back(&line, &cut.left);
            after(&mut line, cut, way);
            // The next board gets the next number: none is missing, and none is there twice.
            line.make(count);
            for n in 1..=count {
                let expected = (format!("EUDV2407-{n:06}"), format!("70B3D57ED{:03X}", n - 1));
                assert_eq!(line.identity(n), expected, "{}, {way}", cut.at);
                line.good(&line.read_back(n));
            }
            let status = line.good("ledger status");
            for expected in [
                format!("board 1..4000: {count} verified, {} free\n", 4000 - count),
                format!("mac 0..4095: {count} verified, {} free\n", 4096 - count),
            ] {
                assert!(status.contains(&expected), "{}, {way}: {status}", cut.at);
            }
            line.audit();
            line.boards.clone_from(&boards);
        }
    }
    println!("{args}: {} states of {calls} calls, each gone on from in 2 ways", cuts.len());
}

/// A board that is verified, and one whose write was not reported.
fn two_boards(mut line: Line) -> Line {
    line.make(1);
    line.good(&line.asked(2));
    line.flash(2);
    line.clear();
    line
}

/// The journal of this PC knows what is in a file that has its name.
fn is_in_the_journal(line: &Line, serial: &str, at: &str) {
    let journal = fs::read_to_string(line.journal()).unwrap_or_default();
    assert!(journal.contains(&format!(r#"\"{serial}\""#)), "{at}: {serial} is not in the journal");
}

#[test]
#[ignore = "builds tests/disk, and takes a minute"]
fn one_unit() {
    one_unit_of(Line::new());
}

/// A unit that is a folder with several files.
#[test]
#[ignore = "builds tests/disk, and takes a minute"]
fn one_folder() {
    one_unit_of(Line::several());
}

fn one_unit_of(line: Line) {
    let line = two_boards(line);
    let args = line.asked(3);
    each_cut(line, &args, 4, |line, cut, use_the_file| {
        let out = line.bench.path(line.out());
        // The name of a folder is reserved by an empty one, or it is whole.
        let files = fs::read_dir(&out).map_or(0, Iterator::count);
        let is_there = if line.is_several { files > 0 } else { out.exists() };
        assert!(!line.is_several || files == 3 || files == 0, "{}: {files} files", cut.at);
        if line.is_several && out.exists() && !is_there {
            line.refused(&line.asked(3), 3, "u: exists already, and is empty");
        }
        assert!(is_there || !cut.is_said, "{}", cut.at);
        if is_there {
            is_in_the_journal(line, "EUDV2407-000003", &cut.at);
        }
        // A file that is there goes into the board, whether it was said or not.
        if is_there && use_the_file {
            line.flash(3);
            line.good(&line.read_back(3));
            assert!(!out.exists(), "{}", cut.at);
        } else {
            line.clear();
            line.make(3);
        }
    });
}

#[test]
#[ignore = "builds tests/disk, and takes a minute"]
fn rows() {
    rows_of(Line::new());
}

#[test]
#[ignore = "builds tests/disk, and takes a minute"]
fn folders_of_rows() {
    rows_of(Line::several());
}

fn rows_of(line: Line) {
    let line = two_boards(line);
    let row = |n: u32| format!("3400210011513730{n:04},PCB-{n:04}\n");
    line.bench.write("rows.csv", "uid,pcb\n".to_owned() + &(3..=5).map(row).collect::<String>());
    let args = |out: &str| format!("stamp --job nameplate.toml --input rows.csv --out {out}");
    each_cut(line, &args("batch"), 6, |line, cut, use_the_files| {
        // Its name is reserved by an empty folder, or it is whole.
        let files = fs::read_dir(line.bench.path("batch")).map_or(0, Iterator::count);
        assert!(files == 4 || files == 0 && !cut.is_said, "{}: {files} files", cut.at);
        let is_there = files > 0;
        if !is_there && fs::remove_dir(line.bench.path("batch")).is_ok() {
            fs::create_dir(line.bench.path("batch")).unwrap();
            line.refused(&args("batch"), 3, "exists already, and is empty");
        }
        let out = if is_there && use_the_files {
            "batch"
        } else {
            line.good(&args("again"));
            "again"
        };
        assert_eq!(line.bench.text(&format!("{out}/units.jsonl")).lines().count(), 3, "{}", cut.at);
        for n in 3..=5 {
            is_in_the_journal(line, &format!("EUDV2407-{n:06}"), &cut.at);
            let ending = if line.is_several { "" } else { ".hex" };
            let file = line.stamped(&format!("{out}/EUDV2407-{n:06}{ending}"));
            let _ = line.boards.insert(format!("{n:04}"), file);
            line.good(&line.read_back(n));
        }
    });
}

#[test]
#[ignore = "builds tests/disk, and takes a minute"]
fn read_back() {
    read_back_of(Line::new());
}

#[test]
#[ignore = "builds tests/disk, and takes a minute"]
fn read_back_of_a_folder() {
    read_back_of(Line::several());
}

fn read_back_of(line: Line) {
    let mut line = two_boards(line);
    line.good(&line.asked(3));
    line.flash(3);
    let args = line.read_back(3);
    each_cut(line, &args, 4, |line, cut, ask_again| {
        let out = line.bench.path(line.out());
        // All of it or nothing has its name.
        assert!(!line.is_several || !out.exists() || fs::read_dir(&out).unwrap().count() == 3, "{}", cut.at);
        if cut.is_said || ask_again && out.exists() {
            line.clear();
            let said = line.run(&(line.asked(3) + " --json"));
            let is_verified = said.code == 0 && said.out.contains(r#""state":"verified""#);
            assert!(is_verified || !cut.is_said, "{}: {said:?}", cut.at);
        }
        line.good(&line.read_back(3));
        // Nobody finds it and writes it into the next board.
        assert!(!out.exists(), "{}", cut.at);
    });
}

/// A ledger that was put back, and five boards more than it knows, one of them not read back.
fn restored() -> Line {
    let mut line = Line::new();
    (1..=2).for_each(|n| line.make(n));
    line.good("ledger backup --out old.db");
    (3..=4).for_each(|n| line.make(n));
    line.good(&Line::ask(5));
    line.flash(5);
    fs::remove_file(line.bench.path("u.hex")).unwrap();
    line.restore("old.db");
    line
}

fn recovered(line: &mut Line, cut: &Cut, again: bool) {
    let is_closed = line.good("ledger status").contains("closed:");
    assert!(!is_closed || !cut.is_said, "{}", cut.at);
    if is_closed {
        line.refused(&Line::ask(6), 6, "older copy");
    }
    if is_closed || again {
        let said = line.run("ledger recover --reason the_power_failed");
        assert!(said.code == 0 || !is_closed, "{}: {said:?}", cut.at);
    }
    // All boards are read again, and keep what they have; those that nobody knows any more show it first.
    for n in 1..=5 {
        if line.run(&line.read_back(n)).code != 0 {
            line.bench.write("shown.hex", &line.boards[&format!("{n:04}")]);
            let said = line.good(&format!("{} --found shown.hex", Line::ask(n)));
            assert!(said.contains("unknown: nothing was written: read it back"), "{}: {said}", cut.at);
            line.good(&line.read_back(n));
        }
    }
}

#[test]
#[ignore = "builds tests/disk, and takes a minute"]
fn recovery_with_the_journal() {
    each_cut(restored(), "ledger recover --reason disk_died", 6, recovered);
}

#[test]
#[ignore = "builds tests/disk, and takes a minute"]
fn recovery_without_the_journal() {
    let line = restored();
    fs::remove_file(line.journal()).unwrap();
    each_cut(line, "ledger recover --reason disk_died", 6, recovered);
}
