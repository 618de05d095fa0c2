//! UF2 read slowly and obviously: block by block, memory as a map, MD5 as RFC 1321 writes it.

use std::collections::{BTreeMap, BTreeSet};

use crate::reference::Memory;

/// The family that blocks say, or none.
pub type Group = Option<u32>;

/// A block, its words read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Raw {
    /// Its flags.
    pub flags: u32,
    /// The address of the payload.
    pub address: u32,
    /// Its number.
    pub number: u32,
    /// Of how many.
    pub total: u32,
    /// The family or size of a file.
    pub family: u32,
    /// The payload.
    pub payload: Vec<u8>,
    /// `data[]` behind the payload.
    pub rest: Vec<u8>,
}

fn word(block: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(block[at..at + 4].try_into().unwrap())
}

impl Raw {
    /// A block with this payload, the rest of its data zero.
    pub fn new(family: u32, address: u32, (number, total): (u32, u32), payload: &[u8]) -> Self {
        let rest = vec![0; 476 - payload.len()];
        Self { flags: 0x2000, address, number, total, family, payload: payload.to_vec(), rest }
    }

    /// Its 512 bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let len = self.payload.len() as u32;
        let words = [0x0A32_4655, 0x9E5D_5157, self.flags, self.address, len, self.number, self.total, self.family];
        for word in words {
            out.extend(u32::to_le_bytes(word));
        }
        out.extend_from_slice(&self.payload);
        out.extend_from_slice(&self.rest);
        out.extend(0x0AB1_6F30_u32.to_le_bytes());
        out
    }

    fn read(block: &[u8]) -> Option<Self> {
        let magics = [word(block, 0), word(block, 4), word(block, 508)];
        let len = word(block, 16) as usize;
        if magics != [0x0A32_4655, 0x9E5D_5157, 0x0AB1_6F30] || len > 476 {
            return None;
        }
        Some(Self {
            flags: word(block, 8),
            address: word(block, 12),
            number: word(block, 20),
            total: word(block, 24),
            family: word(block, 28),
            payload: block[32..32 + len].to_vec(),
            rest: block[32 + len..508].to_vec(),
        })
    }

    /// The family that the block is for: of a part of a file, and of the block for E10, none at all.
    fn group(&self) -> Option<Group> {
        let e10 = self.payload == [0xEF; 256]
            && matches!(self.flags, 0x2000 | 0xA000)
            && (self.family, self.number, self.total) == (0xE48B_FF57, 0, 2);
        (self.flags & 0x1000 == 0 && !e10).then(|| (self.flags & 0x2000 != 0).then_some(self.family))
    }

    fn is_memory(&self) -> bool {
        self.flags & 1 == 0 && self.group().is_some()
    }

    fn tags_end(&self) -> bool {
        let (mut at, mut rest) = ((32 + self.payload.len()).next_multiple_of(4), self.rest.as_slice());
        rest = &rest[(at - 32 - self.payload.len()).min(rest.len())..];
        while at < 508 {
            let len = usize::from(rest[0]);
            if rest[..4] == [0; 4] || rest[..4] == [0xFF; 4] {
                return true;
            }
            if len < 4 || len > rest.len() {
                return false;
            }
            let next = len.next_multiple_of(4).min(rest.len());
            rest = &rest[next..];
            at += next;
        }
        true
    }

    /// Where in the block MD5s of the payload stand.
    pub fn md5s(&self) -> BTreeSet<usize> {
        let digest = md5(&self.payload);
        let block = self.bytes();
        let region = [self.address.to_le_bytes(), (self.payload.len() as u32).to_le_bytes()].concat();
        let places = [32 + self.payload.len(), 508 - 24].into_iter();
        let places = places.filter(|at| *at >= 32 + self.payload.len() && at + 24 <= 508);
        places.filter(|at| block[*at..at + 24] == [&region[..], &digest].concat()).map(|at| at + 8).collect()
    }
}

/// The blocks of a file, if it is right: whoever computes no MD5 says so with `md5`.
pub fn blocks(file: &[u8], md5: bool) -> Option<Vec<Raw>> {
    if file.is_empty() || file.len() % 512 != 0 {
        return None;
    }
    let blocks: Vec<Raw> = file.chunks(512).map(Raw::read).collect::<Option<_>>()?;
    for block in &blocks {
        let past = u64::from(block.address) + block.payload.len() as u64 > 1 << 32;
        let no_md5 = block.flags & 0x4000 != 0 && (!md5 || block.md5s().is_empty());
        let no_tags = block.flags & 0x9000 == 0x8000 && !block.tags_end();
        if no_tags || block.is_memory() && (past || no_md5) {
            return None;
        }
    }
    let families: BTreeSet<Option<u32>> = blocks.iter().filter_map(Raw::group).collect();
    let beside = if families.len() == 1 { *families.first()? } else { None };
    let mut open: BTreeMap<Option<u32>, Vec<&Raw>> = BTreeMap::new();
    let complete = |series: &[&Raw]| {
        let numbers: BTreeSet<u32> = series.iter().map(|block| block.number).collect();
        numbers.len() as u32 == series[0].total
    };
    for block in &blocks {
        let Some(group) = block.group().or_else(|| (block.flags & 0x1000 != 0).then_some(beside)) else { continue };
        let series = open.entry(group).or_default();
        if block.number >= block.total {
            return None;
        }
        let same = |other: &&Raw| other.number == block.number;
        let equal = |other: &Raw| {
            (other.flags & 0x1001, other.address, &other.payload)
                == (block.flags & 0x1001, block.address, &block.payload)
        };
        if series.first().is_some_and(|first| first.total == block.total) {
            match series.iter().copied().find(same) {
                None => series.push(block),
                // Of a part of a file, nothing is said of `not main flash`.
                Some(other)
                    if equal(other)
                        || block.flags & other.flags & 0x1000 != 0
                            && other.address == block.address
                            && other.payload == block.payload => {}
                Some(_) if complete(series) => *series = vec![block],
                Some(_) => return None,
            }
        } else {
            if !series.is_empty() && !complete(series) {
                return None;
            }
            *series = vec![block];
        }
    }
    open.values().all(|series| complete(series)).then_some(blocks)
}

/// The memory of one family, the only one if none is said.
pub fn read(file: &[u8], family: Option<Group>, md5: bool) -> Option<Memory> {
    let blocks = blocks(file, md5)?;
    let families: BTreeSet<Option<u32>> =
        blocks.iter().filter(|block| block.is_memory()).filter_map(Raw::group).collect();
    let family = match family {
        Some(family) => families.contains(&family).then_some(family)?,
        None => (families.len() == 1).then(|| families.first().copied())??,
    };
    let mut memory = Memory::new();
    for block in blocks.iter().filter(|block| block.is_memory() && block.group() == Some(family)) {
        for (address, &byte) in (u64::from(block.address)..).zip(&block.payload) {
            if memory.insert(address, byte).is_some_and(|other| other != byte) {
                return None;
            }
        }
    }
    Some(memory)
}

/// What a stamp of these bytes makes of a file: all copies, and the MD5s over them.
pub fn stamped(file: &[u8], family: Option<u32>, address: u64, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for block in file.chunks(512) {
        let mut raw = Raw::read(block).unwrap();
        let md5s = if raw.flags & 0x4000 != 0 { raw.md5s() } else { BTreeSet::new() };
        let is_ours = raw.is_memory() && raw.group() == Some(family);
        let mut touched = false;
        for (at, byte) in (u64::from(raw.address)..).zip(&mut raw.payload).filter(|_| is_ours) {
            if let Some(new) = at.checked_sub(address).and_then(|n| bytes.get(n as usize)) {
                *byte = *new;
                touched = true;
            }
        }
        let digest = md5(&raw.payload);
        let mut block = raw.bytes();
        for at in md5s.into_iter().filter(|_| touched) {
            block[at..at + 16].copy_from_slice(&digest);
        }
        out.extend(block);
    }
    out
}

/// MD5, as RFC 1321 writes it.
pub fn md5(bytes: &[u8]) -> [u8; 16] {
    const SHIFTS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    let mut padded = bytes.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend((bytes.len() as u64 * 8).to_le_bytes());
    let mut state = [0x6745_2301_u32, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476];
    for chunk in padded.chunks(64) {
        let [mut a, mut b, mut c, mut d] = state;
        for n in 0..64_usize {
            let (mixed, at) = match n / 16 {
                0 => (b & c | !b & d, n),
                1 => (d & b | !d & c, (5 * n + 1) % 16),
                2 => (b ^ c ^ d, (3 * n + 5) % 16),
                _ => (c ^ (b | !d), 7 * n % 16),
            };
            let sine = f64::from(n as u32 + 1).sin().abs() * 4_294_967_296.0;
            let sum = a
                .wrapping_add(mixed)
                .wrapping_add(u32::try_from(sine as i64).unwrap())
                .wrapping_add(word(chunk, at * 4));
            (a, d, c, b) = (d, c, b, b.wrapping_add(sum.rotate_left(SHIFTS[n / 16][n % 4])));
        }
        for (old, new) in state.iter_mut().zip([a, b, c, d]) {
            *old = old.wrapping_add(new);
        }
    }
    state.map(u32::to_le_bytes).concat().try_into().unwrap()
}
