//! A unit's checksums, from the bytes that change.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion};
use nameplate::check::{Algorithm, CRC_32_ISO_HDLC, Change};
use nameplate::image::Raw;
use nameplate::{At, Encoding, Field, Guard, Layout, Repair, Value};

use crate::{MIB, firmware};

const SERIAL: [u8; 16] = *b"EUDV2407-000123\0";

pub(crate) fn crc_repair(c: &mut Criterion) {
    let mut image = firmware(MIB);
    let end = MIB - 4;
    let positions: Vec<u64> = (0..16).map(|n| (MIB - 256 + n) as u64).collect();
    let algorithm = Algorithm::from(CRC_32_ISO_HDLC);
    let full = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC);
    let value = u128::from(full.checksum(&image[..end]));
    let change = Change::new(algorithm, end as u64, &positions, value, [0xFF; 16].into_iter()).unwrap();
    image[MIB - 256..MIB - 240].copy_from_slice(&SERIAL);
    assert_eq!(change.value(SERIAL.into_iter()), u128::from(full.checksum(&image[..end])));
    assert_eq!(change.value(SERIAL.into_iter()), u128::from(crc32fast::hash(&image[..end])));

    let mut group = c.benchmark_group("crc-repair");
    group.bench_function("nameplate", |b| b.iter(|| change.value(black_box(SERIAL).into_iter())));
    group.bench_function("crc32fast", |b| b.iter(|| crc32fast::hash(black_box(&image[..end]))));
    group.sample_size(10);
    group.bench_function("crc", |b| b.iter(|| full.checksum(black_box(&image[..end]))));
    group.finish();
}

fn serial(at: u64, len: usize) -> Field {
    Field::new("serial", At::address(at), Encoding::bytes(len)).expect(Guard::Any)
}

/// A whole stamp, 16 bytes in the middle and a CRC-32 behind, in images of all sizes.
pub(crate) fn sizes(c: &mut Criterion) {
    let mut group = c.benchmark_group("repair-by-size");
    for len in [512, 4 << 10, 64 << 10, MIB, 16 * MIB] {
        let image = firmware(len);
        let end = len as u64 - 4;
        let template = Raw::new(&image, 0).unwrap();
        let layout = Layout::new()
            .field(serial(len as u64 / 2, 16))
            .repair(Repair::crc("app", CRC_32_ISO_HDLC, 0..end).stored_at(end).u32_le());
        let plan = layout.compile(&template).unwrap();
        let mut unit = plan.stamper(&template).unwrap();
        let stamped = unit.stamp(&[("serial", Value::from(&SERIAL))]).unwrap().bytes();
        assert_eq!(crc32fast::hash(&stamped[..len - 4]).to_le_bytes(), stamped[len - 4..]);
        group.bench_with_input(BenchmarkId::from_parameter(len), &SERIAL, |b, serial| {
            b.iter(|| unit.stamp(black_box(&[("serial", Value::from(serial))])).unwrap().bytes().len());
        });
    }
    group.finish();
}

/// A CRC-32 in a header, a CRC-32 of the header, a sum of everything; 22 bytes of identity.
pub(crate) fn nested(c: &mut Criterion) {
    const AT: usize = MIB / 2;
    let mut image = firmware(MIB);
    let full = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC);
    let recompute = |image: &mut [u8]| {
        let app = full.checksum(&image[64..MIB - 4]);
        image[4..8].copy_from_slice(&app.to_le_bytes());
        let head = full.checksum(&image[..60]);
        image[60..64].copy_from_slice(&head.to_le_bytes());
        let sum = image[..MIB - 4].iter().fold(0, |sum: u32, byte| sum.wrapping_add(u32::from(*byte)));
        image[MIB - 4..].copy_from_slice(&sum.to_le_bytes());
    };
    recompute(&mut image);
    let template = Raw::new(&image, 0).unwrap();
    let end = MIB as u64 - 4;
    let crc = |name: &str, over, at| Repair::crc(name, CRC_32_ISO_HDLC, over).stored_at(at).u32_le();
    let sum = Algorithm::from_name("sum8/32").unwrap();
    let layout = Layout::new()
        .field(serial(AT as u64, 22))
        .repair(Repair::new("all", sum, 0..end).stored_at(end).u32_le())
        .repair(crc("head", 0..60, 60))
        .repair(crc("app", 64..end, 4));
    let plan = layout.compile(&template).unwrap();
    let mut unit = plan.stamper(&template).unwrap();
    let identity = *b"EUDV2407-000123 A1B2C3";
    let mut expected = image.clone();
    expected[AT..AT + 22].copy_from_slice(&identity);
    recompute(&mut expected);
    assert_eq!(unit.stamp(&[("serial", Value::from(&identity))]).unwrap().bytes(), expected);

    let mut group = c.benchmark_group("nested");
    group.bench_function("nameplate", |b| {
        b.iter(|| unit.stamp(black_box(&[("serial", Value::from(&identity))])).unwrap().bytes().len());
    });
    group.sample_size(10);
    group.bench_function("full", |b| b.iter(|| recompute(black_box(&mut expected))));
    group.finish();
}
