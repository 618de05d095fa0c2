//! Where the anchors of ledgers lie that have no other folder, and which ledgers there were.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::error::FolderError;
use super::files::{make, sync};

/// The name of the file with the path of a ledger.
const RECORD: &str = "ledger";

/// The folder of the user's state: in it, one folder for each ledger, by its ID, with the path of the ledger in the
/// file `ledger` and the anchor in the folder `anchor`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    path: PathBuf,
}

impl Home {
    /// A folder, which need not exist.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder of a ledger: its anchor lies in `anchor`, and there is room for its journal.
    pub fn of(&self, id: &str) -> PathBuf {
        self.path.join(id)
    }

    /// The folder of a ledger's anchor.
    pub fn anchor(&self, id: &str) -> PathBuf {
        self.of(id).join("anchor")
    }

    /// The ID of the ledger that lay at a path, whether it still does or not, and the folders of its anchor.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn find(&self, ledger: &Path) -> Result<Option<(String, Vec<PathBuf>)>, FolderError> {
        let wrong = |error| FolderError::new("list", &self.path, error);
        let entries = match fs::read_dir(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            entries => entries.map_err(wrong)?,
        };
        for entry in entries {
            let folder = entry.map_err(wrong)?.path();
            let Some(record) = recorded(&folder)? else { continue };
            let mut paths = record.split(|&byte| byte == 0).filter(|path| !path.is_empty());
            if paths.next() == Some(bytes(ledger).as_slice()) {
                let id = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                return Ok(Some((id, paths.map(path_of).collect())));
            }
        }
        Ok(None)
    }

    /// Remembers where a ledger lies, and its anchors, durably.
    pub(crate) fn record(&self, id: &str, ledger: &Path, anchors: &[&Path]) -> Result<(), FolderError> {
        let folder = self.of(id);
        // Paths with a zero byte after each, which none of them has.
        let mut text = Vec::new();
        for path in [&ledger].into_iter().chain(anchors) {
            text.extend(bytes(path));
            text.push(0);
        }
        if recorded(&folder)?.is_some_and(|known| known == text) {
            return Ok(());
        }
        make(&folder)?;
        // Whole, or not there: a new name, and then the name that counts.
        let (new, record) = (folder.join(format!(".ledger-{}", std::process::id())), folder.join(RECORD));
        let write = || -> io::Result<()> {
            let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(&new)?;
            file.write_all(&text)?;
            file.sync_all()?;
            fs::rename(&new, &record)
        };
        write().map_err(|error| FolderError::new("write", &record, error))?;
        sync(&folder)
    }
}

fn recorded(folder: &Path) -> Result<Option<Vec<u8>>, FolderError> {
    let path = folder.join(RECORD);
    match fs::read(&path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(FolderError::new("read", &path, error)),
    }
}

/// A path as it is written.
pub(crate) fn bytes(path: &Path) -> Vec<u8> {
    #[cfg(unix)]
    return std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_vec();
    #[cfg(not(unix))]
    return path.to_string_lossy().into_owned().into_bytes();
}

/// A path that was written.
pub(crate) fn path_of(bytes: &[u8]) -> PathBuf {
    #[cfg(unix)]
    return PathBuf::from(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes));
    #[cfg(not(unix))]
    return PathBuf::from(String::from_utf8_lossy(bytes).into_owned());
}
