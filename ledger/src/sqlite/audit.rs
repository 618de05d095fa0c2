//! Whether the log is what was written, and the tables what the log says.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};

use super::error::{Error, ErrorKind};
use super::head::{Top, root};
use super::ledger::{Ledger, with_suffix};
use super::open::create;
use super::pages::each_line;
use super::table::{one, stored};
use super::work::Work;
use crate::anchor::Anchor;
use crate::event::Event;
use crate::evolve::evolve;
use crate::facts::Facts;
use crate::folder::FolderError;
use crate::log::Verifier;
use crate::pool::Accounting;
use crate::tree::{Hash, Head, leaf};

/// What an audit found to be right.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Audit {
    /// The number of events.
    pub size: u64,
    /// The root of all of them.
    pub root: Hash,
    /// For each pool, the line that accounts for each of its numbers.
    pub pools: Vec<Accounting>,
}

/// The tables that the log leads to, with their keys, and what of the first one is not of the log.
const TABLES: [(&str, &str); 12] = [
    ("SELECT id,epoch,size,range,last_unit FROM ledger", "ledger"),
    ("SELECT * FROM event ORDER BY seq", "event"),
    ("SELECT * FROM pool ORDER BY id", "pool"),
    ("SELECT * FROM unit ORDER BY id", "unit"),
    ("SELECT * FROM unit_key ORDER BY unit,kind", "key of unit"),
    ("SELECT * FROM former_key ORDER BY kind,value,unit,seq", "former key"),
    ("SELECT * FROM identity ORDER BY pool,number", "number of pool"),
    ("SELECT * FROM range ORDER BY pool,first", "range of pool"),
    ("SELECT * FROM request ORDER BY id", "request"),
    ("SELECT * FROM history ORDER BY unit,seq", "history of unit"),
    ("SELECT * FROM note ORDER BY unit,name,seq", "note of unit"),
    ("SELECT * FROM shipment ORDER BY name,unit,seq", "shipment"),
];

impl Ledger {
    /// Reads the whole log, and checks each line against the root that was kept with it, the head of the ledger, and
    /// these anchors: one flipped bit, one line changed, removed, added or moved is named by its number. Others may
    /// write meanwhile.
    ///
    /// # Errors
    /// The first event that is wrong or missing; an anchor of another history; a pool that does not add up.
    pub fn audit(&self, anchors: &[Anchor]) -> Result<Audit, Error> {
        audit(&self.connection, anchors).map_err(|kind| self.error(kind))
    }

    /// Checks that the tables are what the log leads to: makes them again out of the events, and compares each row.
    /// `scratch` is a folder with room for two copies of the ledger, which are removed afterwards. The ledger may be in
    /// use; what is checked is a copy of it.
    ///
    /// # Errors
    /// As [`Ledger::audit`]; the first row that is not what its events say.
    pub fn check(&mut self, scratch: impl AsRef<Path>) -> Result<Audit, Error> {
        let name = |what: &str| scratch.as_ref().join(format!(".nameplate-{what}-{}.db", std::process::id()));
        let (copy, again) = (name("check"), name("again"));
        let check = || -> Result<Audit, ErrorKind> {
            let connection = Connection::open(&copy)?;
            let audit = audit(&connection, &[])?;
            rebuild(&connection, &again, audit.size)?;
            let rebuilt = Connection::open(&again)?;
            TABLES.iter().try_for_each(|(sql, what)| compare(&connection, &rebuilt, sql, what))?;
            Ok(audit)
        };
        let copied = self.backup(&copy);
        let checked = copied.and_then(|_| check().map_err(|kind| self.error(kind)));
        let files = |path: &PathBuf| [path.clone(), with_suffix(path, "-journal")];
        for file in [&copy, &again].into_iter().flat_map(files) {
            drop(fs::remove_file(file));
        }
        checked
    }
}

fn audit(connection: &Connection, anchors: &[Anchor]) -> Result<Audit, ErrorKind> {
    // The head and the pools of one moment.
    let transaction = connection.unchecked_transaction()?;
    let top = Top::read(&transaction)?;
    let (facts, _) = top.facts(&transaction)?;
    drop(transaction);
    let mut verifier = Verifier::new();
    each_line(connection, 0, top.head.size(), |line| {
        let event = verifier
            .line(line.text.as_bytes(), Some(line.root))
            .map_err(|error| ErrorKind::Damaged(format!("event {}: {error}", line.seq)))?;
        if event.seq == line.seq {
            Ok(())
        } else {
            Err(ErrorKind::Damaged(format!("event {} is another one", line.seq)))
        }
    })?;
    if *verifier.head() != top.head {
        return Err(ErrorKind::Damaged("the head of the log is not that of its events".into()));
    }
    for anchor in anchors {
        let of = format!("the anchor of {} events, epoch {}", anchor.size, anchor.epoch);
        if anchor.ledger != top.id {
            return Err(ErrorKind::Foreign(format!("{of} is of another ledger")));
        }
        if anchor.size > top.head.size() {
            return Err(ErrorKind::Foreign(format!("{of} knows more than this ledger, which has {}", top.head.size())));
        }
        if root(connection, anchor.size)? != Some(anchor.root) {
            return Err(ErrorKind::Foreign(format!("{of} is of another history than this ledger")));
        }
    }
    let lines = facts.pools.iter().map(|(name, pool)| (pool.adds_up(), pool.accounting(name)));
    let (add_up, pools): (Vec<bool>, Vec<Accounting>) = lines.unzip();
    if let Some((_, wrong)) = add_up.iter().zip(&pools).find(|(adds_up, _)| !**adds_up) {
        return Err(ErrorKind::Damaged(wrong.to_string()));
    }
    Ok(Audit { size: top.head.size(), root: top.head.root(), pools })
}

/// The tables, made again out of the events of a ledger.
fn rebuild(from: &Connection, to: &Path, size: u64) -> Result<(), ErrorKind> {
    let top = Top::read(from)?;
    let mut first = None;
    each_line(from, 0, 1, |line| {
        first = Event::parse(line.text.as_bytes()).ok();
        Ok(())
    })?;
    let first = first.ok_or_else(|| ErrorKind::Damaged("event 1 is none".into()))?;
    drop(File::create_new(to).map_err(|error| FolderError::new("make", to, error))?);
    let mut rebuilt = create(to, |transaction| {
        let (mut facts, mut head) = (Facts::default(), Head::new());
        evolve(&mut facts, &first).map_err(|error| ErrorKind::Damaged(error.to_string()))?;
        head.append(leaf(first.line().as_bytes()));
        let sql = "INSERT INTO event(seq,line,root) VALUES(?1,?2,?3)";
        one(transaction.execute(sql, (stored(1)?, first.line(), head.root().0))?)?;
        Top { id: facts.id, epoch: facts.epoch, head, confirmed: 0, last_unit: 0, ..top }.insert(transaction)
    })?;
    // It is thrown away.
    rebuilt.pragma_update(None, "synchronous", "OFF")?;
    let transaction = rebuilt.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut work = Work::begin(&transaction, None)?;
    each_line(from, 1, size, |line| {
        let event = Event::parse(line.text.as_bytes()).map_err(|error| ErrorKind::Damaged(error.to_string()))?;
        work.follow(&event).map(drop)
    })?;
    let _: Anchor = work.end(true)?;
    Ok(transaction.commit()?)
}

/// Compares the rows of two ledgers, in order.
fn compare(one: &Connection, two: &Connection, sql: &str, what: &str) -> Result<(), ErrorKind> {
    use rusqlite::types::Value;
    let (mut one, mut two) = (one.prepare(sql)?, two.prepare(sql)?);
    let columns: Vec<String> = one.column_names().map(Into::into).collect();
    let (mut one, mut two) = (one.query(())?, two.query(())?);
    let read = |row: Option<&rusqlite::Row<'_>>| -> Result<Option<Vec<Value>>, ErrorKind> {
        let read = |row: &rusqlite::Row<'_>| (0..columns.len()).map(|at| row.get(at)).collect::<rusqlite::Result<_>>();
        Ok(row.map(read).transpose()?)
    };
    let show = |value: Option<&Value>| match value {
        Some(Value::Integer(value)) => value.to_string(),
        Some(Value::Text(text)) => text.clone(),
        _ => "another value".into(),
    };
    loop {
        let (is, expected) = (read(one.next()?)?, read(two.next()?)?);
        let Some(row) = is.as_ref().or(expected.as_ref()) else { return Ok(()) };
        if is == expected {
            continue;
        }
        let name = format!("{what} {}", show(row.first()));
        return Err(ErrorKind::Damaged(match (&is, &expected) {
            (Some(is), Some(expected)) => {
                let at = is.iter().zip(expected).position(|(is, expected)| is != expected).unwrap_or_default();
                let column = columns.get(at).map_or("", String::as_str);
                let (is, expected) = (show(is.get(at)), show(expected.get(at)));
                format!("{name}: its {column} is {is}, by its events it is {expected}")
            }
            (Some(_), None) => format!("{name}: no event leads to it"),
            _ => format!("{name} is missing, to which its events lead"),
        }));
    }
}
