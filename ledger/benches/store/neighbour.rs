//! What a ledger is compared with: the same database, without a ledger.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::types::Value;

/// A connection as durable as that of a ledger.
pub(crate) fn open(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    let mode: String = connection.query_row("PRAGMA journal_mode=TRUNCATE", (), |row| row.get(0)).unwrap();
    assert_eq!(mode, "truncate");
    connection.pragma_update(None, "synchronous", "FULL").unwrap();
    connection
}

/// One row in one table with one UNIQUE, durably.
pub(crate) struct Bare {
    connection: Connection,
    next: i64,
}

impl Bare {
    pub(crate) fn new(folder: &Path) -> Self {
        let connection = open(&folder.join("bare.db"));
        connection.execute_batch("CREATE TABLE number(id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE)").unwrap();
        Self { connection, next: 1 }
    }

    pub(crate) fn insert(&mut self) -> i64 {
        let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
        let changed = transaction
            .prepare_cached("INSERT INTO number VALUES(?1,?2)")
            .unwrap()
            .execute((self.next, format!("uid-{}", self.next)))
            .unwrap();
        assert_eq!(changed, 1);
        transaction.commit().unwrap();
        self.next += 1;
        self.next - 1
    }
}

/// A file made exclusively, written, synced with its folder; the one before the last is removed.
pub(crate) struct Files {
    folder: PathBuf,
    next: u64,
}

impl Files {
    pub(crate) fn new(folder: &Path) -> Self {
        let folder = folder.join("files");
        fs::create_dir_all(&folder).unwrap();
        Self { folder, next: 1 }
    }

    pub(crate) fn make(&mut self) {
        let path = |number: u64| self.folder.join(format!("{number}.anchor"));
        let mut file = OpenOptions::new().write(true).create_new(true).open(path(self.next)).unwrap();
        file.write_all(&[b'x'; 200]).unwrap();
        file.sync_all().unwrap();
        File::open(&self.folder).unwrap().sync_all().unwrap();
        if self.next > 2 {
            fs::remove_file(path(self.next - 2)).unwrap();
        }
        self.next += 1;
    }
}

/// The rows of tables, as they lie in a database.
pub(crate) struct Rows(Vec<(String, Vec<Vec<Value>>)>);

const TABLES: [&str; 4] = ["unit", "unit_key", "identity", "event"];

impl Rows {
    /// Those of a ledger, without the first `events` events and what belongs to them.
    pub(crate) fn read(ledger: &Path) -> Self {
        let connection = Connection::open(ledger).unwrap();
        let table = |name: &str| {
            let rest = if name == "event" { " WHERE seq>2" } else { "" };
            let mut statement = connection.prepare(&format!("SELECT * FROM {name}{rest}")).unwrap();
            let columns = statement.column_count();
            let rows = statement.query_map((), |row| (0..columns).map(|at| row.get(at)).collect()).unwrap();
            (name.to_owned(), rows.map(Result::unwrap).collect())
        };
        Self(TABLES.map(table).into())
    }

    /// Writes them, in one transaction, into the tables of a ledger that has none yet: row after row, as they belong
    /// together.
    pub(crate) fn write(&self, ledger: &Path) {
        let mut connection = open(ledger);
        connection.set_prepared_statement_cache_capacity(64);
        connection.pragma_update(None, "foreign_keys", "ON").unwrap();
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
        let sql: Vec<String> = self
            .0
            .iter()
            .map(|(name, rows)| {
                let marks = vec!["?"; rows[0].len()].join(",");
                format!("INSERT INTO {name} VALUES({marks})")
            })
            .collect();
        for row in 0..self.0[0].1.len() {
            for ((_, rows), sql) in self.0.iter().zip(&sql) {
                let row = rusqlite::params_from_iter(&rows[row]);
                assert_eq!(transaction.prepare_cached(sql).unwrap().execute(row).unwrap(), 1);
            }
        }
        let count = self.0[0].1.len();
        let sql = "UPDATE pool SET next=next+?1,reserved=reserved+?1";
        assert_eq!(transaction.execute(sql, [i64::try_from(count).unwrap()]).unwrap(), 1);
        transaction.commit().unwrap();
    }
}
