//! Never-reused numbers: every small range against lists of numbers, large ones at random, and the
//! mistakes of a published run sheet.

use std::collections::BTreeSet;

use nameplate::range::{Numbers, RangeError, Supply, disjoint};
use proptest::prelude::*;

/// The slow twin: the numbers, one by one.
fn list(start: u128, end: u128, step: u128) -> Vec<u128> {
    (start..end).filter(|n| (n - start) % step == 0).collect()
}

fn numbers(start: u128, end: u128, step: u128) -> Numbers {
    Numbers::new(start, end).unwrap().step_by(step).unwrap()
}

fn small() -> impl Iterator<Item = (Numbers, Vec<u128>)> {
    (0..8_u128).flat_map(|start| {
        (start..14).flat_map(move |end| (1..6).map(move |step| (numbers(start, end, step), list(start, end, step))))
    })
}

/// Any step, and the powers of two, whose multiples meet the modulus just so.
fn large_step() -> impl Strategy<Value = u128> {
    prop_oneof![1..1_u128 << 72, (0..72_u32).prop_map(|n| 1 << n)]
}

#[test]
fn every_small_range() {
    for (range, expected) in small() {
        assert_eq!(range.iter().collect::<Vec<_>>(), expected, "{range}");
        assert_eq!(range.len(), expected.len() as u128);
        assert_eq!(range.is_empty(), expected.is_empty());
        assert_eq!((range.first(), range.last()), (expected.first().copied(), expected.last().copied()));
        for n in 0..20 {
            assert_eq!(range.contains(n), expected.contains(&n), "{range} {n}");
            assert_eq!(range.nth(n), expected.get(n as usize).copied());
            assert_eq!(range.holding(n).is_ok(), n == expected.len() as u128);
            assert_eq!(range.within(n).is_ok(), expected.last().is_none_or(|&last| last <= n));
        }
    }
}

/// None lost, none twice, lengths as promised.
#[test]
fn every_small_split() {
    for (range, expected) in small() {
        for stations in 0..16_usize {
            let Ok(pieces) = range.split(stations as u128) else {
                assert!(stations == 0 || stations > expected.len(), "{range} {stations}");
                continue;
            };
            let pieces: Vec<Numbers> = pieces.collect();
            let lens: Vec<usize> = pieces.iter().map(|piece| piece.iter().count()).collect();
            assert_eq!(pieces.len(), stations);
            assert_eq!(pieces.iter().flat_map(|piece| piece.iter()).collect::<Vec<_>>(), expected);
            assert!(lens.iter().max().unwrap() - lens.iter().min().unwrap() <= 1, "{lens:?}");
            assert!(lens.is_sorted_by(|a, b| a >= b));
            let named: Vec<(&str, Numbers)> = pieces.iter().map(|&piece| ("s", piece)).collect();
            assert_eq!(disjoint(&named), Ok(()));
        }
        for count in 1..16_usize {
            let pieces: Vec<Vec<u128>> =
                range.pieces_of(count as u128).unwrap().map(|piece| piece.iter().collect()).collect();
            assert_eq!(pieces, expected.chunks(count).collect::<Vec<_>>(), "{range} {count}");
        }
    }
}

#[test]
fn every_small_supply() {
    for (range, expected) in small() {
        for first in 0..=expected.len() + 1 {
            for second in 0..=expected.len() + 1 {
                let mut supply = range.supply();
                let mut left = expected.as_slice();
                for count in [first, second] {
                    assert_eq!(supply.remaining(), left.len() as u128);
                    assert_eq!(supply.is_low(2), left.len() <= 2);
                    let next = supply.next();
                    if let Ok(taken) = supply.take(count as u128) {
                        let (given, rest) = left.split_at(count);
                        assert_eq!(taken.iter().collect::<Vec<_>>(), given);
                        left = rest;
                    } else {
                        assert!(count > left.len());
                        assert_eq!(supply.next(), next);
                    }
                    // What is remembered is enough to go on.
                    supply = Supply::resume(supply.numbers(), supply.next()).unwrap();
                }
            }
        }
        for next in 0..20 {
            let fits = next == range.end() || expected.contains(&next);
            assert_eq!(Supply::resume(range, next).is_ok(), fits, "{range} {next}");
        }
    }
}

#[test]
fn every_small_pair() {
    for (a, all) in small() {
        for (b, others) in small() {
            let common: Vec<u128> = all.iter().copied().filter(|n| others.contains(n)).collect();
            let found: Vec<u128> = a.common(b).map(|c| c.iter().collect()).unwrap_or_default();
            assert_eq!(found, common, "{a} and {b}");
            assert_eq!(disjoint(&[("a", a), ("b", b)]).is_ok(), common.is_empty());
        }
    }
}

proptest! {
    /// Large numbers: the same as small ones moved and stretched.
    #[test]
    fn moved_and_stretched(
        (a, b) in ((0..50_u128, 0..50_u128, 1..9_u128), (0..50_u128, 0..50_u128, 1..9_u128)),
        base in 0..u128::MAX / 2,
        factor in 1..1_u128 << 100,
    ) {
        let at = |n: u128| base + n * factor;
        let make = |(start, len, step): (u128, u128, u128)| {
            Numbers::new(at(start), at(start + len)).unwrap().step_by(step * factor).unwrap()
        };
        let lists = [list(a.0, a.0 + a.1, a.2), list(b.0, b.0 + b.1, b.2)];
        let (x, y) = (make(a), make(b));
        prop_assert_eq!(x.iter().collect::<Vec<_>>(), lists[0].iter().map(|&n| at(n)).collect::<Vec<_>>());
        let common: Vec<u128> = lists[0].iter().filter(|n| lists[1].contains(n)).map(|&n| at(n)).collect();
        prop_assert_eq!(x.common(y).map(|c| c.iter().collect::<Vec<_>>()).unwrap_or_default(), common);
    }

    /// Steps without a common divisor, near the limits: a common number is in both, and there is none before it.
    #[test]
    fn common_numbers_of_any_steps(
        start in 0..1_u128 << 100,
        distance in 0..1_u128 << 20,
        steps in (1..3000_u128, 1..3000_u128),
        len in 1..1_u128 << 24,
    ) {
        let (a, b) = (numbers(start, start + len, steps.0), numbers(start + distance, start + distance + len, steps.1));
        let first = b.iter().take_while(|&n| n < a.end()).find(|&n| a.contains(n));
        let common = a.common(b);
        prop_assert_eq!(common.and_then(Numbers::first), first);
        prop_assert_eq!(common, b.common(a));
        if let Some(common) = common {
            prop_assert!(common.iter().take(100).all(|n| a.contains(n) && b.contains(n)));
            prop_assert!(a.contains(common.last().unwrap()) && b.contains(common.last().unwrap()));
        }
    }

    /// Large steps, whose products do not fit: a common number that is known, and none before the first.
    #[test]
    fn common_numbers_of_large_steps(
        known in 1_u128 << 120..1_u128 << 127,
        steps in (large_step(), large_step()),
        back in (0..1_u128 << 40, 0..1_u128 << 40),
    ) {
        let make = |step: u128, back: u128| numbers(known - step * back, u128::MAX, step);
        let (a, b) = (make(steps.0, back.0), make(steps.1, back.1));
        let common = a.common(b).unwrap();
        let first = common.first().unwrap();
        prop_assert!(a.contains(first) && b.contains(first) && common.contains(known), "{a} {b} {common}");
        // Common numbers lie at multiples of the least common multiple from each other.
        let (mut divisor, mut rest) = steps;
        while rest > 0 {
            (divisor, rest) = (rest, divisor % rest);
        }
        if let Some(multiple) = (steps.0 / divisor).checked_mul(steps.1) {
            prop_assert!(first < multiple || first - multiple < a.start().max(b.start()), "{a} {b} {common}");
            prop_assert!(common.len() == 1 || common.step() == multiple);
        } else {
            prop_assert_eq!(first, known);
        }
    }

    /// Many ranges: a collision is found if any two have a number in common, and is one of those.
    #[test]
    fn collisions_among_many(all in prop::collection::vec((0..200_u128, 0..30_u128, 1..9_u128), 0..9)) {
        let names: Vec<String> = (0..all.len()).map(|n| n.to_string()).collect();
        let ranges: Vec<(&str, Numbers)> =
            names.iter().zip(&all).map(|(name, &(start, len, step))| (&**name, numbers(start, start + len, step))).collect();
        let both = |a: usize, b: usize| -> Vec<u128> {
            ranges[a].1.iter().filter(|&n| ranges[b].1.contains(n)).collect()
        };
        let any = (0..all.len()).any(|a| (0..a).any(|b| !both(a, b).is_empty()));
        match disjoint(&ranges) {
            Ok(()) => prop_assert!(!any),
            Err(RangeError::Collision { first, second, common }) => {
                let (a, b): (usize, usize) = (first.parse().unwrap(), second.parse().unwrap());
                prop_assert!(a != b);
                prop_assert_eq!(common.iter().collect::<Vec<_>>(), both(a, b));
            }
            Err(other) => prop_assert!(false, "{other}"),
        }
    }

    /// Stations in any order of requests: no number twice, none lost, exhaustion as counted.
    #[test]
    fn stations_never_meet(
        start in 0..u128::MAX / 2,
        len in 1..500_u128,
        step in 1..1_u128 << 64,
        stations in 1..9_u128,
        asked in prop::collection::vec((0..9_usize, 0..40_u128), 0..60),
    ) {
        let lot = numbers(start, start + len * step, step);
        let Ok(pieces) = lot.split(stations) else { return Ok(()) };
        let mut supplies: Vec<Supply> = pieces.map(Numbers::supply).collect();
        let mut seen = BTreeSet::new();
        for (station, count) in asked {
            let many = supplies.len();
            let supply = &mut supplies[station % many];
            let left = supply.remaining();
            match supply.take(count) {
                Ok(taken) => {
                    prop_assert_eq!((taken.len(), supply.remaining()), (count, left - count));
                    prop_assert!(taken.iter().all(|n| lot.contains(n) && seen.insert(n)));
                }
                Err(_) => prop_assert!(count > left && supply.remaining() == left),
            }
        }
        let left: u128 = supplies.iter().map(Supply::remaining).sum();
        prop_assert_eq!(left + seen.len() as u128, len);
    }
}

/// The ends of 128 bits, where adding and multiplying would wrap.
#[test]
fn limits() {
    const MAX: u128 = u128::MAX;
    let all = Numbers::new(0, MAX).unwrap();
    assert_eq!((all.len(), all.last()), (MAX, Some(MAX - 1)));
    let pieces: Vec<Numbers> = all.split(2).unwrap().collect();
    assert_eq!(pieces, [Numbers::new(0, 1 << 127).unwrap(), Numbers::new(1 << 127, MAX).unwrap()]);
    assert_eq!(all.pieces_of(MAX).unwrap().collect::<Vec<_>>(), [all]);
    let sparse = all.step_by(MAX - 1).unwrap();
    assert_eq!(sparse.iter().collect::<Vec<_>>(), [0, MAX - 1]);
    let mut supply = sparse.supply();
    assert_eq!(supply.take(2).unwrap().len(), 2);
    assert_eq!((supply.next(), supply.remaining()), (MAX, 0));
    // Two steps whose least common multiple does not fit: one common number.
    let (a, b) = (numbers(7, MAX, (1 << 127) - 1), numbers(7, MAX, 1 << 126));
    assert_eq!(a.common(b), Some(Numbers::of(7, 1).unwrap()));
    // One common number is shown as one, whatever the steps.
    assert_eq!(numbers(0, 6, 2).common(numbers(0, 7, 3)), Some(Numbers::of(0, 1).unwrap()));
    // They meet beyond 128 bits, if at all.
    assert_eq!(numbers(0, MAX, 1 << 126).common(numbers(1, MAX, (1 << 126) + 2)), None);
    assert_eq!(numbers(0, MAX, (1 << 100) - 1).common(numbers(1, MAX, 1 << 100)), None);
    let (step, square) = ((1_u128 << 60) - 1, ((1_u128 << 60) - 1).pow(2));
    assert_eq!(numbers(0, MAX, step).common(numbers(1, MAX, step + 1)).unwrap().first(), Some(square));
    assert_eq!(Numbers::of(MAX, 1), Err(RangeError::PastEnd { start: MAX, count: 1 }));
    assert_eq!(Numbers::inclusive(MAX, MAX), Err(RangeError::PastEnd { start: MAX, count: 1 }));
}

/// Run sheets of blink(1) mk2 (2013 to 2018), which was made for years with ranges worked out by hand.
#[test]
fn run_sheets() {
    // Four runs: "10,000 units", and the "10,000th serial number" is the first of 10,001.
    for (start, end) in
        [(0x2000_1000, 0x2000_3710), (0x2000_4000, 0x2000_6710), (0x2000_A000, 0x2000_C710), (0x2001_0000, 0x2001_2710)]
    {
        let sheet = Numbers::inclusive(start, end).unwrap();
        assert_eq!(sheet.holding(10_000), Err(RangeError::Count { numbers: sheet, found: 10_001, expected: 10_000 }));
        assert_eq!(Numbers::of(start, 10_000).unwrap().last(), Some(end - 1));
    }
    // "10,000 units" from D000 to E710: the carry into the next digit was lost, 4,096 are missing, and the
    // extra numbers begin where the run has yet to go.
    let seeed = Numbers::inclusive(0x2000_D000, 0x2000_E710).unwrap();
    assert_eq!(seeed.holding(10_000).unwrap_err().to_string(), "536924160..536930065 has 5905 numbers, expected 10000");
    let run = Numbers::of(0x2000_D000, 10_000).unwrap();
    let extra = Numbers::inclusive(0x2000_E711, 0x2000_E9FF).unwrap().holding(751).unwrap();
    assert_eq!(
        disjoint(&[("run", run), ("extra", extra)]).unwrap_err().to_string(),
        "`run` and `extra` have 751 numbers in common: 536930065..536930816"
    );
    // "5,000 units", and the same number called the "10,000th".
    assert_eq!(Numbers::inclusive(0x2000_8000, 0x2000_9390).unwrap().len(), 5009);
    assert_eq!(Numbers::of(0x2000_8000, 5000).unwrap().last(), Some(0x2000_9387));
    // After ..8F,FF the sheet goes on with ..50,00: inside the run of 2014, which has those numbers.
    let sheet = Numbers::of(0x2000_8000, 5000).unwrap();
    assert_eq!(sheet.nth(0x0FFF), Some(0x2000_8FFF));
    assert_eq!(sheet.nth(0x1000), Some(0x2000_9000));
    let run_2014 = Numbers::of(0x2000_4000, 10_000).unwrap();
    assert!(run_2014.contains(0x2000_5000) && !sheet.contains(0x2000_5000));
    let as_written = Numbers::of(0x2000_5000, 904).unwrap();
    assert_eq!(
        disjoint(&[("2014", run_2014), ("2016, after the carry", as_written)]).unwrap_err().to_string(),
        "`2014` and `2016, after the carry` have 904 numbers in common: 536891392..536892296"
    );
    // Extra numbers "(750)" are 751; with the prefix of an older run they are numbers of the run of 2013.
    let extra = Numbers::inclusive(0x2001_2711, 0x2001_29FF).unwrap();
    assert_eq!(extra.len(), 751);
    let wrong_prefix = Numbers::inclusive(0x2000_2711, 0x2000_29FF).unwrap();
    let run_2013 = Numbers::of(0x2000_1000, 10_000).unwrap();
    assert_eq!(run_2013.common(wrong_prefix), Some(wrong_prefix));
    assert_eq!(disjoint(&[("2018", Numbers::of(0x2001_0000, 10_000).unwrap()), ("extra", extra)]), Ok(()));
    // One off: a run to its sheet's end, and extra numbers from there.
    let end = Numbers::inclusive(0x2001_0000, 0x2001_2711).unwrap();
    assert_eq!(
        disjoint(&[("extra", extra), ("run", end)]).unwrap_err(),
        RangeError::Collision {
            first: "run".into(),
            second: "extra".into(),
            common: Numbers::of(0x2001_2711, 1).unwrap()
        }
    );
    // Files of 128 numbers for several operators.
    let files: Vec<Numbers> = Numbers::of(0x2000_A000, 10_000).unwrap().pieces_of(128).unwrap().collect();
    assert_eq!((files.len(), files[0].len(), files[78].len()), (79, 128, 16));
    assert_eq!(files[78].last(), Some(0x2000_C70F));
}

#[test]
fn messages() {
    let says = |error: RangeError, expected: &str| assert_eq!(error.to_string(), expected);
    says(Numbers::new(8, 4).unwrap_err(), "numbers from 8 to 4 end before they start");
    says(Numbers::inclusive(8, 4).unwrap_err(), "numbers from 8 to 4 end before they start");
    says(
        Numbers::of(u128::MAX, 2).unwrap_err(),
        "2 numbers from 340282366920938463463374607431768211455 pass the end of 128 bits",
    );
    says(
        numbers(0, 9, 1).step_by(0).unwrap_err(),
        "step 0, expected at least 1 and no more than 128 bits together with the step there is",
    );
    assert!(numbers(0, 9, 1 << 127).step_by(2).is_err());
    says(numbers(0, 10, 3).within(8).unwrap_err(), "the last number is 9, expected at most 8");
    says(numbers(0, 3, 1).split(4).unwrap_err(), "3 numbers cannot be split among 4 stations so that each has one");
    says(numbers(0, 3, 1).pieces_of(0).unwrap_err(), "pieces of 0 numbers, expected at least 1");
    says(
        Supply::resume(numbers(0, 10, 2), 3).unwrap_err(),
        "next number 3, expected one of 0..10 step 2, or their end",
    );
    let mut supply = numbers(0, 10, 2).supply();
    says(supply.take(6).unwrap_err(), "6 numbers asked for, 5 left of 0..10 step 2; none was taken");
    assert_eq!(format!("{supply:?}"), "Supply { numbers: 0..10 step 2, next: 0 }");
}
