//! Wrong jobs and inputs: one sentence each, the right exit code, nothing written.

use crate::Bench;

/// One change to the example job, what `stamp` then says, and the exit code.
type Mistake = (&'static str, &'static str, &'static str, i32);

const JOB: &[Mistake] = &[
    (
        "encode = \"ascii:16:nul\"",
        "encod = \"ascii:16:nul\"",
        "nameplate.toml: line 16: unknown key `encod` in [[field]]; did you mean `encode`?",
        3,
    ),
    ("[unit]", "[units]", "nameplate.toml: line 7: unknown key `units` in the job; did you mean `unit`?", 3),
    (
        "ascii:16:nul",
        "asci:16:nul",
        "nameplate.toml: line 16: `encode` in [[field]]: unknown encoding `asci:16:nul`; did you mean `ascii:N:nul`?",
        3,
    ),
    (
        "ascii:16:nul",
        "ascii:16",
        "nameplate.toml: line 16: `encode` in [[field]]: `ascii:16` is incomplete, expected `ascii:N:nul`, `ascii:N:space` or `ascii:N:exact`, or `ascii:N:left-space`, `ascii:N:left-zero`: what fills up a short text has no default",
        3,
    ),
    (
        "ascii:16:nul",
        "bcd:15",
        "nameplate.toml: line 16: `encode` in [[field]]: 15 BCD digits leave half a byte over: say what it holds, with `left0` or `rightF`",
        3,
    ),
    (
        "template  = \"blank\"",
        "template  = \"blnak\"",
        "nameplate.toml: line 31: `template` in [[checksum]]: found \"blnak\", expected \"valid\", \"blank\", \"blank:00\" or \"unknown\"; did you mean `blank`?",
        3,
    ),
    (
        "CRC-32/ISO-HDLC",
        "CRC-32/ISO-HLDC",
        "nameplate.toml: line 27: `algorithm` in [[checksum]]: unknown CRC `CRC-32/ISO-HLDC`; names like it are `CRC-32/ISO-HDLC` (check 0xCBF43926); the check is the value over the nine characters 123456789",
        3,
    ),
    (
        "CRC-32/ISO-HDLC",
        "crc32",
        "nameplate.toml: line 27: `algorithm` in [[checksum]]: several CRCs are called `crc32`: `CRC-32/ISO-HDLC` (check 0xCBF43926; poly 0x4C11DB7, init 0xFFFFFFFF, reflected, xorout 0xFFFFFFFF), `CRC-32/MPEG-2` (check 0x0376E6E7; poly 0x4C11DB7, init 0xFFFFFFFF, not reflected, xorout 0x0), `CRC-32/BZIP2` (check 0xFC891918; poly 0x4C11DB7, init 0xFFFFFFFF, not reflected, xorout 0xFFFFFFFF), `CRC-32/JAMCRC` (check 0x340BC6D9; poly 0x4C11DB7, init 0xFFFFFFFF, reflected, xorout 0x0), `CRC-32/CKSUM` (check 0x765E7680; poly 0x4C11DB7, init 0x0, not reflected, xorout 0xFFFFFFFF), `CRC-32/ISCSI` (check 0xE3069283; poly 0x1EDC6F41, init 0xFFFFFFFF, reflected, xorout 0xFFFFFFFF); the check is the value over the nine characters 123456789",
        3,
    ),
    (
        "at     = \"0x08001F04\"",
        "at     = \"symbol:serial\"",
        "field `serial`: the image has no symbols and sections; the ELF file of the same build says where they are: name it in [image], as  map = \"firmware.elf\"",
        3,
    ),
    (
        "at     = \"0x08001F04\"",
        "at     = \"08001F04\"",
        "nameplate.toml: line 15: `at` in [[field]]: found \"08001F04\": is that hexadecimal? write \"0x08001F04\"",
        3,
    ),
    (
        "at     = \"0x08001F04\"",
        "at     = 1.5",
        "nameplate.toml: line 15: `at` in [[field]]: found a number with a fraction, expected a whole number, or \"0x…\"",
        3,
    ),
    (
        "at     = \"0x08001F04\"",
        "at     = \"0x08002000\"",
        "field `serial` at 0x08002000..0x08002010: no byte at 0x08002000: the data before it ends at 0x08002000, and none follows",
        3,
    ),
    (
        "at     = \"0x08001F04\"",
        "at     = \"0x08001F0A\"",
        "field `serial` and field `mac` share 0x08001F14..0x08001F1A",
        3,
    ),
    (
        "at     = \"0x08001F14\"",
        "at     = \"0x08001F1A\"",
        "field `mac` and the word of checksum `identity` share 0x08001F1C..0x08001F20",
        3,
    ),
    (
        "0x08001F00..0x08001F1C",
        "0x08001F00..0x08001F20",
        "checksum `identity`: covers its own word at 0x08001F1C..0x08001F20",
        3,
    ),
    (
        "0x08000000..0x08001FFC",
        "0x08000000..0x08001FF8",
        "checksum `image`: the template holds 0xC8097CA8, computed is 0x1D24A951: it would be right over 0x08000000..0x08001FFC",
        3,
    ),
    (
        "template  = \"blank\"",
        "template  = \"valid\"",
        "checksum `identity`: the template holds 0xFFFFFFFF, computed is 0xEE8F2558: wrong range, algorithm or byte order, or a template that was changed; if the build leaves the word to be filled, say that it is blank",
        3,
    ),
    (
        "template  = \"blank\"",
        "template  = \"blank:00\"",
        "checksum `identity`: the template holds 0xFFFFFFFF, expected 0x00000000",
        3,
    ),
    (
        "value  = \"EUDV{YY}{MM}-{seq:6}\"",
        "value  = \"EUDV{YY}{WW}-{seq:6}\"",
        "field `serial`: column 9: `{WW}` beside `{YY}`: around New Year the week belongs to another year than the day (2024-12-30 is in week 1 of 2025), so serials would repeat; the week goes with `{GG}` or `{GGGG}`, month and day with `{YY}` or `{YYYY}`",
        3,
    ),
    (
        "value  = \"EUDV{YY}{MM}-{seq:6}\"",
        "value  = \"EUDV{yy}{MM}-{seq:6}\"",
        "field `serial`: column 5: unknown token `{yy}`; did you mean `{YY}`?",
        3,
    ),
    (
        "value  = \"EUDV{YY}{MM}-{seq:6}\"",
        "value  = \"EUDV{YY}{MM}-{seq:9}\"",
        "unit 1: field `serial`: 18 characters do not fit 16",
        3,
    ),
    (
        "value  = \"EUDV{YY}{MM}-{seq:6}\"",
        "value  = \"{seq}\"",
        "field `serial`: its value is an unsigned integer, and encoding `ascii:16:nul` takes text",
        3,
    ),
    (
        "date  = 2024-07-01",
        "date  = 2024-07-01T08:00:00",
        "nameplate.toml: line 10: `date` in [unit]: found 2024-07-01T08:00:00, expected a date as 2024-07-01, without quotes and without a time",
        3,
    ),
    ("date  = 2024-07-01", "", "field `serial`: column 5: `{YY}` needs a date", 3),
    (
        ", seq0 = 1",
        "",
        "nameplate.toml: line 23: `value` in [[field]]: no `seq0`, the number of the unit with the first address: without it, next month's job, which starts at another number, could hand out this month's addresses again",
        3,
    ),
    (
        "70B3D57ED",
        "71B3D57ED",
        "field `mac`: the prefix has the I/G bit set: its addresses would be those of groups, not of devices",
        3,
    ),
    (
        "70B3D57ED",
        "70B3D57E",
        "field `mac`: found prefix `70B3D57E`, expected 6 (MA-L), 7 (MA-M) or 9 (MA-S) hexadecimal digits",
        3,
    ),
    (
        "name  = \"{serial}\"",
        "name  = \"../{serial}\"",
        "file name `../EUDV2407-000001`: `/` and `\\` lead out of the folder",
        3,
    ),
    (
        "name  = \"{serial}\"",
        "name  = \"board\"",
        "units 1 and 2 would both be `board.hex`, as file names are compared without regard to case",
        3,
    ),
    ("name  = \"{serial}\"", "name  = \"CON\"", "file name `CON`: Windows keeps this name for a device", 3),
    (
        "encode = \"bytes:6\"",
        "encode = \"bytes:6\"\nsecret = true\nexpect = \"hex:00\"",
        "nameplate.toml: line 24: `expect` in [[field]]: found 1 bytes, expected 6, as many as the field has",
        3,
    ),
    (
        "encode = \"bytes:6\"",
        "encode = \"bytes:6\"\nexpect = \"hex:000000000000\"",
        "field `mac` at 0x08001F14..0x08001F1A: found 0xFFFFFFFFFFFF, expected 0x000000000000; this is no stamped unit either: is it the right place, in the right build?",
        3,
    ),
    ("last  = 4096", "last  = 1", "the job's last number is 1, the last unit would be 2", 5),
    (
        "70B3D57ED\", seq0 = 1",
        "70B3D57ED\", stride = 4096, seq0 = 1",
        "field `mac`: the last number it has a value for is 1, the last unit is 2",
        5,
    ),
    ("{seq:6}", "{seq:1}", "", 0),
    (
        "[[field]]\nname   = \"mac\"",
        "[[field]]\nname   = \"serial\"",
        "nameplate.toml: line 19: a second [[field]] named `serial`",
        3,
    ),
    (
        "file = \"firmware.hex\"",
        "file = \"firmware.hex\"\nmap = \"firmware.hex\"",
        "firmware.hex: no ELF file: it begins with 0x3A303230, expected 7F454C46",
        3,
    ),
    (
        "file = \"firmware.hex\"",
        "file = \"firmware.bin\"",
        "firmware.bin: neither HEX, S-records, TI-TXT, ELF nor UF2; a raw binary needs the address of its first byte: --base, or format = \"bin\" and base in the job",
        3,
    ),
    (
        "file = \"firmware.hex\"",
        "file = \"firmware.bin\"\nformat = \"bin\"",
        "nameplate.toml: line 6: `format` in [image]: a raw binary needs `base`, the address of its first byte",
        3,
    ),
    (
        "file = \"firmware.hex\"",
        "file = \"none.hex\"",
        "`file` in [image], beside the job: none.hex: there is no such file",
        1,
    ),
    ("first = 1", "first = -1", "nameplate.toml: line 8: `first` in [unit]: found -1, expected a number from 0", 3),
    ("first = 1", "frist = 1", "nameplate.toml: line 8: unknown key `frist` in [unit]; did you mean `first`?", 3),
    (
        "\nvalue  = \"EUDV{YY}{MM}-{seq:6}\"",
        "",
        "nameplate.toml: line 13: [[field]] has no `value`, as in  value = \"{seq}\"",
        3,
    ),
    (
        "value  = \"EUDV{YY}{MM}-{seq:6}\"",
        "value  = { input = \"serial\", as = \"text\" }",
        "no value for `serial`: give --input units.csv or --set NAME=VALUE",
        3,
    ),
];

#[test]
fn wrong_jobs() {
    for &(from, to, expected, code) in JOB {
        let bench = Bench::new();
        bench.edit("nameplate.toml", from, to);
        let before = bench.list();
        let said = bench.run(&["stamp", "--job", "nameplate.toml", "--out", "units", "--count", "2"]);
        let expected = if expected.is_empty() { String::new() } else { format!("nameplate: {expected}\n") };
        assert_eq!((said.err.as_str(), said.code), (expected.as_str(), code), "{to}");
        if code != 0 {
            assert_eq!(bench.list(), before, "{to}");
        }
    }
}

/// Two checksums that cover each other.
#[test]
fn a_cycle_is_named() {
    let bench = Bench::new();
    bench.edit(
        "nameplate.toml",
        "[\"0x08001F00..0x08001F1C\"]",
        "[\"0x08001F00..0x08001F1C\", \"0x08001FFC..0x08002000\"]",
    );
    let said = bench.run(&["plan", "--job", "nameplate.toml"]);
    assert_eq!(
        (said.err.as_str(), said.code),
        (
            "nameplate: checksum `identity`: covers itself by way of others: `identity` covers `image` covers `identity`\n",
            3
        )
    );
}

#[test]
fn ranges_are_exhausted_before_the_first_file() {
    let bench = Bench::new();
    for (args, expected) in [
        (vec!["--count", "4097"], "the job's last number is 4096, the last unit would be 4097"),
        (vec!["--first", "4097"], "--first 4097 lies behind the job's last number 4096"),
        (
            vec!["--first", "18446744073709551615", "--count", "2"],
            "2 units from 18446744073709551615 pass the 64-bit numbers",
        ),
    ] {
        let mut all = vec!["stamp", "--job", "nameplate.toml", "--out", "units"];
        all.extend(args);
        let said = bench.run(&all);
        assert_eq!((said.err, said.code), (format!("nameplate: {expected}\n"), 5));
    }
    bench.edit("nameplate.toml", "last  = 4096", "last  = 5000");
    let said = bench.run(&["stamp", "--job", "nameplate.toml", "--out", "units"]);
    let expected = "nameplate: field `mac`: the last number it has a value for is 4096, the last unit is 5000\n";
    assert_eq!((said.err.as_str(), said.code), (expected, 5));

    bench.edit("sqtp.toml", "retlw14(u32be)", "retlw14(u8)");
    let said = bench.run(&["sqtp", "--job", "sqtp.toml", "--out", "s.num", "--count", "256"]);
    let expected = "nameplate: unit 256: field `serial`: 256 does not fit; the greatest is 255\n";
    assert_eq!((said.err.as_str(), said.code), (expected, 5));
    assert!(!bench.path("s.num").exists());
}

#[test]
fn wrong_usage_is_exit_2() {
    let bench = Bench::new();
    for args in [
        &["stamp", "--job", "nameplate.toml"][..],
        &["stamp", "--job", "nameplate.toml", "--out", "u", "--count", "0"],
        &["stamp", "--job", "nameplate.toml", "--out", "u", "--count", "1", "--format", "bin"],
        &["stamp", "--job", "nameplate.toml", "--out", "u", "--format", "delta", "--window", "0x0..0x8"],
        &["stamp", "--job", "nameplate.toml", "--out", "u", "--count", "1", "--set", "a=b"],
        &["verify", "--job", "nameplate.toml", "--base", "x", "firmware.bin"],
        &["stmap"],
    ] {
        let said = bench.run(args);
        assert_eq!(said.code, 2, "{args:?} {said:?}");
        assert!(!bench.path("u").exists());
    }
}

/// Units are written as they are stamped; those before a bad one go with it.
#[test]
fn a_late_mistake_leaves_nothing_behind() {
    let bench = Bench::new();
    let key = "\n[[field]]\nname = \"key\"\nat = \"0x08001F20\"\nencode = \"bytes:4\"\nvalue = { input = \"key\", as = \"hex\" }\nsecret = true\n";
    bench.write("nameplate.toml", bench.text("nameplate.toml") + key);
    let rows: String = (1..=299).map(|seq| format!("{seq},{seq:08}\n")).collect();
    bench.write("units.csv", format!("seq,key\n{rows}"));
    let before = bench.list();
    let stamp = |count| {
        bench.run(&["stamp", "--job", "nameplate.toml", "--out", "u", "--input", "units.csv", "--count", count])
    };
    let said = stamp("300");
    assert_eq!((said.err.as_str(), said.code), ("nameplate: --input: no row for unit 300\n", 3));
    assert_eq!(bench.list(), before);
    assert_eq!(stamp("299").code, 0);
}

#[test]
fn inputs() {
    let key = "\n[[field]]\nname = \"key\"\nat = \"0x08001F20\"\nencode = \"bytes:4\"\nvalue = { input = \"key\", as = \"hex\" }\nsecret = true\n";
    for (csv, expected) in [
        ("seq,key\n1,00112233\n", "--input: no row for unit 2"),
        ("seq,key\n1,00112233\n1,00112234\n", "units.csv: line 3: unit 1 a second time, first in line 2"),
        (
            "\u{FEFF}seq,key\n",
            "units.csv: line 1: the file begins with a UTF-8 byte order mark: save it as plain CSV, not as \"CSV UTF-8\"",
        ),
        (
            "seq;key\n1;00112233\n",
            "units.csv: line 1: the columns are separated by `;`, expected commas; a spreadsheet takes the list separator of the system",
        ),
        (
            "seq,key\n1,112233\n",
            "units.csv: line 2: column `key`: 6 digits, expected 8; did a spreadsheet drop zeros in front?",
        ),
        (
            "seq,key\n1,1.23E+15\n",
            "units.csv: line 2: column `key`: found a number like 1.23E+15: a spreadsheet rounded it, and the digits are lost",
        ),
        (
            "seq,key\n1,FFFFFFFF\n2,00112233\n",
            "unit 1: field `key`: the value looks like erased memory, so the unit would look blank",
        ),
        (
            "seq,key\n1,0011223Z\n",
            "units.csv: line 2: column `key`: found something else, expected hexadecimal digits only",
        ),
    ] {
        let bench = Bench::new();
        bench.write("nameplate.toml", bench.text("nameplate.toml") + key);
        bench.write("units.csv", csv);
        let said =
            bench.run(&["stamp", "--job", "nameplate.toml", "--out", "u", "--count", "2", "--input", "units.csv"]);
        assert_eq!((said.err, said.code), (format!("nameplate: {expected}\n"), 3));
        assert!(!bench.path("u").exists());
    }
    let bench = Bench::new();
    bench.write("nameplate.toml", bench.text("nameplate.toml") + key);
    bench.edit("nameplate.toml", "name  = \"{serial}\"", "name  = \"{key}\"");
    bench.write("units.csv", "seq,key\n1,00112233\n");
    let said = bench.run(&["stamp", "--job", "nameplate.toml", "--out", "u", "--count", "1", "--input", "units.csv"]);
    let expected = "nameplate: `name` in [unit]: field `key` is secret, so it cannot be in a text\n";
    assert_eq!((said.err.as_str(), said.code), (expected, 3));
    bench.edit("nameplate.toml", "name  = \"{key}\"", "name  = \"{serial}\"");
    let args =
        ["stamp", "--job", "nameplate.toml", "--out", "u", "--first", "7", "--count", "1", "--set", "key=0a0b0c0d"];
    bench.good(&args);
    assert!(bench.text("u/EUDV2407-000007.hex").contains(":101F20000A0B0C0D"));
}

/// Where no value goes by the number of the unit, rows that are alike would be one device twice.
#[test]
fn rows_that_are_alike() {
    let bench = Bench::new();
    let field = |name: &str, at: &str, value: &str| {
        format!("\n[[field]]\nname = \"{name}\"\nat = \"{at}\"\nencode = \"bytes:4\"\nvalue = {value}\n")
    };
    let image = "[image]\nfile = \"firmware.hex\"\n[unit]\nfirst = 1\n";
    let given = |name, at| field(name, at, &format!("{{ input = \"{name}\", as = \"hex\" }}"));
    let job = image.to_owned()
        + &given("lot", "0x08001F20")
        + &given("id", "0x08001F24")
        + &field("kind", "0x08001F28", "{ hex = \"01020304\" }");
    bench.write("job.toml", &job);
    let rows = "seq,lot,id\n1,00000001,00112233\n2,00000001,00112234\n7,00000001,00112233\n";
    bench.write("units.csv", rows);
    let args = ["stamp", "--job", "job.toml", "--out", "u", "--count", "2", "--input", "units.csv"];
    let said = bench.run(&args);
    let expected = "nameplate: units.csv: units 1 and 7 have the same values in all fields: one device twice\n";
    assert_eq!((said.err.as_str(), said.code), (expected, 3));
    assert!(!bench.path("u").exists());
    bench.write("units.csv", rows.replace("7,00000001", "7,00000002"));
    bench.good(&args);
    // With a number of the unit they are two.
    bench.write("job.toml", job + &field("n", "0x08001F2C", "\"SN{seq:2}\"").replace("bytes:4", "ascii:4:exact"));
    bench.write("units.csv", rows);
    bench.good(&["stamp", "--job", "job.toml", "--out", "v", "--count", "2", "--input", "units.csv"]);
}

/// Paths that are wrong, and files that are taken for others.
#[test]
fn wrong_paths() {
    let bench = Bench::new();
    std::fs::create_dir(bench.path("empty")).unwrap();
    bench.write("a.s19", "S00600004844521B\nS9030000FC\n");
    bench.write("a.txt", "@F000\r\n31 40 00 03\r\nq\r\n");
    bench.write("a.uf2", b"UF2\n\x57\x51\x5D\x9E");
    bench.write("same.toml", bench.text("nameplate.toml").replace("\"identity\"", "\"serial\""));
    bench.write("fw.hex", "");
    bench.write("typo.toml", bench.text("nameplate.toml").replace("firmware.hex", "firmwear.hex"));
    let raw = "firmware.hex\"\nformat = \"bin\"\nbase = \"0x08000000";
    bench.write("raw.toml", bench.text("nameplate.toml").replace("firmware.hex", raw));
    bench.write(
        "set.toml",
        bench.text("nameplate.toml").replace("\"EUDV{YY}{MM}-{seq:6}\"", "{ input = \"sn\", as = \"hex\" }"),
    );
    bench.edit("set.toml", "ascii:16:nul", "bytes:16");
    bench.write("digits.toml", bench.text("nameplate.toml").replace("\"EUDV{YY}{MM}-{seq:6}\"", "{ hex = 9146EB80 }"));
    for (args, expected, code) in [
        ("plan --job nameplat.toml", "nameplat.toml: there is no such file; did you mean `nameplate.toml`?", 1),
        ("plan --job jobs/a.toml", "jobs/a.toml: there is no such file, as there is no folder `jobs`", 1),
        (
            "plan --job typo.toml",
            "`file` in [image], beside the job: firmwear.hex: there is no such file; did you mean `firmware.hex`?",
            1,
        ),
        (
            "plan --job raw.toml",
            "firmware.hex: this is Intel HEX, not a raw binary; HEX needs neither `format` nor `base`",
            3,
        ),
        ("stamp --job nameplate.toml --out a/b --count 1", "a/b: there is no folder `a`; make it first", 1),
        ("sqtp --job sqtp.toml --out a/s.num --count 1", "a/s.num: there is no folder `a`; make it first", 1),
        (
            "sqtp --job nameplate.toml --out s.num --count 1",
            "the job has no [sqtp]; one with [image] is for `nameplate stamp`",
            3,
        ),
        (
            "verify --job nameplate.toml units/*.hex",
            "units/*.hex: there is no such file, as there is no folder `units`",
            1,
        ),
        (
            "verify --job nameplate.toml empty",
            "empty: this folder has no file named .hex, .s19, .elf, .uf2, .bin or the like",
            3,
        ),
        ("inspect .", ".: this is a folder, expected a file", 1),
        (
            "inspect a.s19 --base 0",
            "a.s19: line 2, column 1: the file has no data: no S1, S2 or S3 record holds any; --tolerate no-data reads the file, or  tolerate = [\"no-data\"]  in [image]",
            3,
        ),
        (
            "convert a.txt a.elf",
            "the output's name ends neither in .hex, .s19, .srec, .txt, .uf2 nor in .bin: say --format",
            2,
        ),
        (
            "inspect a.uf2 --base 0",
            "a.uf2: block 0 (offset 0x0): 8 bytes, expected 512: was the file cut off, or is something else behind it?",
            3,
        ),
        ("header --job same.toml", "two fields or checksums are both `serial` in source: name one otherwise", 3),
        (
            "id check 123 --algorithm none",
            "unknown algorithm `none`; there are luhn, luhn-mod16, luhn-mod36, damm, verhoeff, gs1, mod11-2, mod11-10, mod37-2, mod37-36, mod97-10, crockford37",
            2,
        ),
        (
            "verify --job nameplate.toml --units nameplate.toml firmware.hex",
            "nameplate.toml: line 1: column 1: this is no line of a units.jsonl as `stamp` writes it",
            3,
        ),
        (
            "stamp --job set.toml --out u --first 1 --count 1 --set sn=00",
            "--set: column `sn`: 2 digits, expected 32; did a spreadsheet drop zeros in front?",
            3,
        ),
        (
            "plan --job digits.toml",
            "digits.toml: line 17: invalid exponent, expected digits; digits that are no plain number stand in quotes",
            3,
        ),
    ] {
        let said = bench.run(&args.split(' ').collect::<Vec<_>>());
        assert_eq!((said.err, said.code), (format!("nameplate: {expected}\n"), code), "{args}");
    }
    assert!(!bench.path("u").exists());
    std::fs::create_dir(bench.path("u")).unwrap();
    let said = bench.run(&["stamp", "--job", "nameplate.toml", "--out", "u", "--count", "1"]);
    let expected = "nameplate: u: exists already, and is empty: another run is at work, or one was interrupted; if none is at work, delete it, and the folder .nameplate-… beside it, which may hold keys\n";
    assert_eq!((said.err.as_str(), said.code), (expected, 3));
    bench.write("u/x", "");
    let said = bench.run(&["stamp", "--job", "nameplate.toml", "--out", "u", "--count", "1"]);
    assert_eq!(said.err, "nameplate: u: exists already; units are never written over others\n");
}

#[test]
fn errors_as_json() {
    let bench = Bench::new();
    let said = bench.run(&["--json", "inspect", "none.hex"]);
    assert_eq!(said.code, 1);
    assert_eq!(said.out, "{\"error\":\"none.hex: there is no such file\",\"exit\":1,\"ok\":false}\n");
}

/// Damaged job files and inputs: an error or a job, never a panic.
#[test]
fn damaged_jobs_never_panic() {
    use nameplate_job::Job;
    use nameplate_job::job::InputAs;
    use nameplate_job::rows::{ColumnSpec, Rows};
    let job = std::fs::read(crate::example("nameplate.toml")).unwrap();
    let csv = b"seq,key\n1,00112233\n2,00112234\n";
    let column = ColumnSpec { name: "key".to_owned(), as_: InputAs::Hex, bytes: Some(4), unique: true, secret: true };
    let mut state = 7_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let (mut jobs, mut inputs) = (0, 0);
    for _ in 0..20_000 {
        let mut text = job.clone();
        let mut rows = csv.to_vec();
        for bytes in [&mut text, &mut rows] {
            for _ in 0..=next(2) {
                let at = next(bytes.len());
                match next(4) {
                    0 => bytes.truncate(at + 1),
                    1 => drop(bytes.remove(at)),
                    2 => bytes.insert(at, b"\"[]{}=.,:0x\n\xC3"[next(13)]),
                    _ => bytes[at] ^= 1 << next(8),
                }
            }
        }
        jobs += usize::from(std::str::from_utf8(&text).is_ok_and(|text| Job::parse(text).is_ok()));
        inputs += usize::from(Rows::parse(&rows, std::slice::from_ref(&column)).is_ok());
    }
    assert!(jobs > 100 && inputs > 100, "{jobs} {inputs}: some damage does not matter");
}

/// `nameplate … | head` is no mistake; a full disk behind standard output is one.
#[test]
#[cfg(target_os = "linux")]
fn standard_output_that_is_closed_or_full() {
    let bench = Bench::new();
    let plan = |out: std::process::Stdio| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_nameplate"));
        let output = command.args(["plan", "--job", "nameplate.toml"]).current_dir(bench.folder.path()).stdout(out);
        let output = output.stderr(std::process::Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    assert_eq!(plan(writer.into()), (Some(0), String::new()));
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let expected =
        "nameplate: standard output: No space left on device (os error 28); the work itself was done\n".to_owned();
    assert_eq!(plan(full.into()), (Some(1), expected));
}

/// Wrong usage is told as JSON too, where that is asked for.
#[test]
fn usage_as_json() {
    let bench = Bench::new();
    let said = bench.run(&["verify", "--json", "a.hex"]);
    let expected =
        "{\"error\":\"the following required arguments were not provided: --job <JOB>\",\"exit\":2,\"ok\":false}\n";
    assert_eq!((said.out.as_str(), said.err.as_str(), said.code), (expected, "", 2));
    let said = bench.run(&["verify", "--json", "--help"]);
    assert!(said.code == 0 && said.out.starts_with("Decodes and checks"), "{said:?}");
}
