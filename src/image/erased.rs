//! What blank memory reads as.

use crate::never::OrNever;
use crate::width;

/// What blank memory reads as: a pattern of 1–4 bytes that repeats, its phase by address. 0xFF
/// unless said otherwise; 0x00 on STM32L0 and L1, `FF 3F` in the program memory of 14-bit PICs.
///
/// ```
/// use nameplate::image::Erased;
///
/// let pic14 = Erased::pattern(&[0xFF, 0x3F]).unwrap();
/// assert!(pic14.matches(0x4000, &[0xFF, 0x3F, 0xFF]) && !pic14.matches(0x4001, &[0xFF, 0x3F]));
/// assert_eq!(Erased::default(), Erased::byte(0xFF));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erased {
    pattern: [u8; 4],
    len: u8,
}

impl Erased {
    /// Every byte reads as `byte`.
    pub const fn byte(byte: u8) -> Self {
        Self { pattern: [byte, 0, 0, 0], len: 1 }
    }

    /// The bytes of `pattern` repeat, the first at every address that is a multiple of its length;
    /// nothing unless it has 1 to 4 bytes.
    pub fn pattern(pattern: &[u8]) -> Option<Self> {
        let mut this = Self { pattern: [0; 4], len: u8::try_from(pattern.len()).ok().filter(|&len| len > 0)? };
        this.pattern.get_mut(..pattern.len())?.copy_from_slice(pattern);
        Some(this)
    }

    /// The bytes that repeat.
    pub fn as_bytes(&self) -> &[u8] {
        self.pattern.get(..usize::from(self.len)).or_never("no more bytes than there is room for")
    }

    /// What the byte at `address` reads as when it is blank.
    pub fn at(&self, address: u64) -> u8 {
        let phase = width::index(address % u64::from(self.len));
        self.pattern.get(phase).copied().or_never("below the length")
    }

    /// Whether `bytes`, the first at `address`, are all blank.
    pub fn matches(&self, address: u64, bytes: &[u8]) -> bool {
        bytes.iter().zip(address..).all(|(&byte, address)| self.at(address) == byte)
    }
}

impl Default for Erased {
    fn default() -> Self {
        Self::byte(0xFF)
    }
}

#[cfg(test)]
mod tests {
    use super::Erased;

    #[test]
    fn the_phase_goes_by_address() {
        let pic = Erased::pattern(&[0xFF, 0x3F]).unwrap_or_default();
        assert!(pic.matches(0x1000, &[0xFF, 0x3F, 0xFF]) && pic.matches(0x1001, &[0x3F, 0xFF]));
        assert!(!pic.matches(0x1001, &[0xFF, 0x3F]) && !pic.matches(0x1000, &[0xFF, 0xFF]));
        assert_eq!((Erased::pattern(&[]), Erased::pattern(&[0; 5])), (None, None));
        assert!(Erased::default().matches(3, &[0xFF; 9]) && Erased::byte(0).matches(0, &[0; 3]));
    }
}
