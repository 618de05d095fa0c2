//! Texts that people type or scan: schemes, encodings, addresses.

use std::hint::black_box;

use nameplate::Encoding;

use super::bounded;

#[test]
fn short_texts_that_are_long() {
    for part in ["{seq:6}", "{", "}", "A", "0", "(", "retlw14(", "é", ":"] {
        bounded(
            part,
            5000,
            |n| part.repeat(n).into_bytes(),
            |text| {
                let text = std::str::from_utf8(text).unwrap();
                let _ = black_box(nameplate::id::serial::Scheme::parse(text).map(|_| ()));
                let _ = black_box(text.parse::<Encoding>().map(|_| ()));
                let _ = black_box(text.parse::<nameplate::id::eui::Eui48>().map(|_| ()));
                let _ = black_box(nameplate::id::eui::Block::from_prefix(text).map(|_| ()));
            },
        );
    }
}
