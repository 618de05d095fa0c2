//! `--input units.csv`: a row for each unit, found by its number, never by its position.

mod cell;
mod csv;
mod error;
mod packed;
mod table;
#[cfg(test)]
mod tests;

pub use self::cell::ColumnSpec;
pub use self::error::RowsError;
pub use self::table::{Cell, Row, Rows};
