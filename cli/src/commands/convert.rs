//! `nameplate convert`: an image in another format, or in another style of text.

use std::ops::Range;
use std::path::PathBuf;

use clap::value_parser;
use nameplate::Span;
use nameplate::image::hex::{Addressing, Case, LineEnd, Options, Style};
use nameplate::image::srec::{self, Width};
use nameplate::image::uf2::{self, Blocks, Family};
use nameplate::image::{Erased, Sparse, flatten, ti_txt};
use nameplate_job::job::Format;
use nameplate_job::{parse_address, parse_range};
use serde_json::json;

use super::outcome::Outcome;
use crate::choices::one_of;
use crate::failure::{Exit, Failure};
use crate::image::{File, Opened, named, read_file};
use crate::output::{NewFile, Readers};
use crate::reading::{ElfArgs, erased};

/// The most bytes that a binary is written with.
const FLAT_LIMIT: u64 = 1 << 30;

/// What the command line says.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The image
    pub input: PathBuf,
    /// The file to write; it must not exist yet
    pub output: PathBuf,
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

/// Converts one image.
///
/// # Errors
/// When the input is wrong, something would be lost, or the output exists already.
pub fn run(args: &Args, options: Options) -> Result<Outcome, Failure> {
    let input = read_file(&args.input, None, args.base, options)?.with_elf((&args.elf).into());
    let about = |failure: Failure| failure.about(args.input.display());
    let read = uf2_options(&input, args.family);
    let input = input.with_uf2(read);
    let opened = input.open().map_err(|error| about(error.into()))?;
    let tolerated = opened.tolerated().into_iter().map(|found| format!("{}: {found}", args.input.display()));
    let to = format(args)?;
    opened.writable_as(to).map_err(|error| about(error.into()))?;
    let (memory, span) = memory(args, &opened)?;
    if to != Format::Bin && memory.segments().next().is_none() {
        return Err(about(Failure::refused("the image has no bytes within --window, so there is nothing to write")));
    }
    let mut filled = 0;
    let bytes = match to {
        Format::Hex => style(args.style, &opened).to_vec(&memory).map_err(|error| about(Failure::refused(error)))?,
        Format::Srec => {
            srec_style(args.style, &opened).to_vec(&memory).map_err(|error| about(Failure::refused(error)))?
        }
        Format::TiTxt => {
            ti_style(args.style, &opened).to_vec(&memory).map_err(|error| about(Failure::refused(error)))?
        }
        Format::Bin => {
            let window = span.ok_or_else(|| about(Failure::refused("the image is empty; say --window START..END")))?;
            flatten(&memory, window, args.erased, FLAT_LIMIT).map_err(|error| about(Failure::refused(error)))?
        }
        Format::Uf2 => {
            let style = uf2_style(args, &opened)?;
            filled = style.filled(&memory).map_err(|error| about(Failure::refused(error)))?;
            style.to_vec(&memory).map_err(|error| about(Failure::refused(error)))?
        }
        Format::Elf => return Err(Failure::refused("ELF files are not written")),
    };
    let mut file = NewFile::create(&args.output, Readers::like(&args.input))?;
    file.write(&bytes)?;
    file.keep()?;
    let count: u64 = memory.segments().map(|(span, _)| span.len()).sum();
    let shown = memory.segments().count();
    let place = span.map_or(String::new(), |span| format!(", {span}"));
    let gaps = if filled > 0 { format!(", {filled} bytes of gaps as erased") } else { String::new() };
    let text = format!(
        "{}: {} bytes, {count} bytes of memory in {shown} segments of {}{place}{gaps}",
        args.output.display(),
        bytes.len(),
        args.input.display()
    );
    let json =
        json!({ "out": args.output.to_string_lossy(), "bytes": bytes.len(), "memory": count, "segments": shown });
    Ok(Outcome { text, json, tolerated: tolerated.collect() })
}

/// What is written, and from where to where.
fn memory(args: &Args, opened: &Opened<'_>) -> Result<(Sparse, Option<Span>), Failure> {
    let memory = Sparse::new(opened.container());
    let extent = opened.container().extent();
    let Some(range) = args.window.clone() else {
        // A binary says neither where it begins nor where its gaps are.
        let gaps = memory.segments().count() > 1 || opened.format().is_text() || opened.format() == Format::Uf2;
        if format(args)? == Format::Bin && gaps {
            let hint = extent.map_or(String::new(), |extent| format!(", as --window {extent}"));
            let message = format_args!("a binary has no addresses and no gaps: say which bytes to write{hint}");
            return Err(Failure::new(Exit::Usage, message));
        }
        return Ok((memory, extent));
    };
    let window = Span::try_from(range).map_err(Failure::refused)?;
    if args.crop {
        return Ok((memory.crop(window), Some(window)));
    }
    match extent.filter(|extent| !window.covers(*extent)) {
        Some(extent) => Err(Failure::refused(format_args!(
            "{}: the image spans {extent}, more than --window {window}: bytes outside of it would be lost; --crop leaves them out",
            args.input.display()
        ))),
        None => Ok((memory, Some(window))),
    }
}

fn format(args: &Args) -> Result<Format, Failure> {
    let wrong = |message: &str| Err(Failure::new(Exit::Usage, message));
    let format = match (args.format, named(&args.output)) {
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
