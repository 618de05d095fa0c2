//! How ELF files are read, as the command line says it.

use clap::{Args, ValueEnum};
use nameplate::Span;
use nameplate::image::elf::{AddressUnit, Memory, Options};
use nameplate_job::{parse_address, parse_range};

#[derive(Args)]
pub(crate) struct ElfArgs {
    /// What of an ELF file is memory: what its sections have, as objcopy, or all of its segments, padding too, as
    /// loaders do
    #[arg(long, value_name = "WHAT")]
    memory: Option<MemoryArg>,
    /// Whether the addresses of an ELF file count words of 16 bits, where the file does not tell
    #[arg(long, value_name = "true|false")]
    words: Option<bool>,
    /// Load addresses of an ELF file that are others in HEX files, as 0x9D000000..0x9D080000=0x1D000000 (PIC32); may be
    /// given several times
    #[arg(long, value_name = "RANGE=START", value_parser = remap)]
    remap: Vec<(Span, u64)>,
}

#[derive(Clone, Copy, ValueEnum)]
enum MemoryArg {
    Sections,
    Segments,
}

impl From<ElfArgs> for Options {
    fn from(args: ElfArgs) -> Self {
        let options = args.remap.into_iter().fold(Self::new(), |options, (from, to)| options.remap(from, to));
        let options = match args.memory {
            None => options,
            Some(MemoryArg::Sections) => options.memory(Memory::Sections),
            Some(MemoryArg::Segments) => options.memory(Memory::Segments),
        };
        match args.words {
            None => options,
            Some(true) => options.unit(AddressUnit::Word16),
            Some(false) => options.unit(AddressUnit::Byte),
        }
    }
}

fn remap(text: &str) -> Result<(Span, u64), String> {
    let (range, start) =
        text.split_once('=').ok_or("expected a range and an address, as 0x9D000000..0x9D080000=0x1D000000")?;
    Ok((Span::try_from(parse_range(range)?).map_err(|error| error.to_string())?, parse_address(start)?))
}
