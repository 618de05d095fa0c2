//! SQTP lines.

use std::fmt::Write;
use std::hint::black_box;

use criterion::{Criterion, Throughput};
use nameplate::feed::sqtp::{Address, Profile, Sqtp};
use nameplate::{Encoding, Value};

pub(crate) fn lines(c: &mut Criterion) {
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
