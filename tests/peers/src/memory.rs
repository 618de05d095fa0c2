//! What a reader found in a file: bytes at addresses.

use std::collections::BTreeMap;
use std::fmt;

/// Bytes at addresses. As text: segments such as `100=1A2B`, with a comma between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory(BTreeMap<u64, u8>);

impl Memory {
    /// Writes over what is there.
    pub fn put(&mut self, address: u64, bytes: &[u8]) {
        self.0.extend((address..).zip(bytes.iter().copied()));
    }

    /// Of several pieces, later ones over earlier ones.
    pub fn of<'b>(pieces: impl IntoIterator<Item = (u64, &'b [u8])>) -> Self {
        let mut memory = Self::default();
        for (address, bytes) in pieces {
            memory.put(address, bytes);
        }
        memory
    }

    /// Reads the text form.
    pub fn parse(text: &str) -> Option<Self> {
        let mut memory = Self::default();
        for segment in text.split(',').filter(|segment| !segment.is_empty()) {
            let (address, digits) = segment.split_once('=')?;
            memory.put(u64::from_str_radix(address, 16).ok()?, &bytes(digits)?);
        }
        Some(memory)
    }
}

/// The bytes that pairs of digits stand for.
pub fn bytes(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok().filter(|_| pair.len() == 2)).collect()
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut next = None;
        for (&address, byte) in &self.0 {
            if next != Some(address) {
                let comma = if next.is_some() { "," } else { "" };
                write!(f, "{comma}{address:X}=")?;
            }
            write!(f, "{byte:02X}")?;
            next = address.checked_add(1);
        }
        Ok(())
    }
}
