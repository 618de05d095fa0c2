//! `nameplate`: stamps identity into firmware images on a production line.

use std::ops::Range;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use nameplate_cli::commands::{Outcome, inspect, plan, sqtp, stamp, verify};
use nameplate_cli::failure::{Exit, Failure};
use nameplate_cli::job::{Format, parse_address, parse_range};
use nameplate_cli::run::Choice;

/// Stamps a serial number, addresses and keys into a firmware image for each unit, and repairs the
/// checksums.
///
/// Exit codes: 0 done, 1 input/output failed, 2 wrong usage, 3 refused (the input or the job is
/// wrong), 4 verification failed, 5 a range of numbers is exhausted.
#[derive(Parser)]
#[command(version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Say what was done, or what is wrong, as JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// One image per unit, and units.jsonl, into a new folder
    Stamp {
        /// The job file
        #[arg(long)]
        job: PathBuf,
        /// The folder to make; it must not exist yet
        #[arg(long)]
        out: PathBuf,
        #[command(flatten)]
        units: UnitArgs,
        /// The units' format; the template's, if not said
        #[arg(long)]
        format: Option<FormatArg>,
        /// For --format bin: the addresses to write, as 0x08000000..0x08010000
        #[arg(long, value_parser = parse_range)]
        window: Option<Range<u64>>,
    },
    /// A Microchip SQTP file, one line per unit
    Sqtp {
        /// The job file
        #[arg(long)]
        job: PathBuf,
        /// The file to write; it must not exist yet
        #[arg(long)]
        out: PathBuf,
        #[command(flatten)]
        units: UnitArgs,
        /// A HEX file in which the place must be blank and under no checksum of the job
        #[arg(long)]
        image: Option<PathBuf>,
    },
    /// What would change; writes nothing
    Plan {
        /// The job file
        #[arg(long)]
        job: PathBuf,
    },
    /// Decodes and checks stamped images, or dumps read back
    Verify {
        /// The job file
        #[arg(long)]
        job: PathBuf,
        /// The address of the first byte of raw images
        #[arg(long, value_parser = parse_address)]
        base: Option<u64>,
        /// A units.jsonl that the images must agree with
        #[arg(long)]
        units: Option<PathBuf>,
        /// The images
        #[arg(required = true)]
        images: Vec<PathBuf>,
    },
    /// Segments, gaps, start address, and what is unusual about an image file
    Inspect {
        /// The address of the first byte of a raw image
        #[arg(long, value_parser = parse_address)]
        base: Option<u64>,
        /// The image
        image: PathBuf,
    },
}

#[derive(Args)]
struct UnitArgs {
    /// How many units; up to the job's `last`, if not said
    #[arg(long)]
    count: Option<u64>,
    /// The number of the first unit; the job's `first`, if not said
    #[arg(long)]
    first: Option<u64>,
    /// A CSV file with a row for each unit, matched by its `seq` column
    #[arg(long)]
    input: Option<PathBuf>,
    /// The value of an input column, for one unit; others on the machine can see it, so not for keys
    #[arg(long, value_name = "NAME=VALUE", value_parser = name_value)]
    set: Vec<(String, String)>,
}

impl From<UnitArgs> for Choice {
    fn from(args: UnitArgs) -> Self {
        Self { count: args.count, first: args.first, input: args.input, set: args.set }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatArg {
    Hex,
    Bin,
    Elf,
    Delta,
    Pages,
}

impl FormatArg {
    fn format(self) -> Result<Format, Failure> {
        match self {
            Self::Hex => Ok(Format::Hex),
            Self::Bin => Ok(Format::Bin),
            Self::Elf => Err(Failure::refused("--format elf is not supported yet")),
            Self::Delta => Err(Failure::refused("--format delta is not supported yet")),
            Self::Pages => Err(Failure::refused("--format pages is not supported yet")),
        }
    }
}

fn name_value(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli.command) {
        Ok((outcome, result)) => {
            if cli.json {
                println!("{}", outcome.json);
            } else {
                println!("{}", outcome.text);
            }
            result.map_or_else(|failure| ExitCode::from(code(failure.exit())), |()| ExitCode::SUCCESS)
        }
        Err(failure) => {
            if cli.json {
                println!("{}", serde_json::json!({ "error": failure.to_string(), "exit": code(failure.exit()) }));
            } else {
                eprintln!("nameplate: {failure}");
            }
            ExitCode::from(code(failure.exit()))
        }
    }
}

/// The exit code.
fn code(exit: Exit) -> u8 {
    match exit {
        Exit::Io => 1,
        Exit::Usage => 2,
        Exit::Refused => 3,
        Exit::Verify => 4,
        Exit::Exhausted => 5,
    }
}

/// What was done; it may be that a verification was done and failed.
type Done = (Outcome, Result<(), Failure>);

fn run(command: Command) -> Result<Done, Failure> {
    let done = |outcome| (outcome, Ok(()));
    match command {
        Command::Stamp { job, out, units, format, window } => {
            let format = format.map(FormatArg::format).transpose()?;
            stamp::run(&stamp::Args { job, out, choice: units.into(), format, window }).map(done)
        }
        Command::Sqtp { job, out, units, image } => {
            sqtp::run(&sqtp::Args { job, out, choice: units.into(), image }).map(done)
        }
        Command::Plan { job } => plan::run(&job).map(done),
        Command::Verify { job, base, units, images } => {
            let (outcome, right) = verify::run(&verify::Args { job, base, units, images })?;
            Ok((outcome, if right { Ok(()) } else { Err(verify::failed()) }))
        }
        Command::Inspect { base, image } => inspect::run(&image, base).map(done),
    }
}
