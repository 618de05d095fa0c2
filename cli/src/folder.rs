//! A folder that is written whole or not at all, never over another one, and on the disk before it is spoken of.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::failure::{Failure, folder};
use crate::interrupt::{self, Begun};
use crate::output::Readers;
use crate::{leftover, sync};

/// A new folder, made under a temporary name beside the one it will have.
#[derive(Debug)]
pub(crate) struct Folder {
    temporary: tempfile::TempDir,
    name: PathBuf,
    readers: Readers,
    /// Where the system opens folders: locked, for others to see that a run is at work.
    opened: Option<fs::File>,
    is_kept: bool,
}

impl Folder {
    /// Reserves the name, which may not exist yet.
    ///
    /// # Errors
    /// When it exists, or no folder can be made.
    pub(crate) fn create(name: &Path, readers: Readers) -> Result<Self, Failure> {
        let parent = folder(name);
        leftover::tell(parent);
        let mut state = interrupt::state();
        make(name, readers).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => {
                let empty = fs::read_dir(name).is_ok_and(|mut entries| entries.next().is_none());
                let why = if empty {
                    "exists already, and is empty: another run is at work, or one was interrupted; if none is at work, delete it, and the folder .nameplate-… beside it, which may hold keys"
                } else {
                    "exists already; units are never written over others"
                };
                Failure::refused(why).about(name.display())
            }
            _ => Failure::making(name, &error),
        })?;
        let temporary = tempfile::Builder::new().prefix(leftover::PREFIX).tempdir_in(parent).map_err(|error| {
            let _ = fs::remove_dir(name);
            Failure::io(parent, error)
        })?;
        // A temporary folder is its maker's alone; this one may be to be like any new folder.
        if let Ok(reserved) = fs::metadata(name) {
            let _ = fs::set_permissions(temporary.path(), reserved.permissions());
        }
        let opened = fs::File::open(temporary.path()).ok();
        if let Some(opened) = &opened {
            leftover::claim(opened);
        }
        let made = Self { temporary, name: name.to_owned(), readers, opened, is_kept: false };
        made.begun().into_iter().for_each(|begun| state.begin(begun));
        Ok(made)
    }

    /// What goes when the run fails, the last first.
    fn begun(&self) -> [Begun; 2] {
        [Begun::Reserved(self.name.clone()), Begun::Folder(self.temporary.path().to_owned())]
    }

    /// A new file in the folder.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(crate) fn file(&self, name: &str) -> Result<fs::File, Failure> {
        let mut options = fs::OpenOptions::new();
        let _ = options.write(true).create_new(true);
        #[cfg(unix)]
        let _ = std::os::unix::fs::OpenOptionsExt::mode(&mut options, self.readers.mode());
        #[cfg(not(unix))]
        let _ = self.readers;
        // After a signal no more files are made.
        let _state = interrupt::state();
        options.open(self.temporary.path().join(name)).map_err(|error| Failure::io(&self.path(name), error))
    }

    /// A new folder in the folder.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(crate) fn folder(&self, name: &str) -> Result<(), Failure> {
        let _state = interrupt::state();
        make(&self.temporary.path().join(name), self.readers).map_err(|error| Failure::io(&self.path(name), error))
    }

    /// Where a file of the folder will lie, for messages.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.name.join(name)
    }

    /// Gives the folder its name, durably.
    ///
    /// # Errors
    /// When it cannot be synced or renamed; then it goes.
    pub(crate) fn keep(mut self) -> Result<(), Failure> {
        let from = self.temporary.path();
        sync::all(from, self.opened.as_ref()).map_err(|(path, error)| match path.file_name() {
            Some(file) if path != from => Failure::io(&self.name.join(file), error),
            _ => Failure::io(&self.name, error),
        })?;
        sync::names(from)?;
        interrupt::finish();
        // Windows renames no folder that is open.
        if cfg!(windows) {
            self.opened = None;
        }
        let from = self.temporary.path();
        // Renaming onto an empty folder is one step where the system has it.
        let renamed = fs::rename(from, &self.name)
            .or_else(|_| fs::remove_dir(&self.name).and_then(|()| fs::rename(from, &self.name)));
        renamed.map_err(|error| Failure::io(&self.name, error))?;
        if let Err(failure) = sync::names(folder(&self.name)) {
            // It is not said to be there, so it is not there.
            let _ = fs::rename(&self.name, from);
            return Err(failure);
        }
        self.is_kept = true;
        self.temporary.disable_cleanup(true);
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let mut state = interrupt::state();
        if !self.is_kept {
            let _ = fs::remove_dir_all(self.temporary.path());
            let _ = fs::remove_dir(&self.name);
        }
        self.begun().iter().for_each(|begun| state.end(begun));
    }
}

/// Makes a folder for these readers.
fn make(path: &Path, readers: Readers) -> io::Result<()> {
    #[cfg(unix)]
    if readers == Readers::Owner {
        let mut builder = fs::DirBuilder::new();
        return std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700).create(path);
    }
    let _ = readers;
    fs::create_dir(path)
}
