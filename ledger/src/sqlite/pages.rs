//! The log, a thousand lines at a time: whoever reads it for long does not keep others from writing.

use rusqlite::Connection;

use super::error::ErrorKind;
use super::table::{hash, natural, stored};
use crate::tree::Hash;

/// A line of the log, with its root.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) seq: u64,
    pub(super) text: String,
    pub(super) root: Hash,
}

/// Shows each line after `from` up to `to`, in order, to `take`. Lines that are missing are named.
pub(super) fn each_line(
    connection: &Connection,
    from: u64,
    to: u64,
    mut take: impl FnMut(&Line) -> Result<(), ErrorKind>,
) -> Result<(), ErrorKind> {
    let mut last = from;
    while last < to {
        let mut page = Vec::new();
        {
            let sql = "SELECT seq,line,root FROM event WHERE seq>?1 AND seq<=?2 ORDER BY seq LIMIT 1000";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query((stored(last)?, stored(to)?))?;
            while let Some(row) = rows.next()? {
                page.push(Line { seq: natural(row, 0)?, text: row.get(1)?, root: hash(row, 2)? });
            }
        }
        if page.is_empty() {
            return Err(ErrorKind::Damaged(format!("event {} is missing", last.saturating_add(1))));
        }
        for line in page {
            let expected = last.saturating_add(1);
            if line.seq != expected {
                return Err(ErrorKind::Damaged(format!("event {expected} is missing")));
            }
            take(&line)?;
            last = line.seq;
        }
    }
    Ok(())
}
