//! Statements that are made once for a connection.
//!
//! To make one takes as long as ten look-ups, so they stay in the cache of the connection. That cache compares texts and
//! allocates for each use, a tenth of the work of a batch; inside of a transaction they are known by where their text
//! lies.

use std::cell::RefCell;
use std::fmt;
use std::ptr;

use rusqlite::{CachedStatement, Connection, Params, Row};

use super::error::ErrorKind;
use super::table::one;

/// The statements of a transaction.
pub(super) struct Statements<'c> {
    connection: &'c Connection,
    idle: RefCell<Vec<(&'static str, CachedStatement<'c>)>>,
}

impl fmt::Debug for Statements<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Statements").finish_non_exhaustive()
    }
}

impl<'c> Statements<'c> {
    pub(super) fn new(connection: &'c Connection) -> Self {
        Self { connection, idle: RefCell::default() }
    }

    pub(super) fn connection(&self) -> &'c Connection {
        self.connection
    }

    fn with<T>(
        &self,
        sql: &'static str,
        run: impl FnOnce(&mut CachedStatement<'c>) -> Result<T, ErrorKind>,
    ) -> Result<T, ErrorKind> {
        let idle = {
            let mut idle = self.idle.borrow_mut();
            let at = idle.iter().position(|(known, _)| ptr::eq(*known, sql));
            at.map(|at| idle.swap_remove(at).1)
        };
        let mut statement = match idle {
            Some(statement) => statement,
            None => self.connection.prepare_cached(sql)?,
        };
        let result = run(&mut statement);
        self.idle.borrow_mut().push((sql, statement));
        result
    }

    /// Changes one row.
    pub(super) fn change(&self, sql: &'static str, values: impl Params) -> Result<(), ErrorKind> {
        self.with(sql, |statement| one(statement.execute(values)?))
    }

    /// Adds what is not there yet.
    pub(super) fn add(&self, sql: &'static str, values: impl Params) -> Result<(), ErrorKind> {
        self.with(sql, |statement| statement.execute(values).map(|_| ()).map_err(Into::into))
    }

    /// The first row, if there is one.
    pub(super) fn first<T>(
        &self,
        sql: &'static str,
        values: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T, ErrorKind>,
    ) -> Result<Option<T>, ErrorKind> {
        self.with(sql, |statement| statement.query(values)?.next()?.map(read).transpose())
    }

    /// All rows.
    pub(super) fn all<T>(
        &self,
        sql: &'static str,
        values: impl Params,
        mut read: impl FnMut(&Row<'_>) -> Result<T, ErrorKind>,
    ) -> Result<Vec<T>, ErrorKind> {
        self.with(sql, |statement| {
            let mut rows = statement.query(values)?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                all.push(read(row)?);
            }
            Ok(all)
        })
    }
}
