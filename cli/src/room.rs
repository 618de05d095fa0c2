//! Whether the disk has room for the files of a run.

use std::path::Path;

use crate::failure::{Exit, Failure, folder};

/// Refuses what the disk beside `out` clearly cannot hold: `count` units of `len` bytes each, or so many files.
///
/// # Errors
/// When it cannot. Where the system does not say what is free, never.
pub(crate) fn check(out: &Path, count: u64, len: Option<u64>, files: u64) -> Result<(), Failure> {
    let Some(free) = free(folder(out)) else { return Ok(()) };
    let fail = |message: std::fmt::Arguments<'_>| Err(Failure::new(Exit::Io, message).about(out.display()));
    if let Some(len) = len {
        let needed = u128::from(len) * u128::from(count);
        if needed > free.bytes {
            let free = free.bytes;
            return fail(format_args!(
                "{count} units of {len} bytes take {needed} bytes, and the disk has {free} free"
            ));
        }
    }
    match free.files.filter(|free| *free < files) {
        Some(free) => fail(format_args!("{count} units take as many files, and the disk has room for {free}")),
        None => Ok(()),
    }
}

/// What a disk has free.
struct Free {
    bytes: u128,
    /// Files; nothing where the file system makes room for them as it goes.
    files: Option<u64>,
}

#[cfg(target_os = "linux")]
fn free(folder: &Path) -> Option<Free> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    // With what the system keeps for its owner.
    let bytes = u128::from(disk.f_bfree) * u128::from(disk.f_frsize);
    Some(Free { bytes, files: (disk.f_files > 0).then_some(disk.f_ffree) })
}

#[cfg(not(target_os = "linux"))]
fn free(_folder: &Path) -> Option<Free> {
    None
}
