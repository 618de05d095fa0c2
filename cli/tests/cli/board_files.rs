//! Boards that were not to be said once, `examples/boards`: the files of each unit read by small readers of this file, and
//! their bytes worked out by the crate `crc` and by hand.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crc::{CRC_16_XMODEM, CRC_32_ISO_HDLC, Crc};

use crate::Bench;

/// What a file holds, by address.
type Memory = BTreeMap<u32, u8>;

/// A folder with that job as `j.toml`.
fn bench(job: &str) -> Bench {
    let bench = Bench { folder: tempfile::tempdir().unwrap() };
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/boards").join(job);
    bench.write("j.toml", std::fs::read(path).unwrap());
    bench
}

/// Stamps three units into `u`, which `verify` takes, with the journal and without.
#[track_caller]
fn stamp(bench: &Bench, images: &str) {
    bench.good(&["plan", "--job", "j.toml", "--count", "3"]);
    bench.good(&["stamp", "--job", "j.toml", "--out", "u", "--count", "3"]);
    for images_of in [&["u"][..], &["--units", "u/units.jsonl", "u"]] {
        let said = bench.good(&[&["verify", "--job", "j.toml"][..], images_of].concat());
        assert!(said.contains(images), "{said}");
    }
}

/// `verify` finds one wrong byte of a unit.
#[track_caller]
fn found_wrong(bench: &Bench, name: &str, bytes: &[u8], checksum: &str) {
    bench.write(name, bytes);
    let said = bench.run(&["verify", "--job", "j.toml", "--other-firmware", name]);
    assert!(said.code == 4 && said.out.contains(&format!("checksum `{checksum}` is wrong")), "{said:?}");
}

/// Bytes of no pattern.
fn code(len: u32) -> Vec<u8> {
    (0..len).map(|n| u8::try_from((n * n + 7 * n) % 253).unwrap()).collect()
}

fn put(memory: &mut Memory, at: u32, bytes: &[u8]) {
    memory.extend((at..).zip(bytes.iter().copied()));
}

/// The bytes of a range, holes as `hole`.
fn range(memory: &Memory, range: std::ops::Range<u32>, hole: u8) -> Vec<u8> {
    range.map(|at| memory.get(&at).copied().unwrap_or(hole)).collect()
}

/// Where two texts of as many lines differ.
fn lines_that_differ(one: &str, two: &str) -> Vec<usize> {
    assert_eq!(one.lines().count(), two.lines().count());
    one.lines().zip(two.lines()).enumerate().filter(|(_, (one, two))| one != two).map(|(n, _)| n).collect()
}

/// A UF2 block.
fn block(at: u32, number: u32, of: u32, family: u32, data: &[u8]) -> Vec<u8> {
    let len = u32::try_from(data.len()).unwrap();
    let head = [0x0A32_4655, 0x9E5D_5157, 0x2000, at, len, number, of, family];
    let mut block: Vec<u8> = head.into_iter().flat_map(u32::to_le_bytes).collect();
    block.extend(data);
    block.resize(508, 0);
    block.extend(0x0AB1_6F30_u32.to_le_bytes());
    block
}

#[test]
fn an_rp2040_with_a_sector_of_identity() {
    const RP2040: u32 = 0xE48B_FF56;
    const RP2350: u32 = 0xE48B_FF59;
    let bench = bench("rp2040.toml");
    // Two sectors: of the program, and of identity. Each is of 16 blocks, as the boot ROM wants them.
    let program = code(0x1000);
    let pages = |sector: u32, bytes: &[u8]| -> Vec<u8> {
        let blocks = bytes.chunks(256).zip(0..).map(|(page, n): (_, u32)| {
            let base = [0x1000_0000, 0x101F_F000][usize::try_from(sector).unwrap()];
            block(base + 256 * n, 16 * sector + n, 32, RP2040, page)
        });
        blocks.flatten().collect()
    };
    let other: Vec<u8> = (0..4).flat_map(|n| block(0x1000_0000 + 256 * n, n, 4, RP2350, &code(256))).collect();
    let whole = |identity: &[u8]| [pages(0, &program), pages(1, identity), other.clone()].concat();
    bench.write("firmware.uf2", whole(&[0xFF; 0x1000]));
    stamp(&bench, "3 of 3 images verified");
    for n in 1_u8..=3 {
        let mut identity = vec![0xFF; 0x1000];
        identity[..16].copy_from_slice(format!("EUDV-00000{n}\0\0\0\0\0").as_bytes());
        identity[16..22].copy_from_slice(&[0x70, 0xB3, 0xD5, 0x7E, 0xD0, n - 1]);
        let crc = Crc::<u32>::new(&CRC_32_ISO_HDLC).checksum(&identity[..0xFFC]);
        identity[0xFFC..].copy_from_slice(&crc.to_le_bytes());
        assert!(bench.read(&format!("u/EUDV-00000{n}.uf2")) == whole(&identity), "unit {n}");
    }
    let mut bad = bench.read("u/EUDV-000002.uf2");
    bad[17 * 512 + 40] ^= 1;
    found_wrong(&bench, "bad.uf2", &bad, "identity");

    // Without the sector no block is added for it.
    let blocks =
        (0..16_u32).zip(program.chunks(256)).map(|(n, page)| block(0x1000_0000 + 256 * n, n, 16, RP2040, page));
    bench.write("firmware.uf2", [blocks.flatten().collect(), other].concat());
    let job = bench.text("j.toml").replace("encode = \"ascii:16:nul\"", "encode = \"ascii:16:nul\"\ngap = \"add\"");
    bench.write("j.toml", job);
    let said = bench.run(&["stamp", "--job", "j.toml", "--out", "w", "--count", "1"]);
    assert!(said.code == 3 && said.err.contains("gap = \"add\" is not for UF2: no blocks are added"), "{said:?}");
    assert!(!bench.path("w").exists());
}

/// TI-TXT: `@` and an address, then bytes.
fn ti_txt(text: &str) -> Memory {
    let (mut memory, mut at) = (Memory::new(), 0);
    for word in text.split_whitespace().take_while(|word| *word != "q") {
        match word.strip_prefix('@') {
            Some(address) => at = u32::from_str_radix(address, 16).unwrap(),
            None => {
                put(&mut memory, at, &[u8::from_str_radix(word, 16).unwrap()]);
                at += 1;
            }
        }
    }
    memory
}

fn ti_txt_of(memory: &Memory) -> String {
    let (mut text, mut next, mut column) = (String::new(), None, 0);
    for (at, byte) in memory {
        if next != Some(*at) {
            write!(text, "{}@{at:04X}\r\n", if column == 0 { "" } else { "\r\n" }).unwrap();
            column = 0;
        }
        write!(text, "{byte:02X} ").unwrap();
        column += 1;
        if column == 16 {
            text.push_str("\r\n");
            column = 0;
        }
        next = Some(at + 1);
    }
    text + if column == 0 { "q\r\n" } else { "\r\nq\r\n" }
}

#[test]
fn an_msp430_with_an_information_segment() {
    let bench = bench("msp430f2274.toml");
    let mut memory = Memory::new();
    put(&mut memory, 0x1000, &[0xFF; 0x40]);
    put(&mut memory, 0x8000, &code(0x123));
    put(&mut memory, 0xFFE0, &[0x00, 0x80].repeat(16));
    let template = ti_txt_of(&memory);
    assert_eq!(ti_txt(&template), memory);
    bench.write("firmware.txt", &template);
    stamp(&bench, "3 of 3 images verified");
    for n in 1_u8..=3 {
        let unit = bench.text(&format!("u/MS-000000{n}.txt"));
        put(&mut memory, 0x1002, format!("MS-000000{n}\0\0").as_bytes());
        put(&mut memory, 0x100E, &[n, 0]);
        let words = range(&memory, 0x1002..0x1040, 0);
        let xor = words.chunks(2).fold(0, |xor, word| xor ^ u16::from_le_bytes([word[0], word[1]]));
        put(&mut memory, 0x1000, &(!xor).wrapping_add(1).to_le_bytes());
        assert_eq!(ti_txt(&unit), memory, "unit {n}");
        // The first of the lines of the segment only.
        assert_eq!(lines_that_differ(&template, &unit), [1], "unit {n}");
        // As firmware checks segment A: the sum is 0.
        assert_eq!(xor.wrapping_add(u16::from_le_bytes([memory[&0x1000], memory[&0x1001]])), 0);
    }
    let bad = bench.text("u/MS-0000002.txt").replacen("4D 53", "4D 52", 1);
    found_wrong(&bench, "bad.txt", bad.as_bytes(), "segment_d");
}

/// An S-record with an address of four bytes, or another count of them.
fn srecord(kind: char, address: &[u8], data: &[u8]) -> String {
    let mut bytes = vec![u8::try_from(address.len() + data.len() + 1).unwrap()];
    bytes.extend(address.iter().chain(data));
    let sum = bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    bytes.push(!sum);
    format!("S{kind}{}\n", hex::encode_upper(bytes))
}

fn srecords(text: &str) -> Memory {
    let mut memory = Memory::new();
    for line in text.lines() {
        let bytes = hex::decode(&line[2..]).unwrap();
        assert_eq!(usize::from(bytes[0]), bytes.len() - 1, "{line}");
        assert_eq!(bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)), 0xFF, "{line}");
        if line.starts_with("S3") {
            let at = u32::from_be_bytes(bytes[1..5].try_into().unwrap());
            put(&mut memory, at, &bytes[5..bytes.len() - 1]);
        }
    }
    memory
}

/// The CRC that the boot loader computes, over holes as FF; and one over what there is.
#[test]
fn an_s32k144_with_a_crc_over_holes() {
    let bench = bench("s32k144.toml");
    let mut memory = Memory::new();
    put(&mut memory, 0, &code(0x100));
    put(&mut memory, 0x400, &[&[0xFF; 12][..], &[0xFE, 0xFF, 0xFF, 0xFF]].concat());
    put(&mut memory, 0x410, &code(0x3A0));
    put(&mut memory, 0x8000, &code(0x30));
    put(&mut memory, 0x7_FFC0, &[0xFF; 0x40]);
    let mut records: Vec<String> = Vec::new();
    let starts = memory.keys().filter(|at| *at % 16 == 0);
    for at in starts {
        records.push(srecord('3', &at.to_be_bytes(), &range(&memory, *at..*at + 16, 0)));
    }
    let count = |n: usize| srecord('5', &u16::try_from(n).unwrap().to_be_bytes(), &[]);
    let file = |records: &[String]| {
        [srecord('0', &[0, 0], b"s32k"), records.concat(), count(records.len()), srecord('7', &[0, 0, 4, 0x11], &[])]
            .concat()
    };
    let template = file(&records);
    assert_eq!(srecords(&template), memory);
    bench.write("firmware.s19", &template);
    let job = bench.text("j.toml");
    let crc = Crc::<u32>::new(&CRC_32_ISO_HDLC);
    for gaps in ["fill:FF", "fill:00", "skip"] {
        bench.write("j.toml", job.replace("fill:FF", gaps));
        let _ = std::fs::remove_dir_all(bench.path("u"));
        stamp(&bench, "3 of 3 images verified");
        for n in 1_u8..=3 {
            let mut unit = memory.clone();
            put(&mut unit, 0x7_FFC0, format!("ECU000000{n}").as_bytes());
            put(&mut unit, 0x1000_0000, &[0, 0, 0, n]);
            let covered = match gaps {
                "skip" => unit.range(..0x7_FFFC).map(|(_, byte)| *byte).collect(),
                "fill:00" => range(&unit, 0..0x7_FFFC, 0),
                _ => range(&unit, 0..0x7_FFFC, 0xFF),
            };
            put(&mut unit, 0x7_FFFC, &crc.checksum(&covered).to_le_bytes());
            let text = bench.text(&format!("u/ECU000000{n}.s19"));
            assert_eq!(srecords(&text), unit, "unit {n}, {gaps}");
            // Two records of the page, one more for data flash, and the count of all.
            let mut expected = records.clone();
            let last = expected.len() - 1;
            for (index, at) in [(last - 3, 0x7_FFC0_u32), (last, 0x7_FFF0)] {
                expected[index] = srecord('3', &at.to_be_bytes(), &range(&unit, at..at + 16, 0));
            }
            expected.push(srecord('3', &0x1000_0000_u32.to_be_bytes(), &[0, 0, 0, n]));
            assert_eq!(text, file(&expected), "unit {n}, {gaps}");
        }
    }
    // Without a word about them holes are refused.
    bench.write("j.toml", job.replace("gaps      = \"fill:FF\"\n", ""));
    let said = bench.run(&["stamp", "--job", "j.toml", "--out", "w", "--count", "1"]);
    assert!(said.code == 3 && said.err.contains("checksum `flash`"), "{said:?}");
    // The field that locks the part is in the way of none.
    bench.write("j.toml", job.replace("at     = \"0x0007FFC0\"", "at     = \"0x00000408\""));
    let said = bench.run(&["stamp", "--job", "j.toml", "--out", "w", "--count", "1"]);
    assert!(said.code == 3 && said.err.contains("flash configuration field"), "{said:?}");
    bench.write("j.toml", job);
    let bad = bench.text("u/ECU0000002.s19");
    // Of 0x8000: a byte and the sum of its record, both right, and yet not what the CRC is over.
    let at = 0x8000_u32.to_be_bytes();
    let old = srecord('3', &at, &range(&memory, 0x8000..0x8010, 0));
    let new = srecord('3', &at, &[0xA5; 16]);
    assert!(bad.contains(&old));
    found_wrong(&bench, "bad.s19", bad.replace(&old, &new).as_bytes(), "flash");
}

fn hex_record(kind: u8, address: u16, data: &[u8]) -> String {
    let mut bytes = vec![u8::try_from(data.len()).unwrap()];
    bytes.extend(address.to_be_bytes());
    bytes.push(kind);
    bytes.extend(data);
    bytes.push(bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_sub(*byte)));
    format!(":{}\n", hex::encode_upper(bytes))
}

/// Intel HEX below 64 KiB.
fn intel_hex(text: &str) -> Memory {
    let mut memory = Memory::new();
    for line in text.lines() {
        let bytes = hex::decode(&line[1..]).unwrap();
        assert_eq!(bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)), 0, "{line}");
        match bytes[3] {
            0 => put(&mut memory, u32::from(u16::from_be_bytes([bytes[1], bytes[2]])), &bytes[4..bytes.len() - 1]),
            kind => assert_eq!(kind, 1, "{line}"),
        }
    }
    memory
}

/// Flash and EEPROM, the latter from nothing, and from an `.eep` of the build.
#[test]
fn an_atmega_with_flash_and_eep() {
    let bench = bench("atmega328p.toml");
    let mut flash = Memory::new();
    put(&mut flash, 0, &code(0x200));
    put(&mut flash, 0x200, &[0xFF; 0x10]);
    put(&mut flash, 0x7FF0, &[0xFF; 0x10]);
    let hex_of = |memory: &Memory| -> String {
        let rows = memory.keys().filter(|at| *at % 16 == 0);
        let rows = rows.map(|at| hex_record(0, u16::try_from(*at).unwrap(), &range(memory, *at..*at + 16, 0)));
        rows.collect::<String>() + &hex_record(1, 0, &[])
    };
    let template = hex_of(&flash);
    bench.write("firmware.hex", &template);
    let crc = Crc::<u16>::new(&CRC_16_XMODEM);
    let check = |eeprom: &Memory| {
        for n in 1_u8..=3 {
            let (mut flash, mut eeprom) = (flash.clone(), eeprom.clone());
            put(&mut flash, 0x200, &[n, 0]);
            let application = crc.checksum(&range(&flash, 0..0x7FFE, 0xFF)).to_be_bytes();
            put(&mut flash, 0x7FFE, &application);
            put(&mut eeprom, 2, format!("AV-00000{n}").as_bytes());
            let record = crc.checksum(&[range(&eeprom, 2..0x10, 0xFF), application.to_vec()].concat());
            put(&mut eeprom, 0, &record.to_be_bytes());
            let file = |name: &str| bench.text(&format!("u/AV-00000{n}/{name}.hex"));
            assert_eq!(file("flash"), hex_of(&flash), "unit {n}");
            assert_eq!(intel_hex(&file("eeprom")), eeprom, "unit {n}");
        }
        // The EEPROM of one unit beside the flash of another.
        let eeprom = "eeprom=u/AV-000002/eeprom.hex";
        let said = bench.run(&["verify", "--job", "j.toml", "flash=u/AV-000001/flash.hex", eeprom]);
        assert!(said.code == 4 && said.out.contains("checksum `record` is wrong"), "{said:?}");
    };
    stamp(&bench, "6 of 6 images of 3 units verified");
    check(&(0..0x400).map(|at| (at, 0xFF)).collect());

    // The build has one, with values of its own: addresses are those of the file.
    let mut eeprom = Memory::new();
    put(&mut eeprom, 0, &[&[0xFF; 0x10][..], &code(0x30)].concat());
    bench.write("firmware.eep", hex_of(&eeprom));
    let job = bench.text("j.toml");
    let (before, rest) = job.split_once("create = ").unwrap();
    let (_, rest) = rest.split_once("\n\n").unwrap();
    bench.write("j.toml", format!("{before}file = \"firmware.eep\"\n\n{rest}").replace("0x8100", "0x00"));
    std::fs::remove_dir_all(bench.path("u")).unwrap();
    stamp(&bench, "6 of 6 images of 3 units verified");
    check(&eeprom);
    let unit = bench.text("u/AV-000003/eeprom.hex");
    assert_eq!(lines_that_differ(&hex_of(&eeprom), &unit), [0]);
}
