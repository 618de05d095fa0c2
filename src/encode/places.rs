//! Where a byte of a value lies in a field.

use super::encoding::{Encoding, Shape};
use super::fill::Side;
use crate::value::ByteOrder;

impl Encoding {
    /// Where byte `at` of an unsigned integer lies, counted from the least significant one; nothing
    /// when the encoding is another, or more bytes depend on it.
    pub(crate) fn place_of_byte(&self, at: usize) -> Option<usize> {
        match &self.0 {
            // Integers of both kinds, as long as no negative one is given.
            Shape::Uint { len, order } | Shape::Int { len, order } => {
                let from_end = len.checked_sub(at + 1)?;
                Some(if *order == ByteOrder::Little { at } else { from_end })
            }
            Shape::Wrapped(wrap, _) if wrap.repeats() => None,
            Shape::Wrapped(wrap, inner) => inner.place_of_byte(at).map(|at| wrap.offset(at)),
            _ => None,
        }
    }

    /// Where byte `at` of a value of text or bytes lies; nothing when it does not lie in one place as
    /// it is, or more bytes depend on it.
    pub(crate) fn place_of(&self, at: usize) -> Option<usize> {
        match &self.0 {
            Shape::Bytes { len, reversed: true } => len.checked_sub(at + 1),
            // Padded on the left, it depends on the length.
            Shape::Ascii { side: Side::Left, .. } => None,
            Shape::Bytes { len, .. } | Shape::Ascii { len, .. } | Shape::CStr { len } => (at < *len).then_some(at),
            Shape::Prefixed { len } => (at + 1 < *len).then_some(at + 1),
            Shape::Wrapped(wrap, _) if wrap.repeats() => None,
            Shape::Wrapped(wrap, inner) => inner.place_of(at).map(|at| wrap.offset(at)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::prelude::v1::*;

    use super::*;
    use crate::value::{Value, ValueKind};

    const WRAPPERS: [&str; 8] = [
        "X",
        "swap16(X)",
        "swap32(X)",
        "retlw14(X)",
        "padded16(swap16(X))",
        "with-inverse(X)",
        "with-crc:CRC-8/MAXIM-DOW(X)",
        "check-crc:CRC-8/MAXIM-DOW(X)",
    ];

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
}
