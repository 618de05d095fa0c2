//! What blank memory reads as, by region.

use nameplate::image::{Erased, ErasedMap, Hex, Raw, Sparse, flatten, hex, uf2};
use nameplate::writes::delta::{Delta, Extent};
use nameplate::{At, Encoding, Field, Layout, Span, Value};
use proptest::prelude::*;

fn span(start: u64, len: u64) -> Span {
    Span::new(start, len).unwrap()
}

fn field(at: u64) -> Field {
    Field::new("a", At::address(at), Encoding::bytes(4))
}

fn pattern(bytes: &[u8]) -> Erased {
    Erased::pattern(bytes).unwrap()
}

/// Program words from 0, EEPROM from 0x1008.
fn pic() -> ErasedMap {
    let map = ErasedMap::default().region(span(0, 0x1008), pattern(&[0xFF, 0x3F])).unwrap();
    map.region(span(0x1008, 0x200), pattern(&[0xFF, 0x00])).unwrap()
}

/// Program words and EEPROM of a PIC in one file: each field is blank as its region is.
#[test]
fn erased_by_region() {
    let mut bytes = [0xFF, 0x3F].repeat(8);
    bytes.extend([0xFF, 0x00].repeat(8));
    let template = Raw::new(&bytes, 0xFF8).unwrap();
    let layout = |at| Layout::new().erased(pic()).field(field(at));
    for at in [0xFF8, 0xFFB, 0x1004, 0x1006, 0x1008, 0x100D, 0x1014] {
        let plan = layout(at).compile(&template).unwrap();
        let mut unit = plan.stamper(&template).unwrap();
        // What reads as blank there is refused, and what does so elsewhere is not.
        let from = usize::try_from(at - 0xFF8).unwrap();
        let blank = &bytes[from..from + 4];
        assert!(unit.stamp(&[("a", Value::from(blank))]).is_err());
        assert!(unit.stamp(&[("a", Value::from(&[0x3F, 0xFE, 0, 1]))]).is_ok());
        assert!(plan.read(&template).unwrap().field("a").unwrap().is_erased());
        // A pattern for all of the file finds one region only.
        let one = Layout::new().erased(pattern(&[0xFF, 0x3F])).field(field(at));
        assert_eq!(one.compile(&template).is_ok(), at < 0x1005);
    }
    // Outside of all regions, 0xFF.
    assert_eq!(pic().rest(), Erased::byte(0xFF));
    assert_eq!(ErasedMap::from(Erased::byte(0)).rest(), Erased::byte(0));
    let bytes = [0xFF; 8];
    let above = Raw::new(&bytes, 0x1208).unwrap();
    assert!(layout(0x1208).compile(&above).is_ok());
    let below = Raw::new(&bytes, 0x1204).unwrap();
    let error = layout(0x1206).compile(&below).unwrap_err().to_string();
    assert!(
        error.starts_with(
            "field `a` at 0x00001206..0x0000120A: found 0xFFFFFFFF, expected 0xFF00FFFF as erased memory (`erased`"
        ),
        "{error}"
    );
}

/// What is added, filled, flattened and written of a gap is what its region is.
#[test]
fn gaps_by_region() {
    let bytes = [0xFF, 0x3F, 0xFF, 0x3F, 0xFF, 0x00, 0xFF, 0x00];
    let hex = Hex::parse(b":02100200AABB87\n:00000001FF\n").unwrap();
    let expected = [&bytes[..0], &[0xFF, 0x3F, 0xAA, 0xBB, 0xFF, 0x3F, 0xFF, 0x3F], &bytes[4..]].concat();
    assert_eq!(flatten(&hex, span(0x1000, 12), pic(), 12).unwrap(), expected);
    let filled = Sparse::new(&hex).fill(span(0x1000, 12), pic(), 12).unwrap();
    assert_eq!(filled.get(span(0x1000, 12)), Some(&*expected));

    let text = hex.add_missing(&[span(0x1006, 4)], pic()).unwrap();
    let added = Sparse::new(&Hex::parse(&text).unwrap());
    assert_eq!(added.get(span(0x1006, 4)), Some(&[0xFF, 0x3F, 0xFF, 0x00][..]));

    let family = uf2::Family::from_name("nrf52840").unwrap();
    let file = uf2::Style::new(family).erased(pic()).to_vec(&Sparse::new(&hex)).unwrap();
    assert_eq!(file[32..][..12], expected);
}

/// A write unit over the border of two regions is as each of them is.
#[test]
fn write_units_by_region() {
    let bytes = [0xFF, 0x3F, 0xFF, 0x3F, 0xFF, 0x00, 0xFF, 0x00];
    let template = Raw::new(&bytes, 0x1004).unwrap();
    let layout = Layout::new().erased(pic()).field(field(0x1006));
    let plan = layout.compile(&template).unwrap();
    let delta = |erased: ErasedMap| {
        Delta::new(&template, plan.spans(), Extent::WriteUnits { size: 8, erased }, hex::Style::default())
    };
    let mut units = delta(pic()).unwrap();
    let mut unit = plan.stamper(&template).unwrap();
    let done = unit.stamp(&[("a", Value::from(&[1, 2, 3, 4]))]).unwrap();
    let written = Hex::parse(units.text(done.writes())).map(|hex| Sparse::new(&hex)).unwrap();
    assert_eq!(
        written.get(span(0x1000, 16)),
        Some(&[0xFF, 0x3F, 0xFF, 0x3F, 0xFF, 0x3F, 1, 2, 3, 4, 0xFF, 0, 0xFF, 0, 0xFF, 0][..])
    );
    let error = delta(pattern(&[0xFF, 0x3F]).into()).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("at 0x00001009"), "{error}");
}

proptest! {
    /// Beside a list of regions that is gone through for each byte.
    #[test]
    fn as_a_list_of_regions(
        regions in proptest::collection::vec((0_u64..48, 0_u64..12, proptest::collection::vec(any::<u8>(), 1..5)), 0..6),
        rest in any::<u8>(),
        start in 0_u64..64,
        len in 0_usize..64,
    ) {
        let mut map = ErasedMap::from(Erased::byte(rest));
        let mut list: Vec<(u64, u64, Vec<u8>)> = Vec::new();
        for (at, len, bytes) in regions {
            let next = map.clone().region(span(at, len), pattern(&bytes));
            let shares = (at..at + len).any(|byte| list.iter().any(|(from, to, _)| (from..to).contains(&&byte)));
            prop_assert_eq!(next.is_err(), shares);
            if let Ok(next) = next {
                map = next;
                list.push((at, at + len, bytes));
            }
        }
        let at = |address: u64| {
            let here = list.iter().find(|(from, to, _)| (from..to).contains(&&address));
            here.map_or(rest, |(.., bytes)| bytes[usize::try_from(address).unwrap() % bytes.len()])
        };
        let expected: Vec<u8> = (start..).take(len).map(at).collect();
        let mut found = vec![0xA5; len];
        map.bytes_into(start, &mut found);
        prop_assert_eq!(&found, &expected);
        prop_assert!(map.matches(start, &found));
        for (index, address) in (start..).take(len).enumerate() {
            prop_assert_eq!(map.at(address), expected[index]);
            found[index] ^= 1;
            prop_assert_eq!(map.first_other(start, &found), Some(address));
            found[index] ^= 1;
        }
    }
}
