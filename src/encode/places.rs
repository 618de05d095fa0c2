//! Tests of where a byte of a value is said to lie: where the field differs when only that byte does.

use std::vec::Vec;

use super::encoding::Encoding;
use crate::value::{Value, ValueKind};

const WRAPPERS: [&str; 6] =
    ["X", "swap16(X)", "retlw14(X)", "padded16(swap16(X))", "inverted(X)", "with-crc:CRC-8/MAXIM-DOW(X)"];

/// The encoding of that name in each wrapper that takes it.
fn wrapped(name: &str) -> impl Iterator<Item = Encoding> {
    WRAPPERS.into_iter().filter_map(move |wrapper| wrapper.replace('X', name).parse().ok())
}

/// The only byte in which the fields of two values differ, if it is one.
fn place(encoding: &Encoding, values: [Value<'_>; 2]) -> Option<usize> {
    let fields = values.map(|value| {
        let mut field = vec![0xA5; encoding.len()];
        encoding.encode_into(&value, &mut field).ok().map(|()| field)
    });
    let [Some(one), Some(two)] = fields else { return None };
    let differ: Vec<usize> = (0..encoding.len()).filter(|&at| one.get(at) != two.get(at)).collect();
    if let [only] = *differ { Some(only) } else { None }
}

#[test]
fn bytes_of_numbers() {
    for name in ["u8", "u32le", "u32be", "uint:3:be", "i16be", "f32le", "bcd:6", "hex:8", "bytes:4"] {
        for encoding in wrapped(name) {
            for at in 0..5 {
                let found = place(&encoding, [0_u8.into(), (1_u64 << (8 * at)).into()]);
                // Digits are no bytes of a number.
                let expected = found.filter(|_| !["bcd:6", "hex:8"].contains(&name));
                assert_eq!(encoding.place_of_byte(at), expected, "{encoding} {at}");
            }
        }
    }
}

#[test]
fn bytes_of_texts() {
    // With the characters of the longest text, and the first place that is none.
    for (name, len, end) in [
        ("bytes:4", 4, 4),
        ("bytes:4:reversed", 4, 4),
        ("ascii:4:nul", 4, 4),
        ("cstr:6", 5, 6),
        ("prefixed:6", 5, 5),
        ("utf16le:4", 4, 0),
    ] {
        for encoding in wrapped(name) {
            let text = |at| -> Vec<u8> { (0..len).map(|n| if n == at { b'B' } else { b'A' }).collect() };
            let as_bytes = encoding.accepts(ValueKind::Bytes);
            for at in 0..len {
                let texts = [text(len), text(at)];
                let values = texts.each_ref().map(|text| match core::str::from_utf8(text) {
                    Ok(text) if !as_bytes => Value::from(text),
                    _ => Value::from(&**text),
                });
                let expected = place(&encoding, values).filter(|_| end > 0);
                assert_eq!(encoding.place_of(at), expected, "{encoding} {at}");
            }
            assert_eq!(encoding.place_of(end), None, "{encoding} {end}");
        }
    }
}
