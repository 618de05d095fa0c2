//! The log and the anchor as bytes: vectors, damage that is named, bytes of anybody.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::naive_bytecount,
    clippy::missing_panics_doc
)] // a test fails by a panic

use std::collections::BTreeMap;
use std::fmt::Write as _;

use nameplate_ledger::anchor::{Anchor, parse_anchor};
use nameplate_ledger::tree::{Hash, Head, leaf};
use nameplate_ledger::{Ask, By, Command, Event, Facts, Found, Key, Keys, NewPool, Request, decide, evolve, log};
use proptest::prelude::*;

/// Lines, and the roots after them.
const VECTORS: [(&str, &str); 3] = [
    (
        r#"{"seq":1,"kind":"created","ledger":"5f1c0a7e9b3d4c21a8e64b0f2d7c9e13","version":1}"#,
        "0b0e135e12cf155ac03c3400ecf5f01d18def499a026ca7fd86e8da9e5c2234e",
    ),
    (
        r#"{"seq":2,"kind":"pool","pool":"serial","namespace":"serial","first":1,"last":20000,"value":"EUDV{YY}{MM}-{seq:6}"}"#,
        "83b160a366c2c7ed39259aee7335f32375b700a515c609329d988c4bc0a35d00",
    ),
    (
        r#"{"seq":3,"kind":"reserved","unit":1,"keys":{"uid":"3400210011513730333839"},"numbers":{"serial":1},"values":{"serial":"EUDV2407-000001"}}"#,
        "585dc9d6fb58f73eb7ab36607b9c2edbc4a52cc7c4368f35c99fc318c2db2eb9",
    ),
];

#[test]
fn vectors() {
    let mut head = Head::new();
    assert_eq!(head.root().to_string(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    let mut facts = Facts::default();
    for (line, root) in VECTORS {
        let event = Event::parse(line.as_bytes()).unwrap();
        assert_eq!(event.line(), line);
        evolve(&mut facts, &event).unwrap();
        head.append(leaf(line.as_bytes()));
        assert_eq!(head.root().to_string(), root);
    }
    assert_eq!(
        leaf(VECTORS[2].0.as_bytes()).to_string(),
        "ddbf8c732ba7e67dc431e0add819932427bfc7436f8baf5dc9f250898b256f31"
    );
    assert_eq!(
        Anchor::new(&facts, &head).to_string(),
        "nameplate.ledger/5f1c0a7e9b3d4c21a8e64b0f2d7c9e13\n3\nWF3J1vtY9z63qzZge5wu28SlLMfENo81yZ/DGMLbLrk=\nepoch 1\nnext serial 2\n\n"
    );
}

/// A log of a dozen events, with the root after each.
fn sample() -> (String, BTreeMap<u64, Hash>, Facts, Head) {
    let naming = |pool: &str, number: u64| Some(format!("{pool}-{number}"));
    let mut commands = vec![Command::create("5f1c0a7e9b3d4c21a8e64b0f2d7c9e13")];
    commands.push(Command::Pool(NewPool::new("p", 1, 99, "p-{seq}")));
    for unit in 0..10 {
        let keys = Keys::new([Key::new("uid", &format!("340021{unit}")).unwrap()]).unwrap();
        commands.push(Command::Ask(Ask::new(["p"], keys).found(Found::Blank)));
    }
    let (mut text, mut roots, mut facts, mut head) = (String::new(), BTreeMap::new(), Facts::default(), Head::new());
    for command in commands {
        for event in decide(&facts, &Request::new(command, By::station("s \"0\"")), &naming).unwrap().events {
            evolve(&mut facts, &event).unwrap();
            writeln!(text, "{}", event.line()).unwrap();
            head.append(leaf(event.line().as_bytes()));
            assert_eq!(roots.insert(head.size(), head.root()), None);
        }
    }
    (text, roots, facts, head)
}

fn number_of(log: &[u8], at: usize) -> u64 {
    u64::try_from(log[..at].iter().filter(|&&byte| byte == b'\n').count()).unwrap() + 1
}

#[test]
fn each_flipped_bit_is_named_by_its_line() {
    let (text, roots, _, head) = sample();
    assert_eq!(log::verify(text.as_bytes(), &roots), Ok(head));
    for at in 0..text.len() {
        for bit in 0..8 {
            let mut damaged = text.clone().into_bytes();
            damaged[at] ^= 1 << bit;
            assert_eq!(
                log::verify(&damaged, &roots).unwrap_err().line(),
                number_of(text.as_bytes(), at),
                "byte {at}, bit {bit}"
            );
        }
    }
}

#[test]
fn each_cut_and_each_moved_line_is_named() {
    let (text, roots, _, _) = sample();
    for end in 0..text.len() {
        let error = log::verify(&text.as_bytes()[..end], &roots).unwrap_err();
        assert_eq!(error.line(), number_of(text.as_bytes(), end), "cut at {end}: {error}");
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let check = |lines: &[&str], first: usize| {
        let error = log::verify(lines.concat().as_bytes(), &roots).unwrap_err();
        assert_eq!(error.line(), u64::try_from(first).unwrap() + 1, "{error}");
    };
    for one in 0..lines.len() {
        let mut removed = lines.clone();
        assert!(!removed.remove(one).is_empty());
        check(&removed, one);
        let mut doubled = lines.clone();
        doubled.insert(one, lines[one]);
        check(&doubled, one + 1);
        for two in one + 1..lines.len() {
            let mut swapped = lines.clone();
            swapped.swap(one, two);
            check(&swapped, one);
        }
    }
    assert_eq!(
        log::verify(&text.as_bytes()[..text.len() - lines[11].len()], &roots).unwrap_err().to_string(),
        "line 12: it is missing: 12 lines are expected"
    );
    // With an anchor alone, what the lines themselves do not show is named by its size.
    let anchor = BTreeMap::from([(12, roots[&12])]);
    assert_eq!(log::verify(text.replace("p-3", "p-8").as_bytes(), &anchor).unwrap_err().line(), 12);
}

#[test]
fn each_cut_of_an_anchor_is_no_anchor() {
    let (_, _, facts, head) = sample();
    let text = Anchor::new(&facts, &head).to_string();
    for end in 0..text.len() {
        assert!(parse_anchor(&text.as_bytes()[..end]).is_err(), "cut at {end}");
    }
    for at in 0..text.len() {
        for bit in 0..8 {
            let mut damaged = text.clone().into_bytes();
            damaged[at] ^= 1 << bit;
            let parsed = parse_anchor(&damaged);
            assert!(parsed.is_err() || parsed.as_ref().is_ok_and(|anchor| anchor.to_string().into_bytes() == damaged));
            assert_ne!(parsed.ok(), parse_anchor(text.as_bytes()).ok());
        }
    }
}

#[test]
fn what_cannot_follow_is_refused() {
    let (text, _, _, _) = sample();
    let twice = text.replace("\"p-3\"", "\"p-2\"");
    assert_eq!(
        log::replay(&log::parse_log(twice.as_bytes()).unwrap()).unwrap_err().to_string(),
        "line 5: event 5 cannot be: another number is written the same way"
    );
    let reorder = text.replace("\"p\":3}", "\"p\":2}");
    assert_eq!(log::replay(&log::parse_log(reorder.as_bytes()).unwrap()).unwrap_err().line(), 5);
    for line in [
        "{}",
        "",
        "{\"seq\":1}",
        "[1]",
        "{\"seq\":1, \"kind\":\"created\",\"ledger\":\"5f1c0a7e9b3d4c21a8e64b0f2d7c9e13\",\"version\":1}",
    ] {
        assert!(Event::parse(line.as_bytes()).is_err(), "{line}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_of_anybody(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _: Result<_, _> = parse_anchor(&bytes);
        let _: Result<_, _> = log::parse_log(&bytes);
        let _: Result<_, _> = log::verify(&bytes, &BTreeMap::new());
    }

    #[test]
    fn nearly_an_anchor(lines in proptest::collection::vec(
        prop_oneof!["nameplate\\.ledger/[0-9a-f]{0,34}", "[0-9]{0,22}", "[A-Za-z0-9+/]{42,43}=", "epoch [0-9]{0,12}", "next [a-z ]{0,4} [0-9]{0,21}", ""], 0..9,
    )) {
        let text = lines.join("\n");
        if let Ok(anchor) = parse_anchor(text.as_bytes()) {
            prop_assert_eq!(anchor.to_string(), text);
        }
    }

    #[test]
    fn nearly_a_log(edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), "[0-9]{1,20}|[a-z]{1,9}|[\",:{}]"), 1..4)) {
        let (mut text, _, _, _) = sample();
        for (at, end, with) in edits {
            let (mut at, mut end) = (at.index(text.len()), end.index(text.len()));
            if at > end {
                core::mem::swap(&mut at, &mut end);
            }
            text.replace_range(at..end.min(at + 12), &with);
        }
        if let Ok(events) = log::parse_log(text.as_bytes()) {
            if let Ok(facts) = log::replay(&events) {
                prop_assert_eq!(facts.audit(), Ok(()));
            }
        }
    }
}

/// The seeds of the fuzz target `parse_log` are logs that can be, so that what is one change away from them is tried.
#[test]
fn seeds_for_fuzzing() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds/parse_log");
    let mut kinds = std::collections::BTreeSet::new();
    for seed in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read(seed.unwrap().path()).unwrap();
        let events = log::parse_log(&text).unwrap();
        assert_eq!(log::replay(&events).unwrap().audit(), Ok(()));
        kinds.extend(events.iter().map(|event| std::mem::discriminant(&event.body)).map(|kind| format!("{kind:?}")));
    }
    // Each kind of event there is.
    assert_eq!(kinds.len(), 21);
}
