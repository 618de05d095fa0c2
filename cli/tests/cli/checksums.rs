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
        assert!(said.err.starts_with("nameplate: checksum `sum`: ") && !bench.path("units").exists(), "{said:?}");
    }
}
