//! What of an ELF file is memory, as the job and the command line say it.

use std::fmt::Write as _;

use crate::Bench;
use crate::elf_file::{Build, padded, padding, section, segment, two_sections};

/// HEX text with LF.
fn lines(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap().replace('\r', "")
}

/// A job for `file`, with these lines more in [image].
fn job(file: &str, more: &str, field: &str, checksum: &str) -> String {
    format!(
        "[image]\nfile = \"{file}\"\n{more}\n[unit]\nfirst = 1\nname = \"u\"\n[[field]]\nname = \"serial\"\n{field}\n{checksum}"
    )
}

const BYTES: &str = "at = \"symbol:serial\"\nencode = \"bytes:4\"\nvalue = { hex = \"11223344\" }";

/// Writes the job, stamps one unit, and hands back its file.
#[track_caller]
fn stamped(bench: &Bench, job: &str, out: &str, file: &str) -> Vec<u8> {
    bench.write("j.toml", job);
    bench.good(&["stamp", "--job", "j.toml", "--out", out, "--count", "1"]);
    bench.good(&["verify", "--job", "j.toml", &format!("{out}/{file}")]);
    bench.read(&format!("{out}/{file}"))
}

#[track_caller]
fn refused(bench: &Bench, args: &[&str], expected: &str) {
    let said = bench.run(args);
    assert_eq!((said.code, said.err.as_str()), (3, format!("nameplate: {expected}\n").as_str()), "{said:?}");
}

fn words(build: &Build, abi: u8) -> Vec<u8> {
    let mut bytes = build.bytes();
    bytes[7] = abi;
    bytes
}

#[test]
fn addresses_of_words() {
    let bench = Bench::new();
    for (name, machine, abi) in [("c28x", 141, 0), ("dspic", 118, 0), ("pic16", 204, 0x42)] {
        let build = two_sections(machine, 0x8_2000);
        let bytes = words(&build, abi);
        let (elf, hex) = (format!("{name}.elf"), format!("{name}.hex"));
        bench.write(&elf, &bytes);
        let mut expected = bytes.clone();
        expected[build.at(1) + 0x20..][..4].copy_from_slice(&[0x11, 0x22, 0x33, 0x44]);
        assert_eq!(stamped(&bench, &job(&elf, "", BYTES, ""), name, "u.elf"), expected);
        let said = bench.good(&["inspect", &elf]);
        assert!(said.contains("\n  addresses count words of 16 bits; jobs count bytes, twice as many\n"), "{said}");
        assert!(said.contains("symbol   serial: 0x00084010..0x00084014 (in bytes 0x00108020..0x00108028), 8 bytes\n"));
        let plan = bench.good(&["plan", "--job", "j.toml"]);
        assert!(
            plan.contains("field serial: 0x00084010..0x00084012 (in bytes 0x00108020..0x00108024), 4 bytes as bytes:4"),
            "{plan}"
        );
        let convert = ["convert", &elf, &hex];
        if machine == 141 {
            refused(
                &bench,
                &convert,
                "c28x.elf: the addresses of a C2000 count words, and tools for it read and write them so in HEX files, where others count bytes: write a binary, or make the HEX file with hex2000 of the stamped ELF file",
            );
            let said = bench.run(&["stamp", "--job", "j.toml", "--out", "h", "--count", "1", "--format", "hex"]);
            assert_eq!(said.code, 3, "{said:?}");
            // As hex2000 writes it: the addresses of words, 16 bytes from each.
            bench.write("words.hex", ":020000040008F2\n:08401000FFFFFFFFFFFFFFFFB0\n:00000001FF\n");
            bench.write("j.toml", job("words.hex", "map = \"c28x.elf\"", BYTES, ""));
            refused(
                &bench,
                &["plan", "--job", "j.toml"],
                "words.hex: this HEX file has not the bytes of the map at twice its addresses, which count words: hex2000 writes them as they are, where HEX files count bytes; stamp the ELF file, and make the HEX file of that",
            );
            continue;
        }
        bench.good(&convert);
        let map = job(&hex, &format!("map = \"{elf}\""), BYTES, "");
        let text = lines(stamped(&bench, &map, &format!("{name}-hex"), "u.hex"));
        assert!(text.contains(":020000040010EA\n") && text.contains("\n:1080200011223344FF"), "{text}");
    }
    // A family of which it is not known has to be said.
    bench.write("other.elf", words(&two_sections(204, 0x8_2000), 0x8F));
    refused(
        &bench,
        &["inspect", "other.elf"],
        "other.elf: machine 204 with EI_OSABI 0x8F: whether its addresses count bytes or 16-bit words is not known: say  words = true  or  words = false  in [image.elf] (--words), or give the HEX file of the build",
    );
    bench.good(&["inspect", "other.elf", "--words", "true"]);
    for (words, at) in [("true", 0x20), ("false", 0x10)] {
        let told = job("other.elf", &format!("elf = {{ words = {words} }}"), BYTES, "");
        let unit = stamped(&bench, &told, words, "u.elf");
        assert_eq!(unit[two_sections(204, 0).at(1) + at..][..4], [0x11, 0x22, 0x33, 0x44]);
    }
}

const NAME: &str = "at = \"symbol:np\"\nencode = \"ascii:16:nul\"\nvalue = \"SN{seq:6}\"";
const CRC: &str = "[[checksum]]\nname = \"image\"\nalgorithm = \"CRC-32/ISO-HDLC\"\nover = [\"section:.text..symbol:image_crc\"]\ngaps = \"fill:FF\"\nat = \"symbol:image_crc\"\nencode = \"u32le\"\ntemplate = \"blank\"\n";

#[test]
fn padding_of_segments() {
    let bench = Bench::new();
    let build = padded();
    bench.write("p.elf", build.bytes());
    let said = bench.good(&["inspect", "p.elf"]);
    let told = "84 bytes of segments in 2 places, from 0x0800000C..0x08000040 on, belong to no section (all zero): OpenOCD, probe-rs and other loaders by program headers write them, objcopy leaves them out; here it is no memory\n";
    assert!(said.contains(told), "{said}");
    bench.write("j.toml", job("p.elf", "", NAME, CRC));
    refused(
        &bench,
        &["plan", "--job", "j.toml"],
        "checksum `image` covers 0x0800000C..0x08000040, which is padding of a segment that no section has: objcopy leaves it out, loaders that go by program headers write it, so say what the device gets, as  memory = \"sections\"  or  \"segments\"  in [image.elf]: over this template \"sections\" gives 0x806F3624, and \"segments\" 0xAABDF396",
    );
    for (memory, word) in [("sections", 0xF676_F743_u32), ("segments", 0xDCA4_32F1)] {
        let told = job("p.elf", &format!("elf = {{ memory = \"{memory}\" }}"), NAME, CRC);
        let unit = stamped(&bench, &told, memory, "u.elf");
        assert_eq!(unit[build.at(4)..][..4], word.to_le_bytes(), "{memory}");
        bench.write("g.toml", told.replace("fill:FF", "error"));
        let plan = bench.run(&["plan", "--job", "g.toml"]);
        assert_eq!(plan.code, if memory == "sections" { 3 } else { 0 }, "{plan:?}");
    }
    for (memory, told) in [("sections", told.to_owned()), ("segments", told.replace("no memory", "memory, as said"))] {
        bench.write("j.toml", job("p.elf", &format!("elf = {{ memory = \"{memory}\" }}"), NAME, CRC));
        assert!(bench.good(&["plan", "--job", "j.toml"]).contains(&told));
        assert!(bench.good(&["plan", "--job", "j.toml", "--json"]).contains("\"padding\":84,"));
    }
    // The checksum of a device is another one too.
    let sum = ["inspect", "p.elf", "--sum", "0x08000000..0x08000084"];
    let said = bench.good(&sum);
    let lines_of = |erased: u32| {
        let words = [0x1122_3344_u32, 0x5566_7788, 0xBF00].into_iter().flat_map(u32::to_le_bytes).map(u32::from);
        words.sum::<u32>() + 36 * 0xFF + 0x54 * erased
    };
    let expected = format!(
        "  device checksum 0x{0:04X} of 16 bits, 0x{0:08X} of 32\n  with padding, as loaders by program headers write it (--memory segments), 0x{1:04X} and 0x{1:08X}\n",
        lines_of(0xFF),
        lines_of(0)
    );
    assert!(said.ends_with(&expected), "{said}");
    let said = bench.good(&[&sum[..], &["--json"]].concat());
    assert!(said.contains(&format!("\"device_checksum_segments\":\"0x{:08X}\"", lines_of(0))), "{said}");
    for more in [&["--memory", "sections"][..], &["--erased", "00"]] {
        assert!(!bench.good(&[&sum[..], more].concat()).contains("with padding"));
    }
    // The HEX file and the binary that objcopy makes of it.
    bench.good(&["convert", "p.elf", "p.hex"]);
    let map = job("p.hex", "map = \"p.elf\"", NAME, CRC);
    let text = lines(stamped(&bench, &map, "hex", "u.hex"));
    assert!(
        text.contains("\n:0400800043F776F6D6\n") && text.contains(":0C000000443322118877665500BF0000D1\n"),
        "{text}"
    );
    bench.good(&["convert", "p.elf", "p.bin", "--window", "0x08000000..0x08000084"]);
    let map = job("p.bin", "format = \"bin\"\nbase = 0x08000000\nmap = \"p.elf\"", NAME, CRC);
    assert_eq!(stamped(&bench, &map, "bin", "u.bin")[0x80..], 0xF676_F743_u32.to_le_bytes());
    bench.good(&["convert", "p.elf", "all.hex", "--memory", "segments"]);
    assert!(lines(bench.read("all.hex")).contains(":10000000443322118877665500BF000000000000"));
    // Under other bytes than the file has, `segments` is not the memory of the HEX file.
    bench.write("j.toml", job("p.hex", "map = \"p.elf\"\nelf = { memory = \"segments\" }", NAME, CRC));
    let said = bench.run(&["plan", "--job", "j.toml"]);
    assert!(said.code == 3 && said.err.contains("p.elf and p.hex differ"), "{said:?}");
    bench
        .write("j.toml", job("p.hex", "elf = { memory = \"segments\" }", &NAME.replace("symbol:np", "0x08000040"), ""));
    refused(&bench, &["plan", "--job", "j.toml"], "p.hex: [image.elf] is about an ELF file, and the job has none");
}

/// An application behind a bootloader, whose segment begins at a page in front of it, with the ELF header.
#[test]
fn nothing_in_front_of_the_first_section() {
    let bench = Bench::new();
    let build = padded().with(|file| {
        file.sections = vec![padding(&[0; 0x3FAC]), section(".text", 0x0800_4000, &[0x5A; 60])];
        file.segments = vec![segment(0..2, 0)];
        file.symbols.clear();
    });
    let front = build.at(0) as u64;
    let build = build.with(|file| {
        (file.segments[0].front, file.segments[0].lma, file.segments[0].vma) = (front, 0x0800_0000, 0x0800_0000);
    });
    assert_eq!(front, 0x54);
    bench.write("app.elf", build.bytes());
    let front = "16300 bytes of segments in 1 place, from 0x08000054..0x08004000 on, belong to no section (all zero): ";
    for (memory, used) in [
        ("sections", "here it is no memory"),
        ("segments", "here it is memory, as said, but for 16300 bytes in front of the first section"),
    ] {
        let hex = format!("{memory}.hex");
        let said = bench.good(&["convert", "app.elf", &hex, "--memory", memory]);
        assert!(said.contains("60 bytes of memory in 1 segments"), "{said}");
        let text = lines(bench.read(&hex));
        assert!(text.starts_with(":020000040800F2\n:104000005A5A5A"), "{text}");
        bench.good(&["convert", "app.elf", &format!("{memory}.bin"), "--memory", memory]);
        assert_eq!(bench.read(&format!("{memory}.bin")), [0x5A; 60]);
        let said = bench.good(&["inspect", "app.elf", "--memory", memory]);
        assert!(
            said.contains(front) && said.contains(&format!("leave them out; {used}\n").replace("leave", "leaves")),
            "{said}"
        );
    }
}

#[test]
fn sections_only() {
    let bench = Bench::new();
    let build = two_sections(105, 0x8_2000).with(|file| file.segments.clear());
    bench.write("s.elf", build.bytes());
    let said = bench.good(&["inspect", "s.elf"]);
    assert!(said.contains("\n  no segment has bytes: the sections are memory, each at its own address\n"), "{said}");
    let said = bench.good(&["convert", "s.elf", "s.hex"]);
    assert!(said.contains("256 bytes of memory in 2 segments of s.elf, 0x00082000..0x00084080"), "{said}");
    stamped(&bench, &job("s.elf", "", BYTES, ""), "units", "u.elf");
    // An object file has no memory: nothing is written, and that is no success.
    bench.write("o.elf", build.with(|file| file.kind = 1).bytes());
    refused(
        &bench,
        &["convert", "o.elf", "o.hex"],
        "o.elf: the image has no bytes of memory, so there is nothing to write",
    );
    assert!(!bench.path("o.hex").exists());
    let cropped = ["convert", "s.elf", "c.hex", "--window", "0..16", "--crop"];
    refused(&bench, &cropped, "s.elf: the image has no bytes within --window, so there is nothing to write");
}

#[test]
fn overlapping_segments() {
    let bench = Bench::new();
    let build = two_sections(40, 0x8_2000).with(|file| {
        file.segments.push(segment(2..3, 0x8_2070));
        file.sections.push(section(".more", 0x8_2070, &[7; 0x20]));
    });
    bench.write("o.elf", build.bytes());
    let said = bench.good(&["inspect", "o.elf"]);
    let told = "\n  refused  0x00082070..0x00082080, 16 bytes: two segments load 0x00082070..0x00082080: no flash can hold both\n";
    assert!(said.contains(told) && said.contains("symbol   serial: 0x00084010..0x00084018"), "{said}");
    stamped(&bench, &job("o.elf", "", BYTES, ""), "units", "u.elf");
    for args in [&["convert", "o.elf", "o.hex"][..], &["convert", "o.elf", "o.bin", "--window", "0x82000..0x84080"]] {
        refused(&bench, args, "o.elf: two segments load 0x00082070..0x00082080: no flash can hold both");
    }
    let over = CRC.replace("section:.text..symbol:image_crc", "section:.text").replace("symbol:image_crc", "0x84020");
    bench.write("j.toml", job("o.elf", "", BYTES, &over));
    refused(
        &bench,
        &["plan", "--job", "j.toml"],
        "checksum `image`: two segments load 0x00082070..0x00082080: no flash can hold both",
    );
}

#[test]
fn addresses_of_pic32() {
    let bench = Bench::new();
    let bytes = two_sections(8, 0x9D00_2000).bytes();
    bench.write("p.elf", &bytes);
    bench.good(&["convert", "p.elf", "p.hex", "--remap", "0x9D000000..0x9D080000=0x1D000000"]);
    assert!(lines(bench.read("p.hex")).starts_with(":020000041D00DD\n"));
    bench.write("j.toml", job("p.hex", "map = \"p.elf\"", BYTES, ""));
    refused(
        &bench,
        &["plan", "--job", "j.toml"],
        "field `serial` at 0x9D004010..0x9D004014: no byte at 0x9D004010: the data before it ends at 0x1D004080, and none follows; the image has bytes at 0x1D004010, the physical address (PIC32): give that, or for addresses of an ELF file say  remap = [{ from = \"0x9D000000..0x9D400000\", to = \"0x1D000000\" }]  in [image]",
    );
    // Of an address the physical one is told too, and no remap is needed.
    let direct = "at = \"0x1D004010\"\nencode = \"bytes:4\"\nvalue = { hex = \"11223344\" }";
    bench.write("j.toml", job("p.hex", "", &direct.replace("0x1D", "0x9D"), ""));
    let said = bench.run(&["plan", "--job", "j.toml"]);
    assert!(
        said.err.contains("the image has bytes at 0x1D004010, the physical address (PIC32): give that, or"),
        "{said:?}"
    );
    stamped(&bench, &job("p.hex", "", direct, ""), "direct", "u.hex");
    let over =
        CRC.replace("section:.text..symbol:image_crc", "section:.text").replace("symbol:image_crc", "0x1D004020");
    bench.write("j.toml", job("p.hex", "map = \"p.elf\"", direct, &over));
    let said = bench.run(&["plan", "--job", "j.toml"]);
    let told = "nameplate: checksum `image` covers 0x9D002000..0x9D002080, and the image has no byte there; the image has bytes at 0x1D002000, the physical address (PIC32): ";
    assert!(said.code == 3 && said.err.starts_with(told), "{said:?}");
    let mut tables = String::new();
    for (from, to) in [("0x9D000000..0x9D080000", "0x1D000000"), ("0xBFC00000..0xBFC03000", "0x1FC00000")] {
        let _ = write!(tables, "{{ from = \"{from}\", to = \"{to}\" }}, ");
    }
    let remap = format!("map = \"p.elf\"\nremap = [{tables}]");
    let text = lines(stamped(&bench, &job("p.hex", &remap, BYTES, ""), "units", "u.hex"));
    assert!(text.contains("\n:1040100011223344FF"), "{text}");
    // Of the ELF file itself, and of the HEX file made of it.
    let told = job("p.elf", &format!("remap = [{tables}]"), BYTES, "");
    assert_ne!(stamped(&bench, &told, "elf", "u.elf"), bytes);
    bench.good(&["stamp", "--job", "j.toml", "--out", "made", "--count", "1", "--format", "hex"]);
    assert!(lines(bench.read("made/u.hex")).contains("\n:1040100011223344FF"));
    for (list, error) in [
        (
            "[{ from = \"0..2\", to = 4 }, { from = \"1..3\", to = 8 }]",
            "`from` in `remap` of [image]: 0x00000001..0x00000002 is remapped twice",
        ),
        (
            "[{ from = \"0..2\", to = \"0xFFFFFFFFFFFFFFFF\" }]",
            "`to` in `remap` of [image]: 2 bytes from 0xFFFFFFFFFFFFFFFF pass the end of the 64-bit address space",
        ),
        ("[{ from = \"0..2\" }]", "`remap` of [image] has no `to`, as in  to = \"0x1D000000\""),
        (
            "5",
            "`remap` in [image]: found a number, expected a list, as [{ from = \"0x9D000000..0x9D080000\", to = \"0x1D000000\" }]",
        ),
    ] {
        bench.write("j.toml", job("p.elf", &format!("remap = {list}"), BYTES, ""));
        refused(&bench, &["plan", "--job", "j.toml"], &format!("j.toml: line 3: {error}"));
    }
}
