//! SQTP files that exist already: inspected, marked and changed in place.

use crate::Bench;

const FILE: &str =
    ":020000040001F9\r\n;040000007E34CF3447\r\n:040000009034C5343F\r\n:040000009134C5343E\r\n:00000001FF\r\n";

#[test]
fn the_next_number() {
    let bench = Bench::new();
    bench.write("s.num", FILE);
    assert_eq!(
        bench.good(&["inspect", "s.num"]),
        "s.num: SQTP, 3 units of 4 bytes at record address 0x00010000\n  1 used, 2 unused; the next is unit 1 in line 3\n"
    );
    assert_eq!(bench.good(&["sqtp", "next", "s.num"]), "s.num: unit 1 in line 3: 9034C534, the next unused\n");
    assert_eq!(bench.text("s.num"), FILE);
    assert_eq!(bench.good(&["sqtp", "next", "s.num", "--mark"]), "s.num: unit 1 in line 3: 9034C534, marked as used\n");
    let marked = FILE.replace(":040000009034", ";040000009034");
    assert_eq!(bench.text("s.num"), marked);
    assert_eq!(
        bench.good(&["sqtp", "set", "s.num", "--unit", "2", "--hex", "ab34cd34"]),
        "s.num: unit 2 in line 4: AB34CD34, changed\n"
    );
    let changed = marked.replace(":040000009134C5343E", ":04000000AB34CD341C");
    assert_eq!(bench.text("s.num"), changed);
    bench.good(&["sqtp", "mark", "s.num", "--unit", "2"]);
    for (args, expected, code) in [
        (&["next", "s.num"][..], "s.num: all 3 units were used", 5),
        (&["mark", "s.num", "--unit", "2"], "s.num: unit 2 in line 4 is marked already", 3),
        (&["mark", "s.num", "--unit", "3"], "s.num: there is no unit 3, the last one is 2", 3),
        (&["set", "s.num", "--unit", "0", "--hex", "00"], "s.num: line 2, column 1: the number was used already", 3),
    ] {
        let said = bench.run(&[&["sqtp"], args].concat());
        assert_eq!((said.err.as_str(), said.code), (format!("nameplate: {expected}\n").as_str(), code));
    }
    assert_eq!(bench.text("s.num"), changed.replace(":04000000AB", ";04000000AB"));
    assert_eq!(bench.run(&["sqtp", "set", "s.num", "--unit", "0", "--hex", "0"]).code, 2);
    assert_eq!(bench.run(&["sqtp", "--out", "x.num"]).code, 2);
}

#[test]
fn what_is_wrong_is_said() {
    let bench = Bench::new();
    bench.write("d.num", FILE.replace("9134C5343E", "9034C5343F"));
    assert!(bench.good(&["inspect", "d.num"]).ends_with("\n  line 4 has the number of line 3\n"));
    bench.write("s.num", FILE.replace("343E", "343F"));
    let said = bench.run(&["inspect", "s.num"]);
    let wrong = "line 4, column 18: record sum is 0x3F, expected 0x3E";
    assert_eq!((said.err, said.code), (format!("nameplate: s.num: {wrong}\n"), 3));
    assert!(bench.good(&["inspect", "--lenient", "s.num"]).ends_with(&format!("\n  tolerated: {wrong}\n")));
    // A firmware for a list, and a list for a firmware.
    bench.write("f.num", bench.read("firmware.hex"));
    let said = bench.run(&["inspect", "f.num"]);
    assert!(said.err.contains("is this a firmware HEX file?"), "{said:?}");
    bench.write("s.hex", FILE.replace(';', ":"));
    let said = bench.run(&["inspect", "s.hex"]);
    assert!(said.err.contains("is this an SQTP file?"), "{said:?}");
    bench.write("s.hex", FILE);
    let said = bench.run(&["inspect", "--lenient", "s.hex"]);
    assert!(said.err.contains("found a used number of an SQTP file"), "{said:?}");
}

/// Stations get files without a number in common, and all numbers between them.
#[test]
fn stations() {
    let bench = Bench::new();
    bench.good(&["sqtp", "--job", "sqtp.toml", "--out", "all.num", "--count", "10"]);
    let said = bench.good(&["sqtp", "--job", "sqtp.toml", "--out", "s.num", "--count", "10", "--stations", "3"]);
    assert!(said.ends_with(" into s-1.num (1 to 4), s-2.num (5 to 7), s-3.num (8 to 10)\n"), "{said}");
    let body = |name: &str| {
        let text = bench.text(name);
        text.lines().skip(1).take_while(|line| *line != ":00000001FF").map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(body("all.num"), [body("s-1.num"), body("s-2.num"), body("s-3.num")].concat());
    let before = bench.list();
    let said = bench.run(&["sqtp", "--job", "sqtp.toml", "--out", "s.num", "--count", "10", "--stations", "5"]);
    assert_eq!((said.err.as_str(), said.code), ("nameplate: s-1.num: exists already; nothing is written over it\n", 3));
    let said = bench.run(&["sqtp", "--job", "sqtp.toml", "--out", "t.num", "--count", "2", "--stations", "3"]);
    assert_eq!(said.code, 3, "{said:?}");
    assert_eq!(bench.list(), before);
}
