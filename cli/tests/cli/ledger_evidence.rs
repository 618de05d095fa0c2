//! Boards that cannot be read back: what their firmware reports, and what the programmer says that it wrote. Weaker evidence
//! than the job asks for makes nothing verified.

use serde_json::Value;

use crate::ledger::Line;

/// A line whose job asks for this evidence.
fn line(evidence: &str) -> Line {
    let line = Line::new();
    let job = line.bench.text("nameplate.toml") + &format!("evidence = \"{evidence}\"\n");
    line.bench.write("nameplate.toml", job);
    line
}

fn reports(n: u32, texts: &str) -> String {
    let texts: Vec<String> = texts.split(' ').map(|text| format!("--reported {text}")).collect();
    format!("verify --job nameplate.toml {} {}", Line::keys("seen", n), texts.join(" "))
}

fn programmed(n: u32) -> String {
    format!("verify --job nameplate.toml {} --programmer u.hex", Line::keys("seen", n))
}

fn evidence(line: &Line) -> Vec<String> {
    let log = line.good("ledger export");
    let events = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    events
        .filter(|event| event["kind"] == "verified")
        .map(|event| event["evidence"].as_str().unwrap().to_owned())
        .collect()
}

const BOTH: &str = "EUDV2407-000001 70-B3-D5-7E-D0-00";

/// Each evidence against what each job asks for: the weaker is refused, and nothing is recorded.
#[test]
fn as_strong_as_the_job_asks() {
    let ranks = ["programmer", "reported", "readback"];
    for (asked, weakest) in ranks.iter().enumerate() {
        for (given, kind) in ranks.iter().enumerate() {
            let mut line = line(weakest);
            line.good(&Line::ask(1));
            line.flash(1);
            let before = line.good("ledger export");
            let verify = match *kind {
                "programmer" => programmed(1),
                "reported" => reports(1, BOTH),
                _ => line.read_back(1),
            };
            if given < asked {
                let words = format!("evidence is `{kind}`, and the job asks for `{weakest}`, so nothing was recorded");
                line.refused(&verify, 3, &words);
                assert!(line.run(&format!("{verify} --json")).out.contains(r#""kind":"evidence","exit":3"#));
                assert_eq!(line.good("ledger export"), before);
                assert!(line.bench.path("u.hex").exists());
                assert_eq!(line.pool(), "board 1..4000: 1 reserved, 3999 free");
                line.refused("ledger ship BOX-1 pcb=PCB-0001", 3, "unit 1 is reserved");
                // The way on.
                line.good(&line.read_back(1));
                assert_eq!(evidence(&line), ["readback"]);
            } else {
                let said = line.good(&verify);
                let shown = if *kind == "readback" {
                    "verified, attempt 1".to_owned()
                } else {
                    format!("verified ({kind}), attempt 1")
                };
                assert!(said.contains(&shown), "{said}");
                assert!(said.contains("u.hex, which is not to be written again"), "{said}");
                assert!(!line.bench.path("u.hex").exists());
                assert_eq!(evidence(&line), [*kind]);
                assert!(line.good("ledger find EUDV2407-000001").contains(&shown));
                let found: Value = serde_json::from_str(&line.good("--json ledger find EUDV2407-000001")).unwrap();
                assert_eq!(found["found"][0]["evidence"], *kind);
                // Said again, it changes nothing.
                let after = line.good("ledger export");
                if *kind == "reported" {
                    line.good(&verify);
                    assert_eq!(line.good("ledger export"), after);
                }
            }
            assert_eq!(line.pool(), "board 1..4000: 1 verified, 3999 free");
            line.audit();
        }
    }
}

#[test]
fn what_the_firmware_reports() {
    let mut line = line("reported");
    (1..=2).for_each(|n| {
        line.good(&Line::ask(n));
        line.flash(n);
        std::fs::rename(line.bench.path("u.hex"), line.bench.path(&format!("u{n}.hex"))).unwrap();
        std::fs::remove_file(line.bench.path("u.hex.units.jsonl")).unwrap();
    });
    let before = line.good("ledger export");
    // Noise on the wire quarantines nobody.
    line.refused(
        &reports(1, "EUDV24#7-000001"),
        3,
        "--reported `EUDV24#7-000001` is no text of board, mac, so nothing was recorded",
    );
    line.refused(&reports(1, "EUDV2407-000001 EUDV2407-000002"), 2, "are both of pool `board`: one board has one");
    assert_eq!(line.good("ledger export"), before);
    // A part of its numbers does not make it verified.
    line.refused(
        &reports(1, "EUDV2407-000001"),
        4,
        "this board shows `EUDV2407-000001` and not `70-B3-D5-7E-D0-00` of pool `mac`",
    );
    assert_eq!(line.pool(), "board 1..4000: 1 reserved, 1 unknown, 3998 free");
    // An address in the form of the firmware.
    line.good(&reports(1, "EUDV2407-000001 70:b3:d5:7e:d0:00"));
    assert_eq!(line.pool(), "board 1..4000: 1 reserved, 1 verified, 3998 free");
    // It reports what another board has.
    line.refused(&reports(2, "EUDV2407-000001 70-B3-D5-7E-D0-00"), 4, "units 1, 2 are quarantined");
    for (args, words) in [
        (reports(1, BOTH).replace("--seen", "--scan"), "cannot be used with"),
        (format!("{} u1.hex", reports(1, BOTH)), "cannot be used with"),
        (format!("{} --programmer", reports(1, BOTH)), "cannot be used with"),
        ("verify --job nameplate.toml --reported EUDV2407-000001".to_owned(), "give --ledger FILE, and --seen"),
        ("verify --job nameplate.toml --programmer u1.hex".to_owned(), "give --ledger FILE, and --seen"),
        ("verify --job nameplate.toml".to_owned(), "IMAGES"),
    ] {
        line.refused(&args, 2, words);
    }
}

/// The file that the programmer says that it wrote must be the unit's.
#[test]
fn what_the_programmer_says() {
    let line = line("programmer");
    line.good(&Line::ask(1));
    std::fs::rename(line.bench.path("u.hex"), line.bench.path("u1.hex")).unwrap();
    std::fs::remove_file(line.bench.path("u.hex.units.jsonl")).unwrap();
    line.good(&Line::ask(2));
    // A read-back is not what was stamped, whatever the job asks for.
    let words = "this is the file that was stamped, and says nothing of the board";
    line.refused(&programmed(2).replace(" --programmer", ""), 3, words);
    line.refused(&programmed(1), 4, "units 1, 2 are quarantined");
    for n in 1..=2 {
        line.good(&format!("ledger release --unit pcb=PCB-000{n} --reason wrong_file"));
    }
    line.refused(&programmed(2).replace("u.hex", "firmware.hex"), 4, "this board is blank, and unit 2 has");
    line.good(&programmed(2));
    line.good(&programmed(1).replace("u.hex", "u1.hex"));
    assert_eq!(
        (line.pool(), evidence(&line)),
        ("board 1..4000: 2 verified, 3998 free".into(), vec!["programmer".into(), "programmer".into()])
    );
    line.audit();
}
