//! How files are read, as the command line says it.

use clap::Args;
use nameplate::Span;
use nameplate::image::Erased;
use nameplate::image::elf::{self, AddressUnit, Memory};
use nameplate::image::hex::{Crossing, Options, Tolerance};
use nameplate_job::{parse_address, parse_range};

use crate::choices::one_of;

const HEADING: &str = "Options of every command";

/// How HEX files are read.
#[derive(Args, Clone, Debug)]
pub struct HexArgs {
    /// Read HEX files that are unusual in ways with one plain meaning, and say what was tolerated
    #[arg(long, global = true, help_heading = HEADING)]
    lenient: bool,
    /// Read HEX files with this as well: no-eof, after-eof, comments, blanks, text-behind, byte-order-mark,
    /// address-fields, starts, types, copies or no-data; --lenient is all of them
    #[arg(long, global = true, value_name = "KIND", value_parser = tolerance, help_heading = HEADING)]
    tolerate: Vec<Tolerance>,
    /// Where the rest goes of a HEX record that passes the end of its segment (type 02)
    #[arg(
        long,
        global = true,
        value_name = "WHERE",
        default_value = "reject",
        value_parser = one_of(&CROSSINGS),
        help_heading = HEADING
    )]
    crossing: Crossing,
}

const CROSSINGS: [(&str, &str, Crossing); 3] = [
    ("reject", "Nowhere: such a file is refused", Crossing::Reject),
    ("wrap", "To the begin of the segment, as Intel has it", Crossing::Wrap),
    ("linear", "On to the next address, as most tools have it", Crossing::Linear),
];

impl From<HexArgs> for Options {
    fn from(args: HexArgs) -> Self {
        let options = if args.lenient { Self::lenient() } else { Self::strict() };
        args.tolerate.into_iter().fold(options, Self::tolerate).crossing(args.crossing)
    }
}

fn tolerance(name: &str) -> Result<Tolerance, String> {
    let names = Tolerance::ALL.map(Tolerance::name).join(", ");
    Tolerance::from_name(name).ok_or_else(|| format!("found `{name}`, expected one of {names}"))
}

/// How ELF files are read.
#[derive(Args, Clone, Debug, Default)]
pub struct ElfArgs {
    /// What of an ELF file is memory: what its sections have, as objcopy, or all of its segments, padding too, as
    /// loaders do
    #[arg(long, value_name = "WHAT", value_parser = one_of(&MEMORIES))]
    memory: Option<Memory>,
    /// Whether the addresses of an ELF file count words of 16 bits, where the file does not tell
    #[arg(long, value_name = "true|false")]
    words: Option<bool>,
    /// Load addresses of an ELF file that are others in HEX files, as 0x9D000000..0x9D080000=0x1D000000 (PIC32); may be
    /// given several times
    #[arg(long, value_name = "RANGE=START", value_parser = remap)]
    remap: Vec<(Span, u64)>,
}

const MEMORIES: [(&str, &str, Memory); 2] = [("sections", "", Memory::Sections), ("segments", "", Memory::Segments)];

impl From<&ElfArgs> for elf::Options {
    fn from(args: &ElfArgs) -> Self {
        let options = args.remap.iter().fold(Self::new(), |options, (from, to)| options.remap(*from, *to));
        let options = args.memory.into_iter().fold(options, Self::memory);
        let unit = args.words.map(|words| if words { AddressUnit::Word16 } else { AddressUnit::Byte });
        unit.into_iter().fold(options, Self::unit)
    }
}

fn remap(text: &str) -> Result<(Span, u64), String> {
    let (range, start) =
        text.split_once('=').ok_or("expected a range and an address, as 0x9D000000..0x9D080000=0x1D000000")?;
    Ok((Span::try_from(parse_range(range)?).map_err(|error| error.to_string())?, parse_address(start)?))
}

/// What blank memory reads as: the digits of 1 to 4 bytes, their phase by address.
pub(crate) fn erased(text: &str) -> Result<Erased, String> {
    let expected = || format!("found {text}, expected the digits of 1 to 4 bytes, as FF");
    hex::decode(text).ok().and_then(|bytes| Erased::pattern(&bytes)).ok_or_else(expected)
}
