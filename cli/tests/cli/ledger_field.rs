//! Boards that come back from the field: `ledger find --read` says who they are, and what differs.

use std::fmt::Write as _;
use std::fs;

use serde_json::{Value, json};

use crate::ledger::Line;

const FIND: &str = "ledger find --read back.hex --job nameplate.toml";

/// Writes bytes into the record at `address` of a HEX file, and mends its sum.
fn patched(hex: &[u8], address: &str, at: usize, bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(hex.to_vec()).unwrap();
    let (mut out, mut count) = (String::new(), 0);
    for line in text.split_inclusive('\n') {
        if line.get(3..9) != Some(&format!("{address}00")) {
            out += line;
            continue;
        }
        let mut record = hex::decode(line.trim_end().get(1..).unwrap()).unwrap();
        record.splice(4 + at..4 + at + bytes.len(), bytes.iter().copied());
        let _ = record.pop();
        let sum = record.iter().fold(0_u8, |sum, byte| sum.wrapping_sub(*byte));
        let end = line.trim_start_matches(|c| c != '\r' && c != '\n');
        write!(out, ":{}{sum:02X}{end}", hex::encode_upper(&record)).unwrap();
        count += 1;
    }
    assert_eq!(count, 1, "{address}");
    out.into_bytes()
}

fn serial(line: &Line, n: u32, text: &str) -> Vec<u8> {
    patched(
        &patched(&line.boards[&format!("{n:04}")], "1F00", 4, &text.as_bytes()[..12]),
        "1F10",
        0,
        &text.as_bytes()[12..],
    )
}

fn mac(line: &Line, n: u32, last: u8) -> Vec<u8> {
    patched(&line.boards[&format!("{n:04}")], "1F10", 4, &[0x70, 0xB3, 0xD5, 0x7E, 0xD0, last])
}

#[test]
fn a_board_that_comes_back() {
    let mut line = Line::new();
    (1..=3).for_each(|n| line.make(n));
    line.bench.write("back.hex", &line.boards["0002"]);
    let said = line.good(FIND);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 6, "{said}");
    assert_eq!(lines[0], "back.hex: board EUDV2407-000002, mac 70-B3-D5-7E-D0-01");
    assert_eq!(
        lines[1],
        "unit 2: pcb=PCB-0002, uid=34002100115137300002; board 2 EUDV2407-000002; mac 1 70-B3-D5-7E-D0-01; verified, attempt 1"
    );
    for (text, kind) in lines[2..5].iter().zip(["reserved", "begun", "verified"]) {
        assert!(text.starts_with("  {\"seq\":") && text.contains(&format!("\"kind\":\"{kind}\",\"unit\":2")), "{text}");
    }
    assert_eq!(lines[5], "it shows what the ledger has, and all else is as the job has it");
    // Nothing was written.
    assert_eq!(line.good("ledger export").lines().count(), 12);

    let said: Value = serde_json::from_str(&line.good(&format!("{FIND} --json"))).unwrap();
    assert_eq!(said["shows"], json!({ "board": "EUDV2407-000002", "mac": "70-B3-D5-7E-D0-01" }));
    assert_eq!(
        (&said["file"], &said["differs"], &said["not_as_the_job"]),
        (&json!("back.hex"), &json!([]), &json!([]))
    );
    assert_eq!((&said["found"][0]["unit"], &said["found"][0]["state"]), (&json!(2), &json!("verified")));
    assert_eq!(said["found"][0]["history"].as_array().unwrap().len(), 3);
    assert_eq!((&said["ok"], &said["closed"]), (&json!(true), &Value::Null));

    // Other firmware around the same identity is said, and is no contradiction.
    let other = patched(&line.boards["0002"], "1000", 3, &[0x5A]);
    line.bench.write("back.hex", &other);
    let said = line.good(FIND);
    assert!(
        said.contains("\nnot as the job: checksum `image` is wrong: ")
            && said.contains(
                "\nnot as the job: 1 byte outside of fields and checksums differ from the template, the first at "
            )
            && said.ends_with("\nit shows what the ledger has\n"),
        "{said}"
    );
}

/// What differs is said with both sides, whose each is, and exit 4.
#[test]
fn what_differs() {
    let mut line = Line::new();
    (1..=3).for_each(|n| line.make(n));
    line.good(&Line::ask(4));
    line.flash(4);
    line.bench.write("back.hex", mac(&line, 2, 0));
    let said = line.run(FIND);
    assert_eq!(said.code, 4, "{said:?}");
    assert_eq!(said.out.lines().filter(|line| line.starts_with("unit ")).count(), 2, "{said:?}");
    let words = "differs: it shows `EUDV2407-000002`, which is unit 2's, and `70-B3-D5-7E-D0-00`, which is unit 1's: two boards may \
                 have one number\n";
    assert!(said.out.contains(words), "{said:?}");
    assert!(!said.out.contains("it shows what the ledger has"), "{said:?}");

    let all = [
        (mac(&line, 2, 0x40), "differs: `70-B3-D5-7E-D0-40` of pool `mac` was given to nobody\n"),
        (
            patched(&line.boards["0002"], "1F10", 4, &[0xFF; 6]),
            "differs: unit 2 has `70-B3-D5-7E-D0-01` of pool `mac`, and it is blank there\n",
        ),
        (line.boards["0004"].clone(), "differs: unit 4 is reserved: nothing was read back of it yet"),
    ];
    for (memory, words) in all {
        line.bench.write("back.hex", memory);
        line.refused(FIND, 4, words);
    }
    line.good("ledger retire --unit pcb=PCB-0001 --reason scrapped");
    line.good("ledger retire --unit pcb=PCB-0003 --reason label_lost --replace R1 --job nameplate.toml");
    line.bench.write("back.hex", &line.boards["0001"]);
    line.refused(FIND, 4, "differs: unit 1 is retired: no board may have its number\n");
    line.bench.write("back.hex", &line.boards["0003"]);
    line.refused(
        FIND,
        4,
        "differs: `EUDV2407-000003` of pool `board` is retired; unit 3, which had it, has `EUDV2407-000005` now\n",
    );
    let said = line.run(&format!("{FIND} --json"));
    let said: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((said["ok"].as_bool(), said["differs"].as_array().unwrap().len()), (Some(false), 3), "{said}");
    line.audit();
}

/// What says nothing of a board of this ledger.
#[test]
fn nobodys_board() {
    let mut line = Line::new();
    line.make(1);
    line.refused("ledger find --read firmware.hex --job nameplate.toml", 3, "firmware.hex: this board is blank");
    let foreign = serial(&line, 1, "EUDV2407-000099");
    let _ = line.boards.insert("0001".into(), foreign);
    line.bench.write("back.hex", mac(&line, 1, 0x40));
    let words =
        "back.hex: it shows board EUDV2407-000099, mac 70-B3-D5-7E-D0-40, and the ledger gave none of that to anyone";
    line.refused(FIND, 3, words);
    let said = line.run(&format!("{FIND} --json"));
    assert!(said.out.contains(r#""kind":"unknown-unit","exit":3"#), "{said:?}");
    line.refused("ledger find --read back.hex", 2, "--job");
    line.refused("ledger find EUDV2407-000001 --job nameplate.toml", 2, "cannot be used with");
    line.refused("ledger find EUDV2407-000001 --read back.hex --job nameplate.toml", 2, "cannot be used with");
    line.refused("ledger find --read none.hex --job nameplate.toml", 1, "none.hex: there is no such file");
    line.bench.write("part.hex", ":0400000001020304F2\n:00000001FF\n");
    line.refused("ledger find --read part.hex --job nameplate.toml", 3, "part.hex: ");
}

/// An older copy may not know what the newest one does; after a recovery, its number is lost.
#[test]
fn a_board_that_a_restore_took_away() {
    let mut line = Line::new();
    line.make(1);
    line.good("ledger backup --out old.db");
    (2..=3).for_each(|n| line.make(n));
    line.restore("old.db");
    line.bench.write("back.hex", &line.boards["0003"]);
    line.refused(FIND, 6, "back.hex: nothing is known of that here, and this is an older copy of the ledger");
    fs::remove_file(line.journal()).unwrap();
    line.good("ledger recover --reason disk_died");
    let said = line.run(FIND);
    assert_eq!(said.code, 4, "{said:?}");
    assert!(
        said.out.contains("differs: `EUDV2407-000003` of pool `board` is lost; no unit has it\n")
            && said.out.contains("differs: `70-B3-D5-7E-D0-02` of pool `mac` is lost; no unit has it\n"),
        "{said:?}"
    );
}
