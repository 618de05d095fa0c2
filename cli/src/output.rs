//! A file that is written whole or not at all, never over another one, and on the disk before it is spoken of.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use nameplate_job::Job;
use tempfile::NamedTempFile;
use zeroize::{Zeroize as _, Zeroizing};

use crate::failure::{Failure, folder};
use crate::interrupt::{self, Begun};
use crate::{leftover, sync};

/// Who may read what is written, besides the one who made it. Windows gives a file what its folder says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Whoever may read new files: the umask says.
    Usual,
    /// Nobody: it may hold keys.
    Owner,
    /// Of those, no more than these bits of a file's mode let in.
    Bits(u32),
}

impl Readers {
    /// Of what is made by `job`.
    pub fn of(job: &Job) -> Self {
        if job.fields.iter().any(|field| field.secret) { Self::Owner } else { Self::Usual }
    }

    /// Of what is made of the file at `path`: who may not read that may not read it there.
    pub fn like(path: &Path) -> Self {
        #[cfg(unix)]
        if let Ok(found) = fs::metadata(path) {
            return Self::Bits(std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o044);
        }
        let _ = path;
        Self::Usual
    }

    /// The mode of a new file, from which the umask is taken.
    #[cfg(unix)]
    pub(crate) fn mode(self) -> u32 {
        match self {
            Self::Usual => 0o666,
            Self::Owner => 0o600,
            // Who may write what others may read is as usual.
            Self::Bits(read) => 0o600 | read | read >> 1,
        }
    }
}

/// How much is written at once.
const PIECE: usize = 1 << 16;

/// A file under a temporary name, beside the one it will have.
#[derive(Debug)]
pub struct NewFile {
    file: Option<NamedTempFile>,
    /// What is yet to be written. It may hold keys, so it never grows.
    piece: Zeroizing<Vec<u8>>,
    begun: Begun,
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
    pub fn create(path: &Path, readers: Readers) -> Result<Self, Failure> {
        if path.exists() {
            return Err(exists(path));
        }
        leftover::tell(folder(path));
        let mut builder = tempfile::Builder::new();
        // A temporary file is its maker's alone; this one may be to be like any new file.
        #[cfg(unix)]
        let _ = builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(readers.mode()));
        #[cfg(not(unix))]
        let _ = readers;
        let mut state = interrupt::state();
        let file = builder
            .prefix(leftover::PREFIX)
            .tempfile_in(folder(path))
            .map_err(|error| Failure::making(path, &error))?;
        let begun = Begun::File(file.path().to_owned());
        state.begin(begun.clone());
        leftover::claim(file.as_file());
        let piece = Zeroizing::new(Vec::with_capacity(PIECE));
        Ok(Self { file: Some(file), piece, begun, path: path.to_owned() })
    }

    /// Adds `bytes`.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        if bytes.len() > PIECE - self.piece.len() {
            self.flush()?;
        }
        if bytes.len() > PIECE {
            return self.put(bytes);
        }
        self.piece.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Failure> {
        let mut piece = std::mem::take(&mut self.piece);
        let written = self.put(&piece);
        piece.zeroize();
        self.piece = piece;
        written
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let written = self.file.as_mut().map_or(Ok(()), |file| file.write_all(bytes));
        written.map_err(|error| Failure::making(&self.path, &error))
    }

    /// Gives the file its name, durably.
    ///
    /// # Errors
    /// When it cannot be written, or the name is taken by now.
    pub fn keep(self) -> Result<(), Failure> {
        Self::keep_all([self])
    }

    /// Gives all of them their names, durably, or none.
    ///
    /// # Errors
    /// As [`keep`](Self::keep), at the first one.
    pub fn keep_all(files: impl IntoIterator<Item = Self>) -> Result<(), Failure> {
        let mut files: Vec<Self> = files.into_iter().collect();
        let synced = files.iter_mut().map(Self::sync).collect::<Result<Vec<_>, _>>()?;
        interrupt::finish();
        let mut kept: Vec<&Path> = Vec::new();
        let rename = || {
            for (file, synced) in files.iter().zip(synced) {
                let _ = synced.persist_noclobber(&file.path).map_err(|error| file.failure(&error.error))?;
                kept.push(&file.path);
            }
            let mut folders: Vec<&Path> = kept.iter().map(|path| folder(path)).collect();
            folders.dedup();
            folders.into_iter().try_for_each(sync::names)
        };
        let renamed = rename();
        if renamed.is_err() {
            for path in kept {
                let _ = fs::remove_file(path);
            }
        }
        renamed
    }

    /// The file, with all its bytes on the disk.
    fn sync(&mut self) -> Result<NamedTempFile, Failure> {
        self.flush()?;
        let file = self.file.take().ok_or_else(|| Failure::io(&self.path, "is kept already"))?;
        file.as_file().sync_all().map_err(|error| self.failure(&error))?;
        Ok(file)
    }

    fn failure(&self, error: &std::io::Error) -> Failure {
        match error.kind() {
            ErrorKind::AlreadyExists => exists(&self.path),
            _ => Failure::making(&self.path, error),
        }
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        let mut state = interrupt::state();
        drop(self.file.take());
        state.end(&self.begun);
    }
}
