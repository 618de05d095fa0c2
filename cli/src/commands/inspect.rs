//! `nameplate inspect`: what an image holds, and what is unusual about its file.

use std::fmt;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use nameplate::addr::Address;
use nameplate::image::elf::{AddressUnit, Memory, Section, Symbol};
use nameplate::image::hex::Options;
use nameplate::image::{Container as _, Elf, Erased, Sparse};
use nameplate::repair::{DeviceMemory, device_sum};
use nameplate::{ByteOrder, Span};
use nameplate_job::job::Format;
use nameplate_job::{parse_address, parse_range};
use serde::Serialize;
use zeroize::Zeroizing;

use super::num::{self, is_num_name};
use super::padding::{padding_len, padding_of};
use super::partition;
use super::records::{say_file, say_hex, say_srec, say_ti_txt};
use super::uf2;
use crate::failure::Failure;
use crate::image::{File, Opened, read_file};
use crate::reading::{ElfArgs, erased};
use crate::report::Report;

/// What the command line says.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The address of the first byte of a raw image
    #[arg(long, value_parser = parse_address)]
    pub base: Option<u64>,
    /// Memory of the device whose sum its programmer shows, as 0x0000..0x4000; of words with a mask as
    /// 0x0000..0x4000&3FFF; may be given several times
    #[arg(long, value_name = "RANGE[&MASK]", value_parser = device_memory)]
    pub sum: Vec<DeviceMemory>,
    /// What blank memory of that reads as: the digits of 1 to 4 bytes, their phase by address
    #[arg(long, value_name = "HEX", default_value = "FF", value_parser = erased)]
    pub erased: Erased,
    /// Where an NVS partition lies in the image, as 0x9000..0xF000; a file that is one is known
    #[arg(long, value_name = "RANGE", value_parser = range)]
    pub nvs: Option<Span>,
    /// How ELF files are read.
    #[command(flatten)]
    pub elf: ElfArgs,
    /// The image
    pub image: PathBuf,
}

/// Says segments, gaps, start address, and what is unusual, with line numbers.
///
/// # Errors
/// When the file cannot be read or is wrong.
pub fn run(args: &Args, options: Options, report: &mut Report<'_>) -> Result<Vec<String>, Failure> {
    let Args { base, sum, erased, nvs, elf, image: path } = args;
    if is_num_name(path) {
        return Ok(num::inspect(path, options)?.tell(report));
    }
    // Only a partition needs no address: it is told by its pages.
    let mut is_nvs = false;
    let file = match read_file(path, None, base.or(Some(0)), options) {
        Ok(file) if file.format() == Format::Bin && sum.is_empty() && nvs.is_none() && is_partition(&file) => {
            is_nvs = true;
            file
        }
        Ok(file) if file.format() != Format::Bin || base.is_some() => file,
        _ => read_file(path, None, *base, options)?,
    };
    let file = file.with_elf(elf.into());
    if file.format() == Format::Uf2 {
        uf2::inspect(path, &file, report)?;
        if sum.is_empty() {
            return Ok(Vec::new());
        }
    }
    let opened = file.open().map_err(|failure| failure.about(path.display()))?;
    match &opened {
        Opened::Hex(hex) => say_hex(path, hex, report),
        Opened::Srec(srec, _) => say_srec(path, srec, report),
        Opened::TiTxt(image) => say_ti_txt(path, image, report),
        Opened::Elf(elf) => say_elf(path, elf, report)?,
        Opened::Uf2(_) => {}
        Opened::Raw(_) => say_raw(path, &file, &opened, report),
    }
    let whole = if is_nvs { opened.container().extent() } else { None };
    if let Some(span) = nvs.or(whole) {
        let container = opened.container();
        let _ = container.locate(span).map_err(|error| Failure::refused(error).about(path.display()))?;
        // It may hold keys.
        let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(span.len()).unwrap_or_default()));
        let _ = container.visit(span, &mut |_, part| {
            bytes.extend_from_slice(part);
            ControlFlow::Continue(())
        });
        partition::say(&bytes, span, report).map_err(|failure| failure.about(path.display()))?;
    }
    if !sum.is_empty() {
        let found = device_sum(opened.container(), sum, *erased);
        let (short, long) = (found & 0xFFFF, found & 0xFFFF_FFFF);
        report.say(format_args!("  device checksum 0x{short:04X} of 16 bits, 0x{long:08X} of 32"));
        report.entry("device_checksum", format!("0x{long:08X}"));
        if let Opened::Elf(elf) = &opened {
            say_other_sum(elf, sum, (*erased, found), report);
        }
    }
    // What was tolerated is among what is unusual.
    Ok(Vec::new())
}

/// Whether all of a file is an NVS partition.
fn is_partition(file: &File) -> bool {
    partition::is_nvs(file.bytes())
}

/// A range of addresses.
fn range(text: &str) -> Result<Span, String> {
    Span::try_from(parse_range(text)?).map_err(|error| error.to_string())
}

/// Memory of a device: `0x0000..0x4000` in bytes, `0x0000..0x4000&3FFF` in little-endian words with a mask.
fn device_memory(text: &str) -> Result<DeviceMemory, String> {
    let (range, mask) = text.split_once('&').map_or((text, None), |(range, mask)| (range, Some(mask)));
    let range = parse_range(range)?;
    let span = Span::try_from(range).map_err(|error| error.to_string())?;
    let Some(mask) = mask else { return Ok(DeviceMemory::bytes(span)) };
    let mask = u16::from_str_radix(mask, 16)
        .map_err(|_| format!("found mask {mask}, expected up to four hexadecimal digits"))?;
    if span.start() % 2 != 0 || span.len() % 2 != 0 {
        return Err(format!("words lie at even addresses, and {span} does not"));
    }
    Ok(DeviceMemory::words(span, ByteOrder::Little, mask))
}

fn say_raw(path: &Path, file: &File, opened: &Opened<'_>, report: &mut Report<'_>) {
    let image = opened.container();
    let span = image.extent().map_or("empty".to_owned(), |span| span.to_string());
    report.say(format_args!("{}: raw binary, {} bytes, {span}", path.display(), file.bytes().len()));
    if let Some(byte) = image.uniform() {
        report.say(format_args!("every byte reads {byte:#04X}"));
    }
    say_file(path, "bin", report);
    report.entry("span", span);
    report.entry("uniform", image.uniform());
}

/// How many symbols are listed.
const SHOWN: usize = 40;

/// What names of identity have in them.
const NAMES: [&str; 12] =
    ["serial", "nameplate", "ident", "mac", "eui", "uuid", "uid", "key", "device", "calib", "station", "_sn"];

/// A segment, section or symbol of an ELF file.
#[derive(Serialize)]
struct Part<'p> {
    name: &'p str,
    start: String,
    length: u64,
    #[serde(rename = "vma")]
    address: String,
    #[serde(skip)]
    says: String,
}

impl<'p> Part<'p> {
    fn new(what: &str, name: &'p str, vma: u64, span: Span, unit: AddressUnit) -> Self {
        let same = vma == span.start() / unit.bytes();
        let from = if same { String::new() } else { format!(", at run time {}", Address(vma)) };
        let length = span.len();
        Self {
            name,
            start: Address(span.start()).to_string(),
            length,
            address: Address(vma).to_string(),
            says: format!("  {what}{}, {length} bytes{from}", unit.own(span)),
        }
    }
}

impl fmt::Display for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.says)
    }
}

/// Addresses that an ELF file contradicts itself about.
#[derive(Serialize)]
struct Refused {
    start: String,
    length: u64,
    why: String,
    #[serde(skip)]
    place: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "  refused  {}, {} bytes: {}", self.place, self.length, self.why)
    }
}

/// The device checksum with padding, where nobody said whether that is memory, and it makes a difference.
fn say_other_sum(elf: &Elf<'_>, sum: &[DeviceMemory], (erased, found): (Erased, u64), report: &mut Report<'_>) {
    let other = device_sum(&elf.clone().with_memory(Memory::Segments), sum, erased);
    if elf.memory().is_none() && other != found {
        let (short, long) = (other & 0xFFFF, other & 0xFFFF_FFFF);
        report.say(format_args!(
            "  with padding, as loaders by program headers write it (--memory segments), 0x{short:04X} and 0x{long:08X}"
        ));
        report.entry("device_checksum_segments", format!("0x{long:08X}"));
    }
}

fn say_elf(path: &Path, elf: &Elf<'_>, report: &mut Report<'_>) -> Result<(), Failure> {
    // A table that cannot be read is said alone.
    let all = elf.symbols().map_err(|error| Failure::refused(error).about(path.display()))?;
    let order = if elf.is_big_endian() { "big" } else { "little" };
    let (bits, machine, unit) = (elf.bits(), elf.machine(), elf.unit());
    report.say(format_args!("{}: ELF, {bits} bits, {order}-endian, machine {machine}", path.display()));
    if unit == AddressUnit::Word16 {
        report.say("  addresses count words of 16 bits; jobs count bytes, twice as many");
    }
    say_file(path, "elf", report);
    report.entry("bits", bits);
    report.entry("big_endian", elf.is_big_endian());
    report.entry("machine", machine);
    report.entry("bytes_per_address", unit.bytes());
    let part = |what: &str, name, vma, span| Part::new(what, name, vma, span, unit);
    report.list("segments", elf.segments().map(|one| part("segment  ", "", one.vma, one.span)));
    if elf.is_by_sections() {
        report.say("  no segment has bytes: the sections are memory, each at its own address");
    }
    let refused = elf.conflicts().map(|(span, error)| Refused {
        start: Address(span.start()).to_string(),
        length: span.len(),
        why: error.to_string(),
        place: unit.own(span).to_string(),
    });
    report.list("refused", refused);
    let padding = elf.padding();
    if let Some(said) = padding_of(elf, &padding) {
        report.say(format_args!("  padding  {said}"));
    }
    report.entry("padding", padding_len(&padding));
    let sections: Vec<_> = elf.sections().filter(|section| !section.span.is_empty()).collect();
    let section = |one: &'_ Section| format!("section  {}: ", one.name);
    report.list("sections", sections.iter().map(|one| part(&section(one), &one.name, one.vma, one.span)));
    let count = all.len();
    let sounds = |symbol: &Symbol<'_>| {
        let name = symbol.name.to_ascii_lowercase();
        let blank = Sparse::within(elf, symbol.span).uniform().is_some() && symbol.span.len() >= 4;
        blank || NAMES.iter().any(|part| name.contains(part))
    };
    let mut symbols = all;
    symbols.retain(sounds);
    let symbol = |one: &Symbol<'_>| {
        let file = one.file.as_ref().map_or(String::new(), |file| format!("@{file}"));
        format!("symbol   {}{file}: ", one.name)
    };
    let most = if report.is_json() { usize::MAX } else { SHOWN };
    let said = symbols.iter().take(most).map(|one| part(&symbol(one), one.name, one.vma, one.span));
    report.list("symbols", said);
    let others = count - symbols.len().min(SHOWN);
    report.say(format_args!("  {others} more symbols of data, which neither are blank nor sound like identity"));
    Ok(())
}
