//! Several processes on one ledger: no number twice, no error, no fence of their own making.

use std::collections::BTreeSet;
use std::process::Stdio;

use crate::bench::Bench;
use crate::child::{Flash, start};

#[test]
fn eight_processes() {
    let bench = Bench::new();
    let flashes: Vec<Flash> = (0..8).map(|station| Flash(bench.path(&format!("flash-{station}")))).collect();
    let each = 12;
    let children: Vec<_> = flashes
        .iter()
        .enumerate()
        .map(|(station, flash)| {
            let mut child = start(&format!("station s{station} {each}"), bench.folder.path(), flash);
            child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for child in children {
        let said = child.wait_with_output().unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    }
    let numbers: Vec<u64> = flashes.iter().flat_map(|flash| flash.read().into_values()).collect();
    assert_eq!(numbers.len(), 8 * each);
    assert_eq!(numbers.into_iter().collect::<BTreeSet<_>>(), (1..=8 * u64::try_from(each).unwrap()).collect());
    let mut ledger = bench.open();
    assert_eq!(ledger.closed(), None);
    let status = ledger.status().unwrap();
    assert_eq!(status.accounting().last().unwrap().to_string(), "p 1..999: 96 verified, 903 free");
    assert_eq!(status.anchors[0].1, Some(status.size));
    ledger.check(bench.folder.path()).unwrap();
    assert_eq!(bench.list("anchor").len(), 2);
}

/// Reading the whole log in between does not keep them waiting.
#[test]
fn others_read_meanwhile() {
    let bench = Bench::new();
    let flash = Flash(bench.path("flash"));
    let mut child = start("station s0 40", bench.folder.path(), &flash).stdout(Stdio::null()).spawn().unwrap();
    let mut exports = 0;
    while child.try_wait().unwrap().is_none() {
        let mut ledger = bench.open();
        let mut log = Vec::new();
        ledger.export(0, &mut log).unwrap();
        nameplate_ledger::log::replay(&nameplate_ledger::log::parse_log(&log).unwrap()).unwrap();
        ledger.audit(&[]).unwrap();
        let copy = bench.path(&format!("copy-{exports}.db"));
        ledger.backup(&copy).unwrap();
        assert!(nameplate_ledger::sqlite::Ledger::open(&copy).unwrap().audit(&[]).is_ok());
        exports += 1;
    }
    assert!(child.wait().unwrap().success());
    assert_eq!(flash.read().len(), 40);
    assert!(exports > 0);
}
