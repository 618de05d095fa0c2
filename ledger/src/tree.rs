//! The hash tree over the lines of a log, as in RFC 6962 §2.1.
//!
//! A leaf is SHA-256 of 00 and the line without its line break, a node SHA-256 of 01 and its two children. The head
//! keeps one hash for each full subtree (at most 64), so that to append costs one leaf and, on average, one node.
//!
//! ```
//! use nameplate_ledger::tree::{Head, leaf};
//!
//! let mut head = Head::new();
//! head.append(leaf(b""));
//! assert_eq!(head.root().to_string(), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
//! ```

use alloc::vec::Vec;
use core::fmt;

use sha2::{Digest as _, Sha256};

/// A SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

/// The hash of a line, without its line break.
pub fn leaf(line: &[u8]) -> Hash {
    Hash(Sha256::new().chain_update([0]).chain_update(line).finalize().into())
}

/// The hash of two subtrees.
pub fn node(left: Hash, right: Hash) -> Hash {
    // In one piece: there are many.
    let mut both = [1; 65];
    let (_, hashes) = both.split_at_mut(1);
    let (one, two) = hashes.split_at_mut(32);
    one.copy_from_slice(&left.0);
    two.copy_from_slice(&right.0);
    Hash(Sha256::digest(both).into())
}

/// The head of a log: its size, and the hashes of its full subtrees, the greatest first.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Head {
    size: u64,
    range: Vec<Hash>,
}

impl Head {
    /// The head of the empty log.
    pub const fn new() -> Self {
        Self { size: 0, range: Vec::new() }
    }

    /// A head as stored. `None` if these are not as many hashes as the size needs.
    pub fn from_parts(size: u64, range: Vec<Hash>) -> Option<Self> {
        (u32::try_from(range.len()) == Ok(size.count_ones())).then_some(Self { size, range })
    }

    /// The number of lines.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The hashes of the full subtrees, the greatest first.
    pub fn range(&self) -> &[Hash] {
        &self.range
    }

    /// Appends a leaf.
    pub fn append(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.range.pop() {
                hash = node(left, hash);
            }
        }
        self.range.push(hash);
        self.size += 1;
    }

    /// The hash of the whole.
    pub fn root(&self) -> Hash {
        let whole = self.range.iter().rev().copied().reduce(|right, left| node(left, right));
        whole.unwrap_or_else(|| Hash(Sha256::digest([]).into()))
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString as _;

    use super::*;

    /// As RFC 6962 §2.1 defines it.
    fn recursive(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Hash(Sha256::digest([]).into()),
            [one] => *one,
            more => {
                let (left, right) = more.split_at(more.len().next_power_of_two() / 2);
                node(recursive(left), recursive(right))
            }
        }
    }

    #[test]
    fn the_head_agrees_with_the_definition() {
        let (mut head, mut leaves) = (Head::new(), Vec::new());
        for number in 0..200_u64 {
            assert_eq!(head.root(), recursive(&leaves), "{number}");
            assert_eq!(Head::from_parts(number, head.range().to_vec()).as_ref(), Some(&head));
            assert_eq!(
                Head::from_parts(number + 1, head.range().to_vec()).is_none(),
                (number + 1).count_ones() != number.count_ones()
            );
            let line = leaf(number.to_string().as_bytes());
            head.append(line);
            leaves.push(line);
        }
    }

    /// Trees of certificate transparency: `merkle_tree_test.cc` of google/certificate-transparency.
    #[test]
    fn vectors_of_certificate_transparency() {
        let lines: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut head = Head::new();
        for (line, root) in lines.into_iter().zip(roots) {
            head.append(leaf(line));
            assert_eq!(head.root().to_string(), root);
        }
    }
}
