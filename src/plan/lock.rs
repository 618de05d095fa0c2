//! Words that can lock or brick a part: a field over one of them is refused, unless it says so.

use crate::addr::Span;

/// First byte, bytes, what it is, where that is said.
pub(super) type Row = (u64, u64, &'static str, &'static str);

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
    words: &'static [Row],
}

impl Family {
    pub(super) const fn new(name: &'static str, words: &'static [Row]) -> Self {
        Self { name, words }
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
