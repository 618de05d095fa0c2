//! What a ledger is told and says: decisions that outlive a restore, contradictions by name, the way on from each refusal,
//! and its errors for a script.

use std::fs;

use crate::ledger::Line;

fn remade(line: &Line) {
    let _ = fs::remove_file(line.bench.path("u.hex"));
}

/// What was decided since the backup stands in the journal of this PC, and is told again.
#[test]
fn decisions_outlive_a_restore() {
    let mut line = Line::new();
    (1..=5).for_each(|n| line.make(n));
    line.good(&Line::ask(6));
    remade(&line);
    line.good("ledger backup --out old.db");
    line.good("ledger retire --unit pcb=PCB-0001 --reason scrapped");
    line.good("ledger ship BOX-17 pcb=PCB-0002");
    // The board of unit 3 shows what unit 4 has.
    let _ = line.boards.insert("0003".into(), line.boards["0004"].clone());
    line.refused(&line.read_back(3), 4, "units 3, 4 are quarantined");
    line.good("ledger void --unit pcb=PCB-0006 --reason never_built");
    line.good("ledger note --unit pcb=PCB-0005 lot:U4=L1");
    line.good("ledger rekey --unit pcb=PCB-0005 --add uid=34002100115137309999 --reason new_chip");
    let newest = line.good("ledger export").lines().count();
    let journal = fs::read_to_string(line.journal()).unwrap();
    for kind in ["pool", "begun", "verified", "retired", "shipped", "quarantined", "voided", "noted", "rekeyed"] {
        assert!(journal.contains(&format!("\\\"kind\\\":\\\"{kind}\\\"")), "{kind}: {journal}");
    }
    line.restore("old.db");
    let said = line.good("ledger recover --reason disk_died");
    assert!(said.contains("journal.jsonl`: 7 events that this ledger lacked."), "{said}");
    assert!(said.contains("It lacked events 20 to 26 of before, since 20"), "{said}");
    assert!(said.contains("pool `mac`: 6 is the next number; none is lost.\n"), "{said}");
    assert!(!said.contains("No journal has"), "{said}");
    assert_eq!(newest, 26);
    assert_eq!(line.pool(), "board 1..4000: 1 unknown, 1 verified, 2 quarantined, 1 retired, 1 void, 3994 free");
    line.refused(&Line::ask(1), 3, "unit 1 is retired");
    assert!(line.good("ledger find --shipment BOX-17").contains("pcb=PCB-0002"));
    assert!(line.good("ledger find --note lot:U4=L1").contains("had uid=34002100115137300005"));
    assert!(!line.good("ledger status").contains("recovered at event"));
    line.boards.clear();
    line.audit();
}

/// Without the journal it is said what nobody knows, there and ever after.
#[test]
fn what_a_restore_lost_is_said() {
    let mut line = Line::new();
    (1..=2).for_each(|n| line.make(n));
    line.good("ledger backup --out old.db");
    line.good("ledger retire --unit pcb=PCB-0001 --reason scrapped");
    line.restore("old.db");
    fs::remove_file(line.journal()).unwrap();
    let said = line.good("--json ledger recover --reason disk_died");
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        (&said["after"], &said["known"], &said["missing"]),
        (&9.into(), &10.into(), &serde_json::json!([[10, 10]]))
    );
    assert_eq!(said["journals"], serde_json::json!([]));
    let words = "recovered at event 10 (";
    let status = line.good("ledger status");
    assert!(
        status.contains(words)
            && status.contains(
                "what event 10 of before told of units is lost, but for what was told again (they are since 20"
            ),
        "{status}"
    );
    let find = line.good("ledger find pcb=PCB-0001");
    let words =
        "  the ledger was recovered at event 10: what was reported of this unit in event 10 of before is lost\n";
    assert!(find.lines().nth(1) == Some(words.trim_end()), "{find}");
    let find: serde_json::Value = serde_json::from_str(&line.good("--json ledger find pcb=PCB-0001")).unwrap();
    assert_eq!(find["found"][0]["recovered"][0]["tail"]["missing"], serde_json::json!([[10, 10]]));
    // A unit that came later is not in doubt.
    line.make(3);
    assert!(!line.good("ledger find pcb=PCB-0003").contains("recovered at"));
}

/// A part that was replaced, and a read-back that contradicts, make a unit unknown, which is an event.
#[test]
fn nothing_stays_verified_that_is_in_doubt() {
    let mut line = Line::new();
    (1..=2).for_each(|n| line.make(n));
    let said = line.good("ledger rekey --unit pcb=PCB-0001 --add uid=3400210011513730AAAA --reason new_chip");
    assert!(said.contains("unknown, attempt 1") && said.contains("nothing was read back of the new part"), "{said}");
    line.refused(
        &Line::ask(1).replace("34002100115137300001", "3400210011513730AAAA"),
        3,
        "unit 1 is unknown: read the board",
    );
    line.bench.write("back.hex", &line.boards["0001"]);
    line.good("verify --job nameplate.toml --seen uid=3400210011513730aaaa --seen pcb=PCB-0001 back.hex");
    // A verified board reads blank: exit 4, one event, and it is not verified any more.
    let blank = format!("verify --job nameplate.toml {} firmware.hex", Line::keys("seen", 2));
    let words =
        "ledger: it was verified, and is unknown from here on: this board is blank, and unit 2 has `EUDV2407-000002`";
    line.refused(&blank, 4, words);
    assert_eq!(line.pool(), "board 1..4000: 1 unknown, 1 verified, 3998 free");
    let last = line.good("ledger export").lines().last().unwrap().to_owned();
    assert!(
        last.contains(r#""kind":"unknown","unit":2,"attempt":1,"reason":"this board is blank, and unit 2 has"#),
        "{last}"
    );
    line.good(&line.read_back(2));
    line.audit();
}

/// What differs is named, with both values; what is out of use is not quarantined.
#[test]
fn a_contradiction_by_name() {
    let mut line = Line::new();
    (1..=2).for_each(|n| line.make(n));
    line.bench.write("back.hex", &line.boards["0001"]);
    let mixed = "verify --job nameplate.toml --seen uid=34002100115137300001 --seen pcb=PCB-0002 back.hex";
    line.refused(mixed, 3, "the keys name unit 1 and unit 2: scan them again");
    let other = "verify --job nameplate.toml --seen uid=34002100115137300001 --seen pcb=PCB-0009 back.hex";
    line.refused(
        other,
        4,
        "`pcb` of this board is PCB-0009, and unit 1 has PCB-0001: unit 1 is quarantined. Find its board",
    );
    line.good("ledger release --unit pcb=PCB-0001 --reason scanned_wrongly");
    line.good(&line.read_back(1));
    line.good("ledger retire --unit pcb=PCB-0001 --reason scrapped");
    line.bench.write("back.hex", &line.boards["0001"]);
    let words = "this board shows `EUDV2407-000001`, `70-B3-D5-7E-D0-00`, which is unit 1's, and its keys are not; unit 1 is \
                 retired. Nothing is quarantined";
    line.refused(&(Line::ask(3) + " --found back.hex"), 4, words);
    assert_eq!(line.pool(), "board 1..4000: 1 verified, 1 retired, 3998 free");
    // A board that nobody knows: whose number it shows.
    let words = "it shows `EUDV2407-000001`, which is unit 1's (pcb=PCB-0001, uid=34002100115137300001)";
    let unknown = format!("verify --job nameplate.toml {} back.hex", Line::keys("seen", 8));
    line.refused(
        &unknown,
        3,
        "no unit has these keys (pcb=PCB-0008, uid=34002100115137300008), and nothing was recorded",
    );
    line.refused(&unknown, 3, words);
    // After a replacement the old number is known for what it is.
    let replace = "ledger retire --unit pcb=PCB-0002 --reason label_lost --replace RMA-1 --job nameplate.toml";
    line.good(replace);
    let words = "this board shows `EUDV2407-000002`, which unit 2 had before: its unit was given another one, `EUDV2407-000003`";
    line.refused(&line.read_back(2), 4, words);
}

/// An older copy says so first, whatever it is asked, and nothing is made of it that would pass for the newest.
#[test]
fn an_older_copy_says_so() {
    let mut line = Line::new();
    (1..=2).for_each(|n| line.make(n));
    line.good("ledger backup --out old.db");
    line.good("ledger export --out log.jsonl");
    line.make(3);
    line.restore("old.db");
    let first = "closed: this is an older copy of the ledger: it has 9 events, and its anchor";
    for args in ["ledger status", "ledger find pcb=PCB-0001", "ledger export --out again.jsonl"] {
        assert!(line.good(args).starts_with(first), "{args}");
    }
    let words = "Put back the newest one, or `import` an export that was made later, or run `recover` with a reason";
    for args in ["ledger backup --out new.db", "ledger check", "ledger audit", "ledger find pcb=PCB-0003"] {
        line.refused(args, 6, words);
    }
    assert!(!line.bench.path("new.db").exists());
    line.refused("ledger check", 6, "the tables are what the log says, and it is not the newest");
    let said = line.run("--json ledger backup --out new.db");
    assert!(said.out.contains(r#""kind":"recovering","exit":6,"ok":false"#), "{said:?}");
}

/// The file of a unit is there already: its own, another one's, or that of a unit that is verified.
#[test]
fn onto_a_file_that_is_there() {
    let mut line = Line::new();
    line.good(&Line::ask(1));
    let (bytes, journal) = (line.bench.read("u.hex"), fs::read_to_string(line.journal()).unwrap());
    let said = line.good(&Line::ask(1));
    assert_eq!(said, "EUDV2407-000001  70-B3-D5-7E-D0-00  attempt 1  u.hex  (there already, with the same bytes)\n");
    assert_eq!(line.bench.read("u.hex"), bytes);
    assert!(fs::read_to_string(line.journal()).unwrap().starts_with(&journal));
    // Another unit, which has no number yet: none is drawn.
    line.refused(
        &Line::ask(2),
        3,
        "u.hex: exists already, and nothing is written over it: it shows EUDV2407-000001, 70-B3-D5-7E-D0-00, and this unit has \
         no number yet",
    );
    assert_eq!(line.pool(), "board 1..4000: 1 reserved, 3999 free");
    // One that has its number: both are named.
    line.good(&Line::ask(2).replace("u.hex", "two.hex"));
    let words = "it shows EUDV2407-000001, 70-B3-D5-7E-D0-00, and this unit has EUDV2407-000002, 70-B3-D5-7E-D0-01";
    line.refused(&Line::ask(2), 3, words);
    // Its own, of an attempt before.
    let words = "it shows EUDV2407-000001, 70-B3-D5-7E-D0-00, as this unit does, and was made for an attempt before";
    line.refused(&(Line::ask(1) + " --rework again"), 3, words);
    // Verified: nothing is written, and that is no error.
    line.flash(1);
    line.good(&line.read_back(1));
    line.bench.write("u.hex", "mine");
    assert_eq!(line.good(&Line::ask(1)), "EUDV2407-000001  70-B3-D5-7E-D0-00  verified: nothing was written\n");
    assert_eq!(line.bench.text("u.hex"), "mine");
}

#[test]
fn pools_that_are_not_needed() {
    let line = Line::new();
    line.good("ledger pool add baord --first 1 --last 9 --value X{seq:4}");
    line.refused(
        "ledger pool add baord --first 10 --last 19 --value Y{seq:4}",
        3,
        "pool `baord` exists already, 1 to 9, as `X{seq:4}`: give the new one another name; if no number of it was given, \
         `ledger pool drop baord --reason",
    );
    line.refused("ledger pool drop baord", 2, "--reason");
    // What would be written alike is refused, until the other one is dropped.
    line.refused("ledger pool add board3 --first 1 --last 99 --value X{seq:4}", 3, "overlaps pool `baord`");
    let said = "pool baord is dropped: its numbers are free for another one, its name is not\n";
    assert_eq!(line.good("ledger pool drop baord --why mistyped"), said);
    assert_eq!(line.good("ledger pool drop baord --reason again"), said);
    line.good("ledger pool add board3 --first 1 --last 99 --value X{seq:4}");
    line.refused(
        "ledger pool add baord --first 1 --last 9 --value Z{seq:4}",
        3,
        "pool `baord` was dropped, and its name stays",
    );
    assert!(line.good("ledger status").starts_with("baord 1..9: 9 void, 0 free, dropped\n"));
    line.refused("ledger pool drop bord --reason again", 3, "no pool `bord`");
    line.good(&Line::ask(1));
    line.refused("ledger pool drop board --reason x", 3, "pool `board` gave 1 numbers, and is not dropped");
    // A ledger that is gone and gave nothing is not said to have issued numbers.
    fs::remove_file(line.bench.path("line.db")).unwrap();
    let said = line.run("ledger init");
    assert!(
        said.code == 3 && !said.err.contains("issued") && said.err.contains("`import` an export of it"),
        "{said:?}"
    );
}

#[test]
fn shipped_once() {
    let mut line = Line::new();
    (1..=3).for_each(|n| line.make(n));
    let said = line.good("ledger ship BOX-1 pcb=PCB-0001 pcb=PCB-0002");
    assert!(said.ends_with("\nshipment BOX-1: 2 units, 2 in it now\n"), "{said}");
    assert!(line.good("ledger ship BOX-1 pcb=PCB-0003").ends_with("\nshipment BOX-1: 1 unit, 3 in it now\n"));
    assert!(line.good("ledger ship BOX-1 pcb=PCB-0003").ends_with("\nshipment BOX-1: 1 unit as before, 3 in it\n"));
    line.refused("ledger ship BOX-2 pcb=PCB-0003", 3, "unit 3 left with shipment `BOX-1`: say `--move` with a reason");
    line.good("ledger ship BOX-2 pcb=PCB-0003 --move the_box_was_full");
    assert!(!line.good("ledger find --shipment BOX-1").contains("PCB-0003"));
    assert!(line.good("ledger find --shipment BOX-2").contains(r#""reason":"the box was full""#));
    // And back.
    line.refused("ledger ship BOX-1 pcb=PCB-0003", 3, "unit 3 left with shipment `BOX-2`");
    line.good("ledger ship BOX-1 pcb=PCB-0003 --move it_fits");
    assert!(line.good("ledger find --shipment BOX-1").contains("PCB-0003"));
}

/// However a key is typed, it is the same board; a kind that no unit has is a mistake.
#[test]
fn keys_in_one_form() {
    let line = Line::new();
    let ask = |uid: &str, pcb: &str| {
        let mut command = line.command("stamp --job nameplate.toml --out u.hex");
        command.args(["--unit", &format!("uid={uid}"), "--unit", &format!("pcb={pcb}")]);
        let output = command.output().unwrap();
        remade(&line);
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
    };
    for (uid, pcb) in
        [("ab12cd34", "PCB-1"), (" AB12CD34 ", "PCB-1"), ("0xAb12cD34", " PCB-1\t"), ("AB:12:CD:34", "PCB-1\r\n")]
    {
        assert_eq!(ask(uid, pcb), "EUDV2407-000001  70-B3-D5-7E-D0-00  attempt 1  u.hex\n", "{uid:?} {pcb:?}");
    }
    assert!(ask("AB12CD35", "PCB\n1").contains("key `pcb`: 1 to 256 characters without control characters"));
    // The columns of an input are read the same way.
    line.bench.write("rows.csv", "uid,pcb\n0xab12cd34,PCB-1\n");
    line.good("stamp --job nameplate.toml --input rows.csv --out one");
    assert!(line.bench.path("one/EUDV2407-000001.hex").exists());
    assert!(line.good("ledger find uid=ab:12:cd:34").starts_with("unit 1: pcb=PCB-1, uid=AB12CD34;"));
    assert_eq!(line.pool(), "board 1..4000: 1 reserved, 3999 free");
    line.refused(
        "ledger rekey --unit pcb=PCB-1 --add udi=1234 --reason x",
        3,
        "no unit has a key of kind `udi`; did you mean `uid`?: this one has pcb, uid",
    );
}

#[test]
fn a_path_that_was_mistyped() {
    let line = Line::new();
    let said = line.run("ledger status --ledger lime.db");
    assert_eq!(said.code, 1);
    let expected = "nameplate: lime.db: there is no ledger at this path; in that folder lies `line.db`. A new one is made with \
                    `ledger init`\n";
    assert_eq!(said.err, expected);
    line.refused("ledger status --ledger none/line.db", 1, "there is no ledger, as there is no folder `none`");
    fs::remove_file(line.bench.path("line.db")).unwrap();
    line.refused("ledger status", 1, "there is no ledger, and one lay here (");
    line.refused("--json ledger status", 1, r#""kind":"no-ledger","exit":1,"ok":false"#);
}

/// A ledger that cannot be written says what is to be done. (Root may write all.)
#[test]
#[cfg(unix)]
fn read_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let line = Line::new();
    fs::create_dir(line.bench.path("db")).unwrap();
    fs::rename(line.bench.path("line.db"), line.bench.path("db/line.db")).unwrap();
    let set = |name: &str, mode| fs::set_permissions(line.bench.path(name), fs::Permissions::from_mode(mode)).unwrap();
    set("db/line.db", 0o444);
    set("db", 0o555);
    if fs::File::create(line.bench.path("db/probe")).is_err() {
        let said = line.run("ledger pool add x --first 1 --last 9 --value X{seq:4} --ledger db/line.db");
        assert!(said.code == 1 && said.err.contains("must be writable for this user"), "{said:?}");
    }
    set("db", 0o755);
}

/// Each error has a word for a script, which stays when its text changes.
#[test]
fn errors_for_a_script() {
    let mut line = Line::bare();
    line.good("ledger init");
    line.good("ledger pool add board --first 1 --last 3 --value EUDV{YY}{MM}-{seq:6}");
    line.good("ledger pool add mac --eui48 70B3D57ED");
    (1..=2).for_each(|n| line.make(n));
    line.good(&Line::ask(3));
    remade(&line);
    line.good("ledger backup --out old.db");
    line.good("ledger unknown --unit pcb=PCB-0003 --reason contact");
    line.good("ledger ship BOX pcb=PCB-0001");
    line.good("ledger retire --unit pcb=PCB-0002 --reason scrapped");
    line.bench.write("back.hex", &line.boards["0001"]);
    let (known, other) = (Line::ask(1), "stamp --job nameplate.toml --out u.hex --unit uid=1234 --unit pcb=PCB-0001");
    for (args, code, kind) in [
        (Line::ask(4), 5, "exhausted"),
        ("ledger void --unit pcb=PCB-0009 --reason x".into(), 3, "unknown-unit"),
        ("ledger void --unit board=EUDV2407-000009 --reason x".into(), 3, "unknown-unit"),
        ("ledger find EUDV2407-000009".into(), 3, "unknown-unit"),
        ("ledger void --unit pcb=PCB-0001 --reason x".into(), 3, "verified"),
        (Line::ask(2), 3, "retired"),
        (Line::ask(3), 3, "unread"),
        (other.into(), 3, "other-key"),
        (known.replace("PCB-0001", "PCB-0002"), 3, "two-units"),
        (known.replace("34002100115137300001", "FFFFFFFF"), 3, "bad-key"),
        ("ledger ship OTHER pcb=PCB-0001".into(), 3, "shipped"),
        ("ledger ship BOX pcb=PCB-0003".into(), 3, "unknown"),
        ("ledger pool drop board --reason x".into(), 3, "pool-used"),
        ("ledger pool drop baord --reason x".into(), 3, "unknown-pool"),
        ("ledger pool add board --first 1 --last 9 --value X{seq:4}".into(), 3, "pool-exists"),
        ("ledger pool add two --first 2 --last 9 --value EUDV{YY}{MM}-{seq:6}".into(), 3, "overlap"),
        ("ledger rekey --unit pcb=PCB-0001 --add udi=1 --reason x".into(), 3, "unknown-kind"),
        ("ledger void --unit pcb=PCB-0003 --reason _".into(), 3, "reason"),
        ("ledger init".into(), 3, "exists"),
        (Line::ask(3) + " --found back.hex", 4, "quarantined"),
        (Line::ask(1).replace("u.hex", "back.hex") + " --blank", 3, "exists"),
    ] {
        let said = line.run(&format!("--json {args}"));
        let object: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        assert_eq!(
            (said.code, object["kind"].as_str(), &object["exit"]),
            (code, Some(kind), &code.into()),
            "{args}: {said:?}"
        );
        assert!(object["error"].is_string() && object["ok"] == false, "{args}: {said:?}");
    }
    line.restore("old.db");
    let kind = |args: &str| {
        let said: serde_json::Value = serde_json::from_str(&line.run(&format!("--json {args}")).out).unwrap();
        said["kind"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(kind(&Line::ask(3)), "recovering");
    fs::copy(line.bench.path("line.db"), line.bench.path("copy.db")).unwrap();
    line.good("ledger recover --reason disk_died");
    let anchor = line.journal().with_file_name("anchor");
    fs::rename(&anchor, anchor.with_file_name("away")).unwrap();
    assert_eq!(kind(&Line::ask(3)), "anchor-missing");
    fs::rename(anchor.with_file_name("away"), &anchor).unwrap();
    fs::rename(line.bench.path("line.db"), line.bench.path("newest.db")).unwrap();
    assert_eq!(kind(&Line::ask(3)), "no-ledger");
}

/// A pool for numbers that another one has is refused: it would give them a second time.
#[test]
fn pools_of_the_same_numbers() {
    let line = Line::new();
    line.refused(
        "ledger pool add board2 --first 4000 --last 5000 --value EUDV{YY}{MM}-{seq:6}",
        3,
        "overlaps pool `board`",
    );
    line.good("ledger pool add board2 --first 4001 --last 5000 --value EUDV{YY}{MM}-{seq:6}");
}

/// The journal is read from its end, and a file is known wherever its line lies.
#[test]
fn stamped_files_are_known() {
    let itself = |line: &Line, n: u32, file: &str| {
        let verify = format!("verify --job nameplate.toml {} {file}", Line::keys("seen", n));
        line.refused(&verify, 3, "this is the file that was stamped");
    };
    // Given back by the journal, the unit has its event at another place than in the line.
    let line = Line::new();
    line.good(&Line::ask(1));
    line.good("ledger backup --out old.db");
    line.good(&Line::ask(2).replace("u.hex", "v.hex"));
    line.restore("old.db");
    assert!(line.good("ledger recover --reason disk_died").contains("Given back by journals, to be read: units 2."));
    itself(&line, 1, "u.hex");
    itself(&line, 2, "v.hex");

    // What somebody wrote into the journal says nothing of the log, which is written again behind it.
    let line = Line::new();
    line.good(&Line::ask(1));
    let journal = fs::read_to_string(line.journal()).unwrap() + &"{\"of\":\"nobody\"}\n".repeat(300_000);
    fs::write(line.journal(), journal).unwrap();
    line.good(&Line::ask(2).replace("u.hex", "v.hex"));
    assert!(fs::read_to_string(line.journal()).unwrap().contains("\n{\"again\":true,\"ledger\":"));
    itself(&line, 1, "u.hex");
    itself(&line, 2, "v.hex");
}
