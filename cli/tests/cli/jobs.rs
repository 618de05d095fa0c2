//! Whole jobs made at random: what `stamp` writes is compared with a slow twin, as images, as deltas, as binaries of a
//! window and at other addresses; `plan` agrees with `stamp`; `verify` finds every unit right, with and without its journal, and one covered byte
//! that is another wrong by its checksum alone. A test runs some hundred; thousands by
//!
//!     NAMEPLATE_JOBS=5000 cargo test --release -p nameplate-cli --test cli jobs::
//!
//! with `NAMEPLATE_SEED=n` for others, or for one again.

use std::fs;
use std::path::{Path, PathBuf};

use nameplate::image::hex::Options;
use nameplate::image::{Elf, Sparse};
use nameplate_cli::commands::{plan, stamp, verify};
use nameplate_cli::failure::Failure;
use nameplate_cli::report::Report;
use nameplate_cli::run::Choice;
use nameplate_cli::units::{Form, Output};
use nameplate_job::job::Format;

use crate::random::Random;
use crate::reference::{self, Memory};
use crate::twin::{Kind, Whole};

/// What a command said: all of it, or why it refused.
type Said = Result<String, (String, u8)>;

fn said<T>(run: impl FnOnce(&mut Report<'_>) -> Result<T, Failure>) -> Result<T, (String, u8)> {
    let mut sink = std::io::sink();
    run(&mut Report::new(&mut sink, false)).map_err(|failure| (failure.to_string(), failure.exit().code()))
}

/// A job in its folder.
struct Bench<'f> {
    folder: &'f Path,
    about: String,
}

impl Bench<'_> {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn stamp(&self, out: &str, choice: Choice, form: Form) -> Said {
        let args = stamp::Args { job: self.path("job.toml"), out: self.path(out), choice, form };
        said(|_| stamp::run(&args, Options::strict()).map(|outcome| outcome.text))
    }

    /// Whether a file is right, by the journal of a folder if there is one.
    fn verify(&self, image: &str, journal: Option<&str>, base: Option<u64>, other_firmware: bool) -> bool {
        let (job, images) = (self.path("job.toml"), vec![self.path(image)]);
        let units = journal.map(|folder| self.path(folder).join("units.jsonl")).into_iter().collect();
        let args = verify::Args { job, base, units, other_firmware, images, ..verify::Args::default() };
        said(|report| verify::run(&args, Options::strict(), report))
            .unwrap_or_else(|error| panic!("{error:?}: {image}: {}", self.about))
            .1
    }
}

/// Runs a job in `folder`; whether it was good.
fn one(folder: &Path, random: &mut Random) -> bool {
    let whole = Whole::new(random);
    if whole.fields.is_empty() {
        return false;
    }
    let job = whole.job(random);
    let about = format!("{job}\n{:?}, {} units, fault {:?}", whole.kind, whole.count, whole.fault);
    let bench = Bench { folder, about: about.clone() };
    let path = |name: &str| bench.path(name);
    let ending = match whole.kind {
        Kind::Hex => "hex",
        Kind::Bin => "bin",
        Kind::Elf => "elf",
    };
    fs::write(path("job.toml"), &job).unwrap();
    fs::write(path(&format!("t.{ending}")), whole.file(&whole.template)).unwrap();
    let input = whole.takes_input().then(|| {
        fs::write(path("in.csv"), whole.input()).unwrap();
        path("in.csv")
    });
    let choice = Choice { count: Some(whole.count), input, ..Choice::default() };
    let form = Form::default();
    let planned = said(|report| {
        let args = plan::Args { job: path("job.toml"), choice: choice.clone(), form: form.clone() };
        plan::run(&args, Options::strict(), report)
    });
    let stamped = bench.stamp("units", choice.clone(), form.clone());
    assert_eq!(planned.map(drop), stamped.clone().map(drop), "{about}");
    let units: Option<Vec<Memory>> = (0..whole.count).map(|n| whole.unit(n)).collect();
    if let Err(refused) = &stamped {
        assert!(whole.fault.is_some() || units.is_none(), "{refused:?}: {about}");
        assert!(!path("units").exists(), "{about}");
        return false;
    }
    let units = units.unwrap_or_else(|| panic!("not refused: {about}"));
    let window = whole.spans[0].0..whole.spans.last().unwrap().1;
    let others = random.one_in(2);
    let base = random.of(&[0, 1, 0xFFF0, 0x8100_0000]);
    let raw_too = others && whole.kind == Kind::Hex && whole.may_be_filled();
    if others {
        let delta = Form { format: Some(Output::Delta), window: None, base: None };
        bench.stamp("deltas", choice.clone(), delta).unwrap_or_else(|error| panic!("{error:?}: {about}"));
        let raw = Form { format: Some(Output::Image(Format::Bin)), window: Some(window.clone()), base: None };
        if whole.kind == Kind::Hex {
            let moved = Form { format: None, window: Some(window.clone()), base: Some(base) };
            bench.stamp("moved", choice.clone(), moved).unwrap_or_else(|error| panic!("{error:?}: {about}"));
        }
        if raw_too {
            bench.stamp("binaries", choice, raw).unwrap_or_else(|error| panic!("{error:?}: {about}"));
        }
    }
    for (n, memory) in (0..).zip(&units) {
        let unit = format!("u-{}", whole.first + n);
        let name = format!("units/{unit}.{ending}");
        let file = fs::read(path(&name)).unwrap();
        // Letter case is the record's; where a record has no letter, it may be any.
        let same =
            |one: &[u8], two: &[u8]| if whole.kind == Kind::Hex { one.eq_ignore_ascii_case(two) } else { one == two };
        assert!(same(&file, &whole.file(memory)), "unit {n}: {about}");
        if whole.kind == Kind::Hex {
            assert_eq!(reference::read(&file).as_ref(), Some(memory), "unit {n}: {about}");
        } else if whole.kind == Kind::Elf {
            let loaded = Sparse::new(&Elf::parse(&file).unwrap());
            let span = nameplate::Span::try_from(whole.spans[0].0..whole.spans[0].1).unwrap();
            assert!(loaded.get(span).unwrap().iter().eq(memory.values()), "unit {n}: {about}");
        }
        assert!(bench.verify(&name, Some("units"), None, false), "unit {n}: {about}");
        assert!(bench.verify(&name, None, None, random.one_in(2)), "unit {n}, without the journal: {about}");
        if others {
            let delta = format!("deltas/{unit}.hex");
            let slots: Memory = whole.slots().map(|at| (at, memory[&at])).collect();
            assert_eq!(reference::read(&fs::read(path(&delta)).unwrap()), Some(slots), "unit {n}: {about}");
            assert!(bench.verify(&delta, Some("deltas"), None, false), "the delta of unit {n}: {about}");
            let right = bench.verify(&delta, None, None, false);
            assert_eq!(right, !whole.reads_as_nothing(memory), "the delta of unit {n}, without the journal: {about}");
        }
        if others && whole.kind == Kind::Hex {
            let moved = format!("moved/{unit}.hex");
            let expected: Memory = memory.iter().map(|(at, byte)| (at - window.start + base, *byte)).collect();
            let found = reference::read(&fs::read(path(&moved)).unwrap());
            assert_eq!(found, Some(expected), "unit {n} from {base:#X} on: {about}");
            assert!(bench.verify(&moved, Some("moved"), None, false), "unit {n} from {base:#X} on: {about}");
        }
        if raw_too {
            let raw = format!("binaries/{unit}.bin");
            let bytes: Vec<u8> =
                window.clone().map(|at| memory.get(&at).copied().unwrap_or_else(|| whole.blank(at))).collect();
            assert_eq!(fs::read(path(&raw)).unwrap(), bytes, "unit {n}: {about}");
            let right = bench.verify(&raw, Some("binaries"), Some(window.start), false);
            assert!(right, "the binary of unit {n}: {about}");
        }
        if let Some(check) = whole.checks.first() {
            let (start, end) = random.of(&check.over);
            let covered: Vec<u64> = memory.range(start..end).map(|(at, _)| *at).collect();
            let at = random.of(&covered);
            let mut flipped = memory.clone();
            *flipped.get_mut(&at).unwrap() ^= 1 << random.below(8);
            fs::write(path(&name), whole.file(&flipped)).unwrap();
            let about = format!("unit {n} with another byte at {at:#X}: {about}");
            assert!(!bench.verify(&name, Some("units"), None, false), "{about}");
            assert!(!bench.verify(&name, None, None, true), "by its checksum alone, {about}");
        }
    }
    true
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

#[test]
fn whole_jobs_are_as_their_twin() {
    let (jobs, seed) = (number("NAMEPLATE_JOBS").unwrap_or(200), number("NAMEPLATE_SEED").unwrap_or(1));
    let mut good = 0;
    for index in 0..jobs {
        let folder = tempfile::tempdir().unwrap();
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(index));
        random.bytes(8);
        good += u64::from(one(folder.path(), &mut random));
    }
    println!("{jobs} jobs, {good} of them good");
    // Not all of them are refused, nor none.
    assert!(good > jobs / 4 && good < jobs, "{good} of {jobs}");
}
