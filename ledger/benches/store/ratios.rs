//! Ratios, measured in turns: the machine may be slow, but it is so for both. Times are without those in which this thread
//! could run and others had the processor, where the system says how long that was (Linux).

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use nameplate_ledger::Key;
use nameplate_ledger::sqlite::{Ledger, Query};

use crate::neighbour::{Bare, Files, Rows, open};
use crate::{ask, folder, ledger, naming, reserve};

/// How long this thread could run, and others had the processor.
fn kept_waiting() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split(' ').nth(1).and_then(|nanos| nanos.parse().ok()).unwrap_or(0))
}

fn time<T>(run: impl FnOnce() -> T) -> Duration {
    let waited = kept_waiting();
    let began = Instant::now();
    let result = run();
    let took = began.elapsed();
    let waited = kept_waiting().saturating_sub(waited);
    drop(result);
    took.saturating_sub(waited)
}

fn quantile(times: &mut [Duration], of: usize) -> Duration {
    times.sort_unstable();
    times[(times.len() * of / 100).min(times.len() - 1)]
}

/// A line of the table: the median of both, the ratio of the rates, and what it must be; 0 if nothing is asked of it.
fn line(what: &str, mut ours: Vec<Duration>, mut theirs: Vec<Duration>, bar: f64) {
    let sums = (ours.iter().sum::<Duration>().as_secs_f64(), theirs.iter().sum::<Duration>().as_secs_f64());
    let (ours, theirs) = (quantile(&mut ours, 50), quantile(&mut theirs, 50));
    let rate = theirs.as_secs_f64() / ours.as_secs_f64();
    println!(
        "{what:<58} {ours:>10.1?} {theirs:>10.1?}   rate x{rate:.2} (of sums x{:.2}){}",
        sums.1 / sums.0,
        held(rate, bar)
    );
}

fn held(rate: f64, bar: f64) -> String {
    match rate >= bar {
        _ if bar == 0.0 => String::new(),
        true => format!(", bar x{bar}: held"),
        false => format!(", bar x{bar}: MISSED"),
    }
}

pub(crate) fn print(which: &str) {
    let is = |part: &str| which == part || which == "1";
    println!("{:<58} {:>10} {:>10}", "medians", "ledger", "neighbour");
    if is("units") {
        units();
    }
    if is("batch") {
        batch();
    }
    if is("eight") {
        crate::eight::print();
    }
    if is("lookups") {
        look_ups(std::env::var("NAMEPLATE_UNITS").map_or(1_000_000, |text| text.parse().unwrap()));
    }
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("unknown");
    println!("memory at most: {}", peak.trim());
}

fn units() {
    for (what, anchored) in
        [("a unit, with anchor / a row, a file and its syncs", true), ("a unit, no anchor / a row", false)]
    {
        let (one, two) = (folder(), folder());
        let mut ledger = ledger(one.path(), anchored);
        let (mut bare, mut files) = (Bare::new(two.path()), Files::new(two.path()));
        let (mut ours, mut theirs) = (vec![], vec![]);
        for unit in 1..=400 {
            ours.push(time(|| assert_eq!(reserve(&mut ledger, unit), unit)));
            theirs.push(time(|| {
                bare.insert();
                if anchored {
                    files.make();
                }
            }));
        }
        line(what, ours, theirs, 0.8);
    }
    // A command for each: opened, asked, closed.
    let one = folder();
    drop(ledger(one.path(), true));
    let path = one.path().join("line.db");
    let (mut ours, mut theirs) = (vec![], vec![]);
    let two = folder();
    let mut bare = Bare::new(two.path());
    let mut files = Files::new(two.path());
    for unit in 1..=200 {
        ours.push(time(|| assert_eq!(reserve(&mut Ledger::open(&path).unwrap(), unit), unit)));
        theirs.push(time(|| {
            bare.insert();
            files.make();
        }));
    }
    line("a unit, opened for it / a row, a file and its syncs", ours, theirs, 0.0);
}

fn batch() {
    let full = folder();
    let _ = ledger(full.path(), false).ask_all((0..10_000).map(ask).collect(), &naming).unwrap();
    let rows = Rows::read(&full.path().join("line.db"));
    let (mut ours, mut theirs) = (vec![], vec![]);
    for _ in 0..7 {
        let (one, two) = (folder(), folder());
        let mut mine = ledger(one.path(), true);
        drop(ledger(two.path(), false));
        // Both are given what they write.
        let asks = (0..10_000).map(ask).collect();
        ours.push(time(|| mine.ask_all(asks, &naming).unwrap()));
        let mut files = Files::new(two.path());
        theirs.push(time(|| {
            rows.write(&two.path().join("line.db"));
            files.make();
        }));
    }
    line("10,000 units in one batch / the same rows, a file", ours, theirs, 0.5);
}

fn look_ups(units: u64) {
    let folder = folder();
    let path = folder.path().join("line.db");
    let began = Instant::now();
    let mut ledger = ledger(folder.path(), false);
    for first in (0..units).step_by(10_000) {
        let last = (first + 10_000).min(units);
        assert_eq!(
            ledger.ask_all((first..last).map(ask).collect(), &naming).unwrap().len(),
            usize::try_from(last - first).unwrap()
        );
    }
    let took = began.elapsed();
    let bytes = fs::metadata(&path).unwrap().len();
    println!(
        "{units} units in batches of 10,000: {took:.1?}, {} bytes a unit, {} MB",
        bytes / units,
        bytes / 1_000_000
    );
    let plain = open(&path);
    let step = units / 997;
    let numbers: Vec<u64> = (1..997).map(|n| n * step + 1).collect();
    let select = |number: u64| -> String {
        let sql = "SELECT value FROM identity WHERE pool=1 AND number=?1";
        plain.prepare_cached(sql).unwrap().query_row([i64::try_from(number).unwrap()], |row| row.get(0)).unwrap()
    };
    let uid = |number: u64| format!("34002100{:016}", number - 1);
    let compare = |what: &str, query: &dyn Fn(u64) -> Query| {
        let (mut ours, mut theirs) = (vec![], vec![]);
        for &number in numbers.iter().chain(&numbers) {
            let query = query(number);
            ours.push(time(|| {
                let found = ledger.find(&query).unwrap();
                assert_eq!(found[0].issue.as_ref().unwrap().text("serial").map(Into::into), naming("serial", number));
            }));
            theirs.push(time(|| assert_eq!(Some(select(number)), naming("serial", number))));
        }
        line(what, ours, theirs, 0.05);
    };
    compare("the record of a unit by its text / a row by primary key", &|number| {
        Query::Text(naming("", number).unwrap())
    });
    compare("the record of a unit by its key / a row by primary key", &|number| {
        Query::Key(Key::new("uid", &uid(number)).unwrap())
    });
    compare("the record of a unit by its number / a row by primary key", &|number| Query::Unit(number));
    whole(&mut ledger);
    asks_meanwhile(&mut ledger, &path, units);
}

/// What is read whole, or counted without reading it.
fn whole(ledger: &mut Ledger) {
    let began = Instant::now();
    let status = ledger.status().unwrap();
    let counted = began.elapsed();
    assert!(status.pools["serial"].adds_up());
    let began = Instant::now();
    assert_eq!(ledger.audit(&[]).unwrap().root, status.root);
    let audited = began.elapsed();
    let began = Instant::now();
    assert_eq!(ledger.export(0, &mut std::io::sink()).unwrap(), status.size);
    println!("{} events: status {counted:.1?}, audit {audited:.1?}, export {:.1?}", status.size, began.elapsed());
}

/// How long asks take while the whole log is read.
fn asks_meanwhile(ledger: &mut Ledger, path: &Path, units: u64) {
    let mut alone: Vec<Duration> = (0..1_000).map(|unit| time(|| reserve(ledger, units + 1_000 + unit))).collect();
    let reader = std::thread::spawn({
        let path = path.to_owned();
        move || time(|| Ledger::open(path).unwrap().export(0, &mut std::io::sink()).unwrap())
    });
    let mut meanwhile = vec![];
    while !reader.is_finished() {
        let unit = units + 2_000 + u64::try_from(meanwhile.len()).unwrap();
        meanwhile.push(time(|| reserve(ledger, unit)));
    }
    let [one, two] = [&mut alone, &mut meanwhile].map(|times| (quantile(times, 50), quantile(times, 99)));
    println!(
        "asks, p50 and p99: alone {:.1?} {:.1?}, during an export of {:.1?} {:.1?} {:.1?} ({} of them), p99 x{:.2}{}",
        one.0,
        one.1,
        reader.join().unwrap(),
        two.0,
        two.1,
        meanwhile.len(),
        two.1.as_secs_f64() / one.1.as_secs_f64(),
        held(one.1.as_secs_f64() / two.1.as_secs_f64(), 0.5)
    );
}
