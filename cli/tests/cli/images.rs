//! Several images a unit: beside units that are stamped image by image, each from a job of its own, with a slow CRC.

use std::fmt::Write as _;

use nameplate::image::{Hex, Sparse};
use nameplate_job::journal::sha256;

use crate::Bench;
use crate::random::Random;

/// Two images from nothing, one with a checksum over the other: not over all of its CRC, as a CRC over bytes and their own CRC
/// says nothing of the bytes.
pub(crate) const SMALL: &str = "\
[[image]]
name = \"settings\"
create = \"0x0..0x10\"
[[image]]
name = \"app\"
create = \"0x0..0x20\"
[unit]
first = 1
name = \"u{seq}\"
[[field]]
name = \"n\"
image = \"app\"
at = 4
encode = \"u32le\"
value = \"{seq}\"
[[field]]
name = \"m\"
image = \"settings\"
at = 8
encode = \"u16be\"
value = \"{seq}\"
[[checksum]]
name = \"own\"
image = \"app\"
algorithm = \"CRC-32/ISO-HDLC\"
over = [\"0x0..0x1C\"]
at = 0x1C
encode = \"u32le\"
template = \"blank\"
[[checksum]]
name = \"all\"
image = \"settings\"
algorithm = \"CRC-32/ISO-HDLC\"
over = [\"app:0x2..0x1E\", \"0x4..0x10\"]
at = 0
encode = \"u32le\"
template = \"blank\"
[[text]]
name = \"label\"
value = \"N{n}/{m}\"
";

/// CRC-32/ISO-HDLC bit by bit.
fn crc32(bytes: &[u8]) -> [u8; 4] {
    let crc = bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    });
    (!crc).to_le_bytes()
}

fn memory(hex: &[u8]) -> Vec<u8> {
    let sparse = Sparse::new(&Hex::parse(hex).unwrap());
    sparse.segments().flat_map(|(_, bytes)| bytes.to_vec()).collect()
}

fn small(n: u8) -> (Vec<u8>, Vec<u8>) {
    let (mut app, mut settings) = (vec![0xFF; 0x20], vec![0xFF; 0x10]);
    app[4..8].copy_from_slice(&[n, 0, 0, 0]);
    let own = crc32(&app[..0x1C]);
    app[0x1C..].copy_from_slice(&own);
    settings[8..10].copy_from_slice(&[0, n]);
    let all = crc32(&[&app[2..0x1E], &settings[4..]].concat());
    settings[..4].copy_from_slice(&all);
    (app, settings)
}

#[test]
fn a_unit_is_a_folder() {
    let bench = Bench::new();
    bench.write("j.toml", SMALL);
    let plan = bench.good(&["plan", "--job", "j.toml"]);
    assert!(plan.contains("image app: template erased memory 0x00000000..0x00000020, 32 bytes\n"), "{plan}");
    assert!(plan.contains("field m in image settings: 0x00000008..0x0000000A, 2 bytes as u16be\n"), "{plan}");
    let all = "checksum all in image settings: CRC-32/ISO-HDLC over 0x00000002..0x0000001E of image app and \
        0x00000004..0x00000010, stored at 0x00000000..0x00000004, repaired 2.\n  covers app:n, app:own, m\n";
    assert!(plan.contains(all), "{plan}");
    bench.good(&["stamp", "--job", "j.toml", "--out", "u", "--count", "2"]);
    let mut lines = Vec::new();
    for n in [1_u8, 2] {
        let (app, settings) = small(n);
        let files = ["settings", "app"].map(|name| bench.read(&format!("u/u{n}/{name}.hex")));
        assert_eq!(files.each_ref().map(|file| memory(file)), [settings, app]);
        lines.push(files.map(|file| sha256(&file)));
    }
    assert_eq!(std::fs::read_dir(bench.path("u/u1")).unwrap().count(), 2);
    assert_eq!(bench.text("u/labels.csv"), "seq,label\n1,N1/1\n2,N2/2\n");
    let journal: Vec<serde_json::Value> =
        bench.text("u/units.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let one = &journal[0];
    let keys: Vec<_> = one.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys.len(), 7, "{keys:?}");
    assert!(
        ["seq", "images", "fields", "checksums", "texts", "job_sha256", "version"].iter().all(|key| keys.contains(key))
    );
    assert_eq!(one["fields"]["m"]["image"], "settings");
    assert_eq!(one["checksums"]["all"]["image"], "settings");
    assert_eq!((&one["images"][1]["name"], &one["images"][1]["file"]), (&"app".into(), &"u1/app.hex".into()));
    assert_eq!(one["images"][0]["image_sha256"], lines[0][0].as_str());
    assert_eq!(one["images"][1]["image_sha256"], lines[0][1].as_str());

    for images in [&["u"][..], &["u/u1", "u/u2"]] {
        let args = [&["verify", "--job", "j.toml", "--units", "u/units.jsonl"][..], images].concat();
        let said = bench.good(&args);
        assert!(said.contains("4 of 4 images of 2 units verified"), "{said}");
        assert!(said.contains("as --units says, the digest of 4 compared"), "{said}");
    }
    bench.good(&["verify", "--job", "j.toml", "app=u/u1/app.hex", "settings=u/u1/settings.hex"]);
    // Alone it cannot be judged.
    let said = bench.run(&["verify", "--job", "j.toml", "settings=u/u1/settings.hex"]);
    assert!(said.code == 4 && said.out.contains("covers image `app`, which is not given"), "{said:?}");
    bench.good(&["verify", "--job", "j.toml", "app=u/u1/app.hex"]);
    // Of two units.
    let said = bench.run(&["verify", "--job", "j.toml", "app=u/u2/app.hex", "settings=u/u1/settings.hex"]);
    assert!(said.code == 4 && said.out.contains("is of unit 2, and image `settings` of unit 1"), "{said:?}");
    assert!(said.out.contains("checksum `all` is wrong"), "{said:?}");
    std::fs::remove_file(bench.path("u/u2/app.hex")).unwrap();
    let said = bench.run(&["verify", "--job", "j.toml", "u"]);
    assert!(said.code == 4 && said.out.contains("the folder has no file of image `app`"), "{said:?}");
    let said = bench.run(&["verify", "--job", "j.toml", "u/u1/app.hex"]);
    assert!(said.code == 2 && said.err.contains("or its files as settings=FILE app=FILE"), "{said:?}");
}

#[test]
fn formats_of_each_image() {
    let bench = Bench::new();
    bench.write(
        "j.toml",
        SMALL.replacen("[[image]]\nname = \"app\"", "[image.output]\nformat = \"bin\"\n[[image]]\nname = \"app\"", 1),
    );
    bench.good(&["stamp", "--job", "j.toml", "--out", "u", "--count", "1"]);
    assert_eq!(bench.read("u/u1/settings.bin"), small(1).1);
    assert_eq!(memory(&bench.read("u/u1/app.hex")), small(1).0);
    bench.good(&["verify", "--job", "j.toml", "--units", "u/units.jsonl", "u"]);
    bench.good(&["stamp", "--job", "j.toml", "--out", "d", "--count", "1", "--format", "delta"]);
    assert_eq!(memory(&bench.read("d/u1/settings.hex")), [&small(1).1[..4], &small(1).1[8..10]].concat());
    bench.good(&["verify", "--job", "j.toml", "--units", "d/units.jsonl", "d"]);
    let said = bench.run(&[
        "stamp",
        "--job",
        "j.toml",
        "--out",
        "w",
        "--count",
        "1",
        "--window",
        "0x0..0x10",
        "--format",
        "bin",
    ]);
    assert!(said.code == 2 && said.err.contains("say `range` and `base` in [image.output]"), "{said:?}");
    let header = bench.good(&["header", "--job", "j.toml", "--image", "app", "--language", "rust"]);
    assert!(header.contains("own") && !header.contains("pub all"), "{header}");
    let said = bench.run(&["header", "--job", "j.toml"]);
    assert!(said.code == 2 && said.err.contains("say --image settings or --image app"), "{said:?}");
}

/// Names of folders are checked as those of files are.
#[test]
fn names_of_units() {
    let bench = Bench::new();
    for (name, expected) in [
        ("u", "units 1 and 2 would both be `u`"),
        ("UNITS.jsonl", "the record of all units has this name"),
        ("labels.csv", "the record of all units has this name"),
        ("a/{seq}", "lead out of the folder"),
        ("con", "Windows keeps this name for a device"),
    ] {
        bench.write("j.toml", SMALL.replace("u{seq}", name));
        let said = bench.run(&["stamp", "--job", "j.toml", "--out", "u", "--count", "2"]);
        assert!(said.code == 3 && said.err.contains(expected), "{name}: {said:?}");
        assert!(!bench.path("u").exists());
    }
}

/// Jobs of two or three images at random, each image beside one of a job of its own; what covers others by hand.
#[test]
fn random_jobs() {
    let count = std::env::var("NAMEPLATE_JOBS").map_or(25, |count| count.parse().unwrap());
    let mut random = Random(0x1A6E5);
    let mut below = |end: usize| usize::try_from(random.below(end.try_into().unwrap())).unwrap();
    for round in 0..count {
        let bench = Bench::new();
        let images = 2 + below(2);
        let names = ["a", "b", "c"];
        let (mut headers, mut tables, mut all) = (Vec::new(), String::new(), Vec::new());
        let mut templates: Vec<Vec<u8>> = Vec::new();
        let mut bases = Vec::new();
        for image in 0..images {
            // The same addresses, or others.
            let base = [0, 0x100, 0x0800_0000][below(3)];
            let len = 32 + 4 * below(8);
            let mut bytes: Vec<u8> = (0..len).map(|_| u8::try_from(below(256)).unwrap()).collect();
            bytes[..4].fill(0xFF);
            bytes[len - 4..].fill(0xFF);
            let name = names[image];
            bench.write(&format!("{name}.bin"), &bytes);
            headers.push(format!(
                "[[image]]\nname = \"{name}\"\nfile = \"{name}.bin\"\nformat = \"bin\"\nbase = {base}\n"
            ));
            write!(tables, "[[field]]\nname = \"f{name}\"\nimage = \"{name}\"\nat = {base}\nencode = \"u32le\"\nvalue = \"{{seq}}\"\n").unwrap();
            // Over all of itself, and over a part of each image before it, in any order.
            let mut ranges = vec![(image, 0, len - 4)];
            for (other, template) in templates.iter().enumerate() {
                let end = template.len();
                let start = below(end);
                ranges.push((other, start, start + 1 + below(end - start)));
            }
            if below(2) == 1 {
                ranges.reverse();
            }
            let over: Vec<String> = ranges
                .iter()
                .map(|(other, start, end)| {
                    let base: usize = if *other == image { base } else { bases[*other] };
                    let of =
                        if *other == image && below(2) == 1 { String::new() } else { format!("{}:", names[*other]) };
                    format!("\"{of}{:#X}..{:#X}\"", base + start, base + end)
                })
                .collect();
            write!(
                tables,
                "[[checksum]]\nname = \"c{name}\"\nimage = \"{name}\"\nalgorithm = \"CRC-32/ISO-HDLC\"\nover = [{}]\nat = {}\nencode = \"u32le\"\ntemplate = \"blank\"\n",
                over.join(", "),
                base + len - 4
            )
            .unwrap();
            templates.push(bytes);
            bases.push(base);
            all.push(ranges);
        }
        // Those that are covered come first, or last.
        if below(2) == 1 {
            headers.reverse();
        }
        let job = headers.concat();
        bench.write("j.toml", format!("{job}[unit]\nfirst = 5\n{tables}"));
        bench.good(&["stamp", "--job", "j.toml", "--out", "u", "--count", "2"]);
        for seq in [5_u32, 6] {
            let mut units = templates.clone();
            for image in 0..images {
                units[image][..4].copy_from_slice(&seq.to_le_bytes());
                let stream: Vec<u8> =
                    all[image].iter().flat_map(|(other, start, end)| units[*other][*start..*end].to_vec()).collect();
                let end = units[image].len() - 4;
                units[image][end..].copy_from_slice(&crc32(&stream));
                let found = bench.read(&format!("u/{seq}/{}.bin", names[image]));
                assert_eq!(found, units[image], "round {round}, unit {seq}, image {image}: {job}{tables}");
            }
        }
        bench.good(&["verify", "--job", "j.toml", "--units", "u/units.jsonl", "u"]);
        // One byte of any image that is covered is found.
        let (image, seq) = (below(images), 5 + below(2));
        let path = format!("u/{seq}/{}.bin", names[image]);
        let mut bytes = bench.read(&path);
        let at = 4 + below(bytes.len() - 8);
        bytes[at] ^= 1;
        bench.write(&path, &bytes);
        let said = bench.run(&["verify", "--job", "j.toml", "--other-firmware", "u"]);
        assert!(said.code == 4 && said.out.contains("is wrong"), "{path} at {at}: {said:?}");
    }
}

fn board(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/boards").join(name);
    std::fs::read_to_string(path).unwrap()
}

fn hex_text(bytes: &[u8], base: u64) -> Vec<u8> {
    let memory = Sparse::from_pieces([(base, bytes)], nameplate::image::Merge::Error).unwrap();
    nameplate::image::hex::Style::default().to_vec(&memory).unwrap()
}

/// The settings of a boot loader have the CRC of an application that is a file of its own.
#[test]
fn an_nrf52840_of_four_files() {
    let bench = Bench::new();
    bench.write("j.toml", board("nrf52840.toml"));
    let softdevice: Vec<u8> = (0..0x200_u32).map(|n| u8::try_from(n * 7 % 251).unwrap()).collect();
    bench.write("s140.hex", hex_text(&softdevice, 0x1000));
    let mut app: Vec<u8> = (0..0x400_u32).map(|n| u8::try_from(n * 13 % 241).unwrap()).collect();
    app[0x100..0x108].fill(0xFF);
    bench.write("app.hex", hex_text(&app, 0x26000));
    let mut page = vec![0; 0x330];
    (page[4], page[8], page[12], page[0x20], page[0x2A1]) = (2, 1, 1, 1, 1);
    page[0x18..0x1C].copy_from_slice(&0x400_u32.to_le_bytes());
    bench.write("settings.bin", &page);
    bench.good(&["plan", "--job", "j.toml", "--count", "2"]);
    bench.good(&["stamp", "--job", "j.toml", "--out", "u", "--count", "2"]);
    for n in [1_u8, 2] {
        let file = |name: &str| bench.read(&format!("u/EU-0000{n}/{name}"));
        // No byte of it differs.
        assert_eq!(file("softdevice.hex"), bench.read("s140.hex"));
        app[0x100..0x108].copy_from_slice(format!("EU-0000{n}").as_bytes());
        assert_eq!(file("app.hex"), hex_text(&app, 0x26000));
        let uicr = [&[0x70, 0xB3, 0xD5, 0x7E, 0xD0, 0, 0, n - 1][..], &[0xFF; 8]].concat();
        assert_eq!(memory(&file("uicr.hex")), uicr);
        let crc = crc32(&app);
        page[0x1C..0x20].copy_from_slice(&crc);
        page[0x2A2..0x2A6].copy_from_slice(&crc);
        let boot = crc32(&page[0x260..0x323]);
        page[0x25C..0x260].copy_from_slice(&boot);
        let settings = crc32(&page[4..0x5C]);
        page[..4].copy_from_slice(&settings);
        assert_eq!(file("settings.bin"), page);
    }
    let said = bench.good(&["verify", "--job", "j.toml", "--units", "u/units.jsonl", "u"]);
    assert!(said.contains("8 of 8 images of 2 units verified"), "{said}");
    // Settings with another application.
    bench.write("u/EU-00001/settings.bin", bench.read("u/EU-00002/settings.bin"));
    let said = bench.run(&["verify", "--job", "j.toml", "u/EU-00001"]);
    assert!(said.code == 4 && said.out.contains("checksum `boot.app` is wrong"), "{said:?}");
}

/// The application and the partition apart, and all of the flash, have the same bytes.
#[test]
fn an_esp32_with_a_merged_image() {
    let bench = Bench::new();
    bench.write("j.toml", board("esp32.toml"));
    let mut app = vec![0; 24];
    (app[0], app[1], app[23]) = (0xE9, 1, 1);
    app.extend([0, 0, 0x0C, 0x3F, 0x80, 0, 0, 0]);
    app.extend((0..0x80_u8).map(|n| n.wrapping_mul(29)));
    app[0x40..0x48].fill(0xFF);
    // The XOR at the end of 16 bytes, and a SHA-256.
    app.resize(0xB0, 0);
    app.extend([0; 32]);
    bench.write("app.bin", &app);
    bench.write("boot.bin", [0xE9, 0, 0, 0]);
    let mut nvs = nameplate::image::nvs::Writer::new(0x3000).unwrap();
    nvs.put("factory", "serial", nameplate::image::nvs::Data::String("00000000")).unwrap();
    bench.write("nvs.bin", nvs.finish());
    bench.good(&["stamp", "--job", "j.toml", "--out", "u", "--count", "3"]);
    for n in 1..=3 {
        let file = |name: &str| bench.read(&format!("u/{n}/{name}.bin"));
        let (one, nvs, merged) = (file("app"), file("values"), file("merged"));
        app[0x40..0x48].copy_from_slice(format!("EU-0000{n}").as_bytes());
        app[0xAF] = app[0x20..0xA0].iter().fold(0xEF, |xor, byte| xor ^ byte);
        let digest = hex::decode(sha256(&app[..0xB0])).unwrap();
        app[0xB0..].copy_from_slice(&digest);
        assert_eq!(one, app);
        assert!(nvs.windows(8).any(|bytes| bytes == format!("EU-0000{n}").as_bytes()));
        assert_eq!((&merged[0x1000..0x1004], &merged[0x9000..0xC000]), (&[0xE9, 0, 0, 0][..], &nvs[..]));
        assert_eq!(merged[0x10000..0x100D0], one);
    }
    let said = bench.good(&["verify", "--job", "j.toml", "--units", "u/units.jsonl", "u"]);
    assert!(said.contains("9 of 9 images of 3 units verified"), "{said}");
}
