//! Files made to hurt take at most four times their length of memory, and 64 KiB. `.ci/growth.sh` counts instructions.
//!
//! | limit | |
//! |---|---|
//! | bytes of HEX text, entries of its index | set by `hex::Limits` |
//! | bytes of a window that is flattened or filled | given to `flatten` and `Sparse::fill` |
//! | bytes of a field, of a write unit | 65,536 |
//! | missing bytes that a checksum fills | 2²⁸ |
//! | loaded segments of an ELF file, bytes of a name in it | 1024, 4096 |
//! | what other programmers' lists have for a unit | `lists::Limits`, of each format |
//!
//! More take the places of a field (32 bytes a record), units of lists (41 a place), SQTP duplicates (64 for each).

use std::hint::black_box;
use std::io::Write as _;

use nameplate::check::CRC_32_ISO_HDLC;
use nameplate::image::hex::{Limits, Options, Style};
use nameplate::image::{Container, Elf, Erased, Hex, Marker, Merge, Raw, Sparse, flatten};
use nameplate::lists::index_csv::IndexCsv;
use nameplate::repair::{Gaps, Template};
use nameplate::sqtp::{File, Reading};
use nameplate::{At, Encoding, Field, Layout, Repair, Span, Value};

use crate::{noise, record};

#[path = "bounds/checksums.rs"]
mod checksums;
#[path = "bounds/nvs.rs"]
mod nvs;
#[path = "bounds/symbols.rs"]
mod symbols;
#[cfg(all(feature = "srec", feature = "ti-txt"))]
#[path = "bounds/texts.rs"]
mod texts;
#[path = "bounds/typed.rs"]
mod typed;
#[path = "bounds/uf2.rs"]
mod uf2;

/// How many times as much the second file has.
const MORE: usize = 16;

/// Reads a file of `MORE * n` parts.
#[track_caller]
fn bounded(what: &str, n: usize, make: impl Fn(usize) -> Vec<u8>, run: impl Fn(&[u8])) {
    bounded_by(4, what, n, make, run);
}

/// The same, where what is handed back takes `times` the length of the file, as its documentation says.
#[track_caller]
fn bounded_by(times: u64, what: &str, n: usize, make: impl Fn(usize) -> Vec<u8>, run: impl Fn(&[u8])) {
    let large = make(MORE * n);
    if let Some(cases) = std::env::var_os("NAMEPLATE_GROWTH") {
        let test = std::thread::current().name().unwrap_or("?").to_owned();
        let mut cases = std::fs::OpenOptions::new().create(true).append(true).open(cases).unwrap();
        writeln!(cases, "{test}: {}", what.escape_debug()).unwrap();
        growth_counted(&run, &make(n));
        growth_counted(&run, &large);
        return;
    }
    let used = allocation_counter::measure(|| run(&large)).bytes_max;
    let most = times * large.len() as u64 + 0x1_0000;
    assert!(used <= most, "{what}: {used} bytes of memory for {} bytes", large.len());
}

/// What `.ci/growth.sh` counts the instructions of, by this name.
#[inline(never)]
fn growth_counted(run: &dyn Fn(&[u8]), input: &[u8]) {
    run(black_box(input));
}

/// Quadratic on purpose: `.ci/growth.sh` has to find it.
#[test]
fn planted_quadratic() {
    let pairs = |bytes: &[u8]| bytes.iter().map(|one| bytes.iter().filter(|two| *two <= one).count()).sum::<usize>();
    bounded("pairs of bytes", 100, |n| noise(1, n), |bytes| assert!(black_box(pairs(bytes)) >= bytes.len()));
}

const EOF: &str = ":00000001FF\n";

fn data(out: &mut String, address: u64, bytes: &[u8]) {
    out.push_str(&record(0, address as u16, bytes));
    out.push('\n');
}

fn base(out: &mut String, kind: u8, upper: u64) {
    out.push_str(&record(kind, 0, &(upper as u16).to_be_bytes()));
    out.push('\n');
}

/// One record for each number below `n`, at an address; a base record where the upper half changes.
fn records(n: usize, address: impl Fn(u64) -> u64, bytes: &[u8]) -> Vec<u8> {
    let (mut text, mut upper) = (String::new(), 0);
    for at in (0..n as u64).map(address) {
        if at >> 16 != upper {
            upper = at >> 16;
            base(&mut text, 4, upper);
        }
        data(&mut text, at, bytes);
    }
    (text + EOF).into_bytes()
}

/// Everything that is done with a HEX file that is accepted.
fn use_hex(text: &[u8], options: &Options) {
    let Ok(hex) = Hex::parse_with(text, options) else { return };
    black_box(hex.diagnostics().count());
    let _ = black_box(hex.extent().map(|extent| hex.locate(extent)));
    let _ = black_box(Marker::new(b"no such marker").unwrap().find(&hex));
}

fn hex(what: &str, n: usize, make: impl Fn(usize) -> Vec<u8>) {
    for (mode, options) in [("strict", Options::strict()), ("lenient", Options::lenient())] {
        bounded(&format!("{what}, {mode}"), n, &make, |text| {
            let _ = black_box(Hex::parse_with(text, &options));
        });
        // A place takes 32 bytes for each record that it lies in.
        bounded_by(6, &format!("{what}, {mode}, used"), n, &make, |text| use_hex(text, &options));
    }
    bounded(&format!("{what}, as sparse memory"), n, &make, |text| {
        // Its bytes, apart from those of the text's index.
        if let Ok(hex) = Hex::parse(text) {
            black_box(Sparse::new(&hex).segments().count());
        }
    });
}

#[test]
fn many_records_of_one_byte() {
    hex("end to end", 2000, |n| records(n, |at| at, b"\x5A"));
    hex("with holes", 2000, |n| records(n, |at| 2 * at, b"\x5A"));
    hex("backwards", 2000, |n| records(n, |at| 2 * (0xFFFFF - at), b"\x5A"));
    hex("shuffled", 2000, |n| records(n, |at| (at * 0x9E35 % 0x1_0000) << 1 | (at >> 16), b"\x5A"));
    hex("without data", 2000, |n| records(n, |at| at, b""));
}

#[test]
fn alternating_bases() {
    hex("type 04", 2000, |n| records(n, |at| (at & 1) << 24 | at << 4, &[7; 16]));
    hex("all type 04", 2000, |n| records(n, |at| at * 0x1_0003 % 0xFFFF_FF00, b"\x5A"));
    hex("no data but bases", 4000, |n| {
        let mut text = String::new();
        (0..n as u64).for_each(|at| base(&mut text, [2, 4][at as usize % 2], at));
        (text + EOF).into_bytes()
    });
    hex("segments over each other", 2000, |n| {
        let mut text = String::new();
        for at in 0..n as u64 {
            base(&mut text, 2, at % 0xF000);
            data(&mut text, at * 7 % 0xFF00, b"\x5A");
        }
        (text + EOF).into_bytes()
    });
}

/// All say the same, so that lenient reading keeps them all.
#[test]
fn one_byte_many_times() {
    hex("one address", 2000, |n| records(n, |_| 0x10, b"\x5A"));
    hex("a few addresses", 2000, |n| records(n, |at| at % 97, &[0x5A; 16]));
    hex("each half over the next", 1000, |n| records(n, |at| at * 8, &[0x5A; 16]));
    hex("one long, many short", 1000, |n| {
        let mut text = String::from_utf8(records(n.div_ceil(4), |at| at * 255, &[0x5A; 255])).unwrap();
        text.truncate(text.len() - EOF.len());
        (text + &String::from_utf8(records(n, |at| at, b"\x5A")).unwrap()).into_bytes()
    });
}

#[test]
fn text_that_is_no_records() {
    for (what, part) in [
        ("one line", &b"0"[..]),
        ("colons", b":"),
        ("line ends", b"\n"),
        ("carriage returns", b"\r"),
        ("blanks", b" "),
        ("comments", b";\n"),
        ("S-records without line ends", b"S9"),
        ("the end, again and again", b":00000001FF\n"),
        ("zeros", b"\0"),
    ] {
        for front in [&b""[..], b":0100000055AA\n", b":"] {
            hex(what, 20_000, |n| [front, &part.repeat(n)].concat());
        }
    }
}

/// A field in as many records as it has bytes: bound, stamped, undone, read.
#[test]
fn a_field_over_many_records() {
    let make = |n: usize| records(n, |at| at, b"\xFF");
    // The unit's buffer is one of them.
    bounded_by(5, "a field", 4000, make, |text| {
        let hex = Hex::parse(text).unwrap();
        let len = hex.extent().unwrap().len() as usize;
        let field = Field::new("key", At::address(0), Encoding::bytes(len));
        let value = vec![0x5A; len];
        let plan = Layout::new().field(field).compile(&hex).unwrap();
        let mut buffer = vec![0; text.len()];
        let mut unit = plan.stamper_in(&hex, &mut buffer).unwrap();
        let _ = unit.stamp(&[("key", (&*value).into())]).unwrap();
        assert_eq!(unit.undo(), text);
    });
}

/// Pieces of memory, and a checksum over many of them under many fields.
#[test]
fn pieces() {
    let make = |n: usize| noise(1, n);
    for merge in [Merge::Error, Merge::PreferBase] {
        bounded(
            "pieces",
            1000,
            |n| noise(1, 64 * n),
            |bytes| {
                let len = bytes.len() as u64 / 64;
                let pieces = bytes.chunks(64).zip(0..len).map(|(piece, at)| (at * 7919 % len * 65, piece));
                black_box(Sparse::from_pieces(pieces, merge).unwrap().segments().count());
            },
        );
    }
    bounded(
        "gaps under a checksum",
        500,
        |n| records(n, |at| 3 * at, &[0xFF; 2]),
        |text| {
            let hex = Hex::parse(text).unwrap();
            let end = hex.extent().unwrap().end();
            let over = Repair::crc("crc", CRC_32_ISO_HDLC, 3..end - end % 2);
            let word = Field::new("id", At::address(0), Encoding::u16_le());
            let layout = Layout::new().field(word).repair(
                over.stored_at(0).uint(2, nameplate::ByteOrder::Little).gaps(Gaps::Skip).template(Template::Unknown),
            );
            let _ = black_box(layout.compile(&hex));
        },
    );
    bounded("flattened", 40_000, make, |bytes| {
        let raw = Raw::new(bytes, 0).unwrap();
        let extent = raw.extent().unwrap();
        black_box(flatten(&raw, extent, Erased::default(), extent.len()).unwrap());
    });
    bounded("written", 20_000, make, |bytes| {
        // Its own text is three times as long.
        let memory = Sparse::new(&Raw::new(bytes, 0).unwrap());
        let _ = black_box(Style::default().to_vec(&memory));
    });
}

/// Each new record has its place between two others with many lines between them.
#[test]
fn records_added_among_many_lines() {
    let make = |n: usize| {
        let mut text = String::new();
        data(&mut text, 0, &[7]);
        text.push_str(&"#\n".repeat(n));
        data(&mut text, 0xFF00, &[7]);
        (text + EOF).into_bytes()
    };
    bounded("records added among many lines", 4000, make, |text| {
        let hex = Hex::parse_with(text, &Options::lenient()).unwrap();
        let missing = Span::new(0x10, text.len() as u64 / 64).unwrap();
        let _ = black_box(hex.add_missing(&[missing], Erased::default()).unwrap());
    });
}

/// `n` fields of two bytes in an erased image, and a checksum over all; the values in any order.
#[test]
fn thousands_of_fields() {
    let make = |n: usize| vec![0xFF; 1024 * n + 4];
    for turn in [1, 7919] {
        bounded("fields", 250, make, |bytes| {
            let raw = Raw::new(bytes, 0).unwrap();
            let n = bytes.len() as u64 / 1024;
            let name = |index: u64| format!("f{:07}", index * turn % n);
            let mut layout = Layout::new();
            for index in 0..n {
                let field = Field::new(name(index), At::address(1024 * index), Encoding::u16_le());
                layout = layout.field(field);
            }
            let crc = Repair::crc("crc", CRC_32_ISO_HDLC, 0..1024 * n).stored_at(1024 * n).u32_le();
            let plan = layout.repair(crc.template(Template::Blank)).compile(&raw).unwrap();
            let names: Vec<String> = (0..n).map(|index| format!("f{index:07}")).collect();
            let values: Vec<(&str, Value<'_>)> = names.iter().map(|name| (&**name, 7_u8.into())).collect();
            let stamped = plan.stamper(&raw).unwrap().stamp(&values).unwrap().bytes().to_vec();
            let image = Raw::new(&stamped, 0).unwrap();
            let reading = plan.read(&image).unwrap();
            assert!(names.iter().all(|name| reading.field(name).unwrap().matches(&7_u8.into())));
        });
    }
}

/// What a field or a checksum asks for is not taken before it is known that the image has it.
#[test]
fn layouts_that_ask_for_too_much() {
    let bytes = [0xFF; 64];
    let raw = Raw::new(&bytes, 0).unwrap();
    let crc = |end| Repair::crc("crc", CRC_32_ISO_HDLC, 0..end).stored_at(60).u32_le().template(Template::Blank);
    let field = |len| Field::new("key", At::address(0), Encoding::bytes(len));
    for (layout, expected) in [
        (
            Layout::new().field(field(u32::MAX as usize)),
            "field `key`: a field of 4294967295 bytes; 1 to 65536 can be had",
        ),
        (
            Layout::new().field(field(65_536)),
            "field `key` at 0x00000000..0x00010000: no byte at 0x00000040: the data before it ends at 0x00000040, and none follows",
        ),
        (
            Layout::new().repair(crc(60)).field(field(1)).repair(
                Repair::crc("all", CRC_32_ISO_HDLC, 0x100..1 << 60)
                    .stored_at(56)
                    .u32_le()
                    .template(Template::Blank)
                    .gaps(Gaps::Fill(0xFF)),
            ),
            "checksum `all`: more than 268435456 missing bytes would be filled",
        ),
    ] {
        let used = allocation_counter::measure(|| {
            assert_eq!(layout.compile(&raw).unwrap_err().to_string(), expected);
        });
        assert!(used.bytes_max < 0x4_0000, "{expected}: {}", used.bytes_max);
    }
}

/// More bytes that change under checksums than their tables have room for.
#[test]
fn too_much_change() {
    let bytes = vec![0xFF; (1 << 22) + 16];
    let raw = Raw::new(&bytes, 0).unwrap();
    let end = u64::try_from(bytes.len()).unwrap();
    let fields = (0..64_u64).map(|n| Field::new(format!("f{n}"), At::address(n << 16), Encoding::bytes(65_536)));
    let sum = |start: u64, at| Repair::crc("all", CRC_32_ISO_HDLC, start..end - 8).stored_at(at).u32_le();
    let one = Field::new("one", At::address(1 << 22), Encoding::uint(1, nameplate::ByteOrder::Little));
    let layout = fields.fold(Layout::new().field(one), Layout::field);
    let used = allocation_counter::measure(|| {
        let layout = layout.repair(sum(0, end - 4).template(Template::Blank));
        assert_eq!(
            layout.compile(&raw).unwrap_err().to_string(),
            "checksum `all`: with the checksums before it covers more than 4194304 bytes that change: let fewer checksums cover the same fields and words"
        );
    });
    assert!(used.bytes_max < 1 << 27, "{}", used.bytes_max);
}

/// A marker that almost occurs everywhere.
#[test]
fn repetitive_markers() {
    let mut marker = vec![0; 2000];
    marker.push(1);
    let marker = Marker::new(&marker).unwrap();
    bounded("zeros", 100_000, |n| vec![0; n], |bytes| assert!(marker.find(&Raw::new(bytes, 0).unwrap()).is_err()));
    let two = Marker::new(&b"ab".repeat(500)).unwrap();
    bounded(
        "everywhere",
        50_000,
        |n| b"ab".repeat(n),
        |bytes| assert!(two.find(&Raw::new(bytes, 0).unwrap()).is_err()),
    );
    let own = Marker::new(b"aaaaaaaaaaaaaaab").unwrap();
    bounded(
        "in records",
        2000,
        |n| records(n, |at| at, b"a"),
        |text| assert!(own.find(&Hex::parse(text).unwrap()).is_err()),
    );
    // The search takes eight bytes for each of the marker.
    let long = |bytes: &[u8]| Marker::new(&bytes[..bytes.len() / 8]).unwrap().find(&Raw::new(bytes, 0).unwrap());
    bounded("long", 50_000, |n| b"aaaaaaab".repeat(n / 8), |bytes| assert!(long(bytes).is_err()));
}

#[test]
fn sqtp_files() {
    let file = |payloads: &dyn Fn(usize) -> u32, n: usize| {
        let mut text = String::new();
        (0..n).for_each(|index| data(&mut text, 0, &payloads(index).to_be_bytes()));
        (text + EOF).into_bytes()
    };
    for (what, payloads) in [
        ("all different", &(|n: usize| (n as u32).wrapping_mul(0x9E37_79B9)) as &dyn Fn(usize) -> u32),
        ("all the same", &|_| 7),
        ("each twice", &|n| n as u32 / 2),
    ] {
        // Each duplicate is handed back with its first, 64 bytes.
        bounded_by(
            7,
            what,
            4000,
            |n| file(payloads, n),
            |text| {
                let file = File::parse(text).unwrap();
                black_box((file.duplicates().len(), file.used(), file.next_unused().is_some()));
            },
        );
    }
    bounded(
        "wrong sums",
        4000,
        |n| b":0400000001020304FF\n".repeat(n),
        |text| {
            let file = File::parse_with(text, Reading::Lenient).unwrap();
            black_box(file.diagnostics().len());
        },
    );
    bounded(
        "all marked, then one line",
        4000,
        |n| [b";0100000001FE\n".repeat(n), b";".repeat(n)].concat(),
        |text| {
            let _ = black_box(File::parse(text).map(|file| file.next_unused().is_some()));
            let _ = black_box(File::parse_with(text, Reading::Lenient).map(|file| file.diagnostics().len()));
        },
    );
}

#[test]
fn lists() {
    // An entry is handed back with its places, 41 bytes and more for each.
    let read = |text: &[u8]| {
        black_box(IndexCsv::galep().read(text).count());
        black_box(IndexCsv::data_io().read(text).count());
    };
    for (what, part) in [
        ("cells", &b"A"[..]),
        ("commas", b","),
        ("slashes", b"/"),
        ("digits", b"0"),
        ("lines", b"\n"),
        ("one unit", b"1, 00, 0, 1, R\r\n"),
    ] {
        for front in [&b""[..], b"1,", b"1, 00, 0, 1, R //"] {
            bounded_by(8, what, 20_000, |n| [front, &part.repeat(n)].concat(), read);
        }
    }
    bounded_by(
        8,
        "one unit, many places",
        2000,
        |n| (0..n).map(|at| format!("1, 00, {at:X}, 1, R\r\n")).collect::<String>().into_bytes(),
        read,
    );
    bounded_by(
        8,
        "units",
        2000,
        |n| (0..n).map(|at| format!("{at}, 0011, {at:X}, 2, R\r\n")).collect::<String>().into_bytes(),
        read,
    );
}

/// An ELF file of 64 bits, little-endian: section headers, their names, a symbol table, its names.
fn elf(sections: usize, symbols: usize, segments: usize, names: &[u8], name: impl Fn(usize) -> u32) -> Vec<u8> {
    let at_data = 64 + 56 * segments;
    let at_names = at_data + 16 * segments;
    let at_symbols = at_names + names.len();
    let at_sections = at_symbols + 24 * symbols;
    let mut out = Vec::new();
    let put = |out: &mut Vec<u8>, parts: &[(u64, usize)]| {
        for (value, len) in parts {
            out.extend(&value.to_le_bytes()[..*len]);
        }
    };
    out.extend(b"\x7FELF\x02\x01\x01\0\0\0\0\0\0\0\0\0");
    let many = sections >= 0xFF00;
    put(&mut out, &[(2, 2), (40, 2), (1, 4), (0, 8), (64, 8), (at_sections as u64, 8), (0, 4), (64, 2), (56, 2)]);
    put(&mut out, &[(segments as u64, 2), (64, 2), (if many { 0 } else { sections as u64 }, 2), (1, 2)]);
    for index in 0..segments as u64 {
        let at = at_data as u64 + 16 * index;
        put(&mut out, &[(1, 4), (4, 4), (at, 8), (0x100 * index, 8), (0x100 * index, 8), (16, 8), (16, 8), (1, 8)]);
    }
    out.extend(vec![0x5A; 16 * segments]);
    out.extend(names);
    for index in 0..symbols {
        put(&mut out, &[(name(index).into(), 4), (0x11, 1), (0, 1), (3, 2), (index as u64 % 16, 8), (1, 8)]);
    }
    let header = |kind: u64, flags: u64, at: usize, len: usize, link: u64, entry: u64| {
        [(kind, 4), (flags, 8), (0, 8), (at as u64, 8), (len as u64, 8), (link, 4), (0, 4), (1, 8), (entry, 8)]
    };
    for index in 0..sections {
        put(&mut out, &[(name(index).into(), 4)]);
        let first = if many { sections } else { 0 };
        let parts = match index {
            0 => header(0, 0, 0, first, 0, 0),
            1 => header(3, 0, at_names, names.len(), 0, 0),
            2 => header(2, 0, at_symbols, 24 * symbols, 1, 24),
            _ => header(1, 2, at_data, 16, 0, 0),
        };
        put(&mut out, &parts);
    }
    out
}

fn use_elf(file: &[u8]) {
    let elf = Elf::parse(file).unwrap();
    black_box((elf.symbols().unwrap().len(), elf.sections().count()));
    for name in ["", "serial", "AAAAAAAAAA"] {
        let _ = black_box((elf.symbol(name), elf.symbol_in("id.c", name), elf.section(name)));
    }
    let _ = black_box((elf.extent().map(|extent| elf.locate(extent)), elf.padding().len(), elf.conflicts().count()));
}

/// Without segments: sections of 16 bytes, each so many bytes further than the one before, in the file and in memory.
fn sections_only(n: usize, file: usize, memory: usize) -> Vec<u8> {
    let mut out = elf(n, n, 0, &[vec![0], vec![b'A'; 8], vec![0]].concat(), |_| 1);
    let headers = out.len() - 64 * n;
    for index in 3..n {
        for (at, value) in [(16, index * memory), (24, 64 + index * file)] {
            out[headers + 64 * index + at..][..8].copy_from_slice(&(value as u64).to_le_bytes());
        }
    }
    out
}

#[test]
fn elf_files() {
    let long = |n: usize| [vec![0], vec![b'A'; n], vec![0]].concat();
    bounded("sections", 66_009 / MORE, |n| elf(n, 0, 1, &long(8), |_| 1), use_elf);
    let file = elf(66_009, 0, 1, &long(8), |_| 1);
    assert_eq!(Elf::parse(&file).unwrap().sections().count(), 66_006, "more than 16 bits can count");
    bounded("symbols of one name", 4000, |n| elf(4, n, 1, &long(8), |_| 1), use_elf);
    bounded("segments", 1024 / MORE, |n| elf(4, 0, n, &long(8), |_| 1), use_elf);
    bounded("long names of sections", 250, |n| elf(n, 0, 1, &long(64 * n), |at| at as u32), use_elf);
    bounded("long names of symbols", 250, |n| elf(4, n, 1, &long(24 * n), |at| at as u32), use_elf);
    bounded("names without end", 250, |n| elf(4, n, 1, &vec![b'A'; 24 * n], |at| at as u32), use_elf);
    bounded(
        "names that are no text",
        250,
        |n| elf(4, n, 1, &[vec![0xFF; 24 * n], vec![0]].concat(), |at| at as u32),
        use_elf,
    );
    for (what, file, memory) in [
        ("end to end", 16, 16),
        ("over each other", 8, 8),
        ("at one address", 16, 0),
        ("of the same bytes", 0, 16),
        ("partly of the same bytes", 8, 24),
        ("partly at one address", 32, 8),
    ] {
        bounded(&format!("sections without segments, {what}"), 1000, |n| sections_only(n, file, memory), use_elf);
        // The file of a dsPIC with one segment, in which sections have other addresses than their places give.
        let astray = |n: usize| {
            let mut out = sections_only(n, file, memory);
            let headers = out.len();
            out[18] = 118;
            out[32..40].copy_from_slice(&(headers as u64).to_le_bytes());
            out[56] = 1;
            let len = headers as u64;
            for (value, len) in [(1, 4), (4, 4), (0, 8), (0x4_0000, 8), (0x8_0000, 8), (len, 8), (len, 8), (1, 8)] {
                out.extend(&u64::to_le_bytes(value)[..len]);
            }
            out
        };
        bounded(&format!("sections astray in a segment, {what}"), 1000, astray, use_elf);
    }
    bounded("segments and symbols", 1000, |n| elf(4, n, 1000, &long(8), |_| 1), use_elf);
}

/// Limits that can be set are those that hold, before memory is taken.
#[test]
fn limits_are_settable() {
    let text = records(1000, |at| 2 * at, b"\x5A");
    for (limits, expected) in [
        (
            Limits { text: 100, ..Limits::default() },
            "line 1, column 1: the text has 14012 bytes, more than the limit of 100",
        ),
        (
            Limits { runs: 10, ..Limits::default() },
            "line 11, column 1: the data lies in more than 10 pieces, which is the limit",
        ),
    ] {
        let used = allocation_counter::measure(|| {
            let error = Hex::parse_with(&text, &Options::strict().limits(limits)).unwrap_err();
            assert_eq!(error.to_string(), expected);
        });
        assert!(used.bytes_max <= 0x1000, "{}", used.bytes_max);
    }
    let sparse = Sparse::from_pieces([(0, &[1][..]), (u64::MAX - 1, &[2])], Merge::Error).unwrap();
    let all = sparse.extent().unwrap();
    let used = allocation_counter::measure(|| {
        assert!(flatten(&sparse, all, Erased::default(), 1 << 30).is_err());
        assert!(sparse.fill(all, Erased::default(), 1 << 30).is_err());
    });
    assert_eq!(used.bytes_max, 0);
    assert_eq!(Span::new(u64::MAX, 2).ok(), None);
}
