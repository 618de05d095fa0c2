//! The ledger of `nameplate`: which unit has which number, so that no two units ever get the same one.
//!
//! Its core is pure: functions from what is known to what happens next, without input and output, clock or random
//! numbers; with `default-features = false` the crate is that, without std, on Rust 1.85. The module `sqlite` (on by
//! default) is the store around it, for a PC: begin there.
//!
//! ```
//! use nameplate_ledger::{Answer, Ask, By, Command, Facts, Found, Key, Keys, NewPool, Request, decide, evolve};
//!
//! let naming = |_pool: &str, number: u64| Some(format!("EU-{number:05}"));
//! let mut facts = Facts::default();
//! let ask = Ask::new(["board"], Keys::new([Key::new("uid", "3400210011513730")?])?).found(Found::Blank);
//! for command in [
//!     Command::create("5f1c0a7e9b3d4c21a8e64b0f2d7c9e13"),
//!     Command::Pool(NewPool::new("board", 1, 20_000, "EU-{seq:5}")),
//!     Command::Ask(ask.clone()),
//! ] {
//!     for event in decide(&facts, &Request::new(command, By::station("line-1")), &naming)?.events {
//!         evolve(&mut facts, &event)?; // a store appends `event.line()` to its log, in the same transaction
//!     }
//! }
//! // To ask again gives the same number and no event.
//! let again = decide(&facts, &Request::new(Command::Ask(ask), By::station("line-1")), &naming)?;
//! assert!(again.events.is_empty());
//! let Answer::Offer(offer) = again.answer else { panic!("an offer") };
//! assert_eq!(offer.value("board"), Some("EU-00001"));
//! assert_eq!(facts.pools["board"].accounting("board").to_string(), "board 1..20000: 1 reserved, 19999 free");
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! | from | by | to |
//! |---|---|---|
//! | [`Facts`], a [`Request`] | [`decide`] | [`Decision`]: events and an answer, or a [`Refusal`] |
//! | [`Facts`], an [`Event`] | [`evolve`] | the facts after it |
//! | bytes of a log | [`log::verify`], [`log::parse_log`], [`log::replay`] | [`Head`](tree::Head), events, [`Facts`] |
//! | [`Head`](tree::Head), [`Facts`] | [`anchor::Anchor`] | the text that is kept outside of the ledger |
//! | the folder of the anchor | [`anchor::Advance`] | [`anchor::Confirmed`]: what was committed may leave |
//! | a store, a [`Request`] | [`Facts::load`] and [`Rows`] | the few facts that the request needs |
//! | [`Offer`], [`Confirmed`](anchor::Confirmed) | [`Ticket::new`] | [`Ticket`], [`Burn`], the report |
//!
//! A number leaves in this order: the events are committed; the anchor is brought up to the head of the ledger; then
//! and only then there is a [`Ticket`]. A crash at any point is repaired by asking again for the same unit.
//!
//! Not promised: that a person tells the truth (`void`, `retire`, `rework`, `new`), and that a flasher writes the
//! board whose keys were read. What is promised is that no two boards *leave as verified* with one number. The anchor
//! must lie in another backup domain than the ledger; whoever restores both at once, to the same past, restores the
//! past.

#![cfg_attr(not(feature = "sqlite"), no_std)]

extern crate alloc;

pub mod anchor;
mod audit;
mod by;
mod command;
mod decide;
mod event;
mod evolve;
mod facts;
#[cfg(feature = "sqlite")]
pub mod folder;
pub mod journal;
mod key;
pub mod log;
mod never;
mod pool;
mod refusal;
mod rows;
mod seen;
mod select;
#[cfg(feature = "sqlite")]
pub mod sqlite;
mod state;
mod ticket;
pub mod tree;

pub use by::By;
pub use command::{Ask, Command, NewPool, Recovery, Request, Retry, Target};
pub use decide::{Answer, Decision, Naming, decide};
pub use event::{Adoption, Body, Event, LineError, Tail, Witness};
pub use evolve::{Inconsistent, evolve};
pub use facts::{Facts, Issue, Number, Standing, Unit};
pub use key::{Key, KeyError, Keys};
pub use pool::{Accounting, Pool, Range, Tally};
pub use refusal::Refusal;
pub use rows::Rows;
pub use seen::{Found, Reading, Readings, Seen};
pub use state::{Evidence, State};
pub use ticket::{Burn, Offer, Ticket};
