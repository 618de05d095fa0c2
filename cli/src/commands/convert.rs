//! `nameplate convert`: an image in another format, or in another style of text.

use std::ops::Range;
use std::path::{Path, PathBuf};

use clap::value_parser;
use nameplate::Span;
use nameplate::image::hex::{Addressing, Case, LineEnd, Options, Style};
use nameplate::image::srec::{self, Width};
use nameplate::image::uf2::{self, Blocks, Family};
use nameplate::image::{Container as _, Erased, Merge, Sparse, flatten, ti_txt};
use nameplate_job::job::Format;
use nameplate_job::merge::merge;
use nameplate_job::{JobError, parse_address, parse_range};
use serde_json::json;

use super::outcome::Outcome;
use crate::choices::one_of;
use crate::failure::{Exit, Failure};
use crate::image::{File, Opened, named, named_as, read_file};
use crate::output::{NewFile, Readers};
use crate::reading::{ElfArgs, erased};

/// The most bytes that a binary is written with.
const FLAT_LIMIT: u64 = 1 << 30;

/// What the command line says.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The images, and the file to write, which must not exist yet. Several images are merged: no two may give a byte,
    /// or the start of the program, differently
    #[arg(value_names = ["IN", "OUT"], num_args = 2.., required = true)]
    pub files: Vec<PathBuf>,
    /// The address of the first byte of a raw input
    #[arg(long, value_parser = parse_address)]
    pub base: Option<u64>,
    /// The format of the output; told by its name, if not said
    #[arg(long, value_parser = one_of(&FORMATS))]
    pub format: Option<Format>,
    /// The family that a UF2 output is for, as rp2040, 0xE48BFF56 or none; that of a UF2 input, if not said. Of a UF2
    /// input for several families, the one to read
    #[arg(long, value_parser = family)]
    pub family: Option<Family>,
    /// The addresses to write, as 0x08000000..0x08010000
    #[arg(long, value_parser = parse_range)]
    pub window: Option<Range<u64>>,
    /// Leave out what lies outside of the window
    #[arg(long, requires = "window")]
    pub crop: bool,
    /// The address that the output begins with, in place of where the window does; it has no start address then
    #[arg(long, requires = "window", value_parser = parse_address)]
    pub output_base: Option<u64>,
    /// What gaps are written as, of a binary or within the pages of UF2: the digits of 1 to 4 bytes, their phase by address
    #[arg(long, value_name = "HEX", default_value = "FF", value_parser = erased)]
    pub erased: Erased,
    /// The style of text output.
    #[command(flatten)]
    pub style: StyleArgs,
    /// How ELF files are read.
    #[command(flatten)]
    pub elf: ElfArgs,
}

const FORMATS: [(&str, &str, Format); 5] = [
    ("hex", "", Format::Hex),
    ("srec", "", Format::Srec),
    ("ti-txt", "", Format::TiTxt),
    ("bin", "", Format::Bin),
    ("uf2", "", Format::Uf2),
];

/// The style of text output; where nothing is said, that of the input.
#[derive(clap::Args, Clone, Copy, Debug, Default)]
pub struct StyleArgs {
    /// The most data bytes in a record, or a line of TI-TXT
    #[arg(long, value_parser = value_parser!(u8).range(1..))]
    pub record_len: Option<u8>,
    /// Begin records at multiples of that
    #[arg(long)]
    pub align: bool,
    /// How lines end
    #[arg(long, value_parser = one_of(&LINE_ENDS))]
    pub line_end: Option<LineEnd>,
    /// The letter case of digits
    #[arg(long, value_parser = one_of(&CASES))]
    pub case: Option<Case>,
    /// How addresses of HEX output beyond 64 KiB are written: type 04 records, or type 02
    #[arg(long, value_parser = one_of(&ADDRESSINGS))]
    pub addressing: Option<Addressing>,
    /// The least address width of S-record output: S1 records have 16 bits, S2 24, S3 32
    #[arg(long, value_parser = one_of(&WIDTHS))]
    pub width: Option<Width>,
}

const LINE_ENDS: [(&str, &str, LineEnd); 3] =
    [("lf", "", LineEnd::Lf), ("crlf", "", LineEnd::CrLf), ("cr", "", LineEnd::Cr)];
const CASES: [(&str, &str, Case); 2] = [("upper", "", Case::Upper), ("lower", "", Case::Lower)];
const ADDRESSINGS: [(&str, &str, Addressing); 2] =
    [("linear", "", Addressing::Linear), ("segment", "", Addressing::Segment)];
const WIDTHS: [(&str, &str, Width); 3] = [("s1", "", Width::S1), ("s2", "", Width::S2), ("s3", "", Width::S3)];

/// Converts one image, or merges several.
///
/// # Errors
/// When an input is wrong, something would be lost, or the output exists already.
pub fn run(args: &Args, options: Options) -> Result<Outcome, Failure> {
    let (output, inputs) = args.files.split_last().ok_or_else(|| Failure::new(Exit::Usage, "convert IN… OUT"))?;
    let to = format(args, output)?;
    let files = inputs.iter().map(|path| input(args, path, options)).collect::<Result<Vec<_>, _>>()?;
    one_raw(&files)?;
    let names: Vec<String> = inputs.iter().map(|path| path.display().to_string()).collect();
    let of = names.join(" + ");
    let about = |failure: Failure| failure.about(&of);
    let mut all = Vec::new();
    for (name, file) in names.iter().zip(&files) {
        let about = |error: JobError| Failure::from(error).about(name);
        let opened = file.open().map_err(about)?;
        opened.writable_as(to).map_err(about)?;
        all.push((name, opened));
    }
    let tolerated = |(name, opened): &(&String, Opened<'_>)| {
        opened.tolerated().into_iter().map(|found| format!("{name}: {found}")).collect::<Vec<_>>()
    };
    let tolerated = all.iter().flat_map(tolerated).collect();
    let merged = match all.as_slice() {
        [(_, opened)] => Sparse::new(opened.container()),
        all => {
            let memories: Vec<(&str, Sparse)> =
                all.iter().map(|(name, opened)| (name.as_str(), Sparse::new(opened.container()))).collect();
            merge(&memories)?
        }
    };
    let like = all.first().map(|(_, opened)| opened).ok_or_else(|| Failure::new(Exit::Usage, "convert IN… OUT"))?;
    let (memory, span) = memory(args, to, merged, like).map_err(|failure| match failure.exit() {
        Exit::Usage => failure,
        _ => about(failure),
    })?;
    if to != Format::Bin && memory.segments().next().is_none() {
        return Err(about(Failure::refused("the image has no bytes within --window, so there is nothing to write")));
    }
    let mut filled = 0;
    let refused = |error: &dyn std::fmt::Display| about(Failure::refused(error));
    let bytes = match to {
        Format::Hex => style(args.style, like).to_vec(&memory).map_err(|error| refused(&error))?,
        Format::Srec => srec_style(args.style, like).to_vec(&memory).map_err(|error| refused(&error))?,
        Format::TiTxt => ti_style(args.style, like).to_vec(&memory).map_err(|error| refused(&error))?,
        Format::Bin => {
            let window = span.ok_or_else(|| refused(&"the image is empty; say --window START..END"))?;
            flatten(&memory, window, args.erased, FLAT_LIMIT).map_err(|error| refused(&error))?
        }
        Format::Uf2 => {
            let style = uf2_style(args, like)?;
            filled = style.filled(&memory).map_err(|error| refused(&error))?;
            style.to_vec(&memory).map_err(|error| refused(&error))?
        }
        Format::Elf => return Err(Failure::refused("ELF files are not written")),
    };
    let readers = inputs.first().map_or_else(|| Readers::like(output), |first| Readers::like(first));
    let mut file = NewFile::create(output, readers)?;
    file.write(&bytes)?;
    file.keep()?;
    let count: u64 = memory.segments().map(|(span, _)| span.len()).sum();
    let shown = memory.segments().count();
    let place = span.map_or(String::new(), |span| format!(", {span}"));
    let gaps = if filled > 0 { format!(", {filled} bytes of gaps as erased") } else { String::new() };
    let text = format!(
        "{}: {} bytes, {count} bytes of memory in {shown} segments of {of}{place}{gaps}",
        output.display(),
        bytes.len(),
    );
    let json = json!({ "out": output.to_string_lossy(), "bytes": bytes.len(), "memory": count, "segments": shown });
    Ok(Outcome { text, json, tolerated })
}

/// One of the inputs.
fn input(args: &Args, path: &Path, options: Options) -> Result<File, Failure> {
    let input = read_file(path, None, args.base, options)?.with_elf((&args.elf).into());
    let read = uf2_options(&input, args.family);
    Ok(input.with_uf2(read))
}

/// Refuses a second raw input: there is one address for them.
fn one_raw(files: &[File]) -> Result<(), Failure> {
    let mut raw = files.iter().filter(|file| file.format() == Format::Bin).map(|file| file.name().display());
    match (raw.next(), raw.next()) {
        (Some(first), Some(second)) => Err(Failure::new(
            Exit::Usage,
            format_args!(
                "{first} and {second} are raw binaries, and --base is the address of one: convert one of them to HEX first"
            ),
        )),
        _ => Ok(()),
    }
}

/// What is written, and from where to where.
fn memory(args: &Args, to: Format, memory: Sparse, like: &Opened<'_>) -> Result<(Sparse, Option<Span>), Failure> {
    let extent = memory.extent();
    let Some(range) = args.window.clone() else {
        // A binary says neither where it begins nor where its gaps are.
        let gaps = memory.segments().count() > 1 || like.format().is_text() || like.format() == Format::Uf2;
        if to == Format::Bin && gaps {
            let hint = extent.map_or(String::new(), |extent| format!(", as --window {extent}"));
            let message = format_args!("a binary has no addresses and no gaps: say which bytes to write{hint}");
            return Err(Failure::new(Exit::Usage, message));
        }
        return Ok((memory, extent));
    };
    let window = Span::try_from(range).map_err(Failure::refused)?;
    if let Some(extent) = extent.filter(|extent| !args.crop && !window.covers(*extent)) {
        return Err(Failure::refused(format_args!(
            "the image spans {extent}, more than --window {window}: bytes outside of it would be lost; --crop leaves them out"
        )));
    }
    let memory = if args.crop { memory.crop(window) } else { memory };
    let Some(base) = args.output_base else { return Ok((memory, Some(window))) };
    if to == Format::Bin {
        return Err(Failure::new(Exit::Usage, "--output-base: a binary has no addresses"));
    }
    let moved = Span::new(base, window.len()).map_err(Failure::refused)?;
    let pieces = memory.segments().map(|(span, bytes)| (base + (span.start() - window.start()), bytes));
    Ok((Sparse::from_pieces(pieces, Merge::Error).map_err(Failure::refused)?, Some(moved)))
}

fn format(args: &Args, output: &Path) -> Result<Format, Failure> {
    let wrong = |message: &str| Err(Failure::new(Exit::Usage, message));
    args.format.map_or(Ok(()), |format| named_as(output, format))?;
    let format = match (args.format, named(output)) {
        (Some(format), _) | (None, Some(format)) if format != Format::Elf => format,
        _ => return wrong("the output's name ends neither in .hex, .s19, .srec, .txt, .uf2 nor in .bin: say --format"),
    };
    match format {
        Format::TiTxt if args.style.addressing.is_some() || args.style.width.is_some() => {
            wrong("--addressing goes with HEX, and --width with S-records")
        }
        Format::TiTxt if args.style.align => wrong("--align goes with HEX and S-records"),
        Format::Srec if args.style.addressing.is_some() => wrong("--addressing goes with HEX; S-records have --width"),
        Format::Hex if args.style.width.is_some() => wrong("--width goes with S-records; HEX has --addressing"),
        format => Ok(format),
    }
}

fn family(name: &str) -> Result<Family, String> {
    Family::from_name(name).ok_or_else(|| {
        format!("found {name}, expected a family of the list of microsoft/uf2, as rp2040, an ID as 0xE48BFF56, or none")
    })
}

/// Of an input that has memory for the family asked for, that.
fn uf2_options(input: &File, asked: Option<Family>) -> uf2::Options {
    let blocks = Blocks::parse(input.bytes()).ok();
    let has = |family: &Family| {
        blocks.as_ref().is_some_and(|blocks| blocks.families().any(|found| found.family == *family && found.memory > 0))
    };
    asked.filter(has).map_or_else(uf2::Options::new, |family| uf2::Options::new().family(family))
}

/// For the family asked for, else that of the input.
fn uf2_style(args: &Args, opened: &Opened<'_>) -> Result<uf2::Style, Failure> {
    let own = match opened {
        Opened::Uf2(uf2) => Some(uf2.family()),
        _ => None,
    };
    let family = args.family.or(own).ok_or_else(|| {
        Failure::new(Exit::Usage, "a UF2 file is for a family: say --family, as rp2040, an ID as 0xE48BFF56, or none")
    })?;
    Ok(uf2::Style::new(family).erased(args.erased))
}

/// The input's own style, where the command line does not say another one.
fn style(args: StyleArgs, opened: &Opened<'_>) -> Style {
    let own = match opened {
        Opened::Hex(hex) => Style::of(hex),
        Opened::Srec(..) | Opened::TiTxt(_) | Opened::Raw(_) | Opened::Elf(_) | Opened::Uf2(_) => Style::default(),
    };
    Style {
        record_len: args.record_len.unwrap_or(own.record_len),
        align: args.align,
        line_end: args.line_end.unwrap_or(own.line_end),
        case: args.case.unwrap_or(own.case),
        addressing: args.addressing.unwrap_or(own.addressing),
    }
}

/// The same of S-records.
fn srec_style(args: StyleArgs, opened: &Opened<'_>) -> srec::Style {
    let own = match opened {
        Opened::Srec(srec, _) => srec::Style::of(srec),
        Opened::Hex(_) | Opened::TiTxt(_) | Opened::Raw(_) | Opened::Elf(_) | Opened::Uf2(_) => srec::Style::default(),
    };
    srec::Style {
        record_len: args.record_len.unwrap_or(own.record_len),
        align: args.align,
        line_end: args.line_end.unwrap_or(own.line_end),
        case: args.case.unwrap_or(own.case),
        width: args.width.unwrap_or(own.width),
        ..own
    }
}

/// The same of TI-TXT.
fn ti_style(args: StyleArgs, opened: &Opened<'_>) -> ti_txt::Style {
    let own = match opened {
        Opened::TiTxt(image) => ti_txt::Style::of(image),
        Opened::Hex(_) | Opened::Srec(..) | Opened::Raw(_) | Opened::Elf(_) | Opened::Uf2(_) => {
            ti_txt::Style::default()
        }
    };
    ti_txt::Style {
        line_len: args.record_len.unwrap_or(own.line_len),
        line_end: args.line_end.unwrap_or(own.line_end),
        case: args.case.unwrap_or(own.case),
        ..own
    }
}
