//! Other programmers' lists that are only written, of bytes and of values: published files byte for
//! byte, and what is refused.

use nameplate::Value;
use nameplate::image::{Container, Hex};
use nameplate::lists::FeedError;
use nameplate::lists::elnec::from_file::{FROM_FILE, FromFile};
use nameplate::lists::elnec::playlist::{HEADER, Playlist};
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
