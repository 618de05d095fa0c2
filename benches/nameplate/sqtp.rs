//! SQTP files: written from a counter and from a serial scheme, and read back.

use std::fmt::Write;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use nameplate::Encoding;
use nameplate::check::character::System;
use nameplate::id::serial::Scheme;
use nameplate::range::Numbers;
use nameplate::sqtp::{Address, File, Profile, Sqtp};

const UNITS: u32 = 1_000_000;

fn sqtp(encoding: &str) -> Sqtp {
    let encoding: Encoding = encoding.parse().unwrap();
    Sqtp::new(Profile::from_name("pic16-userid").unwrap(), Address::Device(0x8000), &encoding).unwrap()
}

/// The records by `ihex`, CR LF.
fn by_ihex(payloads: impl Iterator<Item = Vec<u8>>, text: &mut String) {
    text.clear();
    text.push_str(":020000040001F9\r\n");
    for value in payloads {
        text.push_str(&ihex::Record::Data { offset: 0, value }.to_record_string().unwrap());
        text.push_str("\r\n");
    }
    text.push_str(":00000001FF\r\n");
}

fn words(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().flat_map(|byte| [*byte, 0x34]).collect()
}

pub(crate) fn write(c: &mut Criterion) {
    let counter = sqtp("retlw14(u32le)");
    let numbers = Numbers::of(0, UNITS.into()).unwrap();
    let mut out = vec![0xA5; counter.counter(numbers).unwrap().text_len().unwrap()];
    let mut text = String::new();
    let payloads = || (0..UNITS).map(|n| words(&n.to_le_bytes()));
    by_ihex(payloads(), &mut text);
    assert_eq!(counter.counter(numbers).unwrap().fill(&mut out), Ok(out.len()));
    assert_eq!(text.as_bytes(), out);

    let mut group = c.benchmark_group("sqtp-write");
    group.throughput(Throughput::Elements(UNITS.into()));
    group.sample_size(20);
    group.bench_function(BenchmarkId::new("nameplate", "counter"), |b| {
        b.iter(|| counter.counter(numbers).unwrap().fill(black_box(&mut out)));
    });
    let mut copy = vec![0; out.len()];
    group.bench_function(BenchmarkId::new("memcpy", "counter"), |b| b.iter(|| copy.copy_from_slice(black_box(&out))));
    let parts: Vec<Numbers> = numbers.split(2).unwrap().collect();
    group.bench_function(BenchmarkId::new("nameplate, two threads", "counter"), |b| {
        let (one, two) = copy.split_at_mut(out.len() / 2);
        b.iter(|| {
            let fill = |part: Numbers, out: &mut [u8]| counter.counter(part).unwrap().body().fill(out).unwrap();
            std::thread::scope(|scope| {
                let other = scope.spawn(|| fill(parts[1], &mut *two));
                fill(parts[0], one) + other.join().unwrap()
            })
        });
    });
    group.bench_function(BenchmarkId::new("memcpy, two threads", "counter"), |b| {
        let (one, two) = copy.split_at_mut(out.len() / 2);
        let (from, other) = out.split_at(one.len());
        b.iter(|| {
            std::thread::scope(|scope| {
                let join = scope.spawn(|| two.copy_from_slice(black_box(other)));
                one.copy_from_slice(black_box(from));
                join.join().unwrap();
            });
        });
    });
    group.sample_size(10);
    group.bench_function(BenchmarkId::new("ihex", "counter"), |b| b.iter(|| by_ihex(payloads(), &mut text)));
    let by_write = |text: &mut String| {
        text.clear();
        text.push_str(":020000040001F9\r\n");
        for [a, b, c, d] in (0..UNITS).map(u32::to_le_bytes) {
            let sum = [8, a, b, c, d].iter().fold(0x30_u8, |sum, byte| sum.wrapping_sub(*byte));
            write!(text, ":08000000{a:02X}34{b:02X}34{c:02X}34{d:02X}34{sum:02X}\r\n").unwrap();
        }
        text.push_str(":00000001FF\r\n");
    };
    by_write(&mut text);
    assert_eq!(text.as_bytes(), out);
    group.bench_function(BenchmarkId::new("write!", "counter"), |b| b.iter(|| by_write(&mut text)));

    let units = u64::from(UNITS / 10);
    group.throughput(Throughput::Elements(units));
    for (name, template, encoding, check) in [
        ("scheme", "EUDV-{seq:8}", "retlw14(ascii:13:exact)", None),
        ("scheme-damm", "EUDV-{seq:8}{check:damm:seq}", "retlw14(ascii:14:exact)", Some("damm")),
        ("scheme-mod37-36", "EUDV-{seq:8}{check:mod37-36}", "retlw14(ascii:14:exact)", Some("mod37-36")),
    ] {
        let scheme = Scheme::parse(template).unwrap().undated().unwrap();
        let serials = sqtp(encoding);
        let check = check.map(|name| System::from_name(name).unwrap());
        // The check characters of the peer are made beforehand, and cost it nothing.
        let checks: Vec<String> = (0..units)
            .map(|n| match check {
                Some(System::Damm) => System::Damm.compute(&format!("{n:08}")).unwrap().to_string(),
                Some(system) => system.compute(&format!("EUDV{n:08}")).unwrap().to_string(),
                None => String::new(),
            })
            .collect();
        let payloads = || (0..units).zip(&checks).map(|(n, check)| words(format!("EUDV-{n:08}{check}").as_bytes()));
        by_ihex(payloads(), &mut text);
        let mut out = serials.values(&scheme, 0..units).unwrap().to_vec().unwrap();
        assert_eq!(text.as_bytes(), out);
        group.bench_function(BenchmarkId::new("nameplate", name), |b| {
            b.iter(|| serials.values(&scheme, 0..units).unwrap().fill(black_box(&mut out)));
        });
        group.bench_function(BenchmarkId::new("ihex", name), |b| b.iter(|| by_ihex(payloads(), &mut text)));
    }
    group.finish();
}

/// The lines of a file in an order without a pattern.
fn shuffled(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let mut state = 1_u64;
    for at in (2..lines.len() - 1).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        lines.swap(at, 1 + (state >> 33) as usize % at);
    }
    lines.iter().flat_map(|line| [line, "\r\n"]).collect()
}

pub(crate) fn read(c: &mut Criterion) {
    let counter = sqtp("retlw14(u32le)");
    let text = counter.counter(Numbers::of(0, UNITS.into()).unwrap()).unwrap().to_vec().unwrap();
    let text = String::from_utf8(text).unwrap();
    let scheme = Scheme::parse("EUDV-{seq:8}").unwrap().undated().unwrap();
    let serials = sqtp("retlw14(ascii:13:exact)");
    let serial = serials.values(&scheme, 0..u64::from(UNITS / 10)).unwrap().to_vec().unwrap();
    let ours = |sqtp: &Sqtp, text: &str| {
        let file = File::parse(text.as_bytes()).unwrap();
        file.check(sqtp).unwrap();
        (file.len(), file.duplicates().len())
    };
    let mut group = c.benchmark_group("sqtp-read");
    group.sample_size(10);
    for (name, sqtp, text) in [
        ("counter", &counter, &text),
        ("scheme", &serials, &String::from_utf8(serial).unwrap()),
        ("shuffled", &counter, &shuffled(&text)),
    ] {
        let units = text.lines().count() - 2;
        assert_eq!(ours(sqtp, text), (units, 0));
        assert_eq!(ihex::Reader::new(text).flatten().count(), units + 2);
        group.throughput(Throughput::Elements(units as u64));
        group.bench_function(BenchmarkId::new("nameplate", name), |b| b.iter(|| ours(sqtp, black_box(text))));
        group.bench_function(BenchmarkId::new("ihex", name), |b| {
            b.iter(|| ihex::Reader::new(black_box(text)).flatten().count());
        });
        let mut copy = vec![0; text.len()];
        group.bench_function(BenchmarkId::new("memcpy", name), |b| {
            b.iter(|| copy.copy_from_slice(black_box(text.as_bytes())));
        });
    }
    group.finish();
}
