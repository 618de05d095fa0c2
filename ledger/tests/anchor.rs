//! Moves of the anchor on a folder in memory: first anchors, other people's anchors, files that were cut.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test fails by a panic
#![allow(unused_results)] // of collections

use std::collections::BTreeMap;

use nameplate_ledger::anchor::{Advance, Anchor, Fence, Operation, Outcome, Step};
use nameplate_ledger::tree::{Hash, Head, leaf};

type Folder = BTreeMap<u64, Vec<u8>>;

/// A log of so many lines, of one history.
fn roots(history: &str, size: u64) -> BTreeMap<u64, Hash> {
    let mut head = Head::new();
    let mut roots = BTreeMap::new();
    for line in 1..=size {
        // Histories agree on their first three lines.
        head.append(leaf(format!("{line}{}", if line > 3 { history } else { "" }).as_bytes()));
        roots.insert(line, head.root());
    }
    roots
}

fn anchor(history: &str, size: u64) -> Anchor {
    let root = roots(history, size)[&size];
    Anchor {
        ledger: "5f1c0a7e9b3d4c21a8e64b0f2d7c9e13".into(),
        size,
        root,
        epoch: 1,
        next: BTreeMap::from([("p".into(), size)]),
    }
}

fn operate(folder: &mut Folder, log: &BTreeMap<u64, Hash>, operation: Operation) -> Outcome {
    match operation {
        Operation::List => Outcome::Names(folder.keys().rev().copied().collect()),
        Operation::Read(file) => folder.get(&file).map_or(Outcome::Missing, |text| Outcome::Text(text.clone())),
        Operation::Root(size) => Outcome::Root(log.get(&size).copied()),
        Operation::Create(file) if folder.contains_key(&file) => Outcome::Exists,
        Operation::Create(file) => {
            folder.insert(file, vec![]);
            Outcome::Done
        }
        Operation::Write(file, text) => {
            folder.insert(file, text.into_bytes());
            Outcome::Done
        }
        Operation::Remove(file) => {
            folder.remove(&file);
            Outcome::Done
        }
    }
}

/// Runs a move to its end: the size that it confirms.
fn run(folder: &mut Folder, log: &BTreeMap<u64, Hash>, mut advance: Advance) -> Result<u64, Fence> {
    loop {
        match advance.step() {
            Step::Confirmed(confirmed) => return Ok(confirmed.size()),
            Step::Fenced(fence) => return Err(fence),
            Step::Do(operation) => {
                let outcome = operate(folder, log, operation);
                advance.done(outcome);
            }
        }
    }
}

fn text(history: &str, size: u64) -> Vec<u8> {
    anchor(history, size).to_string().into_bytes()
}

#[test]
fn each_number_moves_it() {
    let (mut folder, log) = (Folder::new(), roots("a", 9));
    assert_eq!(run(&mut folder, &log, Advance::bring(anchor("a", 2))), Err(Fence::Missing));
    assert_eq!(run(&mut folder, &log, Advance::init(anchor("a", 2))), Ok(2));
    assert_eq!(run(&mut folder, &log, Advance::init(anchor("a", 2))), Err(Fence::Occupied));
    for size in 3..=9 {
        assert_eq!(run(&mut folder, &log, Advance::bring(anchor("a", size))), Ok(size));
        assert!(folder.len() <= 2);
    }
    assert_eq!(folder, Folder::from([(7, text("a", 8)), (8, text("a", 9))]));
    // Asked again, or a sibling was faster: nothing moves.
    assert_eq!(run(&mut folder, &log, Advance::bring(anchor("a", 5))), Ok(9));
    assert_eq!(run(&mut folder, &log, Advance::check(anchor("a", 9))), Ok(9));
    assert_eq!(folder.len(), 2);
}

#[test]
fn what_the_ledger_does_not_have_fences() {
    let mut folder = Folder::from([(4, text("a", 6))]);
    // Restored: shorter. Copied: as long, another history.
    assert_eq!(run(&mut folder, &roots("a", 5), Advance::check(anchor("a", 5))), Err(Fence::OtherHistory));
    assert_eq!(run(&mut folder, &roots("b", 7), Advance::bring(anchor("b", 7))), Err(Fence::OtherHistory));
    let other = Anchor { ledger: "0".repeat(32), ..anchor("a", 7) };
    assert_eq!(run(&mut folder, &roots("a", 7), Advance::bring(other)), Err(Fence::OtherLedger));
    assert_eq!(folder, Folder::from([(4, text("a", 6))]));
    // A person decides; then the other one is fenced.
    assert_eq!(run(&mut folder, &roots("b", 7), Advance::over(anchor("b", 7), 4)), Ok(7));
    assert_eq!(run(&mut folder, &roots("a", 7), Advance::bring(anchor("a", 7))), Err(Fence::OtherHistory));
}

#[test]
fn a_cut_file_counts_as_moved() {
    let log = roots("a", 9);
    let whole = text("a", 6);
    for end in 0..whole.len() {
        let mut folder = Folder::from([(4, text("a", 5)), (5, whole[..end].to_vec())]);
        assert_eq!(run(&mut folder, &log, Advance::bring(anchor("a", 6))), Ok(6), "cut at {end}");
        assert_eq!(folder[&6], whole);
        let mut folder = Folder::from([(4, text("a", 5)), (5, whole[..end].to_vec())]);
        assert_eq!(run(&mut folder, &roots("b", 9), Advance::bring(anchor("b", 6))), Err(Fence::OtherHistory));
        assert_eq!(folder.len(), 2);
    }
    // Nothing whole is left.
    assert_eq!(run(&mut Folder::from([(5, vec![])]), &log, Advance::bring(anchor("a", 6))), Err(Fence::Damaged));
    // Whoever was about to write it writes another history while it is stepped over.
    let mut folder = Folder::from([(4, text("a", 3)), (5, vec![])]);
    let mut advance = Advance::bring(anchor("a", 6));
    let fence = loop {
        match advance.step() {
            Step::Do(operation) => {
                let created = operation == Operation::Create(6);
                let outcome = operate(&mut folder, &log, operation);
                if created {
                    folder.insert(5, text("b", 6));
                }
                advance.done(outcome);
            }
            Step::Fenced(fence) => break fence,
            Step::Confirmed(_) => panic!("confirmed"),
        }
    };
    assert_eq!((fence, &folder[&6]), (Fence::OtherHistory, &vec![]));
    // Asked again, the same: the file that was made is not whole.
    assert_eq!(run(&mut folder, &log, Advance::bring(anchor("a", 6))), Err(Fence::OtherHistory));
}

#[test]
fn the_anchor_never_falls() {
    // A sibling, further in the same log, moved it; the next file was cut.
    let log = roots("a", 9);
    let mut folder = Folder::from([(4, text("a", 8)), (5, vec![])]);
    assert_eq!(run(&mut folder, &log, Advance::bring(anchor("a", 6))), Ok(8));
    assert_eq!(folder[&6], text("a", 8));
}

#[test]
fn a_recovery_takes_the_newest() {
    let log = roots("b", 9);
    let over = |folder: &mut Folder, taken| run(folder, &log, Advance::over(anchor("b", 7), taken));
    let files = Folder::from([(4, text("a", 6)), (5, vec![])]);
    assert_eq!(over(&mut files.clone(), 4), Ok(7));
    // The cut file became whole after the recovery had read the one before.
    let mut folder = files;
    folder.insert(5, text("a", 7));
    assert_eq!(over(&mut folder, 4), Err(Fence::Moved));
    assert!(folder[&6].is_empty());
    assert_eq!(over(&mut folder, 5), Ok(7));
}

#[test]
fn an_outcome_that_does_not_fit_fences() {
    let outcomes = [
        Outcome::Names(vec![]),
        Outcome::Names(vec![u64::MAX]),
        Outcome::Text(vec![]),
        Outcome::Missing,
        Outcome::Root(None),
        Outcome::Done,
        Outcome::Exists,
    ];
    for first in &outcomes {
        for second in &outcomes {
            for third in &outcomes {
                for mut advance in
                    [Advance::bring(anchor("a", 6)), Advance::over(anchor("a", 6), 1), Advance::check(anchor("a", 6))]
                {
                    for outcome in [first, second, third] {
                        advance.done(outcome.clone());
                    }
                    assert!(!matches!(advance.step(), Step::Confirmed(_)));
                }
            }
        }
    }
}

/// A copy of the ledger lists the folder and sleeps; the other moves on, until the name that the sleeper wants was
/// removed again. Only the second listing tells.
#[test]
fn a_name_that_was_removed_is_made_again() {
    let sleeper = |blind: bool| {
        let mut folder = Folder::from([(4, text("a", 3))]);
        let (mut advance, mut lists) = (Advance::bring(anchor("b", 4)), 0);
        loop {
            match advance.step() {
                Step::Confirmed(confirmed) => break Ok(confirmed.size()),
                Step::Fenced(fence) => break Err(fence),
                Step::Do(operation) => {
                    if operation == Operation::Create(5) {
                        for size in 4..=7 {
                            assert_eq!(run(&mut folder, &roots("a", 9), Advance::bring(anchor("a", size))), Ok(size));
                        }
                        assert!(!folder.contains_key(&5));
                    }
                    lists += u8::from(operation == Operation::List);
                    let mut outcome = operate(&mut folder, &roots("b", 9), operation);
                    if let (Outcome::Names(names), true, 2) = (&mut outcome, blind, lists) {
                        names.retain(|&name| name <= 5);
                    }
                    advance.done(outcome);
                }
            }
        }
    };
    assert_eq!(sleeper(false), Err(Fence::OtherHistory));
    assert_eq!(sleeper(true), Ok(4));
}
