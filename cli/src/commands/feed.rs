//! `nameplate feed`: the list of a programmer that serializes itself, one entry for each unit.

use std::path::PathBuf;

use clap::ValueEnum;
use nameplate::image::Container;
use nameplate::image::hex::Options;
use nameplate::lists::elnec::from_file::FromFile;
use nameplate::lists::hex_list::HexList;
use nameplate::lists::index_csv::IndexCsv;
use nameplate::lists::ruc::Ruc;
use nameplate::lists::segger::Patches;
use nameplate::lists::{FeedError, Unit};
use nameplate::writes::write_unit::WriteUnits;
use nameplate::{Plan, Span};
use nameplate_job::JobError;
use zeroize::{Zeroize as _, Zeroizing};

use super::nvs;
use super::outcome::Outcome;
use crate::failure::{Exit, Failure};
use crate::output::{NewFile, Readers};
use crate::room;
use crate::run::{self, Choice, JobFile, check_last};
use crate::template::{Compiled, Template, erased, image};

/// Which programmer's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum List {
    /// SEGGER Patches.txt: up to four places
    SeggerPatches,
    /// SEGGER SNList.txt: one block
    SeggerSnlist,
    /// Hexadecimal digits, a line a unit: one block
    Hex,
    /// Conitec GALEP: CSV with an index
    Galep,
    /// Data I/O Serial2: CSV with an index
    DataIo,
    /// Elnec from-file: up to two places, labelled with the unit's number
    Elnec,
    /// Renesas Flash Programmer unique code file: one block
    Ruc,
    /// Values for ESP-IDF's manufacturing utility.
    #[value(help = "Values for ESP-IDF's manufacturing utility, of a job with [nvs]")]
    Espressif,
}

/// What the command line says.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The job file
    #[arg(long)]
    pub job: PathBuf,
    /// The file to write; it must not exist yet
    #[arg(long)]
    pub out: PathBuf,
    /// Which units.
    #[command(flatten)]
    pub choice: Choice,
    /// Which programmer's list
    #[arg(long = "format", value_name = "FORMAT")]
    pub list: List,
    /// For --format espressif: the configuration to write, which says the type of each key
    #[arg(long)]
    pub config: Option<PathBuf>,
}

/// Writes one entry for each unit of a job into a new file: its fields, and the checksums as they are
/// with them.
///
/// # Errors
/// When anything is wrong, or the programmer does not take it; then no file is left behind.
pub fn run(args: &Args, options: Options) -> Result<Outcome, Failure> {
    if args.list == List::Espressif {
        return nvs::run(&args.job, (&args.out, args.config.as_deref()), &args.choice);
    }
    if args.config.is_some() {
        return Err(Failure::new(Exit::Usage, "--config is for --format espressif"));
    }
    let job = JobFile::read(&args.job)?.dated(args.choice.date);
    run::without_ledger(&job.job)?;
    let run = run::run(&job.job, &args.choice)?;
    let template = Template::read(&job, options)?;
    let Compiled { opened, plan, tolerated, .. } = template.compile(&job)?;
    let mut unit = plan.stamper(opened.container()).map_err(Failure::refused)?;

    let whole = write_units(args.list, &job, opened.container(), &plan)?;
    let mut spans: Vec<Span> = plan.spans().collect();
    spans.sort_unstable();
    let mut list = Writer::new(args.list, &spans, run.first())?;
    check_last(&job.job, &run, |seq, values| {
        unit.stamp(&values).map(drop).map_err(|error| JobError::stamp(seq, &error).into())
    })?;
    let mut file = NewFile::create(&args.out, Readers::of(&job.job))?;
    file.write(list.header().as_bytes())?;
    // It may hold keys: room for an entry, so that it leaves no copy behind.
    let len: u64 = spans.iter().map(|span| span.len()).sum();
    let mut text = Zeroizing::new(String::with_capacity(ENTRY + 2 * usize::try_from(len).unwrap_or(0)));
    run::each(&run, "writing", |seq, values| {
        let stamped = unit.stamp(&values).map_err(|error| JobError::stamp(seq, &error))?;
        let widened = whole.as_ref().map(|whole| whole.widen(stamped.writes()));
        let entry = match &widened {
            Some(writes) => Unit::new(seq, writes.iter().map(|(span, bytes)| (*span, bytes.as_slice()))),
            None => Unit::new(seq, stamped.writes()),
        };
        let entry = entry.map_err(|error| Failure::refused(error).about(seq))?;
        list.entry(&entry, &mut text).map_err(Failure::refused)?;
        if seq == run.first() {
            room::check(&args.out, run.count(), text.len().try_into().ok(), 1)?;
        }
        file.write(text.as_bytes())?;
        text.zeroize();
        Ok(())
    })?;
    file.keep()?;
    let text = format!("wrote {} units ({} to {}) into {}", run.count(), run.first(), run.last(), args.out.display());
    Ok(Outcome::of_units(&run, &args.out, text, tolerated))
}

/// Characters of an entry besides its digits, with those of widened places.
const ENTRY: usize = 1 << 12;

/// For lists of patches, the whole write units that the job says.
fn write_units(
    list: List,
    job: &JobFile,
    template: &dyn Container,
    plan: &Plan,
) -> Result<Option<WriteUnits>, Failure> {
    let image = image(job)?;
    match image.write_unit.filter(|_| matches!(list, List::SeggerPatches | List::Elnec)) {
        None => Ok(None),
        Some(size) => WriteUnits::new(template, plan.spans(), size, erased(image)).map(Some).map_err(Failure::refused),
    }
}

enum Writer {
    Patches(Patches),
    Hex(HexList),
    Csv(IndexCsv),
    Elnec(FromFile),
    Ruc(Ruc),
}

impl Writer {
    fn new(list: List, spans: &[Span], first: u64) -> Result<Self, Failure> {
        Ok(match list {
            List::SeggerPatches => Self::Patches(Patches::new(first)),
            List::SeggerSnlist => Self::Hex(HexList::segger(block(spans)?, first)),
            List::Hex => Self::Hex(HexList::plain(block(spans)?, first)),
            List::Galep => Self::Csv(IndexCsv::galep()),
            List::DataIo => Self::Csv(IndexCsv::data_io()),
            List::Elnec => Self::Elnec(FromFile::new()),
            List::Ruc => Self::Ruc(Ruc::new(block(spans)?).map_err(Failure::refused)?),
            List::Espressif => return Err(Failure::refused("values have no places")),
        })
    }

    /// What stands in front of the first entry.
    fn header(&self) -> String {
        let mut text = String::new();
        if let Self::Ruc(list) = self {
            list.header_into(&mut text);
        }
        text
    }

    fn entry(&mut self, unit: &Unit<'_>, text: &mut String) -> Result<(), FeedError> {
        match self {
            Self::Patches(list) => list.line_into(unit, text),
            Self::Hex(list) => list.line_into(unit, text),
            Self::Csv(list) => list.unit_into(unit, text),
            Self::Elnec(list) => list.line_into(unit, &unit.number().to_string(), text),
            Self::Ruc(list) => list.line_into(unit, text),
        }
    }
}

/// The block that fields and checksums make together, end to end.
fn block(spans: &[Span]) -> Result<Span, Failure> {
    let apart = spans.windows(2).find(|pair| matches!(pair, [one, two] if one.end() != two.start()));
    match (apart, spans.first(), spans.last()) {
        (None, Some(first), Some(last)) => Span::try_from(first.start()..last.end()).map_err(Failure::refused),
        (Some([one, two]), ..) => Err(Failure::refused(format_args!(
            "this list has one block for each unit, and between {one} and {two} is something else"
        ))),
        _ => Err(Failure::refused("the job changes nothing")),
    }
}
