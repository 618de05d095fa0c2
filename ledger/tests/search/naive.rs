//! Naive designs have a counterexample, and the search finds it: so it would find one in ours.

use super::designs::{
    BY_EVENTS, FREELY, L1, L2, L3, L4, L5, L6, N1, N2, N3, N4, N5, N6, N7, N8, N9, N10, N11, PASSED_OVER, S1, SIZE_ONLY,
};
use super::explore::explore;
use super::world::Design;
use super::world::Hazard::{self, Again, Amb, Copy, Crash, DbCrash, Misscan, Net, Restore, Resume, Swap, Twin};

/// The rule that breaks, and the number of steps to it.
fn breaks(design: &Design, hazards: &[Hazard]) -> (&'static str, usize) {
    let found = explore(design, hazards, 40, 3_000_000);
    let Some((rule, steps)) = found.broken else {
        panic!("{} {hazards:?}: no counterexample in {} states to depth {}", design.name, found.states, found.depth)
    };
    println!("{} {hazards:?}: {rule}@{} in {} states: {}", design.name, steps.len(), found.states, steps.join(" -> "));
    (rule, steps.len())
}

macro_rules! naive {
    ($($test:ident: $design:ident, $hazards:expr, $rule:literal;)*) => {$(
        #[test]
        fn $test() {
            assert_eq!(breaks(&$design, &$hazards).0, $rule);
        }
    )*};
}

naive! {
    n1_clock: N1, [], "DUP";
    n2_counter_after_success: N2, [Amb], "DUP";
    n3_returned_on_failure: N3, [Amb], "DUP";
    n4_new_on_every_request: N4, [Net], "DUP";
    n5_not_bound: N5, [Net], "DUP";
    n6_without_anchor: N6, [Restore], "DUP";
    n7_commits_not_flushed: N7, [DbCrash], "DUP";
    n8_witnesses_alone: N8, [Restore], "DUP";
    n9_anchor_after_the_reply: N9, [Restore], "DUP";
    n10_void_by_time: N10, [], "VOID";
    n11_board_not_read: N11, [Twin], "DUP";
    s1_one_key_twins: S1, [Twin], "DUP";
    l1_lease_on_disk: L1, [Restore], "DUP";
    l2_lease_resumed: L2, [Resume], "DUP";
    l3_anchor_ahead: L3, [Restore], "DUP";
    l4_anchor_overwritten: L4, [Resume], "DUP";
    l5_anchor_only_with_events: L5, [Crash, Restore], "DUP";
    l6_recovery_keeps_unconfirmed: L6, [Crash, Resume], "DUP";
    anchor_by_events: BY_EVENTS, [Copy, Amb], "DUP";
    anchor_by_events_among_siblings: BY_EVENTS, [], "FENCE";
    size_alone: SIZE_ONLY, [Copy], "DUP";
    cut_file_passed_over: PASSED_OVER, [Copy], "DUP";
    keys_added_freely: FREELY, [Misscan, Amb], "DUP";
}

#[test]
fn the_window_of_the_flasher_is_real() {
    // With one step between check and write, two boards can hold one number: that is why only what leaves counts.
    let strict = Design { strict: true, ..super::designs::S1W };
    assert_eq!(breaks(&strict, &[Swap]).0, "DUP");
}

/// What no ledger can prevent: in that window a board that left as good is put on the fixture again, and is written over.
/// Its read-back says so, and both units are quarantined; of a board that is taken away unread nobody knows.
#[test]
fn a_good_board_in_the_window_is_written_over() {
    assert_eq!(breaks(&super::designs::S1W, &[Swap, Again]).0, "CHURN");
}
