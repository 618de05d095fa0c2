//! A program with the same job makes the same units as the command: bytes, names, lines of the journal, mistakes.

use nameplate_job::{Job, JobError, JobErrorKind, Rows};

use crate::{Bench, example};

#[path = "../../../job/examples/job_flasher.rs"]
mod job_flasher;

/// Units as a program makes them: names and bytes, and the journal.
type Made = (Vec<(String, Vec<u8>)>, String);

/// A file of these lines.
fn lines(lines: &[String]) -> String {
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

/// The units of the numbers up to `last`.
fn units(bench: &Bench, job: &str, last: u64) -> Result<Made, JobError> {
    let job = Job::parse(&bench.text(job))?;
    let open = job.open(|name| std::fs::read(bench.path(name)).ok())?;
    let mut stamper = open.stamper()?;
    let (mut units, mut journal) = (Vec::new(), Vec::new());
    for seq in 1..=last {
        let unit = stamper.stamp(seq, None)?;
        units.push((unit.name().to_owned(), unit.bytes().to_vec()));
        journal.push(unit.journal_line().to_string());
    }
    Ok((units, lines(&journal)))
}

#[test]
fn the_journal_of_the_example_is_that_of_stamp() {
    let bench = Bench::new();
    for name in ["input.toml", "units.csv"] {
        std::fs::copy(example(name), bench.path(name)).unwrap();
    }
    bench.good(&["stamp", "--job", "input.toml", "--input", "units.csv", "--out", "units"]);
    assert_eq!(lines(&job_flasher::journal().unwrap()), bench.text("units/units.jsonl"));
}

#[test]
fn units_and_journal_are_those_of_stamp() {
    let of_map = "\"firmware.hex\"\nmap = \"firmware.elf\"";
    let blank = "erased = \"00\"";
    for (folder, job, file) in [
        ("firmware", "nameplate.toml", ""),
        ("firmware", "elf.toml", ""),
        ("firmware", "elf.toml", of_map),
        ("riscv", "nameplate.toml", ""),
        ("riscv", "elf.toml", of_map),
        ("avr", "nameplate.toml", ""),
        ("avr", "elf.toml", ""),
    ] {
        let bench = Bench::new();
        for entry in std::fs::read_dir(example("..").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            std::fs::copy(&path, bench.path(path.file_name().unwrap().to_str().unwrap())).unwrap();
        }
        if !file.is_empty() {
            bench.edit(job, "\"firmware.elf\"", file);
        }
        if folder == "riscv" {
            assert!(bench.text(job).contains(blank), "the gaps of this one are filled");
        }
        bench.good(&["stamp", "--job", job, "--out", "units", "--count", "5"]);
        let (units, journal) = units(&bench, job, 5).unwrap();
        assert_eq!(journal, bench.text("units/units.jsonl"), "{folder}/{job}");
        for (name, bytes) in units {
            assert!(bytes == bench.read(&format!("units/{name}")), "{folder}/{job}: {name}");
        }
    }
}

/// Records for fields in gaps are in the template of a program too.
#[test]
fn fields_in_gaps() {
    let bench = Bench::new();
    let gap = "[[field]]\nname = \"user\"\nat = \"0x1FFFF804\"\nencode = \"u16le\"\nvalue = \"{seq}\"\ngap = \"add\"\n\n[[checksum]]";
    bench.edit("nameplate.toml", "[[checksum]]", gap);
    bench.stamp(3);
    let (units, journal) = units(&bench, "nameplate.toml", 3).unwrap();
    assert_eq!(journal, bench.text("units/units.jsonl"));
    assert!(units.iter().all(|(name, bytes)| *bytes == bench.read(&format!("units/{name}"))));
}

#[test]
fn mistakes_have_the_words_of_the_command() {
    let serial = "value  = \"EUDV{YY}{MM}-{seq:6}\"";
    let cases = [
        ("last  = 4096", "last = 3", JobErrorKind::Exhausted),
        ("seq0 = 1", "seq0 = 2", JobErrorKind::Refused),
        ("EUDV{YY}{MM}-{seq:6}", "E{seq:17}", JobErrorKind::Refused),
        (serial, "value = { text = \"a/b\" }", JobErrorKind::Refused),
        (serial, "value = { text = \"same\" }", JobErrorKind::Refused),
        ("\"{serial}\"", "\"{sreial}\"", JobErrorKind::Refused),
        ("\"{serial}\"", "\"CON\"", JobErrorKind::Refused),
        ("0x08001F04", "0x08000010", JobErrorKind::Refused),
        ("0x08001F04", "0x09001F04", JobErrorKind::Refused),
        ("0x08001F04", "symbol:nameplate+4", JobErrorKind::Refused),
        ("template  = \"blank\"", "template = \"valid\"", JobErrorKind::Refused),
        ("over      = [\"0x08000000..0x08001FFC\"]", "over = [\"symbol:nameplate\"]", JobErrorKind::Refused),
        ("\"firmware.hex\"", "\"firmware.bin\"", JobErrorKind::Refused),
        ("\"firmware.hex\"", "\"firmware.hex\"\nformat = \"elf\"", JobErrorKind::Refused),
        ("\"firmware.hex\"", "\"nameplate.toml\"", JobErrorKind::Refused),
        ("\"firmware.hex\"", "\"firmware.hex\"\nmap = \"firmware.hex\"", JobErrorKind::Refused),
    ];
    for (from, to, kind) in cases {
        let bench = Bench::new();
        bench.edit("nameplate.toml", from, to);
        let said = bench.run(&["stamp", "--job", "nameplate.toml", "--out", "units", "--count", "4"]);
        let error = units(&bench, "nameplate.toml", 4).map(drop).expect_err(to);
        assert_eq!(said.err.trim_end(), format!("nameplate: {error}"), "{to}");
        let code = if kind == JobErrorKind::Exhausted { 5 } else { 3 };
        assert_eq!((error.kind(), said.code), (kind, code), "{to}: {error}");
    }
    let bench = Bench::new();
    bench.edit("nameplate.toml", "firmware.hex", "other.hex");
    let error = units(&bench, "nameplate.toml", 1).map(drop).unwrap_err();
    assert_eq!(error.to_string(), "`file` in [image]: other.hex: there is no such file");
    let said = bench.run(&["stamp", "--job", "sqtp.toml", "--out", "units", "--count", "4"]);
    let error = units(&bench, "sqtp.toml", 1).map(drop).unwrap_err();
    assert_eq!(said.err.trim_end(), format!("nameplate: {error}"));
}

/// After an error the stamper holds the template; a unit may be stamped again; a row is of its unit.
#[test]
fn rows_and_second_attempts() {
    let text = std::fs::read_to_string(example("input.toml")).unwrap();
    let job = Job::parse(&text).unwrap();
    let rows = job.rows(&std::fs::read(example("units.csv")).unwrap()).unwrap();
    let template = std::fs::read(example("firmware.hex")).unwrap();
    assert_eq!(job.files().collect::<Vec<_>>(), ["firmware.hex"]);
    let open = job.open(|_| Some(&template)).unwrap();
    let mut stamper = open.stamper().unwrap();
    let one = stamper.stamp(1, rows.get(1)).unwrap().bytes().to_vec();
    let mut wrong = |seq, row| {
        let error = stamper.stamp(seq, rows.get(row)).map(drop).unwrap_err();
        assert!(stamper.bytes() == template, "{error}");
        assert!(*stamper.stamp(1, rows.get(1)).unwrap().bytes() == one);
        error.to_string()
    };
    assert_eq!(wrong(2, 3), "the row of unit 3 is given for unit 2");
    assert_eq!(wrong(2, 7), "no row for unit 2");
    assert_eq!(wrong(7, 1), "the job's last number is 6, the last unit would be 7");
    assert_eq!(wrong(0, 1), "the job's first number is 1, the first unit would be 0");

    let shown = format!("{open:?} {stamper:?}") + &format!("{:?}", stamper.stamp(2, rows.get(2)).unwrap());
    let keys = String::from_utf8(std::fs::read(example("units.csv")).unwrap()).unwrap();
    for key in keys.lines().skip(1).filter_map(|line| line.split_once(',')).map(|(_, key)| key) {
        assert!(!shown.to_uppercase().contains(key));
    }
}

/// They move to threads, and are shared by them.
#[test]
fn threads() {
    fn owned<T: Send + Sync + 'static>() {}
    owned::<Job>();
    owned::<Rows>();
    owned::<nameplate_job::OpenJob>();
    owned::<nameplate_job::JobStamper>();
}
