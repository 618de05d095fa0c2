//! S-records and TI-TXT that are made to hurt.

use std::hint::black_box;

use nameplate::Span;
use nameplate::image::hex::{Limits, Options};
use nameplate::image::{Container, Erased, Srec, TiTxt};

use super::{bounded, bounded_by};
use crate::srec::record;

/// What is done with a file that is accepted.
fn used(image: &dyn Container) {
    let _ = black_box(image.extent().map(|extent| image.locate(extent)));
    black_box(image.uniform());
}

fn srec(what: &str, n: usize, make: impl Fn(usize) -> Vec<u8>) {
    for (mode, options) in [("strict", Options::strict()), ("lenient", Options::lenient())] {
        bounded(&format!("S-records, {what}, {mode}"), n, &make, |text| {
            let _ = black_box(Srec::parse_with(text, &options));
        });
        // A place takes 32 bytes for each record that it lies in.
        bounded_by(6, &format!("S-records, {what}, {mode}, used"), n, &make, |text| {
            let Ok(srec) = Srec::parse_with(text, &options) else { return };
            black_box(srec.diagnostics().count());
            used(&srec);
            let _ = black_box(srec.add_missing(&[Span::new(0xFFFF_0000, 9).unwrap()], Erased::default()).map(|_| ()));
        });
    }
}

fn ti_txt(what: &str, n: usize, make: impl Fn(usize) -> Vec<u8>) {
    for (mode, options) in [("strict", Options::strict()), ("lenient", Options::lenient())] {
        // 16 bytes for each byte of data that is spaced as no other: three characters.
        bounded_by(14, &format!("TI-TXT, {what}, {mode}"), n, &make, |text| {
            let _ = black_box(TiTxt::parse_with(text, &options));
        });
        bounded_by(30, &format!("TI-TXT, {what}, {mode}, used"), n, &make, |text| {
            let Ok(image) = TiTxt::parse_with(text, &options) else { return };
            black_box(image.diagnostics().count());
            used(&image);
        });
    }
}

fn records(n: usize, address: impl Fn(u32) -> u32, data: &[u8]) -> Vec<u8> {
    let lines: String = (0..n as u32).map(|at| record(3, address(at), data) + "\n").collect();
    (lines + "S9030000FC\n").into_bytes()
}

#[test]
fn srec_records_and_lines() {
    srec("end to end", 2000, |n| records(n, |at| at, b"\x5A"));
    srec("with holes", 2000, |n| records(n, |at| 2 * at, b"\x5A"));
    srec("backwards", 2000, |n| records(n, |at| 2 * (0xFF_FFFF - at), b"\x5A"));
    srec("one address", 2000, |n| records(n, |_| 0x10, b"\x5A"));
    srec("each half over the next", 1000, |n| records(n, |at| at * 8, &[0x5A; 16]));
    srec("without data", 2000, |n| records(n, |at| at, b""));
    for (what, part) in [
        ("marks", &b"S"[..]),
        ("records without line ends", b"S9030000FC"),
        ("ends", b"S9030000FC\n"),
        ("numbers", b"S5030001FB\n"),
        ("numbers that are wrong", b"S5030009F3\n"),
        ("starts", b"S9030000FC\nS9030001FB\n"),
        ("headers", b"S0030000FC\n"),
        ("comments", b"#\n"),
        ("symbols", b"$$\n"),
        ("blanks", b" "),
        ("line ends", b"\n"),
        ("zeros", b"\0"),
        ("zeros and blanks", b"\0 "),
    ] {
        for front in
            [&b""[..], b"S104000042B9\n", b"S104000042B9\nS9030000FC\n", b"S104000042B9\nS9030000FC ", b"S104000042B9 "]
        {
            srec(what, 20_000 / part.len(), |n| [front, &part.repeat(n)].concat());
        }
    }
}

#[test]
fn ti_txt_lines() {
    let lines = |n: usize, line: &dyn Fn(usize) -> String| {
        let lines: String = (0..n).map(line).collect();
        (lines + "q\n").into_bytes()
    };
    ti_txt("end to end", 2000, |n| [&b"@0\n"[..], &lines(n, &|_| "5A\n".to_owned())].concat());
    ti_txt("with holes", 2000, |n| lines(n, &|at| format!("@{:X}\n5A\n", 2 * at)));
    ti_txt("backwards", 2000, |n| lines(n, &|at| format!("@{:X}\n5A\n", 2 * (0xFF_FFFF - at))));
    ti_txt("one address", 2000, |n| lines(n, &|_| "@0\n5A\n".to_owned()));
    ti_txt("one line", 2000, |n| [&b"@0\n"[..], &b"5A ".repeat(n), b"\nq\n"].concat());
    ti_txt("spaced in no way", 2000, |n| [&b"@0\n"[..], &b"5A 5A  5A    ".repeat(n), b"\nq\n"].concat());
    for (what, part) in [
        ("blanks", &b" "[..]),
        ("digits", b"5"),
        ("addresses", b"@0\n"),
        ("ends", b"q\n"),
        ("text", b"x\n"),
        ("line ends", b"\n"),
        ("zeros", b"\0"),
    ] {
        for front in [&b""[..], b"@0\n5A\n", b"@0\n5A\nq\n", b"@0\n5A\nq "] {
            ti_txt(what, 20_000 / part.len(), |n| [front, &part.repeat(n), b"\nq\n"].concat());
        }
    }
}

#[test]
fn limits_hold_first() {
    let options = Options::strict().limits(Limits { text: 1 << 30, runs: 9 });
    let text = records(4000, |at| 2 * at, b"\x5A");
    let used = allocation_counter::measure(|| assert!(Srec::parse_with(&text, &options).is_err()));
    assert!(used.bytes_max < 4096, "{}", used.bytes_max);
}
