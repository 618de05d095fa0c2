//! One function for each target, named by what it proves: `parse_*` never panics, `impl_*` agrees
//! with the slow twin, `spec_*` keeps a law.

pub mod reference;

use std::ops::ControlFlow;

use nameplate::image::{Container, Hex};
use nameplate::{At, Encoding, Field, Guard, Layout, Span, Value};

/// Any bytes: an image or an error, both of which can be shown.
pub fn parse_hex(text: &[u8]) {
    match Hex::parse(text) {
        Ok(hex) => {
            let shown = format!("{hex:?} {:?} {:?}", hex.diagnostics(), hex.uniform());
            assert!(!shown.is_empty());
        }
        Err(error) => assert!(error.line() > 0 && error.column() > 0 && !error.to_string().is_empty()),
    }
}

/// The same verdict and the same memory as the slow reader, on text whose record sums are mended so
/// that it gets past the first line.
pub fn impl_hex(text: &[u8]) {
    let text = reference::mend_sums(text);
    let twin = reference::read(&text);
    match (Hex::parse(&text), twin) {
        (Ok(hex), Some(memory)) => {
            let mut found = reference::Memory::new();
            let _ = hex.visit(Span::new(0, u64::MAX).unwrap(), &mut |address, bytes| {
                found.extend((address..).zip(bytes.iter().copied()));
                ControlFlow::Continue(())
            });
            assert_eq!(found, memory);
        }
        (Err(_), None) => {}
        (ours, twin) => panic!("{ours:?}, but the twin says {:?}", twin.map(|memory| memory.len())),
    }
}

/// Stamp, then undo: the template to the letter; in between the twin reads the stamped memory.
pub fn spec_hex_stamp(input: &[u8]) {
    let Some((&[at, len, seed], text)) = input.split_first_chunk::<3>() else { return };
    let text = reference::mend_sums(text);
    let (Ok(hex), Some(memory)) = (Hex::parse(&text), reference::read(&text)) else { return };
    let Some((&address, _)) = memory.iter().nth(usize::from(at)) else { return };
    let len = usize::from(len % 40) + 1;
    let field = Field::new("f", At::address(address), Encoding::bytes(len)).expect(Guard::Any);
    let Ok(plan) = Layout::new().field(field).compile(&hex) else { return };
    let bytes: Vec<u8> = (0..len).map(|n| seed.wrapping_mul(31).wrapping_add(n as u8)).collect();
    let mut unit = plan.unit(&hex).unwrap();
    let stamped = unit.stamp(&[("f", Value::from(&*bytes))]).unwrap().bytes().to_vec();
    let mut expected = memory;
    expected.extend((address..).zip(bytes.iter().copied()));
    assert_eq!(reference::read(&stamped), Some(expected));
    assert_eq!(unit.undo(), text);
}
