//! `nameplate sqtp`: a Microchip SQTP file, one line per unit.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use clap::value_parser;
use nameplate::encode::EncodeError;
use nameplate::image::Erased;
use nameplate::image::hex::Options;
use nameplate::range::Numbers;
use nameplate::repair::Over;
use nameplate::sqtp::{Address, FOOTER, PROFILES, Profile, Sqtp};
use nameplate::{Encoding, Span, Value};
use nameplate_job::job::{Field, SqtpAddress};
use nameplate_job::{Job, Run, did_you_mean};
use serde_json::json;
use zeroize::Zeroizing;

use super::outcome::Outcome;
use crate::failure::{Exit, Failure};
use crate::image::read_file;
use crate::output::{NewFile, Readers};
use crate::room;
use crate::run::{self, Choice, JobFile, check_last};

/// What the command line says.
#[derive(clap::Args, Debug, Default)]
pub struct Args {
    // Not said only where a file that there is is the matter.
    /// The job file
    #[arg(long, required = true)]
    pub job: Option<PathBuf>,
    /// The file to write; it must not exist yet
    #[arg(long, required = true)]
    pub out: Option<PathBuf>,
    /// Which units.
    #[command(flatten)]
    pub choice: Choice,
    /// A HEX file in which the place must be blank and under no checksum of the job
    #[arg(long)]
    pub image: Option<PathBuf>,
    /// Write one file for each of N stations, FILE-1.num to FILE-N.num, no number in two of them
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..=1000))]
    pub stations: Option<u32>,
}

/// Writes the units of a job into a new SQTP file.
///
/// # Errors
/// When anything is wrong; then no file is left behind.
pub fn run(args: &Args, options: Options) -> Result<Outcome, Failure> {
    let (Some(job), Some(out)) = (&args.job, &args.out) else {
        return Err(Failure::new(Exit::Usage, "say --job and --out"));
    };
    let job = JobFile::read(job)?.dated(args.choice.date);
    let place = Place::of(&job.job)?;
    let sqtp = place.sqtp()?;
    run::without_ledger(&job.job)?;
    let run = run::run(&job.job, &args.choice)?;
    let tolerated = match &args.image {
        Some(path) => blank(&job.job, path, &place, sqtp.payload_len(), options)?,
        None => Vec::new(),
    };
    let parts = parts(&run, out, args.stations)?;
    // They may hold keys.
    let mut payload = Zeroizing::new(vec![0; sqtp.payload_len()]);
    let mut line = Zeroizing::new(vec![0; sqtp.line_len()]);
    check_last(&job.job, &run, |seq, values| fill(&place.fields, seq, &values, &mut payload))?;
    let files = u64::try_from(parts.len()).unwrap_or(u64::MAX);
    room::check(out, run.count(), u64::try_from(line.len()).ok(), files)?;
    let mut files = Vec::new();
    for part in &parts {
        let mut file = NewFile::create(&part.path, Readers::of(&job.job))?;
        file.write(&sqtp.header())?;
        files.push(file);
    }
    let mut ends = parts.iter().map(|part| part.last).zip(&mut files).peekable();
    run::each(&run, "writing", |seq, values| {
        fill(&place.fields, seq, &values, &mut payload)?;
        let written = sqtp.line_into(&payload, &mut line);
        written.map_err(|error| Failure::refused(format_args!("unit {seq}: {error}")))?;
        while ends.next_if(|(last, _)| *last < seq).is_some() {}
        ends.peek_mut().map_or(Ok(()), |(_, file)| file.write(&line))
    })?;
    files.iter_mut().try_for_each(|file| file.write(FOOTER))?;
    NewFile::keep_all(files)?;

    let names: Vec<String> = parts.iter().map(Part::to_string).collect();
    let fields: Vec<&str> = place.fields.iter().map(|field| field.name.as_str()).collect();
    let (fields, profile) = (fields.join(" and "), place.profile.name());
    let text = format!("wrote {} units: {fields} for {profile} into {}", run.count(), names.join(", "));
    let one = |part: &Part| json!({ "out": part.path.to_string_lossy(), "first": part.first, "last": part.last });
    let files: Vec<_> = parts.iter().map(one).collect();
    Ok(Outcome::of_units(&run, out, text, tolerated).with("files", files))
}

/// The bytes of a unit's fields, end to end.
fn fill(fields: &[&Field], seq: u64, values: &[(&str, Value<'_>)], payload: &mut [u8]) -> Result<(), Failure> {
    let mut rest = payload;
    for field in fields {
        let Some((to, behind)) = rest.split_at_mut_checked(field.encode.len()) else { break };
        rest = behind;
        if let Some((_, value)) = values.iter().find(|(name, _)| *name == field.name) {
            encode(field, seq, value, to)?;
        }
    }
    Ok(())
}

/// The numbers of one file.
struct Part {
    path: PathBuf,
    first: u64,
    last: u64,
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} to {})", self.path.display(), self.first, self.last)
    }
}

/// One file of all numbers; or one for each station, with its number before the extension.
fn parts(run: &Run, out: &Path, stations: Option<u32>) -> Result<Vec<Part>, Failure> {
    let Some(stations) = stations else {
        return Ok(vec![Part { path: out.to_owned(), first: run.first(), last: run.last() }]);
    };
    let numbers = Numbers::inclusive(run.first().into(), run.last().into()).map_err(Failure::refused)?;
    let pieces = numbers.split(stations.into()).map_err(|error| Failure::refused(error).about("--stations"))?;
    let number = |n: Option<u128>| n.and_then(|n| u64::try_from(n).ok()).unwrap_or_default();
    let part = |(piece, station): (Numbers, u32)| {
        let mut name = out.file_stem().unwrap_or_default().to_owned();
        name.push(format!("-{station}"));
        if let Some(ending) = out.extension() {
            name.push(".");
            name.push(ending);
        }
        Part { path: out.with_file_name(name), first: number(piece.first()), last: number(piece.last()) }
    };
    Ok(pieces.zip(1..).map(part).collect())
}

/// What [sqtp] names.
pub(super) struct Place<'j> {
    pub(super) fields: Vec<&'j Field>,
    pub(super) profile: &'static Profile,
    pub(super) address: Address,
}

impl<'j> Place<'j> {
    /// The fields, the profile and the address of a job.
    pub(super) fn of(job: &'j Job) -> Result<Self, Failure> {
        let sqtp = job
            .sqtp
            .as_ref()
            .ok_or_else(|| Failure::refused("the job has no [sqtp]; one with [image] is for `nameplate stamp`"))?;
        let field = |name: &String| {
            let names = job.fields.iter().map(|field| field.name.as_str());
            let message = || format!("[sqtp]: no field is named `{name}`{}", did_you_mean(name, names.clone()));
            job.fields.iter().find(|field| field.name == *name).ok_or_else(|| Failure::refused(message()))
        };
        let fields = sqtp.fields.iter().map(field).collect::<Result<Vec<_>, _>>()?;
        let profile = Profile::from_name(&sqtp.profile).ok_or_else(|| {
            let hint = did_you_mean(&sqtp.profile, PROFILES.iter().map(Profile::name));
            Failure::refused(format_args!("[sqtp]: unknown profile `{}`{hint}", sqtp.profile))
        })?;
        let address = match sqtp.address {
            SqtpAddress::Device(address) => Address::Device(address),
            SqtpAddress::Record(address) => Address::Record(address),
        };
        Ok(Self { fields, profile, address })
    }

    /// The lines of such a file.
    pub(super) fn sqtp(&self) -> Result<Sqtp, Failure> {
        let encodings: Vec<Encoding> = self.fields.iter().map(|field| field.encode.clone()).collect();
        Sqtp::block(self.profile, self.address, &encodings).map_err(Failure::refused)
    }

    /// Where a HEX file of the device has the `len` bytes of a line; `option` is what needs to know.
    pub(super) fn hex_span(&self, len: usize, option: &str) -> Result<Span, Failure> {
        let Address::Device(device) = self.address else {
            let message = "cannot be checked against a record address; give the device's own";
            return Err(Failure::refused(format_args!("{option} {message}")));
        };
        let len = u64::try_from(len).unwrap_or(u64::MAX);
        self.profile.hex_span(device, len).ok_or_else(|| {
            Failure::refused(format_args!(
                "{option}: no published file shows where HEX files have the memory of profile `{}`",
                self.profile.name()
            ))
        })
    }
}

/// The bytes of a field of unit `seq`.
pub(super) fn encode(field: &Field, seq: u64, value: &Value<'_>, payload: &mut [u8]) -> Result<(), Failure> {
    field.encode.encode_into(value, payload).map_err(|error| {
        let exit = if matches!(error, EncodeError::TooBig { .. }) { Exit::Exhausted } else { Exit::Refused };
        Failure::new(exit, format_args!("unit {seq}: field `{}`: {error}", field.name))
    })
}

/// Whether the place is blank in the firmware, and under no checksum of the job.
fn blank(job: &Job, path: &Path, place: &Place<'_>, len: usize, options: Options) -> Result<Vec<String>, Failure> {
    let span = place.hex_span(len, "--image")?;
    let file = read_file(path, None, None, options)?;
    let opened = file.open().map_err(|failure| failure.about(path.display()))?;
    let image = opened.container();
    let erased = [Erased::byte(0xFF), Erased::pattern(&[0xFF, 0x3F]).unwrap_or_default()];
    let mut filled = None;
    let _ = image.visit(span, &mut |address, bytes| {
        if erased.iter().any(|erased| erased.matches(address, bytes)) {
            return ControlFlow::Continue(());
        }
        filled = Some(address);
        ControlFlow::Break(())
    });
    if filled.is_some() {
        return Err(Failure::refused(format_args!(
            "{}: {span} is not blank, so the numbers would overwrite it",
            path.display()
        )));
    }
    let covers = |over: &Over| {
        let range = over.located(image).ok().and_then(|over| Span::try_from(over.range()?).ok());
        range.is_none_or(|range| range.common(span).is_some())
    };
    match job.checksums.iter().find(|checksum| checksum.over.iter().any(covers)) {
        Some(checksum) => Err(Failure::refused(format_args!(
            "checksum `{}` covers {span}: a programmer that writes the numbers does not repair it",
            checksum.name
        ))),
        None => Ok(opened.tolerated().into_iter().map(|found| format!("{}: {found}", path.display())).collect()),
    }
}
