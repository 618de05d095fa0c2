//! What a job and a ledger have to agree on: how the numbers of each pool are written, and in which field.
//!
//! ```
//! use nameplate_job::Job;
//!
//! let job = Job::parse(
//!     r#"
//!     [unit]
//!     [[field]]
//!     name   = "serial"
//!     encode = "ascii:8:exact"
//!     value  = "EU-{seq:5}"
//!     [[field]]
//!     name   = "mac"
//!     encode = "bytes:6"
//!     value  = { eui48 = "70B3D57ED", pool = "mac" }
//!     [nvs]
//!     namespace = "factory"
//!     [ledger]
//!     pool = "board"
//!     keys = ["uid"]
//!     "#,
//! )?;
//! // As the pools of the ledger say that they are written.
//! let written = |pool: &str| match pool {
//!     "board" => Some("EU-{seq:5}"),
//!     "mac" => Some("eui48 70B3D57ED"),
//!     _ => None,
//! };
//! let [board, mac] = &job.identities(written)?[..] else { panic!("two pools") };
//! assert_eq!((board.field(), board.text(7).as_deref()), ("serial", Some("EU-00007")));
//! assert_eq!((mac.pool(), mac.number("70-B3-D5-7E-D0-07")), ("mac", Some(7)));
//! # Ok::<(), nameplate_job::JobError>(())
//! ```

use std::fmt;

use nameplate::Source as _;
use nameplate::id::eui::{Block, EuiError, Pool, Pool64};
use nameplate::id::serial::{Date, Scheme as Serials};
use nameplate::value::View;

use crate::error::JobError;
use crate::job::{Field, Job, ValueSpec};
use crate::source::Source;

/// How the numbers of a pool are written, as a text that the ledger keeps: a template of serial numbers as
/// `EU-{seq:5}`, or a block of addresses as `eui48 70B3D57ED`, with ` stride 2` if a unit has two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme {
    text: String,
    last: Option<u64>,
}

impl Scheme {
    /// A template of serial numbers.
    ///
    /// # Errors
    /// When it is none. Of one with `{station:N}`, `{product:N}` or `{CC}` only a job knows.
    pub fn template(text: &str) -> Result<Self, JobError> {
        let of_job = ["{station", "{product", "{CC}"].iter().any(|token| text.contains(token));
        let last = if of_job || text == "{seq}" {
            None
        } else {
            let scheme = Serials::parse(text).map_err(JobError::refused)?;
            let any_day = Date::new(2024, 1, 1).map_err(JobError::refused)?;
            Some(scheme.dated(any_day).last())
        };
        Ok(Self { text: text.to_owned(), last })
    }

    /// The addresses of 48 bits in the blocks with these prefixes, `stride` for each unit.
    ///
    /// # Errors
    /// When a prefix is none, or the blocks hold no such address.
    pub fn eui48(prefixes: &[String], stride: u64) -> Result<Self, JobError> {
        let pool = blocks(prefixes).and_then(|blocks| Pool::new(&blocks, stride, 0)).map_err(JobError::refused)?;
        Ok(Self { text: block("eui48", prefixes, stride, 0), last: Some(pool.last()) })
    }

    /// The same of 64 bits.
    ///
    /// # Errors
    /// As [`eui48`](Self::eui48).
    pub fn eui64(prefixes: &[String], stride: u64) -> Result<Self, JobError> {
        let pool = blocks(prefixes).and_then(|blocks| Pool64::new(&blocks, stride, 0)).map_err(JobError::refused)?;
        Ok(Self { text: block("eui64", prefixes, stride, 0), last: Some(pool.last()) })
    }

    /// The text that the ledger keeps.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The last number that can be written, where that is known.
    pub fn last(&self) -> Option<u64> {
        self.last
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn blocks(prefixes: &[String]) -> Result<Vec<Block>, EuiError> {
    prefixes.iter().map(|prefix| Block::from_prefix(prefix)).collect()
}

fn block(kind: &str, prefixes: &[String], stride: u64, seq0: u64) -> String {
    let mut text = format!("{kind} {}", prefixes.join(",").to_ascii_uppercase());
    if stride != 1 {
        text = format!("{text} stride {stride}");
    }
    if seq0 != 0 {
        text = format!("{text} from {seq0}");
    }
    text
}

/// How the value of a field is written, if it is made from a number and may be shown.
fn written(field: &Field) -> Option<String> {
    match &field.value {
        _ if field.secret => None,
        ValueSpec::Template(text) => Some(text.clone()),
        ValueSpec::Eui48 { prefixes, stride, seq0, .. } => Some(block("eui48", prefixes, *stride, *seq0)),
        ValueSpec::Eui64 { prefixes, stride, seq0, .. } => Some(block("eui64", prefixes, *stride, *seq0)),
        _ => None,
    }
}

/// A pool and its field: what a unit shows of the pool.
#[derive(Debug)]
pub struct Identity {
    pool: String,
    field: String,
    source: Source,
}

impl Identity {
    /// The pool.
    pub fn pool(&self) -> &str {
        &self.pool
    }

    /// The field.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The text of a number, as on the device; nothing when it has none.
    pub fn text(&self, number: u64) -> Option<String> {
        let value = self.source.value(number, None).ok()?;
        Some(self.source.show(value.view()?))
    }

    /// A value as the ledger writes it.
    pub fn show(&self, value: View<'_>) -> String {
        self.source.show(value)
    }

    /// The last number that can be written; nothing when every number can.
    pub fn last(&self) -> Option<u64> {
        self.source.last()
    }

    /// The number of a text, if it has the form of the pool.
    pub fn number(&self, text: &str) -> Option<u64> {
        self.source.number_of(text)
    }
}

impl Job {
    /// Each pool that the job takes numbers from, that of the units first. `written` says how the ledger writes the
    /// numbers of a pool; nothing of one that it does not have.
    ///
    /// # Errors
    /// When the job has no `[ledger]`, the ledger lacks a pool, or no field of the job is written as the pool is.
    pub fn identities<'w>(&self, written: impl Fn(&str) -> Option<&'w str>) -> Result<Vec<Identity>, JobError> {
        let ledger = self.ledger.as_ref().ok_or_else(|| {
            JobError::refused(
                "the job has no [ledger], as in  [ledger] pool = \"board\" keys = [\"uid\"]: which pool gives its numbers?",
            )
        })?;
        let mut pools: Vec<&str> = vec![&ledger.pool];
        for field in &self.fields {
            pools.extend(pool_of(field).filter(|pool| !pools.contains(pool)));
        }
        pools.into_iter().map(|pool| self.identity(pool, pool == ledger.pool, written(pool))).collect()
    }

    fn identity(&self, pool: &str, is_own: bool, found: Option<&str>) -> Result<Identity, JobError> {
        let found = found.ok_or_else(|| {
            JobError::refused(format_args!(
                "the ledger has no pool `{pool}`, which the job takes numbers from: `ledger pool add {pool} …`"
            ))
        })?;
        let of_pool = |field: &&Field| if is_own { pool_of(field).is_none() } else { pool_of(field) == Some(pool) };
        let mut others = Vec::new();
        for field in self.fields.iter().filter(of_pool) {
            match written(field) {
                Some(text) if text == found => {
                    let source = Source::new(field, &self.unit)?;
                    return Ok(Identity { pool: pool.to_owned(), field: field.name.clone(), source });
                }
                Some(text) => others.push(format!("field `{}` as `{text}`", field.name)),
                None => {}
            }
        }
        let others = if others.is_empty() { "no field by it".to_owned() } else { others.join(", ") };
        Err(JobError::refused(format_args!(
            "pool `{pool}` of the ledger is written as `{found}`, and the job writes {others}: they must be the same"
        )))
    }
}

fn pool_of(field: &Field) -> Option<&str> {
    match &field.value {
        ValueSpec::Eui48 { pool, .. } | ValueSpec::Eui64 { pool, .. } => pool.as_deref(),
        _ => None,
    }
}
