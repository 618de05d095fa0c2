//! Encodings: the bytes of known values, and every refusal, of values and of bytes.

use nameplate::encode::PadNibble;
use nameplate::{ByteOrder, Encoding, Value};

fn encode(name: &str, value: &Value<'_>) -> Result<Vec<u8>, String> {
    let encoding: Encoding = name.parse().unwrap();
    let mut out = vec![0xA5; encoding.len()];
    encoding.encode_into(value, &mut out).map_err(|error| error.to_string())?;
    Ok(out)
}

fn text(text: &str) -> Value<'_> {
    Value::from(text)
}

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
        ("uint:3:le", Value::from(123_u8), "7B0000"),
        ("uint:6:be", Value::from(123_u8), "00000000007B"),
        ("prefixed:16", text(serial), "0F45554456323430372D303030313233"),
        ("prefixed:18", text(serial), "0F45554456323430372D3030303132330000"),
        ("prefixed:2", text("A"), "0141"),
        // The serial number that the boot loader of an STM32F205 shows, of 12 characters.
        ("usb-string:12", text("325E35633334"), "1A03330032003500450033003500360033003300330033003400"),
        ("usb-string:13:nul", text("325E35633334"), "1A033300320035004500330035003600330033003300330034000000"),
        (
            "usb-string:15",
            text(serial),
            "2003450055004400560032003400300037002D003000300030003100320033\
             00",
        ),
        ("utf16le:3", text("A\u{E9}\u{20AC}"), "4100E900AC20"),
        ("utf16le:5:nul", text("A\u{E9}\u{20AC}"), "4100E900AC2000000000"),
        ("bcd:6", text("000123"), "000123"),
        ("bcd:6", Value::from(123_u8), "000123"),
        ("bcd:6:le", text("000123"), "230100"),
        ("bcd:6:le", Value::from(123_u8), "230100"),
        ("bcd:5:left0", text("12345"), "012345"),
        ("bcd:5:rightF", text("12345"), "12345F"),
        ("bcd:5:left0:le", Value::from(12_345_u16), "452301"),
        ("bcd:5:rightF:le", Value::from(12_345_u16), "5F3412"),
        ("bcd:1:left0", Value::from(7_u8), "07"),
        ("bcd:1:rightF", Value::from(7_u8), "7F"),
        // Each byte, then zero: EEPROM of PIC16 in HEX files.
        ("padded16(ascii:2:exact)", text("A1"), "41003100"),
        ("with-inverse(u32le)", Value::from(123_u8), "7B00000084FFFFFF"),
        ("with-crc:CRC-32/ISO-HDLC:le(u32le)", Value::from(123_u8), "7B00000081F87A9D"),
        ("with-crc:CRC-32/ISO-HDLC:be(u32le)", Value::from(123_u8), "7B0000009D7AF881"),
        ("with-crc:CRC-16/IBM-3740:le(u32le)", Value::from(123_u8), "7B000000AAD8"),
        ("with-crc:CRC-16/IBM-3740:be(u32le)", Value::from(123_u8), "7B000000D8AA"),
        ("with-crc:CRC-8/MAXIM-DOW(ascii:15:exact)", text(serial), "45554456323430372D30303031323396"),
        ("with-crc:CRC-16/IBM-3740:be(ascii:15:exact)", text(serial), "45554456323430372D303030313233B2E2"),
        ("with-crc:CRC-32/ISO-HDLC:be(ascii:15:exact)", text(serial), "45554456323430372D3030303132331F41880F"),
        // A Zigbee install code and its CRC, by an alias. Source: Zigbee Base Device Behavior Specification, section 10.1.
        (
            "with-crc:CRC-16/X-25:le(bytes:16)",
            Value::from(&[
                0x83, 0xFE, 0xD3, 0x40, 0x7A, 0x93, 0x97, 0x23, 0xA5, 0xC6, 0x39, 0xB2, 0x69, 0x16, 0xD5, 0x05,
            ]),
            "83FED3407A939723A5C639B26916D505C3B5",
        ),
        // 1-Wire, family and serial number of the example in Maxim's application note 27.
        ("with-crc:CRC-8/MAXIM-DOW(bytes:7)", Value::from(&[0x02, 0x1C, 0xB8, 1, 0, 0, 0]), "021CB801000000A2"),
        ("padded16(with-crc:CRC-16/IBM-3740:be(with-inverse(u8)))", Value::from(0_u8), "0000FF000300FF00"),
        (
            "with-inverse(with-crc:CRC-16/IBM-3740:be(bytes:9))",
            Value::from(b"123456789"),
            "31323334353637383929B1CECDCCCBCAC9C8C7C6D64E",
        ),
        ("swap16(with-crc:CRC-16/IBM-3740:be(u16be))", a1(), "31418005"),
        // Two's complement, IEEE 754.
        ("i8", text("-128"), "80"),
        ("i8", text("127"), "7F"),
        ("i8", Value::from(127_u8), "7F"),
        ("i16le", text("-2"), "FEFF"),
        ("i16be", text("-2"), "FFFE"),
        ("i32le", text("-2147483648"), "00000080"),
        ("i32be", text("0"), "00000000"),
        ("i64be", text("-9223372036854775808"), "8000000000000000"),
        ("i64le", text("9223372036854775807"), "FFFFFFFFFFFFFF7F"),
        ("f32be", text("1"), "3F800000"),
        ("f32le", text("1"), "0000803F"),
        ("f32be", text("-2"), "C0000000"),
        ("f32be", text("0.1"), "3DCCCCCD"),
        ("f32be", text("-0"), "80000000"),
        ("f32be", text("340282350000000000000000000000000000000"), "7F7FFFFF"),
        ("f32be", text("0.000000000000000000000000000000000000000000001"), "00000001"),
        ("retlw14(i16le)", text("-2"), "FE34FF34"),
        // With an exponent, the same bits.
        ("f32be", text("1e-1"), "3DCCCCCD"),
        ("f32be", text("3.4028235E38"), "7F7FFFFF"),
        ("f32be", text("-1e-45"), "80000001"),
        ("f32be", text("0e0"), "00000000"),
        ("swap32(u32be)", Value::from(0x0011_2233_u32), "33221100"),
        ("swap32(u64be)", Value::from(0x0011_2233_4455_6677_u64), "3322110077665544"),
        ("swap32(swap16(u32be))", Value::from(0x0011_2233_u32), "22330011"),
        ("ascii:8:left-space", text("EU-42"), "20202045552D3432"),
        ("ascii:8:left-zero", text("42A"), "3030303030343241"),
        ("dec:6:nul", Value::from(42_u8), "343200000000"),
        ("dec:6:cstr", Value::from(99_999_u32), "393939393900"),
        ("dec:6:space", Value::from(42_u8), "343220202020"),
        ("dec:6:left-space", Value::from(42_u8), "202020203432"),
        ("dec:6:left-zero", Value::from(42_u8), "303030303432"),
        ("dec:6:left-zero", Value::from(0_u8), "303030303030"),
        ("dec:6:nul", Value::from(0_u8), "300000000000"),
        ("blob:8:u16le", Value::from(&[0xCA, 0xFE, 0x42]), "0300CAFE42000000"),
        ("blob:8:u16be:FF", Value::from(&[0xCA, 0xFE, 0x42]), "0003CAFE42FFFFFF"),
        ("blob:8:u32be", Value::from(&[0xCA, 0xFE]), "00000002CAFE0000"),
        ("blob:4:u8", Value::from(&[1, 2, 3]), "03010203"),
        // The same install code, which comes with its CRC.
        (
            "check-crc:CRC-16/X-25:le(bytes:18)",
            Value::from(&[
                0x83, 0xFE, 0xD3, 0x40, 0x7A, 0x93, 0x97, 0x23, 0xA5, 0xC6, 0x39, 0xB2, 0x69, 0x16, 0xD5, 0x05, 0xC3,
                0xB5,
            ]),
            "83FED3407A939723A5C639B26916D505C3B5",
        ),
        // As the value, its own CRC lies in the other order: it is judged as it lies.
        (
            "check-crc:CRC-8/MAXIM-DOW(bytes:8:reversed)",
            Value::from(&[0xA2, 0, 0, 0, 1, 0xB8, 0x1C, 0x02]),
            "021CB801000000A2",
        ),
    ] {
        let bytes = encode(name, &value).unwrap();
        let shown: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        assert_eq!(shown, expected, "{name}");
    }
}

const NO_FLOAT: &str =
    "` is not a decimal number, as -0.5 or -5e-1: digits, at most one point, at most one exponent, no plus sign";

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
        ("bcd:6", text("00123"), "5 characters given, exactly 6 expected"),
        ("bcd:6", text("-00123"), "character U+002D at position 1 is not a decimal digit"),
        ("bcd:6", text("EUDV24").into_secret(), "the character at position 1 is not a decimal digit"),
        ("bcd:6", Value::from(1_000_000_u32), "1000000 does not fit; the greatest is 999999"),
        ("bcd:6", Value::from(1_000_000_u32).into_secret(), "the number does not fit; the greatest is 999999"),
        ("bcd:6", Value::from(&[1]), "the value is bytes, expected an unsigned integer or text of decimal digits"),
        ("prefixed:4", text("1234"), "4 characters do not fit 3"),
        ("prefixed:4", text(""), "the text is empty"),
        ("prefixed:4", Value::from(1_u8), "the value is an unsigned integer, expected text"),
        ("utf16le:4", text("123"), "3 characters given, exactly 4 expected"),
        ("utf16le:4:nul", text("12345"), "5 characters do not fit 4"),
        ("utf16le:4:nul", text(""), "the text is empty"),
        (
            "utf16le:4:nul",
            text("a\u{1F511}"),
            "character U+1F511 at position 2 is not a printable character of the Basic Multilingual Plane",
        ),
        (
            "utf16le:4:nul",
            text("a\0"),
            "character U+0000 at position 2 is not a printable character of the Basic Multilingual Plane",
        ),
        (
            "utf16le:4:nul",
            text("\u{FFFF}").into_secret(),
            "the character at position 1 is not a printable character of the Basic Multilingual Plane",
        ),
        ("usb-string:12", text("1234"), "4 characters given, exactly 12 expected"),
        ("usb-string:12:nul", text("1234567890123"), "13 characters do not fit 12"),
        ("i8", Value::from(128_u8), "128 does not fit; the greatest is 127"),
        ("i8", text("128"), "`128` does not fit; -128 to 127 can be had"),
        ("i8", text("-129"), "`-129` does not fit; -128 to 127 can be had"),
        ("i16le", text("-32769"), "`-32769` does not fit; -32768 to 32767 can be had"),
        ("i32be", text("2147483648"), "`2147483648` does not fit; -2147483648 to 2147483647 can be had"),
        (
            "i64le",
            text("-340282366920938463463374607431768211456"),
            "`-340282366920938463463374607431768211456` does not fit; -9223372036854775808 to 9223372036854775807 can be had",
        ),
        ("i8", text("-129").into_secret(), "the text does not fit; -128 to 127 can be had"),
        ("i8", text("-0"), "`-0` is not a whole number, as -12: digits without zeros in front, no plus sign"),
        ("i8", text("+1"), "`+1` is not a whole number, as -12: digits without zeros in front, no plus sign"),
        ("i8", text("007"), "`007` is not a whole number, as -12: digits without zeros in front, no plus sign"),
        ("i8", text("--7"), "`--7` is not a whole number, as -12: digits without zeros in front, no plus sign"),
        ("i8", text(""), "`` is not a whole number, as -12: digits without zeros in front, no plus sign"),
        (
            "i8",
            text("x").into_secret(),
            "the text is not a whole number, as -12: digits without zeros in front, no plus sign",
        ),
        ("i8", Value::from(&[1]), "the value is bytes, expected an unsigned integer or text of decimal digits"),
        ("f32le", Value::from(1_u8), "the value is an unsigned integer, expected text of a decimal number"),
        ("f32le", text("1.50"), "`1.50` would read back as `1.5`; if that is meant, write that"),
        ("f32le", text("1.0"), "`1.0` would read back as `1`; if that is meant, write that"),
        ("f32le", text("16777217"), "`16777217` would read back as `16777216`; if that is meant, write that"),
        (
            "f32le",
            text("0.1234567891").into_secret(),
            "the text would read back as another one; if that is meant, write that",
        ),
        (
            "f32le",
            text("340282356000000000000000000000000000000"),
            "`340282356000000000000000000000000000000` would read back as `340282350000000000000000000000000000000`; if that is meant, write that",
        ),
        (
            "f32le",
            text("400000000000000000000000000000000000000"),
            "`400000000000000000000000000000000000000` does not fit; -3.4028235E38 to 3.4028235E38 can be had",
        ),
        ("f32le", text("1e+3"), NO_FLOAT),
        ("f32le", text("1e"), NO_FLOAT),
        ("f32le", text("e3"), NO_FLOAT),
        ("f32le", text("1e1e1"), NO_FLOAT),
        ("f32le", text("1e1.5"), NO_FLOAT),
        ("f32le", text("1e03"), "`1e03` would read back as `1e3`; if that is meant, write that"),
        ("f32le", text("10e2"), "`10e2` would read back as `1e3`; if that is meant, write that"),
        ("f32le", text("1.0e3"), "`1.0e3` would read back as `1e3`; if that is meant, write that"),
        ("f32le", text("1e-60"), "`1e-60` would read back as `0e0`; if that is meant, write that"),
        ("f32le", text("1e39"), "`1e39` does not fit; -3.4028235E38 to 3.4028235E38 can be had"),
        ("dec:4:nul", Value::from(10_000_u16), "10000 does not fit; the greatest is 9999"),
        ("dec:4:cstr", Value::from(1000_u16), "1000 does not fit; the greatest is 999"),
        ("dec:4:left-zero", Value::from(10_000_u16).into_secret(), "the number does not fit; the greatest is 9999"),
        ("dec:4:nul", text("1"), "the value is text, expected an unsigned integer"),
        ("ascii:4:left-space", text("12345"), "5 characters do not fit 4"),
        ("ascii:4:left-space", text(""), "the text is empty"),
        (
            "ascii:4:left-space",
            text(" 1"),
            "the text begins with the padding byte 0x20, so it would not read back the same",
        ),
        (
            "ascii:4:left-zero",
            text("012"),
            "the text begins with the padding byte 0x30, so it would not read back the same",
        ),
        ("base32:8", Value::from(&[1; 4]), "4 bytes given, exactly 5 expected"),
        ("base32:7", Value::from(&[1; 5]), "5 bytes given, exactly 4 expected"),
        ("base32:16:padded", Value::from(&[1; 5]), "5 bytes given, 6 to 10 expected"),
        ("base32:16:padded", Value::from(&[1; 11]), "11 bytes given, 6 to 10 expected"),
        ("base32:8", text("MZXW6YTB"), "the value is text, expected bytes"),
        ("blob:8:u16le", Value::from(&[1; 7]), "7 bytes do not fit 6"),
        ("blob:8:u16le", Value::from(&[0; 0]), "no byte is given"),
        ("blob:8:u16le", text("1"), "the value is text, expected bytes"),
        (
            "check-crc:CRC-16/X-25:le(bytes:4)",
            Value::from(&[1, 2, 3, 4]),
            "the value's own CRC-16/IBM-SDLC is 0x403, computed is 0x358D: a digit was mistyped, or it is another CRC or byte order",
        ),
        (
            "check-crc:CRC-16/X-25:le(bytes:4)",
            Value::from(&[1, 2, 3, 4]).into_secret(),
            "the value's own CRC-16/IBM-SDLC is not that of the bytes before it: a digit was mistyped, or it is another CRC or byte order",
        ),
        ("f32le", text(" 1"), NO_FLOAT),
        ("f32le", text("1,5"), NO_FLOAT),
        ("f32le", text(".5"), NO_FLOAT),
        ("f32le", text("5."), NO_FLOAT),
        ("f32le", text("nan"), NO_FLOAT),
        ("f32le", text("-inf"), NO_FLOAT),
        ("f32le", text("+1"), NO_FLOAT),
        ("with-inverse(u8)", Value::from(256_u16), "256 does not fit; the greatest is 255"),
        ("with-crc:CRC-8/MAXIM-DOW(bytes:1)", text("1"), "the value is text, expected bytes"),
        ("ascii:4:space", text("a "), "the text ends in the padding byte 0x20, so it would not read back the same"),
    ] {
        let said = encode(name, &value).unwrap_err();
        assert!(if expected == NO_FLOAT { said.ends_with(expected) } else { said == expected }, "{name}: {said}");
    }
    let error = Encoding::u32_le().encode_into(&Value::from(1_u8), &mut [0; 3]).unwrap_err();
    assert_eq!(error.to_string(), "a buffer of 3 bytes, expected 4");
}

/// Descriptions that no field has are no field's bytes either.
#[test]
fn encodings_that_make_no_sense() {
    for (encoding, value, expected) in [
        (Encoding::uint(20, ByteOrder::Little), Value::from(5_u8), "an integer of 20 bytes; 1 to 16 can be had"),
        (
            Encoding::bcd(5, PadNibble::None, ByteOrder::Big),
            Value::from(12345_u16),
            "5 BCD digits leave half a byte over: say what it holds, with `left0` or `rightF`",
        ),
        (
            Encoding::bcd(40, PadNibble::None, ByteOrder::Big),
            Value::from(0_u8),
            "a BCD number of 40 digits; 1 to 38 can be had",
        ),
        (
            Encoding::swap16(Encoding::bytes(3)),
            Value::from(&[1, 2, 3]),
            "`swap16` around 3 bytes, expected a multiple of 2",
        ),
        (
            Encoding::base32(3),
            Value::from(&[1]),
            "3 characters of base 32, not padded: no bytes make so many, as the last group has 2, 4, 5, 7 or 8",
        ),
    ] {
        let mut out = vec![0xA5; encoding.len()];
        assert_eq!(encoding.encode_into(&value, &mut out).unwrap_err().to_string(), expected);
        // Nor does it read what its parts might take for digits.
        for byte in [0, 0x12, b'A'] {
            assert_eq!(encoding.decode(&mut vec![byte; encoding.len()]).unwrap_err().to_string(), expected);
        }
    }
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
        ("bcd:4", &[0x12, 0x3A], "byte 0x3A at offset 1 is not two decimal digits"),
        ("bcd:4:le", &[0xA1, 0x23], "byte 0xA1 at offset 0 is not two decimal digits"),
        ("bcd:3:left0", &[0x11, 0x23], "byte 0x11 at offset 0 is not 0 and a decimal digit"),
        ("bcd:3:rightF", &[0x11, 0x20], "byte 0x20 at offset 1 is not a decimal digit and F"),
        ("bcd:3:rightF:le", &[0x20, 0x11], "byte 0x20 at offset 0 is not a decimal digit and F"),
        ("bcd:4", &[0xFF; 2], "byte 0xFF at offset 0 is not two decimal digits"),
        ("prefixed:4", &[0; 4], "the text is empty"),
        (
            "prefixed:4",
            &[4, b'a', b'b', b'c'],
            "byte 0x04 at offset 0 is not the length of a text that the field can hold",
        ),
        ("prefixed:4", &[2, b'a', b'\n', 0], "byte 0x0A at offset 2 is not printable ASCII"),
        ("prefixed:4", &[1, b'a', 0, 1], "byte 0x01 at offset 3 is not 0x00, as is all behind the text"),
        (
            "utf16le:2",
            &[0x41, 0, 0, 0xD8],
            "code unit 0xD800 at offset 2 is not a printable character of the Basic Multilingual Plane",
        ),
        (
            "utf16le:2",
            &[0xFF; 4],
            "code unit 0xFFFF at offset 0 is not a printable character of the Basic Multilingual Plane",
        ),
        (
            "utf16le:2",
            &[0x41, 0, 0, 0],
            "code unit 0x0000 at offset 2 is not a printable character of the Basic Multilingual Plane",
        ),
        ("utf16le:2:nul", &[0; 4], "the text is empty"),
        ("usb-string:1", &[4, 2, 0x41, 0], "byte 0x02 at offset 1 is not 0x03, the type of a string descriptor"),
        (
            "usb-string:1",
            &[6, 3, 0x41, 0],
            "byte 0x06 at offset 0 is not the length of a string that the field can hold",
        ),
        (
            "usb-string:2",
            &[4, 3, 0x41, 0, 0, 0],
            "byte 0x04 at offset 0 is not the length of a string that the field can hold",
        ),
        (
            "usb-string:2:nul",
            &[5, 3, 0x41, 0, 0, 0],
            "byte 0x05 at offset 0 is not the length of a string that the field can hold",
        ),
        (
            "usb-string:2:nul",
            &[2, 3, 0, 0, 0, 0],
            "byte 0x02 at offset 0 is not the length of a string that the field can hold",
        ),
        (
            "usb-string:2",
            &[6, 3, 0x41, 0, 0, 0xD8],
            "code unit 0xD800 at offset 4 is not a printable character of the Basic Multilingual Plane",
        ),
        ("usb-string:2:nul", &[4, 3, 0x41, 0, 0, 1], "byte 0x01 at offset 5 is not 0x00, as is all behind the string"),
        (
            "usb-string:1",
            &[4, 3, 0, 0xDC],
            "code unit 0xDC00 at offset 2 is not a printable character of the Basic Multilingual Plane",
        ),
        ("f32be", &[0x7F, 0x80, 0, 0], "the bits 0x7F800000 are no finite number"),
        ("f32le", &[0, 0, 0xC0, 0xFF], "the bits 0xFFC00000 are no finite number"),
        ("padded16(u8)", &[1, 0xFF], "byte 0xFF at offset 1 is not the padding 0x00"),
        (
            "with-inverse(u16le)",
            &[1, 2, 0xFE, 0xFF],
            "byte 0xFF at offset 3, expected 0xFD, the inverse of the byte it repeats",
        ),
        (
            "with-crc:CRC-16/IBM-3740:be(u32le)",
            &[0x7B, 0, 0, 0, 0xAA, 0xD8],
            "the CRC-16/IBM-3740 is 0xAAD8, expected 0xD8AA",
        ),
        (
            "with-crc:CRC-16/IBM-3740:le(u32le)",
            &[0x7A, 0, 0, 0, 0xAA, 0xD8],
            "the CRC-16/IBM-3740 is 0xD8AA, expected 0xAE1E",
        ),
        ("dec:4:nul", b"12\x003", "byte 0x33 at offset 3 is not 0x00, as is all behind the digits"),
        ("dec:4:nul", &[0; 4], "there is no digit"),
        ("dec:4:nul", b"012\0", "byte 0x30 at offset 0 is not a digit other than 0, as no zero stands in front"),
        ("dec:4:nul", b"1a\0\0", "byte 0x61 at offset 1 is not a decimal digit"),
        ("dec:4:cstr", b"1234", "no NUL ends the text"),
        ("dec:4:space", b"1 2 ", "byte 0x32 at offset 2 is not a space, as is all behind the digits"),
        ("dec:4:left-space", b"    ", "byte 0x20 at offset 3 is not a decimal digit"),
        ("dec:4:left-space", b" 012", "byte 0x30 at offset 1 is not a digit other than 0, as no zero stands in front"),
        ("dec:4:left-zero", b"00x1", "byte 0x78 at offset 2 is not a decimal digit"),
        ("dec:40:nul", &[b'9'; 40], "the number has more than 128 bits"),
        ("ascii:4:left-space", &[b' '; 4], "the text is empty"),
        ("ascii:4:left-zero", b"00a\n", "byte 0x0A at offset 3 is not printable ASCII"),
        ("base32:8", b"MZXW6YT1", "byte 0x31 at offset 7 is not one of A to Z and 2 to 7"),
        ("base32:8", b"mzxw6ytb", "byte 0x6D at offset 0 is not one of A to Z and 2 to 7"),
        ("base32:2", b"MZ", "byte 0x5A at offset 1 is not a last character whose bits behind the last byte are zeros"),
        ("base32:8:padded", b"MZXW=6==", "byte 0x36 at offset 5 is not `=`, as is all behind the first one"),
        ("base32:8:padded", b"MZXW6Y==", "byte 0x3D at offset 6 is not one of A to Z and 2 to 7"),
        ("base32:16:padded", b"MZXW6YTB========", "byte 0x3D at offset 8 is not one of A to Z and 2 to 7"),
        ("base32:8:padded", b"========", "byte 0x3D at offset 0 is not one of A to Z and 2 to 7"),
        ("blob:6:u16le", &[5, 0, 1, 2, 3, 4], "the length is 5, expected 1 to 4"),
        ("blob:6:u16be", &[0, 0, 0, 0, 0, 0], "the length is 0, expected 1 to 4"),
        ("blob:8:u32le", &[0xFF; 8], "the length is 4294967295, expected 1 to 4"),
        ("blob:6:u16be:FF", &[0, 2, 1, 2, 0xFF, 0], "byte 0x00 at offset 5 is not the byte that fills the rest"),
        ("check-crc:CRC-16/X-25:le(bytes:4)", &[1, 2, 3, 4], "the CRC-16/IBM-SDLC is 0x403, expected 0x358D"),
        // Offsets are those in the field, whatever is around the value.
        ("retlw14(ascii:2:exact)", &[b'a', 0x34, 0, 0x34], "byte 0x00 at offset 2 is not printable ASCII"),
        ("padded16(swap16(bcd:4))", &[0x12, 0, 0xA4, 0], "byte 0xA4 at offset 2 is not two decimal digits"),
        (
            "padded16(with-inverse(u8))",
            &[1, 0, 1, 0],
            "byte 0x01 at offset 2, expected 0xFE, the inverse of the byte it repeats",
        ),
    ] {
        let error = name.parse::<Encoding>().unwrap().decode(&mut bytes.to_vec()).unwrap_err();
        assert_eq!(error.to_string(), expected, "{name}");
    }
}
