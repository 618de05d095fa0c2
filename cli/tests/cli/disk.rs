//! What the command says is on the disk, and what it does not say is not half there: at every call that changes files, and
//! at random times. `tests/disk` plays the disk; it is built when it is needed, and `target/disk` keeps it.
//!
//! `NAMEPLATE_KILLS` is the number of random kills for each command, `NAMEPLATE_SEED` where they begin; both are printed.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::Bench;
use crate::replay::{Disk, Lost};

/// What a folder holds: paths with bytes, or with nothing for folders.
pub(crate) type Tree = BTreeMap<PathBuf, Option<Vec<u8>>>;

/// What makes something new: the names of that, and the arguments.
const MAKERS: &[(&[&str], &str)] = &[
    (&["out"], "stamp --job nameplate.toml --out out --count 3 --format delta"),
    // As many are synced by one call.
    (&["out"], "stamp --job nameplate.toml --out out --count 20 --format delta"),
    // Each unit is a folder.
    (&["out"], "stamp --job images.toml --out out --count 3"),
    (&["out"], "stamp --job images.toml --out out --count 6"),
    (&["out.num"], "sqtp --job sqtp.toml --out out.num --count 5"),
    (&["out-1.num", "out-2.num", "out-3.num"], "sqtp --job sqtp.toml --out out.num --count 7 --stations 3"),
    (&["out.bin"], "convert firmware.hex out.bin --format bin --window 0x08000000..0x08002000"),
    (&["out.txt"], "feed --job nameplate.toml --count 3 --format segger-patches --out out.txt"),
    (&["out.csv", "config.csv"], "feed --job nvs.toml --count 3 --format espressif --out out.csv --config config.csv"),
    (&["out.hex"], "verify --job nameplate.toml unit.hex --undo out.hex"),
];

/// What changes a file of numbers.
const CHANGES: &[&str] = &["sqtp mark s.num --line 7", "sqtp set s.num --line 9 --hex 0034003400347734"];

const NEXT: &str = "sqtp next s.num --mark";

/// The library, built once.
pub(crate) fn shim() -> &'static Path {
    static SHIM: OnceLock<PathBuf> = OnceLock::new();
    SHIM.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let target = root.join("target/disk");
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--manifest-path"]).arg(root.join("tests/disk/Cargo.toml"));
        assert!(cargo.arg("--target-dir").arg(&target).status().unwrap().success());
        target.join("debug/libnameplate_disk.so")
    })
}

pub(crate) fn tree(root: &Path) -> Tree {
    fn read(root: &Path, folder: &Path, into: &mut Tree) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_owned();
            if path.is_dir() {
                into.insert(name, None);
                read(root, &path, into);
            } else {
                into.insert(name, Some(fs::read(&path).unwrap()));
            }
        }
    }
    let mut found = Tree::new();
    read(root, root, &mut found);
    found
}

/// What of a tree has this name, or lies in that.
fn under(tree: &Tree, name: &str) -> Tree {
    tree.iter().filter(|(path, _)| path.starts_with(name)).map(|(path, bytes)| (path.clone(), bytes.clone())).collect()
}

/// A folder in which the command runs on such a disk.
struct Run {
    bench: Bench,
    /// As the kernel says it.
    root: PathBuf,
    log: PathBuf,
    before: Disk,
    _logs: tempfile::TempDir,
}

impl Run {
    fn of(bench: Bench) -> Self {
        let root = bench.folder.path().canonicalize().unwrap();
        let logs = tempfile::tempdir().unwrap();
        Self { before: Disk::of(&root), bench, root, log: logs.path().join("log"), _logs: logs }
    }

    fn command(&self, args: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nameplate"));
        command.args(args.split(' ')).current_dir(&self.root).env("LD_PRELOAD", shim());
        command.env("NAMEPLATE_DISK_ROOT", &self.root).env("NAMEPLATE_DISK_LOG", &self.log);
        command
    }

    fn run(&self, args: &str, wish: Option<(&str, u64)>) -> Output {
        let mut command = self.command(args);
        if let Some((what, n)) = wish {
            command.env(format!("NAMEPLATE_DISK_{what}"), n.to_string());
        }
        command.output().unwrap()
    }

    /// How many calls there were.
    fn calls(&self) -> u64 {
        fs::read_to_string(&self.log).unwrap_or_default().lines().count().try_into().unwrap()
    }

    /// What there is, and what there may be after a power cut.
    fn states(&self) -> Vec<(String, Tree)> {
        // The last line may be torn by a kill: what was not said in whole was not waited for.
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let log = &log[..log.rfind('\n').map_or(0, |end| end + 1)];
        let disk = self.before.clone().replay(log);
        let after = |lost: Lost| {
            let folder = tempfile::tempdir().unwrap();
            disk.leave(folder.path(), lost);
            (format!("lost: {lost:?}"), tree(folder.path()))
        };
        let mut states = vec![("as it is".to_owned(), tree(&self.root))];
        states.extend([Lost::Unsynced, Lost::Bytes, Lost::Inside].map(after));
        states
    }
}

/// Whether it was said: a kill comes from outside, so what it says counts, not how it ended.
fn is_said(said: &Output) -> bool {
    said.status.success() || !said.stdout.is_empty()
}

/// Whether what a run makes under these names is all there or not there, each by itself, and there if it is said.
#[track_caller]
fn whole_or_not(run: &Run, names: &[&str], whole: &Tree, said: &Output, at: &str) {
    for (state, tree) in run.states() {
        for name in names {
            let (found, whole) = (under(&tree, name), under(whole, name));
            let is_reserved = found.len() == 1 && found.get(Path::new(name)) == Some(&None);
            assert!(
                found == whole || !is_said(said) && (found.is_empty() || is_reserved),
                "{at}, {state}: {} of {} are there under {name}: {said:?}",
                found.iter().filter(|(path, bytes)| whole.get(*path) == Some(*bytes)).count(),
                whole.len(),
            );
        }
    }
}

/// With what all commands need.
fn bench() -> Bench {
    let bench = Bench::new();
    let nvs =
        "[unit]\nfirst = 1\n[[field]]\nname = \"n\"\nencode = \"u16le\"\nvalue = \"{seq}\"\n[nvs]\nnamespace = \"n\"\n";
    bench.write("nvs.toml", nvs);
    bench.write("images.toml", crate::images::SMALL);
    bench.stamp(1);
    fs::rename(bench.path("units/EUDV2407-000001.hex"), bench.path("unit.hex")).unwrap();
    fs::remove_dir_all(bench.path("units")).unwrap();
    bench.good(&["sqtp", "--job", "sqtp.toml", "--out", "s.num", "--count", "20"]);
    bench
}

/// What the command makes when nothing is in its way, in how many calls, and in what time.
fn whole(names: &[&str], args: &str) -> (Tree, u64, Duration) {
    shim();
    let run = Run::of(bench());
    let began = Instant::now();
    let said = run.run(args, None);
    let took = began.elapsed();
    assert!(said.status.success(), "{args}: {said:?}");
    let whole = tree(&run.root);
    assert!(names.iter().all(|name| !under(&whole, name).is_empty()), "{args}");
    whole_or_not(&run, names, &whole, &said, args);
    // A disk that looks at nothing would find nothing.
    assert!(run.calls() >= 5, "{args}: {} calls", run.calls());
    (whole, run.calls(), took)
}

#[test]
#[ignore = "builds tests/disk, and takes a minute"]
fn killed_or_failed_at_every_call() {
    let before: Vec<PathBuf> = tree(bench().folder.path()).into_keys().collect();
    for (names, args) in MAKERS {
        let (whole, calls, _) = whole(names, args);
        for n in 1..=calls {
            for what in ["KILL_BEFORE", "KILL_AFTER", "FAIL"] {
                let run = Run::of(bench());
                let said = run.run(args, Some((what, n)));
                let at = format!("{args}: {what} {n} of {calls}");
                whole_or_not(&run, names, &whole, &said, &at);
                if what == "FAIL" && !said.status.success() {
                    let left: Vec<PathBuf> = tree(&run.root).into_keys().collect();
                    assert_eq!(left, before, "{at}: {said:?}");
                    assert!(!String::from_utf8_lossy(&said.stderr).contains("panicked"), "{at}: {said:?}");
                }
            }
        }
        println!("{args}: {} runs at {calls} calls", 3 * calls);
    }
}

/// A generator of Marsaglia's.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    /// Where the kills of a test begin, and how many there are.
    fn kills() -> (Self, u64) {
        let number = |name: &str, usual| std::env::var(name).map_or(usual, |text| text.parse().unwrap());
        let (seed, kills) = (number("NAMEPLATE_SEED", 0x5EED), number("NAMEPLATE_KILLS", 40));
        println!("NAMEPLATE_SEED={seed} NAMEPLATE_KILLS={kills}");
        (Self(seed), kills)
    }
}

/// Kills the command after a time below `most`; what it said until then.
fn killed(mut command: Command, random: &mut Random, most: Duration) -> Output {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    sleep(Duration::from_micros(random.below(most.as_micros().try_into().unwrap())));
    child.kill().unwrap();
    child.wait_with_output().unwrap()
}

#[test]
#[ignore = "builds tests/disk, and takes a minute"]
fn killed_at_random_times() {
    let (mut random, kills) = Random::kills();
    for (names, args) in MAKERS.iter().skip(1) {
        let (whole, _, most) = whole(names, args);
        let (mut early, mut done) = (0, 0);
        for kill in 0..kills {
            let run = Run::of(bench());
            let said = killed(run.command(args), &mut random, most);
            early += u64::from(!said.status.success());
            done += u64::from(run.bench.path(names[0]).exists());
            whole_or_not(&run, names, &whole, &said, &format!("{args}: kill {kill}"));
        }
        println!("{args}: {kills} kills, {early} before the end; {done} are there");
    }
    for args in CHANGES {
        let (after, _, most) = changed(args);
        let (mut early, mut done) = (0, 0);
        for kill in 0..kills {
            let run = Run::of(bench());
            let said = killed(run.command(args), &mut random, most);
            early += u64::from(!said.status.success());
            done += u64::from(run.bench.text("s.num") == after);
            before_or_after(&run, &after, &said, &format!("{args}: kill {kill}"));
        }
        println!("{args}: {kills} kills, {early} before the end; {done} are done");
    }
}

/// Whether the file of numbers is as before or as after a change, and as after if that is said.
#[track_caller]
fn before_or_after(run: &Run, after: &str, said: &Output, at: &str) {
    let before = bench().text("s.num");
    for (state, tree) in run.states() {
        let found = String::from_utf8(tree[Path::new("s.num")].clone().unwrap()).unwrap();
        assert!(found == after || !is_said(said) && found == before, "{at}, {state}: {said:?}\n{found}");
    }
}

/// The file of numbers after a change, in how many calls, and in what time.
fn changed(args: &str) -> (String, u64, Duration) {
    shim();
    let run = Run::of(bench());
    let began = Instant::now();
    let said = run.run(args, None);
    let took = began.elapsed();
    assert!(said.status.success(), "{args}: {said:?}");
    let after = run.bench.text("s.num");
    assert_ne!(after, bench().text("s.num"), "{args}");
    before_or_after(&run, &after, &said, args);
    assert!(run.calls() >= 2, "{args}: {} calls", run.calls());
    (after, run.calls(), took)
}

#[test]
#[ignore = "builds tests/disk, and takes a minute"]
fn numbers_changed_or_not() {
    for args in CHANGES {
        let (after, calls, _) = changed(args);
        for n in 1..=calls {
            for what in ["KILL_BEFORE", "KILL_AFTER", "FAIL"] {
                let run = Run::of(bench());
                let said = run.run(args, Some((what, n)));
                let at = format!("{args}: {what} {n} of {calls}");
                before_or_after(&run, &after, &said, &at);
                assert!(!String::from_utf8_lossy(&said.stderr).contains("panicked"), "{at}: {said:?}");
            }
        }
        println!("{args}: {} runs at {calls} calls", 3 * calls);
    }
}

/// A file of numbers, of which some were asked for.
struct Numbers {
    given: Vec<String>,
    silent: usize,
}

impl Numbers {
    const COUNT: usize = 400;

    fn bench() -> Bench {
        let bench = Bench::new();
        bench.good(&["sqtp", "--job", "sqtp.toml", "--out", "s.num", "--count", &Self::COUNT.to_string()]);
        bench
    }

    /// Takes what one run said and left; the states in which the file may be then, each with all that was given marked.
    fn take(&mut self, run: &Run, said: &Output, at: &str) {
        let text = String::from_utf8_lossy(&said.stdout);
        if let Some(number) = text.split("line ").nth(1).and_then(|rest| rest.split([' ', ',']).nth(1)) {
            assert!(!self.given.contains(&number.to_owned()), "{at}: {number} is given twice");
            self.given.push(number.to_owned());
        } else {
            assert!(!said.status.success(), "{at}: {said:?}");
        }
        for (state, tree) in run.states() {
            let file = String::from_utf8(tree[Path::new("s.num")].clone().unwrap()).unwrap();
            for number in &self.given {
                assert!(
                    file.contains(&format!(";{}", &record(&file, number)[1..])),
                    "{at}, {state}: {number} is not marked"
                );
            }
            self.silent = file.lines().filter(|line| line.starts_with(';')).count() - self.given.len();
        }
    }
}

/// The line that has a payload, whether it is marked or not, as one that is not.
fn record(file: &str, number: &str) -> String {
    let line = file.lines().find(|line| line.get(9..).is_some_and(|rest| rest.starts_with(number))).unwrap();
    format!(":{}", &line[1..])
}

#[test]
#[ignore = "builds tests/disk, and takes a minute"]
fn no_number_twice_whatever_is_lost() {
    shim();
    let first = Run::of(Numbers::bench());
    let began = Instant::now();
    assert!(first.run(NEXT, None).status.success());
    let most = began.elapsed();
    let calls = first.calls();
    assert!(calls > 0);
    // One kill after the other, each in what is there, or in what a power cut left.
    for lost in [None, Some(Lost::Unsynced)] {
        let mut numbers = Numbers { given: Vec::new(), silent: 0 };
        let mut run = Run::of(Numbers::bench());
        let (mut random, kills) = Random::kills();
        let wishes = (1..=calls).flat_map(|n| ["KILL_BEFORE", "KILL_AFTER", "FAIL"].map(|what| Some((what, n))));
        let wishes: Vec<_> = wishes.chain([None]).collect();
        for round in 0..wishes.len() + usize::try_from(kills).unwrap() {
            let at = format!("lost {lost:?}, round {round}");
            let said = match wishes.get(round) {
                Some(wish) => run.run(NEXT, *wish),
                None => killed(run.command(NEXT), &mut random, most),
            };
            numbers.take(&run, &said, &at);
            let states = run.states();
            let left = states[usize::from(lost.is_some())].1[Path::new("s.num")].clone().unwrap();
            run = Run::of(run.bench);
            fs::remove_file(&run.log).unwrap_or_default();
            run.bench.write("s.num", left);
            run.before = Disk::of(&run.root);
        }
        let (given, silent) = (numbers.given.len(), numbers.silent);
        assert!(given > 0);
        println!("lost {lost:?}: {given} numbers given, {silent} marked and never said");
    }
}

#[test]
fn what_a_killed_run_left_is_named() {
    let bench = Bench::new();
    bench.write(".nameplate-a1B2c3", "");
    fs::create_dir(bench.path(".nameplate-d4E5f6")).unwrap();
    // These are not of the command.
    bench.write(".nameplate-notes", "");
    let alive = fs::File::create(bench.path(".nameplate-g7H8i9")).unwrap();
    alive.lock().unwrap();
    let said = bench.run(&["stamp", "--job", "nameplate.toml", "--out", "u", "--count", "1"]);
    let expected = "nameplate: 2 leftovers, the first is ./.nameplate-a1B2c3, were left by a run that was killed: delete them; \
        they may hold keys\n";
    assert_eq!((said.code, &*said.err), (0, expected));
    let said = bench.run(&["convert", "firmware.hex", "f.bin", "--window", "0x08000000..0x08002000"]);
    assert_eq!((said.code, &*said.err), (0, expected));
    assert!(bench.path(".nameplate-a1B2c3").exists());
}

/// Waits until the command, which a shell begins with `first`, is at work, and sends it a signal.
fn interrupted(bench: &Bench, first: &str, args: &[&str], signal: &str) -> Output {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{first} exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_nameplate")]);
    command.args(args).current_dir(bench.folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let is_at_work = || bench.list().iter().any(|name| name.starts_with(".nameplate-"));
    let began = Instant::now();
    while !is_at_work() {
        assert!(began.elapsed() < Duration::from_secs(60));
        sleep(Duration::from_millis(1));
    }
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    child.wait_with_output().unwrap()
}

#[test]
fn signals_leave_nothing() {
    let bench = Bench::new();
    bench.edit("nameplate.toml", "last  = 4096", "");
    bench.edit("nameplate.toml", "70B3D57ED", "70B3D5");
    let (jobs, before) = (["100000", "10000000"], bench.list());
    let stamp = ["stamp", "--job", "nameplate.toml", "--out", "u", "--count", jobs[0]];
    let sqtp = ["sqtp", "--job", "sqtp.toml", "--out", "s.num", "--count", jobs[1]];
    // Under `nohup` this test is deaf itself.
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap().trim();
    let hears = u64::from_str_radix(ignored, 16).unwrap() & 1 == 0;
    let signals = [("-INT", 130), ("-TERM", 143)].into_iter().chain(hears.then_some(("-HUP", 129)));
    for (signal, exit, args) in signals.flat_map(|(signal, exit)| [(signal, exit, &stamp), (signal, exit, &sqtp)]) {
        let said = interrupted(&bench, "", args, signal);
        assert_eq!(said.status.code(), Some(exit), "{said:?}");
        assert_eq!(String::from_utf8(said.stderr).unwrap(), "nameplate: interrupted: nothing was written\n");
        assert_eq!((bench.list(), said.stdout), (before.clone(), Vec::new()));
    }
    let said = interrupted(&bench, "", &[&["--json"], &stamp[..]].concat(), "-INT");
    let expected = "{\"error\":\"interrupted: nothing was written\",\"exit\":130,\"ok\":false}\n";
    assert_eq!((String::from_utf8(said.stdout).unwrap(), bench.list()), (expected.to_owned(), before));
    // As `nohup` does.
    let sqtp = ["sqtp", "--job", "sqtp.toml", "--out", "s.num", "--count", "1000000"];
    let said = interrupted(&bench, "trap '' HUP;", &sqtp, "-HUP");
    assert!(said.status.success() && bench.path("s.num").exists(), "{said:?}");
}

#[test]
fn what_may_hold_keys_is_its_owners() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::new();
    let mode = |name: &str| fs::metadata(bench.path(name)).unwrap().permissions().mode() & 0o777;
    let usual = {
        bench.write("usual", "");
        mode("usual")
    };
    let all = ["u", "u/units.jsonl", "u/EUDV2407-000001.hex", "s.num", "p.txt"];
    let make = || {
        let window = "0x08000000..0x08002000";
        for args in [
            &["stamp", "--job", "nameplate.toml", "--out", "u", "--count", "1"][..],
            &["sqtp", "--job", "sqtp.toml", "--out", "s.num", "--count", "1"],
            &["feed", "--job", "nameplate.toml", "--out", "p.txt", "--count", "1", "--format", "segger-patches"],
            &["convert", "u/EUDV2407-000001.hex", "f.bin", "--window", window],
        ] {
            bench.good(args);
        }
    };
    make();
    assert_eq!(all.map(mode), [usual | usual >> 2 & 0o111, usual, usual, usual, usual]);
    assert_eq!(mode("f.bin"), usual);
    fs::remove_dir_all(bench.path("u")).unwrap();
    for name in ["s.num", "p.txt", "f.bin"] {
        fs::remove_file(bench.path(name)).unwrap();
    }
    bench.edit("nameplate.toml", "value  = \"EUDV", "secret = true\nvalue  = \"EUDV");
    bench.edit("nameplate.toml", "name  = \"{serial}\"", "name  = \"EUDV2407-{seq:6}\"");
    bench.edit("sqtp.toml", "value  = \"{seq}\"", "value  = \"{seq}\"\nsecret = true");
    make();
    assert_eq!(all.map(mode), [0o700, 0o600, 0o600, 0o600, 0o600]);
    assert_eq!(mode("f.bin"), 0o600);
    // What is made of a file is read by no more people than that.
    let unit = bench.path("u/EUDV2407-000001.hex");
    for (of, to) in [(0o640, usual & 0o640), (0o604, usual & 0o604), (0o644, usual), (0o666, usual), (0o400, 0o600)] {
        fs::set_permissions(&unit, fs::Permissions::from_mode(of)).unwrap();
        fs::remove_file(bench.path("f.bin")).unwrap();
        bench.good(&["convert", "u/EUDV2407-000001.hex", "f.bin", "--window", "0x08000000..0x08002000"]);
        assert_eq!(mode("f.bin"), to, "{of:o}");
        bench.good(&["verify", "--job", "nameplate.toml", "--undo", "t.hex", "u/EUDV2407-000001.hex"]);
        assert_eq!(mode("t.hex"), to, "{of:o}");
        fs::remove_file(bench.path("t.hex")).unwrap();
    }
}
