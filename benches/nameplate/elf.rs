//! ELF files of 1 and 20 MiB, most of it what debuggers read.

use std::hint::black_box;
use std::process::Command;

use criterion::{BenchmarkId, Criterion};
use nameplate::image::Elf;
use nameplate::{At, Encoding, Field, Layout, Value};

use crate::MIB;

const SYMBOLS_PER_MIB: usize = 2700;

/// A little-endian Arm executable: 4 KiB of code, 64 blank bytes of identity as the last symbol of many, and `len` bytes
/// in all.
fn executable(len: usize) -> Vec<u8> {
    let symbols = SYMBOLS_PER_MIB * (len / MIB);
    let word = |out: &mut Vec<u8>, words: &[u32]| words.iter().for_each(|word| out.extend(word.to_le_bytes()));
    let (code, identity) = (84_u32, 84 + 4096_u32);
    let (mut table, mut names) = (vec![0; 16], b"\0".to_vec());
    let mut symbol = |name: &str, value: u32, size: u32, section: u32| {
        word(&mut table, &[names.len() as u32, value, size, section << 16 | 0x11]);
        names.extend(name.bytes().chain([0]));
    };
    for n in 0..symbols as u32 {
        symbol(&format!("_ZN8firmware6module{n}E"), 0x0800_0000 + n % 1024 * 4, 4, 1);
    }
    symbol("nameplate", 0x0800_1000, 64, 2);
    let headers_names = b"\0.text\0.nameplate\0.debug_info\0.symtab\0.strtab\0";
    let at_table = identity + 64;
    let at_names = at_table + table.len() as u32;
    let at_headers_names = at_names + names.len() as u32;
    let at_debug = at_headers_names + headers_names.len() as u32;
    let debug = len as u32 - at_debug - 7 * 40;
    let mut file = vec![0x7F, b'E', b'L', b'F', 1, 1, 1];
    file.resize(16, 0);
    word(&mut file, &[0x28_0002, 1, 0x0800_0001, 52, at_debug + debug, 0, 0x20_0034, 0x28_0001, 0x6_0007]);
    word(&mut file, &[1, code, 0x0800_0000, 0x0800_0000, 4096 + 64, 4096 + 64, 5, 4]);
    file.resize(identity as usize, 0x5A);
    file.resize(at_table as usize, 0xFF);
    for part in [&table[..], &names, headers_names] {
        file.extend_from_slice(part);
    }
    file.resize((at_debug + debug) as usize, 0xA5);
    file.resize(file.len() + 40, 0);
    for header in [
        [1, 1, 6, 0x0800_0000, code, 4096, 0, 0, 4, 0],
        [7, 1, 2, 0x0800_1000, identity, 64, 0, 0, 4, 0],
        [18, 1, 0, 0, at_debug, debug, 0, 0, 1, 0],
        [30, 2, 0, 0, at_table, table.len() as u32, 5, 0, 4, 16],
        [38, 3, 0, 0, at_names, names.len() as u32, 0, 0, 1, 0],
        [0, 3, 0, 0, at_headers_names, headers_names.len() as u32, 0, 0, 1, 0],
    ] {
        word(&mut file, &header);
    }
    assert_eq!(file.len(), len);
    file
}

fn layout() -> Layout {
    Layout::new().field(Field::new("serial", At::symbol("nameplate"), Encoding::ascii(16).pad(0))).field(Field::new(
        "mac",
        At::symbol("nameplate").plus(16),
        Encoding::bytes(6),
    ))
}

const VALUES: [(&str, &[u8]); 2] = [("serial", b"EUDV2407-000123"), ("mac", &[0x70, 0xB3, 0xD5, 0x7E, 0xD0, 0x7B])];

fn values() -> [(&'static str, Value<'static>); 2] {
    [(VALUES[0].0, Value::from("EUDV2407-000123")), (VALUES[1].0, Value::from(VALUES[1].1))]
}

pub(crate) fn elf(c: &mut Criterion) {
    let mut group = c.benchmark_group("elf");
    for mib in [1, 20] {
        let file = executable(mib * MIB);
        let elf = Elf::parse(&file).unwrap();
        let at = elf.symbol("nameplate").unwrap().file();
        assert_eq!(file[at.clone()], [0xFF; 64]);
        let plan = layout().compile(&elf).unwrap();
        let mut unit = plan.stamper(&elf).unwrap();
        let stamped = unit.stamp(&values()).unwrap().bytes();
        assert_eq!(
            (&stamped[at.start..at.start + 15], &stamped[at.start + 16..at.start + 22]),
            (VALUES[0].1, VALUES[1].1)
        );
        let name = |what: &str| BenchmarkId::new(what.to_owned(), format!("{mib} MiB"));
        group.bench_function(name("locate"), |b| {
            b.iter(|| Elf::parse(black_box(&file)).unwrap().symbol("nameplate").unwrap().file());
        });
        group.bench_function(name("stamp"), |b| b.iter(|| unit.stamp(black_box(&values())).unwrap().bytes().len()));
        let mut copy = vec![0; file.len()];
        group.bench_function(name("locate, stamp, whole new file"), |b| {
            b.iter(|| {
                let elf = Elf::parse(black_box(&file)).unwrap();
                let plan = layout().compile(&elf).unwrap();
                plan.stamper_in(&elf, &mut copy).unwrap().stamp(&values()).unwrap().bytes().len()
            });
        });
        group.bench_function(name("memcpy"), |b| b.iter(|| copy.copy_from_slice(black_box(&file))));
    }
    group.finish();
}

/// Units as files, beside `objcopy --update-section`, which `NAMEPLATE_OBJCOPY` names.
pub(crate) fn batch(c: &mut Criterion) {
    let Some(objcopy) = std::env::var_os("NAMEPLATE_OBJCOPY") else {
        return println!("elf-batch: skipped, NAMEPLATE_OBJCOPY is not set");
    };
    let mut group = c.benchmark_group("elf-batch");
    group.sample_size(10);
    let folder = std::env::temp_dir().join(format!("nameplate-bench-{}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    for mib in [1, 20] {
        let file = executable(mib * MIB);
        let template = folder.join("template.elf");
        std::fs::write(&template, &file).unwrap();
        let elf = Elf::parse(&file).unwrap();
        let plan = layout().compile(&elf).unwrap();
        let mut unit = plan.stamper(&elf).unwrap();
        let out = folder.join("unit.elf");
        let section = folder.join("section.bin");
        let mut ours = || std::fs::write(&out, unit.stamp(&values()).unwrap().bytes()).unwrap();
        let update = || {
            let mut bytes = [0xFF; 64];
            bytes[..16].copy_from_slice(b"EUDV2407-000123\0");
            bytes[16..22].copy_from_slice(VALUES[1].1);
            std::fs::write(&section, bytes).unwrap();
            let mut argument = std::ffi::OsString::from(".nameplate=");
            argument.push(&section);
            let mut command = Command::new(&objcopy);
            command.args(["-I", "elf32-little", "--update-section"]).arg(argument).arg(&template).arg(&out);
            assert!(command.status().unwrap().success());
        };
        update();
        let theirs = std::fs::read(&out).unwrap();
        ours();
        let (mine, theirs) = (
            std::fs::read(&out).unwrap(),
            Elf::parse(&theirs)
                .map(|elf| elf.symbol("nameplate").unwrap().file())
                .map(|at| theirs[at].to_vec())
                .unwrap(),
        );
        assert_eq!(mine[elf.symbol("nameplate").unwrap().file()], theirs);
        group.bench_function(BenchmarkId::new("nameplate", format!("{mib} MiB")), |b| b.iter(&mut ours));
        group.bench_function(BenchmarkId::new("objcopy", format!("{mib} MiB")), |b| b.iter(update));
    }
    std::fs::remove_dir_all(&folder).unwrap();
    group.finish();
}
