//! What another process does: this test binary, started again with a part to play.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command as Process;

use nameplate_ledger::sqlite::{Error, Grant, Ledger, NewLedger, Place};
use nameplate_ledger::{Ask, By, Command, NewPool, Target};

use crate::bench::{ID, blank, by_keys, keys, naming, verified};

/// The flash of boards, as a file of its own beside what may fail: `BOARD NUMBER` a line, the last one counts.
pub(crate) struct Flash(pub(crate) PathBuf);

impl Flash {
    pub(crate) fn write(&self, board: &str, number: u64) {
        let mut file = OpenOptions::new().create(true).append(true).open(&self.0).unwrap();
        file.write_all(format!("{board} {number}\n").as_bytes()).unwrap();
    }

    /// What each board shows now.
    pub(crate) fn read(&self) -> BTreeMap<String, u64> {
        let text = fs::read_to_string(&self.0).unwrap_or_default();
        text.lines()
            .map(|line| line.split_once(' ').unwrap())
            .map(|(board, number)| (board.to_owned(), number.parse().unwrap()))
            .collect()
    }
}

/// The part of a child: what it does, in which folder, with which flash.
pub(crate) fn start(part: &str, root: &Path, flash: &Flash) -> Process {
    let mut process = Process::new(std::env::current_exe().unwrap());
    process.args(["--exact", "child::plays_its_part", "--nocapture", "--test-threads=1"]);
    process.env("NAMEPLATE_PART", part).env("NAMEPLATE_ROOT", root).env("NAMEPLATE_FLASH", &flash.0);
    process
}

#[test]
fn plays_its_part() {
    let (Ok(part), Ok(root), Ok(flash)) =
        (std::env::var("NAMEPLATE_PART"), std::env::var("NAMEPLATE_ROOT"), std::env::var("NAMEPLATE_FLASH"))
    else {
        return;
    };
    if let Err(error) = play(&part, Path::new(&root), &Flash(flash.into())) {
        eprintln!("said: {error}");
        std::process::exit(3);
    }
}

pub(crate) fn pool() -> Command {
    Command::Pool(NewPool::new("p", 1, 999, "p-{seq:3}"))
}

/// What the board on the fixture is asked for, and writes.
pub(crate) fn burn(ledger: &mut Ledger, flash: &Flash, board: &str, ask: Ask) -> Result<bool, Error> {
    match ledger.ask(ask, &naming)? {
        Grant::Ticket(ticket, _) => {
            flash.write(board, ticket.number("p").unwrap());
            Ok(true)
        }
        _ => Ok(false),
    }
}

pub(crate) fn text(number: u64) -> String {
    naming("p", number).unwrap()
}

pub(crate) fn play(part: &str, root: &Path, flash: &Flash) -> Result<(), Error> {
    let (part, words) = part.split_once(' ').unwrap_or((part, ""));
    let file = root.join("line.db");
    let open = || Ledger::open(&file).map(|ledger| ledger.signed(By::station("s0")));
    let reason = || String::from("a drill");
    match part {
        "init" => drop(Ledger::create(&file, NewLedger::new(ID).anchor(root.join("anchor")))?),
        "pool" => drop(open()?.record(Command::Pool(NewPool::new("q", 1, 5, "q")), &naming)?),
        "ask" => {
            burn(&mut open()?, flash, words, blank(&format!("uid={words}")))?;
        }
        "day" => {
            let (mut ledger, named) = (open()?, format!("uid={words}"));
            if burn(&mut ledger, flash, words, blank(&named))? {
                let begin = Command::Begin { unit: by_keys(&named), attempt: None, keys: keys(&named) };
                ledger.record(begin, &naming)?;
                ledger.record(verified(&named, &text(flash.read()[words])), &naming)?;
            }
        }
        "batch" => {
            let mut ledger = open()?;
            let asks = words.split(' ').map(|board| blank(&format!("uid={board}"))).collect();
            for (board, grant) in words.split(' ').zip(ledger.ask_all(asks, &naming)?) {
                if let Grant::Ticket(ticket, _) = grant {
                    flash.write(board, ticket.number("p").unwrap());
                }
            }
        }
        "unknown" => {
            let unknown = Command::Unknown { unit: by_keys(words), attempt: None, reason: reason() };
            drop(open()?.record(unknown, &naming)?);
        }
        "void" => drop(open()?.record(Command::Void { unit: by_keys(words), reason: reason() }, &naming)?),
        "replace" => {
            let mut ledger = open()?;
            let replace = Some("r1".into());
            ledger.record(Command::Retire { unit: by_keys(words), reason: reason(), replace }, &naming)?;
            let board = words.strip_prefix("uid=").unwrap();
            burn(&mut ledger, flash, board, blank(words))?;
        }
        "rekey" => {
            let rekey = Command::Rekey { unit: Target::Unit(1), keys: keys(words), reason: reason() };
            drop(open()?.record(rekey, &naming)?);
        }
        "recover" => {
            let mut ledger = open()?;
            ledger.recover(vec![], "a drill")?;
            burn(&mut ledger, flash, words, blank(&format!("uid={words}")).fresh("new"))?;
        }
        "move" => open()?.move_anchor(Place::First, Some(&root.join(words)), "a drill")?,
        "backup" => drop(open()?.backup(root.join(words))?),
        "import" => {
            let log = fs::read(words).unwrap();
            let mut ledger = open()?;
            ledger.import(&mut &log[..])?;
            burn(&mut ledger, flash, "i", blank("uid=i"))?;
        }
        // Many boards, one after the other, as a station does; some of them asked for twice, or by a new process.
        "station" => {
            let (name, count) = words.split_once(' ').unwrap();
            let mut ledger = open()?;
            for unit in 0..count.parse::<u32>().unwrap() {
                let board = format!("{name}-{unit}");
                let named = format!("uid={board}");
                if unit % 5 == 0 {
                    ledger = open()?;
                    drop(ledger.ask(blank(&named), &naming)?);
                }
                ledger.sign(By::station(name));
                assert!(burn(&mut ledger, flash, &board, blank(&named))?);
                ledger.record(verified(&named, &text(flash.read()[&board])), &naming)?;
            }
        }
        other => panic!("{other}"),
    }
    Ok(())
}
