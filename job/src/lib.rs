//! The job file of `nameplate`, for any program: its text as a checked [`Job`], the layout and the sources that it
//! describes, the values of each unit, and the lines of `units.jsonl`.
//!
//! ```
//! use nameplate_job::{Job, Run};
//!
//! let job = Job::parse(
//!     r#"
//!     [unit]
//!     first = 1
//!     [[field]]
//!     name   = "serial"
//!     encode = "ascii:8:exact"
//!     value  = "EU-{seq:5}"
//!     [sqtp]
//!     field   = "serial"
//!     profile = "raw"
//!     address = "record:0x10"
//!     "#,
//! )?;
//! let run = Run::new(&job, 1..=1000, None)?;
//! let values = run.values(7, None)?;
//! assert_eq!(run.text(&values, "serial").as_deref(), Some("EU-00007"));
//! # Ok::<(), nameplate_job::JobError>(())
//! ```
//!
//! Nothing here reads or writes a file: what other files a job needs, it names.
//!
//! | from | by | to |
//! |---|---|---|
//! | text of a job file | [`Job::parse`] | [`Job`] |
//! | [`Job`], an image | [`layout::layout`] | [`nameplate::Layout`] |
//! | bytes of a CSV file | [`Rows::parse`], with the columns of [`Job::columns`] | [`Rows`] |
//! | [`Job`], numbers, [`Rows`] | [`Run::new`] | [`Run`]: the values of each unit |
//! | a stamped unit | [`journal::Line::new`] | its line of `units.jsonl` |

mod checksum;
mod error;
mod fields;
pub mod files;
pub mod image;
pub mod job;
pub mod journal;
pub mod labels;
pub mod layout;
pub mod names;
mod parse;
mod reader;
pub mod rows;
mod run;
pub mod source;
mod suggest;
#[cfg(test)]
mod tests;

pub use error::{JobError, JobErrorKind, ParseError, ParseErrorKind};
pub use fields::namespace_of;
pub use job::Job;
pub use reader::{parse_address, parse_date, parse_range};
pub use rows::Rows;
pub use run::{Run, sources};
pub use suggest::did_you_mean;
