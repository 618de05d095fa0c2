//! Elnec playlist: one file for each device, a whole image or what differs.
//!
//! ```
//! use nameplate::lists::elnec::playlist::{HEADER, Playlist};
//!
//! let mut list = Playlist::new();
//! let mut text = String::from(HEADER);
//! list.line_into(1, "nav1", "file1.dat", &mut text)?;
//! list.line_into(2, "nav2", "file2.dat", &mut text)?;
//! assert_eq!(text, "FILETYPE=PG4UW SERIALIZATION PLAYLIST FILE\r\n[nav1] file1.dat\r\n[nav2] file2.dat\r\n");
//! # Ok::<(), nameplate::lists::FeedError>(())
//! ```
//!
//! PG4UW loads the file of the line into its buffer as "Load file" does, and finds out itself whether
//! it is HEX or binary. Names are relative to the playlist. An absolute path would work on one computer
//! only, and is refused; so is a file that an earlier unit has, whichever way the path leads to it: both
//! devices would get its identity.
//!
//! Source: PG4UW manual, *Playlist From-file mode*. How lines end, and which characters a file name may
//! have, is not said: CR LF is written, names are printable ASCII without brackets and semicolon.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

use super::own::{LABEL, Seen};
use crate::lists::cell::Text;
use crate::lists::error::{FeedError, FeedErrorKind};
use crate::lists::limits::Limits;

/// The first line.
pub const HEADER: &str = "FILETYPE=PG4UW SERIALIZATION PLAYLIST FILE\r\n";

/// The format; it has no limits.
pub const PLAYLIST: Limits = Limits::none("Elnec playlist", "PG4UW manual, Playlist From-file mode");

/// File names.
const FILE: Text = Text {
    most: usize::MAX,
    without: "[];:*?\"<>|",
    expected: "printable ASCII that every system takes in a file name, and no bracket or semicolon",
    sheet: false,
};

/// Writes the lines of one playlist, after the [`HEADER`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Playlist {
    labels: Seen,
    files: Seen,
}

impl Playlist {
    /// An empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends the line of unit `number`, CR LF included.
    ///
    /// # Errors
    /// When the label or the file name is empty, has a character that cannot stand there, or is that
    /// of an earlier unit; or the path is absolute. Nothing is appended then.
    pub fn line_into(&mut self, number: u64, label: &str, file: &str, out: &mut String) -> Result<(), FeedError> {
        self.check(label, file).map_err(|kind| PLAYLIST.refuse(number, kind))?;
        self.labels.insert(label);
        self.files.insert(&place(file));
        // Writing to a `String` cannot fail.
        let _ = write!(out, "[{label}] {file}\r\n");
        Ok(())
    }

    fn check(&self, label: &str, file: &str) -> Result<(), FeedErrorKind> {
        LABEL.check(&|| "the label".into(), label, false)?;
        self.labels.check("the label", label)?;
        FILE.check(&|| "the file name".into(), file, false)?;
        if let Some(found @ ('/' | '\\')) = file.chars().next() {
            let (what, expected) = ("the file name".into(), "a path relative to the playlist");
            return Err(FeedErrorKind::Character { what, found: Some(found), at: 1, expected });
        }
        self.files.check("the file name", &place(file))
    }
}

/// A relative path in the one form that all paths to its file share: with either slash, one or more, by way of
/// `.` or `..`, and with the dots and spaces that Windows leaves out.
fn place(file: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in file.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            ".." => parts.push(part),
            _ => parts.push(part.trim_end_matches(['.', ' '])),
        }
    }
    parts.join("/")
}
