//! `nameplate stamp --ledger`: numbers for one unit or for the rows of an input, and their files.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use nameplate::image::hex::Options;
use nameplate_job::journal::Origin;
use nameplate_job::ledger::Identity;
use nameplate_job::rows::{Cell, ColumnSpec};
use nameplate_job::{Draw, Job, Rows, Run, job};
use nameplate_ledger::folder::Home;
use nameplate_ledger::sqlite::{Entry, Grant, Ledger, Query, Record, Status};
use nameplate_ledger::{Ask, Found, Key, Keys, Ticket};
use serde_json::{Value, json};

use super::access::Access;
use super::board::{found, label, shown};
use super::find::object;
use super::journal::{add, beside, check_beside, entry, follow, replace};
use super::pools::{agree, check_kinds, identities, naming, of_job, retry};
use super::state::{absolute, home};
use super::there::There;
use super::unit::keys;
use crate::commands::outcome::Outcome;
use crate::failure::{Exit, Failure, folder};
use crate::folder::Folder;
use crate::hidden::Named;
use crate::image::{named_as, read_file};
use crate::output::{NewFile, Readers};
use crate::run::{Choice, JobFile, one_row};
use crate::template::{Compiled, Templates, image, opened, pairs};
use crate::units::{Form, Made, Units as Stamped};
use crate::{interrupt, room, sync};

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
    /// What was read back from the board.
    pub found: Option<PathBuf>,
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
        found.is_some() || *blank || !label.is_empty() || new.is_some() || rework.is_some()
    }
}

/// What the command line says.
#[derive(Debug)]
pub struct IssueArgs {
    /// The ledger.
    pub access: Access,
    /// The job file.
    pub job: PathBuf,
    /// The file of one unit, or the folder of several; it may not exist yet.
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

/// A unit that may be written.
struct Given {
    keys: Keys,
    ticket: Ticket,
    entry: Entry,
}

/// Where the files go.
enum Out {
    File(NewFile),
    Folder(Folder),
    /// The file is there already.
    There(There),
}

/// Asks for numbers and makes the files of the units. Whatever dies in between, the same command gives the same units.
///
/// # Errors
/// A refusal, with the way on; the ledger is closed; or the files cannot be made.
pub fn issue(args: &IssueArgs, options: Options) -> Result<Outcome, Failure> {
    args.form.check()?;
    let home = home()?;
    let job = JobFile::read(&args.job)?.dated(args.date);
    let of_image = of_one(&job)?;
    let of_ledger = of_job(&job.job)?;
    let mut ledger = args.access.open()?;
    let status = ledger.status()?;
    args.access.check_open(&status)?;
    let identities = identities(&job.job, &status)?;
    let (all, rows) = units(&job.job, of_ledger, &args.units)?;
    let templates = Templates::read(&job, options)?;
    let all_compiled = templates.compile()?;
    let compiled = all_compiled.first().ok_or_else(|| Failure::refused("the job has no image"))?;
    let found = found_by((args, options), &identities, compiled, of_image)?;
    let made = templates.made(&args.form, &all_compiled)?;
    let opened = opened(&made)?;
    let made = pairs(&made, &opened);
    let written = made.first().copied().flatten();
    let made = Made { images: &templates.images, compiled: &all_compiled, made: &made };

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
    if is_one {
        named_as(&args.out, args.form.format(compiled, written))?;
    }
    let is_there = is_one && args.out.exists();
    let out = if is_there {
        let shown = || {
            let file = read_file(&args.out, Some(of_image), None, options).ok()?;
            let shown = shown(&identities, &compiled.plan, compiled.opened.container(), &file).ok()?;
            Some(shown.into_values().map(|reading| reading.text).collect::<Vec<_>>())
        };
        let keys = all.first().ok_or_else(|| Failure::refused("there is no unit"))?;
        Out::There(There::look(&ledger, keys, (&args.out, args.said.is_any()), shown())?)
    } else if is_one {
        check_beside(&beside(&args.out))?;
        Out::File(NewFile::create(&args.out, readers)?)
    } else {
        room::check(&args.out, count, None, count)?;
        Out::Folder(Folder::create(&args.out, readers)?)
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
        let origins = units.origins(&job.job, templates.sha256(&all_compiled)?);
        let written =
            Written { out: &args.out, home: &home, ledger: &ledger, identities: &identities, given: &given, readers };
        for (line, object) in written.write(units, &origins, out)? {
            text.push(line);
            objects.push(object);
        }
    }
    let json = json!({ "units": objects, "out": args.out.to_string_lossy() });
    Ok(Outcome { text: text.join("\n"), json, tolerated: compiled.tolerated.clone() })
}

/// What [image] says; a job with several is not for a ledger yet.
fn of_one(job: &JobFile) -> Result<&job::Image, Failure> {
    if job.job.has_images() {
        return Err(Failure::refused(
            "a ledger gives no numbers to a job with several images yet, as it knows one file of a unit; `stamp` without --ledger makes folders of files, by the numbers of [unit]",
        ));
    }
    image(job)
}

/// What is said of a unit whose file is not made.
fn finished(record: &Record) -> String {
    let state = record.issue.as_ref().map_or(String::new(), |issue| issue.state.to_string());
    let texts = record.issue.iter().flat_map(|issue| issue.numbers.values().map(|(_, text)| text.as_str()));
    let way = if state == "verified" { "" } else { ": read it back with `verify --ledger --seen`" };
    format!("{}  {state}: nothing was written{way}", texts.collect::<Vec<_>>().join("  "))
}

/// What the station says of the board.
fn found_by(
    (args, options): (&IssueArgs, Options),
    identities: &[Identity],
    compiled: &Compiled<'_>,
    of_image: &job::Image,
) -> Result<Found, Failure> {
    match (&args.said.found, args.said.blank) {
        (Some(path), _) => {
            let file = of_image.held(read_file(path, Some(&of_image.of_units()), None, options)?);
            Ok(found(shown(identities, &compiled.plan, compiled.opened.container(), &file)?))
        }
        (None, true) => Ok(Found::Blank),
        (None, false) => Ok(Found::Unread),
    }
}

/// The keys of the units, and the values of their input.
fn units(job: &Job, of_ledger: &job::Ledger, units: &Units) -> Result<(Vec<Keys>, Option<Rows>), Failure> {
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
            ": units {} are quarantined. Find their boards, then `ledger release` the right one with a reason and read it back",
            all.join(", ")
        ),
    };
    Failure::new(Exit::Verify, format_args!("{why}{then}")).of_kind("quarantined")
}

/// How the files of units are written.
struct Written<'w> {
    out: &'w Path,
    home: &'w Home,
    ledger: &'w Ledger,
    identities: &'w [Identity],
    given: &'w BTreeMap<u64, Given>,
    readers: Readers,
}

impl Written<'_> {
    fn given(&self, seq: u64) -> Result<&Given, Failure> {
        self.given.get(&seq).ok_or_else(|| Failure::refused(format_args!("unit {seq} was given no number")))
    }

    /// Writes the files; what is said of each unit. Journals are on the disk before a file has its name.
    fn write(&self, units: Stamped<'_>, origins: &[Origin], out: Out) -> Result<Vec<(String, Value)>, Failure> {
        let (mut lines, mut said) = (Vec::new(), Vec::new());
        let mut out = out;
        units.each("stamping", |unit| {
            let bytes = unit.files.first().map_or(&[][..], |file| file.bytes);
            let Given { keys, ticket, entry: event } = self.given(unit.seq)?;
            let shown: Vec<&str> = self.identities.iter().filter_map(|identity| ticket.text(identity.pool())).collect();
            let (path, name) = match &mut out {
                one @ (Out::File(_) | Out::There(_)) => {
                    match one {
                        Out::File(file) => file.write(bytes)?,
                        Out::There(there) => there.check(self.out, bytes, &shown.join(", "))?,
                        Out::Folder(_) => {}
                    }
                    (self.out.to_owned(), self.out.file_name().unwrap_or_default().to_string_lossy().into_owned())
                }
                Out::Folder(folder) => {
                    let name = unit.name.to_owned();
                    let written = folder.file(&name)?.write_all(bytes);
                    written.map_err(|error| Failure::io(&folder.path(&name), error))?;
                    (self.out.join(&name), name)
                }
            };
            let line = unit.line(&name, origins).of_ledger(entry(event));
            let attempt = ticket.attempt();
            let keys: serde_json::Map<String, Value> =
                keys.iter().map(|key| (key.kind().to_owned(), json!(key.value()))).collect();
            let object = json!({
                "state": "open", "keys": keys, "attempt": attempt, "seq": line.seq, "file": path.to_string_lossy(),
                "fields": line.fields, "texts": line.texts,
            });
            let there = if matches!(out, Out::There(_)) { "  (there already, with the same bytes)" } else { "" };
            said.push((format!("{}  attempt {attempt}  {}{there}", shown.join("  "), path.display()), object));
            lines.push((event.seq, absolute(&path), line.to_string()));
            Ok(())
        })?;
        if let Out::Folder(folder) = &out {
            let path = folder.path("units.jsonl");
            let text: String = lines.iter().flat_map(|(_, _, line)| [line.as_str(), "\n"]).collect();
            folder.file("units.jsonl")?.write_all(text.as_bytes()).map_err(|error| Failure::io(&path, error))?;
        }
        add(self.home, self.ledger, &lines)?;
        match out {
            Out::File(file) => {
                let line = lines.first().map(|(_, _, line)| line.as_str()).unwrap_or_default();
                replace(&beside(self.out), line, self.readers)?;
                file.keep()?;
            }
            Out::Folder(folder) => folder.keep()?,
            // Whoever made it may have died before its name was on the disk.
            Out::There(_) => sync::names(folder(self.out))?,
        }
        Ok(said)
    }
}
