//! What is made of each unit, as the command line says it.

use std::ops::Range;

use clap::{Args, ValueEnum};
use nameplate::image::hex::Options;
use nameplate_cli::units::{Form, Output};
use nameplate_job::job::Format;
use nameplate_job::parse_range;

#[derive(Args)]
pub(crate) struct FormArgs {
    /// What is written of each unit: the template's format, if not said; delta is HEX of only what
    /// was stamped, pages of the erase pages around that
    #[arg(long)]
    format: Option<FormatArg>,
    /// For --format bin: the addresses to write, as 0x08000000..0x08010000
    #[arg(long, value_parser = parse_range)]
    window: Option<Range<u64>>,
}

#[derive(Clone, Copy, ValueEnum)]
enum FormatArg {
    Hex,
    Bin,
    Elf,
    Delta,
    Pages,
}

impl FormArgs {
    /// With how HEX files are read.
    pub(crate) fn read_as(self, options: Options) -> Form {
        Form { format: self.format.map(FormatArg::output), window: self.window, options }
    }
}

impl FormatArg {
    fn output(self) -> Output {
        match self {
            Self::Hex => Output::Image(Format::Hex),
            Self::Bin => Output::Image(Format::Bin),
            Self::Elf => Output::Image(Format::Elf),
            Self::Delta => Output::Delta,
            Self::Pages => Output::Pages,
        }
    }
}
