//! Numbers that a ledger gives: a day of work, what dies in it, what is restored, and the way on from each refusal.
//! Identities are counted in the boards, never in what was said.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::{Bench, Said};

/// A line with a ledger, two pools, and boards on it.
pub(crate) struct Line {
    pub(crate) bench: Bench,
    /// The memory of each board, by its UID, as it is read back.
    pub(crate) boards: BTreeMap<String, Vec<u8>>,
    /// Whether a unit is the folder `u` and not the file `u.hex`.
    pub(crate) is_several: bool,
}

impl Line {
    /// A ledger with its pools.
    pub(crate) fn new() -> Self {
        let line = Self::bare();
        line.good("ledger init");
        line.pools();
        line
    }

    /// Without a ledger.
    pub(crate) fn bare() -> Self {
        let bench = Bench::new();
        bench.edit(
            "nameplate.toml",
            "first = 1\nlast  = 4096                        # as many as the block of addresses has\n",
            "",
        );
        bench.edit("nameplate.toml", "seq0 = 1", "pool = \"mac\"");
        let job = bench.text("nameplate.toml") + "\n[ledger]\npool = \"board\"\nkeys = [\"uid\", \"pcb\"]\n";
        bench.write("nameplate.toml", job);
        Self { bench, boards: BTreeMap::new(), is_several: false }
    }

    pub(crate) fn pools(&self) {
        self.good("ledger pool add board --first 1 --last 4000 --value EUDV{YY}{MM}-{seq:6}");
        self.good("ledger pool add mac --eui48 70B3D57ED");
    }

    pub(crate) fn command(&self, args: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nameplate"));
        command.current_dir(self.bench.folder.path()).env("XDG_STATE_HOME", self.bench.path("state"));
        command.env("NAMEPLATE_LEDGER", "line.db").env_remove("NAMEPLATE_STATION").env_remove("NAMEPLATE_OPERATOR");
        // An underscore is a space within an argument.
        command.args(args.split(' ').map(|arg| arg.replace('_', " ").replace("app key", "app_key")));
        command
    }

    pub(crate) fn run(&self, args: &str) -> Said {
        let output = self.command(args).output().unwrap();
        Said {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    pub(crate) fn good(&self, args: &str) -> String {
        let said = self.run(args);
        assert_eq!(said.code, 0, "{args}: {said:?}");
        said.out
    }

    /// It is refused with this exit code, and these words.
    #[track_caller]
    pub(crate) fn refused(&self, args: &str, code: i32, words: &str) {
        let said = self.run(args);
        assert_eq!(said.code, code, "{args}: {said:?}");
        assert!(said.err.contains(words) || said.out.contains(words), "{args}: {said:?}");
    }

    pub(crate) fn keys(option: &str, n: u32) -> String {
        format!("--{option} uid=3400210011513730{n:04} --{option} pcb=PCB-{n:04}")
    }

    pub(crate) fn ask(n: u32) -> String {
        format!("stamp --job nameplate.toml {} --out u.hex", Self::keys("unit", n))
    }

    /// Writes the stamped file into a board.
    pub(crate) fn flash(&mut self, n: u32) {
        let _ = self.boards.insert(format!("{n:04}"), self.stamped(self.out()));
    }

    pub(crate) fn read_back(&self, n: u32) -> String {
        format!("verify --job nameplate.toml {} {}", Self::keys("seen", n), self.dump(&self.boards[&format!("{n:04}")]))
    }

    /// One board, from the first question to the last.
    pub(crate) fn make(&mut self, n: u32) {
        if self.good(&self.asked(n)).contains("verified: nothing was written") {
            return;
        }
        self.good(&format!("ledger begin {}", Self::keys("seen", n)));
        self.flash(n);
        self.good(&self.read_back(n));
        assert!(!self.bench.path(self.out()).exists(), "unit {n}");
    }

    /// The serial number and the address in a board, by their bytes.
    pub(crate) fn identity(&self, n: u32) -> (String, String) {
        let memory = &self.boards[&format!("{n:04}")];
        if self.is_several {
            return crate::ledger_images::identity(memory);
        }
        let hex = String::from_utf8(memory.clone()).unwrap();
        // :10 1F00 00 and 0x1F10: the serial lies at 0x1F04, the address at 0x1F14.
        let data = |address: &str| {
            let line = hex.lines().find(|line| line.get(3..7) == Some(address)).unwrap();
            line[9..line.len() - 2].to_owned()
        };
        let bytes = data("1F00") + &data("1F10");
        let serial = hex::decode(&bytes[8..38]).unwrap();
        (String::from_utf8(serial).unwrap(), bytes[40..52].to_owned())
    }

    /// No two boards have one number; the accounting lines add up.
    pub(crate) fn audit(&self) {
        let mut seen = BTreeMap::new();
        for n in self.boards.keys().map(|n| n.parse().unwrap()) {
            let (serial, address) = self.identity(n);
            for identity in [serial, address] {
                assert_eq!(seen.insert(identity.clone(), n), None, "{identity} is in two boards");
            }
        }
        assert!(!self.good("ledger audit").contains("add up"));
        assert!(self.good("ledger check").contains("the tables are what the log says"));
    }

    pub(crate) fn pool(&self) -> String {
        let status = self.good("ledger status");
        status.lines().find(|line| line.starts_with("board ")).unwrap().to_owned()
    }

    pub(crate) fn journal(&self) -> PathBuf {
        let ledgers = self.bench.path("state/nameplate/ledgers");
        let id = fs::read_dir(ledgers).unwrap().next().unwrap().unwrap();
        id.path().join("journal.jsonl")
    }

    /// An older copy takes the place of the ledger, as a restore puts it there.
    pub(crate) fn restore(&self, from: &str) {
        fs::remove_file(self.bench.path("line.db")).unwrap();
        fs::copy(self.bench.path(from), self.bench.path("line.db")).unwrap();
        let _ = fs::remove_file(self.bench.path("line.db-journal"));
    }
}

/// A hundred boards, one of which is asked for by a command that is killed, again and again.
#[test]
fn a_hundred_boards_and_a_kill() {
    let mut line = Line::new();
    for n in 1..=49 {
        line.make(n);
    }
    for wait in 0..12 {
        let mut child = line.command(&Line::ask(50)).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        sleep(Duration::from_millis(5 * wait));
        let _ = child.kill();
        let _ = child.wait();
        let _ = fs::remove_file(line.bench.path("u.hex"));
    }
    for n in 50..=100 {
        line.make(n);
    }
    let expected = |n: u32| (format!("EUDV2407-{n:06}"), format!("70B3D57ED{:03X}", n - 1));
    for n in 1..=100 {
        assert_eq!(line.identity(n), expected(n));
    }
    assert_eq!(line.pool(), "board 1..4000: 100 verified, 3900 free");
    line.audit();
}

/// Asked again, a unit gets the same issue, and its file the same bytes, but for one that is verified.
#[test]
fn the_same_again() {
    let mut line = Line::new();
    assert_eq!(line.good(&Line::ask(7)), "EUDV2407-000001  70-B3-D5-7E-D0-00  attempt 1  u.hex\n");
    let (first, beside) = (line.bench.read("u.hex"), line.bench.text("u.hex.units.jsonl"));
    // As `stamp` without a ledger makes the unit with this number.
    let plain = Bench::new();
    plain.good(&["stamp", "--job", "nameplate.toml", "--count", "1", "--out", "units"]);
    assert_eq!(first, plain.read("units/EUDV2407-000001.hex"));
    assert!(line.good(&Line::ask(7)).ends_with("u.hex  (there already, with the same bytes)\n"));
    let other = Line::ask(7).replace("u.hex", "u.uf2");
    line.refused(&other, 2, "u.uf2 is the name of a file in uf2, and what is written is hex: give it another name");
    fs::remove_file(line.bench.path("u.hex")).unwrap();
    line.good(&Line::ask(7));
    assert_eq!((line.bench.read("u.hex"), line.bench.text("u.hex.units.jsonl")), (first, beside.clone()));
    // Its line leads to the event, in the log and in the journal of this PC.
    let read: serde_json::Value = serde_json::from_str(&beside).unwrap();
    let event = read["ledger"]["event"].as_str().unwrap().to_owned();
    assert!(line.good("ledger export").lines().any(|line| line == event), "{event}");
    let journal = fs::read_to_string(line.journal()).unwrap();
    let path = line.bench.folder.path().canonicalize().unwrap().join("u.hex");
    let (files, events): (Vec<&str>, Vec<&str>) = journal.lines().partition(|line| line.starts_with("{\"path\""));
    assert_eq!(files.len(), 3);
    assert!(files.iter().all(|found| found.ends_with(&beside.trim_end()[1..])), "{journal}");
    // Each event of the log is there, and the last line is of the newest.
    let log = line.good("ledger export");
    let known: std::collections::BTreeSet<String> = journal
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["ledger"]["event"].as_str().unwrap().to_owned()
        })
        .collect();
    assert!(log.lines().skip(1).all(|line| known.contains(line)), "{journal}");
    assert!(events.last().unwrap().contains(&format!("\"seq\":{}}}}}", log.lines().count())), "{journal}");
    assert!(journal.contains(&format!("{{\"path\":\"{}\",", path.display())), "{journal}");
    // The job that made it makes the unit, and agrees with its journal.
    line.good("verify --job nameplate.toml --units u.hex.units.jsonl u.hex");

    line.flash(7);
    // It is not what was read back.
    let itself = format!("verify --job nameplate.toml {} u.hex", Line::keys("seen", 7));
    line.refused(&itself, 3, "u.hex: this is the file that was stamped, and says nothing of the board");
    line.good(&line.read_back(7));
    assert!(!line.bench.path("u.hex").exists());
    let said = line.good(&(Line::ask(7) + " --json"));
    assert!(said.contains(r#""state":"verified""#), "{said}");
    assert!(!line.bench.path("u.hex").exists());
    assert_eq!(line.good(&Line::ask(7)), "EUDV2407-000001  70-B3-D5-7E-D0-00  verified: nothing was written\n");
}

/// All rows or none, and the same ones again.
#[test]
fn rows_of_an_input() {
    let line = Line::new();
    line.bench.write("rows.csv", "uid,pcb\n34000001,PCB-1\n34000002,PCB-2\n34000003,PCB-3\n");
    line.good("stamp --job nameplate.toml --input rows.csv --out one");
    line.refused("stamp --job nameplate.toml --input rows.csv --out one", 3, "exists already");
    line.good("stamp --job nameplate.toml --input rows.csv --out two");
    for name in ["EUDV2407-000001.hex", "EUDV2407-000002.hex", "EUDV2407-000003.hex", "units.jsonl"] {
        assert_eq!(line.bench.read(&format!("one/{name}")), line.bench.read(&format!("two/{name}")), "{name}");
    }
    line.good("verify --job nameplate.toml --units one/units.jsonl one");
    let pool = line.pool();
    assert_eq!(pool, "board 1..4000: 3 reserved, 3997 free");
    // What is wrong with the last row gives none of them a number.
    for (rows, code, words) in [
        ("uid,pcb\n34000004,PCB-4\n34000005,PCB-3\n", 3, "row 2: unit 3 has another `uid` (34000003)"),
        ("uid,pcb\n34000004,PCB-4\n34000001,PCB-2\n", 3, "row 2: the keys name unit 1 and unit 2"),
        ("uid,pcb\n34000004,PCB-4\n34000004,PCB-5\n", 3, "column `uid` has the same value as line 2"),
        ("uid,pcb\n34000004,PCB-4\nFFFFFFFF,PCB-5\n", 3, "row 2: key `uid`: `FFFFFFFF` is a placeholder"),
        ("seq,uid,pcb\n4,34000004,PCB-4\n", 3, "column `seq`: the ledger gives the numbers"),
        ("uid\n34000004\n", 3, "no column `pcb`"),
        ("uid,pcb\n", 3, "there is no row"),
    ] {
        line.bench.write("wrong.csv", rows);
        line.refused("stamp --job nameplate.toml --input wrong.csv --out three", code, words);
        assert!(!line.bench.path("three").exists(), "{rows}");
        assert_eq!(line.pool(), pool, "{rows}");
    }
}

/// The ledger is put back from a backup, and the journal of this PC says who got which number since.
#[test]
fn an_older_copy_with_the_journal() {
    let mut line = Line::new();
    (1..=10).for_each(|n| line.make(n));
    line.good("ledger backup --out old.db");
    (11..=20).for_each(|n| line.make(n));
    line.restore("old.db");
    // Nothing is given, and reading goes on.
    let words = "this is an older copy of the ledger: it has 33 events, and its anchor";
    line.refused(&Line::ask(21), 6, words);
    line.refused(&Line::ask(21), 6, "pool `board`: 21 is the next number there, 11 here");
    line.refused(&line.read_back(11), 6, words);
    assert!(!line.bench.path("u.hex").exists());
    assert!(line.good("ledger status").contains(&format!("closed: {words}")));
    assert!(line.good("ledger find EUDV2407-000010").contains("verified"));

    let said = line.good("ledger recover --reason disk_died");
    assert!(said.contains("journal.jsonl: 63 lines of this ledger"), "{said}");
    assert!(said.contains("recovered: epoch 2") && said.contains("No number is known to be lost."), "{said}");
    assert!(said.contains("Given back by journals, to be read: units 11, 12, 13"), "{said}");
    // A good board stays good: it is read again.
    line.refused(&Line::ask(11), 3, "unit 11 is unknown: read the board");
    for n in 1..=20 {
        line.good(&line.read_back(n));
    }
    (21..=25).for_each(|n| line.make(n));
    assert_eq!(line.identity(21).0, "EUDV2407-000021");
    assert_eq!(line.pool(), "board 1..4000: 25 verified, 3975 free");
    line.audit();
}

/// The same where the journal is lost too: what nobody knows is lost, not used again.
#[test]
fn an_older_copy_alone() {
    let mut line = Line::new();
    (1..=4).for_each(|n| line.make(n));
    line.good("ledger backup --out old.db");
    (5..=8).for_each(|n| line.make(n));
    line.restore("old.db");
    fs::remove_file(line.journal()).unwrap();
    let said = line.good("ledger recover --reason disk_died");
    assert!(
        said.contains("pool `board`: 5..8 had been issued, which this ledger did not know; 4 lost in all."),
        "{said}"
    );
    // A new board may be one that has a lost number.
    line.refused(&Line::ask(9), 3, "scan the label of this board (`--label TEXT`), or give what it shows (`--found FILE`), or read that it is blank");
    line.good(&(Line::ask(9) + " --new from_the_factory --blank"));
    line.flash(9);
    line.good(&line.read_back(9));
    assert_eq!(line.identity(9).0, "EUDV2407-000009");
    // A board with a lost number keeps it: read, ...
    line.good(&line.read_back(4));
    line.bench.write("back.hex", &line.boards["0005"]);
    let said = line.good(&(Line::ask(5) + " --found back.hex"));
    assert!(said.contains("EUDV2407-000005  70-B3-D5-7E-D0-04  unknown: nothing was written: read it back"), "{said}");
    assert!(!line.bench.path("u.hex").exists());
    line.good(&line.read_back(5));
    // ... or by its label, which gives its file again.
    line.good(&(Line::ask(6) + " --label EUDV2407-000006 --label 70-B3-D5-7E-D0-05"));
    line.flash(6);
    line.good(&line.read_back(6));
    assert_eq!(line.pool(), "board 1..4000: 7 verified, 2 lost, 3991 free");
    // What no board has, a person makes void.
    line.refused("ledger void --lost board=6..8 --reason scrapped", 3, "not all of these numbers are lost");
    line.good("ledger void --lost board=7..8 --reason scrapped");
    line.good("ledger void --lost mac=6..7 --reason scrapped");
    assert_eq!(line.pool(), "board 1..4000: 7 verified, 2 void, 3991 free");
    line.boards.retain(|n, _| n != "0007" && n != "0008");
    line.make(10);
    assert_eq!(line.identity(10).0, "EUDV2407-000010");
    line.audit();
}

/// Each refusal of a unit, and the way on that it names.
#[test]
fn each_refusal_has_a_way_on() {
    let mut line = Line::new();
    line.make(1);
    // The scanner repeats the last barcode.
    let twice = "stamp --job nameplate.toml --unit uid=34002100115137300002 --unit pcb=PCB-0001 --out u.hex";
    line.refused(twice, 3, "unit 1 has another `uid` (34002100115137300001): scan it again, or `rekey`");
    line.good("ledger rekey --unit pcb=PCB-0001 --add uid=34002100115137309999 --reason MCU_replaced");
    line.good("ledger rekey --unit pcb=PCB-0001 --add uid=34002100115137300001 --reason it_was_not");
    line.good(&line.read_back(1));
    // A key that the job does not name, and one that lacks.
    line.refused("stamp --job nameplate.toml --unit uid=3402 --out u.hex", 3, "no `pcb` of the unit");
    line.refused("stamp --job nameplate.toml --unit udi=3402 --out u.hex", 3, "did you mean `uid`?");
    line.refused("stamp --job nameplate.toml --unit uid --out u.hex", 2, "expected KIND=VALUE");

    // The write fails; nobody knows what the board holds.
    line.good(&Line::ask(2));
    line.good(&format!("ledger unknown {} --reason contact", Line::keys("unit", 2)));
    fs::remove_file(line.bench.path("u.hex")).unwrap();
    line.refused(&Line::ask(2), 3, "unit 2 is unknown: read the board");
    let said = line.good(&(Line::ask(2) + " --found firmware.hex"));
    assert_eq!(said, "EUDV2407-000002  70-B3-D5-7E-D0-01  attempt 2  u.hex\n");

    // The next board is on the fixture when the write is to begin: nothing happens.
    line.refused(
        &format!("ledger begin --unit uid=34002100115137300002 {}", Line::keys("seen", 3)),
        3,
        "has another `pcb`",
    );
    line.good(&format!("ledger begin {}", Line::keys("seen", 2)));
    // It is written all the same, and read back from the other board: both are stopped.
    line.good(&format!("stamp --job nameplate.toml {} --out three.hex", Line::keys("unit", 3)));
    line.flash(3);
    fs::remove_file(line.bench.path("u.hex")).unwrap();
    line.refused(&line.read_back(3), 4, "units 2, 3 are quarantined");
    line.refused(&Line::ask(3), 3, "find the boards, then release the right one with a reason");
    line.good("ledger release --unit uid=34002100115137300002 --reason board_2_is_blank");
    line.good("ledger release --unit uid=34002100115137300003 --reason it_is_erased");
    for n in [2, 3] {
        line.good(&(Line::ask(n) + " --blank"));
        line.flash(n);
        line.good(&line.read_back(n));
    }
    assert_eq!((line.identity(2).0, line.identity(3).0), ("EUDV2407-000002".into(), "EUDV2407-000003".into()));

    // A blank board is not written: it is unknown, and asks again.
    line.good(&Line::ask(4));
    line.refused(&format!("verify --job nameplate.toml {} firmware.hex", Line::keys("seen", 4)), 4, "is erased");
    line.refused(&Line::ask(5), 3, "exists already");
    fs::remove_file(line.bench.path("u.hex")).unwrap();
    line.good(&(Line::ask(4) + " --blank"));
    line.flash(4);
    line.good(&line.read_back(4));

    // A verified one is written again with a reason, and what its board shows.
    line.refused(&(Line::ask(1) + " --blank"), 3, "give the reason for a rework (`--rework`)");
    line.refused(&(Line::ask(1) + " --rework firmware_1.3"), 3, "unit 1 is verified: read the board");
    line.bench.write("back.hex", &line.boards["0001"]);
    let said = line.good(&(Line::ask(1) + " --rework firmware_1.3 --found back.hex"));
    assert_eq!(said, "EUDV2407-000001  70-B3-D5-7E-D0-00  attempt 2  u.hex\n");
    line.flash(1);
    line.good(&line.read_back(1));
    // Out of use.
    line.good("ledger retire --unit board=EUDV2407-000001 --reason scrapped");
    line.refused(&Line::ask(1), 3, "unit 1 is retired");
    line.good(&Line::ask(6));
    line.good("ledger void --unit pcb=PCB-0006 --reason never_built");
    assert_eq!(line.pool(), "board 1..4000: 3 verified, 1 retired, 1 void, 3995 free");
    line.audit();
}

/// A file with a wrong checksum, whose numbers are right, makes nothing verified.
#[test]
fn the_numbers_alone_are_not_enough() {
    let mut line = Line::new();
    line.good(&Line::ask(1));
    line.flash(1);
    // One bit of the code, with the checksum of its record: 0x08000000 is the first byte.
    line.good("convert u.hex u.bin --format bin --window 0x08000000..0x08002000");
    let mut bytes = line.bench.read("u.bin");
    bytes[0x200] ^= 1;
    line.bench.write("back.bin", &bytes);
    let back = format!("verify --job nameplate.toml {} --base 0x08000000 back.bin", Line::keys("seen", 1));
    line.refused(&back, 4, "checksum `image` is wrong");
    assert_eq!(line.pool(), "board 1..4000: 1 unknown, 3999 free");
    assert!(line.bench.path("u.hex").exists());
    line.good(&line.read_back(1));
    assert_eq!(line.pool(), "board 1..4000: 1 verified, 3999 free");
    // Once it is verified it stays so; that this is wrong is said.
    line.refused(&back, 4, "it was verified, and is unknown from here on: checksum `image` is wrong");
    assert_eq!(line.pool(), "board 1..4000: 1 unknown, 3999 free");
}

/// What is wrong before anything is asked.
#[test]
fn wrong_usage() {
    let line = Line::bare();
    line.refused(&Line::ask(1), 1, "there is no ledger at this path; `ledger init` makes one");
    line.good("ledger init");
    line.refused("ledger init", 3, "a new ledger is never made over a file");
    line.refused(
        &Line::ask(1),
        3,
        "the ledger has no pool `board`, which the job takes numbers from: `ledger pool add board",
    );
    line.refused("ledger pool add board --first 1 --last 4000", 2, "--value");
    line.refused("ledger pool add board --value EU-{seq:4}", 2, "--first");
    line.refused("ledger pool add board --first 1 --last 99999 --value EU-{seq:4}", 3, "has no number beyond 9999");
    line.refused("ledger pool add board --first 1 --last 9 --value EU", 3, "seq");
    line.refused("ledger pool add mac --eui48 70B3D57E", 3, "70B3D57E");
    line.good("ledger pool add board --first 1 --last 9999 --value EU-{seq:4}");
    let words = "pool `board` of the ledger is written as `EU-{seq:4}`, and the job writes field `serial` as `EUDV{YY}{MM}-{seq:6}`";
    line.refused(&Line::ask(1), 3, words);
    line.bench.edit("nameplate.toml", "EUDV{YY}{MM}-{seq:6}", "EU-{seq:4}");
    line.refused(&Line::ask(1), 3, "the ledger has no pool `mac`");
    line.good("ledger pool add mac --eui48 70B3D57ED");
    line.good(&Line::ask(1));
    line.refused(
        "ledger pool add board --first 1 --last 9 --value EV-{seq:4}",
        3,
        "pool `board` exists already, 1 to 9999",
    );
    for (args, code, words) in [
        ("stamp --job nameplate.toml --out x", 2, "which unit? --unit KIND=VALUE for one"),
        ("stamp --job nameplate.toml --out x --unit uid=1 --first 1", 2, "--first and --count are not for a ledger"),
        ("stamp --job nameplate.toml --out x --count 3", 2, "--first and --count are not for a ledger"),
        ("stamp --job nameplate.toml --out x --input rows.csv --found x", 2, "are of one board"),
        ("stamp --job nameplate.toml --out x --unit uid=1 --input rows.csv", 2, "--input has all units"),
        ("feed --job nameplate.toml --out x --count 3 --format hex", 2, "come from pool `board` of a ledger"),
        ("ledger void --unit pcb=PCB-0001", 2, "--reason"),
        ("ledger void --unit pcb=PCB-0001 --reason _", 3, "a reason is needed"),
        ("ledger void --unit pcb=PCB-0002 --reason x", 3, "no unit has these keys"),
        ("ledger void --unit board=EU-0002 --reason x", 3, "no unit has that"),
        ("ledger find EU-0002", 3, "nothing is known of that"),
        ("ledger export --json", 2, "give --out FILE"),
        ("ledger import nothing.jsonl", 1, "there is no such file"),
        ("verify --job nameplate.toml --seen uid=1 firmware.hex u.hex", 2, "--seen names one board"),
    ] {
        line.refused(args, code, words);
    }
    // A job without [ledger] is for no ledger, and the other way round.
    fs::copy(crate::example("nameplate.toml"), line.bench.path("plain.toml")).unwrap();
    line.refused("stamp --job plain.toml --unit uid=1 --out x", 3, "the job has no [ledger]");
    let mut alone = line.command("stamp --job nameplate.toml --count 1 --out x");
    let alone = alone.env_remove("NAMEPLATE_LEDGER").output().unwrap();
    assert_eq!(alone.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&alone.stderr).contains("come from pool `board` of a ledger"), "{alone:?}");
    assert!(!line.bench.path("x").exists());
}

/// The last number, and the one behind it.
#[test]
fn used_up() {
    let line = Line::bare();
    line.good("ledger init");
    line.good("ledger pool add board --first 1 --last 2 --low 2 --value EUDV{YY}{MM}-{seq:6}");
    line.good("ledger pool add mac --eui48 70B3D57ED");
    for n in 1..=2 {
        line.good(&Line::ask(n));
        fs::remove_file(line.bench.path("u.hex")).unwrap();
    }
    assert!(line.good("ledger status").contains("note: pool `board`: 0 numbers are free, fewer than 2"));
    line.refused(&Line::ask(3), 5, "pool `board` is used up: 2 was its last number");
    assert!(!line.bench.path("u.hex").exists());
    assert_eq!(line.pool(), "board 1..2: 2 reserved, 0 free");
    // A unit that has its number gets it.
    line.good(&Line::ask(2));
}

/// The ledger is gone, its anchor is not; or the anchor is.
#[test]
fn gone() {
    let mut line = Line::new();
    (1..=2).for_each(|n| line.make(n));
    line.good("ledger export --out log.jsonl");
    line.make(3);
    fs::remove_file(line.bench.path("line.db")).unwrap();
    line.refused(&Line::ask(4), 1, "there is no ledger");
    line.refused("ledger init", 3, "a ledger lay here");
    line.good("ledger import log.jsonl");
    line.refused(&Line::ask(4), 6, "this is an older copy of the ledger");
    line.good("ledger recover --reason deleted");
    line.good(&line.read_back(3));
    line.make(4);
    assert_eq!(line.identity(4).0, "EUDV2407-000004");

    // Without an export, by the anchor and the journal alone.
    let anchor = line.journal().parent().unwrap().join("anchor");
    fs::remove_file(line.bench.path("line.db")).unwrap();
    let said = line.good(&format!("ledger init --after {}", anchor.display()));
    assert!(said.contains("next: `ledger pool add` each pool with the numbers that it had"), "{said}");
    line.refused(&Line::ask(5), 6, "this is an older copy of the ledger");
    line.pools();
    line.good("ledger recover --reason deleted_again");
    for n in 1..=4 {
        line.good(&line.read_back(n));
    }
    line.make(5);
    assert_eq!(line.identity(5).0, "EUDV2407-000005");
    line.audit();

    // The stick with the anchor dies.
    let moved = anchor.with_file_name("elsewhere");
    fs::rename(&anchor, &moved).unwrap();
    line.refused(&Line::ask(6), 6, "is missing. Nothing was issued. Put it back");
    fs::rename(&moved, &anchor).unwrap();
    line.make(6);
    fs::remove_dir_all(&anchor).unwrap();
    line.refused(&Line::ask(7), 6, "or run `anchor move` with a reason");
    let said = line.good("ledger anchor move --to stick --reason the_stick_died");
    assert!(
        said.contains("recovered: epoch 4. The ledger had") && said.contains("No number is known to be lost."),
        "{said}"
    );
    line.make(7);
    assert_eq!(line.identity(7).0, "EUDV2407-000007");
    line.audit();
}

/// Without its anchor an older copy cannot tell that it is one: the journal of this PC does.
#[test]
fn an_older_copy_whose_anchor_died() {
    let mut line = Line::new();
    line.make(1);
    line.good("ledger backup --out old.db");
    (2..=3).for_each(|n| line.make(n));
    line.restore("old.db");
    fs::remove_dir_all(line.journal().parent().unwrap().join("anchor")).unwrap();
    line.refused(&Line::ask(4), 6, "is missing. Nothing was issued. Put it back");
    let said = line.good("ledger anchor move --to stick --reason the_stick_died");
    assert!(said.contains("Given back by journals, to be read: units 2, 3"), "{said}");
    for n in 1..=3 {
        line.good(&line.read_back(n));
    }
    line.make(4);
    assert_eq!(line.identity(4).0, "EUDV2407-000004");
    line.audit();
}

/// A ledger that is named and told nothing says so.
#[test]
fn a_board_that_is_not_named() {
    let mut line = Line::new();
    line.good(&Line::ask(1));
    line.flash(1);
    line.bench.write("back.hex", &line.boards["0001"]);
    let note = "the ledger was not told: --seen KIND=VALUE says which board was read back";
    assert!(line.good("verify --job nameplate.toml back.hex").contains(note));
    assert!(line.good("--json verify --job nameplate.toml back.hex").contains(&format!(r#""ledger":"{note}""#)));
    assert_eq!(line.pool(), "board 1..4000: 1 reserved, 3999 free");
}
