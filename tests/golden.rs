//! Templates, values, and the stamped bytes to the letter, kept in `data/golden`: the same layout and the same values give
//! the same bytes, on every target and in every version.
//!
//! A file that differs is either a mistake or a change that everyone with a journal has to know of:
//!
//! ```sh
//! NAMEPLATE_GOLDEN=renew cargo test --test stages golden::
//! ```
//!
//! writes the files anew, and each one that differs needs a line in `CHANGELOG.md` under **Stamped bytes**. Without
//! that variable nothing is ever written.
//!
//! Nothing here depends on the width of `usize` or on the byte order of the machine: the lints see to that
//! (`host_endian_bytes`, `cast_possible_truncation`), and `.ci/cross.sh` runs these stages as a big-endian program and
//! as a 32-bit one.

use std::collections::BTreeMap;
use std::path::PathBuf;

use nameplate::check::CRC_32_ISO_HDLC;
use nameplate::id::eui::Block;
use nameplate::id::serial::{Date, Scheme, Serials};
use nameplate::image::hex::{Addressing, LineEnd, Style};
use nameplate::image::{Container, Elf, Hex, Raw, Sparse};
use nameplate::lists::{Unit, hex_list::HexList, index_csv::IndexCsv, ruc::Ruc, segger::Patches};
use nameplate::plan::Gap;
use nameplate::range::Numbers;
use nameplate::repair::Template;
use nameplate::sqtp::{Address, Profile, Sqtp};
use nameplate::{At, Encoding, Field, Layout, Repair, Span};

use crate::{Style as Text, hex_text, noise};

const BASE: u64 = 0x0800_FF00;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden")
}

fn serials() -> Serials {
    Scheme::parse("EUDV{YY}{MM}-{seq:6}").unwrap().dated(Date::new(2024, 7, 1).unwrap())
}

/// 512 bytes across a 64 KiB boundary, three places erased.
fn memory() -> crate::Memory {
    let mut memory: crate::Memory = (BASE..).zip(noise(0x60, 512)).collect();
    for blank in [BASE + 0xF4..BASE + 0x10A, BASE + 0x120..BASE + 0x124, BASE + 0x1FC..BASE + 0x200] {
        memory.extend(blank.map(|address| (address, 0xFF)));
    }
    memory
}

fn layout() -> Layout {
    let crc = |name: &str, end: u64| Repair::crc(name, CRC_32_ISO_HDLC, BASE..end);
    Layout::new()
        .field(Field::new("serial", At::address(BASE + 0xF4), Encoding::ascii(16).pad(0)))
        .field(Field::new("mac", At::address(BASE + 0x104), Encoding::reversed_bytes(6)))
        .repair(crc("all", BASE + 0x1FC).stored_at(BASE + 0x1FC).u32_be().template(Template::Blank))
        .repair(crc("head", BASE + 0x110).stored_at(BASE + 0x120).u32_le().template(Template::Blank))
}

/// Unit 42 of a layout with a serial number, and a MAC if there is room.
fn stamped(layout: &Layout, image: &dyn Container) -> Vec<u8> {
    let plan = layout.compile(image).unwrap();
    let (serial, mac) = (serials().nth(42).unwrap(), Block::from_prefix("70B3D57ED").unwrap().eui48(42).unwrap());
    let values = [("serial", serial.into()), ("mac", mac.into())];
    plan.stamper(image).unwrap().stamp(&values[..plan.fields().count()]).unwrap().bytes().to_vec()
}

/// Every file: templates as they are read, and what is made of them.
fn files() -> BTreeMap<&'static str, Vec<u8>> {
    let mut files = BTreeMap::new();
    for (template, unit, style) in [
        ("crlf.hex", "crlf-42.hex", Text { lens: &[16], eol: "\r\n", lower: false, backwards: false }),
        ("lf-lower.hex", "lf-lower-42.hex", Text { lens: &[32], eol: "\n", lower: true, backwards: false }),
        ("uneven.hex", "uneven-42.hex", Text { lens: &[7, 1, 30], eol: "\r", lower: false, backwards: true }),
    ] {
        let text = hex_text(&memory(), style);
        files.insert(unit, stamped(&layout(), &Hex::parse(text.as_bytes()).unwrap()));
        files.insert(template, text.into_bytes());
    }
    let bytes: Vec<u8> = memory().into_values().collect();
    files.insert("raw-42.bin", stamped(&layout(), &Raw::new(&bytes, BASE).unwrap()));
    files.insert("raw.bin", bytes);

    let elf = std::fs::read(folder().join("../elf/cortex-m.elf")).unwrap();
    let ident =
        Field::new("serial", At::section(".nameplate"), Encoding::ascii(16).pad(0)).expect(nameplate::Guard::Any);
    files.insert("cortex-m-42.elf", stamped(&Layout::new().field(ident), &Elf::parse(&elf).unwrap()));

    // A field in a gap, in the file's own style.
    let gap = Field::new("serial", At::address(0x1000_1080), Encoding::ascii(16).pad(0)).gap(Gap::Add);
    let layout = Layout::new().field(gap);
    let hex = Hex::parse(b":0400000001020304F2\r\n:00000001FF\r\n").unwrap();
    let text = layout.add_missing(&hex).unwrap().into_owned();
    files.insert("gap-42.hex", stamped(&layout, &Hex::parse(&text).unwrap()));

    let style = Style { record_len: 32, line_end: LineEnd::Lf, ..Style::default() };
    let pieces = [(0xFFF0, &[1; 40][..]), (0x2_0000, &[2; 3])];
    let sparse = Sparse::from_pieces(pieces, nameplate::image::Merge::Error).unwrap();
    files.insert("written.hex", style.to_vec(&sparse).unwrap());
    let segments = Style { addressing: Addressing::Segment, ..Style::default() };
    files.insert("written-segments.hex", segments.to_vec(&sparse).unwrap());
    files.extend(lists());
    #[cfg(feature = "nvs")]
    files.extend(nvs());
    #[cfg(feature = "uf2")]
    files.extend(uf2());
    #[cfg(feature = "srec")]
    files.extend(srec());
    #[cfg(feature = "ti-txt")]
    files.extend(ti_txt());
    files
}

fn sparse() -> Sparse {
    let pieces = memory().into_iter().map(|(address, byte)| (address, [byte])).collect::<Vec<_>>();
    let pieces = pieces.iter().map(|(address, byte)| (*address, &byte[..]));
    Sparse::from_pieces(pieces, nameplate::image::Merge::Error).unwrap()
}

/// Both letter cases, line ends and several lengths; all three widths, a number of records, a field in a gap.
#[cfg(feature = "srec")]
fn srec() -> BTreeMap<&'static str, Vec<u8>> {
    use nameplate::image::Srec;
    use nameplate::image::srec::{Case, Header, Style, Width};

    let mut files = BTreeMap::new();
    let lower = Style { record_len: 32, line_end: LineEnd::Lf, case: Case::Lower, count: false, ..Style::default() };
    for (template, unit, style) in [
        ("crlf.s37", "crlf-42.s37", Style { header: Header::new(b"firmware"), ..Style::default() }),
        ("lf-lower.srec", "lf-lower-42.srec", lower),
        (
            "uneven.mot",
            "uneven-42.mot",
            Style { record_len: 7, line_end: LineEnd::Cr, header: None, ..Style::default() },
        ),
    ] {
        let text = style.to_vec(&sparse()).unwrap();
        files.insert(unit, stamped(&layout(), &Srec::parse(&text).unwrap()));
        files.insert(template, text);
    }
    // Types S1 and S2 in one file, the number of records behind them, and a field that is in none.
    let gap = Field::new("serial", At::address(0x1080), Encoding::ascii(16).pad(0)).gap(Gap::Add);
    let layout = Layout::new().field(gap);
    let srec = Srec::parse(b"S107000001020304EE\nS20501000005F4\nS5030002FA\nS9030000FC\n").unwrap();
    let text = layout.add_missing(&srec).unwrap().into_owned();
    files.insert("gap-42.s19", stamped(&layout, &Srec::parse(&text).unwrap()));
    let pieces = [(0xFFF0, &[1; 40][..]), (0x2_0000, &[2; 3])];
    let sparse = Sparse::from_pieces(pieces, nameplate::image::Merge::Error).unwrap();
    let style = Style { record_len: 24, align: true, width: Width::S1, ..Style::default() };
    files.insert("written.s28", style.to_vec(&sparse).unwrap());
    files
}

/// Blanks behind lines, lines and addresses of other lengths, both letter cases; a field in a gap.
#[cfg(feature = "ti-txt")]
fn ti_txt() -> BTreeMap<&'static str, Vec<u8>> {
    use nameplate::image::TiTxt;
    use nameplate::image::hex::Case;
    use nameplate::image::ti_txt::Style;

    let mut files = BTreeMap::new();
    let blanks = Style { line_end: LineEnd::CrLf, trailing_blank: true, ..Style::default() };
    let lower = Style { line_len: 7, case: Case::Lower, address_digits: 8, ..Style::default() };
    for (template, unit, style) in
        [("crlf-blanks.ti.txt", "crlf-blanks-42.ti.txt", blanks), ("lf-lower.ti.txt", "lf-lower-42.ti.txt", lower)]
    {
        let text = style.to_vec(&sparse()).unwrap();
        files.insert(unit, stamped(&layout(), &TiTxt::parse(&text).unwrap()));
        files.insert(template, text);
    }
    let gap = Field::new("serial", At::address(0x1080), Encoding::ascii(16).pad(0)).gap(Gap::Add);
    let layout = Layout::new().field(gap);
    let image = TiTxt::parse(b"@F000\n31 40 00 03\n@FFFE\n00 F0\nq\n").unwrap();
    let text = layout.add_missing(&image).unwrap().into_owned();
    files.insert("gap-42.ti.txt", stamped(&layout, &TiTxt::parse(&text).unwrap()));
    files
}

#[cfg(feature = "nvs")]
fn nvs() -> BTreeMap<&'static str, Vec<u8>> {
    use nameplate::image::nvs::{Data, Writer};

    let mut writer = Writer::new(0x3000).unwrap();
    writer.put("factory", "serial", Data::String("EUDV0000-000000")).unwrap();
    writer.put("factory", "mac", Data::Blob(&[0; 6])).unwrap();
    writer.put("cfg", "n", Data::I16(-5)).unwrap();
    writer.put("cfg", "certificate", Data::Blob(&noise(0x4E, 5000))).unwrap();
    let file = writer.finish();
    let field = |name, encoding| Field::new(name, At::nvs("factory", name), encoding).expect(nameplate::Guard::Any);
    let layout = Layout::new().field(field("serial", Encoding::cstr(16))).field(field("mac", Encoding::bytes(6)));
    let unit = stamped(&layout, &Raw::new(&file, 0x9000).unwrap());
    BTreeMap::from([("nvs.bin", file), ("nvs-42.bin", unit)])
}

#[cfg(feature = "uf2")]
fn uf2() -> BTreeMap<&'static str, Vec<u8>> {
    use nameplate::image::Uf2;
    use nameplate::image::uf2::{Family, Style};

    let memory = sparse();
    let mut file = Style::new(Family::RP2040).to_vec(&memory).unwrap();
    // As tools do that join files; and a block that is none of the image.
    file.extend(Style::new(Family::NONE).to_vec(&memory.crop(Span::new(BASE, 4).unwrap())).unwrap());
    let last = file.len() - 512;
    file[last + 8] = 1;
    let unit = stamped(&layout(), &Uf2::parse(&file).unwrap());
    BTreeMap::from([("rp2040-42.uf2", unit), ("rp2040.uf2", file)])
}

/// SQTP, and the lists of other programmers: three units each.
fn lists() -> BTreeMap<&'static str, Vec<u8>> {
    let mut files = BTreeMap::new();
    let encoding = Encoding::retlw14(Encoding::u32_be());
    let sqtp = Sqtp::new(Profile::from_name("pic16-userid").unwrap(), Address::Device(0x8000), &encoding).unwrap();
    files.insert("counter.num", sqtp.counter(Numbers::of(0xDEAD_BEEF, 3).unwrap()).unwrap().to_vec().unwrap());
    let serial = "retlw14(ascii:16:nul)".parse().unwrap();
    let sqtp = Sqtp::new(Profile::from_name("pic16-program").unwrap(), Address::Device(0x1F00), &serial).unwrap();
    files.insert("serials.num", sqtp.values(&serials(), 41..44).unwrap().to_vec().unwrap());

    let place = Span::new(0x0800_7F00, 8).unwrap();
    let [mut csv, mut patches, mut list, mut ruc] = [const { String::new() }; 4];
    let (mut galep, mut segger, mut hex) = (IndexCsv::galep(), Patches::new(1), HexList::segger(place, 1));
    let mut renesas = Ruc::new(place).unwrap();
    renesas.header_into(&mut ruc);
    for number in 1..4_u64 {
        let bytes = (0x1122_3344_5566_7788 + number).to_be_bytes();
        let unit = Unit::new(number, [(place, &bytes[..])]).unwrap();
        galep.unit_into(&unit, &mut csv).unwrap();
        segger.line_into(&unit, &mut patches).unwrap();
        hex.line_into(&unit, &mut list).unwrap();
        renesas.line_into(&unit, &mut ruc).unwrap();
    }
    files.extend(
        [("galep.csv", csv), ("Patches.txt", patches), ("list.txt", list), ("list.ruc", ruc)]
            .map(|(name, text)| (name, text.into_bytes())),
    );
    files
}

#[test]
fn stamped_bytes_stay() {
    let renew = std::env::var_os("NAMEPLATE_GOLDEN").is_some_and(|what| what == "renew");
    let files = files();
    for (name, bytes) in &files {
        let path = folder().join(name);
        if renew {
            std::fs::write(&path, bytes).unwrap();
        }
        let kept = std::fs::read(&path).unwrap_or_default();
        assert!(
            kept == *bytes,
            "{name} is not what it was: `NAMEPLATE_GOLDEN=renew cargo test --test stages golden::` writes it anew, and CHANGELOG.md needs a line under **Stamped bytes**"
        );
    }
    let mut kept: Vec<String> =
        std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    kept.sort_unstable();
    // What no feature makes is not looked for.
    let endings: [(bool, &[&str]); 3] = [
        (cfg!(feature = "uf2"), &[".uf2"]),
        (cfg!(feature = "srec"), &[".s19", ".s28", ".s37", ".srec", ".mot"]),
        (cfg!(feature = "ti-txt"), &[".ti.txt"]),
    ];
    for (is_on, endings) in endings {
        kept.retain(|name| is_on || !endings.iter().any(|ending| name.ends_with(ending)));
    }
    assert_eq!(kept, files.keys().copied().collect::<Vec<_>>(), "a file that nothing makes");
}
