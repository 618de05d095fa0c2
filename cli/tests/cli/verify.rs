//! What `verify` says that it compared with what.

use serde_json::Value;

use crate::{Bench, Said};

/// A job with a number at 4 of a raw binary.
pub(crate) const RAW: &str = "[image]\nfile = \"t.bin\"\nformat = \"bin\"\nbase = 0\n[unit]\nfirst = 1\n[[field]]\nname = \"n\"\nat = 4\nencode = \"u32le\"\nvalue = \"{seq}\"\n";

pub(crate) fn raw(template: &[u8], job: &str) -> Bench {
    let bench = Bench::new();
    bench.write("t.bin", template);
    bench.write("j.toml", job);
    bench
}

pub(crate) fn json(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap()
}

impl Bench {
    pub(crate) fn verify(&self, args: &[&str]) -> Said {
        self.run(&[&["verify", "--job", "nameplate.toml"][..], args].concat())
    }

    #[track_caller]
    pub(crate) fn verified(&self, args: &[&str]) -> String {
        let said = self.verify(args);
        assert_eq!(said.code, 0, "{said:?}");
        said.out
    }

    #[track_caller]
    pub(crate) fn refuted(&self, args: &[&str], expected: &str) {
        let said = self.verify(args);
        assert_eq!(said.code, 4, "{said:?}");
        assert!(said.out.contains(expected), "{}", said.out);
    }
}

/// A value may be what erased memory looks like where the field expects anything.
#[test]
fn a_value_that_reads_as_erased() {
    let job = RAW.replace(
        "encode = \"u32le\"\nvalue = \"{seq}\"",
        "encode = \"i16le\"\nvalue = { text = \"-1\" }\nexpect = \"any\"",
    );
    let template: Vec<u8> = (0..16).collect();
    let bench = raw(&template, &job);
    for format in ["bin", "delta"] {
        let mut args = vec!["stamp", "--job", "j.toml", "--out", format, "--count", "1"];
        args.extend((format == "delta").then_some(["--format", "delta"]).into_iter().flatten());
        bench.good(&args);
        let units = format!("{format}/units.jsonl");
        let said = bench.good(&["verify", "--job", "j.toml", "--units", &units, format]);
        assert!(said.contains("ok, n -1"), "{said}");
    }
    let said = bench.good(&["--json", "verify", "--job", "j.toml", "delta"]);
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["images"][0]["verdicts"]["n"], "right");
    // A field that expects erased memory is blank when it is erased.
    bench.write("j.toml", RAW);
    bench.write("t.bin", [&[0; 4][..], &[0xFF; 4], &[1; 8]].concat());
    let said = bench.run(&["verify", "--job", "j.toml", "t.bin"]);
    assert_eq!(said.code, 4);
    assert!(said.out.contains("t.bin: field `n` at 0x00000004..0x00000008 is erased"), "{}", said.out);
}

/// An image of which all bytes read 0xFF, or 0x00, may be a unit: where all other memory of the template is so, and the
/// field expects anything.
#[test]
fn a_unit_that_reads_as_read_protection() {
    let minus = |value: &str, expect: &str| {
        let value = format!("encode = \"i16le\"\nvalue = {{ text = \"{value}\" }}\nexpect = \"{expect}\"");
        RAW.replace("encode = \"u32le\"\nvalue = \"{seq}\"", &value)
    };
    // A template of a field alone has no other memory.
    for (template, value, job) in [
        (&[0xFF; 16][..], "-1", minus("-1", "any")),
        (&[0; 16], "0", minus("0", "any")),
        (&[[0; 4], [0xFF; 4], [0; 4]].concat(), "0", minus("0", "erased").replace("i16le", "i32le")),
        (&[0xFF; 2], "-1", minus("-1", "any").replace("at = 4", "at = 0")),
        (&[7; 2], "0", minus("0", "any").replace("at = 4", "at = 0")),
    ] {
        let bench = raw(template, &job);
        for format in ["bin", "delta"] {
            let window = format!("0..{}", template.len());
            let form = if format == "bin" { vec!["--window", &window] } else { Vec::new() };
            let args = ["stamp", "--job", "j.toml", "--out", format, "--count", "1", "--format", format];
            bench.good(&[&args[..], &form].concat());
            for units in [&[][..], &["--units", &format!("{format}/units.jsonl")]] {
                let said = bench.run(&[&["verify", "--job", "j.toml", format][..], units].concat());
                // Of a part that nothing says was made so, only what expects anything may read 0x00.
                let is_told = format == "bin" || !units.is_empty() || !job.contains("erased");
                assert_eq!(said.code, if is_told { 0 } else { 4 }, "{job} {format} {units:?}: {said:?}");
                let expected = if is_told { format!("ok, n {value}") } else { "every byte reads 0x00".to_owned() };
                assert!(said.out.contains(&expected), "{said:?}");
            }
        }
        let said = json(&bench.run(&["--json", "verify", "--job", "j.toml", "bin"]));
        let image = &said["images"][0];
        assert_eq!((&image["fields"]["n"], &image["verdicts"]["n"]), (&value.into(), &"right".into()), "{said}");
    }
    // Where it cannot be a unit, it says what the device is like.
    for (template, byte, job) in [
        (&[0xFF; 16][..], 0xFF, minus("7", "erased")),
        (&[0xFF; 16], 0, minus("0", "any")),
        (&[0xFF; 2], 0, minus("0", "erased").replace("at = 4", "at = 0")),
        (&[1; 16], 0xFF, minus("-1", "any")),
    ] {
        let bench = raw(template, &job);
        bench.write("dump.bin", vec![byte; template.len()]);
        let said = bench.run(&["verify", "--job", "j.toml", "dump.bin"]);
        let expected =
            format!("dump.bin: every byte reads {byte:#04X}: is read protection on, or was nothing programmed?\n");
        assert!(said.code == 4 && said.out.starts_with(&expected), "{job}: {said:?}");
    }
}

/// Each copy of a blank checksum is as long as it is.
#[test]
fn blank_words_of_several_lengths() {
    let sum = "[[checksum]]\nname = \"c\"\nalgorithm = \"sum8\"\nover = [\"0..8\"]\nat = 8\nencode = \"u8\"\ncopies = [{ at = 10, encode = \"u16le\" }]\ntemplate = \"blank:00\"\n";
    let bench = raw(&[[0xFF; 8], [0; 8]].concat(), &format!("{RAW}{sum}"));
    bench.good(&["stamp", "--job", "j.toml", "--out", "u", "--count", "3"]);
    assert_eq!(bench.read("u/3.bin")[8..12], [0xFF, 0, 0xFF, 0]);
    let said = bench.good(&["verify", "--job", "j.toml", "--units", "u/units.jsonl", "u"]);
    assert!(said.ends_with("3 of 3 images verified: numbers 1 to 3, no two alike in n, all checksums right, all other memory as in the template; as --units says, the digest of 3 compared\n"), "{said}");
    let said = json(&bench.run(&["--json", "verify", "--job", "j.toml", "u/3.bin"]));
    let word = |computed: &str| serde_json::json!({ "ok": true, "verdict": "right", "stored": computed, "computed": computed });
    assert_eq!(said["images"][0]["checksums"], serde_json::json!({ "c": word("0xFF"), "c.2": word("0xFF") }), "{said}");
    for at in [8, 10, 11] {
        let mut template = [[0xFF; 8], [0; 8]].concat();
        template[at] = 1;
        bench.write("t.bin", template);
        let said = bench.run(&["stamp", "--job", "j.toml", "--out", "w", "--count", "1"]);
        assert_eq!(said.code, 3);
        assert!(said.err.contains("checksum `c`: the template holds 0x"), "{}", said.err);
    }
}

/// Serial, address and `identity` of a page; `image` covers what the page has not.
#[test]
fn a_dump_of_a_part() {
    let bench = Bench::new();
    bench.stamp(2);
    bench.good(&["convert", "units/EUDV2407-000002.hex", "whole.bin", "--window", "0x08000000..0x08002000"]);
    let whole = bench.read("whole.bin");
    bench.write("page.bin", &whole[0x1F00..0x1F20]);
    let page = ["--base", "0x08001F00", "page.bin"];
    let said = bench.verified(&page);
    assert_eq!(
        said,
        "page.bin: ok, serial EUDV2407-000002, mac 70-B3-D5-7E-D0-01, checksum identity right, checksum image not in the dump; \
         8160 bytes of the template's memory are not in the file\n\
         1 of 1 images verified: numbers 2 to 2, all checksums that they have right, all other memory that they have as in the template; \
         not in the dump: checksum image; 8160 bytes of the template in 1 image were not looked at\n"
    );
    let said = json(&bench.run(&[&["--json", "verify", "--job", "nameplate.toml"][..], &page].concat()));
    let image = &said["images"][0];
    assert_eq!(
        (&image["checksums"]["identity"]["verdict"], &image["checksums"]["image"]["verdict"]),
        (&"right".into(), &"not in the dump".into())
    );
    assert_eq!(
        (&image["verdicts"]["mac"], &image["not_looked_at"], &image["ok"]),
        (&"right".into(), &8160.into(), &true.into())
    );
    assert_eq!(said["compared"]["not_looked_at"], 8160);
    let said = bench.verified(&[&["--units", "units/units.jsonl"][..], &page].concat());
    assert!(
        said.ends_with("; as --units says, the digest of 0 compared; 1 more of --units have no image here\n"),
        "{said}"
    );

    // Wrong in what it has, and only there.
    let mut wrong = whole[0x1F00..0x1F20].to_vec();
    wrong[0x1F] ^= 1;
    bench.write("page.bin", &wrong);
    bench.refuted(&page, "checksum `identity` is wrong");
    // The address alone: its CRC covers a serial that is not there.
    bench.write("page.bin", &whole[0x1F10..0x1F20]);
    let said = bench.verified(&["--base", "0x08001F10", "page.bin"]);
    assert!(said.starts_with("page.bin: ok, serial not in the dump, mac 70-B3-D5-7E-D0-01, checksum identity not in the dump, checksum image not in the dump"), "{said}");
    let said = bench.verified(&["--units", "units/units.jsonl", "--base", "0x08001F10", "page.bin"]);
    assert!(said.contains("no two alike in serial, mac"), "by the lines of both units: {said}");
    // With the word of `image`: the rest is the template's.
    bench.write("page.bin", &whole[0x1F00..]);
    let page = ["--base", "0x08001F00", "page.bin"];
    let said = bench.verified(&page);
    assert!(said.contains("checksum image right over the template"), "{said}");
    let said = bench.verified(&[&["--other-firmware"][..], &page].concat());
    assert!(said.contains("checksum identity right, checksum image not in the dump"), "{said}");
    // Nothing of the job.
    bench.write("page.bin", &whole[..0x1000]);
    let said = bench.verify(&["--base", "0x08000000", "page.bin"]);
    let expected = "nameplate: page.bin: holds no field and no checksum of the job: it has memory within 0x08000000..0x08001000, the first lies at 0x08001F04..0x08001F14; is --base, or the job, of another memory?\n";
    assert_eq!((said.code, said.err.as_str()), (3, expected));
}

/// A byte of the code that no checksum covers.
#[test]
fn all_other_memory_is_compared() {
    let bench = Bench::new();
    let image = bench.text("nameplate.toml");
    let image = image.rfind("[[checksum]]").map(|at| image[..at].to_owned()).unwrap();
    bench.write("nameplate.toml", image);
    bench.stamp(1);
    bench.good(&["convert", "units/EUDV2407-000001.hex", "a.bin", "--window", "0x08000000..0x08002000"]);
    let mut bytes = bench.read("a.bin");
    (bytes[0x100], bytes[0x101], bytes[0x1F03]) = (!bytes[0x100], !bytes[0x101], !bytes[0x1F03]);
    bytes[0x1F1B] ^= 1;
    bench.write("a.bin", bytes);
    let image = ["--base", "0x08000000", "a.bin"];
    bench.refuted(&image, "4 bytes outside of fields and checksums differ from the template, the first at 0x08000100; --other-firmware does not compare them");
    let mut bytes = bench.read("a.bin");
    (bytes[0x1F03], bytes[0x1F1B]) = (!bytes[0x1F03], bytes[0x1F1B] ^ 1);
    bench.write("a.bin", bytes);
    let said = bench.verified(&[&["--other-firmware"][..], &image].concat());
    assert!(said.ends_with("numbers 1 to 1, all checksums right; memory outside of fields and checksums was not compared (--other-firmware)\n"), "{said}");
    let said =
        json(&bench.run(&[&["--json", "verify", "--job", "nameplate.toml", "--other-firmware"][..], &image].concat()));
    assert_eq!(said["compared"]["template"], false);
    // Where the program starts is no memory.
    let unit = bench.text("units/EUDV2407-000001.hex");
    let start = unit.lines().find(|line| line.starts_with(":04000005")).unwrap();
    bench.write("start.hex", unit.replace(start, ":040000050800009758"));
    bench.refuted(&["start.hex"], "start.hex: the start address is not the template's");
}

/// Deltas and pages are verified over the template.
#[test]
fn deltas_and_pages() {
    let bench = Bench::new();
    bench.edit("nameplate.toml", "file = ", "erase = 256\nfile = ");
    for format in ["delta", "pages"] {
        bench.good(&["stamp", "--job", "nameplate.toml", "--out", format, "--count", "30", "--format", format]);
        let units = format!("{format}/units.jsonl");
        let said = bench.verified(&["--units", &units, format]);
        assert!(said.starts_with("30 of 30 images verified: numbers 1 to 30, no two alike in serial, mac, all checksums right, over the template where they lack memory, all other memory that they have as in the template"), "{said}");
        assert!(said.ends_with("; as --units says, the digest of 30 compared\n"), "{said}");
        let said = bench.verified(&[format]);
        assert!(said.starts_with("30 of 30 images verified"), "{said}");
        assert_eq!(bench.text(&units).matches(&format!("\"format\":\"{format}\"")).count(), 30);
    }
    // The digest is that of the whole image, though the delta has only a part of it.
    let digest = |name: &str| {
        let line = bench.text(name).lines().next().map(|line| serde_json::from_str::<Value>(line).unwrap()).unwrap();
        line["image_sha256"].as_str().unwrap().to_owned()
    };
    bench.stamp(1);
    assert_eq!(digest("delta/units.jsonl"), digest("units/units.jsonl"));
    bench.write(
        "delta/other.jsonl",
        bench.text("delta/units.jsonl").replacen(&digest("delta/units.jsonl"), &"0".repeat(64), 1),
    );
    bench.refuted(
        &["--units", "delta/other.jsonl", "delta/EUDV2407-000001.hex"],
        "the digest of the file is not the one in --units",
    );
    // With a checksum that is not judged, none is said to be right.
    let said = bench.verified(&["--other-firmware", "delta"]);
    assert!(
        said.contains("no two alike in serial, mac; memory outside of fields and checksums was not compared"),
        "{said}"
    );
    // A word of the delta that is not the one of the template with this unit.
    let delta = bench.text("delta/EUDV2407-000001.hex");
    let line = delta.lines().find(|line| line.starts_with(":041FFC00")).unwrap();
    bench.write("delta/EUDV2407-000001.hex", delta.replace(line, ":041FFC0000000000E1"));
    bench.refuted(
        &["--units", "delta/units.jsonl", "delta/EUDV2407-000001.hex"],
        "checksum `image` is wrong over the template: the image holds 0x0",
    );
}

/// The line of a unit: its file's name, addresses, and the digest of the file.
#[test]
fn the_journal_is_compared_in_all_it_says() {
    let bench = Bench::new();
    bench.stamp(2);
    let (one, two) = ("units/EUDV2407-000001.hex", "units/EUDV2407-000002.hex");
    let journal = bench.text("units/units.jsonl");
    let with = |from: &str, to: &str| {
        assert!(journal.contains(from), "{from}");
        bench.write("units/other.jsonl", journal.replacen(from, to, 1));
        ["--units", "units/other.jsonl", one]
    };
    let line: Value = serde_json::from_str(journal.lines().next().unwrap()).unwrap();
    let digest = line["image_sha256"].as_str().unwrap();
    bench.refuted(&with(digest, &"0".repeat(64)), "the digest of the file is not the one in --units");
    bench.refuted(
        &with("\"address\":\"0x08001F14\"", "\"address\":\"0x08001F18\""),
        "field `mac` lies at 0x08001F14 by the job, and at 0x08001F18 in --units",
    );
    bench.refuted(
        &with("\"address\":\"0x08001FFC\"", "\"address\":\"0x08001FF8\""),
        "checksum `image` lies at 0x08001FFC by the job, and at 0x08001FF8 in --units",
    );
    bench.refuted(
        &with("\"date\":\"2024-07-01\"", "\"date\":\"2024-08-01\""),
        "field `serial` is EUDV2407-000001, which the job does not make",
    );
    let said = bench.verify(&with("\"date\":\"2024-07-01\"", "\"date\":\"July\""));
    assert_eq!(
        (said.code, said.err.as_str()),
        (3, "nameplate: units/other.jsonl: unit 1: `date`: found \"July\", expected a date, as 2024-07-01\n")
    );
    // Journals of before have neither format nor date.
    bench.write("units/old.jsonl", journal.replace("\"format\":\"hex\",", "").replace(",\"date\":\"2024-07-01\"", ""));
    bench.verified(&["--units", "units/old.jsonl", "units"]);
    // Each under the name of the other.
    std::fs::rename(bench.path(one), bench.path("x.hex")).unwrap();
    std::fs::rename(bench.path(two), bench.path(one)).unwrap();
    bench.refuted(&["--units", "units/units.jsonl", one], "is named as unit 1 in --units, and holds unit 2");
    // A text that tools wrote anew is no longer the file that was stamped: its memory is compared, its digest not.
    bench.good(&["convert", "x.hex", "anew.hex", "--record-len", "8"]);
    let said = bench.verified(&["--units", "units/units.jsonl", "anew.hex"]);
    assert!(said.contains("; as --units says, the digest of 0 compared"), "{said}");
    // A comment behind the end of a stamped file is found by its digest alone.
    bench.stamp_as("again", 1);
    let unit = "again/EUDV2407-000001.hex";
    bench.write(unit, format!("{}\r\n", bench.text(unit)));
    bench.refuted(
        &["--lenient", "--units", "again/units.jsonl", unit],
        "the digest of the file is not the one in --units",
    );
}

impl Bench {
    fn stamp_as(&self, out: &str, count: u32) {
        self.good(&["stamp", "--job", "nameplate.toml", "--out", out, "--count", &count.to_string()]);
    }
}

/// Batches of two months, and their journals, together.
#[test]
fn batches_of_several_months() {
    let bench = Bench::new();
    bench.stamp(3);
    let args =
        ["stamp", "--job", "nameplate.toml", "--out", "august", "--first", "4", "--count", "2", "--date", "2024-08-31"];
    bench.good(&args);
    assert!(bench.text("august/units.jsonl").contains("\"date\":\"2024-08-31\""));
    let said = bench.verified(&["--units", "units/units.jsonl", "--units", "august/units.jsonl", "units", "august"]);
    assert!(said.ends_with("5 of 5 images verified: numbers 1 to 5, no two alike in serial, mac, all checksums right, all other memory as in the template; as --units says, the digest of 5 compared\n"), "{said}");
    // Dumps by any name.
    std::fs::copy(bench.path("august/EUDV2408-000004.hex"), bench.path("dump.hex")).unwrap();
    let said = bench.verified(&["--units", "units/units.jsonl", "--units", "august/units.jsonl", "dump.hex"]);
    assert!(said.contains("dump.hex: ok, serial EUDV2408-000004"), "{said}");
    bench.refuted(&["dump.hex"], "field `serial` is EUDV2408-000004, which the job does not make");
    bench.verified(&["--date", "2024-08-01", "dump.hex"]);
    let said = bench.run(&["stamp", "--job", "nameplate.toml", "--out", "w", "--count", "1", "--date", "2024-02-30"]);
    assert_eq!(said.code, 2);
    // The numbers of July again in August: other serials, the same addresses.
    let again = ["stamp", "--job", "nameplate.toml", "--out", "again", "--count", "2", "--date", "2024-08-31"];
    bench.good(&again);
    let journals = ["--units", "units/units.jsonl", "--units", "again/units.jsonl"];
    bench.refuted(
        &[&journals[..], &["units"]].concat(),
        "again/units.jsonl: unit 1 has the same `mac` as unit 1 of units/units.jsonl\n",
    );
    bench.refuted(
        &["units/EUDV2407-000001.hex", "again/EUDV2408-000001.hex", "--units", "units/units.jsonl"],
        "again/EUDV2408-000001.hex: field `serial` is EUDV2408-000001, which the job does not make; field `serial` is not what --units says",
    );
    // The same journal twice is one.
    bench.verified(&["--units", "units/units.jsonl", "--units", "./units/units.jsonl", "units"]);
}

/// Keys are compared across all images, and are not said to be compared where no image has them.
#[test]
fn no_two_keys_alike() {
    let bench = Bench::new();
    let key = "\n[[field]]\nname = \"app_key\"\nat = \"0x08001F20\"\nencode = \"bytes:16\"\nvalue = { input = \"app_key\", as = \"hex\" }\nsecret = true\n";
    let key = format!(
        "{key}[[field]]\nname = \"lot\"\nat = \"0x08001F30\"\nencode = \"u32le\"\nvalue = {{ input = \"lot\", as = \"uint\" }}\n"
    );
    bench.write("nameplate.toml", bench.text("nameplate.toml") + &key);
    let keys = ["0F1E2D3C4B5A69788796A5B4C3D2E1F0", "00112233445566778899AABBCCDDEEFE"];
    let stamp = |out: &str, first: &str, key: &str| {
        bench.write("units.csv", format!("seq,app_key,lot\n{first},{key},7\n"));
        bench.good(&[
            "stamp",
            "--job",
            "nameplate.toml",
            "--out",
            out,
            "--first",
            first,
            "--count",
            "1",
            "--input",
            "units.csv",
        ]);
    };
    stamp("a", "1", keys[0]);
    stamp("b", "2", keys[0]);
    stamp("c", "3", keys[1]);
    let said = bench.verify(&["a", "b"]);
    assert_eq!(said.code, 4);
    assert!(said.out.contains("b/EUDV2407-000002.hex: has the same `app_key` as a/EUDV2407-000001.hex\n"), "{said:?}");
    assert!(!said.out.contains("no two alike") && !keys.iter().any(|key| said.out.contains(key)), "{said:?}");
    let journals = ["--units", "a/units.jsonl", "--units", "b/units.jsonl", "--units", "c/units.jsonl"];
    bench.refuted(&[&journals[..], &["a", "b", "c"]].concat(), "has the same `app_key` as a/EUDV2407-000001.hex");
    let said = bench.verified(&[&journals[..], &["a", "c"]].concat());
    assert!(
        said.contains(
            "numbers 1 to 3, no two alike in serial, mac (app_key compared in 2 of 3 units), all checksums right"
        ),
        "{said}"
    );
    let said = bench.verified(&["a", "c"]);
    assert!(said.contains("no two alike in serial, mac, app_key, all checksums right"), "{said}");
}

/// The template of one image, byte for byte.
#[test]
fn the_template_again() {
    let bench = Bench::new();
    // Digits of either case stay as they were.
    let lower = bench.text("firmware.hex").to_ascii_lowercase();
    bench.write("firmware.hex", lower.replace("ffffffffffffffffff", "fFFFffffffffffffFf"));
    bench.stamp(1);
    let unit = "units/EUDV2407-000001.hex";
    assert_ne!(bench.read(unit), bench.read("firmware.hex"));
    let said = bench.verified(&["--undo", "t.hex", unit]);
    assert!(said.ends_with("; t.hex is the template, byte for byte\n"), "{said}");
    assert_eq!(bench.read("t.hex"), bench.read("firmware.hex"));
    let said = bench.verify(&["--undo", "t.hex", unit]);
    assert_eq!((said.code, said.err.as_str()), (3, "nameplate: t.hex: exists already; nothing is written over it\n"));

    bench.write(
        "raw.toml",
        bench
            .text("nameplate.toml")
            .replace("firmware.hex\"", "firmware.bin\"\nformat = \"bin\"\nbase = \"0x08000000\""),
    );
    for (job, template) in [("raw.toml", "firmware.bin"), ("elf.toml", "firmware.elf")] {
        let out = job.strip_suffix(".toml").unwrap();
        bench.good(&["stamp", "--job", job, "--out", out, "--count", "2"]);
        let unit = format!("{out}/EUDV2407-000002.{}", &template[9..]);
        bench.good(&["verify", "--job", job, "--undo", &format!("undone-{template}"), &unit]);
        assert_ne!(bench.read(&unit), bench.read(template));
        assert_eq!(bench.read(&format!("undone-{template}")), bench.read(template), "{template}");
    }
    // Of another format it is the memory of the template.
    let said = bench.verified(&["--undo", "memory.bin", "--base", "0x08000000", "raw/EUDV2407-000001.bin"]);
    assert!(said.ends_with("; memory.bin is the template's memory in a file as the image\n"), "{said}");
    assert_eq!(bench.read("memory.bin"), bench.read("firmware.bin"));

    // Not of what is wrong, of a part, or of several.
    bench.write("wrong.hex", bench.read("firmware.hex"));
    let said = bench.verify(&["--undo", "w.hex", "wrong.hex"]);
    assert_eq!(said.code, 4);
    assert!(said.out.ends_with("0 of 1 images verified; w.hex was not written\n"), "{}", said.out);
    let said = bench.verify(&["--undo", "w.hex", unit, unit]);
    assert_eq!(
        (said.code, said.err.as_str()),
        (
            2,
            "nameplate: --undo gives back the template of one image of this firmware: give one image, and not --other-firmware\n"
        )
    );
    bench.good(&["stamp", "--job", "nameplate.toml", "--out", "delta", "--count", "1", "--format", "delta"]);
    let said = bench.verify(&["--undo", "w.hex", "delta"]);
    let expected =
        "nameplate: delta/EUDV2407-000001.hex: --undo: 8162 bytes of the template's memory are not in the file\n";
    assert_eq!((said.code, said.err.as_str()), (3, expected));
    assert!(!bench.list().iter().any(|name| name == "w.hex"));
}

/// Where fields were inserted into gaps, the prepared template.
#[test]
fn the_prepared_template_again() {
    let bench = Bench::new();
    bench.write("f.hex", ":0400000001020304F2\n:00000001FF\n");
    bench.write("nameplate.toml", "[image]\nfile = \"f.hex\"\n[unit]\nfirst = 1\n[[field]]\nname = \"n\"\nat = 0x10\nencode = \"u16be\"\nvalue = \"{seq}\"\ngap = \"add\"\n");
    bench.stamp(1);
    bench.verified(&["--undo", "t.hex", "units/1.hex"]);
    assert_eq!(bench.text("t.hex"), ":0400000001020304F2\n:02001000FFFFF0\n:00000001FF\n");
}
