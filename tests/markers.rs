//! Places and words with a meaning: markers in memory, words that lock a part, write units, images compared.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use nameplate::image::hex::Style;
use nameplate::image::{Difference, Erased, Hex, Marker, MarkerError, Merge, Raw, Sparse, difference, differences};
use nameplate::plan::{FAMILIES, Family};
use nameplate::repair::{DeviceMemory, device_sum};
use nameplate::writes::delta::{Delta, Extent};
use nameplate::writes::write_unit::{WriteUnitError, WriteUnits};
use nameplate::{At, Encoding, Field, Guard, Layout, Span, Value};
use proptest::prelude::*;

fn span(start: u64, len: u64) -> Span {
    Span::new(start, len).unwrap()
}

const MAGIC: &[u8; 8] = b"NPLATE01";

/// The same memory in records of 1 to 16 bytes, and as one binary.
#[test]
fn a_marker_across_records() {
    let mut memory = vec![0x55; 64];
    memory[29..37].copy_from_slice(MAGIC);
    let marker = Marker::new(MAGIC).unwrap();
    assert_eq!(marker.bytes(), MAGIC);
    let raw = Raw::new(&memory, 0xFFF0).unwrap();
    assert_eq!(marker.find(&raw), Ok(0xFFF0 + 29));
    for record_len in 1..=16 {
        let style = Style { record_len, ..Style::default() };
        let text = style.to_vec(&Sparse::new(&raw)).unwrap();
        let hex = Hex::parse(&text).unwrap();
        assert_eq!(marker.find(&hex), Ok(0xFFF0 + 29), "{record_len}, and across 64 KiB");
    }
    // Not across a gap.
    let gap = Sparse::from_pieces([(0, &MAGIC[..4]), (5, &MAGIC[4..])], Merge::Error).unwrap();
    assert_eq!(marker.find(&gap), Err(MarkerError::Missing { marker: MAGIC.to_vec(), unread: 0 }));
    let layout = Layout::new().field(
        Field::new("id", At::marker(marker.clone()).plus(8), Encoding::u16_be()).expect(Guard::Bytes(vec![0x55, 0x55])),
    );
    let plan = layout.compile(&raw).unwrap();
    assert_eq!(plan.spans().next().unwrap(), span(0xFFF0 + 37, 2));
}

/// The address behind the last byte is the greatest there is, and nothing is counted beyond it.
#[test]
fn at_the_end_of_all_addresses() {
    let base = u64::MAX - 8;
    let raw = Raw::new(MAGIC, base).unwrap();
    assert_eq!(Marker::new(MAGIC).unwrap().find(&raw), Ok(base));
    let memory = DeviceMemory::bytes(span(base, 8));
    assert_eq!(device_sum(&raw, &[memory], Erased::default()), MAGIC.iter().map(|byte| u64::from(*byte)).sum::<u64>());
    let blank = Raw::new(&[0xFF; 8], base).unwrap();
    assert!(Erased::default().matches(base, &[0xFF; 8]));
    let units = WriteUnits::new(&blank, [span(base + 4, 4)], 4, Erased::default()).unwrap();
    assert_eq!(format!("{:?}", units.memory()), "[0xFFFFFFFFFFFFFFF8..0xFFFFFFFFFFFFFFFF]");
    let field = Field::new("a", At::address(base + 6), Encoding::bytes(2));
    let plan = Layout::new().field(field).compile(&blank).unwrap();
    let error = plan.stamper(&blank).unwrap().stamp(&[("a", Value::from(&[0xFF; 2]))]).unwrap_err().to_string();
    assert_eq!(error, "field `a`: the value looks like erased memory, so the unit would look blank");
}

#[test]
fn markers_that_say_no_place() {
    let message = |marker: &[u8], memory: &[u8]| {
        let found = Marker::short(marker).and_then(|marker| marker.find(&Raw::new(memory, 0x100).unwrap()));
        found.map_err(|error| error.to_string())
    };
    assert_eq!(message(b"ab", b"xxabxx"), Ok(0x102));
    assert_eq!(
        message(b"ab", b"abab"),
        Err("marker 0x6162 occurs 2 times, at 0x00000100, 0x00000102: a longer one would tell them apart".into())
    );
    // Overlapping ones count.
    assert_eq!(
        message(b"aba", b"ababa"),
        Err("marker 0x616261 occurs 2 times, at 0x00000100, 0x00000102: a longer one would tell them apart".into())
    );
    let many = message(b"ab", &b"ab".repeat(99)).unwrap_err();
    assert!(
        many.starts_with("marker 0x6162 occurs 99 times, at 0x00000100, ") && many.contains("0x0000010E, …:"),
        "{many}"
    );
    assert_eq!(
        message(b"no", b""),
        Err("marker 0x6E6F does not occur: is the image stamped already, or of another build?".into())
    );
    assert_eq!(
        Marker::new(b"1234567").unwrap_err().to_string(),
        "a marker of 7 bytes, expected 8 or more: fewer occur by chance"
    );
    assert_eq!(Marker::new(&[0xFF; 8]).unwrap_err().to_string(), "a marker of nothing but 0xFF, as empty memory is");
    assert_eq!(Marker::short(&[]), Err(MarkerError::Short { found: 0 }));
    assert_eq!(message(&[0xFF], &[0xFE, 0xFF]), Ok(0x101));
    // What matched is no begin of the marker.
    assert_eq!(message(b"abac", b"abacbac"), Ok(0x100));
}

proptest! {
    /// Against looking at every place.
    #[test]
    fn markers_are_found_as_by_looking_everywhere(
        memory in prop::collection::vec(0_u8..3, 0..60), gap in 0_usize..60, marker in prop::collection::vec(0_u8..3, 1..6),
    ) {
        let gap = gap.min(memory.len());
        let (front, back) = memory.split_at(gap);
        let sparse = Sparse::from_pieces([(0, front), (gap as u64 + 1, back)], Merge::Error).unwrap();
        let Ok(searched) = Marker::short(&marker) else { return Ok(()) };
        let all = |part: &[u8], base: u64| {
            let places = part.windows(marker.len()).zip(base..).filter(|(window, _)| *window == marker);
            places.map(|(_, at)| at).collect::<Vec<u64>>()
        };
        let expected = [all(front, 0), all(back, gap as u64 + 1)].concat();
        match searched.find(&sparse) {
            Ok(at) => prop_assert_eq!(vec![at], expected),
            Err(MarkerError::Missing { .. }) => prop_assert!(expected.is_empty()),
            Err(MarkerError::Several { addresses, count, .. }) => {
                prop_assert_eq!(count as usize, expected.len());
                prop_assert_eq!(&addresses[..], &expected[..expected.len().min(8)]);
            }
            Err(error) => prop_assert!(false, "{error}"),
        }
    }

    /// Against a map of all bytes.
    #[test]
    fn images_are_compared_as_maps_are(
        one in prop::collection::btree_map(0_u64..40, 0_u8..3, 0..40), two in prop::collection::btree_map(0_u64..40, 0_u8..3, 0..40),
        start in 0_u64..40, len in 0_u64..40,
    ) {
        let sparse = |bytes: &BTreeMap<u64, u8>| {
            let pieces: Vec<(u64, [u8; 1])> = bytes.iter().map(|(at, byte)| (*at, [*byte])).collect();
            Sparse::from_pieces(pieces.iter().map(|(at, byte)| (*at, &byte[..])), Merge::Error).unwrap()
        };
        let window = span(start, len);
        let mut found = Vec::new();
        let _ = differences(&sparse(&one), &sparse(&two), window, &mut |difference| {
            found.push(difference);
            ControlFlow::Continue(())
        });
        let differ: Vec<u64> = (start..start + len).filter(|at| one.get(at) != two.get(at)).collect();
        let told: Vec<u64> = found.iter().flat_map(|found| found.span.start()..found.span.end()).collect();
        prop_assert_eq!(&told, &differ);
        for Difference { span, first, second, .. } in &found {
            prop_assert_eq!((first.as_ref(), second.as_ref()), (one.get(&span.start()), two.get(&span.start())));
            let both = |at: u64| (one.contains_key(&at), two.contains_key(&at));
            prop_assert!((span.start()..span.end()).all(|at| both(at) == both(span.start())));
        }
        prop_assert_eq!(difference(&sparse(&one), &sparse(&two), window), found.first().copied());
    }
}

#[test]
fn a_difference_is_told() {
    let sparse = |bytes: &[u8]| Sparse::from_pieces([(0x0800_0000, bytes)], Merge::Error).unwrap();
    let told = |one: &[u8], two: &[u8]| {
        difference(&sparse(one), &sparse(two), span(0x0800_0000, 16)).map(|found| found.to_string())
    };
    assert_eq!(told(&[1, 2, 3], &[1, 0xFF, 3]).as_deref(), Some("at 0x08000001: 0x02 and 0xFF"));
    assert_eq!(told(&[1, 2, 3], &[1, 2]).as_deref(), Some("at 0x08000002: 0x03 and no byte"));
    assert_eq!(told(&[1], &[1]), None);
}

/// Every word of every family is refused, at its first byte and its last, and nothing beside it.
#[test]
fn words_that_lock_a_part() {
    // No two of a family overlap.
    for family in FAMILIES {
        let words: Vec<_> = family.words().map(|(word, ..)| word).collect();
        let overlaps =
            words.iter().enumerate().any(|(n, one)| words[..n].iter().any(|other| other.common(*one).is_some()));
        assert!(!overlaps, "{family:?}");
    }
    // Up to the word, and behind it.
    let image = |len: u64| vec![0xFF; usize::try_from(len).unwrap() + 32];
    for family in FAMILIES {
        assert_eq!(Family::from_name(family.name()), Some(family));
        assert!(family.words().count() > 0);
        for (word, what, source) in family.words() {
            let base = word.start() - 16;
            let bytes = image(word.len());
            let image = Raw::new(&bytes, base).unwrap();
            let compile = |at: u64, allowed: bool, family: Option<&'static Family>| {
                let field = Field::new("f", At::address(at), Encoding::u16_le());
                let layout = Layout::new().field(if allowed { field.lock_words() } else { field });
                let layout = family.into_iter().fold(layout, Layout::family);
                layout.compile(&image).map(|_| ()).map_err(|error| error.to_string())
            };
            let expected = format!(
                "`f` lies over the {what} of family `{}`, {word}: a wrong value there locks the part ({source}); a field that is to be there says so (`lock_words`)",
                family.name()
            );
            for at in [word.start() - 1, word.start(), word.end() - 2, word.end() - 1] {
                assert_eq!(compile(at, false, Some(family)), Err(expected.clone()));
                assert_eq!((compile(at, true, Some(family)), compile(at, false, None)), (Ok(()), Ok(())));
            }
            assert_eq!(
                (compile(word.start() - 2, false, Some(family)), compile(word.end(), false, Some(family))),
                (Ok(()), Ok(()))
            );
        }
    }
    let name = |name| Family::from_name(name).map(Family::name);
    for (given, expected) in [("LPC", Some("lpc")), ("STM32-F4", Some("stm32f4")), ("stm32 f4", Some("stm32f4"))] {
        assert_eq!(name(given), expected);
    }
    // However alike they are.
    for given in ["stm32f", "stm32", "stm32f4x", "stm32f9", "STM34F4", "nrf5", ""] {
        assert_eq!(name(given), None, "{given}");
    }
}

/// Flash with error correction: whole units that the first pass left erased.
#[test]
fn write_units() {
    let mut bytes = vec![0xFF; 64];
    bytes[..9].copy_from_slice(&[1, 2, 3, 4, 5, 6, 7, 8, 9]);
    let image = Raw::new(&bytes, 0x1000).unwrap();
    let layout = Layout::new().field(Field::new("a", At::address(0x1012), Encoding::bytes(2))).field(Field::new(
        "b",
        At::address(0x101E),
        Encoding::bytes(4),
    ));
    let plan = layout.compile(&image).unwrap();
    let mut unit = plan.stamper(&image).unwrap();
    let stamped = unit.stamp(&[("a", Value::from(&[0xAA, 0xBB])), ("b", Value::from(&[1, 2, 3, 4]))]).unwrap();
    let extent = |size| Extent::WriteUnits { size, erased: Erased::default().into() };
    let delta = |size, spans: Vec<Span>| Delta::new(&image, spans, extent(size), Style::default());
    let mut eight = delta(8, plan.spans().collect()).unwrap();
    let text = String::from_utf8(eight.text(stamped.writes()).to_vec()).unwrap();
    assert_eq!(text, ":10101000FFFFAABBFFFFFFFFFFFFFFFFFFFF010274\r\n:081020000304FFFFFFFFFFFFC7\r\n:00000001FF\r\n");
    let error = |size, start, len| delta(size, vec![span(start, len)]).unwrap_err().to_string();
    let programmed = "it cannot be programmed again before its page is erased";
    assert_eq!(
        error(8, 0x100C, 2),
        format!("the write unit 0x00001008..0x00001010 is programmed already at 0x00001008: {programmed}")
    );
    assert_eq!(
        error(32, 0x1012, 2),
        format!("the write unit 0x00001000..0x00001020 is programmed already at 0x00001000: {programmed}")
    );
    assert_eq!(error(0, 0x1012, 2), "a write unit of 0 bytes; 1 to 65536 can be had");
    assert_eq!(error(1 << 50, 0x1012, 2), "a write unit of 1125899906842624 bytes; 1 to 65536 can be had");
    assert!(delta(16, vec![span(0x1012, 2)]).is_ok());
    assert!(error(8, 0x1040, 1).starts_with("no byte at 0x00001040"));
    assert!(delta(8, vec![span(0x1012, 2), span(0x1013, 2)]).is_err());
    // A unit that reaches beyond the image is filled up.
    let image = Raw::new(&bytes[..0x1C], 0x1000).unwrap();
    let units = WriteUnits::new(&image, [span(0x1019, 1)], 8, Erased::byte(0xFF)).unwrap();
    assert_eq!(units.memory().get(span(0x1018, 8)).unwrap(), [0xFF; 8]);
    let widened = units.widen([(span(0x1019, 1), &[7][..]), (span(0x1900, 1), &[9])]);
    assert_eq!((widened.len(), widened[0].1.as_slice()), (1, &[0xFF, 7, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF][..]));
    let zeros = WriteUnits::new(&image, [span(0x1019, 1)], 8, Erased::byte(0));
    assert!(matches!(zeros, Err(WriteUnitError::Programmed { address: 0x1018, .. })));
}
