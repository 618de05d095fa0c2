//! Beside the crate `ihex` on mutated files: the same verdict and the same memory, or a difference
//! that the guide page names.

use std::collections::{BTreeMap, BTreeSet};

use ihex::{Reader, Record};
use nameplate::Span;
use nameplate::image::hex::{Crossing, DiagnosticKind, Hex, HexErrorKind, Options};

use crate::images::visited;
use crate::{Memory, Style, hex_text, noise, record, reference};

const GUIDE: &str = include_str!("../src/guide/deviations.md");

/// The memory that the records of `ihex` make, in the order of the file; nothing when it refuses one.
fn by_ihex(text: &str) -> Option<Memory> {
    let (mut memory, mut base) = (Memory::new(), 0);
    for record in Reader::new(text) {
        match record.ok()? {
            Record::Data { offset, value } => memory.extend((base + u64::from(offset)..).zip(value)),
            Record::ExtendedSegmentAddress(segment) => base = u64::from(segment) << 4,
            Record::ExtendedLinearAddress(upper) => base = u64::from(upper) << 16,
            _ => {}
        }
    }
    Some(memory)
}

/// Why we refuse what `ihex` takes.
fn refused(kind: &HexErrorKind) -> Option<&'static str> {
    Some(match kind {
        HexErrorKind::Empty => "empty-file",
        HexErrorKind::NoData { .. } => "no-data",
        HexErrorKind::NoEof => "no-end-of-file",
        HexErrorKind::AfterEof | HexErrorKind::RecordAfterEof | HexErrorKind::UsedSqtp => "after-end-of-file",
        HexErrorKind::AddressField { .. } => "address-field",
        HexErrorKind::Start { .. } => "start-addresses",
        HexErrorKind::Past64K { .. } => "past-64k",
        HexErrorKind::Past4G { .. } => "past-4g",
        HexErrorKind::Overlap { .. } => "overlap",
        _ => return None,
    })
}

/// Why we take what `ihex` refuses.
fn accepted(hex: &Hex<'_>, text: &[u8]) -> Option<&'static str> {
    if std::str::from_utf8(text).is_err() {
        return Some("not-utf8");
    }
    if text.windows(2).any(|pair| pair[0] == b'\r' && pair[1] != b'\n') || text.ends_with(b"\r") {
        return Some("lone-cr");
    }
    hex.diagnostics().find_map(|found| {
        Some(match found.kind() {
            DiagnosticKind::ByteOrderMark => "byte-order-mark",
            DiagnosticKind::Blanks | DiagnosticKind::OnlyBlanks => "blanks",
            DiagnosticKind::Comment => "comment",
            DiagnosticKind::TextBehind | DiagnosticKind::AfterEof { .. } => "text-behind",
            DiagnosticKind::Opaque { .. } => "unknown-type",
            DiagnosticKind::Padding => "padding",
            _ => return None,
        })
    })
}

/// Numbers without a pattern, each from the one before.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }

    fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }
}

/// A small file, mutated up to three times.
fn mutated(random: &mut Random) -> Vec<u8> {
    let style = Style {
        lens: random.of(&[&[16][..], &[32], &[8, 3, 16], &[1, 5]]),
        eol: random.of(&["\r\n", "\n", "\n", "\r"]),
        lower: random.below(4) == 0,
        backwards: random.below(6) == 0,
    };
    let mut memory = Memory::new();
    for start in [0xFFF0 + random.below(64) as u64, 0x0801_0000 - random.below(40) as u64] {
        let bytes = noise(random.below(1 << 20) as u64, 1 + random.below(60));
        memory.extend((start..).zip(bytes));
    }
    let mut lines: Vec<String> = hex_text(&memory, style).lines().map(str::to_owned).collect();
    if style.eol == "\r" {
        lines = hex_text(&memory, style).split_terminator('\r').map(str::to_owned).collect();
    }
    let mut tail = String::new();
    for _ in 0..random.below(4) {
        let at = random.below(lines.len());
        let other = random.below(lines.len());
        match random.below(16) {
            0 => lines.swap(at, other),
            1 => lines.insert(at, lines[other].clone()),
            2 => drop(lines.remove(at)),
            3 => lines.insert(at, random.of(&["", " ", "; text", "# text", "// text", "x"]).to_owned()),
            4 => lines[at].push_str(random.of(&[" ", "\t", " ; text", " :", "0", ":00", "!"])),
            5 => lines[at].insert_str(0, random.of(&[" ", "\t", "x", "\u{FEFF}", "0"])),
            6 => lines.insert(
                at,
                record(random.below(8) as u8, 0, &noise(at as u64, random.of(&[&2_usize, &4, &0, &2, &4]).to_owned())),
            ),
            7 => lines.insert(at, record(0, random.below(0x1_0000) as u16, &noise(other as u64, random.below(20)))),
            8 => lines.insert(
                at,
                record(
                    random.of(&[&2_u8, &3, &4, &5]).to_owned(),
                    random.below(2) as u16,
                    &noise(1, 2 + 2 * random.below(2)),
                ),
            ),
            9 => tail.push_str(random.of(&[
                "\n",
                "\r\n",
                "\u{1A}",
                "\0\0",
                "text",
                ":0100000001FE",
                "\n\n",
                ";text",
                "\n;0100000001FE",
            ])),
            10 => lines[at] = lines[at].to_lowercase(),
            11 => {
                let len = random.below(lines[at].len() + 1);
                if lines[at].is_char_boundary(len) {
                    lines[at].truncate(len);
                }
            }
            kind => {
                // A character, with the sum mended or not.
                let column = random.below(lines[at].len().max(1));
                let to = random.of(&["0", "1", "7", "A", "f", "F", "G", " "]);
                if lines[at].is_char_boundary(column) && lines[at].is_char_boundary(column + 1) {
                    lines[at].replace_range(column..=column, to);
                }
                if kind > 12 {
                    lines[at] = String::from_utf8(reference::mend_sums(lines[at].as_bytes())).unwrap();
                }
            }
        }
        if lines.is_empty() {
            break;
        }
    }
    let mut text = lines.join(style.eol);
    if random.below(8) > 0 {
        text.push_str(style.eol);
    }
    let mut text = (text + &tail).into_bytes();
    if random.below(400) == 0 {
        let past = [
            &b":02000004FFFFFC\n:02FFFF000102FD\n:00000001FF\n"[..],
            b":020000021000EC\n:02FFFF000102FD\n:00000001FF\n",
        ];
        return random.of(&[&b""[..], b"\r\n", past[0], past[1]]).to_vec();
    }
    if random.below(200) == 0 {
        let at = random.below(text.len());
        text.insert(at, 0xE9);
    }
    text
}

/// What happened to the inputs so far.
#[derive(Default)]
struct Tally {
    both: usize,
    neither: usize,
    named: BTreeMap<&'static str, usize>,
}

impl Tally {
    fn compare(&mut self, text: &[u8], options: &Options) {
        let ours = Hex::parse_with(text, options);
        let theirs = std::str::from_utf8(text).ok().and_then(by_ihex);
        let all = Span::new(0, u64::MAX).unwrap();
        let shown = String::from_utf8_lossy(text);
        let name = match (&ours, theirs) {
            (Ok(hex), Some(memory)) => {
                assert_eq!(visited(hex, all), memory, "{shown:?}");
                self.both += 1;
                return;
            }
            (Err(_), None) => {
                self.neither += 1;
                return;
            }
            (Err(error), Some(_)) => refused(error.kind()),
            (Ok(hex), None) => accepted(hex, text),
        };
        let name = name.unwrap_or_else(|| panic!("unexplained: {shown:?}: {ours:?}"));
        *self.named.entry(name).or_default() += 1;
    }
}

/// 200,000 files, each in both modes; and each in both modes beside the slow twin.
#[test]
fn every_difference_from_ihex_is_named() {
    let mut random = Random(7);
    let (mut strict, mut lenient) = (Tally::default(), Tally::default());
    for _ in 0..200_000 {
        let text = mutated(&mut random);
        strict.compare(&text, &Options::strict());
        lenient.compare(&text, &Options::lenient());
        let memory = |options: &Options| {
            Hex::parse_with(&text, options).ok().map(|hex| visited(&hex, Span::new(0, u64::MAX).unwrap()))
        };
        let shown = String::from_utf8_lossy(&text);
        assert_eq!(memory(&Options::strict()), reference::read(&text), "{shown:?}");
        assert_eq!(memory(&Options::lenient()), reference::read_leniently(&text), "{shown:?}");
        let wrap = Options::lenient().crossing(Crossing::Wrap);
        assert_eq!(memory(&wrap), reference::read_wrapping(&text), "{shown:?}");
    }
    for (mode, tally) in [("strict", &strict), ("lenient", &lenient)] {
        println!("{mode}: both {}, neither {}, {:?}", tally.both, tally.neither, tally.named);
        assert!(tally.both >= 60_000, "{mode}: {}", tally.both);
    }
    let named: BTreeSet<&str> = strict.named.keys().chain(lenient.named.keys()).copied().collect();
    let told: BTreeSet<&str> = GUIDE.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(named, told, "the page and the differences found");
}
