//! Whether a folder can hold an anchor.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use super::error::FolderError;
use super::files::{make, sync};

/// Makes a folder if it is not there, and tries all that an anchor needs of it: a file made exclusively, written,
/// synced with its name, listed, read, removed. Old network folders fail here, and not on the line.
pub(crate) fn probe(folder: &Path) -> Result<(), FolderError> {
    make(folder)?;
    let name = format!(".nameplate-try-{}", std::process::id());
    let path = folder.join(&name);
    let make_new = || OpenOptions::new().write(true).create_new(true).open(&path);
    let text = b"nameplate tries whether this folder can hold an anchor\n";
    let tried = || -> io::Result<()> {
        let mut file = make_new()?;
        file.write_all(text)?;
        file.sync_all()?;
        drop(file);
        if make_new().map_err(|error| error.kind()).err() != Some(ErrorKind::AlreadyExists) {
            return Err(io::Error::other("a file can be made twice in this folder, so that two could move the anchor"));
        }
        if fs::read(&path)? != text {
            return Err(io::Error::other("a file reads back as something else"));
        }
        let is_listed = || -> io::Result<bool> {
            let names: Vec<_> = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<_>>()?;
            Ok(names.iter().any(|found| found.to_str() == Some(&name)))
        };
        let is_there = is_listed()?;
        fs::remove_file(&path)?;
        if !is_there || is_listed()? {
            return Err(io::Error::other("the folder does not list the files that it has"));
        }
        Ok(())
    };
    let result =
        tried().map_err(|error| FolderError::new("hold an anchor in", folder, error)).and_then(|()| sync(folder));
    if result.is_err() {
        drop(fs::remove_file(&path));
    }
    result
}
