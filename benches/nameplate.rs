//! Speed as ratios: each group holds a peer and a yardstick beside our own way, measured in one run,
//! and asserts its answer before it is timed.
//!
//! | group | ours | peer | yardstick |
//! |---|---|---|---|
//! | `hex-parse` | parse, check all sums, index | `ihex` reading all records | memcpy of the text |
//! | `stamp` | one unit in HEX text, whole or in a buffer used again | `ihex` parse, edit, rewrite | memcpy of the text |
//! | `crc-repair` | a unit's CRC-32 from the change | `crc` over the image | – |
//! | `sqtp` | lines | `ihex` records, `write!` | memcpy of the output |

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::semicolon_if_nothing_returned,
    unused_results,
    reason = "a bench may stop on a wrong answer"
)]

use std::fmt::Write;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use nameplate::check::CRC_32_ISO_HDLC;
use nameplate::feed::sqtp::{Address, Profile, Sqtp};
use nameplate::image::{Container, Hex};
use nameplate::{At, Encoding, Field, Layout, Repair, Value};

const BASE: u32 = 0x0800_0000;
const MIB: usize = 1 << 20;

/// Bytes without a pattern, the last page erased, and a right CRC-32 of all before it in the last word.
fn firmware(len: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    let mut image: Vec<u8> = (0..len).map(|_| next()).collect();
    image[len - 256..].fill(0xFF);
    let crc = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC).checksum(&image[..len - 4]);
    image[len - 4..].copy_from_slice(&crc.to_le_bytes());
    image
}

fn record(kind: u8, address: u16, data: &[u8], out: &mut String) {
    let [high, low] = address.to_be_bytes();
    let mut bytes = vec![data.len() as u8, high, low, kind];
    bytes.extend_from_slice(data);
    bytes.push(bytes.iter().fold(0, |sum: u8, byte| sum.wrapping_sub(*byte)));
    out.push(':');
    for byte in bytes {
        write!(out, "{byte:02X}").unwrap();
    }
    out.push_str("\r\n");
}

/// HEX text with records of `lens` in turn.
fn hex_text(image: &[u8], lens: &[usize]) -> String {
    let mut text = String::new();
    let (mut at, mut lens) = (0, lens.iter().cycle());
    while at < image.len() {
        let address = BASE + at as u32;
        if at % 0x1_0000 == 0 {
            record(4, 0, &((address >> 16) as u16).to_be_bytes(), &mut text);
        }
        let len = (*lens.next().unwrap()).min(image.len() - at).min(0x1_0000 - at % 0x1_0000);
        record(0, address as u16, &image[at..at + len], &mut text);
        at += len;
    }
    text.push_str(":00000001FF\r\n");
    text
}

fn hex_parse(c: &mut Criterion) {
    let image = firmware(MIB);
    let mut group = c.benchmark_group("hex-parse");
    for (name, lens) in [("16-byte", &[16_usize][..]), ("32-byte", &[32]), ("irregular", &[7, 31, 1, 16, 16, 9, 25])] {
        let text = hex_text(&image, lens);
        let hex = Hex::parse(text.as_bytes()).unwrap();
        assert_eq!(hex.extent().unwrap().len(), MIB as u64);
        let bytes: usize = ihex::Reader::new(&text)
            .map(|record| if let Ok(ihex::Record::Data { value, .. }) = record { value.len() } else { 0 })
            .sum();
        assert_eq!(bytes, MIB);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::new(name, "nameplate"), |b| {
            b.iter(|| Hex::parse(black_box(text.as_bytes())).unwrap());
        });
        group.bench_function(BenchmarkId::new(name, "ihex"), |b| {
            b.iter(|| ihex::Reader::new(black_box(&text)).flatten().count());
        });
        let mut copy = vec![0; text.len()];
        group.bench_function(BenchmarkId::new(name, "memcpy"), |b| {
            b.iter(|| copy.copy_from_slice(black_box(text.as_bytes())))
        });
    }
    group.finish();
}

/// A 16-byte serial over two records, and a CRC-32 over the whole image.
fn layout() -> Layout {
    let at = u64::from(BASE) + MIB as u64 - 256 + 8;
    let end = u64::from(BASE) + MIB as u64 - 4;
    Layout::new()
        .field(Field::new("serial", At::address(at), Encoding::ascii(16).pad(0)))
        .repair(Repair::crc("app", CRC_32_ISO_HDLC, u64::from(BASE)..end).stored_at(end).u32_le())
}

/// Reads all records, changes those that hold the serial and the CRC, writes all records.
fn rewrite(text: &str, serial: &[u8; 16]) -> String {
    let mut records: Vec<ihex::Record> = ihex::Reader::new(text).map(Result::unwrap).collect();
    let mut image = Vec::with_capacity(MIB);
    for record in &mut records {
        if let ihex::Record::Data { value, .. } = record {
            for byte in value.iter_mut() {
                let at = image.len();
                if let Some(index) = at.checked_sub(MIB - 256 + 8).filter(|index| *index < 16) {
                    *byte = serial[index];
                }
                image.push(*byte);
            }
        }
    }
    let crc = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC).checksum(&image[..MIB - 4]);
    let last = records
        .iter_mut()
        .rev()
        .find_map(|record| if let ihex::Record::Data { value, .. } = record { Some(value) } else { None });
    last.unwrap()[12..].copy_from_slice(&crc.to_le_bytes());
    ihex::create_object_file_representation(&records).unwrap().replace('\n', "\r\n")
}

fn stamp(c: &mut Criterion) {
    let text = hex_text(&firmware(MIB), &[16]);
    let template = Hex::parse(text.as_bytes()).unwrap();
    let plan = layout().compile(&template).unwrap();
    let mut unit = plan.unit(&template).unwrap();
    let stamped = unit.stamp(&[("serial", "EUDV2407-000123".into())]).unwrap().bytes().to_vec();
    assert_eq!(String::from_utf8(stamped).unwrap(), rewrite(&text, b"EUDV2407-000123\0"));

    let mut group = c.benchmark_group("stamp");
    group.bench_function("buffer used again", |b| {
        b.iter(|| unit.stamp(black_box(&[("serial", "EUDV2407-000123".into())])).unwrap().bytes().len());
    });
    let mut copy = vec![0; text.len()];
    group.bench_function("whole new text", |b| {
        b.iter(|| {
            copy.copy_from_slice(unit.stamp(black_box(&[("serial", "EUDV2407-000123".into())])).unwrap().bytes())
        });
    });
    group.bench_function("memcpy", |b| b.iter(|| copy.copy_from_slice(black_box(text.as_bytes()))));
    group.sample_size(10);
    group.bench_function("ihex", |b| b.iter(|| rewrite(black_box(&text), b"EUDV2407-000123\0")));
    group.finish();
}

fn crc_repair(c: &mut Criterion) {
    use nameplate::check::{Algorithm, Change};
    let mut image = firmware(MIB);
    let end = MIB - 4;
    let positions: Vec<u64> = (0..16).map(|n| (MIB - 256 + n) as u64).collect();
    let algorithm = Algorithm::from(CRC_32_ISO_HDLC);
    let full = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC);
    let value = u128::from(full.checksum(&image[..end]));
    let change = Change::new(algorithm, end as u64, &positions, value, [0xFF; 16].into_iter()).unwrap();
    let serial = *b"EUDV2407-000123\0";
    image[MIB - 256..MIB - 240].copy_from_slice(&serial);
    assert_eq!(change.value(serial.into_iter()), u128::from(full.checksum(&image[..end])));

    let mut group = c.benchmark_group("crc-repair");
    group.bench_function("nameplate", |b| b.iter(|| change.value(black_box(serial).into_iter())));
    group.sample_size(10);
    group.bench_function("crc", |b| b.iter(|| full.checksum(black_box(&image[..end]))));
    group.finish();
}

fn sqtp(c: &mut Criterion) {
    const UNITS: u32 = 100_000;
    let encoding = Encoding::retlw14(Encoding::u32_le());
    let sqtp = Sqtp::new(Profile::named("pic16-userid").unwrap(), Address::Device(0x8000), &encoding).unwrap();
    let len = sqtp.line_len();
    let mut out = vec![0xA5; UNITS as usize * len];
    let ours = |out: &mut [u8]| {
        let mut payload = [0; 8];
        for (n, line) in (0..UNITS).zip(out.chunks_exact_mut(len)) {
            encoding.encode_into(&Value::from(n), &mut payload).unwrap();
            assert!(sqtp.line_into(&payload, line));
        }
    };
    let payload = |n: u32| {
        let [a, b, c, d] = n.to_le_bytes();
        vec![a, 0x34, b, 0x34, c, 0x34, d, 0x34]
    };
    let by_ihex = |text: &mut String| {
        for n in 0..UNITS {
            text.push_str(&ihex::Record::Data { offset: 0, value: payload(n) }.to_record_string().unwrap());
            text.push_str("\r\n");
        }
    };
    let by_write = |text: &mut String| {
        for n in 0..UNITS {
            let [a, b, c, d] = n.to_le_bytes();
            let sum = 0_u8
                .wrapping_sub(8)
                .wrapping_sub(a)
                .wrapping_sub(b)
                .wrapping_sub(c)
                .wrapping_sub(d)
                .wrapping_sub(4 * 0x34);
            write!(text, ":08000000{a:02X}34{b:02X}34{c:02X}34{d:02X}34{sum:02X}\r\n").unwrap();
        }
    };
    ours(&mut out);
    let mut text = String::new();
    by_ihex(&mut text);
    assert_eq!(text.as_bytes(), out);
    text.clear();
    by_write(&mut text);
    assert_eq!(text.as_bytes(), out);

    let mut group = c.benchmark_group("sqtp");
    group.throughput(Throughput::Elements(UNITS.into()));
    group.bench_function("nameplate", |b| b.iter(|| ours(black_box(&mut out))));
    let mut copy = vec![0; out.len()];
    group.bench_function("memcpy", |b| b.iter(|| copy.copy_from_slice(black_box(&out))));
    group.sample_size(20);
    for (name, way) in [("ihex", &by_ihex as &dyn Fn(&mut String)), ("write!", &by_write)] {
        group.bench_function(name, |b| {
            b.iter(|| {
                text.clear();
                way(black_box(&mut text));
            });
        });
    }
    group.finish();
}

criterion_group!(benches, hex_parse, stamp, crc_repair, sqtp);
criterion_main!(benches);
