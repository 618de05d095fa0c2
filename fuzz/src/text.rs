//! Templates of serials, names of encodings.

use nameplate::id::serial::{Date, Given, Scheme};
use nameplate::value::View;
use nameplate::{Encoding, Value};

/// Any text as a template: what makes serials reads them back, each a number of its own.
pub fn spec_serial(input: &[u8]) {
    let Some((&[seed, step], text)) = input.split_first_chunk::<2>() else { return };
    let Ok(text) = core::str::from_utf8(text) else { return };
    let given = Given::new().station("07").product("EUDV").country("DE");
    let Ok(scheme) = Scheme::parse_with(text, &given) else { return };
    let serials = scheme.dated(Date::new(2024, 7, 1).unwrap());
    let last = serials.last();
    let some = (0..40).map(|n| (last / 40).saturating_mul(n).saturating_add(u64::from(seed) * u64::from(step) % 7));
    let mut before = None;
    for n in some.filter(|n| *n <= last).chain([0, last]) {
        let serial = serials.nth(n).unwrap();
        assert_eq!(serials.parse(serial.as_str()), Ok(n));
        assert_eq!(serial.as_str().len(), serials.text_len());
        if let Some((other, text)) = before.replace((n, serial)) {
            assert_eq!(other == n, text == serial);
        }
    }
    assert!(last == u64::MAX || serials.nth(last + 1).is_err());
}

/// Any text as the name of an encoding: it is written as it is read, and what it encodes is decoded.
pub fn spec_encode(input: &[u8]) {
    let Some((&[len, seed], text)) = input.split_first_chunk::<2>() else { return };
    let Ok(Ok(encoding)) = core::str::from_utf8(text).map(str::parse::<Encoding>) else { return };
    assert_eq!(encoding.to_string().parse(), Ok(encoding.clone()));
    if encoding.len() > 600 {
        return;
    }
    let bytes: Vec<u8> = (0..usize::from(len)).map(|at| seed.wrapping_mul(31).wrapping_add(at as u8)).collect();
    let text: String = bytes.iter().map(|byte| char::from(b'0' + byte % 10)).collect();
    for value in [Value::from(u64::from(seed) << 8 | u64::from(len)), Value::from(&*bytes), Value::from(&*text)] {
        let mut field = vec![0xA5; encoding.len()];
        if encoding.encode_into(&value, &mut field).is_err() {
            continue;
        }
        let stored = field.clone();
        let decoded = encoding.decode(&mut field).unwrap().into_owned();
        match (value.expose(), decoded.expose()) {
            // Numbers that read back as decimal text; digits, which are a number or bytes.
            (View::Uint(n), View::Text(text)) => assert_eq!(text.parse(), Ok(n), "{encoding}"),
            (View::Uint(n), View::Bytes(bytes)) | (View::Bytes(bytes), View::Uint(n)) => {
                assert_eq!(bytes.iter().fold(0_u128, |n, byte| n << 8 | u128::from(*byte)), n, "{encoding}");
            }
            (given, back) => assert!(given == back, "{encoding}: {given:?} reads back as {back:?}"),
        }
        let mut again = vec![0x5A; encoding.len()];
        encoding.encode_into(&decoded, &mut again).unwrap();
        assert_eq!(again, stored, "{encoding}");
    }
}
