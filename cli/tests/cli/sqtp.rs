//! Lists for programmers: SQTP files inspected, marked, changed and split; other lists written.

use nameplate::image::hex::{Hex, Style};
use nameplate::image::{Merge, Sparse};
use nameplate::sqtp::File;

use crate::Bench;

const FILE: &str =
    ":020000040001F9\r\n;040000007E34CF3447\r\n:040000009034C5343F\r\n:040000009134C5343E\r\n:00000001FF\r\n";

#[test]
fn the_next_number() {
    let bench = Bench::new();
    bench.write("s.num", FILE);
    assert_eq!(
        bench.good(&["inspect", "s.num"]),
        "s.num: SQTP, 3 units of 4 bytes at record address 0x00010000\n  1 used, 2 unused; the next is in line 3\n"
    );
    assert_eq!(bench.good(&["sqtp", "next", "s.num"]), "s.num: line 3: 9034C534, the next unused\n");
    assert_eq!(bench.text("s.num"), FILE);
    assert_eq!(bench.good(&["sqtp", "next", "s.num", "--mark"]), "s.num: line 3: 9034C534, marked as used\n");
    let marked = FILE.replace(":040000009034", ";040000009034");
    assert_eq!(bench.text("s.num"), marked);
    assert_eq!(bench.good(&["sqtp", "set", "s.num", "--line", "4", "--hex", "ab34cd34"]), "s.num: line 4: changed\n");
    let changed = marked.replace(":040000009134C5343E", ":04000000AB34CD341C");
    assert_eq!(bench.text("s.num"), changed);
    bench.good(&["sqtp", "mark", "s.num", "--line", "4"]);
    for (args, expected, code) in [
        (&["next", "s.num"][..], "s.num: all 3 units were used", 5),
        (&["mark", "s.num", "--line", "4"], "s.num: line 4 is marked already", 3),
        (&["mark", "s.num", "--line", "5"], "s.num: there is no unit in line 5; they are in lines 2 to 4", 3),
        (&["mark", "s.num", "--line", "1"], "s.num: there is no unit in line 1; they are in lines 2 to 4", 3),
        (&["set", "s.num", "--line", "4", "--hex", "9034C534"], "s.num: line 3 has this payload already", 3),
        (&["set", "s.num", "--line", "2", "--hex", "00"], "s.num: line 2, column 1: the number was used already", 3),
    ] {
        let said = bench.run(&[&["sqtp"], args].concat());
        assert_eq!((said.err.as_str(), said.code), (format!("nameplate: {expected}\n").as_str(), code));
    }
    assert_eq!(bench.text("s.num"), changed.replace(":04000000AB", ";04000000AB"));
    assert_eq!(bench.run(&["sqtp", "set", "s.num", "--line", "1", "--hex", "0"]).code, 2);
    assert_eq!(bench.run(&["sqtp", "--out", "x.num"]).code, 2);
}

/// What a number means is what the job of the file says.
#[test]
fn the_next_number_is_decoded() {
    let bench = Bench::new();
    bench.good(&["sqtp", "--job", "sqtp.toml", "--out", "s.num", "--count", "2"]);
    let said = bench.good(&["sqtp", "next", "s.num", "--job", "sqtp.toml", "--mark"]);
    assert_eq!(said, "s.num: line 2: 0034003400340134, serial 1, marked as used\n");
    bench.write("other.num", FILE);
    let said = bench.run(&["sqtp", "next", "other.num", "--job", "sqtp.toml", "--mark"]);
    assert_eq!(said.err, "nameplate: other.num: line 3: the payload has 4 bytes, that of the job has 8\n");
    assert_eq!(bench.text("other.num"), FILE);
}

/// A number that stands twice in a file is given out once.
#[test]
fn a_used_number_that_stands_again_is_refused() {
    let bench = Bench::new();
    bench.write("s.num", ":0200000000AA54\n:0200000000BB43\n:0200000000aa54\n:00000001FF\n");
    assert_eq!(bench.good(&["sqtp", "next", "s.num", "--mark"]), "s.num: line 1: 00AA, marked as used\n");
    assert_eq!(bench.good(&["sqtp", "next", "s.num", "--mark"]), "s.num: line 2: 00BB, marked as used\n");
    let said = bench.run(&["sqtp", "next", "s.num", "--mark"]);
    let expected = "nameplate: s.num: the next unused number, in line 3, was used before, in line 1; take it out of the file, or make the file anew\n";
    assert_eq!((said.err.as_str(), said.code), (expected, 3));
    assert_eq!(bench.text("s.num"), ";0200000000AA54\n;0200000000BB43\n:0200000000aa54\n:00000001FF\n");
}

/// A file of several pieces gives what it gives when it is read whole; and it is checked to its end.
#[test]
fn the_next_number_of_a_large_file() {
    let bench = Bench::new();
    for (front, end) in [("", "\n"), (":020000040001F9\r\n", "\r\n"), ("\n:020000040001F9\n", "\n"), ("", "\r")] {
        let line = |sign: char, number: u32| {
            let sum = number.to_be_bytes().iter().fold(0xFC_u8, |sum, byte| sum.wrapping_sub(*byte));
            format!("{sign}04000000{number:08X}{sum:02X}{end}")
        };
        let units = |used: u32| (0..120_000).map(|at| line(if at < used { ';' } else { ':' }, at)).collect::<String>();
        let before = if front.is_empty() { 0 } else { front.matches('\n').count() };
        for used in [0, 1, 55_187, 55_188, 55_189, 119_999] {
            let text = format!("{front}{}:00000001FF{end}", units(used));
            bench.write("s.num", &text);
            let said = bench.good(&["sqtp", "next", "s.num", "--mark"]);
            assert_eq!(said, format!("s.num: line {}: {used:08X}, marked as used\n", before + 1 + used as usize));
            assert_eq!(bench.text("s.num"), text.replacen(&line(':', used), &line(';', used), 1));
        }
        for (wrong, expected) in [
            (format!("{front}{}{}", units(3), line(':', 7).replace("04000000", "04000100")), "line"),
            (
                format!("{front}{}:0400000000000007F6{end}:00000001FF{end}", units(3)),
                "record sum is 0xF6, expected 0xF5",
            ),
            (format!("{front}{}{}:00000001FF{end}", units(3), line(':', 1)), ""),
        ] {
            bench.write("s.num", &wrong);
            let said = bench.run(&["sqtp", "next", "s.num", "--mark"]);
            assert_eq!(said.code, if expected.is_empty() { 0 } else { 3 }, "{said:?}");
            assert!(said.err.contains(expected), "{said:?}");
        }
        bench.write("s.num", format!("{front}{}{}:00000001FF{end}", units(120_000), line(':', 70_000)));
        let said = bench.run(&["sqtp", "next", "s.num", "--mark"]);
        let expected = format!("in line {}, was used before, in line {};", before + 120_001, before + 70_001);
        assert!(said.err.contains(&expected), "{said:?}");
        // The used one may come behind it: soon, in the next piece, or at the end.
        for (used, behind) in [(0_u32, 1), (7, 30_000), (70_000, 1), (3, 119_990)] {
            let mut lines: Vec<String> = (0..120_000).map(|at| line(if at < used { ';' } else { ':' }, at)).collect();
            let again = line(';', used);
            let used = used as usize;
            lines[used + behind] = again;
            bench.write("s.num", format!("{front}{}:00000001FF{end}", lines.concat()));
            let said = bench.run(&["sqtp", "next", "s.num", "--mark"]);
            let lines = (before + used + 1, before + used + behind + 1);
            assert!(
                said.err.contains(&format!("in line {}, was used before, in line {};", lines.0, lines.1)),
                "{said:?}"
            );
        }
    }
}

/// A number that nobody can hear is not marked.
#[test]
#[cfg(target_os = "linux")]
fn a_number_into_a_closed_output() {
    let bench = Bench::new();
    bench.write("s.num", FILE);
    let run = |end: &str| {
        let command = format!("\"$0\" sqtp next s.num --mark {end}");
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &command, env!("CARGO_BIN_EXE_nameplate")]).current_dir(bench.folder.path()).output().unwrap()
    };
    let said = run(">&-");
    let expected = "nameplate: s.num: standard output is closed, so that nobody would hear the number: it is not marked; `sqtp mark` marks one that is known\n";
    assert_eq!((said.status.code(), String::from_utf8(said.stderr).unwrap()), (Some(1), expected.to_owned()));
    assert_eq!(bench.text("s.num"), FILE);
    let said = run(">/dev/full");
    assert_eq!((said.status.code(), bench.text("s.num").as_str()), (Some(1), FILE));
    // Whoever asks for that has what was asked for.
    assert!(run(">/dev/null").status.success() && bench.text("s.num") != FILE);
}

/// A station waits for another one as long as it is told to.
#[test]
fn a_file_that_another_station_holds() {
    let bench = Bench::new();
    bench.write("s.num", FILE);
    let held = std::fs::File::open(bench.path("s.num")).unwrap();
    held.lock().unwrap();
    let said = bench.run(&["sqtp", "next", "s.num", "--mark", "--wait", "0"]);
    assert_eq!((said.out.as_str(), said.code), ("", 1));
    assert_eq!(said.err, "nameplate: s.num: another station has held it for 0 s; --wait says how long to wait\n");
    let said = bench.run(&["sqtp", "mark", "s.num", "--line", "3", "--wait", "1"]);
    assert!(said.err.starts_with("nameplate: s.num: waiting for another station, at most 1 s\n"), "{said:?}");
    drop(held);
    assert_eq!(bench.text("s.num"), FILE);
    bench.good(&["sqtp", "next", "s.num", "--mark", "--wait", "0"]);
}

/// A number that nobody heard is not used.
#[test]
#[cfg(target_os = "linux")]
fn a_number_that_cannot_be_said_is_not_marked() {
    let bench = Bench::new();
    bench.write("s.num", FILE);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let (reader, closed) = std::io::pipe().unwrap();
    drop(reader);
    for out in [std::process::Stdio::from(full), closed.into()] {
        let mut next = std::process::Command::new(env!("CARGO_BIN_EXE_nameplate"));
        let next = next.args(["sqtp", "next", "s.num", "--mark"]).current_dir(bench.folder.path()).stdout(out);
        let output = next.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.ends_with("the number could not be said, so it is not marked as used\n"), "{said}");
        assert_eq!(bench.text("s.num"), FILE);
    }
}

/// Stations that share a list and ask at the same time get a number each.
#[test]
fn no_number_is_given_twice() {
    const STATIONS: usize = 4;
    const EACH: usize = 12;
    let bench = Bench::new();
    bench.good(&["sqtp", "--job", "sqtp.toml", "--out", "s.num", "--count", &(STATIONS * EACH).to_string()]);
    let ask = || (0..EACH).map(|_| bench.good(&["sqtp", "next", "s.num", "--mark"])).collect::<Vec<_>>();
    let mut said: Vec<String> = std::thread::scope(|scope| {
        let stations: Vec<_> = (0..STATIONS).map(|_| scope.spawn(ask)).collect();
        stations.into_iter().flat_map(|station| station.join().unwrap()).collect()
    });
    said.sort();
    said.dedup();
    assert_eq!(said.len(), STATIONS * EACH);
    assert_eq!(bench.run(&["sqtp", "next", "s.num"]).code, 5);
}

#[test]
fn what_is_wrong_is_said() {
    let bench = Bench::new();
    bench.write("d.num", FILE.replace("9134C5343E", "9034C5343F"));
    assert!(bench.good(&["inspect", "d.num"]).ends_with("\n  line 4 has the number of line 3\n"));
    bench.write("s.num", FILE.replace("343E", "343F"));
    let said = bench.run(&["inspect", "s.num"]);
    let wrong = "line 4, column 18: record sum is 0x3F, expected 0x3E";
    assert_eq!((said.err, said.code), (format!("nameplate: s.num: {wrong}\n"), 3));
    assert!(bench.good(&["inspect", "--lenient", "s.num"]).ends_with(&format!("\n  tolerated: {wrong}\n")));
    // A firmware for a list, and a list for a firmware.
    bench.write("f.num", bench.read("firmware.hex"));
    let said = bench.run(&["inspect", "f.num"]);
    assert!(said.err.contains("is this a firmware HEX file?"), "{said:?}");
    bench.write("s.hex", FILE.replace(';', ":"));
    let said = bench.run(&["inspect", "s.hex"]);
    assert!(said.err.contains("is this an SQTP file?"), "{said:?}");
    bench.write("s.hex", FILE);
    let said = bench.run(&["inspect", "--lenient", "s.hex"]);
    assert!(said.err.contains("found a used number of an SQTP file"), "{said:?}");
}

/// A PIC program finds the serial number of its unit: two units, two numbers.
#[test]
#[ignore = "needs gpsim"]
fn a_pic_reads_its_own_serial() {
    let gpsim = crate::oracle::tool("NAMEPLATE_GPSIM", "gpsim");
    let bench = Bench::new();
    let example = crate::example("../pic16f84");
    let program = std::fs::read(example.join("serial.hex")).unwrap();
    let program = Sparse::new(&Hex::parse(&program).unwrap());
    let job = example.join("sqtp.toml");
    bench.good(&["sqtp", "--job", job.to_str().unwrap(), "--out", "s.num", "--count", "2"]);
    let text = bench.read("s.num");
    let list = File::parse(&text).unwrap();
    for (unit, expected) in list.units().zip(["de ad be ef", "de ad be f0"]) {
        // As a programmer does: the unit's record beside the program's.
        let words = unit.payload();
        let words = Sparse::from_pieces([(list.record_address().into(), &*words)], Merge::Error).unwrap();
        let image = program.merge(&words, Merge::Error).unwrap();
        bench.write("unit.hex", Style::default().to_vec(&image).unwrap());
        bench.write("run.stc", "break c 100\nrun\ndump r\nquit\n");
        let ran = std::process::Command::new("timeout")
            .arg("20")
            .arg(&gpsim)
            .args(["-i", "-p", "p16f84", "-c", "run.stc", "unit.hex"])
            .current_dir(bench.path(""))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ran.stdout).into_owned();
        let row = said.lines().find(|line| line.starts_with("0020:")).unwrap_or_else(|| panic!("{said}"));
        assert!(row.starts_with(&format!("0020:  {expected} 00 ")), "{row}");
    }
}

/// Another library reads every file to the same numbers.
#[test]
#[ignore = "needs Python with hexrec"]
fn hexrec_reads_the_same_numbers() {
    let python = crate::oracle::tool("NAMEPLATE_PYTHON", "hexrec");
    let bench = Bench::new();
    for (encoding, profile, address, retlw, order) in [
        ("retlw14(u32be)", "pic16-userid", "0x8000", "True", "big"),
        ("retlw14(u32le)", "pic16-userid", "0x8000", "True", "little"),
        ("u32le", "pic32-boot", "0x1FC00000", "False", "little"),
        ("u16be", "pic16-eeprom", "0xF000", "False", "big"),
        ("uint:16:le", "dspic33-auxiliary", "0x7FC000", "False", "little"),
    ] {
        let job = format!(
            "[unit]\nfirst = 250\n[[field]]\nname = \"n\"\nencode = \"{encoding}\"\nvalue = \"{{seq}}\"\n[sqtp]\nfield = \"n\"\nprofile = \"{profile}\"\naddress = \"{address}\"\n"
        );
        bench.write("j.toml", job);
        let out = format!("{order}-{address}.num");
        bench.good(&["sqtp", "--job", "j.toml", "--out", &out, "--count", "1000"]);
        let script = format!(
            "from hexrec import IhexFile\nfrom hexrec.formats.sqtp import to_numbers\nfile = IhexFile.parse(open({out:?}, 'rb').read())\nprint(to_numbers(file, retlw={retlw}, byteorder={order:?}) == list(range(250, 1250)))"
        );
        let ran =
            std::process::Command::new(&python).args(["-c", &script]).current_dir(bench.path("")).output().unwrap();
        let said = String::from_utf8_lossy(&ran.stdout).into_owned();
        assert_eq!(said.trim(), "True", "{encoding}: {}", String::from_utf8_lossy(&ran.stderr));
    }
}

/// A line of two fields; the devices read back.
#[test]
fn two_fields_and_their_readback() {
    let bench = Bench::new();
    bench.edit("sqtp.toml", "[sqtp]\nfield   = \"serial\"", "[[field]]\nname = \"lot\"\nencode = \"retlw14(bytes:1)\"\nvalue = { hex = \"A5\" }\n\n[sqtp]\nfield   = [\"serial\", \"lot\"]");
    let said = bench.good(&["sqtp", "--job", "sqtp.toml", "--out", "s.num", "--count", "2"]);
    assert_eq!(said, "wrote 2 units: serial and lot for pic16-userid into s.num (1 to 2)\n");
    let line = |seq: u8| nameplate_record(0, &[0, 0x34, 0, 0x34, 0, 0x34, seq, 0x34, 0xA5, 0x34]);
    let upper = ":020000040001F9\r\n";
    assert_eq!(bench.text("s.num"), format!("{upper}{}{}:00000001FF\r\n", line(1), line(2)));

    // The HEX file of a PIC16 has word 0x8000 at 0x10000, as the list does.
    let verify = |files: &[&str]| bench.run(&[&["verify", "--sqtp", "--job", "sqtp.toml"], files].concat());
    for (name, body) in [
        ("1.hex", line(1)),
        ("2.hex", line(2)),
        ("lot.hex", nameplate_record(0, &[0, 0x34, 0, 0x34, 0, 0x34, 3, 0x34, 0xA6, 0x34])),
        ("blank.hex", nameplate_record(0, &[0xFF, 0x3F, 0xFF, 0x3F, 0xFF, 0x3F, 0xFF, 0x3F, 0xFF, 0x3F])),
        ("short.hex", nameplate_record(0, &[0, 0x34])),
    ] {
        bench.write(name, format!("{upper}{body}:00000001FF\r\n"));
    }
    let said = verify(&["1.hex", "2.hex"]);
    assert_eq!(
        (said.out.as_str(), said.code),
        ("1.hex: ok, serial 1, lot A5\n2.hex: ok, serial 2, lot A5\n2 of 2 devices verified\n", 0)
    );
    bench.write("again.hex", bench.read("1.hex"));
    let said = verify(&["1.hex", "again.hex", "lot.hex", "blank.hex", "short.hex"]);
    let expected = "1.hex: ok, serial 1, lot A5\n\
        again.hex: has a number that 1.hex has as well\n\
        lot.hex: field `lot` is A6, which is not the job's constant\n\
        blank.hex: field `serial`: opcode 0x3F at offset 1, expected 0x34\n\
        short.hex: no byte at 0x00010002: the data before it ends at 0x00010002, and none follows\n\
        1 of 5 devices verified\n";
    assert_eq!((said.out.as_str(), said.code), (expected, 4));
}

/// What reads back as digits is the number; a constant is compared by its bytes.
#[test]
fn digits_read_back_as_numbers() {
    let bench = Bench::new();
    bench.edit("sqtp.toml", "retlw14(u32be)", "retlw14(with-crc:CRC-8/SMBUS(bcd:6))");
    bench.edit("sqtp.toml", "[sqtp]\nfield   = \"serial\"", "[[field]]\nname = \"lot\"\nencode = \"retlw14(hex:2)\"\nvalue = { hex = \"A5\" }\n\n[sqtp]\nfield   = [\"serial\", \"lot\"]");
    bench.good(&["sqtp", "--job", "sqtp.toml", "--out", "s.num", "--count", "2"]);
    // The CRC of 00 00 01 is its polynomial.
    let line = |lot| nameplate_record(0, &[0, 0x34, 0, 0x34, 1, 0x34, 7, 0x34, b'A', 0x34, lot, 0x34]);
    let upper = ":020000040001F9\r\n";
    assert!(bench.text("s.num").starts_with(&format!("{upper}{}", line(b'5'))));
    bench.write("1.hex", format!("{upper}{}:00000001FF\r\n", line(b'5')));
    bench.write("lot.hex", format!("{upper}{}:00000001FF\r\n", line(b'6')));
    let said = bench.run(&["verify", "--sqtp", "--job", "sqtp.toml", "1.hex", "lot.hex"]);
    let expected = "1.hex: ok, serial 000001, lot 165\n\
        lot.hex: field `lot` is 166, which is not the job's constant\n\
        1 of 2 devices verified\n";
    assert_eq!((said.out.as_str(), said.code), (expected, 4));
    // Of a secret, what is wrong with it would tell it.
    bench.edit("sqtp.toml", "value  = \"{seq}\"", "value  = \"{seq}\"\nsecret = true");
    let wrong = nameplate_record(0, &[0, 0x34, 0, 0x34, 1, 0x34, 8, 0x34, b'A', 0x34, b'5', 0x34]);
    bench.write("1.hex", format!("{upper}{wrong}:00000001FF\r\n"));
    let said = bench.run(&["verify", "--sqtp", "--job", "sqtp.toml", "1.hex"]);
    assert_eq!(
        (said.out.as_str(), said.code),
        ("1.hex: field `serial` holds no such value\n0 of 1 devices verified\n", 4)
    );
}

/// One record as a line, CR LF.
fn nameplate_record(address: u16, data: &[u8]) -> String {
    let [high, low] = address.to_be_bytes();
    let mut bytes = vec![u8::try_from(data.len()).unwrap(), high, low, 0];
    bytes.extend(data);
    bytes.push(bytes.iter().fold(0, |sum: u8, byte| sum.wrapping_sub(*byte)));
    format!(":{}\r\n", hex::encode_upper(bytes))
}

/// Stations get files without a number in common, and all numbers between them.
#[test]
fn stations() {
    let bench = Bench::new();
    bench.good(&["sqtp", "--job", "sqtp.toml", "--out", "all.num", "--count", "10"]);
    let said = bench.good(&["sqtp", "--job", "sqtp.toml", "--out", "s.num", "--count", "10", "--stations", "3"]);
    assert!(said.ends_with(" into s-1.num (1 to 4), s-2.num (5 to 7), s-3.num (8 to 10)\n"), "{said}");
    let body = |name: &str| {
        let text = bench.text(name);
        text.lines().skip(1).take_while(|line| *line != ":00000001FF").map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(body("all.num"), [body("s-1.num"), body("s-2.num"), body("s-3.num")].concat());
    let before = bench.list();
    let said = bench.run(&["sqtp", "--job", "sqtp.toml", "--out", "s.num", "--count", "10", "--stations", "5"]);
    assert_eq!((said.err.as_str(), said.code), ("nameplate: s-1.num: exists already; nothing is written over it\n", 3));
    let said = bench.run(&["sqtp", "--job", "sqtp.toml", "--out", "t.num", "--count", "2", "--stations", "3"]);
    assert_eq!(said.code, 3, "{said:?}");
    assert_eq!(bench.list(), before);
}

/// The lists hold what a stamped image does: the fields, and the checksums with them.
#[test]
fn other_lists() {
    let bench = Bench::new();
    bench.stamp(2);
    let feed = |format: &str, out: &str| {
        bench.run(&["feed", "--job", "nameplate.toml", "--format", format, "--out", out, "--count", "2"])
    };
    let said = feed("segger-patches", "Patches.txt");
    assert_eq!((said.out.as_str(), said.code), ("wrote 2 units (1 to 2) into Patches.txt\n", 0), "{said:?}");
    let text = bench.text("Patches.txt");
    for (line, unit) in text.lines().zip(["EUDV2407-000001", "EUDV2407-000002"]) {
        let units: Vec<serde_json::Value> =
            bench.text("units/units.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let unit = units.iter().find(|line| line["fields"]["serial"]["text"] == unit).unwrap();
        let bytes = |path: &serde_json::Value| path.as_str().unwrap().to_owned();
        let expected = format!(
            "4,8001F04,10:{},8001F14,6:{},8001F1C,4:{},8001FFC,4:{}",
            bytes(&unit["fields"]["serial"]["bytes"]),
            bytes(&unit["fields"]["mac"]["bytes"]),
            bytes(&unit["checksums"]["identity"]["after"]),
            bytes(&unit["checksums"]["image"]["after"]),
        );
        assert_eq!(line, expected);
    }
    let said = feed("elnec", "e.txt");
    assert_eq!((said.code, bench.path("e.txt").exists()), (3, false), "{said:?}");
    let said = feed("segger-snlist", "s.txt");
    let expected = "nameplate: this list has one block for each unit, and between 0x08001F14..0x08001F1A and 0x08001F1C..0x08001F20 is something else\n";
    assert_eq!((said.err.as_str(), said.code), (expected, 3));

    bench.write("f.hex", format!("{}:00000001FF\n", ":10000000FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00\n"));
    bench.write("nameplate.toml", "[image]\nfile = \"f.hex\"\n[unit]\nfirst = 1\n[[field]]\nname = \"a\"\nat = \"0x4\"\nencode = \"u16be\"\nvalue = \"{seq}\"\n[[field]]\nname = \"b\"\nat = \"0x6\"\nencode = \"bytes:2\"\nvalue = { hex = \"ABCD\" }\n");
    for (format, expected) in [
        ("segger-snlist", "0001ABCD\r\n0002ABCD\r\n"),
        ("hex", "0001ABCD\n0002ABCD\n"),
        ("elnec", "[1] 4 00 01 , 6 AB CD\r\n[2] 4 00 02 , 6 AB CD\r\n"),
        (
            "ruc",
            "format hex\r\narea user flash\r\naddress 0x4\r\nsize 4\r\nindex data\r\n000001 0001abcd\r\n000002 0002abcd\r\n",
        ),
    ] {
        let out = format!("{format}.list");
        let said = feed(format, &out);
        assert_eq!((said.code, bench.text(&out).as_str()), (0, expected), "{said:?}");
    }
    for format in ["galep", "data-io"] {
        let said = feed(format, &format!("{format}.csv"));
        assert_eq!(said.code, 0, "{said:?}");
        let text = bench.text(&format!("{format}.csv"));
        assert!(text.contains("0001") && text.contains("ABCD"), "{text}");
    }
}

/// The types are those of the configuration, as the guide of ESP-IDF's utility has them.
#[test]
fn values_for_nvs() {
    let bench = Bench::new();
    let field = |name: &str, encode: &str, value: &str| {
        format!("[[field]]\nname = \"{name}\"\nencode = \"{encode}\"\nvalue = {value}\n")
    };
    let job = |fields: &[String]| ["[nvs]\nnamespace = \"factory\"\n[unit]\nfirst = 9\n", &fields.concat()].concat();
    let serial = field("serial", "cstr:16", "\"N-{seq:4}\"");
    let mac = field("mac", "bytes:6", "{ eui48 = \"70B3D57ED\", seq0 = 0 }");
    bench.write("nvs.toml", job(&[serial.clone(), mac.clone(), field("no", "u32le", "\"{seq}\"")]));
    let args = ["feed", "--job", "nvs.toml", "--format", "espressif", "--count", "2", "--out"];
    let good = [&args[..], &["values.csv", "--config", "config.csv"]].concat();
    assert_eq!(bench.good(&good), "wrote 2 units (9 to 10) into values.csv\n");
    assert_eq!(bench.text("values.csv"), "id,serial,mac,no\n9,N-0009,70b3d57ed009,9\n10,N-0010,70b3d57ed00a,10\n");
    assert_eq!(bench.text("config.csv"), "factory,namespace,\nserial,data,string\nmac,data,hex2bin\nno,data,u32\n");
    bench.write("wrong.toml", job(&[serial, field("no", "u32be", "\"{seq}\"")]));
    let said = bench.run(&["feed", "--job", "wrong.toml", "--format", "espressif", "--count", "1", "--out", "w.csv"]);
    let expected = "field `no`: NVS has no type for `u32be`: its numbers are little-endian";
    assert_eq!((said.err, said.code), (format!("nameplate: {expected}\n"), 3));
    // One name for both: neither is left behind.
    assert_eq!(bench.run(&[&args[..], &["w.csv", "--config", "w.csv"]].concat()).code, 3);
    let said = bench.run(&["stamp", "--job", "nvs.toml", "--count", "1", "--out", "x"]);
    assert!(said.err.contains("one with [nvs] for `nameplate feed --format espressif`"), "{}", said.err);
    bench.write("long.toml", job(&[field("serial", "cstr:6", "\"N-{seq:4}\"")]));
    let said = bench.run(&["feed", "--job", "long.toml", "--format", "espressif", "--count", "1", "--out", "w.csv"]);
    assert_eq!(said.err, "nameplate: unit 9: field `serial`: 6 characters do not fit 5\n");
    assert!(!bench.list().iter().any(|name| name == "w.csv" || name == "x"));
}

/// A PIC16F1459 as MPLAB sums it: blank, and with 0x00AA at the first and the last word of the program
/// (Microchip, PIC16(L)F145X Memory Programming Specification).
#[test]
fn the_sum_that_a_programmer_shows() {
    let bench = Bench::new();
    let device = [
        "--sum",
        "0..0x4000&3FFF",
        "--sum",
        "0x1000E..0x10010&3EFF",
        "--sum",
        "0x10010..0x10012&3FF3",
        "--erased",
        "FF3F",
    ];
    let sum = |file: &str| {
        let said = bench.good(&[&["--lenient", "inspect", file][..], &device].concat());
        said.lines().last().unwrap().to_owned()
    };
    bench.write("blank.hex", ":02000000FF3FC0\n:00000001FF\n");
    assert!(sum("blank.hex").starts_with("  device checksum 0x5EF2 of 16 bits, "), "{}", sum("blank.hex"));
    bench.write("two.hex", ":02000000AA0054\n:023FFE00AA0017\n:00000001FF\n");
    assert!(sum("two.hex").starts_with("  device checksum 0xE048 of 16 bits, "), "{}", sum("two.hex"));
    let bytes = bench.good(&["inspect", "blank.hex", "--sum", "0..4"]);
    assert!(bytes.ends_with("device checksum 0x033C of 16 bits, 0x0000033C of 32\n"), "{bytes}");
    assert_eq!(bench.run(&["inspect", "blank.hex", "--sum", "1..4&3FFF"]).code, 2);
}
