//! Lenient reading: what is tolerated is told, with its place; copies are stamped in all places; limits
//! hold before memory is taken.

use nameplate::image::hex::{Conflict, Crossing, DiagnosticKind, Hex, HexErrorKind, Limits, Options, Tolerance};
use nameplate::image::{Container, Marker, Sparse, Start};
use nameplate::{At, Encoding, Field, Guard, Layout, Span, Value};
use proptest::prelude::*;

use crate::images::visited;
use crate::{Memory, noise, record, reference};

fn all() -> Span {
    Span::new(0, u64::MAX).unwrap()
}

fn told(text: &[u8], options: &Options) -> Vec<String> {
    let hex = Hex::parse_with(text, options).unwrap();
    let all = hex.diagnostics().map(|found| {
        let said = found.to_string();
        assert_eq!(said, format!("line {}, column {}: {}", found.line(), found.column(), found.kind()));
        said
    });
    all.collect()
}

#[test]
fn each_kind_with_its_place() {
    let lines = [
        "\u{FEFF}\t:020000040800F2".to_owned(),
        "# made by hand".to_owned(),
        String::new(),
        record(0, 0, &[1]) + "  ",
        record(0, 1, &[2]) + " ; two",
        record(4, 0x10, &[8, 0]),
        record(5, 0, &[8, 0, 0, 1]),
        record(5, 0, &[8, 0, 0, 2]),
        record(0x10, 3, &[9]),
        record(0, 0, &[1, 2]),
        record(0, 0xFFFF, &[3, 4]),
        "  // the end".to_owned(),
        ":00000001FF".to_owned(),
        "  ".to_owned(),
        record(0, 9, &[9]),
    ];
    assert_eq!(
        told(lines.join("\n").as_bytes(), &Options::lenient()),
        [
            "line 1, column 1: a UTF-8 byte order mark",
            "line 1, column 4: blanks around the record",
            "line 2, column 1: a comment",
            "line 3, column 1: a blank line",
            "line 4, column 14: blanks around the record",
            "line 5, column 14: text behind the record",
            "line 6, column 4: record type 0x04 with address field 0x0010, kept and not used",
            "line 8, column 1: start address 0x08000002, before 0x08000001; the last one counts",
            "line 9, column 1: record type 0x10, kept and not looked at",
            "line 10, column 1: the record for 0x08000000 comes after one at a higher address",
            "line 10, column 1: data for 0x08000000 again, the same as elsewhere",
            "line 11, column 1: 2 data bytes from 0x0800FFFF pass the end of their 64 KiB block, and go on behind it",
            "line 12, column 3: a comment",
            "line 15, column 1: text after the end-of-file record, kept and not read; 1 of its lines begin as records do",
        ]
    );
    let one = record(0, 0, &[1]);
    assert_eq!(
        told(one.as_bytes(), &Options::lenient()),
        ["line 1, column 14: no end-of-file record: the file may have been cut off"]
    );
    assert_eq!(told(b":00000001FF\n", &Options::lenient()), ["line 1, column 1: the file has no data"]);
    assert_eq!(
        told(format!("{one}\n:00000001FF \n").as_bytes(), &Options::lenient()),
        ["line 2, column 12: blanks around the record"]
    );
    assert_eq!(
        told(format!("{one}\n  :00000001FF \n{one}").as_bytes(), &Options::lenient()),
        [
            "line 2, column 1: blanks around the record",
            "line 2, column 14: blanks around the record",
            "line 3, column 1: text after the end-of-file record, kept and not read; 1 of its lines begin as records do",
        ]
    );
    assert_eq!(
        told(format!("{one}\n:00000001FF\n \n").as_bytes(), &Options::lenient()),
        ["line 3, column 1: blanks around the record"]
    );
    for (behind, records) in [(" x".to_owned(), 0), (format!("{one}\nx\n{one}"), 2)] {
        assert_eq!(
            told(format!("{one}\n:00000001FF\n{behind}").as_bytes(), &Options::lenient()),
            [format!(
                "line 3, column {}: text after the end-of-file record, kept and not read; {records} of its lines begin as records do",
                if records == 0 { 2 } else { 1 }
            )]
        );
    }
    // The mark is in front of the first line only, and only where there is one.
    assert_eq!(
        told(format!("\u{FEFF}{one}\n  {}\n :00000001FF\n", record(0, 1, &[2])).as_bytes(), &Options::lenient()),
        [
            "line 1, column 1: a UTF-8 byte order mark",
            "line 2, column 1: blanks around the record",
            "line 3, column 1: blanks around the record",
        ]
    );
    assert_eq!(
        told(format!("  {one}\n:00000001FF\n").as_bytes(), &Options::lenient()),
        ["line 1, column 1: blanks around the record"]
    );
    let wrap = [record(2, 0, &[0x10, 0]), record(0, 0xFFFF, &[1, 2]), ":00000001FF\n".to_owned()].join("\n");
    assert_eq!(
        told(wrap.as_bytes(), &Options::strict().crossing(Crossing::Wrap)),
        ["line 2, column 1: 2 data bytes from 0x0001FFFF pass the end of their 64 KiB block, and wrap to its begin"]
    );
    // Though each tolerance is off, strict reading would refuse it.
    let options = Options::strict().crossing(Crossing::Wrap);
    assert_eq!(Hex::parse_with(wrap.as_bytes(), &options).unwrap().tolerated().count(), 1);
    let copy = wrap.replacen('\n', &format!("\n{}\n", record(0, 0, &[2])), 1);
    assert_eq!(
        told(copy.as_bytes(), &Options::lenient().crossing(Crossing::Wrap)),
        [
            "line 3, column 1: 2 data bytes from 0x0001FFFF pass the end of their 64 KiB block, and wrap to its begin",
            "line 3, column 1: data for 0x0001FFFF again, the same as elsewhere",
        ]
    );
    // What is beyond a block that is no segment, or need not wrap, goes on.
    let linear = wrap.replace(&record(2, 0, &[0x10, 0]), &record(4, 0, &[0, 1]));
    for (text, options) in [(wrap, Crossing::Linear), (linear, Crossing::Wrap)] {
        assert_eq!(
            told(text.as_bytes(), &Options::lenient().crossing(options)),
            ["line 2, column 1: 2 data bytes from 0x0001FFFF pass the end of their 64 KiB block, and go on behind it"]
        );
    }
}

/// Of several start addresses of one type, the last one counts.
#[test]
fn the_last_start_counts() {
    let lines = [
        record(5, 0, &[8, 0, 0, 1]),
        record(3, 0, &[0, 0, 0, 3]),
        record(5, 0, &[8, 0, 0, 2]),
        record(3, 0, &[0, 0, 0, 4]),
        record(3, 0, &[0, 0, 0, 4]),
        ":00000001FF\n".to_owned(),
    ];
    let text = lines.join("\n");
    let hex = Hex::parse_with(text.as_bytes(), &Options::lenient()).unwrap();
    assert_eq!(hex.start(), Start { segment: Some(4), linear: Some(0x0800_0002) });
}

/// Each tolerance alone lets through what it is for, and nothing else.
#[test]
fn one_tolerance_at_a_time() {
    let end = ":00000001FF\n";
    let one = record(0, 0, &[1]);
    let start = |n| record(5, 0, &[8, 0, 0, n]);
    let files = [
        (Tolerance::NoEof, format!("{one}\n")),
        (Tolerance::AfterEof, format!("{one}\n{end}{one}\n")),
        (Tolerance::Comments, format!("# one\n{one}\n{end}")),
        (Tolerance::Blanks, format!("{one} \n  \n {end} \n")),
        (Tolerance::TextBehind, format!("{one} one\n{end}")),
        (Tolerance::ByteOrderMark, format!("\u{FEFF}{one}\n{end}")),
        (Tolerance::AddressFields, format!("{}\n{one}\n{end}", record(4, 1, &[8, 0]))),
        (Tolerance::Starts, format!("{}\n{}\n{one}\n{end}", start(1), start(2))),
        (Tolerance::Types, format!("{}\n{one}\n{end}", record(6, 0, &[]))),
        (Tolerance::Copies, format!("{one}\n{one}\n{end}")),
        (Tolerance::NoData, end.to_owned()),
    ];
    for (what, file) in &files {
        let error = Hex::parse(file.as_bytes()).unwrap_err();
        for other in Tolerance::ALL {
            let read = Hex::parse_with(file.as_bytes(), &Options::strict().tolerate(other));
            match read {
                Ok(hex) => {
                    assert_eq!(other, *what, "{file:?}");
                    let told: Vec<_> = hex.diagnostics().filter_map(|found| found.kind().tolerance()).collect();
                    assert!(!told.is_empty() && told.iter().all(|told| told == what), "{file:?}: {told:?}");
                }
                Err(same) => {
                    assert_ne!(other, *what, "{file:?}: {same}");
                    assert_eq!((same.line(), same.kind()), (error.line(), error.kind()), "{file:?} {other:?}");
                }
            }
        }
        assert_eq!(Tolerance::from_name(what.name()), Some(*what));
        // Said again, it is no less tolerated.
        assert_eq!(Options::strict().tolerate(*what).tolerate(*what), Options::strict().tolerate(*what));
    }
    assert_eq!(files.map(|(what, _)| what), Tolerance::ALL[..11], "those that follow are of other formats");
    assert_eq!(Tolerance::from_name("all"), None);
    let all = Tolerance::ALL.into_iter().fold(Options::strict(), Options::tolerate);
    assert_eq!((all, Options::default()), (Options::lenient(), Options::strict()));
}

/// The text that the CCS compiler writes behind the end, and other things that strict reading takes and tells.
#[test]
fn what_strict_reading_tells() {
    let one = record(0, 0, &[1]);
    let end = ":00000001FF\n";
    for (text, expected) in [
        (
            format!("{one}\n{end};PIC18F4550\n;CRC=0000  CREATED=\"01-Jan-12 00:00\"\n"),
            vec![
                "line 3, column 1: 2 lines of text after the end-of-file record, kept and not read",
                "line 4, column 1: a checksum in the text after the end-of-file record, which a stamp does not change: it may be stale then",
            ],
        ),
        (format!("{one}\n\n{end}"), vec!["line 2, column 1: a blank line"]),
        (
            format!("{}\n{}\n{end}", record(4, 0, &[0, 1]), record(0, 0xFFFF, &[1, 2])),
            vec![
                "line 2, column 1: 2 data bytes from 0x0001FFFF pass the end of their 64 KiB block, and go on behind it",
            ],
        ),
    ] {
        assert_eq!(told(text.as_bytes(), &Options::strict()), expected);
        assert_eq!(told(text.as_bytes(), &Options::lenient()), expected);
        let hex = Hex::parse(text.as_bytes()).unwrap();
        assert!(hex.diagnostics().all(|found| !found.kind().is_tolerated()));
        assert_eq!(hex.tolerated().count(), 0);
        let sum = hex.diagnostics().find(|found| matches!(found.kind(), DiagnosticKind::TailSum));
        assert_eq!(hex.tail_sum(), sum);
    }
    let text = format!("# 1\n{one}\n\n{end};CRC=0000\n");
    let hex = Hex::parse_with(text.as_bytes(), &Options::lenient()).unwrap();
    assert_eq!(hex.tolerated().map(|found| found.to_string()).collect::<Vec<_>>(), ["line 1, column 1: a comment"]);
    assert_eq!((hex.diagnostics().count(), hex.tail_sum().map(|found| found.line())), (4, Some(5)));
}

/// A place that only a record has which was not read: the miss says so.
#[test]
fn a_miss_names_records_that_were_not_read() {
    let text = format!("{}\n{}\n:00000001FF\n{}\n", record(0, 0, &[1]), record(6, 0, &[2]), record(0, 1, &[2]));
    let hex = Hex::parse_with(text.as_bytes(), &Options::lenient()).unwrap();
    let error = hex.locate(Span::new(1, 1).unwrap()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no byte at 0x00000001: the data before it ends at 0x00000001, and none follows; 2 records were not read, after the end-of-file record or of other types"
    );
    let marker = Marker::new(b"in no record").unwrap();
    assert_eq!(
        marker.find(&hex).unwrap_err().to_string(),
        "marker 0x696E206E6F207265636F7264 does not occur: is the image stamped already, or of another build? 2 records were not read, after the end-of-file record or of other types"
    );
}

#[test]
fn errors_in_lenient_reading_point_at_the_cause() {
    let fails = |text: &str| Hex::parse_with(text.as_bytes(), &Options::lenient()).unwrap_err().to_string();
    for (line, expected) in [
        ("\t:0100010000FD ; text", "line 1, column 13: record sum is 0xFD, expected 0xFE"),
        (":01000100G0FE", "line 1, column 10: found `G`, expected a hexadecimal digit"),
        (":0100010000FE:", "line 1, column 14: found `:`, expected a hexadecimal digit"),
        (":0100010000FE x:", "line 1, column 16: found `:`, expected a hexadecimal digit"),
        (":0100010000FE0", "line 1, column 15: the record has 13 digits, expected two for each byte"),
        (":0100010000FEAA", "line 1, column 2: the record says 1 data bytes and holds 2"),
        (
            ";0100010000FE",
            "line 1, column 1: found a used number of an SQTP file: its records are one device each, and no image",
        ),
        (
            ":0400100001020304E2\n:0400100001020904DC",
            "line 2, column 1: data for 0x00000012 again, first given in line 1, and it says something else: 0x00000012 is 0x09 here and 0x03 there",
        ),
        ("text", "line 1, column 1: found `t`, expected `:`"),
        (" \n\t\n", "line 1, column 1: the file is empty, expected at least the end-of-file record `:00000001FF`"),
        (":00000001FF:", "line 1, column 12: found text after the end-of-file record, expected the end of the file"),
        (":00000001FF0", "line 1, column 12: found text after the end-of-file record, expected the end of the file"),
        (
            ":020000022000DC\n:02FFFF000102FD",
            "line 2, column 1: 2 data bytes from 0x0002FFFF pass the end of their 64 KiB block; tools disagree where the rest goes",
        ),
        (
            ":02000004FFFFFC\n:02FFFF000102FD",
            "line 2, column 1: 2 data bytes from 0xFFFFFFFF pass the end of the 4 GiB that HEX files address",
        ),
    ] {
        assert_eq!(fails(line), expected, "{line:?}");
    }
}

#[test]
fn limits_hold() {
    let lines: Vec<String> = (0..10).map(|n| record(0, n * 4, &[n as u8])).collect();
    let text = lines.join("\n") + "\n:00000001FF\n";
    let limited = |text_limit, runs| {
        let options = Options::strict().limits(Limits { text: text_limit, runs });
        Hex::parse_with(text.as_bytes(), &options).map(|hex| hex.segments().count())
    };
    let len = text.len() as u32;
    assert_eq!(limited(len, 10), Ok(10));
    let error = limited(len - 1, 10).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("line 1, column 1: the text has {len} bytes, more than the limit of {}", len - 1)
    );
    let error = limited(len, 9).unwrap_err();
    assert_eq!(error.to_string(), "line 10, column 1: the data lies in more than 9 pieces, which is the limit");
    assert_eq!(error.kind(), &HexErrorKind::TooManyRuns { limit: 9 });
    // In a run of lines of one length as well.
    let lines: Vec<String> = (0..10).map(|n| record(0, n * 32, &noise(1, 16))).collect();
    let text = lines.join("\n") + "\n:00000001FF\n";
    let options = Options::strict().limits(Limits { runs: 9, ..Limits::default() });
    assert_eq!(Hex::parse_with(text.as_bytes(), &options).unwrap_err().line(), 10);
    assert_eq!(Hex::parse(text.as_bytes()).unwrap().segments().count(), 10);
}

/// Records of one length, evenly spaced, are one entry of the index, whatever the length; two regions that take
/// turns are two.
#[test]
fn even_records_are_one_entry() {
    for (len, eol) in [1, 5, 16, 24, 32, 255].into_iter().flat_map(|len| ["\n", "\r", "\r\n"].map(|eol| (len, eol))) {
        let lines = |from: u16| (0..20).map(move |n| record(0, from + n * len, &noise(n.into(), len.into())) + eol);
        let one: String = lines(0).collect();
        let two: String = lines(0).zip(lines(0x8000)).map(|(a, b)| a + &b).collect();
        for (text, runs) in [(one, 1), (two, 2)] {
            let text = text + ":00000001FF" + eol;
            let parse = |runs| {
                let options = Options::strict().limits(Limits { runs, ..Limits::default() });
                Hex::parse_with(text.as_bytes(), &options).map(|hex| hex.segments().count())
            };
            assert_eq!(parse(runs), Ok(runs as usize), "{text}");
            assert!(parse(runs - 1).is_err());
        }
    }
}

/// Records of `memory`, some of them more than once and of other lengths, in any order, in lines as
/// lenient reading takes them.
fn with_copies(memory: &Memory, seed: u64) -> String {
    let mut random = noise(seed, 4000).into_iter().map(usize::from).cycle();
    let mut next = |end: usize| random.next().unwrap_or(0) % end;
    let mut lines = Vec::new();
    let addresses: Vec<u64> = memory.keys().copied().collect();
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while at < addresses.len() {
        let len = [16, 16, 16, 5, 32][next(5)].min(addresses.len() - at);
        cuts.push((at, len));
        at += len;
    }
    for _ in 0..next(8) {
        let at = next(addresses.len());
        cuts.push((at, (1 + next(40)).min(addresses.len() - at)));
    }
    for n in 0..cuts.len() {
        let other = next(cuts.len());
        cuts.swap(n, other);
    }
    for (at, len) in cuts {
        let first = addresses[at];
        let bytes: Vec<u8> = (first..).take(len).map_while(|address| memory.get(&address).copied()).collect();
        if next(6) == 0 {
            lines.push(["", "; text", "  ", "// text"][next(4)].to_owned());
        }
        let line = record(0, first as u16, &bytes);
        lines.push(
            [line.clone(), line.clone(), line.clone(), format!(" {line}"), line.to_lowercase() + " text"][next(5)]
                .clone(),
        );
    }
    lines.join(["\n", "\r\n", "\r"][next(3)]) + "\n:00000001FF\n"
}

proptest! {
    /// All copies are stamped, and undone; everything else stays.
    #[test]
    fn copies_are_stamped_in_all_places(seed in any::<u64>(), len in 20_usize..200, at in 0_usize..100, width in 1_usize..40) {
        let memory: Memory = (0x1000..).zip(noise(seed, len)).collect();
        let text = with_copies(&memory, seed);
        let hex = Hex::parse_with(text.as_bytes(), &Options::lenient()).unwrap();
        prop_assert_eq!(&visited(&hex, all()), &memory);
        prop_assert_eq!(hex.file(), text.as_bytes());
        prop_assert_eq!(reference::read_leniently(text.as_bytes()), Some(memory.clone()));
        let (at, width) = (at.min(len - 1), width.min(len - at.min(len - 1)));
        let address = 0x1000 + at as u64;
        let layout = Layout::new().field(Field::new("f", At::address(address), Encoding::bytes(width)).expect(Guard::Any));
        let plan = layout.compile(&hex).unwrap();
        let bytes = noise(seed ^ 1, width);
        let mut unit = plan.stamper(&hex).unwrap();
        let stamped = unit.stamp(&[("f", Value::from(&*bytes))]).unwrap().bytes().to_vec();
        let mut expected = memory;
        expected.extend((address..).zip(bytes));
        // The twin refuses copies that differ.
        prop_assert_eq!(reference::read_leniently(&stamped), Some(expected));
        prop_assert_eq!(unit.undo(), text.as_bytes());
    }

    /// Where a copy differs, both lines are named.
    #[test]
    fn a_copy_that_differs(seed in any::<u64>(), len in 20_usize..200, at in any::<prop::sample::Index>()) {
        let memory: Memory = (0x1000..).zip(noise(seed, len)).collect();
        let text = with_copies(&memory, seed);
        let at = at.index(len) as u64 + 0x1000;
        let other = record(0, at as u16, &[memory[&at] ^ 0x10]);
        let text = text.replace(":00000001FF", &format!("{other}\n:00000001FF"));
        let error = Hex::parse_with(text.as_bytes(), &Options::lenient()).unwrap_err();
        let overlap = matches!(error.kind(), HexErrorKind::Overlap { address, conflict, .. } if *address == at && *conflict != Conflict::Equal);
        prop_assert!(overlap, "{}", error);
    }
}

/// A copy of the end of one record and of the begin of another's rest is compared with both.
#[test]
fn a_copy_of_two_records() {
    let text = |last| {
        let (one, two, copy) = (record(0, 0, &[1, 2, 3, 4]), record(0, 0, &[1, 2, 3, 4, 5, 6, 7]), [3, 4, 5, last]);
        [one, two, record(0, 2, &copy), ":00000001FF\n".to_owned()].join("\n")
    };
    assert!(Hex::parse_with(text(6).as_bytes(), &Options::lenient()).is_ok());
    assert_eq!(
        Hex::parse_with(text(9).as_bytes(), &Options::lenient()).unwrap_err().to_string(),
        "line 3, column 1: data for 0x00000005 again, first given in line 2, and it says something else: 0x00000005 is 0x09 here and 0x06 there"
    );
}

/// A field over the place where a segment wraps lies in one record, at both ends of the segment.
#[test]
fn a_field_where_a_segment_wraps() {
    let text = [record(2, 0, &[0x10, 0]), record(0, 0xFFFE, &[1, 2, 3, 4]), ":00000001FF\n".to_owned()].join("\n");
    let options = Options::strict().crossing(Crossing::Wrap);
    let hex = Hex::parse_with(text.as_bytes(), &options).unwrap();
    let layout = Layout::new()
        .field(Field::new("low", At::address(0x1_0000), Encoding::bytes(2)).expect(Guard::Bytes(vec![3, 4])))
        .field(Field::new("high", At::address(0x1_FFFE), Encoding::bytes(2)).expect(Guard::Bytes(vec![1, 2])));
    let plan = layout.compile(&hex).unwrap();
    let mut unit = plan.stamper(&hex).unwrap();
    let stamped = unit.stamp(&[("low", (&[7_u8, 8]).into()), ("high", (&[5_u8, 6]).into())]).unwrap().bytes().to_vec();
    let expected = text.replace(&record(0, 0xFFFE, &[1, 2, 3, 4]), &record(0, 0xFFFE, &[5, 6, 7, 8]));
    assert_eq!(String::from_utf8(stamped).unwrap(), expected);
    assert_eq!(unit.undo(), text.as_bytes());
}

/// Parts of records that wrap, and lie side by side in memory: of one record the front, of another the end.
#[test]
fn parts_of_records_side_by_side() {
    for (len, paragraphs) in [(16_u16, [0x1000, 1]), (32, [0x1000, 0x1001]), (32, [0x1001, 0x1000])] {
        let half = len / 2;
        let (mut lines, mut expected) = (Vec::new(), Memory::new());
        for (n, paragraph) in (0..).zip(paragraphs) {
            let bytes = noise(n, len.into());
            lines.extend([record(2, 0, &u16::to_be_bytes(paragraph)), record(0, 0_u16.wrapping_sub(half), &bytes)]);
            let base = u64::from(paragraph) << 4;
            let (front, end) = bytes.split_at(half.into());
            expected.extend((base + 0x1_0000 - u64::from(half)..).zip(front.iter().copied()));
            expected.extend((base..).zip(end.iter().copied()));
        }
        let text = lines.join("\n") + "\n:00000001FF\n";
        let hex = Hex::parse_with(text.as_bytes(), &Options::strict().crossing(Crossing::Wrap)).unwrap();
        assert_eq!(expected.len(), 2 * usize::from(len));
        assert_eq!(visited(&hex, all()), expected, "{text}");
    }
}

/// No allocation for a record; the index is no larger than the image where records are of 16 bytes.
#[test]
fn memory_of_the_index() {
    let image = noise(9, 1 << 18);
    let text = |cuts: &dyn Fn(usize) -> usize| {
        let (mut text, mut at, mut n) = (String::new(), 0, 0);
        while at < image.len() {
            if at % 0x1_0000 == 0 {
                text += &record(4, 0, &((0x800 + (at >> 16)) as u16).to_be_bytes());
                text += "\r\n";
            }
            let len = cuts(n).min(image.len() - at).min(0x1_0000 - at % 0x1_0000);
            text += &(record(0, at as u16, &image[at..at + len]) + "\r\n");
            (at, n) = (at + len, n + 1);
        }
        (text + ":00000001FF\r\n", n)
    };
    let measure = |text: &str, bytes: usize| {
        let used = allocation_counter::measure(|| {
            let hex = Hex::parse(text.as_bytes()).unwrap();
            assert_eq!(hex.extent().unwrap().len(), bytes as u64);
            std::mem::forget(hex);
        });
        (used.count_total, used.bytes_current.unsigned_abs() as usize, used.bytes_max as usize)
    };
    let (even, _) = text(&|_| 16);
    let (count, current, _) = measure(&even, image.len());
    assert!(count <= 4 && current <= 4 * 16, "{count} {current}");
    let (uneven, _) = text(&|n| [7, 25, 16, 1, 31][n % 5]);
    let (count, current, peak) = measure(&uneven, image.len());
    assert!(count <= 20 && current * 4 <= image.len() * 5, "{count} {current}");
    assert!(peak <= 4 * uneven.len() + 0x1_0000, "{peak}");
    let (single, records) = text(&|n| 1 + n % 2);
    let (count, current, peak) = measure(&single, image.len());
    assert!(count <= 24 && current <= 32 * records && peak <= 4 * single.len() + 0x1_0000, "{count} {current} {peak}");
    assert_eq!(Sparse::new(&Hex::parse(single.as_bytes()).unwrap()).file(), image);
}

/// A record that says again what two others say is a copy only if it says all of it.
#[test]
fn a_copy_that_differs_in_one_byte() {
    for data in [[0x11, 0x22, 0x33], [0x99, 0x22, 0x33], [0x11, 0x99, 0x33], [0x11, 0x22, 0x99]] {
        let (one, two) = (record(0, 0, &[0x11]), record(0, 1, &[0x22, 0x33]));
        let text = format!("{one}\n{two}\n{}\n:00000001FF\n", record(0, 0, &data));
        let read = Hex::parse_with(text.as_bytes(), &Options::lenient());
        assert_eq!(read.is_ok(), data == [0x11, 0x22, 0x33], "{data:X?} {read:?}");
    }
}
