//! UF2 files through the command: stamped, verified, converted, inspected, refused.

use crate::Bench;
use crate::verify::json;

/// The firmware as UF2, and a job about it.
fn bench() -> Bench {
    let bench = Bench::new();
    let said = bench.good(&["convert", "firmware.hex", "firmware.uf2", "--family", "stm32f1"]);
    assert_eq!(
        said,
        "firmware.uf2: 16384 bytes, 8192 bytes of memory in 1 segments of firmware.hex, 0x08000000..0x08002000\n"
    );
    bench.write("uf2.toml", bench.text("nameplate.toml").replace("firmware.hex", "firmware.uf2"));
    bench
}

/// The same memory as the units in HEX, and a file that differs in payloads only.
#[test]
fn units_are_those_of_hex() {
    let bench = bench();
    bench.stamp(2);
    bench.good(&["stamp", "--job", "uf2.toml", "--out", "u", "--count", "2"]);
    for n in [1, 2] {
        let unit = format!("u/EUDV2407-00000{n}.uf2");
        for (name, unit) in [("a", &unit), ("b", &format!("units/EUDV2407-00000{n}.hex"))] {
            bench.good(&["convert", unit, &format!("{name}{n}.bin"), "--window", "0x08000000..0x08002000"]);
        }
        assert!(bench.read(&format!("a{n}.bin")) == bench.read(&format!("b{n}.bin")));
        bench.good(&[
            "convert",
            &format!("units/EUDV2407-00000{n}.hex"),
            &format!("{n}.uf2"),
            "--family",
            "0x5EE21072",
        ]);
        assert!(bench.read(&format!("{n}.uf2")) == bench.read(&unit));
        let (stamped, template) = (bench.read(&unit), bench.read("firmware.uf2"));
        let at: Vec<usize> = (0..template.len()).filter(|&at| stamped[at] != template[at]).collect();
        assert!(at.len() > 20 && at.iter().all(|at| (32..32 + 256).contains(&(at % 512))));
    }
    let said = bench.good(&["verify", "--job", "uf2.toml", "u"]);
    assert!(said.contains("2 of 2 images verified: numbers 1 to 2,"), "{said}");
    bench.good(&["verify", "--job", "uf2.toml", "--units", "u/units.jsonl", "u"]);
    // By the journal and by what it begins with, whatever it is named; one job reads all formats.
    std::fs::rename(bench.path("u/EUDV2407-000001.uf2"), bench.path("u/one")).unwrap();
    bench.good(&["verify", "--job", "uf2.toml", "u/one"]);
    bench.good(&["verify", "--job", "nameplate.toml", "u/one"]);
    bench.good(&["verify", "--job", "uf2.toml", "units"]);
    bench.good(&["verify", "--job", "uf2.toml", "u/EUDV2407-000002.uf2", "--undo", "back.uf2"]);
    assert!(bench.read("back.uf2") == bench.read("firmware.uf2"));
    let line = bench.text("u/units.jsonl");
    assert!(line.contains("\"format\":\"uf2\"") && line.contains("\"EUDV2407-000001.uf2\""), "{line}");
}

/// Units in UF2 of a template in HEX, and the other way round.
#[test]
fn units_in_another_format() {
    let bench = bench();
    let said = bench.run(&["stamp", "--job", "nameplate.toml", "--out", "a", "--count", "1", "--format", "uf2"]);
    let expected = "nameplate: units in UF2 are for a family: say  family = \"rp2040\"  in [image.uf2]\n";
    assert_eq!((said.code, said.err.as_str()), (3, expected));
    let family = bench.text("nameplate.toml").replace("firmware.hex\"", "firmware.hex\"\nuf2.family = \"stm32f1\"");
    bench.write("hex.toml", family);
    bench.good(&["stamp", "--job", "hex.toml", "--out", "a", "--count", "1", "--format", "uf2"]);
    bench.good(&["stamp", "--job", "uf2.toml", "--out", "b", "--count", "1"]);
    assert!(bench.read("a/EUDV2407-000001.uf2") == bench.read("b/EUDV2407-000001.uf2"));
    bench.good(&["verify", "--job", "hex.toml", "a"]);
    for format in ["hex", "delta"] {
        bench.good(&["stamp", "--job", "uf2.toml", "--out", format, "--count", "1", "--format", format]);
        bench.good(&["verify", "--job", "uf2.toml", "--units", &format!("{format}/units.jsonl"), format]);
    }
}

/// Two families in one file: shown, asked for, never mixed.
#[test]
fn two_families() {
    let bench = bench();
    bench.write("small.hex", ":0400100001020304E2\n:00000001FF\n");
    let said = bench.good(&["convert", "small.hex", "small.uf2", "--family", "rp2350-arm-s"]);
    let expected = "small.uf2: 512 bytes, 4 bytes of memory in 1 segments of small.hex, 0x00000010..0x00000014, 252 bytes of gaps as erased\n";
    assert_eq!(said, expected);
    bench.write("both.uf2", [bench.read("firmware.uf2"), bench.read("small.uf2")].concat());
    let said = bench.good(&["inspect", "both.uf2"]);
    assert_eq!(
        said,
        "both.uf2: UF2, 33 blocks
  family   STM32F1 (0x5EE21072), ST STM32F103: 32 blocks of memory
  segment  0x08000000..0x08002000, 8192 bytes
  family   RP2350_ARM_S (0xE48BFF59), Raspberry Pi RP2350, Secure Arm image: 1 blocks of memory
  segment  0x00000000..0x00000100, 256 bytes
  a job says which one is meant, as  family = \"rp2040\"  in [image.uf2]
"
    );
    let said = json(&bench.run(&["--json", "inspect", "both.uf2"]));
    assert_eq!((&said["families"][1]["name"], &said["blocks"]), (&"RP2350_ARM_S".into(), &33.into()), "{said}");
    bench.write("both.toml", bench.text("uf2.toml").replace("firmware.uf2", "both.uf2"));
    let said = bench.run(&["stamp", "--job", "both.toml", "--out", "u", "--count", "1"]);
    let expected = "nameplate: both.uf2: the file has images of 2 families: STM32F1 (0x5EE21072), RP2350_ARM_S (0xE48BFF59); say which one is meant, as  family = \"rp2040\"  in [image.uf2], or --family where it is converted\n";
    assert_eq!((said.code, said.err.as_str()), (3, expected));
    bench.edit("both.toml", "both.uf2\"", "both.uf2\"\nuf2 = { family = \"STM32F1\" }");
    bench.good(&["stamp", "--job", "both.toml", "--out", "u", "--count", "1"]);
    bench.good(&["verify", "--job", "both.toml", "u"]);
    let unit = bench.read("u/EUDV2407-000001.uf2");
    assert!(unit[32 * 512..] == bench.read("small.uf2"));
    bench.good(&["convert", "both.uf2", "one.hex", "--family", "rp2350_arm_s"]);
    assert_eq!(bench.text("one.hex").lines().count(), 17);
}

#[test]
fn what_is_refused() {
    let bench = bench();
    bench.edit("uf2.toml", "encode = \"ascii:16:nul\"", "encode = \"ascii:16:nul\"\ngap = \"add\"");
    bench.write("cut.uf2", &bench.read("firmware.uf2")[..1000]);
    bench.write("text.uf2", "hello");
    for (args, expected, code) in [
        (
            "convert firmware.hex a.uf2",
            "a UF2 file is for a family: say --family, as rp2040, an ID as 0xE48BFF56, or none",
            2,
        ),
        (
            "convert firmware.uf2 a.bin",
            "a binary has no addresses and no gaps: say which bytes to write, as --window 0x08000000..0x08002000",
            2,
        ),
        (
            "inspect cut.uf2",
            "cut.uf2: block 1 (offset 0x200): 488 bytes, expected 512: was the file cut off, or is something else behind it?",
            3,
        ),
        ("inspect text.uf2", "text.uf2: no UF2 file: it begins with 0x68656C6C6F, expected 0x5546320A57515D9E", 3),
    ] {
        let said = bench.run(&args.split(' ').collect::<Vec<_>>());
        assert_eq!((said.code, said.err), (code, format!("nameplate: {expected}\n")), "{args}");
    }
    let said = bench.run(&["plan", "--job", "uf2.toml"]);
    let expected = "gap = \"add\" is not for UF2: no blocks are added to such a file, as boot loaders count them, and the boot ROM of RP2040 erases flash by their numbers; let the linker reserve the bytes";
    assert!(said.code == 3 && said.err.contains(expected), "{said:?}");
    let said = bench.run(&["convert", "firmware.hex", "a.uf2", "--family", "rp2041"]);
    assert!(said.code == 2 && said.err.contains("expected a family of the list of microsoft/uf2"), "{said:?}");
}

/// The board of the guide page: an RP2040 with a sector of identity at the end of its flash.
#[test]
fn the_page_of_identity() {
    let page = include_str!("../../../src/guide/uf2.md");
    let job = page.split_once("```toml\n").unwrap().1.split_once("```").unwrap().0;
    let bench = Bench::new();
    bench.write("job.toml", job);
    // A program of two blocks and a bit, and the sector, erased.
    bench.write("code.bin", vec![0x42; 600]);
    bench.write("page.bin", vec![0xFF; 4096]);
    bench.good(&["convert", "code.bin", "code.hex", "--base", "0x10000000"]);
    bench.good(&["convert", "page.bin", "page.hex", "--base", "0x101FF000"]);
    let (code, page) = (bench.text("code.hex"), bench.text("page.hex"));
    bench.write("fw.hex", code.replace(":00000001FF\r\n", "") + &page);
    let said = bench.good(&["convert", "fw.hex", "firmware.uf2", "--family", "rp2040"]);
    let expected = "firmware.uf2: 16384 bytes, 4696 bytes of memory in 2 segments of fw.hex, 0x10000000..0x10200000, 3496 bytes of gaps as erased\n";
    assert_eq!(said, expected);
    bench.good(&["stamp", "--job", "job.toml", "--out", "u", "--count", "3"]);
    let template = bench.read("firmware.uf2");
    for (n, unit) in ["u/EUDV-000001.uf2", "u/EUDV-000002.uf2", "u/EUDV-000003.uf2"].into_iter().enumerate() {
        let mut expected = template.clone();
        expected[16 * 512 + 32..][..16].copy_from_slice(format!("EUDV-00000{}\0\0\0\0\0", n + 1).as_bytes());
        assert!(bench.read(unit) == expected, "{unit}");
    }
    bench.good(&["verify", "--job", "job.toml", "u"]);
    // What the board's flash holds.
    let (flash, window) = (["convert", "u/EUDV-000002.uf2", "dump.bin"], "0x10000000..0x10200000");
    bench.good(&[&flash[..], &["--window", window]].concat());
    bench.good(&["verify", "--job", "job.toml", "--base", "0x10000000", "dump.bin"]);
}
