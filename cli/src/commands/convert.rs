//! `nameplate convert`: an image in another format, or in another style of HEX.

use std::ops::Range;
use std::path::PathBuf;

use nameplate::Span;
use nameplate::image::hex::{Addressing, Case, LineEnd, Options, Style};
use nameplate::image::{Erased, Sparse, elf, flatten};
use nameplate_job::job::Format;
use serde_json::json;

use super::outcome::Outcome;
use crate::failure::{Exit, Failure};
use crate::image::{Opened, is_hex_name, read_file};
use crate::output::{NewFile, Readers};

/// The most bytes that a binary is written with.
const FLAT_LIMIT: u64 = 1 << 30;

/// What the command line says.
#[derive(Debug)]
pub struct Args {
    /// The image.
    pub input: PathBuf,
    /// The file to write.
    pub output: PathBuf,
    /// The address of the first byte of a raw input.
    pub base: Option<u64>,
    /// The format of the output; told by its name when not said.
    pub format: Option<Format>,
    /// The addresses to write.
    pub window: Option<Range<u64>>,
    /// Whether bytes outside of the window are left out.
    pub crop: bool,
    /// What a binary has in gaps.
    pub erased: Erased,
    /// How HEX files are read.
    pub options: Options,
    /// How ELF files are read.
    pub elf: elf::Options,
    /// The style of HEX output, where it is not the input's.
    pub style: StyleArgs,
}

/// The style of HEX output, where it is not the input's.
#[derive(Clone, Copy, Debug, Default)]
pub struct StyleArgs {
    /// The most data bytes in a record.
    pub record_len: Option<u8>,
    /// Whether records begin at multiples of that.
    pub align: bool,
    /// How lines end.
    pub line_end: Option<LineEnd>,
    /// The letter case.
    pub case: Option<Case>,
    /// The type of base records.
    pub addressing: Option<Addressing>,
}

/// Converts one image.
///
/// # Errors
/// When the input is wrong, something would be lost, or the output exists already.
pub fn run(args: &Args) -> Result<Outcome, Failure> {
    let input = read_file(&args.input, None, args.base, args.options)?.with_elf(args.elf.clone());
    let about = |failure: Failure| failure.about(args.input.display());
    let opened = input.open().map_err(|error| about(error.into()))?;
    let tolerated = opened.tolerated().into_iter().map(|found| format!("{}: {found}", args.input.display()));
    let to = format(args)?;
    opened.writable_as(to).map_err(|error| about(error.into()))?;
    let (memory, span) = memory(args, &opened)?;
    if to == Format::Hex && memory.segments().next().is_none() {
        return Err(about(Failure::refused("the image has no bytes within --window, so there is nothing to write")));
    }
    let bytes = match to {
        Format::Hex => style(args.style, &opened).to_vec(&memory).map_err(|error| about(Failure::refused(error)))?,
        Format::Bin => {
            let window = span.ok_or_else(|| about(Failure::refused("the image is empty; say --window START..END")))?;
            flatten(&memory, window, args.erased, FLAT_LIMIT).map_err(|error| about(Failure::refused(error)))?
        }
        Format::Elf => return Err(Failure::refused("ELF files are not written")),
    };
    let mut file = NewFile::create(&args.output, Readers::like(&args.input))?;
    file.write(&bytes)?;
    file.keep()?;
    let count: u64 = memory.segments().map(|(span, _)| span.len()).sum();
    let shown = memory.segments().count();
    let place = span.map_or(String::new(), |span| format!(", {span}"));
    let text = format!(
        "{}: {} bytes, {count} bytes of memory in {shown} segments of {}{place}",
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
        let gaps = memory.segments().count() > 1 || matches!(opened, Opened::Hex(_));
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
    match args.format {
        Some(format) => Ok(format),
        None if is_hex_name(&args.output) => Ok(Format::Hex),
        None if args.output.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("bin")) => Ok(Format::Bin),
        None => Err(Failure::new(Exit::Usage, "the output's name ends neither in .hex nor in .bin: say --format")),
    }
}

/// The input's own style, where the command line does not say another one.
fn style(args: StyleArgs, opened: &Opened<'_>) -> Style {
    let own = match opened {
        Opened::Hex(hex) => Style::of(hex),
        Opened::Raw(_) | Opened::Elf(_) => Style::default(),
    };
    Style {
        record_len: args.record_len.unwrap_or(own.record_len),
        align: args.align,
        line_end: args.line_end.unwrap_or(own.line_end),
        case: args.case.unwrap_or(own.case),
        addressing: args.addressing.unwrap_or(own.addressing),
    }
}
