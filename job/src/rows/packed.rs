//! Cells end to end, and the numbers of rows, in 32 bits each.

/// Neighbours that are the same.
pub(super) fn pairs(order: &[u32], same: impl Fn(u32, u32) -> bool) -> impl Iterator<Item = (u32, u32)> {
    order.iter().zip(order.iter().skip(1)).map(|(one, two)| (*one, *two)).filter(move |&(one, two)| same(one, two))
}

pub(super) fn high(n: u64) -> u32 {
    let [b0, b1, b2, b3, ..] = n.to_be_bytes();
    u32::from_be_bytes([b0, b1, b2, b3])
}

pub(super) fn low(n: u64) -> u32 {
    let [b0, b1, b2, b3, ..] = n.to_le_bytes();
    u32::from_le_bytes([b0, b1, b2, b3])
}

pub(super) fn number(&[high, low, _]: &[u32; 3]) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

/// A place among the cells, or the number of a row: [`MOST`] sees to it that it fits.
pub(super) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

pub(super) fn index(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

/// Adds a cell: its length, seven bits a byte from the lowest on, and its bytes.
pub(super) fn push(cells: &mut Vec<u8>, len: usize) {
    let mut rest = len;
    while rest > 0x7F {
        cells.extend(u8::try_from(rest & 0x7F).map(|low| low | 0x80));
        rest >>= 7;
    }
    cells.extend(u8::try_from(rest));
}

/// A length, and how many bytes it takes.
pub(super) fn length(cells: &[u8]) -> (usize, usize) {
    let (mut len, mut shift) = (0_usize, 0);
    for (byte, taken) in cells.iter().zip(1..) {
        len |= usize::from(byte & 0x7F) << shift;
        shift += 7;
        if byte & 0x80 == 0 || shift > 28 {
            return (len, taken);
        }
    }
    (0, cells.len())
}
