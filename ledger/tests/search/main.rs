//! The search: breadth first over all interleavings of boards, stations, crashes, restores and copies, driving the
//! production `decide`, `evolve`, `Ticket` and `Advance`. What is counted is what lies in the flash of the boards,
//! never what was acknowledged.
//!
//! * `DUP`: two boards with one number. Where a check and a write are two steps (another board on the fixture, a wrong
//!   scan), it is two boards that *left as verified* with one number.
//! * `CHURN`: a board that left has another number later.
//! * `VOID`: a board has a void number.
//! * `FENCE`: a ledger whose disk was never replaced is fenced by its own processes.
//!
//! Safe designs must have no counterexample, naive ones must have one. The bounded part runs with all tests. The whole:
//!
//! ```text
//! NAMEPLATE_SEARCH=whole cargo test --release -p nameplate-ledger --test search -- --nocapture
//! ```
//!
//! `NAMEPLATE_SEARCH=1000000` explores so many states of each design and set of hazards.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::as_conversions)] // a test fails by a panic
#![allow(unused_results)] // of collections

mod designs;
mod explore;
mod hazards;
mod moves;
mod naive;
mod requests;
mod rules;
mod safe;
mod store;
mod world;
