//! What a fuzzer makes of bytes: each makes sense, every kind of it comes, and it is at work as it is when written by hand.

use std::collections::BTreeSet;
use std::fmt::Debug;

use crate::noise;
use crate::reference::Rocksoft;
use arbitrary::{Arbitrary, Unstructured};
use nameplate::check::{Algorithm, CATALOGUE, Crc, Parameters};
use nameplate::encode::{DecimalFill, Fill, PadNibble};
use nameplate::image::Erased;
use nameplate::value::View;
use nameplate::{ByteOrder, Encoding, Span, Value};

/// Many of a kind, and what a fuzzer makes of no bytes and of long runs of one.
fn each<T>(mut judge: impl FnMut(T))
where
    T: for<'a> Arbitrary<'a>,
{
    let inputs = (0..4000).map(|seed| noise(seed, 64)).chain([vec![], vec![0; 99], vec![0xFF; 99]]);
    for input in inputs {
        judge(Unstructured::new(&input).arbitrary().unwrap());
    }
}

fn all<T: for<'a> Arbitrary<'a> + Debug>(count: usize) {
    let mut found = BTreeSet::new();
    each(|one: T| {
        let _ = found.insert(format!("{one:?}"));
    });
    assert_eq!(found.len(), count, "{found:?}");
}

#[test]
fn words() {
    all::<ByteOrder>(2);
    all::<Fill>(2);
    all::<PadNibble>(3);
    all::<DecimalFill>(5);
}

#[test]
fn spans_and_blank_memory() {
    let (mut wide, mut lengths) = (0, BTreeSet::new());
    each(|span: Span| {
        assert!(span.start() <= span.end());
        wide += u32::from(span.len() > 1 << 40);
    });
    assert!(wide > 100, "{wide}");
    each(|erased: Erased| {
        let _ = lengths.insert(erased.as_bytes().len());
    });
    assert_eq!(lengths, BTreeSet::from([1, 2, 3, 4]));
}

/// A bitwise twin agrees on CRCs of every width that are in no catalogue.
#[test]
fn parameters_are_those_of_a_crc() {
    let mut widths = BTreeSet::new();
    each(|parameters: Parameters| {
        let Parameters { width, poly, init, refin, refout, xorout } = parameters;
        let crc = Algorithm::from(Crc::new(parameters).unwrap());
        let twin = Rocksoft { width, poly, init, refin, refout, xorout };
        let found = crc.compute(|take| take(b"nameplate")).number();
        assert_eq!(found, Some(twin.crc(b"nameplate")), "{parameters}");
        let _ = widths.insert(width);
    });
    assert_eq!(widths, (1..=128).collect());
    let (mut rows, mut others) = (BTreeSet::new(), 0);
    each(|crc: Crc| {
        others += u32::from(!CATALOGUE.contains(&crc));
        let _ = rows.insert(crc.name());
    });
    assert!(rows.len() > CATALOGUE.len() && others > 1000, "{} {others}", rows.len());
}

/// They borrow from the input, and are no secrets.
#[test]
fn values_of_each_kind() {
    let mut kinds = [0; 3];
    for input in (0..4000).map(|seed| noise(seed, 64)) {
        let value: Value<'_> = Unstructured::new(&input).arbitrary().unwrap();
        assert!(!value.is_secret());
        match value.expose() {
            View::Uint(_) => kinds[0] += 1,
            View::Bytes(bytes) => {
                assert!(bytes.is_empty() || input.windows(bytes.len()).any(|part| part == bytes));
                kinds[1] += 1;
            }
            View::Text(_) => kinds[2] += 1,
            _ => unreachable!(),
        }
    }
    assert!(kinds.iter().all(|count| *count > 1000), "{kinds:?}");
}

/// All shapes and all wrappers come, each of which makes sense; what one encodes reads back and is encoded the same.
#[test]
fn encodings_that_make_sense() {
    let (mut names, mut taken, mut unnamed) = (BTreeSet::new(), 0, 0);
    each(|encoding: Encoding| {
        encoding.check().unwrap();
        let name = encoding.to_string();
        names.extend(name.split(['(', ')']).filter(|part| !part.is_empty()).map(|part| {
            let word = part.split(':').next().unwrap();
            word.trim_start_matches(|c: char| !c.is_ascii_lowercase()).to_owned()
        }));
        unnamed += u32::from(name.parse() != Ok(encoding.clone()));
        let bytes = noise(9, 700);
        let numbers = [0, 7, 123_456_789_u128];
        let texts = numbers.map(|number| number.to_string());
        let values = numbers.into_iter().map(Value::from).chain(texts.iter().map(|text| Value::from(&**text)));
        for value in values.chain([Value::from(&bytes[..encoding.value_bytes().unwrap_or(1)])]) {
            let mut stored = vec![0xA5; encoding.len()];
            if encoding.encode_into(&value, &mut stored).is_ok() {
                let mut read = stored.clone();
                let back = encoding.decode(&mut read).unwrap().into_owned();
                let mut again = vec![0x5A; encoding.len()];
                encoding.encode_into(&back, &mut again).unwrap();
                assert_eq!(again, stored, "{name}");
                taken += 1;
            }
        }
    });
    let expected = [
        "ascii",
        "base32",
        "bcd",
        "blob",
        "bytes",
        "check-crc",
        "cstr",
        "dec",
        "f32be",
        "f32le",
        "hex",
        "i16be",
        "i16le",
        "i32be",
        "i32le",
        "i64be",
        "i64le",
        "i8",
        "padded16",
        "prefixed",
        "retlw12",
        "retlw14",
        "retlw16",
        "swap16",
        "swap32",
        "u16be",
        "u16le",
        "u32be",
        "u32le",
        "u64be",
        "u64le",
        "u8",
        "uint",
        "usb-string",
        "utf16le",
        "with-crc",
        "with-inverse",
    ];
    let missing: Vec<_> = expected.iter().filter(|name| !names.contains(**name)).collect();
    assert!(missing.is_empty(), "{missing:?} of {names:?}");
    // Paddings and CRCs that have no name in a job.
    assert!(taken > 3000 && unnamed > 100, "{taken} {unnamed}");
}
