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
    owned::<nameplate_job::OpenImages>();
    owned::<nameplate_job::ImagesStamper>();
}

/// The units of several images up to `last`, as a program makes them.
fn folders(bench: &Bench, job: &str, last: u64) -> Result<Made, JobError> {
    let job = Job::parse(&bench.text(job))?;
    let open = job.open_images(|name| std::fs::read(bench.path(name)).ok())?;
    let mut stamper = open.stamper()?;
    let (mut units, mut journal) = (Vec::new(), Vec::new());
    for seq in 1..=last {
        let unit = stamper.stamp(seq, None)?;
        for image in unit.images() {
            let name = match image.name() {
                Some(_) => format!("{}/{}", unit.name(), image.file()),
                None => unit.name().to_owned(),
            };
            units.push((name, image.bytes().to_vec()));
        }
        journal.push(unit.journal_line().to_string());
    }
    Ok((units, lines(&journal)))
}

/// The folders of `stamp`, to the byte, and its journal; of a job with one image, its files.
#[test]
fn units_of_several_images_are_those_of_stamp() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/boards/atmega328p.toml");
    let flash = ":0402000000000000FA\n:107FF000FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF91\n:00000001FF\n";
    let small = crate::images::SMALL;
    let format = "[image.output]\nformat = \"bin\"\n[[image]]\nname = \"app\"";
    let secret = small.replace("value = \"{seq}\"", "value = { hex = \"C0FFEE11\" }\nsecret = true");
    let secret = secret.replacen("u32le", "bytes:4", 1).replace("u16be", "bytes:4").replace("N{n}/{m}", "N");
    for (job, images) in [
        (small.to_owned(), 2),
        (small.replacen("[[image]]\nname = \"app\"", format, 1), 2),
        (secret, 2),
        (
            std::fs::read_to_string(path)
                .unwrap()
                .replace("at     = \"0x0200\"", "at     = \"0x0200\"\nexpect = \"any\""),
            2,
        ),
        (std::fs::read_to_string(example("nameplate.toml")).unwrap(), 1),
    ] {
        let bench = Bench::new();
        bench.write("j.toml", &job);
        if job.contains("ATmega") {
            bench.write("firmware.hex", flash);
        }
        bench.good(&["stamp", "--job", "j.toml", "--out", "u", "--count", "3"]);
        let (units, journal) = folders(&bench, "j.toml", 3).unwrap();
        assert_eq!(journal, bench.text("u/units.jsonl"));
        assert_eq!(units.len(), 3 * images);
        for (name, bytes) in units {
            assert!(bytes == bench.read(&format!("u/{name}")), "{name}");
        }
    }
}

#[test]
fn mistakes_in_several_images_have_the_words_of_the_command() {
    let small = crate::images::SMALL;
    for (from, to, expected) in [
        ("first = 1", "first = 1\nlast = 2", "the job's last number is 2, the last unit would be 3"),
        ("at = 4", "at = 0x40", "image `app`: field `n`"),
        ("u16be\"\nvalue = \"{seq}\"", "u16be\"\nvalue = { uint = 70000 }", "field `m`"),
        ("u{seq}", "u", "units 1 and 2 would both be `u`"),
        ("u{seq}", "{who}", "who"),
        ("create = \"0x0..0x10\"", "file = \"no.bin\"", "no.bin"),
        ("over = [\"0x0..0x1C\"]", "over = [\"settings:0x0..0x10\"]", "no order is right"),
    ] {
        let bench = Bench::new();
        assert!(small.contains(from), "{from}");
        bench.write("j.toml", small.replacen(from, to, 1));
        let said = bench.run(&["stamp", "--job", "j.toml", "--out", "u", "--count", "3"]);
        let error = folders(&bench, "j.toml", 3).map(drop).expect_err(to).to_string();
        assert!(error.contains(expected), "{to}: {error}");
        // The command names the file of the job, and the system's own words of one that is not there.
        let said = said.err.trim_end().trim_start_matches("nameplate: ").trim_start_matches("j.toml: ");
        assert!(said == error || to.contains("no.bin"), "{said}\n{error}");
    }
    let job = Job::parse(small).unwrap();
    let error = job.open(|_| None::<Vec<u8>>).map(drop).unwrap_err().to_string();
    assert!(error.contains("and a program has `Job::open_images`"), "{error}");
}

/// A unit is judged by all of its images; after an error the next unit is as ever.
#[test]
fn several_images_are_verified_together() {
    use nameplate::image::{Container, Raw};

    let bin = "create = \"0x0..0x10\"\noutput.format = \"bin\"";
    let job = crate::images::SMALL.replace("create = \"0x0..0x10\"", bin);
    let job = job.replace("create = \"0x0..0x20\"", "create = \"0x0..0x20\"\noutput.format = \"bin\"");
    let job = Job::parse(&job.replace("value = \"{seq}\"", "value = { input = \"n\", as = \"uint\" }")).unwrap();
    let rows = job.rows(b"seq,n\n1,17\n2,70000\n3,19\n").unwrap();
    let open = job.open_images(|_| None::<Vec<u8>>).unwrap();
    let mut stamper = open.stamper().unwrap();
    let mut files = |seq| {
        let unit = stamper.stamp(seq, rows.get(seq)).map_err(|error| error.to_string())?;
        Ok::<_, String>(unit.images().map(|image| image.bytes().to_vec()).collect::<Vec<_>>())
    };
    let one = files(1).unwrap();
    // It fits in four bytes and not in two.
    assert!(files(2).unwrap_err().contains("field `m`"));
    assert_eq!(files(1).unwrap(), one);
    let three = files(3).unwrap();
    let verify = |seq, settings: &[u8], app: Option<&[u8]>| {
        let (settings, app) = (Raw::new(settings, 0).unwrap(), app.map(|app| Raw::new(app, 0).unwrap()));
        let mut dumps: Vec<(&str, &dyn Container)> = vec![("settings", &settings)];
        dumps.extend(app.iter().map(|app| -> (&str, &dyn Container) { ("app", app) }));
        open.verify(seq, rows.get(seq), &dumps).map_err(|error| error.to_string())
    };
    assert_eq!(verify(1, &one[0], Some(&one[1])), Ok(()));
    assert_eq!(verify(3, &three[0], Some(&three[1])), Ok(()));
    let error = verify(1, &one[0], None).unwrap_err();
    assert!(error.contains("image `app`: it was not read back"), "{error}");
    let error = verify(1, &one[0], Some(&three[1])).unwrap_err();
    assert!(error.contains("image `app`: field `n` at 0x00000004..0x00000008 is not what the unit has"), "{error}");
    assert!(error.contains("image `settings`: checksum `all` is wrong"), "{error}");
    assert!(!error.contains("field `m`"), "{error}");
    assert_eq!(verify(1, &one[0], Some(&one[1][..9])).unwrap_err().matches("image `app`").count(), 2);
}
