//! ELF files of many kinds: where `readelf` and `objdump` say that symbols and sections are, and a reason for
//! each that has no bytes to stamp. `tests/data/README.md` says what the files are.

use std::fs;
use std::path::{Path, PathBuf};

use nameplate::Span;
use nameplate::image::Elf;
use nameplate::image::elf::{ElfError, LoadAddress, Location, LookupError};

use crate::elf_file::{Segment, firmware};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/elf")
}

/// One line of `facts.tsv`.
#[derive(Debug)]
struct Fact {
    file: String,
    what: String,
    name: String,
    kind: String,
    flags: String,
    section: String,
    offset: Option<u64>,
    vma: Option<u64>,
    lma: Option<u64>,
    size: Option<u64>,
}

fn facts() -> Vec<Fact> {
    let text = fs::read_to_string(folder().join("facts.tsv")).unwrap();
    let number = |cell: &str| cell.strip_prefix("0x").map(|digits| u64::from_str_radix(digits, 16).unwrap());
    let fact = |line: &str| {
        let [file, what, name, kind, _, flags, section, offset, vma, lma, size]: [&str; 11] =
            line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let [file, what, name, kind, flags, section] = [file, what, name, kind, flags, section].map(str::to_owned);
        let [offset, vma, lma, size] = [offset, vma, lma, size].map(number);
        Fact { file, what, name, kind, flags, section, offset, vma, lma, size }
    };
    text.lines().skip(1).map(fact).collect()
}

/// Why there is nothing to stamp, in words of the message; nothing when there is something.
fn refusal(fact: &Fact, same: usize, compressed: &[&str]) -> Option<&'static str> {
    let within = if fact.what == "section" { &fact.name } else { &fact.section };
    Some(match fact.section.as_str() {
        "UND" => "undefined",
        "COM" => "common",
        "ABS" => "absolute",
        _ if same > 1 => "there are several",
        _ if fact.kind == "TLS" => "thread-local",
        _ if compressed.contains(&within.as_str()) => "compressed",
        _ if fact.kind == "NOBITS" || [".bss", ".sbss", ".noinit"].contains(&within.as_str()) => "",
        _ if fact.size == Some(0) => "size 0",
        _ if fact.name == "too_long" => "within its section",
        _ => return None,
    })
}

/// What a fact says of an answer.
fn judge(fact: &Fact, refused: Option<&str>, answer: Result<Location, LookupError>, thumb: bool) {
    match (refused, answer) {
        (Some(words), Err(error)) => {
            let words = if words.is_empty() { "no bytes in the file" } else { words };
            // A symbol of size 0 in .bss has two reasons.
            let said = error.to_string();
            assert!(said.contains(words) || (fact.size == Some(0) && said.contains("size 0")), "{fact:?}: {said}");
        }
        (None, Ok(location)) => {
            let vma = fact.vma.unwrap() & if thumb { !1 } else { u64::MAX };
            let found = (location.file().start as u64, location.len() as u64, location.vma());
            assert_eq!(found, (fact.offset.unwrap(), fact.size.unwrap(), vma), "{fact:?}");
            assert_eq!(location.span().ok().map(Span::start), fact.lma, "{fact:?}");
        }
        (refused, answer) => panic!("{fact:?}: expected {refused:?}, found {answer:?}"),
    }
}

#[test]
fn symbols_and_sections_are_where_other_tools_say() {
    let facts = facts();
    let (mut found, mut refused) = (0, 0);
    for header in facts.iter().filter(|fact| fact.what == "header") {
        let bytes = fs::read(folder().join(&header.file)).unwrap();
        let how = if header.file == "no-lma.elf" { LoadAddress::Virtual } else { LoadAddress::Physical };
        let elf = Elf::parse_with(&bytes, &how.into()).unwrap();
        assert_eq!(elf.is_big_endian(), header.flags == "big endian", "{header:?}");
        let all = || facts.iter().filter(|fact| fact.file == header.file);
        let compressed = |fact: &&Fact| fact.flags.contains('C') || fact.name.starts_with(".zdebug");
        let compressed: Vec<&str> = all().filter(compressed).map(|fact| fact.name.as_str()).collect();
        for fact in all().filter(|fact| ["symbol", "section"].contains(&fact.what.as_str())) {
            // Names of the linker's own tables, of source files, and marks of the assembler.
            if ["SECTION", "FILE"].contains(&fact.kind.as_str()) || fact.name.starts_with(['$', '_']) {
                continue;
            }
            let same = all().filter(|other| (&other.what, &other.name) == (&fact.what, &fact.name)).count();
            let answer = if fact.what == "symbol" { elf.symbol(&fact.name) } else { elf.section(&fact.name) };
            let expected = refusal(fact, same, &compressed);
            *if expected.is_some() { &mut refused } else { &mut found } += 1;
            judge(fact, expected, answer, header.name == "ARM" && fact.kind == "FUNC");
        }
    }
    // All lines were looked at.
    assert_eq!((found, refused), (177, 99));
}

/// Two statics of one name are told apart by their source files; so are a static and a global.
#[test]
fn statics_by_source_file() {
    let bytes = fs::read(folder().join("statics.elf")).unwrap();
    let elf = Elf::parse(&bytes).unwrap();
    for (file, content) in [("static_a.c", [0xAA; 4]), ("static_b.c", [0xBB; 4])] {
        let location = elf.symbol_in(file, "serial").unwrap();
        assert_eq!(bytes[location.file()], content, "{file}");
    }
    assert_eq!(bytes[elf.symbol("unique").unwrap().file()], [0xCC; 4]);
}

/// Where all segments are loaded to zero, tools differ, and nothing is guessed.
#[test]
fn no_load_addresses() {
    let bytes = fs::read(folder().join("no-lma.elf")).unwrap();
    let said = Elf::parse(&bytes).unwrap_err().to_string();
    assert!(said.starts_with("all 2 segments have load address (p_paddr) 0"), "{said}");
}

/// A segment of nothing but zeros is none, and a common symbol that the linker gave a place is like any other.
#[test]
fn segments_without_bytes() {
    for (bits, big) in [(32, false), (64, true)] {
        let zeros = |lma| Segment { sections: 3..4, vma: 0x2000_0008, lma, zeros: 8, front: 0 };
        let bytes = firmware(bits, big).with(|file| file.segments.push(zeros(0x2000_0008))).bytes();
        let elf = Elf::parse(&bytes).unwrap();
        let starts: Vec<u64> = elf.segments().map(|segment| segment.span.start()).collect();
        assert_eq!(starts, [0x0800_0000, 0x0800_0030]);
        // One segment may lie at 0; beside room for zeros GNU tools take all load addresses for virtual ones.
        let one = |lma| {
            firmware(bits, big).with(|file| {
                file.segments.truncate(1);
                file.segments[0].lma = 0;
                file.segments.push(zeros(lma));
            })
        };
        assert_eq!(Elf::parse(&one(0).bytes()).unwrap_err(), ElfError::NoLoadAddresses { segments: 2 });
        let at_zero = one(0).with(|file| file.segments[0].vma = 0).bytes();
        assert_eq!(Elf::parse(&at_zero).unwrap().segments().next().unwrap().span.start(), 0);
        let one = one(0x2000_0008).with(|file| {
            let common = file.symbols.iter_mut().find(|symbol| symbol.name == "nameplate").unwrap();
            common.info = 0x15;
        });
        let bytes = one.bytes();
        let elf = Elf::parse(&bytes).unwrap();
        assert_eq!(elf.symbol("nameplate").unwrap().span(), Ok(Span::new(0x10, 32).unwrap()));
    }
}
