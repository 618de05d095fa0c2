//! The nearest right name for a mistyped one.

/// `; did you mean `encode`?`, or nothing when no name is near.
pub fn did_you_mean<'n>(found: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    // A hostile file may have names of any length; nobody mistypes one of these.
    if found.len() > 64 {
        return String::new();
    }
    let lower = found.to_lowercase();
    let near = |name: &&str| strsim::damerau_levenshtein(&lower, &name.to_lowercase());
    let nearest = names.into_iter().map(|name| (near(&name), name)).min_by_key(|(distance, _)| *distance);
    match nearest {
        Some((distance, name)) if distance <= (name.len() / 3).max(1) && distance < name.len() => {
            format!("; did you mean `{}`?", name.escape_debug())
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn near_and_far() {
        let keys = ["encode", "expect", "at"];
        assert_eq!(did_you_mean("encod", keys), "; did you mean `encode`?");
        assert_eq!(did_you_mean("ENCODE", keys), "; did you mean `encode`?");
        assert_eq!(did_you_mean("colour", keys), "");
        assert_eq!(did_you_mean(&"e".repeat(100_000), keys), "");
    }
}
