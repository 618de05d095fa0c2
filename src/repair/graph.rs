//! Checksums in the order they depend on each other.

use alloc::collections::{BTreeSet, BinaryHeap};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

use super::description::{Repair, Verdict};
use super::error::{RepairError, RepairErrorKind};
use super::node::{Against, MOST_CHANGE, Node, by_address};
use super::stream::computed;
use super::variable::Variable;
use crate::image::{Container, ErasedMap};
use crate::never::OrNever;

/// Checksums in the order they are computed.
#[derive(Clone)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
}

impl Graph {
    /// Checks `repairs` against `image` and against its own checksums. `variables` are those of other
    /// images, the fields, then the words of the repairs in their order; `bytes` is what the image holds there.
    pub(crate) fn compile(
        repairs: &[Repair],
        variables: &[Variable],
        bytes: &[u8],
        image: &dyn Container,
        erased: &ErasedMap,
    ) -> Result<Self, RepairError> {
        let words: usize = repairs.iter().map(|repair| repair.stores.len()).sum();
        let mut next = variables.len().saturating_sub(words);
        let by_address = &by_address(variables);
        let mut nodes = Vec::with_capacity(repairs.len());
        let mut room = MOST_CHANGE;
        for (index, repair) in repairs.iter().enumerate() {
            let own = next..next + repair.stores.len();
            next = own.end;
            let against = Against { variables, by_address, bytes, image, erased };
            let node = Node::compile(index, repair, own, room, against);
            let node = node.map_err(|kind| RepairError::new(&repair.name, kind))?;
            room -= node.changing();
            nodes.push(node);
        }
        Ok(Self { nodes: sort(nodes, repairs)? })
    }

    /// Computes all words among `bytes`, those of all variables.
    #[inline]
    pub(crate) fn run(&self, repairs: &[Repair], bytes: &mut [u8]) {
        for node in &self.nodes {
            if let Some(repair) = repairs.get(node.repair) {
                node.run(repair, bytes);
            }
        }
    }

    /// The first checksum for which `image`, holding `bytes` in its variables, is not the image that
    /// was compiled.
    ///
    /// # Errors
    /// When it is, and a word does not hold what its description says.
    pub(crate) fn differs(
        &self,
        repairs: &[Repair],
        variables: &[Variable],
        bytes: &[u8],
        image: &dyn Container,
        erased: &ErasedMap,
    ) -> Result<Option<usize>, RepairError> {
        let by_address = &by_address(variables);
        for node in &self.nodes {
            let Some(repair) = repairs.get(node.repair) else { continue };
            let same = node.is_of(repair, Against { variables, by_address, bytes, image, erased });
            if !same.map_err(|kind| RepairError::new(&repair.name, kind))? {
                return Ok(Some(node.repair));
            }
        }
        Ok(None)
    }

    /// What the words of `image` as it is should hold, by computing everything anew: by repair. Those of `moved` cover
    /// other addresses than were compiled.
    pub(crate) fn recompute(
        &self,
        repairs: &[Repair],
        moved: &BTreeSet<usize>,
        image: &dyn Container,
    ) -> Result<Vec<(usize, Verdict)>, RepairError> {
        let fresh = |node: &Node| {
            let repair = repairs.get(node.repair)?;
            if moved.contains(&node.repair) {
                let right = computed(repair, image)?;
                return Some(Ok((node.repair, Verdict { found: None, right })));
            }
            let verdict = node.verdict(repair, image).map_err(|kind| RepairError::new(&repair.name, kind));
            Some(verdict.map(|verdict| (node.repair, verdict)))
        };
        self.nodes.iter().filter_map(fresh).collect()
    }

    /// The order of computation, by the repairs' indices.
    pub(crate) fn order(&self) -> impl Iterator<Item = usize> {
        self.nodes.iter().map(|node| node.repair)
    }

    /// The variables that a repair covers, each once.
    pub(crate) fn covered(&self, repair: usize) -> Vec<usize> {
        let mut covers = self.nodes.iter().find(|node| node.repair == repair).map_or(Vec::new(), |n| n.covers.clone());
        covers.sort_unstable();
        covers.dedup();
        covers
    }

    /// Marks the words that depend on a variable marked already.
    pub(crate) fn spread(&self, marked: &mut [bool]) {
        for node in &self.nodes {
            if node.covers.iter().any(|&variable| marked.get(variable) == Some(&true)) {
                marked.get_mut(node.own.clone()).or_never("each word is one of the variables").fill(true);
            }
        }
    }
}

/// Puts each checksum behind those whose words it covers; of those that may come next, always the first.
fn sort(nodes: Vec<Node>, repairs: &[Repair]) -> Result<Vec<Node>, RepairError> {
    let (mut behind, mut waits) = (vec![Vec::new(); nodes.len()], vec![0_usize; nodes.len()]);
    let owners = owners(&nodes);
    for (index, node) in nodes.iter().enumerate() {
        for owner in covered(node, &owners) {
            behind.get_mut(owner).into_iter().for_each(|behind: &mut Vec<usize>| behind.push(index));
            waits.get_mut(index).into_iter().for_each(|waits| *waits += 1);
        }
    }
    let ready = waits.iter().enumerate().filter(|(_, waits)| **waits == 0);
    let mut ready: BinaryHeap<Reverse<usize>> = ready.map(|(index, _)| Reverse(index)).collect();
    let mut nodes: Vec<Option<Node>> = nodes.into_iter().map(Some).collect();
    let mut sorted = Vec::with_capacity(nodes.len());
    while let Some(Reverse(index)) = ready.pop() {
        sorted.extend(nodes.get_mut(index).and_then(Option::take));
        for &next in behind.get(index).into_iter().flatten() {
            let Some(waits) = waits.get_mut(next) else { continue };
            *waits -= 1;
            if *waits == 0 {
                ready.push(Reverse(next));
            }
        }
    }
    let left: Vec<Node> = nodes.into_iter().flatten().collect();
    if left.is_empty() { Ok(sorted) } else { Err(cycle(&left, repairs)) }
}

/// Which node owns each word, by variable.
fn owners(nodes: &[Node]) -> Vec<Option<usize>> {
    let words = nodes.iter().map(|node| node.own.end).max().unwrap_or(0);
    let mut owners = vec![None; words];
    for (index, node) in nodes.iter().enumerate() {
        owners.get_mut(node.own.clone()).or_never("none ends behind the last").fill(Some(index));
    }
    owners
}

/// The nodes whose words a node covers, one for each word.
fn covered(node: &Node, owners: &[Option<usize>]) -> impl Iterator<Item = usize> {
    node.covers.iter().filter_map(|&variable| owners.get(variable).copied().flatten())
}

/// Names the members of a cycle among `nodes`, each of which covers a word of another.
fn cycle(nodes: &[Node], repairs: &[Repair]) -> RepairError {
    let owners = owners(nodes);
    let (mut path, mut seen) = (Vec::new(), vec![false; nodes.len()]);
    let mut at = Some(0);
    while let Some(index) = at.filter(|&index| seen.get(index) == Some(&false)) {
        seen.get_mut(index).into_iter().for_each(|seen| *seen = true);
        path.push(index);
        at = nodes.get(index).and_then(|node| covered(node, &owners).min());
    }
    let start = path.iter().position(|&index| Some(index) == at).or_never("each leads to another, so one comes twice");
    let repair = |index: &usize| nodes.get(*index).and_then(|node| repairs.get(node.repair));
    let name = |index: &usize| repair(index).map_or(String::new(), |repair| repair.name.clone());
    let names: Vec<String> = path.iter().skip(start).map(name).collect();
    RepairError::new(names.first().map_or("", String::as_str), RepairErrorKind::Cycle(names.clone()))
}
