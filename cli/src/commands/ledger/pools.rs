//! Where job and ledger have to agree: which pools there are, and how their numbers are written.

use nameplate_job::Job;
use nameplate_job::job::{self, Retry};
use nameplate_job::ledger::Identity;
use nameplate_ledger::sqlite::Status;
use nameplate_ledger::{Evidence, Ticket};

use crate::failure::{Exit, Failure};

/// What `[ledger]` of a job says.
///
/// # Errors
/// When there is none.
pub(super) fn of_job(job: &Job) -> Result<&job::Ledger, Failure> {
    job.ledger.as_ref().ok_or_else(|| {
        Failure::refused(
            "the job has no [ledger]: add  [ledger] pool = \"board\" keys = [\"uid\"]  to it, or leave out --ledger (NAMEPLATE_LEDGER)",
        )
    })
}

/// The pools of a job, that of the units first, each with its field.
///
/// # Errors
/// When the ledger lacks one, writes it in another way, or has numbers that the job has no value for.
pub(super) fn identities(job: &Job, status: &Status) -> Result<Vec<Identity>, Failure> {
    let _ = of_job(job)?;
    let written = |pool: &str| status.pools.get(pool).map(|pool| pool.template.as_str());
    let identities = job.identities(written)?;
    for (index, identity) in identities.iter().enumerate() {
        let Some(pool) = status.pools.get(identity.pool()) else { continue };
        let mut ends: Vec<(String, u64)> = Vec::new();
        if index == 0 {
            if pool.first < job.unit.first {
                return Err(Failure::refused(format_args!(
                    "pool `{}` begins at {}, and `first` in [unit] is {}: leave `first` out of the job",
                    identity.pool(),
                    pool.first,
                    job.unit.first
                )));
            }
            ends.extend(job.unit.last.map(|last| ("`last` in [unit]".to_owned(), last)));
            for (name, source) in nameplate_job::sources(job)? {
                ends.extend(
                    source.last().filter(|_| source.pool().is_none()).map(|last| (format!("field `{name}`"), last)),
                );
            }
        } else {
            ends.extend(identity.last().map(|last| (format!("field `{}`", identity.field()), last)));
        }
        if let Some((what, end)) = ends.iter().find(|(_, end)| *end < pool.last) {
            return Err(Failure::refused(format_args!(
                "pool `{}` goes to {}, and {what} only to {end}: a unit could get a number that it cannot hold",
                identity.pool(),
                pool.last
            )));
        }
    }
    Ok(identities)
}

/// How the numbers of the pools are written.
pub(super) fn naming(identities: &[Identity]) -> impl Fn(&str, u64) -> Option<String> + '_ {
    |pool: &str, number: u64| identities.iter().find(|identity| identity.pool() == pool)?.text(number)
}

/// Refuses numbers that the job writes in another way than the ledger did, as with the date of another month.
///
/// # Errors
/// With the text of both.
pub(super) fn agree(identities: &[Identity], ticket: &Ticket) -> Result<(), Failure> {
    for identity in identities {
        let pool = identity.pool();
        let (Some(number), Some(text)) = (ticket.number(pool), ticket.text(pool)) else { continue };
        match identity.text(number) {
            Some(own) if own == text => {}
            own => {
                return Err(Failure::refused(format_args!(
                    "number {number} of pool `{pool}` is `{text}` in the ledger, and the job makes `{}` of it: give the --date of then",
                    own.unwrap_or_default()
                )));
            }
        }
    }
    Ok(())
}

/// The weakest evidence that counts.
pub(super) fn weakest(of_job: &job::Ledger) -> Evidence {
    match of_job.evidence {
        job::Evidence::Readback => Evidence::Readback,
        job::Evidence::Reported => Evidence::Reported,
        job::Evidence::Programmer => Evidence::Programmer,
    }
}

/// Whether a blank board goes on with an open ticket.
pub(super) fn retry(of_job: &job::Ledger) -> nameplate_ledger::Retry {
    match of_job.retry {
        Retry::Blank => nameplate_ledger::Retry::Blank,
        Retry::Person => nameplate_ledger::Retry::Person,
    }
}

/// Refuses keys of a kind that the job does not name, and a unit without one of those that it does.
///
/// # Errors
/// With the kind.
pub(super) fn check_kinds(of_job: &job::Ledger, keys: &nameplate_ledger::Keys) -> Result<(), Failure> {
    let known = of_job.keys.join(", ");
    if let Some(key) = keys.iter().find(|key| !of_job.keys.iter().any(|kind| kind == key.kind())) {
        let hint = nameplate_job::did_you_mean(key.kind(), of_job.keys.iter().map(String::as_str));
        let kind = key.kind();
        return Err(Failure::refused(format_args!("`keys` in [ledger] names {known}, and not `{kind}`{hint}")));
    }
    match of_job.keys.iter().find(|kind| keys.get(kind).is_none()) {
        Some(kind) => {
            Err(Failure::new(Exit::Refused, format_args!("no `{kind}` of the unit: `keys` in [ledger] names {known}")))
        }
        None => Ok(()),
    }
}
