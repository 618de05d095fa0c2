//! The slow, obvious twin: Intel HEX by the words of its specification, line by line. The fuzz
//! targets and the tests share it.

use std::collections::BTreeMap;

/// Address to byte.
pub type Memory = BTreeMap<u64, u8>;

fn bytes_of(line: &str) -> Option<Vec<u8>> {
    let digits = line.strip_prefix(':')?;
    if digits.len() % 2 == 1 || !digits.bytes().all(|c| c.is_ascii_hexdigit()) {
        return None;
    }
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).ok()).collect()
}

/// The lines with their ends: CR, LF or CR LF.
fn lines(text: &str) -> Vec<(&str, &str)> {
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let at = rest.find(['\r', '\n']).unwrap_or(rest.len());
        let (line, after) = rest.split_at(at);
        let end = if after.starts_with("\r\n") { 2 } else { after.len().min(1) };
        lines.push((line, &after[..end]));
        rest = &after[end..];
    }
    lines
}

/// The memory of a HEX file that is right in every respect, else nothing.
pub fn read(text: &[u8]) -> Option<Memory> {
    // Only what follows the last record may be other than ASCII.
    let text = &*String::from_utf8_lossy(text);
    let (mut memory, mut base, mut segmented, mut seen) = (Memory::new(), 0_u64, false, 0);
    let mut starts: BTreeMap<u8, Vec<u8>> = BTreeMap::new();
    for (line, end) in lines(text) {
        // Padding may follow the last record at once.
        let padded = line;
        let line = padded.trim_end_matches(['\u{1A}', '\0']);
        if padded.is_empty() {
            seen += end.len();
            continue;
        }
        let bytes = bytes_of(line)?;
        if line != padded && bytes.get(3) != Some(&1) {
            return None;
        }
        seen += line.len() + if line == padded { end.len() } else { 0 };
        if bytes.len() < 5 || bytes.len() != usize::from(bytes[0]) + 5 {
            return None;
        }
        if bytes.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte)) != 0 {
            return None;
        }
        let offset = u64::from(bytes[1]) << 8 | u64::from(bytes[2]);
        let data = &bytes[4..bytes.len() - 1];
        match (bytes[3], data.len()) {
            (0, len) => {
                let end = if segmented { offset } else { base + offset } + len as u64;
                if len > 0 && end > if segmented { 0x1_0000 } else { 1 << 32 } {
                    return None;
                }
                for (n, byte) in data.iter().enumerate() {
                    if memory.insert(base + offset + n as u64, *byte).is_some() {
                        return None;
                    }
                }
            }
            (1, 0) => {
                let right = |line: &str| match line.strip_prefix(';') {
                    Some(_) => !used(line.as_bytes()),
                    None => line.chars().all(|c| matches!(c, '\u{1A}' | '\0')),
                };
                let all = lines(&text[seen..]).iter().all(|(line, _)| right(line));
                return (all && !memory.is_empty()).then_some(memory);
            }
            (2, 2) if offset == 0 => (base, segmented) = ((u64::from(data[0]) << 8 | u64::from(data[1])) << 4, true),
            (4, 2) if offset == 0 => (base, segmented) = ((u64::from(data[0]) << 8 | u64::from(data[1])) << 16, false),
            (kind @ (3 | 5), 4) if offset == 0 => {
                if starts.entry(kind).or_insert_with(|| data.to_vec()) != data {
                    return None;
                }
            }
            _ => return None,
        }
    }
    None
}

/// The memory of a HEX file as lenient reading has it, else nothing.
pub fn read_leniently(text: &[u8]) -> Option<Memory> {
    lenient(text, false)
}

/// The same, where records that pass the end of their segment go on at its begin.
pub fn read_wrapping(text: &[u8]) -> Option<Memory> {
    lenient(text, true)
}

fn lenient(text: &[u8], wraps: bool) -> Option<Memory> {
    let blank = |c: &u8| matches!(c, b' ' | b'\t' | 0x0B | 0x0C);
    let (mut memory, mut base, mut segmented, mut seen) = (Memory::new(), 0_u64, false, false);
    let mut rest = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    while !rest.is_empty() {
        let at = rest.iter().position(|c| matches!(c, b'\r' | b'\n')).unwrap_or(rest.len());
        let (line, after) = rest.split_at(at);
        rest = after.strip_prefix(b"\r\n").or(after.get(1..)).unwrap_or_default();
        let line = &line[line.iter().take_while(|c| blank(c)).count()..];
        let comment = line.starts_with(b"#") || line.starts_with(b"//") || line.starts_with(b";");
        if comment && !used(line) || line.is_empty() {
            continue;
        }
        let digits = line.strip_prefix(b":")?;
        let len = digits.iter().take_while(|c| c.is_ascii_hexdigit()).count();
        let (record, behind) = digits.split_at(len);
        let bytes = bytes_of(&format!(":{}", std::str::from_utf8(record).ok()?))?;
        let whole = bytes.len() >= 5 && bytes.len() == usize::from(bytes[0]) + 5;
        if !whole || bytes.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte)) != 0 || behind.contains(&b':') {
            return None;
        }
        seen = true;
        let offset = u64::from(bytes[1]) << 8 | u64::from(bytes[2]);
        let data = &bytes[4..bytes.len() - 1];
        match (bytes[3], data.len()) {
            (0, len) => {
                let past = len > 0 && offset + len as u64 > 0x1_0000;
                let refused = if segmented { !wraps } else { base + offset + len as u64 > 1 << 32 };
                if past && refused {
                    return None;
                }
                for (n, byte) in data.iter().enumerate() {
                    let offset = offset + n as u64;
                    let address = base + if segmented { offset & 0xFFFF } else { offset };
                    if *memory.entry(address).or_insert(*byte) != *byte {
                        return None;
                    }
                }
            }
            (1, 0) => return Some(memory),
            (10..=14, _) => return None,
            (2, 2) => (base, segmented) = ((u64::from(data[0]) << 8 | u64::from(data[1])) << 4, true),
            (4, 2) => (base, segmented) = ((u64::from(data[0]) << 8 | u64::from(data[1])) << 16, false),
            (3 | 5, 4) | (6.., _) => {}
            _ => return None,
        }
    }
    seen.then_some(memory)
}

/// Whether a line is a record of an SQTP file that was used: a semicolon in place of the colon, or
/// in front of it.
fn used(line: &[u8]) -> bool {
    let Some(digits) = line.strip_prefix(b";") else { return false };
    let digits = digits.strip_prefix(b":").unwrap_or(digits);
    let len = digits.iter().take_while(|c| c.is_ascii_hexdigit()).count();
    let bytes = bytes_of(&format!(":{}", String::from_utf8_lossy(&digits[..len]))).unwrap_or_default();
    bytes.len() >= 5
        && bytes.len() == usize::from(bytes[0]) + 5
        && bytes.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte)) == 0
}

/// The same text, with the last two digits of each line of digits made its right sum.
pub fn mend_sums(text: &[u8]) -> Vec<u8> {
    let mut mended = text.to_vec();
    let mut start = 0;
    for at in 0..=text.len() {
        if at == text.len() || matches!(text[at], b'\r' | b'\n') {
            let line = std::str::from_utf8(&text[start..at]).ok().and_then(bytes_of);
            if let Some(bytes) = line.filter(|bytes| bytes.len() >= 5) {
                let sum = bytes[..bytes.len() - 1].iter().fold(0, |sum: u8, byte| sum.wrapping_sub(*byte));
                mended[at - 2..at].copy_from_slice(format!("{sum:02X}").as_bytes());
            }
            start = at + 1;
        }
    }
    mended
}

/// The Rocksoft model of a CRC, one bit at a time.
#[derive(Clone, Copy, Debug)]
pub struct Rocksoft {
    /// Bits of the register.
    pub width: u32,
    /// The polynomial without its highest term.
    pub poly: u128,
    /// The register at the start.
    pub init: u128,
    /// Bits of a byte lowest first.
    pub refin: bool,
    /// The register reflected at the end.
    pub refout: bool,
    /// Added last.
    pub xorout: u128,
}

impl Rocksoft {
    /// The register with one more bit.
    fn push(&self, register: u128, bit: u128) -> u128 {
        let top = register >> (self.width - 1) & 1;
        let shifted = register << 1 & (u128::MAX >> (128 - self.width));
        if top == bit { shifted } else { shifted ^ self.poly }
    }

    fn out(&self, register: u128) -> u128 {
        let bit = |n: u32| register >> n & 1;
        (0..self.width).fold(0, |out, n| out | bit(if self.refout { self.width - 1 - n } else { n }) << n)
    }

    fn register(&self, bytes: &[u8]) -> u128 {
        bytes.iter().fold(self.init, |register, byte| {
            (0..8).fold(register, |register, n| {
                let n = if self.refin { n } else { 7 - n };
                self.push(register, u128::from(byte >> n & 1))
            })
        })
    }

    /// The check value.
    pub fn crc(&self, bytes: &[u8]) -> u128 {
        self.out(self.register(bytes)) ^ self.xorout
    }

    /// The register behind the data and its check value, in the order of transmission.
    pub fn residue(&self, bytes: &[u8]) -> u128 {
        let crc = self.crc(bytes);
        let bits = (0..self.width).map(|n| crc >> (if self.refout { n } else { self.width - 1 - n }) & 1);
        self.out(bits.fold(self.register(bytes), |register, bit| self.push(register, bit)))
    }
}
