//! Blocks in order, from which each unit takes the same number of consecutive addresses.

use alloc::vec::Vec;
use core::cmp::Reverse;

use super::address::{Eui48, Eui64};
use super::block::Block;
use super::error::EuiError;
use super::known::{KNOWN_EUI48, KNOWN_EUI64};
use crate::value::{INLINE, Source, Value, ValueKind, View};

/// What both pools have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Units {
    /// Each with the number of units it has addresses for.
    blocks: Vec<(Block, u64)>,
    stride: u64,
    first: u64,
    count: u64,
}

impl Units {
    fn new(blocks: &[Block], len: fn(Block) -> u64, stride: u64, first: u64) -> Result<Self, EuiError> {
        if let Some(&block) = blocks.iter().find(|block| block.is_empty()) {
            return Err(EuiError::Cid { block });
        }
        if let Some(&block) = blocks.iter().find(|block| stride == 0 || stride > len(**block)) {
            return Err(EuiError::Stride { stride, block, most: len(block) });
        }
        let mut sorted = blocks.to_vec();
        sorted.sort_by_key(|block| (block.first(), Reverse(block.len())));
        // What lies between a block and one within it is within it too.
        for (&one, &two) in sorted.iter().zip(sorted.iter().skip(1)) {
            if one.overlaps(two) {
                return Err(EuiError::Overlap { one, two });
            }
        }
        let blocks: Vec<_> = blocks.iter().map(|&block| (block, len(block) / stride.max(1))).collect();
        let count: u64 = blocks.iter().map(|(_, units)| units).sum();
        if count == 0 {
            return Err(EuiError::NoBlock);
        }
        if first.checked_add(count - 1).is_none() {
            return Err(EuiError::First { first });
        }
        Ok(Self { blocks, stride, first, count })
    }

    /// The block of unit `n`, and the index of its first address there.
    #[inline]
    fn place(&self, n: u64) -> Result<(Block, u64), EuiError> {
        let mut index = n.checked_sub(self.first).ok_or(EuiError::Before { n, first: self.first })?;
        for &(block, here) in &self.blocks {
            if index < here {
                return Ok((block, index * self.stride));
            }
            index -= here;
        }
        Err(EuiError::Exhausted { n, last: self.last() })
    }

    /// The unit whose first address has that index in one of the blocks.
    fn number(&self, index_of: impl Fn(Block) -> Option<u64>) -> Option<u64> {
        let mut before = 0;
        for &(block, here) in &self.blocks {
            if let Some(index) = index_of(block) {
                let whole = index % self.stride == 0 && index / self.stride < here;
                return whole.then(|| self.first + before + index / self.stride);
            }
            before += here;
        }
        None
    }

    fn last(&self) -> u64 {
        self.first + (self.count - 1)
    }

    /// Strides that divide the 256 values of an octet never carry out of it: blocks begin with zeros.
    fn check_carry(&self) -> Result<(), EuiError> {
        if self.stride > 256 || 256 % self.stride != 0 {
            return Err(EuiError::Carry { stride: self.stride });
        }
        Ok(())
    }
}

macro_rules! pool {
    ($(#[$doc:meta])* $name:ident, $eui:ident, $method:ident, $octets:literal, $len:ident, $index_of:ident, $known:ident, $placeholder:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            units: Units,
            /// Units with a placeholder among their addresses, and those.
            refused: Vec<(u64, $eui, &'static str)>,
        }

        impl $name {
            /// Unit number `first` gets the first `stride` addresses of the first block. A unit's addresses
            /// are aligned to `stride` and lie in one block; what is left at a block's end is not used.
            ///
            /// # Errors
            /// When there is no block, one is a CID, two share addresses, or `stride` is zero or longer than
            /// a block.
            pub fn new(blocks: &[Block], stride: u64, first: u64) -> Result<Self, EuiError> {
                let units = Units::new(blocks, Block::$len, stride, first)?;
                let refused = $known.into_iter().filter_map(|(eui, known)| {
                    let unit = units.number(|block| block.$index_of(eui).map(|index| index - index % units.stride));
                    unit.map(|n| (n, eui, known))
                });
                Ok(Self { refused: refused.collect(), units })
            }

            /// The same pool, if the addresses of no unit differ in more than the last octet: for firmware
            /// that adds to that octet alone, as ESP32's does for its interfaces, and does not carry.
            ///
            /// # Errors
            /// When the stride does not divide 256.
            pub fn without_carry(self) -> Result<Self, EuiError> {
                self.units.check_carry().map(|()| self)
            }

            /// How many units there are addresses for.
            pub fn units(&self) -> u64 {
                self.units.count
            }

            /// The first address of unit number `n`.
            ///
            /// # Errors
            /// When `n` lies before the first number or behind the last, or one of the unit's addresses is
            /// a known placeholder.
            #[inline]
            pub fn $method(&self, n: u64) -> Result<$eui, EuiError> {
                if let Some(&(_, eui, known)) = self.refused.iter().find(|(refused, ..)| *refused == n) {
                    return Err(EuiError::$placeholder { eui, known });
                }
                self.units.place(n).and_then(|(block, index)| block.$method(index))
            }
        }

        impl Source for $name {
            type Error = EuiError;

            fn value(&self, n: u64) -> Result<Value<'static>, EuiError> {
                self.$method(n).map(Value::from)
            }

            fn run_into(&self, first: u64, out: &mut [[u8; INLINE]]) -> Option<(ValueKind, usize)> {
                if !u64::try_from(out.len()).is_ok_and(|len| len <= (u64::MAX - first).saturating_add(1)) {
                    return None;
                }
                for (to, n) in out.iter_mut().zip(first..=u64::MAX) {
                    *to.first_chunk_mut()? = self.$method(n).ok()?.octets();
                }
                Some((ValueKind::Bytes, $octets))
            }

            fn number(&self, value: View<'_>) -> Option<u64> {
                let View::Bytes(bytes) = value else { return None };
                let eui = $eui::new(bytes.try_into().ok()?);
                let n = self.units.number(|block| block.$index_of(eui))?;
                self.refused.iter().all(|(refused, ..)| *refused != n).then_some(n)
            }

            fn last(&self) -> u64 {
                self.units.last()
            }
        }
    };
}

pool! {
    /// Blocks in order, from which each unit takes the same number of consecutive EUI-48.
    Pool, Eui48, eui48, 6, len, index_of, KNOWN_EUI48, Placeholder48
}

pool! {
    /// Blocks in order, from which each unit takes the same number of consecutive EUI-64.
    Pool64, Eui64, eui64, 8, len64, index_of64, KNOWN_EUI64, Placeholder64
}
