//! Families of boards, of which each takes its own blocks.

use core::fmt;

use super::families::FAMILIES;

/// A family of boards, by its ID; or no family.
///
/// ```
/// use nameplate::image::uf2::Family;
///
/// let family = Family::from_name("rp2350-arm-s").unwrap();
/// assert_eq!(family, Family::new(0xE48B_FF59));
/// assert_eq!(family.to_string(), "RP2350_ARM_S (0xE48BFF59)");
/// assert_eq!(Family::from_name("0xE48BFF59"), Some(family));
/// assert_eq!(Family::from_name("none"), Some(Family::NONE));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Family(Option<u32>);

impl Family {
    /// That of blocks which say none.
    pub const NONE: Self = Self(None);
    /// RP2040, whose boot ROM erases flash by block number.
    pub const RP2040: Self = Self(Some(0xE48B_FF56));
    /// Any memory of RP2040 and RP2350, without partitions.
    pub const ABSOLUTE: Self = Self(Some(0xE48B_FF57));

    /// The family of this ID.
    pub const fn new(id: u32) -> Self {
        Self(Some(id))
    }

    /// Its ID, if it is one.
    pub fn id(self) -> Option<u32> {
        self.0
    }

    /// Its name in the list of microsoft/uf2, as `RP2040`, if it has one.
    pub fn name(self) -> Option<&'static str> {
        self.row().map(|(_, name, _)| *name)
    }

    /// The parts that it stands for, as `Raspberry Pi RP2040`, if it is in the list.
    pub fn part(self) -> Option<&'static str> {
        self.row().map(|(.., part)| *part)
    }

    fn row(self) -> Option<&'static (u32, &'static str, &'static str)> {
        let index = FAMILIES.binary_search_by_key(&self.0?, |(id, ..)| *id).ok()?;
        FAMILIES.get(index)
    }

    /// The families that have a name, in the order of their IDs.
    pub fn known() -> impl Iterator<Item = Self> {
        FAMILIES.iter().map(|(id, ..)| Self::new(*id))
    }

    /// The family of this name: one of the list in any letter case, `-` as `_`; an ID as `0xE48BFF56`; or `none`.
    pub fn from_name(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case("none") {
            return Some(Self::NONE);
        }
        if let Some(digits) = name.strip_prefix("0x").or_else(|| name.strip_prefix("0X")) {
            let is_id = matches!(digits.len(), 1..=8) && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            return u32::from_str_radix(digits, 16).ok().filter(|_| is_id).map(Self::new);
        }
        let plain = |byte: u8| if byte == b'-' { b'_' } else { byte.to_ascii_lowercase() };
        let same = |other: &str| name.bytes().map(plain).eq(other.bytes().map(plain));
        FAMILIES.iter().find(|(_, other, _)| same(other)).map(|(id, ..)| Self::new(*id))
    }

    /// Whether its images may be sealed as those of RP2350 are.
    pub(super) fn is_rp2350(self) -> bool {
        matches!(self.0, Some(0xE48B_FF57 | 0xE48B_FF59..=0xE48B_FF5B))
    }
}

/// `RP2040 (0xE48BFF56)`, `0x12345678`, `none`.
impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, self.name()) {
            (Some(id), Some(name)) => write!(f, "{name} ({id:#010X})"),
            (Some(id), None) => write!(f, "{id:#010X}"),
            (None, _) => f.write_str("none"),
        }
    }
}
