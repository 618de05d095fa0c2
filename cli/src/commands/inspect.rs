//! `nameplate inspect`: what an image holds, and what is unusual about its file.

use std::fmt::Write as _;
use std::path::Path;

use nameplate::addr::Address;
use nameplate::image::{Container as _, Hex};
use serde_json::json;

use super::Outcome;
use crate::failure::Failure;
use crate::image::File;
use crate::job::Format;

/// Says segments, gaps, start address, and what is unusual, with line numbers.
///
/// # Errors
/// When the file cannot be read or is wrong.
pub fn run(path: &Path, base: Option<u64>) -> Result<Outcome, Failure> {
    let file = File::read(path, None, base)?;
    if file.format() == Format::Hex {
        let hex = Hex::parse(file.bytes()).map_err(|error| Failure::refused(error).about(path.display()))?;
        return Ok(hex_outcome(path, &hex));
    }
    let image = file.open().map_err(|failure| failure.about(path.display()))?;
    let span = image.extent().map_or("empty".to_owned(), |span| span.to_string());
    let uniform = image.uniform();
    let note = uniform.map_or(String::new(), |byte| format!("\nevery byte reads {byte:#04X}"));
    let text = format!("{}: raw binary, {} bytes, {span}{note}", path.display(), file.bytes().len());
    Ok(Outcome { text, json: json!({ "file": path, "format": "bin", "span": span, "uniform": uniform }) })
}

fn hex_outcome(path: &Path, hex: &Hex<'_>) -> Outcome {
    let mut text = format!("{}: Intel HEX, {} characters", path.display(), hex.file().len());
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
    let found: Vec<_> = hex.diagnostics().collect();
    for one in &found {
        let _ = write!(text, "\n  unusual: {one}");
    }
    let unusual: Vec<_> =
        found.iter().map(|odd| json!({ "line": odd.line(), "what": odd.kind().to_string() })).collect();
    let json = json!({
        "file": path,
        "format": "hex",
        "segments": segments,
        "start_linear": start.linear.map(|start| Address(start.into()).to_string()),
        "start_segment": start.segment.map(|start| format!("{:04X}:{:04X}", start >> 16, start & 0xFFFF)),
        "uniform": hex.uniform(),
        "unusual": unusual,
    });
    Outcome { text, json }
}
