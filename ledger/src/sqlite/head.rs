//! The one row of the ledger, and its pools: what every command needs.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _};

use super::error::ErrorKind;
use super::table::{hash, natural, one, small, stored};
use crate::facts::Facts;
use crate::pool::{Pool, Tally};
use crate::state::State;
use crate::tree::{Hash, Head};

/// How the ledger was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Its first anchor is not made yet.
    Making,
    /// In use.
    Open,
    /// Fenced, until a recovery.
    Fenced,
}

impl Stage {
    const fn name(self) -> &'static str {
        match self {
            Self::Making => "making",
            Self::Open => "open",
            Self::Fenced => "fenced",
        }
    }
}

/// The row of the ledger.
#[derive(Debug, Clone)]
pub(super) struct Top {
    pub(super) id: String,
    pub(super) epoch: u32,
    pub(super) head: Head,
    pub(super) confirmed: u64,
    pub(super) last_unit: u64,
    pub(super) stage: Stage,
    pub(super) fingerprint: String,
}

impl Top {
    /// Reads it. What it says of the log must be so.
    pub(super) fn read(connection: &Connection) -> Result<Self, ErrorKind> {
        let mut statement = connection.prepare_cached(
            "SELECT id,epoch,size,range,confirmed,last_unit,state,fingerprint FROM ledger WHERE one=1",
        )?;
        let mut rows = statement.query(())?;
        let row = rows.next()?.ok_or_else(|| ErrorKind::Damaged("its first row is missing".into()))?;
        let bytes: Vec<u8> = row.get(3)?;
        let range = bytes.chunks(32).map(|chunk| chunk.try_into().map(Hash)).collect::<Result<_, _>>();
        let size = natural(row, 2)?;
        let head = range.ok().and_then(|range| Head::from_parts(size, range));
        let head =
            head.ok_or_else(|| ErrorKind::Damaged("the hashes of its head are not as many as its size needs".into()))?;
        let state: String = row.get(6)?;
        let stage = [Stage::Making, Stage::Open, Stage::Fenced].into_iter().find(|stage| stage.name() == state);
        let top = Self {
            id: row.get(0)?,
            epoch: small(row, 1)?,
            confirmed: natural(row, 4)?,
            last_unit: natural(row, 5)?,
            stage: stage.ok_or_else(|| ErrorKind::Damaged(format!("`{state}` is no state")))?,
            fingerprint: row.get(7)?,
            head,
        };
        if root(connection, size)? != Some(top.head.root()) || size == 0 {
            return Err(ErrorKind::Damaged(format!("its head is not that of its {size} events")));
        }
        let last: Option<i64> =
            connection.prepare_cached("SELECT max(seq) FROM event")?.query_row((), |row| row.get(0))?;
        if last != Some(stored(size)?) {
            return Err(ErrorKind::Damaged(format!(
                "it counts {size} events, and its last one is {}",
                last.unwrap_or(0)
            )));
        }
        Ok(top)
    }

    /// The facts that every command needs, without any unit. Also: the number of each pool in tables.
    pub(super) fn facts(&self, connection: &Connection) -> Result<(Facts, BTreeMap<String, i64>), ErrorKind> {
        let (pools, numbers) = pools(connection)?;
        let facts = Facts {
            id: self.id.clone(),
            epoch: self.epoch,
            size: self.head.size(),
            confirmed: self.confirmed,
            last_unit: self.last_unit,
            pools,
            ..Facts::default()
        };
        Ok((facts, numbers))
    }

    /// Makes it.
    pub(super) fn insert(&self, connection: &Connection) -> Result<(), ErrorKind> {
        let sql = "INSERT INTO ledger(one,id,epoch,size,range,confirmed,last_unit,state,fingerprint) VALUES(1,?1,?2,?3,?4,?5,?6,?7,?8)";
        self.put(connection, sql)
    }

    /// Writes it.
    pub(super) fn update(&self, connection: &Connection) -> Result<(), ErrorKind> {
        let sql = "UPDATE ledger SET id=?1,epoch=?2,size=?3,range=?4,confirmed=?5,last_unit=?6,state=?7,fingerprint=?8 WHERE one=1";
        self.put(connection, sql)
    }

    fn put(&self, connection: &Connection, sql: &str) -> Result<(), ErrorKind> {
        let range: Vec<u8> = self.head.range().iter().flat_map(|hash| hash.0).collect();
        one(connection.prepare_cached(sql)?.execute((
            &self.id,
            self.epoch,
            stored(self.head.size())?,
            range,
            stored(self.confirmed.min(self.head.size()))?,
            stored(self.last_unit)?,
            self.stage.name(),
            &self.fingerprint,
        ))?)
    }
}

/// The root of the log at a size, as it is now.
pub(super) fn root(connection: &Connection, size: u64) -> Result<Option<Hash>, ErrorKind> {
    if size == 0 {
        return Ok(Some(Head::new().root()));
    }
    let Ok(seq) = i64::try_from(size) else { return Ok(None) };
    let mut statement = connection.prepare_cached("SELECT root FROM event WHERE seq=?1")?;
    let mut rows = statement.query([seq])?;
    rows.next()?.map(|row| hash(row, 0)).transpose()
}

type Pools = (BTreeMap<String, Pool>, BTreeMap<String, i64>);

/// All pools, and their numbers in tables. There are few, and an anchor names them all.
fn pools(connection: &Connection) -> Result<Pools, ErrorKind> {
    let mut statement = connection.prepare_cached(
        "SELECT id,name,namespace,first,last,next,low,template,source,\
         reserved,begun,unknown,verified,quarantined,retired,void,lost,leased FROM pool",
    )?;
    let mut rows = statement.query(())?;
    let (mut pools, mut numbers) = (BTreeMap::new(), BTreeMap::new());
    while let Some(row) = rows.next()? {
        let mut tally = Tally::default();
        for (state, at) in State::ALL.into_iter().zip(9..) {
            let counted = tally.add(state, natural(row, at)?);
            counted.ok_or_else(|| ErrorKind::Damaged("a pool has more numbers than there are".into()))?;
        }
        let pool = Pool {
            namespace: row.get(2)?,
            first: natural(row, 3)?,
            last: natural(row, 4)?,
            next: natural(row, 5)?,
            low: natural(row, 6)?,
            template: row.get(7)?,
            source: row.get(8)?,
            tally,
        };
        let name: String = row.get(1)?;
        let _: Option<i64> = numbers.insert(name.clone(), row.get(0)?);
        let _: Option<Pool> = pools.insert(name, pool);
    }
    Ok((pools, numbers))
}

/// The folders of the anchor, and the home, by role.
pub(super) fn folders(connection: &Connection) -> Result<BTreeMap<String, Vec<u8>>, ErrorKind> {
    let mut statement = connection.prepare_cached("SELECT role,path FROM folder")?;
    let rows = statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The line and the root of an event.
pub(super) fn event(connection: &Connection, seq: u64) -> Result<Option<(String, Hash)>, ErrorKind> {
    let mut statement = connection.prepare_cached("SELECT line,root FROM event WHERE seq=?1")?;
    let found = statement.query_row([stored(seq)?], |row| Ok((row.get(0)?, Hash(row.get(1)?)))).optional()?;
    Ok(found)
}
