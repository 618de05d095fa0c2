//! Several files in one: as the template of a job, and by `convert`.

use std::process::Command;

use crate::Bench;
use crate::oracle::tool;
use crate::random::Random;

const BOOT: &str = ":0400000001020304F2\n:00000001FF\n";
const APP: &str = "S107010005060708DD\nS9030100FB\n";

/// A boot loader in HEX, an application in S-records, calibration in a raw binary.
fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("boot.hex", BOOT);
    bench.write("app.s19", APP);
    bench.write("cal.bin", [0xFF, 0xFF, 9, 9]);
    bench
}

const JOB: &str = "[image]\nfile = [\"boot.hex\", \"app.s19\", { file = \"cal.bin\", base = \"0x200\" }]\n\
    [unit]\nfirst = 7\n[[field]]\nname = \"n\"\nat = 0x200\nencode = \"u16le\"\nvalue = \"{seq}\"\n\
    [[checksum]]\nname = \"sum\"\nalgorithm = \"sum8\"\nover = [\"0x0..0x4\", \"0x100..0x103\"]\nat = 0x103\nencode = \"u8\"\ntemplate = \"unknown\"\n";

#[track_caller]
fn refused(bench: &Bench, args: &[&str], expected: &str, code: i32) {
    let said = bench.run(args);
    assert!(said.code == code && said.err.contains(expected), "{said:?}");
}

/// In the format of the first file, else of [output]; the journal has the digest of the text that `convert` writes.
#[test]
fn units_of_several_files() {
    let bench = bench();
    for (output, name, start) in [
        ("", "7.hex", ":040000000102030"),
        ("[output]\nformat = \"srec\"\n", "7.srec", "S0030000FC\r\nS107000001020304EE\r\n"),
        ("[output]\nformat = \"ti-txt\"\n", "7.txt", "@0000\n01 02 03 04\n@0100\n05 06 07 1C\n@0200\n07 00 09 09\nq\n"),
    ] {
        bench.write("j.toml", format!("{JOB}{output}"));
        let _ = std::fs::remove_dir_all(bench.path("u"));
        bench.good(&["plan", "--job", "j.toml"]);
        bench.good(&["stamp", "--job", "j.toml", "--out", "u", "--count", "1"]);
        assert!(bench.text(&format!("u/{name}")).starts_with(start), "{}", bench.text(&format!("u/{name}")));
        bench.good(&["convert", &format!("u/{name}"), "back.bin", "--window", "0x0..0x204", "--erased", "00"]);
        let memory = bench.read("back.bin");
        assert_eq!(
            (&memory[..4], &memory[0x100..0x104], &memory[0x200..]),
            (&[1, 2, 3, 4][..], &[5, 6, 7, 0x1C][..], &[7, 0, 9, 9][..])
        );
        std::fs::remove_file(bench.path("back.bin")).unwrap();
        let said = bench.good(&["verify", "--job", "j.toml", "--units", "u/units.jsonl", "u"]);
        assert!(said.contains("1 of 1 images verified") && said.contains("the digest of 1 compared"), "{said}");
        let journal = bench.text("u/units.jsonl");
        assert!(!journal.contains("\"range\"") && !journal.contains("\"base\""), "{journal}");
        // The template is what `convert` makes of the files.
        let both = format!("both.{}", name.split_once('.').unwrap().1);
        let args = ["convert", "boot.hex", "app.s19", "cal.bin", &both, "--base", "0x200"];
        bench.good(&args);
        let digest = nameplate_job::journal::sha256(&bench.read(&both));
        assert!(journal.contains(&format!("\"template_sha256\":\"{digest}\"")), "{both}: {journal}");
        let undone = format!("undone.{both}");
        bench.good(&["verify", "--job", "j.toml", "--undo", &undone, &format!("u/{name}")]);
        assert_eq!(bench.text(&undone), bench.text(&both));
    }
    // A raw binary of all of it.
    bench.write("j.toml", format!("{JOB}[output]\nformat = \"bin\"\nrange = \"0x0..0x204\"\n"));
    let _ = std::fs::remove_dir_all(bench.path("u"));
    bench.good(&["stamp", "--job", "j.toml", "--out", "u", "--count", "1"]);
    let memory = bench.read("u/7.bin");
    assert_eq!(
        (memory.len(), &memory[0xFE..0x104], &memory[0x200..]),
        (0x204, &[0xFF, 0xFF, 5, 6, 7, 0x1C][..], &[7, 0, 9, 9][..])
    );
    bench.good(&["verify", "--job", "j.toml", "--units", "u/units.jsonl", "u"]);
}

#[test]
fn what_two_files_say_differently() {
    let bench = bench();
    bench.write("j.toml", JOB);
    let plan = ["plan", "--job", "j.toml"];
    bench.write("app.s19", "S107000205060708DC\nS9030000FC\n");
    let differ = "boot.hex and app.s19 differ at 0x00000002: 0x03 and 0x05";
    refused(&bench, &plan, differ, 3);
    refused(
        &bench,
        &["convert", "app.s19", "boot.hex", "o.hex"],
        "app.s19 and boot.hex differ at 0x00000002: 0x05 and 0x03",
        3,
    );
    // The same bytes may be given twice.
    bench.write("app.s19", "S10700020304050AE0\nS9030000FC\n");
    bench.good(&["convert", "boot.hex", "app.s19", "o.hex"]);
    assert_eq!(bench.text("o.hex"), ":0400000001020304F2\n:02000400050AEB\n:00000001FF\n");
    // Start addresses, of any formats.
    bench.write("boot.hex", ":0400000001020304F2\n:0400000500000200F5\n:00000001FF\n");
    bench.write("app.s19", APP);
    let starts = "boot.hex starts the program at 0x00000200, and app.s19 at 0x00000100: a file has one start address; leave the record out of one of them";
    refused(&bench, &plan, starts, 3);
    refused(&bench, &["convert", "boot.hex", "app.s19", "p.hex"], starts, 3);
    bench.write("boot.hex", ":0400000001020304F2\n:0400000500000100F6\n:00000001FF\n");
    bench.good(&plan);
    bench.good(&["convert", "boot.hex", "app.s19", "p.hex"]);
    assert!(bench.text("p.hex").contains(":0400000500000100F6\n"));
    assert!(!bench.list().iter().any(|name| name.starts_with(".nameplate")));
}

#[test]
fn binaries_say_where_they_lie() {
    let bench = bench();
    std::fs::copy(bench.path("cal.bin"), bench.path("two.bin")).unwrap();
    let base = ["--base", "0x200"];
    let two = [&["convert", "cal.bin", "two.bin", "o.hex"][..], &base].concat();
    refused(&bench, &two, "cal.bin and two.bin are raw binaries, and --base is the address of one", 2);
    refused(
        &bench,
        &["convert", "boot.hex", "cal.bin", "o.hex"],
        "cal.bin: neither HEX, S-records, TI-TXT, ELF nor UF2",
        3,
    );
    bench.write("j.toml", JOB.replace("{ file = \"cal.bin\", base = \"0x200\" }", "\"cal.bin\""));
    refused(&bench, &["plan", "--job", "j.toml"], "cal.bin: neither HEX, S-records, TI-TXT, ELF nor UF2", 3);
    // A file with addresses has no base.
    bench.write("j.toml", JOB.replace("\"app.s19\"", "{ file = \"app.s19\", base = 0 }"));
    refused(&bench, &["plan", "--job", "j.toml"], "app.s19: this is a Motorola S-record file, not a raw binary", 3);
    // A binary in front has no format that merged memory can be written in.
    bench.write(
        "j.toml",
        JOB.replace(
            "\"boot.hex\", \"app.s19\", { file = \"cal.bin\", base = \"0x200\" }",
            "{ file = \"cal.bin\", base = \"0x200\" }, \"app.s19\", \"boot.hex\"",
        ),
    );
    refused(
        &bench,
        &["plan", "--job", "j.toml"],
        "and cal.bin is a raw binary, which has no gaps: say  format = \"hex\"  in [output]",
        3,
    );
    bench.edit("j.toml", "[unit]", "[output]\nformat = \"hex\"\n[unit]");
    bench.good(&["plan", "--job", "j.toml"]);
    // A missing one.
    std::fs::remove_file(bench.path("app.s19")).unwrap();
    refused(&bench, &["plan", "--job", "j.toml"], "`file` in [image], beside the job: app.s19", 1);
}

/// A name says what a file is: another format under it is refused.
#[test]
fn names_and_formats() {
    let bench = bench();
    for (name, format) in
        [("o.hex", "srec"), ("o.eep", "bin"), ("o.mot", "hex"), ("o.txt", "hex"), ("o.bin", "uf2"), ("o.uf2", "ti-txt")]
    {
        let said = bench.run(&["convert", "boot.hex", name, "--format", format, "--window", "0..0x100"]);
        let of = ["hex", "srec", "ti-txt", "bin", "uf2"].iter().find(|of| {
            said.err.contains(&format!("{name} is the name of a file in {of}, and what is written is {format}"))
        });
        assert!(said.code == 2 && of.is_some() && !bench.path(name).exists(), "{said:?}");
    }
    for name in ["s19", "s28", "s37", "srec", "mot"] {
        bench.good(&["convert", "boot.hex", &format!("o.{name}")]);
        assert!(bench.text(&format!("o.{name}")).starts_with("S0030000FC\r\nS107000001020304EE"), "{name}");
    }
    for name in ["hex", "ihx", "eep", "mcs"] {
        bench.good(&["convert", "app.s19", &format!("o.{name}")]);
        assert!(bench.text(&format!("o.{name}")).starts_with(":0401000005060708E1"), "{name}");
    }
    bench.good(&["convert", "boot.hex", "o.txt"]);
    bench.good(&["convert", "boot.hex", "o.dat", "--format", "ti-txt"]);
    assert_eq!(bench.text("o.txt"), bench.text("o.dat"));
    // From each to each, and back.
    for from in ["s19", "eep", "txt", "mcs"] {
        for to in ["hex", "srec", "txt", "bin", "uf2"] {
            let (from, to) = (format!("o.{from}"), format!("{from}.{to}"));
            bench.good(&["convert", &from, &to, "--window", "0..0x200", "--family", "none"]);
        }
    }
    // An EEPROM at another address.
    bench.good(&["convert", "app.s19", "at0.eep", "--window", "0x100..0x110", "--output-base", "0"]);
    assert_eq!(bench.text("at0.eep"), ":0400000005060708E2\r\n:00000001FF\r\n");
}

/// Of pieces at random, given to files of three formats in turn, another tool merges the same memory.
#[test]
#[ignore = "needs srec_cat"]
fn srec_cat_merges_the_same() {
    let srec_cat = tool("NAMEPLATE_SREC_CAT", "srec_cat");
    let mut random = Random(11);
    for _ in 0..50 {
        let bench = Bench::new();
        let mut files = Vec::new();
        let mut at = 0;
        for n in 0..6 {
            at += random.below(300);
            let len = 1 + random.below(100);
            // Not as text begins.
            bench.write("piece.bin", [vec![0], random.bytes(len - 1)].concat());
            let name = format!("{n}.{}", ["hex", "s19", "txt"][n % 3]);
            bench.good(&["convert", "piece.bin", &name, "--base", &at.to_string()]);
            files.push(name);
            at += len;
        }
        let mut args = vec!["convert"];
        args.extend(files.iter().map(String::as_str));
        bench.good(&[&args[..], &["both.hex"]].concat());
        let window = format!("0..{at}");
        bench.good(&["convert", "both.hex", "ours.bin", "--window", &window, "--erased", "00"]);
        let mut merge = Command::new(&srec_cat);
        for name in &files {
            merge.arg(name).arg(match name.rsplit('.').next() {
                Some("hex") => "-intel",
                Some("s19") => "-motorola",
                _ => "-ti-txt",
            });
        }
        merge.args(["-o", "theirs.bin", "-binary"]).current_dir(bench.folder.path());
        assert!(merge.status().unwrap().success());
        assert!(bench.read("theirs.bin") == bench.read("ours.bin"));
    }
}
