//! How a ledger stands.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::closed::Closed;
use super::error::{Error, ErrorKind};
use super::fingerprint::disk;
use super::head::Top;
use super::ledger::Ledger;
use super::table::{natural, stored};
use crate::pool::{Accounting, Pool};
use crate::tree::Hash;

/// How a ledger stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// Its ID.
    pub id: String,
    /// Its epoch: 1, and one more for each recovery.
    pub epoch: u32,
    /// The number of events.
    pub size: u64,
    /// The root of all of them.
    pub root: Hash,
    /// Why nothing is issued, if so.
    pub closed: Option<Closed>,
    /// The folders of its anchors, and the events that each knows; `None` if that cannot be read.
    pub anchors: Vec<(PathBuf, Option<u64>)>,
    /// Its pools.
    pub pools: BTreeMap<String, Pool>,
    /// What a person should know: an anchor that a restore would take back too, a pool that is nearly used up.
    pub notes: Vec<String>,
}

impl Status {
    /// For each pool, the line that accounts for each of its numbers.
    pub fn accounting(&self) -> impl Iterator<Item = Accounting> + '_ {
        self.pools.iter().map(|(name, pool)| pool.accounting(name))
    }
}

impl Ledger {
    /// How the ledger stands. It is compared with its anchors again.
    ///
    /// # Errors
    /// It cannot be read, or is damaged.
    pub fn status(&mut self) -> Result<Status, Error> {
        let mut status = || -> Result<Status, ErrorKind> {
            self.compare()?;
            let transaction = self.connection.unchecked_transaction()?;
            let top = Top::read(&transaction)?;
            let (facts, _) = top.facts(&transaction)?;
            drop(transaction);
            let known = |folder: &crate::folder::Folder| folder.newest().ok().flatten().map(|(_, anchor)| anchor.size);
            let anchors: Vec<_> = self.anchors.iter().map(|folder| (folder.path().to_owned(), known(folder))).collect();
            let own = disk(&self.path);
            let mut notes = Vec::new();
            if anchors.is_empty() {
                notes.push("no anchor: a backup that is put back would issue numbers again".to_owned());
            } else if own.is_some() && anchors.iter().all(|(folder, _)| disk(folder) == own) {
                notes.push(
                    "the anchor is on the disk of the ledger: a restore of the whole disk takes both back; add a second \
                     one on another disk"
                        .to_owned(),
                );
            }
            let low = facts.pools.iter().filter(|(_, pool)| pool.is_low());
            notes.extend(low.map(|(name, pool)| {
                format!("pool `{name}`: {} numbers are free, fewer than {}", pool.free(), pool.low)
            }));
            Ok(Status {
                id: top.id,
                epoch: top.epoch,
                size: top.head.size(),
                root: top.head.root(),
                closed: self.closed().cloned(),
                anchors,
                pools: facts.pools,
                notes,
            })
        };
        status().map_err(|kind| self.error(kind))
    }

    /// The numbers of units whose board may or may not have its number, or that are quarantined: after `after`, at most
    /// `most`.
    ///
    /// # Errors
    /// It cannot be read, or is damaged.
    pub fn open_units(&self, after: u64, most: usize) -> Result<Vec<u64>, Error> {
        let find = || -> Result<Vec<u64>, ErrorKind> {
            let sql = "SELECT id FROM unit WHERE state<6 AND state<>4 AND id>+?1 ORDER BY id LIMIT +?2";
            let mut statement = self.connection.prepare_cached(sql)?;
            let mut rows = statement.query((stored(after)?, i64::try_from(most).unwrap_or(i64::MAX)))?;
            let mut units = Vec::new();
            while let Some(row) = rows.next()? {
                units.push(natural(row, 0)?);
            }
            Ok(units)
        };
        find().map_err(|kind| self.error(kind))
    }
}
