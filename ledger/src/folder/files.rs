//! The files of an anchor, and the operations on them.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::error::FolderError;
use crate::anchor::{Advance, Anchor, Confirmed, Fence, Operation, Outcome, Step, parse_anchor};
use crate::tree::Hash;

/// Bytes of a file that are read; the text of an anchor has fewer.
const LONGEST: u64 = (1 << 20) + 1;

/// Steps of one move. It takes some ten, and a few more for each process that moves the anchor at the same time.
const MOST: usize = 100_000;

/// The folder of an anchor. Its files are `K.anchor`; others are left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// A folder, which need not exist.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn file(&self, number: u64) -> PathBuf {
        self.path.join(format!("{number}.anchor"))
    }

    /// The numbers of its files, sorted; none if there is no folder.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn list(&self) -> Result<Vec<u64>, FolderError> {
        let wrong = |error| FolderError::new("list", &self.path, error);
        let entries = match fs::read_dir(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(wrong)?,
        };
        let mut numbers = Vec::new();
        for entry in entries {
            let name = entry.map_err(wrong)?.file_name();
            numbers.extend(name.to_str().and_then(number_of));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// The bytes of a file, if it is there.
    fn read(&self, number: u64) -> Result<Option<Vec<u8>>, FolderError> {
        let path = self.file(number);
        let mut bytes = Vec::new();
        match File::open(&path).and_then(|file| file.take(LONGEST).read_to_end(&mut bytes)) {
            Ok(_) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(FolderError::new("read", &path, error)),
        }
    }

    /// The newest file that is whole, with its number. A file that was cut is passed over.
    ///
    /// # Errors
    /// The folder or a file cannot be read.
    pub fn newest(&self) -> Result<Option<(u64, Anchor)>, FolderError> {
        for number in self.list()?.into_iter().rev() {
            if let Some(anchor) = self.read(number)?.and_then(|bytes| parse_anchor(&bytes).ok()) {
                return Ok(Some((number, anchor)));
            }
        }
        Ok(None)
    }

    /// Carries a move out, to its end. `root` looks up the root of the own log at a size.
    pub(crate) fn carry_out<E: From<FolderError>>(
        &self,
        mut advance: Advance,
        mut root: impl FnMut(u64) -> Result<Option<Hash>, E>,
    ) -> Result<Result<Confirmed, Fence>, E> {
        let mut made = None;
        for _ in 0..MOST {
            let operation = match advance.step() {
                Step::Confirmed(confirmed) => return Ok(Ok(confirmed)),
                Step::Fenced(fence) => return Ok(Err(fence)),
                Step::Do(operation) => operation,
            };
            let outcome = match operation {
                Operation::Root(size) => Outcome::Root(root(size)?),
                Operation::List => Outcome::Names(self.list()?),
                Operation::Read(number) => self.read(number)?.map_or(Outcome::Missing, Outcome::Text),
                Operation::Create(number) => self.create(number, &mut made)?,
                Operation::Write(number, text) => self.write(number, &text, made.take())?,
                Operation::Remove(number) => self.remove(number)?,
            };
            advance.done(outcome);
        }
        Err(FolderError::new("move the anchor in", &self.path, io::Error::other("its files do not stand still")).into())
    }

    /// Removes its files: those of a ledger that was not made after all.
    pub(crate) fn clear(&self) {
        for number in self.list().unwrap_or_default() {
            drop(self.remove(number));
        }
    }

    fn create(&self, number: u64, made: &mut Option<File>) -> Result<Outcome, FolderError> {
        let path = self.file(number);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => {
                *made = Some(file);
                Ok(Outcome::Done)
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(Outcome::Exists),
            Err(error) => Err(FolderError::new("make", &path, error)),
        }
    }

    fn write(&self, number: u64, text: &str, made: Option<File>) -> Result<Outcome, FolderError> {
        let path = self.file(number);
        let write = |mut file: File| file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
        made.ok_or_else(|| io::Error::other("it was not made"))
            .and_then(write)
            .map_err(|error| FolderError::new("write", &path, error))?;
        sync(&self.path)?;
        Ok(Outcome::Done)
    }

    fn remove(&self, number: u64) -> Result<Outcome, FolderError> {
        let path = self.file(number);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(FolderError::new("remove", &path, error)),
            _ => Ok(Outcome::Done),
        }
    }
}

/// The number of a file name, as this version writes it.
fn number_of(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(".anchor")?;
    let number: u64 = digits.parse().ok()?;
    (number.to_string() == digits).then_some(number)
}

/// Makes the names in a folder durable.
pub(crate) fn sync(folder: &Path) -> Result<(), FolderError> {
    if cfg!(windows) {
        return Ok(());
    }
    File::open(folder).and_then(|file| file.sync_all()).map_err(|error| FolderError::new("sync", folder, error))
}

/// Makes a folder, and those above it, durably.
pub(crate) fn make(folder: &Path) -> Result<(), FolderError> {
    let new: Vec<&Path> =
        folder.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.exists()).collect();
    fs::create_dir_all(folder).map_err(|error| FolderError::new("make", folder, error))?;
    for parent in new.iter().filter_map(|path| path.parent()) {
        sync(if parent.as_os_str().is_empty() { Path::new(".") } else { parent })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for name in ["7.anchor", "0.anchor", "18446744073709551615.anchor"] {
            assert_eq!(number_of(name).map(|number| format!("{number}.anchor")).as_deref(), Some(name));
        }
        for name in ["07.anchor", "+7.anchor", ".anchor", "7", "7.anchor~", "18446744073709551616.anchor", "a.anchor"] {
            assert_eq!(number_of(name), None, "{name}");
        }
    }
}
