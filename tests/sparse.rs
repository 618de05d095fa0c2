//! Sparse memory beside a map from address to byte: merged, cropped, filled, written as HEX text and
//! read back; records added to gaps; deltas.

use std::borrow::Cow;
use std::collections::BTreeMap;

use nameplate::image::hex::{
    AddError, Addressing, Case, DiagnosticKind, Hex, Limits, LineEnd, Options, Style, Tolerance, WriteError,
};
use nameplate::image::{Container, Erased, Merge, MergeError, Raw, Sparse, Start, flatten};
use nameplate::plan::Gap;
use nameplate::writes::delta::{Delta, DeltaError, Extent};
use nameplate::{At, Encoding, Field, Layout, Span, Value};
use proptest::prelude::*;

use crate::images::{STYLES, visited};
use crate::{Memory, hex_text, noise, record, reference};

fn span(start: u64, len: u64) -> Span {
    Span::new(start, len).unwrap()
}

fn map(memory: &dyn Container) -> Memory {
    visited(memory, span(0, u64::MAX))
}

/// The same memory by the slow reader of records.
fn read(text: &[u8]) -> Memory {
    reference::read(text).unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(text)))
}

/// Pieces that now and then overlap, touch or repeat.
fn pieces() -> impl Strategy<Value = Vec<(u64, Vec<u8>)>> {
    prop::collection::vec((0xFFC0_u64..0x1_0040, 0_usize..40, 0_u64..3), 0..10)
        .prop_map(|all| all.into_iter().map(|(at, len, seed)| (at, same(at, len, seed))).collect())
}

/// Bytes that are the same for one address, unless the seed is 0.
fn same(at: u64, len: usize, seed: u64) -> Vec<u8> {
    (at..).take(len).map(|at| if seed == 0 { 0x55 } else { (at * 7) as u8 }).collect()
}

fn style() -> impl Strategy<Value = Style> {
    let ends = vec![LineEnd::Lf, LineEnd::CrLf, LineEnd::Cr];
    let lens = prop_oneof![Just(16_u8), Just(32), 1_u8..=255];
    (lens, any::<bool>(), prop::sample::select(ends), any::<bool>(), any::<bool>()).prop_map(
        |(record_len, align, line_end, lower, segment)| Style {
            record_len,
            align,
            line_end,
            case: if lower { Case::Lower } else { Case::Upper },
            addressing: if segment { Addressing::Segment } else { Addressing::Linear },
        },
    )
}

/// What a map makes of pieces: the bytes, the first address given twice, and the first that differs.
fn twin(pieces: &[(u64, Vec<u8>)], later_wins: bool) -> (Memory, Option<u64>, Option<u64>) {
    let mut all: BTreeMap<u64, Vec<u8>> = BTreeMap::new();
    for (at, bytes) in pieces {
        for (address, byte) in (*at..).zip(bytes) {
            all.entry(address).or_default().push(*byte);
        }
    }
    let twice = all.iter().find(|(_, bytes)| bytes.len() > 1).map(|(at, _)| *at);
    let differ = all.iter().find(|(_, bytes)| bytes.iter().any(|byte| *byte != bytes[0])).map(|(at, _)| *at);
    let one = |bytes: Vec<u8>| if later_wins { bytes[bytes.len() - 1] } else { bytes[0] };
    (all.into_iter().map(|(at, bytes)| (at, one(bytes))).collect(), twice, differ)
}

proptest! {
    #[test]
    fn pieces_in_any_order(pieces in pieces(), crop in (0xFFB0_u64..0x1_0050, 0_u64..80), fill in (0xFFB0_u64..0x1_0050, 0_u64..80)) {
        let given = || pieces.iter().map(|(at, bytes)| (*at, &**bytes));
        let (first, twice, differ) = twin(&pieces, false);
        let (last, ..) = twin(&pieces, true);
        let base = Sparse::from_pieces(given(), Merge::PreferBase).unwrap();
        prop_assert_eq!(&map(&base), &first);
        prop_assert_eq!(&map(&Sparse::from_pieces(given(), Merge::PreferOverlay).unwrap()), &last);
        for (merge, wrong) in [(Merge::Error, twice), (Merge::Equal, differ)] {
            match Sparse::from_pieces(given(), merge) {
                Ok(memory) => {
                    prop_assert_eq!(wrong, None);
                    prop_assert_eq!(&map(&memory), &first);
                    // One at a time is the same.
                    let mut one = Sparse::default();
                    for piece in given() {
                        one = one.merge(&Sparse::from_pieces([piece], merge).unwrap(), merge).unwrap();
                    }
                    prop_assert!(one == memory);
                }
                Err(MergeError::Overlap { address, .. }) => prop_assert!(wrong.is_some_and(|wrong| wrong <= address)),
                Err(error) => prop_assert!(false, "{}", error),
            }
        }
        let spans: Vec<Span> = base.segments().map(|(span, _)| span).collect();
        prop_assert!(spans.windows(2).all(|pair| pair[0].end() < pair[1].start()));
        prop_assert!(spans.iter().all(|span| !span.is_empty()));

        let within = span(crop.0, crop.1);
        let cropped: Memory = first.iter().filter(|(at, _)| within.contains(**at)).map(|(at, byte)| (*at, *byte)).collect();
        prop_assert_eq!(map(&base.crop(within)), cropped);
        let within = span(fill.0, fill.1);
        let pattern = Erased::pattern(&[0xFF, 0x3F]).unwrap();
        let mut filled: Memory = (within.start()..within.end()).map(|at| (at, pattern.at(at))).collect();
        filled.extend(&first);
        prop_assert_eq!(map(&base.fill(within, pattern, 100).unwrap()), filled);

        for start in 0xFFB0..0x1_0060 {
            let one = span(start, 3);
            let bytes: Option<Vec<u8>> = (start..start + 3).map(|at| first.get(&at).copied()).collect();
            prop_assert_eq!(base.get(one).map(<[u8]>::to_vec), bytes);
            let missing = (start..start + 3).find(|at| !first.contains_key(at));
            prop_assert_eq!(base.locate(one).err().map(|gap| gap.address()), missing);
        }
    }

    /// Written in any style it reads back, by us, by the slow reader and by `ihex`; and looks as the
    /// style says.
    #[test]
    fn written_as_text(pieces in pieces(), style in style(), more in 0_usize..600, starts in (any::<Option<u32>>(), any::<Option<u32>>())) {
        let start = Start { segment: starts.0, linear: starts.1 };
        let (memory, ..) = twin(&pieces, false);
        let far = noise(1, more);
        let given = pieces.iter().map(|(at, bytes)| (*at, &**bytes)).chain([(0xE_FF00, &*far)]);
        let sparse = Sparse::from_pieces(given, Merge::PreferBase).unwrap().with_start(start);
        let text = style.to_vec(&sparse).unwrap();
        let hex = Hex::parse_with(&text, &Options::lenient()).unwrap();
        prop_assert_eq!(hex.start(), start);
        prop_assert!(Sparse::new(&hex) == sparse);
        let mut expected = memory;
        expected.extend((0xE_FF00..).zip(far.iter().copied()));
        if style.line_end != LineEnd::Cr {
            let records = ihex::Reader::new(std::str::from_utf8(&text).unwrap());
            let bytes: usize = records.map(|record| if let ihex::Record::Data { value, .. } = record.unwrap() { value.len() } else { 0 }).sum();
            prop_assert_eq!(bytes, expected.len());
        }
        if !expected.is_empty() {
            prop_assert_eq!(&read(&text), &expected);
            prop_assert!(Hex::parse(&text).is_ok());
        }
        let lines: Vec<&[u8]> = text.split(|c| matches!(c, b'\r' | b'\n')).filter(|line| !line.is_empty()).collect();
        prop_assert_eq!(text.len(), lines.iter().map(|line| line.len() + style.line_end.text().len()).sum::<usize>());
        let other = if style.case == Case::Lower { u8::is_ascii_uppercase } else { u8::is_ascii_lowercase };
        prop_assert!(!text.iter().any(other));
        for line in &lines {
            let len = usize::from_str_radix(std::str::from_utf8(&line[1..3]).unwrap(), 16).unwrap();
            let kind = &line[7..9];
            let address = usize::from_str_radix(std::str::from_utf8(&line[3..7]).unwrap(), 16).unwrap();
            prop_assert!(kind != b"00" || len <= style.record_len.into());
            prop_assert!(address + len <= 0x1_0000);
            let base = if style.addressing == Addressing::Segment { b"02" } else { b"04" };
            prop_assert!([b"00", b"01", base, b"03", b"05"].contains(&kind.try_into().unwrap()));
            if style.align && kind == b"00" {
                let len_max = usize::from(style.record_len);
                prop_assert!(address / len_max == (address + len - 1) / len_max || 0x1_0000 % len_max != 0);
            }
        }
        // A buffer that is longer keeps its end; one that is shorter keeps all.
        let mut out = vec![0xA5; text.len() + 3];
        prop_assert_eq!(style.write_into(&sparse, &mut out), Ok(text.len()));
        prop_assert_eq!(&out, &[&*text, &[0xA5; 3]].concat());
        let mut short = vec![0xA5; text.len() - 1];
        let error = style.write_into(&sparse, &mut short).unwrap_err();
        prop_assert_eq!(error, WriteError::Buffer { found: text.len() - 1, expected: text.len() });
        prop_assert!(short.iter().all(|byte| *byte == 0xA5));
        // The style of the text is found in it.
        if more > 300 && 0x1_0000 % usize::from(style.record_len) == 0 && usize::from(style.record_len) < 64 && !style.align && pieces.is_empty() {
            prop_assert_eq!(Style::of(&hex), style);
        }
    }

    /// Records for what is missing: the old lines stay in their order, the memory is what it was and
    /// the new bytes, and an ordered file stays ordered.
    #[test]
    fn records_added_to_gaps(seed in 0_u64..1000, style in 0_usize..8, lens in prop::collection::vec(1_usize..90, 1..4), wanted in prop::collection::vec((any::<prop::sample::Index>(), 0_u64..40), 1..5), lenient in any::<bool>()) {
        let mut memory = Memory::new();
        let mut address = 0x0800_FF00 - seed % 64;
        for (n, &len) in lens.iter().enumerate() {
            memory.extend((address..).zip(noise(seed + n as u64, len)));
            address += len as u64 + 1 + seed % 200;
        }
        let mut text = hex_text(&memory, STYLES[style]);
        if lenient {
            let eol = STYLES[style].eol;
            text = format!("; a comment{eol}{eol}{}", text.replace(&format!("{}:", STYLES[style].eol), &format!(" ; text{eol}  :")));
            if seed % 2 == 0 {
                text = text.replace("  :00000001", "# no end ").replace(":00000001ff", "").replace(":00000001FF", "").trim_end().to_owned();
                text = text.split("# no end").next().unwrap().trim_end().to_owned();
            }
        }
        let options = if lenient { Options::lenient() } else { Options::strict() };
        let hex = Hex::parse_with(text.as_bytes(), &options).unwrap();
        prop_assert_eq!(&map(&hex), &memory);
        let spans: Vec<Span> = wanted.iter().map(|(at, len)| {
            let start = match at.index(8) {
                0 => 0x10,
                1 => 0xFFFF_FF00,
                2 => 0x0900_0000,
                n => 0x0800_FE00 + at.index(0x600) as u64 + n as u64,
            };
            span(start, *len)
        }).collect();
        let erased = Erased::pattern(&[0xFF, 0x3F]).unwrap();
        let added = hex.add_missing(&spans, erased).unwrap();
        let now = Hex::parse_with(&added, &options).unwrap();
        let mut expected: Memory = spans.iter().flat_map(|span| (span.start()..span.end()).map(|at| (at, erased.at(at)))).collect();
        expected.extend(&memory);
        prop_assert_eq!(&map(&now), &expected, "{} {}", text, String::from_utf8_lossy(&added));
        if !lenient {
            prop_assert_eq!(&read(&added), &expected);
        }
        // Every old line is there, in the old order; a new one is a record in the file's own style.
        let lines = |text: &[u8]| -> Vec<String> {
            let text = std::str::from_utf8(text).unwrap().to_owned();
            text.split(['\r', '\n']).filter(|line| !line.is_empty()).map(str::to_owned).collect()
        };
        let (old, new) = (lines(text.as_bytes()), lines(&added));
        let mut left = old.iter().peekable();
        let fresh: Vec<&String> = new.iter().filter(|line| left.next_if_eq(line).is_none()).collect();
        prop_assert!(left.next().is_none(), "{} {}", text, String::from_utf8_lossy(&added));
        prop_assert!(fresh.iter().all(|line| line.starts_with(':')));
        let out_of_order = |hex: &Hex<'_>| hex.diagnostics().any(|found| matches!(found.kind(), DiagnosticKind::OutOfOrder { .. }));
        prop_assert_eq!(out_of_order(&now), out_of_order(&hex), "{}", String::from_utf8_lossy(&added));
        let same_end = |found: &DiagnosticKind| matches!(found, DiagnosticKind::LineEnd { .. } | DiagnosticKind::MixedCase);
        prop_assert!(!now.diagnostics().any(|found| same_end(found.kind())));
        prop_assert_eq!(now.add_missing(&spans, erased).unwrap().into_owned(), added.into_owned());
    }

    /// The same under base records of both types, in any place, also such as nothing lies under.
    #[test]
    fn records_added_under_any_base(records in prop::collection::vec((1_u64..0x9000, 1_usize..20, 0_u64..0x8000, 0_u8..4), 1..8), wanted in prop::collection::vec((0_u64..0x5_0000, 0_u64..0x9000, 1_u64..40), 1..5)) {
        let (mut lines, mut memory, mut end, mut base) = (Vec::new(), Memory::new(), 0, 0);
        for (n, (gap, len, below, kind)) in records.into_iter().enumerate() {
            let at = end + gap;
            let len = len.min((0x1_0000 - at % 0x1_0000) as usize);
            end = at + len as u64;
            if kind == 3 {
                lines.push(record(4, 0, &(below as u16 >> 12).to_be_bytes()));
            }
            if kind == 2 {
                base = at & !0xFFFF;
                lines.push(record(4, 0, &((base >> 16) as u16).to_be_bytes()));
            } else if kind != 0 || at < base || end - base > 0x1_0000 {
                base = at.saturating_sub(below) & !0xF;
                lines.push(record(2, 0, &((base >> 4) as u16).to_be_bytes()));
            }
            let bytes = noise(n as u64, len);
            lines.push(record(0, (at - base) as u16, &bytes));
            memory.extend((at..).zip(bytes));
        }
        let text = lines.join("\n") + "\n:00000001FF\n";
        prop_assert_eq!(&read(text.as_bytes()), &memory);
        let spans: Vec<Span> = wanted.iter().flat_map(|(at, next, len)| [span(*at, *len), span(at + next, *len)]).collect();
        let added = Hex::parse(text.as_bytes()).unwrap().add_missing(&spans, Erased::byte(0xEE)).unwrap();
        let mut expected: Memory = spans.iter().flat_map(|span| (span.start()..span.end()).map(|at| (at, 0xEE))).collect();
        expected.extend(memory);
        prop_assert_eq!(&read(&added), &expected, "{} {}", text, String::from_utf8_lossy(&added));
    }

    /// A delta holds the touched bytes, or all that the image has in their pages.
    #[test]
    fn deltas(seed in 0_u64..1000, style in style(), places in prop::collection::btree_set(0_u64..20, 1..4), size in 1_u64..300) {
        let image = noise(seed, 400);
        let mut memory: Memory = (0xFF80..).zip(image).collect();
        memory.retain(|at, _| *at % 0x1_0000 > 0x40 || places.iter().any(|place| (0xFF90 + place * 16..).take(8).any(|field| field == *at)));
        let style = Style { addressing: Addressing::Linear, ..style };
        let text = hex_text(&memory, STYLES[0]);
        let hex = Hex::parse(text.as_bytes()).unwrap();
        let layout = places.iter().fold(Layout::new(), |layout, place| {
            let at = At::address(0xFF90 + place * 16);
            layout.field(Field::new(place.to_string(), at, Encoding::u64_be()).expect(nameplate::Guard::Any))
        });
        let plan = layout.compile(&hex).unwrap();
        let mut unit = plan.stamper(&hex).unwrap();
        for (extent, paged) in [(Extent::Touched, false), (Extent::Pages(size), true)] {
            let mut delta = Delta::new(&hex, plan.spans(), extent, style).unwrap();
            for n in 0..3_u64 {
                let names: Vec<String> = places.iter().map(u64::to_string).collect();
                let values: Vec<(&str, Value<'_>)> = names.iter().map(|name| (&**name, Value::from(seed << 8 | n))).collect();
                let stamped = unit.stamp(&values).unwrap();
                let whole = reference::read(stamped.bytes()).unwrap();
                let touched: Vec<u64> = places.iter().flat_map(|place| (0xFF90 + place * 16..).take(8)).collect();
                let expected: Memory = whole.into_iter().filter(|(at, _)| {
                    if paged { touched.iter().any(|hit| hit / size == at / size) } else { touched.contains(at) }
                }).collect();
                prop_assert_eq!(&read(delta.text(stamped.writes())), &expected, "{}", size);
            }
        }
    }
}

/// Start addresses: one of them, or that of the image that is preferred.
#[test]
fn start_addresses() {
    let with = |address: u64, linear: Option<u32>, segment: Option<u32>| {
        Sparse::from_pieces([(address, &[1][..])], Merge::Error).unwrap().with_start(Start { segment, linear })
    };
    let merged = |one: &Sparse, two: &Sparse, merge| {
        one.merge(two, merge)
            .map(|memory| (memory.start().linear, memory.start().segment))
            .map_err(|error| error.to_string())
    };
    let (boot, app, none) = (with(0, Some(0x10), Some(0x20)), with(9, Some(0x11), Some(0x20)), with(18, None, None));
    for merge in [Merge::Error, Merge::Equal] {
        let error = "the program starts at 0x00000010 and at 0x00000011: keep one with `with_start`, or say which image is preferred";
        assert_eq!(merged(&boot, &app, merge), Err(error.to_owned()));
        let error = "the program starts at 0x00000020 and at 0x00000021: keep one with `with_start`, or say which image is preferred";
        assert_eq!(merged(&boot, &with(9, None, Some(0x21)), merge), Err(error.to_owned()));
    }
    for merge in [Merge::Error, Merge::Equal, Merge::PreferBase, Merge::PreferOverlay] {
        assert_eq!(merged(&boot, &none, merge), Ok((Some(0x10), Some(0x20))));
        assert_eq!(merged(&none, &app, merge), Ok((Some(0x11), Some(0x20))));
        assert_eq!(merged(&with(9, None, Some(0x20)), &with(0, Some(0x10), None), merge), Ok((Some(0x10), Some(0x20))));
    }
    assert_eq!(merged(&boot, &app, Merge::PreferBase), Ok((Some(0x10), Some(0x20))));
    assert_eq!(merged(&boot, &app, Merge::PreferOverlay), Ok((Some(0x11), Some(0x20))));
}

/// Records that are added 64 KiB away: a file without base records gets one of type 04, one with those of type 02 such.
#[test]
fn the_base_of_records_that_are_added() {
    for (base, expected) in [("", ":020000040001F9"), (":020000021000EC\n", ":020000022000DC")] {
        let text = format!("{base}{}\n:00000001FF\n", record(0, 0x10, &[1]));
        let at = if base.is_empty() { 0x1_0010 } else { 0x2_0010 };
        let added =
            Hex::parse(text.as_bytes()).unwrap().add_missing(&[span(at, 1)], Erased::byte(0xEE)).unwrap().into_owned();
        let added = String::from_utf8(added).unwrap();
        assert!(added.contains(&format!("{expected}\n{}\n", record(0, 0x10, &[0xEE]))), "{added}");
    }
}

#[test]
fn words() {
    let two = [(0x10, &[1, 2][..]), (0x11, &[2, 3][..])];
    let merged = |merge| Sparse::from_pieces(two, merge).map_err(|error| error.to_string());
    assert_eq!(merged(Merge::Error).unwrap_err(), "the byte at 0x00000011 is given twice, and is the same both times");
    assert_eq!(merged(Merge::Equal).map(|memory| memory.file().to_vec()), Ok(vec![1, 2, 3]));
    let differ = Sparse::from_pieces([(0, &[1, 2][..]), (1, &[3])], Merge::Equal).unwrap_err();
    assert_eq!(differ.to_string(), "the byte at 0x00000001 is given twice and differs");
    let differ = Sparse::from_pieces([(8, &[1, 2, 3][..]), (8, &[1, 2, 4])], Merge::Equal).unwrap_err();
    assert_eq!(differ, MergeError::Overlap { address: 10, equal: false });
    assert_eq!(Sparse::default().fill(span(0, 4), Erased::byte(0), 4).map(|memory| memory.file().len()), Ok(4));
    let past = Sparse::from_pieces([(u64::MAX, &[1, 2][..])], Merge::Error).unwrap_err();
    assert_eq!(past.to_string(), "2 bytes from 0xFFFFFFFFFFFFFFFF pass the end of the 64-bit address space");

    let far = Sparse::from_pieces([(0xFFFF_FFFF, &[1][..])], Merge::Error).unwrap();
    assert_eq!(Style::default().to_vec(&far).unwrap(), b":02000004FFFFFC\r\n:01FFFF000100\r\n:00000001FF\r\n");
    let farther = Sparse::from_pieces([(0xFFFF_FFFF, &[1, 2][..])], Merge::Error).unwrap();
    let says = |style: Style, memory: &Sparse| style.to_vec(memory).unwrap_err().to_string();
    assert_eq!(
        says(Style::default(), &farther),
        "data up to 0x100000001, but type 04 records give addresses below 0x100000000"
    );
    assert_eq!(
        says(Style { addressing: Addressing::Segment, ..Style::default() }, &far),
        "data up to 0x100000000, but type 02 records give addresses below 0x00100000"
    );
    assert_eq!(says(Style { record_len: 0, ..Style::default() }, &far), "record length 0, expected 1 to 255");
    assert_eq!(Style::default().to_vec(&Sparse::default()).unwrap(), b":00000001FF\r\n");

    let text = format!("{}\n:00000001FF\n", record(0, 0, &[1]));
    let hex = Hex::parse(text.as_bytes()).unwrap();
    let add = |spans: &[Span]| hex.add_missing(spans, Erased::default()).map_err(|error| error.to_string());
    assert_eq!(add(&[span(0, 1)]).unwrap(), text.as_bytes());
    assert!(add(&[span(0xFFFF_FFFE, 2)]).is_ok());
    assert_eq!(
        add(&[span(0xFFFF_FFFF, 2)]).unwrap_err(),
        "0xFFFFFFFF..0x100000001 passes the end of the 4 GiB that HEX files address"
    );
    assert_eq!(
        add(&[span(0, 0xFFFF_FFFF)]).unwrap_err(),
        "4294967294 bytes to add, more than fit the limit of 1073741824 bytes of text"
    );
    let opaque = format!("{}\n{text}", record(0x10, 0, &[1]));
    let opaque = Hex::parse_with(opaque.as_bytes(), &Options::lenient()).unwrap();
    assert_eq!(
        opaque.add_missing(&[span(9, 1)], Erased::default()),
        Err(AddError::Opaque { types: "types beyond 05" })
    );
    // Nothing is missing: nothing is copied, nor refused.
    assert!(matches!(opaque.add_missing(&[span(0, 1), span(7, 0)], Erased::default()), Ok(Cow::Borrowed(_))));
    let limited = |limit| {
        let options = Options::strict().limits(Limits { text: limit, ..Limits::default() });
        Hex::parse_with(text.as_bytes(), &options).unwrap().add_missing(&[span(9, 2)], Erased::default()).is_ok()
    };
    let most = text.len() as u32 + 2 * 64;
    assert!(limited(most) && !limited(most - 1));

    assert_eq!(Delta::new(&hex, [span(0, 1)], Extent::Pages(0), Style::default()).unwrap_err(), DeltaError::Page);
    let gap = Delta::new(&hex, [span(0, 2)], Extent::Touched, Style::default()).unwrap_err();
    assert_eq!(gap.to_string(), "no byte at 0x00000001: the data before it ends at 0x00000001, and none follows");
    let debug = format!("{:?}", Delta::new(&hex, [span(0, 1)], Extent::Touched, Style::default()).unwrap());
    assert_eq!(debug, "[0x00000000..0x00000001]");
}

/// Each new record stands where a person would put it.
#[test]
fn where_new_records_go() {
    let lines = |lines: &[String]| lines.join("\n") + "\n";
    let end = ":00000001FF".to_owned();
    let base = |upper: u16| record(4, 0, &upper.to_be_bytes());
    let data = |at: u16, byte: u8| record(0, at, &[byte; 4]);
    let check = |before: &[String], spans: &[(u64, u64)], after: &[String]| {
        let text = lines(before);
        let options = Options::strict().tolerate(Tolerance::NoData);
        let hex = Hex::parse_with(text.as_bytes(), &options).unwrap();
        let spans: Vec<Span> = spans.iter().map(|(start, len)| span(*start, *len)).collect();
        let added = hex.add_missing(&spans, Erased::byte(0xEE)).unwrap();
        assert_eq!(String::from_utf8(added.into_owned()).unwrap(), lines(after));
    };
    let file = [base(0x0800), data(0, 1), data(0x20, 2), base(0x0801), data(0x10, 3), end.clone()];
    let [b0, one, two, b1, three, _] = &file;
    let ee = |at: u16| data(at, 0xEE);
    // Between two records of one block; behind the last of it; before the first of the next; behind all.
    let of = |lines: &[&String]| lines.iter().map(|line| (*line).clone()).collect::<Vec<_>>();
    check(&file, &[(0x0800_0008, 4)], &of(&[b0, one, &ee(8), two, b1, three, &end]));
    check(&file, &[(0x0800_0030, 4)], &of(&[b0, one, two, &ee(0x30), b1, three, &end]));
    check(&file, &[(0x0801_0004, 4)], &of(&[b0, one, two, b1, &ee(4), three, &end]));
    check(&file, &[(0x0801_0014, 8)], &of(&[b0, one, two, b1, three, &ee(0x14), &ee(0x18), &end]));
    // In blocks of their own.
    check(&file, &[(0x1000_0000, 4)], &of(&[b0, one, two, b1, three, &base(0x1000), &ee(0), &end]));
    check(&file, &[(0x10, 4)], &of(&[&ee(0x10), b0, one, two, b1, three, &end]));
    check(&file, &[(0x0700_0010, 4)], &of(&[&base(0x0700), &ee(0x10), b0, one, two, b1, three, &end]));
    // Over the end of a block, and not aligned.
    check(
        &file,
        &[(0x0800_FFFE, 4)],
        &of(&[b0, one, two, &record(0, 0xFFFE, &[0xEE; 2]), b1, &record(0, 0, &[0xEE; 2]), three, &end]),
    );
    // From an address on that is not aligned up to one that is.
    check(
        &[b0, one, two, b1, three, &end].map(String::clone),
        &[(0x0800_000A, 6)],
        &of(&[b0, one, &record(0, 0xA, &[0xEE; 2]), &ee(0xC), two, b1, three, &end]),
    );
    // Bytes that touch go into one record.
    check(&file, &[(0x0800_000A, 2), (0x0800_0008, 2)], &of(&[b0, one, &ee(8), two, b1, three, &end]));
    // Only what is missing.
    check(
        &file,
        &[(0x0800_0002, 0x1E)],
        &of(&[b0, one, &ee(4), &ee(8), &ee(0xC), &ee(0x10), &ee(0x14), &ee(0x18), &ee(0x1C), two, b1, three, &end]),
    );
    // Before the base record of what follows.
    let file = [base(0x0800), data(0, 1), record(0, 0xFFF0, &[2; 4]), end.clone()];
    let [b0, one, two, _] = &file;
    check(&file, &[(0x0700_0000, 4)], &of(&[&base(0x0700), &ee(0), b0, one, two, &end]));
    let file = [data(0, 1), base(0x0001), data(0, 2), base(0x0003), data(0, 3), end.clone()];
    let [one, b1, two, b3, three, _] = &file;
    check(&file, &[(0x2_0000, 4)], &of(&[one, b1, two, &base(2), &ee(0), b3, three, &end]));
    // Segments stay segments.
    let segment = |paragraph: u16| record(2, 0, &paragraph.to_be_bytes());
    let file = [segment(0x1000), data(0, 1), end.clone()];
    check(&file, &[(0x3_0000, 4)], &of(&[&file[0], &file[1], &segment(0x3000), &ee(0), &end]));
    check(&file, &[(0xF_FFFC, 4)], &of(&[&file[0], &file[1], &segment(0xF000), &ee(0xFFFC), &end]));
    check(&file, &[(0x10_0000, 4)], &of(&[&file[0], &file[1], &base(0x10), &ee(0), &end]));
    // Right behind the data before it, whatever else follows.
    let start = record(5, 0, &[8, 0, 0, 1]);
    let file = [data(0, 1), start.clone(), data(0x20, 2), end.clone()];
    check(&file, &[(8, 4)], &of(&[&file[0], &ee(8), &start, &file[2], &end]));
    // Blanks in front of a record stay with it.
    let text = lines(&[format!("  {}", data(0x20, 1)), data(0x40, 2), end.clone()]);
    let hex = Hex::parse_with(text.as_bytes(), &Options::lenient()).unwrap();
    let added = hex.add_missing(&[span(0x10, 4)], Erased::byte(0xEE)).unwrap();
    assert_eq!(String::from_utf8(added.into_owned()).unwrap(), lines(&[ee(0x10), text.trim_end().to_owned()]));
    // Without an end, behind the last line, which gets one if it has none.
    for text in [data(0x20, 1), data(0x20, 1) + "\n"] {
        let hex = Hex::parse_with(text.as_bytes(), &Options::lenient()).unwrap();
        let added = hex.add_missing(&[span(0x30, 4)], Erased::byte(0xEE)).unwrap();
        let style = Style::of(&hex).line_end.text();
        let expected = [data(0x20, 1).as_bytes(), style, ee(0x30).as_bytes(), style].concat();
        assert_eq!(String::from_utf8_lossy(&added), String::from_utf8_lossy(&expected));
    }
    // A byte order mark stays in front.
    let text = lines(&[format!("\u{FEFF}{}", data(0x20, 1)), end.clone()]);
    let hex = Hex::parse_with(text.as_bytes(), &Options::lenient()).unwrap();
    let added = hex.add_missing(&[span(0x10, 4)], Erased::byte(0xEE)).unwrap();
    assert_eq!(added, lines(&[format!("\u{FEFF}{}", ee(0x10)), data(0x20, 1), end.clone()]).as_bytes());
    // Bases in no order, and no data: what was written first stays first.
    let file = [segment(0xF000), base(0x0800), end.clone()];
    let [low, b0, _] = &file;
    let spans = [(0x2_0000, 4), (0xF_0000, 4)];
    check(&file, &spans, &of(&[low, b0, &base(2), &ee(0), &base(0xF), &ee(0), &end]));
    // A file that is not in order gets them at its end.
    let file = [data(0x20, 1), data(0, 2), data(0x40, 3), end.clone()];
    check(&file, &[(0x10, 4)], &of(&[&file[0], &file[1], &file[2], &ee(0x10), &end]));
    let file = [data(0x20, 1), data(0, 2), base(1), data(0x40, 3), end.clone()];
    check(&file, &[(0x10, 4)], &of(&[&file[0], &file[1], &file[2], &file[3], &base(0), &ee(0x10), &end]));
    // There the base of the last one added counts, not that of the file.
    let spans = [(0x10, 4), (0x1_0010, 4), (0x1_0050, 4)];
    let added = [base(0), ee(0x10), base(1), ee(0x10), ee(0x50)];
    check(&file, &spans, &of(&[&file[..4], &added, std::slice::from_ref(&end)].concat().iter().collect::<Vec<_>>()));
    // Each into its gap.
    let file = [data(0, 1), data(0x20, 2), data(0x40, 3), end.clone()];
    check(&file, &[(8, 4), (0x28, 4)], &of(&[&file[0], &ee(8), &file[1], &ee(0x28), &file[2], &end]));
}

/// Fields in gaps: compiled for the prepared template, stamped, undone to it.
#[test]
fn fields_in_gaps() {
    let text = format!("{}\r\n:00000001FF\r\n", record(0, 0x100, &noise(3, 16)));
    let hex = Hex::parse(text.as_bytes()).unwrap();
    let field = |gap| Field::new("user", At::address(0x1000_1080), Encoding::u32_le()).gap(gap);
    let refused = Layout::new().field(field(Gap::Error));
    assert_eq!(refused.add_missing(&hex).unwrap(), text.as_bytes());
    assert_eq!(
        refused.compile(&hex).unwrap_err().to_string(),
        "field `user` at 0x10001080..0x10001084: no byte at 0x10001080: the data before it ends at 0x00000110, and none follows"
    );
    let layout = Layout::new().field(field(Gap::Add)).erased(Erased::byte(0));
    let prepared = layout.add_missing(&hex).unwrap();
    let template = Hex::parse(&prepared).unwrap();
    let plan = layout.compile(&template).unwrap();
    let mut unit = plan.stamper(&template).unwrap();
    let stamped = unit.stamp(&[("user", 0x1234_5678_u32.into())]).unwrap().bytes().to_vec();
    let expected = text.replace(":00000001FF", ":020000041000EA\r\n:0410800078563412580\r\n:00000001FF");
    let expected = expected.replace(":0410800078563412580", &record(0, 0x1080, &[0x78, 0x56, 0x34, 0x12]));
    assert_eq!(String::from_utf8(stamped).unwrap(), expected);
    assert_eq!(unit.undo(), &*prepared);
}

/// Fields in another order than that of their addresses, and the writes by address as `lists::Unit` has them.
#[test]
fn deltas_take_writes_in_any_order() {
    let hex = Hex::parse(b":0800000000000000FFFFFFFFFC\n:00000001FF\n").unwrap();
    let field = |name, address| Field::new(name, At::address(address), Encoding::u16_be());
    let plan = Layout::new().field(field("b", 6)).field(field("a", 4)).compile(&hex).unwrap();
    let mut unit = plan.stamper(&hex).unwrap();
    let done = unit.stamp(&[("a", 0x1111_u16.into()), ("b", 0x2222_u16.into())]).unwrap();
    let mut delta = Delta::new(&hex, plan.spans(), Extent::Touched, Style::of(&hex)).unwrap();
    let expected = b":040004001111222292\n:00000001FF\n";
    assert_eq!(delta.text(done.writes()), expected);
    assert_eq!(delta.text(nameplate::lists::Unit::new(1, done.writes()).unwrap().writes()), expected);
    assert_eq!(delta.text(done.writes().take(1)), b":04000400FFFF2222B6\n:00000001FF\n");
}

/// A plan stamps sparse memory as it does any file, and a binary made of it is the same.
#[test]
fn sparse_memory_is_a_container() {
    let bytes = noise(5, 64);
    let raw = Raw::new(&bytes, 0x1000).unwrap();
    let sparse = Sparse::from_pieces([(0x1020, &bytes[32..]), (0x1000, &bytes[..32])], Merge::Error).unwrap();
    let field = Field::new("n", At::address(0x101E), Encoding::u32_be()).expect(nameplate::Guard::Any);
    let plan = Layout::new().field(field).compile(&raw).unwrap();
    let stamp =
        |image: &dyn Container| plan.stamper(image).unwrap().stamp(&[("n", 7_u32.into())]).unwrap().bytes().to_vec();
    assert_eq!(stamp(&raw), stamp(&sparse));
    let window = span(0xFFE, 68);
    let flat = flatten(&sparse, window, Erased::default(), 68).unwrap();
    assert_eq!(flat, [&[0xFF; 2], &*bytes, &[0xFF; 2]].concat());
    assert!(sparse.fill(window, Erased::default(), 67).is_err());
    assert_eq!(format!("{sparse:?}"), "[0x00001000..0x00001040]");
}
