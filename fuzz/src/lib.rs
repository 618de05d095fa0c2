//! One function for each target, named by what it proves: `parse_*` never panics, `impl_*` agrees
//! with the slow twin, `spec_*` keeps a law.

mod elf;
pub mod reference;
mod repair;
mod sqtp;
mod text;

use std::ops::ControlFlow;

use nameplate::image::hex::{Addressing, Case, Crossing, LineEnd, Options, Style};
use nameplate::image::{Container, Erased, Hex, Sparse};
use nameplate::{At, Encoding, Field, Guard, Layout, Span, Value};

pub use self::elf::parse_elf;
pub use self::repair::impl_repair;
pub use self::sqtp::{parse_lists, parse_sqtp};
pub use self::text::{spec_encode, spec_serial};

/// Any bytes, read in any way: an image or an error, both of which can be shown.
pub fn parse_hex(text: &[u8]) {
    let wrap = Options::lenient().crossing(Crossing::Wrap);
    for options in [Options::strict(), Options::lenient(), wrap] {
        match Hex::parse_with(text, &options) {
            Ok(hex) => {
                let shown = format!("{hex:?} {:?} {:?} {:?}", hex.diagnostics(), hex.uniform(), Style::of(&hex));
                assert!(!shown.is_empty());
                assert_eq!(hex.file(), text);
            }
            Err(error) => assert!(error.line() > 0 && error.column() > 0 && !error.to_string().is_empty()),
        }
    }
}

fn memory(image: &dyn Container) -> reference::Memory {
    let mut found = reference::Memory::new();
    let _ = image.visit(Span::new(0, u64::MAX).unwrap(), &mut |address, bytes| {
        found.extend((address..).zip(bytes.iter().copied()));
        ControlFlow::Continue(())
    });
    found
}

/// The same verdict and the same memory as the slow reader, strict and lenient, on text whose record
/// sums are mended so that it gets past the first line.
pub fn impl_hex(text: &[u8]) {
    let text = reference::mend_sums(text);
    let strict = (Options::strict(), reference::read(&text));
    let lenient = (Options::lenient(), reference::read_leniently(&text));
    for (options, twin) in [strict, lenient] {
        match (Hex::parse_with(&text, &options), twin) {
            (Ok(hex), Some(twin)) => {
                assert_eq!(memory(&hex), twin);
                let tolerated = hex.diagnostics().any(|found| found.kind().is_tolerated());
                assert_eq!(tolerated, reference::read(&text).is_none(), "what is tolerated is told, and nothing else");
            }
            (Err(_), None) => {}
            (ours, twin) => panic!("{ours:?}, but the twin says {:?}", twin.map(|memory| memory.len())),
        }
    }
}

/// Stamp, then undo: the template to the letter; in between the twin reads the stamped memory, all
/// copies of it.
pub fn spec_hex_stamp(input: &[u8]) {
    let Some((&[at, len, seed], text)) = input.split_first_chunk::<3>() else { return };
    let text = reference::mend_sums(text);
    let hex = Hex::parse_with(&text, &Options::lenient());
    let (Ok(hex), Some(memory)) = (hex, reference::read_leniently(&text)) else { return };
    let Some((&address, _)) = memory.iter().nth(usize::from(at)) else { return };
    let len = usize::from(len % 40) + 1;
    let field = Field::new("f", At::address(address), Encoding::bytes(len)).expect(Guard::Any);
    let Ok(plan) = Layout::new().field(field).compile(&hex) else { return };
    let bytes: Vec<u8> = (0..len).map(|n| seed.wrapping_mul(31).wrapping_add(n as u8)).collect();
    let mut unit = plan.unit(&hex).unwrap();
    let stamped = unit.stamp(&[("f", Value::from(&*bytes))]).unwrap().bytes().to_vec();
    let mut expected = memory;
    expected.extend((address..).zip(bytes.iter().copied()));
    assert_eq!(reference::read_leniently(&stamped), Some(expected));
    assert_eq!(unit.undo(), text);
}

/// Written in any style it reads back the same; records added to gaps change nothing else.
pub fn spec_hex_write(input: &[u8]) {
    let Some((&[record_len, flags, at, len], text)) = input.split_first_chunk::<4>() else { return };
    let text = reference::mend_sums(text);
    let Ok(hex) = Hex::parse_with(&text, &Options::lenient()) else { return };
    let sparse = Sparse::new(&hex);
    let style = Style {
        record_len,
        align: flags & 1 != 0,
        line_end: [LineEnd::Lf, LineEnd::CrLf, LineEnd::Cr, LineEnd::Lf][usize::from(flags >> 1 & 3)],
        case: if flags & 8 != 0 { Case::Lower } else { Case::Upper },
        addressing: if flags & 16 != 0 { Addressing::Segment } else { Addressing::Linear },
    };
    if let Ok(written) = style.to_vec(&sparse) {
        let back = Hex::parse_with(&written, &Options::lenient()).unwrap();
        assert!(Sparse::new(&back) == sparse);
    }
    let start = sparse.extent().map_or(0, |extent| extent.start()) + u64::from(at) * 7;
    let span = Span::new(start.saturating_sub(100), u64::from(len)).unwrap();
    let Ok(added) = hex.add_missing(&[span], Erased::byte(0xEE)) else { return };
    let mut expected: reference::Memory = (span.start()..span.end()).map(|address| (address, 0xEE)).collect();
    expected.extend(memory(&sparse));
    assert_eq!(memory(&Hex::parse_with(&added, &Options::lenient()).unwrap()), expected);
}
