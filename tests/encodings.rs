//! Encodings: the bytes of known values, every refusal, and back.

use nameplate::value::{ValueKind, View};
use nameplate::{Encoding, Value};
use proptest::prelude::*;

fn encode(name: &str, value: &Value<'_>) -> Result<Vec<u8>, String> {
    let encoding: Encoding = name.parse().unwrap();
    let mut out = vec![0xA5; encoding.len()];
    encoding.encode_into(value, &mut out).map_err(|error| error.to_string())?;
    Ok(out)
}

fn text(text: &str) -> Value<'_> {
    Value::from(text)
}

const NESTED: &str = "a wrapper goes around a plain encoding; only `swap16` may stand inside of `retlw…`";

#[test]
fn known_bytes() {
    let eui: &[u8] = &[0x70, 0xB3, 0xD5, 0x7E, 0xD0, 0x00, 0x00, 0x01];
    let serial = "EUDV2407-000123";
    let a1 = || Value::from(0x4131_u16);
    for (name, value, expected) in [
        ("u32le", Value::from(123_u8), "7B000000"),
        ("u32be", Value::from(123_u8), "0000007B"),
        ("u8", Value::from(255_u8), "FF"),
        ("u16le", Value::from(0x1234_u16), "3412"),
        ("u16be", Value::from(0x1234_u16), "1234"),
        ("u64le", Value::from(0x0102_0304_0506_0708_u64), "0807060504030201"),
        ("u64be", Value::from(0x0102_0304_0506_0708_u64), "0102030405060708"),
        ("uint:3:be", Value::from(0x01_0203_u32), "010203"),
        ("uint:16:le", Value::from(1_u128 << 127), "00000000000000000000000000000080"),
        ("ascii:16:nul", text(serial), "45554456323430372D30303031323300"),
        ("ascii:20:space", text(serial), "45554456323430372D3030303132332020202020"),
        ("ascii:15:exact", text(serial), "45554456323430372D303030313233"),
        ("cstr:16", text(serial), "45554456323430372D30303031323300"),
        // DevEUI of the LMIC: least significant byte first.
        ("bytes:8:reversed", Value::from(eui), "010000D07ED5B370"),
        ("bytes:8", Value::from(eui), "70B3D57ED0000001"),
        ("hex:2", Value::from(0xAB_u8), "4142"),
        ("hex:5", Value::from(0xAB_u8), "3030304142"),
        ("hex:16", Value::from(eui), "37304233443537454430303030303031"),
        // Microchip: RETLW of the 14-bit core, "A1".
        ("retlw14(u16be)", a1(), "41343134"),
        ("retlw14(ascii:2:exact)", text("A1"), "41343134"),
        ("retlw12(u16be)", a1(), "41083108"),
        ("retlw16(u16be)", a1(), "410C310C"),
        ("swap16(u32be)", Value::from(0x0011_2233_u32), "11003322"),
        ("swap16(bytes:4)", Value::from(&[0, 0x11, 0x22, 0x33]), "11003322"),
        ("retlw14(swap16(u16le))", a1(), "41343134"),
    ] {
        let bytes = encode(name, &value).unwrap();
        let shown: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        assert_eq!(shown, expected, "{name}");
    }
}

#[test]
fn refusals() {
    let long: &[u8] = &[1; 7];
    for (name, value, expected) in [
        ("u8", Value::from(256_u16), "256 does not fit; the greatest is 255"),
        ("uint:3:le", Value::from(1_u32 << 24), "16777216 does not fit; the greatest is 16777215"),
        ("u8", Value::from(999_u16).into_secret(), "the number does not fit; the greatest is 255"),
        ("hex:1", Value::from(16_u8), "16 does not fit; the greatest is 15"),
        ("hex:4", Value::from(long), "7 bytes given, exactly 2 expected"),
        // An odd number of digits is no whole number of bytes.
        ("hex:5", Value::from(&[1, 2]), "the value is bytes, expected an unsigned integer"),
        ("hex:3", text("ABC"), "the value is text, expected an unsigned integer"),
        ("bytes:6", Value::from(long), "7 bytes given, exactly 6 expected"),
        ("u8", text("1"), "the value is text, expected an unsigned integer"),
        ("bytes:1", Value::from(1_u8), "the value is an unsigned integer, expected bytes"),
        ("retlw14(hex:2)", text("1"), "the value is text, expected an unsigned integer or bytes"),
        ("ascii:4:nul", text("12345"), "5 characters do not fit 4"),
        ("ascii:4:nul", text(""), "the text is empty"),
        ("ascii:4:exact", text("123"), "3 characters given, exactly 4 expected"),
        ("cstr:4", text("1234"), "4 characters do not fit 3"),
        ("ascii:4:nul", text("a\u{E9}"), "character U+00E9 at position 2 is not printable ASCII"),
        ("ascii:4:nul", text("a\0"), "character U+0000 at position 2 is not printable ASCII"),
        ("ascii:4:nul", text("\u{E9}").into_secret(), "the character at position 1 is not printable ASCII"),
        ("ascii:4:space", text("a "), "the text ends in the padding byte 0x20, so it would not read back the same"),
    ] {
        assert_eq!(encode(name, &value).unwrap_err(), expected, "{name}");
    }
    let error = Encoding::u32_le().encode_into(&Value::from(1_u8), &mut [0; 3]).unwrap_err();
    assert_eq!(error.to_string(), "a buffer of 3 bytes, expected 4");
}

#[test]
fn bytes_that_no_value_has() {
    for (name, bytes, expected) in [
        ("ascii:4:nul", &b"ab\0c"[..], "byte 0x00 at offset 2 is not printable ASCII"),
        ("ascii:4:nul", &[0; 4], "the text is empty"),
        ("ascii:4:exact", &[0xFF; 4], "byte 0xFF at offset 0 is not printable ASCII"),
        ("cstr:4", b"abcd", "no NUL ends the text"),
        ("hex:4", b"00aB", "byte 0x61 at offset 2 is not an upper-case hexadecimal digit"),
        ("retlw14(u8)", &[1, 0xFF], "opcode 0xFF at offset 1, expected 0x34"),
        ("retlw12(u8)", &[1, 0x34], "opcode 0x34 at offset 1, expected 0x08"),
        ("u16le", &[1], "1 bytes given, exactly 2 expected"),
    ] {
        let error = name.parse::<Encoding>().unwrap().decode(&mut bytes.to_vec()).unwrap_err();
        assert_eq!(error.to_string(), expected, "{name}");
    }
}

#[test]
fn names() {
    for name in [
        "u8",
        "u16le",
        "u64be",
        "uint:3:le",
        "uint:16:be",
        "bytes:6",
        "bytes:6:reversed",
        "ascii:16:nul",
        "ascii:16:space",
        "ascii:16:exact",
        "cstr:2",
        "hex:32",
        "hex:64",
        "retlw14(u32be)",
        "retlw14(ascii:4:nul)",
        "retlw12(u8)",
        "retlw16(swap16(u32le))",
        "swap16(u64be)",
    ] {
        let encoding: Encoding = name.parse().unwrap();
        assert_eq!(encoding.to_string(), name);
    }
    assert_eq!("uint:4:le".parse::<Encoding>().unwrap(), Encoding::u32_le());
    // One byte has no order: whatever it is called, it is the same, and reads back by its name.
    for name in ["uint:1:le", "uint:1:be", "u8"] {
        let encoding: Encoding = name.parse().unwrap();
        assert_eq!((&encoding, encoding.to_string().parse().as_ref()), (&Encoding::u8(), Ok(&encoding)), "{name}");
    }
    for (name, bytes) in [
        ("bytes:6:reversed", Some(6)),
        ("hex:12", Some(6)),
        ("hex:5", None),
        ("retlw14(bytes:4)", Some(4)),
        ("u8", None),
    ] {
        assert_eq!(name.parse::<Encoding>().unwrap().value_bytes(), bytes, "{name}");
    }
    assert_eq!(Encoding::u16_be().as_uint(), Some((2, nameplate::ByteOrder::Big)));
    assert_eq!((Encoding::bytes(2).as_uint(), Encoding::bytes(2).retlw()), (None, None));
    let opcodes = ["retlw12(u8)", "retlw14(u8)", "retlw16(u8)", "swap16(u16le)"]
        .map(|name| name.parse::<Encoding>().unwrap().retlw());
    assert_eq!(opcodes, [Some(0x08), Some(0x34), Some(0x0C), None]);
    for (name, expected) in [
        ("u9", "unknown encoding `u9`"),
        ("", "unknown encoding ``"),
        ("ascii:4:nul:x", "unknown encoding `ascii:4:nul:x`"),
        ("rot13(u8)", "unknown encoding `rot13(u8)`"),
        ("u32", "`u32` is incomplete, expected `u16le`, `u16be`, `u32le`, …: byte order has no default"),
        (
            "ascii:16",
            "`ascii:16` is incomplete, expected `ascii:N:nul`, `ascii:N:space` or `ascii:N:exact`: what follows a short text has no default",
        ),
        ("uint:3", "`uint:3` is incomplete, expected `uint:N:le` or `uint:N:be`, with N bytes"),
        ("bytes:+6", "`bytes:+6` is incomplete, expected `bytes:N` or `bytes:N:reversed`, with N bytes"),
        ("cstr", "`cstr` is incomplete, expected `cstr:N`, with N bytes"),
        ("hex:x", "`hex:x` is incomplete, expected `hex:N`, with N digits"),
        ("bcd:4", "encoding `bcd:4` is not supported yet"),
        ("padded16(u32le)", "encoding `padded16(u32le)` is not supported yet"),
        ("swap16(bytes:3)", "`swap16` around 3 bytes, expected an even number"),
        ("swap16(swap16(u32le))", NESTED),
        ("swap16(retlw14(u32le))", NESTED),
        ("retlw12(retlw16(u8))", NESTED),
        ("retlw12(swap16(swap16(u32le)))", NESTED),
        ("swap16", "`swap16` is incomplete, expected an encoding in parentheses, as `retlw14(u32be)`"),
        ("bytes:0", "a field of 0 bytes; 1 to 65536 can be had"),
        ("bytes:65537", "a field of 65537 bytes; 1 to 65536 can be had"),
        ("uint:17:le", "an integer of 17 bytes; 1 to 16 can be had"),
        ("cstr:1", "a C string of 1 byte has room for its NUL only; 2 bytes or more can be had"),
        ("hex:33", "33 hexadecimal digits are too many for an integer and odd, so no bytes either"),
        ("retlw14(retlw14(u8))", NESTED),
        ("retlw14", "`retlw14` is incomplete, expected an encoding in parentheses, as `retlw14(u32be)`"),
    ] {
        assert_eq!(name.parse::<Encoding>().unwrap_err().to_string(), expected, "{name}");
    }
    let error = Encoding::ascii(4).pad(b'0').check().unwrap_err();
    assert_eq!(
        error.to_string(),
        "padding `0` is a character of text; a NUL, a space or a byte that is not printable can be had"
    );
}

proptest! {
    #[test]
    fn integers_read_back(n in any::<u128>(), len in 1_usize..=16, big in any::<bool>(), wrapped in any::<bool>()) {
        let n = n >> (128 - 8 * len as u32);
        let order = if big { nameplate::ByteOrder::Big } else { nameplate::ByteOrder::Little };
        let inner = Encoding::uint(len, order);
        for encoding in [Encoding::hex(2 * len), if wrapped { Encoding::retlw14(inner.clone()) } else { inner }] {
            let mut out = vec![0xA5; encoding.len()];
            encoding.encode_into(&Value::from(n), &mut out).unwrap();
            prop_assert!(encoding.accepts(ValueKind::Uint));
            prop_assert!(encoding.decode(&mut out).unwrap().expose() == View::Uint(n));
        }
    }

    #[test]
    fn text_reads_back(value in "[ -~]{0,12}[!-~]", room in 13_usize..80) {
        for encoding in [Encoding::ascii(room).pad(0), Encoding::ascii(room).pad(b' '), Encoding::ascii(room).pad(0xFF), Encoding::cstr(room + 1), Encoding::ascii(value.len()).exact()] {
            let mut out = vec![0xA5; encoding.len()];
            encoding.encode_into(&Value::from(&*value), &mut out).unwrap();
            prop_assert!(out.starts_with(value.as_bytes()));
            prop_assert!(encoding.decode(&mut out).unwrap().expose() == View::Text(&value));
        }
    }

    #[test]
    fn bytes_read_back(bytes in prop::collection::vec(any::<u8>(), 1..200)) {
        let len = bytes.len();
        for encoding in [Encoding::bytes(len), Encoding::reversed_bytes(len), Encoding::retlw14(Encoding::bytes(len)), Encoding::hex(2 * len)] {
            let mut out = vec![0xA5; encoding.len()];
            encoding.encode_into(&Value::from(&*bytes), &mut out).unwrap();
            let value = encoding.decode(&mut out).unwrap();
            match value.expose() {
                View::Bytes(back) => prop_assert_eq!(back, &*bytes),
                View::Uint(n) => prop_assert_eq!(n, bytes.iter().fold(0, |n: u128, byte| n << 8 | u128::from(*byte))),
                _ => prop_assert!(false),
            }
        }
    }

    #[test]
    fn no_bytes_and_no_name_panic(name in ".{0,20}", bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        let _ = name.parse::<Encoding>();
        for name in ["u16le", "bytes:4", "ascii:9:nul", "cstr:9", "hex:8", "hex:40", "retlw14(ascii:4:exact)", "retlw12(swap16(u32be))", "swap16(ascii:4:exact)"] {
            let _ = name.parse::<Encoding>().unwrap().decode(&mut bytes.clone());
        }
    }
}
