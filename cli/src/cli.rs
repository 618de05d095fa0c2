//! The command line: its commands, and what each of them is given.

use clap::{Parser, Subcommand};
use nameplate::image::hex::Options;

#[cfg(feature = "ledger")]
use crate::commands::ledger::issue;
use crate::commands::{Marked, Outcome, convert, feed, header, id, inspect, num, plan, sqtp, stamp, verify};
use crate::failure::Failure;
#[cfg(feature = "ledger")]
use crate::ledger_args::LedgerCommand;
#[cfg(feature = "ledger")]
use crate::ledger_options::{IssueOptions, SeenArgs};
use crate::reading::HexArgs;
use crate::report::Report;

/// Stamps a serial number, addresses and keys into a firmware image for each unit, and repairs the
/// checksums.
///
/// Exit codes: 0 done, 1 input/output failed, 2 wrong usage, 3 refused (the input or the job is
/// wrong), 4 verification failed, 5 a range of numbers is exhausted, 6 the ledger was restored, copied
/// or is without its anchor: nothing was issued; 129, 130 and 143 after SIGHUP, Ctrl-C and SIGTERM:
/// nothing was written.
#[derive(Debug, Parser)]
#[command(name = "nameplate", version, max_term_width = 100)]
pub struct Cli {
    /// What is to be done.
    #[command(subcommand)]
    pub command: Command,
    /// Say what was done, or what is wrong, as JSON
    #[arg(long, global = true, help_heading = "Options of every command")]
    pub json: bool,
    /// How HEX files are read.
    #[command(flatten)]
    pub reading: HexArgs,
}

/// A command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// One image per unit, and units.jsonl, into a new folder; or one file, or folder, of a unit of a ledger
    Stamp {
        /// Which units.
        #[command(flatten)]
        args: stamp::Args,
        /// The ledger that gives their numbers.
        #[cfg(feature = "ledger")]
        #[command(flatten)]
        ledger: Box<IssueOptions>,
    },
    /// A Microchip SQTP file, one line per unit; or the next number, marks and values of one
    #[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
    Sqtp {
        /// Something with a file that there is.
        #[command(subcommand)]
        action: Option<num::Action>,
        /// A new file.
        #[command(flatten)]
        make: sqtp::Args,
    },
    /// The list of a programmer that serializes itself, one entry per unit
    Feed(feed::Args),
    /// What would change, with everything that `stamp` would refuse; writes nothing
    ///
    /// Without a choice of units, all up to the job's `last` are tried, or the first one. Units that need an input are
    /// tried when it is given.
    Plan(plan::Args),
    /// The firmware's side of a job: where its fields lie, as source; reads nothing but the job
    Header(header::Args),
    /// Decodes and checks stamped images, or dumps read back
    Verify {
        /// Which images.
        #[command(flatten)]
        args: verify::Args,
        /// The ledger that is told.
        #[cfg(feature = "ledger")]
        #[command(flatten)]
        ledger: SeenArgs,
    },
    /// An image as HEX or raw binary, or as HEX of another style
    Convert(convert::Args),
    /// Format, parse or check one identity
    Id {
        /// Which one.
        #[command(subcommand)]
        what: id::What,
    },
    /// Who has which number, so that no two units ever get the same one
    #[cfg(feature = "ledger")]
    Ledger {
        /// What is to be done with it.
        #[command(subcommand)]
        what: Box<LedgerCommand>,
    },
    /// Segments, gaps, start address, and what is unusual about an image file
    Inspect(inspect::Args),
}

/// What became of a command, besides what it said.
#[derive(Debug)]
pub struct Done {
    /// What was tolerated in files that were read.
    pub tolerated: Vec<String>,
    /// That something was verified, and is wrong.
    pub verdict: Result<(), Failure>,
    /// A number that is marked, and yet to be heard.
    pub marked: Option<Marked>,
}

impl Command {
    /// Does it, with HEX files read as `options` say.
    ///
    /// # Errors
    /// When it cannot be done.
    pub fn run(&self, options: Options, report: &mut Report<'_>) -> Result<Done, Failure> {
        let (mut verdict, mut marked) = (Ok(()), None);
        let mut tell = |outcome: Outcome| outcome.tell(report);
        let tolerated = match self {
            #[cfg(feature = "ledger")]
            Self::Stamp { args, ledger } => match ledger.asked(args)? {
                Some(asked) => tell(issue(&asked, options)?),
                None => tell(stamp::run(args, options)?),
            },
            #[cfg(not(feature = "ledger"))]
            Self::Stamp { args } => tell(stamp::run(args, options)?),
            Self::Sqtp { action: Some(action), .. } => {
                let (outcome, number) = num::run(action)?;
                marked = number;
                tell(outcome)
            }
            Self::Sqtp { action: None, make } => tell(sqtp::run(make, options)?),
            Self::Feed(args) => tell(feed::run(args, options)?),
            Self::Plan(args) => plan::run(args, options, report)?,
            Self::Header(args) => tell(header::run(args)?),
            #[cfg(feature = "ledger")]
            Self::Verify { args, ledger } => {
                let told = verify::Args { ledger: ledger.seen()?, ..args.clone() };
                let (tolerated, right) = verify::run(&told, options, report)?;
                if let Some(note) = ledger.untold() {
                    report.say(note);
                    report.entry("ledger", note);
                }
                verdict = judged(right);
                tolerated
            }
            #[cfg(not(feature = "ledger"))]
            Self::Verify { args } => {
                let (tolerated, right) = verify::run(args, options, report)?;
                verdict = judged(right);
                tolerated
            }
            Self::Convert(args) => tell(convert::run(args, options)?),
            Self::Id { what } => {
                let (outcome, checked) = id::run(what)?;
                verdict = checked;
                tell(outcome)
            }
            #[cfg(feature = "ledger")]
            Self::Ledger { what } => {
                let (outcome, checked) = what.run(options, report.is_json())?;
                verdict = checked;
                outcome.map_or(Vec::new(), |outcome| outcome.tell(report))
            }
            Self::Inspect(args) => inspect::run(args, options, report)?,
        };
        Ok(Done { tolerated, verdict, marked })
    }
}

fn judged(right: bool) -> Result<(), Failure> {
    if right { Ok(()) } else { Err(verify::failed()) }
}
