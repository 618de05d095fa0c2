//! The store on a real disk: days of work, restores, copies, crashes, damage.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::missing_panics_doc)] // a test fails by a panic
#![allow(unused_results)] // of collections, and of steps that only prepare

mod anchors;
mod batch;
mod bench;
mod child;
mod crash;
mod create;
mod day;
mod find;
mod hostile;
mod log;
mod many;
mod model;
mod plans;
mod recover;
mod restore;
mod told;

#[cfg(target_os = "linux")]
#[path = "../../../tests/disk/replay.rs"]
mod replay;
