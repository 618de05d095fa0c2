//! Symbols that were looked for in one pass over the table.

use alloc::vec::Vec;

use super::error::ElfError;
use super::read::{self, RawSymbol};

/// The symbols of some names.
#[derive(Clone, Default)]
pub(super) struct Known<'f> {
    /// Sorted.
    names: Vec<Vec<u8>>,
    /// Sorted by name; those of one name in the order of the table.
    symbols: Vec<RawSymbol<'f>>,
}

impl<'f> Known<'f> {
    /// The symbols of these names in a file of so many bits.
    pub(super) fn find(mut names: Vec<Vec<u8>>, file: &'f [u8], bits: u32) -> Result<Self, ElfError> {
        names.sort_unstable();
        names.dedup();
        let mut known = Self { names, symbols: Vec::new() };
        read::symbols(file, bits, &mut |symbol| {
            if known.index(symbol.name).is_some() {
                known.symbols.push(symbol);
            }
        })?;
        // In the order of the table where names are the same.
        known.symbols.sort_by_key(|symbol| symbol.name);
        Ok(known)
    }

    /// The symbols of that name, if it was looked for.
    pub(super) fn of(&self, name: &[u8]) -> Option<&[RawSymbol<'f>]> {
        let _ = self.index(name)?;
        let (start, end) = (
            self.symbols.partition_point(|symbol| symbol.name < name),
            self.symbols.partition_point(|symbol| symbol.name <= name),
        );
        self.symbols.get(start..end)
    }

    fn index(&self, name: &[u8]) -> Option<usize> {
        self.names.binary_search_by(|known| known.as_slice().cmp(name)).ok()
    }
}
