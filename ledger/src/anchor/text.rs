//! The text of an anchor: a checkpoint of C2SP (`tlog-checkpoint`) with extension lines.

use alloc::borrow::ToOwned as _;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString as _};
use core::fmt;

use crate::facts::Facts;
use crate::never::OrNever;
use crate::tree::{Hash, Head};

const ORIGIN: &str = "nameplate.ledger/";
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// Bytes that an anchor may have: some thousands of pools.
const LONGEST: usize = 1 << 20;

/// How far a ledger is.
///
/// ```
/// let text = "nameplate.ledger/5f1c0a7e9b3d4c21a8e64b0f2d7c9e13\n\
///             3\n\
///             WF3J1vtY9z63qzZge5wu28SlLMfENo81yZ/DGMLbLrk=\n\
///             epoch 1\n\
///             next serial 2\n\
///             \n";
/// let anchor = nameplate_ledger::anchor::parse_anchor(text.as_bytes())?;
/// assert_eq!((anchor.size, anchor.next["serial"]), (3, 2));
/// assert_eq!(anchor.root.to_string(), "585dc9d6fb58f73eb7ab36607b9c2edbc4a52cc7c4368f35c99fc318c2db2eb9");
/// assert_eq!(anchor.to_string(), text);
/// # Ok::<(), nameplate_ledger::anchor::AnchorError>(())
/// ```
///
/// The empty line ends it. Without it, a file that was cut between two lines would pass for a whole one with fewer
/// pools.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Anchor {
    /// The ID of the ledger.
    pub ledger: String,
    /// The number of events.
    pub size: u64,
    /// The root after them.
    pub root: Hash,
    /// The epoch.
    pub epoch: u32,
    /// The next number of each pool.
    pub next: BTreeMap<String, u64>,
}

/// A text that is no anchor, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the anchor: {expected} is expected")]
pub struct AnchorError {
    line: usize,
    expected: &'static str,
}

impl Anchor {
    /// The anchor of a ledger with these facts, of all pools, and this head.
    pub fn new(facts: &Facts, head: &Head) -> Self {
        let next = facts.pools.iter().map(|(name, pool)| (name.clone(), pool.next)).collect();
        Self { ledger: facts.id.clone(), size: head.size(), root: head.root(), epoch: facts.epoch, next }
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{ORIGIN}{}\n{}\n{}\nepoch {}\n", self.ledger, self.size, base64(&self.root), self.epoch)?;
        self.next.iter().try_for_each(|(pool, next)| writeln!(f, "next {pool} {next}"))?;
        writeln!(f)
    }
}

/// Reads the text of an anchor.
///
/// # Errors
/// The text is cut, or it is not byte for byte as [`Anchor`] is displayed.
pub fn parse_anchor(bytes: &[u8]) -> Result<Anchor, AnchorError> {
    let error = |line, expected| AnchorError { line, expected };
    let text = core::str::from_utf8(bytes.get(..LONGEST.min(bytes.len())).or_never("no more than there are"));
    let text = text.map_err(|_| error(1, "text"))?;
    let mut lines = text.split('\n');
    let mut line = || lines.next().unwrap_or_default();
    let ledger = line().strip_prefix(ORIGIN).ok_or(error(1, "the ID of a ledger"))?;
    let size = line().parse().map_err(|_| error(2, "a number of events"))?;
    let root = from_base64(line()).ok_or(error(3, "a root"))?;
    let epoch = line().strip_prefix("epoch ").and_then(|epoch| epoch.parse().ok()).ok_or(error(4, "an epoch"))?;
    let mut next = BTreeMap::new();
    let mut number = 5;
    while let Some((pool, value)) = line().strip_prefix("next ").and_then(|rest| rest.rsplit_once(' ')) {
        let value = value.parse().map_err(|_| error(number, "the next number of a pool"))?;
        let _: Option<u64> = next.insert(pool.to_owned(), value);
        number += 1;
    }
    let anchor = Anchor { ledger: ledger.to_owned(), size, root, epoch, next };
    if anchor.to_string().as_bytes() == bytes { Ok(anchor) } else { Err(error(number, "the empty line at the end")) }
}

/// The 44 digits of a root.
fn base64(hash: &Hash) -> String {
    let mut text = String::with_capacity(44);
    for group in hash.0.chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, &byte| bits << 8 | u32::from(byte)) << (8 * (3 - group.len()));
        for at in 0..4 {
            let digit = usize::try_from(bits >> (18 - 6 * at) & 63).ok().and_then(|digit| DIGITS.get(digit));
            text.push(if at > group.len() { '=' } else { digit.copied().unwrap_or(b'=').into() });
        }
    }
    text
}

fn from_base64(text: &str) -> Option<Hash> {
    let digits = text.strip_suffix('=').filter(|digits| digits.len() == 43)?;
    let (mut hash, mut bits, mut have, mut at) = ([0; 32], 0_u32, 0, 0);
    for digit in digits.bytes() {
        let value = u32::try_from(DIGITS.iter().position(|&known| known == digit)?).ok()?;
        bits = (bits << 6 | value) & 0xFFFF;
        have += 6;
        if have >= 8 {
            have -= 8;
            *hash.get_mut(at)? = u8::try_from(bits >> have & 0xFF).ok()?;
            at += 1;
        }
    }
    Some(Hash(hash))
}
