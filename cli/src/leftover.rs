//! What runs left that were killed: files and folders that still have their temporary names.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;
use std::{fs, io};

/// How temporary names begin; six letters or digits follow.
pub(crate) const PREFIX: &str = ".nameplate-";

/// How long a run may take from making a file to locking it.
const MOMENT: Duration = Duration::from_millis(50);

/// Whose a file or folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    /// A run that is at work.
    Alive,
    /// A run that was killed.
    Dead,
    /// The system does not say: it locks no folders, or another user's.
    Unknown,
}

/// Marks a file or a folder as that of a run that is at work, until it is closed.
pub(crate) fn claim(file: &fs::File) {
    // Where the system has no such locks, leftovers are told from living runs by a person.
    let _ = file.lock();
}

/// Who made what lies at `path`; nothing, when it is gone.
fn owner(path: &Path) -> Option<Owner> {
    match fs::File::open(path).map(|file| file.try_lock_shared()) {
        Ok(Ok(())) => Some(Owner::Dead),
        Ok(Err(fs::TryLockError::WouldBlock)) => Some(Owner::Alive),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Ok(Err(fs::TryLockError::Error(_))) | Err(_) => Some(Owner::Unknown),
    }
}

fn is_temporary(name: &str) -> bool {
    name.strip_prefix(PREFIX).is_some_and(|rest| rest.len() == 6 && rest.bytes().all(|c| c.is_ascii_alphanumeric()))
}

/// What lies in a folder that is of no run at work, sorted.
fn found(folder: &Path) -> io::Result<Vec<(PathBuf, Owner)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(is_temporary) {
            let path = entry.path();
            found.extend(owner(&path).map(|owner| (path, owner)));
        }
    }
    found.retain(|(_, owner)| *owner != Owner::Alive);
    if !found.is_empty() {
        sleep(MOMENT);
        found.retain(|(path, _)| owner(path).is_some_and(|owner| owner != Owner::Alive));
    }
    found.sort_by(|(one, _), (two, _)| one.cmp(two));
    Ok(found)
}

/// Names on standard error what killed runs left in `folder`, in one line. Nothing is deleted: what is whole in it may be
/// wanted.
pub(crate) fn tell(folder: &Path) {
    let found = found(folder).unwrap_or_default();
    let is_unknown = found.iter().any(|(_, owner)| *owner == Owner::Unknown);
    let (what, those) = match found.as_slice() {
        [] => return,
        [(path, _)] => (path.display().to_string(), ["was", "is", "it", "it"]),
        [(path, _), ..] => {
            (format!("{} leftovers, the first is {},", found.len(), path.display()), ["were", "are", "them", "they"])
        }
    };
    let [was, is, it, they] = those;
    let whose = if is_unknown {
        format!("{is} of a run that is at work, or was killed: if none is at work, delete {it}")
    } else {
        format!("{was} left by a run that was killed: delete {it}")
    };
    let _ = writeln!(io::stderr(), "nameplate: {what} {whose}; {they} may hold keys");
}
