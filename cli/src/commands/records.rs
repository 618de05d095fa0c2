//! What text files of records hold, and what is unusual about them, for `nameplate inspect`.

use std::fmt;
use std::path::Path;

use nameplate::Span;
use nameplate::addr::Address;
use nameplate::image::Container;
use nameplate::image::hex::{Addressing, Case, Hex, LineEnd, Style};
use nameplate::image::srec::{self, Srec};
use nameplate::image::ti_txt::{self, TiTxt};
use serde::Serialize;
use serde_json::json;

use crate::image::{Found, by_kind};
use crate::report::Report;

/// A file and its format, with which every report begins.
pub(super) fn say_file(path: &Path, format: &str, report: &mut Report<'_>) {
    report.entry("file", path.to_string_lossy());
    report.entry("format", format);
}

/// A segment of a text file, and the gap before it.
#[derive(Serialize)]
struct Segment {
    start: String,
    length: u64,
    #[serde(skip)]
    span: Span,
    #[serde(skip)]
    gap: Option<Span>,
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(gap) = self.gap {
            writeln!(f, "  gap      {gap}, {} bytes", gap.len())?;
        }
        write!(f, "  segment  {}, {} bytes", self.span, self.length)
    }
}

/// How lines end, and the case of digits.
fn spelling(line_end: LineEnd, case: Case) -> (&'static str, &'static str) {
    let line_end = match line_end {
        LineEnd::Lf => "LF",
        LineEnd::CrLf => "CR LF",
        LineEnd::Cr => "CR",
    };
    (line_end, if case == Case::Lower { "lower" } else { "upper" })
}

/// Says what a HEX file holds.
pub(super) fn say_hex(path: &Path, hex: &Hex<'_>, report: &mut Report<'_>) {
    report.say(format_args!("{}: Intel HEX, {} characters", path.display(), hex.file().len()));
    let style = Style::of(hex);
    let (line_end, case) = spelling(style.line_end, style.case);
    let bases = if style.addressing == Addressing::Segment { "02" } else { "04" };
    let len = style.record_len;
    report.say(format_args!(
        "  records of {len} bytes for the most part, {line_end}, {case} case, bases of type {bases}"
    ));
    say_file(path, "hex", report);
    say_segments(hex.segments(), report);
    let start = hex.start();
    if let Some(linear) = start.linear {
        report.say(format_args!("  start address {} (type 05)", Address(linear.into())));
    }
    let segment = start.segment.map(|segment| format!("{:04X}:{:04X}", segment >> 16, segment & 0xFFFF));
    if let Some(segment) = &segment {
        report.say(format_args!("  start address {segment} (type 03)"));
    }
    report.entry("start_linear", start.linear.map(|start| Address(start.into()).to_string()));
    report.entry("start_segment", segment);
    say_uniform(hex, report);
    say_unusual(&by_kind(hex.diagnostics()), report);
}

/// Says what an S-record file holds.
pub(super) fn say_srec(path: &Path, srec: &Srec<'_>, report: &mut Report<'_>) {
    report.say(format_args!("{}: Motorola S-records, {} characters", path.display(), srec.file().len()));
    let style = srec::Style::of(srec);
    let (line_end, case) = spelling(style.line_end, style.case);
    let (len, width) = (style.record_len, style.width);
    report.say(format_args!("  {width:?} records of {len} bytes for the most part, {line_end}, {case} case"));
    say_file(path, "srec", report);
    let header = srec.header().map(|header| header.escape_ascii().to_string());
    if let Some(header) = &header {
        report.say(format_args!("  header \"{header}\""));
    }
    report.entry("header", header);
    say_segments(srec.segments(), report);
    let start = srec.start().linear.map(|start| Address(start.into()).to_string());
    if let Some(start) = &start {
        report.say(format_args!("  start address {start}"));
    }
    report.entry("start_linear", start);
    say_uniform(srec, report);
    say_unusual(&by_kind(srec.diagnostics()), report);
}

/// Says what a TI-TXT file holds.
pub(super) fn say_ti_txt(path: &Path, image: &TiTxt<'_>, report: &mut Report<'_>) {
    report.say(format_args!("{}: TI-TXT, {} characters", path.display(), image.file().len()));
    let style = ti_txt::Style::of(image);
    let (line_end, case) = spelling(style.line_end, style.case);
    let len = style.line_len;
    report.say(format_args!("  lines of {len} bytes for the most part, {line_end}, {case} case"));
    say_file(path, "ti-txt", report);
    say_segments(image.segments(), report);
    say_uniform(image, report);
    say_unusual(&by_kind(image.diagnostics()), report);
}

fn say_segments(segments: impl Iterator<Item = Span>, report: &mut Report<'_>) {
    let (mut count, mut total, mut end) = (0_u64, 0, None);
    let segments = segments.map(|span| {
        let gap = end.replace(span.end()).and_then(|end| Span::try_from(end..span.start()).ok());
        (count, total) = (count + 1, total + span.len());
        Segment { start: Address(span.start()).to_string(), length: span.len(), span, gap }
    });
    report.list("segments", segments);
    report.say(format_args!("  {total} bytes in {count} segments"));
}

fn say_uniform(image: &dyn Container, report: &mut Report<'_>) {
    if let Some(byte) = image.uniform() {
        report.say(format_args!("  every byte reads {byte:#04X}"));
    }
    report.entry("uniform", image.uniform());
}

/// What is unusual, or was tolerated.
fn say_unusual(found: &[Found], report: &mut Report<'_>) {
    for one in found {
        let what = if one.first.tolerated { "tolerated" } else { "unusual" };
        report.say(format_args!("  {what}: {one}"));
    }
    let unusual = found.iter().map(|Found { first, times }| {
        json!({
            "line": first.line,
            "column": first.column,
            "what": first.what,
            "times": times,
            "tolerated": first.tolerated,
        })
    });
    report.values("unusual", unusual);
}
