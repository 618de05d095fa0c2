//! Notes, shipments, other numbers for a board: what is said again changes nothing.

use crate::ledger::Line;

/// What is remembered of units, and shipped; said again, it changes nothing.
#[test]
fn notes_and_shipments() {
    let mut line = Line::new();
    (1..=3).for_each(|n| line.make(n));
    line.good(&Line::ask(4));
    let note = "ledger note --unit board=EUDV2407-000001 lot:U4=L_8891";
    let said = line.good(note);
    assert!(said.starts_with("unit 1: ") && said.contains("board 1 EUDV2407-000001"), "{said}");
    let events = |line: &Line| line.good("ledger export").lines().count();
    let before = events(&line);
    // The same again, by another name of the unit; with another value it is another one.
    line.good(note);
    line.good(&format!("ledger note {} lot:U4=L_8891", Line::keys("unit", 1)));
    assert_eq!(events(&line), before);
    line.good("ledger note --unit uid=34002100115137300002 lot:U4=L_8891");
    line.good("ledger note --unit uid=34002100115137300002 lot:U4=L_8892");
    line.good("ledger note --unit uid=34002100115137300002 --request fct-17 fct=3.31_V");
    line.good("ledger note --unit uid=34002100115137300002 --request fct-17 fct=3.32_V");
    assert_eq!(events(&line), before + 3);
    line.refused(
        "ledger note --unit pcb=PCB-0001 --request fct-17 fct=3.33_V",
        3,
        "request `fct-17` was done for something else",
    );
    let found = line.good("ledger find --note lot:U4=L_8891");
    let units = |found: &str| found.lines().filter(|line| line.starts_with("unit ")).count();
    assert!(units(&found) == 2 && found.contains(r#""name":"fct","value":"3.31 V","request":"fct-17","#), "{found}");
    // Only what is verified leaves.
    let ship = "ledger ship BOX-17 EUDV2407-000001 uid=34002100115137300002";
    line.refused(&format!("{ship} EUDV2407-000004"), 3, "unit 4 is reserved: only what is verified is shipped");
    line.refused(&format!("{ship} EUDV2407-000009"), 3, "`EUDV2407-000009`: no unit has that");
    line.refused(&format!("{ship} pcb=PCB-0001"), 3, "unit 1 is named twice");
    let said = line.good(ship);
    assert!(said.ends_with("shipment BOX-17: 2 units, 2 in it now\n") && units(&said) == 2, "{said}");
    let shipped = events(&line);
    line.good("ledger ship BOX-17 pcb=PCB-0002 EUDV2407-000001");
    assert_eq!(events(&line), shipped);
    assert_eq!(units(&line.good("ledger find --shipment BOX-17")), 2);
    for (args, code, words) in [
        ("ledger note --unit pcb=PCB-0001 lot", 2, "expected NAME=VALUE, as lot:U4=L1"),
        ("ledger note --unit pcb=PCB-0001 lot_of_U4=1", 3, "a name has 1 to 100 characters without spaces"),
        ("ledger note --unit pcb=PCB-0009 lot=1", 3, "no unit has these keys"),
        ("ledger find --note lot:U4=L_9", 3, "no text, key, number, note or shipment"),
        ("ledger find --shipment BOX-18", 3, "no text, key, number, note or shipment"),
        ("ledger ship BOX-18", 2, "UNIT"),
    ] {
        line.refused(args, code, words);
    }
    line.audit();
}

/// A board gets other numbers, once for each request; the old ones are dead.
#[test]
fn other_numbers_for_a_board() {
    let mut line = Line::new();
    (1..=2).for_each(|n| line.make(n));
    let replace = format!("ledger retire {} --reason label_misprinted --job nameplate.toml", Line::keys("unit", 1));
    let said = line.good(&format!("{replace} --replace R-17"));
    assert!(said.contains("board 3 EUDV2407-000003") && said.contains("reserved"), "{said}");
    assert!(said.contains("board 1 EUDV2407-000001 is retired"), "{said}");
    // It was killed, and is said again.
    assert_eq!(line.good(&format!("{replace} --replace R-17")), said);
    assert_eq!(line.pool(), "board 1..4000: 1 reserved, 1 verified, 1 retired, 3997 free");
    // The board still shows the old ones, which are no longer good.
    line.refused(&line.read_back(1), 4, "EUDV2407-000001");
    line.bench.write("back.hex", &line.boards["0001"]);
    let said = line.good(&(Line::ask(1) + " --found back.hex"));
    assert!(said.starts_with("EUDV2407-000003  70-B3-D5-7E-D0-02  attempt "), "{said}");
    line.flash(1);
    line.good(&line.read_back(1));
    assert_eq!(line.identity(1), ("EUDV2407-000003".into(), "70B3D57ED002".into()));
    line.refused("ledger find --number board=9", 3, "nothing is known");
    assert!(line.good("ledger find EUDV2407-000001").contains("unit 1"));
    // An ID of another unit's request does nothing, and says so.
    let other = format!("ledger retire {} --reason label_misprinted --job nameplate.toml", Line::keys("unit", 2));
    line.refused(
        &format!("{other} --replace R-17"),
        3,
        "request `R-17` was done for something else, so nothing was done",
    );
    // Another request is another replacement.
    line.good(&format!("{replace} --replace R-18 --date 2024-08-01"));
    assert_eq!(line.pool(), "board 1..4000: 1 reserved, 1 verified, 2 retired, 3996 free");
    assert!(line.good("ledger find EUDV2408-000004").contains("unit 1"));
    for (args, code, words) in [
        ("ledger retire --unit pcb=PCB-0002 --reason x --replace R-19", 2, "--job"),
        ("ledger retire --unit pcb=PCB-0002 --reason x --job nameplate.toml", 2, "--replace"),
        ("ledger retire --unit pcb=PCB-0002 --reason x --replace R_19 --job nameplate.toml", 3, "a name has 1 to 100"),
        ("ledger retire --unit pcb=PCB-0001 --reason x --replace R-19 --job nameplate.toml", 3, "unit 1 is reserved"),
    ] {
        line.refused(args, code, words);
    }
    line.audit();
}
