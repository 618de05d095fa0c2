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
//! Nothing here reads or writes a file: what other files a job needs, it names. A flasher gives their bytes, and makes the
//! units that `nameplate stamp` makes, with the same journal:
//!
//! ```
//! # use std::collections::HashMap;
//! # let text = include_str!("../../examples/firmware/input.toml");
//! # let csv = include_bytes!("../../examples/firmware/units.csv");
//! # let files = HashMap::from([("firmware.hex", include_bytes!("../../examples/firmware/firmware.hex"))]);
//! # fn flash(_: &[u8]) {}
//! # fn journal(_: nameplate_job::journal::Line) {}
//! let job = nameplate_job::Job::parse(&text)?; // job.files() names the files it needs
//! let rows = job.rows(csv)?; // of a job that takes values from an input
//! let open = job.open(|name| files.get(name))?; // checked: template, map, places, checksums
//! let mut stamper = open.stamper()?; // owned: a struct of the flasher can hold it
//! for n in 1..=6 {
//!     let unit = stamper.stamp(n, rows.get(n))?;
//!     flash(unit.bytes());
//!     journal(unit.journal_line()); // the same line as in units.jsonl
//! }
//! # Ok::<(), nameplate_job::JobError>(())
//! ```
//!
//! | from | by | to |
//! |---|---|---|
//! | text of a job file | [`Job::parse`] | [`Job`] |
//! | [`Job`] | [`Job::to_toml`] | text of a job file |
//! | [`Job`], the bytes of its files | [`Job::open`] | [`OpenJob`]: stampers, and the check of what was read back |
//! | a number, a row | [`JobStamper::stamp`] | [`StampedUnit`]: its bytes, name, texts, line of the journal |
//! | bytes of a CSV file | [`Job::rows`] | [`Rows`] |
//! | [`Job`], numbers, [`Rows`] | [`Run::new`] | [`Run`]: the values of each unit, without an image |
//! | [`Job`] with several images, the bytes of their files | [`Job::open_images`] | [`OpenImages`]: the same for units of several files |
//! | the same | [`Job::of_images`] | a job for each |
//! | [`Job`], an image | [`layout::layout`] | [`nameplate::Layout`] |
//! | bytes of an image file | [`image::File::new`] | a container of the library |
//! | a stamped unit | [`journal::Line::new`] | its line of `units.jsonl` |
//!
//! What is wrong has the words that the command prints: [`JobError`]. Which numbers were used before is not known here.

mod about;
mod checksum;
mod compiled;
mod diagnostics;
mod error;
mod family;
mod fields;
pub mod files;
mod given;
pub mod image;
pub mod images;
pub mod job;
pub mod journal;
mod judge;
pub mod labels;
pub mod layout;
pub mod ledger;
pub mod merge;
pub mod names;
mod never;
mod nvs;
pub mod open;
pub mod open_images;
pub mod output;
mod parse;
mod reader;
pub mod rows;
mod run;
pub mod sequence;
pub mod source;
mod spell;
mod suggest;
mod table;
mod template;
mod write;

pub use error::{JobError, JobErrorKind, ParseError, ParseErrorKind};
pub use fields::namespace_of;
pub use job::Job;
pub use open::{JobStamper, OpenJob, StampedUnit};
pub use open_images::{ImagesStamper, OpenImages, StampedImage, StampedImages};
pub use reader::{parse_address, parse_date, parse_range};
pub use rows::Rows;
pub use run::{Draw, Run, sources};
pub use suggest::did_you_mean;
