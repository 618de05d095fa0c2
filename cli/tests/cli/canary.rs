//! Secrets stay in: whatever the command says or writes is searched for the keys that it had in hand.
//! They may stand in stamped images and in the lists of programmers, which hold them by purpose, and nowhere else.

use std::path::Path;

use crate::search::Search;
use crate::{Bench, Said};

/// Secrets of units 1 and 2, and the job's constant. Numbers and texts have the bytes of their text here.
const APP: [&str; 2] = ["8F3A61C7D2045BE99A17F0C86E2DB354", "D4E80B6F92A1375CC6503E97FA184D2B"];
const NET: [&str; 2] = ["5E91C3047AF8D62B83B4197FE06C25DA", "A7406D1CE39B52F8680FD5B2314E9C77"];
const LINK: [&str; 2] = ["2BC95F806E13D7A4F1873A04CD5892EB", "F609A2D57B3C84E11D9E472FB0C36855"];
const PASSWORD: [&str; 2] = ["tr0ub4dor,horse&staple", "W4tch-y0ur_st3p:dance"];
const PIN: [&str; 2] = ["8140275936611209", "9275518340062271"];
const CONSTANT: &str = "93D1467EB80C2FA5E43B9107C65AD8F2";

fn unhex(digits: &str) -> Vec<u8> {
    hex::decode(digits).unwrap()
}

/// The secrets of unit `seq`.
fn of_unit(seq: usize) -> Vec<Vec<u8>> {
    let keys = [APP, NET, LINK].map(|keys| unhex(keys[seq - 1]));
    let pin: u64 = PIN[seq - 1].parse().unwrap();
    let others = [PASSWORD[seq - 1].as_bytes().to_vec(), PIN[seq - 1].as_bytes().to_vec(), pin.to_be_bytes().to_vec()];
    keys.into_iter().chain(others).collect()
}

fn all() -> Search {
    Search::of(of_unit(1).into_iter().chain(of_unit(2)).chain([unhex(CONSTANT)]))
}

/// The example job, and fields of secrets behind it: all under the checksum `image`, three under `keys`.
fn secrets(bench: &Bench) {
    let job = bench.text("nameplate.toml").replace("[unit]", "map = \"firmware.elf\"\nerase = 1024\n\n[unit]");
    let fields = [
        ("app_key", "1F20", "bytes:16", "{ input = \"app_key\", as = \"hex\" }"),
        ("net_key", "1F30", "with-inverse(bytes:16)", "{ input = \"net_key\", as = \"hex\" }"),
        ("link_key", "1F50", "with-crc:CRC-16/MODBUS:le(bytes:16)", "{ input = \"link_key\", as = \"hex\" }"),
        ("password", "1F68", "cstr:24", "{ input = \"password\", as = \"text\" }"),
        ("pin", "1F80", "u64be", "{ input = \"pin\", as = \"uint\" }"),
        ("group_key", "1F90", "bytes:16:reversed", &format!("{{ hex = \"{CONSTANT}\" }}")),
    ];
    let field = |(name, at, encode, value): (&str, &str, &str, &str)| {
        format!(
            "\n[[field]]\nname = \"{name}\"\nat = \"0x0800{at}\"\nencode = \"{encode}\"\nvalue = {value}\nsecret = true\n"
        )
    };
    let keys = "\n[[checksum]]\nname = \"keys\"\nalgorithm = \"CRC-32/ISO-HDLC\"\nover = [\"0x08001F20..0x08001F62\"]\nat = \"0x08001FA0\"\nencode = \"u32be\"\ntemplate = \"blank\"\n\n[[text]]\nname = \"sticker\"\nvalue = \"{serial}\"\n";
    bench.write("job.toml", job + &fields.map(field).concat() + keys);
    bench.write("units.csv", csv(|cells| cells));
}

/// The input; `edit` may change the row of unit 2.
fn csv(edit: impl Fn(String) -> String) -> String {
    let row = |n: usize| format!("{},{},{},{},\"{}\",{}\n", n + 1, APP[n], NET[n], LINK[n], PASSWORD[n], PIN[n]);
    format!("seq,app_key,net_key,link_key,password,pin\n{}{}", row(0), edit(row(1)))
}

/// All files of a folder and the folders in it, with what they hold.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
    all.sort();
    all
}

/// Runs the command, as text and as JSON (`{}` in an argument differs), and searches what it says.
#[track_caller]
fn quiet(bench: &Bench, search: &Search, args: &str) -> [Said; 2] {
    ["", "--json"].map(|json| {
        let line = args.replace("{}", if json.is_empty() { "text" } else { "json" });
        let args: Vec<&str> = json.split_whitespace().chain(line.split_whitespace()).collect();
        let said = bench.run(&args);
        search.nothing_in(&args, said.out.as_bytes());
        search.nothing_in(&args, said.err.as_bytes());
        said
    })
}

#[track_caller]
fn good(bench: &Bench, search: &Search, args: &str) {
    for said in quiet(bench, search, args) {
        assert_eq!(said.code, 0, "{args} {said:?}");
    }
}

/// Every command that touches the job or what it made, and every file.
#[test]
fn commands_that_work() {
    let (bench, search) = (Bench::new(), all());
    secrets(&bench);
    good(&bench, &search, "plan --job job.toml");
    for language in ["c", "rust", "linker"] {
        good(&bench, &search, &format!("header --job job.toml --language {language}"));
    }
    let formats = [
        ("hex", "hex"),
        ("elf", "elf"),
        ("delta", "hex"),
        ("pages", "hex"),
        ("bin --window 0x08000000..0x08002000", "bin"),
    ];
    for (format, ending) in formats {
        let folder = format.split(' ').next().unwrap();
        good(
            &bench,
            &search,
            &format!("stamp --job job.toml --input units.csv --count 2 --format {format} --out {folder}-{{}}"),
        );
        for out in ["text", "json"] {
            let unit = |seq: usize| format!("{folder}-{out}/EUDV2407-{seq:06}.{ending}");
            let mut expected =
                vec![unit(1), unit(2), format!("{folder}-{out}/units.jsonl"), format!("{folder}-{out}/labels.csv")];
            for (name, bytes) in files(&bench.path(&format!("{folder}-{out}"))) {
                let at = expected.iter().position(|expected| name.ends_with(expected));
                match at.map(|at| expected.remove(at)) {
                    // A unit's file has its own secrets, which shows that the search finds them, and no others.
                    Some(file) if file == unit(1) || file == unit(2) => {
                        let (own, other) = if file == unit(1) { (1, 2) } else { (2, 1) };
                        let shown = |key: &Vec<u8>| Search::of([key.clone()]).finds(&bytes).is_some();
                        let digits = PIN[own - 1].as_bytes();
                        assert!(of_unit(own).iter().filter(|key| *key != digits).all(shown), "{file}");
                        Search::of(of_unit(other)).nothing_in(&file, &bytes);
                    }
                    Some(_) => search.nothing_in(&name, &bytes),
                    None => panic!("{name}"),
                }
            }
            assert!(expected.is_empty(), "{expected:?}");
        }
        if !matches!(folder, "delta" | "pages") {
            let units = format!("{folder}-text/EUDV2407-000001.{ending} {folder}-text/EUDV2407-000002.{ending}");
            let verify = "verify --job job.toml --base 0x08000000";
            good(&bench, &search, &format!("{verify} --units {folder}-json/units.jsonl {units}"));
            good(&bench, &search, &format!("{verify} {folder}-text/EUDV2407-000001.{ending}"));
        }
        good(&bench, &search, &format!("inspect --base 0 {folder}-text/EUDV2407-000001.{ending}"));
    }
    for (to, args) in [("hex", "--record-len 8"), ("bin", "--window 0x08000000..0x08002000")] {
        good(&bench, &search, &format!("convert hex-text/EUDV2407-000001.hex {{}}.{to} {args}"));
    }
}

/// Nor in what a program that uses the command's library part prints.
#[test]
fn debug_shows_no_secret() {
    let (bench, search) = (Bench::new(), all());
    secrets(&bench);
    let guard = format!("secret = true\nexpect = \"hex:{CONSTANT}\"");
    let text = bench.text("job.toml").replacen("secret = true", &guard, 1);
    let job = nameplate_job::Job::parse(&text).unwrap();
    let set = vec![format!("app_key={}", APP[0]).into()];
    let choice = nameplate_cli::run::Choice { set, ..Default::default() };
    let sources = nameplate_job::sources(&job).unwrap();
    for said in [format!("{job:?}"), format!("{job:#?}"), format!("{sources:?}"), format!("{choice:?}")] {
        assert!(said.contains("app_key"), "{said}");
        search.nothing_in("Debug", said.as_bytes());
    }
}

/// What a checksum over a secret became could be used to guess it, and so could a hash of the whole file.
#[test]
fn what_covers_a_secret_is_not_shown() {
    let (bench, search) = (Bench::new(), all());
    secrets(&bench);
    good(
        &bench,
        &search,
        "stamp --job job.toml --input units.csv --count 2 --format bin --window 0x08000000..0x08002000 --out {}",
    );
    for seq in 1..=2 {
        let unit = bench.read(&format!("text/EUDV2407-{seq:06}.bin"));
        let words = [&unit[0x1FA0..0x1FA4], &unit[0x1FFC..], &unit[0x1F60..0x1F62]].map(hex::encode);
        let whole = nameplate_job::journal::sha256(&unit);
        let verify = format!("verify --job job.toml --base 0x08000000 text/EUDV2407-{seq:06}.bin");
        let said = quiet(&bench, &search, &verify).map(|said| said.out);
        for text in [bench.text("text/units.jsonl"), said.concat()] {
            let text = text.to_ascii_lowercase();
            let identity = hex::encode(&unit[0x1F1C..0x1F20]);
            let number = format!("{:#x}", u32::from_le_bytes(unit[0x1F1C..0x1F20].try_into().unwrap()));
            assert!(text.contains(&identity) || text.contains(&number), "what covers no secret is shown: {text}");
            for hidden in words.iter().chain([&whole]) {
                let reversed: String = unhex(hidden).iter().rev().map(|byte| format!("{byte:02x}")).collect();
                assert!(
                    !text.contains(&format!("\"{hidden}")) && !text.contains(&format!("0x{hidden}")),
                    "{hidden} in {text}"
                );
                assert!(!text.contains(&format!("0x{reversed}")), "{reversed} in {text}");
            }
        }
    }
}

/// A job of one secret field, for lists of one place.
const ONE: &str = "[image]\nfile = \"firmware.hex\"\n\n[unit]\nfirst = 1\n\n[[field]]\nname = \"app_key\"\nat = \"0x08001F20\"\nencode = \"bytes:16\"\nvalue = { input = \"app_key\", as = \"hex\" }\nsecret = true\n";
const SQTP: &str = "[unit]\nfirst = 1\n\n[[field]]\nname = \"app_key\"\nencode = \"bytes:16\"\nvalue = { input = \"app_key\", as = \"hex\" }\nsecret = true\n\n[sqtp]\nfield = \"app_key\"\nprofile = \"pic16-eeprom\"\naddress = \"0xF000\"\n";
const NVS: &str = "[nvs]\nnamespace = \"factory\"\n\n[unit]\nfirst = 1\n\n[[field]]\nname = \"app_key\"\nencode = \"bytes:16\"\nvalue = { input = \"app_key\", as = \"hex\" }\nsecret = true\n\n[[field]]\nname = \"password\"\nencode = \"cstr:24\"\nvalue = { input = \"password\", as = \"text\" }\nsecret = true\n";

/// The lists of programmers hold the keys by purpose, and what is said of them does not.
#[test]
fn lists_of_programmers() {
    let (bench, search) = (Bench::new(), all());
    secrets(&bench);
    bench.write("one.toml", ONE);
    bench.write("sqtp.toml", SQTP);
    bench.write("nvs.toml", NVS);
    let input = "--input units.csv --count 2";
    for format in ["segger-patches", "segger-snlist", "hex", "galep", "data-io", "elnec", "ruc"] {
        good(&bench, &search, &format!("feed --job one.toml {input} --format {format} --out {format}-{{}}"));
        assert!(search.finds(&bench.read(&format!("{format}-text"))).is_some(), "{format}");
    }
    // That list takes no comma.
    bench.write("no-comma.csv", bench.text("units.csv").replace("tr0ub4dor,", "tr0ub4dor;"));
    let input = "--input no-comma.csv --count 2";
    good(
        &bench,
        &search,
        &format!("feed --job nvs.toml {input} --format espressif --out {{}}.csv --config config-{{}}.csv"),
    );
    assert!(search.finds(&bench.read("text.csv")).is_some());
    search.nothing_in("config", &bench.read("config-text.csv"));

    let input = "--input units.csv --count 2";
    good(&bench, &search, &format!("sqtp --job sqtp.toml {input} --image firmware.hex --out {{}}.num"));
    good(&bench, &search, &format!("sqtp --job sqtp.toml {input} --stations 2 --out {{}}.num"));
    assert!(search.finds(&bench.read("text.num")).is_some());
    good(&bench, &search, "inspect text.num");
    for (file, other) in [("text-1.num", 2), ("text-2.num", 1)] {
        Search::of([unhex(APP[other - 1])]).nothing_in(file, &bench.read(file));
    }
    // What a programmer reads back: a zero byte behind each byte.
    let device: Vec<u8> = unhex(APP[0]).into_iter().flat_map(|byte| [byte, 0]).collect();
    bench.write("device.bin", device);
    good(&bench, &search, "convert device.bin device-{}.hex --base 0x1E000");
    good(&bench, &search, "verify --job sqtp.toml --sqtp device-text.hex");
    // Marks and changes say which unit, not what it holds.
    for said in [
        bench.run(&["sqtp", "mark", "text.num", "--line", "2"]),
        bench.run(&["sqtp", "set", "text.num", "--line", "3", "--hex", NET[0]]),
        bench.run(&["--json", "sqtp", "mark", "text.num", "--line", "3"]),
    ] {
        assert_eq!(said.code, 0, "{said:?}");
        search.nothing_in("sqtp", said.out.as_bytes());
    }
    // The next number is what was asked for.
    let next = bench.run(&["sqtp", "next", "json.num"]);
    assert!(search.finds(next.out.as_bytes()).is_some());
}

/// One thing wrong, with the keys in hand.
#[track_caller]
fn wrong(what: &str, args: &str, prepare: impl Fn(&Bench)) {
    let (bench, search) = (Bench::new(), all());
    secrets(&bench);
    prepare(&bench);
    let before = files(bench.folder.path());
    for said in quiet(&bench, &search, args) {
        assert_ne!(said.code, 0, "{what}: {said:?}");
    }
    assert_eq!(files(bench.folder.path()).len(), before.len(), "{what}: something was left behind");
    assert!(files(bench.folder.path()) == before, "{what}");
}

const STAMP: &str = "stamp --job job.toml --input units.csv --count 2 --out out";

#[test]
fn wrong_inputs() {
    let second = |from: &'static str, to: &str| {
        let to = to.to_owned();
        move |bench: &Bench| {
            bench.write(
                "units.csv",
                csv(|row| {
                    assert!(row.contains(from), "{from}");
                    row.replacen(from, &to, 1)
                }),
            );
        }
    };
    let [app, net] = [APP[1], NET[1]];
    wrong("too long", STAMP, second(app, &format!("{app}00")));
    wrong("too short", STAMP, second(app, &app[..30]));
    wrong("an odd number of digits", STAMP, second(app, &app[..31]));
    wrong("not hexadecimal at all", STAMP, second(app, PASSWORD[0].split(',').next().unwrap()));
    wrong("one digit is none", STAMP, second(app, &app.replace('D', "O")));
    wrong("digits in groups", STAMP, second(app, &app.replacen("E8", " E8 ", 1)));
    wrong("behind 0x", STAMP, second(app, &format!("0x{app}")));
    wrong("as another unit", STAMP, second(app, APP[0]));
    wrong("the password of another unit", STAMP, second(PASSWORD[1], PASSWORD[0]));
    wrong("as the cell beside it", STAMP, second(app, &format!("{app},{app}")));
    wrong("a cell is missing", STAMP, second("2,", ""));
    wrong("in the column of the number", STAMP, second("2,", &format!("{app},")));
    wrong("a quote is not closed", STAMP, second(app, &format!("\"{app}")));
    wrong("a number of a spreadsheet", STAMP, second(PIN[1], "9.27551834006227E+15"));
    wrong("a number with zeros in front", STAMP, second(PIN[1], &format!("00{}", PIN[1])));
    wrong("a number too great", STAMP, second(PIN[1], &PIN[1].repeat(2)));
    wrong("a number too great for 128 bits", STAMP, second(PIN[1], &PIN[1].repeat(3)));
    wrong("text that is too long", STAMP, second(PASSWORD[1], &PASSWORD[1].repeat(2)));
    wrong("text that is not ASCII", STAMP, second(PASSWORD[1], &format!("{}\u{fc}", PASSWORD[1])));
    wrong("erased memory", STAMP, second(app, &"FF".repeat(16)));
    wrong("columns the wrong way round", STAMP, |bench| bench.edit("units.csv", "app_key,net_key", "app_key,pin"));
    wrong("no header", STAMP, |bench| bench.write("units.csv", csv(|row| row).split_once('\n').unwrap().1));
    wrong("semicolons", STAMP, |bench| bench.write("units.csv", csv(|row| row).replace(',', ";")));
    wrong("a byte order mark", STAMP, |bench| bench.write("units.csv", format!("\u{FEFF}{}", csv(|row| row))));
    wrong("no row", "stamp --job job.toml --input units.csv --count 3 --out out", |_| ());
    wrong("the range is exhausted", "stamp --job job.toml --input units.csv --count 9999 --out out", |_| ());
    wrong("another file as input", "stamp --job job.toml --input job.toml --count 2 --out out", |_| ());
    wrong("the folder exists", STAMP, |bench| std::fs::create_dir(bench.path("out")).unwrap());
    wrong("no such folder", "stamp --job job.toml --input units.csv --count 2 --out none/out", |_| ());
    wrong("the input as job", "stamp --job units.csv --input units.csv --count 2 --out out", |_| ());
    wrong("the input as image", "inspect units.csv", |_| ());
    wrong("a list of keys as image", "inspect keys.txt", |bench| bench.write("keys.txt", APP.join("\n")));
    wrong("a list of keys as job", "plan --job keys.txt", |bench| bench.write("keys.txt", APP.join("\n")));
    // What the command line itself says wrong.
    let set = "stamp --job one.toml --first 1 --count 1 --out out --set";
    for value in [
        &format!("app_key={}", &app[1..]),
        app,
        &format!("app_key:{net}"),
        &format!("app_kye={app}"),
        &format!("={app}"),
    ] {
        wrong("--set", &format!("{set} {value}"), |bench| bench.write("one.toml", ONE));
    }
    let number = ":020000040001F9\r\n:040000009034C5343F\r\n:00000001FF\r\n";
    for value in [&app.replace('D', "O"), &app[1..], app] {
        wrong("--hex", &format!("sqtp set s.num --unit 0 --hex {value}"), |bench| bench.write("s.num", number));
    }
}

#[test]
fn wrong_jobs() {
    let plan = "plan --job job.toml";
    let edit = |from: &'static str, to: &str| {
        let to = to.to_owned();
        move |bench: &Bench| bench.edit("job.toml", from, &to)
    };
    let constant = |to: &str| edit("{ hex = \"93D1467EB80C2FA5E43B9107C65AD8F2\" }", to);
    wrong("an odd digit", plan, constant(&format!("{{ hex = \"{}\" }}", &CONSTANT[1..])));
    wrong("not hexadecimal", plan, constant(&format!("{{ hex = \"{}\" }}", CONSTANT.replace('D', "O"))));
    wrong("too long", STAMP, constant(&format!("{{ hex = \"{CONSTANT}00\" }}")));
    wrong("no table", plan, constant(&format!("\"{CONSTANT}\"")));
    wrong("a template", plan, constant(&format!("\"{{{CONSTANT}}}\"")));
    wrong("a template with a key for an alphabet", plan, constant(&format!("\"{{seq:6:{CONSTANT}}}\"")));
    wrong("not quoted", plan, constant(&format!("{{ hex = {CONSTANT} }}")));
    wrong("a quote is not closed", plan, constant(&format!("{{ hex = \"{CONSTANT} }}")));
    wrong("a number", plan, constant(&format!("{{ uint = \"{CONSTANT}\" }}")));
    wrong(
        "a number that is too great",
        STAMP,
        edit("{ input = \"pin\", as = \"uint\" }", &format!("{{ uint = \"0x{CONSTANT}\" }}")),
    );
    wrong("a signed number", STAMP, |bench| {
        bench.edit("job.toml", "u64be", "i64be");
        bench.edit("job.toml", "{ input = \"pin\", as = \"uint\" }", &format!("{{ text = \"{CONSTANT}\" }}"));
    });
    wrong("as a key", plan, constant(&format!("{{ {CONSTANT} = 1 }}")));
    let expect = |digits: &str| {
        edit(
            "value = { input = \"app_key\", as = \"hex\" }",
            &format!("value = {{ input = \"app_key\", as = \"hex\" }}\nexpect = \"{digits}\""),
        )
    };
    wrong("the template holds another key", plan, expect(&format!("hex:{CONSTANT}")));
    wrong("what is expected is no key", plan, expect(&format!("hex:{}", &CONSTANT[1..])));
    wrong("what is expected is too long", plan, expect(&format!("hex:{CONSTANT}00")));
    wrong("what is expected does not say hex:", plan, expect(CONSTANT));
    wrong("what is expected, in a header", "header --job job.toml", expect(&format!("hex:{CONSTANT}")));
    wrong("in a file name", STAMP, edit("name  = \"{serial}\"", "name  = \"{password}\""));
    wrong("on a label", STAMP, |bench| {
        bench.write("job.toml", bench.text("job.toml") + "\n[[text]]\nname = \"label\"\nvalue = \"{app_key}\"\n");
    });
    wrong("over another field", plan, edit("0x08001F30", "0x08001F28"));
    wrong("beyond the image", plan, edit("0x08001F30", "0x08002F30"));
    wrong("an encoding that does not take it", plan, edit("with-inverse(bytes:16)", "u32le"));
    wrong("a scanned label of no such scheme", STAMP, |bench| {
        bench.edit(
            "job.toml",
            "value = { input = \"password\", as = \"text\" }",
            "value = { scan = \"{seq:12}\", input = \"password\" }",
        );
    });
    wrong("no UID", STAMP, |bench| {
        bench.edit(
            "job.toml",
            "value = { input = \"password\", as = \"text\" }",
            "value = { stm32 = \"pack60\", input = \"password\" }",
        );
        bench.edit("job.toml", "cstr:24", "u64be");
    });
    wrong("a stamped unit as template", plan, |bench| {
        bench.good(&["stamp", "--job", "job.toml", "--input", "units.csv", "--count", "2", "--out", "made"]);
        bench.edit("job.toml", "file = \"firmware.hex\"", "file = \"made/EUDV2407-000001.hex\"");
    });
    wrong("a stamped unit as template, with any bytes", plan, |bench| {
        bench.good(&["stamp", "--job", "job.toml", "--input", "units.csv", "--count", "2", "--out", "made"]);
        let job =
            bench.text("job.toml").replace("firmware.hex", "made/EUDV2407-000001.hex").replace("map =", "# map =");
        let job =
            job.replace("value  =", "expect = \"any\"\nvalue  =").replace("secret =", "expect = \"any\"\nsecret =");
        bench.write("job.toml", job.replacen("template  = \"blank\"", "template  = \"unknown\"", 1));
    });
}

/// Files that were made, damaged or taken for others.
#[test]
fn wrong_files() {
    let made = |bench: &Bench| {
        drop(bench.good(&["stamp", "--job", "job.toml", "--input", "units.csv", "--count", "2", "--out", "made"]));
    };
    let unit = "made/EUDV2407-000001.hex";
    let verify = format!("verify --job job.toml --units made/units.jsonl {unit}");
    let damage = |from: &'static str, to: &'static str| {
        move |bench: &Bench| {
            made(bench);
            bench.edit(unit, from, to);
        }
    };
    wrong("a digit of the key", &verify, damage(":101F20008F3A", ":101F20008F3B"));
    wrong("no digit in the key", &verify, damage(":101F20008F3A", ":101F20008F3G"));
    wrong("no digit in the key", &format!("inspect {unit}"), damage(":101F20008F3A", ":101F20008F3G"));
    wrong(
        "the line of the key is too long",
        &format!("inspect --lenient {unit}"),
        damage(":101F20008F3A", ":111F20008F3A"),
    );
    wrong("the line of the key has no colon", &format!("inspect {unit}"), damage(":101F20008F3A", "101F20008F3A"));
    // With record sums that are right, and everything else wrong.
    let bytes = |at: usize, byte: u8| {
        move |bench: &Bench| {
            made(bench);
            bench.good(&["convert", unit, "dump.bin", "--window", "0x08000000..0x08002000"]);
            let mut dump = bench.read("dump.bin");
            dump[at] ^= byte;
            bench.write("dump.bin", dump);
        }
    };
    let verify = "verify --job job.toml --base 0x08000000 --units made/units.jsonl dump.bin";
    for (what, at, byte) in [
        ("a bit of the key", 0x1F22, 1),
        ("a bit of the inverted key", 0x1F33, 0x80),
        ("a bit under the CRC of the key", 0x1F54, 4),
        ("the CRC of the key", 0x1F60, 4),
        ("a letter of the password", 0x1F69, 0x80),
        ("the end of the password", 0x1F7F, 0x41),
        ("a bit of the constant", 0x1F95, 2),
        ("the checksum over the keys", 0x1FA0, 2),
        ("the serial", 0x1F08, 1),
    ] {
        wrong(what, verify, bytes(at, byte));
    }
    let job = |units: &str, image: &str| format!("verify --job job.toml --units {units} {image}");
    wrong("another unit's line", &job("made/units.jsonl", unit), |bench| {
        made(bench);
        let lines = bench.text("made/units.jsonl");
        bench.write("made/units.jsonl", lines.lines().nth(1).unwrap());
    });
    wrong("the firmware", &job("made/units.jsonl", "firmware.hex"), made);
    wrong("the input in place of the record", &job("units.csv", unit), made);
    wrong("a list of keys in place of the record", &job("keys.txt", unit), |bench| {
        made(bench);
        bench.write("keys.txt", format!("\"{}\"\n\"{}\"\n", APP[0], APP[1]));
    });
    wrong("a list of numbers in place of the record", &job("keys.txt", unit), |bench| {
        made(bench);
        bench.write("keys.txt", PIN.join("\n"));
    });
    wrong("a record with a key in it", &job("made/units.jsonl", unit), |bench| {
        made(bench);
        bench.edit("made/units.jsonl", "\"length\":16", &format!("\"length\":\"{}\"", APP[0]));
    });
    wrong("the input as unit", &job("made/units.jsonl", "units.csv"), made);

    let sqtp = |bench: &Bench| {
        bench.write("sqtp.toml", SQTP);
        bench.good(&["sqtp", "--job", "sqtp.toml", "--input", "units.csv", "--count", "2", "--out", "made.num"]);
    };
    let line = |from: &'static str, to: &'static str| {
        move |bench: &Bench| {
            sqtp(bench);
            bench.edit("made.num", from, to);
        }
    };
    for args in ["inspect made.num", "sqtp next made.num", "sqtp mark made.num --unit 0"] {
        wrong("a digit", args, line("8F3A", "8F3B"));
        wrong("no digit", args, line("8F3A", "8F3G"));
        wrong("a digit is missing", args, line("8F3A", "8F3"));
        wrong("a byte is missing", args, line("8F3A", "8F"));
        wrong("two lines in one", args, line("\r\n", ""));
    }
    let readback = "verify --sqtp --job sqtp.toml dump.hex";
    wrong("another memory", readback, |bench| {
        sqtp(bench);
        bench.write("device.bin", unhex(APP[0]).repeat(2));
        bench.good(&["convert", "device.bin", "dump.hex", "--base", "0x1E000"]);
    });
    wrong("no NUL behind a text", readback, |bench| {
        sqtp(bench);
        bench.write("sqtp.toml", SQTP.replace("bytes:16", "cstr:16").replace("\"hex\"", "\"text\""));
        bench.write("device.bin", unhex(APP[0]).into_iter().flat_map(|byte| [byte | 1, 0]).collect::<Vec<_>>());
        bench.good(&["convert", "device.bin", "dump.hex", "--base", "0x1E000"]);
    });
    wrong("a list that exists", "sqtp --job sqtp.toml --input units.csv --count 2 --out made.num", sqtp);
    let nvs = |from: &'static str, to: &'static str| {
        move |bench: &Bench| {
            bench.write("nvs.toml", NVS);
            bench.edit("units.csv", from, to);
        }
    };
    let feed = "feed --job nvs.toml --input units.csv --count 2 --format espressif --out values.csv";
    wrong("text that is too long", feed, nvs("staple", "staple-staple-staple"));
    wrong("text in two lines", feed, nvs("staple", "sta\nple"));
    wrong("a formula", feed, nvs("\"tr0ub4dor", "\"=tr0ub4dor"));
}
