//! Options whose values have names.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// A parser of one of these names, each with what is said of it in the help, and what it means.
pub(crate) fn one_of<T>(names: &'static [(&'static str, &'static str, T)]) -> impl TypedValueParser<Value = T>
where
    T: Copy + Send + Sync + 'static,
{
    let named = |(name, help, _): &(&'static str, &'static str, T)| {
        let value = PossibleValue::new(*name);
        if help.is_empty() { value } else { value.help(*help) }
    };
    PossibleValuesParser::new(names.iter().map(named)).try_map(move |found| {
        let found = names.iter().find(|(name, ..)| *name == found).map(|(.., meaning)| *meaning);
        found.ok_or("is none of the names")
    })
}
