//! One unit: its file.

use std::hint::black_box;

use criterion::Criterion;
use nameplate::check::CRC_32_ISO_HDLC;
use nameplate::image::Hex;
use nameplate::{At, Encoding, Field, Layout, Repair, Value};

use crate::{BASE, MIB, firmware, hex_text};

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

pub(crate) fn stamp(c: &mut Criterion) {
    let text = hex_text(&firmware(MIB), &[16]);
    let template = Hex::parse(text.as_bytes()).unwrap();
    let plan = layout().compile(&template).unwrap();
    let mut unit = plan.stamper(&template).unwrap();
    let stamped = unit.stamp(&[("serial", "EUDV2407-000123".into())]).unwrap().bytes().to_vec();
    assert_eq!(String::from_utf8(stamped).unwrap(), rewrite(&text, b"EUDV2407-000123\0"));

    let mut group = c.benchmark_group("stamp");
    group.bench_function("buffer used again", |b| {
        b.iter(|| unit.stamp(black_box(&[("serial", "EUDV2407-000123".into())])).unwrap().bytes().len());
    });
    // Eight bytes over two records, and no checksum: the patch alone.
    let field = Field::new("n", At::address(u64::from(BASE) + 0x10_0000 - 0x100 + 0x1C), Encoding::u64_le());
    let bare = Layout::new().field(field).compile(&template).unwrap();
    let mut patched = bare.stamper(&template).unwrap();
    group.bench_function("8 bytes over two records", |b| {
        b.iter(|| patched.stamp(black_box(&[("n", Value::from(0x1122_3344_5566_7788_u64))])).unwrap().bytes().len());
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
