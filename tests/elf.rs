//! ELF files, made here byte by byte: what names and addresses mean, and what is refused.

use std::ops::Range;

use nameplate::image::elf::{ElfError, LoadAddress, LookupErrorKind, VmaError};
use nameplate::image::{Container, Elf, GapError, Hex, Raw, Sparse};
use nameplate::plan::LocateError;
use nameplate::{At, Encoding, Field, Layout, Span, Value};

use crate::elf_file::{Build, OBJECT, Segment, conflicts, firmware, symbol};
use crate::noise;

const KINDS: [(u32, bool); 4] = [(32, false), (32, true), (64, false), (64, true)];

fn span(start: u64, len: u64) -> Span {
    Span::new(start, len).unwrap()
}

fn lookup(bytes: &[u8], name: &str) -> Result<(Range<usize>, u64, Span), LookupErrorKind> {
    let elf = Elf::parse(bytes).unwrap();
    let known = elf.clone().with_symbols(["reset", name]).unwrap_or(elf.clone());
    assert_eq!((known.symbol(name), known.symbol_in("id.c", name)), (elf.symbol(name), elf.symbol_in("id.c", name)));
    let found = elf.symbol(name).map_err(|error| error.kind().clone())?;
    Ok((found.file(), found.vma(), found.span().map_err(|error| error.kind().clone())?))
}

/// Where things lie, in both classes and byte orders.
#[test]
fn symbols_sections_and_addresses() {
    for (bits, big) in KINDS {
        let build = firmware(bits, big);
        let bytes = build.bytes();
        let elf = Elf::parse(&bytes).unwrap();
        assert_eq!((elf.bits(), elf.is_big_endian(), elf.machine()), (bits, big, 40));
        let at = build.at(1);
        // An alias of the same bytes is no second one; the Thumb bit is no address.
        assert_eq!(lookup(&bytes, "nameplate"), Ok((at..at + 32, 0x0800_0010, span(0x0800_0010, 32))));
        assert_eq!(lookup(&bytes, "alias"), lookup(&bytes, "nameplate"));
        assert_eq!(lookup(&bytes, "reset").unwrap().1, 0x0800_0000);
        // A variable is found in RAM and lies in flash.
        let at = build.at(2);
        assert_eq!(lookup(&bytes, "station"), Ok((at + 4..at + 8, 0x2000_0004, span(0x0800_0034, 4))));
        let data = elf.section(".data").unwrap();
        assert!(!data.is_empty());
        assert_eq!((data.file(), data.vma(), data.span().unwrap()), (at..at + 8, 0x2000_0000, span(0x0800_0030, 8)));
        assert_eq!(elf.vma(span(0x2000_0002, 3)), Ok(span(0x0800_0032, 3)));
        // In a source file, with or without its folder.
        for (file, start) in [("id.c", 0x0800_0010), ("key.c", 0x0800_0014)] {
            assert_eq!(elf.symbol_in(file, "serial").unwrap().span(), Ok(span(start, 4)));
        }
        let path = build.clone().with(|file| file.symbols[2].name = "src/app\\key.c").bytes();
        for (file, found) in [("key.c", true), ("src/app\\key.c", true), ("app\\key.c", false), ("y.c", false)] {
            assert_eq!(Elf::parse(&path).unwrap().symbol_in(file, "serial").is_ok(), found, "{file}");
        }
        // The same symbol twice is one.
        let twice = build.clone().with(|file| file.symbols.push(file.symbols[4].clone())).bytes();
        assert_eq!(lookup(&twice, "nameplate"), lookup(&bytes, "nameplate"));
        assert!(elf.symbol_in("c", "serial").is_err() && elf.symbol_in("id.c", "nameplate").is_err());
        // The memory goes by load address; both segments lie end to end.
        assert_eq!(elf.extent(), Some(span(0x0800_0000, 0x38)));
        let memory = Sparse::new(&elf);
        assert_eq!(memory.get(span(0x0800_002E, 4)).unwrap(), [0xFF, 0xFF, 1, 2]);
        assert_eq!(elf.start().linear, Some(0x0800_0001));
        let names: Vec<String> = elf.symbols().unwrap().into_iter().map(|symbol| symbol.name.to_owned()).collect();
        assert_eq!(names, ["serial", "serial", "nameplate", "alias", "station"]);
        let sections: Vec<String> = elf.sections().map(|section| section.name).collect();
        assert_eq!(sections, [".text", ".nameplate", ".data"]);
        let segments: Vec<_> = elf.segments().map(|segment| (segment.vma, segment.span, segment.memory)).collect();
        let expected = [(0x0800_0000, span(0x0800_0000, 48), 48), (0x2000_0000, span(0x0800_0030, 8), 16)];
        assert_eq!(segments, expected);
        assert_eq!(
            format!("{elf:?}"),
            format!("Elf({bits} bits, machine 40, [0x08000000..0x08000030, 0x08000030..0x08000038])")
        );
    }
}

/// Only the bytes of the fields change, a field across two segments included; undoing gives the file back.
#[test]
fn a_stamp_changes_nothing_else() {
    for (bits, big) in KINDS {
        let build = firmware(bits, big);
        let bytes = build.bytes();
        let elf = Elf::parse(&bytes).unwrap();
        let field = |name: &str, at, len| Field::new(name, at, Encoding::bytes(len)).expect(nameplate::Guard::Any);
        let layout = Layout::new()
            .field(field("a", At::symbol("nameplate").plus(4), 2))
            .field(field("b", At::symbol_in("key.c", "serial").plus(3), 1))
            .field(field("c", At::section(".data").plus(4), 4))
            .field(field("d", At::address(0x0800_002E), 4));
        let plan = layout.compile(&elf).unwrap();
        let mut unit = plan.stamper(&elf).unwrap();
        let values = [("a", &[1, 2][..]), ("b", &[3]), ("c", &[4, 5, 6, 7]), ("d", &[8, 9, 10, 11])];
        let values = values.map(|(name, value)| (name, Value::from(value)));
        let stamped = unit.stamp(&values).unwrap().bytes().to_vec();
        let mut expected = bytes.clone();
        expected[build.at(1) + 4..][..2].copy_from_slice(&[1, 2]);
        expected[build.at(1) + 7] = 3;
        expected[build.at(2) + 4..][..4].copy_from_slice(&[4, 5, 6, 7]);
        expected[build.at(2) - 2..][..4].copy_from_slice(&[8, 9, 10, 11]);
        assert_eq!(stamped, expected);
        assert_eq!(unit.undo(), bytes);
        // The same plan, the binary of the build.
        let flat = Sparse::new(&elf).get(span(0x0800_0000, 0x38)).unwrap().to_vec();
        let bin = Raw::new(&flat, 0x0800_0000).unwrap();
        let mut unit = plan.stamper(&bin).unwrap();
        let stamped_bin = unit.stamp(&values).unwrap().bytes().to_vec();
        assert_eq!(stamped_bin, expected[build.at(0)..build.at(3)]);
    }
}

/// Each refusal is its own, and says what to do.
#[test]
fn what_names_no_bytes() {
    let bytes = firmware(32, false).bytes();
    let elf = Elf::parse(&bytes).unwrap();
    for (name, expected) in [
        (
            "serial",
            "there are several: 0x08000010 (4 bytes, in id.c), 0x08000014 (4 bytes, in key.c); name the source file, or give the address",
        ),
        (
            "namplate",
            "there is none; there is `nameplate`; was it removed as unused (KEEP it in the linker script), or merged into another section?",
        ),
        (
            "SERIAL",
            "there is none; there is `serial`; was it removed as unused (KEEP it in the linker script), or merged into another section?",
        ),
        (
            "count",
            "it has no bytes in the file (section `.bss` is NOBITS, as .bss is): give it an initial value in a section that is programmed",
        ),
        ("printf", "it is undefined here: is this the linked image?"),
        (
            "pool",
            "it is a common symbol, without room before the file is linked: compile with -fno-common, or give the linked image",
        ),
        (
            "uid_base",
            "it is absolute: a number (0x1FFF7A10), which is no bytes of the image; to stamp at that address, give the address",
        ),
        ("errno", "it is thread-local: each thread has its own copy, made at run time"),
        (
            "image_end",
            "it has size 0 (at 0x08000030 when the program runs): give the section and an offset, or the load address",
        ),
        ("beyond", "it does not lie within its section: is the file damaged?"),
        ("below", "it does not lie within its section: is the file damaged?"),
        ("nowhere", "it does not lie within its section: is the file damaged?"),
        (
            "id.c",
            "there is none; was it removed as unused (KEEP it in the linker script), or merged into another section?",
        ),
        ("", "there is none; was it removed as unused (KEEP it in the linker script), or merged into another section?"),
    ] {
        let error = elf.symbol(name).unwrap_err();
        assert_eq!(error.to_string(), format!("symbol `{name}`: {expected}"));
        assert_eq!(error.name(), name);
    }
    for (name, expected) in [
        (
            ".bss",
            "it has size 0 (at 0x20000008 when the program runs): give the section and an offset, or the load address",
        ),
        (
            ".nameplat",
            "there is none; there is `.nameplate`; was it removed as unused (KEEP it in the linker script), or merged into another section?",
        ),
        ("", "there is none; was it removed as unused (KEEP it in the linker script), or merged into another section?"),
    ] {
        assert_eq!(elf.section(name).unwrap_err().to_string(), format!("section `{name}`: {expected}"));
    }
    // Found, and never in the device.
    let version = elf.symbol("version").unwrap();
    assert_eq!(&bytes[version.file()], b"made here");
    assert_eq!(
        version.span().unwrap_err().to_string(),
        "symbol `version`: no segment loads it, so that it never gets into the device"
    );
    let short = elf.symbol("nameplate").unwrap().part(30, 4).unwrap_err();
    assert_eq!(short.to_string(), "symbol `nameplate`: it has 32 bytes, and the field needs 4 from offset 30 on");
    for (offset, len) in [(33, 0), (u64::MAX, 1), (1, u64::MAX)] {
        let error = elf.symbol("nameplate").unwrap().part(offset, len).unwrap_err();
        assert!(matches!(error.kind(), LookupErrorKind::TooShort { .. }));
    }
}

/// What a name may have been meant for: names that differ in letter case, in two characters in a row at most, or that
/// are a part of the other, if it has four characters; none of two characters, nor of more than 64.
#[test]
fn names_that_were_meant() {
    let (longest, long): (&str, &str) = ("x".repeat(64).leak(), "y".repeat(65).leak());
    let build = firmware(32, false).with(|file| {
        file.symbols.extend(["id", "n o", longest, long].map(|name| symbol(name, 0x0800_0010, 4, OBJECT, 2)));
    });
    let bytes = build.bytes();
    let elf = Elf::parse(&bytes).unwrap();
    for (name, near) in [
        ("NamePlate", &["nameplate"][..]),
        ("nampelate", &["nameplate"]),
        ("nameplates", &["nameplate"]),
        ("name__plate", &["nameplate"]),
        ("name___plate", &[]),
        ("namXXXate", &[]),
        ("plat", &["nameplate"]),
        ("PLAT", &["nameplate"]),
        ("my_nameplate_v2", &["nameplate"]),
        ("pla", &[]),
        ("po", &[]),
        ("ids", &[]),
        ("noo", &[]),
        ("n_o", &[]),
        ("no ", &[]),
        ("pool ", &[]),
        (&long[..63], &[]),
        (&longest[1..], &[longest]),
        (&format!("{longest}x"), &[]),
        (&long[1..], &[]),
    ] {
        let error = elf.symbol(name).unwrap_err();
        let near: Vec<String> = near.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(error.kind(), &LookupErrorKind::NotFound { near, stripped: false }, "{name}");
    }
    // A name has at most 4096 bytes.
    for (len, found) in [(4096, true), (4097, false)] {
        let name: &str = "n".repeat(len).leak();
        let build = firmware(32, false).with(|file| file.symbols.push(symbol(name, 0x0800_0010, 4, OBJECT, 2)));
        assert_eq!(lookup(&build.bytes(), name).is_ok(), found);
    }
    // Three at most, in alphabetical order, each once.
    let build = firmware(32, false).with(|file| {
        file.symbols = ["key_4", "key_2", "key_2", "key_3", "key_1"].map(|name| symbol(name, 0, 4, OBJECT, 2)).into();
    });
    let error = Elf::parse(&build.bytes()).unwrap().symbol("key_0").unwrap_err().to_string();
    assert!(error.starts_with("symbol `key_0`: there is none; there is `key_1`, `key_2`, `key_3`; "), "{error}");
}

#[test]
fn other_sections() {
    let error = |build: Build, name: &str| {
        let bytes = build.bytes();
        let elf = Elf::parse(&bytes).unwrap();
        let found = elf.section(name).and_then(|section| section.span().map(|_| section.len()));
        found.map_err(|error| error.kind().clone())
    };
    let text = |name: &str| name.to_owned();
    for (bits, big) in KINDS {
        let build = || firmware(bits, big);
        let nobits = build().with(|file| file.sections[3].says = Some(16));
        assert_eq!(error(nobits, ".bss"), Err(LookupErrorKind::NoBits { section: text(".bss") }));
        let packed = build().with(|file| file.sections[2].flags |= 0x800);
        assert_eq!(error(packed.clone(), ".data"), Err(LookupErrorKind::Compressed { section: text(".data") }));
        assert_eq!(
            lookup(&packed.bytes(), "station").unwrap_err(),
            LookupErrorKind::Compressed { section: text(".data") }
        );
        let gnu = build().with(|file| file.sections[4].name = ".zdebug_info");
        assert_eq!(error(gnu, ".zdebug_info"), Err(LookupErrorKind::Compressed { section: text(".zdebug_info") }));
        assert_eq!(error(build(), ".comment"), Err(LookupErrorKind::NotLoaded { relocatable: false }));
        let two = build().with(|file| file.sections[0].name = ".data");
        assert!(matches!(error(two, ".data"), Err(LookupErrorKind::Ambiguous { more: false, .. })));
        let nine = build().with(|file| {
            let data = file.sections.iter().find(|section| section.name == ".data").unwrap().clone();
            file.sections.extend(vec![data; 8]);
        });
        assert!(
            error(nine, ".data")
                .unwrap_err()
                .to_string()
                .ends_with(" and more; name the source file, or give the address")
        );
        // Eight are named.
        for (count, more) in [(8, false), (9, true), (10, true)] {
            let several = build().with(|file| {
                file.symbols = (0..count).map(|n| symbol("it", 0x0800_0010 + n, 1, OBJECT, 2)).collect();
            });
            let LookupErrorKind::Ambiguous { candidates, more: found } = lookup(&several.bytes(), "it").unwrap_err()
            else {
                panic!("{count}")
            };
            assert_eq!((candidates.len(), found), (8, more));
        }
        for says in [10_000, u64::MAX >> (64 - bits)] {
            let long = build().with(|file| file.sections[2].says = Some(says));
            assert_eq!(error(long, ".data"), Err(LookupErrorKind::OutsideFile));
        }
        // Longer than what the segment loads.
        let unloaded = build().with(|file| file.segments[1].sections = 1..1);
        assert_eq!(error(unloaded, ".data"), Err(LookupErrorKind::NotLoaded { relocatable: false }));
        // Without a symbol table; without any headers of sections, by address only.
        let stripped = build().with(|file| file.symbols.clear()).bytes();
        assert!(lookup(&stripped, "serial").is_err_and(|kind| kind.to_string().ends_with("was it stripped?")));
        let bare = build().with(|file| file.named = false).bytes();
        let elf = Elf::parse(&bare).unwrap();
        assert!(elf.section(".data").is_err() && elf.symbol("station").is_err());
        assert!(elf.locate(span(0x0800_0034, 4)).is_ok());
        assert_eq!(elf.vma(span(0x2000_0004, 4)), Ok(span(0x0800_0034, 4)));
    }
}

#[test]
fn object_files_are_not_loaded() {
    let object = firmware(32, false).with(|file| {
        file.kind = 1;
        file.segments.clear();
        file.sections.iter_mut().for_each(|section| section.vma = 0);
        file.symbols = vec![symbol("serial", 8, 4, OBJECT, 2)];
    });
    let bytes = object.bytes();
    let elf = Elf::parse(&bytes).unwrap();
    let serial = elf.symbol("serial").unwrap();
    assert_eq!((serial.file(), serial.vma()), (object.at(1) + 8..object.at(1) + 12, 8));
    assert_eq!(
        serial.span().unwrap_err().to_string(),
        "symbol `serial`: no segment loads it: this is an object file; give the linked image"
    );
    assert_eq!((elf.extent(), elf.segments().count()), (None, 0));
}

/// Two pieces of code that take turns at one run-time address.
#[test]
fn overlays() {
    let build = firmware(32, true).with(|file| {
        file.segments[1].vma = 0x0800_0000;
        file.sections[2].vma = 0x0800_0000;
        file.symbols = vec![symbol("first", 0x0800_0004, 4, OBJECT, 1), symbol("second", 0x0800_0004, 4, OBJECT, 3)];
    });
    let bytes = build.bytes();
    assert_eq!(lookup(&bytes, "first").unwrap().2, span(0x0800_0004, 4));
    assert_eq!(lookup(&bytes, "second").unwrap().2, span(0x0800_0034, 4));
    let elf = Elf::parse(&bytes).unwrap();
    let error = elf.vma(span(0x0800_0004, 4)).unwrap_err();
    assert_eq!(error, VmaError::Aliased { span: span(0x0800_0004, 4), first: 0x0800_0004, second: 0x0800_0034 });
    assert_eq!(
        error.to_string(),
        "run-time addresses 0x08000004..0x08000008 are those of several segments, loaded to 0x08000004 and 0x08000034: give the symbol or the load address"
    );
}

#[test]
fn load_addresses() {
    let parse = |build: Build| Elf::parse(&build.bytes()).map(|elf| elf.extent()).map_err(|error| error.to_string());
    for (bits, big) in KINDS {
        let zero = firmware(bits, big).with(|file| file.segments.iter_mut().for_each(|segment| segment.lma = 0));
        let bytes = zero.bytes();
        assert_eq!(Elf::parse(&bytes).unwrap_err(), ElfError::NoLoadAddresses { segments: 2 });
        let elf = Elf::parse_with(&bytes, &LoadAddress::Virtual.into()).unwrap();
        assert_eq!(elf.symbol("station").unwrap().span(), Ok(span(0x2000_0004, 4)));
        // One segment may well lie at 0.
        let one = zero.with(|file| file.segments.truncate(1));
        assert_eq!(parse(one), Ok(Some(span(0, 48))));
        let both = firmware(bits, big).with(|file| file.segments[1].lma = 0x0800_0028);
        assert_eq!(conflicts(&both), ["two segments load 0x08000028..0x08000030: no flash can hold both"]);
        // The same bytes a second time are no other bytes.
        let again = firmware(bits, big).with(|file| file.segments.push(file.segments[1].clone()));
        assert_eq!(parse(again), Ok(Some(span(0x0800_0000, 0x38))));
        let twice = firmware(bits, big).with(|file| {
            file.segments.push(Segment { lma: 0x0900_0000, ..file.segments[1].clone() });
        });
        let at = twice.at(2);
        let message = "is loaded to 0x08000030 and 0x09000000: a stamp at one address would change the other";
        assert_eq!(conflicts(&twice), vec![format!("the byte at offset {at} of the file {message}"); 2]);
    }
    let cut = firmware(32, false).bytes();
    let cut = &cut[..firmware(32, false).at(2) + 4];
    assert!(matches!(Elf::parse(cut), Err(ElfError::Damaged { .. } | ElfError::CutOff { .. })));
    let bare = firmware(32, false).with(|file| file.named = false);
    assert_eq!(
        Elf::parse(&bare.bytes()[..bare.at(2) + 4]).unwrap_err().to_string(),
        "segment 2 at 0x08000030 has 8 bytes from offset 164 on, the file has 168: was it cut off?"
    );
    // A segment without bytes is none.
    let empty = Segment { sections: 0..0, vma: 0x2000_1000, lma: 0x2000_1000, zeros: 16, front: 0 };
    let many = |n| firmware(32, false).with(|file| file.segments.resize(n, empty.clone()));
    assert!(parse(many(1024)).is_ok());
    assert!(
        Elf::parse(&many(1025).bytes()).is_err_and(|error| error == ElfError::Segments { found: 1025, limit: 1024 })
    );
    let bare = bare.with(|file| file.segments.insert(0, empty.clone()));
    assert_eq!(parse(bare.clone()), Ok(Some(span(0x0800_0000, 0x38))));
    let error = Elf::parse(&bare.bytes()[..bare.at(2) + 4]).unwrap_err().to_string();
    assert!(error.starts_with("segment 2 at 0x08000030 has 8 bytes"), "{error}");
    let high = firmware(64, false).with(|file| file.segments[1].lma = u64::MAX - 3);
    assert!(parse(high).unwrap_err().starts_with("segment 2: "));
    let top = firmware(64, false).with(|file| file.segments[1].lma = u64::MAX - 8);
    assert_eq!(parse(top).unwrap().unwrap().end(), u64::MAX);
}

/// Headers that a segment has are no memory: nobody wants to stamp them.
#[test]
fn headers_are_no_memory() {
    for (bits, big) in KINDS {
        let build = firmware(bits, big);
        let front = build.at(0) as u64;
        let build = build.with(|file| {
            file.segments[0].front = front;
            file.segments[0].lma -= front;
            file.segments[0].vma -= front;
        });
        let bytes = build.bytes();
        let elf = Elf::parse(&bytes).unwrap();
        assert_eq!(elf.extent(), Some(span(0x0800_0000, 0x38)));
        assert_eq!(elf.segments().next().unwrap().span.start(), 0x0800_0000 - front);
        assert!(elf.locate(span(0x0800_0000 - 1, 1)).is_err() && elf.locate(span(0x0800_0000, 1)).is_ok());
    }
}

#[test]
fn bytes_that_are_missing() {
    let bytes = firmware(32, false).with(|file| file.segments[1].lma = 0x0800_0040).bytes();
    let elf = Elf::parse(&bytes).unwrap();
    let error = |start, len| elf.locate(span(start, len)).map_err(|error: GapError| error.to_string());
    for (start, len, expected) in [
        (0x0800_002E, 4, "no byte at 0x08000030: the data before it ends at 0x08000030, the next begins at 0x08000040"),
        (0x0800_0030, 1, "no byte at 0x08000030: the data before it ends at 0x08000030, the next begins at 0x08000040"),
        (0x0800_0047, 2, "no byte at 0x08000048: the data before it ends at 0x08000048, and none follows"),
        (0x0700_0000, 1, "no byte at 0x07000000: the first data begins at 0x08000000"),
        (0, u64::MAX, "no byte at 0x00000000: the first data begins at 0x08000000"),
    ] {
        assert_eq!(error(start, len).unwrap_err(), expected);
    }
    assert!(error(0x0800_0041, 0).is_ok() && error(0, 0).is_ok());
    for (start, zeroed) in [(0x2000_0008, true), (0x2000_0006, true), (0x2000_0010, false), (u64::MAX - 4, false)] {
        assert_eq!(elf.vma(span(start, 4)), Err(VmaError::Unmapped { span: span(start, 4), zeroed }));
    }
    assert!(elf.vma(span(0x2000_0004, 0)).is_err());
}

#[test]
fn not_elf() {
    let error = |bytes: &[u8]| Elf::parse(bytes).unwrap_err().to_string();
    assert_eq!(error(b":00000001FF\n"), "no ELF file: it begins with 0x3A303030, expected 7F454C46");
    assert_eq!(error(b""), "no ELF file: it begins with 0x, expected 7F454C46");
    assert_eq!(error(b"!<arch>\n"), "no ELF file: it begins with 0x213C6172, expected 7F454C46");
    assert!(error(b"\x7FELF").starts_with("the ELF file is damaged: "));
    for (bits, big) in KINDS {
        let good = firmware(bits, big).bytes();
        for (at, byte, expected) in [
            (4, 7, "the ELF file is damaged: the class is neither 32 nor 64 bits"),
            (5, 9, "the ELF file is damaged: "),
            (6, 0, "the ELF file is damaged: "),
        ] {
            let mut bytes = good.clone();
            bytes[at] = byte;
            assert!(error(&bytes).starts_with(expected), "{at}: {}", error(&bytes));
        }
        // Tables that lie beyond the end, have entries of another size, or no names.
        let (shoff, sizes) = if bits == 32 { (32, 42) } else { (40, 54) };
        for at in [shoff..shoff + bits as usize / 8, sizes..sizes + 2, sizes + 4..sizes + 6] {
            let mut bytes = good.clone();
            bytes[at.clone()].fill(0xEE);
            assert!(error(&bytes).starts_with("the ELF file is damaged: "), "{at:?}: {}", error(&bytes));
        }
    }
}

/// A layout by symbol is for an ELF file, or takes its places from one.
#[test]
fn places_of_fields() {
    let bytes = firmware(32, false).bytes();
    let elf = Elf::parse(&bytes).unwrap();
    let hex = Hex::parse(b":100010000102030405060708090A0B0C0D0E0F1058\n:00000001FF\n").unwrap();
    let field = |at: At| Layout::new().field(Field::new("f", at, Encoding::bytes(4)).expect(nameplate::Guard::Any));
    let message = |at: At, image: &dyn Container| field(at).compile(image).map(|_| ()).unwrap_err().to_string();
    assert_eq!(
        message(At::symbol("nameplate"), &hex),
        "field `f`: the image has no symbols and sections; the ELF file of the same build says where they are"
    );
    assert_eq!(At::section(".data").span(4, &hex), Err(LocateError::NoSymbols));
    assert_eq!(
        message(At::symbol("nameplate").plus(29), &elf),
        "field `f`: symbol `nameplate`: it has 32 bytes, and the field needs 4 from offset 29 on"
    );
    assert_eq!(
        message(At::address(u64::MAX).plus(1), &elf),
        "field `f`: 1 bytes from 0xFFFFFFFFFFFFFFFF pass the end of the 64-bit address space"
    );
    // The address of a variable as `nm` has it.
    assert_eq!(
        message(At::address(0x2000_0004), &elf),
        "field `f` at 0x20000004..0x20000008: no byte at 0x20000004: the data before it ends at 0x08000038, and none follows; when the program runs that is the byte loaded to 0x08000034: give that address, or the symbol"
    );
    assert_eq!(At::symbol("nameplate").plus(4).rest(&elf), Ok(span(0x0800_0014, 28)));
    assert_eq!(At::section(".data").rest(&elf), Ok(span(0x0800_0030, 8)));
    assert_eq!(At::address(5).rest(&elf), Ok(span(5, 0)));
    let located = field(At::symbol("nameplate").plus(4)).located(&elf).unwrap();
    assert_eq!(located, field(At::address(0x0800_0014)));
}

/// The name of a variant.
fn variant(error: &impl std::fmt::Debug) -> String {
    format!("{error:?}").chars().take_while(char::is_ascii_alphanumeric).collect()
}

/// Files of which each refusal is one damage away.
fn bases(bits: u32, big: bool) -> [Build; 6] {
    let whole = firmware(bits, big);
    let nobits = whole.clone().with(|file| file.sections[3].says = Some(16));
    let twice = whole.clone().with(|file| {
        file.segments.push(Segment { lma: 0x0900_0000, ..file.segments[1].clone() });
    });
    let bare = whole.clone().with(|file| file.named = false);
    let zero = whole.clone().with(|file| file.segments.iter_mut().for_each(|segment| segment.lma = 0));
    let top = u64::MAX >> (64 - bits);
    let high = whole.clone().with(|file| file.segments[1].lma = top - 3);
    [whole, nobits, twice, bare, zero, high]
}

/// Damaged at random: an answer or an error, never a panic, and never bytes outside of the file. As many rounds as
/// `NAMEPLATE_ROUNDS` says, with about 30 lookups each.
#[test]
fn damaged_files() {
    let rounds = std::env::var("NAMEPLATE_ROUNDS").map_or(30_000, |rounds| rounds.parse().unwrap());
    let bases: Vec<Vec<u8>> = KINDS.iter().flat_map(|&(bits, big)| bases(bits, big)).map(|base| base.bytes()).collect();
    let mut names = vec!["id.c", ""];
    let build = firmware(32, false);
    names.extend(build.symbols.iter().map(|symbol| symbol.name));
    let mut answers = std::collections::BTreeMap::<String, usize>::new();
    let mut lookups = 0_u64;
    for round in 0..rounds {
        let mut bytes = bases[(round % bases.len() as u64) as usize].clone();
        let random = noise(round, 24);
        for change in random.chunks_exact(4).take(1 + usize::from(random[0] % 5)) {
            let len = bytes.len();
            // Mostly headers and tables.
            let at = (usize::from(change[0]) << 8 | usize::from(change[1])) % len;
            bytes[at] = if change[3] & 1 == 0 { change[2] } else { bytes[at] ^ 1 << (change[2] & 7) };
        }
        if random[23] < 16 {
            bytes.truncate(usize::from(random[22]) * bytes.len() / 256);
        }
        let mut note = |error: String| *answers.entry(error).or_default() += 1;
        let elf = Elf::parse(&bytes).or_else(|error| {
            note(variant(&error));
            Elf::parse_with(&bytes, &LoadAddress::Virtual.into())
        });
        let Ok(elf) = elf else { continue };
        elf.conflicts().for_each(|(_, error)| note(variant(error)));
        for name in &names {
            lookups += 1;
            match elf.symbol(name) {
                Ok(found) => {
                    assert!(found.file().end <= bytes.len() && !found.is_empty());
                    for part in [found.span(), found.part(30, 4)] {
                        let _ = part.map_err(|error| note(variant(error.kind())));
                    }
                }
                Err(error) => note(variant(error.kind())),
            }
        }
        for name in [".text", ".nameplate", ".data", ".bss", ".comment", ".symtab"] {
            lookups += 1;
            match elf.section(name) {
                Ok(found) => assert!(found.file().end <= bytes.len() && !found.is_empty()),
                Err(error) => note(variant(error.kind())),
            }
        }
        for section in elf.sections() {
            assert!(elf.locate(section.span).is_ok(), "{section:?}");
        }
        lookups += 2;
        let _ = elf.symbols();
        let _ = elf.vma(span(0x2000_0000, 4)).map_err(|error| note(format!("Vma{}", variant(&error))));
        let all = elf.extent().unwrap_or(span(0, 0));
        let mut seen = 0;
        let _ = elf.visit(all, &mut |address, bytes| {
            assert!(address >= seen && all.covers(span(address, bytes.len() as u64)));
            seen = address + bytes.len() as u64;
            std::ops::ControlFlow::Continue(())
        });
    }
    println!("{lookups} lookups in {rounds} files: {answers:?}");
    for kind in [
        "Absolute",
        "Shared",
        "Ambiguous",
        "Common",
        "Compressed",
        "CutOff",
        "Damaged",
        "NoBits",
        "NoLoadAddresses",
        "NotElf",
        "NotFound",
        "NotLoaded",
        "OutsideFile",
        "OutsideSection",
        "Overlap",
        "Span",
        "ThreadLocal",
        "TooShort",
        "Undefined",
        "VmaAliased",
        "VmaUnmapped",
        "ZeroSize",
    ] {
        assert!(answers.contains_key(kind), "{kind}: {answers:?}");
    }
}
