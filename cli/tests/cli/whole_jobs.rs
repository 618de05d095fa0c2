//! `plan` refuses what `stamp` would, in the same words.

use crate::Bench;

/// What both say of a job; `stamp` goes first, so that a mistake of it is seen as one.
#[track_caller]
fn refused(bench: &Bench, args: &[&str], expected: &str, code: i32) {
    let stamp = bench.run(&[&["stamp", "--job", "nameplate.toml", "--out", "units"], args].concat());
    assert_eq!((stamp.err.as_str(), stamp.code), (&*format!("nameplate: {expected}\n"), code));
    let plan = bench.run(&[&["plan", "--job", "nameplate.toml"], args].concat());
    assert_eq!((plan.err, plan.code, plan.out.as_str()), (stamp.err, code, ""));
    assert!(!bench.list().contains(&"units".to_owned()));
}

#[test]
fn plan_refuses_what_stamp_would() {
    for (from, to, args, expected, code) in [
        (
            "EUDV{YY}{MM}-{seq:6}",
            "EUDV{YY}{MM}--{seq:7}",
            &["--count", "1"][..],
            "unit 1: field `serial`: 17 characters do not fit 16",
            3,
        ),
        (
            "\"{serial}\"",
            "\"{serail}\"",
            &[],
            "`name` in [unit]: no field is named `serail`; did you mean `serial`?",
            3,
        ),
        (
            "[[checksum]]",
            "[[text]]\nname = \"t\"\nvalue = \"{nothing}\"\n[[checksum]]",
            &["--count", "2"],
            "[[text]] `t`: no field is named `nothing`",
            3,
        ),
        (
            "\"{serial}\"",
            "\"a\"",
            &["--first", "3", "--count", "2"],
            "units 3 and 4 would both be `a.hex`, as file names are compared without regard to case",
            3,
        ),
        ("", "", &["--count", "5000"], "the job's last number is 4096, the last unit would be 5000", 5),
        (
            "",
            "",
            &["--count", "1", "--format", "pages"],
            "--format pages needs `erase` in [image], the bytes of an erase page",
            3,
        ),
        (
            "",
            "",
            &["--count", "1", "--window", "0..4"],
            "the image spans 0x08000000..0x08002000, more than window 0x00000000..0x00000004: bytes outside of it would be lost; `range` in [output] leaves them out",
            3,
        ),
        (
            "",
            "",
            &["--count", "1", "--base", "0"],
            "--base needs --window START..END, what is written from there on",
            2,
        ),
    ] {
        let bench = Bench::new();
        bench.edit("nameplate.toml", from, to);
        refused(&bench, args, expected, code);
    }
}

/// Values of an input are tried when it is given.
#[test]
fn plan_tries_an_input() {
    let bench = Bench::new();
    bench.edit("nameplate.toml", "\"EUDV{YY}{MM}-{seq:6}\"", "{ input = \"label\", as = \"text\" }");
    bench.write("units.csv", "seq,label\n1,one\n2,two\n3,more-than-sixteen-\n");
    let said = bench.good(&["plan", "--job", "nameplate.toml"]);
    assert!(said.ends_with("no unit was tried, as their values come from --input; nothing was written\n"), "{said}");
    let said = bench.good(&["plan", "--job", "nameplate.toml", "--input", "units.csv", "--count", "2"]);
    assert!(said.ends_with("units 1 to 2 were tried and can be stamped; nothing was written\n"), "{said}");
    let said = bench.good(&["plan", "--job", "nameplate.toml", "--set", "label=x", "--first", "2", "--count", "1"]);
    assert!(said.ends_with("unit 2 was tried and can be stamped; nothing was written\n"), "{said}");
    let args = ["--input", "units.csv", "--count", "3"];
    refused(&bench, &args, "unit 3: field `serial`: 18 characters do not fit 16", 3);
    refused(
        &bench,
        &["--input", "units.csv", "--count", "4"],
        "unit 3: field `serial`: 18 characters do not fit 16",
        3,
    );
}

/// What neither the fields nor the disk can hold is refused before the first file.
#[test]
fn counts_that_nothing_can_hold() {
    let bench = Bench::new();
    bench.edit("nameplate.toml", "last  = 4096 ", "#");
    bench.edit("nameplate.toml", "name   = \"mac\"", "name   = \"mac\"\nexpect = \"any\"");
    bench.edit("nameplate.toml", "\"bytes:6\"", "\"u16le\"");
    bench.edit("nameplate.toml", "{ eui48 = \"70B3D57ED\", seq0 = 1 }", "\"{seq}\"");
    let count = ["--count", "1000000000000000000"];
    refused(
        &bench,
        &count,
        "field `serial`: the last number it has a value for is 999999, the last unit is 1000000000000000000",
        5,
    );
    bench.edit("nameplate.toml", "EUDV{YY}{MM}-{seq:6}", "x{seq:15}");
    refused(
        &bench,
        &["--count", "100000000000000"],
        "unit 65536: field `mac`: 65536 does not fit; the greatest is 65535",
        5,
    );
    // Of more than the disk can hold, `plan` knows nothing, as it writes nowhere; it would be at work for years.
    bench.edit("nameplate.toml", "\"u16le\"", "\"uint:6:le\"");
    let said = bench.run(&["stamp", "--job", "nameplate.toml", "--out", "units", "--count", "100000000000000"]);
    let start =
        "nameplate: units: 100000000000000 units of 23104 bytes take 2310400000000000000 bytes, and the disk has ";
    assert!(said.code == 1 && said.err.starts_with(start) && said.err.ends_with(" free\n"), "{said:?}");
    assert!(!bench.list().contains(&"units".to_owned()));
}

/// The same of lists, which are one file.
#[test]
fn lists_that_nothing_can_hold() {
    let bench = Bench::new();
    bench.edit("nameplate.toml", "last  = 4096 ", "#");
    bench.edit("nameplate.toml", "{ eui48 = \"70B3D57ED\", seq0 = 1 }", "{ hex = \"70B3D57ED001\" }");
    bench.write("wide.toml", bench.text("nameplate.toml").replace("EUDV{YY}{MM}-{seq:6}", "E{seq:15}"));
    bench.write("wide-sqtp.toml", bench.text("sqtp.toml").replace("retlw14(u32be)", "u64be"));
    let nvs =
        "[unit]\nfirst = 1\n[[field]]\nname = \"n\"\nencode = \"u16le\"\nvalue = \"{seq}\"\n[nvs]\nnamespace = \"n\"\n";
    bench.write("nvs.toml", nvs);
    bench.write("wide-nvs.toml", nvs.replace("u16le", "cstr:24").replace("{seq}", "{seq:15}"));
    let before = bench.list();
    let count = "100000000000000";
    for (args, code, expected) in [
        (
            "sqtp --job sqtp.toml",
            5,
            "unit 4294967296: field `serial`: 4294967296 does not fit; the greatest is 4294967295\n",
        ),
        ("sqtp --job sqtp.toml --stations 3", 5, "unit 4294967296: field `serial`: 4294967296 does not fit"),
        (
            "sqtp --job wide-sqtp.toml",
            1,
            "out: 100000000000000 units of 29 bytes take 2900000000000000 bytes, and the disk has ",
        ),
        (
            "feed --job nameplate.toml --format segger-patches",
            5,
            "field `serial`: the last number it has a value for is 999999, ",
        ),
        ("feed --job wide.toml --format segger-patches", 1, "out: 100000000000000 units of "),
        (
            "feed --job nvs.toml --format espressif",
            5,
            "unit 65536: field `n`: 65536 does not fit; the greatest is 65535\n",
        ),
        (
            "feed --job wide-nvs.toml --format espressif --config c",
            1,
            "out: 100000000000000 units of 18 bytes take 1800000000000000 bytes, and the disk has ",
        ),
    ] {
        let args: Vec<&str> = args.split(' ').chain(["--out", "out", "--count", count]).collect();
        let said = bench.run(&args);
        assert_eq!(said.code, code, "{args:?}: {said:?}");
        assert!(said.err.starts_with(&format!("nameplate: {expected}")), "{args:?}: {said:?}");
        assert_eq!(bench.list(), before, "{args:?}");
    }
}
