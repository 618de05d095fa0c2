//! Sparse memory: segments with gaps between them, of no file.
//!
//! ```
//! use nameplate::Span;
//! use nameplate::image::{Erased, Hex, Merge, Sparse, flatten, hex::Style};
//!
//! let boot = Sparse::new(&Hex::parse(b":020000000102FB\n:00000001FF\n")?);
//! let app = Sparse::from_pieces([(0x10, &[3, 4][..]), (0x12, &[5])], Merge::Error)?;
//! let both = boot.merge(&app, Merge::Error)?;
//! assert_eq!(format!("{both:?}"), "[0x00000000..0x00000002, 0x00000010..0x00000013]");
//!
//! let text = Style::default().to_vec(&both)?;
//! assert_eq!(text, b":020000000102FB\r\n:03001000030405E1\r\n:00000001FF\r\n");
//! let flat = flatten(&both, Span::new(0, 0x14)?, Erased::default(), 1 << 20)?;
//! assert_eq!((flat[1], flat[2], flat[0x12], flat.len()), (2, 0xFF, 5, 0x14));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Pieces come in any order, and cost n log n. What to do with a byte that is given twice is for the
//! caller to say, with [`Merge`]. As text or binary it is written by [`hex::Style`](super::hex::Style)
//! and [`flatten`](super::flatten).

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::ops::ControlFlow;

use thiserror::Error;

use super::container::{Container, GapError, Start, Visitor};
use super::erased_map::ErasedMap;
use super::flatten::FlattenError;
use super::place::{Form, Piece, Place};
use crate::addr::{Address, Span, SpanError};
use crate::never::OrNever;
use crate::width;

/// Memory with gaps.
///
/// ```
/// use nameplate::image::hex::{Hex, Style};
/// use nameplate::image::{Merge, Sparse};
/// use nameplate::Span;
///
/// // Bootloader and application, merged and written as one HEX file.
/// let memory = Sparse::from_pieces([(0x1000, &[1, 2, 3][..]), (0x0000, &[9, 9])], Merge::Error)?;
/// let spans: Vec<String> = memory.segments().map(|(span, _)| span.to_string()).collect();
/// assert_eq!(spans, ["0x00000000..0x00000002", "0x00001000..0x00001003"]);
/// assert_eq!(memory.get(Span::new(0x1001, 2)?), Some(&[2, 3][..]));
/// let text = Style::default().to_vec(&memory)?;
/// assert_eq!(Sparse::new(&Hex::parse(&text)?), memory);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Sparse {
    /// All bytes there are, in the order of their addresses.
    bytes: Vec<u8>,
    /// Where they lie: ascending, with a gap between each two.
    segments: Vec<Segment>,
    start: Start,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Segment {
    span: Span,
    /// Where its bytes begin.
    at: usize,
}

/// What becomes of a byte that two pieces have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Merge {
    /// It is an error.
    Error,
    /// It is an error, unless both say the same.
    Equal,
    /// The piece that comes first has it.
    PreferBase,
    /// The piece that comes last has it.
    PreferOverlay,
}

/// Why pieces of memory are not merged.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MergeError {
    /// Two pieces have one byte.
    #[error("the byte at {} is given twice{}", Address(*.address), if *.equal { ", and is the same both times" } else { " and differs" })]
    Overlap {
        /// The lowest such address.
        address: u64,
        /// Whether both say the same there.
        equal: bool,
    },
    /// Two images say differently where the program starts.
    #[error("the program starts at {} and at {}: keep one with `with_start`, or say which image is preferred", Address(u64::from(*.first)), Address(u64::from(*.second)))]
    Start {
        /// What the first one says.
        first: u32,
        /// What the other says.
        second: u32,
    },
    /// A piece passes the end of the address space.
    #[error(transparent)]
    Span(#[from] SpanError),
}

impl Sparse {
    /// The memory of a file, and its start address. Takes as much memory as there are bytes; gaps
    /// take none.
    pub fn new(image: &dyn Container) -> Self {
        let all = image.extent().map_or_else(Self::default, |extent| Self::within(image, extent));
        all.with_start(image.start())
    }

    /// What a file has within `span`.
    pub fn within(image: &dyn Container, span: Span) -> Self {
        let mut this = Self::default();
        let _ = image.visit(span, &mut |address, bytes| {
            if let Ok(span) = Span::new(address, width::wide(bytes.len())) {
                this.push(span);
                this.bytes.extend_from_slice(bytes);
            }
            ControlFlow::Continue(())
        });
        this
    }

    /// Notes a segment whose bytes come next; it lies at or behind the end of the last one.
    fn push(&mut self, span: Span) {
        let at = self.bytes.len();
        match self.segments.last_mut() {
            Some(last) if last.span.end() == span.start() => last.span = last.span.extended(span.len()),
            _ => self.segments.push(Segment { span, at }),
        }
    }

    /// Pieces of memory in any order: the address of the first byte, and the bytes.
    ///
    /// # Errors
    /// When a byte is given twice and `merge` does not allow that.
    pub fn from_pieces<'b>(
        pieces: impl IntoIterator<Item = (u64, &'b [u8])>,
        merge: Merge,
    ) -> Result<Self, MergeError> {
        let mut all = Vec::new();
        for (address, bytes) in pieces {
            let span = Span::new(address, width::wide(bytes.len()))?;
            if !span.is_empty() {
                all.push((span, bytes));
            }
        }
        if !all.is_sorted_by_key(|(span, _)| span.start()) && matches!(merge, Merge::Error | Merge::Equal) {
            all.sort_by_key(|(span, _)| span.start());
        }
        Self::merged(&all, merge)
    }

    /// Pieces, in the order that says which comes first; sorted where it does not matter.
    fn merged(pieces: &[(Span, &[u8])], merge: Merge) -> Result<Self, MergeError> {
        let mut this = Self::default();
        let mut spans: Vec<Span> = pieces.iter().map(|(span, _)| *span).filter(|span| !span.is_empty()).collect();
        if !spans.is_sorted() {
            spans.sort_unstable();
        }
        let mut len = 0;
        for span in spans {
            match this.segments.last_mut() {
                Some(last) if span.start() <= last.span.end() => {
                    let more = span.end().saturating_sub(last.span.end());
                    last.span = last.span.extended(more);
                    len += width::index(more);
                }
                _ => {
                    this.segments.push(Segment { span, at: len });
                    len += width::index(span.len());
                }
            }
        }
        this.bytes = vec![0; len];
        match merge {
            Merge::Error | Merge::Equal => {
                let mut end = 0;
                for &(span, bytes) in pieces {
                    let known = width::index(end.clamp(span.start(), span.end()) - span.start());
                    let (again, fresh) = bytes.split_at_checked(known).or_never("no more than there are");
                    this.compare(span.start(), again, merge)?;
                    this.put(span.start() + width::wide(known), fresh);
                    end = end.max(span.end());
                }
            }
            Merge::PreferBase => pieces.iter().rev().for_each(|(span, bytes)| this.put(span.start(), bytes)),
            Merge::PreferOverlay => pieces.iter().for_each(|(span, bytes)| this.put(span.start(), bytes)),
        }
        Ok(this)
    }

    /// Whether `bytes` are what is there already, and may be.
    fn compare(&self, address: u64, bytes: &[u8], merge: Merge) -> Result<(), MergeError> {
        if bytes.is_empty() {
            return Ok(());
        }
        let there = Span::new(address, width::wide(bytes.len())).ok().and_then(|span| self.get(span));
        let there = there.or_never("they lie in a segment");
        if merge == Merge::Error {
            return Err(MergeError::Overlap { address, equal: there.first() == bytes.first() });
        }
        match there.iter().zip(bytes).position(|(a, b)| a != b) {
            Some(at) => Err(MergeError::Overlap { address: address + width::wide(at), equal: false }),
            None => Ok(()),
        }
    }

    /// Writes bytes that the memory has.
    fn put(&mut self, address: u64, bytes: &[u8]) {
        let at = Span::new(address, width::wide(bytes.len())).ok().and_then(|span| self.offset(span));
        if let Some(to) = at.and_then(|at| self.bytes.get_mut(at..at + bytes.len())) {
            to.copy_from_slice(bytes);
        }
    }

    /// Where the bytes of `span` begin, if the memory has all of them.
    fn offset(&self, span: Span) -> Option<usize> {
        let segment = self.segments.get(self.from(span.start()))?;
        segment.span.covers(span).then(|| segment.at + width::index(span.start() - segment.span.start()))
    }

    /// The index of the first segment that ends behind `address`.
    fn from(&self, address: u64) -> usize {
        self.segments.partition_point(|segment| segment.span.end() <= address)
    }

    /// The segments, in the order of their addresses, with a gap between each two.
    pub fn segments(&self) -> impl Iterator<Item = (Span, &[u8])> {
        self.segments.iter().map(|&Segment { span, at }| {
            (span, self.bytes.get(at..at + width::index(span.len())).or_never("the bytes of all segments"))
        })
    }

    /// The bytes of `span`, if the memory has all of them.
    pub fn get(&self, span: Span) -> Option<&[u8]> {
        let at = self.offset(span)?;
        self.bytes.get(at..at + width::index(span.len()))
    }

    /// The same memory with another start address.
    #[must_use]
    pub fn with_start(self, start: Start) -> Self {
        Self { start, ..self }
    }

    /// This memory and another one over it. The start address is this one's, else the other's; with
    /// [`Merge::PreferOverlay`] the other's comes first.
    ///
    /// # Errors
    /// When both have one byte and `merge` does not allow that, or both have a start address and
    /// they differ, unless `merge` prefers one.
    pub fn merge(&self, over: &Self, merge: Merge) -> Result<Self, MergeError> {
        let mut pieces: Vec<(Span, &[u8])> = self.segments().chain(over.segments()).collect();
        if matches!(merge, Merge::Error | Merge::Equal) {
            pieces.sort_by_key(|(span, _)| span.start());
        }
        let one = |base: Option<u32>, over: Option<u32>| match (base, over, merge) {
            (Some(first), Some(second), Merge::Error | Merge::Equal) if first != second => {
                Err(MergeError::Start { first, second })
            }
            (.., Merge::PreferOverlay) => Ok(over.or(base)),
            _ => Ok(base.or(over)),
        };
        let (base, other) = (self.start, over.start);
        let start = Start { segment: one(base.segment, other.segment)?, linear: one(base.linear, other.linear)? };
        Ok(Self::merged(&pieces, merge)?.with_start(start))
    }

    /// What lies within `span`; the start address stays.
    #[must_use]
    pub fn crop(&self, span: Span) -> Self {
        Self::within(self, span).with_start(self.start)
    }

    /// The same memory, its gaps within `span` erased.
    ///
    /// # Errors
    /// When `span` has more than `limit` bytes.
    pub fn fill(&self, span: Span, erased: impl Into<ErasedMap>, limit: u64) -> Result<Self, FlattenError> {
        if span.len() > limit || usize::try_from(span.len()).is_err() {
            return Err(FlattenError::TooLong { window: span, limit });
        }
        let blank = erased.into().bytes(span);
        let mut pieces = vec![(span, &*blank)];
        pieces.extend(self.segments());

        Ok(Self::merged(&pieces, Merge::PreferOverlay)
            .or_never("what is there goes over the blank bytes")
            .with_start(self.start))
    }
}

impl super::container::sealed::Sealed for Sparse {}

impl Container for Sparse {
    /// All bytes there are, without the gaps.
    fn file(&self) -> &[u8] {
        &self.bytes
    }

    fn start(&self) -> Start {
        self.start
    }

    fn extent(&self) -> Option<Span> {
        Span::try_from(self.segments.first()?.span.start()..self.segments.last()?.span.end()).ok()
    }

    fn locate(&self, span: Span) -> Result<Place, GapError> {
        let mut place = Place::default();
        if span.is_empty() {
            return Ok(place);
        }
        if let Some(at) = self.offset(span) {
            place.push(Piece { at, from: 0, len: width::index(span.len()), form: Form::Bytes });
            return Ok(place);
        }
        let here = self.segments.get(self.from(span.start())).filter(|segment| segment.span.contains(span.start()));
        let address = here.map_or(span.start(), |segment| segment.span.end());
        let next = self.from(address);
        let before = next.checked_sub(1).and_then(|last| self.segments.get(last)).map(|segment| segment.span.end());
        Err(GapError::new(address, before, self.segments.get(next).map(|segment| segment.span.start())))
    }

    fn visit(&self, span: Span, each: &mut Visitor<'_>) -> ControlFlow<()> {
        for segment in self.segments.get(self.from(span.start())..).or_never("a place in the list, or its end") {
            let Some(part) = segment.span.common(span) else { break };
            each(part.start(), self.get(part).or_never("a part of the segment"))?;
        }
        ControlFlow::Continue(())
    }
}

/// What it spans, not what it holds.
impl fmt::Debug for Sparse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.segments.iter().map(|segment| segment.span)).finish()
    }
}
