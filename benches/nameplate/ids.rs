//! A million serials with a check character, and a million EUI-48 as text, beside `format!`.

use std::fmt::Write;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use nameplate::Source;
use nameplate::check::character::System;
use nameplate::id::eui::{Block, Eui48};
use nameplate::id::serial::Scheme;

const UNITS: u64 = 1_000_000;
/// How many texts are made before they are taken: as many as lie near.
const RUN: usize = 64;

/// ISO 7064 MOD 37,36, as one writes it from the standard.
fn mod_37_36(text: &str) -> char {
    const SYMBOLS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let state = text.bytes().filter(u8::is_ascii_alphanumeric).fold(36, |state, c| {
        let value = u32::from(if c.is_ascii_digit() { c - b'0' } else { c - b'A' + 10 });
        let sum = if (state + value) % 36 == 0 { 36 } else { (state + value) % 36 };
        sum * 2 % 37
    });
    char::from(SYMBOLS[((37 - state) % 36) as usize])
}

fn serial_by_format(n: u64) -> String {
    let body = format!("EUDV2407-{n:06}");
    let check = mod_37_36(&body);
    format!("{body}{check}")
}

/// Takes each text of a run by its bytes, and adds some up, so that nothing is left out.
fn take(sum: u64, text: &[u8]) -> u64 {
    sum.wrapping_mul(31).wrapping_add(u64::from(text[text.len() - 1]))
}

fn serials_by_run(source: &impl Source, len: usize) -> u64 {
    let mut texts = [[0; 64]; RUN];
    (0..UNITS).step_by(RUN).fold(0, |sum, first| {
        let now = &mut texts[..RUN.min((UNITS - first) as usize)];
        source.run_into(first, now).unwrap();
        now.iter().fold(sum, |sum, text| take(sum, &text[..len]))
    })
}

pub(crate) fn serials(c: &mut Criterion) {
    let serials = Scheme::parse("EUDV2407-{seq:6}{check:mod37-36}").unwrap().undated().unwrap();
    assert_eq!(serial_by_format(123), "EUDV2407-000123K");
    assert_eq!(
        mod_37_36("A12425GABC1234002").to_string(),
        System::Mod37_36.compute("A12425GABC1234002").unwrap().as_str()
    );
    for n in 0..UNITS {
        assert_eq!(serials.nth(n).unwrap().as_str(), serial_by_format(n));
    }
    let by_format = || (0..UNITS).fold(0, |sum, n| take(sum, serial_by_format(black_box(n)).as_bytes()));
    let by_nth = || (0..UNITS).fold(0, |sum, n| take(sum, serials.nth(black_box(n)).unwrap().as_str().as_bytes()));
    assert_eq!(by_nth(), by_format());
    assert_eq!(serials_by_run(&serials, serials.text_len()), by_format());
    let mut group = c.benchmark_group("serials");
    group.throughput(Throughput::Elements(UNITS));
    group.sample_size(10);
    group.bench_function(BenchmarkId::new("nameplate", "runs"), |b| {
        b.iter(|| serials_by_run(black_box(&serials), serials.text_len()));
    });
    group.bench_function(BenchmarkId::new("nameplate", "one by one"), |b| b.iter(by_nth));
    group.bench_function(BenchmarkId::new("format!", "one by one"), |b| b.iter(by_format));
    group.finish();
}

pub(crate) fn euis(c: &mut Criterion) {
    let block = Block::from_prefix("70B3D5").unwrap();
    let by_format = || {
        (0..UNITS).fold(0, |sum, n| {
            let o = block.eui48(black_box(n)).unwrap().octets();
            let text = format!("{:02X}-{:02X}-{:02X}-{:02X}-{:02X}-{:02X}", o[0], o[1], o[2], o[3], o[4], o[5]);
            take(sum, text.as_bytes())
        })
    };
    let ours = || {
        let mut text = [0; 17];
        (0..UNITS).fold(0, |sum, n| {
            let _ = block.eui48(black_box(n)).unwrap().hyphens().text_into(&mut text);
            take(sum, &text)
        })
    };
    for n in [0, 1, 0x00AB_CDEF, 0x00FF_FFFF] {
        let eui: Eui48 = block.eui48(n).unwrap();
        let [_, _, octets @ ..] = (0x70B3_D500_0000 + n).to_be_bytes();
        let expected = octets.map(|octet| format!("{octet:02X}")).join("-");
        let mut text = [0xA5; 17];
        assert_eq!(eui.hyphens().text_into(&mut text), Some(17));
        assert_eq!((eui.hyphens().to_string(), &text[..]), (expected.clone(), expected.as_bytes()));
    }
    assert_eq!(ours(), by_format());
    let mut group = c.benchmark_group("euis");
    group.throughput(Throughput::Elements(UNITS));
    group.sample_size(10);
    group.bench_function(BenchmarkId::new("nameplate", "text_into"), |b| b.iter(ours));
    group.bench_function(BenchmarkId::new("nameplate", "Display"), |b| {
        b.iter(|| {
            let mut text = String::new();
            (0..UNITS).fold(0, |sum, n| {
                text.clear();
                write!(text, "{}", block.eui48(black_box(n)).unwrap().hyphens()).unwrap();
                take(sum, text.as_bytes())
            })
        });
    });
    group.bench_function(BenchmarkId::new("format!", "octets"), |b| b.iter(by_format));
    group.finish();
}
