//! The parts of the `nameplate` command: files and folders around `nameplate-job`, and the
//! commands.

pub mod commands;
pub mod failure;
mod folder;
pub mod image;
pub mod interrupt;
mod leftover;
pub mod output;
pub mod report;
mod room;
pub mod run;
mod sync;
pub mod template;
pub mod units;
