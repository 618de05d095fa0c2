//! How HEX files are read, as the command line says it.

use clap::{Args, ValueEnum};
use nameplate::image::hex::{Crossing, Options, Tolerance};

#[derive(Args)]
pub(crate) struct ReadingArgs {
    /// Read HEX files that are unusual in ways with one plain meaning, and say what was tolerated
    #[arg(long, global = true, help_heading = "Options of every command")]
    lenient: bool,
    /// Read HEX files with this as well: no-eof, after-eof, comments, blanks, text-behind, byte-order-mark,
    /// address-fields, starts, types, copies or no-data; --lenient is all of them
    #[arg(
        long,
        global = true,
        value_name = "KIND",
        value_parser = parse_tolerance,
        help_heading = "Options of every command"
    )]
    tolerate: Vec<Tolerance>,
    /// Where the rest goes of a HEX record that passes the end of its segment (type 02)
    #[arg(
        long,
        global = true,
        value_name = "WHERE",
        default_value = "reject",
        help_heading = "Options of every command"
    )]
    crossing: CrossingArg,
}

#[derive(Clone, Copy, ValueEnum)]
enum CrossingArg {
    /// Nowhere: such a file is refused
    Reject,
    /// To the begin of the segment, as Intel has it
    Wrap,
    /// On to the next address, as most tools have it
    Linear,
}

impl From<ReadingArgs> for Options {
    fn from(args: ReadingArgs) -> Self {
        let options = if args.lenient { Self::lenient() } else { Self::strict() };
        let options = args.tolerate.into_iter().fold(options, Self::tolerate);
        options.crossing(match args.crossing {
            CrossingArg::Reject => Crossing::Reject,
            CrossingArg::Wrap => Crossing::Wrap,
            CrossingArg::Linear => Crossing::Linear,
        })
    }
}

fn parse_tolerance(name: &str) -> Result<Tolerance, String> {
    let names = Tolerance::ALL.map(Tolerance::name).join(", ");
    Tolerance::from_name(name).ok_or_else(|| format!("found `{name}`, expected one of {names}"))
}
