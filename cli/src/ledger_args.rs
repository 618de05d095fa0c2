//! What the command line says after `nameplate ledger`, and which ledger is meant.

use std::path::PathBuf;

use crate::commands::ledger::{
    self, Access, Anchors, Decision, InitArgs, IssueArgs, MoveArgs, NoteArgs, PoolArgs, ReplaceArgs, Said, Seen,
    ShipArgs, Signed, Sought, Units, Written,
};
use crate::commands::{Outcome, stamp};
use crate::failure::{Exit, Failure};
use clap::{Args, Subcommand};

/// The ledger of a verb.
#[derive(Args, Clone, Debug)]
pub struct LedgerFile {
    /// The ledger
    #[arg(long, value_name = "FILE", env = "NAMEPLATE_LEDGER")]
    ledger: PathBuf,
    #[command(flatten)]
    signed: SignedArgs,
}

/// Who asks.
#[derive(Args, Clone, Debug)]
pub struct SignedArgs {
    /// The station, which is written into each event
    #[arg(long, value_name = "NAME", env = "NAMEPLATE_STATION")]
    station: Option<String>,
    /// A reference to the operator, such as a badge number
    #[arg(long, value_name = "NAME", env = "NAMEPLATE_OPERATOR")]
    operator: Option<String>,
}

impl From<SignedArgs> for Signed {
    fn from(SignedArgs { station, operator }: SignedArgs) -> Self {
        Self { station, operator }
    }
}

impl From<LedgerFile> for Access {
    fn from(LedgerFile { ledger, signed }: LedgerFile) -> Self {
        Self { file: ledger, signed: signed.into() }
    }
}

/// The ledger of `verify`.
#[derive(Args, Clone, Debug)]
pub struct SeenArgs {
    /// The ledger that is told what was read back; with --seen
    #[arg(long, value_name = "FILE", env = "NAMEPLATE_LEDGER")]
    ledger: Option<PathBuf>,
    /// A key as it was read from the same board, as uid=3400210011513730; several times for several kinds
    #[arg(long, value_name = "KIND=VALUE", conflicts_with = "sqtp")]
    seen: Vec<String>,
    #[command(flatten)]
    signed: SignedArgs,
}

impl SeenArgs {
    /// What to say where a ledger is named and the board is not: it is told nothing.
    pub fn untold(&self) -> Option<&'static str> {
        (self.ledger.is_some() && self.seen.is_empty())
            .then_some("the ledger was not told: --seen KIND=VALUE says which board was read back")
    }

    /// What the ledger is told; nothing without keys.
    ///
    /// # Errors
    /// When there are keys and no ledger.
    pub fn seen(&self) -> Result<Option<Seen>, Failure> {
        match &self.ledger {
            _ if self.seen.is_empty() => Ok(None),
            Some(file) => {
                let access = Access { file: file.clone(), signed: self.signed.clone().into() };
                Ok(Some(Seen { access, seen: self.seen.clone() }))
            }
            None => {
                Err(Failure::new(Exit::Usage, "--seen tells a ledger which board was read back: give --ledger FILE"))
            }
        }
    }
}

/// The ledger of `stamp`.
#[derive(Args, Clone, Debug)]
pub struct IssueOptions {
    /// The ledger that gives the numbers: of one unit with --unit, of rows with --input
    #[arg(long, value_name = "FILE", env = "NAMEPLATE_LEDGER")]
    ledger: Option<PathBuf>,
    /// What names the unit, as uid=3400210011513730; several times for several kinds. --out is then one file, or
    /// the folder of a unit with several images
    #[arg(long, value_name = "KIND=VALUE")]
    unit: Vec<String>,
    /// What was read back from the board before. Of a job with several images, the folder of the unit, or NAME=FILE, once
    /// for each image
    #[arg(long, value_name = "FILE", conflicts_with = "blank")]
    found: Vec<PathBuf>,
    /// The board was read, and is blank
    #[arg(long)]
    blank: bool,
    /// What the label of the board says; several times for several texts
    #[arg(long, value_name = "TEXT")]
    label: Vec<String>,
    /// Why this blank board is a new one, although numbers are lost
    #[arg(long, value_name = "REASON")]
    new: Option<String>,
    /// Why the unit is written again, though it is verified
    #[arg(long, value_name = "REASON")]
    rework: Option<String>,
    #[command(flatten)]
    signed: SignedArgs,
}

impl IssueOptions {
    /// What a ledger is asked; nothing without one.
    ///
    /// # Errors
    /// When options do not go with each other.
    pub fn asked(&self, args: &stamp::Args) -> Result<Option<IssueArgs>, Failure> {
        let usage = |message: &str| Err(Failure::new(Exit::Usage, message));
        let Self { ledger, unit, found, blank, label, new, rework, signed } = self.clone();
        let stamp::Args { job, out, choice, form } = args;
        let Some(file) = ledger else {
            let is_said = !found.is_empty() || blank || !label.is_empty() || new.is_some() || rework.is_some();
            return if is_said || !unit.is_empty() {
                usage("--unit and what is said of its board are for a ledger: give --ledger FILE")
            } else {
                Ok(None)
            };
        };
        if choice.first.is_some() || choice.count.is_some() {
            return usage(
                "--first and --count are not for a ledger (--ledger, NAMEPLATE_LEDGER): it gives the numbers",
            );
        }
        let units = match (unit.is_empty(), &choice.input) {
            (false, None) => Units::One(unit, choice.set.clone()),
            (true, Some(path)) if choice.set.is_empty() => Units::Rows(path.clone()),
            (false | true, Some(_)) => {
                return usage("--input has all units: --unit and --set do not go with it");
            }
            (true, None) => {
                return usage(
                    "which unit? --unit KIND=VALUE for one, --input rows.csv for several (the ledger is from --ledger or NAMEPLATE_LEDGER)",
                );
            }
        };
        if matches!(units, Units::Rows(_)) && (!found.is_empty() || !label.is_empty() || rework.is_some()) {
            return usage("--found, --label and --rework are of one board: give its --unit, and not --input");
        }
        Ok(Some(IssueArgs {
            access: Access { file, signed: signed.into() },
            job: job.to_owned(),
            out: out.to_owned(),
            units,
            date: choice.date,
            form: form.clone(),
            said: Said { found, blank, label, new, rework },
        }))
    }
}

/// The unit of a report or a decision.
#[derive(Args, Clone, Debug)]
pub struct UnitKeys {
    /// What names the unit, as uid=3400210011513730; several times for several kinds; or POOL=TEXT
    #[arg(long, value_name = "KIND=VALUE", required = true)]
    unit: Vec<String>,
}

/// Why, as a person says it.
#[derive(Args, Clone, Debug)]
pub struct Reason {
    /// Why; it is kept
    #[arg(long, alias = "why", value_name = "TEXT")]
    reason: String,
}

/// A verb of `nameplate ledger`.
#[derive(Clone, Debug, Subcommand)]
pub enum LedgerCommand {
    /// A new ledger, in a file that must not exist
    Init {
        /// Which ledger.
        #[command(flatten)]
        file: LedgerFile,
        /// The folder of its anchor, best on another disk; `none` for none; one in the folder of the user's state, if not said
        #[arg(long, value_name = "FOLDER", conflicts_with = "after")]
        anchor: Option<PathBuf>,
        /// The folder of a second anchor, on another disk than the ledger
        #[arg(long, value_name = "FOLDER")]
        second: Option<PathBuf>,
        /// In place of a ledger that is gone, whose anchor stands in this folder
        #[arg(long, value_name = "ANCHOR")]
        after: Option<PathBuf>,
    },
    /// Pools of numbers
    Pool {
        /// What is to be done.
        #[command(subcommand)]
        action: PoolAction,
    },
    /// How it stands: each pool with the state of its numbers, open units, anchors
    Status {
        /// Which ledger.
        #[command(flatten)]
        file: LedgerFile,
    },
    /// Whose a board, a number or a text is, with all that happened to it
    Find {
        /// Which ledger.
        #[command(flatten)]
        file: LedgerFile,
        /// A text on the device or its label, an address in any form, or KIND=VALUE of a key
        #[arg(value_name = "TEXT", required_unless_present_any = ["number", "id", "note", "shipment"])]
        text: Option<String>,
        /// A number of a pool
        #[arg(long, value_name = "POOL=NUMBER", conflicts_with = "text", value_parser = number)]
        number: Option<(String, u64)>,
        /// A unit, by its number in the ledger
        #[arg(long, value_name = "NUMBER", conflicts_with_all = ["text", "number"])]
        id: Option<u64>,
        /// The units with this note, as lot:U4=L1
        #[arg(long, value_name = "NAME=VALUE", conflicts_with_all = ["text", "number", "id"], value_parser = note)]
        note: Option<(String, String)>,
        /// The units of a shipment
        #[arg(long, value_name = "NAME", conflicts_with_all = ["text", "number", "id", "note"])]
        shipment: Option<String>,
    },
    /// The keys of the board were read again, right before the write; another board is refused
    Begin {
        /// Which ledger.
        #[command(flatten)]
        file: LedgerFile,
        /// A key as it was read from the board; several times for several kinds
        #[arg(long, value_name = "KIND=VALUE", required = true)]
        seen: Vec<String>,
        /// What names the unit, if that is not what was seen
        #[arg(long, value_name = "KIND=VALUE")]
        unit: Vec<String>,
    },
    /// The write may or may not have happened
    Unknown {
        /// Which ledger.
        #[command(flatten)]
        file: LedgerFile,
        /// Which unit.
        #[command(flatten)]
        unit: UnitKeys,
        /// Why.
        #[command(flatten)]
        reason: Reason,
    },
    /// No board has the numbers of a unit, or these lost ones
    Void {
        /// Which ledger.
        #[command(flatten)]
        file: LedgerFile,
        /// What names the unit, as uid=3400210011513730; or POOL=TEXT
        #[arg(long, value_name = "KIND=VALUE", required_unless_present = "lost")]
        unit: Vec<String>,
        /// Lost numbers of a pool, the last one included
        #[arg(long, value_name = "POOL=FIRST..LAST", conflicts_with = "unit", value_parser = lost)]
        lost: Option<(String, u64, u64)>,
        /// Why.
        #[command(flatten)]
        reason: Reason,
    },
    /// A unit that was verified is out of use; with --replace, its board gets other numbers
    Retire {
        /// Which ledger.
        #[command(flatten)]
        file: LedgerFile,
        /// Which unit.
        #[command(flatten)]
        unit: UnitKeys,
        /// Why.
        #[command(flatten)]
        reason: Reason,
        /// The board gets other numbers. ID is of your choice, as the number of a repair: said again, it changes nothing
        #[arg(long, value_name = "ID", requires = "job")]
        replace: Option<String>,
        /// The job, which says how the other numbers are written
        #[arg(long, value_name = "JOB", requires = "replace")]
        job: Option<PathBuf>,
        /// The day that date tokens of the other numbers mean, as 2024-07-01; the job's `date`, if not said
        #[arg(long, requires = "replace", value_parser = nameplate_job::parse_date)]
        date: Option<(u16, u8, u8)>,
    },
    /// Something to remember about a unit, as a lot of parts or the result of a test
    Note {
        /// Which ledger.
        #[command(flatten)]
        file: LedgerFile,
        /// Which unit.
        #[command(flatten)]
        unit: UnitKeys,
        /// What it is, and its value, as lot:U4=L1
        #[arg(value_name = "NAME=VALUE", value_parser = note)]
        note: (String, String),
        /// An ID of your choice: said again, it changes nothing. Made of the unit, name and value, if not said
        #[arg(long, value_name = "ID")]
        request: Option<String>,
    },
    /// Verified units leave
    Ship {
        /// Which ledger.
        #[command(flatten)]
        file: LedgerFile,
        /// The shipment
        shipment: String,
        /// The units, each by a text on the device or its label, an address, or KIND=VALUE of a key
        #[arg(value_name = "UNIT", required = true)]
        units: Vec<String>,
        /// An ID of your choice: said again, it changes nothing. Made of the shipment and its units, if not said
        #[arg(long, value_name = "ID")]
        request: Option<String>,
        /// Why units that are in another shipment leave with this one
        #[arg(long = "move", value_name = "REASON")]
        moved: Option<String>,
    },
    /// A part with a key was replaced
    Rekey {
        /// Which ledger.
        #[command(flatten)]
        file: LedgerFile,
        /// Which unit.
        #[command(flatten)]
        unit: UnitKeys,
        /// The new key; several times for several kinds
        #[arg(long, value_name = "KIND=VALUE", required = true)]
        add: Vec<String>,
        /// Why.
        #[command(flatten)]
        reason: Reason,
    },
    /// A unit is out of quarantine
    Release {
        /// Which ledger.
        #[command(flatten)]
        file: LedgerFile,
        /// Which unit.
        #[command(flatten)]
        unit: UnitKeys,
        /// Why.
        #[command(flatten)]
        reason: Reason,
    },
    /// Goes on after a restore, or with one of two copies
    Recover {
        /// Which ledger.
        #[command(flatten)]
        file: LedgerFile,
        /// A journal of a station: a units.jsonl, or an export; that of this PC is always read
        #[arg(long, value_name = "FILE")]
        journal: Vec<PathBuf>,
        /// Why.
        #[command(flatten)]
        reason: Reason,
    },
    /// The anchor outside of the ledger
    Anchor {
        /// What is to be done.
        #[command(subcommand)]
        action: AnchorAction,
    },
    /// Reads the whole log, and checks it against its roots and anchors
    Audit {
        /// Which ledger.
        #[command(flatten)]
        file: LedgerFile,
        /// An anchor that was kept elsewhere, or a folder of one
        #[arg(long, value_name = "PATH")]
        anchor: Vec<PathBuf>,
    },
    /// Makes the tables again out of the log, and compares them
    Check {
        /// Which ledger.
        #[command(flatten)]
        file: LedgerFile,
    },
    /// A copy of a ledger that may be in use
    Backup {
        /// Which ledger.
        #[command(flatten)]
        file: LedgerFile,
        /// The file to write; it must not exist yet
        #[arg(long)]
        out: PathBuf,
    },
    /// The log, one event a line
    Export {
        /// Which ledger.
        #[command(flatten)]
        file: LedgerFile,
        /// The file to write; it must not exist yet; standard output, if not said
        #[arg(long)]
        out: Option<PathBuf>,
        /// Begin after this event
        #[arg(long, value_name = "EVENT", default_value_t = 0)]
        after: u64,
    },
    /// Takes what an export knows and the ledger does not; where there is no ledger, makes it
    Import {
        /// Which ledger.
        #[command(flatten)]
        file: LedgerFile,
        /// The export
        log: PathBuf,
        /// Where there is no ledger: the folder of its anchor, if that is not known
        #[arg(long, value_name = "ANCHOR")]
        after: Option<PathBuf>,
    },
}

/// What is done with pools.
#[derive(Clone, Debug, Subcommand)]
pub enum PoolAction {
    /// Adds numbers, each of which one unit gets
    Add {
        /// Its name
        name: String,
        /// Which ledger.
        #[command(flatten)]
        file: LedgerFile,
        /// The first number; of addresses 0, if not said
        #[arg(long)]
        first: Option<u64>,
        /// The last number; of addresses the last one of the blocks, if not said
        #[arg(long)]
        last: Option<u64>,
        /// How a number is written: the template of the job's field, as EUDV{YY}{MM}-{seq:6}
        #[arg(long, value_name = "TEMPLATE", required_unless_present_any = ["eui48", "eui64"])]
        value: Option<String>,
        /// Addresses of the blocks with these prefixes of 6, 7 or 9 digits, counted from 0
        #[arg(long, value_name = "PREFIX", value_delimiter = ',', conflicts_with_all = ["value", "eui64"])]
        eui48: Vec<String>,
        /// The same of 64 bits
        #[arg(long, value_name = "PREFIX", value_delimiter = ',', conflicts_with = "value")]
        eui64: Vec<String>,
        /// How many addresses a unit has
        #[arg(long, default_value_t = 1, conflicts_with = "value")]
        stride: u64,
        /// The namespace, over whose pools texts are unique; if not said, that of a pool that is written alike, else its own
        #[arg(long, value_name = "NAME")]
        namespace: Option<String>,
        /// Say so when fewer numbers are free
        #[arg(long, value_name = "COUNT", default_value_t = 0)]
        low: u64,
    },
    /// Drops a pool of which nobody was given a number, as one that was mistyped
    Drop {
        /// Its name
        name: String,
        /// Which ledger.
        #[command(flatten)]
        file: LedgerFile,
        /// Why.
        #[command(flatten)]
        reason: Reason,
    },
}

impl PoolAction {
    fn run(self) -> Result<Outcome, Failure> {
        let (name, file, first, last, value, eui48, eui64, stride, namespace, low) = match self {
            Self::Drop { name, file, reason } => return ledger::drop_pool(&file.into(), &name, &reason.reason),
            Self::Add { name, file, first, last, value, eui48, eui64, stride, namespace, low } => {
                (name, file, first, last, value, eui48, eui64, stride, namespace, low)
            }
        };
        let written = match value {
            Some(value) => Written::Template(value),
            None if eui64.is_empty() => Written::Eui48(eui48, stride),
            None => Written::Eui64(eui64, stride),
        };
        ledger::add_pool(&file.into(), &PoolArgs { name, first, last, written, namespace, low })
    }
}

/// What is done with anchors.
#[derive(Clone, Debug, Subcommand)]
pub enum AnchorAction {
    /// To another folder, as when a stick died; --to none leaves it
    Move {
        /// Which ledger.
        #[command(flatten)]
        file: LedgerFile,
        /// The folder; `none` for none
        #[arg(long, value_name = "FOLDER")]
        to: PathBuf,
        /// The second anchor, on another disk than the ledger
        #[arg(long)]
        second: bool,
        /// A journal of a station, if the old anchor died: the ledger is recovered then; that of this PC is always read
        #[arg(long, value_name = "FILE")]
        journal: Vec<PathBuf>,
        /// Why.
        #[command(flatten)]
        reason: Reason,
    },
}

fn number(text: &str) -> Result<(String, u64), String> {
    let pair = text.split_once('=').and_then(|(pool, number)| Some((pool.to_owned(), number.parse().ok()?)));
    pair.ok_or_else(|| format!("found `{text}`, expected POOL=NUMBER, as board=17"))
}

fn note(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(name, value)| !name.is_empty() && !value.is_empty());
    let pair = pair.map(|(name, value)| (name.to_owned(), value.to_owned()));
    pair.ok_or_else(|| format!("found `{text}`, expected NAME=VALUE, as lot:U4=L1"))
}

fn lost(text: &str) -> Result<(String, u64, u64), String> {
    let range = |(pool, range): (&str, &str)| {
        let (first, last) = range.split_once("..").unwrap_or((range, range));
        Some((pool.to_owned(), first.parse().ok()?, last.parse().ok()?))
    };
    let found = text.split_once('=').and_then(range);
    found.ok_or_else(|| format!("found `{text}`, expected POOL=FIRST..LAST, as board=17..19"))
}

/// `none` in place of a folder.
fn folder(path: PathBuf) -> Option<PathBuf> {
    Some(path).filter(|path| path.as_os_str() != "none")
}

impl LedgerCommand {
    /// Does it; nothing is to be said of what went to standard output.
    ///
    /// # Errors
    /// When it cannot be done.
    pub fn run(&self, json: bool) -> Result<Option<Outcome>, Failure> {
        let one = |file: LedgerFile, UnitKeys { unit }: UnitKeys, decision: Decision| {
            ledger::decide(&file.into(), &unit, &decision)
        };
        Ok(Some(match self.clone() {
            Self::Init { file, anchor, second, after } => {
                let first = match (after, anchor) {
                    (Some(after), _) => Anchors::After(after),
                    (None, Some(anchor)) => folder(anchor).map_or(Anchors::None, Anchors::Folder),
                    (None, None) => Anchors::Usual,
                };
                ledger::init(&file.into(), &InitArgs { first, second })
            }
            Self::Pool { action } => action.run(),
            Self::Status { file } => ledger::status(&file.into()),
            Self::Find { file, text, number, id, note, shipment } => {
                let number = number.map(|(pool, number)| Sought::Number(pool, number));
                let other = number.or(id.map(Sought::Unit)).or(shipment.map(Sought::Shipment));
                let other = other.or(note.map(|(name, value)| Sought::Note(name, value)));
                let sought = other.unwrap_or_else(|| Sought::Text(text.unwrap_or_default()));
                ledger::find(&file.into(), &sought)
            }
            Self::Begin { file, seen, unit } => ledger::decide(&file.into(), &unit, &Decision::Begin(seen)),
            Self::Unknown { file, unit, reason } => one(file, unit, Decision::Unknown(reason.reason)),
            Self::Void { file, lost: Some((pool, first, last)), reason, .. } => {
                ledger::void_lost(&file.into(), &pool, (first, last), &reason.reason)
            }
            Self::Void { file, unit, reason, .. } => one(file, UnitKeys { unit }, Decision::Void(reason.reason)),
            Self::Retire { file, unit, reason, replace: Some(request), job: Some(job), date } => {
                let args = ReplaceArgs { request, job, date, reason: reason.reason };
                ledger::replace(&file.into(), &unit.unit, &args)
            }
            Self::Retire { file, unit, reason, .. } => one(file, unit, Decision::Retire(reason.reason)),
            Self::Note { file, unit, note: (name, value), request } => {
                ledger::note(&file.into(), &unit.unit, &NoteArgs { name, value, request })
            }
            Self::Ship { file, shipment, units, request, moved } => {
                ledger::ship(&file.into(), &ShipArgs { shipment, units, request, moved })
            }
            Self::Rekey { file, unit, add, reason } => one(file, unit, Decision::Rekey(add, reason.reason)),
            Self::Release { file, unit, reason } => one(file, unit, Decision::Release(reason.reason)),
            Self::Recover { file, journal, reason } => ledger::recover(&file.into(), &journal, &reason.reason),
            Self::Anchor { action: AnchorAction::Move { file, to, second, journal, reason } } => {
                let (to, reason) = (folder(to), reason.reason);
                ledger::move_anchor(&file.into(), &MoveArgs { to, second, journals: journal, reason })
            }
            Self::Audit { file, anchor } => ledger::audit(&file.into(), &anchor),
            Self::Check { file } => ledger::check(&file.into()),
            Self::Backup { file, out } => ledger::backup(&file.into(), &out),
            Self::Export { out: None, .. } if json => {
                Err(Failure::new(Exit::Usage, "--json says one object, and the log is lines: give --out FILE"))
            }
            Self::Export { file, out, after } => return ledger::export(&file.into(), after, out.as_deref()),
            Self::Import { file, log, after } => ledger::import(&file.into(), &log, after),
        }?))
    }
}
