//! A long batch is what its rows are one by one: rows are written in the middle of it, and what is free is looked up for many
//! at once.

use nameplate_ledger::sqlite::{Grant, Ledger};
use nameplate_ledger::{Ask, Command, Found, NewPool};

use crate::bench::{Bench, Line, blank, keys, naming};

fn ask(unit: u64) -> Ask {
    Ask::new(["p", "mac"], keys(&format!("uid=u{unit} pcb=b{unit}"))).found(Found::Blank)
}

fn log(ledger: &mut Ledger) -> String {
    let mut log = Vec::new();
    let _: u64 = ledger.export(0, &mut log).unwrap();
    String::from_utf8(log).unwrap()
}

#[test]
fn a_batch_is_its_rows() {
    let (one, two) = (Bench::fast(), Bench::fast());
    let (mut batch, mut single) = (one.open(), two.open());
    // Some are known, some of them are named twice by different batches; the texts of a hundred numbers do not stay in order.
    for rows in [3..70, 0..99] {
        let units: Vec<u64> = rows.collect();
        let grants = batch.ask_all(units.iter().map(|&unit| ask(unit)).collect(), &naming).unwrap();
        for (grant, unit) in grants.into_iter().zip(units) {
            let Grant::Ticket(own, entry) = grant else { panic!("{grant:?}") };
            let (ticket, expected) = single.ticket(ask(unit));
            assert_eq!((own, entry.line, entry.root), (ticket, expected.line, expected.root), "{unit}");
        }
    }
    assert_eq!(log(&mut batch), log(&mut single));
    for (ledger, bench) in [(&mut batch, &one), (&mut single, &two)] {
        ledger.check(bench.folder.path()).unwrap();
        ledger.audit(&[]).unwrap();
    }
}

/// A text that another pool of the namespace has is found in the middle of a batch, and nothing is issued.
#[test]
fn a_text_ahead_is_taken() {
    let bench = Bench::fast();
    let mut ledger = bench.open();
    let pool = |name, first, last| Command::Pool(NewPool::new(name, first, last, "t").namespace("t"));
    let written = |pool: &str, number: u64| match pool {
        "b" => Some(format!("t-{:03}", number - 500 + 60)),
        _ => Some(format!("t-{number:03}")),
    };
    ledger.run(pool("a", 1, 499));
    ledger.run(pool("b", 500, 509));
    let of =
        |pool: &'static str| move |unit: u64| Ask::new([pool], keys(&format!("uid={pool}{unit}"))).found(Found::Blank);
    let _ = ledger.ask_all((0..3).map(of("b")).collect(), &written).unwrap();
    let before = log(&mut ledger);
    for _ in 0..2 {
        let error = ledger.ask_all((0..100).map(of("a")).collect(), &written).unwrap_err().to_string();
        assert!(
            error
                .contains("row 60: number 60 of pool `a` cannot be written, or another number is written the same way"),
            "{error}"
        );
        assert_eq!(log(&mut ledger), before);
    }
    assert_eq!(ledger.ask_all((0..59).map(of("a")).collect(), &written).unwrap().len(), 59);
    assert!(ledger.ask(of("a")(59), &written).is_err());
}

/// A number ahead that somebody wrote into the tables is no number for a unit.
#[test]
fn a_number_ahead_is_taken() {
    let bench = Bench::fast();
    let _: u64 = bench.open().number("uid=u0");
    let connection = rusqlite::Connection::open(bench.ledger()).unwrap();
    let sql = "INSERT INTO identity(pool,number,unit,namespace,value,state,seq) VALUES(1,50,NULL,'p','x',7,4)";
    assert_eq!(connection.execute(sql, ()).unwrap(), 1);
    drop(connection);
    let mut ledger = bench.open();
    let before = log(&mut ledger);
    let asks = (1..100).map(|unit| blank(&format!("uid=u{unit}"))).collect();
    let error = ledger.ask_all(asks, &naming).unwrap_err().to_string();
    assert!(error.contains("the next number of a pool is used"), "{error}");
    assert_eq!(log(&mut ledger), before);
}
