//! Elnec PG4UW (also sold by B+K Precision and Dataman): lists of bytes, and lists of files.
//!
//! Each line begins with a label in brackets, by which the operator chooses where to start. Labels are
//! unique; letter case makes no difference.

use alloc::collections::BTreeSet;
use alloc::string::String;

use super::cell::Text;
use super::error::FeedErrorKind;

pub mod from_file;
pub mod playlist;

/// Labels. A semicolon is left out because it begins a comment.
const LABEL: Text =
    Text { most: usize::MAX, without: "[];", expected: "printable ASCII without brackets and semicolon", sheet: false };

/// What has been written already, in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Seen(BTreeSet<String>);

impl Seen {
    fn check(&self, what: &str, text: &str) -> Result<(), FeedErrorKind> {
        if self.0.contains(&text.to_ascii_lowercase()) {
            return Err(FeedErrorKind::Repeated { what: what.into() });
        }
        Ok(())
    }

    fn insert(&mut self, text: &str) {
        let _ = self.0.insert(text.to_ascii_lowercase());
    }
}
