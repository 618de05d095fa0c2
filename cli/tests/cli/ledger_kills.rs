//! Whatever dies in a command, or fails, the same unit asks again: at every call that changes files.
#![cfg(target_os = "linux")]

use std::fs;

use crate::disk::shim;
use crate::ledger::Line;

const KINDS: [&str; 3] = ["KILL_BEFORE", "KILL_AFTER", "FAIL"];

/// Runs a command on a disk that does so at its n-th call; how many calls there were.
fn run(line: &Line, args: &str, wish: Option<(&str, u64)>) -> u64 {
    let log = line.bench.path("log");
    let _ = fs::remove_file(&log);
    let mut command = line.command(args);
    let root = line.bench.folder.path().canonicalize().unwrap();
    command.env("LD_PRELOAD", shim()).env("NAMEPLATE_DISK_ROOT", root).env("NAMEPLATE_DISK_LOG", &log);
    if let Some((what, n)) = wish {
        command.env(format!("NAMEPLATE_DISK_{what}"), n.to_string());
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("panicked"), "{args} {wish:?}: {said}");
    fs::read_to_string(&log).unwrap_or_default().lines().count().try_into().unwrap()
}

/// Each unit meets one accident, and is then made as any other: no number is given twice, and none is lost.
#[track_caller]
fn each_call(mut line: Line, command: impl Fn(&mut Line, u32) -> String) {
    let args = command(&mut line, 1);
    let calls = run(&line, &args, None);
    assert!(calls >= 10, "{calls} calls");
    line.clear();
    line.make(1);
    let mut unit = 1;
    for n in 1..=calls {
        for what in KINDS {
            unit += 1;
            let args = command(&mut line, unit);
            run(&line, &args, Some((what, n)));
            line.clear();
            line.make(unit);
            assert_eq!(line.identity(unit).0, format!("EUDV2407-{unit:06}"), "{what} {n} of {calls}");
        }
    }
    assert_eq!(line.pool(), format!("board 1..4000: {unit} verified, {} free", 4000 - unit));
    line.audit();
    println!("{} runs at {calls} calls", 3 * calls);
}

#[test]
#[ignore = "builds tests/disk, and takes a minute"]
fn asked_again_after_each_call() {
    each_call(Line::new(), |line, n| line.asked(n));
}

#[test]
#[ignore = "builds tests/disk, and takes a minute"]
fn read_back_again_after_each_call() {
    each_call(Line::new(), read_back);
}

/// A unit that is a folder with several files.
#[test]
#[ignore = "builds tests/disk, and takes a minute"]
fn a_folder_asked_again_after_each_call() {
    each_call(Line::several(), |line, n| line.asked(n));
}

#[test]
#[ignore = "builds tests/disk, and takes a minute"]
fn a_folder_read_back_again_after_each_call() {
    each_call(Line::several(), read_back);
}

fn read_back(line: &mut Line, n: u32) -> String {
    line.good(&line.asked(n));
    line.flash(n);
    line.read_back(n)
}
