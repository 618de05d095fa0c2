//! Other programmers' lists that are written and read back: published files byte for byte, and what is
//! refused.

use nameplate::addr::Span;
use nameplate::lists::hex_list::HexList;
use nameplate::lists::index_csv::{DATA_IO, Entry, GALEP, IndexCsv};
use nameplate::lists::segger::{PATCHES, Patches};
use nameplate::lists::{FeedError, FeedErrorKind, ReadError, Unit, UnitError};
use nameplate::{At, Encoding, Field, Layout, Value};
use proptest::prelude::*;

use crate::noise;

pub(crate) fn span(start: u64, len: u64) -> Span {
    Span::new(start, len).unwrap()
}

/// A unit of these bytes at these addresses.
pub(crate) fn unit<'u>(number: u64, writes: &[(u64, &'u [u8])]) -> Unit<'u> {
    Unit::new(number, writes.iter().map(|&(at, bytes)| (span(at, bytes.len() as u64), bytes))).unwrap()
}

/// What a writer says to something that is refused; nothing may have been appended.
#[track_caller]
pub(crate) fn refused(write: impl FnOnce(&mut String) -> Result<(), FeedError>, expected: &str) -> FeedError {
    let mut out = String::from("before");
    let error = write(&mut out).unwrap_err();
    assert_eq!(error.to_string(), expected);
    assert_eq!(out, "before");
    error
}

#[track_caller]
fn unread<T: std::fmt::Debug>(read: impl Iterator<Item = Result<T, ReadError>>, expected: &str) {
    let mut all: Vec<_> = read.collect();
    assert_eq!(all.pop().unwrap().unwrap_err().to_string(), expected);
    assert!(all.iter().all(Result::is_ok), "an error is the last");
}

// The unit itself.

#[test]
fn units() {
    let two = unit(7, &[(0x20, &[3, 4]), (0x10, &[1, 2])]);
    assert_eq!(format!("{two:?}"), "unit 7 at 0x00000010..0x00000012 0x00000020..0x00000022");
    assert_eq!((two.number(), two.block(), two.writes().len()), (7, None, 2));
    assert_eq!(unit(0, &[(0x12, &[3]), (0x10, &[1, 2])]).block(), Some(span(0x10, 3)));
    let says = |writes: &[(Span, &[u8])], expected: &str| {
        assert_eq!(Unit::new(0, writes.iter().copied()).unwrap_err().to_string(), expected);
    };
    says(&[], "nothing is written, expected at least one byte");
    says(&[(span(4, 2), &[1])], "1 bytes for 0x00000004..0x00000006, expected 2, and at least 1");
    says(&[(span(4, 0), &[])], "0 bytes for 0x00000004..0x00000004, expected 0, and at least 1");
    says(&[(span(5, 2), &[1, 2]), (span(4, 2), &[1, 2])], "0x00000004..0x00000006 and 0x00000005..0x00000007 overlap");
    assert_eq!(Unit::new(0, []).unwrap_err(), UnitError::Nothing);
}

/// From a plan to a list: fields, one of them secret.
#[test]
fn from_a_stamped_unit() {
    let template = nameplate::image::Raw::new(&[0xFF; 32], 0x1000).unwrap();
    let layout = Layout::new()
        .field(Field::new("key", At::address(0x1008), Encoding::bytes(2)).secret())
        .field(Field::new("serial", At::address(0x1000), Encoding::u32_be()));
    let plan = layout.compile(&template).unwrap();
    let mut stamped = plan.stamper(&template).unwrap();
    let (mut patches, mut text) = (Patches::new(5), String::new());
    for n in 5..7_u64 {
        let key = [0xC0, n as u8];
        let done = stamped.stamp(&[("serial", n.into()), ("key", Value::from(&key).into_secret())]).unwrap();
        let unit = Unit::new(n, done.writes()).unwrap();
        assert!(!format!("{unit:?}").contains("C0"));
        patches.line_into(&unit, &mut text).unwrap();
    }
    assert_eq!(text, "2,1000,4:00000005,1008,2:C005\r\n2,1000,4:00000006,1008,2:C006\r\n");
}

// SEGGER.

#[test]
fn segger_patches() {
    let three = unit(0, &[(0x10_0025, &[0xAA, 0xBB, 0xCC]), (0x10_0063, &[0xDD, 0xEE]), (0x10_0078, &[0xFF])]);
    let eight = unit(1, &[(0, &[0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77])]);
    let most = unit(2, &[(0xFFFF_FFE0, &[0xA5; 32]), (0, &[1]), (2, &[2]), (4, &[3])]);
    let (mut patches, mut text) = (Patches::new(0), String::new());
    for unit in [&three, &eight, &most] {
        patches.line_into(unit, &mut text).unwrap();
    }
    let digits = "A5".repeat(32);
    assert_eq!(
        text,
        format!(
            "3,100025,3:AABBCC,100063,2:DDEE,100078,1:FF\r\n1,0,8:0011223344556677\r\n4,0,1:01,2,1:02,4,1:03,FFFFFFE0,20:{digits}\r\n"
        )
    );
    for form in [text.clone(), text.replace("\r\n", "\n"), text.to_lowercase(), text.trim_end().to_owned()] {
        let units: Vec<Unit> = Patches::new(0).read(form.as_bytes()).map(Result::unwrap).collect();
        assert_eq!(units, [three.clone(), eight.clone(), most.clone()]);
    }
    let error = Patches::new(0).read(format!("{text}1,0,g:00").as_bytes()).find_map(Result::err).unwrap();
    assert_eq!((error.line(), error.column()), (4, 5), "{:?}", error.kind());
}

#[test]
fn segger_patches_refused() {
    let source = "(SEGGER wiki, Flasher Hub - Patch data)";
    let five: Vec<(u64, &[u8])> = (0..5).map(|n| (n * 2, &[0_u8][..])).collect();
    let error = refused(
        |out| Patches::new(9).line_into(&unit(9, &five), out),
        &format!("SEGGER Patches.txt, unit 9: 5 places, expected 1 to 4 {source}"),
    );
    assert_eq!((error.unit(), error.format(), error.document()), (Some(9), PATCHES.name, PATCHES.source));
    assert_eq!(error.kind(), &FeedErrorKind::Places { found: 5, most: 4 });
    refused(
        |out| Patches::new(0).line_into(&unit(0, &[(16, &[0; 33])]), out),
        &format!("SEGGER Patches.txt, unit 0: 33 bytes at 0x00000010, expected 1 to 32 {source}"),
    );
    refused(
        |out| Patches::new(0).line_into(&unit(0, &[(0xFFFF_FFFF, &[0; 2])]), out),
        &format!(
            "SEGGER Patches.txt, unit 0: bytes at 0xFFFFFFFF..0x100000001, expected none beyond 0xFFFFFFFF {source}"
        ),
    );
    let mut patches = Patches::new(3);
    let order = "expected unit 3 next: units go in the order of their numbers, and none is left out";
    refused(|out| patches.line_into(&unit(4, &[(0, &[0])]), out), &format!("SEGGER Patches.txt, unit 4: {order}"));
    assert_eq!(patches, Patches::new(3));
    patches.line_into(&unit(3, &[(0, &[0])]), &mut String::new()).unwrap();
    assert!(patches.line_into(&unit(3, &[(0, &[0])]), &mut String::new()).is_err());
    let mut last = Patches::new(u64::MAX);
    last.line_into(&unit(u64::MAX, &[(0, &[0])]), &mut String::new()).unwrap();
    assert!(last.line_into(&unit(u64::MAX, &[(0, &[0])]), &mut String::new()).is_err());
}

#[test]
fn segger_patches_unread() {
    for (text, expected) in [
        ("1,0,1:00\n\n", "line 2, column 1: the line is blank, expected patches: the programmer counts lines"),
        (
            "1,0,1:00\n3,0,1:0",
            "line 2, column 7: 1 digits, expected 2: the programmer would not say so; did a spreadsheet take zeros away?",
        ),
        (
            "1,0,1:0000",
            "line 1, column 7: 4 digits, expected 2: the programmer would not say so; did a spreadsheet take zeros away?",
        ),
        (
            "1,0,FFFFFFFFFFFFFFFF:00",
            "line 1, column 22: 2 digits, expected 18446744073709551615: the programmer would not say so; did a spreadsheet take zeros away?",
        ),
        ("2,0,1:00", "line 1, column 1: 1 patches, expected 2, as the line says"),
        ("0", "line 1, column 1: nothing is written, expected at least one byte"),
        ("1,0,0:", "line 1, column 1: 0 bytes for 0x00000000..0x00000000, expected 0, and at least 1"),
        ("1,0,1,00", "line 1, column 6: found `,`, expected `:` and the data"),
        ("1,0,1:00;", "line 1, column 9: found `;`, expected `,` and an address"),
        ("1, 0,1:00", "line 1, column 3: found ` `, expected an address"),
        ("1,0x0,1:00", "line 1, column 4: found `x`, expected `,` and the number of bytes"),
        ("1,0", "line 1, column 4: found the end of the line, expected `,` and the number of bytes"),
        ("\u{FEFF}1,0,1:00", "line 1, column 1: found `\\xEF`, expected the number of patches"),
        ("1,10000000000000000,1:00", "line 1, column 3: the number has more than 64 bits"),
        (
            "1,FFFFFFFFFFFFFFFF,1:00",
            "line 1, column 1: 1 bytes from 0xFFFFFFFFFFFFFFFF pass the end of the 64-bit address space",
        ),
        ("2,0,2:0000,1,1:00", "line 1, column 1: 0x00000000..0x00000002 and 0x00000001..0x00000002 overlap"),
        (
            "5,0,1:00,2,1:00,4,1:00,6,1:00,8,1:00",
            "line 1, column 1: SEGGER Patches.txt, unit 0: 5 places, expected 1 to 4 (SEGGER wiki, Flasher Hub - Patch data)",
        ),
    ] {
        unread(Patches::new(0).read(text.as_bytes()), expected);
    }
    unread(
        Patches::new(u64::MAX).read(b"1,0,1:00\n1,0,1:00"),
        "line 2, column 1: its number would have more than 64 bits",
    );
}

#[test]
fn segger_sn_list() {
    let place = span(0x1000, 4);
    let (one, two) =
        (unit(0, &[(0x1000, &[1, 2, 3, 4])]), unit(1, &[(0x1002, &[0x77, 0x88]), (0x1000, &[0x55, 0x66])]));
    let (mut list, mut text) = (HexList::segger(place, 0), String::new());
    list.line_into(&one, &mut text).unwrap();
    list.line_into(&two, &mut text).unwrap();
    assert_eq!(text, "01020304\r\n55667788\r\n");
    assert_eq!(text.len() as u64, 2 * list.line_len());
    let whole = unit(1, &[(0x1000, &[0x55, 0x66, 0x77, 0x88])]);
    for form in [text.clone(), text.replace('\r', ""), text.trim_end().to_owned()] {
        let units: Vec<Unit> = HexList::segger(place, 0).read(form.as_bytes()).map(Result::unwrap).collect();
        assert_eq!(units, [one.clone(), whole.clone()]);
    }
    for (unit, expected) in [
        (
            unit(2, &[(0x1000, &[0; 3])]),
            "bytes at 0x00001000..0x00001003, expected 0x00001000..0x00001004 without gaps: all units of the list have one place",
        ),
        (
            unit(2, &[(0x1000, &[0; 5])]),
            "bytes at 0x00001000..0x00001005, expected 0x00001000..0x00001004 without gaps: all units of the list have one place",
        ),
        (
            unit(2, &[(0x1000, &[0]), (0x1002, &[0; 2])]),
            "bytes at places apart, expected 0x00001000..0x00001004 without gaps: all units of the list have one place",
        ),
        (
            unit(3, &[(0x1000, &[0; 4])]),
            "expected unit 2 next: units go in the order of their numbers, and none is left out",
        ),
    ] {
        let said = format!("SEGGER SNList.txt, unit {}: {expected}", unit.number());
        refused(|out| list.line_into(&unit, out), &said);
    }
    for (text, expected) in [
        // What a Flasher would fill with zeros, and what it would ignore.
        (
            "01020304\n010203",
            "line 2, column 1: 6 digits, expected 8: the programmer would not say so; did a spreadsheet take zeros away?",
        ),
        (
            "0102030405",
            "line 1, column 1: 10 digits, expected 8: the programmer would not say so; did a spreadsheet take zeros away?",
        ),
        (
            "0102030",
            "line 1, column 1: 7 digits, expected 8: the programmer would not say so; did a spreadsheet take zeros away?",
        ),
        ("123123-123", "line 1, column 7: found `-`, expected a hexadecimal digit"),
        ("01 02 03 04", "line 1, column 3: found ` `, expected a hexadecimal digit"),
        ("01020304\r55667788", "line 1, column 9: found `\\x0D`, expected a hexadecimal digit"),
        ("\n01020304", "line 1, column 1: the line is blank, expected digits: the programmer counts lines"),
    ] {
        unread(HexList::segger(place, 0).read(text.as_bytes()), expected);
    }
}

#[test]
fn plain_list() {
    let mut text = String::new();
    let mut list = HexList::plain(span(0, 5), 1);
    for (n, bytes) in [(1, [0x12, 0x3A, 0xED, 0x21, 0x00]), (2, [0, 0, 0, 0xAE, 0xB1])] {
        list.line_into(&unit(n, &[(0, &bytes)]), &mut text).unwrap();
    }
    assert_eq!(text, "123AED2100\n000000AEB1\n");
    assert_eq!(text.len() as u64, 2 * list.line_len());
}

// Index CSV.

/// The samples of the GALEP-5 manual, as they stand there.
#[test]
fn galep_samples() {
    let read = |text: &str| -> Vec<Entry> { IndexCsv::galep().read(text.as_bytes()).map(Result::unwrap).collect() };
    let first = read("1, 0001, 7AA, 2, B\n2, 0002, 7AA, 2, B\n3, 0003, 7AA, 2, B\n4, 0004, 7AA, 2, B\n");
    assert_eq!(first.len(), 4);
    assert_eq!(first[3].unit, unit(4, &[(0x7AA, &[0, 4])]));
    let second = read(
        "1, 0001, 7AA, 2, R\r\n1, 1_7AA, , , L\r\n2, 0002, 7AA, 2, R\n2, 2_7AA, , , L\n3, 0003, 7AA, 2, R\n3, 3_7AA, , , L\n4, 0004, 7AA, 2, R\n4, 4_7AA, BBBB,5 , L //SerialAddress and DataLength will be ignored.\n",
    );
    let labels: Vec<_> = second.iter().map(|entry| entry.label.as_deref().unwrap()).collect();
    assert_eq!(labels, ["1_7AA", "2_7AA", "3_7AA", "4_7AA"]);
    let third = read(
        "1, 0001, 7AA, 2, R //First device\n1, 0011, 7BB, 2, R //First device\n1, 1_7AA_7BB, , , L //First device\n\n\n2, 0002, 7AA, 2, R //2. device\n2, 0022, 7BB, 2, R //2. device\n2, 2_7AA_7BB, , , L //2. device\n// between\n3, 0003, 7AA, 2, R, pfpu\n3, 000B, 7BB, 2, R, p //Last SN\n3, Final, , , L //Last SN",
    );
    assert_eq!(third[1].unit, unit(2, &[(0x7AA, &[0, 2]), (0x7BB, &[0, 0x22])]));
    assert_eq!(third.iter().map(|entry| entry.used).collect::<Vec<_>>(), [false, false, true]);
    // Written again, the third sample is what it was, comments, blank lines and status aside.
    let (mut csv, mut text) = (IndexCsv::galep(), String::new());
    for entry in &third {
        csv.labelled_into(&entry.unit, entry.label.as_deref().unwrap(), &mut text).unwrap();
    }
    assert_eq!(
        text,
        "1, 0001, 7AA, 2, R\r\n1, 0011, 7BB, 2, R\r\n1, 1_7AA_7BB, , , L\r\n2, 0002, 7AA, 2, R\r\n2, 0022, 7BB, 2, R\r\n2, 2_7AA_7BB, , , L\r\n3, 0003, 7AA, 2, R\r\n3, 000B, 7BB, 2, R\r\n3, Final, , , L\r\n"
    );
}

#[test]
fn data_io() {
    let (mut csv, mut text) = (IndexCsv::data_io(), String::new());
    let eight: Vec<(u64, &[u8])> = (0..8).map(|n| (0x100 + n * 32, &[0xA5_u8; 20][..])).collect();
    csv.unit_into(&unit(4_294_967_294, &eight), &mut text).unwrap();
    csv.unit_into(&unit(4_294_967_295, &[(0x7AA, &[0, 1])]), &mut text).unwrap();
    assert!(text.starts_with(&format!("4294967294,{},100,20,R\r\n", "A5".repeat(20))));
    assert!(text.ends_with("4294967295,0001,7AA,2,R\r\n"));
    let units: Vec<Unit> = IndexCsv::data_io().read(text.as_bytes()).map(|entry| entry.unwrap().unit).collect();
    assert_eq!(units, [unit(4_294_967_294, &eight), unit(4_294_967_295, &[(0x7AA, &[0, 1])])]);
    // Spaces and blank lines are allowed, headers and comments are not.
    assert!(IndexCsv::data_io().read(b"\n 1 , 0001 ,\t 7AA, 2, R\n").all(|entry| entry.is_err()));
    assert!(IndexCsv::data_io().read(b"// comment\n1,0001,7AA,2,R").all(|entry| entry.is_err()));
    assert!(IndexCsv::data_io().read(b"\n 1 , 0001 , 7AA , 2 , R \r\n\n").all(|entry| entry.is_ok()));
}

#[test]
fn index_csv_refused() {
    let source = "(Data I/O TaskLink help, Using Serial2.exe)";
    let nine: Vec<(u64, &[u8])> = (0..9).map(|n| (n * 2, &[0_u8][..])).collect();
    let cases: [(Unit, String); 5] = [
        (unit(1, &nine), format!("unit 1: 9 places, expected 1 to 8 {source}")),
        (unit(1, &[(0, &[0; 21])]), format!("unit 1: 21 bytes at 0x00000000, expected 1 to 20 {source}")),
        (unit(0, &[(0, &[0])]), format!("unit 0: number 0, expected 1 to 4294967295 {source}")),
        (unit(1 << 32, &[(0, &[0])]), format!("unit 4294967296: number 4294967296, expected 1 to 4294967295 {source}")),
        (
            unit(1, &[(0xFFFF_FFFF, &[0])]),
            format!("unit 1: bytes at 0xFFFFFFFF..0x100000000, expected none beyond 0xFFFFFFFE {source}"),
        ),
    ];
    for (unit, expected) in cases {
        refused(|out| IndexCsv::data_io().unit_into(&unit, out), &format!("Data I/O Serial2 CSV, {expected}"));
    }
    assert_eq!((GALEP.places, DATA_IO.places), (usize::MAX, 8));
    let one = unit(1, &[(0, &[0])]);
    refused(
        |out| IndexCsv::data_io().labelled_into(&one, "x", out),
        "Data I/O Serial2 CSV, unit 1: a label cannot be had: the letter that marks one in this dialect is not published",
    );
    for (label, expected) in [
        ("", "the label is empty"),
        ("=1+1", "the label begins with `=`: a spreadsheet would take it for a formula"),
        ("+49", "the label begins with `+`: a spreadsheet would take it for a formula"),
        ("-1", "the label begins with `-`: a spreadsheet would take it for a formula"),
        ("@A1", "the label begins with `@`: a spreadsheet would take it for a formula"),
        ("a,b", "the label has `,` at position 2, expected printable ASCII without comma, quotation mark and slash"),
        ("\"a", "the label has `\"` at position 1, expected printable ASCII without comma, quotation mark and slash"),
        ("a//", "the label has `/` at position 2, expected printable ASCII without comma, quotation mark and slash"),
        (
            "\t=1",
            "the label has `\\x09` at position 1, expected printable ASCII without comma, quotation mark and slash",
        ),
        (
            "a\r\n2",
            "the label has `\\x0D` at position 2, expected printable ASCII without comma, quotation mark and slash",
        ),
        (
            "\u{DF}",
            "the label has `\\xC3\\x9F` at position 1, expected printable ASCII without comma, quotation mark and slash",
        ),
        (" a", "the label has ` ` at position 1, expected no space at either end: it may be lost"),
        ("a ", "the label has ` ` at position 2, expected no space at either end: it may be lost"),
        (
            "123456789012345678901",
            "the label has 21 characters, expected at most 20 (GALEP-5 manual, Using Serial Numbers)",
        ),
    ] {
        refused(|out| IndexCsv::galep().labelled_into(&one, label, out), &format!("GALEP CSV, unit 1: {expected}"));
    }
    for (text, expected) in [
        (
            "1, 001, 7AA, 2, R",
            "line 1, column 4: 3 digits, expected 4: the programmer would not say so; did a spreadsheet take zeros away?",
        ),
        (
            "1, 1, 7AA, 2, R",
            "line 1, column 4: 1 digits, expected 4: the programmer would not say so; did a spreadsheet take zeros away?",
        ),
        ("1, 1.2E+05, 7AA, 3, R", "line 1, column 5: found `.`, expected data, hexadecimal"),
        ("1, 0001, 7AG, 2, R", "line 1, column 12: found `G`, expected an address, hexadecimal"),
        ("1, 0001, , 2, R", "line 1, column 10: found `,`, expected an address, hexadecimal"),
        ("1, 0001, 7AA, 2.0, R", "line 1, column 16: found `.`, expected a length, decimal"),
        ("1, 0001, 7AA, 2, X", "line 1, column 18: found `X`, expected `R`, `L` or `B`"),
        ("1, 0001, 7AA, 2, RL", "line 1, column 19: found `L`, expected the end of the line"),
        ("1, 0001, 7AA, 2", "line 1, column 16: found the end of the line, expected `,` and the type"),
        ("1;0001;7AA;2;R", "line 1, column 2: found `;`, expected `,` and the data"),
        ("Count, Data, Address, Length, Type", "line 1, column 1: found `C`, expected an index, decimal"),
        ("1, a, , , L", "line 1, column 1: nothing is written, expected at least one byte"),
        (
            "1, 00, 0, 1, R\n1, a, , , L\n1, b, , , L",
            "line 3, column 1: a second label for unit 1, expected at most one",
        ),
        (
            "1, 00, 0, 1, R\n1, =a, , , L",
            "line 2, column 1: GALEP CSV: the label begins with `=`: a spreadsheet would take it for a formula",
        ),
        (
            "1, 00, 0, 1, R\n2, 00, 0, 1, R\n1, 00, 2, 1, R",
            "line 3, column 1: GALEP CSV, unit 1: expected a unit after 2: units go in the order of their numbers",
        ),
        (
            "1, 00, 0, 1, R\n1, 00, 0, 1, R",
            "line 1, column 1: 0x00000000..0x00000001 and 0x00000000..0x00000001 overlap",
        ),
    ] {
        unread(IndexCsv::galep().read(text.as_bytes()), expected);
    }
    assert!(IndexCsv::galep().read(b"1, 00, 0, 1, R\n3, 00, 0, 1, R").all(|entry| entry.is_ok()));
    unread(
        IndexCsv::data_io().read(b"1,00,0,1,R\n3,00,0,1,R"),
        "line 2, column 1: Data I/O Serial2 CSV, unit 3: expected unit 2 next: units go in the order of their numbers, and none is left out",
    );
    let mut galep = IndexCsv::galep();
    galep.unit_into(&unit(5, &[(0, &[0])]), &mut String::new()).unwrap();
    refused(
        |out| galep.unit_into(&unit(5, &[(0, &[0])]), out),
        "GALEP CSV, unit 5: expected a unit after 5: units go in the order of their numbers",
    );
    unread(IndexCsv::data_io().read(b"1,00,0,1,R //x"), "line 1, column 12: found `/`, expected the end of the line");
    unread(IndexCsv::data_io().read(b"1,00,0,1,L"), "line 1, column 10: found `L`, expected `R`");
}

// What is written is what is read.

prop_compose! {
    fn writes(places: usize, bytes: usize)(
        gaps in prop::collection::vec((0..0x1000_0000_u64, prop::collection::vec(any::<u8>(), 1..=bytes)), 1..=places)
    ) -> Vec<(Span, Vec<u8>)> {
        let mut next = 0;
        gaps.into_iter().map(|(gap, bytes)| {
            let place = span(next + gap, bytes.len() as u64);
            next = place.end();
            (place, bytes)
        }).collect()
    }
}

fn of(number: u64, writes: &[(Span, Vec<u8>)]) -> Unit<'_> {
    Unit::new(number, writes.iter().map(|(place, bytes)| (*place, &**bytes))).unwrap()
}

proptest! {
    #[test]
    fn patches_there_and_back(first in 0..1_u64 << 60, all in prop::collection::vec(writes(4, 32), 0..8)) {
        let units: Vec<Unit> = (first..).zip(&all).map(|(n, writes)| of(n, writes)).collect();
        let (mut patches, mut text) = (Patches::new(first), String::new());
        for unit in &units {
            patches.line_into(unit, &mut text).unwrap();
        }
        let read: Vec<Unit> = Patches::new(first).read(text.as_bytes()).map(Result::unwrap).collect();
        prop_assert_eq!(read, units);
    }

    #[test]
    fn csv_there_and_back(
        first in 1..1_u64 << 31,
        all in prop::collection::vec((writes(8, 20), prop::option::of("[A-Za-z0-9_.#:]{1,20}")), 0..8),
    ) {
        let units: Vec<Unit> = (first..).zip(&all).map(|(n, (writes, _))| of(n, writes)).collect();
        let (mut galep, mut data_io) = (IndexCsv::galep(), IndexCsv::data_io());
        let (mut with, mut without) = (String::new(), String::new());
        for (unit, (_, label)) in units.iter().zip(&all) {
            match label {
                Some(label) => galep.labelled_into(unit, label, &mut with).unwrap(),
                None => galep.unit_into(unit, &mut with).unwrap(),
            }
            data_io.unit_into(unit, &mut without).unwrap();
        }
        let read: Vec<Entry> = IndexCsv::galep().read(with.as_bytes()).map(Result::unwrap).collect();
        prop_assert_eq!(read.len(), units.len());
        for ((entry, unit), (_, label)) in read.iter().zip(&units).zip(&all) {
            prop_assert_eq!((&entry.unit, &entry.label, entry.used), (unit, label, false));
        }
        let read: Vec<Unit> = IndexCsv::data_io().read(without.as_bytes()).map(|entry| entry.unwrap().unit).collect();
        prop_assert_eq!(read, units);
    }

    /// Any text, and any list with one byte changed: an error, or units that are written and read as the same.
    #[test]
    fn hostile_lists(junk in "[0-9A-Fa-f,:RLB/ \r\n\\PC]{0,80}", seed in any::<u64>(), at in any::<prop::sample::Index>(), byte: u8) {
        let bytes = noise(seed, 12);
        let good = unit(1, &[(0x10, &bytes[..4]), (0x7000, &bytes[4..])]);
        let mut texts = vec![junk.into_bytes()];
        let (mut patches, mut csv, mut list) = (String::new(), String::new(), String::new());
        Patches::new(1).line_into(&good, &mut patches).unwrap();
        IndexCsv::galep().labelled_into(&good, "a label", &mut csv).unwrap();
        HexList::segger(span(0, 12), 1).line_into(&unit(1, &[(0, &bytes)]), &mut list).unwrap();
        texts.extend([patches.into_bytes(), csv.into_bytes(), list.into_bytes()]);
        for mut text in texts {
            if !text.is_empty() {
                let at = at.index(text.len());
                text[at] = byte;
            }
            let units: Vec<Unit> = Patches::new(1).read(&text).map_while(Result::ok).collect();
            let (mut patches, mut again) = (Patches::new(1), String::new());
            for unit in &units {
 patches.line_into(unit, &mut again).unwrap();
}
            prop_assert!(Patches::new(1).read(again.as_bytes()).map(Result::unwrap).eq(units));
            for (read, mut write) in [(IndexCsv::galep(), IndexCsv::galep()), (IndexCsv::data_io(), IndexCsv::data_io())] {
                let units: Vec<Unit> = read.clone().read(&text).map_while(Result::ok).map(|entry| entry.unit).collect();
                let mut again = String::new();
                for unit in &units {
 write.unit_into(unit, &mut again).unwrap();
}
                prop_assert!(read.read(again.as_bytes()).map(|entry| entry.unwrap().unit).eq(units));
            }
            let place = span(0, 12);
            let units: Vec<Unit> = HexList::segger(place, 1).read(&text).map_while(Result::ok).collect();
            prop_assert!(units.iter().all(|unit| unit.block() == Some(place)));
        }
    }
}
