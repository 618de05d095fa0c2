//! A folder with a ledger, its anchor, and boards.

use std::fs;
use std::path::{Path, PathBuf};

use nameplate_ledger::sqlite::{Entry, Grant, Ledger, NewLedger};
use nameplate_ledger::{
    Answer, Ask, By, Command, Evidence, Found, Key, Keys, NewPool, Reading, Readings, Seen, Target, Ticket,
};
use tempfile::TempDir;

pub(crate) const ID: &str = "5f1c0a7e9b3d4c21a8e64b0f2d7c9e13";

#[allow(clippy::unnecessary_wraps)] // as `Naming` wants it
pub(crate) fn naming(pool: &str, number: u64) -> Option<String> {
    Some(format!("{pool}-{number:03}"))
}

pub(crate) fn keys(text: &str) -> Keys {
    Keys::new(
        text.split(' ').map(|key| key.split_once('=').unwrap()).map(|(kind, value)| Key::new(kind, value).unwrap()),
    )
    .unwrap()
}

/// What a board shows: texts as `naming` writes them.
pub(crate) fn shows(text: &str) -> Readings {
    let reading = |text: &str| {
        let (pool, digits) = text.split_once('-').unwrap();
        (pool.to_owned(), Reading { text: text.to_owned(), number: digits.parse().ok() })
    };
    text.split(' ').filter(|text| !text.is_empty()).map(reading).collect()
}

pub(crate) fn seen(named: &str, text: &str) -> Seen {
    Seen::new(keys(named), Evidence::Readback, shows(text))
}

/// A blank board that asks for a number of pool `p`.
pub(crate) fn blank(named: &str) -> Ask {
    Ask::new(["p"], keys(named)).found(Found::Blank)
}

pub(crate) fn verified(named: &str, text: &str) -> Command {
    let (unit, weakest) = (Target::Keys(keys(named)), Evidence::Readback);
    Command::Verified { unit, attempt: None, seen: seen(named, text), weakest }
}

pub(crate) fn by_keys(named: &str) -> Target {
    Target::Keys(keys(named))
}

/// A folder.
pub(crate) struct Bench {
    pub(crate) folder: TempDir,
}

impl Bench {
    /// An empty folder.
    pub(crate) fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// With a ledger and two pools: `p` from 1 to 999, `mac` from 100 to 199.
    pub(crate) fn new() -> Self {
        Self::empty().filled()
    }

    /// The same in memory, where there is such a folder: for tests of many steps, whose durability is tested elsewhere.
    pub(crate) fn fast() -> Self {
        Self { folder: tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap() }.filled()
    }

    fn filled(self) -> Self {
        let bench = self;
        let mut ledger = Ledger::create(bench.ledger(), NewLedger::new(ID).anchor(bench.anchor())).unwrap();
        ledger.record(Command::Pool(NewPool::new("p", 1, 999, "p-{seq:3}")), &naming).unwrap();
        ledger.record(Command::Pool(NewPool::new("mac", 100, 199, "mac")), &naming).unwrap();
        bench
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn ledger(&self) -> PathBuf {
        self.path("line.db")
    }

    pub(crate) fn anchor(&self) -> PathBuf {
        self.path("anchor")
    }

    pub(crate) fn open(&self) -> Ledger {
        Ledger::open(self.ledger()).unwrap().signed(By::station("s0"))
    }

    /// The names in a folder, sorted.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        names(&self.path(name))
    }
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Calls that a test makes all the time.
pub(crate) trait Line {
    fn ticket(&mut self, ask: Ask) -> (Ticket, Entry);
    fn number(&mut self, named: &str) -> u64;
    fn run(&mut self, command: Command) -> Answer;
    fn refused(&mut self, command: Command) -> String;
}

impl Line for Ledger {
    fn ticket(&mut self, ask: Ask) -> (Ticket, Entry) {
        match self.ask(ask, &naming).unwrap_or_else(|error| panic!("{error}")) {
            Grant::Ticket(ticket, entry) => (ticket, entry),
            other => panic!("{other:?}"),
        }
    }

    /// The number of pool `p` that a blank board gets.
    fn number(&mut self, named: &str) -> u64 {
        self.ticket(blank(named)).0.number("p").unwrap()
    }

    fn run(&mut self, command: Command) -> Answer {
        self.record(command, &naming).unwrap_or_else(|error| panic!("{error}"))
    }

    fn refused(&mut self, command: Command) -> String {
        self.record(command, &naming).unwrap_err().to_string()
    }
}
