//! Checksums ready to be repaired: in the order they depend on each other, each from its change.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::stream::{self, Stream};
use super::{Repair, RepairError, RepairErrorKind, Template};
use crate::addr::Span;
use crate::check::Change;
use crate::image::{Container, Erased};

/// Bytes that differ from unit to unit: a field, or the word of a checksum.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    pub(crate) span: Span,
    /// Where its bytes lie among those of all variables.
    pub(crate) at: Range<usize>,
}

/// Checksums in the order they are computed.
#[derive(Clone, Debug)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
}

#[derive(Clone, Debug)]
struct Node {
    /// Which repair it is.
    repair: usize,
    spans: Vec<Span>,
    change: Change,
    stream_len: u64,
    /// Where the variable bytes lie in the stream.
    positions: Vec<u64>,
    /// The same bytes among those of all variables.
    inputs: Vec<Range<usize>>,
    /// The variables they belong to.
    covers: Vec<usize>,
    word: Range<usize>,
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
        let fields = variables.len().saturating_sub(repairs.len());
        let mut nodes = Vec::new();
        for (index, repair) in repairs.iter().enumerate() {
            let word = variables.get(fields + index).map(|word| word.at.clone()).unwrap_or_default();
            let node = Node::compile(index, repair, word, variables, bytes, image, erased);
            nodes.push(node.map_err(|kind| RepairError::new(&repair.name, kind))?);
        }
        Ok(Self { nodes: sort(nodes, fields, repairs)? })
    }

    /// Computes all words among `bytes`, those of all variables.
    #[inline]
    pub(crate) fn run(&self, repairs: &[Repair], bytes: &mut [u8]) {
        for node in &self.nodes {
            let value = node.value(bytes);
            if let (Some(repair), Some(word)) = (repairs.get(node.repair), bytes.get_mut(node.word.clone())) {
                repair.put(value, word);
            }
        }
    }

    /// The first checksum for which `image`, holding `bytes` in its variables, is not the image that
    /// was compiled.
    pub(crate) fn differs(
        &self,
        repairs: &[Repair],
        variables: &[Variable],
        bytes: &[u8],
        image: &dyn Container,
    ) -> Result<Option<usize>, RepairError> {
        for node in &self.nodes {
            let Some(repair) = repairs.get(node.repair) else { continue };
            let stream = stream::compute(repair, &node.spans, image);
            let stream = stream.map_err(|kind| RepairError::new(&repair.name, kind))?;
            if !node.is_of(&stream, variables, bytes) {
                return Ok(Some(node.repair));
            }
        }
        Ok(None)
    }

    /// The right words of `image` as it is, by computing everything anew: repair and number.
    pub(crate) fn recompute(
        &self,
        repairs: &[Repair],
        image: &dyn Container,
    ) -> Result<Vec<(usize, u128)>, RepairError> {
        let fresh = |node: &Node| {
            let repair = repairs.get(node.repair)?;
            let stream = stream::compute(repair, &node.spans, image);
            let number = stream.map(|stream| (node.repair, repair.finish(stream.value)));
            Some(number.map_err(|kind| RepairError::new(&repair.name, kind)))
        };
        self.nodes.iter().filter_map(fresh).collect()
    }

    /// The order of computation, by the repairs' indices.
    pub(crate) fn order(&self) -> impl Iterator<Item = usize> {
        self.nodes.iter().map(|node| node.repair)
    }

    /// Marks the words that depend on a variable marked already.
    pub(crate) fn spread(&self, fields: usize, marked: &mut [bool]) {
        for node in &self.nodes {
            if node.covers.iter().any(|&variable| marked.get(variable) == Some(&true)) {
                if let Some(mark) = marked.get_mut(fields + node.repair) {
                    *mark = true;
                }
            }
        }
    }
}

impl Node {
    fn compile(
        index: usize,
        repair: &Repair,
        word: Range<usize>,
        variables: &[Variable],
        bytes: &[u8],
        image: &dyn Container,
        erased: Erased,
    ) -> Result<Self, RepairErrorKind> {
        let spans = stream::coverage(repair)?;
        let stream = stream::compute(repair, &spans, image)?;
        check_template(repair, &stream, bytes.get(word.clone()).unwrap_or_default(), erased)?;
        let (positions, inputs, covers) = inputs(&stream, variables);
        let template = inputs.iter().flat_map(|part| bytes.get(part.clone()).unwrap_or_default()).copied();
        // They ascend, as coverage that counts a byte twice was refused.
        let change = Change::new(repair.algorithm, stream.len, &positions, stream.value, template);
        let change = change.ok_or(RepairErrorKind::Empty)?;
        Ok(Self { repair: index, spans, change, stream_len: stream.len, positions, inputs, covers, word })
    }

    #[inline]
    fn value(&self, bytes: &[u8]) -> u128 {
        let part = |range: &Range<usize>| bytes.get(range.clone()).unwrap_or_default();
        match self.inputs.as_slice() {
            [one] => self.change.value(part(one).iter().copied()),
            many => self.change.value(many.iter().flat_map(part).copied()),
        }
    }

    /// Whether the bytes around the variables are those that were compiled.
    fn is_of(&self, stream: &Stream, variables: &[Variable], bytes: &[u8]) -> bool {
        let (positions, ..) = inputs(stream, variables);
        positions == self.positions && stream.len == self.stream_len && self.value(bytes) == stream.value
    }
}

/// Where the variables lie in a stream, where among their own bytes, and which they are.
fn inputs(stream: &Stream, variables: &[Variable]) -> (Vec<u64>, Vec<Range<usize>>, Vec<usize>) {
    let mut by_address: Vec<(usize, &Variable)> = variables.iter().enumerate().collect();
    by_address.sort_by_key(|(_, variable)| variable.span);
    let (mut positions, mut ranges, mut covers) = (Vec::new(), Vec::new(), Vec::new());
    for &(piece, position) in &stream.pieces {
        // None overlaps another.
        let first = by_address.partition_point(|(_, variable)| variable.span.end() <= piece.start());
        for &(index, variable) in by_address.get(first..).unwrap_or_default() {
            let Some(part) = variable.span.common(piece) else { break };
            let skipped = usize::try_from(part.start() - variable.span.start()).unwrap_or_default();
            let len = usize::try_from(part.len()).unwrap_or_default();
            ranges.push(variable.at.start + skipped..variable.at.start + skipped + len);
            positions.extend((position + (part.start() - piece.start())..).zip(0..len).map(|(position, _)| position));
            covers.push(index);
        }
    }
    (positions, ranges, covers)
}

fn check_template(repair: &Repair, stream: &Stream, word: &[u8], erased: Erased) -> Result<(), RepairErrorKind> {
    if word.is_empty() || word.len() > 16 {
        return Err(RepairErrorKind::WordLen { len: repair.len });
    }
    let width = repair.algorithm.width();
    if usize::try_from(width).unwrap_or(usize::MAX) > word.len() * 8 {
        return Err(RepairErrorKind::TooNarrow { width, len: word.len() });
    }
    let expected = match &repair.template {
        Template::Unknown => return Ok(()),
        Template::Valid => {
            let (stored, computed) = (repair.stored(word), repair.finish(stream.value));
            return if stored == computed { Ok(()) } else { Err(RepairErrorKind::Wrong { stored, computed }) };
        }
        Template::Blank => (repair.at..).zip(word).map(|(address, _)| erased.at(address)).collect(),
        Template::Bytes(bytes) => bytes.clone(),
    };
    if expected == word { Ok(()) } else { Err(RepairErrorKind::NotBlank { found: word.to_vec(), expected }) }
}

/// Puts each checksum behind those whose words it covers.
fn sort(mut nodes: Vec<Node>, fields: usize, repairs: &[Repair]) -> Result<Vec<Node>, RepairError> {
    let mut done: Vec<usize> = Vec::new();
    let mut sorted = Vec::with_capacity(nodes.len());
    while !nodes.is_empty() {
        let waits =
            |node: &Node| node.covers.iter().any(|&covered| covered >= fields && !done.contains(&(covered - fields)));
        let Some(ready) = nodes.iter().position(|node| !waits(node)) else {
            return Err(cycle(&nodes, fields, repairs));
        };
        let node = nodes.remove(ready);
        done.push(node.repair);
        sorted.push(node);
    }
    Ok(sorted)
}

/// Names the members of a cycle among `nodes`, each of which covers the word of another.
fn cycle(nodes: &[Node], fields: usize, repairs: &[Repair]) -> RepairError {
    let next = |node: &Node| {
        let waits_for = |other: &&Node| node.covers.contains(&(fields + other.repair));
        nodes.iter().find(waits_for).map(|other| other.repair)
    };
    let node_of = |repair: usize| nodes.iter().find(|node| node.repair == repair);
    let mut path: Vec<usize> = Vec::new();
    let mut at = nodes.first().map(|node| node.repair);
    while let Some(repair) = at.filter(|repair| !path.contains(repair)) {
        path.push(repair);
        at = node_of(repair).and_then(next);
    }
    let start = at.and_then(|again| path.iter().position(|&repair| repair == again)).unwrap_or_default();
    let name = |&repair: &usize| repairs.get(repair).map_or(String::new(), |repair| repair.name.clone());
    let names: Vec<String> = path.iter().skip(start).map(name).collect();
    RepairError::new(names.first().map_or("", String::as_str), RepairErrorKind::Cycle(names.clone()))
}
