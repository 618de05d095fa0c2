//! `nameplate stamp --ledger`: numbers for one unit or for the rows of an input, and their files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use nameplate::image::hex::Options;
use nameplate_job::images::{Images, OneImage};
use nameplate_job::ledger::Identity;
use nameplate_job::rows::{Cell, ColumnSpec};
use nameplate_job::{Draw, Job, Rows, Run, job};
use nameplate_ledger::sqlite::{Grant, Query, Record, Status};
use nameplate_ledger::{Ask, Found, Key, Keys, Readings, Ticket};
use serde_json::{Value, json};

use super::access::Access;
use super::board::{Known, found, label, shown};
use super::find::object;
use super::journal::{beside, check_beside, follow};
use super::pools::{agree, check_kinds, identities, naming, of_job, retry};
use super::state::home;
use super::there::There;
use super::unit::keys;
use super::written::{Given, Out, Written};
use crate::commands::outcome::Outcome;
use crate::failure::{Exit, Failure};
use crate::folder::Folder;
use crate::hidden::Named;
use crate::image::{File, named_as, read_file};
use crate::output::{NewFile, Readers};
use crate::run::{Choice, JobFile, one_row};
use crate::template::{Compiled, Templates, image, opened, pairs};
use crate::unit_files::units;
use crate::units::{Form, Made, Units as Stamped};
use crate::{interrupt, room};

/// Which units ask.
#[derive(Debug)]
pub enum Units {
    /// One, by its keys: `KIND=VALUE` each, and the `--set NAME=VALUE` of its input.
    One(Vec<String>, Vec<Named>),
    /// The rows of this file.
    Rows(PathBuf),
}

/// What the station, or a person, says of the boards.
#[derive(Debug, Default)]
pub struct Said {
    /// What was read back from the board: a file, or those of several images.
    pub found: Vec<PathBuf>,
    /// It was found to be blank.
    pub blank: bool,
    /// What its label says.
    pub label: Vec<String>,
    /// Why it is a new one, although numbers are lost.
    pub new: Option<String>,
    /// Why it is written again.
    pub rework: Option<String>,
}

impl Said {
    /// Whether anything is said.
    fn is_any(&self) -> bool {
        let Self { found, blank, label, new, rework } = self;
        !found.is_empty() || *blank || !label.is_empty() || new.is_some() || rework.is_some()
    }
}

/// What the command line says.
#[derive(Debug)]
pub struct IssueArgs {
    /// The ledger.
    pub access: Access,
    /// The job file.
    pub job: PathBuf,
    /// The file of one unit, its folder if it has several images, or the folder of several units; it may not exist yet.
    pub out: PathBuf,
    /// Which units.
    pub units: Units,
    /// What date tokens mean.
    pub date: Option<(u16, u8, u8)>,
    /// What is written of each unit.
    pub form: Form,
    /// What is said of the boards.
    pub said: Said,
}

/// Asks for numbers and makes the files of the units. Whatever dies in between, the same command gives the same units.
///
/// # Errors
/// A refusal, with the way on; the ledger is closed; or the files cannot be made.
pub fn issue(args: &IssueArgs, options: Options) -> Result<Outcome, Failure> {
    args.form.check()?;
    let home = home()?;
    let job = JobFile::read(&args.job)?.dated(args.date);
    let is_several = job.job.has_images();
    if is_several {
        args.form.check_several()?;
    } else {
        let _ = image(&job)?;
    }
    let of_ledger = of_job(&job.job)?;
    let mut ledger = args.access.open()?;
    let status = ledger.status()?;
    args.access.check_open(&status)?;
    let identities = identities(&job.job, &status)?;
    let (all, rows) = asked(&job.job, of_ledger, &args.units)?;
    let templates = Templates::read(&job, options)?;
    let compiled = templates.compile()?;
    let images = BoardImages { images: &templates.images, compiled: &compiled, options };
    let found = found_by(&args.said, &identities, &images)?;
    let made = templates.made(&args.form, &compiled)?;
    let opened = opened(&made)?;
    let made = pairs(&made, &opened);
    let written = made.first().copied().flatten();
    let made = Made { images: &templates.images, compiled: &compiled, made: &made };

    // What is wrong with the job is found before a number is drawn, on the numbers that come next.
    let count = u64::try_from(all.len()).unwrap_or(u64::MAX);
    let mut rows = rows;
    if let Some(draws) = next(&identities, &status, count) {
        let run = Run::drawn(&job.job, draws, rows.take())?;
        Stamped::new(&args.form, &job.job, &run, &made)?.each("checking", |_| Ok(()))?;
        rows = run.into_rows();
    }
    let readers = Readers::of(&job.job);
    let is_one = matches!(args.units, Units::One(..));
    if let (true, false, [compiled]) = (is_one, is_several, compiled.as_slice()) {
        named_as(&args.out, args.form.format(compiled, written))?;
    }
    // A folder that is empty is one that somebody makes, or died over.
    let is_empty = is_several && fs::read_dir(&args.out).is_ok_and(|mut entries| entries.next().is_none());
    let out = if is_one && args.out.exists() && !is_empty {
        let shown = images.shown(&identities, std::slice::from_ref(&args.out)).ok();
        let shown = shown.map(|shown| shown.into_values().map(|reading| reading.text).collect::<Vec<_>>());
        let keys = all.first().ok_or_else(|| Failure::refused("there is no unit"))?;
        Out::There(There::look(&ledger, keys, (&args.out, args.said.is_any()), shown)?)
    } else {
        new(&args.out, readers, is_one.then_some(is_several), (count, count.saturating_mul(templates.images.files())))?
    };

    interrupt::finish();
    let ask = |keys: &Keys| {
        let pools = identities.iter().map(Identity::pool);
        let ask = Ask::new(pools, keys.clone()).retry(retry(of_ledger)).found(found.clone());
        let ask = label(&identities, &args.said.label).into_iter().fold(ask, Ask::label);
        let ask = args.said.new.iter().fold(ask, |ask, why| ask.fresh(why));
        args.said.rework.iter().fold(ask, |ask, why| ask.rework(why))
    };
    let grants = match all.as_slice() {
        [one] if is_one => ledger.ask(ask(one), &naming(&identities)).map(|grant| vec![grant]).map_err(Failure::from),
        all => {
            ledger.ask_all(all.iter().map(ask).collect(), &naming(&identities)).map_err(|error| about_rows(args, error))
        }
    };
    if grants.as_ref().map_or(true, |grants| grants.iter().all(|grant| !matches!(grant, Grant::Ticket(..)))) {
        // A quarantine, or numbers that were adopted; the events of tickets go with the lines of their files.
        follow(&ledger)?;
    }
    let grants = grants?;
    let (mut given, mut draws, mut others) = (BTreeMap::new(), Vec::new(), Vec::new());
    for ((row, keys), grant) in (1..).zip(&all).zip(grants) {
        let unit = match grant {
            Grant::Ticket(ticket, entry) => {
                agree(&identities, &ticket)?;
                let draw = draw(&identities, row, &ticket)?;
                let _ = given.insert(draw.seq, Given { keys: keys.clone(), ticket, entry });
                draws.push(draw);
                continue;
            }
            Grant::Verified { unit } | Grant::Adopted { unit } => unit,
            Grant::Quarantined { units, why, .. } => return Err(quarantined(&units, &why)),
            _ => return Err(Failure::refused("the ledger answers what this version does not know: use a newer one")),
        };
        others.extend(ledger.find(&Query::Unit(unit))?);
    }
    let (mut text, mut objects): (Vec<String>, Vec<Value>) =
        others.iter().map(|record| (finished(record), object(record))).unzip();
    if !given.is_empty() {
        let run = Run::drawn(&job.job, draws, rows)?;
        let units = Stamped::new(&args.form, &job.job, &run, &made)?;
        let origins = units.origins(&job.job, templates.sha256(&compiled)?);
        let written =
            Written { out: &args.out, home: &home, ledger: &ledger, identities: &identities, given: &given, readers };
        for (line, object) in written.write(units, &origins, out)? {
            text.push(line);
            objects.push(object);
        }
    }
    let json = json!({ "units": objects, "out": args.out.to_string_lossy() });
    let tolerated = compiled.into_iter().flat_map(|compiled| compiled.tolerated).collect();
    Ok(Outcome { text: text.join("\n"), json, tolerated })
}

/// What is made anew: for one unit a file, or the folder of its images, else a folder for so many units and files.
fn new(out: &Path, readers: Readers, one: Option<bool>, (units, files): (u64, u64)) -> Result<Out, Failure> {
    let Some(is_several) = one else {
        room::check(out, units, None, files)?;
        return Ok(Out::Folder(Folder::create(out, readers)?));
    };
    check_beside(&beside(out))?;
    if is_several { Folder::create(out, readers).map(Out::Unit) } else { NewFile::create(out, readers).map(Out::File) }
}

/// What is said of a unit whose file is not made.
fn finished(record: &Record) -> String {
    let state = record.issue.as_ref().map_or(String::new(), |issue| issue.state.to_string());
    let texts = record.issue.iter().flat_map(|issue| issue.numbers.values().map(|(_, text)| text.as_str()));
    let way = if state == "verified" { "" } else { ": read it back with `verify --ledger --seen`" };
    format!("{}  {state}: nothing was written{way}", texts.collect::<Vec<_>>().join("  "))
}

/// What the station says of the board.
fn found_by(said: &Said, identities: &[Identity], images: &BoardImages<'_>) -> Result<Found, Failure> {
    match (said.found.as_slice(), said.blank) {
        ([], true) => Ok(Found::Blank),
        ([], false) => Ok(Found::Unread),
        (paths, _) => Ok(found(images.shown(identities, paths)?)),
    }
}

/// The images of the job, as boards are read by them.
struct BoardImages<'b> {
    images: &'b Images,
    compiled: &'b [Compiled<'b>],
    options: Options,
}

impl BoardImages<'_> {
    /// What a board shows, that was read into these files: one, the folder of a unit, or `NAME=FILE` of each image.
    fn shown(&self, identities: &[Identity], paths: &[PathBuf]) -> Result<Readings, Failure> {
        let all = self.images.all();
        let names: Vec<&str> = all.iter().filter_map(|image| image.name.as_deref()).collect();
        let usage = |message: &str| Failure::new(Exit::Usage, message);
        let paths: Vec<Option<PathBuf>> = if names.is_empty() {
            let [path] = paths else { return Err(usage("--found is given once: the job has one image")) };
            vec![Some(path.clone())]
        } else {
            let mut units = units(paths, &names)?;
            if units.len() > 1 {
                return Err(usage("--found is of one board: give its folder, or each of its files as NAME=FILE"));
            }
            units.pop().map(|unit| unit.files).unwrap_or_default()
        };
        let read = |(image, path): (&OneImage, &Option<PathBuf>)| {
            let Some(path) = path else { return Ok(None) };
            let image = image.job.require_image()?;
            Ok(Some(image.held(read_file(path, Some(&image.of_units()), None, self.options)?)))
        };
        let files = all.iter().zip(&paths).map(read).collect::<Result<Vec<Option<File>>, Failure>>()?;
        let known = all.iter().zip(self.compiled).map(|(image, compiled)| Known {
            name: image.name.as_deref(),
            plan: &compiled.plan,
            template: compiled.opened.container(),
        });
        shown(identities, known.zip(files.iter().map(Option::as_ref)))
    }
}

/// The keys of the units, and the values of their input.
fn asked(job: &Job, of_ledger: &job::Ledger, units: &Units) -> Result<(Vec<Keys>, Option<Rows>), Failure> {
    let columns = job.columns();
    match units {
        Units::One(texts, given) => {
            let keys = keys(texts)?;
            check_kinds(of_ledger, &keys)?;
            let choice = Choice { count: Some(1), first: Some(1), set: given.clone(), ..Choice::default() };
            let mut pairs = choice.pairs()?;
            // A key is a value too, where a field takes its value from a column of that name.
            let is_column = |(kind, _): &(&str, &str)| columns.iter().any(|column| column.name == *kind);
            for (kind, value) in texts.iter().filter_map(|text| text.split_once('=')).filter(is_column) {
                if pairs.iter().all(|(name, _)| *name != kind) {
                    pairs.push((kind, value));
                }
            }
            let rows = match (columns.is_empty(), pairs.is_empty()) {
                (true, true) => None,
                (true, false) => {
                    return Err(Failure::new(Exit::Usage, "--set is given, but no field takes its value from there"));
                }
                (false, _) => Some(one_row(&choice, &pairs, columns)?),
            };
            Ok((vec![keys], rows))
        }
        Units::Rows(path) => {
            let bytes = zeroize::Zeroizing::new(fs::read(path).map_err(|error| Failure::reading(path, &error))?);
            let about = |error: &dyn std::fmt::Display| Failure::refused(error).about(path.display());
            let column = |kind: &String| ColumnSpec {
                name: kind.clone(),
                as_: job::InputAs::Text,
                bytes: None,
                unique: true,
                secret: false,
            };
            let kinds: Vec<ColumnSpec> = of_ledger.keys.iter().map(column).collect();
            let named = Rows::in_order(&bytes, &kinds).map_err(|error| about(&error))?;
            let mut all = Vec::with_capacity(named.len());
            for number in (1..).take(named.len()) {
                let row = named.get(number).ok_or_else(|| about(&format_args!("no row {number}")))?;
                let key = |kind: &String| match row.get(kind) {
                    Some(Cell::Text(text)) => Key::new(kind, text),
                    _ => Key::new(kind, ""),
                };
                let keys = of_ledger.keys.iter().map(key).collect::<Result<Vec<_>, _>>().and_then(Keys::new);
                all.push(keys.map_err(|error| about(&format_args!("row {number}: {error}")))?);
            }
            if all.is_empty() {
                return Err(about(&"there is no row, so nothing to do"));
            }
            let rows = if columns.is_empty() { None } else { Some(job.rows_in_order(&bytes)?) };
            Ok((all, rows))
        }
    }
}

/// The numbers that come next, for a rehearsal; nothing, when there are not as many.
fn next(identities: &[Identity], status: &Status, count: u64) -> Option<Vec<Draw>> {
    let number = |identity: &Identity, row: u64| {
        let pool = status.pools.get(identity.pool())?;
        pool.next.checked_add(row).filter(|number| *number <= pool.last)
    };
    let (own, others) = identities.split_first()?;
    (0..count)
        .map(|row| {
            let pools = others.iter().map(|other| Some((other.pool().to_owned(), number(other, row)?)));
            Some(Draw { seq: number(own, row)?, pools: pools.collect::<Option<_>>()?, row: row.saturating_add(1) })
        })
        .collect()
}

/// The numbers of a ticket.
fn draw(identities: &[Identity], row: u64, ticket: &Ticket) -> Result<Draw, Failure> {
    let number = |identity: &Identity| {
        let lacks = || Failure::refused(format_args!("the ledger gave no number of pool `{}`", identity.pool()));
        ticket.number(identity.pool()).ok_or_else(lacks)
    };
    let (own, others) = identities.split_first().ok_or_else(|| Failure::refused("the job has no pool"))?;
    let pools = others.iter().map(|other| Ok((other.pool().to_owned(), number(other)?)));
    Ok(Draw { seq: number(own)?, pools: pools.collect::<Result<_, Failure>>()?, row })
}

/// Errors of a batch name the row, counted from 1 behind the header.
fn about_rows(args: &IssueArgs, error: nameplate_ledger::sqlite::Error) -> Failure {
    let failure = Failure::from(error);
    match &args.units {
        Units::Rows(path) => failure.about(path.display()),
        Units::One(..) => failure,
    }
}

/// The board shows what is another one's, or its keys are.
pub(super) fn quarantined(units: &[u64], why: &str) -> Failure {
    let shown: Vec<String> = units.iter().map(ToString::to_string).collect();
    let then = match shown.as_slice() {
        [] => ". Nothing is quarantined, as none of them is in use: this board must not leave".to_owned(),
        [one] => format!(
            ": unit {one} is quarantined. Find its board, then `ledger release` it with a reason, if it is right, and read it back"
        ),
        all => format!(
            ": units {} are quarantined. Find their boards, then `ledger release` the right one with a reason and read it back; a board \
             that holds what the other one has is erased first, and asks with `--blank`",
            all.join(", ")
        ),
    };
    Failure::new(Exit::Verify, format_args!("{why}{then}")).of_kind("quarantined")
}
