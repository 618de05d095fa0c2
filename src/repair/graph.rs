//! Checksums in the order they depend on each other.

use alloc::string::String;
use alloc::vec::Vec;

use super::description::{Repair, Verdict};
use super::error::{RepairError, RepairErrorKind};
use super::node::{Against, Node};
use super::variable::Variable;
use crate::image::{Container, Erased};

/// Checksums in the order they are computed.
#[derive(Clone)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
}

impl Graph {
    /// Checks `repairs` against `image` and against its own checksums. `variables` are the fields,
    /// then the words of the repairs in their order; `bytes` is what the image holds there.
    pub(crate) fn compile(
        repairs: &[Repair],
        variables: &[Variable],
        bytes: &[u8],
        image: &dyn Container,
        erased: Erased,
    ) -> Result<Self, RepairError> {
        let words: usize = repairs.iter().map(|repair| repair.stores.len()).sum();
        let mut next = variables.len().saturating_sub(words);
        let mut nodes = Vec::with_capacity(repairs.len());
        for (index, repair) in repairs.iter().enumerate() {
            let own = next..next + repair.stores.len();
            next = own.end;
            let node = Node::compile(index, repair, own, Against { variables, bytes, image, erased });
            nodes.push(node.map_err(|kind| RepairError::new(&repair.name, kind))?);
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
        erased: Erased,
    ) -> Result<Option<usize>, RepairError> {
        for node in &self.nodes {
            let Some(repair) = repairs.get(node.repair) else { continue };
            let same = node.is_of(repair, Against { variables, bytes, image, erased });
            if !same.map_err(|kind| RepairError::new(&repair.name, kind))? {
                return Ok(Some(node.repair));
            }
        }
        Ok(None)
    }

    /// What the words of `image` as it is should hold, by computing everything anew: by repair.
    pub(crate) fn recompute(
        &self,
        repairs: &[Repair],
        image: &dyn Container,
    ) -> Result<Vec<(usize, Verdict)>, RepairError> {
        let fresh = |node: &Node| {
            let repair = repairs.get(node.repair)?;
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
                marked.get_mut(node.own.clone()).unwrap_or_default().fill(true);
            }
        }
    }
}

/// Puts each checksum behind those whose words it covers.
fn sort(mut nodes: Vec<Node>, repairs: &[Repair]) -> Result<Vec<Node>, RepairError> {
    let mut sorted = Vec::with_capacity(nodes.len());
    while !nodes.is_empty() {
        let waits = |node: &Node| nodes.iter().any(|other| covers(node, other));
        let Some(ready) = nodes.iter().position(|node| !waits(node)) else {
            return Err(cycle(&nodes, repairs));
        };
        sorted.push(nodes.remove(ready));
    }
    Ok(sorted)
}

/// Whether a checksum covers a word of another.
fn covers(node: &Node, other: &Node) -> bool {
    node.covers.iter().any(|covered| other.own.contains(covered))
}

/// Names the members of a cycle among `nodes`, each of which covers a word of another.
fn cycle(nodes: &[Node], repairs: &[Repair]) -> RepairError {
    let next = |node: &Node| nodes.iter().find(|other| covers(node, other));
    let mut path: Vec<usize> = Vec::new();
    let mut at = nodes.first();
    while let Some(node) = at.filter(|node| !path.contains(&node.repair)) {
        path.push(node.repair);
        at = next(node);
    }
    let start = at.and_then(|again| path.iter().position(|&repair| repair == again.repair)).unwrap_or_default();
    let name = |&repair: &usize| repairs.get(repair).map_or(String::new(), |repair| repair.name.clone());
    let names: Vec<String> = path.iter().skip(start).map(name).collect();
    RepairError::new(names.first().map_or("", String::as_str), RepairErrorKind::Cycle(names.clone()))
}
