//! NVS partitions read slowly and obviously: slot by slot, keys as a map, the CRC bit by bit.

use std::collections::BTreeMap;

/// Values by namespace and key: the type, blobs as 0x41, and the bytes.
pub type Values = BTreeMap<(String, String), (u8, Vec<u8>)>;

/// CRC-32 of polynomial 04C11DB7, reflected, begun with 0, inverted at the end.
pub fn crc(bytes: &[u8]) -> u32 {
    let mut crc = 0_u32;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = crc >> 1 ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 };
        }
    }
    !crc
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
}

/// An entry, its CRC left out.
#[derive(Clone, Debug)]
pub struct Raw {
    /// The number of its namespace.
    pub namespace: u8,
    /// Its type.
    pub kind: u8,
    /// How many slots.
    pub span: u8,
    /// Which chunk.
    pub chunk: u8,
    /// Its key, NULs behind it.
    pub key: [u8; 16],
    /// Its last eight bytes.
    pub field: [u8; 8],
    /// What lies behind it, a multiple of 32 bytes.
    pub data: Vec<u8>,
}

impl Raw {
    /// An entry with a number, or an index.
    pub fn number(namespace: u8, kind: u8, key: &str, field: &[u8]) -> Self {
        let mut this = Self { namespace, kind, span: 1, chunk: 0xFF, key: [0; 16], field: [0xFF; 8], data: Vec::new() };
        this.key[..key.len()].copy_from_slice(key.as_bytes());
        this.field[..field.len()].copy_from_slice(field);
        this
    }

    /// An entry with data behind it.
    pub fn with_data(namespace: u8, kind: u8, chunk: u8, key: &str, data: &[u8]) -> Self {
        let mut this = Self::number(namespace, kind, key, &(data.len() as u16).to_le_bytes());
        this.chunk = chunk;
        this.field[4..].copy_from_slice(&crc(data).to_le_bytes());
        this.data = data.to_vec();
        this.data.resize(data.len().div_ceil(32) * 32, 0xFF);
        this.span = 1 + (this.data.len() / 32) as u8;
        this
    }

    /// Its slots.
    pub fn bytes(&self) -> Vec<u8> {
        let front = [self.namespace, self.kind, self.span, self.chunk];
        let back = [&self.key[..], &self.field].concat();
        let sum = crc(&[&front[..], &back].concat());
        [&front[..], &sum.to_le_bytes(), &back, &self.data].concat()
    }
}

/// A page with these slots, all written.
pub fn page(state: u32, sequence: u32, version: u8, slots: &[u8]) -> Vec<u8> {
    let mut page = vec![0xFF; 4096];
    page[..4].copy_from_slice(&state.to_le_bytes());
    page[4..8].copy_from_slice(&sequence.to_le_bytes());
    page[8] = version;
    let sum = crc(&page[4..28]);
    page[28..32].copy_from_slice(&sum.to_le_bytes());
    page[64..64 + slots.len()].copy_from_slice(slots);
    for slot in 0..slots.len().div_ceil(32) {
        set(&mut page, slot, 2);
    }
    page
}

/// Gives a slot of a page a state: 3, 2, 0 or 1.
pub fn set(page: &mut [u8], slot: usize, state: u8) {
    let shift = slot % 4 * 2;
    page[32 + slot / 4] = page[32 + slot / 4] & !(3 << shift) | state << shift;
}

struct Entry {
    namespace: u8,
    kind: u8,
    chunk: u8,
    key: Vec<u8>,
    field: [u8; 8],
    data: Vec<u8>,
}

fn is_name(field: &[u8]) -> bool {
    let end = field.iter().position(|byte| *byte == 0).unwrap_or(16);
    (1..16).contains(&end)
        && field[..end].iter().all(|byte| (0x20..0x7F).contains(byte))
        && field[end..].iter().all(|byte| *byte == 0)
}

/// The values that count, and whether nothing is wrong; nothing when it is no partition, or encrypted.
pub fn read(file: &[u8]) -> Option<(Values, bool)> {
    if file.is_empty() || file.len() % 4096 != 0 {
        return None;
    }
    let mut right = true;
    let mut used: Vec<&[u8]> = Vec::new();
    for page in file.chunks(4096) {
        let known = matches!(word(page, 0), 0xFFFF_FFFE | 0xFFFF_FFFC | 0xFFFF_FFF8);
        if known && word(page, 28) == crc(&page[4..28]) && page[8] >= 0xFE {
            right &= word(page, 0) != 0xFFFF_FFF8;
            right &= used.iter().all(|other| other[4..8] != page[4..8]);
            right &= word(page, 0) != 0xFFFF_FFFE || used.iter().all(|other| other[..4] != page[..4]);
            used.push(page);
        } else {
            right &= page.iter().all(|byte| *byte == 0xFF);
        }
    }
    used.sort_by_key(|page| word(page, 4));

    let mut entries: Vec<Entry> = Vec::new();
    let (mut written, mut sums) = (0, 0);
    for page in used {
        let state = |slot: usize| page[32 + slot / 4] >> (slot % 4 * 2) & 3;
        let mut slot = 0;
        while slot < 126 {
            let rest = &page[64 + 32 * slot..];
            right &= state(slot) != 1 && (state(slot) == 3 || (0..slot).all(|before| state(before) != 3));
            right &= state(slot) != 3 || rest[..32].iter().all(|byte| *byte == 0xFF);
            slot += 1;
            if state(slot - 1) != 2 {
                continue;
            }
            written += 1;
            if word(rest, 4) != crc(&[&rest[..4], &rest[8..32]].concat()) {
                right = false;
                continue;
            }
            sums += 1;
            let size = usize::from(rest[24]) | usize::from(rest[25]) << 8;
            let len = match rest[1] {
                0x01 | 0x11 | 0x02 | 0x12 | 0x04 | 0x14 | 0x08 | 0x18 | 0x48 => 0,
                0x21 | 0x41 | 0x42 => size,
                _ => usize::MAX,
            };
            let slots = 1 + len.div_ceil(32);
            if len == usize::MAX || !is_name(&rest[8..24]) || usize::from(rest[2]) != slots || slot - 1 + slots > 126 {
                right = false;
                continue;
            }
            let all = (slot..slot - 1 + slots).all(|slot| state(slot) == 2);
            // A slot of its data may be behind an empty one, which nobody looks at then.
            right &= all;
            slot += slots - 1;
            let data = rest[32..32 + len].to_vec();
            if all {
                entries.push(Entry {
                    namespace: rest[0],
                    kind: rest[1],
                    chunk: rest[3],
                    key: rest[8..24].to_vec(),
                    field: rest[24..32].try_into().unwrap(),
                    data,
                });
            }
        }
    }
    if sums == 0 && written > 1 {
        return None;
    }

    let name = |key: &[u8]| String::from_utf8(key.iter().copied().take_while(|byte| *byte != 0).collect()).unwrap();
    let mut namespaces: BTreeMap<u8, String> = BTreeMap::new();
    for entry in &entries {
        if matches!(entry.kind, 0x21 | 0x41 | 0x42) {
            let sum = u32::from_le_bytes(entry.field[4..].try_into().unwrap());
            right &= sum == crc(&entry.data) && (entry.kind != 0x21 || entry.data.ends_with(&[0]));
        }
        if entry.namespace == 0 {
            let (number, name) = (entry.field[0], name(&entry.key));
            let taken = namespaces.contains_key(&number) || namespaces.values().any(|other| *other == name);
            if entry.kind == 1 && number != 0 && number != 255 && !taken {
                namespaces.insert(number, name);
            } else {
                right = false;
            }
        }
    }
    entries.retain(|entry| entry.namespace != 0);
    right &= entries.iter().all(|entry| namespaces.contains_key(&entry.namespace));
    entries.retain(|entry| namespaces.contains_key(&entry.namespace));
    let mut values = Values::new();
    let mut counted = 0;
    for (age, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.kind != 0x42) {
        let same = |other: &&Entry| (other.namespace, &other.key) == (entry.namespace, &entry.key);
        if entries[age + 1..].iter().filter(same).any(|other| other.kind != 0x42) {
            // A newer one counts.
            right = false;
            continue;
        }
        let key = (namespaces[&entry.namespace].clone(), name(&entry.key));
        if entry.kind != 0x48 {
            let number = [0x01, 0x02, 0x04, 0x08].into_iter().find(|len| entry.kind & 0x0F == *len);
            let bytes = match number {
                Some(len) if entry.kind < 0x20 => entry.field[..usize::from(len)].to_vec(),
                _ => entry.data.clone(),
            };
            values.insert(key, (entry.kind, bytes));
            continue;
        }
        let (count, start) = (u16::from(entry.field[4]), u16::from(entry.field[5]));
        let chunk = |chunk: u16| {
            let is = |other: &&Entry| other.kind == 0x42 && u16::from(other.chunk) == chunk;
            entries.iter().rev().filter(same).find(is).map(|other| &other.data)
        };
        let chunks: Option<Vec<&Vec<u8>>> = (start..start + count).map(chunk).collect();
        let bytes: Option<Vec<u8>> = chunks.map(|chunks| chunks.into_iter().flatten().copied().collect());
        match bytes {
            Some(bytes) if bytes.len() as u64 == u64::from(word(&entry.field, 0)) => {
                counted += count;
                values.insert(key, (0x41, bytes));
            }
            _ => right = false,
        }
    }
    right &= entries.iter().filter(|entry| entry.kind == 0x42).count() == usize::from(counted);
    Some((values, right))
}
