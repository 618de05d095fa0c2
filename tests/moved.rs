//! Memory whose addresses in a file are others than in the device, beside the same memory in its place.

use core::ops::ControlFlow;

use nameplate::image::hex::{Options, Style};
use nameplate::image::{Container, Hex, Merge, Moved, Raw, Sparse, Start};
use nameplate::{At, Encoding, Field, Layout, Span, Value};
use proptest::prelude::*;

fn span(start: u64, len: u64) -> Span {
    Span::new(start, len).unwrap()
}

fn seen(image: &dyn Container, within: Span) -> Vec<(u64, u8)> {
    let mut bytes = Vec::new();
    let _ = image.visit(within, &mut |address, part| {
        bytes.extend((address..).zip(part.iter().copied()));
        ControlFlow::Continue(())
    });
    bytes
}

proptest! {
    /// As the pieces of the window at their other addresses.
    #[test]
    fn as_the_same_memory_in_its_place(
        pieces in proptest::collection::vec((0_u64..120, proptest::collection::vec(any::<u8>(), 1..20)), 1..6),
        base in 0_u64..100,
        len in 0_u64..80,
        start in prop_oneof![0_u64..100, Just(0x81_0000), Just(u64::MAX - 200)],
        asked in (0_u64..160, 0_u64..40),
    ) {
        let file = Sparse::from_pieces(pieces.iter().map(|(at, bytes)| (*at, &bytes[..])), Merge::PreferOverlay).unwrap();
        let text = Style::default().to_vec(&file).unwrap();
        let hex = Hex::parse(&text).unwrap();
        let memory = span(start, len);
        let moved = Moved::new(&hex, memory, base).unwrap();
        let there = file.crop(span(base, len));
        let shifted = there.segments().map(|(span, bytes)| (span.start() - base + start, bytes));
        let expected = Sparse::from_pieces(shifted, Merge::Error).unwrap();

        prop_assert_eq!(moved.extent(), expected.extent());
        prop_assert_eq!(moved.uniform(), expected.uniform());
        prop_assert_eq!(Sparse::new(&moved), expected.clone());
        prop_assert_eq!(moved.file(), &text[..]);
        let asked = span(start.saturating_sub(20) + asked.0, asked.1);
        prop_assert_eq!(seen(&moved, asked), seen(&expected, asked));
        match (moved.locate(asked), expected.locate(asked)) {
            (Ok(_), Ok(_)) => {}
            (Err(error), Err(other)) => prop_assert_eq!(error.address(), other.address()),
            (one, two) => prop_assert!(false, "{one:?} {two:?}"),
        }
    }
}

#[test]
fn what_is_missing_is_told_by_the_address_of_the_memory() {
    let bytes = [1, 2, 3, 4];
    let raw = Raw::new(&bytes, 0x10).unwrap();
    let moved = Moved::new(&raw, span(0x81_0000, 8), 0x10).unwrap();
    assert_eq!(format!("{moved:?}"), "Moved(0x00810000..0x00810008 from 0x00000010 on)");
    let error = |start, len| moved.locate(span(start, len)).unwrap_err().to_string();
    let end = "the data before it ends at 0x00810004, and none follows";
    assert_eq!(error(0x81_0002, 4), format!("no byte at 0x00810004: {end}"));
    assert_eq!(error(0x81_0009, 1), format!("no byte at 0x00810009: {end}"));
    assert_eq!(error(0x10, 1), "no byte at 0x00000010: the first data begins at 0x00810000");
    assert!(moved.locate(span(0x10, 0)).is_ok());
    // So much memory does not lie behind such a base.
    assert!(Moved::new(&raw, span(0, 8), u64::MAX - 8).is_ok());
    assert!(Moved::new(&raw, span(0, 9), u64::MAX - 8).is_err());
}

/// A start address is one of the memory, so the file's is none; what the file has beside the memory stays as it is.
#[test]
fn the_rest_of_the_file_stays() {
    let text = b":04000000FFFFFFFF00\n:0400100001020304E2\n:0400000500000010E7\n:00000001FF\n";
    let hex = Hex::parse(text).unwrap();
    let moved = Moved::new(&hex, span(0x1000, 4), 0).unwrap();
    assert_eq!((moved.start(), moved.extent()), (Start::default(), Some(span(0x1000, 4))));
    let plan = Layout::new().field(Field::new("n", At::address(0x1000), Encoding::u32_be())).compile(&moved).unwrap();
    let mut unit = plan.stamper(&moved).unwrap();
    let done = unit.stamp(&[("n", Value::from(1_u32))]).unwrap();
    let expected = b":0400000000000001FB\n:0400100001020304E2\n:0400000500000010E7\n:00000001FF\n";
    assert_eq!(done.bytes(), expected);
    let stamped = done.bytes().to_vec();
    let read = Hex::parse(&stamped).unwrap();
    let read = Moved::new(&read, span(0x1000, 4), 0).unwrap();
    assert_eq!(plan.read(&read).unwrap().field("n").unwrap().bytes(), Some(&[0, 0, 0, 1][..]));
    assert_eq!(**plan.undo(&read, &moved).unwrap(), text[..]);
    // The unit with all of its file in place of the template's, secrets aside.
    assert_eq!(plan.masked(&read, &moved).unwrap().len(), text.len());
}

/// What was not read, and what seals the file, is the file's.
#[test]
fn what_the_file_says_of_itself() {
    let text = b":0100000000FF\n:00000001FF\n:0100010000FE\n:0100020000FD\n";
    let hex = Hex::parse_with(text, &Options::lenient()).unwrap();
    let moved = Moved::new(&hex, span(0x1000, 1), 0).unwrap();
    assert_eq!((moved.unread(), moved.seal()), (2, None));
}
