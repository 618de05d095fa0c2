//! Other programmers' lists that are only written, of bytes and of values: published files byte for
//! byte, and what is refused.

use nameplate::Value;
use nameplate::image::{Container, Hex};
use nameplate::lists::FeedError;
use nameplate::lists::elnec::from_file::{FROM_FILE, FromFile};
use nameplate::lists::elnec::playlist::{HEADER, Playlist};
use nameplate::lists::esp::{Column, Kind, Values};
use nameplate::lists::ruc::{RUC, Ruc};
use nameplate::lists::serial_dat::{Second, SerialDat};
use nameplate::lists::tokens::{Token, Tokens};
use proptest::prelude::*;

use crate::feeds::{refused, span, unit};
use crate::{Memory, memory, noise};

#[track_caller]
fn says<T: std::fmt::Debug>(result: Result<T, FeedError>, expected: &str) {
    assert_eq!(result.unwrap_err().to_string(), expected);
}

// Elnec.

/// The example of the PG4UW manual, without its comments.
#[test]
fn elnec_from_file() {
    let (mut list, mut text) = (FromFile::new(), String::new());
    for (n, bytes) in [
        (1, [0x78, 0x89, 0x56, 0x02, 0xAB, 0xCD]),
        (2, [0x02, 0x02, 0x04, 0x06, 0x08, 0x0A]),
        (3, [0x08, 0x09, 0x0A, 0x0B, 0xA0, 0xC0]),
    ] {
        list.line_into(&unit(n, &[(0xA7890, &bytes)]), &format!("nav{n}"), &mut text).unwrap();
    }
    let second = [0x44, 0x11, 0x22, 0x33, 0x99, 0x88, 0x77, 0x66, 0x55, 0x16];
    let two = unit(6, &[(0xA7890, &[0x18, 0x29, 0x36, 0x42, 0x5B, 0x6D]), (0xFFFF6, &second)]);
    list.line_into(&two, "nav6", &mut text).unwrap();
    assert_eq!(
        text,
        "[nav1] A7890 78 89 56 02 AB CD\r\n[nav2] A7890 02 02 04 06 08 0A\r\n[nav3] A7890 08 09 0A 0B A0 C0\r\n[nav6] A7890 18 29 36 42 5B 6D , FFFF6 44 11 22 33 99 88 77 66 55 16\r\n"
    );
    let source = "(PG4UW manual, Classic From-file mode)";
    let one = unit(7, &[(0, &[0])]);
    let before = list.clone();
    for (unit, label, expected) in [
        (unit(7, &[(0, &[0]), (2, &[0]), (4, &[0])]), "x", format!("3 places, expected 1 to 2 {source}")),
        (unit(7, &[(8, &[0; 65])]), "x", format!("65 bytes at 0x00000008, expected 1 to 64 {source}")),
        (
            unit(7, &[(0, &[0; 64]), (100, &[0; 17])]),
            "x",
            format!("81 bytes, expected at most 80 at all places together {source}"),
        ),
        (
            unit(7, &[(1 << 32, &[0])]),
            "x",
            format!("bytes at 0x100000000..0x100000001, expected none beyond 0xFFFFFFFF {source}"),
        ),
        (one.clone(), "NAV1", "the label is that of an earlier unit too; letter case makes no difference".into()),
        (one.clone(), "", "the label is empty".into()),
        (
            one.clone(),
            "a]b",
            "the label has `]` at position 2, expected printable ASCII without brackets and semicolon".into(),
        ),
        (
            one.clone(),
            "a;b",
            "the label has `;` at position 2, expected printable ASCII without brackets and semicolon".into(),
        ),
        (one.clone(), " a", "the label has ` ` at position 1, expected no space at either end: it may be lost".into()),
    ] {
        refused(|out| list.line_into(&unit, label, out), &format!("Elnec from-file, unit 7: {expected}"));
    }
    assert_eq!(list, before);
    let most = unit(8, &[(0, &[0; 64]), (100, &[0; 16])]);
    list.line_into(&most, "a label", &mut text).unwrap();
    assert_eq!(FROM_FILE.check(&most), Ok(()));
    list.line_into(&one, "NAV9", &mut text).unwrap();
    assert!(list.line_into(&one, "nav9", &mut text).is_err());
}

#[test]
fn elnec_playlist() {
    let (mut list, mut text) = (Playlist::new(), String::from(HEADER));
    for n in 1..=3 {
        list.line_into(n, &format!("nav{n}"), &format!("file{n}.dat"), &mut text).unwrap();
    }
    assert_eq!(
        text,
        "FILETYPE=PG4UW SERIALIZATION PLAYLIST FILE\r\n[nav1] file1.dat\r\n[nav2] file2.dat\r\n[nav3] file3.dat\r\n"
    );
    let names = "expected printable ASCII that every system takes in a file name, and no bracket or semicolon";
    for (label, file, expected) in [
        (
            "nav4",
            "FILE1.dat",
            "the file name is that of an earlier unit too; letter case makes no difference".to_owned(),
        ),
        ("Nav3", "file4.dat", "the label is that of an earlier unit too; letter case makes no difference".to_owned()),
        ("nav4", "", "the file name is empty".to_owned()),
        ("nav4", "C:\\file4.dat", format!("the file name has `:` at position 2, {names}")),
        ("nav4", "a;b", format!("the file name has `;` at position 2, {names}")),
        ("nav4", "a\nb", format!("the file name has `\\x0A` at position 2, {names}")),
        (
            "nav4",
            "/units/4",
            "the file name has `/` at position 1, expected a path relative to the playlist".to_owned(),
        ),
        (
            "nav4",
            "\\\\server",
            "the file name has `\\\\` at position 1, expected a path relative to the playlist".to_owned(),
        ),
    ] {
        refused(|out| list.line_into(4, label, file, out), &format!("Elnec playlist, unit 4: {expected}"));
    }
    list.line_into(4, "nav4", "units/file 4.hex", &mut text).unwrap();
    // Other paths to the same file.
    for file in [
        "./FILE1.dat",
        "units\\..\\file1.dat",
        "file1.dat.",
        "units\\file 4.hex",
        "units//file 4.hex",
        "units/./file 4.hex",
        "units./old/../file 4.hex..",
    ] {
        let expected = "the file name is that of an earlier unit too; letter case makes no difference";
        refused(|out| list.line_into(5, "nav5", file, out), &format!("Elnec playlist, unit 5: {expected}"));
    }
    for (label, file) in [("nav5", "../file1.dat"), ("nav6", "../../file1.dat"), ("nav7", "units/file1.dat")] {
        list.line_into(5, label, file, &mut text).unwrap();
    }
}

// SERIAL.DAT.

/// The example of the PG4UW manual.
#[test]
fn serial_dat() {
    let sample = unit(5, &[(0, &[0x00, 0x09, 0x6B]), (3, &[0, 0, 5]), (0xC, &[0x5A, 0x01]), (0x3F, &[0x4F])]);
    let mut text = String::new();
    SerialDat::new("000005", Second::Ending("001006")).unwrap().file_into(&sample, &mut text).unwrap();
    assert_eq!(
        text.replace("\r\n", "\n"),
        "T01:000005\nT02:001006\nT03:99\nT04:\n:0300000000096B89\n:03000300000005F5\n:02000C005A0197\n:01003F004F71\n:00000001FF\n"
    );
    // Across 64 KiB: a type 04 record for each block, once; 16 bytes in a record.
    let across = unit(1, &[(0x1_FFF0, &[0xA5; 17]), (0x2_0010, &[0xFF])]);
    text.clear();
    SerialDat::new("1", Second::Next("2")).unwrap().file_into(&across, &mut text).unwrap();
    let digits = "A5".repeat(16);
    assert_eq!(
        text,
        format!(
            "T01:1\r\nT02:2\r\nT03:99\r\nT04:\r\n:020000040001F9\r\n:10FFF000{digits}B1\r\n:020000040002F8\r\n:01000000A55A\r\n:01001000FFF0\r\n:00000001FF\r\n"
        )
    );
    let refuse = |current, second, expected: &str| {
        says(SerialDat::new(current, second), &format!("SERIAL.DAT: {expected}"));
    };
    refuse("5", Second::Next("06"), "T01 and T02 do not have equally many digits");
    refuse("00000a", Second::Next("00000A"), "the next number is not greater than the current one");
    refuse("0000b0", Second::Ending("0000AF"), "the current number is greater than the ending one");
    refuse("", Second::Next("1"), "T01 is empty");
    refuse("5", Second::Next("\n"), "T02 has `\\x0A` at position 1, expected a hexadecimal digit");
    assert!(SerialDat::new("00000a", Second::Ending("00000A")).is_ok());
    refused(
        |out| SerialDat::new("5", Second::Next("6")).unwrap().file_into(&unit(5, &[(1 << 32, &[0])]), out),
        "SERIAL.DAT, unit 5: bytes at 0x100000000..0x100000001, expected none beyond 0xFFFFFFFF (PG4UW manual, Serialization .dat file format)",
    );
}

proptest! {
    /// The data is a HEX file of just the unit's bytes, across 64 KiB blocks too.
    #[test]
    fn serial_dat_is_hex(places in prop::collection::vec((0..0x3_0000_u64, 1..80_usize), 1..5), seed: u64) {
        let (mut memory_of_unit, mut next) = (Memory::new(), 0xFFFC_0000);
        let places: Vec<(u64, Vec<u8>)> = places.into_iter().map(|(gap, len)| {
            let start = (next + gap).min(0xFFFF_FFFF - 79);
            next = start + len as u64;
            (start, noise(seed ^ start, len))
        }).collect();
        for (start, bytes) in &places {
            for (at, byte) in (*start..).zip(bytes) {
                if memory_of_unit.insert(at, *byte).is_some() {
                    return Ok(());
                }
            }
        }
        let writes: Vec<(u64, &[u8])> = places.iter().map(|(at, bytes)| (*at, &**bytes)).collect();
        let mut text = String::new();
        SerialDat::new("1", Second::Next("2")).unwrap().file_into(&unit(1, &writes), &mut text).unwrap();
        let (_, data) = text.split_once("T04:\r\n").unwrap();
        prop_assert_eq!(memory(data.as_bytes()), memory_of_unit);
        let hex = Hex::parse(data.as_bytes()).unwrap();
        prop_assert_eq!(hex.file(), data.as_bytes());
    }
}

// Renesas.

#[test]
fn ruc() {
    let place = span(0xF000, 6);
    let (mut ruc, mut text) = (Ruc::new(place).unwrap(), String::new());
    ruc.header_into(&mut text);
    for n in 1..=3 {
        let before = text.len();
        ruc.line_into(&unit(n.into(), &[(0xF000, &[0xAB, 0xCD, 0xEF]), (0xF003, &[0, 0, n])]), &mut text).unwrap();
        assert_eq!((text.len() - before) as u64, ruc.line_len());
    }
    // The published example, without its comment.
    assert_eq!(
        text.replace("\r\n", "\n"),
        "format hex\narea user flash\naddress 0xf000\nsize 6\nindex data\n000001 abcdef000001\n000002 abcdef000002\n000003 abcdef000003\n"
    );
    let bytes = [0; 6];
    for (unit, expected) in [
        (
            unit(5, &[(0xF000, &bytes)]),
            "expected unit 4 next: units go in the order of their numbers, and none is left out",
        ),
        (
            unit(4, &[(0xF001, &bytes)]),
            "bytes at 0x0000F001..0x0000F007, expected 0x0000F000..0x0000F006 without gaps: all units of the list have one place",
        ),
        (unit(0, &[(0xF000, &bytes)]), "number 0, expected 1 to 999999 (Renesas, RL78 Unique ID Programming Function)"),
        (
            unit(1_000_000, &[(0xF000, &bytes)]),
            "number 1000000, expected 1 to 999999 (Renesas, RL78 Unique ID Programming Function)",
        ),
    ] {
        refused(|out| ruc.line_into(&unit, out), &format!("Renesas .ruc, unit {}: {expected}", unit.number()));
    }
    says(Ruc::new(span(0, 0)), "Renesas .ruc: no byte in the place of the code, expected at least one");
    says(
        Ruc::new(span(0xFFFF_FFFF, 2)),
        "Renesas .ruc: bytes at 0xFFFFFFFF..0x100000001, expected none beyond 0xFFFFFFFF (Renesas, RL78 Unique ID Programming Function)",
    );
    assert_eq!(RUC.last, 999_999);
}

// Silicon Labs.

type Given = Vec<(&'static str, Value<'static>)>;

#[test]
fn tokens() {
    let tokens = Tokens::new(vec![
        Token::text("MFG_STRING", 16),
        Token::text("MFG_BOARD_NAME", 16),
        Token::integer("MFG_MANUF_ID", 2),
        Token::integer("LONG", 16),
        Token::bytes("MFG_KEY", 4),
        Token::erased("MFG_CTUNE"),
    ])
    .unwrap();
    let key = [0x00, 0x0D, 0x6F, 0xFF];
    let values = |text: &'static str, board: &'static str, id: u32| {
        vec![
            ("MFG_MANUF_ID", Value::from(id)),
            ("MFG_KEY", Value::from(&key).into_secret()),
            ("MFG_STRING", Value::from(text)),
            ("MFG_BOARD_NAME", Value::from(board).into_secret()),
            ("LONG", Value::from(u128::MAX)),
        ]
    };
    let mut text = String::new();
    tokens.file_into(1, &values("IKEA of Sweden", "Billy EZSP by MW", 0x110C), &mut text).unwrap();
    assert_eq!(
        text,
        format!(
            "MFG_STRING : \"IKEA of Sweden\"\nMFG_BOARD_NAME : \"Billy EZSP by MW\"\nMFG_MANUF_ID : 0x110C\nLONG : 0x{}\nMFG_KEY : 000D6FFF\nMFG_CTUNE : !ERASE!\n",
            "F".repeat(32)
        )
    );
    tokens.file_into(1, &values("=1+1", "x", 1), &mut text).unwrap();
    assert!(text.contains("MFG_STRING : \"=1+1\"\n") && text.contains("MFG_MANUF_ID : 0x0001\n"));
    let mut cases = Vec::new();
    for (text, board, id, expected) in [
        ("", "x", 1, "token `MFG_STRING` is empty"),
        (
            "a\"b",
            "x",
            1,
            "token `MFG_STRING` has `\"` at position 2, expected printable ASCII without quotation mark and backslash",
        ),
        (
            "a\\b",
            "x",
            1,
            "token `MFG_STRING` has `\\\\` at position 2, expected printable ASCII without quotation mark and backslash",
        ),
        // Of a secret the character is not shown.
        (
            "a",
            "\n!ERASE!",
            1,
            "token `MFG_BOARD_NAME` has a character at position 1, expected printable ASCII without quotation mark and backslash",
        ),
        (
            "12345678901234567",
            "x",
            1,
            "token `MFG_STRING` has 17 characters, expected at most 16 (head of a file written by commander tokendump)",
        ),
        (
            "a",
            "x",
            0x1_0000,
            "the value of token `MFG_MANUF_ID` is too great, expected at most 65535 (head of a file written by commander tokendump)",
        ),
    ] {
        cases.push((values(text, board, id), expected));
    }
    let mut changed = |change: fn(&mut Given), expected| {
        let mut given = values("a", "x", 1);
        change(&mut given);
        cases.push((given, expected));
    };
    changed(|given| drop(given.pop()), "no value for token `LONG`");
    changed(|given| given.push(("LONG", 1_u8.into())), "a second value for token `LONG`");
    changed(|given| given.push(("long", 1_u8.into())), "a value for token `long`, which the list does not have");
    changed(
        |given| given.push(("MFG_CTUNE", 1_u8.into())),
        "a value for token `MFG_CTUNE`, which the list does not have",
    );
    changed(|given| given[4].1 = "x".into(), "token `LONG` is text, expected an unsigned integer");
    changed(|given| given[1].1 = 1_u8.into(), "token `MFG_KEY` is an unsigned integer, expected bytes");
    changed(|given| given[1].1 = (&[1, 2, 3]).into(), "token `MFG_KEY` has 3 bytes, expected 4");
    changed(|given| given[2].1 = (&[1]).into(), "token `MFG_STRING` is bytes, expected text");
    for (given, expected) in &cases {
        refused(|out| tokens.file_into(7, given, out), &format!("token file, unit 7: {expected}"));
    }
    says(Tokens::new(vec![]), "token file: no token, expected at least one");
    says(
        Tokens::new(vec![Token::erased("A"), Token::erased("B"), Token::erased("a")]),
        "token file: a second value for token `a`",
    );
    says(
        Tokens::new(vec![Token::erased("A : B")]),
        "token file: token `A : B` has ` ` at position 2, expected a letter, digit or `_`",
    );
    says(Tokens::new(vec![Token::erased("")]), "token file: the name of a token is empty");
    says(Tokens::new(vec![Token::bytes("A", 0)]), "token file: token `A` is empty");
    says(Tokens::new(vec![Token::integer("A", 17)]), "token file: token `A` has 17 bytes, expected 1 to 16");
}

// Espressif.

/// The sample of the ESP-IDF manual.
#[test]
fn esp_sample() {
    let values = Values::new(vec![
        Column::new("id", Kind::Metadata),
        Column::new("firmware_key", Kind::Hex2Bin),
        Column::new("serial_no", Kind::String),
        Column::new("device_no", Kind::I32),
    ])
    .unwrap();
    let (mut config, mut text) = (String::new(), String::new());
    values.config_into("app", &mut config).unwrap();
    assert_eq!(config, "app,namespace,\nfirmware_key,data,hex2bin\nserial_no,data,string\ndevice_no,data,i32\n");
    values.header_into(&mut text);
    for (n, key, device) in [(1_u8, [0xAA, 0xBB], 101_u8), (2, [0xCC, 0xDD], 102), (3, [0xEE, 0xFF], 103)] {
        let key = [0x1A, 0x2B, 0x3C, 0x4D, 0x5E, 0x6F, key[0], key[1]];
        let row = [
            ("device_no", device.into()),
            ("id", n.into()),
            ("serial_no", "A1".into()),
            ("firmware_key", Value::from(&key).into_secret()),
        ];
        values.row_into(n.into(), &row, &mut text).unwrap();
    }
    assert_eq!(
        text,
        "id,firmware_key,serial_no,device_no\n1,1a2b3c4d5e6faabb,A1,101\n2,1a2b3c4d5e6fccdd,A1,102\n3,1a2b3c4d5e6feeff,A1,103\n"
    );
}

#[test]
fn esp_refused() {
    let column = |key, kind| Values::new(vec![Column::new(key, kind)]);
    let list = "Espressif values CSV";
    says(
        column("namespace", Kind::U8),
        &format!("{list}: column `namespace` cannot be had: mfg_gen.py takes a line with that word for something else"),
    );
    says(
        column("REPEAT", Kind::U8),
        &format!("{list}: column `REPEAT` cannot be had: mfg_gen.py takes a line with that word for something else"),
    );
    says(column("id", Kind::Metadata), &format!("{list}: no column that goes into the device, expected at least one"));
    says(
        column("a_key_of_16_char", Kind::U8),
        &format!(
            "{list}: column `a_key_of_16_char` has 16 characters, expected at most 15 (ESP-IDF, Non-Volatile Storage Library)"
        ),
    );
    says(
        column("a b", Kind::U8),
        &format!(
            "{list}: column `a b` has ` ` at position 2, expected printable ASCII without comma, quotation mark and space"
        ),
    );
    says(
        column("=a", Kind::U8),
        &format!("{list}: column `=a` begins with `=`: a spreadsheet would take it for a formula"),
    );
    says(
        Values::new(vec![Column::new("a", Kind::U8), Column::new("a", Kind::Metadata)]),
        &format!("{list}: a second value for column `a`"),
    );
    let values = |kind| column("key", kind).unwrap();
    let fine = [Column::new("a_key_of_15_cha", Kind::U8), Column::new("a_long_name_of_metadata", Kind::Metadata)];
    assert!(Values::new(fine.to_vec()).is_ok());
    says(
        values(Kind::U8).config_into("a_namespace_of_20_ch", &mut String::new()),
        &format!(
            "{list}: the namespace has 20 characters, expected at most 15 (ESP-IDF, Non-Volatile Storage Library)"
        ),
    );
    let limit = |n: u64| {
        format!("the value of column `key` is too great, expected at most {n} (ESP-IDF, Non-Volatile Storage Library)")
    };
    let long = "x".repeat(4000);
    let integer: String =
        "column `key` is text, expected an integer: unsigned, or decimal text of this type's range".into();
    for (kind, text) in
        [(Kind::I8, "-128"), (Kind::I16, "-32768"), (Kind::I32, "0"), (Kind::I64, "-9223372036854775808")]
    {
        let mut out = String::new();
        values(kind).row_into(7, &[("key", text.into())], &mut out).unwrap();
        assert_eq!(out, format!("{text}\n"));
    }
    let cases: Vec<(Kind, Value<'_>, String)> = vec![
        (Kind::U8, 256_u16.into(), limit(255)),
        (Kind::I8, 128_u8.into(), limit(127)),
        (Kind::U16, 65_536_u32.into(), limit(65_535)),
        (Kind::U32, (1_u64 << 32).into(), limit(4_294_967_295)),
        (Kind::I32, (1_u64 << 31).into(), limit(2_147_483_647)),
        (Kind::I16, 0x8000_u16.into(), limit(0x7FFF)),
        (Kind::U64, (1_u128 << 64).into(), limit(u64::MAX)),
        (Kind::I64, (1_u64 << 63).into(), limit(0x7FFF_FFFF_FFFF_FFFF)),
        (Kind::I8, "-129".into(), integer.clone()),
        (Kind::I16, "32768".into(), integer.clone()),
        (Kind::I32, "+1".into(), integer.clone()),
        (Kind::I64, "1.5".into(), integer),
        (Kind::U8, "1".into(), "column `key` is text, expected an unsigned integer".into()),
        (Kind::String, 1_u8.into(), "column `key` is an unsigned integer, expected text".into()),
        (Kind::Hex2Bin, "00".into(), "column `key` is text, expected bytes".into()),
        (Kind::Hex2Bin, (&[][..]).into(), "column `key` is empty".into()),
        (Kind::String, "".into(), "column `key` is empty".into()),
        (
            Kind::String,
            "=cmd|' /C calc'!A0".into(),
            "column `key` begins with `=`: a spreadsheet would take it for a formula".into(),
        ),
        (
            Kind::String,
            Value::from("@x").into_secret(),
            "column `key` begins with a character: a spreadsheet would take it for a formula".into(),
        ),
        (
            Kind::String,
            "#1".into(),
            "column `key` has `#` at position 1, expected another character in front: that one begins a comment".into(),
        ),
        (
            Kind::String,
            "a\nb".into(),
            "column `key` has `\\x0A` at position 2, expected printable ASCII without comma".into(),
        ),
        (
            Kind::String,
            "a,b".into(),
            "column `key` has `,` at position 2, expected printable ASCII without comma".into(),
        ),
        (
            Kind::String,
            "key".into(),
            "the value of column `key` is the name of a column; mfg_gen.py would take its value for that column's"
                .into(),
        ),
        (
            Kind::String,
            (&*long).into(),
            "column `key` has 4000 characters, expected at most 3967 (ESP-IDF, Non-Volatile Storage Library)".into(),
        ),
    ];
    for (kind, value, expected) in cases {
        refused(|out| values(kind).row_into(7, &[("key", value)], out), &format!("{list}, unit 7: {expected}"));
    }
    let noted = Values::new(vec![Column::new("key", Kind::U8), Column::new("lot", Kind::Metadata)]).unwrap();
    refused(
        |out| noted.row_into(7, &[("key", 1_u8.into()), ("lot", (&[1]).into())], out),
        &format!("{list}, unit 7: column `lot` is bytes, expected an unsigned integer or text"),
    );
    refused(|out| values(Kind::U8).row_into(7, &[], out), &format!("{list}, unit 7: no value for column `key`"));
    refused(
        |out| values(Kind::U8).row_into(7, &[("key", 1_u8.into()), ("kex", 1_u8.into())], out),
        &format!("{list}, unit 7: a value for column `kex`, which the list does not have"),
    );
    refused(
        |out| values(Kind::U8).row_into(7, &[("key", 1_u8.into()), ("key", 1_u8.into())], out),
        &format!("{list}, unit 7: a second value for column `key`"),
    );
    // Digits that read like a key, of any kind.
    let digits = Values::new(vec![Column::new("12", Kind::U8), Column::new("b", Kind::Hex2Bin)]).unwrap();
    for (a, b) in [(12_u8, [0x34]), (34, [0x12])] {
        assert!(digits.row_into(1, &[("12", a.into()), ("b", (&b).into())], &mut String::new()).is_err());
    }
    digits.row_into(1, &[("12", 13_u8.into()), ("b", (&[0x0B]).into())], &mut String::new()).unwrap();
}

/// A row as Python's `csv` reads it.
fn cells(row: &str) -> Vec<String> {
    let (mut cells, mut quoted, mut chars) = (vec![String::new()], false, row.chars().peekable());
    while let Some(c) = chars.next() {
        let cell = cells.last_mut().unwrap();
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.extend(chars.next()),
            '"' if quoted || cell.is_empty() => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            _ => cell.push(c),
        }
    }
    cells
}

proptest! {
    #[test]
    fn esp_rows_are_csv(text in "[ -~]{1,20}", n: u32, bytes in prop::collection::vec(any::<u8>(), 1..40)) {
        let values = Values::new(vec![
            Column::new("text_key", Kind::String),
            Column::new("n_key", Kind::U32),
            Column::new("bytes_key", Kind::Hex2Bin),
        ]).unwrap();
        let row = [("n_key", n.into()), ("text_key", (&*text).into()), ("bytes_key", (&*bytes).into())];
        let mut out = String::new();
        let fine = !text.starts_with(['=', '+', '-', '@', ' ', '#']) && !text.ends_with(' ') && !text.contains(',');
        prop_assert_eq!(values.row_into(1, &row, &mut out).is_ok(), fine);
        if fine {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            prop_assert_eq!(cells(out.strip_suffix('\n').unwrap()), [text.clone(), n.to_string(), digits]);
        }
    }
}
