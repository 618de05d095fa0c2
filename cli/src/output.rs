//! A file that is written whole or not at all, never over another one, and on the disk before it is spoken of.

use std::fs;
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::failure::{Failure, folder};

/// A file under a temporary name, beside the one it will have.
#[derive(Debug)]
pub struct NewFile {
    file: BufWriter<NamedTempFile>,
    path: PathBuf,
}

fn exists(path: &Path) -> Failure {
    Failure::refused("exists already; nothing is written over it").about(path.display())
}

impl NewFile {
    /// A file that is to be `path`, which may not exist yet.
    ///
    /// # Errors
    /// When it exists, or no file can be made beside it.
    pub fn create(path: &Path) -> Result<Self, Failure> {
        if path.exists() {
            return Err(exists(path));
        }
        let mut builder = tempfile::Builder::new();
        // A temporary file is its maker's alone; this one is to be like any new file.
        #[cfg(unix)]
        let _ = builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file =
            builder.prefix(".nameplate-").tempfile_in(folder(path)).map_err(|error| Failure::making(path, &error))?;
        Ok(Self { file: BufWriter::new(file), path: path.to_owned() })
    }

    /// Adds `bytes`.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.file.write_all(bytes).map_err(|error| Failure::making(&self.path, &error))
    }

    /// Gives the file its name, durably.
    ///
    /// # Errors
    /// When it cannot be written, or the name is taken by now.
    pub fn keep(self) -> Result<(), Failure> {
        let path = self.path.clone();
        self.rename()?;
        sync_folder(folder(&path))
    }

    fn rename(self) -> Result<(), Failure> {
        let fail = |error: &std::io::Error| match error.kind() {
            ErrorKind::AlreadyExists => exists(&self.path),
            _ => Failure::making(&self.path, error),
        };
        let file = self.file.into_inner().map_err(|error| fail(error.error()))?;
        file.as_file().sync_all().map_err(|error| fail(&error))?;
        file.persist_noclobber(&self.path).map(drop::<fs::File>).map_err(|error| fail(&error.error))
    }

    /// Gives all of them their names, durably, or none.
    ///
    /// # Errors
    /// As [`keep`](Self::keep), at the first one.
    pub fn keep_all(files: impl IntoIterator<Item = Self>) -> Result<(), Failure> {
        let mut kept: Vec<PathBuf> = Vec::new();
        for file in files {
            let path = file.path.clone();
            if let Err(failure) = file.rename() {
                for path in kept {
                    let _ = fs::remove_file(path);
                }
                return Err(failure);
            }
            kept.push(path);
        }
        let mut folders: Vec<&Path> = kept.iter().map(|path| folder(path)).collect();
        folders.dedup();
        folders.into_iter().try_for_each(sync_folder)
    }
}

/// Makes the names in a folder durable. Windows has no such call for folders, and keeps names in its log.
///
/// # Errors
/// When the system cannot.
pub fn sync_folder(path: &Path) -> Result<(), Failure> {
    if cfg!(windows) {
        return Ok(());
    }
    fs::File::open(path).and_then(|folder| folder.sync_all()).map_err(|error| Failure::io(path, error))
}
