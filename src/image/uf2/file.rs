//! A UF2 file as the memory of one family.

use core::fmt;
use core::ops::ControlFlow;

use super::block::{Block, Role};
use super::blocks::Blocks;
use super::error::Uf2Error;
use super::family::Family;
use super::index::{Index, Part};
use super::layout::BLOCK;
use super::md5;
use super::picobin::{self, Item};
use crate::addr::Span;
use crate::image::container::sealed::Sealed;
use crate::image::container::{Container, GapError, Seal, Visitor};
use crate::image::place::{Form, Piece, Place};
use crate::image::sparse::Sparse;
use crate::never::OrNever;

/// A UF2 file, of which one family's blocks are memory.
#[derive(Clone)]
pub struct Uf2<'f> {
    blocks: Blocks<'f>,
    family: Family,
    index: Index,
}

/// How a UF2 file is read.
///
/// ```
/// use nameplate::image::uf2::{Family, Options};
///
/// let rp2040 = Options::new().family(Family::RP2040);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    family: Option<Family>,
}

impl Options {
    /// The file has memory for one family only.
    pub fn new() -> Self {
        Self::default()
    }

    /// Of a file for several families, the one whose memory is meant; it is an error if a file has none for it.
    #[must_use]
    pub fn family(self, family: Family) -> Self {
        Self { family: Some(family) }
    }
}

impl<'f> Uf2<'f> {
    /// Reads a UF2 file that has memory for one family.
    ///
    /// # Errors
    /// At the first block that is not as the [module](super) says; when one is missing; when there is memory for
    /// several families, or for none.
    pub fn parse(file: &'f [u8]) -> Result<Self, Uf2Error> {
        Self::parse_with(file, &Options::new())
    }

    /// Reads a UF2 file as `options` say.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), and when the file has no memory for the family.
    pub fn parse_with(file: &'f [u8], options: &Options) -> Result<Self, Uf2Error> {
        let blocks = Blocks::parse(file)?;
        let family = blocks.choose(options.family)?;
        let memory = blocks.iter().filter(|block| block.role() == Role::Memory && block.family() == family);
        Ok(Self { index: Index::new(file, memory)?, blocks, family })
    }

    /// The family whose memory it is.
    pub fn family(&self) -> Family {
        self.family
    }

    /// The blocks of the file, those of other families too.
    pub fn blocks(&self) -> &Blocks<'f> {
        &self.blocks
    }

    /// The contiguous pieces of memory, in the order of their addresses.
    pub fn segments(&self) -> impl Iterator<Item = Span> + '_ {
        let mut parts = self.index.extent().into_iter().flat_map(|all| self.index.within(all)).peekable();
        core::iter::from_fn(move || {
            let first = parts.next()?;
            let mut end = first.span.end();
            while let Some(part) = parts.next_if(|part| part.span.start() == end) {
                end = part.span.end();
            }
            Span::try_from(first.span.start()..end).ok()
        })
    }

    /// How many bytes the file has more than once, with the same value; a stamp writes all copies.
    pub fn copied(&self) -> u64 {
        self.index.copied()
    }

    fn push(&self, place: &mut Place, part: Part, span: Span) {
        let from = usize::try_from(part.span.start() - span.start()).unwrap_or(usize::MAX);
        let file = part.file();
        place.push(Piece { at: file.start, from, len: file.len(), form: Form::Bytes });
        let block = self.blocks.file().get(part.block * BLOCK..).and_then(<[u8]>::first_chunk);
        // Looked at when the file was read.
        if let Some(Ok(sums)) = block.map(|bytes| md5::of(&Block::new(bytes, part.block))) {
            sums.for_each(|md5| place.push_md5(md5));
        }
    }
}

impl Sealed for Uf2<'_> {}

impl Container for Uf2<'_> {
    fn file(&self) -> &[u8] {
        self.blocks.file()
    }

    fn extent(&self) -> Option<Span> {
        self.index.extent()
    }

    fn locate(&self, span: Span) -> Result<Place, GapError> {
        let (mut place, mut at) = (Place::default(), span.start());
        for part in self.index.within(span) {
            if part.span.start() != at {
                break;
            }
            self.push(&mut place, part, span);
            at = part.span.end();
        }
        if at < span.end() {
            let (before, after) = self.index.around(at);
            return Err(GapError::new(at, before, after));
        }
        self.index.copies(span).for_each(|copy| self.push(&mut place, copy, span));
        Ok(place)
    }

    fn visit(&self, span: Span, each: &mut Visitor<'_>) -> ControlFlow<()> {
        for part in self.index.within(span) {
            each(part.span.start(), self.file().get(part.file()).or_never("it lies in the file"))?;
        }
        ControlFlow::Continue(())
    }

    fn seal(&self) -> Option<Seal> {
        let own = |block: &Block<'_>| block.role() == Role::Memory && block.family() == self.family;
        let digest = |block: &Block<'_>| block.tags().any(|tag| tag.is_digest());
        if let Some(block) = self.blocks.iter().filter(own).find(digest) {
            return Some(Seal::Digest { block: block.index() });
        }
        if !self.family.is_rp2350() {
            return None;
        }
        Sparse::new(self).segments().find_map(|(span, bytes)| {
            // Blocks of metadata begin with words of memory.
            let mut at = usize::try_from(span.start().wrapping_neg() % 4).or_never("below 4");
            while let Some(rest) = bytes.get(at..).filter(|rest| rest.len() >= 4) {
                let block = rest.get(..picobin::MOST).unwrap_or(rest);
                let found = if rest.starts_with(&picobin::START) { picobin::seal(block) } else { None };
                if let Some(item) = found {
                    let address = span.start() + u64::try_from(at).or_never("in the segment");
                    return Some(Seal::Rp2350 { address, signed: item == Item::Signature });
                }
                at += 4;
            }
            None
        })
    }
}

/// What it spans, not what it holds.
impl fmt::Debug for Uf2<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.family)?;
        f.debug_list().entries(self.segments()).finish()
    }
}
