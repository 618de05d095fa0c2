//! A damaged store answers with an error, never with a number: rows with values of anybody.

#![allow(clippy::unwrap_used, clippy::panic)] // a test fails by a panic

use nameplate_ledger::{
    Answer, Ask, By, Command, Evidence, Facts, Found, Key, Keys, NewPool, Range, Reading, Request, Seen, State, Target,
    decide, evolve,
};
use proptest::prelude::*;

#[allow(clippy::unnecessary_wraps)] // as `Naming` wants it
fn naming(_: &str, number: u64) -> Option<String> {
    Some(format!("p-{number}"))
}

fn keys(unit: u8) -> Keys {
    Keys::new([Key::new("uid", &format!("u-{unit}")).unwrap()]).unwrap()
}

/// Three units, a lease and a lost number.
fn sound() -> Facts {
    let mut facts = Facts::default();
    let ask = |unit| Command::Ask(Ask::new(["p"], keys(unit)).found(Found::Blank));
    for command in [
        Command::create("5f1c0a7e9b3d4c21a8e64b0f2d7c9e13"),
        Command::Pool(NewPool::new("p", 5, 20, "p-{seq}")),
        ask(0),
        ask(1),
        Command::Lease { pool: "p".into(), count: 2, child: "c".into(), request: "r".into() },
        ask(2),
    ] {
        for event in decide(&facts, &Request::new(command, By::default()), &naming).unwrap().events {
            evolve(&mut facts, &event).unwrap();
        }
    }
    facts
}

fn extreme() -> impl Strategy<Value = u64> {
    prop_oneof![0..25_u64, Just(u64::MAX), Just(u64::MAX - 1), Just(1 << 63), Just((1 << 63) - 1), any::<u64>()]
}

fn commands(number: u64) -> Vec<Command> {
    let shows = || [("p".to_owned(), Reading { text: format!("p-{number}"), number: Some(number) })].into();
    let unit = || Target::Unit(number % 5);
    let seen = Seen::new(keys(0), Evidence::Readback, shows());
    vec![
        Command::Ask(Ask::new(["p"], keys(9)).found(Found::Blank)),
        Command::Ask(Ask::new(["p"], keys(9)).found(Found::Blank).fresh("new")),
        Command::Ask(Ask::new(["p"], keys(9)).found(Found::Shows(shows()))),
        Command::Ask(Ask::new(["p"], keys(9)).label(shows())),
        Command::Ask(Ask::new(["p"], keys(0))),
        Command::Ask(Ask::new(["p"], keys(1)).found(Found::Shows(shows()))),
        Command::Begin { unit: unit(), attempt: Some(1), keys: keys(0) },
        Command::Verified { unit: Target::Unit(1), attempt: None, seen, weakest: Evidence::Readback },
        Command::Unknown { unit: unit(), attempt: Some(1), reason: "r".into() },
        Command::Void { unit: unit(), reason: "r".into() },
        Command::VoidLost { pool: "p".into(), first: number, last: number.saturating_add(3), reason: "r".into() },
        Command::VoidLost { pool: "p".into(), first: 0, last: number, reason: "r".into() },
        Command::Retire { unit: unit(), reason: "r".into(), replace: Some("q".into()) },
        Command::Lease { pool: "p".into(), count: number, child: "c".into(), request: "q".into() },
        Command::Pool(NewPool::new("q", number, number.saturating_add(1), "q")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_store_gives_no_number_twice(
        damage in proptest::collection::vec((0..14_u8, extreme(), 1..10_u8), 1..5),
        number in extreme(),
    ) {
        let mut facts = sound();
        for (what, value, code) in damage {
            let state = State::from_code(code).unwrap();
            let pool = facts.pools.get_mut("p").unwrap();
            match what {
                0 => pool.first = value,
                1 => pool.last = value,
                2 | 3 => pool.next = value,
                4 => facts.size = value,
                5 => facts.last_unit = value,
                6 => drop(pool.tally.add(state, value)),
                7 => drop(facts.ranges.insert(Range { pool: "p".into(), first: value, last: value.wrapping_mul(3), state, seq: 1 })),
                8 => drop(facts.units.remove(&(value % 5))),
                9 => drop(facts.numbers.remove(&("p".into(), value % 25))),
                10 => facts.numbers.values_mut().for_each(|row| row.state = state),
                11 => facts.units.values_mut().for_each(|row| row.attempts = u32::MAX),
                12 => facts.units.values_mut().filter_map(|row| row.issue.as_mut()).for_each(|issue| issue.attempt = u32::MAX),
                _ => facts.epoch = u32::try_from(value).unwrap_or(u32::MAX),
            }
        }
        let pool = facts.pools["p"].clone();
        for command in commands(number) {
            let request = Request::new(command, By::default());
            drop(decide(&facts.select(&request, &naming), &request, &naming));
            let Ok(decision) = decide(&facts, &request, &naming) else { continue };
            if let Answer::Offer(offer) = &decision.answer {
                let (number, _) = offer.numbers["p"];
                let owner = facts.numbers.get(&("p".into(), number)).and_then(|row| row.unit);
                prop_assert!(owner.is_none_or(|owner| owner == offer.unit), "{request:?}");
                if owner.is_none() && facts.units.get(&offer.unit).is_none_or(|unit| unit.issue.is_none()) {
                    prop_assert!((pool.first..=pool.last).contains(&number), "{request:?}");
                }
            }
            let mut after = facts.clone();
            let _: bool = decision.events.iter().all(|event| evolve(&mut after, event).is_ok());
        }
    }
}
