//! What is on the disk before it is spoken of.
//!
//! A file is synced by the system's own call; so is a folder, which holds the names (Windows has no such call, and keeps
//! names in its log). Thousands of files, one after the other, would wait for the disk thousands of times: on Linux they
//! are synced by one call for the whole file system, where that call tells of errors and is known to reach the disk;
//! elsewhere by several threads, whose waits the file system joins.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::scope;
use std::{fs, io};

use crate::failure::Failure;

/// As many files are worth a call for the whole file system, which waits for what others write too.
#[cfg(target_os = "linux")]
const MANY: usize = 16;

/// How many files are waited for at once.
const THREADS: usize = 16;

/// Makes the names in a folder durable.
///
/// # Errors
/// When the system cannot.
pub(crate) fn names(folder: &Path) -> Result<(), Failure> {
    if cfg!(windows) {
        return Ok(());
    }
    fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| Failure::io(folder, error))
}

/// Makes all files in a folder durable, and in the folders of units in it; `opened` is the folder, opened before the first one was made.
///
/// # Errors
/// When the system cannot, with the path it is about.
pub(crate) fn all(folder: &Path, opened: Option<&fs::File>) -> Result<(), (PathBuf, io::Error)> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let entries = entries.map_err(|error| (folder.to_owned(), error))?;
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for entry in entries {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder { folders.push(entry.path()) } else { files.push(entry.path()) }
    }
    for folder in &folders {
        let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let entries = entries.map_err(|error| (folder.clone(), error))?;
        files.extend(entries.into_iter().map(|entry| entry.path()));
    }
    // The names in a folder are durable by its own sync.
    if !cfg!(windows) {
        files.append(&mut folders);
    }
    match opened {
        #[cfg(target_os = "linux")]
        Some(opened) if files.len() >= MANY && is_synced_whole(opened) => {
            rustix::fs::syncfs(opened).map_err(|error| (folder.to_owned(), error.into()))
        }
        _ => each(&files),
    }
}

/// Whether one call syncs the whole file system, to the disk, and says what could not be written: Linux 5.8 and later,
/// on file systems of its own. Others, as those of a network or of FUSE, may keep the call to themselves.
#[cfg(target_os = "linux")]
fn is_synced_whole(opened: &fs::File) -> bool {
    /// ext2 to ext4, XFS, Btrfs, F2FS, and memory.
    const KINDS: [u64; 5] = [0xEF53, 0x5846_5342, 0x9123_683E, 0xF2F5_2010, 0x0102_1994];
    let kind = rustix::fs::fstatfs(opened).ok().and_then(|found| u64::try_from(found.f_type).ok());
    let system = rustix::system::uname();
    let release = system.release().to_string_lossy();
    let mut numbers = release.split(['.', '-']).map_while(|part| part.parse::<u32>().ok());
    let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    kind.is_some_and(|kind| KINDS.contains(&kind)) && version >= (5, 8)
}

/// Syncs each file, several at once.
fn each(files: &[PathBuf]) -> Result<(), (PathBuf, io::Error)> {
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(None));
    let work = || {
        while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(error) = file(path) {
                next.store(files.len(), Ordering::Relaxed);
                let mut wrong = wrong.lock().unwrap_or_else(PoisonError::into_inner);
                let _ = wrong.get_or_insert((path.clone(), error));
            }
        }
    };
    scope(|scope| {
        for _ in 1..THREADS.min(files.len()) {
            let _ = scope.spawn(work);
        }
        work();
    });
    wrong.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
}

/// Windows syncs only what may be written; elsewhere it need not be.
fn file(path: &Path) -> io::Result<()> {
    fs::OpenOptions::new().read(!cfg!(windows)).write(cfg!(windows)).open(path)?.sync_all()
}
