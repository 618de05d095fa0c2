//! NVS partitions: 4,000 units from nothing, texts of their own lengths too, beside 10 runs of Espressif's generator, which
//! `NAMEPLATE_PYTHON` has.

use std::fmt::Write as _;
use std::hint::black_box;
use std::process::Command;

use criterion::Criterion;
use nameplate::image::nvs::{Data, Writer};
use nameplate::image::{Nvs, Raw};
use nameplate::{At, Field, Guard, Layout};

const SIZE: usize = 0x6000;
const UNITS: u32 = 4000;

fn layout() -> Layout {
    let field = |key: &str, encode: &str| Field::new(key, At::nvs("factory", key), encode.parse().unwrap());
    let fields = [field("serial", "cstr:16"), field("mac", "bytes:6"), field("seq", "u32le"), field("note", "cstr:64")];
    fields.into_iter().map(|field| field.expect(Guard::Any)).fold(Layout::new(), Layout::field).from_nothing()
}

fn serial(n: u32) -> String {
    format!("EUDV2407-{n:06}")
}

fn mac(n: u32) -> [u8; 6] {
    let [_, b, c, d] = n.to_be_bytes();
    [0x70, 0xB3, 0xD5, b, c, d]
}

fn written(n: u32, note: &str) -> Vec<u8> {
    let mut writer = Writer::new(SIZE).unwrap();
    writer.put("factory", "serial", Data::String(&serial(n))).unwrap();
    writer.put("factory", "mac", Data::Blob(&mac(n))).unwrap();
    writer.put("factory", "seq", Data::U32(n)).unwrap();
    writer.put("factory", "note", Data::String(note)).unwrap();
    writer.finish()
}

const FULL: &str = "a text as long as its field, so that no partition is made anew.";

pub(crate) fn nvs(c: &mut Criterion) {
    let template = layout().partition(SIZE).unwrap();
    let image = Raw::new(&template, 0x9000).unwrap();
    let plan = layout().compile(&image).unwrap();
    let mut unit = plan.stamper(&image).unwrap();
    assert_eq!(FULL.len(), 63);
    let mut stamp = |n: u32, note: &str| {
        let (serial, mac) = (serial(n), mac(n));
        let values =
            [("serial", serial.as_str().into()), ("mac", (&mac).into()), ("seq", n.into()), ("note", note.into())];
        unit.stamp(&values).unwrap().bytes().to_vec()
    };
    let short = |n: u32| &FULL[..=(n % 20) as usize];
    for n in 1..100 {
        assert!(stamp(n, FULL) == written(n, FULL) && stamp(n, short(n)) == written(n, short(n)));
    }
    let mut group = c.benchmark_group("nvs");
    group.sample_size(10);
    group.bench_function("4,000 units, one length", |b| {
        b.iter(|| (0..UNITS).map(|n| stamp(n, FULL).len()).sum::<usize>())
    });
    group.bench_function("4,000 units, 20 lengths", |b| {
        b.iter(|| (0..UNITS).map(|n| stamp(n, short(n)).len()).sum::<usize>());
    });
    group.bench_function("4,000 units, written from nothing", |b| {
        b.iter(|| (0..UNITS).map(|n| written(n, FULL).len()).sum::<usize>());
    });
    group.bench_function("4,000 units read", |b| {
        b.iter(|| (0..UNITS).filter(|_| Nvs::parse(black_box(&template)).is_ok()).count());
    });
    group.bench_function("stamp", |b| b.iter(|| stamp(black_box(7), FULL).len()));
    let Some(python) = std::env::var_os("NAMEPLATE_PYTHON") else {
        println!("nvs: the generator is skipped, NAMEPLATE_PYTHON is not set");
        return group.finish();
    };
    let folder = std::env::temp_dir().join(format!("nameplate-bench-nvs-{}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    let (csv, out) = (folder.join("unit.csv"), folder.join("unit.bin"));
    let generate = |n: u32| {
        let mut digits = String::new();
        for byte in mac(n) {
            write!(digits, "{byte:02x}").unwrap();
        }
        let rows = format!(
            "key,type,encoding,value\nfactory,namespace,,\nserial,data,string,{}\nmac,data,hex2bin,{digits}\nseq,data,u32,{n}\nnote,data,string,\"{FULL}\"\n",
            serial(n)
        );
        std::fs::write(&csv, rows).unwrap();
        let mut command = Command::new(&python);
        command.args(["-m", "esp_idf_nvs_partition_gen", "generate"]).args([&csv, &out]).arg("0x6000");
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    generate(42);
    assert!(std::fs::read(&out).unwrap() == written(42, FULL));
    group.bench_function("generator, 10 units", |b| b.iter(|| (0..10).for_each(generate)));
    std::fs::remove_dir_all(&folder).unwrap();
    group.finish();
}
