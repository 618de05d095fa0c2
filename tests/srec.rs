//! S-records beside a slow twin: what is read, what is stamped, added and written.

use nameplate::image::srec::{
    AddError, Case, DiagnosticKind, Header, Limits, LineEnd, Options, Srec, Style, Width, WriteError,
};
use nameplate::image::{Container, Erased, Hex, Merge, Sparse, Start};
use nameplate::plan::Gap;
use nameplate::{At, Encoding, Field, Guard, Layout, Span, Value};
use proptest::prelude::*;

use crate::images::visited;
use crate::srec_reference::{mend, read, read_leniently};
use crate::{Memory, noise};

/// One record as text, without line end.
pub(crate) fn record(kind: u8, address: u32, data: &[u8]) -> String {
    let width = match kind {
        0 | 1 | 5 | 9 => 2,
        2 | 6 | 8 => 3,
        _ => 4,
    };
    let mut bytes = vec![(width + data.len() + 1) as u8];
    bytes.extend(&address.to_be_bytes()[4 - width..]);
    bytes.extend(data);
    bytes.push(!bytes.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte)));
    bytes.iter().fold(format!("S{kind}"), |text, byte| text + &format!("{byte:02X}"))
}

/// How a file is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text {
    pub(crate) lens: &'static [usize],
    /// The types of data in turn; 0 for the least that will do.
    kinds: &'static [u8],
    eol: &'static str,
    lower: bool,
    backwards: bool,
    count: bool,
}

pub(crate) const TEXTS: [Text; 7] = [
    Text { lens: &[16], kinds: &[3], eol: "\r\n", lower: false, backwards: false, count: true },
    Text { lens: &[32], kinds: &[0], eol: "\n", lower: true, backwards: false, count: false },
    Text { lens: &[28], kinds: &[3], eol: "\n", lower: false, backwards: true, count: true },
    Text {
        lens: &[7, 16, 1, 31, 16, 16, 250],
        kinds: &[0, 3],
        eol: "\r\n",
        lower: false,
        backwards: false,
        count: true,
    },
    Text { lens: &[16, 16, 16, 32], kinds: &[0], eol: "\r", lower: false, backwards: false, count: false },
    Text { lens: &[1], kinds: &[0], eol: "\n", lower: true, backwards: true, count: true },
    Text { lens: &[3, 70, 71, 2], kinds: &[3], eol: "\n", lower: false, backwards: false, count: true },
];

/// A file that holds `memory`.
pub(crate) fn srec_text(memory: &Memory, text: Text) -> String {
    let mut records: Vec<(u64, Vec<u8>)> = Vec::new();
    let (mut lens, mut room) = (text.lens.iter().cycle(), 0);
    for (&address, &byte) in memory {
        match records.last_mut() {
            Some((start, data)) if *start + data.len() as u64 == address && data.len() < room => data.push(byte),
            _ => {
                room = *lens.next().unwrap();
                records.push((address, vec![byte]));
            }
        }
    }
    if text.backwards {
        records.reverse();
    }
    let mut lines = vec![record(0, 0, b"HDR")];
    for ((address, data), kind) in records.iter().zip(text.kinds.iter().cycle()) {
        let least = [1 << 16, 1 << 24, 1 << 32].iter().position(|end| address + data.len() as u64 <= *end).unwrap() + 1;
        lines.push(record((*kind).max(least as u8), *address as u32, data));
    }
    if text.count {
        lines.push(record(5, records.len() as u32, &[]));
    }
    lines.push(record(9, 0, &[]));
    let lines = lines.iter().map(|line| {
        let (mark, digits) = line.split_at(2);
        mark.to_owned() + &if text.lower { digits.to_lowercase() } else { digits.to_owned() } + text.eol
    });
    lines.collect()
}

fn all() -> Span {
    Span::new(0, u64::MAX).unwrap()
}

/// Some segments, about the ends of what S1 and S2 address.
fn segments(seed: u64, lens: &[usize]) -> Memory {
    let mut memory = Memory::new();
    let mut address = [0xFF00, 0xFF_FF80, 0x0800_0000, 0xFFFF_0000][seed as usize % 4] - seed % 64;
    for (n, &len) in lens.iter().enumerate() {
        memory.extend((address..).zip(noise(seed + n as u64, len)));
        address += len as u64 + 1 + seed % 5000;
    }
    memory
}

/// Strict and lenient: the verdict of the twin, its memory, and what is tolerated told.
fn agrees(text: &[u8]) {
    let right = read(text).is_some();
    for (options, twin) in [(Options::strict(), read(text)), (Options::lenient(), read_leniently(text))] {
        let shown = String::from_utf8_lossy(text);
        match (Srec::parse_with(text, &options), twin) {
            (Ok(srec), Some(twin)) => {
                assert_eq!(visited(&srec, all()), twin, "{shown}");
                let tolerated: Vec<_> = srec.tolerated().map(|found| found.to_string()).collect();
                assert_eq!(tolerated.is_empty(), right || options == Options::strict(), "{shown}: {tolerated:?}");
            }
            (Err(_), None) => {}
            (ours, twin) => panic!("{shown}\n{ours:?}, but the twin says {twin:?}"),
        }
    }
}

/// What is unusual in one way or another.
const ODD: &str = "S00600004844521B\r\n; c\nS1051000A1B29C\nS206010000C3D462\n\nS1051000A1B29C \n$$ a\n  main $1000\n$$ \nS30501000000F9\ns1041010EEED\nS5030005F7\nS9031000EC\nS9031000EC\n\u{1A}\0\nS5030005F7\nend";

/// Each character in turn is another one, is left out, stands twice; each line is left out, stands twice: what a
/// reader makes of it that takes digit by digit.
#[test]
fn one_wrong_character() {
    let plain = srec_text(&segments(3, &[40, 9]), TEXTS[0]);
    let mixed = srec_text(&segments(0, &[50]), TEXTS[3]);
    for text in [plain.as_bytes(), mixed.as_bytes(), ODD.as_bytes(), &mend(ODD.as_bytes())] {
        agrees(text);
        for at in 0..text.len() {
            for other in *b"S0149AFaf\r\n \t$;s\0\x1A\xEF\x80" {
                let mut wrong = text.to_vec();
                wrong[at] = other;
                agrees(&wrong);
                agrees(&mend(&wrong));
            }
            let (before, after) = text.split_at(at);
            for changed in [[before, &after[1..]].concat(), [before, &after[..1], after].concat(), before.to_vec()] {
                agrees(&changed);
                agrees(&mend(&changed));
            }
        }
        let lines: Vec<&[u8]> = text.split_inclusive(|c| *c == b'\n').collect();
        for at in 0..lines.len() {
            agrees(&[&lines[..at], &lines[at + 1..]].concat().concat());
            agrees(&[&lines[..=at], &lines[at..]].concat().concat());
            agrees(&[&lines[at..], &lines[..at]].concat().concat());
        }
    }
}

/// All files of up to three lines out of these.
#[test]
fn every_small_file() {
    let lines = [
        record(0, 0, b"H"),
        record(1, 0x10, &[1, 2]),
        record(1, 0x11, &[2]),
        record(1, 0x12, &[]),
        record(2, 0x12, &[9]),
        record(3, 0x11, &[3]),
        record(4, 0, &[]),
        record(5, 1, &[]),
        record(5, 2, &[]),
        record(6, 0, &[]),
        record(7, 0x10, &[]),
        record(9, 0, &[]),
        record(9, 0, &[1]),
        record(9, 0, &[]) + " x",
        record(1, 0x10, &[1, 2]) + "  ",
        record(1, 0x20, &[5]) + " ; five",
        record(1, 0x20, &[5]).replace('S', "s"),
        String::new(),
        "  ".to_owned(),
        "# text".to_owned(),
        "$$".to_owned(),
        "  a $10".to_owned(),
        "\u{1A}".to_owned(),
    ];
    let mut files = vec![String::new()];
    for _ in 0..3 {
        files = files
            .iter()
            .flat_map(|file| lines.iter().map(move |line| format!("{file}{line}\n")))
            .inspect(|file| agrees(file.as_bytes()))
            .collect();
    }
    assert_eq!(files.len(), lines.len().pow(3));
    for file in files.iter().step_by(7) {
        agrees((file.to_owned() + &record(9, 0, &[])).as_bytes());
    }
}

proptest! {
    #[test]
    fn read_as_by_a_slow_reader(seed in 0_u64..10_000, lens in prop::collection::vec(1_usize..600, 1..4), from in 0_u64..2000, len in 0_u64..2000) {
        let truth = segments(seed, &lens);
        for style in TEXTS {
            let text = srec_text(&truth, style);
            let srec = Srec::parse(text.as_bytes()).unwrap();
            prop_assert_eq!(&visited(&srec, all()), &truth, "{:?}", style);
            prop_assert_eq!(srec.segments().map(Span::len).sum::<u64>(), truth.len() as u64);
            prop_assert!(srec.segments().zip(srec.segments().skip(1)).all(|(a, b)| a.end() < b.start()));
            let extent = srec.extent().unwrap();
            let span = Span::new((extent.start() + from).saturating_sub(1000), len).unwrap();
            let inside: Memory = truth.range(span.start()..span.end()).map(|(a, b)| (*a, *b)).collect();
            prop_assert_eq!(&visited(&srec, span), &inside);
            let missing = (span.start()..span.end()).find(|address| !truth.contains_key(address));
            prop_assert_eq!(srec.locate(span).err().map(|gap| gap.address()), missing);
        }
    }

    #[test]
    fn damaged(seed in 0_u64..1000, style in 0_usize..7, hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), cut in any::<prop::sample::Index>()) {
        let mut text = srec_text(&segments(seed, &[40, 100]), TEXTS[style]).into_bytes();
        for (at, byte) in hits {
            let at = at.index(text.len());
            text[at] = byte;
        }
        if seed % 3 == 0 {
            text.truncate(cut.index(text.len()));
        }
        agrees(&text);
        agrees(&mend(&text));
    }

    /// Only the digits of the field and the sums of its records change, whatever the file looks like.
    #[test]
    fn stamped(seed in 0_u64..1000, style in 0_usize..7, at in 0_u64..90, len in 1_usize..60) {
        let truth = segments(seed, &[150]);
        let text = srec_text(&truth, TEXTS[style]);
        let srec = Srec::parse(text.as_bytes()).unwrap();
        let start = *truth.keys().next().unwrap() + at;
        let layout = Layout::new().field(Field::new("id", At::address(start), Encoding::bytes(len)).expect(Guard::Any));
        let plan = layout.compile(&srec).unwrap();
        let mut unit = plan.stamper(&srec).unwrap();
        for n in 0..3 {
            let value = noise(seed + n, len);
            let unit = unit.stamp(&[("id", Value::from(&*value))]).unwrap().bytes().to_vec();
            let mut expected = truth.clone();
            expected.extend((start..).zip(value));
            // Written anew by hand: letter case of a record without letters is for us to choose.
            let again = srec_text(&expected, TEXTS[style]);
            prop_assert!(unit.eq_ignore_ascii_case(again.as_bytes()), "{}", String::from_utf8_lossy(&unit));
            prop_assert_eq!(read(&unit), Some(expected));
        }
        prop_assert_eq!(unit.undo(), text.as_bytes());
    }

    /// Added bytes are erased, nothing else changes, and numbers of records stay right.
    #[test]
    fn gaps(seed in 0_u64..1000, style in 0_usize..7, at in 0_u64..9000, len in 0_u64..300) {
        let truth = segments(seed, &[150, 30]);
        let text = srec_text(&truth, TEXTS[style]);
        let srec = Srec::parse(text.as_bytes()).unwrap();
        let span = Span::new((truth.keys().next().unwrap() + at).saturating_sub(200), len).unwrap();
        let added = srec.add_missing(&[span], Erased::byte(0xEE)).unwrap();
        let mut expected: Memory = (span.start()..span.end()).map(|address| (address, 0xEE)).collect();
        expected.extend(truth);
        prop_assert_eq!(read(&added), Some(expected));
        // The lines there were, but for the count, are there in their order.
        let added = String::from_utf8(added.into_owned()).unwrap();
        let mut lines = added.split(TEXTS[style].eol);
        for line in text.split(TEXTS[style].eol).filter(|line| !line.starts_with("S5")) {
            prop_assert!(lines.any(|other| other == line), "{}", line);
        }
    }

    #[test]
    fn written(seed in 0_u64..1000, lens in prop::collection::vec(1_usize..300, 0..4), record_len in 1_u8..=250, align in any::<bool>(), lower in any::<bool>(), eol in 0_usize..3, width in 0_usize..3, count in any::<bool>(), header in prop::option::of(prop::collection::vec(any::<u8>(), 0..=252)), start in prop::option::of(1_u32..)) {
        let truth = segments(seed, &lens);
        let pieces: Vec<(u64, [u8; 1])> = truth.iter().map(|(address, byte)| (*address, [*byte])).collect();
        let sparse = Sparse::from_pieces(pieces.iter().map(|(address, byte)| (*address, &byte[..])), Merge::Error).unwrap();
        let sparse = sparse.with_start(Start { segment: None, linear: start });
        let style = Style {
            record_len,
            align,
            line_end: [LineEnd::Lf, LineEnd::CrLf, LineEnd::Cr][eol],
            case: if lower { Case::Lower } else { Case::Upper },
            width: [Width::S1, Width::S2, Width::S3][width],
            header: header.as_deref().and_then(Header::new),
            count,
        };
        let mut text = vec![0xA5; style.text_len(&sparse).unwrap() + 3];
        let len = style.write_into(&sparse, &mut text).unwrap();
        prop_assert_eq!(&text[len..], &[0xA5; 3]);
        text.truncate(len);
        let options = if truth.is_empty() { Options::lenient() } else { Options::strict() };
        let back = Srec::parse_with(&text, &options).unwrap();
        prop_assert_eq!(visited(&back, all()), truth);
        prop_assert_eq!((back.header(), back.start().linear), (header, start));
        let told: Vec<DiagnosticKind> = back.diagnostics().map(|found| found.kind().clone()).collect();
        prop_assert!(told.iter().all(|kind| matches!(kind, DiagnosticKind::Empty | DiagnosticKind::CrOnly)), "{:?}", told);
    }
}

/// Our example firmware, as `srec_cat` 1.64 and GNU `objcopy` 2.40 write it, and published records.
#[test]
fn golden_vectors() {
    let page: Vec<u8> = [&b"NPID"[..], &[0xFF; 22], &[0, 0], &[0xFF; 4]].concat();
    assert_eq!(
        record(3, 0x0800_1F00, &page),
        "S32508001F004E504944FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF0000FFFFFFFFA2"
    );
    assert_eq!(record(5, 1, &[]), "S5030001FB");
    assert_eq!(record(7, 0x0800_0095, &[]), "S705080000955D");
    assert_eq!(record(0, 0, b"f.srec"), "S0090000662E73726563B5");
    let bytes: Vec<u8> = (0..16).collect();
    let memory = Sparse::from_pieces([(0x1000, &*bytes)], Merge::Error).unwrap();
    let memory = memory.with_start(Start { linear: Some(0x1000), segment: None });
    let style = Style { header: None, line_end: LineEnd::Lf, ..Style::default() };
    assert_eq!(
        String::from_utf8(style.to_vec(&memory).unwrap()).unwrap(),
        "S1131000000102030405060708090A0B0C0D0E0F64\nS5030001FB\nS9031000EC\n"
    );
}

/// CS:IP of HEX is the address that it stands for; address 0 is none.
#[test]
fn starts() {
    let text = crate::record(3, 0, &[0x12, 0x34, 0x00, 0x56]) + "\n:0100000001FE\n:00000001FF\n";
    let sparse = Sparse::new(&Hex::parse(text.as_bytes()).unwrap());
    let written = String::from_utf8(Style::default().to_vec(&sparse).unwrap()).unwrap();
    assert_eq!(written, "S0030000FC\r\nS20500000001F9\r\nS5030001FB\r\nS80401239641\r\n");
    assert_eq!(Srec::parse(written.as_bytes()).unwrap().start().linear, Some(0x1_2396));
    // All records are as wide as the start address needs.
    for (start, last) in [(0xFFFF_u32, "S903FFFFFE\r\n"), (0x1_0000, "S804010000FA\r\n")] {
        let text = [crate::record(0, 0, &[1]), crate::record(5, 0, &start.to_be_bytes()), ":00000001FF\n".to_owned()];
        let text = text.join("\n");
        let sparse = Sparse::new(&Hex::parse(text.as_bytes()).unwrap());
        let style = Style { width: Width::S1, ..Style::default() };
        assert!(String::from_utf8(style.to_vec(&sparse).unwrap()).unwrap().ends_with(last), "{start:X}");
    }
    let none = Srec::parse(b"S104000042B9\nS9030000FC\n").unwrap();
    assert_eq!(none.start(), Start::default());
}

#[test]
fn the_style_of_a_file() {
    for (text, expected) in TEXTS.iter().zip([16, 32, 28, 16, 16, 1, 3]) {
        let srec = srec_text(&segments(2, &[220, 32]), *text);
        let srec = Srec::parse(srec.as_bytes()).unwrap();
        let style = Style::of(&srec);
        assert_eq!((style.record_len, style.count), (expected, text.count), "{text:?}");
        assert_eq!(style.line_end.text(), text.eol.as_bytes());
        assert_eq!((style.case == Case::Lower, style.width), (text.lower, Width::S3));
        assert_eq!(style.header.unwrap().bytes(), b"HDR");
    }
    let empty = Srec::parse_with(b"S9030000FC\n", &Options::lenient()).unwrap();
    assert_eq!(Style::of(&empty).width, Style::default().width);
    assert_eq!(format!("{:?}", Header::new(b"a\"\0")), "Some(b\"a\\\"\\x00\")");
    assert_eq!((Header::new(&[0; 253]), Header::new(&[7; 252]).unwrap().bytes().len()), (None, 252));
}

#[test]
fn what_is_not_written() {
    let memory = |address| Sparse::from_pieces([(address, &[1, 2][..])], Merge::Error).unwrap();
    let fails = |style: Style, at: u64| style.to_vec(&memory(at)).unwrap_err().to_string();
    let with = |record_len, width| Style { record_len, width, ..Style::default() };
    assert_eq!(fails(with(0, Width::S1), 0), "record length 0, expected 1 to 252 with addresses of this width");
    assert_eq!(fails(with(252, Width::S2), 0), "record length 252, expected 1 to 251 with addresses of this width");
    assert_eq!(
        fails(with(251, Width::S1), 1 << 30),
        "record length 251, expected 1 to 250 with addresses of this width"
    );
    assert_eq!(
        fails(Style::default(), 0xFFFF_FFFF),
        "data up to 0x100000001, but S-records give addresses below 0x100000000"
    );
    let short = Style::default().write_into(&memory(0), &mut [0xA5; 9]).unwrap_err();
    assert_eq!(short, WriteError::Buffer { found: 9, expected: 52 });
    assert_eq!(short.to_string(), "the buffer has 9 bytes, the text 52");
    for (width, most, kind) in [(Width::S1, 252, "S1FF"), (Width::S2, 251, "S2FF"), (Width::S3, 250, "S3FF")] {
        let bytes = noise(1, 600);
        let memory = Sparse::from_pieces([(0, &*bytes)], Merge::Error).unwrap();
        let text = Style { header: None, ..with(most, width) }.to_vec(&memory).unwrap();
        assert!(text.starts_with(kind.as_bytes()));
        assert_eq!(Sparse::new(&Srec::parse(&text).unwrap()), memory);
    }
}

/// S5 and S6 behind the new records count them, an S5 that is too small for the number becomes an S6; those before
/// them, and one that was wrong and tolerated, stay.
#[test]
fn numbers_of_records() {
    let add = |text: &str, at: u64, len: u64| {
        let srec = Srec::parse_with(text.as_bytes(), &Options::lenient()).unwrap();
        String::from_utf8(srec.add_missing(&[Span::new(at, len).unwrap()], Erased::default()).unwrap().into_owned())
            .unwrap()
    };
    assert_eq!(
        add("S10410002AC1\nS5030001FB\nS10410012AC0\r\n; e\nS604000002F9\nS9030000FC\nS5030002fa\n", 0x1002, 2),
        "S10410002AC1\nS5030001FB\nS10410012AC0\r\n; e\nS1041002FFEA\nS1041003FFE9\nS604000004F7\nS9030000FC\nS5030004f8\n"
    );
    assert_eq!(
        add("S10410002AC1\nS5030009F3\nS9030000FC", 0x1001, 1),
        "S10410002AC1\nS1041001FFEB\nS5030009F3\nS9030000FC"
    );
    assert_eq!(
        add("S10410002AC1", 0x1_0000, 1),
        "S10410002AC1\nS205010000FFFA\n".replace("\nS2", "\r\nS2").replace("FA\n", "FA\r\n")
    );
    assert_eq!(add("S10410002AC1\n", 0x1000, 1), "S10410002AC1\n");
    // Records end where those of the file would.
    assert_eq!(
        add("S107100001020304DE\nS9030000FC\n", 0x1006, 6),
        "S107100001020304DE\nS1051006FFFFE6\nS1071008FFFFFFFFE4\nS9030000FC\n"
    );
    // 65,535 data records and one more.
    let mut many: String = (0..65_535).map(|n| record(2, 0x1_0000 + 2 * n, &[7]) + "\n").collect();
    many += &(record(5, 65_535, &[]) + "\n" + &record(8, 0, &[]) + "\n");
    assert_eq!(add(&many, 0, 1), many.replace("S503FFFFFE\n", "S205000000FFFB\nS604010000FA\n"));
    let mut fewer: String = (1..65_535).map(|n| record(2, 0x1_0000 + 2 * n, &[7]) + "\n").collect();
    fewer += &(record(5, 65_534, &[]) + "\n" + &record(8, 0, &[]) + "\n");
    assert_eq!(add(&fewer, 0, 1), fewer.replace("S503FFFEFF\n", "S205000000FFFB\nS503FFFFFE\n"));
    let opaque = Srec::parse_with(b"S104000042B9\nS4030000FC\nS9030000FC\n", &Options::lenient()).unwrap();
    let added =
        |srec: &Srec<'_>, at, len| srec.add_missing(&[Span::new(at, len).unwrap()], Erased::default()).unwrap_err();
    assert_eq!(added(&opaque, 9, 1), AddError::Opaque { types: "types that S-records do not have" });
    let limits = Limits { text: 100, runs: 9 };
    let small = Srec::parse_with(b"S104000042B9\nS9030000FC\n", &Options::strict().limits(limits)).unwrap();
    assert_eq!(added(&small, 9, 2), AddError::TooLong { bytes: 2, limit: 100 });
    assert_eq!(
        added(&small, 0xFFFF_FFFF, 2).to_string(),
        "0xFFFFFFFF..0x100000001 passes the end of the 4 GiB that S-record files address"
    );
}

/// Into each record digits are written in the case of its letters, its sum's as well, else in that of the file.
#[test]
fn the_case_of_each_record() {
    let tail = "S104100501e5\nS104100602e3\nS104100703e1\nS9030000FC\n";
    for (record, stamped) in [
        ("S107100405060708ca", "S1071004ab06070824"),
        ("S10410047077", "S1041004AB3C"),
        ("S104100401E6", "S1041004AB3C"),
    ] {
        let text = format!("S107100001020304DE\n{record}\n{}", if record.len() > 12 { "S9030000FC\n" } else { tail });
        let srec = Srec::parse(text.as_bytes()).unwrap();
        let plan = Layout::new()
            .field(Field::new("n", At::address(0x1004), Encoding::bytes(1)).expect(Guard::Any))
            .compile(&srec)
            .unwrap();
        let mut unit = plan.stamper(&srec).unwrap();
        let bytes = unit.stamp(&[("n", Value::from(&[0xAB_u8]))]).unwrap().bytes();
        assert_eq!(String::from_utf8_lossy(bytes), text.replace(record, stamped));
    }
}

/// `Gap::Add` of a layout, as HEX has it.
#[test]
fn fields_in_gaps() {
    let srec = Srec::parse(b"S10500000102F7\r\nS5030001FB\r\nS9030000FC\r\n").unwrap();
    let layout = Layout::new().field(Field::new("uicr", At::address(0x1000_1080), Encoding::u32_le()).gap(Gap::Add));
    let text = layout.add_missing(&srec).unwrap();
    let template = Srec::parse(&text).unwrap();
    let plan = layout.compile(&template).unwrap();
    let mut unit = plan.stamper(&template).unwrap();
    let [one, two] = [(0x1000_1080, [0x2A, 0]), (0x1000_1082, [0, 0])].map(|(at, bytes)| record(3, at, &bytes));
    assert_eq!(
        String::from_utf8_lossy(unit.stamp(&[("uicr", Value::from(42_u32))]).unwrap().bytes()),
        format!("S10500000102F7\r\n{one}\r\n{two}\r\nS5030003F9\r\nS9030000FC\r\n")
    );
}

/// Records that begin with `s`, of each type of data: read, stamped where they are.
#[test]
fn records_with_a_small_s() {
    for (kind, end) in [(1, 9), (2, 8), (3, 7)] {
        let text = |data: &[u8]| format!("{}\n{}\n", record(kind, 0x10, data), record(end, 0, &[])).replace('S', "s");
        let template = text(&[1, 2, 3, 4, 5]);
        let image = Srec::parse_with(template.as_bytes(), &Options::lenient()).unwrap();
        assert_eq!(visited(&image, Span::new(0, 0x100).unwrap()), (0x10..).zip([1, 2, 3, 4, 5]).collect());
        let field = Field::new("n", At::address(0x11), Encoding::u16_be()).expect(Guard::Any);
        let plan = Layout::new().field(field).compile(&image).unwrap();
        let mut unit = plan.stamper(&image).unwrap();
        let stamped = unit.stamp(&[("n", Value::from(0xABCD_u16))]).unwrap().bytes().to_vec();
        assert_eq!(String::from_utf8(stamped).unwrap(), text(&[1, 0xAB, 0xCD, 4, 5]));
    }
}

/// More lines that are alike than are counted in sixteen bits.
#[test]
fn seventy_thousand_lines() {
    let lines: Vec<String> = (0..70_000_u32).map(|at| record(3, at, &[at as u8])).collect();
    let text = format!("{}\n{}\n", lines.join("\n"), record(7, 0, &[]));
    let image = Srec::parse(text.as_bytes()).unwrap();
    let memory: Memory = (0..70_000).map(|at| (at, at as u8)).collect();
    assert_eq!(visited(&image, Span::new(0, 80_000).unwrap()), memory);
}
