//! `nameplate feed`: the list of a programmer that serializes itself, one entry for each unit.

use std::path::PathBuf;

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
use serde_json::json;
use zeroize::Zeroizing;

use super::outcome::Outcome;
use crate::failure::Failure;
use crate::output::{NewFile, Readers};
use crate::run::{self, Choice, JobFile, progress, row};
use crate::template::{Compiled, Template, erased, image};

/// Which programmer's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// SEGGER `Patches.txt`: up to four places.
    SeggerPatches,
    /// SEGGER `SNList.txt`: one block.
    SeggerSnlist,
    /// Hexadecimal digits, a line a unit: one block.
    Hex,
    /// Conitec GALEP: CSV with an index.
    Galep,
    /// Data I/O Serial2: CSV with an index.
    DataIo,
    /// Elnec from-file: up to two places, labelled with the unit's number.
    Elnec,
    /// Renesas Flash Programmer `.ruc`: one block.
    Ruc,
}

/// What the command line says.
#[derive(Debug)]
pub struct Args {
    /// The job file.
    pub job: PathBuf,
    /// The file to write.
    pub out: PathBuf,
    /// Which units.
    pub choice: Choice,
    /// Which list.
    pub list: List,
    /// How HEX files are read.
    pub options: Options,
}

/// Writes one entry for each unit of a job into a new file: its fields, and the checksums as they are
/// with them.
///
/// # Errors
/// When anything is wrong, or the programmer does not take it; then no file is left behind.
pub fn run(args: &Args) -> Result<Outcome, Failure> {
    let job = JobFile::read(&args.job)?.dated(args.choice.date);
    let run = run::run(&job.job, &args.choice)?;
    let template = Template::read(&job, args.options)?;
    let Compiled { opened, plan, tolerated, .. } = template.compile(&job)?;
    let mut unit = plan.stamper(opened.container()).map_err(Failure::refused)?;

    let whole = write_units(args.list, &job, opened.container(), &plan)?;
    let mut spans: Vec<Span> = plan.spans().collect();
    spans.sort_unstable();
    // It may hold keys.
    let mut text = Zeroizing::new(String::new());
    let mut writer = Writer::new(args.list, &spans, run.first(), &mut text)?;
    let bar = progress(run.count(), "writing");
    for seq in run.numbers() {
        let row = row(&run, seq)?;
        let values = run.values(seq, row.as_ref())?;
        let stamped = unit.stamp(&values).map_err(|error| JobError::stamp(seq, &error))?;
        let widened = whole.as_ref().map(|whole| whole.widen(stamped.writes()));
        let entry = match &widened {
            Some(writes) => Unit::new(seq, writes.iter().map(|(span, bytes)| (*span, bytes.as_slice()))),
            None => Unit::new(seq, stamped.writes()),
        };
        let entry = entry.map_err(|error| Failure::refused(error).about(seq))?;
        writer.entry(&entry, &mut text).map_err(Failure::refused)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    let mut file = NewFile::create(&args.out, Readers::of(&job.job))?;
    file.write(text.as_bytes())?;
    file.keep()?;
    let said = format!("wrote {} units ({} to {}) into {}", run.count(), run.first(), run.last(), args.out.display());
    let json =
        json!({ "units": run.count(), "first": run.first(), "last": run.last(), "out": args.out.to_string_lossy() });
    Ok(Outcome { text: said, json, tolerated })
}

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
    fn new(list: List, spans: &[Span], first: u64, text: &mut String) -> Result<Self, Failure> {
        Ok(match list {
            List::SeggerPatches => Self::Patches(Patches::new(first)),
            List::SeggerSnlist => Self::Hex(HexList::segger(block(spans)?, first)),
            List::Hex => Self::Hex(HexList::plain(block(spans)?, first)),
            List::Galep => Self::Csv(IndexCsv::galep()),
            List::DataIo => Self::Csv(IndexCsv::data_io()),
            List::Elnec => Self::Elnec(FromFile::new()),
            List::Ruc => {
                let ruc = Ruc::new(block(spans)?).map_err(Failure::refused)?;
                ruc.header_into(text);
                Self::Ruc(ruc)
            }
        })
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
