//! Checksums and encodings of a job, from its text to the verdict: values by independent means.

use crate::Bench;

/// A job for a raw binary of 64 bytes at 0, erased: a serial at 0, and the checksums in `rest`.
fn bench(rest: &str) -> Bench {
    let bench = Bench::new();
    bench.write("blank.bin", [0xFF; 64]);
    let head = "[image]\nfile = \"blank.bin\"\nformat = \"bin\"\nbase = 0\n\n[unit]\nfirst = 1\nname = \"{seq}\"\n\n[[field]]\nname = \"serial\"\nat = 0\nencode = \"ascii:9:exact\"\nvalue = \"12345678{seq:1}\"\n";
    bench.write("job.toml", format!("{head}\n{rest}"));
    bench
}

fn sum(algorithm: &str, encode: &str) -> String {
    format!(
        "[[checksum]]\nname = \"sum\"\nalgorithm = \"{algorithm}\"\nover = [\"0..9\"]\nat = 32\nencode = \"{encode}\"\ntemplate = \"blank\"\n"
    )
}

/// Stamps unit 9, whose serial is the text that check values are of, and verifies it; the unit's bytes.
fn unit_9(bench: &Bench) -> Vec<u8> {
    bench.good(&["stamp", "--job", "job.toml", "--out", "units", "--first", "9", "--count", "1"]);
    let said = bench.good(&["verify", "--job", "job.toml", "--base", "0", "units/9.bin"]);
    assert!(said.contains("checksum sum right"), "{said}");
    bench.read("units/9.bin")
}

/// Of presets whose place is said: what `srec_cat -stm32-l-e` and `mkenvimage` store.
#[test]
fn presets_whose_place_is_said() {
    let bench = bench(
        "[[checksum]]\nname = \"crc\"\npreset = \"stm32-crc\"\nover = \"0..12\"\nat = 12\ntemplate = \"blank\"\n",
    );
    let job = bench.text("job.toml");
    bench.write("job.toml", job.replace("ascii:9:exact", "ascii:12:exact").replace("8{seq:1}", "8{seq:1}ABC"));
    bench.good(&["stamp", "--job", "job.toml", "--out", "units", "--first", "9", "--count", "1"]);
    assert_eq!(bench.read("units/9.bin")[12..16], [0x32, 0x67, 0x50, 0xF8]);
    bench.good(&["verify", "--job", "job.toml", "--base", "0", "units/9.bin"]);
    for (order, redundant, head) in [
        ("little", false, &[0x04, 0x7A, 0xA1, 0xCB][..]),
        ("big", false, &[0xCB, 0xA1, 0x7A, 0x04]),
        ("little", true, &[0x69, 0xF8, 0xA3, 0xCF, 0x01]),
    ] {
        let text = b"ethaddr=02:00:00:00:00:01\0serial#=SN000000\0\0";
        let mut image = [&vec![0xFF; head.len()], &text[..]].concat();
        if redundant {
            image[4] = 1;
        }
        image.resize(256, 0xFF);
        bench.write("blank.bin", &image);
        let at = head.len() + 34;
        let preset =
            format!("preset = \"uboot-env\"\nover = \"0..0x100\"\norder = \"{order}\"\nredundant = {redundant}");
        let checksum = format!("[[checksum]]\nname = \"env\"\n{preset}\ntemplate = \"blank\"\n");
        let (before, _) = job.split_once("at = 0").unwrap();
        let field = format!("at = {at}\nencode = \"ascii:8:exact\"\nvalue = \"SN{{seq:6}}\"\nexpect = \"any\"\n");
        bench.write("job.toml", format!("{before}{field}\n{checksum}"));
        let out = format!("{order}-{redundant}");
        let unit = format!("{out}/1.bin");
        bench.good(&["stamp", "--job", "job.toml", "--out", &out, "--first", "1", "--count", "1"]);
        assert_eq!(&bench.read(&unit)[..head.len()], head, "{order}, {redundant}");
        bench.good(&["verify", "--job", "job.toml", "--base", "0", &unit]);
    }
}

/// As data sheets call it: stored is the check value of the catalogue, and `plan` says the name that it has there.
#[test]
fn algorithms_by_their_aliases() {
    for (name, catalogue, encode, check) in [
        ("CRC-16/X-25", "CRC-16/IBM-SDLC", "u16be", &[0x90, 0x6E][..]),
        ("crc_16_ibm", "CRC-16/ARC", "u16be", &[0xBB, 0x3D]),
        ("CRC-8/ITU", "CRC-8/I-432-1", "u8", &[0xA1]),
        ("pkzip", "CRC-32/ISO-HDLC", "u32be", &[0xCB, 0xF4, 0x39, 0x26]),
        ("CRC32C", "CRC-32/ISCSI", "u32le", &[0x83, 0x92, 0x06, 0xE3]),
    ] {
        let bench = bench(&sum(name, encode));
        let plan = bench.good(&["plan", "--job", "job.toml"]);
        assert!(plan.contains(&format!("checksum sum: {catalogue} over 0x00000000..0x00000009")), "{plan}");
        assert_eq!(&unit_9(&bench)[32..32 + check.len()], check, "{name}");
    }
}

#[test]
fn names_of_several_are_refused() {
    for (name, candidates) in
        [("CRC-16-CCITT", 6), ("CRC-32/STM32", 3), ("crc16", 7), ("CRC-16/DECT", 2), ("CRC-32/ZX81", 0)]
    {
        let bench = bench(&sum(name, "u32le"));
        let said = bench.run(&["stamp", "--job", "job.toml", "--out", "units", "--count", "1"]);
        assert_eq!((said.code, said.err.matches("(check 0x").count()), (3, candidates), "{said:?}");
        assert!(
            said.err.starts_with("nameplate: job.toml: line 18: `algorithm` in [[checksum]]: ")
                && !bench.path("units").exists(),
            "{said:?}"
        );
    }
}

/// Checksums that are no plain integers, each beside the bytes that the check value of `123456789` is written as.
#[test]
fn checksums_in_other_forms() {
    for (algorithm, encode, stored) in [
        // XC8's checksum with the code of a RETLW.
        ("CRC-16/X-25", "retlw14(u16le)", &[0x6E, 0x34, 0x90, 0x34][..]),
        ("CRC-16/X-25", "hex:4", b"906E"),
        // 0x906E is 36974.
        ("CRC-16/X-25", "bcd:5:left0", &[0x03, 0x69, 0x74]),
        ("CRC-16/X-25", "dec:6:left-space", b" 36974"),
        ("CRC-16/X-25", "swap16(u16le)", &[0x90, 0x6E]),
        ("pkzip", "swap32(u32le)", &[0xCB, 0xF4, 0x39, 0x26]),
        ("pkzip", "with-inverse(u32be)", &[0xCB, 0xF4, 0x39, 0x26, 0x34, 0x0B, 0xC6, 0xD9]),
        // hashlib.md5(b"123456789").
        (
            "md5",
            "bytes:16",
            &[0x25, 0xF9, 0xE7, 0x94, 0x32, 0x3B, 0x45, 0x38, 0x85, 0xF5, 0x18, 0x1F, 0x1B, 0x62, 0x4D, 0x0B],
        ),
        ("md5", "hex:32", b"25F9E794323B453885F5181F1B624D0B"),
    ] {
        let bench = bench(&sum(algorithm, encode));
        let unit = unit_9(&bench);
        assert_eq!(&unit[32..32 + stored.len()], stored, "{algorithm} as {encode}");
        assert!(unit[32 + stored.len()..].iter().all(|byte| *byte == 0xFF), "{algorithm} as {encode}");
        let mut broken = unit.clone();
        broken[32] ^= 0x10;
        bench.write("broken.bin", &broken);
        let said = bench.run(&["verify", "--job", "job.toml", "--base", "0", "broken.bin"]);
        assert!(said.code == 4 && said.out.contains("checksum `sum` is wrong: "), "{said:?}");
    }
    // The check of an FTDI bridge, over whole words: the nine digits and the blank byte behind them.
    let ftdi = bench(&sum("ftdi16", "u16le").replace("0..9", "0..10"));
    assert_eq!(unit_9(&ftdi)[32..34], [0x46, 0xFF]);
    let bench = bench(&sum("CRC-16/X-25", "retlw14(u16le)"));
    let plan = bench.good(&["plan", "--job", "job.toml"]);
    assert!(plan.contains("stored as retlw14(u16le) at 0x00000020..0x00000024"), "{plan}");
    let mut broken = unit_9(&bench);
    broken[33] = 0x35;
    bench.write("broken.bin", &broken);
    let said = bench.run(&["verify", "--job", "job.toml", "--base", "0", "broken.bin"]);
    assert_eq!(said.code, 4);
    assert!(said.out.contains("checksum `sum` is wrong: opcode 0x35 at offset 1, expected 0x34"), "{said:?}");
    let header = bench.good(&["header", "--job", "job.toml"]);
    assert!(header.contains("CRC-16/X-25, retlw14(u16le)"), "{header}");
    // What cannot hold each value is refused before any unit.
    for (algorithm, encode, expected) in [
        ("CRC-16/X-25", "hex:3", "checksum `sum`: `hex:3` does not take each value of 16 bits"),
        ("CRC-16/X-25", "bcd:4", "checksum `sum`: `bcd:4` does not take each value of 16 bits"),
        ("md4", "bytes:16", "line 18: `algorithm` in [[checksum]]: unknown algorithm `md4`"),
        (
            "md5",
            "u32le",
            "line 21: `encode` in [[checksum]]: found `u32le`, expected the 16 bytes of the digest, as \"bytes:16\" or \"hex:32\"",
        ),
    ] {
        let said = crate::checksums::bench(&sum(algorithm, encode)).run(&["plan", "--job", "job.toml"]);
        assert!(said.code == 3 && said.err.contains(expected), "{said:?}");
    }
}

/// The EEPROM of a radio: product, serial number, time, and the MD5 of those, as the radio's own program reads it.
#[test]
fn the_md5_of_an_eeprom() {
    let bench = bench(
        "[[checksum]]\nname = \"sum\"\nalgorithm = \"md5\"\nover = [\"0..11\"]\nat = 11\nencode = \"bytes:16\"\ntemplate = \"blank\"\n",
    );
    let (before, _) =
        bench.text("job.toml").split_once("[[field]]").map(|(before, rest)| (before.to_owned(), rest.len())).unwrap();
    let field = |name: &str, at: u64, encode: &str, value: &str| {
        format!("[[field]]\nname = \"{name}\"\nat = {at}\nencode = \"{encode}\"\nvalue = {value}\n\n")
    };
    let fields = [
        field("product", 0, "bytes:3", "{ hex = \"03B401\" }"),
        field("serial", 3, "u32be", "\"{seq}\""),
        field("made", 7, "u32be", "{ uint = 1700000000 }"),
    ];
    let (_, sum) = bench.text("job.toml").split_once("[[checksum]]").map(|(_, sum)| (0, sum.to_owned())).unwrap();
    bench.write("job.toml", format!("{before}{}[[checksum]]{sum}", fields.concat()));
    bench.good(&["stamp", "--job", "job.toml", "--out", "units", "--first", "1234", "--count", "1"]);
    let unit = bench.read("units/1234.bin");
    assert_eq!(unit[..11], [0x03, 0xB4, 0x01, 0, 0, 0x04, 0xD2, 0x65, 0x53, 0xF1, 0x00]);
    // hashlib.md5 of those.
    let digest = [0x92, 0x0A, 0xA6, 0x80];
    assert_eq!(unit[11..15], digest);
}

/// Each is stamped, listed, and decoded from the image to the value it was.
#[test]
fn values_in_other_forms() {
    for (encode, value, stored, shown) in [
        ("ascii:12:left-space", "\"SN-{seq:4}\"", &b"     SN-0009"[..], "SN-0009"),
        ("ascii:12:left-zero", "\"SN-{seq:4}\"", b"00000SN-0009", "SN-0009"),
        ("dec:6:nul", "\"{seq}\"", b"9\0\0\0\0\0", "9"),
        ("dec:6:left-zero", "\"{seq}\"", b"000009", "9"),
        ("swap32(u32le)", "\"{seq}\"", &[0, 0, 0, 9], "9"),
        ("f32be", "{ text = \"1.5e-3\" }", &[0x3A, 0xC4, 0x9B, 0xA6], "0.0015"),
        ("base32:16", "{ hex = \"48656C6C6F21DEADBEEF\" }", b"JBSWY3DPEHPK3PXP", "48656C6C6F21DEADBEEF"),
        (
            "blob:8:u16le:FF",
            "{ input = \"cert\", as = \"hex\" }",
            &[3, 0, 0xCA, 0xFE, 0x42, 0xFF, 0xFF, 0xFF],
            "CAFE42",
        ),
        (
            "check-crc:CRC-16/X-25:le(bytes:18)",
            "{ input = \"code\", as = \"hex\" }",
            &[
                0x83, 0xFE, 0xD3, 0x40, 0x7A, 0x93, 0x97, 0x23, 0xA5, 0xC6, 0x39, 0xB2, 0x69, 0x16, 0xD5, 0x05, 0xC3,
                0xB5,
            ],
            "83FED3407A939723A5C639B26916D505C3B5",
        ),
    ] {
        let bench = bench("");
        bench.edit("job.toml", "ascii:9:exact", encode);
        bench.edit("job.toml", "\"12345678{seq:1}\"", value);
        bench.write("units.csv", "seq,cert,code\n9,CAFE42,83FED3407A939723A5C639B26916D505C3B5\n");
        let mut args = vec!["stamp", "--job", "job.toml", "--out", "units", "--first", "9", "--count", "1"];
        if value.contains("input") {
            args.extend(["--input", "units.csv"]);
        }
        bench.good(&args);
        let unit = bench.read("units/9.bin");
        assert_eq!(&unit[..stored.len()], stored, "{encode}");
        let hex: String = stored.iter().map(|byte| format!("{byte:02X}")).collect();
        assert!(bench.text("units/units.jsonl").contains(&format!("\"bytes\":\"{hex}\"")), "{encode}");
        let said = bench.good(&["verify", "--job", "job.toml", "--units", "units/units.jsonl", "units/9.bin"]);
        assert!(said.contains(&format!("serial {shown}")), "{encode}: {said}");
    }
    // A value whose own CRC is another one, and certificates that are too long, name the unit.
    for (encode, column, cell, expected) in [
        (
            "check-crc:CRC-16/X-25:le(bytes:18)",
            "code",
            "83FED3407A939723A5C639B26916D505C3B4",
            "unit 9: field `serial`: the value's own CRC-16/IBM-SDLC is 0xB4C3, computed is 0xB5C3",
        ),
        ("blob:4:u16le", "cert", "CAFE42", "unit 9: field `serial`: 3 bytes do not fit 2"),
    ] {
        let bench = bench("");
        bench.edit("job.toml", "ascii:9:exact", encode);
        bench.edit("job.toml", "\"12345678{seq:1}\"", &format!("{{ input = \"{column}\", as = \"hex\" }}"));
        bench.write("units.csv", format!("seq,{column}\n9,{cell}\n"));
        let said = bench.run(&[
            "stamp",
            "--job",
            "job.toml",
            "--out",
            "units",
            "--first",
            "9",
            "--count",
            "1",
            "--input",
            "units.csv",
        ]);
        assert!(said.code == 3 && said.err.contains(expected), "{said:?}");
    }
}
