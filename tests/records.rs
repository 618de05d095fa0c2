//! One HEX record at a time: beside the crate `ihex`, at the edges of a line, in mixed letter case.

use ihex::Record;
use nameplate::image::hex::{Options, Tolerance};
use nameplate::image::{Container, Hex};
use nameplate::{At, Encoding, Field, Guard, Layout, Value};
use proptest::prelude::*;

use crate::{memory, noise, record};

const EOF: &str = ":00000001FF";

/// Whether a line is a record, as `ihex` has it, and where our rules are stricter: an address field
/// where there is none.
fn peer(line: &str) -> Option<Record> {
    let parsed = Record::from_record_string(line).ok()?;
    let address = u32::from_str_radix(&line[3..7], 16).ok()?;
    let fits = match &parsed {
        Record::Data { .. } | Record::EndOfFile => true,
        _ => address == 0,
    };
    fits.then_some(parsed)
}

/// Whether the library reads a file of this line and an end.
#[track_caller]
fn agrees(line: &str) {
    let text = match peer(line) {
        // A file that has no other record is refused, by its own name.
        Some(Record::EndOfFile) => format!(":0000000000\n{line}"),
        _ => format!("{line}\n{EOF}\n"),
    };
    let ours = Hex::parse_with(text.as_bytes(), &Options::strict().tolerate(Tolerance::NoData));
    let theirs = peer(line);
    assert_eq!(ours.is_ok(), theirs.is_some(), "{line}: {ours:?}, {theirs:?}");
    let Ok(hex) = ours else { return };
    match theirs {
        Some(Record::Data { offset, value }) => {
            let expected: Vec<(u64, u8)> = (u64::from(offset)..).zip(value).collect();
            assert_eq!(memory(text.as_bytes()).into_iter().collect::<Vec<_>>(), expected);
            assert_eq!(hex.extent().map_or(0, nameplate::Span::len), expected.len() as u64);
        }
        Some(Record::StartLinearAddress(start)) => assert_eq!(hex.start().linear, Some(start)),
        Some(Record::StartSegmentAddress { cs, ip }) => {
            assert_eq!(hex.start().segment, Some(u32::from(cs) << 16 | u32::from(ip)));
        }
        _ => assert_eq!(hex.extent(), None),
    }
}

/// Every type with every length, sums right and wrong.
#[test]
fn every_type_and_length_as_ihex() {
    for kind in 0..=6 {
        for len in 0..=255_u8 {
            for address in [0, 0xFF00, 0xFF01, 0xFFFF] {
                let line = record(kind, address, &noise(u64::from(len), len.into()));
                agrees(&line);
                let (body, sum) = line.split_at(line.len() - 2);
                let wrong = u8::from_str_radix(sum, 16).unwrap().wrapping_add(1);
                agrees(&format!("{body}{wrong:02X}"));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// A record with a few characters replaced, added or dropped.
    #[test]
    fn damaged_records_as_ihex(
        kind in 0_u8..7,
        address in any::<u16>(),
        data in prop::collection::vec(any::<u8>(), 0..20),
        lower in any::<bool>(),
        hits in prop::collection::vec((any::<prop::sample::Index>(), "[0-9a-fA-F:gG; ]", 0..4), 0..3),
    ) {
        let mut line = record(kind, address, &data);
        if lower {
            line = line.to_lowercase();
        }
        for (at, character, what) in hits {
            let at = at.index(line.len());
            match what {
                0 | 1 => line.replace_range(at..=at, &character),
                2 => line.insert_str(at, &character),
                _ => { line.remove(at); }
            }
            if line.is_empty() {
                line.push(':');
            }
        }
        agrees(&line);
    }
}

/// Characters that are no digits stand for nothing: with each sum there is, a record that has one or two is
/// refused at the first of them. So long that all of its header may be misread and the rest be there.
#[test]
fn no_sum_makes_up_for_a_wrong_digit() {
    let line = record(0, 0xFFFF, &noise(1, 255));
    for (one, two) in (1..13).chain([516, 517]).flat_map(|one| [(one, one), (one, one + 1)]) {
        for sum in 0..=255 {
            let mut text = format!("{}{sum:02X}\n{EOF}\n", &line[..line.len() - 2]);
            text.replace_range(one..=one, "G");
            text.replace_range(two..=two, "g");
            let error = Hex::parse(text.as_bytes()).unwrap_err();
            assert_eq!((error.line(), error.column()), (1, one + 1), "{text}");
        }
    }
}

/// Each type of record is that of the crate `ihex`, and the text of those is that of the file.
#[cfg(feature = "ihex")]
#[test]
fn both_ways_as_records_of_ihex() {
    use nameplate::image::hex::{IhexError, Style, from_ihex};

    let lines = [
        record(2, 0, &[0x12, 0x34]),
        record(0, 0x5678, &[0x9A, 0xBC, 0xDE]),
        record(4, 0, &[0x08, 0x01]),
        record(0, 0, &noise(1, 255)),
        record(3, 0, &[0x12, 0x34, 0x56, 0x78]),
        record(5, 0, &[0xFE, 0xDC, 0xBA, 0x98]),
        EOF.to_owned(),
    ];
    let text = lines.join("\r\n") + "\r\n";
    let ours: Vec<Record> = Hex::parse(text.as_bytes()).unwrap().ihex_records().collect::<Result<_, _>>().unwrap();
    let theirs: Vec<Record> = lines.iter().map(|line| Record::from_record_string(line).unwrap()).collect();
    assert_eq!(ours, theirs);
    assert_eq!(String::from_utf8(from_ihex(&ours, Style::default()).unwrap()).unwrap(), text);

    let error = from_ihex(&[Record::Data { offset: 0, value: vec![0; 256] }], Style::default()).unwrap_err();
    assert_eq!(error, IhexError::Len { found: 256 });
    assert_eq!(error.to_string(), "a record of 256 data bytes, expected 255 at most");
    let text = format!("{}\n{EOF}\n", record(0x06, 0, &[1]));
    let hex = Hex::parse_with(text.as_bytes(), &Options::lenient()).unwrap();
    let error = hex.ihex_records().next().unwrap().unwrap_err();
    assert_eq!(error.to_string(), "record type 0x06, which the crate `ihex` does not have");
}

/// All ways to end each of six lines, whose records are of the length that is read ahead and of
/// another: always the same memory, and an error is in its own line.
#[test]
fn any_mixture_of_line_ends() {
    const ENDS: [&str; 3] = ["\n", "\r", "\r\n"];
    for len in [5, 16, 32] {
        let lines: Vec<String> = (0..5).map(|n| record(0, n * len, &noise(n.into(), len.into()))).collect();
        let plain = memory((lines.join("\n") + "\n" + EOF).as_bytes());
        for mixture in 0..3_usize.pow(6) {
            let end = |n: usize| ENDS[mixture / 3_usize.pow(n as u32) % 3];
            let text: String = lines.iter().enumerate().map(|(n, line)| format!("{line}{}", end(n))).collect();
            let text = text + EOF + end(5);
            let hex = Hex::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text:?}: {error}"));
            let mut read = crate::Memory::new();
            let _ = hex.visit(hex.extent().unwrap(), &mut |address, bytes| {
                read.extend((address..).zip(bytes.iter().copied()));
                std::ops::ControlFlow::Continue(())
            });
            assert_eq!(read, plain, "{text:?}");
            let broken = text.replacen(&lines[4], &lines[4].replacen(':', "!", 1), 1);
            let error = Hex::parse(broken.as_bytes()).unwrap_err().to_string();
            assert_eq!(error, "line 5, column 1: found `!`, expected `:`", "{broken:?}");
        }
    }
}

/// Two fields of one record whose digits are of both cases, and a sum of the other one: what a unit
/// gets does not depend on the unit before, and undoing gives every letter back.
#[test]
fn a_unit_does_not_depend_on_the_one_before() {
    let body = "080000000A0bfE0C0d0EFf00";
    let sum = (0..body.len() / 2)
        .fold(0, |sum: u8, n| sum.wrapping_sub(u8::from_str_radix(&body[2 * n..2 * n + 2], 16).unwrap()));
    assert_eq!(sum, 0xBF, "a sum of two letters");
    for sum in ["BF", "bf", "bF"] {
        let text = format!(":{body}{sum}\n{EOF}\n");
        let hex = Hex::parse(text.as_bytes()).unwrap();
        let field = |name: &str, at| Field::new(name, At::address(at), Encoding::bytes(2)).expect(Guard::Any);
        let plan = Layout::new().field(field("a", 0)).field(field("b", 4)).compile(&hex).unwrap();
        let pairs = [[0x0A, 0x0B], [0x0B, 0x0A], [0x0D, 0x0E], [0x0E, 0x0D], [0xFA, 0xFF], [0, 0]];
        let all: Vec<[[u8; 2]; 2]> = pairs.iter().flat_map(|a| pairs.iter().map(|b| [*a, *b])).collect();
        let mut unit = plan.stamper(&hex).unwrap();
        for before in &all {
            for [a, b] in &all {
                let values = |a, b| [("a", Value::from(a)), ("b", Value::from(b))];
                let _ = unit.stamp(&values(&before[0], &before[1])).unwrap();
                let again = unit.stamp(&values(a, b)).unwrap().bytes().to_vec();
                let mut fresh = plan.stamper(&hex).unwrap();
                assert_eq!(again, fresh.stamp(&values(a, b)).unwrap().bytes(), "{a:02X?} {b:02X?} after {before:02X?}");
                let read = memory(&again);
                assert_eq!([read[&0], read[&1], read[&4], read[&5]], [a[0], a[1], b[0], b[1]]);
            }
            assert_eq!(unit.undo(), text.as_bytes());
        }
    }
}

/// What a stamp was gives the template back to the letter, whatever case its digits and its sum have.
#[test]
fn undone_in_mixed_case() {
    for text in [":04001000aBCdeF87fE\n:00000001fF\n", ":04001000AbcDEf87Fe\n:00000001FF\n"] {
        let template = Hex::parse(text.as_bytes()).unwrap();
        let field = Field::new("n", At::address(0x10), Encoding::u32_be()).expect(Guard::Any);
        let plan = Layout::new().field(field).compile(&template).unwrap();
        for value in [0xABCD_EF87_u32, 0, 0xAACC_EE87] {
            let unit = plan.stamper(&template).unwrap().stamp(&[("n", value.into())]).unwrap().bytes().to_vec();
            let back = plan.undo(&Hex::parse(&unit).unwrap(), &template).unwrap();
            assert_eq!(std::str::from_utf8(&back).unwrap(), text);
        }
    }
}

/// Digits are written in the letter case of their record; where that has no letters, in the case of
/// the end-of-file record.
#[test]
fn each_record_keeps_its_letter_case() {
    let upper = record(0, 0x00, &[0xAB, 0x11]);
    let lower = record(0, 0x10, &[0xAB, 0x11]).to_lowercase();
    let bare = record(0, 0x20, &[0x11, 0x34]);
    assert!(!bare.contains(|c: char| c.is_ascii_alphabetic()), "{bare}");
    for (end, bare_is_lower) in [(EOF, false), (":00000001ff", true)] {
        let text = [&*upper, &*lower, &*bare, end].join("\n");
        let hex = Hex::parse(text.as_bytes()).unwrap();
        let layout = [0x00, 0x10, 0x20].iter().fold(Layout::new(), |layout, &at| {
            layout.field(Field::new(format!("{at:x}"), At::address(at), Encoding::bytes(2)).expect(Guard::Any))
        });
        let plan = layout.compile(&hex).unwrap();
        let values = ["0", "10", "20"].map(|name| (name, Value::from(&[0xCD, 0xEF])));
        let stamped = plan.stamper(&hex).unwrap().stamp(&values).unwrap().bytes().to_vec();
        let bare = record(0, 0x20, &[0xCD, 0xEF]);
        let expected = [
            record(0, 0x00, &[0xCD, 0xEF]),
            record(0, 0x10, &[0xCD, 0xEF]).to_lowercase(),
            if bare_is_lower { bare.to_lowercase() } else { bare },
            end.to_owned(),
        ];
        assert_eq!(String::from_utf8(stamped).unwrap(), expected.join("\n"));
    }
}

/// A sum of letters is enough to tell.
#[test]
fn the_letter_case_of_a_sum() {
    let line = record(0, 0x30, &[0x11, 0x10]);
    assert_eq!(line, ":020030001110AD");
    for (line, digits) in [(line.clone(), "CDEF"), (line.to_lowercase(), "cdef")] {
        let text = format!("{line}\n{}\n", if digits == "CDEF" { ":00000001ff" } else { EOF });
        let hex = Hex::parse(text.as_bytes()).unwrap();
        let layout = Layout::new().field(Field::new("f", At::address(0x30), Encoding::bytes(2)).expect(Guard::Any));
        let plan = layout.compile(&hex).unwrap();
        let stamped = plan.stamper(&hex).unwrap().stamp(&[("f", Value::from(&[0xCD, 0xEF]))]).unwrap().bytes().to_vec();
        assert_eq!(&stamped[9..13], digits.as_bytes());
    }
}

/// The same where the end-of-file record stands behind blanks, which are not looked at.
#[test]
fn the_letter_case_of_an_end_behind_blanks() {
    let (bare, upper) = (record(0, 0x20, &[0x11, 0x34]), record(0, 0, &[0xAB; 4]));
    let text = format!("{bare}\n{upper}\n                :00000001ff\n");
    let hex = Hex::parse_with(text.as_bytes(), &Options::lenient()).unwrap();
    let layout = Layout::new().field(Field::new("f", At::address(0x20), Encoding::bytes(2)).expect(Guard::Any));
    let plan = layout.compile(&hex).unwrap();
    let stamped = plan.stamper(&hex).unwrap().stamp(&[("f", Value::from(&[0xCD, 0xEF]))]).unwrap().bytes().to_vec();
    let expected = text.replace(&bare, &record(0, 0x20, &[0xCD, 0xEF]).to_lowercase());
    assert_eq!(String::from_utf8(stamped).unwrap(), expected);
}

/// A run of equal lines that walks over the end of its 64 KiB block is stopped by the first record
/// that does; one that ends just there is not.
#[test]
fn a_run_ends_with_its_64_kib() {
    for len in [16_u16, 32] {
        for over in 0..len {
            let start = 0_u16.wrapping_sub(3 * len).wrapping_add(over);
            let mut lines = vec![record(2, 0, &[0, 0])];
            lines.extend((0..3).map(|n| record(0, start + n * len, &noise(n.into(), len.into()))));
            let text = lines.join("\n") + "\n" + EOF + "\n";
            match Hex::parse(text.as_bytes()) {
                Ok(hex) => {
                    assert_eq!(over, 0, "{text}");
                    assert_eq!(hex.extent().unwrap().end(), 0x1_0000);
                }
                Err(error) => {
                    let address = start + 2 * len;
                    let expected = format!(
                        "line 4, column 1: {len} data bytes from {address:#010X} pass the end of their 64 KiB block; tools disagree where the rest goes"
                    );
                    assert_eq!(error.to_string(), expected);
                    assert_ne!(over, 0);
                }
            }
        }
    }
}

/// Files much longer than anything that is decoded at once, in records that divide no power of two.
#[test]
fn long_files() {
    let truth: crate::Memory = (0x0801_0003..).zip(noise(7, 20_000)).collect();
    for lens in [&[255][..], &[7], &[16], &[32, 1, 254], &[100, 200, 31]] {
        let text = crate::hex_text(&truth, crate::Style { lens, ..crate::images::STYLES[0] });
        let hex = Hex::parse(text.as_bytes()).unwrap();
        for skipped in [0, 1, 4095, 4096, 4097, 9999] {
            let span = nameplate::Span::new(0x0801_0003 + skipped, 10_000).unwrap();
            let mut read = Vec::new();
            let _ = hex.visit(span, &mut |address, bytes| {
                assert_eq!(address, span.start() + read.len() as u64);
                read.extend_from_slice(bytes);
                std::ops::ControlFlow::Continue(())
            });
            let expected: Vec<u8> = truth.range(span.start()..span.end()).map(|(_, byte)| *byte).collect();
            assert_eq!(read, expected, "{lens:?} {skipped}");
        }
        let mut pieces = 0;
        let flow = hex.visit(hex.extent().unwrap(), &mut |_, _| {
            pieces += 1;
            std::ops::ControlFlow::Break(())
        });
        assert!(flow.is_break() && pieces == 1, "stops when told to");
    }
}
