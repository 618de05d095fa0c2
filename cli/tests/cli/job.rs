//! The main job, end to end.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::Bench;

/// The lines of a HEX file that are not those of another.
fn changed(one: &[u8], two: &[u8]) -> Vec<String> {
    let lines =
        |text: &[u8]| String::from_utf8(text.to_vec()).unwrap().split('\n').map(str::to_owned).collect::<Vec<_>>();
    let (one, two) = (lines(one), lines(two));
    assert_eq!(one.len(), two.len());
    two.into_iter().zip(one).filter(|(two, one)| two != one).map(|(two, _)| two).collect()
}

/// CRC-32/ISO-HDLC, bit by bit.
fn crc_32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| crc >> 1 ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 })
    })
}

#[test]
fn a_thousand_units() {
    let bench = Bench::new();
    bench.stamp(1000);
    let template = bench.read("firmware.hex");
    let journal = bench.text("units/units.jsonl");
    let lines: Vec<Value> = journal.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 1000);
    let mut seen = BTreeSet::new();
    for (line, seq) in lines.iter().zip(1..) {
        let serial = format!("EUDV2407-{seq:06}");
        assert_eq!(line["seq"], seq);
        assert_eq!(line["file"], format!("{serial}.hex"));
        assert_eq!(line["fields"]["serial"]["text"], serial);
        assert_eq!(line["fields"]["mac"]["bytes"], format!("70B3D57ED{:03X}", seq - 1));
        assert_eq!(line["fields"]["serial"]["address"], "0x08001F04");
        assert_eq!(line["checksums"]["image"]["before"], "A87C09C8");
        let unit = bench.read(&format!("units/{serial}.hex"));
        assert_eq!(unit.len(), template.len());
        let changed = changed(&template, &unit);
        assert_eq!(changed.len(), 3, "identity block and image CRC: {changed:?}");
        assert!(seen.insert(changed));
    }
    let images: Vec<String> = (1..=1000).map(|seq| format!("units/EUDV2407-{seq:06}.hex")).collect();
    let mut args = vec!["verify", "--job", "nameplate.toml", "--units", "units/units.jsonl"];
    args.extend(images.iter().map(String::as_str));
    let said = "1000 of 1000 images verified: numbers 1 to 1000, no two alike in serial, mac, all checksums right, \
                all other memory as in the template; as --units says, the digest of 1000 compared\n";
    assert_eq!(bench.good(&args), said);
    assert_eq!(bench.good(&[&args[..5], &["units"]].concat()), said, "the whole folder");
    assert_eq!(
        bench.good(&args[..1003]),
        "998 of 998 images verified: numbers 1 to 998, no two alike in serial, mac, all checksums right, \
         all other memory as in the template; as --units says, the digest of 998 compared; 2 more of --units have no image here\n"
    );
}

#[test]
fn the_first_unit_to_the_letter() {
    let bench = Bench::new();
    bench.stamp(1);
    let unit = bench.read("units/EUDV2407-000001.hex");
    // The CRCs by Python's zlib.crc32 over the same bytes.
    assert_eq!(
        changed(&bench.read("firmware.hex"), &unit),
        [
            ":101F00004E50494445554456323430372D303030E8\r",
            ":101F10003030310070B3D57ED00000006321527D97\r",
            ":041FFC00D37130B6B7\r"
        ]
    );
}

#[test]
fn a_binary_from_hex_equals_the_stamped_binary() {
    let bench = Bench::new();
    let window = "0x08000000..0x08002000";
    let args =
        ["stamp", "--job", "nameplate.toml", "--out", "a", "--count", "2", "--format", "bin", "--window", window];
    bench.good(&args);
    bench.edit(
        "nameplate.toml",
        "file = \"firmware.hex\"",
        "file = \"firmware.bin\"\nformat = \"bin\"\nbase = \"0x08000000\"",
    );
    bench.good(&["stamp", "--job", "nameplate.toml", "--out", "b", "--count", "2"]);
    for name in ["EUDV2407-000001.bin", "EUDV2407-000002.bin"] {
        assert_eq!(bench.read(&format!("a/{name}")), bench.read(&format!("b/{name}")));
    }
    bench.good(&["verify", "--job", "nameplate.toml", "--base", "0x08000000", "a/EUDV2407-000001.bin"]);
}

#[test]
fn sqtp_file() {
    let bench = Bench::new();
    bench.good(&["sqtp", "--job", "sqtp.toml", "--out", "serials.num", "--count", "1000"]);
    let text = bench.text("serials.num");
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 1002);
    assert_eq!((lines[0], lines[1001]), (":020000040001F9", ":00000001FF"));
    for (line, n) in lines[1..1001].iter().zip(1_u32..) {
        let words: String = n.to_be_bytes().iter().map(|byte| format!("{byte:02X}34")).collect();
        let bytes = [8, 0, 0, 0].into_iter().chain(n.to_be_bytes()).chain([0x34; 4]);
        let sum = bytes.fold(0_u8, u8::wrapping_sub);
        assert_eq!(*line, format!(":08000000{words}{sum:02X}"));
    }
    let said = bench.run(&["sqtp", "--job", "sqtp.toml", "--out", "serials.num", "--count", "1"]);
    assert_eq!(
        (said.code, said.err.as_str()),
        (3, "nameplate: serials.num: exists already; nothing is written over it\n")
    );
}

#[test]
fn sqtp_place_is_checked_in_the_firmware() {
    let bench = Bench::new();
    let at = |address: &str, text: &str| {
        bench.write("pic.hex", text);
        bench.write("pic.toml", bench.text("sqtp.toml").replace("0x8000", address));
        bench.run(&["sqtp", "--job", "pic.toml", "--out", "p.num", "--count", "1", "--image", "pic.hex"])
    };
    // Word 0x8000 is byte 0x10000 in HEX.
    let blank = ":020000040001F9\n:08000000FF3FFF3FFF3FFF3F00\n:00000001FF\n";
    let said = at("0x8000", blank);
    assert_eq!(said.code, 0, "{said:?}");
    std::fs::remove_file(bench.path("p.num")).unwrap();
    let said = at("0x8000", ":020000040001F9\n:08000000FF3FFF3F0034FF3F0A\n:00000001FF\n");
    assert_eq!(
        (said.code, said.err.as_str()),
        (3, "nameplate: pic.hex: 0x00010000..0x00010008 is not blank, so the numbers would overwrite it\n")
    );
}

#[test]
fn nothing_is_left_behind() {
    let bench = Bench::new();
    let before = bench.list();
    bench.edit("nameplate.toml", "name  = \"{serial}\"", "name  = \"board\"");
    let said = bench.run(&["stamp", "--job", "nameplate.toml", "--out", "units", "--count", "2"]);
    assert_eq!(said.code, 3);
    assert_eq!(bench.list(), before);
    bench.edit("nameplate.toml", "name  = \"board\"", "name  = \"{seq}\"");
    bench.stamp(2);
    let mut after = before;
    after.push("units".to_owned());
    after.sort();
    assert_eq!(bench.list(), after);
    let said = bench.run(&["stamp", "--job", "nameplate.toml", "--out", "units", "--count", "2"]);
    assert_eq!(
        (said.code, said.err.as_str()),
        (3, "nameplate: units: exists already; units are never written over others\n")
    );
}

#[test]
fn plan_and_inspect() {
    let bench = Bench::new();
    assert_eq!(
        bench.good(&["plan", "--job", "nameplate.toml"]),
        "template firmware.hex, 23104 bytes\n\
         field serial: 0x08001F04..0x08001F14, 16 bytes as ascii:16:nul, numbers to 999999\n  \
           now FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF\n\
         field mac: 0x08001F14..0x08001F1A, 6 bytes as bytes:6, numbers to 4096\n  \
           now FFFFFFFFFFFF\n\
         checksum identity: CRC-32/ISO-HDLC over 0x08001F00..0x08001F1C, stored at 0x08001F1C..0x08001F20, repaired 1.\n  \
           covers serial, mac\n\
         checksum image: CRC-32/ISO-HDLC over 0x08000000..0x08001FFC, stored at 0x08001FFC..0x08002000, repaired 2.\n  \
           covers serial, mac, identity\n\
         units 1 to 4096 were tried and can be stamped; nothing was written\n"
    );
    let json: Value = serde_json::from_str(&bench.good(&["--json", "inspect", "firmware.hex"])).unwrap();
    assert_eq!(json["segments"][0]["start"], "0x08000000");
    assert_eq!(json["start_linear"], "0x08000095");
    bench.write("odd.hex", ":0100100001EE\r\n:01000000FF00\n:00000001FF");
    assert_eq!(
        bench.good(&["inspect", "odd.hex"]),
        "odd.hex: Intel HEX, 40 characters\n  \
           records of 1 bytes for the most part, CR LF, upper case, bases of type 04\n  \
           segment  0x00000000..0x00000001, 1 bytes\n  \
           gap      0x00000001..0x00000010, 15 bytes\n  \
           segment  0x00000010..0x00000011, 1 bytes\n  \
           2 bytes in 2 segments\n  \
           unusual: line 2, column 14: the line ends in LF, the first one in CR LF\n  \
           unusual: line 2, column 1: the record for 0x00000000 comes after one at a higher address\n  \
           unusual: line 3, column 12: no line end after the end-of-file record\n"
    );
}

/// Two bytes four gigabytes apart: stamped, inspected and verified in no time and no memory.
#[test]
fn the_gap_bomb() {
    let bench = Bench::new();
    bench.write("bomb.hex", ":0100000000FF\n:02000004FFFFFC\n:01FFFF00FF02\n:00000001FF\n");
    bench.write(
        "bomb.toml",
        "[image]\nfile = \"bomb.hex\"\n[unit]\nfirst = 1\n[[field]]\nname = \"n\"\nat = 0xFFFFFFFF\nencode = \"u8\"\nvalue = \"{seq}\"\n",
    );
    bench.good(&["stamp", "--job", "bomb.toml", "--out", "units", "--count", "3"]);
    assert!(bench.text("units/2.hex").contains(":01FFFF0002FF\n"));
    let said = bench.good(&["verify", "--job", "bomb.toml", "units/1.hex", "units/2.hex"]);
    assert!(said.ends_with("2 of 2 images verified: numbers 1 to 2, no two alike in n, all other memory as in the template; the job has no checksum\n"), "{said}");
    let said = bench.good(&["inspect", "bomb.hex"]);
    assert!(said.contains("gap      0x00000001..0xFFFFFFFF, 4294967294 bytes"), "{said}");
    let window = "0..0x100000000";
    let args = ["stamp", "--job", "bomb.toml", "--out", "bins", "--count", "1", "--format", "bin", "--window", window];
    let said = bench.run(&args);
    let expected = "nameplate: window 0x00000000..0x100000000 has 4294967296 bytes, more than the limit of 268435456\n";
    assert_eq!((said.err.as_str(), said.code), (expected, 3));
}

#[test]
fn verify_finds_what_is_wrong() {
    let bench = Bench::new();
    bench.stamp(3);
    std::fs::copy(bench.path("units/EUDV2407-000002.hex"), bench.path("copy.hex")).unwrap();
    let said = bench.run(&["verify", "--job", "nameplate.toml", "units/EUDV2407-000002.hex", "copy.hex"]);
    assert_eq!(said.code, 4);
    assert!(said.out.contains("copy.hex: has number 2, and so has units/EUDV2407-000002.hex"), "{}", said.out);

    let said = bench.run(&["verify", "--job", "nameplate.toml", "firmware.hex"]);
    assert_eq!(said.code, 4);
    assert!(said.out.contains("field `serial` at 0x08001F04..0x08001F14 is erased"), "{}", said.out);
    assert!(said.out.contains("checksum `identity` is wrong"), "{}", said.out);

    // Serial of unit 2, address of unit 3: both lines are right, together they are not.
    let mut dump = bench.read("firmware.bin");
    dump[0x1F04..0x1F14].copy_from_slice(b"EUDV2407-000002\0");
    dump[0x1F14..0x1F1A].copy_from_slice(&[0x70, 0xB3, 0xD5, 0x7E, 0xD0, 0x02]);
    bench.write("dump.bin", &dump);
    let said = bench.run(&["verify", "--job", "nameplate.toml", "--base", "0x08000000", "dump.bin"]);
    assert_eq!(said.code, 4);
    assert!(said.out.contains("field `mac` is of unit 3, field `serial` of unit 2"), "{}", said.out);

    for byte in [0x00, 0xFF] {
        bench.write("dump.bin", vec![byte; 0x2000]);
        let said = bench.run(&["verify", "--job", "nameplate.toml", "--base", "0x08000000", "dump.bin"]);
        assert_eq!(said.code, 4);
        let expected =
            format!("dump.bin: every byte reads {byte:#04X}: is read protection on, or was nothing programmed?");
        assert!(said.out.contains(&expected), "{}", said.out);
    }

    // The same identity in another build, its checksums right: no unit of that journal.
    let mut other = bench.read("firmware.bin");
    other[0x1F30] = 0x00;
    let crc = crc_32(&other[..0x1FFC]);
    other[0x1FFC..].copy_from_slice(&crc.to_le_bytes());
    bench.write("other.bin", &other);
    let job = bench.text("nameplate.toml");
    let bin = "file = \"other.bin\"\nformat = \"bin\"\nbase = \"0x08000000\"";
    bench.write("other.toml", job.replace("file = \"firmware.hex\"", bin));
    bench.good(&["stamp", "--job", "other.toml", "--out", "others", "--count", "1"]);
    let unit = ["--other-firmware", "--base", "0x08000000", "others/EUDV2407-000001.bin"];
    bench.good(&[&["verify", "--job", "nameplate.toml"][..], &unit].concat());
    let said = bench.run(&[&["verify", "--job", "nameplate.toml", "--units", "units/units.jsonl"][..], &unit].concat());
    assert_eq!(said.code, 4);
    assert!(said.out.contains("bin: checksum `image` is not what --units says\n"), "{}", said.out);
    let said =
        bench.good(&[&["verify", "--job", "nameplate.toml", "--units", "others/units.jsonl"][..], &unit].concat());
    assert!(said.ends_with("; 1 of --units were stamped from another template than firmware.hex\n"), "{said}");

    let journal = bench.text("units/units.jsonl");
    bench.write("units.jsonl", journal.replace("\"bytes\":\"70B3D57ED001\"", "\"bytes\":\"70B3D57ED009\""));
    let said = bench.run(&["verify", "--job", "nameplate.toml", "--units", "units.jsonl", "units/EUDV2407-000002.hex"]);
    assert_eq!(said.code, 4);
    assert!(said.out.contains("field `mac` is not what --units says"), "{}", said.out);
}

/// Each is stamped, and decoded from the image to the value it was.
#[test]
fn encodings_and_their_readback() {
    for (encode, value, bytes, text) in [
        ("bcd:32", "\"{seq}\"", "00000000000000000000000000000001", "00000000000000000000000000000001"),
        ("usb-string:7", "\"SN-{seq:4}\"", "100353004E002D003000300030003100", "SN-0001"),
        ("utf16le:8:nul", "\"SN-{seq:4}\"", "53004E002D0030003000300031000000", "SN-0001"),
        ("with-inverse(i64le)", "\"{seq}\"", "0100000000000000FEFFFFFFFFFFFFFF", "1"),
        ("with-crc:CRC-32/ISO-HDLC:be(prefixed:12)", "\"SN-{seq:4}\"", "07534E2D3030303100000000A849A696", "SN-0001"),
        (
            "padded16(with-crc:CRC-16/MODBUS:le(bcd:12:le))",
            "\"{seq}\"",
            "0100000000000000000000000100CA00",
            "000000000001",
        ),
        (
            "with-inverse(with-crc:CRC-32/ISO-HDLC:le(i32be))",
            "{ input = \"offset\", as = \"text\" }",
            "FFFFFFF477262D680000000B88D9D297",
            "-12",
        ),
        (
            "with-inverse(with-crc:CRC-32/ISO-HDLC:le(f32le))",
            "{ text = \"-0.5\" }",
            "000000BF01719A7AFFFFFF40FE8E6585",
            "-0.5",
        ),
    ] {
        let bench = Bench::new();
        bench.edit("nameplate.toml", "ascii:16:nul", encode);
        bench.edit("nameplate.toml", "\"EUDV{YY}{MM}-{seq:6}\"", value);
        bench.edit("nameplate.toml", "date  = 2024-07-01\nname  = \"{serial}\"", "name  = \"{seq}\"");
        bench.write("units.csv", "seq,offset\n1,-12\n2,7\n");
        let mut args = vec!["stamp", "--job", "nameplate.toml", "--out", "units", "--count", "2"];
        if value.contains("input") {
            args.extend(["--input", "units.csv"]);
        }
        bench.good(&args);
        let line = bench.text("units/units.jsonl").lines().next().unwrap().to_owned();
        assert!(line.contains(&format!("\"bytes\":\"{bytes}\"")), "{encode}: {line}");
        let images = ["units/1.hex", "units/2.hex"];
        let verify = ["verify", "--job", "nameplate.toml", "--units", "units/units.jsonl"];
        let said = bench.good(&[&verify[..], &images].concat());
        assert!(said.contains(&format!("serial {text}")), "{encode}: {said}");
    }
}

/// Keys come from a file, are stamped, and stand in nothing that is meant to be read.
#[test]
fn secrets_stay_in_the_images() {
    let bench = Bench::new();
    let key = "\n[[field]]\nname = \"app_key\"\nat = \"0x08001F20\"\nencode = \"bytes:16\"\nvalue = { input = \"app_key\", as = \"hex\" }\nsecret = true\n";
    bench.write("nameplate.toml", bench.text("nameplate.toml") + key);
    let keys = ["0F1E2D3C4B5A69788796A5B4C3D2E1F0", "00112233445566778899AABBCCDDEEFE"];
    bench.write("units.csv", format!("app_key,seq\n{},2\n{},1\n", keys[1], keys[0]));
    let args = ["stamp", "--job", "nameplate.toml", "--out", "units", "--count", "2", "--input", "units.csv"];
    let said = bench.run(&args);
    assert_eq!(said.code, 0, "{said:?}");
    let journal = bench.text("units/units.jsonl");
    for (key, serial) in keys.iter().zip(["EUDV2407-000001", "EUDV2407-000002"]) {
        let unit = bench.text(&format!("units/{serial}.hex"));
        assert!(unit.contains(key), "row 1F20 holds the key");
        assert!(!journal.contains(key) && !said.out.contains(key) && !said.err.contains(key));
    }
    let line: Value = serde_json::from_str(journal.lines().next().unwrap()).unwrap();
    let expected = serde_json::json!({ "address": "0x08001F20", "length": 16, "secret": true });
    assert_eq!(line["fields"]["app_key"], expected);
    // The image CRC covers the key: neither of its values is said.
    assert_eq!(line["checksums"]["image"], serde_json::json!({ "address": "0x08001FFC" }));
    let said =
        bench.run(&["verify", "--job", "nameplate.toml", "--units", "units/units.jsonl", "units/EUDV2407-000001.hex"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(!said.out.contains(keys[0]));

    bench.write("units.csv", format!("app_key,seq\n{},2\n{},1\n", keys[0], keys[0]));
    let said =
        bench.run(&["stamp", "--job", "nameplate.toml", "--out", "twice", "--count", "2", "--input", "units.csv"]);
    assert_eq!(
        (said.code, said.err.as_str()),
        (3, "nameplate: units.csv: line 3: column `app_key` has the same value as line 2\n")
    );
}

/// Station, product and country come from `[unit]`, and a check character is part of the serial.
#[test]
fn serials_with_station_and_check_character() {
    let bench = Bench::new();
    bench.edit("nameplate.toml", "EUDV{YY}{MM}-{seq:6}", "{CC}{station:2}-{product:3}{seq:5:hex}{check:mod37-36}");
    let args = ["stamp", "--job", "nameplate.toml", "--out", "units", "--count", "2"];
    let said = bench.run(&args);
    assert_eq!(said.code, 3, "{said:?}");
    assert!(said.err.contains("field `serial`: column 1: `{CC}` needs a value: country is not given"), "{said:?}");
    bench.edit("nameplate.toml", "[unit]", "[unit]\nstation = \"07\"\nproduct = \"EUD\"\ncountry = \"DE\"");
    bench.good(&args);
    let journal = bench.text("units/units.jsonl");
    let expected = ["DE07-EUD00001", "DE07-EUD00002"].map(|body| {
        let check = nameplate::check::character::System::Mod37_36.compute(&body.replace('-', "")).unwrap();
        format!("{body}{check}")
    });
    let lines: Vec<Value> = journal.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let found: Vec<&Value> = lines.iter().map(|line| &line["fields"]["serial"]["text"]).collect();
    assert_eq!(found, expected.iter().collect::<Vec<_>>());
    bench.good(&[
        "verify",
        "--job",
        "nameplate.toml",
        "--units",
        "units/units.jsonl",
        &format!("units/{}.hex", expected[0]),
    ]);
}

/// Every key of a checksum, from the job to the verdict.
#[test]
fn checksums_of_all_kinds() {
    let bench = Bench::new();
    let mut image: Vec<u8> = (0..=255).cycle().take(512).collect();
    image[16..24].fill(0xFF);
    bench.write("all.bin", &image);
    bench.write("all.toml", ALL_KINDS);
    let plan = bench.good(&["plan", "--job", "all.toml"]);
    assert!(
        plan.contains(
            "checksum outer: sha256 over 0x00000000..0x00000140, stored at 0x00000140..0x00000160, repaired 5.\n  \
               covers serial, zero, crc, stm, other\n"
        ),
        "{plan}"
    );
    assert!(
        plan.contains("checksum crc: CRC-32/ISO-HDLC over 0x00000000..0x00000100, stored at 0x00000100..0x00000104")
    );
    assert!(plan.contains("  inverted at 0x000001F0..0x000001F4\n"), "{plan}");
    bench.good(&["stamp", "--job", "all.toml", "--out", "units", "--count", "1"]);
    let unit = bench.read("units/7.bin");
    assert_eq!(unit[16..24], [0, 0, 0, 0, 0, 0, 0, 7]);
    let crc = crc_32(&unit[..0x100]);
    assert_eq!(unit[0x100..0x104], crc.to_le_bytes());
    assert_eq!(unit[0x1F0..0x1F4], (!crc).to_be_bytes());
    assert_eq!(unit[..0x120].iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)), 0);
    let said = bench.good(&["verify", "--job", "all.toml", "--base", "0", "units/7.bin"]);
    assert!(
        said.starts_with(
            "units/7.bin: ok, serial 7, checksum outer right, checksum zero right, checksum crc right, \
         checksum crc.2 right, checksum stm right, checksum other right\n"
        ),
        "{said}"
    );
    let mut broken = unit.clone();
    broken[0x1F0] ^= 1;
    bench.write("broken.bin", &broken);
    let said = bench.run(&["--json", "verify", "--job", "all.toml", "--base", "0", "broken.bin"]);
    assert_eq!(said.code, 4);
    let json: Value = serde_json::from_str(&said.out).unwrap();
    let checksums = &json["images"][0]["checksums"];
    assert_eq!((&checksums["crc"]["ok"], &checksums["crc.2"]["ok"]), (&Value::Bool(true), &Value::Bool(false)));
    assert_eq!(checksums["crc.2"]["computed"], format!("{crc:#X}"));
    let line: Value = serde_json::from_str(&bench.text("units/units.jsonl")).unwrap();
    assert_eq!(line["checksums"]["outer"]["after"].as_str().unwrap().len(), 64);
}

const ALL_KINDS: &str = r#"
[image]
file = "all.bin"
format = "bin"
base = 0

[unit]
first = 7
name = "{seq}"

[[field]]
name = "serial"
at = 16
encode = "u64be"
value = "{seq}"

[[checksum]]
name = "outer"
algorithm = "sha256"
over = ["0..0x140"]
at = 0x140
encode = "bytes:32"
template = "unknown"

[[checksum]]
name = "zero"
algorithm = "sum8"
over = ["0..0x120"]
own = "force:0"
at = 0x11F
encode = "u8"
template = "unknown"

[[checksum]]
name = "crc"
algorithm = "CRC-32/ISO-HDLC"
over = ["0..0x100"]
at = 0x100
encode = "u32le"
copies = [{ at = 0x1F0, encode = "u32be", inverted = true }]
template = "unknown"

[[checksum]]
name = "stm"
algorithm = "CRC-32/MPEG-2"
over = ["0..0x102"]
feed = "swap32"
tail = "drop:4"
own = "outside"
at = 0x110
encode = "u32le"
template = "unknown"

[[checksum]]
name = "other"
algorithm = { width = 16, poly = "0x8005", init = "0x800D", refin = false, refout = false, xorout = 0 }
over = ["8..0x118"]
own = "skip"
steps = ["mirror", "not", "subtract-from:9", "xor:3", "add:1", "negate"]
at = 0x114
encode = "u16be"
template = "unknown"
"#;

/// The checksums of a format are found in the image; what is not there is refused.
#[test]
fn checksums_of_a_preset() {
    let bench = Bench::new();
    // The sum of the first eight words is zero.
    let mut image: Vec<u8> = (0..64).collect();
    image[0x28..0x30].fill(0xFF);
    let words = image[..0x1C].chunks(4).map(|word| u32::from_le_bytes(word.try_into().unwrap()));
    let sum = words.fold(0, u32::wrapping_sub);
    image[0x1C..0x20].copy_from_slice(&sum.to_le_bytes());
    bench.write("all.bin", &image);
    let job = &ALL_KINDS[..ALL_KINDS.find("[[checksum]]").unwrap()].replace("at = 16", "at = 0x28");
    let preset = |kind: &str| format!("{job}\n[[checksum]]\nname = \"boot\"\npreset = \"{kind}\"\nat = 0\n");
    bench.write("all.toml", preset("lpc-vector"));
    bench.good(&["stamp", "--job", "all.toml", "--out", "units", "--count", "1"]);
    assert_eq!(bench.read("units/7.bin")[0x28..0x30], [0, 0, 0, 0, 0, 0, 0, 7]);
    let plan = bench.good(&["plan", "--job", "all.toml"]);
    assert!(
        plan.contains("checksum boot: sum32le over 0x00000000..0x0000001C, stored at 0x0000001C..0x00000020"),
        "{plan}"
    );
    assert!(plan.contains("  covers nothing that changes\n"), "{plan}");
    for (kind, expected) in [
        ("esp32-image", "no ESP32 image: the magic number at 0x00000000 is 0x0, expected 0xE9"),
        ("mcuboot", "no MCUboot image: the magic number at 0x00000000 is 0x3020100, expected 0x96F3B83D"),
        ("uimage", "no U-Boot image: the magic number at 0x00000000 is 0x10203, expected 0x27051956"),
    ] {
        bench.write("all.toml", preset(kind));
        let said = bench.run(&["plan", "--job", "all.toml"]);
        assert_eq!((said.code, said.err), (3, format!("nameplate: checksum `boot`: {expected}\n")));
    }
}
