//! UF2 files: read, and a unit stamped, beside the crate `uf2-decode`, which probe-rs reads them with.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion};
use nameplate::image::uf2::{Family, Style};
use nameplate::image::{Merge, Sparse, Uf2};
use nameplate::{At, Encoding, Field, Layout};

use crate::{MIB, firmware};

pub(crate) fn uf2(c: &mut Criterion) {
    let mut group = c.benchmark_group("uf2");
    for mib in [1, 16] {
        let (base, image) = (0x1000_0000, firmware(mib * MIB));
        let memory = Sparse::from_pieces([(base, image.as_slice())], Merge::Error).unwrap();
        let file = Style::new(Family::RP2040).to_vec(&memory).unwrap();
        let theirs = uf2_decode::convert_from_uf2(&file).unwrap();
        assert!(theirs.0 == image);
        assert!(Sparse::new(&Uf2::parse(&file).unwrap()) == memory);
        let name = |what: &str| BenchmarkId::new(what.to_owned(), format!("{mib} MiB"));
        group.bench_function(name("parse, all checked"), |b| b.iter(|| Uf2::parse(black_box(&file)).unwrap()));
        group.bench_function(name("parse, to memory"), |b| {
            b.iter(|| Sparse::new(&Uf2::parse(black_box(&file)).unwrap()));
        });
        group.bench_function(name("uf2-decode, to memory"), |b| {
            b.iter(|| uf2_decode::convert_from_uf2(black_box(&file)).unwrap());
        });
        let uf2 = Uf2::parse(&file).unwrap();
        let at = base + image.len() as u64 - 256;
        let serial = Field::new("serial", At::address(at), Encoding::ascii(16).pad(0));
        let plan = Layout::new().field(serial).compile(&uf2).unwrap();
        let mut unit = plan.stamper(&uf2).unwrap();
        let stamped = unit.stamp(&[("serial", "EUDV2407-000123".into())]).unwrap().bytes();
        assert_eq!(stamped[file.len() - 480..][..16], *b"EUDV2407-000123\0");
        group.bench_function(name("stamp"), |b| {
            b.iter(|| unit.stamp(black_box(&[("serial", "EUDV2407-000123".into())])).unwrap().bytes().len());
        });
        let mut copy = vec![0; file.len()];
        group.bench_function(name("memcpy"), |b| b.iter(|| copy.copy_from_slice(black_box(&file))));
    }
    group.finish();
}
