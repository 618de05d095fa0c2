//! `verify --scan`: what was scanned from the label must agree with what the memory says.

use serde_json::{Value, json};

use crate::Bench;
#[cfg(feature = "ledger")]
use crate::ledger::Line;

const TEXTS: &str = r#"
[[field]]
name   = "model"
at     = "0x08001F80"
encode = "ascii:8:nul"
value  = { text = "EB-1" }
[[text]]
name = "sticker"
value = "No. {seq:4} {serial}"
[[text]]
name = "box"
value = "{model} rev C"
[[text]]
name = "case"
gs1 = { "01" = "09520123456788", "21" = "{serial}", "10" = "{model}" }
"#;

/// Three units with a model, which all have, and texts.
fn stamped() -> Bench {
    let bench = Bench::new();
    bench.edit(
        "nameplate.toml",
        "[[checksum]]",
        &(TEXTS.split_once("[[text]]").unwrap().0.to_owned() + "\n[[checksum]]"),
    );
    let job = bench.text("nameplate.toml") + "\n[[text]]" + TEXTS.split_once("[[text]]").unwrap().1;
    bench.write("nameplate.toml", job);
    bench.good(&["stamp", "--job", "nameplate.toml", "--count", "3", "--out", "out"]);
    bench
}

const VERIFY: [&str; 4] = ["verify", "--job", "nameplate.toml", "out/EUDV2407-000002.hex"];

fn scanned<'a>(labels: &[&'a str]) -> Vec<&'a str> {
    VERIFY.into_iter().chain(labels.iter().flat_map(|label| ["--scan", *label])).collect()
}

#[test]
fn a_label_that_agrees() {
    let bench = stamped();
    for (label, with) in [
        ("EUDV2407-000002", "serial"),
        ("70-B3-D5-7E-D0-01", "mac"),
        ("70:b3:d5:7e:d0:01", "mac"),
        ("70B3D57ED001", "mac"),
        ("No. 0002 EUDV2407-000002", "sticker"),
        ("(01)09520123456788(10)EB-1(21)EUDV2407-000002", "case"),
        ("010952012345678810EB-1\u{1d}21EUDV2407-000002", "case"),
        ("]d2010952012345678810EB-1\u{1d}21EUDV2407-000002", "case"),
    ] {
        let said = bench.good(&scanned(&[label]));
        let shown = label.replace('\u{1d}', "\\u{1d}");
        assert!(said.contains(&format!(", label {shown} agrees with {with}\n")), "{said}");
    }
    let said = bench.good(&[scanned(&["EUDV2407-000002", "70B3D57ED001"]).as_slice(), &["--json"]].concat());
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        said["scanned"],
        json!([
            { "text": "EUDV2407-000002", "agrees_with": "serial", "wrong": null },
            { "text": "70B3D57ED001", "agrees_with": "mac", "wrong": null },
        ])
    );
}

/// A difference is exit 4, and says both.
#[test]
fn a_label_that_does_not() {
    let bench = stamped();
    for (label, words) in [
        (
            "EUDV2407-OOO002",
            "the label says `EUDV2407-OOO002`, and the memory has serial `EUDV2407-000002`: characters 10 to 12 are `OOO` on the \
             label, `000` in the memory",
        ),
        (
            "EUDV2407-000001",
            "the label says `EUDV2407-000001`, and the memory has serial `EUDV2407-000002`: character 15 is `1` on the label, `2` \
             in the memory",
        ),
        ("eudv2407-000002", "are `eudv` on the label, `EUDV` in the memory"),
        (" EUDV2407-000002", "there are blanks around it"),
        ("70:B3:D5:7E:D0:00", "the label says `70:B3:D5:7E:D0:00`, and the memory has mac `70-B3-D5-7E-D0-01`"),
        ("", "the label says ``, and the memory has serial `EUDV2407-000002`"),
        // What all units have says nothing of this one.
        ("EB-1", "the label says `EB-1`, and the memory has "),
        ("EB-1 rev C", "the label says `EB-1 rev C`, and the memory has "),
        (
            "No. 0001 EUDV2407-000002",
            "the memory has sticker `No. 0002 EUDV2407-000002`: character 8 is `1` on the label",
        ),
    ] {
        let said = bench.run(&scanned(&[label]));
        assert!(said.code == 4 && said.out.contains(words), "{label}: {said:?}");
        assert!(said.out.contains("0 of 1 images verified"), "{said:?}");
    }
    // One of two.
    let args = [scanned(&["EUDV2407-000002", "EUDV2407-000003"]).as_slice(), &["--json"]].concat();
    let said = bench.run(&args);
    let json: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((said.code, &json["ok"], &json["images"][0]["ok"]), (4, &json!(false), &json!(false)));
    assert_eq!(json["scanned"][0]["agrees_with"], "serial");
    assert_eq!(json["scanned"][1]["agrees_with"], Value::Null);
    assert_eq!(json["images"][0]["wrong"], json!([json["scanned"][1]["wrong"]]));
    let said = bench.run(&["verify", "--job", "nameplate.toml", "--scan", "EUDV2407-000002", "out"]);
    assert!(said.code == 2 && said.err.contains("--scan is of the label of one board"), "{said:?}");
}

/// A mis-scan is never recorded as verified, and the same board with the right scan is.
#[test]
#[cfg(feature = "ledger")]
fn a_label_and_the_ledger() {
    let mut line = Line::new();
    line.make(1);
    line.good(&Line::ask(2));
    line.flash(2);
    let verify = line.read_back(2);
    let kinds = |line: &Line, kind: &str| line.good("ledger export").matches(&format!("\"kind\":\"{kind}\"")).count();
    // The scanner repeats the last barcode.
    let said = line.run(&format!("{verify} --scan EUDV2407-000001"));
    assert_eq!(said.code, 4, "{said:?}");
    for words in [
        "the label says `EUDV2407-000001`, and the memory has serial `EUDV2407-000002`",
        "unknown, attempt 1",
        "Scan the label again, and verify with that",
        "ledger: the label is that of unit 1: pcb=PCB-0001",
    ] {
        assert!(said.out.contains(words), "{words}: {said:?}");
    }
    assert_eq!(line.pool(), "board 1..4000: 1 unknown, 1 verified, 3998 free");
    assert_eq!(kinds(&line, "verified"), 1);
    assert!(line.bench.path("u.hex").exists());
    let last = line.good("ledger export").lines().last().unwrap().to_owned();
    assert!(
        last.contains(r#""kind":"unknown","unit":2,"attempt":1,"reason":"the label says `EUDV2407-000001`, and"#),
        "{last}"
    );
    let said = line.good(&format!("{verify} --scan EUDV2407-000002 --scan 70:B3:D5:7E:D0:01"));
    assert!(
        said.contains("label EUDV2407-000002 agrees with serial, label 70:B3:D5:7E:D0:01 agrees with mac"),
        "{said}"
    );
    assert_eq!((line.pool(), kinds(&line, "verified")), ("board 1..4000: 2 verified, 3998 free".to_owned(), 2));
    assert!(!line.bench.path("u.hex").exists());
    // A verified board with another one's label does not leave.
    line.refused(
        &format!("{verify} --scan EUDV2407-000001"),
        4,
        "it was verified, and is unknown from here on: the label says",
    );
    line.refused("ledger ship BOX-1 pcb=PCB-0002", 3, "unit 2 is unknown");
    line.good(&format!("{verify} --scan EUDV2407-000002"));
    line.good("ledger ship BOX-1 pcb=PCB-0002");
    line.audit();
}

/// What is no label of such a job may be a key.
#[test]
fn a_key_is_not_shown() {
    let bench = Bench::new();
    let job = bench.text("nameplate.toml")
        + "\n[[field]]\nname = \"key\"\nat = \"0x08001F80\"\nencode = \"bytes:16\"\nvalue = { input = \"key\", as = \"hex\" }\nsecret = true\n";
    bench.write("nameplate.toml", job);
    let key = "C0FFEE00112233445566778899AABBCC";
    bench.good(&[
        "stamp",
        "--job",
        "nameplate.toml",
        "--first",
        "2",
        "--count",
        "1",
        "--set",
        &format!("key={key}"),
        "--out",
        "out",
    ]);
    let said = bench.run(&scanned(&[key]));
    assert!(
        said.code == 4 && said.out.contains("the label says a text of 32 characters, and the memory has serial"),
        "{said:?}"
    );
    let json = bench.run(&[scanned(&[key]).as_slice(), &["--json"]].concat());
    assert!(json.code == 4 && !json.out.contains(key) && !said.out.contains(key), "{json:?}");
    assert!(bench.good(&scanned(&["EUDV2407-000002"])).contains("agrees with serial"));
}
