//! The numbers of blocks: each once, none missing.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::block::Block;
use super::error::{Uf2Error, Uf2ErrorKind};
use super::family::Family;

/// Blocks that are numbered together: all numbers below a total, in any order. Tools that join files begin anew.
#[derive(Debug)]
struct Series {
    total: u32,
    /// Which block of the file has each number, as long as none is missing.
    dense: Vec<usize>,
    /// The same for numbers behind one that is missing.
    others: BTreeMap<u32, usize>,
}

impl Series {
    fn new(total: u32) -> Self {
        Self { total, dense: Vec::new(), others: BTreeMap::new() }
    }

    /// The first number that is missing; all are there when that is the total.
    fn missing(&self) -> u32 {
        u32::try_from(self.dense.len()).unwrap_or(u32::MAX)
    }

    fn is_complete(&self) -> bool {
        self.missing() == self.total
    }

    fn get(&self, number: u32) -> Option<usize> {
        let dense = usize::try_from(number).ok().and_then(|number| self.dense.get(number));
        dense.or_else(|| self.others.get(&number)).copied()
    }

    fn insert(&mut self, number: u32, index: usize) {
        if number != self.missing() {
            let _ = self.others.insert(number, index);
            return;
        }
        self.dense.push(index);
        while let Some(index) = self.others.remove(&self.missing()) {
            self.dense.push(index);
        }
    }
}

/// The numbers of all blocks of a file, for each family by itself.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    series: BTreeMap<Family, Series>,
}

impl Numbers {
    /// Takes the next block of `family`; `same` says whether another block of the file holds what this one does.
    pub(super) fn push(
        &mut self,
        family: Family,
        block: &Block<'_>,
        same: impl Fn(usize) -> bool,
    ) -> Result<(), Uf2Error> {
        let (number, total) = (block.number(), block.total());
        let fail = |kind| Err(Uf2Error::at(block.index(), kind));
        if number >= total {
            return fail(Uf2ErrorKind::Number { number, total });
        }
        let series = self.series.entry(family).or_insert_with(|| Series::new(total));
        if series.total == total {
            match series.get(number) {
                None => {
                    series.insert(number, block.index());
                    return Ok(());
                }
                // A second copy.
                Some(first) if same(first) => return Ok(()),
                Some(first) if !series.is_complete() => return fail(Uf2ErrorKind::Repeated { number, total, first }),
                Some(_) => {}
            }
        } else if !series.is_complete() {
            let (expected, missing) = (series.total, series.missing());
            return fail(Uf2ErrorKind::Total { total, expected, missing });
        }
        *series = Series::new(total);
        series.insert(number, block.index());
        Ok(())
    }

    /// Whether none is missing at the end of the file.
    pub(super) fn complete(&self) -> Result<(), Uf2Error> {
        match self.series.iter().find(|(_, series)| !series.is_complete()) {
            Some((&family, series)) => {
                Err(Uf2Error::of_file(Uf2ErrorKind::Missing { family, number: series.missing(), total: series.total }))
            }
            None => Ok(()),
        }
    }
}
