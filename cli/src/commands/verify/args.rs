//! What the command line says.

use std::path::PathBuf;

use nameplate_job::{parse_address, parse_date};

use crate::failure::{Exit, Failure};

/// What the command line says.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Args {
    /// The job file
    #[arg(long)]
    pub job: PathBuf,
    /// The address of the first byte of raw images; images are raw then, whatever they begin with
    #[arg(long, value_parser = parse_address)]
    pub base: Option<u64>,
    /// A units.jsonl that the images must agree with; several of several batches
    #[arg(long, alias = "journal")]
    pub units: Vec<PathBuf>,
    /// The day that date tokens mean, as 2024-07-01; that of the unit in --units, or the job's, if not said
    #[arg(long, value_parser = parse_date)]
    pub date: Option<(u16, u8, u8)>,
    /// The images are of another firmware: do not compare the memory outside of fields and checksums
    #[arg(long)]
    pub other_firmware: bool,
    /// Write the template that the one image was stamped from; the file must not exist yet
    #[arg(long, value_name = "OUT")]
    pub undo: Option<PathBuf>,
    /// A text that was scanned from the label of the one board: it must agree with what the image says, else exit 4; several
    /// times for several texts
    #[arg(long, value_name = "LABEL")]
    pub scan: Vec<String>,
    /// The job is one for SQTP, the images are HEX files that its programmer read back
    #[arg(long, conflicts_with_all = ["units", "base", "date", "other_firmware", "undo", "scan"])]
    pub sqtp: bool,
    /// The images; of a folder, all that are named .hex, .s19, .elf, .uf2, .bin and the like. Of a job with several images,
    /// the folders of units, a folder with them, or the files of one unit as NAME=FILE, by the names of the images
    #[cfg_attr(feature = "ledger", arg(required_unless_present = "reported"))]
    #[cfg_attr(not(feature = "ledger"), arg(required = true))]
    pub images: Vec<PathBuf>,
    /// The ledger that is told of the one image, and the keys of its board.
    #[cfg(feature = "ledger")]
    #[arg(skip)]
    pub ledger: Option<crate::commands::ledger::Seen>,
}

/// The images that are told of one by one, when all is right.
pub(super) const MOST_SHOWN: usize = 20;

/// The exit of a verification that failed.
pub fn failed() -> Failure {
    Failure::new(Exit::Verify, "verification failed")
}
