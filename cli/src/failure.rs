//! Why a command fails: one sentence for a person, and the exit code for a script.

use std::path::Path;
use std::{fmt, fs, io};

use nameplate_job::{JobError, JobErrorKind, did_you_mean};

/// What the exit code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 1: a file could not be read or written.
    Io = 1,
    /// 2: wrong usage.
    Usage = 2,
    /// 3: the input or the job is wrong; nothing was written.
    Refused = 3,
    /// 4: verification failed.
    Verify = 4,
    /// 5: a range of numbers is exhausted; nothing was written.
    Exhausted = 5,
    /// 6: the ledger is recovering or fenced; nothing was issued.
    Closed = 6,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Io => 1,
            Self::Usage => 2,
            Self::Refused => 3,
            Self::Verify => 4,
            Self::Exhausted => 5,
            Self::Closed => 6,
        }
    }
}

/// How many names of a folder are looked at.
const MOST_NAMES: usize = 10_000;

/// The folder that a path lies in.
pub fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Why a command fails.
#[derive(Debug)]
pub struct Failure {
    exit: Exit,
    message: String,
    kind: Option<&'static str>,
}

impl Failure {
    /// A failure with a message of one sentence.
    pub fn new(exit: Exit, message: impl fmt::Display) -> Self {
        Self { exit, message: message.to_string(), kind: None }
    }

    /// The input or the job is wrong.
    pub fn refused(message: impl fmt::Display) -> Self {
        Self::new(Exit::Refused, message)
    }

    /// A file could not be read or written.
    pub fn io(path: &Path, error: impl fmt::Display) -> Self {
        Self::new(Exit::Io, format_args!("{}: {error}", path.display()))
    }

    /// A file could not be read; of one that is not there, the folder is looked at for what was meant.
    pub fn reading(path: &Path, error: &io::Error) -> Self {
        let folder = folder(path);
        match error.kind() {
            io::ErrorKind::NotFound if folder.is_dir() => {
                let entries = fs::read_dir(folder).into_iter().flatten().take(MOST_NAMES).filter_map(Result::ok);
                let names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let hint = did_you_mean(&name, names.iter().map(String::as_str));
                Self::io(path, format_args!("there is no such file{hint}"))
            }
            io::ErrorKind::NotFound => {
                Self::io(path, format_args!("there is no such file, as there is no folder `{}`", folder.display()))
            }
            _ if path.is_dir() => Self::io(path, "this is a folder, expected a file"),
            _ => Self::io(path, error),
        }
    }

    /// A new file or folder could not be made.
    pub fn making(path: &Path, error: &io::Error) -> Self {
        let folder = folder(path);
        if error.kind() == io::ErrorKind::NotFound && !folder.exists() {
            return Self::io(path, format_args!("there is no folder `{}`; make it first", folder.display()));
        }
        // An error that is not the system's own has the name of a temporary file in it.
        match error.raw_os_error() {
            Some(_) => Self::io(path, error),
            None => Self::io(path, error.kind()),
        }
    }

    /// What the exit code says.
    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// The same, with a word for a script that stays when the message changes.
    #[must_use]
    pub fn of_kind(self, kind: &'static str) -> Self {
        Self { kind: Some(kind), ..self }
    }

    /// That word; what has none is told by its exit code.
    pub fn kind(&self) -> Option<&'static str> {
        self.kind
    }

    /// The same, with what it is about in front.
    #[must_use]
    pub fn about(self, what: impl fmt::Display) -> Self {
        Self { message: format!("{what}: {}", self.message), ..self }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl From<JobError> for Failure {
    fn from(error: JobError) -> Self {
        let exit = match error.kind() {
            JobErrorKind::Exhausted => Exit::Exhausted,
            _ => Exit::Refused,
        };
        Self::new(exit, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn temporary_names_are_not_shown() {
        let error = io::Error::new(io::ErrorKind::PermissionDenied, "Permission denied at path \".nameplate-KD3WeK\"");
        assert_eq!(Failure::making(Path::new("s.num"), &error).to_string(), "s.num: permission denied");
    }
}
