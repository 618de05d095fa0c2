//! Breadth first over all interleavings, until a step breaks a rule.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::moves::{Search, Step};
use super::rules::broken;
use super::store::Books;
use super::world::{Anchoring, Design, Hazard, World};

/// What a run found.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) states: usize,
    /// All states up to this depth were seen.
    pub(crate) depth: usize,
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
    for done in 0..depth {
        let mut next = vec![];
        for (id, world) in &level {
            search.out.clear();
            search.steps(world);
            for (step, world) in std::mem::take(&mut search.out) {
                if !seen.insert(key(&world)) {
                    continue;
                }
                parents.push((*id, step));
                let id = u32::try_from(parents.len() - 1).unwrap();
                if let Some(rule) = broken(&world, design, &search.books) {
                    return Found {
                        states: seen.len(),
                        depth: done,
                        complete: false,
                        broken: Some((rule, trace(&parents, id))),
                    };
                }
                next.push((id, world));
            }
            if seen.len() > most {
                return Found { states: seen.len(), depth: done, complete: false, broken: None };
            }
        }
        if next.is_empty() {
            return Found { states: seen.len(), depth: done, complete: true, broken: None };
        }
        level = next;
    }
    debug_assert!(design.anchoring != Anchoring::Files || seen.len() > 1);
    Found { states: seen.len(), depth, complete: false, broken: None }
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
