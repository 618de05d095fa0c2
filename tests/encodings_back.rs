//! Encodings: what goes in comes back, bytes that come back are just what would go in; all wrappers
//! around each other beside a slow twin.

use nameplate::check::CATALOGUE;
use nameplate::encode::{Fill, PadNibble};
use nameplate::value::{ValueKind, View};
use nameplate::{ByteOrder, Encoding, Value};
use proptest::prelude::*;

/// Every CRC of the catalogue, both byte orders: its own check value.
#[test]
fn all_crcs() {
    for crc in CATALOGUE {
        let len = crc.width().div_ceil(8) as usize;
        let check = &crc.check().to_be_bytes()[16 - len..];
        for (order, name) in [(ByteOrder::Big, "be"), (ByteOrder::Little, "le")] {
            let encoding = Encoding::with_crc(Encoding::bytes(9), *crc, order);
            let mut out = vec![0xA5; encoding.len()];
            encoding.encode_into(&Value::from(b"123456789"), &mut out).unwrap();
            let mut expected = check.to_vec();
            if order == ByteOrder::Little {
                expected.reverse();
            }
            assert_eq!(out, [b"123456789", &*expected].concat(), "{encoding}");
            assert!(encoding.decode(&mut out.clone()).unwrap().expose() == View::Bytes(b"123456789"));
            assert_eq!(format!("with-crc:{}:{name}(bytes:9)", crc.name()).parse().as_ref(), Ok(&encoding));
            assert_eq!(encoding.to_string().parse().as_ref(), Ok(&encoding));
            // Any bit that differs is noticed.
            for bit in 0..8 * out.len() {
                out[bit / 8] ^= 1 << (bit % 8);
                assert!(encoding.decode(&mut out.clone()).is_err(), "{encoding}, bit {bit}");
                out[bit / 8] ^= 1 << (bit % 8);
            }
        }
    }
}

#[track_caller]
fn reads_back(encoding: &Encoding, value: &Value<'_>, bytes: &[u8], text: &str) {
    let mut out = vec![0xA5; encoding.len()];
    encoding.encode_into(value, &mut out).unwrap();
    assert_eq!(out, bytes, "{encoding} {text}");
    assert!(encoding.decode(&mut out).unwrap().expose() == View::Text(text), "{encoding} {text}");
}

/// All signed integers of one and two bytes, as text, and as what they are where they are not negative.
#[test]
fn small_integers() {
    for n in i16::MIN..=i16::MAX {
        let text = n.to_string();
        let value = || Value::from(&*text);
        reads_back(&Encoding::i16_le(), &value(), &n.to_le_bytes(), &text);
        reads_back(&Encoding::i16_be(), &value(), &n.to_be_bytes(), &text);
        if let Ok(n) = u16::try_from(n) {
            reads_back(&Encoding::i16_be(), &Value::from(n), &n.to_be_bytes(), &text);
        }
        match i8::try_from(n) {
            Ok(n) => reads_back(&Encoding::i8(), &value(), &n.to_le_bytes(), &text),
            Err(_) => assert!(Encoding::i8().encode_into(&value(), &mut [0xA5]).is_err(), "{n}"),
        }
    }
}

/// All BCD numbers of four and three digits; of all two bytes only those are some.
#[test]
fn small_bcd() {
    let four = |order| Encoding::bcd(4, PadNibble::None, order);
    let three = |pad| Encoding::bcd(3, pad, ByteOrder::Big);
    for n in 0..10_000_u16 {
        let text = format!("{n:04}");
        let bytes = u16::from_str_radix(&text, 16).unwrap();
        for value in [Value::from(n), Value::from(&*text)] {
            reads_back(&four(ByteOrder::Big), &value, &bytes.to_be_bytes(), &text);
            reads_back(&four(ByteOrder::Little), &value, &bytes.to_le_bytes(), &text);
        }
        if n < 1000 {
            let text = &text[1..];
            reads_back(&three(PadNibble::Left0), &Value::from(n), &bytes.to_be_bytes(), text);
            reads_back(&three(PadNibble::RightF), &Value::from(text), &(bytes << 4 | 0xF).to_be_bytes(), text);
        }
    }
    for bytes in 0..=u16::MAX {
        let digits = format!("{bytes:04x}");
        let decodes = |encoding: Encoding| encoding.decode(&mut bytes.to_be_bytes()).is_ok();
        let decimal = |digits: &str| digits.bytes().all(|c| c.is_ascii_digit());
        assert_eq!(decodes(four(ByteOrder::Big)), decimal(&digits), "{digits}");
        assert_eq!(decodes(three(PadNibble::Left0)), decimal(&digits) && digits.starts_with('0'), "{digits}");
        let right = digits.strip_suffix('f').is_some_and(decimal);
        assert_eq!(decodes(three(PadNibble::RightF)), right, "{digits}");
    }
}

/// All code units: those that text may have read back, the others are refused both ways.
#[test]
fn all_code_units() {
    let encoding = Encoding::utf16_le(1, Fill::Exact);
    let mut taken = 0;
    for unit in 0..=u16::MAX {
        let c = char::from_u32(unit.into());
        let text = c.map(String::from);
        let value = text.as_deref().map(Value::from);
        match encoding.decode(&mut unit.to_le_bytes()) {
            Ok(back) => assert!(text.as_deref().is_some_and(|text| back.expose() == View::Text(text))),
            Err(_) => assert!(value.is_none_or(|value| encoding.encode_into(&value, &mut [0xA5; 2]).is_err())),
        }
        let may = c.is_some_and(|c| !c.is_control() && !('\u{FDD0}'..='\u{FDEF}').contains(&c) && c < '\u{FFFE}');
        taken += u32::from(may);
        if may {
            reads_back(
                &encoding,
                &Value::from(text.as_deref().unwrap()),
                &unit.to_le_bytes(),
                text.as_deref().unwrap(),
            );
        }
    }
    // 2^16 without 65 control characters, 2048 surrogates, 34 noncharacters.
    assert_eq!(taken, 65_536 - 65 - 2048 - 34);
}

/// The bytes of a wrapped field, made one wrapper after the other.
fn twin(wrappers: &[&str], mut bytes: Vec<u8>) -> Vec<u8> {
    for name in wrappers.iter().rev() {
        bytes = match *name {
            "swap16" => bytes.chunks(2).flat_map(|word| [word[1], word[0]]).collect(),
            "swap32" => bytes.chunks(4).flat_map(|word| [word[3], word[2], word[1], word[0]]).collect(),
            "with-inverse" => bytes.iter().copied().chain(bytes.iter().map(|byte| 255 - byte)).collect(),
            "with-crc:CRC-32/ISO-HDLC:le" => [&*bytes, &crate::crc32(bytes.iter().copied()).to_le_bytes()].concat(),
            "with-crc:CRC-32/ISO-HDLC:be" => [&*bytes, &crate::crc32(bytes.iter().copied()).to_be_bytes()].concat(),
            word => {
                let high = match word {
                    "retlw12" => 0x08,
                    "retlw14" => 0x34,
                    "retlw16" => 0x0C,
                    _ => 0,
                };
                bytes.iter().flat_map(|byte| [*byte, high]).collect()
            }
        };
    }
    bytes
}

/// Every nesting of wrappers that can be had around two bytes, two deep and more.
fn nestings() -> Vec<Vec<&'static str>> {
    const INNER: [&str; 4] = ["swap16", "with-inverse", "with-crc:CRC-32/ISO-HDLC:le", "with-crc:CRC-32/ISO-HDLC:be"];
    let mut all = vec![vec![]];
    for _ in 0..3 {
        for nesting in all.clone() {
            for name in INNER
                .into_iter()
                .filter(|name| !nesting.iter().any(|other: &&str| other.split(':').next() == name.split(':').next()))
            {
                all.push([&[name], &*nesting].concat());
            }
        }
    }
    all.sort();
    all.dedup();
    let words = ["retlw12", "retlw14", "retlw16", "padded16"];
    let outside = all.iter().flat_map(|nesting| words.map(|word| [&[word], &**nesting].concat())).collect::<Vec<_>>();
    all.extend(outside);
    all
}

#[test]
fn all_nestings() {
    let all = nestings();
    // None, one, two or three of swap16, the inverse and a CRC of two kinds, in any order; five times that.
    assert_eq!(all.len(), 5 * (1 + 4 + (2 + 4 * 2) + 6 * 2));
    for nesting in all {
        let name =
            nesting.iter().map(|name| format!("{name}(")).collect::<String>() + "bytes:2" + &")".repeat(nesting.len());
        let encoding: Encoding = name.parse().unwrap();
        assert_eq!(encoding.to_string(), name);
        let mut out = vec![0xA5; encoding.len()];
        encoding.encode_into(&Value::from(&[0x12, 0xE4]), &mut out).unwrap();
        assert_eq!(out, twin(&nesting, vec![0x12, 0xE4]), "{name}");
        assert_eq!(encoding.value_bytes(), Some(2));
        // Whatever bit differs: another value, and never when the wrapper knows better.
        for bit in 0..8 * out.len() {
            let mut other = out.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            let guarded =
                nesting.iter().any(|name| *name != "swap16" && !name.starts_with("ret") && *name != "padded16");
            let expected = !guarded && (nesting.first().is_none_or(|name| *name == "swap16") || bit / 8 % 2 == 0);
            assert_eq!(encoding.decode(&mut other).is_ok(), expected, "{name}, bit {bit}");
        }
        assert!(encoding.decode(&mut out).unwrap().expose() == View::Bytes(&[0x12, 0xE4]), "{name}");
    }
}

/// Encodings of all shapes.
const SHAPES: [&str; 45] = [
    "u8",
    "u16be",
    "uint:3:le",
    "i8",
    "i16le",
    "i32be",
    "i64le",
    "i64be",
    "f32le",
    "f32be",
    "bytes:4",
    "bytes:5:reversed",
    "ascii:5:nul",
    "ascii:5:space",
    "ascii:4:exact",
    "cstr:5",
    "prefixed:6",
    "utf16le:2",
    "utf16le:3:nul",
    "usb-string:2",
    "usb-string:3:nul",
    "hex:4",
    "hex:34",
    "bcd:4",
    "bcd:4:le",
    "bcd:5:left0",
    "bcd:5:left0:le",
    "bcd:5:rightF",
    "bcd:5:rightF:le",
    "hex:5",
    "bcd:38",
    "ascii:5:left-space",
    "ascii:5:left-zero",
    "dec:4:nul",
    "dec:4:cstr",
    "dec:4:space",
    "dec:4:left-space",
    "dec:4:left-zero",
    "dec:40:nul",
    "base32:8",
    "base32:5",
    "base32:8:padded",
    "blob:6:u16le",
    "blob:5:u8:30",
    "swap32(bytes:4)",
];

/// No unit costs an allocation, whatever its encoding.
#[test]
fn encoding_allocates_nothing() {
    for (name, value) in [
        ("bcd:6", Value::from(123_u8)),
        ("bcd:5:rightF:le", Value::from("12345")),
        ("i64le", Value::from("-9223372036854775808")),
        ("f32be", Value::from("-0.1")),
        ("prefixed:9", Value::from("serial")),
        ("utf16le:9:nul", Value::from("S\u{E9}rie")),
        ("usb-string:6", Value::from("serial")),
        ("ascii:9:left-zero", Value::from("serial")),
        ("dec:12:left-space", Value::from(u32::MAX)),
        ("base32:16:padded", Value::from(b"serial")),
        ("blob:16:u16be:FF", Value::from(b"serial")),
        ("check-crc:CRC-8/SMBUS(bytes:10)", Value::from(b"123456789\xF4")),
        ("f32le", Value::from("1.1754944e-38")),
        ("retlw14(swap16(with-inverse(with-crc:CRC-32/ISO-HDLC:le(u32le))))", Value::from(7_u8)),
        ("padded16(with-crc:CRC-82/DARC:be(bytes:3))", Value::from(&[1, 2, 3])),
    ] {
        let encoding: Encoding = name.parse().unwrap();
        let mut out = vec![0xA5; encoding.len()];
        let used = allocation_counter::measure(|| encoding.encode_into(&value, &mut out).unwrap());
        assert_eq!(used.count_total, 0, "{name}");
    }
}

proptest! {
    /// Bytes that are a value are just what that value becomes.
    #[test]
    fn bytes_that_decode(shape in prop::sample::select(SHAPES.to_vec()), wrappers in prop::sample::select(nestings()), seed in any::<u64>(), few in 1_u8..=255) {
        let name = wrappers.iter().map(|name| format!("{name}(")).collect::<String>() + shape + &")".repeat(wrappers.len());
        let Ok(encoding) = name.parse::<Encoding>() else {
            // Only because of an odd length.
            prop_assert!(name.contains("swap16"));
            return Ok(());
        };
        let len = shape.parse::<Encoding>().unwrap().len();
        // Bytes of few values are text, digits or lengths more often.
        let bases = [0, b'0', 0x34, 3];
        let inner: Vec<u8> = crate::noise(seed, len).iter().map(|byte| bases[usize::from(byte >> 6)] ^ (byte & few)).collect();
        let bytes = twin(&wrappers, inner.clone());
        match encoding.decode(&mut bytes.clone()) {
            Ok(value) => {
                let mut out = vec![0xA5; encoding.len()];
                encoding.encode_into(&value, &mut out).unwrap();
                prop_assert_eq!(out, bytes, "{}", name);
            }
            Err(_) => prop_assert!(shape.parse::<Encoding>().unwrap().decode(&mut inner.clone()).is_err()),
        }
    }

    #[test]
    fn long_integers(n in any::<i64>(), shift in 0_u32..64) {
        let n = n >> shift;
        let text = n.to_string();
        reads_back(&Encoding::i64_le(), &Value::from(&*text), &n.to_le_bytes(), &text);
        reads_back(&Encoding::i64_be(), &Value::from(&*text), &n.to_be_bytes(), &text);
        match i32::try_from(n) {
            Ok(n) => reads_back(&Encoding::i32_le(), &Value::from(&*text), &n.to_le_bytes(), &text),
            Err(_) => prop_assert!(Encoding::i32_be().encode_into(&Value::from(&*text), &mut [0xA5; 4]).is_err()),
        }
    }

    #[test]
    fn floats(bits in any::<u32>()) {
        let number = f32::from_bits(bits);
        let text = number.to_string();
        // With an exponent, it reads back without.
        let exponent = format!("{number:e}");
        for exponent in [&exponent, &exponent.to_uppercase()] {
            let mut out = [0xA5; 4];
            let encoded = Encoding::f32_be().encode_into(&Value::from(&**exponent), &mut out);
            prop_assert_eq!(encoded.is_ok(), number.is_finite(), "{}", exponent);
            prop_assert_eq!(out == number.to_be_bytes(), number.is_finite(), "{}", exponent);
        }
        if number.is_finite() {
            reads_back(&Encoding::f32_le(), &Value::from(&*text), &number.to_le_bytes(), &text);
            reads_back(&Encoding::f32_be(), &Value::from(&*text), &number.to_be_bytes(), &text);
        } else {
            prop_assert!(Encoding::f32_le().encode_into(&Value::from(&*text), &mut [0xA5; 4]).is_err());
            prop_assert!(Encoding::f32_le().decode(&mut number.to_le_bytes()).is_err());
        }
    }

    /// A text that is taken is just what reads back, whatever it looks like.
    #[test]
    fn numbers_as_text(text in "-?[0-9]{0,6}(\\.[0-9]{0,6})?", shape in prop::sample::select(vec!["i8", "i16le", "i32be", "i64le", "f32le", "bcd:4", "bcd:5:rightF"])) {
        let encoding: Encoding = shape.parse().unwrap();
        let mut out = vec![0xA5; encoding.len()];
        if encoding.encode_into(&Value::from(&*text), &mut out).is_ok() {
            prop_assert!(encoding.decode(&mut out).unwrap().expose() == View::Text(&text));
        }
    }

    #[test]
    fn wide_text_reads_back(text in "[ -~\u{A1}-\u{D7FF}\u{E000}-\u{FDCF}]{1,30}", more in 0_usize..5) {
        let characters = text.chars().count();
        for encoding in [Encoding::utf16_le(characters, Fill::Exact), Encoding::usb_string(characters, Fill::Exact), Encoding::utf16_le(characters + more, Fill::Nul), Encoding::usb_string(characters + more, Fill::Nul)] {
            let mut out = vec![0xA5; encoding.len()];
            encoding.encode_into(&Value::from(&*text), &mut out).unwrap();
            let mut units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            if encoding.to_string().starts_with("usb") {
                units.splice(0..0, [units.len() as u8 + 2, 3]);
            }
            units.resize(out.len(), 0);
            prop_assert_eq!(&out, &units);
            prop_assert!(encoding.decode(&mut out).unwrap().expose() == View::Text(&text));
        }
    }

    #[test]
    fn integers_read_back(n in any::<u128>(), len in 1_usize..=16, big in any::<bool>(), wrapped in any::<bool>()) {
        let n = n >> (128 - 8 * len as u32);
        let order = if big { ByteOrder::Big } else { ByteOrder::Little };
        let inner = Encoding::uint(len, order);
        for encoding in [Encoding::hex(2 * len), if wrapped { Encoding::retlw14(inner.clone()) } else { inner }] {
            let mut out = vec![0xA5; encoding.len()];
            encoding.encode_into(&Value::from(n), &mut out).unwrap();
            prop_assert!(encoding.accepts(ValueKind::Uint));
            prop_assert!(encoding.decode(&mut out).unwrap().expose() == View::Uint(n));
        }
    }

    #[test]
    fn text_reads_back(value in "[ -~]{0,12}[!-~]", room in 14_usize..80) {
        for encoding in [Encoding::ascii(room).pad(0), Encoding::ascii(room).pad(b' '), Encoding::ascii(room).pad(0xFF), Encoding::cstr(room + 1), Encoding::ascii(value.len()).exact()] {
            let mut out = vec![0xA5; encoding.len()];
            encoding.encode_into(&Value::from(&*value), &mut out).unwrap();
            prop_assert!(out.starts_with(value.as_bytes()));
            prop_assert!(encoding.decode(&mut out).unwrap().expose() == View::Text(&value));
        }
        let encoding = Encoding::prefixed(room);
        let mut out = vec![0xA5; room];
        encoding.encode_into(&Value::from(&*value), &mut out).unwrap();
        let expected: Vec<u8> = [value.len() as u8].into_iter().chain(value.bytes()).chain([0; 80]).take(room).collect();
        prop_assert_eq!(&out, &expected);
        prop_assert!(encoding.decode(&mut out).unwrap().expose() == View::Text(&value));
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
        for name in SHAPES.into_iter().chain(["retlw14(ascii:4:exact)", "retlw12(swap16(u32be))", "swap16(ascii:4:exact)", "with-inverse(with-crc:CRC-8/SMBUS(u8))"]) {
            let _ = name.parse::<Encoding>().unwrap().decode(&mut bytes.clone());
        }
    }
}
