//! TI-TXT: files that readers disagree about, and a slow twin beside reading, stamping, adding and writing.

use std::fmt::Write as _;

use nameplate::image::ti_txt::{
    AddError, Case, DiagnosticKind, Limits, LineEnd, Options, Style, TiTxt, Tolerance, WriteError,
};
use nameplate::image::{Container, Erased, Merge, Sparse};
use nameplate::plan::Gap;
use nameplate::{At, Encoding, Field, Guard, Layout, Span, Value};
use proptest::prelude::*;

use crate::images::visited;
use crate::ti_txt_reference::{read, read_leniently};
use crate::{Memory, noise};

/// The example of SLAU101, byte for byte as `srec_cat` 1.64 writes it.
const EXAMPLE: &str =
    "@F000\n31 40 00 03 B2 40 80 5A 20 01 D2 D3 22 00 D2 E3\n21 00 3F 40 E8 FD 1F 83 FE 23 F9 3F\n@FFFE\n00 F0\nq\n";

fn all() -> Span {
    Span::new(0, u64::MAX).unwrap()
}

fn verdict(text: &[u8], options: &Options) -> String {
    match TiTxt::parse_with(text, options) {
        Err(error) => {
            assert_eq!(
                error.to_string(),
                format!("line {}, column {}: {}", error.line(), error.column(), error.kind())
            );
            error.to_string()
        }
        Ok(image) => {
            assert_eq!(image.file(), text);
            hex(&visited(&image, all()))
        }
    }
}

/// The bytes of a memory, a slash where there is a gap.
fn hex(memory: &Memory) -> String {
    let mut next = None;
    let mut text = String::new();
    for (address, byte) in memory {
        text += if next.is_some_and(|next| next != *address) { "/" } else { "" };
        write!(text, "{byte:02X}").unwrap();
        next = Some(address + 1);
    }
    text
}

#[track_caller]
fn case(text: impl AsRef<[u8]>, strict: &str, lenient: &str) {
    let text = text.as_ref();
    let shown = String::from_utf8_lossy(text);
    assert_eq!(verdict(text, &Options::strict()), strict, "strict: {shown}");
    assert_eq!(verdict(text, &Options::lenient()), lenient, "lenient: {shown}");
}

#[track_caller]
fn both(text: impl AsRef<[u8]>, verdict: &str) {
    case(text.as_ref(), verdict, verdict);
}

#[test]
fn accepted() {
    let bytes = "31400003B240805A2001D2D32200D2E321003F40E8FD1F83FE23F93F/00F0";
    both(EXAMPLE, bytes);
    both(EXAMPLE.replace('\n', "\r\n"), bytes);
    both(EXAMPLE.replace('\n', "\r"), bytes);
    both(EXAMPLE.to_lowercase(), bytes);
    both(EXAMPLE.trim_end(), bytes);
    both(EXAMPLE.replace("\nq", " \nQ"), bytes);
    both(EXAMPLE.replace(' ', "\t"), bytes);
    both(EXAMPLE.replace(' ', "   "), bytes);
    both(EXAMPLE.replace("E3\n", "E3 "), bytes);
    both(EXAMPLE.replace(' ', "\n"), bytes);
    both(EXAMPLE.replace('@', "\n@"), bytes);
    both(EXAMPLE.replace("q\n", "q\n\u{1A}"), bytes);
    both(EXAMPLE.replace("q\n", "q\0\0"), bytes);
    both(EXAMPLE.replace("q\n", "q end of file\nq\n"), bytes);
    both("@10000\n01\n@1\n02\n@00000003\n03\nq", "02/03/01");
    both("@FFFFFFFF\n01\nq\n", "01");
    // Lines of all lengths, to beyond what one entry of the index holds.
    for len in [1, 8, 15, 16, 17, 32, 255, 256, 257, 600] {
        for gap in [" ", "  ", "\t"] {
            let data = noise(len as u64, len);
            let line: Vec<String> = data.iter().map(|byte| format!("{byte:02X}")).collect();
            let file = format!("@200\n{0}\n{0}\nq\n", line.join(gap));
            let digits = line.concat();
            both(&file, &(digits.clone() + &digits));
        }
    }
}

#[test]
fn refused() {
    let cut = "no `q` at the end: the file was cut off, and has nothing else to tell that it is whole";
    both(EXAMPLE.replace("q\n", ""), &format!("line 6, column 1: {cut}"));
    both(&EXAMPLE[..39], &format!("line 2, column 34: {cut}"));
    let one = "found one digit, expected two for each byte: tools read it as two different bytes";
    both("@F000\n3 40 0\nq\n", &format!("line 2, column 1: {one}"));
    both("@F000\n31 4\nq\n", &format!("line 2, column 4: {one}"));
    both("@F000\n31 400\nq\n", "line 2, column 4: found 3 digits, expected two for each byte");
    case("@F000\n3140\nq\n", "line 2, column 3: no blank between two bytes, which lenient reading accepts", "3140");
    case(
        "@F000\n31 400003\nq\n",
        "line 2, column 6: no blank between two bytes, which lenient reading accepts",
        "31400003",
    );
    case(
        "@F000\n 31 40\nq\n",
        "line 2, column 1: a blank at the begin of the line, which lenient reading accepts",
        "3140",
    );
    case(
        "@F000\n  \n31\n q\n",
        "line 2, column 1: a blank at the begin of the line, which lenient reading accepts",
        "31",
    );
    let digit = |found: &str| format!("found `{found}`, expected a hexadecimal digit");
    both("@0xF000\n31\nq\n", &format!("line 1, column 3: {}", digit("x")));
    both("@ F000\n31\nq\n", &format!("line 1, column 2: {}", digit(" ")));
    both("@\n31\nq\n", "line 1, column 2: an address of 0 digits, expected 1 to 8 behind `@`, as `@F000`");
    both("@00000F000\n31\nq\n", "line 1, column 2: an address of 9 digits, expected 1 to 8 behind `@`, as `@F000`");
    both("@F000 31\nq\n", &format!("line 1, column 7: {}", digit("3")));
    both("@F000\n31 4G\nq\n", &format!("line 2, column 5: {}", digit("G")));
    both("@F000\n0x31\nq\n", &format!("line 2, column 2: {}", digit("x")));
    both("@F000\n31;40\nq\n", &format!("line 2, column 3: {}", digit(";")));
    let begin = |found: &str| format!("found `{found}`, expected `@` and an address, bytes of two digits, or `q`");
    both("@F000\n; c\n31\nq\n", &format!("line 2, column 1: {}", begin(";")));
    both("# c\n@F000\n31\nq\n", &format!("line 1, column 1: {}", begin("#")));
    both(
        "\u{FEFF}@F000\n31\nq\n",
        "line 1, column 1: found a UTF-8 byte order mark, expected `@`: save the file without one",
    );
    both("31 40\nq\n", "line 1, column 1: bytes without an address: expected a line as `@F000` in front of them");
    both(":00000001FF\n", "line 1, column 1: this is an Intel HEX file, not TI-TXT");
    both("S9030000FC\n", "line 1, column 1: this is a Motorola S-record file, not TI-TXT");
    let after = "found data after `q`, which some tools read and some do not; were two files put together?";
    both("@F000\n31\nq\n40\n", &format!("line 4, column 1: {after}"));
    both("@F000\n31\nq\n@F001\n40\nq\n", &format!("line 4, column 1: {after}"));
    both("@F000\n31\nq 40\n", &format!("line 3, column 3: {after}"));
    both("@F000\n31\nquit\n", "line 3, column 2: found `u` behind `q`, expected the end of the line");
    let again = "data for 0x0000F000 again, first given in line 2";
    case(
        "@F000\n31\n@F000\n31\nq\n",
        &format!("line 4, column 1: {again}; both say the same, which lenient reading accepts"),
        "31",
    );
    both(
        "@F000\n31\n@F000\n32\nq\n",
        &format!("line 4, column 1: {again}, and it says something else: 0x0000F000 is 0x32 here and 0x31 there"),
    );
    both("@FFFFFFFF\n31 32\nq\n", "line 2, column 1: bytes from 0xFFFFFFFF pass the end of 4 GiB");
    let empty = "line 1, column 1: the file is empty, expected an address as `@F000`, bytes, and `q` at the end";
    both("", empty);
    both("\n \n", empty);
    case("q\n", "line 1, column 1: the file has no data: no line has bytes", "");
    case("@F000\nq\n", "line 2, column 1: the file has no data: no line has bytes", "");
}

#[test]
fn what_is_unusual_is_told() {
    let told = |text: &str| -> Vec<String> {
        TiTxt::parse_with(text.as_bytes(), &Options::lenient())
            .unwrap()
            .diagnostics()
            .map(|found| found.to_string())
            .collect()
    };
    assert_eq!(told(EXAMPLE), Vec::<String>::new());
    let long = "00 ".repeat(17);
    assert_eq!(
        told(&format!("@F001\r\nAB  cd\n\n@E000\n{long}\n  11\n2233\n@E000\n00\nQ\u{1A}\ntext")),
        [
            "line 1, column 1: an odd address, which TI's text does not allow and all tools read",
            "line 2, column 7: the line ends in LF, the first one in CR LF",
            "line 2, column 5: digits of the other letter case than before",
            "line 2, column 4: something else than one space between bytes; some tools do not read that",
            "line 3, column 1: the line ends in LF, the first one in CR LF",
            "line 3, column 1: a blank line",
            "line 4, column 6: the line ends in LF, the first one in CR LF",
            "line 5, column 52: the line ends in LF, the first one in CR LF",
            "line 5, column 1: the bytes for 0x0000E000 come after some at a higher address",
            "line 5, column 1: a line of 17 bytes, more than the 16 of TI's text; some tools do not read that",
            "line 6, column 5: the line ends in LF, the first one in CR LF",
            "line 6, column 1: blanks at the begin of the line",
            "line 6, column 3: the bytes for 0x0000E011 come after some at a higher address",
            "line 7, column 5: the line ends in LF, the first one in CR LF",
            "line 7, column 1: the bytes for 0x0000E012 come after some at a higher address",
            "line 7, column 3: bytes without a blank between them",
            "line 8, column 6: the line ends in LF, the first one in CR LF",
            "line 9, column 3: the line ends in LF, the first one in CR LF",
            "line 9, column 1: the bytes for 0x0000E000 come after some at a higher address",
            "line 9, column 1: data for 0x0000E000 again, the same as elsewhere",
            "line 10, column 3: the line ends in LF, the first one in CR LF",
            "line 10, column 1: the file ends in `Q`, where some tools know `q` only",
            "line 10, column 2: Ctrl-Z or NUL bytes after `q`",
            "line 11, column 1: text after `q`, kept and not read",
        ]
    );
    assert_eq!(
        told("@F000\r31\rq"),
        [
            "line 1, column 6: lines end in CR alone; several tools do not read that",
            "line 3, column 2: no line end after `q`"
        ]
    );
    assert_eq!(told("@F000\nq\n"), ["line 2, column 1: the file has no data"]);
}

/// One thing that is unusual, in a file that is plain otherwise: it is told, whatever was read before it.
#[test]
fn what_alone_is_unusual_is_told() {
    let usual = "AB ".repeat(16);
    for (text, expected) in [
        ("@F000\n31\r\n40\nq\n".to_owned(), vec!["line 2, column 3: the line ends in CR LF, the first one in LF"]),
        ("@F000\r31\rq\r".to_owned(), vec!["line 1, column 6: lines end in CR alone; several tools do not read that"]),
        (
            format!("@F000\n{usual}31\nq\n"),
            vec!["line 2, column 1: a line of 17 bytes, more than the 16 of TI's text; some tools do not read that"],
        ),
        ("@F000\n31\n@f100\n32\nq\n".to_owned(), vec!["line 3, column 2: digits of the other letter case than before"]),
        (
            "@F000\n31\t40\nq\n".to_owned(),
            vec!["line 2, column 4: something else than one space between bytes; some tools do not read that"],
        ),
        // Lines of blanks are no blank lines; lines of 16 bytes are as long as any.
        (format!("@F000\n  \n{usual}\nq\n"), vec!["line 2, column 1: blanks at the begin of the line"]),
        (format!("@F000\n\n{usual}\n{usual}\nq\n"), vec!["line 2, column 1: a blank line"]),
        (
            "@F001\n31\nq\n".to_owned(),
            vec!["line 1, column 1: an odd address, which TI's text does not allow and all tools read"],
        ),
        (" @F000\n31\nq\n".to_owned(), vec!["line 1, column 1: blanks at the begin of the line"]),
        ("@F000\n31\n q\n".to_owned(), vec!["line 3, column 1: blanks at the begin of the line"]),
        ("@F000\n31\nQ\n".to_owned(), vec!["line 3, column 1: the file ends in `Q`, where some tools know `q` only"]),
        ("@F000\n31\nq".to_owned(), vec!["line 3, column 2: no line end after `q`"]),
        ("@F000\n31\nq\n\0".to_owned(), vec!["line 4, column 1: Ctrl-Z or NUL bytes after `q`"]),
        ("@F000\n31\nq\nx".to_owned(), vec!["line 4, column 1: text after `q`, kept and not read"]),
    ] {
        let image = TiTxt::parse_with(text.as_bytes(), &Options::lenient()).unwrap();
        let told: Vec<String> = image.diagnostics().map(|found| found.to_string()).collect();
        assert_eq!(told, expected, "{text:?}");
        assert!(format!("{:?}", image.diagnostics()).starts_with("[Located { line: "));
        assert!(format!("{image:?}").starts_with("[0x0000F00"), "{image:?}");
    }
}

/// Bytes as far apart as anybody likes: each is read, and stamped where it is.
#[test]
fn any_spacing() {
    let agrees = |gaps: &[usize]| {
        let line = |bytes: &[u8]| -> String {
            let byte = |n: usize| format!("{:02X}{}", bytes[n], " ".repeat(gaps.get(n).copied().unwrap_or(0)));
            format!("@F000\n{}\nq\n", (0..=gaps.len()).map(byte).collect::<String>())
        };
        let bytes: Vec<u8> = (0..=gaps.len()).map(|n| 0x30 + (n % 10) as u8).collect();
        let text = line(&bytes);
        let image = TiTxt::parse(text.as_bytes()).unwrap();
        assert_eq!(visited(&image, all()), (0xF000..).zip(bytes).collect());
        let len = gaps.len() + 1;
        let layout = Layout::new().field(Field::new("n", At::address(0xF000), Encoding::bytes(len)).expect(Guard::Any));
        let value: Vec<u8> = (0..len).map(|n| 0xE0 + (n % 7) as u8).collect();
        let plan = layout.compile(&image).unwrap();
        let mut unit = plan.stamper(&image).unwrap();
        let stamped = unit.stamp(&[("n", Value::from(&*value))]).unwrap().bytes().to_vec();
        assert_eq!(String::from_utf8_lossy(&stamped), line(&value));
    };
    for (one, two, three) in
        (1..20).flat_map(|one| (1..20).flat_map(move |two| (1..4).map(move |three| (one, two, three))))
    {
        agrees(&[one, two, three, one]);
    }
    // At 0, 16 and 19, then at 96 = 16 · 2 · 3.
    agrees(&[14, 1, 75]);
    // Lines of more bytes than one run has.
    for len in [253, 254, 255, 256, 510, 600] {
        agrees(&vec![2; len]);
    }
}

/// Digits are written in the case of their own group, else in that of the file.
#[test]
fn the_case_of_each_line() {
    for (line, stamped) in [("12 ab", "cd ab"), ("12 AB", "CD AB"), ("12 34", "CD 34")] {
        let text = format!("@F000\n{line}\nq\n").replace("@F000", "@E000\nEE\n@F000");
        let image = TiTxt::parse(text.as_bytes()).unwrap();
        let layout = Layout::new().field(Field::new("n", At::address(0xF000), Encoding::bytes(1)).expect(Guard::Any));
        let plan = layout.compile(&image).unwrap();
        let mut unit = plan.stamper(&image).unwrap();
        let bytes = unit.stamp(&[("n", Value::from(&[0xCD_u8]))]).unwrap().bytes();
        assert_eq!(String::from_utf8_lossy(bytes), text.replace(line, stamped));
    }
}

/// `Gap::Add` of a layout, as HEX has it.
#[test]
fn fields_in_gaps() {
    let image = TiTxt::parse(b"@F000\n31 40\nq\n").unwrap();
    let layout = Layout::new().field(Field::new("n", At::address(0x1000), Encoding::u16_le()).gap(Gap::Add));
    let text = layout.add_missing(&image).unwrap();
    let template = TiTxt::parse(&text).unwrap();
    let plan = layout.compile(&template).unwrap();
    let mut unit = plan.stamper(&template).unwrap();
    assert_eq!(
        String::from_utf8_lossy(unit.stamp(&[("n", Value::from(0x2A_u16))]).unwrap().bytes()),
        "@F000\n31 40\n@1000\n2A 00\nq\n"
    );
}

/// Each kind of leniency reads its own file, and none of the others.
#[test]
fn tolerances_one_by_one() {
    let files = [
        (Tolerance::Blanks, " @F000\n31\nq\n"),
        (Tolerance::Copies, "@F000\n31\n@F000\n31\nq\n"),
        (Tolerance::NoData, "@F000\nq\n"),
        (Tolerance::Unspaced, "@F000\n3132\nq\n"),
    ];
    for (kind, text) in files {
        for other in Tolerance::ALL {
            let read = TiTxt::parse_with(text.as_bytes(), &Options::strict().tolerate(other));
            assert_eq!(read.is_ok(), other == kind, "{kind:?} by {other:?}: {read:?}");
            if let Ok(image) = read {
                let told: Vec<_> = image.tolerated().filter_map(|found| found.kind().tolerance()).collect();
                assert_eq!(told, [kind]);
            }
        }
    }
}

/// Strict and lenient: the verdict of the twin, its memory, and what is tolerated told.
fn agrees(text: &[u8]) {
    let right = read(text).is_some();
    for (options, twin) in [(Options::strict(), read(text)), (Options::lenient(), read_leniently(text))] {
        let shown = String::from_utf8_lossy(text);
        match (TiTxt::parse_with(text, &options), twin) {
            (Ok(image), Some(twin)) => {
                assert_eq!(visited(&image, all()), twin, "{shown}");
                let tolerated = image.diagnostics().any(|found| found.kind().is_tolerated());
                assert_eq!(tolerated, !right, "{shown}");
            }
            (Err(_), None) => {}
            (ours, twin) => panic!("{shown}\n{ours:?}, but the twin says {twin:?}"),
        }
    }
}

/// Each character in turn is another one, is left out, stands twice; and the file is cut.
#[test]
fn one_wrong_character() {
    for text in [
        EXAMPLE,
        "@f000 \r\n31 40  ab\r\n\r\n@10001\r\n3140\t00\r\n 11\r\nQ\r\n\u{1A}text\r\n",
        "@0\n1 2\n@1\n00\n@1\n00\nq",
    ] {
        let text = text.as_bytes();
        agrees(text);
        for at in 0..text.len() {
            for other in *b"@q09aFG \t\r\n;\0\x1A\x80" {
                let mut wrong = text.to_vec();
                wrong[at] = other;
                agrees(&wrong);
            }
            let (before, after) = text.split_at(at);
            for changed in [[before, &after[1..]].concat(), [before, &after[..1], after].concat(), before.to_vec()] {
                agrees(&changed);
            }
        }
    }
}

/// All files of up to five of these.
#[test]
fn every_small_file() {
    let parts = ["@10\n", "@0011\n", "\n", "31 40\n", "40", " ", "\t", "5", "q\n", "Q", "x"];
    let mut files = vec![String::new()];
    for _ in 0..5 {
        files = files
            .iter()
            .flat_map(|file| parts.iter().map(move |part| format!("{file}{part}")))
            .inspect(|file| agrees(file.as_bytes()))
            .collect();
    }
    assert_eq!(files.len(), parts.len().pow(5));
}

/// A file that holds `memory`.
pub(crate) fn ti_text(memory: &Memory, len: usize, (eol, gap, lower): (&str, &str, bool)) -> String {
    let (mut text, mut next, mut room) = (String::new(), None, 0);
    for (&address, byte) in memory {
        if next != Some(address) {
            text += if text.is_empty() { "" } else { eol };
            write!(text, "@{address:04X}").unwrap();
            room = 0;
        }
        text += if room == 0 { eol } else { gap };
        room = if room == 0 { len - 1 } else { room - 1 };
        write!(text, "{byte:02X}").unwrap();
        next = Some(address + 1);
    }
    let text = text + eol + "q" + eol;
    if lower { text.to_lowercase() } else { text }
}

pub(crate) const WAYS: [(usize, (&str, &str, bool)); 5] = [
    (16, ("\r\n", " ", false)),
    (16, ("\n", " ", true)),
    (7, ("\n", "\t", false)),
    (40, ("\r", "   ", false)),
    (1, ("\n", " ", true)),
];

fn memory(seed: u64, lens: &[usize]) -> Memory {
    let (mut memory, mut address) = (Memory::new(), [0, 0xFF00, 0xFFF0, 0x1_0000][seed as usize % 4]);
    for (n, &len) in lens.iter().enumerate() {
        memory.extend((address..).zip(noise(seed + n as u64, len)));
        address += len as u64 + 1 + seed % 500;
    }
    memory
}

proptest! {
    #[test]
    fn read_stamped_and_added_to(seed in 0_u64..1000, lens in prop::collection::vec(1_usize..300, 1..4), way in 0_usize..5, at in 0_u64..400, len in 1_usize..60) {
        let truth = memory(seed, &lens);
        let (line, how) = WAYS[way];
        let text = ti_text(&truth, line, how);
        let image = TiTxt::parse(text.as_bytes()).unwrap();
        prop_assert_eq!(&visited(&image, all()), &truth);
        prop_assert!(read(text.as_bytes()).is_some_and(|twin| twin == truth));
        let start = truth.keys().next().unwrap() + at;
        let span = Span::new(start, len as u64).unwrap();
        let missing = (span.start()..span.end()).find(|address| !truth.contains_key(address));
        prop_assert_eq!(image.locate(span).err().map(|gap| gap.address()), missing);

        let added = image.add_missing(&[span], Erased::byte(0xEE)).unwrap();
        let mut expected: Memory = (span.start()..span.end()).map(|address| (address, 0xEE)).collect();
        expected.extend(truth);
        prop_assert!(read(&added).is_some_and(|twin| twin == expected));
        prop_assert!(added.starts_with(&text.as_bytes()[..text.len() - 1 - how.0.len()]));

        let image = TiTxt::parse(&added).unwrap();
        let layout = Layout::new().field(Field::new("id", At::address(start), Encoding::bytes(len)).expect(Guard::Any));
        let plan = layout.compile(&image).unwrap();
        let mut unit = plan.stamper(&image).unwrap();
        for n in 0..3 {
            let value = noise(seed + n, len);
            let stamped = unit.stamp(&[("id", Value::from(&*value))]).unwrap().bytes().to_vec();
            let mut memory = expected.clone();
            memory.extend((start..).zip(value));
            prop_assert_eq!(read(&stamped), Some(memory));
            // Nothing but digits of the field's bytes differs.
            let differ = stamped.iter().zip(&*added).filter(|(one, two)| one != two).count();
            prop_assert!(stamped.len() == added.len() && differ <= 2 * len);
        }
        let last = unit.stamp(&[("id", Value::from(&*noise(seed, len)))]).unwrap().bytes().to_vec();
        prop_assert_eq!(&**plan.undo(&TiTxt::parse(&last).unwrap(), &image).unwrap(), &*added);
        prop_assert_eq!(unit.undo(), &*added);
    }

    #[test]
    fn written(seed in 0_u64..1000, lens in prop::collection::vec(1_usize..300, 1..4), line_len in 1_u8.., eol in 0_usize..3, lower in any::<bool>(), address_digits in 1_u8..=8, trailing_blank in any::<bool>()) {
        let truth = memory(seed, &lens);
        let pieces: Vec<(u64, [u8; 1])> = truth.iter().map(|(address, byte)| (*address, [*byte])).collect();
        let sparse = Sparse::from_pieces(pieces.iter().map(|(address, byte)| (*address, &byte[..])), Merge::Error).unwrap();
        let case = if lower { Case::Lower } else { Case::Upper };
        let style = Style { line_len, line_end: [LineEnd::Lf, LineEnd::CrLf, LineEnd::Cr][eol], case, address_digits, trailing_blank };
        let mut text = vec![0xA5; style.text_len(&sparse).unwrap() + 3];
        let len = style.write_into(&sparse, &mut text).unwrap();
        prop_assert_eq!(&text[len..], &[0xA5; 3]);
        let image = TiTxt::parse(&text[..len]).unwrap();
        prop_assert_eq!(visited(&image, all()), truth);
        prop_assert_eq!(Style::of(&image).trailing_blank, trailing_blank);
        let odd = |kind: &DiagnosticKind| matches!(kind, DiagnosticKind::CrOnly | DiagnosticKind::Long { .. } | DiagnosticKind::OddAddress);
        prop_assert!(image.diagnostics().all(|found| odd(found.kind())));
    }
}

#[test]
fn styles_and_limits() {
    let image = TiTxt::parse(EXAMPLE.as_bytes()).unwrap();
    let style = Style::of(&image);
    assert_eq!(style, Style::default());
    assert_eq!(style.to_vec(&Sparse::new(&image)).unwrap(), EXAMPLE.as_bytes());
    let own = TiTxt::parse(b"@00fffe\r\n00 f0 \r\nq\r\n").unwrap();
    let style = Style::of(&own);
    let expected =
        Style { line_len: 2, line_end: LineEnd::CrLf, case: Case::Lower, address_digits: 6, trailing_blank: true };
    assert_eq!(style, expected);
    let mixed = TiTxt::parse(b"@F000\r\n01\n@F010\n02\nq\n").unwrap();
    assert_eq!(Style::of(&mixed).line_end, LineEnd::CrLf);
    let last = Sparse::from_pieces([(0xFFFF_FFFF, &[1][..])], Merge::Error).unwrap();
    assert_eq!(Style::default().to_vec(&last).unwrap(), b"@FFFFFFFF\n01\nq\n");
    let added = own.add_missing(&[Span::new(0x1000, 3).unwrap()], Erased::default()).unwrap();
    assert_eq!(String::from_utf8_lossy(&added), "@00fffe\r\n00 f0 \r\n@001000\r\nff ff \r\nff \r\nq\r\n");
    let sparse = Sparse::new(&own);
    let fails = |style: Style| style.to_vec(&sparse).unwrap_err().to_string();
    assert_eq!(fails(Style { line_len: 0, ..style }), "line length 0, expected 1 to 255 bytes");
    assert_eq!(fails(Style { address_digits: 9, ..style }), "addresses of 9 digits, expected 1 to 8");
    assert_eq!(style.write_into(&sparse, &mut [0; 5]), Err(WriteError::Buffer { found: 5, expected: 20 }));
    let past = Sparse::from_pieces([(0xFFFF_FFFF, &[1, 2][..])], Merge::Error).unwrap();
    assert_eq!(
        Style::default().to_vec(&past).unwrap_err().to_string(),
        "data up to 0x100000001, but TI-TXT is read up to 0x100000000"
    );
    let limited = |text, runs| TiTxt::parse_with(EXAMPLE.as_bytes(), &Options::strict().limits(Limits { text, runs }));
    let len = EXAMPLE.len() as u32;
    assert!(limited(len, 3).is_ok());
    assert_eq!(
        limited(len - 1, 3).unwrap_err().to_string(),
        format!("line 1, column 1: the text has {len} bytes, more than the limit of {}", len - 1)
    );
    assert_eq!(
        limited(len, 2).unwrap_err().to_string(),
        "line 5, column 1: the data lies in more than 2 pieces, which is the limit"
    );
    // Bytes that are spaced evenly are one piece, however far apart.
    let one = Options::strict().limits(Limits { runs: 1, ..Limits::default() });
    assert!(TiTxt::parse_with(b"@0\n01  02  03  04\nq\n", &one).is_ok());
    assert!(TiTxt::parse_with(b"@0\n01  02   03\nq\n", &one).is_err());
    let added = |at, bytes| {
        limited(len, 3).unwrap().add_missing(&[Span::new(at, bytes).unwrap()], Erased::default()).unwrap_err()
    };
    assert_eq!(added(0, 9), AddError::TooLong { bytes: 9, limit: len });
    assert_eq!(
        added(0xFFFF_FFFF, 2).to_string(),
        "0xFFFFFFFF..0x100000001 passes the end of the 4 GiB that TI-TXT files address"
    );
}

/// A plain file is not looked through for what is unusual; one thing that is, wherever it stands, is told.
#[test]
fn one_unusual_thing_in_a_plain_file() {
    const PLAIN: &str = "@F00A\n01 AB\n@F010\n02 3C\nq\n";
    let told = |text: &str| -> Vec<String> {
        let image = TiTxt::parse(text.as_bytes()).unwrap();
        image.diagnostics().map(|found| format!("{}:{} {:?}", found.line(), found.column(), found.kind())).collect()
    };
    assert_eq!(told(PLAIN), [""; 0]);
    for (from, to, expected) in [
        ("@F010", "@f010", "3:2 MixedCase"),
        ("02 3C", "02 3c", "4:5 MixedCase"),
        ("01 AB", "01 aB", "2:4 MixedCase"),
        ("@F010", "@F011", "3:1 OddAddress"),
        ("q\n", "Q\n", "5:1 GreatQ"),
        ("q\n", "q", "5:2 NoLastLineEnd"),
        ("q\n", "q\n\0", "6:1 Padding"),
    ] {
        assert_eq!(told(&PLAIN.replacen(from, to, 1)), [expected], "{to}");
    }
    // In each address there is; at the lowest odd one.
    assert_eq!(told("@aF00\n01 02\nq\n"), ["1:3 MixedCase"]);
    assert_eq!(told("@0001\n01 02\nq\n"), ["1:1 OddAddress"]);
    assert_eq!(told("@0000\nab 01\n@F000\n02\nq\n"), ["3:2 MixedCase"]);
}
