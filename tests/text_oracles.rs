//! Tools of other people read units that are stamped in S-records and TI-TXT: 50 of each.

use std::path::Path;
use std::process::Command;

use nameplate::image::{Container, Srec, TiTxt};
use nameplate::plan::Gap;
use nameplate::{At, Encoding, Field, Guard, Layout, Value};

use crate::oracle::tool;
use crate::srec::{TEXTS, srec_text};
use crate::ti_txt::{WAYS, ti_text};
use crate::{Memory, memory, noise};

/// What a tool prints that is given these arguments, as HEX.
fn hex_of(program: &Path, args: &[&str]) -> Memory {
    let output = Command::new(program).args(args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    memory(&output.stdout)
}

/// Prints address and bytes of each segment, by both packages, or what is wrong.
const PYTHON: &str = "
import sys, bincopy, hexrec
for line in sys.stdin:
    kind, path = line.split()
    b = bincopy.BinFile()
    (b.add_srec_file if kind == 'srec' else b.add_ti_txt_file)(path)
    one = [(s.address, bytes(s.data)) for s in b.segments]
    f = (hexrec.SrecFile if kind == 'srec' else hexrec.TiTxtFile).load(path)
    two = [(a, bytes(d)) for a, d in f.memory.blocks()]
    print(';'.join('%X:%s' % (a, d.hex()) for a, d in one) + ' ' + ';'.join('%X:%s' % (a, d.hex()) for a, d in two))
";

/// The memory that Python printed.
fn of_segments(text: &str) -> Memory {
    let mut memory = Memory::new();
    for segment in text.split(';') {
        let (address, digits) = segment.split_once(':').unwrap();
        let address = u64::from_str_radix(address, 16).unwrap();
        let bytes = (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap());
        memory.extend((address..).zip(bytes));
    }
    memory
}

/// A unit, with one field over what is there and one in a gap; and what its memory must be.
fn unit(image: &dyn Container, layout: &Layout, seed: u64, mut expected: Memory, at: [u64; 2]) -> (Vec<u8>, Memory) {
    let plan = layout.compile(image).unwrap();
    let values = [noise(seed + 7, 11), noise(seed + 8, 5)];
    let mut stamper = plan.stamper(image).unwrap();
    let given = [("id", Value::from(&*values[0])), ("gap", Value::from(&*values[1]))];
    let bytes = stamper.stamp(&given).unwrap().bytes().to_vec();
    for (at, value) in at.into_iter().zip(&values) {
        expected.extend((at..).zip(value.iter().copied()));
    }
    (bytes, expected)
}

fn layout([id, gap]: [u64; 2]) -> Layout {
    let field = |name, at, len| Field::new(name, At::address(at), Encoding::bytes(len)).expect(Guard::Any);
    Layout::new().field(field("id", id, 11)).field(field("gap", gap, 5).gap(Gap::Add))
}

/// A fresh folder, and 50 files in it with their memory, in the format of that name, for a judge.
fn units(kind: &str, judge: &str) -> (std::path::PathBuf, Vec<(String, Memory)>) {
    let folder = std::env::temp_dir().join(format!("nameplate-{kind}-{judge}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut files = Vec::new();
    for seed in 0..50 {
        let (text, expected);
        if kind == "srec" {
            let base = [0xFF00, 0xFF_FF80, 0x0800_0000][seed as usize % 3];
            let truth: Memory = (base..).zip(noise(seed, 300)).collect();
            // Those that read CR alone are few.
            let style = TEXTS[[0, 1, 2, 3, 5, 6][seed as usize % 6]];
            let template = srec_text(&truth, style);
            let at = [base + seed * 5, base + 0x400];
            let layout = layout(at);
            let added = layout.add_missing(&Srec::parse(template.as_bytes()).unwrap()).unwrap().into_owned();
            (text, expected) = unit(&Srec::parse(&added).unwrap(), &layout, seed, truth, at);
        } else {
            // The memory that mspdebug simulates ends at 64 KiB.
            let highest = if judge == "mspdebug" { 0xFA00 } else { 0x1_0000 };
            let base = [0x1000, if judge == "mspdebug" { 0x8001 } else { 0xFE00 }, highest][seed as usize % 3];
            let truth: Memory = (base..).zip(noise(seed, 300)).collect();
            // bincopy reads lines of 16 bytes with one space.
            let (line, how) = WAYS[seed as usize % 2];
            let template = ti_text(&truth, line, how);
            let at = [base + seed * 5, base + 0x400];
            let layout = layout(at);
            let added = layout.add_missing(&TiTxt::parse(template.as_bytes()).unwrap()).unwrap().into_owned();
            (text, expected) = unit(&TiTxt::parse(&added).unwrap(), &layout, seed, truth, at);
        }
        let path = folder.join(format!("{seed}.{kind}"));
        std::fs::write(&path, text).unwrap();
        files.push((path.to_str().unwrap().to_owned(), expected));
    }
    (folder, files)
}

fn judged_by_python(kind: &str) {
    let (folder, files) = units(kind, "python");
    let input: String = files.iter().map(|(path, _)| format!("{kind} {path}\n")).collect();
    let answer = crate::python("bincopy, hexrec", PYTHON, &input);
    assert_eq!(answer.lines().count(), files.len());
    for (line, (path, expected)) in answer.lines().zip(&files) {
        let (bincopy, hexrec) = line.split_once(' ').unwrap();
        assert_eq!(&of_segments(bincopy), expected, "bincopy: {path}");
        assert_eq!(&of_segments(hexrec), expected, "hexrec: {path}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

fn judged(kind: &str, program: &Path, args: impl Fn(&str) -> Vec<String>) {
    let judge = program.file_name().unwrap().to_str().unwrap();
    let (folder, files) = units(kind, judge);
    for (path, expected) in &files {
        let args = args(path);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        assert_eq!(&hex_of(program, &args), expected, "{path}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
#[ignore = "needs srec_cat"]
fn srec_cat_reads_the_units() {
    let program = tool("NAMEPLATE_SREC_CAT", "srec_cat");
    for (kind, format) in [("srec", "-motorola"), ("titxt", "-ti-txt")] {
        judged(kind, &program, |path| [path, format, "-o", "-", "-intel"].map(str::to_owned).to_vec());
    }
}

#[test]
#[ignore = "needs objcopy"]
fn objcopy_reads_the_units() {
    let program = tool("NAMEPLATE_OBJCOPY", "objcopy");
    judged("srec", &program, |path| ["-I", "srec", "-O", "ihex", path, "/dev/stdout"].map(str::to_owned).to_vec());
}

#[test]
#[ignore = "needs Python with bincopy and hexrec"]
fn bincopy_and_hexrec_read_the_units() {
    judged_by_python("srec");
    judged_by_python("titxt");
}

/// What the simulated MSP430 has in its memory when the unit was loaded.
#[test]
#[ignore = "needs mspdebug"]
fn mspdebug_loads_the_units() {
    let program = tool("NAMEPLATE_MSPDEBUG", "mspdebug");
    let (folder, files) = units("titxt", "mspdebug");
    for (path, expected) in &files {
        let load = format!("prog {path}");
        // All behind the registers of the peripherals.
        let output = Command::new(&program).args(["-q", "sim", &load, "md 0x200 0xfe00"]).output().unwrap();
        assert!(output.status.success(), "{path}: {}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains(&format!("Done, {} bytes total", expected.len())), "{path}: {text:.300}");
        let mut found = Memory::new();
        for line in text.lines().filter(|line| line.starts_with("    ")) {
            let (address, rest) = line.trim_start().split_once(':').unwrap();
            let digits = rest.split('|').next().unwrap().split_whitespace();
            let address = u64::from_str_radix(address, 16).unwrap();
            found.extend((address..).zip(digits.map(|pair| u8::from_str_radix(pair, 16).unwrap())));
        }
        assert_eq!(found.len(), 0xFE00, "{path}");
        let mut all: Memory = (0x200..0x1_0000).map(|address| (address, 0xFF)).collect();
        all.extend(expected);
        assert!(found == all, "{path}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}
