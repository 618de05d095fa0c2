//! What goes wrong, and the way on.

use std::fmt;
use std::path::{Path, PathBuf};

use super::closed::Closed;
use super::patience::PATIENCE;
use crate::folder::FolderError;
use crate::log::LogError;
use crate::refusal::Refusal;

/// What went wrong, and the ledger that it is about.
#[derive(Debug)]
pub struct Error {
    path: PathBuf,
    kind: Box<ErrorKind>,
}

/// What went wrong. Each message names the way on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The command was refused. Nothing happened.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A row of a batch was refused, counted from 1. Nothing of the batch happened.
    #[error("row {row}: {refusal}")]
    Row {
        /// The row.
        row: usize,
        /// Why.
        refusal: Refusal,
    },
    /// Two rows of a batch name one unit.
    #[error("row {row} names the unit of row {first}")]
    Twice {
        /// The row.
        row: usize,
        /// The row before.
        first: usize,
    },
    /// The board of a row shows another unit's identity. These units are quarantined, and nothing else of the batch
    /// happened.
    #[error("row {row}: {why}; {}", if .units.is_empty() { "nothing is quarantined".into() } else { format!("units {units:?} are quarantined") })]
    Quarantined {
        /// The row.
        row: usize,
        /// The units.
        units: Vec<u64>,
        /// What contradicts, in words.
        why: String,
    },
    /// Nothing is issued.
    #[error(transparent)]
    Closed(#[from] Closed),
    /// A new ledger, and something is there.
    #[error("it exists: a new ledger is never made over a file")]
    Exists,
    /// A new ledger, and its anchor is in use.
    #[error("the anchor `{}` is in use: give another folder, or `init --after` it if its ledger is gone", .folder.display())]
    Occupied {
        /// The folder.
        folder: PathBuf,
    },
    /// A new ledger where one was.
    #[error(
        "a ledger lay here ({id}), whose anchor `{}` stands: put it back, or `import` an export of it, or `init --after` that \
         anchor",
        .anchor.display()
    )]
    WasHere {
        /// Its ID.
        id: String,
        /// The folder of its anchor.
        anchor: PathBuf,
    },
    /// A folder that a service copies to other PCs.
    #[error("`{}` is copied to other PCs by {service}: two of them would issue the same numbers; take another folder", .folder.display())]
    Synchronised {
        /// The folder.
        folder: PathBuf,
        /// The service.
        service: String,
    },
    /// The second anchor on the disk of the ledger.
    #[error("`{}` is on the same disk as the ledger: a restore of the disk would take both back", .folder.display())]
    SameDisk {
        /// The folder.
        folder: PathBuf,
    },
    /// Not what a ledger is.
    #[error("this is no ledger: {0}")]
    NotALedger(String),
    /// Made by a newer version.
    #[error("the ledger has schema {found}, and this version knows up to {known}: use a newer version")]
    Newer {
        /// The schema of the ledger.
        found: i64,
        /// The newest one known.
        known: i64,
    },
    /// The store answers what cannot be.
    #[error("the ledger is damaged: {0}; restore a backup, or `import` an export, then `recover`")]
    Damaged(String),
    /// A line of a log is wrong.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A log that does not belong to this ledger, or has another history.
    #[error("{0}")]
    Foreign(String),
    /// A log that cannot be read.
    #[error("the log cannot be read: {0}")]
    Input(std::io::Error),
    /// What was written to is full, or gone.
    #[error("the log cannot be written: {0}")]
    Output(std::io::Error),
    /// Another program holds the ledger.
    #[error("another program has kept the ledger locked for {} seconds: end it, and run this again", PATIENCE.as_secs())]
    Busy,
    /// A folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// SQLite.
    #[error("{message} (SQLite {code}){}", way_on(*.code))]
    Sqlite {
        /// Its extended code.
        code: i32,
        /// What it says.
        message: String,
    },
}

/// What to do about an error of SQLite: its extended code, whose last byte says what it is of.
fn way_on(code: i32) -> &'static str {
    match (code, code & 0xFF) {
        (778, _) | (_, 13) => ": make room, and run this again",
        (_, 8 | 14 | 3 | 23) => {
            ": the file and its folder must be writable for this user, and the disk not mounted read-only; nothing was done"
        }
        (_, 10) => ": the disk does not answer as it should; look at it, and run this again",
        _ => "",
    }
}

impl Error {
    pub(super) fn new(path: &Path, kind: ErrorKind) -> Self {
        Self { path: path.to_owned(), kind: Box::new(kind) }
    }

    /// What went wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The ledger that it is about.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A word for a script, which stays when the text changes: that of the refusal, or of why the ledger is closed.
    pub fn name(&self) -> &'static str {
        match &*self.kind {
            ErrorKind::Refused(refusal) | ErrorKind::Row { refusal, .. } => refusal.name(),
            ErrorKind::Twice { .. } => "two-rows",
            ErrorKind::Quarantined { .. } => "quarantined",
            ErrorKind::Closed(closed) => closed.name(),
            ErrorKind::Exists => "exists",
            ErrorKind::Occupied { .. } => "anchor-in-use",
            ErrorKind::WasHere { .. } => "was-here",
            ErrorKind::Synchronised { .. } => "synchronised",
            ErrorKind::SameDisk { .. } => "same-disk",
            ErrorKind::NotALedger(_) => "not-a-ledger",
            ErrorKind::Newer { .. } => "newer",
            ErrorKind::Damaged(_) => "damaged",
            ErrorKind::Log(_) | ErrorKind::Foreign(_) => "other-history",
            ErrorKind::Busy => "busy",
            ErrorKind::Input(_) | ErrorKind::Output(_) | ErrorKind::Folder(_) | ErrorKind::Sqlite { .. } => "io",
        }
    }

    /// Whether nothing is issued until a person does something: recovering, fenced, or the anchor is not there.
    pub fn is_closed(&self) -> bool {
        matches!(*self.kind, ErrorKind::Closed(_) | ErrorKind::Refused(Refusal::Closed { .. }))
    }

    /// Whether a pool is used up.
    pub fn is_exhausted(&self) -> bool {
        matches!(
            *self.kind,
            ErrorKind::Refused(Refusal::Exhausted { .. }) | ErrorKind::Row { refusal: Refusal::Exhausted { .. }, .. }
        )
    }

    /// Whether the request was wrong, and not the disk.
    pub fn is_refused(&self) -> bool {
        !matches!(
            *self.kind,
            ErrorKind::Sqlite { .. }
                | ErrorKind::Folder(_)
                | ErrorKind::Busy
                | ErrorKind::Input(_)
                | ErrorKind::Output(_)
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.kind {
            kind @ (ErrorKind::Refused(_) | ErrorKind::Row { .. } | ErrorKind::Quarantined { .. }) => kind.fmt(f),
            kind => write!(f, "{}: {kind}", self.path.display()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.kind.source()
    }
}

impl From<rusqlite::Error> for ErrorKind {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ffi::ErrorCode;
        match error {
            rusqlite::Error::SqliteFailure(code, _)
                if matches!(code.code, ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) =>
            {
                Self::Busy
            }
            rusqlite::Error::SqliteFailure(code, _) if code.code == ErrorCode::NotADatabase => {
                Self::NotALedger("the file is no SQLite database".into())
            }
            rusqlite::Error::SqliteFailure(code, message) => {
                let message = message.unwrap_or_else(|| code.to_string());
                match code.code {
                    ErrorCode::DatabaseCorrupt | ErrorCode::ConstraintViolation => Self::Damaged(message),
                    _ => Self::Sqlite { code: code.extended_code, message },
                }
            }
            // A row that is missing, or a value of another type.
            error => Self::Damaged(error.to_string()),
        }
    }
}
