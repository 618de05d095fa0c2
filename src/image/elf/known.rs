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

#[cfg(test)]
mod tests {
    use std::prelude::v1::*;

    use super::*;
    use crate::image::elf::read::Home;

    fn symbol(name: &[u8], value: u64) -> RawSymbol<'_> {
        RawSymbol { name, file: None, home: Home::Absolute, value, len: 4, data: true }
    }

    /// Those of a name that was looked for are all there, in the order of the table; of others it is not known.
    #[test]
    fn symbols_of_known_names() {
        let names = ["a", "b", "c", "e", "none"].map(|name| name.as_bytes().to_vec()).to_vec();
        let symbols = [("a", 1), ("b", 5), ("b", 2), ("b", 9), ("c", 3), ("e", 4)];
        let symbols = symbols.map(|(name, value)| symbol(name.as_bytes(), value)).to_vec();
        let known = Known { names, symbols };
        let values = |name: &[u8]| -> Option<Vec<u64>> {
            known.of(name).map(|found| {
                assert!(found.iter().all(|symbol| symbol.name == name));
                found.iter().map(|symbol| symbol.value).collect()
            })
        };
        for (name, expected) in [
            ("a", Some(vec![1])),
            ("b", Some(vec![5, 2, 9])),
            ("c", Some(vec![3])),
            ("e", Some(vec![4])),
            ("none", Some(vec![])),
            ("d", None),
            ("", None),
        ] {
            assert_eq!(values(name.as_bytes()), expected, "{name}");
        }
    }
}
