//! `nameplate ledger pool`: numbers, and how they are written; a pool that is not needed.

use nameplate_job::ledger::Scheme;
use nameplate_ledger::{Command, NewPool};
use serde_json::json;

use super::access::Access;
use super::journal::follow;
use crate::commands::outcome::Outcome;
use crate::failure::{Exit, Failure};

/// How the numbers of a pool are written.
#[derive(Clone, Debug)]
pub enum Written {
    /// As a template of serial numbers says.
    Template(String),
    /// As addresses of 48 bits, of the blocks with these prefixes, so many for each unit.
    Eui48(Vec<String>, u64),
    /// As addresses of 64 bits.
    Eui64(Vec<String>, u64),
}

/// What the command line says.
#[derive(Debug)]
pub struct PoolArgs {
    /// Its name.
    pub name: String,
    /// The first number; of addresses 0, if not said.
    pub first: Option<u64>,
    /// The last number; of addresses the last of the block, if not said.
    pub last: Option<u64>,
    /// How numbers are written.
    pub written: Written,
    /// The namespace, in which texts are unique; its own, if not said.
    pub namespace: Option<String>,
    /// How many free numbers are too few.
    pub low: u64,
}

/// Adds a pool.
///
/// # Errors
/// When it overlaps another one, has no numbers, or its numbers cannot be written.
pub fn add_pool(access: &Access, args: &PoolArgs) -> Result<Outcome, Failure> {
    let scheme = match &args.written {
        Written::Template(text) => Scheme::template(text),
        Written::Eui48(prefixes, stride) => Scheme::eui48(prefixes, *stride),
        Written::Eui64(prefixes, stride) => Scheme::eui64(prefixes, *stride),
    }?;
    let is_block = !matches!(args.written, Written::Template(_));
    let needed = |what| Failure::new(Exit::Usage, format_args!("{what}: a pool of serial numbers needs it"));
    let first = args.first.or(is_block.then_some(0)).ok_or_else(|| needed("--first"))?;
    let end = scheme.last();
    let last = args.last.or(end.filter(|_| is_block)).ok_or_else(|| needed("--last"))?;
    if let Some(end) = end.filter(|end| *end < last) {
        return Err(Failure::refused(format_args!("--last {last}: {scheme} has no number beyond {end}")));
    }
    let new = NewPool::new(&args.name, first, last, scheme.text()).low(args.low);
    let mut ledger = access.open_to_write()?;
    // Two pools that are written alike would give the same texts.
    let pools = ledger.status()?.pools;
    let alike =
        pools.values().find(|pool| pool.template == scheme.text() && !pool.is_dropped()).map(|pool| &pool.namespace);
    let new = args.namespace.iter().chain(alike).take(1).fold(new, |new, namespace| new.namespace(namespace));
    let _ = ledger.record(Command::Pool(new), &|_: &str, _| None)?;
    follow(&ledger)?;
    let count = last.saturating_sub(first).saturating_add(1);
    let text = format!("pool {}: {count} numbers, {first} to {last}, as {scheme}", args.name);
    let json = json!({ "pool": args.name, "first": first, "last": last, "value": scheme.text() });
    Ok(Outcome { text, json, tolerated: Vec::new() })
}

/// Drops a pool of which nobody was given a number.
///
/// # Errors
/// When there is no such pool, or it gave a number; or the ledger is closed.
pub fn drop_pool(access: &Access, pool: &str, reason: &str) -> Result<Outcome, Failure> {
    let mut ledger = access.open_to_write()?;
    let command = Command::DropPool { pool: pool.to_owned(), reason: reason.to_owned() };
    let _ = ledger.record(command, &|_: &str, _| None)?;
    follow(&ledger)?;
    let text = format!("pool {pool} is dropped: its numbers are free for another one, its name is not");
    Ok(Outcome { text, json: json!({ "pool": pool }), tolerated: Vec::new() })
}
