//! The same units by symbol: ELF files stamped, and ELF files as the map of HEX and BIN.

use std::process::Command;

use crate::Bench;
use crate::firmware::{BOARDS, boot};
use crate::oracle::tool;

const WINDOW: [&str; 2] = ["--window", "0x08000000..0x08002000"];

fn stamp(bench: &Bench, job: &str, out: &str, format: &str) {
    let args = ["stamp", "--job", job, "--out", out, "--count", "3", "--format", format];
    bench.good(&[&args[..], if format == "bin" { &WINDOW } else { &[] }].concat());
}

/// One job, three formats: the same memory, and as by address.
#[test]
fn elf_hex_and_bin_of_one_job() {
    let bench = Bench::new();
    for format in ["elf", "hex", "bin"] {
        stamp(&bench, "elf.toml", format, format);
    }
    bench.stamp(3);
    let template = bench.read("firmware.elf");
    for seq in 1..=3 {
        let name = format!("EUDV2407-{seq:06}");
        let (elf, bin) = (bench.read(&format!("elf/{name}.elf")), bench.read(&format!("bin/{name}.bin")));
        // The one segment lies in the file as it does in flash.
        let at = template.windows(32).position(|part| part == &bench.read("firmware.bin")[..32]).unwrap();
        assert_eq!(elf[at..at + 0x2000], bin);
        assert_eq!((&elf[..at], &elf[at + 0x2000..]), (&template[..at], &template[at + 0x2000..]));
        let differ = elf.iter().zip(&template).filter(|(a, b)| a != b).count();
        assert!(differ > 20 && differ <= 16 + 6 + 4 + 4, "{differ}");
        bench.good(&["convert", &format!("units/{name}.hex"), &format!("{name}.bin"), WINDOW[0], WINDOW[1]]);
        assert_eq!(bench.read(&format!("{name}.bin")), bin, "by address");
        bench.good(&["convert", &format!("elf/{name}.elf"), &format!("{name}.e.bin"), WINDOW[0], WINDOW[1]]);
        assert_eq!(bench.read(&format!("{name}.e.bin")), bin);
    }
    let said = bench.good(&["verify", "--job", "elf.toml", "elf/EUDV2407-000001.elf", "hex/EUDV2407-000002.hex"]);
    assert!(said.ends_with("2 of 2 images verified: numbers 1 to 2, no two alike in serial, mac, all checksums right, all other memory as in the template\n"), "{said}");
}

/// The memory of a stamped ELF file is the binary of the same unit.
#[test]
#[ignore = "needs objcopy"]
fn objcopy_finds_the_binary_in_the_elf_file() {
    let objcopy = tool("NAMEPLATE_OBJCOPY", "objcopy");
    let bench = Bench::new();
    for format in ["elf", "bin"] {
        stamp(&bench, "elf.toml", format, format);
    }
    for seq in 1..=3 {
        let name = format!("EUDV2407-{seq:06}");
        let out = bench.path("objcopy.bin");
        let elf = bench.path(&format!("elf/{name}.elf"));
        let made = Command::new(&objcopy).args(["-I", "elf32-little", "-O", "binary"]).arg(elf).arg(&out).status();
        assert!(made.unwrap().success());
        assert_eq!(bench.read("objcopy.bin"), bench.read(&format!("bin/{name}.bin")));
    }
}

#[test]
#[ignore = "needs qemu-system-arm"]
fn stamped_elf_files_boot() {
    let qemu = tool("NAMEPLATE_QEMU", "QEMU, Arm");
    let bench = Bench::new();
    stamp(&bench, "elf.toml", "units", "elf");
    for board in BOARDS {
        for seq in 1..=3 {
            let said = boot(&qemu, board, &bench.path(&format!("units/EUDV2407-{seq:06}.elf")));
            let mac = format!("70:B3:D5:7E:D0:{:02X}", seq - 1);
            let expected = format!("serial=EUDV2407-{seq:06}\nmac={mac}\nidentity crc ok\nimage crc ok\n");
            assert_eq!((said.out.as_str(), said.code), (expected.as_str(), 0), "{board} {}", said.err);
        }
        assert_eq!(boot(&qemu, board, &bench.path("firmware.elf")).code, 1);
    }
}

/// The HEX file and the binary of the build, with the ELF file as the map.
#[test]
fn the_map() {
    let bench = Bench::new();
    let job = bench.text("elf.toml");
    let with = |image: &str| job.replacen("file  = \"firmware.elf\"", image, 1);
    bench.write("hex.toml", with("file = \"firmware.hex\"\nmap = \"firmware.elf\""));
    let bin = "file = \"firmware.bin\"\nformat = \"bin\"\nbase = \"0x08000000\"\nmap = \"firmware.elf\"";
    bench.write("bin.toml", with(bin));
    stamp(&bench, "hex.toml", "hex", "hex");
    stamp(&bench, "hex.toml", "hex-elf", "elf");
    stamp(&bench, "bin.toml", "bin", "bin");
    stamp(&bench, "elf.toml", "elf", "elf");
    bench.stamp(3);
    for seq in 1..=3 {
        let name = format!("EUDV2407-{seq:06}");
        assert_eq!(bench.read(&format!("hex/{name}.hex")), bench.read(&format!("units/{name}.hex")));
        assert_eq!(bench.read(&format!("hex-elf/{name}.elf")), bench.read(&format!("elf/{name}.elf")));
        let elf = bench.read(&format!("elf/{name}.elf"));
        let bin = bench.read(&format!("bin/{name}.bin"));
        assert!(elf.windows(bin.len()).any(|part| part == bin));
    }
    // Of another build: a byte of the code differs.
    let mut other = bench.read("firmware.bin");
    other[0x105] ^= 1;
    let [was, is] = [other[0x105] ^ 1, other[0x105]];
    bench.write("firmware.bin", &other);
    let said = bench.run(&["plan", "--job", "bin.toml"]);
    let image = "checksum `image`: the template holds ";
    assert!(said.err.contains(image), "its own checksum is wrong too: {}", said.err);
    let job = bench
        .text("bin.toml")
        .replace("at        = \"symbol:image_crc\"", "at        = \"symbol:image_crc\"\ntemplate = \"unknown\"");
    bench.write("bin.toml", job);
    let said = bench.run(&["plan", "--job", "bin.toml"]);
    let expected = format!(
        "nameplate: firmware.elf and firmware.bin differ at 0x08000105: {was:#04X} and {is:#04X}: are they of one build, and are gaps filled in one way?\n"
    );
    assert_eq!((said.err, said.code), (expected, 3));
}

#[test]
fn names_that_are_wrong() {
    let bench = Bench::new();
    for (from, to, expected) in [
        (
            "\"symbol:nameplate+4\"",
            "\"symbol:namplate+4\"",
            "field `serial`: symbol `namplate`: there is none; there is `nameplate`; was it removed as unused (KEEP it in the linker script), or merged into another section?",
        ),
        (
            "\"symbol:nameplate+4\"",
            "\"symbol:nameplate@id.c\"",
            "field `serial`: symbol `nameplate`: there is none; there is `nameplate`; was it removed as unused (KEEP it in the linker script), or merged into another section?",
        ),
        (
            "\"symbol:nameplate+4\"",
            "\"symbol:nameplate+20\"",
            "field `serial`: symbol `nameplate`: it has 32 bytes, and the field needs 16 from offset 20 on",
        ),
        ("\"symbol:nameplate+4\"", "\"marker:4E50494400112233\"", "field `serial`: 16 bytes on a marker"),
        (
            "\"symbol:nameplate+4\"",
            "\"marker:4E50494400112233+4\"",
            "field `serial`: marker 0x4E50494400112233 does not occur: is the image stamped already, or of another build?",
        ),
        (
            "at        = \"symbol:image_crc\"",
            "at        = \"symbol:stack_top\"",
            "checksum `image`: symbol `stack_top`: ",
        ),
        (
            "\"section:.text..symbol:image_crc\"",
            "\"section:.txt..symbol:image_crc\"",
            "checksum `image`: section `.txt`: there is none; there is `.text`; was it removed",
        ),
        (
            "\"section:.text..symbol:image_crc\"",
            "\"symbol:image_crc..section:.text\"",
            "checksum `image`: range 0x08001FFC..0x08000000 ends before it starts",
        ),
        (
            "file  = \"firmware.elf\"",
            "file  = \"firmware.elf\"\nbase = 5",
            "elf.toml: line 6: `base` in [image]: only a raw binary has a base address; say  format = \"bin\"",
        ),
    ] {
        let bench = Bench::new();
        bench.edit("elf.toml", from, to);
        let said = bench.run(&["stamp", "--job", "elf.toml", "--out", "units", "--count", "1"]);
        let message = said.err.strip_prefix("nameplate: ").unwrap_or_default();
        let right = message.starts_with(expected) || message.contains(" on a marker of 8: say what the field expects");
        assert!(right && said.code == 3, "{to}: {}", said.err);
        assert!(!bench.list().iter().any(|name| name == "units"));
    }
    // The magic is four bytes, and shorter than a marker may be: eight with the blank serial behind it.
    bench.edit("elf.toml", "\"symbol:nameplate+4\"", "\"marker:4E504944FFFFFFFF+4\"");
    stamp(&bench, "elf.toml", "units", "elf");
    let elf = bench.read("units/EUDV2407-000003.elf");
    assert!(elf.windows(16).any(|part| part == b"EUDV2407-000003\0"));
    // Stamped already: by a text that reads like one, told apart from the wrong place.
    std::fs::copy(bench.path("units/EUDV2407-000001.elf"), bench.path("firmware.elf")).unwrap();
    bench.edit("elf.toml", "\"marker:4E504944FFFFFFFF+4\"", "\"symbol:nameplate+4\"");
    let said = bench.run(&["plan", "--job", "elf.toml"]);
    assert!(said.err.ends_with("this looks like a unit that was stamped already\n"), "{}", said.err);
}

#[test]
fn what_is_in_an_elf_file() {
    let bench = Bench::new();
    assert_eq!(
        bench.good(&["inspect", "firmware.elf"]),
        "firmware.elf: ELF, 32 bits, little-endian, machine 40\n\
         \x20 segment  0x08000000..0x08002000, 8192 bytes\n\
         \x20 section  .text: 0x08000000..0x08001F00, 7936 bytes\n\
         \x20 section  .nameplate: 0x08001F00..0x08001F20, 32 bytes\n\
         \x20 section  .fill: 0x08001F20..0x08001FFC, 220 bytes\n\
         \x20 section  .image_crc: 0x08001FFC..0x08002000, 4 bytes\n\
         \x20 symbol   nameplate: 0x08001F00..0x08001F20, 32 bytes\n\
         \x20 3 more symbols of data, which neither are blank nor sound like identity\n"
    );
    bench.edit("elf.toml", "[unit]", "erase = 4096\n[unit]");
    let plan = bench.good(&["plan", "--job", "elf.toml"]);
    let programmed = bench.read("firmware.bin")[0x1000..].iter().filter(|byte| **byte != 0xFF).count() - 4;
    let expected = format!(
        "\nerase unit 0x08001000..0x08002000: {programmed} other programmed bytes; symbols nameplate, image_crc\n"
    );
    assert!(plan.contains(&expected), "{plan}");
}

/// The header that the example firmware is compiled with is the job's.
#[test]
fn the_firmware_side() {
    let bench = Bench::new();
    let header = bench.good(&["header", "--job", "elf.toml"]);
    assert_eq!(header, std::fs::read_to_string(crate::example("nameplate.h")).unwrap());
    let rust = bench.good(&["header", "--job", "nameplate.toml", "--language", "rust"]);
    for line in [
        "pub const NAMEPLATE_ADDRESS: usize = 0x08001F04;",
        "    pub serial: [u8; 16],",
        "    pub before_identity: [u8; 2],",
    ] {
        assert!(rust.lines().any(|found| found == line), "{rust}");
    }
    bench.write("lib.rs", format!("#![no_std]\n#![allow(missing_docs)]\nmod made {{\n{}\n}}\n#[used] static N: made::Nameplate = made::Nameplate::BLANK;\n", rust.replace("//! ", "// ")));
    let rustc = std::env::var("RUSTC").unwrap_or("rustc".to_owned());
    let args = ["--edition", "2024", "--crate-type", "lib", "--emit", "metadata", "lib.rs"];
    let compiled = Command::new(rustc).args(args).current_dir(bench.folder.path()).output().unwrap();
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let linker = bench.good(&["header", "--job", "nameplate.toml", "--language", "linker"]);
    assert!(
        linker.contains(
            ".nameplate 0x08001F04 :\n{\n    KEEP(*(.nameplate))\n} > FLASH\nASSERT(SIZEOF(.nameplate) == 28,"
        ),
        "{linker}"
    );
    let said = bench.run(&["header", "--job", "sqtp.toml"]);
    assert_eq!(said.err, "nameplate: the job has no [image], so its fields have no places\n");
    // A marker is counted from its first byte, so it is part of what it finds.
    bench.edit("nameplate.toml", "0x08001F04", "marker:4E504C5400112233+8");
    let header = bench.good(&["header", "--job", "nameplate.toml"]);
    for part in [
        "/* 24 bytes, from the marker 4E504C5400112233 on. ",
        "typedef struct {\n    uint8_t marker[8];\n    uint8_t serial[16];",
        "_BLANK { \\\n    .marker = NAMEPLATE_SERIAL_MARKER, \\\n    .serial = {",
    ] {
        assert!(header.contains(part), "{part}: {header}");
    }
    let rust = bench.good(&["header", "--job", "nameplate.toml", "--language", "rust"]);
    assert!(
        rust.contains("    pub marker: [u8; 8],\n") && rust.contains("        marker: NAMEPLATE_SERIAL_MARKER,\n"),
        "{rust}"
    );
    bench.edit("elf.toml", "symbol:nameplate+20", "section:.nameplate+20");
    let said = bench.run(&["header", "--job", "elf.toml"]);
    let expected = "two blocks would be `nameplate` in source (the symbol nameplate; the section .nameplate): let the job say the places of a block in one way";
    assert_eq!((said.err, said.code), (format!("nameplate: {expected}\n"), 3));
}

/// Patch lists and deltas for flash that programs eight bytes at once.
#[test]
fn write_units() {
    let bench = Bench::new();
    bench.edit("elf.toml", "[unit]", "write_unit = 8\n[unit]");
    let stamp = ["stamp", "--job", "elf.toml", "--out", "units", "--count", "1", "--format", "delta"];
    let said = bench.run(&stamp);
    assert_eq!(
        said.err,
        "nameplate: the write unit 0x08001F00..0x08001F08 is programmed already at 0x08001F00: it cannot be programmed again before its page is erased; --format pages is for a pass that erases first\n"
    );
    let text = "[image]\nfile = \"f.hex\"\nwrite_unit = 8\n[unit]\nfirst = 1\n[[field]]\nname = \"n\"\nat = \"0x12\"\nencode = \"u16le\"\nvalue = \"{seq}\"\n";
    bench.write("f.toml", text);
    bench.write("f.hex", ":10001000FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF0\n:0100200000DF\n:00000001FF\n");
    let feed = ["feed", "--job", "f.toml", "--format", "segger-patches", "--count", "1", "--out", "p.txt"];
    bench.good(&feed);
    assert_eq!(bench.text("p.txt"), "1,10,8:FFFF0100FFFFFFFF\r\n");
}
