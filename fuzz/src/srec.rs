//! Motorola S-records.

use nameplate::image::srec::{Case, Header, LineEnd, Options, Srec, Style, Width};
use nameplate::image::{Container, Erased, Sparse};
use nameplate::{At, Encoding, Field, Guard, Layout, Span, Value};

use crate::srec_reference::{Memory, mend, read, read_leniently};
use crate::{is_place, memory};

/// Any bytes: an image or an error, both of which can be shown, and lie in the text. The same verdict and the same
/// memory as the slow reader, on text as it is, and with counts and sums mended so that it gets past the first line.
pub fn parse_srec(text: &[u8]) {
    for text in [text, &mend(text)] {
        let right = read(text).is_some();
        for (options, twin) in [(Options::strict(), read(text)), (Options::lenient(), read_leniently(text))] {
            match (Srec::parse_with(text, &options), twin) {
                (Ok(srec), Some(twin)) => {
                    agree(&srec, text, &twin);
                    let tolerated = srec.diagnostics().any(|found| found.kind().is_tolerated());
                    assert_eq!(tolerated, !right, "what is tolerated is told, and nothing else");
                }
                (Err(error), None) => assert!(is_place(text, error.line(), error.column()), "{error}"),
                (ours, twin) => panic!("{ours:?}, but the twin says {:?}", twin.map(|memory| memory.len())),
            }
        }
    }
}

fn agree(srec: &Srec<'_>, text: &[u8], twin: &Memory) {
    assert_eq!(srec.file(), text);
    assert_eq!(&memory(srec), twin);
    let shown = format!("{srec:?} {:?} {:?} {:?}", srec.header(), srec.start(), Style::of(srec));
    assert!(!shown.is_empty());
    for span in srec.segments() {
        assert!(srec.locate(span).is_ok());
    }
    for found in srec.diagnostics() {
        assert!(is_place(text, found.line(), found.column()), "{found}");
    }
}

/// Two units stamped and undone are the template to the letter; written in any style memory reads back the same;
/// records added to gaps change nothing but numbers of records.
pub fn spec_srec(input: &[u8]) {
    let Some((&[at, len, seed, record_len, flags], text)) = input.split_first_chunk::<5>() else { return };
    let text = mend(text);
    let (Ok(srec), Some(before)) = (Srec::parse_with(&text, &Options::lenient()), read_leniently(&text)) else {
        return;
    };
    stamped(&srec, &before, (at, len, seed));
    let sparse = Sparse::new(&srec);
    let style = Style {
        record_len,
        align: flags & 1 != 0,
        line_end: [LineEnd::Lf, LineEnd::CrLf, LineEnd::Cr, LineEnd::Lf][usize::from(flags >> 1 & 3)],
        case: if flags & 8 != 0 { Case::Lower } else { Case::Upper },
        width: [Width::S1, Width::S2, Width::S3, Width::S1][usize::from(flags >> 4 & 3)],
        header: Header::new(&input[..usize::from(at).min(input.len())]).filter(|_| flags & 64 != 0),
        count: flags & 128 != 0,
    };
    if let (Ok(written), false) = (style.to_vec(&sparse), before.is_empty()) {
        let back = Srec::parse(&written).unwrap();
        assert!(Sparse::new(&back) == sparse);
        assert_eq!(back.header(), style.header.map(|header| header.bytes().to_vec()));
    }
    // Behind a piece of memory, or anywhere about the first one.
    let ends: Vec<u64> = sparse.segments().map(|(span, _)| span.end()).collect();
    let start = match ends.get(usize::from(at) % (ends.len() + 1)) {
        Some(end) => *end,
        None => (sparse.extent().map_or(0, |extent| extent.start()) + u64::from(at) * 7).saturating_sub(100),
    };
    let span = Span::new(start, u64::from(len)).unwrap();
    let Ok(added) = srec.add_missing(&[span], Erased::byte(0xEE)) else { return };
    let mut expected: Memory = (span.start()..span.end()).map(|address| (address, 0xEE)).collect();
    expected.extend(before);
    // What was right stays right: numbers of records too.
    let found = if read(&text).is_some() { read(&added) } else { read_leniently(&added) };
    assert_eq!(found, Some(expected));
}

fn stamped(srec: &Srec<'_>, before: &Memory, (at, len, seed): (u8, u8, u8)) {
    let Some((&address, _)) = before.iter().nth(usize::from(at)) else { return };
    let len = usize::from(len % 40) + 2;
    let (one, two) = (len / 2, len - len / 2);
    let field =
        |name: &str, at: u64, len: usize| Field::new(name, At::address(at), Encoding::bytes(len)).expect(Guard::Any);
    // Side by side, so that they are likely to share a record and its sum.
    let layout = Layout::new().field(field("one", address, one)).field(field("two", address + one as u64, two));
    let Ok(plan) = layout.compile(srec) else { return };
    let mut unit = plan.stamper(srec).unwrap();
    for seed in [seed, !seed] {
        let bytes: Vec<u8> = (0..len).map(|n| seed.wrapping_mul(31).wrapping_add(n as u8)).collect();
        let values = [("two", Value::from(&bytes[one..])), ("one", Value::from(&bytes[..one]))];
        let stamped = unit.stamp(&values).unwrap().bytes();
        let mut expected = before.clone();
        expected.extend((address..).zip(bytes.iter().copied()));
        assert_eq!(read_leniently(stamped), Some(expected));
    }
    assert_eq!(unit.undo(), srec.file());
}
