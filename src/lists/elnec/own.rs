//! What both lists of Elnec have: a label, and nothing twice.

use alloc::collections::BTreeSet;
use alloc::string::String;

use crate::lists::cell::Text;
use crate::lists::error::FeedErrorKind;

/// Labels. A semicolon is left out because it begins a comment.
pub(super) const LABEL: Text =
    Text { most: usize::MAX, without: "[];", expected: "printable ASCII without brackets and semicolon", sheet: false };

/// What has been written already, in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen(BTreeSet<String>);

impl Seen {
    pub(super) fn check(&self, what: &str, text: &str) -> Result<(), FeedErrorKind> {
        if self.0.contains(&text.to_ascii_lowercase()) {
            return Err(FeedErrorKind::Repeated { what: what.into() });
        }
        Ok(())
    }

    pub(super) fn insert(&mut self, text: &str) {
        let _ = self.0.insert(text.to_ascii_lowercase());
    }
}
