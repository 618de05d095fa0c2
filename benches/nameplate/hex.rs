//! HEX text: reading, writing, and orders of records that are hard on readers.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use memchr::memchr;
use nameplate::image::hex::Style;
use nameplate::image::{Container, Hex, Sparse};

use crate::{BASE, MIB, firmware, hex_text, record};

pub(crate) fn parse(c: &mut Criterion) {
    let image = firmware(MIB);
    let mut group = c.benchmark_group("hex-parse");
    let irregular = hex_text(&image, &[7, 31, 1, 16, 16, 9, 25]).to_lowercase().replace("\r\n", "\n");
    let by = |len| hex_text(&image, &[len]);
    let mut texts = vec![
        ("16-byte", MIB, by(16)),
        ("32-byte", MIB, by(32)),
        ("8-byte", MIB, by(8)),
        ("20-byte", MIB, by(20)),
        ("21-byte", MIB, by(21)),
        ("64-byte", MIB, by(64)),
        ("16-byte, LF, lower case", MIB, by(16).to_lowercase().replace("\r\n", "\n")),
        ("irregular", MIB, irregular),
        ("16, 16, 16, 4 bytes", MIB, hex_text(&image, &[16, 16, 16, 4])),
    ];
    let large = firmware(64 * MIB);
    texts.push(("16-byte, 64 MiB", large.len(), hex_text(&large, &[16])));
    texts.push(("32-byte, 64 MiB", large.len(), hex_text(&large, &[32])));
    for (name, len, text) in texts {
        let hex = Hex::parse(text.as_bytes()).unwrap();
        assert_eq!(hex.extent().unwrap().len(), len as u64);
        let bytes: usize = ihex::Reader::new(&text)
            .map(|record| if let Ok(ihex::Record::Data { value, .. }) = record { value.len() } else { 0 })
            .sum();
        assert_eq!(bytes, len);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.sample_size(if len > MIB { 10 } else { 50 });
        group.bench_function(BenchmarkId::new("nameplate", name), |b| {
            b.iter(|| Hex::parse(black_box(text.as_bytes())).unwrap());
        });
        group.bench_function(BenchmarkId::new("ihex", name), |b| {
            b.iter(|| ihex::Reader::new(black_box(&text)).flatten().count());
        });
        assert_eq!(hex.diagnostics().count(), 0);
        group.bench_function(BenchmarkId::new("diagnostics", name), |b| {
            b.iter(|| black_box(&hex).diagnostics().count())
        });
        let mut copy = vec![0; text.len()];
        group.bench_function(BenchmarkId::new("memcpy", name), |b| {
            b.iter(|| copy.copy_from_slice(black_box(text.as_bytes())))
        });
        group.bench_function(BenchmarkId::new("memchr lines", name), |b| b.iter(|| lines(black_box(text.as_bytes()))));
    }
    group.finish();
}

/// How many lines, each end looked for by itself.
fn lines(mut text: &[u8]) -> usize {
    let mut lines = 0;
    while let Some(end) = memchr(b'\n', text) {
        (text, lines) = (&text[end + 1..], lines + 1);
    }
    lines
}

pub(crate) fn write(c: &mut Criterion) {
    let image = firmware(MIB);
    let mut group = c.benchmark_group("hex-write");
    for record_len in [16, 32] {
        let text = hex_text(&image, &[record_len.into()]);
        let memory = Sparse::new(&Hex::parse(text.as_bytes()).unwrap());
        let style = Style { record_len, ..Style::default() };
        let mut out = vec![0xA5; style.text_len(&memory).unwrap()];
        style.write_into(&memory, &mut out).unwrap();
        assert_eq!(String::from_utf8_lossy(&out), text);
        let records: Vec<ihex::Record> = ihex::Reader::new(&text).map(Result::unwrap).collect();
        let theirs = ihex::create_object_file_representation(&records).unwrap();
        assert_eq!(theirs.trim_end(), text.replace('\r', "").trim_end());
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::new("nameplate", record_len), |b| {
            b.iter(|| style.write_into(black_box(&memory), &mut out).unwrap());
        });
        group.bench_function(BenchmarkId::new("memcpy", record_len), |b| {
            b.iter(|| out.copy_from_slice(black_box(text.as_bytes())));
        });
        group.sample_size(20);
        group.bench_function(BenchmarkId::new("ihex", record_len), |b| {
            b.iter(|| ihex::create_object_file_representation(black_box(&records)).unwrap());
        });
    }
    group.finish();
}

/// 65,536 records of 16 bytes at these addresses, a type 04 record wherever the upper half changes.
fn records(addresses: &[u32]) -> String {
    let image = firmware(16 * addresses.len());
    let (mut text, mut upper) = (String::new(), None);
    for (&address, data) in addresses.iter().zip(image.chunks_exact(16)) {
        if upper.replace(address >> 16) != Some(address >> 16) {
            record(4, 0, &((address >> 16) as u16).to_be_bytes(), &mut text);
        }
        record(0, address as u16, data, &mut text);
    }
    text + ":00000001FF\r\n"
}

pub(crate) fn awkward(c: &mut Criterion) {
    const RECORDS: u32 = 65_536;
    let spaced = |distance: u32| (0..RECORDS).map(move |n| BASE + n * distance);
    let mut shuffled: Vec<u32> = spaced(16).collect();
    let mut state = 7_u64;
    for n in (1..shuffled.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        shuffled.swap(n, (state >> 33) as usize % (n + 1));
    }
    let interleaved = (0..RECORDS / 2).flat_map(|n| [BASE + n * 16, BASE + 0x0100_0000 + n * 16]).collect();
    let mut group = c.benchmark_group("hex-awkward");
    for (name, addresses) in [
        ("in order", spaced(16).collect::<Vec<u32>>()),
        ("holes ascending", spaced(32).collect()),
        ("holes descending", spaced(32).rev().collect()),
        ("reversed", spaced(16).rev().collect()),
        ("shuffled", shuffled),
        ("two regions interleaved", interleaved),
    ] {
        let text = records(&addresses);
        let memory = Sparse::new(&Hex::parse(text.as_bytes()).unwrap());
        assert_eq!(memory.file().len(), 16 * RECORDS as usize);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::new("index", name), |b| {
            b.iter(|| Hex::parse(black_box(text.as_bytes())).unwrap());
        });
        group.bench_function(BenchmarkId::new("memory", name), |b| {
            b.iter(|| Sparse::new(&Hex::parse(black_box(text.as_bytes())).unwrap()));
        });
    }
    group.finish();
}
