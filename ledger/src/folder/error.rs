//! What went wrong in a folder.

use std::io;
use std::path::{Path, PathBuf};

/// What could not be done in a folder, and why.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {source}", .path.display())]
pub struct FolderError {
    path: PathBuf,
    action: &'static str,
    source: io::Error,
}

impl FolderError {
    pub(crate) fn new(action: &'static str, path: &Path, source: io::Error) -> Self {
        Self { path: path.to_owned(), action, source }
    }

    /// The path that it is about.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the system says.
    pub fn io(&self) -> &io::Error {
        &self.source
    }
}
