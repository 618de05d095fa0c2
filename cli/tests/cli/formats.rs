//! What `verify` takes a file for: `--base`, the name, the journal, the job, and the content last.

use serde_json::Value;

use crate::Bench;
use crate::verify::{RAW, json, raw};

/// A raw image that begins as HEX text does, with and without a blank in front.
#[test]
fn raw_images_that_begin_with_a_colon() {
    let blank = b" :\x00 \x01\x00\x00\x08\x01\x00\x00\x08\x01\x00\x00\x08\x01\x00\x00\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF";
    let text = [b":10000000".as_slice(), &[0xFF; 7]].concat();
    for (template, at) in [([&[b':'][..], &[0xFF; 15]].concat(), "4"), (blank.to_vec(), "24"), (text, "10")] {
        let bench = raw(&template, &RAW.replace("at = 4", &format!("at = {at}")));
        bench.good(&["stamp", "--job", "j.toml", "--out", "u", "--count", "60"]);
        std::fs::copy(bench.path("u/58.bin"), bench.path("dump")).unwrap();
        std::fs::copy(bench.path("u/58.bin"), bench.path("dump.dat")).unwrap();
        for images in [&["u"][..], &["--base", "0", "u"], &["dump"], &["--base", "0", "dump.dat"]] {
            let said = bench.run(&[&["verify", "--job", "j.toml"][..], images].concat());
            assert_eq!(said.code, 0, "{images:?}: {said:?}");
        }
        let said = json(&bench.run(&["--json", "verify", "--job", "j.toml", "u"]));
        assert_eq!((&said["ok"], &said["compared"]["unique"]["n"]), (&true.into(), &60.into()), "{said}");
        for image in said["images"].as_array().unwrap() {
            let n =
                image["file"].as_str().unwrap().strip_prefix("u/").and_then(|name| name.strip_suffix(".bin")).unwrap();
            assert_eq!(
                (&image["ok"], &image["fields"]["n"], &image["seq"]),
                (&true.into(), &n.into(), &Value::from(n.parse::<u64>().unwrap()))
            );
        }
    }
}

/// Every 256th unit of a counter at 0 begins with `:`, and some with `@A` and a line end.
#[test]
fn the_counter_at_the_first_byte() {
    let bench = raw(&[0xFF; 16], &RAW.replace("at = 4", "at = 0"));
    bench.good(&["stamp", "--job", "j.toml", "--out", "u", "--first", "1", "--count", "600"]);
    let said = bench.good(&["verify", "--job", "j.toml", "u"]);
    assert_eq!(
        said,
        "600 of 600 images verified: numbers 1 to 600, no two alike in n, all other memory as in the template; the job has no checksum\n"
    );
    // `@A\n` and `S0…`: what begins other formats.
    for first in ["672064", "808465235"] {
        bench.good(&["stamp", "--job", "j.toml", "--out", first, "--first", first, "--count", "1"]);
        bench.good(&["verify", "--job", "j.toml", first]);
        bench.good(&["verify", "--job", "j.toml", "--base", "0", first]);
    }
}

/// The name says more than the content, the journal more than the job.
#[test]
fn a_file_is_what_its_name_or_its_journal_says() {
    let bench = Bench::new();
    bench.stamp(1);
    let unit = "units/EUDV2407-000001.hex";
    let window = "0x08000000..0x08002000";
    bench.good(&["convert", unit, "dump.bin", "--window", window]);
    let said = bench.verify(&["dump.bin"]);
    let expected = "nameplate: dump.bin: a raw binary needs the address of its first byte: --base (of units that were stamped as raw binaries, where --window began), or `format` and `base` in the job\n";
    assert_eq!((said.code, said.err.as_str()), (3, expected));
    bench.good(&["stamp", "--job", "nameplate.toml", "--out", "two", "--first", "2", "--count", "1"]);
    bench.verified(&["--base", "0x08000000", "dump.bin", "two"]);
    // HEX text under the name of a binary is neither read as one nor as the other.
    bench.write(
        "raw.toml",
        bench
            .text("nameplate.toml")
            .replace("firmware.hex\"", "firmware.bin\"\nformat = \"bin\"\nbase = \"0x08000000\""),
    );
    bench.write("text.bin", bench.read(unit));
    let said = bench.run(&["verify", "--job", "raw.toml", "text.bin"]);
    let expected = "nameplate: text.bin: named as a raw binary, and every line of it is Intel HEX: give --base if it is raw, else name it .hex\n";
    assert_eq!((said.code, said.err.as_str()), (3, expected));
    // A name that says nothing: the journal, then the job, then the content.
    bench.good(&["stamp", "--job", "raw.toml", "--out", "bins", "--count", "1"]);
    std::fs::rename(bench.path("bins/EUDV2407-000001.bin"), bench.path("bins/one")).unwrap();
    bench.edit("bins/units.jsonl", "EUDV2407-000001.bin", "one");
    let line: Value = serde_json::from_str(&bench.text("bins/units.jsonl")).unwrap();
    assert_eq!((&line["format"], &line["date"]), (&Value::from("bin"), &Value::from("2024-07-01")));
    bench.good(&["verify", "--job", "raw.toml", "--units", "bins/units.jsonl", "bins/one"]);
    bench.good(&["verify", "--job", "raw.toml", "bins/one"]);
    bench.write("text", bench.read(unit));
    bench.verified(&["text"]);
    // A file named .elf is one.
    bench.write("text.elf", bench.read(unit));
    bench.refuted(&["text.elf"], "text.elf: ");
}

/// With --base a file is raw, whatever it is named and begins with, unless all of it is of another format.
#[test]
fn a_base_means_raw() {
    let bench = Bench::new();
    bench.stamp(2);
    let (unit, window) = ("units/EUDV2407-000001.hex", "0x08000000..0x08002000");
    bench.good(&["convert", unit, "dump.bin", "--window", window]);
    // A binary that begins as HEX does, under a name of HEX.
    let colon =
        bench.text("nameplate.toml").replace("firmware.hex\"", "t.bin\"\nformat = \"bin\"\nbase = \"0x08000000\"");
    bench.write("colon.toml", colon.replace("template  = \"blank\"", "template  = \"unknown\""));
    bench.edit("colon.toml", "at        = \"0x08001FFC\"", "at        = \"0x08001FFC\"\ntemplate  = \"unknown\"");
    let mut template = bench.read("firmware.bin");
    template[0] = b':';
    bench.write("t.bin", template);
    bench.good(&["stamp", "--job", "colon.toml", "--out", "colon", "--count", "1"]);
    std::fs::rename(bench.path("colon/EUDV2407-000001.bin"), bench.path("colon.hex")).unwrap();
    bench.good(&["verify", "--job", "colon.toml", "--base", "0x08000000", "colon.hex"]);
    bench.good(&["verify", "--job", "colon.toml", "--base", "0x08000000", "--units", "colon/units.jsonl", "colon.hex"]);
    // Of several formats it is for those that are raw.
    bench.good(&["stamp", "--job", "nameplate.toml", "--out", "two", "--first", "2", "--count", "1"]);
    bench.verified(&["--base", "0x08000000", "dump.bin", "two"]);
    bench.verified(&["--base", "0x08000000", "dump.bin", "two/EUDV2407-000002.hex"]);
    bench.write("text", bench.read(unit));
    let said = bench.verify(&["--base", "0x08000000", "text"]);
    let expected = "nameplate: text: every line of it is Intel HEX: leave out --base, which is for raw binaries, or name it .hex\n";
    assert_eq!((said.code, said.err.as_str()), (3, expected));
    // What other formats begin with is raw too.
    let mut other = bench.read("dump.bin");
    other[..12].copy_from_slice(b"S00600004844");
    bench.write("other.dat", other);
    let said = bench.verify(&["--other-firmware", "--base", "0x08000000", "other.dat"]);
    assert!(said.code == 4 && said.out.starts_with("other.dat: checksum `image` is wrong"), "{said:?}");
}
