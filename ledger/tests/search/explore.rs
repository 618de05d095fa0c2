//! Breadth first over all interleavings, until a step breaks a rule.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::moves::{Search, Step};
use super::rules::broken;
use super::store::Books;
use super::world::{Design, Hazard, World};

/// What a run found.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) states: usize,
    /// All states up to this depth were seen.
    pub(crate) depth: usize,
    /// The most boards that left, and the most recoveries of a ledger.
    pub(crate) left: usize,
    pub(crate) recoveries: u32,
    /// Nothing was left to explore.
    pub(crate) complete: bool,
    /// The rule that broke, and the steps to it.
    pub(crate) broken: Option<(&'static str, Vec<String>)>,
}

/// Explores a design to a depth and a number of states. States are told apart by 64 bits of their hash.
pub(crate) fn explore(design: &Design, hazards: &[Hazard], depth: usize, most: usize) -> Found {
    let (mut books, at) = Books::new(7);
    let text = books.anchor(at).to_string();
    let text = books.intern(&text);
    let mut search = Search { design: *design, hazards: hazards.to_vec(), books, out: vec![] };
    let first = World::new(at, text, design);
    let key = |world: &World| {
        let mut hasher = DefaultHasher::new();
        world.hash(&mut hasher);
        hasher.finish()
    };
    let mut seen = HashSet::from([key(&first)]);
    let mut parents: Vec<(u32, Step)> = vec![(0, Step("start", 0, 0))];
    let mut level = vec![(0_u32, first)];
    let mut found = Found { states: 1, depth: 0, left: 0, recoveries: 0, complete: false, broken: None };
    while found.depth < depth && seen.len() <= most {
        let mut next = vec![];
        'level: for (id, world) in &level {
            search.out.clear();
            search.steps(world);
            for (step, world) in std::mem::take(&mut search.out) {
                if !seen.insert(key(&world)) {
                    continue;
                }
                parents.push((*id, step));
                let id = u32::try_from(parents.len() - 1).unwrap();
                if let Some(rule) = broken(&world, design, hazards, &search.books) {
                    found.broken = Some((rule, trace(&parents, id)));
                    break 'level;
                }
                let epoch = search.books.facts(world.disks[0].at).epoch;
                found.recoveries = found.recoveries.max(epoch - 1);
                found.left = found.left.max(world.boards.iter().filter(|board| board.passed != 0).count());
                next.push((id, world));
            }
            if seen.len() > most {
                break;
            }
        }
        found.states = seen.len();
        if found.broken.is_some() || seen.len() > most {
            break;
        }
        found.complete = next.is_empty();
        if found.complete {
            break;
        }
        found.depth += 1;
        level = next;
    }
    found
}

fn trace(parents: &[(u32, Step)], mut id: u32) -> Vec<String> {
    let mut steps = vec![];
    while id != 0 {
        let (parent, step) = parents[id as usize];
        steps.push(step.to_string());
        id = parent;
    }
    steps.reverse();
    steps
}
