//! What is written of the memory: from nothing, at another address, in another format, of several files; and what
//! `verify` makes of it.

use std::fmt::Write as _;
use std::process::Command;

use nameplate::Span;
use nameplate::image::{Hex, Sparse};
use nameplate_job::Job;

use crate::Bench;
use crate::oracle::tool;
use crate::verify::json;

/// Flash, EEPROM at 0x810000 and fuses at 0x820000, as an AVR's linker has them.
const AVR: &str = ":10000000000102030405060708090A0B0C0D0E0F78\n:02000004008179\n:10000000FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00\n:02000004008278\n:0300000062D9FFC3\n:00000001FF\n";

/// A serial in that EEPROM.
const EEPROM: &str = "[image]\nfile = \"avr.hex\"\n[unit]\nfirst = 1\nname = \"{serial}\"\n[[field]]\nname = \"serial\"\nat = \"0x810004\"\nencode = \"ascii:4:exact\"\nvalue = \"S{seq:3}\"\n";

/// What stands in the EEPROM of unit 1.
const UNIT: &[u8] = b"\xFF\xFF\xFF\xFFS001\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF";

/// The same as an `.eep` file.
const EEP: &str = ":10000000FFFFFFFF53303031FFFFFFFFFFFFFFFF18\r\n:00000001FF\r\n";

/// Stamps two units of the job in `j.toml` into `u`; a program with the same job makes the same files and the same
/// journal. Both are verified, with the journal and without.
#[track_caller]
fn stamp(bench: &Bench, job: &str) {
    bench.write("j.toml", job);
    let _ = std::fs::remove_dir_all(bench.path("u"));
    bench.good(&["plan", "--job", "j.toml", "--count", "2"]);
    bench.good(&["stamp", "--job", "j.toml", "--out", "u", "--count", "2"]);
    let job = Job::parse(job).unwrap();
    let open = job.open(|name| std::fs::read(bench.path(name)).ok()).unwrap();
    let mut stamper = open.stamper().unwrap();
    let mut journal = String::new();
    for seq in job.unit.first..job.unit.first + 2 {
        let unit = stamper.stamp(seq, None).unwrap();
        assert!(unit.bytes() == bench.read(&format!("u/{}", unit.name())), "{}", unit.name());
        writeln!(journal, "{}", unit.journal_line()).unwrap();
    }
    assert_eq!(journal, bench.text("u/units.jsonl"));
    verified(bench, "2 of 2 images verified");
}

#[track_caller]
fn verified(bench: &Bench, expected: &str) {
    for images in [&["u"][..], &["--units", "u/units.jsonl", "u"]] {
        let said = bench.run(&[&["verify", "--job", "j.toml"][..], images].concat());
        assert!(said.code == 0 && said.out.contains(expected), "{said:?}");
    }
    let said = bench.good(&["--json", "verify", "--job", "j.toml", "--units", "u/units.jsonl", "u"]);
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["compared"]["digests"], said["images"].as_array().unwrap().len(), "{said}");
}

/// The one file of a unit, whatever its ending.
fn unit(bench: &Bench, name: &str) -> Vec<u8> {
    bench.read(&format!("u/{name}"))
}

#[track_caller]
fn refused(bench: &Bench, args: &[&str], expected: &str) {
    let said = bench.run(args);
    assert!(said.code != 0 && said.err.contains(expected), "{said:?}");
}

#[test]
fn an_eeprom_out_of_a_merged_file() {
    let bench = Bench::new();
    bench.write("avr.hex", AVR);
    let output = |text: &str| format!("{EEPROM}[output]\nrange = \"0x810000..0x810010\"\n{text}\n");
    for (format, name, expected) in [
        ("format = \"bin\"", "S001.bin", UNIT),
        ("format = \"bin\"\nbase = 0", "S001.bin", UNIT),
        ("format = \"hex\"\nbase = 0", "S001.hex", EEP.replace("\r\n", "\n").as_bytes()),
        ("base = 0", "S001.hex", EEP.replace("\r\n", "\n").as_bytes()),
        (
            "format = \"srec\"\nbase = 0x100",
            "S001.srec",
            b"S0030000FC\r\nS1130100FFFFFFFF53303031FFFFFFFFFFFFFFFF13\r\nS5030001FB\r\nS9030000FC\r\n",
        ),
        ("format = \"ti-txt\"\nbase = 0", "S001.txt", b"@0000\nFF FF FF FF 53 30 30 31 FF FF FF FF FF FF FF FF\nq\n"),
    ] {
        stamp(&bench, &output(format));
        assert_eq!(unit(&bench, name), expected, "{format}: {:?}", String::from_utf8_lossy(&unit(&bench, name)));
        // Read back under a name that says nothing.
        std::fs::copy(bench.path(&format!("u/{name}")), bench.path("dump.dat")).unwrap();
        bench.good(&["verify", "--job", "j.toml", "dump.dat"]);
    }
    // All of the memory is read by its own addresses all the same.
    bench.write("all.toml", EEPROM);
    bench.good(&["stamp", "--job", "all.toml", "--out", "all", "--count", "1"]);
    bench.write("j.toml", output("base = 0"));
    bench.good(&["verify", "--job", "j.toml", "all/S001.hex"]);
    // What is not in the unit is not given back.
    bench.good(&["stamp", "--job", "j.toml", "--out", "v", "--count", "1"]);
    let undo = ["verify", "--job", "j.toml", "--undo", "back.hex", "v/S001.hex"];
    refused(&bench, &undo, "--undo: 19 bytes of the template's memory are not in the file");
}

/// The EEPROM out of the stamped whole, by another tool, is what is written of it alone.
#[test]
#[ignore = "needs objcopy"]
fn objcopy_makes_the_same_eep() {
    let objcopy = tool("NAMEPLATE_OBJCOPY", "objcopy");
    let bench = Bench::new();
    bench.write("avr.hex", AVR);
    bench.write("all.toml", EEPROM);
    bench.good(&["stamp", "--job", "all.toml", "--out", "all", "--count", "50"]);
    bench.write("j.toml", format!("{EEPROM}[output]\nrange = \"0x810000..0x810010\"\nbase = 0\n"));
    bench.good(&["stamp", "--job", "j.toml", "--out", "hex", "--count", "50"]);
    bench.good(&["stamp", "--job", "j.toml", "--out", "bin", "--count", "50", "--format", "bin"]);
    for n in 1..=50 {
        let copy = |format: &str, ending: &str, options: &[&str]| {
            let (whole, out) = (bench.path(&format!("all/S{n:03}.hex")), bench.path("made"));
            let mut made = Command::new(&objcopy);
            made.args(["-I", "ihex", "-O", format, "-j", ".sec2"]).args(options).arg(whole).arg(&out);
            assert!(made.status().unwrap().success());
            (bench.read("made"), bench.read(&format!("{ending}/S{n:03}.{ending}")))
        };
        let (made, unit) = copy("binary", "bin", &[]);
        assert_eq!(made, unit);
        let (made, unit) = copy("ihex", "hex", &["--change-addresses=-0x810000"]);
        // It writes a start address that no file has.
        let text = String::from_utf8(made).unwrap().replace('\r', "");
        let lines: Vec<&str> = text.lines().filter(|line| &line[7..9] != "05" && &line[7..9] != "03").collect();
        assert_eq!(lines.join("\n") + "\n", String::from_utf8(unit).unwrap());
    }
}

/// Options go over what the job says, and the journal says it.
#[test]
fn options_override() {
    let bench = Bench::new();
    bench.write("avr.hex", AVR);
    bench.write("j.toml", format!("{EEPROM}[output]\nrange = \"0x810000..0x810010\"\nbase = 0\n"));
    let stamp = |options: &[&str]| {
        let _ = std::fs::remove_dir_all(bench.path("u"));
        bench.good(&[&["stamp", "--job", "j.toml", "--out", "u", "--count", "1"][..], options].concat());
        let said = bench.run(&["verify", "--job", "j.toml", "--units", "u/units.jsonl", "u"]);
        assert!(said.code == 0, "{options:?}: {said:?}");
        json(&crate::Said { code: 0, out: bench.text("u/units.jsonl"), err: String::new() })
    };
    let line = stamp(&[]);
    assert_eq!((&line["range"], &line["base"]), (&"0x00810000..0x00810010".into(), &"0x00000000".into()));
    let line = stamp(&["--format", "bin", "--window", "0x810004..0x810008"]);
    assert_eq!((&line["format"], &line["range"]), (&"bin".into(), &"0x00810004..0x00810008".into()));
    assert_eq!(unit(&bench, "S001.bin"), b"S001");
    stamp(&["--base", "0x4000"]);
    assert!(unit(&bench, "S001.hex").starts_with(b":10400000FFFFFFFF53303031"));
    // Without [output], a window may leave nothing out that has not been said.
    bench.write("plain.toml", EEPROM);
    let args =
        |more: &[&'static str]| [&["stamp", "--job", "plain.toml", "--out", "w", "--count", "1"][..], more].concat();
    refused(
        &bench,
        &args(&["--window", "0x810000..0x810010"]),
        "bytes outside of it would be lost; `range` in [output] leaves them out",
    );
    refused(&bench, &args(&["--base", "0"]), "--base needs --window START..END");
    refused(&bench, &args(&["--format", "delta", "--base", "0"]), "--base is for whole images, and not for ELF");
    refused(&bench, &args(&["--format", "bin"]), "--format bin needs --window START..END");
}

/// What is not written is neither stamped nor covered.
#[test]
fn a_range_has_all_that_is_stamped() {
    let bench = Bench::new();
    bench.write("avr.hex", AVR);
    bench.write("j.toml", format!("{EEPROM}[output]\nformat = \"bin\"\nrange = \"0x810006..0x810010\"\n"));
    let stamp = ["stamp", "--job", "j.toml", "--out", "u", "--count", "1"];
    refused(
        &bench,
        &stamp,
        "field `serial` at 0x00810004..0x00810008 lies outside of 0x00810006..0x00810010, which is all that is written",
    );
    let sum = "[[checksum]]\nname = \"app\"\nalgorithm = \"sum8\"\nover = [\"0x0..0x10\"]\nat = 0x81000F\nencode = \"u8\"\ntemplate = \"blank\"\n";
    bench.write("j.toml", format!("{EEPROM}{sum}[output]\nformat = \"bin\"\nrange = \"0x810000..0x810010\"\n"));
    refused(
        &bench,
        &stamp,
        "checksum `app` needs 0x00000000..0x00000010, and 0x00810000..0x00810010 is all that is written",
    );
}

/// OTP words of a chip, as its tool reads them, and the digest that the journal has of their template.
#[test]
fn one_time_memory_from_nothing() {
    let bench = Bench::new();
    let field = |name, at, value| {
        format!("[[field]]\nname = \"{name}\"\nat = {at}\nencode = \"with-inverse(u16le)\"\nvalue = {value}\n")
    };
    let fields = field("mfg", "0x0BFA0000", "{ uint = 2 }") + &field("rev", "0x0BFA0004", "\"{seq}\"");
    let job = format!("[image]\ncreate = \"0x0BFA0000..0x0BFA0008\"\n[unit]\nfirst = 3\n{fields}");
    stamp(&bench, &job);
    let text = ":020000040BFAF5\r\n:080000000200FDFF0300FCFFFC\r\n:00000001FF\r\n";
    assert_eq!(String::from_utf8(unit(&bench, "3.hex")).unwrap(), text);
    let line = json(&crate::Said {
        code: 0,
        out: bench.text("u/units.jsonl").lines().next().unwrap().to_owned(),
        err: String::new(),
    });
    let blank = ":020000040BFAF5\r\n:08000000FFFFFFFFFFFFFFFF00\r\n:00000001FF\r\n";
    assert_eq!(line["template_sha256"], nameplate_job::journal::sha256(blank.as_bytes()).as_str());
    bench.good(&["verify", "--job", "j.toml", "--undo", "back.hex", "u/3.hex"]);
    assert_eq!(bench.text("back.hex"), blank);
    // The same words for a programmer that takes binaries, by the job and by the option.
    bench.good(&["stamp", "--job", "j.toml", "--out", "b", "--count", "1", "--format", "bin"]);
    bench.good(&["verify", "--job", "j.toml", "--units", "b/units.jsonl", "b"]);
    stamp(&bench, &format!("{job}[output]\nformat = \"bin\"\n"));
    for folder in ["b", "u"] {
        assert_eq!(bench.read(&format!("{folder}/3.bin")), [2, 0, 0xFD, 0xFF, 3, 0, 0xFC, 0xFF]);
    }
    // A field beyond it has no memory.
    bench.write("j.toml", job.replace("0x0BFA0008", "0x0BFA0006"));
    refused(&bench, &["plan", "--job", "j.toml"], "field `rev` at 0x0BFA0004..0x0BFA0008: no byte at 0x0BFA0006");
    // The board of a device that was never written.
    bench.write("j.toml", job);
    bench.write("blank.hex", blank);
    let said = bench.run(&["verify", "--job", "j.toml", "blank.hex"]);
    assert_eq!(said.code, 4, "{said:?}");
}

/// Program words and EEPROM of a PIC16F in one file: each blank as its kind of memory is.
#[test]
fn a_pic_with_two_regions() {
    let bench = Bench::new();
    bench.write(
        "pic.hex",
        ":020000040000FA\n:080000008A018B01FF3FFF3F65\n:020000040001F9\n:08E00000FF00FF00FF00FF001C\n:00000001FF\n",
    );
    let job = "[image]\nfile = \"pic.hex\"\nerased = [{ over = \"0x0..0x1E000\", value = \"FF3F\" }, { over = \"0x1E000..0x1E200\", value = \"FF00\" }]\n\
        [unit]\nfirst = 0x1234\n\
        [[field]]\nname = \"id\"\nat = \"word:2\"\nencode = \"retlw14(u16be)\"\nvalue = \"{seq}\"\n\
        [[field]]\nname = \"cal\"\nat = 0x1E002\nencode = \"padded16(u16le)\"\nvalue = \"{seq}\"\n";
    stamp(&bench, job);
    let expected =
        ":020000040000FA\n:080000008A018B011234343433\n:020000040001F9\n:08E00000FF0034001200FF00D4\n:00000001FF\n";
    let hex = String::from_utf8(unit(&bench, "4660.hex")).unwrap();
    let memory = |text: &str| Sparse::new(&Hex::parse(text.as_bytes()).unwrap());
    assert_eq!(hex, expected);
    assert_eq!(memory(&hex), memory(expected));
    // With one pattern for all of it, one of the two is not erased, and the message says what may be said.
    for (one, field) in [("\"FF3F\"", "cal"), ("\"FF00\"", "id")] {
        let list = &job[job.find("[{").unwrap()..=job.find("}]").unwrap() + 1];
        bench.write("j.toml", job.replace(list, one));
        refused(&bench, &["plan", "--job", "j.toml"], &format!("field `{field}` at "));
        refused(
            &bench,
            &["plan", "--job", "j.toml"],
            "as erased memory (`erased` says what that reads as, `expect` what else may be there)",
        );
    }
    // What is added to gaps is blank as its region is.
    bench.write(
        "j.toml",
        job.replace("0x1E002", "0x1E010\ngap = \"add\"").replace("word:2\"", "word:0x20\"\ngap = \"add\""),
    );
    bench.good(&["stamp", "--job", "j.toml", "--out", "g", "--count", "1"]);
    bench.good(&["verify", "--job", "j.toml", "--undo", "back.hex", "g/4660.hex"]);
    let added = memory(&bench.text("back.hex"));
    let at = |start| added.get(Span::new(start, 4).unwrap()).unwrap().to_vec();
    assert_eq!((at(0x40), at(0x1E010)), (vec![0xFF, 0x3F, 0xFF, 0x3F], vec![0xFF, 0x00, 0xFF, 0x00]));
}

/// A checksum over holes in S-records with 24-bit addresses, as of an S32K.
#[test]
fn an_s32k_with_holes() {
    let bench = Bench::new();
    bench.write("fw.s28", "S00600004844521B\nS214000000000102030405060708090A0B0C0D0E0F73\nS214000040FFFFFFFFFFFFFFFFAAAAAAAAFFFFFFFF0F\nS804000411E6\n");
    stamp(
        &bench,
        "[image]\nfile = \"fw.s28\"\n[unit]\nfirst = 7\n[[field]]\nname = \"n\"\nat = 0x40\nencode = \"u32be\"\nvalue = \"{seq}\"\n\
         [[checksum]]\nname = \"app\"\nalgorithm = \"CRC-32/ISO-HDLC\"\nover = [\"0x0..0x4C\"]\nat = 0x4C\nencode = \"u32be\"\ngaps = \"fill:FF\"\ntemplate = \"blank\"\n",
    );
    assert_eq!(
        String::from_utf8(unit(&bench, "7.s28")).unwrap(),
        "S00600004844521B\nS214000000000102030405060708090A0B0C0D0E0F73\nS21400004000000007FFFFFFFFAAAAAAAA0D09A088C2\nS804000411E6\n"
    );
}

/// S-records are named as those that they are a part of.
#[test]
fn endings_of_s_records() {
    let bench = Bench::new();
    bench.write("a.s28", "S214000040FFFFFFFFFFFFFFFFAAAAAAAAFFFFFFFF0F\nS804000411E6\n");
    bench.write("b.hex", ":0400000001020304F2\n:00000001FF\n");
    let rest = "[unit]\nfirst = 1\n[[field]]\nname = \"n\"\nat = 0x40\nencode = \"u32be\"\nvalue = \"{seq}\"\n";
    stamp(&bench, &format!("[image]\nfile = \"a.s28\"\n[output]\nrange = \"0x40..0x44\"\n{rest}"));
    assert_eq!(unit(&bench, "1.s28"), b"S20800004000000001B6\nS804000411E6\n");
    stamp(&bench, &format!("[image]\nfile = [\"a.s28\", \"b.hex\"]\n{rest}"));
    let text = String::from_utf8(unit(&bench, "1.s28")).unwrap();
    assert!(text.starts_with("S20800000001020304ED\nS21400004000000001FFFFFFFF"), "{text}");
}

/// Information memory of an MSP430, in its own format and from nothing.
#[test]
fn an_msp430_in_ti_txt() {
    let bench = Bench::new();
    bench.write("fw.txt", "@1800\nFF FF FF FF\n@F000\n31 40 00 31\nq\n");
    let field = "[unit]\nfirst = 1\n[[field]]\nname = \"n\"\nat = 0x1800\nencode = \"u16le\"\nvalue = \"{seq}\"\n";
    stamp(&bench, &format!("[image]\nfile = \"fw.txt\"\n{field}"));
    assert_eq!(unit(&bench, "1.txt"), b"@1800\n01 00 FF FF\n@F000\n31 40 00 31\nq\n");
    stamp(&bench, &format!("[image]\ncreate = \"0x1800..0x1804\"\n[output]\nformat = \"ti-txt\"\n{field}"));
    assert_eq!(unit(&bench, "1.txt"), b"@1800\n01 00 FF FF\nq\n");
}

/// A page of its own behind the firmware of an RP2040: a file that is dragged over after that of the firmware.
#[test]
fn a_serial_page_of_an_rp2040() {
    let bench = Bench::new();
    let job = "[image]\ncreate = \"0x101FF000..0x10200000\"\n[image.uf2]\nfamily = \"rp2040\"\n[output]\nformat = \"uf2\"\n\
        [unit]\nfirst = 1\n[[field]]\nname = \"serial\"\nat = 0x101FF000\nencode = \"ascii:16:nul\"\nvalue = \"PICO-{seq:4}\"\n";
    stamp(&bench, job);
    let file = unit(&bench, "1.uf2");
    assert_eq!(file.len(), 16 * 512);
    for (number, block) in (0_u32..).zip(file.chunks(512)) {
        let word = |at: usize| u32::from_le_bytes(block[at..at + 4].try_into().unwrap());
        assert_eq!((word(0), word(4), word(508)), (0x0A32_4655, 0x9E5D_5157, 0x0AB1_6F30));
        assert_eq!((word(8), word(12), word(16)), (0x2000, 0x101F_F000 + 256 * number, 256));
        assert_eq!((word(20), word(24), word(28)), (number, 16, 0xE48B_FF56));
        let data = &block[32..288];
        let serial: &[u8] = if number == 0 { b"PICO-0001\0\0\0\0\0\0\0" } else { &[] };
        assert!(data.starts_with(serial) && data[serial.len()..].iter().all(|byte| *byte == 0xFF));
        assert!(block[288..508].iter().all(|byte| *byte == 0));
    }
    bench.write("j.toml", job.replace("[image.uf2]\nfamily = \"rp2040\"\n", ""));
    refused(
        &bench,
        &["plan", "--job", "j.toml"],
        "units in UF2 are for a family: say  family = \"rp2040\"  in [image.uf2]",
    );
}

/// The flash of an AVR, and its EEPROM as an `.eep` of the same number.
#[test]
fn an_atmega_with_flash_and_eeprom() {
    let bench = Bench::new();
    for name in ["firmware.hex", "nameplate.toml"] {
        std::fs::copy(crate::example(&format!("../avr/{name}")), bench.path(name)).unwrap();
    }
    bench.good(&["stamp", "--job", "nameplate.toml", "--out", "flash", "--count", "1"]);
    let eeprom = "[image]\ncreate = \"0x810000..0x810010\"\n[output]\nbase = 0\n[unit]\nfirst = 1\nname = \"{serial}\"\n\
        [[field]]\nname = \"serial\"\nat = \"0x810004\"\nencode = \"ascii:4:exact\"\nvalue = \"S{seq:3}\"\n";
    stamp(&bench, eeprom);
    assert_eq!(String::from_utf8(unit(&bench, "S001.hex")).unwrap(), EEP);
    // Named as the tools of an AVR name it.
    std::fs::copy(bench.path("u/S001.hex"), bench.path("S001.eep")).unwrap();
    bench.good(&["verify", "--job", "j.toml", "S001.eep"]);
    let said = bench.good(&["inspect", "S001.eep"]);
    assert!(said.contains("0x00000000..0x00000010"), "{said}");
}

/// The jobs of the guide page.
#[test]
fn the_jobs_of_the_page() {
    let page = include_str!("../../../src/guide/output.md");
    let blocks = page.split("```toml\n").skip(1).map(|rest| rest.split_once("```").unwrap().0);
    let blocks: Vec<&str> = blocks.collect();
    assert_eq!(blocks.len(), 4);
    let bench = Bench::new();
    stamp(&bench, blocks[0]);
    assert_eq!(unit(&bench, "3.hex"), b":020000040BFAF5\r\n:080000000200FDFF0300FCFFFC\r\n:00000001FF\r\n");
    let field = |at| {
        format!("[unit]\nfirst = 1\n[[field]]\nname = \"n\"\nat = {at}\nencode = \"u16le\"\nvalue = \"{{seq}}\"\n")
    };
    bench.write("pic.hex", ":020000040001F9\n:08E00000FF00FF00FF00FF001C\n:00000001FF\n");
    stamp(&bench, &format!("{}{}", blocks[1], field("0x1E002")));
    assert_eq!(unit(&bench, "1.hex"), b":020000040001F9\n:08E00000FF000100FF00FF001A\n:00000001FF\n");
    bench.write("firmware.hex", AVR);
    stamp(&bench, &format!("{}{}", blocks[2], field("0x810000")));
    assert_eq!(unit(&bench, "1.hex"), b":100000000100FFFFFFFFFFFFFFFFFFFFFFFFFFFFFD\n:00000001FF\n");
    bench.write("boot.hex", ":0400000001020304F2\n:00000001FF\n");
    bench.write("app.s19", "S107010005060708DD\nS9030000FC\n");
    bench.write("cal.bin", [0xFF; 4]);
    stamp(&bench, &format!("{}{}", blocks[3], field("0x0800F000")));
    assert!(bench.text("u/1.hex").contains(":04F000000100FFFF0D\n"), "{}", bench.text("u/1.hex"));
}
