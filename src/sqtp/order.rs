//! How the payloads of a file lie to each other, noted while they are read.

use alloc::vec::Vec;
use core::cmp::Ordering;

/// How payloads lie to the ones before them, noted in passing.
#[derive(Clone, Default)]
pub(super) struct Order {
    /// Whether one is not greater than the one before, as big-endian numbers. When they all are, no two
    /// are the same.
    pub(super) big: bool,
    /// The same, as little-endian numbers.
    pub(super) little: bool,
    /// For each byte of a payload, the bits that were not the same in all.
    pub(super) varied: Vec<u8>,
}

impl Order {
    /// One payload and the next one.
    pub(super) fn note(&mut self, one: &[u8], two: &[u8]) {
        self.big = self.big || one >= two;
        self.little = self.little || one.iter().rev().cmp(two.iter().rev()) != Ordering::Less;
        for (varied, (one, two)) in self.varied.iter_mut().zip(one.iter().zip(two)) {
            *varied |= one ^ two;
        }
    }
}
