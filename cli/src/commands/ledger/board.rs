//! What a board shows of the pools of a job: read back, reported by its firmware, or scanned from its label.

use nameplate::Plan;
use nameplate::image::{Beside, Container, Merge, Sparse};
use nameplate_job::ledger::Identity;
use nameplate_ledger::sqlite::{Ledger, Query, Record};
use nameplate_ledger::{Found, Reading, Readings};

use super::find::address;
use crate::failure::{Exit, Failure};
use crate::image::File;

/// An image of the job, by which boards are read.
#[derive(Clone, Copy)]
pub(crate) struct Known<'k> {
    /// Its name, if the job has several.
    pub(crate) name: Option<&'k str>,
    pub(crate) plan: &'k Plan,
    pub(crate) template: &'k dyn Container,
}

/// What a board shows, whose images are in these files. A field that is erased shows nothing.
///
/// # Errors
/// When an image with one of the fields is not given, its file holds not all of them, or cannot be read.
pub(super) fn shown<'k>(
    identities: &[Identity],
    images: impl IntoIterator<Item = (Known<'k>, Option<&'k File>)>,
) -> Result<Readings, Failure> {
    let images: Vec<(Known<'k>, Option<&'k File>)> = images.into_iter().collect();
    let templates = images.iter().filter_map(|(known, _)| Some((known.name?, known.template)));
    let templates: Vec<(&str, &dyn Container)> = templates.collect();
    let mut shown = Readings::new();
    for (known, file) in images {
        let own = |name: &str| identities.iter().any(|identity| identity.field() == name);
        match (file, known.plan.fields().find(|(name, ..)| own(name)), known.name) {
            (Some(file), Some(_), _) => shown.append(&mut of_one(identities, known, &templates, file)?),
            (None, Some((field, ..)), Some(image)) => {
                return Err(Failure::refused(format_args!(
                    "field `{field}` is in image `{image}`, which is not given: read back that memory too"
                )));
            }
            _ => {}
        }
    }
    Ok(shown)
}

/// What one image shows. Only its fields are looked at, so that the templates of the others will do for its checksums.
fn of_one(
    identities: &[Identity],
    known: Known<'_>,
    others: &[(&str, &dyn Container)],
    file: &File,
) -> Result<Readings, Failure> {
    let Known { plan, template, .. } = known;
    let about = |failure: Failure| failure.about(file.name().display());
    let opened = file.open().map_err(|error| about(error.into()))?;
    let memory = file.memory(&opened).map_err(|error| about(error.into()))?;
    let container = memory.container();
    let spans = plan.fields().filter(|(name, ..)| identities.iter().any(|identity| identity.field() == *name));
    for (name, span, _) in spans {
        if container.locate(span).is_err() {
            return Err(about(Failure::refused(format_args!(
                "field `{name}` at {span} is not in it: read back that memory too"
            ))));
        }
    }
    // A blank chip, which reads as nothing else.
    if matches!(container.uniform(), Some(0x00 | 0xFF)) {
        return Ok(Readings::new());
    }
    // Another firmware may lie around the fields.
    let whole = Sparse::new(template).merge(&Sparse::new(container), Merge::PreferOverlay);
    let whole = whole.map_err(|error| about(Failure::refused(error)))?;
    let reading = plan.read(&Beside::new(&whole, others)).map_err(|error| about(Failure::refused(error)))?;
    let mut shown = Readings::new();
    for identity in identities {
        let Some(field) = reading.field(identity.field()).filter(|field| !field.is_erased()) else { continue };
        let text = match field.value() {
            Ok(value) => value.view().map(|view| identity.show(view)).unwrap_or_default(),
            // No text of the pool; the ledger never wrote that.
            Err(_) => hex::encode_upper(field.bytes().unwrap_or_default()),
        };
        let number = identity.number(&text);
        let _ = shown.insert(identity.pool().to_owned(), Reading { text, number });
    }
    Ok(shown)
}

/// What the firmware of a board reported: each text is of one pool. A text that is none is noise on the wire, and no
/// number of another board.
///
/// # Errors
/// When a text is of no pool of the job, or two are of one.
pub(super) fn reported(ledger: &Ledger, identities: &[Identity], texts: &[String]) -> Result<Readings, Failure> {
    let mut readings = Readings::new();
    for text in texts {
        let shown = address(text).unwrap_or_else(|| text.clone());
        let written = |identity: &&Identity| [text, &shown].into_iter().any(|text| identity.number(text).is_some());
        let pool = match identities.iter().find(written) {
            Some(identity) => Some(identity.pool().to_owned()),
            // With the date of another day.
            None => ledger.find(&Query::Text(shown.clone()))?.iter().find_map(|record| pool_of(record, &shown)),
        };
        let identity = identities.iter().find(|identity| Some(identity.pool()) == pool.as_deref());
        let Some(identity) = identity else {
            let pools: Vec<&str> = identities.iter().map(Identity::pool).collect();
            return Err(Failure::refused(format_args!(
                "--reported `{}` is no text of {}, so nothing was recorded: ask the board again",
                text.escape_debug(),
                pools.join(", ")
            ))
            .of_kind("foreign"));
        };
        let text = if identity.number(text).is_some() { text.clone() } else { shown };
        let number = identity.number(&text);
        if let Some(other) = readings.insert(identity.pool().to_owned(), Reading { text: text.clone(), number }) {
            return Err(Failure::new(
                Exit::Usage,
                format_args!(
                    "--reported `{}` and `{text}` are both of pool `{}`: one board has one",
                    other.text,
                    identity.pool()
                ),
            ));
        }
    }
    Ok(readings)
}

/// The pool of which a unit has, or had, a text.
fn pool_of(record: &Record, text: &str) -> Option<String> {
    let now = record.issue.iter().flat_map(|issue| &issue.numbers).find(|(_, (_, own))| own == text);
    let held = || record.numbers.iter().find(|held| held.text.as_deref() == Some(text));
    now.map(|(pool, _)| pool.clone()).or_else(|| held().map(|held| held.pool.clone()))
}

/// The same as the answer to what was found.
pub(super) fn found(shown: Readings) -> Found {
    if shown.is_empty() { Found::Blank } else { Found::Shows(shown) }
}

/// What a label says: each text is of the pool that writes such.
pub(super) fn label(identities: &[Identity], texts: &[String]) -> Option<Readings> {
    let one = |text: &String| {
        let of_pool = identities.iter().find_map(|identity| Some((identity.pool(), Some(identity.number(text)?))));
        let (pool, number) = of_pool.or_else(|| identities.first().map(|identity| (identity.pool(), None)))?;
        Some((pool.to_owned(), Reading { text: text.clone(), number }))
    };
    let readings: Readings = texts.iter().filter_map(one).collect();
    (!readings.is_empty()).then_some(readings)
}
