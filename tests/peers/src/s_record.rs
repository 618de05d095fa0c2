//! Motorola S-records, as far as other tools write them.

use crate::memory::{Memory, bytes};

/// The memory that S-records hold; what is wrong with them otherwise.
pub fn read(text: &str) -> Result<Memory, String> {
    let mut memory = Memory::default();
    for line in text.lines() {
        let record = data(line).ok_or_else(|| format!("`{line}` is no S-record"))?;
        if let Some((address, bytes)) = record {
            memory.put(address, &bytes);
        }
    }
    Ok(memory)
}

/// A data record's address and bytes; nothing for a record of another type; no record at all otherwise.
#[allow(clippy::option_option, reason = "each of the three is another thing")]
fn data(line: &str) -> Option<Option<(u64, Vec<u8>)>> {
    let (kind, digits) = line.strip_prefix('S')?.split_at_checked(1)?;
    let record = bytes(digits)?;
    let ([count, rest @ ..], sum) = (record.as_slice(), record.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)))
    else {
        return None;
    };
    if usize::from(*count) != rest.len() || sum != 0xFF {
        return None;
    }
    let width = match kind {
        "1" => 2,
        "2" => 3,
        "3" => 4,
        "0" | "5" | "6" | "7" | "8" | "9" => return Some(None),
        _ => return None,
    };
    let (address, rest) = rest.split_at_checked(width)?;
    let (_, data) = rest.split_last()?;
    Some(Some((address.iter().fold(0, |address, byte| address << 8 | u64::from(*byte)), data.to_vec())))
}
