//! What the command line says for `nameplate verify`.

use std::path::PathBuf;

use clap::Args;
use nameplate::image::hex::Options;
use nameplate_cli::commands::{readback, verify};
use nameplate_cli::failure::Failure;
use nameplate_cli::report::Report;
use nameplate_job::{parse_address, parse_date};

#[derive(Args)]
pub(crate) struct VerifyArgs {
    /// The job file
    #[arg(long)]
    job: PathBuf,
    /// The address of the first byte of raw images; images are raw then, whatever they begin with
    #[arg(long, value_parser = parse_address)]
    base: Option<u64>,
    /// A units.jsonl that the images must agree with; several of several batches
    #[arg(long, alias = "journal")]
    units: Vec<PathBuf>,
    /// The day that date tokens mean, as 2024-07-01; that of the unit in --units, or the job's, if not said
    #[arg(long, value_parser = parse_date)]
    date: Option<(u16, u8, u8)>,
    /// The images are of another firmware: do not compare the memory outside of fields and checksums
    #[arg(long)]
    other_firmware: bool,
    /// Write the template that the one image was stamped from; the file must not exist yet
    #[arg(long, value_name = "OUT")]
    undo: Option<PathBuf>,
    /// The job is one for SQTP, the images are HEX files that its programmer read back
    #[arg(long, conflicts_with_all = ["units", "base", "date", "other_firmware", "undo"])]
    sqtp: bool,
    #[cfg(feature = "ledger")]
    #[command(flatten)]
    ledger: crate::ledger_args::SeenArgs,
    /// The images; of a folder, all that are named .hex, .elf or .bin
    #[arg(required = true)]
    images: Vec<PathBuf>,
}

impl VerifyArgs {
    /// Reads the images back; whether all are right.
    pub(crate) fn run(self, options: Options, report: &mut Report<'_>) -> Result<(Vec<String>, bool), Failure> {
        #[cfg(feature = "ledger")]
        let ledger = self.ledger.seen()?;
        let Self { job, base, units, date, other_firmware, undo, sqtp, images, .. } = self;
        if sqtp {
            let (outcome, right) = readback::run(&job, &images, options)?;
            return Ok((outcome.tell(report), right));
        }
        let args = verify::Args {
            job,
            base,
            units,
            date,
            other_firmware,
            undo,
            images,
            options,
            #[cfg(feature = "ledger")]
            ledger,
        };
        verify::run(&args, report)
    }
}
