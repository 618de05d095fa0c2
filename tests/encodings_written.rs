//! Numbers and bytes written as characters, values with their length, values with their own CRC: published vectors,
//! and obvious twins.

use std::fmt::Write as _;

use nameplate::encode::DecimalFill;
use nameplate::value::View;
use nameplate::{ByteOrder, Encoding, Value};
use proptest::prelude::*;

use crate::{noise, python};

fn encode(encoding: &Encoding, value: &Value<'_>) -> Result<Vec<u8>, String> {
    let mut out = vec![0xA5; encoding.len()];
    encoding.encode_into(value, &mut out).map(|()| out).map_err(|error| error.to_string())
}

/// Source: RFC 4648, section 10.
#[test]
fn base_32_of_the_standard() {
    for (bytes, text) in [
        (&b"f"[..], "MY======"),
        (b"fo", "MZXQ===="),
        (b"foo", "MZXW6==="),
        (b"foob", "MZXW6YQ="),
        (b"fooba", "MZXW6YTB"),
        (b"foobar", "MZXW6YTBOI======"),
    ] {
        let plain = text.trim_end_matches('=');
        for (encoding, text) in [(Encoding::base32_padded(text.len()), text), (Encoding::base32(plain.len()), plain)] {
            let mut out = encode(&encoding, &Value::from(bytes)).unwrap();
            assert_eq!(out, text.as_bytes());
            assert!(encoding.decode(&mut out).unwrap().expose() == View::Bytes(bytes), "{text}");
        }
    }
}

/// Base 32 bit by bit.
fn base_32(bytes: &[u8]) -> String {
    let bits: Vec<bool> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1)).collect();
    let value = |group: &[bool]| (0..5).fold(0, |n, at| n << 1 | usize::from(group.get(at) == Some(&true)));
    bits.chunks(5).map(|group| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[value(group)])).collect()
}

proptest! {
    #[test]
    fn base_32_beside_a_twin(bytes in prop::collection::vec(any::<u8>(), 1..200)) {
        let text = base_32(&bytes);
        let padded = format!("{text:=<width$}", width = text.len().next_multiple_of(8));
        for (encoding, text) in [(Encoding::base32(text.len()), &text), (Encoding::base32_padded(padded.len()), &padded)] {
            let mut out = encode(&encoding, &Value::from(&*bytes)).unwrap();
            prop_assert_eq!(&out, text.as_bytes());
            // Whatever bit differs: other bytes, or none.
            for bit in 0..8 * out.len().min(40) {
                let mut other = out.clone();
                other[bit / 8] ^= 1 << (bit % 8);
                let copy = other.clone();
                if let Ok(value) = encoding.decode(&mut other) {
                    prop_assert!(value.expose() != View::Bytes(&bytes));
                    prop_assert_eq!(encode(&encoding, &value), Ok(copy));
                }
            }
            prop_assert!(encoding.decode(&mut out).unwrap().expose() == View::Bytes(&bytes));
        }
    }

    #[test]
    fn decimal_numbers_beside_a_twin(n in any::<u128>(), shift in 0_u32..128, room in 1_usize..45) {
        let n = n >> shift;
        let digits = n.to_string();
        for (fill, expected, room) in [
            (DecimalFill::Nul, format!("{digits:\0<room$}"), room),
            (DecimalFill::CStr, format!("{digits:\0<room$}\0"), room + 1),
            (DecimalFill::Space, format!("{digits: <room$}"), room),
            (DecimalFill::LeftSpace, format!("{digits: >room$}"), room),
            (DecimalFill::LeftZero, format!("{digits:0>room$}"), room),
        ] {
            let encoding = Encoding::decimal(room, fill);
            let encoded = encode(&encoding, &Value::from(n));
            prop_assert_eq!(encoded.is_ok(), expected.len() == room, "{} {}", encoding, n);
            if let Ok(mut out) = encoded {
                prop_assert_eq!(&out, expected.as_bytes());
                prop_assert!(encoding.decode(&mut out).unwrap().expose() == View::Uint(n), "{} {}", encoding, n);
            }
        }
    }

    #[test]
    fn text_on_the_right_beside_a_twin(text in "[!-~][ -~]{0,20}", room in 1_usize..40) {
        for (pad, expected) in [(b' ', format!("{text: >room$}")), (b'0', format!("{text:0>room$}"))] {
            let encoding = Encoding::ascii(room).pad_left(pad);
            let encoded = encode(&encoding, &Value::from(&*text));
            prop_assert_eq!(encoded.is_ok(), expected.len() == room && text.as_bytes()[0] != pad);
            if let Ok(mut out) = encoded {
                prop_assert_eq!(&out, expected.as_bytes());
                prop_assert!(encoding.decode(&mut out).unwrap().expose() == View::Text(&text));
            }
        }
    }

    #[test]
    fn blobs_beside_a_twin(bytes in prop::collection::vec(any::<u8>(), 1..300), more in 0_usize..20, prefix in prop::sample::select(vec![1_usize, 2, 4]), big in any::<bool>(), fill in any::<u8>()) {
        let order = if big { ByteOrder::Big } else { ByteOrder::Little };
        let encoding = Encoding::blob(prefix + bytes.len() + more, prefix, order, fill);
        if prefix == 1 && bytes.len() + more > 255 {
            prop_assert!(encoding.check().is_err());
            return Ok(());
        }
        let mut number = u32::try_from(bytes.len()).unwrap().to_le_bytes()[..prefix].to_vec();
        if big {
            number.reverse();
        }
        let expected = [&*number, &*bytes, &vec![fill; more]].concat();
        let mut out = encode(&encoding, &Value::from(&*bytes)).unwrap();
        prop_assert_eq!(&out, &expected);
        prop_assert!(encoding.decode(&mut out).unwrap().expose() == View::Bytes(&bytes));
        let long = encode(&encoding, &Value::from(&*[&*bytes, &vec![0; more + 1]].concat()));
        prop_assert_eq!(long, Err(format!("{} bytes do not fit {}", bytes.len() + more + 1, bytes.len() + more)));
    }

    /// What `with-crc` made, `check-crc` takes, and nothing else.
    #[test]
    fn values_with_their_own_crc(bytes in prop::collection::vec(any::<u8>(), 1..40), crc in prop::sample::select(nameplate::check::CATALOGUE.to_vec()), big in any::<bool>(), bit in any::<usize>()) {
        let order = if big { ByteOrder::Big } else { ByteOrder::Little };
        let whole = encode(&Encoding::with_crc(Encoding::bytes(bytes.len()), crc, order), &Value::from(&*bytes)).unwrap();
        let encoding = Encoding::check_crc(Encoding::bytes(whole.len()), crc, order);
        let mut out = encode(&encoding, &Value::from(&*whole)).unwrap();
        prop_assert_eq!(&out, &whole);
        prop_assert!(encoding.decode(&mut out).unwrap().expose() == View::Bytes(&whole));
        let (mut other, bit) = (whole.clone(), bit % (8 * whole.len()));
        other[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(encode(&encoding, &Value::from(&*other)).is_err() && encoding.decode(&mut other).is_err());
    }
}

/// Reads bytes in hexadecimal, writes them in base 32 and behind their length.
const SCRIPT: &str = "
import base64, struct, sys
for line in sys.stdin:
    data = bytes.fromhex(line)
    print(base64.b32encode(data).decode())
    print((struct.pack('<H', len(data)) + data).ljust(102, b'\\xff').hex().upper())
    print((struct.pack('>I', len(data)) + data).ljust(104, b'\\0').hex().upper())
";

#[test]
#[ignore = "needs python3"]
fn python_writes_the_same() {
    let bytes = noise(3, 2000 * 101);
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
    let (mut asked, mut expected) = (String::new(), String::new());
    for row in bytes.chunks_exact(101) {
        let data = &row[1..=1 + usize::from(row[0]) % 100];
        let value = Value::from(data);
        let text = encode(&Encoding::base32_padded(data.len().div_ceil(5) * 8), &value).unwrap();
        let little = encode(&Encoding::blob(102, 2, ByteOrder::Little, 0xFF), &value).unwrap();
        let big = encode(&Encoding::blob(104, 4, ByteOrder::Big, 0), &value).unwrap();
        writeln!(asked, "{}", hex(data)).unwrap();
        writeln!(expected, "{}\n{}\n{}", String::from_utf8(text).unwrap(), hex(&little), hex(&big)).unwrap();
    }
    assert_eq!(python("base64, struct", SCRIPT, &asked), expected);
}
