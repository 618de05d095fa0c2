//! `nameplate ledger retire --replace`: a unit is out of use with the numbers that it has, and its board gets others.

use std::path::PathBuf;

use nameplate_ledger::Command;

use super::access::Access;
use super::decisions::{of_request, records, stands};
use super::journal::follow;
use super::pools::{identities, naming};
use super::unit::target;
use crate::commands::outcome::Outcome;
use crate::failure::Failure;
use crate::run::JobFile;

/// What the command line says.
#[derive(Debug)]
pub struct ReplaceArgs {
    /// The ID of the request, which is done once.
    pub request: String,
    /// The job file.
    pub job: PathBuf,
    /// What date tokens mean.
    pub date: Option<(u16, u8, u8)>,
    /// Why.
    pub reason: String,
}

/// Retires the numbers of a unit and gives it others, once.
///
/// # Errors
/// A refusal, with the way on; the job and the ledger disagree; or the ledger is closed.
pub fn replace(access: &Access, unit: &[String], args: &ReplaceArgs) -> Result<Outcome, Failure> {
    let job = JobFile::read(&args.job)?.dated(args.date);
    let mut ledger = access.open_to_write()?;
    let status = ledger.status()?;
    access.check_open(&status)?;
    let identities = identities(&job.job, &status)?;
    let unit = target(&mut ledger, unit)?;
    let (reason, replace) = (args.reason.clone(), Some(args.request.clone()));
    let _ = ledger.record(Command::Retire { unit: unit.clone(), reason, replace }, &naming(&identities))?;
    follow(&ledger)?;
    let found = records(&ledger, &unit)?;
    of_request(&found, &args.request)?;
    Ok(stands(&found, &["the board gets them from `stamp --ledger`"]))
}
