//! Units that have the payload of an earlier one.
//!
//! Advice to the next person: the table has no secret seed, so a hostile file can make all its payloads
//! lie at one place of it. It gets a number of steps, in proportion to the units; then sorting takes over.

use alloc::vec;
use alloc::vec::Vec;

use super::file::File;
use crate::digits::{self, CASE, ZEROS};

/// The units and the first one with the payload of each, in the order of the file.
pub(super) fn search(file: &File<'_>) -> Vec<(usize, usize)> {
    by_table(file, 8).unwrap_or_else(|| by_order(file))
}

/// By a table of all units, open-addressed, half filled at most; nothing when that takes more than
/// `steps` steps for each unit.
fn by_table(file: &File<'_>, steps: usize) -> Option<Vec<(usize, usize)>> {
    let slots = file.len().checked_mul(2)?.checked_next_power_of_two()?.max(2);
    let shift = u64::BITS - slots.trailing_zeros();
    // Half of the hash, and the unit's number counted from 1: a file has less than 2^32.
    let mut table = vec![0_u64; slots];
    let mut left = file.len().checked_mul(steps)?;
    let mut found = Vec::new();
    for index in 0..file.len() {
        let digits = file.digits(index);
        let hash = hash(digits);
        let mut at = usize::try_from(hash >> shift).ok()?;
        loop {
            let slot = table.get_mut(at)?;
            if *slot == 0 {
                *slot = hash << 32 | u64::try_from(index + 1).ok()?;
                break;
            }
            if *slot >> 32 == hash & 0xFFFF_FFFF {
                let first = usize::try_from(*slot & 0xFFFF_FFFF).ok()?.checked_sub(1)?;
                if file.digits(first).eq_ignore_ascii_case(digits) {
                    found.push((index, first));
                    break;
                }
            }
            left = left.checked_sub(1)?;
            at = (at + 1) & (slots - 1);
        }
    }
    Some(found)
}

/// By sorting: slower, and no file makes it slow.
fn by_order(file: &File<'_>) -> Vec<(usize, usize)> {
    let len = file.payload_len();
    let mut payloads = vec![0; file.len() * len];
    for (index, payload) in payloads.chunks_exact_mut(len.max(1)).enumerate() {
        let _ = digits::decode(file.digits(index), payload);
    }
    let mut units: Vec<(&[u8], usize)> = payloads.chunks_exact(len.max(1)).zip(0..).collect();
    units.sort_unstable();
    let mut found: Vec<(usize, usize)> = Vec::new();
    for units in units.chunk_by(|(one, _), (two, _)| one == two) {
        if let Some(((_, first), rest)) = units.split_first() {
            found.extend(rest.iter().map(|(_, index)| (*index, *first)));
        }
    }
    found.sort_unstable();
    found
}

/// Of digits, the same for both letter cases.
fn hash(digits: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let words = digits.chunks_exact(8);
    let rest = words.remainder();
    let mut last = ZEROS.to_le_bytes();
    if let Some(to) = last.get_mut(..rest.len()) {
        to.copy_from_slice(rest);
    }
    let mix = |hash: u64, word: u64| (hash.rotate_left(29) ^ (word | CASE)).wrapping_mul(FACTOR);
    let hash = mix(words.map(digits::word).fold(0, mix), u64::from_le_bytes(last));
    (hash ^ hash >> 32).wrapping_mul(FACTOR)
}

#[cfg(test)]
mod tests {
    use std::prelude::v1::*;

    use super::*;

    fn text(payloads: impl Iterator<Item = u64>) -> String {
        let line = |payload: u64| {
            let sum = payload.to_be_bytes().iter().fold(0_u8.wrapping_sub(8), |sum, byte| sum.wrapping_sub(*byte));
            format!(":08000000{payload:016X}{sum:02X}\n")
        };
        payloads.map(line).chain([":00000001FF\n".to_owned()]).collect()
    }

    #[test]
    fn table_and_sorting_agree() {
        for modulus in [1, 2, 97, 5000] {
            let text = text((0..3000_u64).map(|n| n.wrapping_mul(0x0123_4567_89AB_CDEF) % modulus));
            let file = File::parse(text.as_bytes()).unwrap();
            let found = by_table(&file, 8).unwrap();
            assert_eq!(found, by_order(&file));
            assert_eq!(found, search(&file));
            let mut first = std::collections::BTreeMap::new();
            let twin: Vec<(usize, usize)> = (0..file.len())
                .filter_map(|n| match *first.entry(file.digits(n)).or_insert(n) {
                    before if before != n => Some((n, before)),
                    _ => None,
                })
                .collect();
            assert_eq!(found, twin);
        }
    }

    /// Payloads that all lie at one place of the table: it gives up, and sorting finds the same.
    #[test]
    fn payloads_chosen_by_an_attacker() {
        let mut units = Vec::new();
        let mut n = 0_u64;
        while units.len() < 300 {
            if hash(format!("{n:016X}").as_bytes()) >> 54 == 0 {
                units.push(n);
            }
            n += 1;
        }
        units.push(units[7]);
        let text = text(units.into_iter());
        let file = File::parse(text.as_bytes()).unwrap();
        assert_eq!(by_table(&file, 8), None);
        assert_eq!(search(&file), [(300, 7)]);
    }

    #[test]
    fn letter_case_does_not_count() {
        let text = text([0xABCD, 0xABCD].into_iter()).replacen("ABCD", "aBcD", 1);
        assert_eq!(search(&File::parse(text.as_bytes()).unwrap()), [(1, 0)]);
    }
}
