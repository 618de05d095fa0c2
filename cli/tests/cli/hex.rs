//! Image files through the command: unusual HEX files, fields in gaps, deltas, conversions.

use crate::Bench;

/// One record as a line.
fn record(kind: u8, address: u16, data: &[u8]) -> String {
    let [high, low] = address.to_be_bytes();
    let mut bytes = vec![u8::try_from(data.len()).unwrap(), high, low, kind];
    bytes.extend(data);
    bytes.push(bytes.iter().fold(0, |sum: u8, byte| sum.wrapping_sub(*byte)));
    format!(":{}\n", hex::encode_upper(bytes))
}

const END: &str = ":00000001FF\n";

/// A job with one field, over memory that is `FF`.
const JOB: &str = "[image]\nfile = \"f.hex\"\nerase = 32\n[unit]\nfirst = 1\n[[field]]\nname = \"n\"\nat = \"0x18\"\nencode = \"u32be\"\nvalue = \"{seq}\"\n";

#[test]
fn lenient_reading_tells_what_it_tolerates() {
    let bench = Bench::new();
    let text = format!("; build 7\n{}{}\n{}", record(0, 0x10, &[0xFF; 16]), record(0, 0x10, &[0xFF; 16]), END);
    bench.write("f.hex", &text);
    bench.write("j.toml", JOB);
    let args = ["stamp", "--job", "j.toml", "--out", "u", "--count", "1"];
    let said = bench.run(&args);
    let refused = "nameplate: f.hex: line 1, column 1: this is text that begins with a comment, which lenient reading accepts, not Intel HEX; --tolerate comments --tolerate copies reads the file, or  tolerate = [\"comments\", \"copies\"]  in [image]\n";
    assert_eq!((said.err.as_str(), said.code), (refused, 3));

    let said = bench.run(&[&args[..], &["--lenient"]].concat());
    assert_eq!(said.code, 0, "{said:?}");
    let tolerated =
        ["line 1, column 1: a comment", "line 3, column 1: data for 0x00000010 again, the same as elsewhere"];
    assert_eq!(said.err, tolerated.map(|found| format!("nameplate: tolerated: f.hex: {found}\n")).concat());
    let mut bytes = [0xFF; 16];
    bytes[8..12].copy_from_slice(&[0, 0, 0, 1]);
    let stamped = text.replace(&record(0, 0x10, &[0xFF; 16]), &record(0, 0x10, &bytes));
    assert_eq!(bench.text("u/1.hex"), stamped);

    let said = bench.run(&["verify", "--job", "j.toml", "--lenient", "--json", "u/1.hex"]);
    let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((said.code, json["ok"].as_bool(), json["tolerated"].as_array().unwrap().len()), (0, Some(true), 2));
    let said = bench.run(&["verify", "--job", "j.toml", "u/1.hex"]);
    assert_eq!(said.code, 3, "the template is not read either: {said:?}");
}

/// The job may say what is tolerated, kind by kind; what else is in the file is refused by name.
#[test]
fn the_job_says_what_is_tolerated() {
    let bench = Bench::new();
    bench.write("f.hex", format!("# x\n{}", record(0, 0x10, &[0xFF; 16])));
    bench.write("j.toml", JOB.replace("erase = 32", "tolerate = [\"no-eof\"]"));
    let said = bench.run(&["plan", "--job", "j.toml"]);
    assert!(
        said.err.ends_with("; --tolerate comments reads the file, or  tolerate = [\"comments\"]  in [image]\n"),
        "{said:?}"
    );
    let args = ["stamp", "--job", "j.toml", "--out", "u", "--count", "1", "--tolerate", "comments"];
    assert_eq!(bench.run(&args).code, 0);
    let said = bench.run(&["verify", "--job", "j.toml", "--tolerate", "comments", "u/1.hex"]);
    assert_eq!(said.code, 0, "{said:?}");
    let said = bench.run(&["inspect", "--tolerate", "comment", "f.hex"]);
    assert!(
        said.code == 2 && said.err.contains("found `comment`, expected one of no-eof, after-eof, comments,"),
        "{said:?}"
    );
}

/// What stands behind the end of a file of the CCS compiler: kept, and what a stamp makes stale is named.
#[test]
fn a_checksum_behind_the_end_is_named() {
    let bench = Bench::new();
    bench.write("f.hex", format!("{}{END};PIC18F4550\n;CRC=0000\n", record(0, 0x10, &[0xFF; 16])));
    bench.write("j.toml", JOB);
    let said = bench.run(&["stamp", "--job", "j.toml", "--out", "u", "--count", "1"]);
    let expected = "nameplate: tolerated: f.hex: line 4, column 1: a checksum in the text after the end-of-file record, which a stamp does not change: it may be stale then\n";
    assert_eq!((said.code, said.err.as_str()), (0, expected));
    assert!(bench.text("u/1.hex").ends_with(";PIC18F4550\n;CRC=0000\n"));
    let shown = bench.good(&["inspect", "f.hex"]);
    assert!(shown.contains("unusual: line 3, column 1: 2 lines of text after the end-of-file record"), "{shown}");
}

/// A TI COFF file is named, whether it is given as HEX or as a raw binary; ELF given as one is as well.
#[test]
fn other_formats_are_named() {
    let bench = Bench::new();
    let mut coff = vec![0; 64];
    (coff[0], coff[16], coff[20]) = (0xC2, 28, 0x9D);
    for (name, more) in [("f.out", &["--base", "0"][..]), ("f.hex", &[]), ("g.out", &[])] {
        bench.write(name, &coff);
        let said = bench.run(&[&["inspect", name][..], more].concat());
        assert!(said.code == 3 && said.err.contains("this is a TI COFF file"), "{said:?}");
    }
    bench.write("f.hex", b"\x7FELF\x01\x01\x01");
    bench.write("j.toml", JOB.replace("f.hex\"", "f.hex\"\nformat = \"bin\"\nbase = 0"));
    let said = bench.run(&["plan", "--job", "j.toml"]);
    let expected = "this is an ELF file, not a raw binary; ELF needs neither `format` nor `base`\n";
    assert!(said.code == 3 && said.err.ends_with(expected), "{said:?}");
}

#[test]
fn inspect_shows_all_of_it() {
    let bench = Bench::new();
    let one = record(0, 0, &[1]);
    bench.write("f.hex", format!("{}# x\n# y\n{one}{}{}", record(5, 0, &[8, 0, 0, 1]), record(0, 8, &[2, 3]), END));
    let said = bench.run(&["inspect", "f.hex"]);
    let expected = "nameplate: f.hex: line 2, column 1: found `#`, expected `:`; --tolerate comments reads the file, or  tolerate = [\"comments\"]  in [image]\n";
    assert_eq!((said.err.as_str(), said.code), (expected, 3));
    assert_eq!(
        bench.good(&["inspect", "--lenient", "f.hex"]),
        "f.hex: Intel HEX, 70 characters\n  \
         records of 1 bytes for the most part, LF, upper case, bases of type 04\n  \
         segment  0x00000000..0x00000001, 1 bytes\n  \
         gap      0x00000001..0x00000008, 7 bytes\n  \
         segment  0x00000008..0x0000000A, 2 bytes\n  \
         3 bytes in 2 segments\n  \
         start address 0x08000001 (type 05)\n  \
         tolerated: line 2, column 1: a comment (2 times)\n"
    );
    bench.write("f.hex", format!("{}{}{END}", record(2, 0, &[0x10, 0]), record(0, 0xFFFF, &[1, 2])));
    let said = bench.run(&["inspect", "f.hex"]);
    assert_eq!(said.code, 3);
    let expected = "tools disagree where the rest goes; --crossing linear (or wrap) reads the file, or  crossing = \"linear\" (or \"wrap\")  in [image]\n";
    assert!(said.err.ends_with(expected), "{said:?}");
    let wrapped = bench.good(&["inspect", "--crossing", "wrap", "f.hex"]);
    assert!(wrapped.contains("segment  0x0001FFFF..0x00020000, 1 bytes\n"), "{wrapped}");
    let linear = bench.good(&["inspect", "--crossing", "linear", "f.hex"]);
    assert!(linear.contains("segment  0x0001FFFF..0x00020001, 2 bytes\n"), "{linear}");
}

/// Where a record goes on that passes the end of its segment, the job can say; the command overrides it.
#[test]
fn the_job_says_where_segments_end() {
    let bench = Bench::new();
    let text = format!("{}{}# x\n{END}", record(2, 0, &[0x10, 0]), record(0, 0xFFFC, &[0xFF; 8]));
    bench.write("f.hex", &text);
    bench.write("j.toml", JOB.replace("0x18", "0x10000"));
    let said = bench.run(&["plan", "--job", "j.toml"]);
    let expected = "--tolerate comments --crossing linear (or wrap) reads the file, or  tolerate = [\"comments\"], crossing = \"linear\" (or \"wrap\")  in [image]\n";
    assert!(said.code == 3 && said.err.ends_with(expected), "{said:?}");
    bench.write(
        "j.toml",
        JOB.replace("erase = 32", "tolerate = [\"comments\"]\ncrossing = \"wrap\"").replace("0x18", "0x10000"),
    );
    bench.good(&["stamp", "--job", "j.toml", "--out", "u", "--count", "1"]);
    let wrapped = record(0, 0xFFFC, &[0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1]);
    assert_eq!(bench.text("u/1.hex"), text.replace(&record(0, 0xFFFC, &[0xFF; 8]), &wrapped));
    let said = bench.run(&["plan", "--job", "j.toml", "--crossing", "linear"]);
    assert!(
        said.code == 3 && said.err.contains("no byte at 0x00010000: the first data begins at 0x0001FFFC"),
        "{said:?}"
    );
}

#[test]
fn fields_in_gaps() {
    let bench = Bench::new();
    bench.write("f.hex", format!("{}{END}", record(0, 0, &[1; 16])));
    bench.write("j.toml", JOB);
    let said = bench.run(&["plan", "--job", "j.toml"]);
    let expected = "nameplate: field `n` at 0x00000018..0x0000001C: no byte at 0x00000018: the data before it ends at 0x00000010, and none follows\n";
    assert_eq!((said.err.as_str(), said.code), (expected, 3));
    bench.edit("j.toml", "encode =", "gap = \"add\"\nencode =");
    let plan = bench.good(&["plan", "--job", "j.toml"]);
    assert!(plan.contains("\n  20 characters of new records, for fields in gaps\n"), "{plan}");
    bench.good(&["stamp", "--job", "j.toml", "--out", "u", "--count", "2"]);
    let expected = format!("{}{}{END}", record(0, 0, &[1; 16]), record(0, 0x18, &[0, 0, 0, 2]));
    assert_eq!(bench.text("u/2.hex"), expected);
    bench.good(&["verify", "--job", "j.toml", "--units", "u/units.jsonl", "u/1.hex", "u/2.hex"]);
}

#[test]
fn deltas() {
    let bench = Bench::new();
    let file = record(0, 0, &[1; 16]) + &record(0, 0x10, &[0xFF; 16]);
    bench.write("f.hex", file + &record(0, 0x30, &[7; 16]) + END);
    bench.write("j.toml", JOB);
    let stamp = |out: &str, format: &str| {
        bench.good(&["stamp", "--job", "j.toml", "--out", out, "--count", "2", "--format", format]);
        bench.text(&format!("{out}/2.hex"))
    };
    let whole = stamp("whole", "hex");
    assert_eq!(stamp("delta", "delta"), record(0, 0x18, &[0, 0, 0, 2]) + END);
    let mut second = [0xFF; 16];
    second[8..12].copy_from_slice(&[0, 0, 0, 2]);
    assert_eq!(stamp("pages", "pages"), record(0, 0, &[1; 16]) + &record(0, 0x10, &second) + END);
    assert_eq!(whole, record(0, 0, &[1; 16]) + &record(0, 0x10, &second) + &record(0, 0x30, &[7; 16]) + END);
    // But for the format, the journal says the same of all: what the device holds in the end.
    let whole = bench.text("whole/units.jsonl");
    for format in ["delta", "pages"] {
        let expected = whole.replace(r#""format":"hex""#, &format!(r#""format":"{format}""#));
        assert_eq!(bench.text(&format!("{format}/units.jsonl")), expected);
    }

    bench.edit("j.toml", "erase = 32\n", "");
    let said = bench.run(&["stamp", "--job", "j.toml", "--out", "x", "--count", "1", "--format", "pages"]);
    let expected = "nameplate: --format pages needs `erase` in [image], the bytes of an erase page\n";
    assert_eq!((said.err.as_str(), said.code), (expected, 3));
}

#[test]
fn convert() {
    let bench = Bench::new();
    let firmware = bench.read("firmware.bin");
    let base = "0x08000000";
    bench.good(&["convert", "firmware.bin", "a.hex", "--base", base, "--record-len", "32", "--line-end", "lf"]);
    let text = bench.text("a.hex");
    assert!(text.starts_with(":020000040800F2\n:20000000"), "{text:.60}");
    let window = format!("{base}..{:#010X}", 0x0800_0000 + firmware.len());
    bench.good(&["convert", "a.hex", "a.bin", "--window", &window]);
    assert_eq!(bench.read("a.bin"), firmware);
    // The file's own style is kept, but for what is said.
    bench.good(&["convert", "a.hex", "b.hex", "--case", "lower"]);
    assert_eq!(bench.text("b.hex"), text.to_lowercase());
    bench.good(&["convert", "a.hex", "c.hex", "--window", "0x08000010..0x08000018", "--crop", "--line-end", "crlf"]);
    let eight = hex::encode_upper(&firmware[0x10..0x18]);
    assert!(bench.text("c.hex").contains(&format!("\r\n:08001000{eight}")), "{}", bench.text("c.hex"));

    let gaps = record(0, 2, &[1, 2]) + &record(0, 6, &[3]) + END;
    bench.write("g.hex", gaps);
    bench.good(&["convert", "g.hex", "g.bin", "--window", "0x1..0x8", "--erased", "FF3F"]);
    assert_eq!(bench.read("g.bin"), [0x3F, 1, 2, 0xFF, 0x3F, 3, 0x3F]);
    for (args, expected, code) in [
        (
            &["g.hex", "x.bin"][..],
            "a binary has no addresses and no gaps: say which bytes to write, as --window 0x00000002..0x00000007",
            2,
        ),
        (
            &["g.hex", "x.bin", "--window", "0x3..0x8"],
            "g.hex: the image spans 0x00000002..0x00000007, more than --window 0x00000003..0x00000008: bytes outside of it would be lost; --crop leaves them out",
            3,
        ),
        (
            &["g.hex", "x"],
            "the output's name ends neither in .hex, .s19, .srec, .txt, .uf2 nor in .bin: say --format",
            2,
        ),
        (&["g.hex", "a.bin", "--window", "0x0..0x8"], "a.bin: exists already; nothing is written over it", 3),
        (
            &["g.bin", "x.hex", "--base", "0xFFFFFFFF"],
            "g.bin: data up to 0x100000006, but type 04 records give addresses below 0x100000000",
            3,
        ),
        (
            &["g.hex", "x.bin", "--window", "0x0..0x50000000"],
            "g.hex: window 0x00000000..0x50000000 has 1342177280 bytes, more than the limit of 1073741824",
            3,
        ),
    ] {
        let said = bench.run(&[&["convert"], args].concat());
        assert_eq!((said.err.as_str(), said.code), (format!("nameplate: {expected}\n").as_str(), code));
        assert!(!bench.path("x.bin").exists() && !bench.path("x.hex").exists());
    }
    assert_eq!(bench.run(&["convert", "g.hex", "x.hex", "--record-len", "0"]).code, 2);
    assert_eq!(bench.run(&["convert", "g.hex", "x.bin", "--window", "0x0..0x8", "--erased", "GG"]).code, 2);
}
