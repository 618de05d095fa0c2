//! The anchor: a few lines of text outside of the ledger that say how far it is.
//!
//! A restored ledger does not know what it issued after the backup; its anchor does. So the anchor is moved *before* a
//! number leaves, once a number, and never over a head that the ledger does not have.
//!
//! The anchor is a folder of files `K.anchor`, where K counts moves. [`Advance`] says which file operation comes next;
//! a store carries it out and tells what came of it. What it ends with, [`Confirmed`], is what a
//! [`Ticket`](crate::Ticket) needs.

mod advance;
mod text;

pub use advance::{Advance, Confirmed, Fence, Operation, Outcome, Step};
pub use text::{Anchor, AnchorError, parse_anchor};
