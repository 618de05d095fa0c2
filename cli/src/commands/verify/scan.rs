//! What was scanned from the label of a board: it must agree with what its memory says.
//!
//! It agrees with a field that no two units have alike, with an address in any of its forms, or with a `[[text]]` of the
//! job in which such a field or the number stands, as it is printed or as a scanner gives it. What all units have says nothing of this one.

use std::cell::Cell;
use std::collections::BTreeMap;

use nameplate::id::eui::{Eui48, Eui64};
use nameplate_job::Job;
use nameplate_job::labels::Labels;
use nameplate_job::source::Source;
use serde_json::{Value, json};

use super::verdict::Verdict;
use crate::failure::Failure;

/// The longest text that is compared, in characters; a label has no longer one.
const MOST: usize = 8_192;

/// The symbology identifiers that scanners put in front of the data of a GS1 code: `DataMatrix`, QR, Code 128.
const GS1: [&str; 3] = ["]d2", "]Q3", "]C1"];

/// A text of the label, and what it was compared with.
pub(super) struct Scanned {
    #[cfg(feature = "ledger")]
    label: String,
    /// What the label says, where that may be shown.
    text: String,
    /// What it agrees with, a field or a `[[text]]`; or the sentence that says how it does not.
    found: Result<String, String>,
}

impl Scanned {
    /// The sentence that says how it does not agree.
    pub(super) fn wrong(&self) -> Option<&String> {
        self.found.as_ref().err()
    }

    /// The text itself, of one that does not agree, with that sentence.
    #[cfg(feature = "ledger")]
    pub(super) fn other(&self) -> Option<(String, String)> {
        Some((self.label.clone(), self.wrong()?.clone()))
    }

    /// A word for a person, of one that agrees.
    pub(super) fn shown(&self) -> Option<String> {
        self.found.as_ref().ok().map(|name| format!("label {} agrees with {name}", self.text))
    }

    /// The same for a script.
    pub(super) fn json(&self) -> Value {
        json!({ "text": self.text, "agrees_with": self.found.as_ref().ok(), "wrong": self.wrong() })
    }
}

/// Compares each text of the label with what the image says of its unit.
///
/// # Errors
/// When a `[[text]]` of the job is none.
pub(super) fn scan(
    job: &Job,
    sources: &[(String, Source)],
    verdict: &Verdict,
    scanned: &[String],
) -> Result<Vec<Scanned>, Failure> {
    if scanned.is_empty() {
        return Ok(Vec::new());
    }
    let says = says(job, sources, verdict)?;
    let has_secret = job.fields.iter().any(|field| field.secret);
    let one = |scanned: &String| {
        let text = scanned;
        let bare = GS1.iter().find_map(|id| text.strip_prefix(id));
        let found = says.iter().find(|(_, own)| own == text || bare == Some(own) || is_address(own, text));
        let found = match found {
            Some((name, _)) => Ok(name.clone()),
            None => Err(differs(text, &says, has_secret)),
        };
        // What agrees is nothing that may not be shown.
        let may_be_shown =
            found.is_ok() || !has_secret || nearest(text, &says).is_some_and(|(_, own)| is_alike(own, text));
        let text = if may_be_shown { text.escape_debug().to_string() } else { hidden(text) };
        Scanned {
            #[cfg(feature = "ledger")]
            label: scanned.clone(),
            text,
            found,
        }
    };
    Ok(scanned.iter().map(one).collect())
}

/// What tells a unit from all others, by name: its fields, then its texts.
fn says(job: &Job, sources: &[(String, Source)], verdict: &Verdict) -> Result<Vec<(String, String)>, Failure> {
    let shown = job.shown();
    let is_open = |name: &str| shown.get(name) == Some(&false);
    let held: BTreeMap<&str, &str> = verdict
        .fields
        .iter()
        .filter(|(name, _)| is_open(name))
        .filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
        .collect();
    let is_unique = |name: &str| sources.iter().any(|(own, source)| own == name && source.is_unique());
    let mut says: Vec<(String, String)> = sources
        .iter()
        .filter(|(name, _)| is_unique(name))
        .filter_map(|(name, _)| Some((name.clone(), (*held.get(name.as_str())?).to_owned())))
        .collect();
    // A text of fields that the image lacks is none.
    let Some(seq) = verdict.seq.filter(|_| held.len() == shown.values().filter(|secret| !**secret).count()) else {
        return Ok(says);
    };
    for text in &job.texts {
        let labels = Labels::new(&Job { texts: vec![text.clone()], ..job.clone() })?;
        let asked = Cell::new(false);
        let field = |name: &str| {
            asked.set(asked.get() || is_unique(name));
            held.get(name).map(|&text| text.to_owned())
        };
        let made = labels.texts(seq, field)?;
        // Where the number stands in it, that of another unit differs, or is none.
        let is_own = asked.get() || labels.texts(seq ^ 1, field).ok().as_ref() != Some(&made);
        if is_own {
            // As it is printed under a code, and as a scanner reads that.
            says.extend(made);
            says.extend(labels.scans(seq, field)?);
        }
    }
    Ok(says)
}

/// Whether a text is the address that the memory has, in another form.
fn is_address(own: &str, text: &str) -> bool {
    let short = Eui48::from_hyphens(own).ok().is_some_and(|own| text.parse() == Ok(own));
    short || Eui64::from_hyphens(own).ok().is_some_and(|own| text.parse() == Ok(own))
}

fn is_alike(own: &str, text: &str) -> bool {
    own.chars().count() == text.chars().count()
}

/// The text that is most like this one: of the same length if there is one, then with the most characters in place.
fn nearest<'s>(text: &str, says: &'s [(String, String)]) -> Option<&'s (String, String)> {
    let same = |own: &str| own.chars().zip(text.chars()).filter(|(one, two)| one == two).count();
    // Of those that are as near, the first.
    says.iter().rev().max_by_key(|(_, own)| (is_alike(own, text), same(own)))
}

fn hidden(text: &str) -> String {
    format!("a text of {} characters", text.chars().count())
}

/// How it does not agree: both texts, and where they differ.
fn differs(text: &str, says: &[(String, String)], has_secret: bool) -> String {
    let Some((name, own)) = nearest(text, says) else {
        return "the label cannot be compared: the image says nothing that only one unit has".to_owned();
    };
    if text.chars().take(MOST + 1).count() > MOST {
        return format!("the label says more than {MOST} characters, and the memory has {name} `{own}`");
    }
    let says = if has_secret && !is_alike(own, text) { hidden(text) } else { format!("`{}`", text.escape_debug()) };
    let both = format!("the label says {says}, and the memory has {name} `{own}`");
    if text.trim() == own {
        return format!("{both}: there are blanks around it");
    }
    if !is_alike(own, text) {
        return both;
    }
    let at: Vec<usize> =
        (1..).zip(own.chars().zip(text.chars())).filter(|(_, (one, two))| one != two).map(|(at, _)| at).collect();
    let (Some(first), Some(last)) = (at.first(), at.last()) else { return both };
    let part = |text: &str| text.chars().skip(first - 1).take(last - first + 1).collect::<String>();
    let place = if first == last { format!("character {first}") } else { format!("characters {first} to {last}") };
    format!(
        "{both}: {place} {} `{}` on the label, `{}` in the memory",
        if first == last { "is" } else { "are" },
        part(text).escape_debug(),
        part(own)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says() -> Vec<(String, String)> {
        [("serial", "EUDV2407-000123"), ("mac", "70-B3-D5-7E-D0-7A")]
            .map(|(name, text)| (name.into(), text.into()))
            .into()
    }

    #[test]
    fn sentences() {
        for (text, expected) in [
            (
                "EUDV2407-OOO123",
                "the label says `EUDV2407-OOO123`, and the memory has serial `EUDV2407-000123`: characters 10 to 12 are `OOO` on the label, `000` in the memory",
            ),
            (
                "EUDV2407-000124",
                "the label says `EUDV2407-000124`, and the memory has serial `EUDV2407-000123`: character 15 is `4` on the label, `3` in the memory",
            ),
            (
                "EUDV2407-000123\n",
                "the label says `EUDV2407-000123\\n`, and the memory has serial `EUDV2407-000123`: there are blanks around it",
            ),
            ("MODEL-7", "the label says `MODEL-7`, and the memory has serial `EUDV2407-000123`"),
            (
                "70-B3-D5-7E-D0-7B",
                "the label says `70-B3-D5-7E-D0-7B`, and the memory has mac `70-B3-D5-7E-D0-7A`: character 17 is `B` on the label, `A` in the memory",
            ),
        ] {
            assert_eq!(differs(text, &says(), false), expected);
        }
        assert_eq!(
            differs("000102030405060708090A0B0C0D0E0F", &says(), true),
            "the label says a text of 32 characters, and the memory has serial `EUDV2407-000123`"
        );
        assert!(differs("x", &[], false).starts_with("the label cannot be compared"));
        assert!(differs(&"x".repeat(MOST + 1), &says(), false).starts_with("the label says more than 8192 characters"));
    }

    #[test]
    fn addresses_in_any_form() {
        for text in ["70:B3:D5:7E:D0:7A", "70b3d57ed07a", "70-b3-d5-7e-d0-7a"] {
            assert!(is_address("70-B3-D5-7E-D0-7A", text), "{text}");
        }
        for text in ["70:B3:D5:7E:D0:7B", "70B3D57ED0", "", "EUDV2407-000123"] {
            assert!(!is_address("70-B3-D5-7E-D0-7A", text), "{text}");
        }
        assert!(!is_address("EUDV2407-000123", "eudv2407-000123"));
    }
}
