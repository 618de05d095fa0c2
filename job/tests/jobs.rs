//! Jobs that are read and written, mistakes in them, and what is right in place of them.

#![allow(clippy::panic)] // a test fails by one

use nameplate::check::{Crc, Parameters};
use nameplate::image::hex::Tolerance;
use nameplate::image::{Erased, ErasedMap};
use nameplate::repair::{FeedOrder, Own, Step, Tail};
use nameplate::{At, Encoding};
use nameplate_job::job::*;
use nameplate_job::{ParseError, ParseErrorKind};

/// Every key of a job that makes images.
const JOB: &str = include_str!("data/every_key.toml");

/// Every key of a job for SQTP.
const SQTP: &str = include_str!("data/sqtp.toml");

fn with(job: &str, from: &str, to: &str) -> Result<Job, ParseError> {
    assert!(job.contains(from), "{from}");
    Job::parse(&job.replacen(from, to, 1))
}

#[test]
fn tolerances_by_name() {
    let file = "file   = \"firmware.hex\"";
    let tolerate = |list: &str| with(JOB, file, &format!("{file}\ntolerate = {list}"));
    let image = tolerate("[\"no-eof\", \"copies\"]").unwrap().image.unwrap();
    assert_eq!(image.tolerate, [Tolerance::NoEof, Tolerance::Copies]);
    for (list, expected) in [
        ("[\"comment\"]", "did you mean `comments`?"),
        ("\"no-eof\"", "a list of kinds, as [\"no-eof\"]"),
        ("[\"copies\"]\nformat = \"elf\"", "only HEX, S-record and TI-TXT files are read with tolerances"),
        ("[]\ncrossing = \"wraps\"", "did you mean `wrap`?"),
    ] {
        let error = tolerate(list).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let error = with(JOB, file, &format!("{file}\ncrossing = \"wrap\"\nformat = \"elf\"")).unwrap_err().to_string();
    assert!(error.contains("only records of HEX files pass the end of a segment"), "{error}");
}

#[test]
fn every_key() {
    let job = Job::parse(JOB).unwrap();
    let image = Image {
        content: Content::File("firmware.hex".to_owned()),
        format: None,
        map: None,
        virtual_addresses: false,
        memory: None,
        address_unit: None,
        remap: Vec::new(),
        uf2_family: None,
        nvs_range: None,
        tolerate: Vec::new(),
        crossing: None,
        base: None,
        family: None,
        erased: ErasedMap::default(),
        erase: Some(2048),
        write_unit: Some(8),
        output: Output::default(),
    };
    assert_eq!(job.image, Some(image));
    let name = Some("{serial}".to_owned());
    assert_eq!(job.unit, Unit { first: 1, last: Some(20000), date: Some((2024, 7, 1)), name, given: Given::default() });
    let [serial, mac, key] = job.fields.as_slice() else { panic!("{:?}", job.fields) };
    let places = [&serial.at, &mac.at, &key.at].map(Clone::clone);
    assert_eq!(places, [0x0800_7F00, 0x0800_7F10, 0x0800_7F18].map(|at| Some(At::address(at))));
    assert_eq!(serial.value, ValueSpec::Template("EUDV{YY}{MM}-{seq:6}".to_owned()));
    assert_eq!(mac.value, ValueSpec::Eui48 { prefixes: vec!["70B3D57ED".to_owned()], stride: 1, seq0: 1, pool: None });
    assert_eq!(key.value, ValueSpec::Input { column: "app_key".to_owned(), as_: InputAs::Hex, unique: true });
    assert_eq!((serial.secret, &serial.expect, key.secret), (false, &Expect::Erased, true));
    let [app] = job.checksums.as_slice() else { panic!("{:?}", job.checksums) };
    assert_eq!((&*app.name, &app.algorithm), ("app", &Algorithm::Name("CRC-32/ISO-HDLC".to_owned())));
    let stored = |at, encode, inverted| Stored { at: At::address(at), encode, inverted };
    let copy = stored(0x0800_7FF8, Encoding::u32_be(), true);
    assert_eq!(app.stores, [stored(0x0800_7FFC, Encoding::u32_le(), false), copy]);
    assert_eq!((app.order, app.own, app.tail), (FeedOrder::Swap32, Own::Skip, Tail::Zeros(4)));
    assert_eq!((app.over.len(), &app.over[0]), (1, &nameplate::repair::Over::from(0x0800_0000..0x0800_7FFC)));
    assert_eq!((app.gaps, &app.template), (Gaps::Error, &Template::Valid));
    assert!(app.steps.is_empty());
    assert_eq!(job.sqtp, None);

    let job = Job::parse(SQTP).unwrap();
    assert!(job.image.is_none() && job.fields.iter().all(|field| field.at.is_none()));
    let address = SqtpAddress::Device(0x8000);
    assert_eq!(job.sqtp, Some(Sqtp { fields: vec!["serial".to_owned()], profile: "pic16-userid".to_owned(), address }));
    let record = with(SQTP, "\"0x8000\"", "\"record:0x10\"").unwrap().sqtp.unwrap();
    assert_eq!(record.address, SqtpAddress::Record(0x10));
}

#[test]
fn other_values() {
    let bin = with(JOB, "\"firmware.hex\"", "\"f.bin\"\nformat = \"bin\"\nbase = \"0xFFFFFFFFFFFFFF00\"").unwrap();
    let bin = bin.image.unwrap();
    assert_eq!((bin.format, bin.base), (Some(Format::Bin), Some(0xFFFF_FFFF_FFFF_FF00)));
    assert_eq!(with(JOB, "\"FF\"", "\"FF3F\"").unwrap().image.unwrap().erased.rest().as_bytes(), [0xFF, 0x3F]);
    assert_eq!(with(JOB, "20000", "\"18446744073709551615\"").unwrap().unit.last, Some(u64::MAX));

    let given = with(JOB, "first  = 1", "first = 1\nstation = \"07\"\nproduct = \"EUDV\"\ncountry = \"DE\"")
        .unwrap()
        .unit
        .given;
    let expected = ["07", "EUDV", "DE"].map(|text| Some(text.to_owned()));
    assert_eq!([given.station, given.product, given.country], expected);
    for (text, expected) in [
        (
            "{ eui48 = [\"70B3D5\", \"0080E1\"], seq0 = 7 }",
            ValueSpec::Eui48 {
                prefixes: vec!["70B3D5".to_owned(), "0080E1".to_owned()],
                stride: 1,
                seq0: 7,
                pool: None,
            },
        ),
        ("{ hex = \"00fF\" }", ValueSpec::Hex(vec![0x00, 0xFF])),
        ("{ text = \"{seq}\" }", ValueSpec::Text("{seq}".to_owned())),
        ("{ uint = \"0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF\" }", ValueSpec::Uint(u128::MAX)),
        (
            "{ input = \"n\", as = \"uint\", unique = true }",
            ValueSpec::Input { column: "n".to_owned(), as_: InputAs::Uint, unique: true },
        ),
    ] {
        assert_eq!(with(SQTP, "\"{seq}\"", text).unwrap().fields[0].value, expected);
    }
    for (text, expected) in [
        ("\"any\"", Expect::Any),
        ("\"hex:00112233445566778899aabbccddeeff\"", Expect::Hex((0..=255).step_by(17).collect())),
    ] {
        assert_eq!(with(JOB, "\"erased\"", text).unwrap().fields[0].expect, expected);
    }
    let sum = |from: &str, to: &str| with(JOB, from, to).unwrap().checksums.remove(0);
    let add = with(JOB, "gap    = \"error\"", "gap    = \"add\"").map(|job| job.fields.first().map(|field| field.add));
    assert_eq!(add.ok().flatten(), Some(true));
    assert_eq!(sum("gaps      = \"error\"", "gaps = \"skip\"").gaps, Gaps::Skip);
    assert_eq!(sum("gaps      = \"error\"", "gaps = \"fill:5a\"").gaps, Gaps::Fill(Erased::byte(0x5A)));
    let pic = Gaps::Fill(Erased::pattern(&[0xFF, 0x3F]).unwrap());
    assert_eq!(sum("gaps      = \"error\"", "gaps = \"fill:FF3F\"").gaps, pic);
    let crc = "{ width = 16, poly = \"0x8005\", init = 0x800D, refin = true, refout = false, xorout = 1 }";
    let parameters = Parameters { width: 16, poly: 0x8005, init: 0x800D, refin: true, refout: false, xorout: 1 };
    assert_eq!(sum("\"CRC-32/ISO-HDLC\"", crc).algorithm, Algorithm::Crc(Crc::new(parameters).unwrap()));
    let digest = with(
        &JOB.replace("\"u32le\"", "\"bytes:32\"").replace("\"u32be\"", "\"bytes:32:reversed\""),
        "CRC-32/ISO-HDLC",
        "sha256",
    );
    let stores: Vec<_> = digest.unwrap().checksums.remove(0).stores.into_iter().map(|store| store.encode).collect();
    assert_eq!(stores, [Encoding::bytes(32), Encoding::reversed_bytes(32)]);
    for (text, own) in [("outside", Own::Outside), ("fill:00", Own::Fill(0)), ("force:0xBABA", Own::Force(0xBABA))] {
        assert_eq!(sum("\"skip\"", &format!("\"{text}\"")).own, own);
    }
    for (text, tail) in [("error", Tail::Error), ("drop:16", Tail::Drop(16))] {
        assert_eq!(sum("\"zeros:4\"", &format!("\"{text}\"")).tail, tail);
    }
    for (text, order) in [
        ("forward", FeedOrder::Forward),
        ("swap16", FeedOrder::Swap16),
        ("swap64", FeedOrder::Swap64),
        ("backwards", FeedOrder::Backwards),
    ] {
        assert_eq!(sum("\"swap32\"", &format!("\"{text}\"")).order, order);
    }
    let steps = sum("[]", "[\"negate\", \"add:5\", \"not\", \"add:0x100000000000000000\"]").steps;
    assert_eq!(steps, [Step::Negate, Step::Add(5), Step::Not, Step::Add(1 << 68)]);
    let steps = sum("[]", "[\"mirror\", \"xor:0xEF\", \"subtract-from:9\", \"esp8266\"]").steps;
    assert_eq!(steps, [Step::Mirror, Step::Xor(0xEF), Step::SubtractFrom(9), Step::Esp8266]);
    let preset =
        "[[checksum]]\nname = \"boot\"\npreset = \"esp32-image\"\nat = 0x10000\ntemplate = \"unknown\"\n[[checksum]]";
    let job = with(JOB, "[[checksum]]", preset).unwrap();
    let kind = PresetKind::Esp32Image(At::address(0x10000));
    let expected = Preset { name: "boot".to_owned(), image: None, kind, template: Template::Unknown };
    assert_eq!((job.presets, job.checksums.len()), (vec![expected], 1));
    let preset = preset.replace("esp32-image\"", "nrf52-settings\"\napp = 0x26000\nbackup = \"symbol:copy+4\"");
    let (at, app) = (At::address(0x1_0000), At::address(0x2_6000));
    let kind = PresetKind::Nrf52Settings { at, app_image: None, app, backup: Some(At::symbol("copy").plus(4)) };
    assert_eq!(with(JOB, "[[checksum]]", &preset).unwrap().presets[0].kind, kind);
    assert_eq!(sum("\"valid\"", "\"blank\"").template, Template::Blank(None));
    assert_eq!(sum("\"valid\"", "\"blank:00\"").template, Template::Blank(Some(0)));
    assert_eq!(sum("\"valid\"", "\"unknown\"").template, Template::Unknown);
}

/// A job, written and read, is the same job.
#[track_caller]
fn again(job: &Job) {
    let text = job.to_toml();
    match Job::parse(&text) {
        Ok(again) => assert!(again == *job && again.to_toml() == text, "{text}\n{again:#?}\n{job:#?}"),
        Err(error) => panic!("{error}\n{text}"),
    }
}

/// All job files of the repository, as they are, and with any value of any of them in the place of another.
#[test]
fn written_and_read_again() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folders = [
        "examples/firmware",
        "examples/avr",
        "examples/riscv",
        "examples/pic16f84",
        "examples/boards",
        "job/tests/data",
    ];
    let (mut texts, mut read) = (Vec::new(), std::collections::HashSet::new());
    for folder in folders.into_iter().chain(["fuzz/seeds/parse_job"]) {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "toml") {
                texts.push(std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    assert!(texts.len() >= 13, "{}", texts.len());
    for text in &texts {
        again(&Job::parse(text).unwrap());
    }

    let values = include_str!("data/values.txt").lines().filter_map(|line| line.split_once(" = "));
    let values: Vec<(&str, &str)> = values.collect();
    let digest = &*JOB.replace("\"u32le\"", "\"bytes:32\"").replace("\"u32be\"", "\"bytes:32:reversed\"");
    let digest = digest.replace("CRC-32/ISO-HDLC", "sha256");
    let nvs = SQTP.split("[sqtp]").next().unwrap().to_owned() + "[nvs]\nnamespace = \"factory\"\n";
    let partition = NVS.to_owned();
    for text in texts.iter().chain([&digest, &nvs, &partition]) {
        for line in text.lines() {
            let Some((key, _)) = line.split_once('=') else { continue };
            for (_, value) in values.iter().filter(|(name, _)| *name == key.trim()) {
                let job = Job::parse(&text.replacen(line, &format!("{key}= {value}"), 1));
                if let Ok(job) = job {
                    again(&job);
                    let _ = read.insert((key.trim(), *value));
                }
            }
        }
        for (key, value) in &values {
            // A key that the table does not have yet, in front of its first one.
            for at in text.match_indices("]\n").map(|(at, _)| at + 2) {
                let job = Job::parse(&format!("{}{key} = {value}\n{}", &text[..at], &text[at..]));
                if let Ok(job) = job {
                    again(&job);
                    let _ = read.insert((key, *value));
                }
            }
        }
    }
    // Each of them has its place in some job.
    let unread: Vec<_> = values.iter().filter(|value| !read.contains(*value)).collect();
    assert!(unread.is_empty(), "{unread:#?}");
}

/// Every preset.
const PRESETS: &str = include_str!("data/presets.toml");

#[test]
fn every_preset_and_text_is_written() {
    let job = Job::parse(PRESETS).unwrap();
    again(&job);
    assert_eq!((job.presets.len(), job.texts.len()), (12, 3));
    let odd = "\u{1}\t\n\r\\\"'#é\u{7F}\u{85}\u{2028}".to_owned();
    let unit = Unit { name: Some(odd.clone()), ..job.unit.clone() };
    let texts = vec![Text { name: "t".to_owned(), kind: TextKind::Gs1(vec![(odd.clone(), odd)]) }];
    again(&Job { unit, texts, ..job });
}

/// Memory from nothing, what is written of it, and files that are merged.
#[test]
fn templates_of_no_file_and_of_several() {
    let job = Job::parse(include_str!("data/created.toml")).unwrap();
    let image = job.image.as_ref().unwrap();
    let span = |start, len| nameplate::Span::new(start, len).unwrap();
    assert_eq!(image.content, Content::Created(span(0x81_0000, 0x400)));
    assert_eq!(image.output, Output { format: Some(Format::Hex), range: Some(span(0x81_0000, 0x200)), base: Some(0) });
    let mut blank = [0xA5; 4];
    image.erased.bytes_into(0x81_01FE, &mut blank);
    assert_eq!(blank, [0, 0, 0xFF, 0]);
    assert_eq!(job.files().count(), 0);

    let list = "[\"boot.hex\", \"app.s19\", { file = \"cal.bin\", base = 0x200 }]\nmap = \"app.elf\"";
    let job = with(JOB, "\"firmware.hex\"", list).unwrap();
    assert_eq!(job.files().collect::<Vec<_>>(), ["boot.hex", "app.s19", "cal.bin", "app.elf"]);
    let part = |name: &str, base| Part { name: name.to_owned(), base };
    let parts = vec![part("boot.hex", None), part("app.s19", None), part("cal.bin", Some(0x200))];
    assert_eq!(job.image.unwrap().content, Content::Merged(parts));
    // One name in a list is that file.
    assert_eq!(with(JOB, "\"firmware.hex\"", "[\"firmware.hex\"]").unwrap(), Job::parse(JOB).unwrap());
}

#[test]
fn mistakes() {
    let (mut job, mut from, mut to, mut count) = ("", String::new(), String::new(), 0);
    for line in include_str!("data/mistakes.txt").lines() {
        let (kind, text) = line.split_at_checked(2).unwrap_or((line, ""));
        match kind {
            "==" => {
                job = match text.trim() {
                    "every_key.toml" => JOB,
                    "sqtp.toml" => SQTP,
                    "ledger.toml" => LEDGER,
                    "nvs.toml" => NVS,
                    "images.toml" => IMAGES,
                    other => panic!("{other}"),
                }
            }
            "- " => from = text.replace("\\n", "\n"),
            "+ " | "+" => to = text.replace("\\n", "\n"),
            "! " => {
                let error = with(job, &from, &to).expect_err(&to);
                assert_eq!(error.to_string(), text, "{to}");
                let unsupported = text.contains("not supported yet");
                assert_eq!(error.kind() == ParseErrorKind::Unsupported, unsupported, "{to}");
                count += 1;
            }
            _ => assert!(line.is_empty() || line.starts_with('#'), "{line}"),
        }
    }
    assert_eq!(count, 246);
}

/// Every key of a job for an NVS partition from nothing.
const NVS: &str = include_str!("data/nvs.toml");

/// Every key of a job with several images.
const IMAGES: &str = include_str!("data/images.toml");

#[test]
fn several_images() {
    let job = Job::parse(IMAGES).unwrap();
    again(&job);
    assert!(job.image.is_none() && job.has_images());
    let images = job.of_images().unwrap();
    let order: Vec<_> = images.in_order().map(|(index, image)| (index, image.name.as_deref().unwrap())).collect();
    assert_eq!(order, [(0, "softdevice"), (2, "app"), (1, "settings"), (3, "manifest")]);
    let names = |index: usize| {
        let job = &images.all()[index].job;
        let fields = job.fields.iter().map(|field| field.name.clone());
        let checks = job.checksums.iter().map(|checksum| checksum.name.clone());
        fields.chain(checks).chain(job.presets.iter().map(|preset| preset.name.clone())).collect::<Vec<_>>()
    };
    assert_eq!((names(0), names(1)), (vec![], vec!["nrf".to_owned()]));
    assert_eq!(
        (names(2), names(3)),
        (vec!["serial".to_owned(), "own".to_owned()], vec!["n".to_owned(), "all".to_owned()])
    );
    assert_eq!(images.all()[3].covers, [0, 1, 2]);
    // In front of a range of its own image its name says nothing.
    assert_eq!(job.checksums[0].over[0].image(), None);
    assert_eq!(job.checksums[1].over[1].image(), Some("settings"));
    let output = job.images[3].image.output;
    assert_eq!((output.format, output.range.is_some()), (Some(Format::Bin), true));
    // The only one of a list need not be said.
    let one = "[[image]]\nname = \"app\"\nfile = \"a.hex\"\n[unit]\nfirst = 0\n[[field]]\nname = \"n\"\nat = 0\nencode = \"u8\"\nvalue = \"{seq}\"\n";
    assert_eq!(Job::parse(one).unwrap().fields[0].image.as_deref(), Some("app"));
    let error = job.open(|_| None::<Vec<u8>>).unwrap_err().to_string();
    assert!(error.starts_with("the job has several images, each under [[image]], and this is for one"), "{error}");
}

/// A key that is a constant of the job is not shown.
#[test]
fn secret_constants() {
    let text =
        JOB.replacen("{ input = \"app_key\", as = \"hex\" }", "{ hex = \"2B7E151628AED2A6ABF7158809CF4F3\" }", 1);
    let expected = "line 31: `hex` in value: expected hexadecimal digits, two for each byte";
    assert_eq!(Job::parse(&text).unwrap_err().to_string(), expected);
}

#[test]
fn kinds_and_lines() {
    for (from, to, kind, line) in [
        ("[unit]", "[unit", ParseErrorKind::Syntax, 7),
        ("first ", "frist ", ParseErrorKind::Unknown, 8),
        ("first  = 1", "", ParseErrorKind::Missing, 7),
        (", seq0 = 1", "", ParseErrorKind::Missing, 25),
        ("first  = 1", "first  = 1.0", ParseErrorKind::Value, 8),
        ("ascii:16:nul", "bcd:15", ParseErrorKind::Value, 16),
    ] {
        let error = with(JOB, from, to).unwrap_err();
        assert_eq!((error.kind(), error.line()), (kind, line), "{to}");
        let windows = JOB.replace('\n', "\r\n").replacen(from, to, 1);
        assert_eq!(Job::parse(&windows).unwrap_err().line(), line, "{to}");
    }
}

/// A long job or a deep one has an answer, and soon.
#[test]
fn large_jobs() {
    let field = JOB.split_inclusive("\n\n").nth(2).unwrap();
    let many: String = (0..10_000).map(|n| field.replacen("\"serial\"", &format!("\"f{n}\""), 1)).collect();
    assert_eq!(Job::parse(&format!("{JOB}{many}")).unwrap().fields.len(), 10_003);
    assert_eq!(Job::parse(&("a = ".to_owned() + &"[".repeat(100_000))).unwrap_err().kind(), ParseErrorKind::Syntax);
}

/// A job whose numbers a ledger gives.
const LEDGER: &str = include_str!("data/ledger.toml");

#[test]
fn a_ledger() {
    let job = Job::parse(LEDGER).unwrap();
    assert_eq!(job.to_toml(), LEDGER);
    let Some(Ledger { pool, keys, evidence: Evidence::Reported, retry: Retry::Person }) = &job.ledger else {
        panic!("{:?}", job.ledger)
    };
    assert_eq!((pool.as_str(), keys.join(" ").as_str()), ("board", "uid board"));
    // The numbers of the units may be the ledger's alone.
    assert_eq!(with(LEDGER, "first = 0\n", "").unwrap(), job);
}

/// Numbers that a ledger hands out are no numbers of a unit: whoever has only that is told so.
#[test]
fn a_stamper_has_no_numbers_of_a_ledger() {
    let image = "[image]\nfile = \"f.bin\"\nformat = \"bin\"\nbase = 0\n\n";
    let serial = "name = \"serial\"\nat = 0\n";
    let mac = "name = \"mac\"\nat = 8\n";
    let text = LEDGER.replacen("name = \"serial\"\n", serial, 1).replacen("name = \"mac\"\n", mac, 1);
    let text = text.replacen("[nvs]\nnamespace = \"factory\"\n", "", 1);
    let job = Job::parse(&(image.to_owned() + &text)).unwrap();
    let file = [0xFF; 16];
    let open = job.open(|_| Some(file)).unwrap();
    let mut stamper = open.stamper().unwrap();
    let expected = "field `mac`: a ledger hands out the numbers of pool `mac`: `nameplate stamp --ledger` asks it; a program gives what it was answered to `Run::drawn`";
    assert_eq!(stamper.stamp(1, None).err().unwrap().to_string(), expected);
    assert_eq!(stamper.bytes(), file);
    assert_eq!(open.verify(1, None, &open.read(0, b"0123456789abcdef").unwrap()).unwrap_err().to_string(), expected);
    // The number of a unit may come from anywhere.
    let text = text.replacen("stride = 2, pool = \"mac\"", "seq0 = 0", 1);
    let open = Job::parse(&(image.to_owned() + &text)).unwrap().open(|_| Some(file)).unwrap();
    assert_eq!(open.stamper().unwrap().stamp(17, None).unwrap().bytes(), b"EU-00017\x70\xB3\xD5\x7E\xD0\x11\xFF\xFF");
}

/// The texts are those that the ledger keeps, so they are asserted to the letter.
#[test]
fn a_ledger_and_its_job_agree() {
    let job = Job::parse(LEDGER).unwrap();
    let written = |pool: &str| match pool {
        "board" => Some("EU-{seq:5}"),
        "mac" => Some("eui48 70B3D57ED stride 2"),
        _ => None,
    };
    let [board, mac] = &job.identities(written).unwrap()[..] else { panic!("two") };
    assert_eq!((board.pool(), board.field(), mac.pool(), mac.field()), ("board", "serial", "mac", "mac"));
    assert_eq!((board.text(99_999), board.text(100_000)), (Some("EU-99999".to_owned()), None));
    assert_eq!((board.number("EU-00017"), board.number("EU-17"), board.number("UE-00017")), (Some(17), None, None));
    assert_eq!((mac.text(2).as_deref(), mac.text(2048)), (Some("70-B3-D5-7E-D0-04"), None));
    assert_eq!((mac.number("70-B3-D5-7E-D0-04"), mac.number("70-B3-D5-7E-D0-05")), (Some(2), None));
    assert_eq!(mac.number("70:B3:D5:7E:D0:04"), None);
    for (pool, other, expected) in [
        ("board", None, "the ledger has no pool `board`"),
        ("board", Some("EU-{seq:6}"), "is written as `EU-{seq:6}`, and the job writes field `serial` as `EU-{seq:5}`"),
        ("mac", Some("eui48 70B3D57ED"), "the job writes field `mac` as `eui48 70B3D57ED stride 2`"),
    ] {
        let error = job.identities(|name| if name == pool { other } else { written(name) }).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    assert!(job.identities(written).is_ok());
}

/// Each field has the number of its pool, and its row.
#[test]
fn what_a_ledger_gave() {
    use nameplate_job::{Draw, Run};
    let job = with(LEDGER, "\"EU-{seq:5}\"", "{ input = \"label\", as = \"text\" }").unwrap();
    let rows = job.rows_in_order(b"uid,label\n1,EU-00030\n2,EU-00010\n").unwrap();
    let draw = |seq, mac, row| Draw { seq, pools: [("mac".to_owned(), mac)].into(), row };
    let run = Run::drawn(&job, [draw(30, 7, 1), draw(10, 9, 2)], Some(rows)).unwrap();
    assert_eq!((run.count(), run.first(), run.last()), (2, 10, 30));
    assert_eq!(run.numbers().collect::<Vec<_>>(), [10, 30]);
    for (seq, label, mac) in [(10, "EU-00010", "70-B3-D5-7E-D0-12"), (30, "EU-00030", "70-B3-D5-7E-D0-0E")] {
        let row = run.row(seq).unwrap();
        let values = run.values(seq, row.as_ref()).unwrap();
        assert_eq!(
            (run.text(&values, "serial").as_deref(), run.text(&values, "mac").as_deref()),
            (Some(label), Some(mac))
        );
    }
    let error = job.rows_in_order(b"seq,label\n1,EU-00030\n").unwrap_err().to_string();
    assert_eq!(error, "line 1: column `seq`: the ledger gives the numbers; leave it out");
    assert!(Run::drawn(&job, [], None).is_err());
    // Without the number of a pool there is no value.
    let run = Run::drawn(&job, [Draw { seq: 1, pools: [].into(), row: 1 }], None).unwrap();
    assert!(run.values(1, None).unwrap_err().to_string().contains("no value in column `label`"));
}
