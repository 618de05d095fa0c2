//! TI-TXT.

use nameplate::image::ti_txt::{Case, LineEnd, Options, Style, TiTxt};
use nameplate::image::{Container, Erased, Sparse};
use nameplate::{At, Encoding, Field, Guard, Layout, Span, Value};

use crate::ti_txt_reference::{Memory, read, read_leniently};
use crate::{is_place, memory};

/// Any bytes: an image or an error, both of which can be shown, and lie in the text. The same verdict and the same
/// memory as the slow reader, on text as it is, and with a `q` behind it.
pub fn parse_titxt(text: &[u8]) {
    for text in [text, &[text, b"\nq\n"].concat()] {
        let right = read(text).is_some();
        for (options, twin) in [(Options::strict(), read(text)), (Options::lenient(), read_leniently(text))] {
            match (TiTxt::parse_with(text, &options), twin) {
                (Ok(image), Some(twin)) => {
                    assert_eq!(image.file(), text);
                    assert_eq!(memory(&image), twin);
                    assert!(!format!("{image:?} {:?}", Style::of(&image)).is_empty());
                    assert!(image.segments().all(|span| image.locate(span).is_ok()));
                    let mut tolerated = false;
                    for found in image.diagnostics() {
                        assert!(is_place(text, found.line(), found.column()), "{found}");
                        tolerated |= found.kind().is_tolerated();
                    }
                    assert_eq!(tolerated, !right, "what is tolerated is told, and nothing else");
                }
                (Err(error), None) => assert!(is_place(text, error.line(), error.column()), "{error}"),
                (ours, twin) => panic!("{ours:?}, but the twin says {:?}", twin.map(|memory| memory.len())),
            }
        }
    }
}

/// Two units stamped and undone are the template to the letter; written in any style memory reads back the same; bytes
/// added to gaps change nothing else.
pub fn spec_titxt(input: &[u8]) {
    let Some((&[at, len, seed, line_len, flags], text)) = input.split_first_chunk::<5>() else { return };
    let text = [text, b"\nq\n"].concat();
    let (Ok(image), Some(before)) = (TiTxt::parse_with(&text, &Options::lenient()), read_leniently(&text)) else {
        return;
    };
    stamped(&image, &before, (at, len, seed));
    let sparse = Sparse::new(&image);
    let style = Style {
        line_len,
        line_end: [LineEnd::Lf, LineEnd::CrLf, LineEnd::Cr, LineEnd::Lf][usize::from(flags & 3)],
        case: if flags & 4 != 0 { Case::Lower } else { Case::Upper },
        address_digits: flags >> 3 & 7,
        trailing_blank: flags & 64 != 0,
    };
    if let (Ok(written), false) = (style.to_vec(&sparse), before.is_empty()) {
        assert!(Sparse::new(&TiTxt::parse(&written).unwrap()) == sparse);
    }
    let ends: Vec<u64> = sparse.segments().map(|(span, _)| span.end()).collect();
    let start = match ends.get(usize::from(at) % (ends.len() + 1)) {
        Some(end) => *end,
        None => (sparse.extent().map_or(0, |extent| extent.start()) + u64::from(at) * 7).saturating_sub(100),
    };
    let span = Span::new(start, u64::from(len)).unwrap();
    let Ok(added) = image.add_missing(&[span], Erased::byte(0xEE)) else { return };
    let mut expected: Memory = (span.start()..span.end()).map(|address| (address, 0xEE)).collect();
    expected.extend(before);
    let found = if read(&text).is_some() { read(&added) } else { read_leniently(&added) };
    assert_eq!(found, Some(expected));
}

fn stamped(image: &TiTxt<'_>, before: &Memory, (at, len, seed): (u8, u8, u8)) {
    let Some((&address, _)) = before.iter().nth(usize::from(at)) else { return };
    let len = usize::from(len % 40) + 1;
    let layout = Layout::new().field(Field::new("id", At::address(address), Encoding::bytes(len)).expect(Guard::Any));
    let Ok(plan) = layout.compile(image) else { return };
    let mut unit = plan.stamper(image).unwrap();
    for seed in [seed, !seed] {
        let bytes: Vec<u8> = (0..len).map(|n| seed.wrapping_mul(31).wrapping_add(n as u8)).collect();
        let stamped = unit.stamp(&[("id", Value::from(&*bytes))]).unwrap().bytes();
        let mut expected = before.clone();
        expected.extend((address..).zip(bytes.iter().copied()));
        assert_eq!(read_leniently(stamped), Some(expected));
    }
    assert_eq!(unit.undo(), image.file());
}
