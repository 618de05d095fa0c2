//! S-records and TI-TXT: reading, beside HEX of the same memory.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use nameplate::image::srec::{self, Width};
use nameplate::image::{Container, Hex, Merge, Sparse, Srec, TiTxt, hex, ti_txt};

use crate::{BASE, MIB, firmware};

pub(crate) fn parse(c: &mut Criterion) {
    let image = firmware(MIB);
    let memory = Sparse::from_pieces([(u64::from(BASE), &*image)], Merge::Error).unwrap();
    let mut group = c.benchmark_group("srec-parse");
    group.sample_size(50);
    for (name, record_len, width) in [("16-byte S3", 16, Width::S3), ("32-byte S3", 32, Width::S3)] {
        let style = srec::Style { record_len, width, ..srec::Style::default() };
        let text = String::from_utf8(style.to_vec(&memory).unwrap()).unwrap();
        let hex = hex::Style { record_len, ..hex::Style::default() }.to_vec(&memory).unwrap();
        assert!(Sparse::new(&Srec::parse(text.as_bytes()).unwrap()) == memory);
        assert!(Sparse::new(&Hex::parse(&hex).unwrap()) == memory);
        let bytes: usize = ::srec::read_records(&text)
            .map(|record| if let Ok(::srec::Record::S3(data)) = record { data.data.len() } else { 0 })
            .sum();
        assert_eq!(bytes, MIB);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::new("nameplate", name), |b| {
            b.iter(|| Srec::parse(black_box(text.as_bytes())).unwrap())
        });
        group.bench_function(BenchmarkId::new("srec", name), |b| {
            b.iter(|| ::srec::read_records(black_box(&text)).flatten().count())
        });
        let mut copy = vec![0; text.len()];
        group.bench_function(BenchmarkId::new("memcpy", name), |b| {
            b.iter(|| copy.copy_from_slice(black_box(text.as_bytes())))
        });
        group.throughput(Throughput::Bytes(hex.len() as u64));
        group.bench_function(BenchmarkId::new("nameplate, HEX", name), |b| {
            b.iter(|| Hex::parse(black_box(&hex)).unwrap())
        });
    }
    group.finish();

    let text = ti_txt::Style::default().to_vec(&memory).unwrap();
    assert_eq!(TiTxt::parse(&text).unwrap().extent(), memory.extent());
    let mut group = c.benchmark_group("ti-txt-parse");
    group.sample_size(50);
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("nameplate", |b| b.iter(|| TiTxt::parse(black_box(&text)).unwrap()));
    let lines: Vec<&str> = std::str::from_utf8(&text).unwrap().lines().collect();
    let theirs = |lines: &[&str]| {
        let mut file = bin_file::BinFile::new();
        file.add_ti_txt(lines, false).unwrap();
        file
    };
    assert_eq!(theirs(&lines).segments_list(), [(BASE as usize, image.clone())]);
    group.bench_function("bin_file", |b| b.iter(|| theirs(black_box(&lines))));
    let mut copy = vec![0; text.len()];
    group.bench_function("memcpy", |b| b.iter(|| copy.copy_from_slice(black_box(&text))));
    group.finish();
}
