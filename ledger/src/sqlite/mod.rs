//! The ledger in an SQLite file, with its anchor in a folder. **This does input and output**; the rest of the crate does
//! none. Needs the feature `sqlite`, which is on by default, and Rust 1.89.
//!
//! ```
//! use nameplate_ledger::sqlite::{Grant, Ledger, NewLedger};
//! use nameplate_ledger::{Answer, Ask, By, Command, Evidence, Found, Key, Keys, NewPool, Reading, Seen};
//!
//! # let folder = tempfile::tempdir()?;
//! # let (file, anchor) = (folder.path().join("line.db"), folder.path().join("anchor"));
//! // How the job writes the numbers of each pool.
//! let naming = |pool: &str, number: u64| (pool == "board").then(|| format!("EU-{number:05}"));
//!
//! // Once. The ID is 32 random digits; the anchor should lie on another disk than the ledger.
//! let new = NewLedger::new("5f1c0a7e9b3d4c21a8e64b0f2d7c9e13").anchor(&anchor);
//! let mut ledger = Ledger::create(&file, new)?;
//! ledger.record(Command::Pool(NewPool::new("board", 1, 20_000, "EU-{seq:5}")), &naming)?;
//!
//! // For each board: its numbers, which are on the disk, and the anchor above them, when they are given.
//! let mut ledger = Ledger::open(&file)?.signed(By::station("line-1"));
//! let keys = Keys::new([Key::new("uid", "3400210011513730")?, Key::new("board", "PCB-0071")?])?;
//! match ledger.ask(Ask::new(["board"], keys.clone()).found(Found::Blank), &naming)? {
//!     Grant::Ticket(ticket, entry) => {
//!         assert_eq!(ticket.text("board"), Some("EU-00001"));
//!         assert!(entry.line.contains(r#""numbers":{"board":1}"#)); // for the journal of the station
//!         // The keys, read again right before the write: another board is refused here.
//!         let burn = ticket.begin(&keys).map_err(|(_, refusal)| refusal)?;
//!         // ... the board is written, and read back, with its keys ...
//!         let shown = [("board".to_owned(), Reading { text: "EU-00001".into(), number: Some(1) })];
//!         let seen = Seen::new(keys, Evidence::Readback, shown.into());
//!         let report = ledger.record(burn.verified(seen, Evidence::Readback), &naming)?;
//!         assert_eq!(report, Answer::Verified { unit: 1 });
//!     }
//!     Grant::Verified { unit } => println!("unit {unit} is finished: nothing is to be written"),
//!     other => println!("{other:?}"),
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | what | method | what it leaves |
//! |---|---|---|
//! | a new ledger; one in place of another that is gone | [`Ledger::create`], [`Ledger::create_from`] an export | the file, the first anchor |
//! | numbers for a unit, for many | [`Ledger::ask`], [`Ledger::ask_all`] | events, the anchor above them, tickets |
//! | reports, decisions of persons, pools | [`Ledger::record`] | events, the anchor above them |
//! | how it stands, whose a board is | [`Ledger::status`], [`Ledger::find`], [`Ledger::open_units`] | nothing |
//! | a copy, the log as a file | [`Ledger::backup`], [`Ledger::export`] | a file |
//! | after a restore | [`Ledger::import`] of a later export, [`Ledger::recover`] | events; a higher epoch |
//! | what a restore took away | [`Ledger::recoveries`] | nothing |
//! | an anchor that is moved, added, left | [`Ledger::move_anchor`] | an event |
//! | whether it is what was written | [`Ledger::audit`], [`Ledger::check`] | nothing |
//!
//! A request is one transaction: rows are loaded, [`decide`](crate::decide) decides, its events and the rows that they
//! change are written, all of it is committed. Then the anchor is brought up to the log, and only then there is an
//! answer. **Whatever dies in between, ask again for the same unit**: it has its number, or gets it now.
//!
//! A ledger that is behind its anchor, or was copied, or whose anchor is not there, is *closed*: it can be read, and
//! issues nothing. [`Error::is_closed`] tells such an error from others, [`Ledger::closed`] why, and its text the way on.
//!
//! The file is in SQLite's `TRUNCATE` mode with `synchronous=FULL`: at rest it is whole by itself. It must not be copied
//! while it is in use. Several processes may use it; each waits up to 20 seconds for the others.
//!
//! # Limits
//!
//! Numbers are below 2⁶³ − 1. A machine that is cloned as a whole, ledger and anchor with it, is not told from its clone.
//! Restored together to the same past, ledger and anchor agree: they must be backed up apart.

mod ahead;
mod anchors;
mod audit;
mod backup;
mod closed;
mod create;
mod error;
mod export;
mod find;
mod fingerprint;
mod head;
mod itself;
mod ledger;
mod open;
mod pages;
mod patience;
mod recover;
mod request;
mod rows;
mod schema;
mod side;
mod statements;
mod status;
mod table;
mod work;
mod write;

pub use anchors::Place;
pub use audit::Audit;
pub use closed::Closed;
pub use create::NewLedger;
pub use error::{Error, ErrorKind};
pub use export::Imported;
pub use find::{Held, Query, Record};
pub use ledger::Ledger;
pub use recover::Recovered;
pub use request::{Entry, Grant};
pub use status::Status;
