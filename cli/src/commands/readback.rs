//! `nameplate verify --sqtp`: what a programmer reads back from devices that got their numbers from an
//! SQTP file.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use nameplate::encode::DecodeError;
use nameplate::image::Container;
use nameplate::image::hex::Options;
use nameplate::{Span, Value};
use nameplate_job::journal::Number;
use nameplate_job::source::Source;
use nameplate_job::sources;
use serde_json::json;
use zeroize::Zeroizing;

use super::outcome::Outcome;
use super::sqtp::Place;
use crate::failure::Failure;
use crate::image::read_file;
use crate::run::JobFile;

/// Decodes the fields of an SQTP job from HEX files that were read back; whether all are right and no
/// two have one number.
///
/// # Errors
/// When the job or a file is wrong.
pub(super) fn run(job: &Path, images: &[PathBuf], options: Options) -> Result<(Outcome, bool), Failure> {
    let job = JobFile::read(job)?;
    let place = Place::of(&job.job)?;
    let len = place.sqtp()?.payload_len();
    let span = place.hex_span(len, "--sqtp")?;
    let sources = sources(&job.job)?;
    let mut seen: BTreeMap<u64, &Path> = BTreeMap::new();
    let (mut text, mut lines, mut right) = (String::new(), Vec::new(), 0);
    for path in images {
        let file = read_file(path, None, None, options)?;
        let opened = file.open().map_err(|failure| failure.about(path.display()))?;
        let device = payload(opened.container(), span, len).and_then(|bytes| decode(&place, &sources, &bytes));
        let verdict = device.and_then(|device| match device.seq.and_then(|seq| seen.insert(seq, path)) {
            Some(other) => Err(format!("has a number that {} has as well", other.display())),
            None => Ok(device),
        });
        let (seq, said) = match &verdict {
            Ok(device) => (device.seq, device.said.clone()),
            Err(wrong) => (None, wrong.clone()),
        };
        right += usize::from(verdict.is_ok());
        let _ = writeln!(text, "{}: {}{said}", path.display(), if verdict.is_ok() { "ok, " } else { "" });
        let (key, ok) = (if verdict.is_ok() { "fields" } else { "wrong" }, verdict.is_ok());
        lines.push(json!({ "file": path.to_string_lossy(), "ok": ok, "seq": seq.map(Number::from), key: said }));
    }
    let _ = write!(text, "{right} of {} devices verified", images.len());
    let all = right == images.len();
    Ok((Outcome { text, json: json!({ "ok": all, "images": lines }), tolerated: Vec::new() }, all))
}

/// What the payloads of an SQTP file mean, by its job.
pub(super) struct Meaning {
    job: JobFile,
    sources: Vec<(String, Source)>,
}

impl Meaning {
    /// That of the job at `path`.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let job = JobFile::read(path)?;
        let sources = sources(&job.job)?;
        Ok(Self { job, sources })
    }

    /// The fields of a payload, as words; or why it has none.
    pub(super) fn of(&self, payload: &[u8]) -> Result<String, Failure> {
        let place = Place::of(&self.job.job)?;
        let expected = place.sqtp()?.payload_len();
        if payload.len() != expected {
            let found = payload.len();
            return Err(Failure::refused(format_args!(
                "the payload has {found} bytes, that of the job has {expected}"
            )));
        }
        decode(&place, &self.sources, payload).map(|device| device.said).map_err(Failure::refused)
    }
}

/// What a device holds.
struct Device {
    seq: Option<u64>,
    said: String,
}

/// The payload; where the HEX file has a zero byte after each byte, without those.
fn payload(image: &dyn Container, span: Span, len: usize) -> Result<Vec<u8>, String> {
    let _ = image.locate(span).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    let _ = image.visit(span, &mut |_, part| {
        bytes.extend_from_slice(part);
        ControlFlow::Continue(())
    });
    if bytes.len() == len {
        return Ok(bytes);
    }
    match bytes.chunks(2).position(|pair| !matches!(pair, [_, 0])) {
        Some(at) => Err(format!("byte {} at {span} is not 0x00, as it is behind each byte of this memory", 2 * at + 1)),
        None => Ok(bytes.into_iter().step_by(2).collect()),
    }
}

/// The fields; all made from the unit's number must agree on one.
fn decode(place: &Place<'_>, sources: &[(String, Source)], bytes: &[u8]) -> Result<Device, String> {
    let (mut rest, mut said, mut seq) = (bytes, Vec::new(), None);
    for field in &place.fields {
        let (at, behind) = rest.split_at_checked(field.encode.len()).unwrap_or_default();
        rest = behind;
        let name = &field.name;
        let mut bytes = Zeroizing::new(at.to_vec());
        // The error of a secret field would show a part of it.
        let wrong =
            |error: DecodeError| if field.secret { " holds no such value".to_owned() } else { format!(": {error}") };
        let value = field.encode.decode(&mut bytes).map_err(|error| format!("field `{name}`{}", wrong(error)))?;
        let Some((_, source)) = sources.iter().find(|(known, _)| known == name) else { continue };
        let shown = if field.secret { "secret".to_owned() } else { source.show(value.expose()) };
        // By its bytes: a number may read back as text.
        let is_bytes = |constant: Value<'_>| {
            let mut expected = Zeroizing::new(vec![0; at.len()]);
            field.encode.encode_into(&constant, &mut expected).is_ok() && *expected == at
        };
        if source.constant().is_some_and(|constant| !is_bytes(constant)) {
            return Err(format!("field `{name}` is {shown}, which is not the job's constant"));
        }
        match source.number(value.expose()) {
            Some(None) => return Err(format!("field `{name}` is {shown}, which the job does not make")),
            Some(Some(found)) if seq.is_some_and(|seq| seq != found) => {
                return Err(format!("field `{name}` is of unit {found}, another field of another unit"));
            }
            Some(Some(found)) => seq = Some(found),
            None => {}
        }
        said.push(format!("{name} {shown}"));
    }
    Ok(Device { seq, said: said.join(", ") })
}
