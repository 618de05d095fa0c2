//! What tells a file from its copies: a tripwire, not a proof. The anchor is the proof.

use std::fs;
use std::path::Path;

use crate::folder::has_stable_numbers;

/// The machine, and the number of the file where that lasts. Copies of both with the same numbers, as of a whole virtual
/// machine, are not told apart.
pub(super) fn fingerprint(path: &Path) -> String {
    let machine = machine().unwrap_or_else(|| "unknown".into());
    match file(path).filter(|_| has_stable_numbers(path)) {
        Some(number) => format!("file {number} of machine {machine}"),
        None => format!("a file of machine {machine}"),
    }
}

fn machine() -> Option<String> {
    let files = ["/etc/machine-id", "/var/lib/dbus/machine-id"].into_iter();
    let text = files.filter_map(|path| fs::read_to_string(path).ok()).find(|text| !text.trim().is_empty());
    let text = text.or_else(|| std::env::var("COMPUTERNAME").ok())?;
    // Its beginning is enough, and the whole of it is not for others to know.
    Some(text.trim().chars().filter(|c| !c.is_control()).take(12).collect())
}

/// The number of a file on its disk.
pub(super) fn file(path: &Path) -> Option<u64> {
    #[cfg(unix)]
    return fs::metadata(path).ok().map(|found| std::os::unix::fs::MetadataExt::ino(&found));
    #[cfg(not(unix))]
    return fs::metadata(path).ok().map(|_| 0);
}

/// The disk that a path is on, if the system says.
pub(super) fn disk(path: &Path) -> Option<u64> {
    #[cfg(unix)]
    return fs::metadata(path).ok().map(|found| std::os::unix::fs::MetadataExt::dev(&found));
    #[cfg(not(unix))]
    return fs::metadata(path).ok().and(None);
}
