//! A connection that is as durable as the ledger says.

use std::fs;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::error::ErrorKind;
use super::patience::wait;
use super::schema::{APPLICATION, MIGRATIONS, check, migrate, version};
use crate::folder::FolderError;

/// 3.51.3, the first without the reset bug of write-ahead logs. Ours is built in; this is for who links another one.
const LEAST: i32 = 3_051_003;

/// Opens a file that is there. Nothing is created.
pub(super) fn open(path: &Path) -> Result<Connection, ErrorKind> {
    // No creation, and no `file:` names.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    prepare(&mut connection)?;
    let application: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application != APPLICATION {
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", (), |row| row.get(0))?;
        return Err(ErrorKind::NotALedger(if tables == 0 {
            "the file is empty. An `init` that was ended left it, or it was copied badly: delete it, and `init` again \
             or put back a backup"
                .into()
        } else {
            "the file is another database".into()
        }));
    }
    let (found, known) = (version(&connection)?, i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX));
    if found > known {
        return Err(ErrorKind::Newer { found, known });
    }
    if found < 1 {
        return Err(ErrorKind::NotALedger("it has no version".into()));
    }
    if found < known {
        migrate(&mut connection, MIGRATIONS)?;
    }
    check(&connection)?;
    // A file that was cut inside of its last page passes for a whole one, until that page is read.
    let size = "SELECT page_count*page_size FROM pragma_page_count, pragma_page_size";
    let size: i64 = connection.query_row(size, (), |row| row.get(0))?;
    let found = fs::metadata(path).map_err(|error| FolderError::new("read", path, error))?.len();
    if i64::try_from(found).is_ok_and(|found| found < size) {
        return Err(ErrorKind::Damaged(format!("its file is cut: {found} of {size} bytes")));
    }
    Ok(connection)
}

/// Makes the tables in an empty file, and what `fill` adds, all in one transaction.
pub(super) fn create(
    path: &Path,
    fill: impl FnOnce(&Transaction<'_>) -> Result<(), ErrorKind>,
) -> Result<Connection, ErrorKind> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    prepare(&mut connection)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    MIGRATIONS.iter().try_for_each(|step| step(&transaction))?;
    transaction.pragma_update(None, "user_version", i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX))?;
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    fill(&transaction)?;
    transaction.commit()?;
    Ok(connection)
}

/// Sets what durability and integrity depend on, and asserts that it is so.
fn prepare(connection: &mut Connection) -> Result<(), ErrorKind> {
    if rusqlite::version_number() < LEAST {
        return Err(ErrorKind::NotALedger(format!(
            "SQLite {} is linked, 3.51.3 or newer is needed",
            rusqlite::version()
        )));
    }
    connection.busy_handler(Some(wait))?;
    // SQL of the file itself may not do what statements of this program may.
    let _: bool = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    let _: bool = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_prepared_statement_cache_capacity(64);
    for (name, value) in
        [("synchronous", "FULL"), ("foreign_keys", "ON"), ("cell_size_check", "ON"), ("mmap_size", "0")]
    {
        connection.pragma_update(None, name, value)?;
    }
    // The journal is cut to nothing, and that is synced: a file at rest is whole by itself.
    let mode: String = connection.query_row("PRAGMA journal_mode=TRUNCATE", (), |row| row.get(0))?;
    let (synchronous, foreign): (i64, i64) = (
        connection.pragma_query_value(None, "synchronous", |row| row.get(0))?,
        connection.pragma_query_value(None, "foreign_keys", |row| row.get(0))?,
    );
    if (mode.as_str(), synchronous, foreign) == ("truncate", 2, 1) {
        Ok(())
    } else {
        Err(ErrorKind::NotALedger(format!(
            "SQLite does not keep it durable (journal_mode {mode}, synchronous {synchronous}, foreign_keys {foreign})"
        )))
    }
}
