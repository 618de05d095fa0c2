//! `nameplate`: stamps identity into firmware images on a production line.

use std::fmt::Display;
use std::io::{self, BufWriter, ErrorKind, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use nameplate_cli::commands::Marked;
use nameplate_cli::failure::{Exit, Failure};
use nameplate_cli::report::Report;
use nameplate_cli::{Cli, Done, interrupt};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() && std::env::args_os().any(|arg| arg == "--json") => {
            return wrong_usage(&error);
        }
        Err(error) => error.exit(),
    };
    interrupt::watch(cli.json);
    let mut out = BufWriter::new(io::stdout());
    let mut report = Report::new(&mut out, cli.json);
    let failed = match cli.command.run(cli.reading.into(), &mut report) {
        Ok(Done { tolerated, verdict, marked }) => {
            if cli.json && !tolerated.is_empty() {
                report.entry("tolerated", tolerated);
            } else {
                for found in tolerated {
                    complain(format_args!("tolerated: {found}"));
                }
            }
            let said = report.end(verdict.is_ok());
            verdict.and(heard(said, marked)).err()
        }
        Err(failure) => {
            if cli.json {
                report.fail(&failure);
            } else {
                complain(&failure);
            }
            let _ = report.end(false);
            Some(failure)
        }
    };
    failed.map_or(ExitCode::SUCCESS, |failure| ExitCode::from(failure.exit().code()))
}

/// Wrong usage as JSON: the first sentence of what clap says.
fn wrong_usage(error: &clap::Error) -> ExitCode {
    let text = error.to_string();
    let sentence = text.strip_prefix("error: ").unwrap_or(&text).split("\n\n").next().unwrap_or_default();
    let sentence = sentence.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = io::stdout().lock();
    let mut report = Report::new(&mut out, true);
    report.fail(&Failure::new(Exit::Usage, sentence));
    let _ = report.end(false);
    ExitCode::from(Exit::Usage.code())
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
