//! The blocks of a UF2 file, of all families: each looked at by itself, and their numbers together.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;

use super::block::{Block, Role};
use super::error::{Uf2Error, Uf2ErrorKind};
use super::family::Family;
use super::layout::{BLOCK, DATA, MAGICS};
use super::md5;
use super::numbers::Numbers;

/// A UF2 file as the blocks that it has, whatever they are for.
///
/// ```
/// use nameplate::image::Sparse;
/// use nameplate::image::uf2::{Blocks, Family, Role, Style};
/// use nameplate::image::Merge;
///
/// let memory = Sparse::from_pieces([(0x1000_0000, &[1, 2, 3][..])], Merge::Error)?;
/// let mut file = Style::new(Family::new(0xADA5_2840)).to_vec(&memory)?;
/// file.extend(Style::new(Family::NONE).to_vec(&memory)?);
/// let blocks = Blocks::parse(&file)?;
/// let families: Vec<String> = blocks.families().map(|found| found.family.to_string()).collect();
/// assert_eq!(families, ["none", "NRF52840 (0xADA52840)"]);
/// assert!(blocks.iter().all(|block| block.role() == Role::Memory && block.total() == 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Blocks<'f> {
    file: &'f [u8],
    families: Vec<Found>,
}

/// What a file has for one family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// The family.
    pub family: Family,
    /// How many blocks of memory it has.
    pub memory: usize,
    /// How many others.
    pub others: usize,
}

impl<'f> Blocks<'f> {
    /// Reads the blocks of a file, and checks all that one can be wrong about by itself, and their numbers. Two passes.
    ///
    /// # Errors
    /// At the first block that is not as the [module](super) says, or when one is missing.
    pub fn parse(file: &'f [u8]) -> Result<Self, Uf2Error> {
        let begins = MAGICS.iter().take(2).flat_map(|(_, magic)| magic.to_le_bytes());
        if file.len() < 8 || !file.iter().copied().zip(begins).all(|(found, expected)| found == expected) {
            let found = file.iter().take(8).copied().collect();
            return Err(Uf2Error::of_file(Uf2ErrorKind::NotUf2 { found }));
        }
        let mut families = BTreeMap::<Family, Found>::new();
        let mut this = Self { file, families: Vec::new() };
        for block in this.iter() {
            check(&block)?;
            let (family, role) = (block.family(), block.role());
            if matches!(role, Role::Memory | Role::Comment) {
                let found = families.entry(family).or_insert(Found { family, memory: 0, others: 0 });
                let counted = if role == Role::Memory { &mut found.memory } else { &mut found.others };
                *counted += 1;
            }
        }
        match file.len() % BLOCK {
            0 => {}
            found => return Err(Uf2Error::at(file.len() / BLOCK, Uf2ErrorKind::Cut { found })),
        }
        this.families = families.into_values().collect();
        this.numbers()?;
        Ok(this)
    }

    /// Whether each number is there. Parts of files are numbered with the memory beside them, where that is of one
    /// family; of several, or where there is none, by themselves.
    fn numbers(&self) -> Result<(), Uf2Error> {
        let mut numbers = Numbers::default();
        let beside = match self.families.as_slice() {
            [one] => one.family,
            _ => Family::NONE,
        };
        for block in self.iter() {
            let family = match block.role() {
                Role::Absolute => continue,
                Role::Container => beside,
                Role::Memory | Role::Comment => block.family(),
            };
            let what = |block: &Block<'f>| (block.role(), block.address(), block.payload());
            numbers.push(family, &block, |other| self.get(other).is_some_and(|other| what(&other) == what(&block)))?;
        }
        numbers.complete()
    }

    /// The file as it is.
    pub fn file(&self) -> &'f [u8] {
        self.file
    }

    /// All blocks, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = Block<'f>> + use<'f> {
        let blocks = self.file.chunks_exact(BLOCK).enumerate();
        blocks.filter_map(|(index, bytes)| Some(Block::new(bytes.first_chunk()?, index)))
    }

    /// The block of that index.
    fn get(&self, index: usize) -> Option<Block<'f>> {
        let rest = self.file.get(index.checked_mul(BLOCK)?..)?;
        rest.first_chunk().map(|bytes| Block::new(bytes, index))
    }

    /// The families that have blocks, in the order of their IDs, and what the file has for them. Those that say none
    /// come first; parts of files and the block for E10 are of no family.
    pub fn families(&self) -> impl Iterator<Item = Found> {
        self.families.iter().copied()
    }

    /// The only family that has memory, or that of `asked`.
    pub(super) fn choose(&self, asked: Option<Family>) -> Result<Family, Uf2Error> {
        let families: Vec<Family> =
            self.families().filter(|found| found.memory > 0).map(|found| found.family).collect();
        let fail = |kind| Err(Uf2Error::of_file(kind));
        match (asked, families.as_slice()) {
            (_, []) => fail(Uf2ErrorKind::NoData { blocks: self.file.len() / BLOCK }),
            (Some(asked), _) if families.contains(&asked) => Ok(asked),
            (Some(asked), _) => fail(Uf2ErrorKind::NoFamily { asked, families }),
            (None, [one]) => Ok(*one),
            (None, _) => fail(Uf2ErrorKind::Families { families }),
        }
    }
}

/// All that a block can be wrong about by itself.
fn check(block: &Block<'_>) -> Result<(), Uf2Error> {
    let fail = |kind| Err(Uf2Error::at(block.index(), kind));
    for (at, expected) in MAGICS {
        let found = block.word(at);
        if found != expected {
            return fail(Uf2ErrorKind::Magic { at, found, expected });
        }
    }
    let (address, len) = (block.address(), block.word(16));
    if block.len() > DATA {
        return fail(Uf2ErrorKind::Payload { found: len });
    }
    let mut tags = block.tags();
    loop {
        match tags.step() {
            Ok(Some(_)) => {}
            Ok(None) => break,
            Err(wrong) => return fail(Uf2ErrorKind::Tag { at: wrong.at, len: wrong.len }),
        }
    }
    if block.role() == Role::Memory {
        // The last byte may have the last address.
        if u64::from(address) + u64::from(len) > 1 << 32 {
            return fail(Uf2ErrorKind::Address { address, len });
        }
        let _ = md5::of(block)?;
    }
    Ok(())
}

/// What it has for whom.
impl fmt::Debug for Blocks<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.families).finish()
    }
}
