//! What must never be.

use nameplate_ledger::State;

use super::store::Books;
use super::world::Hazard::{self, Copy, Restore, Resume};
use super::world::{Anchoring, Design, Issuer, World};

/// The rule that a state breaks.
pub(crate) fn broken(world: &World, design: &Design, hazards: &[Hazard], books: &Books) -> Option<&'static str> {
    for (at, one) in world.boards.iter().enumerate() {
        if one.passed != 0 && one.flash != one.passed {
            return Some("CHURN");
        }
        for two in &world.boards[at + 1..] {
            let left = one.passed != 0 && two.passed != 0;
            if one.flash != 0 && one.flash == two.flash && (design.strict || left) {
                return Some("DUP");
            }
        }
        // A number that is void on every disk, in a board.
        let disks = &world.disks[..=usize::from(world.copied)];
        let void = |disk: &super::world::Disk| books.state(disk.at, one.flash) == Some(State::Void);
        if design.issuer == Issuer::Ledger && one.flash != 0 && disks.iter().all(void) {
            return Some("VOID");
        }
    }
    // Processes of one ledger, whose disk was never replaced, do not fence each other, however they die.
    let replaced = [Copy, Restore, Resume].iter().any(|hazard| hazards.contains(hazard)) || design.unflushed;
    let fenced = world.disks[0].behind && design.anchoring != Anchoring::None;
    (fenced && !replaced).then_some("FENCE")
}
