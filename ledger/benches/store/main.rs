//! The ledger beside its neighbours: the same database without a ledger, in the same run.
//!
//! ```text
//! cargo bench -p nameplate-ledger                                       # each by itself
//! NAMEPLATE_RATIOS=1 cargo bench -p nameplate-ledger --bench store      # side by side, in turns, with the ratios
//! ```
//!
//! In place of 1: `units`, `batch`, `eight` or `lookups` alone. Behind each ratio stands the bar, and whether it is held.
//!
//! `NAMEPLATE_UNITS` is the size of the ledger in which things are looked up: a million if not said. Ten million take some
//! ten minutes and 5 GB in the target folder, which are removed at the end:
//!
//! ```text
//! NAMEPLATE_RATIOS=lookups NAMEPLATE_UNITS=10000000 cargo bench -p nameplate-ledger --bench store
//! ```
#![allow(
    missing_docs,
    unused_results,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a bench may stop on a wrong answer"
)]

mod eight;
mod neighbour;
mod ratios;

use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion};
use nameplate_ledger::sqlite::{Grant, Ledger, NewLedger};
use nameplate_ledger::{Ask, By, Command, Found, Key, Keys, NewPool};

use crate::neighbour::{Bare, Files, Rows};

const ID: &str = "5f1c0a7e9b3d4c21a8e64b0f2d7c9e13";

#[allow(clippy::unnecessary_wraps)] // as `Naming` wants it
pub(crate) fn naming(_: &str, number: u64) -> Option<String> {
    Some(format!("EUDV2407-{number:09}"))
}

/// A ledger with one pool, on the disk of the build.
pub(crate) fn ledger(folder: &Path, anchored: bool) -> Ledger {
    let new = NewLedger::new(ID);
    let new = if anchored { new.anchor(folder.join("anchor")) } else { new.without_anchor() };
    let mut ledger = Ledger::create(folder.join("line.db"), new).unwrap().signed(By::station("line-1"));
    ledger.record(Command::Pool(NewPool::new("serial", 1, 99_999_999, "EUDV{seq:9}")), &naming).unwrap();
    ledger
}

pub(crate) fn ask(unit: u64) -> Ask {
    let keys = Keys::new([Key::new("uid", &format!("34002100{unit:016}")).unwrap()]).unwrap();
    Ask::new(["serial"], keys).found(Found::Blank)
}

pub(crate) fn reserve(ledger: &mut Ledger, unit: u64) -> u64 {
    match ledger.ask(ask(unit), &naming).unwrap() {
        Grant::Ticket(ticket, _) => ticket.number("serial").unwrap(),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

fn reserves(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a unit");
    for (name, anchored) in [("ledger, anchor", true), ("ledger, no anchor", false)] {
        group.bench_function(name, |bencher| {
            let folder = folder();
            let (mut ledger, mut unit) = (ledger(folder.path(), anchored), 0);
            bencher.iter(|| {
                unit += 1;
                assert_eq!(reserve(&mut ledger, unit), unit);
            });
        });
    }
    group.bench_function("one row, a file and its syncs", |bencher| {
        let folder = folder();
        let (mut bare, mut files) = (Bare::new(folder.path()), Files::new(folder.path()));
        bencher.iter(|| {
            files.make();
            bare.insert()
        });
    });
    group.bench_function("one row", |bencher| {
        let folder = folder();
        let mut bare = Bare::new(folder.path());
        bencher.iter(|| bare.insert());
    });
    group.finish();
}

fn batches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("10,000 units");
    group.sample_size(10);
    group.bench_function("ledger", |bencher| {
        let setup = || {
            let folder = folder();
            (ledger(folder.path(), false), folder)
        };
        let run = |(mut ledger, folder): (Ledger, tempfile::TempDir)| {
            assert_eq!(ledger.ask_all((0..10_000).map(ask).collect(), &naming).unwrap().len(), 10_000);
            (ledger, folder)
        };
        bencher.iter_batched(setup, run, BatchSize::PerIteration);
    });
    group.bench_function("the same rows", |bencher| {
        let full = folder();
        let _ = ledger(full.path(), false).ask_all((0..10_000).map(ask).collect(), &naming).unwrap();
        let rows = Rows::read(&full.path().join("line.db"));
        let setup = || {
            let folder = folder();
            drop(ledger(folder.path(), false));
            folder
        };
        let run = |folder: tempfile::TempDir| {
            rows.write(&folder.path().join("line.db"));
            folder
        };
        bencher.iter_batched(setup, run, BatchSize::PerIteration);
    });
    group.finish();
}

fn main() {
    if let Ok(path) = std::env::var("NAMEPLATE_CHILD") {
        return eight::child(&path, std::env::var("NAMEPLATE_FIRST").unwrap().parse().unwrap());
    }
    if let Ok(which) = std::env::var("NAMEPLATE_RATIOS") {
        return ratios::print(&which);
    }
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(4))
        .configure_from_args();
    let began = Instant::now();
    reserves(&mut criterion);
    batches(&mut criterion);
    criterion.final_summary();
    println!("{:?}", began.elapsed());
}
