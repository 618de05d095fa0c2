//! `nameplate`: stamps identity into firmware images on a production line.

mod elf_args;
mod form_args;
mod id_args;
#[cfg(feature = "ledger")]
mod ledger_args;
mod reading_args;
mod verify_args;

use std::fmt::Display;
use std::io::{self, BufWriter, ErrorKind, Write as _};
use std::ops::Range;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum, value_parser};
use nameplate::image::Erased;
use nameplate::image::hex::{Addressing, Case, LineEnd, Options};
use nameplate::repair::DeviceMemory;
use nameplate_cli::commands::feed::List;
use nameplate_cli::commands::header::Language;
#[cfg(feature = "ledger")]
use nameplate_cli::commands::ledger::issue;
use nameplate_cli::commands::next::Marked;
use nameplate_cli::commands::{Outcome, convert, feed, header, inspect, num, nvs, plan, sqtp, stamp, verify};
use nameplate_cli::failure::{Exit, Failure};
use nameplate_cli::interrupt;
use nameplate_cli::report::Report;
use nameplate_cli::run::Choice;
use nameplate_job::job::Format;
use nameplate_job::{parse_address, parse_date, parse_range};

use crate::elf_args::ElfArgs;
use crate::form_args::FormArgs;
use crate::id_args::IdCommand;
#[cfg(feature = "ledger")]
use crate::ledger_args::LedgerCommand;
use crate::reading_args::ReadingArgs;
use crate::verify_args::VerifyArgs;

/// Stamps a serial number, addresses and keys into a firmware image for each unit, and repairs the
/// checksums.
///
/// Exit codes: 0 done, 1 input/output failed, 2 wrong usage, 3 refused (the input or the job is
/// wrong), 4 verification failed, 5 a range of numbers is exhausted, 6 the ledger was restored, copied
/// or is without its anchor: nothing was issued; 130 and 143 after Ctrl-C and SIGTERM: nothing was written.
#[derive(Parser)]
#[command(name = "nameplate", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Say what was done, or what is wrong, as JSON
    #[arg(long, global = true, help_heading = "Options of every command")]
    json: bool,
    #[command(flatten)]
    reading: ReadingArgs,
}

#[derive(Subcommand)]
enum Command {
    /// One image per unit, and units.jsonl, into a new folder; or one file, of a unit of a ledger
    Stamp {
        /// The job file
        #[arg(long)]
        job: PathBuf,
        /// The folder to make, with --unit the file; it must not exist yet
        #[arg(long)]
        out: PathBuf,
        #[command(flatten)]
        units: UnitArgs,
        #[command(flatten)]
        form: FormArgs,
        #[cfg(feature = "ledger")]
        #[command(flatten)]
        ledger: Box<ledger_args::IssueOptions>,
    },
    /// A Microchip SQTP file, one line per unit; or the next number, marks and values of one
    #[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
    Sqtp {
        #[command(subcommand)]
        action: Option<SqtpAction>,
        /// The job file
        #[arg(long, required = true)]
        job: Option<PathBuf>,
        /// The file to write; it must not exist yet
        #[arg(long, required = true)]
        out: Option<PathBuf>,
        #[command(flatten)]
        units: UnitArgs,
        /// A HEX file in which the place must be blank and under no checksum of the job
        #[arg(long)]
        image: Option<PathBuf>,
        /// Write one file for each of N stations, FILE-1.num to FILE-N.num, no number in two of them
        #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..=1000))]
        stations: Option<u32>,
    },
    /// The list of a programmer that serializes itself, one entry per unit
    Feed {
        /// The job file
        #[arg(long)]
        job: PathBuf,
        /// The file to write; it must not exist yet
        #[arg(long)]
        out: PathBuf,
        #[command(flatten)]
        units: UnitArgs,
        /// Which programmer's list
        #[arg(long)]
        format: ListArg,
        /// For --format espressif: the configuration to write, which says the type of each key
        #[arg(long)]
        config: Option<PathBuf>,
    },
    /// What would change, with everything that `stamp` would refuse; writes nothing
    ///
    /// Without a choice of units, all up to the job's `last` are tried, or the first one. Units that need an input are
    /// tried when it is given.
    Plan {
        /// The job file
        #[arg(long)]
        job: PathBuf,
        #[command(flatten)]
        units: UnitArgs,
        #[command(flatten)]
        form: FormArgs,
    },
    /// The firmware's side of a job: where its fields lie, as source; reads nothing but the job
    Header {
        /// The job file
        #[arg(long)]
        job: PathBuf,
        /// What the firmware is written in
        #[arg(long, default_value = "c")]
        language: LanguageArg,
    },
    /// Decodes and checks stamped images, or dumps read back
    Verify(VerifyArgs),
    /// An image as HEX or raw binary, or as HEX of another style
    Convert {
        /// The image
        input: PathBuf,
        /// The file to write; it must not exist yet
        output: PathBuf,
        /// The address of the first byte of a raw input
        #[arg(long, value_parser = parse_address)]
        base: Option<u64>,
        /// The format of the output; told by its name, if not said
        #[arg(long)]
        format: Option<ImageFormat>,
        /// The addresses to write, as 0x08000000..0x08010000
        #[arg(long, value_parser = parse_range)]
        window: Option<Range<u64>>,
        /// Leave out what lies outside of the window
        #[arg(long, requires = "window")]
        crop: bool,
        /// What a binary has in gaps: the digits of 1 to 4 bytes, their phase by address
        #[arg(long, value_name = "HEX", default_value = "FF", value_parser = erased)]
        erased: Erased,
        #[command(flatten)]
        style: StyleArgs,
        #[command(flatten)]
        elf: ElfArgs,
    },
    /// Format, parse or check one identity
    Id {
        #[command(subcommand)]
        what: IdCommand,
    },
    /// Who has which number, so that no two units ever get the same one
    #[cfg(feature = "ledger")]
    Ledger {
        #[command(subcommand)]
        what: Box<LedgerCommand>,
    },
    /// Segments, gaps, start address, and what is unusual about an image file
    Inspect {
        /// The address of the first byte of a raw image
        #[arg(long, value_parser = parse_address)]
        base: Option<u64>,
        /// Memory of the device whose sum its programmer shows, as 0x0000..0x4000; of words with a mask as
        /// 0x0000..0x4000&3FFF; may be given several times
        #[arg(long, value_name = "RANGE[&MASK]", value_parser = inspect::device_memory)]
        sum: Vec<DeviceMemory>,
        /// What blank memory of that reads as: the digits of 1 to 4 bytes, their phase by address
        #[arg(long, value_name = "HEX", default_value = "FF", value_parser = erased)]
        erased: Erased,
        #[command(flatten)]
        elf: ElfArgs,
        /// The image
        image: PathBuf,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum ListArg {
    /// SEGGER Patches.txt: up to four places
    SeggerPatches,
    /// SEGGER SNList.txt: one block
    SeggerSnlist,
    /// Hexadecimal digits, a line a unit: one block
    Hex,
    /// Conitec GALEP: CSV with an index
    Galep,
    /// Data I/O Serial2: CSV with an index
    DataIo,
    /// Elnec from-file: up to two places, labelled with the unit's number
    Elnec,
    /// Renesas Flash Programmer unique code file: one block
    Ruc,
    /// Values for ESP-IDF's manufacturing utility, of a job with [nvs]
    Espressif,
}

impl ListArg {
    /// The list that holds what is stamped; nothing when it holds values.
    fn list(self) -> Option<List> {
        Some(match self {
            Self::SeggerPatches => List::SeggerPatches,
            Self::SeggerSnlist => List::SeggerSnlist,
            Self::Hex => List::Hex,
            Self::Galep => List::Galep,
            Self::DataIo => List::DataIo,
            Self::Elnec => List::Elnec,
            Self::Ruc => List::Ruc,
            Self::Espressif => return None,
        })
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum LanguageArg {
    /// A header for C and C++
    C,
    /// A module
    Rust,
    /// Lines for a linker script
    Linker,
}

impl From<LanguageArg> for Language {
    fn from(language: LanguageArg) -> Self {
        match language {
            LanguageArg::C => Self::C,
            LanguageArg::Rust => Self::Rust,
            LanguageArg::Linker => Self::Linker,
        }
    }
}

#[derive(Subcommand)]
enum SqtpAction {
    /// Say the next unused number of an SQTP file; not for files of keys, as it is shown
    Next {
        #[command(flatten)]
        file: NumArgs,
        /// Mark it as used, durably, before it is said; what cannot be said is not marked
        #[arg(long)]
        mark: bool,
        /// The job of the file, which says what the number means
        #[arg(long)]
        job: Option<PathBuf>,
    },
    /// Mark a unit as used
    Mark {
        #[command(flatten)]
        file: NumArgs,
        /// The unit's line, counted from 1, as `next` and `inspect` say it
        #[arg(long)]
        line: usize,
    },
    /// Give an unused unit another payload
    Set {
        #[command(flatten)]
        file: NumArgs,
        /// The unit's line, counted from 1, as `next` and `inspect` say it
        #[arg(long)]
        line: usize,
        /// The payload as digits, in the order of addresses; others on the machine can see it
        // No parser of its own: clap's errors show the value, which may be a key.
        #[arg(long, value_name = "DIGITS")]
        hex: String,
    },
}

#[derive(Args)]
struct NumArgs {
    /// The file
    file: PathBuf,
    /// How many seconds to wait for another station that has the file
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = value_parser!(u16))]
    wait: u16,
}

impl SqtpAction {
    fn parts(self) -> Result<(NumArgs, num::Action), Failure> {
        Ok(match self {
            Self::Next { file, mark, job } => (file, num::Action::Next { mark, job }),
            Self::Mark { file, line } => (file, num::Action::Mark { line }),
            Self::Set { file, line, hex } => {
                let wrong = |_| Failure::new(Exit::Usage, "--hex: expected hexadecimal digits, two for each byte");
                (file, num::Action::Set { line, payload: hex::decode(&hex).map_err(wrong)? })
            }
        })
    }
}

#[derive(Args)]
struct UnitArgs {
    /// How many units; up to the job's `last`, if not said
    #[arg(long)]
    count: Option<u64>,
    /// The number of the first unit; the job's `first`, if not said
    #[arg(long)]
    first: Option<u64>,
    /// The day that date tokens mean, as 2024-07-01; the job's `date`, if not said
    #[arg(long, value_parser = parse_date)]
    date: Option<(u16, u8, u8)>,
    /// A CSV file with a row for each unit, matched by its `seq` column
    #[arg(long)]
    input: Option<PathBuf>,
    /// The value of an input column, for one unit; others on the machine can see it, so not for keys
    // No parser of its own: clap's errors show the value, which may be a key.
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
}

impl TryFrom<UnitArgs> for Choice {
    type Error = Failure;

    fn try_from(args: UnitArgs) -> Result<Self, Failure> {
        let pair = |text: String| text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        let set = args.set.into_iter().map(pair).collect::<Option<_>>();
        let set =
            set.ok_or_else(|| Failure::new(Exit::Usage, "--set: expected NAME=VALUE, as --set label=EU-000001"))?;
        Ok(Self { count: args.count, first: args.first, date: args.date, input: args.input, set })
    }
}

/// The style of HEX output; where nothing is said, that of the input.
#[derive(Args)]
struct StyleArgs {
    /// The most data bytes in a record
    #[arg(long, value_parser = value_parser!(u8).range(1..))]
    record_len: Option<u8>,
    /// Begin records at multiples of that
    #[arg(long)]
    align: bool,
    /// How lines end
    #[arg(long)]
    line_end: Option<LineEndArg>,
    /// The letter case of digits
    #[arg(long)]
    case: Option<CaseArg>,
    /// How addresses beyond 64 KiB are written: type 04 records, or type 02
    #[arg(long)]
    addressing: Option<AddressingArg>,
}

#[derive(Clone, Copy, ValueEnum)]
enum LineEndArg {
    Lf,
    Crlf,
    Cr,
}

#[derive(Clone, Copy, ValueEnum)]
enum CaseArg {
    Upper,
    Lower,
}

#[derive(Clone, Copy, ValueEnum)]
enum AddressingArg {
    Linear,
    Segment,
}

impl From<StyleArgs> for convert::StyleArgs {
    fn from(args: StyleArgs) -> Self {
        Self {
            record_len: args.record_len,
            align: args.align,
            line_end: args.line_end.map(|end| match end {
                LineEndArg::Lf => LineEnd::Lf,
                LineEndArg::Crlf => LineEnd::CrLf,
                LineEndArg::Cr => LineEnd::Cr,
            }),
            case: args.case.map(|case| match case {
                CaseArg::Upper => Case::Upper,
                CaseArg::Lower => Case::Lower,
            }),
            addressing: args.addressing.map(|addressing| match addressing {
                AddressingArg::Linear => Addressing::Linear,
                AddressingArg::Segment => Addressing::Segment,
            }),
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum ImageFormat {
    Hex,
    Bin,
}

impl From<ImageFormat> for Format {
    fn from(format: ImageFormat) -> Self {
        match format {
            ImageFormat::Hex => Self::Hex,
            ImageFormat::Bin => Self::Bin,
        }
    }
}

fn erased(text: &str) -> Result<Erased, String> {
    let expected = || format!("found {text}, expected the digits of 1 to 4 bytes, as FF");
    hex::decode(text).ok().and_then(|bytes| Erased::pattern(&bytes)).ok_or_else(expected)
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() && std::env::args_os().any(|arg| arg == "--json") => {
            let text = error.to_string();
            let sentence = text.strip_prefix("error: ").unwrap_or(&text).split("\n\n").next().unwrap_or_default();
            let sentence = sentence.split_whitespace().collect::<Vec<_>>().join(" ");
            let mut out = io::stdout().lock();
            let mut report = Report::new(&mut out, true);
            report.fail(&Failure::new(Exit::Usage, sentence));
            let _ = report.end(false);
            return ExitCode::from(Exit::Usage.code());
        }
        Err(error) => error.exit(),
    };
    interrupt::watch(cli.json);
    let mut out = BufWriter::new(io::stdout());
    let mut report = Report::new(&mut out, cli.json);
    match run(cli.command, cli.reading.into(), &mut report) {
        Ok((tolerated, result, marked)) => {
            if !cli.json {
                for found in &tolerated {
                    complain(format_args!("tolerated: {found}"));
                }
            } else if !tolerated.is_empty() {
                report.entry("tolerated", tolerated);
            }
            let said = report.end(result.is_ok());
            result
                .and(heard(said, marked))
                .map_or_else(|failure| ExitCode::from(failure.exit().code()), |()| ExitCode::SUCCESS)
        }
        Err(failure) => {
            if cli.json {
                report.fail(&failure);
            } else {
                complain(&failure);
            }
            let _ = report.end(false);
            ExitCode::from(failure.exit().code())
        }
    }
}

/// Whoever closes standard output early, as `head` does, has read enough; a disk that is full has not. A number that
/// nobody heard is not used.
fn heard(said: io::Result<()>, marked: Option<Marked>) -> Result<(), Failure> {
    let message = match (said, marked) {
        (Ok(()), _) => return Ok(()),
        (Err(error), None) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
        (Err(error), None) => format!("standard output: {error}; the work itself was done"),
        (Err(error), Some(marked)) => match marked.take_back() {
            Ok(()) => format!("standard output: {error}; the number could not be said, so it is not marked as used"),
            Err(lost) => {
                format!("standard output: {error}; the mark could not be taken back: {lost}; the number is lost")
            }
        },
    };
    complain(&message);
    Err(Failure::new(Exit::Io, message))
}

/// Writes to standard error, if somebody listens.
fn complain(what: impl Display) {
    let _ = writeln!(std::io::stderr(), "nameplate: {what}");
}

/// What was tolerated; it may be that a verification was done and failed, or that a number is marked that is yet to be
/// said.
type Done = (Vec<String>, Result<(), Failure>, Option<Marked>);

fn run(command: Command, options: Options, report: &mut Report<'_>) -> Result<Done, Failure> {
    let done = |outcome: Outcome| (outcome.tell(report), Ok(()), None);
    match command {
        #[cfg(feature = "ledger")]
        Command::Stamp { job, out, units, form, ledger } => {
            let (choice, form) = (units.try_into()?, form.read_as(options));
            match ledger.asked((&job, &out), &choice, &form)? {
                Some(asked) => issue(&asked).map(done),
                None => stamp::run(&stamp::Args { job, out, choice, form }).map(done),
            }
        }
        #[cfg(not(feature = "ledger"))]
        Command::Stamp { job, out, units, form } => {
            let (choice, form) = (units.try_into()?, form.read_as(options));
            stamp::run(&stamp::Args { job, out, choice, form }).map(done)
        }
        Command::Sqtp { action: Some(action), .. } => {
            let (file, action) = action.parts()?;
            let wait = Duration::from_secs(file.wait.into());
            num::run(&file.file, &action, wait).map(|(outcome, marked)| (outcome.tell(report), Ok(()), marked))
        }
        Command::Sqtp { action: None, job, out, units, image, stations } => {
            let (job, out) = (job.unwrap_or_default(), out.unwrap_or_default());
            sqtp::run(&sqtp::Args { job, out, choice: units.try_into()?, image, options, stations }).map(done)
        }
        Command::Feed { job, out, units, format, config } => {
            let choice = units.try_into()?;
            match format.list() {
                Some(_) if config.is_some() => Err(Failure::new(Exit::Usage, "--config is for --format espressif")),
                Some(list) => feed::run(&feed::Args { job, out, choice, list, options }).map(done),
                None => nvs::run(&nvs::Args { job, out, config, choice }).map(done),
            }
        }
        Command::Header { job, language } => header::run(&job, language.into()).map(done),
        Command::Plan { job, units, form } => {
            let form = form.read_as(options);
            plan::run(&plan::Args { job, choice: units.try_into()?, form }, report)
                .map(|tolerated| (tolerated, Ok(()), None))
        }
        Command::Verify(args) => {
            let (tolerated, right) = args.run(options, report)?;
            Ok((tolerated, if right { Ok(()) } else { Err(verify::failed()) }, None))
        }
        Command::Convert { input, output, base, format, window, crop, erased, style, elf } => {
            let (format, style, elf) = (format.map(Format::from), style.into(), elf.into());
            let args = convert::Args { input, output, base, format, window, crop, erased, options, elf, style };
            convert::run(&args).map(done)
        }
        Command::Id { what } => what.run().map(|(outcome, result)| (outcome.tell(report), result, None)),
        #[cfg(feature = "ledger")]
        Command::Ledger { what } => {
            let outcome = what.run(report.is_json())?;
            Ok((outcome.map_or(Vec::new(), |outcome| outcome.tell(report)), Ok(()), None))
        }
        Command::Inspect { base, sum, erased, elf, image } => {
            let reading = inspect::Reading { hex: options, elf: elf.into() };
            inspect::run(&image, base, (&sum, erased), reading, report).map(|tolerated| (tolerated, Ok(()), None))
        }
    }
}
