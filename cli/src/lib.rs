//! The parts of the `nameplate` command: files and folders around `nameplate-job`, and the
//! commands.

pub mod commands;
pub mod failure;
pub mod image;
pub mod output;
pub mod run;
pub mod template;
pub mod units;
