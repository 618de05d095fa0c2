//! The parts of the `nameplate` command: files and folders around `nameplate-job`, and the
//! commands.

mod choices;
mod cli;
pub mod commands;
pub mod failure;
mod folder;
mod form;
mod hidden;
pub mod image;
pub mod interrupt;
#[cfg(feature = "ledger")]
pub mod ledger_args;
#[cfg(feature = "ledger")]
pub mod ledger_options;
mod leftover;
pub mod output;
mod reading;
pub mod report;
mod room;
pub mod run;
mod sync;
pub mod template;
mod unit_files;
pub mod units;

pub use self::cli::{Cli, Command, Done};
pub use self::hidden::{Hidden, Named};
pub use self::reading::{ElfArgs, HexArgs};
