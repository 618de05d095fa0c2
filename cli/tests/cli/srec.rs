//! Motorola S-records through the command: stamped, verified, inspected, converted.

use crate::Bench;

/// One record as a line.
fn record(kind: u8, address: u32, data: &[u8]) -> String {
    let width = match kind {
        0 | 1 | 5 | 9 => 2,
        2 | 6 | 8 => 3,
        _ => 4,
    };
    let mut bytes = vec![u8::try_from(width + data.len() + 1).unwrap()];
    bytes.extend(&address.to_be_bytes()[4 - width..]);
    bytes.extend(data);
    bytes.push(!bytes.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte)));
    format!("S{kind}{}\r\n", hex::encode_upper(bytes))
}

/// Erased memory, and 16 bytes at another place.
fn template() -> String {
    [
        record(0, 0, b"fw.mot"),
        record(3, 0x0800_0000, &[0xFF; 16]),
        record(3, 0x0800_0100, &[0x5A; 16]),
        record(5, 2, &[]),
        record(7, 0x0800_0101, &[]),
    ]
    .concat()
}

const JOB: &str = "[image]\nfile = \"fw.mot\"\n[unit]\nfirst = 1\n[[field]]\nname = \"n\"\nat = \"0x08000004\"\nencode = \"u32be\"\nvalue = \"{seq}\"\n";

/// A unit has its template's format and ending; only digits of the field and one sum differ.
#[test]
fn stamped_verified_undone() {
    let bench = Bench::new();
    bench.write("fw.mot", template());
    bench.write("j.toml", JOB);
    bench.good(&["stamp", "--job", "j.toml", "--out", "u", "--count", "3"]);
    let mut bytes = [0xFF; 16];
    bytes[4..8].copy_from_slice(&[0, 0, 0, 2]);
    let expected = template().replace(&record(3, 0x0800_0000, &[0xFF; 16]), &record(3, 0x0800_0000, &bytes));
    assert_eq!(bench.text("u/2.mot"), expected);
    let journal = bench.text("u/units.jsonl");
    assert!(journal.lines().all(|line| line.contains(r#""format":"srec""#)), "{journal}");
    bench.good(&["verify", "--job", "j.toml", "--units", "u/units.jsonl", "u"]);
    bench.good(&["verify", "--job", "j.toml", "u/2.mot", "--undo", "back.mot"]);
    assert_eq!(bench.text("back.mot"), template());
    // A digit that is wrong.
    bench.write("bad.mot", expected.replace("00000002", "00000003"));
    let said = bench.run(&["verify", "--job", "j.toml", "bad.mot"]);
    assert!(said.code != 0 && format!("{said:?}").contains("record sum is"), "{said:?}");

    // By content, without a name that says it; said in the job; and the job written in the same words.
    bench.write("fw", template());
    for format in ["", "format = \"srec\"\n"] {
        bench.write("k.toml", JOB.replace("file = \"fw.mot\"\n", &format!("file = \"fw\"\n{format}")));
        bench.good(&["plan", "--job", "k.toml"]);
    }
    bench.write("k.toml", JOB.replace("[unit]", "crossing = \"wrap\"\nformat = \"srec\"\n[unit]"));
    let said = bench.run(&["plan", "--job", "k.toml"]);
    assert!(said.err.contains("only records of HEX files pass the end of a segment"), "{said:?}");
}

/// Units in other formats, and deltas, of a template of S-records.
#[test]
fn units_in_other_formats() {
    let bench = Bench::new();
    bench.write("fw.mot", template());
    bench.write("j.toml", JOB);
    let stamp = |out: &str, more: &[&str]| {
        bench.good(&[&["stamp", "--job", "j.toml", "--count", "1", "--out", out], more].concat());
    };
    stamp("h", &["--format", "hex"]);
    stamp("d", &["--format", "delta"]);
    stamp("b", &["--format", "bin", "--window", "0x08000000..0x08000110"]);
    stamp("s", &["--format", "srec"]);
    assert!(bench.text("h/1.hex").contains(":10000000FFFFFFFF00000001FFFFFFFFFFFFFFFFFB"));
    assert!(bench.text("d/1.hex").contains(":0400040000000001F7"));
    assert!(bench.text("s/1.mot").contains(&record(5, 2, &[])));
    // And S-records of a template of another format.
    bench.good(&["convert", "fw.mot", "fw.hex"]);
    bench.write("j.toml", JOB.replace("fw.mot", "fw.hex"));
    stamp("t", &["--format", "srec"]);
    let mut bytes = [0xFF; 16];
    bytes[4..8].copy_from_slice(&[0, 0, 0, 1]);
    let header = record(0, 0, b"");
    assert_eq!(
        bench.text("t/1.srec"),
        header + &record(3, 0x0800_0000, &bytes) + &template()[record(0, 0, b"fw.mot").len() + bytes.len() * 2 + 16..]
    );
    bench.good(&["verify", "--job", "j.toml", "t/1.srec"]);
}

#[test]
fn gaps_are_filled_with_records() {
    let bench = Bench::new();
    bench.write("fw.mot", template());
    bench.write("j.toml", JOB.replace("0x08000004\"", "0x10001080\"\ngap = \"add\""));
    bench.good(&["stamp", "--job", "j.toml", "--out", "u", "--count", "1"]);
    let added = record(3, 0x1000_1080, &[0, 0, 0, 1]) + &record(5, 3, &[]);
    assert_eq!(bench.text("u/1.mot"), template().replace(&record(5, 2, &[]), &added));
}

#[test]
fn inspected_and_converted() {
    let bench = Bench::new();
    bench.write("fw.mot", template());
    let said = bench.good(&["inspect", "fw.mot"]);
    assert_eq!(
        said,
        format!(
            "fw.mot: Motorola S-records, {} characters\n  S3 records of 16 bytes for the most part, CR LF, upper case\n  header \"fw.mot\"\n  segment  0x08000000..0x08000010, 16 bytes\n  gap      0x08000010..0x08000100, 240 bytes\n  segment  0x08000100..0x08000110, 16 bytes\n  32 bytes in 2 segments\n  start address 0x08000101\n",
            template().len()
        )
    );
    // To HEX and back; the same file in its own style; other styles.
    bench.good(&["convert", "fw.mot", "fw.hex"]);
    bench.good(&["convert", "fw.hex", "back.s37"]);
    assert_eq!(bench.text("back.s37"), template().replace(&record(0, 0, b"fw.mot"), &record(0, 0, b"")));
    bench.good(&["convert", "fw.mot", "same.mot"]);
    assert_eq!(bench.text("same.mot"), template());
    bench.good(&["convert", "fw.mot", "low.s19", "--case", "lower", "--line-end", "lf", "--record-len", "8"]);
    assert!(bench.text("low.s19").contains("\nS30d08000000ffffffffffffffff"), "{}", bench.text("low.s19"));
    bench.good(&["convert", "fw.mot", "fw.bin", "--window", "0x08000000..0x08000110"]);
    bench.good(&["convert", "fw.bin", "small.s19", "--base", "0", "--width", "s2"]);
    assert!(bench.text("small.s19").contains("\nS214000000FFFF"), "{}", bench.text("small.s19"));
    for (args, message) in [
        (["convert", "fw.mot", "x.hex", "--width", "s1"], "--width goes with S-records; HEX has --addressing"),
        (
            ["convert", "fw.mot", "x.s19", "--addressing", "linear"],
            "--addressing goes with HEX; S-records have --width",
        ),
        (["convert", "fw.mot", "x.s19", "--record-len", "251"], "record length 251, expected 1 to 250"),
    ] {
        let said = bench.run(&args);
        assert!(said.code != 0 && said.err.contains(message), "{said:?}");
    }
    // Named as another format than it is.
    bench.write("wrong.hex", template());
    let said = bench.run(&["inspect", "wrong.hex"]);
    assert!(said.err.contains("this is a Motorola S-record file, not Intel HEX"), "{said:?}");
    bench.write("cut.s19", &template()[..60]);
    let said = bench.run(&["inspect", "cut.s19"]);
    assert!(said.err.contains("line 2, column 37: the file ends in the middle of a record"), "{said:?}");
    bench.write("open.s19", &template()[..template().len() - 16]);
    let said = bench.run(&["inspect", "open.s19"]);
    assert!(said.err.contains("--tolerate no-eof reads the file"), "{said:?}");
}
