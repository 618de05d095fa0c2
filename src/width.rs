//! Numbers of other widths: lengths as 64 bits, distances as indices, the low half of 128 bits.

/// A length as a number of 64 bits; no target has more.
#[inline]
pub(crate) fn wide(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}

/// A number as an index or a length in memory. Where it has more bits than a target's addresses, the greatest:
/// beyond the end of every slice.
#[inline]
pub(crate) fn index(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// The low 64 bits.
#[inline]
pub(crate) fn low(n: u128) -> u64 {
    let [b0, b1, b2, b3, b4, b5, b6, b7, ..] = n.to_le_bytes();
    u64::from_le_bytes([b0, b1, b2, b3, b4, b5, b6, b7])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_stays_and_the_rest_is_as_said() {
        assert_eq!((wide(0), wide(usize::MAX)), (0, u64::MAX >> (64 - usize::BITS)));
        assert_eq!((index(0), index(0x1234_5678)), (0, 0x1234_5678));
        // On 32 bits the second is more than there is.
        assert_eq!(index(u64::MAX), usize::MAX);
        assert_eq!(low(0x1122_3344_5566_7788_99AA_BBCC_DDEE_FF00), 0x99AA_BBCC_DDEE_FF00);
    }
}
