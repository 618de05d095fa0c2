//! One function for each target, named by what it proves: `parse_*` never panics, `impl_*` agrees
//! with the slow twin, `spec_*` keeps a law.

mod elf;
#[cfg(feature = "job")]
mod job;
mod ledger;
mod lists;
mod nvs;
pub mod nvs_twin;
pub mod reference;
mod repair;
mod sqtp;
mod srec;
pub mod srec_reference;
mod text;
mod ti_txt;
pub mod ti_txt_reference;
mod uf2;
pub mod uf2_twin;

use std::ops::ControlFlow;

use nameplate::image::hex::{Addressing, Case, Crossing, LineEnd, Options, Style};
use nameplate::image::{Container, Erased, ErasedMap, Hex, Moved, Sparse};
use nameplate::{At, Encoding, Field, Guard, Layout, Span, Value};

pub use self::elf::parse_elf;
#[cfg(feature = "job")]
pub use self::job::parse_job;
pub use self::ledger::{parse_anchor, parse_log};
pub use self::lists::parse_lists;
pub use self::nvs::{parse_nvs, spec_nvs};
pub use self::repair::impl_repair;
pub use self::sqtp::parse_sqtp;
pub use self::srec::{parse_srec, spec_srec};
pub use self::text::{spec_encode, spec_serial};
pub use self::ti_txt::{parse_titxt, spec_titxt};
pub use self::uf2::{parse_uf2, spec_uf2};

/// Any bytes, read in any way: an image or an error, both of which can be shown, and lie in the text.
pub fn parse_hex(text: &[u8]) {
    let wrap = Options::lenient().crossing(Crossing::Wrap);
    for options in [Options::strict(), Options::lenient(), wrap] {
        match Hex::parse_with(text, &options) {
            Ok(hex) => {
                let shown = format!("{hex:?} {:?} {:?}", hex.uniform(), Style::of(&hex));
                assert!(!shown.is_empty());
                assert_eq!(hex.file(), text);
                let mut end = None;
                for span in hex.segments() {
                    assert!(!span.is_empty() && end.is_none_or(|end| end < span.start()), "{hex:?}");
                    assert!(hex.locate(span).is_ok());
                    end = Some(span.end());
                }
                for found in hex.diagnostics() {
                    assert!(is_place(text, found.line(), found.column()), "{found}");
                }
            }
            Err(error) => assert!(is_place(text, error.line(), error.column()), "{error}"),
        }
    }
}

/// Whether the text has that line and column, or ends just before.
fn is_place(text: &[u8], line: usize, column: usize) -> bool {
    let mut rest = text;
    for _ in 1..line {
        let Some(at) = rest.iter().position(|c| matches!(c, b'\r' | b'\n')) else { return false };
        rest = &rest[at + if rest[at..].starts_with(b"\r\n") { 2 } else { 1 }..];
    }
    let len = rest.iter().position(|c| matches!(c, b'\r' | b'\n')).unwrap_or(rest.len());
    (1..=len + 1).contains(&column)
}

fn memory(image: &dyn Container) -> reference::Memory {
    let mut found = reference::Memory::new();
    let _ = image.visit(Span::new(0, u64::MAX).unwrap(), &mut |address, bytes| {
        found.extend((address..).zip(bytes.iter().copied()));
        ControlFlow::Continue(())
    });
    found
}

/// The same verdict and the same memory as the slow reader, strict, lenient and wrapping, on text as it
/// is, and with counts and record sums that are mended so that it gets past the first line.
pub fn impl_hex(text: &[u8]) {
    agree(text);
    let mended = reference::mend_sums(&mend_counts(text));
    if mended != text {
        agree(&mended);
    }
}

/// The same text, with the count of each line of digits made right. The length of the text says whether
/// one of them, and which, is moved to where its 64 KiB end (by a byte less, just there, by a byte more),
/// or is made as long as can be; or whether all data lies one byte higher.
fn mend_counts(text: &[u8]) -> Vec<u8> {
    let is_end = |c: &u8| matches!(c, b'\r' | b'\n');
    let lines = text.split_inclusive(is_end).count().max(1);
    let chosen = (text.len() % 2 == 0).then_some(text.len() / 8 % lines);
    let mut mended = Vec::new();
    for (n, line) in text.split_inclusive(is_end).enumerate() {
        let (record, end) = line.split_at(line.iter().position(is_end).unwrap_or(line.len()));
        let mut record = record.to_vec();
        let digits = record.get(1..).unwrap_or_default();
        if matches!(digits.len(), 10..=520) && digits.len() % 2 == 0 && digits.iter().all(u8::is_ascii_hexdigit) {
            let moved = text.len() / 2 % 4;
            let is_chosen = chosen == Some(n) && record[7..9] == *b"00";
            if is_chosen && moved == 3 {
                record.resize(521, b'7');
            }
            let count = record.len() / 2 - 5;
            record[1..3].copy_from_slice(format!("{count:02X}").as_bytes());
            let address = u16::from_str_radix(std::str::from_utf8(&record[3..7]).unwrap(), 16).unwrap();
            if text.len() % 4 == 3 && record[7..9] == *b"00" {
                record[3..7].copy_from_slice(format!("{:04X}", address.wrapping_add(1)).as_bytes());
            }
            if is_chosen && moved < 3 {
                let address = (0xFFFF - count + moved).min(0xFFFF);
                record[3..7].copy_from_slice(format!("{address:04X}").as_bytes());
            }
        }
        mended.extend(record);
        mended.extend(end);
    }
    mended
}

fn agree(text: &[u8]) {
    let lenient = Options::lenient();
    let strict = (Options::strict(), reference::read(text));
    let right = strict.1.is_some();
    let wrapping = (lenient.crossing(Crossing::Wrap), reference::read_wrapping(text));
    for (options, twin) in [strict, (lenient, reference::read_leniently(text)), wrapping] {
        match (Hex::parse_with(text, &options), twin) {
            (Ok(hex), Some(twin)) => {
                moved(&hex, &twin, text.len());
                assert_eq!(memory(&hex), twin);
                let tolerated = hex.diagnostics().any(|found| found.kind().is_tolerated());
                assert_eq!(tolerated, !right, "what is tolerated is told, and nothing else");
            }
            (Err(_), None) => {}
            (ours, twin) => panic!("{ours:?}, but the twin says {:?}", twin.map(|memory| memory.len())),
        }
    }
}

/// A window of the image at another address, `seed` saying which: byte for byte what the twin has there.
fn moved(hex: &Hex<'_>, twin: &reference::Memory, seed: usize) {
    let Some((&first, _)) = twin.iter().nth(seed % 7) else { return };
    let (base, len) = (first.saturating_sub(seed as u64 % 5), seed as u64 % 23);
    let start = [0, 0x81_0000, u64::MAX - 64][seed % 3];
    let window = Moved::new(hex, Span::new(start, len).unwrap(), base).unwrap();
    let within = |address: &u64| (base..base + len).contains(address);
    let here: reference::Memory =
        twin.iter().filter(|(address, _)| within(address)).map(|(at, byte)| (start + (at - base), *byte)).collect();
    assert_eq!(memory(&window), here);
    let ends = here.keys().next().zip(here.keys().next_back()).map(|(first, last)| (*first, last + 1));
    assert_eq!(window.extent().map(|extent| (extent.start(), extent.end())), ends);
    // All of it or a part, a byte more than it has, and what lies in front of it.
    for (at, len) in [(start, len), (start + len / 2, len - len / 2), (start, len + 1), (start.wrapping_sub(1), 1)] {
        let Ok(asked) = Span::new(at, len) else { continue };
        let is_there = (asked.start()..asked.end()).all(|address| here.contains_key(&address));
        assert_eq!(window.locate(asked).is_ok(), is_there, "{asked} of {window:?}");
    }
}

/// Stamp two units, then undo: the template to the letter; in between the twin reads the stamped memory,
/// all copies of it.
pub fn spec_hex_stamp(input: &[u8]) {
    let Some((&[at, len, seed], text)) = input.split_first_chunk::<3>() else { return };
    let text = reference::mend_sums(text);
    let hex = Hex::parse_with(&text, &Options::lenient());
    let (Ok(hex), Some(memory)) = (hex, reference::read_leniently(&text)) else { return };
    let Some((&address, _)) = memory.iter().nth(usize::from(at)) else { return };
    let len = usize::from(len % 40) + 2;
    let (one, two) = (len / 2, len - len / 2);
    let field =
        |name: &str, at: u64, len: usize| Field::new(name, At::address(at), Encoding::bytes(len)).expect(Guard::Any);
    // Side by side, so that they are likely to share a record and its sum.
    let layout = Layout::new().field(field("one", address, one)).field(field("two", address + one as u64, two));
    let Ok(plan) = layout.compile(&hex) else { return };
    let mut unit = plan.stamper(&hex).unwrap();
    for seed in [seed, !seed] {
        let bytes: Vec<u8> = (0..len).map(|n| seed.wrapping_mul(31).wrapping_add(n as u8)).collect();
        let values = [("two", Value::from(&bytes[one..])), ("one", Value::from(&bytes[..one]))];
        let stamped = unit.stamp(&values).unwrap().bytes();
        let mut expected = memory.clone();
        expected.extend((address..).zip(bytes.iter().copied()));
        assert_eq!(reference::read_leniently(stamped), Some(expected));
    }
    assert_eq!(unit.undo(), text);
}

/// Written in any style it reads back the same; records added to gaps change nothing else.
pub fn spec_hex_write(input: &[u8]) {
    let Some((&[record_len, flags, at, len], text)) = input.split_first_chunk::<4>() else { return };
    let text = reference::mend_sums(&mend_counts(text));
    let Ok(hex) = Hex::parse_with(&text, &Options::lenient()) else { return };
    let sparse = Sparse::new(&hex);
    let style = Style {
        record_len,
        align: flags & 1 != 0,
        line_end: [LineEnd::Lf, LineEnd::CrLf, LineEnd::Cr, LineEnd::Lf][usize::from(flags >> 1 & 3)],
        case: if flags & 8 != 0 { Case::Lower } else { Case::Upper },
        addressing: if flags & 16 != 0 { Addressing::Segment } else { Addressing::Linear },
    };
    if let Ok(written) = style.to_vec(&sparse) {
        let options = if sparse.extent().is_some() { Options::strict() } else { Options::lenient() };
        let back = Hex::parse_with(&written, &options).unwrap();
        assert!(Sparse::new(&back) == sparse);
    }
    // Behind a piece of memory, or anywhere about the first one.
    let ends: Vec<u64> = sparse.segments().map(|(span, _)| span.end()).collect();
    let start = match ends.get(usize::from(at) % (ends.len() + 1)) {
        Some(end) => *end,
        None => (sparse.extent().map_or(0, |extent| extent.start()) + u64::from(at) * 7).saturating_sub(100),
    };
    let span = Span::new(start, u64::from(len)).unwrap();
    // Two regions about the middle of it, the second of three bytes that come again by address.
    let (middle, third) = (start + u64::from(len) / 2, u64::from(len) / 3);
    let region = |start: u64, end: u64| Span::try_from(start..end).unwrap();
    let erased = ErasedMap::from(Erased::byte(0xEE))
        .region(region(middle, middle + third), Erased::pattern(&[1, 2, 3]).unwrap())
        .and_then(|map| map.region(region(middle - third.min(u64::from(record_len) % 8), middle), Erased::byte(0xDD)))
        .unwrap();
    let blank = |at: u64| match at {
        at if (middle..middle + third).contains(&at) => 1 + (at % 3) as u8,
        at if at < middle && at >= middle - third.min(u64::from(record_len) % 8) => 0xDD,
        _ => 0xEE,
    };
    let Ok(added) = hex.add_missing(&[span], &erased) else { return };
    let mut expected: reference::Memory = (span.start()..span.end()).map(|address| (address, blank(address))).collect();
    let mut bytes: Vec<u8> = expected.values().copied().collect();
    assert!(erased.matches(start, &bytes));
    if let Some(byte) = bytes.get_mut(usize::from(at) % usize::from(len).max(1)) {
        *byte ^= flags | 1;
        assert_eq!(erased.first_other(start, &bytes), Some(start + u64::from(at) % u64::from(len)));
    }
    expected.extend(memory(&sparse));
    // What was right stays right.
    let options = if Hex::parse(&text).is_ok() { Options::strict() } else { Options::lenient() };
    assert_eq!(memory(&Hex::parse_with(&added, &options).unwrap()), expected);
}
