//! TI-TXT through the command: stamped, verified, inspected, converted.

use crate::Bench;

const TEMPLATE: &str =
    "@1800\r\nFF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF \r\n@F000\r\n31 40 00 03 \r\n@FFFE\r\n00 F0 \r\nq\r\n";

const JOB: &str = "[image]\nfile = \"fw.txt\"\n[unit]\nfirst = 1\n[[field]]\nname = \"n\"\nat = \"0x1804\"\nencode = \"u32le\"\nvalue = \"{seq}\"\n";

/// A unit differs in the digits of its field, and in nothing else.
#[test]
fn stamped_verified_undone() {
    let bench = Bench::new();
    bench.write("fw.txt", TEMPLATE);
    bench.write("j.toml", JOB);
    bench.good(&["stamp", "--job", "j.toml", "--out", "u", "--count", "2"]);
    let expected = TEMPLATE.replacen("FF FF FF FF FF FF FF FF", "FF FF FF FF 02 00 00 00", 1);
    assert_eq!(bench.text("u/2.txt"), expected);
    let journal = bench.text("u/units.jsonl");
    assert!(journal.lines().all(|line| line.contains(r#""format":"ti-txt""#)), "{journal}");
    bench.good(&["verify", "--job", "j.toml", "--units", "u/units.jsonl", "u"]);
    bench.good(&["verify", "--job", "j.toml", "u/2.txt", "--undo", "back.txt"]);
    assert_eq!(bench.text("back.txt"), TEMPLATE);
    // A gap, by content and by the job's word.
    bench.write("fw", TEMPLATE);
    for format in ["", "format = \"ti-txt\"\n"] {
        let job = JOB.replace("file = \"fw.txt\"\n", &format!("file = \"fw\"\n{format}"));
        bench.write("k.toml", job.replace("0x1804\"", "0x1900\"\ngap = \"add\""));
        let out = if format.is_empty() { "v" } else { "w" };
        bench.good(&["stamp", "--job", "k.toml", "--out", out, "--count", "1"]);
        let added = bench.text(&format!("{out}/1.txt"));
        assert_eq!(added, TEMPLATE.replace('q', "@1900\r\n01 00 00 00 \r\nq"));
    }
}

#[test]
fn inspected_and_converted() {
    let bench = Bench::new();
    bench.write("fw.txt", TEMPLATE);
    let said = bench.good(&["inspect", "fw.txt"]);
    assert!(said.starts_with("fw.txt: TI-TXT, 96 characters\n  lines of 16 bytes for the most part, CR LF, upper case\n  segment  0x00001800..0x00001810, 16 bytes\n"), "{said}");
    bench.good(&["convert", "fw.txt", "same.txt"]);
    assert_eq!(bench.text("same.txt"), TEMPLATE);
    bench.good(&["convert", "fw.txt", "fw.hex"]);
    bench.good(&["convert", "fw.hex", "fw.s19"]);
    bench.good(&["convert", "fw.s19", "back.txt", "--line-end", "crlf"]);
    assert_eq!(bench.text("back.txt"), TEMPLATE.replace(" \r\n", "\r\n"));
    bench.good(&["convert", "fw.txt", "low", "--format", "ti-txt", "--case", "lower"]);
    assert!(bench.text("low").contains("@fffe\r\n00 f0 \r\n"));
    let said = bench.run(&["convert", "fw.txt", "x.txt", "--width", "s3"]);
    assert!(said.err.contains("--addressing goes with HEX, and --width with S-records"), "{said:?}");
    bench.write("cut.txt", &TEMPLATE[..40]);
    let said = bench.run(&["inspect", "cut.txt"]);
    assert!(said.code == 3 && said.err.contains("no `q` at the end"), "{said:?}");
    bench.write("dense.txt", "@1000\n3140\nq\n");
    let said = bench.run(&["inspect", "dense.txt"]);
    assert!(said.err.contains("--tolerate unspaced reads the file"), "{said:?}");
    bench.write("j.toml", JOB.replace("fw.txt", "fw.hex"));
    bench.good(&["stamp", "--job", "j.toml", "--out", "u", "--count", "1", "--format", "ti-txt"]);
    assert!(bench.text("u/1.txt").starts_with("@1800\nFF FF FF FF 01 00 00 00 FF"));
}
