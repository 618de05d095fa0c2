//! Values of tables, and those of the core.

use rusqlite::Row;

use super::error::ErrorKind;
use crate::state::{Evidence, State};
use crate::tree::Hash;

/// A count, a number or a code as tables have it.
pub(super) fn stored(value: u64) -> Result<i64, ErrorKind> {
    i64::try_from(value).map_err(|_| ErrorKind::Damaged(format!("{value} is beyond what a table holds")))
}

/// A count or a number of a table.
pub(super) fn natural(row: &Row<'_>, at: usize) -> Result<u64, ErrorKind> {
    let value: i64 = row.get(at)?;
    u64::try_from(value).map_err(|_| ErrorKind::Damaged(format!("{value} is less than nothing")))
}

/// A count below 2³² of a table.
pub(super) fn small(row: &Row<'_>, at: usize) -> Result<u32, ErrorKind> {
    let value: i64 = row.get(at)?;
    u32::try_from(value).map_err(|_| ErrorKind::Damaged(format!("{value} is no count")))
}

pub(super) fn state(row: &Row<'_>, at: usize) -> Result<State, ErrorKind> {
    let code: u8 = row.get(at)?;
    State::from_code(code).ok_or_else(|| ErrorKind::Damaged(format!("{code} is no state")))
}

pub(super) fn hash(row: &Row<'_>, at: usize) -> Result<Hash, ErrorKind> {
    Ok(Hash(row.get(at)?))
}

/// The code of evidence, from 1, the weakest first.
pub(super) const fn evidence_code(evidence: Evidence) -> u8 {
    match evidence {
        Evidence::Programmer => 1,
        Evidence::Reported => 2,
        Evidence::Readback => 3,
    }
}

pub(super) fn evidence(code: Option<u8>) -> Result<Option<Evidence>, ErrorKind> {
    match code {
        None => Ok(None),
        Some(1) => Ok(Some(Evidence::Programmer)),
        Some(2) => Ok(Some(Evidence::Reported)),
        Some(3) => Ok(Some(Evidence::Readback)),
        Some(code) => Err(ErrorKind::Damaged(format!("{code} is no evidence"))),
    }
}

/// Whether a row changed as one was expected to.
pub(super) fn one(changed: usize) -> Result<(), ErrorKind> {
    if changed == 1 { Ok(()) } else { Err(ErrorKind::Damaged(format!("{changed} rows changed in place of one"))) }
}
