//! Safe designs have no counterexample.

use super::designs::{P, P3, PJ, S1, S1J, S1K, S1KB, S1KW, S1W, S1X, S2, S2J, S2K};
use super::explore::explore;
use super::world::Design;
use super::world::Hazard::{self, Again, Amb, Copy, Crash, DbCrash, Misscan, Net, Restore, Resume, Swap, Twin};

/// The states that a run may have: few in a normal one, 4,000,000 in a whole one, or as many as it says.
fn limit(bounded: usize) -> usize {
    match std::env::var("NAMEPLATE_SEARCH").ok().as_deref() {
        None | Some("") => bounded,
        Some("whole") => 4_000_000,
        Some(states) => states.parse().unwrap(),
    }
}

/// Explores each set of hazards.
fn holds(design: &Design, bounded: usize, sets: &[&[Hazard]]) {
    for hazards in sets {
        let found = explore(design, hazards, 60, limit(bounded));
        let all = if found.complete { " (all)" } else { "" };
        println!(
            "{:4} {hazards:?}: {} states, depth {}{all}; {} boards left, {} recoveries",
            design.name, found.states, found.depth, found.left, found.recoveries
        );
        assert!(found.broken.is_none(), "{} {hazards:?}: {:#?}", design.name, found.broken);
        // A design in which nothing leaves would be safe too.
        assert!(found.left > 0 || found.depth < 9, "{} {hazards:?}", design.name);
    }
}

const SINGLE: [&[Hazard]; 7] = [&[Crash], &[DbCrash], &[Amb], &[Restore], &[Resume], &[Net], &[Again]];

#[test]
fn online() {
    holds(&S1, 60_000, &SINGLE);
    holds(&S1, 100_000, &[&[Crash, DbCrash, Amb, Restore, Resume, Net, Again]]);
}

#[test]
fn online_with_a_window() {
    holds(&S1W, 100_000, &[&[Swap]]);
    // Not `Swap` with `Again`: see `a_good_board_in_the_window_is_written_over`.
    holds(&S1W, 100_000, &[&[Swap, Crash, Amb, Restore, Net], &[Crash, Amb, Restore, Net, Again]]);
}

#[test]
fn online_with_a_person() {
    holds(&S1X, 30_000, &SINGLE);
    holds(&S1X, 100_000, &[&[Twin]]);
    holds(&S1X, 100_000, &[&[Twin, Crash, Net]]);
}

#[test]
fn online_with_two_keys() {
    holds(&S1K, 30_000, &SINGLE);
    holds(&S1K, 100_000, &[&[Twin], &[Twin, Crash]]);
    holds(&S1KW, 100_000, &[&[Misscan], &[Swap]]);
    holds(&S1KW, 100_000, &[&[Misscan, Swap, Twin, Crash, Amb, Restore, Net]]);
    // Where `keys added freely` breaks.
    holds(&Design { stations: 1, ..S1KW }, 200_000, &[&[Misscan, Amb]]);
    holds(&S1KB, 100_000, &[&[Misscan, Swap, Crash, Amb]]);
}

#[test]
fn offline() {
    holds(&S2, 100_000, &[&[Crash], &[Amb], &[Restore], &[Resume], &[Again], &[Crash, Restore], &[Crash, Resume]]);
    holds(&S2, 100_000, &[&[Crash, Amb, Restore, Resume, Again]]);
    holds(&S2K, 100_000, &[&[Twin, Crash, Amb, Restore, Resume]]);
}

/// A recovery takes from the journal who has which number, and what was decided.
#[test]
fn with_a_journal() {
    // The first one finds that what a recovery took back is not to be given back by a journal, in 190,000 states.
    holds(&S1J, 250_000, &[&[Restore]]);
    holds(&S1J, 60_000, &[&[Amb, Restore], &[Crash, DbCrash, Amb, Restore, Net, Again]]);
    holds(&S2J, 60_000, &[&[Restore], &[Twin, Crash, Amb, Restore, Resume], &[Misscan, Amb, Restore, Again]]);
    holds(&PJ, 60_000, &[&[Copy], &[Copy, Amb], &[Copy, Crash, Restore]]);
}

#[test]
fn processes_and_copies() {
    holds(&P, 100_000, &[&[], &[Crash], &[Copy], &[Copy, Amb]]);
    holds(&P3, 100_000, &[&[], &[Copy], &[Copy, Crash]]);
    holds(&P, 100_000, &[&[Copy, Crash], &[Copy, Crash, Restore]]);
}
