//! Words that can lock or brick a part: a field over one of them is refused, unless it says so.

use crate::addr::Span;

/// A family of parts, and its words that a stray field must not touch.
///
/// ```
/// use nameplate::plan::{FAMILIES, Family};
///
/// let kinetis = Family::from_name("kinetis").unwrap();
/// assert_eq!(kinetis.words().next().unwrap().0.to_string(), "0x00000400..0x00000410");
/// assert!(FAMILIES.iter().any(|family| family.name() == "stm32f4"));
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Family {
    name: &'static str,
    /// First byte, bytes, what it is, where that is said.
    words: &'static [(u64, u64, &'static str, &'static str)],
}

impl Family {
    /// The family of that name, in any letter case, with separators or without: `STM32-F4` is `stm32f4`. No
    /// family stands for another, however alike they are.
    pub fn from_name(name: &str) -> Option<&'static Self> {
        let plain = |c: &char| !matches!(c, '-' | '_' | '/' | ' ');
        let is = |family: &&Self| {
            let known = family.name.chars().filter(plain);
            known.eq(name.chars().filter(plain).map(|c| c.to_ascii_lowercase()))
        };
        FAMILIES.iter().find(is)
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The words: where they lie, as HEX files have them, what they are, and the source.
    pub fn words(&self) -> impl Iterator<Item = (Span, &'static str, &'static str)> {
        let row = |&(start, len, what, source)| Some((Span::new(start, len).ok()?, what, source));
        self.words.iter().filter_map(row)
    }
}

/// All families that are known. Not promised: that a part of another family has no such words.
pub const FAMILIES: &[Family] = &[
    Family {
        name: "lpc",
        words: &[(0x2FC, 4, "code read protection (CRP)", "NXP AN10968; UM10360, Code Read Protection")],
    },
    Family {
        name: "kinetis",
        words: &[(0x400, 16, "flash configuration field", "NXP K64P144M120SF5RM, Flash configuration field")],
    },
    Family {
        name: "pic14",
        words: &[(0x400E, 4, "configuration words 0x2007 and 0x2008", "Microchip DS41291, Configuration Bits")],
    },
    Family {
        name: "pic14e",
        words: &[(0x1_000E, 10, "configuration words 0x8007 to 0x800B", "Microchip DS40001639, Device Configuration")],
    },
    Family {
        name: "pic18",
        words: &[(0x30_0000, 14, "configuration bytes", "Microchip DS39632, Special Features of the CPU")],
    },
    Family { name: "stm32f0", words: &[(0x1FFF_F800, 16, "option bytes", "ST RM0091, Option bytes")] },
    Family { name: "stm32f1", words: &[(0x1FFF_F800, 16, "option bytes", "ST PM0075, Option byte description")] },
    Family { name: "stm32f3", words: &[(0x1FFF_F800, 16, "option bytes", "ST RM0316, Option byte description")] },
    Family { name: "stm32f4", words: &[(0x1FFF_C000, 16, "option bytes", "ST RM0090, Option bytes")] },
    Family { name: "stm32l4", words: &[(0x1FFF_7800, 40, "option bytes", "ST RM0351, Option bytes")] },
    Family {
        name: "nrf52",
        words: &[(0x1000_1208, 4, "access port protection (UICR.APPROTECT)", "Nordic nRF52832 PS, UICR")],
    },
    Family {
        name: "cc13x0",
        words: &[(0x1_FFA8, 88, "customer configuration (CCFG)", "TI SWCU117, Customer Configuration")],
    },
    Family {
        name: "cc13x2",
        words: &[(0x5_7FA8, 88, "customer configuration (CCFG)", "TI SWCU185, Customer Configuration")],
    },
];
