//! One checksum ready to be repaired: what it is made of, and how its words are made from that.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::ops::Range;

use super::choices::{Own, Template};
use super::description::{Repair, Verdict};
use super::error::{RepairErrorKind, Wrong};
use super::explain::explain;
use super::store::Store;
use super::stream::{self, Part, Piece, Stream};
use super::variable::Variable;
use crate::addr::Span;
use crate::check::{Algorithm, Change, CheckValue, Digest, Force, Hash, Hasher};
use crate::image::{Container, ErasedMap};
use crate::never::OrNever;
use crate::width;

#[derive(Clone)]
pub(super) struct Node {
    /// Which repair it is.
    pub(super) repair: usize,
    parts: Vec<Part>,
    kind: Kind,
    stream_len: u64,
    /// Where the variable bytes lie in the stream.
    positions: Vec<u64>,
    /// The same bytes among those of all variables.
    inputs: Vec<Range<usize>>,
    /// The variables they belong to, but for its own words.
    pub(super) covers: Vec<usize>,
    /// Its own words among the variables, and their bytes.
    pub(super) own: Range<usize>,
    words: Vec<Range<usize>>,
}

#[derive(Clone)]
enum Kind {
    Number(Change),
    /// Its word is chosen so that the whole has a wanted value.
    Forced(Change, Force),
    Hash(HashTail),
}

/// What a description is compiled against.
#[derive(Clone, Copy)]
pub(super) struct Against<'a> {
    pub(super) variables: &'a [Variable],
    /// The variables in the order of their addresses.
    pub(super) by_address: &'a [usize],
    pub(super) bytes: &'a [u8],
    pub(super) image: &'a dyn Container,
    pub(super) erased: &'a ErasedMap,
}

/// The most bytes that change under all checksums together: a CRC has a table of 256 bytes for each.
pub(super) const MOST_CHANGE: usize = 1 << 22;

impl Node {
    /// `own` are the repair's words among the variables; it may cover `room` bytes that change.
    pub(super) fn compile(
        index: usize,
        repair: &Repair,
        own: Range<usize>,
        room: usize,
        against: Against<'_>,
    ) -> Result<Self, RepairErrorKind> {
        let Against { variables, by_address, bytes, image, .. } = against;
        let parts = stream::coverage(repair)?;
        let stream = stream::compute(repair, &parts, image)?;
        if stream.len == 0 {
            // All of it is skipped or dropped.
            return Err(RepairErrorKind::Empty);
        }
        let words: Vec<Range<usize>> = variables
            .get(own.clone())
            .or_never("its words are among the variables")
            .iter()
            .map(|word| word.at.clone())
            .collect();
        check_template(repair, &stream, &words, against)?;
        let (positions, inputs, mut covers) = inputs(repair, &stream, variables, by_address);
        if positions.len() > room {
            return Err(RepairErrorKind::TooMuchChange { limit: MOST_CHANGE });
        }
        let template =
            inputs.iter().flat_map(|part| bytes.get(part.clone()).or_never("each variable has its bytes")).copied();
        let kind = match (stream.value, repair.algorithm) {
            (CheckValue::Number(value), algorithm) => {
                // No byte is counted twice, as such coverage was refused.
                let change = Change::new(algorithm, stream.len, &positions, value, template);
                let change = change.ok_or(RepairErrorKind::Empty)?;
                match repair.own {
                    Own::Force(target) => Kind::Forced(change, force(repair, &stream, &words, variables, target)?),
                    _ => Kind::Number(change),
                }
            }
            (CheckValue::Digest(_), Algorithm::Hash(hash)) if !matches!(repair.own, Own::Force(_)) => {
                Kind::Hash(HashTail::new(hash, repair, &parts, image, &positions, &inputs)?)
            }
            _ => return Err(RepairErrorKind::CannotForce { algorithm: repair.algorithm.to_string() }),
        };
        covers.retain(|variable| !own.contains(variable));
        Ok(Self { repair: index, parts, kind, stream_len: stream.len, positions, inputs, covers, own, words })
    }

    /// How many bytes change under it.
    pub(super) fn changing(&self) -> usize {
        self.positions.len()
    }

    /// Computes its words among `bytes`, those of all variables.
    #[inline]
    pub(super) fn run(&self, repair: &Repair, bytes: &mut [u8]) {
        match &self.kind {
            Kind::Number(change) => {
                let number = repair.finish(self.value(change, bytes));
                self.each_word(repair, bytes, |store, word| store.put(number, word));
            }
            Kind::Hash(tail) => {
                let digest = tail.digest(bytes);
                self.each_word(repair, bytes, |store, word| store.put_digest(&digest, word));
            }
            Kind::Forced(change, force) => {
                self.each_word(repair, bytes, |_, word| word.fill(0));
                let value = self.value(change, bytes);
                self.each_word(repair, bytes, |_, word| force.solve(value, word));
            }
        }
    }

    #[inline]
    fn each_word(&self, repair: &Repair, bytes: &mut [u8], each: impl Fn(&Store, &mut [u8])) {
        for (store, word) in repair.stores.iter().zip(&self.words) {
            each(store, bytes.get_mut(word.clone()).or_never("each word has its bytes"));
        }
    }

    #[inline]
    fn value(&self, change: &Change, bytes: &[u8]) -> u128 {
        let part = |range: &Range<usize>| bytes.get(range.clone()).or_never("each variable has its bytes");
        match self.inputs.as_slice() {
            [one] => change.value(part(one).iter().copied()),
            many => change.value(many.iter().flat_map(part).copied()),
        }
    }

    /// Whether the image, but for the variables, is the one that was compiled.
    ///
    /// # Errors
    /// When it is, and its words are not what the description says.
    pub(super) fn is_of(&self, repair: &Repair, against: Against<'_>) -> Result<bool, RepairErrorKind> {
        let Against { variables, by_address, bytes, image, .. } = against;
        let stream = stream::compute(repair, &self.parts, image)?;
        let (positions, ..) = inputs(repair, &stream, variables, by_address);
        let value = match &self.kind {
            Kind::Number(change) | Kind::Forced(change, _) => CheckValue::Number(self.value(change, bytes)),
            Kind::Hash(tail) => CheckValue::Digest(tail.digest(bytes)),
        };
        let same = positions == self.positions && stream.len == self.stream_len && value == stream.value;
        if same {
            check_template(repair, &stream, &self.words, against)?;
        }
        Ok(same)
    }

    /// What its words should hold in `image` as it is, by computing everything anew.
    pub(super) fn verdict(&self, repair: &Repair, image: &dyn Container) -> Result<Verdict, RepairErrorKind> {
        let value = stream::compute(repair, &self.parts, image)?.value;
        Ok(match &self.kind {
            Kind::Forced(_, force) => Verdict { found: Some(value), right: CheckValue::Number(force.target()) },
            _ => Verdict { found: None, right: repair.finished(value) },
        })
    }
}

/// The variables by image, and in the order of their addresses.
pub(super) fn by_address(variables: &[Variable]) -> Vec<usize> {
    let mut sorted: Vec<usize> = (0..variables.len()).collect();
    sorted.sort_by_key(|&index| variables.get(index).map(|variable| (variable.image.as_deref(), variable.span)));
    sorted
}

/// Where the variables lie in a stream, where among their own bytes, and which they are.
fn inputs(
    repair: &Repair,
    stream: &Stream,
    variables: &[Variable],
    by_address: &[usize],
) -> (Vec<u64>, Vec<Range<usize>>, Vec<usize>) {
    let nth = |index: &usize| variables.get(*index).map(|variable| (*index, variable));
    let (mut positions, mut ranges, mut covers) = (Vec::new(), Vec::new(), Vec::new());
    for &Piece { other, span: piece, position } in &stream.pieces {
        let image = other.and_then(|other| repair.others.get(other)).map(|other| other.image.as_str());
        // None overlaps another.
        let before = |index: &usize| {
            nth(index).is_some_and(|(_, variable)| match variable.image.as_deref().cmp(&image) {
                Ordering::Equal => variable.span.end() <= piece.start(),
                order => order.is_lt(),
            })
        };
        let behind = by_address.get(by_address.partition_point(before)..).or_never("a place in the list, or its end");
        let inside = behind
            .iter()
            .filter_map(nth)
            .take_while(|(_, variable)| variable.image.as_deref() == image && variable.span.start() < piece.end());
        for (index, variable) in inside {
            let Some(part) = variable.span.common(piece) else { continue };
            let skipped =
                usize::try_from(part.start() - variable.span.start()).or_never("what is in a variable lies in memory");
            let len = usize::try_from(part.len()).or_never("what is in a variable lies in memory");
            ranges.push(variable.at.start + skipped..variable.at.start + skipped + len);
            let places = position + (part.start() - piece.start())..;
            positions.extend(places.zip(0..len).map(|(place, _)| repair.order.place(place, stream.len)));
            covers.push(index);
        }
    }
    (positions, ranges, covers)
}

/// How the repair's own word is forced.
fn force(
    repair: &Repair,
    stream: &Stream,
    words: &[Range<usize>],
    variables: &[Variable],
    target: u128,
) -> Result<Force, RepairErrorKind> {
    let own: Vec<Variable> = variables.iter().filter(|variable| words.contains(&variable.at)).cloned().collect();
    let (found, ranges, _) = inputs(repair, stream, &own, &by_address(&own));
    // In the order of the word, whatever the order of the coverage.
    let mut places: Vec<(usize, u64)> = ranges.into_iter().flatten().zip(found).collect();
    places.sort_unstable();
    let positions: Vec<u64> = places.into_iter().map(|(_, position)| position).collect();
    Force::new(repair.algorithm, stream.len, &positions, target)
        .filter(|_| Some(positions.len()) == words.first().map(Range::len))
        .ok_or_else(|| RepairErrorKind::CannotForce { algorithm: repair.algorithm.to_string() })
}

/// A hash up to the first byte that changes, and everything behind it.
#[derive(Clone)]
struct HashTail {
    start: Hasher,
    tail: Vec<u8>,
    /// Bytes of the tail, ascending, and of the variables that take their place.
    edits: Vec<(Range<usize>, Range<usize>)>,
}

impl HashTail {
    fn new(
        hash: Hash,
        repair: &Repair,
        parts: &[Part],
        image: &dyn Container,
        positions: &[u64],
        inputs: &[Range<usize>],
    ) -> Result<Self, RepairErrorKind> {
        let first = positions.iter().min().copied().unwrap_or(u64::MAX);
        let (mut start, mut tail, mut room) = (hash.hasher(), Vec::new(), first);
        let _ = stream::feed(repair, parts, image, &mut |bytes| {
            let (head, rest) = bytes.split_at_checked(width::index(room)).unwrap_or((bytes, &[]));
            start.update(head);
            room -= width::wide(head.len());
            tail.extend_from_slice(rest);
        })?;
        let place = |position: &u64| width::index(position - first);
        let mut bytes: Vec<(usize, usize)> =
            positions.iter().map(place).zip(inputs.iter().cloned().flatten()).collect();
        bytes.sort_unstable();
        let mut edits: Vec<(Range<usize>, Range<usize>)> = Vec::new();
        for (at, from) in bytes {
            match edits.last_mut() {
                Some((tail, variable)) if (tail.end, variable.end) == (at, from) => {
                    (tail.end, variable.end) = (at + 1, from + 1);
                }
                _ => edits.push((at..at + 1, from..from + 1)),
            }
        }
        Ok(Self { start, tail, edits })
    }

    fn digest(&self, bytes: &[u8]) -> Digest {
        let (mut hasher, mut at) = (self.start.clone(), 0);
        for (tail, variable) in &self.edits {
            hasher.update(self.tail.get(at..tail.start).or_never("edits lie in the tail, one behind the other"));
            hasher.update(bytes.get(variable.clone()).or_never("each variable has its bytes"));
            at = tail.end;
        }
        hasher.update(self.tail.get(at..).or_never("edits lie in the tail, one behind the other"));
        hasher.finish()
    }
}

/// Whether the template holds in the words what the description says.
fn check_template(
    repair: &Repair,
    stream: &Stream,
    words: &[Range<usize>],
    against: Against<'_>,
) -> Result<(), RepairErrorKind> {
    repair.stores.iter().try_for_each(|store| store.check(repair.algorithm))?;
    if matches!(repair.algorithm, Algorithm::Hash(_)) && !repair.steps.is_empty() {
        return Err(RepairErrorKind::HashSteps);
    }
    if let (Own::Force(target), Template::Valid, CheckValue::Number(found)) =
        (repair.own, &repair.template, stream.value)
    {
        let right = |force: Force| force.target() == found;
        return if force(repair, stream, words, against.variables, target).is_ok_and(right) {
            Ok(())
        } else {
            Err(RepairErrorKind::NotForced { found, target })
        };
    }
    for (store, word) in repair.stores.iter().zip(words) {
        let found = against.bytes.get(word.clone()).or_never("each word has its bytes");
        let expected = match &repair.template {
            Template::Unknown => continue,
            Template::Valid => {
                let unreadable = |error| RepairErrorKind::Unreadable {
                    encoding: store.encoding().map_or_else(String::new, ToString::to_string),
                    error: Box::new(error),
                };
                let stored = store.get(found, repair.algorithm).map_err(unreadable)?;
                let computed = repair.finished(stream.value);
                if stored == computed {
                    continue;
                }
                let would = explain(repair, store, found, against.image);
                return Err(RepairErrorKind::Wrong(Box::new(Wrong { stored, computed, would })));
            }
            Template::Blank => blank(store, against.erased),
            Template::Pattern(pattern) => blank(store, &(*pattern).into()),
            Template::Bytes(bytes) => bytes.clone(),
        };
        if expected != found {
            return Err(RepairErrorKind::NotBlank { found: found.to_vec(), expected });
        }
    }
    Ok(())
}

/// What the word of `store` holds where nothing was written.
fn blank(store: &Store, erased: &ErasedMap) -> Vec<u8> {
    let mut blank = vec![0; store.len()];
    erased.bytes_into(store.span().map(Span::start).or_never("it has been located"), &mut blank);
    blank
}
