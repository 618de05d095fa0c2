//! Eight processes that ask one ledger at once.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nameplate_ledger::sqlite::Ledger;

use crate::{folder, ledger, reserve};

const PROCESSES: u64 = 8;
const UNITS: u64 = 200;

/// One of them: each answer is a line, with the microseconds that it took.
pub(crate) fn child(path: &str, first: u64) {
    let mut ledger = Ledger::open(Path::new(path)).unwrap();
    let mut out = std::io::stdout().lock();
    for unit in first..first + UNITS {
        let began = Instant::now();
        let number = reserve(&mut ledger, unit);
        writeln!(out, "{number} {}", began.elapsed().as_micros()).unwrap();
    }
}

/// All of them; each number is given once, and none fails.
pub(crate) fn print() {
    let folder = folder();
    drop(ledger(folder.path(), true));
    let began = Instant::now();
    let start = |process: u64| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env("NAMEPLATE_CHILD", folder.path().join("line.db"));
        command.env("NAMEPLATE_FIRST", (process * 1_000).to_string());
        command.stdout(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<_> = (0..PROCESSES).map(start).collect();
    let (mut numbers, mut waits) = (BTreeSet::new(), Vec::new());
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            let (number, micros) = line.split_once(' ').unwrap();
            assert!(numbers.insert(number.parse::<u64>().unwrap()), "{number} is given twice");
            waits.push(Duration::from_micros(micros.parse().unwrap()));
        }
    }
    let took = began.elapsed();
    let count = PROCESSES * UNITS;
    assert!(numbers.into_iter().eq(1..=count));
    let status = Ledger::open(folder.path().join("line.db")).unwrap().status().unwrap();
    assert!(status.closed.is_none() && status.size == count + 2 && status.pools["serial"].adds_up());
    waits.sort_unstable();
    println!(
        "{PROCESSES} processes, {UNITS} units each: {:.0} a second, 0 twice, 0 errors, 0 fenced; p50 {:.1?}, p99 {:.1?}, worst {:.1?}",
        f64::from(u32::try_from(count).unwrap()) / took.as_secs_f64(),
        waits[waits.len() / 2],
        waits[waits.len() * 99 / 100],
        waits[waits.len() - 1]
    );
}
