//! `family` of `[image]`.

use nameplate::plan::{FAMILIES, Family};

use crate::error::ParseError;
use crate::reader::Item;

/// The family of a part. One that is not known is not taken for one that is written nearly so: their words that lock a
/// part lie elsewhere.
pub(crate) fn family(item: &Item<'_, '_>) -> Result<&'static Family, ParseError> {
    let found = item.string("the family of the part, as \"stm32f4\"")?;
    Family::from_name(found).ok_or_else(|| {
        let letters = |name: &str| -> String {
            name.chars().take_while(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect()
        };
        let names: Vec<&str> = FAMILIES.iter().map(Family::name).collect();
        let mut alike: Vec<&str> = names.iter().copied().filter(|name| letters(name) == letters(found)).collect();
        if alike.is_empty() {
            alike = names;
        }
        item.error(format!(
            "found \"{}\", a family whose lock words are not known, expected one of {}; without `family` no field is refused for lying on such words",
            found.escape_debug(),
            alike.join(", ")
        ))
    })
}
