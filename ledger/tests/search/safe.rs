//! Safe designs have no counterexample.

use super::designs::{P, S1, S1K, S1KB, S1KW, S1W, S1X, S2, S2K};
use super::explore::explore;
use super::world::Design;
use super::world::Hazard::{self, Again, Amb, Copy, Crash, DbCrash, Misscan, Net, Restore, Resume, Swap, Twin};

fn whole() -> bool {
    std::env::var("NAMEPLATE_SEARCH").is_ok_and(|part| part == "whole")
}

/// Explores each set of hazards: `bounded` states in a normal run, 4,000,000 and depth 40 in a whole one.
fn holds(design: &Design, bounded: usize, sets: &[&[Hazard]]) {
    for hazards in sets {
        let found =
            if whole() { explore(design, hazards, 40, 4_000_000) } else { explore(design, hazards, 40, bounded) };
        let all = if found.complete { " (all)" } else { "" };
        println!("{:5} {hazards:?}: {} states, depth {}{all}", design.name, found.states, found.depth);
        assert!(found.broken.is_none(), "{} {hazards:?}: {:#?}", design.name, found.broken);
    }
}

const SINGLE: [&[Hazard]; 7] = [&[Crash], &[DbCrash], &[Amb], &[Restore], &[Resume], &[Net], &[Again]];

#[test]
fn online() {
    holds(&S1, 20_000, &SINGLE);
    holds(&S1, 60_000, &[&[Crash, DbCrash, Amb, Restore, Resume, Net, Again]]);
}

#[test]
fn online_with_a_window() {
    holds(&S1W, 20_000, &[&[Swap]]);
    holds(&S1W, 60_000, &[&[Swap, Crash, Amb, Restore, Net, Again]]);
}

#[test]
fn online_with_a_person() {
    holds(&S1X, 20_000, &SINGLE);
    holds(&S1X, 20_000, &[&[Twin]]);
    holds(&S1X, 60_000, &[&[Twin, Crash, Net]]);
}

#[test]
fn online_with_two_keys() {
    holds(&S1K, 20_000, &SINGLE);
    holds(&S1K, 20_000, &[&[Twin], &[Twin, Crash]]);
    holds(&S1KW, 20_000, &[&[Misscan], &[Swap]]);
    holds(&S1KW, 60_000, &[&[Misscan, Swap, Twin, Crash, Amb, Restore, Net]]);
    holds(&S1KB, 40_000, &[&[Misscan, Swap, Crash, Amb]]);
}

#[test]
fn offline() {
    holds(&S2, 20_000, &[&[Crash], &[Amb], &[Restore], &[Resume], &[Again]]);
    holds(&S2, 60_000, &[&[Crash, Amb, Restore, Resume, Again]]);
    holds(&S2K, 60_000, &[&[Twin, Crash, Amb, Restore, Resume]]);
}

#[test]
fn processes_and_copies() {
    holds(&P, 40_000, &[&[], &[Crash], &[Copy]]);
    holds(&P, 60_000, &[&[Copy, Crash], &[Copy, Crash, Restore]]);
}
