//! Units that have the payload of an earlier one.
//!
//! Advice to the next person: the hash has no secret seed, so a hostile file can give all its payloads
//! one hash. Sorting does not mind; a hash table would.

use alloc::vec;
use alloc::vec::Vec;

use super::runs::Payloads;
use super::word::{self, CASE, ZEROS};
use crate::digits;
use crate::never::OrNever;
use crate::width;

/// The units and the first one with the payload of each, in the order of the file.
pub(super) fn search(payloads: &Payloads<'_>) -> Vec<(usize, usize)> {
    search_by(payloads, hash)
}

fn search_by(payloads: &Payloads<'_>, hash: impl Fn(&[u8]) -> u32) -> Vec<(usize, usize)> {
    // A hash, and the unit: a file has less than 2^32 of them.
    let key = |unit: u32| u64::from(hash(payloads.digits(unit))) << 32 | u64::from(unit);
    let mut keys: Vec<u64> =
        (0..u32::try_from(payloads.runs.len()).or_never("fewer units than characters")).map(key).collect();
    keys.sort_unstable();
    let mut found = Vec::new();
    for keys in keys.chunk_by(|one, two| one >> 32 == two >> 32).filter(|keys| keys.len() > 1) {
        alike(payloads, keys, &mut found);
    }
    found.sort_unstable();
    found
}

/// The same among units of one hash.
fn alike(all: &Payloads<'_>, keys: &[u64], found: &mut Vec<(usize, usize)>) {
    let len = usize::from(all.len).max(1);
    let mut payloads = vec![0; keys.len() * len];
    let units = keys.iter().map(|key| u32::try_from(key & 0xFFFF_FFFF).or_never("the low half"));
    let mut units: Vec<(&[u8], u32)> = units
        .zip(payloads.chunks_exact_mut(len))
        .map(|(unit, payload)| {
            let _ = digits::decode(all.digits(unit), payload);
            (&*payload, unit)
        })
        .collect();
    units.sort_unstable();
    let size = |unit: u32| width::index(unit.into());
    for units in units.chunk_by(|(one, _), (two, _)| one == two) {
        if let Some(((_, first), rest)) = units.split_first() {
            found.extend(rest.iter().map(|(_, unit)| (size(*unit), size(*first))));
        }
    }
}

/// Of digits, the same for both letter cases.
fn hash(digits: &[u8]) -> u32 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let words = digits.chunks_exact(8);
    let rest = words.remainder();
    let mut last = ZEROS.to_le_bytes();
    if let Some(to) = last.get_mut(..rest.len()) {
        to.copy_from_slice(rest);
    }
    let mix = |hash: u64, word: u64| (hash.rotate_left(29) ^ (word | CASE)).wrapping_mul(FACTOR);
    let hash = mix(words.map(word::word).fold(0, mix), u64::from_le_bytes(last));
    u32::try_from((hash ^ hash >> 32).wrapping_mul(FACTOR) >> 32).or_never("the high half")
}

#[cfg(test)]
mod tests {
    use std::prelude::v1::*;

    use super::super::read::{Reading, read};
    use super::*;

    fn text(payloads: impl Iterator<Item = u64>) -> String {
        let line = |payload: u64| {
            let sum = payload.to_be_bytes().iter().fold(0_u8.wrapping_sub(8), |sum, byte| sum.wrapping_sub(*byte));
            format!(":08000000{payload:016X}{sum:02X}\n")
        };
        payloads.map(line).chain([":00000001FF\n".to_owned()]).collect()
    }

    #[test]
    fn whatever_the_hash() {
        for modulus in [1, 2, 97, 5000] {
            let payloads: Vec<u64> = (0..3000_u64).map(|n| n.wrapping_mul(0x0123_4567_89AB_CDEF) % modulus).collect();
            let text = text(payloads.iter().copied());
            let file = read(text.as_bytes(), Reading::Strict).unwrap().payloads;
            let mut first = std::collections::BTreeMap::new();
            let twin = |(n, payload)| match *first.entry(payload).or_insert(n) {
                before if before != n => Some((n, before)),
                _ => None,
            };
            let twin: Vec<(usize, usize)> = payloads.into_iter().enumerate().filter_map(twin).collect();
            assert_eq!(search(&file), twin);
            // One for all, as an attacker would have it, and a few.
            assert_eq!(search_by(&file, |_| 7), twin);
            assert_eq!(search_by(&file, |digits| hash(digits) % 3), twin);
        }
    }

    #[test]
    fn letter_case_does_not_count() {
        let text = text([0xABCD, 0xABCD].into_iter()).replacen("ABCD", "aBcD", 1);
        assert_eq!(search(&read(text.as_bytes(), Reading::Strict).unwrap().payloads), [(1, 0)]);
    }

    /// Counters, low or high byte first, have few hashes in common.
    #[test]
    fn hashes_differ() {
        for high in [false, true] {
            let hashes: std::collections::BTreeSet<u32> = (0..100_000_u32)
                .map(|n| {
                    let [a, b, c, d] = if high { n.to_be_bytes() } else { n.to_le_bytes() };
                    hash(format!("{a:02X}34{b:02X}34{c:02X}34{d:02X}34").as_bytes())
                })
                .collect();
            assert!(hashes.len() > 99_980, "{}", hashes.len());
        }
    }
}
