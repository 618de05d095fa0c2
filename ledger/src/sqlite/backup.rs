//! A copy of a ledger that is in use.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::create::absolute;
use super::error::{Error, ErrorKind};
use super::head::Top;
use super::ledger::{Ledger, with_suffix};
use crate::folder::{self, FolderError};

/// Pages in one step. Between two of them others may write.
const STEP: i32 = 1_000;

impl Ledger {
    /// Copies the ledger into a file that must not exist, durably, while others go on using it. The copy is behind its
    /// anchor as soon as the ledger goes on: put back, it issues nothing until it is recovered. Returns the number of
    /// its events.
    ///
    /// # Errors
    /// The file exists, or the disk. Nothing is left then.
    pub fn backup(&mut self, to: impl AsRef<Path>) -> Result<u64, Error> {
        let to = absolute(to.as_ref());
        self.settle().map_err(|kind| self.error(kind))?;
        match OpenOptions::new().write(true).create_new(true).open(&to) {
            Ok(file) => drop(file),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(Error::new(&to, ErrorKind::Exists));
            }
            Err(error) => return Err(Error::new(&to, FolderError::new("make", &to, error).into())),
        }
        copy(&self.connection, &to).map_err(|kind| {
            for file in [to.clone(), with_suffix(&to, "-journal")] {
                drop(fs::remove_file(file));
            }
            Error::new(&to, kind)
        })
    }
}

fn copy(from: &Connection, to: &Path) -> Result<u64, ErrorKind> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut copy = Connection::open_with_flags(to, flags)?;
    copy.pragma_update(None, "synchronous", "FULL")?;
    let backup = Backup::new(from, &mut copy)?;
    let mut steps: i64 = 0;
    loop {
        // It begins again whenever another process writes. If that is too often, it keeps them waiting.
        let pages = i64::from(backup.progress().pagecount);
        let is_late = steps > 10 && steps.saturating_mul(i64::from(STEP)) > pages.saturating_mul(4);
        match backup.step(if is_late { -1 } else { STEP })? {
            StepResult::Done => break,
            StepResult::More => {}
            _ => sleep(Duration::from_millis(10)),
        }
        steps = steps.saturating_add(1);
        if steps > 10_000_000 {
            return Err(ErrorKind::Busy);
        }
    }
    drop(backup);
    let size = Top::read(&copy)?.head.size();
    copy.close().map_err(|(_, error)| ErrorKind::from(error))?;
    let sync = OpenOptions::new().read(true).write(cfg!(windows)).open(to).and_then(|file| file.sync_all());
    sync.map_err(|error| FolderError::new("sync", to, error))?;
    folder::sync(to.parent().unwrap_or(Path::new("/")))?;
    Ok(size)
}
