//! `nameplate id`, identities as values in jobs, and texts for labels.

use crate::Bench;

#[test]
fn one_identity() {
    let bench = Bench::new();
    for (args, expected) in [
        (
            &["serial", "EUDV{YY}{MM}-{seq:6}{check:damm:seq}", "--nth", "123", "--date", "2024-07-01"][..],
            "EUDV2407-0001234",
        ),
        (&["serial", "EUDV-{seq:6}", "--parse", "EUDV-000042"], "42"),
        (&["serial", "{station:2}-{seq:4:base36}{check:mod37-36}", "--nth", "46655", "--station", "07"], "07-0ZZZ7"),
        (&["eui48", "70B3D57ED", "--nth", "123"], "70-B3-D5-7E-D0-7B"),
        (&["eui48", "70B3D57ED", "--nth", "3", "--stride", "16"], "70-B3-D5-7E-D0-30"),
        (&["eui64", "70B3D57ED", "--nth", "1"], "70-B3-D5-7E-D0-00-00-01"),
        (
            &["stm32-uid", "23003B000A504B3242373220"],
            "memory, layout A, words 003B0023 324B500A 20323742, lot PK2B72, wafer 10",
        ),
        (&["stm32-uid", "20323742324B500A003B0023", "--form", "pack64"], "7M49Q4GD83P13"),
        (&["stm32-uid", "23003B000A504B3242373220", "--order", "memory", "--form", "usb12"], "206D3765324B"),
        // RFC 9562, appendix A.4.
        (&["uuid5", "dns", "www.example.com"], "2ed6657d-e927-568b-95e1-2665a8aea6a2"),
        // ISO/IEC 7064, MOD 37,36.
        (&["check", "A12425GABC1234002M", "--algorithm", "mod37-36"], "A12425GABC1234002M: right (mod37-36)"),
    ] {
        assert_eq!(bench.good(&[&["id"], args].concat()), format!("{expected}\n"), "{args:?}");
    }
    for (args, expected, code) in [
        (&["serial", "EUDV-{seq:2}", "--nth", "100"][..], "number 100 has no serial; the last that has one is 99", 5),
        (&["serial", "{YY}{seq:2}", "--nth", "1"], "column 1: `{YY}` needs a date; say it with --date", 3),
        (&["eui48", "70B3D57ED", "--nth", "4096"], "number 4096 has no address; the last that has one is 4095", 5),
        (
            &["eui48", "70B3", "--nth", "1"],
            "found prefix `70B3`, expected 6 (MA-L), 7 (MA-M) or 9 (MA-S) hexadecimal digits",
            3,
        ),
        (
            &["stm32-uid", "FFFFFFFFFFFFFFFFFFFFFFFF"],
            "all words are 0xFFFFFFFF: the part was not read, or has no UID there (--order, --layout)",
            3,
        ),
        (&["check", "5724", "--algorithm", "dam"], "unknown algorithm `dam`; did you mean `damm`?", 2),
        (
            &["stm32-uid", "23003B000A504B3242373220", "--form", "hash:60"],
            "a hash may collide: say for how many devices (--units) and with which chance (--max-p) it has to do, and a --domain",
            2,
        ),
    ] {
        let said = bench.run(&[&["id"], args].concat());
        assert_eq!((said.err.as_str(), said.code), (format!("nameplate: {expected}\n").as_str(), code), "{args:?}");
    }
    let hash =
        ["id", "stm32-uid", "23003B000A504B3242373220", "--form", "hash:40", "--domain", "a", "--units", "1000000"];
    let said = bench.run(&[&hash[..], &["--max-p", "1e-6"]].concat());
    assert!(said.code == 3 && said.err.contains("bits"), "{said:?}");
    assert!(
        bench
            .good(&["--json", "id", "stm32-uid", "23003B000A504B3242373220", "--form", "usb12"])
            .contains("\"unique\":false")
    );
}

const JOB: &str = r#"
[image]
file = "blank.hex"
[unit]
first = 7
date = 2024-07-01
[[field]]
name = "eui"
at = 0
encode = "bytes:8:reversed"
value = { eui64 = "70B3D57ED", seq0 = 0 }
[[field]]
name = "chip"
at = 8
encode = "u64be"
value = { stm32 = "pack64", input = "uid" }
[[field]]
name = "uuid"
at = 16
encode = "bytes:16"
value = { uuid5 = "dns", name = "{seq:4}.example.com", order = "microsoft" }
[[field]]
name = "label"
at = 32
encode = "ascii:16:nul"
value = { scan = "EUDV{YY}{MM}-{seq:6}", input = "label" }
[[text]]
name = "gs1"
gs1 = { "01" = "09520123456788", "21" = "{label}" }
[[text]]
name = "code"
iso15434 = { "1P" = "EUDV24", "S" = "{label}" }
[[text]]
name = "note"
value = "No. {seq:4}, {eui}"
"#;

#[test]
fn identities_in_jobs_and_on_labels() {
    let bench = Bench::new();
    bench.write("job.toml", JOB);
    let ff = |address: u8| {
        format!(":10{address:04X}00{}{:02X}\n", "FF".repeat(16), 0_u8.wrapping_sub(0x10 + address).wrapping_add(16))
    };
    bench.write("blank.hex", [ff(0), ff(16), ff(32), ":00000001FF\n".to_owned()].concat());
    bench.write("units.csv", "seq,uid,label\n7,20323742324B500A003B0023,EUDV2407-000042\n");
    let stamp = ["stamp", "--job", "job.toml", "--out", "out", "--count", "1", "--input", "units.csv"];
    bench.good(&stamp);
    let hex = bench.text("out/7.hex");
    // The EUI-64 backwards; Pack64; the UUID as Microsoft has it (Python's uuid5 and bytes_le); the label.
    assert_eq!(&hex[9..25], "070000D07ED5B370");
    assert_eq!(&hex[25..41], "7A1137241A81D823");
    assert!(hex.contains("BD1D8EFFA4213F509C66A808759D4841"));
    assert!(hex.contains(&hex::encode_upper("EUDV2407-000042\0")));
    assert_eq!(
        bench.text("out/labels.csv"),
        "seq,gs1,code,note\n7,(01)09520123456788(21)EUDV2407-000042,[)>\u{1e}06\u{1d}1PEUDV24\u{1d}SEUDV2407-000042\u{1e}\u{4},\"No. 0007, 70-B3-D5-7E-D0-00-00-07\"\n"
    );
    let line: serde_json::Value = serde_json::from_str(bench.text("out/units.jsonl").trim()).unwrap();
    assert_eq!(line["texts"]["gs1"], "(01)09520123456788(21)EUDV2407-000042");
    let said = bench.good(&["verify", "--job", "job.toml", "--units", "out/units.jsonl", "out/7.hex"]);
    assert!(said.contains("1 of 1 images verified"), "{said}");
    // A label that the scheme did not make is never corrected; a UID of no chip is refused.
    for (from, to, expected) in [
        (
            "EUDV2407-000042",
            "EUDV2407-00004Z",
            "field `label`: column `label`: found `Z` at position 15, expected a digit",
        ),
        (
            "20323742324B500A003B0023",
            "20323742324B500A003B002",
            "field `chip`: found `20323742324B500A003B002`, expected",
        ),
    ] {
        bench.write("wrong.csv", bench.text("units.csv").replace(from, to));
        let said = bench.run(&["stamp", "--job", "job.toml", "--out", "w", "--count", "1", "--input", "wrong.csv"]);
        assert!(said.code == 3 && said.err.contains(expected), "{}", said.err);
    }
    bench.edit("job.toml", "\"01\" = \"09520123456788\"", "\"01\" = \"09520123456789\"");
    let said = bench.run(&["stamp", "--job", "job.toml", "--out", "w", "--count", "1", "--input", "units.csv"]);
    assert!(said.err.starts_with("nameplate: unit 7: [[text]] `gs1`: "), "{}", said.err);
    bench.edit("job.toml", "\"{label}\" }\n[[text]]\nname = \"note\"", "\"{labl}\" }\n[[text]]\nname = \"note\"");
    let said = bench.run(&["stamp", "--job", "job.toml", "--out", "w", "--count", "1", "--input", "units.csv"]);
    assert_eq!(said.err, "nameplate: [[text]] `code`: no field is named `labl`; did you mean `label`?\n");
    assert!(!bench.list().iter().any(|name| name == "w"));
}

/// Where no field says the unit's number, what the fields hold says the line of `--units`.
#[test]
fn units_are_known_by_their_fields() {
    let bench = Bench::new();
    let job = |value: &str| {
        format!(
            "[image]\nfile = \"firmware.hex\"\n[unit]\nfirst = 1\ndate = 2024-07-01\n[[field]]\nname = \"one\"\nat = \"0x08001F04\"\n{value}\n"
        )
    };
    let verify = |images: &[&str]| {
        bench.run(&[&["verify", "--job", "job.toml", "--units", "out/units.jsonl"][..], images].concat())
    };
    for value in [
        "encode = \"bytes:12\"\nvalue = { stm32 = \"memory\", input = \"uid\" }",
        "encode = \"ascii:16:nul\"\nvalue = { scan = \"EUDV{YY}{MM}-{seq:6}\", input = \"label\" }",
    ] {
        bench.write("job.toml", job(value));
        bench.write(
            "units.csv",
            "seq,uid,label\n1,20323742324B500A003B0023,EUDV2407-000777\n2,20323742324B500A003B0024,EUDV2407-000100\n",
        );
        bench.good(&["stamp", "--job", "job.toml", "--out", "out", "--count", "2", "--input", "units.csv"]);
        let said = verify(&["out/1.hex", "out/2.hex"]);
        assert!(said.code == 0 && said.out.contains("2 of 2 images verified: numbers 1 to 2"), "{said:?}");
        let said = verify(&["out/1.hex", "out/1.hex"]);
        assert!(said.code == 4 && said.out.contains("out/1.hex: has number 1, and so has out/1.hex"), "{said:?}");
        let journal = bench.text("out/units.jsonl");
        bench.write("out/units.jsonl", journal.lines().next().unwrap());
        let said = verify(&["out/2.hex"]);
        assert!(said.code == 4 && said.out.contains("out/2.hex: is of no unit in --units\n"), "{said:?}");
        std::fs::remove_dir_all(bench.path("out")).unwrap();
    }
    bench.write("job.toml", job("encode = \"bytes:4\"\nvalue = { input = \"key\", as = \"hex\" }\nsecret = true"));
    bench.write("units.csv", "seq,key\n1,00112233\n");
    bench.good(&["stamp", "--job", "job.toml", "--out", "out", "--count", "1", "--input", "units.csv"]);
    let said = verify(&["out/1.hex"]);
    let expected = "is of no unit in --units: all its fields are secret, so nothing says which unit it is";
    assert!(said.code == 4 && said.out.contains(expected), "{said:?}");
}
