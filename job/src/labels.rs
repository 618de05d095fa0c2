//! Texts for the labels of units, from their fields.

use std::collections::BTreeMap;

use nameplate::id::label::{ElementString, Envelope};

use crate::error::JobError;
use crate::job::{Job, Text, TextKind};
use crate::names::NameTemplate;

/// The texts of a job.
#[derive(Debug)]
pub struct Labels {
    labels: Vec<Label>,
}

#[derive(Debug)]
struct Label {
    text: Text,
    /// One for each identifier; of a plain text, one.
    templates: Vec<NameTemplate>,
}

impl Labels {
    /// The texts of a job.
    ///
    /// # Errors
    /// When one names no field, or a secret one.
    pub fn new(job: &Job) -> Result<Self, JobError> {
        let fields = job.shown();
        let label = |text: &Text| {
            let templates: Vec<&str> = match &text.kind {
                TextKind::Plain(template) => vec![template],
                TextKind::Gs1(pairs) | TextKind::Envelope(pairs) => {
                    pairs.iter().map(|(_, text)| text.as_str()).collect()
                }
            };
            let templates = templates.into_iter().map(|template| NameTemplate::parse(template, &fields));
            let templates = templates.collect::<Result<Vec<_>, _>>();
            let about = |error| JobError::refused(error).about(format_args!("[[text]] `{}`", text.name));
            Ok(Label { text: text.clone(), templates: templates.map_err(about)? })
        };
        Ok(Self { labels: job.texts.iter().map(label).collect::<Result<Vec<_>, JobError>>()? })
    }

    /// Whether the job has none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Their names, in the order of the job.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.labels.iter().map(|label| label.text.name.as_str())
    }

    /// The texts of unit `seq` by name; `field` gives a field's value as text.
    ///
    /// # Errors
    /// When a value is none that its identifier allows.
    pub fn texts(
        &self,
        seq: u64,
        field: impl Fn(&str) -> Option<String>,
    ) -> Result<BTreeMap<String, String>, JobError> {
        self.each(seq, field, |label| label.human_readable().to_string())
    }

    /// The same as a scanner reads them: a GS1 element string as its data, with a separator (1D hex) behind values of
    /// variable length, in place of the readable form.
    ///
    /// # Errors
    /// As [`texts`](Self::texts).
    pub fn scans(
        &self,
        seq: u64,
        field: impl Fn(&str) -> Option<String>,
    ) -> Result<BTreeMap<String, String>, JobError> {
        self.each(seq, field, |label| label.data().to_string())
    }

    fn each(
        &self,
        seq: u64,
        field: impl Fn(&str) -> Option<String>,
        gs1: impl Fn(&ElementString) -> String,
    ) -> Result<BTreeMap<String, String>, JobError> {
        let one = |label: &Label| {
            let texts: Vec<String> = label.templates.iter().map(|template| template.text(seq, &field)).collect();
            let text = match &label.text.kind {
                TextKind::Plain(_) => Ok(texts.concat()),
                TextKind::Gs1(names) => ElementString::new(&values(names, &texts)).map(|label| gs1(&label)),
                TextKind::Envelope(names) => Envelope::new(&values(names, &texts)).map(|label| label.to_string()),
            };
            let about = |error| JobError::refused(format_args!("unit {seq}: [[text]] `{}`: {error}", label.text.name));
            Ok((label.text.name.clone(), text.map_err(about)?))
        };
        self.labels.iter().map(one).collect()
    }
}

/// Identifiers with their values.
fn values<'a>(names: &'a [(String, String)], texts: &'a [String]) -> Vec<(&'a str, &'a str)> {
    names.iter().map(|(name, _)| name.as_str()).zip(texts.iter().map(String::as_str)).collect()
}
