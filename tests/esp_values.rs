//! Espressif's values CSV: the published sample byte for byte, and what is refused.

use nameplate::Value;
use nameplate::image::nvs::Type;
use nameplate::lists::FeedError;
use nameplate::lists::esp::{Column, Values};
use proptest::prelude::*;

use crate::feeds::refused;

#[track_caller]
fn says<T: std::fmt::Debug>(result: Result<T, FeedError>, expected: &str) {
    assert_eq!(result.unwrap_err().to_string(), expected);
}

/// The sample of the ESP-IDF manual.
#[test]
fn sample() {
    let values = Values::new(vec![
        Column::metadata("id"),
        Column::new("firmware_key", Type::Blob),
        Column::new("serial_no", Type::String),
        Column::new("device_no", Type::I32),
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
fn wrong() {
    let column = |key, kind| Values::new(vec![Column::new(key, kind)]);
    let list = "Espressif values CSV";
    says(
        column("namespace", Type::U8),
        &format!("{list}: column `namespace` cannot be had: mfg_gen.py takes a line with that word for something else"),
    );
    says(
        column("REPEAT", Type::U8),
        &format!("{list}: column `REPEAT` cannot be had: mfg_gen.py takes a line with that word for something else"),
    );
    says(
        Values::new(vec![Column::metadata("id")]),
        &format!("{list}: no column that goes into the device, expected at least one"),
    );
    says(
        column("a_key_of_16_char", Type::U8),
        &format!(
            "{list}: column `a_key_of_16_char` has 16 characters, expected at most 15 (ESP-IDF, Non-Volatile Storage Library)"
        ),
    );
    says(
        column("a b", Type::U8),
        &format!(
            "{list}: column `a b` has ` ` at position 2, expected printable ASCII without comma, quotation mark and space"
        ),
    );
    says(
        column("=a", Type::U8),
        &format!("{list}: column `=a` begins with `=`: a spreadsheet would take it for a formula"),
    );
    says(
        Values::new(vec![Column::new("a", Type::U8), Column::metadata("a")]),
        &format!("{list}: a second value for column `a`"),
    );
    for part in [Type::BlobData, Type::BlobIndex] {
        let why = "it is a part of a blob, whose type is `Type::Blob`";
        says(column("a", part), &format!("{list}: column `a` cannot be had: {why}"));
    }
    let values = |kind| column("key", kind).unwrap();
    let fine = [Column::new("a_key_of_15_cha", Type::U8), Column::metadata("a_long_name_of_metadata")];
    assert!(Values::new(fine.to_vec()).is_ok());
    says(
        values(Type::U8).config_into("a_namespace_of_20_ch", &mut String::new()),
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
        [(Type::I8, "-128"), (Type::I16, "-32768"), (Type::I32, "0"), (Type::I64, "-9223372036854775808")]
    {
        let mut out = String::new();
        values(kind).row_into(7, &[("key", text.into())], &mut out).unwrap();
        assert_eq!(out, format!("{text}\n"));
    }
    let cases: Vec<(Type, Value<'_>, String)> = vec![
        (Type::U8, 256_u16.into(), limit(255)),
        (Type::I8, 128_u8.into(), limit(127)),
        (Type::U16, 65_536_u32.into(), limit(65_535)),
        (Type::U32, (1_u64 << 32).into(), limit(4_294_967_295)),
        (Type::I32, (1_u64 << 31).into(), limit(2_147_483_647)),
        (Type::I16, 0x8000_u16.into(), limit(0x7FFF)),
        (Type::U64, (1_u128 << 64).into(), limit(u64::MAX)),
        (Type::I64, (1_u64 << 63).into(), limit(0x7FFF_FFFF_FFFF_FFFF)),
        (Type::I8, "-129".into(), integer.clone()),
        (Type::I16, "32768".into(), integer.clone()),
        (Type::I32, "+1".into(), integer.clone()),
        (Type::I64, "1.5".into(), integer),
        (Type::U8, "1".into(), "column `key` is text, expected an unsigned integer".into()),
        (Type::String, 1_u8.into(), "column `key` is an unsigned integer, expected text".into()),
        (Type::Blob, "00".into(), "column `key` is text, expected bytes".into()),
        (Type::Blob, (&[][..]).into(), "column `key` is empty".into()),
        (Type::String, "".into(), "column `key` is empty".into()),
        (
            Type::String,
            "=cmd|' /C calc'!A0".into(),
            "column `key` begins with `=`: a spreadsheet would take it for a formula".into(),
        ),
        (
            Type::String,
            Value::from("@x").into_secret(),
            "column `key` begins with a character: a spreadsheet would take it for a formula".into(),
        ),
        (
            Type::String,
            "#1".into(),
            "column `key` has `#` at position 1, expected another character in front: that one begins a comment".into(),
        ),
        (
            Type::String,
            "a\nb".into(),
            "column `key` has `\\x0A` at position 2, expected printable ASCII without comma".into(),
        ),
        (
            Type::String,
            "a,b".into(),
            "column `key` has `,` at position 2, expected printable ASCII without comma".into(),
        ),
        (
            Type::String,
            "key".into(),
            "the value of column `key` is the name of a column; mfg_gen.py would take its value for that column's"
                .into(),
        ),
        (
            Type::String,
            (&*long).into(),
            "column `key` has 4000 characters, expected at most 3967 (ESP-IDF, Non-Volatile Storage Library)".into(),
        ),
    ];
    for (kind, value, expected) in cases {
        refused(|out| values(kind).row_into(7, &[("key", value)], out), &format!("{list}, unit 7: {expected}"));
    }
    let noted = Values::new(vec![Column::new("key", Type::U8), Column::metadata("lot")]).unwrap();
    refused(
        |out| noted.row_into(7, &[("key", 1_u8.into()), ("lot", (&[1]).into())], out),
        &format!("{list}, unit 7: column `lot` is bytes, expected an unsigned integer or text"),
    );
    refused(|out| values(Type::U8).row_into(7, &[], out), &format!("{list}, unit 7: no value for column `key`"));
    refused(
        |out| values(Type::U8).row_into(7, &[("key", 1_u8.into()), ("kex", 1_u8.into())], out),
        &format!("{list}, unit 7: a value for column `kex`, which the list does not have"),
    );
    refused(
        |out| values(Type::U8).row_into(7, &[("key", 1_u8.into()), ("key", 1_u8.into())], out),
        &format!("{list}, unit 7: a second value for column `key`"),
    );
    // Digits that read like a key, of any kind.
    let digits = Values::new(vec![Column::new("12", Type::U8), Column::new("b", Type::Blob)]).unwrap();
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
    fn rows_are_csv(text in "[ -~]{1,20}", n: u32, bytes in prop::collection::vec(any::<u8>(), 1..40)) {
        let values = Values::new(vec![
            Column::new("text_key", Type::String),
            Column::new("n_key", Type::U32),
            Column::new("bytes_key", Type::Blob),
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
