//! `nameplate inspect`: what an image holds, and what is unusual about its file.

use std::fmt::Write as _;
use std::path::Path;

use nameplate::addr::Address;
use nameplate::image::elf::{self, AddressUnit, Memory};
use nameplate::image::hex::{Addressing, Case, Hex, LineEnd, Options, Style};
use nameplate::image::{Container as _, Elf, Erased, Sparse};
use nameplate::repair::{DeviceMemory, device_sum};
use nameplate::{ByteOrder, Span};
use nameplate_job::parse_range;
use serde_json::json;

use super::num::{self, is_num_name};
use super::outcome::Outcome;
use crate::failure::Failure;
use crate::image::{File, Opened, by_kind, read_file};

/// How files are read.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// HEX files.
    pub hex: Options,
    /// ELF files.
    pub elf: elf::Options,
}

/// Says segments, gaps, start address, and what is unusual, with line numbers.
///
/// # Errors
/// When the file cannot be read or is wrong.
pub fn run(
    path: &Path,
    base: Option<u64>,
    sum: &[DeviceMemory],
    erased: Erased,
    reading: Reading,
) -> Result<Outcome, Failure> {
    if is_num_name(path) {
        return num::inspect(path, reading.hex);
    }
    let file = read_file(path, None, base, reading.hex)?.with_elf(reading.elf);
    let opened = file.open().map_err(|failure| failure.about(path.display()))?;
    let mut outcome = match &opened {
        Opened::Hex(hex) => hex_outcome(path, hex),
        Opened::Elf(elf) => elf_outcome(path, elf)?,
        Opened::Raw(_) => raw_outcome(path, &file, &opened),
    };
    if !sum.is_empty() {
        let found = device_sum(opened.container(), sum, erased);
        let (short, long) = (found & 0xFFFF, found & 0xFFFF_FFFF);
        let _ = write!(outcome.text, "\n  device checksum 0x{short:04X} of 16 bits, 0x{long:08X} of 32");
        if let Some(json) = outcome.json.as_object_mut() {
            let _ = json.insert("device_checksum".to_owned(), json!(format!("0x{long:08X}")));
        }
    }
    Ok(outcome)
}

/// Memory of a device: `0x0000..0x4000` in bytes, `0x0000..0x4000&3FFF` in little-endian words with a mask.
///
/// # Errors
/// When it is neither.
pub fn device_memory(text: &str) -> Result<DeviceMemory, String> {
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

fn raw_outcome(path: &Path, file: &File, opened: &Opened<'_>) -> Outcome {
    let image = opened.container();
    let span = image.extent().map_or("empty".to_owned(), |span| span.to_string());
    let uniform = image.uniform();
    let note = uniform.map_or(String::new(), |byte| format!("\nevery byte reads {byte:#04X}"));
    let text = format!("{}: raw binary, {} bytes, {span}{note}", path.display(), file.bytes().len());
    let json = json!({ "file": path.to_string_lossy(), "format": "bin", "span": span, "uniform": uniform });
    Outcome { text, json, tolerated: Vec::new() }
}

fn hex_outcome(path: &Path, hex: &Hex<'_>) -> Outcome {
    let mut text = format!("{}: Intel HEX, {} characters", path.display(), hex.file().len());
    let style = Style::of(hex);
    let _ = write!(
        text,
        "\n  records of {} bytes for the most part, {}, {} case, bases of type {}",
        style.record_len,
        match style.line_end {
            LineEnd::Lf => "LF",
            LineEnd::CrLf => "CR LF",
            LineEnd::Cr => "CR",
        },
        if style.case == Case::Lower { "lower" } else { "upper" },
        if style.addressing == Addressing::Segment { "02" } else { "04" },
    );
    let (mut segments, mut end) = (Vec::new(), None);
    let mut total = 0;
    for segment in hex.segments() {
        if let Some(end) = end {
            let _ = write!(
                text,
                "\n  gap      {}..{}, {} bytes",
                Address(end),
                Address(segment.start()),
                segment.start() - end
            );
        }
        let _ = write!(text, "\n  segment  {segment}, {} bytes", segment.len());
        end = Some(segment.end());
        total += segment.len();
        segments.push(json!({ "start": Address(segment.start()).to_string(), "length": segment.len() }));
    }
    let _ = write!(text, "\n  {total} bytes in {} segments", segments.len());
    let start = hex.start();
    if let Some(linear) = start.linear {
        let _ = write!(text, "\n  start address {} (type 05)", Address(linear.into()));
    }
    if let Some(segment) = start.segment {
        let _ = write!(text, "\n  start address {:04X}:{:04X} (type 03)", segment >> 16, segment & 0xFFFF);
    }
    if let Some(byte) = hex.uniform() {
        let _ = write!(text, "\n  every byte reads {byte:#04X}");
    }
    let found = by_kind(hex.diagnostics());
    for one in &found {
        let what = if one.first.kind().is_tolerated() { "tolerated" } else { "unusual" };
        let _ = write!(text, "\n  {what}: {one}");
    }
    let unusual: Vec<_> = found
        .iter()
        .map(|found| {
            json!({
                "line": found.first.line(),
                "column": found.first.column(),
                "what": found.first.kind().to_string(),
                "times": found.times,
                "tolerated": found.first.kind().is_tolerated(),
            })
        })
        .collect();
    let json = json!({
        "file": path.to_string_lossy(),
        "format": "hex",
        "segments": segments,
        "start_linear": start.linear.map(|start| Address(start.into()).to_string()),
        "start_segment": start.segment.map(|start| format!("{:04X}:{:04X}", start >> 16, start & 0xFFFF)),
        "uniform": hex.uniform(),
        "unusual": unusual,
    });
    // What was tolerated is among what is unusual.
    Outcome { text, json, tolerated: Vec::new() }
}

/// How many symbols are listed.
const SHOWN: usize = 40;

/// What names of identity have in them.
const NAMES: [&str; 12] =
    ["serial", "nameplate", "ident", "mac", "eui", "uuid", "uid", "key", "device", "calib", "station", "_sn"];

/// How much padding an ELF file has, and who writes it; nothing when it has none.
pub(super) fn padding_of(elf: &Elf<'_>, padding: &[Span]) -> Option<String> {
    let (first, bytes) = (padding.first()?, padding.iter().map(|span| span.len()).sum::<u64>());
    let all = elf.clone().with_memory(Memory::Segments);
    let zero =
        |span: &Span| Sparse::within(&all, *span).segments().all(|(_, bytes)| bytes.iter().all(|&byte| byte == 0));
    let zeros = padding.iter().all(zero);
    let what = if zeros { "all zero" } else { "not all zero" };
    let places = if padding.len() == 1 { "place" } else { "places" };
    let used = match elf.memory() {
        Some(Memory::Segments) => "here it is memory, as said",
        _ => "here it is no memory",
    };
    Some(format!(
        "{bytes} bytes of segments in {} {places}, from {first} on, belong to no section ({what}): OpenOCD, probe-rs and other loaders by program headers write them, objcopy leaves them out; {used}",
        padding.len()
    ))
}

fn elf_outcome(path: &Path, elf: &Elf<'_>) -> Result<Outcome, Failure> {
    let order = if elf.is_big_endian() { "big" } else { "little" };
    let mut text = format!("{}: ELF, {} bits, {order}-endian, machine {}", path.display(), elf.bits(), elf.machine());
    let words = elf.unit() == AddressUnit::Word16;
    if words {
        text.push_str("\n  addresses count words of 16 bits; jobs count bytes, twice as many");
    }
    let shown = |span: Span| {
        if !words {
            return format!("{span}, {} bytes", span.len());
        }
        let (start, end) = (span.start() / elf.unit().bytes(), span.end().div_ceil(elf.unit().bytes()));
        format!("{}..{} (in bytes {span}), {} bytes", Address(start), Address(end), span.len())
    };
    let place = |vma: u64, span: Span| {
        let same = vma == span.start() / elf.unit().bytes();
        let from = if same { String::new() } else { format!(", at run time {}", Address(vma)) };
        format!("{}{from}", shown(span))
    };
    let json_place = |name: &str, vma: u64, span: Span| json!({ "name": name, "start": Address(span.start()).to_string(), "length": span.len(), "vma": Address(vma).to_string() });
    let segments: Vec<_> = elf.segments().map(|segment| (segment.vma, segment.span)).collect();
    for (vma, span) in &segments {
        let _ = write!(text, "\n  segment  {}", place(*vma, *span));
    }
    if elf.is_by_sections() {
        text.push_str("\n  no segment has bytes: the sections are memory, each at its own address");
    }
    let conflicts: Vec<_> = elf.conflicts().collect();
    for (span, error) in &conflicts {
        let _ = write!(text, "\n  refused  {}: {error}", shown(*span));
    }
    let padding = elf.padding();
    if let Some(said) = padding_of(elf, &padding) {
        let _ = write!(text, "\n  padding  {said}");
    }
    let sections: Vec<_> = elf.sections().filter(|section| !section.span.is_empty()).collect();
    for section in &sections {
        let _ = write!(text, "\n  section  {}: {}", section.name, place(section.vma, section.span));
    }
    let (mut symbols, mut others) = (Vec::new(), 0);
    for symbol in elf.symbols().map_err(|error| Failure::refused(error).about(path.display()))? {
        let name = symbol.name.to_ascii_lowercase();
        let blank = Sparse::within(elf, symbol.span).uniform().is_some() && symbol.span.len() >= 4;
        if blank || NAMES.iter().any(|part| name.contains(part)) {
            symbols.push(symbol);
        } else {
            others += 1;
        }
    }
    for symbol in symbols.iter().take(SHOWN) {
        let file = symbol.file.as_ref().map_or(String::new(), |file| format!("@{file}"));
        let _ = write!(text, "\n  symbol   {}{file}: {}", symbol.name, place(symbol.vma, symbol.span));
    }
    others += symbols.len().saturating_sub(SHOWN);
    let _ = write!(text, "\n  {others} more symbols of data, which neither are blank nor sound like identity");
    let json = json!({
        "file": path.to_string_lossy(),
        "format": "elf",
        "bits": elf.bits(),
        "big_endian": elf.is_big_endian(),
        "machine": elf.machine(),
        "bytes_per_address": elf.unit().bytes(),
        "padding": padding.iter().map(|span| span.len()).sum::<u64>(),
        "refused": conflicts.iter().map(|(span, error)| json!({ "start": Address(span.start()).to_string(), "length": span.len(), "why": error.to_string() })).collect::<Vec<_>>(),
        "segments": segments.iter().map(|(vma, span)| json_place("", *vma, *span)).collect::<Vec<_>>(),
        "sections": sections.iter().map(|one| json_place(&one.name, one.vma, one.span)).collect::<Vec<_>>(),
        "symbols": symbols.iter().map(|one| json_place(one.name, one.vma, one.span)).collect::<Vec<_>>(),
    });
    Ok(Outcome { text, json, tolerated: Vec::new() })
}
