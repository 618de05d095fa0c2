//! Each call that changes a file fails, or is the last one before the process is killed; then the boards come again.
//!
//! `tests/disk` plays the disk: `FAIL` (an error of the disk, or a full one), `KILL_BEFORE`, `KILL_AFTER`, and what a power
//! cut leaves of what was not synced. What is counted is what lies in the flash of boards: no number twice, none that the
//! ledger does not account for, each pool adds up, the tables are what the log says, and there is a way on.
//!
//! Each part prints a line of the table of crash points: its runs, and the calls at which they died.
//!
//! ```text
//! cargo test --release -p nameplate-ledger --test store -- --ignored --nocapture crash::
//! cargo test --release -p nameplate-cli --test cli -- --ignored --nocapture ledger_kills:: ledger_power::
//! ```
#![cfg(target_os = "linux")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Output};
use std::sync::OnceLock;

use nameplate_ledger::folder::Folder;
use nameplate_ledger::sqlite::{Closed, ErrorKind, Grant, Ledger, NewLedger, Place, Query};
use nameplate_ledger::{Answer, By, Command, Evidence, Found, Refusal, Seen, State};

use crate::bench::{ID, blank, by_keys, keys, naming, shows, verified};
use crate::child::{Flash, play, pool, start, text};
use crate::replay::{Disk, Lost};

type Tree = BTreeMap<PathBuf, Vec<u8>>;

/// The library, built once.
fn shim() -> &'static Path {
    static SHIM: OnceLock<PathBuf> = OnceLock::new();
    SHIM.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let target = root.join("target/disk");
        let mut cargo = Process::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--manifest-path"]).arg(root.join("tests/disk/Cargo.toml"));
        assert!(cargo.arg("--target-dir").arg(&target).status().unwrap().success());
        target.join("debug/libnameplate_disk.so")
    })
}

/// A folder in memory, since the durability is played; what must not fail lies beside it.
struct World {
    _folder: tempfile::TempDir,
    root: PathBuf,
    flash: Flash,
    log: PathBuf,
    before: Disk,
}

/// How many boards there are before the part that is killed: `b1` is verified, `b2` and `b3` have a number.
const BOARDS: [&str; 3] = ["b1", "b2", "b3"];

impl World {
    fn new(part: &str) -> Self {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let path = folder.path().canonicalize().unwrap();
        let (root, flash, log) = (path.join("root"), Flash(path.join("flash")), path.join("log"));
        fs::create_dir(&root).unwrap();
        let act = |part: &str| play(part, &root, &flash).unwrap_or_else(|error| panic!("{part}: {error}"));
        if part != "init" {
            act("init");
            Ledger::open(root.join("line.db")).unwrap().record(pool(), &naming).unwrap();
            act("day b1");
            act("ask b2");
            act("ask b3");
        }
        if part.starts_with("recover") || part.starts_with("import") {
            let ledger = || Ledger::open(root.join("line.db")).unwrap();
            ledger().backup(path.join("backup.db")).unwrap();
            act("day b4");
            act("ask b5");
            let mut log = Vec::new();
            ledger().export(0, &mut log).unwrap();
            fs::write(path.join("export.jsonl"), log).unwrap();
            fs::write(root.join("line.db"), fs::read(path.join("backup.db")).unwrap()).unwrap();
        }
        let before = Disk::of(&root);
        Self { _folder: folder, root, flash, log, before }
    }

    fn run(&self, part: &str, wish: Option<(&str, String)>) -> Output {
        let export = self.root.parent().unwrap().join("export.jsonl");
        let part = part.replace("EXPORT", export.to_str().unwrap());
        let mut child = start(&part, &self.root, &self.flash);
        child.env("LD_PRELOAD", shim()).env("NAMEPLATE_DISK_ROOT", &self.root);
        child.env("NAMEPLATE_DISK_LOG", &self.log);
        if let Some((what, n)) = wish {
            child.env(format!("NAMEPLATE_DISK_{what}"), n);
        }
        child.output().unwrap()
    }

    fn calls(&self) -> u64 {
        fs::read_to_string(&self.log).unwrap_or_default().lines().count().try_into().unwrap()
    }

    /// What there is, and what there may be after a power cut.
    fn states(&self) -> Vec<(String, Tree)> {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let log = &log[..log.rfind('\n').map_or(0, |end| end + 1)];
        let disk = self.before.clone().replay(log);
        let after = |lost: Lost| {
            let folder = tempfile::tempdir().unwrap();
            disk.leave(folder.path(), lost);
            (format!("lost: {lost:?}"), tree(folder.path()))
        };
        let states = [Lost::Unsynced, Lost::Bytes, Lost::Inside].map(after);
        states.into_iter().collect()
    }

    /// Makes the folder what a state says: the same files, with other bytes.
    fn become_state(&self, state: &Tree) {
        for (path, bytes) in state {
            let path = self.root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        for path in tree(&self.root).into_keys().filter(|path| !state.contains_key(path)) {
            fs::remove_file(self.root.join(path)).unwrap();
        }
    }

    /// The ledger, by the way that its messages name.
    fn open(&self, part: &str) -> Ledger {
        let file = self.root.join("line.db");
        let create = || Ledger::create(&file, NewLedger::new(ID).anchor(self.root.join("anchor"))).unwrap();
        let mut ledger = match Ledger::open(&file) {
            Ok(ledger) => ledger,
            Err(_) if part == "init" && !file.exists() => create(),
            Err(error) => {
                assert!(part == "init" && error.to_string().contains("delete it, and `init` again"), "{error}");
                fs::remove_file(&file).unwrap();
                create()
            }
        };
        if part == "init" {
            ledger.record(pool(), &naming).unwrap();
        }
        match ledger.closed().cloned() {
            None => {}
            Some(closed) if closed.needs_recovery() => {
                assert!(part.starts_with("recover") || part.starts_with("import"), "{closed}");
                drop(ledger.recover(vec![], "a drill, again").unwrap());
            }
            Some(Closed::Missing { folder } | Closed::Torn { folder }) => {
                assert!(part.starts_with("move"), "{}", folder.display());
                ledger.move_anchor(Place::First, Some(&self.root.join("third")), "a drill, again").unwrap();
                assert!(ledger.closed().is_some_and(Closed::needs_recovery), "{}", folder.display());
                drop(ledger.recover(vec![], "a drill, again").unwrap());
            }
            Some(closed) => panic!("{closed}"),
        }
        ledger
    }

    /// All boards come again, and new ones; then the books are read.
    fn aftermath(&self, part: &str, at: &str) {
        let mut flash = self.flash.read();
        let ever: BTreeSet<u64> = flash.values().copied().collect();
        let mut ledger = self.open(part).signed(By::station("s0"));
        let boards: BTreeSet<String> =
            BOARDS.iter().map(|board| (*board).to_owned()).chain(flash.keys().cloned()).collect();
        for board in boards.iter().map(String::as_str).chain(["x", "b9", "y"]) {
            serve(&mut ledger, &mut flash, board, at);
        }
        let numbers: Vec<u64> = flash.values().copied().collect();
        let distinct: BTreeSet<u64> = numbers.iter().copied().collect();
        assert_eq!(distinct.len(), numbers.len(), "{at}: {flash:?}");
        let status = ledger.status().unwrap();
        assert!(status.pools.values().all(nameplate_ledger::Pool::adds_up), "{at}");
        for number in ever {
            let query = Query::Number { pool: "p".into(), number };
            assert!(!ledger.find(&query).unwrap().is_empty(), "{at}: number {number} left no trace");
        }
        let anchors: Vec<_> = ["anchor", "new", "third"]
            .iter()
            .filter_map(|name| Folder::new(self.root.join(name)).newest().unwrap())
            .map(|(_, anchor)| anchor)
            .filter(|anchor| anchor.epoch == status.epoch)
            .collect();
        ledger.audit(&anchors).unwrap_or_else(|error| panic!("{at}: {error}"));
        ledger.check(self.root.parent().unwrap()).unwrap_or_else(|error| panic!("{at}: {error}"));
    }
}

fn tree(root: &Path) -> Tree {
    fn read(root: &Path, folder: &Path, into: &mut Tree) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(root, &path, into);
            } else {
                into.insert(path.strip_prefix(root).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    let mut found = Tree::new();
    read(root, root, &mut found);
    found
}

/// A board at the station: it is read, asked for, written if need be, and read back.
fn serve(ledger: &mut Ledger, flash: &mut BTreeMap<String, u64>, board: &str, at: &str) {
    // The chip of `b2` may have been replaced: its barcode is the board's.
    let named = format!("uid={board}");
    let shown = flash.get(board).map(|&number| shows(&text(number)));
    let found = shown.clone().map_or(Found::Blank, Found::Shows);
    let ask = blank(&named).found(found).fresh("it comes from the tray");
    match ledger.ask(ask, &naming) {
        Ok(Grant::Ticket(ticket, _)) => {
            let number = ticket.number("p").unwrap();
            if let Some(was) = flash.insert(board.to_owned(), number).filter(|was| *was != number) {
                // What it shows is what it gets, unless a person put that out of use.
                let query = Query::Number { pool: "p".into(), number: was };
                let record = ledger.find(&query).unwrap().remove(0);
                assert!(
                    record.numbers.iter().any(|held| held.number == was && held.state == State::Retired),
                    "{at}: {board}: {was}, {number}"
                );
            }
        }
        Ok(Grant::Verified { .. } | Grant::Adopted { .. }) => {}
        // A unit that a person made void or retired.
        Err(error) => {
            let ErrorKind::Refused(Refusal::State { state, .. }) = error.kind() else {
                panic!("{at}: {board}: {error}")
            };
            assert!(!state.is_living(), "{at}: {board}: {error}");
            return;
        }
        other => panic!("{at}: {board}: {other:?}"),
    }
    let number = flash[board];
    let answer = ledger
        .record(verified(&named, &text(number)), &naming)
        .unwrap_or_else(|error| panic!("{at}: {board}: {error}"));
    assert!(matches!(answer, Answer::Verified { .. }), "{at}: {board}: {answer:?}");
    let seen = Seen::new(keys(&named), Evidence::Readback, shows(&text(number)));
    let again = Command::Verified { unit: by_keys(&named), attempt: None, seen, weakest: Evidence::Readback };
    assert_eq!(ledger.record(again, &naming).unwrap(), answer);
}

/// A part at each of its calls.
fn at_each_call(part: &str) {
    let world = World::new(part);
    let said = world.run(part, None);
    assert!(said.status.success(), "{part}: {said:?}");
    let calls = world.calls();
    world.aftermath(part, part);
    // A disk that looks at nothing would find nothing.
    assert!(calls >= 10, "{part}: {calls} calls");
    let mut runs = 0_u64;
    for n in 1..=calls {
        for (what, number) in [
            ("KILL_BEFORE", n.to_string()),
            ("KILL_AFTER", n.to_string()),
            ("FAIL", n.to_string()),
            // No space left.
            ("FAIL", format!("{n}:28")),
        ] {
            let world = World::new(part);
            let at = format!("{part}: {what} {number} of {calls}");
            let said = world.run(part, Some((what, number)));
            let text = String::from_utf8_lossy(&said.stderr);
            assert!(!text.contains("panicked"), "{at}: {text}");
            let states = if what == "KILL_AFTER" { world.states() } else { vec![] };
            world.aftermath(part, &at);
            runs += 1;
            for (state, tree) in states {
                world.become_state(&tree);
                world.aftermath(part, &format!("{at}, {state}"));
                runs += 1;
            }
        }
    }
    println!("{part}: {runs} runs at {calls} calls");
}

#[test]
#[ignore = "builds tests/disk"]
fn asking_again_changes_no_file() {
    let world = World::new("ask b2");
    let said = world.run("ask b2", None);
    assert!(said.status.success(), "{said:?}");
    assert_eq!((world.calls(), world.flash.read()["b2"]), (0, 2));
}

macro_rules! parts {
    ($($name:ident $part:literal)*) => {
        $(
            #[test]
            #[ignore = "builds tests/disk, and takes minutes"]
            fn $name() {
                at_each_call($part);
            }
        )*
    };
}

parts! {
    init "init"
    pool_added "pool"
    first_ask "ask x"
    whole_day "day x"
    batch_of_units "batch x y b2 z"
    unknown_write "unknown uid=b3"
    void_unit "void uid=b3"
    replaced_unit "replace uid=b1"
    rekeyed_unit "rekey board=pcb-1"
    recovery "recover r"
    moved_anchor "move new"
    backup_made "backup copy.db"
    import_made "import EXPORT"
}
