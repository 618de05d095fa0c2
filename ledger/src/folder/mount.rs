//! What kind of folder a path is in.

use std::path::Path;

/// File systems of Linux whose file numbers stay the same when they are mounted again.
const STABLE: [&str; 12] =
    ["ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "zfs", "bcachefs", "jfs", "nfs", "nfs4", "tmpfs"];

/// How the folders of services begin that copy a folder to other PCs.
const SERVICES: [&str; 12] = [
    "onedrive",
    "dropbox",
    "google drive",
    "googledrive",
    "icloud",
    "com~apple~clouddocs",
    "nextcloud",
    "owncloud",
    "pcloud",
    "megasync",
    "syncthing",
    "yandex.disk",
];

/// What such services leave in a folder.
const TRACES: [&str; 4] = [".stfolder", ".dropbox.cache", ".owncloudsync.log", ".sync"];

/// The file system that a path lies on, as `mountinfo` of the kernel names it.
fn kind(mounts: &str, path: &Path) -> Option<String> {
    let mut found: Option<(usize, &str)> = None;
    for line in mounts.lines() {
        let (mount, system) = line.split_once(" - ")?;
        let point = unescape(mount.split(' ').nth(4)?);
        let depth = Path::new(&point).components().count();
        if path.starts_with(&point) && found.is_none_or(|(least, _)| depth >= least) {
            found = Some((depth, system.split(' ').next()?));
        }
    }
    found.map(|(_, kind)| kind.to_owned())
}

/// Spaces and the like are written as three octal digits.
fn unescape(text: &str) -> String {
    ["040 ", "011\t", "012\n", "134\\"].into_iter().fold(text.to_owned(), |text, escape| {
        let (code, character) = escape.split_at(3);
        text.replace(&format!("\\{code}"), character)
    })
}

/// Whether the file number tells a file from its copy, also after a restart.
pub(crate) fn has_stable_numbers(path: &Path) -> bool {
    if cfg!(target_os = "macos") {
        return true;
    }
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    kind(&mounts, &path).is_some_and(|kind| STABLE.contains(&kind.as_str()))
}

/// The service that copies a folder to other PCs, if it can be told.
pub(crate) fn synchronised_by(folder: &Path) -> Option<String> {
    for path in folder.ancestors() {
        let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        if SERVICES.iter().any(|service| name.starts_with(service)) {
            return path.file_name().map(|name| name.to_string_lossy().into_owned());
        }
        if let Some(trace) = TRACES.iter().find(|trace| path.join(trace).exists()) {
            return Some(format!("the service of `{trace}`"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deepest_mount_counts() {
        let mounts = "22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n\
            40 22 8:17 / /media/my\\040stick rw - vfat /dev/sdb1 rw\n\
            41 22 0:50 / /media/net rw - cifs //server/share rw\n";
        for (path, expected) in [
            ("/home/a", "ext4"),
            ("/media/my stick/anchor", "vfat"),
            ("/media/my sticker", "ext4"),
            ("/media/net/a", "cifs"),
        ] {
            assert_eq!(kind(mounts, Path::new(path)).as_deref(), Some(expected), "{path}");
        }
        assert_eq!(kind("", Path::new("/")), None);
        assert_eq!(kind("no mounts", Path::new("/")), None);
    }

    #[test]
    fn cloud_folders_are_told() {
        for path in ["/home/a/OneDrive - Company/line", "/home/a/Dropbox", "/Users/a/Library/iCloud Drive/x"] {
            assert!(synchronised_by(Path::new(path)).is_some(), "{path}");
        }
        assert_eq!(synchronised_by(Path::new("/srv/anchors/line-1")), None);
    }
}
