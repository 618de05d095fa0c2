//! The folder of the user's state: anchors that have no other folder, which ledgers there were, and their journals.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use nameplate_ledger::folder::Home;

use crate::failure::{Exit, Failure};

/// Where it lies: `nameplate/ledgers` in `$XDG_STATE_HOME`, or in what the system has for that.
///
/// # Errors
/// When the environment does not say.
pub(crate) fn home() -> Result<Home, Failure> {
    let folder = folder(|name| std::env::var_os(name)).ok_or_else(|| {
        Failure::new(
            Exit::Io,
            "there is no folder for the state of the ledger: set XDG_STATE_HOME to the path of one, the same for each run",
        )
    })?;
    Ok(Home::new(folder.join("nameplate").join("ledgers")))
}

fn folder(get: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let named = |name: &str| get(name).map(PathBuf::from).filter(|path| path.is_absolute());
    named("XDG_STATE_HOME").or_else(|| {
        if cfg!(windows) {
            return named("LOCALAPPDATA");
        }
        let home = named("HOME")?;
        Some(if cfg!(target_os = "macos") {
            home.join("Library").join("Application Support")
        } else {
            home.join(".local").join("state")
        })
    })
}

/// The journal of the ledger with this ID: a line for each file that was made for one of its units.
pub(crate) fn journal(home: &Home, id: &str) -> PathBuf {
    home.of(id).join("journal.jsonl")
}

/// Whether a path is the same for each run, wherever that begins.
pub(crate) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn where_it_lies() {
        let with = |pairs: &'static [(&str, &str)]| {
            folder(move |name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into()))
        };
        assert_eq!(with(&[("XDG_STATE_HOME", "/s"), ("HOME", "/h")]), Some("/s".into()));
        // Relative ones are to be passed over.
        assert_eq!(with(&[("XDG_STATE_HOME", "s"), ("HOME", "/h")]), Some("/h/.local/state".into()));
        assert_eq!(with(&[("HOME", "")]), None);
    }
}
