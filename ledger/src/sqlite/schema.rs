//! The tables, and how they come to be.
//!
//! `event` is the ledger; all other tables are what its lines lead to, kept so that each question is a look-up. So a
//! migration may drop and fill them again. Migrations are numbered by `user_version`, each in one transaction.
//!
//! What must hold whatever program writes stands in the tables themselves: events are neither changed nor deleted, a
//! number has one row for ever, a key one unit, a unit one key of a kind and one living number of a pool, a text one
//! number.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::error::ErrorKind;

/// "NPLG".
pub(super) const APPLICATION: i32 = 0x4E50_4C47;

/// What is made, by name.
pub(super) const SCHEMA: &[(&str, &str)] = &[
    (
        "ledger",
        "CREATE TABLE ledger(
  one INTEGER PRIMARY KEY CHECK(one=1),
  id TEXT NOT NULL CHECK(length(id)=32),
  epoch INTEGER NOT NULL CHECK(epoch BETWEEN 1 AND 4294967295),
  size INTEGER NOT NULL CHECK(size>=0),
  range BLOB NOT NULL CHECK(length(range)%32=0), -- roots of the full subtrees, the greatest first
  confirmed INTEGER NOT NULL CHECK(confirmed BETWEEN 0 AND size), -- the last size that the anchor is known to have had
  last_unit INTEGER NOT NULL CHECK(last_unit>=0),
  state TEXT NOT NULL CHECK(state IN('making','open','fenced')),
  fingerprint TEXT NOT NULL
) STRICT",
    ),
    (
        "folder",
        "CREATE TABLE folder(
  role TEXT PRIMARY KEY CHECK(role IN('home','anchor','second')),
  path BLOB NOT NULL
) STRICT, WITHOUT ROWID",
    ),
    (
        "event",
        "CREATE TABLE event(
  seq INTEGER PRIMARY KEY CHECK(seq>0),
  line TEXT NOT NULL, -- what is hashed, without a line break
  root BLOB NOT NULL CHECK(length(root)=32) -- of the log up to this line
) STRICT",
    ),
    (
        "pool",
        "CREATE TABLE pool(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  namespace TEXT NOT NULL,
  first INTEGER NOT NULL CHECK(first>=0),
  last INTEGER NOT NULL CHECK(last>=first),
  next INTEGER NOT NULL CHECK(next BETWEEN first AND last+1),
  low INTEGER NOT NULL CHECK(low>=0),
  template TEXT NOT NULL,
  source TEXT,
  reserved INTEGER NOT NULL DEFAULT 0 CHECK(reserved>=0),
  begun INTEGER NOT NULL DEFAULT 0 CHECK(begun>=0),
  unknown INTEGER NOT NULL DEFAULT 0 CHECK(unknown>=0),
  verified INTEGER NOT NULL DEFAULT 0 CHECK(verified>=0),
  quarantined INTEGER NOT NULL DEFAULT 0 CHECK(quarantined>=0),
  retired INTEGER NOT NULL DEFAULT 0 CHECK(retired>=0),
  void INTEGER NOT NULL DEFAULT 0 CHECK(void>=0),
  lost INTEGER NOT NULL DEFAULT 0 CHECK(lost>=0),
  leased INTEGER NOT NULL DEFAULT 0 CHECK(leased>=0)
) STRICT",
    ),
    (
        "unit",
        "CREATE TABLE unit(
  id INTEGER PRIMARY KEY CHECK(id>0),
  attempts INTEGER NOT NULL CHECK(attempts>=0), -- with earlier numbers
  state INTEGER CHECK(state BETWEEN 1 AND 7), -- of its issue; without one, this and what follows is NULL
  attempt INTEGER CHECK(attempt>0),
  station TEXT,
  evidence INTEGER CHECK(evidence BETWEEN 1 AND 3),
  seq INTEGER -- the event that drew its numbers
) STRICT",
    ),
    ("unit_open", "CREATE INDEX unit_open ON unit(id) WHERE state<6 AND state<>4"),
    (
        "unit_key",
        "CREATE TABLE unit_key(
  unit INTEGER NOT NULL REFERENCES unit,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  living INTEGER NOT NULL CHECK(living IN(0,1)), -- 0: another unit has it now
  PRIMARY KEY(unit,kind)
) STRICT, WITHOUT ROWID",
    ),
    ("unit_key_value", "CREATE UNIQUE INDEX unit_key_value ON unit_key(kind,value) WHERE living=1"),
    (
        "former_key",
        "CREATE TABLE former_key(
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  unit INTEGER NOT NULL REFERENCES unit,
  seq INTEGER NOT NULL, -- the event that closed it
  PRIMARY KEY(kind,value,unit,seq)
) STRICT, WITHOUT ROWID",
    ),
    (
        "identity",
        "CREATE TABLE identity(
  pool INTEGER NOT NULL REFERENCES pool,
  number INTEGER NOT NULL CHECK(number>=0),
  unit INTEGER REFERENCES unit, -- NULL if it was withdrawn
  namespace TEXT NOT NULL,
  value TEXT NOT NULL,
  state INTEGER NOT NULL CHECK(state BETWEEN 1 AND 8),
  seq INTEGER NOT NULL, -- the event that gave it to its unit
  PRIMARY KEY(pool,number)
) STRICT, WITHOUT ROWID",
    ),
    ("identity_value", "CREATE UNIQUE INDEX identity_value ON identity(namespace,value)"),
    ("identity_live", "CREATE UNIQUE INDEX identity_live ON identity(unit,pool) WHERE state<6"),
    ("identity_ended", "CREATE INDEX identity_ended ON identity(unit,seq) WHERE state>=6"),
    (
        "range",
        "CREATE TABLE range(
  pool INTEGER NOT NULL REFERENCES pool,
  first INTEGER NOT NULL CHECK(first>=0),
  last INTEGER NOT NULL CHECK(last>=first),
  state INTEGER NOT NULL CHECK(state IN(7,8,9)),
  seq INTEGER NOT NULL,
  PRIMARY KEY(pool,first)
) STRICT, WITHOUT ROWID",
    ),
    ("request", "CREATE TABLE request(id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID"),
    (
        "history",
        "CREATE TABLE history(
  unit INTEGER NOT NULL,
  seq INTEGER NOT NULL, -- of an event about it; what reserved the numbers that it has or had stands in identity
  PRIMARY KEY(unit,seq)
) STRICT, WITHOUT ROWID",
    ),
    (
        "note",
        "CREATE TABLE note(
  unit INTEGER NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY(unit,name,seq)
) STRICT, WITHOUT ROWID",
    ),
    ("note_value", "CREATE INDEX note_value ON note(name,value)"),
    (
        "shipment",
        "CREATE TABLE shipment(
  name TEXT NOT NULL,
  unit INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY(name,unit,seq)
) STRICT, WITHOUT ROWID",
    ),
    (
        "event_stays",
        "CREATE TRIGGER event_stays BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT,'an event is never changed'); END",
    ),
    (
        "event_kept",
        "CREATE TRIGGER event_kept BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT,'an event is never deleted'); END",
    ),
    (
        "identity_kept",
        "CREATE TRIGGER identity_kept BEFORE DELETE ON identity BEGIN SELECT RAISE(ABORT,'a number is never deleted'); END",
    ),
    (
        "identity_same",
        "CREATE TRIGGER identity_same BEFORE UPDATE OF pool,number,namespace,value ON identity BEGIN SELECT RAISE(ABORT,'a number keeps its text'); END",
    ),
];

/// The steps from one version to the next; the first one makes [`SCHEMA`].
pub(super) const MIGRATIONS: &[fn(&Transaction<'_>) -> rusqlite::Result<()>] =
    &[|transaction| SCHEMA.iter().try_for_each(|(_, sql)| transaction.execute_batch(sql))];

/// The version of a database.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Brings a database from its version to the newest one, a transaction for each step.
pub(super) fn migrate(
    connection: &mut Connection,
    steps: &[fn(&Transaction<'_>) -> rusqlite::Result<()>],
) -> Result<(), ErrorKind> {
    let known = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    loop {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found = version(&transaction)?;
        if found > known {
            return Err(ErrorKind::Newer { found, known });
        }
        let Some(step) = usize::try_from(found).ok().and_then(|found| steps.get(found)) else { return Ok(()) };
        step(&transaction)?;
        transaction.pragma_update(None, "user_version", found.saturating_add(1))?;
        transaction.commit()?;
    }
}

/// Whether the tables are those of this version, to the letter: a trigger, view or column that somebody added could
/// change what a statement does.
pub(super) fn check(connection: &Connection) -> Result<(), ErrorKind> {
    let mut statement =
        connection.prepare("SELECT name,sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")?;
    let mut rows = statement.query(())?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        let (name, sql): (String, Option<String>) = (row.get(0)?, row.get(1)?);
        if !SCHEMA.iter().any(|(known, text)| *known == name && sql.as_deref() == Some(text)) {
            return Err(ErrorKind::NotALedger(format!("`{name}` in it is not as this version makes it")));
        }
        count += 1;
    }
    if count == SCHEMA.len() { Ok(()) } else { Err(ErrorKind::NotALedger("tables are missing".into())) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test fails by a panic

    use super::*;

    #[test]
    fn migrations_are_made_once_and_in_order() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, MIGRATIONS).unwrap();
        assert_eq!(version(&connection).unwrap(), 1);
        check(&connection).unwrap();
        migrate(&mut connection, MIGRATIONS).unwrap();
        let two: fn(&Transaction<'_>) -> rusqlite::Result<()> =
            |transaction| transaction.execute_batch("CREATE TABLE more(x)");
        migrate(&mut connection, &[MIGRATIONS[0], two]).unwrap();
        assert_eq!(version(&connection).unwrap(), 2);
        assert!(check(&connection).unwrap_err().to_string().contains("`more` in it is not as this version makes it"));
        let error = migrate(&mut connection, MIGRATIONS).unwrap_err();
        assert!(matches!(error, ErrorKind::Newer { found: 2, known: 1 }));
        // One that fails leaves the version and the tables as they were.
        let three: fn(&Transaction<'_>) -> rusqlite::Result<()> =
            |transaction| transaction.execute_batch("CREATE TABLE third(x); CREATE TABLE more(x)");
        assert!(migrate(&mut connection, &[MIGRATIONS[0], two, three]).is_err());
        assert_eq!(version(&connection).unwrap(), 2);
        assert_eq!(
            connection.query_row("SELECT count(*) FROM sqlite_schema WHERE name='third'", (), |row| row.get(0)),
            Ok(0)
        );
    }
}
