//! Where the memory of one family lies in a UF2 file.

use alloc::vec::Vec;
use core::ops::Range;

use super::block::Block;
use super::error::{Uf2Error, Uf2ErrorKind};
use super::layout::{DATA, HEADER};
use crate::addr::Span;
use crate::never::OrNever;

/// Bytes that lie together in the file and in memory.
#[derive(Clone, Copy)]
pub(super) struct Part {
    pub(super) span: Span,
    /// Where the first of them lies in the file.
    pub(super) at: usize,
    /// Which block they are of.
    pub(super) block: usize,
}

impl Part {
    /// Its bytes within `span`.
    fn cut(self, span: Span) -> Option<Self> {
        let common = self.span.common(span)?;
        let skipped = usize::try_from(common.start() - self.span.start()).or_never("it lies in a payload");
        Some(Self { span: common, at: self.at + skipped, ..self })
    }

    /// Where it lies in the file.
    pub(super) fn file(self) -> Range<usize> {
        self.at..self.at + usize::try_from(self.span.len()).or_never("it lies in a payload")
    }
}

/// The memory of one family.
#[derive(Clone, Default)]
pub(super) struct Index {
    /// Each byte once, in the order of addresses.
    parts: Vec<Part>,
    /// Bytes that the file has once more, with the same value, in the order of their first addresses.
    copies: Vec<Part>,
}

impl Index {
    /// The memory that these blocks of `file` have.
    pub(super) fn new<'f>(file: &[u8], blocks: impl Iterator<Item = Block<'f>>) -> Result<Self, Uf2Error> {
        let mut all = Vec::new();
        for block in blocks {
            let (start, len) = (u64::from(block.address()), block.payload().len());
            // No 32-bit address and no payload pass 64 bits.
            let span = Span::new(start, u64::try_from(len).or_never("a payload is shorter"))
                .ok()
                .filter(|span| !span.is_empty());
            all.extend(span.map(|span| Part { span, at: block.offset() + HEADER, block: block.index() }));
        }
        if !all.is_sorted_by_key(|part| part.span.start()) {
            all.sort_by_key(|part| part.span.start());
        }
        let (mut this, mut end) = (Self::default(), 0);
        for part in all {
            let of = |range: Range<u64>| Span::try_from(range).ok().and_then(|span| part.cut(span));
            // Up to here it is what one part before it has, which begins no later.
            if let Some(copy) = of(0..end) {
                this.same(file, copy)?;
                this.copies.push(copy);
            }
            this.parts.extend(of(end..u64::MAX));
            end = end.max(part.span.end());
        }
        Ok(this)
    }

    /// Whether the parts there are have the bytes of `copy`.
    fn same(&self, file: &[u8], copy: Part) -> Result<(), Uf2Error> {
        let bytes = |part: Part| file.get(part.file()).or_never("they lie in the file");
        for part in self.within(copy.span) {
            let Some(other) = copy.cut(part.span) else { continue };
            let pairs = bytes(part).iter().zip(bytes(other)).zip(part.span.start()..);
            let Some(((&one, &two), address)) = pairs.into_iter().find(|((one, two), _)| one != two) else { continue };
            let ((first, one), (second, two)) = if part.block < copy.block {
                ((part.block, one), (copy.block, two))
            } else {
                ((copy.block, two), (part.block, one))
            };
            return Err(Uf2Error::at(second, Uf2ErrorKind::Conflict { first, address, found: (one, two) }));
        }
        Ok(())
    }

    /// The index of the first part that ends behind `address`.
    fn from(&self, address: u64) -> usize {
        self.parts.partition_point(|part| part.span.end() <= address)
    }

    /// What there is of `span`, each byte once, in the order of addresses.
    pub(super) fn within(&self, span: Span) -> impl Iterator<Item = Part> {
        self.parts
            .get(self.from(span.start())..)
            .or_never("a place in the list, or its end")
            .iter()
            .map_while(move |part| part.cut(span))
    }

    /// What the file has once more of `span`.
    pub(super) fn copies(&self, span: Span) -> impl Iterator<Item = Part> {
        let most = u64::try_from(DATA).or_never("a block is shorter");
        let first = self.copies.partition_point(|copy| copy.span.start().saturating_add(most) <= span.start());
        let copies = self.copies.get(first..).or_never("a place in the list, or its end").iter();
        copies.take_while(move |copy| copy.span.start() < span.end()).filter_map(move |copy| copy.cut(span))
    }

    /// How many bytes the file has once more.
    pub(super) fn copied(&self) -> u64 {
        self.copies.iter().map(|copy| copy.span.len()).sum()
    }

    /// From the lowest address that has a byte to behind the highest.
    pub(super) fn extent(&self) -> Option<Span> {
        Span::try_from(self.parts.first()?.span.start()..self.parts.last()?.span.end()).ok()
    }

    /// Where the memory in front of `address`, which has no byte, ends, and where the next begins.
    pub(super) fn around(&self, address: u64) -> (Option<u64>, Option<u64>) {
        let next = self.from(address);
        let before = next.checked_sub(1).and_then(|last| self.parts.get(last)).map(|part| part.span.end());
        (before, self.parts.get(next).map(|part| part.span.start()))
    }
}
