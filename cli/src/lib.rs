//! The parts of the `nameplate` command: the job file and the input as plain data, checked without
//! any file at hand, and the commands, which do the input and output.

pub mod commands;
pub mod failure;
pub mod image;
pub mod job;
pub mod journal;
pub mod labels;
pub mod layout;
pub mod names;
pub mod output;
pub mod run;
pub mod source;
pub mod suggest;
pub mod template;
pub mod units;
